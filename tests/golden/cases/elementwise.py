"""Elementwise arithmetic and mathematics: arrays, broadcasting, scalars."""

import operator

import numpy as np

from ..harness import Cases, distinct, integers, normal, uniform

CASES = Cases()
op = CASES.op

# -- one input -------------------------------------------------------------------------------------------------------

DOMAINS = {
    "abs": (-2, 2),
    "arccos": (-0.9, 0.9),
    "arccosh": (1.2, 4),
    "arcsin": (-0.9, 0.9),
    "arcsinh": (-3, 3),
    "arctan": (-3, 3),
    "arctanh": (-0.9, 0.9),
    "cbrt": (0.3, 4),
    "ceil": (-3, 3),
    "cos": (-3, 3),
    "cosh": (-2, 2),
    "degrees": (-3, 3),
    "erf": (-2, 2),
    "erfinv": (-0.8, 0.8),
    "exp": (-2, 2),
    "expm1": (-1, 1),
    "fix": (-3, 3),
    "floor": (-3, 3),
    "gamma": (0.5, 4),
    "gammaln": (0.5, 6),
    "hard_sigmoid": (-4, 4),
    "log": (0.2, 4),
    "log10": (0.2, 4),
    "log1p": (-0.5, 3),
    "log2": (0.2, 4),
    "logical_not": (-1, 1),
    "negative": (-2, 2),
    "radians": (-180, 180),
    "rcbrt": (0.3, 4),
    "reciprocal": (0.4, 3),
    "relu": (-2, 2),
    "rint": (-3, 3),
    "round": (-3, 3),
    "rsqrt": (0.3, 4),
    "sigmoid": (-4, 4),
    "sign": (-2, 2),
    "sin": (-3, 3),
    "sinh": (-2, 2),
    "softsign": (-3, 3),
    "sqrt": (0.3, 4),
    "square": (-2, 2),
    "tan": (-1, 1),
    "tanh": (-2, 2),
    "trunc": (-3, 3),
    "identity": (-2, 2),
    "BlockGrad": (-2, 2),
    "stop_gradient": (-2, 2),
    "make_loss": (-2, 2),
    "zeros_like": (-2, 2),
    "ones_like": (-2, 2),
    "Flatten": (-2, 2),
}
STEPS = {"ceil", "floor", "fix", "rint", "round", "trunc", "sign", "logical_not", "zeros_like", "ones_like"}
LOOSE = {"erfinv", "gamma", "gammaln"}
for _name, (_low, _high) in DOMAINS.items():
    op(
        f"unary/{_name}",
        _name,
        uniform(_low, _high, 3, 5),
        grad=_name not in STEPS,
        scaled=1e-5 if _name in LOOSE else None,
    )
for _name in ("sign", "floor", "ceil", "rint", "round", "fix", "trunc"):
    op(f"unary/{_name}/gradient is zero", _name, uniform(-3, 3, 4))

_ties = np.array([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, -0.0], dtype="float32")
for _name in ("round", "rint", "fix", "floor", "ceil", "trunc", "sign"):
    op(f"unary/{_name}/ties", _name, _ties, grad=False)
_odd = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0], dtype="float32")
for _name in ("relu", "sigmoid", "tanh", "exp", "log", "sqrt", "sign", "abs", "square", "reciprocal", "logical_not"):
    op(f"unary/{_name}/special values", _name, _odd, grad=False)
op("unary/relu/gradient at zero", "relu", np.array([-1, 0, 1], dtype="float32"), heads=False)
op("unary/abs/gradient at zero", "abs", np.array([-1, 0, 1], dtype="float32"), heads=False)
op("unary/hard_sigmoid/alpha beta", "hard_sigmoid", uniform(-3, 3, 3, 4), alpha=0.3, beta=0.4)
op("unary/smooth_l1/default", "smooth_l1", uniform(-2, 2, 3, 5), scalar=1.0)
op("unary/smooth_l1/sigma 3", "smooth_l1", uniform(-2, 2, 3, 5), scalar=3.0)
op("unary/clip", "clip", uniform(-3, 3, 4, 5), a_min=-1.0, a_max=1.5)
op("unary/clip/bounds", "clip", np.array([-1, 0, 1, 2, np.nan], dtype="float32"), a_min=0.0, a_max=1.0)
op("unary/cumsum/all", "cumsum", normal(3, 4))
op("unary/cumsum/axis 0", "cumsum", normal(3, 4), axis=0)
op("unary/cumsum/last axis", "cumsum", normal(2, 3, 4), axis=2)

