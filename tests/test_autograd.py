"""Automatic differentiation: recording, the reverse pass, higher orders, custom functions."""
import gc
import re
import threading
import weakref

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd
from mxlearn.base import ArgumentError, DTypeError, GradientError, MXNetError, ShapeError
from mxlearn.core.operator import Operator
from mxlearn.ndarray.dispatch import invoke


def leaf(values, **options):
    x = mx.nd.array(values)
    x.attach_grad(**options)
    return x


def flags():
    return autograd.is_recording(), autograd.is_training()


# -- the two flags -----------------------------------------------------------------------------------------------------
def test_nothing_is_recorded_and_nothing_trains_by_default():
    assert flags() == (False, False)


def test_record_sets_both_flags_and_puts_them_back():
    with autograd.record():
        assert flags() == (True, True)
    with autograd.record(train_mode=False):
        assert flags() == (True, False)
    assert flags() == (False, False)


def test_modes_nest():
    with autograd.record():
        with autograd.pause():
            assert flags() == (False, False)
            with autograd.record():
                assert flags() == (True, True)
            assert flags() == (False, False)
        with autograd.pause(train_mode=True):
            assert flags() == (False, True)
        with autograd.predict_mode():
            assert flags() == (True, False)
            with autograd.train_mode():
                assert flags() == (True, True)
        assert flags() == (True, True)
    with autograd.train_mode():                                          # trains without recording
        assert flags() == (False, True)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_inside_a_block_leaves_the_flags_clean(error):
    with pytest.raises(error), autograd.record(), autograd.pause(), autograd.train_mode():
        raise error
    assert flags() == (False, False)


def test_one_record_object_can_be_entered_again():
    recording = autograd.record()
    for _ in range(2):
        with recording:
            assert flags() == (True, True)
        assert flags() == (False, False)


def test_setting_a_flag_returns_the_old_one():
    assert autograd.set_recording(True) is False
    assert autograd.set_training(True) is False
    assert autograd.set_recording(False) is True
    assert autograd.set_training(False) is True


def test_threads_have_flags_and_tapes_of_their_own():
    def work(k, results, start):
        start.wait()
        for _ in range(50):
            x = leaf([float(k)])
            with autograd.record():
                y = x
                for _ in range(k):
                    y = y * x
            y.backward()
            results.setdefault(k, set()).add((x.grad.asscalar(), flags()))

    results, start = {}, threading.Barrier(9)
    threads = [threading.Thread(target=work, args=(k, results, start)) for k in range(1, 9)]
    for thread in threads:
        thread.start()
    with autograd.record():
        start.wait()
        for thread in threads:
            thread.join()
        assert flags() == (True, True)
    # d x^(k+1) / dx = (k+1) x^k at x = k; every thread saw its own flags only
    assert results == {k: {((k + 1.0) * k**k, (False, False))} for k in range(1, 9)}


# -- backward ----------------------------------------------------------------------------------------------------------
def test_backward_fills_the_gradient():
    x = leaf([1, 2, 3])
    with autograd.record():
        y = x * x + 2 * x
    y.backward()
    assert x.grad.asnumpy().tolist() == [4, 6, 8]


def test_without_attach_grad_there_is_no_gradient():
    assert mx.nd.ones(2).grad is None


def test_attach_grad_starts_with_zeros_and_cuts_the_history():
    x = leaf([3.0])
    assert x.grad.asnumpy().tolist() == [0]
    with autograd.record():
        y = x * 2
        y.attach_grad()
        z = y * 5
    z.backward()
    assert y.grad.asscalar() == 5
    assert x.grad.asscalar() == 0                                        # y is a leaf: nothing flows through it


def test_head_gradients_weigh_the_outputs():
    x = leaf([1, 2])
    with autograd.record():
        y = x * x
    y.backward(mx.nd.array([10, 100]))
    assert x.grad.asnumpy().tolist() == [20, 400]


def test_several_heads_with_and_without_head_gradients():
    x = leaf([1, 1])
    with autograd.record():
        y, z = x * 2, x * 3
    autograd.backward([y, z], [mx.nd.array([1, 10]), None])
    assert x.grad.asnumpy().tolist() == [5, 23]


def test_the_same_head_twice_counts_twice():
    x = leaf([1.0])
    with autograd.record():
        y = x * 3
    autograd.backward([y, y])
    assert x.grad.asscalar() == 6


