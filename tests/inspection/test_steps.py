"""The backward pass as steps: what each says has to be what loss.backward() does, to the bit."""

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, GradientError
from mxlearn.gluon import nn
from mxlearn.inspection import backward_steps
from mxlearn.inspection.steps import DENSE


def leaf(values, dtype="float32", grad_req="write"):
    array = nd.array(values, dtype=dtype)
    array.attach_grad(grad_req)
    return array


def same_bits(a, b):
    b = b.asnumpy() if isinstance(b, nd.NDArray) else b
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def step(passed, name):
    return passed.steps[passed.find(name)]


@pytest.fixture
def line():
    """pred = X w + b, loss = mean squared error."""
    X, y = nd.array([[1, 2], [3, 4], [5, 6]]), nd.array([[1], [2], [4]])
    w, b = leaf([[0.5], [-1.0]]), leaf([0.25])
    with autograd.record():
        pred = nd.dot(X, w) + b
        loss = ((pred - y) ** 2).mean()
    return {"X": X, "y": y, "w": w, "b": b, "pred": pred, "loss": loss}


# -- the order and the names -------------------------------------------------------------------------------------------
def test_the_steps_come_in_the_order_of_the_reverse_pass(line):
    passed = backward_steps(line["loss"], names=line)
    assert [(s.kind, s.name) for s in passed.steps] == [
        ("start", "loss"), ("node", "loss"), ("node", "power_scalar0"), ("node", "elemwise_sub0"), ("node", "pred"),
        ("end", "b"), ("node", "dot0"), ("end", "w"),
    ]  # fmt: skip
    assert [s.number for s in passed.steps] == list(range(1, 9)) and passed.total == 8
    assert passed.wrt == ("w", "b") and passed.title == "Backward pass of loss"


def test_the_start_is_one(line):
    start = backward_steps(line["loss"], names=line).steps[0]
    assert start.upstream.tolist() == [1.0] and start.contribution.tolist() == [1.0]
    assert start.note == "∂loss/∂loss = 1"


def test_formulas_come_from_the_rules_and_bear_the_names_of_the_caller(line):
    passed = backward_steps(line["loss"], names=line)
    difference, dot = step(passed, "elemwise_sub0"), step(passed, "dot0")
    assert difference.forward == "pred - y"  # y is not kept by the tape: it is solved for, and found among the names
    assert difference.contributions[0].derivative == "∂(pred - y)/∂pred = 1"
    assert dot.forward == "dot(X, w)" and dot.contributions[0].formula == "dot(X.T, g)"
    assert step(passed, "pred").contributions[1].formula == "sum(g, axis=0)"


def test_find_takes_a_number_or_a_name_and_says_what_there_is(line):
    passed = backward_steps(line["loss"], names=line)
    assert passed.find(1) == 0 and passed.find("w") == 7 and passed.find("pred") == 4
    with pytest.raises(ArgumentError, match="there is no step 9: they go from 1 to 8"):
        passed.find(9)
    with pytest.raises(ArgumentError, match=r"there is no step 'pret'.*Did you mean 'pred'\?.*\n.*loss, power_scalar0"):
        passed.find("pret")


# -- equal to backward(), to the bit -----------------------------------------------------------------------------------
@pytest.mark.parametrize("wrt", [None, "arrays", "dict", "one"])
def test_the_ends_are_what_backward_writes(line, wrt):
    w, b = line["w"], line["b"]
    given = {None: None, "arrays": [w, b], "dict": {"w": w, "b": b}, "one": w}[wrt]
    passed = backward_steps(line["loss"], given, names=line)
    line["loss"].backward()
    assert same_bits(step(passed, "w").contribution, w.grad)
    if wrt != "one":
        assert same_bits(step(passed, "b").contribution, b.grad)


def test_stepping_leaves_the_tape_and_the_gradients_alone(line):
    line["w"].grad[:] = 7
    backward_steps(line["loss"], names=line)
    assert line["w"].grad.asnumpy().tolist() == [[7], [7]]
    assert not line["w"]._entry[0].fresh
    line["loss"].backward()
    first = line["w"].grad.asnumpy()
    with autograd.record():
        loss = ((nd.dot(line["X"], line["w"]) + line["b"] - line["y"]) ** 2).mean()
    loss.backward()
    assert same_bits(first, line["w"].grad)


def test_the_flags_of_autograd_are_as_before(line):
    with autograd.record(train_mode=False):
        backward_steps(line["loss"])
        assert autograd.is_recording() and not autograd.is_training()


