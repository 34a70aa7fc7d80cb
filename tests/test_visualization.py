"""Networks as tables and as pictures."""
import base64
import re
import xml.etree.ElementTree as ET

import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError


def lenet():
    data = mx.sym.Variable("data")
    net = mx.sym.Convolution(data, kernel=(5, 5), num_filter=20, name="conv")
    net = mx.sym.BatchNorm(net, name="bn")
    net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2), name="pool")
    net = mx.sym.FullyConnected(mx.sym.Flatten(net, name="flat"), num_hidden=10, name="fc")
    return mx.sym.SoftmaxOutput(net, name="softmax")


# line for line what the real MXNet 1.9.1 prints
TABLE = """\
________________________________________________________________________________
Layer (type)                       Output Shape    Param # Previous Layer       
================================================================================
data(null)                         1x28x28         0                            
________________________________________________________________________________
conv(Convolution)                  20x24x24        520     data                 
________________________________________________________________________________
bn(BatchNorm)                      20x24x24        40      conv                 
________________________________________________________________________________
pool(Pooling)                      20x12x12        0       bn                   
________________________________________________________________________________
flat(Flatten)                      2880            0       pool                 
________________________________________________________________________________
fc(FullyConnected)                 10              28810   flat                 
________________________________________________________________________________
softmax(SoftmaxOutput)             10              0       fc                   
================================================================================
Total params: 29370
________________________________________________________________________________
"""


def test_summary_is_the_table_of_mxnet(capsys):
    mx.viz.print_summary(lenet(), shape={"data": (64, 1, 28, 28)}, line_length=80)
    assert capsys.readouterr().out == TABLE


def test_summary_lists_all_layers_before_and_cuts_long_names(capsys):
    data = mx.sym.Variable("data")
    one = mx.sym.FullyConnected(data, num_hidden=3, name="one")
    two = mx.sym.FullyConnected(data, num_hidden=3, name="a_name_that_is_longer_than_its_column")
    mx.viz.print_summary(one + two, shape={"data": (1, 2)}, line_length=60, positions=(20, 35, 45, 60))
    lines = capsys.readouterr().out.splitlines()
    assert lines[7] == "a_name_that_is_longe3              9         data           "
    assert lines[9].endswith("one            ")
    assert lines[10] == " " * 45 + "a_name_that_is_"


def test_summary_counts_the_parameters_of_every_operator(capsys):
    data = mx.sym.Variable("data")
    net = mx.sym.LayerNorm(mx.sym.Deconvolution(data, kernel=(3, 3), num_filter=4, name="up"), name="norm")
    mx.viz.print_summary(net, shape={"data": (1, 2, 8, 8)})
    out = capsys.readouterr().out
    assert "Total params: 92" in out                         # 2*4*3*3 weights, and gamma and beta of 10 columns


def test_summary_without_shapes_does_not_guess(capsys):
    mx.viz.print_summary(lenet())
    assert "Total params: ?" in capsys.readouterr().out


def test_summary_of_shared_weights_counts_what_each_layer_reads(capsys):
    weight = mx.sym.Variable("w_weight")
    net = mx.sym.Variable("data")
    for name in ("a", "b"):
        net = mx.sym.FullyConnected(net, weight, num_hidden=2, no_bias=True, name=name)
    mx.viz.print_summary(net, shape={"data": (1, 2)})
    assert "Total params: 8" in capsys.readouterr().out      # as MXNet


@pytest.mark.parametrize("function", [mx.viz.print_summary, mx.viz.plot_network])
def test_wrong_arguments(function):
    with pytest.raises(ArgumentError, match="expected a Symbol. Received: int"):
        function(1)
    with pytest.raises(MXNetError, match="'dat'"):
        function(lenet(), shape={"dat": (1, 1, 28, 28)})


# -- pictures ----------------------------------------------------------------------------------------------------------
SVG = "{http://www.w3.org/2000/svg}"


