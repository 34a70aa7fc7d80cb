"""Training on csr features gives what training on the dense ones gives, on one device and on several."""
import numpy as np
import pytest

import mxlearn as mx

RANDOM = np.random.RandomState(5)
X = (RANDOM.uniform(size=(60, 30)) < 0.2).astype("float32")
Y = (X @ RANDOM.normal(size=30) > 0).astype("float32")


class Linear(mx.gluon.HybridBlock):
    """One output, in a layer that takes csr features."""

    def __init__(self, grad_stype):
        super().__init__()
        self.weight = self.params.get("weight", shape=(30, 1), init="zeros", grad_stype=grad_stype)

    def hybrid_forward(self, F, x, weight):
        return F.sparse.dot(x, weight)


def trained(stype, grad_stype, hybrid=False, optimizer="sgd", options=None):
    net = Linear(grad_stype)
    net.initialize()
    if hybrid:
        net.hybridize()
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.5, **(options or {})})
    loss_of = mx.gluon.loss.SigmoidBCELoss()
    x = mx.nd.array(X).tostype(stype)
    for _ in range(3):
        for batch in mx.io.NDArrayIter(x, Y, batch_size=20):
            with mx.autograd.record():
                loss = loss_of(net(batch.data[0]), batch.label[0])
            loss.backward()
            trainer.step(20)
    assert net.weight.grad().stype == grad_stype
    return net.weight.data().asnumpy()


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("optimizer", ["sgd", "adagrad"])
def test_logistic_regression(optimizer, hybrid):
    expected = trained("default", "default", optimizer=optimizer)
    for grad_stype in ("default", "row_sparse"):
        received = trained("csr", grad_stype, hybrid, optimizer)
        np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-6)


def test_momentum_waits_where_a_feature_is_missing():
    options = {"momentum": 0.9}
    dense, lazy = (trained("csr", stype, options=options) for stype in ("default", "row_sparse"))
    assert abs(dense - lazy).max() > 1e-3
    eager = trained("csr", "row_sparse", options={**options, "lazy_update": False})
    np.testing.assert_allclose(eager, dense, rtol=1e-4, atol=1e-6)


def test_several_devices_share_the_rows_of_all():
    contexts = [mx.cpu(0), mx.cpu(1)]
    parameter = mx.gluon.Parameter("w", shape=(4, 1), stype="row_sparse", grad_stype="row_sparse")
    parameter.initialize(init="ones", ctx=contexts)
    trainer = mx.gluon.Trainer([parameter], "sgd", {"learning_rate": 1.0})
    rows = [[1, 3], [0, 3]]
    losses = []
    with mx.autograd.record():
        for ctx, numbers in zip(contexts, rows, strict=True):
            words = mx.nd.array(numbers, ctx=ctx)
            weight = parameter.row_sparse_data(words)
            losses.append(mx.nd.Embedding(words, weight, input_dim=4, output_dim=1, sparse_grad=True))
    mx.autograd.backward(losses)
    trainer.step(1)
    for array in parameter.list_row_sparse_data(mx.nd.arange(4)):
        assert array.asnumpy().ravel().tolist() == [0, 0, 1, -1]


@pytest.mark.parametrize("contexts", [mx.cpu(), [mx.cpu(0), mx.cpu(1)]])
def test_a_module_learns_from_csr_batches(contexts):
    weights = []
    for stype, storage in (("csr", "row_sparse"), ("default", "default")):
        data, weight = mx.sym.Variable("data", stype=stype), mx.sym.Variable("weight", stype=storage, shape=(30, 2))
        out = mx.sym.SoftmaxOutput(mx.sym.sparse.dot(data, weight), name="softmax")
        module = mx.mod.Module(out, context=contexts)
        batches = mx.io.NDArrayIter(mx.nd.array(X).tostype(stype), Y, batch_size=20)
        module.fit(batches, num_epoch=2, optimizer="adagrad", initializer=mx.init.One(), eval_metric="acc")
        weights.append(module.get_params()[0]["weight"].asnumpy())
    np.testing.assert_allclose(*weights, rtol=1e-5)


def test_a_custom_function_takes_and_gives_sparse_arrays():
    class Twice(mx.autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, g):
            return g * 2

    x = mx.nd.array([[1, 0], [0, 0]]).tostype("row_sparse")
    x.attach_grad()
    with mx.autograd.record():
        y = Twice()(x)
    y.backward()
    assert y.stype == "row_sparse"
    assert x.grad.asnumpy().tolist() == [[2, 2], [2, 2]]
