"""Local spend in the town: files in, figures out, everything leads to payment lines."""

from __future__ import annotations

import atexit
import csv
import hashlib
import html
import io
import json
import os
import re
import shutil
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Event
from commonweal.balance.panels import kept_local
from commonweal.pledges.measured import measured_of
from commonweal.programme import measuring
from commonweal.programme.models import Metric, Observation, Series
from commonweal.setup import townfile
from commonweal.spend import files, importing, jobs, payees, preparing, reads
from commonweal.spend.models import (
    Anchor,
    Bands,
    Check,
    Decided,
    Drawing,
    Figures,
    Layout,
    Payee,
    Prepared,
    Release,
    Run,
    Verdict,
)
from localwealth.registers import generate
from localwealth.registers.store import build

pytestmark = pytest.mark.django_db
COMPANIES = (
    # name, number, postcode, category, SIC, status
    ("ACORN JOINERY LIMITED", "01000001", "ZB1 1AA", "Private Limited Company", "43220", "Active"),
    ("BRACKEN BAKERS CIC", "01000002", "ZB1 2AA", "Community Interest Company", "56101", "Active"),
    ("CEDAR SOFTWARE LTD", "01000003", "ZN1 1AA", "Private Limited Company", "62020", "Active"),
    ("DOVER SECURITY LIMITED", "01000004", "ZC1 1AA", "Private Limited Company", "80100", "Active"),
    ("ELM JOINERS LIMITED", "01000005", "ZB1 3AA", "Private Limited Company", "43220", "Active"),
    ("BOROUGH COLLEGE", "01000006", "ZB1 4AA", "Private Limited Company", "85590", "Active"),
    ("QUAYSIDE HOLDINGS LIMITED", "01000007", "ZN2 1AA", "Private Limited Company", "70229", "Active"),
)  # fmt: skip
COUNT = 3000
PLACES = {"ZB": ("X07", "X10", "X12"), "ZC": ("X08", "X10", "X12"), "ZN": ("X99", "X19", "X92")}
COUNCIL = """Payment Date,Supplier Name,Net Amount,Expenditure Category,Invoice Ref
03/07/2026,Acorn Joinery Ltd,"1,000.00",Repairs,A1
14/07/2026,BRACKEN BAKERS C.I.C,500.00,Catering,A2
20/08/2026,Cedar Software Limited,2000.00,Computers,A3
21/08/2026,Dover Security Ltd,300.00,Security,A4
02/09/2026,Zygotic Wumpus Enterprises,150.00,Repairs,A5
03/09/2026,Mrs Ottoline Fairbrass,120.50,Care,A6
04/09/2026,REDACTED PERSONAL DATA,80.00,Care,A7
05/09/2026,Percival Quillfeather,60.00,Care,A8
25/09/2026,Borough College,9000.00,Training,A9
29/09/2026,Cedar Software Limited,-100.00,Computers,A10
"""
HOSPITAL = """Entity,Date,Expense Type,Supplier,Transaction Number,Amount
BGH,05-Aug-26,Computers,CEDAR SOFTWARE,H1,4000.00
BGH,06-Sep-26,Catering,Zygotic Wumpus Enterprises,H2,850.00
"""
LEDGER = """Vendor,Post code,Posting date,Account,Doc no,Value
Acorn Joinery Ltd,ZB1 1AA,2026-09-03,Repairs,L1,70.00
Hushabye Nannies Limited,ZB1 1AA,2026-09-04,Care,L2,30.00
"""


def registered(*extra: tuple[str, ...]) -> None:
    """Seven firms among three thousand generated ones, and where their postcodes lie."""
    kept = Path(tempfile.gettempdir()) / f"commonweal-test-register-{os.getpid()}-{len(extra)}"
    if not kept.exists():
        _registered(kept, extra)
    target = files.folder("register")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(kept, target)
    postcodes = [one[2].replace(" ", "") for one in COMPANIES + extra]
    found = {one: PLACES[one[:2]] for one in postcodes}
    files.keep_places(pa.table({
        "postcode": list(found), "district": [one[0] for one in found.values()],
        "county": [one[1] for one in found.values()],
        "region": [one[2] for one in found.values()], "nation": ["X92"] * len(found),
    }))  # fmt: skip
    Bands.objects.update_or_create(id=1, defaults={
        "district": "X07", "county": "X10", "county_name": "Orrinshire", "region": "X12",
        "region_name": "the Mid Coast"})  # fmt: skip


