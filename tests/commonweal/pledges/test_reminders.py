"""Each owed reminder is sent exactly once, whatever the outages and crashes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.accounts import mail
from commonweal.accounts.models import Appointment, Message, Reminder
from commonweal.charter.models import TierAward
from commonweal.pledges import questions, reminders, reviewing


def keys_of(person=None):
    found = Reminder.objects.filter(person=person) if person else Reminder.objects.all()
    return set(found.values_list("key", flat=True))


def test_due_soon_and_overdue_lead_straight_to_the_pledge(pledged, asha, today):
    pledge = pledged(due_on=today + timedelta(days=20))
    assert reminders.run(today) == (1, 2)
    due_soon = [m for m in outbox.outbox if "What waits" in m.subject]
    assert len(due_soon) == 1
    assert f"/space/bakery/pledges/{pledge.code}/" in due_soon[0].body
    assert due_soon[0].to == [asha.email]
    assert asha.name not in due_soon[0].subject
    assert reminders.run(today) == (0, 0)
    reminders.run(today + timedelta(days=21))
    assert any(key.startswith("overdue-") for key in keys_of(asha))


def test_every_kind_of_reminder_is_owed(
    claimed, pledged, asha, idris, maya, town, today, bakery, tier, tom
):
    pledge, claim = claimed(200)
    reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="partly",
        figure=Decimal(8),
        reasons="Only 8.",
        by=idris,
    )
    other, waiting = claimed(50, statement="Another promise.")
    question = questions.ask(pledge=other, question_text="When?", email="")
    questions.publish_question(question=question, by=maya)
    pledged(statement="Soon.", due_on=today + timedelta(days=10))
    TierAward.objects.create(
        partner=bakery,
        tier=tier,
        reasons="x",
        proposed_by=idris,
        proposed_on=today,
        confirmed_by=tom,
        confirmed_on=today,
        review_on=today + timedelta(days=30),
    )
    kinds = {one.key.split("-")[0] for one in reminders.owed(today)}
    assert kinds == {"reply", "review", "question", "due", "tier", "desk"}
    later = reminders.owed(today + timedelta(days=190))
    assert {"value", "overdue"} <= {one.key.split("-")[0] for one in later}
    assert {one.person_id for one in reminders.owed(today) if one.key.startswith("review")} == {
        idris.pk
    }


def test_a_reviewer_is_not_told_of_claims_of_their_own_organisation(
    claimed, new_person, bakery, today
):
    insider = new_person("insider", "Insider", role="reviewer", of=bakery, may="reader")
    claimed(50)
    assert insider.pk not in {
        one.person_id for one in reminders.owed(today) if one.key.startswith("review")
    }


def test_who_holds_a_role_is_read_once_for_every_desk(claimed, tier, bakery, idris, tom, today):
    """And not for each of the queues of claims and tiers, whose people are of several roles."""
    claimed(50)
    TierAward.objects.create(
        partner=bakery, tier=tier, proposed_by=idris, proposed_on=today, review_on=today
    )
    with CaptureQueriesContext(connection) as asked:
        told = {(one.key.split("-")[0], one.person_id) for one in reminders.owed(today)}
    assert {("review", idris.pk), ("desk", tom.pk)} <= told
    looked_for = [query["sql"] for query in asked if "accounts_appointment" in query["sql"]]
    of_charter = ("'reviewer'", "'validator'", "'charter_manager'")
    assert not [sql for sql in looked_for if any(role in sql for role in of_charter)]
    people_with_roles = [sql for sql in looked_for if '"accounts_person"."email", ' in sql]
    assert len(people_with_roles) == 1, people_with_roles


def test_what_would_wait_for_nobody_is_not_looked_for(pledged, grace, today):
    pledged()
    with CaptureQueriesContext(connection) as asked:
        reminders.owed(today)
    assert [query for query in asked if 'FROM "cases_' in query["sql"]]
    grace.appointments.update(ended_at=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        reminders.owed(today)
    assert not [query for query in asked if 'FROM "cases_' in query["sql"]]


def test_one_digest_a_person_and_none_for_those_who_want_none(pledged, asha, today):
    for number in range(4):
        pledged(statement=f"Promise {number}.", due_on=today + timedelta(days=10))
    asha.wants_digest = False
    asha.save()
    assert reminders.remind(today) == 0
    asha.wants_digest = True
    asha.save()
    assert reminders.remind(today) == 1
    body = Message.objects.filter(subject__startswith="What waits").get().body
    assert body.count("/space/bakery/pledges/") == 4


def test_two_workers_at_once_write_one_message(pledged, today, asha, monkeypatch):
    pledged(due_on=today + timedelta(days=10))
    lines = [one for one in reminders.owed(today) if one.person_id == asha.pk]
    assert reminders._digest(asha.pk, lines) == 1
    # The second worker looked before the first had written.
    monkeypatch.setattr(reminders.Reminder.objects, "filter", lambda **_: Reminder.objects.none())
    assert reminders._digest(asha.pk, lines) == 0


class Crash(BaseException):
    """The process is killed: nothing can catch it."""


@given(
    outages=some.lists(some.tuples(some.integers(0, 60), some.integers(1, 7)), max_size=5),
    crashes=some.sets(some.integers(0, 25), max_size=8),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.django_db
def test_each_owed_reminder_is_sent_exactly_once(
    pledged, asha, today, outages, crashes, monkeypatch
):
    """Seventy days with a scheduler that is down now and then, and is killed between claiming a
    message and sending it. What was owed on any day it could have run is sent, once."""
    from django.db import transaction

    with transaction.atomic(), monkeypatch.context() as patched:
        point = transaction.savepoint()
        for number, due_in in enumerate((3, 15, 33, 40, 62)):
            pledged(statement=f"Promise {number}.", due_on=today + timedelta(days=due_in))
        # What waits at a desk is sent as all else is: it is enough to try it once (test_digests).
        Appointment.objects.update(ended_at=timezone.now())
        down = {start + i for start, length in outages for i in range(length)}
        sent: Counter[str] = Counter()
        tries = 0

        def deliver(message, body):
            nonlocal tries
            tries += 1
            if tries in crashes:
                raise Crash
            sent.update(message.reminders.values_list("key", flat=True))

        owed, owed_ever = reminders.owed, set()

        def heard(on):
            # What `remind` is answered, so that no day is worked out twice.
            lines = owed(on)
            owed_ever.update(line.key for line in lines if line.person_id == asha.pk)
            return lines

        patched.setattr(mail, "_deliver", deliver)
        patched.setattr(reminders, "owed", heard)
        for number in range(75):
            day = today + timedelta(days=number)
            # After the last outage the scheduler runs every day, so all is caught up.
            if number in down and number < 68:
                continue
            reminders.remind(day)
            now = datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone())
            for hour in range(3):
                # Another run of the worker, an hour after the one that was killed.
                try:
                    mail.send_waiting(now + timedelta(hours=hour))
                except Crash:
                    continue
        mine = {key: count for key, count in sent.items()}
        assert set(mine) == owed_ever
        assert set(mine.values()) <= {1}
        transaction.savepoint_rollback(point)
