# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Symbols: ``mx.sym``. Every operator of the registry is a function here; ``dir(mx.sym)`` lists them."""
from typing import Any

from . import _internal as _internal
from . import contrib as contrib
from . import image as image
from . import linalg as linalg
from . import op as op
from . import random as random
from . import sparse as sparse
from .functions import arange as arange
from .functions import eye as eye
from .functions import full as full
from .functions import histogram as histogram
from .functions import hypot as hypot
from .functions import linspace as linspace
from .functions import maximum as maximum
from .functions import minimum as minimum
from .functions import ones as ones
from .functions import split_v2 as split_v2
from .functions import zeros as zeros
from .json_format import fromjson as fromjson
from .json_format import load as load
from .json_format import load_json as load_json
from .making import Group as Group
from .making import Variable as Variable
from .making import var as var
from .op import *  # noqa: F403
from .symbol import Symbol as Symbol
from .tape import from_tape as from_tape

def Custom(*data: Any, **kwargs: Any) -> Symbol:
    """Return the symbol of an operator that was registered with ``mx.operator.register``."""

def add(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Add of two operands, each a Symbol or a number."""

def divide(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Divide of two operands, each a Symbol or a number."""

def equal(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Equal of two operands, each a Symbol or a number."""

def greater(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Greater of two operands, each a Symbol or a number."""

def greater_equal(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Greater equal of two operands, each a Symbol or a number."""

def lesser(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Lesser of two operands, each a Symbol or a number."""

def lesser_equal(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Lesser equal of two operands, each a Symbol or a number."""

def modulo(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Modulo of two operands, each a Symbol or a number."""

def multiply(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Multiply of two operands, each a Symbol or a number."""

def not_equal(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Not equal of two operands, each a Symbol or a number."""

def pow(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Pow of two operands, each a Symbol or a number."""

def power(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Power of two operands, each a Symbol or a number."""

def subtract(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """Subtract of two operands, each a Symbol or a number."""

def true_divide(lhs: Symbol | float, rhs: Symbol | float) -> Symbol:
    """True divide of two operands, each a Symbol or a number."""
