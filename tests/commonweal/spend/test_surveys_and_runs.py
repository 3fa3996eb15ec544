"""The verbs of the respend survey and of runs: without a town's files behind them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import files, jobs, preparing, reads, surveying
from commonweal.spend.models import Answer, Prepared, Run, Survey

pytestmark = pytest.mark.django_db
FIRMS = [("GB-COH-01", "ACORN LIMITED"), ("GB-COH-02", "BIRCH LIMITED"), ("code3", "Cedar Ltd")]


@pytest.fixture
def firms(monkeypatch):
    """The suppliers of the town that may be named, and the question by which they were found."""
    questions = []

    def ask(version, sql, *values):
        questions.append((version, sql, values))
        return [{"supplier": code, "name": name} for code, name in FIRMS]

    monkeypatch.setattr(reads, "current", lambda: Prepared(version="v1"))
    monkeypatch.setattr(files, "ask", ask)
    return questions


@pytest.fixture
def opened(firms, yusuf):
    return surveying.open_survey(
        title="Again?",
        closes_on=timezone.localdate() + timedelta(days=9),
        by=yusuf,
        role="analyst",
    )


# --- Surveys --------------------------------------------------------------------------------------


def test_a_survey_has_a_page_for_each_supplier(opened, firms, yusuf):
    assert (opened.title, opened.opened_by) == ("Again?", yusuf)
    pages = list(opened.answers.order_by("name"))
    assert [(page.supplier, page.name) for page in pages] == FIRMS
    assert {(page.again, page.basis, page.answered_at) for page in pages} == {(None, "", None)}
    tokens = {page.token for page in pages}
    assert len(tokens) == 3
    # Nobody guesses so many letters.
    assert min(map(len, tokens)) >= 24
    [(version, _, values)] = firms
    assert (version, values) == ("v1", (surveying.MOST,))
    line = Event.objects.get(verb="survey opened")
    assert (line.about_code, line.by_code, line.as_role, line.detail) == (
        str(opened.pk),
        yusuf.code,
        "analyst",
        {"pages": 3},
    )


@pytest.mark.parametrize("days", [0, -1, -400])
def test_a_survey_that_closes_today_or_before_is_not_opened(firms, yusuf, days):
    closes_on = timezone.localdate() + timedelta(days=days)
    with pytest.raises(Refused) as refusal:
        surveying.open_survey(title="x", closes_on=closes_on, by=yusuf, role="analyst")
    assert str(refusal.value) == "Choose a day in the future, so that suppliers can answer."
    assert not Survey.objects.exists()
    assert firms == []


@pytest.mark.parametrize("is_prepared", [True, False])
def test_without_a_supplier_there_is_nobody_to_ask(monkeypatch, yusuf, is_prepared):
    monkeypatch.setattr(reads, "current", lambda: Prepared(version="v") if is_prepared else None)
    monkeypatch.setattr(files, "ask", lambda version, sql, *values: [])
    with pytest.raises(Refused) as refusal:
        surveying.open_survey(
            title="x",
            closes_on=timezone.localdate() + timedelta(days=2),
            by=yusuf,
            role="analyst",
        )
    assert str(refusal.value) == "No supplier in the town is known yet: take payments first."
    assert not Survey.objects.exists()
    assert not Event.objects.filter(verb="survey opened").exists()


def test_a_page_is_found_by_its_secret_and_by_nothing_else(opened):
    page = opened.answers.get(supplier="code3")
    assert surveying.page_of(page.token) == page
    for wrong in ("", "code3", page.token[:-1], page.token + "x", str(page.pk)):
        with pytest.raises(Http404):
            surveying.page_of(wrong)


def test_a_supplier_answers_and_answers_otherwise(opened):
    page = opened.answers.get(supplier="code3")
    before = timezone.now()
    surveying.answer(page=page, again=Decimal(40), basis="estimate")
    surveying.answer(page=page, again=Decimal("45.50"), basis="accounts")
    page.refresh_from_db()
    assert (page.again, page.basis) == (Decimal("45.50"), "accounts")
    assert before <= page.answered_at <= timezone.now()
    assert opened.answers.exclude(again=None).count() == 1


@pytest.mark.parametrize(("days", "may"), [(0, True), (1, True), (-1, False)])
def test_a_survey_is_open_to_the_end_of_its_last_day(opened, days, may):
    Survey.objects.update(closes_on=timezone.localdate() + timedelta(days=days))
    page = surveying.page_of(opened.answers.get(supplier="code3").token)
    assert surveying.is_open(page.survey) is may
    if may:
        surveying.answer(page=page, again=Decimal(1), basis="accounts")
    else:
        with pytest.raises(Refused, match=r"^This survey is closed\. Thank you all the same\.$"):
            surveying.answer(page=page, again=Decimal(1), basis="accounts")
    page.refresh_from_db()
    assert (page.again is not None) is may


@pytest.mark.parametrize("again", ["-0.01", "100.01"])
def test_the_database_takes_pounds_of_a_hundred_alone(opened, again):
    page = opened.answers.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=page.pk).update(again=Decimal(again))


def test_the_addresses_are_handed_out_with_who_answered(opened, settings):
    settings.ADDRESS = "https://oakby.example"
    surveying.answer(page=opened.answers.get(name="Cedar Ltd"), again=Decimal(0), basis="accounts")
    rows = sorted(surveying.links(opened), key=lambda row: row["name"])
    assert all(tuple(row) == surveying.LINK_COLUMNS for row in rows)
    assert [(row["supplier"], row["name"]) for row in rows] == FIRMS
    assert [row["answered"] for row in rows] == ["no", "no", "yes"]
    tokens = dict(opened.answers.values_list("supplier", "token"))
    for row in rows:
        assert row["address"] == f"https://oakby.example/spend/survey/{tokens[row['supplier']]}/"


def answered(survey: Survey, *again: int | None) -> None:
    """So many pages more, with these answers."""
    Answer.objects.bulk_create(
        Answer(survey=survey, supplier=f"f{at}", name=f"Firm {at}", again=figure)
        for at, figure in enumerate(again)
    )


def survey_of(days: int = 9) -> Survey:
    return Survey.objects.create(
        title="Again?", closes_on=timezone.localdate() + timedelta(days=days)
    )


@pytest.mark.parametrize(
    ("again", "state"),
    [
        ([], {"asked": 0, "answered": 0, "mean": None}),
        ([None, None], {"asked": 2, "answered": 0, "mean": None}),
        # Of four one could be worked out by the other three.
        ([10, 20, 30, 40, None], {"asked": 5, "answered": 4, "mean": None}),
        ([10, 20, 30, 40, 0], {"asked": 5, "answered": 5, "mean": Decimal(20)}),
        ([100] * 6, {"asked": 6, "answered": 6, "mean": Decimal(100)}),
    ],
    ids=range(5),
)
def test_a_mean_is_told_from_five_answers_on(again, state):
    survey = survey_of()
    answered(survey, *again)
    assert surveying.state_of(survey) == state


def test_without_a_survey_there_is_nothing_to_tell():
    assert surveying.state_of(None) == {}
    assert surveying.newest_answers() == []


def test_the_newest_survey_that_anybody_answered_is_used():
    answered(survey_of(), 10, None)
    answered(survey_of(), 0, 50, None)
    answered(survey_of(), None, None)
    newest = sorted(surveying.newest_answers())
    assert newest == [("f0", Decimal(0)), ("f1", Decimal("0.5"))]


# --- Runs -----------------------------------------------------------------------------------------

WAITING, RUNNING, STOPPED = Run.State.WAITING, Run.State.RUNNING, Run.State.STOPPED
DONE, FAILED = Run.State.DONE, Run.State.FAILED


@pytest.fixture
def steps(monkeypatch):
    """What a run does: nothing but say so; or what a test puts in its place."""
    done = []

    def bring_up_to_date(say):
        say("Reading files", 1, 2)
        done.append("read")
        say("Counting payees", 2, 2)
        done.append("counted")

    monkeypatch.setattr(preparing, "bring_up_to_date", bring_up_to_date)
    return done


def run_of(state: str = WAITING, **further) -> Run:
    return Run.objects.create(state=state, **further)


def state_of(run: Run) -> str:
    run.refresh_from_db()
    return run.state


def test_one_run_waits_at_a_time(yusuf, new_person):
    run = preparing.ask_for(yusuf)
    assert (run.state, run.asked_by) == (WAITING, yusuf)
    other = new_person("hanna", "Hanna Moss")
    assert preparing.ask_for(other) == preparing.ask_for() == run
    assert Run.objects.get().asked_by == yusuf


@pytest.mark.parametrize("state", [RUNNING, STOPPED, DONE, FAILED])
def test_beside_one_that_runs_or_ran_another_may_wait(state):
    earlier = run_of(state)
    assert preparing.ask_for() != earlier
    assert Run.objects.count() == 2


@pytest.mark.parametrize("state", [WAITING, STOPPED, FAILED])
def test_a_run_is_carried_out_to_its_end(steps, state):
    run = run_of(state, is_to_stop=True, why="It was cut off.")
    preparing.carry_out(run)
    assert steps == ["read", "counted"]
    assert state_of(run) == DONE
    assert (run.step, run.why, run.is_to_stop) == ("", "", False)
    assert (run.done, run.total) == (2, 2)


@pytest.mark.parametrize("state", [RUNNING, DONE])
def test_what_runs_or_is_done_is_not_begun_again(steps, state):
    run = run_of(state)
    preparing.carry_out(run)
    assert steps == []
    assert state_of(run) == state


def test_a_run_waits_while_another_one_runs(steps):
    running, waiting = run_of(RUNNING), run_of()
    preparing.carry_out(waiting)
    assert steps == []
    assert (state_of(running), state_of(waiting)) == (RUNNING, WAITING)


@pytest.mark.parametrize(("minutes", "gives_way"), [(14, False), (16, True), (600, True)])
def test_one_that_was_not_heard_of_for_long_gives_way(steps, minutes, gives_way):
    silent = run_of(RUNNING, heard_at=timezone.now() - timedelta(minutes=minutes))
    waiting = run_of()
    preparing.carry_out(waiting)
    assert state_of(silent) == (FAILED if gives_way else RUNNING)
    assert silent.why == ("It was cut off." if gives_way else "")
    assert state_of(waiting) == (DONE if gives_way else WAITING)


def test_how_far_it_is_can_be_read_while_it_runs(monkeypatch):
    run = run_of(heard_at=timezone.now() - timedelta(hours=9))
    read = []

    def bring_up_to_date(say):
        say("Matching payees", 40, 90)
        run.refresh_from_db()
        read.append((run.state, run.step, run.done, run.total))
        read.append(timezone.now() - run.heard_at < timedelta(minutes=5))

    monkeypatch.setattr(preparing, "bring_up_to_date", bring_up_to_date)
    preparing.carry_out(run)
    assert read == [(RUNNING, "Matching payees", 40, 90), True]


def test_a_run_stops_at_its_next_step_and_goes_on_another_time(monkeypatch, steps):
    run = run_of()
    begun = []

    def interrupted(say):
        say("Reading files", 1, 2)
        preparing.stop(run)
        begun.append(True)
        say("Counting payees", 1, 2)
        begun.append("never")

    with monkeypatch.context() as patch:
        patch.setattr(preparing, "bring_up_to_date", interrupted)
        preparing.carry_out(run)
    assert begun == [True]
    assert state_of(run) == STOPPED
    preparing.carry_out(run)
    assert (steps, state_of(run)) == (["read", "counted"], DONE)


@pytest.mark.parametrize(
    ("state", "after", "is_to_stop"),
    [
        (WAITING, STOPPED, False),
        (RUNNING, RUNNING, True),
        (DONE, DONE, False),
        (FAILED, FAILED, False),
        (STOPPED, STOPPED, False),
    ],
)
def test_what_is_to_stop(state, after, is_to_stop):
    run = run_of(state)
    preparing.stop(run)
    assert state_of(run) == after
    assert run.is_to_stop is is_to_stop


def test_a_run_that_breaks_names_the_fault_and_not_what_it_was_about(monkeypatch):
    run = run_of()

    def broken(say):
        say("Matching payees", 1, 2)
        raise ValueError("Mrs A Leaf of 1 High Street")

    monkeypatch.setattr(preparing, "bring_up_to_date", broken)
    with pytest.raises(ValueError, match="Leaf"):
        preparing.carry_out(run)
    assert state_of(run) == FAILED
    assert run.why == "ValueError: see the log of the server."
    assert run.step == "Matching payees"


def test_the_database_lets_one_run_at_a_time():
    run_of(RUNNING)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_of(RUNNING)


# --- What happens by itself -----------------------------------------------------------------------


def by_itself() -> int:
    return jobs.take_up_what_waits.func()


def test_a_job_carries_out_its_run_and_minds_none_that_is_gone(steps):
    run = run_of()
    jobs.carry_out.func(run.pk)
    assert state_of(run) == DONE
    gone = run.pk
    run.delete()
    jobs.carry_out.func(gone)
    assert steps == ["read", "counted"]


def test_what_waits_is_taken_up(steps):
    waiting, stopped = run_of(), run_of(STOPPED)
    assert by_itself() == 1
    assert (state_of(waiting), state_of(stopped)) == (DONE, STOPPED)
    assert by_itself() == 0


@pytest.mark.parametrize(
    ("state", "minutes", "is_asked"),
    [
        # Somebody stopped it: it stays so.
        (STOPPED, 600, False),
        (FAILED, 59, False),
        (FAILED, 61, True),
        (DONE, 59, False),
        (DONE, 61, True),
        (None, 0, True),
    ],
)
def test_figures_of_an_older_version_are_made_anew(monkeypatch, steps, state, minutes, is_asked):
    monkeypatch.setattr(reads, "must_be_made_anew", lambda: True)
    if state:
        run_of(state, asked_at=timezone.now() - timedelta(minutes=minutes))
    assert by_itself() == (1 if is_asked else 0)
    assert bool(steps) is is_asked


def test_figures_that_count_are_left_alone(monkeypatch, steps):
    monkeypatch.setattr(reads, "must_be_made_anew", lambda: False)
    assert by_itself() == 0
    assert not Run.objects.exists()
