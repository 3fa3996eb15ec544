"""A list that was seen and confirmed: carried out at once, or by a job where it is long."""

from __future__ import annotations

from collections.abc import Callable

from commonweal.office.errors import Refused

from ..models import ListRun
from . import waiting
from .carrying import carry_out
from .reading import Choices, Preview, preview
from .undoing import undo

# So many rows are carried out, or undone, while somebody waits for the page.
AT_ONCE = 300


def carry_out_held(run: ListRun, *, is_stopping: Callable[[], bool] = lambda: False) -> ListRun:
    """Carry out the rest of a list whose file is held; once it is done the file is deleted.

    Raises
    ------
    Refused
        The file is not there any more.
    """
    if run.finished_at is not None or run.undone_at is not None:
        return run
    name, content = waiting.take_out(run)
    choices = Choices(run.sender, run.sheet, run.line, tuple(run.meanings))
    return carry_on(preview(content, name, choices), run, is_stopping=is_stopping)


def carry_on(
    shown: Preview, run: ListRun, *, is_stopping: Callable[[], bool] = lambda: False
) -> ListRun:
    """Carry out the rest of a list that was read; once it is done its file is deleted."""
    if shown.layout.code != run.layout:
        raise Refused("This list is read otherwise now than when it was begun. Choose it again.")
    run = carry_out(shown, run, by=run.started_by, is_stopping=is_stopping)
    if run.finished_at is not None:
        waiting.keep_refused(shown, run)
        waiting.drop(run.sha256)
    return run


def undo_held(run: ListRun, *, is_stopping: Callable[[], bool] = lambda: False) -> ListRun:
    """Undo the rest of a list; its file and what was refused are deleted."""
    run = undo(run, is_stopping=is_stopping)
    if run.undone_whole_at is not None:
        waiting.drop(run.sha256)
        waiting.drop_refused(run)
    return run


def is_long(rows: int) -> bool:
    """Whether so many rows are for a job."""
    return rows > AT_ONCE
