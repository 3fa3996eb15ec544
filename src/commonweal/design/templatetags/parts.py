"""The parts of pages: tables, facts, buttons that post. What looks alike is written once, here.

Each tag says what it takes. Those made by `part` stand around what is in them, and end with `end`
and their name: `{% table %}…{% endtable %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.template.base import (
    FilterExpression,
    NodeList,
    Parser,
    Token,
    render_value_in_context,
    token_kwargs,
)
from django.template.context import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from commonweal.design.components import govuk

register = template.Library()

Inside = Callable[[], SafeString]
# Under which name the tags inside a table find it; no template can write it.
TABLE = "the table"


class PartNode(template.Node):
    """A part with what stands in it, which is rendered when the part asks for it."""

    def __init__(
        self,
        draw: Callable[..., SafeString],
        args: list[FilterExpression],
        kwargs: dict[str, FilterExpression],
        nodelist: NodeList,
    ) -> None:
        self.draw = draw
        self.args = args
        self.kwargs = kwargs
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        args = [argument.resolve(context) for argument in self.args]
        kwargs = {name: argument.resolve(context) for name, argument in self.kwargs.items()}

        def inside() -> SafeString:
            return SafeString(self.nodelist.render(context).strip())

        return self.draw(context, inside, *args, **kwargs)


def part(
    draw: Callable[..., SafeString], library: template.Library = register
) -> Callable[..., SafeString]:
    """Make a function the tag of its name in a library, up to ``end`` and its name.

    It gets the context, a function that renders what stands inside, and the tag's arguments.
    """

    def compile_part(parser: Parser, token: Token) -> PartNode:
        return PartNode(draw, *_inside(parser, token))

    library.tag(draw.__name__, compile_part)
    return draw


def _inside(
    parser: Parser, token: Token
) -> tuple[list[FilterExpression], dict[str, FilterExpression], NodeList]:
    """The arguments of a tag, those with names, and what stands between it and its end."""
    name, *bits = token.split_contents()
    args: list[FilterExpression] = []
    kwargs: dict[str, FilterExpression] = {}
    for bit in bits:
        named = token_kwargs([bit], parser)
        kwargs.update(named)
        if not named:
            args.append(parser.compile_filter(bit))
    nodelist = parser.parse((f"end{name}",))
    parser.delete_first_token()
    return args, kwargs, nodelist


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return SafeString("".join(pieces))


def html_attributes(named: dict[str, Any]) -> SafeString:
    return _joined(format_html(' {}="{}"', *pair) for pair in named.items())


# Tables


@dataclass(frozen=True)
class Column:
    """The heading of a column, and what its cells take from it."""

    text: Any
    is_number: bool
    is_hidden: bool
    label: Any
    sign: str

    @property
    def heading(self) -> SafeString:
        shown = conditional_escape(self.text)
        if self.is_hidden:
            shown = format_html('<span class="govuk-visually-hidden">{}</span>', shown)
        if self.sign:
            shown = format_html('<span aria-hidden="true">{}</span> {}', self.sign, shown)
        number = " number" if self.is_number else ""
        return format_html('<th scope="col" class="govuk-table__header{}">{}</th>', number, shown)


@dataclass
class Table:
    """A table while it is drawn: its columns, and how far its row is."""

    is_labelled: bool
    is_grouped: bool = False
    columns: list[Column] = field(default_factory=list)
    caption: str = ""
    at: int = 0

    def next_column(self) -> Column | None:
        self.at += 1
        return self.columns[self.at - 1] if self.at <= len(self.columns) else None

    @property
    def head(self) -> SafeString:
        cells = _joined(column.heading for column in self.columns)
        return format_html("<thead><tr>{}</tr></thead>", cells)


SCROLL = '<div class="scroll"{}>{}</div>'
REGION = ' tabindex="0" role="region" aria-label="{}"'


@part
def table(
    context: Context,
    inside: Inside,
    region: str = "",
    *,
    phone: str = "lines",
    scroll: bool = True,
) -> SafeString:
    """A table that scrolls in a box of its own. In it: `column` for each heading, then rows.

    Parameters
    ----------
    region
        The name by which the box is found, and reached by keyboard, where it may be too wide.
    phone
        What it is on a phone: a card of two or three lines for each row, its first cell above and
        the others after one another ("lines"; "account lines", whose figures stand close on
        a wide page; "lines units", whose figures may break before their unit there); or a table
        still ("").
    scroll
        False where it stands in no box.
    """
    shown = Table(is_labelled=bool(phone))
    with context.push(**{TABLE: shown}):
        body = inside()
    names = f"govuk-table {phone}".strip()
    if not shown.is_grouped:
        body = format_html("<tbody>{}</tbody>", body)
    drawn = format_html('<table class="{}">{}{}{}</table>', names, shown.caption, shown.head, body)
    if not scroll:
        return drawn
    return format_html(SCROLL, format_html(REGION, region) if region else "", drawn)


CAPTIONS = {
    "hidden": "govuk-visually-hidden",
    "": "govuk-table__caption",
    "s": "govuk-table__caption govuk-table__caption--s",
    "m": "govuk-table__caption govuk-table__caption--m",
}


@part
def caption(context: Context, inside: Inside, size: str = "s") -> SafeString:
    """What the table around it is of: "s", "m", or "hidden" for those who hear the page."""
    context[TABLE].caption = format_html(
        '<caption class="{}">{}</caption>', CAPTIONS[size], inside()
    )
    return SafeString("")


@register.simple_tag(takes_context=True)
def column(
    context: Context,
    text: Any,
    number: bool = False,
    hidden: bool = False,
    label: Any = None,
    sign: str = "",
) -> str:
    """The heading of a table's next column, which its cells take their label from.

    Parameters
    ----------
    number
        Figures: they stand on the right.
    hidden
        Only for those who hear the page: a column of buttons.
    label
        What stands before its cells on a phone, where that is not the heading.
    sign
        A sign before the words, for the eye alone.
    """
    heading = Column(text, number, hidden, text if label is None else label, sign)
    context[TABLE].columns.append(heading)
    return ""


@part
def group(context: Context, inside: Inside, heading: Any, classes: str = "") -> SafeString:
    """Rows that belong together, under a heading over all columns; classes of the heading."""
    shown: Table = context[TABLE]
    shown.is_grouped = True
    return format_html(
        '<tbody><tr><th scope="rowgroup" colspan="{}" class="{}">{}</th></tr>{}</tbody>',
        len(shown.columns),
        f"govuk-table__header {classes}".strip(),
        heading,
        inside(),
    )


@part
def row(context: Context, inside: Inside, **attributes: Any) -> SafeString:
    """A row of a table, perhaps with an id."""
    context[TABLE].at = 0
    return format_html("<tr{}>{}</tr>", html_attributes(attributes), inside())


@part
def cell(context: Context, inside: Inside, **settings: Any) -> SafeString:
    """A cell. Whether it is a figure, and its label on a phone, comes from its column.

    Parameters
    ----------
    number, label
        Otherwise than the column says; "" for no label.
    heading
        It says what the row is about.
    colspan
        Over so many columns.
    classes
        More classes.
    """
    return _cell(context, inside(), **settings)


@register.simple_tag(takes_context=True, name="value")
def one_value(context: Context, shown: Any, **settings: Any) -> SafeString:
    """A cell with one value and nothing else; it takes what `cell` takes."""
    return _cell(context, SafeString(render_value_in_context(shown, context)), **settings)


@register.simple_tag(takes_context=True)
def nothing(context: Context, reason: str) -> SafeString:
    """What stands where there is none, and why: the one row of a table, over all columns; the one
    card of `cards`; elsewhere a paragraph."""
    if context.get(CARDS):
        return format_html('<li class="card">{}</li>', reason)
    if TABLE not in context:
        return format_html('<p class="govuk-body">{}</p>', reason)
    width = len(context[TABLE].columns)
    return format_html('<tr><td class="govuk-table__cell" colspan="{}">{}</td></tr>', width, reason)


def _label_of(shown: Table, of: Column | None) -> str:
    """What stands beside a cell on a narrow page; "" under a heading that nobody sees."""
    return of.label if of and shown.is_labelled and not of.is_hidden else ""


def _cell(
    context: Context,
    content: SafeString,
    *,
    number: bool | None = None,
    label: str | None = None,
    heading: bool = False,
    colspan: int = 0,
    classes: str = "",
) -> SafeString:
    shown: Table = context[TABLE]
    of = shown.next_column()
    if number is None:
        number = bool(of and of.is_number)
    if label is None:
        label = _label_of(shown, of)
    attributes: dict[str, Any] = {"scope": "row"} if heading else {}
    name = "govuk-table__header" if heading else "govuk-table__cell"
    attributes["class"] = " ".join(filter(None, [name, "number" if number else "", classes]))
    if label:
        attributes["data-label"] = label
    if colspan:
        attributes["colspan"] = colspan
    tag = "th" if heading else "td"
    return format_html("<{}{}>{}</{}>", tag, html_attributes(attributes), content, tag)


# Cards

# By this name a card finds that it stands in a list of them.
CARDS = "the cards"


@part
def cards(
    context: Context, inside: Inside, ordered: bool = False, *, beside: bool = False
) -> SafeString:
    """A list of cards: in it, a `card` for each. ``ordered`` where their order says something;
    ``beside`` where two stand beside each other on a wide page."""
    tag = "ol" if ordered else "ul"
    names = "cards cards--beside" if beside else "cards"
    with context.push(**{CARDS: True}):
        return format_html('<{} class="{}">{}</{}>', tag, names, inside(), tag)


@part
def card(context: Context, inside: Inside, anchor: Any = "") -> SafeString:
    """One of several things, with what there is to know and to do: in `cards`, or by itself. A link
    may lead to its anchor."""
    tag = "li" if context.get(CARDS) else "section"
    attributes = html_attributes({"id": anchor}) if anchor else ""
    return format_html('<{} class="card"{}>{}</{}>', tag, attributes, inside(), tag)


# Facts

# Under which name what stands in a fact finds it.
FACT = "the fact"


@dataclass
class Fact:
    """A fact while it is drawn: its key, and what can be done about it."""

    key: Any
    actions: list[SafeString] = field(default_factory=list)


@part
def facts(context: Context, inside: Inside) -> SafeString:
    """A list of what is known of one thing: in it, a `fact` for each."""
    return format_html('<dl class="govuk-summary-list">{}</dl>', inside())


@part
def fact(
    context: Context, inside: Inside, key: Any = "", classes: str = "", anchor: str = ""
) -> SafeString:
    """One fact.

    Parameters
    ----------
    key
        What it is: "Source". Where that is more than words, a `key` inside says it.
    classes
        Classes of what it says.
    anchor
        What its id begins with, before the key, where links lead to it.
    """
    shown = Fact(key)
    with context.push(**{FACT: shown}):
        says = inside()
    return format_html(
        '<div class="govuk-summary-list__row"{}><dt class="govuk-summary-list__key">{}</dt>'
        '<dd class="govuk-summary-list__value{}">{}</dd>{}</div>',
        html_attributes({"id": f"{anchor}{key}"} if anchor else {}),
        shown.key,
        f" {classes}" if classes else "",
        says,
        _joined(shown.actions),
    )


@part
def key(context: Context, inside: Inside) -> SafeString:
    """What the fact around it is, where that is more than words."""
    context[FACT].key = inside()
    return SafeString("")


@part
def action(context: Context, inside: Inside) -> SafeString:
    """What can be done about the fact around it: a link or a button, on its right."""
    shown = format_html('<dd class="govuk-summary-list__actions">{}</dd>', inside())
    context[FACT].actions.append(shown)
    return SafeString("")


# Folds and warnings

# What the line of a fold is: words, or the heading of a part of the page.
FOLD_WORDS = '<span class="govuk-details__summary-text">{}</span>'
FOLD_HEADING = '<h{0} class="govuk-heading-{1} govuk-details__summary-text">{2}</h{0}>'
HEADING_SIZES = {2: "l", 3: "m"}


@part
def fold(
    context: Context, inside: Inside, words: Any, is_open: Any = False, *, heading: int = 0
) -> SafeString:
    """What is there for who wants it, behind a line that says what it is. It opens without
    JavaScript, for whoever follows a link into it, and on paper.

    ``heading`` is the level of the heading that the line is, where what is folded is a part of the
    page: it stands on paper too.
    """
    line = format_html(FOLD_WORDS, words)
    if heading:
        line = format_html(FOLD_HEADING, heading, HEADING_SIZES[heading], words)
    return format_html(
        '<details class="govuk-details fold{}"{}><summary class="govuk-details__summary">'
        "{}</summary>{}</details>",
        SafeString(" fold--part") if heading else "",
        SafeString(" open") if is_open else "",
        line,
        inside(),
    )


@part
def warning(context: Context, inside: Inside) -> SafeString:
    """What somebody should know before they go on."""
    return govuk("warning-text", {"html": inside(), "iconFallbackText": "Warning"})


# Buttons that post


BUTTONS = {
    "": "govuk-button",
    "secondary": "govuk-button govuk-button--secondary",
    "warning": "govuk-button govuk-button--warning",
}


class PostNode(PartNode):
    """A button in a form of its own, with the keys that every form has."""

    def __init__(self, keys: template.Node, *args: Any) -> None:
        super().__init__(_post, *args)
        self.keys = keys

    def render(self, context: Context) -> SafeString:
        with context.push(**{KEYS: self.keys.render(context)}):
            return super().render(context)


KEYS = "the keys of a form"


def _post(
    context: Context,
    inside: Inside,
    address: str = "",
    *parts: Any,
    kind: str = "secondary",
    form: str = "",
    accesskey: str = "",
    **hidden: Any,
) -> SafeString:
    inputs = _joined(
        format_html('<input type="hidden" name="{}" value="{}">', *pair) for pair in hidden.items()
    )
    of_form = {"action": reverse(address, args=parts)} if address else {}
    of_form |= {"class": form} if form else {}
    of_button = {"class": BUTTONS[kind]} | ({"accesskey": accesskey} if accesskey else {})
    return format_html(
        '<form method="post"{}>{}{}<button{}>{}</button></form>',
        html_attributes(of_form),
        context[KEYS],
        inputs,
        html_attributes(of_button),
        inside(),
    )


@register.tag
def post(parser: Parser, token: Token) -> PostNode:
    """A button that does something: a form with its keys and this one button, up to `endpost`.

    Its first arguments are those of `url`: where it is sent; without any, to the page it stands on.

    Parameters
    ----------
    kind
        "secondary" (grey), "warning" (red), or "" (green: the one thing that this page is for).
    form
        Classes of the form: "inline-form" where several stand in a line.
    accesskey
        The key that presses it.
    hidden
        Whatever else is named goes along as a hidden field.
    """
    keys = parser.tags["csrf_token"](parser, token)
    return PostNode(keys, *_inside(parser, token))
