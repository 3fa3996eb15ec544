"""What people do with the books: open a period, draft, sign off, validate, close, restate."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.access import roles_of
from commonweal.accounts.models import Person, Role
from commonweal.accounts.record import record
from commonweal.office.errors import Refused
from commonweal.partners.access import organisations_of
from commonweal.pledges import ledger

from . import comparing, cutting
from . import statement as st
from .account import OutOfBalance
from .models import Asked, Explanation, Period, Statement

State = Statement.State
# What drafting writes of a statement that is there already.
DRAFTED = (
    "because",
    "content",
    "content_sha256",
    "state",
    "drafted_by",
    "signed_by",
    "validated_by",
    "signoffs",
)
DRAFTERS = (Role.CHARTER_MANAGER, Role.PROGRAMME_LEAD)


def role_of(person: Person, *roles: Role) -> Role:
    """In which of these roles a person acts."""
    held = roles_of(person)
    for role in roles:
        if role in held:
            return role
    raise Refused(
        "This takes the role of " + " or ".join(Role(name).label.lower() for name in roles) + "."
    )


def organisation_of(person: Person) -> str:
    return ", ".join(organisation.name for organisation in organisations_of(person))


@transaction.atomic
def open_period(
    *, code: str, title: str, starts_on: date, ends_on: date, by: Person | None
) -> Period:
    """Open a period. It begins the day after the one before it ended.

    Raises
    ------
    Refused
        It would end before it starts, or leave a gap, or overlap.
    """
    if ends_on < starts_on:
        raise Refused("A period ends after it starts.")
    last = Period.objects.order_by("-ends_on").first()
    if last is not None and starts_on != last.ends_on + timedelta(days=1):
        follows = last.ends_on + timedelta(days=1)
        raise Refused(
            f"The period before ends on {last.ends_on:%-d %B %Y}, so this one begins on "
            f"{follows:%-d %B %Y}: otherwise something would be counted twice, or not at all."
        )
    try:
        with transaction.atomic():
            period = Period.objects.create(
                code=code, title=title, starts_on=starts_on, ends_on=ends_on
            )
    except IntegrityError:
        raise Refused("There is a period of this name or these days already.") from None
    record("period opened", about=period, by=by)
    return period


@transaction.atomic
def explain(*, period: Period, about: str, reason: str, by: Person) -> None:
    """Say why a metric or an action is red. Goes into the next draft of the statement.

    Raises
    ------
    Refused
        The books of the period are closed and not being restated.
    """
    role = role_of(by, *DRAFTERS)
    refuse_closed(period)
    Explanation.objects.update_or_create(
        period=period,
        about=about,
        defaults={
            "words": reason,
            "by_role": role.label,
            "by_organisation": organisation_of(by),
            "written_by": by,
            "written_on": timezone.localdate(),
        },
    )
    record("red line explained", about=period, by=by, as_role=role, line=about)


@transaction.atomic
def ask(*, period: Period, body: str, question: str, because: str, by: Person) -> Asked:
    """Ask the committee for a decision, in the report of a period.

    Raises
    ------
    Refused
        The books of the period are closed and not being restated.
    """
    role = role_of(by, *DRAFTERS)
    refuse_closed(period)
    asked_decision = Asked.objects.create(
        period=period, body=body, words=question, because=because, asked_by=by
    )
    record("decision asked for", about=period, by=by, as_role=role)
    return asked_decision


def refuse_closed(period: Period) -> None:
    """Refuse where the books of a period are closed and nobody restates them."""
    if period.newest_closed() and not period.unfinished():
        raise Refused(
            "The books of this period are closed: its papers stay as they are. Draft a "
            "restatement first."
        )


@transaction.atomic
def withdraw_ask(*, asked_decision: Asked, by: Person) -> None:
    role = role_of(by, *DRAFTERS)
    if asked_decision.period.statements.closed().exists():
        raise Refused("The statement that asks for this is closed.")
    record("decision no longer asked for", about=asked_decision.period, by=by, as_role=role)
    asked_decision.delete()


def _closed_before(period: Period) -> Statement | None:
    """The closed statement of the period before, where this one opens; None for the first."""
    earlier = period.before()
    if earlier is None:
        return None
    before = earlier.newest_closed()
    if before is None:
        raise Refused(f"Close {earlier.title} first: this period opens where that one closes.")
    return before


def _draft_of(period: Period, because: str) -> Statement:
    """The draft that is there, or a fresh one; of a closed period only with a reason."""
    closed, draft = period.newest_closed(), period.unfinished()
    if closed is not None and not (because or (draft and draft.because)):
        raise Refused("This period is closed. Say why it has to be restated.")
    if draft is None:
        draft = Statement(period=period, number=closed.number + 1 if closed else 1)
    draft.because = because or draft.because
    return draft


@transaction.atomic
def prepare(
    *, period: Period, by: Person, because: str = "", at: datetime | None = None
) -> Statement:
    """Draft the statement of a period, or draft it anew: what was signed off before is void.

    Where the period has a closed statement already this begins a restatement, with its reason.

    Raises
    ------
    Refused
        The period is not over; the one before it is not closed; a restatement without a reason.
    """
    role = role_of(by, *DRAFTERS)
    now = at or timezone.now()
    period = Period.objects.select_for_update().get(pk=period.pk)
    if timezone.localdate(now) <= period.ends_on:
        raise Refused(
            f"This period ends on {period.ends_on:%-d %B %Y}. Its books can be drafted after that."
        )
    before = _closed_before(period)
    draft = _draft_of(period, because)
    try:
        draft.content = st.make(
            period, number=draft.number, because=draft.because, before=before, at=now
        )
    except OutOfBalance as error:
        raise Refused(f"The account does not add up, so nothing was drafted. {error}") from None
    draft.content_sha256 = ledger.sha256(ledger.canonical(draft.content))
    draft.state = State.DRAFT
    draft.drafted_by, draft.signed_by, draft.validated_by = by, None, None
    draft.signoffs = [_signoff("drafted", role, by, now)]
    if draft.pk is None:
        draft.save(force_insert=True)
    else:
        draft.save(update_fields=DRAFTED)
    record(
        "statement drafted",
        about=period,
        by=by,
        as_role=role,
        number=draft.number,
        content=draft.content_sha256,
    )
    return draft


def _signoff(act: str, role: Role, by: Person, now: datetime) -> dict[str, str]:
    return {
        "act": act,
        "role": role.label,
        "organisation": organisation_of(by),
        "on": timezone.localdate(now).isoformat(),
    }


def _move(
    draft: Statement,
    *,
    seen: str,
    start: str,
    end: str,
    act: str,
    role: Role,
    by: Person,
    now: datetime,
    **values: Any,
) -> None:
    """Bring a statement one state further, if nobody else has and it is still what was read."""
    held = Statement.objects.select_for_update().filter(pk=draft.pk)
    stands = held.filter(state=start, content_sha256=seen).first()
    if stands is None:
        raise Refused(
            "Somebody else has drafted it anew or brought it further since you opened it. Read it "
            "again, then decide."
        )
    held.update(state=end, signoffs=[*stands.signoffs, _signoff(act, role, by, now)], **values)
    draft.refresh_from_db()
    record(
        f"statement {act}",
        about=draft.period,
        by=by,
        as_role=role,
        number=draft.number,
        content=seen,
    )


@transaction.atomic
def sign_off(*, draft: Statement, seen: str, by: Person, at: datetime | None = None) -> None:
    """The working group signs the draft off.

    Raises
    ------
    Refused
        Something red has no reason; the person drafted it; it was drafted anew meanwhile.
    """
    role = role_of(by, Role.REVIEWER)
    _refuse(why_not_sign_off(draft, by))
    _move(
        draft,
        seen=seen,
        start=State.DRAFT,
        end=State.SIGNED,
        act="signed off",
        role=role,
        by=by,
        now=at or timezone.now(),
        signed_by=by,
    )


def _refuse(why: str) -> None:
    if why:
        raise Refused(why)


def why_not_sign_off(draft: Statement, by: Person) -> str:
    """Why somebody can't sign a draft off as it stands; "" where they can."""
    if draft.drafted_by_id == by.pk:
        return "You drafted this statement. Somebody else must sign it off."
    return why_not_final(draft)


