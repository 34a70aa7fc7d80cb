"""Samples of every operator, and the checks that the sweep (test_sweep.py) runs on each of them.

Write samples beside the others of the family, in ``tests/ops/samples_<family>.py``:

    from .sampling import Sample, samples

    @samples("FullyConnected")
    def _(rng):
        yield Sample([rng.normal(size=(4, 5)), rng.normal(size=(3, 5)), rng.normal(size=3)], {"num_hidden": 3})
        yield Sample([rng.normal(size=(0, 5)), rng.normal(size=(3, 5))], {"num_hidden": 3, "no_bias": True})

- The generator gets a fresh ``numpy.random.Generator`` and yields Samples. Give each operator at least three variants
  of shapes: a usual one, one of size 0 where the operator allows it, and a broadcast one where it applies.
- Inputs are NumPy arrays: float64 for what is differentiated (central differences need the digits), int32 or whatever
  the operator takes for indices, None for an optional input that is not given.
- Stay away from kinks and ties (relu at 0, equal elements in max): a difference quotient is meaningless there. Test
  those by name, with the value that MXNet gives.
- One decorator may name several operators that take the same samples: ``@samples("sin", "cos")``.

What the sweep checks of each sample: the shape and dtype rules against what the kernel returns; that the kernel leaves
its inputs alone; that eager call, loop interpreter and compiled program agree; first order gradients against central
differences; second order gradients, where the rule's own result can be differentiated; and of each operator, that its
docstring has an example that runs. In docstrings the blank line that opens MXNet's printed form is left out:

    >>> mx.nd.exp(mx.nd.array([0, 1]))
    [1.        2.7182817]
    <NDArray 2 @cpu(0)>
"""
import doctest
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import mxlearn as mx
from mxlearn.core.compile import compile_graph
from mxlearn.core.graph import Node, variable
from mxlearn.core.infer import infer_dtypes, infer_shapes, unify
from mxlearn.core.operator import Operator
from mxlearn.kernels.sparse import densified
from mxlearn.ndarray.dispatch import invoke
from mxlearn.streams import generator_of
from mxlearn.symbol.symbol import Symbol


@dataclass
class Sample:
    """Arguments of one call of an operator.

    Attributes
    ----------
    inputs : NumPy arrays, or None for an optional input that is not given
    attrs : attributes as a caller writes them
    differentiable : indices of the inputs whose gradients are compared with central differences; None means every
        floating input, if the operator has a gradient rule; () none, with ``reason``
    outputs : indices of the visible outputs that take part in the gradient check; None means all floating ones
    second_order : whether the second order is checked too
    reason : why ``differentiable`` is () or ``second_order`` is False: a gradient that MXNet defines otherwise, as the
        loss layers do, or one that is a constant on purpose
    train : is_train of the kernel
    seed : seed of the kernel's random generator; every run gets a new generator with it
    tolerance : factor on the allowed error of gradients, for ill-conditioned operators
    project : for the index of an input, the linear projection that its values and gradients are put through, where an
        operator is only defined there (``symmetric``)
    """

    inputs: Sequence[Any]
    attrs: dict[str, Any] = field(default_factory=dict)
    differentiable: Sequence[int] | None = None
    outputs: Sequence[int] | None = None
    second_order: bool = True
    reason: str = ""
    train: bool = False
    seed: int = 7
    tolerance: float = 1.0
    project: dict[int, Callable[[np.ndarray], np.ndarray]] = field(default_factory=dict)


def as_array(value, dtype=None):
    """Return a NumPy array as an NDArray of its shape, which may have no axes; mx.nd.array would give it one."""
    if np.ndim(value):
        return mx.nd.array(value, dtype=dtype or value.dtype)
    return mx.np.array(value, dtype=dtype or np.asarray(value).dtype).as_nd_ndarray()


SAMPLES: dict[str, list[Callable[[np.random.Generator], Iterator[Sample]]]] = {}


def samples(*names: str) -> Callable:
    """Register a generator function of Samples for the operators of these names."""

    def register(generator: Callable[[np.random.Generator], Iterator[Sample]]):
        for name in names:
            SAMPLES.setdefault(name, []).append(generator)
        return generator

    return register


