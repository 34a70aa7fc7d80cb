"""The race: CPU against GPU, eager against hybridized, timed honestly.

protocol.py    what a reader's function has to be, and who takes part
measure.py     the samples: cold, warm-up, steady; rounds that alternate; a budget
samples.py     the records that both a live race and a recording fill
medians.py     medians and ratios with intervals, and the size at which one becomes faster
ceilings.py    what the machine can do at best: the roofline
cases.py       races with a name, which can be recorded and replayed
recording.py   the file format of recordings
board.py       everything that a picture shows, computed once for the front end, the SVG and the text
race.py        the public function, and the widget
"""

import importlib

_HOMES = {"DeviceRace": "widget", "race": "starting"}  # late: a server that only records has no front end
__all__ = ["DeviceRace", "race"]  # noqa: F822  (made below)


def __getattr__(name: str):
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{home}", __name__), name)