def _registered(folder: Path, extra: tuple[tuple[str, ...], ...]) -> None:
    made = generate.companies(COUNT, 5)
    columns = {name: made[name].to_pylist() for name in made.column_names}
    for name, number, postcode, category, sic, status in COMPANIES + extra:
        for column in columns:
            columns[column].append("")
        for column, value in (
            ("CompanyName", name), (" CompanyNumber", number), ("RegAddress.PostCode", postcode),
            ("CompanyCategory", category), ("SICCode.SicText_1", sic), ("CompanyStatus", status),
            ("IncorporationDate", "01/04/2001"),
        ):  # fmt: skip
            columns[column][-1] = value
    build(
        folder, [], pa.table({k: pa.array(v, pa.large_string()) for k, v in columns.items()})
    )  # fmt: skip
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


@pytest.fixture
def hospital(new_partner, town):
    return Anchor.objects.create(
        partner=new_partner("hospital", "General Hospital", sector="public", kind="health")
    )


@pytest.fixture
def town_spend(anchor, hospital, college, taken):
    """Two anchors' files, the council's own ledger, everything worked out. The college is an
    anchor too, with a number, and has no file."""
    registered()
    Anchor.objects.create(partner=college, ids=["GB-COH-01000006"])
    taken(anchor, COUNCIL, "council-q3.csv")
    taken(hospital, HOSPITAL, "hospital.csv")
    taken(anchor, LEDGER, "ledger.csv", route="ledger")
    return preparing.bring_up_to_date()


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.unescape(answer.content.decode())


