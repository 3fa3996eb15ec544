"""Signing, the three counts, tiers by two people, badges of today."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from commonweal.accounts.models import Message
from commonweal.charter import actions, reads
from commonweal.charter.models import CharterVersion, Signature, Tier, TierAward
from commonweal.design.bars import badge
from commonweal.office.errors import Refused
from commonweal.pledges import reviewing
from commonweal.pledges.models import Pledge

from ..cast.town import organisation

SIGN = {"name": "Asha Patel", "capacity": "Owner", "terms": "on"}


@pytest.fixture
def signed(sign_in, asha, version, client, bakery):
    sign_in(asha)
    client.post("/space/bakery/sign/", SIGN)
    return bakery


@pytest.fixture
def held(signed, tier, idris, tom):
    award = actions.propose_tier(partner=signed, tier=tier, reasons="Two.", minute="WG/1", by=idris)
    actions.confirm_tier(award=award, by=tom)
    award.refresh_from_db()
    return award


def test_a_partner_signs_in_a_capacity_and_is_shown_without_a_name(signed, client):
    client.logout()
    page = " ".join(client.get("/partners/bakery/").content.decode().split())
    assert "as Owner" in page
    assert "Asha" not in page
    assert Signature.objects.get().terms_version


def test_signing_needs_the_terms_and_happens_once(sign_in, asha, version, client, bakery):
    sign_in(asha)
    page = client.post("/space/bakery/sign/", {"name": "A", "capacity": "B"}).content.decode()
    assert "Confirm that you may sign" in page
    client.post("/space/bakery/sign/", SIGN)
    assert b"signed this version already" in client.post("/space/bakery/sign/", SIGN).content
    assert Signature.objects.count() == 1


def test_the_page_shows_what_is_signed_and_suggests_who_signs(sign_in, asha, version, bakery):
    page = sign_in(asha).get("/space/bakery/sign/").content.decode()
    assert "Work to live on." in page
    assert 'value="Asha Patel"' in page


def test_after_signing_there_is_something_to_show(sign_in, asha, version, bakery, client, settings):
    sign_in(asha)
    assert client.get("/space/bakery/signed/").status_code == 404
    page = client.post("/space/bakery/sign/", SIGN, follow=True)
    assert page.redirect_chain[-1][0] == "/space/bakery/signed/"
    shown = page.content.decode()
    assert "<svg" in shown
    at = f"{settings.ADDRESS}/partners/bakery/"
    assert f"&lt;a href=&quot;{at}&quot;&gt;&lt;img src=&quot;{at}badge.svg&quot;" in shown
    client.post("/space/bakery/sign/1/leave/", {"because": "We moved away."})
    assert client.get("/space/bakery/signed/").status_code == 404


def test_a_name_with_signs_in_it_stays_text_in_the_badges_code(
    sign_in, asha, version, bakery, client
):
    type(bakery).objects.filter(pk=bakery.pk).update(name='Bread "&" <b>Roses</b>')
    sign_in(asha)
    page = client.post("/space/bakery/sign/", SIGN, follow=True).context
    assert 'alt="Bread &quot;&amp;&quot; &lt;b&gt;Roses&lt;/b&gt;, partner' in page["badge_code"]


def test_a_version_out_of_force_can_not_be_signed(asha, version, bakery, today):
    CharterVersion.objects.update(in_force_until=today - timedelta(days=1))
    version.refresh_from_db()
    with pytest.raises(Refused, match="no longer in force"):
        actions.sign(
            partner=bakery, version=version, name="A", capacity="B", show_name=False, by=asha
        )


def test_several_versions_can_be_in_force(version, decision, client, today):
    CharterVersion.objects.create(
        number=2, title="The charter, again", adopted_by=decision, in_force_from=today
    )
    assert list(CharterVersion.objects.in_force(today).values_list("number", flat=True)) == [2, 1]
    assert b"The charter, again" in client.get("/charter/").content
    assert client.get("/charter/1/").status_code == 200
    assert client.get("/charter/9/").status_code == 404


def test_leaving_says_why_in_public(signed, client):
    client.post("/space/bakery/sign/1/leave/", {"because": "We moved away."})
    client.logout()
    assert b"We moved away." in client.get("/partners/bakery/").content


def test_the_three_counts_are_apart(held, today, college, homes):
    counts = reads.counts(today)
    assert (counts.reached, counts.signed, counts.assessed) == (3, 1, 1)


def test_one_name_does_not_raise_a_tier(signed, tier, idris, sign_in, client):
    sign_in(idris)
    client.post("/desk/tiers/propose/bakery/", {"tier": tier.pk, "reasons": "Two results."})
    award = TierAward.objects.get()
    page = client.post(f"/desk/tiers/{award.code}/confirm/", follow=True).content.decode()
    assert "Two people decide a tier" in page
    award.refresh_from_db()
    assert award.confirmed_on is None


def test_two_names_raise_it_until_the_review_date(held, today, client):
    assert held.is_held(today)
    assert held.review_on.year == today.year + 2
    assert not held.is_held(held.review_on + timedelta(days=1))
    assert reads.tier_of(held.partner, held.review_on + timedelta(days=1)) is None
    assert b"Partner, until" in client.get("/partners/bakery/badge.svg").content


def test_a_panel_member_decides_nothing_about_their_own_organisation(
    version, college, idris, tier, today, tom
):
    Signature.objects.create(
        partner=college,
        version=version,
        signed_on=today,
        capacity="x",
        terms_version="1",
        signed_name="x",
    )
    with pytest.raises(Refused, match="You belong to Brackenford College"):
        actions.propose_tier(partner=college, tier=tier, reasons="x", minute="", by=idris)


def test_a_badge_tells_the_state_of_today(bakery, client, held, today, monkeypatch):
    svg = client.get("/partners/bakery/badge.svg")
    assert svg.headers["Content-Type"].startswith("image/svg+xml")
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_: held.review_on + timedelta(days=1))
    assert b"Signatory of the charter" in client.get("/partners/bakery/badge.svg").content
    Signature.objects.update(ended_on=today, ended_because="x")
    assert b"No signatory today" in client.get("/partners/bakery/badge.svg").content


def test_a_badge_escapes_the_name(bakery, client):
    bakery.name = "<script>alert(1)</script>"
    bakery.save()
    assert b"<script>" not in client.get("/partners/bakery/badge.svg").content


def test_a_badge_of_a_name_that_is_cut_is_whole():
    for length in range(100, 125):
        words = "x" * length + "&<\"'" * 20
        ElementTree.fromstring(badge(words, words, words, holds=True))


@pytest.mark.parametrize("length", [5, 30, 36, 37, 47, 80, 110, 120, 300])
def test_no_line_of_a_badge_runs_out_of_it(length):
    words = ("Stevenage: Co-operative Inclusive Economy Charter " * 9)[:length].strip()
    drawn = ElementTree.fromstring(badge(words, words, words, holds=True))
    lines = [part for part in drawn.iter() if part.tag.endswith("text")]
    by_weight = {None: lines[:1] + lines[-1:], "bold": lines[1:-1]}
    assert all(line.get("font-weight") == w for w, some in by_weight.items() for line in some)
    assert 3 <= len(lines) <= 6
    places = [float(line.get("y")) for line in lines]
    sizes = [float(line.get("font-size")) for line in lines]
    for above, below, size in zip(places, places[1:], sizes[1:], strict=False):
        assert below - above > size, "lines lie on each other"
    assert places[0] - sizes[0] > 0
    assert places[-1] < 84
    for line in lines:
        # Six tenths of its height is what a letter takes; else the width is set.
        is_short = len(line.text) * float(line.get("font-size")) * 0.6 <= 288
        assert is_short or line.get("textLength") == "288"
        assert float(line.get("font-size")) >= 9
        assert line.text in words or line.text.endswith("…")
    # A name is whole up to the length that names of councils have.
    if length <= 120:
        assert " ".join(line.text for line in by_weight["bold"]) == words
    assert words in drawn.get("aria-label")


@pytest.mark.parametrize("length", range(1, 45))
def test_a_name_that_is_nearly_too_long_for_a_line_of_a_badge_is_read_whole(length):
    name = ("Brackenford Borough Council " * 2)[:length].strip()
    drawn = ElementTree.fromstring(badge("Brackenford", name, "Signatory", holds=True))
    lines = [part.text or "" for part in drawn.iter() if part.tag.endswith("text")]
    assert name in " ".join(lines)


def test_withdrawing_waits_for_the_reply_and_a_second_person(
    held, idris, tom, priya, sign_in, asha, client, town, today, monkeypatch
):
    sign_in(tom)
    client.post(f"/desk/tiers/{held.code}/withdraw/", {"because": "Invoices unpaid."})
    held.refresh_from_db()
    assert held.is_held(today)
    with pytest.raises(Refused, match="may reply until"):
        actions.decide_withdrawal(award=held, withdraw=True, by=priya)
    client.logout()
    assert b"Invoices unpaid." not in client.get("/partners/bakery/").content
    sign_in(asha)
    assert b"Invoices unpaid." in client.get("/space/bakery/tiers/").content
    client.post("/space/bakery/tiers/", {"reply": "They are paid now."})
    held.refresh_from_db()
    with pytest.raises(Refused, match="You proposed this"):
        actions.decide_withdrawal(award=held, withdraw=True, by=tom)
    sign_in(priya)
    client.post(f"/desk/tiers/{held.code}/decide/", {"decision": "withdraw"})
    client.logout()
    page = client.get("/partners/bakery/").content.decode()
    assert "Invoices unpaid." in page
    assert "They are paid now." in page
    assert b"Signatory of the charter" in client.get("/partners/bakery/badge.svg").content


def test_a_tier_can_be_kept_and_nothing_of_it_is_public(held, tom, priya, asha, client, sign_in):
    actions.propose_withdrawal(award=held, because="Doubts.", by=tom)
    held.refresh_from_db()
    actions.reply_to_withdrawal(award=held, reply="No.", by=asha)
    held.refresh_from_db()
    actions.decide_withdrawal(award=held, withdraw=False, by=priya)
    client.logout()
    assert b"Doubts." not in client.get("/partners/bakery/").content


# --- What a tier takes, counted -----------------------------------------------------------------


@pytest.fixture
def proposed(signed, tier, idris):
    """A tier that takes two verified results and nothing late, proposed for the bakery."""
    Tier.objects.update(verified_least=2, late_most=0)
    tier.refresh_from_db()
    return actions.propose_tier(partner=signed, tier=tier, reasons="Good.", minute="", by=idris)


def verify(claimed, priya, statement):
    pledge, claim = claimed(50, statement=statement)
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Seen.", by=priya
    )


def test_what_a_tier_takes_stands_beside_what_is_there(
    proposed, claimed, priya, tom, sign_in, client
):
    verify(claimed, priya, "One.")
    page = client_words(sign_in(tom).get("/desk/tiers/"))
    assert "1 pledge (it takes 2 at least: not met )" in page
    assert "0 pledges (it takes none: met )" in page
    assert "What it takes: Two results" in page


def test_a_tier_is_not_confirmed_without_what_it_takes(
    proposed, claimed, priya, tom, sign_in, client
):
    verify(claimed, priya, "One.")
    sign_in(tom)
    page = client.post(f"/desk/tiers/{proposed.code}/confirm/", follow=True).content.decode()
    assert "Harbour Lane Bakery does not meet what this tier takes." in page
    assert "1 pledge, it takes 2 at least" in page
    proposed.refresh_from_db()
    assert proposed.confirmed_on is None
    verify(claimed, priya, "Two.")
    client.post(f"/desk/tiers/{proposed.code}/confirm/")
    proposed.refresh_from_db()
    assert proposed.confirmed_by == tom


def test_something_late_stands_against_a_tier(proposed, claimed, priya, tom, told):
    for number in (1, 2):
        verify(claimed, priya, f"Promise {number}.")
    late = told((300, "proposed", {}), (300, "accepted", {}))
    Pledge.objects.filter(pk=late.pk).update(standing="overdue", standing_until=None)
    with pytest.raises(Refused, match="Overdue or lapsed: 1 pledge, it takes none"):
        actions.confirm_tier(award=proposed, by=tom)


def test_a_tier_is_refused_with_a_reason_that_the_first_reads(
    proposed, idris, tom, sign_in, client
):
    address = f"/desk/tiers/{proposed.code}/refuse/"
    own = sign_in(idris).post(address, {"because": "Mine."}).content.decode()
    assert "somebody else must decide it" in own
    assert "Mine." in own
    sign_in(tom)
    assert "Write the reason" in client.post(address, {"because": ""}).content.decode()
    assert f"/desk/tiers/{proposed.code}/refuse/" in client.get("/desk/tiers/").content.decode()
    client.post(address, {"because": "Only ONE result."})
    letter = Message.objects.get(person=idris)
    assert letter.subject == "Not confirmed: Partner for Harbour Lane Bakery"
    assert "Only ONE result." in letter.body
    assert "/desk/tiers/propose/bakery/" in letter.body
    proposed.refresh_from_db()
    assert (proposed.confirmed_on, proposed.withdrawn_by) == (None, tom)
    again = client.post(f"/desk/tiers/{proposed.code}/confirm/", follow=True).content.decode()
    assert "does not meet" in again or "decided this already" in again
    client.logout()
    assert b"ONE result" not in client.get("/partners/bakery/").content
    assert actions.propose_tier(
        partner=proposed.partner, tier=proposed.tier, reasons="Again.", minute="", by=idris
    )


def client_words(page):
    main = re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


@pytest.fixture
def counting(tier):
    """A tier that takes two verified results and nothing late."""
    Tier.objects.filter(pk=tier.pk).update(verified_least=2, late_most=0)
    tier.refresh_from_db()
    return tier


@pytest.mark.parametrize("who", ["asha", "ben"])
def test_a_partner_reads_what_each_tier_takes_and_what_it_has(
    who, request, signed, counting, claimed, priya, sign_in, client
):
    verify(claimed, priya, "One.")
    sign_in(request.getfixturevalue(who))
    page = client_words(client.get("/space/bakery/tiers/"))
    assert "Partner: not all is there Two results" in page
    assert "1 pledge (it takes 2 at least: not met )" in page
    verify(claimed, priya, "Two.")
    page = client_words(client.get("/space/bakery/tiers/"))
    assert "Partner: all that is counted is there" in page


def test_a_tier_without_figures_shows_its_words_alone(signed, tier, sign_in, asha, client):
    page = client_words(sign_in(asha).get("/space/bakery/tiers/"))
    assert "Partner Two results" in page
    assert "it takes" not in page.replace("something that it takes", "")


def test_anybody_reads_what_a_held_tier_takes(held, counting, claimed, priya, client):
    verify(claimed, priya, "One.")
    page = client_words(client.get("/partners/bakery/"))
    assert "What Partner takes, and what is there today" in page
    assert "1 pledge (it takes 2 at least: not met )" in page


def test_no_tier_no_facts_of_one(signed, counting, client):
    assert "and what is there today" not in client_words(client.get("/partners/bakery/"))


def test_held_tiers_are_shown_in_pages(held, tier, tom, sign_in, idris, today, client):
    for number in range(25):
        partner = organisation(f"p{number}", f"Partner number {number}")
        TierAward.objects.create(
            partner=partner,
            tier=tier,
            reasons="x",
            proposed_by=idris,
            proposed_on=today,
            confirmed_by=tom,
            confirmed_on=today,
            review_on=today + timedelta(days=number + 1),
        )
    page = client_words(sign_in(tom).get("/desk/tiers/"))
    assert page.count("Propose to withdraw") == 20
    assert client_words(client.get("/desk/tiers/?page=2")).count("Propose to withdraw") == 6