def test_grad_req_add_shows_what_is_there_and_the_sum():
    w = leaf([1.0, 2.0], grad_req="add")
    w.grad[:] = nd.array([10, 20])
    with autograd.record():
        loss = (w * w).sum()
    end = step(backward_steps(loss, {"w": w}), "w")
    assert end.grad_req == "add" and end.held.tolist() == [10, 20] and end.contribution.tolist() == [2, 4]
    loss.backward()
    assert same_bits(end.accumulated, w.grad)


def test_a_vector_of_losses_starts_from_ones():
    w = leaf([1.0, 2.0, 3.0])
    with autograd.record():
        loss = w * w
    passed = backward_steps(loss, {"w": w})
    assert passed.steps[0].upstream.tolist() == [1, 1, 1] and "as if the elements were summed" in passed.steps[0].note
    loss.backward()
    assert same_bits(step(passed, "w").contribution, w.grad)


def test_several_heads_have_a_start_each_and_add_up():
    w = leaf([2.0])
    with autograd.record():
        first, second = w * 3, w * w
    passed = backward_steps([first, second], {"w": w})
    assert [s.kind for s in passed.steps] == ["start", "start", "node", "node", "end"]
    autograd.backward([first, second])
    assert same_bits(step(passed, "w").contribution, w.grad) and w.grad.asscalar() == 7


def nets():
    dense = nn.HybridSequential(prefix="net_")
    with dense.name_scope():
        dense.add(nn.Dense(6, activation="relu"), nn.BatchNorm(), nn.Dense(3))
    conv = nn.HybridSequential(prefix="conv_")
    with conv.name_scope():
        conv.add(nn.Conv2D(3, 3, activation="tanh"), nn.MaxPool2D(), nn.Flatten(), nn.LayerNorm(), nn.Dense(3))
    return [(dense, (5, 4)), (conv, (2, 1, 8, 8))]


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("which", [0, 1])
def test_networks_eager_and_hybridized(which, hybrid):
    mx.random.seed(3)
    net, shape = nets()[which]
    net.initialize(mx.init.Xavier())
    x, label = nd.random.normal(shape=shape), nd.array([0, 1, 2, 0, 1][: shape[0]])
    net(x)
    if hybrid:
        net.hybridize()
    criterion = gluon.loss.SoftmaxCELoss()
    with autograd.record():
        loss = criterion(net(x), label)
    passed = backward_steps(loss, net, names={"net": net, "x": x, "label": label})
    assert {"FullyConnected", "log_softmax"} <= {s.op for s in passed.steps}  # a hybridized Block is opened
    assert "CachedOp" not in {s.op for s in passed.steps}
    loss.backward()
    for parameter in net.collect_params().values():
        if parameter.grad_req == "null":
            continue
        end = step(passed, parameter.name)
        assert same_bits(end.contribution, parameter.grad())
        assert end.check.verdict == "agrees", end.check
        assert ("the compiled program" in end.note) == hybrid


def test_a_hybridized_block_with_dropout_stays_one_step_that_says_so():
    net = nn.HybridSequential()
    net.add(nn.Dense(4), nn.Dropout(0.5), nn.Dense(1))
    net.initialize()
    net.hybridize()
    x = nd.random.normal(shape=(3, 2))
    with autograd.record():
        loss = net(x).sum()
    passed = backward_steps(loss, net)
    opaque = next(s for s in passed.steps if s.op == "CachedOp")
    assert "hybridize(False)" in opaque.note and opaque.contributions[0].jacobian.dense is None
    loss.backward()
    for parameter in net.collect_params().values():
        assert same_bits(step(passed, parameter.name).contribution, parameter.grad())
        assert "random operator" in step(passed, parameter.name).check.why


class Cube(autograd.Function):
    """A Function that counts how often it is asked."""

    calls = 0
    factor = 3.0

    def forward(self, x):
        self.save_for_backward(x)
        return x * x * x

    def backward(self, dy):
        (x,) = self.saved_tensors
        type(self).calls += 1
        return dy * self.factor * x * x


class WrongCube(Cube):
    factor = 2.0


def test_a_custom_function_is_one_opaque_step_that_is_asked_once():
    Cube.calls = 0
    x = leaf([1.0, 2.0])
    with autograd.record():
        loss = Cube()(x).sum()
    passed = backward_steps(loss, {"x": x})
    assert Cube.calls == 1
    node = step(passed, "Cube")
    assert node.op == "Function" and node.jacobian.dense is None and node.jacobian.shape == (2, 2)
    loss.backward()
    assert same_bits(step(passed, "x").contribution, x.grad)
    assert step(passed, "x").check.verdict == "agrees"


