"""One table of every address, every role, and what comes back.

The table stands in ``permissions.txt`` beside this file and is reviewed as text. It is made by
asking: every address of the product, by GET and by an empty POST, as every role. An address
that is missing from the samples below fails the test, so that none is added without a row. The
same answers say who meets a resident (`who_meets`), that each form carries its one-time key
(`form_keys`) and is taken where it is sent (`forms_taken`), that no page leads into a room that is
off (`leads`), and that the desk's pages join words as one writes (`joined_words`).
After a change that is meant (`-k economy` asks one app of them):

    COMMONWEAL_WRITE_TABLE=1 ./commonweal test tests/commonweal/test_permissions.py
"""

from __future__ import annotations

import fcntl
import io
import logging
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as of_the_suite
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from PIL import Image

from commonweal.accounts.actors import EDITOR, Actor
from commonweal.accounts.mail import write
from commonweal.balance.actions import ask, open_period, prepare
from commonweal.bringing import holding
from commonweal.charter.actions import propose_tier, sign
from commonweal.partners import merging
from commonweal.partners.actions import change_profile, join
from commonweal.partners.inviting import invite
from commonweal.partners.models import ActingRequest, Different
from commonweal.pledges import questions, reviewing
from commonweal.pledges.models import Draft, ImportRun, Question
from commonweal.programme import measuring
from commonweal.programme.actions import raise_risk
from commonweal.programme.models import ImportRun as BroughtActions
from commonweal.programme.models import Workstream
from commonweal.residents.models import Resident
from commonweal.services.models import ServicesFile
from commonweal.spend.models import Anchor, ContractsFile

from .cast.economy import WORD
from .cast.planted import SECRET, views
from .cast.walking import Walker
from .form_keys import Keys
from .forms_taken import ELSEWHERE_OR_AT_TIMES, FormsTaken
from .joined_words import Joined
from .leads import Leads
from .who_meets import Met

TABLE = Path(__file__).with_name("permissions.txt")

# Lines of the table by address and method, and the row that stands for each address in it.
Table = dict[tuple[str, str], str]
Samples = dict[str, dict[str, Any]]


