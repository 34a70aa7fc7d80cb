"""What every dtype does: results, promotion, truncation, wrapping, creation, casts."""

import numpy as np

from ..harness import Cases, integers, normal, uniform

CASES = Cases()
op = CASES.op

_signed = np.array([-7, 7, -7, 7, 3, 0], dtype="int32")
_divisor = np.array([2, -2, -2, 2, 5, 4], dtype="int32")
for _type in ("int8", "int32", "int64"):
    op(f"{_type}/x div y", "", _signed.astype(_type), _divisor.astype(_type), call=lambda mx, x, y: x / y, grad=False)
    op(f"{_type}/x mod y", "", _signed.astype(_type), _divisor.astype(_type), call=lambda mx, x, y: x % y, grad=False)
    op(f"{_type}/x times y", "", _signed.astype(_type), _divisor.astype(_type), call=lambda mx, x, y: x * y, grad=False)
SCALAR = {
    "x + 0.7": lambda mx, x: x + 0.7,
    "2.5 - x": lambda mx, x: 2.5 - x,
    "x * 1.9": lambda mx, x: x * 1.9,
    "x / 2": lambda mx, x: x / 2,
    "x / 2.9": lambda mx, x: x / 2.9,
    "x % 3": lambda mx, x: x % 3,
    "x % 2.5": lambda mx, x: x % 2.5,
    "-7 % x": lambda mx, x: -7 % x,
    "x ** 2": lambda mx, x: x**2,
    "x == 7.5": lambda mx, x: x == 7.5,
    "x > 0.5": lambda mx, x: x > 0.5,
    "x <= -6.5": lambda mx, x: x <= -6.5,
    "maximum(x, 1.9)": lambda mx, x: mx.nd.maximum(x, 1.9),
    "-x": lambda mx, x: -x,
    "x % 0": lambda mx, x: x % 0,
    "abs": lambda mx, x: abs(x),
}
for _text, _call in SCALAR.items():
    op(f"int32 scalar/{_text}", "", _signed, call=_call, grad=False)
    if _text not in ("x <= -6.5", "-7 % x"):
        op(f"int64 scalar/{_text}", "", _signed.astype("int64"), call=_call, grad=False)
_bytes = np.array([1, 2, 200, 250], dtype="uint8")
UINT8 = {
    "x + 10": lambda mx, x: x + 10,
    "x - 2": lambda mx, x: x - 2,
    "x * 2": lambda mx, x: x * 2,
    "-x": lambda mx, x: -x,
    "x + x": lambda mx, x: x + x,
    "x / 3": lambda mx, x: x / 3,
    "x > 100": lambda mx, x: x > 100,
    "x * 1.5": lambda mx, x: x * 1.5,
}
for _text, _call in UINT8.items():
    op(f"uint8/{_text}", "", _bytes, call=_call, grad=False)
_bool = np.array([True, False, True])
BOOL = {"x * 2": lambda mx, x: x * 2, "x + 1": lambda mx, x: x + 1, "x > 0": lambda mx, x: x > 0}
for _text, _call in BOOL.items():
    op(f"bool/{_text}", "", _bool, call=_call, grad=False)

for _type in ("float16", "float64"):
    for _name in ("exp", "log", "tanh", "sqrt", "sigmoid", "relu"):
        op(f"{_type}/{_name}", _name, uniform(0.4, 2, 3, 4, dtype=_type))
    op(f"{_type}/add", "broadcast_add", normal(3, 4, dtype=_type), normal(1, 4, dtype=_type))
    op(f"{_type}/mul", "broadcast_mul", normal(3, 4, dtype=_type), normal(3, 1, dtype=_type))
    op(f"{_type}/scalar", "", uniform(0.5, 2, 3, 4, dtype=_type), call=lambda mx, x: 2.5 * x**2 - x / 3 + 1)
    op(f"{_type}/sum", "sum", normal(3, 4, dtype=_type), axis=1)
    op(f"{_type}/mean", "mean", normal(3, 4, dtype=_type))
    op(f"{_type}/max", "max", normal(3, 4, dtype=_type), axis=0)
    op(f"{_type}/softmax", "softmax", normal(3, 4, dtype=_type))
    op(f"{_type}/Activation", "Activation", normal(3, 4, dtype=_type), act_type="softrelu")
    op(f"{_type}/compare", "", integers(0, 3, 3, 4, dtype=_type), call=lambda mx, x: x >= 1, grad=False)
op(
    "float64/FullyConnected",
    "FullyConnected",
    normal(3, 4, dtype="float64"),
    normal(2, 4, dtype="float64"),
    normal(2, dtype="float64"),
    num_hidden=2,
)
op("float64/dot", "dot", normal(3, 4, dtype="float64"), normal(4, 2, dtype="float64"))
op(
    "float64/Convolution",
    "Convolution",
    normal(1, 2, 5, 5, dtype="float64"),
    normal(3, 2, 3, 3, dtype="float64"),
    normal(3, dtype="float64"),
    kernel=(3, 3),
    num_filter=3,
)
op(
    "float64/LayerNorm",
    "LayerNorm",
    normal(3, 4, dtype="float64"),
    normal(4, dtype="float64"),
    normal(4, dtype="float64"),
)
op("float16/long sum", "", np.ones(3000, dtype="float16"), call=lambda mx, x: x.sum(), grad=False)
op("float16/overflow", "", np.ones(3, dtype="float16"), call=lambda mx, x: x * 1e6, grad=False)

