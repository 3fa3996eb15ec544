"""What stands around every test: folders of its own, files that are closed, a second factor."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.management.commands import db_worker

from commonweal.jobs import queue

from .signing_in import prove


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_the_suites() -> None:
    """The addresses are read under the suite's own settings, the demonstration's among them, and
    not under those of whichever test happens to ask for a page first."""
    import_module("commonweal.config.urls")


@pytest.fixture(autouse=True)
def _evidence_in_a_folder_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.CASE_FOLDER = tmp_path / "cases"
    settings.SPEND_FOLDER = tmp_path / "spend"
    settings.VAR = tmp_path


@pytest.fixture(autouse=True)
def _the_tests_transaction_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL, closing a connection in the middle of a test would end its transaction."""
    for module in (queue, db_worker):
        monkeypatch.setattr(module, "close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def _downloads_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A download is a file on disk: a server closes it once it is sent, and so must we, also where
    a test looks at its status alone."""
    downloads = []
    request = Client.request

    def asked(self: Client, **environ: Any) -> Any:
        answer = request(self, **environ)
        if answer.streaming:
            downloads.append(answer)
        return answer

    monkeypatch.setattr(Client, "request", asked)
    yield
    for download in downloads:
        for close in download._resource_closers:
            close()


@pytest.fixture(autouse=True)
def _whoever_is_signed_in_gave_a_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are about desks, not about getting there: see `by_code_only` for those that are."""
    force_login = Client.force_login

    def signed_in(self: Client, user: Any, backend: Any = None) -> None:
        force_login(self, user, backend)
        if not getattr(self, "by_code_only", False):
            prove(self, "mfa")

    monkeypatch.setattr(Client, "force_login", signed_in)
