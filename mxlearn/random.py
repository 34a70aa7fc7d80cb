"""Random numbers: ``mx.random``. Sampling functions on arrays, and the seed of the streams.

    mx.random.seed(42)
    x = mx.random.normal(0, 1, shape=(2, 3))

References: MXNet 1.9.1 module mxnet.random.
"""
from . import streams
from .context import Context
from .ndarray.random import (
    exponential,
    gamma,
    generalized_negative_binomial,
    multinomial,
    negative_binomial,
    normal,
    poisson,
    randint,
    randn,
    shuffle,
    uniform,
)
from .streams import get_state, set_state

__all__ = [
    "exponential",
    "gamma",
    "generalized_negative_binomial",
    "get_state",
    "multinomial",
    "negative_binomial",
    "normal",
    "poisson",
    "randint",
    "randn",
    "seed",
    "set_state",
    "shuffle",
    "uniform",
]


def seed(seed_state: int, ctx: Context | str = "all") -> None:
    """Start the random numbers of operators again from a seed.

    Parameters
    ----------
    seed_state : int
    ctx : "all", or the one Context to seed. With "all" each device draws numbers of its own; seeding two devices of a
        kind one by one with the same seed gives both the same numbers

    Raises
    ------
    ArgumentError
        If ``seed_state`` is no integer.

    >>> mx.random.seed(7)
    >>> first = mx.random.uniform(shape=3)
    >>> mx.random.seed(7)
    >>> bool((mx.random.uniform(shape=3) == first).min() == 1)
    True

    References: MXNet 1.9.1 function mxnet.random.seed. The numbers that follow differ from MXNet's.
    """
    streams.seed(seed_state, None if ctx == "all" else Context(ctx))
