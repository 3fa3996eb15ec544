"""The numbers by which public registers know an organisation, and how they are written."""

from __future__ import annotations

import re

# Companies House: eight figures, or a prefix of the register and six figures.
COMPANY_NUMBER = re.compile(
    r"^(\d{8}|(AC|BR|CE|CS|FC|FE|GE|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NZ|OC|OE|PC|R0|RC|RS"
    r"|SA|SC|SE|SF|SG|SI|SL|SO|SP|SR|SZ|ZC)\d{6})$"
)
# England and Wales (six or seven figures, a dash for a linked charity), Scotland, Northern Ireland.
CHARITY_NUMBER = re.compile(r"^(\d{6,7}(-\d{1,3})?|SC\d{6}|NIC?\d{6})$")
# FCA mutuals register: figures, with the letters of its kind (R, C, CUS, BEN) for most societies.
MUTUAL_NUMBER = re.compile(r"^(?=.{1,8}$)(\d{1,6}[A-Z]{0,4}|IP\d{5}R|RS\d{6})$")
OF_FIELDS = {
    "company_number": COMPANY_NUMBER,
    "charity_number": CHARITY_NUMBER,
    "mutual_number": MUTUAL_NUMBER,
}


def tidy(number: str) -> str:
    return re.sub(r"[\s.]", "", number or "").upper()


def is_written_well(field: str, number: str) -> bool:
    """Whether a number has the form of its register: no other can be entered."""
    return OF_FIELDS[field].match(number) is not None
