from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import Http404

from commonweal.accounts.models import Person
from commonweal.balance import actions, papers, reads, render
from commonweal.balance import verify as proving
from commonweal.balance.models import Period, Statement
from commonweal.design.words import many
from commonweal.office.errors import Refused


class Command(BaseCommand):
    help = (
        "The books: 'balance verify' proves every closed statement; 'balance list'; 'balance "
        "open', 'draft', 'sign', 'validate', 'close' as at the desk; 'balance report CODE FILE' "
        "writes the committee report."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("verify", help="recompute every closed statement from the ledger")
        verbs.add_parser("list", help="list periods and where their statements stand")
        opens = verbs.add_parser("open", help="open a period")
        opens.add_argument("code")
        opens.add_argument("--title", required=True)
        opens.add_argument("--from", dest="starts_on", required=True)
        opens.add_argument("--to", dest="ends_on", required=True)
        for verb in ("draft", "sign", "validate", "close"):
            step = verbs.add_parser(verb, help=f"{verb} the statement of a period")
            step.add_argument("code")
            step.add_argument("--by", required=True, help="e-mail of the person, who has the role")
            if verb == "draft":
                step.add_argument("--because", default="", help="why a closed one is restated")
        for kind in papers.KINDS:
            prints = verbs.add_parser(kind, help=f"write the {kind} of a closed period")
            prints.add_argument("code")
            prints.add_argument("to", help="a file that ends in .pdf, .docx, .csv or .json")
            prints.add_argument("--number", type=int, help="the statement; the newest if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = options.pop("verb")
        try:
            if verb in papers.KINDS:
                self.do_print(kind=verb, **options)
            elif verb in ("sign", "validate", "close"):
                self.do_step(verb=verb, **options)
            else:
                getattr(self, f"do_{verb}")(**options)
        except Refused as refused:
            raise CommandError(str(refused)) from None

    def do_verify(self, **_: Any) -> None:
        self.stdout.write("Reading the chain of the ledger ...")
        proof, findings = proving.verify(lambda text: self.stdout.write(f"  {text}"))
        if proof.broken:
            self.stderr.write(f"BROKEN at ledger entry {proof.broken.seq}: {proof.broken.because}.")
        else:
            self.stdout.write(f"The chain is whole: {many(proof.entries, 'entry,entries')}.")
        wrong = 0
        for finding in findings:
            name = f"{finding.statement.period.title}, statement {finding.statement.number}"
            if finding.wrong:
                wrong += 1
                self.stderr.write(f"DIFFERS: {name}: " + "; ".join(finding.wrong) + ".")
            else:
                self.stdout.write(f"Whole: {name}, {finding.statement.sha256}")
        if wrong or proof.broken:
            sys.exit(1)
        self.stdout.write(
            "Every closed statement is what its bytes, the record and the ledger say."
        )

    def do_list(self, **_: Any) -> None:
        for period in Period.objects.all():
            self.stdout.write(f"{period.code:<20} {period.starts_on} to {period.ends_on}")
            for statement in period.statements.all():
                self.stdout.write(
                    f"  statement {statement.number}: {statement.state} {statement.sha256}"
                )

    def do_open(self, *, code: str, title: str, starts_on: str, ends_on: str, **_: Any) -> None:
        period = actions.open_period(
            code=code, title=title, starts_on=_day(starts_on), ends_on=_day(ends_on), by=None
        )
        self.stdout.write(f"{period.title} is open.")

    def do_draft(self, *, code: str, by: str, because: str, **_: Any) -> None:
        self.stdout.write("Reading the ledger ...")
        draft = actions.prepare(period=_period(code), by=_person(by), because=because)
        self.stdout.write(reads.in_words(draft.content))
        for sentence in draft.content["carried"]:
            self.stdout.write(f"  {sentence}")

    def do_step(self, *, verb: str, code: str, by: str, **_: Any) -> None:
        draft = _period(code).unfinished()
        if draft is None:
            raise CommandError("This period has no draft.")
        do = {"sign": actions.sign_off, "validate": actions.validate, "close": actions.close}[verb]
        do(draft=draft, seen=draft.content_sha256, by=_person(by))
        closed = Statement.objects.get(pk=draft.pk)
        self.stdout.write(f"{closed.get_state_display()} {closed.sha256}".strip())

    def do_print(self, *, kind: str, code: str, to: str, number: int | None, **_: Any) -> None:
        try:
            statement = reads.get_closed(code, number)
        except Http404:
            raise CommandError(f"There is no closed statement of {code!r}.") from None
        path = Path(to)
        if path.suffix == ".pdf":
            document = render.pdf(statement, kind=kind)
        elif path.suffix == ".docx":
            document = render.word(statement, kind=kind)
        elif path.suffix == ".csv":
            document = render.as_csv([statement]).encode()
        elif path.suffix == ".json":
            document = bytes(statement.canonical or b"")
        else:
            raise CommandError("The file must end in .pdf, .docx, .csv or .json.")
        path.write_bytes(document)
        self.stdout.write(f"Wrote {path}; SHA-256 of the statement {statement.sha256}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no date; write it like 2026-11-23") from None


def _period(code: str) -> Period:
    period = Period.objects.filter(code=code).first()
    if period is None:
        raise CommandError(f"There is no period {code!r}. 'balance list' names them.")
    return period


def _person(email: str) -> Person:
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError(f"Nobody has the address {email!r}.")
    return person
