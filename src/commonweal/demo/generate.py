"""A complete fictional town, from a seed: partners of all sizes, pledges in every standing.

The same seed, size and day make the same town (but for salts and codes). Everything goes in by
bulk and in the order of time, so that the ledger's chain reads like years of work.
"""

from __future__ import annotations

import hashlib
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from commonweal.accounts.models import Appointment, Person
from commonweal.charter.models import CharterVersion, Clause, Decision, Signature, Tier, TierAward
from commonweal.partners.actions import free_code
from commonweal.partners.models import MemberRole, Membership, Partner, months_later
from commonweal.places.models import Area
from commonweal.pledges import files, ledger, townfile
from commonweal.pledges.models import (
    ALPHABET,
    Draft,
    Entry,
    EvidenceFile,
    EvidenceLink,
    Measure,
    MeasureKind,
    Pledge,
    Question,
    plain,
)
from commonweal.pledges.standing import Kind

from . import words
from .cast import CAST, DOMAIN

HERE = Path(__file__).parent
Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    partners: int
    pledges: int
    # How many claims a pledge has at most: what makes its history long.
    claims: int


SIZES = {"village": Size(24, 90, 3), "town": Size(160, 800, 4), "county": Size(2000, 20_000, 5)}

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
class Story:
    """One pledge on its way into the ledger: its lines in the order of their days."""

    pledge: Pledge
    lines: list[tuple[datetime, ledger.NewEntry]] = field(default_factory=list)


