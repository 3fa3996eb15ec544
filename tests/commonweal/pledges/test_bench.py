"""The reviewer's bench: queues, one claim after the other, asking for more, standing back."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commonweal.accounts.models import Event, Message, Role
from commonweal.office.errors import Refused
from commonweal.pledges import asking_more, first_page, giving_out, reviewing
from commonweal.pledges.models import Entry, Measure, MoreAsked, Recusal, ReviewAssignment

FOUND = {"verdict": "upheld", "words": "I read the sheet."}


def found(claim):
    """What a reviewer sends of a claim, with what the page showed."""
    return FOUND | {"seen": claim.pledge.entries.count()}


def words_of(page):
    """What a page says, without its tags."""
    main = re.search(r"<main.*?</main>", page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


def review(pledge, claim, by, verdict="rejected"):
    return reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict=verdict, figure=None, reasons="x", by=by
    )


@pytest.fixture
def contested(claimed, asha):
    """A claim of which somebody's review is contested."""

    def make(by, **more):
        pledge, claim = claimed(200, **more)
        first = review(pledge, claim, by)
        reviewing.reply(
            pledge=pledge, review_seq=first.seq, agrees=False, reply_text="Look again.", by=asha
        )
        return pledge, claim

    return make


def test_each_queue_holds_what_its_name_says_and_counts_it(
    sign_in, claimed, contested, college, idris, priya, maya, client, new_person
):
    of_college = new_person("dean", "A Dean", of=college)
    _, free = claimed(10, statement="FREE.")
    _, mine = claimed(20, statement="MINE.")
    _, others = claimed(30, statement="OTHERS.")
    _, asked = claimed(40, statement="ASKED.")
    _, again = contested(priya, statement="AGAIN.")
    claimed(50, statement="OWN.", partner=college, by=of_college)
    giving_out.assign(claim_entry=mine, reviewer=idris, by=maya)
    giving_out.assign(claim_entry=others, reviewer=priya, by=maya)
    asking_more.ask_for_more(claim_entry=asked, wanted="The list.", by=priya)
    sign_in(idris)
    stands_in = {
        "yours": {"MINE."},
        "contested": {"AGAIN."},
        "oldest": {"FREE.", "MINE.", "AGAIN."},
        "partner": {"ASKED."},
        "all": {"FREE.", "MINE.", "OTHERS.", "ASKED.", "AGAIN.", "OWN."},
    }
    for queue, statements in stands_in.items():
        page = words_of(client.get("/desk/review/", {"show": queue}))
        assert set(re.findall(r"\b[A-Z]{3,}\.", page)) == statements, queue
        titles = {
            "yours": "Given to you",
            "contested": "Contested",
            "oldest": "Free, oldest first",
            "partner": "Wait for the partner",
            "all": "All",
        }
        assert f"{titles[queue]}: {len(statements)}" in page
    # Nothing chosen: what was given to one stands first.
    assert "Given to you: 1 Begin" in words_of(client.get("/desk/review/"))
    assert "not for you" in words_of(client.get("/desk/review/?show=all"))


def test_an_empty_queue_says_so_and_an_unknown_one_is_the_first(sign_in, claimed, idris, client):
    sign_in(idris)
    assert "No claim with evidence waits." in words_of(client.get("/desk/review/?show=x"))
    claimed()
    page = words_of(client.get("/desk/review/?show=yours"))
    assert "Nothing is given to you." in page
    assert "Begin with the oldest" not in page
    assert "Free, oldest first: 1 Begin" in words_of(client.get("/desk/review/?show=x"))


def test_how_long_a_claim_waits_is_said_and_when_it_is_late(sign_in, told, idris, client):
    for ago in (30, 31):
        told(
            (ago, "proposed", {}),
            (ago, "accepted", {}),
            (ago, "claim", {"value": "5"}),
            (ago, "evidence", {}),
            statement=f"Waits for {ago}.",
        )
    page = words_of(sign_in(idris).get("/desk/review/"))
    assert "Late waits 31 days" in page
    assert "Late waits 30 days" not in page
    assert page.index("waits 31 days") < page.index("waits 30 days")


