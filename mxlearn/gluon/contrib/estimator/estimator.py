"""Estimator: the training loop.

References: MXNet 1.9.1 class mxnet.gluon.contrib.estimator.Estimator.
"""
import logging
import sys
import warnings

from .... import initializer as initializers
from ....base import ArgumentError
from ....context import Context, cpu, gpu, num_gpus
from ....metric import EvalMetric
from ...data import DataLoader
from ...loss import Loss
from ...trainer import Trainer
from . import metrics as metric_lists
from .batch_processor import BatchProcessor
from .event_handler import (
    BatchBegin,
    BatchEnd,
    EpochBegin,
    EpochEnd,
    EventHandler,
    GradientUpdateHandler,
    LoggingHandler,
    MetricHandler,
    StoppingHandler,
    TrainBegin,
    TrainEnd,
    ValidationHandler,
)

__all__ = ["Estimator"]

EVENTS = (TrainBegin, EpochBegin, BatchBegin, BatchEnd, EpochEnd, TrainEnd)


class Estimator:
    """Trains a network: epochs, batches, metrics, validation, and handlers for all that happens.

    Parameters
    ----------
    net : Block
    loss : gluon.loss.Loss
    train_metrics : EvalMetric or list; default the loss, and for SoftmaxCrossEntropyLoss the accuracy too
    val_metrics : EvalMetric or list; default copies of the training metrics
    initializer : Initializer, for a network that is not initialized yet
    trainer : Trainer, default SGD with learning rate 0.001
    context : Context or list of Context that share each batch, default gpu(0) where there is one, else cpu(0)
    val_net, val_loss : for evaluation, default ``net`` and ``loss``
    batch_processor : BatchProcessor, what is done with one batch

    Attributes
    ----------
    train_metrics, val_metrics : lists of EvalMetric; their names begin with "training " and "validation "
    logger : logging.Logger, writes to standard output
    max_epoch, max_batch : how long ``fit`` trains; one of them is None

    Examples
    --------
    >>> from mxlearn import gluon
    >>> from mxlearn.gluon.contrib.estimator import Estimator
    >>> net = gluon.nn.Dense(1)
    >>> net.initialize()
    >>> trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    >>> estimator = Estimator(net, gluon.loss.L2Loss(), trainer=trainer)
    >>> estimator.logger.setLevel("WARNING")
    >>> x = mx.nd.array([[0], [1], [2], [3]])
    >>> data = gluon.data.DataLoader(gluon.data.ArrayDataset(x, 2 * x), batch_size=2)
    >>> estimator.fit(data, epochs=50)
    >>> round(float(net.weight.data().asscalar()), 1)
    2.0
    """

    def __init__(
        self,
        net,
        loss: Loss,
        train_metrics=None,
        val_metrics=None,
        initializer=None,
        trainer: Trainer | None = None,
        context=None,
        val_net=None,
        val_loss: Loss | None = None,
        batch_processor=None,
    ):
        self.net = net
        self.loss = _checked_loss(loss)
        self._train_metrics = metric_lists.for_training(metric_lists.checked(train_metrics or []), loss)
        self._val_metrics = metric_lists.for_validation(metric_lists.checked(val_metrics or []), self._train_metrics)
        self.val_loss = loss if val_loss is None else _checked_loss(val_loss)
        self.val_net = net if val_net is None else val_net
        self.logger = logging.Logger("Estimator", logging.INFO)
        self.logger.addHandler(logging.StreamHandler(sys.stdout))
        self.context = _checked_contexts(context)
        self._initialize(initializer)
        self.trainer = self._checked_trainer(trainer)
        self.batch_processor = _checked_processor(batch_processor)
        self.max_epoch: int | None = None
        self.max_batch: int | None = None
        self.batch_axis = 0

    # -- parts -------------------------------------------------------------------------------------------------------
    @property
    def train_metrics(self) -> list[EvalMetric]:
        """Metrics of the training data, since the epoch began."""
        return self._train_metrics

    @property
    def val_metrics(self) -> list[EvalMetric]:
        """Metrics of the validation data, of the last evaluation."""
        return self._val_metrics

    def _is_initialized(self) -> bool:
        """Tell whether every parameter is initialized, or will be by the first batch."""
        return all(p._data is not None or p._deferred is not None for p in self.net.collect_params().values())

    def _initialize(self, initializer) -> None:
        if not self._is_initialized():
            self.net.initialize(init=initializer or initializers.Uniform(), ctx=self.context)
        elif initializer is not None:
            warnings.warn(
                "Network already fully initialized, skipping initialization. You don't need to pass initializer if you"
                " already initialized your net. You can use net.initialize(init=your_initializer, force_reinit=True)"
                " to force re-initialize.",
                stacklevel=3,
            )

    def _checked_trainer(self, trainer: Trainer | None) -> Trainer:
        if trainer is None:
            warnings.warn(
                "No trainer specified, default SGD optimizer with learning rate 0.001 is used.", stacklevel=3
            )
            return Trainer(self.net.collect_params(), "sgd", {"learning_rate": 0.001})
        if not isinstance(trainer, Trainer):
            raise ArgumentError(
                f"Trainer must be a Gluon Trainer instance, refer to gluon.Trainer. Received: {trainer!r}"
            )
        return trainer

    # -- running -----------------------------------------------------------------------------------------------------
    def evaluate(self, val_data: DataLoader, batch_axis: int = 0, event_handlers=None) -> None:
        """Run the network on validation data; the results are in ``val_metrics``.

        Parameters
        ----------
        val_data : DataLoader
        batch_axis : int, the axis along which batches are split over the contexts
        event_handlers : EventHandler or list, beside a MetricHandler and a LoggingHandler; a list keeps the two, so
            that the log of a ValidationHandler counts its evaluations
        """
        _check_loader(val_data, "gluon.data.DataLoader")
        handlers = self._checked_handlers(event_handlers)
        if isinstance(event_handlers, list):
            handlers = event_handlers
        if not any(isinstance(handler, MetricHandler) for handler in handlers):
            handlers.append(MetricHandler(self.val_metrics))
        if not any(isinstance(handler, LoggingHandler) for handler in handlers):
            handlers.append(LoggingHandler(metrics=self.val_metrics))
        _, epoch_begin, batch_begin, batch_end, epoch_end, _ = _by_event(handlers)
        for handler in epoch_begin:
            handler.epoch_begin(self)
        for batch in val_data:
            for handler in batch_begin:
                handler.batch_begin(self, batch=batch)
            _, label, pred, loss = self.batch_processor.evaluate_batch(self, batch, batch_axis)
            for handler in batch_end:
                handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss)
        for handler in epoch_end:
            handler.epoch_end(self)

    def fit(
        self,
        train_data: DataLoader,
        val_data: DataLoader | None = None,
        epochs: int | None = None,
        event_handlers=None,
        batches: int | None = None,
        batch_axis: int = 0,
    ) -> None:
        """Train the network.

        Parameters
        ----------
        train_data, val_data : DataLoader of (data, label) batches
        epochs, batches : how long, exactly one of the two
        event_handlers : EventHandler or list; StoppingHandler, GradientUpdateHandler, MetricHandler,
            ValidationHandler (with ``val_data``) and LoggingHandler are added where none of the kind is given
        batch_axis : int, the axis along which batches are split over the contexts

        Raises
        ------
        ArgumentError
            If an argument is none of these, or there is no batch.
        """
        _check_loader(train_data, "gluon.data.dataloader")
        if bool(epochs) == bool(batches):
            raise ArgumentError(
                "Fit only support exactly one type of iteration, train by number of epochs or number of batches."
                f" Please specify one and only one of: epochs or batches. Received: epochs={epochs}, batches={batches}"
            )
        self.max_epoch, self.max_batch, self.batch_axis = epochs, batches, batch_axis
        handlers = self._with_default_handlers(val_data, event_handlers)
        train_begin, epoch_begin, batch_begin, batch_end, epoch_end, train_end = _by_event(handlers)
        for handler in train_begin:
            handler.train_begin(self)
        training = True
        while training:
            for handler in epoch_begin:
                handler.epoch_begin(self)
            batch = None
            for batch in train_data:
                for handler in batch_begin:
                    handler.batch_begin(self, batch=batch)
                _, label, pred, loss = self.batch_processor.fit_batch(self, batch, batch_axis)
                # a list: every handler runs, also after one that ends the epoch
                if any([h.batch_end(self, batch=batch, pred=pred, label=label, loss=loss) for h in batch_end]):
                    break
            if batch is None:
                raise ArgumentError("fit: train_data gave no batch.\n  Is the dataset empty, or used up?")
            training = not any([handler.epoch_end(self) for handler in epoch_end])
        for handler in train_end:
            handler.train_end(self)

    # -- handlers ----------------------------------------------------------------------------------------------------
    def _checked_handlers(self, event_handlers) -> list[EventHandler]:
        """Return handlers as a list, after checking that they are handlers and read metrics of this estimator."""
        handlers = [event_handlers] if isinstance(event_handlers, EventHandler) else list(event_handlers or [])
        if not all(isinstance(handler, EventHandler) for handler in handlers):
            raise ArgumentError(f"handlers must be an EventHandler or a list of EventHandler, got: {handlers}")
        known = {id(metric) for metric in (*self.train_metrics, *self.val_metrics)}
        for handler in handlers:
            for metric in getattr(handler, "metrics", None) or ():
                if isinstance(metric, EvalMetric) and id(metric) not in known:
                    raise ArgumentError(
                        f"Event handler {type(handler).__name__} refers to a metric instance {metric} outside of the"
                        " known training and validation metrics. Please use the metrics from estimator.train_metrics"
                        " and estimator.val_metrics instead."
                    )
        return handlers

    def _with_default_handlers(self, val_data, event_handlers) -> list[EventHandler]:
        handlers = self._checked_handlers(event_handlers)
        defaults = {
            StoppingHandler: lambda: StoppingHandler(self.max_epoch, self.max_batch),
            GradientUpdateHandler: GradientUpdateHandler,
            MetricHandler: lambda: MetricHandler(self.train_metrics),
            ValidationHandler: lambda: ValidationHandler(val_data, self.evaluate),
            LoggingHandler: lambda: LoggingHandler(metrics=self.train_metrics),
        }
        if val_data is None:
            del defaults[ValidationHandler]
        given = handlers.copy()
        for kind, make in defaults.items():
            if not any(isinstance(handler, kind) for handler in given):
                handlers.append(make())
        return handlers