def samples_of(name: str) -> list[Sample]:
    """Return the samples of one operator, freshly made."""
    return [sample for generator in SAMPLES.get(name, []) for sample in generator(np.random.default_rng(0))]


# -- one call, prepared ------------------------------------------------------------------------------------------------
class Call:
    """One operator with the arguments of one sample, ready to be run in every way that the core knows.

    Attributes
    ----------
    op, sample : Operator, Sample
    attrs : parsed attributes
    values : raw input arrays, None where not given
    visible : number of outputs that a caller sees
    """

    def __init__(self, op: Operator, sample: Sample):
        self.op = op
        self.sample = sample
        self.attrs = op.parse(sample.attrs)
        self.values = [None if x is None else np.asarray(x) for x in sample.inputs]
        self.total = op.num_outputs(self.attrs)
        self.visible = op.num_visible(self.attrs)

    # -- the kernel alone --------------------------------------------------------------------------------------------
    def kernel(self, values=None) -> tuple[np.ndarray, ...]:
        """Return all that the kernel returns: outputs, hidden outputs, new values of mutated inputs."""
        keywords = dict(self.attrs)
        if self.op.wants_train:
            keywords["is_train"] = self.sample.train
        if self.op.wants_rng:
            mx.random.seed(self.sample.seed)
            keywords["rng"] = generator_of(mx.cpu())
        result = self.op.kernel(np, *(self.values if values is None else values), **keywords)
        results = result if type(result) is tuple else (result,)
        return tuple(densified(result) for result in results)

    def expected(self) -> list[np.ndarray]:
        return list(self.kernel()[: self.visible])

    # -- as a graph --------------------------------------------------------------------------------------------------
    def graph(self):
        """Return (heads, variables) of a graph of this one node, outputs that nobody sees included in no head."""
        variables = [None if x is None else variable(f"x{i}") for i, x in enumerate(self.values)]
        entries = tuple([None if v is None else (v, 0) for v in variables])
        node = Node(self.op, entries, self.attrs, "sample", self.total)
        return [(node, i) for i in range(self.total)], [v for v in variables if v is not None]

    def given(self) -> list[np.ndarray]:
        return [x for x in self.values if x is not None]

    def program(self):
        """Return the compiled program of the visible outputs."""
        heads, variables = self.graph()
        shapes = infer_shapes(heads, {v: x.shape for v, x in zip(variables, self.given(), strict=True)})
        dtypes = infer_dtypes(heads, {v: x.dtype for v, x in zip(variables, self.given(), strict=True)})
        return compile_graph(
            heads[: self.visible],
            variables,
            xp=np,
            is_train=self.sample.train,
            shapes={e: s for e, s in shapes.items() if s is not None},
            dtypes={e: t for e, t in dtypes.items() if t is not None},
        )

    def generator(self):
        mx.random.seed(self.sample.seed)
        return generator_of(mx.cpu())

    # -- eagerly -----------------------------------------------------------------------------------------------------
    def arrays(self) -> list:
        return [None if x is None else as_array(x) for x in self.values]

    def eager(self, arrays) -> list:
        """Return the visible outputs as NDArrays."""
        mx.random.seed(self.sample.seed)
        result = invoke(self.op, arrays, self.attrs)
        return result if isinstance(result, list) else [result]

    # -- what the gradient checks look at ----------------------------------------------------------------------------
    def differentiable(self) -> list[int]:
        """Return the indices of the inputs whose gradients are checked."""
        if self.sample.differentiable is not None:
            return list(self.sample.differentiable)
        if self.op.rule is None or not self.op.differentiable:
            return []
        mutated = self.op.mutated_indices
        return [
            i
            for i, x in enumerate(self.values)
            if x is not None and x.dtype == np.float64 and x.size and i not in mutated and i not in self.op.like_inputs
        ]

    def differentiated_outputs(self) -> list[int]:
        if self.sample.outputs is not None:
            return list(self.sample.outputs)
        return [i for i, out in enumerate(self.expected()) if out.dtype.kind == "f"]

    def cotangents(self) -> dict[int, np.ndarray]:
        """Return a fixed random head gradient for each output that takes part."""
        rng = np.random.default_rng(11)
        outputs = self.expected()
        return {i: rng.uniform(0.5, 1.5, size=outputs[i].shape) for i in self.differentiated_outputs()}

    def prepared(self, index: int, value: np.ndarray) -> np.ndarray:
        """Return the value of an input after its projection, as ``symmetric`` is one."""
        project = self.sample.project.get(index)
        return value if project is None else project(value)


