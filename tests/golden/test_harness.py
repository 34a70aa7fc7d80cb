"""The comparison itself: what counts as the same answer, and what does not."""

import numpy as np
import pytest

import mxlearn as mx

from . import harness


def lines(value, expected, scaled=None):
    return harness.mismatches(mx, {"x": value}, {"x": expected}, scaled)


def test_equal_answers_have_no_mismatches():
    array = np.array([1.0, np.nan, np.inf], dtype="float32")
    assert lines(array.copy(), array) == []
    assert lines({"a": [1, None, "text", 0.5]}, {"a": [1, None, "text", 0.5]}) == []


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((2, 1), dtype="float32"), "expected shape (2,), received (2, 1)"),
        (np.ones(2, dtype="float64"), "expected dtype float32, received float64"),
        (np.array([1, 1.0001], dtype="float32"), "1 of 2 elements differ, first at (1,)"),
        (np.array([1, np.nan], dtype="float32"), "1 of 2 elements differ"),
        ("text", "expected an array"),
    ],
)
def test_another_array_is_a_mismatch(value, message):
    (line,) = lines(value, np.ones(2, dtype="float32"))
    assert message in line


def test_float32_is_compared_within_1e_5_of_each_element_and_1e_6_of_the_largest():
    expected = np.array([100.0, 1e-3], dtype="float32")
    assert lines(np.array([100.0009, 1e-3], dtype="float32"), expected) == []
    assert lines(np.array([100.0, 1.09e-3], dtype="float32"), expected) == []
    assert len(lines(np.array([100.0012, 1e-3], dtype="float32"), expected)) == 1
    assert len(lines(np.array([100.0, 1.2e-3], dtype="float32"), expected)) == 1


def test_a_scaled_tolerance_is_a_share_of_the_largest_element():
    expected = np.array([100.0, 0.0], dtype="float32")
    assert lines(np.array([100.0, 0.9e-3], dtype="float32"), expected, scaled=1e-5) == []
    assert len(lines(np.array([100.0, 1.2e-3], dtype="float32"), expected, scaled=1e-5)) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a ", "a"), (1, 2), (1.0, 1), (None, 0), ([1], [1, 2]), ({"a": 1}, {"b": 1}), (0.5, 0.50001), (True, "True")],
)
def test_other_values_are_compared_exactly(value, expected):
    assert len(lines(value, expected)) == 1


def test_an_answer_that_is_missing_is_a_mismatch():
    assert harness.mismatches(mx, {}, {"x": 1}) == ["answers differ in ['x']"]


def test_an_error_must_inherit_the_class_that_mxnet_raises():
    def received(kind):
        return {"error": kind.__name__, "classes": harness.Raised(kind)}

    assert harness.mismatches(mx, received(mx.base.ShapeError), {"error": "ValueError"}) == []
    assert harness.mismatches(mx, received(mx.base.ShapeError), {"error": "MXNetError"}) == []
    assert harness.mismatches(mx, received(mx.base.DTypeError), {"error": "AssertionError"}) == []
    assert len(harness.mismatches(mx, received(ValueError), {"error": "MXNetError"})) == 1
    assert len(harness.mismatches(mx, received(ZeroDivisionError), {"error": "AssertionError"})) == 1
    assert len(harness.mismatches(mx, {"error": "none"}, {"error": "ValueError"})) == 1
    assert len(harness.mismatches(mx, received(ValueError), {"error": "none"})) == 1


def test_storage_keeps_every_kind_of_value(tmp_path, monkeypatch):
    monkeypatch.setattr(harness, "HERE", tmp_path)
    answer = {
        "a": np.arange(3, dtype="uint8"),
        "b": [1, None, "ü", 0.1, True],
        "c": {"k": np.float32(2)},
        "d": float("nan"),
    }
    harness.store("family", {"case": answer})
    found = harness.Golden("family").answer("case")
    assert harness.mismatches(mx, answer, found) == []
    assert found["b"] == [1, None, "ü", 0.1, True]
    assert found["a"].dtype == "uint8"


def test_inputs_depend_on_the_id_alone():
    first = harness.normal(3).draw(harness.source("some id"))
    assert (first == harness.normal(3).draw(harness.source("some id"))).all()
    assert (first != harness.normal(3).draw(harness.source("another id"))).any()
    assert np.random.RandomState(0).normal() == 1.764052345967664  # the same numbers wherever the files are checked
