"""Samples of operators outside of the stable interface, and others of few uses."""
import numpy as np

from .samples_nn import distinct, normal
from .sampling import Sample, samples

# -- densities ---------------------------------------------------------------------------------------------------------
COUNTS = "a count has no derivative"


@samples("_spread_parameter")
def _(rng):
    yield Sample([normal(rng, 2), normal(rng, 2, 3, 2)])
    yield Sample([normal(rng, 2, 3), normal(rng, 2, 4, 3)], {"last": 1})
    yield Sample([normal(rng, 2), normal(rng, 2, 0)])


@samples("_gather_parameter")
def _(rng):
    yield Sample([normal(rng, 2, 3, 2), normal(rng, 2)])
    yield Sample([normal(rng, 2, 4, 3), normal(rng, 2, 3)], {"last": 1})
    yield Sample([normal(rng, 2, 0), normal(rng, 2)])


def densities(rng, draw, *ranges, **options):
    """Yield a density, its logarithm, one of more axes, and one of no samples."""
    parameters = [rng.uniform(*limits, size=2) for limits in ranges]
    for is_log in (False, True):
        yield Sample([draw(2, 3), *parameters], {"is_log": is_log}, **options)
    yield Sample([draw(2, 2, 2), *parameters], **options)
    yield Sample([draw(2, 0), *parameters], **options)


@samples("_random_pdf_uniform")
def _(rng):
    yield from densities(rng, lambda *n: normal(rng, *n), (-2, -1), (1, 2))


@samples("_random_pdf_normal")
def _(rng):
    yield from densities(rng, lambda *n: normal(rng, *n), (-1, 1), (0.5, 2))


@samples("_random_pdf_gamma")
def _(rng):
    yield from densities(rng, lambda *n: rng.uniform(0.2, 3, size=n), (1, 3), (0.5, 2))


@samples("_random_pdf_exponential")
def _(rng):
    yield from densities(rng, lambda *n: rng.uniform(0.2, 3, size=n), (0.5, 2))


@samples("_random_pdf_poisson")
def _(rng):
    yield from densities(rng, lambda *n: rng.integers(0, 6, size=n) * 1.0, (0.5, 4), differentiable=(1,))


@samples("_random_pdf_negative_binomial", "_random_pdf_generalized_negative_binomial")
def _(rng):
    options = {"differentiable": (1, 2), "reason": COUNTS}
    yield from densities(rng, lambda *n: rng.integers(0, 6, size=n) * 1.0, (1, 4), (0.2, 0.8), **options)


@samples("_random_pdf_dirichlet")
def _(rng):
    alpha = rng.uniform(1, 3, size=(2, 3))
    for is_log in (False, True):
        yield Sample([rng.dirichlet(np.ones(3), size=(2, 2)) + 0.1, alpha], {"is_log": is_log})
    yield Sample([np.zeros((2, 0, 3)), alpha])


# -- attention ---------------------------------------------------------------------------------------------------------
@samples("_attention_part")
def _(rng):
    yield Sample([normal(rng, 2, 2, 12)], {"heads": 2, "parts": 3, "index": 1})
    yield Sample([normal(rng, 3, 1, 4)], {"heads": 2})
    yield Sample([normal(rng, 0, 1, 4)], {"heads": 2})


@samples("_attention_whole")
def _(rng):
    yield Sample([normal(rng, 4, 2, 3)], {"heads": 2, "parts": 3, "index": 1})
    yield Sample([normal(rng, 2, 3, 1)], {"heads": 2})
    yield Sample([normal(rng, 0, 3, 1)], {"heads": 2})


@samples("_contrib_interleaved_matmul_selfatt_qk")
def _(rng):
    yield Sample([normal(rng, 2, 2, 12)], {"heads": 2})
    yield Sample([normal(rng, 3, 1, 6)], {"heads": 1})
    yield Sample([normal(rng, 0, 1, 6)], {"heads": 1})


