"""Fields in which a partner is found by typing its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commonweal.design.suggesting import SuggestingInput
from commonweal.places.search_words import in_one_form

from .likeness import alike_among
from .models import Partner, PartnerQuerySet

# More names than these are not sent along: whoever types is told those that are alike.
SUGGESTED_MOST = 500


def names_of(partners: PartnerQuerySet) -> list[str]:
    """The names that a browser may offer while somebody types."""
    names = list(partners.order_by("name").values_list("name", flat=True)[: SUGGESTED_MOST + 1])
    return names if len(names) <= SUGGESTED_MOST else []


def partner_called(partners: PartnerQuerySet, typed: str) -> Partner:
    """The partner of a name, however its capitals and accents are written, or of a code.

    Raises
    ------
    ValidationError
        None of the partners is called so, or several are.
    """
    if by_code := partners.filter(code=typed).first():
        return by_code
    wanted = in_one_form(typed)
    named = [partner for partner in partners if in_one_form(partner.name) == wanted]
    if len(named) == 1:
        return named[0]
    if named:
        codes = " or ".join(partner.code for partner in named)
        raise ValidationError(f"Several partners are called “{typed}”. Write {codes}")
    alike = " or ".join(f"“{partner.name}”" for partner in alike_among(partners, typed))
    hint = f"Did you mean {alike}?" if alike else "Write its name as it stands in the register"
    raise ValidationError(f"No partner is called “{typed}”. {hint}")


class PartnerField(forms.CharField):
    """One partner, by its name; None where nothing is typed and nothing needs to be."""

    def __init__(self, partners: Callable[[], PartnerQuerySet], **options: Any) -> None:
        self.partners = partners
        widget = SuggestingInput(lambda: names_of(self.partners()))
        super().__init__(max_length=200, widget=widget, **options)

    def prepare_value(self, shown: Any) -> Any:
        return _name_of(shown)

    def clean(self, typed: Any) -> Partner | None:
        text = str(super().clean(typed) or "")
        return partner_called(self.partners(), text) if text else None


class PartnersField(forms.CharField):
    """Several partners, by their names, one a line."""

    widget = forms.Textarea

    def __init__(self, partners: Callable[[], PartnerQuerySet], **options: Any) -> None:
        self.partners = partners
        options.setdefault("help_text", "One a line, by the name that it has in the register.")
        super().__init__(max_length=8000, **options)

    def prepare_value(self, shown: Any) -> Any:
        if isinstance(shown, list | tuple):
            return "\n".join(_name_of(partner) for partner in shown)
        return shown

    def clean(self, typed: Any) -> list[Partner]:
        lines = str(super().clean(typed) or "").splitlines()
        partners = [partner_called(self.partners(), line.strip()) for line in lines if line.strip()]
        return list(dict.fromkeys(partners))


def _name_of(shown: Any) -> str:
    """A partner's name; what was typed, as it is."""
    if isinstance(shown, Partner):
        return shown.name
    if isinstance(shown, int):
        return Partner.objects.filter(pk=shown).values_list("name", flat=True).first() or ""
    return str(shown or "")