PUBLIC = ("/spend/", "/spend/anchors/", "/spend/suppliers/", "/spend/payments/", "/spend/sectors/",
          "/spend/opportunities/", "/spend/how-we-know/")  # fmt: skip


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
        anchor=anchor, route="published", data=b"a letter\nwithout money\n", name="x.csv", by=yusuf
    )
    assert importing.read(made).state == "refused"
    assert "no column" in made.why
    with pytest.raises(Refused, match="no column"):
        importing.take(release=made, by=yusuf)
    monkeypatch.setattr("localwealth.sources.accounting.Part.money", lambda *_: Decimal(1))
    other = importing.upload(
        anchor=anchor, route="published", data=COUNCIL.encode(), name="x.csv", by=yusuf
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
    odd = "Who,When,Net Value,Total Value\nAcorn Joinery Ltd,03/07/2026,10.00,12.00\nElm Joiners,04/07/2026,5.00,6.00\n"
    made = importing.read(importing.upload(
        anchor=anchor, route="published", data=odd.encode(), name="a.csv", by=yusuf))  # fmt: skip
    first = made.mapping["amount"]["at"]
    other = "Total Value" if first == 2 else "Net Value"
    importing.say(release=made, columns={"amount": other}, order="", period=None,
                  repeats="", by=yusuf)  # fmt: skip
    made.refresh_from_db()
    assert made.headings[made.mapping["amount"]["at"]] == other
    assert Layout.objects.get().said == {"columns": {"amount": other}}
    july = (date(2026, 7, 1), date(2026, 7, 31))
    importing.say(release=made, columns={}, order="", period=july, repeats="", by=yusuf)
    assert made.said["period"] == ["2026-07-01", "2026-07-31"]
    # A period is the file's own and says nothing of the next.
    assert Layout.objects.get().said == {"columns": {"amount": other}}
    again = importing.read(importing.upload(
        anchor=anchor, route="published", data=odd.replace("2026", "2027").encode(), name="b.csv",
        by=yusuf))  # fmt: skip
    assert again.headings[again.mapping["amount"]["at"]] == other
    with pytest.raises(Refused, match="no column"):
        importing.say(release=again, columns={"amount": "Nothing"}, order="", period=None,
                      repeats="", by=yusuf)  # fmt: skip
    again.refresh_from_db()
    assert again.said == {}


def test_headings_that_nobody_has_thought_of_can_be_said(sign_in, anchor, yusuf):
    odd = (
        "Who,When,Sum A,Sum B\nAcorn Joinery Ltd,03/07/2026,10.00,12.00\n"
        "Elm Joiners,04/07/2026,5.00,6.00\n"
    )
    made = importing.read(importing.upload(
        anchor=anchor, route="published", data=odd.encode(), name="a.csv", by=yusuf))  # fmt: skip
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
    same = importing.read(importing.upload(
        anchor=anchor, route="published", data=COUNCIL.encode(), name="x.csv", by=yusuf))  # fmt: skip
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
    assert not list(files.folder("incoming").glob("*"))


def test_a_bare_name_that_may_be_a_person_s_waits_for_somebody_to_look(town_spend, client, yusuf):
    name = "Percival Quillfeather"
    for place in PUBLIC:
        assert name not in text_of(client, place), place
    assert name not in b"".join(client.get("/spend/payments.csv")).decode()
    payee = Payee.objects.get(name=name)
    assert client.get(f"/spend/suppliers/{payee.code}/").status_code == 404
    payees.decide(payee=payee, verdict=Verdict.NONE, because="A shop.", by=yusuf, role="Analyst")
    preparing.bring_up_to_date()
    assert name in text_of(client, "/spend/suppliers/")
    payees.take_back(
        decided=Decided.objects.get(), because="It is a man.", by=yusuf, role="Analyst"
    )
    payees.decide(payee=Payee.objects.get(name=name), verdict=Verdict.PERSON, because="A man.",
                  by=yusuf, role="Analyst")  # fmt: skip
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


# --- Figures --------------------------------------------------------------------------------------


def test_the_share_is_a_range_without_payments_between_anchors(town_spend, anchor):
    share = reads.local_share(anchor.partner, date(2026, 7, 1), date(2026, 9, 30))
    # Acorn and Bracken are here; Wumpus, two persons and Quillfeather are not known.
    assert (share.low, share.unknown, share.whole) == (
        Decimal("1500"), Decimal("410.50"), Decimal("4110.50"),
    )  # fmt: skip
    assert share.words == "36.5% to 46.5%"


def test_a_period_whose_last_month_is_missing_has_no_figure(town_spend, anchor, hospital):
    assert reads.local_share(anchor.partner, date(2026, 7, 1), date(2026, 12, 31)) is None
    assert reads.local_share(anchor.partner, date(2020, 1, 1), date(2020, 3, 31)) is None


def follow(client, page):
    """(address, payments, pounds) of every link to payments in a page's tables."""
    for whole in re.findall(r"<tr>.*?</tr>", page, re.S):
        link = re.search(r'href="(/spend/payments/[^"]*)"', whole)
        lines = re.search(r'data-label="Payments">(?:<a[^>]*>)?([\d,]+)', whole)
        pounds = re.search(r'data-label="Pounds">(-?£[\d,]+)', whole)
        if link and lines and pounds:
            yield html.unescape(link[1]), lines[1], pounds[1]


@pytest.mark.parametrize("place", ["/spend/", "/spend/?anchor=council", "/spend/sectors/",
                                   "/spend/sectors/?anchor=hospital&year=2026-27",
                                   "/spend/how-we-know/"])  # fmt: skip
def test_every_figure_leads_to_payments_that_come_to_it(town_spend, client, place):
    found = list(follow(client, text_of(client, place)))
    assert found
    for address, lines, pounds in found:
        lede = re.search(r"([\d,]+) payments?, <strong>(-?£[\d,.]+)", text_of(client, address))
        assert lede[1] == lines, address
        exact = Decimal(lede[2].replace("£", "").replace(",", ""))
        assert f"£{exact.quantize(Decimal(1)):,}" == pounds, address
        rows = list(csv.DictReader(io.StringIO(
            b"".join(client.get(address.replace("/payments/", "/payments.csv"))).decode("utf-8-sig")
        )))  # fmt: skip
        assert sum(Decimal(row["amount_gbp"]) for row in rows) == exact


def test_bands_owners_sizes_and_industries_each_make_the_whole(town_spend):
    for one in Figures.objects.filter(prepared=town_spend):
        whole = Decimal(one.content["match_rate"]["amount"])
        for rows in (one.content["office"]["bands"], one.content["site"]["bands"],
                     one.content["ownership"], one.content["size"], one.content["sector"],
                     one.content["leakage"], one.content["flows"]["office"]):  # fmt: skip
            assert sum(Decimal(row["amount"]) for row in rows) == whole


def test_sizes_stand_with_the_years_of_the_accounts_that_say_so(town_spend, client):
    page = text_of(client, "/spend/sectors/")
    assert "Accounts of" in page
    assert "none known" in page


def test_opportunities_name_firms_here_in_the_industries_that_are_bought(town_spend, client):
    rows = {one["category"]: one for one in reads.opportunities(
        town_spend, reads.figures(town_spend, reads.Scope()), date(2026, 11, 1))}  # fmt: skip
    # Acorn is paid for repairs (43220), and Elm stands in the same industry; both are here.
    assert (rows["Repairs"]["firms"], rows["Repairs"]["firms_paid"]) == (2, 1)
    assert rows["Computers"]["left"] == "5900.0000"
    page = text_of(client, "/spend/opportunities/?category=Repairs")
    assert page.index("ACORN JOINERY") < page.index("ELM JOINERS")
    assert "nothing here is a score of a bidder" in page


def test_one_supplier_s_page_says_how_we_know(town_spend, client):
    page = text_of(client, "/spend/suppliers/GB-COH-01000003/")
    assert "£5,900 in 3 payments from 2 anchors" in page
    assert "CEDAR SOFTWARE" in page
    assert "same letters" in page
    assert "General Hospital" in page
    assert "Borough Council" in page


def test_working_it_out_again_gives_the_very_same_tables(town_spend):
    again = preparing.bring_up_to_date()
    assert (again.pk, again.version) == (town_spend.pk, town_spend.version)
    assert Prepared.objects.filter(is_current=True).count() == 1


def test_without_a_register_nobody_is_matched_and_all_is_unknown(anchor, taken, client):
    taken(anchor, COUNCIL)
    made = preparing.bring_up_to_date()
    content = reads.figures(made, reads.Scope())
    assert [row["band"] for row in content["office"]["bands"]] == ["unknown"]
    assert "0.0% to 100.0%" in text_of(client, "/spend/")


def test_a_town_without_payments_says_so(town, client):
    for place in PUBLIC:
        assert "No payments have been read yet" in text_of(client, place)


# --- Payees ---------------------------------------------------------------------------------------


def test_the_queue_is_by_money_and_one_decision_serves_every_anchor(town_spend, yusuf, client):
    queue = list(payees.queue())
    assert queue == sorted(queue, key=lambda one: -one.amount_gbp)
    assert "Acorn Joinery Ltd" not in [one.name for one in queue]
    payee = next(one for one in queue if one.name == "Zygotic Wumpus Enterprises")
    assert payee.amount_gbp == 1000
    with pytest.raises(Refused, match="how you know"):
        payees.decide(payee=payee, verdict="entry", entry="01000007", because="", by=yusuf,
                      role="Analyst")  # fmt: skip
    with pytest.raises(Refused, match="no entry"):
        payees.decide(payee=payee, verdict="entry", entry="09999999", because="x", by=yusuf,
                      role="Analyst")  # fmt: skip
    payees.decide(payee=payee, verdict="entry", entry="1000007", because="Its invoice says so.",
                  by=yusuf, role="Analyst")  # fmt: skip
    with pytest.raises(Refused, match="already"):
        payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="Analyst")
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
    taken(hospital, HOSPITAL.replace("Zygotic Wumpus Enterprises", "ZYGOTIC  WUMPUS ENTERPRISES.")
          .replace("Catering", "REPAIRS"))  # fmt: skip
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
    payees.decide(payee=payee, verdict="entry", entry="01000007", because="Known.", by=yusuf,
                  role="Analyst")  # fmt: skip
    registered(("ZYGOTIC WUMPUS ENTERPRISES LIMITED", "01000009", "ZB1 1AA",
                "Private Limited Company", "43220", "Active"))  # fmt: skip
    taken(hospital, HOSPITAL.replace("26,", "25,"), "older.csv")
    preparing.bring_up_to_date()
    payee.refresh_from_db()
    assert (payee.entry, payee.lines) == ("GB-COH-01000007", 3)


