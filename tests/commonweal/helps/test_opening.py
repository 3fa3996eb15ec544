"""The help desk is closed until somebody runs it and opens it; it promises no time on its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from commonweal.accounts.actions import end
from commonweal.accounts.models import Appointment, Event, Message, Role
from commonweal.cases import opening, working
from commonweal.cases.models import Case, IntakeDraft, Opening
from commonweal.office.errors import Refused
from commonweal.places.helplines import FIRST
from commonweal.places.models import Town
from commonweal.setup import townfile
from commonweal.volunteers.models import Volunteer

from .rooms import before_the_rooms

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[3] / "examples" / "stevenage.toml"


@pytest.fixture
def fresh(db) -> Town:
    """A town as `init` makes it: nobody but an administrator to come."""
    return townfile.apply(townfile.read(EXAMPLE))


def begin(client):
    return client.post("/help/start/").headers["Location"].removesuffix("help/")


def send(client, form):
    client.post(f"{form}help/", {"needs": ["food"], "words": "No food today"})
    client.post(f"{form}who/", {"for_whom": "self", "first_name": "Zelda", "lives": "address"})
    client.post(f"{form}contact/", {"contact": "any", "phone": "07700 900555"})
    return client.post(f"{form}check/", {"consent": "on"}, follow=True).content.decode()


def test_a_new_town_takes_no_form_that_nobody_reads(client, fresh):
    page = client.get("/help/").content.decode()
    assert "takes no requests here at present" in page
    for line in FIRST:
        assert line["number"] in page
        assert f'href="tel:{line["number"].replace(" ", "")}"' in page
    assert 'href="/help/services/"' in page
    assert "/help/start/" not in page
    answer = client.post("/help/start/")
    assert answer.status_code == 200
    assert "takes no requests here at present" in answer.content.decode()
    assert not IntakeDraft.objects.exists()
    assert client.get("/help/services/").status_code == 200
    # Nothing can be begun; how an earlier request stands can be seen.
    assert client.get("/help/resume/").status_code == 200


def test_every_form_of_the_public_is_closed_with_the_desk(client, sign_in, town, carys, kinds):
    form = begin(client)
    client.post(f"{form}help/", {"needs": ["food"], "words": "Half a word"})
    Opening.objects.update(is_open=False, because="Snow.")
    code = IntakeDraft.objects.get().code
    for step in ("help", "who", "contact", "check"):
        for page in (
            client.get(f"{form}{step}/"),
            client.post(f"{form}{step}/", {"words": "More <b>"}),
        ):
            html = page.content.decode()
            assert "Snow." in html
            assert "What you sent before is kept" in html
            assert code in html
        assert "More &lt;b&gt;" in html
    draft = IntakeDraft.objects.get()
    assert "Half a word" in draft.answers
    assert "More" not in draft.answers
    assert not Case.objects.exists()
    page = sign_in(carys).post(
        "/help/give/",
        {"phone": "07700 900222", "skills": ["shopping"], "hours_a_week": "2", "agree": "on"},
    )
    assert b"Snow." in page.content
    assert not Volunteer.objects.exists()


def test_a_form_that_was_sent_still_leads_to_its_reference(client, town, kinds):
    form = begin(client)
    assert "We have it" in send(client, form)
    Opening.objects.update(is_open=False)
    assert "We have it" in client.get(f"{form}help/", follow=True).content.decode()
    assert "We have it" in client.get(f"{form}sent/").content.decode()


def test_a_draft_goes_on_when_the_desk_opens_again(client, town, kinds, grace):
    form = begin(client)
    client.post(f"{form}help/", {"needs": ["food"], "words": "Half a word"})
    opening.close_desk(because="Snow.", by=grace)
    assert "Snow." in client.get(f"{form}who/").content.decode()
    opening.open_desk(by=grace)
    assert "Half a word" in client.get(f"{form}help/").content.decode()


def test_actions_refuse_the_public_too_while_it_is_closed(town, kinds, joan, advice):
    from commonweal.cases import intake, referring

    draft, _ = intake.start(channel="web", by=None)
    intake.save(draft=draft, answers={"needs": ["food"]}, by=None)
    Opening.objects.update(is_open=False)
    with pytest.raises(Refused, match="closed"):
        intake.start(channel="web", by=None)
    with pytest.raises(Refused, match="closed"):
        intake.finish(draft=draft, by=None)
    with pytest.raises(Refused, match="closed"):
        referring.refer_in(
            partner=advice,
            values={"first_name": "A"},
            by=joan,
            words="",
            help_types=[kinds["food"]],
            consent_words="Yes.",
        )


def test_a_call_is_still_taken_while_it_is_closed(sign_in, leah):
    Opening.objects.update(is_open=False)
    page = sign_in(leah).post("/desk/help/intake/", {"channel": "phone"}, follow=True)
    assert page.status_code == 200
    assert IntakeDraft.objects.count() == 1


def test_nobody_opens_it_without_a_desk_manager(fresh, carys_of_fresh):
    with pytest.raises(Refused, match="Nobody is desk manager"):
        opening.open_desk(by=carys_of_fresh)
    assert not opening.is_open()


@pytest.fixture
def carys_of_fresh(fresh, new_person):
    return new_person("carys", "Carys Hughes")


def test_the_desk_manager_opens_and_closes_it_with_a_reason(
    client, sign_in, fresh, new_person, leah_of_fresh
):
    grace = new_person("grace", "Grace", role=Role.DESK_MANAGER)
    for address in (
        "/desk/help/opening/",
        "/desk/help/opening/close/",
        "/desk/help/opening/hours/",
    ):
        assert sign_in(leah_of_fresh).get(address).status_code == 403
        assert sign_in(leah_of_fresh).post(address).status_code == 403
    page = sign_in(grace).post("/desk/help/opening/", follow=True).content.decode()
    assert "The help desk is open" in page
    client.logout()
    assert b"/help/start/" in client.get("/help/").content
    page = sign_in(grace).post("/desk/help/opening/close/", {"because": ""}).content.decode()
    assert "Say why the desk is closed" in page
    client.post("/desk/help/opening/close/", {"because": "Closed for the fair."})
    assert b"Closed for the fair." in client.get("/help/").content
    assert {one.verb for one in Event.objects.all()} >= {"help desk opened", "help desk closed"}
    again = client.post("/desk/help/opening/close/", {"because": "Twice"}).content
    assert b"closed already" in again


@pytest.fixture
def leah_of_fresh(fresh, new_person):
    return new_person("leah", "Leah", role=Role.CALL_HANDLER)


def test_it_closes_by_itself_when_the_last_manager_goes(client, fresh, new_person, leah_of_fresh):
    daniel = new_person("daniel", "Daniel", role=Role.ADMINISTRATOR)
    grace = new_person("grace", "Grace", role=Role.DESK_MANAGER)
    second = new_person("second", "Second", role=Role.DESK_MANAGER)
    noor = new_person("noor", "Noor", role=Role.NAMED_COLLEAGUE)
    opening.open_desk(by=grace)
    end(appointment=grace.appointments.get(), by=daniel)
    assert b"/help/start/" in client.get("/help/").content
    end(appointment=second.appointments.get(), by=daniel)
    assert b"nobody runs the help desk" in client.get("/help/").content
    assert b"nobody runs the help desk" in client.post("/help/start/").content
    told = Message.objects.filter(subject="The help desk closed by itself")
    assert {one.person for one in told} == {daniel, leah_of_fresh, noor}
    opening.watch()
    assert told.count() == 3
    # A new manager does not find it open: somebody opens it.
    new_person("new", "New", role=Role.DESK_MANAGER)
    assert not opening.is_open()


def test_it_closes_when_the_last_managers_time_runs_out(fresh, new_person, today):
    grace = new_person("grace", "Grace", role=Role.DESK_MANAGER)
    opening.open_desk(by=grace)
    Appointment.objects.filter(person=grace).update(ends_on=today + timedelta(days=10))
    assert opening.watch()
    assert opening.watch()
    assert Message.objects.filter(subject="The help desk would close by itself").count() == 1
    Appointment.objects.filter(person=grace).update(ends_on=today - timedelta(days=1))
    assert not opening.watch()
    assert not Opening.objects.get().is_open


# --- No time is promised while nobody is there --------------------------------------------------

WEEK = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in ("MO", "TU", "WE", "TH", "FR")]


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        (WEEK, "2026-11-28T11:00", "The desk opens on Monday at 9;"),
        (WEEK, "2026-11-26T20:00", "The desk opens on Friday at 9;"),
        (WEEK, "2026-11-26T07:00", "The desk opens today at 9;"),
        (WEEK, "2026-11-26T10:00", "staffed today until 17, but nobody is on duty"),
        (WEEK, "2026-11-27T17:00", "The desk opens on Monday at 9;"),
        (
            [{"day": "TH", "opens": "09:30", "closes": "12:00"}],
            "2026-11-26T13:00",
            "The desk opens on Thursday 3 December at 9:30;",
        ),
        ([], "2026-11-26T10:00", "we can't promise a time"),
    ],
)
def test_it_says_when_the_desk_opens_next(hours, now, said, town):
    Opening.objects.update(hours=hours)
    moment = timezone.make_aware(datetime.fromisoformat(now))
    assert said in opening.instead_of_a_time(moment)


def test_no_page_promises_a_time_while_nobody_is_on_duty(client, town, kinds, leah):
    Opening.objects.update(hours=WEEK)
    form = begin(client)
    client.post(f"{form}help/", {"needs": ["food"]})
    assert "When you hear from us" in client.get(f"{form}check/").content.decode()
    page = send(client, form)
    assert "We have it" in page
    assert "at the latest" not in page
    assert str(timezone.localdate().year) not in page.split("<main")[1].split("</main>")[0]
    assert opening.instead_of_a_time() in page.replace("&#x27;", "'")


def test_the_promise_stands_when_somebody_was_on_duty(client, town, kinds, leah):
    working.begin_shift(person=leah)
    form = begin(client)
    assert "When you hear from us" not in client.get(f"{form}check/").content.decode()
    assert "at the latest" in send(client, form)
    # It stands in the evening too, when nobody is there any more.
    working.end_shift(person=leah)
    assert "at the latest" in client.get(f"{form}sent/").content.decode()


def test_a_shift_that_was_never_ended_is_no_duty(leah, carys):
    shift = working.begin_shift(person=leah)
    assert opening.on_duty()
    shift.began_at = timezone.now() - timedelta(hours=13)
    shift.save(update_fields=["began_at"])
    assert not opening.on_duty()
    working.begin_shift(person=carys)
    assert not opening.on_duty()


def test_hours_are_written_as_people_write_them(sign_in, grace, client):
    page = sign_in(grace).post("/desk/help/opening/hours/", {"MO": "nine to five", "TU": "17 to 9"})
    for day in ("Monday", "Tuesday"):
        assert f"Write {day}&#39;s hours like 9 to 17" in page.content.decode()
    assert 'value="nine to five"' in page.content.decode()
    client.post("/desk/help/opening/hours/", {"MO": "9 to 17", "SA": "9.30-12:00"})
    assert Opening.objects.get().hours == [
        {"day": "MO", "opens": "09:00", "closes": "17:00"},
        {"day": "SA", "opens": "09:30", "closes": "12:00"},
    ]
    assert b"Saturday, 09:30 to 12:00" in client.get("/desk/help/opening/").content


# --- A town that is here already ----------------------------------------------------------------


@pytest.mark.parametrize("managed", [True, False])
def test_a_town_that_is_here_stays_open_only_if_somebody_manages(town, new_person, managed):
    from importlib import import_module

    Opening.objects.all().delete()
    if managed:
        new_person("grace", "Grace", role=Role.DESK_MANAGER)
    step = import_module("commonweal.helps.migrations.0007_open_where_somebody_manages")
    old_apps = before_the_rooms()
    step.open_where_somebody_manages(old_apps, None)
    assert opening.is_open() is managed
