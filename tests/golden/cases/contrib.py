"""Operators outside of the stable interface, and others of few uses: densities, attention, processes, old names."""

import json

import numpy as np

from ..harness import Cases, integers, lookup, normal, simplex, source, uniform

CASES = Cases()
op = CASES.op
raises = CASES.raises

# -- densities ---------------------------------------------------------------------------------------------------------
DENSITIES = {
    "uniform": lambda *n: (uniform(-1, 1, 2, *n), uniform(-2, -1, 2), uniform(1, 2, 2)),
    "normal": lambda *n: (normal(2, *n), normal(2), uniform(0.5, 2, 2)),
    "gamma": lambda *n: (uniform(0.1, 3, 2, *n), uniform(0.5, 3, 2), uniform(0.5, 2, 2)),
    "exponential": lambda *n: (uniform(0, 3, 2, *n), uniform(0.5, 2, 2)),
    "poisson": lambda *n: (integers(0, 7, 2, *n), uniform(0.5, 4, 2)),
    "negative_binomial": lambda *n: (integers(0, 7, 2, *n), uniform(1, 4, 2), uniform(0.2, 0.8, 2)),
    "generalized_negative_binomial": lambda *n: (integers(0, 7, 2, *n), uniform(1, 4, 2), uniform(0.2, 0.8, 2)),
    "dirichlet": lambda *n: (simplex(2, *n, 3), uniform(0.5, 3, 2, 3)),
}
for _name, _inputs in DENSITIES.items():
    for _is_log in (False, True):
        _text = "log" if _is_log else "plain"
        op(f"random_pdf_{_name}/{_text}", f"random_pdf_{_name}", *_inputs(4), is_log=_is_log, scaled=1e-5)
        op(f"random_pdf_{_name}/{_text} 3d", f"random_pdf_{_name}", *_inputs(3, 2), is_log=_is_log, scaled=1e-5)
op("random_pdf_normal/two axes", "random_pdf_normal", normal(2, 3, 4), normal(2, 3), uniform(0.5, 2, 2, 3), scaled=1e-5)
_LINE = np.float32([[-3, 0, 3]])
op("random_pdf_uniform/outside", "random_pdf_uniform", _LINE, np.float32([-1]), np.float32([1]))
op("random_pdf_exponential/outside", "random_pdf_exponential", _LINE, np.float32([2]), scaled=1e-5)
raises("random_pdf_normal/trailing", lambda mx: mx.nd.random_pdf_normal(mx.nd.ones((2, 3)), *[mx.nd.ones(3)] * 2))
raises(
    "random_pdf_normal/unequal",
    lambda mx: mx.nd.random_pdf_normal(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)), mx.nd.ones(2)),
)

# -- attention ---------------------------------------------------------------------------------------------------------
def _with_two_heads(name):
    return lambda mx, *inputs: getattr(mx.nd.contrib, f"interleaved_matmul_{name}")(*inputs, heads=2)


ATTENTION = {
    "selfatt_qk": (normal(3, 2, 24),),
    "selfatt_valatt": (normal(3, 2, 24), uniform(0, 1, 4, 3, 3)),
    "encdec_qk": (normal(3, 2, 8), normal(5, 2, 16)),
    "encdec_valatt": (normal(5, 2, 16), uniform(0, 1, 4, 3, 5)),
}
for _name, _inputs in ATTENTION.items():
    op(f"interleaved_matmul/{_name}", "", *_inputs, call=_with_two_heads(_name), scaled=1e-5)
raises(
    "interleaved_matmul/heads",
    lambda mx: mx.nd.contrib.interleaved_matmul_encdec_qk(mx.nd.ones((3, 2, 8)), mx.nd.ones((3, 2, 12)), heads=2),
)
raises(
    "interleaved_matmul/rank", lambda mx: mx.nd.contrib.interleaved_matmul_selfatt_qk(mx.nd.ones((3, 24)), heads=2)
)
raises(
    "interleaved_matmul/attention",
    lambda mx: mx.nd.contrib.interleaved_matmul_selfatt_valatt(mx.nd.ones((3, 2, 24)), mx.nd.ones((4, 2, 3)), heads=2),
)

