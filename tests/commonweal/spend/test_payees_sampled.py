"""The checked sample of matches: what is drawn, what people say of it, what follows from it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from commonweal.accounts.models import Event
from commonweal.office.errors import Refused
from commonweal.spend import payees
from commonweal.spend.models import Check, Drawing, Payee
from commonweal.spend.payees.naming import GIVEN
from commonweal.spend.payees.sampling import SAMPLE, Precision

pytestmark = pytest.mark.django_db


def matches(count: int, **further) -> list[Payee]:
    """Payees that the matcher found entries for."""
    return Payee.objects.bulk_create(
        Payee(
            code=payees.code_of(f"Firm {number}"),
            name=f"Firm {number}",
            entry=f"GB-COH-{number:08}",
            register_name=f"FIRM {number} LIMITED",
            **{"lines": 1, "amount_gbp": Decimal(number), "probability": 0.9} | further,
        )
        for number in range(1, count + 1)
    )


def drawn(drawing: Drawing) -> list[str]:
    return list(drawing.checks.order_by("pk").values_list("payee__name", flat=True))


def test_so_many_matches_are_drawn_each_once(yusuf):
    matches(30)
    before = timezone.localdate()
    drawing = payees.draw(by=yusuf, role="analyst", size=12, seed=5)
    assert (drawing.drawn_by, drawing.seed, drawing.of) == (yusuf, 5, 30)
    assert before <= drawing.drawn_on <= timezone.localdate()
    names = drawn(drawing)
    assert len(names) == len(set(names)) == 12
    # Nobody has said anything yet, and what was matched on that day stands beside each.
    for check in drawing.checks.select_related("payee"):
        assert (check.is_right, check.checked_on, check.checked_by) == (None, None, None)
        assert check.entry == check.payee.entry
        assert check.register_name == check.payee.register_name


def test_it_leaves_a_record_of_how_many(yusuf):
    matches(3)
    drawing = payees.draw(by=yusuf, role="analyst")
    line = Event.objects.get(verb="sample drawn")
    assert (line.about_kind, line.about_code) == ("spend.Drawing", str(drawing.pk))
    assert (line.by_code, line.as_role, line.detail) == (yusuf.code, "analyst", {"size": 3})


@pytest.mark.parametrize(("there", "size"), [(1, 200), (5, 5), (5, 6), (5, 1)])
def test_no_more_are_drawn_than_there_are(yusuf, there, size):
    matches(there)
    drawing = payees.draw(by=yusuf, role="analyst", size=size, seed=1)
    assert len(drawn(drawing)) == min(there, size)
    assert drawing.of == there


def test_without_a_word_on_it_two_hundred_are_drawn(yusuf):
    assert SAMPLE == 200
    matches(SAMPLE + 3)
    assert payees.draw(by=yusuf, role="analyst", seed=2).checks.count() == SAMPLE


def test_the_same_seed_draws_the_same_and_another_draws_others(yusuf):
    matches(40)
    one, two, other = (
        payees.draw(by=yusuf, role="analyst", size=10, seed=seed) for seed in (7, 7, 8)
    )
    assert drawn(one) == drawn(two)
    assert drawn(one) != drawn(other)


def test_what_is_drawn_hangs_on_no_order_in_which_payees_came(yusuf):
    matches(20)
    first = drawn(payees.draw(by=yusuf, role="analyst", size=6, seed=3))
    Check.objects.all().delete()
    Payee.objects.all().delete()
    Payee.objects.bulk_create(
        Payee(
            code=payees.code_of(f"Firm {number}"),
            name=f"Firm {number}",
            entry=f"GB-COH-{number:08}",
            lines=1,
        )
        for number in reversed(range(1, 21))
    )
    assert drawn(payees.draw(by=yusuf, role="analyst", size=6, seed=3)) == first


def test_without_a_seed_each_drawing_has_one_of_chance(yusuf):
    matches(2)
    seeds = [payees.draw(by=yusuf, role="analyst").seed for _ in range(3)]
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert len(set(seeds)) > 1


@pytest.mark.parametrize(
    "further",
    [{"entry": ""}, {"lines": 0}, {"method": GIVEN}],
    ids=["not matched", "not paid", "numbered"],
)
def test_what_the_matcher_did_not_find_is_not_drawn(yusuf, further):
    matches(3)
    Payee.objects.filter(name="Firm 2").update(**further)
    drawing = payees.draw(by=yusuf, role="analyst", seed=1)
    assert sorted(drawn(drawing)) == ["Firm 1", "Firm 3"]
    assert drawing.of == 2


@pytest.mark.parametrize("verdict", ["none", "person"])
def test_what_a_person_decided_is_not_drawn(yusuf, verdict):
    found = matches(2)
    payees.decide(payee=found[0], verdict=verdict, because="x", by=yusuf, role="analyst")
    assert drawn(payees.draw(by=yusuf, role="analyst")) == ["Firm 2"]


def test_where_nothing_is_matched_nothing_is_drawn(yusuf):
    for further in ({}, {"entry": ""}):
        Payee.objects.all().delete()
        if further:
            matches(2)
            Payee.objects.update(**further)
        with pytest.raises(Refused) as refusal:
            payees.draw(by=yusuf, role="analyst")
        assert str(refusal.value) == "Nothing is matched yet, so there is nothing to check."
    assert not Drawing.objects.exists()
    assert not Event.objects.filter(verb="sample drawn").exists()


@pytest.mark.parametrize("is_right", [True, False])
def test_a_match_is_checked(yusuf, is_right):
    matches(2)
    first, second = payees.draw(by=yusuf, role="analyst").checks.all()
    before = timezone.localdate()
    payees.check(check=first, is_right=is_right, by=yusuf, role="analyst")
    first.refresh_from_db()
    assert (first.is_right, first.checked_by) == (is_right, yusuf)
    assert before <= first.checked_on <= timezone.localdate()
    second.refresh_from_db()
    assert (second.is_right, second.checked_by) == (None, None)


def test_what_is_checked_already_stays(yusuf, new_person):
    matches(1)
    check = payees.draw(by=yusuf, role="analyst").checks.get()
    payees.check(check=check, is_right=True, by=yusuf, role="analyst")
    with pytest.raises(Refused, match="has been checked already"):
        payees.check(
            check=check, is_right=False, by=new_person("hanna", "Hanna Moss"), role="analyst"
        )
    check.refresh_from_db()
    assert (check.is_right, check.checked_by) == (True, yusuf)
    assert payees.precision().right == 1


def test_what_is_found_later_changes_no_match_that_was_drawn(yusuf):
    matches(1)
    check = payees.draw(by=yusuf, role="analyst").checks.get()
    Payee.objects.update(entry="GB-COH-99999999", register_name="ANOTHER")
    check.refresh_from_db()
    assert (check.entry, check.register_name) == ("GB-COH-00000001", "FIRM 1 LIMITED")


def answered(drawing: Drawing, by, *answers: bool | None) -> None:
    for check, is_right in zip(drawing.checks.order_by("pk"), answers, strict=False):
        if is_right is not None:
            payees.check(check=check, is_right=is_right, by=by, role="analyst")


def test_before_anybody_has_checked_nothing_is_known(yusuf):
    assert payees.precision() is None
    matches(3)
    payees.draw(by=yusuf, role="analyst")
    assert payees.precision() is None


@pytest.mark.parametrize(
    ("answers", "right", "low", "high"),
    [
        # Wilson's interval, by hand.
        ([True], 1, 0.2065, 1.0),
        ([False], 0, 0.0, 0.7935),
        ([True, True, True, False], 3, 0.3006, 0.9544),
        ([True, None, False, None], 1, 0.0945, 0.9055),
        ([True] * 10, 10, 0.7225, 1.0),
    ],
    ids=range(5),
)
def test_precision_is_the_share_of_those_that_were_checked(yusuf, answers, right, low, high):
    matches(10)
    answered(payees.draw(by=yusuf, role="analyst"), yusuf, *answers)
    told = payees.precision()
    checked = len([answer for answer in answers if answer is not None])
    assert (told.right, told.checked) == (right, checked)
    assert told.share == right / checked
    assert (round(told.low, 4), round(told.high, 4)) == (low, high)
    assert 0 <= told.low <= told.share <= told.high + 1e-12 <= 1 + 1e-12


def test_the_newest_drawing_that_somebody_has_begun_counts(yusuf):
    matches(4)
    old = payees.draw(by=yusuf, role="analyst")
    answered(old, yusuf, True, True, False)
    new = payees.draw(by=yusuf, role="analyst")
    Drawing.objects.filter(pk=old.pk).update(drawn_on="2026-01-02")
    assert str(payees.precision().drawn_on) == "2026-01-02"
    answered(new, yusuf, False)
    told = payees.precision()
    assert (told.right, told.checked, told.drawn_on) == (0, 1, new.drawn_on)


@pytest.mark.parametrize(
    ("right", "checked", "sentence"),
    [
        (
            190,
            200,
            "190 of 200 matches that people checked at random were right: 95.0%, and between "
            "91.0% and 97.3% for all, by 95% confidence",
        ),
        (
            1,
            2,
            "1 of 2 matches that people checked at random was right: 50.0%, and between 10.0% "
            "and 90.0% for all, by 95% confidence",
        ),
        (
            0,
            1,
            "0 of 1 match that people checked at random were right: 0.0%, and between 0.0% and "
            "79.3% for all, by 95% confidence",
        ),
    ],
)
def test_it_is_told_in_a_sentence(right, checked, sentence):
    bounds = {190: (0.9104, 0.9726), 1: (0.1, 0.9), 0: (0.0, 0.793)}[right]
    assert Precision(right / checked, *bounds, right, checked, None).sentence == sentence


@pytest.mark.parametrize(
    ("share", "told"), [(0.0, "0.0%"), (1.0, "100.0%"), (0.30064, "30.1%"), (0.9996, "100.0%")]
)
def test_a_share_is_told_as_a_percentage(share, told):
    assert Precision(0.5, 0.1, 0.9, 1, 2, None).percent(share) == told
