"""The cast: a few named people and organisations, with one line each about what they may do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.balance import actions as books
from commonweal.balance.models import Period, Statement
from commonweal.balance.statement import red_lines
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.jobs import queue
from commonweal.partners.models import Membership, Partner
from commonweal.places.models import Area, Town
from commonweal.pledges import actions, ledger, reviewing
from commonweal.pledges.models import Draft, Measure, Pledge
from commonweal.programme.models import Action, Metric, Milestone, Pillar, Series, TargetPoint


@pytest.fixture(autouse=True)
def _evidence_in_a_folder_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.VAR = tmp_path


@pytest.fixture(autouse=True)
def _the_tests_transaction_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL, closing a connection in the middle of a test would end its transaction."""
    for module in (queue, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def town(db: None) -> Town:
    return Town.objects.create(
        id=1, name="Brackenford", service_name="Charter", council_name="Borough Council",
        is_fictional=True,
    )  # fmt: skip


@pytest.fixture
def theme(town: Town) -> Theme:
    return Theme.objects.create(code="fair-work", name="Fair work", order=1)


@pytest.fixture
def area(town: Town) -> Area:
    return Area.objects.create(code="northmoor", name="Northmoor")


@pytest.fixture
def decision(town: Town) -> Decision:
    return Decision.objects.create(
        code="2023-06", title="Charter adopted", body="Executive", decided_on=date(2023, 6, 20),
        minute="E/2023/061",
    )  # fmt: skip


@pytest.fixture
def version(theme: Theme, decision: Decision) -> CharterVersion:
    made = CharterVersion.objects.create(
        number=1, title="The charter", adopted_by=decision, in_force_from=date(2023, 7, 1)
    )
    Clause.objects.create(version=made, theme=theme, number="1", text="Work to live on.")
    return made


@pytest.fixture
def tier(town: Town) -> Tier:
    return Tier.objects.create(
        code="partner", name="Partner", criteria="Two results", rank=1, review_months=24
    )


@pytest.fixture
def measure(theme: Theme) -> Measure:
    return Measure.objects.create(
        code="hours", name="Hours volunteered", theme=theme, kind="hours", unit="hours"
    )


@pytest.fixture
def done_measure(theme: Theme) -> Measure:
    return Measure.objects.create(
        code="confident", name="Disability Confident", theme=theme, kind="yes_no", unit="reached"
    )


def organisation(code: str, name: str, **more: Any) -> Partner:
    defaults = {"sector": "private", "kind": "company", "size": "micro"}
    accepted = more.pop("accepted_on", timezone.localdate() - timedelta(days=400))
    return Partner.objects.create(code=code, name=name, accepted_on=accepted, **(defaults | more))


def somebody(
    email: str, name: str, *, role: str = "", of: Partner | None = None, may: str = "editor"
) -> Person:
    person = Person.objects.create_user(f"{email}@brackenford.example", name=name)
    if role:
        today = timezone.localdate()
        Appointment.objects.create(
            person=person, role=role, starts_on=today - timedelta(days=10),
            ends_on=today + timedelta(days=300), because="test",
        )  # fmt: skip
    if of:
        Membership.objects.create(partner=of, person=person, role=may, job_title="Manager")
    return person


@pytest.fixture
def bakery(town: Town) -> Partner:
    return organisation("bakery", "Harbour Lane Bakery")


@pytest.fixture
def college(town: Town) -> Partner:
    return organisation("college", "Brackenford College", sector="public", kind="school")


@pytest.fixture
def homes(town: Town) -> Partner:
    return organisation("homes", "Oakbridge Homes", sector="voluntary", kind="charity")


@pytest.fixture
def council(town: Town) -> Partner:
    return organisation(
        "council", "Borough Council", sector="public", kind="council", is_council=True
    )


@pytest.fixture
def asha(bakery: Partner) -> Person:
    """Edits for the bakery."""
    return somebody("asha", "Asha Patel", of=bakery)


@pytest.fixture
def ben(bakery: Partner) -> Person:
    """Reads for the bakery."""
    return somebody("ben", "Ben Lowe", of=bakery, may="reader")


@pytest.fixture
def carys(town: Town) -> Person:
    """Has signed in and has no tie to anything."""
    return somebody("carys", "Carys Hughes")


@pytest.fixture
def maya(council: Partner) -> Person:
    """Charter manager, of the council."""
    return somebody("maya", "Maya Lindqvist", role=Role.CHARTER_MANAGER, of=council)


@pytest.fixture
def idris(college: Partner) -> Person:
    """Reviewer, of the college."""
    return somebody("idris", "Idris Bowen", role=Role.REVIEWER, of=college)


@pytest.fixture
def priya(homes: Partner) -> Person:
    """Second reviewer, of the housing association."""
    return somebody("priya", "Priya Nair", role=Role.REVIEWER, of=homes)


@pytest.fixture
def tom(town: Town) -> Person:
    """Validator, of the cross-party group."""
    return somebody("tom", "Tom Ashdown", role=Role.VALIDATOR)


@pytest.fixture
def nadia(council: Partner) -> Person:
    """Programme lead, of the council."""
    return somebody("nadia", "Nadia Clarke", role=Role.PROGRAMME_LEAD, of=council)


@pytest.fixture
def daniel(town: Town) -> Person:
    """Administrator."""
    return somebody("daniel", "Daniel Reyes", role=Role.ADMINISTRATOR)


@pytest.fixture
def helen(town: Town) -> Person:
    """Data protection officer."""
    return somebody("helen", "Helen Marsh", role=Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def sign_in(client: Any) -> Any:
    """Sign somebody in, with the second factor where their role needs one."""

    def signed(person: Person) -> Any:
        client.force_login(person)
        session = client.session
        session["demo_second_factor"] = True
        session.save()
        return client

    return signed


@pytest.fixture
def pledged(asha: Person, maya: Person, measure: Measure, bakery: Partner, today: date) -> Any:
    """Make a pledge: by default accepted, 200 hours within 200 days."""

    def make(**more: Any) -> Pledge:
        accepted = more.pop("accepted", True)
        partner = more.pop("partner", bakery)
        by = more.pop("by", asha)
        values: dict[str, Any] = {
            "measure": measure, "statement": "We will give 200 hours.", "baseline": Decimal(0),
            "target": Decimal(200), "due_on": today + timedelta(days=200),
            "theme": measure.theme, "owner_title": "Owner", "who_benefits": "Neighbours",
        } | more  # fmt: skip
        draft = Draft.objects.create(partner=partner, by=by)
        pledge = actions.propose(draft=draft, terms=actions.Terms(**values), by=by)
        if accepted:
            actions.accept(pledge=pledge, by=maya)
        return pledge

    return make


@pytest.fixture
def claimed(pledged: Any, asha: Person, today: date) -> Any:
    """A pledge with a claim and evidence; returns (pledge, the claim's entry)."""

    def make(value: int = 120, *, final: bool = False, **more: Any) -> Any:
        by = more.get("by", asha)
        pledge = pledged(**more)
        claim = actions.claim(
            pledge=pledge, value=Decimal(value), as_of=today, final=final, words="Our list.", by=by
        )
        reviewing.attach_link(
            pledge=pledge, claim_seq=claim.seq, url="https://example.org/list", title="", by=by
        )
        pledge.refresh_from_db()
        return pledge, claim

    return make


@pytest.fixture
def made_earlier(pledged: Any) -> Any:
    """A pledge as if it had been made and accepted some days ago, due some days from today."""

    def make(*, ago: int, due_in: int, **more: Any) -> Pledge:
        pledge = pledged(**more)
        return rewritten(pledge, ago=ago, due_in=due_in)

    return make


def rewritten(pledge: Pledge, *, ago: int, due_in: int) -> Pledge:
    """Replace a pledge by one whose first entries lie in the past (the ledger itself can't be
    rewritten, so a new pledge takes its place)."""
    today = timezone.localdate()
    made = today - timedelta(days=ago)
    due = today + timedelta(days=due_in)
    first = pledge.entries.first()
    assert first is not None
    body = dict(first.body) | {"due_on": due.isoformat()}
    twin = Pledge.objects.create(
        partner=pledge.partner, measure=pledge.measure, statement=pledge.statement,
        theme=pledge.theme, baseline=pledge.baseline, target=pledge.target, due_on=due,
        made_on=made, owner=pledge.owner, owner_title=pledge.owner_title,
    )  # fmt: skip
    lines = [
        ledger.NewEntry(twin, kind, made, dict(said), twin.statement if said else "",
                        by_role="partner", by_organisation=twin.partner.name)
        for kind, said in ((ledger.st.Kind.PROPOSED, body), (ledger.st.Kind.ACCEPTED, {}))
    ]  # fmt: skip
    ledger.write(lines)
    ledger.bring_up_to_date([twin], on=today)
    actions.withdraw(pledge=pledge, because="Replaced in a test", by=pledge.made_by)
    return twin


@pytest.fixture
def new_person() -> Any:
    return somebody


@pytest.fixture
def new_partner() -> Any:
    return organisation


# --- Programme and books ------------------------------------------------------------------------


@pytest.fixture
def pillar(town: Town) -> Pillar:
    return Pillar.objects.create(code="procurement", name="Progressive procurement", order=1)


@pytest.fixture
def metric(bakery: Partner, theme: Theme) -> Metric:
    """A count that the bakery reports each quarter, from 10 towards 30; it began two years ago."""
    made = Metric.objects.create(
        code="apprentices", name="Apprentices started", question="Are there ways into work?",
        kind="count", theme=theme, partner=bakery, owner_title="Head baker", release_days=20,
    )  # fmt: skip
    year = timezone.localdate().year
    series = Series.objects.create(
        metric=made, number=1, definition="Those who began in the quarter.", unit="apprentices",
        starts_on=date(year - 2, 1, 1), baseline=Decimal(10), baseline_on=date(year - 2, 1, 1),
    )  # fmt: skip
    TargetPoint.objects.create(series=series, on=date(year + 2, 1, 1), value=Decimal(30))
    return made


@pytest.fixture
def action(
    bakery: Partner, pillar: Pillar, metric: Metric, decision: Decision, today: date
) -> Action:
    """The bakery's: two milestones, one due in 50 days and one in 100."""
    made = Action.objects.create(
        code="train-bakers", title="Train young bakers", partner=bakery, metric=metric,
        owner_title="Head baker", decision=decision, starts_on=today - timedelta(days=50),
        due_on=today + timedelta(days=100),
    )  # fmt: skip
    made.pillars.add(pillar)
    for order, (title, days) in enumerate((("Course agreed", 50), ("First cohort", 100)), 1):
        Milestone.objects.create(
            action=made, title=title, due_on=today + timedelta(days=days), order=order
        )
    return made


@pytest.fixture
def period(town: Town, today: date) -> Period:
    """The 90 days that ended yesterday."""
    return Period.objects.create(
        code="2026-q3", title="The last 90 days", starts_on=today - timedelta(days=90),
        ends_on=today - timedelta(days=1),
    )  # fmt: skip


@pytest.fixture
def close_books(maya: Person, idris: Person, tom: Person) -> Any:
    """Draft, explain what is red, draft again, sign off, validate and close."""

    def close(period: Period, **more: Any) -> Statement:
        draft = books.prepare(period=period, by=maya, **more)
        for about, _ in red_lines(draft.content):
            books.explain(period=period, about=about, words="It rained.", by=maya)
        draft = books.prepare(period=period, by=maya, **more)
        seen = draft.content_sha256
        books.sign_off(draft=draft, seen=seen, by=idris)
        books.validate(draft=draft, seen=seen, by=tom)
        return books.close(draft=draft, seen=seen, by=maya)

    return close


@pytest.fixture
def told(bakery: Partner, measure: Measure, today: date) -> Any:
    """A pledge whose ledger is told as (days ago, kind, body); ``claim`` and ``review`` refer to
    the entry before them of the kind that they are about."""

    def tell(*said: tuple[int, str, dict[str, Any]], **more: Any) -> Pledge:
        target, about = more.pop("target", Decimal(200)), 0
        values = {"statement": "We will give hours.", "partner": bakery} | more
        made = today - timedelta(days=said[0][0])
        pledge = Pledge.objects.create(
            measure=measure, theme=measure.theme, baseline=Decimal(0), target=target,
            due_on=today + timedelta(days=100), made_on=made, owner_title="Owner", **values,
        )  # fmt: skip
        terms = {
            "theme": measure.theme.code, "measure": measure.code, "unit": measure.unit,
            "measure_kind": measure.kind, "direction": "up", "baseline": "0",
            "target": str(target), "due_on": pledge.due_on.isoformat(),
        }  # fmt: skip
        for ago, kind, body in said:
            if kind == "proposed":
                body = terms | body
            elif kind in ("evidence", "review"):
                body = {"about": about, "by": "x", "held_until": None} | body
            on = today - timedelta(days=ago)
            if kind == "claim":
                body = {"as_of": on.isoformat(), "final": False} | body
            words = pledge.statement if kind == "proposed" else ""
            [entry] = ledger.write(
                [ledger.NewEntry(pledge, kind, on, body, words, by_role="partner",
                                 by_organisation=pledge.partner.name)]
            )  # fmt: skip
            about = entry.seq if kind == "claim" else about
        ledger.bring_up_to_date([pledge], on=today)
        pledge.refresh_from_db()
        return pledge

    return tell
