"""Guards of the product that can be taken away, to see that the harness finds it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any


class _Open:
    """A stand-in for django.db.transaction whose ``atomic`` holds nothing together."""

    @staticmethod
    def atomic(function: Any = None) -> Any:
        return function if function is not None else contextlib.nullcontext()


def approval_atomic() -> None:
    """A yes to a grant is no longer one transaction."""
    from commonweal.grants import actions as granting

    granting.approve = granting.approve.__wrapped__


def ledger_atomic() -> None:
    """An entry, the head of the chain and the pledge's figures are written one by one."""
    from commonweal.pledges import ledger

    ledger.transaction = _Open
    ledger.append = ledger.append.__wrapped__
    _unwrap_actions()


def _unwrap_actions() -> None:
    from commonweal.pledges import actions, reviewing, writing

    # Each by its name, so that a guard that moves elsewhere is missed and not left standing.
    for module, names in (
        (actions, ("propose", "accept", "claim")),
        (reviewing, ("attach_file", "review")),
        (writing, ("write_down_each",)),
    ):
        for name in names:
            setattr(module, name, getattr(module, name).__wrapped__)


def reminder_once() -> None:
    """A letter of reminders is not written in one transaction with what it reminds of, and who
    had one already is not asked."""
    from commonweal.pledges import reminders

    reminders.transaction = _Open


def letter_claim() -> None:
    """Two senders may hold the same letter."""
    from commonweal.accounts import mail

    mail.claim = lambda message, now: True


def import_atomic() -> None:
    """A file of pledges is read in piece by piece."""
    from commonweal.pledges import carrying

    carrying.publish = carrying.publish.__wrapped__


def evidence_first() -> None:
    """A file of evidence is put on the disk after its row is written."""
    from commonweal.pledges import files

    def keep(upload: Any, *, pledge: Any, by: Any, max_mb: int) -> Any:
        import hashlib

        from django.db import transaction

        content = upload.read()
        digest = hashlib.sha256(content).hexdigest()
        kept, _ = files.EvidenceFile.objects.get_or_create(
            sha256=digest,
            defaults={
                "name": upload.name,
                "content_type": "text/plain",
                "size_bytes": len(content),
                "pledge": pledge,
                "added_by": by,
            },
        )

        def put() -> None:
            path = files.path_of(digest)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

        transaction.on_commit(put)
        return kept

    files.keep = keep


GUARDS: dict[str, Callable[[], None]] = {
    "approval-atomic": approval_atomic,
    "ledger-atomic": ledger_atomic,
    "reminder-once": reminder_once,
    "letter-claim": letter_claim,
    "import-atomic": import_atomic,
    "evidence-first": evidence_first,
}
