"""A metric of the town's own is added and changed on a page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.places.models import Former
from commonweal.programme import measuring, starting
from commonweal.programme.models import Metric, Observation

from .test_plain_settings import text

pytestmark = pytest.mark.django_db

ADD = "/desk/town/metrics/add/"
SHOPS = {
    "name": "Empty shops",
    "question": "Whether the high street fills.",
    "kind": "count",
    "unit": "shops",
    "definition": "Shops that stood empty on the last day.",
    "direction": "down",
    "source": "Walked by officers",
    "source_url": "",
    "every_months": "6",
    "release_days": "20",
    "owner_title": "Town centre manager",
    "starts_on_0": "1",
    "starts_on_1": "1",
    "starts_on_2": "2026",
}
BASELINE = {"baseline": "41", "baseline_on_0": "1", "baseline_on_1": "4", "baseline_on_2": "2026"}


@pytest.fixture
def shops(nadia, sign_in):
    """The lead's browser, in a town that watches its empty shops."""
    client = sign_in(nadia)
    assert client.post(ADD, SHOPS).status_code == 302
    return client


def test_a_metric_is_added_and_read_by_all(nadia, sign_in, client, theme):
    page = sign_in(nadia).post(ADD, SHOPS | BASELINE | {"theme": theme.code}, follow=True)
    assert "Saved." in text(page)
    metric = Metric.objects.get(code="empty-shops")
    assert (metric.every_months, metric.release_days, metric.theme) == (6, 20, theme)
    assert metric.computed == ""
    series = metric.series.get()
    assert (series.unit, series.baseline, series.baseline_on) == (
        "shops",
        Decimal(41),
        date(2026, 4, 1),
    )
    line = Event.objects.filter(verb="town settings changed").last()
    assert (line.by_code, line.detail["part"], line.detail["which"]) == (
        nadia.code,
        "metrics",
        "empty-shops",
    )
    shown = text(client.get(metric.get_absolute_url()))
    assert "Whether the high street fills." in shown
    assert "Shops that stood empty on the last day." in shown


def test_it_changes_and_what_it_was_is_known(shops):
    changed = SHOPS | {"name": "Shops that stand empty", "source": "", "every_months": "3"}
    shops.post("/desk/town/metrics/empty-shops/", changed)
    metric = Metric.objects.get(code="empty-shops")
    assert (metric.name, metric.source, metric.every_months) == ("Shops that stand empty", "", 3)
    assert Former.objects.filter(
        kind="programme.Metric", code="empty-shops", was__isnull=False
    ).get().was == {
        "name": "Empty shops",
        "source": "Walked by officers",
        "every_months": 6,
    }
    shown = changed | {"partner": metric.partner.code if metric.partner else ""}
    again = shops.post("/desk/town/metrics/empty-shops/", shown, follow=True)
    assert "Nothing was changed." in text(again)


def test_a_theme_is_taken_away_and_its_figures_pass_to_the_council(shops, theme, bakery, council):
    address = "/desk/town/metrics/empty-shops/"
    shops.post(address, SHOPS | {"theme": theme.code, "partner": bakery.code})
    metric = Metric.objects.get(code="empty-shops")
    assert (metric.theme, metric.partner) == (theme, bakery)
    shops.post(address, SHOPS)
    metric.refresh_from_db()
    assert (metric.theme, metric.partner) == (None, council)


def test_what_is_counted_is_no_question_of_one_that_stands(shops):
    address = "/desk/town/metrics/empty-shops/"
    page = shops.get(address)
    assert 'name="unit"' not in page.content.decode()
    assert "Change what is counted" in text(page)
    shops.post(address, SHOPS | {"unit": "streets", "definition": "Else."})
    series = Metric.objects.get(code="empty-shops").series.get()
    assert (series.unit, series.definition) == ("shops", SHOPS["definition"])


@pytest.mark.parametrize(("name", "new"), [("kind", "hours"), ("direction", "up")])
def test_what_figures_are_counted_by_stays(shops, name, new):
    metric = Metric.objects.get(code="empty-shops")
    Observation.objects.create(
        series=metric.series.get(),
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        recorded_on=date(2026, 7, 1),
        value=40,
    )
    address = "/desk/town/metrics/empty-shops/"
    page = shops.post(address, SHOPS | {name: new, "source": "Counted anew"})
    assert "figures or pledges are counted by it" in text(page)
    assert "[[" not in text(page)
    assert 'value="Counted anew"' in page.content.decode()
    metric.refresh_from_db()
    assert (metric.kind, metric.direction, metric.source) == ("count", "down", SHOPS["source"])
    assert shops.post(address, SHOPS | {"source": "Counted anew"}).status_code == 302


