"""The features by name, each a function of the pairs that are looked at closely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from localwealth.matching.features.candidates import Contenders

Column = npt.NDArray[Any]
Feature = Callable[[Contenders], Column]
FEATURES: dict[str, Feature] = {}


def feature(name: str) -> Callable[[Feature], Feature]:
    """Register a function as the feature that models know by that name.

    It gives one number or flag a pair. Its docstring says what it speaks for. Its place in the
    vector is said in :data:`localwealth.matching.features.NAMES`.

    Raises
    ------
    ValueError
        Another feature has that name.
    """

    def registered(function: Feature) -> Feature:
        if name in FEATURES:
            raise ValueError(f"Two features are called {name!r}.")
        FEATURES[name] = function
        return function

    return registered
