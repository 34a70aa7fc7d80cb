"""Whether a folder can be written, and how much room it has; nothing is left behind, and no folder is made."""

import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["existing", "free", "size_text", "unwritable"]


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that is there."""
    folder = folder.expanduser().absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def unwritable(folder: Path) -> str:
    """Return why files cannot be written into a folder, which may not be there yet; "" where they can."""
    there = existing(folder)
    itself = there == folder.expanduser().absolute()
    if not there.is_dir():
        return "it is a file" if itself else f"{there} is a file"
    if not itself:  # it would be made here
        return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} is read-only"
    try:
        with tempfile.TemporaryFile(dir=there):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def free(folder: Path) -> int:
    """Return the bytes that are free on the disk of a folder, which may not be there yet."""
    return shutil.disk_usage(existing(folder)).free


def size_text(size: float) -> str:
    """Return a number of bytes as people write it.

    Examples
    --------
    >>> size_text(999), size_text(12_300_000), size_text(80_000_000_000)
    ('999 B', '12.3 MB', '80.0 GB')
    """
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size:.0f} B"
