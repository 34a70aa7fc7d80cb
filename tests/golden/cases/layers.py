"""The layers of neural networks: dense, activations, convolution, pooling, sampling."""

import numpy as np

from ..harness import Cases, distinct, normal, uniform

CASES = Cases()
op = CASES.op

op("FullyConnected/bias", "FullyConnected", normal(3, 4), normal(2, 4), normal(2), num_hidden=2)
op("FullyConnected/no_bias", "FullyConnected", normal(3, 4), normal(2, 4), num_hidden=2, no_bias=True)
op("FullyConnected/flatten", "FullyConnected", normal(3, 2, 2), normal(5, 4), normal(5), num_hidden=5)
op(
    "FullyConnected/flatten False",
    "FullyConnected",
    normal(3, 2, 4),
    normal(5, 4),
    normal(5),
    num_hidden=5,
    flatten=False,
)
op(
    "FullyConnected/flatten False no_bias",
    "FullyConnected",
    normal(2, 2, 3, 4),
    normal(5, 4),
    num_hidden=5,
    flatten=False,
    no_bias=True,
)
for _type in ("relu", "sigmoid", "softrelu", "softsign", "tanh"):
    op(f"Activation/{_type}", "Activation", uniform(-3, 3, 3, 4), act_type=_type)
for _type in ("leaky", "elu", "selu", "gelu"):
    op(f"LeakyReLU/{_type}", "LeakyReLU", uniform(-3, 3, 3, 4), act_type=_type)
op("LeakyReLU/leaky slope", "LeakyReLU", uniform(-3, 3, 3, 4), act_type="leaky", slope=0.1)
op("LeakyReLU/elu slope", "LeakyReLU", uniform(-3, 3, 3, 4), act_type="elu", slope=1.5)
op("LeakyReLU/prelu channels", "LeakyReLU", uniform(-3, 3, 2, 3, 4), uniform(0.1, 0.5, 3), act_type="prelu")
op("LeakyReLU/prelu one", "LeakyReLU", uniform(-3, 3, 2, 3, 4), uniform(0.1, 0.5, 1), act_type="prelu")
op("LeakyReLU/rrelu inference", "LeakyReLU", uniform(-3, 3, 3, 4), act_type="rrelu", train=False)
op("softrelu/large inputs", "Activation", np.array([-100, -20, 0, 20, 100], dtype="float32"), act_type="softrelu")
op("sigmoid/large inputs", "sigmoid", np.array([-100, -20, 0, 20, 100], dtype="float32"))

op("softmax/default", "softmax", normal(3, 4))
op("softmax/axis 0", "softmax", normal(3, 4), axis=0)
op("softmax/axis 1 of 3", "softmax", normal(2, 3, 4), axis=1)
op("softmax/temperature", "softmax", normal(3, 4), temperature=2.5)
op("softmax/length", "softmax", normal(3, 5), np.array([1, 5, 3], dtype="int32"), use_length=True, grad=(0,))
op(
    "softmax/length axis 1",
    "softmax",
    normal(2, 4, 3),
    np.array([[1, 4, 2], [3, 3, 1]], dtype="int32"),
    use_length=True,
    axis=1,
    grad=(0,),
)
op("softmax/large inputs", "softmax", np.array([[1000, 0, -1000], [88, 89, 90]], dtype="float32"))
op("log_softmax/default", "log_softmax", normal(3, 4))
op("log_softmax/axis temperature", "log_softmax", normal(2, 3, 4), axis=1, temperature=0.5)
op("log_softmax/large inputs", "log_softmax", np.array([[1000, 0, -1000]], dtype="float32"))
op("softmin/default", "softmin", normal(3, 4))
op("softmin/axis", "softmin", normal(3, 4), axis=0)
op("SoftmaxActivation/instance", "SoftmaxActivation", normal(2, 3, 4))
op("SoftmaxActivation/channel", "SoftmaxActivation", normal(2, 3, 4), mode="channel")

