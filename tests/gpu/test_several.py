"""Gradients over several GPUs: summed by NCCL in one launch, by copies where NCCL is missing, with the same numbers."""
from types import SimpleNamespace

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, backend, gluon, nd
from mxlearn.gluon import nn

from .standin import nccl

GPU = mx.gpu(0)


@pytest.fixture
def gpus(second_gpu):
    return [GPU, second_gpu]


@pytest.fixture
def without_nccl(monkeypatch, cupy):
    monkeypatch.setattr(backend, "_communicators", {})
    monkeypatch.setattr(cupy.cuda, "nccl", SimpleNamespace(available=False), raising=False)


def spread(gpus, values, dtype="float32"):
    return [nd.array(value, ctx=ctx, dtype=dtype) for ctx, value in zip(gpus, values, strict=True)]


def train(gpus, kvstore, steps=3, optimizer="sgd"):
    """Return the parameters after a few steps on half a batch each, as NumPy arrays on the second context."""
    mx.random.seed(1)
    rng = np.random.default_rng(0)
    net = nn.HybridSequential()
    net.add(nn.Dense(8, activation="relu", in_units=5), nn.Dense(3, in_units=8))
    net.initialize(mx.init.Xavier(), ctx=mx.cpu())
    net.reset_ctx(gpus)
    trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.1}, kvstore=kvstore)
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    for _ in range(steps):
        x, y = nd.array(rng.normal(size=(8, 5))), nd.array(rng.integers(0, 3, 8))
        parts = zip(gluon.utils.split_and_load(x, gpus), gluon.utils.split_and_load(y, gpus), strict=True)
        with autograd.record():
            losses = [loss_of(net(a), b) for a, b in parts]
        autograd.backward(losses)
        trainer.step(8)
    return [parameter.list_data()[-1].asnumpy() for parameter in net.collect_params().values()]


def test_a_step_is_one_group_over_all_parameters(gpus, on_standin):
    if not on_standin:
        pytest.skip("the stand-in counts the groups")
    before = nccl.COUNTS["groups"]
    train(gpus, "device", steps=3)
    assert nccl.COUNTS["groups"] == before + 3


