"""The questions about following."""

from __future__ import annotations

from django import forms

from commonweal.design.forms import Form

from .models import Follow


class FollowForm(Form):
    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="It is kept encrypted, used for this alone, and deleted when you stop.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pace = forms.ChoiceField(
        label="How often?",
        choices=Follow.Pace.choices,
        widget=forms.RadioSelect,
        initial=Follow.Pace.WEEKLY,
    )


class EraseForm(Form):
    email = forms.EmailField(label="E-mail address", max_length=254)
