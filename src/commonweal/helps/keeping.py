"""How long things are kept, what is given to whoever asks about themselves, unusual reads."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from commonweal.accounts import mail
from commonweal.accounts.actions import Refused
from commonweal.accounts.models import Appointment, Person, Role
from commonweal.accounts.record import record

from . import finding, reaching, takes, working
from .models import (
    Award,
    CaseFile,
    CaseRead,
    Glass,
    GrantDecision,
    HelpRequest,
    IntakeDraft,
    NextAction,
    Note,
    Resident,
    Retention,
    ReturnedPayment,
    SubjectAccess,
    Task,
)

# What a town starts with; it sets its own days. No national period exists.
STARTING = (
    ("drafts", "What was typed and never sent", "Public task; needed to go on with a call.", 30),
    ("requests", "Help requests and the person they are about, after the last one is closed",
     "Public task (UK GDPR Article 6(1)(e)); health data for substantial public interest "
     "(DPA 2018 Schedule 1).", 730),
    ("bank", "Bank details of a grant, after its payment is reconciled",
     "Public task; needed to pay and to find repeated awards (as a keyed hash).", 180),
    ("awards", "Reasons and letters of grants",
     "Legal obligation: accounting records of the council.", 2190),
    ("tasks", "Volunteers' tasks: who and where", "Public task; gone when a task ends.", 0),
    ("reads", "Who read which record", "Legal obligation: showing that access was lawful.", 2190),
)  # fmt: skip


def days_of(purpose: str) -> int:
    found = Retention.objects.filter(purpose=purpose).values_list("days", flat=True).first()
    if found is not None:
        return found
    return next(days for code, _, _, days in STARTING if code == purpose)


def start() -> None:
    """The town's first retention rules; what it changed stays."""
    for purpose, name, basis, days in STARTING:
        Retention.objects.get_or_create(
            purpose=purpose, defaults={"name": name, "basis": basis, "days": days}
        )


def forget_due(on: date | None = None) -> dict[str, int]:
    """Erase everything whose time has come, by purpose. Safe to run at any time, and twice."""
    today = on or timezone.localdate()
    return {
        "drafts": _forget_drafts(today),
        "bank": _forget_bank(today),
        "residents": sum(1 for _ in _forget_residents(today)),
        "awards": _forget_awards(today),
        "reads": _forget_reads(today),
    }


def _forget_drafts(today: date) -> int:
    before = today - timedelta(days=days_of("drafts"))
    old = IntakeDraft.objects.filter(saved_at__date__lt=before).exclude(answers="")
    return old.update(answers="", pin_hash="")


def _forget_bank(today: date) -> int:
    """Account numbers go; their keyed hash stays, so that repeats are still found."""
    before = today - timedelta(days=days_of("bank"))
    old = Award.objects.filter(
        models.Q(decided_at__date__lt=before) | models.Q(decided_at=None, asked_on__lt=before),
        state__in=[Award.State.PAID, Award.State.REFUSED, Award.State.CANCELLED,
                   Award.State.WITHDRAWN],
    ).exclude(account="")  # fmt: skip
    old = old.exclude(payments__state="sent").exclude(
        reviews__decided_on=None, reviews__isnull=False
    )
    return Award.objects.filter(pk__in=list(old.values_list("pk", flat=True))).update(
        sort_code="", account="", payee=""
    )


def _forget_awards(today: date) -> int:
    before = today - timedelta(days=days_of("awards"))
    old = Award.objects.exclude(state__in=Award.OPEN).filter(
        models.Q(decided_at__date__lt=before) | models.Q(decided_at=None, asked_on__lt=before)
    )
    spoken = GrantDecision.objects.filter(award__in=old).exclude(words="")
    grants = spoken.values("award").distinct().count()
    spoken.update(words="")
    ReturnedPayment.objects.filter(payment__award__in=old).update(because="")
    return grants


def _forget_reads(today: date) -> int:
    before = today - timedelta(days=days_of("reads"))
    return CaseRead.objects.filter(at__date__lt=before).delete()[0]


def _forget_residents(today: date) -> Iterator[Resident]:
    """Residents whose last request closed long enough ago, and nothing else keeps them."""
    before = today - timedelta(days=days_of("requests"))
    due = (
        Resident.objects.exclude(state=Resident.State.ERASED)
        .exclude(state=Resident.State.MERGED)
        .annotate(last=models.Max("requests__closed_at"))
        .filter(last__date__lt=before)
        .exclude(requests__closed_at=None)
    )
    due = due.exclude(keep_until__gt=today)
    for resident in due.iterator(200):
        erase(resident=resident, by=None, because="its time came")
        yield resident


