"""What people do in a run: each act through the product's own action or command.

An act has two halves. ``begin`` reads what the person sees before they start (which pledge, how
many entries it had); that is written down before anything is done. ``do`` does it, from nothing
but what was seen, and is called again after a fault, as a person would press again.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from commonweal.accounts.models import Person
from commonweal.balance import actions as books
from commonweal.balance.models import Period, Statement
from commonweal.charter.models import Theme
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.pledges import actions, reminders, reviewing, terms
from commonweal.pledges.models import Draft, Entry, Measure, Pledge
from commonweal.pledges.standing import Kind

Facts = dict[str, Any]


@dataclass
class Where:
    """Where a run happens, and the seeded chance of the act that is begun."""

    seed: int
    number: int
    folder: Path
    papers: Path
    chance: random.Random

    @property
    def mark(self) -> str:
        """A word that stands in nothing but what this act writes."""
        return f"S{self.seed}N{self.number}"


@dataclass(frozen=True)
class Act:
    name: str
    begin: Callable[[Where], Facts | None]
    do: Callable[[Where, Facts], None]


def person(start: str) -> Person:
    return Person.objects.get(email__startswith=f"{start}.")


def run(*words: Any) -> None:
    call_command(*map(str, words), stdout=StringIO(), stderr=StringIO())


def _open_pledges() -> list[Pledge]:
    pledges = Pledge.objects.public().open().filter(source="", partner__is_council=False)
    return [
        pledge
        for pledge in pledges.select_related("partner", "measure").order_by("pk")
        if pledge.partner.may_act and pledge.measure.kind == "count"
    ]


def _editor(partner: Partner) -> Person:
    return partner.memberships.current().order_by("pk").first().person


# --- pledges ----------------------------------------------------------------------------------


def begin_propose(where: Where) -> Facts:
    partners = [
        partner
        for partner in Partner.objects.filter(is_council=False, source="").order_by("pk")
        if partner.may_act and partner.memberships.current().exists()
    ]
    partner = where.chance.choice(partners)
    draft = Draft.objects.create(partner=partner, by=_editor(partner), answers={})
    due = timezone.localdate() + timedelta(days=where.chance.randint(20, 900))
    return {"draft": str(draft.code), "due": due.isoformat()}


def propose(where: Where, facts: Facts) -> None:
    draft = Draft.objects.filter(code=facts["draft"]).first()
    if draft is None:
        raise Refused("It was sent already.")
    promised = terms.Terms(
        measure=Measure.objects.get(code="meals-given"),
        statement=where.mark,
        baseline=Decimal(0),
        target=Decimal(100),
        due_on=date.fromisoformat(facts["due"]),
        theme=Theme.objects.get(code="neighbours"),
    )
    actions.propose(draft=draft, terms=promised, by=draft.by)


def begin_accept(where: Where) -> Facts | None:
    waiting = Pledge.objects.filter(accepted_on=None, returned_because="", source="")
    first = waiting.filter(statement__startswith="S").order_by("pk").first()
    return {"pledge": first.code} if first else None


def accept(where: Where, facts: Facts) -> None:
    actions.accept(pledge=Pledge.objects.get(code=facts["pledge"]), by=person("maya"))


def begin_claim(where: Where) -> Facts:
    pledge = where.chance.choice(_open_pledges())
    value = where.chance.randint(1, 90)
    return {"pledge": pledge.code, "seen": pledge.entry_count, "value": value}


def claim(where: Where, facts: Facts) -> None:
    pledge = Pledge.objects.select_related("partner", "measure").get(code=facts["pledge"])
    actions.claim(
        pledge=pledge,
        figure=Decimal(facts["value"]),
        as_of=timezone.localdate(),
        final=False,
        report=where.mark,
        by=_editor(pledge.partner),
        seen=facts["seen"],
    )


def begin_evidence(where: Where) -> Facts | None:
    claims = Entry.objects.filter(kind=Kind.CLAIM, words__startswith=f"S{where.seed}N")
    claims = claims.filter(pledge__in=_open_pledges()).order_by("-seq")[:6]
    newest = where.chance.choice(list(claims) or [None])
    return {"claim": newest.seq, "pages": where.chance.randint(1, 400)} if newest else None


def evidence(where: Where, facts: Facts) -> None:
    entry = Entry.objects.select_related("pledge__partner").get(seq=facts["claim"])
    text = f"{where.mark} was seen to be done\n" * facts["pages"]
    upload = SimpleUploadedFile(f"{where.mark}.txt", text.encode())
    by = _editor(entry.pledge.partner)
    reviewing.attach_file(
        pledge=entry.pledge, claim_seq=entry.seq, upload=upload, title=where.mark, by=by
    )


def begin_review(where: Where) -> Facts | None:
    reviewer = person("idris")
    proofs = Entry.objects.filter(kind=Kind.EVIDENCE, body__title__startswith=f"S{where.seed}N")
    for seq in proofs.order_by("seq").values_list("body__about", flat=True):
        entry = Entry.objects.select_related("pledge__partner").get(seq=seq)
        if not reviewing.why_not_review(entry.pledge, entry, reviewer):
            return {"claim": seq, "seen": entry.pledge.entry_count}
    return None


def review(where: Where, facts: Facts) -> None:
    entry = Entry.objects.select_related("pledge__partner").get(seq=facts["claim"])
    verdict = "upheld" if facts["claim"] % 3 else "rejected"
    reviewing.review(
        pledge=entry.pledge,
        claim_seq=entry.seq,
        verdict=verdict,
        figure=None,
        reasons=where.mark,
        by=person("idris"),
        seen=facts["seen"],
    )


# --- files that come in -----------------------------------------------------------------------


def _write(path: Path, text: str) -> Facts:
    path.write_text(text)
    return {"file": str(path), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def begin_import(where: Where) -> Facts:
    """A town's own list: what it held before, and some more."""
    path = where.papers / "pledges.csv"
    lines = (
        path.read_text().splitlines()
        if path.exists()
        else ["partner,sector,reference,statement,measure,baseline,target,due_on"]
    )
    # Later than any clock of a run says.
    due = timezone.localdate() + timedelta(days=900)
    rows = where.chance.randint(8, 25)
    lines += [
        f"Firm {where.mark} {n // 2},private,{where.mark}-{n},We give {n} meals {where.mark},"
        f"meals-given,0,{n + 10},{due}"
        for n in range(rows)
    ]
    return _write(path, "\n".join(lines) + "\n") | {"rows": rows}


