"""What people do with pledges. Each verb writes the ledger and the record in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Person
from commonweal.accounts.record import record
from commonweal.charter.models import Clause, Decision, Theme
from commonweal.partners.access import must_act
from commonweal.partners.actions import end_membership
from commonweal.partners.models import Membership, Partner
from commonweal.places.models import Area

from . import ledger
from .models import (
    Draft,
    Entry,
    Measure,
    MeasureKind,
    Pledge,
    Question,
    plain,
)
from .standing import Kind, Standing

STALE = (
    "Somebody else wrote to this pledge while you did. What you typed is still here; read the "
    "newest entries above, then send it again if it still holds."
)


@dataclass(frozen=True)
class Terms:
    """What is promised, complete: what the form has gathered when it is sent."""

    measure: Measure
    statement: str
    baseline: Decimal | None
    target: Decimal | None
    due_on: date | None
    theme: Theme
    owner_title: str = ""
    clause: Clause | None = None
    decision: Decision | None = None
    area: Area | None = None
    who_benefits: str = ""

    def body(self) -> dict[str, Any]:
        return {
            "measure": self.measure.code,
            "measure_kind": self.measure.kind,
            "unit": self.measure.unit,
            "direction": self.measure.direction,
            "baseline": plain(self.baseline),
            "target": plain(self.target),
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "theme": self.theme.code,
            "owner_title": self.owner_title,
            "clause": f"{self.clause.version.number}/{self.clause.number}" if self.clause else "",
            "decision": self.decision.code if self.decision else "",
            "area": self.area.code if self.area else "",
            "who_benefits": self.who_benefits,
        }


def check_terms(partner: Partner, terms: Terms, *, today: date) -> None:
    """Raise unless the terms are ones that a partner can promise today."""
    baseline, target = terms.baseline, terms.target
    if baseline is None or target is None or terms.due_on is None:
        raise Refused("A pledge needs a starting point, a target and a date.")
    if terms.due_on <= today:
        raise Refused("Choose a date in the future.")
    if terms.due_on > today + timedelta(days=30 * 366):
        raise Refused("Choose a date within the next 30 years.")
    kind = terms.measure.kind
    if kind == MeasureKind.SHARE and not (0 <= baseline <= 100 and 0 <= target <= 100):
        raise Refused("A share lies between 0 and 100 per cent.")
    if kind == MeasureKind.YES_NO and not (baseline == 0 and target == 1):
        raise Refused("A pledge to do something starts at “not done” and ends at “done”.")
    if (
        kind in {MeasureKind.COUNT, MeasureKind.HOURS, MeasureKind.MONEY}
        and target <= 0 <= baseline
    ):
        raise Refused("The target must be more than nothing.")
    if kind != MeasureKind.KEEP:
        if terms.measure.direction == "up" and target <= baseline:
            raise Refused("The target must be higher than where you start.")
        if terms.measure.direction == "down" and target >= baseline:
            raise Refused("The target must be lower than where you start.")
    if partner.is_council and terms.decision is None:
        raise Refused("A pledge of the council names the decision that made it.")


@transaction.atomic
def propose(*, draft: Draft, terms: Terms, by: Person) -> Pledge:
    """Send a draft to the charter manager. Nothing is public until it is accepted.

    Raises
    ------
    Refused
        The terms don't hold together, the same promise is in the register already, or the
        draft has been sent.
    """
    today = timezone.localdate()
    partner = draft.partner
    check_terms(partner, terms, today=today)
    # Two drafts of one promise, sent at one moment: the second waits here, then is told.
    Partner.objects.select_for_update().get(pk=partner.pk)
    same = partner.pledges.open().filter(
        measure=terms.measure, statement__iexact=terms.statement, due_on=terms.due_on
    )
    if same.exists():
        raise Refused("Your organisation has this very pledge in the register already.")
    deleted, _ = Draft.objects.filter(pk=draft.pk).delete()
    if not deleted:
        raise Refused("This pledge has been sent already; you find it in your space.")
    values: dict[str, Any] = {
        name: getattr(terms, name)
        for name in (
            "measure",
            "statement",
            "baseline",
            "target",
            "due_on",
            "theme",
            "owner_title",
            "clause",
            "decision",
            "area",
            "who_benefits",
        )
    }
    values |= {"owner": by, "made_on": today, "made_by": by, "returned_because": ""}
    if draft.pledge_id:
        Pledge.objects.filter(pk=draft.pledge_id, accepted_on=None).update(**values)
        pledge = Pledge.objects.get(pk=draft.pledge_id)
    else:
        pledge = Pledge.objects.create(partner=partner, **values)
    ledger.append(
        ledger.NewEntry(
            pledge,
            Kind.PROPOSED,
            today,
            terms.body(),
            terms.statement,
            by,
            "partner",
            partner.name,
        )
    )
    record("pledge proposed", about=pledge, by=by, as_role="editor", partner=partner.code)
    return pledge


def hold(
    pledge: Pledge,
    seen: int | None,
    kind: Kind,
    body: dict[str, Any],
    wording: str = "",
    by: Person | None = None,
) -> Entry | None:
    """Hold the pledge's row; refuse if entries came since the person looked.

    Returns the entry that came since and says the same in the same words by the same person: then
    this is a form sent twice. The same figure in other words, or by somebody else, is not.
    """
    now = Pledge.objects.select_for_update().get(pk=pledge.pk)
    if seen is None or now.entry_count == seen:
        pledge.refresh_from_db()
        return None
    since = list(pledge.entries.order_by("seq")[seen:])
    for entry in since:
        same = (entry.kind, entry.body, entry.words) == (kind, body, wording)
        if same and by is not None and entry.by_code == by.code:
            return entry
    raise Refused(_what_came(pledge, kind, body, since))


def _what_came(pledge: Pledge, kind: Kind, body: dict[str, Any], since: list[Entry]) -> str:
    """Why somebody must look again; where a colleague reported the same figure, who and how."""
    same = next((e for e in since if e.kind == kind == Kind.CLAIM and e.body == body), None)
    if same is None:
        return STALE
    person = Person.objects.filter(code=same.by_code).first() if same.by_code else None
    day = date.fromisoformat(body["as_of"])
    quote = f": “{same.words}”" if same.words else ""
    return (
        f"{person or 'Somebody'} reported {pledge.measure.write(Decimal(body['value']))} as of "
        f"{day.day} {day:%B %Y} already{quote}. Yours is still here. If it adds something, send it "
        "again: it becomes an entry of its own, with your words and your evidence."
    )


@transaction.atomic
def accept(*, pledge: Pledge, by: Person, on: date | None = None) -> Pledge:
    """Let a proposed pledge into the public register. There is no way back out of it."""
    hold(pledge, None, Kind.ACCEPTED, {})
    if pledge.accepted_on is not None:
        raise Refused("Somebody else has accepted this pledge already.")
    if not pledge.partner.may_act:
        raise Refused("Accept the organisation first; its pledge can follow.")
    if pledge.returned_because:
        raise Refused("This pledge was returned; it waits for the partner.")
    today = on or timezone.localdate()
    if pledge.made_on > today:
        # What its ledger says counts from its day on: nothing could be accepted yet.
        raise Refused(
            f"This pledge says that it was made on {pledge.made_on:%-d %B %Y}, a day to come: the "
            "clock of this machine was wrong then, or is now. It can be accepted from that day on."
        )
    ledger.append(ledger.NewEntry(pledge, Kind.ACCEPTED, today, {}, "", by, "charter manager"))
    record("pledge accepted", about=pledge, by=by, as_role="charter_manager")
    tell(
        pledge,
        f"accepted-{pledge.pk}",
        "Your pledge is in the register",
        f"Your pledge is public now:\n{settings.ADDRESS}{pledge.get_absolute_url()}\n",
    )
    return pledge


@transaction.atomic
def send_back(*, pledge: Pledge, because: str, by: Person) -> Pledge:
    """Return a proposed pledge with the reason. The partner can change and send it again."""
    hold(pledge, None, Kind.RETURNED, {})
    if pledge.accepted_on is not None:
        raise Refused("This pledge is in the register; it can't be returned any more.")
    entry = ledger.append(
        ledger.NewEntry(
            pledge, Kind.RETURNED, timezone.localdate(), {}, because, by, "charter manager"
        )
    )
    Pledge.objects.filter(pk=pledge.pk).update(returned_because=because)
    record("pledge returned", about=pledge, by=by, as_role="charter_manager")
    tell(
        pledge,
        f"returned-{entry.seq}",
        "Your pledge needs a change",
        f"The charter manager asks for a change before your pledge is made public:\n\n{because}"
        f"\n\n{settings.ADDRESS}/space/{pledge.partner.code}/pledges/{pledge.code}/\n",
    )
    return pledge


def recipients(pledge: Pledge) -> list[Person]:
    """Who is told about a pledge: its owner while they act for the partner, else every editor."""
    members = list(pledge.partner.memberships.current().select_related("person"))
    owner = [m.person for m in members if m.person_id == pledge.owner_id]
    return owner or [m.person for m in members if m.role == "editor"]


def tell(pledge: Pledge, key: str, subject: str, body: str) -> None:
    for person in recipients(pledge):
        mail.write(key=f"{key}-{person.pk}", person=person, subject=subject, body=body)


def must_be_open(pledge: Pledge) -> None:
    must_act(pledge.partner)
    if pledge.accepted_on is None:
        raise Refused("This pledge is not in the register yet.")
    if pledge.standing == Standing.WITHDRAWN:
        raise Refused("This pledge was withdrawn; its ledger is closed.")


@transaction.atomic
def claim(
    *,
    pledge: Pledge,
    figure: Decimal,
    as_of: date,
    final: bool,
    report: str,
    by: Person,
    seen: int | None = None,
) -> Entry:
    """Report how far a pledge has come: the value reached by a day, in the measure's unit."""
    body = {"value": plain(figure), "as_of": as_of.isoformat(), "final": final}
    if again := hold(pledge, seen, Kind.CLAIM, body, report, by):
        return again
    must_be_open(pledge)
    today = timezone.localdate()
    if as_of > today:
        raise Refused("Report what has been reached by today or before, not what is to come.")
    if pledge.made_on and as_of < pledge.made_on:
        raise Refused("Choose a day since the pledge was made.")
    if pledge.measure.kind == MeasureKind.SHARE and not 0 <= figure <= 100:
        raise Refused("A share lies between 0 and 100 per cent.")
    if pledge.measure.kind == MeasureKind.YES_NO and figure not in (0, 1):
        raise Refused("Report 1 for done or 0 for not done.")
    entry = ledger.append(
        ledger.NewEntry(pledge, Kind.CLAIM, today, body, report, by, "partner", pledge.partner.name)
    )
    record("progress claimed", about=pledge, by=by, as_role="editor", entry=entry.seq)
    return entry


