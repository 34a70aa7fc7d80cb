"""The lens: one array at a time, cut where the reader asks, with what is wrong in it marked."""

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from mxlearn import display
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.display.html import AT_LEAST, CELLS
from mxlearn.display.picture import Panel, caption, describe
from mxlearn.display.summary import Summary
from mxlearn.display.wording import rule, sampling

from ..shared.notice import Notice
from ..shared.widget import UPDATES, Widget
from .sources import Source, sources

LISTED = 20  # places of NaN, infinities or outliers
EXACT = ("bool", "int8", "uint8", "int16", "uint16", "float16", "float32")  # dtypes that float32 holds
LIMITS = ("robust", "percentile", "all")


def lens(array: Any, axes: str | Sequence[str] | None = None, *, name: str | None = None) -> "TensorLens | Notice":
    """Look into an array: its numbers as tiles of color, their histogram, and every NaN, infinity and outlier.

    The array is summarized on its device: only the numbers that are shown are copied, however large it is.

    Parameters
    ----------
    array : NDArray, Parameter (its values and its gradient), NumPy array, number, or a list or dict of them, such as
        ``net.collect_params()``
    axes : names of the axes: letters such as "NCHW", or a sequence such as ("batch", "feature"). Without them they
        are guessed by their number: (row, column), (channel, height, width), (batch, channel, height, width)
    name : shown above; the name of the variable by default

    Returns
    -------
    TensorLens, or a Notice that says what to do where there is nothing to see: it does not raise, so that a notebook
    runs on.

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> mxw.lens(mx.nd.ones((2, 3)), name="x")
    <lens on x: 2x3 float32 @cpu(0): 6 elements>
    """
    try:
        return TensorLens(sources(array, axes, name or _name_of(array, sys._getframe(1))))
    except MXNetError as error:
        return Notice(str(error))


