"""Transforms that change the values or the order of axes of an image, and chains of transforms."""
import random
from collections.abc import Sequence

import numpy as np

from mxlearn.base import ArgumentError
from mxlearn.gluon.block import Block, HybridBlock
from mxlearn.gluon.nn import HybridSequential, Sequential
from mxlearn.ops import image as ops


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
