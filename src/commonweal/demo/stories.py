"""What became of one pledge: its lines in the ledger, from a fate drawn by weight."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from commonweal.accounts.models import Person
from commonweal.charter.models import Clause, Decision
from commonweal.partners.models import Partner
from commonweal.places.models import Area
from commonweal.pledges import ledger
from commonweal.pledges.models import ALPHABET, Measure, MeasureKind, Pledge, plain
from commonweal.pledges.standing import Kind

from . import words
from .cast import DOMAIN
from .hours import now_on

# (fate, weight): what became of a pledge, or has so far.
FATES = (
    ("met", 24),
    ("partly", 8),
    ("not_met", 4),
    ("running", 26),
    ("new", 8),
    ("due_soon", 7),
    ("overdue", 8),
    ("claimed", 6),
    ("held", 1),
    ("disputed", 2),
    ("unavailable", 2),
    ("withdrawn", 3),
    ("lapsed", 3),
    ("proposed", 1),
    ("returned", 1),
)


@dataclass
class PledgeStory:
    """One pledge on its way into the ledger: its lines in the order of their days."""

    pledge: Pledge
    lines: list[tuple[datetime, ledger.NewEntry]] = field(default_factory=list)


def _terms(pledge: Pledge, due_on: date) -> dict[str, Any]:
    """The terms of a pledge as its first entry writes them, with the date that it had then."""
    clause = pledge.clause
    return {
        "measure": pledge.measure.code,
        "measure_kind": pledge.measure.kind,
        "unit": pledge.measure.unit,
        "direction": pledge.measure.direction,
        "baseline": plain(pledge.baseline),
        "target": plain(pledge.target),
        "due_on": due_on.isoformat(),
        "theme": pledge.theme.code,
        "owner_title": pledge.owner_title,
        "clause": f"{clause.version.number}/{clause.number}" if clause else "",
        "decision": pledge.decision.code if pledge.decision else "",
        "area": pledge.area.code if pledge.area else "",
        "who_benefits": pledge.who_benefits,
    }


def _possible(verdict: str, pledge: Pledge, fate: str) -> str:
    """Something that is done or not done can't be found in part."""
    is_whole = pledge.measure.kind in (MeasureKind.YES_NO, MeasureKind.KEEP)
    if is_whole and verdict == "partly":
        return "rejected" if fate else "upheld"
    return verdict


