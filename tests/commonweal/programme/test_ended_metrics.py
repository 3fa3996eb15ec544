"""A metric is ended on a page; one that has ended, or has not begun, is not among the current."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Event, Role
from commonweal.following.models import Follow
from commonweal.office.errors import Refused
from commonweal.partners.models import months_later
from commonweal.places.clock import Clock
from commonweal.programme import following, measuring, reads
from commonweal.programme.models import Metric
from commonweal.setup import writing

pytestmark = pytest.mark.django_db

LEAD = Actor(None, Role.PROGRAMME_LEAD)


def address(metric: Metric, verb: str = "end") -> str:
    return f"/desk/programme/metrics/{metric.code}/{verb}/"


def typed(day: date, because: str = "Nobody can count it.") -> dict[str, object]:
    parts = {"ended_on_0": day.day, "ended_on_1": day.month, "ended_on_2": day.year}
    return {"because": because, **parts}


def text(page) -> str:
    """A page in one line, with plain spaces."""
    return " ".join(unescape(page.content.decode()).split())


@pytest.fixture
def figure(metric, today):
    first, last = measuring.period_of(metric, months_later(today, -6))
    measuring.observe(
        series=metric.series.get(),
        starts_on=first,
        ends_on=last,
        figure=Decimal(1234),
        status="final",
        note="",
        author=LEAD,
        release=True,
    )
    return last


@pytest.mark.parametrize("who", ["nadia", "daniel"])
def test_it_ends_with_a_day_and_a_reason_and_what_was_counted_stays(
    request, sign_in, client, metric, figure, today, who
):
    person = request.getfixturevalue(who)
    page = sign_in(person).post(address(metric), typed(today), follow=True)
    assert "It has ended." in text(page)
    line = Event.objects.get(verb="metric ended")
    assert (line.by_code, line.about_code) == (person.code, metric.code)
    assert metric not in [line.metric for line in reads.metric_lines(today)]
    everybody = text(client.get(metric.get_absolute_url()))
    assert "Watched no more from" in everybody
    assert "Nobody can count it." in everybody
    assert "1,234" in everybody
    for page in ("/metrics/", "/programme/"):
        current, ended = text(client.get(page)).split("1 metric that has ended")
        assert metric.name not in current, page
        assert metric.name in ended, page
        assert f"1,234 {metric.series.get().unit}" in ended, page
        assert f"until {figure:%-d %B %Y}" in ended, page
        assert f"watched no more from {today:%-d %B %Y}" in ended, page
    assert metric.code not in {table["code"] for table in writing.content().get("metrics", [])}
    assert sign_in(person).get(f"/desk/town/metrics/{metric.code}/").status_code == 404


def test_it_stands_as_ended_with_the_organisation_that_answered_for_it(
    sign_in, asha, bakery, college, metric, figure, today
):
    Metric.objects.filter(pk=metric.pk).update(partner=bakery)
    assert "has ended" not in text(sign_in(asha).get("/space/bakery/programme/"))
    measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
    own = text(sign_in(asha).get("/space/bakery/programme/"))
    assert metric.name in own.split("1 metric that has ended")[1]
    Metric.objects.filter(pk=metric.pk).update(partner=college)
    assert metric.name not in text(sign_in(asha).get("/space/bakery/programme/"))


def test_it_is_followed_no_more_and_its_figures_are_those_of_before(
    sign_in, nadia, client, metric, figure, today
):
    address_of, follow = metric.get_absolute_url(), f"/follow/metric/{metric.code}/"
    assert follow in text(client.get(address_of))
    measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
    assert follow not in text(client.get(address_of))
    led = client.get(follow, follow=True)
    assert led.redirect_chain[-1][0] == address_of
    assert "The town watches it no more: there is nothing more to follow." in text(led)
    sent = client.post(follow, {"email": "rosa@example.org", "pace": "at_once"})
    assert "there is nothing more to follow" in text(sent)
    assert 'value="rosa@example.org"' in text(sent)
    assert not Follow.objects.exists()
    lead = sign_in(nadia)
    assert "Give a figure of before it ended" in text(lead.get(address_of))
    assert f"{figure:%-d %B %Y}</option>" in text(lead.get(f"{address_of}figure/"))


@pytest.mark.parametrize("has_ended", [False, True])
def test_no_figure_is_asked_for_where_no_period_is_over(sign_in, nadia, metric, today, has_ended):
    metric.series.update(starts_on=today)
    why = "Its first figure can be given after"
    if has_ended:
        measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
        why = "It ended before a period was over, so there is no figure to give."
    client, address_of = sign_in(nadia), metric.get_absolute_url()
    page = text(client.get(address_of))
    assert f"{address_of}figure/" not in page
    assert why in page
    led = client.get(f"{address_of}figure/", follow=True)
    assert led.redirect_chain[-1][0] == address_of
    assert text(led).count(why) == 2


def test_a_first_period_that_began_before_the_metric_is_none_of_its_own(
    sign_in, nadia, metric, today
):
    """What the page says of the first figure is what the form takes."""
    for day in (date(2026, 1, 1), date(2026, 2, 10)):
        metric.series.update(starts_on=day)
        metric.refresh_from_db()
        first = next(measuring.periods_due(metric, metric.series.get(), date(2028, 1, 1)))
        assert f" after {first[1]:%-d %B %Y}," in measuring.no_period_yet(metric, day)
        assert not measuring.no_period_yet(metric, first[1] + timedelta(days=1))


def test_of_earlier_days_it_is_one_that_was_watched(metric, figure, today):
    measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
    stretch = Clock(first=figure, last=today - timedelta(days=1), known=timezone.now())
    assert metric in [line.metric for line in reads.metric_lines(today, as_at=stretch)]


@pytest.mark.parametrize(
    ("days", "because", "words"),
    [
        (0, " ", "Say why"),
        (1, "x", "A metric ends today or on an earlier day."),
        (-2000, "x", "There is a figure until"),
    ],
)
def test_it_is_refused_and_what_was_typed_is_kept(
    sign_in, nadia, metric, figure, today, days, because, words
):
    day = today + timedelta(days=days)
    page = sign_in(nadia).post(address(metric), typed(day, because))
    assert words in text(page)
    assert f'value="{day.year}"' in text(page)
    metric.refresh_from_db()
    assert metric.ended_on is None
    assert not Event.objects.filter(verb="metric ended").exists()


def test_nothing_is_given_to_it_or_counted_anew_until_it_goes_on(sign_in, nadia, metric, today):
    client = sign_in(nadia)
    first, last = measuring.period_of(metric, months_later(today, -3))
    client.post(address(metric), typed(first + timedelta(days=3)))
    page = client.post(address(metric), typed(today), follow=True)
    assert "This metric has ended already." in text(page)
    metric.refresh_from_db()
    series = metric.series.get()
    assert last not in {end for _, end in measuring.periods_due(metric, series, today)}
    assert measuring.lateness(metric, today) is None
    given = {"starts_on": first, "ends_on": last, "figure": Decimal(1), "status": "final"}
    with pytest.raises(Refused, match="This metric ended on"):
        measuring.observe(series=series, note="", author=LEAD, **given)
    with pytest.raises(Refused, match="has ended"):
        measuring.redefine(
            metric=metric, definition="x", unit="x", starts_on=today, because="x", author=LEAD
        )
    page = client.post(address(metric, "go-on"), follow=True)
    assert "The town watches it again." in text(page)
    assert metric in [line.metric for line in reads.metric_lines(today)]
    assert Event.objects.filter(verb="metric goes on", by_code=nadia.code).count() == 1
    page = client.post(address(metric, "go-on"), follow=True)
    assert "This metric has not ended." in text(page)


def test_an_action_that_was_to_move_it_keeps_it_and_no_new_one_gets_it(
    sign_in, nadia, action, metric, today
):
    measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
    client, choice = sign_in(nadia), f"{metric.name}</option>"
    assert f" selected>{choice}" in text(client.get(f"/desk/programme/actions/{action.code}/"))
    assert choice not in text(client.get("/desk/programme/actions/"))


def test_one_of_the_national_list_goes_on_and_is_not_followed_twice(today):
    metric = following.follow(code="lof-births", author=LEAD)
    measuring.end(metric=metric, ended_on=today, because="x", author=LEAD)
    with pytest.raises(Refused, match="on its page it can go on"):
        following.follow(code="lof-births", author=LEAD)


def test_one_that_has_not_begun_is_not_among_the_current_and_can_end(
    sign_in, nadia, client, metric, today
):
    metric.series.update(starts_on=date(2999, 1, 1))
    assert metric.name not in text(client.get("/metrics/"))
    assert metric.name not in text(client.get("/programme/"))
    shown = text(client.get(metric.get_absolute_url()))
    assert "from 1 January 2999 on" in " ".join(shown.split())
    sign_in(nadia).post(address(metric), typed(today))
    metric.refresh_from_db()
    assert metric.ended_on == today


def test_who_sets_metrics_is_led_to_what_changes_them(sign_in, daniel, nadia, client, metric):
    verbs = ("Change what is counted", "Watch it no more")
    assert "redefine" not in text(client.get(metric.get_absolute_url()))
    for person in (daniel, nadia):
        for page in (metric.get_absolute_url(), f"/desk/town/metrics/{metric.code}/"):
            shown = text(sign_in(person).get(page))
            for verb, at in zip(verbs, ("redefine", "end"), strict=True):
                assert f'href="{address(metric, at)}">{verb}</a>' in shown


def test_the_administrator_changes_what_is_counted(sign_in, daniel, metric, today):
    parts = {"starts_on_0": today.day, "starts_on_1": today.month, "starts_on_2": today.year}
    answers = {"definition": "Else.", "unit": "loaves", "because": "Better known."} | parts
    assert sign_in(daniel).post(address(metric, "redefine"), answers).status_code == 302
    assert metric.series.count() == 2
    line = Event.objects.get(verb="definition changed")
    assert (line.by_code, line.as_role) == (daniel.code, Role.ADMINISTRATOR)