def test_without_figures_they_change(shops):
    shops.post("/desk/town/metrics/empty-shops/", SHOPS | {"kind": "days", "direction": "up"})
    metric = Metric.objects.get(code="empty-shops")
    assert (metric.kind, metric.direction) == ("days", "up")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Name"),
        ({"starts_on_2": ""}, "Day from which it is counted"),
        ({"definition": ""}, "What exactly is counted"),
        ({"direction": ""}, "Choose: which way is better"),
        ({"kind": ""}, "Choose: in what it is counted"),
        ({"kind": "miles"}, "Choose from the list for “In what"),
        ({"every_months": "5"}, "Choose from the list for “How often"),
        ({"release_days": "soon"}, "Write a whole number"),
        ({"source_url": "no address"}, "What you wrote is"),
        ({"baseline": "many"}, "Write a number in figures"),
        ({"baseline": "41"}, "“Empty shops”: a baseline needs its day"),
        (
            {"baseline_on_0": "1", "baseline_on_1": "1", "baseline_on_2": "2026"},
            "“Empty shops”: the day of a baseline needs its figure",
        ),
        (
            BASELINE | {"baseline": "-5"},
            "“Empty shops”: the baseline can’t be -5: a count is a whole number",
        ),
        (BASELINE | {"baseline": "4.5"}, "the baseline can’t be 4.5: a count is a whole number"),
        (BASELINE | {"baseline": "140", "kind": "share"}, "a share lies between 0 and 100"),
        (BASELINE | {"baseline": "-1", "kind": "days"}, "hours and days begin at nought"),
        ({"name": "!!!"}, "“!!!” is no name"),
        ({"theme": "none-such"}, "Choose from the list for “Theme"),
    ],
)
def test_what_it_can_t_be_is_asked_again(nadia, sign_in, typed, words):
    page = sign_in(nadia).post(ADD, SHOPS | {"owner_title": "Warden"} | typed)
    assert page.status_code == 200
    assert "There is a problem" in text(page)
    assert words in text(page)
    assert 'value="Warden"' in page.content.decode()
    assert not Metric.objects.filter(name="Empty shops").exists()


@pytest.mark.parametrize(
    ("kind", "typed"), [("rate", "-4.5"), ("money", "-4.5"), ("hours", "4.5"), ("count", "0")]
)
def test_a_figure_that_its_kind_can_be_is_taken(nadia, sign_in, kind, typed):
    sign_in(nadia).post(ADD, SHOPS | BASELINE | {"kind": kind, "baseline": typed})
    assert Metric.objects.get(code="empty-shops").series.get().baseline == Decimal(typed)


def test_a_new_definition_begins_with_no_such_baseline_either(shops):
    typed = {"definition": "Else.", "unit": "shops", "because": "Better known.", "decision": ""}
    day = {"starts_on_0": "1", "starts_on_1": "7", "starts_on_2": "2026"}
    address = "/desk/programme/metrics/empty-shops/redefine/"
    page = shops.post(address, typed | day | BASELINE | {"baseline": "4.5"})
    assert "be so: a count is a whole number" in text(page)
    assert 'value="4.5"' in page.content.decode()
    assert Metric.objects.get(code="empty-shops").series.count() == 1
    assert shops.post(address, typed | day | BASELINE).status_code == 302


@pytest.mark.parametrize("list_name", ["targets", "comparators"])
def test_nor_does_a_file_give_it_such_figures(list_name):
    elsewhere = {"place": "Luton", "source": "Its council", "ends_on": date(2026, 6, 30)}
    row = {"on": date(2027, 1, 1), "value": "3.5"}
    if list_name == "comparators":
        row = elsewhere | {"starts_on": date(2026, 1, 1), "value": "3.5"}
    table = {"code": "fetes", "name": "Fetes", "kind": "count", "unit": "fetes"}
    table |= {"definition": "Held.", list_name: [row]}
    with pytest.raises(Refused, match=r"“Fetes”: .* can’t be 3.5: a count is a whole number"):
        starting.bring_metric(table, 1, date(2026, 6, 1))


def test_a_name_twice_is_refused(shops):
    page = shops.post(ADD, SHOPS | {"name": " empty   SHOPS "})
    assert "“empty SHOPS” is there already" in text(page)
    assert Metric.objects.filter(code__startswith="empty-shops").count() == 1


def test_a_name_like_a_function_s_makes_no_metric_that_works_itself_out(nadia, sign_in):
    sign_in(nadia).post(ADD, SHOPS | {"name": "Local share"})
    metric = Metric.objects.get(name="Local share")
    assert (metric.computed, metric.kind) == ("", "count")
    assert metric.series.get().unit == "shops"


def test_which_way_is_better_is_chosen_by_whoever_adds_it(sign_in, daniel):
    page = sign_in(daniel).get("/desk/town/metrics/add/").content.decode()
    ways = [tag for tag in re.findall("<input[^>]*>", page) if 'name="direction"' in tag]
    assert len(ways) == 2
    assert not [tag for tag in ways if "checked" in tag]


def test_one_that_is_counted_from_a_past_day_is_not_late_before_anybody_could_read_it(
    nadia, sign_in, client, today
):
    past = {"starts_on_2": str(today.year - 2), "owner_title": "", "every_months": "3"}
    sign_in(nadia).post(ADD, SHOPS | past)
    metric = Metric.objects.get(code="empty-shops")
    due_on = today + timedelta(days=metric.release_days)
    assert measuring.lateness(metric, today) is None
    assert measuring.lateness(metric, due_on) is None
    assert "Late" not in text(client.get(metric.get_absolute_url()))
    late = measuring.lateness(metric, due_on + timedelta(days=1))
    assert (late.days, late.owner) == (1, f"nobody named, {metric.partner.name}")


def test_nor_is_a_new_definition_that_holds_from_a_past_day(shops, today):
    typed = {"definition": "Else.", "unit": "shops", "because": "Better known.", "decision": ""}
    day = {"starts_on_0": "2", "starts_on_1": "1", "starts_on_2": "2026"}
    shops.post("/desk/programme/metrics/empty-shops/redefine/", typed | day)
    Metric.objects.update(every_months=1)
    metric = Metric.objects.get(code="empty-shops")
    assert [series.entered_on for series in metric.series.all()] == [today, today]
    assert measuring.lateness(metric, today) is None
