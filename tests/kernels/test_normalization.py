"""Normalization by its formulas, and its gradients against central differences."""

import numpy as np
import pytest

from mxlearn.kernels import normalization as kernels
from mxlearn.kernels import onednn

from . import references

# shape, axes of the statistics, axes of gamma and beta
NORMS = {
    "batch norm": ((4, 3, 2, 5), (0, 2, 3), (1,)),
    "batch norm, channels last": ((4, 2, 5, 3), (0, 1, 2), (3,)),
    "layer norm": ((3, 4, 5), (2,), (2,)),
    "layer norm of a middle axis": ((3, 4, 5), (1,), (1,)),
    "instance norm": ((2, 3, 4, 2), (2, 3), (1,)),
    "one value": ((3, 1), (1,), (1,)),
}
EPS = 1e-3


@pytest.fixture(params=NORMS.values(), ids=NORMS.keys())
def norm(request):
    shape, axes, parameter_axes = request.param
    rng = np.random.default_rng(0)
    parameter_shape = tuple(n if i in parameter_axes else 1 for i, n in enumerate(shape))
    return rng.normal(size=shape) * 3 + 1, rng.normal(size=parameter_shape), rng.normal(size=parameter_shape), axes


def forward(data, gamma, beta, axes):
    mean, var = kernels.mean_and_variance(np, data, axes)
    return kernels.scale_and_shift(np, data, mean, 1 / np.sqrt(var + EPS), gamma, beta)


def test_mean_and_variance_are_those_of_numpy(norm):
    data, _, _, axes = norm
    mean, var = kernels.mean_and_variance(np, data, axes)
    np.testing.assert_allclose(mean, data.mean(axis=axes, keepdims=True), atol=1e-13)
    np.testing.assert_allclose(var, data.var(axis=axes, keepdims=True), atol=1e-13)


def test_variance_keeps_its_digits_beside_a_large_mean():
    """mean(x**2) - mean(x)**2 would give 0 here."""
    data = (np.array([[1.0, 2, 3]]) + 1e6).astype(np.float32)
    assert kernels.mean_and_variance(np, data, (1,))[1].item() == pytest.approx(2 / 3)


def test_float16_statistics_are_float32():
    data = np.full((1, 70000), 2, np.float16)
    mean, var = kernels.mean_and_variance(np, data, (1,))
    assert (mean.dtype, mean.item(), var.item()) == (np.float32, 2, 0)
    out = kernels.scale_and_shift(np, data, mean, var + 1, np.float16(3), np.float16(1))
    assert out.dtype == np.float16
    assert (out == 1).all()


def test_statistics_of_nothing_are_zero():
    mean, var = kernels.mean_and_variance(np, np.ones((0, 3)), (0,))
    assert mean.tolist() == var.tolist() == [[0, 0, 0]]


def test_gradients_match_central_differences(norm):
    data, gamma, beta, axes = norm
    g = np.random.default_rng(1).normal(size=data.shape)
    mean, var = kernels.mean_and_variance(np, data, axes)
    parameter_axes = tuple(i for i, n in enumerate(gamma.shape) if n == data.shape[i] and n > 1) or (1,)
    grads = kernels.norm_gradient(
        np, g, data, mean, 1 / np.sqrt(var + EPS), gamma, axes=axes, parameter_axes=parameter_axes
    )
    numeric = (
        references.gradient_of(lambda x: forward(x, gamma, beta, axes), data, g),
        references.gradient_of(lambda x: forward(data, x, beta, axes), gamma, g),
        references.gradient_of(lambda x: forward(data, gamma, x, axes), beta, g),
    )
    for grad, expected in zip(grads, numeric, strict=True):
        np.testing.assert_allclose(grad.reshape(expected.shape), expected, atol=1e-6)


def test_fixed_statistics_are_constants():
    data, g = np.array([[1.0, 2], [3, 5]]), np.array([[1.0, 1], [2, 3]])
    mean, inverse_std, gamma = np.array([[1.0, 1]]), np.array([[0.5, 2]]), np.array([[3.0, 4]])
    grads = kernels.norm_gradient(np, g, data, mean, inverse_std, gamma, axes=(0,), parameter_axes=(1,), fixed=True)
    assert grads[0].tolist() == [[1.5, 8], [3, 24]]  # g * gamma / std
    assert grads[1].tolist() == [2, 26]  # sum of g * (x - mean) / std
    assert grads[2].tolist() == [3, 4]


# -- by oneDNN ---------------------------------------------------------------------------------------------------------
installed = pytest.mark.skipif(onednn.state().version is None, reason=f"oneDNN: {onednn.state().reason}")
INNERMOST = {  # shape as the channels are innermost in memory, and their axis as the operator sees them
    "images": ((8, 7, 6, 12), 1),
    "images, channels last": ((8, 7, 6, 12), 3),
    "lines": ((40, 9, 5), 1),
    "rows": ((300, 33), 1),
    "on all threads": ((16, 32, 32, 128), 1),
}


def batches(name, count, seed=0):
    """Return float32 arrays whose channels are innermost in memory, and vectors of a number for each channel."""
    shape, axis = INNERMOST[name]
    draw = np.random.default_rng(seed)
    arrays = [np.moveaxis(draw.normal(size=shape).astype("float32") * 3 + 1, -1, axis) for _ in range(count)]
    return axis, arrays, [draw.uniform(0.5, 2, shape[-1]).astype("float32") for _ in range(4)]


