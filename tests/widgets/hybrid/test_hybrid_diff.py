"""hybrid_diff: what it shows in all its forms, and what it says where there is nothing to show."""

import json
import xml.etree.ElementTree as ET

import pytest
from mxlearn_widgets import HybridDiff, Notice, hybrid_diff

import mxlearn as mx
from mxlearn import gluon, nd
from mxlearn.base import ArgumentError
from mxlearn.gluon import nn

from .networks import initialized, lenet, residual, twins

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def diff():
    return hybrid_diff(*twins())


def words_of(document):
    return [element.text for element in ET.fromstring(document).iter(f"{SVG}text")]


# -- text --------------------------------------------------------------------------------------------------------------
def test_the_text_tells_each_pass_the_numbers_and_the_difference():
    x = mx.sym.Variable("x")
    twin = mx.sym.exp(x, name="a") + mx.sym.exp(mx.sym.BlockGrad(x, name="stop"), name="b")
    twin = mx.sym.relu(twin, name="c")
    text = hybrid_diff(twin, {"x": nd.array([1, 2])}).to_text()
    plus = twin._nodes()[-2].name
    assert text.splitlines() == [
        "Symbol 'c', prediction: eager beside hybridized",
        "pass                 operators  what it did",
        "as written           5",
        "drop_identity_nodes  5 → 4      stop gives its input unchanged: it is left out",
        "fold_shapes          4          nothing to do",
        "merge_common         4 → 3      b computes the same as a: it is computed once",
        "fold_constants       3          nothing to do",
        f"fuse_elementwise     3          {plus} → c: one buffer for the chain",
        f"plan_buffers         3          {plus} writes over a, which nobody reads any more",
        f"                                c writes over {plus}, which nobody reads any more",
        "operator calls: 5 eager, 3 hybridized",
        "peak memory of values: 24 B eager, 8 B hybridized; 2 buffers reused, 16 B not allocated",  # a, stop, b beside
        "largest difference: <= 1e-6 of the largest number",
    ]


def test_the_text_is_the_same_every_time():
    assert hybrid_diff(*lenet()).to_text() == hybrid_diff(*lenet()).to_text()


def test_random_operators_are_explained():
    text = hybrid_diff(*lenet(), backward=True).to_text()
    assert "dropout0_fwd draws random numbers. Both runs began from the same random state" in text
    assert "draws random numbers" not in hybrid_diff(*lenet()).to_text()


def test_many_changes_are_counted():
    text = hybrid_diff(*residual(), backward=True).to_text()
    assert "more: only a shape is read" in text and len(text.splitlines()) < 40


def test_its_summary_is_one_line(diff):
    name = diff.compiled.title
    assert repr(diff) == f"<eager beside hybridized: {name}: 16 operator calls become 10>"


# -- picture -----------------------------------------------------------------------------------------------------------
def test_a_small_network_is_drawn_twice_with_its_passes_and_program(diff):
    texts = words_of(diff.to_svg())
    assert "Eager: as it is written" in texts and "Hybridized: as it runs" in texts
    assert texts.count("sigmoid") == 3 and texts.count("Dropout") == 1  # two and one; one and none
    assert "merge_common" in texts and "second computes the same as first: it is computed once" in texts
    assert any(text.startswith("def\u00a0forward(data") for text in texts)


def test_only_on_the_left_a_node_is_struck_out(diff):
    gone = [e.text for e in ET.fromstring(diff.to_svg()).iter(f"{SVG}text") if e.get("text-decoration")]
    assert sorted(gone) == ["Dropout", "_mul_scalar", "_ones", "exp", "reshape_like", "sigmoid"]


def test_a_large_network_is_a_table():
    texts = words_of(hybrid_diff(*residual(), backward=True).to_svg())
    assert "Eager: as it is written" not in texts and "fuse_elementwise" in texts
    assert not any(text.startswith("def") for text in texts)


def test_the_same_numbers_give_the_same_bytes(diff):
    assert diff.to_svg() == diff.to_svg()
    assert len(diff.to_svg()) < 60_000


def test_its_image_is_marked_as_computed_and_needs_no_kernel(diff):
    bundle = diff._repr_mimebundle_()
    assert 'class="mxl-computed"' in bundle["text/html"] and bundle["text/plain"] == diff.to_text()
    assert 'class="mxl-computed"' in diff.freeze()._repr_mimebundle_()["text/html"]


# -- what a reader calls -----------------------------------------------------------------------------------------------
def test_select_says_what_became_of_a_node(diff):
    fate = diff.select("second")
    assert (fate.kind, diff.compiled.nodes[fate.now].short) == ("merged", "first")
    assert diff.selected == diff.compiled.find("second") and diff.part == "forward"
    assert diff.select("dense0_fwd").kind == "same"
    with pytest.raises(ArgumentError, match="there is no node 'secnd'. Did you mean 'second'"):
        diff.select("secnd")


def test_select_goes_to_the_part_of_the_node():
    both = hybrid_diff(*lenet(), backward=True)
    both.select("d_pool1_fwd")
    assert both.part == "backward"
    both.select("pool1_fwd")
    assert both.part == "forward"