# -- Hawkes processes --------------------------------------------------------------------------------------------------
_MARKS = np.random.RandomState(3).randint(0, 3, size=(4, 7)).astype("int32")
_RATES = (uniform(0.5, 2, 4, 3), uniform(0.1, 0.9, 3), uniform(0.5, 2, 3))
for _text, _state in {"from nothing": np.zeros((4, 3), "float32"), "from a past": uniform(0, 2, 4, 3)}.items():
    op(
        f"hawkesll/{_text}",
        "contrib.hawkesll",
        *_RATES,
        _state,
        uniform(0, 0.5, 4, 7),
        _MARKS,
        np.float32([7, 3, 0, 5]),
        np.float32([5, 6, 2, 9]),
        grad=(0, 1, 2),
        heads=(0,),
        scaled=1e-5,
    )

# -- relatives of layers -----------------------------------------------------------------------------------------------
_STATISTICS = (uniform(0.5, 1.5, 3), normal(3), normal(3), uniform(0.5, 2, 3))
for _text, _attrs in {"default": {}, "fix_gamma": {"fix_gamma": False, "eps": 0.01}}.items():
    for _train in (True, False):
        op(
            f"BatchNormWithReLU/{_text}, {'training' if _train else 'inference'}",
            "contrib.BatchNormWithReLU",
            normal(4, 3, 2, 2),
            *_STATISTICS,
            grad=(0, 1, 2) if _train else False,  # outside of training MXNet's gradient does not know the relu
            aux=(3, 4),
            train=_train,
            scaled=1e-5,
            **_attrs,
        )
        op(
            f"SyncBatchNorm/{_text}, {'training' if _train else 'inference'}",
            "contrib.SyncBatchNorm",
            normal(4, 3, 2, 2),
            *_STATISTICS,
            grad=(0, 1, 2),
            aux=(3, 4),
            train=_train,
            scaled=1e-5,
            key=f"{_text} {_train}",
            **_attrs,
        )
for _text, _attrs in {
    "plain": {},
    "stride pad": {"stride": (2, 1), "pad": (1, 0)},
    "dilate": {"dilate": (2, 2), "pad": (1, 1)},
}.items():
    op(
        f"Convolution_v1/{_text}", "Convolution_v1", normal(2, 3, 6, 5), normal(4, 3, 3, 2), normal(4),
        kernel=(3, 2), num_filter=4, scaled=1e-5, **_attrs,
    )  # fmt: skip
