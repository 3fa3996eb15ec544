"""How things are: asked in waves, answered by anybody, counted apart, and guarded."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from commonweal.accounts.models import Event, Person
from commonweal.demo.cast import CAST
from commonweal.demo.economy import pulse as demo_pulse
from commonweal.economy.models import PulseAnswer, PulseWave
from commonweal.economy.pulse import actions
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
DESK = "/desk/economy/pulse/"
SAID = {"now": "worse", "ahead": "same", "help_most": "costs", "area": ""}


def text_of(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.fixture
def wave(town: Any, today: date, yusuf: Person) -> PulseWave:
    return actions.make(opens_on=today, closes_on=today + timedelta(days=9), by=yusuf)


@pytest.fixture
def counted(wave: PulseWave) -> Any:
    """Answers of now as they stand in the worked table, in a wave that is over."""

    def close_with(**counts: dict[str, int]) -> PulseWave:
        helps = {"resident": "costs", "enterprise": "orders"}
        PulseAnswer.objects.bulk_create(
            PulseAnswer(wave=wave, who=who, now=now, ahead="same", help_most=helps[who])
            for who, of_who in counts.items()
            for now, count in of_who.items()
            for _ in range(count)
        )
        PulseWave.objects.update(
            opens_on=wave.opens_on - timedelta(days=20), closes_on=wave.opens_on - timedelta(days=1)
        )
        return PulseWave.objects.get()

    return close_with


def days(**on: date) -> dict[str, str]:
    """What somebody types into three boxes for each day."""
    return {
        f"{name}_{at}": str(part)
        for name, day in on.items()
        for at, part in enumerate((day.day, day.month, day.year))
    }


# --- A wave -------------------------------------------------------------------------------------


def test_the_analyst_makes_a_wave_and_anybody_finds_it(sign_in, yusuf, client, town, today):
    typed = days(opens_on=today, closes_on=today + timedelta(days=13))
    page = sign_in(yusuf).post(f"{DESK}add/", typed, follow=True)
    assert "Made. It opens and closes by itself." in text_of(page)
    wave = PulseWave.objects.get()
    assert Event.objects.get(verb="pulse wave made").by_code == yusuf.code
    assert "Answer for yourself" in text_of(client.get("/economy/"))
    assert client.get(f"/economy/pulse/{wave.code}/resident/").status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (-1, 5, "It can't have opened on a day that is gone."),
        (20, 19, "The last day would come before the first."),
        (20, 82, "A wave is open for 62 days at most."),
        (9, 12, "Another wave is open from"),
    ],
)
def test_days_that_cannot_be_are_refused_and_kept_as_typed(
    sign_in, yusuf, wave, today, first, last, sentence
):
    opens_on = today + timedelta(days=first)
    typed = days(opens_on=opens_on, closes_on=today + timedelta(days=last))
    page = sign_in(yusuf).post(f"{DESK}add/", typed)
    assert sentence in text_of(page)
    assert f'value="{opens_on.year}"' in page.content.decode()
    assert PulseWave.objects.count() == 1


def test_the_last_day_moves_and_the_first_stays_once_it_is_gone(sign_in, yusuf, wave, today):
    client, address = sign_in(yusuf), f"{DESK}{wave.code}/"
    later = days(opens_on=today + timedelta(days=1), closes_on=wave.closes_on)
    assert "Its first day is gone" in text_of(client.post(address, later))
    gone = days(opens_on=today, closes_on=today - timedelta(days=1))
    assert "can't be a day that is gone" in text_of(client.post(address, gone))
    moved = days(opens_on=today, closes_on=today + timedelta(days=30))
    assert client.post(address, moved).status_code == 302
    wave.refresh_from_db()
    assert wave.closes_on == today + timedelta(days=30)


def test_closed_by_hand_it_takes_nothing_more(sign_in, yusuf, wave, client):
    desk = sign_in(yusuf)
    assert "Tick it to close" in text_of(desk.post(f"{DESK}{wave.code}/close/", {"sure": ""}))
    assert desk.post(f"{DESK}{wave.code}/close/", {"sure": "on"}).status_code == 302
    late = desk.post(f"/economy/pulse/{wave.code}/resident/", SAID | {"now": "better"})
    assert "your answer was not taken" in text_of(late)
    assert 'value="better" checked' in late.content.decode()
    typed = desk.post(f"{DESK}{wave.code}/resident/", SAID | {"way": "paper"})
    assert "your answer was not taken" in text_of(typed)
    assert not PulseAnswer.objects.exists()
    for refused in (
        desk.post(f"{DESK}{wave.code}/close/", {"sure": "on"}),
        desk.post(f"{DESK}{wave.code}/", days(opens_on=wave.opens_on, closes_on=wave.closes_on)),
    ):
        assert "It is closed." in text_of(refused)


def test_one_that_has_not_opened_is_nobodys_and_can_be_called_off(
    client, sign_in, yusuf, town, today
):
    opens_on = today + timedelta(days=5)
    wave = actions.make(opens_on=opens_on, closes_on=opens_on, by=yusuf)
    for path in ("", "resident/", "results.csv"):
        assert client.get(f"/economy/pulse/{wave.code}/{path}").status_code == 404
    assert "Nobody has been asked yet" in text_of(client.get("/economy/pulse/"))
    sign_in(yusuf).post(f"{DESK}{wave.code}/close/", {"sure": "on"})
    assert not PulseWave.objects.exists()
    assert Event.objects.filter(verb="pulse wave called off").exists()


@pytest.mark.parametrize("who", ["carys", "asha", "leah", "maya"])
def test_others_are_kept_out_of_the_desk(request, sign_in, wave, who):
    client = sign_in(request.getfixturevalue(who))
    for path in ("", "add/", f"{wave.code}/", f"{wave.code}/close/", f"{wave.code}/resident/"):
        assert client.get(DESK + path).status_code == 403


# --- An answer ----------------------------------------------------------------------------------


def test_anybody_answers_once_a_visit_and_for_a_business_too(client, wave, area):
    address = f"/economy/pulse/{wave.code}/resident/"
    page = text_of(client.get(address))
    assert "One answer a visit" in page
    assert "More customers or orders" not in page
    thanks = client.post(address, SAID | {"area": area.pk}, follow=True)
    assert "Thank you. Your answer is kept." in text_of(thanks)
    assert "Your answer is in" in text_of(thanks)
    assert "Your answer is in" in text_of(client.post(address, SAID | {"now": "better"}))
    assert (
        client.post(
            f"/economy/pulse/{wave.code}/enterprise/", SAID | {"help_most": "orders"}
        ).status_code
        == 302
    )
    given = list(PulseAnswer.objects.values_list("who", "now", "help_most", "area", "way"))
    assert given == [
        ("resident", "worse", "costs", area.pk, "web"),
        ("enterprise", "worse", "orders", None, "web"),
    ]


def test_nothing_tells_who_answered_or_when(client, wave):
    before = Event.objects.count()
    client.post(f"/economy/pulse/{wave.code}/resident/", SAID)
    assert PulseAnswer.objects.count() == 1
    assert Event.objects.count() == before
    columns = {field.name for field in PulseAnswer._meta.get_fields()}
    assert columns == {"id", "wave", "who", "now", "ahead", "help_most", "area", "way"}
    assert "worse" not in str(dict(client.session))


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("now", "Say how things are"),
        ("ahead", "Say what you expect, or that you can’t say"),
        ("help_most", "Choose one, or nothing just now"),
    ],
)
def test_what_is_missing_is_asked_for_and_the_rest_is_kept(client, wave, missing, sentence):
    page = client.post(f"/economy/pulse/{wave.code}/resident/", SAID | {missing: ""})
    assert sentence in text_of(page)
    kept = sum(f'value="{SAID[name]}" checked' in page.content.decode() for name in SAID)
    assert kept == 2
    assert not PulseAnswer.objects.exists()


def test_what_is_asked_of_a_business_is_no_residents_answer(client, wave):
    page = client.post(f"/economy/pulse/{wave.code}/resident/", SAID | {"help_most": "orders"})
    assert "Choose from the list for" in text_of(page)
    assert client.get(f"/economy/pulse/{wave.code}/martian/").status_code == 404
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        PulseAnswer.objects.create(
            wave=wave, who="resident", now="same", ahead="same", help_most="orders"
        )


def test_very_many_from_one_address_are_not_taken(wave, client):
    address = f"/economy/pulse/{wave.code}/resident/"
    for _ in range(30):
        client.cookies.clear()
        assert client.post(address, SAID, REMOTE_ADDR="203.0.113.9").status_code == 302
    client.cookies.clear()
    refused = client.post(address, SAID, REMOTE_ADDR="203.0.113.9")
    assert refused.status_code == 429
    assert "this one was not taken" in text_of(refused)
    assert PulseAnswer.objects.count() == 30


def test_staff_type_in_what_came_on_paper_and_the_record_has_it(sign_in, yusuf, wave):
    client, address = sign_in(yusuf), f"{DESK}{wave.code}/enterprise/"
    typed = SAID | {"help_most": "staff"}
    assert "Say how the answer came" in text_of(client.post(address, typed))
    for way in ("paper", "phone"):
        page = client.post(address, typed | {"way": way}, follow=True)
        assert "Kept. Here is the next one." in text_of(page)
    assert list(PulseAnswer.objects.values_list("way", flat=True)) == ["paper", "phone"]
    events = Event.objects.filter(verb="pulse answer typed in", by_code=yusuf.code)
    assert [event.detail["way"] for event in events.order_by("id")] == ["paper", "phone"]
    assert client.post(address, typed | {"way": "web"}).status_code == 200
    row = text_of(client.get(DESK))
    assert "open 0 2" in row


# --- Results ------------------------------------------------------------------------------------


def test_nothing_is_known_before_it_has_closed(client, sign_in, yusuf, wave):
    client.post(f"/economy/pulse/{wave.code}/resident/", SAID)
    for reader in (client, sign_in(yusuf)):
        for path in ("/economy/", "/economy/pulse/", f"/economy/pulse/{wave.code}/"):
            page = text_of(reader.get(path))
            assert "answered" not in page.split("The town’s pulse")[-1]
            assert "Worse" not in page
        assert reader.get(f"/economy/pulse/{wave.code}/results.csv").status_code == 404


def test_the_worked_table(client, counted):
    wave = counted(
        resident={"better": 6, "same": 20, "worse": 12, "unknown": 2},
        enterprise={"better": 4, "same": 8},
    )
    for path in ("/economy/", wave.get_absolute_url()):
        page = text_of(client.get(path))
        assert "40 residents answered." in page
        assert "Better held back not shown About the same 20 50% Worse 12 30%" in page
        assert "I can’t say held back not shown" in page
        assert "12 businesses and organisations answered." in page
        assert "Now, compared with three months ago: too few answered to show" in page
        assert "no margin of error" in page
        assert "52" not in page.split("The town’s pulse")[-1].split("These counts")[0]
    answer = client.get(f"/economy/pulse/{wave.code}/results.csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    said = {
        (line["who"], line["question"], line["answer"]): (line["count"], line["mark"])
        for line in lines
    }
    now = "Now, compared with three months ago"
    assert said[("resident", "answered", "")] == ("40", "")
    assert said[("resident", now, "Better")] == ("", "held back")
    assert said[("resident", now, "About the same")] == ("20", "")
    assert said[("enterprise", now, "")] == ("", "held back")
    assert ("enterprise", now, "Better") not in said


def test_what_was_said_is_said_in_words(client, counted):
    counted(resident={"better": 10, "same": 20, "worse": 30})
    page = text_of(client.get("/economy/"))
    assert (
        "60 residents answered. Worse than three months ago for 30 of them (50%), better for 10 "
        "(17%)." in page
    )
    assert "0 businesses and organisations answered." in page


def test_so_few_that_not_even_how_many_is_said(client, counted):
    wave = counted(resident={"worse": 3})
    for path in ("/economy/", wave.get_absolute_url()):
        page = text_of(client.get(path))
        assert "Fewer than 5 residents answered." in page
        assert "Now, compared with" not in page.split("Businesses and organisations")[0]
    answer = client.get(f"/economy/pulse/{wave.code}/results.csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert {line["count"] for line in lines if line["who"] == "resident"} == {""}


def test_wards_and_ways_stand_on_its_own_page(client, counted, area):
    wave = counted(resident={"worse": 12})
    PulseAnswer.objects.filter(pk__in=PulseAnswer.objects.all()[:7]).update(area=area, way="paper")
    page = text_of(client.get(wave.get_absolute_url()))
    assert "Northmoor 7 58% Not said 5 42%" in page
    assert "On this site 5 42% On paper 7 58% By telephone 0 0%" in page
    assert "Northmoor" not in text_of(client.get("/economy/"))


def test_a_queue_of_answers_asks_the_database_no_oftener(
    client, counted, django_assert_max_num_queries
):
    counted(resident={"worse": 60, "same": 40}, enterprise={"better": 30})
    with django_assert_max_num_queries(20):
        client.get("/economy/pulse/")


def test_a_wave_of_the_same_month_has_an_address_of_its_own(wave, yusuf, today):
    actions.close(wave=wave, by=yusuf)
    second = actions.make(opens_on=today, closes_on=today, by=yusuf)
    assert second.code == f"{wave.code}-2"
    with pytest.raises(Refused, match="Another wave"):
        actions.make(opens_on=today, closes_on=today, by=yusuf)


def test_on_its_last_day_it_is_open_and_on_the_next_closed(town):
    wave = PulseWave(opens_on=timezone.localdate(), closes_on=timezone.localdate())
    assert wave.is_open(wave.closes_on)
    assert wave.is_closed(wave.closes_on + timedelta(days=1))
    assert not wave.is_open(wave.opens_on - timedelta(days=1))


@pytest.mark.parametrize("ahead", [-1, 2000])
def test_the_demonstration_opens_on_one_that_closed_and_one_that_is_open(
    client, town, area, today, ahead
):
    for member in CAST:
        if member.role == "analyst":
            Person.objects.create_user(member.email, name=member.name)
    demo_pulse.tell(today + timedelta(days=ahead))
    page = text_of(client.get("/economy/"))
    assert "63 residents answered. Worse than three months ago for 29 of them (46%)" in page
    assert "41 businesses and organisations answered." in page
    assert "Answer for yourself" in page
