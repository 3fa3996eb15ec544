"""Migrations that make only the models that they ask for make the tables that Django makes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management.commands import migrate
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, AlterField, RemoveField, RenameModel
from django.db.migrations.state import ProjectState

from commonweal.setup.management.commands.migrate import Command
from commonweal.setup.rendering import AskedState, SparingExecutor
from commonweal.setup.states import Copied

PLEDGE = ("pledges", "pledge")
PERSON = ("accounts", "person")


@pytest.fixture(scope="module")
def today():
    """The state after all migrations."""
    return MigrationLoader(None).project_state()


@pytest.fixture
def state(today):
    return AskedState.of(ProjectState(dict(today.clone().models), today.real_apps))


def made(state):
    """The names of the models that were made."""
    return {
        f"{label}.{name}" for label, by_name in state.apps.all_models.items() for name in by_name
    }


def test_the_command_takes_our_executor():
    assert issubclass(Command, migrate.Command)
    assert migrate.MigrationExecutor is SparingExecutor


def test_nothing_is_made_before_it_is_asked_for(state):
    assert made(state) == set()


def test_a_model_is_made_with_what_it_points_to_and_nothing_else(state):
    message = state.apps.get_model("accounts", "Message")
    assert message._meta.get_field("person").related_model is state.apps.get_model(
        "accounts.person"
    )
    assert {"accounts.message", "accounts.person"} <= made(state)
    assert len(made(state)) < 10


def test_what_is_not_there_is_not_found(state):
    with pytest.raises(LookupError):
        state.apps.get_model("accounts", "nobody")


def test_a_constraint_on_what_it_points_to_makes_no_other_models(state):
    """`person__isnull` asks the person for a field of that name, forwards and backwards."""
    message = state.apps.get_model("accounts", "Message")
    before = made(state)
    nobody = models.CheckConstraint(condition=models.Q(person__isnull=True), name="to_nobody")
    editor = connection.schema_editor(collect_sql=True)
    assert '"person_id" IS NULL' in nobody.constraint_sql(message, editor)
    assert made(state) == before


def test_who_asks_what_points_to_a_model_gets_all_of_it(state, today):
    person = state.apps.get_model("accounts", "person")
    usual = today.apps.get_model("accounts", "person")
    assert names_pointing_to(person) == names_pointing_to(usual)
    assert len(names_pointing_to(person)) > 10


def names_pointing_to(model):
    return sorted(relation.name for relation in model._meta.related_objects)


def test_a_step_in_python_follows_a_relation_from_either_end(state):
    state.clear_delayed_apps_cache()
    person = state.apps.get_model("accounts", "person")
    assert hasattr(person, "appointments")


def test_all_models_of_a_room_are_there_for_who_asks_for_the_room(state):
    of_room = {model._meta.model_name for model in state.apps.get_app_config("jobs").get_models()}
    assert of_room == {model._meta.model_name for model in apps.get_app_config("jobs").get_models()}


@pytest.mark.parametrize("first", [PLEDGE, ("accounts", "person")])
def test_before_an_operation_stands_what_was_and_after_it_what_is(state, first):
    state.apps.get_model(*first)
    before = state.clone()
    operation = AddField("pledge", "colour", models.CharField(max_length=9, default="red"))
    operation.state_forwards("pledges", state)
    names = [field.name for field in state.apps.get_model(*PLEDGE)._meta.fields]
    assert names[-1] == "colour"
    assert [field.name for field in before.apps.get_model(*PLEDGE)._meta.fields] == names[:-1]


@pytest.mark.parametrize("is_made", [True, False], ids=["made before", "not made before"])
def test_a_new_field_was_made_after_those_that_were_there(state, is_made):
    """By this SQLite orders the columns of a table that is made anew."""
    if is_made:
        state.apps.get_model(*PLEDGE)
    before = state.clone()
    field = models.CharField(max_length=9, default="red")
    AddField("pledge", "colour", field).state_forwards("pledges", state)
    new = state.apps.get_model(*PLEDGE)._meta.get_field("colour")
    there = before.apps.get_model(*PLEDGE)._meta.fields
    assert new.creation_counter > max(field.creation_counter for field in there)


def test_what_points_to_a_changed_model_points_to_it_as_it_is_now(state):
    state.apps.get_model("accounts", "message")
    AlterField("person", "name", models.CharField(max_length=7)).state_forwards("accounts", state)
    person = state.apps.get_model("accounts", "message")._meta.get_field("person").related_model
    assert person._meta.get_field("name").max_length == 7


def changed(state, *operations):
    """The state before the last of some operations on pledges, as a migration makes them."""
    for operation in operations:
        before = state.clone()
        operation.state_forwards("pledges", state)
    return before


def coloured(name="colour"):
    return AddField("pledge", name, models.CharField(max_length=9, default="red"))


def test_what_an_operation_leaves_as_it_is_serves_the_next_one(state):
    pledge, person = (state.apps.get_model(*key) for key in (PLEDGE, PERSON))
    changed(state, coloured())
    assert state.apps.get_model(*PERSON) is person
    assert state.apps.get_model(*PLEDGE) is not pledge


def test_what_points_to_a_changed_model_is_made_anew_and_by_any_number_of_steps(state):
    """Each of these points to the one before it."""
    steps = [("partners", "partner"), PLEDGE, ("pledges", "entry")]
    old = [state.apps.get_model(*key) for key in steps]
    state.clone()
    name = models.CharField(max_length=7)
    AlterField("partner", "name", name).state_forwards("partners", state)
    new = [state.apps.get_model(*key) for key in steps]
    assert all(one is not other for one, other in zip(old, new, strict=True))
    assert new[1]._meta.get_field("partner").related_model is new[0]


def test_what_changes_knows_before_it_what_pointed_to_it_then(state):
    """Also if it was made for an earlier state, in which another pointed to it by another name."""
    state.apps.get_model(*PERSON)
    key = models.ForeignKey("accounts.person", models.CASCADE, related_name="new_pledges")
    changed(state, AddField("pledge", "somebody", key))
    assert state.apps.get_model(*PLEDGE)
    before = state.clone()
    AlterField("person", "name", models.CharField(max_length=7)).state_forwards("accounts", state)
    after = state.apps.get_model(*PERSON)
    assert "new_pledges" in names_pointing_to(after)
    assert "new_pledges" in names_pointing_to(before.apps.get_model(*PERSON))


def test_a_step_in_python_finds_what_is_and_no_way_to_what_was(state):
    key = models.ForeignKey("accounts.person", models.CASCADE, related_name="new_pledges")
    before = changed(state, AddField("pledge", "somebody", key), coloured())
    before.clear_delayed_apps_cache()
    person = before.apps.get_model(*PERSON)
    assert hasattr(person, "new_pledges")
    before = changed(state, RemoveField("pledge", "somebody"), coloured("shade"))
    before.clear_delayed_apps_cache()
    assert not hasattr(before.apps.get_model(*PERSON), "new_pledges")
    assert "new_pledges" not in names_pointing_to(before.apps.get_model(*PERSON))
    assert before.apps.get_model(*PERSON)._meta.apps is before.apps


def test_a_copy_of_a_state_copies_what_changes_and_nothing_else(state):
    """Whichever of the two changes: Django makes a third for operations on the database alone."""
    for changes_copy in (False, True):
        was = dict(state.models)
        copied = state.clone()
        one, other = (copied, state) if changes_copy else (state, copied)
        coloured("shade" if changes_copy else "colour").state_forwards("pledges", one)
        assert dict(other.models) == was
        assert {key for key in was if dict(one.models)[key] is not was[key]} == {PLEDGE}


def test_what_points_to_a_renamed_model_points_to_the_old_name_before_it(state):
    before = changed(state, RenameModel("Pledge", "Promise"))
    target = {
        name: dict(of.models)["pledges", "entry"].fields["pledge"].remote_field.model
        for name, of in (("before", before), ("after", state))
    }
    assert target == {"before": "pledges.pledge", "after": "pledges.Promise"}


def test_a_copied_field_is_as_django_makes_it(today):
    """Of every field of every model: what makes it up is the same, and it comes after it."""
    fields = [field for state in today.models.values() for field in state.fields.values()]
    for field in fields:
        copied = Copied(field).clone()
        assert copied.deconstruct() == field.clone().deconstruct(), field
        is_later = copied.creation_counter > field.creation_counter
        assert is_later is not field.auto_created
        assert copied.remote_field is None or copied.remote_field is not field.remote_field
        assert not {"related_model", "target_field"} & vars(copied).keys(), field
    assert len(fields) > 1000


def test_a_field_that_has_a_name_gets_that_of_its_place():
    """Some that a process has made a model of are named; since then it may have been renamed."""
    field = models.CharField(max_length=7)
    field.set_attributes_from_name("colour")
    copied = Copied(field).clone()
    assert copied.deconstruct() == field.clone().deconstruct()
    copied.set_attributes_from_name("shade")
    assert (copied.name, copied.column, copied.verbose_name) == ("shade", "shade", "shade")


def test_a_model_that_is_taken_away_is_gone(state):
    state.apps.get_model("accounts", "message")
    state.remove_model("accounts", "message")
    with pytest.raises(LookupError):
        state.apps.get_model("accounts", "message")


def test_every_table_has_the_columns_of_its_model(db):
    """Whatever way the migrations go: the tables that the tests run on are what models say."""
    tables = [model._meta for model in apps.get_models(include_auto_created=True)]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table.db_table)} LIMIT 0")
            columns = sorted(column[0] for column in cursor.description)
            assert columns == sorted(field.column for field in table.local_concrete_fields)
    assert len(tables) > 150


def test_every_constraint_and_index_of_a_model_is_in_the_database(db):
    on_postgresql = "SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes"
    on_sqlite = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(on_postgresql if connection.vendor == "postgresql" else on_sqlite)
        there = set(re.findall(r"\w+", " ".join(row[0] for row in cursor.fetchall())))
    for model in apps.get_models():
        wanted = {part.name for part in [*model._meta.constraints, *model._meta.indexes]}
        assert wanted <= there, model


@pytest.mark.heavy
def test_both_ways_make_the_same_tables(run_apart):
    done = run_apart(Path(__file__).with_name("made_both_ways.py"), empty=True)
    assert done.returncode == 0, done.stdout + done.stderr
