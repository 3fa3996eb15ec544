"""The chain: whatever is done to an entry behind the product's back is found and named."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from commonweal.accounts.models import Event
from commonweal.pledges import actions, ledger, proving, published, reviewing
from commonweal.pledges.models import Entry, LedgerHead, Pledge


def drop_triggers(table="pledges_entry"):
    with connection.cursor() as cursor:
        on = f" ON {table}" if connection.vendor == "postgresql" else ""
        for name in ("no_update", "no_delete"):
            cursor.execute(f"DROP TRIGGER {table}_{name}{on}")


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_ledger_is_whole(claimed, idris):
    pledge, claim = claimed(200)
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Yes.", by=idris
    )
    proof = proving.verify()
    assert proof.broken is None
    assert proof.entries == Entry.objects.count()
    assert proof.head == LedgerHead.objects.get().hash


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "withdrawn"),
        ("happened_on", "2020-01-01"),
        ("words", "Other words"),
        ("by_role", "somebody"),
        ("by_organisation", "Another"),
        ("previous", "0" * 64),
        ("words_digest", "f" * 64),
        ("written_at", "2020-01-01 00:00:00+00:00"),
    ],
)
def test_a_change_to_any_column_is_named(claimed, column, value):
    claimed()
    drop_triggers()
    sql(f"UPDATE pledges_entry SET {column} = %s WHERE seq = 3", value)
    proof = proving.verify()
    assert proof.broken is not None
    assert proof.broken.seq == 3


def test_a_changed_figure_is_named_by_the_command(claimed, capsys):
    pledge, claim = claimed(120)
    drop_triggers()
    body = json.dumps(dict(claim.body) | {"value": "190"})
    sql("UPDATE pledges_entry SET body = %s WHERE seq = %s", body, claim.seq)
    with pytest.raises(SystemExit):
        call_command("ledger", "verify")
    said = capsys.readouterr().err
    assert f"BROKEN at entry {claim.seq} (pledge {pledge.code})" in said


def test_a_new_hash_for_a_changed_entry_breaks_the_next(claimed):
    _, claim = claimed(120)
    drop_triggers()
    claim.refresh_from_db()
    claim.body["value"] = "190"
    sql(
        "UPDATE pledges_entry SET body = %s, hash = %s WHERE seq = %s",
        json.dumps(claim.body),
        ledger.hash_of(claim, claim.pledge.code),
        claim.seq,
    )
    assert proving.verify().broken.seq == claim.seq + 1


def test_an_entry_taken_out_is_missed(claimed):
    claimed()
    drop_triggers()
    sql("DELETE FROM pledges_entry WHERE seq = 2")
    assert proving.verify().broken.because == "entry number 2 is missing"


def test_the_last_entry_taken_out_is_missed(pledged):
    pledged()
    drop_triggers()
    last = Entry.objects.last().seq
    sql("DELETE FROM pledges_entry WHERE seq = %s", last)
    proof = proving.verify()
    assert proof.broken.seq == last
    assert "head does not match" in proof.broken.because


def test_a_figure_beside_the_ledger_that_differs_is_named(pledged, capsys):
    pledge = pledged()
    Pledge.objects.filter(pk=pledge.pk).update(standing="verified_met", verified=200)
    with pytest.raises(SystemExit):
        call_command("ledger", "verify")
    said = capsys.readouterr().err
    assert f"Pledge {pledge.code}: standing is verified_met, its ledger says active" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pledges_entry SET kind = 'x' WHERE seq = 1",
        "UPDATE pledges_entry SET words = 'x' WHERE seq = 1",
        "UPDATE pledges_entry SET words = '', words_salt = '', body = '{}' WHERE seq = 1",
        "UPDATE pledges_entry SET words = '', words_salt = '', by_code = NULL WHERE seq = 1",
        "DELETE FROM pledges_entry WHERE seq = 1",
        "UPDATE accounts_event SET verb = 'x'",
        "DELETE FROM accounts_event",
    ],
)
def test_the_database_refuses_to_rewrite(pledged, statement):
    pledged()
    assert Event.objects.exists()
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        sql(statement)
    assert proving.verify().broken is None


def test_words_are_struck_out_in_public_view_and_the_chain_holds(
    sign_in, claimed, helen, maya, client
):
    pledge, claim = claimed()
    sign_in(maya)
    assert client.get(f"/desk/entries/{claim.seq}/strike/").status_code == 403
    sign_in(helen)
    client.post(f"/desk/entries/{claim.seq}/strike/", {"because": "It named a child."})
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "Our list." not in page
    assert "struck out" in page
    assert "It named a child." in page
    assert proving.verify().broken is None


def test_words_gone_without_an_entry_that_says_so_are_found(claimed):
    _, claim = claimed()
    Entry.objects.filter(pk=claim.pk).update(words="", words_salt="")
    assert proving.verify().broken.seq == claim.seq


def test_anybody_can_check_the_download(claimed, idris, pledged, client, tmp_path):
    pledge, claim = claimed(200)
    reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="rejected",
        figure=None,
        reasons="=HYPERLINK(1) nothing",
        by=idris,
    )
    pledged(accepted=False, statement="A secret for now.")
    file = tmp_path / "ledger.csv"
    file.write_bytes(client.get("/ledger.csv").getvalue())
    proof = published.verify_file(file)
    assert proof.broken is None
    assert proof.head == LedgerHead.objects.get().hash
    text = file.read_text().replace(",claim,", ",withdrawn,")
    file.write_text(text)
    assert published.verify_file(file).broken.seq == claim.seq


def test_refresh_writes_only_what_time_has_changed(pledged, today):
    pledge = pledged(due_on=today + timedelta(days=40))
    assert ledger.refresh_standings(on=today) == 0
    assert ledger.refresh_standings(on=today + timedelta(days=10)) == 1
    pledge.refresh_from_db()
    assert pledge.standing == "due_soon"
    assert ledger.refresh_standings(on=today + timedelta(days=10)) == 0
    assert ledger.refresh_standings(on=today + timedelta(days=41)) == 1
    pledge.refresh_from_db()
    assert pledge.standing == "overdue"


def test_overdue_shows_the_next_day_with_no_human_action(pledged, client, today, monkeypatch):
    pledge = pledged(due_on=today + timedelta(days=1))
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_: today + timedelta(days=2))
    assert "Overdue" in client.get(f"/pledges/{pledge.code}/").content.decode()
    assert f"{pledge.code}" in client.get("/pledges/?standing=overdue").content.decode()
    assert b",overdue," in client.get("/pledges.csv").getvalue()


@given(
    words=some.text(alphabet=some.characters(exclude_characters="\x00", codec="utf-8"), max_size=60)
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_survive_the_chain_and_the_download(pledged, client, tmp_path, words, asha):
    with transaction.atomic():
        pledge = Pledge.objects.filter(standing="active").first() or pledged()
        actions.claim(
            pledge=pledge, figure=1, as_of=pledge.made_on, final=False, report=words, by=asha
        )
        assert proving.verify().broken is None
        file = tmp_path / "l.csv"
        file.write_bytes(client.get("/ledger.csv").getvalue())
        assert published.verify_file(file).broken is None


def test_a_ledger_that_is_written_to_meanwhile_is_whole(claimed, today, asha, monkeypatch):
    pledge, claim = claimed(200)
    monkeypatch.setattr(proving, "SAID_EACH", Entry.objects.count())
    said = []

    def write(text):
        said.append(text)
        actions.claim(pledge=pledge, figure=210, as_of=today, final=False, report="More.", by=asha)

    proof = proving.verify(write)
    assert len(said) == 1
    assert Entry.objects.count() > claim.seq
    assert proof.broken is None


@pytest.mark.parametrize(
    "change", ["seq = seq - 1", "hash = 'ab' || substr(hash, 3)", "seq = seq + 1"]
)
def test_a_head_that_names_another_entry_than_the_last_is_found(claimed, change):
    claimed(200)
    sql(f"UPDATE pledges_ledgerhead SET {change}")
    assert "head does not match" in proving.verify().broken.because


def test_figures_that_a_clock_behind_its_time_worked_out_are_worked_out_again(claimed, today):
    pledge, _ = claimed()
    ledger.bring_up_to_date([pledge], on=today - timedelta(days=3))
    pledge.refresh_from_db()
    assert pledge.claimed is None
    assert not list(proving.stale_figures(today))
    pledge.refresh_from_db()
    assert pledge.claimed is not None
