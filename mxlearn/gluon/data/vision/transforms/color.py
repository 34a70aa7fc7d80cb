"""Transforms that change the colors of an image at random."""
import random

import numpy as np

from mxlearn.gluon.block import Block, HybridBlock
from mxlearn.io.host import from_host, host_view
from mxlearn.kernels import image as kernel


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
