"""Surges: seen within two weeks, seldom a false alarm, and never a verdict from too little."""

from __future__ import annotations

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from commonweal.asks import surge
from commonweal.asks.models import Alarm, Ask
from commonweal.cases.models import Case, Need
from commonweal.office.errors import Refused
from commonweal.programme.models import Risk
from commonweal.residents.models import Resident

ROOT = Path(__file__).resolve().parents[3]
END = date(2026, 6, 30)


def series(counts: list[int], kind: str = "need", key: str = "food") -> surge.DailyCounts:
    return surge.DailyCounts(kind, key, "Food", END, counts)


def drawn(draw: random.Random, means: list[float]) -> list[int]:
    """Counts with weekends a third of weekdays, as desks have them."""
    made = []
    for number, mean in enumerate(means):
        m = mean * (0.35 if number % 7 >= 5 else 1.26)
        limit, product, count = 2.718281828459045**-m, draw.random(), 0
        while product > limit:
            product, count = product * draw.random(), count + 1
        made.append(count)
    return made


def alarms_a_year(mean: float, years: int, seed: int) -> tuple[float, float]:
    """(false alarms a year of a quiet series, by EARS C2 and by CUSUM on weeks)."""
    draw, found = random.Random(seed), {rule: 0 for rule in Alarm.Rule}
    days = surge.HISTORY_DAYS
    for _ in range(years):
        counts = drawn(draw, [mean] * (days + 365))
        quiet_until = dict.fromkeys(Alarm.Rule, -1)
        for end in range(days, days + 365):
            for one in surge.judge(series(counts[end - days : end])):
                # An open alarm raises no second one; somebody closes it after two weeks.
                if one.is_alarm and end > quiet_until[one.rule]:
                    found[one.rule] += 1
                    quiet_until[one.rule] = end + 14
    return tuple(count / years for count in found.values())


def test_false_alarms_are_as_rare_as_the_methods_page_says():
    text = (ROOT / "docs/methods/surge.md").read_text()
    for mean, c2, rise in re.findall(r"\| (\d+) a day \| ([\d.]+) \| ([\d.]+) \|", text):
        found = alarms_a_year(float(mean), 4, int(mean))
        assert found[0] <= float(c2) + 1.0
        assert found[1] <= float(rise) + 1.0
        assert float(c2) + float(rise) <= 1.5


@pytest.mark.parametrize(("mean", "least"), [(5, 13), (10, 18), (20, 18)])
def test_a_rise_of_a_half_is_seen_within_two_weeks(mean, least):
    draw, seen = random.Random(mean), 0
    for _ in range(20):
        counts = drawn(draw, [mean] * surge.HISTORY_DAYS + [mean * 1.5] * 14)
        ends = range(surge.HISTORY_DAYS, len(counts) + 1)
        seen += any(
            one.is_alarm
            for end in ends
            for one in surge.judge(series(counts[end - surge.HISTORY_DAYS : end]))
        )
    assert seen >= least


def test_with_too_little_history_it_says_that_it_cant_judge_yet():
    spike, rise = surge.judge(series([5] * 8))
    assert "cannot judge yet" in spike.because
    assert "cannot judge yet: 10 whole weeks are needed" in rise.because
    assert not spike.is_alarm
    assert not rise.is_alarm


def test_a_handful_is_no_alarm():
    for one in surge.judge(series([0] * 110 + [4])):
        assert not one.is_alarm


@pytest.mark.django_db
def test_an_alarm_makes_a_draft_ask_and_a_line_on_the_list_of_risks(
    kinds, grace, sign_in, capsys, client
):
    today = timezone.localdate()
    resident = Resident.objects.create(first_name="Zebedee")
    for back in range(120, 0, -1):
        for _ in range(14 if back == 1 else 3 + back % 2):
            at = timezone.make_aware(datetime.combine(today - timedelta(days=back), time(10)))
            request = Case.objects.create(resident=resident, channel="phone", opened_at=at)
            Need.objects.create(case=request, help_type=kinds["food"], opened_on=at.date())
    call_command("help-desk", "watch")
    out = capsys.readouterr().out
    words = (
        r"Food, .*: 14 counted; usual is about [34]\. It jumped within days\. Why: 3\.\d expected"
    )
    assert re.search(words, out)
    alarm = Alarm.objects.get(kind="need", rule="ears_c2")
    assert (alarm.seen, alarm.on) == (14, today - timedelta(days=1))
    assert alarm.ask.state == "draft"
    assert alarm.ask.help_type == kinds["food"]
    assert alarm.risk in Risk.objects.all()
    assert client.get(alarm.ask.get_absolute_url()).status_code == 404
    assert "More ask for help than usual" in client.get("/programme/").content.decode()
    # Again the same day: nothing twice.
    before = (Alarm.objects.count(), Ask.objects.count(), Risk.objects.count())
    assert surge.watch() == []
    assert before == (Alarm.objects.count(), Ask.objects.count(), Risk.objects.count())
    page = sign_in(grace).get("/desk/help/manage/").content.decode()
    assert "14 counted" in page
    sign_in(grace).post(f"/desk/help/alarms/{alarm.pk}/", {"because": "A strike at the mill."})
    with pytest.raises(Refused, match="closed this alarm already"):
        surge.close_alarm(alarm=alarm, because="x", by=grace)


