"""The fast kernels against the readable ones, in float64 where those are exact; and life without the library."""

import subprocess
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.kernels import convolution, onednn, pooling
from mxlearn.kernels.onednn.primitives import channels_last

installed = pytest.mark.skipif(onednn.state().version is None, reason=f"oneDNN: {onednn.state().reason}")
rng = np.random.default_rng(0)

WINDOWS = {  # data, weight, stride, dilate, pad, groups
    "lenet": ((20, 1, 28, 28), (20, 1, 5, 5), (1, 1), (1, 1), (0, 0), 1),
    "same": ((4, 16, 9, 9), (8, 16, 3, 3), (1, 1), (1, 1), (1, 1), 1),
    "pointwise": ((3, 5, 4, 6), (7, 5, 1, 1), (1, 1), (1, 1), (0, 0), 1),
    "strided": ((4, 6, 9, 11), (9, 2, 3, 3), (2, 3), (2, 1), (2, 1), 3),
    "depthwise": ((4, 8, 9, 9), (8, 1, 3, 3), (1, 1), (1, 1), (1, 1), 8),
    "rest": ((2, 3, 8, 8), (4, 3, 3, 3), (2, 2), (1, 1), (0, 0), 1),  # the last row and column meet no window
    "one pixel": ((3, 32, 1, 1), (8, 32, 3, 3), (1, 1), (1, 1), (1, 1), 1),  # one place of the kernel meets it
    "few windows": ((3, 33, 2, 3), (5, 33, 3, 2), (2, 1), (1, 2), (1, 1), 1),
    "few windows of a line": ((1, 40, 9), (3, 40, 5), (3,), (1,), (0,), 1),
    "line": ((4, 8, 30), (6, 8, 3), (2,), (1,), (1,), 1),
    "volume": ((2, 3, 6, 7, 8), (4, 3, 3, 2, 3), (1, 2, 1), (1, 1, 2), (1, 0, 1), 1),
}
POOLS = {  # data, kernel, stride, pad, convention
    "halves": ((4, 3, 8, 8), (2, 2), (2, 2), (0, 0), "valid"),
    "overlapping": ((4, 3, 9, 11), (3, 2), (2, 1), (1, 1), "valid"),
    "full": ((4, 3, 9, 12), (3, 3), (2, 2), (0, 0), "full"),
    "line": ((4, 3, 30), (3,), (2,), (1,), "valid"),
    "volume": ((2, 3, 6, 7, 8), (2, 2, 3), (2, 2, 2), (0, 1, 1), "valid"),
    "global": ((4, 5, 8, 8), (8, 8), (1, 1), (0, 0), "valid"),
}


def close(fast, exact):
    assert fast is not None and fast.dtype == np.float32 and fast.shape == exact.shape
    assert abs(fast - exact).max() <= 1e-5 * abs(exact).max()


def laid(array, order):
    """Return the array with other strides."""
    if order == "channels last" and array.ndim > 2:
        return channels_last(array)
    return np.ascontiguousarray(array[..., ::-1])[..., ::-1] if order == "reversed" else array


@installed
@pytest.mark.parametrize("order", ["as it comes", "channels last", "reversed"])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("name", WINDOWS)
def test_a_convolution_and_its_gradients_are_those_of_the_reference(name, bias, order):
    data, weight, stride, dilate, pad, groups = WINDOWS[name]
    window = {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}
    x, w, b = (laid(rng.normal(size=s).astype("float32"), order) for s in (data, weight, weight[:1]))
    b = b if bias else None
    exact = [None if a is None else a.astype("float64") for a in (x, w, b)]
    out = convolution.convolution(np, *exact, **window)
    close(onednn.convolution(np, x, w, b, **window), out)
    grad = laid(rng.normal(size=out.shape).astype("float32"), order)
    wide = grad.astype("float64")
    close(
        onednn.convolution_data_gradient(np, grad, w, size=data[2:], **window),
        convolution.convolution_data_gradient(np, wide, exact[1], size=data[2:], **window),
    )
    close(
        onednn.convolution_weight_gradient(np, grad, x, kernel=weight[2:], **window),
        convolution.convolution_weight_gradient(np, wide, exact[0], kernel=weight[2:], **window),
    )


