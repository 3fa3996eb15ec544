"""The fictional town, and starting files of real ones."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commonweal.accounts.models import Appointment
from commonweal.asks.models import Alarm
from commonweal.balance.panels import kept_local
from commonweal.charter.models import Signature
from commonweal.demo.cast import CAST
from commonweal.demo.generate import generate
from commonweal.demo.stories import FATES
from commonweal.office.errors import Refused
from commonweal.partners.models import Partner
from commonweal.places import opening
from commonweal.places.clock import Clock
from commonweal.places.models import Area, Town
from commonweal.pledges import kinds, ledger, proving
from commonweal.pledges.models import Entry, Measure, Pledge
from commonweal.pledges.standing import Standing
from commonweal.programme import measuring
from commonweal.programme.models import Metric
from commonweal.setup import townfile
from commonweal.spend import payees
from commonweal.spend import reads as spend_reads
from commonweal.spend.models import Decided, Release

ROOT = Path(__file__).resolve().parents[3]
STEVENAGE = ROOT / "examples" / "stevenage.toml"


def test_the_village_has_pledges_in_every_standing_and_every_sector(whole_village):
    check_village()
    assert set(Partner.objects.values_list("sector", flat=True)) == {
        "public",
        "private",
        "voluntary",
    }
    assert len(FATES) == 15


def check_village():
    assert set(Pledge.objects.values_list("standing", flat=True)) == set(Standing)
    # The surge is told of on the desk manager's page, and ends in a draft ask.
    assert Alarm.objects.filter(kind="need", key="food", closed_at=None, ask__isnull=False).exists()


def test_it_has_them_when_it_is_made_today(whole_village, today):
    ledger.bring_up_to_date(Pledge.objects.all(), on=today)
    check_village()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "days", [1, *(pytest.param(days, marks=pytest.mark.alike) for days in (2, 3, 4, 5, 6, 40, 200))]
)
def test_it_has_them_whenever_it_is_made(today, days):
    generate(size="village", today=today + timedelta(days=days))
    ledger.bring_up_to_date(Pledge.objects.all(), on=today + timedelta(days=days))
    check_village()


def test_some_partners_have_fallen_silent(whole_village, client):
    assert "Inactive" in client.get("/partners/").content.decode()


def test_a_partner_signed_when_it_came_or_when_a_later_text_did(whole_village, today):
    signatures = Signature.objects.select_related("partner", "version")
    for signature in signatures:
        came = signature.partner.accepted_on
        later = max(came, signature.version.in_force_from)
        assert signature.signed_on == (later if signature.version.number == 2 else came)
    assert any(signature.partner.is_council for signature in signatures)


def test_its_ledger_proves_itself_in_the_order_of_time(whole_village, today):
    proof = proving.verify()
    assert proof.broken is None
    assert proof.entries > 300
    for kind, body in Entry.objects.values_list("kind", "body"):
        assert kinds.INFO[kind].keys <= body.keys(), kind
    assert list(proving.stale_figures(today)) == []

    moments = list(Entry.objects.order_by("seq").values_list("written_at", flat=True))
    assert moments == sorted(moments)


def test_the_same_seed_makes_the_same_town(whole_village, today):
    first = list(Pledge.objects.order_by("id").values_list("code", "statement", "standing"))
    assert len(first) == 93
    from random import Random

    assert Random(2020).random() == Random(2020).random()


def test_each_of_the_cast_can_sign_in(whole_village, client):
    for one in CAST:
        assert client.get(f"/demo/as/{one.role}/").status_code == 200
        response = client.post(f"/demo/as/{one.role}/", follow=True)
        assert response.status_code == 200, one.role
        client.post("/accounts/logout/")
    assert client.get("/demo/as/partner/").wsgi_request.user.is_anonymous


@pytest.mark.django_db
def test_stevenage_starts_with_its_wards_decisions_and_menu_and_no_signatory(client, today):
    call_command("init", str(STEVENAGE), admin="ann@example.org", verbosity=0)
    assert Area.objects.count() == 13
    assert Town.objects.get().ons_code == "E07000243"
    assert [p.name for p in Partner.objects.all()] == ["Stevenage Borough Council"]
    assert not Pledge.objects.exists()
    assert Measure.objects.count() == 11
    # Until its administrator opens it, only its people see it.
    assert "Stevenage is being prepared" in client.get("/").content.decode()
    assert opening.open_to_all()
    page = client.get("/charter/decisions/").content.decode()
    for day in ("29 January 2020", "11 March 2020", "8 July 2020"):
        assert day in page
    assert page.count("https://") >= 3
    assert Appointment.objects.get().role == "administrator"
    assert "No promise stands in the register yet" in client.get("/").content.decode()
    with pytest.raises(CommandError, match="a town here already"):
        call_command("init", str(STEVENAGE), admin="ann@example.org", verbosity=0)


@pytest.mark.django_db
def test_reading_a_changed_file_changes_the_town_and_keeps_what_was(tmp_path):
    said = tomllib.loads(STEVENAGE.read_text())
    townfile.apply(said)
    said["rules"]["lapse_days"] = 100
    said["areas"] = said["areas"][:3]
    townfile.apply(said)
    assert Town.objects.get().lapse_days == 100
    assert Area.objects.count() == 13


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("town = 3 = 4", "can't be read"),
        ("[town]\nons_code = 'x'", "lacks name"),
        ("[town]\nname='A'\n[look]\nbrand_colour='red'", "a colour like"),
        ("[town]\nname='A'\n[look]\nbrand_colour='#ffee00'", "too faint"),
        (
            "[town]\nname='A'\n[[measures]]\ncode='m'\ntheme='none'",
            "theme names 'none', which is not in the file",
        ),
        (
            "[town]\nname='A'\n[charter]\nadopted_by='x'",
            "adopted_by names 'x', which is not in the file",
        ),
    ],
)
def test_a_wrong_settings_file_is_refused_in_words(tmp_path, text, said):
    file = tmp_path / "town.toml"
    file.write_text(text)
    with pytest.raises(Refused, match=said):
        townfile.read(file)


@pytest.mark.django_db
def test_an_unknown_setting_is_named():
    with pytest.raises(Refused, match="colour_of_money is no setting"):
        townfile.apply({"town": {"name": "A", "colour_of_money": "green"}})


@pytest.mark.heavy
@pytest.mark.django_db
def test_a_county_has_its_numbers(today):
    generate(size="county", today=today)
    assert Partner.objects.count() >= 2000
    assert Pledge.objects.count() >= 20_000
    proof = proving.verify()
    assert proof.broken is None
    assert proof.entries >= 200_000


def test_its_four_anchors_have_two_years_a_review_queue_and_a_pledge_that_differs(
    whole_village, client
):
    anchors = client.get("/spend/anchors/").content.decode()
    for name in ("Borough Council", "College", "General Hospital", "Oakbridge Homes"):
        assert f"Brackenford {name}" in anchors or name in anchors
    prepared = spend_reads.current()
    years = {one.year for one in prepared.figures.all()}
    assert len(years - {""}) >= 2
    for release in Release.objects.taken():
        assert release.reconciles
    assert Release.objects.filter(state="read").count() == 1
    assert Release.objects.exclude(difference={}).count() == 1
    queue = list(payees.queue())
    assert len(queue) > 10
    assert sum(bool(one.likeliest) and one.probability > 0.1 for one in queue) > 2
    assert [one.amount_gbp for one in queue] == sorted((q.amount_gbp for q in queue), reverse=True)
    assert Decided.objects.exclude(undone_on=None).exists()
    [bought] = [
        one for one in measuring.differences() if "with suppliers in" in one.pledge.statement
    ]
    assert bought.pledge.claimed == 33
    assert 10 < bought.pledge.measured < 30
    first, last = measuring.period_of(
        Metric.objects.get(code="council-local-share"), prepared_until()
    )
    panel = kept_local(Clock(first, last, timezone.now()))
    assert len(panel.rows) == 4


def prepared_until():
    return Release.objects.taken().latest("ends_on").ends_on
