"""The base of all metrics, composites and custom metrics, and the registry."""
from collections.abc import Callable
from typing import Any

import numpy as _np

from ..base import ArgumentError, ShapeError
from ..registry import get_alias_func, get_create_func, get_register_func

__all__ = [
    "CompositeEvalMetric",
    "CustomMetric",
    "EvalMetric",
    "alias",
    "as_lists",
    "check_label_shapes",
    "classes_of",
    "create",
    "np",
    "pairs",
    "register",
    "to_numpy",
]


def to_numpy(array) -> _np.ndarray:
    """Return an NDArray, or anything array-like, as a NumPy array to be read only; in host memory nothing is copied."""
    if not hasattr(array, "asnumpy"):
        return _np.asarray(array)
    return _np.asarray(array, copy=False) if getattr(array, "stype", None) == "default" else array.asnumpy()


def classes_of(pred, axis: int) -> _np.ndarray:
    """Return which prediction along ``axis`` is the largest; on a GPU it is found there, and it alone is copied."""
    if hasattr(pred, "context") and pred.context.device_type == "gpu":
        return pred.argmax(axis=axis).asnumpy()
    return to_numpy(pred).argmax(axis=axis)


def _is_lone(arrays) -> bool:
    return not isinstance(arrays, (list, tuple))


def _as_list(arrays) -> list:
    """Return a list of arrays: a lone array is wrapped, and (name, array) pairs give their arrays."""
    return [arrays] if _is_lone(arrays) else [item[1] if _is_named(item) else item for item in arrays]


def _is_named(item) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)


def check_label_shapes(labels: Any, preds: Any, wrap=False, shape=False):
    """Check that labels and predictions go together.

    Parameters
    ----------
    labels, preds : list of NDArray, or NDArray
    wrap : wrap a lone array in a list
    shape : compare the shapes; otherwise the lengths

    Returns
    -------
    (labels, preds)

    Raises
    ------
    ShapeError
        If they differ.
    """
    received = None
    if shape:
        received = (labels.shape, preds.shape)
    elif _is_lone(labels) and _is_lone(preds):
        received = (labels.shape[0], preds.shape[0])
    if wrap:
        labels, preds = _as_list(labels), _as_list(preds)
    if received is None:
        received = (len(labels), len(preds))
    if received[0] != received[1]:
        raise ShapeError(
            f"Shape of labels {received[0]} does not match shape of predictions {received[1]}.\n"
            "  Each prediction needs its label: were both taken from the same batch?"
        )
    return labels, preds


def as_lists(labels, preds) -> tuple[list, list]:
    """Return labels and predictions as lists of as many arrays; how the shapes fit is for each metric to say."""
    labels, preds = _as_list(labels), _as_list(preds)
    check_label_shapes(labels, preds)
    return labels, preds


def pairs(labels, preds):
    """Return (label, prediction) pairs of NumPy arrays, after checking that there are as many of each."""
    return [(to_numpy(label), to_numpy(pred)) for label, pred in zip(*as_lists(labels, preds), strict=True)]


class EvalMetric:
    """Base of the metrics: a sum and a count, since the last ``reset_local`` and since the last ``reset``.

    Parameters
    ----------
    name : str, shown beside the value
    output_names, label_names : names that ``update_dict`` picks; None: all

    To write one, derive and override ``update``, which adds to ``sum_metric`` and ``num_inst``; ``get`` returns their
    ratio. Call ``self._add(value, count)`` to add to the global ones too.

    >>> import mxlearn as mx
    >>> class Largest(mx.metric.EvalMetric):
    ...     def update(self, labels, preds):
    ...         for pred in preds:
    ...             self.sum_metric = max(self.sum_metric, pred.max().asscalar())
    ...             self.num_inst = 1
    >>> metric = Largest("largest")
    >>> metric.update([], [mx.nd.array([1, 3, 2])])
    >>> print(metric)
    EvalMetric: {'largest': 3.0}
    """

    def __init__(self, name, output_names=None, label_names=None, **kwargs):
        self.name = str(name)
        self.output_names = output_names
        self.label_names = label_names
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self):
        return f"EvalMetric: {dict(self.get_name_value())}"

    __repr__ = __str__

    def get_config(self):
        """Return the arguments that make a metric like this one, with its class as "metric"."""
        return {
            **self._kwargs,
            "metric": type(self).__name__,
            "name": self.name,
            "output_names": self.output_names,
            "label_names": self.label_names,
        }

    def update_dict(self, label, pred):
        """Update from dicts of name to array, picking ``label_names`` and ``output_names``."""
        preds = list(pred.values()) if self.output_names is None else [pred[key] for key in self.output_names]
        labels = list(label.values()) if self.label_names is None else [label[key] for key in self.label_names]
        self.update(labels, preds)

    def update(self, labels, preds):
        """Take in a batch.

        Parameters
        ----------
        labels, preds : list of NDArray, or a lone NDArray
        """
        raise NotImplementedError(f"{type(self).__name__} does not override update()")

    def _add(self, value, count):
        """Add to the sums and counts, local and global."""
        self.sum_metric += value
        self.global_sum_metric += value
        self.num_inst += count
        self.global_num_inst += count

    def reset(self):
        """Forget everything."""
        self.num_inst = 0
        self.sum_metric = 0.0
        self.global_num_inst = 0
        self.global_sum_metric = 0.0

    def reset_local(self):
        """Forget the local sums, as after each line of a progress log; the global ones go on."""
        self.num_inst = 0
        self.sum_metric = 0.0

    def value(self, total, count):
        """Return the value of the metric; nan where nothing was counted."""
        return float(total / count) if count else float("nan")

    def get(self):
        """Return (name, value) since the last ``reset_local``."""
        return (self.name, self.value(self.sum_metric, self.num_inst))

    def get_global(self):
        """Return (name, value) since the last ``reset``; metrics without global sums return the local value."""
        if not self._has_global_stats:
            return self.get()
        return (self.name, self.value(self.global_sum_metric, self.global_num_inst))

    def get_name_value(self):
        """Return a list of (name, value)."""
        return _named(self.get())

    def get_global_name_value(self):
        """Return a list of (name, global value)."""
        return _named(self.get_global() if self._has_global_stats else self.get())


