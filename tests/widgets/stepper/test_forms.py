"""The stepper as its reader calls it: where it stands, what it says, what it sends to the page."""

import json
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.stepper import pack
from mxlearn_widgets.stepper.grids import Grid, tile
from mxlearn_widgets.stepper.questions import is_right, question
from mxlearn_widgets.stepper.widget import behind

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError
from mxlearn.gluon import nn

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<img src=x onerror="alert(1)">'


def leaf(values, grad_req="write"):
    array = nd.array(values)
    array.attach_grad(grad_req)
    return array


@pytest.fixture
def line():
    X, y = nd.array([[1, 2], [3, 4], [5, 6]]), nd.array([[1], [2], [4]])
    w, b = leaf([[0.5], [-1.0]]), leaf([0.25])
    with autograd.record():
        pred = nd.dot(X, w) + b
        loss = ((pred - y) ** 2).mean()
    return mxw.step_backward(loss), loss, w, b


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


# -- walking -----------------------------------------------------------------------------------------------------------
def test_names_are_those_of_the_caller(line):
    s = line[0]
    assert repr(s) == "<backward pass of loss: 8 steps, to w, b>"
    assert [step.name for step in s.steps if step.kind == "end"] == ["b", "w"]


def test_next_and_previous_stay_at_the_ends(line):
    s = line[0]
    assert s.step.kind == "start" and s.previous().number == 1 and s.next().number == 2
    assert s.goto(8).name == "w" and s.next().number == 8 and s.position == 7
    s.position = 99
    assert s.position == 7


def test_goto_a_name_gives_the_gradient_of_backward_to_the_bit(line):
    s, loss, w, b = line
    found = {name: s.goto(name).contribution for name in ("w", "b")}
    loss.backward()
    assert found["w"].tobytes() == w.grad.asnumpy().tobytes() and found["b"].tobytes() == b.grad.asnumpy().tobytes()
    assert s.goto("w").contribution.tobytes() == w.grad.asnumpy().tobytes()  # the stepper outlives the tape


def test_goto_says_what_there_is(line):
    with pytest.raises(ArgumentError, match="there is no step 'weight'"):
        line[0].goto("weight")


def test_the_record_of_a_step_has_upstream_jacobian_contribution_and_note(line):
    dot = line[0].goto("dot0")
    assert dot.upstream.shape == (3, 1) and dot.jacobian.dense.tolist() == [[1, 2], [3, 4], [5, 6]]
    np.testing.assert_allclose(dot.upstream.ravel() @ dot.jacobian.dense, dot.contribution.ravel(), rtol=1e-6)
    assert dot.accumulated is dot.contributions[0].accumulated and dot.note == ""


def test_skip_goes_behind_the_block():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(3, activation="relu"), nn.Dense(1))
    net.initialize()
    x = nd.ones((2, 2))
    with autograd.record():
        loss = net(x).sum()
    s = mxw.step_backward(loss, net)
    s.goto("net_dense1_weight")
    assert s.skip().name == "activation0" and s.step.scope[:2] == ("net", "net_dense0")
    assert [behind(["", "a", "a/b", "a", "c"], k) for k in (1, 2)] == [4, 3]
    assert behind(["a", "a"], 0) == 1


# -- as text and as a picture ------------------------------------------------------------------------------------------
def test_a_step_as_text(line):
    s = line[0]
    s.goto("dot0")
    lines = s.to_text().splitlines()
    assert lines[0] == "step 7 of 8: back through dot0 = dot(X, w)"
    assert lines[1].startswith("  upstream gradient (3, 1) [")
    assert lines[2:5] == [
        "  to w:",
        "    contribution = dot(X.T, g), g is the upstream gradient",
        "    local Jacobian 3x2 [1 2; 3 4; 5 6]",
    ]
    assert lines[5].startswith("    upstream x Jacobian = contribution (2, 1) [")
    assert lines[6] == "    ✓ finite differences agree (all 2 numbers checked)"


def test_all_steps_as_a_table(line):
    table = line[0].to_text(all=True).splitlines()
    assert table[0] == "backward pass of loss: 8 steps, to w, b"
    assert table[1].split() == ["step", "what", "upstream", "to", "contribution", "check"]
    assert len(table) == 2 + 9  # pred = dot0 + b sends two contributions
    assert all(row.endswith("✓") for row in table[3:])


def test_a_tiny_mean_is_not_printed_digit_by_digit():
    grid = Grid.of(np.array([[1.0, -1.0 + 1e-9] * 6] * 9))
    assert grid.lines() == ["-1 … 1", "mean ≈ 0"]


