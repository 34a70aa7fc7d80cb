"""Samples of the operators in ops/shape.py, slicing.py, joining.py, repeating.py and columns.py."""
from .sampling import Sample, samples


# -- shape.py ----------------------------------------------------------------------------------------------------------
@samples("Reshape")
def _(rng):
    for shape in [(6, 4), (-1,), (0, -1), (-2,), (-3, 4), (-4, 1, 2, -2), (2, -4, -1, 3, 4), (0, 0, 0), (-2, 1, 1)]:
        yield Sample([rng.normal(size=(2, 3, 4))], {"shape": shape})
    yield Sample([rng.normal(size=(10, 5, 4))], {"shape": (-1, 0), "reverse": True})
    yield Sample([rng.normal(size=(2, 6))], {"shape": (-1, -4, 2, 3), "reverse": True})
    yield Sample([rng.normal(size=(0, 3, 4))], {"shape": (0, -1)})
    yield Sample([rng.normal(size=(0, 3))], {"shape": (3, -1)})
    yield Sample([rng.normal(size=(2, 6))], {"target_shape": (3, 0)})
    yield Sample([rng.normal(size=(2, 3, 4))], {"target_shape": (0, 0), "keep_highest": True})


@samples("Flatten")
def _(rng):
    for shape in [(2, 3, 4), (3,), (0, 3, 2), (2, 0)]:
        yield Sample([rng.normal(size=shape)])
    yield Sample([rng.integers(0, 9, size=(2, 3, 2), dtype="int32")], reason="integers have no gradient")


@samples("expand_dims")
def _(rng):
    for shape, axis in [((2, 3), 0), ((2, 3), -1), ((2, 3), 2), ((0, 3), 1)]:
        yield Sample([rng.normal(size=shape)], {"axis": axis})


@samples("squeeze")
def _(rng):
    yield Sample([rng.normal(size=(1, 3, 1))])
    yield Sample([rng.normal(size=(1, 3, 1))], {"axis": -1})
    yield Sample([rng.normal(size=(1, 3, 1))], {"axis": (0, 2)})
    yield Sample([rng.normal(size=(1, 1))])
    yield Sample([rng.normal(size=(1, 0))])


@samples("transpose")
def _(rng):
    yield Sample([rng.normal(size=(2, 3, 4))])
    yield Sample([rng.normal(size=(2, 3, 4))], {"axes": (1, 2, 0)})
    yield Sample([rng.normal(size=(2, 3, 4))], {"axes": (-1, 0, 1)})
    yield Sample([rng.normal(size=(0, 3))])
    yield Sample([rng.normal(size=(3,))])


@samples("SwapAxis")
def _(rng):
    yield Sample([rng.normal(size=(2, 3, 4))], {"dim1": 0, "dim2": -1})
    yield Sample([rng.normal(size=(2, 3, 4))])
    yield Sample([rng.normal(size=(2, 0, 4))], {"dim1": 1, "dim2": 2})


@samples("reverse")
def _(rng):
    yield Sample([rng.normal(size=(2, 3, 4))], {"axis": 1})
    yield Sample([rng.normal(size=(2, 3, 4))], {"axis": (0, -1)})
    yield Sample([rng.normal(size=(0, 3))], {"axis": 0})


@samples("depth_to_space")
def _(rng):
    yield Sample([rng.normal(size=(2, 8, 1, 2))], {"block_size": 2})
    yield Sample([rng.normal(size=(1, 9, 2, 1))], {"block_size": 3})
    yield Sample([rng.normal(size=(0, 4, 2, 2))], {"block_size": 2})


@samples("space_to_depth")
def _(rng):
    yield Sample([rng.normal(size=(2, 2, 4, 2))], {"block_size": 2})
    yield Sample([rng.normal(size=(1, 1, 3, 6))], {"block_size": 3})
    yield Sample([rng.normal(size=(0, 4, 2, 2))], {"block_size": 2})