@installed
@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("pool_type", ["max", "avg"])
@pytest.mark.parametrize("count_include_pad", [True, False])
@pytest.mark.parametrize("name", POOLS)
def test_a_pooling_and_its_gradient_are_those_of_the_reference(name, count_include_pad, pool_type, ties):
    data, kernel, stride, pad, convention = POOLS[name]
    if convention == "full" and pool_type == "avg":
        pytest.skip("its last mean counts other pixels: the reference does it")
    x = rng.normal(size=data).astype("float32")
    x = np.maximum(x, 0).round() if ties else x  # the gradient goes to the first of equal values
    options = {"kernel": kernel, "stride": stride, "pad": pad, "pool_type": pool_type}
    options["count_include_pad"] = count_include_pad
    wide = x.astype("float64")
    exact = pooling.pooling(np, wide, convention=convention, **options)
    close(onednn.pooling(np, x, out=exact.shape[2:], **options), exact)
    grad = rng.normal(size=exact.shape).astype("float32")
    wanted = pooling.pooling_gradient(np, grad.astype("float64"), wide, exact, convention=convention, **options)
    close(onednn.pooling_gradient(np, grad, x, None, **options), wanted)


@installed
def test_what_it_does_not_serve_is_left_to_the_reference():
    x, w = np.ones((2, 3, 4, 4), "float32"), np.ones((2, 3, 2, 2), "float32")
    window = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}
    assert onednn.convolution(np, x, w, **window) is not None
    for kind in ("float64", "float16"):
        assert onednn.convolution(np, x.astype(kind), w.astype(kind), **window) is None
    assert onednn.convolution(np, x[:0], w, **window) is None
    assert onednn.convolution(object(), x, w, **window) is None
    pool = {"out": (2, 2), "kernel": (2, 2), "stride": (2, 2), "pad": (0, 0), "count_include_pad": True}
    assert onednn.pooling(np, x, pool_type="sum", **pool) is None


def test_a_maximum_does_not_hide_nan():
    x = np.zeros((1, 8, 4, 4), "float32")
    x[0, :, 0, 0] = np.nan
    out = mx.nd.Pooling(mx.nd.array(x), kernel=(2, 2), stride=(2, 2)).asnumpy()
    assert np.isnan(out[0, :, 0, 0]).all() and np.isfinite(out[0, :, 1:]).all()


CONVOLVE = """
import mxlearn as mx, os, sys
from mxlearn.kernels import onednn
def convolve():
    x, w = mx.nd.ones((1, 1, 3, 3)), mx.nd.ones((1, 1, 2, 2))
    return mx.nd.Convolution(x, w, kernel=(2, 2), num_filter=1, no_bias=True).asnumpy().ravel().tolist()
"""


