"""What must hold after any fault: each sentence from here is a fault of the product."""

from __future__ import annotations

import json
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db.models import Count
from django.utils import timezone

from commonweal.accounts.models import Event, Message, Reminder
from commonweal.balance import cutting
from commonweal.balance import verify as proving
from commonweal.balance.account import MOVEMENTS
from commonweal.balance.models import Statement
from commonweal.cases.models import ListRow, ListRun
from commonweal.grants import state as grant_state
from commonweal.grants.models import Award, GrantDecision, Payment, PaymentRun
from commonweal.grants.models.payments import PaymentQuerySet
from commonweal.pledges import files, reminders
from commonweal.pledges import proving as ledger_proof
from commonweal.pledges.models import Entry, EvidenceFile, ImportRun, Pledge
from commonweal.pledges.standing import Kind
from commonweal.spend import files as shelf
from commonweal.spend.models import Release


def always(folder: Path, *, faults: int) -> Iterator[str]:
    """What holds at every moment, also right after a fault, before anybody mended anything."""
    yield from _chain()
    yield from _evidence(folder, faults)
    yield from _books()
    yield from _money()
    yield from _imports()
    yield from _letters()
    yield from _backups(folder)


def _chain() -> Iterator[str]:
    proof = ledger_proof.verify()
    if proof.broken:
        yield f"chain: broken at entry {proof.broken.seq}: {proof.broken.because}"
    for pledge, name, has, should in ledger_proof.stale_figures(timezone.localdate()):
        yield f"standing: {name} of {pledge.code} is {has}, its ledger says {should}"
    bare = Pledge.objects.annotate(lines=Count("entries")).filter(lines=0)
    if bare.exists():
        yield f"ledger: {bare.count()} pledges have no entry"
    events = Counter(Event.objects.filter(verb="progress claimed").values_list("verb", flat=True))
    own = Entry.objects.filter(kind=Kind.CLAIM, words__regex=r"^S\d+N\d+$").count()
    if events["progress claimed"] != own:
        yield f"record: {events['progress claimed']} claims, the ledger has {own}"


def _evidence(folder: Path, faults: int) -> Iterator[str]:
    for digest in files.missing_files():
        yield f"evidence: the file of row {digest[:8]} is not what was kept"
    rows = set(EvidenceFile.objects.values_list("sha256", flat=True))
    named = Entry.objects.filter(kind=Kind.EVIDENCE, body__has_key="file")
    for entry in named:
        if entry.body["file"] not in rows:
            yield f"evidence: entry {entry.seq} names a file that has no row"
    on_disk = {path.name for path in (folder / "evidence").rglob("*") if path.is_file()}
    # What a fault cut off between file and row lies there unnamed; its sender sends it again.
    if len(on_disk - rows) > faults:
        yield f"evidence: {len(on_disk - rows)} files have no row, after {faults} faults"


def _books() -> Iterator[str]:
    _, findings = proving.verify()
    for finding in findings:
        for wrong in finding.wrong:
            yield f"books: {finding.statement.period.code}: {wrong}"
    for statement in Statement.objects.select_related("period"):
        is_closed = statement.state == Statement.State.CLOSED
        if is_closed != bool(statement.canonical and statement.sha256 and statement.closed_at):
            yield f"books: {statement.period.code} is half closed"
        content = cutting.load(statement) if is_closed else statement.content
        yield from _sums(statement.period.code, content)


def _sums(code: str, content: dict[str, Any]) -> Iterator[str]:
    """Opening + movements = closing, in each line and in all of it."""
    columns = [(line["promises"], line["amount"]) for line in content["lines"]]
    for figures in (content["totals"], *(part for pair in columns for part in pair if part)):
        f = {name: Decimal(str(figure)) for name, figure in figures.items()}
        out = sum(f[name] for name in MOVEMENTS if name not in ("made", "changed"))
        if f["opening"] + f["made"] + f["changed"] - out != f["closing"]:
            yield f"books: {code}: opening + movements are not the closing"


def _by_award(payments: PaymentQuerySet) -> Counter[int]:
    """What was paid of each grant."""
    sums: Counter[int] = Counter()
    for award_id, amount in payments.values_list("award", "amount"):
        sums[award_id] += amount
    return sums


def _money() -> Iterator[str]:
    acts: dict[int, list[grant_state.Act]] = defaultdict(list)
    for decision in GrantDecision.objects.order_by("id").defer("words"):
        acts[decision.award_id].append(decision.act)
    settled, live = _by_award(Payment.objects.settled()), _by_award(Payment.objects.live())
    for award in Award.objects.order_by("id"):
        now = grant_state.standing(acts[award.pk], paid=settled[award.pk])
        if (award.state, award.amount) != (now.state, now.amount):
            yield f"grants: {award.code} is {award.state} {award.amount}, its acts say {now.state}"
        if live[award.pk] > now.awarded:
            yield f"grants: {award.code} was given £{now.awarded} and is paid £{live[award.pk]}"
        if not acts[award.pk]:
            yield f"grants: {award.code} has no act"
    for verb, kind in (("grant approved", "approved"), ("grant assessed", "assessed")):
        events = Event.objects.filter(verb=verb).count()
        count = GrantDecision.objects.filter(kind=kind).count()
        if events != count:
            yield f"grants: {count} acts {kind!r}, {events} lines of the record"
    for run in PaymentRun.objects.all():
        sums = {state: Decimal(0) for state in ("sent", "paid", "cancelled")}
        for payment in run.payments.all():
            sums[payment.state] += payment.amount
        if sum(sums.values()) != run.total:
            yield f"grants: run {run.pk} says £{run.total}, its payments are £{sum(sums.values())}"
        if run.closed_on and sums["paid"] != run.total - sums["cancelled"]:
            yield f"grants: run {run.pk} is closed and paid is not approved less cancelled"


