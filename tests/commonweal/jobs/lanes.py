"""Run by test_queue.py in a process of its own: a slow job that ends only when a letter is out.

Were both in one line, neither would end. Threads over a database in memory lock each other out,
so this has a file, or PostgreSQL.
"""

from __future__ import annotations

import os
import threading
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "commonweal.config.settings"
os.environ["COMMONWEAL_DEMO"] = "1"
import django

django.setup()

from django.core.management import call_command  # noqa: E402

from commonweal.jobs import queue  # noqa: E402
from commonweal.jobs.models import Pulse  # noqa: E402

RAN: list[str] = []
LETTER_IS_OUT = threading.Event()
LONGEST_S = 120


@queue.job(lane="slow")
def wait_for_a_letter():
    RAN.append("slow begins")
    assert LETTER_IS_OUT.wait(LONGEST_S)
    RAN.append("slow ends")


@queue.job(lane="letters")
def send_a_letter():
    RAN.append("letter")
    LETTER_IS_OUT.set()


def main() -> None:
    for app in ("accounts", "jobs", "django_tasks_database"):
        call_command("migrate", app, verbosity=0)
    queue.REPEATS.clear()
    wait_for_a_letter.enqueue()
    send_a_letter.enqueue()
    stop = threading.Event()
    worker = threading.Thread(target=queue.run_forever, args=(stop,), kwargs={"pause_s": 0.05})
    worker.start()
    assert LETTER_IS_OUT.wait(LONGEST_S)
    given_up_at = time.monotonic() + LONGEST_S
    while Pulse.objects.count() < len(queue.LANES) and time.monotonic() < given_up_at:
        time.sleep(0.1)
    stop.set()
    worker.join(timeout=LONGEST_S)
    assert not worker.is_alive()
    assert queue.is_stopping()
    assert RAN == ["slow begins", "letter", "slow ends"] or RAN[0] == "letter", RAN
    assert Pulse.objects.count() == len(queue.LANES)
    print("no letter was held up")


if __name__ == "__main__":
    main()
