"""The notice on privacy that holds today: on the form, at the desk and kept with what was asked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from commonweal.cases.models import Case, IntakeDraft, Notice

from .world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def notices(town, today) -> None:
    Notice.objects.all().delete()
    Notice.objects.create(version="7", text="We keep it a year.", in_force_from=today)
    ahead = today + timedelta(days=20)
    Notice.objects.create(version="8", text="We keep it two years.", in_force_from=ahead)


def test_whoever_takes_a_call_can_read_it(notices, kinds, leah, sign_in):
    client = sign_in(leah)
    page = words_of(client.post("/desk/help/intake/", {"channel": "phone"}, follow=True))
    assert "version 7" in page
    assert "We keep it a year." in page
    assert "two years" not in page


def test_the_form_names_the_version_that_is_kept_with_it(notices, kinds, client):
    client.post("/help/start/")
    base = f"/help/form/{IntakeDraft.objects.get().code}/"
    client.post(f"{base}help/", {"needs": ["food"]})
    client.post(f"{base}who/", {"for_whom": "self", "first_name": "Zebedee", "lives": "no_fixed"})
    client.post(f"{base}contact/", {"contact": "any", "phone": "07700 934567"})
    check = words_of(client.get(f"{base}check/"))
    assert "version 7" in check
    # What stood chosen is read before it is sent as well.
    assert "Who is the help for?" in check
    assert "Me" in re.sub("<[^>]+>", " ", check).split()
    client.post(f"{base}check/", {"consent": "on"})
    assert Case.objects.get().notice.version == "7"


def test_the_public_page_marks_the_one_that_holds_and_not_the_newest(notices, client):
    page = words_of(client.get("/help/notice/"))
    assert page.count("(in force)") == 1
    assert page.index("Version 8") < page.index("Version 7") < page.index("(in force)")


def test_the_desk_manager_reads_who_changes_kinds_of_help(kinds, daniel, grace, sign_in, today):
    client = sign_in(grace)
    page = words_of(client.get("/desk/help/manage/"))
    assert f"changed by an administrator: {daniel.name}, under" in page
    assert "/desk/town/help-types/" not in page
    assert "settings file" not in page