class Teller:
    """Tells the stories of pledges. ``most_claims`` is how many reports one has at most."""

    files: list[str]
    reviewers: list[tuple[Person, int, str]]

    def __init__(
        self,
        draw: random.Random,
        *,
        began: date,
        today: date,
        most_claims: int,
        people: dict[int, list[Person]],
    ) -> None:
        self.random, self.began, self.today = draw, began, today
        # What follows in the ledger comes a minute after the newest entry each time: there is room.
        self.latest = now_on(today) - timedelta(hours=1)
        self.most_claims, self.people = most_claims, people
        self.links: list[tuple[ledger.NewEntry, str]] = []
        self.asked: list[tuple[ledger.NewEntry, PledgeStory]] = []
        self.dead: list[tuple[PledgeStory, ledger.NewEntry, date, dict[str, Any]]] = []
        self.codes: set[str] = set()

    def fates(self, count: int) -> list[str]:
        """Every fate at least once, the rest by weight."""
        names = [name for name, _ in FATES]
        by_weight = self.random.choices(names, [w for _, w in FATES], k=max(0, count - len(names)))
        fates = (names + by_weight)[:count]
        self.random.shuffle(fates)
        return fates

    def _code(self) -> str:
        while True:
            code = "".join(self.random.choice(ALPHABET) for _ in range(8))
            if code not in self.codes:
                self.codes.add(code)
                return code

    def _dates(self, partner: Partner, fate: str) -> tuple[date, date]:
        """When a pledge was made and when it is due, so that its fate can be what it is."""
        r, today = self.random, self.today
        since = max(partner.accepted_on or self.began, self.began)
        past = {
            "met": (30, 500),
            "partly": (30, 400),
            "not_met": (30, 400),
            "overdue": (3, 330),
            "unavailable": (90, 500),
            "lapsed": (380, 500),
            "held": (5, 20),
            "disputed": (10, 90),
            "claimed": (2, 25),
        }
        if fate in past:
            due = today - timedelta(days=r.randint(*past[fate]))
            latest = due - timedelta(days=120)
            made_on = self.day(self.began, latest) if since > latest else self.day(since, latest)
        elif fate == "silent":
            due = today + timedelta(days=r.randint(-200, 200))
            made_on = today - timedelta(days=r.randint(420, 700))
        elif fate == "due_soon":
            due = today + timedelta(days=r.randint(2, 28))
            made_on = self.day(min(since, today - timedelta(days=200)), today - timedelta(days=150))
        elif fate in {"proposed", "returned", "new"}:
            made_on = today - timedelta(days=r.randint(1, 40))
            due = today + timedelta(days=r.randint(200, 900))
        else:
            due = today + timedelta(days=r.randint(40, 800))
            made_on = self.day(min(since, today - timedelta(days=260)), today - timedelta(days=120))
        return made_on, due

    def pledge(
        self,
        partner: Partner,
        fate: str,
        measures: dict[str, Measure],
        clauses: dict[int, Clause],
        decision: Decision,
        areas: list[Area],
    ) -> PledgeStory:
        r = self.random
        # What is done or not, or kept or not, can't be met in part.
        all_or_nothing = {MeasureKind.YES_NO, MeasureKind.KEEP}
        code = r.choice(
            [
                c
                for c in words.PROMISES
                if fate != "partly" or measures[c].kind not in all_or_nothing
            ]
        )
        promise, measure = words.PROMISES[code], measures[code]
        target, baseline = r.randint(*promise.target), r.randint(*promise.baseline)
        if code == "energy-use":
            baseline = int(target * r.uniform(1.15, 1.6))
        if target > 100 and code != "energy-use":
            target = round(target, -1)
        made_on, due = self._dates(partner, fate)
        person = self.people[partner.pk][0]
        statement = promise.sentence.format(target=f"{target:,}", baseline=f"{baseline:,}")
        clause = clauses.get(measure.theme_id) if r.random() < 0.7 else None
        pledge = Pledge(
            code=self._code(),
            partner=partner,
            measure=measure,
            statement=statement,
            baseline=Decimal(baseline),
            target=Decimal(target),
            due_on=due,
            theme=measure.theme,
            clause=clause,
            decision=decision if partner.is_council else None,
            area=r.choice([*areas, None, None]),
            who_benefits=promise.who,
            owner_title=r.choice(words.TITLES[partner.size]),
            owner=person,
            made_on=made_on,
            made_by=person,
        )
        story = PledgeStory(pledge)
        self._tell(story, fate)
        return story

    def measured(self, council: Partner, measure: Measure, decision: Decision) -> PledgeStory:
        """The council's pledge on reviews, with a report that says more than was measured."""
        return self._by_the_council(
            council,
            measure,
            decision,
            baseline=50,
            target=95,
            claimed=98,
            statement="We will see to it that 95% of reports are reviewed within 30 days.",
            who="Partners that report, and everybody who reads",
            owner="Charter manager",
            source="From the list of reviews.",
        )

    def bought(self, council: Partner, measure: Measure, decision: Decision) -> PledgeStory:
        """The council's pledge on local buying: its own count takes in firms with a branch here,
        so that it says more than its payments show."""
        return self._by_the_council(
            council,
            measure,
            decision,
            baseline=18,
            target=30,
            claimed=33,
            statement="We will spend 30% of what we buy with suppliers in Brackenford.",
            who="Firms of the town and those who work there",
            owner="Head of procurement",
            source="From the purchase ledger; suppliers with a branch here count.",
        )

    def lowered(self, council: Partner, measure: Measure, decision: Decision) -> PledgeStory:
        """The council's pledge on trees: what was promised first was lowered to what came."""
        story = self._by_the_council(
            council,
            measure,
            decision,
            baseline=0,
            target=300,
            claimed=120,
            statement="We will plant 300 trees along the main roads and look after them.",
            who="Everybody who walks or lives along the main roads",
            owner="Head of parks",
            source="From the planting list of the parks team.",
        )
        pledge, person = story.pledge, self.people[council.pk][0]
        pledge.target = Decimal(180)
        body = {"field": "target", "old": "300", "new": "180"}
        because = "Pipes lie under two of the roads, so that no tree can stand there."
        changed_on = self.today - timedelta(days=16)
        self._say_line(story, Kind.CHANGED, changed_on, body, because, person)
        claimed_on = self.today - timedelta(days=14)
        claim = self._claim(story, claimed_on, 1.0, final=True)
        self._review(story, claim, claimed_on, 1.0, "upheld", fate="lowered")
        return story

    def _by_the_council(
        self,
        council: Partner,
        measure: Measure,
        decision: Decision,
        *,
        baseline: int,
        target: int,
        claimed: int,
        statement: str,
        who: str,
        owner: str,
        source: str,
    ) -> PledgeStory:
        """A pledge that the system measures by itself, with the council's own figure."""
        person, made_on = self.people[council.pk][0], self.today - timedelta(days=300)
        pledge = Pledge(
            code=self._code(),
            partner=council,
            measure=measure,
            statement=statement,
            baseline=Decimal(baseline),
            target=Decimal(target),
            due_on=self.today + timedelta(days=300),
            theme=measure.theme,
            decision=decision,
            who_benefits=who,
            owner_title=owner,
            owner=person,
            made_on=made_on,
            made_by=person,
        )
        story = PledgeStory(pledge)
        self._tell(story, "new")
        as_of = str(self.today - timedelta(days=30))
        body = {"value": str(claimed), "as_of": as_of, "final": False}
        day = self.today - timedelta(days=20)
        self._say_line(story, Kind.CLAIM, day, body, source, person)
        return story

    def day(self, earliest: date, latest: date) -> date:
        span = max((latest - earliest).days, 0)
        return earliest + timedelta(days=self.random.randint(0, span))

    def at(self, day: date) -> datetime:
        clock = time(
            self.random.randint(8, 17), self.random.randint(0, 59), self.random.randint(0, 59)
        )
        moment = datetime.combine(day, clock, tzinfo=UTC)
        return min(moment, self.latest)

    def _say_line(
        self,
        story: PledgeStory,
        kind: Kind,
        day: date,
        body: dict[str, Any],
        text: str = "",
        by: Person | None = None,
        role: str = "partner",
        organisation: str | None = None,
        about: ledger.NewEntry | None = None,
    ) -> ledger.NewEntry:
        partner = story.pledge.partner
        previous = story.lines[-1][0] if story.lines else None
        moment = self.at(day)
        if previous and moment <= previous:
            moment = previous + timedelta(seconds=61)
        name = partner.name if organisation is None else organisation
        line = ledger.NewEntry(
            story.pledge, kind, day, body, text, by, role, name, about=about, written_at=moment
        )
        story.lines.append((moment, line))
        return line

    def _tell(self, story: PledgeStory, fate: str) -> None:
        """Write the history that leads to a fate."""
        r, pledge = self.random, story.pledge
        person, made_on, today = pledge.made_by, pledge.made_on, self.today
        due = pledge.due_on or today
        first_due = due
        moved = fate in {"met", "running", "overdue", "due_soon"} and r.random() < 0.12
        if moved:
            first_due = due - timedelta(days=r.randint(40, 120))
            moved = first_due > made_on + timedelta(days=60)
        terms = _terms(pledge, first_due if moved else due)
        self._say_line(story, Kind.PROPOSED, made_on, terms, pledge.statement, person)
        if fate == "proposed":
            return
        if fate == "returned":
            reason = "Please say from which number you start, so that progress can be seen."
            self._say_line(
                story,
                Kind.RETURNED,
                min(made_on + timedelta(days=1), today),
                {},
                reason,
                role="charter manager",
                organisation="",
            )
            pledge.returned_because = reason
            return
        accepted = min(made_on + timedelta(days=r.randint(0, 6)), today)
        self._say_line(story, Kind.ACCEPTED, accepted, {}, role="charter manager", organisation="")
        if fate in {"new", "silent"}:
            return
        if moved:
            day = self._between(accepted, min(first_due, today - timedelta(days=3)))
            body = {"field": "due_on", "old": first_due.isoformat(), "new": due.isoformat()}
            self._say_line(story, Kind.CHANGED, day, body, r.choice(words.CHANGES), person)
        self._question(story, accepted)
        if fate == "withdrawn":
            day = self._between(accepted + timedelta(days=20), today - timedelta(days=2))
            self._say_line(story, Kind.WITHDRAWN, day, {}, r.choice(words.WITHDRAWALS), person)
            return
        self._progress(story, fate, accepted)

    def _between(self, earliest: date, latest: date) -> date:
        return self.day(earliest, max(latest, earliest))

    def _question(self, story: PledgeStory, accepted: date) -> None:
        r, today = self.random, self.today
        if r.random() > 0.1:
            return
        last = story.lines[-1][1].happened_on
        day = self.day(last, min(last + timedelta(days=300), today))
        line = self._say_line(
            story,
            Kind.QUESTION,
            day,
            {"asked_on": day.isoformat()},
            r.choice(words.QUESTIONS),
            role="resident",
            organisation="",
        )
        self.asked.append((line, story))
        if r.random() < 0.7:
            answered = min(day + timedelta(days=r.randint(1, 20)), today)
            self._say_line(
                story,
                Kind.ANSWER,
                answered,
                {},
                r.choice(words.ANSWERS),
                story.pledge.made_by,
                about=line,
            )

    def _progress(self, story: PledgeStory, fate: str, accepted: date) -> None:
        r, pledge, today = self.random, story.pledge, self.today
        due = pledge.due_on or today
        ends_at = {
            "met": 1.0,
            "partly": r.uniform(0.3, 0.85),
            "not_met": r.uniform(0, 0.1),
            "claimed": r.uniform(0.8, 1.0),
            "held": r.uniform(0.6, 1.0),
            "disputed": r.uniform(0.7, 1.0),
            "unavailable": 1.0,
        }.get(fate)
        interim = r.randint(0 if ends_at is not None else 1, self.most_claims)
        if fate == "lapsed":
            interim = min(interim, 1)
        if fate == "not_met" or pledge.measure.kind == MeasureKind.YES_NO:
            interim = 0
        self._on_the_way(story, interim, min(due - timedelta(days=3), today - timedelta(days=2)))
        if ends_at is None:
            return
        last_day = story.lines[-1][1].happened_on
        end = max(min(due + timedelta(days=r.randint(1, 14)), today - timedelta(days=1)), last_day)
        if fate in {"claimed", "held", "disputed"}:
            end = max(today - timedelta(days=r.randint(4, 9)), last_day)
        verdict = {
            "partly": "upheld",
            "not_met": "rejected",
            "held": "partly",
            "disputed": "partly",
        }.get(fate, "upheld")
        claim = self._claim(story, end, ends_at, final=True, dead=fate == "unavailable")
        if fate == "claimed":
            return
        self._review(story, claim, end, ends_at, verdict, fate=fate)

    def _on_the_way(self, story: PledgeStory, count: int, until: date) -> None:
        """Claims of a part, most of them reviewed, up to a day."""
        r, last_day = self.random, story.lines[-1][1].happened_on
        days = sorted(self.day(last_day, max(until, last_day)) for _ in range(count))
        share = 0.0
        for day in days:
            if day > until:
                break
            share = min(share + r.uniform(0.05, 0.3), 0.75)
            claim = self._claim(story, day, share, final=False)
            if r.random() < 0.85:
                self._review(story, claim, day, share)

    def _value(self, pledge: Pledge, share: float) -> Decimal:
        base, target = pledge.baseline or Decimal(0), pledge.target or Decimal(1)
        if pledge.measure.kind == MeasureKind.YES_NO:
            return Decimal(1 if share >= 0.5 else 0)
        if pledge.measure.kind == MeasureKind.KEEP:
            return min(target + self.random.randint(-1 if share < 0.9 else 0, 2), Decimal(100))
        moved = (target - base) * Decimal(str(round(share, 3)))
        return (base + moved).quantize(Decimal(1))

    def _claim(
        self, story: PledgeStory, day: date, share: float, *, final: bool, dead: bool = False
    ) -> ledger.NewEntry:
        r, pledge = self.random, story.pledge
        figure = self._value(pledge, share)
        body = {"value": plain(figure), "as_of": day.isoformat(), "final": final}
        claim = self._say_line(
            story, Kind.CLAIM, day, body, r.choice(words.CLAIM_WORDS), pledge.made_by
        )
        title = r.choice(("Summary sheet", "List of dates", "Letter", "Photographs", "Accounts"))
        if dead:
            url = f"https://evidence.{DOMAIN}/{pledge.code.lower()}"
            line = self._say_line(
                story,
                Kind.EVIDENCE,
                day,
                {"title": title, "url": url},
                "",
                pledge.made_by,
                about=claim,
            )
            self.links.append((line, url))
            self._dead_link(story, line, day)
        else:
            body = {"title": title, "file": r.choice(self.files)}
            self._say_line(story, Kind.EVIDENCE, day, body, "", pledge.made_by, about=claim)
        return claim

    def _dead_link(self, story: PledgeStory, evidence: ledger.NewEntry, day: date) -> None:
        body = {"found": "answered 404"}
        gone = max(day + timedelta(days=2), self.today - timedelta(days=45))
        self.dead.append((story, evidence, min(gone, self.today), body))

    def _review(
        self,
        story: PledgeStory,
        claim: ledger.NewEntry,
        day: date,
        share: float,
        verdict: str = "",
        fate: str = "",
    ) -> None:
        r, today, pledge = self.random, self.today, story.pledge
        verdict = verdict or r.choices(["upheld", "partly"], [9, 1])[0]
        verdict = _possible(verdict, pledge, fate)
        on = min(day + timedelta(days=r.randint(1, 12)), today - timedelta(days=1))
        on = max(on, day)
        if fate in {"held", "disputed"}:
            on = max(today - timedelta(days=3), day)
        adverse = verdict != "upheld"
        held = on + timedelta(days=14) if adverse else None
        reviewers = [elsewhere for elsewhere in self.reviewers if elsewhere[1] != pledge.partner_id]
        reviewer, _, organisation = r.choice(reviewers)
        figure = plain(self._value(pledge, share * 0.7)) if verdict == "partly" else None
        body = {
            "verdict": verdict,
            "value": figure,
            "held_until": held.isoformat() if held else None,
            "by": ledger.digest_of_person(reviewer.code)[:12],
        }
        review = self._say_line(
            story,
            Kind.REVIEW,
            on,
            body,
            words.REVIEW_WORDS[verdict],
            reviewer,
            "reviewer",
            organisation,
            about=claim,
        )
        if adverse and fate != "held":
            agrees = fate != "disputed"
            replied = min(on + timedelta(days=r.randint(1, 9)), today)
            self._say_line(
                story,
                Kind.REPLY,
                replied,
                {"agrees": agrees},
                words.REPLIES[agrees],
                pledge.made_by,
                about=review,
            )
