"""The decision boundary of a student's own classifier: live field, points that move, a threshold and its errors."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import traitlets

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import metrics, picture
from .classifier import Classifier, parameter_context
from .cloud import Cloud
from .start import Start

FIELD_BYTES = 48_000
FINEST = 96  # points of the field along one side
PATIENCE = 0.05  # seconds that one order to train may take
BATCH = 256  # rows of a step of training asked for in the widget


def boundary(
    net: Callable,
    X,
    y,
    *,
    axes=None,
    features: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
    threshold: float = 0.5,
    output: str = "auto",
    title: str = "Decision boundary",
) -> "DecisionBoundary | Notice":
    """Show what a classifier says everywhere in the plane of two features, and what follows from a threshold.

    Parameters
    ----------
    net : Block or function, from (n, features) to (n,) or (n, 1) for two classes, or (n, classes)
    X : (n, features), two features or more; NDArray or NumPy
    y : (n,) or (n, 1), the class of each row
    axes : the two features that span the plane, by index or name; the field has the others at their mean
    features, classes : names
    threshold : probability from which on a row is said to be of the class
    output : what ``net`` gives: "score" (before sigmoid or softmax), "probability", or "auto"
    title : of the picture

    Returns
    -------
    DecisionBoundary, or a Notice that says what does not fit

    Examples
    --------
    >>> import mxlearn as mx, mxlearn_widgets as mxw
    >>> X, y = mx.nd.array([[0, 0], [1, 1]]), mx.nd.array([0, 1])
    >>> mxw.boundary(lambda x: x.sum(axis=1) - 1, X, y)
    <decision boundary of 2 points, 2 classes: 100% right>
    """
    try:
        return DecisionBoundary(
            net, Cloud(X, y, axes, features, classes), threshold=threshold, output=output, title=title
        )
    except MXNetError as error:
        return Notice(str(error))
    except Exception as error:  # of the reader's own model
        return Notice(f"boundary: the network stopped with {type(error).__name__}: {error}\n  Try net(X[:2]) first.")


class DecisionBoundary(Widget, bundle="decision"):
    """A classifier in the plane of two features. Made by ``boundary``.

    Attributes
    ----------
    threshold : float, 0 to 1; may be set
    chosen : number of the class that threshold and ROC curve are about, against the rest; may be set
    done : stamp of the last edit of the front end that the points contain
    """

    setup = traitlets.Dict().tag(sync=True)
    xy = traitlets.Bytes(b"").tag(sync=True)
    kinds = traitlets.Bytes(b"").tag(sync=True)
    scores = traitlets.Bytes(b"").tag(sync=True)
    field = traitlets.Bytes(b"").tag(sync=True)
    threshold = traitlets.Float(0.5).tag(sync=True)
    chosen = traitlets.Int(1).tag(sync=True)
    training = traitlets.Dict({}).tag(sync=True)
    done = traitlets.Float(0.0).tag(sync=True)

    def __init__(self, net: Callable, cloud: Cloud, *, threshold: float, output: str, title: str):
        if not 0 <= threshold <= 1:
            raise ArgumentError(f"boundary: the threshold is a probability from 0 to 1. Received: {threshold}.")
        self._cloud, self.title = cloud, title
        self._model = Classifier(net, cloud.rows, output, parameter_context(net))
        if int(cloud.labels.max()) >= self._model.classes:
            raise ArgumentError(
                f"boundary: y holds the class {int(cloud.labels.max())}, but the network has {self._model.classes} "
                "classes.\n  Its last layer needs one output for each class."
            )
        while len(cloud.classes) < self._model.classes:
            cloud.classes.append(str(len(cloud.classes)))
        self.classes = cloud.classes[: self._model.classes]
        channels = 1 if self._model.classes == 2 else self._model.classes
        self._side = min(FINEST, int((FIELD_BYTES / (2 * channels)) ** 0.5))
        self._trainer: Any = None
        self._criterion: Callable | None = None
        self._start: Start | None = None
        self._steps, self._shown, self._cost, self._loss = 0, 0.0, 0.0, float("nan")
        super().__init__(setup=self._description(), threshold=float(threshold))
        self.refresh()

    # -- what is seen ------------------------------------------------------------------------------------------------
    @property
    def points(self) -> np.ndarray:
        """The points, (n, 2), as they are now."""
        return self._cloud.points

    @property
    def labels(self) -> np.ndarray:
        """The class of each point, (n,)."""
        return self._cloud.labels

    @property
    def features(self) -> tuple[str, str]:
        """Names of the two features that are seen."""
        first, second = self._cloud.axes
        return self._cloud.features[first], self._cloud.features[second]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The part of the plane that is drawn: left, right, bottom, top."""
        return self._cloud.box()

    @property
    def fixed(self) -> str:
        """What a reader has to know about what is not seen: other features, rows left out; "" for nothing."""
        cloud, said = self._cloud, []
        others = cloud.rows.shape[1] - 2
        if others:
            said.append(f"The field has the other {others} feature{'s' * (others > 1)} at their mean.")
        if cloud.unfit:
            said.append(f"{cloud.unfit} rows with NaN or infinity are left out.")
        if cloud.total - cloud.unfit > len(cloud._first[0]):
            said.append(f"{len(cloud._first[0])} of {cloud.total} rows are used.")
        return " ".join(said)

    @property
    def rest(self) -> str:
        """What rows are called that are not of the chosen class."""
        if len(self.classes) == 2:
            return self.classes[1 - self.chosen]
        return f"not {self.classes[self.chosen]}"

    @property
    def probabilities(self) -> np.ndarray:
        """What the network says of each point, (n, classes)."""
        return np.frombuffer(self.scores, "<f4").reshape(-1, self._model.classes)

    def field_values(self) -> np.ndarray:
        """Return the probabilities over the plane, top row first: (1, rows, columns) of class 1, or of each class."""
        raw = np.frombuffer(self.field, "<u2").reshape(-1, self._side, self._side)
        return np.where(raw == 65535, np.nan, raw / 65534.0)

    def confusion(self) -> metrics.Counts:
        """Return the decisions at the threshold, about the chosen class against the rest."""
        return metrics.counts(self.probabilities[:, self.chosen], self.labels == self.chosen, self.threshold)

    def roc(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the ROC curve of the chosen class: shares of false alarms and of the class found."""
        return metrics.roc(self.probabilities[:, self.chosen], self.labels == self.chosen)

    def area(self) -> float:
        """Return the area below the ROC curve."""
        return metrics.area(*self.roc())

    # -- what the reader calls ---------------------------------------------------------------------------------------
    def refresh(self) -> "DecisionBoundary":
        """Ask the network again, as it is now."""
        start = time.perf_counter()
        side = self._side
        answers = self._model(self._cloud.grid(side, side)).T.reshape(-1, side, side)
        field = answers[1:] if self._model.classes == 2 else answers
        with np.errstate(invalid="ignore"):
            packed = np.where(np.isnan(field), 65535, np.rint(field * 65534)).astype("<u2")
        self._show_points(field=packed.tobytes())
        if np.isnan(answers).all():
            self.notice = "The network answers NaN everywhere: its parameters are not finite any more."
        self._shown, self._cost = time.perf_counter(), time.perf_counter() - start
        return self

    def add(self, x: float, y: float, label: int) -> None:
        """Put a new point of a class into the plane."""
        if not 0 <= label < len(self.classes):
            raise ArgumentError(f"add: the label is one of 0 to {len(self.classes) - 1}. Received: {label}.")
        self._cloud.add(x, y, label)
        self._show_points()

    def move(self, index: int, x: float, y: float) -> None:
        """Move a point."""
        self._cloud.move(self._known(index), x, y)
        self._show_points()

    def remove(self, index: int) -> None:
        """Take a point away; the last one stays."""
        self._cloud.remove(self._known(index))
        self._show_points()

    def attach(self, trainer, loss: Callable | None = None) -> "DecisionBoundary":
        """Follow a Trainer: each of its steps moves the field, and the widget gets buttons that train.

        What the parameters are now is kept: ``start_over`` puts it back.

        Parameters
        ----------
        trainer : gluon.Trainer of the network's parameters
        loss : gluon loss for the buttons; None for the cross-entropy that fits what the network gives
        """
        self.detach()
        if loss is None:
            if self._model.single:
                loss = mx.gluon.loss.SigmoidBCELoss(from_sigmoid=self._model.output == "probability")
            elif self._model.output == "score":
                loss = mx.gluon.loss.SoftmaxCELoss()
        self._start = Start.of(self._model.net, trainer)
        take_step = trainer.step

        def step(*arguments, **keywords):
            take_step(*arguments, **keywords)
            self._steps += 1
            self._follow()

        trainer.step = step
        self._trainer, self._criterion = trainer, loss
        self._tell_training()
        return self

    def detach(self) -> None:
        """Stop to follow the trainer."""
        if self._trainer is not None:
            vars(self._trainer).pop("step", None)
            self._trainer = self._start = None
            self.training = {}

    def train(self, steps: int = 1) -> "DecisionBoundary":
        """Take steps of the attached trainer on the points as they are now, BATCH random ones at a time.

        Raises
        ------
        ArgumentError
            If no trainer is attached, or its loss is not known.
        """
        self._take_steps(steps)
        self.refresh()
        self._tell_training()
        return self

    def _take_steps(self, steps: int) -> None:
        if self._trainer is None or self._criterion is None:
            raise ArgumentError(
                "train: there is no trainer with a loss.\n  Call attach(trainer, loss) first, with a gluon loss."
            )
        cloud, ctx = self._cloud, self._model.context or mx.current_context()
        for _ in range(steps):
            chosen = slice(None)
            if len(cloud.rows) > BATCH:
                chosen = np.random.default_rng(self._steps).choice(len(cloud.rows), BATCH, replace=False)
            rows, labels = mx.nd.array(cloud.rows[chosen], ctx=ctx), mx.nd.array(cloud.labels[chosen], ctx=ctx)
            with mx.autograd.record():
                loss = self._criterion(self._model.net(rows), labels)
            loss.backward()
            self._loss = float(loss.mean().asscalar())
            self._trainer.step(len(rows))

    def start_over(self) -> "DecisionBoundary":
        """Put parameters and trainer back to where they were attached; the points stay.

        Raises
        ------
        ArgumentError
            If no trainer is attached, or the network is a function, whose parameters are not known.
        """
        if self._start is None:
            raise ArgumentError("start_over: no network with parameters was attached.\n  Call attach(trainer) first.")
        self._start.restore()
        self._steps, self._loss = 0, float("nan")
        self.refresh()
        self._tell_training()
        return self

    # -- forms -------------------------------------------------------------------------------------------------------
    def to_svg(self) -> str:
        """Return the field, the points and the decisions as an SVG document."""
        return picture.draw(self).to_svg()

    def to_text(self) -> str:
        """Return the decisions at the threshold as text."""
        return picture.text(self)

    def summary(self) -> str:
        """Return one line: how many points, and how many of them are right."""
        right = (self.probabilities.argmax(axis=1) == self.labels).mean()
        if self._model.classes == 2:
            right = self.confusion().accuracy
        rate = metrics.percent(float(right))
        return f"decision boundary of {len(self.points)} points, {len(self.classes)} classes: {rate} right"

    # -- the front end -----------------------------------------------------------------------------------------------
    def _description(self) -> dict:
        return {
            "title": self.title,
            "classes": self.classes,
            "colors": list(picture.CLASS_COLORS[: len(self.classes)]),
            "signs": list(picture.CLASS_SIGNS[: len(self.classes)]),
            "features": list(self.features),
            "box": list(self.box),
            "side": self._side,
            "fixed": self.fixed,
            "output": self._model.output,
        }

    def _show_points(self, **more: bytes) -> None:
        scores = self._model(self._cloud.rows)
        with self.hold_sync():
            self.xy = self.points.astype("<f4").tobytes()
            self.kinds = self.labels.astype(np.uint8).tobytes()
            self.scores = scores.astype("<f4").tobytes()
            self.set_trait_many(more)

    def _known(self, index: int) -> int:
        if not 0 <= index < len(self.points):
            raise ArgumentError(f"There is no point {index}; there are {len(self.points)}, from 0 on.")
        return index

    def _hear(self, _, content, buffers) -> None:
        super()._hear(_, content, buffers)
        if isinstance(content, dict) and "command" in content:
            self.when_free("commands", self._obey)

    def _obey(self) -> None:
        """Do what the front end asked for, in its order."""
        edited = trained = False
        done = self.done
        try:
            for order in self.commands():
                name = order["command"]
                if name == "train":
                    trained = True
                    self._train_on(int(order.get("steps", 1)))
                elif name == "restart":
                    self.start_over()
                else:
                    edited = True
                    done = max(done, float(order.get("stamp", 0.0)))
                    self._edit(name, order)
        finally:  # also after an order that could not be done: the front end shows what is true
            if trained:
                self.refresh()
                self._tell_training()
            elif edited:
                self._show_points()
            self.done = done

    def _edit(self, name: str, order: dict) -> None:
        if name == "add":
            self._cloud.add(float(order["x"]), float(order["y"]), int(order["label"]) % len(self.classes))
        elif name == "move":
            self._cloud.move(self._known(int(order["index"])), float(order["x"]), float(order["y"]))
        elif name == "remove":
            self._cloud.remove(self._known(int(order["index"])))
        elif name == "reset":
            self._cloud.reset()

    def _train_on(self, steps: int) -> None:
        """Train for some steps, or as many of them as fit into PATIENCE."""
        end = time.perf_counter() + PATIENCE
        for _ in range(min(steps, 100)):
            self._take_steps(1)
            if time.perf_counter() > end:
                break

    def _follow(self) -> None:
        """After a step of the trainer in a loop: ask the network again, but spend a tenth of the time on it."""
        if time.perf_counter() - self._shown > max(0.1, 9 * self._cost):
            self.refresh()
            self._tell_training()
        else:  # the last steps of a cell are seen, too
            self.when_free("follow", self._catch_up, later=True)

    def _catch_up(self) -> None:
        self.refresh()
        self._tell_training()

    def _tell_training(self) -> None:
        loss = None if np.isnan(self._loss) else float(f"{self._loss:.4g}")
        self.training = {"steps": self._steps, "loss": loss, "buttons": self._criterion is not None,
                         "back": self._start is not None}  # fmt: skip
