"""One reminder that somebody is owed, and the words of the letter that tells of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from commonweal.design.words import many
from commonweal.partners.models import MemberRole, Membership

from .models import Pledge

SHOWN_OF_A_QUEUE = 5


@dataclass(frozen=True)
class Queue:
    """A queue of a desk: what waits in it, in words for one and for many, and the name of its page,
    with ``which`` and ``at`` (what follows the address) where one page has several; ``total``,
    where more wait than are looked through one by one."""

    title: str
    address: str
    total: int | None = None
    which: tuple[str, ...] = ()
    at: str = ""

    @property
    def path(self) -> str:
        return f"{reverse(self.address, args=self.which)}{self.at}"


@dataclass(frozen=True)
class Owed:
    """One reminder that one person is owed: its key, its sentence, and where it leads; of what
    stands in a queue, which and since when."""

    person_id: int
    key: str
    sentence: str
    path: str
    queue: Queue | None = None
    since: date = date.min


class Members:
    """Who is told for a partner, read once for the whole run."""

    def __init__(self) -> None:
        self.editors: dict[int, list[int]] = defaultdict(list)
        self.everyone: dict[int, set[int]] = defaultdict(set)
        self.partners_of: dict[int, set[int]] = defaultdict(set)
        current = Membership.objects.current().order_by("id")
        for partner_id, person_id, role in current.values_list("partner", "person", "role"):
            self.everyone[partner_id].add(person_id)
            self.partners_of[person_id].add(partner_id)
            if role == MemberRole.EDITOR:
                self.editors[partner_id].append(person_id)

    def to_tell(self, pledge: Pledge) -> list[int]:
        if pledge.owner_id in self.everyone[pledge.partner_id]:
            return [pledge.owner_id]
        return self.editors[pledge.partner_id]


def digest_text(lines: Sequence[Owed], new: Collection[str]) -> str:
    """The letter about all that somebody is owed: what is new by itself, and each queue in which
    something is new as it stands today."""
    # Several steps of one overdue pledge make one sentence.
    sentences = dict.fromkeys(
        (line.sentence, line.path) for line in lines if line.queue is None and line.key in new
    )
    paragraphs = [f"{sentence}\n{settings.ADDRESS}{path}\n" for sentence, path in sentences]
    queues = dict.fromkeys(line.queue for line in lines if line.queue and line.key in new)
    for queue in queues:
        paragraphs.append(_of_queue(queue, [line for line in lines if line.queue == queue]))
    return (
        "This waits for you:\n\n"
        + "\n".join(paragraphs)
        + "\nEach link leads there after you sign in."
        + f"\nStop these e-mails: {settings.ADDRESS}/accounts/you/\n"
    )


def _of_queue(queue: Queue, lines: Sequence[Owed]) -> str:
    """How many stand in a queue, the oldest of them, and where all of them are."""
    oldest = sorted(lines, key=lambda line: line.since)[:SHOWN_OF_A_QUEUE]
    rows = "".join(
        f"{_since(line)}{line.sentence}\n{settings.ADDRESS}{line.path}\n" for line in oldest
    )
    total = queue.total or len(lines)
    hidden = total - len(oldest)
    beyond = f"These are the {len(oldest)} oldest. All: " if hidden else "All: "
    return f"{many(total, queue.title)}.\n{rows}{beyond}{settings.ADDRESS}{queue.path}\n"


def _since(line: Owed) -> str:
    """Since when it waits, where that is known."""
    return f"Since {line.since:%-d %B %Y}: " if line.since > date.min else ""
