"""Where many measures are on the menu, one is found at the desk by typing its name."""

from __future__ import annotations

import html

import pytest

from commonweal.pledges import fields
from commonweal.pledges.models import Measure, Pledge
from tests.commonweal.pledges.test_wishes import read, wished

__all__ = ["wished"]
pytestmark = pytest.mark.django_db
PAGE = "/desk/charter/wishes/{}/"


@pytest.fixture
def many_measures(theme, measure):
    """More than anybody looks through; two of one name."""
    names = [f"Trees planted in street {n}" for n in range(fields.LISTED_MOST)]
    names += ["Café places", "Twice", "Twice"]
    for number, name in enumerate(names):
        Measure.objects.create(
            code=f"m{number}", theme=theme, name=name, kind="count", unit="places"
        )


def shown(response):
    return html.unescape(response.content.decode())


def test_a_short_list_is_chosen_from(wished, measure, maya, sign_in):
    assert '<select class="govuk-select"' in shown(sign_in(maya).get(PAGE.format(wished.code)))


@pytest.mark.parametrize("typed", ["Café places", "cafe  PLACES", "m20"])
def test_a_long_one_is_typed_into(wished, many_measures, maya, sign_in, typed):
    browser = sign_in(maya)
    page = shown(browser.get(PAGE.format(wished.code)))
    assert "<select" not in page.split("<main", 1)[1]
    assert '<option value="Café places">' in page
    browser.post(PAGE.format(wished.code), read(wished, measure=typed))
    assert Pledge.objects.get().measure.name == "Café places"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Choose what is counted"),
        ("cafe", "No measure is called “cafe”. Did you mean “Café places”?"),
        ("Caffe places", "Did you mean “Café places”?"),
        ("xyzzy", "Write its name as it stands under Measures"),
        ("twice", "Several measures are called “twice”. Write m21 or m22"),
    ],
)
def test_what_fits_none_or_several_is_said_beside_it(
    wished, many_measures, maya, sign_in, typed, words
):
    page = shown(sign_in(maya).post(PAGE.format(wished.code), {"measure": typed}))
    assert words in page
    assert f'value="{typed}"' in page or not typed
    assert not Pledge.objects.exists()


def test_what_is_off_the_menu_is_not_offered(wished, many_measures, maya, sign_in):
    Measure.objects.filter(name="Café places").update(on_menu=False)
    browser = sign_in(maya)
    assert "Café places" not in shown(browser.get(PAGE.format(wished.code)))
    page = shown(browser.post(PAGE.format(wished.code), {"measure": "Café places"}))
    assert "No measure is called" in page
