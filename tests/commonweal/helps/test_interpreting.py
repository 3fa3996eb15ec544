"""Interpreting says in which language: whoever offers it, and whoever may take it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from commonweal.residents.models import Resident
from commonweal.volunteers.models import Task, Volunteer

from .world import words_of

pytestmark = pytest.mark.django_db
OFFERED = {
    "title": "Somebody to interpret",
    "skill": "language",
    "minutes": "60",
    "who": "Z",
    "where": "14 Mill Lane",
}
GIVES = {"phone": "07700 911222", "hours_a_week": "2", "agree": "on"}


@pytest.fixture
def offer(asks_for_help, leah, sign_in) -> Any:
    case = asks_for_help(by=leah, language="Tigrinya", contact="any")
    path = reverse("need-task", args=[case.code, case.needs.get().code])
    return lambda **more: sign_in(leah).post(path, OFFERED | more, follow=True)


def test_it_is_asked_where_it_is_missing_and_shown_before_it_is_taken(offer, sam, sign_in):
    assert "Say in which language" in words_of(offer(language=""))
    assert not Task.objects.exists()
    offer(language="Tigrinya")
    task = Task.objects.get()
    assert task.language == "Tigrinya"
    sam.volunteer.skills = ["language"]
    sam.volunteer.save()
    client = sign_in(sam)
    assert "in Tigrinya" in words_of(client.get("/help/give/"))
    assert "Tigrinya" in words_of(client.get(f"/help/give/tasks/{task.code}/"))


def test_the_page_knows_the_language_of_the_person(offer, asks_for_help, leah, sign_in):
    case = Resident.objects.get().cases.get()
    page = words_of(
        sign_in(leah).get(reverse("need-task", args=[case.code, case.needs.get().code]))
    )
    assert 'value="Tigrinya"' in page


def test_no_other_task_tells_which_language_somebody_speaks(offer):
    offer(skill="shopping", language="Tigrinya")
    assert Task.objects.get().language == ""


def test_whoever_interprets_says_which_languages(carys, grace, sign_in):
    client = sign_in(carys)
    refused = words_of(client.post("/help/give/", GIVES | {"skills": ["language"]}))
    assert "Say which languages you interpret" in refused
    assert not Volunteer.objects.filter(person=carys).exists()
    client.post("/help/give/", GIVES | {"skills": ["language", "dogs"], "languages": "Tigrinya"})
    volunteer = Volunteer.objects.get(person=carys)
    page = words_of(sign_in(grace).get(f"/desk/help/volunteers/{volunteer.pk}/"))
    assert "Interpreting, Walking dogs; speaks Tigrinya" in page


def test_from_the_need_to_who_interprets_and_back(offer, sam, leah, sign_in):
    """Offered, taken with the language and the desk's number in sight, done; the case tells it."""
    offer(language="Tigrinya")
    task, case = Task.objects.get(), Resident.objects.get().cases.get()
    sam.volunteer.skills = ["language"]
    sam.volunteer.save()
    client, address = sign_in(sam), f"/help/give/tasks/{task.code}/"
    assert "14 Mill Lane" not in words_of(client.get(address))
    client.post(address, {"verb": "take"})
    card = words_of(client.get(address))
    assert "Tigrinya" in card
    assert "14 Mill Lane" in card
    client.post(address, {"verb": "done", "minutes": "50"})
    task.refresh_from_db()
    assert (task.state, task.who, task.where) == ("done", "", "")
    handler = sign_in(leah)
    shown = words_of(handler.get(reverse("case-timeline", args=[case.code]), {"kind": "tasks"}))
    for line in ("Offered to volunteers", "Taken by a volunteer", "Done: "):
        assert line in shown
    page = words_of(handler.get(case.get_absolute_url()))
    assert "Nothing planned" not in page[page.index("What is next") :][:400]
