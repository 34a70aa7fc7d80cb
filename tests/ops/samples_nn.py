"""Samples of the neural network operators: dense, activation, softmax, convolution, pooling, normalization."""
import numpy as np

from mxlearn.core.operator import find

from .sampling import Sample, samples


def normal(rng, *shape):
    return rng.normal(size=shape)


def off_zero(rng, *shape):
    """Return values at least 0.1 away from 0, where rectifiers have their kink."""
    values = rng.normal(size=shape)
    return values + np.sign(values) * 0.1


def distinct(rng, *shape):
    """Return values 0.1 apart, in random order, so that every maximum is unique."""
    return rng.permutation(np.arange(float(np.prod(shape)))).reshape(shape) * 0.1 - 1.03


# -- dense -------------------------------------------------------------------------------------------------------------
@samples("FullyConnected")
def _(rng):
    yield Sample([normal(rng, 4, 5), normal(rng, 3, 5), normal(rng, 3)], {"num_hidden": 3})
    yield Sample([normal(rng, 2, 3, 2), normal(rng, 4, 6), normal(rng, 4)], {"num_hidden": 4})
    yield Sample([normal(rng, 2, 3, 2), normal(rng, 4, 2), normal(rng, 4)], {"num_hidden": 4, "flatten": False})
    yield Sample([normal(rng, 4, 5), normal(rng, 3, 5)], {"num_hidden": 3, "no_bias": True})
    yield Sample([normal(rng, 3), normal(rng, 2, 1), normal(rng, 2)], {"num_hidden": 2})
    yield Sample([normal(rng, 0, 5), normal(rng, 3, 5), normal(rng, 3)], {"num_hidden": 3})
    yield Sample([normal(rng, 0, 2, 2), normal(rng, 3, 4)], {"num_hidden": 3, "no_bias": True})


@samples("Dropout")
def _(rng):
    data = normal(rng, 4, 6)
    yield Sample([data], {"p": 0.3}, train=True)
    yield Sample([data], {"p": 0.3})
    yield Sample([data], {"p": 0.3, "mode": "always"})
    yield Sample([normal(rng, 2, 3, 4)], {"p": 0.5, "axes": (1, 2)}, train=True)
    yield Sample([data], {"p": 0.0}, train=True)
    yield Sample([data], {"p": 1.0}, train=True)
    yield Sample([normal(rng, 0, 3)], {"p": 0.5}, train=True)


# -- activation --------------------------------------------------------------------------------------------------------
@samples("_backward_relu")
def _(rng):
    for shape in [(3, 4), (2, 1, 3), (0, 4)]:
        yield Sample([normal(rng, *shape), off_zero(rng, *shape)], differentiable=[0])


@samples("relu", "sigmoid", "softsign")
def _(rng):
    yield Sample([off_zero(rng, 3, 4)])
    yield Sample([off_zero(rng, 2, 1, 3)])
    yield Sample([normal(rng, 0, 4)])


@samples("hard_sigmoid")
def _(rng):
    yield Sample([np.array([-4.0, -1, -0.3, 0.4, 2, 5])])
    yield Sample([np.array([[-4.0, -1, 0.4, 5]])], {"alpha": 0.5, "beta": 0.2})
    yield Sample([normal(rng, 0, 4)])


@samples("Activation")
def _(rng):
    for act_type in ("relu", "sigmoid", "tanh", "softrelu", "softsign"):
        yield Sample([off_zero(rng, 3, 4)], {"act_type": act_type})
        yield Sample([normal(rng, 0, 2)], {"act_type": act_type})


@samples("LeakyReLU")
def _(rng):
    for act_type in ("leaky", "elu", "selu", "gelu"):
        yield Sample([off_zero(rng, 3, 4)], {"act_type": act_type, "slope": 0.3})
        yield Sample([normal(rng, 0, 2)], {"act_type": act_type})
    yield Sample([off_zero(rng, 2, 3, 4), normal(rng, 3)], {"act_type": "prelu"})
    yield Sample([off_zero(rng, 2, 3), normal(rng, 1)], {"act_type": "prelu"})
    yield Sample([off_zero(rng, 5), normal(rng, 1)], {"act_type": "prelu"})
    yield Sample([normal(rng, 0, 3), normal(rng, 3)], {"act_type": "prelu"})
    yield Sample([off_zero(rng, 3, 4)], {"act_type": "rrelu"})
    yield Sample([off_zero(rng, 3, 4)], {"act_type": "rrelu", "lower_bound": 0.2, "upper_bound": 0.4}, train=True)


