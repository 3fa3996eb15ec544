"""Writing a pledge in steps: what was typed is kept after each, whether it is right or not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict

from commonweal.accounts.models import Person
from commonweal.office.errors import Refused
from commonweal.partners.access import membership_in
from commonweal.partners.models import Partner

from .draft_forms import FiguresStep, MeasureStep, OwnerStep, PromiseStep
from .models import Draft, Measure, MeasureKind, Pledge, plain
from .terms import Terms

STEPS = ("measure", "promise", "figures", "owner")
TITLES = {
    "measure": MeasureStep.title,
    "promise": PromiseStep.title,
    "figures": FiguresStep.title,
    "owner": OwnerStep.title,
    "check": "Check and send",
}


def form_for(draft: Draft, step: str, posted: QueryDict | dict[str, Any] | None = None) -> Any:
    """The form of a step, filled with what is being sent, else with what was kept."""
    typed = posted if posted is not None else draft.answers.get(step)
    form: Any
    match step:
        case "measure":
            form = MeasureStep(typed, partner=draft.partner)
        case "promise":
            form = PromiseStep(typed)
        case "figures":
            form = FiguresStep(typed, measure=measure_of(draft))
        case _:
            form = OwnerStep(typed, partner=draft.partner)
    # What is kept now, so that a stale page overwrites nothing of a colleague's.
    form.initial = {name: _kept(draft, step, name) for name in form.fields}
    return form


def _kept(draft: Draft, step: str, name: str) -> Any:
    answers = draft.answers.get(step, {})
    parts = [answers.get(f"{name}_{n}") for n in range(3)]
    return answers.get(name, "") if parts == [None] * 3 else [part or "" for part in parts]


def measure_of(draft: Draft) -> Measure | None:
    if wanted_of(draft):
        return None
    code = draft.answers.get("measure", {}).get("measure", "")
    return Measure.objects.filter(code=code, on_menu=True).select_related("theme").first()


def wanted_of(draft: Draft) -> str:
    """What is to be counted where it is nothing on the menu, in the partner's words."""
    return str(draft.answers.get("measure", {}).get("wanted", "")).strip()


def keep(draft: Draft, step: str, form: Any) -> None:
    """Keep what was typed in a step, as it was typed, right or wrong; what a colleague changed
    meanwhile as well stays as it is until one of the two is chosen."""
    form.full_clean()
    with transaction.atomic():
        now = Draft.objects.select_for_update().get(pk=draft.pk)
        earlier = now.answers.get(step, {})
        typed = {
            name: form.data[name]
            for name in form.data
            if {name, name.rsplit("_", 1)[0]} & set(form.fields)
        }
        for name in list(typed):
            if {name, name.rsplit("_", 1)[0]} & set(form.conflicts):
                typed[name] = earlier.get(name, "")
        draft.answers = now.answers | {step: typed}
        draft.save(update_fields=["answers", "saved_at"])


def missing(draft: Draft) -> list[tuple[str, str, str]]:
    """(step, field, message) for each thing that is still missing or wrong."""
    gaps = []
    for step in STEPS:
        form = form_for(draft, step, draft.answers.get(step, {}))
        for name, messages in form.errors.items():
            gaps += [(step, name, str(message)) for message in messages]
    return gaps


def answers_of(draft: Draft) -> dict[str, Any]:
    """What a complete draft says, by the names of its terms."""
    answers: dict[str, Any] = {}
    for step in STEPS:
        form = form_for(draft, step, draft.answers.get(step, {}))
        if not form.is_valid():
            raise Refused("Something is still missing; the list above says what.")
        answers |= form.cleaned_data
    return answers


def terms_of(draft: Draft) -> Terms:
    """The terms that a complete draft makes."""
    answers = answers_of(draft)
    measure: Measure = answers["measure"]
    if measure.kind == MeasureKind.YES_NO:
        answers["baseline"], answers["target"] = Decimal(0), Decimal(1)
    return Terms(
        measure=measure,
        statement=answers["statement"],
        baseline=answers["baseline"],
        target=answers["target"],
        due_on=answers["due_on"],
        theme=measure.theme,
        owner_title=answers["owner_title"],
        clause=answers["clause"],
        decision=answers.get("decision"),
        area=answers["area"],
        who_benefits=answers["who_benefits"],
    )


def from_returned(pledge: Pledge, by: Person) -> Draft:
    """Open a returned pledge for writing again, with everything that it said."""
    draft, is_new = Draft.objects.get_or_create(
        pledge=pledge, defaults={"partner": pledge.partner, "by": by}
    )
    if is_new and pledge.due_on:
        draft.answers = {
            "measure": {"measure": pledge.measure.code},
            "promise": {
                "statement": pledge.statement,
                "who_benefits": pledge.who_benefits,
                "area": pledge.area.code if pledge.area else "",
            },
            "figures": {
                "baseline": plain(pledge.baseline),
                "target": plain(pledge.target),
                "due_on_0": str(pledge.due_on.day),
                "due_on_1": str(pledge.due_on.month),
                "due_on_2": str(pledge.due_on.year),
            },
            "owner": {
                "owner_title": pledge.owner_title,
                "clause": str(pledge.clause_id or ""),
                "decision": pledge.decision.code if pledge.decision else "",
            },
        }
        draft.save(update_fields=["answers", "saved_at"])
    return draft


def start(partner: Partner, by: Person) -> Draft:
    """A new draft, or the one without a word yet that the person began before."""
    empty = next((draft for draft in begun(partner, by) if not is_begun(draft)), None)
    return empty or Draft.objects.create(partner=partner, by=by, answers=_known(partner, by))


def begun(partner: Partner, by: Person) -> QuerySet[Draft]:
    """The promises that a person began for a partner and has not sent, the latest first."""
    written = Draft.objects.filter(partner=partner, by=by, pledge=None)
    return written.filter(answers__sent__isnull=True).order_by("-saved_at", "-pk")


def is_begun(draft: Draft) -> bool:
    """Whether something was answered in it."""
    return bool(set(draft.answers) & {"measure", "promise", "figures"})


def _known(partner: Partner, by: Person) -> dict[str, Any]:
    """What need not be asked: whoever said what they are there answers for the promise, until they
    say otherwise. A council's decision is always asked for."""
    mine = membership_in(by, partner)
    if mine is None or not mine.job_title or partner.is_council:
        return {}
    return {"owner": {"owner_title": mine.job_title, "clause": ""}}


def after(draft: Draft, step: str) -> str | None:
    """The step that follows; None where only the check is left."""
    steps = [name for name in STEPS if name in (step, *STEPS[:3]) or not is_answered(draft, name)]
    place = steps.index(step) + 1
    return steps[place] if place < len(steps) else None


def is_answered(draft: Draft, step: str) -> bool:
    return step in draft.answers and form_for(draft, step).is_valid()
