"""Run by test_at_once.py in a process of its own: many threads write to one register."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from decimal import Decimal


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from commonweal.demo.generate import generate
    from commonweal.office.errors import Refused
    from commonweal.pledges import actions, holding, proving
    from commonweal.pledges.models import Entry, Pledge

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    generate(size="village", today=today)
    before = Entry.objects.count()
    one, *others = Pledge.objects.open().filter(measure__kind="hours").order_by("id")[:8]
    seen = one.entry_count
    start = threading.Barrier(16)
    errors: list[str] = []
    told: list[str] = []

    def report(number: int) -> None:
        """Five reports on a pledge that other threads report on too."""
        pledge = Pledge.objects.get(pk=others[number % len(others)].pk)
        for step in range(5):
            actions.claim(
                pledge=pledge,
                figure=Decimal(step),
                as_of=today,
                final=False,
                report=f"{number} {step}",
                by=pledge.made_by,
            )

    def race(number: int) -> None:
        """All withdraw the same pledge, having seen the same state of it."""
        pledge = Pledge.objects.get(pk=one.pk)
        try:
            actions.withdraw(pledge=pledge, because=f"{number}.", by=pledge.made_by, seen=seen)
        except Refused as refused:
            told.append(str(refused))

    def run(what: Callable[[int], None], number: int) -> None:
        start.wait()
        try:
            what(number)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(w, n)) for w in (report, race) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors
    assert Entry.objects.count() == before + 8 * 5 + 1, Entry.objects.count() - before
    # One withdrew it; the others' reasons are not thrown away in silence: they are told.
    assert one.entries.filter(kind="withdrawn").count() == 1
    assert told == [holding.STALE] * 7
    proof = proving.verify()
    assert proof.broken is None, proof.broken
    assert list(proving.stale_figures(today)) == []
    close_at_once()
    print("whole", proof.entries)


def close_at_once() -> None:
    """Several people close the same books at the same moment: one of them closes."""
    from django.db import connection

    from commonweal.accounts.models import Event, Person
    from commonweal.balance import actions as books
    from commonweal.balance import comparing
    from commonweal.balance.models import Statement
    from commonweal.demo.cast import CAST
    from commonweal.office.errors import Refused

    people = {one.role: Person.objects.get(email=one.email) for one in CAST}
    manager = people["charter-manager"]
    period = Statement.objects.get(state="draft").period
    draft = books.prepare(period=period, by=manager)
    for about, _ in comparing.red_lines(draft.content):
        books.explain(period=period, about=about, reason="x", by=manager)
    draft = books.prepare(period=period, by=manager)
    seen = draft.content_sha256
    books.sign_off(draft=draft, seen=seen, by=people["reviewer"])
    books.validate(draft=draft, seen=seen, by=people["validator"])
    start, done = threading.Barrier(6), []

    def close() -> None:
        start.wait()
        try:
            done.append(books.close(draft=draft, seen=seen, by=manager).sha256)
        except Refused as refused:
            done.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=close) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [sha256] = Statement.objects.filter(pk=draft.pk).values_list("sha256", flat=True)
    assert sorted(done) == sorted(
        [sha256, *["Somebody else has closed this statement already."] * 5]
    )
    assert Event.objects.filter(verb="statement closed", about_code=period.code).count() == 1


if __name__ == "__main__":
    main()
