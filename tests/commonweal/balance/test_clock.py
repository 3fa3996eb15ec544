"""One clock: whatever comes after a period's last day, its statement is the same bytes."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.asks import actions as asking
from commonweal.asks.models import Ask
from commonweal.balance import panels, reads, statement
from commonweal.balance.models import Period
from commonweal.cases import working
from commonweal.charter import actions as charter
from commonweal.charter.models import Decision, TierAward
from commonweal.economy.models import Outcome, Shock
from commonweal.economy.shocks import telling
from commonweal.economy.shocks import working as shock_work
from commonweal.office.errors import Refused
from commonweal.partners import naming
from commonweal.partners.models import Partner
from commonweal.places.actions import switch
from commonweal.places.clock import Clock
from commonweal.pledges import carrying, ledger
from commonweal.programme import actions as plan
from commonweal.programme import measuring
from commonweal.programme.models import Action, Binding, Milestone, Risk
from commonweal.setup import townfile

pytestmark = pytest.mark.django_db
AUTHOR = Actor(None, Role.PROGRAMME_LEAD)


@dataclass
class Town:
    """A town in which something of every kind stood on the period's last day, ten days ago."""

    period: Period
    today: date
    told: Any
    more: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.more[name]

    @property
    def last(self) -> date:
        return self.period.ends_on

    def write(self, kind: str, body: dict[str, Any], pledge: Any = None) -> ledger.Entry:
        new = ledger.NewEntry(pledge or self.open_pledge, kind, self.today, body, by_role="x")
        return ledger.append(new)

    def bytes(self, at: datetime | None = None) -> bytes:
        """What the statement says if it is drafted when all of this is known."""
        at = at or timezone.now() + timedelta(hours=1)
        content = statement.make(self.period, number=1, because="", before=None, at=at)
        # The moment of drafting is the one thing that may be another.
        return ledger.canonical(content | {"prepared_at": ""})


@pytest.fixture
def world(
    told,
    today,
    town,
    action,
    metric,
    pillar,
    decision,
    version,
    tier,
    bakery,
    college,
    council,
    maya,
    leah,
    asha,
    asks_for_help,
    new_partner,
) -> Town:
    period = Period.objects.create(
        code="then",
        title="Then",
        starts_on=today - timedelta(days=100),
        ends_on=today - timedelta(days=10),
    )
    before = period.ends_on - timedelta(days=20)
    open_pledge = told(
        (150, "proposed", {}),
        (149, "accepted", {}),
        (60, "claim", {"value": "50"}),
        (59, "evidence", {}),
    )
    spare = told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))
    Action.objects.update(made_on=before)
    other = Action.objects.create(
        code="late", title="Late", made_on=before, owner_title="Cook", due_on=before, weight=3
    )
    done = Milestone.objects.create(action=other, title="Begun", is_done=True, done_on=before)
    waits = Milestone.objects.create(action=other, title="Ended", due_on=before, order=2)
    risk = plan.raise_risk(
        values={
            "title": "Fire",
            "likelihood": 5,
            "impact": 4,
            "owner_title": "Cook",
            "raised_on": before,
        },
        actions=[action],
        pledges=[open_pledge],
        author=AUTHOR,
    )
    ask = asking.make_ask(
        by=leah,
        values={"title": "Hours", "quantity": Decimal(100), "unit": open_pledge.measure.unit},
    )
    asking.publish(ask=ask, by=leah)
    ask.refresh_from_db()
    answer = asking.answer(ask=ask, pledge=open_pledge, quantity=Decimal(40), by=asha)
    Ask.objects.update(published_on=before)
    type(answer).objects.update(answered_on=before)
    needs = []
    for settled in (True, False):
        case = asks_for_help("food", at=_moment(before))
        [need] = case.needs.all()
        type(need).objects.filter(pk=need.pk).update(opened_on=before)
        if settled:
            working.settle(need=need, state="met", by=leah, on=before)
            _was_at(before)
        needs.append(need)
    charter.sign(partner=bakery, version=version, name="A", capacity="x", show_name=False, by=asha)
    type(bakery.signatures.get()).objects.update(signed_on=before)
    TierAward.objects.create(
        partner=bakery,
        tier=tier,
        reasons="x",
        proposed_by=maya,
        proposed_on=before,
        confirmed_by=leah,
        confirmed_on=before,
        review_on=today + timedelta(days=300),
    )
    Decision.objects.filter(pk=decision.pk).update(decided_on=before)
    owned = Action.objects.create(
        code="owned",
        title="Owned",
        made_on=before,
        due_on=today,
        partner=college,
        owner_title="Head",
        decision=decision,
    )
    owned.pillars.add(pillar)
    shock = _shock(bakery, asha)
    type(shock).objects.filter(pk=shock.pk).update(told_on=before)
    shock.levels.update(from_on=before)
    return Town(
        period,
        today,
        told,
        {
            "shock": shock,
            "owned": owned,
            "open_pledge": open_pledge,
            "action": action,
            "other": other,
            "done": done,
            "waits": waits,
            "risk": risk,
            "ask": ask,
            "answer": answer,
            "needs": needs,
            "metric": metric,
            "decision": decision,
            "college": college,
            "council": council,
            "version": version,
            "by": leah,
            "asks_for_help": asks_for_help,
            "new_partner": new_partner,
            "tier": tier,
            "maya": maya,
            "asha": asha,
            "pillar": pillar,
            "spare": spare,
        },
    )