@samples("_scale_channels")
def _(rng):
    yield Sample([normal(rng, 2, 3, 4), normal(rng, 3)])
    yield Sample([normal(rng, 2, 3), normal(rng, 1)])
    yield Sample([normal(rng, 4), normal(rng, 1)])
    yield Sample([normal(rng, 0, 3), normal(rng, 3)])


@samples("_sum_to_channels")
def _(rng):
    yield Sample([normal(rng, 2, 3, 4), normal(rng, 3)], differentiable=[0])
    yield Sample([normal(rng, 2, 3), normal(rng, 1)], differentiable=[0])
    yield Sample([normal(rng, 0, 3), normal(rng, 3)], differentiable=[0])


# -- softmax -----------------------------------------------------------------------------------------------------------
@samples("softmax", "softmin", "log_softmax")
def _(rng):
    yield Sample([normal(rng, 3, 4)])
    yield Sample([normal(rng, 2, 3, 4)], {"axis": 1, "temperature": 2.5})
    yield Sample([normal(rng, 5)], {"axis": 0})
    yield Sample([normal(rng, 0, 4)])
    yield Sample([normal(rng, 3, 0)])


@samples("_backward_softmax", "_backward_log_softmax")
def _(rng):
    for shape, attrs in [((3, 4), {}), ((2, 3, 4), {"axis": 1, "temperature": 2.5}), ((5,), {"axis": 0}), ((0, 4), {})]:
        yield Sample([normal(rng, *shape), normal(rng, *shape)], attrs)  # a function of any two arrays


@samples("softmax")
def _(rng):
    yield Sample([normal(rng, 3, 4), np.array([1, 4, 2], np.int32)], {"use_length": True})
    yield Sample([normal(rng, 3, 4), np.array([1, 3, 2, 2], np.int32)], {"use_length": True, "axis": 0})
    yield Sample([normal(rng, 3, 4)], {"dtype": "float64"})


@samples("SoftmaxActivation")
def _(rng):
    for mode in ("instance", "channel"):
        yield Sample([normal(rng, 3, 4)], {"mode": mode})
        yield Sample([normal(rng, 2, 3, 2, 2)], {"mode": mode})
        yield Sample([normal(rng, 0, 4)], {"mode": mode})


@samples("_cast_like")
def _(rng):
    yield Sample([normal(rng, 3), normal(rng, 2)], differentiable=[0])
    yield Sample([normal(rng, 2, 2), np.ones(1, np.float32)], differentiable=(), reason="the result is float32")
    yield Sample([normal(rng, 0), normal(rng, 2)], differentiable=[0])


# -- convolution -------------------------------------------------------------------------------------------------------
CONVOLUTIONS = [
    # data, weight, out, attributes
    ((2, 2, 6), (3, 2, 3), (2, 3, 4), {"kernel": (3,), "num_filter": 3}),
    ((2, 2, 6), (3, 2, 2), (2, 3, 4), {"kernel": (2,), "num_filter": 3, "stride": (2,), "pad": (1,)}),
    ((2, 2, 4, 5), (3, 2, 3, 2), (2, 3, 2, 4), {"kernel": (3, 2), "num_filter": 3}),
    (
        (2, 4, 5, 5),
        (4, 2, 3, 3),
        (2, 4, 3, 2),
        {"kernel": (3, 3), "num_filter": 4, "num_group": 2, "stride": (2, 2), "pad": (1, 1), "dilate": (1, 2)},
    ),
    ((2, 3, 3, 4), (3, 1, 2, 2), (2, 3, 2, 3), {"kernel": (2, 2), "num_filter": 3, "num_group": 3}),
    ((1, 2, 3, 3, 2), (2, 2, 2, 2, 1), (1, 2, 2, 2, 2), {"kernel": (2, 2, 1), "num_filter": 2}),
    ((2, 4, 3, 2), (3, 2, 2, 2), (2, 3, 2, 3), {"kernel": (2, 2), "num_filter": 3, "layout": "NHWC"}),
    ((0, 2, 4, 4), (3, 2, 3, 3), (0, 3, 2, 2), {"kernel": (3, 3), "num_filter": 3}),
]


