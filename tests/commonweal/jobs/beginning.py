"""Run by test_queue.py in a process of its own: a worker that begins while nothing can be
written."""

from __future__ import annotations

import os
import threading

os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
os.environ["COMMONWEAL_DEMO"] = "1"
import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import OperationalError  # noqa: E402

from commonweal.jobs import queue  # noqa: E402

RAN = threading.Event()
LONGEST_S = 120
REFUSALS = ["attempt to write a readonly database", "database is locked"]


@queue.job()
def work():
    RAN.set()


def main() -> None:
    for app in ("accounts", "jobs", "django_tasks_database"):
        call_command("migrate", app, verbosity=0)
    queue.REPEATS.clear()
    work.enqueue()
    reap = queue.reap

    def refused(*args, **kwargs):
        if REFUSALS:
            raise OperationalError(REFUSALS.pop())
        return reap(*args, **kwargs)

    queue.reap = refused
    stop = threading.Event()
    worker = threading.Thread(
        target=queue.run_forever, args=(stop,), kwargs={"pause_s": 0.05, "alone": True}
    )
    worker.start()
    while worker.is_alive() and not RAN.wait(0.1):
        pass
    stop.set()
    worker.join(timeout=LONGEST_S)
    assert RAN.is_set(), "the worker ended before it had begun"
    assert not worker.is_alive()


if __name__ == "__main__":
    main()
