"""A partner is found by typing its name, where a list of all of them would be a long page."""

from __future__ import annotations

import pytest
from django import forms
from django.urls import get_resolver

from commonweal.partners import fields
from commonweal.partners.models import Partner
from commonweal.programme.models import Action

from ..cast.town import organisation

PAGE = "/desk/programme/actions/"


@pytest.fixture
def add(sign_in, nadia, bakery):
    """The programme lead adds an action of the partner that was typed."""
    client = sign_in(nadia)

    def added(typed):
        answers = {"title": "Bake more", "milestone_1": "An oven", "partner": typed}
        return client.post(PAGE, answers)

    return added


@pytest.mark.parametrize("typed", ["Harbour Lane Bakery", " harbour lane BAKERY", "bakery"])
def test_a_name_is_found_in_any_case_or_by_its_code(add, bakery, typed):
    assert add(typed).status_code == 302
    assert Action.objects.get(title="Bake more").partner == bakery


def test_nothing_typed_is_nobody_yet(add):
    assert add("").status_code == 302
    assert Action.objects.get(title="Bake more").partner is None


def test_a_name_that_nobody_has_is_asked_about_with_those_that_are_alike(add):
    page = add("Harbor Lane Bakery").content.decode()
    assert "No partner is called “Harbor Lane Bakery”" in page
    assert "Did you mean “Harbour Lane Bakery”?" in page
    assert 'value="Harbor Lane Bakery"' in page
    page = add("<Nobody>").content.decode()
    assert "Write its name as it stands in the register" in page
    assert "<Nobody>" not in page


def test_two_of_one_name_are_told_apart_by_their_codes(add):
    organisation("second", "Harbour Lane Bakery")
    assert "Write bakery or second" in add("Harbour Lane Bakery").content.decode()
    assert add("second").status_code == 302


def test_who_is_not_in_the_register_is_not_found(add):
    organisation("waits", "Toy Library", accepted_on=None)
    assert "No partner is called “Toy Library”" in add("Toy Library").content.decode()


def test_the_page_offers_names_as_far_as_it_stays_small(sign_in, nadia, bakery, monkeypatch):
    page = sign_in(nadia).get(PAGE).content.decode()
    assert 'list="id_partner-offered"' in page
    assert '<option value="Harbour Lane Bakery"></option>' in page
    monkeypatch.setattr(fields, "SUGGESTED_MOST", 0)
    assert '<option value="Harbour' not in sign_in(nadia).get(PAGE).content.decode()


def test_a_record_shows_the_name_that_it_has(sign_in, nadia, action, bakery):
    page = sign_in(nadia).get(f"{PAGE}{action.code}/").content.decode()
    assert f'value="{bakery.name}"' in page


def test_several_are_found_one_a_line(sign_in, yusuf, bakery, college):
    typed = f"{bakery.name}\n\n{college.name.upper()}\n{bakery.name}"
    field = fields.PartnersField(lambda: type(bakery).objects.public())
    assert field.clean(typed) == [bakery, college]
    assert field.prepare_value([bakery, college]) == f"{bakery.name}\n{college.name}"


def all_below(kind):
    for below in kind.__subclasses__():
        yield below
        yield from all_below(below)


def test_no_form_lists_all_partners():
    """A town has hundreds: each form that asks for one takes its name. Who has a say chooses among
    those for whom they act: one or two."""
    assert get_resolver().url_patterns
    listing = [
        f"{form.__name__}.{name}"
        for form in all_below(forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.ModelChoiceField)
        and field.queryset.model is Partner
        and not form.__module__.startswith("commonweal.voice.")
    ]
    assert not listing


def test_a_partner_is_named_at_an_anchor_a_shock_and_a_risk(sign_in, yusuf, nadia, bakery):
    for person, address in (
        (yusuf, "/desk/spend/anchors/"),
        (nadia, "/desk/economy/tell/"),
        (nadia, "/desk/programme/risks/"),
    ):
        client = sign_in(person)
        assert 'list="id_partner-offered"' in client.get(address).content.decode()
        page = client.post(address, {"partner": "Harbor Lane Bakery"}).content.decode()
        assert "Did you mean “Harbour Lane Bakery”?" in page
        assert 'value="Harbor Lane Bakery"' in page
