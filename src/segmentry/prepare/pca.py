"""Principal components of the prepared columns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segmentry.prepare.points import Floats

__all__ = ["Components", "fit_components"]


@dataclass(frozen=True, slots=True)
class Components:
    """Directions of greatest variance, one after the other.

    Parameters
    ----------
    means : tuple of float, length d
        Of the prepared columns.
    directions : tuple of tuple of float, components of length d
        Unit length; the largest part of each is positive.
    shares : tuple of float
        Each one's share of the variance of all d columns, 0 to 1, descending.
    """

    means: tuple[float, ...]
    directions: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]

    def apply(self, values: Floats) -> Floats:
        """Give the components of points of shape (n, d), shape (n, components).

        Summed column by column: a matrix product may round one customer otherwise than a thousand.
        """
        turned = np.zeros((len(values), len(self.directions)))
        parts = np.array(self.directions).reshape(len(self.directions), len(self.means))
        for column, mean in enumerate(self.means):
            turned += (values[:, column, None] - mean) * parts[:, column]
        return turned

    def words(self) -> str:
        """Say it in one line."""
        each = ", ".join(f"{share:.1%}" for share in self.shares[:8]) + (", …" if len(self.shares) > 8 else "")
        number = f"{len(self.shares)} principal component{'' if len(self.shares) == 1 else 's'}"
        return (
            f"all together: {len(self.means)} prepared columns become {number}, "
            f"which hold {sum(self.shares):.1%} of their variance ({each})"
        )


def fit_components(values: npt.NDArray[np.floating], count: int) -> Components:
    """Find the first components; as many as there are columns where that is fewer.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, d)
        Prepared columns, n at least 1.
    count : int
        How many.

    Examples
    --------
    >>> found = fit_components(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), 1)
    >>> [round(part, 4) for part in found.directions[0]], [round(share, 4) for share in found.shares]
    ([0.7071, 0.7071], [1.0])
    """
    values = np.asarray(values, dtype=np.float64)
    # In the order of the points, so that the order of the rows leaves no trace in the last digit.
    values = values[np.lexsort(values.T[::-1])]
    means = values.mean(axis=0)
    centred = values - means
    variances, directions = np.linalg.eigh(centred.T @ centred / len(values))
    variances, directions = np.maximum(variances[::-1][:count], 0.0), directions.T[::-1][:count]
    sizes = np.abs(directions)
    # Of equally large parts the first decides the sign, whatever their last digits.
    leading = np.argmax(sizes >= sizes.max(axis=1, keepdims=True) * (1 - 1e-9), axis=1)
    signs = np.sign(directions[np.arange(len(directions)), leading])
    total = float(np.square(centred).sum() / len(values))
    return Components(
        means=tuple(means.tolist()),
        directions=tuple(tuple(direction.tolist()) for direction in directions * signs[:, None]),
        shares=tuple((variances / total if total > 0 else np.zeros_like(variances)).tolist()),
    )
