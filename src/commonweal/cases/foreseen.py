"""What follows from a choice in a case, in sentences that are said before it is made."""

from __future__ import annotations

from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.design.words import many
from commonweal.residents import deaths

from . import working
from .models import Case, Need, NextAction


def _owed(case: Case) -> int:
    return case.callbacks.filter(state="due").count()


def of_closing(case: Case) -> list[str]:
    """What must be done first; else what ends with it."""
    if first := working.before_closing(case):
        return [f"It can't be closed yet. {sentence}" for sentence in first]
    follows = ["It leaves every list. Open one of its needs again, and it goes on."]
    if owed := _owed(case):
        follows.append(f"{many(owed, 'call that is owed,calls that are owed')}: not made any more.")
    return [*follows, "It is kept as long as the rules say, and erased after that."]


def of_handing_over(case: Case, by: Person) -> list[str]:
    planned = NextAction.objects.filter(need__case=case, state="planned").count()
    follows = [
        f"With it go {many(_owed(case), 'call that is owed,calls that are owed')} and "
        f"{many(planned, 'next action')}.",
        "Your words stand in the case as a note, and it is on their list at once. No mail is sent.",
    ]
    if case.assigned_to_id == by.pk:
        follows.append("It leaves your list.")
    return follows


def of_death(case: Case) -> list[str]:
    """How much stops, by its name, of all cases of the person."""
    stops = [f"{title.lower()}: {count:,}" for title, count in deaths.would_stop(case.resident)]
    under_way = f"What is under way stops at once: {', '.join(stops)}."
    return [
        under_way if stops else "Nothing is under way that would stop.",
        "Nobody rings, writes or visits any more, in any case of theirs.",
        "How they may be reached is kept. If the report is wrong, it can be taken back, and "
        "everything goes on as it was.",
    ]


def of_settling(need: Need) -> list[str]:
    case = need.case
    follows = ["What is planned for it is taken off; what partners and volunteers have stays."]
    is_first = not case.callbacks.filter(purpose="second").exists()
    if is_first and not case.resident.is_dead:
        days = many(need.help_type.second_call_days, "day")
        follows.append(f"If it was met, at least in part, a second call is owed in {days}.")
    if not case.needs.filter(state="open").exclude(pk=need.pk).exists():
        follows.append("No other need is open: the case can be closed afterwards.")
    return [*follows, "If it was not met, the reason counts in what the town has to know."]


def of_referring(need: Need) -> list[str]:
    """What the partner gets and when, and who has it meanwhile."""
    return [
        "The partner is told at once, and reads what you write below and what the resident agreed "
        "to give them, and no more.",
        "They answer within the hours that stand beside each service. If they don't, or say no, it "
        "comes back to this case with something to do.",
        f"The case waits for them from {timezone.localdate():%-d %B}; what you planned for this "
        "need is done with.",
    ]
