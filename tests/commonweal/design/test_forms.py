"""The fields that forms of every room are made of (design/forms.py)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from commonweal.design.forms import ReasonField


@pytest.mark.parametrize(("limit", "named"), [(None, "4,000"), (300, "300"), (1000, "1,000")])
def test_a_reason_that_is_too_long_is_told_how_long_it_may_be(limit, named):
    field = ReasonField(label="Why?", **({"max_length": limit} if limit else {}))
    most = limit or 4000
    assert len(field.clean("x" * most)) == most
    with pytest.raises(
        ValidationError, match=f"Use {named} characters at most: these are {most + 3}"
    ):
        field.clean("x" * (most + 3))
