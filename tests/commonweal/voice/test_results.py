"""Results: after the close, residents and enterprises apart, small counts held back."""

from __future__ import annotations

import csv
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commonweal.voice.consultations import giving, results
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.consultations.results import kept_back
from tests.commonweal.cast.voice import move_back

SMALL = 5


def possible(shown, total):
    """Every row of counts that a reader, who knows the rule, may think of."""
    hidden = [name for name, count in shown.items() if count is None]
    left = total - sum(count for count in shown.values() if count is not None)
    for guess in product(range(left + 1), repeat=len(hidden)):
        whole = shown | dict(zip(hidden, guess, strict=True))
        if sum(guess) == left and kept_back(whole) == shown:
            yield whole


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=3, max_size=4))
@example([4, 4, 5])
@example([1, 1, 6])
@example([4, 4, 0])
def test_no_count_from_1_to_4_can_be_worked_out(numbers):
    counts = {str(place): number for place, number in enumerate(numbers)}
    if not SMALL <= sum(numbers) <= 13:
        return
    shown = kept_back(counts)
    guesses = list(possible(shown, sum(numbers)))
    for name, count in counts.items():
        if 0 < count < SMALL:
            assert shown[name] is None
            assert len({guess[name] for guess in guesses}) > 1


def test_the_table_of_the_page_on_method():
    assert kept_back({"Yes": 40, "No": 9, "Don’t know": 0}) == {"Yes": 40, "No": 9, "Don’t know": 0}
    assert kept_back({"Yes": 40, "No": 9, "Don’t know": 3}) == {
        "Yes": 40,
        "No": None,
        "Don’t know": None,
    }
    assert kept_back({"Yes": 40, "No": 1, "Don’t know": 1}) == dict.fromkeys(
        ("Yes", "No", "Don’t know")
    )
    assert kept_back({"Yes": 3, "No": 1, "Don’t know": 0}) == dict.fromkeys(
        ("Yes", "No", "Don’t know")
    )


@pytest.mark.django_db
def test_residents_and_enterprises_are_never_added_up(consulted, answered, client):
    consultation = consulted()
    answered(consultation, 7, 0)
    answered(consultation, 6, 1)
    answered(consultation, 5, 1, voice="enterprise", enterprise="A shop")
    move_back(consultation, 25)
    residents, enterprises = results.results_of(consultation)
    assert (residents.total, enterprises.total) == (13, 5)
    assert [line.count for line in residents.questions[0].lines] == [7, 6, 0, 0]
    assert [line.count for line in enterprises.questions[0].lines] == [0, 5, 0, 0]
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "no margin of error" in page
    assert "never added up" in page
    assert "18 answers" not in page
    assert "Shade." not in page


@pytest.mark.django_db
def test_few_answers_show_nothing(consulted, answered, client):
    consultation = consulted()
    answered(consultation, 4, 0)
    move_back(consultation, 25)
    residents, _ = results.results_of(consultation)
    assert residents.total is None
    shown = [line.count for line in [*residents.channels, *residents.questions[0].lines]]
    assert set(shown) == {None}
    assert "Fewer than 5 answered" in client.get(consultation.get_absolute_url()).content.decode()
    file = client.get(f"{consultation.get_absolute_url()}results.csv")
    rows = csv.DictReader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines())
    assert {row["count"] for row in rows if row["who"] == "resident"} == {""}


@pytest.mark.django_db
def test_nothing_of_the_answers_is_told_before_the_close(consulted, answered, client):
    consultation = consulted()
    before = client.get(consultation.get_absolute_url()).content
    answered(consultation, 9, 0)
    # Another query, so that no page that was kept is read.
    after = client.get(consultation.get_absolute_url() + "?again").content
    assert after == before
    assert client.get(f"{consultation.get_absolute_url()}results.csv").status_code == 404


@pytest.mark.django_db
def test_a_mean_mark_is_told_where_no_count_is_held_back(consulted):
    consultation = consulted()
    rating = consultation.questions.get(kind="rating")
    for mark, times in ((2, 5), (5, 5)):
        for _ in range(times):
            giving.give(consultation=consultation, giver=Giver(), answers={rating: Given((mark,))})
    residents, _ = results.results_of(consultation)
    assert residents.questions[2].mean == 3.5
    giving.give(consultation=consultation, giver=Giver(), answers={rating: Given((1,))})
    residents, _ = results.results_of(consultation)
    assert residents.questions[2].mean is None