def test_a_leaf_is_its_own_head():
    x = leaf([7, 8])
    x.backward(mx.nd.array([1, 2]))
    assert x.grad.asnumpy().tolist() == [1, 2]


def test_contributions_of_every_use_add_up():
    x = leaf([2.0])
    with autograd.record():
        y = x * x * x + x / x + (x - x)                                  # 3 x^2 + 0 + 0
    y.backward()
    assert x.grad.asscalar() == 12


def test_gradients_of_broadcast_inputs_are_summed():
    column, row = leaf([[1], [2]]), leaf([[3, 4, 5]])
    with autograd.record():
        y = column * row
    y.backward()
    assert column.grad.asnumpy().tolist() == [[12], [12]]
    assert row.grad.asnumpy().tolist() == [[3, 3, 3]]


def test_grad_req_write_overwrites_and_add_accumulates():
    written, added = leaf([1.0]), leaf([1.0], grad_req="add")
    for _ in range(3):
        with autograd.record():
            y = written * 2 + added * 5
        y.backward()
    assert written.grad.asscalar() == 2
    assert added.grad.asscalar() == 15


def test_grad_req_null_computes_nothing():
    x, y = leaf([1.0], grad_req="null"), leaf([2.0])
    with autograd.record():
        z = x * y
    z.backward()
    assert x.grad is None
    assert y.grad.asscalar() == 1


def test_an_unknown_grad_req_is_an_error():
    with pytest.raises(ArgumentError, match="grad_req must be one of .*'foo'"):
        mx.nd.ones(1).attach_grad("foo")


def test_an_array_that_the_heads_do_not_depend_on_keeps_its_gradient():
    x, y = leaf([1.0]), leaf([1.0])
    y.grad[:] = 5
    with autograd.record():
        z = x * 2
    z.backward()
    assert y.grad.asscalar() == 5


def test_a_deep_tape_does_not_overflow_the_stack():
    x = leaf([1.0])
    with autograd.record():
        y = x
        for _ in range(5000):
            y = y + x
    y.backward()
    assert x.grad.asscalar() == 5001


def test_an_integer_array_has_an_integer_gradient():
    x = mx.nd.array([1, 2], dtype="int32")
    x.attach_grad()
    with autograd.record():
        y = x * 3
    y.backward()
    assert x.grad.dtype == np.int32
    assert x.grad.asnumpy().tolist() == [3, 3]


def test_the_gradient_crosses_contexts():
    x = mx.nd.array([1, 2], ctx=mx.cpu(0))
    x.attach_grad()
    with autograd.record():
        y = (x.as_in_context(mx.cpu(1)) * 3).copyto(mx.cpu(0)) * x
    y.backward()
    assert x.grad.context == mx.cpu(0)
    assert x.grad.asnumpy().tolist() == [6, 12]


def test_outputs_that_nobody_used_contribute_nothing():
    x = leaf([[1, 2, 3, 4]])
    with autograd.record():
        first, _, third, _ = mx.nd.split(x, num_outputs=4, axis=1)
        y = first * 10 + third * third
    y.backward()
    assert x.grad.asnumpy().tolist() == [[10, 0, 6, 0]]


def test_detach_and_block_grad_stop_the_gradient():
    x = leaf([3.0])
    with autograd.record():
        y = x * x
        z = y.detach() * x + mx.nd.BlockGrad(y) * x
    z.backward()
    assert x.grad.asscalar() == 18                                       # 9 + 9: y counts as a constant


def test_what_is_computed_while_paused_is_a_constant():
    x = leaf([3.0])
    with autograd.record():
        with autograd.pause():
            factor = x * x
        y = factor * x
    y.backward()
    assert x.grad.asscalar() == 9


def test_indexing_sends_the_gradient_back_to_its_places():
    x = leaf([[1, 2, 3], [4, 5, 6]])
    with autograd.record():
        y = x[0] * 10 + x[:, 1].sum() + x[1, 2]
    y.backward()
    # three elements of y: the scalar parts count three times
    assert x.grad.asnumpy().tolist() == [[10, 13, 10], [0, 3, 3]]


def test_repeated_advanced_indices_add_up():
    x = leaf([1, 2, 3])
    with autograd.record():
        y = x[[0, 0, 2]]
    y.backward(mx.nd.array([1, 10, 100]))
    assert x.grad.asnumpy().tolist() == [11, 0, 100]


