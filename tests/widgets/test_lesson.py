"""The instant check of an exercise: what a student reads for each kind of answer."""

import matplotlib.style
import numpy as np
import pytest
from mxlearn_widgets.lesson import check

import mxlearn as mx
from mxlearn.base import ArgumentError


def doubled(x):
    return x * 2


CASES = [((2,), 4), ((mx.nd.array([1, 3]),), [2, 6])]


@pytest.mark.parametrize("answer", [316, 316.0, 316.2, np.float32(316), mx.nd.array([316]), [316]])
def test_a_number_is_right_in_every_form_and_to_three_digits(answer):
    assert repr(check("Exercise 1", answer, 316)) == "✓ Exercise 1: right."


def test_a_right_answer_is_true_and_every_other_one_is_false():
    assert check("Exercise 1", 4, 4)
    assert not check("Exercise 1", 5, 4)
    assert not check("Exercise 1", ..., 4)


@pytest.mark.parametrize("answer", [..., None, [1, ...]])
def test_an_answer_that_was_not_filled_in_is_not_yet_right_and_gets_no_hint(answer):
    feedback = check("Exercise 1", answer, 4, hint="Two and two.")
    assert feedback.state == "not yet"
    assert repr(feedback) == (
        "… Exercise 1: not yet.\n  Put your answer in the place of the three dots, and run the cell again."
    )


@pytest.mark.parametrize(
    ("answer", "expected", "found"),
    [
        (3, 4, "3 is too small"),
        (4.5, 4, "4.5 is too large"),
        (float("nan"), 4, "contains nan or inf"),
        ("4 euros", 4, "is of type str, expected a number"),
        (mx, [1, 2], "is of type module, expected an array of shape (2,)"),
        ([1, 2], 4, "has the shape (2,), expected one number"),
        (4, [1, 2], "has the shape (1,), expected (2,)"),
        ([1, 3], [1, 2], "is wrong in 1 of 2 numbers"),
        ([3, 3], [1, 2], "is wrong in 2 of 2 numbers"),
        ("age", "cooking", "'age' is another one"),
        (4, "cooking", "is of type int, expected a text in quotes"),
        (4, CASES, "is of type int, expected a function"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong_then_gets_the_hint(answer, expected, found):
    feedback = check("Exercise 1", answer, expected, hint="Think again.")
    assert repr(feedback) == f"✗ Exercise 1: not right.\n  Your answer {found}.\n  Hint: Think again."


def test_the_right_value_is_not_given_away():
    assert "316" not in repr(check("Exercise 1", 300, 316))


def test_zero_is_compared_absolutely_and_small_numbers_relatively():
    assert check("Exercise 1", 0.0005, 0)
    assert not check("Exercise 1", 0.01, 0)
    assert check("Exercise 1", 1.0005e-6, 1e-6)
    assert not check("Exercise 1", 1.1e-6, 1e-6)
    assert check("Exercise 1", 0.31, 0.3, tolerance=0.1)


def test_text_is_compared_without_case_and_blanks_around():
    assert check("Exercise 1", " Cooking ", "cooking")


def test_a_function_is_called_with_each_case():
    assert check("Exercise 2", doubled, CASES)


def test_a_wrong_function_is_shown_the_first_case_that_fails():
    def doubled(x):
        return x + 2

    assert repr(check("Exercise 2", doubled, CASES)) == (
        "✗ Exercise 2: not right.\n  doubled([1, 3])\n  gave: [3, 5]\n  expected: [2, 6]\n"
        "  The result is wrong in 2 of 2 numbers."
    )


def test_a_function_whose_body_is_three_dots_in_a_return_is_not_yet_right():
    assert check("Exercise 2", lambda x: ..., CASES).state == "not yet"


def test_a_function_without_return_is_told_so():
    def doubled(x):
        x * 2

    assert repr(check("Exercise 2", doubled, CASES)) == (
        "✗ Exercise 2: not right.\n  doubled(2) returned nothing.\n  Does your function end with return?"
    )


def test_an_error_in_the_function_is_shown_with_its_line_and_not_raised():
    def doubled(x):
        return x * len(x)

    assert repr(check("Exercise 2", doubled, CASES)) == (
        "✗ Exercise 2: not right.\n"
        "  doubled(2) stopped with TypeError: object of type 'int' has no len()\n"
        "  in the line: return x * len(x)"
    )


def test_an_error_inside_of_mxlearn_names_the_line_of_the_student():
    def doubled(x):
        return mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))

    text = repr(check("Exercise 2", doubled, CASES))
    assert "ShapeError: dot" in text
    assert text.endswith("in the line: return mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))")


def test_a_long_array_is_shown_in_part():
    feedback = check("Exercise 2", lambda x: x * 3, [((np.arange(100),), np.arange(100) * 2)])
    assert "gave: [0, 3, 6, ..., 291, 294, 297]" in feedback.text


def test_what_a_student_wrote_is_text_in_the_page_and_never_markup():
    nasty = "<img src=x onerror=alert(1)>"
    html = check(nasty, nasty, "cooking", hint=nasty)._repr_mimebundle_()["text/html"]
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") == 3
    assert "<img" not in html


def test_a_notebook_gets_a_status_that_does_not_depend_on_color():
    bundle = check("Exercise 1", 4, 4)._repr_mimebundle_()
    assert bundle["text/plain"] == "✓ Exercise 1: right."
    assert 'role="status"' in bundle["text/html"]
    assert "✓ Exercise 1: right." in bundle["text/html"]


@pytest.mark.parametrize("expected", [4, [], [(2, 4)], [((2,), 4, 5)]])
def test_a_lesson_that_gives_no_cases_for_a_function_is_an_error(expected):
    with pytest.raises(ArgumentError, match="no list of cases"):
        check("Exercise 2", doubled, expected)


def test_the_plot_style_of_the_course_begins_with_the_blue_of_okabe_and_ito():
    with matplotlib.style.context("mxlearn_widgets.lesson"):
        assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"][0] == "#0072B2"
