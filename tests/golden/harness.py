"""Golden cases: define them once, run them on any MXNet, store the answers, compare.

A case is an id and a function ``run(mx)`` that returns ``{name: value}``, where ``mx`` is the module to question:
the real MXNet 1.9.1 when the files are made, mxlearn when they are checked. Values are NumPy arrays, text, numbers,
None, and lists or dicts of these.

The inputs are never stored. They come from ``numpy.random.RandomState`` (the Mersenne Twister, the same numbers on
every platform and NumPy version), seeded by the CRC-32 of the case's id, so that adding a case changes no other.

This module imports NumPy and the standard library alone, because it runs under both packages' interpreters.
"""

import builtins
import importlib
import json
import math
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
FAMILIES = (
    "elementwise",
    "dtypes",
    "reductions",
    "shapes",
    "selection",
    "linalg",
    "layers",
    "target_shapes",
    "normalization",
    "contrib",
    "vision",
    "heads",
    "updates",
    "losses",
    "optimizers",
    "schedulers",
    "initializers",
    "metrics",
    "printing",
    "symbols",
    "indexing",
    "numpy_face",
    "sparse",
    "files",
    "images",
    "executors",
    "recurrent",
    "recurrent_symbols",
    "control_flow",
    "custom_operators",
    "symbol_methods",
    "training",
    "modules",
    "errors",
    "model_zoo",
    "estimator",
    "orders",
    "rare",
)

# Families that MXNet answers with its own kernels instead of oneDNN's: deconvolution to a target shape works with these
# alone, and their softmax and convolution round less, which long computations show.
WITHOUT_ONEDNN = ("target_shapes", "losses", "training", "modules", "model_zoo", "estimator", "rare")

# Families that MXNet answers on one thread: its iterators over records hang in a fork of a process with more.
ON_ONE_THREAD = ("images",)

# One relative and one absolute tolerance per floating dtype; the absolute one is scaled by the largest finite
# magnitude of the expected array, because a sum of float32 terms is only as good as its largest term. Where a
# computation is long or amplifies rounding (training, inverses), a case asks for `scaled`: that much of the largest
# magnitude, for every element.
TOLERANCE = {np.dtype("float16"): (2e-3, 1e-3), np.dtype("float32"): (1e-5, 1e-6), np.dtype("float64"): (1e-7, 1e-9)}


@dataclass(frozen=True)
class Case:
    """One question: ``run(mx)`` gives the answers by name; ``scaled``, if any, the tolerance by magnitude."""

    id: str
    run: object
    scaled: float | None = None


