"""The pad as text: what the network reads, how sure it is, and its layers."""

import numpy as np

from .messages import percent, shape_text
from .svg import View, best_class


def text(view: View) -> str:
    """Return prediction, up to three classes of half a percent and more, and the layers with their shapes."""
    best = best_class(view.probabilities)
    if best < 0:
        lines = [f"{view.title}: {view.caption}, the answer is NaN"]
    else:
        lines = [f"{view.title}: {view.caption}, read as {view.classes[best]}"]
        order = [k for k in np.argsort(-view.probabilities, kind="stable")[:3] if view.probabilities[k] >= 0.005]
        shares = [f"{view.classes[k]} ({percent(float(view.probabilities[k]))})" for k in order]
        lines.append(f"likeliest: {', '.join(shares)}")
    names = [each.layer.name for each in view.seen]
    kinds = [f"{each.layer.kind}, {each.layer.activation}".removesuffix(", ") for each in view.seen]
    widths = [max(map(len, column), default=0) for column in (names, kinds)]
    for name, kind, laid in zip(names, kinds, view.tiles, strict=True):
        lines.append(f"  {name.ljust(widths[0])}  {kind.ljust(widths[1])}  {shape_text(laid.shape)}")
    return "\n".join(lines)
