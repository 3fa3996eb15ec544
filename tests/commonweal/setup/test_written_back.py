"""What stands is written as a town's file, and reading that again changes nothing."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from commonweal.cases import enclosing
from commonweal.charter.models import Tier
from commonweal.places.models import Town
from commonweal.setup import townfile, writing
from commonweal.setup.sections import sections

ROOT = Path(__file__).resolve().parents[3]
# Whose rows a file of a town may touch.
ROOMS = {"places", "charter", "pledges", "programme", "services", "cases", "grants", "spend"}


def rows():
    return {
        (model._meta.label, row[model._meta.pk.attname]): row
        for model in apps.get_models()
        if model._meta.app_label in ROOMS | {"partners"}
        for row in model._base_manager.values()
    }


@pytest.fixture
def read_again(tmp_path, clock_stands):
    """Read the written file again; what that changed, as (before, after) of each row."""
    return lambda: _changed_by_reading(tmp_path)


def _changed_by_reading(tmp_path):
    # Who is on may have changed since the town was made: what follows from that comes by the job.
    enclosing.find_lost()
    file = tmp_path / "town.toml"
    file.write_text(writing.written())
    checked = townfile.look(file, known_codes=townfile.codes_there())
    assert [str(fault) for fault in checked.faults] == []
    before = rows()
    townfile.apply(checked.content)
    after = rows()
    assert file.read_text() == writing.written()
    return {
        place: (before.get(place), after.get(place))
        for place in {*before, *after}
        if before.get(place) != after.get(place)
    }


def test_a_demonstration_is_written_and_read_again(whole_village, read_again, clock_stands):
    """At night, when nobody is on, and when somebody came since."""
    today = timezone.localtime()
    for hour in (3, 12):
        clock_stands(today.replace(hour=hour))
        assert read_again() == {}
    assert Town.objects.get().is_fictional


def test_stevenage_is_written_as_its_file_says(db, read_again):
    said = tomllib.loads((ROOT / "examples/stevenage.toml").read_text())
    townfile.apply(said)
    assert read_again() == {}
    stands = tomllib.loads(writing.written())
    for name, settings in said.items():
        tables = settings if isinstance(settings, list) else [settings]
        there = stands[name] if isinstance(settings, list) else [stands[name]]
        for table in tables:
            plain = {key: one for key, one in table.items() if one not in ("", [])}
            assert any(plain.items() <= one.items() for one in there), (name, plain)


def test_a_town_made_at_the_desk_is_written(
    council, sign_in, daniel, theme, measure, version, area, read_again
):
    client = sign_in(daniel)
    tier = {"name": "Gold", "criteria": 'Two "kept"\r\npromises.', "review_months": "12"}
    client.post("/desk/town/tiers/add/", tier | DECISION)
    Town.objects.update(strapline='A "line" \\ with\ttabs', retention_words="One.\n\nTwo.")
    assert read_again() == {}
    assert client.get("/desk/town/file/").content.decode() == writing.written()


DECISION = {
    "decision_title": "Tiers set",
    "body": "Executive",
    "decided_on_0": "2",
    "decided_on_1": "11",
    "decided_on_2": "2026",
}

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
SETTING = (
    TEXT
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.dates(min_value=date(1900, 1, 1))
    | st.lists(TEXT)
    | st.lists(st.dictionaries(st.just("name"), TEXT, min_size=1))
)


@given(SETTING)
def test_every_value_is_read_as_it_was(setting):
    assert tomllib.loads(f"name = {writing._in_toml(setting)}")["name"] == setting


@given(st.decimals(-(10**15), 10**15, places=2))
def test_no_penny_of_a_figure_is_lost(figure):
    read = tomllib.loads(f"name = {writing._in_toml(figure)}")["name"]
    assert Decimal(str(read)) == figure


def test_every_section_is_written():
    assert set(writing.READ) == set(sections())


def test_tiers_change_places_by_the_file(town):
    """No two hold one rank, not for a moment."""
    for codes in ("ab", "ba", "bca", "c"):
        tiers = [{"code": code, "name": code} for code in codes]
        townfile.apply({"town": {"name": "Brackenford"}, "tiers": tiers})
    assert list(Tier.objects.values_list("code", flat=True)) == ["b", "c", "a"]


def test_the_command_writes_a_new_file_and_no_other(town, tmp_path, capsys):
    file = tmp_path / "town.toml"
    call_command("town", write=str(file))
    assert tomllib.loads(file.read_text())["town"]["name"] == "Brackenford"
    with pytest.raises(CommandError, match="is there already, and stays"):
        call_command("town", write=str(file))
    with pytest.raises(CommandError, match="can't be written: No such file or directory"):
        call_command("town", write=str(tmp_path / "none" / "town.toml"))
    capsys.readouterr()
    call_command("town", write="-")
    assert capsys.readouterr().out == file.read_text()


def test_there_is_no_town_to_write(db):
    with pytest.raises(CommandError, match="There is no town here yet"):
        call_command("town", write="-")
