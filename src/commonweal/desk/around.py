"""What lies around a case or a draft, as far as one reader may meet it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from commonweal.accounts.models import Person
from commonweal.cases import intake, joining, named, safeguards, triage
from commonweal.cases.models import Case, IntakeDraft
from commonweal.residents import guards, people
from commonweal.residents.models import Merge, Resident
from commonweal.services.models import HelpType

from .forms.answered import in_words
from .forms.clocks import SAFE_DAYS
from .forms.intake import IntakeForm


def around(person: Person, case: Case) -> dict[str, Any]:
    """Of a case's person: who else they may be, their other cases, household, consents, and the
    grants of this case. Nothing of it, where another case keeps the person from the reader."""
    resident = case.resident
    if named.is_kept_apart(person, resident):
        return {"kept_apart": True, "person_kept": guards.PERSON_KEPT}
    visible = Resident.objects.present().filter(named.visible_to(person))
    together = visible.filter(household=resident.household) if resident.household else None
    return {
        "candidates": people.candidates(
            people.described(resident), apart_from=resident, for_person=person
        ),
        "consents": resident.consents.select_related("partner", "help_type"),
        "others": resident.cases.exclude(pk=case.pk).exclude(named.closed_to(person)),
        "awards": resident.awards.filter(case=case).select_related("fund"),
        "household": list(together.exclude(pk=resident.pk)) if together is not None else [],
        "merges": Merge.objects.filter(kept=resident, undone_at=None),
        "joined": [
            (pair, second)
            for pair, second in joining.pairs_of(resident)
            if _decides(person, resident) or _decides(person, second)
        ],
    }


def _decides(person: Person, resident: Resident) -> bool:
    """Managers, and who is named for the restricted cases of a record, decide who it is."""
    if named.is_manager(person):
        return True
    return named.is_restricted(resident) and not named.is_kept_apart(person, resident)


def may_compare(person: Person, theirs: Resident, code: str) -> Resident | None:
    """The other record that this person may lay beside one that they may read: somebody who may
    be the same; else this would be a way into any record."""
    near = people.candidates(people.described(theirs), apart_from=theirs, for_person=person)
    joined = [second for _, second in joining.pairs_of(theirs) if guards.may_see(person, second)]
    offered = [candidate.resident for candidate in near] + joined
    return next((resident for resident in offered if resident.code == code), None)


# --- Drafts -----------------------------------------------------------------------------------


def may_open(person: Person, draft: IntakeDraft) -> bool:
    ticked = intake.answers_of(draft).get("needs") or [] if draft.is_restricted else []
    return named.may_open_draft(person, draft, ticked)


def drafts_for(person: Person) -> list[IntakeDraft]:
    """Every call cut off half-way that this person may go on with: whoever named danger first,
    then their own, then the newest."""
    drafts = IntakeDraft.objects.filter(sent_as=None, saves__gt=0).exclude(answers="")
    open_to_them = [draft for draft in drafts.select_related("saved_by") if may_open(person, draft)]

    def rank(draft: IntakeDraft) -> tuple[bool, bool]:
        is_own = person.pk in (draft.saved_by_id, draft.started_by_id)
        return not intake.is_danger(draft), not is_own

    return sorted(open_to_them, key=rank)


def drafts_of(person: Person) -> QuerySet[IntakeDraft]:
    """The drafts that a search may show this person."""
    if named.is_manager(person):
        return IntakeDraft.objects.all()
    is_own = Q(saved_by=person) | Q(started_by=person)
    return IntakeDraft.objects.filter(Q(is_restricted=False) | is_own)


def get_draft_for(person: Person, code: str) -> IntakeDraft:
    """What was typed, for who may go on with it.

    Raises
    ------
    Http404
        There is none.
    PermissionDenied
        It is for named colleagues, and this person didn't type it.
    """
    draft = get_object_or_404(IntakeDraft, code=code)
    if draft.sent_as is None and not may_open(person, draft):
        raise named.KeptApart(named.DRAFT_KEPT)
    return draft


# --- What who wrote in a case keeps of it -----------------------------------------------------


def handed_on(person: Person) -> QuerySet[Case]:
    """Open cases that this person took and that are kept from them: they can add to them."""
    closed = named.kept_cases(person).order_by().values("pk")
    return Case.objects.open().filter(pk__in=closed, taken_by=person).order_by("-opened_at")


# What was typed in answer to each question, in the order in which it is read back; how it is safe
# to reach them stands before it.
WAY_TYPED = ("contact", "safe_days", "safe_from", "safe_until", "signs")
TYPED = (
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("also_known_as", "Also known as"),
    ("born", "Date of birth"),
    ("lives", "Where they live"),
    ("area", "Area"),
    ("language", "Language"),
    ("phone", "Telephone"),
    ("phone2", "Another telephone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("postcode", "Postcode"),
    ("adults", "Adults at home"),
    ("children", "Children at home"),
    ("ages", "Ages of the children"),
    ("safe_word", "Safe word"),
    ("safe_note", "When it is safe"),
    ("for_whom", "Who needs the help"),
    ("caller_name", "Asked by"),
    ("caller_relation", "Who is"),
    ("caller_contact", "Reached at"),
    ("words", "What they said"),
)


def _signs_in_words(codes: list[str]) -> str:
    questions = {code: question for code, question, _, _ in triage.SIGNS}
    return "\n".join(questions.get(code, "") for code in codes)


def _way_typed(answers: dict[str, Any]) -> list[tuple[str, str]]:
    """How it is safe to reach them and what was ticked, as it was typed: it stands before every
    number."""
    contact, days = str(answers.get("contact") or ""), str(answers.get("safe_days") or "")
    hours = [str(answers.get(name) or "") for name in ("safe_from", "safe_until")]
    rows = [
        ("How they may be reached", dict(Resident.Contact.choices).get(contact, contact)),
        ("On which days", dict(SAFE_DAYS).get(days, days)),
        ("At which hours", " to ".join(hours) if any(hours) else ""),
        ("Right now", _signs_in_words(answers.get("signs") or [])),
    ]
    return [(label, typed) for label, typed in rows if typed]


def _answers_of(person: Person, case: Case) -> dict[str, Any]:
    """What was typed when the case was taken, for whoever took it."""
    draft = IntakeDraft.objects.filter(sent_as=case).first()
    return intake.answers_of(draft) if draft and case.taken_by_id == person.pk else {}


def _rows_typed(answers: dict[str, Any]) -> list[tuple[str, str]]:
    form = IntakeForm()
    rows = [(label, in_words(form, name, answers)) for name, label in TYPED]
    return [*_way_typed(answers), *((label, typed) for label, typed in rows if typed)]


def written_by(person: Person, case: Case) -> dict[str, Any]:
    """What one person wrote in a case, as they wrote it; nothing of what came since."""
    answers = _answers_of(person, case)
    rows = _rows_typed(answers)
    if not rows and case.taken_by_id == person.pk and case.words:
        rows = [("What they said", case.words)]
    kinds = named.restricted_kinds(case)
    return {
        "rows": rows,
        "kinds": HelpType.objects.filter(code__in=answers.get("needs") or []) or kinds,
        "notes": case.notes.filter(by=person).order_by("at", "id"),
        "scripts": [kind for kind in kinds if kind.first_script],
        "numbers": safeguards.numbers_of(case),
        "what_next": list(
            dict.fromkeys(safeguard.what_next for safeguard in safeguards.safeguards_for(case))
        ),
        "is_opened": case.case_alarms.filter(opened_at__isnull=False).exists(),
        "alarm": case.case_alarms.filter(opened_at=None).order_by("raised_at").first(),
        "has_owner": case.assigned_to_id is not None,
    }
