"""Bringing files of pledges into the register: what is said of them on the pages of `bringing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.accounts.models import Person
from commonweal.bringing import frames
from commonweal.bringing.forms import Fixed
from commonweal.bringing.meanings import Meaning
from commonweal.bringing.models import HeldFile
from commonweal.design.words import day
from commonweal.partners.models import Sector

from . import carrying, importing, jobs, undoing
from .forms import PledgeFileForm, UndoPledgesForm
from .layout import layout_named, layouts
from .meanings import MEANINGS, OF_REGISTERS
from .models import AskedImport, ImportRun, Measure, Pledge

WORDS = frames.Words(
    thing="pledge",
    title="Import pledges",
    heading="Import pledges from a file",
    back=("desk-charter", "Today"),
    stale="The register has changed since you looked, or an answer has. This is what would happen "
    "now: look again.",
    just_so="The register has {} of the file just so.",
    empty="An empty file takes nothing off the register.",
    stays="What the register has of these stays as it is.",
    unlisted="The file does not name {} that earlier files of this list brought. They stay as they "
    "are, unless you say otherwise here: then their ledgers say that the source lists them no "
    "longer, and they lapse.",
    runs_title="Imports",
    runs_heading="What was imported",
    runs_source="Source",
    run_title="Import",
    keeps="Nothing leaves the ledger: each of these pledges gets entries that say that the file "
    "was undone, and why. Organisations that came with it stay in the list of partners.",
    gone="Withdrawn",
    back_how="Terms and statuses go back, reports of progress are taken back, and what was taken "
    "off is listed again.",
    left="Left as they are, since others wrote to them",
)


class Pledges(frames.Frame):
    place = "pledges"
    template_name = "pledges.csv"
    words = WORDS
    addresses = frames.Addresses(
        choose="desk-import",
        template="desk-import-template",
        held="desk-import-held",
        columns="desk-import-columns",
        held_refused="desk-import-held-refused",
        runs="desk-imports",
        run="desk-import-run",
        run_refused="desk-import-refused",
        undo="desk-import-undo",
    )
    pieces = frames.Pieces(
        new="pledges/_import_new.html",
        changed="pledges/_import_changed.html",
        things="pledges/_import_pledges.html",
        made="pledges/_import_made.html",
        runs="pledges/_import_on_their_way.html",
        undoing="pledges/_import_names.html",
    )
    undo_form = UndoPledgesForm
    shows_runs = False

    def form(self, request: SignedInRequest) -> PledgeFileForm:
        own_first = sorted(layouts(), key=lambda layout: not layout.checked)
        choices = [(layout.name, layout.title) for layout in own_first]
        return PledgeFileForm(request.POST or None, request.FILES or None, layouts=choices)

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Columns are a register's own, else those of whoever keeps the list."""
        layout = layout_named(answers["layout"])
        return {
            "layout": answers["layout"],
            "sender": str(answers["sender"]) if layout.checked else layout.source,
            "as_at": answers["as_at"] or timezone.localdate(),
        }

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        if held is None or layout_named(held.layout).checked:
            return MEANINGS
        return OF_REGISTERS

    def fixed(self, held: HeldFile) -> Fixed:
        layout = layout_named(held.layout)
        menu = [Measure(code=code, **terms) for code, terms in layout.measures.items()]
        if layout.checked:
            menu = list(Measure.objects.filter(on_menu=True))
        measures = [(m.code, f"{m.name} ({m.unit})" if m.unit else m.name) for m in menu]
        sectors = [(code, str(label)) for code, label in Sector.choices]
        return {
            "measure": ("What all of them count", measures),
            "sector": ("The sector that all of them are of", sectors),
        }

    def may_map(self, held: HeldFile, plan: Any) -> bool:
        asks: bool = plan.layout.asks
        return asks

    def plan(self, held: HeldFile) -> importing.PledgePlan:
        return importing.plan_held(held)

    def source_of(self, plan: Any) -> str:
        source: str = plan.layout.source
        return source

    def carry_out(self, request: SignedInRequest, plan: Any) -> tuple[str, str]:
        plan.must_do_something()
        plan.must_be_answered()
        if plan.is_long:
            _ask_for(plan, by=request.user)
            return (
                "The file is being read in. Its pledges come into the register all at once, when "
                "all of them are ready.",
                reverse("desk-imports"),
            )
        run = carrying.carry_out(plan, by=request.user)
        return "The file is brought in.", reverse("desk-import-run", args=[run.pk])

    def examples(self) -> dict[str, str]:
        measure = Measure.objects.filter(on_menu=True).first()
        return {"measure": measure.code if measure else ""}

    def runs(self) -> QuerySet[ImportRun]:
        return ImportRun.objects.all()

    def runs_more(self) -> dict[str, Any]:
        refused = AskedImport.objects.exclude(refused_because="").select_related("held")[:5]
        on_their_way = AskedImport.objects.filter(run=None, refused_because="")
        return {"on_their_way": on_their_way, "refused": refused}

    def lead(self, run: ImportRun) -> str:
        return f"Source {run.source}, layout {run.layout}, as at {day(run.as_at)}."

    def made_by(self, run: ImportRun) -> QuerySet[Pledge]:
        return undoing.pledges_of(run)

    def may_undo(self, run: ImportRun) -> bool:
        """An earlier version did not keep what a file did."""
        return run.after_seq is not None

    def plan_undo(self, run: ImportRun) -> undoing.Undoing:
        return undoing.plan_undo(run)

    def undo(self, request: SignedInRequest, run: ImportRun, *, because: str, seen: str) -> None:
        undoing.undo(run, because=because, by=request.user, seen=seen)


def _ask_for(plan: importing.PledgePlan, *, by: Person) -> None:
    with transaction.atomic():
        asked_import = carrying.ask_for(plan, by=by)
        if asked_import.held is None:
            asked_import.held = plan.held
            asked_import.save(update_fields=["held"])
        jobs.import_asked.enqueue(asked_import.pk)


PLEDGES = Pledges()
