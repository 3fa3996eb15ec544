"""Run by test_imports_in_pieces.py in a process of its own: importers, watched while they write.

Each file is read in twice as long as well: what is done while others wait must not grow with it.
Then each is cut off at many moments, looked at, and read in again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SHORT, LONG = 100, 200
DAY = date(2026, 9, 1)


class Killed(BaseException):
    """As if the process had been killed here."""


@dataclass
class Watch:
    """How many statements each transaction of an import had; where it is to be cut off."""

    cut_at: int = 0
    count: int = 0
    held: list[int] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        if self.count == self.cut_at:
            raise Killed
        if self.held:
            self.held[-1] += 1
        return execute(sql, params, many, context)

    @contextmanager
    def on(self) -> Iterator[None]:
        from django.db import connection
        from django.db.transaction import Atomic

        enter, leave = Atomic.__enter__, Atomic.__exit__

        def begin(atomic: Any) -> None:
            if not connection.in_atomic_block:
                self.held.append(0)
            enter(atomic)

        Atomic.__enter__ = begin
        try:
            with connection.execute_wrapper(self):
                yield
        finally:
            Atomic.__enter__, Atomic.__exit__ = enter, leave


@dataclass
class Importer:
    """One kind of file: reading one in, what of it is in public now, and how it should be."""

    carry: Callable[[int, str], None]
    there: Callable[[str], int]
    is_at_one_stroke: bool = True


def pledges_of(count: int, mark: str) -> bytes:
    lines = ["partner,sector,reference,statement,measure,baseline,target,due_on,claimed,claimed_on"]
    lines += [
        (
            f"Firm {mark} {n // 2},private,{mark}{n},We give {n} {mark},hours,0,9,2029-01-31,"
            f"5,2026-06-01"
        )
        for n in range(count)
    ]
    return "\n".join(lines).encode()


def carry_pledges(count: int, mark: str) -> None:
    from commonweal.pledges import carrying, importing
    from commonweal.pledges.layout import layout_named

    layout = layout_named("commonweal")
    made = importing.plan(pledges_of(count, mark), "list.csv", layout=layout, as_at=DAY)
    carrying.carry_out(made, by=None)


def there_pledges(mark: str) -> int:
    """Pledges of a file; an error where anything else of it stands without them."""
    from commonweal.partners.models import Partner
    from commonweal.pledges.models import Entry, ImportRun, Pledge

    count = Pledge.objects.filter(statement__endswith=mark).count()
    assert Entry.objects.filter(pledge__statement__endswith=mark).count() == 3 * count
    assert Partner.objects.filter(name__startswith=f"Firm {mark} ").count() == (count + 1) // 2
    assert ImportRun.objects.exists() or not count
    return count


def carry_actions(count: int, mark: str) -> None:
    from commonweal.accounts.actors import IMPORT, Actor
    from commonweal.programme import importing

    lines = ["key,title,workstream,milestones"]
    lines += [f"{mark}{n},Plant tree {n} {mark},Trees {mark},Dig; Plant" for n in range(count)]
    data = "\n".join(lines).encode()
    made = importing.plan(data, "a.csv", source=mark, as_at=DAY)
    if not made.does_nothing:
        importing.carry_out(made, author=Actor(None, IMPORT))


def there_actions(mark: str) -> int:
    from commonweal.programme.models import Action, Milestone

    count = Action.objects.filter(title__endswith=mark).count()
    assert Milestone.objects.filter(action__title__endswith=mark).count() == 2 * count
    return count


def carry_services(count: int, mark: str) -> None:
    from commonweal.services import directory

    lines = ["id,name,organisation,address"]
    lines += [f"{mark}{n},Kitchen {n} {mark},Kitchens {mark},{n} High Street" for n in range(count)]
    directory.carry_out("\n".join(lines).encode(), "s.csv", source=mark, by=None)


def there_services(mark: str) -> int:
    from commonweal.services.models import Place, Service

    count = Service.objects.filter(name__endswith=mark).count()
    assert Place.objects.filter(service__name__endswith=mark).count() == count
    return count


def carry_people(count: int, mark: str) -> None:
    from commonweal.cases import lists
    from commonweal.services.models import HelpType

    lines = ["First name,Surname,d.o.b,Postcode,Phone number,Case Note 1"]
    lines += [f"P{n}{mark},L{n % 97},05/05/1940,BF1 1AA,077{n:08},Rings" for n in range(count)]
    made = lists.preview("\n".join(lines).encode(), "p.csv")
    run = lists.begin(made, help_type=HelpType.objects.get(code="food"), by=None)
    lists.carry_out(made, run, by=None)


IMPORTERS = {
    "pledges": Importer(carry_pledges, there_pledges),
    "actions": Importer(carry_actions, there_actions),
    "services": Importer(carry_services, there_services, is_at_one_stroke=False),
}


def does_not_grow(name: str, carry: Callable[[int, str], None]) -> None:
    """The longest that others wait is the same for a file of twice the length."""
    longest = []
    for count, mark in ((SHORT, "short"), (LONG, "long")):
        watch = Watch()
        with watch.on():
            carry(count, mark)
        longest.append(max(watch.held))
    assert longest[1] <= longest[0] * 1.1 + 5, f"{name}: {longest} statements while others wait"


def is_whole_after_cuts(name: str, one: Importer) -> None:
    watch = Watch()
    with watch.on():
        one.carry(SHORT, "counted")
    step = max(1, watch.count // 6)
    for number, moment in enumerate(range(1, watch.count + 1, step)):
        mark = f"cut{number}x"
        watch = Watch(cut_at=moment)
        try:
            with watch.on():
                one.carry(SHORT, mark)
        except Killed:
            pass
        half = one.there(mark)
        assert half in (0, SHORT) or not one.is_at_one_stroke, f"{name}: {half} after {moment}"
        one.carry(SHORT, mark)
        assert one.there(mark) == SHORT, f"{name}: {one.there(mark)} after {moment} and again"


def others_write_while_it_is_worked_out() -> int:
    """Another connection writes at each moment at which something of a pledge is worked out."""
    from commonweal.pledges import ledger

    written = 0
    derive, check = ledger.derive, ledger.check_body

    def other_first(do: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            nonlocal written
            write_from_elsewhere()
            written += 1
            return do(*args)

        return wrapped

    ledger.derive, ledger.check_body = other_first(derive), other_first(check)
    try:
        carry_pledges(40, "other")
    finally:
        ledger.derive, ledger.check_body = derive, check
    return written


def write_from_elsewhere() -> None:
    """A write by a connection of its own that does not wait for anybody."""
    from django.db import connection

    if connection.vendor == "sqlite":
        import sqlite3

        other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE pledges_ledgerhead SET seq = seq WHERE id = 1")
        other.execute("COMMIT")
        other.close()
    else:
        import psycopg

        said = connection.get_connection_params()
        names = ("dbname", "user", "password", "host", "port")
        with psycopg.connect(**{k: said[k] for k in names if said.get(k)}) as other:
            other.execute("SELECT seq FROM pledges_ledgerhead WHERE id = 1 FOR UPDATE NOWAIT")


def a_job_that_was_killed_is_tried_again() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from commonweal.accounts.models import Person
    from commonweal.bringing import holding
    from commonweal.pledges import carrying, importing, jobs
    from commonweal.pledges.models import AskedImport

    maya = Person.objects.create(email="maya@example.org", name="Maya")
    upload = SimpleUploadedFile("list.csv", pledges_of(SHORT, "asked"))
    held = holding.hold(upload, place="pledges", by=maya, layout="commonweal", as_at=DAY)
    made = importing.plan_held(held)
    asked = carrying.ask_for(made, by=maya)
    asked.held = held
    asked.save(update_fields=["held"])
    assert carrying.ask_for(made, by=maya) == asked
    moment = 0
    while True:
        moment += 3
        try:
            with Watch(cut_at=moment).on():
                jobs.import_asked.func(asked.pk)
        except Killed:
            # Nothing of it, or all: what follows the one write is not part of it.
            assert there_pledges("asked") in (0, SHORT), moment
            continue
        break
    assert moment > 10
    assert there_pledges("asked") == SHORT
    jobs.import_asked.func(asked.pk)
    assert there_pledges("asked") == SHORT
    assert AskedImport.objects.get().run.counts["new"] == SHORT


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from commonweal.charter.models import Theme
    from commonweal.pledges import proving
    from commonweal.pledges.models import Measure
    from commonweal.services.models import HelpType

    call_command("migrate", verbosity=0)
    theme = Theme.objects.create(code="t", name="T")
    Measure.objects.create(code="hours", theme=theme, name="H", kind="hours", unit="hours")
    HelpType.objects.get_or_create(code="food", defaults={"name": "Food"})
    for name, one in IMPORTERS.items():
        does_not_grow(name, one.carry)
        print(name, flush=True)
    does_not_grow("people", carry_people)
    print("people", flush=True)
    for name, one in IMPORTERS.items():
        is_whole_after_cuts(name, one)
    print("cut", flush=True)
    assert others_write_while_it_is_worked_out() > 100
    print("others", flush=True)
    a_job_that_was_killed_is_tried_again()
    assert proving.verify().broken is None
    print("job", flush=True)


if __name__ == "__main__":
    main()
