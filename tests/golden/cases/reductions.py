"""Reductions, order, and products of arrays."""

import numpy as np

from ..harness import Cases, distinct, integers, normal, uniform

CASES = Cases()
op = CASES.op

AXES = {
    "all": {},
    "axis 1": {"axis": 1},
    "axes 0 2": {"axis": (0, 2)},
    "keepdims": {"axis": 1, "keepdims": True},
    "exclude": {"axis": 1, "exclude": True},
    "negative": {"axis": -1},
    "no axes": {"axis": ()},
    "exclude keepdims": {"axis": (0, -1), "exclude": True, "keepdims": True},
}
for _name in ("sum", "mean", "prod", "max", "min", "nansum", "nanprod"):
    for _text, _attrs in AXES.items():
        _input = distinct(2, 3, 4) if _name in ("max", "min") else uniform(0.5, 1.5, 2, 3, 4)
        op(f"{_name}/{_text}", _name, _input, **_attrs)
for _name in ("max", "min"):
    op(
        f"{_name}/ties share the gradient",
        _name,
        np.array([[1, 3, 3, 1], [1, 1, 1, 1]], dtype="float32"),
        axis=1,
        heads=False,
    )
_holes = np.array([[1, np.nan, 3], [np.nan, np.nan, np.nan]], dtype="float32")
for _name in ("nansum", "nanprod", "sum", "max", "min"):
    op(f"{_name}/nan", _name, _holes, axis=1, grad=_name in ("nansum", "nanprod"))
op("sum/aliases", "", normal(2, 3), call=lambda mx, x: mx.nd.sum_axis(x, axis=1))
op("sum/method", "", normal(2, 3), call=lambda mx, x: x.sum(axis=0) + x.mean() + x.max() + x.min() + x.prod())

for _text, _attrs in {
    "all": {},
    "axis": {"axis": 1},
    "ord 1": {"ord": 1},
    "ord 1 axis": {"ord": 1, "axis": 0},
    "keepdims": {"axis": 1, "keepdims": True},
    "two axes": {"axis": (0, 1)},
    "ord 1 two axes": {"axis": (1, 2), "ord": 1},
}.items():
    op(f"norm/{_text}", "norm", normal(2, 3, 4), **_attrs)
for _name in ("argmax", "argmin"):
    for _text, _attrs in {
        "all": {},
        "axis 0": {"axis": 0},
        "axis -1": {"axis": -1},
        "keepdims": {"axis": 1, "keepdims": True},
    }.items():
        op(f"{_name}/{_text}", _name, distinct(2, 3, 4), grad=False, **_attrs)
    op(f"{_name}/ties", _name, np.array([[1, 3, 3, 1], [2, 2, 2, 2]], dtype="float32"), axis=1, grad=False)
op("argmax_channel", "argmax_channel", distinct(3, 5), grad=False)
op("moments/axis", "moments", normal(3, 4), axes=(0,))
op("moments/keepdims", "moments", normal(2, 3, 4), axes=(0, 2), keepdims=True)

for _type in ("indices", "value", "both", "mask"):
    for _text, _attrs in {
        "k 2": {"k": 2},
        "axis 0 ascending": {"k": 2, "axis": 0, "is_ascend": True},
        "k 0": {"k": 0},
    }.items():
        if _type == "mask" and _text == "k 0":
            continue
        _grad = _type in ("value", "both")
        op(
            f"topk/{_type}/{_text}",
            "topk",
            distinct(3, 5),
            ret_typ=_type,
            grad=_grad,
            heads=(0,) if _type == "both" else True,
            **_attrs,
        )
op("topk/ties", "topk", np.array([1, 2, 2, 1, 2], dtype="float32"), k=4, grad=False)
op("topk/ties ascending", "topk", np.array([1, 2, 2, 1, 2], dtype="float32"), k=4, is_ascend=True, grad=False)
op("topk/axis None", "topk", distinct(2, 3), axis=None, k=4, grad=False)
op("topk/dtype", "topk", distinct(2, 3), dtype="int32", k=2, grad=False)
op("topk/both dtype", "topk", distinct(2, 3), dtype="int64", k=2, ret_typ="both", grad=False)
op("topk/3d", "topk", distinct(2, 3, 4), axis=1, k=2, ret_typ="value")
for _text, _attrs in {
    "default": {},
    "descending": {"is_ascend": False},
    "axis 0": {"axis": 0},
    "axis None": {"axis": None},
}.items():
    op(f"sort/{_text}", "sort", distinct(3, 4), grad="axis" in _attrs and _text != "axis None", **_attrs)
    op(f"argsort/{_text}", "argsort", distinct(3, 4), grad=False, **_attrs)
op("sort/gradient descending", "sort", distinct(2, 3, 4), axis=1, is_ascend=False)
op("argsort/ties", "argsort", np.array([2, 1, 2, 1], dtype="float32"), grad=False)
op("argsort/ties descending", "argsort", np.array([2, 1, 2, 1], dtype="float32"), is_ascend=False, grad=False)
op("argsort/dtype", "argsort", distinct(3, 4), dtype="int32", grad=False)

op("dot/vectors", "dot", normal(5), normal(5))
op("dot/matrices", "dot", normal(3, 4), normal(4, 2))
op("dot/transpose_a", "dot", normal(4, 3), normal(4, 2), transpose_a=True)
op("dot/transpose_b", "dot", normal(3, 4), normal(2, 4), transpose_b=True)
op("dot/both", "dot", normal(4, 3), normal(2, 4), transpose_a=True, transpose_b=True)
op("dot/matrix vector", "dot", normal(3, 4), normal(4))
op("dot/3d by 2d", "dot", normal(2, 3, 4), normal(4, 5))
op("dot/3d by 3d", "dot", normal(2, 3, 4), normal(4, 2, 3))
for _a in (False, True):
    for _b in (False, True):
        op(
            f"batch_dot/{_a} {_b}",
            "batch_dot",
            normal(2, 4, 3) if _a else normal(2, 3, 4),
            normal(2, 5, 4) if _b else normal(2, 4, 5),
            transpose_a=_a,
            transpose_b=_b,
        )
op("khatri_rao/two", "khatri_rao", normal(2, 3), normal(4, 3), grad=False)
op("khatri_rao/three", "khatri_rao", normal(2, 2), normal(3, 2), normal(2, 2), grad=False)
op("histogram/bins", "", uniform(0, 1, 20), grad=False, call=lambda mx, x: mx.nd.histogram(x, bins=5, range=(0, 1)))
op(
    "histogram/edges",
    "",
    integers(0, 9, 20),
    grad=False,
    call=lambda mx, x: mx.nd.histogram(x, bins=mx.nd.array([0, 2, 5, 9])),
)
op("all_finite", "all_finite", normal(3), grad=False)
op("multi_sum_sq", "multi_sum_sq", normal(3), normal(2, 2), num_arrays=2, grad=False)