# -- two inputs ------------------------------------------------------------------------------------------------------

for _name in ("elemwise_add", "elemwise_sub", "elemwise_mul", "elemwise_div"):
    op(f"binary/{_name}", _name, normal(3, 4), uniform(0.5, 2, 3, 4))
for _name in ("add", "sub", "mul", "div", "maximum", "minimum", "hypot"):
    op(f"broadcast/{_name}/same shape", f"broadcast_{_name}", normal(3, 4), uniform(0.5, 2, 3, 4))
    op(f"broadcast/{_name}/row", f"broadcast_{_name}", normal(3, 4), uniform(0.5, 2, 1, 4))
    op(f"broadcast/{_name}/both", f"broadcast_{_name}", normal(3, 1, 2), uniform(0.5, 2, 1, 4, 2))
op("broadcast/power", "broadcast_power", uniform(0.5, 2, 3, 4), normal(1, 4))
op("broadcast/mod", "broadcast_mod", uniform(-5, 5, 3, 4), uniform(0.7, 2, 3, 1))
op("broadcast/mod/negative divisor", "broadcast_mod", uniform(-5, 5, 3, 4), uniform(-2, -0.7, 1, 4))
op("broadcast/maximum/tie", "broadcast_maximum", integers(0, 3, 4, 4), integers(0, 3, 4, 4))
op("broadcast/minimum/tie", "broadcast_minimum", integers(0, 3, 4, 4), integers(0, 3, 4, 4))
for _name in ("equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal"):
    op(f"compare/{_name}/array", f"broadcast_{_name}", integers(0, 3, 3, 4), integers(0, 3, 3, 1), grad=False)
    op(f"compare/{_name}/function", _name, integers(0, 3, 3, 4), integers(0, 3, 3, 4), grad=False)
    op(
        f"compare/{_name}/scalar",
        _name,
        integers(0, 3, 3, 4),
        grad=False,
        call=lambda mx, x, n=_name: getattr(mx.nd, n)(x, 1),
    )
for _name in ("and", "or", "xor"):
    op(f"logical/{_name}", f"broadcast_logical_{_name}", integers(0, 2, 3, 4), integers(0, 2, 1, 4), grad=False)
    op(
        f"logical/{_name}/scalar",
        "",
        integers(0, 2, 3, 4),
        grad=False,
        call=lambda mx, x, n=f"logical_{_name}": getattr(mx.nd, n)(x, 1.0),
    )
op("binary/add_n", "add_n", normal(2, 3), normal(2, 3), normal(2, 3))
op("binary/add_n/one", "add_n", normal(2, 3))
op("binary/same array twice", "", normal(3, 3), call=lambda mx, x: x * x + x)

# -- Python operators and scalars ------------------------------------------------------------------------------------

