"""Images as arrays: reading files, resizing, cropping, borders, rotation.

An image is an NDArray (height, width, channel), red first, uint8 as files hold it.
"""
import math
import os
import random
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, DTypeError, ShapeError, nearest, type_name
from ..data import pictures
from ..io.host import from_host, host_view
from ..kernels import image as kernel
from ..ndarray import NDArray
from ..util import is_np_array

__all__ = [
    "center_crop",
    "color_normalize",
    "copyMakeBorder",
    "fixed_crop",
    "imdecode",
    "imread",
    "imresize",
    "imrotate",
    "random_crop",
    "random_rotate",
    "random_size_crop",
    "resize_short",
    "scale_down",
]

AUTO, ANY_METHOD = 9, 10
_BORDERS: dict[int, Any] = {1: "edge", 2: "symmetric", 3: "wrap", 4: "reflect"}


def delivered(host: np.ndarray, ctx=None) -> Any:
    """Return a NumPy array that nobody else will write as an NDArray, or as an np.ndarray where that is switched on."""
    array = from_host(host, ctx)
    return array.as_np_ndarray() if is_np_array() else array


def check_image(src, name: str) -> tuple[int, int]:
    """Return (height, width) of an image, or raise an error that names the function."""
    if not isinstance(src, NDArray):
        raise ArgumentError(f"{name}: expected an NDArray. Received: {type_name(src)}\n  mx.nd.array makes one.")
    if src.ndim != 3:
        raise ShapeError(f"{name}: expected an image (height, width, channel). Received: shape {src.shape}")
    return src.shape[0], src.shape[1]


def written(result, out):
    """Return the result, written into ``out`` where one is given."""
    if out is None:
        return result
    if not isinstance(out, NDArray) or out.shape != result.shape:
        raise ShapeError(f"out must be an NDArray of shape {result.shape}. Received: {getattr(out, 'shape', out)}")
    out[:] = result.astype(out.dtype)
    return out


def only_known(function: str, unknown: dict, known: tuple[str, ...]) -> None:
    """Refuse a parameter that a function does not have, by its name."""
    for name in unknown:
        raise ArgumentError(f"{function}: no parameter {name!r}.{nearest(name, known)}")


def imdecode(buf, flag: int = 1, to_rgb: bool = True, out=None, name=None, **unknown):
    """Return the picture that the bytes of a file hold.

    JPEG, PNG, BMP, GIF, WebP, TIFF and PPM files are read, by Pillow. Transparency is dropped. The pixels are those of
    MXNet, except where it makes grays of colors: there a value may be 1 more.

    Parameters
    ----------
    buf : bytes, bytearray, NumPy array or NDArray of uint8
    flag : 1 color, 0 gray
    to_rgb : red first, or blue first as OpenCV has it
    out : NDArray to write into, or None

    Returns
    -------
    NDArray (height, width, 3), or (height, width, 1) for gray, uint8

    Raises
    ------
    FormatError
        If this is no whole picture, or has more pixels than Pillow's limit.

    >>> picture = mx.recordio.pack_img((0, 0, 0, 0), np.zeros((4, 6, 3), np.uint8))[24:]
    >>> mx.image.imdecode(picture).shape
    (4, 6, 3)

    References: MXNet 1.9.1 function mxnet.image.imdecode.
    """
    only_known("imdecode", unknown, ("flag", "to_rgb", "out"))
    return _decoded(_as_bytes(buf), flag, to_rgb, out, "imdecode")


def _as_bytes(buf) -> bytes:
    if isinstance(buf, bytes | bytearray | memoryview):
        return bytes(buf)
    host = host_view(buf) if isinstance(buf, NDArray) else buf
    if not isinstance(host, np.ndarray):
        raise ArgumentError(
            f"imdecode: buf must be bytes, or an array of uint8. Received: {type_name(buf)}\n"
            "  To read a file by its name, use imread."
        )
    if host.dtype != np.uint8:
        raise ArgumentError(f"imdecode: the bytes of a file are uint8. Received: an array of {host.dtype}")
    return host.tobytes()


def _decoded(content: bytes, flag, to_rgb, out, source: str):
    if flag not in (pictures.GRAY, pictures.COLOR):
        raise ArgumentError(f"{source}: flag must be 0 (gray) or 1 (color). Received: {flag!r}")
    pixels = pictures.decode(content, flag, source)
    if flag == pictures.COLOR and not to_rgb:
        pixels = np.ascontiguousarray(pixels[..., ::-1])
    return written(delivered(pixels), out)


