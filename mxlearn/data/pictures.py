"""Picture files to pixels and back, by Pillow, which is imported when the first picture is read or written.

Pillow's own limit on the number of pixels stays in force, so that a small file cannot claim a memory of gigabytes.
"""
import io
import os
from typing import Any

import numpy as np

from mxlearn.base import ArgumentError, DataError, FormatError

__all__ = ["ANY", "COLOR", "GRAY", "decode", "encode", "is_picture", "open_file", "pillow"]

GRAY, COLOR, ANY = 0, 1, -1
# what a stranger's file may be: Pillow knows dozens more, and each is code that reads untrusted bytes
FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")


def pillow() -> Any:
    """Return the module PIL.Image.

    Raises
    ------
    DataError
        If Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise DataError("reading and writing pictures needs the package Pillow.\n  pip install pillow") from error
    return Image


def decode(content: bytes, color: int = COLOR, source: str = "the picture") -> np.ndarray:
    """Return the pixels of a picture file.

    Transparency is dropped, 16-bit grays keep their upper 8 bits, and the orientation that a camera noted is not
    applied: all as MXNet does it.

    Parameters
    ----------
    content : bytes of the file
    color : COLOR, GRAY, or ANY, which keeps gray pictures gray and transparency as a fourth channel
    source : what it is called in errors

    Returns
    -------
    (height, width, channel) uint8, red first; channel is 3 for COLOR, 1 for GRAY, 1, 3 or 4 for ANY

    Raises
    ------
    FormatError
        If these are not the bytes of a whole picture, or it has more pixels than Pillow allows.
    """
    image = pillow()
    if not content:
        raise FormatError(f"{source}: is empty, 0 bytes.")
    try:
        with image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            limit = image.MAX_IMAGE_PIXELS
            if limit is not None and width * height > limit:  # Pillow warns here, and refuses at twice that
                raise image.DecompressionBombError(f"{width:,} x {height:,} pixels, more than {limit:,}")
            return _pixels(picture, color)
    except (image.DecompressionBombError, image.DecompressionBombWarning) as error:
        raise FormatError(
            f"{source}: is too large to be read: {error}.\n"
            "  Shrink the picture first; PIL.Image.MAX_IMAGE_PIXELS is the limit."
        ) from error
    except Exception as error:  # Pillow's readers of broken files raise whatever they stumble over
        reason = "its format is not known" if isinstance(error, image.UnidentifiedImageError) else error
        raise FormatError(f"{source}: is no whole picture that can be read: {reason}.") from error


def _pixels(picture, color: int) -> np.ndarray:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        pixels = np.asarray(picture).astype(np.int64) // 256
        gray = np.clip(pixels, 0, 255).astype(np.uint8)[..., None]
        return np.repeat(gray, 3, axis=2) if color == COLOR else gray
    if color == ANY:
        alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        mode = "L" if picture.mode in ("1", "L") else "RGBA" if alpha else "RGB"
    else:
        mode = "RGB" if color == COLOR else "L"
    if picture.mode == "P" and mode == "L":
        picture = picture.convert("RGB")
    pixels = np.array(picture if picture.mode == mode else picture.convert(mode))
    return pixels[..., None] if pixels.ndim == 2 else pixels


def encode(pixels: np.ndarray, suffix: str, quality: int) -> bytes:
    """Return a picture file.

    Parameters
    ----------
    pixels : (height, width), or (height, width, channel) with 1, 3 or 4 channels, red first, uint8
    suffix : ".jpg", ".jpeg" or ".png"
    quality : for JPEG 1 to 100; for PNG the effort of compression, 0 to 9, where more counts as 9
    """
    image = pillow()
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3, 4)):
        raise ArgumentError(
            "a picture must be uint8, (height, width) or (height, width, channel) with 1, 3 or 4 channels. "
            f"Received: {pixels.dtype} {pixels.shape}"
        )
    if not pixels.size:
        raise ArgumentError(f"a picture needs at least one pixel. Received: shape {pixels.shape}")
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    out = io.BytesIO()
    kind = suffix.lower()
    if kind in (".jpg", ".jpeg"):
        flat = pixels[..., :3] if pixels.ndim == 3 else pixels
        image.fromarray(np.ascontiguousarray(flat)).save(out, "JPEG", quality=max(1, min(quality, 100)))
    elif kind == ".png":
        image.fromarray(np.ascontiguousarray(pixels)).save(out, "PNG", compress_level=max(0, min(quality, 9)))
    else:
        raise ArgumentError(f"pictures are written as .jpg, .jpeg or .png. Received: {suffix!r}")
    return out.getvalue()


def open_file(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a file; DataError where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise DataError(
            f"{os.fspath(path)}: cannot be read: {error.strerror or error}.\n  Check the path, from {os.getcwd()}."
        ) from error


def is_picture(name: str) -> bool:
    """Return whether a file is named as one of the formats that can be read."""
    return os.path.splitext(name)[1].lower() in SUFFIXES