@pytest.mark.django_db
def test_closed_weekends_are_not_counted_in(kinds):
    """Ten a weekday and none at weekends: a rise of a half would hide behind the noughts."""
    last = date(2026, 6, 30)
    resident = Resident.objects.create(first_name="Zebedee")
    for back in range(118, -1, -1):
        day = last - timedelta(days=back)
        at = timezone.make_aware(datetime.combine(day, time(10)))
        for _ in range((3 if back < 14 else 2) if day.weekday() < 5 else 0):
            Case.objects.create(resident=resident, channel="phone", opened_at=at)
    [everything, phone] = surge.series_of(last)
    assert {day.weekday() for day in everything.days} == {0, 1, 2, 3, 4}
    assert (everything.kind, phone.kind) == ("all", "channel")
    assert everything.counts[-11:] == [2] + [3] * 10
    assert list(surge.series_of(date(2026, 6, 28))) == [], "nobody counts on a Sunday"


@pytest.mark.django_db
def test_requests_are_counted_by_the_days_of_the_town(db):
    """The database keeps the hours of Greenwich: in summer a day begins an hour before."""
    resident = Resident.objects.create(first_name="Zebedee")
    for day, hour, minute in ((12, 22, 59), (12, 23, 0), (13, 22, 59), (13, 23, 0), (14, 23, 0)):
        at = datetime(2026, 7, day, hour, minute, tzinfo=UTC)
        Case.objects.create(resident=resident, channel="phone", opened_at=at)
    counted = surge.requests_by_day(date(2026, 7, 13), date(2026, 7, 14))
    assert counted == {date(2026, 7, 13): 2, date(2026, 7, 14): 1}
    assert surge.requests_by_day(date(2026, 7, 16), date(2026, 7, 16)) == {}


@pytest.mark.django_db
def test_the_managers_picture_has_every_week_on_whatever_day(grace, sign_in, clock):
    """It is Sunday, on which nobody counts; the week between had no request."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    clock(datetime.combine(monday + timedelta(days=6), time(12), tzinfo=UTC))
    resident = Resident.objects.create(first_name="Zebedee")
    mondays = [monday - timedelta(days=14), monday - timedelta(days=7), monday]
    for day in (mondays[0], mondays[0] + timedelta(days=1), monday):
        at = datetime.combine(day, time(10), tzinfo=UTC)
        Case.objects.create(resident=resident, channel="phone", opened_at=at)
    weeks = sign_in(grace).get("/desk/help/manage/").context["weeks"]
    assert weeks == [
        (f"{day:%-d %b}", count) for day, count in zip(mondays, (2, 0, 1), strict=True)
    ]


@pytest.mark.django_db
def test_late_pledges_are_watched(made_earlier):
    today = timezone.localdate()
    made_earlier(ago=90, due_in=-3)
    [late] = surge.series_of(today - timedelta(days=1))
    assert (late.kind, late.counts) == ("late", [1, 0])
    assert late.day(0) == today - timedelta(days=2)


@pytest.mark.django_db
def test_the_drafted_ask_counts_what_pledges_count(kinds, pledged, grace):
    assert surge.unit_for(kinds["food"]) == "hours"
    pledged()
    pledge = pledged(statement="More hours.")
    assert surge.unit_for(kinds["food"]) == pledge.measure.unit
    ask = Ask.objects.create(
        title="x", quantity=1, unit="parcels", help_type=kinds["food"], state="open", made_by=grace
    )
    ask.answers.create(pledge=pledge, quantity=1, entry_seq=1)
    assert surge.unit_for(kinds["food"]) == "parcels"


@pytest.mark.django_db
def test_an_ask_that_is_needed_by_yesterday_is_not_published(grace, sign_in, client):
    yesterday = timezone.localdate() - timedelta(days=1)
    ask = Ask.objects.create(title="x", quantity=1, unit="hours", needed_by=yesterday)
    page = sign_in(grace).post(f"/desk/help/asks/{ask.code}/", {"verb": "publish"}, follow=True)
    assert b"needed is past" in page.content
    ask.refresh_from_db()
    assert ask.state == "draft"


def test_what_partners_told_of_jobs_stands_on_no_list_of_the_desk(grace, sign_in, today):
    """No desk manager can close it: the analyst says what came of it."""
    fields = {"rule": "cusum", "on": today, "expected": 1, "upper": 2, "seen": 9}
    for kind in ("told", "need"):
        Alarm.objects.create(kind=kind, name=f"Of {kind}", **fields)
    for path in ("/desk/help/", "/desk/help/manage/"):
        page = sign_in(grace).get(path).content.decode()
        assert "Of need" in page
        assert "Of told" not in page, path
