"""Amounts as people type them: read where they are plain, asked again where they are unclear, in
every form of the product."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as some

import commonweal
from commonweal.design.amounts import Unclear, number, pounds
from commonweal.design.forms import FigureField, MoneyField

PLAIN = {
    "150": "150.00",
    "£1,234.50": "1234.50",
    "1234.5": "1234.50",
    "£ 150": "150.00",
    "150 pounds": "150.00",
    "1 pound": "1.00",
    "GBP 20": "20.00",
    " 0 ": "0.00",
    "0.01": "0.01",
    "1,234,567.89": "1234567.89",
    "1 234": "1234.00",
    "1\u00a0234.50": "1234.50",
    ".50": "0.50",
}
UNCLEAR = [
    "£150,00",
    "150,00",
    "1,23",
    "1.234,50",
    "1 234,50",
    "1e3",
    "1E3",
    "1.234",
    "£1.234",
    "-5",
    "−5",
    "£-5",
    "(5)",
    "+5",
    "12,34,567",
    "1,2345",
    "150.",
    "1.2.3",
    "£",
    "pounds",
    "abc",
    "١٥٠",
    "１５０",
    "1_000",
    "NaN",
    "Infinity",
    "0x10",
    "150p",
    "$150",
    "€150",
    "150 €",
    "1 50",
    "10 00",
    "150 or 200",
    "99999999999",
    "1,234.505",
    "££5",
    "5%",
    "½",
]


@pytest.mark.parametrize(("typed", "amount"), PLAIN.items())
def test_what_a_person_writes_is_read(typed, amount):
    assert str(pounds(typed)) == amount


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_is_unclear_is_refused_with_how_to_write_it(typed):
    with pytest.raises(Unclear) as refused:
        pounds(typed)
    assert "like 150, 150.50 or 1,234.50" in str(refused.value) or "below" in str(refused.value)


@given(some.decimals(min_value=0, max_value=10**9, places=2))
def test_an_amount_reads_back_however_it_is_printed(amount):
    for text in (f"{amount}", f"{amount:,}", f"£{amount:,}", f"{amount:,}".replace(",", " ")):
        assert pounds(text) == amount


@given(some.text(max_size=12))
def test_whatever_is_typed_is_an_amount_or_unclear(text):
    for read in (pounds, number):
        try:
            amount = read(text)
        except Unclear:
            continue
        assert amount.is_finite()
        # Nothing is an amount whose figures are not the figures that were typed.
        typed = "".join(sign for sign in text if sign in "0123456789").strip("0")
        assert "".join(sign for sign in f"{amount:f}" if sign in "0123456789").strip("0") == typed


@pytest.mark.parametrize(
    "typed", ["12,5", "1e3", "1,23", "١٢", "1_000", "NaN", "inf", "1.2.3", "12 5"]
)
def test_numbers_are_as_strict(typed):
    with pytest.raises(Unclear):
        number(typed)


# --- Every form -------------------------------------------------------------------------------


def every_form() -> set[type[forms.BaseForm]]:
    """Each form class of the product."""
    for module in pkgutil.walk_packages(commonweal.__path__, "commonweal."):
        if module.name.endswith(("forms", "views", "desk", "guard", "fields", "space", "manage")):
            importlib.import_module(module.name)

    def below(kind: type) -> Any:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    # What has no fields of its own is mixed into a form and is none.
    return {
        one
        for one in below(forms.BaseForm)
        if one.__module__.startswith("commonweal.") and hasattr(one, "base_fields")
    }


def every_field() -> list[tuple[str, forms.Field]]:
    """Each field of each form, also of those that its form makes as it goes."""
    fields = []
    for form in sorted(every_form(), key=lambda one: (one.__module__, one.__qualname__)):
        for name, field in form.base_fields.items():
            fields.append((f"{form.__module__}.{form.__qualname__}.{name}", field))
    return fields


def test_no_form_reads_a_decimal_but_by_the_one_reader():
    """Django's own number fields read 1e3, Arabic figures and 1_000."""
    loose = [
        name
        for name, field in every_field()
        if isinstance(field, forms.DecimalField | forms.FloatField)
        and not isinstance(field, FigureField)
    ]
    assert loose == []
    sources = [inspect.getsource(form) for form in every_form()]
    assert not [text for text in sources if "DecimalField(" in text or "FloatField(" in text]


def test_every_field_that_asks_for_pounds_is_a_money_field():
    asks = [(name, field) for name, field in every_field() if "(£)" in str(field.label)]
    assert len(asks) >= 5
    assert [name for name, field in asks if not isinstance(field, MoneyField)] == []


FIGURES = [(name, field) for name, field in every_field() if isinstance(field, FigureField)]


@pytest.mark.parametrize(("name", "field"), FIGURES, ids=[name for name, _ in FIGURES])
def test_each_figure_of_each_form_refuses_what_is_unclear(name, field):
    for typed in ("150,00", "1e3", "1E3", "١٢", "1_000", "NaN", "Infinity", "1,23", "12 5"):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)
    assert field.clean("50") == Decimal(50)
    if isinstance(field, MoneyField):
        for typed in UNCLEAR:
            with pytest.raises(forms.ValidationError):
                field.clean(typed)
        for typed, amount in PLAIN.items():
            assert field.clean(typed) == Decimal(amount)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["£150,00", "1e3", "1.234", "-5"])
def test_what_was_typed_is_kept_on_the_page(asks_for_help, leah, fund, sign_in, typed):
    """help-desk.md A9: "£150,00" became £15000.00."""
    from commonweal.grants.models import Award

    case = asks_for_help("money", by=leah)
    answers = {
        "fund": "hardship",
        "category": "food",
        "reason": "GTIR010",
        "purpose": "GTIP070",
        "asked": typed,
        "payee": "Kept as typed",
    }
    page = sign_in(leah).post(f"{case.get_absolute_url()}grant/", answers).content.decode()
    assert f'value="{typed}"' in page
    assert "Kept as typed" in page
    assert "like 150, 150.50 or 1,234.50" in page
    assert not Award.objects.exists()
