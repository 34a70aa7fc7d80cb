"""cuDNN's kernels against the readable ones: on a GPU by the library, elsewhere by its stand-in, see standin/cudnn.

What the stand-in cannot answer, whether the library computes what its manual says, the same tests ask on a GPU.
"""

import gc
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError
from mxlearn.kernels import convolution as reference
from mxlearn.kernels import cudnn, recurrent
from mxlearn.kernels.cudnn import layout, library, normalization
from mxlearn.kernels.cudnn import prototypes as p

from .standin import cudnn as standin

plans = sys.modules["mxlearn.kernels.cudnn.convolution"]  # the package shows the functions of these names
stacks = sys.modules["mxlearn.kernels.cudnn.recurrent"]
# of the largest value; the library's transforms, Fourier's and Winograd's, round more often than sums of products do
TOLERANCE = {"float16": 4e-3, "float32": 5e-5, "float64": 1e-11}

pytestmark = pytest.mark.usefixtures("precision_read_anew")


@pytest.fixture
def fake(on_standin, cupy, monkeypatch):
    """The stand-in for the library; None on a GPU with the library itself."""
    if not on_standin:
        if cudnn.state().version is None:
            pytest.skip(f"cuDNN: {cudnn.state().reason}")
        yield None
        return
    found = standin.Fake()
    monkeypatch.setattr(library, "_library", library.Library(found))
    monkeypatch.setattr(library, "_state", library.State("9.12.0", ""))
    yield found
    plans.forget()
    normalization.forget()
    stacks.forget()
    if found.errors:
        raise found.errors[0]


@pytest.fixture
def only_standin(fake):
    """The stand-in; skips on a GPU."""
    if fake is None:
        pytest.skip("looks into the stand-in for cuDNN")
    return fake


def arrays(seed, dtype, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


WINDOWS = [  # data, weight, stride, dilate, pad, groups
    ((2, 3, 7, 8), (4, 3, 3, 2), (1, 1), (1, 1), (0, 0), 1),
    ((2, 4, 9, 9), (6, 2, 3, 3), (2, 1), (1, 2), (1, 2), 2),
    ((3, 2, 11), (5, 2, 4), (2,), (1,), (1,), 1),
    ((1, 2, 4, 5, 6), (3, 2, 2, 3, 2), (1, 2, 1), (1, 1, 2), (1, 0, 1), 1),
    ((2, 4, 5, 5), (4, 1, 3, 3), (1, 1), (1, 1), (1, 1), 4),
]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("shape", "weight_shape", "stride", "dilate", "pad", "groups"), WINDOWS)
@pytest.mark.parametrize("channels_last", [False, True])
def test_convolution_and_its_gradients_are_those_of_the_reference(
    cupy, fake, dtype, shape, weight_shape, stride, dilate, pad, groups, channels_last
):
    window = {"stride": stride, "dilate": dilate, "pad": pad, "groups": groups}
    data, weight, bias = arrays(0, dtype, shape, weight_shape, weight_shape[:1])
    wide = [each.astype("float64") for each in (data, weight, bias)]
    expected = reference.convolution(np, *wide, **window)
    grad = arrays(1, dtype, expected.shape)[0]

    def device(array):
        if channels_last:
            last = np.ascontiguousarray(array.transpose(0, *range(2, array.ndim), 1))
            return cupy.array(last).transpose(0, array.ndim - 1, *range(1, array.ndim - 1))
        return cupy.array(array)

    out = cudnn.convolution(cupy, device(data), device(weight), cupy.array(bias), **window)
    data_grad = cudnn.convolution_data_gradient(cupy, device(grad), device(weight), size=shape[2:], **window)
    weight_grad = cudnn.convolution_weight_gradient(cupy, device(grad), device(data), kernel=weight_shape[2:], **window)
    g = grad.astype("float64")
    pairs = [
        (out, expected),
        (data_grad, reference.convolution_data_gradient(np, g, wide[1], size=shape[2:], **window)),
        (weight_grad, reference.convolution_weight_gradient(np, g, wide[0], kernel=weight_shape[2:], **window)),
    ]
    for found, wanted in pairs:
        assert found.dtype == dtype and found.shape == wanted.shape
        scale = np.abs(wanted).max()
        np.testing.assert_allclose(found.get().astype("float64") / scale, wanted / scale, atol=TOLERANCE[dtype])
    lies_last = channels_last and len(shape) < 5
    assert layout.is_channels_last(out) == lies_last or out.flags.c_contiguous


