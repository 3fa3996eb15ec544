"""The cast: a few named people and organisations, with one line each about what they may do."""

from __future__ import annotations

import time as time_
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from django_tasks_db.management.commands import db_worker

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.asks import actions as asking
from commonweal.asks.models import Alarm
from commonweal.balance import actions as books
from commonweal.balance.comparing import red_lines
from commonweal.balance.models import Period, Statement
from commonweal.cases import intake, lists, next_actions, referring, subject, working
from commonweal.cases import starting as helping
from commonweal.cases.models import Case, Duty, Glass, Opening, RetentionRun
from commonweal.charter.models import CharterVersion, Clause, Decision, Theme, Tier
from commonweal.grants import actions as granting
from commonweal.grants.models import Award, Fund, FundReturn
from commonweal.jobs import queue
from commonweal.partners.models import Membership, Partner
from commonweal.places.models import Area, Town
from commonweal.pledges import actions, ledger, reviewing, terms
from commonweal.pledges.models import Draft, Measure, Pledge
from commonweal.programme.models import Action, Metric, Milestone, Pillar, Series, TargetPoint
from commonweal.residents import merging
from commonweal.residents import people as residents
from commonweal.residents.models import Erasure, Resident
from commonweal.services.models import HelpType, Organisation, Service
from commonweal.spend import importing, payees, preparing
from commonweal.spend.models import Anchor, Answer, Payee, Release, Survey
from commonweal.volunteers import actions as volunteering
from commonweal.volunteers.models import Volunteer


@pytest.fixture(autouse=True)
def _evidence_in_a_folder_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.CASE_FOLDER = tmp_path / "cases"
    settings.SPEND_FOLDER = tmp_path / "spend"
    settings.VAR = tmp_path


@pytest.fixture(autouse=True)
def _the_tests_transaction_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL, closing a connection in the middle of a test would end its transaction."""
    for module in (queue, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def _downloads_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A download is a file on disk: a server closes it once it is sent, and so must we, also where
    a test looks at its status alone."""
    downloads = []
    request = Client.request

    def asked(self: Client, **environ: Any) -> Any:
        answer = request(self, **environ)
        if answer.streaming:
            downloads.append(answer)
        return answer

    monkeypatch.setattr(Client, "request", asked)
    yield
    for download in downloads:
        for close in download._resource_closers:
            close()


