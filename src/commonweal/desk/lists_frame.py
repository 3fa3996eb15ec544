"""Bringing lists of people in: what is said of them on the pages of `bringing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.access import SignedInRequest
from commonweal.bringing import frames, holding
from commonweal.bringing.meanings import Choice, Meaning
from commonweal.bringing.models import HeldFile
from commonweal.bringing.plans import LacksColumns, Plan
from commonweal.bringing.reading import Column, Understood, letter
from commonweal.bringing.remembering import known_again
from commonweal.cases import access, jobs, lists
from commonweal.cases.lists.meanings import MANY, MEANINGS
from commonweal.cases.lists.reading import NOBODY
from commonweal.cases.models import ListRow, ListRun
from commonweal.design.forms import Form
from commonweal.design.lengths import key
from commonweal.design.words import many
from commonweal.office.errors import Refused
from commonweal.services.models import HelpType

from .forms.lists import ListForm, NobodyIsTakenOff

OF_A_LIST = tuple(Meaning(name, label, is_many=name in MANY) for name, label in MEANINGS.items())
OF_AN_EMPTY_LIST = tuple(
    Meaning(heading, heading, example=words) for heading, words in lists.TEMPLATE.items()
)
# So many signs of a sender's name are kept with a file.
SENDER_MOST = 60
WORDS = frames.Words(
    thing="person,people",
    title="Read a list",
    heading="Read a list of people",
    back=("desk-manage", "Manage the desk"),
    stale="This is not what you saw: something here, or what you chose, has changed since. Look "
    "at it again, and press the button once more.",
    just_so="{} stood in an earlier list just so.",
    empty="An empty list does nothing.",
    stays="Nothing is done about these.",
    unlisted="The list does not name {} of this sender's earlier lists. They stay as they are: a "
    "list takes nobody off.",
    before="Any table with a column of names or NHS numbers can be read. The national shielding "
    "form, the shielded patient list and self-isolation lists are known; of others you see how "
    "each column is understood, and can say it otherwise.",
    runs_title="Lists of people",
    runs_heading="Read a list of people",
    run_title="A list of people",
    keeps="Looking keeps nothing: a case that was only looked at is closed, and its person stays. "
    "What somebody has worked on since stays as it is. Its notes in other cases go. The same list "
    "can be read again afterwards.",
    gone="Cases and people that go",
    left="Stay as they are, since somebody worked on them",
)


class Lists(frames.Frame):
    place = lists.PLACE
    template_name = "list-of-people.csv"
    words = WORDS
    addresses = frames.Addresses(
        choose="list-import",
        template="list-template",
        held="list-held",
        columns="list-columns",
        held_refused="list-held-refused",
        runs="list-import",
        run="list-run",
        run_refused="list-refused",
        undo="list-undo",
    )
    pieces = frames.Pieces(
        new="desk/_list_new.html",
        changed="desk/_list_changed.html",
        things="desk/_list_people.html",
        made="desk/_list_made.html",
        runs="desk/_list_runs.html",
        undoing="desk/_list_undoing.html",
        look="desk/_list_look.html",
        run="desk/_list_run.html",
    )
    removal_form = NobodyIsTakenOff
    undo_form = Form
    waits_at_most = lists.KEPT_WAITING
    shows_runs = False

    def form(self, request: SignedInRequest) -> ListForm:
        return ListForm(request.POST or None, request.FILES or None)

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        sender = " ".join(answers["sender"].split())
        return {
            "sender": key(sender.casefold(), SENDER_MOST),
            "as_at": timezone.localdate(),
            "told": {"sender": sender, "help_type": answers["help_type"].code},
        }

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        return OF_A_LIST if held else OF_AN_EMPTY_LIST

    def understand(self, held: HeldFile, content: bytes, choice: Choice | None) -> Understood:
        """As a publisher's layout or its own words say what its columns are, else as told."""
        shown = _read(held, content, choice)
        placed = shown.placed
        return Understood(
            [(name, len(placed.rows)) for name in placed.sheets],
            placed.sheet,
            placed.line,
            [
                Column(letter(column.number), column.heading, column.samples, column.meaning)
                for column in shown.columns
            ],
            placed.rows,
            0,
            shown.layout.name,
            placed.notes,
        )

    def known_again(self, held: HeldFile, content: bytes) -> tuple[Choice, dict[str, str]] | None:
        """As it was told; also to earlier versions, which remembered lists by themselves."""
        if remembered := known_again(held, content):
            return remembered
        shown = _read(held, content, None)
        if meanings := lists.remembered(shown):
            return Choice(shown.placed.sheet, shown.placed.line, meanings), {}
        return None

    def plan(self, held: HeldFile) -> lists.ListPlan:
        shown = _read(held, holding.content_of(held), Choice.of(held.choice))
        if not shown.tells_who:
            raise LacksColumns(NOBODY)
        kind = HelpType.objects.filter(code=held.told["help_type"]).first()
        if kind is None:
            raise Refused("The desk gives this kind of help no more. Choose the file again.")
        planned = lists.plan(shown, kind, answers=held.answers)
        planned.held, planned.file_name = held, held.file_name
        return planned

    def source_of(self, plan: Plan) -> str:
        assert isinstance(plan, lists.ListPlan)
        return plan.shown.sender or plan.shown.layout.name

    def carry_out(self, request: SignedInRequest, plan: Plan) -> tuple[str, str]:
        assert isinstance(plan, lists.ListPlan)
        plan.must_do_something()
        plan.must_be_answered()
        with transaction.atomic():
            run = lists.begin(plan.shown, help_type=plan.kind, by=request.user)
            if is_long := lists.is_long(run.rows):
                jobs.carry_out_list.enqueue(run.pk)
        if not is_long:
            lists.carry_on(plan.shown, run)
        notice = "The list is being carried out." if is_long else "The list is carried out."
        return notice, reverse("list-run", args=[run.pk])

    def runs(self) -> QuerySet[ListRun]:
        return ListRun.objects.all()

    def runs_more(self) -> dict[str, Any]:
        return {"runs": ListRun.objects.all()[:50]}

    def lead(self, run: ListRun) -> str:
        if run.undone_whole_at is not None and run.undone_by is not None:
            return f"Undone by {run.undone_by.name}."
        if run.undone_at is not None:
            return "Being undone."
        if run.finished_at is not None:
            return "Carried out."
        verb = "is" if run.rows == 1 else "are"
        return f"{run.done:,} of {many(run.rows, 'row')} {verb} done."

    def rejected_of(self, run: ListRun) -> list[dict[str, Any]]:
        return [{"row": row, "because": because} for row, because in run.rejected]

    def made_by(self, run: ListRun) -> QuerySet[ListRow]:
        return run.kept_rows.select_related("case").order_by("row")

    def note_shown(self, request: SignedInRequest, things: Sequence[Any]) -> None:
        """As of a search: whoever is shown by name was read. Before undoing nobody is."""
        named_rows = [row for row in things if isinstance(row, lists.NamedRow)]
        people = list({named.resident.pk: named.resident for named in named_rows}.values())
        access.note_reads(request.user, people, what="list", link="lists")

    def may_undo(self, run: ListRun) -> bool:
        return run.undone_at is None

    def plan_undo(self, run: ListRun) -> lists.Undoing:
        return lists.plan_undo(run)

    def undo(self, request: SignedInRequest, run: ListRun, *, because: str, seen: str) -> str:
        """Stop a list where it is and take it back. Nothing is compared with what was seen: that
        names what goes where nobody has worked on it, and while it is carried out that grows."""
        with transaction.atomic():
            run = lists.begin_undoing(run=run, by=request.user)
            if is_long := lists.is_long(run.rows):
                jobs.undo_list.enqueue(run.pk)
        if is_long:
            return "The list is being undone."
        lists.undo_held(run)
        return "The list is undone."


def _read(held: HeldFile, content: bytes, choice: Choice | None) -> lists.Preview:
    sender = held.told["sender"]
    if choice is None:
        return lists.preview(content, held.file_name, lists.Choices(sender))
    chosen = lists.Choices(
        sender, choice.sheet or None, choice.heading or None, choice.columns or None
    )
    return lists.preview(content, held.file_name, chosen)


LISTS = Lists()
