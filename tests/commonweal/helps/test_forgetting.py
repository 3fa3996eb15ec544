"""The nightly job erases what is usual, and stops and asks when it would be more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.accounts.models import Event, Message
from commonweal.cases import forgetting, jobs
from commonweal.cases.models import Case, IntakeDraft, RetentionRun
from commonweal.office.errors import Refused
from commonweal.residents import belongings
from commonweal.residents.models import Resident

pytestmark = pytest.mark.django_db
OLD = timedelta(days=800)


@pytest.fixture
def due(asks_for_help, leah, today):
    """So many people whose last case closed long enough ago."""

    def make(count):
        forgetting.start()
        for _ in range(count):
            asks_for_help(by=leah)
        Case.objects.update(
            state="closed",
            closed_at=timezone.now() - OLD,
            opened_at=timezone.now() - OLD - timedelta(days=9),
        )

    return make


def erased():
    return Resident.objects.filter(state="erased").count()


def test_what_is_usual_goes_by_itself(due):
    due(forgetting.ALWAYS)
    assert forgetting.forget_due()["residents"] == forgetting.ALWAYS
    assert erased() == forgetting.ALWAYS
    assert RetentionRun.objects.get().counts["residents"] == forgetting.ALWAYS
    assert forgetting.forget_due()["residents"] == 0


def test_more_than_usual_erases_nothing_and_asks_two_people(
    due, helen, grace, leah, sign_in, today
):
    """The finding: one wrong clock, 571 of 926 people erased, without a brake."""
    due(forgetting.ALWAYS + 1)
    jobs.forget_what_is_due.func()
    assert erased() == 0
    run = RetentionRun.objects.get()
    assert (run.state, run.counts["residents"]) == ("stopped", 21)
    assert {m.person for m in Message.objects.filter(key__startswith="retention-")} == {
        helen,
        grace,
    }
    address = f"/desk/erasing/runs/{run.code}/"
    page = sign_in(helen).get(address).content.decode()
    assert "21 people would be erased; on a usual day it is 0" in page
    assert f"{(today - OLD):%B %Y}" in page
    assert "The nightly job has stopped" in sign_in(grace).get("/desk/erasing/").content.decode()
    assert sign_in(leah).get(address).status_code == 403
    seen = {"seen": forgetting.shown(run.counts)}
    sign_in(helen).post(address, seen)
    assert erased() == 0
    again = sign_in(helen).post(address, seen, follow=True).content.decode()
    assert "Somebody else has to look as well" in again
    assert erased() == 0
    sign_in(grace).post(address, seen)
    assert erased() == 21
    run.refresh_from_db()
    assert (run.state, run.first_by, run.ended_by) == ("confirmed", helen, grace)


@pytest.mark.parametrize("days", [3, 800])
def test_a_clock_that_jumped_erases_nothing(due, helen, grace, days, today):
    due(1)
    forgetting.run()
    Case.objects.update(closed_at=timezone.now())
    due(2)
    late = today + timedelta(days=days)
    run = forgetting.run(late)
    assert run.state == "stopped"
    assert "Is the clock right?" in run.why[0]
    assert erased() == 1
    # Nor on the next day of the wrong clock, though the record has lines of it by now.
    Event.objects.create(
        verb="x",
        about_kind="x",
        about_code="x",
        as_role="x",
        at=timezone.now() + timedelta(days=days),
    )
    assert forgetting.run(late + timedelta(days=1)).state == "stopped"
    assert erased() == 1
    with pytest.raises(Refused, match="a day that has not come"):
        forgetting.look(run=run, seen=forgetting.shown(run.counts), by=helen)
    # The clock is right again: the run that waited falls, and what is usual goes by itself.
    assert forgetting.run().state == "done"
    run.refresh_from_db()
    assert run.state == "dropped"
    assert erased() == 3


def test_what_is_usual_is_learnt_from_what_was_erased(due, today, helen, grace):
    for ago in range(1, 11):
        RetentionRun.objects.create(
            on=today - timedelta(days=ago), state="done", counts={"residents": 10}
        )
    RetentionRun.objects.create(
        on=today - timedelta(days=12),
        state="confirmed",
        counts={"residents": 600},
        first_by=helen,
        ended_by=grace,
    )
    assert forgetting.usual("residents", today) == 10
    due(30)
    assert forgetting.run().state == "done"
    assert erased() == 30


def test_somebody_looks_again_when_it_has_become_more(due, helen, grace, sign_in):
    due(22)
    run = forgetting.run()
    seen = forgetting.shown(run.counts)
    forgetting.look(run=run, seen=seen, by=helen)
    due(23)
    with pytest.raises(Refused, match="other rows by now"):
        forgetting.look(run=run, seen=seen, by=grace)
    run = forgetting.run()
    assert (RetentionRun.objects.count(), run.first_by) == (1, None)
    sign_in(grace).post(f"/desk/erasing/runs/{run.code}/", {"verb": "drop"})
    assert RetentionRun.objects.get().state == "dropped"
    assert erased() == 0


def test_nobody_else_can_say_that_it_is_right(due, leah, owen, daniel):
    due(21)
    run = forgetting.run()
    for person in (leah, daniel):
        with pytest.raises(Refused, match="takes the role"):
            forgetting.look(run=run, seen=forgetting.shown(run.counts), by=person)
        with pytest.raises(Refused, match="takes the role"):
            forgetting.drop(run=run, by=person)


def test_the_command_says_the_same(due, capsys):
    due(21)
    with pytest.raises(CommandError, match="Nothing was erased") as told:
        call_command("help-desk", "forget")
    assert "Two people have to look" in str(told.value)
    assert "residents: 21 would be erased" in capsys.readouterr().out
    assert erased() == 0
    Resident.objects.filter(pk=Resident.objects.first().pk).update(keep_until="2999-01-01")
    call_command("help-desk", "forget")
    assert "residents: 20 erased" in capsys.readouterr().out


def test_one_person_who_is_kept_stops_nobody_else(due, fund, leah, asks_for_help):
    from commonweal.grants import actions as granting

    due(3)
    kept = Resident.objects.first()
    granting.apply(
        fund=fund,
        resident=kept,
        by=leah,
        values={"category": "food", "reason": "GTIR010", "purpose": "GTIP070", "asked": 50},
    )
    assert forgetting.forget_due()["residents"] == 2
    kept.refresh_from_db()
    assert kept.state == "active"


def test_of_a_draft_nobody_sent_no_word_is_kept(leah, today):
    """Every column of words, also where only what two typed differently is left."""
    forgetting.start()
    kind = belongings.of_model(IntakeDraft)
    for name in kind.words:
        IntakeDraft.objects.create(channel="phone", started_by=leah, **{name: '{"x": "Secret"}'})
    IntakeDraft.objects.update(saved_at=timezone.now() - OLD)
    assert forgetting.drafts_due(today).count() == len(kind.words) > 1
    assert forgetting.run().counts["drafts"] == len(kind.words)
    for draft in IntakeDraft.objects.all():
        assert [getattr(draft, name) for name in kind.words] == [""] * len(kind.words)
