"""Who may read whose case, by which link, and the row that says that they did.

Need to know: a handler opens the cases of their own caseload, those that they took, those of which
a next action is theirs, and open ones that nobody has. Anything else means breaking the glass: a
reason, for a day, looked at afterwards. Restricted kinds of help open only to the people named for
them and to desk managers (`named` says what is kept from whom); who wrote in such a case keeps a
page of what they wrote. A link opens a case, never the other cases of its person.
The administrator sees no case; the data protection officer sees who read, and reads a record
only to review it before it is given to whoever asked what is held about them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from commonweal.accounts.access import holder, roles_of
from commonweal.accounts.models import Person, Role
from commonweal.design.days import known_day
from commonweal.partners.models import Membership, Partner
from commonweal.residents import guards, keys, reaching
from commonweal.residents.models import PerhapsSame, Resident, ResidentKey

from . import named, ringing
from .models import (
    Case,
    CaseRead,
    Copy,
    Glass,
    IntakeDraft,
    NextAction,
    OwnAddress,
    Referral,
)

HANDLERS = (Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE)
TAKERS = {Role.CALL_HANDLER, Role.NAMED_COLLEAGUE}
VOLUNTEER = "volunteer"


@holder
def _reads_for_a_partner(person: Person) -> bool:
    return Membership.objects.current().filter(person=person, handles_referrals=True).exists()


class NeedsGlass(Exception):
    """The person has no link to this case; they may break the glass."""

    def __init__(self, case: Case) -> None:
        super().__init__("No link to this case")
        self.case = case


class WroteHere(Exception):
    """The case is kept from this person, but they wrote in it: they keep a page of that."""

    def __init__(self, case: Case) -> None:
        super().__init__("Kept from whoever wrote in it")
        self.case = case


def link_to(person: Person, case: Case) -> str:
    """By which link a person may read a case; "" when there is none.

    The first that holds of: manager, caseload, taken, call, queue, named, action, glass.
    What nobody has, and is due today, may be taken up by whoever is at the desk.
    """
    roles = roles_of(person)
    if Role.DESK_MANAGER in roles:
        return "manager"
    if not roles & TAKERS or named.is_closed_to(person, case):
        return ""
    return next((link for link, holds in LINKS.items() if holds(person, case)), "")


def _has_it(person: Person, case: Case) -> bool:
    return case.assigned_to_id == person.pk


def _took_it(person: Person, case: Case) -> bool:
    return case.taken_by_id == person.pk and case.state != Case.State.CLOSED


def _owes_a_call(person: Person, case: Case) -> bool:
    return case.callbacks.filter(state="due", assigned_to=person).exists()


def _is_in_the_queue(person: Person, case: Case) -> bool:
    return case.state != Case.State.CLOSED and case.assigned_to_id is None


def _has_something_planned(person: Person, case: Case) -> bool:
    return case.state != Case.State.CLOSED and planned_for(person, case)


def _broke_the_glass(person: Person, case: Case) -> bool:
    return Glass.objects.filter(person=person, case=case, until__gt=timezone.now()).exists()


def planned_for(person: Person, case: Case) -> bool:
    """Whether a next action of the case is this person's, or a call or action that is due today
    is nobody's."""
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59)
    loose = Q(owner=None, due_at__lte=tonight)
    actions = NextAction.objects.filter(need__case=case, state="planned")
    if actions.filter(Q(owner=person) | loose).exists():
        return True
    return case.callbacks.filter(state="due", assigned_to=None, due_at__lte=tonight).exists()


def is_named(person: Person, case: Case) -> bool:
    """For each restricted kind of help in the request, the person is among those named."""
    return named.may_own(person, case)


def _is_for_named(person: Person, case: Case) -> bool:
    """A case of a kind that the person is named for, or of who is perhaps such a person."""
    kinds = named.kinds_of(person)
    if not kinds:
        return False
    if case.needs.filter(help_type__in=kinds, help_type__is_restricted=True).exists():
        return True
    pairs = PerhapsSame.objects.filter(decided_at=None)
    near = Case.objects.filter(needs__help_type__in=kinds)
    return (
        near.filter(resident__in=pairs.filter(one=case.resident).values("other")).exists()
        or near.filter(resident__in=pairs.filter(other=case.resident).values("one")).exists()
    )


# By what a handler may read a case, the first that holds.
LINKS: dict[str, Callable[[Person, Case], bool]] = {
    "caseload": _has_it,
    "taken": _took_it,
    "call": _owes_a_call,
    "queue": _is_in_the_queue,
    "named": _is_for_named,
    "action": _has_something_planned,
    "glass": _broke_the_glass,
}


