"""The Executor: binding, running, gradients, parameters, other shapes, monitors."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, NotFoundError, ShapeError
from mxlearn.symbol import Variable


def product(**options):
    options.setdefault("x", (2,))
    options.setdefault("w", (2,))
    return (Variable("x") * Variable("w")).simple_bind(mx.cpu(), **options)


def fully_connected(**options):
    net = mx.sym.FullyConnected(Variable("data"), num_hidden=3, name="fc")
    return net.simple_bind(mx.cpu(), data=(2, 4), **options)


def numbers(*values):
    return mx.nd.array(values)


# -- forward and backward ----------------------------------------------------------------------------------------------
def test_forward_computes_and_backward_fills_the_gradients():
    executor = product()
    (out,) = executor.forward(is_train=True, x=numbers(1, 2), w=numbers(3, 4))
    assert out.asnumpy().tolist() == [3, 8]
    executor.backward(numbers(1, 10))
    assert executor.grad_dict["x"].asnumpy().tolist() == [3, 40]
    assert executor.grad_dict["w"].asnumpy().tolist() == [1, 20]


def test_outputs_are_the_same_objects_at_every_call():
    executor = product()
    first = executor.forward(x=numbers(1, 1), w=numbers(1, 1))
    (out,) = first
    second = executor.forward(x=numbers(2, 2))
    assert second is executor.outputs and second[0] is out
    assert out.asnumpy().tolist() == [2, 2]


def test_outputs_exist_before_the_first_forward():
    executor = product()
    assert executor.outputs[0].shape == (2,)
    assert list(executor.output_dict.values()) == executor.outputs


def test_values_given_to_forward_are_copied():
    executor = product()
    value = numbers(1, 2)
    executor.forward(x=value, w=np.array([1.0, 1.0]))
    value[:] = 9
    assert executor.arg_dict["x"].asnumpy().tolist() == [1, 2]


def test_arrays_bound_once_are_read_at_every_call():
    x, w = numbers(1, 2), numbers(3, 4)
    executor = (Variable("x") * Variable("w")).bind(mx.cpu(), {"x": x, "w": w})
    assert executor.arg_dict["x"] is x
    x[:] = 10
    assert executor.forward()[0].asnumpy().tolist() == [30, 40]


def test_backward_needs_a_training_forward():
    executor = product()
    with pytest.raises(MXNetError, match=r"call forward\(is_train=True\) first"):
        executor.backward()
    executor.forward(is_train=False)
    with pytest.raises(MXNetError, match=r"forward\(is_train=True\)"):
        executor.backward()


def test_loss_layers_need_no_head_gradient():
    net = mx.sym.SoftmaxOutput(Variable("data"), name="softmax")
    executor = net.simple_bind(mx.cpu(), data=(1, 3), softmax_label=(1,))
    executor.forward(is_train=True, data=mx.nd.zeros((1, 3)), softmax_label=numbers(1))
    executor.backward()
    assert np.allclose(executor.grad_dict["data"].asnumpy(), [[1 / 3, 1 / 3 - 1, 1 / 3]])


def test_head_gradients_may_be_named_and_missing_ones_are_ones():
    x = Variable("x")
    both = mx.sym.Group([mx.sym.identity(x * 2, name="a"), mx.sym.identity(x * 3, name="b")])
    executor = both.simple_bind(mx.cpu(), x=(1,))
    executor.forward(is_train=True)
    executor.backward({"b_output": numbers(10)})
    assert executor.grad_dict["x"].asscalar() == 2 + 30
    executor.backward([numbers(100), None])
    assert executor.grad_dict["x"].asscalar() == 200 + 3


def test_head_gradients_are_checked():
    executor = product()
    executor.forward(is_train=True)
    with pytest.raises(ArgumentError, match="1 outputs, but 2 head gradients"):
        executor.backward([numbers(1, 1)] * 2)
    with pytest.raises(ShapeError, match=r"output has shape \(2,\), its head gradient has \(3,\)"):
        executor.backward(numbers(1, 1, 1))


def test_training_and_prediction_differ():
    executor = mx.sym.Dropout(Variable("x"), p=0.5).simple_bind(mx.cpu(), x=(1000,))
    ones = mx.nd.ones(1000)
    assert set(executor.forward(is_train=True, x=ones)[0].asnumpy().tolist()) == {0, 2}
    assert set(executor.forward(is_train=False)[0].asnumpy().tolist()) == {1}


def test_moving_averages_change_in_training_only():
    net = mx.sym.BatchNorm(Variable("data"), name="bn", momentum=0.5, fix_gamma=False)
    executor = net.simple_bind(mx.cpu(), data=(2, 1))
    executor.arg_dict["bn_gamma"][:] = executor.aux_dict["bn_moving_var"][:] = 1
    batch = mx.nd.array([[1], [3]])
    executor.forward(is_train=False, data=batch)
    assert executor.aux_dict["bn_moving_mean"].asscalar() == 0
    executor.forward(is_train=True, data=batch)
    assert executor.aux_dict["bn_moving_mean"].asscalar() == 1
    executor.backward()
    assert executor.aux_dict["bn_moving_mean"].asscalar() == 1           # once for each forward


# -- grad_req ----------------------------------------------------------------------------------------------------------
def test_each_argument_has_a_request_of_its_own():
    executor = product(grad_req={"x": "add"})
    assert executor.grad_dict["w"] is None
    for _ in range(3):
        executor.forward(is_train=True, x=numbers(1, 1), w=numbers(5, 6))
        executor.backward()
    assert executor.grad_dict["x"].asnumpy().tolist() == [15, 18]


def test_requests_may_be_a_list():
    executor = product(grad_req=["null", "write"])
    assert executor.grad_arrays[0] is None
    executor.forward(is_train=True, x=numbers(1, 2))
    executor.backward()
    assert executor.grad_dict["w"].asnumpy().tolist() == [1, 2]


def test_null_for_all_compiles_no_backward():
    executor = product(grad_req="null")
    assert executor.grad_arrays == [None, None]
    executor.forward(is_train=True)
    executor.backward()
    assert "def backward" not in executor.debug_str()


def test_an_argument_that_does_not_matter_gets_zeros():
    x, y = Variable("x"), Variable("y")
    executor = mx.sym.Group([x * 2, mx.sym.BlockGrad(y)]).simple_bind(mx.cpu(), x=(1,), y=(1,))
    executor.grad_dict["y"][:] = 7
    executor.forward(is_train=True)
    executor.backward()
    assert executor.grad_dict["y"].asscalar() == 0


@pytest.mark.parametrize("request_", ["foo", {"x": "foo"}, ["write"]])
def test_unknown_requests_are_refused(request_):
    with pytest.raises(ArgumentError, match="grad_req"):
        product(grad_req=request_)


# -- binding -----------------------------------------------------------------------------------------------------------
def test_bind_takes_lists_in_the_order_of_the_arguments():
    symbol = Variable("x") - Variable("w")
    gradients = [mx.nd.zeros(1), mx.nd.zeros(1)]
    executor = symbol.bind(mx.cpu(), [numbers(5), numbers(3)], args_grad=gradients)
    assert executor.forward(is_train=True)[0].asscalar() == 2
    executor.backward()
    assert [g.asscalar() for g in gradients] == [1, -1]


def test_bind_computes_gradients_only_where_it_got_arrays():
    symbol = Variable("x") * Variable("w")
    executor = symbol.bind(mx.cpu(), {"x": numbers(2), "w": numbers(3)}, args_grad={"w": mx.nd.zeros(1)})
    executor.forward(is_train=True)
    executor.backward()
    assert executor.grad_dict["x"] is None
    assert executor.grad_dict["w"].asscalar() == 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"x": mx.nd.ones(2)}, NotFoundError, "argument 'w' is missing.*\n.*x, w"),
        ([mx.nd.ones(2)], ArgumentError, "2 arguments are needed, 1 given"),
        ({"x": 3, "w": mx.nd.ones(2)}, ArgumentError, "'x' must be an NDArray. Received: "),
        ({"x": mx.nd.ones(2), "w": mx.nd.ones(3)}, ShapeError, r"elemwise_mul .*\(2,\) and \(3,\)"),
    ],
)
def test_what_does_not_fit_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        (Variable("x") * Variable("w")).bind(mx.cpu(), arguments)


def test_auxiliary_states_must_be_given():
    norm = mx.sym.BatchNorm(Variable("data"), name="bn")
    with pytest.raises(NotFoundError, match="auxiliary state 'bn_moving_mean' is missing"):
        norm.bind(mx.cpu(), {"data": mx.nd.ones((2, 1)), "bn_gamma": mx.nd.ones(1), "bn_beta": mx.nd.ones(1)})


def test_simple_bind_allocates_what_follows_from_the_given_shapes():
    executor = fully_connected()
    assert {name: a.shape for name, a in executor.arg_dict.items()} == {
        "data": (2, 4), "fc_weight": (3, 4), "fc_bias": (3,)
    }  # fmt: skip
    assert all(float(a.asnumpy().sum()) == 0 for a in executor.arg_arrays)


def test_simple_bind_says_which_shapes_are_missing():
    with pytest.warns(UserWarning), pytest.raises(ShapeError, match="do not determine all others"):
        mx.sym.FullyConnected(Variable("data"), num_hidden=3).simple_bind(mx.cpu(), softmax_label=(2,), data=None)


def test_dtypes_follow_from_type_dict():
    executor = product(type_dict={"x": "float64"})
    assert executor.arg_dict["w"].dtype == np.float64
    assert executor.grad_dict["w"].dtype == np.float64
    assert executor.forward()[0].dtype == np.float64


def test_a_shared_executor_lends_its_parameters():
    net = mx.sym.FullyConnected(Variable("data"), num_hidden=3, name="fc")
    small = net.simple_bind(mx.cpu(), data=(2, 4))
    large = net.simple_bind(mx.cpu(), data=(8, 4), shared_exec=small)
    assert large.arg_dict["fc_weight"] is small.arg_dict["fc_weight"]
    assert large.arg_dict["data"] is not small.arg_dict["data"]


def test_arrays_live_on_the_context_of_the_executor():
    executor = (Variable("x") + 1).simple_bind(mx.cpu(1), x=(2,))
    assert executor.arg_dict["x"].context == mx.cpu(1)
    assert executor.forward(x=mx.nd.ones(2, ctx=mx.cpu(0)))[0].context == mx.cpu(1)


# -- values given to forward -------------------------------------------------------------------------------------------
def test_arguments_of_forward_are_checked_before_any_is_copied():
    executor = product()
    for given, error, message in (
        ({"x": numbers(7, 7), "w": numbers(1, 1, 1)}, ShapeError, r"'w' is bound with shape \(2,\). Received: \(3,\)"),
        ({"x": numbers(7, 7), "ww": numbers(1, 1)}, ArgumentError, "no argument 'ww'"),
        ({"x": numbers(7, 7), "w": [1, 2]}, ArgumentError, "'w' must be an NDArray or a NumPy array. Received: list"),
    ):
        with pytest.raises(error, match=message):
            executor.forward(**given)
        assert executor.arg_dict["x"].asnumpy().tolist() == [0, 0]


def test_a_bound_array_may_be_exchanged_for_one_of_another_shape_or_dtype():
    executor = (Variable("x") * 2).bind(mx.cpu(), {"x": numbers(1, 2)})
    executor.forward()
    executor.arg_arrays[0] = mx.nd.ones((3, 1))
    assert executor.forward()[0].shape == (3, 1)
    executor.arg_arrays[0] = mx.nd.ones(2, dtype="int32")
    assert executor.forward()[0].dtype == np.int32


# -- parameters and shapes ---------------------------------------------------------------------------------------------
def test_parameters_are_copied_all_or_none():
    executor = fully_connected()
    good = {"fc_weight": mx.nd.ones((3, 4)), "fc_bias": mx.nd.ones(3)}
    with pytest.raises(NotFoundError, match="no argument 'fc_biass'. Did you mean 'fc_bias'"):
        executor.copy_params_from({"fc_weight": good["fc_weight"], "fc_biass": good["fc_bias"]})
    with pytest.raises(ShapeError, match=r"'fc_bias' is bound with shape \(3,\). Received: \(4,\)"):
        executor.copy_params_from({"fc_weight": good["fc_weight"], "fc_bias": mx.nd.ones(4)})
    assert executor.arg_dict["fc_weight"].asnumpy().sum() == 0
    executor.copy_params_from({**good, "other": mx.nd.ones(1)}, allow_extra_params=True)
    assert executor.arg_dict["fc_weight"].asnumpy().sum() == 12


def test_parameters_are_converted_to_the_bound_dtype():
    executor = fully_connected()
    executor.copy_params_from({"fc_bias": mx.nd.array([1, 2, 3], dtype="float64")})
    assert executor.arg_dict["fc_bias"].dtype == np.float32
    assert executor.arg_dict["fc_bias"].asnumpy().tolist() == [1, 2, 3]


def test_reshape_shares_what_keeps_its_shape():
    executor = fully_connected()
    larger = executor.reshape(data=(5, 4), allow_up_sizing=True)
    assert larger.arg_dict["fc_weight"] is executor.arg_dict["fc_weight"]
    assert larger.grad_dict["fc_weight"] is executor.grad_dict["fc_weight"]
    assert larger.outputs[0].shape == (5, 3)
    assert executor.outputs[0].shape == (2, 3)
    larger.forward(is_train=True)
    larger.backward()


def test_reshape_asks_before_arrays_grow_or_parameters_change():
    executor = fully_connected()
    with pytest.raises(ShapeError, match="'data' would grow.*\n.*allow_up_sizing=True"):
        executor.reshape(data=(5, 4))
    with pytest.raises(ShapeError, match="'fc_weight' would change.*\n.*partial_shaping=True"):
        executor.reshape(data=(2, 2))
    changed = executor.reshape(data=(2, 2), partial_shaping=True)
    assert changed.arg_dict["fc_weight"].shape == (3, 2)
    assert executor.reshape(data=(1, 4)).outputs[0].shape == (1, 3)      # smaller needs no permission


# -- looking inside ----------------------------------------------------------------------------------------------------
def test_a_monitor_sees_every_output_under_mxnets_names():
    net = mx.sym.BatchNorm(mx.sym.FullyConnected(Variable("data"), num_hidden=2, name="fc"), name="bn")
    net = mx.sym.BlockGrad(mx.sym.Dropout(net, name="drop"), name="block")
    executor = net.simple_bind(mx.cpu(), data=(2, 3))
    seen = []
    executor.set_monitor_callback(lambda name, array: seen.append((name, array.shape)))
    for is_train in (False, True):
        seen.clear()
        executor.forward(is_train=is_train)
        assert seen == [
            ("fc_output", (2, 2)), ("bn_output", (2, 2)), ("bn_mean", (2,)), ("bn_var", (2,)),
            ("drop_output", (2, 2)), ("drop_mask", (2, 2)), ("block_output", (2, 2)),
        ]  # fmt: skip


def test_a_monitor_of_all_sees_inputs_too():
    executor = fully_connected()
    seen = []
    executor.set_monitor_callback(lambda name, _: seen.append(name), monitor_all=True)
    for _ in range(2):
        seen.clear()
        executor.forward()
        assert seen == ["data", "fc_data", "fc_weight", "fc_weight", "fc_bias", "fc_bias", "fc_output"]


def test_a_monitor_changes_no_result_and_can_be_taken_off():
    executor = fully_connected()
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=a.shape) for name, a in executor.arg_dict.items()}

    def run():
        out = executor.forward(is_train=True, **values)[0].asnumpy()
        executor.backward()
        return out, executor.grad_dict["fc_weight"].asnumpy()

    expected = run()
    seen = []
    executor.set_monitor_callback(lambda name, _: seen.append(name))
    observed = run()
    executor.set_monitor_callback(None)
    seen.clear()
    after = run()
    assert seen == []
    for results in zip(expected, observed, after, strict=True):
        assert np.array_equal(results[0], results[1]) and np.array_equal(results[0], results[2])


def test_a_monitor_set_between_forward_and_backward_does_no_harm():
    executor = product()
    executor.forward(is_train=True, x=numbers(1, 2), w=numbers(3, 4))
    executor.set_monitor_callback(lambda *_: None)
    executor.backward()
    assert executor.grad_dict["x"].asnumpy().tolist() == [3, 4]


def test_debug_str_shows_the_programs_and_what_the_passes_did():
    text = fully_connected().debug_str()
    assert "def forward(data, fc_weight, fc_bias" in text
    assert "fc = FullyConnected(data, fc_weight, fc_bias, num_hidden=3)  # (2, 3)" in text
    assert "def backward(" in text
    assert "# merge_common: " in text and "# plan_buffers: " in text
    # 8 + 12 + 3 arguments and 6 outputs of 4 bytes
    assert f"Total {29 * 4 / 2**20:.4f} MB" in text


def test_equal_outputs_have_memory_of_their_own():
    x = Variable("x")
    y = mx.sym.exp(x)
    executor = mx.sym.Group([y, mx.sym.BlockGrad(y), mx.sym.exp(x), x]).simple_bind(mx.cpu(), x=(1,))
    outputs = executor.forward()
    outputs[0][:] = 7
    outputs[3][:] = 8
    assert [o.asscalar() for o in outputs] == [7, 1, 1, 8]
    assert executor.arg_dict["x"].asscalar() == 0


def test_an_interrupted_forward_leaves_arguments_and_states_whole():
    net = mx.sym.BatchNorm(Variable("data"), name="bn")
    executor = net.simple_bind(mx.cpu(), data=(2, 1))

    def interrupt(*_):
        raise KeyboardInterrupt

    executor.set_monitor_callback(interrupt)
    with pytest.raises(KeyboardInterrupt):
        executor.forward(is_train=True, data=mx.nd.array([[1], [3]]))
    assert executor.aux_dict["bn_moving_mean"].asscalar() == 0
    executor.set_monitor_callback(None)
    executor.forward(is_train=True)
    executor.backward()
