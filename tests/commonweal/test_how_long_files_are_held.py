"""What a page says of how long a file waits is what the nightly forgetting does."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from commonweal.bringing import jobs as bringing_jobs
from commonweal.bringing.models import HeldFile
from commonweal.cases import jobs as cases_jobs
from commonweal.cases.models import ListRun
from commonweal.desk.lists_frame import LISTS
from commonweal.desk.services_frame import SERVICES
from commonweal.pledges.frame import PLEDGES
from commonweal.programme.frame import ACTIONS
from commonweal.services.models import HelpType
from commonweal.spend.contracts_frame import CONTRACTS

pytestmark = pytest.mark.django_db
ROOMS = {"maya": (PLEDGES,), "grace": (LISTS, SERVICES), "nadia": (ACTIONS,), "yusuf": (CONTRACTS,)}
FRAMES = [(who, frame) for who, frames in ROOMS.items() for frame in frames]


@pytest.mark.parametrize(("who", "frame"), FRAMES, ids=lambda part: getattr(part, "place", ""))
def test_a_file_that_waits_too_long_is_gone_and_its_page_says_how_long(
    request, sign_in, who, frame
):
    person = request.getfixturevalue(who)

    def hold(ago: timedelta) -> HeldFile:
        held = HeldFile.objects.create(
            place=frame.place,
            file_name="a.csv",
            sha256="0" * 64,
            as_at=timezone.localdate(),
            held_by=person,
        )
        HeldFile.objects.filter(pk=held.pk).update(held_at=timezone.now() - ago)
        return held

    waits, gone = (hold(frame.waits_at_most + timedelta(minutes=past)) for past in (-5, 5))
    bringing_jobs.forget_held.call()
    cases_jobs.forget_held_lists.call()
    assert list(HeldFile.objects.filter(place=frame.place)) == [waits]
    address = reverse(frame.addresses.held, args=[gone.code])
    page = unescape(sign_in(person).get(address, follow=True).content.decode())
    days = frame.waits_at_most.days
    assert f"thrown away, or waited for more than {days} days." in page


def test_what_a_file_is_known_again_by_is_said(sign_in, grace):
    help_type = HelpType.objects.create(code="soup", name="Soup")
    run = ListRun.objects.create(
        layout="own", sha256="ab" * 32, help_type=help_type, finished_at=timezone.now()
    )
    page = sign_in(grace).get(reverse("list-run", args=[run.pk])).content.decode()
    said = page.partition('<span class="hash">' + "ab" * 32)[0].rpartition("<p")[2]
    assert "By this the same file is known again (SHA-256):" in said
