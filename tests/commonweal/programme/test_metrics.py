"""Metrics: series, revisions, target paths, lateness, figures that the system works out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from unmarked import without_marks

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Role
from commonweal.office.errors import Refused
from commonweal.partners.models import months_later
from commonweal.pledges.models import Measure
from commonweal.pledges.standing import Standing
from commonweal.programme import computed, measuring, reads, starting
from commonweal.programme.models import Metric, Observation, TargetPoint

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db
LEAD = Actor(None, Role.PROGRAMME_LEAD)


def quarter(metric: Metric, back: int, today: date) -> tuple[date, date]:
    first, _ = measuring.period_of(metric, months_later(today, -3 * back))
    return first, months_later(first, 3) - timedelta(days=1)


def give(metric: Metric, back: int, value: Any, today: date, **more: Any) -> Observation:
    first, last = quarter(metric, back, today)
    values = {"status": "final", "note": "", "author": LEAD, "release": True} | more
    return measuring.observe(
        series=measuring.newest_series(Metric.objects.get(pk=metric.pk)),
        starts_on=first,
        ends_on=last,
        figure=None if value is None else Decimal(str(value)),
        **values,
    )


# --- The methods page -------------------------------------------------------------------------


def test_the_target_path_of_the_methods_page(metric):
    text = (ROOT / "docs/methods/metrics.md").read_text()
    table = text.split("| baseline | target point | on | target |\n|---|---|---|---|\n")[1].split(
        "\n\n"
    )[0]

    def day(said: str) -> date:
        number, month, year = re.search(r"(\d+) (\w+) (\d{4})", said).groups()
        months = (
            "January February March April May June July August September October November December"
        )
        return date(int(year), months.split().index(month) + 1, int(number))

    series = metric.series.get()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    assert len(rows) == 5
    Metric.objects.filter(pk=metric.pk).update(kind="share")
    for baseline, point, on, target in rows:
        series.refresh_from_db()
        series.baseline, series.baseline_on = Decimal(baseline.split()[0]), day(baseline)
        TargetPoint.objects.all().delete()
        TargetPoint.objects.create(series=series, on=day(point), value=Decimal(point.split()[0]))
        found = measuring.target_on(series, day(on))
        assert found == (None if target == "none" else Decimal(target)), on


# --- Figures ----------------------------------------------------------------------------------


def test_a_revision_says_why_and_the_first_figure_stays(client, metric, today):
    give(metric, 2, 12, today)
    with pytest.raises(Refused, match="Say why it is revised"):
        give(metric, 2, 14, today)
    with pytest.raises(Refused, match="very figure"):
        give(metric, 2, 12, today, note="same")
    second = give(metric, 2, 14, today, note="Two were left out.")
    assert (second.version, second.status) == (2, "revised")
    page = client.get(metric.get_absolute_url()).content.decode()
    assert "Two were left out." in page
    assert "12" in page
    line = next(x for x in reads.metric_lines(today) if x.metric == metric)
    assert line.newest == second
    for act in (
        lambda: Observation.objects.filter(version=1).update(value=99),
        lambda: Observation.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ends_on": date(2999, 12, 31)}, "not over yet"),
        ({"starts_on": date(2001, 1, 1), "ends_on": date(2001, 3, 31)}, "before the series begins"),
        ({"figure": None}, "Say why there is no figure"),
        ({"figure": Decimal(-5)}, "A count is a whole number and never below nought"),
        ({"figure": Decimal("4.5")}, "A count is a whole number and never below nought"),
    ],
)
def test_figures_that_are_refused(metric, today, more, said):
    first, last = quarter(metric, 1, today)
    values = {"starts_on": first, "ends_on": last, "figure": Decimal(1)} | more
    with pytest.raises(Refused, match=said):
        measuring.observe(
            series=metric.series.get(), status="final", note="", author=LEAD, **values
        )


def test_a_count_that_has_other_figures_goes_on_with_them(metric, today):
    metric.series.update(baseline="4.5", baseline_on=today)
    assert give(metric, 1, "5.25", today).value == Decimal("5.25")


def test_what_the_national_list_calls_a_count_may_be_a_rate(metric, today):
    Metric.objects.filter(pk=metric.pk).update(code="lof-bus-mileage", kind="count")
    assert give(metric, 1, "-2.5", today).value == Decimal("-2.5")


def test_not_shown_is_an_answer_and_not_nought(client, metric, today):
    give(metric, 1, None, today, note="Fewer than five.")
    line = next(x for x in reads.metric_lines(today) if x.metric == metric)
    assert (line.state, line.is_now) == ("Not shown", "not shown")
    assert "Fewer than five." in client.get(metric.get_absolute_url()).content.decode()


def test_nobody_outside_sees_a_figure_before_its_release(
    client, sign_in, nadia, asha, metric, today
):
    first, last = quarter(metric, 1, today)
    answers = {"period": f"{first}/{last}", "value": "4711", "status": "final"}
    address = f"/metrics/{metric.code}/figure/"
    sign_in(asha).post(address, answers)
    client.logout()
    for path in (metric.get_absolute_url(), "/metrics/", "/data/", "/data/observations.csv"):
        page = client.get(path)
        shown = b"".join(page.streaming_content) if page.streaming else page.content
        assert "4711" not in without_marks(shown)
    pk = Observation.objects.get().pk
    assert sign_in(asha).post(f"/desk/programme/figures/{pk}/release/").status_code == 403
    lead = sign_in(nadia)
    assert b"4,711" in lead.get("/desk/programme/").content
    lead.post(f"/desk/programme/figures/{pk}/release/")
    client.logout()
    assert b"4,711" in client.get(metric.get_absolute_url()).content


def test_a_late_metric_names_its_owner_and_the_days(client, metric, today, capsys):
    newest = quarter(metric, 1, today)[1]
    for back in (4, 3, 2):
        give(metric, back, 12, today)
    days = (today - newest).days - metric.release_days
    late = measuring.lateness(Metric.objects.get(pk=metric.pk), today)
    if days > 0:
        assert late.days == days
        assert late.owner == "Head baker, Harbour Lane Bakery"
    else:
        assert late is None
    on = newest + timedelta(days=metric.release_days)
    assert measuring.lateness(Metric.objects.get(pk=metric.pk), on) is None
    late = measuring.lateness(Metric.objects.get(pk=metric.pk), on + timedelta(days=1))
    assert late.days == 1
    Metric.objects.filter(pk=metric.pk).update(release_days=0)
    page = client.get("/metrics/").content.decode()
    assert "Head baker, Harbour Lane Bakery" in page
    call_command("programme", "late")
    assert "days late, Head baker, Harbour Lane Bakery" in capsys.readouterr().out


def test_a_new_definition_begins_a_series_that_no_chart_joins(
    client, sign_in, nadia, metric, today
):
    give(metric, 3, 12, today)
    give(metric, 2, 13, today)
    starts = quarter(metric, 1, today)[0]
    with pytest.raises(Refused, match="figures after that day"):
        measuring.redefine(
            metric=metric,
            definition="New.",
            unit="people",
            because="x",
            author=LEAD,
            starts_on=quarter(metric, 3, today)[0],
        )
    with pytest.raises(Refused, match="Say why"):
        measuring.redefine(
            metric=metric,
            definition="New.",
            unit="people",
            because="",
            author=LEAD,
            starts_on=starts,
        )
    measuring.redefine(
        metric=metric,
        definition="Those who finished.",
        unit="people",
        author=LEAD,
        because="Starting is easy.",
        starts_on=starts,
    )
    metric = Metric.objects.get(pk=metric.pk)
    give(metric, 1, 5, today)
    line = next(x for x in reads.metric_lines(today) if x.metric == metric)
    assert line.before is None
    page = " ".join(client.get(metric.get_absolute_url()).content.decode().split())
    assert "Starting is easy." in page
    # The old series has its chart; the new one's single figure is no line, and joins no other.
    assert page.count('class="on-desk"') == page.count('class="on-phone"') == 1
    assert "not comparable with another definition" in page
    with pytest.raises(Refused, match="newer definition"):
        measuring.observe(
            series=metric.series.get(number=1),
            starts_on=starts,
            ends_on=quarter(metric, 1, today)[1],
            figure=Decimal(1),
            status="final",
            note="",
            author=LEAD,
        )


def test_a_share_lies_between_nought_and_a_hundred(metric, today):
    Metric.objects.filter(pk=metric.pk).update(kind="share")
    with pytest.raises(Refused, match="between 0 and 100"):
        give(Metric.objects.get(pk=metric.pk), 1, 101, today)


# --- Worked out by the system -----------------------------------------------------------------


def test_the_worked_tables_of_promises(today):
    """Those of promises-overdue.md and promises-kept.md, from facts made by hand."""
    a_year = computed.MetricPeriod(today - timedelta(days=364), today)
    late = Counter({Standing.OVERDUE: 7, Standing.CLAIMED: 2, Standing.LAPSED: 3})
    known = computed.Facts(today, answer_days=14, standings=late)
    overdue = computed.promises_overdue(replace(a_year, known=known))
    assert overdue == computed.Worked(Decimal(7), {"overdue": 7, "all": 12})
    due = [
        *[Standing.MET] * 4,
        *[Standing.PARTLY_MET] * 2,
        Standing.CLAIMED,
        *[Standing.OVERDUE] * 2,
        Standing.WITHDRAWN,
    ]
    known = computed.Facts(today, 14, dated=[(today, standing) for standing in due])
    kept = computed.promises_kept(replace(a_year, known=known))
    assert kept == computed.Worked(Decimal("40.0"), {"met": 4, "due": 10})
    nothing = replace(a_year, known=computed.Facts(today, answer_days=14))
    assert computed.promises_kept(nothing) is None


@pytest.fixture
def starting_set(town, today):
    starting.apply({}, on=months_later(today, -9))


def test_a_file_without_metrics_leaves_those_that_stand(starting_set, today):
    """Who answers, its name and place in the list were changed at the desk."""
    Metric.objects.filter(code="promises-kept").update(owner_title="Chair", name="Kept", order=99)
    gone = Metric.objects.get(code="promises-overdue")
    gone.series.all().delete()
    gone.delete()
    starting.apply({}, on=today)
    kept = Metric.objects.get(code="promises-kept")
    assert (kept.owner_title, kept.name, kept.order) == ("Chair", "Kept", 99)
    assert Metric.objects.filter(code="promises-overdue").exists()


@pytest.mark.parametrize("said", [{}, {"owner_title": "Chair"}, {"computed": "promises-kept"}])
def test_a_file_that_names_a_metric_leaves_what_it_does_not_say(
    starting_set, council, bakery, today, said
):
    """By its code alone nothing of it changes; by one key more, that one."""
    code = "promises-kept"
    at_the_desk = {"owner_title": "Mayor", "name": "Kept", "question": "Q?", "release_days": 3}
    Metric.objects.filter(code=code).update(partner=bakery, **at_the_desk)
    starting.apply({"metrics": [{"code": code} | said]}, on=today)
    metric = Metric.objects.get(code=code)
    assert metric.partner == bakery
    assert metric.computed == code
    assert {name: getattr(metric, name) for name in at_the_desk} == at_the_desk | {
        name: words for name, words in said.items() if name in at_the_desk
    }


def test_a_metric_that_a_file_makes_by_its_code_has_all_that_its_function_knows(
    starting_set, council, today
):
    starting.apply({"metrics": [{"code": "local-share"}]}, on=today)
    metric = Metric.objects.get(code="local-share")
    assert (metric.name, metric.computed) == ("Payments to suppliers in the town", "local-share")
    assert metric.partner == council


def test_every_computed_metric_has_a_page_and_comes_by_itself(client, starting_set, told, today):
    told(
        (250, "proposed", {"due_on": str(today - timedelta(days=150))}),
        (249, "accepted", {}),
        (200, "claim", {"value": "200", "final": True}),
        (199, "evidence", {}),
        (180, "review", {"verdict": "upheld"}),
    )
    told((250, "proposed", {"due_on": str(today - timedelta(days=150))}), (249, "accepted", {}))
    assert measuring.compute_all(today) > 0
    assert measuring.compute_all(today) == 0
    newest = {
        code: reads.latest_versions(Metric.objects.get(code=code).series.get(), today, today)[-1]
        for code in ("pledges-verified", "promises-overdue", "promises-kept")
    }
    assert newest["pledges-verified"].value == Decimal(50)
    assert newest["pledges-verified"].of_what == {"checked": 1, "due": 2}
    assert newest["promises-overdue"].value in (0, 1)
    assert newest["promises-kept"].value == Decimal(50)
    for code in [name for name, one in computed.REGISTERED.items() if one.starts]:
        page = client.get(f"/metrics/{code}/").content.decode()
        assert f"/methods/{code}/" in page


def test_nothing_to_count_is_no_figure(starting_set, today):
    measuring.compute_all(today)
    with_nothing = Observation.objects.filter(series__metric__code="pledges-verified")
    assert not with_nothing.exists()
    line = next(x for x in reads.metric_lines(today) if x.metric.code == "pledges-verified")
    assert line.is_now == "not yet measured"


# --- Measured pledges -------------------------------------------------------------------------


@pytest.fixture
def counted(town, theme):
    return Measure.objects.create(
        code="overdue", name="Promises overdue", theme=theme, kind="count", unit="promises"
    )


def test_the_system_measures_a_pledge_and_shows_a_difference_to_all(
    client, sign_in, nadia, asha, starting_set, made_earlier, counted, today, told
):
    told((250, "proposed", {}), (249, "accepted", {}))
    pledge = made_earlier(ago=200, due_in=100, measure=counted, target=Decimal(5))
    measuring.compute_all(today)
    metric = Metric.objects.get(code="partners-signed")
    lead = sign_in(nadia)
    answers = {
        "pledge": pledge.code,
        "metric": metric.pk,
        "tolerance": "2",
        "because": "Same count.",
    }
    page = lead.post("/desk/programme/bind/", answers | {"tolerance": "-1"})
    assert b"below nought" in page.content
    assert lead.post("/desk/programme/bind/", answers).status_code == 302
    assert b"measured already" in lead.post("/desk/programme/bind/", answers).content
    entry = pledge.entries.get(kind="measured")
    assert entry.body["value"] == "0"
    from commonweal.pledges import actions as pledging

    pledging.claim(pledge=pledge, figure=Decimal(2), as_of=today, final=False, report="x", by=asha)
    assert measuring.differences() == []
    pledging.claim(pledge=pledge, figure=Decimal(3), as_of=today, final=False, report="x", by=asha)
    [found] = measuring.differences()
    assert found.is_beyond
    public = client.get(pledge.get_absolute_url()).content.decode()
    assert found.sentence in public.replace("&#x27;", "'")
    own = sign_in(asha).get(f"/space/bakery/pledges/{pledge.code}/").content.decode()
    assert found.sentence in own.replace("&#x27;", "'")
    desk = sign_in(nadia).get("/desk/programme/").content.decode()
    assert pledge.partner.name in desk


def test_a_figure_of_another_kind_cant_measure(nadia, starting_set, pledged, metric):
    shares = Metric.objects.get(code="pledges-verified")
    for wrong, said in ((metric, "works out itself"), (shares, "different kinds")):
        with pytest.raises(Refused, match=said):
            measuring.bind(
                pledge=pledged(statement=said),
                metric=wrong,
                tolerance=Decimal(0),
                because="x",
                by=nadia,
                role="x",
            )
