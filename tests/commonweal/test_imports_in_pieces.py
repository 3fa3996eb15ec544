"""A long file holds nobody up: what is done while others wait does not grow with it; cut off at
any moment it has left nothing half behind, and read in again each thing is there once."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from commonweal.office.errors import Refused


def test_importers_hold_nobody_up_and_leave_nothing_half(run_apart):
    done = run_apart(Path(__file__).with_name("imports_in_pieces.py"))
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.split() == [
        "pledges",
        "actions",
        "services",
        "people",
        "cut",
        "others",
        "job",
    ]


FILE = "title,name,key\na,b,c\n"
PAGES = {
    "/desk/charter/import/": ("maya", "pledges.importing.plan", {"layout": "commonweal"}),
    "/desk/programme/import/": (
        "nadia",
        "programme.importing.plan_held",
        {"source": "x", "as_at_0": "1", "as_at_1": "9", "as_at_2": "2026"},
    ),
    "/desk/help/lists/": ("grace", "cases.lists.preview", {"help_type": "food"}),
    "/desk/help/services/": ("grace", "services.directory.planning.read", {"source": "x"}),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_reads_a_file_holds_no_transaction_meanwhile(
    path, request, sign_in, monkeypatch, kinds
):
    """Also where the form carries what it showed, which makes other pages wait their turn."""
    name, reader, answers = PAGES[path]
    module, function = reader.rsplit(".", 1)
    held = []

    def look(*_, **__):
        # The test itself is the one transaction.
        held.append(len(connection.savepoint_ids))
        raise Refused("Looked.")

    monkeypatch.setattr(importlib.import_module(f"commonweal.{module}"), function, look)
    client = sign_in(request.getfixturevalue(name))
    upload = SimpleUploadedFile("a.csv", FILE.encode())
    page = client.post(path, answers | {"file": upload, "shown-source": "x"})
    assert held == [0], page.content.decode()[-3000:]