@samples("Convolution")
def _(rng):
    for data, weight, _, attrs in CONVOLUTIONS:
        yield Sample([normal(rng, *data), normal(rng, *weight), normal(rng, attrs["num_filter"])], attrs)
    yield Sample([normal(rng, 2, 2, 4), normal(rng, 3, 2, 2)], {"kernel": (2,), "num_filter": 3, "no_bias": True})




@samples("_backward_Convolution_data")
def _(rng):
    for data, weight, out, attrs in CONVOLUTIONS:
        if "layout" not in attrs:
            yield Sample([normal(rng, *out), normal(rng, *weight), normal(rng, *data)], attrs, differentiable=[0, 1])
    out, weight, data = normal(rng, 2, 3, 2, 3), normal(rng, 3, 2, 1, 2), normal(rng, 2, 4, 2, 2)
    yield Sample([out, weight, data], {"kernel": (2, 1), "num_filter": 3, "layout": "NHWC"}, differentiable=[0, 1])


@samples("_backward_Convolution_weight")
def _(rng):
    for data, weight, out, attrs in CONVOLUTIONS:
        if "layout" not in attrs:
            yield Sample([normal(rng, *out), normal(rng, *data), normal(rng, *weight)], attrs, differentiable=[0, 1])


DECONVOLUTIONS = [
    ((2, 2, 4), (2, 3, 3), (2, 3, 6), {"kernel": (3,), "num_filter": 3}),
    ((2, 2, 3), (2, 3, 3), (2, 3, 6), {"kernel": (3,), "num_filter": 3, "stride": (2,), "pad": (1,), "adj": (1,)}),
    ((2, 2, 2, 3), (2, 3, 2, 3), (2, 3, 3, 5), {"kernel": (2, 3), "num_filter": 3}),
    (
        (1, 4, 2, 3),
        (4, 2, 3, 2),
        (1, 4, 5, 6),
        {"kernel": (3, 2), "num_filter": 4, "num_group": 2, "stride": (2, 2), "target_shape": (5, 6)},
    ),
    (
        (1, 2, 3, 3),
        (2, 1, 3, 3),
        (1, 1, 6, 6),
        {"kernel": (3, 3), "num_filter": 1, "stride": (2, 2), "target_shape": (6, 6)},
    ),
    ((1, 1, 3, 3), (1, 2, 2, 2), (1, 2, 5, 5), {"kernel": (2, 2), "num_filter": 2, "dilate": (2, 2)}),
    ((1, 2, 2, 2, 2), (2, 1, 2, 1, 2), (1, 1, 3, 2, 3), {"kernel": (2, 1, 2), "num_filter": 1}),
    ((0, 2, 3, 3), (2, 3, 2, 2), (0, 3, 4, 4), {"kernel": (2, 2), "num_filter": 3}),
]


@samples("Deconvolution")
def _(rng):
    for data, weight, _, attrs in DECONVOLUTIONS:
        yield Sample([normal(rng, *data), normal(rng, *weight)], attrs)
    yield Sample([normal(rng, 2, 2, 3), normal(rng, 2, 3, 2), normal(rng, 3)], DECONVOLUTION_WITH_BIAS)
    weight = normal(rng, 2, 2, 2, 3)  # (channel, *kernel, num_filter)
    yield Sample([normal(rng, 1, 3, 2, 2), weight], {"kernel": (2, 2), "num_filter": 3, "layout": "NHWC"})


DECONVOLUTION_WITH_BIAS = {"kernel": (2,), "num_filter": 3, "no_bias": False}


@samples("_backward_Deconvolution_data")
def _(rng):
    for data, weight, out, attrs in DECONVOLUTIONS:
        yield Sample([normal(rng, *out), normal(rng, *weight), normal(rng, *data)], attrs, differentiable=[0, 1])


@samples("_backward_Deconvolution_weight")
def _(rng):
    for data, weight, out, attrs in DECONVOLUTIONS:
        yield Sample([normal(rng, *out), normal(rng, *data), normal(rng, *weight)], attrs, differentiable=[0, 1])


