"""Random arrays: ``mx.nd.random``. The stream of numbers of each context is seeded with ``mx.random.seed``."""
from collections.abc import Callable

from ..core.frontend import dress, namespace
from ..core.operator import find
from ..sampling import Sampling
from .array import NDArray
from .calling import build


def _function(name: str) -> Callable:
    found = _functions.get(name)
    if found is None:
        op = find(name)
        found = _functions[name] = dress(build(op), op, name, __name__)
    return found


_functions: dict[str, Callable] = {}
_sampling = Sampling(_function, NDArray)

exponential = _sampling.exponential
gamma = _sampling.gamma
generalized_negative_binomial = _sampling.generalized_negative_binomial
multinomial = _sampling.multinomial
negative_binomial = _sampling.negative_binomial
normal = _sampling.normal
poisson = _sampling.poisson
randint = _sampling.randint
randn = _sampling.randn
shuffle = _sampling.shuffle
uniform = _sampling.uniform

# beside them the operators _random_uniform_like and others, as nd.random.uniform_like
__getattr__, __dir__ = namespace(globals(), build, ("_random_",))

__all__ = [
    "exponential",
    "gamma",
    "generalized_negative_binomial",
    "multinomial",
    "negative_binomial",
    "normal",
    "poisson",
    "randint",
    "randn",
    "shuffle",
    "uniform",
]
