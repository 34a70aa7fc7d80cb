"""mx.nd.imdecode, the function before mx.image: channels first, with a rectangle and a mean."""
import numpy as np

from .. import ndarray as nd
from ..base import ArgumentError, ShapeError
from ..data import pictures
from ..io.host import from_host

__all__ = ["imdecode"]


def imdecode(str_img, clip_rect=(0, 0, 0, 0), out=None, index: int = 0, channels: int = 3, mean=None):
    """Return the picture that the bytes of a file hold, channels first: the older form of mx.image.imdecode.

    Parameters
    ----------
    str_img : bytes
    clip_rect : (x0, y0, x1, y1) to cut out, pixels; zeros take all
    out : NDArray (channel, height, width), or (batch, channel, height, width), of which ``index`` is filled; or None
    channels : 3, or 1 for grays
    mean : NDArray to subtract, or None

    Returns
    -------
    NDArray (channel, height, width), red first: float32 where there is a mean, else uint8; or ``out``

    References: MXNet 1.9.1 function mxnet.nd.imdecode.
    """
    if channels not in (1, 3):
        raise ArgumentError(f"imdecode: channels must be 1 or 3. Received: {channels}")
    pixels = pictures.decode(bytes(str_img), pictures.COLOR if channels == 3 else pictures.GRAY, "imdecode")
    x0, y0, x1, y1 = clip_rect
    if any(clip_rect):
        pixels = pixels[y0:y1, x0:x1]
        if 0 in pixels.shape:
            raise ShapeError(f"imdecode: clip_rect {tuple(clip_rect)} holds no pixel of the picture.")
    image = from_host(np.ascontiguousarray(pixels.transpose(2, 0, 1)))
    if mean is not None:
        image = nd.broadcast_sub(image.astype("float32"), mean)
    if out is None:
        return image
    place = out[index] if out.ndim == 4 else out
    if place.shape != image.shape:
        raise ShapeError(f"imdecode: out has room for {place.shape}, but the picture is {image.shape}.")
    if out.ndim == 4:
        out[index] = image.astype(out.dtype)
    else:
        out[:] = image.astype(out.dtype)
    return out