def wide(arrays):
    return [None if a is None else a.astype("float64") for a in arrays]


def close(fast, exact):
    for a, b in zip(fast, exact, strict=True):
        assert a.dtype == np.float32 and a.shape == b.shape
        assert abs(a - b).max() <= 1e-5 * abs(b).max()


@installed
@pytest.mark.parametrize("scaled", [True, False])
@pytest.mark.parametrize("name", INNERMOST)
def test_batch_norm_and_its_gradients_are_those_of_float64(name, scaled):
    axis, (data, grad), (gamma, beta, mean, variance) = batches(name, 2)
    grad += data  # so that the sums of their products do not cancel
    gamma = gamma if scaled else None
    exact = kernels.batch_norm(np, *wide((data, gamma, beta)), axis=axis, eps=1e-5)
    out, *statistics = onednn.batch_norm(np, data, gamma, beta, axis=axis, eps=1e-5)
    close((out, *statistics), exact)
    assert out.strides == data.strides
    given = [gamma, statistics[0], statistics[2]]
    close(
        onednn.batch_norm_gradient(np, grad, data, *given, axis=axis),
        kernels.batch_norm_gradient(np, *wide((grad, data, gamma)), exact[1], exact[3], axis=axis),
    )
    exact = kernels.batch_norm_fixed(np, *wide((data, gamma, beta, mean, variance)), axis=axis, eps=1e-3)
    fixed = onednn.batch_norm_fixed(np, data, gamma, beta, mean, variance, axis=axis, eps=1e-3)
    close(fixed, exact)
    close(
        onednn.batch_norm_gradient(np, grad, data, gamma, *fixed[1:], axis=axis, fixed=True),
        kernels.batch_norm_gradient(np, *wide((grad, data, gamma)), *exact[1:], axis=axis, fixed=True),
    )


@installed
def test_the_gradient_of_batch_norm_may_come_in_another_order_than_the_data():
    axis, (data, grad), (gamma, beta, *_) = batches("images", 2)
    _, mean, _, inverse_std = kernels.batch_norm(np, data, gamma, beta, axis=axis, eps=1e-5)
    given = (data, gamma, mean, inverse_std)
    first, again = (onednn.batch_norm_gradient(np, g, *given, axis=axis) for g in (grad, np.ascontiguousarray(grad)))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


@installed
def test_batch_norm_shows_nan():
    axis, (data,), (gamma, beta, *_) = batches("images", 1)
    data[0, 3, 0, 0] = np.nan
    missing = np.isnan(onednn.batch_norm(np, data, gamma, beta, axis=axis, eps=1e-5)[0])
    assert missing[:, 3].all() and not missing[:, :3].any() and not missing[:, 4:].any()


@installed
def test_batch_norm_that_oneDNN_is_not_better_at_is_left_to_numpy():
    def served(data, axis=1):
        ones = np.ones(data.shape[axis], data.dtype)
        return onednn.batch_norm(np, data, ones, ones, axis=axis, eps=1e-5) is not None

    innermost = np.zeros((16, 8, 8, 4), np.float32)
    images = innermost.transpose(0, 3, 1, 2)
    assert served(innermost, 3) and served(images)
    assert not served(np.ascontiguousarray(images))  # each channel a run of adjacent values
    assert not served(images[:2]) and not served(images[:0])
    assert not served(images.astype(np.float64)) and not served(images.astype(np.float16))


# -- local response normalization --------------------------------------------------------------------------------------
def test_neighbors_are_channels_within_the_radius():
    values = np.array([[1.0, 10, 100, 1000]])
    assert kernels.sum_of_neighbors(np, values, 0).tolist() == [[1, 10, 100, 1000]]
    assert kernels.sum_of_neighbors(np, values, 1).tolist() == [[11, 111, 1110, 1100]]
    assert kernels.sum_of_neighbors(np, values, 9).tolist() == [[1111] * 4]


def test_local_response_norm_is_that_of_mxnet():
    """1..5, alpha 1, beta 0.5, knorm 2, from MXNet 1.9.1; an even window counts as the odd one below it."""
    data = np.arange(1.0, 6).reshape(1, 5, 1, 1)
    out = data * kernels.local_response_scale(np, data, alpha=1, knorm=2, nsize=3) ** -0.5
    np.testing.assert_allclose(out.ravel(), [0.522233, 0.774597, 0.87831, 0.92582, 1.263228], atol=1e-6)
    out = data * kernels.local_response_scale(np, data, alpha=1, knorm=2, nsize=2) ** -0.5
    np.testing.assert_allclose(out.ravel(), [0.632456, 1, 1.176697, 1.264911, 1.313064], atol=1e-6)


@pytest.mark.parametrize("nsize", [1, 3, 5, 20])
def test_local_response_gradient_matches_central_differences(nsize):
    rng = np.random.default_rng(0)
    data, g = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 3))
    options = {"alpha": 0.7, "knorm": 1.5, "nsize": nsize}

    def lrn(x):
        return x * kernels.local_response_scale(np, x, **options) ** -0.75

    grad = kernels.local_response_gradient(np, g, data, beta=0.75, **options)
    np.testing.assert_allclose(grad, references.gradient_of(lrn, data, g), atol=1e-7)
