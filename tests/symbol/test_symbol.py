"""Symbols: their parts, names, attributes, operators, and what they refuse."""
import copy
import pickle

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, NotFoundError, NotImplementedForSymbol
from mxlearn.symbol import Symbol, Variable


@pytest.fixture(autouse=True)
def fresh_names():
    with mx.name.NameManager():
        yield


def layer(name="fc", **options):
    return mx.sym.FullyConnected(Variable("data"), num_hidden=3, name=name, **options)


# -- parts -------------------------------------------------------------------------------------------------------------
def test_missing_inputs_become_variables_named_after_the_operator():
    assert layer().list_arguments() == ["data", "fc_weight", "fc_bias"]
    assert layer(no_bias=True).list_arguments() == ["data", "fc_weight"]


def test_auxiliary_states_are_listed_apart():
    norm = mx.sym.BatchNorm(Variable("data"), name="bn")
    assert norm.list_arguments() == ["data", "bn_gamma", "bn_beta"]
    assert norm.list_auxiliary_states() == ["bn_moving_mean", "bn_moving_var"]
    assert norm.list_inputs() == ["data", "bn_gamma", "bn_beta", "bn_moving_mean", "bn_moving_var"]


def test_outputs_are_named_after_node_and_output():
    assert Variable("x").list_outputs() == ["x"]
    assert layer().list_outputs() == ["fc_output"]
    parts = mx.sym.split(Variable("x"), num_outputs=3, name="cut")
    assert parts.list_outputs() == ["cut_output0", "cut_output1", "cut_output2"]
    assert (len(parts), parts.num_outputs, parts.name) == (3, 3, "cut")


def test_a_group_has_the_outputs_of_all():
    x = Variable("x")
    group = mx.sym.Group([x + 1, x * 2])
    assert group.list_outputs() == ["_plusscalar0_output", "_mulscalar0_output"]
    assert group.name is None
    assert repr(group) == "<Symbol group [_plusscalar0, _mulscalar0]>"
    assert [s.name for s in group] == ["_plusscalar0", "_mulscalar0"]


def test_outputs_are_chosen_by_number_name_or_slice():
    group = mx.sym.Group([Variable("a"), layer(), Variable("c")])
    assert group[1].name == "fc"
    assert group["fc_output"].name == "fc"
    assert group[-1].name == "c"
    assert group[0:2].list_outputs() == ["a", "fc_output"]


def test_an_output_that_does_not_exist_is_an_error():
    x = Variable("x")
    with pytest.raises(IndexError, match="output 1 of a symbol with 1 outputs"):
        x[1]
    with pytest.raises(NotFoundError, match="no output 'fc_outptu'. Did you mean 'fc_output'?"):
        layer()["fc_outptu"]
    with pytest.raises(MXNetError, match="2 outputs named 'x'"):
        mx.sym.Group([x, x])["x"]


def test_internals_are_every_visible_output_in_order():
    internals = mx.sym.relu(layer(), name="act").get_internals()
    assert internals.list_outputs() == ["data", "fc_weight", "fc_bias", "fc_output", "act_output"]
    feature = internals["fc_output"]
    assert feature.list_arguments() == ["data", "fc_weight", "fc_bias"]
    norm = mx.sym.BatchNorm(Variable("x"), name="bn").get_internals()
    assert norm.list_outputs()[-1] == "bn_output"                        # mean and variance are hidden


def test_children_are_the_direct_inputs():
    assert layer().get_children().list_outputs() == ["data", "fc_weight", "fc_bias"]
    assert Variable("x").get_children() is None


def test_a_variable_used_twice_is_listed_once_and_two_of_one_name_twice():
    x = Variable("x")
    assert (x + x).list_arguments() == ["x"]
    assert (Variable("d") + Variable("d")).list_arguments() == ["d", "d"]


