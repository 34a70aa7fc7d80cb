"""Changing shapes: reshape codes, axes, slices, joining and splitting."""

import numpy as np

from ..harness import Cases, distinct, normal

CASES = Cases()
op = CASES.op

CODES = {
    "plain": ((2, 3, 4), (6, 4)),
    "-1": ((2, 3, 4), (-1,)),
    "0": ((2, 3, 4), (0, -1)),
    "0 middle": ((2, 3, 4), (4, 0, -1)),
    "-2": ((2, 3, 4), (2, -2)),
    "-2 between": ((2, 3, 4), (2, -2, 1, 1)),
    "-3": ((2, 3, 4), (-3, 4)),
    "-3 -3": ((2, 3, 4, 5), (-3, -3)),
    "0 -3": ((2, 3, 4), (0, -3)),
    "-3 -2": ((2, 3, 4), (-3, -2)),
    "-4": ((2, 3, 4), (-4, 1, 2, -2)),
    "-4 -1": ((6, 4), (-4, -1, 2, 0)),
    "-4 inside": ((2, 6, 4), (0, -4, 2, -1, 0)),
    "-1 with ones": ((2, 3, 4), (1, -1, 1)),
}
for _text, (_from, _to) in CODES.items():
    op(f"reshape/{_text}", "reshape", normal(*_from), shape=_to)
REVERSED = {"-1 0": ((10, 5, 4), (-1, 0)), "0 0 -1": ((4, 3, 2), (0, -1)), "-3 0": ((2, 3, 4), (-3, 0))}
for _text, (_from, _to) in REVERSED.items():
    op(f"reshape/reverse {_text}", "reshape", normal(*_from), shape=_to, reverse=True)
op("reshape/method of numbers", "", normal(2, 6), call=lambda mx, x: x.reshape(3, -1))
op("reshape/method reverse", "", normal(2, 3, 4), call=lambda mx, x: x.reshape((-1, 0), reverse=True))
op("reshape_like", "reshape_like", normal(2, 6), normal(3, 4))
op("reshape_like/part", "reshape_like", normal(2, 3, 4), normal(6, 5), lhs_begin=0, lhs_end=2, rhs_begin=0, rhs_end=1)
op("flatten/3d", "flatten", normal(2, 3, 4))
op("flatten/1d", "flatten", normal(3))
op("expand_dims/0", "expand_dims", normal(2, 3), axis=0)
op("expand_dims/-1", "expand_dims", normal(2, 3), axis=-1)
op("squeeze/all", "squeeze", normal(1, 2, 1))
op("squeeze/axis", "squeeze", normal(1, 2, 1), axis=0)
op("squeeze/axes", "squeeze", normal(1, 2, 1), axis=(0, -1))
op("squeeze/everything", "squeeze", normal(1, 1))

op("transpose/default", "transpose", normal(2, 3, 4))
op("transpose/axes", "transpose", normal(2, 3, 4), axes=(1, 2, 0))
op("transpose/method", "", normal(2, 3), call=lambda mx, x: x.transpose((1, 0)) + x.T)
op("swapaxes", "swapaxes", normal(2, 3, 4), dim1=0, dim2=2)
op("SwapAxis", "SwapAxis", normal(2, 3, 4), dim1=1, dim2=2)
op("moveaxis", "", normal(2, 3, 4), call=lambda mx, x: mx.nd.moveaxis(x, 2, 0), grad=False)
op("flip/axis 0", "flip", normal(2, 3), axis=0)
op("flip/axes", "flip", normal(2, 3, 4), axis=(0, 2))
op("reverse", "reverse", normal(3, 2), axis=1)
op("depth_to_space", "depth_to_space", normal(1, 8, 2, 3), block_size=2)
op("space_to_depth", "space_to_depth", normal(1, 2, 4, 6), block_size=2)

SLICES = {
    "simple": ((1, 0), (3, 2), None),
    "none": ((None, 1), (2, None), None),
    "negative": ((-3, -2), (-1, None), None),
    "step": ((0, 0), (None, None), (2, 3)),
    "backward": ((None, 4), (None, 0), (-1, -2)),
    "backward all": ((None, None), (None, None), (-1, -1)),
    "first axis": ((1,), (3,), None),
}
for _text, (_begin, _end, _step) in SLICES.items():
    _attrs = {} if _step is None else {"step": _step}
    op(f"slice/{_text}", "slice", normal(4, 5), begin=_begin, end=_end, **_attrs)
op("slice_axis/front", "slice_axis", normal(4, 5), axis=0, begin=1, end=3)
op("slice_axis/tail", "slice_axis", normal(4, 5), axis=-1, begin=-2, end=None)
op("slice_axis/negative end", "slice_axis", normal(4, 5), axis=1, begin=0, end=-1)
op("slice_like/all", "slice_like", normal(4, 5), normal(2, 3), grad=(0,))
op("slice_like/axes", "slice_like", normal(4, 5), normal(2, 3), axes=(1,), grad=(0,))
op("slice_like/negative axis", "slice_like", normal(4, 5, 2), normal(2, 3, 1), axes=(0, -1), grad=(0,))
op("_slice_assign", "_internal._slice_assign", normal(3, 4), normal(2, 2), begin=(1, 0), end=(3, 2), grad=False)
op(
    "_slice_assign_scalar",
    "_internal._slice_assign_scalar",
    normal(3, 4),
    begin=(0, 1),
    end=(3, 2),
    scalar=5.0,
    grad=False,
)