@pytest.fixture
def samples(
    claimed,
    pledged,
    asha,
    ben,
    carys,
    maya,
    idris,
    priya,
    tom,
    daniel,
    helen,
    version,
    tier,
    bakery,
    new_partner,
    nadia,
    today,
    theme,
    decision,
    metric,
    action,
    cited,
    told,
    close_books,
    planted,
    shocked,
    asked_of_all,
    rounds,
) -> dict[str, dict[str, Any]]:
    """What stands in each address: something that exists, of the bakery where it can be."""
    sign(partner=bakery, version=version, name="A", capacity="B", show_name=False, by=asha)
    award = propose_tier(partner=bakery, tier=tier, reasons="x", minute="", by=idris)
    pledge, claim = claimed(200)
    upload = SimpleUploadedFile("a.csv", b"a,b\n")
    evidence = reviewing.attach_file(
        pledge=pledge, claim_seq=claim.seq, upload=upload, title="", by=asha, private=True
    )
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    picture = reviewing.attach_file(
        pledge=pledge,
        claim_seq=claim.seq,
        title="",
        by=asha,
        private=True,
        upload=SimpleUploadedFile("a.png", drawn.getvalue()),
    )
    review = reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="partly",
        figure=Decimal(1),
        reasons="x",
        by=idris,
    )
    asked = questions.ask(pledge=pledge, question_text="Why?", email="")
    question = questions.publish_question(question=asked, by=maya)
    other, waiting = claimed(20, statement="Another.")
    proposed = pledged(accepted=False, statement="Not public.")
    draft = Draft.objects.create(partner=bakery, by=asha, answers={})
    wished = Draft.objects.create(
        partner=bakery,
        by=asha,
        answers={"measure": {"wanted": "Loaves"}, "sent": {"at": "2026-01-01T00:00:00+00:00"}},
    )
    profile = {"name": "New club", "sector": "voluntary", "kind": "club", "size": "volunteers"}
    newcomer = join(profile=profile, job_title="x", by=helen)
    stays = new_partner("stays", "Weavers of the mill")
    new_partner("twice", "The mill's weavers")
    gone = new_partner("gone", "The weavers")
    merger = merging.merge(kept=stays, gone=gone, because="One club", by=maya)
    invitation = invite(partner=bakery, email="x@example.org", role="reader", by=asha)
    change_profile(partner=bakery, profile={"covers": "The mill"}, by=asha)
    new_question = Question.objects.create(pledge=other, words="?", asked_on=today)
    run = ImportRun.objects.create(source="x", layout="x", file_name="x", sha256="0", as_at=today)
    held = holding.hold(
        SimpleUploadedFile("a.csv", b"x,y\n1,2\n"),
        place="pledges",
        by=maya,
        layout="commonweal",
        as_at=today,
    )
    listed = BroughtActions.objects.create(
        source="x", layout="x", file_name="x", sha256="0", as_at=today
    )
    held_actions = holding.hold(
        SimpleUploadedFile("a.csv", b"x,y\n1,2\n"),
        place="programme",
        by=nadia,
        layout="actions",
        sender="x",
        as_at=today,
    )
    bakery_anchor = Anchor.objects.get_or_create(partner=bakery)[0]
    held_contracts = holding.hold(
        SimpleUploadedFile("a.csv", b"x,y\n1,2\n"),
        place="contracts",
        by=maya,
        layout="contracts",
        sender=str(bakery_anchor.pk),
        as_at=today,
    )
    held_services = holding.hold(
        SimpleUploadedFile("a.csv", b"x,y\n1,2\n"),
        place="services",
        by=maya,
        layout="services",
        sender="x",
        as_at=today,
    )
    held_list = holding.hold(
        SimpleUploadedFile("a.csv", b"Name,Phone\nAda Example,1\nTotal,\n"),
        place="lists",
        by=maya,
        as_at=today,
        told={"sender": "x", "help_type": "food"},
    )
    own = {"code": "bakery", "pledge_code": pledge.code}
    member = asha.memberships.get()
    told((300, "proposed", {}), (299, "accepted", {}))
    first, last = today - timedelta(days=200), today - timedelta(days=101)
    closed = open_period(code="closed", title="Closed", starts_on=first, ends_on=last, by=maya)
    statement = close_books(closed)
    draft_of = open_period(
        code="drafted",
        title="Draft",
        starts_on=last + timedelta(days=1),
        ends_on=today - timedelta(days=1),
        by=maya,
    )
    wish = ask(period=draft_of, body="Executive", question="Money", because="", by=maya)
    prepare(period=draft_of, by=maya)
    line = {"theme": "fair-work", "measure": "hours", "column": "closing", "unit": "promises"}
    author = Actor(asha, EDITOR, "x")
    quarter = measuring.period_of(metric, today - timedelta(days=100))
    observation = measuring.observe(
        series=metric.series.get(),
        starts_on=quarter[0],
        ends_on=quarter[1],
        figure=Decimal(1),
        status="final",
        note="",
        author=author,
    )
    risk = raise_risk(
        values={"title": "Ovens", "likelihood": 1, "impact": 1, "owner_title": "x"},
        actions=[],
        pledges=[],
        author=author,
    )
    step = {"code": action.code, "pk": action.milestones.all()[0].pk}
    of_statement = {"code": closed.code, "number": statement.number}
    of_draft = {"code": draft_of.code}
    return (
        planted
        | shocked
        | asked_of_all
        | rounds
        | {
            "decision": {"code": decision.code},
            "space-programme": {"code": "bakery"},
            **{
                name: {"code": metric.code}
                for name in (
                    "metric",
                    "metric-figure",
                    "metric-redefine",
                    "metric-end",
                    "metric-go-on",
                )
            },
            **{
                name: {"code": action.code}
                for name in (
                    "action",
                    "action-needs",
                    "milestone-add",
                    "action-change",
                    "action-stop",
                    "action-cite",
                )
            },
            "action-uncite": {"code": action.code, "pk": cited.pk},
            "session-end": {
                "pk": UserSession.objects.create(
                    user=asha, ip="192.0.2.7", session_key="elsewhere", user_agent="x"
                ).pk
            },
            **{name: step for name in ("milestone-done", "milestone-move", "milestone-reopen")},
            **{name: {"code": risk.code} for name in ("risk-change", "risk-close")},
            "desk-letter-again": {"pk": write(key="x", subject="x", body="x", person=asha)[0].pk},
            "outcome-follow": {"code": "lof-epc-c"},
            "figure-release": {"pk": observation.pk},
            "period": {"code": closed.code},
            **{
                name: of_statement
                for name in ("statement", "report", "statement-json", "statement-csv")
            },
            "statement-pdf": of_statement | {"kind": "report"},
            "statement-word": of_statement | {"kind": "statement"},
            "figure": of_statement | line,
            **{
                name: of_draft
                for name in (
                    "desk-period",
                    "statement-draft",
                    "decision-ask",
                    "statement-back",
                    "committee-paper",
                )
            },
            "decision-unask": of_draft | {"pk": wish.pk},
            "explain": of_draft | {"kind": "metric", "line": metric.code},
            "statement-step": of_draft | {"act_name": "sign"},
            "draft-paper": of_draft | {"kind": "report", "ending": "pdf"},
            "method": {"name": "standing"},
            "demo-sign-in": {"role": "partner"},
            "charter-version": {"number": 1},
            "badge": {"code": "bakery"},
            "theme": {"code": "fair-work"},
            "partner": {"code": "bakery"},
            "pledge": {"code": pledge.code},
            "pledge-ask": {"code": pledge.code},
            "evidence": {"code": pledge.code, "sha256": evidence.body["file"]},
            "evidence-small": {"code": pledge.code, "sha256": picture.body["file"]},
            "invitation": {"token": invitation.token},
            "invitation-withdraw": {"code": "bakery", "pk": invitation.pk},
            "member-leave": {"code": "bakery", "pk": member.pk},
            "desk-member-end": {"code": "bakery", "pk": member.pk},
            "desk-invitation-withdraw": {"code": "bakery", "pk": invitation.pk},
            "desk-acting": {
                "pk": ActingRequest.objects.create(partner=bakery, person=carys, job_title="x").pk
            },
            **{name: {"code": "bakery"} for name in ("this-is-us", "desk-partner-people")},
            "desk-partner-merge": {"code": "bakery"},
            "desk-partner-merging": {"code": "stays", "other": "twice"},
            "desk-merge-undo": {"pk": merger.pk},
            "desk-near-different": {"code": "stays", "other": "twice"},
            "desk-near-again": {
                "pk": Different.objects.create(one=stays, other=gone, decided_by=maya).pk
            },
            "join-step": {"step": "name"},
            "charter-leave": {"code": "bakery", "number": 1},
            "desk-wish": {"draft_code": wished.code},
            "draft-check": {"code": "bakery", "draft_code": draft.code},
            "draft-delete": {"code": "bakery", "draft_code": draft.code},
            "draft-step": {"code": "bakery", "draft_code": draft.code, "step": "measure"},
            **{
                name: {"code": "bakery"}
                for name in (
                    "space",
                    "space-profile",
                    "space-people",
                    "space-tiers",
                    "sign",
                    "sign-take-back",
                    "space-signed",
                    "draft-start",
                )
            },
            **{
                name: own
                for name in (
                    "space-pledge",
                    "pledge-rewrite",
                    "pledge-claim",
                    "pledge-change",
                    "pledge-withdraw",
                )
            },
            "pledge-attach": own | {"seq": claim.seq},
            "pledge-nothing-more": own | {"seq": claim.seq},
            "pledge-reply": own | {"seq": review.seq},
            "pledge-answer": own | {"seq": question.seq},
            "desk-area-off": {"code": "x"},
            "desk-measure": {"code": "hours"},
            "desk-measure-away": {"code": "hours"},
            "desk-charter-version-out": {"number": 1},
            "desk-set-themes-one": {"code": "fair-work"},
            "desk-set-tiers-one": {"code": "partner"},
            "desk-set-metrics-one": {"code": metric.code},
            "desk-set-pillars-one": {"code": "procurement"},
            "desk-set-workstreams-one": {
                "code": Workstream.objects.create(code="work", name="Work").code
            },
            "desk-set-help-types-one": {"code": "food"},
            "desk-set-text-templates-one": {"code": "by-mail"},
            "desk-set-retention-one": {"code": "drafts"},
            "desk-partner": {"code": newcomer.code},
            "desk-pledge": {"code": proposed.code},
            "desk-name": {"pk": bakery.name_changes.get().pk},
            "desk-partner-stop": {"code": "bakery"},
            "desk-partner-numbers": {"code": "bakery"},
            "desk-charter-queue": {"name": "pledges"},
            "desk-question": {"pk": new_question.pk},
            "desk-assign": {"seq": waiting.seq},
            "desk-give-undo": {"batch": "00000000-0000-4000-8000-000000000000"},
            "desk-give-back-of": {"pk": idris.pk},
            "desk-import-run": {"pk": run.pk},
            "desk-import-refused": {"pk": run.pk},
            "desk-import-undo": {"pk": run.pk},
            **{
                name: {"code": held.code}
                for name in ("desk-import-held", "desk-import-columns", "desk-import-held-refused")
            },
            **{
                name: {"pk": listed.pk}
                for name in (
                    "programme-import-run",
                    "programme-import-refused",
                    "programme-import-undo",
                )
            },
            **{
                name: {"code": held_actions.code}
                for name in (
                    "programme-import-held",
                    "programme-import-columns",
                    "programme-held-refused",
                )
            },
            **{
                name: {"pk": ContractsFile.objects.create(anchor=bakery_anchor, file_name="x").pk}
                for name in ("contracts-file", "contracts-undo", "contracts-refused")
            },
            **{
                name: {"code": held_contracts.code}
                for name in ("contracts-held", "contracts-columns", "contracts-held-refused")
            },
            **{
                name: {"code": held_services.code}
                for name in ("service-held", "service-columns", "service-held-refused")
            },
            **{
                name: {"code": held_list.code}
                for name in ("list-held", "list-columns", "list-held-refused")
            },
            **{
                name: {
                    "pk": ServicesFile.objects.create(
                        source="x", file_name="x", sha256="0", as_at=today
                    ).pk
                }
                for name in ("service-file", "service-file-refused", "service-file-undo")
            },
            **{
                name: {"seq": waiting.seq}
                for name in (
                    "desk-review-claim",
                    "desk-review-more",
                    "desk-review-known",
                    "desk-review-back",
                )
            },
            "desk-strike": {"seq": claim.seq},
            "desk-role-end": {"pk": idris.appointments.get().pk},
            "desk-tier-propose": {"code": "bakery"},
            **{
                name: {"award_code": award.code}
                for name in (
                    "desk-tier-confirm",
                    "desk-tier-refuse",
                    "desk-tier-withdraw",
                    "desk-tier-decide",
                )
            },
        }
    )


