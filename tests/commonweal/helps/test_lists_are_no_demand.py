"""Three thousand people on a list have not asked: no figure of what is asked for moves by them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from commonweal.asks import surge
from commonweal.asks.models import Alarm
from commonweal.balance import panels
from commonweal.cases import lists
from commonweal.cases.models import Case, Need
from commonweal.desk import figures
from commonweal.places.clock import Clock

from .world import words_of

SRC = Path(__file__).resolve().parents[3] / "src" / "commonweal"
# Readers of cases or needs between two days that count what was done, not what is asked for.
OF_WHAT_WAS_DONE = {
    "cases/figures.py": "what became of needs; requests and people on lists, each by itself",
    "desk/figures.py": "the same for the public page",
}


def bring_in(kinds, grace, count: int = 30) -> None:
    rows = "".join(f"Ada{n},Lovelace{n},{n} Mill Lane,BK1 1AA\n" for n in range(count))
    text = "First name,Last name,Address,Postcode\n" + rows
    shown = lists.preview(text.encode(), "people.csv")
    run = lists.begin(shown, help_type=kinds["food"], by=grace)
    lists.carry_out(shown, run, by=grace)
    assert Case.objects.listed().count() == count


def asked_each_day(asks_for_help, leah) -> None:
    """Two requests on each of the last twenty days, for food."""
    for back in range(20):
        for number in range(2):
            case = asks_for_help("food", first_name=f"P{back}", last_name=f"L{number}", by=leah)
            at = timezone.now() - timedelta(days=back)
            Case.objects.filter(pk=case.pk).update(opened_at=at)
            Need.objects.filter(case=case).update(opened_on=timezone.localdate(at))


def demand(today: date) -> list[object]:
    """Every figure of what is asked for."""
    series = [(one.kind, one.key, one.counts) for one in surge.series_of(today)]
    shown = figures.desk(today - timedelta(days=60), today)
    return [series, shown.cases, shown.channels, shown.areas]


@pytest.mark.django_db
def test_a_list_moves_no_figure_of_what_is_asked_for(kinds, grace, leah, asks_for_help):
    asked_each_day(asks_for_help, leah)
    today = timezone.localdate()
    before = demand(today)
    assert before[1] == 40
    bring_in(kinds, grace)
    assert demand(today) == before
    assert figures.desk(today - timedelta(days=60), today).listed == 30


@pytest.mark.django_db
def test_a_list_raises_no_alarm(kinds, grace, leah, asks_for_help):
    asked_each_day(asks_for_help, leah)
    bring_in(kinds, grace)
    assert surge.watch(timezone.localdate() + timedelta(days=1)) == []
    assert not Alarm.objects.exists()


@pytest.mark.django_db
def test_of_a_list_alone_there_is_no_series(kinds, grace):
    bring_in(kinds, grace)
    assert list(surge.series_of(timezone.localdate())) == []


@pytest.mark.django_db
def test_the_desks_week_has_the_list_in_no_bar(kinds, grace, leah, asks_for_help, sign_in):
    asked_each_day(asks_for_help, leah)
    bring_in(kinds, grace)
    page = words_of(sign_in(grace).get("/desk/help/manage/"))
    weeks = re.search(r"Week from(.*?)</table>", page)
    counts = re.findall(r">\s*(\d+)\s*</td>", weeks[1])
    assert sum(map(int, counts)) == 40


@pytest.mark.django_db
def test_public_page_and_balance_say_how_many_came_on_lists(
    kinds, grace, leah, asks_for_help, client
):
    asked_each_day(asks_for_help, leah)
    bring_in(kinds, grace)
    last_month = timezone.localdate().replace(day=1) - timedelta(days=3)
    at = timezone.now().replace(year=last_month.year, month=last_month.month, day=last_month.day)
    Case.objects.update(opened_at=at)
    Need.objects.update(opened_on=last_month)
    page = words_of(client.get("/help/figures/"))
    assert "40 requests for help" in page
    assert "30 people came on lists of names" in page
    panel = panels.help_given(Clock(last_month, last_month, timezone.now()))
    assert "40 requests for help came in, and 30 people came on lists;" in panel.sentence


def test_whoever_counts_cases_by_day_says_whether_lists_are_counted():
    """What came between two days is either asked for, and leaves lists out, or what was done."""
    by_day = re.compile(r"(Case|Need)\.objects((?:\s*\.\w+\([^()]*(?:\([^()]*\)[^()]*)*\))*)")
    careless = set()
    for path in SRC.rglob("*.py"):
        for match in by_day.finditer(path.read_text()):
            counts_days = re.search(r"opened_(at__date|on)__range|TruncDate", match[2])
            if counts_days and ".requests()" not in match[2]:
                careless.add(str(path.relative_to(SRC)))
    assert careless == set(OF_WHAT_WAS_DONE)
