"""All that happened in a case, moment by moment, from the rooms that keep it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.cases import changes, named
from commonweal.cases.models import Case, NextAction
from commonweal.design.words import in_pounds
from commonweal.grants.models import GrantDecision, Payment
from commonweal.office.moments import moment_of
from commonweal.residents import changes as changes_of_people
from commonweal.residents.changes import Line
from commonweal.volunteers.models import Task, TaskTake


@dataclass(frozen=True)
class Moment:
    """One thing that happened: of which kind, what it was, in which words, by whom. ``by_day``:
    the hour is not known."""

    at: datetime
    title: str
    text: str = ""
    who: str = ""
    href: str = ""
    kind: str = ""
    by_day: bool = False


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _opened_on(day: date, title: str) -> Moment:
    """Something that began on a day: before all else of that day."""
    at = moment_of(day, time(), timezone.get_current_timezone())
    return Moment(at, title, by_day=True)


def _ended_on(day: date, title: str, href: str = "") -> Moment:
    """Something that came to its end on a day: after all else of that day."""
    at = moment_of(day, time(23, 59, 59), timezone.get_current_timezone())
    return Moment(at, title, href=href, by_day=True)


def _needs(case: Case, person: Person) -> Iterator[Moment]:
    yield Moment(
        case.opened_at,
        f"Asked for help: {case.get_channel_display().lower()}",
        case.words,
        _name(case.taken_by),
    )
    changed = {line.key[1] for line in changes.history(case) if line.key[1] is not None}
    for need in case.needs.select_related("help_type"):
        is_first = need.opened_on == timezone.localdate(case.opened_at)
        title = f"Need: {need.help_type.name}"
        yield Moment(case.opened_at, title) if is_first else _opened_on(need.opened_on, title)
        if need.closed_on and need.pk not in changed:
            title = f"{need.help_type.name}: {changes.state_of(need).lower()}"
            yield _ended_on(need.closed_on, title)
    for line in changes.history(case):
        if line.key[1] is not None:
            yield _changed(line)


def _changed(line: Line) -> Moment:
    title = f"{line.called}: {line.became}, was {line.was}"
    return Moment(line.at, title, line.because, line.who)


def _calls(case: Case, person: Person) -> Iterator[Moment]:
    for call in case.calls.select_related("by", "callback"):
        who_rang = "They rang" if call.direction == "in" else "We rang"
        purpose = call.callback.get_purpose_display().lower() if call.callback else ""
        title = f"{who_rang}: {call.get_outcome_display().lower()}" + (purpose and f" ({purpose})")
        yield Moment(call.at, title, call.words, _name(call.by))


def _notes(case: Case, person: Person) -> Iterator[Moment]:
    for note in case.notes.select_related("by"):
        yield Moment(note.at, note.get_kind_display(), note.words, _name(note.by))
    for paper in case.files.select_related("added_by"):
        href = reverse("case-paper", args=[case.code, paper.code])
        yield Moment(paper.added_at, f"Paper: {paper.name}", "", _name(paper.added_by), href)


def _plans(case: Case, person: Person) -> Iterator[Moment]:
    plans = NextAction.objects.filter(need__case=case).select_related(
        "need__help_type", "owner", "made_by", "ended_by"
    )
    for plan in plans.order_by("pk"):
        title = f"{plan.get_kind_display()} ({plan.need.help_type.name})"
        yield Moment(plan.made_at, f"Planned: {title}", plan.words, _name(plan.made_by))
        if plan.ended_at is not None:
            ended = f"{plan.get_state_display()}: {title}"
            yield Moment(plan.ended_at, ended, plan.ended_words, _name(plan.ended_by))


def _messages(case: Case, person: Person) -> Iterator[Moment]:
    for message in case.written.select_related("by"):
        title = message.get_way_display() + (" to many" if message.bulk_id else "")
        state = "to print" if message.way == "post" else message.get_state_display().lower()
        yield Moment(message.at, f"{title}: {state}", message.words, _name(message.by))


def _referrals(case: Case, person: Person) -> Iterator[Moment]:
    for referral in case.referrals.select_related("partner", "need__help_type", "sent_by"):
        name = f"{referral.partner.name} ({referral.need.help_type.name}, {referral.code})"
        yield Moment(referral.sent_at, f"Sent to {name}", referral.words, _name(referral.sent_by))
        if referral.received_at:
            yield Moment(referral.received_at, f"Received by {name}")
        if referral.answered_at:
            declined = referral.get_declined_because_display() if referral.declined_because else ""
            answer = "Declined" if declined else "Accepted"
            yield Moment(referral.answered_at, f"{answer} by {name}", declined)
        if referral.contacted_at:
            yield Moment(referral.contacted_at, f"In touch with them: {name}")
        if referral.ended_at:
            came = referral.get_outcome_display() if referral.outcome else ""
            title = f"{came or referral.get_state_display()}: {name}"
            yield Moment(referral.ended_at, title, referral.outcome_words)


# What of a grant its case says. How it is checked stays with who checks it.
OF_A_GRANT = (
    GrantDecision.Kind.ASKED,
    GrantDecision.Kind.APPROVED,
    GrantDecision.Kind.REFUSED,
    GrantDecision.Kind.WITHDRAWN,
    GrantDecision.Kind.CANCELLED,
    GrantDecision.Kind.REVIEW_ASKED,
    GrantDecision.Kind.REVIEWED,
    GrantDecision.Kind.ACCOUNT,
    GrantDecision.Kind.RETURNED,
)


def _grants(case: Case, person: Person) -> Iterator[Moment]:
    """As on the page of the case: nothing, where its person is kept from the reader."""
    if named.is_kept_apart(person, case.resident):
        return
    rows = GrantDecision.objects.filter(award__case=case, kind__in=OF_A_GRANT)
    for row in rows.select_related("award__fund"):
        grant = row.award
        amount = f", {in_pounds(row.amount)}" if row.amount is not None else ""
        title = f"{grant.fund.name}: {row.get_kind_display().lower()}{amount}"
        href = reverse("desk-grant", args=[grant.code])
        yield Moment(row.at, f"{title} ({grant.code})", href=href)
    paid = Payment.objects.filter(award__case=case, state="paid")
    for payment in paid.select_related("award__fund"):
        grant, day = payment.award, payment.paid_on
        title = f"{grant.fund.name}: paid, {in_pounds(payment.amount)} ({grant.code})"
        if day is not None:
            yield _ended_on(day, title, reverse("desk-grant", args=[grant.code]))


def _tasks(case: Case, person: Person) -> Iterator[Moment]:
    tasks = Task.objects.filter(need__case=case).select_related("made_by").order_by("pk")
    for task in tasks:
        yield Moment(task.made_at, f"Offered to volunteers: {task.title}", "", _name(task.made_by))
    takes = TaskTake.objects.filter(task__need__case=case).select_related("task")
    for take in takes.select_related("task", "volunteer__person"):
        who = take.volunteer.person.name
        yield Moment(take.taken_at, f"Taken by a volunteer: {take.task.title}", "", who)
        if take.ended_at:
            ended = f"{take.get_end_display()}: {take.task.title}"
            yield Moment(take.ended_at, ended, "", who)


# Of a case, what says who lives with its person.
OF_THEIR_HOME = ("adults", "children", "ages")


def _changes(case: Case, person: Person) -> Iterator[Moment]:
    """Of the case, and of its person unless they are kept from the reader."""
    lines = [line for line in changes.history(case) if line.key[1] is None]
    if named.is_kept_apart(person, case.resident):
        lines = [line for line in lines if line.key[0] not in OF_THEIR_HOME]
    else:
        lines += changes_of_people.history(case.resident)
        for version in case.resident.safe_contacts.select_related("by"):
            title = f"How they may be reached: {version.in_words}"
            yield Moment(version.at, title, version.because, _name(version.by))
        for consent in case.resident.consents.select_related("taken_by", "partner", "help_type"):
            title = f"They agreed to share with {consent.to_whom}: {', '.join(consent.fields)}"
            yield Moment(consent.given_at, title, "", _name(consent.taken_by))
            if consent.withdrawn_at:
                yield Moment(consent.withdrawn_at, f"Withdrawn: sharing with {consent.to_whom}")
    yield from map(_changed, lines)


def _looks(case: Case, person: Person) -> Iterator[Moment]:
    """Who looked, for the desk manager."""
    if not named.is_manager(person):
        return
    for read in case.reads.select_related("person"):
        yield Moment(read.at, f"Looked: {read.what} ({read.link})", "", read.person.name)
    for glass in case.glasses.select_related("person"):
        yield Moment(glass.at, "Broke the glass", glass.because, glass.person.name)


Source = Callable[[Case, Person], Iterator[Moment]]
# Kinds of what happened, in the order in which they are offered to choose from.
KINDS: dict[str, tuple[str, Source]] = {
    "calls": ("Calls and attempts", _calls),
    "notes": ("Notes and papers", _notes),
    "needs": ("Needs", _needs),
    "plans": ("What was planned", _plans),
    "messages": ("Letters, texts and e-mails", _messages),
    "referrals": ("Referrals", _referrals),
    "grants": ("Grants", _grants),
    "tasks": ("Volunteers’ tasks", _tasks),
    "changes": ("Changes of fields", _changes),
    "looks": ("Who looked", _looks),
}


def kinds_for(person: Person) -> dict[str, str]:
    """The kinds that this person may choose from, with their words."""
    return {
        code: title
        for code, (title, _) in KINDS.items()
        if code != "looks" or named.is_manager(person)
    }


def happened(case: Case, person: Person, kind: str = "") -> list[Moment]:
    """What happened, newest first: of one kind, or of all but who looked, of whom there are many
    to a case; they are shown where they are asked for."""
    chosen = [kind] if kind in kinds_for(person) else [code for code in KINDS if code != "looks"]
    moments = [
        replace(moment, kind=KINDS[code][0])
        for code in chosen
        for moment in KINDS[code][1](case, person)
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