# -- slicing.py --------------------------------------------------------------------------------------------------------
PARTS = [
    ((2, 3, 4), {"begin": (0, 1), "end": (2, 3)}, (2, 2, 4)),
    ((2, 3, 4), {"begin": (None, 2, None), "end": (None, None, 2), "step": (None, -1, 2)}, (2, 3, 1)),
    ((2, 3, 4), {"begin": (0, -1, -3), "end": (1, 0, -1), "step": (1, -1, 1)}, (1, 2, 2)),
    ((3, 2), {"begin": (1,), "end": (1,)}, (0, 2)),
    ((3, 2), {"begin": (0,), "end": (9,)}, (3, 2)),
    ((0, 2), {"begin": (0, 1), "end": (0, 2)}, (0, 1)),
]


@samples("slice")
def _(rng):
    for shape, attrs, _ in PARTS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_slice_backward")
def _(rng):
    for shape, attrs, part in PARTS:
        yield Sample([rng.normal(size=part), rng.normal(size=shape)], attrs, differentiable=(0,))


@samples("_slice_assign")
def _(rng):
    for shape, attrs, part in PARTS:
        yield Sample([rng.normal(size=shape), rng.normal(size=part)], attrs)


@samples("_slice_assign_scalar")
def _(rng):
    for shape, attrs, _ in PARTS:
        yield Sample([rng.normal(size=shape)], {**attrs, "scalar": 2.5})


BASIC_PARTS = [
    *PARTS,
    ((2, 3, 4), {"begin": (1, None), "end": (2, None), "squeeze": (0,)}, (3, 4)),
    ((2, 3, 4), {"begin": (-1, 0, 1), "end": (None, 3, 2), "step": (None, 2, None), "squeeze": (0, 2)}, (2,)),
    ((3,), {"begin": (), "end": ()}, (3,)),
]


@samples("_basic_slice")
def _(rng):
    for shape, attrs, _ in BASIC_PARTS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_basic_slice_backward")
def _(rng):
    for shape, attrs, part in BASIC_PARTS:
        yield Sample([rng.normal(size=part), rng.normal(size=shape)], attrs, differentiable=(0,))


AXIS_PARTS = [
    ((2, 3, 4), {"axis": -1, "begin": -3, "end": -1}, (2, 3, 2)),
    ((2, 3, 4), {"axis": 1, "begin": 1, "end": None}, (2, 2, 4)),
    ((2, 3), {"axis": 1, "begin": 2, "end": 2}, (2, 0)),
    ((0, 3), {"axis": 1, "begin": 0, "end": 2}, (0, 2)),
]


@samples("slice_axis")
def _(rng):
    for shape, attrs, _ in AXIS_PARTS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_slice_axis_backward")
def _(rng):
    for shape, attrs, part in AXIS_PARTS:
        yield Sample([rng.normal(size=part), rng.normal(size=shape)], attrs, differentiable=(0,))


@samples("slice_like")
def _(rng):
    yield Sample([rng.normal(size=(2, 3, 4)), rng.normal(size=(1, 2, 3))], differentiable=(0,))
    yield Sample([rng.normal(size=(2, 3, 4)), rng.normal(size=(1, 2))], {"axes": (0, 1)}, differentiable=(0,))
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(0, 3))], differentiable=(0,))


@samples("_slice_like_backward")
def _(rng):
    for part, shape in [((1, 2), (2, 3)), ((0, 3), (2, 3)), ((2,), (2,))]:
        yield Sample([rng.normal(size=part), rng.normal(size=shape)], differentiable=(0,))


@samples("Crop")
def _(rng):
    image = rng.normal(size=(2, 1, 4, 5))
    yield Sample([image], {"h_w": (2, 3), "offset": (1, 2)})
    yield Sample([image], {"h_w": (2, 2), "center_crop": True})
    yield Sample([image, rng.normal(size=(2, 7, 3, 2))], {"offset": (1, 1)}, differentiable=(0,))
    yield Sample([rng.normal(size=(0, 1, 3, 3))], {"h_w": (2, 2)})


