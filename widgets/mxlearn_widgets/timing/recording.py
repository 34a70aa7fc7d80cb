"""Recordings: races that were run on a named machine, as a versioned JSON file that is checked when it is read.

    {"format": "mxlearn timings", "version": 1, "date": "2026-11-22", "mxlearn": "0.1.0",
     "machine": {"device": ..., "driver": ..., "cuda": ..., "cupy": ..., "cpu": ..., "threads": 4, ...},
     "ceilings": {"gpu": {"flops": ..., "bandwidth": ...}},
     "cases": {"matmul": {"title": ..., "unit": ..., "sizes": [16, ...], "flops": [...], "bytes": [...],
        "entrants": [{"name": "gpu(0)", "device": "gpu", "transfer": false,
           "points": [{"inner": 3, "cold": [[launched, synchronized, event], ...], "warm-up": ..., "steady": ...}]}]}}}

Times are seconds; the event time of a CPU is null. ``points`` has one entry for each size, null where nothing was
measured. A reader refuses what it does not know: there is no default for a missing part of a measurement.
"""

import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from mxlearn import __version__
from mxlearn.base import FormatError, NotFoundError, atomic_write, nearest, printable
from mxlearn.timing import Machine, Reading

from .samples import MOST_ENTRANTS, MOST_ROUNDS, MOST_SIZES, PHASES, WARM_UPS, Ceiling, Entrant, Point, Results

FORMAT, VERSION = "mxlearn timings", 1
LARGEST = 4 << 20  # bytes of a file
MOST_CASES, LONGEST = 40, 200  # cases of a file, letters of a text
FOLDER = Path(__file__).parents[1] / "recordings"
_SAMPLES = {"cold": 1, "warm-up": WARM_UPS, "steady": MOST_ROUNDS}  # at most


@dataclass(frozen=True)
class Recording:
    """Races recorded on one machine.

    Attributes
    ----------
    path : file they were read from, None for one in the making
    mxlearn : version that recorded them
    cases : by name
    """

    machine: Machine
    date: str
    cases: dict[str, Results]
    mxlearn: str = __version__
    path: Path | None = None

    @property
    def has_gpu(self) -> bool:
        """Whether a GPU was timed."""
        return any(entrant.device == "gpu" for case in self.cases.values() for entrant in case.entrants)


# -- writing -----------------------------------------------------------------------------------------------------------
def file_name(machine: Machine, date: str) -> str:
    """Return the name of a recording: the device, marked cpu-only where no GPU was timed, and the date.

    Examples
    --------
    >>> file_name(Machine("NVIDIA X 80GB", "570.86", "12.8", "14.2", "", 8, "", "", ""), "2026-11-22")
    'nvidia-x-80gb-2026-11-22.json'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", machine.device.lower()).strip("-")[:60] or "unknown"
    return f"{'' if machine.cuda else 'cpu-only-'}{slug}-{date}.json"


def write(recording: Recording, path: str | Path) -> None:
    """Write a recording; a file of that name is replaced as a whole.

    Raises
    ------
    DataError
        If the folder is missing or not writable.
    """
    ceilings = {kind: c._asdict() for case in recording.cases.values() for kind, c in case.ceilings.items()}
    content = {
        "format": FORMAT, "version": VERSION, "date": recording.date, "mxlearn": recording.mxlearn,
        "machine": asdict(recording.machine), "ceilings": ceilings,
        "cases": {name: _case(results) for name, results in recording.cases.items()},
    }  # fmt: skip
    with atomic_write(path, "w") as file:
        file.write(json.dumps(content, allow_nan=False, separators=(",", ":")) + "\n")


def _case(results: Results) -> dict[str, Any]:
    entrants = []
    for number, entrant in enumerate(results.entrants):
        points = [results.points.get((number, k)) for k in range(len(results.sizes))]
        entrants.append({**asdict(entrant), "points": [_point(p) if p and p.steady else None for p in points]})
    return {"title": results.title, "unit": results.unit, "sizes": list(results.sizes), "flops": list(results.flops),
            "bytes": list(results.bytes), "entrants": entrants}  # fmt: skip


def _point(point: Point) -> dict[str, Any]:
    phases = {name: [[_digits(t) for t in reading] for reading in readings] for name, readings in point.phases()}
    return {"inner": point.inner, **phases}


def _digits(seconds: float | None) -> float | None:
    return None if seconds is None else float(f"{seconds:.4g}")


# -- reading -----------------------------------------------------------------------------------------------------------
def read(path: str | Path) -> Recording:
    """Read and check a recording.

    Raises
    ------
    FormatError
        If the file is not there, too large, no recording, of another version, or holds anything out of place; the
        message says where.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise FormatError(f"{path}: {size} bytes, a recording has at most {LARGEST}.")
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except FormatError:
        raise
    except OSError as error:
        raise FormatError(f"{path}: this recording cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}: not a recording of timings: {error}") from None
    return _Reader(path).recording(content)