def test_a_wrong_backward_of_a_custom_function_is_found_out():
    x = leaf([1.0, 2.0])
    with autograd.record():
        loss = WrongCube()(x).sum()
    check = step(backward_steps(loss, {"x": x}), "x").check
    assert check.verdict == "differs" and not any(e.agrees for e in check.entries)
    assert check.entries[1].gradient == 8.0 and check.entries[1].numeric == pytest.approx(12.0)


# -- the equation ------------------------------------------------------------------------------------------------------
def contributions(loss, wrt, names=()):
    return [c for s in backward_steps(loss, wrt, names=dict(names)).steps for c in s.contributions]


BINARY = [
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a**b,
    nd.broadcast_maximum, nd.broadcast_hypot, lambda a, b: nd.dot(a.reshape((1, -1)), b.reshape((-1, 1))),
    lambda a, b: nd.concat(a.reshape((-1,)), b.reshape((-1,)), dim=0), lambda a, b: nd.where(a > b, a, b),
]  # fmt: skip
UNARY = [
    nd.exp, nd.log, nd.sqrt, nd.square, nd.sigmoid, nd.tanh, nd.relu, nd.sin, nd.abs, nd.softmax, nd.log_softmax,
    nd.sum, nd.mean, nd.max, nd.norm, nd.prod, nd.cumsum, nd.transpose, nd.flatten, nd.negative, nd.reciprocal,
    lambda x: x.reshape((-1,)), lambda x: x[1], lambda x: nd.slice_axis(x, axis=1, begin=0, end=1), lambda x: 3 - x,
    lambda x: x * 2, lambda x: x.sum(axis=0, keepdims=True), lambda x: nd.tile(x, (1, 2)), lambda x: nd.sort(x),
    lambda x: nd.clip(x, 1.0, 3.0), lambda x: nd.broadcast_to(x.reshape((1, 4)), (2, 4)),
    lambda x: nd.take(x, nd.array([1, 0, 1])), lambda x: nd.L2Normalization(x),
]  # fmt: skip


@pytest.mark.parametrize("function", UNARY)
def test_upstream_times_jacobian_is_the_contribution(function):
    x = leaf([[1.5, 2.5], [0.75, 3.25]], "float64")
    with autograd.record():
        y = function(x)
        loss = (y * nd.arange(1, y.size + 1, dtype="float64").reshape(y.shape)).sum()
    passed = backward_steps(loss, {"x": x})
    for each in passed.steps:
        for c in each.contributions:
            assert c.jacobian.shape == (np.size(each.upstream), c.value.size)
            if c.jacobian.dense is not None:
                product = np.ravel(each.upstream) @ c.jacobian.dense
                np.testing.assert_allclose(product, c.value.ravel(), rtol=1e-12, atol=1e-12)
            assert c.check is None or c.check.verdict == "agrees", (each.op, c.check)
    assert any(c.jacobian.dense is not None for each in passed.steps for c in each.contributions)
    end = step(passed, "x")
    assert end.check.verdict == "agrees", end.check
    loss.backward()
    assert same_bits(end.contribution, x.grad)


@pytest.mark.parametrize("function", BINARY)
@pytest.mark.parametrize("shapes", [((2, 2), (2, 2)), ((2, 2), (1, 2)), ((2, 1), (2,)), ((2,), (1,))])
def test_two_inputs_with_and_without_a_broadcast(function, shapes):
    rng = np.random.default_rng(1)
    a, b = (leaf(rng.uniform(1, 3, shape), "float64") for shape in shapes)
    try:
        with autograd.record():
            loss = (function(a, b) ** 2).sum()
    except mx.MXNetError:
        return  # dot and where do not take these shapes
    passed = backward_steps(loss, {"a": a, "b": b})
    for each in passed.steps:
        for c in each.contributions:
            if c.jacobian.dense is not None:
                product = np.ravel(each.upstream) @ c.jacobian.dense
                np.testing.assert_allclose(product, c.value.ravel(), rtol=1e-12)
            if c.reduction is not None:
                whole = c.reduction.before.sum(axis=c.reduction.axes).reshape(c.value.shape)
                np.testing.assert_allclose(whole, c.value, rtol=1e-12)
                assert c.reduction.before.shape == each.upstream.shape
    loss.backward()
    for name, array in (("a", a), ("b", b)):
        assert same_bits(step(passed, name).contribution, array.grad)
        assert step(passed, name).check.verdict == "agrees"


