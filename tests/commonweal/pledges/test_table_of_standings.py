"""The table of standings: what each is called, in which part it is counted, and what may follow."""

from __future__ import annotations

import pytest

from commonweal.pledges import standing as st
from commonweal.pledges import standings
from commonweal.pledges.models import Pledge
from commonweal.pledges.standings import STANDINGS, STORIES, Standing, StandingInfo, Story

INFO = {info.code: info for info in STANDINGS}
EVERY = list(Standing)
# By hand, from docs/methods/standing.md and docs/methods/balance-sheet.md: words, part of the
# account, part of the story, whether it can still be reported on, whether a reviewer decided it.
BY_HAND = [
    (Standing.PROPOSED, "Proposed", "", None, False, False),
    (Standing.MET, "Verified: met", "verified", Story.KEPT, False, True),
    (Standing.LOWERED, "Verified: lowered target met", "partly", Story.BROKEN, False, True),
    (Standing.PARTLY_MET, "Verified: partly met", "partly", Story.BROKEN, False, True),
    (Standing.NOT_MET, "Verified: not met", "not_met", Story.BROKEN, False, True),
    (Standing.CLAIMED, "Claimed", "claimed", Story.CHECKED, True, False),
    (Standing.ACTIVE, "Active", "outstanding", Story.UNDER_WAY, True, False),
    (Standing.DUE_SOON, "Due soon", "outstanding", Story.UNDER_WAY, True, False),
    (Standing.OVERDUE, "Overdue", "outstanding", Story.LATE, True, False),
    (Standing.DISPUTED, "Disputed", "claimed", Story.CHECKED, True, False),
    (Standing.UNAVAILABLE, "Evidence unavailable", "claimed", None, False, False),
    (Standing.LAPSED, "Lapsed", "lapsed", None, False, False),
    (Standing.WITHDRAWN, "Withdrawn", "withdrawn", None, False, False),
]


@pytest.mark.parametrize(("code", "words", "part", "story", "is_open", "is_verified"), BY_HAND)
def test_each_standing_is_as_the_method_says(
    code: Standing, words: str, part: str, story: Story | None, is_open: bool, is_verified: bool
) -> None:
    info = INFO[code]
    assert (info.words, info.part, info.story) == (words, part, story)
    assert (info.is_open, info.is_verified) == (is_open, is_verified)


def test_the_table_has_every_standing_once_and_in_the_order_of_pages() -> None:
    assert [row[0] for row in BY_HAND] == [info.code for info in STANDINGS]
    assert sorted(INFO) == sorted(EVERY)
    assert len(STANDINGS) == len(EVERY)


@pytest.mark.parametrize("info", STANDINGS, ids=lambda info: str(info.code))
def test_each_is_called_and_explained_in_a_sentence(info: StandingInfo) -> None:
    assert standings.WORDS[info.code] == info.words
    assert standings.MEANINGS[info.code] == info.meaning
    assert info.meaning[0].isupper()
    assert info.meaning.endswith(".")
    assert info.words[0].isupper()
    assert not info.words.endswith(".")


def test_no_two_are_called_or_explained_alike() -> None:
    assert len(frozenset(info.words for info in STANDINGS)) == len(STANDINGS)
    assert len(frozenset(info.meaning for info in STANDINGS)) == len(STANDINGS)
    explained = [standings.BY_PARTNER, standings.WITH_FILE, standings.WITHOUT_DATE]
    assert len(frozenset(explained)) == 3
    assert not frozenset(explained) & frozenset(standings.MEANINGS.values())


@pytest.mark.parametrize("code", EVERY)
def test_a_code_is_what_the_database_keeps(code: Standing) -> None:
    column = Pledge._meta.get_field("standing")
    assert dict(column.flatchoices)[code] == INFO[code].words
    assert len(code) <= column.max_length
    assert Standing(str(code)) is code


