"""Normalization by its formulas, and its gradients against central differences."""
import numpy as np
import pytest

from mxlearn.kernels import normalization as kernels

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
