"""The race as a reader meets it: what it takes, what it answers, what it says where something is wrong."""

import json
import time
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.timing import recording as recordings
from mxlearn_widgets.timing import words
from mxlearn_widgets.timing.board import packed
from mxlearn_widgets.timing.cases import CASES
from mxlearn_widgets.timing.recording import Recording

import mxlearn as mx
from mxlearn import context

from .artificial import WITH_GPU, race_of


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch, tmp_path):
    """A machine without a GPU, to which no recording came along."""
    from mxlearn import backend

    monkeypatch.setattr(backend, "_found", backend.Found(None, "CuPy is not installed", 0))
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)


@pytest.fixture
def file(tmp_path):
    """A recording, clearly made up."""
    recordings.write(Recording(WITH_GPU, "2000-01-01", {"matmul": race_of()}), tmp_path / "a.json")
    return tmp_path / "a.json"


def quick(work=lambda n, ctx: mx.nd.ones((n,), ctx=ctx), sizes=(2, 4), **options):
    return mxw.race(work, sizes=sizes, **{"budget": 3.0, **options})


def sleeping(seconds):
    return lambda n, ctx: lambda: time.sleep(seconds)


@pytest.fixture
def taking(monkeypatch):
    """Work that takes so many seconds, by a clock that only such work moves."""
    now = [100.0]
    monkeypatch.setattr(mx.timing, "perf_counter", lambda: now[0])

    def work(seconds):
        def advance():
            now[0] += seconds

        return lambda n, ctx: advance

    return work


# -- what it answers ---------------------------------------------------------------------------------------------------
def test_a_function_is_timed_on_the_devices_that_exist():
    r = quick()
    assert [e.name for e in r.results.entrants] == ["cpu(0)"]
    found = r.median("cpu(0)", 4)
    assert 0 < found.low <= found.value <= found.high
    assert repr(r) == "<race of a function of n: 2 sizes from 2 to 4>"
    assert r.verdict() == "Only cpu(0) was timed: there is nothing to compare."
    assert r.crossover().kind == "none"


def test_named_functions_race_on_the_current_context(taking):
    with mx.cpu(1):
        r = quick({"short": taking(1e-4), "long": taking(4e-4)})
    assert r.median("long", 4) == pytest.approx((4e-4, 4e-4, 4e-4))
    assert [e.name for e in r.results.entrants] == ["short", "long"]
    assert r.verdict() == "short is faster than long at every size."
    assert r.crossover().kind == "never"
    assert r.results.title == "short and long"


def test_names_and_contexts_together():
    r = quick({"a": sleeping(0), "b": sleeping(0)}, contexts=[mx.cpu(0), mx.cpu(1)])
    assert [e.name for e in r.results.entrants] == ["a, cpu(0)", "b, cpu(0)", "a, cpu(1)", "b, cpu(1)"]


def test_samples_by_phase_and_kind():
    r = quick(sleeping(0.0001))
    assert len(r.times("cpu(0)", 2, "cold")) == 1
    assert len(r.times("cpu(0)", 2, "warm-up")) == 4
    assert len(r.times("cpu(0)", 2)) >= 6
    assert min(r.times("cpu(0)", 2, "steady", "launched")) >= 0.0001
    assert r.times("cpu(0)", 2, kind="event") == []


def test_questions_about_what_took_no_part_are_errors():
    r = quick()
    with pytest.raises(mx.base.NotFoundError, match=r"'cpu\(1\)' took no part. Did you mean 'cpu\(0\)'"):
        r.median("cpu(1)", 2)
    with pytest.raises(mx.base.NotFoundError, match="n = 3 was not timed"):
        r.median("cpu(0)", 3)
    with pytest.raises(mx.base.NotFoundError, match="expected a phase"):
        r.times("cpu(0)", 2, "hot")


def test_copies_are_part_of_the_work_where_they_are_asked_for():
    asked = []

    def f(n, ctx, transfer=False):
        asked.append(transfer)

    quick(f)
    assert set(asked) == {False}  # on a CPU there is nothing to copy to
    r = quick(f, transfer=True)
    assert asked[-1] is True
    assert [e.name for e in r.results.entrants] == ["cpu(0) with copies"]


def test_sizes_are_put_in_order():
    assert quick(sizes=[8, 2, 8, np.int64(4)]).results.sizes == (2, 4, 8)
    assert quick(sizes=5).results.sizes == (5,)
    assert repr(quick(sizes=5)) == "<race of a function of n: n = 5>"


