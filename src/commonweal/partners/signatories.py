"""Those who signed the charter elsewhere come in by a list: each organisation is in the register,
and somebody of it is invited to act for it.

A line is an organisation and an e-mail address. Who is in the register already is only invited,
and nobody is where somebody acts already: a list takes nothing over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from django.db import transaction
from django.utils import timezone

from commonweal.accounts import lists
from commonweal.accounts.models import Message, Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.places.models import Town

from .actions import free_code
from .inviting import invite
from .likeness import ALIKE, plain_words, similarity_of_words
from .merging import standing
from .models import Invitation, MemberRole, Partner, Sector

MOST_LINES = 200
NAME_MOST = 200


@dataclass(frozen=True)
class Signatory:
    """One line of a list: an organisation, where its letter goes, and its sector where the line
    says it."""

    name: str
    email: str
    sector: Sector | None


class EntersPaper(Protocol):
    """Enters the signature that a partner gave on paper; False where it is there already."""

    def __call__(self, *, partner: Partner, signed_on: date, by: Person) -> bool: ...


@dataclass(frozen=True)
class Papers:
    """How the room of the charter enters a signature on paper. ``check`` refuses a day on which
    nothing could be signed."""

    check: Callable[[date], object]
    enter: EntersPaper


# The charter's room stands above this one, and puts itself here (decision 0035).
PAPERS: list[Papers] = []


class Brought(NamedTuple):
    """What came of a list: organisations entered, letters on the way, signatures entered."""

    entered: int
    letters: int
    signatures: int


class Fate(StrEnum):
    """What a line would lead to."""

    NEW = "new: entered in the register, in public, and invited"
    INVITED = "in the register, nobody acts for it: invited"
    OPEN = "invited already: no second letter"
    ACTS = "somebody acts for it already: no letter"
    STOPPED = "its acceptance has ended: no letter"


# For whom the signature on a paper is entered.
SIGN = (Fate.NEW, Fate.INVITED, Fate.OPEN)


@dataclass(frozen=True)
class Planned:
    """A line with what would be done. ``alike`` is a partner of nearly the same name, which it may
    be; ``sector``, in words, is that of the register, else that of the line or of all lines that
    say none."""

    signatory: Signatory
    fate: Fate
    partner: Partner | None
    alike: Partner | None
    sector: str


def read(text: str) -> list[Signatory]:
    """The organisations of a pasted list, in its order. A line is a name, an e-mail address and
    perhaps a sector, with semicolons, tabs or commas between them; a name may hold a comma.

    Raises
    ------
    lists.Unread
        A line can't be read, two lines are one organisation, there are too many lines or none.
    """
    return lists.each(text, _read_line, most=MOST_LINES, called=_called)


def _called(signatory: Signatory) -> lists.Called:
    return lists.Called(_key(signatory.name), signatory.name)


def _read_line(line: str) -> Signatory:
    address, parts = lists.address_in(line)
    sectors = [Sector(part.casefold()) for part in parts if _is_sector(part)]
    name = _name_in(line, [part for part in parts if not _is_sector(part)])
    if len(sectors) > 1:
        raise ValueError("more than one sector in it")
    return Signatory(name=name, email=address, sector=sectors[0] if sectors else None)


def _name_in(line: str, parts: list[str]) -> str:
    behind = [part for part in lists.behind_address(line) if not _is_sector(part)]
    # Where an address comes first, its name stands behind it.
    if behind and len(parts) > len(behind):
        raise ValueError(f"“{behind[0]}” is no sector: public, private or voluntary")
    name = ", ".join(parts)
    if not name:
        raise ValueError("the name of the organisation is missing")
    if len(name) > NAME_MOST:
        raise ValueError(f"the name is longer than {NAME_MOST} signs")
    return name


def _is_sector(part: str) -> bool:
    return part.casefold() in Sector.values


def plan(signatories: Sequence[Signatory], sector: str = "") -> list[Planned]:
    """What each line would lead to as the register stands now; ``sector`` is that of the lines
    that say none."""
    shown = ("code", "name", "sector", "accepted_on", "stopped_on")
    partners = list(Partner.objects.public().only(*shown))
    # Whoever signed under the name of an entry that was merged is the one that stands for it.
    merged = Partner.objects.filter(accepted_on__isnull=False, merged_into__isnull=False)
    by_name = {_key(partner.name): standing(partner) for partner in merged}
    by_name |= {_key(partner.name): partner for partner in partners}
    planned = []
    for signatory in signatories:
        partner = by_name.get(_key(signatory.name))
        alike = None if partner else _nearest(signatory.name, partners)
        of_line = partner.sector if partner else signatory.sector or sector
        label = str(Sector(of_line).label) if of_line else ""
        planned.append(Planned(signatory, _fate(partner), partner, alike, label))
    return planned


@transaction.atomic
def bring_in(
    *,
    signatories: Sequence[Signatory],
    sector: str,
    by: Person,
    on: date | None = None,
    signed_on: date | None = None,
) -> Brought:
    """Enter who is not in the register, and invite where nobody acts. ``sector`` is that of the
    lines that say none; ``signed_on`` the day on the paper that they signed, None where no
    signature is to be entered. None is for who acts for itself.

    Raises
    ------
    Refused
        A line can't be carried out. The sentence names the organisation, and nothing was done.
    """
    # Two presses of the button, or two managers with one list, go one after the other: what the
    # first entered the second finds.
    list(Town.objects.select_for_update().values_list("pk"))
    entered = letters = signatures = 0
    for line in plan(signatories, sector):
        partner = line.partner
        if line.fate == Fate.NEW:
            partner = _enter(line.signatory, sector, by=by, on=on or timezone.localdate())
            entered += 1
        if partner is None:
            continue
        if signed_on is not None and line.fate in SIGN:
            signatures += _sign(partner, signed_on, by=by)
        if line.fate not in (Fate.NEW, Fate.INVITED):
            continue
        try:
            invite(
                partner=partner,
                email=line.signatory.email,
                role=MemberRole.EDITOR,
                by=by,
                as_role=Role.CHARTER_MANAGER,
            )
        except Refused as refused:
            raise Refused(f"{line.signatory.name}: {refused} Nothing was done.") from None
        letters += 1
    return Brought(entered, letters, signatures)


def _sign(partner: Partner, signed_on: date, *, by: Person) -> int:
    try:
        return sum(paper.enter(partner=partner, signed_on=signed_on, by=by) for paper in PAPERS)
    except Refused as refused:
        raise Refused(f"{partner.name}: {refused} Nothing was done.") from None


def _enter(signatory: Signatory, sector: str, *, by: Person, on: date) -> Partner:
    if not (signatory.sector or sector):
        raise Refused(f"{signatory.name}: say its sector. Nothing was done.")
    partner = Partner.objects.create(
        code=free_code(signatory.name),
        name=signatory.name,
        sector=signatory.sector or sector,
        accepted_on=on,
    )
    record("partner entered", about=partner, by=by, as_role=Role.CHARTER_MANAGER)
    return partner


def _fate(partner: Partner | None) -> Fate:
    if partner is None:
        return Fate.NEW
    if not partner.may_act:
        return Fate.STOPPED
    if partner.memberships.current().exists():
        return Fate.ACTS
    return Fate.OPEN if _open(partner) else Fate.INVITED


def _open(partner: Partner) -> bool:
    return partner.invitations.filter(
        accepted_at=None, withdrawn_at=None, expires_on__gte=timezone.localdate()
    ).exists()


def _key(name: str) -> str:
    return "".join(plain_words(name))


def _nearest(name: str, partners: Sequence[Partner]) -> Partner | None:
    telling = plain_words(name)
    scored = [
        (similarity_of_words(telling, plain_words(partner.name), least=ALIKE), partner)
        for partner in partners
    ]
    score, partner = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return partner if score >= ALIKE else None


# Where the invitations stand


class Stand(StrEnum):
    """How far an invitation of the charter manager's is."""

    CAME = "has come"
    TAKEN_BACK = "taken back"
    OVER = "out of date: nobody came"
    FAILED = "the letter could not be delivered"
    SENT = "letter sent, nobody has come yet"
    WAITS = "letter waits to be sent"


def stand_of(invitation: Invitation, letter: Message | None) -> Stand:
    """How far one is, by itself and by its letter."""
    if invitation.accepted_at:
        return Stand.CAME
    if invitation.withdrawn_at:
        return Stand.TAKEN_BACK
    if letter is not None and letter.given_up_at:
        return Stand.FAILED
    if invitation.expires_on < timezone.localdate():
        return Stand.OVER
    return Stand.SENT if letter is None or letter.sent_at else Stand.WAITS


def with_stands(invitations: Sequence[Invitation]) -> list[tuple[Invitation, Stand]]:
    """Invitations, each with how far it is."""
    keys = [f"invitation-{invitation.pk}" for invitation in invitations]
    letters = {letter.key: letter for letter in Message.objects.filter(key__in=keys)}
    return [
        (invitation, stand_of(invitation, letters.get(key)))
        for invitation, key in zip(invitations, keys, strict=True)
    ]
