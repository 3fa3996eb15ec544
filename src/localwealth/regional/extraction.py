"""What is lost without an industry, whole or in part: hypothetical extraction from one inverse.

Source: Dietzenbacher, van der Linden and Steenge 1993, Economic Systems Research 5(2): 185 to 206.
Row, column and final demand of the industry are taken down by a share θ, the diagonal once. Losses
are gross: what other firms or places take over is not in them.
"""

from __future__ import annotations

import numpy as np

from localwealth.errors import UnreadableFile
from localwealth.regional.tables import Matrix, Vector


def whole_losses(total: Matrix, output: Vector) -> Vector:
    """The output lost in all industries without each one, in one go: x_j · Σ_i L_ij / L_jj.

    ``total`` is the Leontief inverse, ``output`` what each industry makes; one figure an industry,
    its own output included.
    """
    lost: Vector = output * total.sum(axis=0) / np.diag(total)
    return lost


def losses(
    coefficients: Matrix, total: Matrix, final: Vector, industry: int, share: float
) -> Vector:
    """The output lost in each industry when one is taken down by a share (0 to 1).

    The changed system differs from the old one in a row and a column, so its answer follows from
    the old inverse by solving two equations (Woodbury).

    Raises
    ------
    UnreadableFile
        The share is no share.
    """
    if not 0 <= share <= 1:
        raise UnreadableFile(f"A share lies between 0 and 1, and {share:g} does not.")
    unit = np.zeros(len(final))
    unit[industry] = 1
    column = np.where(unit == 1, 0.0, coefficients[:, industry])
    changes = np.column_stack([unit, column]) * share
    reads = np.vstack([coefficients[industry], unit])
    demand = final * (1 - share * unit)
    before = total @ demand
    spread = total @ changes
    inner = np.eye(2) + reads @ spread
    remaining: Vector = before - spread @ np.linalg.solve(inner, reads @ before)
    return total @ final - remaining
