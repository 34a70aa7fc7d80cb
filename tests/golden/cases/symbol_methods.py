"""The methods of Symbol and Executor: parts, attributes, composition, inference, binding, and their misuse."""

import warnings

import numpy as np

from ..harness import Cases

CASES = Cases()


def case(name):
    """Enter ``answer(mx) -> value`` as a case of one answer."""

    def enter(answer):
        def run(mx):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return {"answer": answer(mx)}

        CASES.add(name, run)
        return answer

    return enter


def var(mx, name="x", **options):
    return mx.sym.Variable(name, **options)


def dense(mx):
    return mx.sym.FullyConnected(var(mx), num_hidden=3, name="fc")


def head(mx):
    return mx.sym.SoftmaxOutput(mx.sym.Activation(dense(mx), act_type="relu", name="act"), name="sm")


def summed(mx):
    return var(mx) + var(mx, "y")


def shown(value):
    """Return nested tuples of shapes and types as lists of text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, dict):
        return {k: shown(v) for k, v in sorted(value.items())}
    if isinstance(value, list) or (isinstance(value, tuple) and any(not isinstance(v, int) for v in value)):
        return [shown(v) for v in value]
    return str(value)


# -- arithmetic: the name of the node and its attributes ---------------------------------------------------------------
ARITHMETIC = {
    "rsub": lambda x, y: 3 - x, "rdiv": lambda x, y: 3 / x, "rpow": lambda x, y: 3**x, "rmod": lambda x, y: 3 % x,
    "radd": lambda x, y: 3 + x, "rmul": lambda x, y: 3 * x, "sub": lambda x, y: x - 3, "div": lambda x, y: x / 3,
    "pow": lambda x, y: x**3, "mod": lambda x, y: x % 3, "add_half": lambda x, y: x + 0.5, "neg": lambda x, y: -x,
    "abs": lambda x, y: abs(x), "gt": lambda x, y: x > 2, "reversed_gt": lambda x, y: 2 > x,  # noqa: SIM300
    "le": lambda x, y: x <= 2,
    "eq": lambda x, y: x == 2, "ne": lambda x, y: x != 2, "lt": lambda x, y: x < 2, "ge": lambda x, y: x >= 2,
    "add2": lambda x, y: x + y, "sub2": lambda x, y: x - y, "mul2": lambda x, y: x * y, "div2": lambda x, y: x / y,
    "mod2": lambda x, y: x % y, "pow2": lambda x, y: x**y, "eq2": lambda x, y: x == y, "gt2": lambda x, y: x > y,
    "numpy_scalar": lambda x, y: x + np.float32(2),
}
for _name, _function in ARITHMETIC.items():
    case(f"arithmetic/{_name}")(lambda mx, f=_function: (
        lambda s: [s.name, shown(s.list_attr()), s.list_arguments()])(f(var(mx), var(mx, "y"))))


# -- parts -------------------------------------------------------------------------------------------------------------
def split(mx):
    return mx.sym.split(var(mx), num_outputs=3, name="sp")


PARTS = {
    "internals": lambda mx: head(mx).get_internals().list_outputs(),
    "internals_slice": lambda mx: [s.name for s in head(mx).get_internals()[2:5]],
    "internals_step": lambda mx: head(mx).get_internals()[0:6:2].list_outputs(),
    "internals_by_name": lambda mx: head(mx).get_internals()["fc_output"].list_arguments(),
    "children": lambda mx: head(mx).get_children().list_outputs(),
    "children_of_children": lambda mx: head(mx).get_children().get_children().list_outputs(),
    "children_of_variable": lambda mx: var(mx).get_children(),
    "children_of_group": lambda mx: mx.sym.Group([dense(mx), mx.sym.exp(var(mx, "z"))]).get_children().list_outputs(),
    "group_name": lambda mx: mx.sym.Group([dense(mx), var(mx)]).name,
    "group_of_one": lambda mx: mx.sym.Group([dense(mx)]).name,
    "group_repr": lambda mx: repr(mx.sym.Group([dense(mx), var(mx)])),
    "group_nested": lambda mx: mx.sym.Group([mx.sym.Group([dense(mx), var(mx)]), var(mx, "z")]).list_outputs(),
    "group_attr": lambda mx: mx.sym.Group([var(mx, lr_mult=2), var(mx, "y")]).attr("lr_mult"),
    "split": lambda mx: [len(split(mx)), split(mx).list_outputs(), split(mx)[1].list_outputs()],
    "split_iterated": lambda mx: [s.list_outputs() for s in split(mx)],
    "split_by_name": lambda mx: split(mx)["sp_output1"].list_outputs(),
    "split_v2": lambda mx: [len(var(mx).split_v2(2)), len(var(mx).split_v2((1, 3)))],
    "histogram": lambda mx: len(mx.sym.histogram(var(mx), bins=3, range=(0, 1))),
    "batch_norm": lambda mx: (lambda s: [s.list_outputs(), s.list_auxiliary_states(), s.list_inputs(),
                                         s.get_internals().list_outputs()])(mx.sym.BatchNorm(var(mx), name="bn")),
    "no_bias": lambda mx: mx.sym.FullyConnected(var(mx), num_hidden=2, no_bias=True, name="q").list_arguments(),
    "weight_given": lambda mx: mx.sym.FullyConnected(
        data=var(mx), weight=var(mx, "ww"), num_hidden=2, name="q").list_arguments(),
    "nothing_given": lambda mx: mx.sym.FullyConnected(num_hidden=2, name="q").list_arguments(),
    "same_name_twice": lambda mx: (var(mx) + var(mx)).list_arguments(),
    "numbers": lambda mx: [mx.sym.maximum(1, 2), mx.sym.minimum(1, 2), mx.sym.power(2, 3), mx.sym.hypot(3, 4)],
    "debug": lambda mx: head(mx).debug_str(),
    "debug_batch_norm": lambda mx: mx.sym.BatchNorm(var(mx), name="bn").debug_str(),
    "methods": lambda mx: [var(mx).flatten(inplace=True).name, var(mx).squeeze(inplace=True).name,
                           var(mx).expand_dims(axis=1, inplace=True).name, var(mx).diag(k=1).attr("k")],
}
for _name, _function in PARTS.items():
    case(f"parts/{_name}")(_function)


# -- attributes --------------------------------------------------------------------------------------------------------
def scopes(mx):
    with mx.AttrScope(ctx_group="a", __mood__="x"):
        with mx.AttrScope(__mood__="y", __lr_mult__="3"):
            inner = mx.sym.FullyConnected(var(mx, "w", attr={"__mood__": "z"}), num_hidden=2, name="f")
        outer = mx.sym.exp(inner, name="g")
    return shown(mx.sym.exp(outer, name="h").attr_dict())


def decorated(mx):
    return var(mx, "v", attr={"mood": "angry"}, lr_mult=2, wd_mult=0.5, shape=(2, 0), dtype="float16",
               init=mx.init.Xavier(), __force_mirroring__="1", stype="default")


ATTRIBUTES = {
    "variable": lambda mx: shown(decorated(mx).list_attr()),
    "one_by_one": lambda mx: [decorated(mx).attr(key) for key in (
        "mood", "lr_mult", "__lr_mult__", "__shape__", "force_mirroring", "nothing")],
    "dict": lambda mx: shown((dense(mx) + decorated(mx)).attr_dict()),
    "any_value": lambda mx: shown(var(mx, __kind__=3).list_attr()),
    "shape_as_int": lambda mx: var(mx, shape=3).attr("__shape__"),
    "shape_as_list": lambda mx: var(mx, shape=[3, 2]).attr("__shape__"),
    "init_as_text": lambda mx: var(mx, init="xavier").attr("__init__"),
    "dtypes": lambda mx: [var(mx, dtype=d).attr("__dtype__") for d in ("float32", np.int8, "bool", np.float64)],
    "scopes": scopes,
    "scope_get": lambda mx: shown(mx.AttrScope(a="3").get({"b": "4", "a": "5"})),
    "operator": lambda mx: shown(mx.sym.exp(
        var(mx), attr={"__a__": "1", "ctx_group": "d"}, lr_mult="2", name="e").list_attr()),
    "operator_keyword": lambda mx: shown(mx.sym.FullyConnected(
        var(mx), num_hidden=2, __lr_mult__="3", name="e").attr_dict()),
    "set": lambda mx: (lambda s: [s._set_attr(mood="calm"), s.attr("mood")])(decorated(mx)),
    "round_trip": lambda mx: shown(mx.sym.load_json((dense(mx) + decorated(mx)).tojson()).attr_dict()),
}
for _name, _function in ATTRIBUTES.items():
    case(f"attributes/{_name}")(_function)


# -- composition -------------------------------------------------------------------------------------------------------
def block(mx):
    return mx.sym.FullyConnected(var(mx, "a"), num_hidden=3, name="n1")


COMPOSITION = {
    "by_name": lambda mx: block(mx)(a=mx.sym.exp(var(mx), name="e")).list_arguments(),
    "another_name": lambda mx: (lambda s: [s.name, s.list_outputs(), s.list_arguments()])(
        block(mx)(a=var(mx), name="new")),
    "original_stays": lambda mx: (lambda s: [s(a=var(mx)).list_arguments(), s.list_arguments()])(block(mx)),
    "weight": lambda mx: block(mx)(a=var(mx), n1_weight=var(mx, "ww")).list_arguments(),
    "copy": lambda mx: __import__("copy").copy(block(mx)).tojson() == block(mx).tojson(),
}
for _name, _function in COMPOSITION.items():
    case(f"composition/{_name}")(_function)


# -- inference ---------------------------------------------------------------------------------------------------------
INFERENCE = {
    "shapes": lambda mx: head(mx).infer_shape(x=(4, 5)),
    "shapes_from_weight": lambda mx: dense(mx).infer_shape(fc_weight=(3, 7)),
    "shapes_partial": lambda mx: head(mx).infer_shape_partial(x=(0, 5)),
    "shapes_of_nothing": lambda mx: head(mx).infer_shape(),
    "shapes_of_group": lambda mx: mx.sym.Group([dense(mx), dense(mx)]).infer_shape(x=(2, 2)),
    "shapes_of_states": lambda mx: mx.sym.BatchNorm(var(mx), name="bn").infer_shape(x=(2, 3, 4, 4)),
    "shapes_declared": lambda mx: (var(mx, shape=(2, 3)) + 1).infer_shape(),
    "shapes_declared_partly": lambda mx: (var(mx, shape=(0, 3)) + var(mx, "y")).infer_shape(y=(2, 3)),
    "shapes_reshaped": lambda mx: mx.sym.reshape(var(mx), shape=(-1, 2)).infer_shape(x=(4, 3)),
    "types": lambda mx: dense(mx).infer_type(x="float64"),
    "types_half": lambda mx: dense(mx).infer_type(x=np.float16),
    "types_of_nothing": lambda mx: dense(mx).infer_type(),
    "types_partial": lambda mx: dense(mx).infer_type_partial(),
    "types_cast": lambda mx: mx.sym.Cast(var(mx), dtype="int32").infer_type(x="float32"),
    "types_cast_partial": lambda mx: mx.sym.Cast(var(mx), dtype="int32").infer_type_partial(),
    "types_declared": lambda mx: (var(mx, dtype="float16") + 1).infer_type(),
    "types_embedding": lambda mx: mx.sym.Embedding(
        var(mx), input_dim=3, output_dim=2, name="em").infer_type(x="int32"),
}
for _name, _function in INFERENCE.items():
    case(f"inference/{_name}")(lambda mx, f=_function: shown(f(mx)))


# -- binding -----------------------------------------------------------------------------------------------------------
def arrays(mx, count=2):
    return [mx.nd.array([k + 1.0, 10.0 * k]) for k in range(count)]


def values(outputs):
    return [out.asnumpy() for out in outputs]


BINDING = {
    "eval": lambda mx: values(summed(mx).eval(ctx=mx.cpu(), x=arrays(mx)[0], y=arrays(mx)[1])),
    "list": lambda mx: values(summed(mx).bind(mx.cpu(), arrays(mx)).forward()),
    "more_than_needed": lambda mx: values(summed(mx).bind(
        mx.cpu(), dict(zip(("x", "y", "z"), arrays(mx, 3), strict=True))).forward()),
    "requests_by_name": lambda mx: [name for name, g in summed(mx).simple_bind(
        mx.cpu(), grad_req={"x": "write"}, x=(2,), y=(2,)).grad_dict.items() if g is not None],
    "requests_in_order": lambda mx: [g is None for g in summed(mx).simple_bind(
        mx.cpu(), grad_req=["null", "write"], x=(2,), y=(2,)).grad_arrays],
    "no_requests": lambda mx: summed(mx).simple_bind(mx.cpu(), grad_req="null", x=(2,), y=(2,)).grad_arrays,
    "types": lambda mx: [a.dtype.__name__ for a in summed(mx).simple_bind(
        mx.cpu(), type_dict={"x": "float64"}, x=(2,), y=(2,)).arg_arrays],
    "reshape": lambda mx: [
        str(a.shape) for a in dense(mx).simple_bind(mx.cpu(), x=(4, 5)).reshape(x=(2, 5)).arg_arrays],
    "names": lambda mx: (lambda e: [list(e.arg_dict), list(e.aux_dict), list(e.output_dict), list(e.grad_dict)])(
        mx.sym.BatchNorm(var(mx), name="bn").simple_bind(mx.cpu(), x=(2, 3))),
    "outputs_before_forward": lambda mx: [str(o.shape) for o in dense(mx).simple_bind(mx.cpu(), x=(4, 5)).outputs],
}
for _name, _function in BINDING.items():
    case(f"binding/{_name}")(_function)


# -- misuse ------------------------------------------------------------------------------------------------------------
def bound(mx):
    return summed(mx).simple_bind(mx.cpu(), x=(2,), y=(2,))


MISUSE = {
    "no_such_output": lambda mx: head(mx).get_internals()["fc"],
    "index_too_high": lambda mx: head(mx).get_internals()[99],
    "index_is_float": lambda mx: head(mx)[1.0],
    "empty_group": lambda mx: mx.sym.Group([]),
    "group_of_numbers": lambda mx: mx.sym.Group([1]),
    "operator_on_group": lambda mx: mx.sym.exp(mx.sym.Group([dense(mx), var(mx)])),
    "add_list": lambda mx: var(mx) + [1],
    "add_none": lambda mx: var(mx) + None,
    "add_array": lambda mx: var(mx) + mx.nd.ones(1),
    "add_in_place": lambda mx: var(mx).__iadd__(1),
    "truth": lambda mx: bool(var(mx)),
    "variable_named_by_number": lambda mx: var(mx, 3),
    "variable_unknown_argument": lambda mx: var(mx, foo="a"),
    "variable_attribute_is_number": lambda mx: var(mx, attr={"a": 3}),
    "set_attribute_to_number": lambda mx: var(mx)._set_attr(a=3),
    "scope_of_number": lambda mx: mx.AttrScope(a=3),
    "compose_both_ways": lambda mx: block(mx)(var(mx), a=var(mx, "y")),
    "compose_number": lambda mx: block(mx)(a=3),
    "compose_unknown": lambda mx: block(mx)(zz=var(mx)).list_arguments(),
    "shapes_contradict": lambda mx: dense(mx).infer_shape(x=(4, 5), fc_weight=(3, 7)),
    "shapes_contradict_partial": lambda mx: dense(mx).infer_shape_partial(x=(4, 5), fc_weight=(3, 7)),
    "shapes_of_unknown": lambda mx: dense(mx).infer_shape(zz=(4, 5)),
    "shapes_of_unknown_too": lambda mx: dense(mx).infer_shape(x=(4, 5), zz=(4, 5)),
    "shape_is_number": lambda mx: dense(mx).infer_shape(x=4),
    "types_contradict": lambda mx: summed(mx).infer_type(x="float32", y="float64"),
    "eval_without_argument": lambda mx: summed(mx).eval(x=mx.nd.ones(2)),
    "bind_short_list": lambda mx: summed(mx).bind(mx.cpu(), [mx.nd.ones(2)]),
    "bind_without_argument": lambda mx: summed(mx).bind(mx.cpu(), {"x": mx.nd.ones(2)}),
    "bind_number": lambda mx: summed(mx).bind(mx.cpu(), {"x": 3, "y": mx.nd.ones(2)}),
    "bind_other_shapes": lambda mx: summed(mx).bind(mx.cpu(), {"x": mx.nd.ones(2), "y": mx.nd.ones(3)}),
    "simple_bind_nothing": lambda mx: summed(mx).simple_bind(mx.cpu()),
    "simple_bind_contradiction": lambda mx: summed(mx).simple_bind(mx.cpu(), x=(2,), y=(3,)),
    "forward_other_shape": lambda mx: bound(mx).forward(x=mx.nd.ones(3)),
    "forward_list": lambda mx: bound(mx).forward(x=[1, 2]),
    "forward_unknown": lambda mx: bound(mx).forward(z=mx.nd.ones(2)),
    "backward_number": lambda mx: (lambda e: [e.forward(is_train=True), e.backward(3)])(bound(mx)),
    "copy_unknown_parameter": lambda mx: bound(mx).copy_params_from({"z": mx.nd.ones(2)}),
    "reshape_contradiction": lambda mx: dense(mx).simple_bind(mx.cpu(), x=(4, 5)).reshape(x=(2, 6)),
    "values": lambda mx: var(mx).asnumpy(),
    "scalar": lambda mx: var(mx).asscalar(),
    "wait": lambda mx: var(mx).wait_to_read(),
    "backward_of_symbol": lambda mx: var(mx).backward(),
    "context_of_symbol": lambda mx: var(mx).as_in_context(),
    "backend": lambda mx: var(mx).get_backend_symbol("nope"),
    "histogram_without_range": lambda mx: mx.sym.histogram(var(mx), bins=3),
    "no_such_file": lambda mx: mx.sym.load("/nonexistent"),
    "operator_without_attribute": lambda mx: mx.sym.FullyConnected(var(mx)),
    "operator_bad_attribute": lambda mx: mx.sym.FullyConnected(var(mx), num_hidden="a"),
    "operator_unknown_attribute": lambda mx: mx.sym.FullyConnected(var(mx), num_hidden=2, foo=3),
    "operator_on_number": lambda mx: mx.sym.exp(3),
    "operator_on_array": lambda mx: mx.sym.exp(mx.nd.ones(2)),
    "no_such_operator": lambda mx: mx.sym.nonexistent_operator,
    "recursive_attributes": lambda mx: head(mx).list_attr(recursive=True),
}
for _name, _function in MISUSE.items():
    CASES.raises(f"misuse/{_name}", _function)
