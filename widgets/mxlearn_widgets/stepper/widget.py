"""The stepper: the backward pass of a student's own loss, one node at a time."""

import sys
from typing import Any

import traitlets

from mxlearn.base import MXNetError
from mxlearn.inspection import BackwardPass, Step, backward_steps

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import atlas, picture, text
from .pack import pack
from .questions import is_right, question


def step_backward(loss: Any, wrt: Any = None) -> "BackpropStepper | Notice":
    """Step through the backward pass of a loss, node by node.

    Parameters
    ----------
    loss : NDArray that was computed under ``autograd.record()``, or a list of them; a vector starts from ones
    wrt : what to differentiate for: NDArray, list, dict of name to NDArray, Parameter, Block; None for every array on
        the tape that has a gradient

    The nodes bear the names that arrays have where ``step_backward`` is called. Nothing is consumed or written:
    ``loss.backward()`` works afterwards as if nobody had looked.

    Returns
    -------
    BackpropStepper, or a Notice that says what to do where there is nothing to step through: it does not raise, so
    that a notebook runs on.

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> w, x = mx.nd.array([2.0, 3.0]), mx.nd.array([10.0, 20.0])
    >>> w.attach_grad()
    >>> with mx.autograd.record():
    ...     loss = (w * x).sum()
    >>> s = mxw.step_backward(loss)
    >>> s
    <backward pass of loss: 4 steps, to w>
    >>> s.goto("w").contribution
    array([10., 20.], dtype=float32)
    """
    caller = sys._getframe(1)
    names = {**caller.f_globals, **caller.f_locals}
    try:
        return BackpropStepper(backward_steps(loss, wrt, names=names))
    except MXNetError as error:
        return Notice(str(error).replace("backward_steps", "step_backward"))
    except Exception as error:  # of the backward() of a student's own Function
        return Notice(f"step_backward: {type(error).__name__}: {error}\n  Does loss.backward() work?")


class BackpropStepper(Widget, bundle="stepper"):
    """A backward pass that a student walks through. Made by ``step_backward``.

    Attributes
    ----------
    position : which of ``steps`` is shown, from 0
    predict : whether the result of a step is hidden until the student has predicted it
    answers : for the position of a step, as text, the student's answer
    """

    table = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    tiles = traitlets.Bytes().tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)
    predict = traitlets.Bool(False).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)

    def __init__(self, passed: BackwardPass):
        self._pass = passed
        self._atlas = atlas.draw(passed.graph)
        self._blocks = _blocks(passed)
        table, numbers, tiles = pack(passed, self._atlas, self._blocks)
        super().__init__(table={**table, "summary": self.summary()}, numbers=numbers, tiles=tiles)

    # -- what the reader calls ---------------------------------------------------------------------------------------
    @property
    def steps(self) -> tuple[Step, ...]:
        """The records of all steps, in the order in which the pass does them."""
        return self._pass.steps

    @property
    def step(self) -> Step:
        """The record of the step that is shown."""
        return self._pass.steps[self.position]

    @traitlets.validate("position")
    def _inside(self, proposal: Any) -> int:
        return min(max(proposal["value"], 0), len(self._pass.steps) - 1)

    def next(self) -> Step:
        """Show the next step and return its record; at the last one, stay."""
        self.position += 1
        return self.step

    def previous(self) -> Step:
        """Show the previous step and return its record; at the first one, stay."""
        self.position -= 1
        return self.step

    def skip(self) -> Step:
        """Show the first step behind the Block in which the present one works, and return its record."""
        self.position = behind(self._blocks, self.position)
        return self.step

    def goto(self, step: str | int) -> Step:
        """Show a step and return its record.

        Parameters
        ----------
        step : its number, from 1, or a name: that of an array whose gradient is asked for means the step at which the
            gradient is complete, that of another node the step that differentiates it

        Raises
        ------
        ArgumentError
            If there is no such step.
        """
        self.position = self._pass.find(step)
        return self.step

    @property
    def score(self) -> tuple[int, int]:
        """How many predictions were right, and how many were made, in the page or by setting ``answers``."""
        steps = self._pass.steps
        given = {int(k): str(v) for k, v in self.answers.items() if k.isdecimal() and int(k) < len(steps)}
        asked = [(question(steps[position]), answer) for position, answer in given.items()]
        return sum(what is not None and is_right(what, answer) for what, answer in asked), len(given)

    def to_svg(self) -> str:
        """Return the step that is shown as an SVG document: its equation, and where it stands in the graph."""
        return picture.svg(self._pass, self.position, self._atlas)

    def to_text(self, all: bool = False) -> str:
        """Return the step that is shown as text, or with ``all`` a table of all steps."""
        return text.table(self._pass) if all else text.step(self._pass, self.position)

    def summary(self) -> str:
        """Return one line that says what is stepped through."""
        return text.summary(self._pass)


def _blocks(passed: BackwardPass) -> list[str]:
    """Return for each step the path of the Block in which it works; a gradient belongs to where it comes from."""
    found: list[str] = []
    for step in passed.steps:
        if step.kind == "node":
            found.append("/".join(step.scope))
        else:
            found.append(found[-1] if found and step.kind == "end" else "")
    return found


def behind(blocks: list[str], position: int) -> int:
    """Return the first position behind the run of steps inside the Block of a position; the last one at most."""
    block = blocks[position]
    while position < len(blocks) - 1:
        position += 1
        if blocks[position] != block and not blocks[position].startswith(f"{block}/"):
            break
    return position