def test_after_a_decision_comes_the_next_of_the_same_queue(sign_in, claimed, idris, maya, client):
    claims = [claimed(10 + number, statement=f"Promise {number}.")[1] for number in range(4)]
    for number in (0, 2):
        giving_out.assign(claim_entry=claims[number], reviewer=idris, by=maya)
    sign_in(idris)
    address = f"/desk/review/{claims[0].seq}/?show=yours"
    page = client.post(address, found(claims[0]), follow=True)
    assert page.redirect_chain[-1][0] == f"/desk/review/{claims[2].seq}/?show=yours"
    assert "Reviewed: Harbour Lane Bakery." in page.content.decode()
    page = client.post(f"/desk/review/{claims[2].seq}/?show=yours", found(claims[2]), follow=True)
    assert page.redirect_chain[-1][0] == "/desk/review/"
    assert "Nothing else waits for you under “Given to you”" in page.content.decode()


def test_the_next_one_leaves_a_claim_where_it_is_and_begins_again_behind_the_last(
    sign_in, claimed, idris, client
):
    first, second = (claimed(statement=f"Promise {number}.")[1] for number in (1, 2))
    sign_in(idris)
    after = "/desk/review/next/?show=oldest&after="
    assert client.get(f"{after}{first.seq}").url.startswith(f"/desk/review/{second.seq}/")
    assert client.get(f"{after}{second.seq}").url.startswith(f"/desk/review/{first.seq}/")
    assert client.get(f"{after}9999999").url.startswith(f"/desk/review/{first.seq}/")
    assert client.get(f"{after}²").url.startswith(f"/desk/review/{first.seq}/")


def test_evidence_stands_beside_the_form_with_bar_and_history(
    sign_in, claimed, asha, idris, client
):
    pledge, claim = claimed(120)
    for name, content in (
        ("hours.csv", b"week,hours\n1,<b>143</b> caf\xe9\n"),
        ("wide.txt", "Gwirfoddolwyr: Siân".encode("utf-16")),
    ):
        reviewing.attach_file(
            pledge=pledge,
            claim_seq=claim.seq,
            title=name,
            by=asha,
            upload=SimpleUploadedFile(name, content),
        )
    page = sign_in(idris).get(f"/desk/review/{claim.seq}/").content.decode()
    assert "1,&lt;b&gt;143&lt;/b&gt; café" in page
    assert "Gwirfoddolwyr: Siân" in page
    assert "https://example.org/list" in page
    assert "120 hours</strong> by" in page
    assert "80 hours short" in page
    # The bar is in sight, above all; its sentence and the history are one click away.
    above, _, folded = page.partition("Its history")
    assert above.index('<svg class="bar"') < above.index("120 hours</strong> by")
    assert "Nothing of 200 hours verified yet, 120 claimed" in folded
    assert "Promise made" in folded


def pdf_of(words):
    import typst

    return typst.compile(f"= {words}".encode())


def test_the_first_page_of_a_pdf_is_drawn(sign_in, claimed, asha, idris, client):
    pledge, claim = claimed()
    entry = reviewing.attach_file(
        pledge=pledge,
        claim_seq=claim.seq,
        title="Minutes",
        by=asha,
        upload=SimpleUploadedFile("minutes.pdf", pdf_of("Twelve hours")),
    )
    sign_in(idris)
    small = f"/pledges/{pledge.code}/evidence/{entry.body['file']}/small/"
    assert small in client.get(f"/desk/review/{claim.seq}/").content.decode()
    drawn = client.get(small)
    assert drawn.headers["Content-Type"] == "image/jpeg"
    assert b"".join(drawn.streaming_content).startswith(b"\xff\xd8\xff")
    client.logout()
    assert client.get(small).status_code == 404


def test_what_is_no_pdf_is_not_drawn_and_says_so(monkeypatch):
    with pytest.raises(Refused, match="can't be drawn here"):
        first_page.draw(b"%PDF-1.7\nnothing of the kind")
    monkeypatch.setattr(first_page, "SECONDS_MOST", 0)
    with pytest.raises(Refused, match="can't be drawn here"):
        first_page.draw(pdf_of("Slow"))


def test_a_second_look_shows_the_first_and_the_reply(sign_in, contested, priya, idris, client):
    _, claim = contested(priya)
    page = words_of(sign_in(idris).get(f"/desk/review/{claim.seq}/"))
    assert "The second look: Harbour Lane Bakery" in page
    assert page.index("Look again.") < page.index("What did you find?")
    assert "public at once" in page


