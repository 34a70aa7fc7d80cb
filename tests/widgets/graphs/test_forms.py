"""The forms of the graph widget: picture, text, static form, messages."""

import base64
import json
import re
import xml.etree.ElementTree as ET

import mxlearn_widgets as mxw
import numpy as np
import pytest
from mxlearn_widgets.graphs.details import Details, size_text, value_text
from mxlearn_widgets.graphs.folds import FoldTree

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.inspection import OutputView, Source

from .making import Maker, deep_net, dense_net, long_tape

EVIL = '<img src=x onerror="alert(1)">&"\''


def widget(graph):
    return mxw.TapeGraph(graph)


def picture_of(bundle):
    return base64.b64decode(re.search(r'base64,([^"]+)"', bundle["text/html"])[1]).decode()


def test_the_picture_is_a_document_of_its_own_that_asks_for_nothing():
    document = widget(dense_net(2, backward=True)).to_svg()
    root = ET.fromstring(document)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("role") == "img"
    assert "<script" not in document and "href" not in document and "url(http" not in document
    texts = " ".join(t.text for t in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "FullyConnected" in texts and "64×128" in texts and "∂ net" in texts


def test_names_are_text_in_every_form():
    make = Maker()
    x = make.add(EVIL, scope=(EVIL,))
    make.add(EVIL, EVIL, inputs=(x,), scope=(EVIL,), attributes={EVIL: EVIL})
    w = widget(make.graph(EVIL))
    root = ET.fromstring(w.to_svg())
    assert not [e for e in root.iter() if e.tag.endswith("}img")]
    html = w._repr_mimebundle_()["text/html"]
    assert re.fullmatch(r'<img alt="[^"<>]*" src="data:image/svg\+xml;base64,[^"]*" style="[^"]*">', html)


def test_the_bundle_has_the_live_view_and_a_static_form():
    w = widget(dense_net())
    bundle = w._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "application/vnd.jupyter.widget-view+json"}
    assert bundle["text/plain"] == w.to_text()
    assert picture_of(bundle) == w.to_svg()


def test_freezing_drops_the_live_view():
    w = widget(dense_net())
    frozen = w.freeze()
    assert set(frozen._repr_mimebundle_()) == {"text/plain", "text/html"}
    assert frozen.to_svg() == w.to_svg() and frozen.to_text() == w.to_text() and frozen.freeze() is frozen


def test_all_forms_are_equal_for_equal_graphs():
    first, second = widget(dense_net(3)), widget(dense_net(3))
    a, b = first._repr_mimebundle_(), second._repr_mimebundle_()
    assert a["text/html"] == b["text/html"] and a["text/plain"] == b["text/plain"] and repr(first) == repr(second)


def test_repr_is_short_and_has_no_address():
    assert repr(widget(dense_net())) == "<graph of net: 9 nodes, 4 parameters, 3 Blocks>"


def test_the_text_lists_nodes_by_block():
    w = widget(dense_net(1))
    assert w.to_text().splitlines() == [
        "net: 6 nodes, 2 parameters, 2 Blocks",
        "data        variable               (64, 784)",
        "- net",
        "  - dense0",
        "    weight  parameter              (128, 784)",
        "    bias    parameter              (128,)",
        "    fwd     FullyConnected         (64, 128)   <- data, weight, bias",
        "label       variable               (64,)",
        "loss0       softmax_cross_entropy  (1,)        <- fwd, label",
    ]


def test_folding_changes_every_form():
    w = widget(dense_net(1))
    w.fold("net/net_dense0")
    assert "  + dense0  3 nodes folded" in w.to_text()
    assert "3 nodes folded" in w.to_svg()
    w.unfold()
    assert "folded" not in w.to_text()


def test_a_block_is_named_as_on_the_screen_or_in_full():
    for path in ("net/dense0", "net/net_dense0"):
        w = widget(dense_net(1))
        w.fold(path)
        assert "  + dense0  3 nodes folded" in w.to_text()
        w.unfold(path)
        assert "folded" not in w.to_text()


def test_folding_a_block_folds_its_gradients_too():
    w = widget(dense_net(2, backward=True))
    w.unfold()
    w.fold("net/dense0")
    assert "  + dense0" in w.to_text() and "  + ∂ dense0" in w.to_text() and "+ dense1" not in w.to_text()


