"""A file of services on the frame: seen by name, carried out in pieces, undone as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.bringing.models import HeldFile
from commonweal.cases.models import Referral
from commonweal.services import directory
from commonweal.services.directory import carrying, standings
from commonweal.services.models import Organisation, Service, ServicesFile

from .services_brought import carry, choose

pytestmark = pytest.mark.django_db
HEAD = "id,name,organisation,description,address,opening hours"
LINES = (
    "1,Food bank,Kitchens,Parcels,1 Row,Monday 9am to 1pm",
    "2,Choir,Singers,Songs,2 Row,Friday 7pm",
    "3,Warm room,Kitchens,Tea,3 Row,daily",
)


def table(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode()


@pytest.fixture
def listed(town: Any) -> None:
    directory.carry_out(table(*LINES), "a.csv", source="town", by=None)


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def whole() -> dict[str, Any]:
    """The directory as it stands."""
    services = Service.objects.order_by("source_key")
    return {one.source_key: (standings.digest(one), one.not_listed_since) for one in services}


def latest() -> ServicesFile:
    return ServicesFile.objects.order_by("-pk")[0]


def undone(client: Any, file: ServicesFile, because: str = "The wrong file.") -> Any:
    address = reverse("service-file-undo", args=[file.pk])
    seen = client.get(address, follow=True)
    planned = seen.context.get("undoing")
    answers = {"because": because, "seen": planned.fingerprint if planned else ""}
    return client.post(address, answers, follow=True)


OTHER = table(
    "1,Food bank,Kitchens,Parcels and advice,1 Row,Tuesday 9am to 1pm",
    "2,Choir,Singers,Songs,2 Row,Friday 7pm",
    "4,Debt advice,Advisers,Help with debts,4 Row,",
    "5,,Advisers,,,",
)


def test_the_preview_names_each_and_writes_nothing(listed, sign_in, grace):
    before = whole()
    page = words(choose(sign_in(grace), "b.csv", OTHER))
    for said in (
        "4 services: 1 new, 1 changed, 1 unchanged, 1 refused",
        "Debt advice",
        "What it is: Parcels → Parcels and advice",
        "When: Monday 9am to 1pm → Tuesday 9am to 1pm",
        "row 5: it has no name",
        "does not list 1 service of this source",
        "Warm room",
    ):
        assert said in page, said
    assert whole() == before
    assert ServicesFile.objects.count() == 1


def test_refused_rows_are_handed_out_before_and_after_with_their_cells(listed, sign_in, grace):
    client = sign_in(grace)
    preview = choose(client, "b.csv", OTHER)
    code = preview.context["held"].code
    refused = client.get(reverse("service-held-refused", args=[code])).content.decode()
    assert "5,,Advisers,,,,Row 5: it has no name" in refused
    assert HEAD in refused
    done = words(carry(client, preview))
    assert "row 5: it has no name" in done
    after = client.get(reverse("service-file-refused", args=[latest().pk])).content.decode()
    assert after == refused
    corrected = refused.replace("5,,Advisers", "5,Law centre,Advisers").encode()
    assert "1 service: 1 new" in words(choose(client, "refused.csv", corrected))


def test_a_file_is_undone_as_a_whole_and_nothing_is_left_of_it(listed, sign_in, grace):
    client, before = sign_in(grace), whole()
    done = words(carry(client, choose(client, "b.csv", OTHER)))
    for said in ("Debt advice", "Food bank", "Undo this file", "<dd>1</dd>"):
        assert said in done.replace(' class="govuk-summary-list__value"', ""), said
    assert Service.objects.get(source_key="3").not_listed_since
    page = words(client.get(reverse("service-file-undo", args=[latest().pk])))
    assert "Taken out of the directory, as they came with this file: 1" in page
    assert "As they were before it: 1" in page
    assert "Say why it is undone" in words(undone(client, latest(), because=""))
    page = words(undone(client, latest()))
    assert "“b.csv” is undone." in page
    assert "Undone, because: The wrong file." in page
    assert whole() == before
    assert not Organisation.objects.filter(name="Advisers").exists()
    assert "was undone already" in words(undone(client, latest()))
    assert Event.objects.filter(verb="services undone", by_code=grace.code).count() == 1


def test_what_is_no_longer_listed_ends_only_where_it_is_ticked_and_its_number_typed(
    listed, sign_in, grace, client
):
    client, before, some = sign_in(grace), whole(), table(LINES[0])
    preview = choose(client, "c.csv", some)
    assert "How many are to end? Write the number" in words(preview)
    for answers in ({"removes": "on"}, {"removes": "on", "count": "3"}):
        assert "Write 2, or leave the box above unticked." in words(
            carry(client, preview, **answers)
        )
    assert whole() == before
    page = words(carry(client, preview, removes="on", count="2"))
    assert "The file is brought in." in page
    assert Service.objects.on_offer().count() == 1
    assert [one.what for one in latest().brought.all()] == ["ended", "ended"]
    undone(client, latest())
    assert whole() == before
    assert Service.objects.on_offer().count() == 3


def test_unticked_they_stay_and_are_marked_until_it_is_undone(listed, sign_in, grace):
    client, before = sign_in(grace), whole()
    carry(client, choose(client, "c.csv", table(LINES[0])))
    assert Service.objects.on_offer().filter(not_listed_since=None).count() == 1
    carry(client, choose(client, "d.csv", table(*LINES)))
    assert whole() == before
    undone(client, latest())
    assert Service.objects.exclude(not_listed_since=None).count() == 2
    undone(client, ServicesFile.objects.order_by("-pk")[1])
    assert whole() == before


def test_the_same_file_again_does_nothing(listed, sign_in, grace):
    client = sign_in(grace)
    preview = choose(client, "a.csv", table(*LINES))
    assert "Nothing would be done." in words(preview)
    assert "Bring it in" not in words(preview)
    assert ServicesFile.objects.count() == 1


def test_what_is_missing_still_and_is_left_so_is_not_said_to_be_done(listed, sign_in, grace):
    client = sign_in(grace)
    carry(client, choose(client, "c.csv", table(LINES[0])))
    preview = choose(client, "c.csv", table(LINES[0]))
    assert "Nothing would be done, so nothing was." in words(carry(client, preview))
    assert ServicesFile.objects.count() == 2
    assert "The file is brought in." in words(carry(client, preview, removes="on", count="2"))


def test_a_file_that_is_cut_off_is_taken_up_and_undone_as_one(town, sign_in, grace, monkeypatch):
    client = sign_in(grace)
    monkeypatch.setattr(carrying, "PIECE", 2)
    write, pieces = carrying._write, []

    def cut_off(*told: Any) -> None:
        if len(pieces) == 1:
            raise DatabaseError("cut off")
        pieces.append(told)
        write(*told)

    monkeypatch.setattr(carrying, "_write", cut_off)
    preview = choose(client, "a.csv", table(*LINES))
    with pytest.raises(DatabaseError):
        carry(client, preview)
    assert (Service.objects.count(), HeldFile.objects.count()) == (2, 1)
    page = words(client.get(reverse("service-file", args=[latest().pk])))
    assert "It was cut off on its way: choose the same file again for the rest." in page
    monkeypatch.setattr(carrying, "_write", write)
    preview = choose(client, "a.csv", table(*LINES))
    assert "3 services: 1 new, 0 changed, 2 unchanged" in words(preview)
    assert "cut off" not in words(carry(client, preview))
    file = ServicesFile.objects.get()
    assert (file.counts["new"], file.counts["unchanged"], file.brought.count()) == (3, 0, 3)
    undone(client, file)
    assert not Service.objects.exists()
    assert not Organisation.objects.exists()


def test_what_somebody_changed_or_was_sent_to_since_is_left_and_named(
    listed, sign_in, grace, asks_for_help, advice
):
    client = sign_in(grace)
    Service.objects.filter(source_key="1").update(phone="01632 960002")
    case = asks_for_help()
    Referral.objects.create(
        case=case,
        need=case.needs.get(),
        service=Service.objects.get(source_key="2"),
        partner=advice,
        answer_by=timezone.now(),
    )
    page = words(client.get(reverse("service-file-undo", args=[latest().pk])))
    assert "since somebody changed them or sent a resident there: 2" in page
    undone(client, latest())
    assert set(Service.objects.values_list("source_key", flat=True)) == {"1", "2"}
    assert latest().undone == {"taken out": 1, "put back": 0, "left": 2}


def test_what_changed_between_looking_and_undoing_is_looked_at_again(listed, sign_in, grace):
    client, address = sign_in(grace), reverse("service-file-undo", args=[latest().pk])
    seen = client.get(address).context["undoing"].fingerprint
    Service.objects.filter(source_key="1").update(phone="01632 960002")
    page = words(client.post(address, {"because": "Wrong file", "seen": seen}))
    assert "Somebody changed these services since you looked." in page
    assert ">Wrong file</textarea>" in page
    assert Service.objects.count() == 3


def test_what_changed_between_looking_and_carrying_out_is_looked_at_again(listed, sign_in, grace):
    client = sign_in(grace)
    preview = choose(client, "b.csv", OTHER)
    Service.objects.filter(source_key="1").update(phone="01632 960002")
    assert "The directory has changed since you looked." in words(carry(client, preview))
    assert ServicesFile.objects.count() == 1


def test_a_file_under_another_is_undone_only_after_it(listed, sign_in, grace):
    client, first = sign_in(grace), latest()
    carry(client, choose(client, "b.csv", OTHER))
    assert "“b.csv” as at" in words(undone(client, first))
    assert "Undo that one first." in words(undone(client, first))
    assert first.undone_at is None


def test_a_record_of_a_document_is_called_as_its_file_calls_it(town, sign_in, grace):
    client = sign_in(grace)
    content = b'[{"id": "1", "name": "Club", "status": "active", "organization": {"name": "O"}}, 5]'
    preview = choose(client, "a.json", content)
    assert "record 2: it is a number" in words(preview)
    assert "What its columns mean" not in words(preview)
    address = reverse("service-columns", args=[preview.context["held"].code])
    assert client.get(address).status_code == 302
    assert "record 2: it is a number" in words(carry(client, preview))


def test_nobody_but_the_desks_manager_sees_a_file_or_undoes_it(listed, sign_in, leah, maya):
    for person in (leah, maya):
        client = sign_in(person)
        assert client.get(reverse("service-files")).status_code == 403
        for name in ("service-file", "service-file-undo", "service-file-refused"):
            assert client.post(reverse(name, args=[latest().pk])).status_code == 403
    assert Service.objects.count() == 3
