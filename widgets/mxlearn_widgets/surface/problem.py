"""The loss of a model as a function of two of its numbers: values, gradients and predictions, by the real operators."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, GradientError, ShapeError, type_name

from .coordinates import Coordinate

Point = tuple[float, float]
CURVE = 101  # places at which the curve of a model with one feature is computed


class Problem:
    """A model, its data and its loss, with two coordinates that can be moved.

    The model runs in predict mode (Dropout and BatchNorm rest), so that the surface stands still. The data are copies:
    moving a point changes nothing of the caller's.

    Parameters
    ----------
    model : Block, or function of one NDArray
    coordinates : the two numbers
    X : (rows, ...), floating
    y : one number (or row of numbers) for each row of ``X``
    loss : gluon loss, or function of (prediction, y); its mean is what is drawn

    Attributes
    ----------
    kind : "line" where X has one feature and the model one output, "scatter" where each prediction has its target, and
        "examples" where they differ in shape, as for a classifier with labels
    """

    def __init__(
        self,
        model: Callable[[Any], Any],
        coordinates: tuple[Coordinate, Coordinate],
        X: nd.NDArray,
        y: nd.NDArray,
        loss: Callable[[Any, Any], Any],
    ):
        self.model, self.coordinates, self.loss = model, coordinates, loss
        self.X, self.y = X.copy(), y.copy()
        self.rows = int(X.shape[0])
        output = self.output()
        if output.shape[:1] != (self.rows,):
            raise ShapeError(
                f"loss_surface: the model gives an output of shape {output.shape} for {self.rows} rows of X.\n"
                "  It needs one prediction for each row."
            )
        if output.size == self.y.size:
            self.y = self.y.reshape(output.shape)  # (n,) and (n, 1) would be broadcast to (n, n)
        one = X.size == self.rows and output.size == self.rows
        self.kind = "line" if one else "scatter" if output.size == self.y.size else "examples"
        # a probability is what a reader can hold against labels of 0 and 1
        logits = isinstance(loss, gluon.loss.SigmoidBinaryCrossEntropyLoss)
        probability = logits and not getattr(loss, "_from_sigmoid", False)
        self.link: Callable[[np.ndarray], np.ndarray] = sigmoid if probability else _same
        self.mean_loss(output)

    # -- the model ---------------------------------------------------------------------------------------------------
    def output(self, X: nd.NDArray | None = None) -> nd.NDArray:
        """Return what the model gives for ``X``, default all rows, at the place where the coordinates are."""
        with autograd.pause(train_mode=False), _overflowing():
            return self._checked(self.model(self.X if X is None else X))

    def _checked(self, output) -> nd.NDArray:
        if not isinstance(output, nd.NDArray):
            raise ArgumentError(f"loss_surface: the model must return one NDArray. Received: {type_name(output)}")
        return output

    def mean_loss(self, output: nd.NDArray) -> float:
        """Return the mean loss of an output for all rows."""
        with autograd.pause(train_mode=False), _overflowing():
            return self._mean(self.loss(output, self.y)).asscalar().item()

    def _mean(self, loss) -> nd.NDArray:
        if not isinstance(loss, nd.NDArray):
            raise ArgumentError(f"loss_surface: the loss must return an NDArray. Received: {type_name(loss)}")
        return loss if loss.size == 1 else loss.mean()

    def each_loss(self, output: nd.NDArray, y: nd.NDArray) -> np.ndarray | None:
        """Return the loss of each row, or None where the loss gives one number for all."""
        with autograd.pause(train_mode=False), _overflowing():
            loss = self.loss(output, y)
        if loss.size == output.size or loss.shape[:1] == output.shape[:1]:
            return loss.asnumpy().reshape(output.shape[0], -1).mean(axis=1).astype(np.float64)
        return None

    # -- the coordinates ---------------------------------------------------------------------------------------------
    @property
    def point(self) -> Point:
        """Where the coordinates are now."""
        first, second = self.coordinates
        return first.read(), second.read()

    def place(self, point: Point) -> None:
        """Put the coordinates at a point."""
        with autograd.pause():
            for coordinate, value in zip(self.coordinates, point, strict=True):
                coordinate.write(value)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Let the ``with`` block move the coordinates; they are put back at its end, also after Ctrl-C."""
        before = self.point
        try:
            yield
        finally:
            self.place(before)

    # -- loss and gradient -------------------------------------------------------------------------------------------
    def value(self) -> float:
        """Return the loss where the coordinates are."""
        return self.mean_loss(self.output())

    def gradients(self, rows: np.ndarray | None = None) -> tuple[float, list[nd.NDArray]]:
        """Return the loss and its gradient for the array of each coordinate, by autograd.

        Parameters
        ----------
        rows : of a minibatch; default all
        """
        X, y = self.X, self.y
        if rows is not None:
            index = nd.array(rows, ctx=X.context, dtype="int64")
            X, y = X.take(index), y.take(index)
        arrays = [coordinate.array for coordinate in self.coordinates]
        with _overflowing():
            with autograd.record(train_mode=False):
                loss = self._mean(self.loss(self._checked(self.model(X)), y))
            try:
                if arrays[0] is arrays[1]:
                    gradients = autograd.grad(loss, arrays[0], train_mode=False) * 2
                else:
                    gradients = autograd.grad(loss, arrays, train_mode=False)
            except GradientError as error:
                first, second = (coordinate.name for coordinate in self.coordinates)
                raise GradientError(
                    f"loss_surface: there is no gradient with respect to {first} and {second}.\n"
                    f"  The model has to compute its prediction with these very arrays. {error}"
                ) from None
        return loss.asscalar().item(), gradients

    def gradient(self) -> tuple[float, Point]:
        """Return the loss of all rows and its two derivatives, where the coordinates are."""
        loss, gradients = self.gradients()
        first, second = (
            float(g.asnumpy()[coordinate.index]) for g, coordinate in zip(gradients, self.coordinates, strict=True)
        )
        return loss, (first, second)

    def curvatures(self, steps: Point) -> tuple[float, float]:
        """Return the two curvatures of the surface where the coordinates are, the smaller one first.

        They are the eigenvalues of the 2 x 2 matrix of second derivatives, by central differences of the gradient over
        ``steps``: exact for a quadratic loss but for rounding, a local estimate for any other.
        """
        a, b = self.point
        h, k = steps
        columns = []
        with self.looking():
            for low, high, width in (((a - h, b), (a + h, b), 2 * h), ((a, b - k), (a, b + k), 2 * k)):
                self.place(low)
                _, below = self.gradient()
                self.place(high)
                _, above = self.gradient()
                columns.append([(above[i] - below[i]) / width for i in (0, 1)])
        matrix = np.array(columns)
        if not np.isfinite(matrix).all():
            return float("nan"), float("nan")
        low, high = np.linalg.eigvalsh((matrix + matrix.T) / 2)
        return float(low), float(high)

    # -- data --------------------------------------------------------------------------------------------------------
    def features(self) -> np.ndarray:
        """Return the only feature of each row, (rows,): for kind "line"."""
        return self.X.asnumpy().reshape(-1).astype(np.float64)

    def targets(self) -> np.ndarray:
        """Return all targets in one row."""
        return self.y.asnumpy().reshape(-1).astype(np.float64)

    def row(self, x: np.ndarray) -> nd.NDArray:
        """Return values of the only feature as an input of the model."""
        shape = (len(x), *self.X.shape[1:])
        return nd.array(np.reshape(x, shape), ctx=self.X.context, dtype=self.X.dtype)

    def set_data(self, X: np.ndarray | None, y: np.ndarray) -> None:
        """Replace targets, and for kind "line" features, by values in one row."""
        if X is not None:
            self.X[:] = np.reshape(X, self.X.shape)
        self.y[:] = np.reshape(y, self.y.shape)