def test_an_unknown_block_is_named_with_those_there_are():
    with pytest.raises(ArgumentError, match=r"no Block 'net/dens0'.*'net/dense0'.*\n.*net, net/dense0, net/dense1\."):
        widget(dense_net()).fold("net/dens0")


def test_all_fold_states_of_a_small_graph_are_sent_ahead():
    w = widget(dense_net(2))
    assert set(w.layouts) == {"", "0", "1", "2", "1,2"}


def test_a_fold_state_that_was_not_sent_is_laid_out_when_it_is_asked_for():
    w = widget(deep_net(12))
    far = next(key for key in ("3,5,7", "2,4,6,8") if key not in w.layouts)
    w.folded = [int(k) for k in far.split(",")]
    assert far in w.layouts


def test_what_is_sent_at_first_is_bounded():
    w = widget(deep_net(40))
    assert len(json.dumps(w.layouts)) <= 2 * 64_000


def test_a_graph_of_thousands_of_nodes_starts_folded():
    w = widget(long_tape(2000))
    start = w.layouts[w._tree.key(w.folded)]
    assert len(start["items"]) <= 30


def test_each_item_carries_rows_and_value():
    make = Maker()
    x = make.add("x", value=np.array([[1.0, 2.5], [3.0, 4.0]], np.float32), shape=(2, 2))
    make.add("y", "Pooling", inputs=(x,), scope=("net",), attributes={"kernel": "(2, 2)"}, kept=((0, 1500),))
    details = widget(make.graph()).details
    assert details["n0"]["value"] == "[[1.  2.5]\n [3.  4. ]]\n<NDArray 2x2 @cpu(0)>"
    rows = dict(details["n1"]["rows"])
    assert rows["operator"] == "Pooling" and rows["kernel"] == "(2, 2)" and rows["Block"] == "net"
    assert rows["kept memory"] == "1.5 kB for the backward pass" and rows["inputs"] == "x"
    assert rows["dtype"] == "float32 on cpu(0)" and rows["shape"] == "(2, 3)"


def test_a_value_is_that_of_the_time_when_the_graph_was_drawn():
    w = mx.nd.array([1.0, 2.0])
    w.attach_grad()
    with mx.autograd.record():
        y = w * w
    drawn = mxw.tape(y)
    w[:] = 7
    assert drawn._details.of("n0")["value"].startswith("[1. 2.]")


# -- what is sent ------------------------------------------------------------------------------------------------------
def sizes(w):
    return {name: len(json.dumps(getattr(w, name))) for name in ("graph", "items", "details", "layouts", "folded")}


@pytest.mark.parametrize("graph", [deep_net(70), long_tape(950), long_tape(3000)], ids=["Blocks", "tape", "long tape"])
def test_what_a_large_graph_sends_at_first_is_bounded(graph):
    assert sum(sizes(widget(graph)).values()) <= 64_000


def test_what_is_seen_at_first_is_there_without_a_kernel():
    w = widget(dense_net(2, backward=True))
    (key,) = [key for key in w.layouts if key == w._tree.key(w.folded)]
    shown = {item for item, *_ in w.layouts[key]["items"]}
    assert shown <= set(w.items) and shown <= set(w.details)
    assert {f"{w.items[item][0]} {w.items[item][4]:g}" for item in shown} <= set(w.outlines)


def test_details_of_what_was_hidden_come_when_they_are_wanted():
    w = widget(long_tape(950))
    assert "n300" not in w.details
    w.wanted = "n300"
    assert dict(w.details["n300"]["rows"])["name"] == "step300" and "n310" in w.details
    assert sizes(w)["details"] <= 32_000


@pytest.mark.parametrize("key", ["", "n", "n99999", "g-1", "x1", "n1e3", "nan"])
def test_a_wish_that_makes_no_sense_is_ignored(key):
    w = widget(long_tape(100))
    before = w.details
    w.wanted = key
    assert w.details == before


def test_a_search_finds_nodes_in_folded_blocks_and_says_where():
    w = widget(deep_net(12))
    w.query = "block7_conv3"
    query, found = w.hits
    assert query == "block7_conv3" and len(found) == 2  # the convolution, and its weight
    for key, groups in found:
        assert "block7_conv3" in w._view.nodes[int(key[1:])].name
        assert [w._tree.groups[g].short for g in groups] == ["resnet", "resnet/block7"]
    w.query = ""
    assert w.hits == ["", []]


