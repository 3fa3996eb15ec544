"""Run by test_lists_beside_calls.py in a process of its own: a list is carried out by two
processes, and at the end of each step, before it is committed, somebody else saves a call.

On a database of its own, SQLite or PostgreSQL.
"""

from __future__ import annotations

import os
import threading
from typing import Any

# Of each two rows one is about somebody of whom a call told before.
ROWS = 24
HEADS = "First name,Surname,d.o.b,Postcode,Phone number,UPRN,Case Note 1"
LASTS = [
    "Abel",
    "Bokhari",
    "Chukwu",
    "Dempster",
    "Eglinton",
    "Farquhar",
    "Gwynne",
    "Hathaway",
    "Ingleby",
    "Jankowski",
    "Kettle",
    "Llewellyn",
    "Mazur",
    "Nakamura",
    "Oyelaran",
    "Pemberton",
    "Quigley",
    "Rosenthal",
    "Szabo",
    "Thwaite",
    "Usher",
    "Vaziri",
    "Wolfe",
    "Yarwood",
]


def born(number: int) -> str:
    return f"{1931 + 3 * number}-{1 + number % 12:02}-{1 + number:02}"


def row(number: int) -> str:
    phone = f"07700 9{number:05}"
    return f"Zeb,{LASTS[number]},{born(number)},BF1 2AG,{phone},,Words {number}"


def save_a_call(number: int, **more: str) -> None:
    from django.db import transaction

    from commonweal.cases.models import Case, Need
    from commonweal.residents import people
    from commonweal.services.models import HelpType

    facts = {"first_name": "Una", "last_name": f"Caller{number}", "born": "1990-02-01"}
    with transaction.atomic():
        who = people.add(values=facts | more, by=None)
        case = Case.objects.create(resident=who, channel="phone", words="x")
        Need.objects.create(case=case, help_type=HelpType.objects.get(code="food"))


class Callers:
    """Each saves a call while a step waits to be committed: how many were done by then."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.done_before_commit = 0

    def call(self, *, wait: bool) -> None:
        is_done = threading.Event()

        def act() -> None:
            from django.db import connection

            save_a_call(len(self.threads))
            is_done.set()
            connection.close()

        self.threads.append(threading.Thread(target=act))
        self.threads[-1].start()
        if wait and is_done.wait(20):
            self.done_before_commit += 1


def carry_out(callers: Callers, is_sqlite: bool) -> Any:
    """The list, in steps of five; and whether the other process read by itself."""
    from commonweal.cases import lists
    from commonweal.cases.lists import ahead, carrying, pace
    from commonweal.services.models import HelpType

    pace.STEP = pace.MOST = 5
    ahead.LEAST, ahead.MEANWHILE, ahead.CHUNK, ahead.ASKED_LEAST = 5, 2, 4, 1
    ahead._cores = lambda: 2
    write, ask, asked = carrying._Step.carry_out, ahead.Helper.ask, []

    def written(step: Any, plans: Any) -> None:
        write(step, plans)
        callers.call(wait=not is_sqlite)

    def noted(helper: Any, every: Any, people: Any) -> Any:
        asked.append(people is None)
        return ask(helper, every, people)

    carrying._Step.carry_out, ahead.Helper.ask = written, noted
    shown = lists.preview("\n".join([HEADS, *map(row, range(ROWS))]).encode(), "list.csv")
    run = lists.begin(shown, help_type=HelpType.objects.get(code="food"), by=None)
    return lists.carry_out(shown, run, by=None), asked


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from commonweal.cases.models import ListRow
    from commonweal.services.models import HelpType

    HelpType.objects.get_or_create(code="food", defaults={"name": "Food"})
    for number in range(1, ROWS, 2):
        save_a_call(0, first_name="Zeb", last_name=LASTS[number], born=born(number))
    callers, is_sqlite = Callers(), connection.vendor == "sqlite"
    run, asked = carry_out(callers, is_sqlite)
    for thread in callers.threads:
        thread.join()
    rows = ListRow.objects.order_by("row").values_list("outcome", "case__words")
    assert [words for _, words in rows] == [f"Case Note 1: Words {n}" for n in range(ROWS)]
    assert [outcome for outcome, _ in rows] == ["new", "perhaps"] * (ROWS // 2), list(rows)
    # Of a file the other process reads by itself, except in a step's turn.
    assert any(asked) is is_sqlite, asked
    assert callers.done_before_commit == (0 if is_sqlite else len(callers.threads))
    print(run.counts["new"], run.counts["perhaps"], len(callers.threads))


if __name__ == "__main__":
    main()
