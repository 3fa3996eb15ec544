"""Signing off, validating and closing: each asked once more, with what can't be taken back."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest

from commonweal.balance import actions, papers, reads
from commonweal.balance.models import Asked, Explanation, Period, Statement
from commonweal.balance.steps import STEPS
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
STATES = ("draft", "signed", "validated")


@pytest.fixture
def draft(told, period, maya):
    told((150, "proposed", {}), (149, "accepted", {}), target=Decimal(80))
    return actions.prepare(period=period, by=maya)


def address(period, step):
    return f"/desk/balance/{period.code}/step/{step}/"


def test_each_step_has_a_page_that_says_what_cannot_be_taken_back(
    sign_in, maya, idris, tom, draft, period
):
    for person, step, says, state in (
        (idris, "sign", "drafting it again makes your signature void", "signed"),
        (tom, "validate", "After this it can&#x27;t be sent back", "validated"),
        (maya, "close", "nobody can change or delete them any more", "closed"),
    ):
        client = sign_in(person)
        desk = client.get(f"/desk/balance/{period.code}/").content.decode()
        assert f'href="{address(period, step)}"' in desk
        before = draft.state
        page = client.get(address(period, step)).content.decode()
        draft.refresh_from_db()
        # Looking does nothing.
        assert draft.state == before
        assert says in page
        assert f'name="seen" value="{draft.content_sha256}"' in page
        client.post(address(period, step), {"seen": draft.content_sha256})
        draft.refresh_from_db()
        assert draft.state == state


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("draft", "Not yet: these books are a draft. The working group signs them off first"),
        ("signed", "These books are signed off. The cross-party group validates them next"),
        ("validated", "These books are validated. Closing them comes next."),
    ],
)
def test_a_step_that_does_not_come_next_is_said_not_to(
    sign_in, maya, idris, tom, draft, period, state, says
):
    for person, step in ((idris, "sign"), (tom, "validate"))[: STATES.index(state)]:
        typed = {"seen": draft.content_sha256}
        sign_in(person).post(address(period, step), typed)
    draft.refresh_from_db()
    assert draft.state == state
    for person, step in ((idris, "sign"), (tom, "validate"), (maya, "close")):
        answer = sign_in(person).get(address(period, step), follow=True)
        comes_next = STEPS[step].start == state
        assert (says in answer.content.decode()) is not comes_next
        assert bool(answer.redirect_chain) is not comes_next


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_of_books_that_somebody_has_closed_leads_to_their_page(
    sign_in, maya, draft, period, close_books, method
):
    close_books(period)
    client = sign_in(maya)
    page = getattr(client, method)(address(period, "close"), {"seen": "x"}, follow=True)
    assert page.status_code == 200
    assert "What is closed stays as it is." in page.content.decode()


def test_a_red_line_is_asked_about_by_its_name(sign_in, maya, draft, period):
    line = {"code": "firms-helped", "name": "Firms helped", "is_red": True, "why": ""}
    draft.content["metrics"] = [line]
    Statement.objects.filter(pk=draft.pk).update(content=draft.content)
    page = sign_in(maya).get(f"/desk/balance/{period.code}/explain/metric/firms-helped/")
    assert "Why is this red? Firms helped" in page.content.decode()


@pytest.fixture
def red(draft, metric, period):
    """Two red lines in the draft, one with its reason."""
    lines = [
        {
            "code": code,
            "name": name,
            "is_red": True,
            "why": why,
            "state": "Late",
            "was": "1",
            "is": "1",
            "should_be": "2",
            "note": "",
            "late_days": 0,
            "owner": "",
            "released_on": "",
            "was_value": "1",
            "value": "1",
            "target": "2",
            "unit": "firms",
        }
        for code, name, why in (("one", "Firms helped", ""), ("two", "Ovens", "It broke."))
    ]
    draft.content["metrics"] = lines
    Statement.objects.filter(pk=draft.pk).update(content=draft.content)


def test_what_is_red_without_a_reason_is_told_with_its_name_long_before_it_is_signed(
    sign_in, maya, idris, red, period
):
    books = sign_in(maya).get("/desk/balance/").content.decode()
    assert "1 red line without a reason" in " ".join(books.split())
    page = sign_in(maya).get(f"/desk/balance/{period.code}/").content.decode()
    told = page[page.index("1 red line without a reason") :].split("</div>")[0]
    assert "Firms helped" in told
    assert f'href="/desk/balance/{period.code}/explain/metric/one/"' in told
    assert "Ovens" not in told
    assert "2 red lines and why" in page
    # Who signs reads it too, and is offered nothing to write.
    page = sign_in(idris).get(f"/desk/balance/{period.code}/").content.decode()
    assert "1 red line without a reason" in page
    assert "/explain/" not in page


def test_a_reason_written_since_the_draft_is_said_to_be_there(sign_in, maya, red, period):
    actions.explain(period=period, about="metric:one", reason="The flood.", by=maya)
    page = sign_in(maya).get(f"/desk/balance/{period.code}/").content.decode()
    assert "a reason was written since; draft it again to take it in" in " ".join(page.split())


def test_the_papers_of_a_draft_say_where_no_reason_was_written(red, draft):
    draft.refresh_from_db()
    _, shown = papers.of_statement(draft, "statement")
    assert [row[-1] for row in shown["metrics"]] == ["No reason was written.", "It broke."]


@pytest.mark.parametrize("pillars", [1, 2])
def test_pillars_that_add_up_to_more_than_the_actions_say_why(
    sign_in, maya, draft, period, action, pillars
):
    draft = actions.prepare(period=period, by=maya)
    programme = draft.content["programme"]
    line = {"code": "a", "title": "Bake", "owner": "", "words": "Late", "was": "", "why": ""}
    line |= {"per_cent": 0, "due_on": "", "is_red": False}
    programme["all"] = [line]
    pillar = {"name": "Work", "code": "work", "per_cent": 0, "weighting": "all", "actions": 1}
    programme["pillars"] = [pillar | {"code": str(number)} for number in range(pillars)]
    Statement.objects.filter(pk=draft.pk).update(content=draft.content)
    draft.refresh_from_db()
    page = sign_in(maya).get(f"/desk/balance/{period.code}/").content.decode()
    _, shown = papers.of_statement(draft, "statement")
    for text in (page, shown["programme"]["sentence"]):
        assert ("An action of several pillars counts in each" in text) is (pillars == 2)


def test_each_step_is_for_its_own_role(sign_in, maya, idris, tom, draft, period):
    for person, step in ((maya, "sign"), (tom, "close"), (idris, "validate")):
        client = sign_in(person)
        assert client.get(address(period, step)).status_code == 403
        assert client.post(address(period, step), {"seen": "x"}).status_code == 403
        assert (
            f'href="{address(period, step)}"'
            not in client.get(f"/desk/balance/{period.code}/").content.decode()
        )


def test_a_refused_step_shows_why_and_signs_nothing_that_was_not_read(
    sign_in, maya, idris, draft, period
):
    read = draft.content_sha256
    client = sign_in(idris)
    actions.ask(period=period, body="Executive", question="An oven.", because="", by=maya)
    actions.prepare(period=period, by=maya)
    for _ in range(2):
        page = client.post(address(period, "sign"), {"seen": read}).content.decode()
        assert "drafted it anew" in page
        assert f'name="seen" value="{read}"' in page
    draft.refresh_from_db()
    assert draft.state == "draft"
    page = client.post(address(period, "sign"), {}).content.decode()
    assert "Open the draft and read it, then decide" in page


def _offers(client, period, step):
    """What the page of the period and the step's own say, and whether each offers the step."""
    desk = client.get(f"/desk/balance/{period.code}/").content.decode()
    own = client.get(address(period, step)).content.decode()
    button = {"sign": "Sign it off", "validate": "Validate it", "close": "Close the books"}[step]
    is_offered = f'href="{address(period, step)}"' in desk
    assert (re.search(rf">\s*{button}\s*</button>", own) is not None) is is_offered
    assert ("You can't take this back" in html.unescape(own)) <= is_offered
    return is_offered, " ".join(html.unescape(desk).split()), " ".join(html.unescape(own).split())


