"""The public's pages: the Community Balance Sheet, its figures' rows, the committee report.

Only closed statements are ever read here, and everything is read from their bytes.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from commonweal.design.every_answer import only_read

from . import cutting, papers, pictures, reads
from . import render as rendering
from .models import Statement


@only_read
def periods(request: HttpRequest) -> HttpResponse:
    """All closed books, the newest one in full words."""
    newest = reads.newest()
    content = cutting.load(newest) if newest else None
    context = {
        "periods": reads.periods(),
        "newest": newest,
        "sentence": reads.in_words(content) if content else "",
        "picture": pictures.promises(content) if content else "",
    }
    return render(request, "balance/periods.html", context)


@only_read
def statement(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    statement = reads.get_closed(code, number)
    context = page_of(statement, "statement") | reads.beside(statement.period)
    return render(request, "balance/statement.html", context)


@only_read
def report(request: HttpRequest, code: str, number: int) -> HttpResponse:
    statement = reads.get_closed(code, number)
    return render(request, "balance/report.html", page_of(statement, "report"))


def page_of(statement: Statement, kind: str) -> dict[str, Any]:
    content = cutting.load(statement)
    return {
        "statement": statement,
        "said": content,
        "shown": papers.shown(content, statement.sha256, kind=kind),
        "sentence": reads.in_words(content),
        "columns": reads.columns_of(content),
        "themes": reads.by_theme(content),
        "plots": pictures.all_three(content),
        "others": statement.period.statements.closed().exclude(pk=statement.pk).order_by("number"),
        "newer": statement.period.statements.closed().filter(number__gt=statement.number).last(),
    }


@only_read
def figure(
    request: HttpRequest, code: str, number: int, theme: str, measure: str, column: str, unit: str
) -> HttpResponse:
    """The promises that one figure is made of, each with its part."""
    statement = reads.get_closed(code, number)
    if unit not in ("promises", "amount"):
        raise Http404
    shown = reads.figure(statement, theme, measure, column, in_unit=unit == "amount")
    return render(request, "balance/figure.html", {"figure": shown, "statement": statement})


@only_read
def as_json(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The canonical bytes themselves: their SHA-256 is the one on the page."""
    statement = reads.get_closed(code, number)
    return _file(
        bytes(statement.canonical or b""), "application/json", statement, "json", inline=True
    )


@only_read
def as_csv(request: HttpRequest, code: str, number: int) -> HttpResponse:
    statement = reads.get_closed(code, number)
    return _file(
        rendering.as_csv([statement]).encode(), "text/csv; charset=utf-8", statement, "csv"
    )


@only_read
def as_pdf(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    statement = reads.get_closed(code, number)
    if kind not in papers.KINDS:
        raise Http404
    return _file(
        rendering.pdf(statement, kind=kind), "application/pdf", statement, "pdf", kind=kind
    )


@only_read
def as_word(request: HttpRequest, code: str, number: int, kind: str) -> HttpResponse:
    statement = reads.get_closed(code, number)
    if kind not in papers.KINDS:
        raise Http404
    return _file(rendering.word(statement, kind=kind), rendering.WORD, statement, "docx", kind=kind)


def _file(
    content: bytes,
    content_type: str,
    statement: Statement,
    ending: str,
    *,
    kind: str = "statement",
    inline: bool = False,
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = f"{kind}-{statement.period.code}-{statement.number}.{ending}"
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    # Anybody may read public data from any page.
    response["Access-Control-Allow-Origin"] = "*"
    response["X-SHA256"] = statement.sha256
    return response