ROLES = (
    "nobody",
    "carys",
    "asha",
    "ben",
    "newcomer",
    "idris",
    "tom",
    "maya",
    "nadia",
    "daniel",
    "helen",
    "leah",
    "owen",
    "noor",
    "grace",
    "joan",
    "sam",
    "mei",
    "robert",
    "imran",
    "yusuf",
)
WHO = {
    "nobody": "not signed in",
    "carys": "signed in, no tie",
    "asha": "editor of the partner",
    "ben": "reader of the partner",
    "newcomer": "editor of another partner",
    "idris": "reviewer",
    "tom": "validator",
    "maya": "charter manager",
    "nadia": "programme lead",
    "daniel": "administrator",
    "helen": "data protection officer",
    "leah": "call handler who has the case",
    "owen": "call handler without a link to it",
    "noor": "named colleague",
    "grace": "desk manager",
    "joan": "referral worker of the partner",
    "sam": "volunteer",
    "mei": "grants assessor",
    "robert": "grants approver",
    "imran": "finance officer",
    "yusuf": "analyst",
}


def body_of(response: Any) -> bytes:
    return bytes(response.getvalue() if response.streaming else response.content)


def is_for_one(response: Any, body: bytes) -> bool:
    """Whether an answer to somebody signed in is kept for nobody else and read by no other site."""
    directives = {part.strip() for part in response.headers.get("Cache-Control", "").split(",")}
    if directives & {"private", "no-store"}:
        return "Access-Control-Allow-Origin" not in response.headers
    if "Cookie" not in response.headers.get("Vary", ""):
        return True
    # Colours, icons, a badge: what says for how long it may be kept is the same to everybody.
    return body_of(Client().get(response.wsgi_request.get_full_path())) == body


