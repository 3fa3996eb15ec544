"""What is printed to be opened is a name: no passkey is made at a bare address."""

from __future__ import annotations

import pytest

from commonweal.jobs.addresses import address_to_open


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::"])
def test_this_machine_is_opened_by_its_name(host):
    assert address_to_open(host, 8001) == "http://localhost:8001"


def test_another_host_is_itself():
    assert address_to_open("charter.example.org", 80) == "http://charter.example.org:80"


def test_serve_prints_it(village, run_town):
    town = run_town(village, "--no-jobs")
    printed = town.log.read_text()
    assert f"Serving on http://localhost:{town.port}." in printed
    # Letters would lead to another port, where nobody answers.
    assert "Set COMMONWEAL_ADDRESS to where people reach this town." in printed
