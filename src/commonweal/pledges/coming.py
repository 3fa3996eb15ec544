"""What somebody who joins has promised before anybody accepted their organisation: the manager sees
it beside the organisation, and the letter of acceptance does not ask for it again."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from commonweal.partners import actions as partner_actions
from commonweal.partners.models import Partner

from . import wishes


@dataclass(frozen=True)
class Promised:
    """A promise that is in no register yet, and the page of the desk where it is decided; "" of
    one without a measure, whose page opens once its organisation is accepted."""

    statement: str
    path: str


def promised_by(partner: Partner) -> list[Promised]:
    """What a partner has sent to the charter manager and nobody has decided."""
    proposed = partner.pledges.filter(accepted_on=None, returned_because="").order_by("id")
    pledges = [
        Promised(pledge.statement, reverse("desk-pledge", args=[pledge.code]))
        for pledge in proposed
    ]
    drafts = partner.drafts.filter(answers__sent__at__isnull=False).order_by("saved_at", "pk")
    wished = [Promised(wishes.wish_of(draft).statement, "") for draft in drafts]
    return pledges + wished


def in_the_letter(partner: Partner) -> str:
    """What the letter of acceptance says of it; the address of its space follows."""
    count = len(promised_by(partner))
    if not count:
        return ""
    subject = "Your first pledge is" if count == 1 else "Your first pledges are"
    return f"{subject} with the charter manager, who looks at it next. It stands here:"


partner_actions.PROMISED.append(in_the_letter)
