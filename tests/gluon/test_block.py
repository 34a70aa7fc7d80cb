"""Blocks: naming, structure, parameters, files, hooks of the tree."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import MXNetError, NotFoundError, ShapeError
from mxlearn.gluon import Block, Parameter, nn


@pytest.fixture(autouse=True)
def fresh_names():
    with mx.name.NameManager():
        yield


class Net(Block):
    def __init__(self, **options):
        super().__init__(**options)
        with self.name_scope():
            self.hidden = nn.Dense(4, in_units=3)
            self.out = nn.Dense(2, in_units=4)
            self.scale = self.params.get("scale", shape=(1,))

    def forward(self, x):
        return self.out(self.hidden(x)) * self.scale.data()


def ready(**options):
    net = Net(**options)
    net.initialize()
    return net


# -- names -------------------------------------------------------------------------------------------------------------
def test_blocks_are_named_after_their_class_and_a_number():
    assert [Net().name, Net().name, nn.Dense(1).prefix] == ["net0", "net1", "dense0_"]
    assert nn.Activation("relu").name == "relu0"                         # an activation after its function


def test_children_in_a_name_scope_are_named_under_their_parent():
    assert list(Net(prefix="my_").collect_params()) == [
        "my_scale", "my_dense0_weight", "my_dense0_bias", "my_dense1_weight", "my_dense1_bias"
    ]  # fmt: skip


def test_children_outside_of_a_name_scope_are_named_by_themselves():
    net = nn.Sequential(prefix="net_")
    net.add(nn.Dense(1))
    assert list(net.collect_params()) == ["dense0_weight", "dense0_bias"]


def test_name_scopes_nest_and_are_left_after_an_error():
    outer = nn.Sequential(prefix="a_")
    with pytest.raises(KeyboardInterrupt), outer.name_scope():
        inner = nn.Sequential(prefix="b_")
        with inner.name_scope():
            assert nn.Dense(1).prefix == "a_b_dense0_"
            raise KeyboardInterrupt
    assert nn.Dense(1).prefix == "dense0_"


def test_an_empty_prefix_adds_nothing():
    with nn.Sequential(prefix="").name_scope():
        assert nn.Dense(1).prefix == "dense0_"


def test_symbols_made_in_a_scope_get_the_prefix():
    block = nn.HybridSequential(prefix="net_")
    with block.name_scope():
        assert mx.sym.exp(mx.sym.Variable("x")).name == "net_exp0"


# -- structure ---------------------------------------------------------------------------------------------------------
def test_assigned_blocks_and_parameters_are_registered():
    net = Net()
    assert list(net._children) == ["hidden", "out"]
    assert list(net._collect_params_with_prefix()) == [
        "scale", "hidden.weight", "hidden.bias", "out.weight", "out.bias"
    ]  # fmt: skip


def test_an_attribute_keeps_its_kind():
    net = Net()
    with pytest.raises(TypeError, match="Net.hidden is a Dense and cannot become a int"):
        net.hidden = 3
    with pytest.raises(TypeError, match="Net.scale is a Parameter"):
        net.scale = "x"
    with pytest.raises(MXNetError, match="'scale' is already there"):
        net.scale = Parameter("other")
    net.hidden = replacement = nn.Dense(7)
    assert net._children["hidden"] is replacement


def test_only_blocks_are_children():
    with pytest.raises(MXNetError, match="expected a Block. Received: int"):
        Net().register_child(3)


def test_apply_visits_children_first():
    seen = []
    assert Net(prefix="n_").apply(lambda block: seen.append(block.name)).name == "n"
    assert seen == ["n_dense0", "n_dense1", "n"]


def test_collect_params_selects_by_the_beginning_of_the_name():
    net = Net(prefix="n_")
    assert list(net.collect_params(".*weight")) == ["n_dense0_weight", "n_dense1_weight"]
    assert list(net.collect_params("n_scale|n_dense1_bias")) == ["n_scale", "n_dense1_bias"]
    assert list(net.collect_params("weight")) == []                      # matched from the start, as in MXNet


def test_parameters_are_shared_through_params():
    first = nn.Dense(2, in_units=3, prefix="a_")
    second = nn.Dense(2, in_units=3, prefix="b_", params=first.params)
    assert second.weight is first.weight
    assert list(second.collect_params()) == ["a_weight", "a_bias"]


def test_how_a_block_is_written():
    assert repr(Net()) == "Net(\n  (hidden): Dense(3 -> 4, linear)\n  (out): Dense(4 -> 2, linear)\n)"
    net = nn.Sequential()
    net.add(nn.Dense(2), nn.Sequential())
    assert repr(net) == "Sequential(\n  (0): Dense(None -> 2, linear)\n  (1): Sequential(\n  \n  )\n)"


def test_forward_must_be_written():
    with pytest.raises(NotImplementedError, match=r"Empty must define forward\(self"):
        type("Empty", (Block,), {})()(mx.nd.ones(1))


# -- parameters --------------------------------------------------------------------------------------------------------
def test_running_before_initialization_is_an_error_that_names_a_parameter():
    with pytest.raises(MXNetError, match="'net0_dense0_weight'.*has not been initialized"):
        Net()(mx.nd.ones((1, 3)))


def test_cast_and_zero_grad_and_reset_ctx_reach_everything():
    net = ready()
    net.cast("float64")
    assert net(mx.nd.ones((1, 3), dtype="float64")).dtype == np.float64
    with mx.autograd.record():
        loss = net(mx.nd.ones((1, 3), dtype="float64")).sum()
    loss.backward()
    net.zero_grad()
    assert all(not p.grad().asnumpy().any() for p in net.collect_params().values())
    net.reset_ctx(mx.cpu(1))
    assert all(p.list_ctx() == [mx.cpu(1)] for p in net.collect_params().values())


# -- files -------------------------------------------------------------------------------------------------------------
def values(net):
    return {name: p.data().asnumpy().tolist() for name, p in net._collect_params_with_prefix().items()}


def test_parameters_are_saved_by_their_place_in_the_structure(tmp_path):
    net, other = ready(prefix="a_"), ready(prefix="b_")
    net.save_parameters(tmp_path / "x.params")
    assert list(mx.nd.load(tmp_path / "x.params")) == list(net._collect_params_with_prefix())
    other.load_parameters(tmp_path / "x.params")
    assert values(other) == values(net)


def test_parameters_are_loaded_into_a_net_that_was_not_initialized(tmp_path):
    net = ready()
    net.save_parameters(tmp_path / "x")
    fresh = Net()
    fresh.load_parameters(tmp_path / "x", ctx=[mx.cpu(0), mx.cpu(1)])
    assert fresh.collect_params().list_ctx() == [mx.cpu(0), mx.cpu(1)]
    assert np.array_equal(fresh(mx.nd.ones((1, 3))).asnumpy(), net(mx.nd.ones((1, 3))).asnumpy())


def test_deferred_shapes_are_completed_by_a_file(tmp_path):
    net = ready()
    net.save_parameters(tmp_path / "x")
    sequence = nn.Sequential()
    sequence.hidden = nn.Dense(4)
    sequence.hidden.load_parameters(tmp_path / "x", ignore_extra=True, allow_missing=True)
    mx.nd.save(tmp_path / "y", {"weight": mx.nd.ones((4, 3)), "bias": mx.nd.ones(4)})
    sequence.hidden.load_parameters(tmp_path / "y")
    assert sequence.hidden.weight.shape == (4, 3)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"out.bias": None}, NotFoundError, "'out.bias' is missing in the file.*\n.*allow_missing"),
        ({"out.extra": mx.nd.ones(1)}, NotFoundError, "'out.extra' of the file is not in the net.*\n.*ignore_extra"),
        ({"out.bias": mx.nd.ones(3)}, ShapeError, r"has shape \(2,\), but the file holds \(3,\)"),
        ({"out.bias": mx.nd.ones(2, dtype="float16")}, MXNetError, "dtype float32, but the file holds float16"),
    ],
)
def test_nothing_is_loaded_if_one_does_not_fit(tmp_path, change, error, message):
    net = ready()
    net.save_parameters(tmp_path / "x")
    arrays = {**{k: mx.nd.zeros_like(v) for k, v in mx.nd.load(tmp_path / "x").items()}, **change}
    mx.nd.save(tmp_path / "x", {k: v for k, v in arrays.items() if v is not None})
    before = values(net)
    with pytest.raises(error, match=message):
        net.load_parameters(tmp_path / "x")
    assert values(net) == before


def test_a_shared_parameter_is_saved_once_on_request(tmp_path):
    net = nn.Sequential()
    first = nn.Dense(3, in_units=3)
    net.add(first, nn.Dense(3, in_units=3, params=first.params))
    net.initialize()
    net.save_parameters(tmp_path / "all")
    net.save_parameters(tmp_path / "once", deduplicate=True)
    assert len(mx.nd.load(tmp_path / "all")) == 4
    assert len(mx.nd.load(tmp_path / "once")) == 2
    before = values(net)
    first.weight.set_data(mx.nd.zeros((3, 3)))
    net.load_parameters(tmp_path / "once")
    assert values(net) == before


def test_files_of_full_names_are_read_too(tmp_path):
    net = ready(prefix="a_")
    net.collect_params().save(tmp_path / "x")
    other = ready(prefix="a_")
    other.load_parameters(tmp_path / "x")
    assert values(other) == values(net)


def test_the_old_names_still_work_with_a_warning(tmp_path):
    net, other = ready(prefix="a_"), ready(prefix="b_")
    with pytest.warns(UserWarning, match="save_params is deprecated"):
        net.save_params(tmp_path / "x")
    with pytest.warns(UserWarning, match="load_params is deprecated"):
        other.load_params(tmp_path / "x")
    assert values(other) == values(net)


def test_saving_what_is_not_initialized_writes_nothing(tmp_path):
    with pytest.raises(MXNetError, match="has not been initialized"):
        Net().save_parameters(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


# -- containers --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [nn.Sequential, nn.HybridSequential])
def test_containers_are_sequences(kind):
    net = kind()
    layers = [nn.Dense(n) for n in (1, 2, 3)]
    net.add(*layers)
    assert len(net) == 3
    assert list(net) == layers
    assert net[0] is layers[0] and net[-1] is layers[2]
    assert type(net[1:]) is kind and list(net[1:]) == layers[1:]
    with pytest.raises(IndexError):
        net[3]


def test_a_sequence_passes_several_values_on():
    net = nn.Sequential()
    net.add(nn.Lambda(lambda x: (x, x + 1)), nn.Lambda(lambda a, b: a + b))
    assert net(mx.nd.array([1])).asscalar() == 3


def test_a_sequence_of_hybrid_layers_suggests_the_hybrid_container():
    net = nn.Sequential()
    net.add(nn.Dense(1))
    with pytest.warns(UserWarning, match="Consider using HybridSequential"):
        net.hybridize()
