"""The record as its readers see it: kinds, roles and details in words, kept under codes."""

from __future__ import annotations

from commonweal.accounts.models import Event
from commonweal.accounts.record import record


def test_the_record_is_read_in_words_and_kept_under_its_codes(
    sign_in, helen, nadia, bakery, client
):
    detail = {
        "ends_on": "2026-11-28",
        "loosened": False,
        "needs": ["food", "short_time"],
        "to": str(nadia.code),
        "weekday": 0,
        "role": "programme_lead",
        "gone": "",
        "erased": {"bank": 2},
    }
    record("help desk hours set", about=bakery, by=nadia, as_role="programme_lead", **detail)
    Event.objects.create(
        verb="case closed", about_kind="helps.HelpRequest", about_code="H-1", as_role="system"
    )
    page = " ".join(sign_in(helen).get("/desk/record/").content.decode().split())
    for words in (
        f"Partner {bakery.code}",
        f"{nadia.name}, Programme lead",
        "ends on: 28 November 2026",
        "loosened: no",
        "needs: food, short time",
        f"to: {nadia.name}",
        "weekday: Monday",
        "role: Programme lead",
        "erased: bank 2",
        "Help request H-1",
        "The system itself",
    ):
        assert words in page, words
    for code in ("partners.Partner", "programme_lead", "helps.", "2026-11-28", "gone:", "False"):
        assert code not in page, code
    assert Event.objects.get(verb="help desk hours set").detail == detail
