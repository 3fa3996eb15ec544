"""The questions about handing a need to a partner, and what the partner answers."""

from __future__ import annotations

from typing import Any

from commonweal.cases import consenting
from commonweal.cases.models import Need, Referral
from commonweal.design.forms import Form
from commonweal.design.words import many
from commonweal.residents.models import Resident
from commonweal.services.models import HelpType, Service

from .excuses import ExcuseForm
from .fields import choice, pick, sentences, signs_field, text, tick_rows


class ReferForm(ExcuseForm):
    service = pick(
        "To which service?", Service.objects.none(), missing="Choose a service", empty="Choose"
    )
    hand = choice("What do they get of the resident's details?", Referral.Hand.choices)
    words = sentences(
        "What do they need to know about the need?",
        hint="The partner reads this. No more than the need itself.",
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        offered = Service.objects.on_offer().filter(takes_referrals=True, help_types=need.help_type)
        field.queryset = offered.select_related("organisation").order_by("name")
        field.label_from_instance = lambda service: _service_label(service, need)
        if not offered.exists():
            field.help_text = (
                f"No listed service takes referrals for {need.help_type.name}. What there is, and "
                "where to say what is missing, stands on the case under Who helps."
            )


def _service_label(service: Service, need: Need) -> str:
    parts = [f"{service.name} ({service.organisation})"]
    partner = service.organisation.partner
    consent = consenting.that_covers(need, partner) if partner else None
    shared = consenting.shared_with(consent, service, consent.fields) if consent else []
    parts.append("agreed to: " + " and ".join(shared) if shared else "no consent")
    if service.capacity is not None:
        held = service.referrals.filter(state__in=Referral.OPEN).count()
        parts.append(f"{max(service.capacity - held, 0)} of {many(service.capacity, 'place')} free")
    parts.append(f"answers within {many(service.answer_hours, 'hour')}")
    if service.no_names:
        parts.append("must not hold names")
    return ", ".join(parts)


class DeclineForm(Form):
    because = choice("Why not?", Referral._meta.get_field("declined_because").choices)
    words = sentences("Anything that helps the desk")


class ReferralOutcomeForm(Form):
    outcome = choice("What came of it?", Referral._meta.get_field("outcome").choices)
    words = sentences("In a sentence")


class ReferInForm(Form):
    first_name = text("First name", missing="Enter a first name")
    last_name = text("Last name")
    phone = text("Telephone", most=40)
    contact = choice(
        "How may they be reached?",
        Resident.Contact.choices,
        missing="Choose how they may be reached",
    )
    safe_note = text("What else must be known to be safe?", most=300)
    address = text("Address", most=300)
    postcode = text("Postcode", most=12)
    help_types = tick_rows(
        "What do they need?",
        HelpType.objects.filter(is_active=True),
        missing="Choose what they need",
    )
    signs = signs_field("Right now, is there any of this?")
    words = sentences("What happened")
    consent_words = sentences(
        "In which words did they agree that you send them here?",
        missing="Write the words in which they agreed",
    )