def test_dropout_is_differentiated_with_the_mask_of_the_forward_pass():
    x = leaf(np.ones(1000))
    with autograd.record():
        y = mx.nd.Dropout(x, p=0.5)
    y.backward()
    assert np.array_equal(x.grad.asnumpy(), y.asnumpy())                 # both are mask / (1 - p)


def test_train_mode_of_the_tape_belongs_to_the_forward_pass():
    x = leaf(np.ones(8))
    with autograd.record(train_mode=False):
        y = mx.nd.Dropout(x, p=0.5)
    y.backward()
    assert x.grad.asnumpy().tolist() == [1] * 8


def test_a_head_gradient_may_be_the_gradient_array_itself():
    x, y = leaf([1.0]), leaf([1.0])
    x.grad[:] = 1
    with autograd.record():
        z = x * 2 + y
    z.backward(x.grad)
    assert (x.grad.asscalar(), y.grad.asscalar()) == (2, 1)              # not (2, 2), read after it was written


# -- the life of the tape ----------------------------------------------------------------------------------------------
def test_a_second_backward_is_an_error_that_says_what_to_do():
    x = leaf([1.0])
    with autograd.record():
        y = x * x
    y.backward()
    with pytest.raises(GradientError, match=r"elemwise_mul: .*was freed by an earlier backward\(\).\n.*retain_graph"):
        y.backward()


def test_retain_graph_keeps_the_tape():
    x = leaf([3.0], grad_req="add")
    with autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.asscalar() == 12


def test_a_head_behind_a_freed_part_of_the_tape_is_an_error():
    x = leaf([1.0])
    with autograd.record():
        shared = x * x
        first, second = shared * 2, shared * 3
    first.backward()
    with pytest.raises(GradientError, match="was freed"):
        second.backward()
    assert x.grad.asscalar() == 4                                        # of the first backward, untouched


def test_backward_of_an_array_that_was_not_recorded_is_an_error():
    x = leaf([1.0])
    y = x * 2
    with pytest.raises(GradientError, match=r"not computed while recording.*\n.*autograd.record\(\)"):
        y.backward()
    with autograd.record():
        z = x * 2
    with pytest.raises(GradientError, match="not computed while recording"):
        z.detach().backward()


def test_backward_frees_the_memory_that_the_tape_held():
    x = leaf([1.0])
    with autograd.record():
        inner = x * x
        y = inner * inner
    kept = weakref.ref(inner._entry[0])
    del inner
    gc.collect()
    assert kept() is not None
    y.backward()
    assert kept() is None


def test_a_failing_backward_stores_nothing():
    class Fails(autograd.Function):
        def forward(self, a):
            return a * 1

        def backward(self, dy):
            raise KeyboardInterrupt

    x, y = leaf([1.0]), leaf([1.0])
    x.grad[:] = y.grad[:] = 7
    with autograd.record():
        z = y * 2 + Fails()(x)
    with pytest.raises(KeyboardInterrupt):
        z.backward()
    assert (x.grad.asscalar(), y.grad.asscalar()) == (7, 7)
    assert flags() == (False, False)
    with autograd.record():
        w = x * 3
    w.backward()                                                         # and the next one works
    assert x.grad.asscalar() == 3


def test_an_operator_without_gradient_is_named():
    mystery = Operator(lambda xp, data: data + 1, name="mystery", elementwise=True)
    x = leaf([1.0])
    with autograd.record():
        y = invoke(mystery, (x * 2,)) * 3
    with pytest.raises(GradientError, match="mystery: this operator has no gradient.\n.*BlockGrad"):
        y.backward()
    assert x.grad.asscalar() == 0


def test_an_operator_that_is_flat_on_purpose_gives_no_gradient():
    x = leaf([1.5, 2.5])
    x.grad[:] = 9
    with autograd.record():
        y = mx.nd.argmax(x, axis=0) + x.sum() * 2
    y.backward()
    assert x.grad.asnumpy().tolist() == [2, 2]


# -- wrong arguments ---------------------------------------------------------------------------------------------------
def test_head_gradients_are_checked_before_anything_runs():
    x = leaf([1, 2])
    with autograd.record():
        y = x * 2
    with pytest.raises(ShapeError, match=r"the head has shape \(2,\), its head gradient \(3,\)"):
        y.backward(mx.nd.ones(3))
    with pytest.raises(DTypeError, match="dtype float32, its head gradient float64"):
        y.backward(mx.nd.ones(2, dtype="float64"))
    with pytest.raises(ArgumentError, match="2 heads, but 1 head gradients"):
        autograd.backward([y, y], [None])
    y.backward()                                                         # the tape is still whole
    assert x.grad.asnumpy().tolist() == [2, 2]