def test_accumulation_and_broadcast_are_said():
    a, b = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([1.0, 1.0])
    with autograd.record():
        loss = (a * b + b).sum()
    s = mxw.step_backward(loss)
    first, second = (step for step in s.steps if step.op.startswith("broadcast"))
    s.goto(first.number)
    assert "(2,) ← sum over axis 0 of (2, 2)" in s.to_text()
    s.goto(second.number)
    assert "(2,) [2 2] was there: accumulated (2,) [6 8]" in s.to_text()
    assert "b is used more than once: its contributions add up" in texts(s.to_svg())


def test_grad_req_add_is_said():
    w = leaf([1.0, 2.0], "add")
    w.grad[:] = 5
    with autograd.record():
        loss = (w * 3).sum()
    s = mxw.step_backward(loss)
    s.goto("w")
    assert "backward() adds it to w.grad" in s.to_text()
    assert "(2,) [5 5] is in .grad already, so it becomes (2,) [8 8]" in s.to_text()
    assert s.step.accumulated.tolist() == [8, 8] and s.step.contribution.tolist() == [3, 3]
    assert ".grad after backward()" in texts(s.to_svg())


def test_every_step_is_a_well_formed_picture_of_the_same_bytes(line):
    s = line[0]
    for position in range(len(s.steps)):
        s.position = position
        svg = s.to_svg()
        assert svg == s.to_svg() and len(svg) < 40_000
        assert any(text and text.startswith(f"step {position + 1} of 8") for text in texts(svg))
    s.goto("dot0")
    assert {"upstream", "local Jacobian", "contribution", "×", "="} <= set(texts(s.to_svg()))


def test_a_picture_needs_no_kernel(line):
    bundle = line[0]._repr_mimebundle_()
    assert bundle["text/html"].startswith('<img class="mxl-computed" alt="backward pass of loss: 8 steps, to w, b"')
    assert bundle["text/plain"].startswith("step 1 of 8: start at loss")


def test_names_are_text_and_never_markup():
    x = leaf([1.0])
    with autograd.record():
        loss = x * 2
    s = mxw.step_backward(loss, {EVIL: x})
    for position in range(len(s.steps)):
        s.position = position
        assert "<img" not in s.to_svg()
    assert EVIL in json.dumps(s.table, ensure_ascii=False).replace('\\"', '"')


# -- what the page gets ------------------------------------------------------------------------------------------------
def test_the_table_is_json_and_the_arrays_come_back(line):
    s = line[0]
    table = json.loads(json.dumps(s.table, allow_nan=False))
    numbers = np.frombuffer(s.numbers, "<f4")
    part = table["steps"][6]["parts"][0]
    shape, rows, columns, at = table["arrays"][part["dense"]]
    assert shape == [3, 2]
    assert numbers[at : at + rows * columns].reshape(rows, columns).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_an_array_that_is_seen_twice_is_sent_once(line):
    steps = line[0].table["steps"]
    assert steps[3]["parts"][0]["value"] == steps[4]["up"][0]


def test_nan_and_infinity_survive_the_way_to_the_page():
    x = leaf([0.0, np.nan, 1.0])
    with autograd.record():
        loss = nd.log(x).sum()
    s = mxw.step_backward(loss)
    json.dumps(s.table, allow_nan=False)
    for position in range(len(s.steps)):
        s.position = position
        ET.fromstring(s.to_svg())
    s.goto("x")
    assert "(3,) [∞ NaN 1]" in s.to_text()
    big = leaf(np.full((20, 20), np.nan))
    with autograd.record():
        loss = (big * big).sum()
    s = mxw.step_backward(loss)
    s.goto("big")
    assert "400 NaN, 0 infinite" in s.to_text() and set(s.tiles) == {pack.NAN, 253}


def test_a_tile_is_made_of_means():
    means = tile(np.arange(24.0 * 13).reshape(24, 13))
    assert means.shape == (12, 12)
    assert means[0, 0] == (0 + 13) / 2 and means[-1, -1] == (297 + 298 + 310 + 311) / 4
    assert np.isnan(tile(np.array([[np.nan] * 13]))).all()


def lenet():
    net = nn.HybridSequential(prefix="lenet_")
    with net.name_scope():
        net.add(nn.Conv2D(4, 5, activation="relu"), nn.MaxPool2D(2), nn.Flatten(), nn.Dense(10))
    net.initialize(mx.init.Xavier())
    return net