def test_after_shows_a_pass_by_name_or_number(diff):
    diff.after("merge_common")
    assert diff.stage == 3
    diff.after(0)
    assert diff.stage == 0
    for wrong in (7, -1, "merge", None):
        with pytest.raises(ArgumentError, match="there is no pass"):
            diff.after(wrong)
    diff.after("plan_buffers")


def test_measure_replaces_the_times(diff):
    before = diff.times
    found = diff.measure()
    assert found is diff.timing and diff.times is not before
    assert diff.times["rounds"] == len(found.eager) and diff.times["where"].startswith("cpu(0), ")


def test_a_wish_of_the_browser_measures_again(diff):
    before = diff.timing
    diff.wish += 1
    assert diff.timing is not before and diff.notice == ""


# -- what the browser gets ---------------------------------------------------------------------------------------------
def test_a_small_network_is_sent_whole(diff):
    wanted = {stage["drawings"][0] for stage in diff.record["stages"]}
    assert {key for key in diff.scenes if key.endswith("|")} == {f"{number}|" for number in wanted}


def test_a_fold_that_was_not_sent_is_drawn_when_it_is_asked_for():
    deep = hybrid_diff(*residual(), backward=True)
    assert len(json.dumps(deep.scenes)) < 64_000
    deep.folded = []
    assert f"{deep.record['stages'][0]['drawings'][0]}|" in deep.scenes
    deep.set_trait_many({"part": "backward", "stage": 3})
    key = f"{deep.record['stages'][3]['drawings'][1]}|"
    assert key in deep.scenes


def test_the_news_of_the_stages_add_up_to_the_fates(diff):
    known = {}
    for stage, fates in zip(diff.record["stages"], diff.compiled.fates, strict=True):
        known.update({number: (kind, now, text) for number, kind, now, text in stage["fates"]})
        for number, fate in fates.items():
            assert known.get(number, ("same", number, "")) == (fate.kind, fate.now, fate.text)


# -- bad input ---------------------------------------------------------------------------------------------------------
class Peeks(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return x * float(x.asnumpy().sum())


class Plain(gluon.Block):
    def forward(self, x):
        return x


class Quarrels(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return x + 1 if F is mx.sym else x + self.gone


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: hybrid_diff(Peeks(), nd.ones(2)), "a Symbol has no values"),
        (lambda: hybrid_diff(Plain(), nd.ones(2)), "Derive it from HybridBlock"),
        (lambda: hybrid_diff(Quarrels(), nd.ones(2)), "running it raised AttributeError"),
        (lambda: hybrid_diff(nn.Dense(3), nd.ones((2, 2))), "Call net.initialize()"),
        (lambda: hybrid_diff(initialized(nn.Dense(3, in_units=4)), nd.ones((2, 2))), "weight"),
        (lambda: hybrid_diff(initialized(nn.Dense(3)), [[1.0]]), "runs on an NDArray"),
        (lambda: hybrid_diff(nd.ones(2), nd.ones(2)), "expected a HybridBlock or a Symbol. Received: NDArray"),
        (lambda: hybrid_diff(mx.sym.Variable("x") + 1, nd.ones(2)), "dict of NDArrays by name"),
        (lambda: hybrid_diff(nn.Dropout(0.5), nd.ones(2), backward=True), "nothing in it wants a gradient"),
        (lambda: hybrid_diff(initialized(nn.Dense(1)), nd.ones((1, 2), ctx=mx.Context("cpu", 1))), "cpu(1)"),
    ],
)
def test_what_a_student_can_get_wrong_gives_a_notice(make, words):
    found = make()
    assert isinstance(found, Notice) and words in found.to_text()


def test_nan_everywhere_is_shown():
    found = hybrid_diff(initialized(nn.Dense(3)), nd.array([[float("nan")] * 2]))
    assert isinstance(found, HybridDiff) and found.difference.nan == 3
    assert "3 numbers are NaN in both" in found.record["difference"]["lines"]


def test_empty_data_is_shown():
    assert isinstance(hybrid_diff(initialized(nn.Dense(3, in_units=2)), nd.ones((0, 2))), (HybridDiff, Notice))


def test_names_are_text():
    evil = "<script>alert(1)</script>"
    found = hybrid_diff(mx.sym.exp(mx.sym.Variable(evil), name="</text>" + evil), {evil: nd.ones(2)})
    assert evil not in found.to_svg() and ET.fromstring(found.to_svg()) is not None
    assert "<script" not in found._repr_mimebundle_()["text/html"]


def test_a_network_that_does_nothing_is_shown():
    x = mx.sym.Variable("x")
    found = hybrid_diff(mx.sym.identity(x, name="copy"), {"x": nd.ones(2)})
    assert found.compiled.calls == (1, 0) and found.select("copy").kind == "dropped"
    assert ET.fromstring(found.to_svg()) is not None


def test_several_inputs_and_outputs():
    class Pair(gluon.HybridBlock):
        def hybrid_forward(self, F, a, b):
            return [F.exp(a) + b, (F.exp(a), b * 2)]

    net = Pair()
    net.hybridize()
    found = hybrid_diff(net, (nd.ones(2), nd.ones(2)))
    assert found.compiled.calls == (4, 3) and found.difference.largest <= 1e-6
