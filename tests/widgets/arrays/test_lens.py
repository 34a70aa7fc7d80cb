"""The lens: what it takes, what it sends to the browser, what the browser may ask for, and its forms without one."""

import json
import math
import threading
from xml.etree import ElementTree

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.arrays import widget as module
from mxlearn_widgets.shared import desk
from mxlearn_widgets.shared.notice import Notice

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError
from mxlearn.gluon import nn

RNG = np.random.default_rng(11)


def cells(lens) -> np.ndarray:
    return np.frombuffer(lens.values, "<f4").reshape(lens.tiles["shape"])


def layout(rows, columns, over=(), fixed=(0, 0, 0, 0), first=0) -> dict:
    return {"rows": rows, "columns": columns, "over": list(over), "fixed": list(fixed), "first": first}


def net():
    dense = nn.Dense(3, in_units=4, prefix="fc_")
    dense.initialize()
    return dense


# -- what it takes -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("x", "headline"), [
    (nd.ones((2, 3)), "2x3 float32 @cpu(0): 6 elements"), (np.zeros((4, 5), "int64"), "4x5 int64: 20 elements"),
    (3.5, "one number float64: 1 element"), ([[1, 2], [3, 4]], "2x2 int64: 4 elements"),
    (np.float32(2), "one number float32: 1 element"), (nd.ones((0, 3)), "0x3 float32 @cpu(0): 0 elements"),
    (np.arange(6, dtype=">f4"), "6 float32: 6 elements"),
])  # fmt: skip
def test_arrays_and_numbers_are_looked_at(x, headline):
    lens = mxw.lens(x, name="x")
    assert isinstance(lens, mxw.TensorLens)
    assert lens.info["headline"].replace("\u202f", " ") == headline
    assert repr(lens) == f"<lens on x: {headline}>"


def test_the_name_is_that_of_the_variable():
    weight = nd.ones((2, 3))
    assert mxw.lens(weight).names == ["weight"]
    assert mxw.lens(nd.ones((2, 3))).names == ["array"]
    assert mxw.lens(weight, name="w").names == ["w"]


def test_a_parameter_gives_its_values_and_its_gradient():
    dense = net()
    with autograd.record():
        loss = (dense(nd.ones((2, 4))) ** 2).sum()
    loss.backward()
    lens = mxw.lens(dense.weight)
    assert lens.names == ["fc_weight", "fc_weight: gradient"]
    assert lens.info["axes"] == ["output", "input"]
    lens.which = 1
    np.testing.assert_array_equal(cells(lens)[0], dense.weight.grad().asnumpy())


def test_collections_give_their_arrays_by_name():
    dense = net()
    assert mxw.lens(dense.collect_params()).names == [
        "fc_weight", "fc_weight: gradient", "fc_bias", "fc_bias: gradient"]  # fmt: skip
    assert mxw.lens({"a": np.ones(3), "b": nd.ones((2, 2))}).names == ["a", "b"]
    pair = [np.ones(3), nd.ones((2, 2))]
    assert mxw.lens(pair).names == ["pair[0]", "pair[1]"]


@pytest.mark.parametrize(("x", "axes", "said"), [
    ("text", None, "expected an NDArray"), (None, None, "Received: NoneType"), ([], None, "collection is empty"),
    ({}, None, "collection is empty"), (np.array(["a"]), None, "expected real numbers"),
    (np.array([1j]), None, "complex128"), (np.array([None]), None, "object"), ([[1, 2], [3]], None, "lengths differ"),
    (np.ones((2, 3)), "NCHW", "2 axes, but 4 names"), (np.ones((2, 3)), "HH", "a name of its own"),
    ([np.ones(1)] * 201, None, "at most 200"), (gluon.Parameter("w", shape=(2, 3)), None, "has not been initialized"),
    (nn.Dense(3).weight, None, "has not been initialized"),
])  # fmt: skip
def test_what_cannot_be_looked_at_gives_a_notice_and_no_error(x, axes, said):
    notice = mxw.lens(x, axes)
    assert isinstance(notice, Notice)
    assert said in notice.to_text()


def test_an_array_on_the_tape_is_looked_at_and_stays_there():
    x = nd.ones((3, 4))
    x.attach_grad()
    with autograd.record():
        y = (x * 3).sum()
        mxw.lens(x * 2)
    y.backward()
    assert (x.grad.asnumpy() == 3).all()


