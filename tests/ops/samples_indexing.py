"""Samples of the operators in ops/indexing.py, gathering.py, selection.py, sequence.py and contrib.py."""
import numpy as np

from .sampling import Sample, samples

# -- indexing.py -------------------------------------------------------------------------------------------------------
TAKES = [
    ((3, 2), [0.0, 2.0, 2.0, 1.0], {}, (4, 2)),
    ((3, 2), [[-1, 7], [1, 0]], {"mode": "clip"}, (2, 2, 2)),
    ((3, 2), [-1, 7, 3], {"mode": "wrap"}, (3, 2)),
    ((2, 3, 2), [[0, 2]], {"axis": 1, "mode": "raise"}, (2, 1, 2, 2)),
    ((2, 3), [2, 2, 0], {"axis": -1}, (2, 3)),
    ((3, 2), np.zeros((0,), "int64"), {}, (0, 2)),
]


@samples("take")
def _(rng):
    for shape, indices, attrs, _ in TAKES:
        yield Sample([rng.normal(size=shape), np.asarray(indices)], attrs, differentiable=(0,))


@samples("_take_backward")
def _(rng):
    for shape, indices, attrs, out in TAKES:
        inputs = [rng.normal(size=out), np.asarray(indices), rng.normal(size=shape)]
        yield Sample(inputs, attrs, differentiable=(0,))


@samples("Embedding")
def _(rng):
    attrs = {"input_dim": 4, "output_dim": 3, "dtype": "float64"}
    weight = rng.normal(size=(4, 3))
    yield Sample([np.array([1, 3, 1]), weight], attrs)
    yield Sample([np.array([[0.0, 2.6], [9.0, -1.0]]), weight], attrs, differentiable=(1,))
    yield Sample([np.zeros((2, 0), "int32"), weight], {**attrs, "sparse_grad": True})


PICKS = [
    ((2, 3), [0.0, 2.0], {}, (2,)),
    ((2, 3), [[0], [2]], {"keepdims": True}, (2, 1)),
    ((2, 3), [0, 1, 5], {"axis": 0}, (3,)),
    ((2, 3), [-1, 4], {"mode": "wrap"}, (2,)),
    ((3,), [1], {}, (1,)),
    ((2, 3, 2), [[0, 2], [1, 1]], {"axis": 1}, (2, 2)),
    ((0, 3), np.zeros((0,), "int32"), {}, (0,)),
]


@samples("pick")
def _(rng):
    for shape, index, attrs, _ in PICKS:
        yield Sample([rng.normal(size=shape), np.asarray(index)], attrs, differentiable=(0,))


@samples("_pick_backward")
def _(rng):
    for shape, index, attrs, out in PICKS:
        yield Sample([rng.normal(size=out), np.asarray(index), rng.normal(size=shape)], attrs, differentiable=(0,))


@samples("batch_take")
def _(rng):
    yield Sample([rng.normal(size=(3, 2)), np.array([0, 1, 1], "int32")])
    yield Sample([rng.normal(size=(2, 3)), np.array([-1, 9], "int32")])
    yield Sample([rng.normal(size=(0, 3)), np.zeros((0,), "int32")])


@samples("one_hot")
def _(rng):
    yield Sample([np.array([0.0, 2.0, -1.0, 5.0])], {"depth": 3})
    yield Sample([np.array([[0.0, 1.7]])], {"depth": 2, "on_value": 8, "off_value": 1, "dtype": "int32"})
    yield Sample([np.array([1, 0])], {"depth": 2, "dtype": "float64"})
    yield Sample([np.zeros((0, 2))], {"depth": 2})
    yield Sample([np.array([0])], {"depth": 0})


VECTORS = [
    ((2, 3), [[0, 1, 1], [2, 0, 0]], (3,)),
    ((2, 3), [[0.0, 1.0, 1.0]], (3, 3)),
    ((2, 3), [[-1], [1]], (1,)),
    ((2, 2, 2), [[[0, 1], [1, 1]], [[1, 0], [0, 0]]], (2, 2, 2)),
    ((2, 3), np.zeros((2, 0), "int64"), (0,)),
]


@samples("gather_nd")
def _(rng):
    for shape, indices, _ in VECTORS:
        yield Sample([rng.normal(size=shape), np.asarray(indices)], differentiable=(0,))
    yield Sample([rng.normal(size=(2, 3)), np.array([1, 2])])


@samples("_gather_nd_backward")
def _(rng):
    for shape, indices, out in VECTORS:
        yield Sample([rng.normal(size=out), np.asarray(indices), rng.normal(size=shape)], differentiable=(0,))


