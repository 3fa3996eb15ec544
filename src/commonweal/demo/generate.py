"""A complete fictional town, from a seed: partners of all sizes, pledges in every standing.

The same seed, size and day make the same town (but for salts and codes). Everything goes in by
bulk and in the order of time, so that the ledger's chain reads like years of work.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.text import slugify

from commonweal.accounts.models import Appointment, Person
from commonweal.charter.models import CharterVersion, Clause, Decision, Signature, Tier, TierAward
from commonweal.partners.actions import free_code
from commonweal.partners.models import MemberRole, Membership, Partner, months_later
from commonweal.places.models import Area
from commonweal.pledges import files, ledger
from commonweal.pledges.models import (
    Draft,
    Entry,
    EvidenceFile,
    EvidenceLink,
    Measure,
    Pledge,
    Question,
)
from commonweal.pledges.standing import Kind
from commonweal.setup import townfile

from . import economy, priorities, programme, rounds, tables, voice, words
from .cast import CAST, DOMAIN
from .desk import story as desk_story
from .spend.story import SpendStory as SpendStory
from .stories import PledgeStory, Teller

EMAILS = {member.role: member.email for member in CAST}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    partners: int
    pledges: int
    # How many claims a pledge has at most: what makes its history long.
    claims: int


SIZES = {"village": Size(24, 90, 3), "town": Size(160, 800, 4), "county": Size(2000, 20_000, 6)}


class Maker:
    def __init__(self, size: Size, today: date, seed: int, say: Say) -> None:
        self.size, self.today, self.say = size, today, say
        self.random = random.Random(seed)
        self.began = today - timedelta(days=3 * 365 + 120)
        self.people: dict[int, list[Person]] = {}
        self.teller = Teller(
            self.random, began=self.began, today=today, most_claims=size.claims, people=self.people
        )

    # --- who ---------------------------------------------------------------------------------

    def partners(self) -> list[Partner]:
        council = Partner.objects.get(is_council=True)
        Partner.objects.filter(pk=council.pk).update(accepted_on=self.began)
        known = [council]
        fixed = (
            ("Brackenford College", "public", "school", "large"),
            ("Oakbridge Homes", "voluntary", "charity", "large"),
            ("Brackenford General Hospital", "public", "health", "large"),
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
                    accepted_on=self.teller.day(self.began, self.began + timedelta(days=900)),
                    contact_name=self._name(),
                )
            )
        Partner.objects.bulk_create(fresh, batch_size=500)
        self.say(f"{len(fresh) + 1:,} partners")
        return [*known, *Partner.objects.exclude(pk=council.pk).order_by("pk")]

    def _organisation(self) -> tuple[str, str, str, str]:
        r = self.random
        sector, table = r.choices(list(words.ORGANISATIONS.items()), [58, 32, 10])[0]
        trade, kind, sizes = r.choice(table)
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
        return f"{first} {trade}", sector, kind, r.choice(sizes.split())

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

    def members(self, partners: list[Partner]) -> None:
        by_code = {partner.code: partner for partner in partners}
        cast = {
            member.role: Person(
                email=member.email, name=member.name, joined_at=self.teller.at(self.began)
            )
            for member in CAST
        }
        Person.objects.bulk_create(cast.values())
        fresh: list[Person] = []
        rows: list[Membership] = []
        for member in CAST:
            # The help desk makes its own partner afterwards.
            if member.partner in by_code:
                rows.append(
                    Membership(
                        partner=by_code[member.partner],
                        person=cast[member.role],
                        role=MemberRole.EDITOR,
                        job_title=member.title,
                        joined_at=self.teller.at(self.began),
                    )
                )
        cast_partners = {member.partner for member in CAST}
        for number, partner in enumerate(partners):
            if partner.code in cast_partners:
                continue
            person = Person(
                email=f"person{number}@{DOMAIN}",
                name=self._name(),
                joined_at=self.teller.at(self.began),
            )
            fresh.append(person)
            rows.append(
                Membership(
                    partner=partner,
                    person=person,
                    role=MemberRole.EDITOR,
                    job_title=self.random.choice(words.TITLES[partner.size]),
                    joined_at=self.teller.at(self.began),
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
                person=cast[member.role],
                role=member.town_role,
                starts_on=self.began,
                ends_on=self.today + timedelta(days=400),
                because="Part of the demonstration",
            )
            for member in CAST
            if member.town_role
        )

    def _addresses(self, people: list[Person]) -> None:
        EmailAddress.objects.bulk_create(
            (
                EmailAddress(user=person, email=person.email, verified=True, primary=True)
                for person in people
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
            if self.random.random() < 0.85 or partner.code in {member.partner for member in CAST}:
                signatures.append(self._signature(partner, first, second))
        for signature in signatures:
            signature.signed_on = min(signature.signed_on, self.today)
        Signature.objects.bulk_create(signatures, batch_size=500)
        self._tiers([signature.partner for signature in signatures])

    def _signature(
        self, partner: Partner, first: CharterVersion, second: CharterVersion
    ) -> Signature:
        signer = self.people[partner.pk][0]
        version = second if self.random.random() < 0.6 else first
        # The council was there before anybody was accepted.
        accepted = self.began if partner.is_council else partner.accepted_on or self.began
        return Signature(
            partner=partner,
            version=version,
            signed_on=max(accepted, version.in_force_from) if version == second else accepted,
            capacity=self.random.choice(words.TITLES[partner.size]),
            terms_version="2023-07",
            signed_by=signer,
            signed_name=signer.name,
        )

    def _theme(self, code: str) -> int:
        return Measure.objects.filter(theme__code=code).values_list("theme_id", flat=True)[0]

    def _tiers(self, signed: list[Partner]) -> None:
        tiers = list(Tier.objects.order_by("rank"))
        reviewer = Person.objects.get(email=EMAILS["reviewer"])
        validator = Person.objects.get(email=EMAILS["validator"])
        awards = []
        for partner in signed:
            chance = self.random.random()
            if chance > 0.35 or self.people[partner.pk][0] == reviewer:
                continue
            tier = tiers[1] if chance > 0.06 else tiers[2]
            confirmed = self.teller.day(
                self.began + timedelta(days=200), self.today - timedelta(days=5)
            )
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

    def pledges(self, partners: list[Partner]) -> list[PledgeStory]:
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
        fates = self._fates(partners, chosen)
        stories = []
        for partner, fate in zip(chosen, fates, strict=True):
            stories.append(self.teller.pledge(partner, fate, measures, clauses, decision, areas))
        stories.append(self.teller.measured(partners[0], measures["reports-reviewed"], decision))
        stories.append(self.teller.bought(partners[0], measures["local-buying"], decision))
        stories.append(self.teller.lowered(partners[0], measures["trees-planted"], decision))
        Pledge.objects.bulk_create([story.pledge for story in stories], batch_size=500)
        self.say(f"{len(stories):,} pledges")
        return stories

    def _fates(self, partners: list[Partner], chosen: list[Partner]) -> list[str]:
        """What becomes of each pledge. Some partners promised and were never heard of again."""
        cast = {member.partner for member in CAST}
        others = [partner for partner in partners if partner.code not in cast]
        silent = {p.pk for p in self.random.sample(others, max(2, len(others) // 25))}
        heard = sum(partner.pk not in silent for partner in chosen)
        drawn = iter(self.teller.fates(heard))
        return ["silent" if partner.pk in silent else next(drawn) for partner in chosen]

    # --- files and the rest ------------------------------------------------------------------

    def prepare(self) -> None:
        self.teller.reviewers = []
        for member in CAST:
            if member.town_role == "reviewer":
                person = Person.objects.get(email=member.email)
                partner = Partner.objects.get(code=member.partner)
                self.teller.reviewers.append((person, partner.pk, partner.name))

    def keep_files(self, stories: list[PledgeStory]) -> None:
        """A dozen small sheets, shared by many pledges: the same bytes are kept once."""
        for digest, content in self.sheets.items():
            path = files.path_of(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        EvidenceFile.objects.bulk_create(
            EvidenceFile(
                sha256=digest,
                name=f"sheet-{number}.csv",
                content_type="text/csv",
                size_bytes=len(content),
                pledge=stories[0].pledge,
                is_cleaned=True,
            )
            for number, (digest, content) in enumerate(self.sheets.items(), 1)
        )

    def draw_sheets(self) -> None:
        self.sheets: dict[str, bytes] = {}
        for number in range(12):
            lines = ["week,count"] + [
                f"{week},{self.random.randint(0, 9)}" for week in range(1, 20 + number)
            ]
            content = "\n".join(lines).encode()
            self.sheets[hashlib.sha256(content).hexdigest()] = content
        self.teller.files = list(self.sheets)

    def _tell_of_dead_links(self) -> None:
        for story, evidence, day, body in self.teller.dead:
            moment = self.teller.at(day)
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

    def write(self, stories: list[PledgeStory]) -> None:
        self._tell_of_dead_links()
        lines = sorted(
            (
                (moment, number, line)
                for number, story in enumerate(stories)
                for moment, line in story.lines
            ),
            key=lambda dated: (dated[0], dated[1]),
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
                failed_on=[(self.today - timedelta(days=n)).isoformat() for n in (47, 46, 45)],
                found="answered 404",
                checked_at=self.teller.at(self.today),
            )
            for line, url in self.teller.links
        )
        Question.objects.bulk_create(
            Question(
                pledge=story.pledge, words=line.words, asked_on=line.happened_on, entry_id=line.seq
            )
            for line, story in self.teller.asked
        )

    def desk(self, stories: list[PledgeStory]) -> None:
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
        asha = Person.objects.get(email=EMAILS["partner"])
        Draft.objects.create(
            partner=Partner.objects.get(code="harbour-lane-bakery"),
            by=asha,
            answers={
                "measure": {"measure": "meals-given"},
                "promise": {"statement": "We will give what is left at closing time"},
            },
        )


def register(
    *, size: str, today: date, seed: int = 2020, say: Say = lambda _: None
) -> tuple[Maker, list[PledgeStory]]:
    """Make the town with its partners, charter and pledges, and nothing of its other rooms."""
    townfile.apply(deepcopy(tables.read("town")), fictional=True)
    maker = Maker(SIZES[size], today, seed, say)
    partners = maker.partners()
    maker.members(partners)
    maker.charter(partners)
    maker.prepare()
    maker.draw_sheets()
    stories = maker.pledges(partners)
    maker.keep_files(stories)
    maker.write(stories)
    ledger.tell_the_planner()
    say("working out every standing")
    ledger.bring_up_to_date([story.pledge for story in stories], on=today)
    return maker, stories


@transaction.atomic
def generate(*, size: str, today: date, seed: int = 2020, say: Say = lambda _: None) -> None:
    """Make the town in an empty database."""
    maker, stories = register(size=size, today=today, seed=seed, say=say)
    maker.desk(stories)
    desk_story.tell(size=size, today=today, say=say)
    SpendStory(size=size, today=today, say=say).tell()
    programme.ProgrammeStory(today, maker.random, say).tell()
    economy.tell(today, say)
    voice.tell(say)
    priorities.tell(say)
    rounds.tell(today, say)
    say(f"done: {Entry.objects.count():,} ledger entries")