def test_a_jacobian_is_dense_up_to_eight_by_eight_and_in_words_beyond():
    for size, dense in ((DENSE, True), (DENSE + 1, False)):
        x = leaf(np.arange(1, size + 1))
        with autograd.record():
            loss = (x * x).sum()
        square = step(backward_steps(loss, {"x": x}), "elemwise_mul0").contributions[0].jacobian
        assert square.shape == (size, size) and (square.dense is not None) == dense
        assert square.structure.startswith("diagonal")
        assert square.derivative.tolist() == list(range(1, size + 1))  # elementwise: its diagonal is always there


def test_the_dense_jacobian_of_a_product_by_hand():
    a, w = nd.array([[1, 2, 3], [4, 5, 6]]), leaf([[1], [0], [-1]])
    with autograd.record():
        loss = nd.dot(a, w).sum()
    dot = step(backward_steps(loss, {"w": w}, names={"a": a}), "dot0")
    assert dot.jacobian.dense.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert dot.jacobian.structure.startswith("matrix product") and dot.contribution.tolist() == [[5], [7], [9]]


def test_softmax_has_a_full_block_by_hand():
    x = leaf([0.0, np.log(3.0)], "float64")
    with autograd.record():
        loss = (nd.softmax(x) * nd.array([1, 0], dtype="float64")).sum()
    found = step(backward_steps(loss, {"x": x}), "softmax0").jacobian.dense
    np.testing.assert_allclose(found, [[0.1875, -0.1875], [-0.1875, 0.1875]])  # diag(p) - p p^T with p = (1/4, 3/4)


def test_the_sum_that_undoes_a_broadcast_is_shown():
    x, b = leaf(np.ones((4, 3))), leaf([[1.0], [2], [3], [4]])
    with autograd.record():
        loss = ((x - b) * nd.arange(12).reshape((4, 3))).sum()
    to_b = step(backward_steps(loss, {"x": x, "b": b}), "broadcast_sub0").contributions[1]
    assert to_b.target == "b" and to_b.reduction.axes == (1,) and to_b.reduction.before.shape == (4, 3)
    assert to_b.reduction.before.tolist() == (-np.arange(12).reshape(4, 3)).tolist()
    assert to_b.value.tolist() == [[-3], [-12], [-21], [-30]] and to_b.formula == "-sum(g, axis=1)"


def test_a_value_that_is_used_twice_shows_old_plus_new():
    x = leaf([3.0])
    with autograd.record():
        loss = x * x + x
    passed = backward_steps(loss, {"x": x})
    arrivals = [c for s in passed.steps for c in s.contributions if c.target == "x"]
    assert [(c.before is not None, float(c.value[0]), float(c.accumulated[0])) for c in arrivals] == [
        (False, 1, 1), (True, 3, 4), (True, 3, 7),
    ]  # fmt: skip
    assert [c.derivative for c in arrivals[1:]] == ["∂(x₁ * x₂)/∂x₁ = x₂", "∂(x₁ * x₂)/∂x₂ = x₁"]
    assert step(passed, "x").sources == (2, 3, 3) and float(arrivals[1].before[0]) == 1


def test_an_intermediate_array_can_be_asked_for(line):
    passed = backward_steps(line["loss"], {"w": line["w"], "pred": line["pred"]}, names=line)
    (expected,) = autograd.grad(line["loss"], line["pred"], retain_graph=True)
    end = step(passed, "pred")
    assert end.kind == "end" and end.grad_req == "" and same_bits(end.contribution, expected)
    assert end.check.verdict == "agrees"


def test_an_operator_with_several_outputs_takes_all_of_their_gradients():
    x = leaf([[1.0, 2.0, 3.0, 4.0]])
    with autograd.record():
        first, second = nd.split(x, num_outputs=2, axis=1)
        loss = (first * first + 3 * second).sum()
    passed = backward_steps(loss, {"x": x})
    split = step(passed, "slicechannel0")
    assert [u.tolist() for u in split.upstream] == [[[2, 4]], [[3, 3]]]
    assert split.jacobian.dense.tolist() == np.eye(4).tolist()
    loss.backward()
    assert same_bits(step(passed, "x").contribution, x.grad)