def assert_same(got: Sequence, expected: Sequence, what: str) -> None:
    """Assert that arrays agree in number, shape, dtype and value (nan equals nan)."""
    assert len(got) == len(expected), f"{what}: {len(got)} outputs, expected {len(expected)}"
    for i, (a, b) in enumerate(zip(got, expected, strict=True)):
        a, b = np.asarray(a), np.asarray(b)
        assert a.shape == b.shape, f"{what}, output {i}: shape {a.shape}, expected {b.shape}"
        assert a.dtype == b.dtype, f"{what}, output {i}: dtype {a.dtype}, expected {b.dtype}"
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12, err_msg=f"{what}, output {i}")


# operators whose output shape depends on the values of the inputs: their rule leaves a dimension unknown
DATA_DEPENDENT = {"_contrib_boolean_mask"}


# -- the checks of a sample --------------------------------------------------------------------------------------------
def check_rules(call: Call) -> None:
    """The shape and dtype rules say what the kernel does, and complete what they are given."""
    heads, variables = call.graph()
    given = call.given()
    shapes = infer_shapes(heads, {v: x.shape for v, x in zip(variables, given, strict=True)})
    dtypes = infer_dtypes(heads, {v: x.dtype for v, x in zip(variables, given, strict=True)})
    outputs = call.kernel()
    assert len(outputs) == call.total + len(call.op.mutates), "the kernel returns more or fewer arrays than declared"
    for i, head in enumerate(heads):
        assert isinstance(outputs[i], np.ndarray), f"output {i} is no array but {type(outputs[i]).__name__}"
        said = unify(shapes[head], outputs[i].shape) if call.op.name in DATA_DEPENDENT else shapes[head]
        assert said == outputs[i].shape, f"output {i}: the rule says {shapes[head]}, it is {outputs[i].shape}"
        dtype = dtypes[head]
        assert dtype is not None, f"output {i}: the rule does not know its dtype"
        assert dtype == outputs[i].dtype, f"output {i}: the rule says {dtype}, it is {outputs[i].dtype}"


def check_purity(call: Call) -> None:
    """The kernel leaves its inputs as they are, and its visible outputs can be written."""
    before = [None if x is None else x.copy() for x in call.values]
    for x in call.given():
        x.flags.writeable = False  # a kernel that writes into an input fails here
    try:
        outputs = call.kernel()
    finally:
        for x in call.given():
            x.flags.writeable = True
    for x, old in zip(call.values, before, strict=True):
        if x is not None:
            np.testing.assert_array_equal(x, old)
    if not call.op.name.startswith("_"):
        for out in outputs[: call.visible]:
            assert out.flags.writeable or not out.size, "an output is a read-only view"


def check_executions(call: Call) -> None:
    """Eager call, compiled program and loop interpreter give what the kernel gives."""
    expected = call.expected()
    with mx.autograd.train_mode() if call.sample.train else mx.autograd.predict_mode():
        eager = call.eager(call.arrays())
    assert_same([x.asnumpy() for x in eager], expected, "eager")
    program = call.program()
    heads = program.num_heads
    assert_same(program(call.given(), call.generator())[:heads], expected, "compiled program")
    assert_same(program.interpret(call.given(), call.generator())[:heads], expected, "loop interpreter")


def weighted_sum(call: Call, values: Sequence, cotangents: dict[int, np.ndarray]) -> float:
    """Return the sum of all outputs, weighted with the cotangents."""
    outputs = call.kernel([None if x is None else call.prepared(i, x) for i, x in enumerate(values)])
    return float(sum(np.sum(outputs[i].astype(np.float64) * w) for i, w in cotangents.items()))


