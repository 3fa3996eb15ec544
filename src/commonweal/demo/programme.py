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

from commonweal.accounts.models import Person
from commonweal.balance import actions as books
from commonweal.balance import statement as statements
from commonweal.balance.models import Period
from commonweal.charter.models import Decision, Theme
from commonweal.partners.models import Partner, months_later
from commonweal.pledges import ledger
from commonweal.pledges.models import Entry, Pledge
from commonweal.programme import actions, computed, measuring
from commonweal.programme.actions import Author
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
    steps: tuple[str, ...]
    late: int = 0
    weight: int | None = None


PLAN = (
    Planned("Cut contracts into lots that small firms can bid for", "buying", "procurement",
            COUNCIL, "Head of procurement", "local-spend", 0, 9,
            ("Rules changed", "Ten contracts looked at", "First five let in lots"), weight=2),
    Planned("Publish a pipeline of contracts two years ahead", "buying", "procurement", COUNCIL,
            "Head of procurement", "local-spend", 2, 12,
            ("First list published", "List kept by all departments")),
    Planned("Meet-the-buyer days for social enterprises and small firms", "buying",
            "procurement ownership", COUNCIL, "Economy manager", "local-spend", 3, 20,
            ("First day held", "Second day held", "Third day held", "Fourth day held")),
    Planned("Buy the college's food from growers within thirty miles", "buying",
            "procurement climate", COLLEGE, "Catering manager", "local-spend", 4, 18,
            ("Growers found", "Contract let", "A third of the food local")),
    Planned("Pay every invoice of a small firm within ten days", "buying", "procurement", COUNCIL,
            "Head of finance", "local-spend", 1, 8, ("Ledger changed", "Three months in a row"),),
    Planned("Repairs of homes by local trades", "buying", "procurement fair-employment", HOMES,
            "Repairs manager", "local-spend", 5, 19,
            ("Framework advertised", "Framework let", "Half of repairs local"), late=1),
    Planned("Real Living Wage in all contracts of care", "work", "fair-employment", COUNCIL,
            "Head of adult care", "promises-kept", 0, 15,
            ("Costed", "Agreed with providers", "In every new contract"), weight=3),
    Planned("Recruit from the three wards with least work", "work", "fair-employment", COUNCIL,
            "Head of people", "apprentices-started", 2, 17,
            ("Adverts changed", "First twenty hired", "First fifty hired")),
    Planned("A hundred apprentices across the anchors", "work", "fair-employment", COLLEGE,
            "Head of apprenticeships", "apprentices-started", 1, 22,
            ("Places agreed", "Forty started", "Seventy started", "A hundred started")),
    Planned("Work placements for people who need extra support", "work", "fair-employment",
            COLLEGE, "Inclusion lead", "apprentices-started", 6, 21,
            ("Hosts found", "First placements", "Thirty placements")),
    Planned("Careers mornings in every secondary school", "work", "fair-employment", COLLEGE,
            "Careers lead", "apprentices-started", 3, 13,
            ("Programme agreed", "All schools visited once")),
    Planned("Advice for owners who want to sell to their staff", "owning", "ownership", COUNCIL,
            "Co-operatives officer", "cooperatives", 2, 16,
            ("Adviser found", "Twenty owners met", "First sale"), late=1),
    Planned("A loan fund for co-operatives with the credit union", "owning", "ownership finance",
            COUNCIL, "Head of finance", "cooperatives", 4, 20,
            ("Terms agreed", "Fund open", "First five loans")),
    Planned("Community share offer for the Old Mill", "owning", "ownership land", "",
            "", "", 6, 24, ("Business plan", "Offer open")),
    Planned("Payroll saving with the credit union at all anchors", "owning", "finance", HOMES,
            "Finance director", "credit-union-members", 1, 14,
            ("Three anchors in", "All anchors in")),
    Planned("Invest a twentieth of the pension fund within the county", "owning", "finance",
            COUNCIL, "Leader's office", "", 8, 26, ("Asked for", "Answer of the fund")),
    Planned("List of empty council buildings, with what each could be", "places", "land", COUNCIL,
            "Property manager", "meanwhile-spaces", 0, 6, ("List public", "Each building visited")),
    Planned("Meanwhile leases for community groups", "places", "land ownership", COUNCIL,
            "Property manager", "meanwhile-spaces", 5, 18,
            ("Standard lease", "Five spaces let", "Ten spaces let")),
    Planned("Community land trust for twelve homes at Northmoor", "places", "land ownership",
            HOMES, "Development director", "meanwhile-spaces", 7, 30,
            ("Land agreed", "Planning permission", "Start on site")),
    Planned("Solar on the roofs of schools, owned by the town's energy co-operative", "places",
            "climate ownership", COUNCIL, "Energy manager", "meanwhile-spaces", 4, 22,
            ("Roofs surveyed", "First three roofs", "Ten roofs")),
    Planned("Retrofit training with the college and local builders", "places",
            "climate fair-employment", COLLEGE, "Head of construction", "apprentices-started", 6,
            20, ("Course approved", "First cohort")),
    Planned("Register of pledges in public, checked by other organisations", "proof", "ownership",
            COUNCIL, "Charter manager", "pledges-verified", 0, 10,
            ("Register open", "First hundred reviews"), weight=2),
    Planned("First Community Balance Sheet beside the accounts", "proof", "finance", COUNCIL,
            "Programme lead", "pledges-verified", 3, 11, ("Method agreed", "First books closed")),
    Planned("Yearly survey of suppliers: what they spend again in the town", "proof",
            "procurement", COUNCIL, "Programme lead", "local-spend", 10, 23,
            ("Questions agreed", "Survey run", "Results public")),
    Planned("Ask residents which promises matter", "proof", "", COUNCIL, "Charter manager", "", 9,
            21, ("Round of talks", "Answers public")),
)  # fmt: skip