def test_it_may_be_run_again():
    r = quick()
    first = r.times("cpu(0)", 2)
    r.run(3.0)
    assert r.times("cpu(0)", 2) != first


def test_work_and_ceilings_make_a_roofline(monkeypatch):
    from mxlearn_widgets.timing import ceilings

    monkeypatch.setitem(ceilings.PRODUCTS, "cpu", (64,))
    monkeypatch.setitem(ceilings.COPY, "cpu", 1 << 12)
    monkeypatch.setattr(ceilings, "_known", {})
    r = quick(flops=lambda n: 10.0 * n, bytes=lambda n: 5.0 * n)
    assert r.results.ceilings["cpu"].flops > 0
    assert ceilings._known == {mx.cpu(): r.results.ceilings["cpu"]}  # measured once
    number, size, intensity, rate = r.live["roof"]["points"][1]
    assert (number, size, intensity) == (0, 1, 2.0)
    assert rate == pytest.approx(40.0 / r.median("cpu(0)", 4).value, rel=1e-4)
    assert quick().live["roof"] == {"ceilings": [], "points": []}


@pytest.mark.parametrize("name", CASES)
def test_each_case_runs(name):
    case = CASES[name]
    r = mxw.race(name, sizes=case.sizes[:1], budget=3.0)
    assert r.results.failures == {}
    assert [e.name for e in r.results.entrants] == [n or "cpu(0)" for n in case.functions]
    assert list(r.results.measured(0)) == [0]


def test_work_of_the_cases_is_what_their_functions_do():
    assert CASES["matmul"].flops(10) == 2000.0  # 100 numbers, each 10 products and 10 sums
    images = 2 * (20 * 25 * 24 * 24 + 50 * 20 * 25 * 8 * 8 + 800 * 500 + 500 * 10)  # FLOP forward, of one image
    first = 2 * 20 * 25 * 24 * 24  # of the first layer, whose input gets no gradient
    assert CASES["lenet"].flops(1) == pytest.approx(3 * images - first, rel=1e-3)


