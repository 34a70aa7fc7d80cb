"""Transforms of images: NDArrays (height, width, channel) until ``ToTensor``, (channel, height, width) after it.

    augment = transforms.Compose([
        transforms.RandomFlipLeftRight(),
        transforms.ToTensor(),
        transforms.Normalize(0.13, 0.31),
    ])
    train = gluon.data.DataLoader(dataset.transform_first(augment), batch_size=64, shuffle=True)

Those that draw at random take their numbers from ``mx.random``; the crops from ``random``, as in MXNet.

References: MXNet 1.9.1 module mxnet.gluon.data.vision.transforms.
"""
import math
import random
from collections.abc import Sequence

import numpy as np

from .... import ndarray as nd
from ....base import ArgumentError, DTypeError
from ....io.host import from_host, host_view
from ....kernels import image as kernel
from ....ops import image as ops
from ...block import Block, HybridBlock
from ...nn import HybridSequential, Sequential

__all__ = [
    "Cast",
    "CenterCrop",
    "Compose",
    "CropResize",
    "HybridCompose",
    "Normalize",
    "RandomApply",
    "RandomBrightness",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomFlipLeftRight",
    "RandomFlipTopBottom",
    "RandomGray",
    "RandomHue",
    "RandomLighting",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomSaturation",
    "Resize",
    "Rotate",
    "ToTensor",
]


def _batched(transform, batch: np.ndarray):
    """Apply a transform to a batch (a NumPy array) as a whole, or return None where it has to see each image.

    Only the classes of this file themselves are known to do the same to both: a class derived from one may not.
    """
    if type(transform) not in _ALIKE:
        return None
    return transform._on_batch(batch)


class _Alike(HybridBlock):
    """A transform that does the same to a batch as to each of its images, so that the DataLoader may use it so."""

    def on_batch(self, batch: np.ndarray):
        """Transform a batch of images at once: NumPy array in, NumPy array out; None where that is not possible."""
        return _batched(self, batch)

    def _on_batch(self, batch: np.ndarray):
        raise NotImplementedError


class Compose(Sequential):
    """One transform after the other.

    Runs of hybridizable ones are grouped into one HybridSequential each, and hybridized.

    Parameters
    ----------
    transforms : list of Block
    """

    def __init__(self, transforms: Sequence[Block]):
        super().__init__()
        self._transforms = list(transforms)
        run: list[HybridBlock] = []
        for transform in [*self._transforms, None]:
            if isinstance(transform, HybridBlock):
                run.append(transform)
                continue
            if len(run) == 1:
                self.add(run[0])
            elif run:
                together = HybridSequential()
                together.add(*run)
                together.hybridize()
                self.add(together)
            run = []
            if transform is not None:
                self.add(transform)

    def on_batch(self, batch: np.ndarray):
        """Transform a batch of images at once; None where one of the transforms has to see each image."""
        return _compose_on_batch(self, batch)


class HybridCompose(HybridSequential):
    """One hybridizable transform after the other, hybridized.

    Parameters
    ----------
    transforms : list of HybridBlock
    """

    def __init__(self, transforms: Sequence[HybridBlock]):
        super().__init__()
        for transform in transforms:
            if not isinstance(transform, HybridBlock):
                raise ArgumentError(
                    f"HybridCompose: {type(transform).__name__} is no HybridBlock.\n  Use Compose, which takes all."
                )
        self._transforms = list(transforms)
        self.add(*transforms)
        self.hybridize()

    def on_batch(self, batch: np.ndarray):
        """Transform a batch of images at once; None where one of the transforms has to see each image."""
        return _compose_on_batch(self, batch)


def _compose_on_batch(composed, batch):
    if type(composed) not in (Compose, HybridCompose) or len(composed._transforms) == 0:
        return None
    for transform in composed._transforms:
        on_batch = getattr(transform, "on_batch", None)
        batch = None if on_batch is None else on_batch(batch)
        if batch is None:
            return None
    return batch


class Cast(_Alike):
    """Change the dtype.

    Parameters
    ----------
    dtype : str or NumPy dtype
    """

    def __init__(self, dtype="float32"):
        super().__init__()
        self._dtype = dtype

    def hybrid_forward(self, F, x):
        return F.cast(x, dtype=self._dtype)

    def _on_batch(self, batch):
        return batch.astype(self._dtype)

    def __repr__(self) -> str:
        return f"Cast({np.dtype(self._dtype).name})"


