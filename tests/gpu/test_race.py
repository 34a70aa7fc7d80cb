"""Races on a GPU: three times of each sample, copies, the crossover, and the command that makes recordings."""

import re

import mxlearn_widgets as mxw
import pytest
from mxlearn_widgets import record_timings
from mxlearn_widgets.timing import ceilings
from mxlearn_widgets.timing import recording as recordings
from mxlearn_widgets.timing.cases import CASES

import mxlearn as mx
from mxlearn import nd


def product(n, ctx):
    a = nd.ones((n, n), ctx=ctx)
    return lambda: nd.dot(a, a)


def test_cpu_and_gpu_take_part_by_default():
    r = mxw.race(product, sizes=(4, 8), budget=5.0)
    assert [e.name for e in r.results.entrants] == ["cpu(0)", "gpu(0)"]
    assert r.results.failures == {} and r.state["missing"] == ""
    assert r.results.machine.cuda and r.results.machine.device != r.results.machine.cpu
    assert r.crossover().kind in ("crossing", "always", "never")


def test_each_sample_of_a_gpu_has_three_times():
    r = mxw.race(product, sizes=(8,), budget=5.0)
    launched, synchronized = r.times("gpu(0)", 8, kind="launched"), r.times("gpu(0)", 8)
    assert all(a <= b for a, b in zip(launched, synchronized, strict=True))
    assert len(r.times("gpu(0)", 8, kind="event")) == len(launched) >= 6
    assert len(r.times("gpu(0)", 8, "cold", "event")) == 1
    cells = {cell[0]: cell for cell in r.live["cells"]}
    assert cells[0][8] is None and cells[1][8] > 0  # the median event time


def test_a_gpu_races_with_and_without_copies_where_the_function_can():
    asked = set()

    def f(n, ctx, transfer=False):
        asked.add((str(ctx), transfer))
        a = nd.ones((n,))
        return lambda: (a.as_in_context(ctx) * 2).asnumpy() if transfer else None

    r = mxw.race(f, sizes=(8,), budget=5.0)
    assert [e.name for e in r.results.entrants] == ["cpu(0)", "gpu(0)", "gpu(0) with copies"]
    assert asked == {("cpu(0)", False), ("gpu(0)", False), ("gpu(0)", True)}
    assert [e.name for e in mxw.race(f, sizes=(8,), budget=5.0, transfer=False).results.entrants][1:] == ["gpu(0)"]


def test_a_function_that_forgets_ctx_works_on_the_timed_device_all_the_same():
    r = mxw.race(lambda n, ctx: nd.ones((n,)) + 1, sizes=(8,), budget=5.0)
    assert r.results.failures == {}


def test_work_on_the_cpu_under_the_name_of_the_gpu_is_found():
    host = nd.ones((4,), ctx=mx.cpu())
    r = mxw.race(lambda n, ctx: host + 1, sizes=(8,), budget=5.0)
    assert "asked to work on gpu(0), and returned an array on cpu(0)" in r.notice


def test_the_device_is_waited_for_inside_of_each_sample(monkeypatch, on_standin):
    if not on_standin:
        pytest.skip("looks into the stand-in")
    from .standin import cuda

    before = cuda.COUNTS["synchronize"]
    r = mxw.race(product, sizes=(8,), budget=5.0, contexts=mx.gpu(0))
    samples = 1 + 4 + len(r.times("gpu(0)", 8))
    assert cuda.COUNTS["synchronize"] - before >= 2 * samples  # before it begins, and before the clock is read


@pytest.mark.parametrize("name", CASES)
def test_each_case_runs_on_the_gpu(name):
    case = CASES[name]
    r = mxw.race(name, sizes=case.sizes[:1], budget=5.0, contexts=[mx.gpu(0)])
    assert not isinstance(r, mxw.Notice), r.to_text()
    assert r.results.failures == {}


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """Everything so small that it takes no time; recordings go to an empty folder."""
    for kind in ("cpu", "gpu"):
        monkeypatch.setitem(ceilings.PRODUCTS, kind, (16,))
        monkeypatch.setitem(ceilings.COPY, kind, 1 << 10)
    monkeypatch.setattr(ceilings, "_known", {})
    monkeypatch.setattr(record_timings, "QUICK_BUDGET", 0.1)
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    return tmp_path


def test_a_recording_is_made_and_replayed(small, capsys, monkeypatch):
    assert record_timings.main(["--quick", "--case", "matmul", "--case", "copies"]) == 0, capsys.readouterr().err
    (path,) = small.iterdir()
    found = recordings.read(path)
    assert found.has_gpu and list(found.cases) == ["matmul", "copies"]
    assert path.name == recordings.file_name(found.machine, found.date) and "cpu-only" not in path.name
    assert set(found.cases["matmul"].ceilings) == {"cpu", "gpu"}
    assert re.search(r"matmul 16: cpu\(0\) .*, gpu\(0\) .*, gpu\(0\) with copies ", capsys.readouterr().out)
    r = mxw.race("matmul", sizes=(16,), budget=5.0, contexts=mx.cpu(), replay="matmul")
    assert r.replay["badge"] == "REPLAY" and found.machine.device in r.replay["origin"]
    assert found.date in r.replay["origin"]