def drawn(plot):
    """Return the texts and the number of lines of a picture."""
    tree = ET.fromstring(plot.svg)
    texts = [node.text for node in tree.iter(f"{SVG}text")]
    return texts, len([path for path in tree.iter(f"{SVG}path") if path.get("marker-end")])


def test_plot_shows_operators_details_names_and_shapes():
    texts, lines = drawn(mx.viz.plot_network(lenet(), shape={"data": (1, 1, 28, 28)}))
    assert {"data", "Convolution", "5x5/1, 20", "conv", "max, 2x2/2x2", "FullyConnected", "10"} <= set(texts)
    assert "softmax_label" in texts
    assert {"1×28×28", "20×24×24", "20×12×12", "2880"} <= set(texts)
    assert not any("weight" in text for text in texts)
    assert lines == 7                                        # six along the net, and the label


def test_plot_with_weights():
    texts, lines = drawn(mx.viz.plot_network(lenet(), hide_weights=False))
    assert {"conv_weight", "conv_bias", "bn_gamma", "bn_moving_var", "fc_weight"} <= set(texts)
    assert lines == 7 + 8


def test_plot_boxes_do_not_overlap():
    tree = ET.fromstring(mx.viz.plot_network(lenet(), hide_weights=False).svg)
    boxes = [[float(r.get(k)) for k in ("x", "y", "width", "height")] for r in tree.iter(f"{SVG}rect") if r.get("rx")]
    assert len(boxes) == 16
    for i, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:i]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_plot_is_the_same_each_time():
    assert mx.viz.plot_network(lenet()).svg == mx.viz.plot_network(lenet()).svg


def test_plot_in_a_notebook_is_an_image_that_needs_nothing_else():
    plot = mx.viz.plot_network(lenet())
    html = plot._repr_html_()
    found = re.fullmatch(r'<img alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)" style="max-width:100%">', html)
    assert "8 nodes" in found[1]
    assert base64.b64decode(found[2]).decode() == plot.svg == plot._repr_svg_()
    assert "http" not in plot.svg.replace("http://www.w3.org/2000/svg", "")


def test_names_cannot_become_markup():
    net = mx.sym.FullyConnected(mx.sym.Variable("<script>x"), num_hidden=1, name='a"&<b>')
    plot = mx.viz.plot_network(net, node_attrs={"fillcolor": '"><script>'})
    assert "<script" not in plot.svg
    assert ET.fromstring(plot.svg) is not None
    assert '"a\\"&<b>"' in plot.source


def test_plot_is_written_as_svg_and_as_dot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plot = mx.viz.plot_network(lenet(), title="lenet")
    assert plot.render() == "lenet.svg"
    assert (tmp_path / "lenet.svg").read_text() == plot.svg
    assert plot.render("own", directory=tmp_path) == str(tmp_path / "own.svg")
    assert plot.save() == "lenet.gv"
    assert (tmp_path / "lenet.gv").read_text() == plot.source
    with pytest.raises(ArgumentError, match="picture is SVG"):
        plot.render(format="pdf")


def test_dot_source():
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    assert mx.viz.plot_network(net, shape={"data": (1, 2)}).source == (
        'digraph "plot" {\n'
        "  node [shape=box, style=filled, fixedsize=false]\n"
        '  "data" [label="data", fillcolor="#E8EBEF", shape=oval]\n'
        '  "fc" [label="FullyConnected\\n3\\nfc", fillcolor="#F6C9B0"]\n'
        '  "data" -> "fc" [label="2"]\n'
        "}\n"
    )


def test_a_net_of_gluon_is_plotted_through_its_symbol():
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(4, activation="relu"), mx.gluon.nn.Dropout(0.5), mx.gluon.nn.Dense(2))
    texts, lines = drawn(mx.viz.plot_network(net(mx.sym.Variable("data"))))
    assert {"FullyConnected", "relu", "p = 0.5"} <= set(texts)
    assert lines == 4
