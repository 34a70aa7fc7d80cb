"""Operators outside of the stable interface, and others of few uses: densities, attention, processes, old names."""

import numpy as np

from ..harness import Cases, integers, normal, simplex, uniform

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
