"""The file format of recordings: what was written is read, and nothing else is."""

import json
import re
from dataclasses import replace

import pytest
from mxlearn_widgets.timing import recording as recordings
from mxlearn_widgets.timing.recording import Recording

from mxlearn.base import DataError, FormatError, NotFoundError

from .artificial import CPU_ONLY, WITH_GPU, race_of


@pytest.fixture
def path(tmp_path):
    """A good file."""
    file = tmp_path / "artificial.json"
    recordings.write(Recording(WITH_GPU, "2000-01-01", {"matmul": race_of()}), file)
    return file


def test_what_was_written_is_read(path):
    found = recordings.read(path)
    assert (found.machine, found.date, found.path) == (WITH_GPU, "2000-01-01", path)
    original, case = race_of(), found.cases["matmul"]
    assert (case.title, case.unit, case.sizes, case.entrants) == (
        original.title, original.unit, original.sizes, original.entrants,
    )  # fmt: skip
    assert (case.flops, case.bytes, case.ceilings) == (original.flops, original.bytes, original.ceilings)
    assert case.points.keys() == original.points.keys()
    for key, point in case.points.items():
        assert point.inner == original.points[key].inner
        for (_, read), (_, written) in zip(point.phases(), original.points[key].phases(), strict=True):
            for a, b in zip(read, written, strict=True):
                assert a.synchronized == pytest.approx(b.synchronized, rel=1e-3)  # four digits are kept
                assert (a.event is None) == (b.event is None)


def test_a_size_without_samples_stays_without(tmp_path):
    results = race_of()
    del results.points[1, 3]
    recordings.write(Recording(WITH_GPU, "2000-01-01", {"matmul": results}), tmp_path / "a.json")
    assert (1, 3) not in recordings.read(tmp_path / "a.json").cases["matmul"].points


def test_file_is_named_after_the_device_and_the_day():
    assert recordings.file_name(WITH_GPU, "2000-01-01") == "artificial-gpu-for-tests-2000-01-01.json"
    assert recordings.file_name(CPU_ONLY, "2000-01-01") == "cpu-only-artificial-cpu-2000-01-01.json"
    assert recordings.file_name(replace(WITH_GPU, device="../../x"), "d") == "x-d.json"


# -- what is refused ---------------------------------------------------------------------------------------------------
def entrant(content):
    return content["cases"]["matmul"]["entrants"][1]


def first(content):
    return entrant(content)["points"][0]


