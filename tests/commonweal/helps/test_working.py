"""From a call for help to a closed loop: intake, triage, queues, calls, notes, closing."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commonweal.accounts.models import Message
from commonweal.cases import intake, messages, referring, triage, working, writing
from commonweal.cases.models import (
    Call,
    Callback,
    Case,
    CaseFile,
    IntakeDraft,
    Note,
    Referral,
    TextTemplate,
)
from commonweal.office.errors import Refused
from commonweal.residents import deaths
from commonweal.residents.models import Resident
from commonweal.residents.ways import Way
from commonweal.volunteers.models import Task

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


# --- Getting help -----------------------------------------------------------------------------


def test_a_resident_asks_on_the_form_and_gets_a_reference(client, kinds, town):
    page = client.get("/help/").content.decode()
    assert "999" in page
    first = client.post("/help/start/", follow=True)
    code = IntakeDraft.objects.get().code
    base = f"/help/form/{code}/"
    assert code in first.content.decode()
    assert b"Choose at least one" in client.post(f"{base}help/", {"words": "Hungry."}).content
    client.post(
        f"{base}help/",
        {"needs": ["food"], "signs": ["no-food"], "words": "Hungry.", "q-food-people": "4"},
    )
    client.post(
        f"{base}who/",
        {"for_whom": "self", "first_name": "Zebedee", "born_2": "1958", "lives": "address"},
    )
    client.post(f"{base}contact/", {"contact": "text_only", "phone": "07700 934567"})
    check = client.get(f"{base}check/").content.decode()
    assert "Hungry." in check
    assert "Zebedee" in check
    assert b"Say that you agree" in client.post(f"{base}check/", {}).content
    done = client.post(f"{base}check/", {"consent": "on"}, follow=True).content.decode()
    request = Case.objects.get()
    assert request.code in done
    assert request.urgency == 1
    assert request.consent_words == intake.CONSENT
    assert request.notice.version == "1"
    assert request.resident.born == "1958"
    assert request.resident.contact == "text_only"
    assert json.loads(request.needs.get().answers) == {"people": "4"}
    assert request.callbacks.get().purpose == "first"
    # What was typed is in the request now, and nowhere else.
    assert IntakeDraft.objects.get().answers == ""
    # Sent twice makes no second one.
    client.post(f"{base}check/", {"consent": "on"})
    assert Case.objects.count() == 1


def test_a_form_is_gone_on_with_by_reference_and_number_only(client, kinds, town):
    client.post("/help/start/")
    code, pin = client.session["help_draft"], client.session["help_pin"]
    client.post(f"/help/form/{code}/help/", {"needs": ["food"], "words": "Hungry."})
    client.session.flush()
    assert client.get(f"/help/form/{code}/who/").url == "/help/resume/"
    for _ in range(2):
        page = client.post("/help/resume/", {"code": code, "pin": "000000"})
        assert b"do not fit together" in page.content
    client.post("/help/resume/", {"code": code.lower(), "pin": pin})
    assert b"Hungry." in client.get(f"/help/form/{code}/help/").content
    # Five wrong numbers close it, for good.
    client.session.flush()
    for _ in range(5):
        client.post("/help/resume/", {"code": code, "pin": "000000"})
    assert (
        b"do not fit together" in client.post("/help/resume/", {"code": code, "pin": pin}).content
    )


def test_a_call_cut_off_half_way_is_gone_on_with_by_a_colleague(sign_in, leah, owen, kinds):
    client = sign_in(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    said = client.post(
        f"/desk/help/intake/{draft.code}/save/",
        {
            "first_name": "Zebedee",
            "phone": "07700 9345",
            "born_1": "4",
            "needs": ["food"],
            "words": "There is nothing",
        },
    ).json()
    assert said["said"].startswith("Kept at")
    colleague = sign_in(owen)
    assert draft.code in colleague.get("/desk/help/").content.decode()
    page = colleague.get(f"/desk/help/intake/{draft.code}/").content.decode()
    for typed in ("Zebedee", "07700 9345", "There is nothing"):
        assert typed in page
    colleague.post(
        f"/desk/help/intake/{draft.code}/",
        {
            "verb": "send",
            "for_whom": "self",
            "contact": "any",
            "lives": "no_fixed",
            "first_name": "Zebedee",
            "needs": ["food"],
            "words": "There is nothing left",
            "consent": "on",
        },
    )
    request = Case.objects.get()
    assert (request.taken_by, request.state, request.assigned_to) == (owen, "working", owen)
    assert request.resident.lives == "no_fixed"


def test_duplicates_show_as_one_types_and_one_is_chosen(sign_in, leah, asks_for_help, kinds):
    known = asks_for_help(by=leah).resident
    client = sign_in(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    typed = {"first_name": "Zeb", "last_name": "Quilfeather", "phone": "07700934567"}
    said = client.post(f"/desk/help/intake/{draft.code}/save/", typed).json()
    assert known.code in said["html"]
    assert "sounds the same" in said["html"]
    assert "forms of one name" not in said["html"]
    client.post(
        f"/desk/help/intake/{draft.code}/",
        typed
        | {
            "verb": "send",
            "needs": ["energy"],
            "for_whom": "self",
            "contact": "any",
            "lives": "address",
            "resident": known.code,
            "email": "z@example.org",
            "consent": "on",
        },
    )
    assert Resident.objects.count() == 1
    known.refresh_from_db()
    assert known.cases.count() == 2
    # What was lacking is added; what was there is not overwritten.
    assert (known.email, known.last_name) == ("z@example.org", "Quillfeather")


@pytest.mark.parametrize(
    "values",
    [
        {"last_name": ""},
        {"born": ""},
        {"born": "1950"},
        {"phones": "none"},
        {"phones": ""},
        {"lives": "no_fixed", "address": "", "postcode": ""},
        {"lives": "refuge"},
        {"first_name": "", "last_name": ""},
        {"postcode": "nonsense"},
    ],
)
def test_whatever_is_not_known_can_be_left_out(asks_for_help, leah, sign_in, values):
    request = asks_for_help(by=leah, **values)
    assert sign_in(leah).get(request.get_absolute_url()).status_code == 200


def test_safe_contact_stands_before_any_number_and_a_refuge_has_no_address(
    asks_for_help, leah, sign_in
):
    request = asks_for_help(
        by=leah,
        contact="no_ring",
        safe_word="Lantern",
        lives="refuge",
        address="9 Hidden House",
        email="z@example.org",
    )
    page = sign_in(leah).get(request.get_absolute_url()).content.decode()
    safe = page.index("Do not ring")
    assert safe < page.index("Lantern") < page.index("07700 934567") < page.index("z@example.org")
    assert "tel:07700" not in page
    assert "9 Hidden House" not in page
    assert "In a refuge" in page


# --- How urgent -------------------------------------------------------------------------------


def rows_of_the_page() -> list[list[str]]:
    text = (ROOT / "docs/methods/triage.md").read_text()
    table = text.split("## Worked examples")[1].split("\n\n")[2]
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("row", rows_of_the_page(), ids=lambda row: row[0] or "nothing")
def test_the_worked_examples_of_the_methods_page(row):
    signs, failed, days, before, score, level, reasons = row
    found = triage.judge(
        signs.split(), failed_attempts=int(failed), days_waiting=int(days), asked_before=int(before)
    )
    assert (found.score, found.level) == (int(score), int(level))
    assert "; ".join(words for _, words in found.reasons[:3]) == reasons


def test_a_persons_judgement_needs_a_reason_and_is_never_overwritten(asks_for_help, leah, sign_in):
    request = asks_for_help(by=None, signs=["no-food"])
    assert request.urgency == 1
    client = sign_in(leah)
    address = f"{request.get_absolute_url()}urgency/"
    assert b"Say why" in client.post(address, {"level": "4"}).content
    client.post(address, {"level": "4", "because": "A neighbour brought a meal."})
    request.refresh_from_db()
    assert (request.decided, request.urgency, request.computed) == (4, 4, 1)
    Case.objects.update(opened_at=timezone.now() - timedelta(days=6))
    assert working.recalculate_all() == 1
    request.refresh_from_db()
    assert request.urgency == 4
    assert request.computed == 1
    assert "waiting for 6 days" in [words for _, words in request.reasons]
    page = client.get(request.get_absolute_url()).content.decode()
    assert "A neighbour brought a meal." in page
    assert "no food today 70 points" in " ".join(page.split())


def test_the_queue_is_ordered_by_urgency_then_promise_and_shows_no_name(
    asks_for_help, leah, sign_in
):
    now = timezone.now()
    late = asks_for_help("debt", at=now - timedelta(days=9))
    urgent = asks_for_help(signs=["no-shelter"], last_name="Unseenby")
    fresh = asks_for_help("work", at=now)
    page = sign_in(leah).get("/desk/help/?show=all").content.decode()
    queue = page[page.index('id="queue"') :]
    order = [queue.index(f">{one.code}<") for one in (urgent, late, fresh)]
    assert order == sorted(order)
    for name in ("Zebedee", "Quillfeather", "Unseenby", "07700 934567"):
        assert name not in page
    assert "nowhere to sleep tonight" in page
    assert "late:" in page


# --- Sharing, calling, closing ----------------------------------------------------------------


def test_a_case_is_taken_once(asks_for_help, leah, owen, sign_in):
    request = asks_for_help()
    sign_in(leah).post(f"{request.get_absolute_url()}take/")
    with pytest.raises(Refused, match="Somebody else"):
        working.take(case=request, by=owen)
    request.refresh_from_db()
    assert request.assigned_to == leah


def test_handing_over_says_what_the_colleague_needs(asks_for_help, leah, owen, asha, sign_in):
    request = asks_for_help(by=leah)
    client = sign_in(leah)
    address = f"{request.get_absolute_url()}hand-over/"
    assert b"what your colleague needs" in client.post(address, {"to": owen.pk}).content
    assert client.post(address, {"to": asha.pk, "words": "x"}).status_code == 200
    client.post(address, {"to": owen.pk, "words": "Ring after four."})
    request.refresh_from_db()
    assert request.assigned_to == owen
    assert "Ring after four." in sign_in(owen).get(request.get_absolute_url()).content.decode()


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "wrong_number", "later"])
def test_a_call_that_reached_nobody_is_tried_again_and_counted(asks_for_help, leah, outcome):
    request = asks_for_help()
    for number in range(1, 6):
        working.record_call(case=request, direction="out", outcome=outcome, by=leah)
        callback = request.callbacks.get()
        assert callback.attempts == number
        # The next attempt is some time later: within a minute it would be the same one.
        earlier = timezone.now() - timedelta(minutes=2)
        request.calls.update(at=earlier)
        request.callbacks.update(tried_at=earlier)
        assert callback.due_at > timezone.now()
    assert (callback.state, callback.ending) == ("cancelled", "attempts")
    assert request.calls.count() == 5


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "wrong_number", "unsafe", "later"])
def test_a_call_that_reached_nobody_is_owed_again_where_none_was(asks_for_help, leah, outcome):
    """What the page says of it holds whether or not a call was owed before."""
    case = asks_for_help()
    case.callbacks.all().delete()
    working.record_call(case=case, direction="out", outcome=outcome, by=leah)
    assert case.callbacks.get(state="due").due_at > timezone.now()


def test_once_calls_were_given_up_another_that_reaches_nobody_owes_none(asks_for_help, leah):
    """Somebody decides what is tried instead; a call more does not begin it all again."""
    case = asks_for_help()
    case.callbacks.update(state="cancelled", ending="attempts")
    working.record_call(case=case, direction="out", outcome="no_answer", by=leah)
    assert not case.callbacks.filter(state="due").exists()


def test_a_call_to_us_that_came_to_nothing_makes_no_debt(asks_for_help, leah):
    case = asks_for_help()
    case.callbacks.all().delete()
    working.record_call(case=case, direction="in", outcome="no_answer", by=leah)
    assert not case.callbacks.exists()


def test_a_case_is_not_handed_to_who_has_it(asks_for_help, leah, sign_in):
    case = asks_for_help(by=leah)
    address = f"{case.get_absolute_url()}hand-over/"
    page = sign_in(leah).post(address, {"to": leah.pk, "words": "Ring after four."})
    assert f"{leah.name} has it already" in page.content.decode()
    assert "Ring after four." in page.content.decode()
    assert not case.notes.filter(kind="handover").exists()


def test_speaking_ends_the_call_that_was_owed(asks_for_help, leah, sign_in):
    request = asks_for_help()
    sign_in(leah).post(
        f"{request.get_absolute_url()}call/",
        {"direction": "out", "outcome": "spoke", "words": "They need bread.", "minutes": "9"},
    )
    request.refresh_from_db()
    assert request.first_contact_at is not None
    assert (request.state, request.assigned_to) == ("working", leah)
    assert request.callbacks.get().state == "done"


def test_the_second_call_plans_itself_once_the_first_problem_is_handled(
    asks_for_help, leah, sign_in
):
    request = asks_for_help("food", "debt", by=leah)
    food, debt = request.needs.all()
    client = sign_in(leah)
    client.post(
        f"{request.get_absolute_url()}needs/{food.code}/settle/", {"state": "met", "why": ""}
    )
    second = Callback.objects.get(purpose="second")
    assert second.due_at.date() == (timezone.now() + timedelta(days=7)).date()
    said = client.post(
        f"{request.get_absolute_url()}close/", {"words": "Done."}, follow=True
    ).content
    assert b"Still open: Debts" in said
    no = client.post(
        f"{request.get_absolute_url()}needs/{debt.code}/settle/", {"state": "unmet", "why": ""}
    )
    assert b"Say why it could not be met" in no.content
    client.post(
        f"{request.get_absolute_url()}needs/{debt.code}/settle/",
        {"state": "unmet", "why": "no_capacity"},
    )
    assert (
        b"second call is still owed"
        in client.post(f"{request.get_absolute_url()}close/", {"words": "Done."}).content
    )
    page = client.get(request.get_absolute_url()).content.decode()
    assert "is there anything else that weighs on you" in page
    # It is owed next week: today's call was it only because somebody says so.
    which = str(second.pk)
    working.record_call(case=request, direction="out", outcome="spoke", by=leah, which=which)
    client.post(f"{request.get_absolute_url()}close/", {"words": "Done."})
    request.refresh_from_db()
    assert request.state == "closed"
    # Only one second call, whatever else is settled.
    assert Callback.objects.filter(purpose="second").count() == 1


def test_a_death_stops_everything_at_once_everywhere(
    asks_for_help, leah, owen, joan, service, sign_in
):
    request = asks_for_help("debt", by=leah)
    other = asks_for_help("food", resident=request.resident)
    consent = referring.give_consent(
        resident=request.resident,
        words="Yes.",
        by=leah,
        help_type=request.needs.get().help_type,
        fields=["first name", "phone"],
    )
    referral = referring.refer(
        need=request.needs.get(), service=service, hand="consented", consent=consent, by=leah
    )
    task = Task.objects.create(
        need=other.needs.get(), title="Shopping", who="Zebedee", where="14 Mill Lane"
    )
    template = TextTemplate.objects.get(code="we-will-ring")
    assert len(messages.preview(template=template, where={}).cases) == 1
    sign_in(owen).post(f"{other.get_absolute_url()}call/", {"direction": "in", "outcome": "dead"})
    assert Resident.objects.get().is_dead
    assert not Callback.objects.filter(state="due").exists()
    task.refresh_from_db()
    assert (task.state, task.who, task.where) == ("cancelled", "", "")
    referral.refresh_from_db()
    assert referral.state == "revoked"
    seen = sign_in(joan).get(f"/space/advice/referrals/{referral.code}/").content.decode()
    assert "Zebedee" not in seen
    shown = messages.preview(template=template, where={})
    assert (shown.cases, shown.left_out["reported dead"]) == ([], 2)
    fresh = Case.objects.get(pk=request.pk)
    with pytest.raises(Refused, match="reported dead"):
        working.plan_call(case=fresh, purpose="follow_up", due_at=timezone.now(), by=leah)
    with pytest.raises(Refused, match="reported dead"):
        working.open_case(
            resident=fresh.resident,
            channel="phone",
            needs={request.needs.get().help_type: {}},
            by=leah,
        )
    page = sign_in(leah).get(request.get_absolute_url()).content.decode()
    assert "Reported dead" in page
    assert "07700 934567" not in page
    deaths.alive_after_all(resident=Resident.objects.get(), because="He rang.", by=leah)
    assert Callback.objects.filter(state="due").exists()


def test_papers_are_encrypted_under_names_that_say_nothing(asks_for_help, leah, sign_in, settings):
    request = asks_for_help(by=leah)
    upload = SimpleUploadedFile("quillfeather-bill.txt", b"Owes 300 pounds. Zebedee Quillfeather")
    sign_in(leah).post(f"{request.get_absolute_url()}papers/", {"upload": upload})
    paper = CaseFile.objects.get()
    [path] = [p for p in settings.CASE_FOLDER.rglob("*") if p.is_file()]
    assert "quill" not in path.name.lower()
    assert b"Zebedee" not in path.read_bytes()
    got = sign_in(leah).get(f"{request.get_absolute_url()}papers/{paper.code}/")
    assert got.content == b"Owes 300 pounds. Zebedee Quillfeather"
    assert "quill" not in got["Content-Disposition"]
    nasty = SimpleUploadedFile("x.html", b"<script>1</script>")
    page = sign_in(leah).post(f"{request.get_absolute_url()}papers/", {"upload": nasty})
    assert b"A file of this kind" in page.content
    assert CaseFile.objects.count() == 1


def test_a_paper_that_is_gone_from_the_disk_is_said_to_be(asks_for_help, leah, sign_in, settings):
    request = asks_for_help(by=leah)
    upload = SimpleUploadedFile("bill.txt", b"Owes 300 pounds.")
    sign_in(leah).post(f"{request.get_absolute_url()}papers/", {"upload": upload})
    paper = CaseFile.objects.get()
    (settings.CASE_FOLDER / str(paper.code)).unlink()
    address = f"{request.get_absolute_url()}papers/{paper.code}/"
    page = sign_in(leah).get(address, follow=True)
    assert page.redirect_chain == [(request.get_absolute_url(), 302)]
    assert "This paper is not where it was kept" in page.content.decode()


def test_notes_keep_who_wrote_them(asks_for_help, leah, sign_in):
    request = asks_for_help(by=leah)
    sign_in(leah).post(f"{request.get_absolute_url()}note/", {"words": "Dog bites.\n<b>x</b>"})
    assert Note.objects.get().by == leah
    page = sign_in(leah).get(request.get_absolute_url()).content.decode()
    assert "Dog bites." in page
    assert "<b>x</b>" not in page


# --- Texts to many ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phones", "reached"),
    [
        ("07700 911111", "07700 911111"),
        ("01632 960123\n+44 (0)7700 911111", "+44 (0)7700 911111"),
        ("01632 960123", ""),
        ("07012 345678", ""),
        ("7700911111", "07700911111"),
        ("07624 412345", "07624 412345"),
        ("0048 601 123 456", "0048 601 123 456"),
        ("no telephone", ""),
        ("", ""),
    ],
)
def test_a_text_goes_to_a_mobile_telephone(asks_for_help, phones, reached):
    resident = asks_for_help(phones=phones).resident
    assert writing.address_for(resident, Way.TEXT) == reached


def test_many_are_texted_once_through_the_sender_of_reminders(
    asks_for_help, grace, sign_in, settings, tmp_path
):
    from commonweal.accounts import mail

    asks_for_help()
    asks_for_help("debt", first_name="Two", phones="07700 911111", contact="text_only")
    asks_for_help("debt", first_name="Three", phones="")
    asks_for_help("debt", first_name="Four", phones="07700 922222", contact="email_only")
    client = sign_in(grace)
    page = client.post(
        "/desk/help/bulk/", {"template": "we-will-ring", "verb": "preview"}
    ).content.decode()
    page = " ".join(page.split())
    assert "It would go to 2 people" in page
    assert "1 no mobile telephone" in page
    assert "1 must not be texted" in page
    assert re.search(r"about H-\w{3}-\w{3}-\w{3}", page)
    refused = client.post(
        "/desk/help/bulk/", {"template": "we-will-ring", "verb": "send", "expected": "3"}
    )
    assert b"the preview again" in refused.content or b"preview said" in refused.content
    client.post("/desk/help/bulk/", {"template": "we-will-ring", "verb": "send", "expected": "2"})
    assert Message.objects.count() == 2
    assert mail.send_waiting() == 2
    assert mail.send_waiting() == 0
    sent = sorted(p.read_text() for p in (tmp_path / "texts").glob("*"))
    assert [text.split("\n")[0] for text in sent] == ["To: 07700 911111", "To: 07700 934567"]
    for message in Message.objects.all():
        assert "Zebedee" not in message.subject + message.key


# --- Two at once, and speed -------------------------------------------------------------------


def test_the_queue_asks_few_questions_of_the_database(
    asks_for_help, leah, sign_in, django_assert_max_num_queries
):
    for number in range(40):
        asks_for_help("food", "debt", first_name=f"P{number}", phones=f"07700 9{number:05}")
    client = sign_in(leah)
    client.get("/desk/help/?show=all")
    with django_assert_max_num_queries(36):
        client.get("/desk/help/?show=all")


def test_models_count_attempts_from_outcomes(asks_for_help, leah):
    request = asks_for_help()
    working.record_call(case=request, direction="out", outcome="no_answer", by=leah)
    working.record_call(case=request, direction="out", outcome="spoke", by=leah)
    assert Call.objects.exclude(outcome="spoke").count() == request.callbacks.get().attempts
    assert Referral.objects.count() == 0
