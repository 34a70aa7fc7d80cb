"""Checks of symbols: values, gradients against central differences, agreement of contexts and dtypes, speed."""
import json
import time

import numpy as np

from .. import autograd
from .. import ndarray as nd
from ..base import ArgumentError
from ..context import current_context
from .arrays import random_arrays
from .compare import assert_almost_equal, default_numeric_eps, get_atol, get_rtol

# Central differences in the precision of the dtype itself are this exact at best.
_NUMERIC_RTOLS = {"float16": 1e-1, "float32": 1e-2, "float64": 1e-5}
_NUMERIC_ATOLS = {"float16": 1e-1, "float32": 2e-3, "float64": 1e-7}


def simple_forward(sym, ctx=None, is_train: bool = False, **inputs):
    """Return what a symbol computes from NumPy arrays given by name, as a NumPy array, or a list for several outputs.

    >>> import mxlearn as mx, numpy as np
    >>> mx.test_utils.simple_forward(mx.sym.Variable("x") + 1, x=np.ones(2)).tolist()
    [2.0, 2.0]
    """
    ctx = ctx or current_context()
    executor = sym.bind(ctx, {name: nd.array(value, ctx=ctx) for name, value in inputs.items()})
    outputs = [output.asnumpy() for output in executor.forward(is_train=is_train)]
    return outputs[0] if len(outputs) == 1 else outputs


def _named(values, names: list[str], what: str, ctx, dtype) -> dict:
    """Return a dict of name to NDArray from a list or dict of arrays; integer arrays keep their values in ``dtype``."""
    if isinstance(values, dict):
        if set(values) != set(names):
            raise ArgumentError(f"the symbol's {what} are {names}, but values are given for {sorted(values)}.")
    else:
        if len(values) != len(names):
            raise ArgumentError(f"the symbol's {what} are {names}, but {len(values)} values are given.")
        values = dict(zip(names, values, strict=True))
    return {name: _array(values[name], ctx, dtype) for name in names}


def _array(value, ctx, dtype):
    if isinstance(value, nd.NDArray):
        return value.astype(dtype or value.dtype).as_in_context(ctx)
    return nd.array(value, ctx=ctx, dtype=dtype or np.asarray(value).dtype)


def _aux(sym, aux_states, ctx, dtype):
    names = sym.list_auxiliary_states()
    if aux_states is None and names:
        raise ArgumentError(f"aux_states is missing: the symbol's auxiliary states are {names}.")
    return _named(aux_states, names, "auxiliary states", ctx, dtype) if names else None


def _requests(sym, grad_req) -> dict[str, str]:
    names = sym.list_arguments()
    if isinstance(grad_req, str):
        return dict.fromkeys(names, grad_req)
    if isinstance(grad_req, list | tuple):
        return dict(zip(names, grad_req, strict=True))
    return {name: grad_req.get(name, "null") for name in names}


def check_symbolic_forward(
    sym, location, expected, rtol=None, atol=None, aux_states=None, ctx=None, equal_nan=False, dtype=np.float32
):
    """Compare what a symbol computes with expected values.

    Parameters
    ----------
    sym : Symbol
    location : list or dict of arrays, the arguments
    expected : list or dict (by output name) of arrays
    rtol, atol : float; None: by dtype
    aux_states : list or dict of arrays
    ctx : Context
    dtype : dtype to compute in

    Returns
    -------
    list of NDArray, the outputs

    Raises
    ------
    AssertionError
        If an output differs.
    """
    ctx = ctx or current_context()
    args = _named(location, sym.list_arguments(), "arguments", ctx, dtype)
    executor = sym.bind(ctx, args, aux_states=_aux(sym, aux_states, ctx, dtype))
    outputs = executor.forward(is_train=False)
    names = sym.list_outputs()
    if isinstance(expected, dict):
        expected = [expected[name] for name in names]
    for name, wanted, output in zip(names, expected, outputs, strict=True):
        assert_almost_equal(
            _numpy(wanted), output.asnumpy(), rtol, atol, (f"EXPECTED_{name}", f"FORWARD_{name}"), equal_nan
        )
    return outputs


def _numpy(value) -> np.ndarray:
    return value.asnumpy() if isinstance(value, nd.NDArray) else np.asarray(value)


