"""Rankings: asked and answered on one page, counted by place, residents and enterprises apart."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from commonweal.office.errors import Refused
from commonweal.places.models import Room
from commonweal.programme.models import Priority
from commonweal.voice.consultations import giving, ranking, results
from commonweal.voice.consultations.giving import Given, Giver
from commonweal.voice.models import GivenAnswer
from tests.commonweal.cast.voice import move_back

ROOT = Path(__file__).resolve().parents[3]
WORKED = ("Places to train", "Repair of homes", "Shops in town", "Buses")
# The table of the page on method: so many people and what they put first, second, third.
PICKS = (
    (5, [0, 1, 2]),
    (6, [0, 2, 3]),
    (6, [0, 3, 2]),
    (5, [1, 0, 3]),
    (4, [1, 2, 3]),
    (4, [1, 3, 2]),
)


def named(lines):
    return {line.label: line.named for line in lines}


@pytest.fixture
def of_all(consulted):
    """A ranking that is open, and its question."""

    def ask(**more):
        consultation = consulted(**more)
        question = consultation.questions.get(kind="choice")
        question.kind, question.options = "ranking", list(WORKED)
        question.save(update_fields=["kind", "options"])
        return consultation, question

    return ask


# --- Counting -------------------------------------------------------------------------------------


def test_the_table_of_the_page_on_method():
    lines = ranking.ranked(WORKED, [pick for times, pick in PICKS for _ in range(times)], 30)
    table = {
        row[0]: row[1:]
        for line in (ROOT / "docs/methods/priorities.md").read_text().splitlines()
        if (row := [cell.strip() for cell in line.strip("| ").split("|")])[0] in WORKED
    }
    for line in lines:
        *counts, worked = table[line.label]
        assert counts == [*map(str, line.by_place), str(line.named)]
        assert line.points is not None
        assert worked.endswith(f" = {line.points:.2f}")
    assert [line.place for line in lines] == [1, 2, 3, 3]


def test_points_are_the_mean_of_three_two_one_and_nought():
    picks = [[0, 2, 3]] * 10 + [[1, 3, 2]] * 10
    lines = ranking.ranked(WORKED, picks, 20)
    assert [(line.label, line.points, line.place) for line in lines] == [
        ("Places to train", 1.5, 1),
        ("Repair of homes", 1.5, 1),
        ("Shops in town", 1.5, 1),
        ("Buses", 1.5, 1),
    ]
    assert [line.by_place for line in lines] == [(10, 0, 0), (10, 0, 0), (0, 10, 10), (0, 10, 10)]


def test_who_ranked_nothing_counts_in_the_mean():
    lines = ranking.ranked(("A", "B", "C"), [[0, 1]] * 10, 20)
    assert [(line.label, line.points) for line in lines] == [("A", 1.0), ("B", 0.5), ("C", 0.0)]


def test_one_small_count_puts_the_places_together():
    picks = [[0, 1, 2]] * 20 + [[0, 1, 3]] * 3
    lines = ranking.ranked(WORKED, picks, 23)
    assert all(not line.by_place and line.points is None for line in lines)
    assert named(lines) == {
        "Places to train": 23,
        "Repair of homes": 23,
        "Shops in town": None,
        "Buses": None,
    }


def test_a_few_who_ranked_nothing_put_the_places_together():
    """The column of first places adds up to how many ranked at all."""
    lines = ranking.ranked(WORKED, [[0, 1, 2]] * 20, 22)
    assert not any(line.by_place for line in lines)
    assert set(named(lines).values()) == {None, 0}


def test_a_few_who_left_a_place_empty_put_the_places_together():
    lines = ranking.ranked(WORKED, [[0, 1, 2]] * 20 + [[0]] * 3, 23)
    assert not any(line.by_place for line in lines)


def test_fewer_than_five_show_nothing():
    lines = ranking.ranked(WORKED, [[0, 1, 2]] * 4, 4)
    assert {(line.by_place, line.named, line.points, line.place) for line in lines} == {
        ((), None, None, None)
    }
    assert [line.label for line in lines] == list(WORKED)


@pytest.mark.parametrize(("answers", "places"), [(2, 1), (3, 2), (4, 3), (9, 3)])
def test_never_so_many_places_that_all_would_be_named(answers, places):
    assert len(ranking.places_of(["x"] * answers)) == places


# --- Answering ------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def typed(question, *picks, **more):
    places = {f"question-{question.pk}-{at}": pick for at, pick in enumerate(picks, 1)}
    return {"voice": "resident", **places, **more}


def test_a_ranking_is_answered_on_the_one_page_and_its_order_is_kept(of_all, client):
    consultation, question = of_all()
    address = f"{consultation.get_absolute_url()}answer/"
    page = client.get(address).content.decode()
    assert "What comes first?" in page
    assert "What comes third?" in page
    client.post(address, typed(question, 3, 0, 1))
    assert GivenAnswer.objects.get().picked == [3, 0, 1]


@pytest.mark.parametrize(
    ("picks", "sentence"),
    [
        ((2, 2, ""), "This stands in another place already"),
        ((2, "", 1), "Fill this place too"),
        (("", 2, ""), "Fill this place too"),
        ((9, "", ""), "There is a problem"),
    ],
)
def test_places_that_can_not_be_are_asked_again_and_what_was_typed_is_kept(
    of_all, client, picks, sentence
):
    consultation, question = of_all()
    form = typed(question, *picks, enterprise="Kept words")
    page = client.post(f"{consultation.get_absolute_url()}answer/", form).content.decode()
    assert sentence in page
    assert 'value="Kept words"' in page
    assert not GivenAnswer.objects.exists()
    if 2 in picks:
        assert '<option value="2" selected>' in page


def test_the_action_refuses_what_no_form_lets_through(of_all):
    consultation, question = of_all()
    for picked, sentence in (((1, 1), "two places"), ((0, 1, 2, 3), "no more places")):
        with pytest.raises(Refused, match=sentence):
            giving.give(consultation=consultation, giver=Giver(), answers={question: Given(picked)})


def test_a_needed_ranking_needs_its_first_place_alone(of_all, client, sign_in, maya, today):
    consultation, question = of_all()
    question.is_needed = True
    question.save(update_fields=["is_needed"])
    address = f"{consultation.get_absolute_url()}answer/"
    assert "There is a problem" in client.post(address, typed(question)).content.decode()
    client.post(address, typed(question, 1))
    entered = typed(
        question,
        2,
        channel="paper",
        given_on_0=today.day,
        given_on_1=today.month,
        given_on_2=today.year,
    )
    sign_in(maya).post(f"/desk/voice/{consultation.code}/enter/", entered)
    assert [answer.picked for answer in GivenAnswer.objects.order_by("pk")] == [[1], [2]]


def test_a_ranking_needs_two_answers_to_choose_from(consulted, sign_in, maya):
    draft = consulted(published=False)
    form = {"words": "What first?", "kind": "ranking", "options": "Only"}
    page = sign_in(maya).post(f"/desk/voice/{draft.code}/questions/", form).content.decode()
    assert "at least two answers" in page
    form["options"] = "One\nOther\nThird"
    sign_in(maya).post(f"/desk/voice/{draft.code}/questions/", form)
    assert draft.questions.get(kind="ranking").options == ["One", "Other", "Third"]


# --- Showing --------------------------------------------------------------------------------------


def test_results_show_places_picture_and_table_for_each_voice_alone(of_all, client):
    consultation, question = of_all()
    for picked, times, voice in (
        ((0, 2, 3), 10, "resident"),
        ((1, 3, 2), 10, "resident"),
        ((3, 0, 1), 6, "enterprise"),
    ):
        giver = Giver(voice=voice, enterprise="A shop" if voice == "enterprise" else "")
        for _ in range(times):
            giving.give(consultation=consultation, giver=giver, answers={question: Given(picked)})
    move_back(consultation, 25)
    residents, enterprises = results.results_of(consultation)
    assert residents.questions[0].ranked[0].by_place == (10, 0, 0)
    assert enterprises.questions[0].ranked[0].label == "Buses"
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert page.count('role="img"') == 2
    assert "How many put each first, second and third" in page
    assert "no margin of error" in page
    assert "1.50" in page
    file = client.get(f"{consultation.get_absolute_url()}results.csv")
    rows = list(csv.DictReader(b"".join(file.streaming_content).decode("utf-8-sig").splitlines()))
    counts = {(row["who"], row["answer"]): row["count"] for row in rows}
    assert counts["resident", "Places to train: first"] == "10"
    assert counts["enterprise", "Buses: named"] == "6"


def test_small_places_are_told_nowhere(of_all, client):
    consultation, question = of_all()
    for picked, times in (((0, 1, 2), 9), ((1, 0, 2), 2)):
        for _ in range(times):
            giving.give(consultation=consultation, giver=Giver(), answers={question: Given(picked)})
    move_back(consultation, 25)
    page = client.get(consultation.get_absolute_url()).content.decode()
    assert "they are put together" in page
    assert 'role="img"' not in page
    file = client.get(f"{consultation.get_absolute_url()}results.csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    assert ": first" not in text


# --- Into the plan --------------------------------------------------------------------------------


def test_the_lead_takes_a_ranking_up_into_the_plan(of_all, sign_in, nadia, client):
    consultation, question = of_all()
    for picked in ((0, 2, 3), (1, 2, 3)):
        for _ in range(6):
            giving.give(consultation=consultation, giver=Giver(), answers={question: Given(picked)})
    at_desk = f"/desk/voice/{consultation.code}/"
    desk = sign_in(nadia)
    assert "into the plan" not in desk.get(at_desk).content.decode()
    page = desk.post(f"{at_desk}take-up/", follow=True).content.decode()
    assert "is known when the consultation is over" in page
    move_back(consultation, 25)
    assert "into the plan" in desk.get(at_desk).content.decode()
    desk.post(f"{at_desk}take-up/")
    desk.post(f"{at_desk}take-up/")
    places = list(Priority.objects.values_list("title", "resident_place", "enterprise_place"))
    assert sorted(places) == [
        ("Buses", 4, None),
        ("Places to train", 2, None),
        ("Repair of homes", 2, None),
        ("Shops in town", 1, None),
    ]
    desk.logout()
    page = client.get("/programme/").content.decode()
    assert f'href="{consultation.get_absolute_url()}#results"' in page


def test_a_charter_manager_alone_does_not_change_the_plan(of_all, sign_in, maya):
    consultation, _ = of_all(ago=25)
    desk = sign_in(maya)
    assert desk.post(f"/desk/voice/{consultation.code}/take-up/").status_code == 403
    assert "into the plan" not in desk.get(f"/desk/voice/{consultation.code}/").content.decode()


def test_without_a_ranking_or_a_programme_nothing_is_taken_up(of_all, consulted, sign_in, nadia):
    desk = sign_in(nadia)
    plain = consulted(ago=25)
    page = desk.post(f"/desk/voice/{plain.code}/take-up/", follow=True).content.decode()
    assert "no ranking to take up" in page
    consultation, _ = of_all(ago=25)
    Room.objects.create(code="programme", is_on=False)
    page = desk.post(f"/desk/voice/{consultation.code}/take-up/", follow=True).content.decode()
    assert "switched off" in page
    assert not Priority.objects.exists()


def test_the_desk_offers_what_people_wrote_only_where_they_could_write(of_all, sign_in, maya):
    consultation, _ = of_all()
    at_desk = f"/desk/voice/{consultation.code}/"
    assert "What people wrote" in sign_in(maya).get(at_desk).content.decode()
    consultation.questions.filter(kind="text").delete()
    assert "What people wrote" not in sign_in(maya).get(at_desk).content.decode()
