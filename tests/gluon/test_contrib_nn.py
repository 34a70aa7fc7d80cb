"""Layers of gluon.contrib.nn, and BatchNormReLU."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.gluon import contrib, nn


def ramp(*shape):
    return mx.nd.arange(int(np.prod(shape))).reshape(shape)


def test_concurrent_joins_the_outputs_of_its_layers():
    net = contrib.nn.Concurrent(axis=1)
    net.add(contrib.nn.Identity(), nn.Lambda(lambda x: -x))
    assert net(mx.nd.array([[1, 2]])).asnumpy().tolist() == [[1, 2, -1, -2]]


def test_hybrid_concurrent_gives_the_same_hybridized():
    net = contrib.nn.HybridConcurrent(axis=-1)
    net.add(nn.Dense(3), contrib.nn.Identity())
    net.initialize()
    x = ramp(2, 4)
    eager = net(x).asnumpy()
    net.hybridize()
    np.testing.assert_array_equal(net(x).asnumpy(), eager)
    np.testing.assert_array_equal(eager[:, 3:], x.asnumpy())


def test_hybrid_concurrent_refuses_blocks_that_cannot_be_compiled():
    with pytest.raises(ArgumentError, match="must be HybridBlocks"):
        contrib.nn.HybridConcurrent().add(nn.Lambda(lambda x: x))


def test_sparse_embedding_looks_rows_up_and_leaves_the_others_without_gradient():
    layer = contrib.nn.SparseEmbedding(4, 2)
    layer.initialize(mx.init.One())
    layer.weight.set_data(ramp(4, 2))
    mx.gluon.Trainer(layer.collect_params(), "sgd")
    with mx.autograd.record():
        y = layer(mx.nd.array([3, 1, 3]))
    y.backward()
    assert y.asnumpy().tolist() == [[6, 7], [2, 3], [6, 7]]
    assert layer.weight.grad().asnumpy().tolist() == [[0, 0], [1, 1], [0, 0], [2, 2]]


def test_sync_batch_norm_is_batch_norm_over_the_batch_that_it_sees():
    x = mx.nd.random.normal(shape=(6, 3, 2, 2))
    outputs = []
    for layer in (contrib.nn.SyncBatchNorm(in_channels=3, num_devices=1), nn.BatchNorm(in_channels=3)):
        layer.initialize()
        with mx.autograd.record():
            y = layer(x)
        outputs.append([y.asnumpy(), layer.running_mean.data().asnumpy(), layer.running_var.data().asnumpy()])
    for synchronized, plain in zip(*outputs, strict=True):
        np.testing.assert_array_equal(synchronized, plain)


def test_sync_batch_norm_says_that_devices_share_nothing():
    with pytest.warns(UserWarning, match="no statistics are shared"):
        layer = contrib.nn.SyncBatchNorm(in_channels=3, num_devices=2)
    layer.initialize()
    assert layer(mx.nd.ones((2, 3))).shape == (2, 3) and "ndev=2" in repr(layer)


def test_batch_norm_relu_is_batch_norm_and_relu():
    layer, plain = nn.BatchNormReLU(in_channels=3), nn.BatchNorm(in_channels=3)
    layer.initialize()
    plain.initialize()
    x = mx.nd.random.normal(shape=(4, 3))
    with mx.autograd.record():
        y, z = layer(x), plain(x)
    np.testing.assert_array_equal(y.asnumpy(), np.maximum(z.asnumpy(), 0))
    assert repr(layer) == (
        "BatchNormReLU(axis=1, eps=1e-05, momentum=0.9, fix_gamma=False, use_global_stats=False, in_channels=3)"
    )


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [(contrib.nn.PixelShuffle1D, (2, 6, 4)), (contrib.nn.PixelShuffle2D, (2, 8, 3, 4))]
    + [(contrib.nn.PixelShuffle3D, (1, 16, 2, 3, 2))],
)
def test_pixel_shuffle_puts_channels_between_pixels(layer, shape, hybrid):
    shuffle = layer(2)
    if hybrid:
        shuffle.hybridize()
    x = ramp(*shape).asnumpy()
    batch, channels, *extents = shape
    n = len(extents)
    factors = (2,) * n
    split = x.reshape(batch, channels // 2**n, *factors, *extents)
    order = [0, 1, *(axis for k in range(n) for axis in (2 + n + k, 2 + k))]
    expected = split.transpose(order).reshape(batch, channels // 2**n, *(2 * e for e in extents))
    np.testing.assert_array_equal(shuffle(mx.nd.array(x)).asnumpy(), expected)


def test_pixel_shuffle_takes_a_factor_for_each_axis():
    shuffle = contrib.nn.PixelShuffle2D((2, 3))
    assert shuffle(ramp(1, 12, 3, 5)).shape == (1, 2, 6, 15)
    assert repr(shuffle) == "PixelShuffle2D((2, 3))"


@pytest.mark.parametrize("factor", [(1, 2, 3), 0, "2"])
def test_pixel_shuffle_refuses_factors_that_fit_no_image(factor):
    with pytest.raises(ArgumentError):
        contrib.nn.PixelShuffle2D(factor)
