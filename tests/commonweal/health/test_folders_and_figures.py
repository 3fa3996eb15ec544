"""What lies open to others on the machine, which addresses monitoring may ask, and the lines of
figures that it reads."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from commonweal.health import doctor, figures, logs, middleware
from commonweal.health.doctor import open_to_others, permissions
from commonweal.health.middleware import HealthMiddleware

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)


# Folders


@pytest.fixture
def folder(tmp_path, settings):
    """A data folder with a key in a folder of its own, open to nobody."""
    var = tmp_path / "var"
    (var / "keys").mkdir(parents=True)
    (var / "keys" / "field.key").write_text("a key")
    (var / "town.db").write_text("rows")
    for path in (var, *var.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    settings.VAR = var
    return var


def test_a_folder_of_the_service_alone_is_well(folder):
    assert list(open_to_others(folder)) == []
    assert permissions(NOW).is_well


@pytest.mark.parametrize("name", ["", "keys", "keys/field.key", "town.db"])
@pytest.mark.parametrize("mode", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001])
def test_whatever_anybody_else_may_do_is_named(folder, name, mode):
    path = folder / name
    path.chmod(path.stat().st_mode | mode)
    assert list(open_to_others(folder)) == [path]
    check = permissions(NOW)
    assert not check.is_well
    assert check.says.startswith("1 file or folder is open to other users")
    assert str(path) in check.says
    assert check.mend == f"Run: chmod -R go= {folder}"


def test_several_are_counted_and_the_first_is_named(folder):
    for path in (folder / "keys", folder / "town.db"):
        path.chmod(0o755)
    assert permissions(NOW).says.startswith("2 files or folders are open to other users")


def test_a_link_is_not_looked_at_for_what_it_leads_to(folder, tmp_path):
    (tmp_path / "elsewhere").write_text("of somebody else")
    (tmp_path / "elsewhere").chmod(0o644)
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    (folder / "broken").symlink_to(tmp_path / "never")
    assert list(open_to_others(folder)) == []


def test_what_goes_away_while_it_is_looked_at_is_no_fault(folder):
    assert list(open_to_others(folder / "gone")) == []


# What SQLite is sound


@pytest.mark.parametrize(
    ("vendor", "version", "is_well"),
    [
        ("sqlite", (3, 51, 3), True),
        ("sqlite", (3, 51, 2), False),
        ("sqlite", (3, 52, 0), True),
        ("sqlite", (3, 40, 1), False),
        ("sqlite", (4, 0, 0), True),
        ("postgresql", (3, 40, 1), True),
    ],
)
def test_a_sqlite_with_a_rare_fault_is_named(monkeypatch, vendor, version, is_well):
    name = ".".join(map(str, version))
    monkeypatch.setattr(doctor, "connection", SimpleNamespace(vendor=vendor))
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version_info", version)
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version", name)
    check = doctor.sqlite(NOW)
    assert check.is_well is is_well
    assert (name in check.says) is (vendor == "sqlite")
    assert "sqlite" in doctor.NOTED, "it is to be known, and stops nobody"


# The addresses about health


def asked(address, *, method="GET", remote="127.0.0.1", name=""):
    """(what answered, the answer) for a visitor."""
    reached = []

    def page(request):
        reached.append(logs.request_id.get())
        return HttpResponse("a page")

    request = RequestFactory().generic(
        method, address, REMOTE_ADDR=remote, **({"HTTP_X_REQUEST_ID": name} if name else {})
    )
    return reached, HealthMiddleware(page)(request)


@pytest.fixture(autouse=True)
def _nobody_looks(monkeypatch, settings):
    """Pages of health that ask nothing, and a log and a count of their own."""
    settings.HEALTH_FROM, settings.HEALTH_TOKEN = ["127.0.0.0/8"], ""
    for address in middleware.KEPT:
        monkeypatch.setitem(
            middleware.KEPT, address, lambda request: HttpResponse(f"health {request.path}")
        )
    monkeypatch.setattr(middleware.counting, "note", lambda *_: None)
    monkeypatch.setattr(middleware.database, "begin_page", lambda: None)


@pytest.mark.parametrize("address", ["/-/live", "/-/live/", "/-/live//"])
@pytest.mark.parametrize("remote", ["127.0.0.1", "203.0.113.7", ""])
def test_anybody_may_know_that_the_process_lives(address, remote):
    reached, response = asked(address, remote=remote)
    assert (reached, response.content) == ([], b"alive\n")
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/-/ready", "/-/metrics", "/-/ready/"])
@pytest.mark.parametrize(
    ("remote", "may"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True)),
        *(("203.0.113.7", False), ("::1", False), ("", False), ("no address", False)),
    ],
)
def test_only_whoever_runs_it_is_told_how_it_stands(address, remote, may):
    reached, response = asked(address, remote=remote)
    assert response.content.startswith(b"health") is may
    assert bool(reached) is not may


@pytest.mark.parametrize("method", ["PUT", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("address", ["/-/live", "/-/ready"])
def test_a_method_that_no_page_knows_is_refused_further_in(method, address):
    reached, _ = asked(address, method=method)
    assert len(reached) == 1


@pytest.mark.parametrize("address", ["/-/", "/-/lives", "/-/ready/x", "/live", "/pledges/-/live"])
def test_other_addresses_are_pages(address):
    reached, response = asked(address)
    assert (len(reached), response.content) == (1, b"a page")


@pytest.mark.parametrize(
    ("name", "is_taken"),
    [
        *(("abcdefgh", True), ("a" * 64, True), ("A-b_c.9-", True)),
        *(("", False), ("short", False), ("a" * 65, False), ("has blank", False)),
        *(("a" * 8 + "\n", False), ("ada@example.org", False), ("<script>", False)),
    ],
    ids=ascii,
)
def test_a_requests_name_is_taken_over_where_it_is_one(name, is_taken):
    reached, response = asked("/pledges/", name=name)
    assert reached == [response["X-Request-ID"]]
    assert (response["X-Request-ID"] == name) is is_taken
    assert is_taken or re.fullmatch(r"[0-9a-f]{32}", response["X-Request-ID"])
    assert logs.request_id.get() == ""


def test_a_page_that_fails_leaves_no_name_behind():
    def fail(request):
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        HealthMiddleware(fail)(RequestFactory().get("/pledges/"))
    assert logs.request_id.get() == ""


# The lines


def lines(*listed, monkeypatch):
    monkeypatch.setattr(figures, "FIGURES", listed)
    return figures.text(NOW).splitlines()


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (7, "7"), (0.25, "0.25"), (1_800_000_000.5, "1800000000.5"), (10**15, "1e+15")],
)
def test_a_figure_is_three_lines_and_the_end_one(monkeypatch, number, written):
    figure = figures.Figure("pledges", "Pledges.", lambda now: [("", number)])
    assert lines(figure, monkeypatch=monkeypatch) == [
        "# TYPE commonweal_pledges gauge",
        "# HELP commonweal_pledges Pledges.",
        f"commonweal_pledges {written}",
        "# EOF",
    ]


def test_one_that_fails_is_left_out_and_stops_no_other(monkeypatch):
    def fail(now):
        raise ValueError("the words of somebody")

    well = figures.Figure("well", "Well.", lambda now: [('{lane="a"}', 1), ('{lane="b"}', 2)])
    ill = figures.Figure("ill", "Ill.", fail)
    text = lines(ill, well, ill, monkeypatch=monkeypatch)
    assert text[2:] == ['commonweal_well{lane="a"} 1', 'commonweal_well{lane="b"} 2', "# EOF"]


def test_each_figure_has_a_name_of_its_own_and_says_what_it_is():
    names = [figure.name for figure in figures.FIGURES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
    assert all(figure.about.endswith(".") for figure in figures.FIGURES)
    assert {figure.kind for figure in figures.FIGURES} <= {"gauge", "counter", "histogram"}