@pytest.fixture(autouse=True)
def _whoever_is_signed_in_gave_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are about desks, not about getting there: see `by_code_only` for those that are."""
    force_login = Client.force_login

    def signed_in(self: Client, user: Any, backend: Any = None) -> None:
        force_login(self, user, backend)
        if not getattr(self, "by_code_only", False):
            prove(self, "mfa")

    monkeypatch.setattr(Client, "force_login", signed_in)


def prove(client: Client, method: str, *, ago: int = 0) -> None:
    """Write a proof into the session of a client, as allauth does."""
    session = client.session
    proofs = session.get("account_authentication_methods", [])
    # Of no factor by name: nobody takes it off.
    kind = {"type": "totp"} if method == "mfa" else {}
    proof = {"method": method, "at": time_.time() - ago, "reauthenticated": True} | kind
    session["account_authentication_methods"] = [*proofs, proof]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.fixture
def by_code_only() -> Any:
    """Sign somebody in as an e-mailed code does: in a session without a second factor."""

    def signed(person: Person, client: Client | None = None) -> Client:
        client = client or Client()
        client.by_code_only = True  # type: ignore[attr-defined]
        client.force_login(person)
        prove(client, "code")
        return client

    return signed


@pytest.fixture
def proves() -> Any:
    return prove


@pytest.fixture
def code_now() -> Any:
    """The code that an authenticator app shows at this moment for a secret."""

    def now_of(secret: str) -> str:
        [counter, *_] = totp.yield_hotp_counters_from_time()
        return totp.format_hotp_value(totp.hotp_value(secret, counter))

    return now_of


@pytest.fixture
def secret() -> str:
    """What stands in every field of `planted` that can name somebody."""
    return SECRET


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def town(db: None) -> Town:
    """Brackenford, with all rooms on and its help desk open."""
    Opening.objects.create(id=1, is_open=True)
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
        pledge = actions.propose(draft=draft, terms=terms.Terms(**values), by=by)
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
            pledge=pledge,
            figure=Decimal(value),
            as_of=today,
            final=final,
            report="Our list.",
            by=by,
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
            books.explain(period=period, about=about, reason="It rained.", by=maya)
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
            elif kind == "evidence":
                body = {"about": about, "title": "x"} | body
            elif kind == "review":
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


# --- Local spend --------------------------------------------------------------------------------


@pytest.fixture
def yusuf(council: Partner) -> Person:
    """Analyst, of the council."""
    return somebody("yusuf", "Yusuf Demir", role=Role.ANALYST, of=council)


@pytest.fixture
def anchor(council: Partner) -> Anchor:
    """The council, whose payments are analysed."""
    return Anchor.objects.create(partner=council)


@pytest.fixture
def taken(yusuf: Person) -> Any:
    """Upload, read and take a file of payments."""

    def take(
        anchor: Anchor, text: str, name: str = "payments.csv", *, route: str = "published",
        replaces: Release | None = None,
    ) -> Release:  # fmt: skip
        made = importing.upload(
            anchor=anchor, route=route, content=text.encode(), name=name, by=yusuf
        )
        importing.take(release=importing.read(made), by=yusuf, replaces=replaces)
        made.refresh_from_db()
        return made

    return take


@pytest.fixture
def spent(anchor: Anchor, taken: Any, yusuf: Person) -> dict[str, dict[str, Any]]:
    """Two payments that count, a file that waits, a decision; for each address what stands in it.

    No register is loaded.
    """
    head = "Payment Date,Supplier Name,Net Amount,Invoice Ref\n"
    counts = taken(anchor, f"{head}03/07/2026,Oakby Tiles Ltd,10.00,A1\n04/07/2026,Elm,5.00,A2\n")
    waits = importing.read(importing.upload(
        anchor=anchor, route="published", name="b.csv", by=yusuf,
        content=f"{head}03/09/2026,Oakby Tiles Ltd,10.00,A9\n".encode()))  # fmt: skip
    preparing.bring_up_to_date()
    payee = Payee.objects.get(name="Oakby Tiles Ltd")
    decided = payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="Analyst")
    other = Payee.objects.get(name="Elm")
    asked = Survey.objects.create(title="Again?", closes_on=timezone.localdate())
    page = Answer.objects.create(survey=asked, supplier=payee.code, name=payee.name)
    return {
        "spend-supplier": {"code": payee.code}, "spend-release": {"code": counts.code},
        **{name: {"code": waits.code} for name in (
            "desk-release", "release-say", "release-take", "release-away")},
        "release-undo": {"code": counts.code}, "spend-decide": {"code": other.code},
        "spend-take-back": {"pk": decided.pk}, "spend-survey": {"token": page.token},
        "survey-links": {"pk": page.survey.pk},
    }  # fmt: skip


# --- The help desk ------------------------------------------------------------------------------


@pytest.fixture
def kinds(town: Town) -> dict[str, HelpType]:
    """The kinds of help that a town starts with; “safety” is restricted."""
    helping.apply({}, on=timezone.localdate())
    return {one.code: one for one in HelpType.objects.all()}


@pytest.fixture
def leah(kinds: Any) -> Person:
    """Call handler."""
    return somebody("leah", "Leah Omondi", role=Role.CALL_HANDLER)


@pytest.fixture
def owen(kinds: Any) -> Person:
    """Another call handler."""
    return somebody("owen", "Owen Pryce", role=Role.CALL_HANDLER)


@pytest.fixture
def grace(kinds: Any) -> Person:
    """Desk manager."""
    return somebody("grace", "Grace Whitlock", role=Role.DESK_MANAGER)


@pytest.fixture
def noor(kinds: Any) -> Person:
    """Named colleague for “safety”; nobody has planned her hours."""
    person = somebody("noor", "Noor Haddad", role=Role.NAMED_COLLEAGUE)
    kinds["safety"].only_for.add(person)
    return person


@pytest.fixture
def mei(town: Town) -> Person:
    """Grants assessor."""
    return somebody("mei", "Mei Tran", role=Role.GRANTS_ASSESSOR)


@pytest.fixture
def robert(town: Town) -> Person:
    """Grants approver."""
    return somebody("robert", "Robert Ayre", role=Role.GRANTS_APPROVER)


@pytest.fixture
def wanda(town: Town) -> Person:
    """Another grants approver."""
    return somebody("wanda", "Wanda Kowal", role=Role.GRANTS_APPROVER)


@pytest.fixture
def imran(town: Town) -> Person:
    """Finance officer."""
    return somebody("imran", "Imran Shah", role=Role.FINANCE_OFFICER)


@pytest.fixture
def advice(town: Town) -> Partner:
    return organisation("advice", "Advice Centre", sector="voluntary", kind="charity")


@pytest.fixture
def joan(advice: Partner) -> Person:
    """Edits for the advice centre and is its referral worker."""
    person = somebody("joan", "Joan Tully", of=advice)
    person.memberships.update(handles_referrals=True)
    return person


@pytest.fixture
def sam(town: Town) -> Person:
    """A volunteer, active, who shops."""
    person = somebody("sam", "Sam Okoro")
    Volunteer.objects.create(
        person=person, phone="07700 900111", skills=["shopping"], state="active"
    )
    return person


@pytest.fixture
def service(advice: Partner, kinds: Any) -> Service:
    """The advice centre's, for debts, with room for two."""
    owner = Organisation.objects.create(name=advice.name, partner=advice)
    made = Service.objects.create(
        organisation=owner, name="Debt advice", takes_referrals=True, capacity=2, answer_hours=48,
        assured_on=timezone.localdate(),
    )  # fmt: skip
    made.help_types.set([kinds["debt"], kinds["money"]])
    return made