def signed_in_by(client: Client) -> str:
    """The session of a client, told by its cookie: to open each one takes a tenth of a walk."""
    morsel = client.cookies.get(of_the_suite.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def is_somebody_still(client: Client, session: str) -> bool:
    """Whether a client is signed in after an answer. An answer that signs in or out gives another
    session; of that one it is asked."""
    return bool(session) and (signed_in_by(client) == session or SESSION_KEY in client.session)


def answer(
    client: Walker, method: str, address: str, look: Callable[[Any, bytes], None] | None = None
) -> tuple[str, str]:
    """The code of an answer, and its page where it is one."""
    session = signed_in_by(client)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        response = client.ask(method, address)
        body = body_of(response)
        if is_somebody_still(client, session):
            assert is_for_one(response, body), f"{method} {address}: {response.headers}"
        if look:
            look(response, body)
        transaction.set_rollback(True)
    # Whoever signed out by this is signed in again, as the database is.
    client.cookies.clear()
    client.cookies.load(cookies)
    location = response.headers.get("Location", "")
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    page = body.decode() if is_page and response.status_code == 200 else ""
    return f"{response.status_code}{'s' if '/accounts/login' in location else ''}", page


def ways_on(page: str) -> set[tuple[str, str]]:
    """Method and address, without its question, of each link of a page to us and of each form."""
    hrefs = {("GET", href) for href in re.findall(r'<a [^>]*?href="([^"]*)"', page)}
    hrefs |= {("POST", action) for action in re.findall(r'formaction="([^"]*)"', page)}
    for tag in re.findall(r"<form\b[^>]*>", page):
        action = re.search(r'action="([^"]*)"', tag)
        method = "POST" if 'method="post"' in tag else "GET"
        hrefs |= {(method, action[1])} if action else set()
    paths = {(method, re.split("[?#]", unescape(href))[0]) for method, href in hrefs}
    return {(method, path) for method, path in paths if re.match("/(?!/)", path)}


def stands(method: str, path: str, role: str, table: Table, samples: Samples) -> str:
    """The table's answer to a link or a form; "" where it leads to another row than the table's."""
    match = resolve(path)
    row = (match.url_name or "", method)
    if row in table and match.kwargs == samples.get(row[0], {}):
        return table[row].split()[2:][ROLES.index(role)]
    return ""


def dead_ends(
    offered: dict[tuple[str, str, str], str],
    clients: dict[str, Walker],
    table: Table,
    samples: Samples,
) -> list[str]:
    """A line for each address that a page offers to a reader whom it refuses. Of addresses that
    differ in their row alone each reader asks three: the rule is the address's, and rows of one
    kind that a reader is shown are alike."""
    lines, asked = [], Counter[tuple[str, str, str]]()
    for (role, method, path), page in offered.items():
        # The people of the demonstration are in no other town.
        if path.startswith("/demo/as/"):
            continue
        try:
            code = stands(method, path, role, table, samples)
            kind = (role, method, resolve(path).url_name or "")
        except Resolver404:
            code, kind = "404", (role, method, path)
        if not code and asked[kind] < 3:
            asked[kind] += 1
            code = answer(clients[role], method.lower(), path)[0]
        if code in ("403", "404", "405", "500"):
            lines.append(f"{page} offers {role} {method} {path}, which answers {code}")
    return sorted(lines)


def app_of(view: Any) -> str:
    """The app of ours that an address belongs to, or `others` for one of a library."""
    parts = view.__module__.split(".")
    return parts[1] if parts[0] == "commonweal" else "others"


def apps() -> dict[str, set[str]]:
    """The names of the addresses of each app."""
    names: dict[str, set[str]] = {}
    for name, view in views():
        names.setdefault(app_of(view), set()).add(name)
    return names


def lines_of(text: str) -> Table:
    """The lines of the table by address and method."""
    return {
        (line.split()[0], line.split()[1]): line
        for line in text.splitlines()
        if line and not line.startswith(("#", "address"))
    }


def readers_of() -> dict[str, set[str]]:
    """Which roles get an answer by GET at each address, as the table says and its own test proves:
    who looks at pages need not ask for those that are refused. The table is asked outside the
    demonstration, so of the demonstration's own pages it knows nothing."""
    readers = {
        name: {role for role, code in zip(ROLES, line.split()[2:], strict=True) if code == "200"}
        for (name, method), line in lines_of(TABLE.read_text()).items()
        if method == "GET"
    }
    return readers | {name: set(ROLES) for name in apps()["demo"]}


def apart(stands: Table, asked: Table) -> str:
    """The lines of the table that are others now, old above new, and how to mean it."""
    differing = sorted(key for key in stands | asked if stands.get(key) != asked.get(key))
    lines = [line for key in differing for line in (stands.get(key), asked.get(key)) if line]
    told = "If you meant it, write the table with COMMONWEAL_WRITE_TABLE=1 and read its diff."
    return "\n".join(["", head()[-1], *lines, told])


def head() -> list[str]:
    columns = f"{'address':<26}{'':<6}" + "".join(f"{name:>10}" for name in ROLES)
    return [*(f"# {name}: {WHO[name]}" for name in ROLES), "# s: sent to sign in", "", columns]


def write_down(asked: dict[tuple[str, str], str], names: set[str]) -> None:
    """Put the lines that were asked for into the table, and take out addresses that are no more.
    Each app's test does so; they may run at once."""
    with TABLE.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        lines = lines_of(file.read()) | asked
        kept = [lines[key] for key in sorted(lines) if key[0] in names]
        file.seek(0)
        file.write("\n".join([*head(), *kept]) + "\n")
        file.truncate()


@pytest.fixture
def clients(samples, request, new_person, new_partner, settings, walker) -> dict[str, Walker]:
    """A browser of each role, signed in with a second factor, outside the demonstration."""
    other = new_partner("other", "Other firm")
    people = {
        name: request.getfixturevalue(name) for name in ROLES if name not in ("nobody", "newcomer")
    }
    people["newcomer"] = new_person("other", "Olwen Other", of=other)
    settings.DEMO = False
    for person in people.values():
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    clients = {name: walker() for name in ROLES}
    for name, person in people.items():
        clients[name].force_login(person)
    return clients


@pytest.mark.alike
@pytest.mark.parametrize("app", sorted(apps()))
def test_the_table_of_addresses_roles_and_answers(app, samples, clients, every_address, caplog):
    """An app at a time, that they are asked side by side and `-k` takes one."""
    caplog.set_level(logging.DEBUG)
    # It says each line that it reads of a page on method, which holds nobody's words.
    caplog.set_level(logging.INFO, logger="markdown_it")
    names = apps()[app]
    asked = {}
    met = Met(list(Resident.objects.values_list("code", flat=True)))
    keys, leads, joined = Keys(), Leads(), Joined()
    offered: dict[tuple[str, str, str], str] = {}
    forms = FormsTaken()
    for name, parts in every_address:
        if name not in names:
            continue
        assert not parts or name in samples, f"{name} has no row: add a sample of {parts}"
        address = reverse(name, kwargs=samples.get(name, {}))
        assert SECRET not in address
        assert WORD not in address
        for method in ("get", "post"):
            answers = []
            for role in ROLES:
                look = partial(met.look, role, name) if method == "get" else None
                code, page = answer(clients[role], method, address, look)
                answers.append(code)
                keys.look(name, page)
                if method == "get":
                    leads.look(name, role, address, page)
                    joined.look(role, address, page)
                offered |= {(role, *way): name for way in ways_on(page)}
                forms.look(name, role, address, method, code, page)
            asked[name, method.upper()] = f"{f'{name} ':<26}{method.upper():<6}" + "".join(
                f"{code:>10}" for code in answers
            )
    if os.environ.get("COMMONWEAL_WRITE_TABLE"):
        write_down(asked, {name for name, _ in every_address})
    stands = {key: line for key, line in lines_of(TABLE.read_text()).items() if key[0] in names}
    assert list(asked.values()) == list(stands.values()), apart(stands, asked)
    whole_table = lines_of(TABLE.read_text())
    wrong = dead_ends(offered, clients, whole_table, samples)
    assert not wrong, "\n".join(wrong)
    assert not forms.refused, "\n".join(sorted(forms.refused))
    assert forms.without == ELSEWHERE_OR_AT_TIMES & names
    assert not met.wrong, "\n".join(met.wrong)
    assert not met.missed(names), "\n".join(met.missed(names))
    assert not keys.without
    assert keys.missed(names) == set()
    assert not leads.missed(names)
    assert not joined.askew, "\n".join(joined.askew)
    assert app != "desk" or len(joined.seen) > 60
    assert leads.wrong(lambda role, address: answer(clients[role], "get", address)[1]) == []
    for line in caplog.records:
        assert SECRET not in line.getMessage()
        assert WORD not in line.getMessage()


@pytest.mark.parametrize("app", sorted(apps()))
def test_postgresql_gives_each_answer_of_the_table(
    app, samples, clients, every_address, postgresql
):
    """Whom an address lets in is no matter of databases, and asked in whole on SQLite. Of each
    answer in its line PostgreSQL is asked by the first and by the last who gets it."""
    table, wrong = lines_of(TABLE.read_text()), []
    for name, method in table:
        if name not in apps()[app]:
            continue
        address = reverse(name, kwargs=samples.get(name, {}))
        codes = dict(zip(ROLES, table[name, method].split()[2:], strict=True))
        first = {code: role for role, code in reversed(codes.items())}
        last = {code: role for role, code in codes.items()}
        for role in sorted({*first.values(), *last.values()}):
            code = answer(clients[role], method.lower(), address)[0]
            if code != codes[role]:
                wrong.append(f"{method} {name} answers {role} {code} and not {codes[role]}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_address_and_no_other(every_address):
    text = TABLE.read_text()
    keys = [(name, method) for name, _ in every_address for method in ("GET", "POST")]
    assert list(lines_of(text)) == keys
    assert text.splitlines()[: len(head())] == head()
    assert set().union(*apps().values()) == {name for name, _ in every_address}
