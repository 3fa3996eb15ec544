"""What is printed to be opened is a name: no passkey is made at a bare address."""

from __future__ import annotations

import os

import pytest

from commonweal import cli
from commonweal.jobs.addresses import address_to_open
from commonweal.jobs.management.commands import serve


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::"])
def test_this_machine_is_opened_by_its_name(host):
    assert address_to_open(host, 8001) == "http://localhost:8001"


def test_another_host_is_itself():
    assert address_to_open("charter.example.org", 80) == "http://charter.example.org:80"


def test_serve_prints_it(village, run_town):
    town = run_town(village, "--no-jobs")
    printed = town.log.read_text()
    assert f"Serving on http://localhost:{town.port}." in printed
    # Letters lead to the port that is served.
    assert "Letters lead to" not in printed


@pytest.mark.parametrize(
    ("typed", "was", "leads_to"),
    [
        ([], "", "http://localhost:8000"),
        (["--port", "8765"], "", "http://localhost:8765"),
        (["--port=8765", "--workers", "2"], " ", "http://localhost:8765"),
        (["--host", "town.example", "--port", "81"], "", "http://town.example:81"),
        (["--port", "8765"], "https://charter.example", "https://charter.example"),
        (["--socket", "/run/town", "--port", "8765"], "", ""),
        (["--port", "many"], "", ""),
        (["--port"], "", ""),
    ],
)
def test_letters_lead_to_the_port_that_is_served_unless_an_address_is_set(
    monkeypatch, typed, was, leads_to
):
    monkeypatch.setenv("COMMONWEAL_ADDRESS", was)
    cli._lead_letters_here(typed)
    assert os.environ["COMMONWEAL_ADDRESS"].strip() == leads_to


def test_serve_says_where_letters_lead_if_that_is_elsewhere(settings, capsys):
    settings.ADDRESS, settings.SECURE = "http://localhost:8000", False
    serve.Command()._say_where("http://localhost:8001", "", 8001)
    assert "Set COMMONWEAL_ADDRESS to where people reach this town." in capsys.readouterr().out
    serve.Command()._say_where("http://localhost:8000", "", 8000)
    assert "Letters lead to" not in capsys.readouterr().out
