"""How somebody may be reached: one hand writes it, in versions; what is stale or looser is
asked."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from commonweal.cases import adding, keeping
from commonweal.cases.models import Case, IntakeDraft
from commonweal.office.errors import Refused
from commonweal.residents import merging, parting, reaching
from commonweal.residents.models import Resident, SafeContact
from commonweal.residents.models.guarding import GUARDED, Unguarded
from commonweal.residents.ways import Rule

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src" / "commonweal"
NOTE = "Violent ex-partner knows the number."


def reach_page(request: Any) -> str:
    return f"/desk/help/people/{request.resident.code}/reach/"


def typed(**more: Any) -> dict[str, Any]:
    return {
        "contact": "any",
        "days": [],
        "start": "",
        "end": "",
        "word": "",
        "note": "",
        "because": "",
        "seen": "0",
    } | more


def seen_in(client: Any, address: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    assert found
    return found[1]


# --- Versions ---------------------------------------------------------------------------------


def test_each_change_is_a_version_with_author_moment_and_reason(asks_for_help, leah, sign_in):
    request = asks_for_help(by=leah, contact="any")
    client, address = sign_in(leah), reach_page(request)
    client.post(
        address,
        typed(
            contact="text_only",
            days=["1", "2"],
            start="10",
            end="2pm",
            note=NOTE,
            word="heron",
            seen=seen_in(client, address),
        ),
    )
    refused = client.post(address, typed(contact="any", seen="2")).content.decode()
    assert "Say why it is safe now" in refused
    assert Resident.objects.get().contact == "text_only"
    client.post(address, typed(contact="any", because="He has moved away.", seen="2"))
    versions = list(SafeContact.objects.order_by("number"))
    assert [(v.number, v.contact, v.source, v.loosened) for v in versions] == [
        (1, "any", "intake", False),
        (2, "text_only", "changed", False),
        (3, "any", "changed", True),
    ]
    assert versions[1].by == leah
    assert (versions[1].days, versions[1].start, versions[1].end) == ("12", time(10), time(14))
    assert versions[2].because == "He has moved away."
    resident = Resident.objects.get()
    assert (resident.contact, resident.contact_version, resident.safe_note) == ("any", 3, "")
    page = client.get(address).content.decode()
    assert "He has moved away." in page
    assert NOTE in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT note, word, because FROM residents_safecontact")
        raw = str(cursor.fetchall())
    for words in (NOTE, "heron", "moved away"):
        assert words not in raw


@pytest.mark.parametrize(
    "looser",
    [
        {"contact": "no_ring"},
        {"days": []},
        {"start": "9"},
        {"end": "15"},
        {"note": ""},
        {"word": ""},
        {"contact": "email_only"},
    ],
)
def test_what_is_looser_takes_a_reason_and_keeps_what_was_typed(
    asks_for_help, leah, sign_in, looser
):
    request = asks_for_help(by=leah)
    rule = Rule("text_only", "12345", time(10), time(14), NOTE, "heron")
    reaching.write(resident=request.resident, rule=rule, source="changed", by=leah)
    same = typed(
        contact="text_only",
        days=list("12345"),
        start="10:00",
        end="14:00",
        note=NOTE,
        word="heron",
        seen="1",
    )
    client = sign_in(leah)
    page = client.post(reach_page(request), same | looser).content.decode()
    assert "Say why it is safe now" in page
    assert SafeContact.objects.count() == 1
    kept = client.post(reach_page(request), same)
    assert kept.status_code == 302
    assert SafeContact.objects.count() == 1
    client.post(reach_page(request), same | looser | {"because": "She said so today."})
    assert SafeContact.objects.get(number=2).loosened


def test_a_stale_form_that_would_loosen_is_refused_and_keeps_what_was_typed(
    asks_for_help, leah, grace, sign_in
):
    """A3.2: manager and handler open it; she saves "do not contact"; he saves what he saw."""
    request = asks_for_help(by=leah, contact="any")
    address = reach_page(request)
    opened = seen_in(sign_in(leah), address)
    sign_in(grace).post(address, typed(contact="none", note=NOTE, seen=opened))
    stale = typed(contact="any", note="Ring twice.", because="She is deaf.", seen=opened)
    page = sign_in(leah).post(address, stale).content.decode()
    assert "This changed since you opened the page" in page
    assert "Grace Whitlock" in page
    assert NOTE in page
    assert "Ring twice." in page
    assert Resident.objects.get().contact == "none"
    # What is stricter goes through from a stale page.
    sign_in(leah).post(address, typed(contact="none", note=f"{NOTE}\nDeaf.", seen=opened))
    assert Resident.objects.get().safe_note.endswith("Deaf.")
    # Nor does the page for the rest of what is known touch it.
    change = f"/desk/help/people/{request.resident.code}/"
    form = {
        "first_name": "Zeb",
        "phones": "07700 900001\n07700 900002",
        "lives": "address",
        "contact": "any",
        "safe_note": "",
        "safe_word": "",
    }
    assert sign_in(leah).post(change, form).status_code == 302
    resident = Resident.objects.get()
    assert resident.phone_list == ["07700 900001", "07700 900002"]
    assert (resident.contact, resident.contact_version) == ("none", 3)


def test_a_refuge_is_left_only_on_purpose(asks_for_help, leah, sign_in):
    request = asks_for_help(by=leah, lives="refuge")
    change = f"/desk/help/people/{request.resident.code}/"
    form = {"first_name": "Zeb", "lives": "address", "address": "14 Mill Lane"}
    assert b"Tick that they have left it" in sign_in(leah).post(change, form).content
    assert Resident.objects.get().lives == "refuge"
    sign_in(leah).post(change, form | {"left_refuge": "on"})
    assert Resident.objects.get().lives == "address"


# --- Where two meet ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("any", "none", "none"),
        ("text_only", "email_only", "none"),
        ("no_ring", "post_only", "post_only"),
        ("not_asked", "text_only", "text_only"),
        ("any", "not_asked", "not_asked"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_merge_takes_the_strictest(asks_for_help, leah, one, other, together, turned):
    first, second = (other, one) if turned else (one, other)
    kept = asks_for_help(by=leah, contact=first, safe_note="Kept's.").resident
    gone = asks_for_help(by=leah, contact=second, safe_word="heron").resident
    merging.merge(kept=kept, gone=gone, because="x", by=leah)
    kept = Resident.objects.get(pk=kept.pk)
    assert (kept.contact, kept.safe_note, kept.safe_word) == (together, "Kept's.", "heron")


def test_undoing_a_merge_opens_nothing_that_was_closed_since(asks_for_help, leah):
    """A3.1: after a merge, do not contact; undo; both could be rung again."""
    kept = asks_for_help(by=leah, contact="any").resident
    gone = asks_for_help(by=leah, contact="text_only").resident
    merge = merging.merge(kept=kept, gone=gone, because="x", by=leah)
    reaching.write(resident=kept, rule=Rule("none", note=NOTE), source="changed", by=leah)
    parting.undo_merge(merge=merge, because="Two people.", by=leah)
    for resident in Resident.objects.all():
        assert (resident.contact, resident.safe_note) == ("none", NOTE)


def test_undoing_a_merge_at_once_gives_each_its_own_again(asks_for_help, leah):
    kept = asks_for_help(by=leah, contact="any").resident
    gone = asks_for_help(by=leah, contact="text_only", safe_word="heron").resident
    merge = merging.merge(kept=kept, gone=gone, because="x", by=leah)
    assert Resident.objects.get(pk=kept.pk).contact == "text_only"
    parting.undo_merge(merge=merge, because="Two people.", by=leah)
    assert Resident.objects.get(pk=kept.pk).contact == "any"
    assert Resident.objects.get(pk=gone.pk).contact == "text_only"
    assert Resident.objects.get(pk=gone.pk).safe_word == "heron"


@pytest.mark.parametrize(
    ("known", "said", "holds"),
    [
        ("none", "any", "none"),
        ("text_only", "any", "text_only"),
        ("any", "none", "none"),
        ("text_only", "", "text_only"),
        ("not_asked", "any", "any"),
        ("email_only", "text_only", "none"),
    ],
)
def test_an_intake_for_somebody_known_never_loosens(
    asks_for_help, leah, sign_in, known, said, holds
):
    resident = asks_for_help(by=leah, contact=known, safe_note=NOTE).resident
    client = sign_in(leah)
    client.post("/desk/help/intake/", {"channel": "phone"})
    draft = IntakeDraft.objects.get()
    typed_in = {
        "for_whom": "self",
        "contact": said,
        "first_name": "Zebedee",
        "last_name": "Quillfeather",
        "born_0": "12",
        "born_1": "4",
        "born_2": "1958",
        "needs": ["food"],
        "consent": "on",
    }
    # The page offers whom it may be; nobody else can be chosen.
    address = f"/desk/help/intake/{draft.code}/"
    assert resident.code in client.post(address, typed_in | {"verb": "look"}).content.decode()
    chosen = {"verb": "send", "resident": resident.code}
    done = client.post(address, typed_in | chosen, follow=True)
    assert Case.objects.count() == 2
    resident.refresh_from_db()
    assert (resident.contact, resident.safe_note) == (holds, NOTE)
    told = "What was known before is stricter and stays" in done.content.decode()
    assert told == (said not in ("", holds))


# --- One hand ---------------------------------------------------------------------------------


def test_no_other_hand_writes_it(asks_for_help, leah):
    request = asks_for_help(by=leah, contact="none", safe_note=NOTE)
    resident = request.resident
    resident.contact = "any"
    with pytest.raises(Unguarded):
        resident.save()
    with pytest.raises(Unguarded):
        resident.save(update_fields=["contact"])
    for name in GUARDED:
        with pytest.raises(Unguarded):
            Resident.objects.filter(pk=resident.pk).update(**{name: "1"})
    with pytest.raises(Unguarded), transaction.atomic():
        Resident.objects.bulk_update([resident], ["contact"])
    with pytest.raises(Unguarded):
        Resident.objects.create(first_name="Zeb", contact="any")
    with pytest.raises(Unguarded):
        Resident.objects.bulk_create([Resident(contact="text_only")])
    with pytest.raises(Unguarded), transaction.atomic():
        Resident.objects.update_or_create(pk=resident.pk, defaults={"contact": "any"})
    assert Resident.objects.get(pk=resident.pk).contact == "none"


def test_a_stale_copy_of_the_row_overwrites_nothing(asks_for_help, leah):
    resident = asks_for_help(by=leah, contact="any").resident
    stale = Resident.objects.get(pk=resident.pk)
    reaching.write(resident=resident, rule=Rule("none"), source="changed", by=leah)
    stale.first_name = "Zeb"
    stale.save()
    assert Resident.objects.get(pk=resident.pk).contact == "none"
    assert Resident.objects.get(pk=resident.pk).first_name == "Zeb"


def test_only_one_module_holds_the_pen():
    """In the sources: nobody else takes the pen, sets a guarded column, or goes past the guard."""
    for path in sorted(SOURCES.rglob("*.py")):
        where = path.relative_to(SOURCES).as_posix()
        if "migrations" in where or where in (
            "residents/reach_versions.py",
            "residents/models/guarding.py",
        ):
            continue
        text = path.read_text()
        assert not re.search(r"\bpen\(\)|_base_manager|residents_resident\b", text), where
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                assert node.attr not in GUARDED, f"{where}:{node.lineno}"
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
                "update",
                "create",
            ):
                named = {keyword.arg for keyword in node.keywords}
                assert not named & set(GUARDED), f"{where}:{node.lineno}"


def test_the_present_state_is_always_the_newest_version(planted):
    for resident in Resident.objects.all():
        newest = resident.safe_contacts.first()
        if newest is None:
            assert reaching.rule_of(resident) == Rule()
            assert resident.contact_version == 0
        else:
            assert newest.number == resident.contact_version
            assert reaching.rule_in(newest) == reaching.rule_of(resident)


def test_erasing_takes_the_words_of_every_version(asks_for_help, leah):
    request = asks_for_help(by=leah, contact="text_only", safe_note=NOTE)
    rule = Rule("any")
    reaching.write(resident=request.resident, rule=rule, source="changed", because=NOTE, by=leah)
    Case.objects.update(state="closed", closed_at="2026-01-01T00:00Z")
    keeping.erase(resident=request.resident, by=None, because="its time came")
    for version in SafeContact.objects.all():
        assert (version.note, version.word, version.because) == ("", "", "")
    assert Resident.objects.get().safe_note == ""


def test_who_is_at_risk_and_was_not_asked_takes_a_reason(asks_for_help, grace, sign_in):
    request = asks_for_help("safety", by=grace, contact="not_asked")
    client = sign_in(grace)
    refused = client.post(reach_page(request), typed(contact="any")).content.decode()
    assert "Say why it is safe now" in refused
    with pytest.raises(Refused):
        reaching.write(resident=request.resident, rule=Rule("any"), source="changed", by=grace)
    client.post(reach_page(request), typed(contact="text_only", because="She said so in person."))
    assert Resident.objects.get().contact == "text_only"


def test_what_a_further_need_promises_falls_into_the_safe_hours(by_text, kinds, leah, clock):
    """Half past one, safe until two, and the new kind is promised within four hours."""
    case = by_text()
    clock(datetime(2026, 11, 25, 13, 30, tzinfo=UTC))
    kinds["food"].hours_promised = 4
    kinds["food"].save(update_fields=["hours_promised"])
    type(case).objects.update(due_at=timezone.now() + timedelta(days=9))
    adding.add_need(case=case, help_type=kinds["food"], by=leah)
    case.refresh_from_db()
    local = timezone.localtime(case.due_at)
    assert time(10) <= local.time() <= time(14), local
