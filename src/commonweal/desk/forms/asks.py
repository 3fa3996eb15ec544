"""The questions about asks, the pledges that answer them, and what is drawn on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from commonweal.charter.models import Theme
from commonweal.design.forms import FigureField, Form
from commonweal.places.models import Area
from commonweal.pledges.models import Pledge
from commonweal.services.models import HelpType

from .excuses import ExcuseForm
from .fields import day, pick, sentences, text


class AskForm(ExcuseForm):
    title = text(
        "What is needed?",
        missing="Say what is needed",
        most=120,
        hint="For example: laptops for pupils.",
    )
    quantity = FigureField(label="How many?", error_messages={"required": "Enter how many"})
    unit = text(
        "Of what?",
        missing="Enter the unit",
        most=40,
        hint="As the measure of the pledges counts it: hours, laptops, placements.",
    )
    words = sentences("More about it", most=1000)
    theme = pick("Theme", Theme.objects.all(), empty="No theme")
    help_type = pick("Which help is it for?", HelpType.objects.all(), empty="Any help")
    area = pick("Area", Area.objects.all(), empty="The whole town")
    needed_by = day("By when?")

    def clean_quantity(self) -> Decimal:
        quantity: Decimal = self.cleaned_data["quantity"]
        if quantity <= 0:
            raise ValidationError("Ask for more than nought")
        return quantity


class AskAnswerForm(Form):
    pledge = pick(
        "Which pledge answers it?",
        Pledge.objects.none(),
        missing="Choose a pledge",
        by="code",
        empty="Choose",
    )
    quantity = FigureField(label="With how much?", error_messages={"required": "Enter how much"})

    def __init__(self, *args: Any, pledges: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pledge"]
        field.queryset = pledges
        field.label_from_instance = lambda pledge: pledge.statement[:100]


class DrawForm(Form):
    quantity = FigureField(label="How much is used?", error_messages={"required": "Enter how much"})
    case = text(
        "For which case?",
        hint="Its reference; private. Empty: for none in particular.",
        most=20,
    )


class CloseAlarmForm(Form):
    because = sentences("What came of it?", missing="Say what came of it", most=300)