def test_precision_comes_from_a_checked_sample_with_its_interval(town_spend, yusuf, client):
    assert "is not known" in text_of(client, "/spend/")
    drawing = payees.draw(by=yusuf, role="analyst", size=4, seed=1)
    found = list(drawing.checks.all())
    assert len(found) == 4
    assert drawing.of >= 4
    for at, one in enumerate(found):
        payees.check(check=one, is_right=at > 0, by=yusuf)
    made = payees.precision()
    # Wilson's interval of 3 of 4, computed by hand.
    assert (made.right, made.checked) == (3, 4)
    assert (round(made.low, 4), round(made.high, 4)) == (0.3006, 0.9544)
    preparing.bring_up_to_date()
    assert "3 of 4 matches" in text_of(client, "/spend/sectors/")
    assert "between 30.1% and 95.4%" in text_of(client, "/spend/how-we-know/")


def test_a_sample_leaves_out_what_people_or_numbers_have_settled(town_spend, yusuf):
    payee = Payee.objects.matched().first()
    payees.decide(payee=payee, verdict="none", because="x", by=yusuf, role="Analyst")
    payees.draw(by=yusuf, role="analyst")
    assert not Check.objects.filter(payee=payee).exists()


# --- Runs -----------------------------------------------------------------------------------------


