"""A register of contracts adds and updates; what it does not name goes by a choice alone."""

from __future__ import annotations

from datetime import date

import pytest

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import contracts, registers
from commonweal.spend.models import Contract

from .town import brought_in, taken_back

pytestmark = pytest.mark.django_db
HEAD = "Ref,Title,Supplier name,Start date,End date,Total value (£)"
ROOF = "C1,Roofs,Acorn Ltd,01/04/2024,31/03/2030,900"
ROADS = "C2,Roads,Birch Ltd,01/04/2024,31/03/2029,500"
ADDRESS = "/desk/spend/contracts/"
TREES = "C3,Trees,,,31/03/2031,"


def kept(anchor, *lines):
    text = "\n".join([HEAD, *lines])
    register = contracts.read(anchor, text.encode(), "c.csv")
    return registers.keep(anchor=anchor, register=register, file_name="c.csv", by=None)


def as_they_stand():
    return list(
        Contract.objects.order_by("pk").values_list(
            "pk",
            "reference",
            "title",
            "supplier",
            "starts_on",
            "ends_on",
            "value_gbp",
            "file_name",
            "line",
            "listed_in",
        )
    )


def titles():
    return sorted(Contract.objects.values_list("title", flat=True))


def test_a_file_adds_and_updates_and_what_it_does_not_name_stays(anchor):
    kept(anchor, ROOF, ROADS)
    roof = Contract.objects.get(title="Roofs")
    file = kept(anchor, ROOF.replace("2030", "2032"), "C3,Trees,,,31/03/2031,")
    assert titles() == ["Roads", "Roofs", "Trees"]
    roof.refresh_from_db()
    assert roof.ends_on == date(2032, 3, 31)
    assert (file.counts["new"], file.counts["changed"], file.counts["unchanged"]) == (1, 1, 0)
    assert [one.title for one in registers.unlisted(file)] == ["Roads"]
    again = kept(anchor, ROOF.replace("2030", "2032"), "C3,Trees,,,31/03/2031,")
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (0, 0, 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("C1,Roofs,A,,31/03/2030,1", "C1,Roofs and gutters,A,,31/03/2030,1"),
        (
            ",Roofs,Acorn Ltd,01/04/2024,31/03/2030,1",
            ",ROOFS,Acorn Limited,01/04/2024,31/03/2031,1",
        ),
        (",Roofs,Acorn Ltd,,31/03/2030,1", ",Roofs,Acorn Ltd,01/04/2024,31/03/2030,1"),
        (",Roofs,Acorn Ltd,01/04/2024,31/03/2030,1", "C9,Roofs,Acorn Ltd,01/04/2024,31/03/2030,1"),
    ],
)
def test_a_contract_is_known_again_by_its_reference_or_its_words(anchor, before, after):
    kept(anchor, before)
    assert kept(anchor, after).counts["changed"] == 1
    assert Contract.objects.count() == 1


def test_lots_of_one_reference_stay_apart(anchor):
    lots = [f"C1,Lot {n},A,,31/03/2030,{n}" for n in (1, 2, 2)]
    kept(anchor, *lots)
    file = kept(anchor, *reversed(lots))
    assert (file.counts["unchanged"], Contract.objects.count()) == (3, 3)


def test_a_line_left_out_keeps_its_contract_and_an_unknown_one_all(anchor, yusuf):
    kept(anchor, ROOF, ROADS)
    file = kept(anchor, ROOF, ROADS.replace("31/03/2029", "rolling"))
    assert not registers.unlisted(file).exists()
    file = kept(anchor, ROOF, "C9,Else,,,rolling,")
    assert file.doubtful == [3]
    with pytest.raises(Refused, match="isn't known which contract line 3 is"):
        registers.remove(file=file, count=1, by=yusuf)
    total = kept(anchor, ROOF, "Total,,,,,900")
    assert [one.title for one in registers.unlisted(total)] == ["Roads"]


def undone(file, by):
    file.refresh_from_db()
    registers.undo(file=file, by=by, seen=registers.plan_undo(file).fingerprint)


def test_a_file_is_undone_as_a_whole(anchor, yusuf):
    first = kept(anchor, ROOF, ROADS)
    before = as_they_stand()
    second = kept(anchor, ROOF.replace("900", "950"), "C3,Trees,,,31/03/2031,")
    registers.remove(file=second, count=1, by=yusuf)
    assert titles() == ["Roofs", "Trees"]
    with pytest.raises(Refused, match="Undo that one first"):
        undone(first, yusuf)
    undone(second, yusuf)
    assert as_they_stand() == before
    with pytest.raises(Refused, match="undone already"):
        undone(second, yusuf)
    undone(first, yusuf)
    assert not Contract.objects.exists()


def test_the_page_shows_names_takes_out_by_number_and_undoes(anchor, sign_in, yusuf):
    kept(anchor, ROOF, ROADS)
    client = sign_in(yusuf)
    page = brought_in(client, anchor, "\n".join([HEAD, ROOF]), "new.csv")
    shown = page.content.decode()
    assert "The file does not name 1 contract of this anchor" in shown
    assert "Roads, Birch Ltd" in shown
    address = page.request["PATH_INFO"]
    for said, because in (
        ({"count": ""}, "and 0 was said"),
        ({"removes": "on", "count": "7"}, "Write 1, or leave the box"),
    ):
        page = client.post(address, said)
        assert because in page.content.decode()
        assert titles() == ["Roads", "Roofs"]
    page = client.post(address, {"removes": "on", "count": "1"}, follow=True)
    assert "1 contract taken out" in page.content.decode()
    assert titles() == ["Roofs"]
    page = taken_back(client, address)
    assert "is undone." in page.content.decode()
    assert titles() == ["Roads", "Roofs"]
    assert Event.objects.filter(verb="contracts undone").exists()
    page = taken_back(client, address)
    assert "undone already" in page.content.decode()
    assert "new.csv" in client.get(ADDRESS).content.decode()


def test_the_page_of_a_file_shows_what_it_made_and_what_undoing_it_would_do(
    anchor, sign_in, yusuf, maya
):
    kept(anchor, ROOF, ROADS)
    client = sign_in(yusuf)
    page = brought_in(client, anchor, "\n".join([HEAD, ROOF.replace("900", "950"), TREES]))
    address = page.request["PATH_INFO"]
    shown = " ".join(page.content.decode().split())
    for words in ("What it made and changed", "Trees", ">new</td>", ">changed</td>", "read on"):
        assert words in shown, words
    looked = client.get(f"{address}undo/")
    shown = " ".join(looked.content.decode().split())
    assert "Contracts that go, as they came with this file: 1" in shown
    assert "As they were before it: 1" in shown
    client.post(address, {"removes": "on", "count": "1"})
    seen = looked.context["undoing"].fingerprint
    stale = client.post(f"{address}undo/", {"seen": seen}).content.decode()
    assert "Somebody took contracts out since you looked." in stale
    assert "As they were before it: 2" in " ".join(stale.split())
    assert titles() == ["Roofs", "Trees"]
    assert sign_in(maya).post(f"{address}undo/", {"seen": seen}).status_code == 403
    taken_back(sign_in(yusuf), address)
    assert titles() == ["Roads", "Roofs"]
