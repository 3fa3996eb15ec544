"""What is held is read before it goes out: entry by entry, with others marked and struck out."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from commonweal.accounts.models import Event, Role
from commonweal.cases import subject, working
from commonweal.cases.models import AccessEntry, Case, CaseRead, SubjectAccess
from commonweal.office.errors import Refused
from commonweal.residents import thirds

pytestmark = pytest.mark.django_db
NOTE = "Mrs Bell next door (01632 960 111) says her son hits her. Zebedee has no food."


@pytest.fixture
def case(asks_for_help, leah):
    request = asks_for_help(by=leah)
    Case.objects.filter(pk=request.pk).update(caller_name="Ada Reed", on_behalf=True)
    working.note(case=request, words=NOTE, by=leah)
    return Case.objects.get()


@pytest.fixture
def officer(sign_in, helen):
    return sign_in(helen)


@pytest.fixture
def second(new_person):
    return new_person("olga", "Olga Marsh", role=Role.DATA_PROTECTION_OFFICER)


def prepared(client, case):
    found = client.post("/desk/subject/", {"code": case.code.lower()})
    assert "Zebedee" not in found.content.decode()
    response = client.post("/desk/subject/", {"code": case.code, "verb": "prepare"})
    assert response.status_code == 302
    return SubjectAccess.objects.get(given_at=None), response.url


def everything(response):
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def entry_of(access, title):
    return next(e for e in access.entries.all() if json.loads(e.content)["title"] == title)


def test_the_record_is_read_before_it_is_given(case, officer, helen):
    access, address = prepared(officer, case)
    page = officer.get(address).content.decode()
    for words in ("Zebedee", "14 Mill Lane", "Ada Reed", "has no food", "There is nothing left."):
        assert words in page
    assert '<mark title="a form of address">Mrs Bell</mark>' in page
    assert '<mark title="a name known here">Ada Reed</mark>' in page
    assert '<mark title="a telephone">01632 960 111</mark>' in page
    # Their own name, street and number are theirs.
    for own in ("07700 934567", "Quillfeather", "Mill Lane"):
        assert f"{own}</mark>" not in page
    assert "whoever asked on their behalf" in page
    assert "words of staff: they may name others" in page
    assert CaseRead.objects.get(person=helen).what == "access"
    assert not SubjectAccess.objects.get().given_at
    response = officer.post(address, {"verb": "give", "seen": subject.fingerprint(access)})
    files = everything(response)
    assert "Mrs Bell" in files["everything.txt"]
    access.refresh_from_db()
    assert access.sha256 == hashlib.sha256(response.content).hexdigest()
    assert (access.given_by, access.alone) == (helen, True)
    assert Event.objects.get(verb="subject access given").detail["alone"] is True
    assert "Quillfeather" not in response["Content-Disposition"]
    again = officer.post(address, {"verb": "again"})
    assert again.content == response.content


def test_marked_passages_other_words_and_whole_entries_are_struck_out(case, officer):
    access, address = prepared(officer, case)
    note, of_case = entry_of(access, "Note"), entry_of(access, "Case")
    answers = {
        "marked": ["Mrs Bell", "01632 960 111"],
        "others": "says her son hits her",
        "because": "Her neighbour's words about herself.",
    }
    page = officer.post(f"{address}{note.pk}/", answers | {"because": ""}).content.decode()
    assert "Say why it is struck out" in page
    assert "says her son hits her" in page
    wrong = officer.post(f"{address}{note.pk}/", answers | {"others": "Mr Bell"}).content.decode()
    assert "does not stand in this entry" in wrong
    assert officer.post(f"{address}{note.pk}/", answers).status_code == 302
    officer.post(f"{address}{of_case.pk}/", {"others": "Ada Reed", "because": "The caller."})
    need = entry_of(access, "Need")
    officer.post(f"{address}{need.pk}/", {"whole": "on", "others": "", "because": "Another's."})
    page = officer.get(address).content.decode()
    assert page.count("Left out") == 3
    files = everything(officer.post(address, {"verb": "give", "seen": subject.fingerprint(access)}))
    for words in ("Mrs Bell", "960 111", "hits her", "Ada Reed"):
        assert words not in files["everything.txt"] + files["everything.json"]
    assert (
        "[struck out] next door ([struck out]) [struck out]. Zebedee has no food."
        in (files["everything.txt"])
    )
    assert '"left out": true' in files["everything.json"]
    assert "Another's." not in "".join(files.values())
    note.refresh_from_db()
    assert note.struck_because == "Her neighbour's words about herself."
    with pytest.raises(Refused, match="given out already"):
        subject.strike(
            entry=AccessEntry.objects.get(pk=note.pk),
            entirely=False,
            passages=[],
            because="",
            by=access.prepared_by,
        )


def test_a_strike_can_be_taken_back(case, officer):
    access, address = prepared(officer, case)
    note = entry_of(access, "Note")
    officer.post(f"{address}{note.pk}/", {"whole": "on", "others": "", "because": "x"})
    officer.post(f"{address}{note.pk}/", {"others": "", "because": ""})
    note.refresh_from_db()
    assert (note.is_struck, note.struck_because, note.struck_by) == (False, "", None)


def test_what_goes_out_is_what_was_reviewed(case, officer, leah):
    access, address = prepared(officer, case)
    seen = subject.fingerprint(access)
    note = entry_of(access, "Note")
    officer.post(f"{address}{note.pk}/", {"whole": "on", "others": "", "because": "x"})
    page = officer.post(address, {"verb": "give", "seen": seen}, follow=True).content.decode()
    assert "has changed since you opened the page" in page
    working.note(case=case, words="She rang again.", by=leah)
    access.refresh_from_db()
    fresh = subject.fingerprint(access)
    page = officer.post(address, {"verb": "give", "seen": fresh}, follow=True).content.decode()
    assert "came to this record since it was prepared" in page
    officer.post(address, {"verb": "prepare"})
    access.refresh_from_db()
    assert entry_of(access, "Note").is_struck
    response = officer.post(address, {"verb": "give", "seen": subject.fingerprint(access)})
    assert "She rang again." in everything(response)["everything.txt"]


def test_where_there_are_two_officers_it_takes_two(case, officer, helen, second, sign_in):
    access, address = prepared(officer, case)
    assert "given out by another officer" in officer.get(address).content.decode()
    seen = {"verb": "give", "seen": subject.fingerprint(access)}
    page = officer.post(address, seen, follow=True).content.decode()
    assert "Another officer reviews it and gives it out: Olga Marsh" in page
    assert sign_in(second).post(address, seen)["Content-Type"] == "application/zip"
    access.refresh_from_db()
    assert (access.prepared_by, access.given_by, access.alone) == (helen, second, False)


def test_it_can_be_dropped(case, officer):
    access, address = prepared(officer, case)
    officer.post(address, {"verb": "drop"})
    assert not SubjectAccess.objects.exists()
    assert not AccessEntry.objects.exists()


@pytest.mark.parametrize("name", ["leah", "grace", "daniel", "sam", "mei", "joan"])
def test_nobody_else_reads_or_gives_it(case, officer, request, sign_in, name):
    access, address = prepared(officer, case)
    entry = access.entries.first()
    client = sign_in(request.getfixturevalue(name))
    for page in ("/desk/subject/", address, f"{address}{entry.pk}/"):
        assert client.get(page).status_code == 403
        assert client.post(page, {"verb": "give"}).status_code == 403


def test_a_reference_is_found_in_any_spelling(case, officer):
    for code in (case.code, case.resident.code):
        for typed in (code.lower(), code.replace("-", " "), code.replace("-", "").lower()):
            page = officer.post("/desk/subject/", {"code": f" {typed}."})
            assert page.context["resident"] == case.resident, typed


def test_a_reference_that_is_none_says_so_and_keeps_what_was_typed(officer):
    page = officer.post("/desk/subject/", {"code": "H-NONE"}).content.decode()
    assert "There is no such reference" in page
    assert "H-NONE" in page


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("Dr Ahmed rang.", ["Dr Ahmed"]),
        ("her husband knows", ["her husband"]),
        ("their neighbour Jo came", ["their neighbour Jo"]),
        ("write to a.b@example.org", ["a.b@example.org"]),
        ("Zebedee Quillfeather came to 14 Mill Lane", []),
        ("no food", []),
        ("Ring 07700 934567 or 07700 900 999", ["07700 900 999"]),
        ("ÁGNES Nagy came", ["ÁGNES Nagy"]),
    ],
)
def test_what_may_speak_of_others_is_marked(words, marked):
    own = thirds.own_words(iter(["Zebedee", "Quillfeather", "14 Mill Lane", "07700 934567"]))
    pieces = thirds.pieces(words, known=["Joan"], personal=own)
    assert "".join(piece.text for piece in pieces) == words
    assert [piece.text for piece in pieces if piece.why] == marked
