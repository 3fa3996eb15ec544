"""What is looked at before a command begins: the installation, and not the program's pages."""

from __future__ import annotations

import re

from django.core.checks.registry import registry

from commonweal.office.checks import OF_AN_INSTALLATION

ONLY_FOR_SOME = {
    *("duckdb", "jinja2", "markdown_it", "numpy", "PIL", "psycopg"),
    *("puremagic", "pyarrow", "pypdf", "rapidfuzz"),
}


def test_a_command_that_serves_no_page_reads_in_none(stevenage, run_anew):
    """Reading them all in was a quarter of what a short command took."""
    done = run_anew(stevenage, "ledger", "head", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0, done.stderr
    read_in = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "commonweal.pledges.proving" in read_in
    assert [name for name in read_in if re.fullmatch(r"commonweal\.\w+\.views", name)] == []
    # Nor what reads payments, draws, matches names, writes pages or asks PostgreSQL: a third of it.
    assert sorted(read_in & ONLY_FOR_SOME) == []


def test_keys_of_another_town_stop_a_command_all_the_same(stevenage, run_anew):
    other = "T3RoZXItdG93bnMta2V5LW9mLTMyLWJ5dGVzLWxvbmc="
    done = run_anew(stevenage, "ledger", "head", COMMONWEAL_FIELD_KEYS=other)
    assert done.returncode == 1
    assert "keys" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_all_that_depends_on_the_installation_is_looked_at():
    ours = [check for check in registry.get_checks() if check.__module__.startswith("commonweal.")]
    assert len(ours) >= 2
    assert [check.__name__ for check in ours if OF_AN_INSTALLATION not in check.tags] == []