# (code, name, question, kind, unit, direction, theme, owner, first value, step, decimals, target)
REPORTED = (
    ("local-spend", "Share of the council's buying that goes to suppliers in the town",
     "Does the council's money stay?", "share", "%", "up", "local-money", COUNCIL,
     "Head of procurement", 18.4, 1.1, 30),
    ("apprentices-started", "Apprentices started at the anchors", "Are there ways into work?",
     "count", "apprentices", "up", "fair-work", COLLEGE, "Head of apprenticeships", 11, 2, 30),
    ("cooperatives", "Co-operatives and mutuals at work in the town",
     "Do more people own where they work?", "count", "organisations", "up", "local-money", COUNCIL,
     "Co-operatives officer", 9, 1, 20),
    ("credit-union-members", "Members of the credit union who live in the town",
     "Can people save and borrow fairly?", "count", "members", "up", "local-money", HOMES,
     "Finance director", 1240, 65, 1800),
    ("meanwhile-spaces", "Empty public buildings in use by groups",
     "Are land and buildings put to use?", "count", "buildings", "up", "neighbours", COUNCIL,
     "Property manager", 2, 1, 12),
)  # fmt: skip

WHY_ACTION = (
    "The people who do it were needed elsewhere until the summer; a second officer has joined.",
    "The offer came in above what was set aside; it is being cut down and asked for again.",
    "The landlord's answer took three months longer than it should have. It is here now.",
)
WHY_METRIC = {
    "late": "The office that counts this changed its system; the figure is promised within weeks.",
    "behind": "It lies behind its path: two of those who were to carry it left in the spring, and "
    "their work was only taken up again in the summer.",
}
ASKED = (
    ("Executive", "To agree that every contract above £75,000 is looked at for lots.",
     "Only half of them were in the last year."),
    ("Executive", "To lend the energy co-operative £40,000 until the summer.",
     "The roofs are surveyed; the panels must be ordered by spring."),
    ("Working group", "To agree one way of counting co-operatives.", ""),
    ("Executive", "To name an owner for the Old Mill's share offer.",
     "It has none, and can't begin without."),
    ("Cross-party group", "To visit two partners whose results were contested.", ""),
)  # fmt: skip


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