# -- names and attributes ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda x, y: x + y, "_plus0"), (lambda x, y: x - y, "_minus0"), (lambda x, y: x * y, "_mul0"),
        (lambda x, y: x / y, "_div0"), (lambda x, y: x**y, "_power0"), (lambda x, y: x % y, "_mod0"),
        (lambda x, y: x + 1, "_plusscalar0"), (lambda x, y: 1 - x, "_rminusscalar0"),
        (lambda x, y: 2 / x, "_rdivscalar0"),
        (lambda x, y: -x, "_mulscalar0"), (lambda x, y: x > y, "_greater0"), (lambda x, y: x == 1, "_equal_scalar0"),
        (lambda x, y: x <= y, "_lesser_equal0"), (lambda x, y: abs(x), "abs0"), (lambda x, y: x.exp(), "exp0"),
        (lambda x, y: mx.sym.FullyConnected(x, num_hidden=1), "fullyconnected0"),
        (lambda x, y: mx.sym.zeros(2), "_zeros0"),
    ],
)  # fmt: skip
def test_automatic_names_are_those_of_mxnet(make, name):
    assert make(Variable("x"), Variable("y")).name == name


def test_automatic_names_count():
    x = Variable("x")
    assert [(x + 1).name, (x + 1).name, mx.sym.exp(x).name] == ["_plusscalar0", "_plusscalar1", "exp0"]


def test_a_given_name_is_kept():
    assert mx.sym.exp(Variable("x"), name="mine").name == "mine"


def test_attributes_are_strings():
    fc = layer(attr={"mood": "good"}, __color__="red")
    assert fc.attr("num_hidden") == "3"
    assert fc.attr("mood") == "good"
    assert fc.attr("__color__") == "red"
    assert fc.attr("nothing") is None
    assert fc.list_attr() == {"num_hidden": "3", "mood": "good", "__color__": "red"}


def test_variables_carry_what_training_wants_to_know():
    x = Variable("x", shape=(2, 0), dtype="float16", lr_mult=2, wd_mult=0.5, init=mx.init.One(), __extra__=1)
    assert x.attr("__shape__") == "(2, 0)"
    assert x.attr("__dtype__") == "2"
    assert (x.attr("__lr_mult__"), x.attr("lr_mult")) == ("2", "2")
    assert x.attr("__init__") == '["one", {}]'
    assert x.attr("__extra__") == "1"


def test_attr_dict_has_all_nodes_with_attributes():
    found = (layer() + Variable("x", lr_mult=3)).attr_dict()
    assert found["fc"] == {"num_hidden": "3"}
    assert found["fc_weight"] == {"num_hidden": "3"}                     # an automatic variable has its operator's
    assert found["x"]["__lr_mult__"] == "3"
    assert "data" not in found


def test_user_attributes_can_be_set_later():
    x = Variable("x")
    x._set_attr(mood="happy")
    assert x.attr("mood") == "happy"
    with pytest.raises(ArgumentError, match="attributes must be strings. Received: mood=3"):
        x._set_attr(mood=3)


# -- operators ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "compute",
    [
        lambda a, b: a + b * 2 - 1 / a, lambda a, b: a**b, lambda a, b: 2**a, lambda a, b: a**2, lambda a, b: b % a,
        lambda a, b: 7 % a, lambda a, b: 3 - b, lambda a, b: -a, lambda a, b: abs(a - b), lambda a, b: a > b,
        lambda a, b: a >= 2, lambda a, b: a == b, lambda a, b: a != b, lambda a, b: a < 2, lambda a, b: a <= b,
    ],
)  # fmt: skip
def test_operators_compute_what_numpy_computes(compute):
    a, b = np.array([1.0, 2.0, 3.0], "float32"), np.array([3.0, 2.0, 1.0], "float32")
    symbol = compute(Variable("a"), Variable("b"))
    arrays = {name: mx.nd.array({"a": a, "b": b}[name]) for name in symbol.list_arguments()}
    assert np.allclose(symbol.eval(**arrays)[0].asnumpy(), compute(a, b).astype("float32"))