def test_the_operator_asks_cudnn(cupy, only_standin):
    x = mx.nd.ones((2, 3, 5, 5), ctx=mx.gpu(0))
    w = mx.nd.ones((4, 3, 3, 3), ctx=mx.gpu(0))
    for array in (x, w):
        array.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Convolution(x, w, no_bias=True, kernel=(3, 3), num_filter=4)
    y.backward()
    assert y.asnumpy().tolist() == np.full((2, 4, 3, 3), 27.0).tolist()
    assert w.grad.asnumpy().tolist() == np.full((4, 3, 3, 3), 18.0).tolist()
    for name in ("Forward", "BackwardData", "BackwardFilter"):
        assert f"cudnnConvolution{name}" in only_standin.calls


def forward(cupy, shape=(2, 3, 5, 5), dtype="float32", **window):
    data, weight = arrays(0, dtype, shape, (4, 3, 3, 3))
    options = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0), **window}
    return cudnn.convolution(cupy, cupy.array(data), cupy.array(weight), **options)


def test_an_algorithm_is_measured_once_for_each_signature(cupy, only_standin):
    for _ in range(3):
        forward(cupy)
    forward(cupy, stride=(2, 2))
    forward(cupy, (4, 3, 5, 5))
    forward(cupy, dtype="float64")
    assert only_standin.calls.count("cudnnFindConvolutionForwardAlgorithmEx") == 4
    assert only_standin.calls.count("cudnnConvolutionForward") == 6


def test_an_algorithm_that_needs_more_than_a_gibibyte_is_left_out(cupy, only_standin):
    forward(cupy)
    assert only_standin.measured_with == [4096]
    assert [plan.algorithm for plan in plans._plans.values()] == [1]


def test_autotune_0_asks_the_rule_of_thumb(cupy, only_standin, monkeypatch):
    monkeypatch.setenv("MXNET_CUDNN_AUTOTUNE_DEFAULT", "0")
    forward(cupy)
    assert "cudnnFindConvolutionForwardAlgorithmEx" not in only_standin.calls
    assert [plan.algorithm for plan in plans._plans.values()] == [0]


def test_enforced_determinism_takes_an_algorithm_with_one_order_of_sums(cupy, only_standin, monkeypatch):
    monkeypatch.setenv("MXNET_ENFORCE_DETERMINISM", "1")
    forward(cupy)
    assert "cudnnFindConvolutionForwardAlgorithmEx" not in only_standin.calls
    assert [plan.algorithm for plan in plans._plans.values()] == [1]


@pytest.mark.parametrize(
    ("dtype", "variable", "value", "math"),
    [
        ("float32", None, None, p.FMA_MATH),
        ("float32", "MXNET_CUDA_TENSOR_OP_MATH_ALLOW_CONVERSION", "1", p.TENSOR_OP_MATH),  # the algorithm's own
        ("float16", None, None, p.TENSOR_OP_MATH),
        ("float16", "MXNET_CUDA_ALLOW_TENSOR_CORE", "0", p.FMA_MATH),
    ],
)
def test_float32_is_rounded_for_tensor_cores_only_where_mxnet_would(
    cupy, only_standin, monkeypatch, dtype, variable, value, math
):
    if variable:
        monkeypatch.setenv(variable, value)
    forward(cupy, dtype=dtype)
    assert list(only_standin.math.values()) == [math]


def test_each_stream_is_told_to_the_library_before_it_computes(cupy, only_standin):
    forward(cupy)
    stream = cupy.cuda.Stream(non_blocking=True)
    with stream:
        forward(cupy)
        forward(cupy)
    forward(cupy)
    assert only_standin.streams == [0, stream.ptr, 0]