@pytest.mark.parametrize(
    ("what", "write"),
    [
        ("x[...] = value", lambda y: y.__setitem__(slice(None), 3)),
        ("x += value", lambda y: y.__iadd__(1)),
        ("x *= value", lambda y: y.__imul__(y)),
        ("x **= value", lambda y: y.__ipow__(2)),
        ("copyto", lambda y: mx.nd.ones(2).copyto(y)),
        ("relu", lambda y: mx.nd.relu(mx.nd.ones(2), out=y)),
    ],
)
@pytest.mark.parametrize("which", ["leaf", "result"])
def test_writing_into_a_recorded_array_is_an_error(what, write, which):
    x = leaf([1, 2])
    with autograd.record():
        y = x if which == "leaf" else x * 2
        with pytest.raises(MXNetError, match=rf"^{re.escape(what)}: .*part of a recorded computation"):
            write(y)
    assert x.asnumpy().tolist() == [1, 2]


def test_a_constant_that_the_tape_needs_cannot_be_overwritten_by_the_result():
    x, c = leaf([3.0]), mx.nd.array([2.0])
    with autograd.record():
        with pytest.raises(MXNetError, match="gradient wrong"):
            c *= x
        with pytest.raises(MXNetError, match="gradient wrong"):
            mx.nd.elemwise_mul(c, x, out=c)
    assert c.asscalar() == 2


def test_out_becomes_part_of_the_tape():
    x, y = leaf([3.0]), mx.nd.zeros(1)
    with autograd.record():
        mx.nd.square(x, out=y)
        z = y * 2
    z.backward()
    assert x.grad.asscalar() == 12


def test_leaves_may_be_written_outside_of_recording():
    x = leaf([1.0])
    x[:] = 5
    x += 1
    with autograd.record():
        y = x * x
    y.backward()
    assert x.grad.asscalar() == 12


# -- mark_variables ----------------------------------------------------------------------------------------------------
def test_mark_variables_lets_the_caller_own_the_gradient():
    x, gradient = mx.nd.array([1, 2]), mx.nd.zeros(2)
    autograd.mark_variables(x, gradient)
    with autograd.record():
        y = x * x
    y.backward()
    assert gradient.asnumpy().tolist() == [2, 4]
    assert x.grad is gradient


def test_mark_variables_takes_one_request_for_each():
    a, b, c = (mx.nd.ones(1) for _ in range(3))
    ga, gb, gc_ = (mx.nd.ones(1) for _ in range(3))
    autograd.mark_variables([a, b, c], [ga, gb, gc_], ["write", "add", "null"])
    with autograd.record():
        y = a * 2 + b * 3 + c * 4
    y.backward()
    assert [g.asscalar() for g in (ga, gb, gc_)] == [2, 4, 1]


def test_mark_variables_checks_everything_before_it_marks():
    a, b = mx.nd.ones(1), mx.nd.ones(2)
    with pytest.raises(ShapeError, match=r"shape \(2,\) has a gradient array of shape \(1,\)"):
        autograd.mark_variables([a, b], [mx.nd.ones(1), mx.nd.ones(1)])
    with pytest.raises(ArgumentError, match="'foo'"):
        autograd.mark_variables([a], [mx.nd.ones(1)], "foo")
    assert a.grad is None


# -- grad --------------------------------------------------------------------------------------------------------------
def test_grad_returns_the_gradient_and_leaves_the_array_alone():
    x = leaf([3.0])
    with autograd.record():
        y = x * x
    assert autograd.grad(y, x)[0].asscalar() == 6
    assert x.grad.asscalar() == 0


def test_grad_of_a_list_is_a_list_and_variables_may_be_intermediate():
    x = leaf([1, 2])
    with autograd.record():
        y = x * 2
        z = (y * y).sum()
    gx, gy = autograd.grad(z, [x, y])
    assert gx.asnumpy().tolist() == [8, 16]
    assert gy.asnumpy().tolist() == [4, 8]


def test_grad_of_what_the_heads_do_not_depend_on_is_zero():
    x, other = leaf([1.0]), leaf([1, 2])
    with autograd.record():
        y = x * 2
    assert autograd.grad(y, other)[0].asnumpy().tolist() == [0, 0]