@pytest.mark.parametrize("layer", ["SoftmaxOutput", "LinearRegressionOutput"])
def test_a_loss_layer_has_no_jacobian_since_it_ignores_what_comes_in(layer):
    x = leaf([[0.5, -1.0, 2.0]])
    label = nd.array([1]) if layer == "SoftmaxOutput" else nd.array([[1, 2, 3]])
    with autograd.record():
        out = getattr(nd, layer)(x, label)
    passed = backward_steps(out, {"x": x})
    node = passed.steps[1]
    assert node.jacobian.dense is None and "defines its gradient itself" in node.jacobian.structure
    assert step(passed, "x").check.verdict == "none" and layer in step(passed, "x").check.why
    out.backward()
    assert same_bits(step(passed, "x").contribution, x.grad)


# -- the check ---------------------------------------------------------------------------------------------------------
def test_the_check_names_its_numbers_and_how_many_there_are():
    x = leaf(np.arange(1.0, 101.0), "float64")
    with autograd.record():
        loss = (x**3).sum()
    check = step(backward_steps(loss, {"x": x}, entries=3), "x").check
    assert check.verdict == "agrees" and check.of == 100 and len(check.entries) == 3
    assert (99,) in [e.index for e in check.entries]  # the largest is always among them
    for e in check.entries:
        assert e.gradient == 3 * (e.index[0] + 1) ** 2 and e.numeric == pytest.approx(e.gradient, rel=1e-4)


def test_a_random_operator_cannot_be_re_run():
    x = leaf(np.ones((2, 3)))
    with autograd.record():
        loss = nd.Dropout(x, p=0.5).sum()
    passed = backward_steps(loss, {"x": x})
    assert step(passed, "x").check.why == "cannot be re-run: random operator Dropout"
    assert passed.steps[2].contributions[0].formula == "g * mask"
    loss.backward()
    assert same_bits(step(passed, "x").contribution, x.grad)


def test_a_kink_is_no_error():
    x = leaf([0.0, 1.0])
    with autograd.record():
        loss = nd.relu(x).sum()
    check = step(backward_steps(loss, {"x": x}), "x").check
    assert check.verdict == "kink" and "slope on the left" in check.why
    assert (check.entries[0].left, check.entries[0].right) == pytest.approx((0.0, 1.0))


def test_a_stopped_gradient_is_said_to_be_stopped_on_purpose():
    x = leaf([2.0])
    with autograd.record():
        loss = nd.BlockGrad(x * x) * x
    check = step(backward_steps(loss, {"x": x}), "x").check
    assert check.entries[0].gradient == 4 and check.entries[0].numeric == pytest.approx(12)
    assert "stops the gradient on purpose" in check.why


def test_a_value_that_was_changed_after_recording_is_noticed(line):
    line["b"] += 100
    check = step(backward_steps(line["loss"], names=line), "w").check
    assert check.why == "cannot be re-run: another run gives other values: an array was changed after it was recorded"


def test_a_leaf_whose_value_nobody_holds_is_solved_for_or_named():
    with autograd.record():
        b = leaf([1.0, 2.0])
        loss = (nd.array([3, 4]) * leaf([1.0, 1.0]) + b) ** 2
    passed = backward_steps(loss)
    assert {s.check.verdict for s in passed.steps if s.kind == "end"} <= {"agrees", "none"}


def test_much_work_is_not_done():
    w = leaf(np.ones((400, 400)))
    x = nd.ones((400, 400))
    with autograd.record():
        h = w
        for _ in range(8):
            h = nd.dot(x, h) / 400
        loss = h.sum()
    check = step(backward_steps(loss, {"w": w}), "w").check
    assert check.why == "not checked: another run of this computation takes too long"


# -- odd numbers -------------------------------------------------------------------------------------------------------
def test_nan_and_infinity_pass_through_and_are_equal_to_backward():
    x = leaf([0.0, 1.0, np.nan, np.inf])
    with autograd.record():
        loss = nd.log(x).sum()
    passed = backward_steps(loss, {"x": x})
    end = step(passed, "x")
    assert np.isinf(end.contribution[0]) and np.isnan(end.contribution[2])
    assert end.check.verdict == "none" and "not finite" in end.check.why
    assert step(passed, "log0").jacobian.dense[1, 0] == 0  # no 0 * inf beside the diagonal
    loss.backward()
    assert same_bits(end.contribution, x.grad)