@samples("_crop_backward")
def _(rng):
    yield Sample(
        [rng.normal(size=(0, 1, 2, 3)), rng.normal(size=(0, 1, 4, 5))], {"h_w": (2, 3)}, differentiable=(0,)
    )
    yield Sample(
        [rng.normal(size=(2, 1, 2, 3)), rng.normal(size=(2, 1, 4, 5))],
        {"h_w": (2, 3), "offset": (1, 2)},
        differentiable=(0,),
    )
    yield Sample(
        [rng.normal(size=(1, 1, 1, 1)), rng.normal(size=(1, 1, 3, 3)), rng.normal(size=(1, 2, 1, 1))],
        {"center_crop": True},
        differentiable=(0,),
    )


# -- joining.py and repeating.py ---------------------------------------------------------------------------------------
@samples("Concat")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(2, 1)), rng.normal(size=(2, 2))])
    yield Sample([rng.normal(size=(2, 3, 1)), rng.normal(size=(2, 3, 2))], {"dim": -1})
    yield Sample([rng.normal(size=(2,)), rng.normal(size=(0,))], {"dim": 0})
    yield Sample([rng.normal(size=(0, 2)), rng.normal(size=(0, 3))])
    yield Sample([rng.normal(size=(2, 3))])


@samples("_concat_backward")
def _(rng):
    likes = [rng.normal(size=(2, 3)), rng.normal(size=(2, 1)), rng.normal(size=(2, 0))]
    yield Sample([rng.normal(size=(2, 4)), *likes], {"dim": 1, "sections": 3}, differentiable=(0,))
    yield Sample([rng.normal(size=(2, 3)), likes[0]], {"dim": -1, "sections": 1}, differentiable=(0,))
    likes = [rng.normal(size=(1, 2)), rng.normal(size=(2, 2))]
    yield Sample([rng.normal(size=(3, 2)), *likes], {"dim": 0, "sections": 2}, differentiable=(0,))


@samples("stack")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(2, 3))])
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))], {"axis": -1})
    yield Sample([rng.normal(size=(2, 3))], {"axis": 1})
    yield Sample([rng.normal(size=(0, 3)), rng.normal(size=(0, 3))])


@samples("SliceChannel")
def _(rng):
    yield Sample([rng.normal(size=(2, 6))], {"num_outputs": 3})
    yield Sample([rng.normal(size=(2, 3))], {"num_outputs": 2, "axis": 0, "squeeze_axis": True})
    yield Sample([rng.normal(size=(2, 3, 4))], {"num_outputs": 2, "axis": -1})
    yield Sample([rng.normal(size=(2, 3))], {"num_outputs": 1})
    yield Sample([rng.normal(size=(1, 3))], {"num_outputs": 1, "axis": 0, "squeeze_axis": True})
    yield Sample([rng.normal(size=(0, 4))], {"num_outputs": 2})


@samples("_split_v2")
def _(rng):
    yield Sample([rng.normal(size=(2, 5))], {"indices": (0, 1, 3)})
    yield Sample([rng.normal(size=(5,))], {"indices": (0, 2, 2), "axis": 0})
    yield Sample([rng.normal(size=(2, 3))], {"indices": (0, 1, 2), "squeeze_axis": True})
    yield Sample([rng.normal(size=(4, 3))], {"indices": (), "sections": 2, "axis": -2})
    yield Sample([rng.normal(size=(4, 3))], {"indices": (0,)})
    yield Sample([rng.normal(size=(0, 2))], {"indices": (0, 1)})


TILES = [
    ((2,), (2, 2), (2, 4)),
    ((2, 3), (2,), (2, 6)),
    ((2, 1), (1, 3), (2, 3)),
    ((2,), (0,), (0,)),
    ((0, 2), 2, (0, 4)),
]


@samples("tile")
def _(rng):
    for shape, reps, _ in TILES:
        yield Sample([rng.normal(size=shape)], {"reps": reps})
    yield Sample([rng.normal(size=(2,))], {"reps": ()})


@samples("_tile_backward")
def _(rng):
    for shape, reps, out in TILES:
        yield Sample([rng.normal(size=out), rng.normal(size=shape)], {"reps": reps}, differentiable=(0,))


REPEATS = [((2, 3), 2, None, (12,)), ((2, 3), 2, -1, (2, 6)), ((2, 3), 0, 0, (0, 3)), ((0, 3), 2, 1, (0, 6))]


