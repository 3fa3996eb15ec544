"""Writing a pledge in steps, sending it, and its way into the register."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event, Message
from commonweal.pledges import actions
from commonweal.pledges.models import Draft, Entry, Measure, Pledge


@pytest.fixture
def steps(today, measure, version):
    due = today + timedelta(days=300)
    return {
        "measure": {"measure": "hours"},
        "promise": {
            "statement": "We will give 200 hours.",
            "who_benefits": "Neighbours",
            "area": "",
        },
        "figures": {
            "baseline": "0",
            "target": "1,200",
            "due_on_0": due.day,
            "due_on_1": due.month,
            "due_on_2": due.year,
        },
        "owner": {"owner_title": "Owner", "clause": ""},
    }


def walk(client, steps, code="bakery"):
    """Answer each step that is asked; whoever said what they are there is not asked again."""
    response = client.post(f"/space/{code}/drafts/")
    asked = []
    while not (address := response.headers["Location"]).endswith("/check/"):
        asked.append(address.rstrip("/").rsplit("/", 1)[1])
        response = client.post(address, steps[asked[-1]])
    assert asked in (list(steps), list(steps)[:3]), asked
    return address


def test_a_pledge_is_made_in_steps_and_waits_unseen(sign_in, asha, steps, client):
    sign_in(asha)
    check = walk(client, steps)
    response = client.post(check, follow=True)

    pledge = Pledge.objects.get()
    assert (pledge.target, pledge.baseline, pledge.standing) == (1200, 0, "proposed")
    assert not Draft.objects.exists()
    assert b"waits for the charter manager" in response.content
    client.logout()
    assert client.get(f"/pledges/{pledge.code}/").status_code == 404
    assert b"200 hours" not in client.get("/pledges/").content
    assert b"200 hours" not in client.get("/pledges.json").getvalue()
    assert b"200 hours" not in client.get("/ledger.csv").getvalue()
    assert Event.objects.filter(verb="pledge proposed").count() == 1


LATE = [
    ("check/", {}),
    ("promise/", {"statement": "We will give 300 hours."}),
    ("delete/", {}),
]


@pytest.mark.parametrize(("where", "typed"), LATE)
def test_a_second_tab_of_a_promise_that_was_sent_is_led_to_it(
    sign_in, asha, steps, client, where, typed
):
    sign_in(asha)
    check = walk(client, steps)
    base = check.removesuffix("check/")
    stale = client.get(base + where if typed else check)
    key = re.search(r'name="once_key" value="([^"]+)"', stale.content.decode())
    client.post(check)
    pledge = Pledge.objects.get()
    page = client.post(base + where, typed | {"once_key": key[1]}, follow=True)
    assert page.redirect_chain[-1][0] == f"/space/bakery/pledges/{pledge.code}/"
    assert "This promise has been sent already" in page.content.decode()
    waits = "300 hours" in client.get("/accounts/typed/").content.decode()
    assert waits == bool(typed)


@pytest.mark.parametrize(("where", "typed"), LATE)
def test_a_second_tab_of_a_draft_that_was_deleted_is_told_so(
    sign_in, asha, steps, client, where, typed
):
    sign_in(asha)
    check = walk(client, steps)
    base = check.removesuffix("check/")
    client.post(base + "delete/")
    page = client.post(base + where, typed, follow=True)
    assert page.redirect_chain[-1][0] == "/space/bakery/"
    assert "This draft is not here any more" in page.content.decode()


def test_a_draft_that_is_sent_by_two_at_one_moment_leads_both_to_it(
    sign_in, asha, steps, client, monkeypatch
):
    sign_in(asha)
    check = walk(client, steps)
    propose = actions.propose

    def is_second(**terms):
        propose(**terms)
        return propose(**terms)

    monkeypatch.setattr(actions, "propose", is_second)
    page = client.post(check, follow=True)
    assert page.status_code == 200
    assert "This promise has been sent already" in page.content.decode()


def test_a_stale_draft_leads_nobody_who_may_not_write_for_the_partner(
    sign_in, asha, carys, steps, client
):
    sign_in(asha)
    check = walk(client, steps)
    client.post(check)
    sign_in(carys)
    assert client.post(check).status_code == 404


def test_each_missing_thing_is_named_in_plain_words(sign_in, asha, steps, client):
    sign_in(asha)
    steps["figures"] = {
        "baseline": "0",
        "target": "",
        "due_on_0": "",
        "due_on_1": "",
        "due_on_2": "",
    }
    response = client.post("/space/bakery/drafts/")
    base = response.headers["Location"].removesuffix("measure/")
    for step, answers in steps.items():
        response = client.post(f"{base}{step}/", answers)
    page = client.get(f"{base}check/").content.decode()
    assert "Enter the figure that you want to reach" in page
    assert "Enter the day by which you will reach it" in page
    client.post(f"{base}check/")
    assert not Pledge.objects.exists()


def test_what_was_typed_is_kept_even_when_it_is_wrong(sign_in, asha, measure, client):
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    client.post(f"{base}measure/", {"measure": "hours"})
    response = client.post(f"{base}figures/", {"baseline": "some", "target": "12 hours"})
    assert "Write a number in figures" in response.content.decode()
    again = client.get(f"{base}figures/").content.decode()
    assert 'value="12 hours"' in again


def test_the_example_fits_the_partner(sign_in, asha, measure, client):
    measure.examples = [
        {"sector": "public", "size": "", "text": "A council's example."},
        {"sector": "private", "size": "large", "text": "A factory's example."},
        {"sector": "private", "size": "micro", "text": "A bakery's example."},
    ]
    measure.save()
    sign_in(asha)
    address = client.post("/space/bakery/drafts/").headers["Location"]
    page = html.unescape(client.get(address).content.decode())
    assert "A bakery's example." in page
    assert "A factory" not in page


NEUTRAL, MICRO, PRIVATE = "An example for all.", "For private, micro.", "For private."


@pytest.mark.parametrize(
    ("sector", "size", "examples", "shown"),
    [
        ("voluntary", "volunteers", [MICRO], "Counted in hours."),
        ("voluntary", "micro", [MICRO, PRIVATE], "Counted in hours."),
        ("private", "large", [MICRO], "Counted in hours."),
        ("voluntary", "volunteers", [MICRO, NEUTRAL], NEUTRAL),
        ("private", "large", [MICRO, NEUTRAL, PRIVATE], PRIVATE),
        ("private", "micro", [NEUTRAL, PRIVATE, MICRO], MICRO),
        # Of whoever came by a list the size is not known.
        ("private", "", [MICRO], MICRO),
        ("voluntary", "", [MICRO], "Counted in hours."),
    ],
)
def test_an_example_that_is_meant_for_others_is_not_shown(
    sign_in, asha, bakery, measure, client, sector, size, examples, shown
):
    traits = {NEUTRAL: ("", ""), MICRO: ("private", "micro"), PRIVATE: ("private", "")}
    measure.examples = [
        {"sector": traits[words][0], "size": traits[words][1], "text": words} for words in examples
    ]
    measure.save()
    bakery.sector, bakery.size = sector, size
    bakery.save(update_fields=["sector", "size"])
    sign_in(asha)
    page = client.get("/space/bakery/drafts/").content.decode()
    hints = re.findall(r'<div class="govuk-hint[^>]*id="hint-hours">([^<]*)</div>', page)
    assert hints == [shown]


def test_sending_twice_makes_one_pledge(sign_in, asha, steps, client):
    sign_in(asha)
    check = walk(client, steps)
    client.post(check)
    pledge = Pledge.objects.get()
    assert client.post(check)["Location"] == f"/space/bakery/pledges/{pledge.code}/"
    assert Pledge.objects.count() == 1


def test_the_same_promise_is_refused_while_the_first_is_open(
    sign_in, asha, steps, client, pledged, today
):
    pledged(due_on=today + timedelta(days=300))
    sign_in(asha)
    check = walk(client, steps)
    assert "has this very pledge" in client.post(check).content.decode()
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("days", [0, -1, -400])
def test_a_date_that_has_come_is_refused(sign_in, asha, steps, client, today, days):
    due = today + timedelta(days=days)
    steps["figures"] |= {"due_on_0": due.day, "due_on_1": due.month, "due_on_2": due.year}
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    response = client.post(f"{base}figures/", steps["figures"])
    assert "Choose a date in the future" in response.content.decode()


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("31", "2", "2028", "no real date"),
        ("", "2", "2028", "include a day"),
        ("1", "2", "28", "four figures"),
        ("x", "2", "2028", "no real date"),
    ],
)
def test_a_wrong_date_is_named(sign_in, asha, client, measure, day, month, year, said):
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    response = client.post(
        f"{base}figures/",
        {"baseline": "0", "target": "5", "due_on_0": day, "due_on_1": month, "due_on_2": year},
    )
    assert said in response.content.decode()


@pytest.mark.parametrize(
    ("baseline", "target", "said"),
    [("300", "200", "higher than where you start"), ("0", "0", "must be more than nothing")],
)
def test_a_target_that_is_none_is_refused_where_it_is_typed(
    sign_in, asha, steps, client, baseline, target, said
):
    steps["figures"] |= {"baseline": baseline, "target": target}
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    client.post(f"{base}measure/", steps["measure"])
    page = client.post(f"{base}figures/", steps["figures"]).content.decode()
    assert said in page
    assert f'value="{target}"' in page
    for step, answers in steps.items():
        client.post(f"{base}{step}/", answers)
    client.post(f"{base}check/")
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("step", "wrong", "right"),
    [
        ("promise", {"statement": ""}, {"statement": "We will give 60 hours."}),
        ("figures", {"target": "0"}, {"target": "50"}),
        ("figures", {"due_on_1": "13"}, {"due_on_1": "3"}),
    ],
)
def test_whoever_puts_right_what_was_refused_is_nobody_else(
    sign_in, asha, steps, client, step, wrong, right
):
    """What a refused page kept is what the next one is compared with."""
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    client.post(f"{base}measure/", steps["measure"])

    def send(page, more):
        marks = dict(re.findall(r'name="(shown-\w+)" value="(\w+)"', page.content.decode()))
        return client.post(f"{base}{step}/", steps[step] | more | marks)

    refused = send(client.get(f"{base}{step}/"), wrong)
    assert "There is a problem" in refused.content.decode()
    assert send(refused, right).status_code == 302
    draft = Draft.objects.get()
    assert draft.answers[step] | right == draft.answers[step]


def test_the_check_after_a_return_shows_what_was_asked_for(sign_in, maya, asha, pledged, client):
    pledge = pledged(accepted=False)
    url = f"/desk/charter/pledges/{pledge.code}/"
    sign_in(maya).post(url, {"return": "1", "because": "Say from where you start."})
    sign_in(asha)
    check = client.post(f"/space/bakery/pledges/{pledge.code}/rewrite/").headers["Location"]
    assert "Say from where you start." in client.get(check).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        ("30 November 2031", "", ""),
        ("30/11/2031", "", ""),
        ("30", "November", "2031"),
        ("30th Nov 2031", "", ""),
        ("30", "11", "2031"),
    ],
)
def test_a_date_is_taken_as_people_write_it(sign_in, asha, steps, client, typed):
    steps["figures"] |= {f"due_on_{place}": part for place, part in enumerate(typed)}
    sign_in(asha)
    client.post(walk(client, steps))
    assert Pledge.objects.get().due_on == date(2031, 11, 30)


@pytest.mark.parametrize("typed", [("30 Marble 2031", "", ""), ("30", "Marble", "2031")])
def test_what_is_no_month_is_refused(sign_in, asha, steps, client, typed):
    steps["figures"] |= {f"due_on_{place}": part for place, part in enumerate(typed)}
    sign_in(asha)
    base = client.post("/space/bakery/drafts/").headers["Location"].removesuffix("measure/")
    page = client.post(f"{base}figures/", steps["figures"]).content.decode()
    assert "no real date" in page


def test_the_menu_is_by_theme_with_what_fits_first(sign_in, asha, measure, client):
    """A bakery sees what is meant for such as it; the rest is folded, and open where chosen."""
    for number in range(6):
        for sector in ("private", "public"):
            Measure.objects.create(
                code=f"{sector}-{number}",
                name=f"{sector} {number}",
                theme=measure.theme,
                kind="count",
                unit="things",
                examples=[{"sector": sector, "size": "", "text": f"Said by {sector}."}],
            )
    sign_in(asha)
    page = client.get("/space/bakery/drafts/").content.decode()
    before, _, folded = page.partition("<details")
    assert before.count('type="radio"') == 5
    assert "Said by public." not in before
    assert folded.count('type="radio"') == 8
    base = client.post("/space/bakery/drafts/").headers["Location"]
    client.post(base, {"measure": "public-3"})
    again = client.get(base).content.decode()
    assert re.search(r"<details[^>]*\bopen\b", again)


def test_a_pledge_of_the_council_names_its_decision(sign_in, maya, steps, client, decision):
    sign_in(maya)
    base = client.post("/space/council/drafts/").headers["Location"].removesuffix("measure/")
    for step, answers in steps.items():
        response = client.post(f"{base}{step}/", answers)
    assert "Choose the decision that made this pledge" in response.content.decode()
    client.post(f"{base}owner/", steps["owner"] | {"decision": "2023-06"})
    client.post(f"{base}check/")
    assert Pledge.objects.get().decision == decision


@pytest.mark.parametrize(("person", "status"), [("ben", 403), ("carys", 404), ("maya", 404)])
def test_other_people_are_kept_out(sign_in, request, client, asha, measure, person, status):
    sign_in(asha)
    address = client.post("/space/bakery/drafts/").headers["Location"]
    sign_in(request.getfixturevalue(person))
    assert client.post("/space/bakery/drafts/").status_code == status
    assert client.post(address, {"measure": "hours"}).status_code == status


def test_the_charter_manager_accepts_and_it_is_public(sign_in, maya, pledged, client, asha):
    pledge = pledged(accepted=False)
    sign_in(maya)
    client.post(f"/desk/charter/pledges/{pledge.code}/", {"accept": "1"})
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/")
    assert page.status_code == 200
    assert "We will give 200 hours." in page.content.decode()
    assert Message.objects.filter(person=asha, subject__contains="In the register: ").count() == 1
    pledge.refresh_from_db()
    assert pledge.standing == "active"


def test_one_that_a_wrong_clock_dated_ahead_is_refused_in_a_sentence(
    sign_in, maya, pledged, client, monkeypatch
):
    later = timezone.localdate() + timedelta(days=2)
    with monkeypatch.context() as clock:
        clock.setattr(timezone, "localdate", lambda *_: later)
        pledge = pledged(accepted=False)
    sign_in(maya)
    page = client.post(f"/desk/charter/pledges/{pledge.code}/", {"accept": "1"}, follow=True)
    assert "a day to come" in page.content.decode()
    pledge.refresh_from_db()
    assert pledge.accepted_on is None


def test_it_is_returned_with_a_reason_and_sent_again(sign_in, maya, asha, pledged, client):
    pledge = pledged(accepted=False)
    sign_in(maya)
    url = f"/desk/charter/pledges/{pledge.code}/"
    assert "Write the reason" in client.post(url, {"return": "1"}).content.decode()
    client.post(url, {"return": "1", "because": "Say from where you start."})
    sign_in(asha)
    assert (
        "Say from where you start."
        in client.get(f"/space/bakery/pledges/{pledge.code}/").content.decode()
    )
    response = client.post(f"/space/bakery/pledges/{pledge.code}/rewrite/")
    client.post(response.headers["Location"])
    pledge.refresh_from_db()
    assert pledge.returned_because == ""
    assert [e.kind for e in pledge.entries.all()] == ["proposed", "returned", "proposed"]
    sign_in(maya)
    client.post(url, {"accept": "1"})
    client.logout()
    public = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "Say from where you start." not in public


def test_an_accepted_pledge_can_be_neither_returned_nor_hidden(sign_in, maya, pledged, client):
    pledge = pledged()
    sign_in(maya)
    url = f"/desk/charter/pledges/{pledge.code}/"
    page = client.post(url, {"return": "1", "because": "Hide it."}, follow=True).content.decode()
    assert "can&#x27;t be returned any more" in page or "can&#39;t be returned any more" in page
    pledge.refresh_from_db()
    assert pledge.accepted_on is not None
    assert Entry.objects.filter(kind="returned").count() == 0
