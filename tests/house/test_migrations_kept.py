"""The migrated database that tests copy is never that of other migrations.

A migration was renamed and nothing else: the copy of before bore its old name, and every test that
asks what the database knows failed wherever that copy lay.
"""

from __future__ import annotations

import pytest

from tests.migrations_kept import digest

FILES = {
    "config/settings.py": "INSTALLED_APPS = []",
    "office/triggers.py": "SQL = 1",
    "office/unread.py": "",
    "places/migrations/0001_initial.py": "from weal.office import triggers",
}


@pytest.fixture
def package(tmp_path):
    for name, text in FILES.items():
        (tmp_path / "weal" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "weal" / name).write_text(text)
    return tmp_path / "weal"


def rename(package):
    migration = package / "places" / "migrations" / "0001_initial.py"
    migration.rename(migration.with_name("0001_first.py"))


def change(name):
    def append(package):
        with (package / name).open("a") as file:
            file.write("\nMORE = 1")

    return append


@pytest.mark.parametrize(
    "another",
    [
        rename,
        change("places/migrations/0001_initial.py"),
        change("office/triggers.py"),
        change("config/settings.py"),
    ],
)
def test_other_migrations_have_another_name(package, another):
    name = digest(package)
    another(package)
    assert digest(package) != name


def test_what_no_migration_reads_leaves_the_name(package):
    name = digest(package)
    change("office/unread.py")(package)
    assert digest(package) == name