SCALAR = {
    "x + 2.5": lambda mx, x: x + 2.5,
    "2.5 + x": lambda mx, x: 2.5 + x,
    "x - 2.5": lambda mx, x: x - 2.5,
    "2.5 - x": lambda mx, x: 2.5 - x,
    "x * 3": lambda mx, x: x * 3,
    "x / 3": lambda mx, x: x / 3,
    "3 / x": lambda mx, x: 3 / x,
    "x ** 2.5": lambda mx, x: x**2.5,
    "2.5 ** x": lambda mx, x: 2.5**x,
    "x % 0.7": lambda mx, x: x % 0.7,
    "3 % x": lambda mx, x: 3 % x,
    "-x": lambda mx, x: -x,
    "abs(x)": lambda mx, x: abs(x),
    "maximum(x, 1)": lambda mx, x: mx.nd.maximum(x, 1),
    "minimum(1, x)": lambda mx, x: mx.nd.minimum(1, x),
    "x ** 0": lambda mx, x: x**0,
    "x ** 2": lambda mx, x: x**2,
    "x ** -1": lambda mx, x: x**-1,
    "x % 0": lambda mx, x: x % 0,
    "x * np.float64": lambda mx, x: x * np.float64(1.5),
    "np.float32 * x": lambda mx, x: np.float32(1.5) * x,
    "power(2, x)": lambda mx, x: mx.nd.power(2, x),
    "power(x, 3)": lambda mx, x: mx.nd.power(x, 3),
    "_hypot_scalar": lambda mx, x: mx.nd._internal._hypot_scalar(x, scalar=2.0),
}
for _text, _call in SCALAR.items():
    op(f"scalar/{_text}", "", uniform(0.3, 3, 3, 4), call=_call)
COMPARE = {
    "x > 1": lambda mx, x: x > 1,
    "x >= 1": lambda mx, x: x >= 1,
    "x < 1": lambda mx, x: x < 1,
    "x <= 1": lambda mx, x: x <= 1,
    "x == 1": lambda mx, x: x == 1,
    "x != 1": lambda mx, x: x != 1,
    "1 > x": lambda mx, x: operator.gt(1, x),
    "1 <= x": lambda mx, x: operator.le(1, x),
}
for _text, _call in COMPARE.items():
    op(f"scalar/{_text}", "", integers(0, 3, 3, 4), call=_call, grad=False)
ARRAYS = {
    "x + y": lambda mx, x, y: x + y,
    "x - y": lambda mx, x, y: x - y,
    "x * y": lambda mx, x, y: x * y,
    "x / y": lambda mx, x, y: x / y,
    "x ** y": lambda mx, x, y: x**y,
    "x % y": lambda mx, x, y: x % y,
    "maximum(x, y)": lambda mx, x, y: mx.nd.maximum(x, y),
    "minimum(x, y)": lambda mx, x, y: mx.nd.minimum(x, y),
}
for _text, _call in ARRAYS.items():
    op(f"operator/{_text}", "", uniform(0.3, 3, 3, 4), uniform(0.4, 2, 3, 4), call=_call)
    op(f"operator/{_text}/broadcast", "", uniform(0.3, 3, 3, 4), uniform(0.4, 2, 3, 1), call=_call)


def _inplace(change):
    def run(mx):
        x = mx.nd.array([[1, 2, 3], [4, 5, 6]])
        same = x
        x = change(mx, x)
        return {"x": x.asnumpy(), "same object": same is x}

    return run


CASES.add("inplace/+=", _inplace(lambda mx, x: x.__iadd__(2)))
CASES.add("inplace/-= array", _inplace(lambda mx, x: x.__isub__(mx.nd.array([[1, 1, 1], [2, 2, 2]]))))
CASES.add("inplace/*=", _inplace(lambda mx, x: x.__imul__(0.5)))
CASES.add("inplace//= array", _inplace(lambda mx, x: x.__itruediv__(mx.nd.array([[1, 2, 4], [2, 2, 2]]))))
CASES.add("inplace/%=", _inplace(lambda mx, x: x.__imod__(2.5)))
CASES.add("inplace/out=", _inplace(lambda mx, x: mx.nd.exp(x, out=x)))
op("chain/polynomial", "", uniform(0.5, 1.5, 4), call=lambda mx, x: 3 * x**3 - 2 * x**2 + x / 4 - 1)
op("chain/shared", "", distinct(3, 3), call=lambda mx, x: mx.nd.sigmoid(x) * mx.nd.tanh(x) + mx.nd.exp(-x * x))
op("quadratic", "contrib.quadratic", normal(3, 4), a=2.0, b=-3.0, c=0.5)
op("div_sqrt_dim", "contrib.div_sqrt_dim", normal(3, 4))
op("gradientmultiplier", "contrib.gradientmultiplier", normal(3, 4), scalar=-0.5)
