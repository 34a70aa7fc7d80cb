"""Sparse arrays on a GPU against the CPU: storage, products, gradients, lazy updates."""
import numpy as np
import pytest

import mxlearn as mx

sparse = mx.nd.sparse
X = np.array([[0, 2, 0, 0], [0, 0, 0, 0], [1, 0, 0, 3]], "float32")


def both(function) -> list:
    """Return ``function(ctx)`` on the CPU and on the GPU."""
    return [function(ctx) for ctx in (mx.cpu(), mx.gpu(0))]


def assert_agree(function) -> None:
    on_cpu, on_gpu = both(function)
    for x in on_gpu:
        assert x.context == mx.gpu(0)
    for x, y in zip(on_cpu, on_gpu, strict=True):
        assert (x.stype, x.dtype, x.shape) == (y.stype, y.dtype, y.shape)
        np.testing.assert_allclose(y.asnumpy(), x.asnumpy(), rtol=1e-5)


@pytest.mark.parametrize("stype", ["csr", "row_sparse"])
def test_storage(stype):
    def run(ctx):
        x = mx.nd.array(X, ctx=ctx).tostype(stype)
        x.check_format()
        moved = mx.nd.array(X).tostype(stype).as_in_context(ctx)
        results = [x, moved, x.tostype("default"), x + x, x * 2, mx.nd.square(x), x.softmax()]
        return [*results, x.sum(), sparse.sum(x, axis=0)]

    assert_agree(run)


def test_parts_of_a_matrix():
    def run(ctx):
        x = sparse.csr_matrix(([2, 1, 3], ([0, 2, 2], [1, 0, 3])), shape=(3, 4), ctx=ctx)
        rows = mx.nd.array([2, 0, 2], ctx=ctx)
        return [x[1:], x.slice(begin=(0, 1), end=(3, 4)), mx.nd.take(x, rows), sparse.concat(x, x, dim=0)]

    assert_agree(run)


def test_products_and_gradients():
    def run(ctx):
        x = mx.nd.array(X, ctx=ctx).tostype("csr")
        w = mx.nd.array(np.arange(8).reshape(4, 2) + 1, ctx=ctx)
        w.attach_grad(stype="row_sparse")
        with mx.autograd.record():
            y = mx.nd.dot(x, w)
            loss = (y * y).sum() + mx.nd.Embedding(
                mx.nd.array([1, 3, 1], ctx=ctx), w, input_dim=4, output_dim=2, sparse_grad=True
            ).sum()
        loss.backward()
        turned = mx.nd.dot(x, mx.nd.ones((3, 2), ctx=ctx), transpose_a=True)
        return [y, w.grad, w.grad.indices, turned, mx.nd.dot(w.T, x.T)]

    assert_agree(run)


@pytest.mark.parametrize("stype", ["default", "row_sparse"])
@pytest.mark.parametrize("name", ["sgd", "adam", "adagrad", "ftrl"])
def test_lazy_updates(name, stype):
    def run(ctx):
        weight = mx.nd.array(np.arange(8).reshape(4, 2) + 1, ctx=ctx).tostype(stype)
        grad = sparse.row_sparse_array(([[1.0, 2.0], [3.0, 4.0]], [1, 3]), shape=(4, 2), ctx=ctx)
        updater = mx.optimizer.get_updater(mx.optimizer.create(name, learning_rate=0.1, wd=0.0))
        for _ in range(2):
            updater(0, grad, weight)
        return [weight]

    assert_agree(run)


def test_an_embedding_of_a_hybridized_block_has_rows():
    def run(ctx):
        net = mx.gluon.nn.Embedding(4, 2, sparse_grad=True)
        net.initialize(mx.init.One(), ctx=ctx)
        net.hybridize()
        with mx.autograd.record():
            y = net(mx.nd.array([3, 1, 3], ctx=ctx))
        y.backward()
        return [net.weight.grad(), net.weight.grad().indices]

    assert_agree(run)