@transaction.atomic
def change(
    *,
    pledge: Pledge,
    target: Decimal | None,
    due_on: date | None,
    because: str,
    by: Person,
    seen: int | None = None,
) -> list[Entry]:
    """Move a target or a date. The old one and the reason stay in public view."""
    hold(pledge, seen, Kind.CHANGED, {})
    must_be_open(pledge)
    if not pledge.is_open and pledge.standing != Standing.LOWERED:
        raise Refused("This pledge has been verified; its terms are settled.")
    today = timezone.localdate()
    _check_changed(pledge, target, due_on, today=today)
    moved: list[tuple[str, str | None, str | None]] = []
    if target is not None and target != pledge.target:
        moved.append(("target", plain(pledge.target), plain(target)))
    if due_on is not None and due_on != pledge.due_on:
        old = pledge.due_on.isoformat() if pledge.due_on else None
        moved.append(("due_on", old, due_on.isoformat()))
    if not moved:
        raise Refused("Nothing is different. Change the target or the date, or go back.")
    entries = [
        ledger.append(
            ledger.NewEntry(
                pledge,
                Kind.CHANGED,
                today,
                {"field": name, "old": old, "new": new},
                because,
                by,
                "partner",
                pledge.partner.name,
            )
        )
        for name, old, new in moved
    ]
    record(
        "terms changed",
        about=pledge,
        by=by,
        as_role="editor",
        fields=[name for name, _, _ in moved],
    )
    return entries


