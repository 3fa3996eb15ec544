"""An account that is in another name than that of whoever the grant is for: said to whoever
decides, who has to say that they know why."""

from __future__ import annotations

from commonweal.office.errors import Refused
from commonweal.residents import keys
from commonweal.residents.models import Resident

from .destinations import method_of
from .methods import TRANSFER
from .models import Award

TITLES = ("mr", "mrs", "ms", "miss", "mx", "dr")


def other_name(award: Award) -> str:
    """The name on the account, where it is not that of whom the grant is for; else ""."""
    if method_of(award) is not TRANSFER or not award.payee.strip():
        return ""
    written = keys.parts(award.payee)
    names = _names_of(award.resident)
    return "" if any(_is_in(written, first, last) for first, last in names) else award.payee


def _names_of(resident: Resident) -> list[tuple[str, str]]:
    """(first, last) of each name that somebody goes by."""
    known = [(resident.first_name, resident.last_name)]
    for line in resident.also_known_as.splitlines():
        first, _, last = line.strip().rpartition(" ")
        known.append((first or resident.first_name, last))
    return [(first, last) for first, last in known if first or last]


def _is_in(written: list[str], first: str, last: str) -> bool:
    """Whether a name stands in what is written: the last as it is, the first as banks shorten it,
    Z or Zeb for Zebedee. A joint account is in both names."""
    lasts = keys.parts(last)
    if "".join(lasts) not in "".join(written):
        return False
    firsts = keys.forms_of(first) | set(keys.parts(first)[:1])
    candidates = [word for word in written if word not in {*lasts, *TITLES}]
    return not firsts or any(
        known.startswith(word) or keys.forms_of(word) & firsts
        for known in firsts
        for word in candidates
    )


def in_words(award: Award) -> str:
    """What is said of it to whoever decides; "" where the account is in their own name."""
    payee = other_name(award)
    return payee and (
        f"The account is in the name of {payee}, and the grant is for "
        f"{award.resident.full_name or 'somebody whose name is not known'}."
    )


def needs_it_known(award: Award, knows_why: bool) -> None:
    """Refuse to send money to an account in another name before somebody says they know why.
    Whoever calls this says it, or it is refused."""
    if not knows_why and (doubt := in_words(award)):
        raise Refused(f"{doubt} Find out why, and tick that you have.")
