"""The fictional town's programme and books: five quarters of them, told in the order of time.

Actions are planned first; then, quarter by quarter, milestones are reached or missed, the plan
changes, figures come in, and the books are closed as people would close them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.models import Person, Role
from commonweal.balance import actions as books
from commonweal.balance import comparing
from commonweal.balance.authoring import write_paper
from commonweal.balance.models import Period
from commonweal.charter.models import Decision, Theme
from commonweal.partners.models import Partner, months_later
from commonweal.pledges import ledger
from commonweal.pledges.models import Entry, Pledge
from commonweal.programme import actions, computed, measuring
from commonweal.programme.models import (
    Action,
    Binding,
    Comparator,
    Metric,
    Milestone,
    Observation,
    Pillar,
    Risk,
    Series,
    TargetPoint,
    Workstream,
)

from . import tables
from .cast import CAST

QUARTERS = 5
COUNCIL, COLLEGE, HOMES = "brackenford-borough-council", "brackenford-college", "oakbridge-homes"


@dataclass(frozen=True)
class Planned:
    """An action of the story. Months count from the first day of the first quarter; ``late`` is
    how many of the milestones that are due stay undone."""

    title: str
    stream: str
    pillars: str
    partner: str
    owner: str
    metric: str
    starts: int
    ends: int
    steps: list[str]
    late: int = 0
    weight: int | None = None


_TABLES = tables.read("programme")
PLAN = [Planned(**planned) for planned in _TABLES["plan"]]
# The metrics that partners report, each with its first figure and the step of a quarter.
REPORTED: list[dict[str, Any]] = _TABLES["reported"]
WHY_ACTION: list[str] = _TABLES["why_action"]
WHY_METRIC: dict[str, str] = _TABLES["why_metric"]
DEFINITIONS: dict[str, str] = _TABLES["definitions"]
ASKED: list[dict[str, str]] = _TABLES["asked"]
PAPER: dict[str, str] = _TABLES["paper"]


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


class ProgrammeStory:
    def __init__(self, today: date, draw: random.Random, say: Callable[[str], None]) -> None:
        self.today, self.random, self.say = today, draw, say
        # The quarter in draft is the last one that is over; four closed ones lie before it.
        self.first = months_later(quarter_of(today), -3 * QUARTERS)
        people = {member.role: Person.objects.get(email=member.email) for member in CAST}
        self.lead, self.manager = people["programme-lead"], people["charter-manager"]
        self.reviewer, self.validator = people["reviewer"], people["validator"]
        self.author = Actor(self.lead, Role.PROGRAMME_LEAD, "Brackenford Borough Council")
        self.partners = {
            p.code: p for p in Partner.objects.filter(code__in=(COUNCIL, COLLEGE, HOMES))
        }
        self.missed: set[int] = set()

    def moment(self, day: date) -> datetime:
        return datetime.combine(day, time(19, 30), tzinfo=UTC)

    def tell(self) -> None:
        self.decisions()
        self.metrics()
        self.plan()
        for number in range(QUARTERS):
            starts_on = months_later(self.first, 3 * number)
            ends_on = months_later(starts_on, 3) - timedelta(days=1)
            closing = min(ends_on + timedelta(days=24), self.today)
            self.reach(closing)
            self.happen(number, closing)
            self.figures(number, ends_on, closing)
            self.close(number, starts_on, ends_on, closing)
        self.reach(self.today)
        self.measured_pledges()

    # --- what was decided and planned --------------------------------------------------------

    def decisions(self) -> None:
        self.made: dict[str, Decision] = {}
        for decided in _TABLES["decisions"]:
            name, body, months = decided["name"], decided["body"], decided["months"]
            on = min(months_later(self.first, months) + timedelta(days=9), self.today)
            self.made[name] = Decision.objects.create(
                code=f"{on:%Y-%m}-{name}",
                title=decided["title"],
                body=body,
                decided_on=on,
                text=decided["text"],
                minute=f"{body[0]}/{on.year}/{on.month * 4:03}",
            )

    def metrics(self) -> None:
        Series.objects.exclude(metric__computed="").update(starts_on=self.first)
        for order, reported in enumerate(REPORTED, 20):
            code, name, partner = reported["code"], reported["name"], reported["partner"]
            metric = Metric.objects.create(
                code=code,
                name=name,
                question=reported["question"],
                kind=reported["kind"],
                direction=reported["direction"],
                theme=Theme.objects.get(code=reported["theme"]),
                partner=self.partners[partner],
                owner_title=reported["owner"],
                source=f"{self.partners[partner].name}'s own count",
                release_days=21,
                order=order,
            )
            start = months_later(self.first, -3)
            series = Series.objects.create(
                metric=metric,
                number=1,
                unit=reported["unit"],
                starts_on=start,
                definition=DEFINITIONS.get(code, f"{name}, on the last day of each quarter."),
                baseline=Decimal(str(reported["first"])),
                baseline_on=start,
            )
            TargetPoint.objects.create(
                series=series, on=months_later(self.first, 30), value=Decimal(reported["target"])
            )
        self._comparators("local-spend")
        self._local_share()

    def _local_share(self) -> None:
        """What the system works out itself from the council's payments."""
        function = computed.REGISTERED["local-share"]
        start = months_later(self.first, -3)
        metric = Metric.objects.create(
            code="council-local-share",
            name="The council’s payments to suppliers in the town",
            question=function.question,
            kind=function.kind,
            direction=function.direction,
            method="local-share",
            computed="local-share",
            theme=Theme.objects.get(code="local-money"),
            partner=self.partners[COUNCIL],
            owner_title="Analyst",
            source="The council's published payments",
            release_days=21,
            order=19,
        )
        series = Series.objects.create(
            metric=metric,
            number=1,
            unit="%",
            starts_on=start,
            definition=function.definition,
            baseline=Decimal(18),
            baseline_on=start,
        )
        TargetPoint.objects.create(
            series=series, on=months_later(self.first, 30), value=Decimal(30)
        )

    def _comparators(self, code: str) -> None:
        series = Series.objects.get(metric__code=code, number=1)
        year = months_later(self.first, -3)
        shares = {"Northhaven": Decimal("22.5"), "Seacombe": Decimal("15.0"), "Vale of Orrin": None}
        for place, share in shares.items():
            Comparator.objects.create(
                series=series,
                place=place,
                value=share,
                starts_on=year,
                ends_on=months_later(year, 12) - timedelta(days=1),
                source=f"{place} council, yearly report (fictional)"
                if share
                else "Not published by this council",
                published_on=months_later(year, 14) if share else None,
            )

    def plan(self) -> None:
        streams = {stream.code: stream for stream in Workstream.objects.all()}
        pillars = {pillar.code: pillar for pillar in Pillar.objects.all()}
        metrics = {metric.code: metric for metric in Metric.objects.all()}
        self.actions: dict[str, Action] = {}
        for planned in PLAN:
            starts = months_later(self.first, planned.starts)
            ends = months_later(self.first, planned.ends)
            action = Action.objects.create(
                code=actions.free_code(planned.title),
                title=planned.title,
                workstream=streams[planned.stream],
                partner=self.partners.get(planned.partner),
                owner_title=planned.owner,
                metric=metrics.get(planned.metric),
                decision=self.made["climate" if "climate" in planned.pillars else "programme"],
                starts_on=starts,
                due_on=ends,
                weight=planned.weight,
                made_on=self.first,
                made_by=self.lead,
            )
            action.pillars.set([pillars[code] for code in planned.pillars.split()])
            self._steps(action, planned, starts, ends)
            self.actions[planned.title] = action
        self._needs()
        self._risks()

    def _steps(self, action: Action, planned: Planned, starts: date, ends: date) -> None:
        """Milestones at equal distances; the last of those that are long due may be late."""
        span = (ends - starts).days
        count = len(planned.steps)
        steps = [
            Milestone(
                action=action,
                title=title,
                order=order,
                due_on=starts + timedelta(days=span * order // count),
            )
            for order, title in enumerate(planned.steps, 1)
        ]
        Milestone.objects.bulk_create(steps)
        long_ago = self.today - timedelta(days=40)
        due = [step for step in action.milestones.all() if step.due_on and step.due_on < long_ago]
        if planned.late:
            self.missed |= {step.pk for step in due[len(due) - planned.late :]}

    def _action(self, part_of_title: str) -> Action:
        return next(action for title, action in self.actions.items() if part_of_title in title)

    def _needs(self) -> None:
        for need in _TABLES["needs"]:
            actions.depend(
                action=self._action(need["action"]), on=self._action(need["on"]), author=self.author
            )

    def _risks(self) -> None:
        open_pledges = Pledge.objects.public().open().filter(measure__code="local-buying")[:2]
        of_all = {"partner": self.partners[COUNCIL], "raised_on": self.first}
        names = ("title", "likelihood", "impact", "owner_title", "mitigation")
        for risk in _TABLES["risks"]:
            actions.raise_risk(
                values={name: risk[name] for name in names} | of_all,
                actions=[self._action(risk["action"])],
                pledges=list(open_pledges) if risk["endangers_pledges"] else [],
                author=self.author,
            )
        Risk.objects.filter(title__startswith="Nobody has time").update(
            closed_on=months_later(self.first, 9), closed_because="A second reviewer was appointed."
        )

    # --- what happened, quarter by quarter ---------------------------------------------------

    def reach(self, upto: date) -> None:
        """Milestones are done a few days before or after their date, unless they are missed."""
        for step in Milestone.objects.filter(is_done=False, due_on__lte=upto).exclude(
            pk__in=self.missed
        ):
            assert step.due_on is not None
            done_on = min(step.due_on - timedelta(days=self.random.randint(-6, 20)), upto)
            Milestone.objects.filter(pk=step.pk).update(
                is_done=True, done_on=done_on, done_words="Minute of the working group."
            )

    def happen(self, number: int, closing: date) -> None:
        if number == 1:
            step = self._action("Buy the college's food").milestones.filter(is_done=False).first()
            if step is not None and step.due_on is not None:
                action = step.action
                action.due_on = months_later(action.due_on or closing, 2)
                action.save(update_fields=["due_on"])
                actions.move_milestone(
                    milestone=step,
                    due_on=step.due_on + timedelta(days=45),
                    author=Actor(self.reviewer, EDITOR, "Brackenford College"),
                    because="Two of the growers asked for the harvest to be over.",
                    on=closing,
                )
        if number == 3:
            chosen = [self._action("Community land trust"), self._action("Solar on the roofs")]
            actions.accelerate(
                decision=self.made["sooner"],
                actions=chosen,
                days=60,
                author=self.author,
                because="The county's grant has to be spent by the end of the year after next.",
                on=closing,
            )
            actions.stop(
                action=self._action("Invest a twentieth"),
                author=self.author,
                on=closing,
                decision=self.made["sooner"],
                because="The fund answered that it may not choose by place.",
            )

    def figures(self, number: int, ends_on: date, closing: date) -> None:
        measuring.compute_all(closing)
        if number == 0:
            self._targets_for_computed()
        for reported in REPORTED:
            # This one is late, and its page says who answers for it.
            is_late = reported["code"] == "cooperatives" and number >= QUARTERS - 2
            if not is_late:
                self._figure(reported, number, ends_on, closing)

    def _figure(self, reported: dict[str, Any], number: int, ends_on: date, closing: date) -> None:
        """What a partner reports for a quarter, and what it puts right afterwards."""
        code = reported["code"]
        metric = Metric.objects.get(code=code)
        if code == "local-spend" and number == 3:
            self._count_anew(metric, months_later(self.first, 9))
        series = metric.series.order_by("-number")[0]
        figure = self._drawn(reported, number, series, is_count=metric.kind == "count")
        partner = metric.partner.name if metric.partner else ""
        is_last = number == QUARTERS - 1
        of_quarter: dict[str, Any] = {
            "series": series,
            "starts_on": months_later(self.first, 3 * number),
            "ends_on": ends_on,
            # This one waits on the programme lead's desk to be released.
            "release": not (code == "credit-union-members" and is_last),
            "author": Actor(self.lead, Role.PROGRAMME_LEAD, partner),
            "title": metric.owner_title,
            "on": closing,
        }
        status = Observation.Status.PROVISIONAL if is_last else Observation.Status.FINAL
        measuring.observe(figure=figure, status=status, note="", **of_quarter)
        if code == "apprentices-started" and number == 2:
            measuring.observe(
                figure=figure + 2,
                status=Observation.Status.REVISED,
                note="Two who began in the last week had been left out.",
                **of_quarter,
            )

    def _drawn(
        self, reported: dict[str, Any], number: int, series: Series, *, is_count: bool
    ) -> Decimal:
        grown = reported["step"] * (number + 1) * self.random.uniform(0.6, 1.2)
        figure = Decimal(str(round(reported["first"] + grown, 1)))
        if series.number == 2:
            figure -= Decimal(4)
        return figure.quantize(Decimal(1)) if is_count else figure

    def _targets_for_computed(self) -> None:
        for code, add in (("pledges-verified", 12), ("reviews-in-time", 10), ("promises-kept", 8)):
            series = Series.objects.get(metric__code=code)
            newest = series.observations.order_by("-ends_on").first()
            if newest is None or newest.value is None:
                continue
            series.baseline, series.baseline_on = newest.value, newest.ends_on
            series.save(update_fields=["baseline", "baseline_on"])
            TargetPoint.objects.create(
                series=series,
                on=months_later(self.first, 27),
                value=min(newest.value + add, Decimal(100)),
            )

    def _count_anew(self, metric: Metric, starts_on: date) -> None:
        """A new definition, and so a new series."""
        series = measuring.redefine(
            metric=metric,
            unit="%",
            starts_on=starts_on,
            author=self.author,
            definition="Payments to suppliers that are based in the town, as a share of all "
            "payments of the quarter. A branch does not count.",
            because="A branch says little about where the money goes.",
            decision=self.made["counting"],
            baseline=Decimal("15.0"),
            baseline_on=starts_on,
        )
        TargetPoint.objects.create(series=series, on=months_later(starts_on, 24), value=Decimal(26))

    # --- the books ---------------------------------------------------------------------------

    def close(self, number: int, starts_on: date, ends_on: date, closing: date) -> None:
        quarter = (starts_on.month - 1) // 3 + 1
        period = books.open_period(
            code=f"{starts_on.year}-q{quarter}",
            title=f"{starts_on:%B} to {ends_on:%B} {ends_on.year}",
            starts_on=starts_on,
            ends_on=ends_on,
            by=self.manager,
        )
        books.ask(period=period, by=self.manager, **ASKED[number % len(ASKED)])
        write_paper(
            period=period, answers={"climate": "", **PAPER}, none_of=["climate"], by=self.manager
        )
        at = self.moment(closing)
        draft = books.prepare(period=period, by=self.manager, at=at)
        if number == QUARTERS - 1:
            # The newest one waits for its reasons and for the working group.
            return
        self._explain(period, comparing.red_lines(draft.content))
        draft = books.prepare(period=period, by=self.manager, at=at)
        seen = draft.content_sha256
        books.sign_off(draft=draft, seen=seen, by=self.reviewer, at=at + timedelta(days=3))
        books.validate(draft=draft, seen=seen, by=self.validator, at=at + timedelta(days=7))
        books.close(draft=draft, seen=seen, by=self.manager, at=at + timedelta(days=9))
        self.say(f"books closed: {period.title}")

    def _explain(self, period: Period, red: list[tuple[str, str]]) -> None:
        for index, (about, _) in enumerate(red):
            kind, code = about.split(":")
            reason = WHY_ACTION[index % len(WHY_ACTION)]
            if kind == "metric":
                reason = WHY_METRIC["late" if code == "cooperatives" else "behind"]
            books.explain(period=period, about=about, reason=reason, by=self.manager)

    def measured_pledges(self) -> None:
        """Two pledges of the council are measured by the system; its own figures are higher."""
        self._bind(
            Pledge.objects.get(measure__code="reports-reviewed"),
            "reviews-in-time",
            "Both count reports reviewed within 30 days.",
        )
        bought = Pledge.objects.get(
            measure__code="local-buying",
            statement__contains="with suppliers in Brackenford",
            partner__code=COUNCIL,
            target=30,
            baseline=18,
        )
        self._bind(
            bought, "council-local-share", "Both are shares of what the council pays its suppliers."
        )

    def _bind(self, pledge: Pledge, code: str, because: str) -> None:
        metric = Metric.objects.get(code=code)
        binding = Binding.objects.create(
            pledge=pledge,
            metric=metric,
            tolerance=Decimal(2),
            bound_on=self.today,
            bound_by=self.lead,
            because=because,
        )
        last = (
            Observation.objects.filter(series__metric=metric).order_by("ends_on", "version").last()
        )
        if last is None:
            return
        newest = Entry.objects.order_by("-seq")[0].written_at
        measuring.measure(binding, last, at=newest + timedelta(seconds=61))
        ledger.bring_up_to_date([pledge], on=self.today)