@samples("_contrib_interleaved_matmul_selfatt_valatt")
def _(rng):
    yield Sample([normal(rng, 2, 2, 12), normal(rng, 4, 2, 2)], {"heads": 2})
    yield Sample([normal(rng, 3, 1, 6), normal(rng, 1, 3, 3)], {"heads": 1})
    yield Sample([normal(rng, 0, 1, 6), normal(rng, 1, 0, 0)], {"heads": 1})


@samples("_contrib_interleaved_matmul_encdec_qk")
def _(rng):
    yield Sample([normal(rng, 2, 2, 4), normal(rng, 3, 2, 8)], {"heads": 2})
    yield Sample([normal(rng, 3, 1, 2), normal(rng, 1, 1, 4)], {"heads": 1})
    yield Sample([normal(rng, 0, 1, 2), normal(rng, 2, 1, 4)], {"heads": 1})


@samples("_contrib_interleaved_matmul_encdec_valatt")
def _(rng):
    yield Sample([normal(rng, 3, 2, 8), normal(rng, 4, 2, 3)], {"heads": 2})
    yield Sample([normal(rng, 1, 1, 4), normal(rng, 1, 3, 1)], {"heads": 1})
    yield Sample([normal(rng, 2, 1, 4), normal(rng, 1, 0, 2)], {"heads": 1})


# -- Hawkes processes --------------------------------------------------------------------------------------------------
def process(rng, batch, events, kinds=2):
    """Return the inputs of hawkesll, of which the first four are differentiated."""
    rates = rng.uniform(0.5, 2, size=(batch, kinds)), rng.uniform(0.2, 0.9, size=kinds), rng.uniform(0.5, 2, size=kinds)
    times = rng.uniform(0.1, 0.5, size=(batch, events)), rng.integers(0, kinds, size=(batch, events)) * 1.0
    ends = rng.integers(0, events + 1, size=batch) * 1.0, rng.uniform(4, 5, size=batch)
    return [*rates, rng.uniform(0, 2, size=(batch, kinds)), *times, *ends]


@samples("_contrib_hawkesll")
def _(rng):
    options = {"differentiable": (0, 1, 2, 3), "second_order": False, "reason": "as in MXNet, the gradient has none"}
    yield Sample(process(rng, 2, 4), **options)
    yield Sample(process(rng, 3, 2, 1), **options)
    yield Sample(process(rng, 1, 0), **options)


@samples("_backward_hawkesll")
def _(rng):
    for inputs in (process(rng, 2, 4), process(rng, 3, 2, 1), process(rng, 1, 0)):
        yield Sample([normal(rng, len(inputs[0])), normal(rng, *inputs[0].shape), *inputs])


# -- relatives of layers -----------------------------------------------------------------------------------------------
def layer(rng, *shape):
    """Return the inputs of a batch normalization."""
    channels = shape[1]
    return [normal(rng, *shape), *rng.uniform(0.5, 2, size=(4, channels))]


@samples("_contrib_SyncBatchNorm")
def _(rng):
    attrs = {"fix_gamma": False, "key": "bn"}
    options = {"second_order": False, "reason": "as in MXNet, the gradient has none"}
    yield Sample(layer(rng, 4, 2, 2), attrs, train=True, **options)
    yield Sample(layer(rng, 3, 2), {"key": "bn"}, **options)
    yield Sample(layer(rng, 0, 2, 2), attrs, **options)


@samples("BatchNorm_v1")
def _(rng):
    options = {"second_order": False, "reason": "as in MXNet, the gradient has none"}
    yield Sample(layer(rng, 4, 2, 2), {"fix_gamma": False}, train=True, **options)
    yield Sample(layer(rng, 3, 2), {"use_global_stats": True}, train=True, **options)
    yield Sample(layer(rng, 0, 2, 2), **options)


@samples("_contrib_BatchNormWithReLU")
def _(rng):
    options = {"second_order": False, "reason": "as in MXNet, the gradient has none"}
    yield Sample(layer(rng, 4, 2, 2), {"fix_gamma": False}, train=True, **options)
    yield Sample(layer(rng, 3, 2, 2), {"axis": 2}, **options)
    yield Sample(layer(rng, 0, 2, 2), **options)


