"""What was looked at a moment earlier is looked at again when it is done, and held meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.cases import adding, intake, next_actions, working
from commonweal.cases.models import Callback, Case, IntakeDraft, Need, NextAction
from commonweal.office.errors import Refused
from commonweal.residents.models import Resident

pytestmark = pytest.mark.django_db
CLOSED = {"state": Case.State.CLOSED, "closed_at": timezone.now()}


@pytest.fixture
def case(asks_for_help, leah):
    """Fetched once, as a page does; what others do afterwards it doesn't know."""
    request = asks_for_help("debt", by=leah)
    return Case.objects.select_related("resident").get(pk=request.pk)


def test_a_case_that_is_closed_meanwhile_takes_no_need(case, kinds, leah, owen, meanwhile):
    meanwhile(Case, lambda: Case.objects.filter(pk=case.pk).update(**CLOSED))
    with pytest.raises(Refused, match="This case is closed"):
        adding.add_need(case=case, help_type=kinds["food"], by=leah)
    assert case.needs.count() == 1


def test_a_case_that_gets_a_need_meanwhile_is_not_closed(case, kinds, leah, owen, meanwhile):
    working.settle(need=case.needs.get(), state="unmet", why="no_capacity", by=leah)
    case.callbacks.all().delete()
    again = Case.objects.get(pk=case.pk)
    meanwhile(
        Case,
        lambda: Need.objects.create(
            case=again, help_type=kinds["food"], opened_on=timezone.localdate()
        ),
    )
    with pytest.raises(Refused, match="Still open"):
        working.close(case=case, words="Done.", by=leah)


def test_a_need_that_is_settled_meanwhile_is_not_planned_for(case, leah, owen, meanwhile):
    need = case.needs.get()
    before = NextAction.objects.count()
    meanwhile(
        Need,
        lambda: working.settle(
            need=Need.objects.get(pk=need.pk), state="unmet", why="no_capacity", by=owen
        ),
    )
    soon = timezone.now() + timedelta(days=1)
    with pytest.raises(Refused, match="This need is settled"):
        next_actions.plan(need=need, kind="write", due_at=soon, owner=leah, by=leah)
    assert NextAction.objects.count() == before


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        (lambda case: Case.objects.filter(pk=case.pk).update(**CLOSED), "is closed"),
        (
            lambda case: Resident.objects.filter(pk=case.resident_id).update(is_dead=True),
            "was reported dead",
        ),
    ],
)
def test_no_call_is_planned_to_whom_nobody_rings_any_more(case, leah, meanwhile, happens, sentence):
    case.callbacks.all().delete()
    meanwhile(Case, lambda: happens(case))
    soon = timezone.now() + timedelta(days=1)
    with pytest.raises(Refused, match=sentence):
        working.plan_call(case=case, purpose="follow_up", due_at=soon, by=leah)
    assert not Callback.objects.filter(case=case).exists()


def test_a_call_that_is_sent_or_thrown_away_meanwhile_is_not_thrown_away(case, leah, meanwhile):
    draft, _ = intake.start(channel="phone", by=leah)
    meanwhile(IntakeDraft, lambda: IntakeDraft.objects.filter(pk=draft.pk).update(sent_as=case))
    with pytest.raises(Refused, match="This was sent already"):
        intake.throw_away(draft=draft, by=leah)
    assert IntakeDraft.objects.filter(pk=draft.pk).exists()
    meanwhile(IntakeDraft, lambda: IntakeDraft.objects.filter(pk=draft.pk).delete())
    with pytest.raises(Refused, match="Somebody else has thrown this away"):
        intake.throw_away(draft=draft, by=leah)
    assert not Event.objects.filter(verb="intake thrown away").exists()
