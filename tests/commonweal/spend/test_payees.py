"""Payees: the queue, decisions, the sample; runs that bring the figures up to date."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import files, jobs, payees, preparing, reads
from commonweal.spend.models import (
    Check,
    Decided,
    Figures,
    Payee,
    Run,
)
from commonweal.spend.payees import matching

from .town import COUNCIL, HOSPITAL, PUBLIC, registered, text_of

pytestmark = pytest.mark.django_db


# --- Payees ---------------------------------------------------------------------------------------


def test_the_queue_is_by_money_and_one_decision_serves_every_anchor(town_spend, yusuf, client):
    queue = list(payees.queue())
    assert queue == sorted(queue, key=lambda one: -one.amount_gbp)
    assert "Acorn Joinery Ltd" not in [one.name for one in queue]
    payee = next(one for one in queue if one.name == "Zygotic Wumpus Enterprises")
    assert payee.amount_gbp == 1000
    with pytest.raises(Refused, match="how you know"):
        payees.decide(
            payee=payee, verdict="entry", entry="01000007", because="", by=yusuf, role="analyst"
        )
    with pytest.raises(Refused, match="no entry"):
        payees.decide(
            payee=payee, verdict="entry", entry="09999999", because="x", by=yusuf, role="analyst"
        )
    payees.decide(
        payee=payee,
        verdict="entry",
        entry="1000007",
        because="Its invoice says so.",
        by=yusuf,
        role="analyst",
    )
    with pytest.raises(Refused, match="already"):
        payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="analyst")
    assert payee.name not in payees.queue().values_list("name", flat=True)
    preparing.bring_up_to_date()
    page = text_of(client, "/spend/suppliers/GB-COH-01000007/")
    assert "£1,000 in 2 payments from 2 anchors" in page
    assert "Its invoice says so." in page
    assert Event.objects.filter(verb="payee decided", by_code=yusuf.code).exists()
    payees.take_back(decided=Decided.objects.get(), because="Wrong invoice.", by=yusuf, role="x")
    with pytest.raises(Refused, match="already"):
        payees.take_back(decided=Decided.objects.get(), because="Again.", by=yusuf, role="x")
    preparing.bring_up_to_date()
    assert client.get("/spend/suppliers/GB-COH-01000007/").status_code == 404
    assert payee.name in payees.queue().values_list("name", flat=True)


def test_spellings_that_differ_in_capitals_and_signs_are_one_payee(anchor, hospital, taken, client):
    registered()
    taken(anchor, COUNCIL)
    taken(
        hospital,
        HOSPITAL.replace("Zygotic Wumpus Enterprises", "ZYGOTIC  WUMPUS ENTERPRISES.").replace(
            "Catering", "REPAIRS"
        ),
    )
    made = preparing.bring_up_to_date()
    [payee] = Payee.objects.filter(name__icontains="wumpus")
    assert (payee.lines, payee.amount_gbp) == (2, 1000)
    page = text_of(client, f"/spend/suppliers/{payee.code}/")
    assert "£1,000 in 2 payments from 2 anchors" in page
    content = reads.figures(made, reads.Scope())
    [row] = [one for one in content["leakage"] if one["category"].lower() == "repairs"]
    assert (row["category"], row["amount"]) == ("Repairs", "2000.0000")


def test_a_decision_outlives_new_files_and_registers(town_spend, yusuf, hospital, taken):
    payee = Payee.objects.get(name="Zygotic Wumpus Enterprises")
    payees.decide(
        payee=payee, verdict="entry", entry="01000007", because="Known.", by=yusuf, role="analyst"
    )
    registered(
        (
            "ZYGOTIC WUMPUS ENTERPRISES LIMITED",
            "01000009",
            "ZB1 1AA",
            "Private Limited Company",
            "43220",
            "Active",
        )
    )
    taken(hospital, HOSPITAL.replace("26,", "25,"), "older.csv")
    preparing.bring_up_to_date()
    payee.refresh_from_db()
    assert (payee.entry, payee.lines) == ("GB-COH-01000007", 3)


VATS = """Payment Date,Supplier Name,Net Amount,VAT Number
03/07/2026,Cedar Software Limited,100.00,GB 987 6543 21
04/07/2026,CS Helpline Services,50.00,987654321
05/07/2026,Wumpus Nowhere,60.00,111222333
06/07/2026,Ottilie Featherstonehaugh,70.00,987654321
"""


def test_a_vat_number_leads_from_one_payee_to_another_as_long_as_it_holds(
    town_spend, anchor, taken, yusuf, client
):
    assert not Payee.objects.exclude(vat="").exists()  # files kept before say nothing of them
    taken(anchor, VATS, "vat.csv")
    preparing.bring_up_to_date()

    def helpline() -> tuple[str, str]:
        one = Payee.objects.get(name="CS Helpline Services")
        return one.entry, one.method

    assert helpline() == ("GB-COH-01000003", "same VAT number")
    assert Payee.objects.get(name="Wumpus Nowhere").entry == ""
    # A name that may be a person's is nobody's for all that: an entry would make it public.
    assert Payee.objects.get(name="Ottilie Featherstonehaugh").entry == ""
    for address in PUBLIC:
        assert "Featherstonehaugh" not in text_of(client, address), address
    preparing.bring_up_to_date()
    assert helpline() == ("GB-COH-01000003", "same VAT number")
    # What a person says of the one holds for the other, and is taken back with it.
    cedar = Payee.objects.get(name="Cedar Software Limited")
    assert cedar.vat == "987654321"
    decided = payees.decide(
        payee=cedar,
        verdict="entry",
        entry="01000007",
        because="Its invoice.",
        by=yusuf,
        role="analyst",
    )
    preparing.bring_up_to_date()
    assert helpline() == ("GB-COH-01000007", "same VAT number")
    payees.take_back(decided=decided, because="No.", by=yusuf, role="analyst")
    payees.decide(payee=cedar, verdict="none", because="It is abroad.", by=yusuf, role="analyst")
    preparing.bring_up_to_date()
    assert helpline() == ("", "no match")


def test_precision_comes_from_a_checked_sample_with_its_interval(town_spend, yusuf, client):
    assert "is not known" in text_of(client, "/spend/")
    drawing = payees.draw(by=yusuf, role="analyst", size=4, seed=1)
    found = list(drawing.checks.all())
    assert len(found) == 4
    assert drawing.of >= 4
    for at, one in enumerate(found):
        payees.check(check=one, is_right=at > 0, by=yusuf, role="analyst")
    made = payees.precision()
    # Wilson's interval of 3 of 4, computed by hand.
    assert (made.right, made.checked) == (3, 4)
    assert (round(made.low, 4), round(made.high, 4)) == (0.3006, 0.9544)
    preparing.bring_up_to_date()
    assert "3 of 4 matches" in text_of(client, "/spend/sectors/")
    assert "between 30.1% and 95.4%" in text_of(client, "/spend/how-we-know/")


def test_a_match_is_checked_once_and_the_record_says_by_whom(town_spend, yusuf, sign_in):
    drawing = payees.draw(by=yusuf, role="analyst", size=2, seed=1)
    one, two = drawing.checks.all()
    desk = sign_in(yusuf)
    desk.post("/desk/spend/sample/", {f"check-{one.pk}": "wrong"})
    line = Event.objects.get(verb="match checked")
    assert (line.by_code, line.as_role, line.about_code) == (
        yusuf.code,
        "analyst",
        str(drawing.pk),
    )
    assert line.detail == {"payee": one.payee.code, "is_right": False}
    both = {f"check-{one.pk}": "right", f"check-{two.pk}": "right"}
    page = desk.post("/desk/spend/sample/", both, follow=True).content.decode()
    assert f"“{one.payee.name}” has been checked already." in unescape(page)
    assert "1 kept." in page
    assert list(drawing.checks.values_list("is_right", flat=True)) == [False, True]
    with pytest.raises(Refused, match="checked already"):
        payees.check(check=one, is_right=True, by=yusuf, role="analyst")
    assert Event.objects.filter(verb="match checked").count() == 2


def test_a_reason_is_kept_without_the_blanks_around_it(town_spend, yusuf):
    payee = Payee.objects.matched().first()
    decided = payees.decide(
        payee=payee, verdict="none", because=" It is abroad.\n", by=yusuf, role="analyst"
    )
    payee.refresh_from_db()
    assert decided.because == payee.reasons == "It is abroad."
    payees.take_back(decided=decided, because=" No.\n ", by=yusuf, role="analyst")
    decided.refresh_from_db()
    assert decided.undone_because == "No."


def test_a_sample_leaves_out_what_people_or_numbers_have_settled(town_spend, yusuf):
    payee = Payee.objects.matched().first()
    payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="analyst")
    payees.draw(by=yusuf, role="analyst")
    assert not Check.objects.filter(payee=payee).exists()


# --- Runs -----------------------------------------------------------------------------------------


def test_a_run_can_be_stopped_and_taken_up_again(anchor, taken, yusuf, monkeypatch):
    registered()
    taken(anchor, COUNCIL)
    monkeypatch.setattr(matching, "BATCH", 2)
    run = preparing.ask_for(yusuf)
    assert preparing.ask_for(yusuf) == run
    real, seen = matching.write_over, []

    def stop_after_one(rows, fields):
        real(rows, fields)
        if "entry" in fields:
            seen.append(len(rows))
            preparing.stop(run)

    monkeypatch.setattr(matching, "write_over", stop_after_one)
    preparing.carry_out(run)
    run.refresh_from_db()
    assert (run.state, run.step) == ("stopped", "Matching payees")
    assert (run.done, run.total) == (2, Payee.objects.count())
    assert reads.current() is None
    matched = Payee.objects.exclude(matched_with="").count()
    assert matched == 2
    monkeypatch.setattr(matching, "write_over", real)
    preparing.carry_out(run)
    run.refresh_from_db()
    assert run.state == "done"
    assert reads.current().lines == 10


def test_one_run_at_a_time_and_one_that_was_cut_off_gives_way(anchor, taken, yusuf):
    taken(anchor, COUNCIL)
    other = Run.objects.create(state="running")
    run = preparing.ask_for(yusuf)
    preparing.carry_out(run)
    run.refresh_from_db()
    assert run.state == "waiting"
    Run.objects.filter(pk=other.pk).update(heard_at=timezone.now() - timedelta(hours=1))
    preparing.carry_out(run)
    run.refresh_from_db()
    other.refresh_from_db()
    assert (run.state, other.state) == ("done", "failed")


def test_a_run_that_breaks_says_so_and_the_old_figures_stay(town_spend, yusuf, monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("Percival Quillfeather")

    monkeypatch.setattr(payees, "count_all", breaks)
    run = preparing.ask_for(yusuf)
    with pytest.raises(RuntimeError):
        preparing.carry_out(run)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "Quillfeather" not in run.why
    assert reads.current() == town_spend


def test_figures_of_another_version_are_not_read_and_are_made_anew_by_themselves(
    town_spend, client, monkeypatch
):
    monkeypatch.setattr(files, "FORMAT", "next")
    for place in PUBLIC:
        assert "being worked out anew" in text_of(client, place)
    assert len(b"".join(client.get("/payments.csv")).splitlines()) == 1, "the headings only"
    assert jobs.take_up_what_waits.func() == 1
    assert reads.current().format == files.FORMAT
    assert "ACORN JOINERY" in text_of(client, "/spend/suppliers/")
    files.prepared(reads.current().version).unlink()
    Run.objects.update(state="stopped", asked_at=timezone.now() - timedelta(hours=2))
    assert jobs.take_up_what_waits.func() == 0, "somebody has stopped it"
    Run.objects.update(state="done", asked_at=timezone.now())
    assert jobs.take_up_what_waits.func() == 0, "an hour has not passed"
    Run.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    assert jobs.take_up_what_waits.func() == 1
    assert "ACORN JOINERY" in text_of(client, "/spend/suppliers/")
    assert jobs.take_up_what_waits.func() == 0


def test_what_pages_read_looks_as_this_format_says(town_spend):
    """Where this turns red, raise `files.FORMAT`, or figures of the version before are misread."""
    tables = files.ask(
        town_spend.version,
        "select table_name, column_name, data_type from information_schema.columns order by all",
    )
    content = Figures.objects.get(
        prepared=town_spend, route="published", anchor="", year=""
    ).content
    shape = json.dumps([tables, keys_of(content)])
    assert (files.FORMAT, hashlib.sha256(shape.encode()).hexdigest()[:12]) == ("6", "ce28d507eda0")


def keys_of(value):
    if isinstance(value, dict):
        return {key: keys_of(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [keys_of(value[0])] if value else []
    return ""
