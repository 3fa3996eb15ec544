"""How likely a pair is right: a small network, fitted once, shipped as numbers, scored in numpy.

Two layers: standardised features, some tens of tanh units, one logistic output
(:mod:`localwealth.matching.fitting` says how it is fitted). What one was fitted on stands in its
file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from localwealth.errors import UnreadableFile
from localwealth.matching.features import NAMES

# Rows at once: what they become stays in the processor's cache, and they are too few to be shared
# out among threads that would wait for each other.
PART = 128
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
        out = np.empty(len(values))
        for at in range(0, len(values), PART):
            hidden = values[at : at + PART] @ inner
            hidden += bias
            np.tanh(hidden, out=hidden)
            out[at : at + PART] = hidden @ self.outer
        return 1 / (1 + np.exp(-(out + self.outer_bias)))

    @cached_property
    def _folded(self) -> tuple[Matrix, Matrix]:
        """The inner weights for features as they come, which need not be put to scale first."""
        inner = self.inner / self.scale[:, None]
        return inner, self.inner_bias - self.mean @ inner

    def save(self, place: Path) -> None:
        """Write the model to a file (JSON): figures to five or six decimals, features by name."""
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
    def read(cls, place: Path) -> Model:
        """A model from its file.

        Raises
        ------
        UnreadableFile
            It is no model, or one of another version's features.
        """
        try:
            return cls.load(place.read_text("utf-8"))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(
                f"{place.name} is no model that can be used here: {error}"
            ) from None

    @classmethod
    def load(cls, text: str) -> Model:
        """A model from the text of its file.

        Raises
        ------
        ValueError, KeyError, TypeError
            It is no model, or was fitted on other features: see :meth:`read`.
        """
        stored = json.loads(text)
        if stored["features"] != list(NAMES):
            raise ValueError("The model was fitted on other features.")
        arrays = {
            key: np.array(stored[key]) for key in ("mean", "scale", "inner", "inner_bias", "outer")
        }
        return cls(
            **arrays,
            outer_bias=stored["outer_bias"],
            threshold=stored["threshold"],
            made_of=stored["made_of"],
        )


def shipped() -> Model:
    """The model that comes with the package."""
    place = resources.files("localwealth.matching").joinpath("model.json")
    return Model.load(place.read_text("utf-8"))


def _short(array: Matrix) -> Any:
    return np.round(array, 5).tolist()
