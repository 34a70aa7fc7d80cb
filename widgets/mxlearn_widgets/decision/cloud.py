"""The rows of data behind a decision boundary: two of their features span the plane, the others stay as they are."""

from collections.abc import Sequence

import numpy as np

from mxlearn.base import ArgumentError, ShapeError, nearest

BYTES = 60_000  # of points that a front end gets at once


class Cloud:
    """Labelled rows, of which two features are seen and may be changed.

    Parameters
    ----------
    X : (n, features), n >= 1
    y : (n,) or (n, 1), the class of each row: whole numbers from 0, or any values, which are then numbered in order
    axes : the two features, by index or name; None for the first two
    features : names of the features, None for x0, x1, ...
    classes : names of the classes, None for their values

    Attributes
    ----------
    rows : float32 (n, features), a copy: what is edited here never changes the reader's arrays
    labels : int (n,), from 0
    axes : (int, int)
    total : number of rows that were given; more than fit are thinned out evenly

    Raises
    ------
    ArgumentError, ShapeError
        If the data are empty or do not fit together.
    """

    def __init__(self, X, y, axes=None, features: Sequence[str] | None = None, classes: Sequence[str] | None = None):
        rows, given = _numbers(X, "X"), _plain(y).reshape(-1)
        if rows.ndim != 2 or rows.shape[1] < 2:
            raise ShapeError(
                f"boundary: X has the shape {rows.shape}, expected (rows, features) with two features or more.\n"
                "  One feature spans no plane: add another column."
            )
        if len(rows) == 0:
            raise ArgumentError("boundary: X has no rows.\n  Pass at least one row of data.")
        if len(given) != len(rows):
            raise ShapeError(
                f"boundary: X has {len(rows)} rows, y has {len(given)} labels.\n  Pass one label for each row."
            )
        finite = np.isfinite(rows).all(axis=1)
        if not finite.any():
            raise ArgumentError("boundary: every row of X contains NaN or infinity.\n  Look at X with mxw.lens(X).")
        values = np.unique(given)
        if np.issubdtype(values.dtype, np.floating) and np.isnan(values).any():
            raise ArgumentError("boundary: y contains NaN.\n  Each label is the number of a class.")
        counted = (
            np.issubdtype(values.dtype, np.number) and (values >= 0).all() and (values == values.astype(int)).all()
        )
        labels = given.astype(int) if counted else np.searchsorted(values, given)
        names = [str(v) for v in (range(int(values.max()) + 1) if counted else values)]
        if len(names) > 10:
            raise ArgumentError(
                f"boundary: y holds {len(names)} classes, at most 10 can be told apart in a picture.\n"
                "  Are these numbers a target of regression? mxw.loss_surface draws those."
            )
        if len(names) == 1:
            names.append("1" if counted else "other")
        self.classes = [str(name) for name in classes] if classes is not None else names
        if len(self.classes) < len(names):
            raise ArgumentError(f"boundary: {len(self.classes)} names for {len(names)} classes. Name each of them.")
        width = rows.shape[1]
        self.features = [str(f) for f in features] if features is not None else [f"x{k}" for k in range(width)]
        if len(self.features) != width:
            raise ArgumentError(f"boundary: {len(self.features)} names for {width} features. Name each column of X.")
        self.axes = self._find(axes)
        self.total = len(rows)
        self.unfit = int((~finite).sum())
        rows, labels = rows[finite], labels[finite]
        limit = BYTES // (9 + 4 * len(self.classes))
        if len(rows) > limit:
            chosen = np.linspace(0, len(rows) - 1, limit).round().astype(int)
            rows, labels = rows[chosen], labels[chosen]
        self.rows, self.labels = rows.astype(np.float32), labels
        self._first = (self.rows.copy(), self.labels.copy())
        self.fill = self.rows.mean(axis=0)

    def _find(self, axes) -> tuple[int, int]:
        if axes is None:
            return 0, 1
        if isinstance(axes, str) or len(axes) != 2:
            raise ArgumentError(f"boundary: axes names two features. Received: {axes!r}.")
        found = []
        for axis in axes:
            if isinstance(axis, str):
                if axis not in self.features:
                    raise ArgumentError(
                        f"boundary: there is no feature {axis!r}.{nearest(axis, self.features)}\n"
                        f"  There are: {', '.join(self.features)}."
                    )
                axis = self.features.index(axis)
            if not 0 <= int(axis) < len(self.features):
                raise ArgumentError(f"boundary: there is no feature {axis}; X has {len(self.features)} of them.")
            found.append(int(axis))
        if found[0] == found[1]:
            raise ArgumentError("boundary: the two features of axes are the same one.")
        return found[0], found[1]

    @property
    def points(self) -> np.ndarray:
        """The two features that are seen, (n, 2)."""
        return self.rows[:, list(self.axes)]

    def box(self) -> tuple[float, float, float, float]:
        """Return the part of the plane that is drawn: left, right, bottom, top, with room around the points."""
        sides = []
        for column in self._first[0][:, list(self.axes)].T:
            low, high = float(column.min()), float(column.max())
            room = 0.12 * (high - low) or 1.0
            sides += [low - room, high + room]
        return tuple(float(f"{side:.4g}") for side in sides)  # type: ignore[return-value]

    def grid(self, columns: int, rows: int) -> np.ndarray:
        """Return rows of data that lie on a grid over the box, top row first, (rows * columns, features)."""
        left, right, bottom, top = self.box()
        across, down = np.meshgrid(np.linspace(left, right, columns), np.linspace(top, bottom, rows))
        places = np.tile(self.fill, (rows * columns, 1))
        places[:, self.axes[0]], places[:, self.axes[1]] = across.ravel(), down.ravel()
        return places

    # -- edits -------------------------------------------------------------------------------------------------------
    def add(self, x: float, y: float, label: int) -> None:
        """Append a point; its other features are the mean of the data."""
        row = self.fill.copy()
        row[list(self.axes)] = x, y
        self.rows = np.concatenate([self.rows, row[None]])
        self.labels = np.append(self.labels, label)

    def move(self, index: int, x: float, y: float) -> None:
        """Put a point elsewhere."""
        self.rows[index, list(self.axes)] = x, y

    def remove(self, index: int) -> None:
        """Delete a point; the last one stays."""
        if len(self.rows) > 1:
            self.rows, self.labels = np.delete(self.rows, index, axis=0), np.delete(self.labels, index)

    def reset(self) -> None:
        """Undo all edits."""
        self.rows, self.labels = self._first[0].copy(), self._first[1].copy()


def _plain(values) -> np.ndarray:
    return np.asarray(values.asnumpy() if hasattr(values, "asnumpy") else values)


def _numbers(values, name: str) -> np.ndarray:
    try:
        return _plain(values).astype(np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(f"boundary: {name} is no array of numbers. Received: {type(values).__name__}.") from None
