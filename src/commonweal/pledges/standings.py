"""The standings that a pledge can have: what each is called and means, and how it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    CLAIMED = "claimed"
    MET = "verified_met"
    LOWERED = "verified_lowered"
    PARTLY_MET = "verified_partly"
    NOT_MET = "verified_not_met"
    UNAVAILABLE = "evidence_unavailable"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Story(StrEnum):
    """What became of a promise, in the five parts that a stranger reads."""

    KEPT = "kept"
    CHECKED = "being_checked"
    UNDER_WAY = "under_way"
    LATE = "late"
    BROKEN = "broken"


# In the order in which they are shown: each with its words, and what they say.
STORIES: Mapping[Story, tuple[str, str]] = {
    Story.KEPT: ("Kept", "Somebody else checked, and found all of what was promised."),
    Story.CHECKED: ("Being checked", "The partner says it is done; nobody else has settled it."),
    Story.UNDER_WAY: ("Under way", "Its date lies ahead."),
    Story.LATE: ("Late", "Its date has passed, and there is no last report."),
    Story.BROKEN: (
        "Not kept, or in part",
        "Somebody else checked, and found nothing of it, or not all.",
    ),
}


@dataclass(frozen=True)
class StandingInfo:
    """What a standing is called and means, and how it is counted.

    ``part`` is where a promise as a whole stands in the balance sheet's account; "" for what is
    in no account. ``story``: in which of the five parts of the first page it is; None for what is
    not public, and for what nobody found kept or broken: it is said beside them.
    ``is_open``: it can still be reported on, and reminded of. ``is_verified``: a reviewer's finding
    decided it.
    """

    code: Standing
    words: str
    meaning: str
    part: str
    story: Story | None
    is_open: bool = False
    is_verified: bool = False


# In the order in which standings are shown: good news last promised first, then what asks for
# eyes. All that is known of standings follows from this table: a new one is one line here.
STANDINGS: tuple[StandingInfo, ...] = (
    StandingInfo(
        Standing.PROPOSED,
        "Proposed",
        "Waits for the charter manager; not public.",
        part="",
        story=None,
    ),
    StandingInfo(
        Standing.MET,
        "Verified: met",
        "A reviewer of another organisation found that the target was reached.",
        part="verified",
        story=Story.KEPT,
        is_verified=True,
    ),
    StandingInfo(
        Standing.LOWERED,
        "Verified: lowered target met",
        "What was verified reaches the target only since the partner moved it. It does not reach "
        "what was first promised.",
        part="partly",
        story=Story.BROKEN,
        is_verified=True,
    ),
    StandingInfo(
        Standing.PARTLY_MET,
        "Verified: partly met",
        "A reviewer found part of what was promised.",
        part="partly",
        story=Story.BROKEN,
        is_verified=True,
    ),
    StandingInfo(
        Standing.NOT_MET,
        "Verified: not met",
        "A reviewer found nothing of what was promised.",
        part="not_met",
        story=Story.BROKEN,
        is_verified=True,
    ),
    StandingInfo(
        Standing.CLAIMED,
        "Claimed",
        "The partner says it is done; nobody else has checked yet.",
        part="claimed",
        story=Story.CHECKED,
        is_open=True,
    ),
    StandingInfo(
        Standing.ACTIVE,
        "Active",
        "Promised; its date lies ahead.",
        part="outstanding",
        story=Story.UNDER_WAY,
        is_open=True,
    ),
    StandingInfo(
        Standing.DUE_SOON,
        "Due soon",
        "Promised; its date is near.",
        part="outstanding",
        story=Story.UNDER_WAY,
        is_open=True,
    ),
    StandingInfo(
        Standing.OVERDUE,
        "Overdue",
        "Its date has passed without a final report.",
        part="outstanding",
        story=Story.LATE,
        is_open=True,
    ),
    StandingInfo(
        Standing.DISPUTED,
        "Disputed",
        "The partner contests the review; a second reviewer decides.",
        part="claimed",
        story=Story.CHECKED,
        is_open=True,
    ),
    StandingInfo(
        Standing.UNAVAILABLE,
        "Evidence unavailable",
        "It was verified, but its evidence can no longer be reached.",
        part="claimed",
        story=None,
    ),
    StandingInfo(
        Standing.LAPSED,
        "Lapsed",
        "Overdue for so long that nobody answers for it, or dropped by its source.",
        part="lapsed",
        story=None,
    ),
    StandingInfo(
        Standing.WITHDRAWN,
        "Withdrawn",
        "Taken back, and said why: by the partner, or with the file that it came in.",
        part="withdrawn",
        story=None,
    ),
)
WORDS: Mapping[str, str] = {info.code: info.words for info in STANDINGS}
MEANINGS: Mapping[str, str] = {info.code: info.meaning for info in STANDINGS}
# Of one promise it is known who took it back.
BY_PARTNER = "The partner took the promise back, and said why."
WITH_FILE = (
    "The town took back the file that this promise came in, and said why. That is no act of the "
    "partner."
)
# A promise as one: in which of the account's parts it is as a whole.
PART_OF: Mapping[str, str] = {info.code: info.part for info in STANDINGS if info.part}
OPEN = tuple(info.code for info in STANDINGS if info.is_open)
VERIFIED = tuple(info.code for info in STANDINGS if info.is_verified)
# The standings of each part of the story.
OF_STORY: Mapping[str, tuple[Standing, ...]] = {
    story: tuple(info.code for info in STANDINGS if info.story is story) for story in STORIES
}
# Those that are shown: all but what is not public yet.
ORDER = tuple(info.code for info in STANDINGS if info.code != Standing.PROPOSED)
# Those of them that are in no part of the story.
BESIDE = tuple(info.code for info in STANDINGS if info.story is None and info.code in ORDER)
# A register of another body may list a promise that is to be kept by no day.
WITHOUT_DATE = "Promised; its source states no date."