def imread(filename: str | os.PathLike[str], flag: int = 1, to_rgb: bool = True, out=None, name=None, **unknown):
    """Return the picture of a file; parameters and result as in imdecode.

    Raises
    ------
    DataError
        If the file cannot be read.
    FormatError
        If it holds no whole picture.

    References: MXNet 1.9.1 function mxnet.image.imread.
    """
    only_known("imread", unknown, ("flag", "to_rgb", "out"))
    return _decoded(pictures.open_file(filename), flag, to_rgb, out, os.fspath(filename))


def imresize(src, w: int, h: int, interp: int = 1, out=None, name=None, **unknown):
    """Resize an image.

    The weights are OpenCV's, computed in floating point: where OpenCV computes uint8 images in whole numbers, a value
    may differ by 1.

    Parameters
    ----------
    src : NDArray (height, width, channel)
    w, h : int, new width and height, pixels
    interp : 0 nearest, 1 bilinear, 2 bicubic, 3 area, 4 Lanczos over 8x8 pixels, 9 by size (bicubic where both edges
        grow, area where both shrink, else bilinear), 10 any of the first five, drawn by ``random``
    out : NDArray to write into, or None

    >>> mx.image.imresize(mx.nd.zeros((40, 60, 3)), 30, 20).shape
    (20, 30, 3)

    References: MXNet 1.9.1 function mxnet.image.imresize.
    """
    only_known("imresize", unknown, ("interp", "out"))
    height, width = check_image(src, "imresize")
    if min(w, h) < 1:
        raise ArgumentError(f"imresize: w and h must be 1 or more. Received: {w}, {h}")
    method = _method(interp, (height, width), (h, w))
    return written(nd.image.resize(src, size=(int(w), int(h)), interp=method), out)


def _method(interp: int, old: tuple[int, int], new: tuple[int, int]) -> int:
    if interp == AUTO:
        if new[0] > old[0] and new[1] > old[1]:
            return kernel.CUBIC
        return kernel.AREA if new[0] < old[0] and new[1] < old[1] else kernel.LINEAR
    if interp == ANY_METHOD:
        return random.randint(kernel.NEAREST, kernel.LANCZOS)
    if interp not in range(kernel.NEAREST, kernel.LANCZOS + 1):
        raise ArgumentError(f"interp must be 0, 1, 2, 3, 4, 9 or 10. Received: {interp!r}")
    return interp