def why_not_final(draft: Statement) -> str:
    """Why a draft can't be made final as it stands, whoever would; "" where it can."""
    red = comparing.red_lines(draft.content)
    if not red:
        return ""
    names = "; ".join(f"“{name}”" for _, name in red[:5])
    remainder = f" and {len(red) - 5} more" if len(red) > 5 else ""
    return (
        f"A red line without a written reason can't be made final: {names}{remainder}. Write "
        "the reasons, then draft it again."
    )


@transaction.atomic
def validate(*, draft: Statement, seen: str, by: Person, at: datetime | None = None) -> None:
    """The cross-party group validates what the working group signed off.

    Raises
    ------
    Refused
        The person drafted or signed it, or belongs to the organisation of whoever drafted it.
    """
    role = role_of(by, Role.VALIDATOR)
    _refuse(why_not_validate(draft, by))
    _move(
        draft,
        seen=seen,
        start=State.SIGNED,
        end=State.VALIDATED,
        act="validated",
        role=role,
        by=by,
        now=at or timezone.now(),
        validated_by=by,
    )


def why_not_validate(draft: Statement, by: Person) -> str:
    """Why somebody can't validate a draft; "" where they can."""
    if by.pk in (draft.drafted_by_id, draft.signed_by_id):
        return "You drafted or signed this statement. Somebody else must validate it."
    if draft.drafted_by is None:
        return ""
    both = set(organisations_of(by)) & set(organisations_of(draft.drafted_by))
    if not both:
        return ""
    return (
        f"You belong to {min(partner.name for partner in both)}, and so does whoever drafted "
        "this. Somebody of another organisation must validate it."
    )


