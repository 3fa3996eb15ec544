"""The room of participation: a public page, and a desk for those who work there."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_everybody_reads_the_public_page(client, town):
    page = client.get("/have-your-say/").content.decode()
    assert "Have your say" in page
    assert "/desk/voice/" not in page


def test_the_desk_is_for_the_charter_manager_and_the_programme_lead(sign_in, maya, nadia, yusuf):
    for person in (maya, nadia):
        assert sign_in(person).get("/desk/voice/").status_code == 200
    assert sign_in(yusuf).get("/desk/voice/").status_code == 403
