"""Files of payments: sent, taken, put in place of others, undone, thrown away; without reading."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import files, importing
from commonweal.spend.importing import taking, uploading
from commonweal.spend.models import Anchor, Release

pytestmark = pytest.mark.django_db

State = Release.State
APRIL = b"Supplier,Date,Amount\nAcorn Ltd,03/04/2026,10.00\n"
MAY = b"Supplier,Date,Amount\nAcorn Ltd,03/05/2026,10.00\n"
COMPARED = {"same": 1, "come": {}, "gone": {}}


@pytest.fixture
def hospital(new_partner, town):
    return Anchor.objects.create(
        partner=new_partner("hospital", "General Hospital", sector="public", kind="health")
    )


@pytest.fixture
def send(anchor, yusuf):
    def send(content: bytes = APRIL, **further) -> Release:
        usual = {"anchor": anchor, "route": "published", "name": "april.csv", "by": yusuf}
        return importing.upload(content=content, **usual | further)

    return send


@pytest.fixture
def read_as(send):
    """A file that was sent and read, with what came of it."""

    def read_as(content: bytes = APRIL, *, state: str = State.READ, **further) -> Release:
        of_file = {key: further.pop(key) for key in ("anchor", "route", "name") if key in further}
        release = send(content, **of_file)
        read = {"rows": 1, "accepted": 1, "lines_sha256": release.sha256} | further
        Release.objects.filter(pk=release.pk).update(state=state, **read)
        release.refresh_from_db()
        return release

    return read_as


@pytest.fixture(autouse=True)
def _compared(monkeypatch):
    """Two files are held against each other in a test of its own."""
    monkeypatch.setattr(taking, "difference", lambda old, new: COMPARED)


def is_kept(content: bytes) -> bool:
    return files.incoming(hashlib.sha256(content).hexdigest()) == content


def events(verb: str) -> list[tuple[object, str]]:
    lines = Event.objects.filter(verb=verb).order_by("pk")
    return [(line.by_code, line.as_role) for line in lines]


# --- Sent -----------------------------------------------------------------------------------------


def test_a_file_is_kept_until_somebody_has_looked_at_it(send, anchor, yusuf):
    release = send(source_url="https://example.org/april.csv")
    assert release.state == State.WAITING
    assert (release.anchor, release.route, release.file_name) == (anchor, "published", "april.csv")
    assert (release.size_bytes, release.uploaded_by) == (len(APRIL), yusuf)
    assert release.sha256 == hashlib.sha256(APRIL).hexdigest()
    assert release.code == f"{anchor.partner.code}-{release.sha256[:8]}"
    assert release.source_url == "https://example.org/april.csv"
    assert is_kept(APRIL)
    assert events("payments uploaded") == [(yusuf.code, "analyst")]


def test_a_command_sends_it_as_nobody(send):
    assert send(by=None).uploaded_by is None
    assert events("payments uploaded") == [(None, "import")]


@pytest.mark.parametrize(
    ("name", "kept"),
    [("april.csv", "april.csv"), ("x" * 300 + ".csv", "x" * 196 + ".csv"), ("", "")],
    ids=["short", "long", "none"],
)
def test_of_a_long_name_the_end_is_kept(send, name, kept):
    assert send(name=name).file_name == kept


def test_nothing_is_no_file(send):
    with pytest.raises(Refused, match=r"^The file is empty\.$"):
        send(b"")
    assert not Release.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(send, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_MB", 0)
    with pytest.raises(Refused) as refusal:
        send()
    assert str(refusal.value) == "The file is larger than 0 MB. Cut it into parts by month."
    assert not Release.objects.exists()
    assert not is_kept(APRIL)


@pytest.mark.parametrize("state", [State.WAITING, State.READ, State.REFUSED])
def test_the_same_file_twice_is_refused_and_named(read_as, send, state):
    read_as(state=state)
    with pytest.raises(Refused) as refusal:
        send(name="april-again.csv")
    assert str(refusal.value) == (
        "This very file is there already, as april.csv. Nothing is changed."
    )
    assert Release.objects.count() == 1
    # It is still to be read.
    assert is_kept(APRIL)


def test_a_taken_file_sent_again_is_refused_with_its_day_and_not_kept(read_as, send):
    release = read_as(state=State.TAKEN, taken_on=date(2026, 5, 2))
    files.forget_incoming(release.sha256)
    with pytest.raises(Refused) as refusal:
        send()
    assert str(refusal.value) == (
        "This very file is there already, as april.csv, taken on 2 May 2026. Nothing is changed."
    )
    # Who is paid stands in it: what nobody needs is not kept.
    assert not is_kept(APRIL)
    assert len(events("payments uploaded")) == 1


def test_another_anchor_and_another_route_may_send_the_same(send, hospital):
    codes = [release.code for release in (send(), send(route="ledger"), send(anchor=hospital))]
    assert len(set(codes)) == 3
    # The second of one anchor is numbered.
    assert codes[1] == f"{codes[0]}-2"


def test_a_file_that_was_undone_may_be_sent_again(read_as, send):
    first = read_as(state=State.UNDONE, undone_because="x")
    second = send()
    assert second.code == f"{first.code}-2"
    assert second.state == State.WAITING


@pytest.mark.parametrize(
    ("state", "by_command", "goes_on"),
    [
        (State.WAITING, True, True),
        (State.READ, True, True),
        (State.REFUSED, True, False),
        (State.TAKEN, True, False),
        (State.WAITING, False, False),
    ],
)
def test_a_command_that_was_cut_off_goes_on_with_its_own_file(
    read_as, anchor, yusuf, state, by_command, goes_on
):
    release = read_as(state=state, uploaded_by=None if by_command else yusuf)
    found = uploading.begun(anchor=anchor, route="published", content=APRIL)
    assert found == (release if goes_on else None)
    assert uploading.begun(anchor=anchor, route="ledger", content=APRIL) is None
    assert uploading.begun(anchor=anchor, route="published", content=MAY) is None


# --- Taken ----------------------------------------------------------------------------------------


def test_a_file_that_was_read_is_taken(read_as, yusuf, django_capture_on_commit_callbacks):
    release = read_as()
    before = timezone.localdate()
    with django_capture_on_commit_callbacks(execute=True):
        importing.take(release=release, by=yusuf)
        # Not before it is certain.
        assert is_kept(APRIL)
    release.refresh_from_db()
    assert (release.state, release.taken_by) == (State.TAKEN, yusuf)
    assert before <= release.taken_on <= timezone.localdate()
    assert (release.replaces, release.difference) == (None, {})
    assert events("release taken") == [(yusuf.code, "analyst")]
    assert Event.objects.get(verb="release taken").detail == {"rows": 1}
    assert not is_kept(APRIL)


@pytest.mark.parametrize(
    ("state", "why", "sentence"),
    [
        (State.WAITING, "", "Only a file that was read and reconciles can be taken."),
        (State.REFUSED, "It has no amounts.", "It has no amounts."),
        (State.TAKEN, "", "Only a file that was read and reconciles can be taken."),
        (State.UNDONE, "", "Only a file that was read and reconciles can be taken."),
    ],
)
def test_what_is_not_read_or_counts_already_is_not_taken(read_as, yusuf, state, why, sentence):
    release = read_as(state=state, why=why, undone_because="x")
    with pytest.raises(Refused) as refusal:
        importing.take(release=release, by=yusuf)
    assert str(refusal.value) == sentence
    release.refresh_from_db()
    assert release.state == state
    assert events("release taken") == []


def test_what_it_replaces_counts_no_more(read_as, yusuf):
    old = read_as(state=State.TAKEN)
    new = read_as(MAY, name="april-corrected.csv")
    importing.take(release=new, by=yusuf, replaces=old)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (new.state, new.replaces, new.difference) == (State.TAKEN, old, COMPARED)
    assert (old.state, old.undone_by) == (State.UNDONE, yusuf)
    assert old.undone_because == "Replaced by april-corrected.csv."
    assert old.undone_on == new.taken_on
    assert len(events("release undone")) == len(events("release taken")) == 1


@pytest.mark.parametrize(
    "further",
    [{"state": State.READ}, {"state": State.UNDONE, "undone_because": "x"}, {"route": "ledger"}],
    ids=["not taken", "undone", "another kind"],
)
def test_it_replaces_only_one_of_its_kind_that_counts(read_as, yusuf, further):
    old = read_as(**{"state": State.TAKEN} | further)
    new = read_as(MAY)
    with pytest.raises(Refused) as refusal:
        importing.take(release=new, by=yusuf, replaces=old)
    assert str(refusal.value) == (
        "It can only replace a release of the same anchor and kind that counts."
    )
    new.refresh_from_db()
    assert new.state == State.READ


def test_it_replaces_none_of_another_anchor(read_as, yusuf, hospital):
    old = read_as(state=State.TAKEN, anchor=hospital)
    with pytest.raises(Refused, match="same anchor"):
        importing.take(release=read_as(MAY), by=yusuf, replaces=old)


def test_what_was_read_otherwise_meanwhile_is_looked_at_again(read_as, yusuf, monkeypatch):
    old, new = read_as(state=State.TAKEN), read_as(MAY)

    def meanwhile(before, after):
        Release.objects.filter(pk=after.pk).update(lines_sha256="other")
        return COMPARED

    monkeypatch.setattr(taking, "difference", meanwhile)
    with pytest.raises(Refused) as refusal:
        importing.take(release=new, by=yusuf, replaces=old)
    assert str(refusal.value) == (
        "Somebody had the file read in another way just now. Look at it again."
    )
    old.refresh_from_db()
    assert old.state == State.TAKEN


def days(first: int, last: int) -> dict[str, date]:
    return {"starts_on": date(2026, 4, first), "ends_on": date(2026, 4, last)}


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (days(1, 30), True),
        (days(1, 10), True),
        (days(20, 30), True),
        (days(12, 13), True),
        (days(1, 9), False),
        (days(21, 30), False),
        ({}, False),
        ({"route": "ledger"} | days(1, 30), False),
        ({"state": State.READ} | days(1, 30), False),
        ({"state": State.UNDONE, "undone_because": "x"} | days(1, 30), False),
    ],
    ids=range(10),
)
def test_what_it_may_replace_is_about_some_of_the_same_days(read_as, other, may):
    old = read_as(MAY, **{"state": State.TAKEN} | other)
    new = read_as(**days(10, 20))
    assert importing.may_replace(new) == ([old] if may else [])


def test_a_file_without_days_may_replace_none(read_as):
    read_as(MAY, state=State.TAKEN, **days(1, 30))
    assert importing.may_replace(read_as()) == []


def test_it_may_not_replace_itself_nor_one_of_another_anchor(read_as, hospital):
    read_as(MAY, state=State.TAKEN, anchor=hospital, **days(1, 30))
    release = read_as(state=State.TAKEN, **days(1, 30))
    assert importing.may_replace(release) == []


# --- Undone, and thrown away ----------------------------------------------------------------------


def test_a_release_that_counts_is_undone_and_stays_in_the_list(read_as, yusuf):
    release = read_as(state=State.TAKEN)
    before = timezone.localdate()
    importing.undo(release=release, because="The wrong month.", by=yusuf)
    release.refresh_from_db()
    assert (release.state, release.undone_by) == (State.UNDONE, yusuf)
    assert release.undone_because == "The wrong month."
    assert before <= release.undone_on <= timezone.localdate()
    assert events("release undone") == [(yusuf.code, "analyst")]
    with pytest.raises(Refused, match=r"^Only a release that counts can be undone\.$"):
        importing.undo(release=release, because="Again.", by=yusuf)
    release.refresh_from_db()
    assert release.undone_because == "The wrong month."
    assert len(events("release undone")) == 1


@pytest.mark.parametrize("because", ["", "  ", "\n\t"], ids=repr)
def test_without_a_reason_nothing_is_undone(read_as, yusuf, because):
    release = read_as(state=State.TAKEN)
    with pytest.raises(Refused, match=r"^Say why it is undone\.$"):
        importing.undo(release=release, because=because, by=yusuf)
    release.refresh_from_db()
    assert (release.state, release.undone_on) == (State.TAKEN, None)
    assert events("release undone") == []


@pytest.mark.parametrize("state", [State.WAITING, State.READ, State.REFUSED])
def test_what_never_counted_is_thrown_away_and_not_undone(
    read_as, yusuf, state, django_capture_on_commit_callbacks
):
    release = read_as(state=state)
    with pytest.raises(Refused, match=r"^Only a release that counts can be undone\.$"):
        importing.undo(release=release, because="x", by=yusuf)
    lines = files.lines_of(release.lines_sha256)
    lines.touch()
    code = release.code
    with django_capture_on_commit_callbacks(execute=True):
        importing.throw_away(release=release, by=yusuf)
        assert lines.exists()
    assert not Release.objects.exists()
    assert not lines.exists()
    assert not is_kept(APRIL)
    line = Event.objects.get(verb="payments thrown away")
    assert (line.about_code, line.by_code, line.as_role) == (code, yusuf.code, "analyst")


@pytest.mark.parametrize("state", [State.TAKEN, State.UNDONE])
def test_what_counts_or_did_is_not_thrown_away(read_as, yusuf, state):
    release = read_as(state=state, undone_because="x")
    with pytest.raises(Refused) as refusal:
        importing.throw_away(release=release, by=yusuf)
    assert str(refusal.value) == (
        "A release that counts, or did, stays in the list. Undo it instead."
    )
    assert Release.objects.get() == release
    assert is_kept(APRIL)


def test_lines_that_another_release_reads_stay(
    read_as, yusuf, hospital, django_capture_on_commit_callbacks
):
    release = read_as(lines_sha256="same")
    read_as(anchor=hospital, lines_sha256="same")
    lines = files.lines_of("same")
    lines.touch()
    with django_capture_on_commit_callbacks(execute=True):
        importing.throw_away(release=release, by=yusuf)
    assert lines.exists()


@pytest.mark.parametrize("verb", [importing.take, importing.throw_away])
def test_a_file_that_waits_elsewhere_too_is_not_lost_by_either(
    read_as, yusuf, hospital, verb, django_capture_on_commit_callbacks
):
    """Two anchors, or two kinds, may send the same bytes: each is read from them."""
    first, second = read_as(), read_as(anchor=hospital, state=State.REFUSED)
    with django_capture_on_commit_callbacks(execute=True):
        verb(release=first, by=yusuf)
    assert is_kept(APRIL)
    with django_capture_on_commit_callbacks(execute=True):
        importing.throw_away(release=second, by=yusuf)
    assert not is_kept(APRIL)