def check_symbolic_backward(
    sym,
    location,
    out_grads,
    expected,
    rtol=None,
    atol=None,
    aux_states=None,
    grad_req="write",
    ctx=None,
    grad_stypes=None,
    equal_nan=False,
    dtype=np.float32,
):
    """Compare the gradients of a symbol with expected values, for each gradient request.

    Parameters
    ----------
    sym : Symbol
    location : list or dict of arrays, the arguments
    out_grads : list or dict (by output name) of arrays, or None: the head gradients
    expected : list or dict (by argument name) of arrays
    grad_req : str, list or dict of "write", "add" (to random numbers, here) or "null"
    rtol, atol, aux_states, ctx, dtype : see check_symbolic_forward
    grad_stypes : of sparse gradients; not used

    Returns
    -------
    dict of argument name to NDArray, the gradients
    """
    ctx = ctx or current_context()
    args = _named(location, sym.list_arguments(), "arguments", ctx, dtype)
    if isinstance(expected, list | tuple):
        expected = dict(zip(sym.list_arguments(), expected, strict=True))
    before = {name: nd.array(random_arrays(args[name].shape), ctx=ctx, dtype=dtype) for name in expected}
    grads = {name: value.copy() for name, value in before.items()}
    requests = _requests(sym, grad_req)
    requests = {name: requests[name] if name in expected else "null" for name in requests}
    executor = sym.bind(ctx, args, args_grad=grads, grad_req=requests, aux_states=_aux(sym, aux_states, ctx, dtype))
    executor.forward(is_train=True)
    executor.backward(_head_grads(sym, out_grads, ctx, dtype))
    for name, wanted in expected.items():
        wanted = _numpy(wanted)
        if requests[name] == "add":
            wanted = wanted + before[name].asnumpy()
        elif requests[name] == "null":
            wanted = before[name].asnumpy()
        names = (f"EXPECTED_{name}", f"BACKWARD_{name}")
        assert_almost_equal(wanted, executor.grad_dict[name].asnumpy(), rtol, atol, names, equal_nan)
    return {name: grad for name, grad in executor.grad_dict.items() if name in expected}


def _head_grads(sym, out_grads, ctx, dtype):
    if out_grads is None:
        return None
    if isinstance(out_grads, dict):
        out_grads = [out_grads[name] for name in sym.list_outputs()]
    return [_array(grad, ctx, dtype) for grad in out_grads]


def numeric_grad(
    executor, location: dict, aux_states=None, eps: float = 1e-4, use_forward_train: bool = True, dtype=np.float32
) -> dict:
    """Return the gradient of the sum of an executor's first output, by central differences.

    Parameters
    ----------
    executor : Executor
    location : dict of argument name to array, where to differentiate, and by what
    aux_states : dict of name to array, put back before each evaluation
    eps : float, distance of the two evaluations
    use_forward_train : bool, is_train of the evaluations
    dtype : dtype of the results

    Returns
    -------
    dict of argument name to NumPy array
    """

    def value() -> float:
        return float(executor.outputs[0].asnumpy().astype(np.float64).sum())

    return _central(executor, location, value, aux_states, eps, use_forward_train, dtype)


def _central(executor, location: dict, value, aux_states, eps, use_forward_train, dtype) -> dict:
    values = {name: _numpy(array).copy() for name, array in location.items()}

    def evaluate(name: str, point: np.ndarray) -> float:
        executor.arg_dict[name][:] = point
        for aux, array in (aux_states or {}).items():
            executor.aux_dict[aux][:] = array
        executor.forward(is_train=use_forward_train)
        return value()

    grads = {}
    for name, array in values.items():
        executor.arg_dict[name][:] = array
    for name, array in values.items():
        point = array.astype(executor.arg_dict[name].dtype)
        grad = np.zeros(point.shape, dtype or point.dtype)
        for i in np.ndindex(point.shape):
            kept = point[i]
            point[i] = kept + eps / 2
            above, high = point[i], evaluate(name, point)
            point[i] = kept - eps / 2
            below, low = point[i], evaluate(name, point)
            point[i] = kept
            grad[i] = (high - low) / (float(above) - float(below))        # the step that the dtype really made
        evaluate(name, point)
        grads[name] = grad
    return grads


