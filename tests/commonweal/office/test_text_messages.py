"""A text message: into a file where no key is set, else through Notify, and never twice."""

from __future__ import annotations

import re

import pytest
from notifications_python_client import notifications

from commonweal.office import texts

PHONE, BODY = "07700 900123", "Your code is 123 456.\nIt is good for ten minutes."


class Notify:
    """What Notify was asked and told, and what it holds already."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sent: list[dict[str, object]] = []
        self.held: list[dict[str, str]] = []
        self.made: list[tuple[object, ...]] = []

    def __call__(self, key, *, base_url, timeout):
        self.made.append((key, base_url, timeout))
        return self

    def get_all_notifications(self, *, reference):
        self.asked.append(reference)
        return {"notifications": self.held}

    def send_sms_notification(self, **message):
        self.sent.append(message)


@pytest.fixture
def folder(settings, tmp_path):
    settings.VAR = tmp_path
    settings.NOTIFY_API_KEY = settings.NOTIFY_TEXT_TEMPLATE_ID = ""
    return tmp_path / "texts"


@pytest.fixture
def notify(settings, folder, monkeypatch):
    settings.NOTIFY_API_KEY, settings.NOTIFY_TEXT_TEMPLATE_ID = "a-key", "a-template"
    settings.NOTIFY_ADDRESS = "https://notify.example"
    service = Notify()
    monkeypatch.setattr(notifications, "NotificationsAPIClient", service)
    return service


def lying(folder):
    return sorted(path.read_text() for path in folder.glob("*"))


def test_without_a_key_a_text_lies_in_a_folder(folder):
    texts.send(PHONE, BODY, reference="sign-in-7", again=False)
    assert lying(folder) == [f"To: {PHONE}\n\n{BODY}\n"]


@pytest.mark.parametrize(
    ("key", "template"),
    [("", ""), ("a-key", ""), ("", "a-template")],
    ids=["none", "key", "template"],
)
def test_it_takes_key_and_template_to_send(notify, settings, folder, key, template):
    settings.NOTIFY_API_KEY, settings.NOTIFY_TEXT_TEMPLATE_ID = key, template
    texts.send(PHONE, BODY, reference="sign-in-7", again=False)
    assert (notify.made, notify.sent) == ([], [])
    assert len(lying(folder)) == 1


def test_the_name_of_a_file_says_nothing_of_anybody(folder):
    texts.send(PHONE, BODY, reference="sign-in-7", again=False)
    [path] = folder.iterdir()
    # What stands there beside the reference is drawn.
    assert re.fullmatch(r"sign-in-7-[0-9a-f]{8}\.txt", path.name)


def test_two_texts_of_one_reference_are_two_files(folder):
    for _ in range(3):
        texts.send(PHONE, BODY, reference="sign-in-7", again=True)
    assert len(lying(folder)) == 3


@pytest.mark.parametrize("text", ["naïve café", "日本語", "👋", ""], ids=ascii)
def test_a_text_is_written_in_any_script(folder, text):
    texts.send(PHONE, text, reference="sign-in-7", again=False)
    assert lying(folder) == [f"To: {PHONE}\n\n{text}\n"]


def test_notify_gets_the_words_in_one_field(notify, folder):
    texts.send(PHONE, BODY, reference="sign-in-7", again=False)
    assert notify.sent == [
        {
            "phone_number": PHONE,
            "template_id": "a-template",
            "personalisation": {"body": BODY},
            "reference": "sign-in-7",
        }
    ]
    assert notify.made == [("a-key", "https://notify.example", 20)]
    assert not folder.exists(), "what was sent lies on no disk"


def test_a_first_text_is_sent_without_a_question(notify):
    notify.held = [{"id": "1"}]
    texts.send(PHONE, BODY, reference="sign-in-7", again=False)
    assert (notify.asked, len(notify.sent)) == ([], 1)


@pytest.mark.parametrize(("held", "sent"), [([], 1), ([{"id": "1"}], 0), ([{"id": "1"}] * 2, 0)])
def test_what_may_have_been_sent_is_asked_for_first(notify, held, sent):
    notify.held = held
    texts.send(PHONE, BODY, reference="sign-in-7", again=True)
    assert (notify.asked, len(notify.sent)) == (["sign-in-7"], sent)


def test_what_notify_refuses_is_said_to_whoever_sends(notify, monkeypatch):
    def refuse(**message):
        raise ConnectionError("away")

    monkeypatch.setattr(notify, "send_sms_notification", refuse)
    with pytest.raises(ConnectionError):
        texts.send(PHONE, BODY, reference="sign-in-7", again=False)


# What is forgotten


def test_texts_that_are_forgotten_are_gone_and_no_others(folder):
    for reference in ("sign-in-7", "sign-in-70", "sign-in-8"):
        texts.send(PHONE, reference, reference=reference, again=False)
    texts.send(PHONE, "once more", reference="sign-in-7", again=True)
    texts.forget(["sign-in-7"])
    assert lying(folder) == [f"To: {PHONE}\n\n{name}\n" for name in ("sign-in-70", "sign-in-8")]


def test_several_are_forgotten_at_once_and_once_more(folder):
    for reference in ("a", "b", "c"):
        texts.send(PHONE, reference, reference=reference, again=False)
    for _ in range(2):
        texts.forget(iter(["a", "c"]))
        assert lying(folder) == [f"To: {PHONE}\n\nb\n"]


@pytest.mark.parametrize("references", [[], ["never-sent"]])
def test_what_was_never_sent_is_forgotten_without_a_word(folder, references):
    texts.forget(references)
    assert not folder.exists()
