"""Two handlers in one intake: no word is lost, each sees that the other types (help-desk.md A4)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commonweal.accounts.models import KeptWords
from commonweal.cases import intake, typing
from commonweal.cases.models import Case, IntakeDraft
from commonweal.office.errors import Refused

pytestmark = pytest.mark.django_db
EMPTY = {"first_name": "", "words": "", "postcode": "", "needs": [], "signs": []}


class Page:
    """An open page of an intake, as the script in it behaves."""

    def __init__(self, client: Client, draft: IntakeDraft) -> None:
        self.client, self.address = client, f"/desk/help/intake/{draft.code}/"
        self.form = form_of(client.get(self.address))
        self.tab, self.version = self.form["tab"][0], int(self.form["seen"][0])
        self.seen: dict[str, int] = {}
        self.answer: dict[str, Any] = {}

    def saves(self, **fields: Any) -> Any:
        data: dict[str, Any] = {"tab": self.tab, "seen": self.version, "changed": ["", *fields]}
        data |= fields | {f"seen-{name}": one for name, one in self.seen.items()}
        headers = {} if fields else {"HTTP_X_ONLY_LOOKING": "1"}
        response = self.client.post(f"{self.address}save/", data, **headers)
        self.answer = response.json()
        return response

    def merges(self, *dirty: str) -> None:
        """What the script does with an answer; fields that are being typed stay as they were."""
        for name in dirty:
            self.seen.setdefault(name, self.version)
        self.version = self.answer["version"]


def form_of(response: Any) -> dict[str, Any]:
    from html.parser import HTMLParser

    fields: dict[str, Any] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            at = dict(attrs)
            if tag == "input" and at.get("name") in ("tab", "seen"):
                fields[at["name"]] = [at.get("value", "")]

    Reader().feed(response.content.decode())
    return fields


@pytest.fixture
def desk(leah: Any, owen: Any) -> dict[str, Client]:
    clients = {}
    for name, person in (("leah", leah), ("owen", owen)):
        clients[name] = Client()
        clients[name].force_login(person)
        session = clients[name].session
        session["demo_second_factor"] = True
        session.save()
    return clients


@pytest.fixture
def draft(leah: Any, town: Any) -> IntakeDraft:
    made, _ = intake.start(channel="phone", by=leah)
    return made


def answers(draft: IntakeDraft) -> dict[str, Any]:
    draft.refresh_from_db()
    return intake.answers_of(draft)


def test_the_later_save_of_another_erases_nothing(desk, draft):
    """Leah's tab stays open; Owen goes on; Leah touches one field."""
    leah = Page(desk["leah"], draft)
    leah.saves(first_name="Zebedee")
    leah.merges()
    owen = Page(desk["owen"], draft)
    owen.saves(words="insulin is finished", postcode="BF1 2AG")
    leah.saves(last_name="Quillfeather")
    kept = answers(draft)
    assert kept["words"] == "insulin is finished"
    assert kept["postcode"] == "BF1 2AG"
    assert kept["last_name"] == "Quillfeather"
    assert leah.answer["fields"] == {"words": "insulin is finished", "postcode": "BF1 2AG"}
    assert leah.answer["typing"] == ["Owen Pryce"]


def test_the_whole_form_without_javascript_erases_nothing(desk, draft, open_form):
    address = f"/desk/help/intake/{draft.code}/"
    stale = open_form(desk["leah"], address, "words") | {"verb": "save"}
    fresh = open_form(desk["owen"], address, "words") | {"verb": "save"}
    fresh |= {"words": "insulin is finished", "postcode": "BF1 2AG", "needs": ["food"]}
    desk["owen"].post(address, fresh)
    desk["leah"].post(address, stale | {"last_name": "Quillfeather"})
    kept = answers(draft)
    assert kept["words"] == "insulin is finished"
    assert kept["postcode"] == "BF1 2AG"
    assert kept["needs"] == ["food"]
    assert kept["last_name"] == "Quillfeather"