class TensorLens(Widget, bundle="arrays"):
    """What is in one array, or in one of several. Made by ``lens``.

    Attributes
    ----------
    which : number of the array that is shown
    view : which axes are rows, columns and tiles, see mxlearn.display.Layout
    limits : what the colors span: "robust" (all but outliers), "percentile" (1st to 99th hundredth) or "all"
    logarithmic : whether the counts of the histogram are on a logarithmic axis
    """

    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    which = traitlets.Int(0).tag(sync=True)
    info = traitlets.Dict().tag(sync=True)
    view = traitlets.Dict().tag(sync=True)
    limits = traitlets.Unicode("robust").tag(sync=True)
    logarithmic = traitlets.Bool(False).tag(sync=True)
    tiles = traitlets.Dict().tag(sync=True)
    values = traitlets.Bytes(b"").tag(sync=True)  # float32, (tile, row, column)
    marks = traitlets.Bytes(b"").tag(sync=True)  # uint8, the same
    cell = traitlets.List(traitlets.Int()).tag(sync=True)  # tile, row and column that the reader points at
    reading = traitlets.Dict().tag(sync=True)
    wanted = traitlets.Unicode("").tag(sync=True)  # "nan", "inf" or "outliers": whose places are listed
    places = traitlets.Dict().tag(sync=True)

    def __init__(self, found: list[Source]):
        self._sources = found
        self._next: tuple[Any, Any] | None = None  # what update() holds until the front end can follow
        self._updated = 0.0
        self._summary = display.summarize(found[0].raw)
        self._tiles = self._cut(display.default_layout(found[0].raw.shape, weight=found[0].weight))
        super().__init__(names=[source.name for source in found], view=_packed(self._tiles.layout),
                         info=self._info(), **self._sent_tiles())  # fmt: skip
        self.observe(lambda _: self.when_free("which", self._choose), "which")
        self.observe(lambda _: self.when_free("view", self._lay_out), "view")
        self.observe(lambda _: self.when_free("cell", self._read), "cell")
        self.observe(lambda _: self.when_free("wanted", self._list), "wanted")

    # -- what the reader calls ---------------------------------------------------------------------------------------
    def update(self, array: Any = None, axes: str | Sequence[str] | None = None) -> None:
        """Look at another array in the same place, or again at the same ones after they were written to.

        Called in a loop, it follows at most 30 times a second; ``flush()`` shows the last state. What cannot be looked
        at is said below the widget.
        """
        self._next = (array, axes)
        if time.monotonic() - self._updated >= 1.0 / UPDATES:
            self.flush()

    def flush(self) -> None:
        """Show the array that ``update`` was given last."""
        if self._next is not None:
            (array, axes), self._next = self._next, None
            try:
                self._renew(array, axes)
            except MXNetError as error:
                self.notice = str(error)
            self._updated = time.monotonic()
        super().flush()

    @property
    def statistics(self) -> Summary:
        """The numbers that describe the array that is shown."""
        return self._summary

    def find(self, kind: str, limit: int = LISTED) -> list[tuple[int, ...]]:
        """Return the indices of the first elements of a kind: "nan", "inf", "outliers" or "zeros".

        Raises
        ------
        ArgumentError
            If the kind is another one.
        """
        if kind not in ("nan", "inf", "outliers", "zeros"):
            raise ArgumentError(f"find: expected 'nan', 'inf', 'outliers' or 'zeros'. Received: {kind!r}")
        return display.find(self._source.raw, kind, self._summary, limit)

    def to_svg(self) -> str:
        """Return tiles, histogram and statistics, as they are now, as an SVG document."""
        small = display.tiles(self._source.raw, self._tiles.layout, self._summary, cells=CELLS, at_least=AT_LEAST)
        return display.document([self._panel(small)], limits=self._limits(), log=self.logarithmic, title=self.summary())

    def to_text(self) -> str:
        """Return the statistics as text, with no more digits than are the same on every machine."""
        summary = self._summary
        lines = [f"{self._source.name}: {display.headline(summary, self._source.context)}"]
        lines += [f"  {label:<9}{text}" for label, text in display.rows(summary)]
        return "\n".join(lines).replace("\u202f", " ")

    def summary(self) -> str:
        """Return one line that names the array."""
        text = f"lens on {self._source.name}: {display.headline(self._summary, self._source.context)}"
        return text.replace("\u202f", " ")

    # -- the state ---------------------------------------------------------------------------------------------------
    @property
    def _source(self) -> Source:
        return self._sources[min(max(self.which, 0), len(self._sources) - 1)]

    def _limits(self) -> str:
        return self.limits if self.limits in LIMITS else "robust"

    def _panel(self, tiles: display.Tiles) -> Panel:
        return Panel(self._source.name, self._summary, tiles, self._source.axes, self._source.context)

    def _cut(self, layout: display.Layout) -> display.Tiles:
        return display.tiles(self._source.raw, layout, self._summary)

    def _choose(self) -> None:
        """Show another array, in its own first layout."""
        source = self._source
        self._summary = display.summarize(source.raw)
        self._show(display.default_layout(source.raw.shape, weight=source.weight))

    def _renew(self, array: Any, axes: Any) -> None:
        """Show other arrays, in the layout that the reader has chosen, perhaps while this loop runs, where it fits."""
        before = self._source
        if array is not None:
            self._sources = sources(array, axes if axes is not None else _kept(before, array), before.name)
        source = self._source
        self._summary = display.summarize(source.raw)
        layout = _unpacked(self.view, source.raw.ndim)
        if layout is None:
            layout = display.default_layout(source.raw.shape, weight=source.weight)
        self.set_trait("names", [source.name for source in self._sources])
        self._show(layout)
        self.notice = ""

    def _show(self, layout: display.Layout) -> None:
        self._tiles = self._cut(layout)
        sent = {"cell": [], "reading": {}, "wanted": "", "places": {}, "info": self._info(), **self._sent_tiles()}
        if self.view != sent["tiles"]["layout"]:
            sent["view"] = sent["tiles"]["layout"]
        with self.hold_sync(), self.hold_trait_notifications():
            self.set_trait_many(sent)

    def _lay_out(self) -> None:
        """Cut the array where the reader asked; a layout that does not fit is put right."""
        layout = _unpacked(self.view, self._source.raw.ndim) or self._tiles.layout
        if layout == self._tiles.layout:
            return
        self._tiles = self._cut(layout)
        with self.hold_sync():
            self.set_trait_many({"cell": [], "reading": {}, **self._sent_tiles()})

    def _read(self) -> None:
        cell, shape = list(self.cell), self._tiles.values.shape
        if len(cell) != 3 or not all(0 <= at < extent for at, extent in zip(cell, shape, strict=True)):
            return
        if cell[0] >= len(self._tiles.places):
            return
        index, text = display.reading(self._source.raw, self._tiles, cell)
        self.reading = {"cell": cell, "index": index, "text": text}

    def _list(self) -> None:
        if self.wanted in ("nan", "inf", "outliers"):
            self.places = {"kind": self.wanted, "indices": [list(index) for index in self.find(self.wanted)]}

    # -- what the browser gets ---------------------------------------------------------------------------------------
    def _info(self) -> dict:
        source, summary = self._source, self._summary
        panel = self._panel(self._tiles)
        far = max(abs(summary.minimum), abs(summary.maximum)) if summary.finite else 0.0
        return {
            "name": source.name,
            "headline": display.headline(summary, source.context),
            "description": describe(panel),
            "shape": list(summary.shape),
            "axes": list(source.axes),
            "exact": summary.dtype in EXACT or (summary.dtype.startswith(("int", "uint")) and far < 2**24),
            "whole": summary.dtype.startswith(("int", "uint", "bool")),
            "rows": [list(row) for row in display.rows(summary)],
            "counts": {
                "nan": summary.nan,
                "inf": summary.above_all + summary.below_all,
                "outliers": summary.low + summary.high,
            },
            "far": [summary.low, summary.high],
            "edges": list(summary.edges),
            "bins": list(summary.counts),
            "limits": {mode: list(summary.limits(mode)) for mode in LIMITS},
            "diverging": summary.both_signs,
            "rule": rule(summary) if summary.finite else "",
            "sampling": sampling(summary),
        }

    def _sent_tiles(self) -> dict:
        tiles = self._tiles
        sent = {
            "shape": list(tiles.values.shape),
            "size": list(tiles.size),
            "block": list(tiles.block),
            "grid": list(tiles.grid),
            "total": list(tiles.total),
            "places": [list(place) for place in tiles.places],
            "caption": caption(tiles, self._source.axes),
            "layout": _packed(tiles.layout),
        }
        values = tiles.values.astype("<f4").tobytes()
        return {"tiles": sent, "values": values, "marks": tiles.marks.tobytes()}


