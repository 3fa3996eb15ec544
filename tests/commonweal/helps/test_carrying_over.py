"""What was kept before is carried over: words get encrypted, merges get their journal, deaths
their report, texts their resident, and the brake knows what was usual."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.cases import forgetting
from commonweal.cases.models import BulkText, RetentionRun, TextTemplate, Written
from commonweal.office.encrypting import encrypt_columns
from commonweal.residents import merging, parting, reaching, ways
from commonweal.residents.models import DeathReport, Merge, Resident
from commonweal.volunteers.models import Task

from .rooms import Editor, before_the_rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def migration():
    """Whatever number it bears."""
    folder = Path(import_module("commonweal.helps.migrations").__path__[0])
    [path] = folder.glob("*_what_belongs_to_a_resident.py")
    return import_module(f"commonweal.helps.migrations.{path.stem}")


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def test_plain_words_become_encrypted_ones_and_back(grace):
    tasks = [Task.objects.create(title=title) for title in ("Shopping", "Dogs", "")]
    raw("UPDATE volunteers_task SET title = 'Shopping' WHERE id = %s", tasks[0].pk)
    operation = encrypt_columns(("volunteers_task", "title"), ("volunteers_task", "between"))
    operation.code(apps, Editor)
    # Twice does no harm.
    operation.code(apps, Editor)
    assert [task.title for task in Task.objects.order_by("id")] == ["Shopping", "Dogs", ""]
    kept = [title for (title,) in raw("SELECT title FROM volunteers_task ORDER BY id")]
    assert all(title.startswith("gAAAA") for title in kept[:2])
    assert kept[2] == ""
    operation.reverse_code(apps, Editor)
    kept = [title for (title,) in raw("SELECT title FROM volunteers_task ORDER BY id")]
    assert kept == ["Shopping", "Dogs", ""]


def test_an_old_merge_can_be_undone_with_what_came_since(asks_for_help, leah, migration):
    one = asks_for_help(by=leah, first_name="William", last_name="Turner").resident
    two = asks_for_help(
        "debt",
        by=leah,
        first_name="Bill",
        last_name="Turner",
        email="b@example.org",
        contact="no_ring",
    ).resident
    merge = merging.merge(kept=one, gone=two, because="One.", by=leah)
    journal = merging.Journal.of(merge)
    columns = (*migration.PERSONAL, "contact", "lives", "is_dead")
    two.refresh_from_db()
    was = {"contact": "any", "safe_word": "", "safe_note": ""}
    old = {
        "kept": was | {name: pair[0] for name, pair in journal.kept.items() if name in columns},
        "gone": {name: getattr(two, name) for name in columns},
        "moved": journal.moved,
    }
    for record in (old["kept"], old["gone"]):
        record |= {"area": None, "household": None, "state": "active"}
    Merge.objects.update(journal=json.dumps(old))
    later = asks_for_help("food", by=leah, resident=Resident.objects.get(pk=one.pk))
    old_apps = before_the_rooms()
    migration.merges_say_what_they_changed(old_apps, None)
    merge.refresh_from_db()
    carried = merging.Journal.of(merge)
    assert carried.kept == journal.kept
    assert carried.own["helps.HelpRequest"] == journal.own["helps.HelpRequest"]
    reaching.write(resident=one, rule=ways.Rule("none"), source="changed", by=leah)
    parting.undo_merge(merge=merge, because="Two.", by=leah)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.contact, two.contact) == ("none", "none")
    assert (one.email, two.email) == ("", "b@example.org")
    later.refresh_from_db()
    assert later.resident == one
    assert two.cases.count() == 1
    Merge.objects.update(undone_at=None)
    old_apps = before_the_rooms()
    migration.merges_say_what_was_before(old_apps, None)
    merge.refresh_from_db()
    assert set(json.loads(merge.journal)) == {"kept", "gone", "moved"}
    assert json.loads(merge.journal)["kept"]["contact"] == "any"


def test_deaths_texts_and_runs_are_carried_over(asks_for_help, leah, migration, today):
    dead = asks_for_help(by=leah).resident
    Resident.objects.update(is_dead=True, dead_reported_at=timezone.now())
    bulk = BulkText.objects.create(
        template=TextTemplate.objects.create(code="x", name="X", body="x"), by=leah
    )
    Message.objects.create(key=f"bulk-{bulk.pk}-{dead.pk}", to_phone="1", body="x", subject="x")
    Message.objects.create(key=f"bulk-{bulk.pk}-999999", to_phone="1", body="x", subject="x")
    for number in range(3):
        Resident.objects.create(state="erased", erased_on=today - timedelta(days=number + 5))
    old_apps = before_the_rooms()
    migration.deaths_have_a_report(old_apps, None)
    migration.texts_have_their_resident(old_apps, None)
    migration.past_runs(old_apps, None)
    assert DeathReport.objects.get().resident == dead
    written = Written.objects.get()
    assert (written.case.resident, written.by, written.state) == (dead, leah, "handed")
    assert (written.words, written.to, written.way) == ("x", "1", "text")
    # The sender asks for its words under the key that it has now.
    assert Message.objects.filter(key=f"reach-{written.pk}").exists()
    assert forgetting.usual("residents", today) == 1
    # Today's, so that the clock is not thought to have jumped.
    assert RetentionRun.objects.first().on == today
    assert forgetting.why_stop(forgetting.due_on(today), today) == []