@samples("_backward_gather_nd")
def _(rng):
    for shape, indices, out in VECTORS:
        yield Sample([rng.normal(size=out), np.asarray(indices)], {"shape": shape}, differentiable=(0,))


UNIQUE_VECTORS = [
    ((2, 3), [[0, 1, 1], [2, 0, 1]], (3,)),
    ((2, 3), [[1.0]], (1, 3)),
    ((3,), np.zeros((1, 0), "int64"), (0,)),
]


@samples("scatter_nd")
def _(rng):
    for shape, indices, out in UNIQUE_VECTORS:
        yield Sample([rng.normal(size=out), np.asarray(indices)], {"shape": shape}, differentiable=(0,))


@samples("_scatter_set_nd")
def _(rng):
    for shape, indices, out in UNIQUE_VECTORS:
        inputs = [rng.normal(size=shape), rng.normal(size=out), np.asarray(indices)]
        yield Sample(inputs, {"shape": shape}, differentiable=(0, 1))


ADVANCED = [
    ((3, 2), [[2, 0, 2], [1, 1, 1]], (3,)),
    ((3, 2), [[[1], [2]]], (2, 1, 2)),
    ((3, 2, 2), [[[0], [-1]], [[1, 0]]], (2, 2, 2)),
    ((3, 2), [np.zeros((0,), "int64"), np.zeros((0,), "int64")], (0,)),
]


@samples("_advanced_index")
def _(rng):
    for shape, indices, _ in ADVANCED:
        yield Sample([rng.normal(size=shape), *map(np.asarray, indices)])


@samples("_advanced_index_backward")
def _(rng):
    for shape, indices, out in ADVANCED:
        inputs = [rng.normal(size=out), rng.normal(size=shape), *map(np.asarray, indices)]
        yield Sample(inputs, differentiable=(0,))


# -- selection.py ------------------------------------------------------------------------------------------------------
@samples("where")
def _(rng):
    x, y = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    yield Sample([np.array([[1, 0, 1], [0, 0, 2]]), x, y])
    yield Sample([np.array([0.0, 0.5]), x, y], differentiable=(1, 2))
    yield Sample([np.array([[True, False, True]] * 2), x, y])
    yield Sample([np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2))], differentiable=(1, 2))


@samples("_contrib_boolean_mask")
def _(rng):
    # the shape of the result depends on values: nothing can be compiled. test_indexing.py checks the gradient
    options = {"differentiable": (), "reason": "a graph of unknown shapes cannot be bound"}
    yield Sample([rng.normal(size=(3, 2)), np.array([1, 0, 2])], **options)
    yield Sample([rng.normal(size=(2, 3)), np.array([1.0, 0.0, 1.0])], {"axis": 1}, **options)
    yield Sample([rng.normal(size=(2, 3)), np.array([0, 0])], **options)


@samples("_boolean_mask_backward")
def _(rng):
    yield Sample([rng.normal(size=(2, 2)), np.array([1, 0, 2]), rng.normal(size=(3, 2))], differentiable=(0,))
    yield Sample(
        [rng.normal(size=(2, 1)), np.array([0, 1]), rng.normal(size=(2, 2))], {"axis": 1}, differentiable=(0,)
    )
    yield Sample([np.zeros((0, 2)), np.array([0, 0]), rng.normal(size=(2, 2))], differentiable=(0,))


@samples("_contrib_index_copy")
def _(rng):
    yield Sample([rng.normal(size=(3, 2)), np.array([2, 0]), rng.normal(size=(2, 2))])
    yield Sample([rng.normal(size=(3,)), np.array([1.0]), rng.normal(size=(1,))], differentiable=(0, 2))
    yield Sample([rng.normal(size=(3, 2)), np.zeros((0,), "int32"), np.zeros((0, 2))])


@samples("fill_element_0index")
def _(rng):
    yield Sample([rng.normal(size=(2, 3)), rng.normal(size=(2,)), np.array([0.0, 2.0])])
    yield Sample([rng.normal(size=(1, 1)), rng.normal(size=(1,)), np.array([0.0])])
    yield Sample([rng.normal(size=(0, 3)), rng.normal(size=(0,)), np.zeros((0,))])


@samples("_ravel_multi_index")
def _(rng):
    yield Sample([np.array([[0, 1], [2, 0]])], {"shape": (2, 3)})
    yield Sample([np.array([[0.0, 5.0], [2.0, 0.0], [1.0, 1.0]])], {"shape": (-1, 3, 2)})
    yield Sample([np.zeros((2, 0), "int32")], {"shape": (2, 3)})


