"""The digit pad: a drawing, what a network reads in it, and why."""

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets

from mxlearn.base import ArgumentError, nearest

from ..shared.widget import Widget
from . import centering, messages, svg, text
from .arithmetic import Terms, explain
from .centering import Centered, inner_size, shrink
from .network import Network
from .occlusion import occlusion, patch_and_step
from .programs import Seen
from .samples import Samples
from .tiles import arrange, limits, pack

RESOLUTION = 112  # pixels of a side of the drawing, about
OVERLAYS = ("", "gradient", "occlusion")


class DigitPad(Widget, bundle="digits"):
    """A pad to draw on, and what a network reads. Made by ``digit_pad``.

    Attributes
    ----------
    center : whether a drawing is centered as the digits of MNIST were
    sample : number of the sample on the pad, -1 where it was drawn
    overlay : "gradient", "occlusion" or "": what is shown beside the input
    target : number of the class whose gradient or occlusion is shown, -1 for the prediction
    point : [layer, map, row, column] of the number whose arithmetic is shown, or []

    The pad shows what the network said when it was last asked; after more training, ``refresh()`` asks again.
    """

    about = traitlets.Dict().tag(sync=True)
    # (resolution, resolution) uint8; arrives as a memoryview. It need not come back as an echo: the answer tells enough
    ink = traitlets.Bytes(b"").tag(sync=True, echo_update=False, from_json=lambda value, _: bytes(value))
    asked = traitlets.Int(0).tag(sync=True, echo_update=False)  # strokes, counted by the browser
    answered = traitlets.Int(0).tag(sync=True)
    center = traitlets.Bool(True).tag(sync=True)
    sample = traitlets.Int(-1).tag(sync=True)
    misread = traitlets.Int(0).tag(sync=True)  # how often the browser asked for the next misread sample
    truth = traitlets.Int(-1).tag(sync=True)
    frame = traitlets.List(traitlets.Float()).tag(sync=True)  # ink and center of mass on the drawing, as shares of it
    chances = traitlets.Bytes(b"").tag(sync=True)  # float32
    picture = traitlets.Bytes(b"").tag(sync=True)  # (size, size) uint8
    maps = traitlets.Bytes(b"").tag(sync=True)  # tiles of all layers, see tiles.pack
    scales = traitlets.List().tag(sync=True)  # [low, high] of each layer
    overlay = traitlets.Enum(OVERLAYS, "").tag(sync=True)
    target = traitlets.Int(-1).tag(sync=True)
    heat = traitlets.Bytes(b"").tag(sync=True)  # (size, size) float32
    heat_about = traitlets.Dict().tag(sync=True)
    point = traitlets.List(traitlets.Int()).tag(sync=True)
    window = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes(b"").tag(sync=True)  # of the window, float32

    def __init__(self, network: Network, samples: Samples | None, classes: list[str], center: bool):
        self._network, self._samples, self._classes = network, samples, classes
        self._tiles = arrange([each.out.shape for each in network.layers])
        size = network.size
        self._resolution = size * max(1, round(RESOLUTION / size))
        self._drawing = np.zeros((self._resolution, self._resolution), np.float32)
        self._centered = Centered(np.zeros((size, size), np.float32), None, None)
        self._input = self._centered.image
        self._from_sample = -1
        self._heat: np.ndarray | None = None
        self._answer, self._seen = network.inside(self._input)
        super().__init__(center=bool(center))
        self.about = {
            "title": f"What {network.name} reads",
            "size": size,
            "inner": inner_size(size),
            "patch": patch_and_step(size)[0],
            "resolution": self._resolution,
            "classes": classes,
            "output": network.output,
            "samples": len(samples) if samples is not None else 0,
            "layers": messages.layer_rows(network.layers, self._tiles),
        }
        if samples is not None:
            self.load(0)
        else:
            self._look()
        for name, act in (
            ("asked", self._follow), ("center", self._recenter), ("sample", self._follow_sample),
            ("misread", self.next_misread), ("overlay", self._explain), ("target", self._explain),
        ):  # fmt: skip
            self.observe(lambda change, name=name, act=act: self._order(name, act), name)
        self.observe(lambda change: self._point(), "point")
        self.on_msg(self._drawn)

    # -- what is on the pad ------------------------------------------------------------------------------------------
    @property
    def image(self) -> np.ndarray:
        """What the network got, (size, size) float32, 0 = background, 1 = ink."""
        return self._input.copy()

    @property
    def drawing(self) -> np.ndarray:
        """What is on the pad, (resolution, resolution) float32, 0 = background, 1 = ink."""
        return self._drawing.copy()

    @property
    def probabilities(self) -> np.ndarray:
        """Probability of each class, (classes,) float64."""
        return self._answer.probabilities[0].copy()

    @property
    def scores(self) -> np.ndarray:
        """Score of each class, which the softmax reads, (classes,) float32."""
        return self._answer.scores[0].copy()

    @property
    def prediction(self) -> int:
        """Number of the likeliest class, -1 where the network answers NaN."""
        return svg.best_class(self._answer.probabilities[0])

    @property
    def layers(self) -> list[str]:
        """Names of the layers that are shown."""
        return [each.layer.name for each in self._seen]

    def load(self, number: int) -> None:
        """Put a sample on the pad, as it is stored: it is not centered again.

        Raises
        ------
        ArgumentError
            If there is no such sample.
        """
        samples = self._need_samples("load")
        if not 0 <= number < len(samples):
            raise ArgumentError(f"load: there are {len(samples):,} samples, from 0. Received: {number}")
        image = samples.take(number, number + 1)[0]
        self._from_sample = int(number)
        self._set_drawing(np.kron(image, np.ones((self._resolution // len(image),) * 2)), image)

    def next_misread(self) -> int | None:
        """Load the next sample that the network reads wrong; return its number, None where all are read right."""
        samples = self._need_samples("next_misread")
        start = self._from_sample + 1
        count, step = len(samples), 256
        for first in [*range(start, count, step), *range(0, start, step)]:  # from here on, then from the beginning
            stop = min(first + step, count if first >= start else start)
            answer = self._network.answer(samples.take(first, stop)).probabilities
            wrong = np.flatnonzero(answer.argmax(axis=1) != samples.labels[first:stop])
            if len(wrong):
                self.load(first + int(wrong[0]))
                return self._from_sample
        self.notice = f"All {count:,} samples are read right."
        return None

    def draw(self, array) -> None:
        """Put a drawing on the pad, as if it had been drawn by hand.

        Parameters
        ----------
        array : (height, width) NumPy array or NDArray of any size, 0 = background, 1 = ink

        Raises
        ------
        ArgumentError
            If it is no matrix of finite numbers.
        """
        values = np.asarray(array.asnumpy() if hasattr(array, "asnumpy") else array, dtype=np.float64)
        if values.ndim != 2 or values.size == 0 or not np.all(np.isfinite(values)):
            raise ArgumentError(
                f"draw: expected a matrix of finite numbers, 0 = background, 1 = ink. Received: shape {values.shape}."
            )
        self._from_sample = -1
        self._set_drawing(shrink(np.clip(values, 0, 1), self._resolution))

    def clear(self) -> None:
        """Wipe the pad."""
        self.draw(np.zeros((1, 1)))

    def refresh(self) -> None:
        """Ask the network again: after more training it may say something else."""
        self._look()

    # -- why -----------------------------------------------------------------------------------------------------------
    def activations(self, layer) -> np.ndarray:
        """Return what a layer computed for the image, without the axis of the batch, float32.

        Parameters
        ----------
        layer : its Block, its name as in ``layers``, or its number
        """
        return self._find(layer).out.copy()

    def arithmetic(self, layer, *at: int) -> Terms:
        """Return how one number of a layer's output comes about.

        Parameters
        ----------
        layer : its Block, its name as in ``layers``, or its number
        at : position in the output: channel, row, column; or the unit of a dense layer
        """
        return explain(self._find(layer), at)

    def saliency(self, target=None) -> np.ndarray:
        """Return the gradient of a class's score with respect to the pixels of the network's input.

        Parameters
        ----------
        target : number or name of the class, None for the prediction

        Returns
        -------
        (size, size) float32; positive where more ink raises the score
        """
        return self._network.gradient(self._input, self._class(target))

    def occlusion(self, target=None, *, patch: int | None = None, step: int | None = None) -> np.ndarray:
        """Return how far a class's probability falls where a patch of background covers the network's input.

        Parameters
        ----------
        target : number or name of the class, None for the prediction
        patch, step : side of the patch, and by how much it moves, in pixels; default 4 and 2 for 28 × 28

        Returns
        -------
        (size, size) float32, for each pixel the mean over the places of the patch that cover it
        """
        number = self._class(target)
        return occlusion(lambda x: self._network.answer(x).probabilities[:, number], self._input, patch, step)

    # -- forms -------------------------------------------------------------------------------------------------------
    def to_svg(self) -> str:
        """Return the pad as an SVG document."""
        return svg.svg(self._view(), self.summary())

    def to_text(self) -> str:
        """Return the pad as text: prediction, likeliest classes, layers and their shapes."""
        return text.text(self._view())

    def summary(self) -> str:
        """Return one line that says what is on the pad, and how it is read."""
        return text.text(self._view()).partition("\n")[0]

    def _view(self) -> svg.View:
        title = f"digit pad of {self._network.name}"
        centered = self._from_sample < 0 and self.center
        return svg.View(
            title, self._caption(), self._drawing, self._input, centered, self._answer.probabilities[0], self._classes,
            self.truth, self._heat, str(self.heat_about.get("text", "")), self._seen, self._tiles,
        )  # fmt: skip

    def _caption(self) -> str:
        if self._from_sample >= 0:
            return f"sample {self._from_sample}, a {self._classes[self.truth]}"
        return "a drawing" if self._drawing.any() else "an empty pad"

    # -- from the browser --------------------------------------------------------------------------------------------
    def _order(self, name: str, act: Callable[[], Any]) -> None:
        """Do what a trait asks for that the browser, or the reader's own code, has set; not what this class set."""
        if name == "sample" and self.sample == self._from_sample:
            return
        key = "look" if name in ("asked", "center", "sample") else name
        self.when_free(key, act)

    def _drawn(self, _, content, buffers) -> None:
        """Take ink over that came as a message, as if it had come as changed traits."""
        if isinstance(content, dict) and isinstance(content.get("asked"), int) and len(buffers) == 1:
            self.set_state({"ink": buffers[0], "asked": content["asked"]})

    def _follow(self) -> None:
        values = np.frombuffer(self.ink, np.uint8)
        if values.size != self._resolution**2:
            raise ArgumentError(f"the drawing has {values.size} pixels, expected {self._resolution**2}.")
        self._from_sample = -1
        self._drawing = values.reshape(self._resolution, -1).astype(np.float32) / 255
        self._look()

    def _follow_sample(self) -> None:
        if self.sample >= 0:
            self.load(self.sample)

    def _recenter(self) -> None:
        if self._from_sample < 0:
            self._look()

    def _point(self) -> None:
        """Say which terms make the number that the reader points at; it reads copies only, also beside a busy cell."""
        point = list(self.point)
        if len(point) != 4 or not 0 <= point[0] < len(self._seen):
            return
        number, *place = point
        laid = self._tiles[number]
        if not all(0 <= k < n for k, n in zip(place, (laid.count, laid.height, laid.width), strict=True)):
            return
        at = laid.position(*place)
        about, numbers = messages.window(explain(self._seen[number], at), self._seen, number)
        self._set(window={**about, "point": point}, numbers=numbers)

    # -- asking the network ------------------------------------------------------------------------------------------
    def _set_drawing(self, drawing: np.ndarray, image: np.ndarray | None = None) -> None:
        self._drawing = drawing.astype(np.float32)
        self._set(ink=messages.image_bytes(self._drawing))
        self._look(image)

    def _look(self, image: np.ndarray | None = None) -> None:
        """Send what is on the pad through the network, and show what comes out."""
        size, asked = self._network.size, self.asked
        if self._from_sample >= 0:
            if image is not None:
                self._input = image
            self._centered = Centered(self._input, None, None)
        else:
            self._centered = centering.center(self._drawing, size)
            self._input = self._centered.image if self.center else shrink(self._drawing, size)
        self._answer, self._seen = self._network.inside(self._input)
        scales = [limits(laid.shown(each.out)) for each, laid in zip(self._seen, self._tiles, strict=True)]
        packed = [
            pack(laid.shown(each.out), *scale)
            for each, laid, scale in zip(self._seen, self._tiles, scales, strict=True)
        ]
        truth = -1 if self._from_sample < 0 or self._samples is None else int(self._samples.labels[self._from_sample])
        frame: list[float] = []
        if self._centered.box is not None and self._centered.mass is not None and self.center:
            frame = [k / self._resolution for k in (*self._centered.box, *self._centered.mass)]
        self._set(
            answered=asked, sample=self._from_sample, truth=truth, frame=frame, scales=[list(s) for s in scales],
            chances=messages.float_bytes(self._answer.probabilities[0]), maps=b"".join(packed),
            picture=messages.image_bytes(self._input), notice=self._trouble(),
        )  # fmt: skip
        if self.overlay:
            self._explain()
        self._point()

    def _explain(self) -> None:
        """Compute what the overlay shows."""
        if not self.overlay:
            self._heat = None
            self._set(heat=b"", heat_about={})
            return
        number = self.target if 0 <= self.target < len(self._classes) else max(self.prediction, 0)
        name = self._classes[number]
        if self.overlay == "gradient":
            self._heat, words = self.saliency(number), f"gradient of the score of {name}"
        else:
            self._heat, words = self.occlusion(number), f"fall of the probability of {name}"
        finite = self._heat[np.isfinite(self._heat)]
        about = {"kind": self.overlay, "class": number, "text": words, "bound": float(np.abs(finite).max(initial=0.0))}
        self._set(heat=messages.float_bytes(self._heat), heat_about=about)

    def _set(self, **traits: Any) -> None:
        with self.hold_sync():
            self.set_trait_many(traits)

    def _trouble(self) -> str:
        """Return what is wrong with the answer, "" for nothing."""
        if np.all(np.isfinite(self._answer.probabilities)):
            return ""
        bad = next((each.layer.name for each in self._seen if not np.all(np.isfinite(each.out))), "")
        where = f" The first layer with a number that is not finite is {bad}." if bad else ""
        return (
            f"The network answers NaN.{where} Look at its parameters: training may have diverged. Train again, with a"
            " smaller learning rate."
        )

    # -- what the reader names ---------------------------------------------------------------------------------------
    def _need_samples(self, who: str) -> Samples:
        if self._samples is None:
            raise ArgumentError(f"{who}: the pad has no samples.\n  Make it with samples=(images, labels).")
        return self._samples

    def _find(self, layer) -> Seen:
        names = self.layers
        if isinstance(layer, int) and -len(names) <= layer < len(names):
            return self._seen[layer]
        name = layer if isinstance(layer, str) else getattr(layer, "name", str(layer))
        name = name if name in names else name.removeprefix(f"{self._network.name}_")
        if name not in names:
            raise ArgumentError(
                f"digit_pad: there is no layer {name!r}.{nearest(name, names)}\n  There are: {', '.join(names)}."
            )
        return self._seen[names.index(name)]

    def _class(self, target) -> int:
        if target is None:
            return max(self.prediction, 0)
        number = self._classes.index(target) if isinstance(target, str) and target in self._classes else target
        if not isinstance(number, (int, np.integer)) or not 0 <= number < len(self._classes):
            raise ArgumentError(
                f"digit_pad: there is no class {target!r}.\n  There are: {', '.join(self._classes[:20])}."
            )
        return int(number)
