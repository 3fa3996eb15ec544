"""The weights of the small network, brought down to where it is seldom wrong: Adam (Kingma and Ba,
2015), in numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from localwealth.matching.model import Matrix

# Pairs of a part, and how far a step goes at first.
PART, RATE = 512, 2e-3
# Few pairs are gone through oftener, until so many steps are made.
STEPS = 600
# How long slopes, and their squares, are remembered.
SLOW, FAST = 0.9, 0.999
# What is gained by less than this is not gained.
GAIN = 1e-6

Weights = list[Matrix]


def descend(
    weights: Weights,
    inputs: Matrix,
    right: npt.NDArray[np.bool_],
    held: npt.NDArray[np.bool_],
    draw: np.random.Generator,
    decay: float,
    rounds: int,
) -> Weights:
    """Adam in parts of so many pairs, its pace falling to nothing as half a wave does. The weights
    with which the part held back lost least, those to begin with among them; the last ones where
    nothing is held back."""
    best = weights
    best_loss = loss(weights, inputs[held], right[held]) if held.any() else 0.0
    train = np.flatnonzero(~held)
    parts = max(len(train) // PART, 1)
    rounds = max(rounds, STEPS // parts)
    adam = _Adam([layer.copy() for layer in weights], steps=rounds * parts)
    for _ in range(rounds):
        for part in np.array_split(draw.permutation(train), parts):
            adam.step(slopes(adam.weights, inputs[part], right[part].astype(np.float64), decay))
        if not held.any():
            best = adam.weights
        elif (lost := loss(adam.weights, inputs[held], right[held])) < best_loss - GAIN:
            best, best_loss = [layer.copy() for layer in adam.weights], lost
    return best


class _Adam:
    """Weights on their way down, with what is remembered of the slopes so far."""

    def __init__(self, weights: Weights, steps: int) -> None:
        self.weights, self.steps, self.made = weights, steps, 0
        self.slow = [np.zeros_like(layer) for layer in weights]
        self.fast = [np.zeros_like(layer) for layer in weights]

    def step(self, slopes: Weights) -> None:
        """One step against the slopes, the shorter the later."""
        self.made += 1
        pace = RATE * (1 + np.cos(np.pi * self.made / self.steps)) / 2
        pace *= np.sqrt(1 - FAST**self.made) / (1 - SLOW**self.made)
        for at, slope in enumerate(slopes):
            self.slow[at] = SLOW * self.slow[at] + 0.1 * slope
            self.fast[at] = FAST * self.fast[at] + 0.001 * slope**2
            self.weights[at] = self.weights[at] - pace * self.slow[at] / (
                np.sqrt(self.fast[at]) + 1e-8
            )


def _out(weights: Weights, inputs: Matrix) -> tuple[Matrix, Matrix]:
    hidden = np.tanh(inputs @ weights[0] + weights[1])
    return hidden, 1 / (1 + np.exp(-(hidden @ weights[2] + weights[3][0])))


def slopes(weights: Weights, inputs: Matrix, right: Matrix, decay: float) -> Weights:
    """How much each weight adds to the loss, with what its size is fined (``decay``)."""
    hidden, out = _out(weights, inputs)
    error = (out - right) / len(right)
    back = np.outer(error, weights[2]) * (1 - hidden**2)
    return [
        inputs.T @ back + decay * weights[0],
        back.sum(0),
        hidden.T @ error + decay * weights[2],
        np.array([error.sum()]),
    ]


def loss(weights: Weights, inputs: Matrix, right: npt.NDArray[np.bool_]) -> float:
    """The mean logarithmic loss: 0 where every pair is judged right and surely."""
    _, out = _out(weights, inputs)
    out = np.clip(out, 1e-7, 1 - 1e-7)
    return float(-np.mean(np.where(right, np.log(out), np.log(1 - out))))
