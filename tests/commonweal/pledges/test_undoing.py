"""A file is undone as a whole: by entries of its own, and not over what others wrote since."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places.models import Former
from commonweal.pledges import carrying, importing, ledger, proving, undoing
from commonweal.pledges.layout import layout_named
from commonweal.pledges.models import Entry, ImportRun, Pledge

from .test_absence import LATER, carried, plan, row

pytestmark = pytest.mark.django_db
AFTER = date(2026, 11, 1)


@pytest.fixture(autouse=True)
def _menu(measure):
    """The town's menu has the measure that the files name."""


def terms():
    return {
        p.source_row["base_key"].split("|")[1]: (
            p.statement,
            p.target,
            p.due_on,
            p.claimed,
            p.standing,
            p.source_row.get("status", ""),
        )
        for p in Pledge.objects.all()
    }


def undone(run, by):
    return undoing.undo(run, because="Wrong list", by=by, seen=undoing.plan_undo(run).fingerprint)


def test_what_came_with_a_file_is_withdrawn_with_the_reason(maya):
    run = carried(
        row("Acorn Ltd", "1"), row("Birch Ltd", "2", claimed="5", claimed_on="2026-08-01")
    )
    heard = dict(Partner.objects.values_list("name", "last_update_on"))
    undone(run, maya)
    assert {p.standing for p in Pledge.objects.all()} == {"withdrawn"}
    last = Pledge.objects.first().entries.last()
    assert (last.kind, last.words, last.by_role) == ("withdrawn", "Wrong list", "undone file")
    run.refresh_from_db()
    assert run.undone == {"withdrawn": 2, "put back": 0, "left": 0}
    assert proving.verify().broken is None
    # An undo is no sign of life.
    assert dict(Partner.objects.values_list("name", "last_update_on")) == heard


def test_the_page_says_who_took_a_promise_back(client, sign_in, maya, asha):
    withdrawn = "The partner took the promise back"
    run = carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    acorn, birch = Pledge.objects.order_by("pk")
    ledger.append(ledger.NewEntry(birch, "withdrawn", AFTER, {}, "No money", by_role="editor"))
    undone(run, maya)
    of_file, of_partner = (
        client.get(f"/pledges/{p.code}/").content.decode() for p in (acorn, birch)
    )
    assert withdrawn not in of_file
    assert "The town took back the file that this promise came in, and said why." in of_file
    assert withdrawn in of_partner
    # The page of the file names them as what it did once.
    page = sign_in(maya).get(f"/desk/charter/imports/{run.pk}/").content.decode()
    assert "What it made and changed before it was undone" in page


def test_what_was_taken_back_before_the_file_is_the_partners_again(client, maya):
    carried(row("Acorn Ltd", "1"))
    acorn = Pledge.objects.get()
    ledger.append(ledger.NewEntry(acorn, "withdrawn", AFTER, {}, "No money", by_role="editor"))
    acorn.refresh_from_db()
    acorn.source_row["removed"] = "2026-09-15"
    acorn.save(update_fields=["source_row"])
    run = carried(row("Acorn Ltd", "1"), as_at=LATER)
    assert acorn.entries.last().kind == "relisted"
    undone(run, maya)
    assert acorn.entries.last().by_role == "undone file"
    assert (
        "The partner took the promise back"
        in client.get(f"/pledges/{acorn.code}/").content.decode()
    )


def test_the_same_file_comes_in_again_after_an_undo(maya):
    rows = [row("Acorn Ltd", "1"), row("Birch Ltd", "2")]
    undone(carried(*rows), maya)
    planned = plan(*rows)
    assert not planned.does_nothing
    assert planned.already is None
    run = carrying.carry_out(planned, by=None)
    assert {p.standing for p in Pledge.objects.all()} == {"active"}
    assert Pledge.objects.count() == 2
    undone(run, maya)
    assert {p.standing for p in Pledge.objects.all()} == {"withdrawn"}
    assert plan(*rows).counts["changed"] == 2


def test_what_a_file_changed_is_as_it_was(maya, today):
    carried(
        row("Acorn Ltd", "1", claimed="2", claimed_on="2026-08-01"),
        row("Birch Ltd", "2"),
        row("Cedar Ltd", "3"),
    )
    before = terms()
    rows_before = {p.code: p.source_row for p in Pledge.objects.all()}
    run = carried(
        row(
            "Acorn Ltd",
            "1",
            target="20",
            due="2029-06-30",
            statement="We give more",
            claimed="7",
            claimed_on="2026-09-20",
        ),
        row("Birch Ltd", "2"),
        row("Dell Ltd", "4"),
        as_at=LATER,
        removes=1,
    )
    assert terms()["1"] != before["1"]
    assert terms()["3"][4] == "lapsed"
    undone(run, maya)
    now = terms()
    assert now.pop("4")[4] == "withdrawn"
    assert now == before
    assert {
        p.code: p.source_row for p in Pledge.objects.filter(code__in=rows_before)
    } == rows_before
    assert Pledge.objects.get(source_row__base_key__startswith="acorn").claimed == Decimal(2)
    assert not list(proving.stale_figures(today))
    assert proving.verify().broken is None


