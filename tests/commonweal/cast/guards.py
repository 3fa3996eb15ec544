"""What stands around every test: folders of its own, files that are closed, a second factor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django_tasks_db.management.commands import db_worker

from commonweal.jobs import queue
from commonweal.jobs.patience import PAGE
from tests.kept import FOLDERS, ROWS, VILLAGE

from .signing_in import prove


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_the_suites() -> None:
    """The addresses are read under the suite's own settings, the demonstration's among them, and
    not under those of whichever test happens to ask for a page first."""
    import_module("commonweal.config.urls")


# Answers of this test that are files on a disk.
DOWNLOADS: list[Any] = []


@pytest.fixture(scope="session", autouse=True)
def _as_every_test_needs_it() -> Iterator[None]:
    """What stands around each test alike is put there once: a test that does next to nothing took
    a third longer with what was put there and taken away anew."""
    request, force_login = Client.request, Client.force_login

    def asked(self: Client, **environ: Any) -> Any:
        answer = request(self, **environ)
        if answer.streaming:
            DOWNLOADS.append(answer)
        return answer

    def signed_in(self: Client, user: Any, backend: Any = None) -> None:
        """Tests are about desks, not about getting there: see `by_code_only` for those that are."""
        force_login(self, user, backend)
        if not getattr(self, "by_code_only", False):
            prove(self, "mfa")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", asked)
        patch.setattr(Client, "force_login", signed_in)
        # On PostgreSQL, closing a connection in the middle of a test would end its transaction.
        for module in (queue, db_worker):
            patch.setattr(module, "close_old_connections", lambda: None)
        yield


@pytest.fixture(autouse=True)
def _pages_are_over() -> Iterator[None]:
    """A download is a file on disk: a server closes it once it is sent, and so must we, also where
    a test looks at its status alone. And who copies or drops a database after a test is no page,
    which waits for a busy server for some seconds only."""
    yield
    PAGE.is_page = False
    while DOWNLOADS:
        for close in DOWNLOADS.pop()._resource_closers:
            close()


@pytest.fixture(scope="session")
def _folder_for_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_its_own(
    request: pytest.FixtureRequest, _folder_for_folders: Path
) -> Iterator[None]:
    """The folder that a test asks for by name, or into which files are laid that are kept for it;
    the others, most of which put nothing there, get one that is made more quickly."""
    asks = not {"tmp_path", VILLAGE, *ROWS}.isdisjoint(request.fixturenames)
    folder = request.getfixturevalue("tmp_path") if asks else _folder_for_folders / "of-a-test"
    folder.mkdir(exist_ok=True)
    before = {name: getattr(settings, name) for name in ("VAR", *FOLDERS)}
    # Not by `override_settings`, which tells whoever keeps something made by any setting.
    settings.VAR = folder
    for name, path in FOLDERS.items():
        setattr(settings, name, folder / path)
    yield
    for name, path in before.items():
        setattr(settings, name, path)
    if not asks:
        _emptied(folder)


def _emptied(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        shutil.rmtree(folder)
