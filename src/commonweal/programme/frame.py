"""Bringing files of actions into the programme: what is said of them on the pages of `bringing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.bringing import frames
from commonweal.bringing.forms import Fixed
from commonweal.bringing.meanings import Meaning
from commonweal.bringing.models import HeldFile
from commonweal.design.words import day

from . import importing
from .desk import author_of
from .import_forms import ActionFileForm, StopUnlistedForm, UndoActionsForm
from .models import Action, ImportRun, Metric, Pillar

WORDS = frames.Words(
    thing="action",
    title="Import actions",
    heading="Import actions from a file",
    back=("desk-programme", "Programme desk"),
    stale="The programme has changed since you looked, or an answer has. This is what would happen "
    "now: look again.",
    just_so="The programme has {} of the file just so.",
    empty="An empty file stops nothing.",
    stays="What the programme has of these stays as it is.",
    unlisted="The file does not name {} that earlier files of this list brought. They go on as "
    "they are, unless you say otherwise here: then they are stopped, by a decision.",
    runs_caption="Files of actions",
    run_title="A file of actions",
    keeps="Nothing leaves the history of the plan: each of these actions says that the file was "
    "undone, and why. Workstreams and decisions that came with it stay.",
    gone="Stopped",
    back_how="Words, days and pillars go back, milestones that it added are taken out, and what it "
    "stopped goes on.",
    left="Left as they are, since others changed them",
)


class Actions(frames.Frame):
    place = "programme"
    template_name = "actions.csv"
    words = WORDS
    addresses = frames.Addresses(
        choose="programme-import",
        template="programme-import-template",
        held="programme-import-held",
        columns="programme-import-columns",
        held_refused="programme-held-refused",
        runs="programme-imports",
        run="programme-import-run",
        run_refused="programme-import-refused",
        undo="programme-import-undo",
    )
    pieces = frames.Pieces(
        new="programme/_import_new.html",
        changed="programme/_import_changed.html",
        things="programme/_import_actions.html",
        made="programme/_import_made.html",
    )
    removal_form = StopUnlistedForm
    undo_form = UndoActionsForm

    def form(self, request: SignedInRequest) -> ActionFileForm:
        initial = {"as_at": timezone.localdate()}
        return ActionFileForm(request.POST or None, request.FILES or None, initial=initial)

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "layout": importing.OWN,
            "sender": answers["source"],
            "as_at": answers["as_at"],
        }

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        return importing.MEANINGS

    def fixed(self, held: HeldFile) -> Fixed:
        pillars = [(pillar.code, pillar.name) for pillar in Pillar.objects.all()]
        metrics = [(metric.code, metric.name) for metric in Metric.objects.all()]
        return {
            "pillars": ("The pillar that all of them serve", pillars),
            "measure": ("How one will know, of all of them", metrics),
        }

    def is_table(self, held: HeldFile) -> bool:
        """Recommendations with their responses come as JSON."""
        return not held.file_name.lower().endswith(".json")

    def plan(self, held: HeldFile) -> importing.ActionPlan:
        return importing.plan_held(held)

    def source_of(self, plan: Any) -> str:
        source: str = plan.source
        return source

    def carry_out(self, request: SignedInRequest, plan: Any) -> tuple[str, str]:
        run = importing.carry_out(plan, author=author_of(request))
        return "The file is brought in.", reverse("programme-import-run", args=[run.pk])

    def examples(self) -> dict[str, str]:
        pillar, metric = Pillar.objects.first(), Metric.objects.first()
        return {
            "pillars": pillar.code if pillar else "",
            "measure": metric.code if metric else "",
        }

    def runs(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.all()

    def lead(self, run: ImportRun) -> str:
        return f"List {run.source}, as at {day(run.as_at)}."

    def made_by(self, run: ImportRun) -> list[tuple[Action, bool]]:
        """Its actions as they stand now, each with whether it came with it."""
        return [(action, action.code not in run.before) for action in importing.actions_of(run)]

    def plan_undo(self, run: ImportRun) -> importing.Undoing:
        return importing.plan_undo(run)

    def undo(self, request: SignedInRequest, run: ImportRun, *, because: str, seen: str) -> None:
        importing.undo(run, because=because, author=author_of(request), seen=seen)


ACTIONS = Actions()