def test_what_both_changed_is_kept_twice_until_one_chooses(desk, draft):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished")
    leah.saves(words="She fell on Sunday")
    assert "insulin is finished" in leah.answer["twice"]
    assert "She fell on Sunday" in leah.answer["twice"]
    assert "Owen Pryce typed" in leah.answer["twice"]
    leah.merges()
    # Typing on changes one's own words only.
    leah.saves(words="She fell on Sunday evening")
    owen.merges()
    owen.saves(words="insulin is finished, fridge broken")
    page = desk["leah"].get(leah.address).content.decode()
    assert "She fell on Sunday evening" in page
    assert "insulin is finished, fridge broken" in page
    with pytest.raises(Refused, match="Choose first"):
        intake.finish(draft=draft, by=None)
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("which", "left"),
    [("now", "insulin is finished"), ("0", "She fell"), ("both", "insulin is finished\nShe fell")],
)
def test_one_of_them_is_chosen_by_a_button(desk, draft, open_form, which, left):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished")
    leah.saves(words="She fell")
    form = open_form(desk["owen"], owen.address, "words")
    answer = desk["owen"].post(owen.address, form | {"verb": f"choose:words:{which}"})
    assert answer.status_code == 302
    assert answers(draft)["words"] == left
    assert not typing.unsettled(draft)
    late = open_form(desk["leah"], owen.address, "words") | {"verb": f"choose:words:{which}"}
    page = desk["leah"].post(owen.address, late, follow=True).content.decode()
    assert "has chosen already" in page


def test_sending_waits_until_one_is_chosen(desk, draft, open_form):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished", needs=["food"])
    leah.saves(words="She fell")
    form = open_form(desk["owen"], owen.address, "words") | {"verb": "send"}
    page = desk["owen"].post(owen.address, form).content.decode()
    assert "Two people typed different words" in page
    assert not Case.objects.exists()


def test_ticks_of_both_are_joined(desk, draft):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(needs=["food"], signs=["no-food"])
    leah.saves(needs=["debt"])
    assert set(answers(draft)["needs"]) == {"food", "debt"}
    assert answers(draft)["signs"] == ["no-food"]


def test_an_empty_box_never_wins_over_words(desk, draft):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished")
    leah.saves(words="")
    assert answers(draft)["words"] == "insulin is finished"
    assert not typing.unsettled(draft)


def test_who_typed_last_may_clear_and_a_lost_answer_makes_no_quarrel(desk, draft):
    leah = Page(desk["leah"], draft)
    leah.saves(words="She f")
    # The answer was lost: the page knows nothing of the new version and sends more.
    leah.saves(words="She fell")
    assert answers(draft)["words"] == "She fell"
    leah.saves(words="")
    assert answers(draft)["words"] == ""
    assert not typing.unsettled(draft)


def test_a_field_that_is_being_typed_keeps_the_version_that_its_page_saw(desk, draft):
    """Owen's words came in an answer while Leah typed into the same field: it is no leave to
    overwrite them."""
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished")
    leah.saves(first_name="Zebedee")
    leah.merges("words")
    leah.saves(words="She fell")
    assert answers(draft)["words"] == "insulin is finished"
    assert "She fell" in leah.answer["twice"]


def test_the_page_of_a_conflict_goes_on_showing_its_own_words(desk, draft):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(words="insulin is finished")
    leah.saves(words="She fell")
    leah.merges()
    owen.merges()
    owen.saves(words="insulin is finished, fridge broken")
    leah.saves()
    assert "words" not in leah.answer["fields"]


def test_sending_from_a_page_with_the_script_says_only_what_was_not_kept(desk, draft, open_form):
    """The form holds what others filled in, as it was when it came: that is no change of hers."""
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    form = open_form(desk["leah"], leah.address, "words") | {"tab": leah.tab}
    leah.saves(last_name="Quill")
    owen.saves(words="insulin")
    leah.saves()
    leah.merges()
    owen.saves(words="her insulin, finished")
    # Leah took her own word back; Owen's first words stand in her page.
    sent = form | {
        "verb": "save",
        "words": "insulin",
        "last_name": "",
        "seen": leah.version,
        "changed": ["", "last_name"],
    }
    assert desk["leah"].post(leah.address, sent).status_code == 302
    assert answers(draft)["words"] == "her insulin, finished"
    assert answers(draft)["last_name"] == ""
    assert not typing.unsettled(draft)


