"""Postcodes as numbers, so that columns of them are compared by shifting bits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localwealth.registers import hashing
from localwealth.registers.hashing import Flags, Hashes

# Postcodes packed at once.
PIECE = 200_000
_POSTCODE = "^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"


def pack_postcodes(column: pa.Array) -> Hashes:
    """Postcodes as numbers: outward part above, inward part (three letters) in the lowest 24 bits;
    0 where there is none. Area, district and unit are compared by shifting."""
    slices = [column.slice(at, PIECE) for at in range(0, max(len(column), 1), PIECE)]
    with ThreadPoolExecutor(hashing.THREADS) as pool:
        return np.concatenate(list(pool.map(_packed, slices)))


def _packed(column: pa.Array) -> Hashes:
    texts = column.cast(pa.large_string()).fill_null("")
    plain = pc.replace_substring(pc.utf8_upper(texts), " ", "")
    fits = pc.match_substring_regex(plain, _POSTCODE)
    if not pc.all(fits).as_py():
        # The few that hold anything else are looked at sign by sign.
        bare = pc.replace_substring_regex(plain.filter(pc.invert(fits)), "[^A-Za-z0-9]", "")
        bare = pc.if_else(pc.match_substring_regex(bare, _POSTCODE), bare, "")
        plain = pc.replace_with_mask(plain, pc.invert(fits), bare)
    letters, start = hashing.buffer(plain)
    length = np.diff(start)
    out = np.zeros(len(length), np.uint64)
    for place in range(7):
        long = length > place
        letter = letters[start[:-1][long] + place].astype(np.uint64)
        out[long] = (out[long] << np.uint64(8)) | letter
    return out


def near_each_other(payee: Hashes, entry: Hashes) -> tuple[Flags, Flags, Flags, Flags]:
    """Of packed postcodes: same unit, same district, same area, and whether both are known."""
    both = (payee > 0) & (entry > 0)
    shift = np.uint64(24)
    return (
        both & (payee == entry),
        both & ((payee >> shift) == (entry >> shift)),
        both & (_area(payee >> shift) == _area(entry >> shift)),
        both,
    )


def _area(outward: Hashes) -> Hashes:
    """The letters in front of a postcode's outward part."""
    out = outward.copy()
    for _ in range(3):
        out = np.where(out > 0xFFFF, out >> np.uint64(8), out)
    last = out & np.uint64(0xFF)
    return np.where((out > 0xFF) & (last <= ord("9")), out >> np.uint64(8), out)