def check_numeric_gradient(
    sym,
    location,
    aux_states=None,
    numeric_eps=None,
    rtol=None,
    atol=None,
    grad_nodes=None,
    use_forward_train: bool = True,
    ctx=None,
    grad_stype_dict=None,
    dtype=np.float32,
) -> None:
    """Compare a symbol's gradients with central differences.

    The outputs are multiplied by random numbers and summed, so that one backward pass checks every element of the
    Jacobian. A loss layer, which ignores its head gradient, cannot be checked so.

    Parameters
    ----------
    sym : Symbol
    location : list or dict of arrays, the arguments
    aux_states : list or dict of arrays
    numeric_eps : float, distance of the two evaluations; None: by dtype
    rtol, atol : float; None: what central differences in ``dtype`` can reach
    grad_nodes : names to check, or a dict of name to gradient request; None: all arguments
    use_forward_train : bool, is_train of the evaluations
    ctx : Context
    grad_stype_dict : of sparse gradients; not used
    dtype : dtype to compute in; float64 is by far the most exact

    Raises
    ------
    AssertionError
        If a gradient differs.
    """
    ctx = ctx or current_context()
    kind = np.dtype(dtype)
    eps = 2 * default_numeric_eps()[kind] if numeric_eps is None else numeric_eps
    rtol = _NUMERIC_RTOLS[kind.name] if rtol is None else rtol
    atol = _NUMERIC_ATOLS[kind.name] if atol is None else atol
    args = _named(location, sym.list_arguments(), "arguments", ctx, kind)
    aux = _aux(sym, aux_states, ctx, kind)
    if grad_nodes is None:
        requests = dict.fromkeys(sym.list_arguments(), "write")
    else:
        given = grad_nodes if isinstance(grad_nodes, dict) else dict.fromkeys(grad_nodes, "write")
        requests = {name: given.get(name, "null") for name in sym.list_arguments()}
    checked = [name for name, request in requests.items() if request != "null"]
    grads = {name: nd.array(random_arrays(args[name].shape), ctx=ctx, dtype=kind) for name in checked}
    before = {name: grad.asnumpy() for name, grad in grads.items()}
    start = {name: array.asnumpy() for name, array in (aux or {}).items()}

    executor = sym.bind(ctx, args, args_grad=grads, grad_req=requests, aux_states=aux)
    outputs = executor.forward(is_train=True)
    weights = [np.asarray(np.random.uniform(0.5, 1.5, output.shape), kind) for output in outputs]
    executor.backward([nd.array(w, ctx=ctx, dtype=kind) for w in weights])
    found = {name: executor.grad_dict[name].asnumpy() for name in checked}

    def value() -> float:
        return sum(
            float((output.asnumpy().astype(np.float64) * weight).sum())
            for output, weight in zip(executor.outputs, weights, strict=True)
        )

    where = {name: args[name] for name in checked}
    numeric = _central(executor, where, value, start, eps, use_forward_train, np.float64)
    for name in checked:
        wanted = numeric[name] + (before[name] if requests[name] == "add" else 0)
        assert_almost_equal(wanted, found[name], rtol, atol, (f"NUMERICAL_{name}", f"BACKWARD_{name}"))


def check_consistency(
    sym,
    ctx_list,
    scale: float = 1.0,
    grad_req="write",
    arg_params=None,
    aux_params=None,
    rtol=None,
    atol=None,
    raise_on_err: bool = True,
    ground_truth=None,
    equal_nan: bool = False,
    use_uniform: bool = False,
    rand_type=np.float64,
):
    """Compare outputs and gradients of a symbol on several contexts and dtypes with those of the highest precision.

    Parameters
    ----------
    sym : Symbol, or a list of Symbols, one for each entry of ctx_list
    ctx_list : list of dict: "ctx", the shape of each input by name, and "type_dict" of name to dtype
    scale : float, standard deviation of random arguments
    grad_req : str or dict
    arg_params, aux_params : dict of name to array, in the place of random ones
    rtol, atol : float; None: by dtype
    raise_on_err : bool; False prints the errors
    ground_truth : dict of name to array, in the place of the run of highest precision
    use_uniform : bool, random arguments from -scale to scale
    rand_type : dtype in which random arguments are drawn

    Returns
    -------
    dict of output and argument name to NDArray, the outputs and gradients that the others were compared with
    """
    if len(ctx_list) < 2:
        raise ArgumentError("check_consistency: ctx_list needs at least two entries.")
    symbols = list(sym) if isinstance(sym, list | tuple) else [sym] * len(ctx_list)
    executors = [s.simple_bind(grad_req=grad_req, **entry) for s, entry in zip(symbols, ctx_list, strict=True)]
    first = executors[0]
    arguments = {}
    for name, array in first.arg_dict.items():
        if arg_params is not None and name in arg_params:
            arguments[name] = _numpy(arg_params[name])
        elif use_uniform:
            arguments[name] = np.random.uniform(-scale, scale, array.shape).astype(rand_type)
        else:
            arguments[name] = np.random.normal(size=array.shape, scale=scale).astype(rand_type)
    auxiliary = {
        name: _numpy(aux_params[name]) if aux_params and name in aux_params else np.zeros(array.shape)
        for name, array in first.aux_dict.items()
    }
    training = grad_req != "null"
    weights = [np.random.normal(size=output.shape) for output in first.outputs]
    for executor in executors:
        for name, value in arguments.items():
            executor.arg_dict[name][:] = value
        for name, value in auxiliary.items():
            executor.aux_dict[name][:] = value
        outputs = executor.forward(is_train=training)
        if training:
            heads = zip(weights, outputs, strict=True)
            executor.backward([nd.array(w, ctx=o.context, dtype=o.dtype) for w, o in heads])
    precision = [min(np.finfo(o.dtype).precision if np.dtype(o.dtype).kind == "f" else 99 for o in e.outputs)
                 for e in executors]
    best = int(np.argmax(precision))
    truth = ground_truth or _results(executors[best], training)
    for number, executor in enumerate(executors):
        if number == best and ground_truth is None:
            continue
        dtype = executor.outputs[0].dtype
        for name, array in _results(executor, training).items():
            try:
                assert_almost_equal(
                    array.asnumpy().astype(np.float64), _numpy(truth[name]).astype(np.float64),
                    get_rtol(rtol, dtype), get_atol(atol, dtype), (f"{name} of entry {number}", "reference"), equal_nan,
                )
            except AssertionError as error:
                if raise_on_err:
                    raise
                print(f"check_consistency: {error}")
    return truth


