"""Mistakes with arrays, the tape and gradients."""
import numpy as np

import mxlearn as mx
from mxlearn import autograd, nd
from mxlearn.base import (
    ArgumentError,
    ContextError,
    DTypeError,
    GradientError,
    MXNetError,
    OutOfMemoryError,
    ShapeError,
)

from .mistakes import collector

mistake, MISTAKES = collector()


# -- making arrays -----------------------------------------------------------------------------------------------------
@mistake(TypeError, "ragged", python=True)
def rows_of_different_lengths_become_an_array():
    nd.array([[1, 2, 3], [4, 5]])


@mistake(TypeError, "str", python=True)
def words_become_an_array():
    nd.array(["cat", "dog"])


@mistake(DTypeError, "float23", "float32")
def a_dtype_is_misspelled():
    nd.zeros((2, 2), dtype="float23")


@mistake(DTypeError, "complex64", "float32")
def a_complex_array_is_wanted():
    nd.zeros((2, 2), dtype="complex64")


@mistake(OutOfMemoryError, "zeros", "(1000000, 1000000, 1000000)", "GiB", "memory")
def an_array_is_larger_than_any_memory():
    nd.zeros((10**6, 10**6, 10**6))


@mistake(OutOfMemoryError, "broadcast_add", "PiB", "(16777216, 16777216)", "memory")
def a_column_and_a_long_row_are_added():
    column = nd.zeros((2**24, 1))
    column + column.reshape((1, -1))


@mistake(ArgumentError, "zeros", "-3")
def a_dimension_is_negative():
    nd.zeros((2, -3))


@mistake(ArgumentError, "zeros", "shape")
def a_shape_is_a_word():
    nd.zeros("big")


@mistake(ArgumentError, "arange", "step")
def a_range_has_step_zero():
    nd.arange(0, 10, 0)


@mistake(ContextError, "gpu(0)", "GPU", "mx.cpu()")
def an_array_is_made_on_a_gpu_that_is_not_there():
    nd.zeros((2,), ctx=mx.gpu(0))


@mistake(ContextError, "gpu(0)", "mx.cpu()")
def an_array_is_moved_to_a_gpu_that_is_not_there():
    nd.zeros((2,)).as_in_context(mx.gpu())


@mistake(ArgumentError, "tpu", "'cpu'")
def a_context_of_an_unknown_kind():
    mx.Context("tpu")


@mistake(ArgumentError, "cuda:0", "mx.cpu()")
def a_context_is_given_as_in_another_framework():
    nd.zeros((2,), ctx="cuda:0")


# -- operators ---------------------------------------------------------------------------------------------------------
@mistake(ShapeError, "dot", "(2, 3)", "(2, 4)", "transpose")
def matrices_do_not_fit():
    nd.dot(nd.ones((2, 3)), nd.ones((2, 4)))


@mistake(ShapeError, "(2, 3)", "(2,)", "broadcast")
def a_column_is_added_as_a_row():
    nd.ones((2, 3)) + nd.ones((2,))


@mistake(ShapeError, "elemwise_add", "(2, 3)", "(1, 3)")
def elementwise_operators_do_not_broadcast():
    nd.elemwise_add(nd.ones((2, 3)), nd.ones((1, 3)))


@mistake(DTypeError, "float32", "int32", "astype")
def floats_and_integers_are_added():
    nd.ones((2,)) + nd.ones((2,), dtype="int32")


@mistake(TypeError, "numpy.ndarray", "mx.nd.array", python=True)
def an_ndarray_and_a_numpy_array_are_added():
    nd.ones((2,)) + np.ones(2)


@mistake(GradientError, "numpy.multiply", "gradient", "mx.nd.array")
def numpy_multiplies_an_array_that_is_recorded():
    x = learned()
    with autograd.record():
        np.ones(3) * x


@mistake(ArgumentError, "dot", "numpy.ndarray", "mx.nd.array")
def an_operator_gets_a_numpy_array():
    nd.dot(np.ones((2, 2)), nd.ones((2, 2)))


@mistake(ArgumentError, "exp", "list", "mx.nd.array")
def an_operator_gets_a_list():
    nd.exp([1.0, 2.0])


@mistake(TypeError, "str", python=True)
def an_array_is_added_to_a_word():
    nd.ones((2,)) + "1"


@mistake(ContextError, "cpu(0)", "cpu(1)", "as_in_context")
def arrays_of_two_contexts_are_added():
    nd.ones((2,)) + nd.ones((2,), ctx=mx.cpu(1))


