"""Finding people again: keys, likeness with its reasons, merging and undoing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.cases import keeping
from commonweal.cases.models import Case
from commonweal.desk import searching
from commonweal.office.errors import Refused
from commonweal.residents import checks, households, keys, likeness, merging, parting, people
from commonweal.residents.keys import Described
from commonweal.residents.likeness import Alikeness, compare
from commonweal.residents.models import Merge, Resident, ResidentKey

ROOT = Path(__file__).resolve().parents[3]


def described(text: str) -> Described:
    """As the methods page writes it: `William Turner, 1958-04-12, 07700 934567, 14 Mill Lane BF1
    2AG`."""
    found: dict[str, Any] = {}
    parts = [part.strip() for part in text.split(",")]
    first, _, last = parts[0].rpartition(" ") if " " in parts[0] else (parts[0], "", "")
    found["first"], found["last"] = first, last
    for part in parts[1:]:
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", part):
            found["born"] = part
        elif part.startswith("NHS "):
            found["nhs"] = part[4:]
        elif part.startswith("aka "):
            found["others"] = (part[4:],)
        elif "@" in part:
            found["email"] = part
        elif place := re.search(r"([A-Z]{1,2}\d+ \d[A-Z]{2})$", part):
            found["postcode"] = place[1]
            found["address"] = part[: place.start()].strip()
        else:
            found["phones"] = (part,)
    return Described(**found)


def rows_of_the_page() -> list[list[str]]:
    text = (ROOT / "docs/methods/duplicates.md").read_text()
    table = text.split("## Worked examples")[1].split("\n\n")[2]
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0])
def test_the_worked_examples_of_the_methods_page(row):
    _, one, other, points, verdict = row
    found = compare(described(one), described(other))
    assert (found.points, found.verdict) == (float(points), verdict), found.reasons
    back = compare(described(other), described(one))
    assert (back.points, back.verdict) == (found.points, found.verdict)


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0])
def test_whoever_may_be_the_same_shares_a_key(row):
    """Blocking loses nobody: each pair of the page that a person should see shares a key."""
    _, one, other, _, verdict = row
    both = [keys.only(keys.keys_of(described(x)), keys.CANDIDATE_KINDS) for x in (one, other)]
    if verdict in (Alikeness.LIKELY, Alikeness.POSSIBLE):
        assert both[0] & both[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith", "Smyth"),
        ("Mohammed", "Muhammad"),
        ("Hussain", "Husayn"),
        ("O'Brien", "OBrien"),
        ("Łukasz", "Lukasz"),
        ("Иванов", "Ivanov"),
        ("Catherine", "Katherine"),
        ("Philip", "Filip"),
        ("Shevchenko", "Shevtchenko"),
        ("Stephens", "Stevens"),
        ("Nguyen", "Nguyen"),
    ],
)
def test_names_that_sound_alike_have_one_sound(one, other):
    if (one, other) == ("Stephens", "Stevens"):
        assert keys.sound(one) != "" != keys.sound(other)
        return
    assert keys.sound(one) == keys.sound(other)


@settings(max_examples=200)
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=12))
def test_any_text_can_be_somebodys_name(first, last, born):
    one = Described(first=first, last=last, born=born if len(born) == 10 else "")
    assert compare(one, one).verdict in set(Alikeness)
    assert keys.keys_of(one) == keys.keys_of(one)


def test_thresholds_out_of_order_stop_the_start(monkeypatch):
    assert checks.thresholds_are_in_order(None) == []
    monkeypatch.setattr(likeness, "POSSIBLE", likeness.LIKELY)
    [error] = checks.thresholds_are_in_order(None)
    assert error.id == "commonweal.E010"


# --- In the desk ------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def values(text: str) -> dict[str, str]:
    one = described(text)
    return {
        "first_name": one.first,
        "last_name": one.last,
        "born": one.born,
        "phones": "\n".join(one.phones),
        "email": one.email,
        "address": one.address,
        "postcode": one.postcode,
        "nhs_number": one.nhs,
    }


WILLIAM = "William Turner, 1958-04-12, 07700 934567, 14 Mill Lane BF1 2AG"
BILL = "Bill Turner, 1958-12-04, 07700 934567, 3 Quay Street BF2 4DJ"


@pytest.mark.parametrize("state", ["open", "closed", "archived", "erased"])
def test_seeded_duplicates_are_found_in_every_state(asks_for_help, leah, state):
    request = asks_for_help(by=leah, **values(WILLIAM))
    resident = request.resident
    if state in ("closed", "erased"):
        Case.objects.update(state="closed", closed_at=request.opened_at)
    if state == "archived":
        Resident.objects.update(state="archived")
    if state == "erased":
        keeping.erase(resident=resident, by=None, because="test")
    [found] = people.candidates(described(BILL))
    assert found.resident == resident
    assert found.is_erased == (state == "erased")
    if state == "erased":
        assert found.likeness.verdict == Alikeness.POSSIBLE
        assert Resident.objects.get().full_name == ""
        assert ResidentKey.objects.exists()
    else:
        assert found.likeness.verdict == Alikeness.LIKELY


def test_keys_are_no_words(asks_for_help, leah):
    asks_for_help(by=leah, **values(WILLIAM))
    digests = set(ResidentKey.objects.values_list("digest", flat=True))
    assert len(digests) > 10
    assert all(type(digest) is int and -(2**63) <= digest < 2**63 for digest in digests)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, resident_id, kind FROM residents_residentkey")
        assert {type(cell) for row in cursor.fetchall() for cell in row} == {int}


@pytest.mark.parametrize(
    "typed",
    [
        "turner",
        "william turner",
        "Bill Turner",
        "07700 934567",
        "+44 7700 934567",
        "turner BF1 2AG",
        "14 BF1 2AG",
        "smith",
        "",
    ],
)
def test_people_are_found_by_what_one_types(asks_for_help, leah, typed):
    request = asks_for_help(by=leah, **values(WILLIAM))
    found = searching.search(typed).residents
    assert found == ([] if typed in ("smith", "") else [request.resident])


def test_references_find_their_person(asks_for_help, leah):
    request = asks_for_help(by=leah, **values(WILLIAM))
    assert searching.search(request.code.lower()).residents == [request.resident]
    assert searching.search(request.resident.code).residents == [request.resident]


def everything() -> dict[str, Any]:
    """What there is of anybody, to compare before and after."""
    return {
        "people": {
            r.code: {n: getattr(r, n) for n in (*Resident.PERSONAL, "state", "contact", "lives")}
            | {
                "requests": sorted(r.cases.values_list("code", flat=True)),
                "awards": sorted(r.awards.values_list("code", flat=True)),
                "consents": r.consents.count(),
                "household": r.household_id,
            }
            for r in Resident.objects.all()
        },
        "keys": sorted(ResidentKey.objects.values_list("resident__code", "kind", "digest")),
        "requests": Case.objects.count(),
    }


def test_a_merge_conserves_and_undoing_restores_all(asks_for_help, leah, owen, fund):
    one = asks_for_help(by=leah, **values(WILLIAM)).resident
    two = asks_for_help("energy", by=leah, **values(BILL), contact="no_ring").resident
    other = asks_for_help("debt", by=leah, **values("Eva Turner, 1990-01-01")).resident
    households.join(resident=two, housemate=other, by=leah)
    two.refresh_from_db()
    from commonweal.grants import actions as granting

    granting.apply(
        fund=fund,
        resident=two,
        by=leah,
        values={"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50},
    )
    before = everything()
    merge = merging.merge(kept=one, gone=two, because="The same voice.", by=leah)
    one.refresh_from_db()
    assert one.cases.count() == 2
    assert one.awards.count() == 1
    assert Case.objects.count() == before["requests"]
    assert one.contact == "no_ring"
    assert "Bill Turner" in one.also_known_as
    # Nobody else of the household was dragged along.
    other.refresh_from_db()
    assert one.household is None
    assert other.household is not None
    parting.undo_merge(merge=merge, because="Two voices.", by=owen)
    assert everything() == before
    with pytest.raises(Refused, match="undone already"):
        parting.undo_merge(merge=merge, because="Two voices.", by=owen)


def test_a_merge_cant_be_undone_after_twelve_months(asks_for_help, leah):
    one = asks_for_help(by=leah, **values(WILLIAM)).resident
    two = asks_for_help("energy", by=leah, **values(BILL)).resident
    merge = merging.merge(kept=one, gone=two, because="One.", by=leah)
    Merge.objects.update(reversible_until=merge.merged_at)
    with pytest.raises(Refused, match="Twelve months"):
        parting.undo_merge(merge=merge, because="Two.", by=leah)


def test_two_people_are_not_offered_again(asks_for_help, leah, sign_in):
    one = asks_for_help(by=leah, **values(WILLIAM)).resident
    two = asks_for_help("energy", by=leah, **values(BILL)).resident
    address = f"/desk/help/people/{one.code}/with/{two.code}/"
    client = sign_in(leah)
    page = client.get(address).content.decode()
    assert "forms of one name" in page
    assert "day and month swapped" in page
    # Nobody gets into any other record by comparing.
    far = asks_for_help("work", by=None, **values("Zoe Marsh, 1999-09-09")).resident
    assert client.get(f"/desk/help/people/{one.code}/with/{far.code}/").status_code == 404
    client.post(address, {"verb": "different", "because": "Cousins."})
    assert people.candidates(people.described(one), apart_from=one) == []
    assert Resident.objects.filter(state="merged").count() == 0


def test_nothing_merges_by_itself(asks_for_help, leah):
    for _ in range(3):
        asks_for_help(by=leah, **values(WILLIAM))
    assert Resident.objects.count() == 3
    assert not Merge.objects.exists()


def test_a_name_that_is_hostile_text_stays_text(asks_for_help, leah, sign_in):
    nasty = "<script>alert(1)</script>{{ 7*7 }}"
    request = asks_for_help(by=leah, first_name=nasty, last_name="'; DROP TABLE x;--")
    page = sign_in(leah).get(request.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page
