"""The table of the ledger's kinds: whole, and held at the moment of writing."""

from __future__ import annotations

import pytest

from commonweal.pledges import ledger
from commonweal.pledges.kinds import INFO, KINDS, PARTNER_UPDATES, TITLES, Kind
from commonweal.pledges.models import Entry


def test_the_table_has_every_kind_once():
    assert [info.code for info in KINDS] == list(Kind)
    assert len(set(TITLES.values())) == len(Kind)


def test_what_a_partner_does_shows_that_it_is_there():
    updates = {
        Kind.ACCEPTED,
        Kind.CLAIM,
        Kind.EVIDENCE,
        Kind.REPLY,
        Kind.CHANGED,
        Kind.WITHDRAWN,
        Kind.ANSWER,
    }
    assert updates == PARTNER_UPDATES, (
        "Each of these brings an inactive partner back: name a new kind here if that is meant."
    )


@pytest.mark.parametrize("kind", Kind)
def test_a_body_with_another_key_is_not_written(pledged, today, kind):
    pledge = pledged()
    before = Entry.objects.count()
    whole = dict.fromkeys(INFO[kind].keys, "")
    with pytest.raises(ValueError, match=r"has no telephone"):
        ledger.append(ledger.NewEntry(pledge, kind, today, whole | {"telephone": "x"}))
    assert Entry.objects.count() == before
