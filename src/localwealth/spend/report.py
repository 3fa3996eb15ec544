"""All measures together, for the command line and for notebooks."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from localwealth.errors import UnreadableFile
from localwealth.spend import measures
from localwealth.spend.multiplier import Respent, lm3
from localwealth.tables import texts
from localwealth.words import many

PENNY = Decimal("0.01")
YES, NO = {"yes", "y", "1", "true", "right"}, {"no", "n", "0", "false", "wrong"}


def checks(content: bytes) -> tuple[int, int]:
    """How many matches of a checked sample are right, and how many were checked.

    Raises
    ------
    UnreadableFile
        It has no column ``right``, that column says anything but yes or no, or nothing.
    """
    rows = csv.DictReader(io.StringIO(texts.decode(content), newline=""))
    if "right" not in (rows.fieldnames or []):
        raise UnreadableFile("The checked sample has no column right.")
    answers = list(filter(None, ((row["right"] or "").strip().casefold() for row in rows)))
    for answer in answers:
        if answer not in YES | NO:
            raise UnreadableFile(f"The column right says {answer!r}; it takes yes or no.")
    if not answers:
        raise UnreadableFile("Nobody has checked the sample yet: its column right is empty.")
    return sum(answer in YES for answer in answers), len(answers)


def everything(
    base: duckdb.DuckDBPyConnection,
    checked: tuple[int, int] | None = None,
    respent: Respent | None = None,
) -> dict[str, Any]:
    """Every measure of the table ``lines``.

    ``precision`` is None where nobody has checked a sample. ``lm3`` assumes nothing of the third
    round: it may be nought or all, but for what local suppliers told of it (``respent``).
    """
    figures: dict[str, Any] = {"match_rate": measures.match_rate(base)}
    figures["precision"] = None
    if checked:
        share, low, high = measures.interval(*checked)
        figures["precision"] = {"share": share, "low": low, "high": high, "checked": checked[1]}
    for place in ("office", "site"):
        flows = measures.flows(base, place)
        bands = measures.bands_of(flows)
        low_gbp, high_gbp, all_gbp = measures.range_of(bands)
        figures[place] = {
            "bands": bands,
            "town_gbp": {"at_least": low_gbp, "at_most": high_gbp, "of": all_gbp},
            "anchors": measures.shares_of(flows),
            "quarters": measures.by_period(base, place),
        }
    figures["ownership"] = measures.by(base, "kind")
    figures["voluntary_sector"] = measures.voluntary_of(figures["ownership"])
    figures["size"] = measures.by(base, "size")
    figures["sector"] = measures.by(base, "sic")
    figures["leakage"] = measures.leakage(base, "office")
    figures["concentration"] = measures.concentration(base)
    figures["payment_days"] = measures.payment_days(base)
    figures["between_anchors"] = measures.between_anchors(base)
    low_gbp, high_gbp, all_gbp = measures.range_of(figures["office"]["bands"])
    figures["lm3"] = None
    if all_gbp > 0 and 0 <= low_gbp <= high_gbp <= all_gbp:
        again = (respent.share, respent.share) if respent else (Decimal(0), Decimal(1))
        multiplied = lm3(
            all_gbp, (low_gbp, high_gbp), again, min(respent.pounds, low_gbp) if respent else None
        )
        figures["lm3"] = {
            "low": multiplied.low,
            "high": multiplied.high,
            "measured": multiplied.measured,
            "assumed": multiplied.assumed,
            "answers": respent.suppliers if respent else 0,
        }
    return figures


def plain(figure: object) -> object:
    """Money and days for JSON."""
    if isinstance(figure, Decimal):
        return float(figure)
    if isinstance(figure, date):
        return str(figure)
    raise TypeError(type(figure).__name__)


def _pounds(amount: Decimal) -> str:
    return f"£{amount.quantize(PENNY):,}"


def _share(share: Any) -> str:
    return "-" if share is None else f"{float(share):.1%}"


def as_text(figures: dict[str, Any]) -> str:
    """The measures for people, each with what it is of."""
    lines = [_matched(figures["match_rate"]), _precision(figures["precision"])]
    for place, called in (("office", "registered office"), ("site", "place of trading")):
        lines += _placed(called, figures[place])
    for title, key in (
        ("By ownership", "ownership"),
        ("By size", "size"),
        ("By industry (SIC division)", "sector"),
    ):
        lines += [f"\n{title}", *map(_grouped, figures[key][:12])]
    social = figures["voluntary_sector"]
    lines.append(
        f"\nVoluntary sector: {_pounds(social['amount'])}, {_share(social['share'])} of all"
    )
    lines.append("\nWhat leaves the town, by category (registered office)")
    lines += [
        f"  {row['category'][:40]:<40} {_pounds(row['left']):>20} of {_pounds(row['amount'])}; "
        f"local suppliers paid: {row['local_suppliers']}"
        for row in figures["leakage"][:10]
    ]
    spread = figures["concentration"]
    lines.append(
        f"\n{many(spread['suppliers'], 'supplier')}; HHI {spread['hhi']:,.0f} of 10,000; "
        f"the ten largest have {_share(spread['top_10'])}, the largest {_share(spread['largest'])}"
    )
    return "\n".join([*lines, *_closing(figures)])


def _matched(rate: dict[str, Any]) -> str:
    return (
        f"{many(rate['lines'], 'payment')}, {_pounds(rate['amount'] or Decimal(0))}; "
        f"matched to a register: {_share(rate['by_rows'])} of rows, "
        f"{_share(rate['by_value'])} of value"
    )


def _precision(precision: dict[str, Any] | None) -> str:
    if not precision:
        return "precision of matches: not known; let people check a sample (--sample, --checked)"
    return (
        f"precision of matches: {precision['share']:.1%} ({precision['low']:.1%} to "
        f"{precision['high']:.1%}, {precision['checked']} checked by people)"
    )


def _placed(called: str, placed: dict[str, Any]) -> list[str]:
    """What stays in the town by one of the two places of a payee."""
    town = placed["town_gbp"]
    total_gbp = town["of"] or Decimal(1)
    return [
        f"\nBy {called}: between {_share(town['at_least'] / total_gbp)} and "
        f"{_share(town['at_most'] / total_gbp)} stays in the town",
        *(
            f"  {row['band']:<8} {row['lines']:>8,} {_pounds(row['amount']):>20} "
            f"{_share(row['share']):>7}"
            for row in placed["bands"]
        ),
        f"  mean of the anchors' shares {_share(placed['anchors']['mean_of_shares'])}, "
        f"share of the sum {_share(placed['anchors']['share_of_the_sum'])}",
    ]


def _grouped(row: dict[str, Any]) -> str:
    years = f"  accounts of {row['from_year']} to {row['to_year']}" if row["to_year"] else ""
    return f"  {row['value']:<32} {_pounds(row['amount']):>20} {_share(row['share']):>7}{years}"


def _closing(figures: dict[str, Any]) -> list[str]:
    """What not every file tells."""
    lines = []
    waited = figures["payment_days"]
    if waited["lines"]:
        lines.append(
            f"Days from invoice to payment, of {_share(waited['share'])} of lines that say: "
            f"median {waited['median']}, nine in ten within {waited['nine_in_ten']}; "
            f"{_share(waited['in_30'])} within 30"
        )
    if figures["between_anchors"]:
        total = sum((row["amount"] for row in figures["between_anchors"]), Decimal(0))
        lines.append(f"Between anchors, left out above: {_pounds(total)}")
    if multiplied := figures["lm3"]:
        lines.append(
            f"LM3 between {multiplied['low']} and {multiplied['high']}: measured "
            f"{multiplied['measured']}; assumed {multiplied['assumed']}"
        )
    return lines