# -- pooling -----------------------------------------------------------------------------------------------------------
POOLINGS = [
    # data, out, attributes
    ((2, 2, 6), (2, 2, 3), {"kernel": (2,), "stride": (2,)}),
    ((2, 2, 4, 6), (2, 2, 2, 3), {"kernel": (2, 2), "stride": (2, 2)}),
    ((2, 2, 5, 5), (2, 2, 3, 3), {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1)}),
    ((1, 2, 5, 6), (1, 2, 3, 3), {"kernel": (3, 2), "stride": (2, 2), "pooling_convention": "full", "pad": (1, 0)}),
    ((1, 2, 5, 5), (1, 2, 3, 3), {"kernel": (2, 2), "stride": (2, 2), "pooling_convention": "same"}),
    ((2, 3, 3, 4), (2, 3, 1, 1), {"global_pool": True}),
    ((1, 2, 3, 4, 3), (1, 2, 2, 2, 2), {"kernel": (2, 2, 2), "stride": (1, 2, 1)}),
    ((1, 4, 4, 3), (1, 2, 2, 3), {"kernel": (2, 2), "stride": (2, 2), "layout": "NHWC"}),
    ((0, 2, 4, 4), (0, 2, 2, 2), {"kernel": (2, 2), "stride": (2, 2)}),
]


@samples("Pooling")
def _(rng):
    for data, _, attrs in POOLINGS:
        yield Sample([distinct(rng, *data)], attrs)
        yield Sample([normal(rng, *data)], {**attrs, "pool_type": "sum"})
        yield Sample([normal(rng, *data)], {**attrs, "pool_type": "avg"})
        yield Sample([normal(rng, *data)], {**attrs, "pool_type": "avg", "count_include_pad": False})
        lp = {**attrs, "pool_type": "lp", "p_value": 2}
        yield Sample([off_zero(rng, *data)], lp, second_order=False, reason="the gradient of lp has no rule")


@samples("_backward_Pooling_mean")
def _(rng):
    for data, out, attrs in POOLINGS:
        for pool_type in ("avg", "sum"):
            attributes = {**attrs, "pool_type": pool_type}
            yield Sample([normal(rng, *out), normal(rng, *data)], attributes, differentiable=[0])


def max_arguments(rng, data, attrs):
    """Return (data, their maxima) for an operator that gets both."""
    values = distinct(rng, *data)
    return values, find("Pooling")(np, values, **attrs)


@samples("_backward_Pooling_max")
def _(rng):
    for data, out, attrs in POOLINGS:
        yield Sample([normal(rng, *out), *max_arguments(rng, data, attrs)], attrs, differentiable=[0])


@samples("_pooling_select")
def _(rng):
    for data, _, attrs in POOLINGS:
        yield Sample([normal(rng, *data), *max_arguments(rng, data, attrs)], attrs, differentiable=[0])


@samples("_backward_Pooling_lp")
def _(rng):
    for data, out, attrs in POOLINGS[:3]:
        attributes = {**attrs, "p_value": 2}
        arguments = [normal(rng, *out), off_zero(rng, *data), off_zero(rng, *out)]
        yield Sample(arguments, attributes, differentiable=(), reason="has no gradient rule")


@samples("UpSampling")
def _(rng):
    nearest = {"sample_type": "nearest"}
    yield Sample([normal(rng, 2, 3, 2, 3)], {"scale": 2, **nearest})
    yield Sample([normal(rng, 1, 2, 4, 4), normal(rng, 1, 3, 2, 2)], {"scale": 2, **nearest})
    yield Sample([normal(rng, 1, 2, 4, 4), normal(rng, 1, 2, 2, 2)], {"scale": 2, "multi_input_mode": "sum", **nearest})
    yield Sample([normal(rng, 0, 2, 2, 2)], {"scale": 3, **nearest})
    bilinear = {"sample_type": "bilinear", "num_filter": 3, "scale": 2}
    reason = "the gradient of bilinear has no rule"
    yield Sample([normal(rng, 2, 3, 2, 3), normal(rng, 3, 1, 4, 4)], bilinear, second_order=False, reason=reason)
    odd = {**bilinear, "scale": 3}
    yield Sample([normal(rng, 1, 3, 2, 2), normal(rng, 3, 1, 5, 5)], odd, second_order=False, reason=reason)


@samples("_backward_UpSampling")
def _(rng):
    images = [normal(rng, 1, 2, 4, 4), normal(rng, 1, 3, 2, 2)]
    yield Sample([normal(rng, 1, 5, 8, 8), *images], {"scale": 2, "count": 2}, differentiable=[0])
    images = [normal(rng, 1, 2, 4, 4), normal(rng, 1, 2, 2, 2)]
    attrs = {"scale": 2, "count": 2, "multi_input_mode": "sum"}
    yield Sample([normal(rng, 1, 2, 8, 8), *images], attrs, differentiable=[0])
    empty = [normal(rng, 0, 1, 2, 2), normal(rng, 0, 1, 4, 4)]
    yield Sample([normal(rng, 0, 2, 4, 4), *empty], {"scale": 2, "count": 2}, differentiable=[0])


