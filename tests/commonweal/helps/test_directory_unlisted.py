"""A file takes nothing away: what its source no longer lists is named, and ended by a choice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from commonweal.accounts.models import Event
from commonweal.bringing.models import HeldFile
from commonweal.office.errors import Refused
from commonweal.services import directory
from commonweal.services.models import Service

from .services_brought import bring, carry, choose

pytestmark = pytest.mark.django_db
NAMES = ("Food bank", "Choir", "Debt advice", "Warm room")


def file_of(*names: str, **more: Any) -> bytes:
    records = [
        {"id": name, "name": name, "status": "active", "organization": {"name": "Org"}}
        for name in names
    ]
    return json.dumps({"contents": records, **more}).encode()


def read(*names: str, **more: Any) -> directory.DirectoryOutcome:
    return directory.carry_out(file_of(*names, **more), "a.json", source="town", by=None)


@pytest.fixture
def listed(town: Any) -> None:
    assert read(*NAMES).new == 4


def marked() -> set[str]:
    return set(
        Service.objects.filter(not_listed_since__isnull=False).values_list("name", flat=True)
    )


def test_what_is_missing_is_named_and_stays(listed, client, sign_in, grace):
    client = sign_in(grace)
    page = bring(client, "a.json", file_of("Food bank", "Choir"))
    for words in (
        "does not list 2 services of this source",
        "Debt advice",
        "Warm room",
        "They stay",
    ):
        assert words in " ".join(page.split())
    assert marked() == {"Debt advice", "Warm room"}
    client.logout()
    assert "Warm room" in client.get("/help/services/").content.decode()
    page = client.get(Service.objects.get(name="Warm room").get_absolute_url()).content.decode()
    assert "Perhaps no longer offered." in page
    # Listed again: as if nothing had been.
    assert read(*NAMES).unchanged == 4
    assert marked() == set()


def test_a_try_names_them_and_marks_none(listed):
    content = file_of("Choir")
    outcome = directory.carry_out(content, "a.json", source="town", by=None, only_try=True)
    assert len(outcome.missing) == 3
    assert marked() == set()


def test_a_refused_record_is_no_missing_one(listed):
    records = json.loads(file_of(*NAMES))["contents"]
    records[0]["organization"] = "Org"
    records[1] |= {"id": None}
    records[2] |= {"name": None}
    content = json.dumps(records).encode()
    outcome = directory.carry_out(content, "a.json", source="town", by=None)
    assert len(outcome.refused) == 3
    assert (outcome.missing, outcome.untold, marked()) == ([], "", set())
    assert Service.objects.filter(organisation__name="Org").count() == 4


def test_a_refused_record_of_no_name_leaves_it_untold(listed):
    outcome = directory.carry_out(
        json.dumps([*json.loads(file_of("Choir"))["contents"], 5]).encode(),
        "a.json",
        source="town",
        by=None,
    )
    assert "can't be told which services" in outcome.untold
    assert (outcome.missing, marked()) == ([], set())


def test_a_page_of_several_and_another_layout_mark_nothing(listed):
    part = read("Choir", total_pages=3, page_number=2)
    assert part.untold.startswith("This is page 2 of 3")
    other = directory.carry_out(b"name,address\nChoir,1 Row\n", "a.csv", source="town", by=None)
    assert "laid out otherwise" in other.untold
    assert marked() == set()


def test_the_number_is_typed_by_whoever_ends_more_than_a_twentieth(listed, sign_in, grace, client):
    read("Food bank", "Choir")
    client = sign_in(grace)
    address = "/desk/help/services/unlisted/?source=town"
    page = client.get(address).content.decode()
    for words in ("Debt advice", "Warm room", "How many services end?"):
        assert words in page
    for count in ("", "1", "4", "many"):
        page = client.post(address, {"verb": "end", "count": count}).content.decode()
        assert "There is a problem" in page
        assert not Service.objects.exclude(ended_on=None).exists()
    page = client.post(address, {"verb": "end", "count": "2"}, follow=True).content.decode()
    assert "2 ended. They can be brought back below." in page
    client.logout()
    assert "Warm room" not in client.get("/help/services/").content.decode()
    ended = Service.objects.get(name="Warm room")
    assert "<strong>Ended.</strong>" in client.get(ended.get_absolute_url()).content.decode()
    assert client.get(f"/help/services/{ended.code}.json").json()["status"] == "defunct"
    assert not Service.objects.on_offer().filter(name="Warm room").exists()
    client = sign_in(grace)
    client.post(address, {"verb": "back"})
    assert Service.objects.on_offer().count() == 4
    verbs = Event.objects.filter(verb__startswith="services").values_list("verb", flat=True)
    assert {"services ended", "services brought back"} <= set(verbs)


def test_of_a_twentieth_the_page_asks_for_no_number(town, sign_in, grace):
    names = [f"Club {number}" for number in range(20)]
    read(*names)
    read(*names[1:])
    page = sign_in(grace).get("/desk/help/services/unlisted/?source=town").content.decode()
    assert "Club 0" in page
    assert "How many services end?" not in page
    assert '<input type="hidden" name="count" value="1">' in " ".join(page.split())


def test_what_was_ended_and_is_listed_again_stands_again(listed):
    read("Choir")
    directory.end(source="town", count=3, by=None)
    assert read(*NAMES).changed == 3
    assert Service.objects.on_offer().count() == 4
    with pytest.raises(Refused, match="in its last file"):
        directory.end(source="town", count=3, by=None)


def test_what_its_organisation_keeps_itself_is_never_missing(service, town):
    Service.objects.update(source="town", source_key="own")
    outcome = read("Choir")
    assert (outcome.missing, outcome.untold, marked()) == ([], "", set())


def test_the_command_names_them_and_ends_them_by_their_number(listed, tmp_path, capsys):
    file = tmp_path / "town.json"
    file.write_bytes(file_of("Choir"))
    call_command("help-desk", "services", str(file))
    assert "no longer listed: Food bank" in capsys.readouterr().out
    with pytest.raises(CommandError, match="enter 3 if you mean it"):
        call_command("help-desk", "services", str(file), end_unlisted=2)
    call_command("help-desk", "services", str(file), end_unlisted=3)
    assert "3 ended" in capsys.readouterr().out
    assert Service.objects.on_offer().count() == 1


def test_the_empty_file_with_a_line_filled_in_reads_back(sign_in, grace):
    client = sign_in(grace)
    assert "/desk/help/services/template/" in client.get("/desk/help/services/").content.decode()
    handed_out = client.get("/desk/help/services/template/").content
    outcome = directory.carry_out(handed_out, "services.csv", source="town", by=grace)
    assert (outcome.new, outcome.refused, outcome.remarks) == (1, [], [])
    service = Service.objects.get()
    assert (service.name, service.organisation.name) == (
        "Lunch club",
        "Mill Lane Community Centre",
    )
    assert (service.phone, service.email) == ("01632 960001", "lunch@example.org")
    assert service.url == "https://example.org/lunch"
    assert service.application_process == "Come along, or telephone first."
    assert service.schedules.get().words == "Tuesday and Thursday, 12 noon to 2pm"
    assert service.places.get().postcode == "ZB1 1AA"


def test_only_the_desks_manager_gets_the_empty_file(sign_in, leah):
    assert sign_in(leah).get("/desk/help/services/template/").status_code == 403


TEN = (
    "Wos,Wer,Was,Wo,PLZ,Mail,Ruf,Netz,Monday,Weg\n"
    "Lunch club,Mill Lane,A hot lunch,1 Mill Lane,ZB1 1AA,a@example.org,01632 960001,,"
    "9:00-12:00,Come\n"
)
SAID = [
    "name",
    "organisation",
    "description",
    "address",
    "postcode",
    "email",
    "phone",
    "url",
    "",
    "process",
]


def said(*columns: str) -> dict[str, str]:
    told = {f"column-{at}": meaning for at, meaning in enumerate(columns)}
    return told | {"heading": "1", "shown": "1 ", "save": "1"}


def test_a_table_of_unknown_columns_is_told_looked_at_and_remembered(sign_in, grace):
    client = sign_in(grace)
    page = choose(client, "ten.csv", TEN.encode())
    address = page.request["PATH_INFO"]
    assert address == reverse("service-columns", args=[page.context["held"].code])
    assert "Lunch club" in page.content.decode()
    assert "Say which column is" in client.post(address, said(*[""] * 10)).content.decode()
    looked = client.post(address, said(*SAID), follow=True)
    assert "1 service: 1 new" in looked.content.decode()
    assert not Service.objects.exists()
    assert "The file is brought in." in carry(client, looked).content.decode()
    service = Service.objects.get()
    assert (service.name, service.phone) == ("Lunch club", "01632 960001")
    assert service.schedules.count() == 1
    assert not HeldFile.objects.exists()
    assert "not held any more" in carry(client, looked).content.decode()
    again = choose(client, "ten.csv", TEN.replace("A hot lunch", "A warm lunch").encode())
    assert "1 service: 0 new, 1 changed" in again.content.decode()
    assert "What it is: A hot lunch → A warm lunch" in " ".join(again.content.decode().split())


def test_only_the_desks_manager_sees_a_held_file(sign_in, grace, leah):
    held = choose(sign_in(grace), "ten.csv", TEN.encode()).context["held"]
    for name in ("service-columns", "service-held", "service-held-refused"):
        assert sign_in(leah).get(reverse(name, args=[held.code])).status_code == 403