@pytest.mark.parametrize("kvstore", ["device", "nccl", "local"])
def test_the_numbers_are_those_of_two_cpus(gpus, kvstore):
    expected = train([mx.cpu(0), mx.cpu(1)], "local")
    for a, b in zip(train(gpus, kvstore), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_a_gpu_and_the_cpu_train_together():
    """What one GPU can show of several devices: parts of a batch, sums over both, one set of parameters."""
    expected = train([mx.cpu(0), mx.cpu(1)], "local")
    for kvstore in ("device", "local"):
        for a, b in zip(train([GPU, mx.cpu(0)], kvstore), expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_nccl_takes_what_it_is_given_on_one_gpu():
    nd.zeros((1,), ctx=GPU)
    if backend.without_nccl():
        pytest.skip(backend.without_nccl())
    communicator = backend.communicator((0,))
    assert not isinstance(communicator, str), communicator
    for dtype in ("float16", "float32", "float64", "int32", "int64", "uint8", "int8"):
        x, y = nd.array([1, 2, 3], ctx=GPU, dtype=dtype), nd.array([[4]], ctx=GPU, dtype=dtype)
        communicator.sum([[x._data], [y._data]])
        assert (x.asnumpy().tolist(), y.asnumpy().tolist()) == ([1, 2, 3], [[4]])


def test_without_nccl_the_sum_goes_from_gpu_to_gpu(gpus, without_nccl):
    expected = train([mx.cpu(0), mx.cpu(1)], "local")
    for a, b in zip(train(gpus, "device"), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64", "uint8", "int8"])
def test_every_gpu_gets_the_sum(gpus, dtype):
    store = mx.kv.create("device")
    groups = [spread(gpus, ([1, 2], [3, 4]), dtype), spread(gpus, ([[5]], [[6]]), dtype)]
    store.sum_each(groups)
    for arrays, total in zip(groups, ([4, 6], [[11]]), strict=True):
        for array, ctx in zip(arrays, gpus, strict=True):
            assert array.context is ctx and array.asnumpy().tolist() == total


def test_what_nccl_cannot_sum_is_summed_all_the_same(gpus):
    store = mx.kv.create("device")
    sparse = [nd.array([[1, 0], [0, 0]], ctx=c).tostype("row_sparse") for c in gpus]
    on_one = [nd.ones((2,), ctx=gpus[0]), nd.ones((2,), ctx=gpus[0]) * 2]
    mixed = [nd.ones((2,), ctx=gpus[0]), nd.ones((2,), ctx=mx.cpu())]
    empty = [nd.zeros((0, 3), ctx=c) for c in gpus]
    store.sum_each([sparse, on_one, mixed, empty])
    assert [a.asnumpy()[0, 0] for a in sparse] == [2, 2]
    assert [a.asnumpy().tolist() for a in on_one] == [[3, 3]] * 2
    assert [a.asnumpy().tolist() for a in mixed] == [[2, 2]] * 2


def test_nccl_is_insisted_on(gpus, without_nccl):
    store = mx.kv.create("nccl")
    with pytest.raises(mx.MXNetError, match=r"KVStore 'nccl': CuPy does not find NCCL: pip install nvidia-nccl-cu1"):
        store.sum_each([spread(gpus, ([1], [2]))])
    with pytest.raises(mx.MXNetError, match=r"dense arrays, each on a GPU of its own. Received: default arrays of"):
        store.sum_each([[nd.ones((1,)), nd.ones((1,), ctx=mx.cpu(1))]])


def test_gpus_that_nccl_cannot_connect_are_no_end(gpus, monkeypatch, cupy):
    class Refusing:
        @staticmethod
        def initAll(devices):
            raise RuntimeError("NCCL_ERROR_SYSTEM_ERROR: no shared memory")

    monkeypatch.setattr(backend, "_communicators", {})
    monkeypatch.setattr(
        cupy.cuda, "nccl", SimpleNamespace(available=True, NcclCommunicator=Refusing), raising=False
    )
    arrays = spread(gpus, ([1], [2]))
    mx.kv.create("device").sum_each([arrays])
    assert [a.asscalar() for a in arrays] == [3, 3]
    assert "cannot connect the GPUs (0, 1): NCCL_ERROR_SYSTEM_ERROR" in backend.communicator((0, 1))


def test_the_features_tell_whether_nccl_is_there(gpus, monkeypatch, cupy):
    for available in (True, False):
        monkeypatch.setattr(cupy.cuda, "nccl", SimpleNamespace(available=available), raising=False)
        features = {feature.name: feature for feature in mx.runtime.feature_list()}
        assert features["NCCL"].enabled is available and features["CUDA"].enabled
        assert features["NCCL"].reason == ("" if available else backend.without_nccl())


def test_a_communicator_is_made_once_for_the_same_gpus(gpus):
    assert backend.communicator((0, 1)) is backend.communicator((0, 1))


def test_a_store_with_an_optimizer_and_one_of_another_kind_get_pushes():
    from mxlearn.kvstore import KVStoreBase, sum_gradients

    class Own(KVStoreBase):
        def __init__(self):
            self.calls = []

        def push(self, key, value, priority=0):
            self.calls.append(("push", key))

        def pull(self, key, out=None, priority=0, ignore_sparse=True):
            self.calls.append(("pull", key))

    own, grads = Own(), [[nd.ones((1,)), nd.ones((1,), ctx=mx.cpu(1))]]
    sum_gradients(own, [7], grads)
    assert own.calls == [("push", 7), ("pull", 7)]
    store = mx.kv.create("local")
    store.init(7, nd.zeros((1,)))
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.5))
    sum_gradients(store, [7], grads)
    assert [g.asscalar() for g in grads[0]] == [-1, -1]  # 0 - 0.5 * (1 + 1), in the place of the gradients


def test_a_module_on_two_gpus_sums_by_nccl(gpus, on_standin):
    data = mx.sym.Variable("data")
    symbol = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(data, num_hidden=2, name="fc"), name="softmax")
    x, y = np.random.default_rng(0).normal(size=(8, 3)).astype("float32"), np.arange(8) % 2
    found = []
    for contexts, kind in (([mx.cpu(0), mx.cpu(1)], "local"), (gpus, "device"), (gpus, "nccl")):
        before = nccl.COUNTS["groups"]
        module = mx.mod.Module(symbol, context=contexts)
        mx.random.seed(3)
        module.fit(mx.io.NDArrayIter(x, y, 8), num_epoch=3, kvstore=kind, initializer=mx.init.Xavier())
        found.append(module.get_params()[0]["fc_weight"].asnumpy())
        if on_standin:
            assert nccl.COUNTS["groups"] - before == (3 if contexts is gpus else 0)
    np.testing.assert_allclose(found[1], found[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found[2], found[0], rtol=1e-4, atol=1e-5)


def test_the_fake_refuses_what_nccl_would_wait_for_without_end(on_standin):
    if not on_standin:
        pytest.skip("looks into the stand-in")
    first, second = nccl.NcclCommunicator.initAll([0, 1])
    values = np.ones(4, "float32")
    nccl.groupStart()
    first.allReduce(values.ctypes.data, values.ctypes.data, 4, 7, nccl.NCCL_SUM, 0)
    with pytest.raises(nccl.NcclError, match="not every device"):
        nccl.groupEnd()
    nccl.groupStart()
    first.allReduce(values.ctypes.data, values.ctypes.data, 4, 7, nccl.NCCL_SUM, 0)
    second.allReduce(values.ctypes.data, values.ctypes.data, 2, 7, nccl.NCCL_SUM, 0)
    with pytest.raises(nccl.NcclError, match="sum different things"):
        nccl.groupEnd()
