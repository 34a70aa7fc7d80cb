"""The registry: what a definition says about itself, and what is refused."""
import numpy as np
import pytest

from mxlearn.base import ArgumentError, GradientError, MXNetError
from mxlearn.core.operator import REGISTRY, Like, Operator, RawFunctions, Rule, find, operator, raw_functions


def scale(xp, data, bias=None, *, factor: float, power: int = 1, is_train: bool = False):
    """Multiply."""
    return data * factor**power


def test_positional_parameters_are_inputs_and_keyword_only_ones_attributes():
    op = Operator(scale)
    assert (op.name, op.inputs, op.optional) == ("scale", ("data", "bias"), {"bias"})
    assert list(op.attributes) == ["factor", "power"]
    assert op.required == ("factor",)
    assert op.wants_train and not op.wants_rng                           # is_train is the runtime's, no attribute
    assert op.__doc__ == "Multiply."


def test_a_variadic_operator_has_one_name_for_all_inputs():
    op = find("Concat")
    assert op.variadic and len(op.inputs) == 1
    assert op.input_names({}, 3) == ("arg0", "arg1", "arg2")


def test_inputs_that_attributes_switch_off_have_no_names():
    assert find("FullyConnected").input_names({"num_hidden": 1}) == ("data", "weight", "bias")
    assert find("FullyConnected").input_names({"num_hidden": 1, "no_bias": True}) == ("data", "weight")
    assert find("LeakyReLU").input_names({"act_type": "prelu"}) == ("data", "gamma")
    assert find("LeakyReLU").input_names({"act_type": "leaky"}) == ("data",)


def test_outputs_are_counted_with_and_without_hidden_ones():
    norm, split = find("BatchNorm"), find("SliceChannel")
    assert (norm.num_outputs({}), norm.num_visible({}), norm.output_names({})) == (3, 1, ("output", "mean", "var"))
    assert norm.num_visible({"output_mean_var": True}) == 3
    assert split.num_outputs({"num_outputs": 4}) == split.num_visible({"num_outputs": 4}) == 4
    assert split.output_names({"num_outputs": 2}) == ("output0", "output1")
    assert split.output_names({"num_outputs": 1}) == ("output",)


def test_defaults_are_filled_in():
    assert Operator(scale).complete({"factor": 2.0}) == {"factor": 2.0, "power": 1}


def test_a_name_is_declared_once():
    with pytest.raises(MXNetError, match="'exp' is declared twice: mxlearn"):
        operator(name="exp")(scale)


def test_all_aliases_mean_one_operator():
    assert find("swapaxes") is find("SwapAxis") is REGISTRY["SwapAxis"]


def test_an_unknown_operator_is_an_error_with_the_nearest_name():
    with pytest.raises(ArgumentError, match="no operator is named 'Convolutoin'. Did you mean 'Convolution'?"):
        find("Convolutoin")


def test_an_unknown_attribute_is_an_error_with_the_nearest_name():
    with pytest.raises(ArgumentError, match="FullyConnected: unknown argument 'num_hiden'. Did you mean 'num_hidden'?"):
        find("FullyConnected").parse({"num_hiden": 3})


def test_a_missing_attribute_is_an_error():
    with pytest.raises(ArgumentError, match="FullyConnected: the argument 'num_hidden' is missing"):
        find("FullyConnected").parse({})


def test_a_wrong_value_names_operator_and_argument():
    message = "FullyConnected: argument 'num_hidden': expected an integer. Received: 'x'"
    with pytest.raises(ArgumentError, match=message):
        find("FullyConnected").parse({"num_hidden": "x"})


def test_an_operator_without_a_rule_says_so_when_it_is_differentiated():
    op = Operator(scale)
    with pytest.raises(GradientError, match="scale 'layer3': this operator has no gradient.\n.*BlockGrad"):
        op.require_rule("layer3")


# -- gradient rules ----------------------------------------------------------------------------------------------------
def test_a_rule_keeps_what_its_parameters_name():
    op = Operator(scale)

    @op.gradient
    def _(F, g, out, data: Like, *, factor, needs):
        return (g,)

    data, out = np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")
    kept_out, like = op.rule.save((data, None), (out,))
    assert kept_out is out
    assert (like.shape, like.dtype, like.ndim, like.size) == ((2, 3), np.float32, 2, 6)
    assert (op.rule.wants_needs, op.rule.attrs) == (True, ("factor",))


def test_a_rule_may_ask_for_all_outputs_and_all_inputs():
    op = Operator(find("Concat").kernel, name="joined")

    @op.gradient
    def _(F, g, data, outs):
        return g

    arrays, out = (np.ones(1), np.zeros(1)), np.ones(2)
    assert op.rule.save(arrays, (out,)) == (arrays, (out,))


@pytest.mark.parametrize("rule", [lambda F, g, nothing: None, lambda F, g, *, nothing: None])
def test_a_rule_that_names_what_does_not_exist_is_refused(rule):
    with pytest.raises(TypeError, match="gradient rule of scale.*nothing"):
        Operator(scale).gradient(rule)


def test_a_rule_gets_attributes_with_their_defaults():
    op = Operator(scale)
    op.gradient(lambda F, g, data, *, power, factor, needs, is_train: (g, data, factor, power, needs, is_train))
    assert op.rule.apply(None, 5.0, (7.0,), {"factor": 3.0}, (True,), False) == (5.0, 7.0, 3.0, 1, (True,), False)


def test_a_rule_of_a_node_gets_what_the_node_kept():
    rule = Rule(lambda F, g, *kept: (g, *kept), (0, ~0, "outs"), (False, True, False))
    saved = rule.save(("a",), (np.ones((2, 3)), "second"))
    assert (saved[0], saved[1].shape, saved[2][1]) == ("a", (2, 3), "second")
    assert rule.apply(None, "g", (1, 2, 3), {}, (), True) == ("g", 1, 2, 3)


# -- F as raw arrays ---------------------------------------------------------------------------------------------------
def test_raw_functions_offer_every_operator_on_arrays():
    F = raw_functions(np)
    assert F.elemwise_add is np.add                                      # a ufunc is called directly
    assert F._plus_scalar(np.array([1.0]), scalar=2.0).tolist() == [3.0]
    assert raw_functions(np) is F
    with pytest.raises(ArgumentError, match="no operator is named"):
        _ = F.no_such_operator


def test_raw_functions_give_visible_outputs_only():
    mean = np.zeros(3, "float32")
    out = RawFunctions(np).BatchNorm(
        np.ones((2, 3), "float32"), mean + 1, mean, mean, mean + 1, use_global_stats=True, is_train=False
    )
    assert out.shape == (2, 3)
