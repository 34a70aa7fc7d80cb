"""HybridBlocks: the same result with and without compilation, deferred shapes, export."""
import json

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.gluon import HybridBlock, nn


def block(function, *, parameters=()):
    """Return a HybridBlock with ``function(F, x, ...)`` as its hybrid_forward."""

    class Made(HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                for name, shape in parameters:
                    setattr(self, name, self.params.get(name, shape=shape, allow_deferred_init=True))

        def hybrid_forward(self, F, *args, **values):
            return function(F, *args, **values)

    return Made()


def flatten(value):
    if isinstance(value, mx.nd.NDArray):
        return [value]
    return [] if value is None else [a for item in value for a in flatten(item)]


def structure(value):
    return "x" if isinstance(value, mx.nd.NDArray) else None if value is None else [structure(v) for v in value]


def convolution():
    net = nn.HybridSequential()
    net.add(nn.Conv2D(4, 3, padding=1, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(), nn.Flatten(), nn.Dense(3))
    return net


def residual():
    class Residual(HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.body = nn.HybridSequential()
                self.body.add(nn.Dense(5, activation="tanh"), nn.Dense(5), nn.LayerNorm())

        def hybrid_forward(self, F, x):
            return F.relu(x + self.body(x))

    return Residual()


A = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
IMAGE = np.random.default_rng(0).normal(size=(2, 3, 4, 4)).astype("float32")
NETS = {
    "dense": (lambda: nn.Dense(3), [A]),
    "dense without bias": (lambda: nn.Dense(3, use_bias=False, flatten=False), [A]),
    "convolution": (convolution, [IMAGE]),
    "residual": (residual, [A]),
    "embedding": (lambda: nn.Embedding(7, 3), [np.array([[1, 2], [6, 0]], "float32")]),
    "lambda": (lambda: nn.HybridLambda(lambda F, x: F.softmax(x) * 2), [A]),
    "lambda by name": (lambda: nn.HybridLambda("tanh"), [A]),
    "own parameter": (lambda: block(lambda F, x, w: F.broadcast_mul(x, w), parameters=[("w", (1, 5))]), [A]),
    "two inputs": (lambda: block(lambda F, x, y: x * y + F.exp(x)), [A, A + 1]),
    "two outputs": (lambda: block(lambda F, x: (x + 1, F.relu(x))), [A]),
    "nested outputs": (lambda: block(lambda F, x: [x, [F.exp(x), (x * 2,)]]), [A]),
    "nested inputs": (lambda: block(lambda F, xs, y: xs[0] * xs[1][0] + y), [[A, [A + 1]], A - 1]),
    "a list first": (lambda: block(lambda F, xs: F.concat(*xs, dim=0)), [[A, A * 2, A * 3]]),
    "None among inputs": (lambda: block(lambda F, x, mask, y: x + y if mask is None else x * mask), [A, None, A]),
    "the same twice": (lambda: block(lambda F, x: (x, x)), [A]),
    "split": (lambda: block(lambda F, x: list(F.split(x, num_outputs=5, axis=1))[::2]), [A]),
    "slices": (lambda: block(lambda F, x: F.slice_axis(x, axis=1, begin=1, end=3).reshape((-1,))), [A]),
    "constants": (lambda: block(lambda F, x: F.broadcast_add(x, F.ones((1, 5))) * F.zeros_like(x)), [A]),
    "shape codes": (lambda: block(lambda F, x: x.reshape((0, -4, 5, 1, -2)).transpose((2, 0, 1))), [A]),
}


def arrays(value):
    return [arrays(v) for v in value] if isinstance(value, list) else None if value is None else mx.nd.array(value)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("train_mode", [False, True])
def test_compiled_and_eager_agree_in_values_and_gradients(name, train_mode):
    make, inputs = NETS[name]
    results = []
    for hybrid in (False, True):
        mx.random.seed(1)
        net = make()
        net.initialize(mx.init.Xavier())
        if hybrid:
            net.hybridize(static_alloc=True, static_shape=True)
        given = [arrays(v) for v in inputs]
        for x in flatten(given):
            x.attach_grad()
        for _ in range(2):                                               # the second call runs the cached program
            with mx.autograd.record(train_mode=train_mode):
                out = net(*given)
                loss = mx.nd.add_n(*[(o * o).sum() for o in flatten(out)])
            loss.backward()
        parameters = net.collect_params().values()
        found = [o.asnumpy() for o in flatten(out)] + [x.grad.asnumpy() for x in flatten(given)]
        found += [p.grad().asnumpy() if p.grad_req != "null" else p.data().asnumpy() for p in parameters]
        results.append((structure(out), found))
    assert json.dumps(results[0][0]).replace("(", "[") == json.dumps(results[1][0])
    for eager, compiled in zip(results[0][1], results[1][1], strict=True):
        assert np.allclose(eager, compiled, rtol=1e-5, atol=1e-6)


def test_the_graph_is_traced_once_for_each_structure_of_inputs():
    traced = []

    def forward(F, x, y=None):
        traced.append(F is mx.sym)
        return x if y is None else x + y

    net = block(forward)
    net.hybridize()
    for shape in ((2,), (3,), (2,)):
        net(mx.nd.ones(shape))
    assert traced == [True]
    net(mx.nd.ones(1), mx.nd.ones(1))
    assert traced == [True, True]


def test_hybridize_can_be_switched_off():
    seen = []
    net = block(lambda F, x: (seen.append(F is mx.sym), x)[1])
    net.hybridize()
    net(mx.nd.ones(1))
    net.hybridize(False)
    net(mx.nd.ones(1))
    assert seen == [True, False]


def test_a_new_child_or_parameter_invalidates_the_graph():
    net = nn.HybridSequential()
    net.add(nn.Dense(3, in_units=3))
    net.initialize()
    net.hybridize()
    assert net(mx.nd.ones((1, 3))).shape == (1, 3)
    layer = nn.Dense(2, in_units=3)
    layer.initialize()
    net.add(layer)
    assert net(mx.nd.ones((1, 3))).shape == (1, 2)


def test_deferred_shapes_are_found_by_the_first_call():
    for hybrid in (False, True):
        net = convolution()
        net.initialize()
        if hybrid:
            net.hybridize()
        assert net(mx.nd.ones((2, 3, 8, 8))).shape == (2, 3)
        assert net[0].weight.shape == (4, 3, 3, 3)
        assert net[1].gamma.shape == (4,)
        assert net[4].weight.shape == (3, 64)


def test_shapes_that_do_not_follow_are_an_error_that_names_the_block():
    net = block(lambda F, x, w: F.concat(x, w, dim=0), parameters=[("w", (0, 3))])
    net.initialize()
    with pytest.raises(MXNetError, match=r"'made\d+_w': its shape \(0, 3\) is still not known"):
        net(mx.nd.ones((2, 3)))


def test_a_wrong_input_is_an_error_in_both_modes():
    for hybrid in (False, True):
        net = nn.Dense(3, in_units=4)
        net.initialize()
        if hybrid:
            net.hybridize()
        with pytest.raises(MXNetError, match=r"FullyConnected.*"):
            net(mx.nd.ones((2, 5)))
        with pytest.raises(ArgumentError, match="NDArray"):
            net(3)
        assert net(mx.nd.ones((2, 4))).shape == (2, 3)                   # the error left nothing behind


def test_children_must_be_hybrid():
    net = nn.HybridSequential()
    with pytest.raises(ArgumentError, match="children of a HybridBlock must be HybridBlocks"):
        net.add(nn.Sequential())


def test_hybrid_forward_must_be_written():
    with pytest.raises(NotImplementedError, match="must define hybrid_forward"):
        HybridBlock()(mx.nd.ones(1))


def test_a_block_can_be_called_with_symbols():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3), nn.Dense(2))
    symbol = net(mx.sym.Variable("data"))
    assert symbol.list_arguments() == [
        "data", "net_dense0_weight", "net_dense0_bias", "net_dense1_weight", "net_dense1_bias"
    ]  # fmt: skip


def test_cast_changes_what_is_compiled():
    net = nn.Dense(2, in_units=3)
    net.initialize()
    net.hybridize()
    net(mx.nd.ones((1, 3)))
    net.cast("float64")
    assert net(mx.nd.ones((1, 3), dtype="float64")).dtype == np.float64


def test_results_of_a_compiled_block_are_independent():
    net = nn.HybridLambda(lambda F, x: x * 2)
    net.hybridize()
    first = net(mx.nd.array([1]))
    second = net(mx.nd.array([5]))
    first[:] = 9
    assert (first.asscalar(), second.asscalar()) == (9, 10)


def test_a_block_that_returns_its_input():
    net = nn.HybridLambda(lambda F, x: F.identity(x))
    net.hybridize()
    x = mx.nd.array([1])
    x.attach_grad()
    with mx.autograd.record():
        y = net(x)
        z = y * 3
    z.backward()
    assert x.grad.asscalar() == 3
    y[:] = 7
    assert x.asscalar() == 1


def test_blocks_compiled_inside_of_others_run_compiled():
    inner = nn.HybridSequential()
    inner.add(nn.Dense(3, in_units=2))
    outer = nn.Sequential()
    outer.add(inner, nn.Lambda(lambda x: x + 1))
    outer.initialize()
    expected = outer(mx.nd.ones((1, 2))).asnumpy()
    outer.hybridize()
    assert np.allclose(outer(mx.nd.ones((1, 2))).asnumpy(), expected)
    assert inner.cached_op is not None


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_while_tracing_leaves_names_and_scopes_clean(error):
    armed = [True]

    def forward(F, x):
        if armed and F is mx.sym:
            raise error
        return x + 1

    net = block(forward)
    net.hybridize()
    before = mx.name.NameManager.current
    with pytest.raises(error), mx.autograd.record():
        net(mx.nd.ones(1))
    assert mx.name.NameManager.current is before
    assert mx.core.state.STATE.scope == ()
    assert not mx.autograd.is_recording()
    armed.clear()
    assert net(mx.nd.ones(1)).asscalar() == 2


# -- export ------------------------------------------------------------------------------------------------------------
def test_export_writes_files_that_module_and_symbolblock_read(tmp_path):
    net = convolution()
    net.initialize()
    net.hybridize()
    x = mx.nd.array(IMAGE)
    expected = net(x).asnumpy()
    symbol_file, params_file = net.export(str(tmp_path / "net"), epoch=3)
    assert (symbol_file, params_file) == (str(tmp_path / "net-symbol.json"), str(tmp_path / "net-0003.params"))
    names = set(mx.nd.load(params_file))
    assert {name.split(":")[0] for name in names} == {"arg", "aux"}
    symbol, arguments, auxiliary = mx.model.load_checkpoint(str(tmp_path / "net"), 3)
    executor = symbol.bind(mx.cpu(), {"data": x, **arguments}, aux_states=auxiliary)
    assert np.allclose(executor.forward()[0].asnumpy(), expected, rtol=1e-5)
    block = mx.gluon.SymbolBlock.imports(symbol_file, ["data"], params_file)
    assert np.allclose(block(x).asnumpy(), expected, rtol=1e-5)


def test_export_needs_a_traced_graph(tmp_path):
    net = nn.Dense(1, in_units=1)
    net.initialize()
    with pytest.raises(MXNetError, match=r"call hybridize\(\) and run it"):
        net.export(str(tmp_path / "net"))
    assert list(tmp_path.iterdir()) == []


def test_infer_shape_and_type_by_hand():
    net = nn.Dense(3)
    net.infer_shape(mx.nd.ones((2, 5)))
    assert net.weight.shape == (3, 5)
    net.infer_type(mx.nd.ones((2, 5), dtype="float32"))
    assert np.dtype(net.weight.dtype) == np.float32


def test_there_is_one_compiler():
    net = nn.Dense(3)
    net.initialize()
    with pytest.raises(MXNetError, match="no backend 'MKLDNN'"):
        net.optimize_for(mx.nd.ones((1, 2)), backend="MKLDNN")
    net.optimize_for(mx.nd.ones((1, 2)))
    assert net.cached_op is not None