# -- what the browser gets ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("x", [
    RNG.normal(size=(64, 3, 28, 28)), np.full((50, 60), np.nan), np.zeros((0, 4)), np.array(2.0),
    RNG.normal(size=100_000), np.array([math.inf, -math.inf, 0.0]), RNG.integers(0, 255, (10, 28, 28)).astype("uint8"),
])  # fmt: skip
def test_all_that_is_sent_is_valid_json_and_small(x):
    lens = mxw.lens(x, name="<b>")
    text = json.dumps([lens.info, lens.tiles, lens.view, lens.names], allow_nan=False)
    assert len(text) + len(lens.values) + len(lens.marks) <= 80_000
    assert len(lens.values) + len(lens.marks) <= 65_536


def test_the_tiles_are_the_array():
    x = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
    lens = mxw.lens(x, axes="NCHW")
    np.testing.assert_array_equal(cells(lens), x[0])
    assert lens.tiles["caption"] == "height ↓, width →, channel 0–2 of 3, batch = 0"


def test_a_message_says_whether_float32_holds_the_numbers():
    assert mxw.lens(np.ones(3, "float32")).info["exact"]
    assert mxw.lens(np.arange(3)).info["exact"]
    assert not mxw.lens(np.array([2**24 + 1])).info["exact"]
    assert not mxw.lens(np.array([0.1])).info["exact"]


# -- what the browser asks for -----------------------------------------------------------------------------------------
def test_axes_are_laid_out_as_asked():
    x = RNG.normal(size=(2, 3, 4, 5)).astype("float32")
    lens = mxw.lens(x)
    lens.view = layout(0, 1, over=(3,), fixed=(0, 0, 2, 0))
    np.testing.assert_array_equal(cells(lens), x[:, :, 2].transpose(2, 0, 1))
    lens.view = layout(2, 3, fixed=(1, 2, 0, 0))
    np.testing.assert_array_equal(cells(lens)[0], x[1, 2])


@pytest.mark.parametrize("wrong", [
    {}, layout(2, 2), layout(2, 9), layout(-5, 3), layout(2, 3, over=(2,)), layout(2, 3, over=(0, 1, 2)),
    layout(2, 3, fixed=(0,)), layout(2, -1), {**layout(2, 3), "rows": "x"}, {**layout(2, 3), "over": None},
])  # fmt: skip
def test_a_layout_that_does_not_fit_changes_nothing(wrong):
    lens = mxw.lens(RNG.normal(size=(2, 3, 4, 5)))
    before = (lens.tiles, lens.values)
    lens.view = wrong
    assert (lens.tiles, lens.values, lens.notice) == (*before, "")


def test_a_cell_is_read_exactly_when_it_is_pointed_at():
    x = np.array([[0.1, 2**53 + 1.0], [1e-300, 3.0]])
    lens = mxw.lens(x)
    lens.cell = [0, 0, 0]
    assert lens.reading == {"cell": [0, 0, 0], "index": "[0, 0]", "text": "0.1"}
    lens.cell = [0, 1, 0]
    assert lens.reading["text"] == "1e-300"
    for nonsense in ([], [0], [0, 9, 9], [-1, 0, 0], [5, 0, 0]):
        lens.cell = nonsense
        assert (lens.reading["text"], lens.notice) == ("1e-300", "")


def test_places_of_what_is_wrong_are_listed_when_asked():
    x = RNG.uniform(-1, 1, (30, 40))
    x[3, 4] = x[29, 39] = math.nan
    x[7, 7] = -math.inf
    x[9, 9] = 1e9
    lens = mxw.lens(x)
    assert lens.info["counts"] == {"nan": 2, "inf": 1, "outliers": 1}
    lens.wanted = "nan"
    assert lens.places == {"kind": "nan", "indices": [[3, 4], [29, 39]]}
    lens.wanted = "inf"
    assert lens.places["indices"] == [[7, 7]]
    lens.wanted = "outliers"
    assert lens.places["indices"] == [[9, 9]]
    assert lens.find("zeros") == []
    with pytest.raises(ArgumentError, match="expected 'nan'"):
        lens.find("all")


@pytest.mark.parametrize("number", [-1, 2, 99])
def test_an_array_that_there_is_not_leaves_the_nearest_one(number):
    lens = mxw.lens([np.zeros(3), np.ones((2, 2))])
    lens.which = number
    assert lens.info["headline"] in ("3 float64: 3 elements", "2x2 float64: 4 elements")