def test_what_others_wrote_to_since_is_left_and_named(maya):
    run = carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    acorn = Pledge.objects.get(partner__name="Acorn Ltd")
    body = {"field": "target", "old": "10", "new": "30"}
    ledger.append(ledger.NewEntry(acorn, "changed", AFTER, body, "More", by_role="partner"))
    assert [pledge.pk for pledge in undoing.plan_undo(run).left] == [acorn.pk]
    undone(run, maya)
    assert {p.partner.name: p.standing for p in Pledge.objects.select_related("partner")} == {
        "Acorn Ltd": "active",
        "Birch Ltd": "withdrawn",
    }


def test_of_several_later_files_the_newest_is_named(maya):
    first, *later = (
        carried(row("Acorn Ltd", "1", target=target), as_at=LATER + timedelta(days=days))
        for days, target in ((0, "20"), (1, "21"), (2, "22"))
    )
    for run, name in zip(later, ("between.csv", "newest.csv"), strict=True):
        ImportRun.objects.filter(pk=run.pk).update(file_name=name)
    with pytest.raises(Refused, match=r"“newest\.csv” .* Undo that one first"):
        undone(first, maya)


def test_a_later_file_is_undone_first_and_none_twice(maya):
    first = carried(row("Acorn Ltd", "1"))
    second = carried(row("Acorn Ltd", "1", target="20"), as_at=LATER)
    with pytest.raises(Refused, match="Undo that one first"):
        undoing.plan_undo(first)
    undone(second, maya)
    with pytest.raises(Refused, match="undone already"):
        undoing.plan_undo(ImportRun.objects.get(pk=second.pk))
    undone(first, maya)
    assert Pledge.objects.get().standing == "withdrawn"


def test_it_is_done_as_it_was_looked_at(sign_in, maya):
    run = carried(row("Acorn Ltd", "1"), row("Birch Ltd", "2"))
    client = sign_in(maya)
    address = f"/desk/charter/imports/{run.pk}/undo/"
    page = client.get(address)
    assert "Birch Ltd" in page.content.decode()
    seen = page.context["undoing"].fingerprint
    assert (
        "Say why it is undone"
        in client.post(address, {"seen": seen, "because": ""}).content.decode()
    )
    acorn = Pledge.objects.get(partner__name="Acorn Ltd")
    ledger.append(ledger.NewEntry(acorn, "withdrawn", AFTER, {}, "No", by_role="partner"))
    count = Entry.objects.count()
    page = client.post(address, {"seen": seen, "because": "Wrong list"})
    assert "Somebody wrote to these pledges since you looked" in page.content.decode()
    assert "Wrong list" in page.content.decode()
    assert Entry.objects.count() == count
    said = {"seen": page.context["undoing"].fingerprint, "because": "Wrong list"}
    page = client.post(address, said, follow=True)
    assert "is undone." in page.content.decode()
    assert "Undone on" in page.content.decode()
    page = client.post(address, said, follow=True)
    assert "undone already" in page.content.decode()
    assert Entry.objects.filter(by_role="undone file").count() == 1


def test_a_file_of_before_says_that_it_cannot_be_undone(sign_in, maya, today):
    run = ImportRun.objects.create(source="x", layout="x", file_name="x", sha256="0", as_at=today)
    page = sign_in(maya).get(f"/desk/charter/imports/{run.pk}/undo/", follow=True)
    assert "with an earlier version" in page.content.decode()


SBTI = (
    "Company Name,ISIN,Action,Commitment Type,Target Value,Target Year,Target Wording,"
    "Date Published\n{},GB00X,Target,,0.6,2030,We cut 60 %,2023-01-31\n"
)


def register_of(name, as_at):
    planned = importing.plan(
        SBTI.format(name).encode(), "sbti.csv", layout=layout_named("sbti-2023"), as_at=as_at
    )
    return carrying.carry_out(planned, by=None)


@pytest.mark.parametrize(
    ("since", "called"),
    [("", "Acorn Ltd"), ("renamed", "Acorn by hand"), ("taken", "Oak Group plc")],
)
def test_a_partner_that_a_file_called_otherwise_gets_its_name_back(
    sign_in, maya, new_partner, theme, since, called
):
    register_of("Acorn Ltd", date(2023, 8, 31))
    run = register_of("Oak Group plc", date(2023, 11, 30))
    oak = Partner.objects.get(name="Oak Group plc")
    if since == "renamed":
        Partner.objects.filter(pk=oak.pk).update(name="Acorn by hand")
    elif since == "taken":
        new_partner("acorn-2", "Acorn Ltd")
    page = sign_in(maya).get(f"/desk/charter/imports/{run.pk}/undo/").content.decode()
    assert ("Called as before: 1" in page) is (since == "")
    undone(run, maya)
    oak.refresh_from_db()
    assert oak.name == called
    if not since:
        assert list(Former.objects.filter(code=oak.code).values_list("was", flat=True)) == [
            {"name": "Acorn Ltd"},
            {"name": "Oak Group plc"},
        ]
        # Brought in again, the same file calls it so again.
        register_of("Oak Group plc", date(2023, 11, 30))
        oak.refresh_from_db()
        assert oak.name == "Oak Group plc"
