"""Make the four 28x28 IDX files from the UCI optical handwritten digits that scikit-learn carries.

    python prepare.py [FOLDER]      # default: the folder of this file; needs NumPy and scikit-learn

Each 8x8 image (values 0 to 16) is enlarged to 20x20 by Catmull-Rom interpolation and centered in 28x28, as MNIST
centers its digits. The arithmetic is in integers, so every machine gets the same pixels. The first 1,500 images are
the training set, the last 297 the test set, both in the order of the source. The compressed bytes may differ between
versions of zlib, the decompressed content does not.
"""
import gzip
import struct
import sys
from pathlib import Path

import numpy as np

TRAIN = 1500
SMALL, LARGE, FULL = 8, 20, 28  # pixels
UNIT = 2000  # every weight is a whole multiple of 1/2000
IDX_UINT8 = 0x08


def weights() -> np.ndarray:
    """Return the (20, 8) matrix of interpolation weights, as whole numbers of 1/2000.

    The center of large pixel i lies at (4i - 3)/10 in small pixels. The Catmull-Rom kernel at distance d is
    (3d^3 - 5d^2 + 2)/2 for d <= 1 and (-d^3 + 5d^2 - 8d + 4)/2 for 1 < d < 2. Pixels beyond the border repeat it.
    """
    matrix = np.zeros((LARGE, SMALL), dtype=np.int64)
    for i in range(LARGE):
        center = 4 * i - 3  # tenths of a small pixel
        for j in range(center // 10 - 1, center // 10 + 3):
            d = abs(10 * j - center)  # tenths
            near = 3 * d**3 - 50 * d**2 + 2000
            far = -(d**3) + 50 * d**2 - 800 * d + 4000
            matrix[i, min(max(j, 0), SMALL - 1)] += near if d <= 10 else far
    return matrix


def enlarge(images: np.ndarray) -> np.ndarray:
    """Enlarge digits: (n, 8, 8) whole numbers 0 to 16 to (n, 28, 28) uint8."""
    matrix = weights()
    large = matrix @ images.astype(np.int64) @ matrix.T  # (n, 20, 20), in 1/(16 * 2000^2) of white
    scaled = (large * 255 + 8 * UNIT**2) // (16 * UNIT**2)  # rounded to the nearest gray
    margin = (FULL - LARGE) // 2
    return np.pad(np.clip(scaled, 0, 255).astype(np.uint8), ((0, 0), (margin, margin), (margin, margin)))


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write a uint8 array as a compressed IDX file without name or time in its header."""
    header = struct.pack(">HBB", 0, IDX_UINT8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), compresslevel=9, mtime=0))


def main(folder: Path) -> None:
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = enlarge(digits.images), digits.target.astype(np.uint8)
    write_idx(folder / "train-images-idx3-ubyte.gz", images[:TRAIN])
    write_idx(folder / "train-labels-idx1-ubyte.gz", labels[:TRAIN])
    write_idx(folder / "t10k-images-idx3-ubyte.gz", images[TRAIN:])
    write_idx(folder / "t10k-labels-idx1-ubyte.gz", labels[TRAIN:])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