@samples("_backward_UpSampling_bilinear")
def _(rng):
    reason = "has no gradient rule"
    for shape, out, weight, scale in [
        ((2, 3, 2, 3), (2, 3, 4, 6), (3, 1, 4, 4), 2),
        ((1, 2, 2, 2), (1, 2, 6, 6), (2, 1, 5, 5), 3),
        ((0, 2, 2, 2), (0, 2, 4, 4), (2, 1, 4, 4), 2),
    ]:
        arguments = [normal(rng, *out), normal(rng, *shape), normal(rng, *weight)]
        yield Sample(arguments, {"scale": scale}, differentiable=(), reason=reason)


@samples("_contrib_AdaptiveAvgPooling2D")
def _(rng):
    for shape, size in [((1, 2, 5, 7), (2, 3)), ((2, 1, 3, 4), (5,)), ((1, 2, 3, 3), ()), ((0, 2, 3, 3), (2,))]:
        yield Sample([normal(rng, *shape)], {"output_size": size})


@samples("_backward_contrib_AdaptiveAvgPooling2D")
def _(rng):
    for shape, size in [((1, 2, 5, 7), (2, 3)), ((2, 1, 3, 4), (5, 5)), ((0, 2, 3, 3), (2, 2))]:
        yield Sample([normal(rng, *shape[:2], *size), normal(rng, *shape)], {"output_size": size}, differentiable=[0])


RESIZES = [
    ((1, 2, 3, 4), (6, 5), {"height": 6, "width": 5}),
    ((2, 1, 4, 5), (2, 3), {"height": 2, "width": 3, "align_corners": False}),
    ((1, 1, 4, 5), (8, 7), {"scale_height": 2.0, "scale_width": 1.5, "mode": "odd_scale"}),
    ((1, 1, 4, 5), (5, 5), {"mode": "to_odd_up"}),
    ((0, 1, 2, 2), (3, 3), {"height": 3, "width": 3}),
]


@samples("_contrib_BilinearResize2D")
def _(rng):
    for shape, _, attrs in RESIZES:
        yield Sample([normal(rng, *shape)], attrs)
    yield Sample([normal(rng, 1, 2, 3, 4), normal(rng, 1, 1, 5, 6)], {"mode": "like"}, differentiable=[0])


@samples("_backward_contrib_BilinearResize2D")
def _(rng):
    for shape, size, attrs in RESIZES:
        yield Sample([normal(rng, *shape[:2], *size), normal(rng, *shape)], attrs, differentiable=[0])
    like = [normal(rng, 1, 2, 5, 6), normal(rng, 1, 2, 3, 4), normal(rng, 1, 1, 5, 6)]
    yield Sample(like, {"mode": "like"}, differentiable=[0])


# -- normalization -----------------------------------------------------------------------------------------------------
FUSED = {"second_order": False, "reason": "the fused gradient has no rule"}


@samples("BatchNorm")
def _(rng):
    def arguments(channels):
        return [normal(rng, channels), normal(rng, channels), normal(rng, channels), rng.uniform(0.5, 2, channels)]

    for shape, axis in [((4, 3, 2, 2), 1), ((5, 3), 1), ((4, 2, 3), -1), ((3, 2), 0)]:
        channels = shape[axis]
        for attrs in ({"fix_gamma": False}, {"fix_gamma": False, "use_global_stats": True, "eps": 0.1}):
            attributes = {"axis": axis, **attrs}
            for train in (False, True):
                yield Sample(
                    [normal(rng, *shape), *arguments(channels)],
                    attributes,
                    differentiable=[0, 1, 2],
                    outputs=[0],
                    train=train,
                    tolerance=10,
                    **FUSED,
                )
    fixed = {"output_mean_var": True, "momentum": 0.5}
    yield Sample([normal(rng, 4, 3), *arguments(3)], fixed, differentiable=[0, 2], outputs=[0], train=True, **FUSED)
    learned = {"fix_gamma": False}
    yield Sample([normal(rng, 0, 3), *arguments(3)], learned, differentiable=[0, 1, 2], train=True, **FUSED)