def import_pledges(where: Where, facts: Facts) -> None:
    run("pledges", "import", facts["file"], "--layout=commonweal")


def begin_people(where: Where) -> Facts:
    rows = where.chance.randint(8, 16)
    lines = ["First name,Surname,d.o.b,Postcode,Phone number,Case Note 1"] + [
        f"Person{n},{where.mark}x{n},0{1 + n % 9}/05/19{40 + n},BF1 {n % 9}AB,"
        f"07700 9{where.number % 100:02}{n:03},Rings twice"
        for n in range(rows)
    ]
    facts = _write(where.papers / f"{where.mark}.csv", "\n".join(lines) + "\n")
    return facts | {"rows": rows}


def import_people(where: Where, facts: Facts) -> None:
    run("help-desk", "list", facts["file"], "--help-type=food")


def begin_payments(where: Where) -> Facts:
    day = timezone.localdate() - timedelta(days=40)
    lines = ["Date,Supplier Name,Amount,Reference"] + [
        f"{day},Supplier {n % 7} Limited,{100 + n}.50,{where.mark}-{n}" for n in range(30)
    ]
    return _write(where.papers / f"{where.mark}.csv", "\n".join(lines) + "\n")


def import_payments(where: Where, facts: Facts) -> None:
    council = Partner.objects.get(is_council=True)
    run("spend", "import", f"--anchor={council.code}", facts["file"])


