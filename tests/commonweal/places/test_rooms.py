"""Rooms that a town switches off: no menu, no address, no job, no link to them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from commonweal.accounts.models import Event
from commonweal.asks import jobs as asks_jobs
from commonweal.cases import jobs as help_jobs
from commonweal.design.menu import DESKS, MENU
from commonweal.jobs import queue
from commonweal.places import rooms
from commonweal.places.actions import switch
from commonweal.places.models import Town
from commonweal.setup import townfile

pytestmark = pytest.mark.django_db

# What each room has for sure, by name: an address that went to no room would be missed.
KNOWN = {
    "help": (
        "help",
        "help-start",
        "help-form",
        "services-json",
        "volunteer",
        "desk-help",
        "desk-grants",
        "desk-reads",
        "desk-subject",
        "space-referrals",
        "space-services",
        "space-answer",
        "desk-named",
        "named-duty",
        "desk-opening",
        "desk-grant-find",
        "desk-reach",
        "desk-own-address",
        "erasures",
        "retention-run",
    ),
    "programme": (
        "programme",
        "metrics",
        "metric",
        "desk-programme",
        "space-programme",
        "programme-csv",
        "metrics-json",
    ),
    "spend": (
        "spend",
        "spend-payments-csv",
        "spend-survey",
        "desk-spend",
        "payments-csv",
        "local-spend-json",
    ),
    "economy": (
        "economy",
        "desk-economy",
        "shock-tell",
        "desk-shock",
        "series",
        "scenario",
        "group",
        "economy-ward",
        "series-csv",
    ),
    "voice": (
        "have-your-say",
        "desk-voice",
        "consultation",
        "consultation-answer",
        "consultation-csv",
        "desk-consultation",
        "consultation-enter",
        "proposal",
        "own-sent",
        "desk-proposal",
        "said-and-done",
    ),
    "balance": ("balance", "statement-pdf", "desk-balance", "balance-csv"),
}
KEPT = (
    "home",
    "charter",
    "register",
    "partners",
    "decisions",
    "decision",
    "data",
    "feed",
    "join",
    "space",
    "desk-charter",
    "desk-people",
    "desk-rooms",
    "ledger-csv",
    "desk-letters",
    "desk-letter-again",
    "desk-record",
    "desk-name",
    "desk-partner-stop",
)


def every_view():
    def walk(patterns):
        for one in patterns:
            if isinstance(one, URLPattern):
                yield one
            else:
                yield from walk(one.url_patterns)

    return list(walk(get_resolver().url_patterns))


# What leads to nothing, by the kind of part that an address has; text elsewhere.
NOTHING = {IntConverter: 1, UUIDConverter: "00000000-0000-0000-0000-000000000000"}


def parts_of(name):
    """Something that does not exist, for each part of an address."""
    [(*_, converters)] = get_resolver().reverse_dict.getlist(name)
    return {part: NOTHING.get(type(converter), "x") for part, converter in converters.items()}


# Rooms of the help desk without a page of their own.
SHOWN_BY_THE_DESK = {"residents", "services", "cases", "asks", "grants", "volunteers"}


def test_every_address_belongs_to_a_room():
    known = {*rooms.CODES, rooms.ALWAYS}
    apps = {
        str(one.callback.__module__).split(".")[1]
        for one in every_view()
        if one.callback.__module__.startswith("commonweal.")
    }
    always = {
        "accounts",
        "design",
        "places",
        "following",
        "partners",
        "charter",
        "pledges",
        "opendata",
        "demo",
        "setup",
    }
    # A new app says whether a town can switch it, in `rooms.SWITCHABLE` or here.
    assert apps == always | set(rooms.APPS) - SHOWN_BY_THE_DESK
    assert {rooms.room_of(one.callback) for one in every_view()} == known
    by_name = {one.name: rooms.room_of(one.callback) for one in every_view()}
    for code, names in KNOWN.items():
        assert {by_name[name] for name in names} == {code}
    assert {by_name[name] for name in KEPT} == {rooms.ALWAYS}


@pytest.mark.parametrize("code", list(rooms.CODES))
def test_off_answers_404_at_each_address_to_everybody(
    code, town, daniel, grace, nadia, yusuf, maya
):
    """By GET and POST, signed in or not, with a second factor or without, whatever stands in it."""
    switch(code=code, on=False, by=daniel)
    clients = [Client()]
    for person in (grace, nadia, yusuf, maya):
        clients.append(Client())
        clients[-1].force_login(person)
    asked = 0
    for view in every_view():
        if rooms.room_of(view.callback) != code:
            continue
        address = reverse(view.name, kwargs=parts_of(view.name))
        asked += 1
        for client in clients:
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code == 404, address
    assert asked >= len(KNOWN[code])


def test_menus_show_what_is_on(client, sign_in, town, grace, daniel):
    assert b'href="/help/"' in client.get("/charter/").content
    assert b'href="/desk/help/"' in sign_in(grace).get("/charter/").content
    switch(code="help", on=False, by=daniel)
    page = sign_in(grace).get("/charter/").content
    assert b'href="/help/"' not in page
    assert b'href="/desk/help/"' not in page
    assert b'href="/programme/"' in page
    assert {rooms.room_at(path) for path, _ in MENU} == {*rooms.CODES, rooms.ALWAYS}
    assert {rooms.room_at(path) for _, path, _ in DESKS} == {*rooms.CODES, rooms.ALWAYS}


def test_the_administrator_switches_rooms_and_nobody_else(client, sign_in, daniel, grace, maya):
    for person in (grace, maya):
        assert sign_in(person).get("/desk/rooms/").status_code == 403
        assert (
            sign_in(person).post("/desk/rooms/", {"room": "help", "verb": "off"}).status_code == 403
        )
    page = sign_in(daniel).post("/desk/rooms/", {"room": "help", "verb": "off"}, follow=True)
    assert b"Help is off" in page.content
    assert client.get("/help/").status_code == 404
    again = sign_in(daniel).post("/desk/rooms/", {"room": "help", "verb": "off"}, follow=True)
    assert b"Help is off already" in again.content
    assert (
        b"is no room"
        in client.post("/desk/rooms/", {"room": "charter", "verb": "off"}, follow=True).content
    )
    client.post("/desk/rooms/", {"room": "help", "verb": "on"})
    assert client.get("/help/").status_code == 200
    switched = Event.objects.filter(verb="room switched")
    assert [one.detail for one in switched] == [
        {"room": "help", "on": True},
        {"room": "help", "on": False},
    ]


def test_jobs_of_a_room_that_is_off_rest_but_for_what_the_law_asks(town, daniel, monkeypatch):
    ran = []
    monkeypatch.setattr(asks_jobs.surge, "watch", lambda: ran.append("surge") or [])
    monkeypatch.setattr(help_jobs.forgetting, "forget_due", lambda: ran.append("erase") or {})
    for job in (asks_jobs.watch_for_surges, help_jobs.forget_what_is_due):
        job.call()
    assert ran == ["surge", "erase"]
    switch(code="help", on=False, by=daniel)
    for job in (asks_jobs.watch_for_surges, help_jobs.forget_what_is_due):
        job.call()
    assert ran == ["surge", "erase", "erase"]
    of_rooms = {path: rooms.room_of_module(path) for path in queue.REPEATS}
    assert {"help", "programme", "spend"} <= set(of_rooms.values())


def test_a_town_file_says_which_rooms_it_uses(town, daniel):
    said = {"town": {"name": "Stevenage"}, "rooms": {"spend": False}}
    townfile.apply(said)
    assert rooms.off() == {"spend"}
    # What the file does not name stays as the administrator left it.
    switch(code="balance", on=False, by=daniel)
    townfile.apply({"town": {"name": "Stevenage"}, "rooms": {"spend": True}})
    assert rooms.off() == {"balance"}
    for bad, words in (
        ({"kitchen": True}, "kitchen is no room"),
        ({"help": "yes"}, "true or false"),
    ):
        with pytest.raises(townfile.Refused, match=words):
            townfile.apply({"town": {"name": "Stevenage"}, "rooms": bad})


def test_a_town_names_its_own_help_lines(tmp_path, db):
    file = tmp_path / "town.toml"
    file.write_text('[town]\nname = "Tref"\n[[helplines]]\nname = "Bydis"\nnumber = "0300 1"\n')
    assert townfile.apply(townfile.read(file)).helplines == [{"name": "Bydis", "number": "0300 1"}]
    file.write_text('[town]\nname = "Tref"\n[[helplines]]\nname = "Bydis"\n')
    with pytest.raises(townfile.Refused, match="Bydis”: lacks number"):
        townfile.read(file)
    assert len(Town().helplines) == 6


def test_data_lists_only_what_is_on(client, town, daniel):
    switch(code="spend", on=False, by=daniel)
    page = client.get("/data/").content
    assert b"payments.csv" not in page
    assert b"programme.csv" in page
    assert client.get("/payments.json").status_code == 404
