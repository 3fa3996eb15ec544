"""Rounds on the pages of the whole room, which know nothing of them."""

from __future__ import annotations

from django import template

from commonweal.voice.models import Round
from commonweal.voice.rounds import reads

register = template.Library()


@register.simple_tag
def budget_rounds() -> list[tuple[Round, str]]:
    """(round, its stage) of all, the newest first."""
    return reads.rounds_shown()


@register.simple_tag
def rounds_to_agree_on() -> list[Round]:
    """Rounds for which an emergency change was asked that nobody has agreed to."""
    return reads.to_agree_on()


@register.simple_tag
def what_is_next(budget_round: Round) -> str:
    """Until when one can vote, hand in an idea or wait, or what came of it, as a sentence."""
    return reads.next_in_words(budget_round)
