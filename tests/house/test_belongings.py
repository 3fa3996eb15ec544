"""What belongs to a resident is claimed by somebody: every kind of row, every column of words."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from commonweal.accounts.models import Message
from commonweal.cases.models import Case
from commonweal.office.fields import EncryptedTextField
from commonweal.residents import belongings
from commonweal.residents.models import Different, Resident

ROOMS = ("residents", "services", "cases", "asks", "grants", "volunteers")
MODELS = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def test_everything_that_hangs_on_a_resident_is_claimed():
    """By foreign keys over any number of steps; whatever is new says what becomes of it."""
    hanging = belongings.hangs_on(Resident, Case)
    assert len(hanging) >= 24
    # One whose foreign keys have no name on the other side.
    assert Different in hanging
    faults = belongings.unclaimed(hanging)
    assert not faults, "\n".join(faults)


def test_every_other_model_of_the_desk_is_claimed_or_set_aside():
    faults = belongings.unclaimed(MODELS)
    assert not faults, "\n".join(faults)
    for model, why in belongings.SET_ASIDE.items():
        assert why, model
        assert model not in belongings.hangs_on(Resident, Case), model


def test_words_about_a_person_are_encrypted():
    open_columns = {
        f"{kind.label}.{name}"
        for kind in belongings.registered()
        for name in kind.words
        if not isinstance(kind.model._meta.get_field(name), EncryptedTextField)
    }
    assert open_columns == set()
    assert isinstance(Message._meta.get_field("body"), EncryptedTextField)


def test_nothing_encrypted_is_called_plain():
    for kind in belongings.registered():
        for column in kind.model._meta.concrete_fields:
            if isinstance(column, EncryptedTextField):
                assert column.name in kind.words, f"{kind.label}.{column.name}"


def test_a_reason_or_other_free_words_are_encrypted_wherever_the_desk_keeps_them():
    """Columns named for a reason or for words, in any model of the desk."""
    published = {
        "services.HelpType",
        "services.Schedule",
        "asks.Ask",
        "cases.Notice",
        "cases.Opening",
    }
    for model in MODELS:
        if model._meta.label in published:
            continue
        for column in model._meta.concrete_fields:
            name = f"{model._meta.label}.{column.name}"
            if isinstance(column, models.JSONField) or column.choices:
                continue
            if "because" in column.name or column.name.endswith("words") or column.name == "when":
                assert isinstance(column, EncryptedTextField), name


@pytest.mark.django_db
def test_every_way_leads_somewhere():
    """To the resident, to what is given out and to what stops: no way ends in the wall."""
    for kind in belongings.registered():
        assert list(kind.of([])) == [], kind.label
        for way in [way for way, _ in kind.gives] + ([kind.at] if kind.at else []):
            model = kind.model
            *steps, name = way.split(".")
            for step in steps:
                model = model._meta.get_field(step).related_model
            assert hasattr(model, name), f"{kind.label}: {way}"
        assert set(kind.thirds) <= {way for way, _ in kind.gives}, kind.label
        for name in (kind.stop.to if kind.stop else {}) | kind.also_erased:
            kind.model._meta.get_field(name)
        assert kind.remains or kind.erased == belongings.DELETED, kind.label


@pytest.fixture
def unregistered(monkeypatch):
    monkeypatch.setattr(belongings, "REGISTERED", dict(belongings.REGISTERED))


def test_an_unclaimed_row_fails_and_says_what_to_write(unregistered):
    del belongings.REGISTERED["helps.Note"]
    [fault] = belongings.unclaimed(belongings.hangs_on(Resident, Case))
    assert "cases.Note hangs on a resident and nobody has claimed it" in fault
    assert 'belongs(Belonging(\n        Note, by=("resident",)' in fault


def test_an_unclaimed_column_fails_and_says_so(unregistered):
    import dataclasses

    calls = belongings.REGISTERED["helps.Call"]
    belongings.REGISTERED["helps.Call"] = dataclasses.replace(calls, words=(), gives=())
    [fault] = belongings.unclaimed([calls.model])
    assert "cases.Call.words: nobody says whether these are words about a person" in fault
    belongings.REGISTERED["helps.Call"] = dataclasses.replace(calls, gives=())
    [fault] = belongings.unclaimed([calls.model])
    assert "neither given to whoever asks about themselves nor withheld" in fault
