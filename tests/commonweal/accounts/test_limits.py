"""Each form of the public, and each invitation, has a limit with a sentence."""

from __future__ import annotations

import inspect
from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from commonweal.accounts import limits
from commonweal.accounts.limits import Limit, spend, visitor_of
from commonweal.accounts.models import Message, Tally
from commonweal.cases.intake import DRAFT_MOST, FIELD_MOST
from commonweal.cases.models import IntakeDraft
from commonweal.office.errors import Refused
from commonweal.pledges.models import Question

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"
FEW = Limit("few", 3, timedelta(hours=1), "Three is enough. Ring us.")


def views():
    def walk(patterns):
        for one in patterns:
            if isinstance(one, URLPattern):
                if one.callback.__module__.startswith("commonweal."):
                    yield one.name, one.callback
            else:
                yield from walk(one.url_patterns)

    return dict(walk(get_resolver().url_patterns))


def takes_posts(view):
    """Whether a view, or one that it wraps, does something with what was posted."""
    while view is not None:
        source = inspect.getsource(view)
        if "request.POST" in source or 'method == "POST"' in source or "require_POST" in source:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def limit_of(view):
    while view is not None:
        if found := getattr(view, "limit", None):
            return found
        view = getattr(view, "__wrapped__", None)
    return None


def guarded(view):
    """Whether somebody has to be signed in first."""
    while view is not None:
        if view.__code__.co_filename.endswith("django/contrib/auth/decorators.py"):
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_each_address_where_anybody_may_send_a_form_has_a_limit():
    anonymous = {
        name: view for name, view in views().items() if takes_posts(view) and not guarded(view)
    }
    assert {"help-start", "help-form", "help-resume", "pledge-ask", "spend-survey"} <= set(
        anonymous
    )
    assert [name for name, view in anonymous.items() if limit_of(view) is None] == []
    for name, view in anonymous.items():
        assert limit_of(view).sentence.endswith("."), name
    # Signed in, but open to whoever has a mailbox.
    for name in ("join", "volunteer", "task"):
        assert limit_of(views()[name]), name


@pytest.fixture
def pledge_address(pledged):
    return f"/pledges/{pledged().code}/ask/"


def test_one_visitor_can_not_close_a_form_to_everybody_else(client, pledge_address):
    """Twenty-five questions closed it, once."""
    for number in range(30):
        page = client.post(pledge_address, {"words": f"Why {number}?"}, REMOTE_ADDR=HERE)
    assert page.status_code == 429
    html = page.content.decode()
    assert "Ask another one tomorrow" in html
    assert "Why 29?" in html
    assert Question.objects.count() == 5
    client.post(pledge_address, {"words": "Mine?"}, REMOTE_ADDR=ELSEWHERE)
    assert Question.objects.filter(words="Mine?").exists()


def test_what_was_typed_is_shown_without_what_the_page_itself_sends(client, pledge_address):
    machinery = {
        "once_key": "of-the-page-1",
        "kept_code": "of-the-page-2",
        "tab": "of-the-page-3",
        "shown-words": "of-the-page-4",
        "pick-words": "of-the-page-5",
    }
    for number in range(30):
        page = client.post(
            pledge_address, {"words": f"Why {number}?", **machinery}, REMOTE_ADDR=HERE
        )
    html = page.content.decode()
    assert page.status_code == 429
    assert "Why 29?" in html
    assert "of-the-page" not in html


