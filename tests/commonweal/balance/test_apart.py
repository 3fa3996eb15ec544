"""Registers of other bodies in the books: an account of their own, and how an older one lets them
go."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.balance import actions, cutting, papers, pictures, reads, statement, verify
from commonweal.balance.account import MOVEMENTS
from commonweal.balance.models import Period, Statement
from commonweal.partners.models import Partner
from commonweal.pledges import ledger
from commonweal.pledges.models import Pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(told):
    told((200, "proposed", {}), (199, "accepted", {}))
    told((150, "proposed", {}), (149, "accepted", {}), target=80)


def adds_up(totals: dict[str, int]) -> bool:
    left = sum(totals[name] for name in MOVEMENTS if name not in ("made", "changed"))
    kept_open = totals["opening"] + totals["made"] + totals["changed"] - left
    return kept_open - totals.get("apart", 0) == totals["closing"]


def drafted(period: Period, maya: Any, **more: Any) -> dict[str, Any]:
    return actions.prepare(period=period, by=maya, **more).content


def test_a_draft_says_of_the_town_what_it_says_without_them(own, of_others, period, maya, metric):
    """Read in with an old date after the period is over, they change nothing of the town's."""
    before = drafted(period, maya)
    of_others(day=period.ends_on - timedelta(days=5))
    after = drafted(period, maya)
    assert before["others"] is None
    [others, *panels] = after["panels"]
    assert panels == before["panels"]
    same = set(before) - {"apart", "others", "panels", "cut", "opening", "prepared_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert after["totals"]["closing"] == 2
    # Their own account: all four were made in the period, three are open, one is claimed in full.
    assert after["apart"] == {"before": ["ndcs", "uk-promises"], "now": ["ndcs", "uk-promises"]}
    totals = after["others"]["totals"]
    assert adds_up(totals)
    assert (totals["opening"], totals["made"]) == (0, 4)
    assert others["title"] == "Registers of other bodies"
    assert "They list 4 promises, which were not made to the town" in others["sentence"]
    rows = {row["name"]: (row["was"], row["is"]) for row in others["rows"]}
    assert rows["Outstanding"] == ("0", str(totals["closing"]))
    assert rows["Made"] == ("", "+4")


def test_what_is_read_in_about_later_days_is_in_no_part_of_it(own, of_others, period, maya, today):
    at = timezone.now() + timedelta(hours=1)
    before = drafted(period, maya, at=at)
    of_others(day=today)
    assert drafted(period, maya, at=at) == before


@pytest.fixture
def closed_with_them(own, of_others, period, maya, idris, tom) -> Statement:
    """A statement as it was closed before they stood apart: it counts them, and says nothing of
    it."""
    of_others(day=period.ends_on - timedelta(days=5))
    Pledge.objects.update(is_of_others=False)
    draft = actions.prepare(period=period, by=maya)
    for name in ("apart", "others"):
        del draft.content[name]
    draft.content["format"] = "commonweal-statement/1"
    draft.content_sha256 = ledger.sha256(ledger.canonical(draft.content))
    draft.save()
    seen = draft.content_sha256
    actions.sign_off(draft=draft, seen=seen, by=idris)
    actions.validate(draft=draft, seen=seen, by=tom)
    closed = actions.close(draft=draft, seen=seen, by=maya)
    Pledge.objects.exclude(source="").update(is_of_others=True)
    Partner.objects.exclude(source="").update(is_of_others=True)
    return closed


@pytest.fixture
def following(closed_with_them, today, maya, close_books) -> Statement:
    period = actions.open_period(code="next", title="Next", starts_on=today, ends_on=today, by=None)
    return close_books(period, at=timezone.now() + timedelta(days=1))


def test_the_statement_after_one_that_counted_them_lets_them_go(
    closed_with_them, following, client
):
    before, content = cutting.load(closed_with_them), cutting.load(following)
    assert content["opening"]["statement"] == closed_with_them.sha256
    totals = content["totals"]
    assert totals["opening"] == before["totals"]["closing"]
    gone = content["others"]["totals"]["opening"]
    assert gone == totals["apart"] > 0
    assert totals["closing"] == totals["opening"] - gone == 2
    assert adds_up(totals)
    closing = {(x["theme"], x["measure"]): x for x in before["lines"]}
    for line in content["lines"]:
        old = closing[line["theme"], line["measure"]]
        assert line["promises"]["opening"] == old["promises"]["closing"]
        if line["amount"]:
            assert line["amount"]["opening"] == old["amount"]["closing"]
    words = f"{gone} promises of other bodies’ registers, counted until then, stand apart from now"
    assert words in reads.in_words(content)
    assert reads.in_words(content).endswith(f"{totals['opening']} + 0 - {gone} = 2.")
    # On the page and in each paper, with the rows behind it.
    address = following.get_absolute_url()
    page = html.unescape(client.get(address).content.decode())
    assert words in page
    assert "Stand apart from now on" in page
    assert "Registers of other bodies" in page
    assert "Stand apart from now on" in pictures.promises(content)
    for kind in papers.KINDS:
        shown = papers.of_statement(following, kind)[1]
        assert words in str(shown)
        assert "Apart" in str(shown)
    csv = client.get(f"{address}statement.csv").content.decode()
    assert ",apart,closing," in csv.splitlines()[0]
    behind = [
        reverse("figure", args=["next", 1, line["theme"], line["measure"], "apart", "promises"])
        for line in content["lines"]
        if line["promises"]["apart"]
    ]
    assert behind
    for link in behind:
        assert link in page
        rows = client.get(link).content.decode()
        assert "Their parts add up to it." in " ".join(rows.split())
    # One that lets nothing go has no such column, nor figures of it.
    old = closed_with_them.get_absolute_url()
    assert "Stand apart" not in client.get(old).content.decode()
    assert (
        client.get(behind[0].replace("/next/", f"/{before['period']['code']}/")).status_code == 404
    )


def test_old_and_new_statements_are_proved_by_what_each_said(closed_with_them, following):
    proof, findings = verify.verify()
    assert proof.broken is None
    assert [finding.wrong for finding in findings] == [[], []]
    content = cutting.load(following)
    content["others"]["totals"]["made"] += 1
    assert [*verify._wrong_account(content, cutting.Cuts.of(content))] == [
        "of what registers of other bodies list: its totals are not what its lines add up to"
    ]
    content = cutting.load(following) | {"others": None}
    assert [*verify._wrong_account(content, cutting.Cuts.of(content))]


def test_they_are_let_go_once(following, today, maya):
    third = actions.open_period(
        code="third",
        title="Third",
        starts_on=today + timedelta(days=1),
        ends_on=today + timedelta(days=1),
        by=None,
    )
    content = drafted(third, maya, at=timezone.now() + timedelta(days=3))
    assert "apart" not in content["totals"]
    assert content["totals"]["opening"] == cutting.load(following)["totals"]["closing"]
    assert content["others"]["totals"]["opening"] == content["others"]["totals"]["closing"]
    assert "counted until then" not in reads.in_words(content)


def test_a_restatement_of_one_that_counted_them_shows_what_differs(
    closed_with_them, period, close_books
):
    second = close_books(period, because="Registers of other bodies were counted.")
    content = cutting.load(second)
    assert (content["totals"]["closing"], content["others"]["totals"]["made"]) == (2, 4)
    assert "apart" not in content["totals"]
    where = {one["where"]: (one["old"], one["new"]) for one in content["restates"]["differences"]}
    assert where["All promises, made"] == ("4", "0")
    assert [finding.wrong for finding in verify.verify()[1]] == [[], []]


def test_an_own_promise_entered_late_is_in_the_draft_of_a_period_that_is_over(
    own, period, maya, told
):
    """It is about the period, and the books are not closed yet: it is made in it, and nothing is
    hidden. Once they are closed it moves in the next one."""
    before = drafted(period, maya)
    told((30, "proposed", {}), (29, "accepted", {}))
    after = drafted(period, maya)
    assert after["totals"]["made"] == before["totals"]["made"] + 1
    assert after["totals"]["opening"] == before["totals"]["opening"]
    assert after["cut"]["seq"] > before["cut"]["seq"]
    assert statement.FORMAT == after["format"] == "commonweal-statement/2"