def test_what_is_open_and_what_was_verified_never_meet() -> None:
    assert not frozenset(standings.OPEN) & frozenset(standings.VERIFIED)
    assert standings.OPEN == (
        Standing.CLAIMED,
        Standing.ACTIVE,
        Standing.DUE_SOON,
        Standing.OVERDUE,
        Standing.DISPUTED,
    )
    assert standings.VERIFIED == (
        Standing.MET,
        Standing.LOWERED,
        Standing.PARTLY_MET,
        Standing.NOT_MET,
    )


def test_what_is_shown_is_all_but_what_is_not_public_yet() -> None:
    assert Standing.PROPOSED not in standings.ORDER
    assert len(standings.ORDER) == len(EVERY) - 1
    in_table = [info.code for info in STANDINGS]
    assert list(standings.ORDER) == sorted(standings.ORDER, key=in_table.index)


@pytest.mark.parametrize("code", EVERY)
def test_each_that_is_shown_is_in_one_part_of_the_story_or_beside_it(code: Standing) -> None:
    parts = [story for story, codes in standings.OF_STORY.items() if code in codes]
    beside = [code] if code in standings.BESIDE else []
    assert len(parts) + len(beside) == int(code in standings.ORDER)
    assert parts == ([INFO[code].story] if INFO[code].story else [])


def test_what_stands_beside_the_story_is_neither_kept_nor_broken() -> None:
    assert standings.BESIDE == (Standing.UNAVAILABLE, Standing.LAPSED, Standing.WITHDRAWN)


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        (Story.KEPT, [Standing.MET]),
        (Story.CHECKED, [Standing.CLAIMED, Standing.DISPUTED]),
        (Story.UNDER_WAY, [Standing.ACTIVE, Standing.DUE_SOON]),
        (Story.LATE, [Standing.OVERDUE]),
        (Story.BROKEN, [Standing.LOWERED, Standing.PARTLY_MET, Standing.NOT_MET]),
    ],
)
def test_each_part_of_the_story_has_its_standings(story: Story, codes: list[Standing]) -> None:
    assert list(standings.OF_STORY[story]) == codes


def test_the_story_has_its_five_parts_in_the_order_in_which_they_are_read() -> None:
    assert list(STORIES) == list(Story)
    for title, meaning in STORIES.values():
        assert title
        assert meaning.endswith(".")
    assert len(frozenset(title for title, _ in STORIES.values())) == 5


def test_only_what_somebody_else_checked_was_kept_or_broken() -> None:
    for story in (Story.KEPT, Story.BROKEN):
        assert all(INFO[code].is_verified for code in standings.OF_STORY[story])
    for story in (Story.CHECKED, Story.UNDER_WAY, Story.LATE):
        assert all(INFO[code].is_open for code in standings.OF_STORY[story])


def test_each_but_what_is_not_public_is_in_one_part_of_the_account() -> None:
    assert frozenset(standings.PART_OF) == frozenset(standings.ORDER)
    assert frozenset(standings.PART_OF.values()) == frozenset(
        ["verified", "partly", "claimed", "not_met", "withdrawn", "lapsed", "outstanding"]
    )


def test_a_lowered_target_is_in_no_account_a_promise_that_was_kept() -> None:
    """Whoever moves their target down is not counted with those who reached theirs."""
    assert standings.PART_OF[Standing.LOWERED] == standings.PART_OF[Standing.PARTLY_MET]
    assert standings.PART_OF[Standing.LOWERED] != standings.PART_OF[Standing.MET]


def test_evidence_that_is_gone_leaves_a_claim_and_no_verified_result() -> None:
    assert standings.PART_OF[Standing.UNAVAILABLE] == standings.PART_OF[Standing.CLAIMED]
    assert Standing.UNAVAILABLE not in standings.VERIFIED


def test_whoever_asks_about_standings_finds_them_all_in_one_place() -> None:
    for name in ("BESIDE", "MEANINGS", "OF_STORY", "OPEN", "ORDER", "PART_OF", "VERIFIED", "WORDS"):
        assert getattr(st, name) is getattr(standings, name)
        assert name in st.__all__
