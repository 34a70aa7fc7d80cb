"""plot_network: a symbol as a picture, drawn here: no Graphviz program is needed."""
import os
from html import escape
from math import ceil

from .. import layout
from ..base import ArgumentError, atomic_write, printable
from ..core.attributes import split_tuple
from ..drawing import image, theme
from ..drawing.theme import number as n
from .reading import Layer, read_layers

__all__ = ["NetworkPlot", "plot_network"]

# Okabe and Ito's colors, lightened, by family of operators; each box names its operator, so color is never alone.
_COLORS = {
    "data": "#E8EBEF",
    "parameter": "#F7E3B5",
    "dense": "#F6C9B0",
    "convolution": "#F2B8A0",
    "activation": "#BFE3D5",
    "pooling": "#BBDCF3",
    "normalization": "#DCCDEB",
    "loss": "#F5E98F",
    "other": "#FFFFFF",
}
_FAMILIES = {
    "FullyConnected": "dense",
    "Embedding": "dense",
    "Convolution": "convolution",
    "Deconvolution": "convolution",
    "Activation": "activation",
    "LeakyReLU": "activation",
    "softmax": "activation",
    "log_softmax": "activation",
    "SoftmaxActivation": "activation",
    "Pooling": "pooling",
    "UpSampling": "pooling",
    "BatchNorm": "normalization",
    "LayerNorm": "normalization",
    "InstanceNorm": "normalization",
    "Dropout": "normalization",
    "LRN": "normalization",
    "L2Normalization": "normalization",
    "SoftmaxOutput": "loss",
    "LinearRegressionOutput": "loss",
    "LogisticRegressionOutput": "loss",
    "MAERegressionOutput": "loss",
    "MakeLoss": "loss",
    "make_loss": "loss",
}
_MARGIN, _PAD = 16.0, 12.0  # pixels
_TITLE, _SMALL, _ROW = 13.0, 11.0, 16.0  # font sizes and line distance, pixels
_LONGEST = 30  # characters of a name that are shown


def _text(text: str) -> str:
    """Return a name as the text of an SVG or HTML element: names may come from the file of a stranger."""
    return escape(printable(text), quote=True)


class NetworkPlot:
    """The picture of a network.

    A notebook shows it by itself; ``svg`` is the picture as text, ``source`` the graph in Graphviz' DOT language.

    Attributes
    ----------
    title : str
    svg : str
    source : str
    """

    def __init__(self, title: str, svg: str, source: str, description: str):
        self.title = title
        self.svg = svg
        self.source = source
        self._description = description

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        """Return an image that carries the picture in itself: it shows in an untrusted notebook too, and offline."""
        return image(self.svg, printable(self._description))

    def __repr__(self) -> str:
        return f"NetworkPlot({printable(self._description)})"

    def save(self, filename=None) -> str:
        """Write the picture (for a name that ends in .svg) or the DOT source, and return the path.

        Parameters
        ----------
        filename : str, default ``TITLE.gv``, the DOT source
        """
        path = os.fspath(filename) if filename is not None else f"{self.title}.gv"
        with atomic_write(path, "w") as file:
            file.write(self.svg if path.endswith(".svg") else self.source)
        return path

    def render(self, filename=None, directory=None, view: bool = False, cleanup: bool = False, format=None) -> str:
        """Write the picture as SVG and return the path.

        Parameters
        ----------
        filename : str, default ``TITLE.svg``; ".svg" is added where it is missing
        directory : str, the folder
        format : "svg" or None, the only format that needs no other program
        view, cleanup : as in Graphviz' interface, and without effect
        """
        if format not in (None, "svg"):
            raise ArgumentError(
                f"plot_network: the picture is SVG. Received: format={format!r}\n"
                "  Save the DOT source with save('plot.gv') and convert it with Graphviz, or convert the SVG."
            )
        path = os.fspath(filename) if filename is not None else self.title
        path = path if path.endswith(".svg") else f"{path}.svg"
        return self.save(os.path.join(directory, path) if directory is not None else path)


