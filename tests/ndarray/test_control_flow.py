"""mx.nd.contrib.foreach, while_loop and cond: plain loops, which the tape holds step by step."""
import numpy as np
import pytest

import mxlearn as mx

nd, contrib = mx.nd, mx.nd.contrib


def test_foreach_stacks_outputs_and_hands_states_on():
    outputs, state = contrib.foreach(lambda x, s: (x + s, x + s), nd.array([[1, 2], [3, 4], [5, 6]]), nd.zeros(2))
    assert outputs.asnumpy().tolist() == [[1, 2], [4, 6], [9, 12]]
    assert state.asnumpy().tolist() == [9, 12]


def test_the_gradient_of_foreach_is_that_of_the_written_loop():
    x, w = nd.array([[1, 2], [3, 4]]), nd.array([0.5, -1])
    x.attach_grad()
    w.attach_grad()
    with mx.autograd.record():
        outputs, _ = contrib.foreach(lambda d, s: (d * w + s * w, d * w + s * w), x, nd.ones(2))
    outputs.backward()
    # out0 = (x0 + 1) w, out1 = x1 w + (x0 + 1) w^2
    values, weight = x.asnumpy(), np.array([0.5, -1])
    np.testing.assert_allclose(x.grad.asnumpy(), [weight + weight**2, weight])
    np.testing.assert_allclose(w.grad.asnumpy(), values[0] + 1 + values[1] + 2 * weight * (values[0] + 1))


def test_the_tape_of_foreach_shows_every_step():
    x = nd.ones((3, 2))
    x.attach_grad()
    with mx.autograd.record():
        outputs, _ = contrib.foreach(lambda d, s: (nd.tanh(d), s), x, [])
    names = [node.op for node in mx.inspection.graph(outputs).nodes]
    assert names.count("tanh") == 3


def test_a_loop_over_data_of_unequal_lengths_is_refused():
    with pytest.raises(mx.base.ShapeError, match=r"\(2, 2\), \(3, 2\)"):
        contrib.foreach(lambda d, s: (d[0], s), [nd.ones((2, 2)), nd.ones((3, 2))], nd.ones(2))


def test_a_body_that_returns_one_thing_is_told_what_to_return():
    with pytest.raises(mx.base.ArgumentError, match="return output, states"):
        contrib.foreach(lambda d, s: d, nd.ones((3, 2)), nd.ones(2))


def test_rows_after_the_last_step_of_a_while_loop_are_zero():
    outputs, (i,) = contrib.while_loop(lambda i: i < 2, lambda i: (i + 5, [i + 1]), [nd.array([0])], max_iterations=4)
    assert outputs.asnumpy().tolist() == [[5], [6], [0], [0]]
    assert i.asscalar() == 2


def test_a_while_loop_that_takes_no_step_has_no_outputs():
    assert contrib.while_loop(lambda i: i < 0, lambda i: (i, i), nd.array([7]), max_iterations=3)[0] == []


def test_a_while_loop_is_differentiated_through_the_steps_that_it_took():
    x = nd.array([1.5])
    x.attach_grad()
    with mx.autograd.record():
        _, last = contrib.while_loop(lambda v: v < 100, lambda v: ([], v * v), x, max_iterations=50)
    last.backward()
    assert last.asscalar() == pytest.approx(1.5**16)
    assert x.grad.asscalar() == pytest.approx(16 * 1.5**15)


def test_cond_runs_one_branch_only():
    ran = []
    result = contrib.cond(nd.array([0]), lambda: ran.append("then"), lambda: ran.append("else"))
    assert (result, ran) == (None, ["else"])


def test_a_predicate_of_two_elements_is_refused():
    with pytest.raises(ValueError, match="one element"):
        contrib.cond(nd.array([1, 1]), lambda: 1, lambda: 2)


def test_loops_are_listed_beside_the_operators():
    assert {"foreach", "while_loop", "cond", "quadratic"} <= set(dir(contrib))
    assert {"foreach", "while_loop", "cond", "quadratic"} <= set(dir(mx.sym.contrib))


def test_loops_keep_the_manner_of_numpy():
    outputs, state = contrib.foreach(lambda x, s: (x + s, x), mx.np.ones((3, 2)), mx.np.zeros((2,)))
    assert isinstance(outputs, mx.np.ndarray) and isinstance(state, mx.np.ndarray)
