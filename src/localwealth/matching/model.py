"""How likely a pair is right: a small network, fitted once, shipped as numbers, scored in numpy.

Two layers: standardised features, some tens of tanh units, one logistic output. Fitted on
labelled pairs with early stopping on a part that it doesn't see (``fit``); nothing but numpy is
needed to fit or to score. What the shipped one was fitted on stands in its file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from localwealth.matching.features import NAMES

Matrix = npt.NDArray[np.float64]


@dataclass
class Model:
    """Weights of a fitted model, with ``threshold``: from which probability on it is a match."""

    mean: Matrix
    scale: Matrix
    inner: Matrix
    inner_bias: Matrix
    outer: Matrix
    outer_bias: float
    threshold: float
    made_of: dict[str, Any]

    def probability(self, values: npt.NDArray[np.float32]) -> Matrix:
        """The probability of each row of features."""
        inner, bias = self._folded
        hidden = values @ inner
        hidden += bias
        np.tanh(hidden, out=hidden)
        out: Matrix = 1 / (1 + np.exp(-(hidden @ self.outer + self.outer_bias)))
        return out

    @cached_property
    def _folded(self) -> tuple[Matrix, Matrix]:
        """The inner weights for features as they come, which need not be put to scale first."""
        inner = self.inner / self.scale[:, None]
        return inner, self.inner_bias - self.mean @ inner

    def save(self, place: Path) -> None:
        place.write_text(
            json.dumps(
                {
                    "features": list(NAMES),
                    "mean": _short(self.mean),
                    "scale": _short(self.scale),
                    "inner": _short(self.inner),
                    "inner_bias": _short(self.inner_bias),
                    "outer": _short(self.outer),
                    "outer_bias": round(self.outer_bias, 6),
                    "threshold": round(self.threshold, 4),
                    "made_of": self.made_of,
                }
            )
            + "\n",
            "utf-8",
        )

    @classmethod
    def load(cls, text: str) -> Model:
        said = json.loads(text)
        if said["features"] != list(NAMES):
            raise ValueError("The model was fitted on other features.")
        arrays = {
            key: np.array(said[key]) for key in ("mean", "scale", "inner", "inner_bias", "outer")
        }
        return cls(
            **arrays,
            outer_bias=said["outer_bias"],
            threshold=said["threshold"],
            made_of=said["made_of"],
        )


def shipped() -> Model:
    """The model that comes with the package."""
    place = resources.files("localwealth.matching").joinpath("model.json")
    return Model.load(place.read_text("utf-8"))


def _short(array: Matrix) -> Any:
    return np.round(array, 5).tolist()


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
    made = []
    for start in range(seed, seed + times):
        draw = np.random.default_rng(start)
        moved = values.copy()
        for name, width in (blur or {}).items():
            moved[:, NAMES.index(name)] += width * draw.normal(size=whose.max() + 1)[whose]
        made.append(fit(moved, right, group, held, seed=start, decay=decay))
    first = made[0]
    # All to the first one's scale of features.
    inner = [one.inner * (first.scale / one.scale)[:, None] for one in made]
    bias = [one.inner_bias + ((first.mean - one.mean) / one.scale) @ one.inner for one in made]
    return Model(
        first.mean, first.scale, np.concatenate(inner, 1), np.concatenate(bias),
        np.concatenate([one.outer for one in made]) / times,
        sum(one.outer_bias for one in made) / times, 0.5, made_of or {},
    )  # fmt: skip


def fit(
    values: npt.NDArray[np.float32],
    right: npt.NDArray[np.bool_],
    group: npt.NDArray[np.int64],
    held: npt.NDArray[np.bool_] | None = None,
    units: int = 24,
    seed: int = 1,
    rounds: int = 400,
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
    slow, fast = [np.zeros_like(one) for one in weights], [np.zeros_like(one) for one in weights]
    best, best_loss, since, step = weights, np.inf, 0, 0
    train = np.flatnonzero(~held)
    for _ in range(rounds):
        for part in np.array_split(draw.permutation(train), max(len(train) // 512, 1)):
            step += 1
            slopes = _slopes(weights, inputs[part], right[part].astype(np.float64), decay)
            for at, slope in enumerate(slopes):
                slow[at] = 0.9 * slow[at] + 0.1 * slope
                fast[at] = 0.999 * fast[at] + 0.001 * slope**2
                rate = 2e-3 * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
                weights[at] = weights[at] - rate * slow[at] / (np.sqrt(fast[at]) + 1e-8)
        loss = _loss(weights, inputs[held], right[held])
        if loss < best_loss - 1e-6:
            best, best_loss, since = [one.copy() for one in weights], loss, 0
        elif (since := since + 1) > 15:
            break
    return Model(mean, scale, best[0], best[1], best[2], float(best[3][0]), 0.5, made_of or {})


def _out(weights: list[Matrix], inputs: Matrix) -> tuple[Matrix, Matrix]:
    hidden = np.tanh(inputs @ weights[0] + weights[1])
    return hidden, 1 / (1 + np.exp(-(hidden @ weights[2] + weights[3][0])))


def _slopes(weights: list[Matrix], inputs: Matrix, right: Matrix, decay: float) -> list[Matrix]:
    hidden, out = _out(weights, inputs)
    error = (out - right) / len(right)
    back = np.outer(error, weights[2]) * (1 - hidden**2)
    return [
        inputs.T @ back + decay * weights[0],
        back.sum(0),
        hidden.T @ error + decay * weights[2],
        np.array([error.sum()]),
    ]


def _loss(weights: list[Matrix], inputs: Matrix, right: npt.NDArray[np.bool_]) -> float:
    _, out = _out(weights, inputs)
    out = np.clip(out, 1e-7, 1 - 1e-7)
    return float(-np.mean(np.where(right, np.log(out), np.log(1 - out))))
