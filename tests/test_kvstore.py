"""Key-value store: values, sums over devices, the updater, errors that change nothing."""
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, DTypeError, MXNetError, NotFoundError, ShapeError


@pytest.fixture(params=["local", "device"])
def kv(request):
    return mx.kv.create(request.param)


def ones(value=1.0, shape=(2, 3), ctx=None):
    return mx.nd.ones(shape, ctx=ctx or mx.cpu()) * value


def pulled(kv, key, shape=(2, 3)):
    out = mx.nd.zeros(shape)
    kv.pull(key, out=out)
    return out.asnumpy().ravel()[0]


def test_pull_gives_what_init_took(kv):
    value = ones(2)
    kv.init(3, value)
    value[:] = 9
    assert pulled(kv, 3) == 2


def test_push_replaces_the_value_by_the_sum_over_devices(kv):
    kv.init(3, ones(2))
    kv.push(3, [ones(1), ones(4, ctx=mx.cpu(1))])
    assert pulled(kv, 3) == 5


def test_lists_of_keys_take_lists_of_values(kv):
    kv.init(["a", "b"], [ones(1), ones(2)])
    kv.push(["a", "b"], [[ones(3), ones(4)], [ones(5), ones(6)]])
    out = [[mx.nd.zeros((2, 3)) for _ in range(2)] for _ in range(2)]
    kv.pull(["a", "b"], out=out)
    assert [[x.asnumpy()[0, 0] for x in group] for group in out] == [[7, 7], [11, 11]]


def test_a_key_that_comes_twice_is_summed(kv):
    kv.init(5, ones(0))
    kv.push([5, 5], [ones(8), ones(1)])
    assert pulled(kv, 5) == 9


def test_pull_reaches_every_device(kv):
    kv.init("w", ones(2))
    out = [mx.nd.zeros((2, 3), ctx=mx.cpu(i)) for i in range(2)]
    kv.pull("w", out=out)
    assert [x.asnumpy().sum() for x in out] == [12, 12]


def test_updater_gets_key_sum_and_value(kv):
    kv.init(3, ones(1))
    seen = []

    def updater(key, pushed, stored):
        seen.append((key, pushed.asnumpy()[0, 0]))
        stored[:] = stored + pushed * 10

    kv._set_updater(updater)
    kv.push(3, [ones(1), ones(2)])
    assert seen == [(3, 3.0)]
    assert pulled(kv, 3) == 31


def test_pushpull_writes_back_into_its_values(kv):
    kv.init("w", ones(0))
    values = [ones(1), ones(2, ctx=mx.cpu(1))]
    kv.pushpull("w", values)
    assert [x.asnumpy()[0, 0] for x in values] == [3, 3]
    out = ones(0)
    kv.pushpull("w", ones(4), out=out)
    assert out.asnumpy()[0, 0] == 4


def test_broadcast_stores_and_copies(kv):
    out = [ones(0), ones(0, ctx=mx.cpu(1))]
    kv.broadcast("w", ones(4), out=out)
    assert [x.asnumpy()[0, 0] for x in out] == [4, 4]
    assert pulled(kv, "w") == 4


def test_optimizer_updates_the_stored_weight(kv):
    kv.init("w", ones(1))
    kv.set_optimizer(mx.optimizer.SGD(learning_rate=0.5))
    kv.push("w", [ones(0.5), ones(0.5)])
    assert pulled(kv, "w") == 0.5


def test_optimizer_states_survive_a_file(kv, tmp_path):
    path = str(tmp_path / "net.states")
    kv.init("w", ones(1))
    kv.set_optimizer(mx.optimizer.SGD(learning_rate=1.0, momentum=0.5))
    kv.push("w", ones(1))
    kv.save_optimizer_states(path)
    kv.push("w", ones(0))
    expected = pulled(kv, "w")

    twin = mx.kv.create()
    twin.init("w", ones(0))
    twin.set_optimizer(mx.optimizer.SGD(learning_rate=1.0, momentum=0.5))
    twin.load_optimizer_states(path)
    twin.push("w", ones(0))
    assert (expected, pulled(twin, "w")) == (-0.5, -0.5)


