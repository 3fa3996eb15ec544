"""A query in an order is word for word Django's, and costs no look at each of its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.sql import compiler

from commonweal.accounts.models import Appointment, Person
from commonweal.cases.models import Case

ORDERS: list[Callable[[], QuerySet[Any, Any]]] = [
    lambda: Appointment.objects.order_by("-pk"),
    lambda: Appointment.objects.order_by("person__name", "-starts_on", "role"),
    lambda: Appointment.objects.order_by("person").select_related("person", "given_by"),
    lambda: Appointment.objects.order_by("?"),
    lambda: Appointment.objects.order_by(F("ends_on").desc(nulls_last=True), "pk"),
    lambda: Appointment.objects.order_by(Lower("person__name"), Value(1)),
    lambda: Appointment.objects.order_by(Appointment._meta.get_field("role").cached_col, "pk"),
    lambda: Appointment.objects.order_by("role").reverse(),
    lambda: Appointment.objects.order_by("role").values("role", "starts_on"),
    lambda: Appointment.objects.order_by("pk").values_list("person", flat=True).distinct(),
    lambda: Appointment.objects.order_by("role").values("role").annotate(number=Count("pk")),
    lambda: Person.objects.annotate(held=Count("appointments")).order_by("-held", "pk"),
    lambda: Person.objects.alias(held=Count("appointments")).order_by("-held", "pk"),
    lambda: Person.objects.extra(select={"one": "1"}).order_by("one", "pk"),
    lambda: Person.objects.only("name").order_by("name"),
    lambda: Person.objects.order_by().union(Person.objects.all()).order_by("name"),
    lambda: Case.objects.filter(Q(pk=1) | Q(pk__in=Case.objects.order_by("code")[:3])),
    *(lambda model=model: model._base_manager.order_by("-pk") for model in apps.get_models()),
    *(lambda model=model: model._default_manager.all() for model in apps.get_models()),
]


@pytest.fixture
def as_django(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Puts Django's own way back for the test that runs."""

    def put_back() -> None:
        pairs: Any = compiler.SQLCompiler
        monkeypatch.setattr(pairs, "_order_by_pairs", pairs._order_by_pairs.__wrapped__)

    return put_back


def test_every_ordered_query_is_word_for_word_djangos(db, as_django):
    spared = [_sql_of(make()) for make in ORDERS]
    as_django()
    assert spared == [_sql_of(make()) for make in ORDERS]


def _sql_of(rows: QuerySet[Any, Any]) -> Any:
    own: Any = rows.query.get_compiler(connection=connection)
    text = own.as_sql()
    return text, [(str(column), alias) for column, _, alias in own.select]


def test_an_order_by_names_refers_to_no_column(db, monkeypatch, as_django):
    references: list[str] = []

    class Counted(compiler.PositionRef):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            references.append(str(args))

    monkeypatch.setattr(compiler, "PositionRef", Counted)
    _sql_of(Case.objects.order_by("-pk"))
    assert references == []
    as_django()
    _sql_of(Case.objects.order_by("-pk"))
    assert len(references) == len(Case._meta.concrete_fields)
