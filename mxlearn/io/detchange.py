"""What ImageDetRecordIter does to a picture and the boxes of its objects.

Boxes are left, top, right, bottom as parts of the picture's width and height.
"""
import math
from dataclasses import dataclass

import numpy as np

from ..base import ArgumentError
from ..kernels import image as kernel

_CROPS = (
    "min_crop_scales", "max_crop_scales", "min_crop_aspect_ratios", "max_crop_aspect_ratios", "min_crop_overlaps",
    "max_crop_overlaps", "min_crop_sample_coverages", "max_crop_sample_coverages", "min_crop_object_coverages",
    "max_crop_object_coverages", "max_crop_trials",
)


@dataclass(frozen=True)
class DetChange:
    """The changes; the names and defaults are those of ImageDetRecordIter's parameters."""

    resize: int = -1
    rand_crop_prob: float = 0.0
    min_crop_scales: tuple = (0.0,)
    max_crop_scales: tuple = (1.0,)
    min_crop_aspect_ratios: tuple = (1.0,)
    max_crop_aspect_ratios: tuple = (1.0,)
    min_crop_overlaps: tuple = (0.0,)
    max_crop_overlaps: tuple = (1.0,)
    min_crop_sample_coverages: tuple = (0.0,)
    max_crop_sample_coverages: tuple = (1.0,)
    min_crop_object_coverages: tuple = (0.0,)
    max_crop_object_coverages: tuple = (1.0,)
    num_crop_sampler: int = 1
    crop_emit_mode: str = "center"
    emit_overlap_thresh: float = 0.3
    max_crop_trials: tuple = (25,)
    rand_pad_prob: float = 0.0
    max_pad_scale: float = 1.0
    max_random_hue: int = 0
    random_hue_prob: float = 0.0
    max_random_saturation: int = 0
    random_saturation_prob: float = 0.0
    max_random_illumination: int = 0
    random_illumination_prob: float = 0.0
    max_random_contrast: float = 0.0
    random_contrast_prob: float = 0.0
    rand_mirror_prob: float = 0.0
    fill_value: int = 127
    inter_method: int = 1
    resize_mode: str = "force"

    def check(self) -> None:
        """Raise ArgumentError where the values are not possible."""
        for name in _CROPS:
            if len(self._many(name)) not in (1, self.num_crop_sampler):
                raise ArgumentError(f"{name} needs 1 value or num_crop_sampler={self.num_crop_sampler}.")
        if self.crop_emit_mode not in ("center", "overlap"):
            raise ArgumentError(f"crop_emit_mode must be 'center' or 'overlap'. Received: {self.crop_emit_mode!r}")
        if self.resize_mode not in ("force", "fit", "shrink"):
            raise ArgumentError(f"resize_mode must be 'force', 'fit' or 'shrink'. Received: {self.resize_mode!r}")
        if self.inter_method not in (0, 1, 2, 3, 4, 9, 10):
            raise ArgumentError(f"inter_method must be 0, 1, 2, 3, 4, 9 or 10. Received: {self.inter_method}")
        if self.rand_crop_prob > 0:
            for least, most in zip(self._many("min_crop_scales"), self._many("max_crop_scales"), strict=False):
                if not 0 <= least < most <= 1:
                    raise ArgumentError(f"crop scales must be 0 <= least < most <= 1. Received: {least}, {most}")

    def _many(self, name: str) -> tuple:
        value = getattr(self, name)
        return tuple(value) if isinstance(value, list | tuple) else (value,)

    def _of(self, name: str, i: int):
        values = self._many(name)
        return values[i % len(values)]

    def apply(self, pixels: np.ndarray, objects: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
        """Return a picture (height, width, channel) and its objects (n, class and box and more), changed."""
        if self.resize > 0:
            short = min(pixels.shape[:2])
            height, width = (max(1, edge * self.resize // short) for edge in pixels.shape[:2])
            pixels = self.resized(pixels, height, width, rng)
        pixels = self._recolored(pixels, rng)
        if rng.random() < self.rand_mirror_prob:
            pixels, objects = pixels[:, ::-1], objects.copy()
            objects[:, [1, 3]] = 1 - objects[:, [3, 1]]
        if rng.random() < self.rand_pad_prob and self.max_pad_scale > 1:
            pixels, objects = self._padded(pixels, objects, rng)
        if rng.random() < self.rand_crop_prob:
            pixels, objects = self._cropped(pixels, objects, rng)
        return pixels, objects

    def fitted(self, pixels: np.ndarray, height: int, width: int, rng) -> np.ndarray:
        """Return a picture of at most ``height`` x ``width``, as ``resize_mode`` says."""
        if self.resize_mode == "force":
            return self.resized(pixels, height, width, rng)
        factor = min(height / pixels.shape[0], width / pixels.shape[1])
        if self.resize_mode == "shrink":
            factor = min(factor, 1.0)
        new_height, new_width = (max(1, int(edge * factor + 1e-6)) for edge in pixels.shape[:2])
        return self.resized(pixels, min(new_height, height), min(new_width, width), rng)

    def resized(self, pixels: np.ndarray, height: int, width: int, rng) -> np.ndarray:
        """Return a picture of another size."""
        old = pixels.shape[:2]
        method = self.inter_method
        if method == 9:
            larger, smaller = old[0] < height and old[1] < width, old[0] > height and old[1] > width
            method = kernel.CUBIC if larger else kernel.AREA if smaller else kernel.LINEAR
        elif method == 10:
            method = int(rng.integers(5))
        return pixels if old == (height, width) else kernel.resize(np, pixels, height, width, method)

    def _recolored(self, pixels: np.ndarray, rng) -> np.ndarray:
        values, drawn = pixels.astype(np.float32), rng.random(4)
        if pixels.shape[2] == 3 and drawn[0] < self.random_hue_prob:
            most = self.max_random_hue
            values = kernel.turn_hue(np, values, rng.integers(-most, most, endpoint=True) / 180)
        if pixels.shape[2] == 3 and drawn[1] < self.random_saturation_prob:
            most = self.max_random_saturation
            values = kernel.saturate(np, values, 1 + rng.integers(-most, most, endpoint=True) / 255)
        if drawn[2] < self.random_illumination_prob:
            most = self.max_random_illumination
            values = values + np.float32(rng.integers(-most, most, endpoint=True))
        if drawn[3] < self.random_contrast_prob:
            values = values * np.float32(1 + rng.uniform(-self.max_random_contrast, self.max_random_contrast))
        return np.clip(np.rint(values), 0, 255).astype(np.uint8)

    def _padded(self, pixels: np.ndarray, objects: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
        height, width = pixels.shape[:2]
        scale = rng.uniform(1, self.max_pad_scale)
        new_height, new_width = max(height, int(height * scale)), max(width, int(width * scale))
        top = int(rng.integers(new_height - height, endpoint=True))
        left = int(rng.integers(new_width - width, endpoint=True))
        larger = np.full((new_height, new_width, pixels.shape[2]), self.fill_value, pixels.dtype)
        larger[top : top + height, left : left + width] = pixels
        objects = objects.copy()
        objects[:, [1, 3]] = (objects[:, [1, 3]] * width + left) / new_width
        objects[:, [2, 4]] = (objects[:, [2, 4]] * height + top) / new_height
        return larger, objects

    def _cropped(self, pixels: np.ndarray, objects: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
        for i in rng.permutation(self.num_crop_sampler):
            for _ in range(int(self._of("max_crop_trials", i))):
                box = self._box(i, pixels.shape[0], pixels.shape[1], rng)
                kept = self._kept(i, box, objects)
                if kept is not None:
                    height, width = pixels.shape[:2]
                    left, top = int(box[0] * width), int(box[1] * height)
                    right, bottom = max(left + 1, int(box[2] * width)), max(top + 1, int(box[3] * height))
                    return pixels[top:bottom, left:right], kept
        return pixels, objects

    def _box(self, i: int, height: int, width: int, rng) -> np.ndarray:
        """Draw a rectangle (left, top, right, bottom) as parts of the picture."""
        scale = max(rng.uniform(self._of("min_crop_scales", i), self._of("max_crop_scales", i)), 1e-3)
        ratio = rng.uniform(self._of("min_crop_aspect_ratios", i), self._of("max_crop_aspect_ratios", i))
        ratio = min(max(ratio, scale * scale), 1 / (scale * scale))
        across, down = min(1.0, scale * math.sqrt(ratio)), min(1.0, scale / math.sqrt(ratio))
        left, top = rng.uniform(0, 1 - across), rng.uniform(0, 1 - down)
        return np.array([left, top, left + across, top + down])

    def _kept(self, i: int, box: np.ndarray, objects: np.ndarray) -> np.ndarray | None:
        """Return the objects inside of a crop, in its coordinates; None where the crop is not allowed."""
        low, high = np.maximum(objects[:, 1:3], box[:2]), np.minimum(objects[:, 3:5], box[2:])
        common = np.prod(np.clip(high - low, 0, None), axis=1)                  # (objects,)
        areas = np.prod(np.clip(objects[:, 3:5] - objects[:, 1:3], 1e-9, None), axis=1)
        whole = float(np.prod(box[2:] - box[:2]))
        measures = {
            "overlaps": common / (areas + whole - common),
            "sample_coverages": common / whole,
            "object_coverages": common / areas,
        }
        fits = np.ones(len(objects), bool)
        for name, values in measures.items():
            fits &= (values >= self._of(f"min_crop_{name}", i)) & (values <= self._of(f"max_crop_{name}", i))
        if self.crop_emit_mode == "center":
            middle = (objects[:, 1:3] + objects[:, 3:5]) / 2
            stays = ((middle >= box[:2]) & (middle <= box[2:])).all(axis=1)
        else:
            stays = measures["object_coverages"] >= self.emit_overlap_thresh
        if not fits.any() or not stays.any():
            return None
        kept = objects[stays].copy()
        edges = np.tile(box[:2], 2), np.tile(box[2:] - box[:2], 2)
        kept[:, 1:5] = np.clip((kept[:, 1:5] - edges[0]) / edges[1], 0, 1)
        return kept
