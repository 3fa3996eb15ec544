"""What happens by itself at the desk. Each can be run at any time, and again, without harm."""

from __future__ import annotations

from datetime import timedelta

from commonweal.jobs import clock
from commonweal.jobs.clock import whatever_the_clock
from commonweal.jobs.queue import even_when_off, every, is_stopping, job
from commonweal.residents import finding, lookalikes, people

from . import (
    enclosing,
    forgetting,
    keeping,
    lists,
    next_actions,
    opening,
    referring,
    ringing,
    working,
    writing,
)
from .models import ListRun


@every(timedelta(minutes=1))
@job()
@whatever_the_clock
def ring_for_restricted_cases() -> int:
    """Until somebody opens them; what has no owner, or lost one, is given to who is on by now."""
    if not clock.why_rest():
        # By a clock that runs ahead every role has ended, and every case is lost.
        enclosing.find_lost()
    return ringing.tell_due()


@every(timedelta(minutes=10))
@job()
def return_unanswered_referrals() -> int:
    return referring.return_unanswered()


@every(timedelta(minutes=10))
@job()
@whatever_the_clock
def prepare_search() -> int:
    """Records written before search knew all its ways get their keys, 20,000 at a time."""
    return finding.prepare(people.index, most=20_000)


@every(timedelta(minutes=5))
@job()
def look_for_duplicates() -> int:
    """Records that came or changed are compared with whoever they may be, 500 at a time."""
    return lookalikes.look(most=500)


@every(timedelta(minutes=10))
@job()
def close_when_nobody_manages() -> bool:
    return opening.watch()


@every(timedelta(minutes=5))
@job()
def send_what_waited_for_a_safe_hour() -> int:
    return writing.send_held()


@every(timedelta(hours=1))
@job()
def work_out_urgency() -> int:
    return working.recalculate_all()


@every(timedelta(hours=1))
@job()
def release_cases_of_who_left() -> int:
    return next_actions.release_who_left()


@every(timedelta(hours=24))
@job()
@even_when_off
def forget_what_is_due() -> dict[str, int]:
    return forgetting.forget_due()


@every(timedelta(hours=12))
@job()
def tell_officer_of_unusual_reads() -> int:
    return keeping.tell_officer()


@job(lane="slow")
def carry_out_list(pk: int) -> None:
    """A long list of people. Tried again after a kill, it goes on where it was."""
    run = lists.carry_out_held(ListRun.objects.get(pk=pk), is_stopping=is_stopping)
    if run.finished_at is None and run.undone_at is None:
        carry_out_list.enqueue(pk)


@job(lane="slow")
def undo_list(pk: int) -> None:
    """A long list, undone. Tried again after a kill, it goes on where it was."""
    run = lists.undo_held(ListRun.objects.get(pk=pk), is_stopping=is_stopping)
    if run.undone_whole_at is None:
        undo_list.enqueue(pk)


@every(timedelta(hours=24))
@job()
@even_when_off
def forget_held_lists() -> int:
    """Lists that were shown and never carried out, and what was refused of others."""
    return lists.forget()
