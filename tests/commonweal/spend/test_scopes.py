"""What a page of local spend is about: what somebody may ask for, and what is read instead."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from commonweal.spend import files, reads
from commonweal.spend.models import Anchor, Bands, Figures, Prepared, Route
from commonweal.spend.reads import scopes
from commonweal.spend.reads.scopes import Scope, all_scopes, scope_of, whole_of, year_words

PUBLISHED, LEDGER = str(Route.PUBLISHED), str(Route.LEDGER)


@pytest.fixture
def prepared(db):
    """Two anchors and two years of published files, a ledger of one of them in one year."""
    prepared = Prepared.objects.create(
        version="v1", format=files.FORMAT, is_current=True, releases=3, lines=9
    )
    for route, anchor, year in (
        (PUBLISHED, "", ""),
        (PUBLISHED, "", "2025-26"),
        (PUBLISHED, "", "2026-27"),
        (PUBLISHED, "town-council", ""),
        (PUBLISHED, "town-council", "2026-27"),
        (PUBLISHED, "hospital", ""),
        (PUBLISHED, "hospital", "2025-26"),
        (LEDGER, "", ""),
        (LEDGER, "town-council", ""),
        (LEDGER, "town-council", "2026-27"),
    ):
        Figures.objects.create(
            prepared=prepared,
            route=route,
            anchor=anchor,
            year=year,
            content={"of": f"{route}/{anchor}/{year}"},
        )
    return prepared


# --- In an address --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "changes", "query"),
    [
        (Scope(), {}, ""),
        (Scope(route=LEDGER), {}, "?route=ledger"),
        (Scope(anchor="hospital"), {}, "?anchor=hospital"),
        (Scope(year="2025-26"), {}, "?year=2025-26"),
        (Scope(place="site"), {}, "?place=site"),
        (
            Scope(LEDGER, "hospital", "2025-26", "site"),
            {},
            "?route=ledger&anchor=hospital&year=2025-26&place=site",
        ),
        # What is asked for beside it.
        (Scope(anchor="hospital"), {"year": "2025-26"}, "?anchor=hospital&year=2025-26"),
        (Scope(anchor="hospital"), {"anchor": ""}, ""),
        (Scope(LEDGER), {"route": PUBLISHED}, ""),
        (Scope(place="site"), {"place": "office"}, ""),
        (Scope(), {"page": "2"}, "?page=2"),
        (Scope(), {"by": "a & b"}, "?by=a+%26+b"),
    ],
)
def test_what_is_usual_stands_in_no_address(scope, changes, query):
    assert scope.query(**changes) == query


def test_an_address_leads_back_to_what_it_was_made_of(prepared):
    for scope in (
        Scope(),
        Scope(LEDGER),
        Scope(LEDGER, "town-council", "2026-27", "site"),
        Scope(anchor="hospital", year="2025-26"),
        Scope(place="site"),
    ):
        assert scope_of(QueryDict(scope.query().removeprefix("?")), prepared) == scope


def test_a_scope_changes_by_another_of_it_alone():
    scope = Scope(LEDGER, "hospital", "2025-26", "site")
    assert whole_of(scope) == Scope(LEDGER, "", "2025-26", "site")
    assert scope.anchor == "hospital"


@pytest.mark.parametrize("route", [PUBLISHED, LEDGER])
@pytest.mark.parametrize(
    ("place", "told"), [("office", "registered office"), ("site", "place of trading")]
)
def test_a_scope_in_words(route, place, told):
    scope = Scope(route, place=place)
    assert scope.place_words == told
    assert scope.route_words == scopes.ROUTE_WORDS[route].strip() != ""


@pytest.mark.parametrize(
    ("year", "told"),
    [
        ("2025-26", "April 2025 to March 2026"),
        ("1999-00", "April 1999 to March 2000"),
        ("2026", "April 2026 to March 2027"),
    ],
)
def test_a_financial_year_by_its_months(year, told):
    assert year_words(year) == told


# --- What somebody asks for -----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "read_as"),
    [
        ("", Scope()),
        ("route=ledger", Scope(LEDGER)),
        ("anchor=hospital", Scope(anchor="hospital")),
        ("year=2025-26", Scope(year="2025-26")),
        ("anchor=hospital&year=2025-26", Scope(anchor="hospital", year="2025-26")),
        ("place=site", Scope(place="site")),
        # What is not there is read as all.
        ("route=secret", Scope()),
        ("route=", Scope()),
        ("anchor=college", Scope()),
        ("year=1999-00", Scope()),
        ("year=x", Scope()),
        ("place=moon", Scope()),
        ("place=", Scope()),
        ("anchor=hospital&year=2026-27", Scope(anchor="hospital")),
        ("anchor=college&year=2025-26", Scope(year="2025-26")),
        # An anchor without a ledger, among ledgers.
        ("route=ledger&anchor=hospital", Scope(LEDGER)),
        ("route=ledger&year=2026-27", Scope(LEDGER)),
        ("route=ledger&anchor=town-council&year=2026-27", Scope(LEDGER, "town-council", "2026-27")),
        # Of what is asked twice the last counts, as everywhere.
        ("anchor=hospital&anchor=town-council", Scope(anchor="town-council")),
        ("anchor=%00&year=%27+or+1%3D1", Scope()),
    ],
)
def test_what_is_not_there_is_read_as_all(prepared, asked, read_as):
    assert scope_of(QueryDict(asked), prepared) == read_as


@pytest.mark.django_db
def test_where_only_ledgers_count_they_are_what_is_read(prepared):
    Figures.objects.filter(route=PUBLISHED).delete()
    assert scope_of(QueryDict(""), prepared) == Scope(LEDGER)
    assert scope_of(QueryDict("route=published"), prepared) == Scope(LEDGER)


@pytest.mark.django_db
def test_what_one_may_choose_from(prepared, council, new_partner):
    Anchor.objects.create(partner=council)
    new_partner("hospital", "Ash Hospital", sector="public", kind="health")
    choices = reads.choices(prepared, Scope())
    assert [route for route, _ in choices.routes] == [PUBLISHED, LEDGER]
    assert [told[:1] for _, told in choices.routes] == [
        scopes.ROUTE_WORDS[route][:1].upper() for route in (PUBLISHED, LEDGER)
    ]
    assert choices.years == [
        ("", "All years"),
        ("2026-27", "April 2026 to March 2027"),
        ("2025-26", "April 2025 to March 2026"),
    ]
    assert choices.places == [("office", "Registered office"), ("site", "Place of trading")]


@pytest.mark.django_db
def test_anchors_are_offered_by_their_names_and_one_that_is_gone_by_its_code(prepared, new_partner):
    for code, name in (("town-council", "Zennor Council"), ("hospital", "Ash Hospital")):
        Anchor.objects.create(partner=new_partner(code, name, sector="public", kind="health"))
    assert reads.choices(prepared, Scope()).anchors == [
        ("", "All anchors"),
        ("hospital", "Ash Hospital"),
        ("town-council", "Zennor Council"),
    ]
    Anchor.objects.filter(partner__code="hospital").delete()
    assert reads.choices(prepared, Scope()).anchors[-1] == ("hospital", "hospital")


@pytest.mark.django_db
def test_only_what_has_figures_is_offered(prepared):
    choices = reads.choices(prepared, Scope(LEDGER))
    assert [anchor for anchor, _ in choices.anchors] == ["", "town-council"]
    assert [year for year, _ in choices.years] == ["", "2026-27"]


# --- The figures ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "of"),
    [
        (Scope(), "published//"),
        (Scope(place="site"), "published//"),
        (Scope(LEDGER, "town-council", "2026-27"), "ledger/town-council/2026-27"),
        (Scope(anchor="hospital"), "published/hospital/"),
    ],
)
def test_the_figures_of_a_scope(prepared, scope, of):
    assert reads.figures(prepared, scope) == {"of": of}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "scope", [Scope(anchor="college"), Scope(LEDGER, "hospital"), Scope(year="1999-00")]
)
def test_where_nothing_was_paid_there_are_none(prepared, scope):
    assert reads.figures(prepared, scope) is None


@pytest.mark.django_db
def test_the_figures_of_other_tables_are_not_read(prepared):
    other = Prepared.objects.create(version="v2", is_current=False, releases=0, lines=0)
    assert reads.figures(other, Scope()) is None
    assert all_scopes(other, Scope()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope(), ["hospital", "town-council"]),
        (Scope(year="2025-26"), ["hospital"]),
        (Scope(year="2026-27"), ["town-council"]),
        (Scope(LEDGER), ["town-council"]),
        (Scope(LEDGER, year="2025-26"), []),
        # One anchor's page compares it with all.
        (Scope(anchor="hospital"), ["hospital", "town-council"]),
    ],
)
def test_each_anchors_figures_beside_one_another(prepared, scope, codes):
    compared = all_scopes(prepared, scope)
    assert [anchor for anchor, _ in compared] == codes
    assert [content["of"] for _, content in compared] == [
        f"{scope.route}/{anchor}/{scope.year}" for anchor in codes
    ]


# --- Which tables count ---------------------------------------------------------------------------


@pytest.fixture
def tables(monkeypatch, tmp_path):
    """The folder of prepared tables."""
    monkeypatch.setattr(files, "prepared", lambda version: tmp_path / f"{version}.duckdb")
    return tmp_path


@pytest.mark.django_db
def test_tables_count_that_are_there_and_of_this_format(prepared, tables):
    assert reads.current() is None
    assert scopes.must_be_made_anew()
    (tables / "v1.duckdb").touch()
    assert reads.current() == prepared
    assert not scopes.must_be_made_anew()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "anew"),
    [({"format": "0"}, True), ({"format": ""}, True), ({"is_current": False}, False)],
    ids=["another version's", "the first version's", "no longer counts"],
)
def test_tables_of_another_version_are_made_anew(prepared, tables, changes, anew):
    (tables / "v1.duckdb").touch()
    Prepared.objects.update(**changes)
    assert reads.current() is None
    assert scopes.must_be_made_anew() is anew


@pytest.mark.django_db
def test_before_any_release_counts_nothing_is_to_be_made(tables):
    assert reads.current() is None
    assert not scopes.must_be_made_anew()


# --- What places are called -----------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("county", "region", "told"),
    [
        ("Orrinshire", "the Mid Coast", ("Elsewhere in Orrinshire", "Elsewhere in the Mid Coast")),
        ("", "", ("Elsewhere in the county", "Elsewhere in the region")),
        ("Orrinshire", "", ("Elsewhere in Orrinshire", "Elsewhere in the region")),
    ],
)
def test_the_bands_are_called_after_the_places(town, county, region, told):
    Bands.objects.update_or_create(id=1, defaults={"county_name": county, "region_name": region})
    names = scopes.band_names()
    assert (names["county"], names["region"]) == told
    assert names["town"] == f"In {town.name}"
    assert list(names) == ["town", "county", "region", "nation", "abroad", "unknown"]


@pytest.mark.django_db
def test_before_anybody_set_the_bands_they_have_plain_names(town):
    Bands.objects.all().delete()
    names = scopes.band_names()
    assert (names["county"], names["region"]) == (
        "Elsewhere in the county",
        "Elsewhere in the region",
    )