@samples("_backward_BatchNorm")
def _(rng):
    for fix_gamma, fixed in [(False, False), (True, False), (False, True)]:
        arguments = [normal(rng, 4, 3, 2), normal(rng, 4, 3, 2), *(rng.uniform(0.5, 2, 3) for _ in range(3))]
        attrs = {"fix_gamma": fix_gamma, "fixed_statistics": fixed}
        yield Sample(arguments, attrs, differentiable=(), reason="has no gradient rule")


@samples("LayerNorm")
def _(rng):
    yield Sample([normal(rng, 3, 4), normal(rng, 4), normal(rng, 4)], {"eps": 0.01}, **FUSED)
    yield Sample([normal(rng, 2, 3, 4), normal(rng, 3), normal(rng, 3)], {"axis": 1, "eps": 0.01}, **FUSED)
    yield Sample([normal(rng, 3, 4), normal(rng, 4), normal(rng, 4)], {"output_mean_var": True}, outputs=[0], **FUSED)
    yield Sample([normal(rng, 0, 4), normal(rng, 4), normal(rng, 4)], **FUSED)


@samples("GroupNorm")
def _(rng):
    yield Sample([normal(rng, 2, 4, 3), normal(rng, 2), normal(rng, 2)], {"num_groups": 2, "eps": 0.01}, **FUSED)
    yield Sample([normal(rng, 2, 3, 2, 2), normal(rng, 1), normal(rng, 1)], {"eps": 0.01}, **FUSED)
    three = {"output_mean_var": True}
    yield Sample([normal(rng, 2, 2, 3), normal(rng, 1), normal(rng, 1)], three, outputs=[0], **FUSED)
    yield Sample([normal(rng, 0, 4, 3), normal(rng, 2), normal(rng, 2)], {"num_groups": 2}, **FUSED)


@samples("InstanceNorm")
def _(rng):
    yield Sample([normal(rng, 2, 3, 4), normal(rng, 3), normal(rng, 3)], **FUSED)
    yield Sample([normal(rng, 2, 2, 3, 2), normal(rng, 2), normal(rng, 2)], {"eps": 0.1}, **FUSED)
    yield Sample([normal(rng, 0, 2, 3), normal(rng, 2), normal(rng, 2)], **FUSED)


@samples("_backward_LayerNorm")
def _(rng):
    for shape, axis in [((3, 4), -1), ((2, 3, 4), 1), ((0, 4), -1)]:
        arguments = [normal(rng, *shape), normal(rng, *shape), normal(rng, shape[axis])]
        yield Sample(arguments, {"axis": axis}, differentiable=(), reason="has no gradient rule")


@samples("_backward_GroupNorm")
def _(rng):
    for shape, groups in [((2, 4, 3), 2), ((2, 3, 2, 2), 1), ((0, 4, 3), 2)]:
        arguments = [normal(rng, *shape), normal(rng, *shape), normal(rng, groups)]
        yield Sample(arguments, {"num_groups": groups}, differentiable=(), reason="has no gradient rule")


@samples("_backward_InstanceNorm")
def _(rng):
    for shape in [(2, 4, 3), (2, 3, 2, 2), (0, 4, 3)]:
        arguments = [normal(rng, *shape), normal(rng, *shape), normal(rng, shape[1])]
        yield Sample(arguments, differentiable=(), reason="has no gradient rule")


@samples("L2Normalization")
def _(rng):
    for mode in ("instance", "channel", "spatial"):
        yield Sample([normal(rng, 2, 3, 4)], {"mode": mode, "eps": 0.1})
        yield Sample([normal(rng, 2, 2, 3, 2)], {"mode": mode})
        yield Sample([normal(rng, 0, 3, 4)], {"mode": mode})


@samples("LRN")
def _(rng):
    for shape in [(2, 5, 3), (1, 4, 2, 2), (0, 3, 2)]:
        yield Sample([normal(rng, *shape)], {"nsize": 3, "alpha": 0.5}, **FUSED)
    yield Sample([normal(rng, 2, 5)], {"nsize": 4, "alpha": 0.5, "beta": 1.0, "knorm": 1.0}, **FUSED)


@samples("_backward_LRN")
def _(rng):
    for shape in [(2, 5, 3), (1, 4, 2, 2), (0, 3, 2)]:
        arguments = [normal(rng, *shape), normal(rng, *shape)]
        yield Sample(arguments, {"nsize": 3}, differentiable=(), reason="has no gradient rule")