CONVOLUTIONS = {
    "1d": ((2, 3, 7), (4, 3, 3), {"kernel": (3,)}),
    "1d stride pad dilate": ((2, 3, 9), (4, 3, 3), {"kernel": (3,), "stride": (2,), "pad": (2,), "dilate": (2,)}),
    "2d": ((2, 3, 6, 5), (4, 3, 3, 2), {"kernel": (3, 2)}),
    "2d pad": ((2, 3, 5, 5), (4, 3, 3, 3), {"kernel": (3, 3), "pad": (1, 1)}),
    "2d stride": ((1, 2, 7, 6), (3, 2, 3, 3), {"kernel": (3, 3), "stride": (2, 3), "pad": (1, 0)}),
    "2d dilate": ((1, 2, 8, 8), (3, 2, 3, 3), {"kernel": (3, 3), "dilate": (2, 1)}),
    "2d groups": ((2, 4, 5, 5), (6, 2, 3, 3), {"kernel": (3, 3), "num_group": 2}),
    "2d depthwise": ((2, 3, 5, 5), (3, 1, 3, 3), {"kernel": (3, 3), "num_group": 3, "pad": (1, 1)}),
    "2d depth multiplier": ((1, 2, 5, 5), (4, 1, 3, 3), {"kernel": (3, 3), "num_group": 2, "stride": (2, 2)}),
    "2d 1x1": ((2, 3, 4, 4), (5, 3, 1, 1), {"kernel": (1, 1)}),
    "2d 1x1 stride": ((2, 3, 5, 5), (5, 3, 1, 1), {"kernel": (1, 1), "stride": (2, 2)}),
    "2d all options": (
        (1, 4, 9, 9),
        (4, 2, 3, 3),
        {"kernel": (3, 3), "stride": (2, 2), "pad": (2, 1), "dilate": (2, 2), "num_group": 2},
    ),
    "3d": ((1, 2, 4, 5, 4), (3, 2, 2, 3, 2), {"kernel": (2, 3, 2)}),
    "3d stride pad": ((1, 2, 5, 5, 5), (3, 2, 3, 3, 3), {"kernel": (3, 3, 3), "stride": (2, 2, 2), "pad": (1, 1, 1)}),
    "3d groups dilate": ((1, 4, 5, 5, 5), (4, 2, 2, 2, 2), {"kernel": (2, 2, 2), "dilate": (2, 2, 2), "num_group": 2}),
}
for _text, (_data, _weight, _attrs) in CONVOLUTIONS.items():
    op(
        f"Convolution/{_text}",
        "Convolution",
        normal(*_data),
        normal(*_weight, scale=0.5),
        normal(_weight[0]),
        num_filter=_weight[0],
        **_attrs,
    )
op(
    "Convolution/no_bias",
    "Convolution",
    normal(1, 2, 5, 5),
    normal(3, 2, 3, 3),
    kernel=(3, 3),
    num_filter=3,
    no_bias=True,
)

DECONVOLUTIONS = {
    "1d": ((2, 3, 4), (3, 2, 3), {"kernel": (3,)}),
    "1d stride adj": ((2, 3, 4), (3, 2, 3), {"kernel": (3,), "stride": (2,), "pad": (1,), "adj": (1,)}),
    "2d": ((2, 3, 3, 4), (3, 2, 3, 2), {"kernel": (3, 2)}),
    "2d stride pad": ((1, 2, 4, 4), (2, 3, 4, 4), {"kernel": (4, 4), "stride": (2, 2), "pad": (1, 1)}),
    "2d adj": ((1, 2, 3, 3), (2, 3, 3, 3), {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "adj": (1, 1)}),
    "2d dilate": ((1, 2, 4, 4), (2, 3, 3, 3), {"kernel": (3, 3), "dilate": (2, 2)}),
    "2d groups": ((1, 4, 3, 3), (4, 3, 3, 3), {"kernel": (3, 3), "num_group": 2}),
    "3d": ((1, 2, 3, 3, 3), (2, 2, 2, 2, 2), {"kernel": (2, 2, 2), "stride": (2, 2, 2)}),
}
for _text, (_data, _weight, _attrs) in DECONVOLUTIONS.items():
    _filters = _weight[1] * _attrs.get("num_group", 1)
    op(
        f"Deconvolution/{_text}",
        "Deconvolution",
        normal(*_data),
        normal(*_weight, scale=0.5),
        num_filter=_filters,
        **_attrs,
    )
    op(
        f"Deconvolution/{_text} bias",
        "Deconvolution",
        normal(*_data),
        normal(*_weight, scale=0.5),
        normal(_filters),
        num_filter=_filters,
        no_bias=False,
        **_attrs,
    )

