"""Files of payments: taken, replaced, undone; nobody named who may not be."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from commonweal.office.errors import Refused
from commonweal.spend import files, importing, payees, preparing, reads
from commonweal.spend.models import (
    Decided,
    Layout,
    Payee,
    Release,
    Verdict,
)

from .town import COUNCIL, PUBLIC, text_of

pytestmark = pytest.mark.django_db


# --- Files ----------------------------------------------------------------------------------------


def test_a_release_says_what_came_of_every_line_and_every_penny(anchor, taken):
    made = taken(anchor, COUNCIL + ",,13110.50,Total,\n")
    assert (made.rows, made.accepted, made.rejected, made.duplicates) == (11, 10, 1, 0)
    assert made.accepted_gbp == Decimal("13110.50")
    assert made.total_gbp == made.accepted_gbp + made.rejected_gbp + made.duplicate_gbp
    assert made.unnamed == 2
    assert (made.starts_on, made.ends_on) == (date(2026, 7, 3), date(2026, 9, 29))


def test_the_same_file_twice_changes_nothing(anchor, taken):
    taken(anchor, COUNCIL)
    before = preparing.bring_up_to_date()
    with pytest.raises(Refused, match="there already"):
        taken(anchor, COUNCIL, "other-name.csv")
    assert Release.objects.count() == 1
    assert preparing.bring_up_to_date() == before


def test_what_can_t_be_read_or_does_not_reconcile_is_never_taken(anchor, yusuf, monkeypatch):
    made = importing.upload(
        anchor=anchor,
        route="published",
        content=b"a letter\nwithout money\n",
        name="x.csv",
        by=yusuf,
    )
    assert importing.read(made).state == "refused"
    assert "no column" in made.why
    with pytest.raises(Refused, match="no column"):
        importing.take(release=made, by=yusuf)
    monkeypatch.setattr("localwealth.sources.counting.money_of", lambda *_: Decimal(1))
    other = importing.upload(
        anchor=anchor, route="published", content=COUNCIL.encode(), name="x.csv", by=yusuf
    )
    assert importing.read(other).state == "refused"
    with pytest.raises(Refused, match="do not make the whole"):
        importing.take(release=other, by=yusuf)
    assert preparing.bring_up_to_date() is None


def test_a_corrected_file_takes_the_old_one_s_place_and_says_what_changed(
    anchor, taken, client, town_spend
):
    old = Release.objects.get(file_name="council-q3.csv")
    corrected = COUNCIL.replace("2000.00,Computers,A3", "200.00,Computers,A3") + (
        "30/09/2026,Elm Joiners Limited,40.00,Repairs,A11\n"
    )
    new = taken(anchor, corrected, "council-q3-corrected.csv", replaces=old)
    old.refresh_from_db()
    assert old.state == "undone"
    assert new.difference["same"] == 9
    assert (new.difference["come"]["lines"], new.difference["come"]["gbp"]) == (2, "240.0000")
    assert (new.difference["gone"]["lines"], new.difference["gone"]["gbp"]) == (1, "2000.0000")
    preparing.bring_up_to_date()
    page = text_of(client, "/spend/payments/?anchor=council")
    assert "£200.00" in page
    assert "£2,000.00" not in page
    assert "2 came, £240.00; 1 went, £2,000.00" in text_of(client, new.get_absolute_url())
    assert "What replaced it" in text_of(client, old.get_absolute_url())


def test_undoing_takes_it_out_of_all_figures_and_says_why(town_spend, yusuf, client):
    release = Release.objects.get(file_name="hospital.csv")
    with pytest.raises(Refused, match="why"):
        importing.undo(release=release, because=" ", by=yusuf)
    importing.undo(release=release, because="It was last year's.", by=yusuf)
    made = preparing.bring_up_to_date()
    assert made.releases == 2
    assert "General Hospital" not in text_of(client, "/spend/")
    assert "It was last year's." in text_of(client, release.get_absolute_url())
    assert Payee.objects.get(name="CEDAR SOFTWARE").lines == 0
    assert "CEDAR SOFTWARE" not in payees.queue().values_list("name", flat=True)


def test_what_was_said_of_a_layout_is_remembered_for_the_publisher_s_next_file(anchor, yusuf):
    odd = (
        "Who,When,Net Value,Total Value\nAcorn Joinery Ltd,03/07/2026,10.00,12.00\n"
        "Elm Joiners,04/07/2026,5.00,6.00\n"
    )
    made = importing.read(
        importing.upload(
            anchor=anchor, route="published", content=odd.encode(), name="a.csv", by=yusuf
        )
    )
    first = made.mapping["amount"]["at"]
    other = "Total Value" if first == 2 else "Net Value"
    importing.say(
        release=made, columns={"amount": other}, order="", period=None, repeats="", by=yusuf
    )
    made.refresh_from_db()
    assert made.headings[made.mapping["amount"]["at"]] == other
    assert Layout.objects.get().said == {"columns": {"amount": other}}
    july = (date(2026, 7, 1), date(2026, 7, 31))
    importing.say(release=made, columns={}, order="", period=july, repeats="", by=yusuf)
    assert made.said["period"] == ["2026-07-01", "2026-07-31"]
    # A period is the file's own and says nothing of the next.
    assert Layout.objects.get().said == {"columns": {"amount": other}}
    again = importing.read(
        importing.upload(
            anchor=anchor,
            route="published",
            content=odd.replace("2026", "2027").encode(),
            name="b.csv",
            by=yusuf,
        )
    )
    assert again.headings[again.mapping["amount"]["at"]] == other
    with pytest.raises(Refused, match="no column"):
        importing.say(
            release=again,
            columns={"amount": "Nothing"},
            order="",
            period=None,
            repeats="",
            by=yusuf,
        )
    again.refresh_from_db()
    assert again.said == {}


def test_headings_that_nobody_has_thought_of_can_be_said(sign_in, anchor, yusuf):
    odd = (
        "Who,When,Sum A,Sum B\nAcorn Joinery Ltd,03/07/2026,10.00,12.00\n"
        "Elm Joiners,04/07/2026,5.00,6.00\n"
    )
    made = importing.read(
        importing.upload(
            anchor=anchor, route="published", content=odd.encode(), name="a.csv", by=yusuf
        )
    )
    assert (made.state, made.headings) == ("refused", ["Who", "When", "Sum A", "Sum B"])
    desk = sign_in(yusuf)
    address = f"/desk/spend/releases/{made.code}/say/"
    assert "Sum B (4)" in text_of(desk, address)
    desk.post(address, {"role_amount": "4", "role_supplier": "1", "role_date": "2"})
    made.refresh_from_db()
    assert (made.state, made.accepted_gbp, made.starts_on) == ("read", 18, date(2026, 7, 3))


def test_a_file_thrown_away_leaves_nothing_and_harms_nobody(anchor, yusuf, taken):
    kept = taken(anchor, COUNCIL)
    importing.undo(release=kept, because="Wrong anchor.", by=yusuf)
    same = importing.read(
        importing.upload(
            anchor=anchor, route="published", content=COUNCIL.encode(), name="x.csv", by=yusuf
        )
    )
    assert same.lines_sha256 == kept.lines_sha256
    importing.throw_away(release=same, by=yusuf)
    assert files.lines_of(kept.lines_sha256).exists()
    with pytest.raises(Refused, match="stays in the list"):
        importing.throw_away(release=kept, by=yusuf)


# --- Who may be named -----------------------------------------------------------------------------


def test_persons_and_redacted_payees_are_named_nowhere_in_public_nor_kept(town_spend, client):
    for name in ("Fairbrass", "REDACTED PERSONAL"):
        for place in [*PUBLIC, *(one.get_absolute_url() for one in Release.objects.all())]:
            assert name not in text_of(client, place), place
        for place in files.folder("lines").glob("*.parquet"):
            assert name not in str(pq.read_table(place).to_pylist())
    assert not Payee.objects.filter(name__contains="Fairbrass").exists()


def test_a_file_as_sent_is_gone_once_it_is_taken_for_certain_and_not_before(
    anchor, yusuf, django_capture_on_commit_callbacks
):
    for last in (
        lambda made: importing.take(release=made, by=yusuf),
        lambda made: importing.throw_away(release=made, by=yusuf),
    ):
        data = (COUNCIL + f"04/09/2026,Bradshaw,{Release.objects.count()}.00,Care,A7\n").encode()
        made = importing.upload(
            anchor=anchor, route="published", content=data, name="x.csv", by=yusuf
        )
        lines = files.lines_of(importing.read(made).lines_sha256)
        with django_capture_on_commit_callbacks(execute=True):
            last(made)
            assert files.incoming(made.sha256) == data
            assert lines.exists()
        assert files.incoming(made.sha256) is None
    assert not lines.exists()


def test_a_bare_name_that_may_be_a_person_s_waits_for_somebody_to_look(town_spend, client, yusuf):
    name = "Percival Quillfeather"
    for place in PUBLIC:
        assert name not in text_of(client, place), place
    assert name not in b"".join(client.get("/spend/payments.csv")).decode()
    payee = Payee.objects.get(name=name)
    assert client.get(f"/spend/suppliers/{payee.code}/").status_code == 404
    payees.decide(payee=payee, verdict=Verdict.NONE, because="A shop.", by=yusuf, role="analyst")
    preparing.bring_up_to_date()
    assert name in text_of(client, "/spend/suppliers/")
    payees.take_back(
        decided=Decided.objects.get(), because="It is a man.", by=yusuf, role="analyst"
    )
    payees.decide(
        payee=Payee.objects.get(name=name),
        verdict=Verdict.PERSON,
        because="A man.",
        by=yusuf,
        role="analyst",
    )
    preparing.bring_up_to_date()
    assert name not in text_of(client, "/spend/suppliers/")
    assert reads.suppliers(reads.current(), reads.Scope(), name).count == 0


def test_an_own_ledger_is_kept_apart_and_only_its_sums_are_public(
    town_spend, client, sign_in, yusuf
):
    published = text_of(client, "/spend/")
    assert "£8,960" in published
    ledger = text_of(client, "/spend/?route=ledger")
    assert "own ledgers" in ledger
    assert "£100" in ledger
    for place in ("/spend/suppliers/", "/spend/payments/"):
        page = text_of(client, f"{place}?route=ledger")
        assert "not for everybody" in page
        assert "Hushabye" not in page
        assert "Acorn" not in page.replace("ACORN", "Acorn")
    assert client.get("/spend/payments.csv?route=ledger").status_code == 404
    assert client.get("/spend/suppliers/GB-COH-01000001/?route=ledger").status_code == 404
    assert "Hushabye" not in "".join(text_of(client, place) for place in PUBLIC)
    # By place of trading only the ledger knows anything.
    assert "100.0%" in text_of(client, "/spend/?route=ledger&place=site")
    assert "nothing is known of places of trading" in text_of(client, "/spend/?place=site")
    assert "£70.00" in text_of(sign_in(yusuf), "/spend/payments/?route=ledger")
