"""Names from a file of a stranger are text wherever they are shown, and never a part of a program or a page."""
import base64
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from mxlearn_widgets import graph
from mxlearn_widgets.lesson import check

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

EVIL = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "'); import os; os.abort(); ('",
    "x\nimport os\nos.abort()\n",
    "</text></svg><svg onload=alert(1)>",
    "&lt;b&gt; &amp; <!-- --> ]]>",
    "{{7*7}} ${7*7} %s %(x)s {x}",
    "\x1b[2J\x1b]0;title\x07 \x00 \x08",
    "\u202egnp.exe \u2028 \ud800",
    "javascript:alert(1)",
]
TAGS = {"svg", "g", "title", "desc", "rect", "path", "text", "tspan", "line", "polygon", "polyline", "circle",
        "ellipse", "defs", "marker", "style", "clipPath", "pattern", "a"}  # fmt: skip


class Page(HTMLParser):
    """Collects the tags and attributes of a piece of HTML."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = set(), {}, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.text += data


def assert_inert_svg(text):
    """Assert that an SVG is well-formed and holds drawing alone: no script, no handler, no link."""
    for element in ElementTree.fromstring(text).iter():
        assert element.tag.rpartition("}")[2] in TAGS, element.tag
        for key, value in element.attrib.items():
            assert not key.lower().startswith("on") and not key.endswith("href"), (key, value)
    assert "<script" not in text.lower()


def assert_inert_html(text, allowed):
    page = Page(text)
    assert page.tags <= set(allowed), page.tags
    assert not [key for key in page.attributes if key.startswith("on")], page.attributes
    return page


def network(name):
    data = mx.sym.Variable(name + "data")
    hidden = mx.sym.FullyConnected(data, num_hidden=3, name=name)
    return data, mx.sym.SoftmaxOutput(mx.sym.Activation(hidden, act_type="relu", name=name + "2"), name=name + "3")


@pytest.mark.parametrize("name", EVIL)
def test_a_plotted_network_is_a_drawing_alone(name):
    data, symbol = network(name)
    plot = mx.viz.plot_network(symbol, title=name, shape={data.name: (2, 5)})
    assert_inert_svg(plot._repr_svg_())
    page = assert_inert_html(plot._repr_html_(), ["img", "div", "figure"])
    source = page.attributes["src"]
    assert source.startswith("data:image/svg+xml;base64,")
    assert_inert_svg(base64.b64decode(source.partition(",")[2]).decode())


@pytest.mark.parametrize("name", EVIL)
def test_summaries_print_names_without_control_characters(name, capsys):
    data, symbol = network(name)
    mx.viz.print_summary(symbol, shape={data.name: (2, 5)})
    net = nn.HybridSequential(prefix=name)
    with net.name_scope():
        net.add(nn.Dense(3, prefix=name))
    net.initialize()
    net.summary(nd.ones((2, 5)))
    printed = capsys.readouterr().out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", printed), "the terminal would obey"


@pytest.mark.parametrize("name", EVIL)
def test_the_check_of_an_exercise_shows_text(name):
    def student(x):
        raise ValueError(name)

    student.__name__ = name
    for feedback in (check(name, 3, 4, hint=name), check(name, name, "other"), check(name, student, [((1,), 2)])):
        page = assert_inert_html(feedback._repr_mimebundle_()["text/html"], ["div", "strong", "br"])
        assert page.attributes["role"] == "status"


@pytest.mark.parametrize("name", EVIL)
def test_a_graph_with_such_names_computes_and_comes_back_from_its_file(name):
    data, symbol = network(name)
    text = symbol.tojson()
    loaded = mx.sym.load_json(text)
    assert loaded.list_arguments() == symbol.list_arguments()
    executor = loaded.simple_bind(mx.cpu(), **{data.name: (2, 5)})
    executor.forward(is_train=True)
    executor.backward()
    assert executor.outputs[0].shape == (2, 3)
    for line in executor.debug_str().splitlines():
        code = line.partition("#")[0]
        assert "import" not in re.findall(r"\b[a-z]+\b", code) and "abort(" not in code, line


@pytest.mark.parametrize("name", EVIL)
def test_a_hybrid_network_with_such_names_trains_and_is_exported(name, tmp_path):
    if "\ud800" in name:
        name = name.replace("\ud800", "")  # no file can hold half a character
    net = nn.HybridSequential(prefix=name)
    with net.name_scope():
        net.add(nn.Dense(3, activation="relu"), nn.BatchNorm())
    net.initialize()
    net.hybridize()
    x = nd.ones((2, 5))
    with autograd.record():
        loss = net(x).sum()
    loss.backward()
    symbol, parameters = net.export(str(tmp_path / "net"))
    again = gluon.SymbolBlock.imports(symbol, ["data"], parameters)
    assert again(x).asnumpy().tolist() == net(x).asnumpy().tolist()
    assert repr(net) and repr(net.collect_params()) and repr(again)


def test_an_attribute_of_a_file_is_no_program():
    symbol = mx.sym.clip(mx.sym.Variable("x"), a_min=0.0, a_max=1.0)
    text = symbol.tojson().replace('"a_max": "1.0"', '"a_max": "__import__(\'os\').abort()"')
    assert "abort" in text
    with pytest.raises(mx.MXNetError, match="clip.*a_max.*expected a number"):
        mx.sym.load_json(text)


@pytest.mark.parametrize("name", EVIL)
def test_the_graph_widget_draws_and_prints_text(name):
    _, symbol = network(name)
    view = graph(symbol)
    assert_inert_svg(view.to_svg())
    shown = view.to_text() + repr(view)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", shown), "the terminal would obey"
    assert_inert_html(view.freeze()._repr_mimebundle_()["text/html"], ["img", "div", "figure", "br", "strong", "pre"])