for _type in ("int32", "int64", "uint8"):
    for _name in ("sum", "mean", "max", "min", "prod"):
        op(f"{_type} reduction/{_name}", _name, integers(1, 4, 2, 3, dtype=_type), grad=False)
op("int32 reduction/norm", "norm", integers(1, 9, 5, dtype="int32"), grad=False)
op("int32 reduction/argmax", "argmax", integers(1, 9, 3, 5, dtype="int32"), axis=1, grad=False)
op("int32 reduction/topk", "topk", integers(1, 90, 3, 5, dtype="int32"), k=2, ret_typ="value", grad=False)
op("int32 reduction/sort", "sort", integers(1, 90, 3, 5, dtype="int32"), grad=False)
op("int32 reduction/argsort", "argsort", integers(1, 90, 3, 5, dtype="int32"), grad=False)
op("int32 unary/exp", "exp", np.array([0, 1, 2], dtype="int32"), grad=False)
op("int32 unary/square", "square", np.array([-3, 0, 2], dtype="int32"), grad=False)
op("int32 unary/clip", "clip", _signed, a_min=-1.5, a_max=1.5, grad=False)
op("int32 unary/round", "round", _signed, grad=False)
op("int32 unary/sqrt", "sqrt", np.array([4, 8, 0], dtype="int32"), grad=False)

_values = np.array([1.9, -1.9, 300.0, 0.0, 0.5, -0.5], dtype="float32")
for _type in ("int8", "int32", "int64", "uint8", "float16", "float64", "bool"):
    op(f"cast/float32 to {_type}", "Cast", _values, dtype=_type, grad=False)
op("cast/gradient", "Cast", normal(3, 4), dtype="float64")
op("cast/gradient float16", "Cast", normal(3, 4, dtype="float16"), dtype="float32")
op("cast/int32 to float32", "Cast", _signed, dtype="float32", grad=False)
op("cast/bool to float32", "Cast", _bool, dtype="float32", grad=False)


def _facts(array):
    return {
        "value": array.asnumpy(),
        "dtype": np.dtype(array.dtype).name,
        "shape": list(array.shape),
        "size": int(array.size),
        "ndim": array.ndim,
        "context": str(array.context),
        "stype": array.stype,
    }


