"""A question whose SQL is made once gets the rows that Django's own query gets, each time anew."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.session_store import SessionStore
from commonweal.office.fixed_queries import FixedQuery
from commonweal.places.models import Room, Town

ASKED = {int: 7, str: "some key"}
DAYS = FixedQuery(
    lambda pk, role: Appointment.objects.filter(person_id=pk, role=role).values_list(
        "starts_on", "ends_on", "ended_at"
    ),
    int,
    str,
)


def every_question() -> dict[str, FixedQuery[Any]]:
    return {
        f"{name}.{called}": question
        for name, module in sorted(sys.modules.items())
        if name.startswith("commonweal.")
        for called, question in vars(module).items()
        if isinstance(question, FixedQuery)
    }


def test_the_products_questions_are_word_for_word_djangos(db):
    assert len(every_question()) >= 8
    for name, question in every_question().items():
        asked = [ASKED[kind] for kind in question.kinds]
        query = question.make(*asked).query
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        seen: list[Any] = []

        def note(execute: Any, *call: Any, seen: list[Any] = seen) -> Any:
            seen.append((call[0], tuple(call[1])))
            return execute(*call)

        with connection.execute_wrapper(note):
            question(*asked)
        assert seen == [(sql, tuple(parameters))], name


def test_the_rows_are_djangos_and_each_time_anew(maya, leah, town, django_assert_num_queries):
    for person, role in ((maya, Role.CHARTER_MANAGER), (leah, Role.CALL_HANDLER), (maya, "x")):
        rows = DAYS(person.pk, role)
        assert rows == list(DAYS.make(person.pk, role))
    [(_, ends_on, _)] = DAYS(maya.pk, Role.CHARTER_MANAGER)
    assert isinstance(ends_on, date)
    Appointment.objects.filter(person=maya).update(ends_on=ends_on + timedelta(days=1))
    with django_assert_num_queries(1):
        [(_, later, ended_at)] = DAYS(maya.pk, Role.CHARTER_MANAGER)
    assert (later, ended_at) == (ends_on + timedelta(days=1), None)
    assert DAYS.first(10**12, Role.ANALYST) is None


def test_an_object_is_whole_and_can_be_saved(town):
    asked = FixedQuery(lambda: Town.objects.order_by("pk")[:1]).first()
    assert asked is not None
    assert vars(asked).keys() == vars(Town.objects.get()).keys()
    assert (asked, asked.helplines) == (town, town.helplines)
    asked.name = "Ashford"
    asked.save(update_fields=["name"])
    assert Town.objects.get().name == "Ashford"


def test_one_value_a_row(town):
    Room.objects.create(code="help", is_on=False)
    codes = FixedQuery(lambda: Room.objects.filter(is_on=False).values_list("code", flat=True))
    assert codes() == ["help"]


def test_a_question_that_asks_about_nothing_is_none(db):
    with pytest.raises(AssertionError):
        FixedQuery(lambda pk: Person.objects.all(), int)(1)
    with pytest.raises(AssertionError):
        FixedQuery(lambda: Person.objects.values("pk"))()
    with pytest.raises(AssertionError):
        FixedQuery(lambda: Appointment.objects.select_related("person"))()


def test_somebody_by_their_key_and_by_anything_else(maya, leah, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Person.objects.get(pk=maya.pk).email == maya.email
    assert Person.objects.get(email=maya.email, pk=maya.pk) == maya
    assert Person.objects.filter(email=maya.email).get() == maya
    assert Person.objects.get(pk=str(maya.pk)) == maya
    for key in (10**12, 10**30, 0, -1, None):
        with pytest.raises(Person.DoesNotExist):
            Person.objects.get(pk=key)
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get(pk=leah.pk, email=maya.email)


def test_a_session_ends_at_its_time_and_is_none_under_another_key(carys):
    client = Client()
    client.force_login(carys)
    key = client.session.session_key
    assert SessionStore(key).get("_auth_user_id") == str(carys.pk)
    assert dict(SessionStore("another").items()) == {}
    assert client.get("/accounts/you/").status_code == 200
    Session.objects.filter(pk=key).update(expire_date=timezone.now())
    over = SessionStore(key)
    assert (dict(over.items()), over.session_key) == ({}, None)
    assert client.get("/accounts/you/").status_code == 302