@transaction.atomic
def send_back(*, draft: Statement, because: str, by: Person) -> None:
    """The working group or the cross-party group gives the draft back, with what is wrong.

    Raises
    ------
    Refused
        No reason; it is validated or closed.
    """
    if not because.strip():
        raise Refused("Say what has to change.")
    role = role_of(by, Role.REVIEWER, Role.VALIDATOR)
    draft = Statement.objects.select_for_update().get(pk=draft.pk)
    if draft.state not in (State.DRAFT, State.SIGNED):
        raise Refused("This statement can't be sent back any more.")
    sent_back = _signoff("sent back", role, by, timezone.now()) | {"because": because}
    draft.state, draft.signed_by = State.DRAFT, None
    draft.signoffs = [*draft.signoffs, sent_back]
    draft.save(update_fields=["state", "signed_by", "signoffs"])
    record("statement sent back", about=draft.period, by=by, as_role=role, number=draft.number)


@transaction.atomic
def close(*, draft: Statement, seen: str, by: Person, at: datetime | None = None) -> Statement:
    """Close the books: the statement becomes canonical bytes that nothing changes any more.

    1. The row is held, so that of two people closing at once one waits.
    2. The ledger up to the statement's cut must still be the one it was drafted from.
    3. The bytes are made and stored under their SHA-256; the record keeps it too.

    Raises
    ------
    Refused
        It is not validated, somebody closed it already, or the ledger is not whole.
    """
    role = role_of(by, *DRAFTERS)
    now = at or timezone.now()
    draft = Statement.objects.select_for_update().select_related("period").get(pk=draft.pk)
    if draft.state == State.CLOSED:
        raise Refused("Somebody else has closed this statement already.")
    if draft.state != State.VALIDATED:
        raise Refused("Only a statement that the cross-party group has validated can be closed.")
    if draft.content_sha256 != seen:
        raise Refused("It was drafted anew since you opened it. Read it again.")
    _refuse(why_not_final(draft))
    _refuse_changed_ledger(draft)
    signoffs = [*draft.signoffs, _signoff("closed", role, by, now)]
    content = draft.content | {"signoffs": signoffs, "closed_at": ledger.utc(now)}
    content_bytes = ledger.canonical(content)
    draft.canonical, draft.sha256 = content_bytes, ledger.sha256(content_bytes)
    draft.signoffs, draft.closed_at, draft.closed_by = signoffs, now, by
    draft.state = State.CLOSED
    draft.save(update_fields=["canonical", "sha256", "signoffs", "closed_at", "closed_by", "state"])
    record(
        "statement closed",
        about=draft.period,
        by=by,
        as_role=role,
        number=draft.number,
        sha256=draft.sha256,
    )
    return draft


def _refuse_changed_ledger(draft: Statement) -> None:
    """The entry at the cut must have the hash that the draft was made from."""
    cut = draft.content["cut"]
    if cut["seq"] and cutting.hash_at(cut["seq"]) != cut["hash"]:
        raise Refused(
            "The ledger is not the one that this was drafted from. Run “./commonweal ledger "
            "verify” and find out why before anything is closed."
        )