@pytest.mark.parametrize(
    "compute",
    [
        lambda F, x: F.maximum(x, 2), lambda F, x: F.minimum(2, x), lambda F, x: F.hypot(x, 3),
        lambda F, x: F.power(x, 2),
        lambda F, x: x.reshape((3, 1)).transpose().sum(axis=1), lambda F, x: x.astype("float64"),
        lambda F, x: x.expand_dims(0).broadcast_to((2, 3)), lambda F, x: F.concat(x, x, dim=0),
        lambda F, x: x.slice_axis(0, 1, 3),
        lambda F, x: F.arange(3) + x, lambda F, x: F.ones((3,)) * x, lambda F, x: F.full((3,), 7) - x,
        lambda F, x: F.eye(3) * x.reshape((1, -1)) if F is mx.nd else F.broadcast_mul(F.eye(3), x.reshape((1, -1))),
        lambda F, x: F.linspace(0, 1, 3) + x, lambda F, x: F.linalg.gemm2(x.reshape((1, 3)), x.reshape((3, 1))),
    ],
)  # fmt: skip
def test_functions_and_methods_compute_what_arrays_compute(compute):
    x = mx.nd.array([1, 2, 3])
    (result,) = compute(mx.sym, Variable("x")).eval(x=x)
    expected = compute(mx.nd, x)
    assert result.dtype == expected.dtype
    assert np.array_equal(result.asnumpy(), expected.asnumpy())


def test_a_symbol_has_no_truth_value_and_no_numbers():
    x = Variable("x")
    with pytest.raises(MXNetError, match="no truth value.*\n.*F.where"):
        bool(x > 1)
    for ask in (x.asnumpy, x.asscalar, x.wait_to_read, x.backward):
        with pytest.raises(NotImplementedForSymbol, match="a Symbol has no values"):
            ask()
    with pytest.raises(AttributeError, match="no shape before it is bound"):
        _ = x.shape


def test_a_symbol_cannot_be_changed_in_place():
    x = Variable("x")
    with pytest.raises(ArgumentError, match="write y = y \\+ x"):
        x += 1


def test_symbols_and_arrays_do_not_mix():
    with pytest.raises(ArgumentError, match="FullyConnected: .*Symbol.*NDArray"):
        mx.sym.FullyConnected(mx.nd.ones((1, 2)), num_hidden=2)
    with pytest.raises(ArgumentError, match="add: expected Symbols or numbers"):
        Variable("x") + mx.nd.ones(1).asnumpy().tolist()


def test_an_input_must_have_one_output():
    parts = mx.sym.split(Variable("x"), num_outputs=2)
    with pytest.raises(ArgumentError, match="exp: .*2 outputs.*symbol\\[0\\]"):
        mx.sym.exp(parts)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Variable(1), "the name must be a string. Received: 1"),
        (lambda: Variable("x", foo=1), "unknown argument 'foo'.*__foo__"),
        (lambda: mx.sym.Group([]), "non-empty list of Symbols"),
        (lambda: mx.sym.Group([1]), "non-empty list of Symbols"),
        (lambda: mx.sym.FullyConnected(Variable("x")), "'num_hidden' is missing"),
        (lambda: mx.sym.add(1, "2"), "add: expected Symbols or numbers"),
        (lambda: mx.sym.maximum([1], 2), "maximum: expected Symbols or numbers"),
        (lambda: Variable("x", attr={"a": 3}), "attributes must be strings. Received: a=3"),
        (lambda: Variable("x", shape="wide"), "an integer"),
        (lambda: Variable("x", profiler_scope="a"), "unknown argument 'profiler_scope'"),
        (lambda: (Variable("x") + 1)(Variable("a"), x=Variable("b")), "by position or by name, not both"),
        (lambda: mx.sym.histogram(Variable("x"), bins=3), "pass range"),
        (lambda: mx.sym.histogram(Variable("x"), bin=3, range=(0, 1)), "unknown argument 'bin'"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ArgumentError, match=message):
        make()


def test_a_variable_says_its_storage_by_number():
    assert Variable("x", stype="csr").list_attr() == {"__storage_type__": "2"}
    with pytest.raises(ArgumentError, match="stype must be one of default, row_sparse, csr"):
        Variable("x", stype="coo")


# -- copies, text, evaluation ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_copies_are_graphs_of_their_own(duplicate):
    original = layer(attr={"mood": "good"})
    other = duplicate(original)
    assert other.tojson() == original.tojson()
    other._set_attr(mood="bad")
    assert original.attr("mood") == "good"


