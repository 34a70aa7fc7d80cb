"""Operator attributes: from what a caller or a JSON file gives, to the value that a kernel receives, and back.

An attribute is declared by the annotation of a keyword-only parameter. Each annotation has one parser, which accepts
the Python value and its string form (JSON files hold strings), and raises ArgumentError on anything else. Strings are
read by a small scanner, never evaluated.
"""
import re
import types
import typing
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..base import ArgumentError

if TYPE_CHECKING:  # what a kernel receives
    Shape = tuple[int, ...]
    Axes = None | int | tuple[int, ...]
    Floats = tuple[float, ...]
    OptionalInts = tuple[int | None, ...]
    Scalar = int | float
    DType = np.dtype[Any]
else:

    class Shape(tuple):
        """Annotation: a tuple of int; a lone int n is accepted as (n,)."""

    class Axes(tuple):
        """Annotation: None, an int, or a tuple of int; passed to the kernel as given."""

    class Floats(tuple):
        """Annotation: a tuple of float; a lone number x is accepted as (x,)."""

    class OptionalInts(tuple):
        """Annotation: a tuple whose items are int or None, as slice begins and ends are."""

    class Scalar(float):
        """Annotation: a Python number, int or float, as the caller gave it."""

    class DType(str):
        """Annotation: a dtype in any form NumPy knows; passed to the kernel as a numpy.dtype."""


Parser = Callable[[Any], Any]

_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")  # longer ones would cost time, and mean nothing
_NUMBER = re.compile(r"([+-]?(?:inf|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?))(?:(?<![fn])[fL])?")

SUPPORTED = frozenset(
    ("float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool", "int16", "uint16", "uint32", "uint64")
)


# NumPy's and Python's numbers, for isinstance
_BOOLEANS: tuple[type[Any], ...] = (bool, np.bool_)
_INTEGERS: tuple[type[Any], ...] = (*_BOOLEANS, int, np.integer)
_FLOATS: tuple[type[Any], ...] = (float, np.floating)
_SEQUENCES: tuple[type[Any], ...] = (tuple, list)
_ARRAY: type[Any] = np.ndarray
_DTYPE: type[Any] = np.dtype
_NUMBERS: type[Any] = np.generic


def parse_int(value: Any) -> int:
    """Read an integer: also a float without a fraction, a bool, or digits in a string."""
    if type(value) is int:
        return value
    if isinstance(value, _INTEGERS):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip().rstrip("L")):
        return int(value.strip().rstrip("L"))
    if isinstance(value, _FLOATS) and float(value).is_integer():
        return int(value)
    raise ArgumentError(f"expected an integer. Received: {value!r}")


def parse_float(value: Any) -> float:
    """Read a number: also an array of one element, or a string such as '1e-3', '0.5f' or 'inf'."""
    if type(value) is float:
        return value
    if isinstance(value, (*_INTEGERS, *_FLOATS)):
        return float(value)
    if isinstance(value, _ARRAY) and value.size == 1:
        return float(value.reshape(()))
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value.strip())):
        return float(match[1])
    raise ArgumentError(f"expected a number. Received: {value!r}")


def parse_bool(value: Any) -> bool:
    """Read True or False: also 1 and 0, and these words in a string, in any case."""
    if isinstance(value, _INTEGERS) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().lower() in ("true", "1"):
        return True
    if isinstance(value, str) and value.strip().lower() in ("false", "0"):
        return False
    raise ArgumentError(f"expected True or False. Received: {value!r}")


def parse_str(value: Any) -> str:
    """Read a string."""
    if isinstance(value, str):
        return value
    raise ArgumentError(f"expected a string. Received: {value!r}")


def parse_scalar(value: Any) -> int | float:
    """Keep an integer an integer, so that integer arrays stay exact; everything else becomes a float."""
    if type(value) is int or type(value) is float:
        return value
    if isinstance(value, _INTEGERS):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        return int(value)
    return parse_float(value)


def split_tuple(text: str) -> list[str] | None:
    """Return the items of "(1, 2)" or "[1, 2]" as strings, None where ``text`` is no flat tuple."""
    text = text.strip()
    if len(text) < 2 or text[0] + text[-1] not in ("()", "[]"):
        return None
    body = text[1:-1].strip().rstrip(",")
    return [item.strip() for item in body.split(",")] if body else []


