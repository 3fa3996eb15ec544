"""A date is taken as people type it into three boxes, on every page that asks for one."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from commonweal.cases.intake.answers import born_of
from commonweal.design.forms import IN_ONE, DateField
from commonweal.desk.forms.intake import PartBornField

TYPED = [
    ("3", "4", "1958"),
    ("3,", "4,", "1958"),
    (" 3. ", "04", "1958."),
    ("3rd", "April", "1958"),
    ("03", "apr", "1958"),
    ("3", "Apr.", "1958,"),
]


@pytest.mark.parametrize("boxes", TYPED)
def test_a_date_is_read_as_it_is_typed(boxes):
    assert DateField(label="When").clean(list(boxes)) == date(1958, 4, 3)
    assert PartBornField(label="Born").clean(list(boxes))[2] == "1958"
    assert born_of({f"born_{n}": box for n, box in enumerate(boxes)}) == "1958-04-03"


@pytest.mark.parametrize("boxes", [("3", "Fe", "1958"), ("may", "4", "1958"), ("3", "4", "58")])
def test_what_is_no_date_is_asked_again(boxes):
    for field in (DateField(label="When"), PartBornField(label="Born")):
        with pytest.raises(ValidationError):
            field.clean(list(boxes))


def test_boxes_with_nothing_but_a_comma_are_empty():
    assert DateField(label="When", required=False).clean([",", "", " "]) is None


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("whole", ["3 April 1958", "3/4/1958", "3rd April, 1958", "3-4-1958"])
def test_all_of_it_is_read_in_whichever_box_it_stands(whole, place):
    boxes = ["", "", ""]
    boxes[place] = whole
    assert DateField(label="When").clean(boxes) == date(1958, 4, 3)
    assert born_of({f"born_{n}": box for n, box in enumerate(boxes)}) == "1958-04-03"


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("half", ["3/4/58", "3 April", "April 1958", "1958-04-03", "third of May"])
def test_what_stands_in_one_box_and_is_no_whole_day_is_not_asked_for_a_month(half, place):
    boxes = ["", "", ""]
    boxes[place] = half
    with pytest.raises(ValidationError) as refused:
        DateField(label="When").clean(boxes)
    assert refused.value.messages == [IN_ONE]


def test_a_day_that_no_month_has_says_so_however_it_is_typed():
    for boxes in (["30", "2", "2027"], ["30 February 2027", "", ""]):
        with pytest.raises(ValidationError, match="no real date"):
            DateField(label="When").clean(boxes)