@transaction.atomic
def erase(*, resident: Resident, by: Person | None, because: str) -> None:
    """Erase a person. What is left: a code, keyed hashes, the area, and what was counted.

    Requests keep their kind, dates and outcome, so that no total changes; words, names and papers
    go. Records merged into this one go too.

    Raises
    ------
    Refused
        A request is open, or money is under way.
    """
    if resident.state == Resident.State.ERASED:
        raise Refused("This record was erased already.")
    if resident.requests.exclude(state="closed").exists():
        raise Refused("A help request is still open. Close it first.")
    awards = resident.awards.filter(
        models.Q(state__in=Award.OPEN)
        | models.Q(payments__state="sent")
        | models.Q(payments__returns__state="asked")
    )
    if awards.exists():
        raise Refused("A grant is not settled yet.")
    for one in [*resident.merged_from.all(), resident]:
        _blank(one)
        if one.pk != resident.pk:
            # A merged record has no keys of its own any more, and leads to a tombstone.
            Resident.objects.filter(pk=one.pk).update(erased_on=timezone.localdate())
            continue
        Resident.objects.filter(pk=one.pk).update(
            state=Resident.State.ERASED, erased_on=timezone.localdate(), household=None
        )
    record("resident erased", about=resident, by=by, because=because)


def _blank(resident: Resident) -> None:
    Resident.objects.filter(pk=resident.pk).update(**dict.fromkeys(Resident.PERSONAL, ""))
    # To be recognised on asking again takes some keys; to be looked up takes others.
    resident.keys.filter(kind__in=finding.KINDS).delete()
    reaching.forget(resident)
    resident.consents.update(purpose="", words="")
    requests = HelpRequest.objects.filter(resident=resident)
    requests.update(**dict.fromkeys(HelpRequest.PERSONAL, ""))
    for paper in CaseFile.objects.filter(request__in=requests):
        (settings.CASE_FOLDER / str(paper.code)).unlink(missing_ok=True)
        paper.delete()
    for request in requests:
        request.needs.update(answers="")
        request.calls.update(words="")
        request.callbacks.update(because="")
        NextAction.objects.filter(need__request=request).update(words="", ended_words="")
        request.referrals.update(words="", outcome_words="")
        IntakeDraft.objects.filter(sent_as=request).update(answers="", pin_hash="")
        Glass.objects.filter(request=request).update(because="")
    Note.objects.filter(request__in=requests).delete()
    Task.objects.filter(need__request__in=requests).update(who="", where="", instructions="")
    for merge in [*resident.merges_kept.all(), *resident.merges_gone.all()]:
        merge.before, merge.because, merge.reversible_until = "{}", "", timezone.now()
        merge.save(update_fields=["before", "because", "reversible_until"])
    resident.awards.update(payee="", sort_code="", account="")
    GrantDecision.objects.filter(award__resident=resident).update(words="")
    ReturnedPayment.objects.filter(payment__award__resident=resident).update(because="")


# --- Who asks about themselves ----------------------------------------------------------------


def everything_about(resident: Resident) -> dict[str, Any]:
    """All that is held about a person, in plain words and whole."""
    requests = resident.requests.prefetch_related("needs", "calls", "notes", "files", "referrals")
    return {
        "reference": resident.code,
        "person": {
            name.replace("_", " "): getattr(resident, name)
            for name in (*Resident.PERSONAL, "contact", "lives")
            if getattr(resident, name)
        },
        "how you may be reached": reaching.instruction(resident),
        "what was said about that": reaching.everything_about(resident),
        "area": str(resident.area or ""),
        "consents": [
            {"for": str(c.help_type or ""), "to": c.to_whom, "purpose": c.purpose,
             "fields": c.fields, "words": c.words,
             "given": c.given_at.isoformat(),
             "withdrawn": c.withdrawn_at.isoformat() if c.withdrawn_at else ""}
            for c in resident.consents.all()
        ],
        "requests": [_request(one) for one in requests],
        "grants": [
            {"reference": a.code, "fund": a.fund.name, "asked": str(a.asked),
             "amount": str(a.amount or ""), "state": a.get_state_display(),
             "decisions": [{"when": d.at.isoformat(), "what": d.get_kind_display(),
                            "amount": "" if d.amount is None else str(d.amount),
                            "words": d.words} for d in a.decisions.all()],
             "payments that came back": [r.because for r in ReturnedPayment.objects.filter(
                 payment__award=a)],
             "payee": a.payee, "sort code": a.sort_code, "account": a.account}
            for a in resident.awards.select_related("fund")
        ],
        "who holds a copy": [
            {"organisation": c.partner.name, "when": c.at.isoformat(), "fields": c.fields}
            for r in resident.requests.all() for x in r.referrals.all()
            for c in x.copies.select_related("partner")
        ],
        "who read it": [
            {"when": read.at.isoformat(), "what": read.what, "because of": read.link}
            for read in resident.reads.all()
        ],
    }  # fmt: skip