def test_text_forms():
    x = Variable("x")
    assert repr(x) == str(x) == "<Symbol x>"
    assert (x + 1).debug_str() == (
        "Symbol Outputs:\n\toutput[0]=_plusscalar0(0)\nVariable:x\n--------------------\n"
        "Op:_plus_scalar, Name=_plusscalar0\nInputs:\n\targ[0]=x(0) version=0\nAttrs:\n\tscalar=1\n"
    )


def test_eval_computes_at_once():
    x, y = Variable("x"), Variable("y")
    (result,) = (x + y).eval(ctx=mx.cpu(1), x=mx.nd.ones(2, ctx=mx.cpu(1)), y=mx.nd.ones(2, ctx=mx.cpu(1)))
    assert (result.asnumpy().tolist(), result.context) == ([2, 2], mx.cpu(1))
    with pytest.raises(NotFoundError, match="'y' is missing"):
        (x + y).eval(x=mx.nd.ones(2))


def test_the_gradient_of_a_symbol_is_a_symbol():
    x, w = Variable("x"), Variable("w")
    gradient = (x * x * w).gradient(["x", "w"])
    arrays = {"x": mx.nd.array([3]), "w": mx.nd.array([5])}
    dx, dw = gradient.bind(mx.cpu(), {name: arrays[name] for name in gradient.list_arguments()}).forward()
    assert (dx.asscalar(), dw.asscalar()) == (30, 9)
    with pytest.raises(NotFoundError, match="no argument 'q'"):
        (x * 2).gradient(["q"])


def test_the_gradient_can_be_differentiated_again():
    x = Variable("x")
    second = (x**3).gradient(["x"]).gradient(["x"])
    assert second.eval(x=mx.nd.array([2]))[0].asscalar() == 12           # 6 x


def test_symbols_are_compared_as_graphs_not_as_objects():
    x = Variable("x")
    assert isinstance(x == x, Symbol)
    assert x in {x}                                                      # but they can be kept in sets


def test_functions_of_two_numbers_give_numbers():
    assert (mx.sym.maximum(1, 2), mx.sym.minimum(1, 2), mx.sym.power(2, 3), mx.sym.hypot(3, 4)) == (2, 1, 8, 5)


def test_a_histogram_is_a_symbol_with_counts_and_edges():
    counts, edges = mx.sym.histogram(Variable("x"), bins=2, range=(0, 2)).eval(x=mx.nd.array([0, 0.5, 1.5]))
    assert counts.asnumpy().tolist() == [2, 1] and edges.asnumpy().tolist() == [0, 1, 2]


def test_training_attributes_are_accepted_by_operators():
    assert mx.sym.exp(Variable("x"), lr_mult=2, name="e").attr_dict() == {"e": {"__lr_mult__": "2", "lr_mult": "2"}}


def test_an_attribute_of_a_group_of_nodes_is_not_that_of_its_first():
    assert mx.sym.Group([Variable("x", lr_mult=2), Variable("y")]).attr("lr_mult") is None


def test_a_symbol_is_split_by_its_method_as_by_the_function():
    first, second = Variable("x").split_v2(2).eval(x=mx.nd.arange(4))
    assert (first.asnumpy().tolist(), second.asnumpy().tolist()) == ([0, 1], [2, 3])


def test_contradicting_shapes_are_listed():
    symbol = mx.sym.FullyConnected(Variable("x"), num_hidden=3, name="fc")
    with pytest.raises(mx.base.ShapeError, match=r"FullyConnected 'fc'(.|\n)*x: \(4, 5\)\n    fc_weight: \(3, 7\)"):
        symbol.infer_shape(x=(4, 5), fc_weight=(3, 7))


@pytest.mark.parametrize("method", ["optimize_for", "get_backend_symbol"])
def test_other_compilers_are_refused_with_a_reason(method):
    with pytest.raises(MXNetError, match="one compiler"):
        getattr(Variable("x"), method)("MKLDNN")


def test_a_context_is_given_when_a_symbol_is_bound():
    with pytest.raises(MXNetError, match="bind|Bind"):
        Variable("x").as_in_context(mx.cpu())
