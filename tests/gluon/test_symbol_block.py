"""SymbolBlock: a Symbol as a layer."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.gluon import SymbolBlock, nn


def features():
    data = mx.sym.Variable("data")
    hidden = mx.sym.FullyConnected(data, num_hidden=3, name="fc1")
    return mx.sym.BatchNorm(hidden, name="bn"), data


def test_variables_that_are_not_fed_are_parameters():
    net = SymbolBlock(*features())
    assert list(net.collect_params()) == [
        "fc1_weight", "fc1_bias", "bn_gamma", "bn_beta", "bn_moving_mean", "bn_moving_var"
    ]  # fmt: skip
    assert net.collect_params()["bn_moving_mean"].grad_req == "null"


def test_shapes_are_found_by_the_first_call():
    net = SymbolBlock(*features())
    net.initialize()
    assert net(mx.nd.ones((2, 5))).shape == (2, 3)
    assert net.collect_params()["fc1_weight"].shape == (3, 5)


def test_variables_with_an_initial_value_start_there():
    net = SymbolBlock(*features())
    net.initialize()
    net(mx.nd.ones((2, 5)))
    params = net.collect_params()
    assert params["bn_moving_mean"].data().asnumpy().tolist() == [0, 0, 0]
    assert params["bn_moving_var"].data().asnumpy().tolist() == [1, 1, 1]


def test_it_trains():
    net = SymbolBlock(*features())
    net.initialize(mx.init.Normal(0.5))
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    x = mx.nd.array(np.random.default_rng(0).normal(size=(4, 5)))
    losses = []
    for _ in range(5):
        with mx.autograd.record():
            loss = ((net(x) - 1) ** 2).sum()
        loss.backward()
        trainer.step(4)
        losses.append(loss.asscalar())
    assert losses == sorted(losses, reverse=True)


def test_several_inputs_and_outputs():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    net = SymbolBlock([a + b, a * b], [a, b])
    plus, times = net(mx.nd.array([2]), mx.nd.array([5]))
    assert (plus.asscalar(), times.asscalar()) == (7, 10)
    group = SymbolBlock(mx.sym.Group([a + b, a * b]), [a, b])
    assert [o.asscalar() for o in group(mx.nd.array([2]), mx.nd.array([5]))] == [7, 10]


def test_an_inner_layer_of_a_net_can_be_cut_out():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu"), nn.Dense(2))
    net.initialize()
    data = mx.sym.Variable("data")
    inner = net(data).get_internals()["net_dense0_relu_fwd_output"]
    cut = SymbolBlock(inner, data, params=net.collect_params())
    x = mx.nd.ones((1, 3))
    net(x)
    assert np.array_equal(cut(x).asnumpy(), net[0](x).asnumpy())
    assert cut.collect_params()["net_dense0_weight"] is net[0].weight


def test_it_can_be_called_with_symbols():
    net = SymbolBlock(*features())
    symbol = net(mx.sym.relu(mx.sym.Variable("image"), name="first"))
    assert symbol.list_arguments()[0] == "image"


def test_it_may_be_a_child():
    net = nn.HybridSequential()
    net.add(SymbolBlock(*features()), nn.Dense(1))
    net.initialize()
    expected = net(mx.nd.ones((2, 5))).asnumpy()
    net.hybridize()
    assert np.allclose(net(mx.nd.ones((2, 5))).asnumpy(), expected)


def test_wrong_inputs_are_named():
    symbol, data = features()
    with pytest.raises(ArgumentError, match="is no variable"):
        SymbolBlock(symbol, symbol)
    net = SymbolBlock(symbol, data)
    net.initialize()
    with pytest.raises(MXNetError, match="1 inputs are needed, 2 given"):
        net(mx.nd.ones((2, 5)), mx.nd.ones(1))
    with pytest.raises(ArgumentError, match="NDArray"):
        net(3)


def test_how_it_is_written():
    assert repr(SymbolBlock(*features())) == "SymbolBlock(\n<Symbol bn> : 1 -> 1\n)"


# -- files -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def exported(tmp_path):
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    net.initialize()
    net.hybridize()
    net(mx.nd.ones((1, 3)))
    return net, *net.export(str(tmp_path / "net"))


def test_imports_reads_what_export_wrote(exported):
    net, symbol_file, params_file = exported
    block = SymbolBlock.imports(symbol_file, "data", params_file, ctx=mx.cpu(1))
    assert block.collect_params().list_ctx() == [mx.cpu(1)]
    x = mx.nd.array([[1, -2, 3]])
    assert np.allclose(block(x.as_in_context(mx.cpu(1))).asnumpy(), net(x).asnumpy(), rtol=1e-5)


def test_imports_without_parameters_waits_for_them(exported):
    _, symbol_file, _ = exported
    block = SymbolBlock.imports(symbol_file, ["data"])
    with pytest.raises(MXNetError, match="has not been initialized"):
        block(mx.nd.ones((1, 3)))
    block.initialize()
    assert block(mx.nd.ones((1, 3))).shape == (1, 2)


def test_imports_checks_the_names_of_the_inputs(exported):
    _, symbol_file, params_file = exported
    with pytest.raises(ArgumentError, match="there is no input 'dat'"):
        SymbolBlock.imports(symbol_file, ["dat"], params_file)


def test_imports_keeps_the_dtypes_of_the_file(tmp_path):
    net = nn.Dense(2, in_units=3)
    net.initialize()
    net.cast("float64")
    net.hybridize()
    net(mx.nd.ones((1, 3), dtype="float64"))
    symbol_file, params_file = net.export(str(tmp_path / "net"))
    block = SymbolBlock.imports(symbol_file, ["data"], params_file)
    assert block(mx.nd.ones((1, 3), dtype="float64")).dtype == np.float64
