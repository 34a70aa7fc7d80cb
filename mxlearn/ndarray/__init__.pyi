# Written by tests/make_stubs.py from the operator registry; do not edit.
"""Arrays: ``mx.nd``. Every operator of the registry is a function here; ``dir(mx.nd)`` lists them."""
from typing import Any

import numpy as np

from . import _internal as _internal
from . import contrib as contrib
from . import image as image
from . import linalg as linalg
from . import op as op
from . import random as random
from . import sparse as sparse
from .arithmetic import negative as negative
from .array import NDArray as NDArray
from .creation import arange as arange
from .creation import array as array
from .creation import concatenate as concatenate
from .creation import empty as empty
from .creation import eye as eye
from .creation import from_dlpack as from_dlpack
from .creation import from_numpy as from_numpy
from .creation import full as full
from .creation import histogram as histogram
from .creation import linspace as linspace
from .creation import moveaxis as moveaxis
from .creation import onehot_encode as onehot_encode
from .creation import ones as ones
from .creation import split_v2 as split_v2
from .creation import to_dlpack_for_read as to_dlpack_for_read
from .creation import to_dlpack_for_write as to_dlpack_for_write
from .creation import waitall as waitall
from .creation import zeros as zeros
from .multi_update import multi_mp_sgd_mom_update as multi_mp_sgd_mom_update
from .multi_update import multi_mp_sgd_update as multi_mp_sgd_update
from .multi_update import multi_sgd_mom_update as multi_sgd_mom_update
from .multi_update import preloaded_multi_mp_sgd_mom_update as preloaded_multi_mp_sgd_mom_update
from .multi_update import preloaded_multi_mp_sgd_update as preloaded_multi_mp_sgd_update
from .multi_update import preloaded_multi_sgd_mom_update as preloaded_multi_sgd_mom_update
from .multi_update import preloaded_multi_sgd_update as preloaded_multi_sgd_update
from .op import *  # noqa: F403
from .serialization import load as load
from .serialization import load_frombuffer as load_frombuffer
from .serialization import save as save

def Custom(*data: Any, **kwargs: Any) -> NDArray:
    """Run an operator that was registered with ``mx.operator.register``."""

def add(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Add of two operands, element by element with broadcasting."""

def divide(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Divide of two operands, element by element with broadcasting."""

def equal(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Equal of two operands, element by element with broadcasting."""

def greater(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Greater of two operands, element by element with broadcasting."""

def greater_equal(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Greater equal of two operands, element by element with broadcasting."""

def hypot(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Hypot of two operands, element by element with broadcasting."""

def lesser(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Lesser of two operands, element by element with broadcasting."""

def lesser_equal(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Lesser equal of two operands, element by element with broadcasting."""

def logical_and(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Logical and of two operands, element by element with broadcasting."""

def logical_or(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Logical or of two operands, element by element with broadcasting."""

def logical_xor(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Logical xor of two operands, element by element with broadcasting."""

def maximum(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Maximum of two operands, element by element with broadcasting."""

def minimum(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Minimum of two operands, element by element with broadcasting."""

def modulo(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Modulo of two operands, element by element with broadcasting."""

def multiply(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Multiply of two operands, element by element with broadcasting."""

def not_equal(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Not equal of two operands, element by element with broadcasting."""

def power(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Power of two operands, element by element with broadcasting."""

def subtract(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """Subtract of two operands, element by element with broadcasting."""

def true_divide(lhs: NDArray | np.generic | float, rhs: NDArray | np.generic | float) -> NDArray:
    """True divide of two operands, element by element with broadcasting."""
