"""Closing the books: who may, what is refused, what is carried, and that nothing changes after."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import get_resolver
from docx import Document

from commonweal.accounts.models import Event, Role
from commonweal.balance import actions, columns, comparing, cutting, render, verify
from commonweal.balance import statement as st
from commonweal.balance.account import MOVEMENTS
from commonweal.balance.models import Period, Statement
from commonweal.office.errors import Refused
from commonweal.pledges import carrying, importing, ledger
from commonweal.pledges import layout as layouts
from commonweal.pledges.models import Entry

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)


@pytest.fixture
def kept(told):
    """Two promises from before the period, one met in it, one still open."""
    told(
        (200, "proposed", {}),
        (199, "accepted", {}),
        (50, "claim", {"value": "200", "final": True}),
        (49, "evidence", {}),
        (40, "review", {"verdict": "upheld"}),
    )
    told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))


@pytest.fixture
def closed(kept, period, close_books) -> Statement:
    return close_books(period)


def form(**said: Any) -> dict[str, Any]:
    return said


# --- At the desk ------------------------------------------------------------------------------


def test_from_draft_to_closed_at_the_desk(
    client, sign_in, maya, nadia, idris, tom, asha, kept, period, metric, action, today
):
    metric.release_days = 1
    metric.save()
    desk = f"/desk/balance/{period.code}/"
    manager = sign_in(maya)
    assert b"Draft" in manager.get(desk).content
    manager.post(f"{desk}draft/")
    draft = Statement.objects.get()
    page = manager.get(desk).content.decode()
    assert "apprentices" in page
    # Red lines without a reason: nobody can sign.
    seen = {"seen": draft.content_sha256}
    said = sign_in(idris).post(f"{desk}step/sign/", seen, follow=True).content.decode()
    assert "A red line without a written reason" in said
    for about, _ in comparing.red_lines(draft.content):
        kind, code = about.split(":")
        sign_in(maya).post(f"{desk}explain/{kind}/{code}/", {"words": "Our oven broke."})
    sign_in(maya).post(f"{desk}ask/", {"body": "Executive", "words": "A new oven."})
    sign_in(maya).post(f"{desk}draft/")
    # What was read before is not what stands now.
    said = sign_in(idris).post(f"{desk}step/sign/", seen, follow=True).content.decode()
    assert "drafted it anew" in said
    draft.refresh_from_db()
    seen = {"seen": draft.content_sha256}
    # Each step takes its own role, in its order.
    for person, step in (
        (maya, "sign"),
        (tom, "sign"),
        (idris, "close"),
        (maya, "close"),
        (tom, "validate"),
    ):
        sign_in(person).post(f"{desk}step/{step}/", seen)
        draft.refresh_from_db()
        assert draft.state == "draft", (person, step)
    assert sign_in(asha).post(f"{desk}step/sign/", seen).status_code == 403
    sign_in(idris).post(f"{desk}step/sign/", seen)
    sign_in(tom).post(f"{desk}step/validate/", seen)
    sign_in(maya).post(f"{desk}step/close/", seen)
    draft.refresh_from_db()
    assert draft.is_closed
    assert [one["act"] for one in draft.signoffs] == [
        "drafted",
        "signed off",
        "validated",
        "closed",
    ]
    client.logout()
    page = client.get(f"/balance/{period.code}/").content.decode()
    assert draft.sha256 in page
    assert "Our oven broke." in client.get(f"/balance/{period.code}/1/report/").content.decode()
    assert "A new oven." in client.get(f"/balance/{period.code}/1/report/").content.decode()
    for name in ("Maya", "Idris", "Tom Ashdown"):
        assert name not in page
    assert Event.objects.filter(verb="statement closed", detail__sha256=draft.sha256).count() == 1


def test_a_period_is_over_at_midnight_by_the_towns_clock(period, maya):
    """In summer that is an hour before midnight in Greenwich."""
    Period.objects.update(starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    midnight = datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="ends on 30 June 2026"):
        actions.prepare(period=period, by=maya, at=midnight - timedelta(minutes=1))
    assert actions.prepare(period=period, by=maya, at=midnight).content["period"]


def test_the_validator_is_of_another_organisation_and_another_person(
    kept, period, maya, idris, new_person, council, tom
):
    draft = actions.prepare(period=period, by=maya)
    seen = draft.content_sha256
    with pytest.raises(Refused, match="has validated can be closed"):
        actions.close(draft=draft, seen=seen, by=maya)
    actions.sign_off(draft=draft, seen=seen, by=idris)
    colleague = new_person("viv", "Viv", role=Role.VALIDATOR, of=council)
    with pytest.raises(Refused, match="another organisation must validate"):
        actions.validate(draft=draft, seen=seen, by=colleague)
    actions.validate(draft=draft, seen=seen, by=tom)


def test_who_drafts_does_not_sign(kept, period, new_person, today):
    both = new_person("bo", "Bo", role=Role.CHARTER_MANAGER)
    both.appointments.create(role=Role.REVIEWER, starts_on=today, ends_on=today, because="x")
    draft = actions.prepare(period=period, by=both)
    with pytest.raises(Refused, match="Somebody else must sign"):
        actions.sign_off(draft=draft, seen=draft.content_sha256, by=both)


def test_sending_back_voids_the_signature(kept, period, maya, idris, tom):
    draft = actions.prepare(period=period, by=maya)
    actions.sign_off(draft=draft, seen=draft.content_sha256, by=idris)
    actions.send_back(draft=draft, because="A figure is missing.", by=tom)
    draft.refresh_from_db()
    assert (draft.state, draft.signed_by) == ("draft", None)
    assert draft.signoffs[-1]["because"] == "A figure is missing."


def test_what_was_signed_meanwhile_stays_among_the_signatures(
    kept, period, maya, idris, tom, meanwhile
):
    """Two pages are open; each act writes behind what the other wrote, not over it."""
    draft = actions.prepare(period=period, by=maya)
    same = Statement.objects.get(pk=draft.pk)
    seen = draft.content_sha256
    meanwhile(
        Statement,
        lambda: Statement.objects.filter(pk=draft.pk).update(
            state="signed", signed_by=idris, signoffs=[*same.signoffs, {"act": "signed"}]
        ),
    )
    actions.send_back(draft=draft, because="A figure is missing.", by=tom)
    draft.refresh_from_db()
    assert [one["act"] for one in draft.signoffs] == ["drafted", "signed", "sent back"]
    assert (draft.state, draft.signed_by) == ("draft", None)
    actions.sign_off(draft=same, seen=seen, by=idris)
    assert [one["act"] for one in same.signoffs] == ["drafted", "signed", "sent back", "signed off"]


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (0, -1, "ends after it starts"),
        (1, 30, "this one begins on"),
        (-20, 30, "this one begins on"),
    ],
)
def test_periods_leave_no_gap_and_do_not_overlap(period, starts, ends, said):
    first = period.ends_on + timedelta(days=1)
    with pytest.raises(Refused, match=said):
        actions.open_period(
            code="next",
            title="Next",
            starts_on=first + timedelta(days=starts),
            ends_on=first + timedelta(days=ends),
            by=None,
        )


def test_a_period_that_is_not_over_or_opens_from_nothing_is_not_drafted(period, maya, today):
    following = actions.open_period(
        code="next", title="Next", starts_on=today, by=maya, ends_on=today + timedelta(days=90)
    )
    with pytest.raises(Refused, match="after that"):
        actions.prepare(period=following, by=maya)
    Period.objects.filter(pk=following.pk).update(ends_on=today)
    with pytest.raises(Refused):
        actions.prepare(period=Period.objects.get(pk=following.pk), by=maya)


# --- Carried, by rule, in words ---------------------------------------------------------------


def test_what_is_not_settled_is_carried_and_named(told, period, close_books):
    told(
        (100, "proposed", {}),
        (99, "accepted", {}),
        (30, "claim", {"value": "200", "final": True}),
        (29, "evidence", {}),
    )
    told(
        (100, "proposed", {}),
        (99, "accepted", {}),
        (30, "claim", {"value": "200", "final": True}),
        (29, "evidence", {}),
        (20, "review", {"verdict": "rejected"}),
        (10, "reply", {"about": 9, "agrees": False}),
    )
    reply = Entry.objects.get(kind="reply")
    assert reply.body["about"] == Entry.objects.get(kind="review").seq
    statement = close_books(period)
    said = " ".join(cutting.load(statement)["carried"])
    assert "not reviewed yet: carried as claimed only" in said
    assert "contests" in said
    totals = cutting.load(statement)["totals"]
    assert (totals["claimed"], totals["verified"], totals["not_met"]) == (2, 0, 0)


# --- Nothing changes after --------------------------------------------------------------------


def test_nothing_after_closing_changes_a_byte(client, closed, told, period, maya):
    address = f"/balance/{period.code}/1/"
    kinds = ("statement.json", "statement.csv", "statement.pdf", "report.pdf", "report.docx")
    before = {kind: client.get(address + kind).content for kind in kinds}
    report = client.get(address + "report/").content.decode()
    told((20, "proposed", {}), (19, "accepted", {}))
    Period.objects.filter(pk=period.pk).update(title="Renamed")
    for kind, data in before.items():
        assert client.get(address + kind).content == data, kind
    nonce = re.compile(r'nonce="[^"]+"|csrfmiddlewaretoken" value="[^"]+"')
    again = client.get(address + "report/").content.decode()
    assert nonce.sub("", again).replace("Renamed", "") == nonce.sub("", report).replace(
        period.title, ""
    ) or (closed.sha256 in again)
    assert ledger.sha256(before["statement.json"]) == closed.sha256
    with pytest.raises(Refused, match="Say why it has to be restated"):
        actions.prepare(period=period, by=maya)
    for change in (
        lambda: Statement.objects.filter(pk=closed.pk).update(sha256="0" * 64),
        lambda: Statement.objects.filter(pk=closed.pk).update(canonical=b"{}"),
        lambda: Statement.objects.filter(pk=closed.pk).update(state="draft"),
        lambda: Statement.objects.filter(pk=closed.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_next_period_opens_where_this_one_closed(closed, period, close_books, told, today):
    following = actions.open_period(
        code="next", title="Next", starts_on=today, ends_on=today, by=None
    )
    # A late entry about the closed time, and a new promise.
    told((30, "proposed", {}), (29, "accepted", {}))
    at = st.datetime.now(tz=closed.closed_at.tzinfo) + timedelta(days=1)
    said = close_books(following, at=at)
    content, before = cutting.load(said), cutting.load(closed)
    assert content["opening"]["statement"] == closed.sha256
    closing = {(x["theme"], x["measure"]): x for x in before["lines"]}
    for line in content["lines"]:
        old = closing[line["theme"], line["measure"]]
        assert line["promises"]["opening"] == old["promises"]["closing"]
        assert line["amount"]["opening"] == old["amount"]["closing"]
    assert content["late_entries"] == 2
    assert any("books of an earlier period were closed" in one for one in content["carried"])
    assert content["totals"]["made"] == 1


def test_a_correction_is_a_restatement_that_shows_old_new_and_why(
    client, closed, period, told, close_books
):
    told((80, "proposed", {}), (79, "accepted", {}), target=Decimal(30))
    second = close_books(period, because="A promise had been written down late.")
    assert second.number == 2
    assert Statement.objects.get(pk=closed.pk).sha256 == closed.sha256
    content = cutting.load(second)
    [moved] = [d for d in content["restates"]["differences"] if d["where"] == "All promises, made"]
    assert (moved["old"], moved["new"]) == ("0", "1")
    page = client.get(f"/balance/{period.code}/2/").content.decode()
    assert "A promise had been written down late." in page
    old = client.get(f"/balance/{period.code}/1/").content.decode()
    assert f"/balance/{period.code}/2/" in old
    assert client.get(f"/balance/{period.code}/1/statement.json").content == bytes(closed.canonical)
    proof, found = verify.verify()
    assert [one.wrong for one in found] == [[], []]


# --- Verify -----------------------------------------------------------------------------------


def tampered(table: str, act: Any) -> None:
    """Do what the triggers forbid, as somebody with the database in hand could."""
    on = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in ("no_update", "no_delete"):
            cursor.execute(f"DROP TRIGGER {table}_{name}{on}")
    act()


def said_by_verify(capsys) -> str:
    with pytest.raises(SystemExit) as stopped:
        call_command("balance", "verify")
    assert stopped.value.code == 1
    got = capsys.readouterr()
    return got.out + got.err


def test_verify_finds_everything_whole(closed, capsys):
    call_command("balance", "verify")
    assert f"Whole: The last 90 days, statement 1, {closed.sha256}" in capsys.readouterr().out


@pytest.mark.parametrize("position", [0.1, 0.35, 0.6, 0.9])
def test_verify_names_a_statement_with_any_changed_byte(closed, capsys, position):
    data = bytearray(closed.canonical)
    # A figure or letter, so that it stays JSON wherever it can.
    place = next(i for i in range(int(len(data) * position), len(data)) if chr(data[i]).isalnum())
    data[place] = ord("7") if data[place] != ord("7") else ord("8")
    tampered("balance_statement", lambda: Statement.objects.update(canonical=bytes(data)))
    assert "DIFFERS: The last 90 days" in said_by_verify(capsys)


def test_verify_names_bytes_that_were_changed_with_their_hash(closed, capsys):
    content = cutting.load(closed)
    content["totals"]["verified"] += 1
    data = ledger.canonical(content)
    tampered(
        "balance_statement",
        lambda: Statement.objects.update(canonical=data, sha256=ledger.sha256(data)),
    )
    said = said_by_verify(capsys)
    assert "the record of its closing names another SHA-256" in said
    assert "its totals are not what its lines add up to" in said


@pytest.mark.parametrize("kind", ["proposed", "claim", "review"])
def test_verify_names_a_changed_ledger_entry(closed, capsys, kind):
    entry = Entry.objects.filter(kind=kind).order_by("seq").first()
    body = dict(entry.body)
    body |= (
        {"verdict": "rejected"}
        if kind == "review"
        else {"value" if kind == "claim" else "target": "1"}
    )
    tampered("pledges_entry", lambda: Entry.objects.filter(pk=entry.pk).update(body=body))
    said = said_by_verify(capsys)
    assert f"BROKEN at ledger entry {entry.seq}" in said
    assert "it rests on the ledger, which is broken" in said
    assert "is not what the ledger adds up to" in said or "counts by standing" in said


# --- Drafts are nobody's business -------------------------------------------------------------


def test_draft_figures_are_reachable_by_no_public_address(
    client, told, period, maya, asha, sign_in
):
    """Every public address with every sample that exists, and guesses, as nobody and as a
    partner."""
    told((80, "proposed", {}), (79, "accepted", {}), target=Decimal("4711.5"))
    secret = "Eleventy-four secret words"
    actions.ask(period=period, body=secret, question=secret, because="", by=maya)
    actions.explain(period=period, about="metric:x", reason=secret, by=maya)
    draft = actions.prepare(period=period, by=maya)
    assert secret in json.dumps(draft.content)
    base = f"/balance/{period.code}/"
    guesses = [
        base,
        f"{base}1/",
        f"{base}0/",
        f"{base}1/report/",
        f"{base}1/statement.json",
        f"{base}1/statement.csv",
        f"{base}1/report.pdf",
        f"{base}1/statement.docx",
        f"{base}1/fair-work/hours/closing/promises/",
        f"{base}draft/",
        f"{base}?draft=1",
    ]
    for who in (None, asha):
        if who:
            sign_in(who)
        for address in guesses:
            assert client.get(address).status_code == 404, address
        for address in plain_addresses():
            response = client.get(address)
            data = b"".join(response.streaming_content) if response.streaming else response.content
            assert secret.encode() not in data, address
            assert draft.content_sha256.encode() not in data, address
    assert sign_in(asha).get(f"/desk/balance/{period.code}/").status_code == 403


def plain_addresses() -> list[str]:
    found: list[str] = []

    def walk(patterns: Any, path: str, plain: bool) -> None:
        for one in patterns:
            here, still = path + str(one.pattern), plain and not one.pattern.converters
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, here, still)
            elif still and "^" not in here and "accounts" not in here:
                found.append("/" + here)

    walk(get_resolver().url_patterns, "", True)
    assert len(found) > 25
    return found


# --- Papers -----------------------------------------------------------------------------------


def test_each_figure_leads_to_its_rows(client, closed, period):
    page = client.get(f"/balance/{period.code}/1/").content.decode()
    links = set(
        re.findall(rf'href="(/balance/{period.code}/1/[\w-]+/[\w-]+/[\w-]+/[\w-]+/)"', page)
    )
    assert len(links) >= 4
    for link in links:
        rows = client.get(link)
        assert rows.status_code == 200
        assert b'href="/pledges/' in rows.content or b"no promise" in rows.content.lower()
    rows = client.get(f"/balance/{period.code}/1/fair-work/hours/verified/amount/").content.decode()
    assert "200 hours" in rows


def test_the_papers_say_the_same(client, closed, period):
    content = cutting.load(closed)
    base = f"/balance/{period.code}/1/"
    table = list(
        csv.DictReader(io.StringIO(client.get(base + "statement.csv").content.decode("utf-8-sig")))
    )
    line = next(one for one in table if one["counted_in"] == "promises")
    assert {n: int(line[n]) for n in columns.COLUMNS} == content["lines"][0]["promises"]
    pdf = client.get(base + "statement.pdf").content
    assert pdf.startswith(b"%PDF-1.")
    assert b"pdfuaid" in pdf
    assert b"/MarkInfo" in pdf
    word = Document(io.BytesIO(client.get(base + "report.docx").content))
    text = "\n".join(p.text for p in word.paragraphs)
    assert closed.sha256 in text
    cells = {cell.text for t in word.tables for row in t.rows for cell in row.cells}
    assert "Open at start" in cells
    assert client.get(base + "poster.pdf").status_code == 404


def test_a_printed_report_that_breaks_pdf_ua_is_refused_by_the_compiler(closed, monkeypatch):
    """The check of PDF/UA can fail: a picture without words is not let through."""
    of_statement = render.of_statement

    def without_words(*args: Any) -> Any:
        content, made = of_statement(*args)
        made["title"] = ""
        return content, made

    monkeypatch.setattr(render, "of_statement", without_words)
    with pytest.raises(Exception, match="PDF/UA-1 error"):
        render.pdf(closed, kind="statement")


def test_the_town_may_bring_its_own_word_template(closed, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "templates").mkdir()
    own = Document()
    own.add_paragraph("COMMITTEE PAPER: {{ title }} / {{ sha256 }}")
    own.save(str(tmp_path / "templates" / "committee.docx"))
    made = Document(io.BytesIO(render.word(closed, kind="report")))
    assert made.paragraphs[0].text.startswith("COMMITTEE PAPER: Brackenford: Committee report")


def test_the_commands_take_the_same_way(period, kept, maya, idris, tom, tmp_path, capsys):
    call_command("balance", "draft", period.code, by=maya.email)
    call_command("balance", "sign", period.code, by=idris.email)
    with pytest.raises(CommandError, match="takes the role"):
        call_command("balance", "validate", period.code, by=maya.email)
    call_command("balance", "validate", period.code, by=tom.email)
    call_command("balance", "close", period.code, by=maya.email)
    for name in ("a.pdf", "a.docx", "a.csv", "a.json"):
        call_command("balance", "statement", period.code, str(tmp_path / name))
        assert (tmp_path / name).stat().st_size > 200
    call_command("balance", "list")
    closed = Statement.objects.get()
    assert closed.sha256 in capsys.readouterr().out
    with pytest.raises(CommandError, match="must end in"):
        call_command("balance", "report", period.code, str(tmp_path / "a.odt"))
    with pytest.raises(CommandError, match="no period"):
        call_command("balance", "draft", "never", by=maya.email)


# --- A real register as closed periods ----------------------------------------------------------


@real
@pytest.mark.heavy
def test_three_yearly_files_of_a_real_register_are_three_closed_periods(close_books, town):
    """Science Based Targets: 2021, 2023a, 2023b add up over all companies and from one to the
    next, in the account of registers of other bodies; the town's own is empty."""
    starts, before = date(2015, 1, 1), None
    for code, month, name, ends in (
        ("2021", "2021-09", "sbti-2021", date(2021, 9, 30)),
        ("2023a", "2023-08", "sbti-2023", date(2023, 8, 31)),
        ("2023b", "2023-11", "sbti-2023", date(2023, 11, 30)),
    ):
        path = SHARED / "pledges" / "sbti" / f"sbti_{month}.xlsx"
        assert path.exists(), f"{path} is required here"
        made = importing.plan(
            path.read_bytes(), path.name, layout=layouts.layout_named(name), as_at=ends
        )
        carrying.carry_out(made, by=None)
        period = actions.open_period(code=code, title=code, starts_on=starts, ends_on=ends, by=None)
        closed = close_books(period)
        assert cutting.load(closed)["lines"] == []
        content = cutting.load(closed)["others"]
        assert content["lines"]
        for line in content["lines"]:
            for figures in (line["promises"], line["amount"]):
                if figures:
                    f = {n: Decimal(str(v)) for n, v in figures.items()}
                    out = sum(f[n] for n in MOVEMENTS if n not in ("made", "changed"))
                    assert f["opening"] + f["made"] + f["changed"] - out == f["closing"]
        total = sum(content["standings"].values())
        assert total > 1000
        if before:
            assert content["totals"]["opening"] == before["totals"]["closing"]
        before, starts = content, ends + timedelta(days=1)
    proof, found = verify.verify()
    assert proof.broken is None
    assert [one.wrong for one in found] == [[], [], []]
