"""What people corrected about a publisher's layout, remembered for its next file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localwealth.errors import UnreadableFile
from localwealth.layouts import Layouts, fingerprint
from localwealth.sources.columns import ColumnMapping

HEADS = ("Supplier", "Paid", "Net", "Gross")
# The same headings, as another month's file of the same publisher may have them.
SAME = [
    ("Supplier", "Paid", "Net", "Gross"),
    ("SUPPLIER", "PAID", "NET", "GROSS"),
    (" supplier ", "paid", "net", "gross"),
    ("Supplier:", "(Paid)", "Net (£)", "Gross £"),
    ("Supplier\xa0", "Paid", "Net", "Gross"),
    ("Supplier", "Paid", "Net", "Gross", "", " "),
]
# A layout that nobody has looked at yet.
DIFFERENT = [
    ("Supplier", "Paid", "Gross", "Net"),
    ("Supplier", "Paid", "Net"),
    ("Supplier", "", "Paid", "Net", "Gross"),
    ("Supplier", "Paid", "Net", "Gross", "Ref"),
    ("Supplier Name", "Paid", "Net", "Gross"),
    (),
]


def mapping_of(*heads: str) -> ColumnMapping:
    return ColumnMapping({"amount": 2}, heads)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "town" / "layouts.json"


@pytest.mark.parametrize("heads", SAME, ids=repr)
def test_headings_are_known_again_however_they_are_written(heads: tuple[str, ...]) -> None:
    assert fingerprint(heads) == fingerprint(HEADS) == "supplier|paid|net|gross"


@pytest.mark.parametrize("heads", DIFFERENT, ids=repr)
def test_headings_that_are_others_are_not_taken_for_the_same(heads: tuple[str, ...]) -> None:
    assert fingerprint(heads) != fingerprint(HEADS)


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ([], ""),
        ([""], ""),
        (["", "", ""], ""),
        (["£"], ""),
        (["", "Paid"], "|paid"),
        (["Supplier", "", "Paid"], "supplier||paid"),
        (["PaymentDate"], "payment date"),
        (["FIN.PAYMENT_DATE"], "fin payment date"),
        (["Cost/Centre"], "cost centre"),
        (["Amount", "Amount"], "amount|amount"),
    ],
)
def test_a_fingerprint_is_the_headings_in_small_letters(heads: list[str], expected: str) -> None:
    assert fingerprint(heads) == expected


@given(st.lists(st.sampled_from(["Supplier", "Net (£)", "", " ", "Paid On", "Réf"]), max_size=8))
def test_a_fingerprint_of_a_fingerprint_is_itself(heads: list[str]) -> None:
    once = fingerprint(heads)
    assert fingerprint(once.split("|")) == once
    assert not once.endswith("|")


def test_nobody_has_corrected_anything_at_first(place: Path) -> None:
    layouts = Layouts(place)
    assert layouts.known == {}
    assert layouts.find("Barset Council", HEADS) == {}
    # To look makes no file.
    assert not place.exists()
    assert not place.parent.exists()


def test_a_correction_is_there_at_the_next_file_and_after_a_fresh_start(place: Path) -> None:
    layouts = Layouts(place)
    layouts.keep("Barset Council", mapping_of(*HEADS), {"amount": "Gross"})
    assert layouts.find("Barset Council", HEADS) == {"amount": "Gross"}
    assert Layouts(place).find("Barset Council", HEADS) == {"amount": "Gross"}


@pytest.mark.parametrize("publisher", ["BARSET COUNCIL", "barset council", "Barset COUNCIL"])
def test_a_publisher_is_known_again_however_it_is_capitalised(place: Path, publisher: str) -> None:
    Layouts(place).keep("Barset Council", mapping_of(*HEADS), {"date": "Paid"})
    assert Layouts(place).find(publisher, HEADS) == {"date": "Paid"}


@pytest.mark.parametrize("publisher", ["Barset", "Barset Council ", "", "Loam Council"])
def test_a_correction_is_of_one_publisher_alone(place: Path, publisher: str) -> None:
    Layouts(place).keep("Barset Council", mapping_of(*HEADS), {"date": "Paid"})
    assert Layouts(place).find(publisher, HEADS) == {}


@pytest.mark.parametrize("heads", SAME, ids=repr)
def test_it_is_found_under_headings_that_are_the_same(place: Path, heads: tuple[str, ...]) -> None:
    Layouts(place).keep("Loam", mapping_of(*HEADS), {"amount": "Gross"})
    assert Layouts(place).find("Loam", heads) == {"amount": "Gross"}


@pytest.mark.parametrize("heads", DIFFERENT, ids=repr)
def test_another_layout_is_guessed_at_afresh_and_the_old_one_kept(
    place: Path, heads: tuple[str, ...]
) -> None:
    layouts = Layouts(place)
    layouts.keep("Loam", mapping_of(*HEADS), {"amount": "Gross"})
    assert layouts.find("Loam", heads) == {}
    layouts.keep("Loam", mapping_of(*heads), {"date": "1"})
    again = Layouts(place)
    assert again.find("Loam", HEADS) == {"amount": "Gross"}
    assert again.find("Loam", heads) == {"date": "1"}


def test_what_was_corrected_last_stands_and_what_was_not_stays(place: Path) -> None:
    layouts = Layouts(place)
    layouts.keep("Loam", mapping_of(*HEADS), {"amount": "Gross", "supplier": "1"})
    layouts.keep("Loam", mapping_of(*SAME[1]), {"amount": "Net", "reference": ""})
    expected = {"amount": "Net", "supplier": "1", "reference": ""}
    assert layouts.find("Loam", HEADS) == expected
    assert Layouts(place).find("Loam", HEADS) == expected


def test_the_same_correction_twice_changes_nothing(place: Path) -> None:
    layouts = Layouts(place)
    layouts.keep("Loam", mapping_of(*HEADS), {"amount": "Gross"})
    before = place.read_bytes()
    layouts.keep("Loam", mapping_of(*HEADS), {"amount": "Gross"})
    assert place.read_bytes() == before


def test_the_file_is_the_same_in_whatever_order_it_came_to_be(tmp_path: Path) -> None:
    one, two = Layouts(tmp_path / "one.json"), Layouts(tmp_path / "two.json")
    one.keep("Loam", mapping_of(*HEADS), {"amount": "Net", "date": "Paid"})
    one.keep("Barset", mapping_of("A", "B"), {"amount": "B"})
    two.keep("BARSET", mapping_of("a", "b"), {"amount": "B"})
    two.keep("loam", mapping_of(*SAME[3]), {"date": "Paid"})
    two.keep("loam", mapping_of(*SAME[1]), {"amount": "Net"})
    assert one.place.read_bytes() == two.place.read_bytes()


def test_it_is_written_for_people_and_leaves_no_draft_behind(place: Path) -> None:
    Layouts(place).keep("Sir Gâr", mapping_of("Cyflenwr", "Swm"), {"supplier": "Cyflenwr"})
    assert [path.name for path in place.parent.iterdir()] == ["layouts.json"]
    assert json.loads(place.read_text("utf-8")) == {
        "sir gâr": {"cyflenwr|swm": {"supplier": "Cyflenwr"}}
    }


def test_a_draft_that_was_left_by_an_accident_is_written_over(place: Path) -> None:
    place.parent.mkdir()
    place.with_suffix(".part").write_text("{half of", "utf-8")
    Layouts(place).keep("Loam", mapping_of(*HEADS), {"date": "Paid"})
    assert Layouts(place).find("Loam", HEADS) == {"date": "Paid"}
    assert not place.with_suffix(".part").exists()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"{'a': 1}", b"nothing of the kind", b"\xff\xfe\x00\xd8", b'{"a": '),
        # It can be read, and is another program's.
        *(b"[]", b"12", b"null", b'"loam"', b'{"loam": 1}', b'{"loam": ["net"]}'),
        *(b'{"loam": {"net": "Net"}}', b'{"loam": {"net": {"amount": 3}}}'),
        b'{"loam": {"net": {"amount": null}}}',
    ],
    ids=repr,
)
def test_a_file_that_cant_be_read_is_named_and_not_written_over(
    place: Path, content: bytes
) -> None:
    place.parent.mkdir()
    place.write_bytes(content)
    with pytest.raises(UnreadableFile) as refusal:
        Layouts(place)
    assert str(refusal.value) == "The remembered layouts in layouts.json can't be read."
    # No machine's folder in a sentence that is shown.
    assert str(place.parent) not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert place.read_bytes() == content


def test_a_folder_in_its_place_is_refused_in_the_same_words(place: Path) -> None:
    place.mkdir(parents=True)
    with pytest.raises(UnreadableFile, match=r"^The remembered layouts in layouts\.json can't"):
        Layouts(place)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Loam", "LOAM", "Barset"]),
            st.sampled_from([HEADS, SAME[1], DIFFERENT[0], DIFFERENT[2]]),
            st.sampled_from(["amount", "date", "supplier"]),
            st.sampled_from(["Net", "Gross", "Paid", "1", ""]),
        ),
        max_size=6,
    )
)
def test_the_last_word_on_each_role_is_what_is_found(
    corrections: list[tuple[str, tuple[str, ...], str, str]],
) -> None:
    layouts = Layouts(Path("nowhere") / "layouts.json")
    layouts.place = _Unwritten()  # type: ignore[assignment]
    expected: dict[tuple[str, str], dict[str, str]] = {}
    for publisher, heads, role, heading in corrections:
        layouts.keep(publisher, mapping_of(*heads), {role: heading})
        expected.setdefault((publisher.lower(), fingerprint(heads)), {})[role] = heading
    for publisher in ("Loam", "Barset"):
        for heads in (HEADS, DIFFERENT[0], DIFFERENT[2]):
            assert layouts.find(publisher, heads) == expected.get(
                (publisher.lower(), fingerprint(heads)), {}
            )


class _Unwritten:
    """A place that keeps no bytes: a hundred examples need no disk."""

    parent = with_suffix = property(lambda self: self)

    def __call__(self, suffix: str) -> _Unwritten:
        return self

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        assert parents
        assert exist_ok

    def write_text(self, text: str, encoding: str) -> None:
        json.loads(text)

    def replace(self, place: _Unwritten) -> None:
        assert place is self