# -- what goes wrong ---------------------------------------------------------------------------------------------------
WRONG = {
    "no function": ((3,), {}, "expected a function of"),
    "an unknown case": (("matmull",), {}, "Did you mean 'matmul'"),
    "one parameter": ((lambda n: n,), {}, "has to take two arguments"),
    "no sizes": ((lambda n, ctx: n,), {"sizes": None}, "it needs sizes"),
    "empty sizes": ((lambda n, ctx: n,), {"sizes": ()}, "whole numbers of at least 1"),
    "sizes of text": ((lambda n, ctx: n,), {"sizes": "16"}, "whole numbers of at least 1"),
    "half a size": ((lambda n, ctx: n,), {"sizes": (1.5,)}, "whole numbers of at least 1"),
    "size NaN": ((lambda n, ctx: n,), {"sizes": (float("nan"),)}, "whole numbers of at least 1"),
    "too many sizes": ((lambda n, ctx: n,), {"sizes": range(1, 100)}, "at most 24"),
    "no contestants": (({},), {}, "empty"),
    "seven contestants": (({str(k): lambda n, ctx: n for k in range(7)},), {}, "can tell 6 apart"),
    "a name twice": (({"x" * 50: lambda n, ctx: n, "x" * 51: lambda n, ctx: n},), {}, "same name"),
    "a device in words": ((lambda n, ctx: n,), {"contexts": "gpu"}, "mx.gpu"),
    "a GPU that is not there": ((lambda n, ctx: n,), {"contexts": mx.gpu(0)}, "CuPy is not installed"),
    "copies that it cannot do": ((lambda n, ctx: n,), {"transfer": True}, "has no keyword transfer"),
    "no budget": ((lambda n, ctx: n,), {"budget": 0}, "budget is in seconds"),
    "budget of text": ((lambda n, ctx: n,), {"budget": "long"}, "budget is in seconds"),
    "FLOP that fail": ((lambda n, ctx: n,), {"flops": lambda n: 1 / 0}, "flops= failed: ZeroDivisionError"),
    "no bytes": ((lambda n, ctx: n,), {"bytes": lambda n: 0}, "bytes= has to give a positive number"),
    "work that fails": ((lambda n, ctx: 1 / 0,), {}, "ZeroDivisionError"),
    "a net without parameters": ((lambda n, ctx: mx.gluon.nn.Dense(2)(mx.nd.ones((n, 2))),), {}, "initialize"),
    "a replay of nothing": ((lambda n, ctx: n,), {"replay": "nothing"}, "no case 'nothing'"),
    "a recording of nothing": ((lambda n, ctx: n,), {"recording": "nowhere.json"}, "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "options", "expected"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_a_notice_in_the_widgets_place(given, options, expected):
    found = mxw.race(*given, **{"sizes": (2,), "budget": 3.0, **options})
    assert isinstance(found, mxw.Notice)
    assert expected in found.to_text()


def test_what_fails_at_a_larger_size_is_said_below_the_race():
    def f(n, ctx):
        if n > 2:
            raise MemoryError("<b>too much</b>")

    r = quick({"f": f, "g": lambda n, ctx: None})
    assert r.notice == "f stopped at n = 4: MemoryError: <b>too much</b>"
    assert "4 | not measured | " in r.to_text()
    assert "Stopped" not in r.state["said"]  # the other one went on


def test_sizes_that_the_budget_did_not_reach_are_said():
    r = quick(sleeping(0.03), sizes=(1, 2, 3), budget=0.1)
    assert r.state == {"title": "a function of n", "running": False, "share": 1.0, "missing": words.NO_GPU,
                       "said": "The budget of time was used up after n = 1."}  # fmt: skip
    assert r.size == 1  # the one in detail is one that was measured


def test_an_interrupt_keeps_what_was_measured(monkeypatch):
    from mxlearn_widgets.timing.widget import DeviceRace

    made = []
    original = DeviceRace.__init__
    monkeypatch.setattr(DeviceRace, "__init__", lambda self, *a: (original(self, *a), made.append(self))[0])

    def f(n, ctx):
        if n == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quick(f)
    assert len(made[0].times("cpu(0)", 2)) >= 6
    assert not made[0].state["running"] and "Stopped after n = 2" in made[0].state["said"]


def test_the_stop_button_ends_the_race_after_the_round():
    r = quick(sleeping(0.0001), sizes=(1, 2, 3), budget=5.0)
    who = r._who
    calls = []

    class Clicking(type(r)):
        def commands(self):
            calls.append(1)
            return [{"command": "stop"}] if len(calls) == 3 else []

    stopped = Clicking(r.results, who)
    stopped.run(5.0)
    assert len(stopped.times("cpu(0)", 1)) == 2
    assert stopped.state["said"] == "Stopped after n = 1."


# -- replay ------------------------------------------------------------------------------------------------------------
def test_without_a_gpu_and_a_recording_it_says_so():
    r = quick()
    assert r.state["missing"] == (
        "No GPU here, and no recording has been made yet: "
        "run python -m mxlearn_widgets.record_timings on a machine with one."
    )
    assert r.state["missing"] in r.to_text() and "no recording has been made" in r.to_svg()
    assert r.recorded is None and r.replay == {}


@pytest.mark.parametrize(
    "options", [{"contexts": mx.cpu()}, {"replay": False}], ids=["the reader chose the device", "no replay is wanted"]
)
def test_nothing_is_said_where_no_gpu_was_expected(options):
    assert quick(**options).state["missing"] == ""
    assert quick({"a": lambda n, ctx: n, "b": lambda n, ctx: n}).state["missing"] == ""


def test_a_known_case_finds_its_recording(file):
    r = mxw.race("matmul", sizes=(16,), budget=3.0)
    assert r.recorded is not None and r.state["missing"] == ""
    assert mxw.race(CASES["matmul"].functions[""], sizes=(16,), budget=3.0).recorded is not None
    assert quick(replay="matmul").recorded is not None
    assert quick(replay=False).recorded is None
    assert "replay='matmul'" in quick().state["missing"]  # a function that is no case: what could stand beside it


def test_a_recording_may_be_given(file, tmp_path, monkeypatch):
    monkeypatch.setattr(recordings, "FOLDER", tmp_path / "none")
    assert quick(recording=file).recorded is not None  # it has one case
    assert quick(recording=str(file), replay="matmul").recorded is not None
    found = mxw.race("lenet", sizes=(1,), recording=file)
    assert isinstance(found, mxw.Notice) and "no case 'lenet'" in found.to_text()


def test_a_damaged_recording_that_came_along_does_not_stop_the_live_race(file):
    file.write_text("{")
    r = mxw.race("matmul", sizes=(16,), budget=3.0)
    assert r.recorded is None and "not a recording" in r.state["missing"]
    assert r.times("cpu(0)", 16)


def test_recorded_numbers_always_stand_under_their_badge(file):
    r = mxw.race("matmul", sizes=(16,), budget=3.0)
    origin = "ARTIFICIAL GPU FOR TESTS · driver 000.00 · CUDA 0.0 · CuPy 0.0 · recorded 2000-01-01"
    assert (r.replay["badge"], r.replay["origin"]) == ("REPLAY", origin)
    assert r.live["badge"] == "" and all("gpu" not in e["name"] for e in r.live["entrants"])
    live, _, replay = r.to_text().partition(f"REPLAY, not measured here: {origin}")
    assert "gpu(0)" in replay and "gpu(0)" not in live
    texts = [element.text for element in ET.fromstring(r.to_svg()).iter("{http://www.w3.org/2000/svg}text")]
    assert "REPLAY · not measured here" in texts and origin in texts
    assert texts.index("REPLAY · not measured here") < texts.index("gpu(0)")  # nothing recorded is drawn before it


def test_a_gpu_here_needs_no_replay(file, monkeypatch):
    monkeypatch.setattr(context, "num_gpus", lambda: 1)
    r = mxw.race("matmul", sizes=(16,), budget=3.0, contexts=mx.cpu())
    assert r.recorded is None
    assert mxw.race("matmul", sizes=(16,), budget=3.0, contexts=mx.cpu(), replay="matmul").recorded is not None


# -- forms -------------------------------------------------------------------------------------------------------------
def test_text_differs_between_two_runs_in_durations_only():
    import re

    def form():
        return re.sub(r"\d+(\.\d+)? ?(ns|us|ms|s)\b", "T", quick().to_text())

    assert form() == form()
    assert form().startswith(
        "Race: a function of n: time of one call, median with 95 % interval\n"
        "n | cpu(0)\n2 | T (T to T)\n4 | T (T to T)\n"
    )


def test_plain_form_in_a_notebook_is_the_same_before_and_after_the_race():
    r = quick()
    assert r._repr_mimebundle_()["text/plain"] == repr(r)
    assert '<img class="mxl-computed"' in r._repr_mimebundle_()["text/html"]


def test_picture_is_made_of_the_same_bytes_for_the_same_numbers(file):
    r = mxw.race("matmul", sizes=(16, 32), budget=3.0)
    assert r.to_svg() == r.to_svg()
    ET.fromstring(r.to_svg())


def test_names_in_the_picture_are_text():
    evil = '<img src=x onerror="alert(1)">'
    r = quick({evil: lambda n, ctx: n, "b": lambda n, ctx: n})
    root = ET.fromstring(r.to_svg())
    assert not list(root.iter("{http://www.w3.org/2000/svg}image")) and "img" not in {
        e.tag.lower() for e in root.iter()
    }
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, [name for name, _ in attributes]))
    parser.feed(r._repr_mimebundle_()["text/html"])
    assert tags == [("img", ["class", "alt", "src", "style"])]