@pytest.fixture
def asks_for_help(kinds: Any) -> Any:
    """Somebody asks for help: by default by a form, for food, and nobody has it yet."""

    def ask(*codes: str, by: Person | None = None, signs: Any = (), **values: Any) -> Case:
        channel = values.pop("channel", "phone" if by else "web")
        at = values.pop("at", None)
        said = {"first_name": "Zebedee", "last_name": "Quillfeather", "born": "1958-04-12",
                "phones": "07700 934567", "address": "14 Mill Lane", "postcode": "BF1 2AG"}  # fmt: skip
        resident = values.pop("resident", None) or residents.add(values=said | values, by=by)
        return working.open_case(
            resident=resident, channel=channel, by=by, signs=signs, at=at,
            needs={kinds[code]: {} for code in codes or ("food",)}, words="There is nothing left.",
        )  # fmt: skip

    return ask


@pytest.fixture
def fund(town: Town, today: date) -> Fund:
    """£1,000, at most £300 each; above £100 it takes two approvals."""
    return Fund.objects.create(
        code="hardship", name="Hardship fund", budget=Decimal(1000), most=Decimal(300),
        starts_on=today - timedelta(days=100), ends_on=today + timedelta(days=100),
        window_days=90, ask_review_days=28, review_days=15,
        approvals=[{"up_to": "100", "approvals": 1}, {"up_to": "300", "approvals": 2}],
    )  # fmt: skip


@pytest.fixture
def movable_readings(db: None) -> None:
    """Lets a test move or take readings, which the database refuses to everybody."""
    with connection.cursor() as cursor:
        for table in ("cases_caseread", "cases_glass"):
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            else:
                for name in ("no_update", "no_delete"):
                    cursor.execute(f"DROP TRIGGER {table}_{name}")


SECRET = "Quillfeather"