@samples("Convolution_v1")
def _(rng):
    attrs = {"kernel": (2, 2), "num_filter": 2}
    yield Sample([normal(rng, 1, 2, 3, 4), normal(rng, 2, 2, 2, 2), normal(rng, 2)], attrs)
    yield Sample([normal(rng, 1, 1, 3, 3), normal(rng, 2, 1, 2, 2)], {**attrs, "no_bias": True})
    yield Sample([normal(rng, 0, 1, 3, 3), normal(rng, 2, 1, 2, 2), normal(rng, 2)], attrs)


@samples("Pooling_v1")
def _(rng):
    yield Sample([distinct(rng, 1, 2, 4, 4)], {"kernel": (2, 2), "stride": (2, 2)})
    yield Sample([normal(rng, 1, 2, 3, 4)], {"kernel": (2, 3), "pool_type": "avg", "pooling_convention": "full"})
    yield Sample([normal(rng, 2, 1, 3, 4)], {"global_pool": True, "pool_type": "sum"})
    yield Sample([normal(rng, 0, 1, 3, 4)], {"kernel": (2, 2)})


# -- updates -----------------------------------------------------------------------------------------------------------
def update(rng, *shape):
    """Return weight, gradient, mean and variance."""
    return [*rng.normal(size=(3, *shape)), rng.uniform(0.1, 1, size=shape)]


@samples("_adamw_update")
def _(rng):
    attrs = {"lr": 0.1, "eta": 0.5, "wd": 0.1}
    yield Sample([*update(rng, 2, 3), np.array([0.5])], attrs)
    yield Sample([*update(rng, 3), np.array([np.inf])], {**attrs, "clip_gradient": 0.1})
    yield Sample([*update(rng, 0, 3), np.array([1.0])], attrs)


@samples("_mp_adamw_update")
def _(rng):
    attrs = {"lr": 0.1, "eta": 0.5, "wd": 0.1}
    for shape, scale in (((2, 3), 0.5), ((3,), np.nan), ((0, 2), 1.0)):
        weight, grad, *states = update(rng, *shape)
        low = [x.astype("float16") for x in (weight, grad)]
        single = [x.astype("float32") for x in (*states, weight, np.array([scale]))]
        yield Sample([*low, *single], attrs)


# -- a penalty, a projection -------------------------------------------------------------------------------------------
@samples("IdentityAttachKLSparseReg")
def _(rng):
    options = {"differentiable": (), "reason": "its gradient is that of a penalty, which the output does not hold"}
    yield Sample([rng.uniform(size=(4, 3)), rng.uniform(0.1, 0.9, size=3)], train=True, **options)
    yield Sample([rng.uniform(size=(2, 1)), rng.uniform(0.1, 0.9, size=1)], {"penalty": 1.0}, **options)
    yield Sample([rng.uniform(size=(0, 3)), rng.uniform(0.1, 0.9, size=3)], train=True, **options)


@samples("_contrib_count_sketch")
def _(rng):
    places, signs = rng.integers(0, 3, size=(1, 5)) * 1.0, rng.choice([-1.0, 1.0], size=(1, 5))
    yield Sample([normal(rng, 2, 5), places, signs], {"out_dim": 3}, differentiable=(0,))
    yield Sample([normal(rng, 2, 2, 5), places, signs], {"out_dim": 4}, differentiable=(0,))
    yield Sample([normal(rng, 0, 5), places, signs], {"out_dim": 3}, differentiable=(0,))


@samples("_backward_count_sketch")
def _(rng):
    places, signs = rng.integers(0, 3, size=(1, 5)) * 1.0, rng.choice([-1.0, 1.0], size=(1, 5))
    yield Sample([normal(rng, 2, 3), places, signs, normal(rng, 2, 5)], {"out_dim": 3}, differentiable=(0,))
    yield Sample([normal(rng, 2, 2, 4), places, signs, normal(rng, 2, 2, 5)], {"out_dim": 4}, differentiable=(0,))
    yield Sample([normal(rng, 0, 3), places, signs, normal(rng, 0, 5)], {"out_dim": 3}, differentiable=(0,))
