"""Outputs of layers as pictures: which maps are shown, and their numbers as bytes, 254 shades and two special ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAPS, CELLS = 32, 512  # maps and cells of a layer that are shown at most
BYTES = 40_000  # of all layers together in one message
INFINITE, NAN = 254, 255


@dataclass(frozen=True)
class Tiles:
    """How the output of a layer is laid out.

    Attributes
    ----------
    shape : of the output without the batch
    count, height, width : maps that are shown, and their size in pixels; cells are maps of one pixel
    total : maps, or cells, that there are
    """

    shape: tuple[int, ...]
    count: int
    height: int
    width: int
    total: int

    @property
    def cells(self) -> bool:
        """Whether the output is a row of numbers."""
        return len(self.shape) < 2

    @property
    def size(self) -> int:
        """Bytes of the numbers that are shown."""
        return self.count * self.height * self.width

    def shown(self, values: np.ndarray) -> np.ndarray:
        """Return what is shown of an output, (count, height, width)."""
        return values.reshape(self.total, self.height, self.width)[: self.count]

    def position(self, number: int, row: int, column: int) -> tuple[int, ...]:
        """Return the place in the output of a pixel of a map."""
        return np.unravel_index((number * self.height + row) * self.width + column, self.shape)  # type: ignore[return-value]


def arrange(shapes: Sequence[tuple[int, ...]]) -> list[Tiles]:
    """Return a layout for the outputs of layers, which keeps all of them together within BYTES."""
    found = []
    for shape in shapes:
        if len(shape) >= 2:
            total, height, width = int(np.prod(shape[:-2])), shape[-2], shape[-1]
        else:
            total, height, width = int(np.prod(shape)), 1, 1
        found.append(Tiles(shape, min(total, CELLS if len(shape) < 2 else MAPS), height, width, total))
    while sum(each.size for each in found) > BYTES and any(each.count > 1 for each in found):
        k = max((k for k in range(len(found)) if found[k].count > 1), key=lambda k: found[k].size)
        each = found[k]
        found[k] = Tiles(each.shape, each.count // 2, each.height, each.width, each.total)
    return found


def limits(values: np.ndarray) -> tuple[float, float]:
    """Return the numbers at the ends of the color map: 0 and the largest, or as much below zero as above."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low < 0:
        bound = max(-low, high)
        return -bound, bound
    return 0.0, high if high > 0 else 1.0


def pack(values: np.ndarray, low: float, high: float) -> bytes:
    """Return numbers as bytes: 0 to 253 from ``low`` to ``high``, INFINITE, NAN."""
    with np.errstate(invalid="ignore"):
        index = np.nan_to_num(np.rint(np.clip((values.astype(np.float64) - low) / (high - low), 0, 1) * 253))
    index = index.astype(np.uint8)
    index[np.isinf(values)] = INFINITE
    index[np.isnan(values)] = NAN
    return index.tobytes()
