"""Samples of the image operators."""
import numpy as np

from .sampling import Sample, samples


def _images(rng):
    yield rng.uniform(0, 255, size=(4, 6, 3))
    yield rng.uniform(0, 255, size=(2, 5, 3, 3))
    yield rng.uniform(0, 255, size=(3, 4, 1))
    yield rng.integers(0, 256, size=(4, 6, 3)).astype(np.uint8)
    yield rng.uniform(0, 255, size=(0, 4, 6, 3))


@samples("_image_to_tensor")
def _(rng):
    for image in _images(rng):
        yield Sample([image])


@samples("_image_normalize")
def _(rng):
    yield Sample([rng.uniform(size=(3, 4, 6))], {"mean": (0.4, 0.5, 0.6), "std": (0.2, 0.3, 0.4)})
    yield Sample([rng.uniform(size=(2, 1, 4, 3))], {"mean": 0.13, "std": 0.31})
    yield Sample([rng.uniform(size=(0, 3, 4, 3))], {"mean": (0.5,)})


@samples("_image_resize")
def _(rng):
    for image in _images(rng):
        yield Sample([image], {"size": (3, 2)})
        yield Sample([image], {"size": 7, "keep_ratio": True, "interp": 2})
    for interp in range(5):
        yield Sample([rng.uniform(size=(4, 6, 3))], {"size": (8, 3), "interp": interp})


@samples("_image_crop")
def _(rng):
    for image in _images(rng):
        yield Sample([image], {"x": 1, "y": 0, "width": 2, "height": 3})


@samples("_image_flip_left_right", "_image_flip_top_bottom")
def _(rng):
    for image in _images(rng):
        yield Sample([image])


@samples("_image_random_flip_left_right", "_image_random_flip_top_bottom")
def _(rng):
    for image in _images(rng):
        yield Sample([image], {"p": 0.5})
        yield Sample([image], {"p": 0.0})


@samples("_image_random_brightness", "_image_random_contrast", "_image_random_saturation", "_image_random_hue")
def _(rng):
    for image in list(_images(rng))[:4]:
        yield Sample([image], {"min_factor": 0.5, "max_factor": 1.5})
        yield Sample([image], {"min_factor": 0.0, "max_factor": 0.0})


@samples("_image_random_color_jitter")
def _(rng):
    for image in list(_images(rng))[:4]:
        yield Sample([image], {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1})
        yield Sample([image], {"brightness": 0.0, "contrast": 0.0, "saturation": 0.0, "hue": 0.0})


@samples("_image_adjust_lighting")
def _(rng):
    for image in _images(rng):
        yield Sample([image], {"alpha": (0.1, -0.2, 0.3)})


@samples("_image_random_lighting")
def _(rng):
    for image in _images(rng):
        yield Sample([image], {"alpha_std": 0.1})
