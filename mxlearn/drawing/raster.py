"""Arrays of numbers as images: color maps, and a PNG of the same bytes on every machine."""

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np

NAN_COLOR, OVER_COLOR = "#CC79A7", "#F0E442"  # NaN; infinite


@dataclass(frozen=True)
class Colormap:
    """A color for each number between two limits.

    Attributes
    ----------
    stops : hexadecimal colors, equally far apart, with straight lines between them
    """

    stops: tuple[str, ...]

    def table(self, count: int = 254) -> np.ndarray:
        """Return ``count`` colors from the first stop to the last, (count, 3) uint8."""
        rgb = np.array([[int(s[i : i + 2], 16) for i in (1, 3, 5)] for s in self.stops], dtype=float)
        at = np.linspace(0, len(self.stops) - 1, count)
        columns = [np.interp(at, np.arange(len(self.stops)), rgb[:, c]) for c in range(3)]
        return np.rint(np.stack(columns, axis=1)).astype(np.uint8)

    def color(self, share: float) -> str:
        """Return the color at a share of the way, 0 to 1, as "#RRGGBB"; NaN has a color of its own."""
        if share != share:
            return NAN_COLOR
        r, g, b = self.table(256)[int(round(min(max(share, 0.0), 1.0) * 255))]
        return f"#{r:02X}{g:02X}{b:02X}"


SEQUENTIAL = Colormap(("#F7FBFF", "#9BCDEB", "#3B8DC4", "#0B559F", "#08264F"))  # small to large
DIVERGING = Colormap(("#0B4F8A", "#4C9AD1", "#F7F7F7", "#E8884A", "#A63C00"))  # negative, zero, positive
GRAYS = Colormap(("#FFFFFF", "#000000"))  # no ink to full ink


def raster(values: np.ndarray, colormap: Colormap, low: float, high: float) -> str:
    """Return an image of a matrix as a data URI: one pixel for each number.

    Parameters
    ----------
    values : (height, width), any real dtype
    low, high : numbers at the ends of the color map; what lies outside gets the color at the end

    NaN and infinities have colors of their own, which no color map has.

    Raises
    ------
    ValueError
        If ``values`` is no matrix or has no element.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"raster: expected a matrix with at least one element, got the shape {values.shape}.")
    width = high - low
    with np.errstate(invalid="ignore"):
        share = (values - low) / width if width > 0 else np.where(np.isnan(values), np.nan, 0.5)
        index = np.nan_to_num(np.rint(np.clip(share, 0, 1) * 253)).astype(np.uint8)
    index[np.isinf(values)] = 254
    index[np.isnan(values)] = 255
    special = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (OVER_COLOR, NAN_COLOR)], dtype=np.uint8)
    palette = np.concatenate([colormap.table(254), special])
    return "data:image/png;base64," + base64.b64encode(_png(index, palette)).decode("ascii")


def _png(index: np.ndarray, palette: np.ndarray) -> bytes:
    """Return a PNG file of palette indices, (height, width) uint8.

    Its data are stored, not compressed: the bytes that a compressor writes depend on its version, and a notebook that
    is compared with a stored one needs the same bytes everywhere. W3C, Portable Network Graphics, 3rd edition.
    """
    height, width = index.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), index], axis=1).tobytes()  # filter 0 before each row
    blocks = [rows[i : i + 65535] for i in range(0, len(rows), 65535)]
    stored = b"".join(
        struct.pack("<BHH", k == len(blocks) - 1, len(block), len(block) ^ 0xFFFF) + block
        for k, block in enumerate(blocks)
    )
    data = b"\x78\x01" + stored + struct.pack(">I", zlib.adler32(rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette.tobytes()), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