def _imports() -> Iterator[str]:
    """All of a file or nothing of it."""
    wanted: Counter[str] = Counter()
    for source, counts in ImportRun.objects.values_list("source", "counts"):
        wanted[source] += counts["new"]
    have = Counter(Pledge.objects.exclude(source="").values_list("source", flat=True))
    if stray := sum(count for source, count in have.items() if source not in wanted):
        yield f"imports: {stray} pledges came in by no finished import"
    for source, count in wanted.items():
        if have[source] != count:
            yield f"imports: {count} pledges came in from {source}, {have[source]} are here"
    doubled = Pledge.objects.exclude(source="").values("source", "partner", "source_key")
    for row in doubled.annotate(n=Count("id")).filter(n__gt=1):
        yield f"imports: a row of {row['source']} stands {row['n']} times"
    for people in ListRun.objects.all():
        rows = ListRow.objects.filter(run=people)
        if rows.count() != people.done:
            yield f"imports: a list says {people.done} rows are done, {rows.count()} are"
        if rows.values("case").distinct().count() != rows.count():
            yield "imports: two rows of a list made one case"
    for release in Release.objects.all():
        if release.lines_sha256 and not shelf.lines_of(release.lines_sha256).exists():
            yield f"imports: the lines of payments {release.code} are gone"
        waits = release.state in (Release.State.READ, Release.State.WAITING)
        if waits and shelf.incoming(release.sha256) is None:
            yield f"imports: the file of payments {release.code}, which waits, is gone"


def _letters() -> Iterator[str]:
    written = Message.objects.filter(key__startswith="digest-")
    for message in written.annotate(n=Count("reminders")).filter(n=0):
        yield f"reminders: letter {message.key[:20]} reminds of nothing that is written down"
    twice = Reminder.objects.values("person", "key").annotate(n=Count("id")).filter(n__gt=1)
    if twice.exists():
        yield f"reminders: {twice.count()} are owed once and written twice"


def _backups(folder: Path) -> Iterator[str]:
    """What has the name of a backup is a whole one."""
    for path in folder.glob("*.backup"):
        try:
            # Unpacked once, from its beginning to its end: to go back in it unpacks it again.
            with tarfile.open(path, mode="r:gz") as archive:
                inside = {
                    entry.name: archive.extractfile(entry).read()
                    for entry in archive
                    if entry.isfile()
                }
            manifest = json.loads(inside.pop("manifest.json"))
        except (tarfile.TarError, EOFError, OSError, KeyError) as error:
            yield f"backup: {path.name} can't be read ({type(error).__name__})"
            continue
        digests = {name: sha256(content).hexdigest() for name, content in inside.items()}
        if digests != manifest["files"]:
            yield f"backup: {path.name} holds other files than its list says"


# --- At the end -------------------------------------------------------------------------------


def at_the_end(journal: list[dict[str, Any]], *, is_strict: bool) -> Iterator[str]:
    """Each act that was done is there exactly once, however often it was begun again."""
    seed_marks = Counter(
        Entry.objects.filter(words__regex=r"^S\d+N\d+$").values_list("words", "kind")
    )
    titles = Counter(Entry.objects.filter(kind=Kind.EVIDENCE).values_list("body__title", flat=True))
    payees = Counter(award.payee for award in Award.objects.all())
    kinds = {"propose": Kind.PROPOSED, "claim": Kind.CLAIM, "review": Kind.REVIEW}
    for line in journal:
        if line["outcome"] == "nothing":
            continue
        if line["name"] in kinds:
            count = seed_marks[line["mark"], kinds[line["name"]]]
        elif line["name"] == "evidence":
            count = titles[line["mark"]]
        elif line["name"] == "apply":
            count = payees[line["mark"]]
        elif line["name"] == "import pledges":
            count = ImportRun.objects.filter(sha256=line["facts"]["sha256"]).count()
        elif line["name"] == "import people":
            count = ListRun.objects.filter(
                sha256=line["facts"]["sha256"], done=line["facts"]["rows"]
            ).count()
        elif line["name"] == "import payments":
            count = Release.objects.taken().filter(sha256=line["facts"]["sha256"]).count()
        else:
            continue
        may_be_none = not is_strict and line["outcome"] == "refused"
        if count != 1 and not (count == 0 and may_be_none):
            yield (
                f"acts: {line['name']} {line['mark']} was {line['outcome']} after "
                f"{line['tries']} tries and stands {count} times. {line['why']}"
            )


def letters_arrived(taken: Path, *, may_double: int) -> Iterator[str]:
    """Each letter was accepted once; twice at most where its sender was cut off in between."""
    if reminders.remind(timezone.localdate()):
        yield "reminders: what was owed once is owed again"
    accepted = Counter(line.split(" ")[0] for line in taken.read_text().splitlines())
    for message in Message.objects.all():
        count = accepted.pop(f"commonweal-{message.pk}", 0)
        if message.sent_at is None:
            yield f"letters: {message.key[:30]} was never sent"
        elif count == 0:
            yield f"letters: {message.key[:30]} counts as sent, and nobody had it"
        elif count > 1:
            may_double -= count - 1
            if may_double < 0:
                yield f"letters: {message.key[:30]} arrived {count} times"
    if accepted:
        yield f"letters: {len(accepted)} arrived that nobody wrote"
