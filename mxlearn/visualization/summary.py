"""print_summary: the layers of a symbol as a table."""
from ..base import printable
from .reading import Layer, read_layers

__all__ = ["print_summary"]

_HEADER = ("Layer (type)", "Output Shape", "Param #", "Previous Layer")


def print_summary(symbol, shape=None, line_length: int = 120, positions=(0.44, 0.64, 0.74, 1.0)) -> None:
    """Print a table of a symbol's layers: output shape, number of learned parameters, and the layers before.

    Parameters
    ----------
    symbol : Symbol
    shape : dict of input name to shape (with the batch axis, which the table leaves out)
    line_length : int, characters in a line
    positions : where the four columns end, in characters, or as parts of a line where they are at most 1

    Notes
    -----
    Parameters are counted from the shapes of the variables that a layer reads, for every operator; where a shape is not
    known, the table says "?". (MXNet 1.9.1 computes them for four operators only, and too small without shapes.)

    Examples
    --------
    >>> import mxlearn as mx
    >>> net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10, name="fc")
    >>> mx.viz.print_summary(net, shape={"data": (1, 4)}, line_length=60)
    ____________________________________________________________
    Layer (type)              Output ShapeParam Previous Layer  
    ============================================================
    data(null)                4           0                     
    ____________________________________________________________
    fc(FullyConnected)        10          50    data            
    ============================================================
    Total params: 50
    ____________________________________________________________

    References: MXNet 1.9.1 function mxnet.visualization.print_summary.
    """
    layers, _ = read_layers(symbol, shape, "print_summary")
    ends = [int(line_length * p) if positions[-1] <= 1 else int(p) for p in positions]
    shown = [i for i, layer in enumerate(layers) if _is_shown(i, layer, shape)]
    print("_" * line_length)
    _print_row(_HEADER, ends)
    print("=" * line_length)
    counts = []
    for i in shown:
        layer = layers[i]
        before = [layers[k].name for k in layer.inputs if k in shown] or [""]
        size = "x".join(str(n) for n in layer.shape[1:]) if layer.shape else ""
        counts.append(layer.parameters)
        _print_row((f"{layer.name}({layer.op})", size, _number(layer.parameters), before[0]), ends)
        for name in before[1:]:
            _print_row(("", "", "", name), ends)
        print(("=" if i == shown[-1] else "_") * line_length)
    total = None if None in counts else sum(counts)
    print(f"Total params: {_number(total)}")
    print("_" * line_length)


def _is_shown(position: int, layer: Layer, shape) -> bool:
    """Operators are shown, and variables that are data: the first node, and those whose shape is given."""
    return layer.op != "null" or position == 0 or layer.name in (shape or ())


def _number(count: int | None) -> str:
    return "?" if count is None else str(count)


def _print_row(fields, ends) -> None:
    line = ""
    for text, end in zip(fields, ends, strict=True):
        line = (line + printable(text))[:end].ljust(end)
    print(line)
