"""The rooms of the help desk: what they ask of each other, and that nothing of before is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.accounts.record import kinds_of
from commonweal.cases import figures
from commonweal.cases.models import Case, CaseAlarm, CaseRead, Need
from commonweal.grants.models import GrantDecision
from commonweal.places.clock import Clock
from commonweal.residents import belongings, deaths, guards, people, reaching
from commonweal.residents.models import Excused
from commonweal.volunteers.models import Task
from tests.commonweal.test_permissions import samples

from .rooms import all_models, before_the_rooms, moved_back, moved_tables

__all__ = ["samples"]

pytestmark = pytest.mark.django_db


def test_where_no_room_says_from_whom_somebody_is_kept_nobody_is_let_through(
    monkeypatch, asks_for_help, leah
):
    resident = asks_for_help(by=leah).resident
    monkeypatch.setattr(guards, "GUARDS", [])
    with pytest.raises(ImproperlyConfigured):
        guards.may_see(leah, resident)
    with pytest.raises(ImproperlyConfigured):
        reaching.at_risk(resident)
    with pytest.raises(ImproperlyConfigured):
        people.change(resident=resident, values={"last_name": "Other"}, by=leah)


def test_every_table_bears_the_name_of_its_room(db):
    tables = set(connection.introspection.table_names())
    assert not {table for table in tables if table.startswith("helps_")}
    assert not list(apps.get_app_config("helps").get_models())
    for model in all_models():
        assert model._meta.db_table == f"{model._meta.app_label}_{model.__name__.lower()}"
        assert model._meta.db_table in tables


def test_rows_and_what_guards_them_survive_the_way_there_and_back(samples):
    """A row of everything. Tests of what was carried over see it by models of then."""
    now = [new for _, new in moved_tables()]
    rows, needs = rows_of(now), needs_seen_by(before_the_rooms())
    assert needs == set(Need.objects.values_list("case__code", "case__resident__code"))
    assert sum(map(len, rows)) > 80
    with moved_back() as old_apps:
        assert not set(now) & set(connection.introspection.table_names())
        assert rows_of(old for old, _ in moved_tables()) == rows
        assert needs_seen_by(old_apps) == needs
    assert rows_of(now) == rows
    for guarded in (CaseRead, GrantDecision):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            guarded.objects.all()._raw_delete("default")


def rows_of(tables):
    rows = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            rows.append(cursor.fetchall())
    return rows


def needs_seen_by(old_apps):
    needs = old_apps.get_model("helps", "Need").objects
    return set(needs.values_list("request__code", "request__resident__code"))


def test_journals_and_the_record_know_a_case_by_the_name_that_it_had(asks_for_help, leah, today):
    """What is written for good is read under both names."""
    assert belongings.label_of(Case) == "helps.HelpRequest"
    assert kinds_of(Case) == ("cases.Case", "helps.HelpRequest")
    case = asks_for_help("food", by=leah)
    now = timezone.now()
    lines = (
        ("need settled", "helps.HelpRequest", now - timedelta(days=2)),
        ("need reopened", "cases.Case", now),
    )
    for verb, kind, at in lines:
        detail = {"need": "food", "state": "met"}
        Event.objects.bulk_create(
            [Event(verb=verb, about_kind=kind, about_code=case.code, at=at, detail=detail)]
        )
    need = case.needs.get()
    yesterday = today - timedelta(days=1)
    clock = Clock(today - timedelta(days=9), yesterday, now)
    assert figures._states_before_reopening([need], clock) == {need.pk: "met"}


def test_whoever_holds_a_restricted_case_is_rung_when_its_person_is_reported_dead(
    asks_for_help, leah
):
    """They look whether it is true."""
    kept, ordinary = (
        asks_for_help("safety", by=leah),
        asks_for_help("food", first_name="B", by=leah),
    )
    CaseAlarm.objects.update(opened_at=timezone.now())
    for case in (kept, ordinary):
        deaths.report_dead(resident=case.resident, by=leah)
    [alarm] = CaseAlarm.objects.filter(opened_at=None)
    assert (alarm.case, alarm.cause) == (kept, CaseAlarm.Cause.ADDED)


def test_words_that_were_let_out_of_a_task_belong_to_whom_it_is_for(asks_for_help, leah):
    case = asks_for_help(by=leah)
    other = asks_for_help(first_name="B", by=leah).resident
    task = Task.objects.create(need=case.needs.get(), title="Shopping")
    for code in (task.code, "T-NOBODYS"):
        Excused.objects.create(outlet="task", code=code, words="Webb", because="A shop.", by=leah)
    kind = belongings.of_model(Excused)
    assert [row.code for row in kind.of([case.resident])] == [task.code]
    assert list(kind.of([other])) == []
    assert {kind.outlet for kind in belongings.registered() if kind.outlet} == {"task", "referral"}