def test_grad_needs_recorded_variables():
    x = leaf([1.0])
    with autograd.record():
        y = x * 2
    with pytest.raises(GradientError, match=r"not part of the recorded computation.\n.*attach_grad\(\)"):
        autograd.grad(y, mx.nd.ones(1))


def test_grad_frees_the_tape_unless_told_otherwise():
    x = leaf([3.0])
    with autograd.record():
        y = x * x
    assert autograd.grad(y, x, retain_graph=True)[0].asscalar() == 6
    assert autograd.grad(y, x)[0].asscalar() == 6
    with pytest.raises(GradientError, match="freed"):
        autograd.grad(y, x)


def test_create_graph_differentiates_up_to_the_third_order():
    x = leaf([2.0, 3.0])
    with autograd.record():
        y = x**4
        (first,) = autograd.grad(y, x, create_graph=True)
        (second,) = autograd.grad(first, x, create_graph=True)
        (third,) = autograd.grad(second, x, create_graph=True)
    assert first.asnumpy().tolist() == [32, 108]                         # 4 x^3
    assert second.asnumpy().tolist() == [48, 108]                        # 12 x^2
    assert third.asnumpy().tolist() == [48, 72]                          # 24 x
    third.backward()
    assert x.grad.asnumpy().tolist() == [24, 24]


def test_a_gradient_penalty_trains_through_the_gradient():
    w, x = leaf([[0.5, -1.0]]), leaf([[1.0], [2.0]])
    with autograd.record():
        y = mx.nd.tanh(mx.nd.dot(w, x))
        (slope,) = autograd.grad(y, x, create_graph=True)
        penalty = (slope * slope).sum()
    penalty.backward()
    # slope = (1 - t^2) w; penalty = (1 - t^2)^2 |w|^2, t = tanh(w x)
    wv, xv = np.array([0.5, -1.0]), np.array([1.0, 2.0])
    t = np.tanh(wv @ xv)
    expected = 2 * (1 - t**2) ** 2 * wv - 4 * t * (1 - t**2) ** 2 * (wv @ wv) * xv
    assert np.allclose(w.grad.asnumpy()[0], expected, rtol=1e-5)


def test_head_gradients_of_a_second_order_are_differentiated_too():
    x, v = leaf([2.0]), leaf([5.0])
    with autograd.record():
        y = x**3
        (slope,) = autograd.grad(y, x, head_grads=v, create_graph=True)     # v 3 x^2
    slope.backward()
    assert x.grad.asscalar() == 60                                       # v 6 x
    assert v.grad.asscalar() == 12                                       # 3 x^2


# -- Function ----------------------------------------------------------------------------------------------------------
class Sigmoid(autograd.Function):
    def forward(self, x):
        y = 1 / (1 + mx.nd.exp(-x))
        self.save_for_backward(y)
        return y

    def backward(self, dy):
        (y,) = self.saved_tensors
        return dy * y * (1 - y)


def test_a_function_has_the_gradient_that_it_defines():
    x = leaf([0.0, 2.0])
    with autograd.record():
        y = Sigmoid()(x) * 4
    y.backward()
    s = 1 / (1 + np.exp([0.0, -2.0]))
    assert np.allclose(x.grad.asnumpy(), 4 * s * (1 - s))


def test_a_function_of_several_inputs_and_outputs():
    class Mix(autograd.Function):
        def forward(self, a, b):
            return a + b, a - b

        def backward(self, plus, minus):
            return plus * 10 + minus, None

    a, b = leaf([1.0]), leaf([2.0])
    with autograd.record():
        plus, minus = Mix()(a, b)
        y = plus * 3                                                     # minus is not used: its gradient is zero
    y.backward()
    assert (minus.asscalar(), a.grad.asscalar(), b.grad.asscalar()) == (-1, 30, 0)


def test_forward_and_backward_of_a_function_are_not_recorded():
    seen = []

    class Spy(autograd.Function):
        def forward(self, x):
            seen.append(flags())
            return x * 1

        def backward(self, dy):
            seen.append(flags())
            return dy

    x = leaf([1.0])
    with autograd.record():
        y = Spy()(x)
    y.backward()
    assert seen == [(False, True), (False, True)]


def test_a_function_outside_of_recording_is_only_computed():
    y = Sigmoid()(leaf([0.0]))
    assert y.asscalar() == 0.5
    with pytest.raises(GradientError):
        y.backward()


