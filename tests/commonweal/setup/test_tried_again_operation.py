"""What an operator may set in ways that nobody thought of: a sentence, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from commonweal.config.front_door import FrontDoor
from commonweal.setup import environment, townfile

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "stevenage.toml"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://town@host:port/town"),
        ("DATABASE_URL", "postgresql://town@host:99999/town"),
        ("DATABASE_URL", "postgresql://[::1/town"),
        ("DATABASE_URL", "postgresql://town@host"),
        ("DATABASE_URL", "postgresql://town@host/town?sslmod=require"),
        ("DATABASE_OWNER_URL", "postgresql://town@host/town?connect_timeout=soon"),
        ("DATABASE_URL", "sqlite:///"),
        ("COMMONWEAL_ADDRESS", "https://[::1"),
        ("COMMONWEAL_ADDRESS", "https://town.example:port"),
        ("COMMONWEAL_LINK_CONTROL", "https://[::1"),
    ],
)
def test_an_address_that_can_not_be_taken_apart_is_named(name: str, value: str) -> None:
    [sentence] = environment.faults({name: value})
    assert sentence.startswith(name)


@pytest.mark.parametrize(
    "value",
    [
        "postgresql:///town?host=/run/postgresql&sslmode=require",
        "postgresql://?service=town",
        "sqlite:////var/lib/town.sqlite3",
    ],
)
def test_an_address_of_a_database_in_any_of_its_ways_is_taken(value: str) -> None:
    assert environment.faults({"DATABASE_URL": value}) == []


def test_a_network_written_by_an_address_in_it_is_taken_as_it_is_meant(settings, db, town) -> None:
    written = "10.1.2.3/8"
    assert environment.faults({"COMMONWEAL_TRUSTED_PROXIES": written}) == []
    assert environment.faults({"COMMONWEAL_HEALTH_FROM": written}) == []
    seen = []

    def application(environ, start_response):
        seen.append(environ["REMOTE_ADDR"])
        return []

    door = FrontDoor(application, trusted=[written])
    door(
        {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "10.9.9.9", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
        lambda *_: None,
    )
    assert seen == ["203.0.113.5"]
    settings.HEALTH_FROM = [written]
    assert Client().get("/-/ready", REMOTE_ADDR="10.9.9.9").status_code in (200, 503)
    assert Client().get("/-/ready", REMOTE_ADDR="192.0.2.1").status_code == 404


@pytest.mark.parametrize("key", ["service_name", "name"])
def test_a_name_of_the_town_left_empty_is_said_before_anything_is_written(tmp_path, key) -> None:
    text = EXAMPLE.read_text()
    lines = [line for line in text.splitlines() if not line.startswith(f"{key} = ")]
    start = lines.index("[town]")
    lines.insert(start + 1, f'{key} = ""')
    path = tmp_path / "town.toml"
    path.write_text("\n".join(lines))
    assert any(f"{key} is empty" in str(fault) for fault in townfile.look(path).faults)


def test_a_sign_that_nobody_types_reaches_no_page() -> None:
    seen = []

    def application(environ, start_response):
        seen.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        return []

    door = FrontDoor(application, trusted=[])
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/pledges/a\0/",
        "QUERY_STRING": "q=b%00c&d=%2500",
    }
    door(asked, lambda *_: None)
    assert seen == [("/pledges/a/", "q=bc&d=%2500")]


@pytest.mark.parametrize("path", ["/help/services.json", "/spend/payments/", "/spend/suppliers/"])
def test_a_page_asked_for_by_another_sign_for_two_is_answered(client, town, path) -> None:
    assert client.get(path, {"page": "²"}).status_code == 200