CREATE = {
    "list": lambda mx: mx.nd.array([1, 2, 3]),
    "nested": lambda mx: mx.nd.array([[1, 2], [3, 4]]),
    "bools": lambda mx: mx.nd.array([True, False]),
    "int64 source": lambda mx: mx.nd.array(np.arange(3)),
    "float64 source": lambda mx: mx.nd.array(np.arange(3.0)),
    "int": lambda mx: mx.nd.array([1, 2], dtype=int),
    "int32 NDArray": lambda mx: mx.nd.array(mx.nd.array([1, 2], dtype="int32")),
    "dtype name": lambda mx: mx.nd.array([1, 2], dtype="float16"),
    "dtype class": lambda mx: mx.nd.array([1, 2], dtype=np.uint8),
    "scalar": lambda mx: mx.nd.array(3),
    "context": lambda mx: mx.nd.array([1, 2], ctx=mx.cpu(1)),
    "empty list": lambda mx: mx.nd.array([]),
    "bool dtype": lambda mx: mx.nd.array([2, 0, 1], dtype="bool"),
    "zeros": lambda mx: mx.nd.zeros((2, 3)),
    "zeros int": lambda mx: mx.nd.zeros(4, dtype="int64"),
    "ones": lambda mx: mx.nd.ones((2, 1), dtype="int8"),
    "full": lambda mx: mx.nd.full((2, 2), 7),
    "full float64": lambda mx: mx.nd.full(3, 1.5, dtype="float64"),
    "arange": lambda mx: mx.nd.arange(5),
    "arange range": lambda mx: mx.nd.arange(1, 6, 2),
    "arange down": lambda mx: mx.nd.arange(5, 0, -2),
    "arange repeat": lambda mx: mx.nd.arange(0, 3, repeat=2),
    "arange int32": lambda mx: mx.nd.arange(4, dtype="int32"),
    "arange step": lambda mx: mx.nd.arange(0, 1, 0.3),
    "linspace": lambda mx: mx.nd.linspace(0, 1, 5),
    "linspace open": lambda mx: mx.nd.linspace(0, 1, 5, endpoint=False),
    "eye": lambda mx: mx.nd.eye(3),
    "eye shifted": lambda mx: mx.nd.eye(2, 4, 1),
    "eye below": lambda mx: mx.nd.eye(3, k=-1),
    "zeros_like": lambda mx: mx.nd.zeros_like(mx.nd.ones(3, dtype="int32")),
    "ones_like": lambda mx: mx.nd.ones_like(mx.nd.ones((2, 2), dtype="float64")),
    "astype": lambda mx: mx.nd.array([1.5, -2.5]).astype("int32"),
    "astype bool": lambda mx: mx.nd.array([0.5, 0]).astype(bool),
    "copy": lambda mx: mx.nd.arange(3).copy(),
    "copyto context": lambda mx: mx.nd.arange(3).copyto(mx.cpu(1)),
    "as_in_context": lambda mx: mx.nd.arange(3).as_in_context(mx.cpu(2)),
    "T": lambda mx: mx.nd.ones((2, 3)).T,
    "concatenate": lambda mx: mx.nd.concatenate([mx.nd.ones((2, 2)), mx.nd.zeros((1, 2))]),
    "moveaxis": lambda mx: mx.nd.moveaxis(mx.nd.ones((2, 3, 4)), 0, 2),
    "shape_array": lambda mx: mx.nd.shape_array(mx.nd.ones((2, 3))),
    "size_array": lambda mx: mx.nd.size_array(mx.nd.ones((2, 3))),
    "onehot": lambda mx: mx.nd.one_hot(mx.nd.array([0, 2]), 3),
    "random.uniform": lambda mx: mx.nd.random.uniform(shape=3) * 0,
    "random.uniform no shape": lambda mx: mx.nd.random.uniform() * 0,
    "random.normal float64": lambda mx: mx.nd.random.normal(shape=(2, 3), dtype="float64") * 0,
    "random.randint": lambda mx: mx.nd.random.randint(4, 5, shape=(2, 2)),
    "random.randint int64": lambda mx: mx.nd.random.randint(4, 5, shape=(2, 2), dtype="int64"),
    "random.poisson": lambda mx: mx.nd.random.poisson(0, shape=(2,)) * 0,
    "random.exponential": lambda mx: mx.nd.random.exponential(shape=2) * 0,
    "random.gamma": lambda mx: mx.nd.random.gamma(2, 2, shape=(2,)) * 0,
    "random.normal parameters": lambda mx: mx.nd.random.normal(mx.nd.array([1, 2]), mx.nd.array([0.5, 1]), shape=3) * 0,
    "random.multinomial": lambda mx: mx.nd.random.multinomial(mx.nd.array([0.0, 1.0, 0.0])),
    "random.multinomial batch": lambda mx: mx.nd.random.multinomial(mx.nd.array([[0.0, 1.0], [1.0, 0.0]]), shape=3),
    "random.multinomial dtype": lambda mx: mx.nd.random.multinomial(
        mx.nd.array([0.0, 1.0]), shape=(2, 2), dtype="float32"
    ),
    "random.uniform_like": lambda mx: mx.nd.random.uniform_like(mx.nd.ones((2, 3))) * 0,
    "random.negative_binomial": lambda mx: mx.nd.random.negative_binomial(3, 0.5, shape=(2,)) * 0,
    "shuffle of equal rows": lambda mx: mx.nd.shuffle(mx.nd.ones((3, 2))),
}
for _text, _make in CREATE.items():
    CASES.add(f"create/{_text}", lambda mx, make=_make: _facts(make(mx)))


@CASES.case("create/from_numpy shares dtype")
def _(mx):
    return _facts(mx.nd.from_numpy(np.arange(3, dtype="float64"), zero_copy=False))


@CASES.case("python/scalars and truth")
def _(mx):
    x = mx.nd.array([[2.5]])
    return {
        "asscalar": float(x.asscalar()),
        "asscalar type": type(mx.nd.array([2.5]).asscalar()).__name__,
        "int asscalar type": type(mx.nd.array([1], dtype="int32").asscalar()).__name__,
        "bool": bool(x),
        "bool zero": bool(mx.nd.array([0])),
        "bool empty": bool(mx.nd.array([])),
        "len": len(mx.nd.ones((3, 2))),
        "rows": [r.asnumpy() for r in mx.nd.array([[1, 2], [3, 4]])],
        "elements": [r.shape[0] for r in mx.nd.array([5, 6])],
        "maximum of numbers": mx.nd.maximum(2, 3),
        "power of numbers": mx.nd.power(2, 3),
        "contains": 3 in mx.nd.array([1, 3]),
    }


@CASES.case("python/identity of conversions")
def _(mx):
    x = mx.nd.ones((2, 3))
    return {
        "astype copy": x.astype("float32") is x,
        "astype no copy": x.astype("float32", copy=False) is x,
        "same context": x.as_in_context(mx.cpu(0)) is x,
        "other context": x.as_in_context(mx.cpu(1)) is x,
        "asnumpy writeable": bool(x.asnumpy().flags.writeable),
        "hashable": hash(x) == hash(x),
    }


@CASES.case("python/writing through views")
def _(mx):
    x = mx.nd.zeros((2, 3))
    x[0][:] = 1
    view = x[1]
    view[1] = 5
    flat = x.reshape((-1,))
    flat[5] = 9
    copied = x.copy()
    copied[:] = 0
    step = x[:, ::2]
    step[:] = 7
    return {"x": x.asnumpy()}