def _shock(partner: Partner, by: Any, who: str = "public") -> Shock:
    values = {"kind": "closure", "people": 120, "sure": "decided", "wanted_level": who}
    shock = telling.begin(values=values, partner=partner, by=by, staff=False)
    return telling.send(shock=shock, by=by)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)


def _was_at(day: date) -> None:
    """Put the newest line of the record on a day: the database refuses that otherwise."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE accounts_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER accounts_event_no_update")
        cursor.execute(
            "UPDATE accounts_event SET at = %s WHERE id = (SELECT max(id) FROM accounts_event)",
            [_moment(day)],
        )


# --- What may come after the last day ---------------------------------------------------------

Later = Callable[[Town], Any]


def new_promise(t: Town) -> None:
    t.told((5, "proposed", {}), (4, "accepted", {}), (3, "claim", {"value": "9"}))


def update_evidence_and_review(t: Town) -> None:
    claim = t.write("claim", {"value": "200", "as_of": t.today.isoformat(), "final": True})
    t.write("evidence", {"about": claim.seq})
    t.write("review", {"about": claim.seq, "verdict": "upheld", "by": "x", "held_until": None})


def review_of_what_was_claimed_before(t: Town) -> None:
    claim = t.open_pledge.entries.filter(kind="claim").first()
    t.write("review", {"about": claim.seq, "verdict": "rejected", "by": "x", "held_until": None})


def lowered_target(t: Town) -> None:
    t.write("changed", {"field": "target", "old": "200", "new": "50"})


def withdrawal(t: Town) -> None:
    t.write("withdrawn", {})


def removal(t: Town) -> None:
    t.write("removed", {})


def question(t: Town) -> None:
    t.write("question", {})


def dead_link(t: Town) -> None:
    proof = t.open_pledge.entries.filter(kind="evidence").first()
    t.write("link_dead", {"about": proof.seq})


def measurement(t: Town) -> None:
    Binding.objects.get_or_create(
        pledge=t.open_pledge,
        defaults={"metric": t.metric, "tolerance": 0, "because": "x", "bound_on": t.today},
    )
    t.write(
        "measured",
        {"metric": t.metric.code, "value": "7", "tolerance": "0", "ends_on": t.today.isoformat()},
    )


def action(t: Town) -> None:
    plan.add(
        wanted=plan.PlannedAction("Built since", pillars=[t.pillar], decision=t.decision),
        author=AUTHOR,
        milestones=[("One", None)],
    )


def action_changed(t: Town) -> None:
    wanted = plan.PlannedAction(
        "Renamed", partner=t.college, owner_title="Somebody else", due_on=t.today, weight=9
    )
    if Action.objects.get(pk=t.other.pk).title != "Renamed":
        plan.replan(action=t.other, wanted=wanted, because="x", author=AUTHOR)


def action_stopped(t: Town) -> None:
    if Action.objects.get(pk=t.other.pk).stopped_on is None:
        plan.stop(action=t.other, because="x", decision=t.decision, author=AUTHOR)


def actions_pulled_forward(t: Town) -> None:
    due = Action.objects.get(pk=t.action.pk).due_on
    if due > t.today + timedelta(days=1):
        plan.accelerate(decision=t.decision, actions=[t.action], days=9, because="x", author=AUTHOR)


def dependency(t: Town) -> None:
    plan.depend(action=t.action, on=t.other, author=AUTHOR)


def milestone(t: Town) -> None:
    plan.add_milestone(action=t.other, title="Since", due_on=None, because="x", author=AUTHOR)


def milestone_done(t: Town) -> None:
    if not Milestone.objects.get(pk=t.waits.pk).is_done:
        plan.finish_milestone(milestone=t.waits, done_on=t.today, done_words="x", author=AUTHOR)


def milestone_opened_again(t: Town) -> None:
    if Milestone.objects.get(pk=t.done.pk).is_done:
        plan.reopen_milestone(milestone=t.done, because="x", author=AUTHOR)


def milestone_moved(t: Town) -> None:
    step = Milestone.objects.get(pk=t.waits.pk)
    if not step.is_done:
        plan.move_milestone(
            milestone=step, due_on=step.due_on - timedelta(days=1), because="x", author=AUTHOR
        )


def risk(t: Town) -> None:
    plan.raise_risk(
        values={"title": "Flood", "likelihood": 5, "impact": 5, "owner_title": "x"},
        actions=[t.other],
        pledges=[],
        author=AUTHOR,
    )


def risk_scored_again(t: Town) -> None:
    plan.score_again(
        risk=t.risk,
        values={"likelihood": 1, "impact": 1, "mitigation": "A hose."},
        actions=[t.other],
        pledges=[],
        author=AUTHOR,
    )


def risk_closed(t: Town) -> None:
    if Risk.objects.get(pk=t.risk.pk).closed_on is None:
        plan.close_risk(risk=t.risk, because="x", author=AUTHOR)


def figure_about_later_days(t: Town) -> None:
    series = t.metric.series.order_by("number").first()
    first = t.last + timedelta(days=1)
    if (
        not series.observations.filter(starts_on=first).exists()
        and series.metric.series.count() < 2
    ):
        measuring.observe(
            series=series,
            starts_on=first,
            ends_on=t.today - timedelta(days=1),
            figure=Decimal(5),
            status="final",
            note="",
            author=AUTHOR,
            release=True,
        )


def metric_counted_otherwise(t: Town) -> None:
    if t.metric.series.count() < 2:
        measuring.redefine(
            metric=t.metric,
            definition="All.",
            unit="people",
            starts_on=t.today,
            because="x",
            author=AUTHOR,
            decision=t.decision,
        )


def ask(t: Town) -> None:
    made = asking.make_ask(
        by=t.by,
        values={"title": "More", "quantity": Decimal(9), "unit": t.open_pledge.measure.unit},
    )
    asking.publish(ask=made, by=t.by)


def ask_closed(t: Town) -> None:
    if Ask.objects.get(pk=t.ask.pk).state == "open":
        asking.close_ask(ask=t.ask, by=t.by)


def offer(t: Town) -> None:
    if not t.ask.answers.filter(pledge=t.spare).exists():
        asking.answer(
            ask=Ask.objects.get(pk=t.ask.pk), pledge=t.spare, quantity=Decimal(5), by=t.asha
        )


def draw(t: Town) -> None:
    asking.draw(answer=t.answer, quantity=Decimal("0.5"), by=t.by)


def need_settled(t: Town) -> None:
    need = t.needs[1]
    need.refresh_from_db()
    if need.state == "open":
        working.settle(need=need, state="unmet", why="other", by=t.by)


def need_opened_again(t: Town) -> None:
    need = t.needs[0]
    need.refresh_from_db()
    if need.state != "open":
        working.reopen(need=need, by=t.by)


def plea(t: Town) -> None:
    t.asks_for_help("food")


def partner_and_signature(t: Town) -> None:
    made = t.new_partner(f"p{len(Period.objects.all())}{timezone.now():%f}", "Another")
    made.accepted_on = t.today
    made.save()


def signature_ended(t: Town) -> None:
    signature = t.asha.memberships.first().partner.signatures.get()
    if signature.ended_on is None:
        charter.end_signature(signature=signature, because="x", by=t.maya)


def decision_later(t: Town) -> None:
    Decision.objects.create(
        code=f"d{Decision.objects.count()}", title="Since", body="Executive", decided_on=t.today
    )


def rooms_switched(t: Town) -> None:
    """Twice, so that what counts is the first time after the last day."""
    for on in (False, True, False):
        for code in ("help", "spend"):
            switch(code=code, on=on, by=None)


def partner_renamed(t: Town) -> None:
    """Of an action, of a pledge in danger; the bakery answers for the metric too."""
    for partner in (t.college, Partner.objects.get(pk=t.open_pledge.partner_id)):
        name = f"{timezone.now():%f} Ltd"
        naming.hold_back(partner=partner, profile={"name": name}, by=t.asha)
        naming.accept(change=naming.waiting_of(partner), by=t.maya)


def renamed_by_its_register(t: Town) -> None:
    Partner.objects.filter(pk=t.college.pk).update(source="a")
    plan = SimpleNamespace(
        renamed={t.college.pk: "Zeta College"}, before={}, layout=SimpleNamespace(source="a")
    )
    carrying._rename(cast(Any, plan))


def given_to_another_who_is_renamed(t: Town) -> None:
    """The history of a plan knows partners by name: it must find them under what they were
    called then."""
    action = Action.objects.get(pk=t.owned.pk)
    if action.partner_id == t.college.pk:
        wanted = plan.PlannedAction(
            action.title, partner=t.council, owner_title=action.owner_title, due_on=action.due_on
        )
        plan.replan(action=action, wanted=wanted, because="x", author=AUTHOR)
    partner_renamed(t)


def endangered_action_retitled(t: Town) -> None:
    action = Action.objects.get(pk=t.action.pk)
    wanted = plan.PlannedAction(
        f"Called {timezone.now():%f}",
        partner=action.partner,
        owner_title=action.owner_title,
        metric=action.metric,
        pillars=list(action.pillars.all()),
        decision=action.decision,
        starts_on=action.starts_on,
        due_on=action.due_on,
    )
    plan.replan(action=action, wanted=wanted, because="x", author=AUTHOR)


def action_under_another_decision(t: Town) -> None:
    action = Action.objects.get(pk=t.owned.pk)
    decision = Decision.objects.create(
        code=f"n{Decision.objects.count()}", title="Anew", body="Executive", decided_on=t.today
    )
    wanted = plan.PlannedAction(
        action.title,
        partner=action.partner,
        owner_title=action.owner_title,
        due_on=action.due_on,
        decision=decision,
    )
    plan.replan(action=action, wanted=wanted, because="x", author=AUTHOR)


def pledge_reworded(t: Town) -> None:
    """As a later file of another register does."""
    pledge = type(t.open_pledge).objects.get(pk=t.open_pledge.pk)
    words = f"Other words {timezone.now():%f}"
    t.write("changed", {"field": "statement", "old": pledge.statement, "new": words})
    type(pledge).objects.filter(pk=pledge.pk).update(statement=words)


def file_of_the_town_read_again(t: Town) -> None:
    """Everything that it may call otherwise, order otherwise and rule otherwise."""
    call = f"{timezone.now():%f}"
    measure, theme = t.open_pledge.measure, t.open_pledge.measure.theme
    pillars = [{"code": "front", "name": "In front"}, {"code": t.pillar.code, "name": call}]
    townfile.apply(
        {
            "town": {"name": call, "service_name": call, "ons_code": "E07000243"},
            "rules": {"lapse_days": 2, "due_soon_days": 300, "evidence_dead_days": 1},
            "themes": [{"code": "front", "name": "In front"}, {"code": theme.code, "name": call}],
            "measures": [
                {
                    "code": measure.code,
                    "name": call,
                    "theme": theme.code,
                    "kind": measure.kind,
                    "unit": measure.unit,
                    "how": call,
                }
            ],
            "pillars": pillars,
            "workstreams": [{"code": "front", "name": "In front"}],
            "decisions": [
                {"code": t.decision.code, "title": call, "body": call, "decided_on": t.today}
            ],
            "metrics": [
                {
                    "code": "since",
                    "name": "Since",
                    "kind": "count",
                    "unit": "x",
                    "definition": "x",
                    "starts_on": t.period.starts_on - timedelta(days=400),
                },
                {
                    "code": t.metric.code,
                    "name": call,
                    "kind": "count",
                    "unit": "x",
                    "definition": "x",
                    "owner_title": call,
                    "direction": "down",
                    "release_days": 1,
                    "every_months": 1,
                },
            ],
        }
    )


def shock_told(t: Town) -> None:
    _shock(t.shock.partner, t.asha)


def shock_closed(t: Town) -> None:
    shock_work.close(
        shock=t.shock, told_of=120, placed=64, without=21, not_known=35, words="", by=t.maya
    )


def shock_kept_from_the_public(t: Town) -> None:
    shock_work.let_know(shock=t.shock, who="staff", because="x", by=t.maya)


def shock_named(t: Town) -> None:
    shock_work.name(shock=t.shock, decision=t.decision, decision_says=True, by=t.maya)


KINDS: list[Later] = [
    shock_told,
    shock_closed,
    shock_kept_from_the_public,
    shock_named,
    new_promise,
    update_evidence_and_review,
    review_of_what_was_claimed_before,
    lowered_target,
    withdrawal,
    removal,
    question,
    dead_link,
    measurement,
    action,
    action_changed,
    action_stopped,
    actions_pulled_forward,
    dependency,
    milestone,
    milestone_done,
    milestone_opened_again,
    milestone_moved,
    risk,
    risk_scored_again,
    risk_closed,
    figure_about_later_days,
    metric_counted_otherwise,
    ask,
    offer,
    draw,
    ask_closed,
    need_settled,
    need_opened_again,
    plea,
    partner_and_signature,
    signature_ended,
    decision_later,
    rooms_switched,
    partner_renamed,
    renamed_by_its_register,
    given_to_another_who_is_renamed,
    endangered_action_retitled,
    action_under_another_decision,
    pledge_reworded,
    file_of_the_town_read_again,
]


class Undone(Exception):
    """Ends an example: everything that it wrote is rolled back."""


def same_after(world: Town, acts: list[Later], *may_refuse: type[Exception]) -> None:
    before = world.bytes()
    try:
        with transaction.atomic():
            for act in acts:
                # One after another some have become impossible: an ask that is closed takes none.
                with suppress(*may_refuse), transaction.atomic():
                    act(world)
            assert world.bytes() == before, [act.__name__ for act in acts]
            raise Undone
    except Undone:
        pass


@pytest.mark.parametrize("act", KINDS, ids=lambda act: act.__name__)
def test_nothing_of_any_kind_after_the_last_day_changes_a_byte(world, act):
    same_after(world, [act])


def test_no_row_of_them_in_any_order_changes_a_byte(world):
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(some.lists(some.sampled_from(KINDS), min_size=2, max_size=8))
    def of(acts: list[Later]) -> None:
        same_after(world, acts, Refused)

    of()


def test_what_is_written_after_drafting_changes_nothing_though_it_is_about_the_period(world):
    drafted = timezone.now()
    before = world.bytes(drafted)
    later = drafted + timedelta(days=3)
    on = world.last - timedelta(days=1)
    ledger.write(
        [ledger.NewEntry(world.open_pledge, "withdrawn", on, {}, by_role="x", written_at=later)]
    )
    assert world.bytes(drafted) == before
    assert world.bytes(later) != before


# --- A figure that comes later bears its day --------------------------------------------------


def test_a_figure_about_the_period_that_came_later_bears_the_day_on_which_it_came(
    world, client, close_books
):
    series = world.metric.series.get()
    first, _ = measuring.period_of(world.metric, world.period.starts_on)
    measuring.observe(
        series=series,
        starts_on=first - timedelta(days=92),
        figure=Decimal(12),
        ends_on=world.last,
        status="final",
        note="",
        author=AUTHOR,
        release=True,
    )
    close_books(world.period)
    page = client.get(f"/balance/{world.period.code}/").content.decode()
    assert f"given on {world.today:%-d %B %Y}" in " ".join(page.split())


def test_what_is_late_is_so_many_days_late_on_the_last_day_whenever_one_drafts(world):
    def late(days: int) -> int:
        at = timezone.now() + timedelta(days=days)
        said = statement.make(world.period, number=1, because="", before=None, at=at)
        return int(said["metrics"][0]["late_days"])

    assert late(0) == late(33) > 0


# --- Nothing without the clock ----------------------------------------------------------------


def test_every_section_and_panel_is_read_by_the_clock_and_no_other():
    for name, section in statement.SECTIONS.items():
        assert next(iter(inspect.signature(section).parameters)) == "clock", name
    for work in panels.PANELS:
        assert list(inspect.signature(work).parameters) == ["clock"], work
    for module in (statement, panels):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        named |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {"now"}
        assert not named & {"timezone", "localdate", "now", "today"}, module


def test_a_statement_holds_nothing_but_the_account_and_its_sections(world):
    """What is neither said of the town, nor of the account, is a section: it gets the clock."""
    content = statement.make(world.period, number=1, because="", before=None, at=timezone.now())
    of_itself = {
        "format",
        "town",
        "ons_code",
        "service",
        "is_fictional",
        "period",
        "number",
        "prepared_at",
        "cut",
        "opening",
        "apart",
        "days",
        "opening_days",
        "restates",
    }
    of_the_account = {"entries", "late_entries", "standings", "lines", "totals", "others"}
    assert set(content) == of_itself | of_the_account | set(statement.SECTIONS)


def test_a_section_that_does_not_mind_the_clock_is_found(world, monkeypatch):
    monkeypatch.setitem(statement.SECTIONS, "new", lambda clock, books: Action.objects.count())
    with pytest.raises(AssertionError):
        same_after(world, [action])


# --- The opening sentence ---------------------------------------------------------------------

MOVED = some.integers(-500, 500)


@given(
    opening=some.integers(0, 9000),
    made=some.integers(0, 900),
    moved=some.fixed_dictionaries({name: MOVED for name in reads.LEFT}),
)
def test_the_opening_sentence_adds_up(opening, made, moved):
    closing = opening + made - sum(moved.values())
    said = reads.in_words(
        {"totals": {"opening": opening, "made": made, "changed": 0, "closing": closing, **moved}}
    )
    summed, _, end = said.replace(",", "").rpartition(": ")[2].rstrip(".").partition(" = ")
    assert sum(int(part) for part in summed.replace(" - ", " + -").split(" + ")) == int(end)
    assert int(end) == closing
    # Each movement that the sum has is in the words before it.
    for name, count in moved.items():
        assert (f"{abs(count):,} {'more' if count > 0 else 'fewer'}" in said) or not count
        assert (reads.LEFT[name] in said) == bool(count)


# --- Shocks -----------------------------------------------------------------------------------


def test_what_came_of_a_shock_stands_in_the_books(world):
    clock = Clock(world.period.starts_on, world.last, timezone.now())
    panel = panels.shocks_told(clock)
    assert panel.is_measured
    assert panel.rows[0]["is"] == "open on the last day"
    shock_closed(world)
    Shock.objects.update(closed_on=world.last)
    Outcome.objects.update(on=world.last)
    [row] = panels.shocks_told(clock).rows
    assert (row["was"], row["is"]) == (
        "jobs: 120",
        "known to have work or training: 64; known to be without: 21; not known: 35",
    )
    assert "Harbour" not in str(row)


def test_a_shock_told_in_confidence_stands_in_no_books(world):
    world.shock.levels.update(who="staff")
    panel = panels.shocks_told(Clock(world.period.starts_on, world.last, timezone.now()))
    assert not panel.is_measured
    assert panel.rows == []