class Maker:
    def __init__(self, size: Size, today: date, seed: int, say: Say) -> None:
        self.size, self.today, self.say = size, today, say
        self.random = random.Random(seed)
        self.began = today - timedelta(days=3 * 365 + 120)
        self.people: dict[int, list[Person]] = {}
        self.links: list[tuple[ledger.NewEntry, str]] = []
        self.asked: list[tuple[ledger.NewEntry, Story]] = []
        self.codes: set[str] = set()

    # --- who ---------------------------------------------------------------------------------

    def partners(self) -> list[Partner]:
        council = Partner.objects.get(is_council=True)
        Partner.objects.filter(pk=council.pk).update(accepted_on=self.began)
        made = [council]
        fixed = (
            ("Brackenford College", "public", "school", "large"),
            ("Oakbridge Homes", "voluntary", "charity", "large"),
            ("Harbour Lane Bakery", "private", "company", "micro"),
            ("Brackenford Chess Club", "voluntary", "club", "volunteers"),
        )
        names = [name for name, *_ in fixed]
        wanted = list(fixed)
        while len(wanted) < self.size.partners - 1:
            name, sector, kind, size = self._organisation()
            if name not in names:
                names.append(name)
                wanted.append((name, sector, kind, size))
        areas = list(Area.objects.all())
        fresh = []
        taken: set[str] = {council.code}
        for name, sector, kind, size in wanted:
            code = free_code(name) if len(wanted) < 60 else self._code_of(name, taken)
            taken.add(code)
            fresh.append(
                Partner(
                    code=code,
                    name=name,
                    sector=sector,
                    kind=kind,
                    size=size,
                    company_number=self._number("0", 7) if kind == "company" else "",
                    charity_number=self._number("1", 6) if kind == "charity" else "",
                    covers="This site only"
                    if size == "large" and self.random.random() < 0.5
                    else "",
                    area=self.random.choice([*areas, None]),
                    description=f"{name} has been in Brackenford for "
                    f"{self.random.randint(2, 90)} years.",
                    accepted_on=self._day(self.began, self.began + timedelta(days=900)),
                    contact_name=self._name(),
                )
            )
        Partner.objects.bulk_create(fresh, batch_size=500)
        self.say(f"{len(fresh) + 1:,} partners")
        return [*made, *Partner.objects.exclude(pk=council.pk).order_by("pk")]

    def _organisation(self) -> tuple[str, str, str, str]:
        r = self.random
        sector, table = r.choices(
            [("private", words.PRIVATE), ("voluntary", words.VOLUNTARY), ("public", words.PUBLIC)],
            [58, 32, 10],
        )[0]
        what, kind, sizes = r.choice(table)
        first = (
            r.choice([*words.PLACES, *words.LAST])
            if sector == "private"
            else r.choice(words.PLACES)
        )
        if self.size.partners > 500:
            first = (
                f"{first} {r.choice(words.PLACES)}"
                if r.random() < 0.5
                else (f"{r.choice(words.LAST)} & {r.choice(words.LAST)}")
            )
        return f"{first} {what}", sector, kind, r.choice(sizes.split())

    def _code_of(self, name: str, taken: set[str]) -> str:
        base, number = slugify(name)[:60], 1
        code = base
        while code in taken:
            number += 1
            code = f"{base}-{number}"
        return code

    def _number(self, start: str, length: int) -> str:
        return start + "".join(self.random.choice("0123456789") for _ in range(length))

    def _name(self) -> str:
        return f"{self.random.choice(words.FIRST)} {self.random.choice(words.LAST)}"

    def _day(self, earliest: date, latest: date) -> date:
        span = max((latest - earliest).days, 0)
        return earliest + timedelta(days=self.random.randint(0, span))

    def members(self, partners: list[Partner]) -> None:
        by_code = {partner.code: partner for partner in partners}
        cast = {
            one.role: Person(email=one.email, name=one.name, joined_at=self._at(self.began))
            for one in CAST
        }
        Person.objects.bulk_create(cast.values())
        fresh: list[Person] = []
        rows: list[Membership] = []
        for one in CAST:
            if one.partner:
                rows.append(
                    Membership(
                        partner=by_code[one.partner],
                        person=cast[one.role],
                        role=MemberRole.EDITOR,
                        job_title=one.title,
                        joined_at=self._at(self.began),
                    )
                )
        own = {one.partner for one in CAST}
        for number, partner in enumerate(partners):
            if partner.code in own:
                continue
            person = Person(
                email=f"person{number}@{DOMAIN}", name=self._name(), joined_at=self._at(self.began)
            )
            fresh.append(person)
            rows.append(
                Membership(
                    partner=partner,
                    person=person,
                    role=MemberRole.EDITOR,
                    job_title=self.random.choice(words.TITLES[partner.size]),
                    joined_at=self._at(self.began),
                )
            )
        Person.objects.bulk_create(fresh, batch_size=500)
        Membership.objects.bulk_create(rows, batch_size=500)
        for row in rows:
            self.people.setdefault(row.partner_id, []).append(row.person)
        self._appoint(cast)
        self._addresses([*cast.values(), *fresh])

    def _appoint(self, cast: dict[str, Person]) -> None:
        Appointment.objects.bulk_create(
            Appointment(
                person=cast[one.role],
                role=one.town_role,
                starts_on=self.began,
                ends_on=self.today + timedelta(days=400),
                because="Part of the demonstration",
            )
            for one in CAST
            if one.town_role
        )

    def _addresses(self, people: list[Person]) -> None:
        EmailAddress.objects.bulk_create(
            (
                EmailAddress(user=one, email=one.email, verified=True, primary=True)
                for one in people
            ),
            batch_size=500,
        )

    # --- charter -----------------------------------------------------------------------------

    def charter(self, partners: list[Partner]) -> None:
        decision = Decision.objects.get(code="2025-01-executive-version-2")
        first = CharterVersion.objects.get(number=1)
        second = CharterVersion.objects.create(
            number=2,
            title=first.title,
            preamble=first.preamble,
            adopted_by=decision,
            in_force_from=date(2025, 2, 1),
        )
        green = Clause(
            version=second,
            number="4",
            theme_id=self._theme("green-town"),
            text="We use less, waste less, and leave the town greener.",
        )
        Clause.objects.bulk_create(
            [
                *(
                    Clause(version=second, theme=c.theme, number=c.number, text=c.text)
                    for c in first.clauses.all()
                ),
                green,
            ]
        )
        signatures = []
        for partner in partners:
            if self.random.random() < 0.85 or partner.code in {one.partner for one in CAST}:
                signer = self.people[partner.pk][0]
                version = second if self.random.random() < 0.6 else first
                accepted = partner.accepted_on or self.began
                signatures.append(
                    Signature(
                        partner=partner,
                        version=version,
                        signed_on=max(accepted, version.in_force_from)
                        if version == second
                        else accepted,
                        capacity=self.random.choice(words.TITLES[partner.size]),
                        terms_version="2023-07",
                        signed_by=signer,
                        signed_name=signer.name,
                    )
                )
        for signature in signatures:
            signature.signed_on = min(signature.signed_on, self.today)
        Signature.objects.bulk_create(signatures, batch_size=500)
        self._tiers([signature.partner for signature in signatures])

    def _theme(self, code: str) -> int:
        return Measure.objects.filter(theme__code=code).values_list("theme_id", flat=True)[0]

    def _tiers(self, signed: list[Partner]) -> None:
        tiers = list(Tier.objects.order_by("rank"))
        reviewer = Person.objects.get(email=CAST[1].email)
        validator = Person.objects.get(email=CAST[3].email)
        awards = []
        for partner in signed:
            chance = self.random.random()
            if chance > 0.35 or self.people[partner.pk][0] == reviewer:
                continue
            tier = tiers[1] if chance > 0.06 else tiers[2]
            confirmed = self._day(self.began + timedelta(days=200), self.today - timedelta(days=5))
            awards.append(
                TierAward(
                    partner=partner,
                    tier=tier,
                    reasons=f"Meets the criteria of {tier.name}.",
                    minute=f"WG/{confirmed.year}/{self.random.randint(1, 40):02}",
                    proposed_by=reviewer,
                    proposed_on=confirmed - timedelta(days=6),
                    confirmed_by=validator,
                    confirmed_on=confirmed,
                    review_on=months_later(confirmed, tier.review_months),
                )
            )
        TierAward.objects.bulk_create(awards, batch_size=500)
        waiting = next(p for p in signed if p.code == "harbour-lane-bakery")
        TierAward.objects.filter(partner=waiting).delete()
        TierAward.objects.create(
            partner=waiting,
            tier=tiers[1],
            reasons="Two results verified within a year.",
            proposed_by=reviewer,
            proposed_on=self.today - timedelta(days=3),
        )

    # --- pledges -----------------------------------------------------------------------------

    def pledges(self, partners: list[Partner]) -> list[Story]:
        measures = {
            measure.code: measure
            for measure in Measure.objects.filter(on_menu=True).select_related("theme")
        }
        clauses = {
            clause.theme_id: clause
            for clause in Clause.objects.select_related("version").order_by("version")
        }
        decision = Decision.objects.get(code="2024-03-executive-pledges")
        areas = list(Area.objects.all())
        weights = [5 if p.size == "large" else 3 if p.size == "medium" else 1.5 for p in partners]
        chosen = [
            *partners,
            *self.random.choices(partners, weights, k=max(0, self.size.pledges - len(partners))),
        ]
        fates = self._fates(len(chosen))
        stories = []
        for partner, fate in zip(chosen, fates, strict=True):
            stories.append(self._pledge(partner, fate, measures, clauses, decision, areas))
        Pledge.objects.bulk_create([story.pledge for story in stories], batch_size=500)
        self.say(f"{len(stories):,} pledges")
        return stories

    def _fates(self, count: int) -> list[str]:
        """Every fate at least once, the rest by weight."""
        names = [name for name, _ in FATES]
        rest = self.random.choices(names, [w for _, w in FATES], k=max(0, count - len(names)))
        fates = (names + rest)[:count]
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
            made = self._day(self.began, latest) if since > latest else self._day(since, latest)
        elif fate == "due_soon":
            due = today + timedelta(days=r.randint(2, 28))
            made = self._day(min(since, today - timedelta(days=200)), today - timedelta(days=150))
        elif fate in {"proposed", "returned", "new"}:
            made = today - timedelta(days=r.randint(1, 40))
            due = today + timedelta(days=r.randint(200, 900))
        else:
            due = today + timedelta(days=r.randint(40, 800))
            made = self._day(min(since, today - timedelta(days=260)), today - timedelta(days=120))
        return made, due

    def _pledge(
        self,
        partner: Partner,
        fate: str,
        measures: dict[str, Measure],
        clauses: dict[int, Clause],
        decision: Decision,
        areas: list[Area],
    ) -> Story:
        r = self.random
        code = r.choice(list(words.PROMISES))
        low, high, base_low, base_high, sentence, who = words.PROMISES[code]
        measure = measures[code]
        target, baseline = r.randint(low, high), r.randint(base_low, base_high)
        if code == "energy-use":
            baseline = int(target * r.uniform(1.15, 1.6))
        if target > 100 and code != "energy-use":
            target = round(target, -1)
        made, due = self._dates(partner, fate)
        person = self.people[partner.pk][0]
        statement = sentence.format(target=f"{target:,}", baseline=f"{baseline:,}")
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
            who_benefits=who,
            owner_title=r.choice(words.TITLES[partner.size]),
            owner=person,
            made_on=made,
            made_by=person,
        )
        story = Story(pledge)
        self._tell(story, fate)
        return story

    def _at(self, day: date) -> datetime:
        clock = time(
            self.random.randint(8, 17), self.random.randint(0, 59), self.random.randint(0, 59)
        )
        return datetime.combine(day, clock, tzinfo=UTC)

    def _say_line(
        self,
        story: Story,
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
        moment = self._at(day)
        if previous and moment <= previous:
            moment = previous + timedelta(seconds=61)
        name = partner.name if organisation is None else organisation
        line = ledger.NewEntry(
            story.pledge, kind, day, body, text, by, role, name, about=about, written_at=moment
        )
        story.lines.append((moment, line))
        return line

    def _tell(self, story: Story, fate: str) -> None:
        """Write the history that leads to a fate."""
        r, pledge = self.random, story.pledge
        person, made, today = pledge.made_by, pledge.made_on, self.today
        due = pledge.due_on or today
        first_due, first_target = due, pledge.target
        moved = fate in {"met", "running", "overdue", "due_soon"} and r.random() < 0.12
        if moved:
            first_due = due - timedelta(days=r.randint(40, 120))
            moved = first_due > made + timedelta(days=60)
        terms = {
            "measure": pledge.measure.code,
            "measure_kind": pledge.measure.kind,
            "unit": pledge.measure.unit,
            "direction": pledge.measure.direction,
            "baseline": plain(pledge.baseline),
            "target": plain(first_target),
            "due_on": (first_due if moved else due).isoformat(),
            "theme": pledge.theme.code,
            "owner_title": pledge.owner_title,
            "clause": f"{pledge.clause.version.number}/{pledge.clause.number}"
            if pledge.clause
            else "",
            "decision": pledge.decision.code if pledge.decision else "",
            "area": pledge.area.code if pledge.area else "",
            "who_benefits": pledge.who_benefits,
        }
        self._say_line(story, Kind.PROPOSED, made, terms, pledge.statement, person)
        if fate == "proposed":
            return
        if fate == "returned":
            reason = "Please say from which number you start, so that progress can be seen."
            self._say_line(
                story,
                Kind.RETURNED,
                min(made + timedelta(days=1), today),
                {},
                reason,
                role="charter manager",
                organisation="",
            )
            pledge.returned_because = reason
            return
        accepted = min(made + timedelta(days=r.randint(0, 6)), today)
        self._say_line(story, Kind.ACCEPTED, accepted, {}, role="charter manager", organisation="")
        if fate == "new":
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
        return self._day(earliest, max(latest, earliest))

    def _question(self, story: Story, accepted: date) -> None:
        r, today = self.random, self.today
        if r.random() > 0.1:
            return
        last = story.lines[-1][1].happened_on
        day = self._day(last, min(last + timedelta(days=300), today))
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

    def _progress(self, story: Story, fate: str, accepted: date) -> None:
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
        last_day = story.lines[-1][1].happened_on
        interim = r.randint(0 if ends_at is not None else 1, self.size.claims)
        if fate == "lapsed":
            interim = min(interim, 1)
        until = min(due - timedelta(days=3), today - timedelta(days=2))
        days = sorted(self._day(last_day, max(until, last_day)) for _ in range(interim))
        share = 0.0
        for day in days:
            if day > until:
                break
            share = min(share + r.uniform(0.05, 0.3), 0.75)
            claim = self._claim(story, day, share, final=False)
            if r.random() < 0.85:
                self._review(story, claim, day, share)
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

    def _value(self, pledge: Pledge, share: float) -> Decimal:
        base, target = pledge.baseline or Decimal(0), pledge.target or Decimal(1)
        if pledge.measure.kind == MeasureKind.YES_NO:
            return Decimal(1 if share >= 0.99 else 0)
        if pledge.measure.kind == MeasureKind.KEEP:
            return min(target + self.random.randint(-1 if share < 0.9 else 0, 2), Decimal(100))
        moved = (target - base) * Decimal(str(round(share, 3)))
        return (base + moved).quantize(Decimal(1))

    def _claim(
        self, story: Story, day: date, share: float, *, final: bool, dead: bool = False
    ) -> ledger.NewEntry:
        r, pledge = self.random, story.pledge
        value = self._value(pledge, share)
        body = {"value": plain(value), "as_of": day.isoformat(), "final": final}
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

    def _dead_link(self, story: Story, evidence: ledger.NewEntry, day: date) -> None:
        body = {"found": "answered 404"}
        gone = max(day + timedelta(days=2), self.today - timedelta(days=45))
        self.dead.append((story, evidence, min(gone, self.today), body))

    def _review(
        self,
        story: Story,
        claim: ledger.NewEntry,
        day: date,
        share: float,
        verdict: str = "",
        fate: str = "",
    ) -> None:
        r, today, pledge = self.random, self.today, story.pledge
        verdict = verdict or r.choices(["upheld", "partly"], [9, 1])[0]
        if pledge.measure.kind in (MeasureKind.YES_NO, MeasureKind.KEEP) and verdict == "partly":
            verdict = "rejected" if fate else "upheld"
        on = min(day + timedelta(days=r.randint(1, 12)), today - timedelta(days=1))
        on = max(on, day)
        if fate in {"held", "disputed"}:
            on = max(today - timedelta(days=3), day)
        adverse = verdict != "upheld"
        held = on + timedelta(days=14) if adverse else None
        reviewers = [one for one in self.reviewers if one[1] != pledge.partner_id]
        reviewer, _, organisation = r.choice(reviewers)
        value = plain(self._value(pledge, share * 0.7)) if verdict == "partly" else None
        body = {
            "verdict": verdict,
            "value": value,
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

    # --- files and the rest ------------------------------------------------------------------

    files: list[str]
    reviewers: list[tuple[Person, int, str]]
    dead: list[tuple[Story, ledger.NewEntry, date, dict[str, Any]]]

    def prepare(self) -> None:
        self.dead = []
        self.reviewers = []
        for one in CAST:
            if one.town_role == "reviewer":
                person = Person.objects.get(email=one.email)
                partner = Partner.objects.get(code=one.partner)
                self.reviewers.append((person, partner.pk, partner.name))
        self.files = []

    def keep_files(self, stories: list[Story]) -> None:
        """A dozen small sheets, shared by many pledges: the same bytes are kept once."""
        for digest, data in self.sheets.items():
            path = files.path_of(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        EvidenceFile.objects.bulk_create(
            EvidenceFile(
                sha256=digest,
                name=f"sheet-{number}.csv",
                content_type="text/csv",
                size_bytes=len(data),
                pledge=stories[0].pledge,
            )
            for number, (digest, data) in enumerate(self.sheets.items(), 1)
        )

    def draw_sheets(self) -> None:
        self.sheets: dict[str, bytes] = {}
        for number in range(12):
            lines = ["week,count"] + [
                f"{week},{self.random.randint(0, 9)}" for week in range(1, 20 + number)
            ]
            data = "\n".join(lines).encode()
            self.sheets[hashlib.sha256(data).hexdigest()] = data
        self.files = list(self.sheets)

    def write(self, stories: list[Story]) -> None:
        for story, evidence, day, body in self.dead:
            moment = self._at(day)
            last = story.lines[-1][0]
            line = ledger.NewEntry(
                story.pledge,
                Kind.LINK_DEAD,
                max(day, last.date()),
                body,
                about=evidence,
                written_at=max(moment, last + timedelta(seconds=5)),
            )
            story.lines.append((line.written_at or moment, line))
        lines = sorted(
            (
                (moment, number, line)
                for number, story in enumerate(stories)
                for moment, line in story.lines
            ),
            key=lambda one: (one[0], one[1]),
        )
        total = len(lines)
        for start in range(0, total, 20_000):
            ledger.write([line for _, _, line in lines[start : start + 20_000]])
            self.say(f"{min(start + 20_000, total):,} of {total:,} ledger entries")
        EvidenceLink.objects.bulk_create(
            EvidenceLink(
                entry_id=line.seq,
                url=url,
                is_dead=True,
                found="answered 404",
                checked_at=self._at(self.today),
            )
            for line, url in self.links
        )
        Question.objects.bulk_create(
            Question(
                pledge=story.pledge, words=line.words, asked_on=line.happened_on, entry_id=line.seq
            )
            for line, story in self.asked
        )

    def desk(self, stories: list[Story]) -> None:
        """What waits on the charter manager's desk this morning."""
        public = [story.pledge for story in stories if story.pledge.accepted_on]
        Question.objects.bulk_create(
            Question(pledge=pledge, words=text, asked_on=self.today - timedelta(days=1))
            for pledge, text in zip(self.random.sample(public, 2), words.QUESTIONS, strict=False)
        )
        person = Person.objects.create_user(f"new.member@{DOMAIN}", name=self._name())
        waiting = Partner.objects.create(
            code="quayside-toy-library",
            name="Quayside Toy Library",
            sector="voluntary",
            kind="club",
            size="volunteers",
            description="Toys to borrow, every Saturday.",
        )
        Membership.objects.create(
            partner=waiting, person=person, role=MemberRole.EDITOR, job_title="Chair"
        )
        asha = Person.objects.get(email=CAST[4].email)
        Draft.objects.create(
            partner=Partner.objects.get(code="harbour-lane-bakery"),
            by=asha,
            answers={
                "measure": {"measure": "meals-given"},
                "promise": {"statement": "We will give what is left at closing time"},
            },
        )


@transaction.atomic
def generate(*, size: str, today: date, seed: int = 2020, say: Say = lambda _: None) -> None:
    """Make the town in an empty database."""
    townfile.apply(tomllib.loads((HERE / "town.toml").read_text()), fictional=True)
    maker = Maker(SIZES[size], today, seed, say)
    partners = maker.partners()
    maker.members(partners)
    maker.charter(partners)
    maker.prepare()
    maker.draw_sheets()
    stories = maker.pledges(partners)
    maker.keep_files(stories)
    maker.write(stories)
    say("working out every standing")
    ledger.bring_up_to_date([story.pledge for story in stories], on=today)
    maker.desk(stories)
    say(f"done: {Entry.objects.count():,} ledger entries")
