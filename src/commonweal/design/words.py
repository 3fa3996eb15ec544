"""Figures, money, days and words as people read them."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from . import amounts


def figure(count: Any) -> str:
    """A number as people read it: 1,250 or 12.5; "not stated" when it is not known."""
    if count is None or count == "":
        return "not stated"
    number = Decimal(str(count))
    text = f"{number:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def many(count: Any, noun: str) -> str:
    """A number with what is counted, one or many: 1 partner, 1,250 partners, 2 entries.

    ``noun`` is the word for one; where many are not called by an s, a comma and the word for many:
    "entry,entries", "person,people". A count that is held back ("fewer than 5") is many.
    """
    single, _, plural = noun.partition(",")
    try:
        is_one, shown = Decimal(str(count)) == 1, figure(count)
    except InvalidOperation:
        is_one, shown = False, str(count) if count else figure(None)
    return f"{shown} {single if is_one else plural or single + 's'}"


# Words of many that are no word for one with an s.
OF_ONE = {"people": "person", "children": "child", "lives": "life", "buses": "bus"}
# They end in s, and are one and many alike.
ALIKE = {"premises", "series", "species", "means", "works", "headquarters", "news"}
# Before these stands what is counted: "meals a week", "tonnes of waste".
AFTER_A_NOUN = re.compile(r"\s+(?:a|an|at|by|for|from|in|of|on|per|to|with)\s.*")


def of_one(unit: str) -> str:
    """A unit in a partner's own words as it is said of one: placements, placement; meals a week,
    meal a week; families, family. A word whose form for one can't be known stays as it is."""
    after = AFTER_A_NOUN.search(unit)
    head, tail = (unit[: after.start()], after[0]) if after else (unit, "")
    before, gap, noun = head.rpartition(" ")
    if noun in OF_ONE or noun in ALIKE:
        single = OF_ONE.get(noun, noun)
    elif noun.endswith("ies") and len(noun) > 4:
        single = noun[:-3] + "y"
    elif re.search(r"(ch|sh|x|ss|zz)es$", noun):
        single = noun[:-2]
    elif re.search(r"[a-z]s$", noun) and not re.search(r"(ss|us|is|ves)$", noun):
        single = noun[:-1]
    else:
        single = noun
    return f"{before}{gap}{single}{tail}"


def in_unit(count: Any, unit: str) -> str:
    """A number in a unit that somebody chose, in the form for many: 1 placement, 12 placements."""
    if unit == "%":
        return f"{figure(count)}%"
    return f"{figure(count)} {of_one(unit) if figure(count) == '1' else unit}".rstrip()


def are(count: Any) -> str:
    """The verb that goes with a number: one is, two are."""
    return "is" if figure(count) == "1" else "are"


def pounds(amount: Any) -> str:
    """Money in whole pounds: £1,235; "not stated" when it is not known."""
    if amount is None or amount == "":
        return "not stated"
    rounded = Decimal(str(amount)).quantize(Decimal(1))
    return f"-£{-rounded:,}" if rounded < 0 else f"£{abs(rounded):,}"


def pence(amount: Any) -> str:
    """Money to the penny: £1,234.56."""
    if amount is None or amount == "":
        return "not stated"
    exact = Decimal(str(amount)).quantize(Decimal("0.01"))
    return f"-£{-exact:,}" if exact < 0 else f"£{abs(exact):,}"


def in_pounds(amount: Any) -> str:
    """Money as it stands in a sentence: £300, £1,234.50; "not stated" when it is not known."""
    return (
        "not stated" if amount is None or amount == "" else amounts.in_pounds(Decimal(str(amount)))
    )


def percent(share: Any) -> str:
    """A share of 1 as per cent with one decimal; "not shown" where there is nothing to share."""
    return "not shown" if share in (None, "") else f"{float(share):.1%}"


def counted(count: int | None) -> str:
    """A count that may be held back because it is small."""
    return "fewer than 5" if count is None else figure(count)


def part(count: int | None) -> str:
    """A count of a table that may be held back: for itself, or so that another can't be worked
    out. Of such a one it isn't said that it is small."""
    return "held back" if count is None else figure(count)


def day(on: Any) -> str:
    """A date as people read it: 3 March 2027."""
    return f"{on.day} {on:%B %Y}" if on else "no date stated"


def spaced(name: str) -> str:
    """A name of the code as words: in_time becomes "in time"."""
    return name.replace("_", " ")


def paragraphs(text: str) -> SafeString:
    """Somebody's words, escaped, with their line breaks."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text or "") if block.strip()]
    return format_html_join(
        "",
        '<p class="govuk-body">{}</p>',
        (
            (format_html_join(mark_safe("<br>"), "{}", ((line,) for line in b.splitlines())),)
            for b in blocks
        ),
    )


CLASSED = (
    ("<h1>", '<h1 class="govuk-heading-xl">'),
    ("<h2>", '<h2 class="govuk-heading-m">'),
    ("<h3>", '<h3 class="govuk-heading-s">'),
    ("<p>", '<p class="govuk-body">'),
    ("<ul>", '<ul class="govuk-list govuk-list--bullet">'),
    ("<ol>", '<ol class="govuk-list govuk-list--number">'),
    ("</table>", "</table></div>"),
    # A corner without words is no heading.
    ("<th></th>", '<td class="govuk-table__cell"></td>'),
    ("<th>", '<th class="govuk-table__header" scope="col">'),
    ("<td>", '<td class="govuk-table__cell">'),
    ("<a ", '<a class="govuk-link" '),
)
SCROLLING_TABLE = (
    '<div class="scroll" tabindex="0" role="region" aria-label="Table {}">'
    '<table class="govuk-table whole-words">'
)


LONG_TABLE_ROWS = 20


def _method(name: str) -> str:
    return reverse("method", args=[name])


def markdown(text: str) -> SafeString:
    """Our own pages on method (never somebody's input): Markdown with tables, raw HTML off.

    They name each other by their files, as where the files are read; here by their addresses.
    """
    # Not when the product starts: a short command writes no page.
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    html = re.sub(r'href="([a-z-]+)\.md"', lambda link: f'href="{_method(link[1])}"', html)
    for plain, classed in CLASSED:
        html = html.replace(plain, classed)
    # Regions of one page need names of their own.
    number = itertools.count(1)
    html = re.sub("<table>", lambda _: SCROLLING_TABLE.format(next(number)), html)
    return SafeString(re.sub(r'<div class="scroll".*?</table></div>', _folded, html, flags=re.S))


def _folded(table: re.Match[str]) -> str:
    """A table as it is, or one that is many screens long behind a line that says so."""
    rows = table[0].count("<tr>") - 1
    if rows <= LONG_TABLE_ROWS:
        return table[0]
    return (
        '<details class="govuk-details fold"><summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">The table, {many(rows, "row")}</span></summary>'
        f"{table[0]}</details>"
    )
