"""A small town with three firms of its own, whose anchors' files the tests of local spend read."""

from __future__ import annotations

import atexit
import html
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pyarrow as pa
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.spend import files
from commonweal.spend.models import (
    Bands,
)
from localwealth.registers import generate
from localwealth.registers.making import build

COMPANIES = (
    # name, number, postcode, category, SIC, status
    ("ACORN JOINERY LIMITED", "01000001", "ZB1 1AA", "Private Limited Company", "43220", "Active"),
    ("BRACKEN BAKERS CIC", "01000002", "ZB1 2AA", "Community Interest Company", "56101", "Active"),
    ("CEDAR SOFTWARE LTD", "01000003", "ZN1 1AA", "Private Limited Company", "62020", "Active"),
    ("DOVER SECURITY LIMITED", "01000004", "ZC1 1AA", "Private Limited Company", "80100", "Active"),
    ("ELM JOINERS LIMITED", "01000005", "ZB1 3AA", "Private Limited Company", "43220", "Active"),
    ("BOROUGH COLLEGE", "01000006", "ZB1 4AA", "Private Limited Company", "85590", "Active"),
    (
        "QUAYSIDE HOLDINGS LIMITED",
        "01000007",
        "ZN2 1AA",
        "Private Limited Company",
        "70229",
        "Active",
    ),
)
COUNT = 3000
PLACES = {"ZB": ("X07", "X10", "X12"), "ZC": ("X08", "X10", "X12"), "ZN": ("X99", "X19", "X92")}
COUNCIL = """Payment Date,Supplier Name,Net Amount,Expenditure Category,Invoice Ref
03/07/2026,Acorn Joinery Ltd,"1,000.00",Repairs,A1
14/07/2026,BRACKEN BAKERS C.I.C,500.00,Catering,A2
20/08/2026,Cedar Software Limited,2000.00,Computers,A3
21/08/2026,Dover Security Ltd,300.00,Security,A4
02/09/2026,Zygotic Wumpus Enterprises,150.00,Repairs,A5
03/09/2026,Mrs Ottoline Fairbrass,120.50,Care,A6
04/09/2026,REDACTED PERSONAL DATA,80.00,Care,A7
05/09/2026,Percival Quillfeather,60.00,Care,A8
25/09/2026,Borough College,9000.00,Training,A9
29/09/2026,Cedar Software Limited,-100.00,Computers,A10
"""
HOSPITAL = """Entity,Date,Expense Type,Supplier,Transaction Number,Amount
BGH,05-Aug-26,Computers,CEDAR SOFTWARE,H1,4000.00
BGH,06-Sep-26,Catering,Zygotic Wumpus Enterprises,H2,850.00
"""
LEDGER = """Vendor,Post code,Posting date,Account,Doc no,Value
Acorn Joinery Ltd,ZB1 1AA,2026-09-03,Repairs,L1,70.00
Hushabye Nannies Limited,ZB1 1AA,2026-09-04,Care,L2,30.00
"""


def registered(*extra: tuple[str, ...]) -> None:
    """Seven firms among three thousand generated ones, and where their postcodes lie."""
    target = files.folder("register")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(_kept_register(extra), target)
    postcodes = [one[2].replace(" ", "") for one in COMPANIES + extra]
    found = {one: PLACES[one[:2]] for one in postcodes}
    files.keep_places(
        pa.table(
            {
                "postcode": list(found),
                "district": [one[0] for one in found.values()],
                "county": [one[1] for one in found.values()],
                "region": [one[2] for one in found.values()],
                "nation": ["X92"] * len(found),
            }
        )
    )
    Bands.objects.update_or_create(
        id=1,
        defaults={
            "district": "X07",
            "county": "X10",
            "county_name": "Orrinshire",
            "region": "X12",
            "region_name": "the Mid Coast",
        },
    )


@cache
def _kept_register(extra: tuple[tuple[str, ...], ...]) -> Path:
    """Made once a process, in a folder that no other process and no earlier run can have filled."""
    kept = Path(tempfile.mkdtemp(prefix="commonweal-test-register-"))
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    _registered(kept / "register", extra)
    return kept / "register"


def _registered(folder: Path, extra: tuple[tuple[str, ...], ...]) -> None:
    made = generate.companies(COUNT, 5)
    columns = {name: made[name].to_pylist() for name in made.column_names}
    for name, number, postcode, category, sic, status in COMPANIES + extra:
        for column in columns:
            columns[column].append("")
        for column, value in (
            ("CompanyName", name),
            (" CompanyNumber", number),
            ("RegAddress.PostCode", postcode),
            ("CompanyCategory", category),
            ("SICCode.SicText_1", sic),
            ("CompanyStatus", status),
            ("IncorporationDate", "01/04/2001"),
        ):
            columns[column][-1] = value
    build(folder, [], pa.table({k: pa.array(v, pa.large_string()) for k, v in columns.items()}))


def text_of(client, address):
    """A page as it reads: a browser shows a break of a line as one space."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(html.unescape(answer.content.decode()).split())


def brought_in(client, anchor, text, name="c.csv", **said):
    """The page after a register of contracts was chosen, looked at and brought in."""
    sent = SimpleUploadedFile(name, text.encode())
    page = client.post("/desk/spend/contracts/", {"anchor": anchor.pk, "file": sent}, follow=True)
    seen = page.context["preview"].fingerprint
    answers = {"do": "carry", "seen": seen} | said
    return client.post(page.request["PATH_INFO"], answers, follow=True)


def taken_back(client, address):
    """The page after a file at an address was looked at and undone."""
    looked = client.get(f"{address}undo/", follow=True)
    seen = looked.context["undoing"].fingerprint if "undoing" in looked.context else ""
    return client.post(f"{address}undo/", {"seen": seen}, follow=True)


PUBLIC = (
    "/spend/",
    "/spend/anchors/",
    "/spend/suppliers/",
    "/spend/payments/",
    "/spend/sectors/",
    "/spend/opportunities/",
    "/spend/how-we-know/",
)
