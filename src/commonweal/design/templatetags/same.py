"""What is drawn the same on page after page: the menu, the head, the foot.

Drawing them takes half as long as a small page. Where what they are made of is the same, they are.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from .parts import PartNode, _inside

register = template.Library()
# Of each place in a template: so many are kept as a menu has entries, times a few.
MOST = 100


class SameNode(PartNode):
    """It sees its own arguments and nothing else of the page, so that by them alone it differs. No
    block of another page stands in it, and none is looked for."""

    child_nodelists = ()

    def __init__(self, *parsed: Any) -> None:
        super().__init__(lambda *_: SafeString(""), *parsed)
        self.drawn: dict[Any, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        named = {name: argument.resolve(context) for name, argument in self.kwargs.items()}
        # True is equal to 1, and a text that is safe to one that is not.
        key = (context.autoescape, *((type(argument), argument) for argument in named.values()))
        drawn = self.drawn.get(key)
        if drawn is None:
            inside = Context(named, autoescape=context.autoescape)
            inside.template = context.template
            drawn = SafeString(self.nodelist.render(inside))
            if len(self.drawn) >= MOST:
                self.drawn.clear()
            self.drawn[key] = drawn
        return drawn


@register.tag
def same(parser: Parser, token: Token) -> SameNode:
    """Draw what stands up to `endsame` once for the same arguments, each of which has a name and
    is a word, a number, or a tuple of them."""
    return SameNode(*_inside(parser, token))