def _refuse(name: str):
    raise ValueError(f"{name} is no number of JSON")


class _Reader:
    """Turns parsed JSON into records; every message names the file and the place in it."""

    def __init__(self, path: Path):
        self.path = path

    def fail(self, place: str, expected: str, received: object) -> FormatError:
        text = printable(repr(received))
        text = text if len(text) <= 60 else f"{text[:57]}..."
        return FormatError(f"{self.path}: {printable(place)}: expected {expected}. Received: {text}")

    def get(self, place: str, holder: Any, key: str) -> Any:
        if not isinstance(holder, dict):
            raise self.fail(place, "an object", holder)
        if key not in holder:
            raise self.fail(place, f"the part {key!r}", sorted(holder))
        return holder[key]

    def text(self, place: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > LONGEST:
            raise self.fail(place, f"a text of at most {LONGEST} letters", value)
        return printable(value)

    def number(self, place: str, value: Any, *, whole: bool = False) -> float:
        kinds = (int,) if whole else (int, float)
        right = isinstance(value, kinds) and not isinstance(value, bool)
        if not right or not 0 < value < 1e30:  # NaN and infinity are not in between
            raise self.fail(place, "a positive whole number" if whole else "a positive number", value)
        return value

    def list(self, place: str, value: Any, most: int) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise self.fail(place, f"a list of at most {most}", value)
        return value

    def recording(self, content: Any) -> Recording:
        if self.get("file", content, "format") != FORMAT:
            raise self.fail("format", repr(FORMAT), content["format"])
        version = self.get("file", content, "version")
        if version != VERSION or isinstance(version, bool):
            newer = isinstance(version, int) and version > VERSION
            raise self.fail("version", f"{VERSION}{' (a newer mxlearn wrote this file)' if newer else ''}", version)
        date = self.text("date", self.get("file", content, "date"))
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
            raise self.fail("date", "a day such as 2026-11-22", date)
        machine = self.machine(self.get("file", content, "machine"))
        ceilings = self.ceilings(self.get("file", content, "ceilings"))
        cases = self.get("file", content, "cases")
        if not isinstance(cases, dict) or not 0 < len(cases) <= MOST_CASES:
            raise self.fail("cases", f"an object of 1 to {MOST_CASES} cases", cases)
        found = {self.text("cases", name): self.case(f"case {name!r}", case, machine, date, ceilings)
                 for name, case in cases.items()}  # fmt: skip
        written_by = self.text("mxlearn", self.get("file", content, "mxlearn"))
        return Recording(machine, date, found, written_by, self.path)

    def machine(self, value: Any) -> Machine:
        parts: dict[str, Any] = {}
        for part in fields(Machine):
            given = self.get("machine", value, part.name)
            place = f"machine: {part.name}"
            parts[part.name] = (
                int(self.number(place, given, whole=True)) if part.name == "threads" else self.text(place, given)
            )
        if not parts["device"]:
            raise self.fail("machine: device", "the name of the device", "")
        return Machine(**parts)

    def ceilings(self, value: Any) -> dict[str, Ceiling]:
        if not isinstance(value, dict) or not set(value) <= {"cpu", "gpu"}:
            raise self.fail("ceilings", "an object of cpu and gpu", value)
        return {
            kind: Ceiling(*(self.number(f"ceilings: {kind}: {part}", self.get("ceilings", one, part))
                            for part in Ceiling._fields))
            for kind, one in value.items()
        }  # fmt: skip

    def case(self, place: str, value: Any, machine: Machine, date: str, ceilings: dict[str, Ceiling]) -> Results:
        sizes = tuple(int(self.number(f"{place}: sizes", n, whole=True))
                      for n in self.list(f"{place}: sizes", self.get(place, value, "sizes"), MOST_SIZES))  # fmt: skip
        if not sizes or list(sizes) != sorted(set(sizes)):
            raise self.fail(f"{place}: sizes", "sizes in ascending order", list(sizes))
        works = []
        for part in ("flops", "bytes"):
            given = self.list(f"{place}: {part}", self.get(place, value, part), MOST_SIZES)
            if len(given) not in (0, len(sizes)):
                raise self.fail(f"{place}: {part}", f"no numbers or {len(sizes)}", given)
            works.append(tuple(self.number(f"{place}: {part}", n) for n in given))
        title, unit = (self.text(f"{place}: {part}", self.get(place, value, part)) for part in ("title", "unit"))
        given = self.list(f"{place}: entrants", self.get(place, value, "entrants"), MOST_ENTRANTS)
        if not given:
            raise self.fail(f"{place}: entrants", "at least one", given)
        points: dict[tuple[int, int], Point] = {}
        entrants = []
        for number, one in enumerate(given):
            where = f"{place}: entrant {number + 1}"
            entrants.append(self.entrant(where, one))
            column = self.list(f"{where}: points", self.get(where, one, "points"), MOST_SIZES)
            if len(column) != len(sizes):
                raise self.fail(f"{where}: points", f"{len(sizes)} points, one for each size", column)
            for k, point in enumerate(column):
                if point is not None:
                    points[number, k] = self.point(f"{where}: n = {sizes[k]}", point)
        return Results(title, tuple(entrants), sizes, machine, date, unit, *works, points=points, ceilings=ceilings)

    def entrant(self, place: str, value: Any) -> Entrant:
        device, transfer = self.get(place, value, "device"), self.get(place, value, "transfer")
        if device not in ("cpu", "gpu"):
            raise self.fail(f"{place}: device", "'cpu' or 'gpu'", device)
        if not isinstance(transfer, bool):
            raise self.fail(f"{place}: transfer", "true or false", transfer)
        return Entrant(self.text(f"{place}: name", self.get(place, value, "name")), device, transfer)

    def point(self, place: str, value: Any) -> Point:
        inner = int(self.number(f"{place}: inner", self.get(place, value, "inner"), whole=True))
        phases = []
        for name in PHASES:
            rows = self.list(f"{place}: {name}", self.get(place, value, name), _SAMPLES[name])
            phases.append([self.reading(f"{place}: {name}", row) for row in rows])
        if not phases[-1]:
            raise self.fail(f"{place}: steady", "at least one sample", [])
        return Point(inner, *phases)

    def reading(self, place: str, value: Any) -> Reading:
        row = self.list(place, value, 3)
        if len(row) != 3:
            raise self.fail(place, "three times: launched, synchronized, event", row)
        event = row[2] if row[2] is None or row[2] == 0 else self.number(place, row[2])  # two marks may coincide
        return Reading(self.number(place, row[0]), self.number(place, row[1]), event)


# -- finding -----------------------------------------------------------------------------------------------------------
def find(case: str, folder: Path | None = None) -> Recording | None:
    """Return the newest recording of a GPU that has a case, of those that came with the package; None where none has.

    Raises
    ------
    FormatError
        If one of the files is damaged.
    """
    folder = FOLDER if folder is None else folder
    found = [read(path) for path in sorted(folder.glob("*.json"))]
    fitting = [recording for recording in found if case in recording.cases and recording.has_gpu]
    return max(fitting, key=lambda recording: recording.date, default=None)


def case_of(recording: Recording, case: str) -> Results:
    """Return one case of a recording.

    Raises
    ------
    NotFoundError
        If it has no such case.
    """
    if case not in recording.cases:
        known, hint = ", ".join(recording.cases), nearest(case, recording.cases)
        raise NotFoundError(f"{recording.path or 'recording'}: it has no case {case!r}.{hint}\n  It has: {known}.")
    return recording.cases[case]