def test_a_step_that_would_be_refused_is_not_offered_and_says_why(
    sign_in, idris, tom, red, draft, period
):
    is_offered, desk, own = _offers(sign_in(idris), period, "sign")
    assert not is_offered
    assert "1 red line without a reason. It can't be signed off like this" in re.sub(
        "<[^>]+>", "", desk
    )
    assert "A red line without a written reason can't be made final: “Firms helped”." in own
    draft.content["metrics"][0]["why"] = "The flood."
    Statement.objects.update(content=draft.content)
    assert _offers(sign_in(idris), period, "sign")[0]
    # Who drafted it signs off nothing, whichever roles they hold.
    Statement.objects.update(drafted_by=idris)
    for page in (told := _offers(sign_in(idris), period, "sign"))[1:]:
        assert "You drafted this statement. Somebody else must sign it off." in page
    assert not told[0]
    Statement.objects.update(state="signed", signed_by=tom)
    for page in (told := _offers(sign_in(tom), period, "validate"))[1:]:
        assert "You drafted or signed this statement. Somebody else must validate it." in page
    assert not told[0]
    Statement.objects.update(signed_by=idris)
    assert _offers(sign_in(tom), period, "validate")[0]


def test_drafting_again_says_that_signatures_are_void(sign_in, maya, idris, draft, period):
    page = sign_in(maya).get(f"/desk/balance/{period.code}/draft/").content.decode()
    assert "Whoever signed off or validated the draft before must do so again." in page


def test_the_reason_of_a_restatement_is_kept_when_it_is_refused(
    sign_in, maya, draft, period, close_books
):
    close_books(period)
    client = sign_in(maya)
    long = "It was written down late. " * 50
    page = client.post(f"/desk/balance/{period.code}/draft/", {"because": long}).content.decode()
    assert "It was written down late. It was written" in page
    page = client.post(f"/desk/balance/{period.code}/draft/", {"because": ""}).content.decode()
    assert "Say why it has to be restated" in page
    client.post(f"/desk/balance/{period.code}/draft/", {"because": "Late."})
    assert period.unfinished().because == "Late."


