"""Bringing registers of contracts in: what is said of them on the pages of `bringing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.bringing import frames, holding
from commonweal.bringing.meanings import Choice, Meaning
from commonweal.bringing.models import HeldFile
from commonweal.bringing.undoing import TakingBack
from commonweal.design.forms import Form
from commonweal.design.words import day, many
from commonweal.office.errors import Refused

from . import contracts, contracts_planned, registers
from .contract_columns import MEANINGS
from .desk import start_run
from .forms import ContractsForm, TakeOutForm
from .models import Anchor, Contract, ContractsFile

# Lines of a file that are named with their reasons.
LINES_NAMED = 20
FILES_SHOWN = 50

WORDS = frames.Words(
    thing="contract",
    title="Read a register of contracts",
    heading="Read a register of contracts",
    back=("desk-spend", "Spend desk"),
    stale="These contracts have changed since you looked. This is what would happen now: look "
    "again.",
    just_so="Known just so already: {} of the file.",
    empty="An empty file takes nothing out.",
    stays="What is known of these stays as it is.",
    unlisted="The file does not name {} of this anchor. They stay, unless you say otherwise here. "
    "What is taken out is there again when the file is undone.",
    before="Local firms see which contracts end when, by what the anchors buy. A file adds and "
    "updates. What it no longer names stays, and is shown by name; a file can be undone.",
    runs_heading="Registers of contracts",
    run_title="A register of contracts",
    keeps="What it took out is there again, under its old number.",
    gone="Contracts that go",
    back_how="They say again what they said, and what it took out is there again.",
)


class Contracts(frames.Frame):
    place = "contracts"
    template_name = "contracts.csv"
    words = WORDS
    addresses = frames.Addresses(
        choose="contracts-read",
        template="contracts-template",
        held="contracts-held",
        columns="contracts-columns",
        held_refused="contracts-held-refused",
        runs="contracts-read",
        run="contracts-file",
        run_refused="contracts-refused",
        undo="contracts-undo",
    )
    pieces = frames.Pieces(
        new="spend/_contracts_new.html",
        changed="spend/_contracts_changed.html",
        things="spend/_contracts.html",
        made="spend/_contracts_made.html",
        runs="spend/_contracts_files.html",
    )
    removal_form = TakeOutForm
    undo_form = Form
    shows_runs = False

    def form(self, request: SignedInRequest) -> ContractsForm:
        return ContractsForm(request.POST or None, request.FILES or None)

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Columns are remembered by whose register it is."""
        return {
            "layout": "contracts",
            "sender": str(answers["anchor"].pk),
            "as_at": timezone.localdate(),
            "told": {"source_url": answers["source_url"]},
        }

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        return MEANINGS

    def plan(self, held: HeldFile) -> contracts_planned.ContractPlan:
        anchor = Anchor.objects.select_related("partner").filter(pk=held.sender).first()
        if anchor is None:
            raise Refused("This anchor is not there any more. Choose the file again.")
        content, url = holding.content_of(held), held.told.get("source_url", "")
        register = contracts.read(anchor, content, held.file_name, url, Choice.of(held.choice))
        planned = contracts_planned.plan(
            anchor, register, file_name=held.file_name, sha256=held.sha256
        )
        planned.held = held
        if register.without_value:
            planned.notes.append("Kept without a value" + _lines_named(_no_amounts(register)))
        if held.removes is not None:
            planned.remove(held.removes)
        return planned

    def source_of(self, plan: Any) -> str:
        name: str = plan.anchor.partner.name
        return name

    def carry_out(self, request: SignedInRequest, plan: Any) -> tuple[str, str]:
        file = registers.carry_out(plan, by=request.user)
        _say(request, plan.register)
        start_run(request)
        address = reverse("contracts-file", args=[file.pk])
        return "Read. The page of opportunities shows what ends when.", address

    def runs(self) -> QuerySet[ContractsFile]:
        return ContractsFile.objects.select_related("anchor__partner")

    def runs_more(self) -> dict[str, Any]:
        return {"files": self.runs()[:FILES_SHOWN]}

    def lead(self, run: ContractsFile) -> str:
        return f"Contracts of {run.source}, read on {day(run.as_at)}."

    def made_by(self, run: ContractsFile) -> list[tuple[Contract, bool]]:
        """Those of its contracts that are there still, each with whether it came with it."""
        return registers.contracts_of(run)

    def may_undo(self, run: ContractsFile) -> bool:
        return contracts_planned.newest(run.anchor) == run

    def unlisted_of(self, run: ContractsFile) -> tuple[list[Contract], int]:
        return list(registers.unlisted(run)), run.anchor.contracts.count()

    def take_off(self, request: SignedInRequest, run: ContractsFile, *, count: int) -> str:
        taken = registers.remove(file=run, count=count, by=request.user)
        start_run(request)
        return f"{many(taken, 'contract')} taken out."

    def plan_undo(self, run: ContractsFile) -> TakingBack:
        return registers.plan_undo(run)

    def undo(
        self, request: SignedInRequest, run: ContractsFile, *, because: str, seen: str
    ) -> None:
        registers.undo(file=run, by=request.user, seen=seen)
        start_run(request)


def _say(request: SignedInRequest, register: contracts.Read) -> None:
    messages.info(
        request,
        f"{many(len(register.contracts), 'contract')} kept; lines left out: "
        f"{len(register.left_out):,}"
        + _lines_named(register.left_out)
        + "".join(f" {note}" for note in register.notes),
    )
    if register.without_value:
        messages.info(request, "Kept without a value" + _lines_named(_no_amounts(register)))


def _no_amounts(register: contracts.Read) -> list[tuple[int, str]]:
    return [(line, f"{text[:40]!r} is no amount") for line, text in register.without_value]


def _lines_named(lines: list[tuple[int, str]]) -> str:
    named = "".join(f"; line {line}: {why}" for line, why in lines[:LINES_NAMED])
    unnamed = len(lines) - LINES_NAMED
    return f"{named}; and {unnamed:,} more." if unnamed > 0 else f"{named}."


CONTRACTS = Contracts()
