"""Claim, evidence, review, reply: from what a partner says to what somebody else found."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from commonweal.accounts.models import Message, Person, Role
from commonweal.office.errors import Refused
from commonweal.pledges import actions, questions, review_reads, reviewing
from commonweal.pledges.models import Entry


def url(pledge, what):
    return f"/space/bakery/pledges/{pledge.code}/{what}/"


def seen(pledge):
    return pledge.entries.count()


def test_a_claim_with_a_file_is_claimed_until_it_is_reviewed(sign_in, asha, idris, pledged, client):
    pledge = pledged()
    sign_in(asha)
    client.post(
        url(pledge, "claim"),
        {
            "value": "143",
            "words": "Our sheet.",
            "seen": seen(pledge),
            "file": SimpleUploadedFile("hours.csv", b"week,hours\n1,143\n"),
        },
    )
    pledge.refresh_from_db()
    assert (pledge.claimed, pledge.verified) == (143, None)
    claim = pledge.entries.get(kind="claim")
    sign_in(idris)
    assert b"143 hours" in client.get("/desk/review/").content
    client.post(
        f"/desk/review/{claim.seq}/",
        {"verdict": "upheld", "words": "I read the sheet.", "seen": seen(pledge)},
    )
    pledge.refresh_from_db()
    assert (pledge.verified, pledge.standing) == (143, "active")
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "143 of 200 hours verified" in page
    assert "Reviewed: found as claimed" in page
    assert "Brackenford College" in page


def test_reaching_the_target_and_verification_make_it_met(claimed, idris):
    pledge, claim = claimed(200)
    assert pledge.standing == "claimed"
    reviewing.review(
        pledge=pledge, claim_seq=claim.seq, verdict="upheld", figure=None, reasons="Seen.", by=idris
    )
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"


def test_a_reviewer_of_the_same_organisation_is_refused_and_told_why(
    sign_in, claimed, bakery, client, new_person
):
    pledge, claim = claimed()
    insider = new_person("insider", "An Insider", role=Role.REVIEWER, of=bakery, may="reader")
    sign_in(insider)
    response = client.post(
        f"/desk/review/{claim.seq}/", {"verdict": "upheld", "words": "Fine.", "seen": seen(pledge)}
    )
    assert "You belong to Harbour Lane Bakery" in response.content.decode()
    assert not Entry.objects.filter(kind="review").exists()


def test_the_claimant_is_refused_even_after_changing_organisation(claimed, asha, college, today):
    pledge, claim = claimed()
    asha.memberships.update(left_on=today)
    with pytest.raises(Refused, match="You made this claim yourself"):
        reviewing.review(
            pledge=pledge,
            claim_seq=claim.seq,
            verdict="upheld",
            figure=None,
            reasons="Fine.",
            by=asha,
        )


def test_the_councils_own_pledge_needs_a_reviewer_from_outside(
    claimed, council, maya, decision, town, new_person
):
    pledge, claim = claimed(partner=council, by=maya, decision=decision)
    inside = new_person("inside", "Inside", role=Role.REVIEWER, of=council)
    with pytest.raises(Refused, match="You belong to Borough Council"):
        reviewing.review(
            pledge=pledge,
            claim_seq=claim.seq,
            verdict="upheld",
            figure=None,
            reasons="Fine.",
            by=inside,
        )


def test_without_evidence_nothing_is_verified(pledged, asha, idris, today):
    pledge = pledged()
    claim = actions.claim(
        pledge=pledge, figure=Decimal(50), as_of=today, final=False, report="", by=asha
    )
    assert review_reads.reviews_waiting(today) == []
    with pytest.raises(Refused, match="No evidence is attached"):
        reviewing.review(
            pledge=pledge,
            claim_seq=claim.seq,
            verdict="upheld",
            figure=None,
            reasons="I believe them.",
            by=idris,
        )


def test_part_of_a_claim_is_less_than_the_claim(claimed, idris):
    pledge, claim = claimed(120)
    for value in (120, 150):
        with pytest.raises(Refused, match="all that is claimed"):
            reviewing.review(
                pledge=pledge,
                claim_seq=claim.seq,
                verdict="partly",
                figure=Decimal(value),
                reasons="x",
                by=idris,
            )


def test_an_adverse_review_is_held_for_the_reply_everywhere(
    sign_in, claimed, idris, asha, client, today
):
    pledge, claim = claimed(200)
    sign_in(idris)
    client.post(
        f"/desk/review/{claim.seq}/",
        {
            "verdict": "partly",
            "value": "80",
            "words": "ADVERSE-FINDING only 80.",
            "seen": seen(pledge),
        },
    )
    pledge.refresh_from_db()
    assert (pledge.standing, pledge.verified) == ("claimed", None)
    assert Message.objects.filter(person=asha, subject__contains="waits for your reply").exists()
    client.logout()
    for address in (
        f"/pledges/{pledge.code}/",
        "/feed.atom",
        "/pledges/",
        "/",
        "/ledger/",
        "/ledger.csv",
        "/ledger.json",
        "/pledges.csv",
        "/partners/bakery/",
    ):
        response = client.get(address)
        content = response.getvalue() if response.streaming else response.content
        assert b"ADVERSE-FINDING" not in content, address
    sign_in(asha)
    own = client.get(f"/space/bakery/pledges/{pledge.code}/").content.decode()
    assert "ADVERSE-FINDING" in own
    assert "Not public yet" in own


def test_the_reply_stands_beside_the_review_and_a_second_reviewer_decides(
    sign_in, claimed, idris, priya, asha, client
):
    pledge, claim = claimed(200)
    review = reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="partly",
        figure=Decimal(80),
        reasons="Only 80.",
        by=idris,
    )
    sign_in(asha)
    client.post(
        url(pledge, f"reviews/{review.seq}/reply"),
        {"agrees": "no", "words": "The second sheet holds the rest."},
    )
    pledge.refresh_from_db()
    assert pledge.standing == "disputed"
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "The second sheet holds the rest." in page
    assert "Only 80." in page
    sign_in(idris)
    response = client.post(
        f"/desk/review/{claim.seq}/", {"verdict": "upheld", "words": "Again.", "seen": seen(pledge)}
    )
    assert "You have reviewed this claim already" in response.content.decode()
    sign_in(priya)
    assert b"Contested: second review" in client.get("/desk/review/").content
    client.post(
        f"/desk/review/{claim.seq}/",
        {"verdict": "upheld", "words": "All there.", "seen": seen(pledge)},
    )
    pledge.refresh_from_db()
    assert pledge.standing == "verified_met"


def test_there_is_one_reply_and_no_third_review(
    claimed, idris, priya, asha, homes, college, new_person
):
    pledge, claim = claimed(200)
    review = reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="rejected",
        figure=None,
        reasons="Nothing.",
        by=idris,
    )
    reviewing.reply(pledge=pledge, review_seq=review.seq, agrees=False, reply_text="No.", by=asha)
    with pytest.raises(Refused, match="replied already"):
        reviewing.reply(
            pledge=pledge, review_seq=review.seq, agrees=True, reply_text="Yes.", by=asha
        )
    second = reviewing.review(
        pledge=pledge,
        claim_seq=claim.seq,
        verdict="rejected",
        figure=None,
        reasons="Still nothing.",
        by=priya,
    )
    with pytest.raises(Refused, match="second review; it stands"):
        reviewing.reply(
            pledge=pledge, review_seq=second.seq, agrees=False, reply_text="No!", by=asha
        )
    third = new_person("third", "Third", role=Role.REVIEWER)
    with pytest.raises(Refused, match="second review follows only"):
        reviewing.review(
            pledge=pledge,
            claim_seq=claim.seq,
            verdict="upheld",
            figure=None,
            reasons="Hm.",
            by=third,
        )


def test_two_people_saving_the_same_pledge_the_second_is_told(sign_in, pledged, asha, client):
    pledge = pledged()
    before = seen(pledge)
    sign_in(asha)
    client.post(url(pledge, "claim"), {"value": "10", "words": "First.", "seen": before})
    response = client.post(
        url(pledge, "claim"), {"value": "20", "words": "My own words.", "seen": before}
    )
    page = response.content.decode()
    assert "Somebody else wrote to this pledge" in page
    assert "My own words." in page
    assert Entry.objects.filter(kind="claim").count() == 1
    assert f'name="seen" value="{seen(pledge)}"' in page


UNSAID = "This page did not say which entries it showed"


@pytest.mark.parametrize("mark", [None, "", "two", "-1", "9" * 12])
@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("claim", {"value": "10", "words": "My own words."}),
        ("change", {"target": "150", "because": "My own words."}),
        ("withdraw", {"because": "My own words."}),
    ],
)
def test_a_page_that_does_not_say_what_it_showed_writes_nothing(
    sign_in, pledged, asha, client, address, typed, mark
):
    """That nobody said what they looked at is no leave to pass over what came since."""
    pledge = pledged()
    before = seen(pledge)
    sign_in(asha)
    sent = typed if mark is None else typed | {"seen": mark}
    page = client.post(url(pledge, address), sent).content.decode()
    assert UNSAID in page
    assert "My own words." in page
    assert seen(pledge) == before
    # The page shows the newest entries now, and says so.
    assert f'name="seen" value="{before}"' in page
    assert client.post(url(pledge, address), typed | {"seen": before}).status_code == 302
    assert seen(pledge) == before + 1


def test_a_review_that_does_not_say_what_it_showed_is_not_written(sign_in, claimed, idris, client):
    pledge, claim = claimed()
    sign_in(idris)
    address, typed = f"/desk/review/{claim.seq}/", {"verdict": "upheld", "words": "My own words."}
    page = client.post(address, typed).content.decode()
    assert UNSAID in page
    assert "My own words." in page
    assert not Entry.objects.filter(kind="review").exists()
    client.post(address, typed | {"seen": seen(pledge)})
    assert Entry.objects.filter(kind="review").count() == 1


def test_the_same_report_sent_twice_makes_one_entry(sign_in, pledged, asha, client):
    pledge = pledged()
    data = {"value": "10", "words": "Once.", "seen": seen(pledge)}
    sign_in(asha)
    for _ in range(2):
        assert client.post(url(pledge, "claim"), data).status_code == 302
    assert Entry.objects.filter(kind="claim").count() == 1


@pytest.mark.parametrize(
    ("value", "as_of", "said"),
    [
        ("-", None, "Write a number"),
        ("12", 3, "not what is to come"),
        ("", None, "Enter the figure"),
        ("1e40", None, "Write a number in figures"),
        ("NaN", None, "Write a number in figures"),
        ("1000000000000", None, "below one million million"),
    ],
)
def test_a_wrong_report_is_refused_in_words(
    sign_in, pledged, asha, client, today, value, as_of, said
):
    pledge = pledged()
    data = {"value": value, "words": "Keep me."}
    if as_of:
        day = today + timedelta(days=as_of)
        data |= {"as_of_0": day.day, "as_of_1": day.month, "as_of_2": day.year}
    sign_in(asha)
    page = " ".join(client.post(url(pledge, "claim"), data).content.decode().split())
    assert said in page
    assert "Keep me." in page
    assert not Entry.objects.filter(kind="claim").exists()


def test_a_changed_target_shows_old_new_and_why(sign_in, pledged, asha, client, today):
    pledge = pledged()
    new = today + timedelta(days=300)
    sign_in(asha)
    client.post(
        url(pledge, "change"),
        {
            "target": "150",
            "due_on_0": new.day,
            "due_on_1": new.month,
            "due_on_2": new.year,
            "because": "The hall burnt down.",
            "seen": seen(pledge),
        },
    )
    pledge.refresh_from_db()
    assert (pledge.target, pledge.due_on) == (150, new)
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    for part in (
        "Target changed",
        "200 hours",
        "150 hours",
        "The hall burnt down.",
        "Date changed",
    ):
        assert part in page


def test_a_change_needs_a_reason_and_a_difference(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    page = client.post(url(pledge, "change"), {"target": "150"}).content.decode()
    assert "Say why" in page
    page = client.post(
        url(pledge, "change"), {"target": "200", "because": "x", "seen": seen(pledge)}
    ).content.decode()
    assert "Nothing is different" in page


def test_a_withdrawn_pledge_stays_in_public_with_its_reason(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    client.post(url(pledge, "withdraw"), {"because": "The site closes.", "seen": seen(pledge)})
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "Withdrawn" in page
    assert "The site closes." in page
    sign_in(asha)
    response = client.post(url(pledge, "claim"), {"value": "5", "seen": seen(pledge)})
    assert "was withdrawn; its ledger is closed" in response.content.decode()


def test_a_private_file_is_for_reviewers_only(sign_in, pledged, asha, idris, carys, client):
    pledge = pledged()
    sign_in(asha)
    client.post(
        url(pledge, "claim"),
        {
            "value": "10",
            "private_file": "on",
            "seen": seen(pledge),
            "file": SimpleUploadedFile("names.csv", b"a,b\n1,2\n"),
        },
    )
    entry = pledge.entries.get(kind="evidence")
    address = f"/pledges/{pledge.code}/evidence/{entry.body['file']}/"
    for person in (asha, idris):
        sign_in(person)
        response = client.get(address)
        assert response.getvalue() == b"a,b\n1,2\n"
    sign_in(carys)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 404
    assert b"it is not public" in b" ".join(client.get(f"/pledges/{pledge.code}/").content.split())


def test_a_claim_is_given_to_a_reviewer_of_another_organisation(
    sign_in, claimed, maya, idris, client
):
    _, claim = claimed()
    sign_in(maya)
    assert (
        f"/desk/charter/claims/{claim.seq}/assign/" in client.get("/desk/charter/").content.decode()
    )
    client.post(f"/desk/charter/claims/{claim.seq}/assign/", {"reviewer": idris.pk})
    sign_in(idris)
    assert b"Given to you" in client.get("/desk/review/").content


def test_somebody_leaves_and_a_colleague_takes_over(sign_in, pledged, asha, ben, bakery, client):
    pledge = pledged()
    mine = asha.memberships.get()
    sign_in(asha)
    address = f"/space/bakery/people/{mine.pk}/leave/"
    page = client.post(address, {"to": ""}).content.decode()
    assert "Choose who takes them over" in page
    colleague = ben.memberships.get()
    page = client.post(address, {"to": colleague.pk}).content.decode()
    assert "the last editor" in page
    pledge.refresh_from_db()
    assert pledge.owner == asha
    colleague.role = "editor"
    colleague.save()
    client.post(address, {"to": colleague.pk})
    pledge.refresh_from_db()
    assert pledge.owner == ben
    assert pledge.entries.last().kind == "handed_over"
    assert client.get("/space/bakery/").status_code == 404


def test_a_question_is_read_published_answered_and_mailed(sign_in, pledged, asha, maya, client):
    pledge = pledged()
    client.post(
        f"/pledges/{pledge.code}/ask/",
        {"words": "How many live here?", "email": "rosa@example.org"},
    )
    assert b"How many live here?" not in client.get(f"/pledges/{pledge.code}/").content
    question = pledge.questions.get()
    sign_in(maya)
    client.post(f"/desk/charter/questions/{question.pk}/", {"publish": "1"})
    entry = pledge.entries.get(kind="question")
    client.logout()
    assert b"How many live here?" in client.get(f"/pledges/{pledge.code}/").content
    sign_in(asha)
    client.post(url(pledge, f"questions/{entry.seq}/answer"), {"words": "All of them."})
    letters = [m for m in Message.objects.order_by("pk") if m.to_email == "rosa@example.org"]
    receipt, message = letters
    assert "#entry" not in receipt.body
    assert f"#entry-{pledge.entries.last().seq}" in message.body
    assert not Person.objects.filter(email="rosa@example.org").exists()
    question.refresh_from_db()
    assert question.asker_email == ""
    client.logout()
    assert b"All of them." in client.get(f"/pledges/{pledge.code}/").content


def test_a_question_without_answer_shows_as_unanswered(pledged, maya, client, town, today):
    pledge = pledged()
    question = questions.ask(pledge=pledge, question_text="When?", email="")
    questions.publish_question(question=question, by=maya)
    pledge.refresh_from_db()
    late = today + timedelta(days=town.answer_days + 1)
    assert not pledge.is_question_unanswered(on=late - timedelta(days=1), answer_days=14)
    assert pledge.is_question_unanswered(on=late, answer_days=14)


def test_a_refused_question_is_counted_in_public(sign_in, pledged, maya, client):
    pledge = pledged()
    question = questions.ask(pledge=pledge, question_text="You are all thieves.", email="")
    sign_in(maya)
    client.post(f"/desk/charter/questions/{question.pk}/", {"refuse": "1", "because": "Abuse."})
    client.logout()
    page = " ".join(client.get(f"/pledges/{pledge.code}/").content.decode().split())
    assert "thieves" not in page
    assert "1 question about this pledge was not published" in page


def test_hostile_text_stays_text(sign_in, pledged, asha, client):
    pledge = pledged()
    sign_in(asha)
    hostile = {"value": "1", "words": "<script>alert(1)</script>\n\n{{x}}", "seen": seen(pledge)}
    client.post(url(pledge, "claim"), hostile)
    client.logout()
    page = client.get(f"/pledges/{pledge.code}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("standing", "offer"),
    [
        *(
            (standing, "Report progress")
            for standing in (
                "active",
                "due_soon",
                "overdue",
                "claimed",
                "disputed",
                "lapsed",
                "evidence_unavailable",
            )
        ),
        # What was found may be reported better; it is no longer what is to be done next.
        *(
            (standing, "Report what came since")
            for standing in ("verified_partly", "verified_not_met", "verified_lowered")
        ),
        ("verified_met", ""),
        ("withdrawn", ""),
    ],
)
def test_a_report_is_offered_by_what_became_of_the_promise(
    sign_in, asha, pledged, client, standing, offer
):
    pledge = pledged()
    type(pledge).objects.filter(pk=pledge.pk).update(standing=standing)
    sign_in(asha)
    page = client.get(f"/space/bakery/pledges/{pledge.code}/").content.decode()
    offers = [words for words in ("Report progress", "Report what came since") if words in page]
    assert offers == [offer] * bool(offer)
    assert (url(pledge, "claim") in page) is bool(offer)