@samples("repeat")
def _(rng):
    for shape, repeats, axis, _ in REPEATS:
        yield Sample([rng.normal(size=shape)], {"repeats": repeats, "axis": axis})


@samples("_repeat_backward")
def _(rng):
    for shape, repeats, axis, out in REPEATS:
        attrs = {"repeats": repeats, "axis": axis}
        yield Sample([rng.normal(size=out), rng.normal(size=shape)], attrs, differentiable=(0,))


PADS = [
    ((1, 2, 3, 4), {"mode": "constant", "pad_width": (0, 0, 0, 0, 1, 0, 0, 2), "constant_value": 5.0}, (1, 2, 4, 6)),
    ((1, 2, 3, 4), {"mode": "edge", "pad_width": (0, 0, 0, 0, 1, 2, 3, 0)}, (1, 2, 6, 7)),
    ((1, 2, 3, 4), {"mode": "reflect", "pad_width": (0, 0, 0, 0, 2, 1, 1, 3)}, (1, 2, 6, 8)),
    ((1, 1, 2, 3, 2), {"mode": "reflect", "pad_width": (0, 0, 0, 0, 1, 1, 0, 2, 0, 0)}, (1, 1, 4, 5, 2)),
    ((1, 1, 2, 1, 2), {"mode": "edge", "pad_width": (0, 0, 0, 0, 0, 1, 2, 0, 0, 0)}, (1, 1, 3, 3, 2)),
    ((0, 1, 2, 2), {"mode": "edge", "pad_width": (0, 0, 0, 0, 1, 1, 1, 1)}, (0, 1, 4, 4)),
]


@samples("Pad")
def _(rng):
    for shape, attrs, _ in PADS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_pad_backward")
def _(rng):
    for shape, attrs, out in PADS:
        kept = {key: value for key, value in attrs.items() if key != "constant_value"}
        yield Sample([rng.normal(size=out), rng.normal(size=shape)], kept, differentiable=(0,))


DIAGONALS = [
    ((3,), {}, (3, 3)),
    ((2,), {"k": -1}, (3, 3)),
    ((2, 3), {"k": 1}, (2,)),
    ((4, 2), {"k": -1}, (2,)),
    ((2, 3, 4), {"axis1": 1, "axis2": 2}, (2, 3)),
    ((2, 3, 4), {"k": 1, "axis1": -1, "axis2": 0}, (3, 1)),
    ((0, 2, 2), {"axis1": 1, "axis2": 2}, (0, 2)),
    ((0,), {}, (0, 0)),
]


@samples("diag")
def _(rng):
    for shape, attrs, _ in DIAGONALS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_diag_backward")
def _(rng):
    for shape, attrs, out in DIAGONALS:
        yield Sample([rng.normal(size=out), rng.normal(size=shape)], attrs, differentiable=(0,))


# -- columns.py --------------------------------------------------------------------------------------------------------
WINDOWS = [
    ((1, 2, 4, 4), {"kernel": (2, 2), "stride": (2, 2)}, (1, 8, 4)),
    ((2, 1, 4, 3), {"kernel": (3, 2), "pad": (1, 0), "stride": (2, 1)}, (2, 6, 4)),
    ((1, 2, 5), {"kernel": (2,), "dilate": (3,)}, (1, 4, 2)),
    ((1, 1, 2, 2, 2), {"kernel": (1, 2, 2)}, (1, 4, 2)),
    ((0, 1, 3), {"kernel": (2,)}, (0, 2, 2)),
]


@samples("im2col")
def _(rng):
    for shape, attrs, _ in WINDOWS:
        yield Sample([rng.normal(size=shape)], attrs)


@samples("_im2col_backward")
def _(rng):
    for shape, attrs, columns in WINDOWS:
        yield Sample([rng.normal(size=columns), rng.normal(size=shape)], attrs, differentiable=(0,))


@samples("col2im")
def _(rng):
    for shape, attrs, columns in WINDOWS:
        yield Sample([rng.normal(size=columns)], {**attrs, "output_size": shape[2:]})