@pytest.mark.parametrize(
    ("reached", "difference"),
    [
        (200, "as promised"),
        (201, "1 hour more"),
        (80, "120 hours short"),
    ],
)
def test_a_claim_stands_beside_its_promise_with_the_difference(
    sign_in, claimed, idris, client, reached, difference
):
    pledge, claim = claimed(reached)
    page = words_of(sign_in(idris).get(f"/desk/review/{claim.seq}/"))
    assert (
        page.index(pledge.statement) < page.index("Promised 200 hours by") < page.index(difference)
    )
    assert page.index(difference) < page.index("Evidence") < page.index("What did you find?")


@pytest.mark.parametrize(
    ("kind", "unit", "direction", "reached", "difference"),
    [
        # Of a share in points: 2% more than 31% would be another figure.
        ("share", "%", "up", 16, "15 points short"),
        ("share", "%", "up", 32, "1 point more"),
        ("keep", "%", "up", 33, "2 points more"),
        ("money", "£", "up", 30, "£1 short"),
        # Where less is better, more is what is missing.
        ("count", "tonnes", "down", 34, "3 tonnes short"),
        ("count", "tonnes", "down", 30, "1 tonne less"),
    ],
)
def test_the_difference_is_said_as_the_measure_counts(
    sign_in, claimed, measure, idris, client, kind, unit, direction, reached, difference
):
    Measure.objects.filter(pk=measure.pk).update(kind=kind, unit=unit, direction=direction)
    measure.refresh_from_db()
    start = Decimal(50 if direction == "down" else 10)
    _, claim = claimed(reached, target=Decimal(31), baseline=start)
    page = words_of(sign_in(idris).get(f"/desk/review/{claim.seq}/"))
    assert re.search(rf"by \d+ \w+ \d{{4}}: {difference} ", page), page


@pytest.mark.parametrize(("ago", "is_late"), [(30, False), (31, True)])
def test_only_a_late_claim_says_how_long_it_waits(sign_in, told, idris, client, ago, is_late):
    pledge = told(
        (ago, "proposed", {}),
        (ago, "accepted", {}),
        (ago, "claim", {"value": "5"}),
        (ago, "evidence", {}),
    )
    claim = pledge.entries.get(kind="claim")
    page = words_of(sign_in(idris).get(f"/desk/review/{claim.seq}/"))
    assert (f"late: waits {ago} days" in page) == is_late


def attach(pledge, claim, by, title):
    reviewing.attach_file(
        pledge=pledge,
        claim_seq=claim.seq,
        title=title,
        by=by,
        upload=SimpleUploadedFile("hours.csv", b"week,hours\n1,143\n"),
    )


def test_a_sheet_that_stood_with_another_claim_is_pointed_at(sign_in, claimed, asha, idris, client):
    first, claim_of_first = claimed(statement="First promise.")
    second, claim_of_second = claimed(statement="Second promise.")
    attach(first, claim_of_first, asha, "Hours of May")
    attach(second, claim_of_second, asha, "Hours of June")
    sign_in(idris)
    pointed = "“Hours of June” stood with another claim before."
    page = client.get(f"/desk/review/{claim_of_second.seq}/")
    assert pointed in words_of(page)
    assert f'href="{first.get_absolute_url()}"' in page.content.decode()
    assert "stood with" not in words_of(client.get(f"/desk/review/{claim_of_first.seq}/"))


def test_what_is_the_same_for_each_claim_is_folded_on_queue_and_claim(
    sign_in, claimed, asha, idris, client, town
):
    pledge, claim = claimed()
    sign_in(idris)
    for address in ("/desk/review/", f"/desk/review/{claim.seq}/"):
        content = client.get(address).content.decode()
        for fold in re.findall(r"<details.*?</details>", content, re.DOTALL):
            if "How to check" in fold:
                break
        assert f"{town.reply_days} days to reply" in fold
        for rule in ("own organisation", "that you know", "the same claim twice", "a child"):
            assert rule in " ".join(fold.split()), rule
            assert rule not in content.replace(fold, "")
    # There is nothing to keep from the public where no file is.
    assert "Keep the files" not in content.replace(fold, "")
    attach(pledge, claim, asha, "Hours")
    content = client.get(f"/desk/review/{claim.seq}/").content.decode()
    assert "Keep the files" in content.replace(fold, "")


