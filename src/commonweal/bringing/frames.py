"""What a room says about the files that are brought into it; the pages are made of it.

A room declares one `Frame`: its words, its addresses, the pieces of pages that show its own things,
and a few verbs. `urls` makes of it the way of a file in and out, the same everywhere: chosen,
understood, its columns told, looked at, carried out, undone (decision 0040).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet

from commonweal.accounts.access import SignedInRequest
from commonweal.design.forms import Form

from . import holding
from .forms import Fixed, RemovalForm
from .meanings import Choice, Meaning
from .models import HeldFile
from .plans import Plan
from .reading import Understood, understand
from .remembering import known_again
from .undoing import TakingBack


@dataclass(frozen=True)
class Addresses:
    """The names of a room's addresses, each for one page."""

    choose: str
    template: str
    held: str
    columns: str
    held_refused: str
    runs: str
    run: str
    run_refused: str = ""
    undo: str = ""


@dataclass(frozen=True)
class Words:
    """What a room's pages say. ``just_so`` has a place for *3 rows*, ``unlisted`` one for what is
    not named, like *2 pledges*; ``back`` is the name of an address and its words."""

    thing: str
    title: str
    heading: str
    back: tuple[str, str]
    stale: str
    # The preview.
    just_so: str
    empty: str
    stays: str
    unlisted: str
    before: str = ""
    # The list of files, and one of them.
    runs_title: str = "What was brought in"
    runs_heading: str = "What was brought in"
    runs_caption: str = ""
    runs_source: str = "List"
    run_title: str = ""
    # What undoing does.
    keeps: str = ""
    gone: str = ""
    back_how: str = ""
    left: str = ""


@dataclass(frozen=True)
class Pieces:
    """Templates of a room for what is its own on a page, given under the name "shown". ``new``,
    ``changed`` and ``made`` are tables, ``things`` a list; ``runs`` and ``undoing`` are there where
    a room has more to say above its files, and of what its undoing does besides, ``look`` and
    ``run`` where it has more to say of a file before and after it is brought in."""

    new: str
    changed: str
    things: str
    made: str = ""
    runs: str = ""
    undoing: str = ""
    look: str = ""
    run: str = ""


class Frame:
    """Bringing files into one room. What is not said here is the same everywhere."""

    place: ClassVar[str]
    addresses: ClassVar[Addresses]
    words: ClassVar[Words]
    pieces: ClassVar[Pieces]
    # The name of an empty file with one line filled in.
    template_name: ClassVar[str]
    removal_form: ClassVar[type[RemovalForm]] = RemovalForm
    undo_form: ClassVar[type[Form]]
    # How long a file waits that nobody brings in.
    waits_at_most: ClassVar[timedelta] = holding.KEPT
    # Whether its first page leads to the files that came before, and back.
    shows_runs: ClassVar[bool] = True

    def form(self, request: SignedInRequest) -> Form:
        """The questions with which a file is chosen; one of them is called "file"."""
        raise NotImplementedError

    def told_of(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """What the answers say of a file: its layout, its sender and its day, by the names of the
        columns of `HeldFile`."""
        raise NotImplementedError

    def meanings(self, held: HeldFile | None = None) -> Sequence[Meaning]:
        """What the columns of a file can mean; without one, of our own empty file."""
        raise NotImplementedError

    def fixed(self, held: HeldFile) -> Fixed:
        """What can be the same for all rows of a file."""
        return {}

    def understand(self, held: HeldFile, content: bytes, choice: Choice | None) -> Understood:
        """A held file as it was told to be read, or as it is understood by itself.

        Raises
        ------
        Refused
            It can't be read, or has not the sheet or the line that was told.
        """
        return understand(content, held.file_name, meanings=self.meanings(held), choice=choice)

    def known_again(self, held: HeldFile, content: bytes) -> tuple[Choice, dict[str, str]] | None:
        """What was told and answered about earlier files of its sender that are headed alike."""
        return known_again(held, content)

    def is_table(self, held: HeldFile) -> bool:
        """Whether a file has columns that can be told."""
        return True

    def may_map(self, held: HeldFile, plan: Plan) -> bool:
        """Whether its preview leads to the page of columns."""
        return self.is_table(held)

    def plan(self, held: HeldFile) -> Plan:
        """What bringing a held file in would do.

        Raises
        ------
        LacksColumns
            Its columns must be told.
        Refused
            It can't be read or brought in.
        """
        raise NotImplementedError

    def source_of(self, plan: Plan) -> str:
        """Of what list a file is, as its preview calls it."""
        raise NotImplementedError

    def carry_out(self, request: SignedInRequest, plan: Plan) -> tuple[str, str]:
        """Bring a file in: what is said then, and the address of what became of it.

        Raises
        ------
        Refused
            It would do nothing, or can't be done.
        """
        raise NotImplementedError

    def examples(self) -> dict[str, str]:
        """What stands in the filled line of the empty file where its meaning has no example."""
        return {}

    def runs(self) -> QuerySet[Any]:
        """The files that were brought in, the newest first."""
        raise NotImplementedError

    def runs_more(self) -> dict[str, Any]:
        """What the piece above the list of files shows."""
        return {}

    def lead(self, run: Any) -> str:
        """One sentence on what a file was."""
        raise NotImplementedError

    def made_by(self, run: Any) -> Any:
        """What a file made and changed."""
        raise NotImplementedError

    def rejected_of(self, run: Any) -> list[dict[str, Any]]:
        """The refused rows of a file, each with "row" and "because", or in words as "said"."""
        return list(run.rejected)

    def note_shown(self, request: SignedInRequest, things: Sequence[Any]) -> None:
        """Write down that somebody was shown these by name, where that is kept."""

    def may_undo(self, run: Any) -> bool:
        return True

    def unlisted_of(self, run: Any) -> tuple[list[Any], int]:
        """What a file that was brought in does not list and can be taken off later on its own
        page, and of how many."""
        return [], 0

    def take_off(self, request: SignedInRequest, run: Any, *, count: int) -> str:
        """Take off what a file does not list: what is said then.

        Raises
        ------
        Refused
            They are not as many as was said, or can't go.
        """
        raise NotImplementedError

    def plan_undo(self, run: Any) -> TakingBack:
        """What undoing a file would do.

        Raises
        ------
        Refused
            It can't be undone.
        """
        raise NotImplementedError

    def undo(self, request: SignedInRequest, run: Any, *, because: str, seen: str) -> str | None:
        """Take a file back, as it was looked at: what is said then, where it is not *undone*."""
        raise NotImplementedError