def _check_changed(
    pledge: Pledge, target: Decimal | None, due_on: date | None, *, today: date
) -> None:
    """Raise unless the pledge, changed like this, is one that could be made.

    A date that has passed may stay; one that is chosen lies ahead.
    """
    later = due_on if due_on is not None and due_on != pledge.due_on else None
    terms = Terms(
        measure=pledge.measure,
        statement=pledge.statement,
        baseline=pledge.baseline,
        target=target if target is not None else pledge.target,
        due_on=later or today + timedelta(days=1),
        theme=pledge.theme,
        decision=pledge.decision,
    )
    check_terms(pledge.partner, terms, today=today)


@transaction.atomic
def withdraw(*, pledge: Pledge, because: str, by: Person, seen: int | None = None) -> Entry:
    """Take a promise back, in public, with the reason."""
    if again := hold(pledge, seen, Kind.WITHDRAWN, {}, because, by):
        return again
    must_be_open(pledge)
    entry = ledger.append(
        ledger.NewEntry(
            pledge,
            Kind.WITHDRAWN,
            timezone.localdate(),
            {},
            because,
            by,
            "partner",
            pledge.partner.name,
        )
    )
    record("pledge withdrawn", about=pledge, by=by, as_role="editor")
    return entry


@transaction.atomic
def ask(*, pledge: Pledge, question_text: str, email: str) -> Question:
    """Somebody outside asks a question. The charter manager looks at it before it is public.
    How many one visitor may ask is counted by the page; one visitor closes it to nobody else."""
    today = timezone.localdate()
    same = Question.objects.filter(pledge=pledge, words=question_text, asked_on=today).first()
    if same:
        return same
    question = Question.objects.create(
        pledge=pledge, words=question_text, asker_email=email, asked_on=today
    )
    record("question asked", about=pledge, by=None, as_role="resident")
    return question