@pytest.fixture
def planted(
    asks_for_help: Any, kinds: Any, leah: Person, owen: Person, grace: Person, joan: Person,
    sam: Person, mei: Person, robert: Person, wanda: Person, imran: Person, service: Service,
    fund: Fund, pledged: Any, asha: Person, today: date, spent: dict[str, dict[str, Any]],
    noor: Person,
    helen: Person,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """A case of Leah's whose every field that can name somebody holds one secret; and, for each
    address of the desk, what stands in it."""
    said = {name: f"{SECRET} {name}" for name in Resident.PERSONAL
            if name not in ("born", "postcode", "language")}  # fmt: skip
    said |= {
        "phones": f"07700 934567 {SECRET}",
        "email": f"{SECRET}@example.org",
        "postcode": "BF1 2AG",
    }
    resident = residents.add(values=said, by=leah)
    request = working.open_case(
        resident=resident, channel="phone", by=leah, words=f"{SECRET} said so",
        needs={kinds["debt"]: {"x": SECRET}, kinds["food"]: {}},
        caller={"name": SECRET, "relation": SECRET, "contact": SECRET},
    )  # fmt: skip
    need, food = request.needs.order_by("help_type__code")
    other = asks_for_help(by=leah, first_name="Bill", last_name=SECRET)
    working.record_call(case=request, direction="out", outcome="no_answer", words=SECRET, by=leah)
    note = working.note(case=request, words=SECRET, by=leah)
    assert note.words == SECRET
    upload = SimpleUploadedFile(f"{SECRET}.txt", f"{SECRET} owes".encode())
    paper = working.attach(case=request, upload=upload, by=leah)
    callback = working.plan_call(case=request, purpose="follow_up", due_at=timezone.now(), by=leah)
    working.decide_urgency(case=request, level=2, because=SECRET, by=leah)
    consent = referring.give_consent(resident=resident, help_type=kinds["debt"], words="Yes.", by=leah,
                                     partner=joan.memberships.get().partner, purpose=SECRET,
                                     fields=["first name", "phone"])  # fmt: skip
    referral = referring.refer(need=need, service=service, hand="consented", consent=consent,
                               words=f"{SECRET} has letters", by=leah)  # fmt: skip
    merged = asks_for_help(by=leah, first_name="Will", last_name=SECRET).resident
    merge = merging.merge(kept=resident, gone=merged, because=SECRET, by=leah)
    working.break_glass(case=request, because="I had a reason to look.", by=owen)
    Glass.objects.update(until=timezone.now())
    draft, _ = intake.start(channel="phone", by=leah)
    intake.save(draft=draft, answers={"last_name": SECRET, "words": SECRET}, by=leah)
    task = volunteering.make_task(need=food, by=grace, values={
        "title": "Shopping", "who": SECRET, "where": SECRET, "instructions": SECRET})  # fmt: skip
    values = {"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "payee": SECRET,
              "sort_code": "200000", "account": "11112222"}  # fmt: skip
    award = granting.apply(fund=fund, resident=resident, case=request, by=leah,
                           values=values | {"asked": Decimal(90)})  # fmt: skip
    granting.assess(award=award, amount=Decimal(90), words=f"{SECRET} has nothing", by=mei)
    granting.approve(award=award, by=robert)
    run = granting.make_run(fund=fund, by=imran)
    review = granting.ask_review(award=Award.objects.get(), words=SECRET, by=robert)
    made = FundReturn.objects.create(fund=fund, upto=today - timedelta(days=50), made_by=imran)
    ask = asking.make_ask(
        values={"title": "Hours", "quantity": Decimal(10), "unit": "hours"}, by=grace
    )
    open_ask = asking.make_ask(
        values={"title": "More hours", "quantity": Decimal(10), "unit": "hours"}, by=grace
    )
    asking.publish(ask=open_ask, by=grace)
    open_ask.refresh_from_db()
    answer = asking.answer(ask=open_ask, pledge=pledged(statement="We give hours."),
                                 quantity=Decimal(5), by=asha)  # fmt: skip
    asking.draw(answer=answer, quantity=Decimal(1), need=need, by=grace)
    listed = lists.preview(b"First name,Surname\nAda," + SECRET.encode() + b"\n", "x.csv")
    list_run = lists.carry_out(
        listed, lists.begin(listed, help_type=kinds["food"], by=grace), by=grace
    )
    alarm = Alarm.objects.create(kind="all", name="All", rule="cusum", on=today, expected=1,
                                 upper=2, seen=9)  # fmt: skip
    duty = Duty.objects.create(person=noor, weekday=0, starts=time(9), ends=time(17))
    following = next_actions.plan(
        need=need,
        kind="other",
        words=SECRET,
        due_at=timezone.now() + timedelta(days=2),
        owner=leah,
        by=leah,
    )
    access = subject.prepare(resident=other.resident, by=helen)
    erasure = Erasure.objects.create(resident=other.resident, because=SECRET, asked_by=helen)
    stopped = RetentionRun.objects.create(on=today, state="stopped", counts={"residents": 99})
    case, of_need = {"code": request.code}, {"code": request.code, "need": need.code}
    of_award, of_resident = {"code": award.code}, {"code": resident.code}
    partner = {"code": "advice"}
    return spent | {
        **{name: case for name in (
            "desk-case", "desk-glass", "case-call", "case-plan-call", "case-note", "case-urgency",
            "case-take", "case-hand-over", "case-close", "case-attach", "case-dead", "case-alive",
            "case-consent", "case-grant", "case-write", "case-kept", "need-add")},
        **{name: {"person": noor.code} for name in (
            "named-kinds", "named-number", "named-duty", "named-now", "named-end")},
        "named-safeguard": {"code": "safety"}, "named-duty-remove": {"pk": duty.pk},
        "case-cancel-call": case | {"pk": callback.pk},
        "case-paper": case | {"paper_code": paper.code},
        "case-consent-withdraw": case | {"pk": consent.pk},
        **{name: of_need for name in ("need-settle", "need-reopen", "need-refer", "need-task")},
        "referral-back": case | {"referral": referral.code},
        "need-next": of_need,
        **{name: case | {"action": following.code} for name in ("next-done", "next-move")},
        **{name: {"code": draft.code} for name in (
            "desk-intake", "desk-intake-save", "desk-intake-delete", "help-sent")},
        "desk-resident": of_resident, "desk-reach": of_resident,
        "desk-compare": of_resident | {"second_code": other.resident.code},
        "desk-unmerge": of_resident | {"pk": merge.pk},
        "subject-review": {"code": access.code}, "erasure-ask": of_resident,
        "subject-strike": {"code": access.code, "pk": access.entries.first().pk},
        "erasure": {"code": erasure.code}, "retention-run": {"code": stopped.code},
        "list-run": {"code": list_run.code}, "list-results": {"code": list_run.code},
        "desk-volunteer": {"pk": sam.volunteer.pk}, "desk-check": {"pk": sam.volunteer.pk},
        "task-cancel": {"code": task.code}, "task": {"code": task.code},
        "desk-ask": {"code": ask.code}, "ask-change": {"code": ask.code},
        "ask": {"code": open_ask.code}, "answer-draw": {"pk": answer.pk},
        "alarm-close": {"pk": alarm.pk}, "glass-seen": {"pk": Glass.objects.get().pk},
        "help-form": {"code": draft.code, "step": "help"},
        "service": {"code": service.code}, "service-json": {"code": service.code},
        **{name: of_award for name in (
            "award", "award-assess", "award-release", "award-approve", "award-refuse",
            "award-cancel", "award-letter", "award-letter-desk", "award-review", "award-withdraw", "award-account",
            "award-account-seen", "desk-grant", "desk-grant-review", "desk-grant-withdraw",
            "desk-grant-account")},
        **{name: of_award | {"pk": run.payments.get().pk} for name in (
            "payment-back", "payment-decide")},
        "review-decide": of_award | {"pk": review.pk},
        "run-make": {"code": fund.code}, "return-make": {"code": fund.code},
        "fund-return": {"pk": made.pk}, "payment-run": {"code": run.code},
        "run-file": {"code": run.code},
        **{name: partner for name in (
            "space-referrals", "space-refer-in", "space-workers", "space-services",
            "space-service-new")},
        "space-referral": partner | {"reference": referral.code},
        "space-service": partner | {"service": service.code},
        "space-service-assure": partner | {"service": service.code},
        "space-answer": partner | {"ask": open_ask.code},
    }  # fmt: skip


# --- Every address --------------------------------------------------------------------------------

# allauth's own pages, checked by their own tests; ours replace their look only.
THEIRS = ("account_", "mfa_")


def addresses() -> Iterator[tuple[str, list[str]]]:
    def walk(patterns: Any, names: list[str]) -> Iterator[tuple[str, list[str]]]:
        for one in patterns:
            here = [*names, *one.pattern.converters]
            if isinstance(one, URLPattern):
                assert one.name, f"{one} has no name"
                if not one.name.startswith(THEIRS):
                    yield one.name, here
            else:
                yield from walk(one.url_patterns, here)

    yield from walk(get_resolver().url_patterns, [])


@pytest.fixture(scope="session")
def every_address() -> list[tuple[str, tuple[str, ...]]]:
    """(name, parts) of each address of the product."""
    return sorted({(name, tuple(parts)) for name, parts in addresses()})
