"""Attributes: what callers and JSON files may give, what kernels receive, and what is refused."""
from typing import Literal

import numpy as np
import pytest

from mxlearn.base import ArgumentError
from mxlearn.core import attributes
from mxlearn.core.attributes import Axes, DType, Floats, OptionalInts, Scalar, Shape, parser_of, split_tuple, to_string


@pytest.mark.parametrize(
    ("annotation", "given", "expected"),
    [
        (int, 3, 3), (int, "3", 3), (int, " -3 ", -3), (int, 3.0, 3), (int, np.int64(3), 3), (int, "3L", 3),
        (int, True, 1),
        (float, 3, 3.0), (float, "0.5", 0.5), (float, ".5", 0.5), (float, "1e-05", 1e-5), (float, np.float32(2), 2.0),
        (float, "1.f", 1.0), (float, "-inf", float("-inf")), (float, np.array([2.5]), 2.5),
        (bool, True, True), (bool, "True", True), (bool, "0", False), (bool, 1, True), (bool, "false", False),
        (str, "relu", "relu"),
        (Shape, (1, 2), (1, 2)), (Shape, [1, 2], (1, 2)), (Shape, 4, (4,)), (Shape, "(1, 2)", (1, 2)),
        (Shape, "[1,2,]", (1, 2)), (Shape, "()", ()), (Shape, "(3,)", (3,)), (Shape, "5", (5,)),
        (Shape, np.array([1, 2]), (1, 2)),
        (Axes, None, None), (Axes, 1, 1), (Axes, (0, 1), (0, 1)), (Axes, "(0, 1)", (0, 1)), (Axes, "None", None),
        (Axes, "-1", -1), (Axes, [0], (0,)), (Axes, "()", ()),
        (Floats, (1, 2), (1.0, 2.0)), (Floats, "(0.1, 2)", (0.1, 2.0)), (Floats, 3, (3.0,)),
        (OptionalInts, (None, 1), (None, 1)), (OptionalInts, "(None, 1)", (None, 1)),
        (Scalar, 3, 3), (Scalar, 3.5, 3.5), (Scalar, "3", 3), (Scalar, "3.0", 3.0), (Scalar, np.int32(2), 2),
        (DType, "float16", np.dtype("float16")), (DType, np.float64, np.dtype("float64")),
        (DType, None, np.dtype("float32")),
        (Literal["a", "b"], "b", "b"),
        (int | None, None, None), (int | None, "None", None), (int | None, "3", 3), (Shape | None, "(1,)", (1,)),
    ],
)  # fmt: skip
def test_values_and_their_strings_are_read(annotation, given, expected):
    found = parser_of(annotation)(given)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("annotation", "given"),
    [
        (int, "3.5"), (int, 3.5), (int, None), (int, "__import__('os')"), (int, [1]), (int, ""), (int, "9" * 5000),
        (float, "x"), (float, None), (float, "1+1"), (float, "1e"), (float, [1.0]), (float, "inff"), (float, "nanf"),
        (bool, 2), (bool, "yes"), (bool, None),
        (str, 3), (str, None),
        (Shape, "(1, x)"), (Shape, "(1, (2, 3))"), (Shape, None), (Shape, (1, None)), (Shape, "(1.5,)"),
        (Shape, "open('f')"), (Shape, "(" + "9" * 5000 + ",)"),
        (Axes, "x"), (Axes, 1.5),
        (Floats, "(a,)"), (Scalar, "os"), (OptionalInts, "(None, x)"),
        (DType, "float99"), (DType, 3.5), (DType, "f4,f4"), (DType, "O"),
        (Literal["a", "b"], "c"), (Literal["a", "b"], None),
        (int | None, "x"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_an_argument_error(annotation, given):
    with pytest.raises(ArgumentError):
        parser_of(annotation)(given)


def test_the_error_shows_what_came():
    with pytest.raises(ArgumentError, match="expected an integer. Received: '3.5'"):
        attributes.parse_int("3.5")
    with pytest.raises(ArgumentError, match="expected one of 'a', 'b'. Received: 'c'"):
        parser_of(Literal["a", "b"])("c")


def test_an_integer_scalar_stays_exact():
    assert parser_of(Scalar)("9007199254740993") == 9007199254740993     # 2^53 + 1, which no float can hold


def test_flat_tuples_are_split_and_nothing_else():
    assert split_tuple("(1, 2)") == ["1", "2"]
    assert split_tuple("()") == split_tuple("[ ]") == []
    assert split_tuple("1, 2") is None
    assert split_tuple("(1, 2]") is None


def test_an_annotation_without_a_parser_is_refused_where_it_is_declared():
    with pytest.raises(TypeError, match="no parser"):
        parser_of(dict)
    with pytest.raises(TypeError, match="one type"):
        parser_of(int | str)


@pytest.mark.parametrize(
    ("value", "text"),
    [((1, 2), "(1, 2)"), (np.dtype("float16"), "float16"), (np.float32, "float32"), (True, "True"), (None, "None"),
     (0.5, "0.5"), ("relu", "relu")],
)  # fmt: skip
def test_values_are_written_as_mxnet_writes_them(value, text):
    assert to_string(value) == text
