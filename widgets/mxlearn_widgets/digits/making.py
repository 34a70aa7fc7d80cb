"""Make a digit pad, or say in its place what is missing."""

from collections.abc import Callable, Sequence

from mxlearn.base import ArgumentError, MXNetError

from ..shared.notice import Notice
from .network import Network
from .samples import LARGEST, SMALLEST, Samples, read
from .widget import DigitPad


def digit_pad(
    net,
    layers: Sequence | None = None,
    *,
    samples=None,
    classes: Sequence | None = None,
    size: int | None = None,
    transform: Callable | None = None,
    center: bool = True,
) -> "DigitPad | Notice":
    """Draw a digit, and see what each layer of a network makes of it.

    Parameters
    ----------
    net : Block, hybridized or not, bound Module, or a function from NDArray to NDArray, which takes gray images: (n, 1,
        height, width) or (n, height * width), whichever works, with values from 0, the background, to 1, and returns a
        row of numbers for each: scores, probabilities, or their logarithms. It stays as it is
    layers : Blocks of the net, or their names, whose outputs are shown; of a Module, names of operators. Default: all
    samples : (images, labels) to load from, or an ImageSet, whose test images are taken; images (n, size, size), (n, 1,
        size, size) or (n, size * size): whole numbers up to 255, or floats up to any number, which becomes 1
    classes : names of the classes, default their numbers
    size : side of the images in pixels; default that of the samples, or what the net takes
    transform : function that prepares an NDArray (n, 1, size, size) for the net, as ``lambda x: (x - 0.13) / 0.31``
    center : whether a drawing is centered as the digits of MNIST were

    Returns
    -------
    DigitPad, or a Notice that says what to do where it cannot be made: it does not raise, so that a notebook runs on.

    Examples
    --------
    >>> digits = mx.data.mnist()
    >>> pad = mxw.digit_pad(lenet, samples=(digits.test_images, digits.test_labels))
    >>> pad.load(5)
    >>> pad.prediction
    """
    try:
        if size is not None and not SMALLEST <= size <= LARGEST:
            raise ArgumentError(f"digit_pad: size must be from {SMALLEST} to {LARGEST} pixels. Received: {size}")
        found = None if samples is None else read(samples)
        network = Network(net, layers, found.size if found is not None else size, transform)
        return DigitPad(network, found, _names(classes, network, found), center)
    except MXNetError as error:
        return Notice(str(error))
    except Exception as error:  # of the reader's own model
        return Notice(f"digit_pad: the network failed on an image: {type(error).__name__}: {error}")


def _names(classes: Sequence | None, network: Network, samples: Samples | None) -> list[str]:
    names = [str(k) for k in range(network.classes)] if classes is None else [str(each) for each in classes]
    if len(names) != network.classes:
        raise ArgumentError(
            f"digit_pad: {network.name!r} returns {network.classes} numbers, but there are {len(names)} names."
        )
    if samples is not None and samples.labels.max() >= network.classes:
        raise ArgumentError(
            f"digit_pad: a label is {samples.labels.max()}, but {network.name!r} knows {network.classes} classes, from"
            f" 0 to {network.classes - 1}."
        )
    return names