def test_looking_changes_nothing_and_keeps_no_screen_open(desk, draft, settings):
    leah, owen = Page(desk["leah"], draft), Page(desk["owen"], draft)
    owen.saves(postcode="BF1 2AG")
    version = IntakeDraft.objects.get().saves
    session = desk["leah"].session
    session["desk_seen_at"] = 1
    session.save()
    settings.DESK_LOCK_MINUTES = settings.SESSION_IDLE_MINUTES = 10**9
    leah.saves()
    assert leah.answer["fields"] == {"postcode": "BF1 2AG"}
    assert IntakeDraft.objects.get().saves == version
    assert desk["leah"].session["desk_seen_at"] == 1


def test_typing_is_said_for_some_seconds_and_of_others_only(desk, draft, leah, owen):
    Page(desk["owen"], draft).saves(words="insulin")
    draft.refresh_from_db()
    now = timezone.now()
    assert typing.who_is_typing(draft, leah) == ["Owen Pryce"]
    assert typing.who_is_typing(draft, owen) == []
    assert typing.who_is_typing(draft, leah, now + timedelta(seconds=60)) == []


def test_who_typed_what_is_encrypted_and_goes_with_the_answers(desk, draft):
    from django.db import connection

    page = Page(desk["owen"], draft)
    page.saves(words="insulin is finished", needs=["food"])
    draft.refresh_from_db()
    assert json.loads(draft.marks)["fields"]["words"]["by"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT marks FROM cases_intakedraft")
        assert "words" not in str(cursor.fetchall())
    intake.finish(draft=draft, by=None)
    draft.refresh_from_db()
    assert draft.marks == ""


def test_what_came_too_late_is_not_lost(desk, draft, open_form):
    address = f"/desk/help/intake/{draft.code}/"
    form = open_form(desk["owen"], address, "words") | {"words": "And her cat.", "verb": "save"}
    intake.save(draft=draft, answers={"needs": ["food"]}, by=None)
    case = intake.finish(draft=draft, by=None)
    late = Page.__new__(Page)
    late.client, late.address, late.tab, late.version, late.seen = (
        desk["owen"],
        address,
        "x",
        0,
        {},
    )
    assert late.saves(words="And her cat.").status_code == 409
    answer = desk["owen"].post(address, form)
    assert answer["Location"] == case.get_absolute_url()
    assert "And her cat." in desk["owen"].get("/accounts/typed/").content.decode()


def test_a_second_tab_of_a_call_that_was_sent_has_nothing_left_to_send(desk, draft, open_form):
    leah, address = desk["leah"], f"/desk/help/intake/{draft.code}/"
    answers = {"needs": ["food"], "consent": "on", "words": "Hungry.", "verb": "save"}
    leah.post(address, open_form(leah, address, "words") | answers)
    second = open_form(leah, address, "words") | {"verb": "send"}
    leah.post(address, open_form(leah, address, "words") | answers | {"verb": "send"})
    case = Case.objects.get()
    assert leah.post(address, second)["Location"] == case.get_absolute_url()
    by_script = second | {"changed": [""], "words": "Hungry still."}
    assert leah.post(address, by_script).status_code == 302
    assert not KeptWords.objects.exists()
    for more in ({"words": "And cold."}, {"words": "And cold.", "changed": ["", "words"]}):
        leah.post(address, second | more)
        kept_words = KeptWords.objects.get()
        assert "And cold." in kept_words.words
        kept_words.delete()


def test_the_page_says_the_version_and_holds_the_places_that_the_script_fills(desk, draft):
    page = desk["leah"].get(f"/desk/help/intake/{draft.code}/").content.decode()
    for name in ("saved", "typing", "twice-note", "typed-twice"):
        assert f'id="{name}"' in page
    assert re.search(r'name="seen" value="\d+"', page)
    assert "design/typing" in page
