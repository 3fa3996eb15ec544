"""Local spend by command: each verb with what it prints, and each refusal in one line."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import files, importing, preparing
from commonweal.spend.management.commands import spend
from commonweal.spend.models import Anchor, Prepared, Release
from localwealth.errors import UnreadableFile

pytestmark = pytest.mark.django_db
State = Release.State


def command(*arguments: str) -> tuple[list[str], list[str]]:
    """What it prints, and what it tells on the error stream."""
    out, told = io.StringIO(), io.StringIO()
    call_command("spend", *arguments, stdout=out, stderr=told)
    return out.getvalue().splitlines(), told.getvalue().splitlines()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        command(*arguments)
    return str(refusal.value)


@pytest.fixture(autouse=True)
def updated(monkeypatch):
    """The figures are brought up to date in a test of its own; how often they were."""
    times = []

    def bring_up_to_date(say):
        times.append(say)

    monkeypatch.setattr(preparing, "bring_up_to_date", bring_up_to_date)
    return times


# --- Anchors --------------------------------------------------------------------------------------


def test_a_partner_is_named_an_anchor(council):
    out, _ = command("anchor", council.code, "--id", "GB-COH-1", "--id", "GB-CHC-2")
    assert out == [f"{council.name} is an anchor."]
    assert Anchor.objects.get().ids == ["GB-COH-1", "GB-CHC-2"]
    # Named again it has the numbers that are given then.
    command("anchor", council.code, "--id", "GB-COH-3")
    assert Anchor.objects.get().ids == ["GB-COH-3"]


def test_nobody_is_no_anchor(town):
    assert refused("anchor", "nobody") == "There is no partner nobody."
    assert refused("import", "--anchor", "nobody", "x.csv") == (
        "nobody is no anchor. Name it: ./commonweal spend anchor nobody"
    )
    assert not Anchor.objects.exists()


# --- Files of payments ----------------------------------------------------------------------------


@pytest.fixture
def reads(monkeypatch):
    """What becomes of a file that is read: taken as one with three payments, or what a test says
    of it; and what was asked of its reading."""
    become: dict[str, object] = {}
    asked: list[dict[str, str]] = []

    def read(release):
        asked.append(release.said)
        usual = {
            "state": State.READ,
            "rows": 4,
            "accepted": 3,
            "rejected": 1,
            "total_gbp": Decimal("1234.50"),
            "questions": [],
        }
        for field, content in (usual | become).items():
            setattr(release, field, content)
        release.save()
        return release

    monkeypatch.setattr(importing, "read", read)
    return become, asked


@pytest.fixture
def send(anchor, tmp_path, reads):
    """Send files of these names by command."""

    def send(*names: str, options: tuple[str, ...] = ()) -> list[str]:
        places = []
        for name in names:
            (tmp_path / name).write_text(f"Supplier,Amount\nOf {name},1.00\n", "utf-8")
            places.append(str(tmp_path / name))
        out, _ = command("import", "--anchor", anchor.partner.code, *options, *places)
        return out

    return send


SUMMARY = "4 lines = 3 payments + 1 refused + 0 duplicates; £1,234.50"


def test_a_file_that_asks_nothing_is_taken(send, anchor, updated):
    out = send("april.csv")
    release = Release.objects.get()
    assert out == [
        f"april.csv: {SUMMARY}; reconciles; taken as {release.code}",
        "Nothing counts yet.",
    ]
    assert (release.state, release.anchor, release.route) == (State.TAKEN, anchor, "published")
    assert (release.uploaded_by, release.taken_by) == (None, None)
    assert len(updated) == 1
    roles = Event.objects.filter(about_code=release.code).values_list("as_role", flat=True)
    assert set(roles) == {"import"}


def test_several_are_taken_one_by_one_and_the_figures_made_once(send, updated):
    out = send("april.csv", "may.csv", "june.csv")
    assert [line.split(":")[0] for line in out[:-1]] == ["april.csv", "may.csv", "june.csv"]
    assert Release.objects.filter(state=State.TAKEN).count() == 3
    assert len(updated) == 1


@pytest.mark.parametrize(
    ("become", "told", "state"),
    [
        (
            {"questions": ["Is it April?", "Which column?"]},
            f"{SUMMARY}; waits to be looked at: Is it April? Which column?",
            State.READ,
        ),
        (
            {"state": State.REFUSED, "why": "It has no amounts."},
            f"{SUMMARY}: It has no amounts.",
            State.REFUSED,
        ),
    ],
    ids=["asked about", "refused"],
)
def test_what_has_to_be_looked_at_waits_on_the_desk(send, reads, become, told, state):
    reads[0].update(become)
    assert send("april.csv")[:-1] == [
        f"april.csv: {told}",
        "1 on the desk: look at them under /desk/spend/",
    ]
    assert Release.objects.get().state == state


def test_a_file_about_the_same_days_as_another_waits(send, monkeypatch):
    monkeypatch.setattr(importing, "may_replace", lambda release: [release])
    [line, *_] = send("april.csv")
    assert line.endswith(
        "waits to be looked at: it is about days of which another file is here already"
    )


def test_whoever_wants_to_look_first_finds_all_on_the_desk(send):
    out = send("april.csv", "may.csv", options=("--look-first",))
    assert out[-2] == "2 on the desk: look at them under /desk/spend/"
    assert set(Release.objects.values_list("state", flat=True)) == {State.READ}


@pytest.mark.parametrize(
    ("options", "route", "asked"),
    [
        ((), "published", {}),
        (("--route", "ledger"), "ledger", {}),
        (("--repeats", "payments"), "published", {"repeats": "payments"}),
        (("--repeats", "duplicates"), "published", {"repeats": "duplicates"}),
    ],
    ids=range(4),
)
def test_what_is_told_of_a_file_is_told_to_its_reader(send, reads, options, route, asked):
    send("april.csv", options=options)
    assert Release.objects.get().route == route
    assert reads[1] == [asked]


@pytest.mark.parametrize("option", [("--route", "secret"), ("--repeats", "both")])
def test_what_cannot_be_told_is_refused(send, option):
    with pytest.raises(CommandError, match="invalid choice"):
        send("april.csv", options=option)
    assert not Release.objects.exists()


def test_one_that_is_refused_keeps_the_others_from_nothing(send, anchor, tmp_path):
    (tmp_path / "april.csv").write_text("x", "utf-8")
    (tmp_path / "empty.csv").write_text("", "utf-8")
    places = [str(tmp_path / name) for name in ("empty.csv", "missing.csv", "april.csv")]
    out, _ = command("import", "--anchor", anchor.partner.code, *places)
    assert out[:2] == ["empty.csv: The file is empty.", "missing.csv: There is no such file."]
    assert "taken as" in out[2]
    # No machine's folder stands in what is printed.
    assert str(tmp_path) not in "".join(out)


def test_sent_again_nothing_is_changed(send):
    send("april.csv")
    again = send("april.csv")
    assert again[0].startswith("april.csv: This very file is there already, as april.csv, taken on")
    assert Release.objects.count() == 1


def test_what_was_cut_off_before_it_was_taken_goes_on(send):
    send("april.csv", options=("--look-first",))
    release = Release.objects.get()
    assert f"taken as {release.code}" in send("april.csv")[0]
    assert Release.objects.get().state == State.TAKEN


# --- The figures ----------------------------------------------------------------------------------


def test_each_step_is_told_once(monkeypatch):
    def bring_up_to_date(say):
        for step, done, total in (
            ("Reading files", 0, 2),
            ("Reading files", 1, 2),
            ("Counting payees", 0, 1),
            ("Matching payees", 10, 12000),
        ):
            say(step, done, total)
        return Prepared(lines=1200, releases=1)

    monkeypatch.setattr(preparing, "bring_up_to_date", bring_up_to_date)
    out, told = command("update")
    assert out == ["In the figures: 1,200 payments of 1 file."]
    assert told == ["Reading files (2)", "Counting payees", "Matching payees (12,000)"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Refused("Somebody else is at it."), "Somebody else is at it."),
        (UnreadableFile("The register is damaged."), "The register is damaged."),
        (KeyboardInterrupt(), "Stopped. Run the same command again to go on."),
    ],
    ids=["refused", "unreadable", "stopped"],
)
def test_a_command_that_ends_early_says_why(monkeypatch, error, sentence):
    def bring_up_to_date(say):
        raise error

    monkeypatch.setattr(preparing, "bring_up_to_date", bring_up_to_date)
    assert refused("update") == sentence


# --- The list, and undoing ------------------------------------------------------------------------


def test_files_are_listed_with_what_became_of_them(send):
    send("april.csv")
    send("may.csv", options=("--look-first", "--route", "ledger"))
    codes = dict(Release.objects.values_list("file_name", "code"))
    out, _ = command("releases")
    assert sorted(out) == sorted(
        [
            f"{codes['april.csv']}  taken    published          3  april.csv",
            f"{codes['may.csv']}  read     ledger             3  may.csv",
        ]
    )


def test_without_files_the_list_is_empty():
    assert command("releases") == ([], [])


def test_a_file_is_undone_with_a_reason(send, updated):
    send("april.csv")
    code = Release.objects.get().code
    out, _ = command("undo", code, "--because", "The wrong anchor.")
    release = Release.objects.get()
    assert (release.state, release.undone_because) == (State.UNDONE, "The wrong anchor.")
    assert out == ["Nothing counts yet."]
    assert len(updated) == 2
    assert refused("undo", code, "--because", "x") == "Only a release that counts can be undone."
    assert len(updated) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("undo", "nothing", "--because", "x"), "There is no release nothing."),
        (("undo", "nothing"), "the following arguments are required: --because"),
        ((), "the following arguments are required: verb"),
        (("import", "x.csv"), "the following arguments are required: --anchor"),
    ],
    ids=range(4),
)
def test_what_is_missing_is_named(arguments, sentence):
    assert sentence in refused(*arguments)


def test_a_blank_reason_undoes_nothing(send):
    send("april.csv")
    release = Release.objects.get()
    assert refused("undo", release.code, "--because", "  ") == "Say why it is undone."
    release.refresh_from_db()
    assert release.state == State.TAKEN


# --- Registers and postcodes ----------------------------------------------------------------------


@pytest.fixture
def loads(monkeypatch, tmp_path):
    """Two registers and a lookup of postcodes as files; what was built of which."""
    built: dict[str, list[str]] = {}
    for name in ("companies.csv", "charities.csv", "postcodes.csv"):
        (tmp_path / name).write_text(name, "utf-8")

    def build(folder, registers, *, say, said):
        built["registers"] = [place.name for place in registers]
        say("Reading companies.csv")
        return type("Store", (), {"made_of": {"entries": 1200}})

    def keep_postcodes(lookups, *, takes_cut):
        built["postcodes"] = [place.name for place in lookups]
        built["cut"] = [str(takes_cut)]
        return 2, 1500

    monkeypatch.setattr(spend, "build", build)
    monkeypatch.setattr(files, "keep_postcodes", keep_postcodes)
    monkeypatch.setattr(spend.places, "is_lookup", lambda place: place.name == "postcodes.csv")
    return built, tmp_path


def test_registers_and_postcodes_are_told_apart_and_loaded(loads):
    built, folder = loads
    names = ("companies.csv", "postcodes.csv", "charities.csv")
    out, _ = command("load", *(str(folder / name) for name in names))
    assert built == {
        "postcodes": ["postcodes.csv"],
        "cut": ["False"],
        "registers": ["companies.csv", "charities.csv"],
    }
    assert out == [
        "2 postcodes; 1,500 more stay that they lack",
        "Reading companies.csv",
        "1,200 entries of registers",
        "Run './commonweal spend update' to work the figures out anew.",
    ]


def test_postcodes_alone_leave_the_registers_as_they_are(loads):
    built, folder = loads
    command("load", str(folder / "postcodes.csv"))
    assert "registers" not in built


def test_a_file_that_is_not_there_stops_all_before_anything_is_loaded(loads):
    built, folder = loads
    sentence = refused("load", str(folder / "companies.csv"), "missing.csv")
    assert sentence == "There is no file missing.csv."
    assert built == {}


def test_an_anchor_that_is_named_by_command_stands_in_the_record(bakery):
    named = Event.objects.filter(verb="anchor named", about_code=bakery.code)
    said, _ = command("anchor", bakery.code, "--id", "GB-COH-01234567")
    assert said == [f"{bakery.name} is an anchor."]
    line = named.get()
    assert (line.by_code, line.as_role) == (None, "system")
    assert line.detail == {"ids": ["GB-COH-01234567"]}
    # Named again just so, nothing has changed; with another number it is written down.
    command("anchor", bakery.code, "--id", "GB-COH-01234567")
    assert named.count() == 1
    command("anchor", bakery.code, "--id", "GB-CHC-200051")
    assert named.count() == 2
    assert Anchor.objects.get(partner=bakery).ids == ["GB-CHC-200051"]
    assert "There is no partner nobody" in refused("anchor", "nobody")
    assert named.count() == 2