class Cases(dict):
    """The cases of one family by id, in the order of their definition."""

    def add(self, case_id, run, *, scaled=None):
        """Enter ``run(mx) -> {name: value}`` under a fresh id."""
        if case_id in self:
            raise ValueError(f"golden case {case_id!r} is defined twice")
        self[case_id] = Case(case_id, run, scaled)

    def case(self, case_id, *, scaled=None):
        """Decorator form of `add`."""

        def enter(run):
            self.add(case_id, run, scaled=scaled)
            return run

        return enter

    def op(self, case_id, name, *inputs, call=None, grad=True, heads=True, train=True, scaled=None, aux=(), **attrs):
        """Enter one operator: its outputs, and the gradients of its floating inputs for random head gradients.

        Parameters
        ----------
        name : str
            The operator under ``mx.nd``, such as ``"linalg.potrf"``.
        *inputs : In or array
            What the operator is given, in order.
        call : callable, optional
            ``call(mx, *arrays)`` instead of the named operator with ``attrs``.
        grad : bool or tuple of int
            Whether to differentiate, or the positions of the inputs to differentiate.
        heads : bool or tuple of int
            False: ones as head gradients; a tuple: the outputs to differentiate.
        train : bool
            Run in training mode.
        aux : tuple of int
            Positions of auxiliary states, whose values afterwards are answers too.
        """

        def run(mx):
            random = source(case_id)
            values = [i.draw(random) if isinstance(i, In) else np.asarray(i) for i in inputs]
            arrays = [mx.nd.array(v, dtype=v.dtype) for v in values]
            wanted = () if grad is False else grad
            if wanted is True:
                wanted = [k for k, v in enumerate(values) if v.dtype.kind == "f" and k not in aux]
            for k in wanted:
                arrays[k].attach_grad()
            function = call or (lambda mx, *a: lookup(mx.nd, name)(*a, **attrs))
            if not wanted:
                with mx.autograd.train_mode() if train else mx.autograd.predict_mode():
                    outputs = listed(function(mx, *arrays))
            else:
                with mx.autograd.record(train_mode=train):
                    outputs = listed(function(mx, *arrays))
                chosen = outputs if isinstance(heads, bool) else [outputs[k] for k in heads]
                head_grads = None
                if heads is not False:
                    head_grads = [mx.nd.array(random.normal(size=o.shape), dtype=o.dtype) for o in chosen]
                mx.autograd.backward(chosen, head_grads, train_mode=train)
            answer = {f"out{k}": o.asnumpy() for k, o in enumerate(outputs)}
            answer.update({f"grad{k}": arrays[k].grad.asnumpy() for k in wanted})
            answer.update({f"aux{k}": arrays[k].asnumpy() for k in aux})
            return answer

        self.add(case_id, run, scaled=scaled)

    def raises(self, case_id, misuse):
        """Enter a misuse: the answer is the name of the exception's class, as `error_name` gives it."""

        def run(mx):
            try:
                result = misuse(mx)
                if hasattr(result, "wait_to_read"):
                    result.wait_to_read()
            except Exception as error:  # every class is an answer here
                return {"error": error_name(mx, error), "classes": Raised(type(error))}
            return {"error": "none"}

        self.add(case_id, run)


class Raised:
    """The class of an exception, kept beside its name so that a test may ask what it inherits; never stored."""

    def __init__(self, kind):
        self.kind = kind


@dataclass(frozen=True)
class In:
    """One random input: ``kind`` names the distribution, ``low`` and ``high`` its range."""

    kind: str
    shape: tuple
    low: float = 0.0
    high: float = 1.0
    dtype: str = "float32"

    def draw(self, random):
        """Return the array, from the next numbers of ``random``."""
        if self.kind == "normal":
            value = random.normal(size=self.shape) * self.high + self.low
        elif self.kind == "uniform":
            value = random.uniform(self.low, self.high, size=self.shape)
        elif self.kind == "integers":
            value = random.randint(int(self.low), int(self.high), size=self.shape)
        elif self.kind == "distinct":
            value = random.permutation(int(np.prod(self.shape))).reshape(self.shape) * 0.5 - 1.0
        elif self.kind == "definite":
            half = random.normal(size=self.shape)
            value = half @ np.swapaxes(half, -1, -2) + 2.0 * np.eye(self.shape[-1])
        elif self.kind == "triangle":
            value = np.tril(random.uniform(0.5, 1.5, size=self.shape))
        elif self.kind == "simplex":
            value = random.uniform(0.1, 1.0, size=self.shape)
            value = value / value.sum(axis=-1, keepdims=True)
        else:
            raise ValueError(f"unknown kind of input: {self.kind!r}")
        return value.astype(self.dtype)


def normal(*shape, scale=1.0, shift=0.0, dtype="float32"):
    """Standard normal numbers, scaled and shifted."""
    return In("normal", shape, shift, scale, dtype)


def uniform(low, high, *shape, dtype="float32"):
    """Uniform numbers from ``low`` up to ``high``."""
    return In("uniform", shape, low, high, dtype)


def integers(low, high, *shape, dtype="float32"):
    """Whole numbers from ``low`` up to, and without, ``high``."""
    return In("integers", shape, low, high, dtype)


def distinct(*shape, dtype="float32"):
    """A permutation of -1, -0.5, 0, 0.5, ...: no two elements tie."""
    return In("distinct", shape, dtype=dtype)


def definite(*shape, dtype="float32"):
    """Symmetric, positive definite, well-conditioned matrices."""
    return In("definite", shape, dtype=dtype)