def test_folds_that_make_no_sense_do_not_break_the_widget():
    w = widget(dense_net())
    w.folded = [99, -3]
    assert "folded" not in w.to_text()


# -- lines of code -----------------------------------------------------------------------------------------------------
def test_text_may_have_the_line_that_made_each_node():
    mx.inspection.trace_source()  # another test may have switched it off
    slope = mx.nd.array([2.0])
    slope.attach_grad()
    with mx.autograd.record():
        squared = slope * slope
    rows = mxw.tape(squared).to_text(lines=True).splitlines()
    assert rows[1] == "slope    variable      (1,)"
    assert re.fullmatch(
        r"squared  elemwise_mul  \(1,\)  <- slope, slope  # test_forms.py, line \d+: squared = slope \* slope", rows[2]
    )


def test_a_node_that_came_without_a_line_has_none():
    assert "#" not in widget(dense_net()).to_text(lines=True)
    assert widget(dense_net()).details["n0"]["source"] is None


def test_a_line_of_a_cell_bears_its_number(monkeypatch):
    class Shell:
        class compile:
            @staticmethod
            def format_code_name(name):
                return ("Cell", "In[7]") if name == "cell_7.py" else None

    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: Shell)
    make = Maker()
    make.add("x", "relu", source=Source("cell_7.py", 3, "y = x.relu()"))
    make.add("z", "relu", source=Source("/home/me/train.py", 9, EVIL))
    details = Details(make.graph(), FoldTree(make.graph()))
    assert details.of("n0")["source"] == {"place": "In[7]", "prompt": 7, "line": 3, "text": "y = x.relu()"}
    assert details.of("n1")["source"] == {"place": "train.py", "prompt": 0, "line": 9, "text": EVIL}


def test_gradients_of_a_live_tape_show_their_values():
    w = mx.nd.array([1.0, 2.0])
    w.attach_grad()
    with mx.autograd.record():
        loss = (w * w).sum()
    drawn = mxw.tape(loss, backward=True)
    (key,) = [f"n{node.id}" for node in drawn._view.nodes if node.name == "w_grad"]
    assert drawn.details[key]["value"].startswith("[2. 4.]")


def test_an_executor_is_drawn():
    executor = (mx.sym.var("x") * 2).simple_bind(mx.cpu(), x=(2,))
    assert mxw.tape(executor).to_text().startswith("Executor of Symbol")


def test_a_large_value_is_summed_up():
    value = np.arange(100, dtype=np.float32)
    assert value_text(OutputView((100,), value=value)) == "min 0   mean 49.5   max 99\n100 numbers"


def test_numbers_that_are_not_finite_are_pointed_out():
    value = np.arange(100, dtype=np.float32)
    value[3], value[4] = np.nan, np.inf
    assert "NOT FINITE: 1 NaN, 1 infinite" in value_text(OutputView((100,), value=value))


def test_a_value_of_no_elements_is_printed():
    assert value_text(OutputView((0, 3), value=np.zeros((0, 3)))) == "[]\n<NDArray 0x3 @cpu(0)>"


@pytest.mark.parametrize(("nbytes", "expected"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_300_000, "2.3 MB")])
def test_sizes_have_units_of_thousands(nbytes, expected):
    assert size_text(nbytes) == expected


@pytest.mark.parametrize("thing", [3, None, mx.nd.ones((2, 3)), "net"])
def test_what_has_no_graph_gives_a_notice_and_no_error(thing):
    notice = mxw.graph(thing)
    assert isinstance(notice, mxw.Notice) and notice.to_text().startswith("graph:")


def test_arrays_bear_the_names_that_they_have_where_graph_is_called():
    slope = mx.nd.array([2.0])
    slope.attach_grad()
    with mx.autograd.record():
        squared = slope * slope
    assert mxw.graph(squared).to_text().splitlines() == [
        "Tape of squared, shape (1,): 2 nodes",
        "slope    variable      (1,)",
        "squared  elemwise_mul  (1,)  <- slope, slope",
    ]


def test_a_notice_stands_in_for_a_graph_and_escapes_what_it_says():
    notice = mxw.Notice(f"graph: {EVIL}\n  Do that.")
    html = notice._repr_mimebundle_()["text/html"]
    assert 'role="alert"' in html and "<img" not in html and "&lt;img" in html and "<br>" in html
    ET.fromstring(notice.to_svg())
    assert repr(notice).startswith("<no widget: graph:")
