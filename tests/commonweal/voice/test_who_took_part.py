"""Who took part against who lives here: wards and ages, small counts held back."""

from __future__ import annotations

from datetime import date

import pytest

from commonweal.economy.series import bringing
from commonweal.places.models import Area
from commonweal.voice.consultations import giving
from commonweal.voice.consultations.forms import AGES
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.consultations.who import who_took_part
from localwealth.sources.statistics.reading import Told
from tests.commonweal.cast.voice import move_back

pytestmark = pytest.mark.django_db
HEAD = "series,unit,kind,of,area,period,value,source\n"


@pytest.fixture
def wards(town):
    return [
        Area.objects.create(code=name.lower().replace(" ", "-"), name=name)
        for name in ("Castle Hill", "Quayside")
    ]


@pytest.fixture
def over(consulted):
    """A consultation that is over, to which so many answered of a ward and an age."""

    def answers(*came):
        consultation = consulted()
        question = consultation.questions.all()[0]
        for area, age, times in came:
            for _ in range(times):
                giving.give(
                    consultation=consultation,
                    giver=Giver(area=area, age_band=age),
                    answers={question: Given((0,))},
                )
        move_back(consultation, 25)
        return consultation

    return answers


def living(*rows):
    lines = "".join(
        f"{title},resident,stock,,{area},2025-06-30,{count},made up\n"
        for title, area, count in rows
    )
    bringing.bring_in(
        content=(HEAD + lines).encode(),
        name="residents.csv",
        published_on=date(2026, 1, 5),
        by=None,
        told=Told(),
    )


def test_the_table_of_the_page_on_method(over, wards, client):
    living(("Residents", "Castle Hill", 4000), ("Residents", "Quayside", 6000))
    consultation = over((wards[0], "18_24", 30), (wards[1], "18_24", 20), (None, "65", 10))
    by_ward, by_age = who_took_part(consultation)
    assert [
        (line.label, line.count, line.share, line.lives, line.lives_share) for line in by_ward.lines
    ] == [
        ("Castle Hill", 30, 0.6, 4000, 0.4),
        ("Quayside", 20, 0.4, 6000, 0.6),
        ("Not said", 10, None, None, None),
    ]
    assert by_ward.day == date(2025, 6, 30)
    assert by_age.day is None
    assert {line.label: line.count for line in by_age.lines}["18 to 24"] == 50
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "Who took part, and who lives here" in page
    assert "60.0%" in page
    assert "none stand beside" in page


def test_small_counts_and_what_tells_them_are_held_back(over, wards):
    consultation = over((wards[0], "", 30), (wards[1], "", 3), (None, "", 10))
    by_ward, _ = who_took_part(consultation)
    assert {line.label: line.count for line in by_ward.lines} == {
        "Castle Hill": 30,
        "Quayside": None,
        "Not said": None,
    }
    assert {line.share for line in by_ward.lines} == {None}


def test_fewer_than_five_show_nothing(over, wards, client):
    consultation = over((wards[0], "65", 4))
    for part in who_took_part(consultation):
        assert {line.count for line in part.lines} == {None}
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "Who took part, and who lives here" not in page


def test_enterprises_are_in_no_ward_table(over, wards, consulted):
    consultation = over((wards[0], "", 9))
    consultation.contributions.update(voice="enterprise", enterprise="A shop")
    by_ward, _ = who_took_part(consultation)
    assert {line.count for line in by_ward.lines} == {0}


def test_a_ward_without_a_figure_leaves_all_out(over, wards):
    living(("Residents", "Castle Hill", 4000))
    by_ward, _ = who_took_part(over((wards[0], "", 9), (wards[1], "", 9)))
    assert by_ward.day is None
    assert {line.lives_share for line in by_ward.lines} == {None}


def test_ages_stand_beside_the_towns(over, wards):
    ages = [str(words) for code, words in AGES if code]
    living(*((f"Residents aged {words}", "town", 1000) for words in ages))
    _, by_age = who_took_part(over((None, "65", 9), (None, "18_24", 9)))
    assert by_age.day == date(2025, 6, 30)
    assert {line.label: line.lives_share for line in by_age.lines}["65 or over"] == 0.2
