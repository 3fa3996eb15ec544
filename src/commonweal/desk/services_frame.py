"""Bringing files of services in: what is said of them on the pages of `bringing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.bringing import frames, holding
from commonweal.bringing.meanings import Choice, Meaning
from commonweal.bringing.models import HeldFile
from commonweal.bringing.plans import Plan
from commonweal.design.words import day
from commonweal.services import directory
from commonweal.services.models import BroughtService, ServicesFile

from .forms.services import EndServicesForm, ServiceFileForm, UndoServicesForm

TABLE, DOCUMENT = "table", "document"
WORDS = frames.Words(
    thing="service",
    title="Read services",
    heading="Read a file of services",
    back=("desk-manage", "Manage the desk"),
    stale="The directory has changed since you looked. This is what would happen now: look again.",
    just_so="The directory has {} of the file just so.",
    empty="An empty file ends nothing.",
    stays="What the directory has of these stays as it is.",
    unlisted="The file does not list {} of this source. They stay, and their pages say that they "
    "are perhaps no longer offered, unless you say otherwise here: then they end. A file may be a "
    "part, or be cut short.",
    before="A file adds and changes services. What it no longer lists is shown by name, and stays. "
    "A file can be undone.",
    runs_title="Files of services",
    runs_heading="Files of services",
    runs_caption="Files of services",
    runs_source="Source",
    run_title="A file of services",
    keeps="Services that came with it leave the directory; those that it changed or ended stand as "
    "they did before.",
    gone="Taken out of the directory",
    back_how="Their words, places and hours go back; what it ended is offered again.",
    left="Left as they are, since somebody changed them or sent a resident there",
)


class Services(frames.Frame):
    place = "services"
    template_name = "services.csv"
    words = WORDS
    addresses = frames.Addresses(
        choose="service-import",
        template="service-template",
        held="service-held",
        columns="service-columns",
        held_refused="service-held-refused",
        runs="service-files",
        run="service-file",
        run_refused="service-file-refused",
        undo="service-file-undo",
    )
    pieces = frames.Pieces(
        new="desk/_services_new.html",
        changed="desk/_services_changed.html",
        things="desk/_services.html",
        made="desk/_services_made.html",
    )
    removal_form = EndServicesForm
    undo_form = UndoServicesForm

    def form(self, request: SignedInRequest) -> ServiceFileForm:
        return ServiceFileForm(request.POST or None, request.FILES or None)

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """A document says of itself what is what; of a table the columns can be told."""
        upload = answers["file"]
        is_table = directory.is_table(upload.read(), upload.name or "file.csv")
        upload.seek(0)
        return {
            "layout": TABLE if is_table else DOCUMENT,
            "sender": answers["source"],
            "as_at": timezone.localdate(),
        }

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        return directory.MEANINGS if held else directory.OF_AN_EMPTY_FILE

    def is_table(self, held: HeldFile) -> bool:
        return held.layout != DOCUMENT

    def plan(self, held: HeldFile) -> directory.DirectoryPlan:
        planned = directory.plan(
            holding.content_of(held),
            held.file_name,
            source=held.sender,
            choice=Choice.of(held.choice),
        )
        planned.held = held
        if held.removes is not None:
            planned.remove(held.removes)
        return planned

    def source_of(self, plan: Plan) -> str:
        assert isinstance(plan, directory.DirectoryPlan)
        return plan.source

    def carry_out(self, request: SignedInRequest, plan: Plan) -> tuple[str, str]:
        assert isinstance(plan, directory.DirectoryPlan)
        plan.must_do_something()
        file = directory.bring_in(plan, by=request.user)
        return "The file is brought in.", reverse("service-file", args=[file.pk])

    def runs(self) -> QuerySet[ServicesFile]:
        return ServicesFile.objects.all()

    def lead(self, run: ServicesFile) -> str:
        read = f"Source {run.source}, read on {day(run.as_at)}."
        if run.undone_because:
            return f"{read} Undone, because: {run.undone_because}"
        if run.finished_at is None and run.undone_at is None:
            return f"{read} It was cut off on its way: choose the same file again for the rest."
        return read

    def made_by(self, run: ServicesFile) -> QuerySet[BroughtService]:
        return run.brought.select_related("service")

    def plan_undo(self, run: ServicesFile) -> directory.Undoing:
        return directory.plan_undo(run)

    def undo(self, request: SignedInRequest, run: ServicesFile, *, because: str, seen: str) -> None:
        directory.undo(file=run, because=because, by=request.user, seen=seen)


SERVICES = Services()