def _by_event(handlers: list[EventHandler]) -> list[list]:
    """Return for each event the handlers that take part in it, by priority."""
    ordered = sorted(handlers, key=lambda handler: getattr(handler, "priority", 0))
    return [[handler for handler in ordered if isinstance(handler, event)] for event in EVENTS]


def _checked_loss(loss) -> Loss:
    if not isinstance(loss, Loss):
        raise ArgumentError(f"loss must be a Loss, refer to gluon.loss.Loss. Received: {loss!r}")
    return loss


def _checked_contexts(context) -> list[Context]:
    if not context:
        return [gpu(0)] if num_gpus() > 0 else [cpu()]
    contexts = [context] if isinstance(context, Context) else context
    if not isinstance(contexts, (list, tuple)) or not all(isinstance(c, Context) for c in contexts):
        raise ArgumentError(
            "context must be a Context or a list of Context, for example mx.cpu() or [mx.gpu(0), mx.gpu(1)]."
            f" Received: {context!r}"
        )
    for each in contexts:
        each.xp  # noqa: B018 - a device that this machine does not have is an error now
    return list(contexts)


def _checked_processor(processor) -> BatchProcessor:
    if processor is None:
        return BatchProcessor()
    if not (hasattr(processor, "fit_batch") and hasattr(processor, "evaluate_batch")):
        raise ArgumentError(
            f"Customized Batch Processor must contain fit_batch() and evaluate_batch() methods. Received: {processor!r}"
        )
    return processor


def _check_loader(data, where: str) -> None:
    if not isinstance(data, DataLoader):
        raise ArgumentError(
            "Estimator only support input as Gluon DataLoader. Alternatively, you can transform your DataIter or any"
            f" NDArray into Gluon DataLoader. Refer to {where}. Received: {type(data).__name__}"
        )
