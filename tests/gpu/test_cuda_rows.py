"""The kernels of softmax and normalization against their references."""

import numpy as np
import pytest

from mxlearn.kernels import cuda
from mxlearn.kernels import normalization as norms
from mxlearn.kernels import softmax as softmaxes

from .agreement import DTYPES, close, numbers

# rows in blocks of 32 to 512 threads, of fewer and of more elements than threads; and along an inner axis
SHAPES = [((5, 10), -1), ((3, 700), 1), ((2, 1), 1), ((4, 3, 5), 1), ((6, 4), 0), ((7,), 0)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("temperature", [None, 0.5])
@pytest.mark.parametrize("shape, axis", SHAPES)
def test_softmax_and_its_logarithm(xp, shape, axis, temperature, dtype):
    data = numbers(shape, dtype)
    wide, options = data.astype("float64"), {"axis": axis, "temperature": temperature}
    close(cuda.softmax(xp, xp.asarray(data), **options), softmaxes.softmax(np, wide, **options))
    close(cuda.log_softmax(xp, xp.asarray(data), **options), softmaxes.log_softmax(np, wide, **options))


def test_softmax_of_large_numbers_does_not_overflow(xp):
    data = xp.asarray(np.array([[0, 1000], [-2000, -1000]], "float32"))
    assert cuda.softmax(xp, data).get().tolist() == [[0, 1], [0, 1]]
    assert cuda.log_softmax(xp, data).get().tolist() == [[-1000, 0], [-1000, 0]]


def test_softmax_in_another_dtype(xp):
    data = numbers((3, 4), "float16")
    out = cuda.softmax(xp, xp.asarray(data), dtype="float32")
    assert out.dtype == np.float32
    close(out, softmaxes.softmax(np, data.astype("float64")))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape, axis", SHAPES)
def test_gradients_of_softmax(xp, shape, axis, dtype):
    out, grad = softmaxes.softmax(np, numbers(shape, "float64"), axis=axis), numbers(shape, dtype, 1)
    arrays = xp.asarray(grad), xp.asarray(out.astype(dtype))
    wide = grad.astype("float64")
    expected = out * (wide - (out * wide).sum(axis=axis, keepdims=True)) / 2
    close(cuda.softmax_gradient(xp, *arrays, axis=axis, temperature=2.0), expected, 4)
    arrays = xp.asarray(grad), xp.asarray(np.log(out).astype(dtype))
    expected = wide - out * wide.sum(axis=axis, keepdims=True)
    close(cuda.softmax_gradient(xp, *arrays, axis=axis, logarithm=True), expected, 16)


@pytest.mark.parametrize("labels", ["float32", "int32", "int64", "uint8"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropy(xp, dtype, labels):
    data, classes = numbers((6, 11), dtype), np.array([0, 10, 3, 3, 7, 1]).astype(labels)
    array, places, wide = xp.asarray(data), xp.asarray(classes), data.astype("float64")
    close(cuda.cross_entropy(xp, array, places), softmaxes.cross_entropy(np, wide, classes))
    logs = softmaxes.log_softmax(np, wide)
    picked, probabilities = cuda.pick_log_softmax(xp, array, places, -1)
    close(picked, logs[np.arange(6), classes.astype(int)][:, None])
    close(probabilities, np.exp(logs))
    one_hot = np.arange(11) == classes[:, None]
    close(cuda.subtract_one_hot(xp, probabilities, places), probabilities.get().astype("float64") - one_hot)
    grad = numbers((6, 1), dtype, 1)
    slopes = cuda.pick_log_softmax_gradient(xp, xp.asarray(grad), probabilities, places, -1)
    close(slopes, grad.astype("float64") * (one_hot - np.exp(logs)), 2)


def test_a_label_that_is_no_class(xp):
    data, labels = np.array([[1, 2], [3, 5]], "float64"), np.array([-1, 2], "float64")
    array, places = xp.asarray(data), xp.asarray(labels)
    close(cuda.cross_entropy(xp, array, places), softmaxes.cross_entropy(np, data, labels))
    assert (cuda.subtract_one_hot(xp, array, places).get() == data).all()


# data and axis: images, matrices, channels last, more numbers in a channel than a block has threads
CHANNELS = [((3, 4, 5, 2), 1), ((6, 3), 1), ((2, 3, 4), 2), ((4, 2, 30, 11), 1)]


def norm_case(shape, axis, dtype):
    """Return data with a mean that is not small, and parameters of the dtype that goes with it."""
    data = (numbers(shape, "float64") + 3).astype(dtype)
    other = "float32" if dtype == "float16" else dtype
    return data, [numbers(shape[axis], other, seed) for seed in (1, 2)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("fixed_gamma", [False, True])
@pytest.mark.parametrize("shape, axis", CHANNELS)
def test_batch_norm_and_its_gradient(xp, shape, axis, fixed_gamma, dtype):
    data, (gamma, beta) = norm_case(shape, axis, dtype)
    gamma = None if fixed_gamma else gamma
    wide = [None if x is None else x.astype("float64") for x in (data, gamma, beta)]
    arrays = [None if x is None else xp.asarray(x) for x in (data, gamma, beta)]
    got = cuda.batch_norm(xp, *arrays, axis=axis, eps=1e-3)
    expected = norms.batch_norm(np, *wide, axis=axis, eps=1e-3)
    for array, reference in zip(got, expected, strict=True):
        close(array, reference, 8)
    grad = numbers(shape, dtype, 3)
    for fixed in (False, True):
        statistics = got[1], got[3]
        slopes = cuda.batch_norm_gradient(xp, xp.asarray(grad), *arrays[:2], *statistics, axis=axis, fixed=fixed)
        wide_statistics = [x.get().astype("float64") for x in statistics]
        options = {"axis": axis, "fixed": fixed}
        expected = norms.batch_norm_gradient(np, grad.astype("float64"), *wide[:2], *wide_statistics, **options)
        for array, reference in zip(slopes, expected, strict=True):
            close(array, reference, 16)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape, axis", CHANNELS)
def test_batch_norm_by_given_statistics(xp, shape, axis, dtype):
    data, (gamma, beta) = norm_case(shape, axis, dtype)
    mean, variance = numbers(shape[axis], gamma.dtype, 4), numbers(shape[axis], gamma.dtype, 5) ** 2
    host = data, gamma, beta, mean, variance
    got = cuda.batch_norm_fixed(xp, *map(xp.asarray, host), axis=axis, eps=1e-3)
    expected = norms.batch_norm_fixed(np, *[x.astype("float64") for x in host], axis=axis, eps=1e-3)
    for array, reference in zip(got, expected, strict=True):
        close(array, reference, 8)


def test_parameters_with_gaps_are_left_to_the_reference(xp):
    data, gamma = xp.ones((2, 3), "float32"), xp.ones(6, "float32")[::2]
    assert cuda.batch_norm(xp, data, gamma, xp.zeros(3, "float32"), axis=1, eps=1e-3) is None


@pytest.mark.parametrize("count", [4096 * 3 + 5, 4096 * 7 - 1])
def test_a_channel_of_many_numbers_is_shared_out(xp, count):
    data, gamma, beta = numbers((count, 3), "float64") + 5, np.ones(3), np.zeros(3)
    arrays = [xp.asarray(x) for x in (data, gamma, beta)]
    got = cuda.batch_norm(xp, *arrays, axis=1, eps=1e-5)
    for array, reference in zip(got, norms.batch_norm(np, data, gamma, beta, axis=1, eps=1e-5), strict=True):
        close(array, reference, 8)
    grad, statistics = numbers((count, 3), "float64", 1), (got[1], got[3])
    slopes = cuda.batch_norm_gradient(xp, xp.asarray(grad), *arrays[:2], *statistics, axis=1)
    expected = norms.batch_norm_gradient(np, grad, data, gamma, *[x.get() for x in statistics], axis=1)
    for array, reference in zip(slopes, expected, strict=True):
        close(array, reference, 100)  # sums of 28,000 numbers of both signs


def test_the_variance_of_numbers_far_from_zero(xp):
    data = np.array([[1e4], [1e4 + 1]], "float32")  # in E[x**2] - E[x]**2 no digit of 0.25 is left
    ones, zeros = xp.ones(1, "float32"), xp.zeros(1, "float32")
    _, mean, variance, _ = cuda.batch_norm(xp, xp.asarray(data), ones, zeros, axis=1, eps=1e-5)
    assert (mean.get().item(), variance.get().item()) == (10000.5, 0.25)


@pytest.mark.parametrize("dtype", DTYPES)
def test_moving_average(xp, dtype):
    average, value = numbers(700, dtype), numbers(700, dtype, 1)
    got = cuda.moving_average(xp, xp.asarray(average), xp.asarray(value), 0.9)
    close(got, 0.9 * average.astype("float64") + 0.1 * value.astype("float64"))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5, 10), (3, 700), (2, 3, 33), (70, 4)])
def test_layer_norm_and_its_gradient(xp, shape, dtype):
    data = (numbers(shape, "float64") + 1).astype(dtype)
    gamma, beta, grad = numbers(shape[-1], dtype, 1), numbers(shape[-1], dtype, 2), numbers(shape, dtype, 3)
    wide = [x.astype("float64") for x in (data, gamma, beta, grad)]
    options = {"axis": len(shape) - 1, "eps": 1e-5}
    got = cuda.layer_norm(xp, *map(xp.asarray, (data, gamma, beta)), **options)
    for array, reference in zip(got, norms.layer_norm(np, *wide[:3], **options), strict=True):
        close(array, reference, 8)
    got = cuda.layer_norm_gradient(xp, *map(xp.asarray, (grad, data, gamma)), **options)
    expected = norms.layer_norm_gradient(np, wide[3], wide[0], wide[1], **options)
    for array, reference in zip(got, expected, strict=True):
        close(array, reference, 16)
