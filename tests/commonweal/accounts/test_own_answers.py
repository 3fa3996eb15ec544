"""A download that shows somebody more than others is kept apart, also in pieces and unchanged."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("address", ["/ledger.csv", "/pledges.json", "/partners.csv"])
def test_a_download_is_everybodys_or_its_readers(client, sign_in, yusuf, bakery, address):
    in_public = client.get(address)
    assert in_public.status_code == 200
    assert in_public.headers["Access-Control-Allow-Origin"] == "*"
    tag = in_public.headers["ETag"]
    sign_in(yusuf)
    whole = client.get(address)
    again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    piece = client.get(address, headers={"Range": "bytes=0-4"})
    assert (again.status_code, piece.status_code) == (304, 206), tag
    for answer in (whole, again, piece):
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Access-Control-Allow-Origin" not in answer.headers
