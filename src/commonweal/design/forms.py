"""Form parts in the look of the GOV.UK Design System: what our forms are made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.design import amounts

from .asking_again import name_questions
from .dates import is_in_one, parts_of
from .revisions import Revised


class Form(Revised, forms.Form):
    """A form whose answers are kept as typed when something is wrong, whose faults say of which
    question they are (`asking_again`), and which overwrites nothing that somebody else changed
    meanwhile (`revisions`)."""

    use_required_attribute = False

    def full_clean(self) -> None:
        if self.is_bound:
            name_questions(self)
        super().full_clean()


class DateWidget(forms.MultiWidget):
    """Three boxes, day, month and year: a date that is known is quicker typed than picked."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput() for _ in range(3)], attrs)

    def decompress(self, day: Any) -> list[str]:
        return [str(day.day), str(day.month), str(day.year)] if day else ["", "", ""]


IN_ONE = (
    "Give day, month and year, with four figures for the year: 27 3 2027, or 27 March 2027 in one "
    "box"
)


class DateField(forms.MultiValueField):
    """A date in three boxes. Its messages say which part is wrong."""

    widget = DateWidget

    def __init__(self, **kwargs: Any) -> None:
        parts = tuple(forms.CharField(required=False) for _ in range(3))
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def clean(self, typed: Any) -> date | None:
        if isinstance(typed, date):
            return typed
        day, month, year = parts_of(typed)
        if not (day or month or year):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        if is_in_one(typed) and not (day and month and year):
            raise ValidationError(IN_ONE, code="invalid")
        return _date_of(day, month, year)


def _date_of(day: str, month: str, year: str) -> date:
    """The date that three boxes say; refused where one is empty, or it is none."""
    for called, part in (("day", day), ("month", month), ("year", year)):
        if not part:
            raise ValidationError(f"The date must include a {called}", code="incomplete")
    if len(year) != 4:
        raise ValidationError("The year must have four figures", code="invalid")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValidationError(
            "This is no real date. Write it like 27 3 2027", code="invalid"
        ) from None


class FigureField(forms.CharField):
    """A number as people write it: 1,250 or £1,250.50 or 30%. Every field for a number that is no
    plain count is one of these; what can be read in two ways is asked again."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        kwargs.setdefault("max_length", 60)
        super().__init__(**kwargs)

    def read(self, text: str) -> Decimal:
        return amounts.number(text)

    def clean(self, typed: Any) -> Decimal | None:
        text = str(super().clean(typed) or "")
        if not text:
            return None
        try:
            return self.read(text)
        except amounts.Unclear as unclear:
            raise ValidationError(str(unclear), code="invalid") from None


class MoneyField(FigureField):
    """Pounds and pence, never below nought. Every field that asks for pounds is one of these."""

    def read(self, text: str) -> Decimal:
        return amounts.pounds(text)


class OutOfAHundredField(FigureField):
    """So many out of a hundred, with two decimals at most."""

    def read(self, text: str) -> Decimal:
        figure = amounts.number(text)
        if not 0 <= figure <= 100 or figure != round(figure, 2):
            raise amounts.Unclear("Give a number from 0 to 100")
        return figure


class ReasonField(forms.CharField):
    """Some sentences in a person's own words."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 4000)
        super().__init__(**kwargs)
        self.error_messages["max_length"] = (
            f"Use {self.max_length:,} characters at most: these are %(show_value)d"
        )
