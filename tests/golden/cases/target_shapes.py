"""Deconvolution to a target shape, which MXNet computes only with its own kernels (MXNET_MKLDNN_ENABLED=0)."""

from ..harness import Cases, normal

CASES = Cases()
op = CASES.op

DECONVOLUTIONS = {
    "1d": ((1, 2, 4), (2, 3, 4), {"kernel": (4,), "stride": (2,), "target_shape": (8,)}),
    "2d even": ((1, 2, 3, 3), (2, 3, 4, 4), {"kernel": (4, 4), "stride": (2, 2), "target_shape": (6, 6)}),
    "2d odd": ((1, 2, 3, 3), (2, 3, 3, 3), {"kernel": (3, 3), "stride": (2, 2), "target_shape": (6, 5)}),
}
for _text, (_data, _weight, _attrs) in DECONVOLUTIONS.items():
    op(
        f"Deconvolution/{_text}",
        "Deconvolution",
        normal(*_data),
        normal(*_weight, scale=0.5),
        num_filter=_weight[1],
        **_attrs,
    )
    op(
        f"Deconvolution/{_text} bias",
        "Deconvolution",
        normal(*_data),
        normal(*_weight, scale=0.5),
        normal(_weight[1]),
        num_filter=_weight[1],
        no_bias=False,
        **_attrs,
    )