def test_letters_choose_send_and_lead_on(sign_in, claimed, idris, client):
    _, claim = claimed()
    sign_in(idris)
    page = client.get(f"/desk/review/{claim.seq}/").content.decode()
    assert re.findall(r'value="(\w+)"[^>]*accesskey="(\w)"', page) == [
        ("upheld", "a"),
        ("partly", "p"),
        ("rejected", "o"),
    ]
    assert sorted(re.findall(r'accesskey="(\w)"', page)) == ["a", "n", "o", "p", "x"]
    assert re.findall(r'accesskey="(\w)"', client.get("/desk/review/").content.decode()) == ["x"]


# --- More is asked for ------------------------------------------------------------------------


def test_more_is_asked_for_brought_and_the_claim_comes_back(
    sign_in, claimed, idris, asha, client, today, town
):
    pledge, claim = claimed()
    sign_in(idris)
    address = f"/desk/review/{claim.seq}/more/?show=oldest"
    assert "Say what you need to see" in client.post(address, {"wanted": ""}).content.decode()
    page = client.post(address, {"wanted": "The register with the DAYS."}, follow=True)
    until = today + timedelta(days=town.reply_days)
    assert f"Harbour Lane Bakery is told, and has until {until:%-d %B %Y}" in words_of(page)
    letter = Message.objects.get(person=asha, key__startswith="more-")
    assert letter.subject == "A reviewer asks for more evidence: Harbour Lane Bakery"
    assert "The register with the DAYS." in letter.body
    assert f"/space/bakery/pledges/{pledge.code}/" in letter.body
    assert "Free, oldest first: 0" in words_of(client.get("/desk/review/?show=all"))
    assert "Waits for the partner until" in words_of(client.get(f"/desk/review/{claim.seq}/"))
    sign_in(asha)
    assert "The register with the DAYS." in words_of(
        client.get(f"/space/bakery/pledges/{pledge.code}/")
    )
    assert "A reviewer asks for more evidence until" in words_of(client.get("/space/bakery/"))
    client.post(
        f"/space/bakery/pledges/{pledge.code}/claims/{claim.seq}/evidence/",
        {"link": "https://example.org/days"},
    )
    back = Message.objects.get(person=idris)
    assert back.subject == "More evidence came: Harbour Lane Bakery"
    assert f"/desk/review/{claim.seq}/" in back.body
    assert "DAYS" not in words_of(client.get(f"/space/bakery/pledges/{pledge.code}/"))
    sign_in(idris)
    assert "Free, oldest first: 1" in words_of(client.get("/desk/review/"))
    assert f"More came on {today:%-d %B %Y}" in words_of(client.get(f"/desk/review/{claim.seq}/"))
    client.logout()
    assert b"DAYS" not in client.get(f"/pledges/{pledge.code}/").content


def test_a_partner_with_nothing_more_says_so_once(sign_in, claimed, idris, asha, ben, client):
    pledge, claim = claimed()
    asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=idris)
    address = f"/space/bakery/pledges/{pledge.code}/claims/{claim.seq}/nothing-more/"
    assert sign_in(ben).post(address).status_code == 403
    sign_in(asha)
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True)
    assert "goes on with what there is" in page.content.decode()
    assert "Nothing more is asked for" in client.post(address, follow=True).content.decode()
    assert MoreAsked.objects.get().outcome == "The partner has nothing more to show."
    assert Message.objects.filter(person=idris).count() == 1


def test_what_never_came_ends_by_itself_and_can_be_asked_for_again(
    sign_in, claimed, idris, client, today
):
    pledge, claim = claimed()
    asking_more.ask_for_more(claim_entry=claim, wanted="More.", by=idris)
    with pytest.raises(Refused, match="asked for already"):
        asking_more.ask_for_more(claim_entry=claim, wanted="Again.", by=idris)
    MoreAsked.objects.update(until=today - timedelta(days=1))
    page = words_of(sign_in(idris).get(f"/desk/review/{claim.seq}/"))
    assert f"Nothing came by {today - timedelta(days=1):%-d %B %Y}." in page
    assert "Free, oldest first: 1" in words_of(client.get("/desk/review/"))
    asking_more.ask_for_more(claim_entry=claim, wanted="Again.", by=idris)
    assert list(MoreAsked.objects.values_list("ended_on", flat=True)) == [today, None]


