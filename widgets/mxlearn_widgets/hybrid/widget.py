"""HybridDiff: the graph as it was written beside the program that runs, pass by pass."""

import json
from collections.abc import Iterable
from typing import Any

import traitlets

from mxlearn import inspection
from mxlearn.base import ArgumentError, MXNetError, nearest

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import packing, svg, text, timing
from .drawn import Drawings

AHEAD_BYTES = 44_000  # of drawings that are sent before they are asked for


def hybrid_diff(net, x, *, backward: bool = False) -> "HybridDiff | Notice":
    """Show what ``hybridize()`` makes of a network: its graph as it is written beside the program that runs.

    Parameters
    ----------
    net : HybridBlock, hybridized or not, or Symbol. It is run both ways and left as it was; a deferred initialization
        is completed, as by ``net(x)``
    x : the NDArray, or tuple of them, that the Block is called with; for a Symbol a dict of NDArrays by name
    backward : compile for training, and show the backward program as well

    Returns
    -------
    HybridDiff, or a Notice that says what to do where the network cannot be compiled: it does not raise, so that a
    notebook runs on.

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> x = mx.sym.Variable("x")
    >>> mxw.hybrid_diff(mx.sym.exp(x) + mx.sym.exp(x), {"x": mx.nd.ones(2)})  # doctest: +ELLIPSIS
    <eager beside hybridized: Symbol '...': 3 operator calls become 2>
    """
    try:
        both = inspection.subject(net, x, backward=backward)
        difference = _compared(both)
        return HybridDiff(both, difference)
    except MXNetError as error:
        return Notice(str(error))


def _compared(both: inspection.Subject) -> timing.Difference:
    """Run both ways for the first time, which may fail in the reader's own hybrid_forward."""
    try:
        return timing.compare(both)
    except MXNetError:
        raise
    except Exception as error:
        raise ArgumentError(
            f"{both.title} was traced as a graph, but running it raised {type(error).__name__}: {error}\n"
            "  Call net(x) in a cell of its own to see where."
        ) from error


class HybridDiff(Widget, bundle="hybrid"):
    """A network as written beside its program. Made by ``hybrid_diff``.

    Attributes
    ----------
    compiled : mxlearn.inspection.Compiled, all that was recorded
    difference : Difference of both results
    timing : Timing of the latest measurement
    stage : number of the pass after which the right graph is shown, the last one at first
    part : "forward" or "backward"
    selected : number of the selected node in ``compiled.nodes``, -1 for none
    """

    record = traitlets.Dict().tag(sync=True)
    scenes = traitlets.Dict().tag(sync=True)
    folded = traitlets.List(traitlets.Int()).tag(sync=True)
    stage = traitlets.Int(0).tag(sync=True)
    part = traitlets.Unicode("forward").tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)
    times = traitlets.Dict().tag(sync=True)
    wish = traitlets.Int(0).tag(sync=True)  # counts the requests for a new measurement

    def __init__(self, both: inspection.Subject, difference: timing.Difference):
        self._both = both
        self.difference = difference
        self.compiled = inspection.record(both)
        self.timing = timing.measure(both)
        self._drawings = Drawings(self.compiled)
        last = len(self.compiled.passes) - 1
        folded = self._drawings.start()
        super().__init__(
            record=packing.table(self.compiled, self._drawings, self.difference),
            scenes=self._ahead("forward", folded),
            folded=folded,
            stage=last,
            times=packing.times(self.timing),
        )
        self.observe(self._draw_more, ["folded", "part", "stage"])
        self.observe(lambda _: self.when_free("times", self._measure_again), "wish")

    # -- what the reader calls ---------------------------------------------------------------------------------------
    def measure(self) -> timing.Timing:
        """Measure both ways again, in turns, and show the times."""
        self._measure_again()
        return self.timing

    def select(self, name: str) -> inspection.Fate:
        """Select the node of that full or short name on both sides; return what became of it.

        Raises
        ------
        ArgumentError
            If there is no such node.
        """
        number = self.compiled.find(name)
        if number is None:
            names = [node.short for node in self.compiled.nodes]
            raise ArgumentError(f"hybrid_diff: there is no node {name!r}.{nearest(name, names)}")
        if self.compiled.nodes[number].op != "null":
            self.part = self.compiled.nodes[number].part
        self.selected = number
        return self.compiled.fates[-1].get(number, inspection.Fate("same", number, ""))

    def after(self, name: str | int) -> None:
        """Show the graph after the pass of that name or number; 0 is the graph as it was written.

        Raises
        ------
        ArgumentError
            If there is no such pass.
        """
        passes = self.compiled.passes
        if isinstance(name, str) and name in passes:
            name = passes.index(name)
        if not isinstance(name, int) or not 0 <= name < len(passes):
            raise ArgumentError(f"hybrid_diff: there is no pass {name!r}.\n  They are: {', '.join(passes)}.")
        self.stage = name

    def to_svg(self) -> str:
        """Return the numbers, both graphs where they are small, and the table of passes as an SVG document."""
        return svg.svg(self.compiled, self._drawings, self.difference, self.timing, self.summary())

    def to_text(self) -> str:
        """Return the table of passes, the numbers and the largest difference as text; times are not in it."""
        return text.text(self.compiled, self.difference)

    def summary(self) -> str:
        """Return one line: what is shown, and how many operator calls become how many."""
        eager, calls = self.compiled.calls
        plural = "" if eager == 1 else "s"
        return f"eager beside hybridized: {self.compiled.title}: {eager} operator call{plural} become {calls}"

    # -- what the browser gets ---------------------------------------------------------------------------------------
    def _measure_again(self) -> None:
        self.timing = timing.measure(self._both)
        self.times = packing.times(self.timing)

    def _draw_more(self, _: Any) -> None:
        """Add the drawings that the browser will want; runs beside a busy cell, so it only reads frozen records."""
        part = self.part if self.part in {part.name for part in self.compiled.parts} else "forward"
        wanted = [packing.key(self._drawings.index[part, stage], self.folded) for stage in (0, self._stage())]
        if not all(key in self.scenes for key in wanted):
            self.scenes = self._ahead(part, self.folded)

    def _stage(self) -> int:
        return min(max(self.stage, 0), len(self.compiled.passes) - 1)

    def _ahead(self, part: str, folded: Iterable[int]) -> dict[str, Any]:
        """Return the drawings of a fold state, and those that a step, a part or a fold away are, within the budget."""
        drawings, found = self._drawings, {}
        folded = sorted(folded)
        stages = range(len(self.compiled.passes))
        parts = [part, *(p.name for p in self.compiled.parts if p.name != part)]
        order = [0, *reversed(stages)]
        wishes = [(part, stage, folded) for stage in (0, self._stage() if self.stage else len(stages) - 1)]
        wishes += [(name, stage, folded) for name in parts for stage in order]
        for number, (owner, _) in enumerate(drawings.groups):
            if owner == part:
                other = sorted({*folded} ^ {number})
                wishes += [(part, stage, other) for stage in order]
        used = 0
        for position, (name, stage, state) in enumerate(wishes):
            index = drawings.index[name, stage]
            key = packing.key(index, state)
            if key in found:
                continue
            packed = packing.scene(drawings, index, state)
            used += len(json.dumps(packed, separators=(",", ":")))
            if position > 1 and used > AHEAD_BYTES:
                break
            found[key] = packed
        return found
