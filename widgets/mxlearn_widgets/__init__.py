"""Widgets that show, in a notebook, what mxlearn computes: ``import mxlearn_widgets as mxw``.

    tape(loss)                        the live tape, or the graph of a Symbol, a Block, an Executor
    step_backward(loss, wrt=...)      the backward pass, one node at a time
    loss_surface(net, X, y)           data and line beside the bowl of the loss
    boundary(net, X, y)               what a classifier says everywhere in the plane
    digit_pad(net)                    draw a digit, and see what each layer makes of it
    monitor(loader, epochs=3)         a training loop, live, with Pause, Step and Stop
    race(function, sizes=...)         CPU against GPU, honestly timed
    hybrid_diff(net, x)               eager tape beside optimized graph
    lens(array)                       what is in an array

Each is loaded when it is first asked for. From this import on, each node of a tape knows the line of code that made it.
"""

import importlib
import os

from mxlearn import inspection

_HOMES = {
    "BackpropStepper": "stepper",
    "DecisionBoundary": "decision",
    "DeviceRace": "timing",
    "DigitPad": "digits",
    "HybridDiff": "hybrid",
    "LossSurface": "surface",
    "Notice": "shared.notice",
    "TapeGraph": "graphs",
    "TensorLens": "arrays",
    "TrainMonitor": "training",
    "boundary": "decision",
    "digit_pad": "digits",
    "graph": "graphs",
    "hybrid_diff": "hybrid",
    "lens": "arrays",
    "loss_surface": "surface",
    "monitor": "training",
    "race": "timing",
    "step_backward": "stepper",
    "tape": "graphs",
}
__all__ = list(_HOMES)

inspection.trace_source(library=os.path.dirname(os.path.abspath(__file__)))


def __getattr__(name: str):
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f".{home}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