def test_nobody_asks_for_more_of_their_own_organisation(sign_in, claimed, bakery, new_person):
    insider = new_person("insider", "Insider", role=Role.REVIEWER, of=bakery, may="reader")
    pledge, claim = claimed()
    page = sign_in(insider).post(f"/desk/review/{claim.seq}/more/", {"wanted": "KEPT words."})
    assert "You belong to Harbour Lane Bakery" in page.content.decode()
    assert "KEPT words." in page.content.decode()
    assert not MoreAsked.objects.exists()


# --- I know them ------------------------------------------------------------------------------


def test_who_knows_them_checks_nothing_of_theirs_and_another_gets_it(
    sign_in, claimed, idris, priya, maya, client
):
    _, claim = claimed(10)
    _, other = claimed(20, statement="Another promise.")
    for one in (claim, other):
        giving_out.assign(claim_entry=one, reviewer=idris, by=maya)
    sign_in(idris)
    address = f"/desk/review/{claim.seq}/i-know-them/?show=yours"
    assert "Say how you know them" in client.post(address, {"because": " "}).content.decode()
    page = client.post(address, {"because": "My SISTER bakes there."}, follow=True)
    assert "You check nothing of Harbour Lane Bakery. Priya Nair has this claim now." in words_of(
        page
    )
    assert set(ReviewAssignment.objects.values_list("reviewer", flat=True)) == {priya.pk}
    assert Message.objects.filter(person=priya).count() == 2
    refused = client.post(f"/desk/review/{other.seq}/", found(other)).content.decode()
    assert "You said that you know Harbour Lane Bakery" in refused
    assert not Entry.objects.filter(kind="review").exists()
    with pytest.raises(Refused, match="you know Harbour Lane Bakery"):
        giving_out.assign(claim_entry=claim, reviewer=idris, by=maya)
    assert not Event.objects.filter(detail__icontains="SISTER").exists()
    page = sign_in(maya).get(f"/desk/charter/claims/{claim.seq}/assign/").content.decode()
    assert "SISTER" in page
    assert "Priya Nair (Oakbridge Homes): holds 2" in page
    assert "Idris Bowen (" not in page


def test_where_nobody_else_may_the_manager_sees_it(sign_in, claimed, idris, maya, client):
    _, claim = claimed()
    giving_out.assign(claim_entry=claim, reviewer=idris, by=maya)
    sign_in(idris)
    page = client.post(f"/desk/review/{claim.seq}/i-know-them/", {"because": "x"}, follow=True)
    assert "The charter manager sees to it." in words_of(page)
    assert f"/claims/{claim.seq}/assign/" in sign_in(maya).get("/desk/charter/").content.decode()


def test_that_one_knows_them_can_be_taken_back(sign_in, claimed, idris, client):
    _, claim = claimed()
    giving_out.stand_back(claim_entry=claim, because="x", by=idris)
    sign_in(idris)
    assert "I can check them after all" in words_of(client.get(f"/desk/review/{claim.seq}/"))
    client.post(f"/desk/review/{claim.seq}/i-know-them/", {"again": "1"})
    assert Recusal.objects.get().taken_back_on == timezone.localdate()
    assert "What did you find?" in words_of(client.get(f"/desk/review/{claim.seq}/"))
    with pytest.raises(Refused, match="taken that back"):
        giving_out.stand_in_again(recusal=Recusal.objects.get(), by=idris)


def test_what_was_given_to_one_is_given_back_once(sign_in, claimed, idris, priya, maya, client):
    _, claim = claimed()
    giving_out.assign(claim_entry=claim, reviewer=idris, by=maya)
    address = f"/desk/review/{claim.seq}/give-back/"
    page = sign_in(priya).post(address, follow=True).content.decode()
    assert "not given to you any more" in page
    sign_in(idris)
    assert "Give it back" in words_of(client.get(f"/desk/review/{claim.seq}/"))
    assert "free for others again" in client.post(address, follow=True).content.decode()
    assert not ReviewAssignment.objects.exists()


def test_the_bench_asks_the_same_however_many_claims_wait(
    sign_in, claimed, idris, client, django_assert_max_num_queries
):
    for number in range(12):
        claimed(10 + number, statement=f"Promise {number}.")
    sign_in(idris)
    client.get("/desk/review/")
    with django_assert_max_num_queries(26):
        client.get("/desk/review/?show=all")
    assert Decimal(12) == client.get("/desk/review/").context["page"].paginator.count