op("concat/dim 0", "concat", normal(2, 3), normal(1, 3), dim=0)
op("concat/default dim", "concat", normal(2, 3), normal(2, 1), normal(2, 2))
op("concat/negative", "concat", normal(2, 3, 1), normal(2, 3, 2), dim=-1)
op("concat/one", "concat", normal(2, 3), dim=0)
op("Concat/3d middle", "Concat", normal(2, 1, 3), normal(2, 2, 3), dim=1)
op("stack/axis 0", "stack", normal(2, 3), normal(2, 3))
op("stack/axis 1", "stack", normal(2, 3), normal(2, 3), normal(2, 3), axis=1)
op("stack/last", "stack", normal(2, 3), normal(2, 3), axis=-1)
op("split/axis 1", "split", normal(2, 6), num_outputs=3, axis=1)
op("split/squeeze", "split", normal(2, 3, 4), num_outputs=3, axis=1, squeeze_axis=True)
op("split/default axis", "split", normal(2, 4), num_outputs=2)
op("split/one", "split", normal(2, 4), num_outputs=1)
op("SliceChannel", "SliceChannel", normal(4, 2), num_outputs=2, axis=0)
op("split_v2/sections", "", normal(6, 2), call=lambda mx, x: mx.nd.split_v2(x, 3))
op("split_v2/indices", "", normal(6, 2), call=lambda mx, x: mx.nd.split_v2(x, (1, 4), axis=0))
op("split_v2/squeeze", "", normal(2, 3), call=lambda mx, x: mx.nd.split_v2(x, 3, axis=1, squeeze_axis=True))

op("tile/number", "tile", normal(2, 3), reps=2)
op("tile/tuple", "tile", normal(2, 3), reps=(2, 1))
op("tile/longer", "tile", normal(3), reps=(2, 2))
op("tile/shorter", "tile", normal(2, 1, 3), reps=(2,))
op("repeat/flat", "repeat", normal(2, 3), repeats=2)
op("repeat/axis", "repeat", normal(2, 3), repeats=3, axis=1)
op("repeat/negative axis", "repeat", normal(2, 3), repeats=2, axis=-2)
for _mode in ("constant", "edge", "reflect"):
    op(f"pad/{_mode}/4d", "pad", normal(1, 2, 3, 4), mode=_mode, pad_width=(0, 0, 0, 0, 1, 2, 2, 1))
    op(f"pad/{_mode}/5d", "pad", normal(1, 1, 3, 3, 3), mode=_mode, pad_width=(0, 0, 0, 0, 1, 1, 0, 2, 2, 0))
op(
    "pad/constant_value",
    "pad",
    normal(1, 1, 2, 2),
    mode="constant",
    pad_width=(0, 0, 0, 0, 1, 1, 1, 1),
    constant_value=-3.5,
)
op("broadcast_to/row", "broadcast_to", normal(1, 3), shape=(4, 3))
op("broadcast_to/zero keeps", "broadcast_to", normal(2, 1, 3), shape=(0, 4, 0))
op("broadcast_to/method adds axes", "", normal(3), call=lambda mx, x: x.broadcast_to((2, 3)))
op("broadcast_axis/one", "broadcast_axis", normal(1, 3, 1), axis=0, size=4)
op("broadcast_axis/two", "broadcast_axis", normal(1, 3, 1), axis=(0, 2), size=(2, 4))
op("broadcast_like/all", "broadcast_like", normal(1, 3), normal(4, 3), grad=(0,))
op("broadcast_like/axes", "broadcast_like", normal(1, 3, 2), normal(5, 4, 6), lhs_axes=(0,), rhs_axes=(1,), grad=(0,))
op("diag/vector", "diag", normal(3))
op("diag/vector k", "diag", normal(3), k=-1)
op("diag/matrix", "diag", normal(3, 4))
op("diag/matrix k", "diag", normal(3, 4), k=1)
op("diag/batch", "diag", normal(2, 3, 4), axis1=1, axis2=2)
op("diag/batch default axes", "diag", normal(3, 4, 2))
op("im2col", "im2col", normal(1, 2, 4, 4), kernel=(3, 3), stride=(1, 1), pad=(1, 1))
op("col2im", "col2im", normal(1, 8, 9), output_size=(4, 4), kernel=(2, 2), stride=(1, 1))
op("arange_like", "contrib.arange_like", normal(2, 3), grad=False)
op("arange_like/axis", "contrib.arange_like", normal(2, 3), axis=1, start=1, step=2, grad=False)
op("index_array", "contrib.index_array", normal(2, 2), grad=False)
op("Crop", "Crop", distinct(1, 1, 5, 5), offset=(1, 2), h_w=(3, 2), num_args=1)
op("shape/size 1 everywhere", "", np.ones((1, 1, 1), dtype="float32"), call=lambda mx, x: x.reshape((-3, 0)).squeeze())
