"""What can't be taken back is shown once more before it is sent."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.pledges.models import Entry


@pytest.fixture
def space(sign_in, asha, pledged):
    """The bakery's editor at one of its pledges: the browser, and the address of what is done."""
    pledge = pledged()
    browser = sign_in(asha)
    return browser, f"/space/bakery/pledges/{pledge.code}/"


def hidden_in(page) -> dict[str, str]:
    """What the check's form sends along."""
    main = page.content.decode().partition("<main")[2]
    tags = re.findall(r"<input\b[^>]*type=\"hidden\"[^>]*>", main)
    named = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    ]
    return {name[1]: html.unescape(text[1]) for name, text in named if name and text}


def told() -> int:
    return Entry.objects.filter(kind__in=["claim", "changed"]).count()


CASES = {
    "claim": (
        {"value": "143", "words": "Our “sheet” & more.", "as_of_0": "", "final": "on"},
        ("143 hours", "Our “sheet” &amp; more.", "final report"),
    ),
    "change": (
        {"target": "250", "due_on_0": "1 March 2031", "because": "More came."},
        ("250 hours", "1 March 2031", "More came."),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_shown_first_and_done_by_the_second_button(space, what):
    browser, address = space
    typed, shown = CASES[what]
    page = browser.post(f"{address}{what}/", typed | {"check": "1"})
    assert told() == 0
    assert all(words in page.content.decode() for words in shown)
    done = browser.post(f"{address}{what}/", hidden_in(page) | {"checked": "1"})
    assert (done.status_code, done.headers["Location"]) == (302, address)
    assert told() >= 1


@pytest.mark.parametrize("what", CASES)
def test_whoever_wants_to_change_something_finds_it_as_it_was_typed(space, what):
    browser, address = space
    typed, _ = CASES[what]
    check = browser.post(f"{address}{what}/", typed | {"check": "1"})
    page = html.unescape(
        browser.post(f"{address}{what}/", hidden_in(check) | {"again": "1"}).content.decode()
    )
    assert all(text in page for text in typed.values() if text not in ("", "on"))
    assert 'name="check"' in page
    assert told() == 0


@pytest.mark.parametrize(("what", "field"), [("claim", "value"), ("change", "because")])
def test_what_is_missing_is_asked_for_before_the_check(space, what, field):
    browser, address = space
    typed, _ = CASES[what]
    page = browser.post(f"{address}{what}/", typed | {field: "", "check": "1"}).content.decode()
    assert f'href="#id_{field}' in page
    assert 'name="check"' in page


def test_a_file_is_chosen_on_the_check_and_a_wrong_one_asked_for_again_there(space):
    browser, address = space
    typed, _ = CASES["claim"]
    check = browser.post(f"{address}claim/", typed | {"check": "1"})
    assert 'type="file"' in check.content.decode()
    assert 'type="file"' not in browser.get(f"{address}claim/").content.decode()
    wrong = SimpleUploadedFile("run.exe", b"MZ")
    page = browser.post(f"{address}claim/", hidden_in(check) | {"checked": "1", "file": wrong})
    assert page.status_code == 200
    assert "govuk-error-summary" in page.content.decode()
    assert hidden_in(page)["value"] == "143"
    assert told() == 0
    right = SimpleUploadedFile("hours.csv", b"week,hours\n1,143\n")
    browser.post(f"{address}claim/", hidden_in(page) | {"checked": "1", "file": right})
    assert told() == 1
    assert Entry.objects.filter(kind="evidence").count() == 1


def test_what_is_refused_is_told_on_the_check_with_what_was_typed(space):
    browser, address = space
    typed = CASES["change"][0] | {"target": "0", "due_on_0": ""}
    typed |= {"seen": hidden_in(browser.get(f"{address}change/"))["seen"]}
    page = browser.post(f"{address}change/", typed | {"checked": "1"})
    assert "more than nothing" in page.content.decode()
    assert hidden_in(page)["because"] == "More came."
    assert told() == 0


TO_COME = "by today or before"
EARLY = {
    "a day to come": ("claim", {"as_of_0": "1 March 2031"}, TO_COME, "id_as_of"),
    "a day before it was made": ("claim", {"as_of_0": "1/3/1999"}, "since the pledge was", "as_of"),
    "a target of nothing": ("change", {"target": "0", "due_on_0": ""}, "more than nothing", "0"),
    "a date that has passed": ("change", {"due_on_0": "1 March 1999"}, "in the future", "1999"),
    "nothing different": ("change", {"target": "", "due_on_0": ""}, "Nothing is different", "came"),
}


@pytest.mark.parametrize("case", EARLY)
def test_what_would_be_refused_is_told_where_it_is_typed(space, case):
    browser, address = space
    what, wrong, sentence, beside = EARLY[case]
    typed = CASES[what][0] | wrong | {"check": "1"}
    page = html.unescape(browser.post(f"{address}{what}/", typed).content.decode())
    assert 'name="check"' in page
    assert 'name="checked"' not in page
    assert sentence in page
    assert beside in page
    assert all(text in page for text in typed.values() if text not in ("", "on", "1"))
    assert told() == 0


def test_a_share_over_a_hundred_is_told_beside_the_figure(sign_in, asha, pledged, measure):
    pledge = pledged()
    measure.kind = "share"
    measure.save(update_fields=["kind"])
    browser = sign_in(asha)
    page = browser.post(
        f"/space/bakery/pledges/{pledge.code}/claim/", {"value": "143", "check": "1"}
    )
    assert page.context["form"].errors["value"] == ["A share lies between 0 and 100 per cent."]
    assert 'name="check"' in page.content.decode()