@mistake(AttributeError, "sofmax", "softmax", python=True)
def an_operator_is_misspelled():
    nd.sofmax(nd.ones((2,)))


@mistake(AttributeError, "NDArray", "reshpe", python=True)
def a_method_is_misspelled():
    nd.ones((2,)).reshpe((1, 2))


@mistake(ArgumentError, "Pooling", "pool_typ", "pool_type")
def an_attribute_is_misspelled():
    nd.Pooling(nd.ones((1, 1, 4, 4)), kernel=(2, 2), pool_typ="max")


@mistake(ArgumentError, "Pooling", "pool_type", "'maximum'", "'max'")
def an_attribute_has_a_value_that_is_not_allowed():
    nd.Pooling(nd.ones((1, 1, 4, 4)), kernel=(2, 2), pool_type="maximum")


@mistake(ArgumentError, "FullyConnected", "num_hidden")
def a_required_attribute_is_missing():
    nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), nd.ones((4,)))


@mistake(ArgumentError, "FullyConnected", "bias", "no_bias")
def a_bias_is_missing():
    nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), num_hidden=4)


@mistake(ArgumentError, "FullyConnected", "num_hidden", "'ten'")
def a_number_is_a_word():
    nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), num_hidden="ten", no_bias=True)


@mistake(ShapeError, "FullyConnected", "(4, 5)", "(4, 3)")
def a_weight_does_not_fit_the_data():
    nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 5)), num_hidden=4, no_bias=True)


@mistake(MXNetError, "FullyConnected", "num_hidden")
def an_attribute_overflows_every_integer():
    nd.FullyConnected(nd.ones((2, 3)), nd.ones((4, 3)), num_hidden=10**30, no_bias=True)


@mistake(ShapeError, "Convolution", "kernel (7, 7)", "(1, 1, 5, 5)")
def a_window_is_larger_than_the_image():
    nd.Convolution(nd.ones((1, 1, 5, 5)), nd.ones((8, 1, 7, 7)), kernel=(7, 7), num_filter=8, no_bias=True)


@mistake(ShapeError, "Convolution", "(32, 784)", "4")
def flat_images_are_convolved():
    nd.Convolution(nd.ones((32, 784)), nd.ones((8, 1, 3, 3)), kernel=(3, 3), num_filter=8, no_bias=True)


@mistake(MXNetError, "Pooling", "stride", "0")
def a_stride_is_zero():
    nd.Pooling(nd.ones((1, 1, 4, 4)), kernel=(2, 2), stride=(0, 0))


@mistake(MXNetError, "Dropout", "p", "1.5")
def a_probability_is_larger_than_one():
    nd.Dropout(nd.ones((2,)), p=1.5, mode="always")


@mistake(ShapeError, "sum", "axis", "5")
def an_axis_does_not_exist():
    nd.sum(nd.ones((2, 3)), axis=5)


@mistake(ShapeError, "Concat", "axis 0", "(?, 3)", "(?, 4)")
def arrays_that_do_not_fit_are_joined():
    nd.concat(nd.ones((2, 3)), nd.ones((4, 4)), dim=0)


@mistake(ShapeError, "Reshape", "(2, 3)", "(4, 2)", "-1")
def an_array_is_reshaped_to_more_elements():
    nd.ones((2, 3)).reshape((4, 2))


@mistake(ShapeError, "split", "3", "4")
def an_axis_is_split_into_parts_that_do_not_fit():
    nd.split(nd.ones((4, 2)), num_outputs=3, axis=0)


@mistake(IndexError, "5", "(2, 3)", python=True)
def an_index_is_out_of_range():
    nd.ones((2, 3))[5]


@mistake(IndexError, "3", "2", python=True)
def there_are_too_many_indices():
    nd.ones((2, 3))[0, 0, 0]


@mistake(ShapeError, "(2, 3)", "(5,)")
def a_value_of_a_wrong_shape_is_assigned():
    nd.ones((2, 3))[:] = nd.ones((5,))


@mistake(ShapeError, "asscalar", "(3,)", "x.mean()")
def a_vector_is_read_as_a_number():
    nd.ones((3,)).asscalar()


@mistake(ShapeError, "truth value", "(3,)")
def a_vector_decides_an_if():
    if nd.ones((3,)) > 0:
        pass


