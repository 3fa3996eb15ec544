from __future__ import annotations

from django import forms

from commonweal.design.forms import Form, ReasonField

from .models import Tier


class SignForm(Form):
    # What the space knows of whoever signs is a suggestion.
    SUGGESTED = frozenset({"name", "capacity"})

    name = forms.CharField(
        label="Who signs?",
        max_length=120,
        help_text="Your full name, as a signature.",
        error_messages={"required": "Enter the name of the person who signs"},
    )
    capacity = forms.CharField(
        label="In what capacity?",
        max_length=100,
        help_text="For example: chief executive, owner, chair of the committee.",
        error_messages={"required": "Enter in what capacity you sign"},
    )
    show_name = forms.BooleanField(label="Show this name in public", required=False)
    terms = forms.BooleanField(
        label="I may sign for this organisation",
        error_messages={"required": "Confirm that you may sign for this organisation"},
    )


class LeaveCharterForm(Form):
    because = ReasonField(
        label="Why does your organisation leave the charter?",
        max_length=1000,
        help_text="Public.",
        error_messages={"required": "Say why"},
    )


class ProposeTierForm(Form):
    tier = forms.ModelChoiceField(
        label="Tier",
        queryset=Tier.objects.all(),
        empty_label="Choose",
        error_messages={"required": "Choose a tier"},
    )
    reasons = ReasonField(
        label="What did the panel find?",
        help_text="Public once it is confirmed.",
        error_messages={"required": "Write what the panel found"},
    )
    minute = forms.CharField(label="Reference of the minute", max_length=120, required=False)


class WithdrawTierForm(Form):
    because = ReasonField(
        label="Why should the tier be withdrawn?",
        help_text="The partner reads this first and may reply.",
        error_messages={"required": "Write the reason"},
    )


class RefuseTierForm(Form):
    because = ReasonField(
        label="Why is it not confirmed?",
        help_text="Whoever proposed it reads this. It is not public.",
        error_messages={"required": "Write the reason"},
    )


class TierReplyForm(Form):
    reply = ReasonField(
        label="Your reply to the panel", error_messages={"required": "Write your reply"}
    )
