"""A student's network as a function from images to classes, with what its layers compute; nothing of it changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

import mxlearn as mx
from mxlearn import autograd, nd
from mxlearn.base import ArgumentError, MXNetError, type_name

from . import programs
from .layers import check_ready
from .programs import Seen

SIDES = (28, 8, 32, 16, 20, 24, 12, 14, 10, 48, 64)  # sides of images that are tried where nothing tells one
BATCH = 128  # images that go through the network at once


@dataclass(frozen=True)
class Answer:
    """What a network says to a batch of images.

    Attributes
    ----------
    scores : (n, classes) float32, what the softmax reads; the output itself where that is no softmax of anything known
    probabilities : (n, classes) float64
    """

    scores: np.ndarray
    probabilities: np.ndarray


class Network:
    """A network, ready to be shown images.

    Parameters
    ----------
    net : Block, bound Module, or a function from NDArray to NDArray
    layers : Blocks or names; None for all
    size : side of an image in pixels, None to find it out
    transform : function that prepares images (n, 1, size, size) for the network, None for none

    Attributes
    ----------
    size : side of an image in pixels
    flat : whether the network gets rows of pixels, not images
    classes : number of classes
    output : "scores", "probabilities" or "logarithms", what the network returns
    layers : what each layer computed for an image without ink, list of Seen

    Raises
    ------
    ArgumentError
        If the network is not initialized, or takes no gray image, or does not return one row of numbers for an image.
    """

    def __init__(self, net, layers: Sequence | None = None, size: int | None = None, transform: Callable | None = None):
        self._transform, self.name = transform, getattr(net, "name", None) or type(net).__name__
        self._ctx, self._dtype, self._fixed = None, "float32", None
        if isinstance(net, mx.mod.BaseModule):
            self._read_module(net)
            self._program = programs.of_module(net, layers)
        elif isinstance(net, mx.gluon.Block):
            check_ready(net)
            parameters = list(net.collect_params().values())
            self._ctx = programs.context_of(net)
            self._dtype = np.dtype(parameters[0].data(self._ctx).dtype).name if parameters else "float32"
            self._program = programs.of_block(net, layers)
        elif callable(net):
            self.name = getattr(net, "__name__", self.name)
            self._program = programs.of_block(net, layers)
        else:
            raise ArgumentError(
                f"digit_pad: expected a Block, a Module or a function of an NDArray. Received: {type_name(net)}."
            )
        self._ctx = self._ctx or mx.current_context()
        self.size, self.flat, self.classes = self._find_form(net, size)
        probe = np.stack([np.zeros((self.size, self.size)), np.eye(self.size)]).astype(np.float32)
        self.output = self._kind_of_output(probe)
        self.layers = self.inside(probe[0])[1]

    # -- finding out what the network takes --------------------------------------------------------------------------
    def _read_module(self, module) -> None:
        if not module.binded or not module.params_initialized:
            what = "bound" if not module.binded else "initialized"
            raise ArgumentError(
                f"digit_pad: the Module is not {what}.\n"
                "  Call module.bind(...) and module.init_params(), or module.fit(...), first."
            )
        shapes = [tuple(each.shape) for each in module.data_shapes]
        if len(shapes) != 1:
            raise ArgumentError(f"digit_pad: the Module has {len(shapes)} inputs, expected one: the images.")
        self._fixed = shapes[0][1:]
        arrays = [*module.get_params()[0].values()]
        self._ctx = arrays[0].context if arrays else None

    def _find_form(self, net, size: int | None) -> tuple[int, bool, int]:
        """Return (size, whether pixels come in rows, number of classes) of the first form that the network takes."""
        errors: list[tuple[int, bool, Exception]] = []
        no_row = None
        for side, flat in self._forms(net, size):
            try:
                self.size, self.flat = side, flat
                with autograd.pause(train_mode=False):
                    out, _ = self._program.answer(self.prepare(np.zeros((1, side, side), np.float32)))
            except Exception as error:  # noqa: BLE001 - the network objects to this form, in whatever way it does
                errors.append((side, flat, error))
                continue
            shape = tuple(getattr(out, "shape", ()))
            if len(shape) == 2 and shape[0] == 1 and shape[1] >= 2:
                return side, flat, shape[1]
            no_row = no_row or _no_row(self.name, out)
        raise no_row or self._no_form(errors, size)

    def _forms(self, net, size: int | None) -> list[tuple[int, bool]]:
        if self._fixed is not None and self._transform is None:
            fixed = self._fixed
            if len(fixed) == 1 and round(fixed[0] ** 0.5) ** 2 == fixed[0]:
                return [(round(fixed[0] ** 0.5), True)]
            if len(fixed) == 3 and fixed[0] == 1 and fixed[1] == fixed[2]:
                return [(fixed[1], False)]
            return []
        sides = [size] if size is not None else [*dict.fromkeys([*_sides_of_weights(net), *SIDES])]
        return [(side, flat) for side in sides for flat in (False, True)]

    def _no_form(self, errors: list[tuple], size: int | None) -> ArgumentError:
        if self._fixed is not None and not errors:
            return ArgumentError(
                f"digit_pad: the Module takes data of shape {self._fixed}, which is no gray square image.\n"
                "  Expected (1, height, height) or (height * height,)."
            )
        sides = f"{size} × {size} pixels" if size is not None else "any usual size"
        side, flat, error = next((e for e in errors if e[0] == (size or 28)), errors[0])
        shape = (1, side * side) if flat else (1, 1, side, side)
        return ArgumentError(
            f"digit_pad: {self.name!r} takes no gray image of {sides}. On data of shape {shape} it says:\n"
            f"  {type(error).__name__}: {error}\n"
            "  The pad sends (1, 1, height, width), or (1, height * width). If the network needs another form, say how"
            " to make it: transform=lambda x: ... (x has shape (n, 1, height, width) and values from 0 to 1)."
        )

    def _kind_of_output(self, images: np.ndarray) -> str:
        ends_in = self._program.ends_in
        if ends_in:
            return "logarithms" if ends_in == "log_softmax" else "probabilities"
        out = np.concatenate([self._raw(each[None])[0] for each in images]).astype(np.float64)
        if np.all(out >= 0) and np.allclose(out.sum(axis=1), 1, atol=1e-3):
            return "probabilities"
        return "logarithms" if np.all(out <= 0) and np.allclose(np.exp(out).sum(axis=1), 1, atol=1e-3) else "scores"

    # -- running -----------------------------------------------------------------------------------------------------
    def prepare(self, images):
        """Return images (n, size, size), an array or an NDArray on the tape, as the network takes them."""
        x = images if isinstance(images, nd.NDArray) else nd.array(images, ctx=self._ctx, dtype=self._dtype)
        x = x.reshape((len(images), 1, self.size, self.size))
        if self._transform is not None:
            x = self._transform(x)
        return x.reshape((len(images), -1)) if self.flat else x

    def answer(self, images: np.ndarray) -> Answer:
        """Return scores and probabilities for images (n, size, size)."""
        parts = [self._raw(images[k : k + BATCH]) for k in range(0, len(images), BATCH)]
        outs, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
        return self._read(outs, scores)

    def inside(self, image: np.ndarray) -> tuple[Answer, list[Seen]]:
        """Return the answer to one image (size, size), and what each layer computed."""
        with autograd.pause(train_mode=False):
            (out, scores), seen = self._program.inside(self.prepare(image[None]))
        return self._read(out.asnumpy(), scores.asnumpy()), seen

    def gradient(self, image: np.ndarray, number: int) -> np.ndarray:
        """Return the gradient of a class's score with respect to the pixels of an image, (size, size) float32.

        The score is what the softmax reads; where the network's softmax cannot be seen, the output itself.
        """
        x = nd.array(image[None], ctx=self._ctx, dtype=self._dtype)
        x.attach_grad()
        with autograd.record(train_mode=False):
            score = self._program.scores(self.prepare(x))[0, number]
        return autograd.grad(score, x)[0].asnumpy()[0].astype(np.float32)

    def _raw(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with autograd.pause(train_mode=False):
            out, scores = self._program.answer(self.prepare(images))
        if tuple(out.shape) != (len(images), getattr(self, "classes", out.shape[-1])):
            raise _no_row(self.name, out, len(images))
        return out.asnumpy(), scores.asnumpy()

    def _read(self, out: np.ndarray, scores: np.ndarray) -> Answer:
        out = out.astype(np.float64)
        if self.output == "probabilities":
            probabilities = out
        elif self.output == "logarithms":
            probabilities = np.exp(out)
        else:
            with np.errstate(all="ignore"):  # NaN and infinity are shown as what they are
                powers = np.exp(out - out.max(axis=1, keepdims=True))
                probabilities = powers / powers.sum(axis=1, keepdims=True)
        return Answer(scores.astype(np.float32), probabilities)


def _no_row(name: str, out, count: int = 1) -> ArgumentError:
    what = f"shape {tuple(out.shape)}" if isinstance(out, nd.NDArray) else type_name(out)
    return ArgumentError(
        f"digit_pad: expected of {name!r} one row of numbers for each image, one number for each class:"
        f" shape ({count}, classes). Received: {what}.\n"
        "  Pass the part of the network that ends in the scores of the classes."
    )


def _sides_of_weights(net) -> list[int]:
    """Return the sides of square images whose pixels a matrix of weights could read, from the first matrix on."""
    try:
        shapes = [tuple(p.shape) for p in net.collect_params().values()]
    except (AttributeError, TypeError, MXNetError):  # a function has no parameters that it would show
        return []
    extents = [n for shape in shapes[:1] if len(shape) == 2 for n in shape[::-1]]
    return [round(n**0.5) for n in extents if n >= 16 and round(n**0.5) ** 2 == n]