def test_forty_forms_for_help_are_not_begun_by_one_visitor(town, kinds):
    for _ in range(40):
        page = Client().post("/help/start/", REMOTE_ADDR=HERE)
    assert page.status_code == 429
    assert "ring us" in page.content.decode()
    assert IntakeDraft.objects.count() == 10
    assert Client().post("/help/start/", REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_numbers_of_a_form_are_not_guessed_without_end(client, town):
    for _ in range(11):
        page = client.post("/help/resume/", {"code": "F-AAA-AAA-AAA", "pin": "1"}, REMOTE_ADDR=HERE)
    assert page.status_code == 429
    # What must not stand on a screen is not shown again.
    assert "Pin" not in page.content.decode()


def test_too_many_words_are_refused_before_they_are_stored(client, town, kinds):
    client.post("/help/start/")
    form = f"/help/form/{IntakeDraft.objects.get().code}"
    client.post(f"{form}/help/", {"needs": ["food"], "words": "Kept before"})
    page = client.post(f"{form}/help/", {"needs": ["food"], "words": "long " * 400_000})
    html = page.content.decode()
    assert page.status_code == 200
    assert f"longer than {FIELD_MOST:,} letters" in html
    assert "long long" in html
    assert FIELD_MOST - 10 < html.count("long ") * 5 < FIELD_MOST * 2 + 200
    draft = IntakeDraft.objects.get()
    assert "Kept before" in draft.answers
    assert len(draft.answers) < 2000


def test_no_draft_grows_without_end(client, town, kinds, leah, sign_in):
    from commonweal.cases import intake

    draft, _ = intake.start(channel="phone", by=leah)
    for number in range(DRAFT_MOST // FIELD_MOST - 1):
        intake.save(draft=draft, answers={f"words{number}": "x" * (FIELD_MOST - 10)}, by=leah)
    more = {f"more{number}": "x" * (FIELD_MOST - 10) for number in range(2)}
    with pytest.raises(intake.TooLong, match="together"):
        intake.save(draft=draft, answers=more, by=leah)
    assert len(IntakeDraft.objects.get().answers) < DRAFT_MOST
    client = sign_in(leah)
    said = {"words": "y" * (FIELD_MOST + 5), "needs": ["food"], "verb": "save"}
    page = client.post(f"/desk/help/intake/{draft.code}/", said)
    assert b"longer than" in page.content
    assert client.post(f"/desk/help/intake/{draft.code}/save/", said).status_code == 409


def test_an_organisation_invites_so_many_a_day(sign_in, asha, bakery, client):
    client = sign_in(asha)
    for number in range(12):
        page = client.post(
            "/space/bakery/people/", {"email": f"p{number}@example.org", "role": "reader"}
        )
    assert b"has sent ten invitations today" in page.content
    assert b'value="p11@example.org"' in page.content
    assert Message.objects.filter(key__startswith="invitation-").count() == 10


def test_a_person_enters_so_many_organisations_a_day(sign_in, carys):
    client = sign_in(carys)
    for number in range(11):
        page = client.post("/join/", {"name": f"Club {number}"})
    assert page.status_code == 429
    assert b"Club 10" in page.content


def test_a_window_ends_and_names_nobody(town):
    now = timezone.now()
    for _ in range(3):
        spend(FEW, "203.0.113.7", now=now)
    with pytest.raises(Refused, match="Three is enough"):
        spend(FEW, "203.0.113.7", now=now)
    spend(FEW, "203.0.113.8", now=now)
    spend(FEW, "203.0.113.7", now=now + timedelta(hours=1))
    digests = [one.digest for one in Tally.objects.all()]
    assert len(set(digests)) == 3
    assert not any("203" in digest and "." in digest for digest in digests)
    assert limits.forget(now + timedelta(hours=3)) == 3


def test_a_limit_is_for_each_thing_by_itself(town):
    for _ in range(3):
        spend(FEW, "x")
    spend(Limit("other", 3, timedelta(hours=1), "No."), "x")


def asked_from(address, **more):
    return RequestFactory().post("/", REMOTE_ADDR=address, **more)


def test_a_visitor_is_the_address_of_the_connection_and_of_ipv6_the_network():
    assert visitor_of(asked_from(HERE)) != visitor_of(asked_from(ELSEWHERE))
    # What a visitor says of themselves does not count.
    said = asked_from(HERE, HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert visitor_of(said) == visitor_of(asked_from(HERE))
    first, second = "2a00:23c7:1:2::1", "2a00:23c7:1:2:ffff::9"
    assert visitor_of(asked_from(first)) == visitor_of(asked_from(second))
    assert visitor_of(asked_from(first)) != visitor_of(asked_from("2a00:23c7:1:3::1"))
    assert visitor_of(asked_from("::ffff:203.0.113.7")) == visitor_of(asked_from(HERE))


def test_behind_a_proxy_one_visitor_does_not_shut_the_form_to_the_town(client, pledge_address):
    """All come from one address there, until proxies are set: the limit is wider for all."""
    for address in ("127.0.0.1", "10.0.0.4", "", "::1"):
        assert visitor_of(asked_from(address)).is_shared
    for number in range(30):
        page = client.post(pledge_address, {"words": f"Why {number}?"})
    assert page.status_code == 302
