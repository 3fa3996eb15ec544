"""Run by test_long_imports.py in a process of its own: a long file's writer is held, and killed.

Without arguments it is the town: it starts itself as the writer, and looks from outside.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date

FILE = "partner,sector,reference,statement,measure,baseline,target,due_on\n" + "".join(
    f"Firm {number},private,{number},We give {number} hours,hours,0,{number + 1},2029-01-31\n"
    for number in range(60)
)


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    if "write" in sys.argv:
        write_and_stop_in_the_middle()
    else:
        look_from_outside()


def import_file() -> None:
    from commonweal.pledges import carrying, importing
    from commonweal.pledges.layout import layout_named

    plan = importing.plan(
        FILE.encode(), "list.csv", layout=layout_named("commonweal"), as_at=date(2026, 9, 1)
    )
    carrying.carry_out(plan, by=None)


def write_and_stop_in_the_middle() -> None:
    """Write half of a file, say so, and go on when told to."""
    from commonweal.jobs import rows

    insert = rows.Laid.insert

    def insert_and_wait(laid: rows.Laid) -> None:
        insert(laid)
        if laid.model.__name__ == "Pledge":
            print("held", flush=True)
            sys.stdin.readline()

    rows.Laid.insert = insert_and_wait  # type: ignore[method-assign]
    import_file()


def started() -> subprocess.Popen[str]:
    writer = subprocess.Popen(
        [sys.executable, __file__, "write"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "held\n"
    return writer


def look_from_outside() -> None:
    from django.core.management import call_command

    from commonweal.charter.models import Theme
    from commonweal.partners.models import Partner
    from commonweal.pledges import ledger, proving
    from commonweal.pledges.models import Entry, Measure, Pledge

    call_command("migrate", verbosity=0)
    theme = Theme.objects.create(code="t", name="T")
    terms = {"name": "Hours", "kind": "hours", "unit": "hours"}
    measure, _ = Measure.objects.get_or_create(code="hours", defaults=terms | {"theme": theme})
    partner = Partner.objects.create(code="club", name="Club", sector="voluntary")
    pledge = Pledge.objects.create(
        partner=partner, measure=measure, theme=theme, made_on=date(2026, 1, 1)
    )

    def ask(words: str) -> None:
        ledger.append(
            ledger.NewEntry(
                pledge, ledger.st.Kind.QUESTION, date(2026, 2, 1), {"asked_on": "2026-02-01"}, words
            )
        )

    ask("Before?")
    writer = started()
    assert (Pledge.objects.count(), Entry.objects.count()) == (1, 1), "half of it is seen"
    writer.kill()
    writer.wait()
    assert (Pledge.objects.count(), Entry.objects.count()) == (1, 1), "half of it was left"
    ask("After the kill?")
    writer = started()
    assert (Pledge.objects.count(), Entry.objects.count()) == (1, 2), "half of it is seen"
    # Who posts while it is written is answered: it waits for the rest, and comes after it.
    writer.stdin.write("go on\n")  # type: ignore[union-attr]
    writer.stdin.flush()  # type: ignore[union-attr]
    ask("Meanwhile?")
    assert writer.wait() == 0
    assert (Pledge.objects.count(), Entry.objects.count()) == (61, 3 + 120)
    proof = proving.verify()
    assert proof.broken is None, proof.broken
    assert list(proving.stale_figures(date(2026, 11, 1))) == []
    print("whole", proof.entries)


if __name__ == "__main__":
    main()