def test_a_function_is_used_once():
    function = Sigmoid()
    function(mx.nd.ones(1))
    with pytest.raises(ArgumentError, match="Sigmoid: use a new instance"):
        function(mx.nd.ones(1))


def test_gradients_that_a_function_returns_are_checked():
    class Wrong(autograd.Function):
        answer = None

        def forward(self, a, b):
            return a + b

        def backward(self, dy):
            return self.answer(dy)

    a, b = leaf([1, 2]), leaf([3, 4])

    def attempt(answer):
        function = Wrong()
        function.answer = answer
        with autograd.record():
            y = function(a, b)
        y.backward()

    with pytest.raises(GradientError, match="Wrong.backward: 2 inputs, but 1 gradients"):
        attempt(lambda dy: dy)
    with pytest.raises(GradientError, match=r"Wrong.backward: input 1 has shape \(2,\), its gradient \(1,\)"):
        attempt(lambda dy: (dy, dy[0:1]))
    assert a.grad.asnumpy().tolist() == [0, 0]


def test_a_function_must_define_both_directions():
    class Nothing(autograd.Function):
        pass

    with pytest.raises(NotImplementedError, match="Nothing must define forward"):
        Nothing()(mx.nd.ones(1))


def test_a_function_is_differentiated_once_only():
    x = leaf([1.0])
    with autograd.record():
        y = Sigmoid()(x)
        with pytest.raises(GradientError, match="Sigmoid: a custom autograd.Function can be differentiated once"):
            autograd.grad(y, x, create_graph=True)


# -- the tape as a Symbol ----------------------------------------------------------------------------------------------
def test_get_symbol_is_the_recorded_graph():
    x = leaf([1, 2])
    with autograd.record():
        y = mx.nd.relu(x) + x * 2
    symbol = autograd.get_symbol(y)
    assert symbol.list_arguments() == ["var0"]
    executor = symbol.bind(mx.cpu(), {"var0": mx.nd.array([-1, 3])})
    assert executor.forward()[0].asnumpy().tolist() == [-2, 9]


def test_get_symbol_makes_variables_of_constants():
    x = leaf([1.0])
    with autograd.record():
        y = x * mx.nd.array([2.0])
    assert autograd.get_symbol(y).list_arguments() == ["var0", "const0"]


def test_get_symbol_names_custom_functions():
    with autograd.record():
        y = Sigmoid()(leaf([1.0]))
    assert autograd.get_symbol(y).list_outputs() == ["Sigmoid_output"]


def test_get_symbol_shows_the_inside_of_hybridized_blocks():
    net = mx.gluon.nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(mx.gluon.nn.Dense(3, activation="relu", in_units=2))
    net.initialize()
    net.hybridize()
    with autograd.record():
        y = net(mx.nd.ones((1, 2))) * 2
    symbol = autograd.get_symbol(y)
    names = [node.op.name for node in symbol._nodes() if node.op is not None]
    assert names == ["FullyConnected", "Activation", "_mul_scalar"]


def test_get_symbol_needs_a_tape():
    x = leaf([1.0])
    with pytest.raises(GradientError, match="not computed while recording"):
        autograd.get_symbol(x * 2)
    with autograd.record():
        y = x * x
    y.backward()
    with pytest.raises(GradientError, match="freed"):
        autograd.get_symbol(y)


def test_a_variable_behind_operators_without_gradient_gets_zeros():
    x, w = mx.nd.array([1.0, 2.0]), mx.nd.array([3.0, 4.0])
    for variable in (x, w):
        variable.attach_grad()
        variable.grad[:] = 7                                   # of an earlier step
    with autograd.record():
        y = ((x > 1) * w).sum() + x.argmax(axis=0).sum()
    y.backward()
    assert (x.grad.asnumpy().tolist(), w.grad.asnumpy().tolist()) == ([0, 0], [0, 1])
    x.attach_grad("add")
    x.grad[:] = 7
    with autograd.record():
        y = mx.nd.sign(x).sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [7, 7]


def test_a_gradient_of_zeros_counts_as_fresh():
    net = mx.gluon.nn.Dense(1, in_units=1, use_bias=False)
    net.initialize(mx.init.One())
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd")
    with autograd.record():
        loss = mx.nd.sign(net(mx.nd.ones((1, 1)))).sum()
    loss.backward()
    trainer.step(1)
    assert net.weight.data().asscalar() == 1
