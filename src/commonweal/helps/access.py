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

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from commonweal.accounts.access import holder, roles_of
from commonweal.accounts.models import Person, Role
from commonweal.design.days import known_day
from commonweal.partners.models import Membership, Partner

from . import keys, named, reaching, ringing
from .models import (
    Award,
    CaseRead,
    Copy,
    Glass,
    HelpRequest,
    IntakeDraft,
    NextAction,
    OwnAddress,
    PerhapsSame,
    Referral,
    Resident,
    ResidentKey,
    Task,
    Volunteer,
)

HANDLERS = (Role.CALL_HANDLER, Role.DESK_MANAGER, Role.NAMED_COLLEAGUE)
TAKERS = {Role.CALL_HANDLER, Role.NAMED_COLLEAGUE}
VOLUNTEER = "volunteer"
GRANTS = (Role.GRANTS_ASSESSOR, Role.GRANTS_APPROVER, Role.FINANCE_OFFICER)


@holder
def _reads_for_a_partner(person: Person) -> bool:
    return Membership.objects.current().filter(person=person, handles_referrals=True).exists()


@holder
def _is_volunteer(person: Person) -> bool:
    seen = Volunteer.objects.exclude(state=Volunteer.State.NEW)
    return seen.filter(person=person).exists()


class NeedsGlass(Exception):
    """The person has no link to this case; they may break the glass."""

    def __init__(self, request: HelpRequest) -> None:
        super().__init__("No link to this case")
        self.request = request


class WroteHere(Exception):
    """The case is kept from this person, but they wrote in it: they keep a page of that."""

    def __init__(self, request: HelpRequest) -> None:
        super().__init__("Kept from whoever wrote in it")
        self.request = request


def link_to(person: Person, request: HelpRequest) -> str:
    """By which link a person may read a case; "" when there is none.

    The first that holds of: manager, caseload, taken, call, queue, named, action, glass.
    What nobody has, and is due today, may be taken up by whoever is at the desk.
    """
    roles = roles_of(person)
    if Role.DESK_MANAGER in roles:
        return "manager"
    if not roles & TAKERS or named.is_closed_to(person, request):
        return ""
    if request.assigned_to_id == person.pk:
        return "caseload"
    if request.taken_by_id == person.pk and request.state != HelpRequest.State.CLOSED:
        return "taken"
    if request.callbacks.filter(state="due", assigned_to=person).exists():
        return "call"
    if request.state != HelpRequest.State.CLOSED and request.assigned_to_id is None:
        return "queue"
    if _is_for_named(person, request):
        return "named"
    if request.state != HelpRequest.State.CLOSED and planned_for(person, request):
        return "action"
    if Glass.objects.filter(person=person, request=request, until__gt=timezone.now()).exists():
        return "glass"
    return ""


def planned_for(person: Person, request: HelpRequest) -> bool:
    """Whether a next action of the case is this person's, or a call or action that is due today
    is nobody's."""
    tonight = timezone.localtime().replace(hour=23, minute=59, second=59)
    loose = Q(owner=None, due_at__lte=tonight)
    actions = NextAction.objects.filter(need__request=request, state="planned")
    if actions.filter(Q(owner=person) | loose).exists():
        return True
    return request.callbacks.filter(state="due", assigned_to=None, due_at__lte=tonight).exists()


def is_named(person: Person, request: HelpRequest) -> bool:
    """For each restricted kind of help in the request, the person is among those named."""
    return named.may_own(person, request)


def _is_for_named(person: Person, request: HelpRequest) -> bool:
    """A case of a kind that the person is named for, or of who is perhaps such a person."""
    kinds = named.kinds_of(person)
    if not kinds:
        return False
    if request.needs.filter(help_type__in=kinds, help_type__is_restricted=True).exists():
        return True
    pairs = PerhapsSame.objects.filter(decided_at=None)
    near = HelpRequest.objects.filter(needs__help_type__in=kinds)
    return (
        near.filter(resident__in=pairs.filter(one=request.resident).values("other")).exists()
        or near.filter(resident__in=pairs.filter(other=request.resident).values("one")).exists()
    )