def _request(one: HelpRequest) -> dict[str, Any]:
    return {
        "reference": one.code, "opened": one.opened_at.isoformat(),
        "channel": one.get_channel_display(), "words": one.words, "caller": one.caller_name,
        "urgency": one.get_urgency_display(), "reasons": one.reasons,
        "changed because": one.decided_because, "state": one.get_state_display(),
        "closed": one.closed_words,
        "needs": [{"help": n.help_type.name, "answers": n.answers, "state": n.get_state_display()}
                  for n in one.needs.all()],
        "calls": [{"when": c.at.isoformat(), "outcome": c.get_outcome_display(), "words": c.words}
                  for c in one.calls.all()],
        "calls not made because": [c.because for c in one.callbacks.all() if c.because],
        "done next": [{"what": a.get_kind_display(), "words": a.words, "by": a.due_at.isoformat(),
                       "state": a.get_state_display(), "what came of it": a.ended_words}
                      for n in one.needs.all() for a in n.next_actions.all()],
        "notes": [{"when": n.at.isoformat(), "words": n.words} for n in one.notes.all()],
        "written to you": [
            {"when": w.at.isoformat(), "how": w.get_way_display(), "to": w.to, "words": w.words,
             "state": w.get_state_display()} for w in one.written.all()],
        "referrals": [{"to": x.partner.name, "fields": x.fields, "words": x.words,
                       "state": x.get_state_display(), "outcome": x.outcome_words}
                      for x in one.referrals.all()],
        "papers": [paper.name for paper in one.files.all()],
    }  # fmt: skip


@transaction.atomic
def give_access(*, resident: Resident, by: Person) -> tuple[bytes, SubjectAccess]:
    """Everything held about a person, as an archive: words to read, the same as data, papers."""
    said = everything_about(resident)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", json.dumps(said, indent=2, ensure_ascii=False))
        archive.writestr("everything.txt", "\n".join(_in_words(said)))
        for request in resident.requests.all():
            for number, paper in enumerate(request.files.all(), 1):
                # The paper's own name may say something; it stands in the data instead.
                archive.writestr(f"papers/{request.code}-{number}", working.read_file(paper))
    data = out.getvalue()
    access = resident.accesses.filter(given_at=None).first() or SubjectAccess(resident=resident)
    access.given_at, access.given_by = timezone.now(), by
    access.sha256 = hashlib.sha256(data).hexdigest()
    access.save()
    record("subject access given", about=resident, by=by, sha256=access.sha256)
    return data, access


def _in_words(said: Any, depth: int = 0) -> Iterator[str]:
    space = "  " * depth
    if isinstance(said, dict):
        for name, value in said.items():
            if isinstance(value, dict | list):
                yield f"{space}{name}:"
                yield from _in_words(value, depth + 1)
            elif value not in ("", None):
                yield f"{space}{name}: {value}"
    else:
        for value in said:
            if isinstance(value, dict | list):
                yield from _in_words(value, depth + 1)
                yield ""
            else:
                yield f"{space}{value}"


# --- Reads that stand out ---------------------------------------------------------------------


def unusual_reads(since: date, until: date) -> list[CaseRead]:
    """Reads that somebody should look at: of one's own surname, of one's own address, through
    broken glass; of who and where by a volunteer who then gave the task back; and by whoever read
    far more than their colleagues."""
    found = CaseRead.objects.filter(at__date__range=(since, until)).select_related(
        "person", "resident", "request"
    )
    counted = Counter(found.order_by().values_list("person", flat=True))
    usual = sorted(counted.values())[len(counted) // 2] if counted else 0
    back = takes.reads_given_back(since, until)
    many = {person for person, count in counted.items() if count > max(50, 5 * usual)}
    return [
        read
        for read in found
        if read.own_name
        or read.own_address
        or read.link == "glass"
        or read.person_id in many
        or read.pk in back
    ]


def tell_officer(on: date | None = None) -> int:
    """Each week, tell the data protection officer how many reads stand out. No names."""
    today = on or timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    count = len(unusual_reads(monday - timedelta(days=7), monday - timedelta(days=1)))
    officers = Appointment.objects.current(today).filter(role=Role.DATA_PROTECTION_OFFICER)
    told = 0
    for appointment in officers.select_related("person"):
        _, fresh = mail.write(
            key=f"unusual-reads-{monday}-{appointment.person_id}", person=appointment.person,
            subject="Reads to look at",
            body=f"{count} reads of last week stand out. Sign in and open “Reads” to look at them.",
        )  # fmt: skip
        told += fresh
    return told