def test_a_closed_period_offers_its_papers_and_nothing_to_change(
    sign_in, maya, draft, period, close_books
):
    actions.ask(period=period, body="Executive", question="An oven.", because="", by=maya)
    close_books(period)
    page = sign_in(maya).get(f"/desk/balance/{period.code}/").content.decode()
    for ending in ("pdf", "docx"):
        assert f'href="/balance/{period.code}/1/report.{ending}"' in page
    assert "Take out" not in page
    assert f"/desk/balance/{period.code}/ask/" not in page
    assert "step/" not in page


def test_nothing_is_written_for_books_that_are_closed(sign_in, maya, draft, period, close_books):
    close_books(period)
    client = sign_in(maya)
    answers = {"body": "Executive", "words": "A second oven.", "because": ""}
    page = client.post(f"/desk/balance/{period.code}/ask/", answers).content.decode()
    assert "Draft a restatement first." in page
    assert "A second oven." in page
    with pytest.raises(Refused, match="closed"):
        actions.explain(period=period, about="metric:x", reason="Rain.", by=maya)
    assert not Asked.objects.exists()
    assert not Explanation.objects.filter(about="metric:x").exists()
    actions.prepare(period=period, by=maya, because="Late.")
    actions.ask(period=period, body="Executive", question="An oven.", because="", by=maya)


def test_a_reason_that_was_written_since_is_shown_as_such(
    sign_in, maya, draft, period, metric, today
):
    metric.release_days = 1
    metric.save()
    actions.prepare(period=period, by=maya)
    actions.explain(period=period, about=f"metric:{metric.code}", reason="It rained.", by=maya)
    page = sign_in(maya).get(f"/desk/balance/{period.code}/").content.decode()
    assert "It rained." in page
    assert "Draft it again to take this in." in page
    assert "No reason yet." not in page


# --- The next period --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "proposed"),
    [
        (
            (2026, 7, 1),
            (2026, 9, 30),
            ("October to December 2026", "2026-q4", (2026, 10, 1), (2026, 12, 31)),
        ),
        (
            (2026, 10, 1),
            (2026, 12, 31),
            ("January to March 2027", "2027-q1", (2027, 1, 1), (2027, 3, 31)),
        ),
        (
            (2025, 4, 1),
            (2026, 3, 31),
            ("April 2026 to March 2027", "2026-04", (2026, 4, 1), (2027, 3, 31)),
        ),
        ((2028, 1, 1), (2028, 1, 31), ("February 2028", "2028-02", (2028, 2, 1), (2028, 2, 29))),
        (
            (2026, 9, 2),
            (2026, 11, 30),
            ("December 2026 to February 2027", "2026-12", (2026, 12, 1), (2027, 2, 28)),
        ),
    ],
)
def test_the_next_period_is_proposed(town, starts_on, ends_on, proposed):
    Period.objects.create(
        code="last", title="Last", starts_on=date(*starts_on), ends_on=date(*ends_on)
    )
    title, code, first, last = proposed
    assert reads.next_period(date(2026, 11, 28)) == {
        "title": title,
        "code": code,
        "starts_on": date(*first),
        "ends_on": date(*last),
    }


def test_the_first_period_is_the_quarter_of_today(town):
    proposed = reads.next_period(date(2026, 11, 28))
    assert (proposed["code"], proposed["starts_on"]) == ("2026-q4", date(2026, 10, 1))


def test_the_form_of_a_period_opens_with_the_next_one(sign_in, maya, period):
    page = sign_in(maya).get("/desk/balance/open/").content.decode()
    first = period.ends_on + timedelta(days=1)
    assert f'value="{first.year}"' in page
    assert reads.next_period(first)["title"] in page


def test_a_statement_leads_to_the_periods_before_and_after_it(client, told, period, close_books):
    def beside(code: str) -> list[tuple[str, str]]:
        page = client.get(f"/balance/{code}/").content.decode()
        nav = page.partition('aria-label="Other periods"')[2].partition("</nav>")[0]
        return re.findall(r'(\w+):\s*<a\s[^>]*href="([^"]*)"', nav)

    def shift(code: str, days: int) -> Period:
        return Period.objects.create(
            code=code,
            title=code,
            starts_on=period.starts_on - timedelta(days=days),
            ends_on=period.ends_on - timedelta(days=days),
        )

    first, second = shift("first", 200), shift("second", 100)
    told((400, "proposed", {}), (399, "accepted", {}))
    close_books(first)
    # Of a period whose books are not closed the public knows nothing.
    assert beside("first") == []
    close_books(second)
    assert beside("first") == [("After", "/balance/second/")]
    assert beside("second") == [("Before", "/balance/first/")]
    close_books(period)
    after = ("After", f"/balance/{period.code}/")
    assert beside("second") == [("Before", "/balance/first/"), after]
