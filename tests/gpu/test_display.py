"""Arrays of a GPU are summarized there: a few numbers and the cells of a picture are copied, never the array."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import nd
from mxlearn.display import default_layout, find, reading, summarize, tiles

GPU = mx.gpu(0)
HOST = np.random.default_rng(5).normal(size=(3, 200, 150)).astype("float32")


@pytest.fixture
def x():
    return nd.array(HOST, ctx=GPU)


def damaged() -> np.ndarray:
    host = HOST.copy()
    host[0, 0, 0], host[1, 5, 5], host[2, 9, 9], host[2, 199, 149] = np.nan, np.inf, -np.inf, 1e5
    return host


@pytest.mark.parametrize("host", [HOST, damaged(), HOST.astype("float16"), (HOST * 20).astype("int32"), HOST > 0,
                                  np.zeros((0, 3), "float32"), np.full((4, 4), np.nan, "float32")])  # fmt: skip
def test_the_summary_is_that_of_the_cpu(host):
    expected, found = summarize(host), summarize(nd.array(host, ctx=GPU, dtype=host.dtype)._data)
    assert (found.nan, found.above_all, found.below_all, found.zeros) == (
        expected.nan, expected.above_all, expected.below_all, expected.zeros)  # fmt: skip
    assert (found.low, found.high, found.counts) == (expected.low, expected.high, expected.counts)
    for name in ("minimum", "maximum", "mean", "std", "quartiles", "percentiles", "edges"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("host", [HOST, damaged(), HOST > 0])
def test_the_tiles_are_those_of_the_cpu(host):
    raw = nd.array(host, ctx=GPU, dtype=host.dtype)._data
    layout = default_layout(host.shape)
    expected, found = tiles(host, layout, summarize(host), cells=900), tiles(raw, layout, summarize(raw), cells=900)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found.marks, expected.marks)
    assert reading(raw, found, (1, 2, 3)) == reading(host, expected, (1, 2, 3))


def test_places_are_found_on_the_device():
    raw = nd.array(damaged(), ctx=GPU)._data
    summary = summarize(raw)
    assert find(raw, "nan", summary) == [(0, 0, 0)]
    assert find(raw, "inf", summary) == [(1, 5, 5), (2, 9, 9)]
    assert find(raw, "outliers", summary) == [(2, 199, 149)]


def test_the_printed_form_is_that_of_the_cpu(x):
    assert repr(x) == repr(nd.array(HOST)).replace("@cpu(0)", "@gpu(0)")
    few = nd.array(np.arange(12).reshape(3, 4), ctx=GPU)
    assert repr(few) == repr(few.as_in_context(mx.cpu())).replace("@cpu(0)", "@gpu(0)")
    long = np.arange(5000, dtype="float32").reshape(4, 1250)
    assert repr(nd.array(long, ctx=GPU)) == repr(nd.array(long)).replace("@cpu(0)", "@gpu(0)")


def test_neither_text_nor_picture_copies_the_array(x, on_standin, monkeypatch):
    if not on_standin:
        pytest.skip("copies are counted on the stand-in")
    from .standin.array import ndarray

    copied, get = [], ndarray.get

    def counting(self, *arguments, **options):
        copied.append(self.size)
        return get(self, *arguments, **options)

    monkeypatch.setattr(ndarray, "get", counting)
    html = x._repr_html_()
    assert "@gpu(0)" in html and "<img" in html
    assert 0 < sum(copied) < x.size / 5