def test_what_a_front_end_gets_is_json_and_its_samples_are_all_there():
    r = quick()
    json.dumps([r.live, r.state, r.rows], allow_nan=False)
    numbers = np.frombuffer(r.samples, "<f4").reshape(-1, 3)
    point = r.results.points[0, 0]
    assert r.rows[0] == [0, 0, 1, 4, len(point.steady)]
    assert len(numbers) == sum(sum(row[2:]) for row in r.rows)
    assert numbers[0, 1] == pytest.approx(point.cold[0].synchronized, rel=1e-6)
    assert np.isnan(numbers[:, 2]).all()  # no event on a CPU


def test_the_largest_race_fits_into_one_message():
    from mxlearn_widgets.timing.samples import MOST_ENTRANTS, MOST_ROUNDS, MOST_SIZES

    from .artificial import point

    results = race_of()
    results.points = {(e, k): point(1e-3, count=MOST_ROUNDS) for e in range(MOST_ENTRANTS) for k in range(MOST_SIZES)}
    assert len(packed(results)[1]) <= 64_000


def test_numbers_of_sizes_do_not_touch_below_an_axis():
    from mxlearn_widgets.timing.svg import size_ticks

    from mxlearn.drawing import Scale

    sizes = [10**k for k in range(1, 7)]
    across = Scale.around(sizes, 0.0, 180.0, log=True)
    assert list(size_ticks(sizes, across)) == [1_000_000, 10_000, 100, 10]