@transaction.atomic
def publish_question(*, question: Question, by: Person) -> Entry:
    """Let a question into the ledger. The time for an answer counts from the day it was asked."""
    now = Question.objects.select_for_update().get(pk=question.pk)
    if now.entry_id or now.refused_on:
        raise Refused("Somebody else has dealt with this question already.")
    pledge = question.pledge
    entry = ledger.append(
        ledger.NewEntry(
            pledge,
            Kind.QUESTION,
            timezone.localdate(),
            {"asked_on": question.asked_on.isoformat()},
            question.words,
            None,
            "resident",
        )
    )
    Question.objects.filter(pk=question.pk).update(entry=entry)
    record("question published", about=pledge, by=by, as_role="charter_manager", entry=entry.seq)
    return entry


@transaction.atomic
def refuse_question(*, question: Question, because: str, by: Person) -> None:
    """Keep a question out of the ledger, with a reason (abuse, personal data, not a question)."""
    done = Question.objects.filter(pk=question.pk, entry=None, refused_on=None).update(
        refused_because=because, refused_on=timezone.localdate()
    )
    if not done:
        raise Refused("Somebody else has dealt with this question already.")
    record("question refused", about=question.pledge, by=by, as_role="charter_manager")


@transaction.atomic
def answer(*, pledge: Pledge, question_seq: int, answer_text: str, by: Person) -> Entry:
    """The partner answers a question in public."""
    must_act(pledge.partner)
    hold(pledge, None, Kind.ANSWER, {})
    if not pledge.entries.filter(kind=Kind.QUESTION, seq=question_seq).exists():
        raise Refused("There is no such question.")
    earlier = pledge.entries.filter(kind=Kind.ANSWER, body__about=question_seq).first()
    if earlier:
        raise Refused("Your organisation has answered this question already.")
    entry = ledger.append(
        ledger.NewEntry(
            pledge,
            Kind.ANSWER,
            timezone.localdate(),
            {"about": question_seq},
            answer_text,
            by,
            "partner",
            pledge.partner.name,
        )
    )
    record("question answered", about=pledge, by=by, as_role="editor", entry=entry.seq)
    question = Question.objects.filter(entry_id=question_seq).first()
    if question and question.asker_email:
        _answer_asker(question, pledge, entry)
    return entry


def _answer_asker(question: Question, pledge: Pledge, entry: Entry) -> None:
    mail.write(
        key=f"answered-{entry.seq}",
        to_email=question.asker_email,
        subject="Your question was answered",
        body=f"The answer to your question is here:\n{settings.ADDRESS}"
        f"{pledge.get_absolute_url()}#entry-{entry.seq}\n",
    )
    # It was left for this one purpose.
    Question.objects.filter(pk=question.pk).update(asker_email="")


@transaction.atomic
def hand_over(*, membership: Membership, to: Membership | None, by: Person) -> int:
    """Somebody leaves a partner; their pledges go to a colleague. Returns how many went.

    Raises
    ------
    Refused
        They own pledges and no colleague is named, or they are the last editor.
    """
    partner = membership.partner
    owned = list(partner.pledges.filter(owner=membership.person).select_related("partner"))
    if owned and to is None:
        raise Refused(
            f"This person answers for {len(owned)} of your pledges. Choose who takes them over."
        )
    if to is not None and (to.partner_id != partner.pk or to.pk == membership.pk):
        raise Refused("Choose a colleague in the same organisation.")
    end_membership(membership=membership, by=by)
    if to is not None:
        today = timezone.localdate()
        for pledge in owned:
            title = to.job_title or pledge.owner_title
            Pledge.objects.filter(pk=pledge.pk).update(owner=to.person, owner_title=title)
            pledge.owner_title = title
            ledger.append(
                ledger.NewEntry(
                    pledge,
                    Kind.HANDED_OVER,
                    today,
                    {"owner_title": title},
                    "",
                    by,
                    "partner",
                    partner.name,
                )
            )
            record("pledge handed over", about=pledge, by=by, as_role="editor")
    return len(owned)


@transaction.atomic
def strike(*, entry: Entry, because: str, by: Person) -> Entry:
    """Strike out the words of an entry for a legal reason (somebody's personal data, say).

    The entry, its place and its digest stay; a new entry says in public that and why it was done.
    """
    if not entry.words:
        raise Refused("This entry has no words to strike out.")
    Entry.objects.filter(pk=entry.pk).update(words="", words_salt="")
    struck = ledger.append(
        ledger.NewEntry(
            entry.pledge,
            Kind.STRUCK,
            timezone.localdate(),
            {"about": entry.seq},
            because,
            by,
            "data protection officer",
        )
    )
    record(
        "words struck out",
        about=entry.pledge,
        by=by,
        as_role="data_protection_officer",
        entry=entry.seq,
    )
    return struck
