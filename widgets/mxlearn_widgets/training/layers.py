"""Weights and gradients of each layer: how they are spread, and what is wrong with them, in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from mxlearn import NDArray, autograd
from mxlearn.base import ArgumentError, MXNetError, type_name

from .values import arrays

BINS = 24  # of a histogram, from the greatest size below zero to the same above it
SAMPLE = 16_384  # numbers of an array that its histogram is made from
SHOWN = 48  # layers

SMALL, LARGE = 1e-7, 10.0  # of the ratio gradient / weight
UNKNOWN = 100.0  # by this the limit is raised where nobody says what the gradient is divided by
STEEP = 1000.0  # between the gradients of two layers

RULE = (
    "Size is the root mean square. A layer is flagged as vanishing where its gradient is 0, or smaller than 1e-7 of its"
    " weights, or 1000 times smaller than the gradient of a layer after it; as exploding where its gradient is more"
    " than 10 times as large as its weights, or 1000 times larger than all gradients after it; as not finite where a"
    " weight or a gradient is NaN or infinite. The gradient is what the optimizer takes: divided by the batch size that"
    " trainer.step() got. Without trainer= it is the plain one, and the limit is 1000 times. Biases count with the"
    " weights of their layer."
)
# flag: sign, word
FLAGS = {
    "ok": ("✓", "ok"),
    "vanishing": ("▼", "vanishing"),
    "exploding": ("▲", "exploding"),
    "broken": ("✕", "not finite"),
}


@dataclass
class Layer:
    """One layer as the last look found it.

    Attributes
    ----------
    name : without the ending of the parameter's name
    count : numbers that training changes
    weight, gradient : their root mean squares
    weights, gradients : (limit, (BINS,) shares of the numbers in each bin from -limit to limit), limit 0 for none
    flag : of FLAGS
    why : the reason, a clause; "" for ok
    """

    name: str
    count: int
    weight: float
    gradient: float
    weights: tuple[float, np.ndarray]
    gradients: tuple[float, np.ndarray]
    flag: str = "ok"
    why: str = ""

    @property
    def ratio(self) -> float:
        """Gradient / weight; NaN where the weights are 0."""
        return self.gradient / self.weight if self.weight > 0 else np.nan


@dataclass
class _Parts:
    count: int = 0
    squares: list[list[NDArray | float]] = field(default_factory=lambda: [[], []])  # of weights, of gradients
    samples: list[list[NDArray]] = field(default_factory=lambda: [[], []])


def parameters(net) -> list[tuple[str, NDArray, NDArray]]:
    """Return (name, weights, gradient) of everything that training changes, in the order of the layers.

    Parameters that have no array yet are left out.

    Raises
    ------
    ArgumentError
        If ``net`` has no ``collect_params``.
    """
    if not hasattr(net, "collect_params"):
        raise ArgumentError(
            f"monitor: net is of type {type_name(net)}, expected a Block.\n  Pass the network itself, as in net=net."
        )
    found = []
    for parameter in net.collect_params().values():
        if parameter.grad_req == "null":
            continue
        try:
            array = parameter.list_data()[0]
        except MXNetError:  # not initialized yet
            continue
        found.append((parameter.name, array.detach(), array.grad.detach()))
    return found


def look(net, scale: float | None = None) -> list[Layer]:
    """Return all layers of a network, judged. One wait for each device; the arrays are summarized where they are.

    Parameters
    ----------
    net : Block
    scale : what the optimizer multiplies gradients by, None where that is not known
    """
    groups: dict[str, _Parts] = {}
    with autograd.pause():
        for name, *pair in parameters(net):
            parts = groups.setdefault(name.rpartition("_")[0] or name, _Parts())
            parts.count += pair[0].size
            for k, array in enumerate(pair):
                flat = array.reshape((-1,))
                step = -(-flat.size // SAMPLE)
                parts.samples[k].append(flat[::step] if step > 1 else flat)
                parts.squares[k].append(_squares(flat))
        numbers = [s for parts in groups.values() for squares in parts.squares for s in squares]
        totals = iter(_totals(numbers))
        samples = iter(arrays(s for parts in groups.values() for pieces in parts.samples for s in pieces))
    layers = []
    for name, parts in groups.items():
        sums = [sum(next(totals) for _ in squares) for squares in parts.squares]
        with np.errstate(invalid="ignore"):
            sizes = [float(np.sqrt(total / parts.count)) for total in sums]
        spread = [histogram(np.concatenate([next(samples) for _ in pieces])) for pieces in parts.samples]
        sizes[1] *= abs(scale or 1.0)
        spread[1] = (spread[1][0] * abs(scale or 1.0), spread[1][1])
        layers.append(Layer(name, parts.count, sizes[0], sizes[1], spread[0], spread[1]))
    return judge(layers, LARGE if scale is not None else LARGE * UNKNOWN)


def _squares(flat: NDArray) -> "NDArray | float":
    """Return the sum of squares, on a GPU as an array that nobody has waited for."""
    if flat.context.device_type == "gpu":
        wide = flat.astype("float64")
        return (wide * wide).sum().reshape((1,))
    raw = np.array(flat, copy=False)
    total = float(np.dot(raw, raw))
    if total == 0.0 or not np.isfinite(total):  # too small or too large for the square in float32
        wide = raw.astype(np.float64)
        total = float(np.dot(wide, wide))
    return total


def _totals(numbers: "list[NDArray | float]") -> list[float]:
    late = [n for n in numbers if isinstance(n, NDArray)]
    fetched = iter(float(a[0]) for a in arrays(late))
    return [next(fetched) if isinstance(n, NDArray) else n for n in numbers]


def histogram(values: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (limit, shares): which share of the values lies in each of BINS bins from -limit to limit."""
    values = values[np.isfinite(values)].astype(np.float64)
    limit = float(np.abs(values).max(initial=0.0))
    if limit == 0.0:
        shares = np.zeros(BINS)
        if len(values):
            shares[BINS // 2] = 1.0
        return 0.0, shares
    place = np.minimum(((values / limit + 1.0) * (BINS / 2)).astype(np.int64), BINS - 1)
    return limit, np.bincount(place, minlength=BINS) / len(values)


def judge(layers: Iterable[Layer], large: float = LARGE) -> list[Layer]:
    """Set flag and reason of each layer, by RULE; ``large`` is the greatest ratio gradient / weight."""
    layers = list(layers)
    after = 0.0  # the largest gradient of the layers behind
    for layer in reversed(layers):
        layer.flag, layer.why = _verdict(layer, after, large)
        if np.isfinite(layer.gradient):
            after = max(after, layer.gradient)
    return layers


def _verdict(layer: Layer, after: float, large: float) -> tuple[str, str]:
    for what, size in (("weights", layer.weight), ("gradient", layer.gradient)):
        if not np.isfinite(size):
            return "broken", f"{'NaN' if np.isnan(size) else 'infinite numbers'} in the {what}"
    if layer.gradient == 0.0:
        return "vanishing", "the gradient is 0"
    if layer.ratio < SMALL:
        return "vanishing", "the gradient is less than 1e-7 of the weights"
    if layer.ratio > large:
        return "exploding", f"the gradient is more than {large:.0f} times as large as the weights"
    if layer.gradient * STEEP < after:
        return "vanishing", "the gradient is over 1000 times smaller than in a layer after it"
    if layer.gradient > STEEP * after > 0:
        return "exploding", "the gradient is over 1000 times larger than in all layers after it"
    return "ok", ""
