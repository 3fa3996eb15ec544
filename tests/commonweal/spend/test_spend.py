"""Local spend in the town: every figure leads to payment lines, and is used elsewhere."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date
from decimal import Decimal
from unittest.mock import Mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.balance.panels import kept_local
from commonweal.office.errors import Refused
from commonweal.places.clock import Clock
from commonweal.pledges.measured import measured_of
from commonweal.programme import measuring
from commonweal.programme.models import Metric, Observation, Series
from commonweal.setup import townfile
from commonweal.spend import files, importing, payees, preparing, reads, tables
from commonweal.spend.models import (
    Anchor,
    Check,
    Decided,
    Drawing,
    Figures,
    Payee,
    Prepared,
    Release,
    Run,
)

from .town import COUNCIL, HOSPITAL, LEDGER, PUBLIC, registered, text_of

pytestmark = pytest.mark.django_db


# --- Figures --------------------------------------------------------------------------------------


def test_the_share_is_a_range_without_payments_between_anchors(town_spend, anchor):
    share = reads.local_share(anchor.partner, date(2026, 7, 1), date(2026, 9, 30))
    # Acorn and Bracken are here; Wumpus, two persons and Quillfeather are not known.
    assert (share.low, share.unknown, share.total) == (
        Decimal("1500"),
        Decimal("410.50"),
        Decimal("4110.50"),
    )
    assert share.percentages == "36.5% to 46.5%"


def test_a_period_whose_last_month_is_missing_has_no_figure(town_spend, anchor, hospital):
    assert reads.local_share(anchor.partner, date(2026, 7, 1), date(2026, 12, 31)) is None
    assert reads.local_share(anchor.partner, date(2020, 1, 1), date(2020, 3, 31)) is None


def follow(client, page):
    """(address, payments, pounds) of every link to payments in a page's tables."""
    for whole in re.findall(r"<tr>.*?</tr>", page, re.S):
        link = re.search(r'href="(/spend/payments/[^"]*)"', whole)
        lines = re.search(r'data-label="Payments"> ?(?:<a[^>]*>)?([\d,]+)', whole)
        pounds = re.search(r'data-label="Pounds"> ?(-?£[\d,]+)', whole)
        if link and lines and pounds:
            yield html.unescape(link[1]), lines[1], pounds[1]


@pytest.mark.parametrize(
    "place",
    [
        "/spend/",
        "/spend/?anchor=council",
        "/spend/sectors/",
        "/spend/sectors/?anchor=hospital&year=2026-27",
        "/spend/how-we-know/",
    ],
)
def test_every_figure_leads_to_payments_that_come_to_it(town_spend, client, place):
    found = list(follow(client, text_of(client, place)))
    assert found
    for address, lines, pounds in found:
        lede = re.search(r"([\d,]+) payments?, <strong ?>(-?£[\d,.]+)", text_of(client, address))
        assert lede[1] == lines, address
        exact = Decimal(lede[2].replace("£", "").replace(",", ""))
        assert f"£{exact.quantize(Decimal(1)):,}" == pounds, address
        rows = list(
            csv.DictReader(
                io.StringIO(
                    b"".join(client.get(address.replace("/payments/", "/payments.csv"))).decode(
                        "utf-8-sig"
                    )
                )
            )
        )
        assert sum(Decimal(row["amount_gbp"]) for row in rows) == exact


def test_bands_owners_sizes_and_industries_each_make_the_whole(town_spend):
    for one in Figures.objects.filter(prepared=town_spend):
        whole = Decimal(one.content["match_rate"]["amount"])
        for rows in (
            one.content["office"]["bands"],
            one.content["site"]["bands"],
            one.content["ownership"],
            one.content["size"],
            one.content["sector"],
            one.content["leakage"],
            one.content["flows"]["office"],
        ):
            assert sum(Decimal(row["amount"]) for row in rows) == whole


def test_sizes_stand_with_the_years_of_the_accounts_that_say_so(town_spend, client):
    page = text_of(client, "/spend/sectors/")
    assert "Accounts of" in page
    assert "none known" in page


def test_opportunities_name_firms_here_in_the_industries_that_are_bought(town_spend, client):
    rows = {
        one["category"]: one
        for one in reads.opportunities(
            town_spend, reads.figures(town_spend, reads.Scope()), date(2026, 11, 1)
        )
    }
    # Acorn is paid for repairs (43220), and Elm stands in the same industry; both are here.
    assert (rows["Repairs"]["firms"], rows["Repairs"]["firms_paid"]) == (2, 1)
    assert rows["Computers"]["left"] == "5900.0000"
    page = text_of(client, "/spend/opportunities/?category=Repairs")
    assert page.index("ACORN JOINERY") < page.index("ELM JOINERS")
    assert "nothing here is a score of a bidder" in page