DAMAGES = {
    "another format": (lambda c: c.update(format="timings"), "format: expected 'mxlearn timings'"),
    "newer version": (lambda c: c.update(version=2), "a newer mxlearn wrote this file"),
    "version is true": (lambda c: c.update(version=True), "version: expected 1"),
    "no date": (lambda c: c.pop("date"), "expected the part 'date'"),
    "no day": (lambda c: c.update(date="yesterday"), "date: expected a day"),
    "machine is text": (lambda c: c.update(machine="x"), "machine: expected an object|expected an object"),
    "no driver": (lambda c: c["machine"].pop("driver"), "expected the part 'driver'"),
    "no device": (lambda c: c["machine"].update(device=""), "the name of the device"),
    "long name": (lambda c: c["machine"].update(device="x" * 1000), "a text of at most 200"),
    "half a thread": (lambda c: c["machine"].update(threads=1.5), "threads: expected a positive whole number"),
    "unknown ceiling": (lambda c: c["ceilings"].update(tpu={}), "ceilings: expected an object of cpu and gpu"),
    "negative ceiling": (lambda c: c["ceilings"]["gpu"].update(flops=-1), "ceilings: gpu: flops"),
    "no cases": (lambda c: c.update(cases={}), "1 to 40 cases"),
    "too many cases": (lambda c: c.update(cases={str(k): {} for k in range(99)}), "1 to 40 cases"),
    "sizes fall": (lambda c: c["cases"]["matmul"]["sizes"].reverse(), "ascending order"),
    "size of zero": (lambda c: c["cases"]["matmul"]["sizes"].__setitem__(0, 0), "sizes: expected a positive"),
    "size is true": (lambda c: c["cases"]["matmul"]["sizes"].__setitem__(0, True), "sizes: expected a positive"),
    "too many sizes": (lambda c: c["cases"]["matmul"].update(sizes=list(range(1, 99))), "a list of at most 24"),
    "flops of some sizes": (lambda c: c["cases"]["matmul"]["flops"].pop(), "no numbers or 4"),
    "nobody": (lambda c: c["cases"]["matmul"].update(entrants=[]), "entrants: expected at least one"),
    "another device": (lambda c: entrant(c).update(device="tpu"), "'cpu' or 'gpu'"),
    "copies perhaps": (lambda c: entrant(c).update(transfer=1), "true or false"),
    "a point too few": (lambda c: entrant(c)["points"].pop(), "4 points, one for each size"),
    "no steady samples": (lambda c: first(c).update(steady=[]), "n = 10: steady: expected at least one sample"),
    "too many samples": (lambda c: first(c).update(steady=[[1, 1, 1]] * 1000), "a list of at most 25"),
    "two times": (lambda c: first(c).update(steady=[[1, 1]]), "three times"),
    "negative time": (lambda c: first(c).update(steady=[[1, -1, 1]]), "expected a positive number"),
    "time is text": (lambda c: first(c).update(steady=[[1, "1", 1]]), "expected a positive number"),
    "time is null": (lambda c: first(c).update(steady=[[1, None, 1]]), "expected a positive number"),
    "endless time": (lambda c: first(c).update(steady=[[1, 1e300, 1]]), "expected a positive number"),
    "no calls": (lambda c: first(c).update(inner=0), "inner: expected a positive whole number"),
    "huge number": (lambda c: first(c).update(inner=10**400), "inner: expected a positive whole number"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "expected"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_refused_with_the_place(path, damage, expected):
    content = json.loads(path.read_text())
    damage(content)
    path.write_text(json.dumps(content))
    with pytest.raises(FormatError) as caught:
        recordings.read(path)
    assert re.search(expected, str(caught.value))
    assert str(path) in str(caught.value) and len(str(caught.value)) < 600


@pytest.mark.parametrize(
    "text",
    ["", "no json", "[]", "3", "null", '{"format": NaN}', '{"format":', "[" * 100_000, "\x00\xff", '{"version": 1}'],
    ids=["empty", "text", "list", "number", "null", "NaN", "truncated", "deep", "binary", "parts missing"],
)
def test_what_is_no_recording_is_refused(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(FormatError, match=r"x\.json"):
        recordings.read(path)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none_are_refused(path, number):
    path.write_text(re.sub(r'"inner":\d+', f'"inner":{number}', path.read_text()))
    with pytest.raises(FormatError, match="not a recording"):
        recordings.read(path)


def test_a_large_file_is_refused_before_it_is_read(path):
    with path.open("a") as file:
        file.write(" " * recordings.LARGEST)
    with pytest.raises(FormatError, match="at most"):
        recordings.read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FormatError, match=r"nowhere\.json: this recording cannot be read"):
        recordings.read(tmp_path / "nowhere.json")


def test_names_that_would_move_the_cursor_are_shown_as_escapes(path):
    path.write_text(path.read_text().replace("ARTIFICIAL GPU FOR TESTS", "\\u001b[2J"))
    assert recordings.read(path).machine.device == "\\x1b[2J"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        recordings.write(Recording(WITH_GPU, "2000-01-01", {"a": race_of()}), tmp_path / "nowhere" / "x.json")


# -- finding -----------------------------------------------------------------------------------------------------------
def test_the_newest_recording_of_a_gpu_is_found(tmp_path):
    for day in ("2000-01-01", "2000-03-01", "2000-02-01"):
        recordings.write(Recording(WITH_GPU, day, {"matmul": race_of()}), tmp_path / f"a-{day}.json")
    found = recordings.find("matmul", tmp_path)
    assert found is not None and found.date == "2000-03-01"
    assert recordings.find("lenet", tmp_path) is None


def test_a_recording_of_a_cpu_alone_stands_in_for_no_gpu(tmp_path):
    results = race_of()
    results.entrants = tuple(replace(one, device="cpu") for one in results.entrants)
    recordings.write(Recording(CPU_ONLY, "2000-01-01", {"matmul": results}), tmp_path / "a.json")
    assert recordings.find("matmul", tmp_path) is None


def test_a_case_that_is_not_in_the_file_is_named(path):
    with pytest.raises(NotFoundError, match="no case 'matmuls'. Did you mean 'matmul'"):
        recordings.case_of(recordings.read(path), "matmuls")


def test_recordings_that_come_along_are_of_gpus_and_can_be_read():
    for path in recordings.FOLDER.glob("*.json"):
        found = recordings.read(path)
        assert found.has_gpu and found.machine.driver, path
        assert path.name == recordings.file_name(found.machine, found.date)
        assert "artificial" not in path.read_text().lower() and "stand-in" not in path.read_text().lower()
