"""A target that was lowered is no promise kept; and no clock leaves a wrong standing behind."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from commonweal.balance import cutting
from commonweal.office.errors import Refused
from commonweal.places.models import Rules
from commonweal.pledges import changing, ledger, proving, reads, reviewing
from commonweal.pledges import standing as st
from commonweal.pledges.models import Entry, Pledge

CSS = Path(__file__).parents[3] / "src/commonweal/design/static/design/commonweal.css"


@pytest.fixture
def partly(claimed, idris):
    """120 of 200 verified, the date ahead."""
    pledge, claim = claimed(120)
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Yes.", by=idris
    )
    pledge.refresh_from_db()
    return pledge


def lower(client, pledge, target):
    return client.post(
        f"/space/{pledge.partner.code}/pledges/{pledge.code}/change/",
        {
            "target": target,
            "due_on_0": "",
            "due_on_1": "",
            "due_on_2": "",
            "because": "Too much.",
            "seen": pledge.entries.count(),
        },
    )


@pytest.mark.parametrize("target", ["-5", "0"])
def test_a_change_passes_the_checks_of_making(client, asha, partly, target):
    client.force_login(asha)
    page = lower(client, partly, target).content.decode()
    assert "must be" in page
    assert "Too much." in page
    assert not Entry.objects.filter(pledge=partly, kind=st.Kind.CHANGED).exists()


def test_a_changed_share_lies_between_nothing_and_all(pledged, asha, theme):
    from commonweal.pledges.models import Measure, MeasureKind

    share = Measure.objects.create(
        code="share",
        name="Share",
        unit="per cent",
        kind=MeasureKind.SHARE,
        direction="up",
        theme=theme,
    )
    pledge = pledged(measure=share, target=Decimal(30))
    with pytest.raises(Refused, match="between 0 and 100"):
        changing.change(pledge=pledge, target=Decimal(130), due_on=None, because="x", by=asha)


def test_what_is_kept_until_a_day_can_t_be_made_to_end_before_it(
    client, pledged, asha, theme, today
):
    """Else *keep at 95 for five years* is met tomorrow, by whoever promised it."""
    from commonweal.pledges.models import Measure, MeasureKind

    prompt = Measure.objects.create(
        code="prompt",
        name="Paid in 30 days",
        unit="per cent",
        kind=MeasureKind.KEEP,
        direction="up",
        theme=theme,
    )
    last = today + timedelta(days=1000)
    pledge = pledged(measure=prompt, target=Decimal(95), due_on=last)
    tomorrow = today + timedelta(days=1)
    client.force_login(asha)
    page = client.post(
        f"/space/{pledge.partner.code}/pledges/{pledge.code}/change/",
        {
            "target": "",
            "due_on_0": str(tomorrow.day),
            "due_on_1": str(tomorrow.month),
            "due_on_2": str(tomorrow.year),
            "because": "It is done.",
            "seen": pledge.entries.count(),
        },
    ).content.decode()
    assert "t end before that" in page
    assert "It is done." in page
    # Later, and back to where it was, it may go.
    for day in (last + timedelta(days=30), last):
        pledge.refresh_from_db()
        changing.change(pledge=pledge, target=None, due_on=day, because="x", by=asha)
    pledge.refresh_from_db()
    with pytest.raises(Refused, match="can't end before"):
        changing.change(
            pledge=pledge, target=None, due_on=last - timedelta(days=1), because="x", by=asha
        )


def test_a_target_lowered_to_what_was_reached_is_not_met_as_promised(client, asha, partly):
    client.force_login(asha)
    assert lower(client, partly, "120").status_code == 302
    partly.refresh_from_db()
    assert partly.standing == st.Standing.LOWERED
    for address in (partly.get_absolute_url(), "/pledges/", partly.partner.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Verified: lowered target met" in page
        # The register's list of standings to choose from has all of them.
        assert "Verified: met<" not in page.replace("Verified: met</option>", "")
        assert "First promised: 200" in page
    row = next(
        csv_line
        for csv_line in client.get("/pledges.csv").getvalue().decode().splitlines()
        if partly.code in csv_line
    )
    assert ",120,200," in row
    assert ",verified_lowered," in row


def test_who_lowered_a_target_may_raise_it_again_but_not_lower_it_further(asha, partly):
    changing.change(pledge=partly, target=Decimal(120), due_on=None, because="x", by=asha)
    partly.refresh_from_db()
    changing.change(pledge=partly, target=Decimal(200), due_on=None, because="x", by=asha)
    partly.refresh_from_db()
    assert partly.standing == st.Standing.ACTIVE
    assert not partly.is_lowered


def test_a_promise_with_a_date_that_has_passed_may_still_change_its_target(
    made_earlier, asha, today
):
    pledge = made_earlier(ago=100, due_in=-5)
    changing.change(pledge=pledge, target=Decimal(150), due_on=None, because="x", by=asha)
    with pytest.raises(Refused, match="future"):
        changing.change(
            pledge=pledge, target=None, due_on=today - timedelta(days=1), because="x", by=asha
        )


@pytest.mark.parametrize("info", st.STANDINGS, ids=lambda info: info.code)
def test_every_standing_is_shown_counted_and_has_its_colour(info, pledged, today, client):
    if info.code == st.Standing.PROPOSED:
        assert not info.part
        return
    assert info.part in {
        "verified",
        "partly",
        "claimed",
        "not_met",
        "withdrawn",
        "lapsed",
        "outstanding",
    }
    style = CSS.read_text()
    assert f".part--{info.code}, " in style, f"Give .part--{info.code} a colour in {CSS.name}"
    assert f".tag--{info.code}" in style, f"Give .tag--{info.code} a colour in {CSS.name}"
    pledge = pledged()
    Pledge.objects.filter(pk=pledge.pk).update(standing=info.code)
    counts = reads.standing_counts(reads.Filters().condition(today, None), today, "")
    assert {one.standing: one.count for one in counts} == {info.code: 1}
    page = client.get("/pledges/").content.decode()
    assert pledge.statement in page


def test_the_table_has_every_standing():
    assert [info.code for info in st.STANDINGS] == list(dict.fromkeys(i.code for i in st.STANDINGS))
    assert {info.code for info in st.STANDINGS} == set(st.Standing)


def test_books_that_were_closed_before_are_proved_by_their_own_rules(close_books, told, today):
    assert cutting._rules(
        {"due_soon_days": 30, "lapse_days": 365, "evidence_dead_days": 30}
    ) == Rules(edition=1)
    assert cutting._rules({"lapse_days": 300, "edition": 2}).edition == 2


# --- The clock --------------------------------------------------------------------------------


def test_a_standing_of_a_later_day_is_not_trusted(made_earlier, today):
    pledge = made_earlier(ago=10, due_in=40)
    ledger.refresh_standings(on=today + timedelta(days=800))
    pledge.refresh_from_db()
    assert pledge.standing == st.Standing.LAPSED
    ledger.refresh_standings(on=today)
    pledge.refresh_from_db()
    assert pledge.standing == st.Standing.ACTIVE
    assert not list(proving.stale_figures(today))


def test_all_standings_are_worked_out_anew_by_a_command(made_earlier):
    pledge = made_earlier(ago=10, due_in=40)
    Pledge.objects.filter(pk=pledge.pk).update(
        standing=st.Standing.LAPSED, standing_until=None, first_target=None
    )
    out = StringIO()
    call_command("pledges", "standings", "--anew", stdout=out)
    assert "1 differed" in out.getvalue()
    pledge.refresh_from_db()
    assert pledge.standing == st.Standing.ACTIVE
    assert pledge.first_target == pledge.target