def get_case_for(person: Person, code: str, *, what: str = "case") -> HelpRequest:
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
    found = (
        HelpRequest.objects.select_related("resident__area", "resident__household", "notice",
                                           "assigned_to", "from_partner", "area")
        .filter(code=code)
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    link = link_to(person, found)
    if not link:
        refuse_if_closed(person, found)
        raise NeedsGlass(found)
    note_read(person, found.resident, what=what, link=link, request=found)
    if found.is_restricted:
        ringing.opened(request=found, by=person)
    if named.is_kept_apart(person, found.resident):
        found.resident = named.masked(found.resident)
    return found


def refuse_if_closed(person: Person, request: HelpRequest) -> None:
    """Stop whom a case is kept from, with what to do; send who wrote in it to what they wrote."""
    if named.is_closed_to(person, request):
        if named.wrote_in(person, request):
            raise WroteHere(request)
        raise named.KeptApart(named.KEPT)


def get_case_with_person_for(person: Person, code: str, *, what: str = "case") -> HelpRequest:
    """A case, for what is done with its person: where they are kept from the reader, a refusal
    that says what to do instead."""
    found = get_case_for(person, code, what=what)
    if named.is_kept_apart(person, found.resident):
        raise named.KeptApart(named.PERSON_KEPT)
    return found


def get_written_for(person: Person, code: str) -> HelpRequest:
    """A case that is kept from this person and in which they wrote; the reading is recorded."""
    found = HelpRequest.objects.select_related("resident").filter(code=code).first()
    if found is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not named.wrote_in(person, found):
        raise named.KeptApart(named.KEPT)
    note_read(person, found.resident, what="own words", link="wrote", request=found)
    return found


def get_resident_for(person: Person, code: str, *, what: str = "person") -> Resident:
    """A resident, by a link to any of their cases; never one with a case kept from the reader."""
    found = Resident.objects.select_related("area", "household").filter(code=code).first()
    if found is None:
        raise Http404
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    if not named.may_see(person, found):
        raise named.KeptApart(named.PERSON_KEPT)
    # A merged record has no cases any more: those of the record that stayed decide.
    cases = (found.merged_into or found).requests
    for request in cases.all():
        if link := link_to(person, request):
            note_read(person, found, what=what, link=link, request=request)
            return found
    if named.is_manager(person):
        note_read(person, found, what=what, link="manager")
        return found
    newest = cases.order_by("-opened_at").first()
    if newest is None:
        raise named.KeptApart(named.PERSON_KEPT)
    raise NeedsGlass(newest)


def get_award_for(person: Person, code: str, *, roles: tuple[Role, ...] = GRANTS) -> Award:
    """An award, for who works on grants; what they see of the resident is what paying takes."""
    found = Award.objects.select_related("fund", "resident", "request").filter(code=code).first()
    if found is None:
        raise Http404
    if not roles_of(person) & set(roles):
        raise PermissionDenied
    note_read(person, found.resident, what="award", link="grants", request=found.request)
    return found


def get_grant_for(person: Person, code: str, *, what: str = "grant") -> tuple[Award, str]:
    """(a grant, by which link), for a handler: the link to its case, or "reference" where there
    is none and they typed the reference that the letter gives. The read is recorded.

    By the reference alone they may see where it stands and write a review down, no more; so too
    where another case keeps its person from them.

    Raises
    ------
    Http404
        There is none, or its case is kept from them.
    PermissionDenied
        The person is no handler.
    """
    if not roles_of(person) & set(HANDLERS):
        raise PermissionDenied
    grants = Award.objects.select_related("fund", "resident", "request__assigned_to")
    award = grants.filter(code=code).first()
    if award is None:
        raise Http404
    cases = [award.request] if award.request else list(award.resident.requests.all())
    link = ""
    if not named.is_kept_apart(person, award.resident):
        link = next(filter(None, (link_to(person, case) for case in cases)), "")
    if not link and any(named.is_closed_to(person, case) for case in cases):
        raise Http404
    note_read(person, award.resident, what=what, link=link or "reference", request=award.request)
    return award, link or "reference"


def get_grant_with_person_for(person: Person, code: str, *, what: str = "grant") -> Award:
    """A grant, for what is done with its person: by a link to its case, never by the reference
    alone; where the person is kept from the reader, a refusal that says what to do instead."""
    award, link = get_grant_for(person, code, what=what)
    if link != "reference":
        return award
    if named.is_kept_apart(person, award.resident):
        raise PermissionDenied(named.PERSON_KEPT)
    if award.request is None:
        raise PermissionDenied
    raise NeedsGlass(award.request)


def get_letter_for(person: Person, code: str) -> Award:
    """A grant for its letter: for grants officers, and for handlers with a link to its case."""
    if roles_of(person) & set(GRANTS):
        return get_award_for(person, code)
    return get_grant_with_person_for(person, code, what="grant letter")


def note_read(
    person: Person, resident: Resident, *, what: str, link: str,
    request: HelpRequest | None = None, draft: IntakeDraft | None = None,
) -> CaseRead:  # fmt: skip
    """Write down that somebody read somebody's record. The same page again within five minutes
    is the same reading. ``draft``: for which draft a candidate was offered."""
    since = timezone.now() - timedelta(minutes=5)
    code = draft.code if draft else ""
    same = CaseRead.objects.filter(person=person, resident=resident, request=request, what=what,
                                   draft_code=code, at__gt=since).first()  # fmt: skip
    if same is not None:
        return same
    own = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    return CaseRead.objects.create(
        person=person, resident=resident, request=request, what=what, link=link, draft_code=code,
        own_name=bool(surname) and keys.joined(surname) == keys.joined(resident.last_name),
        own_address=own is not None
        and resident.keys.filter(kind="address", digest=own.digest).exists(),
    )  # fmt: skip


def note_reads(person: Person, residents: list[Resident], *, what: str, link: str) -> None:
    """Write down that somebody was shown several people at once, as `note_read` does for one."""
    since = timezone.now() - timedelta(minutes=5)
    noted = set(
        CaseRead.objects.filter(person=person, resident__in=residents, request=None, what=what,
                                at__gt=since).values_list("resident", flat=True)
    )  # fmt: skip
    own = OwnAddress.objects.filter(person=person).first()
    neighbours: set[int] = set()
    if own is not None:
        neighbours = set(ResidentKey.objects.filter(
            resident__in=residents, kind="address", digest=own.digest
        ).values_list("resident", flat=True))  # fmt: skip
    surname = keys.joined((person.name.split() or [""])[-1])
    CaseRead.objects.bulk_create(
        CaseRead(
            person=person, resident=one, what=what, link=link, own_address=one.pk in neighbours,
            own_name=bool(surname) and surname == keys.joined(one.last_name),
        )
        for one in residents if one.pk not in noted
    )  # fmt: skip


def note_draft(person: Person, draft: IntakeDraft, described: keys.Described) -> CaseRead | None:
    """Write down that somebody read what was typed and not sent yet. An empty one is nobody's."""
    if not draft.answers:
        return None
    since = timezone.now() - timedelta(minutes=5)
    mine = CaseRead.objects.filter(person=person, draft_code=draft.code, what="draft")
    if (same := mine.filter(at__gt=since).first()) is not None:
        return same
    own = OwnAddress.objects.filter(person=person).first()
    surname = (person.name.split() or [""])[-1]
    place = f"{keys.postcode(described.postcode)} {keys.house(described.address)}"
    return CaseRead.objects.create(
        person=person,
        draft_code=draft.code,
        what="draft",
        link="intake",
        own_name=bool(surname) and keys.joined(surname) == keys.joined(described.last),
        own_address=own is not None and own.digest == keys.digest("address", place),
    )


def was_offered(person: Person, draft: IntakeDraft, resident: Resident) -> bool:
    """Whether the page showed this resident to this person as a candidate for this draft."""
    shown = CaseRead.objects.filter(person=person, draft_code=draft.code, what="candidate")
    return shown.filter(resident=resident).exists() and named.may_see(person, resident)


# --- Partners and volunteers ------------------------------------------------------------------


def get_partner_for_referrals(person: Person, code: str) -> Partner:
    """The partner, for its referral workers only."""
    found = (
        Membership.objects.current()
        .select_related("partner")
        .filter(partner__code=code, person=person)
        .first()
    )
    if found is None:
        raise Http404
    if not found.handles_referrals or not found.partner.may_act:
        raise PermissionDenied
    return found.partner


def get_referral_for(person: Person, partner_code: str, code: str) -> Referral:
    partner = get_partner_for_referrals(person, partner_code)
    found = (
        Referral.objects.select_related(
            "request__resident", "service", "consent", "need__help_type"
        )
        .filter(partner=partner, code=code)
        .first()
    )
    if found is None:
        raise Http404
    return found


def shown_to_partner(referral: Referral, person: Person) -> dict[str, str]:
    """What the partner may read of the resident right now, by field; that they read is kept.

    Nothing once the consent is withdrawn or over, or the referral has ended.
    """
    if not referral.is_readable:
        return {}
    resident = referral.request.resident
    if resident.is_dead or resident.state in (Resident.State.ERASED, Resident.State.MERGED):
        return {}
    if not referral.request.is_restricted and named.is_restricted(resident):
        # What is known of the person came with a case that this partner has no part in.
        Copy.objects.create(
            referral=referral, partner=referral.partner, person=person, fields=["safe contact"]
        )
        return {"safe contact": THROUGH_THE_DESK}
    shared = set(referral.fields)
    if referral.consent is not None:
        # What was handed over before consent was compared is cut to what was agreed to.
        shared &= set(referral.consent.fields)
    shown = {
        name: value
        for name, value in fields_of(resident).items()
        if value and (name in shared or name == INSTRUCTION)
    }
    Copy.objects.create(
        referral=referral, partner=referral.partner, person=person, fields=list(shown)
    )  # fmt: skip
    return shown


THROUGH_THE_DESK = "Get in touch through the help desk only; quote the referral."
# What goes with every number and address, always; no field that somebody agrees to.
INSTRUCTION = "safe contact"
# Fields that a referral may carry, in the order in which they are shown.
SHARED = (
    ("first name", "First name"), ("last name", "Last name"), ("phone", "Telephone"),
    ("email", "E-mail"), ("address", "Address"), ("born", "Date of birth"),
    ("language", "Language"), ("household", "Who lives with them"), ("words", "What they said"),
)  # fmt: skip


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


def volunteer_of(person: Person) -> Volunteer:
    found = Volunteer.objects.filter(person=person).prefetch_related("checks", "areas").first()
    if found is None:
        raise Http404
    return found


def get_task_for(person: Person, code: str) -> tuple[Task, bool]:
    """(task, whether this person has taken it). Tasks that others took are not there."""
    volunteer = volunteer_of(person)
    found = Task.objects.select_related("area", "need__request__resident").filter(code=code).first()
    if found is None:
        raise Http404
    mine = found.taken_by_id == volunteer.pk
    if not mine and found.state != Task.State.OPEN:
        raise Http404
    if mine and found.state == Task.State.TAKEN and found.need is not None:
        case = found.need.request
        note_read(person, case.resident, what="task", link=VOLUNTEER, request=case)
    return found, mine