def get_case_for(person: Person, code: str, *, what: str = "case") -> Case:
    """A request that the person may read; the read is recorded.

    Raises
    ------
    Http404
        There is none.
    PermissionDenied
        The person is no handler, or the case is kept from them.
    WroteHere
        It is kept from them, and they wrote in it.
    NeedsGlass
        They have no link to it.

    Of a person whose other case is kept from the reader nothing is said: neither who they are nor
    how to reach them.
    """
    case = (
        Case.objects.select_related(
            "resident__area", "resident__household", "notice", "assigned_to", "from_partner", "area"
        )
        .filter(code=code)
        .first()
    )
    if case is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    link = link_to(person, case)
    if not link:
        refuse_if_closed(person, case)
        raise NeedsGlass(case)
    note_read(person, case.resident, what=what, link=link, case=case)
    if case.is_restricted:
        ringing.opened(case=case, by=person)
    if named.is_kept_apart(person, case.resident):
        case.resident = named.masked(case.resident)
    return case


def refuse_if_closed(person: Person, case: Case) -> None:
    """Stop whom a case is kept from, with what to do; send who wrote in it to what they wrote."""
    if named.is_closed_to(person, case):
        if named.wrote_in(person, case):
            raise WroteHere(case)
        raise named.KeptApart(named.KEPT)


def get_case_with_person_for(person: Person, code: str, *, what: str = "case") -> Case:
    """A case, for what is done with its person: where they are kept from the reader, a refusal
    that says what to do instead."""
    case = get_case_for(person, code, what=what)
    if named.is_kept_apart(person, case.resident):
        raise named.KeptApart(guards.PERSON_KEPT)
    return case


def get_written_for(person: Person, code: str) -> Case:
    """A case that is kept from this person and in which they wrote; the reading is recorded."""
    case = Case.objects.select_related("resident").filter(code=code).first()
    if case is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not named.wrote_in(person, case):
        raise named.KeptApart(named.KEPT)
    note_read(person, case.resident, what="own words", link="wrote", case=case)
    return case


def get_resident_for(person: Person, code: str, *, what: str = "person") -> Resident:
    """A resident, by a link to any of their cases; never one with a case kept from the reader."""
    resident = Resident.objects.select_related("area", "household").filter(code=code).first()
    if resident is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not guards.may_see(person, resident):
        raise named.KeptApart(guards.PERSON_KEPT)
    # A merged record has no cases any more: those of the record that stayed decide.
    cases = (resident.merged_into or resident).cases
    for case in cases.all():
        if link := link_to(person, case):
            note_read(person, resident, what=what, link=link, case=case)
            return resident
    if named.is_manager(person):
        note_read(person, resident, what=what, link="manager")
        return resident
    newest = cases.order_by("-opened_at").first()
    if newest is None:
        raise named.KeptApart(guards.PERSON_KEPT)
    raise NeedsGlass(newest)


def note_read(
    person: Person,
    resident: Resident,
    *,
    what: str,
    link: str,
    case: Case | None = None,
    draft: IntakeDraft | None = None,
) -> CaseRead:
    """Write down that somebody read somebody's record. The same page again within five minutes
    is the same reading. ``draft``: for which draft a candidate was offered."""
    since = timezone.now() - timedelta(minutes=5)
    code = draft.code if draft else ""
    same = CaseRead.objects.filter(
        person=person, resident=resident, case=case, what=what, draft_code=code, at__gt=since
    ).first()
    if same is not None:
        return same
    own_address = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    return CaseRead.objects.create(
        person=person,
        resident=resident,
        case=case,
        what=what,
        link=link,
        draft_code=code,
        own_name=bool(surname) and keys.joined(surname) == keys.joined(resident.last_name),
        own_address=own_address is not None
        and resident.keys.filter(kind="address", digest=own_address.digest).exists(),
    )


def note_reads(person: Person, residents: list[Resident], *, what: str, link: str) -> None:
    """Write down that somebody was shown several people at once, as `note_read` does for one."""
    since = timezone.now() - timedelta(minutes=5)
    noted = set(
        CaseRead.objects.filter(
            person=person, resident__in=residents, case=None, what=what, at__gt=since
        ).values_list("resident", flat=True)
    )
    own_address = OwnAddress.objects.filter(person=person).first()
    neighbours: set[int] = set()
    if own_address is not None:
        neighbours = set(
            ResidentKey.objects.filter(
                resident__in=residents, kind="address", digest=own_address.digest
            ).values_list("resident", flat=True)
        )
    surname = keys.joined((person.name.split() or [""])[-1])
    CaseRead.objects.bulk_create(
        CaseRead(
            person=person,
            resident=resident,
            what=what,
            link=link,
            own_address=resident.pk in neighbours,
            own_name=bool(surname) and surname == keys.joined(resident.last_name),
        )
        for resident in residents
        if resident.pk not in noted
    )