def triangle(*shape, dtype="float32"):
    """Lower triangular matrices with a diagonal between 0.5 and 1.5."""
    return In("triangle", shape, dtype=dtype)


def simplex(*shape, dtype="float32"):
    """Rows of positive numbers that sum to 1."""
    return In("simplex", shape, dtype=dtype)


def source(case_id):
    """Return the random numbers that belong to a case id."""
    return np.random.RandomState(zlib.crc32(case_id.encode()))


def lookup(module, dotted):
    """Return ``module.a.b`` for ``"a.b"``."""
    for part in dotted.split("."):
        module = getattr(module, part)
    return module


def listed(outputs):
    """Return an operator's outputs as a list, also where there is one only."""
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def error_name(mx, error):
    """Return the most telling name of an exception: MXNetError, or the built-in class that it is."""
    name = type(error).__name__
    if hasattr(builtins, name):
        return name
    for kind in type(error).__mro__:
        if kind is mx.base.MXNetError:
            return "MXNetError"
        if hasattr(builtins, kind.__name__):
            return kind.__name__
    return name


def may_stand_for(mx, kind, name):
    """Tell whether an exception of class ``kind`` is one that a program written for MXNet's ``name`` expects.

    It is where it inherits that class. Where MXNet lets a bare ``assert`` or an accident of its implementation
    (AttributeError, KeyError) report the misuse, a class that says what happened is as good.
    """
    wanted = mx.base.MXNetError if name == "MXNetError" else getattr(builtins, name)
    if issubclass(kind, wanted):
        return True
    proper = (mx.base.MXNetError, ValueError, TypeError)
    return name in ("AssertionError", "KeyError", "AttributeError", "UnicodeDecodeError") and issubclass(kind, proper)


def load_family(family):
    """Import a family's module and return its cases by id."""
    return importlib.import_module(f"{__package__}.cases.{family}").CASES


def run_case(mx, case):
    """Run one case in a fresh naming scope with fixed seeds; return its answers.

    Both packages warn users of doubtful choices (UserWarning); those are no part of the answers.
    """
    np.random.seed(7)
    mx.random.seed(7)
    with mx.name.NameManager(), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return case.run(mx)


# -- storage ---------------------------------------------------------------------------------------------------------


