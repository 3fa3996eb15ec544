"""Fitting the model: on generated and public truth for everybody, or on a town's own labels.

In so many rounds, each more slowly than the one before; a part of the payees is held back, which
says after which round it was best. Nothing but numpy is needed.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from localwealth.errors import UnreadableFile
from localwealth.matching.descent import descend
from localwealth.matching.evaluate import Truth, with_decoys
from localwealth.matching.features import NAMES
from localwealth.matching.match import Matcher
from localwealth.matching.model import Matrix, Model, shipped
from localwealth.registers.hashing import runs
from localwealth.registers.store import Store

# With fewer names a model learns what is peculiar to them.
LEAST = 300


def fit_further(store: Store, truth: Truth, decoys: int = 0) -> tuple[Model, dict[str, float]]:
    """The shipped model fitted further on a town's own labels, and its threshold with it.

    Returns it with what the sixth of the names that is held back says: ``names`` held back, ``f1``
    of the shipped model and ``f1_own`` of this one.

    Raises
    ------
    UnreadableFile
        There are fewer than :data:`LEAST` names whose entry the store holds.
    """
    base = shipped()
    matcher = Matcher(*with_decoys(store, decoys), model=base)
    held_names = np.array([zlib.crc32(name.encode()) % 6 == 0 for name in truth.names], bool)
    known = np.array(matcher.entries.find(truth.ids)) >= 0
    if int(known.sum()) < LEAST:
        raise UnreadableFile(
            f"At least {LEAST} names must be labelled with an entry of the store; "
            f"{int(known.sum())} {'is' if known.sum() == 1 else 'are'}."
        )
    values, right, group = pairs_of(matcher, truth)
    held = held_names[group]
    made_of = {"names": len(truth.names), "decoys": decoys, "fitted further from": base.made_of}
    model = adapt(base, values, right, group, held, made_of)
    true = int((held_names & known).sum())
    judged = values[held], right[held], group[held], true
    threshold = threshold_of(model, *judged)
    f1, f1_own = f1_of(base, base.threshold, *judged), f1_of(model, threshold, *judged)
    if model is not base:
        # What was held back has said how good it is, and where its threshold stands; now it helps.
        model = adapt(base, values, right, group, np.zeros(len(held), bool), made_of)
    model = replace(model, threshold=threshold, made_of=made_of)
    return model, {"names": int(held_names.sum()), "f1": f1, "f1_own": f1_own}


def pairs_of(
    matcher: Matcher, truth: Truth
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """The features of all pairs that a truth's names bring, whether each is right, and whose it is.
    Names whose entry the register does not hold are left out."""
    payees = pa.table(
        {
            "name": truth.names,
            "postcode": pa.array([code or None for code in truth.postcodes], pa.string()),
        }
    )
    wanted = np.array(matcher.entries.find(truth.ids))
    known = np.array([not number for number in truth.ids], bool) | (wanted >= 0)
    _, _, pairs = matcher.candidates(payees)
    keep = known[pairs.payee]
    right = (wanted[pairs.payee] == pairs.entry)[keep]
    return pairs.values[keep], right, pairs.payee[keep].astype(np.int64)


def _best(
    model: Model,
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
) -> tuple[Matrix, npt.NDArray[np.bool_]]:
    """The probability of each payee's likeliest pair, and whether it is right."""
    chance = model.probability(values)
    order = np.lexsort((-chance, group))
    first = order[runs(group[order])]
    return chance[first], right[first]


def f1_of(
    model: Model,
    threshold: float,
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    true: int,
) -> float:
    """F1 over names, of which ``true`` have an entry."""
    best, hit = _best(model, values, right, group)
    matched = best >= threshold
    return float(2 * (hit & matched).sum() / max(matched.sum() + true, 1))


def threshold_of(
    model: Model,
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    true: int,
) -> float:
    """Half the best F1 that names held back reach: of probabilities that can be believed that is
    where F1 is best (Lipton, Elkan and Naryanaswamy, 2014), and it leans on few names only."""
    grid = np.arange(0.3, 0.9, 0.02)
    return max(f1_of(model, float(at), values, right, group, true) for at in grid) / 2


def fit_several(
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    held: npt.NDArray[np.bool_] | None = None,
    times: int = 5,
    blur: Mapping[str, float] | None = None,
    decay: float = 1e-4,
    made_of: dict[str, Any] | None = None,
    seed: int = 1,
) -> Model:
    """Fit several models, each from another start, to the same pairs; their mean, which is steadier
    than any of them, is one model of as many more units.

    ``blur`` says of a feature how far it is moved at random, the same for all pairs of a payee:
    such as the size of the register, by which the few registers of a fit could be told apart.
    """
    whose = np.unique(group, return_inverse=True)[1]
    fitted = []
    for start in range(seed, seed + times):
        draw = np.random.default_rng(start)
        moved = values.copy()
        for name, width in (blur or {}).items():
            moved[:, NAMES.index(name)] += width * draw.normal(size=whose.max() + 1)[whose]
        fitted.append(fit(moved, right, group, held, seed=start, decay=decay))
    first = fitted[0]
    # All to the first one's scale of features.
    inner = [model.inner * (first.scale / model.scale)[:, None] for model in fitted]
    bias = [
        model.inner_bias + ((first.mean - model.mean) / model.scale) @ model.inner
        for model in fitted
    ]
    return Model(
        first.mean,
        first.scale,
        np.concatenate(inner, 1),
        np.concatenate(bias),
        np.concatenate([model.outer for model in fitted]) / times,
        sum(model.outer_bias for model in fitted) / times,
        0.5,
        made_of or {},
    )


def fit(
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    held: npt.NDArray[np.bool_] | None = None,
    units: int = 24,
    seed: int = 1,
    rounds: int = 40,
    decay: float = 1e-4,
    made_of: dict[str, Any] | None = None,
) -> Model:
    """Fit a model to labelled pairs.

    Parameters
    ----------
    values, right, group
        Features, whether the pair is right, and whose pair it is: pairs of one payee stay on one
        side when a part is held back to tell when to stop.
    held
        Which pairs are that part, where names stand among the payees more than once.
    """
    draw = np.random.default_rng(seed)
    mean, scale = values.mean(0).astype(np.float64), values.std(0).astype(np.float64)
    scale[scale < 1e-3] = 1.0
    inputs = (values - mean) / scale
    if held is None:
        held = (np.unique(group, return_inverse=True)[1] * 2654435761 % 2**32) % 6 == 0
    size = inputs.shape[1]
    weights = [
        draw.normal(0, 1 / np.sqrt(size), (size, units)),
        np.zeros(units),
        draw.normal(0, 1 / np.sqrt(units), units),
        np.zeros(1),
    ]
    best = descend(weights, inputs, right, held, draw, decay, rounds)
    return Model(mean, scale, best[0], best[1], best[2], float(best[3][0]), 0.5, made_of or {})


def adapt(
    base: Model,
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    held: npt.NDArray[np.bool_],
    made_of: dict[str, Any],
) -> Model:
    """A fitted model fitted further on other pairs; itself where the part held back, if any is,
    gains nothing by it. ``values``, ``right``, ``group`` and ``held`` are as of :func:`fit`."""
    inputs = (values - base.mean) / base.scale
    weights = [base.inner, base.inner_bias, base.outer, np.array([base.outer_bias])]
    draw = np.random.default_rng(1)
    best = descend(weights, inputs, right, held, draw, 3e-5, 40)
    if best is weights:
        return base
    return Model(
        base.mean, base.scale, best[0], best[1], best[2], float(best[3][0]), base.threshold, made_of
    )
