"""A register of contracts of any layout: its columns told, looked at, brought in, undone."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.bringing.models import HeldFile, Mapping
from commonweal.spend.models import Contract, ContractsFile

from .town import brought_in, taken_back

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/spend/contracts/"
HEAD = "Ref,Title,Supplier name,Start date,End date,Total value (£)"
ROOF = "C1,Roofs,Acorn Ltd,01/04/2024,31/03/2030,900"
ROADS = "C2,Roads,Birch Ltd,01/04/2024,31/03/2029,500"
OTHER = (
    "Ein,Gegenstand,Wer,Beginn,Ende,Wert,Amt,Stadtteil,Verfahren,Notiz\n"
    "K1,Roofs,Acorn Ltd,01/04/2024,31/03/2030,900,A,B,C,D\n"
    "K2,Roads,Birch Ltd,01/04/2024,rolling,500,A,B,C,D\n"
)
TOLD = ["reference", "title", "supplier", "starts_on", "ends_on", "value_gbp", "", "", "", ""]


@pytest.fixture
def desk(sign_in, yusuf):
    return sign_in(yusuf)


def chosen(client, anchor, text, name="c.csv", **said):
    sent = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(ADDRESS, {"anchor": anchor.pk, "file": sent} | said, follow=True)


def told(page, columns=TOLD):
    shown = page.context["understood"]
    return {f"column-{n}": meaning for n, meaning in enumerate(columns)} | {
        "heading": shown.heading,
        "shown": f"{shown.heading} {shown.sheet}",
        "save": "1",
    }


def carried(client, page, **said):
    seen = page.context["preview"].fingerprint
    return client.post(page.request["PATH_INFO"], {"do": "carry", "seen": seen} | said, follow=True)


def text(page):
    return " ".join(html.unescape(page.content.decode()).split())


def test_ten_columns_under_other_names_are_told_brought_in_and_undone(
    desk, anchor, django_capture_on_commit_callbacks
):
    page = chosen(desk, anchor, OTHER, source_url="https://example.org/register")
    assert page.resolver_match.url_name == "contracts-columns"
    assert "For instance: Roofs; Roads" in text(page)
    page = desk.post(page.request["PATH_INFO"], told(page), follow=True)
    assert "Row 3: 'rolling' is no date" in text(page)
    assert not Contract.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = carried(desk, page)
    contract = Contract.objects.get()
    assert (contract.title, contract.supplier, contract.reference) == ("Roofs", "Acorn Ltd", "K1")
    assert contract.source_url == "https://example.org/register"
    assert not HeldFile.objects.exists()
    assert "These rows with their reasons as CSV" in text(page)
    page = taken_back(desk, page.request["PATH_INFO"])
    assert "is undone" in text(page)
    assert not Contract.objects.exists()
    # Told once for this anchor, it needs no telling again.
    assert Mapping.objects.get().sender == str(anchor.pk)
    assert chosen(desk, anchor, OTHER).resolver_match.url_name == "contracts-held"


def test_what_is_needed_must_be_told(desk, anchor):
    page = chosen(desk, anchor, OTHER)
    page = desk.post(page.request["PATH_INFO"], told(page, ["reference"] + [""] * 9), follow=True)
    assert "Say which column is “What the contract is for”." in text(page)
    assert "Say which column is “Day on which it ends”." in text(page)


def test_the_preview_shows_new_changed_unchanged_refused_and_no_longer_listed(desk, anchor):
    brought_in(desk, anchor, "\n".join([HEAD, ROOF, ROADS, "C4,Trees,,,31/03/2031,1"]))
    lines = [HEAD, ROOF.replace("2030", "2032"), ROADS, "C3,Walls,,,31/03/2031,7", ",,,,x,"]
    page = chosen(desk, anchor, "\n".join(lines))
    shown = text(page)
    counts = page.context["preview"].counts
    assert [counts[name] for name in ("new", "changed", "unchanged", "rejected")] == [1, 1, 1, 1]
    assert "Day on which it ends: 31 March 2030 → 31 March 2032" in shown
    assert "Row 5: it names no contract" in shown
    assert "The file does not name 1 contract of this anchor" in shown
    assert "Trees, until 31 March 2031" in shown
    assert Contract.objects.filter(title="Roofs", ends_on__year=2030).exists()


def test_what_is_no_longer_listed_goes_by_a_tick_and_its_number(desk, anchor):
    brought_in(desk, anchor, "\n".join([HEAD, ROOF, ROADS]))
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF]))
    refused = carried(desk, page, removes="on", count="7")
    assert "Write 1, or leave the box above unticked" in text(refused)
    assert Contract.objects.count() == 2
    page = carried(desk, page, removes="on", count="1")
    assert [one.title for one in Contract.objects.all()] == ["Roofs"]
    taken_back(desk, page.request["PATH_INFO"])
    assert Contract.objects.count() == 2


def test_nothing_goes_while_a_line_may_be_about_any(desk, anchor):
    brought_in(desk, anchor, "\n".join([HEAD, ROOF, ROADS]))
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF, "C9,Else,,,rolling,"]))
    page = carried(desk, page, removes="on", count="1")
    assert "isn't known which contract line 3 is" in text(page)
    assert Contract.objects.count() == 2


def test_what_changed_since_it_was_looked_at_is_shown_again(desk, anchor):
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF, ROADS]))
    brought_in(desk, anchor, "\n".join([HEAD, ROADS]), "other.csv")
    page = carried(desk, page)
    assert "changed since you looked" in text(page)
    assert Contract.objects.count() == 1


def test_brought_in_twice_nothing_is_done_and_said_to_be(desk, anchor):
    brought_in(desk, anchor, "\n".join([HEAD, ROOF]))
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF]))
    assert "Nothing would be done." in text(page)
    assert "Bring it in" not in text(page)
    assert "Nothing would be done, so nothing was" in text(carried(desk, page))
    assert ContractsFile.objects.count() == 1


def test_a_file_that_lists_again_what_the_newest_left_out_does_something(desk, anchor):
    for lines in ([ROOF, ROADS], [ROOF], [ROOF, ROADS]):
        page = brought_in(desk, anchor, "\n".join([HEAD, *lines]))
        assert page.resolver_match.url_name == "contracts-file"
    assert "No longer named" not in text(page)


@pytest.mark.parametrize(
    ("sent", "because"),
    [
        (b"", "empty"),
        (b"Title,End date\n", "No line of the file is a contract"),
        (b" ", "no table"),
        (b"PK\x03\x04broken", "damaged"),
    ],
)
def test_what_is_no_register_is_refused_where_it_was_chosen(desk, anchor, sent, because):
    page = chosen(desk, anchor, sent, "a.xlsx" if sent.startswith(b"PK") else "a.csv")
    assert page.resolver_match.url_name == "contracts-read"
    assert because in text(page)
    assert not HeldFile.objects.exists()


def test_the_empty_one_with_a_line_filled_in_reads_back(desk, anchor):
    template = desk.get(f"{ADDRESS}template/").content.decode("utf-8-sig")
    brought_in(desk, anchor, template)
    contract = Contract.objects.get()
    assert (contract.reference, contract.value_gbp, str(contract.ends_on)) == (
        "C-001",
        120000,
        "2029-03-31",
    )


def test_refused_lines_are_corrected_and_chosen_again(desk, anchor):
    page = brought_in(desk, anchor, "\n".join([HEAD, ROOF, ROADS.replace("31/03/2029", "soon")]))
    address = page.request["PATH_INFO"]
    handed_out = desk.get(f"{address}refused/").content.decode("utf-8-sig")
    assert "Row 3: 'soon' is no date" in handed_out
    assert "Roofs" not in handed_out
    page = chosen(desk, anchor, handed_out.replace("soon", "31/03/2029", 1))
    assert page.context["preview"].counts["new"] == 1
    assert carried(desk, page).resolver_match.url_name == "contracts-file"
    assert Contract.objects.count() == 2


def test_refused_lines_can_be_had_before(desk, anchor):
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF, ",,,,x,"]))
    assert (
        "it names no contract" in desk.get(f"{page.request['PATH_INFO']}refused/").content.decode()
    )
    whole = brought_in(desk, anchor, "\n".join([HEAD, ROOF]))
    assert desk.get(f"{whole.request['PATH_INFO']}refused/").status_code == 404


def test_a_file_is_thrown_away(desk, anchor):
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF]))
    page = desk.post(page.request["PATH_INFO"], {"do": "away"}, follow=True)
    assert "thrown away" in text(page)
    assert not HeldFile.objects.exists()
    assert not Contract.objects.exists()


def test_nobody_else_sees_a_held_register(desk, anchor, sign_in, maya):
    page = chosen(desk, anchor, "\n".join([HEAD, ROOF]))
    assert sign_in(maya).get(page.request["PATH_INFO"]).status_code == 403
