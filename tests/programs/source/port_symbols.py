"""Symbols looked at from all sides."""

import warnings

import mxnet as mx
from mxnet import nd, sym

warnings.simplefilter("ignore")
A = nd.arange(12).reshape((3, 4))


def show(expression):
    """Print a value, or that there is none."""
    with mx.name.NameManager():
        try:
            print(expression())
        except Exception:
            print("refused")


show(lambda: repr(sym.var("x")))
show(lambda: repr(sym.Variable("x") + 1))
show(lambda: repr(sym.FullyConnected(sym.var("d"), num_hidden=2).list_arguments()))
show(lambda: repr(sym.var("x").infer_shape(x=(1,))))
show(lambda: repr((sym.var("a") * sym.var("b")).infer_shape(a=(2,))))
show(lambda: repr(sym.Group([sym.var("a"), sym.var("b")])))
show(lambda: repr(sym.var("a").list_outputs()))
show(lambda: repr(sym.foo))
show(lambda: repr(sym.zeros((2,)).eval()[0]))
show(lambda: repr((sym.var("a") + 2).eval(a=nd.ones(2))))
show(lambda: repr(sym.var("a").attr("x")))
show(lambda: repr(sym.var("a").get_internals()))
show(lambda: repr(sym.concat(sym.var("a"), sym.var("b")).name))
show(lambda: repr(sym.ones((2, 3)).infer_shape()))
show(lambda: repr(sym.var("a").name))
show(lambda: repr(len(sym.split(sym.var("a"), num_outputs=2))))
show(lambda: repr(bool(sym.var("a"))))
show(lambda: repr(sym.var("a").tojson()[:20]))
show(lambda: repr(sym.var("a") == sym.var("b")))
show(lambda: repr(sym.dot(sym.var("a"), sym.var("b")).debug_str()[:60]))
show(lambda: repr(sym.var("a", shape=(2,)).list_attr()))
