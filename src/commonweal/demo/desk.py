"""The fictional town's help desk: a year of cases, a surge that began three weeks ago.

Told in bulk, in the order of time. What comes in today is told by `this_morning`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from commonweal.accounts.models import Person
from commonweal.asks import actions as asking
from commonweal.asks import surge
from commonweal.asks.left import left_of
from commonweal.asks.models import Ask
from commonweal.cases import intake, planning, triage
from commonweal.cases.models import Call, Callback, Case, Need, NextAction, Notice, Referral
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, GrantDecision, Payment, PaymentRun
from commonweal.partners.models import MemberRole, Membership, Partner
from commonweal.places.models import Area
from commonweal.pledges import ledger
from commonweal.pledges.models import Entry, Pledge
from commonweal.pledges.standing import OPEN
from commonweal.residents import people, reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule
from commonweal.services.models import HelpType, Organisation, Service
from commonweal.volunteers.models import Check, Task, TaskTake, Volunteer

from . import tables, words
from .cast import CAST
from .this_morning import Morning

DAYS = 365
SIZES = {"village": 260, "town": 1500, "county": 6000}
SURGE_DAYS = 20
SURGE = {"food": 2.6, "energy": 2.2}
# In a village chance alone would leave some days of the year without the surge that is told of.
SURGE_WEEK = ("food", 16)
_TABLES = tables.read("desk")
STREETS: list[str] = _TABLES["streets"]
# What residents say, how often each kind is asked for, and with which signs.
SAID: dict[str, str] = _TABLES["said"]
MIX: dict[str, int] = _TABLES["mix"]
SIGNS: dict[str, list[str]] = _TABLES["signs"]


@dataclass
class Past:
    """A request of the past, before it is written."""

    resident: Resident
    kinds: list[HelpType]
    at: datetime
    channel: str


def decided(award: Award, assessor: Person, approvers: list[Person]) -> list[GrantDecision]:
    """The acts by which a grant of the past was asked for, assessed and approved."""
    needed = 2 if award.asked > 150 else 1
    assessed_at, decided_at = award.assessed_at, award.decided_at
    assert assessed_at is not None
    assert decided_at is not None
    return [
        GrantDecision(award=award, kind="asked", amount=award.asked, at=assessed_at),
        GrantDecision(
            award=award,
            kind="assessed",
            amount=award.asked,
            by=assessor,
            at=assessed_at,
            words="No money until the next payment; nothing else could bridge it.",
        ),
        # Whose yes came last is who decided.
        *(
            GrantDecision(
                award=award,
                kind="approved",
                amount=award.asked,
                by=approver,
                needed=needed,
                at=decided_at,
            )
            for approver in approvers[:needed][::-1]
        ),
    ]


def _chance_of_help(age: int) -> float:
    """How likely somebody is helped by now whose case came so many days ago."""
    if age > 30:
        return 0.97
    return 0.25 if age > 7 else 0


class Story:
    def __init__(self, *, size: str, today: date, say: Callable[[str], None]) -> None:
        self.size, self.today, self.say = SIZES[size], today, say
        # Of its own, so that the register stays the same with or without a desk.
        self.random = random.Random(1438)
        self.people = {member.role: Person.objects.get(email=member.email) for member in CAST}
        self.kinds = {kind.code: kind for kind in HelpType.objects.all()}
        self.areas = list(Area.objects.all())

    def tell(self) -> None:
        self.partner = self.advice_centre()
        self.services()
        self.funds()
        residents = self.residents()
        requests = self.requests(residents)
        self.next_actions(requests)
        self.referrals(requests)
        self.grants(requests)
        self.volunteers(requests)
        self.asks()
        Morning(
            people=self.people,
            kinds=self.kinds,
            area=self.areas[0],
            fund=self.fund,
            partner=self.partner,
            today=self.today,
        ).tell()
        # As the job does each morning; the surge began in these weeks.
        for back in range(SURGE_DAYS + 2, -1, -1):
            surge.watch(self.today - timedelta(days=back))
        self.say(f"help desk: {Case.objects.count():,} requests in a year")

    def at(self, day: date, hour: int | None = None) -> datetime:
        hour = self.random.randint(8, 18) if hour is None else hour
        return datetime.combine(day, time(hour, self.random.randint(0, 59)), tzinfo=UTC)

    # --- who there is ------------------------------------------------------------------------

    def advice_centre(self) -> Partner:
        centre = Partner.objects.create(
            code="brackenford-advice-centre",
            name="Brackenford Advice Centre",
            sector="voluntary",
            kind="charity",
            size="small",
            description="Free advice on money, debts, benefits and homes.",
            accepted_on=self.today - timedelta(days=900),
        )
        worker = self.people["referral-worker"]
        Membership.objects.create(
            partner=centre,
            person=worker,
            role=MemberRole.EDITOR,
            job_title="Referral worker",
            handles_referrals=True,
        )
        for code, role in (
            ("oakbridge-homes", "second-reviewer"),
            ("brackenford-college", "reviewer"),
        ):
            Membership.objects.filter(partner__code=code, person=self.people[role]).update(
                handles_referrals=True
            )
        return centre

    def services(self) -> None:
        """What help there is: some kept by partners, some stale, one that must hold no names."""
        for listed in _TABLES["services"]:
            name, title = listed["organisation"], listed["title"]
            partner = Partner.objects.filter(name=name).first() if name else None
            organisation = Organisation.objects.create(
                name=name or title, partner=partner, description=f"{title} in Brackenford."
            )
            service = Service.objects.create(
                organisation=organisation,
                name=title,
                capacity=listed.get("capacity"),
                answer_hours=listed["answer_hours"],
                description=f"{title}, free of charge, for people who live in Brackenford.",
                eligibility="Anybody who lives in the town.",
                phone="01632 960 1" + f"{len(title):02}",
                application_process="Through the help desk, or ring.",
                no_names=listed.get("no_names", False),
                takes_referrals=partner is not None,
                assured_on=self.today - timedelta(days=listed["assured_days_ago"]),
            )
            service.help_types.set([self.kinds[code] for code in listed["kinds"].split()])
            service.places.create(
                address=f"{self.random.randint(1, 90)} {self.random.choice(STREETS)}",
                postcode="BF1 1AA",
            )
            service.schedules.create(words="Monday to Friday, 10 to 4")

    def funds(self) -> None:
        steps = [{"up_to": "150", "approvals": 1}, {"up_to": "500", "approvals": 2}]
        starts = self.today - timedelta(days=200)
        self.fund = Fund.objects.create(
            code="household-support",
            name="Household Support Fund",
            budget=Decimal(60_000),
            starts_on=starts,
            ends_on=self.today + timedelta(days=150),
            approvals=steps,
            description="For food, energy and essentials. What is left at the end goes back.",
        )
        Fund.objects.create(
            code="winter-before",
            name="Winter fund, last year",
            budget=Decimal(20_000),
            starts_on=starts - timedelta(days=200),
            ends_on=starts - timedelta(days=1),
            approvals=steps,
        )

    def residents(self) -> list[Resident]:
        rows, rules = [], []
        for number in range(self.size * 3 // 5):
            year = self.random.randint(1935, 2006)
            area = self.random.choice(self.areas)
            phones = (
                f"07700 9{self.random.randint(0, 99999):05}" if self.random.random() < 0.93 else ""
            )
            rows.append(
                Resident(
                    first_name=self.random.choice(words.FIRST),
                    last_name=self.random.choice(words.LAST),
                    born=f"{year}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"
                    if self.random.random() < 0.8
                    else str(year),
                    phones=phones,
                    area=area,
                    email=f"resident{number}@example.org" if self.random.random() < 0.4 else "",
                    address=f"{self.random.randint(1, 120)} {self.random.choice(STREETS)}",
                    postcode=f"BF{self.random.randint(1, 4)} {self.random.randint(1, 9)}"
                    f"{self.random.choice('ABDEF')}{self.random.choice('GHJLN')}",
                )
            )
            contact = self.random.choices(
                ["any", "no_ring", "text_only", "email_only"], [92, 3, 3, 2]
            )[0]
            word = (
                self.random.choice(["Marigold", "Teapot", "Lantern"])
                if self.random.random() < 0.03
                else ""
            )
            rules.append(Rule(contact, word=word))
        people.index(Resident.objects.bulk_create(rows, batch_size=500), fresh=True)
        reaching.carry(zip(rows, rules, strict=True), source="intake")
        return list(Resident.objects.order_by("pk"))

    # --- a year ------------------------------------------------------------------------------

    def requests(self, residents: list[Resident]) -> list[Case]:
        past, notice = self._past(residents), Notice.objects.first()
        cases = [self._case(asked_for, notice) for asked_for in past]
        Case.objects.bulk_create(cases, batch_size=500)
        needs = [
            self._need(case, kind, asked_for.at)
            for case, asked_for in zip(cases, past, strict=True)
            for kind in asked_for.kinds
        ]
        Need.objects.bulk_create(needs, batch_size=500)
        calls = [self._call(case, case.first_contact_at) for case in cases if case.first_contact_at]
        Call.objects.bulk_create(calls, batch_size=500)
        callbacks = [callback for case in cases if (callback := self._callback(case))]
        Callback.objects.bulk_create(callbacks, batch_size=500)
        return cases

    def _case(self, asked_for: Past, notice: Notice | None) -> Case:
        """A case of the past: what was said, whether it was reached, whether it is closed."""
        may_say = [sign for kind in asked_for.kinds for sign in SIGNS.get(kind.code, [])]
        signs = [sign for sign in may_say if self.random.random() < 0.35]
        judged = triage.judge(signs, needs=[(kind.name, kind.weight) for kind in asked_for.kinds])
        hours = min(kind.hours_promised for kind in asked_for.kinds)
        case = Case(
            resident=asked_for.resident,
            channel=asked_for.channel,
            opened_at=asked_for.at,
            notice=notice,
            words=SAID.get(asked_for.kinds[0].code, ""),
            area=asked_for.resident.area,
            score=judged.score,
            reasons=[list(reason) for reason in judged.reasons],
            computed=judged.level,
            signs=signs,
            in_danger=judged.in_danger,
            urgency=judged.level,
            due_at=asked_for.at + timedelta(hours=hours),
            consent_words=intake.CONSENT,
        )
        self._fate(case, hours)
        return case

    def _fate(self, case: Case, hours: int) -> None:
        """How far a case of the past has come by this morning."""
        now = datetime.combine(self.today, time(7, 0), tzinfo=UTC)
        age = (self.today - case.opened_at.date()).days
        is_reached = self.random.random() < (0.93 if age > 2 else 0.45)
        contact = case.opened_at + timedelta(hours=self.random.uniform(0.2, hours * 1.15))
        is_reached = is_reached and contact < now
        is_helped = is_reached and self.random.random() < _chance_of_help(age)
        case.state = "working" if is_reached else "new"
        if is_reached:
            handlers = [self.people["call-handler"], self.people["second-handler"]]
            case.assigned_to, case.first_contact_at = self.random.choice(handlers), contact
        # Whom five calls did not reach is closed as not reached.
        if is_helped or (not is_reached and age > 9):
            case.state = "closed"
            case.closed_at = min(contact + timedelta(days=self.random.randint(1, 20)), now)
            case.closed_words = (
                "Helped as far as we could." if is_reached else "Five calls reached nobody."
            )

    def _call(self, case: Case, at: datetime) -> Call:
        by = case.assigned_to
        return Call(case=case, direction="out", outcome="spoke", minutes=12, at=at, by=by)

    def _callback(self, case: Case) -> Callback | None:
        """The second call that a closed case had, or the first that a new one waits for."""
        if case.first_contact_at and case.state == "closed":
            due_at = case.closed_at or case.opened_at
            return Callback(
                case=case, purpose="second", state="done", due_at=due_at, because="reached"
            )
        if case.first_contact_at is None and case.due_at and case.state != "closed":
            return Callback(case=case, purpose="first", due_at=case.due_at)
        return None

    def next_actions(self, requests: list[Case]) -> None:
        """What is done next about most needs; of a few nobody has said it, some are overdue."""
        now = datetime.combine(self.today, time(7, 0), tzinfo=UTC)
        needs = Need.objects.filter(case__in=requests, case__state="working", state="open")
        dice = random.Random(1439)
        NextAction.objects.bulk_create(
            NextAction(
                need=need,
                kind=dice.choice(["ask", "wait", "write", "decide"]),
                because="hand",
                owner=need.case.assigned_to,
                made_by=need.case.assigned_to,
                made_at=need.case.first_contact_at or now,
                due_at=planning.end_of_day(now + timedelta(days=dice.randint(-1, 6))),
            )
            for need in needs.select_related("case__assigned_to")
            if dice.random() < 0.9
        )

    def _past(self, residents: list[Resident]) -> list[Past]:
        """So many a day, fewer at weekends, more in winter, and a surge in the last weeks."""
        past = []
        rate = self.size / DAYS
        codes, weights = list(MIX), list(MIX.values())
        for back in range(DAYS, 0, -1):
            day = self.today - timedelta(days=back)
            season = 1.15 if day.month in (11, 12, 1, 2) else 0.95
            weekday = 0.35 if day.weekday() >= 5 else 1.2
            for code, weight in zip(codes, weights, strict=True):
                surge_factor = SURGE.get(code, 1.0) if back <= SURGE_DAYS else 1.0
                mean = rate * season * weekday * surge_factor * weight / sum(weights)
                for _ in range(self._poisson(mean)):
                    kinds = [self.kinds[code]]
                    if self.random.random() < 0.25:
                        second = self.kinds[self.random.choices(codes, weights)[0]]
                        kinds += [second] if second not in kinds else []
                    channel = self.random.choices(
                        ["phone", "web", "walk_in", "email", "partner"], [52, 26, 10, 6, 6]
                    )[0]
                    past.append(Past(self.random.choice(residents), kinds, self.at(day), channel))
        past += self._last_week(past, residents)
        past.sort(key=lambda earlier: earlier.at)
        return past

    def _last_week(self, past: list[Past], residents: list[Resident]) -> list[Past]:
        """Who else asked in the last seven days, so that the surge is seen on every date."""
        code, least = SURGE_WEEK
        kind = self.kinds[code]
        since = self.today - timedelta(days=7)
        seen = sum(kind in case.kinds for case in past if case.at.date() >= since)
        dice = random.Random(1440)
        return [
            Past(
                dice.choice(residents),
                [kind],
                datetime.combine(
                    since + timedelta(days=index % 7), time(9 + index % 8), tzinfo=UTC
                ),
                "phone",
            )
            for index in range(least - seen)
        ]

    def _poisson(self, mean: float) -> int:
        limit, product, count = 2.718281828459045**-mean, self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count

    def _need(self, request: Case, kind: HelpType, at: datetime) -> Need:
        state, why, closed_on = "open", "", None
        if request.state == "closed" and request.first_contact_at is None:
            return Need(
                case=request,
                help_type=kind,
                state="unmet",
                why_unmet="not_reached",
                opened_on=at.date(),
                closed_on=at.date() + timedelta(days=9),
            )
        if request.state == "closed":
            state = self.random.choices(["met", "partly", "unmet", "gone"], [70, 12, 13, 5])[0]
            closed_on = request.closed_at.date() if request.closed_at else self.today
            if state == "unmet":
                why = self.random.choice(
                    ["no_service", "no_capacity", "not_eligible", "not_reached"]
                )
        answers = (
            json.dumps({"people": str(self.random.randint(1, 6))}) if kind.code == "food" else ""
        )
        return Need(
            case=request,
            help_type=kind,
            state=state,
            why_unmet=why,
            answers=answers,
            opened_on=at.date(),
            closed_on=closed_on,
        )

    def referrals(self, requests: list[Case]) -> None:
        taking = Service.objects.filter(takes_referrals=True)
        services = list(
            taking.select_related("organisation__partner").prefetch_related("help_types")
        )
        by_kind = {
            kind.pk: [service for service in services if kind in service.help_types.all()]
            for kind in self.kinds.values()
        }
        rows = []
        needs = Need.objects.filter(case__in=requests, case__state="closed")
        for need in needs.select_related("case"):
            offers = by_kind[need.help_type_id]
            if not offers or self.random.random() > 0.5:
                continue
            rows.append(self._referral(need, self.random.choice(offers)))
        Referral.objects.bulk_create(rows, batch_size=500)

    def _referral(self, need: Need, service: Service) -> Referral:
        """One that has ended: done, declined, or returned without an answer."""
        sent = need.case.first_contact_at or need.case.opened_at
        state = self.random.choices(["done", "declined", "returned"], [74, 16, 10])[0]
        answered = sent + timedelta(hours=self.random.uniform(1, service.answer_hours))
        return Referral(
            case=need.case,
            need=need,
            service=service,
            partner=service.organisation.partner,
            hand="nothing",
            state=state,
            sent_at=sent,
            sent_by=self.people["call-handler"],
            answer_by=sent + timedelta(hours=service.answer_hours),
            answered_at=None if state == "returned" else answered,
            declined_because="no_capacity" if state == "declined" else "",
            outcome="helped" if state == "done" else "",
            ended_at=answered + timedelta(days=3),
        )

    def grants(self, requests: list[Case]) -> None:
        """Awards of the last half-year, paid in closed runs; repeats and fresh ones of today."""
        since = self.fund.starts_on + timedelta(days=5)
        wanted = [
            case
            for case in requests
            if case.state == "closed" and case.closed_at and case.closed_at.date() >= since
        ]
        chosen = self.random.sample(wanted, min(len(wanted), max(8, self.size // 14)))
        by_month: dict[tuple[int, int], list[Award]] = {}
        seen: set[int] = set()
        for request in sorted(chosen, key=lambda case: case.opened_at):
            if request.resident_id in seen or request.closed_at is None:
                continue
            seen.add(request.resident_id)
            month = (request.closed_at.year, request.closed_at.month)
            by_month.setdefault(month, []).append(self._award(request))
        for awards in by_month.values():
            self._pay(awards)

    def _award(self, case: Case) -> Award:
        """A grant that was paid when its case was closed."""
        pounds = Decimal(self.random.choice([49, 60, 80, 100, 120, 150, 200, 250]))
        resident = case.resident
        return Award(
            fund=self.fund,
            resident=resident,
            case=case,
            category=self.random.choice(["food", "energy", "essentials"]),
            reason=self.random.choice(["GTIR010", "GTIR010", "GTIR030", "GTIR100"]),
            purpose=self.random.choice(["GTIP070", "GTIP050", "GTIP020"]),
            asked=pounds,
            state="paid",
            asked_on=case.opened_at.date(),
            amount=pounds,
            payee=resident.full_name,
            sort_code="200000",
            account="55779911",
            assessed_by=self.people["grants-assessor"],
            assessed_at=case.opened_at,
            decided_by=self.people["grants-approver"],
            decided_at=case.closed_at,
            account_key=granting.account_key("200000", f"{resident.pk:08}"),
        )

    def _pay(self, awards: list[Award]) -> None:
        """The awards of a month, in one closed run, with who decided them."""
        assessor, finance = self.people["grants-assessor"], self.people["finance-officer"]
        approvers = [self.people["grants-approver"], self.people["second-approver"]]
        Award.objects.bulk_create(awards)
        day = max(a.decided_at.date() for a in awards if a.decided_at)
        run = PaymentRun.objects.create(
            fund=self.fund, made_on=day, made_by=finance, total=sum(a.asked for a in awards)
        )
        Payment.objects.bulk_create(
            Payment(award=a, run=run, amount=a.asked, state="paid", paid_on=day) for a in awards
        )
        PaymentRun.objects.filter(pk=run.pk).update(closed_on=day, closed_by=finance)
        GrantDecision.objects.bulk_create(
            entry for a in awards for entry in decided(a, assessor, approvers)
        )

    def volunteers(self, requests: list[Case]) -> None:
        sam = self._sam()
        newcomer = Volunteer.objects.create(
            person=self.people["resident"],
            phone="07700 900 112",
            skills=["phone"],
            hours_a_week=2,
            agreed_terms="2026-11",
        )
        assert newcomer.state == "new"
        codes = ["food", "medicine", "company"]
        needs = Need.objects.filter(case__in=requests, help_type__code__in=codes)
        needs = needs.select_related("case__area")
        met = needs.filter(state="met").order_by("pk")[: self.size // 5]
        still_open = needs.filter(state="open").order_by("-pk")[:6]
        Task.objects.bulk_create(
            [
                *(self._done_task(number, need, sam) for number, need in enumerate(met)),
                *(self._open_task(number, need) for number, need in enumerate(still_open)),
            ]
        )
        TaskTake.objects.bulk_create(
            TaskTake(
                task=task,
                volunteer=sam,
                taken_at=task.taken_at or task.made_at,
                ended_at=task.done_at or task.made_at,
                end="done",
            )
            for task in Task.objects.filter(taken_by=sam, state="done")
        )

    def _sam(self) -> Volunteer:
        """The volunteer of the cast, whose identity was checked."""
        sam = Volunteer.objects.create(
            person=self.people["volunteer"],
            phone="07700 900 111",
            state="active",
            skills=["shopping", "phone", "prescriptions"],
            hours_a_week=3,
            agreed_terms="2026-11",
        )
        Check.objects.create(
            volunteer=sam,
            kind="identity",
            seen_on=self.today - timedelta(days=90),
            seen_by=self.people["desk-manager"],
        )
        return sam

    def _task(self, number: int, need: Need) -> Task:
        titles, skills = _TABLES["tasks"]["titles"], _TABLES["tasks"]["skills"]
        kind = number % len(titles)
        return Task(
            need=need,
            title=titles[kind],
            skill=skills[kind],
            area=need.case.area,
            minutes=60,
            made_by=self.people["desk-manager"],
        )

    def _done_task(self, number: int, need: Need, volunteer: Volunteer) -> Task:
        task = self._task(number, need)
        task.state, task.taken_by = "done", volunteer
        task.minutes_given = self.random.choice([45, 60, 75])
        task.taken_at, task.done_at = need.case.first_contact_at, need.case.closed_at
        return task

    def _open_task(self, number: int, need: Need) -> Task:
        task, resident = self._task(number, need), need.case.resident
        task.on, task.between = self.today + timedelta(days=1), "10 to 12"
        task.who, task.where = resident.first_name, f"{resident.address} {resident.postcode}"
        task.instructions = "Ring twice; it takes a while."
        return task

    def asks(self) -> None:
        """Hours of shopping: two pledges answer, and week by week some of it is used."""
        manager = self.people["desk-manager"]
        in_hours = Pledge.objects.filter(
            measure__unit="hours", standing__in=OPEN, accepted_on__isnull=False, target__gte=60
        ).exclude(measure__code="rooms-shared")
        in_hours = in_hours.select_related("measure", "partner").order_by("pk")
        pledges = [pledge for pledge in in_hours if left_of(pledge) >= 60][:2]
        ask = Ask.objects.create(
            title="Hours of shopping and collecting",
            quantity=Decimal(200),
            unit="hours",
            help_type=self.kinds["food"],
            state="open",
            made_by=manager,
            published_on=self.today - timedelta(days=70),
            words="For people who can't leave home.",
            needed_by=self.today + timedelta(days=60),
        )
        Ask.objects.create(
            title="Laptops for pupils",
            quantity=Decimal(30),
            unit="laptops",
            made_by=manager,
            help_type=self.kinds["online"],
            state="open",
            published_on=self.today - timedelta(days=20),
            needed_by=self.today + timedelta(days=45),
        )
        # Entries stand in the order of time: each comes a minute after the newest.
        moment = Entry.objects.order_by("-seq")[0].written_at
        for number, pledge in enumerate(pledges):
            moment += timedelta(minutes=1)
            quantity = min(left_of(pledge), Decimal(120))
            answer = asking.answer(
                ask=ask,
                pledge=pledge,
                quantity=quantity,
                by=self.people["council-lead"],
                at=moment,
            )
            left = quantity
            for week in range(8, 0, -1):
                used = min(left, Decimal(self.random.randint(4, 16)))
                if used <= 0 or (number and week < 4):
                    break
                moment += timedelta(minutes=1)
                asking.draw(
                    answer=answer,
                    quantity=used,
                    by=None,
                    at=moment,
                    on=self.today - timedelta(days=7 * week - 3),
                )
                left -= used
        ledger.bring_up_to_date(pledges, on=self.today)