def _packed(layout: display.Layout) -> dict:
    """Return a layout as the browser has it; -1 for an axis that there is not."""
    rows = -1 if layout.rows is None else layout.rows
    columns = -1 if layout.columns is None else layout.columns
    return {"rows": rows, "columns": columns, "over": list(layout.over), "fixed": list(layout.fixed),
            "first": layout.first}  # fmt: skip


def _unpacked(packed: Mapping[str, Any], ndim: int) -> display.Layout | None:
    """Return a layout that the browser, or a reader, asked for; None where it is none of so many axes."""
    try:
        rows, columns = int(packed["rows"]), int(packed["columns"])
        over, fixed = [int(axis) for axis in packed["over"]], [int(at) for at in packed["fixed"]]
        first = int(packed.get("first", 0))
    except (KeyError, TypeError, ValueError):
        return None
    shown = [axis for axis in (rows, columns, *over) if axis != -1]
    if len(set(shown)) != len(shown) or len(over) > 2 or not all(0 <= axis < ndim for axis in shown):
        return None
    if len(fixed) != ndim or (ndim > 0 and columns == -1):
        return None
    return display.Layout(None if rows == -1 else rows, None if columns == -1 else columns, tuple(over), tuple(fixed),
                          first)  # fmt: skip


def _kept(before: Source, array: Any) -> tuple[str, ...] | None:
    """Return the names of the axes for an array that takes the place of another with as many."""
    return before.axes if getattr(array, "ndim", None) == len(before.axes) else None


def _name_of(x: Any, frame) -> str:
    """Return the variable that holds ``x`` where ``lens`` is called, "array" where there is none."""
    for scope in (frame.f_locals, frame.f_globals):
        for name, value in scope.items():
            if value is x and name.isidentifier() and not name.startswith("_"):
                return name
    return "array"
