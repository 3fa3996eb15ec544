"""A question to the database that is always the same but for what it asks about.

Django builds the SQL of a query anew each time, which takes longer than the answer: 120 of 150
microseconds for a row by its key. Pages ask six such before anything else. Here the SQL is what
Django makes of the query, made once for each connection; only its parameters change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

Row = TypeVar("Row")
# What stands in the query while its SQL is made, by the kind of what will be asked for. No
# query holds them for itself: they are numbers beyond any key and words that nobody writes.
MARKS: dict[type, Callable[[int], Any]] = {
    int: lambda place: 9_007_199_254_700_000 + place,
    str: lambda place: f"\N{BULLET} asked for {place} \N{BULLET}",
}


@dataclass(frozen=True)
class FixedSql:
    """A query's SQL, its parameters with the places of those that change, and its rows' shape."""

    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: tuple[tuple[int, list[Any], Any], ...]
    shape: Callable[[list[Any]], Any]


class FixedQuery(Generic[Row]):
    """A query with open places.

    Parameters
    ----------
    make
        The query of values for its open places. How it is put together may hang on nothing else:
        no `in`, no day of today, no second database.
    kinds
        Of each open place: ``int`` or ``str``.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]], *kinds: type) -> None:
        self.make = make
        self.kinds = kinds

    def __call__(self, *values: Any) -> list[Row]:
        """The rows, each time asked for anew."""
        statement = self._statement()
        parameters = list(statement.parameters)
        for place, number in statement.places:
            parameters[place] = self.kinds[number](values[number])
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            rows = [list(row) for row in cursor.fetchall()]
        for position, converters, expression in statement.converters:
            for row in rows:
                for convert in converters:
                    row[position] = convert(row[position], expression, connection)
        return [statement.shape(row) for row in rows]

    def first(self, *values: Any) -> Row | None:
        rows = self(*values)
        return rows[0] if rows else None

    def _statement(self) -> FixedSql:
        """On the connection, which is its thread's own: nothing is shared, and it goes with it."""
        statements: dict[FixedQuery[Any], FixedSql] | None
        statements = getattr(connection, "_fixed_queries", None)
        if statements is None:
            statements = connection._fixed_queries = {}  # type: ignore[attr-defined]
        statement = statements.get(self)
        if statement is None:
            statement = statements[self] = self._make()
        return statement

    def _make(self) -> FixedSql:
        marks = [MARKS[kind](place) for place, kind in enumerate(self.kinds)]
        rows = self.make(*marks)
        compiler: Any = rows.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        places = tuple(_places_of(marks, parameters))
        assert {number for _, number in places} == set(range(len(marks))), sql
        columns = [column for column, *_ in compiler.select[: compiler.col_count]]
        converters = compiler.get_converters(columns)
        return FixedSql(
            sql,
            tuple(parameters),
            places,
            tuple((position, *pair) for position, pair in converters.items()),
            _shape_of(rows, compiler),
        )


def _places_of(marks: list[Any], parameters: Iterable[Any]) -> Iterable[tuple[int, int]]:
    """(place, number of the mark) of each parameter that is one."""
    for place, parameter in enumerate(parameters):
        if type(parameter) in MARKS and parameter in marks:
            yield place, marks.index(parameter)


def _shape_of(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], Any]:
    """What Django makes of a row of this query: an object, the values or the one value."""
    iterable: Any = rows._iterable_class
    if iterable is ValuesListIterable:
        return tuple
    if iterable is FlatValuesListIterable:
        return lambda row: row[0]
    info = compiler.klass_info
    assert iterable is ModelIterable
    assert not info.get("related_klass_infos")
    names = [compiler.select[place][0].target.attname for place in info["select_fields"]]
    return lambda row: info["model"].from_db(connection.alias, names, row)