def resize_short(src, size: int, interp: int = 2):
    """Resize an image so that its shorter edge has ``size`` pixels, and keep its proportions.

    >>> mx.image.resize_short(mx.nd.zeros((40, 60, 3)), 20).shape
    (20, 30, 3)

    References: MXNet 1.9.1 function mxnet.image.resize_short.
    """
    height, width = check_image(src, "resize_short")
    if height > width:
        return imresize(src, size, size * height // width, interp)
    return imresize(src, size * width // height, size, interp)


def scale_down(src_size: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """Return the largest (width, height) of the proportions of ``size`` that fits into ``src_size``, at most ``size``.

    >>> mx.image.scale_down((640, 480), (720, 120))
    (640, 106)

    References: MXNet 1.9.1 function mxnet.image.scale_down.
    """
    width, height = size
    old_width, old_height = src_size
    if old_height < height:
        width, height = float(width * old_height) / height, old_height
    if old_width < width:
        width, height = old_width, float(height * old_width) / width
    return int(width), int(height)


def fixed_crop(src, x0: int, y0: int, w: int, h: int, size: tuple[int, int] | None = None, interp: int = 2):
    """Cut out ``w`` x ``h`` pixels from (x0, y0) on, what lies outside of the image left out, and resize them.

    Parameters
    ----------
    src : NDArray (height, width, channel)
    size : (width, height) to resize to, or None
    interp : as in imresize

    >>> mx.image.fixed_crop(mx.nd.zeros((40, 60, 3)), 10, 5, 20, 30, size=(8, 9)).shape
    (9, 8, 3)

    References: MXNet 1.9.1 function mxnet.image.fixed_crop.
    """
    check_image(src, "fixed_crop")
    if min(x0, y0) < 0 or min(w, h) < 1:
        raise ArgumentError(f"fixed_crop: needs a corner and a size that are positive. Received: {x0, y0, w, h}")
    cut = src[y0 : y0 + h, x0 : x0 + w]
    if 0 in cut.shape:
        raise ShapeError(f"fixed_crop: ({x0}, {y0}) lies outside of the image of {src.shape[1]}x{src.shape[0]} pixels.")
    return cut if size is None or (w, h) == tuple(size) else imresize(cut, *size, interp=interp)


def random_crop(src, size: tuple[int, int], interp: int = 2):
    """Cut out ``size`` pixels at a random place; from a smaller image less, in the same proportions, enlarged.

    Returns
    -------
    the image (height, width, channel) of ``size``, and where it was cut out: (x0, y0, width, height)

    The place is drawn by ``random``, as in MXNet.

    References: MXNet 1.9.1 function mxnet.image.random_crop.
    """
    height, width = check_image(src, "random_crop")
    new_width, new_height = _fitting((width, height), size)
    x0 = random.randint(0, width - new_width)
    y0 = random.randint(0, height - new_height)
    return fixed_crop(src, x0, y0, new_width, new_height, size, interp), (x0, y0, new_width, new_height)


def center_crop(src, size: tuple[int, int], interp: int = 2):
    """Cut out the middle; parameters and result as in random_crop.

    >>> image, box = mx.image.center_crop(mx.nd.zeros((40, 60, 3)), (20, 30))
    >>> image.shape, box
    ((30, 20, 3), (20, 5, 20, 30))

    References: MXNet 1.9.1 function mxnet.image.center_crop.
    """
    height, width = check_image(src, "center_crop")
    new_width, new_height = _fitting((width, height), size)
    x0, y0 = (width - new_width) // 2, (height - new_height) // 2
    return fixed_crop(src, x0, y0, new_width, new_height, size, interp), (x0, y0, new_width, new_height)


def _fitting(old: tuple[int, int], size) -> tuple[int, int]:
    try:
        width, height = size
    except TypeError:
        raise ArgumentError(f"size must be (width, height). Received: {size!r}") from None
    if min(width, height) < 1:
        raise ArgumentError(f"size must be 1 or more both ways. Received: {size!r}")
    width, height = scale_down(old, (width, height))
    return max(width, 1), max(height, 1)


def random_size_crop(src, size: tuple[int, int], area, ratio, interp: int = 2, **kwargs):
    """Cut out a rectangle of random area and proportions, and resize it, as networks for ImageNet are trained.

    Parameters
    ----------
    src : NDArray (height, width, channel)
    size : (width, height) of the result
    area : (least, most) area as a part of the image's, or the least alone
    ratio : (least, most) width / height
    interp : as in imresize
    min_area : the least area: the older name of ``area``

    Returns
    -------
    as random_crop; where ten tries find no place, the middle of the image

    References: MXNet 1.9.1 function mxnet.image.random_size_crop.
    """
    height, width = check_image(src, "random_size_crop")
    if "min_area" in kwargs:
        area = kwargs.pop("min_area")
    only_known("random_size_crop", kwargs, ("area", "ratio", "interp", "min_area"))
    least, most = (area, 1.0) if isinstance(area, int | float) else area
    for _ in range(10):
        target = random.uniform(least, most) * height * width
        proportion = math.exp(random.uniform(math.log(ratio[0]), math.log(ratio[1])))
        new_width = round(math.sqrt(target * proportion))
        new_height = round(math.sqrt(target / proportion))
        if 1 <= new_width <= width and 1 <= new_height <= height:
            x0 = random.randint(0, width - new_width)
            y0 = random.randint(0, height - new_height)
            return fixed_crop(src, x0, y0, new_width, new_height, size, interp), (x0, y0, new_width, new_height)
    return center_crop(src, size, interp)


def color_normalize(src, mean, std=None):
    """Subtract a mean color, and divide by a standard deviation; None leaves that out. The image itself is kept.

    Parameters
    ----------
    src : NDArray (height, width, channel), floating
    mean, std : NDArray, number or sequence that fits the channels, or None

    >>> mx.image.color_normalize(mx.nd.array([[[3, 4, 5]]]), mx.nd.array([1, 2, 3]), 2).asnumpy().tolist()
    [[[1.0, 1.0, 1.0]]]

    References: MXNet 1.9.1 function mxnet.image.color_normalize, which changes ``src`` in its place.
    """
    if mean is not None:
        src = src - _like(mean, src)
    return src if std is None else src / _like(std, src)


def _like(value, image):
    if isinstance(value, NDArray | int | float):
        return value
    return nd.array(value, ctx=image.context, dtype=image.dtype)


def copyMakeBorder(src, top: int, bot: int, left: int, right: int, type: int = 0, value: float = 0.0, values=(),
                   out=None, name=None, **unknown):
    """Add a border to an image.

    Parameters
    ----------
    src : NDArray (height, width, channel)
    top, bot, left, right : int, pixels
    type : 0 one color, 1 the edge repeated, 2 mirrored with the edge, 3 from the other side, 4 mirrored without it
    value : number of all channels, for type 0
    values : up to four numbers, one for each channel, in the place of ``value``; channels without one are 0
    out : NDArray to write into, or None

    >>> mx.image.copyMakeBorder(mx.nd.ones((1, 1, 1)), 0, 1, 1, 0, 0, 7).asnumpy()[..., 0].tolist()
    [[7.0, 1.0], [7.0, 7.0]]

    References: MXNet 1.9.1 operator _cvcopyMakeBorder.
    """
    only_known("copyMakeBorder", unknown, ("top", "bot", "left", "right", "type", "value", "values", "out"))
    check_image(src, "copyMakeBorder")
    if min(top, bot, left, right) < 0:
        raise ArgumentError(f"copyMakeBorder: a border is 0 or more pixels. Received: {top, bot, left, right}")
    if type not in (0, *_BORDERS):
        raise ArgumentError(f"copyMakeBorder: type must be 0 to 4. Received: {type!r}")
    host, edges = host_view(src), ((top, bot), (left, right), (0, 0))
    if type:
        return written(delivered(np.pad(host, edges, mode=_BORDERS[type]), src.context), out)
    channels = host.shape[2]
    color = [*values, *[0] * channels][:channels] if len(values) else [value] * channels
    result = np.empty((host.shape[0] + top + bot, host.shape[1] + left + right, channels), host.dtype)
    result[:] = np.asarray(color, np.float64).astype(host.dtype)
    result[top : top + host.shape[0], left : left + host.shape[1]] = host
    return written(delivered(result, src.context), out)


def imrotate(src, rotation_degrees, zoom_in: bool = False, zoom_out: bool = False):
    """Rotate images about their centers; what comes from outside is 0.

    Parameters
    ----------
    src : NDArray (channel, height, width) or (batch, channel, height, width), float32
    rotation_degrees : number, counterclockwise; for a batch also an NDArray (batch,)
    zoom_in : enlarge until no corner is empty
    zoom_out : shrink until the whole image is seen

    References: MXNet 1.9.1 function mxnet.image.imrotate.
    """
    if zoom_in and zoom_out:
        raise ArgumentError("imrotate: zoom_in and zoom_out exclude each other.")
    if not isinstance(src, NDArray) or src.ndim not in (3, 4):
        raise ShapeError(
            "imrotate: expected an NDArray (channel, height, width) or (batch, channel, height, width). "
            f"Received: {getattr(src, 'shape', type_name(src))}"
        )
    if src.dtype != np.float32:
        raise DTypeError(f"imrotate: expected float32, not {np.dtype(src.dtype).name}.\n  Convert it with astype.")
    zoom = "in" if zoom_in else "out" if zoom_out else ""
    host = host_view(src)
    if np.ndim(rotation_degrees) == 0 and not isinstance(rotation_degrees, NDArray):
        return delivered(kernel.rotate(np, host, float(rotation_degrees), zoom=zoom), src.context)
    if src.ndim == 3:
        raise ArgumentError("imrotate: one image is rotated by one number of degrees. Received: an array")
    angles = np.asarray(host_view(rotation_degrees) if isinstance(rotation_degrees, NDArray) else rotation_degrees)
    if angles.shape != host.shape[:1]:
        raise ShapeError(f"imrotate: {len(host)} images need as many angles. Received: shape {angles.shape}")
    turned = [kernel.rotate(np, one, float(angle), zoom=zoom) for one, angle in zip(host, angles, strict=True)]
    return delivered(np.stack(turned) if turned else host.copy(), src.context)


def random_rotate(src, angle_limits: tuple[float, float], zoom_in: bool = False, zoom_out: bool = False):
    """Rotate by an angle drawn between two limits, each image of a batch by its own.

    Parameters
    ----------
    src, zoom_in, zoom_out : as in imrotate
    angle_limits : (least, most), degrees; drawn by ``numpy.random``, as in MXNet

    References: MXNet 1.9.1 function mxnet.image.random_rotate.
    """
    if getattr(src, "ndim", 0) == 4:
        return imrotate(src, np.random.uniform(*angle_limits, size=len(src)), zoom_in, zoom_out)
    return imrotate(src, float(np.random.uniform(*angle_limits)), zoom_in, zoom_out)
