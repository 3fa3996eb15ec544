"""Reminders: what is owed to whom today, and putting it into one message a person.

What is owed follows from how things stand, not from what day it is: a reminder stays owed until
it is sent or its cause is gone. So a scheduler that was down for a week sends it afterwards, and
the unique row of (person, key), written in the transaction of the message, keeps it from being
sent twice.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from commonweal.accounts import mail
from commonweal.accounts.models import Message, Person, Reminder
from commonweal.charter.models import TierAward
from commonweal.partners.models import months_later
from commonweal.places.models import Town, the_town

from . import asking_more, ledger, queues, review_reads
from .models import Entry, Pledge
from .owing import Members, Owed, digest_text
from .standing import OPEN, Kind, Standing

OVERDUE_STEPS = (1, 30, 90, 180)
TIER_NOTICE_DAYS = 60


def owed(on: date) -> list[Owed]:
    """Everything that is owed on a day, sent or not."""
    ledger.refresh_standings(on=on)
    members, town = Members(), the_town()
    return [
        *_about_pledges(on, members, town),
        *_questions(members),
        *_replies(on, members),
        *_more_wanted(on, members),
        *_tiers(on, members),
        *queues.owed_to_desks(on, members),
    ]


def _about_pledges(on: date, members: Members, town: Town) -> Iterator[Owed]:
    told_last = dict(
        Entry.objects.filter(kind__in=[Kind.CLAIM, Kind.CHANGED, Kind.ACCEPTED])
        .values_list("pledge")
        .annotate(Max("happened_on"))
    )
    pledges = Pledge.objects.public().filter(standing__in=OPEN).select_related("partner")
    for pledge in pledges.iterator(2000):
        if not (people := members.to_tell(pledge)):
            continue
        path = f"/space/{pledge.partner.code}/pledges/{pledge.code}/"
        about = f"{pledge.partner.name}: {pledge.statement[:80]}"
        last = told_last.get(pledge.pk)
        for key, sentence in (*_report_due(pledge, last, on, town), *_date_near(pledge, on)):
            for person_id in people:
                yield Owed(person_id, key, f"{sentence} {about}", path)


def _report_due(
    pledge: Pledge, last: date | None, on: date, town: Town
) -> Iterator[tuple[str, str]]:
    """(key, sentence) once a reporting cycle is over since something was last said."""
    is_on_its_way = pledge.standing in (Standing.ACTIVE, Standing.DUE_SOON)
    if last and is_on_its_way and on >= months_later(last, town.cycle_months):
        yield f"value-{pledge.code}-{last}", "A new report is due."


def _date_near(pledge: Pledge, on: date) -> Iterator[tuple[str, str]]:
    """(key, sentence) before the date, and at each step after it."""
    if pledge.standing == Standing.DUE_SOON:
        yield f"due-soon-{pledge.code}-{pledge.due_on}", f"Due on {pledge.due_on:%-d %B %Y}."
    if pledge.standing == Standing.OVERDUE and pledge.due_on:
        late = (on - pledge.due_on).days
        sentence = f"Overdue since {pledge.due_on:%-d %B %Y}."
        for step in OVERDUE_STEPS:
            if late >= step:
                yield f"overdue-{pledge.code}-{pledge.due_on}-{step}", sentence


def _questions(members: Members) -> Iterator[Owed]:
    waiting = Pledge.objects.public().filter(unanswered_since__isnull=False)
    for pledge in waiting.select_related("partner"):
        answered = {entry.body["about"] for entry in pledge.entries.filter(kind=Kind.ANSWER)}
        for entry in pledge.entries.filter(kind=Kind.QUESTION).exclude(seq__in=answered):
            for person_id in members.to_tell(pledge):
                yield Owed(
                    person_id,
                    f"question-{entry.seq}",
                    f"A question waits for your answer. {pledge.partner.name}: "
                    f"{pledge.statement[:80]}",
                    f"/space/{pledge.partner.code}/pledges/{pledge.code}/",
                )


def _more_wanted(on: date, members: Members) -> Iterator[Owed]:
    for request in asking_more.running(on).values():
        pledge = request.claim.pledge
        for person_id in members.to_tell(pledge):
            yield Owed(
                person_id,
                f"more-{request.pk}",
                f"A reviewer asks for more evidence until {request.until:%-d %B %Y}. "
                f"{pledge.partner.name}: {pledge.statement[:80]}",
                f"/space/{pledge.partner.code}/pledges/{pledge.code}/",
            )


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def _replies(on: date, members: Members) -> Iterator[Owed]:
    for pledge, entry in review_reads.replies_waiting(on):
        for person_id in members.to_tell(pledge):
            yield Owed(
                person_id,
                f"reply-{entry.seq}",
                f"A review waits for your reply until {_day(entry.body['held_until'])}. "
                f"{pledge.partner.name}: {pledge.statement[:80]}",
                f"/space/{pledge.partner.code}/pledges/{pledge.code}/",
            )


def _tiers(on: date, members: Members) -> Iterator[Owed]:
    lapsing = TierAward.objects.held(on).filter(
        review_on__lte=on + timedelta(days=TIER_NOTICE_DAYS)
    )
    for award in lapsing.select_related("partner", "tier"):
        for person_id in members.editors[award.partner_id]:
            yield Owed(
                person_id,
                f"tier-{award.code}-{award.review_on}",
                f"{award.partner.name} holds the tier “{award.tier.name}” until "
                f"{award.review_on:%-d %B %Y}; then it lapses unless the panel renews it.",
                f"/space/{award.partner.code}/tiers/",
            )


def remind(on: date) -> int:
    """Write one message to each person for what is owed and not yet in one; return how many."""
    by_person: dict[int, list[Owed]] = defaultdict(list)
    for line in owed(on):
        by_person[line.person_id].append(line)
    wanted = set(
        Person.objects.filter(pk__in=by_person, wants_digest=True, is_active=True).values_list(
            "pk", flat=True
        )
    )
    return sum(_digest(pk, lines) for pk, lines in sorted(by_person.items()) if pk in wanted)


def _digest(person_id: int, lines: Iterable[Owed]) -> int:
    lines = list(lines)
    had = set(
        Reminder.objects.filter(person=person_id, key__in=[line.key for line in lines]).values_list(
            "key", flat=True
        )
    )
    new = {line.key: line for line in lines if line.key not in had}
    if not new:
        return 0
    key = hashlib.sha256("\n".join(sorted(new)).encode()).hexdigest()[:40]
    try:
        with transaction.atomic():
            message = Message.objects.create(
                key=f"digest-{person_id}-{key}",
                person_id=person_id,
                subject="What waits for you",
                body=digest_text(lines, new),
            )
            Reminder.objects.bulk_create(
                Reminder(key=owed_key, person_id=person_id, message=message) for owed_key in new
            )
    except IntegrityError:
        # Another worker wrote these at this moment: they are in its message.
        return 0
    return 1


def run(on: date) -> tuple[int, int]:
    """Write what is owed, then send what waits: (messages written, messages sent)."""
    return remind(on), mail.send_waiting()