def test_limits_that_there_are_not_do_not_break_the_picture():
    lens = mxw.lens(np.arange(10.0))
    lens.limits = "nonsense"
    ElementTree.fromstring(lens.to_svg())


# -- live --------------------------------------------------------------------------------------------------------------
class Clock:
    now = 100.0

    def monotonic(self):
        return self.now


def test_updates_in_a_loop_are_shown_thirty_times_a_second_and_the_last_one_at_the_end(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    lens = mxw.lens(nd.zeros((4, 5)), axes=("a", "b"))
    seen = []
    lens.observe(lambda change: seen.append(change["new"]), "values")
    for k in range(300):
        clock.now += 0.001
        lens.update(nd.full((4, 5), k + 1))
    assert len(seen) <= 10
    lens.flush()
    assert (cells(lens) == 300).all()
    assert lens.info["axes"] == ["a", "b"]


def test_update_without_an_array_looks_again_at_what_was_written_to(monkeypatch):
    x = np.zeros((4, 5), "float32")
    lens = mxw.lens(x)
    x[:] = 7
    lens.update()
    lens.flush()
    assert (cells(lens) == 7).all()
    assert dict(lens.info["rows"])["mean"] == "7"


def test_an_update_keeps_the_layout_that_the_reader_chose_where_it_fits():
    lens = mxw.lens(RNG.normal(size=(2, 3, 4, 5)))
    lens.view = layout(0, 1, fixed=(0, 0, 3, 4))
    lens.update(RNG.normal(size=(2, 3, 4, 5)))
    lens.flush()
    assert (lens.view["rows"], lens.view["columns"]) == (0, 1)
    lens.update(RNG.normal(size=(6, 7)))
    lens.flush()
    assert (lens.view["rows"], lens.view["columns"], lens.view["over"]) == (0, 1, [])
    assert cells(lens).shape == (1, 6, 7)


def test_a_layout_that_the_reader_asks_for_while_a_cell_runs_is_followed_by_the_next_update():
    lens = mxw.lens(RNG.normal(size=(2, 3, 4, 5)))
    desk._begin()
    try:
        asking = threading.Thread(target=lambda: lens.set_trait("view", layout(0, 1, fixed=(0, 0, 3, 4))))
        asking.start()
        asking.join(10)
        assert lens.tiles["layout"]["rows"] == 2
        lens.update(RNG.normal(size=(2, 3, 4, 5)))
        lens.flush()
        assert (lens.tiles["layout"]["rows"], lens.view["rows"]) == (0, 0)
    finally:
        desk._end()
    assert (lens.tiles["layout"]["rows"], lens.notice) == (0, "")


def test_an_update_that_cannot_be_looked_at_is_said_below_the_widget():
    lens = mxw.lens(np.ones(3))
    lens.update("text")
    lens.flush()
    assert "expected an NDArray" in lens.notice
    lens.update(np.ones(4))
    lens.flush()
    assert lens.notice == ""


# -- forms -------------------------------------------------------------------------------------------------------------
def test_the_text_has_the_statistics():
    x = np.append(np.arange(1.0, 1000.0), math.nan)
    assert mxw.lens(x, name="x").to_text() == "\n".join([
        "x: 1000 float64: 1 000 elements", "  min      1", "  mean     500", "  max      999", "  std      288.4",
        "  median   500", "  zeros    0", "  NaN      1 (0.1 %)"])  # fmt: skip


def test_the_picture_shows_the_layout_as_it_is_now():
    lens = mxw.lens(RNG.normal(size=(2, 3, 4, 5)), axes="NCHW", name="<x>")
    first = lens.to_svg()
    lens.view = layout(0, 1, fixed=(0, 0, 3, 4))
    root = ElementTree.fromstring(lens.to_svg())
    assert lens.to_svg() != first
    assert "batch ↓, channel →, height = 3, width = 4" in "".join(root.itertext())
    assert "<x>" in "".join(root.itertext())


def test_the_static_form_is_small_and_the_same_twice():
    x = RNG.normal(size=(64, 1, 28, 28)).astype("float32")
    html = mxw.lens(x)._repr_mimebundle_()["text/html"]
    assert html == mxw.lens(x)._repr_mimebundle_()["text/html"]
    assert len(html) < 30_000


def test_an_array_of_another_context_is_read_where_it_is():
    lens = mxw.lens(nd.ones((3, 4), ctx=mx.cpu(1)))
    assert "@cpu(1)" in lens.to_text()