@mistake(MXNetError, "linalg_inverse", "Singular", "(2, 2)")
def a_matrix_without_an_inverse_is_inverted():
    nd.linalg.inverse(nd.ones((2, 2)))


@mistake(MXNetError, "linalg_potrf", "positive definite")
def a_matrix_that_is_not_positive_definite_is_factorized():
    nd.linalg.potrf(nd.array([[1, 2], [2, 1]]))


@mistake(ShapeError, "Embedding", "(10, 5)", "(9, 5)")
def an_embedding_table_has_the_wrong_size():
    nd.Embedding(nd.array([1, 2]), nd.ones((9, 5)), input_dim=10, output_dim=5)


@mistake(ShapeError, "BatchNorm", "gamma", "(3,)", "(4,)")
def batch_norm_gets_scales_for_another_number_of_channels():
    nd.BatchNorm(nd.ones((2, 4, 5, 5)), *[nd.ones((3,))] * 4)


@mistake(ShapeError, "out", "(3,)", "(2,)")
def a_result_does_not_fit_the_array_for_it():
    nd.exp(nd.ones((2,)), out=nd.ones((3,)))


# -- the tape ----------------------------------------------------------------------------------------------------------
def learned():
    x = nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    return x


@mistake(GradientError, "backward", "autograd.record()")
def record_is_forgotten():
    loss = (learned() * 2).sum()
    loss.backward()


@mistake(GradientError, "backward", "attach_grad()")
def attach_grad_is_forgotten():
    x = nd.ones((3,))
    with autograd.record():
        loss = (x * 2).sum()
    loss.backward()


@mistake(GradientError, "freed", "retain_graph=True")
def backward_is_called_twice():
    x = learned()
    with autograd.record():
        loss = (x * x).sum()
    loss.backward()
    loss.backward()


@mistake(MXNetError, "+=", "autograd.record()")
def an_array_of_the_tape_is_changed_in_place():
    x = learned()
    with autograd.record():
        y = x * 2
        y += 1


@mistake(MXNetError, "assigning", "autograd.record()")
def an_array_of_the_tape_is_assigned_to():
    x = learned()
    with autograd.record():
        y = x * x
        y[0] = 0


@mistake(MXNetError, "assigning", "autograd.record()")
def a_weight_is_updated_while_recording():
    w = learned()
    with autograd.record():
        loss = (w * w).sum()
        loss.backward()
        w -= 0.1 * w.grad


@mistake(ShapeError, "(3,)", "(2,)")
def a_head_gradient_has_another_shape():
    x = learned()
    with autograd.record():
        y = x * 2
    y.backward(nd.ones((2,)))


@mistake(GradientError, "grad", "attach_grad()")
def a_gradient_is_asked_for_an_array_that_is_not_recorded():
    x, other = learned(), nd.ones((3,))
    with autograd.record():
        y = (x * x).sum()
    autograd.grad(y, other)


@mistake(ArgumentError, "grad_req", "'wrte'", "write")
def a_gradient_request_is_misspelled():
    nd.ones((2,)).attach_grad("wrte")


@mistake(TypeError, "numpy", python=True)
def the_tape_is_left_through_numpy():
    x = learned()
    with autograd.record():
        y = nd.sum(x.asnumpy() * 2)
    y.backward()


@mistake(GradientError, "Square.backward", "1 input", "2")
def a_function_returns_too_many_gradients():
    class Square(autograd.Function):
        def forward(self, x):
            self.save_for_backward(x)
            return x * x

        def backward(self, dy):
            (x,) = self.saved_tensors
            return 2 * x * dy, dy

    x = learned()
    with autograd.record():
        y = Square()(x)
    y.backward()


@mistake(MXNetError, "Square", "NDArray", "float")
def a_function_returns_a_number():
    class Square(autograd.Function):
        def forward(self, x):
            return float(x.sum().asscalar())

        def backward(self, dy):
            return dy

    x = learned()
    with autograd.record():
        Square()(x)


# -- random numbers ----------------------------------------------------------------------------------------------------
@mistake(MXNetError, "normal", "scale", "-1")
def a_standard_deviation_is_negative():
    nd.random.normal(0, -1, shape=(2,))


@mistake(MXNetError, "randint", "low", "high")
def an_interval_of_random_integers_is_empty():
    nd.random.randint(5, 5, shape=(2,))


@mistake(ArgumentError, "seed", "'today'")
def a_seed_is_a_word():
    mx.random.seed("today")
