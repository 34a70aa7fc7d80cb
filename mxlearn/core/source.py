"""Which line of the user's code made a node: noted while it runs, in the cheapest form, and read only when asked.

A place is (code object, offset of the instruction in bytes) of the first frame outside of the library: two
references, no string, no frame that would keep the user's arrays alive.
"""
import os
import sys
from collections.abc import Callable
from types import CodeType, FrameType

Place = tuple[CodeType, int]

_FOLDERS = [os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep]
_inside: dict[str, bool] = {}  # whether a file is the library's own, by the file name that its code bears


def skip(folder: str) -> None:
    """Count the files of a folder to the library: a place is never in there."""
    folder = os.path.abspath(folder) + os.sep
    if folder not in _FOLDERS:
        _FOLDERS.append(folder)
        _inside.clear()


def _is_inside(filename: str) -> bool:
    made = filename.startswith("<mxlearn ")  # text that the library wrote, see specialize.py and compile.py
    found = _inside[filename] = made or os.path.abspath(filename).startswith(tuple(_FOLDERS))
    return found


_frame: Callable[[int], FrameType] = sys._getframe  # pyright: ignore[reportPrivateUsage]


def here(depth: int = 2, get: Callable[[int], FrameType] = _frame) -> Place | None:
    """Return the place outside of the library that runs now, None where there is none.

    ``depth`` counts the innermost frames that are the library's for certain, this function included: to touch a frame
    costs most of the time.
    """
    frame: FrameType | None = get(depth)
    inside = _inside
    while frame is not None:
        code = frame.f_code
        name = code.co_filename
        try:
            if not inside[name]:
                return code, frame.f_lasti
        except KeyError:
            if not _is_inside(name):
                return code, frame.f_lasti
        frame = frame.f_back
    return None


# Called for each node that is recorded or composed; None while nobody asks, which costs the comparison alone.
# inspection.trace_source sets it.
note: Callable[[int], Place | None] | None = None