def store(family, answers):
    """Write a family's answers: arrays to data/<family>.npz, everything else to data/<family>.json."""
    arrays = {}
    texts = {
        case_id: {k: split(v, f"{case_id}::{k}", arrays) for k, v in answer.items()}
        for case_id, answer in answers.items()
    }
    folder = HERE / "data"
    folder.mkdir(exist_ok=True)
    np.savez_compressed(folder / f"{family}.npz", **arrays)
    (folder / f"{family}.json").write_text(json.dumps(texts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def split(value, key, arrays):
    """Return ``value`` as JSON can hold it, with its arrays moved into ``arrays`` under ``key``."""
    if isinstance(value, np.ndarray):
        arrays[key] = value
        return {"$array": key}
    if isinstance(value, dict):
        return {"$dict": [[k, split(v, f"{key}.{k}", arrays)] for k, v in value.items()]}
    if isinstance(value, (list, tuple)):
        return [split(v, f"{key}.{k}", arrays) for k, v in enumerate(value)]
    if isinstance(value, (np.bool_, np.integer)):
        return value.item()
    if isinstance(value, (float, np.floating)):
        return {"$float": float(value).hex()}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f"{key}: a golden answer cannot hold {type(value)}")


class Golden:
    """The stored answers of one family."""

    def __init__(self, family):
        self.texts = json.loads((HERE / "data" / f"{family}.json").read_text(encoding="utf-8"))
        with np.load(HERE / "data" / f"{family}.npz", allow_pickle=False) as file:
            self.arrays = dict(file)

    def answer(self, case_id):
        """Return what the real MXNet answered, ``{name: value}``."""
        return {k: self.join(v) for k, v in self.texts[case_id].items()}

    def join(self, value):
        if isinstance(value, list):
            return [self.join(v) for v in value]
        if isinstance(value, dict):
            ((mark, content),) = value.items()
            if mark == "$array":
                return self.arrays[content]
            if mark == "$float":
                return float.fromhex(content)
            return {k: self.join(v) for k, v in content}
        return value


# -- comparison ------------------------------------------------------------------------------------------------------


def mismatches(mx, answer, expected, scaled=None):
    """Return one line per difference between two answers; an empty list where they agree."""
    if "error" in expected:
        name, kind = expected["error"], answer["classes"].kind if "classes" in answer else None
        if kind is None or name == "none":
            return [] if name == answer["error"] else [f"error: expected {name}, received {answer['error']}"]
        return [] if may_stand_for(mx, kind, name) else [f"error: expected {name}, received {kind.__name__}"]
    lines = []
    if list(answer) != list(expected):
        names = set(answer) ^ set(expected)
        if names:
            return [f"answers differ in {sorted(names)}"]
    for name, value in expected.items():
        lines += compare(name, answer[name], value, scaled)
    return lines


def compare(path, value, expected, scaled):
    """Return one line per difference: arrays by tolerance, dtype and shape; the rest exactly (floats by 1e-5)."""
    if isinstance(expected, np.ndarray):
        return compare_arrays(path, value, expected, scaled)
    if isinstance(expected, dict):
        if not isinstance(value, dict) or set(map(str, value)) != set(expected):
            return [f"{path}: expected the keys {list(expected)}, received {shown(value)}"]
        return [s for k, v in value.items() for s in compare(f"{path}.{k}", v, expected[str(k)], scaled)]
    if isinstance(expected, list):
        if not isinstance(value, (list, tuple)) or len(value) != len(expected):
            return [f"{path}: expected {shown(expected)}, received {shown(value)}"]
        return [s for k, v in enumerate(value) for s in compare(f"{path}[{k}]", v, expected[k], scaled)]
    if isinstance(expected, float):
        same = isinstance(value, (float, np.floating)) and (
            value == expected
            or (math.isnan(value) and math.isnan(expected))
            or abs(value - expected) <= (scaled or 1e-5) * abs(expected) + 1e-9
        )
        return [] if same else [f"{path}: expected {expected!r}, received {value!r}"]
    if type(value) is not type(expected) and not (
        isinstance(value, (bool, np.bool_, int, np.integer)) and isinstance(expected, (bool, int))
    ):
        return [f"{path}: expected {shown(expected)}, received {shown(value)}"]
    return [] if value == expected else [f"{path}: expected {shown(expected)}, received {shown(value)}"]


def compare_arrays(path, value, expected, scaled):
    """Return the differences of one array: dtype and shape exactly, values within the dtype's tolerance."""
    if not isinstance(value, np.ndarray):
        return [f"{path}: expected an array, received {shown(value)}"]
    if value.dtype != expected.dtype:
        return [f"{path}: expected dtype {expected.dtype}, received {value.dtype}"]
    if value.shape != expected.shape:
        return [f"{path}: expected shape {expected.shape}, received {value.shape}"]
    if value.dtype not in TOLERANCE:
        wrong = value != expected
    else:
        relative, absolute = TOLERANCE[value.dtype]
        if scaled is not None:
            relative, absolute = 0.0, scaled
        a, b = value.astype("float64"), expected.astype("float64")
        finite = np.abs(b[np.isfinite(b)])
        bound = relative * np.abs(b) + absolute * (finite.max() if finite.size else 0.0)
        with np.errstate(invalid="ignore"):
            wrong = ~((np.abs(a - b) <= bound) | (a == b) | (np.isnan(a) & np.isnan(b)))
    if not wrong.any():
        return []
    where = tuple(int(k) for k in np.argwhere(wrong)[0]) if wrong.ndim else ()
    return [
        f"{path}: {int(wrong.sum())} of {wrong.size} elements differ, first at {where}: "
        f"expected {expected[where]!r}, received {value[where]!r}"
    ]


def shown(value):
    """Return a short text of a value for a message."""
    text = repr(value)
    return text if len(text) <= 400 else text[:400] + " ..."
