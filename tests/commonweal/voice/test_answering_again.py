"""A last day that is moved, and a second answer from the same browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.voice.consultations import actions
from commonweal.voice.models import Consultation, Contribution, GivenAnswer, LaterClose

pytestmark = pytest.mark.django_db


def boxes(name, day):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


# --- Later ----------------------------------------------------------------------------------------


def later(consultation, today, days, **more):
    return {
        "because": "The hall was flooded.",
        **boxes("closes_on", consultation.closes_on + timedelta(days=days)),
        **boxes("decides_on", today + timedelta(days=90)),
    } | more


def test_the_last_day_is_moved_with_a_notice_each_time(consulted, sign_in, maya, client, today):
    consultation = consulted()
    address = f"/desk/voice/{consultation.code}/later/"
    first = consultation.closes_on
    for moved in (1, 2):
        consultation.refresh_from_db()
        sign_in(maya).post(address, later(consultation, today, 5, because=f"Flood {moved}."))
    consultation.refresh_from_db()
    assert consultation.closes_on == first + timedelta(days=10)
    assert consultation.decides_on == today + timedelta(days=90)
    client.logout()
    page = " ".join(client.get(consultation.get_absolute_url()).content.decode().split())
    assert "Flood 1." in page
    assert "Flood 2." in page
    # The day on which it closed at first stands there too.
    assert f"instead of {first.day} {first:%B %Y}" in page
    line = Event.objects.filter(verb="consultation closes later").first()
    assert (line.by_code, line.as_role) == (maya.code, "charter_manager")


@pytest.mark.parametrize(
    ("days", "more", "sentence"),
    [
        (0, {}, "Choose a day after"),
        (-3, {}, "Choose a day after"),
        (80, {}, "decided before it has"),
        (5, {"because": "  "}, "Why does it close later?”"),
    ],
)
def test_a_last_day_is_never_moved_back_or_silently(
    consulted, sign_in, maya, today, days, more, sentence
):
    consultation = consulted()
    typed = later(consultation, today, days, **more)
    page = sign_in(maya).post(f"/desk/voice/{consultation.code}/later/", typed).content.decode()
    assert sentence in page.replace("’", "'")
    assert f'value="{typed["decides_on_2"]}"' in page
    assert not LaterClose.objects.exists()
    assert Consultation.objects.get().closes_on == consultation.closes_on


def test_nobody_moves_it_without_a_word(consulted, maya, today):
    consultation = consulted()
    with pytest.raises(Refused, match="Say why"):
        actions.close_later(
            consultation=consultation,
            closes_on=today + timedelta(days=40),
            decides_on=today + timedelta(days=90),
            because=" ",
            by=maya,
        )


def test_what_is_over_is_not_opened_again(consulted, maya, today):
    over, draft = consulted(ago=25), consulted(published=False)
    for consultation in (over, draft):
        with pytest.raises(Refused, match="not over yet"):
            actions.close_later(
                consultation=consultation,
                closes_on=today + timedelta(days=40),
                decides_on=today + timedelta(days=90),
                because="We forgot.",
                by=maya,
            )


def test_on_the_last_day_itself_it_can_still_be_moved(consulted, maya, today):
    consultation = consulted(ago=20)
    assert consultation.closes_on == today
    tomorrow = today + timedelta(days=1)
    actions.close_later(
        consultation=consultation,
        closes_on=tomorrow,
        decides_on=today + timedelta(days=90),
        because="Snow.",
        by=maya,
    )
    assert Consultation.objects.get().closes_on == tomorrow


def test_the_database_takes_no_earlier_day_and_no_silence(consulted, maya, today):
    consultation = consulted()
    for closes_on, because in ((today, "x"), (today + timedelta(days=2), "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            LaterClose.objects.create(
                consultation=consultation,
                closed_on=today,
                closes_on=closes_on,
                because=because,
                moved_by=maya,
            )


def test_only_the_desk_moves_a_day(consulted, sign_in, carys, client, today):
    consultation = consulted()
    address = f"/desk/voice/{consultation.code}/later/"
    assert client.post(address, later(consultation, today, 5)).status_code == 302
    assert sign_in(carys).post(address, later(consultation, today, 5)).status_code == 403
    assert not LaterClose.objects.exists()


# --- Again ----------------------------------------------------------------------------------------


def words_of(consultation):
    return f"question-{consultation.questions.get(order=4).pk}"


def said(consultation):
    answers = GivenAnswer.objects.filter(contribution__consultation=consultation)
    return sorted(one.words for one in answers)


def test_the_same_browser_can_change_its_answer(consulted, client):
    consultation = consulted()
    address, words = f"{consultation.get_absolute_url()}answer/", words_of(consultation)
    assert "from this browser before" not in client.get(address).content.decode()
    client.post(address, {"voice": "resident", words: "Shade."})
    page = client.get(address).content.decode()
    assert "An answer came from this browser before" in page
    # Others may use the device: what was said is not shown.
    assert "Shade." not in page
    asked = client.post(address, {"voice": "resident", words: "Benches."}).content.decode()
    assert "Benches." in asked
    assert said(consultation) == ["Shade."]
    client.post(address, {"voice": "resident", words: "Benches.", "again": "change"})
    assert said(consultation) == ["Benches."]
    # It is the newest that is changed next.
    client.post(address, {"voice": "resident", words: "Stalls.", "again": "change"})
    assert said(consultation) == ["Stalls."]


def test_somebody_else_at_the_same_device_is_counted_beside(consulted, client):
    consultation = consulted()
    address, words = f"{consultation.get_absolute_url()}answer/", words_of(consultation)
    client.post(address, {"voice": "resident", words: "Shade."})
    client.post(address, {"voice": "resident", words: "Benches.", "again": "beside"})
    assert said(consultation) == ["Benches.", "Shade."]


def test_another_browser_is_asked_nothing_and_changes_nothing(consulted, client, django_user_model):
    consultation, other = consulted(), consulted()
    address, words = f"{consultation.get_absolute_url()}answer/", words_of(consultation)
    client.post(address, {"voice": "resident", words: "Shade."})
    stranger = type(client)()
    assert "browser before" not in stranger.get(address).content.decode()
    stranger.post(address, {"voice": "resident", words: "Benches.", "again": "change"})
    assert said(consultation) == ["Benches.", "Shade."]
    # Nor is one consultation's answer that of another.
    elsewhere = client.get(f"{other.get_absolute_url()}answer/").content.decode()
    assert "browser before" not in elsewhere


def test_an_answer_with_an_account_is_not_changed_by_a_browser(consulted, sign_in, carys, client):
    consultation = consulted()
    address, words = f"{consultation.get_absolute_url()}answer/", words_of(consultation)
    sign_in(carys).post(address, {"voice": "resident", words: "Shade."})
    mine = Contribution.objects.get()
    client.logout()
    session = client.session
    session["voice_answered"] = {consultation.code: mine.pk}
    session.save()
    assert "browser before" not in client.get(address).content.decode()
    client.post(address, {"voice": "resident", words: "Benches.", "again": "change"})
    assert Contribution.objects.filter(pk=mine.pk).exists()


def test_after_the_close_nothing_is_changed_and_what_was_typed_is_kept(consulted, client):
    consultation = consulted()
    address, words = f"{consultation.get_absolute_url()}answer/", words_of(consultation)
    client.post(address, {"voice": "resident", words: "Shade."})
    Consultation.objects.update(
        opens_on=consultation.opens_on - timedelta(days=30),
        closes_on=consultation.closes_on - timedelta(days=30),
    )
    typed = {"voice": "resident", words: "Benches.", "again": "change"}
    page = client.post(address, typed).content.decode()
    assert "It closed on" in page
    assert "Benches." in page
    assert said(consultation) == ["Shade."]


def test_results_say_what_cannot_be_known(consulted, answered, client):
    consultation = consulted()
    answered(consultation, 6, 0)
    Consultation.objects.update(
        opens_on=consultation.opens_on - timedelta(days=30),
        closes_on=consultation.closes_on - timedelta(days=30),
    )
    assert "may have answered twice" in client.get(consultation.get_absolute_url()).content.decode()