def arrays(model, X, y, context) -> tuple[nd.NDArray, nd.NDArray]:
    """Return the data as NDArrays; lists and NumPy arrays are put on ``context``.

    Raises
    ------
    ArgumentError
        If there is no row, the numbers of rows differ, or a value is NaN or infinite.
    """
    X = X if isinstance(X, nd.NDArray) else nd.array(np.asarray(X, dtype=np.float32), ctx=context)
    y = y if isinstance(y, nd.NDArray) else nd.array(np.asarray(y, dtype=np.float32), ctx=context)
    if not X.shape or not y.shape or 0 in X.shape or 0 in y.shape:
        raise ArgumentError(f"loss_surface: there are no data: X has shape {X.shape} and y {y.shape}.")
    if X.shape[0] != y.shape[0]:
        raise ArgumentError(
            f"loss_surface: X has {X.shape[0]} rows and y has {y.shape[0]}; each row of X needs its target in y."
        )
    for name, array in (("X", X), ("y", y)):
        good = np.isfinite(array.asnumpy()).reshape(array.shape[0], -1)
        bad = np.flatnonzero(good.min(axis=1) == 0)
        if bad.size:
            first = ", ".join(map(str, bad[:5]))
            raise ArgumentError(
                f"loss_surface: {name} holds NaN or infinite numbers in {bad.size} of {array.shape[0]} rows"
                f" (the first: {first}).\n  The loss would be NaN everywhere. Remove these rows first."
            )
    if isinstance(model, gluon.Block) and len(X.shape) == 1:
        X = X.reshape((-1, 1))
    return X, y


def _overflowing() -> np.errstate:
    """Return a context in which numbers may grow beyond all bounds without a warning: the picture shows it."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


def _same(values: np.ndarray) -> np.ndarray:
    return values


def sigmoid(values: np.ndarray) -> np.ndarray:
    """Return the probabilities of log odds."""
    return 0.5 * (1.0 + np.tanh(0.5 * values))
