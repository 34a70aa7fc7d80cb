"""What ImageRecordIter does to a picture: resizing, rotation, cropping, colors, mirroring, normalization.

Each picture has random numbers of its own, so that what comes out does not depend on which thread worked on it.
"""
import math
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, DataError, FormatError, ShapeError
from ..data import pictures
from ..kernels import image as kernel

AUTO, ANY_METHOD = 9, 10


@dataclass(frozen=True)
class Change:
    """The changes of a picture; the names and defaults are those of ImageRecordIter's parameters.

    Sizes are pixels, angles degrees. What is drawn at random is drawn uniformly between the limits.
    """

    resize: int = -1
    rand_crop: bool = False
    random_resized_crop: bool = False
    max_rotate_angle: int = 0
    max_aspect_ratio: float = 0.0
    min_aspect_ratio: float | None = None
    max_shear_ratio: float = 0.0
    max_crop_size: int = -1
    min_crop_size: int = -1
    max_random_scale: float = 1.0
    min_random_scale: float = 1.0
    max_random_area: float = 1.0
    min_random_area: float = 1.0
    max_img_size: float = 1e10
    min_img_size: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    pca_noise: float = 0.0
    random_h: int = 0
    random_s: int = 0
    random_l: int = 0
    rotate: int = -1
    fill_value: int = 255
    inter_method: int = 1
    pad: int = 0
    mirror: bool = False
    rand_mirror: bool = False
    mean_img: str = ""
    mean_r: float = 0.0
    mean_g: float = 0.0
    mean_b: float = 0.0
    mean_a: float = 0.0
    std_r: float = 1.0
    std_g: float = 1.0
    std_b: float = 1.0
    std_a: float = 1.0
    scale: float = 1.0
    max_random_contrast: float = 0.0
    max_random_illumination: float = 0.0

    def check(self) -> None:
        """Raise ArgumentError where the values are not possible."""
        if self.inter_method not in (0, 1, 2, 3, 4, AUTO, ANY_METHOD):
            raise ArgumentError(f"inter_method must be 0, 1, 2, 3, 4, 9 or 10. Received: {self.inter_method}")
        for low, high in (
            ("min_random_scale", "max_random_scale"),
            ("min_random_area", "max_random_area"),
            ("min_crop_size", "max_crop_size"),
        ):
            if getattr(self, low) > getattr(self, high):
                raise ArgumentError(
                    f"{low} must not be above {high}. Received: {getattr(self, low)}, {getattr(self, high)}"
                )
        if min(self.std_r, self.std_g, self.std_b, self.std_a) <= 0:
            raise ArgumentError("std_r, std_g, std_b and std_a must be positive.")
        if self.random_resized_crop and not (self._low_ratio() > 0 and self.min_random_area > 0):
            raise ArgumentError("random_resized_crop needs positive ratios and areas.")

    def _low_ratio(self) -> float:
        if self.min_aspect_ratio is not None:
            return self.min_aspect_ratio
        return 1.0 if not self.max_aspect_ratio else min(self.max_aspect_ratio, 1 / self.max_aspect_ratio)

    def cut(self, pixels: np.ndarray, height: int, width: int, rng: np.random.Generator) -> np.ndarray:
        """Return ``height`` x ``width`` pixels of a picture (height, width, channel), mirrored or not, as float32."""
        if self.resize > 0:
            old_height, old_width = pixels.shape[:2]
            short = min(old_height, old_width)
            new = max(1, old_height * self.resize // short), max(1, old_width * self.resize // short)
            pixels = self._resized(pixels, *new, rng)
        pixels = self._warped(pixels, rng)
        if self.pad > 0:
            edges = ((self.pad, self.pad), (self.pad, self.pad), (0, 0))
            pixels = np.pad(pixels, edges, constant_values=self.fill_value)
        pixels = self._cropped(pixels, height, width, rng)
        values = self._recolored(pixels.astype(np.float32), rng)
        if self.mirror or (self.rand_mirror and rng.random() < 0.5):
            values = values[:, ::-1]
        return values

    def _method(self, old: tuple[int, ...], new: tuple[int, int], rng) -> int:
        if self.inter_method == AUTO:
            if new[0] > old[0] and new[1] > old[1]:
                return kernel.CUBIC
            return kernel.AREA if new[0] < old[0] and new[1] < old[1] else kernel.LINEAR
        return int(rng.integers(5)) if self.inter_method == ANY_METHOD else self.inter_method

    def _resized(self, pixels: np.ndarray, height: int, width: int, rng) -> np.ndarray:
        if pixels.shape[:2] == (height, width):
            return pixels
        method = self._method(pixels.shape[:2], (height, width), rng)
        return kernel.resize(np, pixels, height, width, method)

    def _warped(self, pixels: np.ndarray, rng) -> np.ndarray:
        """Rotate, shear and scale a picture about its center; outside of it is ``fill_value``."""
        angle = float(self.rotate) if self.rotate > 0 else 0.0
        if self.max_rotate_angle > 0:
            angle += rng.integers(-self.max_rotate_angle, self.max_rotate_angle, endpoint=True)
        shear = rng.uniform(-self.max_shear_ratio, self.max_shear_ratio) if self.max_shear_ratio > 0 else 0.0
        scale = rng.uniform(self.min_random_scale, self.max_random_scale)
        ratio = 1.0
        if self.max_aspect_ratio > 0 and not self.random_resized_crop:
            ratio = 1.0 + rng.uniform(-self.max_aspect_ratio, self.max_aspect_ratio)
        if angle == 0 and shear == 0 and scale == 1 and ratio == 1:
            return pixels
        old_height, old_width = pixels.shape[:2]
        height, width = (
            max(1, round(min(max(edge * scale, self.min_img_size), self.max_img_size)))
            for edge in (old_height, old_width)
        )
        tall = 2 * scale / (1 + ratio)                                  # scale of the rows
        wide = ratio * tall                                             # and of the columns
        cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        forward = np.array([[wide * (cos - shear * sin), wide * sin], [tall * (shear * cos - sin), tall * cos]])
        back = np.linalg.inv(forward)                                   # from a new pixel (x, y) to an old one
        # OpenCV counts from the middle of the first pixel, Pillow from its corner: half a pixel more on both sides.
        center = np.array([old_width + 1, old_height + 1]) / 2 - back @ (np.array([width + 1, height + 1]) / 2)
        return _affine(pixels, (width, height), back, center, self.fill_value)

    def _cropped(self, pixels: np.ndarray, height: int, width: int, rng) -> np.ndarray:
        old_height, old_width = pixels.shape[:2]
        if self.random_resized_crop:
            box = self._random_box(old_height, old_width, rng)
            if box is not None:
                top, left, crop_height, crop_width = box
                cut = pixels[top : top + crop_height, left : left + crop_width]
                return self._resized(cut, height, width, rng)
        crop_height, crop_width = height, width
        if self.max_crop_size > 0:
            crop_height = crop_width = int(rng.integers(max(self.min_crop_size, 1), self.max_crop_size, endpoint=True))
            if crop_height > min(old_height, old_width):
                raise ShapeError(
                    f"max_crop_size {self.max_crop_size} does not lie in a picture of {old_width}x{old_height} pixels"
                )
        elif old_height < height or old_width < width:                  # too small: enlarge until it covers the result
            factor = max(height / old_height, width / old_width)
            old_height, old_width = max(height, int(old_height * factor)), max(width, int(old_width * factor))
            pixels = self._resized(pixels, old_height, old_width, rng)
        spare_y, spare_x = old_height - crop_height, old_width - crop_width
        if self.rand_crop:
            top, left = int(rng.integers(spare_y, endpoint=True)), int(rng.integers(spare_x, endpoint=True))
        else:
            top, left = spare_y // 2, spare_x // 2
        return self._resized(pixels[top : top + crop_height, left : left + crop_width], height, width, rng)

    def _random_box(self, height: int, width: int, rng) -> tuple[int, int, int, int] | None:
        low, high = math.log(self._low_ratio()), math.log(self.max_aspect_ratio or 1.0)
        for _ in range(10):
            area = rng.uniform(self.min_random_area, self.max_random_area) * height * width
            ratio = math.exp(rng.uniform(min(low, high), max(low, high)))
            crop_height, crop_width = round(math.sqrt(area / ratio)), round(math.sqrt(area * ratio))
            if 1 <= crop_height <= height and 1 <= crop_width <= width:
                top = int(rng.integers(height - crop_height, endpoint=True))
                left = int(rng.integers(width - crop_width, endpoint=True))
                return top, left, crop_height, crop_width
        return None

    def _recolored(self, values: np.ndarray, rng) -> np.ndarray:
        """Change colors as brightness, contrast, saturation, pca_noise and random_h, _s, _l say; kept in 0 to 255."""
        changed = False
        steps = [
            (kernel.brighten, self.brightness),
            (kernel.contrast, self.contrast),
            (kernel.saturate, self.saturation),
        ]
        for i in rng.permutation(3) if self.brightness or self.contrast or self.saturation else ():
            function, strength = steps[i]
            if strength:
                values, changed = function(np, values, 1 + rng.uniform(-strength, strength)), True
        if self.pca_noise > 0 and values.shape[2] == 3:
            values, changed = kernel.light(np, values, rng.standard_normal(3) * self.pca_noise), True
        if (self.random_h or self.random_s or self.random_l) and values.shape[2] == 3:
            if self.random_h:  # OpenCV's hue has 180 steps
                values = kernel.turn_hue(np, values, rng.integers(-self.random_h, self.random_h, endpoint=True) / 180)
            if self.random_s:
                strength = rng.integers(-self.random_s, self.random_s, endpoint=True) / 255
                values = kernel.saturate(np, values, 1 + strength)
            if self.random_l:
                values = values + np.float32(rng.integers(-self.random_l, self.random_l, endpoint=True))
            changed = True
        return np.clip(values, 0, 255) if changed else values

    def statistics(self, channels: int) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each channel, (channel, 1, 1)."""
        mean = np.array([self.mean_r, self.mean_g, self.mean_b, self.mean_a][:channels], np.float32)
        std = np.array([self.std_r, self.std_g, self.std_b, self.std_a][:channels], np.float32)
        return mean.reshape(-1, 1, 1), std.reshape(-1, 1, 1)

    def normalized(self, values: np.ndarray, mean: np.ndarray, std: np.ndarray, rng) -> np.ndarray:
        """Return values (channel, height, width) less a mean, over a standard deviation, times ``scale``."""
        factor, shift = self.scale, 0.0
        if self.max_random_contrast > 0:
            factor *= 1 + rng.uniform(-self.max_random_contrast, self.max_random_contrast)
        if self.max_random_illumination > 0:
            shift = rng.uniform(-self.max_random_illumination, self.max_random_illumination) * self.scale
        return (values - mean) / std * np.float32(factor) + np.float32(shift)


def _affine(pixels: np.ndarray, size: tuple[int, int], back: np.ndarray, center: np.ndarray, fill: int) -> np.ndarray:
    """Return a picture of ``size`` (width, height): its pixel p shows pixel ``back @ p + center`` of the old one."""
    image = pictures.pillow()
    gray = pixels.shape[2] == 1
    picture = image.fromarray(pixels[..., 0] if gray else pixels)
    terms = (back[0, 0], back[0, 1], center[0], back[1, 0], back[1, 1], center[1])
    color = fill if gray else (fill,) * pixels.shape[2]
    bilinear = image.Resampling.BILINEAR
    turned = np.asarray(picture.transform(size, image.Transform.AFFINE, terms, bilinear, fillcolor=color))
    return turned[..., None] if gray else turned


def load_mean(path: str, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the mean image (channel, height, width) of a file of arrays, or None where there is no such file."""
    if not os.path.exists(path):
        return None
    arrays: Any = nd.load(path)
    if not isinstance(arrays, dict) or "mean_img" not in arrays:
        raise FormatError(f"{path}: holds no array named 'mean_img'.\n  Remove it, and it is computed anew.")
    mean = arrays["mean_img"].asnumpy()
    if mean.shape != shape:
        raise ShapeError(f"{path}: the mean image has the shape {mean.shape}, but data_shape is {shape}.")
    return mean.astype(np.float32)


def save_mean(path: str, mean: np.ndarray) -> None:
    """Write a mean image where load_mean finds it."""
    try:
        nd.save(path, {"mean_img": nd.array(mean)})
    except DataError as error:
        raise DataError(f"mean_img: {error}") from error
