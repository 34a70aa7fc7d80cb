"""Block.save and Block.load: a network in two files, its structure and its parameters."""
import json

import pytest

import mxlearn as mx

nn = mx.gluon.nn


def network(inner=2):
    net = nn.HybridSequential()
    with net.name_scope():
        net.add(nn.Dense(3, in_units=2), nn.HybridSequential())
    net[1].add(nn.Dense(inner, in_units=3))
    return net


@pytest.fixture
def saved(tmp_path):
    net = network()
    net.initialize()
    prefix = str(tmp_path / "net")
    net.save(prefix)
    return net, prefix


def test_a_network_built_in_the_same_way_gets_the_parameters(saved):
    net, prefix = saved
    other = network()
    other.load(prefix)
    x = mx.nd.ones((4, 2))
    assert other(x).asnumpy().tolist() == net(x).asnumpy().tolist()


def test_what_ran_hybridized_is_hybridized_again(tmp_path):
    net, other = network(), network()
    net.initialize()
    net.hybridize()
    net(mx.nd.ones((1, 2)))
    net.save(tmp_path / "net")
    other.load(tmp_path / "net")
    other(mx.nd.ones((1, 2)))
    assert other.cached_op is not None


def test_the_file_holds_the_structure_and_the_graphs_as_mxnet_writes_them(tmp_path):
    net = network()
    net.initialize()
    net[0].hybridize()
    net[0](mx.nd.ones((1, 2)))
    net.save(tmp_path / "net")
    model = json.loads((tmp_path / "net-model.json").read_text())
    top = model["hybridsequential0"]
    assert list(top["children"].values()) == ["0", "1"]
    assert top["hybridized"] is False
    assert top["dense1"]["hybridized"] is True
    assert top["dense1"]["in_format"] == [0] and top["dense1"]["out_format"] == 0
    assert mx.sym.load_json(top["dense1"]["symbol"]).list_outputs() == [f"{net[0].name}_fwd_output"]
    assert top["hybridsequential2"]["dense3"]["children"] == {}


def test_a_network_of_another_structure_is_refused_and_left_as_it_was(saved):
    other = nn.HybridSequential()
    other.add(nn.Dense(3, in_units=2))
    other.initialize(mx.init.One())
    with pytest.raises(mx.base.FormatError, match=r"has the children \['0'\], but the file says \['0', '1'\]"):
        other.load(saved[1])
    assert other[0].weight.data().asnumpy().tolist() == [[1, 1]] * 3
    with pytest.raises(mx.base.FormatError, match="where it has Dense .*the file has hybridsequential0"):
        nn.Dense(3).load(saved[1])


@pytest.mark.parametrize("text", ["", "[", "3", '{"hybridsequential0": 3}', '{"hybridsequential0": {}}', "[" * 100000])
def test_a_damaged_file_is_a_format_error(saved, text):
    net, prefix = saved
    with open(f"{prefix}-model.json", "w") as file:
        file.write(text)
    with pytest.raises(mx.base.FormatError):
        net.load(prefix)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(mx.base.DataError, match="none-model.json"):
        network().load(tmp_path / "none")


def test_a_child_that_is_registered_twice_is_saved_under_its_last_name(tmp_path):
    class Twice(mx.gluon.Block):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.first = nn.Dense(2, in_units=2)
            self.second = self.first

    net, other = Twice(), Twice()
    net.initialize()
    net.save(tmp_path / "net")
    other.load(tmp_path / "net")
    assert other.first.weight.data().asnumpy().tolist() == net.first.weight.data().asnumpy().tolist()


def test_hybridize_refuses_what_it_does_not_know():
    with pytest.raises(mx.base.ArgumentError, match="no argument 'static_aloc'. Did you mean 'static_alloc'"):
        network().hybridize(static_aloc=True)
    with pytest.raises(mx.MXNetError, match="one compiler"):
        network().hybridize(backend="MKLDNN")
    with pytest.raises(mx.MXNetError, match="one compiler"):
        network().optimize_for(mx.nd.ones((1, 2)), backend="MKLDNN")


def test_hybridize_may_keep_the_graphs():
    net = network()
    net.initialize()
    net.hybridize()
    net(mx.nd.ones((1, 2)))
    before = net.cached_op
    net.hybridize(clear=False)
    net(mx.nd.ones((1, 2)))
    assert net.cached_op is before
    net.hybridize()
    net(mx.nd.ones((1, 2)))
    assert net.cached_op is not before


def test_parameters_that_the_imported_symbol_lacks_must_be_allowed(tmp_path):
    net = network()
    net.initialize()
    net.hybridize()
    net(mx.nd.ones((1, 2)))
    _, params = net.export(str(tmp_path / "net"))
    part = net.cached_op.symbol.get_internals()[f"{net[0].name}_fwd_output"]
    part.save(tmp_path / "part.json")
    with pytest.raises(mx.base.NotFoundError, match="ignore_extra"):
        mx.gluon.SymbolBlock.imports(tmp_path / "part.json", ["data"], params)
    block = mx.gluon.SymbolBlock.imports(tmp_path / "part.json", ["data"], params, ignore_extra=True)
    assert block(mx.nd.ones((1, 2))).shape == (1, 3)