@samples("_unravel_index")
def _(rng):
    yield Sample([np.array([2, 3, 5])], {"shape": (2, 3)})
    yield Sample([np.array([[2.0, 13.0], [5.0, 1.0]])], {"shape": (-1, 3, 2)})
    yield Sample([np.zeros((0,), "int32")], {"shape": (2, 3)})


@samples("_histogram")
def _(rng):
    data = np.array([[0.0, 1.0, 2.0], [2.0, 9.0, -1.0]])
    yield Sample([data], {"bin_cnt": 2, "range": (0, 4)})
    yield Sample([data, np.array([0.0, 1.0, 9.0])])
    yield Sample([np.zeros((0,))], {"bin_cnt": 3, "range": (0, 1)})
    yield Sample([data.astype("int32")], {"bin_cnt": 2, "range": (0, 4)})


@samples("_contrib_index_array")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))])
    yield Sample([rng.normal(size=(2, 3))], {"axes": (1, 0)})
    yield Sample([rng.normal(size=(0, 3))], {"axes": -1})


# -- sequence.py -------------------------------------------------------------------------------------------------------
LENGTHS = {"use_sequence_length": True}


@samples("SequenceMask")
def _(rng):
    yield Sample([rng.normal(size=(3, 2, 2)), np.array([1, 2])], {**LENGTHS, "value": -1.0})
    yield Sample([rng.normal(size=(3, 2)), np.array([0.0, 1.0, 9.0])], {**LENGTHS, "axis": 1}, differentiable=(0,))
    yield Sample([rng.normal(size=(3, 2))])
    yield Sample([rng.normal(size=(0, 2)), np.array([0, 1])], LENGTHS, reason="there are no elements")


@samples("SequenceLast")
def _(rng):
    yield Sample([rng.normal(size=(3, 2, 2)), np.array([1, 3])], LENGTHS)
    yield Sample([rng.normal(size=(3, 2)), np.array([1.0, 2.0, 2.0])], {**LENGTHS, "axis": 1}, differentiable=(0,))
    yield Sample([rng.normal(size=(3, 2))])
    yield Sample([rng.normal(size=(3, 2))], {"axis": 1})
    yield Sample([rng.normal(size=(3, 0)), np.zeros((0,), "int32")], LENGTHS)


@samples("_sequence_last_backward")
def _(rng):
    yield Sample(
        [rng.normal(size=(2, 2)), rng.normal(size=(3, 2, 2)), np.array([1, 3])], LENGTHS, differentiable=(0,)
    )
    yield Sample([rng.normal(size=(2,)), rng.normal(size=(3, 2))], differentiable=(0,))
    yield Sample([np.zeros((0, 2)), np.zeros((3, 0, 2))], differentiable=(0,))


@samples("SequenceReverse")
def _(rng):
    yield Sample([rng.normal(size=(3, 2, 2)), np.array([2, 3])], LENGTHS)
    yield Sample([rng.normal(size=(3, 2)), np.array([0.0, 1.0])], LENGTHS, differentiable=(0,))
    yield Sample([rng.normal(size=(3, 2))])
    yield Sample([rng.normal(size=(3, 0)), np.zeros((0,), "int32")], LENGTHS)


# -- contrib.py --------------------------------------------------------------------------------------------------------
@samples("_contrib_quadratic")
def _(rng):
    yield Sample([rng.normal(size=(2, 3))], {"a": 1.5, "b": -2.0, "c": 3.0})
    yield Sample([rng.normal(size=(2,))])
    yield Sample([rng.normal(size=(0, 3))], {"a": 1.0})


@samples("_contrib_div_sqrt_dim")
def _(rng):
    for shape in [(2, 3), (4,), (0, 3), (3, 0)]:
        yield Sample([rng.normal(size=shape)])


@samples("_contrib_gradientmultiplier")
def _(rng):
    for shape in [(2, 3), (1,), (0, 3)]:
        yield Sample(
            [rng.normal(size=shape)], {"scalar": -2.0}, differentiable=(), reason="the factor is on the gradient alone"
        )


@samples("_contrib_allclose")
def _(rng):
    x = rng.normal(size=(2, 3))
    yield Sample([x, x + 1e-9])
    yield Sample([x, x + 1], {"atol": 2.0})
    yield Sample([np.zeros((0, 3)), np.zeros((0, 3))])
