"""How one number of a layer's output comes about: the terms, from the numbers that the layer read.

Everything is NumPy on what the network computed; sums are formed in float64, so they agree with the layer to the
rounding of its float32.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from mxlearn.base import ArgumentError
from mxlearn.drawing import number_text

from .programs import Seen


@dataclass(frozen=True)
class Terms:
    """The arithmetic of one number of a layer's output.

    Attributes
    ----------
    layer : name of the layer
    at : position in the output without the batch: (channel, row, column), or (unit,)
    kind : "convolution", "pooling", "dense", "each" (one number in, one out), or "none" where it is not known
    value : the number, as the layer computed it
    total : the same, as it follows from the terms, before the activation function
    bias : 0.0 where there is none
    activation : name of the function behind the sum, "" for none
    rule : of pooling: "maximum", "mean", "sum" or "norm"
    count : by how much a mean divides
    channels : input channels that are read, of a convolution or a pooling
    patch : (channels, height, width) what is read; 0 in the padding of a convolution, NaN outside of a pooling's image;
        (inputs,) for a dense layer, (1,) for one number
    kernel : the weights, of the patch's shape; empty where there are none
    inside : (height, width) bool, False in the padding
    box : (top, left, height, width) of what is read in the input, in pixels; it can begin before the image
    """

    layer: str
    at: tuple[int, ...]
    kind: str
    value: float
    total: float
    bias: float = 0.0
    activation: str = ""
    rule: str = ""
    count: int = 1
    channels: tuple[int, ...] = ()
    patch: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    kernel: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    inside: np.ndarray = field(default_factory=lambda: np.ones((1, 1), bool))
    box: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def products(self) -> np.ndarray:
        """Patch times kernel, of their shape."""
        with np.errstate(all="ignore"):  # infinity times zero is NaN, as in the layer
            return self.patch * self.kernel if self.kernel.size else self.patch

    @property
    def sums(self) -> np.ndarray:
        """Sum of the products of each input channel, (channels,) float64."""
        return self.products.astype(np.float64).sum(axis=(1, 2)) if self.kind == "convolution" else np.zeros(0)

    def __str__(self) -> str:
        return f"{self.layer}{list(self.at)}: {_formula(self)}"


def explain(seen: Seen, at: tuple[int, ...]) -> Terms:
    """Return the arithmetic of one number of a layer's output.

    Parameters
    ----------
    seen : what the layer computed
    at : position in its output without the batch

    Raises
    ------
    ArgumentError
        If the output has no such position.
    """
    shape = seen.out.shape
    at = tuple(int(k) for k in at)
    if len(at) != len(shape) or not all(0 <= k < n for k, n in zip(at, shape, strict=True)):
        raise ArgumentError(
            f"arithmetic: {seen.layer.name!r} has an output of shape {shape}. Received: the position {at}."
        )
    value = float(seen.out[at])
    makers = {"Convolution": _convolution, "Pooling": _pooling, "FullyConnected": _dense}
    make = makers.get(seen.layer.operator)
    if make is not None and seen.data is not None:
        with np.errstate(all="ignore"):  # a network with NaN or infinity is looked at, too
            found = make(seen, at, value)
        if found is not None:
            return found
    if seen.data is not None and seen.data.shape == shape:
        return Terms(seen.layer.name, at, "each", value, float(seen.data[at]), patch=seen.data[at].reshape(1))
    if seen.data is not None and seen.data.size == seen.out.size and seen.layer.kind in ("Flatten", "Reshape"):
        number = seen.data.reshape(-1)[[np.ravel_multi_index(at, shape)]]
        return Terms(seen.layer.name, at, "each", value, float(number[0]), patch=number)
    return Terms(seen.layer.name, at, "none", value, value)


def _convolution(seen: Seen, at, value: float) -> Terms | None:
    attributes, data, weight = seen.layer.attributes, seen.data, seen.weight
    if data is None or weight is None or data.ndim != 3 or _channels_last(attributes):
        return None
    height, width = (int(n) for n in weight.shape[2:])
    stride, pad, dilate = (_pair(attributes, name, least) for name, least in (("stride", 1), ("pad", 0), ("dilate", 1)))
    groups = int(attributes.get("num_group", 1))
    channel, row, column = at
    per_group = weight.shape[1]
    first = channel // (weight.shape[0] // groups) * per_group
    rows = row * stride[0] - pad[0] + dilate[0] * np.arange(height)
    columns = column * stride[1] - pad[1] + dilate[1] * np.arange(width)
    inside = np.outer(_within(rows, data.shape[1]), _within(columns, data.shape[2]))
    picked = data[first : first + per_group, np.clip(rows, 0, data.shape[1] - 1)[:, None],
                  np.clip(columns, 0, data.shape[2] - 1)[None, :]]  # fmt: skip
    patch = np.where(inside, picked, np.float32(0))
    kernel = weight[channel]
    bias = 0.0 if seen.bias is None else float(seen.bias[channel])
    total = float((patch.astype(np.float64) * kernel).sum()) + bias
    return Terms(
        seen.layer.name, at, "convolution", value, total, bias, seen.layer.activation,
        channels=tuple(range(first, first + per_group)), patch=patch, kernel=kernel, inside=inside,
        box=(int(rows[0]), int(columns[0]), int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1),
    )  # fmt: skip


def _pooling(seen: Seen, at, value: float) -> Terms | None:
    attributes, data = seen.layer.attributes, seen.data
    if data is None or data.ndim != 3 or _channels_last(attributes):
        return None
    rule = {"max": "maximum", "avg": "mean", "sum": "sum", "lp": "norm"}[attributes.get("pool_type", "max")]
    channel, row, column = at
    size = data.shape[1:]
    whole = attributes.get("global_pool") == "True"
    kernel = size if whole else _pair(attributes, "kernel", 1)
    stride = (1, 1) if whole else _pair(attributes, "stride", 1)
    pad = (0, 0) if whole else _pair(attributes, "pad", 0)
    rows = row * stride[0] - pad[0] + np.arange(kernel[0])
    columns = column * stride[1] - pad[1] + np.arange(kernel[1])
    inside = np.outer(_within(rows, size[0]), _within(columns, size[1]))
    picked = data[channel][np.clip(rows, 0, size[0] - 1)[:, None], np.clip(columns, 0, size[1] - 1)[None, :]]
    patch = np.where(inside, picked, np.float32(np.nan))[None]
    numbers = picked[inside].astype(np.float64)
    count = _count(attributes, rows, columns, size, pad, inside)
    power = int(attributes.get("p_value", 2)) if rule == "norm" else 1
    total = {
        "maximum": lambda: numbers.max(initial=-np.inf),
        "mean": lambda: numbers.sum() / count,
        "sum": lambda: numbers.sum(),
        "norm": lambda: float(np.sign((numbers**power).sum()) * abs((numbers**power).sum()) ** (1 / power)),
    }[rule]()
    return Terms(
        seen.layer.name, at, "pooling", value, float(total), rule=rule, count=count, channels=(channel,), patch=patch,
        inside=inside, box=(int(rows[0]), int(columns[0]), int(kernel[0]), int(kernel[1])),
    )  # fmt: skip


def _count(attributes, rows, columns, size, pad, inside) -> int:
    """Return how many pixels a mean divides by: those of the window inside the image, or inside the padded one."""
    if attributes.get("count_include_pad") == "False":
        return max(1, int(inside.sum()))
    down, along = ((each < n + p).sum() for each, n, p in zip((rows, columns), size, pad, strict=True))
    return max(1, int(down)) * max(1, int(along))


def _dense(seen: Seen, at, value: float) -> Terms | None:
    data, weight = seen.data, seen.weight
    if data is None or weight is None:
        return None
    if seen.layer.attributes.get("flatten", "True") == "True":
        data = data.reshape(-1)
    elif data.ndim > 1:
        data = data[at[:-1]]
    unit = at[-1]
    if data.ndim != 1 or data.size != weight.shape[1]:
        return None
    bias = 0.0 if seen.bias is None else float(seen.bias[unit])
    total = float(data.astype(np.float64) @ weight[unit].astype(np.float64)) + bias
    return Terms(seen.layer.name, at, "dense", value, total, bias, seen.layer.activation, patch=data,
                 kernel=weight[unit])  # fmt: skip


def _within(positions: np.ndarray, size: int) -> np.ndarray:
    return (positions >= 0) & (positions < size)


def _pair(attributes: dict[str, str], name: str, least: int) -> tuple[int, int]:
    """Return an attribute such as "(2, 2)" as numbers; "()" and a missing one stand for ``least``."""
    found = [int(digits) for digits in re.findall(r"\d+", attributes.get(name, "()"))]
    return (found[0], found[1]) if len(found) == 2 else (least, least)


def _channels_last(attributes: dict[str, str]) -> bool:
    return attributes.get("layout", "None") not in ("None", "NCHW")


def _formula(terms: Terms) -> str:
    n = number_text
    if terms.kind == "none":
        return n(terms.value)
    if terms.kind == "each":
        return f"{n(terms.total)} → {n(terms.value)}"
    if terms.kind == "pooling":
        return f"{terms.rule} of {int(terms.inside.sum())} numbers = {n(terms.total)}"
    weighted = f"sum of {terms.patch.size} products {n(terms.total - terms.bias)} + bias {n(terms.bias)}"
    if not terms.activation:
        return f"{weighted} = {n(terms.total)}"
    return f"{terms.activation}({weighted} = {n(terms.total)}) = {n(terms.value)}"
