"""The rows that the fictional town is made from: whole, fictional, and fit for what they are of."""

from __future__ import annotations

import re
import string
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import resolve
from django.utils import timezone

from commonweal.accounts.models import Role
from commonweal.demo import cast, hours, rounds, tables, words
from commonweal.demo.economy import pulse
from commonweal.design.menu import DESKS
from commonweal.economy.models import PulseAnswer
from commonweal.partners.models.partners import Kind, Sector, Size
from commonweal.programme.models import Metric
from localwealth.ballots import codes

FILES = ("cast", "desk", "programme", "spend", "town", "words")
PEOPLE = [member.role for member in cast.CAST]
# Numbers that Ofcom keeps free for stories.
FICTIONAL_NUMBER = re.compile(r"01632 ?960 ?\d{3}|07700 ?900 ?\d{3}|0?808 ?157 ?\d+|0300 ?\d+")
NUMBER = re.compile(r"(?<!\d)0\d{3,4} ?\d{3} ?\d{3,4}")


def texts(content):
    """Every text in a file, with where it stands."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for part in content.values():
            yield from texts(part)
    elif isinstance(content, list):
        for part in content:
            yield from texts(part)


def member_of(role):
    return next(member for member in cast.CAST if member.role == role)


# Files


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_once_in_the_order_in_which_it_stands(name):
    content = tables.read(name)
    assert content
    assert tables.read(name) is content
    source = (tables.HERE / f"{name}.toml").read_text(encoding="utf-8")
    places = [re.search(rf"^(\[+)?{key}[\].= ]", source, re.M) for key in content]
    assert all(places)
    assert [place.start() for place in places] == sorted(place.start() for place in places)


def test_no_file_lies_there_that_nobody_tries():
    assert sorted(path.stem for path in tables.HERE.glob("*.toml")) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_no_text_is_blank_or_has_idle_blanks(name):
    for text in texts(tables.read(name)):
        assert text == text.strip() or text.endswith("\n"), text
        assert "  " not in text, text
        assert "TODO" not in text


@pytest.mark.parametrize("name", FILES)
def test_nobody_who_lives_can_be_rung_or_written_to(name):
    for text in texts(tables.read(name)):
        for number in NUMBER.findall(text):
            assert FICTIONAL_NUMBER.fullmatch(number), number
        for address in re.findall(r"[\w.-]+@([\w.-]+)", text):
            assert address.endswith(".example"), address


# The cast


@pytest.mark.parametrize("role", PEOPLE)
def test_a_member_of_the_cast_has_an_address_of_their_own(role):
    member = member_of(role)
    local, _, domain = member.email.partition("@")
    assert domain == cast.DOMAIN
    assert domain.endswith(".example")
    assert set(local) <= set(string.ascii_lowercase + ".-")
    assert [other for other in cast.CAST if other.email == member.email] == [member]


@pytest.mark.parametrize("role", PEOPLE)
def test_a_member_is_there_for_something_and_begins_at_a_page(role):
    member = member_of(role)
    assert member.title
    assert member.name.count(" ") >= 1
    assert member.does
    assert resolve(member.starts_at)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", role), "it stands in an address"


@pytest.mark.parametrize("role", [member.role for member in cast.CAST if member.town_role])
def test_a_member_with_a_role_has_one_that_there_is_and_begins_at_its_desk(role):
    member = member_of(role)
    assert member.town_role in Role.values
    desks = [path for of, path, _ in DESKS if of == member.town_role]
    assert any(member.starts_at.startswith(path) for path in desks), (member.starts_at, desks)


@pytest.mark.parametrize(
    "role", [member.role for member in cast.CAST if member.partner and not member.town_role]
)
def test_who_acts_for_a_partner_begins_in_its_space(role):
    member = member_of(role)
    assert member.starts_at.startswith(f"/space/{member.partner}/")


def test_each_member_is_listed_once_and_every_role_is_played():
    assert not [role for role, times in Counter(PEOPLE).items() if times > 1]
    assert {member.town_role for member in cast.CAST} >= {role for role, _, _ in DESKS}


# Words


@pytest.mark.parametrize(
    "name",
    [
        *("FIRST", "LAST", "PLACES", "CLAIM_WORDS", "QUESTIONS", "ANSWERS", "CHANGES"),
        *("WITHDRAWALS", "HOME_POSTCODES"),
    ],
)
def test_a_list_has_each_of_its_words_once(name):
    listed = getattr(words, name)
    assert len(listed) > 1
    assert not [word for word, times in Counter(listed).items() if times > 1]


@pytest.mark.parametrize("name", ["CLAIM_WORDS", "ANSWERS", "CHANGES", "WITHDRAWALS"])
def test_sentences_end(name):
    assert all(text[0].isupper() and text.endswith(".") for text in getattr(words, name))


def test_questions_ask_and_each_may_be_answered():
    assert all(text.endswith("?") for text in words.QUESTIONS)
    assert sorted(words.REPLIES) == [False, True]
    assert sorted(words.REVIEW_WORDS) == ["partly", "rejected", "upheld"]


@pytest.mark.parametrize("name", list(words.PROMISES))
def test_a_promise_reads_as_a_sentence_with_its_figures(name):
    promise = words.PROMISES[name]
    for low, high in (promise.target, promise.baseline):
        assert 0 <= low <= high
    places = {place for _, place, _, _ in string.Formatter().parse(promise.sentence) if place}
    assert places <= {"target", "baseline"}
    assert re.search(r"\b(we|our)\b", promise.sentence, re.IGNORECASE)
    assert promise.sentence.endswith(".")
    # Of energy it is worked out from the target, which lies below it.
    begins_at_nought = promise.baseline[1] == 0 and name != "energy-use"
    assert not ("baseline" in places and begins_at_nought)
    text = promise.sentence.format(target=promise.target[1], baseline=promise.baseline[1])
    assert "{" not in text
    assert promise.who


@pytest.mark.parametrize("name", list(words.PROMISES))
def test_a_promise_is_of_a_measure_that_the_town_has(name):
    codes_of = [measure["code"] for measure in tables.read("town")["measures"]]
    assert name in codes_of


@pytest.mark.parametrize("name", list(words.PROMISES))
def test_a_promise_asks_for_something_else_than_there_is(name):
    promise = words.PROMISES[name]
    assert promise.target != promise.baseline


@pytest.mark.parametrize("sector", list(words.ORGANISATIONS))
def test_an_organisation_is_of_a_kind_and_a_size_that_partners_have(sector):
    assert sector in Sector.values
    for name, kind, sizes in words.ORGANISATIONS[sector]:
        assert name
        assert kind in Kind.values
        assert sizes.split()
        assert all(size in Size.values for size in sizes.split()), sizes
        assert all(size in words.TITLES for size in sizes.split()), sizes


@pytest.mark.parametrize("size", list(words.TITLES))
def test_whoever_signs_is_called_something(size):
    assert size in Size.values
    assert len(set(words.TITLES[size])) == len(words.TITLES[size]) > 1


def test_residents_live_at_postcodes_of_the_town():
    assert all(re.fullmatch(r"BF\d{2}[A-Z]{2}", postcode) for postcode in words.HOME_POSTCODES)
    # Royal Mail writes no C, I, K, M, O or V in the second half of a postcode.
    assert not [code for code in words.HOME_POSTCODES if set(code[-2:]) & set("CIKMOV")]


# The help desk


def test_every_kind_of_need_is_said_by_somebody():
    desk = tables.read("desk")
    assert list(desk["mix"]) == list(dict.fromkeys(desk["mix"]))
    assert set(desk["said"]) == set(desk["mix"])
    assert set(desk["signs"]) <= set(desk["mix"])
    assert all(often > 0 for often in desk["mix"].values())


@pytest.mark.parametrize("title", [service["title"] for service in tables.read("desk")["services"]])
def test_a_service_helps_with_kinds_that_people_ask_for(title):
    desk = tables.read("desk")
    [service] = [service for service in desk["services"] if service["title"] == title]
    assert service["kinds"].split()
    assert set(service["kinds"].split()) <= set(desk["mix"])
    assert service["answer_hours"] > 0


def test_each_task_needs_a_skill():
    listed = tables.read("desk")["tasks"]
    assert len(listed["titles"]) == len(listed["skills"])


# The pulse


@pytest.mark.parametrize("who", list(pulse.SAID))
def test_whoever_answered_answered_each_question_once(who):
    now, ahead, help_most = pulse.SAID[who]
    assert sum(now.values()) == sum(ahead.values()) == sum(help_most.values())
    field = PulseAnswer._meta.get_field
    assert who in dict(field("who").flatchoices)
    for name, given in (("now", now), ("ahead", ahead), ("help_most", help_most)):
        choices = dict(field(name).flatchoices)
        assert not choices or set(given) <= set(choices), name


# The hour, and the letter


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
def test_it_is_this_hour_on_the_day_that_the_town_takes_for_today(monkeypatch, days):
    at = timezone.datetime(2027, 7, 14, 15, 26, tzinfo=ZoneInfo("Europe/London"))
    monkeypatch.setattr(timezone, "now", lambda: at)
    day = date(2027, 7, 14) + timedelta(days=days)
    assert hours.now_on(day) == at + timedelta(days=days)


def test_just_after_midnight_it_is_the_towns_day_and_not_the_worlds(monkeypatch):
    at = timezone.datetime(2027, 7, 14, 23, 30, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(timezone, "now", lambda: at)
    assert hours.now_on(date(2027, 7, 15)) == at


def test_the_letter_of_the_start_page_has_a_code_that_can_be_typed():
    code = rounds.printed_code()
    assert code == rounds.printed_code()
    assert codes.read(code)


def test_no_two_installations_print_the_same_letter(monkeypatch):
    code = rounds.printed_code()
    monkeypatch.setattr(rounds, "keyed_hash", lambda text: f"another key: {text}")
    assert rounds.printed_code() != code


def test_projects_are_for_somebody_who_votes():
    assert {group for _, _, group in rounds.PROJECTS} == set(rounds.GROUPS)
    assert all(cost > 0 for _, cost, _ in rounds.PROJECTS)
    names = [name for name, _, _ in rounds.PROJECTS]
    assert len(set(names)) == len(names)
    assert rounds.OFF[0] not in names


def test_figures_are_of_metrics_in_words():
    programme = tables.read("programme")
    assert all(text.endswith(".") for text in programme["definitions"].values())
    kinds = dict(Metric._meta.get_field("kind").flatchoices)
    assert all(not kinds or listed["kind"] in kinds for listed in programme["reported"])