WINDOWS = {
    "2d": ((2, 2, 5, 6), {"kernel": (2, 2), "stride": (2, 2)}),
    "2d stride 1 by default": ((1, 2, 4, 4), {"kernel": (2, 3)}),
    "2d pad": ((1, 2, 5, 5), {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1)}),
    "2d full": ((1, 2, 6, 5), {"kernel": (3, 3), "stride": (2, 2), "pooling_convention": "full"}),
    "2d full pad": ((1, 1, 6, 6), {"kernel": (3, 3), "stride": (2, 2), "pad": (1, 1), "pooling_convention": "full"}),
    "2d global": ((2, 3, 4, 5), {"global_pool": True}),
    "2d global with kernel": ((2, 3, 4, 5), {"kernel": (2, 2), "global_pool": True}),
    "1d": ((2, 3, 7), {"kernel": (3,), "stride": (2,)}),
    "1d full": ((2, 3, 8), {"kernel": (3,), "stride": (2,), "pooling_convention": "full"}),
    "3d": ((1, 2, 4, 4, 5), {"kernel": (2, 2, 2), "stride": (2, 2, 2)}),
    "3d pad": ((1, 1, 4, 4, 4), {"kernel": (3, 3, 3), "stride": (2, 2, 2), "pad": (1, 1, 1)}),
    "3d global": ((1, 2, 3, 3, 3), {"global_pool": True}),
}
for _text, (_data, _attrs) in WINDOWS.items():
    for _pool in ("max", "avg", "sum"):
        op(f"Pooling/{_pool} {_text}", "Pooling", distinct(*_data), pool_type=_pool, **_attrs)
for _p in (1, 2, 3):
    op(
        f"Pooling/lp {_p}",
        "Pooling",
        uniform(0.2, 2, 1, 2, 4, 4),
        pool_type="lp",
        p_value=_p,
        kernel=(2, 2),
        stride=(2, 2),
    )
op("Pooling/lp global", "Pooling", uniform(0.2, 2, 1, 2, 4, 4), pool_type="lp", p_value=2, global_pool=True)
op(
    "Pooling/avg without pad",
    "Pooling",
    normal(1, 2, 5, 5),
    pool_type="avg",
    kernel=(3, 3),
    stride=(2, 2),
    pad=(1, 1),
    count_include_pad=False,
)
op(
    "Pooling/avg full without pad",
    "Pooling",
    normal(1, 1, 6, 6),
    pool_type="avg",
    kernel=(3, 3),
    stride=(2, 2),
    pad=(1, 1),
    pooling_convention="full",
    count_include_pad=False,
)
op("Pooling/max ties", "Pooling", np.ones((1, 1, 4, 4), dtype="float32"), pool_type="max", kernel=(2, 2), stride=(2, 2))
op("Pooling/max overlapping", "Pooling", distinct(1, 1, 5, 5), pool_type="max", kernel=(3, 3), stride=(1, 1))
op("Pooling/default is max", "Pooling", distinct(1, 1, 4, 4), kernel=(2, 2))
op("AdaptiveAvgPooling2D", "contrib.AdaptiveAvgPooling2D", normal(1, 2, 5, 7), output_size=(2, 3))
op("AdaptiveAvgPooling2D/one", "contrib.AdaptiveAvgPooling2D", normal(1, 2, 5, 7), output_size=1)

op("UpSampling/nearest", "UpSampling", normal(1, 2, 3, 3), scale=2, sample_type="nearest", num_args=1)
op("UpSampling/nearest 3", "UpSampling", normal(1, 1, 2, 3), scale=3, sample_type="nearest", num_args=1)
op(
    "UpSampling/nearest concat",
    "UpSampling",
    normal(1, 2, 2, 2),
    normal(1, 3, 4, 4),
    scale=2,
    sample_type="nearest",
    num_args=2,
)
op(
    "UpSampling/nearest sum",
    "UpSampling",
    normal(1, 2, 2, 2),
    normal(1, 2, 4, 4),
    scale=2,
    sample_type="nearest",
    multi_input_mode="sum",
    num_args=2,
)
op(
    "UpSampling/bilinear",
    "UpSampling",
    normal(1, 2, 3, 3),
    normal(2, 1, 4, 4),
    scale=2,
    sample_type="bilinear",
    num_filter=2,
    num_args=2,
)
op("BilinearResize2D", "contrib.BilinearResize2D", normal(1, 2, 3, 4), height=6, width=5)
op("Dropout/inference", "Dropout", normal(3, 4), p=0.5, train=False)
op("Dropout/p 0", "Dropout", normal(3, 4), p=0.0)


@CASES.case("Dropout/training values")
def _(mx):
    x = mx.nd.ones((200, 50))
    with mx.autograd.record():
        y = mx.nd.Dropout(x, p=0.25)
        rows = mx.nd.Dropout(x, p=0.5, axes=(1,))
    with mx.autograd.predict_mode():
        always = mx.nd.Dropout(x, p=0.5, mode="always")
    y, rows, always = y.asnumpy(), rows.asnumpy(), always.asnumpy()
    return {
        "values": np.unique(y),
        "keeps three quarters": bool(abs((y > 0).mean() - 0.75) < 0.03),
        "whole rows": bool((rows == rows[:, :1]).all()),
        "row values": np.unique(rows),
        "always": np.unique(always),
    }
