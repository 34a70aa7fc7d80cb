"""Metrics of regression: errors and correlation."""
import numpy as np

from ..base import ArgumentError, ShapeError
from .base import EvalMetric, alias, check_label_shapes, pairs, register

__all__ = ["MAE", "MSE", "RMSE", "PearsonCorrelation"]


class _ErrorMetric(EvalMetric):
    """Mean over the updates of an error of each batch. Vectors count as columns, so (n,) goes with (n, 1)."""

    def __init__(self, name, output_names, label_names):
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def error(self, difference):
        """Return the error of one batch from prediction minus label."""
        raise NotImplementedError

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            try:
                difference = _column(label) - _column(pred)
            except ValueError:
                raise ShapeError(
                    f"{type(self).__name__}: labels {label.shape} and predictions {pred.shape} must have one shape."
                ) from None
            self._add(float(self.error(difference)), 1)


def _column(array):
    return array.reshape(-1, 1) if array.ndim == 1 else array


@register
class MAE(_ErrorMetric):
    """Mean absolute error.

    >>> import mxlearn as mx
    >>> mae = mx.metric.MAE()
    >>> mae.update(mx.nd.array([2.5, 0.0, 2, 8]), mx.nd.array([3, -0.5, 2, 7]))
    >>> mae.get()
    ('mae', 0.5)
    """

    def __init__(self, name="mae", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    def error(self, difference):
        return np.abs(difference).mean()


@register
class MSE(_ErrorMetric):
    """Mean squared error."""

    def __init__(self, name="mse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    def error(self, difference):
        return np.square(difference).mean()


@register
class RMSE(_ErrorMetric):
    """Root of the mean squared error: of each batch, averaged over the batches."""

    def __init__(self, name="rmse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    def error(self, difference):
        return np.sqrt(np.square(difference).mean())


@register
@alias("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Pearson correlation of labels and predictions of one shape, from -1 to 1.

    Parameters
    ----------
    average : "macro": mean of the batches' correlations; "micro": correlation of all values since the reset
    """

    def __init__(self, name="pearsonr", output_names=None, label_names=None, average="macro"):
        if average not in ("macro", "micro"):
            raise ArgumentError(f"PearsonCorrelation: average must be 'macro' or 'micro'. Received: {average!r}")
        self.average = average
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, labels, preds):
        for label, pred in pairs(labels, preds):
            check_label_shapes(label, pred, shape=True)
            label, pred = label.ravel().astype("float64"), pred.ravel().astype("float64")
            if self.average == "macro":
                self._add(_correlation(_moments(label, pred)), 1)
            else:
                batch = _moments(label, pred)
                self._local, self._global = _merged(self._local, batch), _merged(self._global, batch)
                self.num_inst = self.global_num_inst = 1
                self.sum_metric, self.global_sum_metric = _correlation(self._local), _correlation(self._global)

    def reset_micro(self):
        """Forget the moments of all values."""
        self._local = self._global = np.zeros(6)

    def reset(self):
        super().reset()
        self.reset_micro()

    def reset_local(self):
        super().reset_local()
        self._local = np.zeros(6)


# Moments are (n, mean x, mean y, sum of squares of x, of y, of products), around the means: merging such keeps the
# digits that sums of raw squares would lose (Chan, Golub and LeVeque 1983).
def _moments(x, y):
    dx, dy = x - x.mean(), y - y.mean()
    return np.array([x.size, x.mean(), y.mean(), dx @ dx, dy @ dy, dx @ dy])


def _merged(a, b):
    n = a[0] + b[0]
    if not n:
        return a
    shift = b[1:3] - a[1:3]
    weight = a[0] * b[0] / n
    means = a[1:3] + shift * (b[0] / n)
    squares = a[3:5] + b[3:5] + shift**2 * weight
    return np.concatenate([[n], means, squares, [a[5] + b[5] + shift[0] * shift[1] * weight]])


def _correlation(moments):
    spread = np.sqrt(moments[3] * moments[4])
    return float(moments[5] / spread) if spread else float("nan")