def test_descriptions_end_with_their_plan(cupy, only_standin):
    forward(cupy)
    assert len(only_standin.live) == 5  # the handle, three arrays, the convolution
    plans.forget()
    gc.collect()
    assert list(only_standin.live.values()) == ["handle"]


def test_what_the_library_does_not_support_falls_to_the_reference(cupy, only_standin):
    only_standin.fail["cudnnSetConvolutionNdDescriptor"] = standin.NOT_SUPPORTED
    assert forward(cupy) is None
    x, w = (mx.nd.ones(shape, ctx=mx.gpu(0)) for shape in ((1, 1, 3, 3), (1, 1, 2, 2)))
    assert mx.nd.Convolution(x, w, no_bias=True, kernel=(2, 2), num_filter=1).asnumpy().sum() == 16


@pytest.mark.parametrize("dtype", ["int32", "bool"])
def test_other_dtypes_fall_to_the_reference(cupy, fake, dtype):
    data = cupy.ones((1, 1, 3, 3), dtype)
    window = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}
    assert cudnn.convolution(cupy, data, cupy.ones((1, 1, 2, 2), dtype), **window) is None


def test_empty_and_mixed_arrays_fall_to_the_reference(cupy, fake):
    assert forward(cupy, (0, 3, 5, 5)) is None
    window = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}
    data, weight = cupy.ones((1, 1, 3, 3), "float32"), cupy.ones((1, 1, 2, 2), "float16")
    assert cudnn.convolution(cupy, data, weight, **window) is None


def test_arrays_of_numpy_are_left_alone():
    window = {"stride": (1, 1), "dilate": (1, 1), "pad": (0, 0)}
    assert cudnn.convolution(np, np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), **window) is None


def test_a_failure_tells_the_function_the_status_and_a_remedy(cupy, only_standin):
    only_standin.fail["cudnnConvolutionForward"] = 5000
    with pytest.raises(
        MXNetError, match=r"cudnnConvolutionForward answered CUDNN_STATUS_5000: the reason that it gave"
    ):
        forward(cupy)
    only_standin.fail = {"cudnnConvolutionForward": p.STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED}
    with pytest.raises(MXNetError, match="memory of the GPU is full: use a smaller batch"):
        forward(cupy)


def test_a_workspace_that_does_not_fit_leaves_the_algorithms_that_need_less(cupy, only_standin, monkeypatch):
    empty = cupy.empty

    def scarce(shape, dtype=float, order="C"):
        if np.dtype(dtype) == np.uint8 and shape > 1000:
            raise MemoryError("Out of memory allocating 4,096 bytes")
        return empty(shape, dtype, order)

    monkeypatch.setattr(cupy, "empty", scarce)
    forward(cupy)
    assert [plan.algorithm for plan in plans._plans.values()] == [0]


# -- batch normalization ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("shape", "axis"), [((4, 3, 5, 6), 1), ((6, 4), 1), ((4, 5, 3), 2), ((2, 3, 4, 3, 2), 1)])
def test_batch_norm_on_the_gpu_is_that_of_the_cpu(cupy, fake, dtype, shape, axis):
    channels = shape[axis]
    data, grad = arrays(3, dtype, shape, shape)
    data = data * np.asarray(3, dtype) + np.asarray(2, dtype)
    kind = "float64" if dtype == "float64" else "float32"
    gamma, beta, mean, var = arrays(4, kind, *[(channels,)] * 4)
    found = {}
    for ctx in (mx.cpu(), mx.gpu(0)):
        x, g, b, m, v, dy = (mx.nd.array(a, ctx, a.dtype) for a in (data, gamma, beta, mean, np.abs(var), grad))
        for array in (x, g, b):
            array.attach_grad()
        with mx.autograd.record():
            y = mx.nd.BatchNorm(x, g, b, m, v, fix_gamma=False, axis=axis, eps=1e-4)
        y.backward(dy)
        z = mx.nd.BatchNorm(x, g, b, m, v, fix_gamma=False, axis=axis, eps=1e-4)
        found[ctx] = [each.asnumpy().astype("float64") for each in (y, x.grad, g.grad, b.grad, m, v, z)]
    if fake is not None:
        assert {call for call in fake.calls if "BatchNorm" in call} == {
            "cudnnBatchNormalizationForwardTraining",
            "cudnnBatchNormalizationForwardInference",
            "cudnnBatchNormalizationBackward",
        }
    for ours, theirs in zip(found[mx.gpu(0)], found[mx.cpu()], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=20 * TOLERANCE[dtype], atol=20 * TOLERANCE[dtype])