class ToTensor(_Alike):
    """Turn an image (height, width, channel) of 0 to 255 into a tensor (channel, height, width) of 0 to 1, float32."""

    def hybrid_forward(self, F, x):
        return F.image.to_tensor(x)

    def _on_batch(self, batch):
        return ops._image_to_tensor.kernel(np, batch) if batch.ndim == 4 else None

    def __repr__(self) -> str:
        return "ToTensor()"


class Normalize(_Alike):
    """Subtract ``mean`` from each channel of a tensor (channel, height, width) and divide by ``std``.

    Parameters
    ----------
    mean, std : number, or a tuple of one for each channel
    """

    def __init__(self, mean=0.0, std=1.0):
        super().__init__()
        self._mean = mean
        self._std = std

    def hybrid_forward(self, F, x):
        return F.image.normalize(x, mean=self._mean, std=self._std)

    def _on_batch(self, batch):
        if batch.ndim != 4:
            return None
        mean, std = (np.atleast_1d(v).tolist() for v in (self._mean, self._std))
        return ops._image_normalize.kernel(np, batch, mean=mean, std=std)

    def __repr__(self) -> str:
        return f"Normalize(mean={self._mean}, std={self._std})"


_ALIKE = (Cast, ToTensor, Normalize)


class Resize(HybridBlock):
    """Resize an image.

    Parameters
    ----------
    size : int or (width, height), pixels
    keep_ratio : bool, with an int: make that the shorter edge, in the place of both
    interpolation : 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos
    """

    def __init__(self, size, keep_ratio: bool = False, interpolation: int = 1):
        super().__init__()
        self._size = size
        self._keep = keep_ratio
        self._interpolation = interpolation

    def hybrid_forward(self, F, x):
        return F.image.resize(x, size=self._size, keep_ratio=self._keep, interp=self._interpolation)

    def __repr__(self) -> str:
        return f"Resize({self._size}, keep_ratio={self._keep}, interpolation={self._interpolation})"


class CropResize(HybridBlock):
    """Cut out a rectangle, and resize it where ``size`` is given.

    Parameters
    ----------
    x, y : int, the upper left corner, pixels
    width, height : int, pixels
    size : int or (width, height), or None
    interpolation : as in Resize; None means bilinear
    """

    def __init__(self, x: int, y: int, width: int, height: int, size=None, interpolation: int | None = None):
        super().__init__()
        self._box = (x, y, width, height)
        self._size = size
        self._interpolation = 1 if interpolation is None else interpolation

    def hybrid_forward(self, F, x):
        left, top, width, height = self._box
        cut = F.image.crop(x, x=left, y=top, width=width, height=height)
        return F.image.resize(cut, size=self._size, interp=self._interpolation) if self._size else cut

    def __repr__(self) -> str:
        return f"CropResize{(*self._box, self._size)}"


def _pair(size) -> tuple[int, int]:
    """Return a size as (width, height)."""
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def _cut(image, left: int, top: int, width: int, height: int, size: tuple[int, int], interpolation: int):
    """Cut out a rectangle and bring it to ``size`` (width, height)."""
    image = nd.image.crop(image, x=left, y=top, width=width, height=height)
    return image if (width, height) == size else nd.image.resize(image, size=size, interp=interpolation)