def test_half_precision_is_compared_with_its_own_tolerance():
    x = leaf([0.3, 0.7], "float16")
    with autograd.record():
        loss = nd.exp(x).sum()
    end = step(backward_steps(loss, {"x": x}), "x")
    assert end.contribution.dtype == np.float16 and end.check.verdict == "agrees"


def test_an_empty_array_is_no_trouble():
    x = leaf(np.zeros((0, 3)))
    with autograd.record():
        loss = (x * 2).sum()
    end = step(backward_steps(loss, {"x": x}), "x")
    assert end.contribution.shape == (0, 3) and end.check.why == "it has no element"


def test_records_cannot_be_written(line):
    end = step(backward_steps(line["loss"], names=line), "w")
    with pytest.raises(ValueError, match="read-only"):
        end.contribution[0] = 1


def test_several_contributions_have_to_be_chosen_from(line):
    node = step(backward_steps(line["loss"], names=line), "pred")
    with pytest.raises(ArgumentError, match="2 contributions, to dot0, b"):
        _ = node.contribution


# -- what cannot be stepped through ------------------------------------------------------------------------------------
def test_an_array_on_no_tape():
    with pytest.raises(GradientError, match="not computed while recording"):
        backward_steps(nd.ones(3))


def test_a_freed_tape(line):
    line["loss"].backward()
    with pytest.raises(GradientError, match="freed by an earlier backward"):
        backward_steps(line["loss"])


def test_a_tape_of_which_a_part_was_freed():
    x = leaf([1.0, 2.0])
    with autograd.record():
        y = x * x
        first, second = y.sum(), (y * y).sum()
    first.backward()
    with pytest.raises(GradientError, match="freed by an earlier backward"):
        backward_steps(second)


def test_no_array_with_a_gradient():
    x = nd.ones(3)
    x.attach_grad("null")
    with autograd.record():
        loss = x.sum()
    with pytest.raises(GradientError, match=r"no array behind this head has a gradient.*\n.*attach_grad"):
        backward_steps(loss)


def test_an_array_that_is_not_part_of_the_computation(line):
    other = leaf([1.0])
    with pytest.raises(GradientError, match="'other' is not part of this computation"):
        backward_steps(line["loss"], {"other": other})


@pytest.mark.parametrize("thing", [3, "loss", None, np.ones(3), []])
def test_what_is_no_array_is_refused(thing):
    with pytest.raises(ArgumentError, match="backward_steps: "):
        backward_steps(thing)


def test_a_wrt_that_is_no_array_is_refused(line):
    with pytest.raises(ArgumentError, match=r"wrt: expected NDArrays, Parameters or Blocks. Received: str"):
        backward_steps(line["loss"], "w")


# -- long tapes --------------------------------------------------------------------------------------------------------
def test_a_long_tape_keeps_the_steps_near_the_head_and_all_ends():
    w = leaf([1.0])
    with autograd.record():
        h = w
        for _ in range(3000):
            h = h * 1.0001
    passed = backward_steps(h, {"w": w})
    assert passed.total == 3002 and len(passed.steps) == 501
    assert [s.number for s in passed.steps[:500]] == list(range(1, 501)) and passed.steps[-1].number == 3002
    with pytest.raises(ArgumentError, match="they go from 1 to 3002, and 2501 of them are not kept"):
        passed.find(2000)
    h.backward()
    assert same_bits(step(passed, "w").contribution, w.grad)


def test_lists_and_dicts_of_the_caller_lend_names():
    params = [leaf([1.0]), leaf([2.0])]
    more = {"gain": leaf([3.0])}
    with autograd.record():
        loss = params[0] * params[1] * more["gain"]
    passed = backward_steps(loss, names={"params": params, "more": more})
    assert passed.wrt == ("params[0]", "params[1]", "gain")


def test_a_name_of_a_stranger_is_shown_as_text():
    x = leaf([1.0])
    with autograd.record():
        loss = x * 2
    assert backward_steps(loss, {"evil\x1b[2J": x}).wrt == ("evil\\x1b[2J",)


def test_an_embedding_sends_its_gradient_back_to_the_rows_that_were_read():
    weight, words = leaf(np.arange(8).reshape(4, 2)), nd.array([1, 3, 1])
    with autograd.record():
        loss = nd.Embedding(words, weight, input_dim=4, output_dim=2).sum()
    passed = backward_steps(loss, {"weight": weight}, names={"words": words})
    assert step(passed, "weight").contribution.tolist() == [[0, 0], [2, 2], [0, 0], [1, 1]]
    assert step(passed, "embedding0").jacobian.dense.shape == (6, 8)