def plot_network(
    symbol, title: str = "plot", save_format: str = "pdf", shape=None, dtype=None, node_attrs=None,
    hide_weights: bool = True,
) -> NetworkPlot:
    """Draw a symbol: a box for each operator, from the data at the top to the outputs at the bottom.

    Parameters
    ----------
    symbol : Symbol
    title : str, the name of files that are saved
    save_format : as in MXNet, and without effect: the picture is SVG
    shape : dict of input name to shape; where it is given, the shapes of all results are shown beside the lines
    dtype : as in MXNet, and without effect
    node_attrs : dict; "fillcolor" is the color of all boxes
    hide_weights : bool, leave parameters and moving averages out

    Returns
    -------
    NetworkPlot, which a notebook shows as a picture

    Examples
    --------
    >>> import mxlearn as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc")
    >>> mx.viz.plot_network(net, shape={"data": (1, 4)})
    NetworkPlot(plot: 2 nodes; data, fc: FullyConnected 10)

    References: MXNet 1.9.1 function mxnet.visualization.plot_network.
    """
    layers, _ = read_layers(symbol, shape, "plot_network")
    shown = [i for i, layer in enumerate(layers) if not (hide_weights and layer.is_parameter)]
    texts = {i: _texts(layers[i]) for i in shown}
    edges = [(k, i) for i in shown for k in dict.fromkeys(layers[i].inputs) if k in texts]
    fill = (node_attrs or {}).get("fillcolor")
    names = ", ".join(_spoken(layers[i]) for i in shown)
    description = f"{title}: {len(shown)} nodes; {names}"
    svg = _svg(title, description, layers, shown, texts, edges, fill, with_shapes=shape is not None)
    return NetworkPlot(title, svg, _dot(title, layers, shown, texts, edges, with_shapes=shape is not None), description)


def _spoken(layer: Layer) -> str:
    return layer.name if layer.op == "null" else " ".join((f"{layer.name}: {layer.op}", *_details(layer)))


def _texts(layer: Layer) -> list[str]:
    """Return the lines of a box: the operator (or the variable), its details, and its name."""
    name = layer.name
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 :]}"
    if layer.op == "null":
        return [name]
    return [layer.op, *_details(layer), name]


def _details(layer: Layer) -> tuple[str, ...]:
    """Return what distinguishes one operator of its kind from another, in a few characters."""
    attrs = layer.attrs
    if layer.op in ("Convolution", "Deconvolution"):
        return (f"{_by(attrs.get('kernel'))}/{_by(attrs.get('stride')) or '1'}, {attrs.get('num_filter', '?')}",)
    if layer.op == "FullyConnected":
        return (attrs.get("num_hidden", "?"),)
    if layer.op == "Embedding":
        return (f"{attrs.get('input_dim', '?')} to {attrs.get('output_dim', '?')}",)
    if layer.op in ("Activation", "LeakyReLU"):
        return (attrs.get("act_type", "leaky" if layer.op == "LeakyReLU" else "?"),)
    if layer.op == "Pooling":
        kind = attrs.get("pool_type", "max")
        if attrs.get("global_pool", "False") in ("True", "1"):
            return (f"{kind}, global",)
        return (f"{kind}, {_by(attrs.get('kernel'))}/{_by(attrs.get('stride')) or '1'}",)
    if layer.op == "Dropout":
        return (f"p = {attrs.get('p', '0.5')}",)
    if "scalar" in attrs:
        return (attrs["scalar"],)
    return ()


def _by(text: str | None) -> str:
    """Return "5x5" for "(5, 5)"."""
    items = split_tuple(text) if text else None
    return "x".join(items) if items else ""


def _family(layer: Layer) -> str:
    if layer.op == "null":
        return "parameter" if layer.is_parameter else "data"
    return _FAMILIES.get(layer.op, "other")


def _svg(title, description, layers, shown, texts, edges, fill, with_shapes: bool) -> str:
    place_of = {i: p for p, i in enumerate(shown)}
    boxes = [_box(texts[i]) for i in shown]
    links = [
        layout.Link(place_of[a], place_of[b], weight=0.1 if layers[a].is_parameter else 1.0) for a, b in edges
    ]
    placed = layout.place(boxes, links, gap_y=40.0 if with_shapes else 26.0)
    labels = _labels(layers, shown, edges, placed) if with_shapes else []
    width = max([placed.width, *[x + theme.text_width(text, _SMALL) for x, _, _, text in labels]]) + 2 * _MARGIN
    height = placed.height + 2 * _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(width)}" height="{n(height)}" '
        f'viewBox="0 0 {n(width)} {n(height)}" role="img" font-family="{escape(theme.FONT)}" text-anchor="middle">',
        f"<title>{_text(title)}</title><desc>{_text(description)}</desc>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0.6L8 4L0 7.4Z" fill="{theme.LINE}"/></marker></defs>',
        f'<rect width="{n(width)}" height="{n(height)}" fill="#FFFFFF"/>',
        f'<g transform="translate({n(_MARGIN)} {n(_MARGIN)})">',
    ]
    for points in placed.routes:
        parts.append(
            f'<path d="{_curve(points)}" fill="none" stroke="{theme.LINE}" stroke-width="1.4" '
            'marker-end="url(#arrow)"/>'
        )
    for i, box, x, y in zip(shown, boxes, placed.x, placed.y, strict=True):
        parts.append(_drawn(layers[i], texts[i], box, x, y, fill or _COLORS[_family(layers[i])]))
    for x, y, anchor, text in labels:
        parts.append(
            f'<text x="{n(x)}" y="{n(y)}" font-size="{n(_SMALL)}" fill="{theme.MUTED}" text-anchor="{anchor}" '
            f'stroke="#FFFFFF" stroke-width="3" paint-order="stroke">{_text(text)}</text>'
        )
    return "".join([*parts, "</g></svg>"])