def test_what_is_sent_stays_small():
    net, x = lenet(), nd.random.normal(shape=(8, 1, 16, 16))
    with autograd.record():
        loss = gluon.loss.SoftmaxCELoss()(net(x), nd.arange(8)).mean()
    s = mxw.step_backward(loss, net)
    assert len(json.dumps(s.table)) + len(s.numbers) + len(s.tiles) < 40_000
    s.goto("fullyconnected0")
    assert len(s.to_svg()) < 40_000


def test_a_net_of_hundreds_of_nodes_has_a_map_of_its_blocks():
    net = nn.HybridSequential(prefix="deep_")
    with net.name_scope():
        for _ in range(60):
            net.add(nn.Dense(2, activation="tanh"))
    net.initialize()
    with autograd.record():
        loss = net(nd.ones((1, 2))).sum()
    s = mxw.step_backward(loss, net)
    assert len(s.table["map"]["items"]) <= 40 and len(s.steps) > 240
    s.goto("deep_dense30_weight")
    assert s.table["steps"][s.position]["block"].startswith("deep/deep_dense30")
    assert s.table["map"]["items"][0][1] == "dense0 … dense1 (9)"
    assert len(json.dumps(s.table, ensure_ascii=False)) < 150_000


def test_a_tape_of_ten_thousand_nodes_keeps_its_first_steps_and_all_ends():
    w = leaf([1.0])
    with autograd.record():
        h = w
        for _ in range(10_000):
            h = h + 0.5
    s = mxw.step_backward(h)
    assert repr(s) == "<backward pass of h: 10002 steps (501 of them kept), to w>"
    assert s.goto("w").contribution.tolist() == [1.0] and s.goto("w").number == 10_002
    assert s.to_text().startswith("step 10002 of 10002: the gradient of w is complete")
    assert len(s.table["map"]["items"]) <= 41


# -- predicting --------------------------------------------------------------------------------------------------------
def test_a_small_result_is_asked_for_as_a_number(line):
    asked = question(line[0].goto("dot0"))
    assert asked["kind"] == "value" and asked["prompt"].startswith("What is the entry [")
    assert asked["answer"] == line[0].step.contribution.ravel()[asked["index"]]
    assert is_right(asked, f"{asked['answer'] * 1.01}") and not is_right(asked, f"{-asked['answer']}")
    assert not is_right(asked, "a lot")


def test_a_large_result_is_asked_for_by_its_shape_or_sign():
    w = leaf(np.ones((20, 30)))
    with autograd.record():
        loss = (nd.dot(nd.ones((5, 20)), w) ** 2).sum()
    s = mxw.step_backward(loss)
    asked = question(s.goto("dot0"))
    assert asked["kind"] == "shape" and asked["answer"] == "(20, 30)" and "(30, 20)" in asked["options"]
    assert is_right(asked, "(20, 30)") and not is_right(asked, "(30, 20)")


def test_the_start_asks_for_one_and_an_end_asks_nothing(line):
    assert question(line[0].steps[0])["answer"] == 1.0 and question(line[0].steps[-1]) is None


def test_the_score_counts_right_answers(line):
    s = line[0]
    s.answers = {"0": "1", "1": "77"}
    assert s.score == (1, 2)


# -- what students get wrong -------------------------------------------------------------------------------------------
def notice(loss, wrt=None):
    found = mxw.step_backward(loss, wrt)
    assert isinstance(found, mxw.Notice)
    return found.to_text()


def test_bad_input_gives_a_notice_that_says_what_to_do(line):
    s, loss, w, _ = line
    assert "not computed while recording" in notice(nd.ones(3))
    assert "expected an NDArray" in notice("loss") and "Received: numpy.ndarray" in notice(np.ones(3))
    assert "not part of this computation" in notice(loss, nd.ones(2))
    assert "wrt: expected NDArrays, Parameters or Blocks" in notice(loss, "w")
    loss.backward()
    assert "freed by an earlier backward" in notice(loss)


def test_an_uninitialized_net_as_wrt_is_no_crash(line):
    assert "none of the arrays in wrt" in notice(line[1], nn.Dense(3))


def test_an_error_in_a_function_of_the_student_is_shown():
    class Broken(autograd.Function):
        def forward(self, x):
            return x * 2

        def backward(self, dy):
            return dy.no_such_method()

    x = leaf([1.0])
    with autograd.record():
        loss = Broken()(x)
    message = notice(loss)
    assert "no_such_method" in message and "Does loss.backward() work?" in message


def test_nothing_is_written_and_the_tape_stays(line):
    _, loss, w, b = line
    assert (w.grad.asnumpy() == 0).all() and (b.grad.asnumpy() == 0).all()
    again = mxw.step_backward(loss)
    loss.backward()
    assert again.goto("w").contribution.tobytes() == w.grad.asnumpy().tobytes()