class Story:
    def __init__(self, today: date, draw: random.Random, say: Callable[[str], None]) -> None:
        self.today, self.random, self.say = today, draw, say
        # The quarter in draft is the last one that is over; four closed ones lie before it.
        self.first = months_later(quarter_of(today), -3 * QUARTERS)
        people = {one.role: Person.objects.get(email=one.email) for one in CAST}
        self.lead, self.manager = people["programme-lead"], people["charter-manager"]
        self.reviewer, self.validator = people["reviewer"], people["validator"]
        self.author = Author(self.lead, "Programme lead", "Brackenford Borough Council")
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
        made = (
            ("programme", "The programme of community wealth building", "Executive", -1,
             "The programme, its pillars and its first actions are adopted."),
            ("climate", "Climate action as a sixth pillar", "Council", 4,
             "The council adds climate action to the five pillars."),
            ("sooner", "Homes and energy brought forward", "Executive", 10,
             "With the county's grant, the actions on homes and energy come forward."),
            ("counting", "How local spending is counted", "Working group", 8,
             "Suppliers count as local where they are based, no longer where they have a branch."),
        )  # fmt: skip
        self.made: dict[str, Decision] = {}
        for name, title, body, months, text in made:
            on = min(months_later(self.first, months) + timedelta(days=9), self.today)
            self.made[name] = Decision.objects.create(
                code=f"{on:%Y-%m}-{name}", title=title, body=body, decided_on=on, text=text,
                minute=f"{body[0]}/{on.year}/{on.month * 4:03}",
            )  # fmt: skip

    def metrics(self) -> None:
        Series.objects.exclude(metric__computed="").update(starts_on=self.first)
        for order, (code, name, question, kind, unit, way, theme, partner, owner, first, _step,
                    target) in enumerate(REPORTED, 20):  # fmt: skip
            metric = Metric.objects.create(
                code=code, name=name, question=question, kind=kind, direction=way,
                theme=Theme.objects.get(code=theme), partner=self.partners[partner],
                owner_title=owner, source=f"{self.partners[partner].name}'s own count",
                release_days=21, order=order,
            )  # fmt: skip
            start = months_later(self.first, -3)
            series = Series.objects.create(
                metric=metric, number=1, unit=unit, starts_on=start,
                definition=DEFINITIONS.get(code, f"{name}, on the last day of each quarter."),
                baseline=Decimal(str(first)), baseline_on=start,
            )  # fmt: skip
            TargetPoint.objects.create(
                series=series, on=months_later(self.first, 30), value=Decimal(target)
            )
        self._comparators("local-spend")
        self._local_share()

    def _local_share(self) -> None:
        """What the system works out itself from the council's payments."""
        function = computed.REGISTERED["local-share"]
        start = months_later(self.first, -3)
        metric = Metric.objects.create(
            code="council-local-share", name="The council’s payments to suppliers in the town",
            question=function.question, kind=function.kind, direction=function.direction,
            method="local-share", computed="local-share", theme=Theme.objects.get(
                code="local-money"), partner=self.partners[COUNCIL], owner_title="Analyst",
            source="The council's published payments", release_days=21, order=19,
        )  # fmt: skip
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
        for place, value in (("Northhaven", Decimal("22.5")), ("Seacombe", Decimal("15.0")),
                             ("Vale of Orrin", None)):  # fmt: skip
            Comparator.objects.create(
                series=series, place=place, value=value, starts_on=year,
                ends_on=months_later(year, 12) - timedelta(days=1),
                source=f"{place} council, yearly report (fictional)"
                if value else "Not published by this council",
                published_on=months_later(year, 14) if value else None,
            )  # fmt: skip

    def plan(self) -> None:
        streams = {one.code: one for one in Workstream.objects.all()}
        pillars = {one.code: one for one in Pillar.objects.all()}
        metrics = {one.code: one for one in Metric.objects.all()}
        self.actions: dict[str, Action] = {}
        for planned in PLAN:
            starts = months_later(self.first, planned.starts)
            ends = months_later(self.first, planned.ends)
            action = Action.objects.create(
                code=actions.free_code(planned.title), title=planned.title,
                workstream=streams[planned.stream], partner=self.partners.get(planned.partner),
                owner_title=planned.owner, metric=metrics.get(planned.metric),
                decision=self.made["climate" if "climate" in planned.pillars else "programme"],
                starts_on=starts, due_on=ends, weight=planned.weight,
                made_on=self.first, made_by=self.lead,
            )  # fmt: skip
            action.pillars.set([pillars[code] for code in planned.pillars.split()])
            span = (ends - starts).days
            count = len(planned.steps)
            steps = [
                Milestone(action=action, title=title, order=order,
                          due_on=starts + timedelta(days=span * order // count))
                for order, title in enumerate(planned.steps, 1)
            ]  # fmt: skip
            Milestone.objects.bulk_create(steps)
            due = [step for step in action.milestones.all()
                   if step.due_on and step.due_on < self.today - timedelta(days=40)]  # fmt: skip
            self.missed |= (
                {step.pk for step in due[len(due) - planned.late :]} if planned.late else set()
            )
            self.actions[planned.title] = action
        self._needs()
        self._risks()

    def _action(self, words: str) -> Action:
        return next(action for title, action in self.actions.items() if words in title)

    def _needs(self) -> None:
        for one, other in (
            ("Solar on the roofs", "List of empty council buildings"),
            ("loan fund", "Advice for owners"),
            ("Meanwhile leases", "List of empty council buildings"),
            ("Yearly survey", "Cut contracts into lots"),
        ):
            actions.depend(action=self._action(one), on=self._action(other), author=self.author)

    def _risks(self) -> None:
        open_pledges = Pledge.objects.public().open().filter(measure__code="local-buying")[:2]
        for title, likely, impact, owner, does, endangers, pledges in (
            ("The county's grant for homes is cut", 4, 4, "Development director",
             "A second offer is prepared with the housing association.", "Community land trust",
             False),
            ("Too few builders bid for repairs", 3, 4, "Repairs manager",
             "Two evenings with local trades before the notice.", "Repairs of homes", False),
            ("A large supplier leaves the town", 2, 5, "Head of procurement",
             "The ten largest are asked every half-year.", "Cut contracts", True),
            ("Nobody has time to review reports", 3, 3, "Charter manager",
             "A third reviewer is asked for.", "Register of pledges", False),
        ):  # fmt: skip
            actions.raise_risk(
                values={"title": title, "likelihood": likely, "impact": impact,
                        "owner_title": owner, "mitigation": does,
                        "partner": self.partners[COUNCIL], "raised_on": self.first},
                actions=[self._action(endangers)], pledges=list(open_pledges) if pledges else [],
                author=self.author,
            )  # fmt: skip
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
                    milestone=step, due_on=step.due_on + timedelta(days=45), author=Author(
                        self.reviewer, "Partner", "Brackenford College"),
                    because="Two of the growers asked for the harvest to be over.", on=closing,
                )  # fmt: skip
        if number == 3:
            chosen = [self._action("Community land trust"), self._action("Solar on the roofs")]
            actions.accelerate(
                decision=self.made["sooner"], actions=chosen, days=60, author=self.author,
                because="The county's grant has to be spent by the end of the year after next.",
                on=closing,
            )  # fmt: skip
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
        for code, *_, first, step, _target in REPORTED:
            if code == "cooperatives" and number >= QUARTERS - 2:
                # This one is late, and its page says who answers for it.
                continue
            metric = Metric.objects.get(code=code)
            if code == "local-spend" and number == 3:
                self._count_anew(metric, months_later(self.first, 9))
            series = metric.series.order_by("-number")[0]
            value = Decimal(
                str(round(first + step * (number + 1) * self.random.uniform(0.6, 1.2), 1))
            )
            if series.number == 2:
                value -= Decimal(4)
            if metric.kind == "count":
                value = value.quantize(Decimal(1))
            starts_on = months_later(self.first, 3 * number)
            is_last = number == QUARTERS - 1
            given: dict[str, Any] = {
                "series": series, "starts_on": starts_on, "ends_on": ends_on, "release": True,
                "author": Author(self.lead, metric.owner_title,
                                 metric.partner.name if metric.partner else ""),
                "on": closing,
            }  # fmt: skip
            status = Observation.Status.PROVISIONAL if is_last else Observation.Status.FINAL
            if code == "credit-union-members" and is_last:
                # This one waits on the programme lead's desk to be released.
                given["release"] = False
            measuring.observe(figure=value, status=status, note="", **given)
            if code == "apprentices-started" and number == 2:
                measuring.observe(
                    figure=value + 2, status=Observation.Status.REVISED,
                    note="Two who began in the last week had been left out.", **given,
                )  # fmt: skip

    def _targets_for_computed(self) -> None:
        for code, add in (("pledges-verified", 12), ("reviews-in-time", 10), ("promises-kept", 8)):
            series = Series.objects.get(metric__code=code)
            newest = series.observations.order_by("-ends_on").first()
            if newest is None or newest.value is None:
                continue
            series.baseline, series.baseline_on = newest.value, newest.ends_on
            series.save(update_fields=["baseline", "baseline_on"])
            TargetPoint.objects.create(
                series=series, on=months_later(self.first, 27),
                value=min(newest.value + add, Decimal(100)),
            )  # fmt: skip

    def _count_anew(self, metric: Metric, starts_on: date) -> None:
        """A new definition, and so a new series."""
        made = measuring.redefine(
            metric=metric, unit="%", starts_on=starts_on, author=self.author,
            definition="Payments to suppliers that are based in the town, as a share of all "
            "payments of the quarter. A branch does not count.",
            because="A branch says little about where the money goes.",
            decision=self.made["counting"], baseline=Decimal("15.0"), baseline_on=starts_on,
        )  # fmt: skip
        TargetPoint.objects.create(series=made, on=months_later(starts_on, 24), value=Decimal(26))

    # --- the books ---------------------------------------------------------------------------

    def close(self, number: int, starts_on: date, ends_on: date, closing: date) -> None:
        quarter = (starts_on.month - 1) // 3 + 1
        period = books.open_period(
            code=f"{starts_on.year}-q{quarter}",
            title=f"{starts_on:%B} to {ends_on:%B} {ends_on.year}",
            starts_on=starts_on, ends_on=ends_on, by=self.manager,
        )  # fmt: skip
        body, asked, because = ASKED[number % len(ASKED)]
        books.ask(period=period, body=body, question=asked, because=because, by=self.manager)
        at = self.moment(closing)
        draft = books.prepare(period=period, by=self.manager, at=at)
        if number == QUARTERS - 1:
            # The newest one waits for its reasons and for the working group.
            return
        self._explain(period, statements.red_lines(draft.content))
        draft = books.prepare(period=period, by=self.manager, at=at)
        seen = draft.content_sha256
        books.sign_off(draft=draft, seen=seen, by=self.reviewer, at=at + timedelta(days=3))
        books.validate(draft=draft, seen=seen, by=self.validator, at=at + timedelta(days=7))
        books.close(draft=draft, seen=seen, by=self.manager, at=at + timedelta(days=9))
        self.say(f"books closed: {period.title}")

    def _explain(self, period: Period, red: list[tuple[str, str]]) -> None:
        for index, (about, _) in enumerate(red):
            kind, code = about.split(":")
            words = WHY_ACTION[index % len(WHY_ACTION)]
            if kind == "metric":
                words = WHY_METRIC["late" if code == "cooperatives" else "behind"]
            books.explain(period=period, about=about, reason=words, by=self.manager)

    def measured_pledges(self) -> None:
        """Two pledges of the council are measured by the system; its own figures are higher."""
        self._bind(Pledge.objects.get(measure__code="reports-reviewed"), "reviews-in-time",
                   "Both count reports reviewed within 30 days.")  # fmt: skip
        bought = Pledge.objects.get(
            measure__code="local-buying", statement__contains="with suppliers in Brackenford",
            partner__code=COUNCIL, target=30, baseline=18,
        )  # fmt: skip
        self._bind(bought, "council-local-share",
                   "Both are shares of what the council pays its suppliers.")  # fmt: skip

    def _bind(self, pledge: Pledge, code: str, because: str) -> None:
        metric = Metric.objects.get(code=code)
        binding = Binding.objects.create(
            pledge=pledge, metric=metric, tolerance=Decimal(2), bound_on=self.today,
            bound_by=self.lead, because=because,
        )  # fmt: skip
        last = (
            Observation.objects.filter(series__metric=metric).order_by("ends_on", "version").last()
        )
        if last is None:
            return
        newest = Entry.objects.order_by("-seq")[0].written_at
        measuring.measure(binding, last, at=newest + timedelta(seconds=61))
        ledger.bring_up_to_date([pledge], on=self.today)


DEFINITIONS = {
    "local-spend": "Payments to suppliers that are based in the town or have a branch here, as a "
    "share of all payments of the quarter.",
    "apprentices-started": "Apprentices who began in the quarter at the council, the college and "
    "the housing association, and live in the town.",
    "cooperatives": "Co-operatives and mutuals on the national register with an address in the "
    "town, on the last day of the quarter.",
}
