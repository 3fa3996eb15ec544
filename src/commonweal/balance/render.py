"""A statement as PDF (Typst), Word and CSV, each made from what it says and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from commonweal.design import csvs
from commonweal.design.signs import all_for_xml

from . import columns, cutting, watermarks, word_pages
from .models import Statement
from .papers import of_statement
from .typefaces import FONTS, compiler, printable

HERE = Path(__file__).resolve().parent
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# --- PDF --------------------------------------------------------------------------------------


def pdf(statement: Statement, *, kind: str) -> bytes:
    """The statement as tagged PDF. Typst checks PDF/UA-1 and refuses what breaks it.

    One that is not closed bears on each page that it is a draft; so does it in Word.
    """
    content, context = of_statement(statement, kind)
    context = printable(context)
    document: bytes = compiler().compile(
        str(HERE / f"{kind}.typ"),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={
            "said": json.dumps(printable(content), ensure_ascii=False),
            "more": json.dumps(context, ensure_ascii=False),
        },
    )
    return document


def png(svg: str) -> bytes:
    """A drawing as pixels, for Word, which reads no SVG everywhere."""
    source = (
        "#set page(width: auto, height: auto, margin: 4pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", alt: "plot")'
    )
    image: bytes = compiler().compile(
        source.encode(),
        format="png",
        ppi=160.0,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    return image


# --- Word -------------------------------------------------------------------------------------


SHIPPED = {"statement": HERE / "committee.docx", "report": HERE / "report.docx"}


def template(kind: str) -> Path:
    """The committee's own template where the town has put one, else ours for this kind."""
    committee: Path = settings.VAR / "templates" / "committee.docx"
    return committee if committee.exists() else SHIPPED[kind]


def word(statement: Statement, *, kind: str) -> bytes:
    """The statement in the committee's Word template.

    The fields that a template may use stand in ``docs/guides/committee.md``.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage

    content, context = (all_for_xml(part) for part in of_statement(statement, kind))
    document = DocxTemplate(str(template(kind)))
    drawn = {plot["title"]: png(plot["svg"]) for plot in context["plots"]}
    plots = [
        {
            "title": plot["title"],
            "picture": InlineImage(
                document, io.BytesIO(drawn[plot["title"]]), width=Mm(plot["width"])
            ),
        }
        for plot in context["plots"]
    ]
    document.render(
        {"said": content, **context, "plots": plots, "is_report": kind == "report"},
        autoescape=True,
    )
    _name_pictures(document.docx, {drawn[plot["title"]]: plot for plot in context["plots"]})
    properties = document.docx.core_properties
    properties.title, properties.author = context["title"], content["town"]
    out = io.BytesIO()
    document.save(out)
    filled = word_pages.finished(out.getvalue())
    return still(watermarks.marked(filled, context["draft"]) if context["draft"] else filled)


def _name_pictures(document: Any, plots: Mapping[bytes, dict[str, Any]]) -> None:
    """Call each drawing what it shows, in the words that Word lists and those that it reads out; a
    picture of the committee's own template keeps its own."""
    for shape in document.inline_shapes:
        picture = shape._inline.graphic.graphicData.pic
        part = document.part.related_parts[picture.blipFill.blip.embed]
        if plot := plots.get(part.blob):
            shape._inline.docPr.set("descr", plot["alt"])
            for named in (shape._inline.docPr, picture.nvPicPr.cNvPr):
                named.set("name", plot["title"])


def still(document: bytes) -> bytes:
    """The same archive without the moment of its making, so that it is the same every time."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(document)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


# --- CSV --------------------------------------------------------------------------------------

CSV_COLUMNS = ("period", "number", "theme", "measure", "counted_in", *columns.WITH_APART, "sha256")


def csv_rows(statement: Statement) -> Iterator[dict[str, str]]:
    """One row a line and unit of the account: first in promises, then in the measure's unit."""
    content = cutting.load(statement)
    for line in content["lines"]:
        head = {
            "period": content["period"]["code"],
            "number": str(content["number"]),
            "theme": line["theme"],
            "measure": line["measure"],
            "sha256": statement.sha256,
        }
        yield head | {"counted_in": "promises"} | {n: str(v) for n, v in line["promises"].items()}
        if line["amount"] is not None:
            yield head | {"counted_in": line["unit"]} | line["amount"]


def as_csv(statements: list[Statement]) -> str:
    rows = [
        {name: row.get(name, "") for name in CSV_COLUMNS}
        for statement in statements
        for row in csv_rows(statement)
    ]
    return csvs.csv_text(CSV_COLUMNS, rows)