def central_difference(function: Callable[[Sequence], float], values: Sequence, index: int, eps: float) -> np.ndarray:
    """Return the gradient of a number with respect to input ``index`` by central differences."""
    gradient = np.zeros_like(values[index])
    for position in np.ndindex(values[index].shape):
        results = []
        for sign in (1.0, -1.0):
            moved = [None if x is None else x.copy() for x in values]
            moved[index][position] += sign * eps
            results.append(function(moved))
        gradient[position] = (results[0] - results[1]) / (2 * eps)
    return gradient


def assert_gradient(got: np.ndarray, expected: np.ndarray, tolerance: float, what: str) -> None:
    """Assert |got - expected| <= tolerance * (1e-5 + 1e-3 |expected|), the issue's bound for difference quotients."""
    assert got.shape == expected.shape, f"{what}: shape {got.shape}, expected {expected.shape}"
    np.testing.assert_allclose(got, expected, rtol=1e-3 * tolerance, atol=1e-5 * tolerance, err_msg=what)


def recorded(call: Call, values: Sequence, wrt: Sequence[int]):
    """Return (arrays, visible outputs) of an eager call on the tape."""
    arrays = [None if x is None else as_array(x) for x in values]
    for i in wrt:
        arrays[i].attach_grad()
    with mx.autograd.record(train_mode=call.sample.train):
        outputs = call.eager(arrays)
    return arrays, outputs


def eager_gradients(call: Call, values: Sequence, wrt: Sequence[int], cotangents: dict) -> list[np.ndarray]:
    """Return the gradients that backward() gives."""
    arrays, outputs = recorded(call, values, wrt)
    heads = [outputs[i] for i in cotangents]
    mx.autograd.backward(heads, [as_array(w, outputs[i].dtype) for i, w in cotangents.items()])
    return [call.prepared(i, arrays[i].grad.asnumpy()) for i in wrt]


def executor_gradients(call: Call, wrt: Sequence[int], cotangents: dict) -> list[np.ndarray]:
    """Return the gradients of the compiled backward graph."""
    heads, _ = call.graph()
    symbol = Symbol(heads[: call.visible])
    arrays = {f"x{i}": as_array(x) for i, x in enumerate(call.values) if x is not None}
    aux = {name: arrays.pop(name) for name in symbol.list_auxiliary_states()}
    grads = {f"x{i}": mx.nd.zeros(arrays[f"x{i}"].shape, dtype=arrays[f"x{i}"].dtype) for i in wrt}
    executor = symbol.bind(mx.cpu(), arrays, args_grad=grads, aux_states=aux)
    mx.random.seed(call.sample.seed)
    outputs = executor.forward(is_train=True)
    executor.backward(
        [
            as_array(cotangents[i], out.dtype) if i in cotangents else mx.nd.zeros(out.shape, dtype=out.dtype)
            for i, out in enumerate(outputs)
        ]
    )
    return [call.prepared(i, grads[f"x{i}"].asnumpy()) for i in wrt]


def check_first_order(call: Call) -> None:
    """The gradients of backward() and of the compiled backward graph are those of central differences."""
    wrt, cotangents = call.differentiable(), call.cotangents()
    if not wrt or not cotangents:
        excluded = call.sample.differentiable is not None or call.sample.outputs is not None
        candidates = [x for i, x in enumerate(call.given()) if i not in call.op.like_inputs]
        could = any(x.size and x.dtype == np.float64 for x in candidates)
        forgotten = excluded and could and call.op.rule is not None and not call.sample.reason
        assert not forgotten, "the sample checks no gradient of an operator that has one, and gives no reason"
        return
    values = [None if x is None else call.prepared(i, x) for i, x in enumerate(call.values)]
    eager = eager_gradients(call, values, wrt, cotangents)
    for index, got in zip(wrt, eager, strict=True):
        expected = central_difference(lambda v: weighted_sum(call, v, cotangents), values, index, 1e-6)
        name = call.op.inputs[0] if call.op.variadic else call.op.inputs[index]
        what = f"gradient of input {index}, {name}"
        assert_gradient(got, call.prepared(index, expected), call.sample.tolerance, what)
    if call.sample.train or not call.op.wants_train:
        compiled = executor_gradients(call, wrt, cotangents)
        for index, a, b in zip(wrt, compiled, eager, strict=True):
            np.testing.assert_allclose(
                a, b, rtol=1e-9, atol=1e-11, err_msg=f"compiled gradient of input {index} differs from the eager one"
            )