def test_batch_norm_with_fixed_gamma_takes_ones(cupy, fake):
    data = arrays(5, "float32", (3, 2, 4))[0]
    zero, one = np.zeros(2, "float32"), np.ones(2, "float32")
    found = []
    for ctx in (mx.cpu(), mx.gpu(0)):
        x, g, b, m, v = (mx.nd.array(a, ctx) for a in (data, 5 * one, zero, zero, one))
        with mx.autograd.train_mode():
            found.append(mx.nd.BatchNorm(x, g, b, m, v).asnumpy())
    np.testing.assert_allclose(found[1], found[0], rtol=1e-5, atol=1e-5)


def test_batch_norm_of_one_value_a_channel_is_left_to_the_reference(cupy, only_standin):
    one = cupy.ones(3, "float32")
    assert cudnn.batch_norm_training(cupy, cupy.ones((1, 3), "float32"), one, one, axis=1, eps=1e-3) is None


# -- recurrent layers --------------------------------------------------------------------------------------------------
def rnn(
    ctx,
    dtype="float32",
    *,
    numbers=None,
    mode="lstm",
    layers=2,
    bidirectional=False,
    projection=None,
    p=0.0,
    twice=False,
):
    """Return output, last states and gradients of RNN as NumPy arrays."""
    plan = recurrent.Plan(mode, 4, layers, 1 + bidirectional, projection)
    time, batch, inputs = 5, 3, 2
    shapes = [(time, batch, inputs), (plan.parameter_size(inputs),), (plan.runs, batch, plan.size)]
    shapes += [(plan.runs, batch, plan.hidden)] if mode == "lstm" else []
    given = [mx.nd.array(a, ctx, dtype) for a in arrays(7, numbers or dtype, *shapes)]
    for array in given:
        array.attach_grad()
    with mx.autograd.record():
        outs = mx.nd.RNN(
            *given,
            mode=mode,
            state_size=4,
            num_layers=layers,
            bidirectional=bidirectional,
            projection_size=projection,
            state_outputs=True,
        )
        total = sum((out * (i + 1) * out).sum() for i, out in enumerate(outs))
    total.backward(retain_graph=True)
    if twice:
        total.backward()
    return [each.asnumpy().astype("float64") for each in (*outs, *(array.grad for array in given))]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("mode", ["lstm", "gru", "rnn_tanh", "rnn_relu"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("our_order", [True, False])
def test_recurrent_layers_on_the_gpu_are_those_of_the_cpu(cupy, fake, dtype, mode, bidirectional, our_order):
    if fake is not None:
        fake.our_order = our_order
    found = rnn(mx.gpu(0), dtype, mode=mode, bidirectional=bidirectional)
    assert fake is None or "cudnnRNNBackwardWeights_v8" in fake.calls
    expected = rnn(mx.cpu(), "float64", numbers=dtype, mode=mode, bidirectional=bidirectional)
    for ours, theirs in zip(found, expected, strict=True):
        scale = max(np.abs(theirs).max(), 1)
        np.testing.assert_allclose(ours / scale, theirs / scale, atol=5 * TOLERANCE[dtype])


def test_a_projection_of_the_lstm(cupy, fake):
    found, expected = (rnn(ctx, projection=2) for ctx in (mx.gpu(0), mx.cpu()))
    assert fake is None or "cudnnRNNForward" in fake.calls
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


def test_going_back_twice_over_one_tape_gives_the_same(cupy, fake):
    for ours, theirs in zip(rnn(mx.gpu(0), twice=True), rnn(mx.gpu(0)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_with_dropout_the_layers_are_called_one_by_one(cupy, fake):
    data, parameters, state, cell, grad = arrays(
        8, "float32", (5, 3, 2), (recurrent.Plan("lstm", 4, 3).parameter_size(2),), *[(3, 3, 4)] * 2, (5, 3, 4)
    )
    plan = recurrent.Plan("lstm", 4, 3)
    masks = (arrays(9, "float32", (2, 5, 3, 4))[0] > 0).astype("float32") * 2
    results = []
    for xp in (np, cupy):
        given = [xp.array(a) for a in (data, parameters, state, cell)]
        found = recurrent.forward(xp, plan, *given, None, xp.array(masks))
        kept = (*found[3:6], xp.array(masks))
        grads = recurrent.backward(xp, plan, *given, None, kept, xp.array(grad), None, None)
        results.append([each if xp is np else each.get() for each in (*found[:3], *grads)])
    assert fake is None or fake.calls.count("cudnnRNNForward") == 3
    for ours, theirs in zip(results[1], results[0], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_bounds_of_the_memory_and_lengths_are_left_to_the_readable_tier(cupy, only_standin):
    plan = recurrent.Plan("lstm", 4, 1, clip=(-1.0, 1.0, False))
    shapes = (5, 3, 2), (plan.parameter_size(2),), (1, 3, 4), (1, 3, 4)
    given = [cupy.array(a) for a in arrays(7, "float32", *shapes)]
    assert cudnn.recurrent(cupy, *given, None, plan=plan) is None
    recurrent.forward(cupy, plan._replace(clip=None), *given, cupy.array([5, 4, 3]), None)
    assert "cudnnRNNForward" not in only_standin.calls


def test_recurrent_descriptions_are_made_once(cupy, only_standin):
    rnn(mx.gpu(0))
    made = only_standin.calls.count("cudnnCreateRNNDescriptor")
    rnn(mx.gpu(0))
    assert made == only_standin.calls.count("cudnnCreateRNNDescriptor") == 1


# -- finding the library -----------------------------------------------------------------------------------------------
def test_the_feature_list_says_that_it_is_in_use(cupy, fake, monkeypatch):
    from mxlearn.runtime import feature_list

    assert {feature.name: feature.enabled for feature in feature_list()}["CUDNN"]
    monkeypatch.setattr(library, "_state", library.State(None, "switched off"))
    assert not {feature.name: feature.enabled for feature in feature_list()}["CUDNN"]


def reason_without(monkeypatch, **environment):
    """Return why the library is not in use, asked anew."""
    monkeypatch.setattr(library, "_state", None)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return library.state().reason


def test_the_environment_switches_it_off(cupy, monkeypatch):
    assert reason_without(monkeypatch, MXLEARN_CUDNN="0") == "switched off by MXLEARN_CUDNN=0"


def test_without_a_gpu_nothing_is_loaded(cupy, monkeypatch):
    monkeypatch.setattr(library.backend, "num_gpus", lambda: 0)
    assert reason_without(monkeypatch) == "there is no GPU that could be used"


def test_where_it_is_not_installed_the_reason_names_the_packages(cupy, monkeypatch):
    monkeypatch.setattr(library, "_PLACES", {sys.platform: ("lib", "libcudnn_that_nobody_has.so.9")})
    reason = reason_without(monkeypatch)
    assert reason.startswith("not installed: pip install nvidia-cudnn-cu12 (or nvidia-cudnn-cu13 beside cupy-cuda13x)")


def test_another_major_version_is_refused(on_standin):
    class Old(standin.Fake):
        version = 8907

    with pytest.raises(OSError, match=r"cuDNN 8.9.7 was found, and version 9 is needed"):
        library.Library(Old())


def test_a_library_without_a_function_is_refused(on_standin):
    found = standin.Fake()
    del found.cudnnAddTensor
    with pytest.raises(OSError, match="has no function cudnnAddTensor"):
        library.Library(found)
