"""From a claim to a verified result: evidence, reviews by another organisation, replies."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commonweal.accounts.actors import Actor
from commonweal.accounts.models import Person, Role
from commonweal.office.errors import Refused
from commonweal.partners.access import must_act, organisations_of
from commonweal.places.models import the_town

from . import asking_more, files, ledger
from .conflicts import why_not_review
from .holding import hold, must_be_open, tell
from .models import Entry, EvidenceLink, Pledge, plain
from .standing import Kind
from .writing import for_partner, write_down


def _the_claim(pledge: Pledge, seq: int) -> Entry:
    claim = pledge.entries.filter(kind=Kind.CLAIM, seq=seq).first()
    if claim is None:
        raise Refused("There is no such report in this pledge's ledger.")
    return claim


@transaction.atomic
def attach_file(
    *, pledge: Pledge, claim_seq: int, upload: Any, title: str, by: Person, private: bool = False
) -> Entry:
    """Attach a file as evidence of a claim.

    Raises
    ------
    Refused
        The file is of no kind that can be shown safely, is too large, or is not what its
        name says.
    """
    must_be_open(pledge)
    _the_claim(pledge, claim_seq)
    evidence = files.keep(upload, pledge=pledge, by=by, max_mb=the_town().evidence_max_mb)
    body = {"about": claim_seq, "title": title or evidence.name, "file": evidence.sha256}
    if private:
        body["private"] = True
    existing = pledge.entries.filter(kind=Kind.EVIDENCE, body__about=claim_seq)
    for entry in existing:
        if entry.body.get("file") == evidence.sha256:
            return entry
    return _attach(pledge, body, by)


@transaction.atomic
def attach_link(*, pledge: Pledge, claim_seq: int, url: str, title: str, by: Person) -> Entry:
    """Attach a web address as evidence of a claim; it is checked every night."""
    must_be_open(pledge)
    _the_claim(pledge, claim_seq)
    for existing in EvidenceLink.objects.filter(entry__pledge=pledge, url=url):
        if existing.entry.body.get("about") == claim_seq:
            return existing.entry
    body = {"about": claim_seq, "title": title or url, "url": url}
    entry = _attach(pledge, body, by)
    EvidenceLink.objects.create(entry=entry, url=url)
    return entry


def _attach(pledge: Pledge, body: dict[str, Any], by: Person) -> Entry:
    partner = for_partner(pledge, by)
    entry = write_down(partner, pledge, Kind.EVIDENCE, body, verb="evidence attached")
    asking_more.came(pledge, body["about"])
    return entry


def _check_verdict(
    pledge: Pledge, claim_entry: Entry, verdict: str, figure: Decimal | None
) -> None:
    if verdict not in {"upheld", "partly", "rejected"}:
        raise Refused("Choose what you found.")
    evidence = pledge.entries.filter(kind=Kind.EVIDENCE, body__about=claim_entry.seq)
    if verdict != "rejected" and not evidence.exists():
        raise Refused("No evidence is attached to this claim, so it can't be verified.")
    if verdict == "partly":
        _check_part(pledge, claim_entry, figure)


def _check_part(pledge: Pledge, claim_entry: Entry, reached: Decimal | None) -> None:
    """What is found in part is a figure that falls short of the claim."""
    if reached is None:
        raise Refused("Enter the value that the evidence shows.")
    claimed = Decimal(claim_entry.body["value"])
    less_is_better = pledge.measure.direction == "down"
    if (reached <= claimed) if less_is_better else (reached >= claimed):
        raise Refused("That is all that is claimed, or more. Choose “All of it”.")


@transaction.atomic
def review(
    *,
    pledge: Pledge,
    claim_seq: int,
    verdict: str,
    figure: Decimal | None,
    reasons: str,
    by: Person,
    seen: int | None = None,
    withhold: bool = False,
) -> Entry:
    """Say what another organisation's reviewer found of a claim.

    ``verdict`` is upheld, partly (then ``figure`` is what was found) or rejected. One that falls
    short of the claim is held for the partner's reply before it is public and counts, unless
    it is the second review of a contested one. ``withhold`` keeps the files of the claim from
    the public: somebody in them should not be shown.

    Raises
    ------
    Refused
        The reviewer is of the claimant's organisation, or reviewed it before; there is no
        evidence to verify; the value found does not fit the verdict.
    """
    # Two reviewers at one moment: the second waits here, then is told.
    Pledge.objects.select_for_update().get(pk=pledge.pk)
    claim_entry = _the_claim(pledge, claim_seq)
    if reason := why_not_review(pledge, claim_entry, by):
        raise Refused(reason)
    _check_verdict(pledge, claim_entry, verdict, figure)
    today = timezone.localdate()
    second = pledge.entries.filter(kind=Kind.REVIEW, body__about=claim_seq).exists()
    adverse = verdict != "upheld"
    held_until = today + timedelta(days=the_town().reply_days) if adverse and not second else None
    body = {
        "about": claim_seq,
        "verdict": verdict,
        "value": plain(figure) if verdict == "partly" else None,
        "held_until": held_until.isoformat() if held_until else None,
        "by": ledger.digest_of_person(by.code)[:12],
    }
    if withhold:
        body["withhold"] = True
    if again := hold(pledge, seen, Kind.REVIEW, body, reasons, by):
        return again
    organisations = ", ".join(partner.name for partner in organisations_of(by))
    reviewer = Actor(by, Role.REVIEWER, organisations)
    entry = write_down(reviewer, pledge, Kind.REVIEW, body, reasons, verb="claim reviewed")
    if held_until:
        _ask_for_reply(pledge, entry, held_until)
    return entry


def _ask_for_reply(pledge: Pledge, review_entry: Entry, held_until: date) -> None:
    tell(
        pledge,
        f"review-{review_entry.seq}",
        f"A review waits for your reply: {pledge.partner.name}",
        f"{pledge.partner.name}: {pledge.statement}\n\nA reviewer did not find all that you "
        f"claimed. The review becomes public on {held_until:%-d %B %Y}, or when you reply:\n"
        f"{settings.ADDRESS}/space/{pledge.partner.code}/pledges/{pledge.code}/\n",
        owed=f"reply-{review_entry.seq}",
    )


@transaction.atomic
def reply(*, pledge: Pledge, review_seq: int, agrees: bool, reply_text: str, by: Person) -> Entry:
    """Answer an adverse review. It becomes public with the reply beside it; contested, it goes to
    a second reviewer."""
    must_act(pledge.partner)
    hold(pledge, None, Kind.REPLY, {})
    review = pledge.entries.filter(kind=Kind.REVIEW, seq=review_seq).first()
    if review is None or review.body["verdict"] == "upheld":
        raise Refused("There is no adverse review to reply to.")
    if not review.body["held_until"]:
        raise Refused("This was the second review; it stands.")
    if pledge.entries.filter(kind=Kind.REPLY, body__about=review_seq).exists():
        raise Refused("Your organisation has replied already.")
    if timezone.localdate().isoformat() > review.body["held_until"]:
        raise Refused("The time for a reply has passed.")
    body = {"about": review_seq, "agrees": agrees}
    partner = for_partner(pledge, by)
    return write_down(partner, pledge, Kind.REPLY, body, reply_text, verb="review replied")
