"""Run by test_volunteers_and_asks.py in a process of its own: fifty volunteers press *take*."""

from __future__ import annotations

import os
import threading


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from commonweal.accounts.models import Event, Person
    from commonweal.office.errors import Refused
    from commonweal.volunteers import actions as volunteering
    from commonweal.volunteers.models import Task, Volunteer

    call_command("migrate", verbosity=0)
    task = Task.objects.create(title="Shopping", where="14 Mill Lane")
    volunteers = []
    for number in range(50):
        person = Person.objects.create_user(f"v{number}@example.org", name=f"V {number}")
        volunteers.append(Volunteer.objects.create(person=person, state="active"))
    start, won, told, wrong = threading.Barrier(50), [], [], []

    def take(volunteer: Volunteer) -> None:
        start.wait()
        try:
            # Each their own row, as each request has: `take` reads it again while others do.
            seen = Task.objects.get(pk=task.pk)
            won.append(volunteering.take(task=seen, volunteer=volunteer).taken_by_id)
        except Refused as refused:
            told.append(str(refused))
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(one,)) for one in volunteers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong
    assert won == [Task.objects.get().taken_by_id], won
    assert set(told) == {"Somebody else has just taken this task. Thank you all the same."}
    assert Event.objects.filter(verb="task taken").count() == 1
    print(f"one winner, {len(told)} told")


if __name__ == "__main__":
    main()