def _parse_items(value: Any, item: Parser, what: str) -> tuple[Any, ...]:
    if isinstance(value, str):
        items = split_tuple(value)
        if items is None:
            items = [value]
        return tuple(item(None if text == "None" else text) for text in items)
    if isinstance(value, (*_SEQUENCES, np.ndarray)):
        return tuple([v if type(v) is int else item(v) for v in value])
    try:
        return (item(value),)
    except ArgumentError:
        raise ArgumentError(f"expected {what}. Received: {value!r}") from None


def parse_shape(value: Any) -> tuple[int, ...]:
    """Read a tuple of integers: also a lone integer, a list, or a string such as '(1, 2)'."""
    return _parse_items(value, parse_int, "a tuple of integers")


def _parse_optional_int(value: Any) -> int | None:
    return None if value is None else parse_int(value)


def parse_optional_ints(value: Any) -> tuple[Any, ...]:
    """Read a tuple whose items are integers or None."""
    return _parse_items(value, _parse_optional_int, "a tuple of integers or None")


def parse_floats(value: Any) -> tuple[float, ...]:
    """Read a tuple of numbers: also a lone number, a list, or a string. Integers stay so, as files show them."""
    return _parse_items(value, parse_scalar, "a tuple of numbers")


def parse_axes(value: Any) -> None | int | tuple[int, ...]:
    """Read None, one axis, or several; one stays an int."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, _SEQUENCES):
        return tuple([v if type(v) is int else parse_int(v) for v in value])
    if isinstance(value, str):
        items = split_tuple(value)
        if value.strip() == "None":
            return None
        return parse_int(value) if items is None else tuple(parse_int(i) for i in items)
    return parse_int(value)


def parse_dtype(value: Any) -> np.dtype[Any]:
    """Read a dtype in any form that NumPy knows; None is float32."""
    try:
        dtype = np.dtype("float32" if value is None else value)
    except TypeError:
        dtype = None
    if dtype is None or dtype.name not in SUPPORTED:
        raise ArgumentError(
            "expected a dtype such as 'float32', 'float64', 'float16', 'int32', 'int64', 'int8', 'uint8' or 'bool'."
            f" Received: {value!r}"
        )
    return dtype


_PARSERS: dict[Any, Parser] = {
    int: parse_int,
    float: parse_float,
    bool: parse_bool,
    str: parse_str,
    Shape: parse_shape,
    Axes: parse_axes,
    Floats: parse_floats,
    Scalar: parse_scalar,
    OptionalInts: parse_optional_ints,
    DType: parse_dtype,
}


# what a reader of a signature needs to know of the annotations above
_PUBLIC: dict[Any, Any] = {
    Shape: int | tuple[int, ...],
    Axes: int | tuple[int, ...] | None,
    Floats: float | tuple[float, ...],
    OptionalInts: tuple[int | None, ...],
    Scalar: float,
    DType: str | type,
}


def public_type(annotation: Any) -> Any:
    """Return the annotation of an attribute in Python's own types, as signatures show it."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return typing.Union[tuple(public_type(inner) for inner in typing.get_args(annotation))]  # noqa: UP007
    return _PUBLIC.get(annotation, annotation)


def parser_of(annotation: Any) -> Parser:
    """Return the parser of an annotation: a type above, ``Literal[...]``, or either ``| None``."""
    found = _PARSERS.get(annotation)
    if found is not None:
        return found
    origin = typing.get_origin(annotation)
    if origin is Literal:
        parser = _literal_parser(typing.get_args(annotation))
    elif origin in (typing.Union, types.UnionType):
        inner = [a for a in typing.get_args(annotation) if a is not type(None)]
        if len(inner) != 1:
            raise TypeError(f"an attribute may be annotated with one type, or that type | None: {annotation!r}")
        parser = _optional_parser(parser_of(inner[0]))
    else:
        raise TypeError(f"no parser for the attribute annotation {annotation!r}")
    _PARSERS[annotation] = parser
    return parser


def _literal_parser(choices: tuple[Any, ...]) -> Parser:
    def parse(value: Any):
        if value in choices:
            return value
        raise ArgumentError(f"expected one of {', '.join(map(repr, choices))}. Received: {value!r}")

    return parse


def _optional_parser(inner: Parser) -> Parser:
    def parse(value: Any):
        return None if value is None or (isinstance(value, str) and value == "None") else inner(value)

    return parse


def to_string(value: Any) -> str:
    """Return the form in which a symbol file holds an attribute value."""
    if isinstance(value, _DTYPE):
        return value.name
    if isinstance(value, type) and issubclass(value, _NUMBERS):
        return np.dtype(value).name
    return str(value)