def test_firms_of_an_industry_are_shown_in_pages(town_spend, client, monkeypatch):
    monkeypatch.setattr("commonweal.design.paging.A_PAGE", 1)
    address = "/spend/opportunities/?category=Repairs"
    first = client.get(address).content.decode()
    assert ("ACORN JOINERY" in first, "ELM JOINERS" in first) == (True, False)
    assert "?category=Repairs&amp;page=2" in first
    second = client.get(f"{address}&page=2").content.decode()
    assert ("ACORN JOINERY" in second, "ELM JOINERS" in second) == (False, True)


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


# --- Elsewhere in the product ---------------------------------------------------------------------


@pytest.fixture
def metric_of_share(council):
    made = Metric.objects.create(
        code="council-local-share",
        name="Local share",
        question="?",
        kind="share",
        computed="local-share",
        partner=council,
        method="local-share",
    )
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
    measuring.bind(
        pledge=pledge,
        metric=metric_of_share,
        tolerance=Decimal(2),
        because="Same.",
        by=nadia,
        role="x",
    )
    on = date(2026, 10, 20)
    [made] = measuring.compute(metric_of_share, on=on)
    assert made.value == Decimal("36.5")
    assert "as much as 46.5%" in made.note
    assert made.of_what["pounds_in_the_town"] == 1500
    pledge.refresh_from_db()
    assert pledge.measured == Decimal("36.5")
    from commonweal.pledges import actions

    actions.claim(
        pledge=pledge,
        figure=Decimal(44),
        as_of=timezone.localdate(),
        final=False,
        report="Our count.",
        by=editor,
    )
    pledge.refresh_from_db()
    assert measured_of(pledge).is_beyond
    assert measuring.compute(metric_of_share, on=on) == []
    # A corrected file makes a revision; what was said first stays.
    old = Release.objects.get(file_name="council-q3.csv")
    taken(
        anchor, COUNCIL.replace("A4", "A4b").replace("300.00", "3000.00"), "new.csv", replaces=old
    )
    preparing.bring_up_to_date()
    [again] = measuring.compute(metric_of_share, on=on)
    assert (again.version, again.status) == (2, "revised")
    assert again.value == Decimal("22.0")
    assert "corrected" in again.note
    assert Observation.objects.filter(series__metric=metric_of_share).count() == 2
    pledge.refresh_from_db()
    assert pledge.measured == Decimal("22.0")


def test_the_balance_sheet_has_what_was_kept_local_by_anchor(town_spend):
    panel = kept_local(Clock(date(2026, 7, 1), date(2026, 9, 30), timezone.now()))
    assert panel.is_measured
    assert [(row["name"], row["is"]) for row in panel.rows] == [
        ("Borough Council", "36.5% to 46.5%"),
        ("General Hospital", "0.0% to 17.5%"),
    ]
    assert not kept_local(Clock(date(2020, 1, 1), date(2020, 3, 31), timezone.now())).is_measured


def test_a_town_s_file_says_what_its_bands_are(town):
    townfile.apply({"town": {"name": "Oakby"}, "spend": {"district": "E07", "county": "E10"}})
    assert tables.home().county == "E10"
    with pytest.raises(Refused, match="widest is no setting"):
        townfile.apply({"town": {"name": "Oakby"}, "spend": {"widest": "x"}})