def _results(executor, training: bool) -> dict:
    found = dict(executor.output_dict)
    if training:
        found.update({name: grad for name, grad in executor.grad_dict.items() if grad is not None})
    return found


def check_speed(sym, location=None, ctx=None, N: int = 20, grad_req=None, typ: str = "whole", **kwargs) -> float:  # noqa: N803
    """Return the seconds that a run of a symbol takes, on the average of ``N`` after one that is not counted.

    Parameters
    ----------
    location : dict of arrays; or the shapes of the inputs as keywords, for random ones
    typ : "whole", forward and backward, or "forward"
    """
    if typ not in ("whole", "forward"):
        raise ArgumentError(f"check_speed: typ must be 'whole' or 'forward'. Received: {typ!r}")
    ctx = ctx or current_context()
    shapes = kwargs if location is None else {name: np.shape(value) for name, value in location.items()}
    executor = sym.simple_bind(ctx, grad_req=grad_req or ("write" if typ == "whole" else "null"), **shapes)
    for name, array in executor.arg_dict.items():
        array[:] = np.random.normal(size=array.shape) if location is None else location[name]

    def run() -> None:
        outputs = executor.forward(is_train=typ == "whole")
        if typ == "whole":
            executor.backward(outputs)
            for grad in executor.grad_arrays:
                if grad is not None:
                    grad.wait_to_read()
        for output in outputs:
            output.wait_to_read()

    run()
    begin = time.perf_counter()
    for _ in range(N):
        run()
    return (time.perf_counter() - begin) / N


def same_symbol_structure(sym1, sym2) -> bool:
    """Return whether two symbols are the same graph of operators, whatever the names and attributes."""

    def structure(sym) -> list:
        nodes = json.loads(sym.tojson())["nodes"]
        return [(node["op"], [entry[:2] for entry in node["inputs"]]) for node in nodes]

    return structure(sym1) == structure(sym2)


def check_gluon_hybridize_consistency(
    net_builder, data_l, numpy_func=None, test_grad: bool = True, rtol: float = 1e-4, atol: float = 1e-4
) -> None:
    """Compare outputs and gradients of a block before and after ``hybridize()``, and outputs with a NumPy function.

    Parameters
    ----------
    net_builder : callable () -> HybridBlock
    data_l : list of NDArray, the inputs
    numpy_func : callable (*NumPy arrays) -> NumPy array, or None
    test_grad : bool, compare the gradients of inputs and parameters too
    """
    net = net_builder()
    net.initialize()
    results = []
    for hybrid in (False, True):
        net.hybridize(hybrid)
        inputs = [nd.array(data, dtype=data.dtype) for data in data_l]
        for array in inputs:
            array.attach_grad()
        with autograd.record(train_mode=test_grad):
            output = net(*inputs)
        found = [output.asnumpy()]
        if test_grad:
            output.backward()
            found += [array.grad.asnumpy() for array in inputs]
            found += [p.list_grad()[0].asnumpy() for p in net.collect_params().values() if p.grad_req != "null"]
        results.append(found)
    for eager, hybridized in zip(*results, strict=True):
        assert_almost_equal(hybridized, eager, rtol, atol, ("hybridized", "eager"))
    if numpy_func is not None:
        assert_almost_equal(results[0][0], numpy_func(*[_numpy(d) for d in data_l]), rtol, atol, ("block", "numpy"))