def _box(lines: list[str]) -> layout.Box:
    text = max(theme.text_width(lines[0], _TITLE, bold=True), *[theme.text_width(line, _SMALL) for line in lines])
    return layout.Box(max(96.0, 8.0 * ceil((text + 2 * _PAD) / 8)), _ROW * len(lines) + 12.0)


def _drawn(layer: Layer, lines: list[str], box, x: float, y: float, color: str) -> str:
    radius = box.height / 2 if layer.op == "null" else 6.0
    left, top = x - box.width / 2, y - box.height / 2
    shape = "" if layer.shape is None else f", shape {layer.shape}"
    parts = [
        f"<g><title>{_text(f'{layer.name}: {layer.op}{shape}' if layer.op != 'null' else layer.name + shape)}</title>"
        f'<rect x="{n(left)}" y="{n(top)}" width="{n(box.width)}" height="{n(box.height)}" rx="{n(radius)}" '
        f'fill="{escape(color, quote=True)}" stroke="{theme.GRAY}" stroke-width="1.2"/>'
    ]
    for number, line in enumerate(lines):
        first = number == 0
        style = f'font-size="{n(_TITLE)}" font-weight="600" fill="{theme.INK}"' if first else (
            f'font-size="{n(_SMALL)}" fill="{theme.INK if number < len(lines) - 1 else theme.MUTED}"'
        )
        baseline = top + 6.0 + _ROW * number + 12.0
        parts.append(f'<text x="{n(x)}" y="{n(baseline)}" {style}>{_text(line)}</text>')
    return "".join([*parts, "</g>"])


def _labels(layers, shown, edges, placed) -> list[tuple[float, float, str, str]]:
    """Return (x, y, anchor, text) of the shapes: one for each box with users, on the side where no line bends to."""
    leaving: dict[int, list] = {}
    for (source, _), points in zip(edges, placed.routes, strict=True):
        leaving.setdefault(source, []).append(points)
    found = []
    for source, routes in leaving.items():
        text = _size(layers[source])
        if not text:
            continue
        x, y = routes[0][0]
        bends = [route[-1][0] - x for route in routes]
        to_left, to_right = min(bends) < -1, max(bends) > 1
        if to_left and to_right:
            found.append((x, y + 29.0, "middle", text))
        elif to_right:
            found.append((x - 7.0, y + 17.0, "end", text))
        else:
            found.append((x + 7.0, y + 17.0, "start", text))
    return found


def _size(layer: Layer) -> str:
    """Return a shape without the batch axis, as MXNet's pictures show it; a parameter's as a whole; "" for none."""
    shape = layer.shape or ()
    return "×".join(str(n) for n in (shape if layer.is_parameter else shape[1:]))


def _curve(points) -> str:
    """Return a path that leaves and enters vertically."""
    (x, y), *rest = points
    parts = [f"M{n(x)} {n(y)}"]
    for to_x, to_y in rest:
        if abs(to_x - x) < 0.05:
            parts.append(f"V{n(to_y)}")
        else:
            middle = (y + to_y) / 2
            parts.append(f"C{n(x)} {n(middle)} {n(to_x)} {n(middle)} {n(to_x)} {n(to_y)}")
        x, y = to_x, to_y
    return "".join(parts)


def _dot(title, layers, shown, texts, edges, with_shapes: bool) -> str:
    """Return the graph in Graphviz' DOT language."""
    lines = [f"digraph {_quoted(title)} {{", "  node [shape=box, style=filled, fixedsize=false]"]
    for i in shown:
        label = "\\n".join(_escaped(line) for line in texts[i])
        shape = ", shape=oval" if layers[i].op == "null" else ""
        lines.append(f'  {_quoted(layers[i].name)} [label="{label}", fillcolor="{_COLORS[_family(layers[i])]}"{shape}]')
    for a, b in edges:
        label = f" [label={_quoted(_size(layers[a]))}]" if with_shapes and _size(layers[a]) else ""
        lines.append(f"  {_quoted(layers[a].name)} -> {_quoted(layers[b].name)}{label}")
    return "\n".join([*lines, "}"]) + "\n"


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'
