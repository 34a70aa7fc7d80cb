"""Graphs made by hand, for tests of what is drawn from them."""

from mxlearn.inspection import Graph, NodeView, OutputView


class Maker:
    """Collects nodes; ``add`` returns the new node's id."""

    def __init__(self):
        self.nodes: list[NodeView] = []

    def add(self, name, op="null", *, kind=None, inputs=(), shape=(2, 3), scope=(), value=None, **more) -> int:
        kind = kind or ("variable" if op == "null" else "operator")
        output = OutputView(shape, "float32", "cpu(0)", None, value)
        entries = tuple(i if isinstance(i, tuple) else (i, 0) for i in inputs)
        self.nodes.append(NodeView(len(self.nodes), name, op, kind, entries, (output,), tuple(scope), **more))
        return len(self.nodes) - 1

    def graph(self, title="a graph", *, head=None, backward=False) -> Graph:
        heads = ((len(self.nodes) - 1 if head is None else head, 0),) if self.nodes else ()
        return Graph(title, "tape", tuple(self.nodes), heads, backward)


def dense_net(layers: int = 2, *, backward: bool = False) -> Graph:
    """Return ``data -> net/dense0 -> net/dense1 ... -> loss``, with the gradients of weights and biases if asked."""
    make = Maker()
    hidden = make.add("data", shape=(64, 784))
    steps = []
    for k in range(layers):
        scope = ("net", f"net_dense{k}")
        weight = make.add(f"net_dense{k}_weight", kind="parameter", shape=(128, 784), scope=scope)
        bias = make.add(f"net_dense{k}_bias", kind="parameter", shape=(128,), scope=scope)
        source = hidden
        hidden = make.add(
            f"net_dense{k}_fwd", "FullyConnected", inputs=(hidden, weight, bias), shape=(64, 128), scope=scope
        )
        steps.append((hidden, source, weight, scope))
    label = make.add("label", shape=(64,))
    loss = make.add("loss0", "softmax_cross_entropy", kind="loss", inputs=(hidden, label), shape=(1,))
    if not backward:
        return make.graph("net", head=loss)
    g = make.add("head_grad", "ones_like", kind="gradient", inputs=(loss,), shape=(1,), differentiates=loss)
    g = make.add("loss0_back", "mul", kind="gradient", inputs=(g, hidden), shape=(64, 128), differentiates=loss)
    for forward, source, weight, scope in reversed(steps):
        name = scope[1]
        same = {"kind": "gradient", "scope": scope, "differentiates": forward}
        make.add(f"{name}_weight_grad", "dot", inputs=(g, source), shape=(128, 784), **same)
        make.add(f"{name}_bias_grad", "sum", inputs=(g,), shape=(128,), **same)
        g = make.add(f"{name}_data_grad", "dot", inputs=(g, weight), shape=(64, 784), **same)
    return make.graph("net", head=loss, backward=True)


def deep_net(blocks: int, layers: int = 6) -> Graph:
    """Return a chain of residual Blocks, 2 * layers + 1 nodes each."""
    make = Maker()
    hidden = make.add("data", shape=(1, 64, 56, 56))
    for b in range(blocks):
        scope = ("resnet", f"resnet_block{b}")
        start = hidden
        for k in range(layers):
            weight = make.add(f"{scope[1]}_conv{k}_weight", kind="parameter", shape=(64, 64, 3, 3), scope=scope)
            hidden = make.add(f"{scope[1]}_conv{k}", "Convolution", inputs=(hidden, weight), scope=scope)
        hidden = make.add(f"{scope[1]}_plus", "elemwise_add", inputs=(hidden, start), scope=scope)
    return make.graph("resnet")


def long_tape(count: int) -> Graph:
    """Return a tape of ``count`` nodes without any Block; some nodes read one from five steps before."""
    make = Maker()
    previous = make.add("x")
    for k in range(1, count):
        make.add(f"step{k}", "add", inputs=(previous, k - 5) if k > 5 else (previous,))
        previous = k
    return make.graph("tape")