def _named(found) -> list[tuple]:
    names, values = ([x] if not isinstance(x, list) else x for x in found)
    return list(zip(names, values, strict=True))


register = get_register_func(EvalMetric, "metric")
alias = get_alias_func(EvalMetric, "metric")
_create = get_create_func(EvalMetric, "metric")


def create(metric, *args, **kwargs):
    """Return a metric.

    Parameters
    ----------
    metric : name of a registered metric; metric; function of (label, prediction) as NumPy arrays, which returns a
        number or (sum, count); or list of these, which makes a CompositeEvalMetric
    args, kwargs : arguments of the metric's class

    >>> import mxlearn as mx
    >>> mx.metric.create("acc").name, mx.metric.create(["acc", "mse"]).get()[0]
    ('accuracy', ['accuracy', 'mse'])
    """
    if isinstance(metric, list):
        composite = CompositeEvalMetric()
        for child in metric:
            composite.add(create(child, *args, **kwargs))
        return composite
    if callable(metric) and not isinstance(metric, (EvalMetric, type)):
        return CustomMetric(metric, *args, **kwargs)
    return _create(metric, *args, **kwargs)


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Several metrics that are updated together.

    Parameters
    ----------
    metrics : list of metrics or names

    >>> import mxlearn as mx
    >>> both = mx.metric.CompositeEvalMetric(["acc", "f1"])
    >>> both.update([mx.nd.array([0, 1, 1])], [mx.nd.array([[0.3, 0.7], [0, 1.0], [0.4, 0.6]])])
    >>> both.get()
    (['accuracy', 'f1'], [0.6666666666666666, 0.8])
    """

    def __init__(self, metrics=None, name="composite", output_names=None, label_names=None):
        self.metrics = [create(metric) for metric in metrics or []]
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def add(self, metric):
        """Add a metric."""
        self.metrics.append(create(metric))

    def get_metric(self, index):
        """Return one of the metrics.

        Raises
        ------
        ArgumentError
            If there is none at ``index``.
        """
        try:
            return self.metrics[index]
        except IndexError:
            raise ArgumentError(f"Metric index {index} is out of range 0 and {len(self.metrics)}") from None

    def update_dict(self, labels, preds):  # type: ignore[override]
        """Update from dicts; each metric picks by its own names too."""
        if self.label_names is not None:
            labels = {key: value for key, value in labels.items() if key in self.label_names}
        if self.output_names is not None:
            preds = {key: value for key, value in preds.items() if key in self.output_names}
        for metric in self.metrics:
            metric.update_dict(labels, preds)

    def update(self, labels, preds):
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self):
        for metric in self.metrics:
            metric.reset()

    def reset_local(self):
        for metric in self.metrics:
            metric.reset_local()

    def get(self):
        """Return (names, values)."""
        return _joined(metric.get_name_value() for metric in self.metrics)

    def get_global(self):
        """Return (names, global values)."""
        return _joined(metric.get_global_name_value() for metric in self.metrics)

    def get_config(self):
        return {**super().get_config(), "metrics": [metric.get_config() for metric in self.metrics]}


def _joined(found) -> tuple[list, list]:
    flat = [pair for named in found for pair in named]
    return ([name for name, _ in flat], [value for _, value in flat])


@register
class CustomMetric(EvalMetric):
    """A metric from a function.

    Parameters
    ----------
    feval : callable(label, pred) on NumPy arrays; returns a number, or (sum, count)
    name : default the function's name
    allow_extra_outputs : whether there may be more predictions than labels; the extra ones are ignored

    >>> import mxlearn as mx
    >>> metric = mx.metric.CustomMetric(lambda label, pred: abs(label - pred).max(), name="worst")
    >>> metric.update([mx.nd.array([1, 2])], [mx.nd.array([1, 5])])
    >>> metric.get()
    ('worst', 3.0)
    """

    def __init__(self, feval, name=None, allow_extra_outputs=False, output_names=None, label_names=None):
        if name is None:
            name = getattr(feval, "__name__", type(feval).__name__)
            if "<" in name:
                name = f"custom({name})"
        self._feval = feval
        self._allow_extra_outputs = allow_extra_outputs
        super().__init__(name, output_names=output_names, label_names=label_names, has_global_stats=True)

    def update(self, labels, preds):
        labels, preds = _as_list(labels), _as_list(preds)
        if not self._allow_extra_outputs:
            check_label_shapes(labels, preds)
        for pred, label in zip(preds, labels, strict=False):
            result = self._feval(*(to_numpy(array).copy() for array in (label, pred)))  # which may write into them
            total, count = result if isinstance(result, tuple) else (result, 1)
            self._add(total, count)

    def get_config(self):
        raise NotImplementedError("CustomMetric cannot be serialized: it holds a function")


def np(numpy_feval: Callable, name=None, allow_extra_outputs=False):
    """Return a CustomMetric of a function of (label, prediction) as NumPy arrays."""

    def feval(label, pred):
        return numpy_feval(label, pred)

    feval.__name__ = numpy_feval.__name__
    return CustomMetric(feval, name, allow_extra_outputs)
