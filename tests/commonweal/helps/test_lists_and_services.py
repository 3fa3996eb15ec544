"""Lists as desks received them; the directory, also from messy files."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.accounts.models import Message
from commonweal.bringing import holding
from commonweal.cases import keeping, lists
from commonweal.cases.lists import undoing
from commonweal.cases.models import Case, ListRow, Note
from commonweal.office.errors import Refused
from commonweal.residents.looks import is_nhs_number
from commonweal.residents.models import Resident
from commonweal.services import directory
from commonweal.services.models import Organisation, Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unpacked_here")]
ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("COMMONWEAL_SHARED", ROOT.parent / "shared")) / "data"
real = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("COMMONWEAL_NOTHING_SKIPPED"),
    reason="the public data to run against is not beside this checkout",
)

NSSS = (
    "ID,nhs_number,first_name,last_name,date_of_birth,address_line1,address_postcode,"
    "contact_number_calls,do_you_want_supermarket_deliveries\n"
)
SPL = (
    "Traced_NHSNUMBER,PatientFirstName,PatientSurname,DateOfBirth,PatientAddress_Line1,"
    "PatientAddress_PostCode,mobile,DateOfDeath,Flag_PDSInformallyDeceased\n"
)
GENERIC = (
    "First name,Surname,d.o.b,Address Line 1,City,Postcode,Email,Phone number,UPRN,Case Note 1\n"
)


def carry(text: str, kinds, name: str = "list.csv", kind: str = "food"):
    made = lists.preview(text.encode(), name)
    run = lists.begin(made, help_type=kinds[kind], by=None)
    return made, lists.carry_out(made, run, by=None)


# --- Lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        (NSSS, "1,9434765919,Ada,Lovell,1950-03-27,1 Low Row,BF1 1AA,07700900001,yes", "nsss"),
        (SPL, "9434765919,Ada,Lovell,27/03/1950,1 Low Row,BF1 1AA,07700900001,,", "spl"),
        (
            (
                "ID,NHS Number,Forename,Surname,Date of Birth,House Number,Address Line 1,"
                "Town,Postcode,Phone,LA Support Required,Comments,Date Tested\n"
            ),
            (
                "7,9434765919,Ada,Lovell,27-Mar-50,1,Low Row,Brackenford,BF1 1AA,07700900001,"
                "Yes,Stairs,2020-10-10"
            ),
            "self-isolation",
        ),
        (
            GENERIC,
            "Ada,Lovell,27.03.1950,1 Low Row,Brackenford,BF1 1AA,a@example.org,07700900001,,Stairs",
            "generic",
        ),
    ],
)
def test_each_list_is_known_by_its_columns(kinds, header, row, code):
    made, run = carry(header + row + "\n", kinds)
    assert made.layout.code == code
    resident = Resident.objects.get()
    assert (resident.first_name, resident.last_name, resident.born) == (
        "Ada",
        "Lovell",
        "1950-03-27",
    )
    assert resident.phone_list == ["07700900001"]
    request = Case.objects.get()
    assert (request.channel, request.callbacks.get().purpose) == ("list", "first")
    assert run.counts["new"] == 1


def test_a_list_of_nobody_is_carried_out_by_nobody(kinds):
    """Nothing in it says who anybody is: it is shown, and its columns can be said; no more."""
    shown = lists.preview(b"thing,size\na,b\n", "x.csv")
    assert not shown.tells_who
    with pytest.raises(Refused, match="No column says who these people are"):
        lists.begin(shown, help_type=kinds["food"], by=None)


def test_rows_are_rejected_with_number_and_reason_and_no_personal_data(kinds):
    text = (
        GENERIC
        + "\n".join(
            [
                "Ada,Lovell,27/03/1950,1 Low Row,B,BF1 1AA,,07700900001,,",
                ",,,,,,,,,x",
                "Bob,Reed,31/02/1950,1 Low Row,B,BF1 1AA,,,,",
                "Cy,Reed,soon,,,,,,,",
                "Ada,Lovell,27/03/1950,1 Low Row,B,BF1 1AA,,07700900001,,",
                "Di,,01/01/2090,,,,,,,",
            ]
        )
        + "\n"
    )
    made, run = carry(text, kinds)
    assert [row for row, _ in made.rejected] == [3]
    assert "nobody's" in made.rejected[0][1]
    # What can't be read of somebody refuses nobody.
    assert [row for row, _ in made.marked] == [4, 5, 7]
    assert made.joined == [(6, 2)]
    said = json.dumps([run.rejected, run.marked])
    for name in ("Ada", "Bob", "Reed", "Lovell", "31/02"):
        assert name not in said
    rows = list(lists.results(run))
    assert len(rows) == 1 + 5
    first = Case.objects.order_by("pk")[0]
    assert rows[1][1:4] == ["new", first.resident.code, first.code]


@pytest.mark.parametrize(
    ("figures", "good"),
    [("9434765919", True), ("9434765918", False), ("123", False), ("0000000000", False)],
)
def test_nhs_numbers_have_their_check(figures, good):
    assert is_nhs_number(figures) == good


@pytest.mark.parametrize("nobodys", ["0000000000", "1111111111", "9999999999"])
def test_ten_equal_figures_are_nobodys_nhs_number(kinds, nobodys):
    """They stand for none. Two people who have them are two, and each of them is taken."""
    ada = f"{nobodys},Ada,Lovell,27/03/1950,1 Low Row,BF1 1AA,07700900001,,\n"
    bob = f"{nobodys},Bob,Reed,03/04/1961,9 Mill Lane,BF2 2BB,07700900002,,\n"
    _, run = carry(SPL + ada + bob, kinds)
    assert run.counts["new"] == 2
    assert set(Resident.objects.values_list("first_name", flat=True)) == {"Ada", "Bob"}


def test_a_death_in_a_list_stops_all_contact_at_once(kinds, asks_for_help, leah):
    known = asks_for_help(
        by=leah, first_name="Ada", last_name="Lovell", born="1950-03-27", nhs_number="9434765919"
    )
    carry(SPL + "9434765919,Ada,Lovell,27/03/1950,1 Low Row,BF1 1AA,,01/11/2026,\n", kinds)
    known.resident.refresh_from_db()
    assert known.resident.is_dead
    assert not known.callbacks.filter(state="due").exists()
    # A later list that flags a row that was loaded before does the same.
    alive = SPL + "9434765870,Cy,Reed,27/03/1951,1 Low Row,BF1 1AA,07700900002,,\n"
    carry(alive, kinds)
    carry(alive.replace("07700900002,,", "07700900002,,1"), kinds)
    assert Resident.objects.filter(is_dead=True).count() == 2


def test_staff_typed_records_are_found_and_doubt_waits_for_a_person(kinds, asks_for_help, leah):
    same = asks_for_help(
        "food",
        by=leah,
        first_name="Ada",
        last_name="Lovell",
        born="1950-03-27",
        phones="07700 900001",
        address="1 Low Row",
        postcode="BF1 1AA",
    )
    alike = asks_for_help(
        "food",
        by=leah,
        first_name="William",
        last_name="Turner",
        born="1958-04-12",
        phones="07700 934567",
    )
    _, run = carry(
        GENERIC + "Ada,Lovell,27/03/1950,1 Low Row,B,BF1 1AA,,07700900001,,Stairs\n"
        "Bill,Turner,12/04/1958,9 Far Road,B,BF9 9ZZ,,07700934567,,\n",
        kinds,
    )
    assert (run.counts["known person"], run.counts["perhaps"]) == (1, 1)
    # The certain one made no second request, only a note; the other is a record of its own.
    assert same.resident.cases.count() == 1
    assert "Stairs" in Note.objects.get(kind="list").words
    assert alike.resident.cases.count() == 1
    assert Resident.objects.count() == 3
    from commonweal.residents import people

    new = Resident.objects.exclude(pk__in=[same.resident_id, alike.resident_id]).get()
    [found] = people.candidates(people.described(new), apart_from=new)
    assert found.resident == alike.resident


def rows(count: int) -> str:
    return GENERIC + "".join(
        (
            f"P{i},L{i % 97},{1 + i % 28:02}/{1 + i % 12:02}/{1930 + i % 70},{i} Row,B,"
            f"BF{i % 9} {i % 9}AA,,077{i:08},,\n"
        )
        for i in range(count)
    )


@pytest.mark.parametrize("count", [75, 76, 1001])
def test_rows_are_conserved_and_a_second_time_changes_nothing(kinds, count):
    made, run = carry(rows(count), kinds)
    # Somebody much like another row is a record of their own, and waits for a person.
    read = run.counts["new"] + run.counts.get("perhaps", 0)
    assert read == Case.objects.count() == Resident.objects.count() == count
    _, again = carry(rows(count), kinds)
    assert again.pk == run.pk
    # The same rows in another file: every one is known.
    _, other = carry(rows(count) + "\n", kinds, name="again.csv")
    assert other.counts.get("known", 0) == count or other.pk == run.pk
    assert Case.objects.count() == ListRow.objects.count() == count


@pytest.mark.heavy
def test_fifty_thousand_rows_within_minutes(kinds):
    made, run = carry(rows(50_000), kinds)
    assert run.counts["new"] + run.counts.get("perhaps", 0) == 50_000
    assert Case.objects.count() == 50_000


def test_an_import_that_was_killed_is_taken_up_again(kinds, monkeypatch):
    made = lists.preview(rows(1200).encode(), "x.csv")
    run = lists.begin(made, help_type=kinds["food"], by=None)
    steps = []

    def die(done, total):
        steps.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lists.carry_out(made, run, by=None, say=die)
    assert Case.objects.count() == lists.STEP
    run = lists.begin(lists.preview(rows(1200).encode(), "x.csv"), help_type=kinds["food"], by=None)
    assert run.done == lists.STEP
    run = lists.carry_out(made, run, by=None)
    assert Case.objects.count() == 1200
    assert run.finished_at is not None


def test_the_manager_sees_before_anything_happens(kinds, grace, leah, sign_in, settings):
    client = sign_in(grace)
    upload = SimpleUploadedFile(
        "quillfeather.csv",
        (GENERIC + "Zebedee,Quillfeather,27/03/1950,,,,,07700934567,,\n").encode(),
    )
    page = client.post("/desk/help/lists/", {"file": upload, "help_type": "food"}, follow=True)
    assert "Zebedee" not in page.request["PATH_INFO"]
    assert len(page.context["preview"].new) == 1
    assert not Resident.objects.exists()
    held = page.context["held"]
    path = holding._path(held.code)
    assert b"Zebedee" not in path.read_bytes()
    assert "quill" not in path.name
    address = reverse("list-held", args=[held.code])
    pressed = {"seen": page.context["preview"].fingerprint, "do": "carry"}
    done = client.post(address, pressed, follow=True)
    assert b"carried out" in done.content
    assert not path.exists()
    run = Case.objects.get().list_rows.get().run
    results = client.get(reverse("list-results", args=[run.pk])).content.decode()
    assert Case.objects.get().code in results
    assert "Zebedee" not in results
    assert sign_in(leah).get("/desk/help/lists/").status_code == 403
    assert client.get(address).status_code == 403


@pytest.mark.alike
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_answered_in_words(data):
    said: list[str] = []
    for name in ("x.csv", "x.xlsx", "x.json"):
        try:
            if name.endswith("json"):
                directory.read(data, name)
            else:
                lists.preview(data, name)
        except Refused as refused:
            said.append(str(refused))
    assert all(said)


# --- Services ---------------------------------------------------------------------------------


def test_open_referral_comes_in_and_goes_out_alike(client, town):
    said = {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Counselling",
        "status": "active",
        "description": "Talk.",
        "minimum_age": 12,
        "maximum_age": 100,
        "assured_date": "2026-11-01",
        "assurer_email": "secret@example.org",
        "fees": "None",
        "organization": {
            "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
            "name": "Org",
            "description": "An org",
        },
        "schedules": [
            {"id": "x", "byday": "TH,FR", "opens_at": "10:00:00", "closes_at": "18:00:00"}
        ],
        "phones": [{"id": "x", "number": '"+44 1234 234567"'}],
        "service_at_locations": [
            {
                "id": "x",
                "location": {
                    "id": "x",
                    "name": "Hall",
                    "latitude": 51.9,
                    "longitude": -0.2,
                    "addresses": [{"address_1": "1 High Street", "postal_code": "BF1 1AA"}],
                },
            }
        ],
    }
    result = directory.carry_out(json.dumps(said).encode(), "s.json", source="x", by=None)
    assert (result.new, result.refused) == (1, [])
    again = directory.carry_out(json.dumps(said).encode(), "s.json", source="x", by=None)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    out = client.get(f"/help/services/{said['id']}.json").json()
    for name in ("id", "name", "status", "minimum_age", "maximum_age", "assured_date", "fees"):
        assert out[name] == said[name]
    assert out["schedules"][0]["byday"] == "TH,FR"
    assert out["service_at_locations"][0]["location"]["addresses"][0]["postal_code"] == "BF1 1AA"
    page = client.get("/help/services.json").json()
    assert (page["total_items"], page["contents"][0]["id"]) == (1, said["id"])
    assert "secret@example.org" not in json.dumps([out, page])
    # What we give out can be read again.
    back = directory.carry_out(json.dumps(page).encode(), "s.json", source="back", by=None)
    assert (back.new, back.refused) == (1, [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": ""}, "no id"),
        ({"name": None}, "no name"),
        ({"status": "perhaps"}, "is none of"),
        ({"organization": None}, "no organisation"),
    ],
)
def test_services_without_what_the_standard_requires_are_rejected(town, change, why):
    one = {"id": "1", "name": "A", "status": "active", "organization": {"name": "O"}} | change
    _, result = directory.read(json.dumps([one]).encode(), "a.json")
    assert why in str(result.refused[0])


def test_wrong_parts_are_left_out_with_a_remark(town):
    one = {
        "id": "1",
        "name": "A",
        "status": "active",
        "organization": {"name": "O"},
        "minimum_age": "old",
        "assured_date": "soon",
        "url": "not a url at all",
        "email": "nobody",
    }
    found, result = directory.read(json.dumps([one]).encode(), "a.json")
    assert len(found) == 1
    assert len(result.remarks) == 4


@real
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("gm_services/gm_food_banks.csv", 100),
        ("gm_services/gm_pharmacies.csv", 500),
        ("gm_services/gm_libraries.csv", 100),
        ("gm_services/gm_jobcentreplus.csv", 20),
        ("hsds/examples_service_full.json", 1),
        ("hsds/examples_service_list.json", 1),
        ("oruk_mocks/V3.0-UK-Default_service_full.json", 1),
        ("oruk_mocks/V3.0-UK-Default_service_list.json", 1),
        ("oruk_mocks/V3.0-UK-Test_service_list_data.json", 1),
        ("warm_spaces/warm_spaces.geojson.gz", 4000),
    ],
)
def test_real_files_of_services_are_accounted_for_row_by_row(town, name, least):
    path = SHARED / "services" / name
    assert path.exists(), f"{path} is required here"
    found, result = directory.read(path.read_bytes(), path.name)
    assert len(found) >= least
    numbers = [one.place for one in found] + [refusal.place for refusal in result.refused]
    assert len(numbers) == len(set(numbers))
    if len(found) < 1500:
        made = directory.carry_out(path.read_bytes(), path.name, source="real", by=None)
        assert (made.new, made.records) == (len(found), len(numbers))
        again = directory.carry_out(path.read_bytes(), path.name, source="real", by=None)
        assert (again.new, again.changed) == (0, 0)


@real
def test_the_tables_of_hsds_are_read_from_an_archive(town):
    folder = SHARED / "services" / "hsds"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in folder.glob("examples_csv_*.csv"):
            archive.write(path, path.name.removeprefix("examples_csv_"))
    result = directory.carry_out(out.getvalue(), "hsds.zip", source="zip", by=None)
    assert result.new >= 1
    one = Service.objects.get(name="Community Counselling")
    assert one.schedules.get().days == "TH,FR"


def test_entries_are_kept_by_their_owners_go_stale_in_public_and_remind(
    client, joan, service, sign_in, town, today
):
    address = f"/space/advice/services/{service.code}/"
    answers = {
        "name": "Debt advice",
        "description": "Free.",
        "status": "active",
        "answer_hours": "24",
        "help_types": ["debt"],
        "address": "1 Low Row",
        "postcode": "BF1 1AA",
        "takes_referrals": "on",
    }
    sign_in(joan).post(address, answers)
    service.refresh_from_db()
    assert (service.assured_on, service.answer_hours) == (today, 24)
    assert directory.remind_owners(today) == 0
    assert "Not confirmed lately" not in client.get(service.get_absolute_url()).content.decode()
    Service.objects.update(assured_on=today - timedelta(days=182))
    client.logout()
    page = client.get(service.get_absolute_url()).content.decode()
    assert "Not confirmed lately." in page
    assert directory.remind_owners(today) == 1
    assert directory.remind_owners(today) == 0
    assert (
        Message.objects.get(person=joan, key__startswith="stale").subject
        == f"Is your entry still right? {service.name}"
    )
    sign_in(joan).post(f"{address}assure/")
    client.logout()
    assert "Not confirmed lately" not in client.get(service.get_absolute_url()).content.decode()
    # An import leaves alone what its organisation keeps.
    Service.objects.update(source="x", source_key="1")
    one = {"id": "1", "name": "Renamed", "status": "active", "organization": {"name": "O"}}
    result = directory.carry_out(json.dumps([one]).encode(), "a.json", source="x", by=None)
    assert (result.changed, result.unchanged) == (0, 1)
    assert Organisation.objects.get(partner__code="advice").services.get().name == "Debt advice"


def test_the_command_reads_lists_and_services(kinds, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_text(rows(3))
    call_command("help-desk", "list", str(file), kind="food", preview=True)
    assert not Resident.objects.exists()
    call_command("help-desk", "list", str(file), kind="food")
    services = tmp_path / "s.csv"
    services.write_text("name,address,postcode\nFood bank,1 Row,BF1 1AA\n,,\n")
    call_command("help-desk", "services", str(services), source="mine")
    call_command("help-desk", "watch")
    call_command("help-desk", "forget")
    out = capsys.readouterr().out
    assert "3 of 3" in out
    assert "1 new" in out
    assert Resident.objects.count() == 3
    assert keeping.days_of("requests") == 730


ADA = {
    "first_name": "Ada",
    "last_name": "Lovell",
    "born": "1950-03-27",
    "phones": "07700 900001",
    "address": "1 Low Row",
    "postcode": "BF1 1AA",
}
HER_ROW = GENERIC + "Ada,Lovell,27/03/1950,1 Low Row,B,BF1 1AA,,07700900001,,\n"


def test_a_row_of_somebody_known_is_a_note_though_the_list_has_no_words(kinds, asks_for_help, leah):
    case = asks_for_help("food", by=leah, **ADA)
    _, run = carry(HER_ROW, kinds)
    assert run.counts["known person"] == 1
    assert case.resident.cases.count() == 1
    assert f"Stands in a list: {run.file_name}" in case.notes.get(kind="list").words


def test_whoever_works_on_another_need_of_hers_is_told_of_the_list(
    kinds, asks_for_help, leah, grace
):
    case = asks_for_help("debt", by=leah, **ADA)
    _, run = carry(HER_ROW, kinds)
    [new] = case.resident.cases.exclude(pk=case.pk)
    assert f"{new.code} was opened for it: Food." in case.notes.get(kind="list").words
    undoing.undo(lists.begin_undoing(run=run, by=grace))
    assert not case.notes.filter(kind="list").exists()
    assert list(case.resident.cases.all()) == [case]