def note_draft(person: Person, draft: IntakeDraft, described: keys.Described) -> CaseRead | None:
    """Write down that somebody read what was typed and not sent yet. An empty one is nobody's."""
    if not draft.answers:
        return None
    since = timezone.now() - timedelta(minutes=5)
    mine = CaseRead.objects.filter(person=person, draft_code=draft.code, what="draft")
    if (same := mine.filter(at__gt=since).first()) is not None:
        return same
    own_address = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    place = f"{keys.postcode(described.postcode)} {keys.house(described.address)}"
    return CaseRead.objects.create(
        person=person,
        draft_code=draft.code,
        what="draft",
        link="intake",
        own_name=bool(surname) and keys.joined(surname) == keys.joined(described.last),
        own_address=own_address is not None and own_address.digest == keys.digest("address", place),
    )


def was_offered(person: Person, draft: IntakeDraft, resident: Resident) -> bool:
    """Whether the page showed this resident to this person as a candidate for this draft."""
    shown = CaseRead.objects.filter(person=person, draft_code=draft.code, what="candidate")
    return shown.filter(resident=resident).exists() and guards.may_see(person, resident)


# --- Partners and volunteers ------------------------------------------------------------------


def get_partner_for_referrals(person: Person, code: str) -> Partner:
    """The partner, for its referral workers only."""
    membership = (
        Membership.objects.current()
        .select_related("partner")
        .filter(partner__code=code, person=person)
        .first()
    )
    if membership is None:
        raise Http404
    if not membership.handles_referrals or not membership.partner.may_act:
        raise PermissionDenied
    return membership.partner


def get_referral_for(person: Person, partner_code: str, code: str) -> Referral:
    partner = get_partner_for_referrals(person, partner_code)
    referral = (
        Referral.objects.select_related("case__resident", "service", "consent", "need__help_type")
        .filter(partner=partner, code=code)
        .first()
    )
    if referral is None:
        raise Http404
    return referral


def shown_to_partner(referral: Referral, person: Person) -> dict[str, str]:
    """What the partner may read of the resident right now, by field; that they read is kept.

    Nothing once the consent is withdrawn or over, or the referral has ended.
    """
    if not referral.is_readable:
        return {}
    resident = referral.case.resident
    if resident.is_dead or resident.state in (Resident.State.ERASED, Resident.State.MERGED):
        return {}
    if not referral.case.is_restricted and named.is_restricted(resident):
        # What is known of the person came with a case that this partner has no part in.
        Copy.objects.create(
            referral=referral, partner=referral.partner, person=person, fields=["safe contact"]
        )
        return {"safe contact": THROUGH_THE_DESK}
    shared = _agreed(referral)
    shown = {
        name: content
        for name, content in fields_of(resident).items()
        if content and (name in shared or name == INSTRUCTION)
    }
    Copy.objects.create(
        referral=referral, partner=referral.partner, person=person, fields=list(shown)
    )
    return shown


def _agreed(referral: Referral) -> set[str]:
    """The fields that were handed over; of before consent was compared, cut to what was agreed."""
    shared = set(referral.fields)
    return shared & set(referral.consent.fields) if referral.consent is not None else shared


THROUGH_THE_DESK = "Get in touch through the help desk only; quote the referral."
# What goes with every number and address, always; no field that somebody agrees to.
INSTRUCTION = "safe contact"
# Fields that a referral may carry, in the order in which they are shown.
SHARED = (
    ("first name", "First name"),
    ("last name", "Last name"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("born", "Date of birth"),
    ("language", "Language"),
    ("household", "Who lives with them"),
    ("words", "What they said"),
)


def fields_of(resident: Resident) -> dict[str, str]:
    """A resident by the fields that a referral may carry, after how it is safe to reach them.

    A number or an address whose way is closed is not there; a refuge's never is.
    """
    reach = reaching.of(resident, inside=False)
    return {
        INSTRUCTION: reach.instruction,
        "first name": resident.first_name,
        "last name": resident.last_name,
        "phone": ", ".join(reach.numbers),
        "email": reach.mail_to,
        "address": reach.place,
        "born": known_day(resident.born),
        "language": resident.language,
        "household": str(resident.household.members.count()) if resident.household else "",
        "words": "",
    }