def check_second_order(call: Call) -> None:
    """The gradient of the gradient, with respect to inputs and head gradients, is that of central differences."""
    wrt, cotangents = call.differentiable(), call.cotangents()
    if not wrt or not cotangents:
        return
    if not call.sample.second_order:
        assert call.sample.reason, "second_order is False without a reason"
        return
    values = [None if x is None else call.prepared(i, x) for i, x in enumerate(call.values)]
    rng = np.random.default_rng(13)
    directions = [call.prepared(i, rng.uniform(0.5, 1.5, size=values[i].shape)) for i in wrt]

    def slope(v, w) -> float:
        """Return the first order gradients, weighted with the directions."""
        gradients = eager_gradients(call, v, wrt, w)
        return float(sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True)))

    arrays, outputs = recorded(call, values, wrt)
    weights = {i: as_array(w, outputs[i].dtype) for i, w in cotangents.items()}
    for w in weights.values():
        w.attach_grad()
    with mx.autograd.record(train_mode=call.sample.train):
        gradients = mx.autograd.grad(
            [outputs[i] for i in weights],
            [arrays[i] for i in wrt],
            head_grads=list(weights.values()),
            create_graph=True,
            retain_graph=True,
            train_mode=call.sample.train,
        )
    mx.autograd.backward(list(gradients), [as_array(d) for d in directions])
    tolerance = call.sample.tolerance
    for index in wrt:
        expected = central_difference(lambda v: slope(v, cotangents), values, index, 1e-5)
        got = call.prepared(index, arrays[index].grad.asnumpy())
        assert_gradient(got, call.prepared(index, expected), tolerance, f"second order gradient of input {index}")
    for index, w in weights.items():
        expected = np.zeros_like(cotangents[index])
        for position in np.ndindex(expected.shape):  # linear in the head gradients: any step will do
            moved = {i: v.copy() for i, v in cotangents.items()}
            moved[index][position] += 1.0
            expected[position] = slope(values, moved) - slope(values, cotangents)
        assert_gradient(w.grad.asnumpy(), expected, tolerance, f"second order gradient of head gradient {index}")


# -- docstrings --------------------------------------------------------------------------------------------------------
_NUMBER = re.compile(r"-?(?:\d+\.\d*|\.\d+)(?:e[+-]?\d+)?")


class _Checker(doctest.OutputChecker):
    """Compares what was printed without the blank line that opens MXNet's printed form, and numbers to five digits.

    The last digit of a float32 differs between processors, and with it the padding of a printed array.
    """

    def check_output(self, want, got, optionflags):
        want = want.replace("<BLANKLINE>", "")
        numbers = [[float(x) for x in _NUMBER.findall(text)] for text in (want, got)]
        texts = [" ".join(_NUMBER.sub("#", text).replace("[ ", "[").split()) for text in (want, got)]
        if len(numbers[0]) == len(numbers[1]) and np.allclose(*numbers, rtol=1e-5, atol=1e-7):
            want, got = texts
        return super().check_output(want.lstrip("\n"), got.lstrip("\n"), optionflags)


def run_examples(text: str, name: str) -> tuple[int, str]:
    """Run the examples of a docstring; return their number and what failed, "" where nothing did."""
    test = doctest.DocTestParser().get_doctest(text, {"mx": mx, "np": np}, name, None, 0)
    failures: list[str] = []
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    doctest.DocTestRunner(checker=_Checker(), verbose=False, optionflags=flags).run(test, out=failures.append)
    return len(test.examples), "".join(failures)


def symmetric(x: np.ndarray) -> np.ndarray:
    """Return the symmetric part of matrices: the projection for operators on symmetric matrices."""
    return (x + x.swapaxes(-1, -2)) / 2