def test_an_import_that_was_cut_off_goes_on_when_it_is_run_again(anchor, tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(COUNCIL)
    words = ("spend", "import", "--anchor", "council", str(tmp_path / "a.csv"))
    with monkeypatch.context() as cut:
        cut.setattr(importing, "take", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            call_command(*words)
    assert Release.objects.get().state == "read"
    call_command(*words)
    assert Release.objects.get().state == "taken"


def test_everything_goes_by_command_too(anchor, tmp_path, capsys):
    registered()
    (tmp_path / "a.csv").write_text(COUNCIL)
    (tmp_path / "b.csv").write_text(COUNCIL + "04/09/2026,REDACTED PERSONAL DATA,80.00,Care,A7\n")
    (tmp_path / "postcodes.csv").write_text("pcd,oslaua,oscty,rgn,ctry\nZB1 1AA,X07,X10,X12,X92\n")
    call_command("spend", "load", str(tmp_path / "postcodes.csv"))
    call_command("spend", "import", "--anchor", "council", str(tmp_path / "a.csv"))
    said = capsys.readouterr().out
    assert "1 postcode; 6 more stay that they lack\n" in said
    assert "10 lines = 10 payments + 0 refused + 0 duplicates; £13,110.50; reconciles" in said
    call_command("spend", "import", "--anchor", "council", *map(str, tmp_path.glob("[ab].csv")))
    said = capsys.readouterr().out
    assert "there already" in said
    assert "waits to be looked at" in said
    assert "10 payments of 1 file." in said
    code = Release.objects.get(state="taken").code
    call_command("spend", "undo", code, "--because", "A trial.")
    assert "Nothing counts yet." in capsys.readouterr().out
    call_command("spend", "releases")
    assert f"{code}  undone" in capsys.readouterr().out
    for wrong in (
        ["undo", "no", "--because", "x"],
        ["anchor", "nobody"],
        ["load", "nowhere.csv"],
        ["import", "--anchor", "nobody", "a.csv"],
    ):
        with pytest.raises(CommandError):
            call_command("spend", *wrong)


def test_the_desk_from_upload_to_public_figure(sign_in, yusuf, anchor, settings):
    registered()
    desk = sign_in(yusuf)
    page = desk.get("/desk/spend/releases/").content.decode()
    assert "no columns need to be renamed" in page
    sent = io.BytesIO(COUNCIL.encode())
    sent.name = "council.csv"
    answer = desk.post(
        "/desk/spend/releases/",
        {
            "anchor": anchor.pk,
            "route": "published",
            "file": sent,
            "source_url": "https://example.org/council.csv",
        },
    )
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
    desk.post(
        f"/desk/spend/review/{payee.code}/",
        {"answer": "other", "entry": "01000007", "because": "Invoice."},
    )
    assert Decided.objects.get().entry == "GB-COH-01000007"
    assert "Something has changed since" in text_of(desk, "/desk/spend/")
    desk.post("/desk/spend/sample/draw/")
    one = Check.objects.first()
    desk.post("/desk/spend/sample/", {f"check-{one.pk}": "right"})
    assert payees.precision().checked == 1
    assert Drawing.objects.count() == 1


def test_naming_an_anchor_twice_or_by_half_a_number_is_refused(sign_in, yusuf, college, council):
    desk = sign_in(yusuf)
    page = desk.post("/desk/spend/anchors/", {"partner": college.name, "ids": "1234"})
    assert "is no number of a register" in page.content.decode()
    desk.post("/desk/spend/anchors/", {"partner": college.name, "ids": "gb-coh-01000006"})
    assert Anchor.objects.get().ids == ["GB-COH-01000006"]
    page = desk.post("/desk/spend/anchors/", {"partner": college.name, "ids": ""})
    assert page.status_code == 200
    assert f"{college.name} is an anchor already" in page.content.decode()
    assert Anchor.objects.count() == 1


def test_a_large_file_is_read_by_a_job(sign_in, yusuf, anchor, monkeypatch):
    from commonweal.spend import releases_desk

    monkeypatch.setattr(releases_desk, "READ_AT_ONCE", 10)
    desk = sign_in(yusuf)
    sent = io.BytesIO(COUNCIL.encode())
    sent.name = "council.csv"
    answer = desk.post(
        "/desk/spend/releases/", {"anchor": anchor.pk, "route": "published", "file": sent}
    )
    assert "is large and is read by itself" in text_of(desk, answer.url)
    call_command("work", "--once")
    assert Release.objects.get().state == "read"


def test_open_data_has_the_rows_of_the_pages_and_no_ledger_line(town_spend, client):
    rows = list(
        csv.DictReader(io.StringIO(b"".join(client.get("/payments.csv")).decode("utf-8-sig")))
    )
    # Nine of the council's that do not go to an anchor, and the hospital's two.
    assert len(rows) == 11
    assert {row["payee"] for row in rows if row["release"].startswith("council")} >= {
        "ACORN JOINERY LIMITED",
        "not named",
    }
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
    taken(
        anchor,
        (
            "Payment Date,Supplier Name,Net Amount,Description,Invoice Ref\n"
            "03/07/2026,Mrs Ottoline Fairbrass,90.00,Taxi for Wilbur Fairbrass,A1\n"
            "04/07/2026,REDACTED PERSONAL DATA,80.00,Respite for Wilbur Fairbrass,A2\n"
            "05/07/2026,Acorn Joinery Ltd,70.00,New doors,A3\n"
        ),
    )
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
    taken(
        anchor,
        (
            "Payment Date,Supplier Name,Net Amount,Description,Invoice Ref\n"
            "03/07/2026,Percival Quillfeather,90.00,Minding Wilbur Quillfeather,A1\n"
            "05/07/2026,Acorn Joinery Ltd,70.00,New doors,A2\n"
        ),
    )
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
    payees.decide(payee=payee, verdict="none", because="A firm.", by=yusuf, role="analyst")
    preparing.bring_up_to_date()
    assert "£90.00" in text_of(client, f"/spend/payments/?supplier={payee.code}")
