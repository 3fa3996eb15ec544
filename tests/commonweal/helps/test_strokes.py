"""Rows written at one stroke are those that the ORM would write."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction

from commonweal.cases.lists import drawing, fresh
from commonweal.cases.lists.persons import Listed
from commonweal.cases.models import Callback, Case, Gap, Need
from commonweal.office.fields import closed
from commonweal.office.strokes import Stroke
from commonweal.residents import finding, people
from commonweal.residents.keys import Described
from commonweal.residents.models import Resident
from commonweal.residents.models.guarding import Unguarded

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def columns_of(row) -> dict[str, object]:
    own = {"id", "code", "case", "need"}
    return {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in own}


def a_row(number: int) -> Listed:
    who = Described(
        "Zoë",
        "O'Hagan-Smyth",
        born="1958-04-12",
        phones=("07700900123",),
        address="14 Mill Lane",
        postcode="bf1 2ag",
    )
    return Listed(number, str(number), who, "", False, "x", phones=who.phones)


def test_residents_are_as_if_each_was_saved():
    pks = fresh.write_residents([(drawing.draw(a_row(number)), None) for number in (1, 2)])
    one, two = Resident.objects.order_by("pk")
    assert [one.pk, two.pk] == pks
    assert one.code != two.code
    saved = Resident.objects.create(
        first_name="Zoë",
        last_name="O'Hagan-Smyth",
        born="1958-04-12",
        phones="07700900123",
        address="14 Mill Lane",
        postcode="BF1 2AG",
        keyed=finding.VERSION,
        made_at=one.made_at,
        changed_at=one.changed_at,
    )
    saved.refresh_from_db()
    assert saved.pk not in pks
    assert columns_of(one) == columns_of(saved)
    assert set(two.keys.values_list("kind", "digest")) == finding.keys_of(people.described(saved))
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_name, born FROM residents_resident")
        assert all(cell.startswith("gAAAA") for row in cursor.fetchall() for cell in row)


def test_a_case_has_its_need_its_call_and_the_moments_that_follow(kinds):
    who = Resident.objects.create(first_name="Ada")
    drawn = fresh.CaseDrawn(who.pk, closed("some words"), None, NOW)
    [pk] = fresh.write_cases([drawn], kinds["food"], NOW)
    case = Case.objects.get(pk=pk)
    moments = case.late_at, case.bare_at, case.last_contact_at
    assert moments == (NOW, NOW, None)
    assert case.words == "some words"
    assert case.code.startswith("H-")
    need, call = Need.objects.get(), Callback.objects.get()
    assert (need.case, need.state, need.help_type) == (case, "open", kinds["food"])
    assert (call.case, call.purpose, call.due_at, call.state) == (case, "first", NOW, "due")
    assert Gap.objects.filter(need=need, found_by=None, why="none").count() == 1
    by_hand = Case(channel="list", opened_at=NOW, resident=who, due_at=NOW, words="some words")
    by_hand.urgency, by_hand.computed, by_hand.came_as = case.urgency, case.computed, case.came_as
    by_hand.score, by_hand.reasons = case.score, case.reasons
    by_hand.save()
    Need.objects.create(case=by_hand, help_type=kinds["food"])
    Callback.objects.create(case=by_hand, purpose="first", due_at=NOW)
    by_hand.refresh_from_db()
    assert columns_of(by_hand) == columns_of(case)


def test_what_is_each_rows_own_is_never_the_same_for_all(kinds):
    with pytest.raises(ValueError, match="each row's own"):
        Stroke(Need(help_type=kinds["food"]), ("case",))


@pytest.mark.parametrize(
    ("contact", "named"), [("any", ("code",)), ("not_asked", ("code", "contact"))]
)
def test_how_somebody_may_be_reached_is_written_by_its_own_hand(contact, named):
    with pytest.raises(Unguarded):
        Stroke(Resident(contact=contact), named)


def test_numbers_are_nobody_elses_and_an_undone_stroke_leaves_nothing(kinds):
    who = Resident.objects.create(first_name="Ada")
    case = Case.objects.create(resident=who, channel="phone", words="x")
    needs = Stroke(Need(case=case), ("code", "help_type"))
    with transaction.atomic():
        needs.write([needs.row(uuid4(), kinds["food"].pk)])
        transaction.set_rollback(True)
    assert not Need.objects.exists()
    pks = needs.write(needs.row(uuid4(), kinds[code].pk) for code in ("food", "energy"))
    later = Need.objects.create(case=case, help_type=kinds["debt"])
    assert len({*pks, later.pk}) == 3
    assert needs.write([]) == []