def test_states_need_an_optimizer_and_a_file(kv, tmp_path):
    with pytest.raises(MXNetError, match="set_optimizer first"):
        kv.save_optimizer_states(str(tmp_path / "x"))
    kv.set_optimizer(mx.optimizer.SGD())
    with pytest.raises(NotFoundError, match="cannot read"):
        kv.load_optimizer_states(str(tmp_path / "missing"))
    with pytest.raises(MXNetError, match="cannot write"):
        kv.save_optimizer_states(str(tmp_path / "missing" / "x"))


def test_a_failing_push_changes_no_key(kv):
    kv.init(["a", "b"], [ones(1), ones(1)])
    with pytest.raises(ShapeError, match="'b'"):
        kv.push(["a", "b"], [ones(5), ones(5, shape=(3,))])
    with pytest.raises(NotFoundError, match="'c' has not been inited"):
        kv.push(["a", "c"], [ones(5), ones(5)])
    kv.set_optimizer(mx.optimizer.SGD())
    with pytest.raises(DTypeError, match="'b'"):
        kv.push(["a", "b"], [ones(5), ones(5).astype("float64")])
    assert (pulled(kv, "a"), pulled(kv, "b")) == (1, 1)


def test_a_failing_pushpull_changes_no_key(kv):
    kv.init("a", ones(1))
    with pytest.raises(ShapeError):
        kv.pushpull("a", ones(5), out=mx.nd.zeros((3,)))
    assert pulled(kv, "a") == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda kv: kv.init("w", ones()), "duplicate init"),
        (lambda kv: kv.init(["x", "x"], [ones(), ones()]), "duplicate init"),
        (lambda kv: kv.init(1, ones()), "Mixed key types"),
        (lambda kv: kv.init(2.5, ones()), "unexpected type for keys"),
        (lambda kv: kv.init("x", 3), "expected an NDArray"),
        (lambda kv: kv.init("x", []), "no arrays"),
        (lambda kv: kv.init(["x", "y"], [ones()]), "2 keys need as many values"),
        (lambda kv: kv.pull("w"), "'out' is missing"),
        (lambda kv: kv.row_sparse_pull("w"), "row_sparse_pull"),
        (lambda kv: kv.set_gradient_compression({"type": "2bit"}), "compression"),
        (lambda kv: kv.set_optimizer("sgd"), "expected an Optimizer"),
        (lambda kv: kv.is_capable("fly"), "Unknown capability"),
    ],
)
def test_misuse_says_what_is_wrong(kv, call, message):
    kv.init("w", ones())
    with pytest.raises(MXNetError, match=message):
        call(kv)


def test_there_is_one_worker(kv):
    assert (kv.rank, kv.num_workers, kv.is_capable("optimizer")) == (0, 1, True)


def test_kinds():
    assert mx.kv.create("LOCAL").type == "local"
    assert mx.kv.create("device").type == "device"
    with pytest.raises(ArgumentError, match="several machines.*\n.*'device'"):
        mx.kv.create("dist_sync")
    with pytest.raises(ArgumentError, match="Did you mean 'local'"):
        mx.kv.create("locl")
    with pytest.raises(TypeError):
        mx.kv.create(3)


def test_a_store_of_ones_own_is_created_by_name():
    @mx.kv.KVStoreBase.register
    class Mine(mx.kv.KVStoreBase):
        pass

    try:
        assert type(mx.kv.create("mine")) is Mine
    finally:
        del mx.kv.KVStoreBase.kv_registry["mine"]


def test_a_server_of_a_local_store_has_no_work():
    store = mx.kv.create("local")
    server = mx.kv.KVStoreServer(store)
    assert server.kvstore is store and server.run() is None
    with pytest.raises(ArgumentError, match="expected a KVStore. Received: str"):
        mx.kv.KVStoreServer("local")