def run(program, **environment):
    import os

    done = subprocess.run(
        [sys.executable, "-c", CONVOLVE + program], capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_it_is_not_loaded_before_the_first_convolution_and_can_be_switched_off():
    [loaded, out, state, _] = run(
        "print(onednn.library._state); print(convolve()); print(onednn.state().reason)", MXLEARN_ONEDNN="0"
    )
    assert loaded == "None" and out == "[4.0, 4.0, 4.0, 4.0]" and state == "switched off by MXLEARN_ONEDNN=0"


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_convolves_without_the_threads_of_its_parent():
    out = run("""
convolve()
sys.stdout.flush()
if os.fork() == 0:
    print(convolve(), onednn.state().version, flush=True)
    os._exit(0)
print(os.wait()[1])
""")
    assert out == ["[4.0, 4.0, 4.0, 4.0] None", "0", ""]


# -- why it is not in use ----------------------------------------------------------------------------------------------
def reason(monkeypatch):
    """Return what `state` would say if nobody had asked before."""
    monkeypatch.setattr(onednn.library, "_state", None)
    monkeypatch.setattr(onednn.library, "_library", None)
    x, w = mx.nd.ones((2, 1, 3, 3)), mx.nd.ones((1, 1, 2, 2))
    out = mx.nd.Convolution(x, w, kernel=(2, 2), num_filter=1, no_bias=True)
    assert (out.asnumpy() == 4).all()  # the reference computes
    assert onednn.state().version is None
    return onednn.state().reason


def test_a_cpu_without_avx2_has_the_reference(monkeypatch):
    monkeypatch.setattr(onednn.library, "_cpu_has", lambda feature: feature != "AVX2")
    assert "no AVX2" in reason(monkeypatch)


def test_a_system_for_which_it_does_not_exist_has_the_reference(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Linux" in reason(monkeypatch)


def test_where_it_is_not_installed_the_reason_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert reason(monkeypatch) == "not installed: pip install onednn-cpu-gomp"


def test_a_file_that_is_no_library_has_the_reference(monkeypatch, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / onednn.library.NAME).write_text("not a library")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert onednn.library.NAME in reason(monkeypatch)


@installed
def test_an_older_version_has_the_reference(monkeypatch):
    class Older(onednn.library.Library):
        OLDEST = (99, 0, 0)

    monkeypatch.setattr(onednn.library, "Library", Older)
    assert reason(monkeypatch).endswith("was found, and version 99.0.0 or a later one of it is needed")


@installed
@pytest.mark.parametrize("kernel", [(60, 60), (1, 120)])
def test_a_huge_kernel_is_right(kernel):
    x, w = rng.normal(size=(2, 3, 70, 130)).astype("float32"), rng.normal(size=(4, 3, *kernel)).astype("float32")
    window = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}
    exact = convolution.convolution(np, x.astype("float64"), w.astype("float64"), **window)
    close(convolution.convolution(np, x, w, **window), exact)


# -- what is noted of maxima -------------------------------------------------------------------------------------------
POOL = {"kernel": (2, 2), "stride": (2, 2), "pad": (0, 0), "pool_type": "max", "count_include_pad": True}


@installed
def test_a_gradient_reads_where_each_maximum_stands_as_long_as_the_result_lives():
    from mxlearn.kernels.onednn.pooling import _workspaces

    x = np.maximum(rng.normal(size=(4, 3, 8, 8)), 0).round().astype("float32")
    before = len(_workspaces)
    out = onednn.pooling(np, x, out=(4, 4), is_train=True, **POOL)
    assert len(_workspaces) == before + 1
    assert onednn.pooling(np, x, out=(4, 4), **POOL) is not None and len(_workspaces) == before + 1  # not in training
    noted, anew = (onednn.pooling_gradient(np, out, x, o, **POOL) for o in (out, out.copy()))
    assert (noted == anew).all()
    assert (onednn.pooling_gradient(np, out, np.zeros_like(x), out, **POOL) == noted).all()  # it does not pool again
    del out
    assert len(_workspaces) == before


@installed
def test_a_recorded_pooling_has_the_gradient_of_float64():
    x = mx.nd.array(np.maximum(rng.normal(size=(4, 3, 8, 8)), 0).round())
    wide = mx.nd.array(x.asnumpy(), dtype="float64")
    for training in (True, False):
        grads = []
        for data in (x, wide):
            data.attach_grad()
            with mx.autograd.record(train_mode=training):
                y = mx.nd.Pooling(data, kernel=(2, 2), stride=(2, 2))
                z = (y * y).sum()
            z.backward()
            grads.append(data.grad.asnumpy())
        assert (grads[0] == grads[1]).all()


@installed
def test_the_number_of_threads_may_change_between_a_step_and_its_gradient():
    before = mx.num_threads()
    x = mx.nd.array(rng.normal(size=(8, 6, 16, 16)))
    grads = []
    try:
        for first, second in [(1, 1), (1, 4), (4, 1)]:
            x.attach_grad()
            mx.set_num_threads(first)
            with mx.autograd.record():
                y = mx.nd.Pooling(mx.nd.Convolution(x, mx.nd.ones((5, 6, 3, 3)) / 9, no_bias=True, kernel=(3, 3),
                                                    num_filter=5), kernel=(2, 2), stride=(2, 2))  # fmt: skip
            mx.set_num_threads(second)
            y.backward()
            grads.append(x.grad.asnumpy())
    finally:
        mx.set_num_threads(before)
    for found in grads[1:]:
        np.testing.assert_allclose(found, grads[0], rtol=1e-5, atol=1e-6)