op(
    "Convolution_v1/groups", "Convolution_v1", normal(2, 4, 5, 5), normal(4, 2, 3, 3),
    kernel=(3, 3), num_filter=4, num_group=2, no_bias=True, scaled=1e-5,
)  # fmt: skip
POOLS = {
    "max": {"kernel": (2, 2)},
    "full": {"kernel": (2, 2), "stride": (2, 2), "pooling_convention": "full"},
    "avg padded": {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pool_type": "avg"},
    "sum": {"kernel": (2, 3), "stride": (2, 2), "pool_type": "sum"},
    "global": {"global_pool": True, "pool_type": "avg"},
    "global max": {"global_pool": True},
}
for _text, _attrs in POOLS.items():
    op(f"Pooling_v1/{_text}", "Pooling_v1", normal(2, 3, 5, 5), **_attrs)
op("Pooling_v1/ties", "Pooling_v1", np.ones((1, 1, 3, 3), "float32"), kernel=(2, 2))


@CASES.case("BatchNorm_v1/executor", scaled=1e-5)
def _(mx):
    random = np.random.RandomState(5)
    layer = mx.sym.BatchNorm_v1(mx.sym.Variable("data"), name="bn", fix_gamma=False, momentum=0.5)
    executor = layer.simple_bind(mx.cpu(), data=(4, 3, 2, 2))
    for array in (*executor.arg_arrays, *executor.aux_arrays):
        array[:] = mx.nd.array(random.uniform(0.5, 2, size=array.shape))
    (out,) = executor.forward(is_train=True)
    executor.backward(mx.nd.array(random.normal(size=out.shape)))
    answer = {"out": out.asnumpy()}
    for kind in (executor.grad_dict, executor.aux_dict):
        answer.update({name: array.asnumpy() for name, array in kind.items()})
    return {**answer, "auxiliary": layer.list_auxiliary_states(), "arguments": layer.list_arguments()}


# -- updates -----------------------------------------------------------------------------------------------------------
def _arrays(mx, case_id, count, *shapes, dtype="float32"):
    """``count`` lists of arrays of these shapes, of positive numbers."""
    random = source(case_id)
    return [[mx.nd.array(random.uniform(0.1, 1, size=s), dtype=dtype) for s in shapes] for _ in range(count)]


ADAMW = {
    "plain": {"rescale_grad": 1.0},
    "decay": {"rescale_grad": 0.5, "wd": 0.1},
    "clip": {"rescale_grad": 2.0, "clip_gradient": 0.3, "wd": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3},
    "overflow": {"rescale_grad": np.inf},
    "nothing": {"rescale_grad": 0.0},
    "nan": {"rescale_grad": np.nan},
}
for _text, _attrs in ADAMW.items():

    def _adamw(mx, case_id=f"adamw_update/{_text}", attrs=_attrs):
        weight, grad, mean, var = (arrays[0] for arrays in _arrays(mx, case_id, 4, (2, 3)))
        options = {**attrs, "rescale_grad": mx.nd.array([attrs["rescale_grad"]])}
        mx.nd.contrib.adamw_update(weight, grad, mean, var, lr=0.1, eta=0.5, out=weight, **options)
        return {"weight": weight.asnumpy(), "mean": mean.asnumpy(), "var": var.asnumpy()}

    def _mp_adamw(mx, case_id=f"mp_adamw_update/{_text}", attrs=_attrs):
        master, mean, var = (arrays[0] for arrays in _arrays(mx, case_id, 3, (2, 3)))
        weight, grad = master.astype("float16"), (mean * 2).astype("float16")
        mx.nd.contrib.mp_adamw_update(weight, grad, mean, var, master, lr=0.1, eta=0.5, out=weight, **attrs)
        return {name: x.asnumpy() for name, x in zip("wmvs", (weight, mean, var, master), strict=True)}

    CASES.add(f"adamw_update/{_text}", _adamw)
    CASES.add(f"mp_adamw_update/{_text}", _mp_adamw)

SHAPES = ((3,), (2, 2))
RATES = {"lrs": [0.1, 0.2], "wds": [0.0, 0.1]}


@CASES.case("multi_adamw_update/two")
def _(mx):
    weights, grads, mean, var = lists = _arrays(mx, "multi_adamw_update", 4, *SHAPES)
    scale = mx.nd.array([0.5])
    mx.nd.contrib.multi_adamw_update(weights, grads, mean, var, scale, **RATES, etas=[1, 0.5], out=weights)
    return {str(i): [x.asnumpy() for x in arrays] for i, arrays in enumerate(lists)}


@CASES.case("multi_mp_adamw_update/two")
def _(mx):
    masters, mean, var = lists = _arrays(mx, "multi_mp_adamw_update", 3, *SHAPES)
    weights, grads = ([x.astype("float16") for x in arrays] for arrays in (masters, mean))
    scale = mx.nd.array([0.5])
    update = mx.nd.contrib.multi_mp_adamw_update
    update(weights, grads, mean, var, masters, scale, **RATES, etas=[1, 0.5], out=weights)
    return {str(i): [x.asnumpy() for x in arrays] for i, arrays in enumerate((weights, *lists))}


LAMB = {
    "plain": {},
    "options": {
        "lower_bound": 0.1, "upper_bound": 0.5, "clip_gradient": 0.3, "rescale_grad": 2.0, "bias_correction": False,
        "beta1": 0.8, "epsilon": 1e-3,
    },
}  # fmt: skip
for _text, _attrs in LAMB.items():

    def _lamb(mx, attrs=_attrs):
        weights, grads, mean, var = lists = _arrays(mx, "multi_lamb_update", 4, *SHAPES)
        mx.nd.contrib.multi_lamb_update(weights, grads, mean, var, [1, 3], **RATES, out=weights, **attrs)
        return {str(i): [x.asnumpy() for x in arrays] for i, arrays in enumerate(lists)}

    def _mp_lamb(mx, attrs=_attrs):
        masters, mean, var = lists = _arrays(mx, "multi_mp_lamb_update", 3, *SHAPES)
        weights, grads = ([x.astype("float16") for x in arrays] for arrays in (masters, mean))
        mx.nd.contrib.multi_mp_lamb_update(weights, grads, mean, var, masters, [1, 3], **RATES, out=weights, **attrs)
        return {str(i): [x.asnumpy() for x in arrays] for i, arrays in enumerate((weights, *lists))}

    CASES.add(f"multi_lamb_update/{_text}", _lamb, scaled=1e-5)
    CASES.add(f"multi_mp_lamb_update/{_text}", _mp_lamb, scaled=1e-3)


# -- drawing, zeroing --------------------------------------------------------------------------------------------------
@CASES.case("rand_zipfian/expected counts")
def _(mx):
    drawn, expected, of_drawn = mx.nd.contrib.rand_zipfian(mx.nd.array([0, 3, 9]), 6, 10)
    formula = np.log((drawn.asnumpy() + 2.0) / (drawn.asnumpy() + 1.0)) / np.log(11.0) * 6
    return {
        "expected": expected.asnumpy(),
        "dtypes": [str(x.dtype) for x in (drawn, expected, of_drawn)],
        "close": bool(np.allclose(of_drawn.asnumpy(), formula)),
        "shape": list(drawn.shape),
    }


@CASES.case("reset_arrays/two")
def _(mx):
    arrays = [mx.nd.ones((2, 2)), mx.nd.ones(3)]
    returned = mx.nd.reset_arrays(*arrays, num_arrays=2)
    return {"arrays": [x.asnumpy() for x in arrays], "returned": len(returned)}


CASES.add(
    "get_oshape_of_gather_nd_op/shapes",
    lambda mx: {
        "one": list(mx.nd.get_oshape_of_gather_nd_op((2, 3, 4), (1, 4))),
        "two": list(mx.nd.get_oshape_of_gather_nd_op((2, 3, 4), (2, 4, 5))),
    },
)


@CASES.case("IdentityAttachKLSparseReg/executor", scaled=1e-5)
def _(mx):
    random = np.random.RandomState(5)
    layer = mx.sym.IdentityAttachKLSparseReg(
        mx.sym.Variable("data"), name="kl", sparseness_target=0.2, penalty=0.1, momentum=0.7
    )
    executor = layer.simple_bind(mx.cpu(), data=(4, 3))
    executor.arg_dict["data"][:] = mx.nd.array(random.uniform(0.1, 0.9, size=(4, 3)))
    executor.aux_dict["kl_moving_avg"][:] = 0.5
    (out,) = executor.forward(is_train=True)
    executor.backward(mx.nd.array(random.normal(size=out.shape)))
    return {
        "out": out.asnumpy(),
        "grad": executor.grad_dict["data"].asnumpy(),
        "average": executor.aux_dict["kl_moving_avg"].asnumpy(),
        "names": [layer.list_arguments(), layer.list_auxiliary_states(), layer.list_outputs()],
    }


@CASES.case("getnnz/csr")
def _(mx):
    matrix = mx.nd.array([[0, 1, 0], [2, 0, 3], [0, 0, 0]]).tostype("csr")
    return {str(axis): mx.nd.contrib.getnnz(matrix, axis=axis).asnumpy() for axis in (None, 1)}


raises("getnnz/dense", lambda mx: mx.nd.contrib.getnnz(mx.nd.ones((2, 2))))


# -- as symbols --------------------------------------------------------------------------------------------------------
SYMBOLS = {
    "contrib.interleaved_matmul_selfatt_qk": ({"queries_keys_values": (3, 2, 24)}, {"heads": 2}),
    "contrib.interleaved_matmul_encdec_valatt": ({"keys_values": (5, 2, 16), "attention": (4, 3, 5)}, {"heads": 2}),
    "contrib.SyncBatchNorm": ({"data": (2, 3, 4, 5)}, {"key": "bn"}),
    "contrib.BatchNormWithReLU": ({"data": (2, 3, 4, 5)}, {}),
    "BatchNorm_v1": ({"data": (2, 3, 4, 5)}, {}),
    "Convolution_v1": ({"data": (2, 3, 4, 5)}, {"kernel": (3, 3), "num_filter": 2}),
    "Pooling_v1": ({"data": (2, 3, 4, 5)}, {"kernel": (2, 2)}),
    "random_pdf_normal": ({"sample": (2, 3), "mu": (2,), "sigma": (2,)}, {}),
    "random_pdf_dirichlet": ({"sample": (2, 4, 3), "alpha": (2, 3)}, {"is_log": True}),
    "IdentityAttachKLSparseReg": ({"data": (4, 3)}, {}),
}
for _name, (_shapes, _attrs) in SYMBOLS.items():

    def _symbol(mx, name=_name, shapes=_shapes, attrs=_attrs):
        inputs = {key: mx.sym.Variable(key) for key in shapes}
        symbol = lookup(mx.sym, name)(**inputs, **attrs)
        arguments, outputs, states = symbol.infer_shape(**shapes)
        return {
            "name": symbol.name,
            "arguments": symbol.list_arguments(),
            "outputs": symbol.list_outputs(),
            "states": symbol.list_auxiliary_states(),
            "shapes": [[list(shape) for shape in kind] for kind in (arguments, outputs, states)],
            "nodes": json.dumps(json.loads(symbol.tojson())["nodes"]),  # other parts count hidden outputs
        }

    CASES.add(f"symbol/{_name}", _symbol)
