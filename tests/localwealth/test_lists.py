"""Lists kept as text: words of names, what made-up companies are made of, industries."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from localwealth import lists

HERE = Path(__file__).parents[2] / "src" / "localwealth"
LISTS = sorted(path for path in HERE.rglob("*.txt"))


def packed(place: Path) -> Traversable:
    """A list as an installed package has it."""
    return resources.files("localwealth").joinpath(*place.relative_to(HERE).parts)


@pytest.mark.parametrize("place", LISTS, ids=lambda place: place.stem)
def test_a_list_says_what_it_is_and_holds_nothing_twice(place: Path) -> None:
    lines = packed(place).read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    entries = [line for line in lines if not line.startswith("#")]
    assert entries == [line for line in dict.fromkeys(entries) if line.strip() == line != ""]


@pytest.mark.parametrize("line", ["01", "01=Crops", "01 = Crops\n01 = Fishing"])
def test_a_line_that_is_no_entry_is_named(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crops.txt").write_text(f"# What grows.\n{line}\n", "utf-8")
    monkeypatch.setattr(lists.resources, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"crops.txt: '01.*' is no entry, or its key stands twice"):
        lists.table("any", "crops")


def test_a_word_is_written_out_into_one_that_is_written_out_itself_no_further() -> None:
    # Both sides of a comparison are changed once, so that a chain would end in two words.
    aliases = lists.table("localwealth.registers", "words/aliases")
    assert {short: long for short, long in aliases.items() if long in aliases} == {}
