"""The files that anchors publish, each in a layout of its own."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, timedelta

from .buyers import COLLEGE, COUNCIL, HOSPITAL, TABLES, Buyer, Line


def of_quarter(buyer: Buyer, lines: list[Line], first: date) -> tuple[bytes, str]:
    """What an anchor publishes of a quarter, in a layout of its own, and how it is called."""
    label = f"{first:%Y}-Q{(first.month - 1) // 3 + 1}"
    if buyer is COUNCIL:
        return _council(lines).encode("cp1252"), f"council-over-500-{label}.csv"
    if buyer is HOSPITAL:
        return ("\ufeff" + _hospital(lines)).encode(), f"hospital-{label}.csv"
    if buyer is COLLEGE:
        return _college(lines).encode(), f"college-payments-{label}.csv"
    return _homes(lines).encode("utf-16"), f"oakbridge-homes-{label}.csv"


def _council(lines: list[Line]) -> str:
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(TABLES["headings"]["council"])
    for day, supplier, amount, ref in lines:
        # The same file gives the same days, however often it is written.
        wait = random.Random(ref).choice((6, 9, 12, 14, 18, 22, 27, 29, 34, 47))
        invoiced = f"{day - timedelta(days=wait):%d/%m/%Y}"
        paid, pounds = f"{day:%d/%m/%Y}", f"{amount:,.2f}"
        write.writerow([paid, supplier.name, pounds, supplier.thing, ref, invoiced])
    return out.getvalue()


def _hospital(lines: list[Line]) -> str:
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(["Brackenford General Hospital: spend over £500"])
    write.writerow([])
    write.writerow(TABLES["headings"]["hospital"])
    for day, supplier, amount, ref in lines:
        pounds = f"({-amount:.2f})" if amount < 0 else f"{amount:.2f}"
        paid = f"{day:%d-%b-%y}"
        write.writerow(["BGH", paid, supplier.thing, supplier.name, ref, pounds])
    write.writerow(["", "", "", "", "Total", f"{sum(line[2] for line in lines):.2f}"])
    return out.getvalue()


def _college(lines: list[Line]) -> str:
    out = io.StringIO(newline="")
    write = csv.writer(out, delimiter=";")
    write.writerow(["Paid to", "On", "What for", "£"])
    for day, supplier, amount, _ in lines:
        write.writerow([supplier.name, f"{day:%d %B %Y}", supplier.thing, f"£{amount:,.2f}"])
    return out.getvalue()


def _homes(lines: list[Line]) -> str:
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(["Ref", "Beneficiary", "Value", "Purpose", "Month"])
    for day, supplier, amount, ref in lines:
        write.writerow([ref, supplier.name, f"{amount:.2f}", supplier.thing, f"{day:%b-%y}"])
    return out.getvalue()


def ledger(lines: list[Line]) -> str:
    """The council's own purchase ledger of a quarter: with postcodes."""
    out = io.StringIO(newline="")
    write = csv.writer(out)
    write.writerow(["Vendor", "Post code", "Posting date", "Account", "Doc no", "Value"])
    for day, supplier, amount, ref in lines:
        write.writerow(
            [supplier.name, supplier.postcode, f"{day:%Y-%m-%d}", supplier.thing, ref, amount]
        )
    return out.getvalue()
