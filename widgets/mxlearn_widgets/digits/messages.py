"""What the browser gets: descriptions as small dicts, numbers as bytes."""

from collections.abc import Sequence

import numpy as np

from mxlearn.drawing import number_text

from .arithmetic import Terms
from .programs import Seen
from .tiles import Tiles

DETAILED = 32  # input channels of a convolution whose patch and kernel are sent
TOP = 12  # inputs of a dense layer that are listed
IMAGE, UNKNOWN = -1, -2  # what a layer reads, where that is no layer that is shown


def float_bytes(values) -> bytes:
    """Return numbers as 32-bit floats, little endian."""
    return np.ascontiguousarray(values, dtype="<f4").tobytes()


def image_bytes(image: np.ndarray) -> bytes:
    """Return an image of values from 0 to 1 as bytes from 0 to 255."""
    return np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255).astype(np.uint8).tobytes()


def layer_rows(seen: Sequence[Seen], tiles: Sequence[Tiles]) -> list[dict]:
    """Return what the browser has to know of each layer."""
    rows = []
    for each, laid in zip(seen, tiles, strict=True):
        layer = each.layer
        rows.append(
            {
                "name": layer.name,
                "kind": layer.kind,
                "activation": layer.activation,
                "shape": shape_text(laid.shape),
                "cells": laid.cells,
                "count": laid.count,
                "total": laid.total,
                "height": laid.height,
                "width": laid.width,
                "reads": source(seen, layer.reads),
            }
        )
    return rows


def source(seen: Sequence[Seen], name: str) -> int:
    """Return the number of the layer with that name, IMAGE or UNKNOWN."""
    if name == "image":
        return IMAGE
    return next((k for k, each in enumerate(seen) if each.layer.name == name), UNKNOWN)


def shape_text(shape: tuple[int, ...]) -> str:
    """Return a shape for a reader: "8 × 24 × 24"."""
    return " × ".join(map(str, shape)) or "1"


def window(terms: Terms, seen: Sequence[Seen], number: int) -> tuple[dict, bytes]:
    """Return the arithmetic of one number of layer ``number`` as (description, numbers).

    The numbers begin with value, total, bias and rest. Then, of a convolution: the sum of each channel, and patch and
    kernel of each channel in "detailed"; of a pooling: the window; of a dense layer: input, weight and product of each
    of the "terms"; else what was read.
    """
    about: dict[str, object] = {
        "kind": terms.kind,
        "activation": terms.activation,
        "rule": terms.rule,
        "count": terms.count,
        "box": list(terms.box),
        "reads": source(seen, seen[number].layer.reads),
        "channels": list(terms.channels),
    }
    numbers = [np.array([terms.value, terms.total, terms.bias, 0.0])]
    if terms.kind == "convolution":
        sums = terms.sums
        order = np.argsort(-np.nan_to_num(np.abs(sums), nan=np.inf), kind="stable")[:DETAILED]
        detailed = sorted(int(k) for k in order)
        about.update(height=terms.patch.shape[1], width=terms.patch.shape[2], detailed=detailed, biggest=int(order[0]),
                     inside=terms.inside.astype(int).ravel().tolist())  # fmt: skip
        numbers += [sums, *(each.ravel() for k in detailed for each in (terms.patch[k], terms.kernel[k]))]
    elif terms.kind == "pooling":
        about.update(height=terms.patch.shape[1], width=terms.patch.shape[2],
                     inside=terms.inside.astype(int).ravel().tolist())  # fmt: skip
        numbers.append(terms.patch.ravel())
    elif terms.kind == "dense":
        products = terms.products.astype(np.float64)
        order = np.argsort(-np.nan_to_num(np.abs(products), nan=np.inf), kind="stable")[:TOP]
        numbers[0][3] = terms.total - terms.bias - products[order].sum()
        about.update(inputs=int(products.size), terms=[_place(seen, number, int(k)) for k in order])
        numbers.append(np.stack([terms.patch[order], terms.kernel[order], products[order]], axis=1).ravel())
    elif terms.kind == "each":
        numbers.append(terms.patch.ravel())
    return about, float_bytes(np.concatenate(numbers))


def _place(seen: Sequence[Seen], number: int, index: int) -> str:
    """Return where an input of a dense layer comes from: "map 3 (0, 2)", or its number."""
    before = source(seen, seen[number].layer.reads)
    while before >= 0 and seen[before].layer.kind == "Flatten":
        before = source(seen, seen[before].layer.reads)
    data = seen[number].data
    shape = seen[before].out.shape if before >= 0 else data.shape if data is not None else ()
    if before == IMAGE and len(shape) == 1 and round(shape[0] ** 0.5) ** 2 == shape[0]:
        shape = (1, round(shape[0] ** 0.5), round(shape[0] ** 0.5))
    if len(shape) != 3:
        return f"input {index}"
    channel, row, column = np.unravel_index(index, shape)
    return f"pixel ({row}, {column})" if before == IMAGE else f"map {channel} ({row}, {column})"


def percent(probability: float) -> str:
    """Return a probability in whole percent: "98 %", "<1 %", "NaN"."""
    if not np.isfinite(probability):
        return "NaN"
    if 0 < probability < 0.005:
        return "<1 %"
    return f"{round(100 * probability)} %"


def range_text(low: float, high: float) -> str:
    """Return the range of a color map: "0 … 3.41"."""
    return f"{number_text(low, 3)} … {number_text(high, 3)}"