class CenterCrop(Block):
    """Cut out the middle; an image that is too small is cut in the same proportions and enlarged.

    Parameters
    ----------
    size : int or (width, height), pixels
    interpolation : as in Resize, for images that are too small
    """

    def __init__(self, size, interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._interpolation = interpolation

    def forward(self, x):
        height, width = x.shape[-3:-1]
        new_width, new_height = _fitting(self._size, width, height)
        left, top = (width - new_width) // 2, (height - new_height) // 2
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"CenterCrop({self._size})"


def _fitting(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """Return the largest (width, height) of the proportions of ``size`` that fits into an image, at most ``size``."""
    new_width, new_height = size
    if height < new_height:
        new_width, new_height = new_width * height / new_height, height
    if width < new_width:
        new_width, new_height = width, new_height * width / new_width
    return max(int(new_width), 1), max(int(new_height), 1)


class RandomCrop(Block):
    """Cut out a rectangle at a random place.

    Parameters
    ----------
    size : int or (width, height), pixels
    pad : int or (vertical, horizontal), pixels to add on each side first, or None
    pad_value : number, what the added pixels hold
    interpolation : as in Resize, for images that are too small
    """

    def __init__(self, size, pad=None, pad_value=0, interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._pad = None if pad is None else _pair(pad)
        self._pad_value = pad_value
        self._interpolation = interpolation

    def forward(self, x):
        if self._pad is not None:
            vertical, horizontal = self._pad
            edges = [(0, 0)] * (x.ndim - 3) + [(vertical, vertical), (horizontal, horizontal), (0, 0)]
            x = from_host(np.pad(host_view(x), edges, constant_values=self._pad_value), x.context)
        height, width = x.shape[-3:-1]
        new_width, new_height = _fitting(self._size, width, height)
        left, top = random.randint(0, width - new_width), random.randint(0, height - new_height)
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"RandomCrop({self._size}, pad={self._pad})"


class RandomResizedCrop(Block):
    """Cut out a rectangle of random area and proportions, and resize it, as networks for ImageNet are trained.

    Parameters
    ----------
    size : int or (width, height), pixels
    scale : (least, most) area, as a part of the image's; or the least alone
    ratio : (least, most) width / height
    interpolation : as in Resize

    References: Szegedy et al., "Going deeper with convolutions", 2014, section 6.
    """

    TRIES = 10

    def __init__(self, size, scale=(0.08, 1.0), ratio=(3 / 4, 4 / 3), interpolation: int = 1):
        super().__init__()
        self._size = _pair(size)
        self._scale = (scale, 1.0) if isinstance(scale, int | float) else tuple(scale)
        self._ratio = tuple(ratio)
        self._interpolation = interpolation

    def forward(self, x):
        height, width = x.shape[-3:-1]
        for _ in range(self.TRIES):
            area = random.uniform(*self._scale) * height * width
            ratio = math.exp(random.uniform(math.log(self._ratio[0]), math.log(self._ratio[1])))
            new_width, new_height = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 1 <= new_width <= width and 1 <= new_height <= height:
                left, top = random.randint(0, width - new_width), random.randint(0, height - new_height)
                return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)
        new_width, new_height = _fitting(self._size, width, height)     # extreme proportions: take the middle
        left, top = (width - new_width) // 2, (height - new_height) // 2
        return _cut(x, left, top, new_width, new_height, self._size, self._interpolation)

    def __repr__(self) -> str:
        return f"RandomResizedCrop({self._size}, scale={self._scale}, ratio={self._ratio})"


class RandomFlipLeftRight(HybridBlock):
    """Mirror the image, one time in two."""

    def hybrid_forward(self, F, x):
        return F.image.random_flip_left_right(x)

    def __repr__(self) -> str:
        return "RandomFlipLeftRight()"


class RandomFlipTopBottom(HybridBlock):
    """Turn the image upside down, one time in two."""

    def hybrid_forward(self, F, x):
        return F.image.random_flip_top_bottom(x)

    def __repr__(self) -> str:
        return "RandomFlipTopBottom()"


class _RandomFactor(HybridBlock):
    """A change of color by a factor drawn between ``max(0, 1 - strength)`` and ``1 + strength``."""

    operator = ""

    def __init__(self, strength: float):
        super().__init__()
        self._factors = (max(0.0, 1 - strength), 1 + strength)

    def hybrid_forward(self, F, x):
        low, high = self._factors
        return getattr(F.image, self.operator)(x, min_factor=low, max_factor=high)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(factor {self._factors[0]:g} to {self._factors[1]:g})"


class RandomBrightness(_RandomFactor):
    """Multiply all colors by a factor drawn between ``max(0, 1 - brightness)`` and ``1 + brightness``."""

    operator = "random_brightness"

    def __init__(self, brightness: float):
        super().__init__(brightness)


class RandomContrast(_RandomFactor):
    """Move colors from the image's mean, by a factor drawn between ``max(0, 1 - contrast)`` and ``1 + contrast``."""

    operator = "random_contrast"

    def __init__(self, contrast: float):
        super().__init__(contrast)


class RandomSaturation(_RandomFactor):
    """Move each color from its gray, by a factor drawn between ``max(0, 1 - saturation)`` and ``1 + saturation``."""

    operator = "random_saturation"

    def __init__(self, saturation: float):
        super().__init__(saturation)


class RandomHue(_RandomFactor):
    """Turn all hues by up to ``hue`` of a full circle, either way."""

    operator = "random_hue"

    def __init__(self, hue: float):
        super().__init__(hue)


class RandomColorJitter(HybridBlock):
    """Change brightness, contrast, saturation and hue at random, in random order; 0 leaves a property alone."""

    def __init__(self, brightness: float = 0, contrast: float = 0, saturation: float = 0, hue: float = 0):
        super().__init__()
        self._strengths = {"brightness": brightness, "contrast": contrast, "saturation": saturation, "hue": hue}

    def hybrid_forward(self, F, x):
        return F.image.random_color_jitter(x, **self._strengths)

    def __repr__(self) -> str:
        return f"RandomColorJitter({', '.join(f'{name}={value}' for name, value in self._strengths.items())})"


class RandomLighting(HybridBlock):
    """Add random amounts of the principal components of ImageNet's colors, as AlexNet was trained with.

    Parameters
    ----------
    alpha : float, standard deviation of the amounts
    """

    def __init__(self, alpha: float):
        super().__init__()
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        return F.image.random_lighting(x, alpha_std=self._alpha)

    def __repr__(self) -> str:
        return f"RandomLighting({self._alpha})"


class RandomGray(Block):
    """Turn the colors to grays of the same luma, with probability ``p``; the channels stay three."""

    def __init__(self, p: float = 0.5):
        super().__init__()
        self._p = p

    def forward(self, x):
        if random.random() >= self._p:
            return x
        image = host_view(x)
        luma = kernel.gray(np, kernel.as_float(image))
        grays = np.broadcast_to(kernel.like(np, luma, image, rounded=True), image.shape)
        return from_host(grays.copy(), x.context)

    def __repr__(self) -> str:
        return f"RandomGray(p={self._p})"


class RandomApply(Sequential):
    """Apply a transform with probability ``p``, else leave the image as it is.

    Parameters
    ----------
    transforms : Block, or a list of Blocks, applied one after the other
    p : float
    """

    def __init__(self, transforms, p: float = 0.5):
        super().__init__()
        self.transforms = Compose(transforms) if isinstance(transforms, list | tuple) else transforms
        self.p = p

    def forward(self, x):
        return self.transforms(x) if random.random() < self.p else x


class Rotate(Block):
    """Rotate a tensor (channel, height, width), float32, about its center; what comes from outside is 0.

    Parameters
    ----------
    rotation_degrees : float, counterclockwise
    zoom_in : bool, enlarge until no corner is empty
    zoom_out : bool, shrink until the whole image is seen
    """

    def __init__(self, rotation_degrees: float, zoom_in: bool = False, zoom_out: bool = False):
        super().__init__()
        self._degrees = rotation_degrees
        self._zoom = _zoom(zoom_in, zoom_out)

    def forward(self, x):
        return _rotated(x, self._degrees, self._zoom)

    def __repr__(self) -> str:
        return f"Rotate({self._degrees})"


class RandomRotation(Block):
    """Rotate a tensor (channel, height, width), float32, by a random angle.

    Parameters
    ----------
    angle_limits : (least, most) angle, degrees
    zoom_in, zoom_out : as in Rotate
    rotate_with_proba : float, probability to rotate at all
    """

    def __init__(self, angle_limits, zoom_in: bool = False, zoom_out: bool = False, rotate_with_proba: float = 1.0):
        super().__init__()
        low, high = angle_limits
        if low >= high:
            raise ArgumentError(f"RandomRotation: angle_limits must be (lower, upper). Received: {angle_limits}")
        if not 0 <= rotate_with_proba <= 1:
            raise ArgumentError(f"RandomRotation: rotate_with_proba must be 0 to 1. Received: {rotate_with_proba}")
        self._limits = (low, high)
        self._zoom = _zoom(zoom_in, zoom_out)
        self._probability = rotate_with_proba

    def forward(self, x):
        if random.random() >= self._probability:
            return x
        return _rotated(x, random.uniform(*self._limits), self._zoom)

    def __repr__(self) -> str:
        return f"RandomRotation({self._limits})"


def _zoom(zoom_in: bool, zoom_out: bool) -> str:
    if zoom_in and zoom_out:
        raise ArgumentError("Rotate: zoom_in and zoom_out exclude each other.")
    return "in" if zoom_in else "out" if zoom_out else ""


def _rotated(x, degrees: float, zoom: str):
    if x.dtype != np.float32:
        raise DTypeError(f"Rotate: expected float32, not {np.dtype(x.dtype).name}.\n  Apply ToTensor first.")
    return from_host(kernel.rotate(np, host_view(x), degrees, zoom=zoom), x.context)
