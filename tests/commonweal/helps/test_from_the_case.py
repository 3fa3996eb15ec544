"""What is done from a case: a letter past the guard, who lives with them, and what follows from
a choice, said before it is made."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.cases import referring, working, writing
from commonweal.cases.models import Callback, Written
from commonweal.office.errors import Refused
from commonweal.residents import reaching
from commonweal.residents.models import Resident
from commonweal.residents.ways import Rule

PLACE, WORDS = "14 Mill Lane", "Please ring us about your request."


def read(answer: Any) -> str:
    text = re.sub(r"<[^>]*>", " ", unescape(answer.content.decode()))
    return re.sub(r"\s+", " ", text)


def write(client: Any, case: Any, **answers: str) -> Any:
    sent = {"way": "post", "words": WORDS} | answers
    return client.post(reverse("case-write", args=[case.code]), sent, follow=True)


# --- A letter ---------------------------------------------------------------------------------


def test_a_letter_is_kept_printed_and_recorded(person, sign_in, leah):
    case, client = person("post_only"), sign_in(leah)
    page = read(write(client, case))
    assert "Print it, and post it" in page
    assert PLACE in page
    assert WORDS in page
    assert case.code in page
    letter = Written.objects.get()
    assert (letter.way, letter.to) == ("post", reaching.place_of(case.resident))
    assert Event.objects.filter(verb="resident written to").exists()
    # Nothing sends it by itself, and the case leads to it.
    assert writing.send_held() == 0
    assert (
        reverse("case-letter", args=[case.code, letter.pk])
        in client.get(case.get_absolute_url()).content.decode()
    )


@pytest.mark.parametrize("contact", ["none", "text_only", "email_only"])
def test_who_must_not_be_written_to_gets_no_letter(person, sign_in, leah, contact):
    case, client = person(contact), sign_in(leah)
    assert "Print it, and post it" not in read(write(client, case))
    with pytest.raises(Refused, match="must not be written to"):
        writing.write_one(case=case, way="post", words=WORDS, by=leah)
    assert not Written.objects.exists()


@pytest.mark.parametrize("lives", ["refuge", "no_fixed"])
def test_where_no_letter_can_go_none_is_written(person, leah, lives):
    case = person("any", lives=lives)
    with pytest.raises(Refused, match="no address to which a letter may go"):
        writing.write_one(case=case, way="post", words=WORDS, by=leah)


def test_a_letter_that_may_not_be_posted_any_more_shows_no_address(person, sign_in, leah):
    case, client = person("any"), sign_in(leah)
    write(client, case)
    address = reverse("case-letter", args=[case.code, Written.objects.get().pk])
    reaching.say(resident=case.resident, rule=Rule("none"), source="changed", by=leah)
    page = read(client.get(address))
    assert "Do not post this letter" in page
    assert PLACE not in page


def test_a_letter_without_an_address_says_so_and_no_more(person, sign_in, leah):
    case, client = person("any"), sign_in(leah)
    write(client, case)
    Resident.objects.update(address="", postcode="")
    page = read(client.get(reverse("case-letter", args=[case.code, Written.objects.get().pk])))
    assert "no address is known" in page
    assert "Do not post" not in page


def test_a_letter_keeps_what_was_typed_where_it_is_refused(person, sign_in, leah):
    page = read(write(sign_in(leah), person("any"), words=""))
    assert "Choose words, or write your own" in page


def test_where_only_letters_go_the_next_is_owed_in_days(person, leah, clock):
    for contact, days in (("post_only", 5), ("any", 1)):
        case = person(contact)
        owed = Callback.objects.create(case=case, purpose="second", due_at=case.opened_at)
        writing.write_one(case=case, way="post", words=WORDS, by=leah)
        owed.refresh_from_db()
        assert (owed.due_at - case.opened_at).days == days, contact
        assert owed.attempts == 1


# --- Who lives with them ----------------------------------------------------------------------


def household(client: Any, case: Any, **answers: str) -> Any:
    address = reverse("case-household", args=[case.code])
    return client.post(address, {"adults": "", "children": "", "ages": ""} | answers, follow=True)


def test_who_lives_there_is_said_on_the_case_and_recorded(person, sign_in, leah):
    case, client = person(), sign_in(leah)
    page = read(household(client, case, adults="2", children="1", ages="4"))
    assert re.search(r"adults: 2 .*children: 1 .*aged 4", page)
    entry = Event.objects.get(verb="household said")
    assert entry.detail["fields"] == ["adults", "ages", "children"]
    case.refresh_from_db()
    assert "It was so already" in read(household(client, case, adults="2", children="1", ages="4"))
    assert Event.objects.filter(verb="household said").count() == 1


def test_somebody_who_is_here_is_joined_by_any_reference(person, asks_for_help, sign_in, leah):
    client = sign_in(leah)
    for spelt in (
        lambda theirs: theirs.resident.code.lower().replace("-", " "),
        lambda theirs: theirs.code.replace("-", ""),
    ):
        case, theirs = person(), asks_for_help("debt", first_name="Ida", by=leah)
        page = read(household(client, case, housemate=spelt(theirs)))
        assert "Lives with Ida Quillfeather" in page
        homes = Resident.objects.filter(pk__in=[case.resident_id, theirs.resident_id])
        assert homes.values("household").distinct().count() == 1
    assert Event.objects.filter(verb="household joined").count() == 2


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"adults": "two"}, "Write how many in figures"),
        ({"children": "200"}, "Write how many in figures"),
        ({"housemate": "R-234-234-234-234"}, "no such person whom you may see"),
        ({"housemate": "Ida from next door"}, "no such person whom you may see"),
    ],
)
def test_what_does_not_fit_is_asked_again_with_what_was_typed(
    person, sign_in, leah, answers, sentence
):
    answer = household(sign_in(leah), person(), **answers, ages="4 and 9")
    assert sentence in read(answer)
    for typed in (*answers.values(), "4 and 9"):
        assert f'value="{typed}"' in answer.content.decode()


def test_nobody_lives_with_themselves(person, sign_in, leah):
    case = person()
    page = read(household(sign_in(leah), case, housemate=case.code))
    assert "the person of the case themselves" in page


def test_whoever_is_kept_apart_is_as_though_there_were_none(
    person, asks_for_help, sign_in, leah, noor
):
    case, kept = person(), asks_for_help("safety", contact="any", by=noor)
    page = read(household(sign_in(leah), case, housemate=kept.resident.code))
    assert "no such person whom you may see" in page
    kept.resident.refresh_from_db()
    assert kept.resident.household is None


# --- What follows, said before ----------------------------------------------------------------


def asked(client: Any, name: str, case: Any, *more: Any) -> str:
    return read(client.get(reverse(name, args=[case.code, *more])))


def test_closing_says_first_what_must_be_done_and_then_what_ends(person, sign_in, leah):
    case, client = person(), sign_in(leah)
    page = asked(client, "case-close", case)
    assert "It can't be closed yet" in page
    assert "Still open:" in page
    # No box is offered that would be refused; each need leads to where it is settled.
    assert "How did it end?" not in page
    settle = reverse("need-settle", args=[case.code, case.needs.get().code])
    assert settle in client.get(f"{case.get_absolute_url()}close/").content.decode()
    working.settle(need=case.needs.get(), state="unmet", why="no_service", by=leah)
    working.plan_call(case=case, purpose="follow_up", due_at=case.opened_at, by=leah)
    page = asked(client, "case-close", case)
    assert "can't be closed yet" not in page
    assert "1 call that is owed: not made any more" in page
    assert "It leaves every list" in page


def test_a_death_says_what_it_stops_before_it_is_reported(person, sign_in, leah, grace):
    case, client = person(), sign_in(leah)
    assert "Nothing is under way that would stop" not in asked(client, "case-dead", case)
    case.callbacks.all().delete()
    Callback.objects.create(case=case, purpose="second", due_at=case.opened_at)
    assert re.search(r"stops at once:.* call[a-z ]*: 1", asked(client, "case-dead", case))


def test_handing_over_says_what_goes_with_it(person, sign_in, leah):
    case, client = person(), sign_in(leah)
    case.callbacks.all().delete()
    Callback.objects.create(case=case, purpose="second", due_at=case.opened_at, assigned_to=leah)
    page = asked(client, "case-hand-over", case)
    assert "With it go 1 call that is owed and" in page
    assert "It leaves your list" in page


def test_settling_says_that_a_second_call_follows_and_what_is_left(person, sign_in, leah):
    case, client = person("any", "debt", "food"), sign_in(leah)
    debt, food = case.needs.order_by("id")
    page = asked(client, "need-settle", case, debt.code)
    assert re.search(r"a second call is owed in \d+ day", page)
    assert "No other need is open" not in page
    working.settle(need=debt, state="met", by=leah)
    page = asked(client, "need-settle", case, food.code)
    assert "a second call is owed in" not in page
    assert "No other need is open: the case can be closed afterwards" in page


def test_referring_and_writing_say_what_comes_of_it(person, sign_in, leah):
    case, client = person(), sign_in(leah)
    assert "The partner is told at once" in asked(client, "need-refer", case, case.needs.get().code)
    assert "A call that is owed counts as tried once" in asked(client, "case-write", case)
    assert referring.__name__ not in asked(client, "desk-case", case)


def test_a_call_says_what_follows_from_each_outcome(person, sign_in, leah):
    page = asked(sign_in(leah), "desk-case", person())
    assert "it is owed again in 4 hours" in page
    assert "after 5 such calls somebody decides" in page


# --- What is next, on top ---------------------------------------------------------------------


def test_what_is_next_stands_above_everything_else(person, sign_in, leah):
    case, client = person("any", "debt", "food"), sign_in(leah)
    page = asked(client, "desk-case", case)
    assert page.index("What is next") < page.index("How to reach them")
    section = page.split("What is next")[1].split("How to reach them")[0]
    for need in case.needs.all():
        assert need.help_type.name in section
    case.needs.get(help_type__code="debt").next_actions.all().delete()
    section = asked(client, "desk-case", case).split("What is next")[1]
    assert section.index("Nothing planned") < section.index("Food")


# --- A page that is not theirs ----------------------------------------------------------------


def test_a_page_that_is_not_for_somebody_leads_only_to_desks_that_are(
    person, sign_in, mei, leah, carys
):
    case = person()
    for somebody in (mei, carys):
        client = sign_in(somebody)
        answer = client.get(case.get_absolute_url())
        assert answer.status_code == 403
        page = answer.content.decode()
        inside = page[page.index("<main") : page.index("</main>")]
        links = re.findall(r'href="(/[^"]*)"', inside)
        assert links
        for link in links:
            assert client.get(link, follow=True).status_code == 200, link
        assert ("Go to Grants" in inside) == (somebody == mei)
