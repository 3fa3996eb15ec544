"""What the economy desk is refused, each in its sentence, and that nothing of it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from commonweal.accounts.models import Event, Message
from commonweal.economy.exposure import actions as exposure
from commonweal.economy.models import (
    Bearing,
    EmployerGroup,
    Level,
    Outcome,
    PulseAnswer,
    PulseWave,
    Scenario,
    ScenarioVersion,
    SeriesRelease,
    Shock,
    ShockTask,
    Vulnerability,
    WardShape,
)
from commonweal.economy.pulse import actions as pulse
from commonweal.economy.scenarios import actions as scenarios
from commonweal.economy.scenarios.working import Assumed
from commonweal.economy.series import bringing, tying, wards
from commonweal.economy.shocks import owners, telling, working
from commonweal.office.errors import Refused
from tests.commonweal.cast.exposure import group_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    """What is done within is refused in that sentence, leaves no record and writes to nobody."""
    before = Event.objects.count(), Message.objects.count()
    with pytest.raises(Refused, match=re.escape(sentence)):
        yield
    assert (Event.objects.count(), Message.objects.count()) == before


# --- Shocks ---------------------------------------------------------------------------------------


def test_a_task_is_done_once_and_does_not_move_then(tell, nadia, today):
    shock = tell()
    task = shock.tasks.first()
    for day, sentence in (
        (today + DAY, "That day is still to come."),
        (today - DAY, "That is before the town was told."),
    ):
        with refused(sentence):
            working.done(task=task, done_on=day, words="", by=nadia)
    working.done(task=task, done_on=today, words="Rang them.", by=nadia)
    with refused("Somebody has said already that this is done."):
        working.done(task=task, done_on=today, words="Again.", by=nadia)
    with refused("This is done already, so it can't move."):
        working.move(task=task, due_on=task.due_on + 9 * DAY, because="x", by=nadia)
    task.refresh_from_db()
    assert (task.done_on, task.words) == (today, "Rang them.")


def test_a_task_moves_to_another_day_that_is_not_past(tell, nadia, today):
    task = tell().tasks.first()
    with refused("That day is past."):
        working.move(task=task, due_on=today - DAY, because="x", by=nadia)
    with refused("That is the day it has."):
        working.move(task=task, due_on=task.due_on, because="x", by=nadia)
    due_on = task.due_on + 9 * DAY
    working.move(task=task, due_on=due_on, because="They asked.", by=nadia)
    task.refresh_from_db()
    assert (task.due_on, task.words) == (due_on, "They asked.")


@pytest.mark.parametrize(
    ("has_owner", "title", "day", "sentence"),
    [
        (False, "", 1, owners.NOBODY),
        (True, "Job centre", 1, owners.BOTH),
        (True, "", -1, "That day is past."),
    ],
)
def test_a_task_that_nobody_or_two_would_do(tell, nadia, today, has_owner, title, day, sentence):
    shock = tell()
    count = shock.tasks.count()
    with refused(sentence):
        working.add_task(
            shock=shock,
            title="Ring the union",
            owner=nadia if has_owner else None,
            owner_title=title,
            due_on=today + day * DAY,
            by=nadia,
        )
    assert shock.tasks.count() == count


def test_who_may_know_is_said_anew_only_where_it_changes(tell, nadia, today):
    shock = tell(wanted_level="partners")
    with refused("It is so already."):
        working.let_know(shock=shock, who="partners", because="x", by=nadia)
    working.let_know(shock=shock, who="public", because="The paper has it.", by=nadia)
    with refused("It is so already."):
        working.let_know(shock=shock, who="public", because="x", by=nadia)
    assert list(Level.objects.order_by("id").values_list("who", flat=True)) == [
        "partners",
        "public",
    ]


def test_a_decision_names_the_organisation_once_and_only_if_it_says_so(tell, decision, nadia):
    shock = tell()
    with refused("A decision about something else is no leave."):
        working.name(shock=shock, decision=decision, by=nadia)
    working.name(shock=shock, decision=decision, by=nadia, decision_says=True)
    with refused("A decision names it already."):
        working.name(shock=shock, decision=decision, by=nadia, decision_says=True)
    assert Shock.objects.get().named_by == decision


def test_it_is_closed_once_and_its_people_add_up(tell, nadia, today):
    shock = tell()
    people = {"told_of": 120, "placed": 70, "without": 30, "not_known": 20}
    with refused(
        "They don't add up: placed 70, without 30, not known 19; in all 119, and you were told of"
    ):
        working.close(shock=shock, words="x", by=nadia, **people | {"not_known": 19})
    working.close(shock=shock, words="Most were taken on.", by=nadia, **people)
    task = ShockTask.objects.first()
    assert task is not None
    for again in (
        lambda: working.close(shock=shock, words="x", by=nadia, **people),
        lambda: working.done(task=task, done_on=today, words="", by=nadia),
        lambda: working.move(task=task, due_on=today, because="x", by=nadia),
        lambda: working.add_task(
            shock=shock, title="x", owner=nadia, owner_title="", due_on=today, by=nadia
        ),
    ):
        with refused(owners.CLOSED):
            again()
    assert Outcome.objects.get().placed == 70


def test_what_was_sent_is_neither_changed_nor_thrown_away_nor_sent_again(tell, asha):
    shock = tell()
    for again in (
        lambda: telling.keep(shock=shock, values={"people": 1}, by=asha),
        lambda: telling.throw_away(shock=shock, by=asha),
        lambda: telling.send(shock=shock, by=asha),
    ):
        with refused(telling.GONE):
            again()
    assert Shock.objects.get().people == 120


# --- Scenarios ------------------------------------------------------------------------------------


def test_an_employer_is_a_partner_or_a_name_and_has_jobs(asked, bakery):
    with refused("Choose a partner or write a name, not both."):
        asked(employer=bakery, employer_name="Hill Mill")
    for named in ({"employer": bakery}, {"employer_name": "Hill Mill"}):
        with refused("How many jobs does the employer have here?"):
            asked(**named, employer_jobs=None)
    assert not Scenario.objects.exists()


def test_the_same_question_makes_no_second_version(asked, structure, yusuf):
    version = asked()
    same = Assumed.of(version.assumptions)

    def revise(words: str, assumed: Assumed = same) -> ScenarioVersion:
        return scenarios.revise(
            scenario=version.scenario, structure=structure, words=words, assumed=assumed, by=yusuf
        )

    with refused("Nothing is different from the version before."):
        revise("")
    # Other words alone are a version, and so are other assumptions.
    assert revise("For the board.").number == 2
    other = Assumed(industry="Making", months=12, share=Decimal(40), resident_share=Decimal(80))
    assert revise("For the board.", other).number == 3


@pytest.mark.parametrize(
    ("on", "words", "sentence"),
    [
        (0, "", "Say who agreed and on which day, or neither."),
        (None, "The board", "Say who agreed and on which day, or neither."),
        (1, "The board", "A consent can't be of a day to come."),
    ],
)
def test_a_consent_that_is_none(asked, bakery, yusuf, today, on, words, sentence):
    version = asked(employer=bakery)
    with refused(sentence):
        scenarios.publish(
            version=version,
            consent_on=None if on is None else today + on * DAY,
            consent_words=words,
            decision=None,
            by=yusuf,
        )
    version.refresh_from_db()
    assert not version.is_published


def test_a_version_is_published_once(asked, bakery, yusuf, today):
    version = asked(employer=bakery)
    leave: dict[str, Any] = {"consent_on": today, "consent_words": "The board", "decision": None}
    scenarios.publish(version=version, by=yusuf, **leave)
    with refused("This version is public already. A change makes a new version."):
        scenarios.publish(version=version, by=yusuf, **leave)


# --- Groups of employers --------------------------------------------------------------------------


def test_a_group_has_a_name_of_its_own_and_jobs_of_a_day_that_was(yusuf, today):
    exposure.write_down(group=None, values=group_of(), by=yusuf)
    with refused("There is a group of this name already."):
        exposure.write_down(group=None, values=group_of(name="VANTOR"), by=yusuf)
    with refused("Jobs can't have been counted on a day to come."):
        exposure.write_down(
            group=None, values=group_of(name="Other", jobs_on=today + DAY), by=yusuf
        )
    assert EmployerGroup.objects.count() == 1


def test_a_group_is_public_by_leave_for_its_name_and_taken_back_once(yusuf, decision, today):
    group = exposure.write_down(group=None, values=group_of(), by=yusuf)
    none: dict[str, Any] = {"consent_on": None, "consent_words": "", "decision": None}
    for more, sentence in (
        ({}, exposure.NEEDS_LEAVE),
        ({"consent_on": today}, "Say who agreed and on which day, or neither."),
        ({"consent_words": "The board"}, "Say who agreed and on which day, or neither."),
        (
            {"consent_on": today + DAY, "consent_words": "The board"},
            "A consent can't be of a day to come.",
        ),
        ({"decision": decision}, "A decision about something else is no leave."),
    ):
        with refused(sentence):
            exposure.publish(group=group, by=yusuf, **none | more)
    with refused("It is not public."):
        exposure.take_back(group=group, by=yusuf)
    by_decision = none | {"decision": decision, "decision_says": True}
    exposure.publish(group=group, by=yusuf, **by_decision)
    with refused("It is public already."):
        exposure.publish(group=group, by=yusuf, **by_decision)
    group.refresh_from_db()
    with refused("It is public by its name. Take it back first, and ask for leave again."):
        exposure.write_down(group=group, values=group_of(name="Vantor Two"), by=yusuf)
    # What else is known of it changes, under the name that it has.
    exposure.write_down(group=group, values=group_of(local_jobs=50), by=yusuf)
    exposure.take_back(group=group, by=yusuf)
    group.refresh_from_db()
    assert (group.local_jobs, group.published_on, group.decision) == (50, None, None)


def test_a_rating_takes_the_place_of_the_one_before(yusuf, nadia):
    exposure.rate(section="C", rating="high", because="Orders fell.", source="x", by=yusuf)
    exposure.rate(section="C", rating="low", because="They came back.", source="y", by=nadia)
    exposure.rate(section="G", rating="middle", because="z", source="z", by=nadia)
    rated = Vulnerability.objects.get(section="C")
    assert (rated.rating, rated.because, rated.rated_by) == ("low", "They came back.", nadia)
    assert Event.objects.filter(verb="section rated").count() == 3


# --- Pulse ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (-1, 5, "It can't have opened on a day that is gone."),
        (5, 4, "The last day would come before the first."),
        (0, 62, "A wave is open for 62 days at most."),
        (0, 20, "Another wave is open from"),
        (29, 40, "Another wave is open from"),
    ],
)
def test_a_wave_whose_days_cannot_be(town, yusuf, today, first, last, sentence):
    pulse.make(opens_on=today + 20 * DAY, closes_on=today + 29 * DAY, by=yusuf)
    with refused(sentence):
        pulse.make(opens_on=today + first * DAY, closes_on=today + last * DAY, by=yusuf)
    assert PulseWave.objects.count() == 1


def test_waves_may_follow_on_one_another_day_by_day(town, yusuf, today):
    pulse.make(opens_on=today + 20 * DAY, closes_on=today + 29 * DAY, by=yusuf)
    pulse.make(opens_on=today, closes_on=today + 19 * DAY, by=yusuf)
    pulse.make(opens_on=today + 30 * DAY, closes_on=today + 91 * DAY, by=yusuf)
    assert PulseWave.objects.count() == 3


def test_of_a_wave_that_is_open_the_last_day_alone_changes(town, yusuf, today):
    wave = pulse.make(opens_on=today, closes_on=today + 9 * DAY, by=yusuf)
    with refused("Its first day is gone, and stays as it is."):
        pulse.change(wave=wave, opens_on=today + DAY, closes_on=today + 9 * DAY, by=yusuf)
    with refused("The last day can't be a day that is gone. Close it instead."):
        pulse.change(wave=wave, opens_on=today, closes_on=today - DAY, by=yusuf)
    pulse.change(wave=wave, opens_on=today, closes_on=today + 12 * DAY, by=yusuf)
    pulse.close(wave=wave, by=yusuf)
    for again in (
        lambda: pulse.close(wave=wave, by=yusuf),
        lambda: pulse.change(wave=wave, opens_on=today, closes_on=today + DAY, by=yusuf),
    ):
        with refused(pulse.CLOSED):
            again()
    said = {"who": "resident", "now": "worse", "ahead": "same", "help_most": "costs", "area": None}
    with refused("These questions are closed, so your answer was not taken."):
        pulse.answer(wave=wave, **said)
    assert not PulseAnswer.objects.exists()


def test_a_wave_that_has_not_opened_is_called_off_and_goes(town, yusuf, today):
    wave = pulse.make(opens_on=today + DAY, closes_on=today + 9 * DAY, by=yusuf)
    pulse.close(wave=wave, by=yusuf)
    assert not PulseWave.objects.exists()
    assert Event.objects.filter(verb="pulse wave called off").count() == 1


def test_only_what_staff_typed_in_leaves_a_record(town, yusuf, today):
    wave = pulse.make(opens_on=today, closes_on=today + 9 * DAY, by=yusuf)
    said = {"who": "resident", "now": "worse", "ahead": "same", "help_most": "costs", "area": None}
    pulse.answer(wave=wave, **said)
    assert not Event.objects.filter(verb="pulse answer typed in").exists()
    pulse.answer(wave=wave, **said, way=PulseAnswer.Way.PAPER, by=yusuf)
    assert Event.objects.filter(verb="pulse answer typed in").count() == 1
    assert PulseAnswer.objects.count() == 2


# --- Figures, and what stands beside them ---------------------------------------------------------

ROWS = b"""area_code,area_name,date,claimant count,claimants rate
E07000243,Brackenford,2021-01,901,
E07000243,Brackenford,2021-02,902,
"""


def bring(today: date, content: bytes = ROWS) -> None:
    bringing.bring_in(content=content, name="x.csv", published_on=today, by=None)


def test_figures_are_undone_once_and_can_come_again(town, yusuf, today):
    for content, day, sentence in (
        (b"", today, "The file is empty."),
        (ROWS, today + DAY, "The day of publication is still to come."),
    ):
        with refused(sentence):
            bring(day, content)
    bring(today)
    release = SeriesRelease.objects.get()
    with refused(f"This file is here already, as {release.code}."):
        bring(today)
    bringing.undo(release=release, because="Another month's.", by=yusuf)
    with refused("It was undone before."):
        bringing.undo(release=release, because="Once more.", by=yusuf)
    bring(today)
    assert SeriesRelease.objects.get(undone_on=None).code != release.code
    release.refresh_from_db()
    assert release.undone_because == "Another month's."


def test_one_thing_stands_beside_a_series_and_once(measure, theme, yusuf):
    for tied in ({}, {"measure": measure, "theme": theme}, {"measure": None}):
        with refused("Choose one thing: a measure, a theme, an action or a group."):
            tying.tie(counted="claimants", because="x", by=yusuf, **tied)
    tying.tie(counted="claimants", because="x", by=yusuf, measure=measure)
    with refused("It stands beside that series already."):
        tying.tie(counted="claimants", because="y", by=yusuf, measure=measure, theme=None)
    tying.tie(counted="claimants", because="x", by=yusuf, theme=theme)
    tying.tie(counted="jobs", because="x", by=yusuf, measure=measure)
    for bearing in Bearing.objects.filter(counted="claimants"):
        tying.untie(bearing=bearing, by=yusuf)
    assert Bearing.objects.get().counted == "jobs"


# --- Outlines of wards ----------------------------------------------------------------------------

SQUARE = [[[-0.2, 51.9], [-0.1, 51.9], [-0.1, 52.0], [-0.2, 51.9]]]


def feature(**more: Any) -> dict[str, Any]:
    """A ward of the town, as the Office for National Statistics publishes one."""
    return {
        "properties": {"WD25CD": "E05000001", "WD25NM": "Old Town"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    } | more


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": [*features]}).encode()


METRES = {"type": "Polygon", "coordinates": [[[523000.0, 224000.0], [523100.0, 224000.0]]]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not at all", "The file is no GeoJSON: it can't be read."),
        (b"[1, 2]", "The file is no GeoJSON: it has no features."),
        (b'{"features": {}}', "The file is no GeoJSON: it has no features."),
        (geojson("a ward"), "The file is no GeoJSON: the outline of a ward can't be read."),
        (geojson(), "The file names no wards. Expected is a GeoJSON file of the Office"),
        (geojson(feature(properties={"LAD25CD": "E07000243"})), "The file names no wards."),
        (
            geojson(feature(geometry={"type": "Point", "coordinates": [0, 0]})),
            "The ward E05000001 has no outline in the file.",
        ),
        (geojson(feature(geometry=METRES)), "The file's places are no longitudes and latitudes."),
        (
            geojson(feature(properties={"WD25CD": "E05000009", "WD25NM": "Elsewhere"})),
            "The file has wards of 2025, such as E05000009 (Elsewhere), and none of this town",
        ),
    ],
    ids=[
        "no json",
        "a list",
        "no list of features",
        "no feature",
        "empty",
        "districts",
        "a point",
        "metres",
        "another town",
    ],
)
def test_a_file_of_outlines_that_is_none(town, area, content, sentence):
    area.ons_code = "E05000001"
    area.save(update_fields=["ons_code"])
    wards.load(content=geojson(feature()), name="w.geojson", source="ONS", by=None)
    with refused(sentence):
        wards.load(content=content, name="w.geojson", source="ONS", by=None)
    # What was there before still is.
    assert WardShape.objects.get().code == "E05000001"


def test_a_ward_in_several_features_has_all_their_rings(town, area, yusuf):
    area.ons_code = "E05000001"
    area.save(update_fields=["ons_code"])
    several = {"type": "MultiPolygon", "coordinates": [SQUARE, SQUARE]}
    content = geojson(feature(), feature(geometry=several), feature(properties=None))
    assert wards.load(content=content, name="w.geojson", source="ONS", by=yusuf) == 1
    shape = WardShape.objects.get()
    assert (len(shape.rings), shape.name, shape.year) == (3, "Old Town", 2025)
    assert Event.objects.filter(verb="ward boundaries loaded", as_role="analyst").count() == 1
