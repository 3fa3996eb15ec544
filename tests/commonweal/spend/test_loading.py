"""Registers and lookups as whoever runs the server brings them in."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from commonweal.spend import files

pytestmark = pytest.mark.django_db

HEAD = (
    "CompanyName, CompanyNumber,RegAddress.PostCode,CompanyCategory,CompanyStatus,DissolutionDate\n"
)


@pytest.fixture
def load(settings, tmp_path, capsys):
    """Load files of these texts, and what is said of them."""
    settings.SPEND_FOLDER = tmp_path / "spend"

    def call(texts: dict[str, str], *options: str) -> str:
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        call_command("spend", "load", *options, *(str(tmp_path / name) for name in texts))
        return str(capsys.readouterr().out)

    return call


def firms(*numbers: int) -> str:
    return HEAD + "".join(f"FIRM {n} LTD,{n:08},SG1 1AA,X,Active,\n" for n in numbers)


def active() -> int:
    store = files.register()
    return len(store.query("from entries where status = 'active'"))


def test_a_part_and_half_a_register_end_nobody(load):
    load({"c-part1_2.csv": firms(1, 2, 3)})
    assert "nobody is ended" in load({"c-part2_2.csv": firms(4, 5, 6)})
    assert active() == 6
    said = load({"d.csv": firms(1, 2, 3, 4)})
    assert "in none of these files: 2 of 6 live companies" in said
    assert active() == 6
    load({"d.csv": firms(1, 2, 3, 4)}, "--end-unlisted", "2")
    assert active() == 4


def test_a_file_that_was_cut_off_changes_nothing_before_somebody_says_so(load):
    for cut in ({"c.csv": firms(1) + "FIRM 2"}, {"p.csv": "pcds,lad26cd\nSG1 1AA,E07\nSG1 1"}):
        with pytest.raises(CommandError, match="ends within a line"):
            load(cut)
    load({"c.csv": firms(1) + "FIRM 2"}, "--take-cut")
    assert active() == 1


def test_what_a_later_lookup_of_postcodes_lacks_stays(load):
    assert "2 postcodes\n" in load({"a.csv": "pcds,lad25cd\nSG1 1AA,E1\nSG1 1AB,E1\n"})
    said = load({"b.csv": "pcds,lad26cd\nSG1 1AA,E2\n"})
    assert "1 postcode; 1 more stay that they lack" in said
    kept = files.postcodes()
    assert kept["postcode"].to_pylist() == ["SG11AA", "SG11AB"]
    assert kept["district"].to_pylist() == ["E2", "E1"]


def test_a_register_in_an_unknown_layout_is_mapped(load):
    societies = {"m.csv": "Society No,Society\n525R,Elm Society\n"}
    with pytest.raises(CommandError, match=r"no known register.*'Society No', 'Society'"):
        load(societies)
    load(
        societies,
        "--column",
        "number=society no",
        "--column",
        "name=Society",
        "--numbers-of",
        "mutuals",
    )
    assert files.register().query("select id from entries")["id"].to_pylist() == ["GB-MPR-525R"]
