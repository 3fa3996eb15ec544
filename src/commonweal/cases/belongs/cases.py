"""Cases: what was asked for, called, noted, kept as a paper, typed and not yet sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.office import texts
from commonweal.residents.belongings import (
    CHOICE,
    CODE,
    DELETED,
    MACHINE,
    STAYS,
    Belonging,
    Stop,
    belongs,
    set_aside,
)
from commonweal.residents.belongs import FREE, STAFF

from ..lists import waiting
from ..models import (
    Call,
    Callback,
    Case,
    CaseAlarm,
    CaseFile,
    Gap,
    IntakeDraft,
    ListLayout,
    ListRow,
    ListRun,
    Need,
    NextAction,
    Note,
    QueueView,
    Shift,
    Written,
)
from ..writing import KEY

CALLER = "whoever asked on their behalf"

belongs(
    Belonging(
        Case,
        by=("resident",),
        title="Case",
        words=Case.PERSONAL,
        plain={"code": CODE, "reasons": MACHINE, "signs": CODE},
        moves="resident",
        named_by=lambda case: f"Case {case.code}, {timezone.localtime(case.opened_at):%-d %B %Y}",
        remains="its code, kinds of help, dates, urgency and outcome, so that no total changes",
        holds=(
            {"state__in": ["new", "working", "waiting"]},
            "A help request is still open. Close it first.",
        ),
        gives=(
            ("code", "Reference"),
            ("channel", "How it came in"),
            ("words", "What was said"),
            ("caller_name", "Who asked"),
            ("caller_relation", "What they are to them"),
            ("caller_contact", "How to reach who asked"),
            ("from_partner.name", "Sent by"),
            ("consent_words", "In which words they agreed"),
            ("adults", "Adults at home"),
            ("children", "Children at home"),
            ("ages", "Ages of the children"),
            ("urgency", "Urgency"),
            ("reasons", "Reasons of the rules"),
            ("signs", "Signs that were named"),
            ("came_as", "Urgency with which it came"),
            ("decided_because", "Why it was changed"),
            ("decided_by.name", "Changed by"),
            ("taken_by.name", "Taken by"),
            ("assigned_to.name", "Handler"),
            ("state", "State"),
            ("closed_at", "Closed"),
            ("closed_words", "What came of it"),
        ),
        at="opened_at",
        thirds={
            "caller_name": CALLER,
            "caller_relation": CALLER,
            "caller_contact": CALLER,
            "words": "it may name others",
            "decided_because": FREE,
            "closed_words": FREE,
            "decided_by.name": STAFF,
            "taken_by.name": STAFF,
            "assigned_to.name": STAFF,
        },
    )
)

belongs(
    Belonging(
        Need,
        by=("case__resident",),
        title="Need",
        words=("answers",),
        plain={"why_unmet": CHOICE},
        remains="its kind, dates and outcome",
        gives=(
            ("case.code", "Case"),
            ("help_type.name", "Kind of help"),
            ("answers", "Answers"),
            ("state", "State"),
            ("why_unmet", "Why it was not met"),
            ("opened_on", "From"),
            ("closed_on", "Until"),
        ),
        at="opened_on",
        thirds={"answers": "they may name others"},
    )
)

belongs(
    Belonging(
        Gap,
        by=("need__case__resident",),
        title="Need without a service",
        plain={"why": CHOICE},
        remains="its kind, reason and day",
        gives=(
            ("need.case.code", "Case"),
            ("need.help_type.name", "Kind of help"),
            ("why", "What was missing"),
            ("found_on", "Seen on"),
            ("found_by.name", "By"),
        ),
        at="found_on",
        thirds={"found_by.name": STAFF},
    )
)

belongs(
    Belonging(
        Callback,
        by=("case__resident",),
        title="Call that was owed",
        words=("because",),
        remains="its purpose and dates",
        stop=Stop(
            ("due",),
            {"state": "cancelled", "ending": "died"},
            goes_on=lambda callback: callback.case.state != "closed",
        ),
        gives=(
            ("case.code", "Case"),
            ("purpose", "Purpose"),
            ("state", "State"),
            ("attempts", "Attempts"),
            ("because", "Why it was not made"),
            ("assigned_to.name", "Who was to ring"),
        ),
        at="due_at",
        thirds={"because": FREE, "assigned_to.name": STAFF},
    )
)


def _plan_goes_on(action: Any) -> bool:
    """Not where its need was settled since, though it may be open again; nor, of what was to be
    decided or got under way, where somebody has planned something since."""
    since = action.need.next_actions.filter(made_at__gt=action.ended_at)
    if action.need.state != "open" or since.filter(because=NextAction.Because.REOPENED).exists():
        return False
    is_decision = action.kind in (NextAction.Kind.DECIDE, NextAction.Kind.HELP)
    return not (is_decision and since.exclude(kind=NextAction.Kind.DECIDE).exists())


belongs(
    Belonging(
        NextAction,
        by=("need__case__resident",),
        title="Next action",
        words=NextAction.PERSONAL,
        plain={"about": CODE},
        remains="what was planned, by when, and what came of it",
        stop=Stop(
            (NextAction.State.PLANNED,),
            {"state": NextAction.State.DROPPED, "ended_at": timezone.now},
            back={"ended_at": None},
            goes_on=_plan_goes_on,
        ),
        gives=(
            ("need.case.code", "Case"),
            ("kind", "What"),
            ("words", "Words"),
            ("state", "State"),
            ("because", "Why it was planned"),
            ("ended_words", "What came of it"),
            ("owner.name", "Whose"),
        ),
        at="due_at",
        thirds={"words": FREE, "ended_words": FREE, "owner.name": STAFF},
    )
)

DIED = "they were reported dead"


def _empty_messages(written: QuerySet[Any]) -> None:
    """What is sent keeps that it was sent; what waits to be sent goes."""
    keys = [f"{KEY}{pk}" for pk in written.values_list("pk", flat=True)]
    messages = Message.objects.filter(key__in=keys)
    texts.forget(f"commonweal-{pk}" for pk in messages.values_list("pk", flat=True))
    messages.filter(sent_at=None).delete()
    messages.update(body="", to_email="", to_phone="")


belongs(
    Belonging(
        Written,
        by=("case__resident",),
        title="Message to them",
        words=Written.PERSONAL,
        plain={"subject": MACHINE, "why_stopped": MACHINE},
        remains="that a message was written, when, in which way and by whom",
        before_erasing=_empty_messages,
        # What was given to the sender is asked about once more as it goes out (`writing`).
        stop=Stop(
            (Written.State.WAITING,),
            {"state": Written.State.STOPPED, "why_stopped": DIED},
            goes_on=lambda written: written.case.state != "closed",
        ),
        gives=(
            ("case.code", "Case"),
            ("way", "In which way"),
            ("to", "To"),
            ("words", "What it said"),
            ("state", "State"),
            ("bulk.template.name", "Template"),
            ("by.name", "By"),
        ),
        at="at",
        thirds={"by.name": STAFF},
    )
)

belongs(
    Belonging(
        CaseAlarm,
        by=("case__resident",),
        title="Alarm to named colleagues",
        erased=STAYS,
        remains="when they were told of the case, and when it was opened",
        gives=(
            ("case.code", "Case"),
            ("cause", "Why"),
            ("opened_at", "Opened"),
            ("opened_by.name", "Opened by"),
        ),
        thirds={"opened_by.name": STAFF},
    )
)

belongs(
    Belonging(
        Call,
        by=("case__resident",),
        title="Call",
        words=("words",),
        remains="that there was a call, and its outcome",
        gives=(
            ("case.code", "Case"),
            ("direction", "Direction"),
            ("outcome", "Outcome"),
            ("words", "What was written down"),
            ("minutes", "Minutes"),
            ("by.name", "By"),
        ),
        at="at",
        thirds={"words": FREE, "by.name": STAFF},
    )
)

belongs(
    Belonging(
        Note,
        by=("case__resident",),
        title="Note",
        words=("words",),
        erased=DELETED,
        remains="nothing",
        gives=(("case.code", "Case"), ("kind", "Kind"), ("words", "Words"), ("by.name", "By")),
        at="at",
        thirds={"words": FREE, "by.name": STAFF},
    )
)


def _unlink(papers: QuerySet[Any]) -> None:
    for paper in papers:
        (settings.CASE_FOLDER / str(paper.code)).unlink(missing_ok=True)


belongs(
    Belonging(
        CaseFile,
        by=("case__resident",),
        title="Paper",
        words=("name",),
        plain={"content_type": MACHINE},
        erased=DELETED,
        before_erasing=_unlink,
        remains="nothing",
        gives=(
            ("case.code", "Case"),
            ("name", "Name of the file"),
            ("added_by.name", "Added by"),
            ("size_bytes", "Bytes"),
        ),
        at="added_at",
        thirds={"name": "what stands in a paper may name others: open it", "added_by.name": STAFF},
    )
)

belongs(
    Belonging(
        IntakeDraft,
        by=("sent_as__resident",),
        title="What was typed",
        words=("answers", "marks"),
        plain={"code": CODE, "pin_hash": CODE},
        also_erased={"pin_hash": ""},
        remains="that it was typed, and when",
        gives=(
            ("code", "Reference"),
            ("channel", "How it came in"),
            ("answers", "What was typed"),
            ("marks", "Who typed what, and what two typed differently"),
            ("started_by.name", "Begun by"),
            ("saved_by.name", "Saved by"),
        ),
        at="started_at",
        thirds={
            "answers": "it may name others",
            "marks": "who of staff typed; it may name others",
            "started_by.name": STAFF,
            "saved_by.name": STAFF,
        },
    )
)


def _drop_refused(rows: QuerySet[Any]) -> None:
    waiting.drop_every_refused()


belongs(
    Belonging(
        ListRow,
        by=("case__resident", "resident"),
        title="Row of a list",
        plain={"layout": CODE, "key_hash": CODE, "content_hash": CODE, "outcome": MACHINE},
        erased=STAYS,
        before_erasing=_drop_refused,
        goes="the refused rows of every list, of which one may be theirs",
        remains="keyed hashes, so that no list is read twice",
        gives=(
            ("layout", "Which list"),
            ("row", "Row"),
            ("outcome", "What came of it"),
            ("run.started_at", "Read"),
        ),
    )
)

set_aside(ListLayout, because="what columns of lists mean, without anything that stands in them")
set_aside(
    ListRun,
    because="counts, and why rows were rejected; the refused rows go with every erasing, "
    "and after 30 days",
)
set_aside(Shift, because="who of staff was at the desk")
set_aside(QueueView, because="what who of staff looks for in the queue, in codes")
