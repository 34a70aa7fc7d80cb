"""Choosing elements: where, take, pick, gather, one_hot, Embedding, sequences."""

import numpy as np

from ..harness import Cases, distinct, integers, normal

CASES = Cases()
op = CASES.op


def at(*values, dtype="float32"):
    """The index array of these values."""
    return np.array(values, dtype=dtype)


op("where/same shape", "where", integers(0, 2, 3, 4), normal(3, 4), normal(3, 4), grad=(1, 2))
op("where/vector condition", "where", at(1, 0, 1), normal(3, 4), normal(3, 4), grad=(1, 2))
op("where/int32 condition", "where", integers(0, 2, 3, dtype="int32"), normal(3), normal(3), grad=(1, 2))
op("one_hot/default", "one_hot", at(0, 2, 1), depth=4, grad=False)
op("one_hot/out of range", "one_hot", at(0, 2, 5, -1), depth=3, grad=False)
op("one_hot/values dtype", "one_hot", at([0, 2], [1, 1]), depth=3, on_value=5, off_value=-1, dtype="int32", grad=False)
op("one_hot/int indices", "one_hot", at(1, 0, dtype="int32"), depth=2, grad=False)

op("pick/last axis", "pick", normal(3, 4), at(0, 3, 1), grad=(0,))
op("pick/axis 0", "pick", normal(3, 4), at(0, 2, 1, 1), axis=0, grad=(0,))
op("pick/keepdims", "pick", normal(3, 4), at(0, 3, 1), axis=1, keepdims=True, grad=(0,))
op("pick/clip", "pick", normal(3, 4), at(-2, 9, 1), axis=1, mode="clip", grad=(0,))
op("pick/wrap", "pick", normal(3, 4), at(-2, 9, 1), axis=1, mode="wrap", grad=(0,))
op("pick/3d", "pick", normal(2, 3, 4), at([0, 1, 3], [2, 2, 0]), axis=2, grad=(0,))
op("choose_element_0index", "choose_element_0index", normal(3, 4), at(0, 3, 1), grad=False)

op("take/axis 0", "take", normal(4, 3), at(0, 2, 2, 3), grad=(0,))
op("take/axis 1", "take", normal(4, 3), at([0, 2], [1, 1]), axis=1, grad=(0,))
op("take/axis -1", "take", normal(2, 2, 3), at(2, 0), axis=-1, grad=(0,))
op("take/clip", "take", normal(4, 3), at(-1, 7, 1), mode="clip", grad=(0,))
op("take/wrap", "take", normal(4, 3), at(-1, 7, 1), mode="wrap", grad=(0,))
op("take/raise", "take", normal(4, 3), at(3, 0), mode="raise", grad=False)
op("take/fractions", "take", normal(4), at(0.9, 1.9, 2.2), grad=False)
op("take/int indices", "take", normal(4, 2), at(3, 0, dtype="int64"), grad=(0,))
op("batch_take", "batch_take", normal(3, 4), at(0, 3, 1, dtype="int32"), grad=False)
op("gather_nd/elements", "gather_nd", normal(3, 4), at([0, 2, 0], [1, 3, 1]), grad=(0,))
op("gather_nd/rows", "gather_nd", normal(3, 4), at([0, 2]), grad=(0,))
op("gather_nd/3d", "gather_nd", normal(2, 3, 4), at([[0, 1]], [[2, 0]], [[3, 3]]), grad=(0,))
op("scatter_nd/elements", "scatter_nd", normal(3), at([0, 1, 2], [1, 0, 3]), shape=(3, 4), grad=(0,))
op("scatter_nd/rows", "scatter_nd", normal(2, 4), at([2, 0]), shape=(3, 4), grad=(0,))
op("index_copy", "contrib.index_copy", normal(4, 2), at(3, 0), normal(2, 2), grad=(0, 2))
op("boolean_mask", "contrib.boolean_mask", normal(4, 2), at(1, 0, 0, 1), grad=(0,))
op("ravel_multi_index", "ravel_multi_index", at([1, 0], [2, 1]), shape=(2, 3), grad=False)
op("unravel_index", "unravel_index", at(5, 1, 0), shape=(2, 3), grad=False)
op("Embedding/vector", "Embedding", at(0, 3, 3, 1), normal(5, 2), input_dim=5, output_dim=2, grad=(1,))
op("Embedding/matrix", "Embedding", at([0, 3], [4, 1]), normal(5, 2), input_dim=5, output_dim=2, grad=(1,))
op("Embedding/clip", "Embedding", at(0, 9, -1), normal(5, 2), input_dim=5, output_dim=2, grad=False)
op("Embedding/int32 indices", "Embedding", at(2, 0, dtype="int32"), normal(3, 2), input_dim=3, output_dim=2, grad=(1,))

_lengths = at(1, 3, 2)
for _axis, _shape in ((0, (4, 3, 2)), (1, (3, 4, 2))):
    op(
        f"SequenceMask/axis {_axis}",
        "SequenceMask",
        normal(*_shape),
        _lengths,
        use_sequence_length=True,
        value=-1.5,
        axis=_axis,
        grad=(0,),
    )
    op(
        f"SequenceLast/axis {_axis}",
        "SequenceLast",
        normal(*_shape),
        _lengths,
        use_sequence_length=True,
        axis=_axis,
        grad=(0,),
    )
op("SequenceMask/no lengths", "SequenceMask", normal(3, 2, 2))
op("SequenceMask/2d", "SequenceMask", normal(4, 3), _lengths, use_sequence_length=True, grad=(0,))
op("SequenceLast/no lengths", "SequenceLast", normal(3, 2, 2), grad=False)
op("SequenceReverse/lengths", "SequenceReverse", normal(4, 3, 2), _lengths, use_sequence_length=True, grad=(0,))
op("SequenceReverse/no lengths", "SequenceReverse", normal(4, 3, 2))
op("SequenceReverse/5d", "SequenceReverse", normal(3, 2, 2, 2, 1), at(2, 3), use_sequence_length=True, grad=(0,))
op("fill_element_0index", "fill_element_0index", normal(3, 4), normal(3), at(0, 3, 1), grad=False)
op("onehot_encode", "", at(1, 0), grad=False, call=lambda mx, x: mx.nd.onehot_encode(x, mx.nd.zeros((2, 3))))
op("where/broadcast by arithmetic", "", distinct(3, 3), call=lambda mx, x: mx.nd.where(x > 0, x * 2, x * 0.1))