# --- closing the books ------------------------------------------------------------------------


def begin_period(where: Where) -> Facts | None:
    """The next period, of ten days each, as long as one is over."""
    last = Period.objects.order_by("-ends_on").first()
    today = timezone.localdate()
    if last is not None and not last.statements.closed().exists():
        return None
    starts = last.ends_on + timedelta(days=1) if last else today - timedelta(days=90)
    ends = starts + timedelta(days=9)
    if ends >= today:
        return None
    return {"code": f"p{ends:%Y%m%d}", "starts": starts.isoformat(), "ends": ends.isoformat()}


def open_period(where: Where, facts: Facts) -> None:
    run(
        "balance",
        "open",
        facts["code"],
        f"--title={facts['code']}",
        f"--from={facts['starts']}",
        f"--to={facts['ends']}",
    )


def begin_draft(where: Where) -> Facts | None:
    last = Period.objects.order_by("-ends_on").first()
    if last is None or last.statements.closed().exists():
        return None
    return {"period": last.code}


def draft(where: Where, facts: Facts) -> None:
    books.prepare(period=Period.objects.get(code=facts["period"]), by=person("nadia"))


def _begin_step(state: str) -> Callable[[Where], Facts | None]:
    def begin(where: Where) -> Facts | None:
        waiting = Statement.objects.filter(state=state).order_by("pk").first()
        return {"pk": waiting.pk, "seen": waiting.content_sha256} if waiting else None

    return begin


def _step(action: Callable[..., Any], who: str) -> Callable[[Where, Facts], None]:
    def do(where: Where, facts: Facts) -> None:
        statement = Statement.objects.select_related("period").get(pk=facts["pk"])
        action(draft=statement, seen=facts["seen"], by=person(who))

    return do


# --- letters ----------------------------------------------------------------------------------


def nothing(where: Where) -> Facts:
    return {}


def remind(where: Where, facts: Facts) -> None:
    """As the command does; in every fourth seed by two processes at once."""
    others = _at_once(lambda: reminders.run(timezone.localdate())) if where.seed % 4 == 1 else None
    reminders.run(timezone.localdate())
    if others is not None:
        os.waitpid(others, 0)


def _at_once(do: Callable[[], Any]) -> int:
    connection.close()
    other = os.fork()
    if other == 0:
        try:
            connection.execute_wrappers.clear()
            do()
        finally:
            os._exit(0)
    return other


# --- the whole town ---------------------------------------------------------------------------


def begin_backup(where: Where) -> Facts:
    return {"file": str(where.folder / f"{where.mark}.backup")}


def backup(where: Where, facts: Facts) -> None:
    run("backup", facts["file"])


def upgrade(where: Where, facts: Facts) -> None:
    """What an operator runs after an update; here it finds nothing to change."""
    from django.core.management import get_commands

    if "upgrade" in get_commands():
        run("upgrade", "--without-backup")
    else:
        run("migrate", "--verbosity=0")


PLEDGES = (
    Act("propose", begin_propose, propose),
    Act("accept", begin_accept, accept),
    Act("claim", begin_claim, claim),
    Act("evidence", begin_evidence, evidence),
    Act("review", begin_review, review),
)
BOOKS = (
    Act("open", begin_period, open_period),
    Act("draft", begin_draft, draft),
    Act("sign", _begin_step("draft"), _step(books.sign_off, "idris")),
    Act("validate", _begin_step("signed"), _step(books.validate, "councillor")),
    Act("close", _begin_step("validated"), _step(books.close, "nadia")),
)
IMPORT = Act("import pledges", begin_import, import_pledges)
PEOPLE = Act("import people", begin_people, import_people)
PAYMENTS = Act("import payments", begin_payments, import_payments)
REMIND = Act("remind", nothing, remind)
BACKUP = Act("backup", begin_backup, backup)
UPGRADE = Act("upgrade", nothing, upgrade)