def test_a_run_can_be_stopped_and_taken_up_again(anchor, taken, yusuf, monkeypatch):
    registered()
    taken(anchor, COUNCIL)
    monkeypatch.setattr(payees, "BATCH", 2)
    run = preparing.ask_for(yusuf)
    assert preparing.ask_for(yusuf) == run
    real, seen = payees.write_over, []

    def stop_after_one(rows, fields):
        real(rows, fields)
        if "entry" in fields:
            seen.append(len(rows))
            preparing.stop(run)

    monkeypatch.setattr(payees, "write_over", stop_after_one)
    preparing.carry_out(run)
    run.refresh_from_db()
    assert (run.state, run.step) == ("stopped", "Matching payees")
    assert (run.done, run.total) == (2, Payee.objects.count())
    assert reads.current() is None
    matched = Payee.objects.exclude(matched_with="").count()
    assert matched == 2
    monkeypatch.setattr(payees, "write_over", real)
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
    assert (files.FORMAT, hashlib.sha256(shape.encode()).hexdigest()[:12]) == ("4", "ce28d507eda0")


def keys_of(value):
    if isinstance(value, dict):
        return {key: keys_of(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [keys_of(value[0])] if value else []
    return ""


# --- Elsewhere in the product ---------------------------------------------------------------------


@pytest.fixture
def metric_of_share(council):
    made = Metric.objects.create(
        code="council-local-share", name="Local share", question="?", kind="share",
        computed="local-share", partner=council, method="local-share",
    )  # fmt: skip
    Series.objects.create(
        metric=made, number=1, unit="%", starts_on=date(2026, 7, 1), definition="x"
    )
    return made


def test_the_pledge_to_spend_locally_reads_its_progress_from_payments(
    town_spend,
    metric_of_share,
    pledged,
    nadia,
    anchor,
    taken,
    measure,
    council,
    new_person,
    decision,
):
    measure.kind, measure.unit = "share", "%"
    measure.save()
    editor = new_person("sarah", "Sarah Okafor", of=council)
    pledge = pledged(
        partner=council, by=editor, baseline=Decimal(30), target=Decimal(50), decision=decision
    )
    type(pledge).objects.filter(pk=pledge.pk).update(made_on=date(2026, 7, 1))
    pledge.refresh_from_db()
    measuring.bind(pledge=pledge, metric=metric_of_share, tolerance=Decimal(2), because="Same.",
                   by=nadia, role="x")  # fmt: skip
    on = date(2026, 10, 20)
    [made] = measuring.compute(metric_of_share, on=on)
    assert made.value == Decimal("36.5")
    assert "as much as 46.5%" in made.note
    assert made.of_what["pounds_in_the_town"] == 1500
    pledge.refresh_from_db()
    assert pledge.measured == Decimal("36.5")
    from commonweal.pledges import actions

    actions.claim(pledge=pledge, value=Decimal(44), as_of=timezone.localdate(), final=False,
                  words="Our count.", by=editor)  # fmt: skip
    pledge.refresh_from_db()
    assert measured_of(pledge).is_beyond
    assert measuring.compute(metric_of_share, on=on) == []
    # A corrected file makes a revision; what was said first stays.
    old = Release.objects.get(file_name="council-q3.csv")
    taken(anchor, COUNCIL.replace("A4", "A4b").replace("300.00", "3000.00"), "new.csv",
          replaces=old)  # fmt: skip
    preparing.bring_up_to_date()
    [again] = measuring.compute(metric_of_share, on=on)
    assert (again.version, again.status) == (2, "revised")
    assert again.value == Decimal("22.0")
    assert "corrected" in again.note
    assert Observation.objects.filter(series__metric=metric_of_share).count() == 2
    pledge.refresh_from_db()
    assert pledge.measured == Decimal("22.0")


def test_the_balance_sheet_has_what_was_kept_local_by_anchor(town_spend):
    panel = kept_local(date(2026, 7, 1), date(2026, 9, 30))
    assert panel.is_measured
    assert [(row["name"], row["is"]) for row in panel.rows] == [
        ("Borough Council", "36.5% to 46.5%"), ("General Hospital", "0.0% to 17.5%"),
    ]  # fmt: skip
    assert not kept_local(date(2020, 1, 1), date(2020, 3, 31)).is_measured


def test_a_town_s_file_says_what_its_bands_are(town):
    townfile.apply({"town": {"name": "Oakby"}, "spend": {"district": "E07", "county": "E10"}})
    assert preparing.home().county == "E10"
    with pytest.raises(Refused, match="widest is no setting"):
        townfile.apply({"town": {"name": "Oakby"}, "spend": {"widest": "x"}})


def test_everything_goes_by_command_too(anchor, tmp_path, capsys):
    registered()
    (tmp_path / "a.csv").write_text(COUNCIL)
    (tmp_path / "b.csv").write_text(COUNCIL + "04/09/2026,REDACTED PERSONAL DATA,80.00,Care,A7\n")
    (tmp_path / "postcodes.csv").write_text("pcd,oslaua,oscty,rgn,ctry\nZB1 1AA,X07,X10,X12,X92\n")
    call_command("spend", "load", str(tmp_path / "postcodes.csv"))
    call_command("spend", "import", "--anchor", "council", str(tmp_path / "a.csv"))
    said = capsys.readouterr().out
    assert "1 postcodes" in said
    assert "10 lines = 10 payments + 0 refused + 0 duplicates; £13,110.50; reconciles" in said
    call_command("spend", "import", "--anchor", "council", *map(str, tmp_path.glob("[ab].csv")))
    said = capsys.readouterr().out
    assert "there already" in said
    assert "waits to be looked at" in said
    assert "10 payments of 1 files" in said
    code = Release.objects.get(state="taken").code
    call_command("spend", "undo", code, "--because", "A trial.")
    assert "Nothing counts yet." in capsys.readouterr().out
    call_command("spend", "releases")
    assert f"{code}  undone" in capsys.readouterr().out
    for wrong in (["undo", "no", "--because", "x"], ["anchor", "nobody"], ["load", "nowhere.csv"],
                  ["import", "--anchor", "nobody", "a.csv"]):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("spend", *wrong)


def test_the_desk_from_upload_to_public_figure(sign_in, yusuf, anchor, settings):
    registered()
    desk = sign_in(yusuf)
    page = desk.get("/desk/spend/releases/").content.decode()
    assert "no columns need to be renamed" in page
    sent = io.BytesIO(COUNCIL.encode())
    sent.name = "council.csv"
    answer = desk.post("/desk/spend/releases/", {
        "anchor": anchor.pk, "route": "published", "file": sent,
        "source_url": "https://example.org/council.csv"})  # fmt: skip
    assert answer.status_code == 302
    page = text_of(desk, answer.url)
    assert "its heading is 'Supplier Name'" in page
    assert "£13,110.50" in page
    assert "Mrs Ottoline" not in page
    release = Release.objects.get()
    assert "Release" not in text_of(desk, "/desk/spend/")
    assert desk.get(release.get_absolute_url()).status_code == 404
    desk.post(f"/desk/spend/releases/{release.code}/take/", {"replaces": "none"})
    call_command("work", "--once")
    assert Run.objects.get().state == "done"
    assert "from 10 payments" in text_of(desk, "/desk/spend/")
    assert "https://example.org/council.csv" in text_of(desk, release.get_absolute_url())
    payee = Payee.objects.get(name="Zygotic Wumpus Enterprises")
    page = text_of(desk, f"/desk/spend/review/{payee.code}/")
    assert "Borough Council: £150, mostly for “Repairs”" in page
    desk.post(f"/desk/spend/review/{payee.code}/", {"answer": "other", "entry": "01000007",
                                                    "because": "Invoice."})  # fmt: skip
    assert Decided.objects.get().entry == "GB-COH-01000007"
    assert "Something has changed since" in text_of(desk, "/desk/spend/")
    desk.post("/desk/spend/sample/draw/")
    one = Check.objects.first()
    desk.post("/desk/spend/sample/", {f"check-{one.pk}": "right"})
    assert payees.precision().checked == 1
    assert Drawing.objects.count() == 1


def test_naming_an_anchor_twice_or_by_half_a_number_is_refused(sign_in, yusuf, college, council):
    desk = sign_in(yusuf)
    page = desk.post("/desk/spend/anchors/", {"partner": college.pk, "ids": "1234"})
    assert "is no number of a register" in page.content.decode()
    desk.post("/desk/spend/anchors/", {"partner": college.pk, "ids": "gb-coh-01000006"})
    assert Anchor.objects.get().ids == ["GB-COH-01000006"]
    page = desk.post("/desk/spend/anchors/", {"partner": college.pk, "ids": ""})
    assert page.status_code == 200
    assert Anchor.objects.count() == 1


def test_a_large_file_is_read_by_a_job(sign_in, yusuf, anchor, monkeypatch):
    from commonweal.spend import desk as spend_desk

    monkeypatch.setattr(spend_desk, "READ_AT_ONCE", 10)
    desk = sign_in(yusuf)
    sent = io.BytesIO(COUNCIL.encode())
    sent.name = "council.csv"
    answer = desk.post("/desk/spend/releases/", {"anchor": anchor.pk, "route": "published",
                                                 "file": sent})  # fmt: skip
    assert "is large and is read by itself" in text_of(desk, answer.url)
    call_command("work", "--once")
    assert Release.objects.get().state == "read"


def test_open_data_has_the_rows_of_the_pages_and_no_ledger_line(town_spend, client):
    rows = list(csv.DictReader(io.StringIO(
        b"".join(client.get("/payments.csv")).decode("utf-8-sig"))))  # fmt: skip
    # Nine of the council's that do not go to an anchor, and the hospital's two.
    assert len(rows) == 11
    assert {row["payee"] for row in rows if row["release"].startswith("council")} >= {
        "ACORN JOINERY LIMITED", "not named"
    }  # fmt: skip
    assert "Hushabye" not in str(rows)
    shares = client.get("/local-spend.json").getvalue().decode()
    assert '"route": "ledger"' in shares
    page = client.get("/data/").content.decode()
    assert "/payments.csv" in page
    assert "/local-spend.json" in page


def test_a_payee_is_asked_anew_when_its_postcode_becomes_known(anchor, taken):
    registered()
    taken(anchor, COUNCIL)
    preparing.bring_up_to_date()
    payee = Payee.objects.get(name="Acorn Joinery Ltd")
    assert "same postcode" not in payee.reasons
    taken(anchor, LEDGER, "ledger.csv", route="ledger")
    preparing.bring_up_to_date()
    payee.refresh_from_db()
    assert payee.postcode == "ZB11AA"
    assert "same postcode" in payee.reasons


def test_what_a_persons_payment_was_for_is_not_kept(anchor, taken, client):
    taken(anchor, (
        "Payment Date,Supplier Name,Net Amount,Description,Invoice Ref\n"
        "03/07/2026,Mrs Ottoline Fairbrass,90.00,Taxi for Wilbur Fairbrass,A1\n"
        "04/07/2026,REDACTED PERSONAL DATA,80.00,Respite for Wilbur Fairbrass,A2\n"
        "05/07/2026,Acorn Joinery Ltd,70.00,New doors,A3\n"
    ))  # fmt: skip
    preparing.bring_up_to_date()
    for place in files.folder("lines").glob("*.parquet"):
        assert "Wilbur" not in str(pq.read_table(place).to_pylist())
    page = text_of(client, "/spend/payments/")
    assert "New doors" in page
    assert "Wilbur" not in page


def test_tables_that_do_not_come_to_the_files_are_never_put_in_place(town_spend, hospital, taken):
    twice = pa.concat_tables([files.postcodes()] * 2)
    files.keep_places(twice)
    taken(hospital, HOSPITAL.replace("26,", "25,"), "older.csv")
    with pytest.raises(RuntimeError, match="do not reconcile"):
        preparing.bring_up_to_date()
    assert reads.current() == town_spend
    assert not list(files.folder("prepared").glob(".*"))


def test_a_guessed_name_finds_nothing_of_somebody_who_is_not_named(anchor, taken, client, yusuf):
    """Neither by the code that follows from the name, nor in what a payment was for."""
    taken(anchor, (
        "Payment Date,Supplier Name,Net Amount,Description,Invoice Ref\n"
        "03/07/2026,Percival Quillfeather,90.00,Minding Wilbur Quillfeather,A1\n"
        "05/07/2026,Acorn Joinery Ltd,70.00,New doors,A2\n"
    ))  # fmt: skip
    preparing.bring_up_to_date()
    payee = Payee.objects.get(name="Percival Quillfeather")
    for end in ("", ".csv"):
        address = f"/spend/payments{end or '/'}?supplier={payee.code}"
        said = client.get(address)
        text = (b"".join(said) if end else said.content).decode()
        assert "90.00" not in text, address
    for place in (*PUBLIC, "/spend/opportunities/?category=Minding+Wilbur+Quillfeather"):
        shown = text_of(client, place).replace("Minding Wilbur Quillfeather</h1>", "")
        assert "Minding Wilbur" not in shown.split("<main", 1)[1].split("Nothing is paid")[0], place
    assert "Minding" not in b"".join(client.get("/payments.csv")).decode()
    assert "New doors" in text_of(client, "/spend/payments/")
    payees.decide(payee=payee, verdict="none", because="A firm.", by=yusuf, role="Analyst")
    preparing.bring_up_to_date()
    assert "£90.00" in text_of(client, f"/spend/payments/?supplier={payee.code}")
