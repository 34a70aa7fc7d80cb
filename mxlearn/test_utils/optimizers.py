"""Compare two optimizers step by step."""
from .. import ndarray as nd
from .arrays import rand_ndarray
from .compare import assert_almost_equal


def compare_optimizer(
    opt1,
    opt2,
    shape,
    dtype,
    w_stype: str = "default",
    g_stype: str = "default",
    rtol: float = 1e-4,
    atol: float = 1e-5,
    compare_states: bool = True,
    ntensors: int = 1,
) -> None:
    """Let two optimizers make one update each from the same weights and gradients, and compare weights and states.

    Parameters
    ----------
    opt1, opt2 : Optimizer
    shape, dtype : of the weights; a list of shapes for ``ntensors`` above 1
    w_stype, g_stype : storage types of weights and gradients
    """
    shapes = list(shape) if ntensors > 1 else [shape]
    pairs = []
    for index, one in enumerate(shapes):
        weight, grad = rand_ndarray(one, w_stype, dtype=dtype), rand_ndarray(one, g_stype, dtype=dtype)
        updated = []
        for optimizer in (opt1, opt2):
            own = weight.copy()
            state = optimizer.create_state_multi_precision(index, own)
            optimizer.update_multi_precision(index, own, grad.copy(), state)
            updated.append((own, state))
        pairs.append(updated)
    for (weight1, state1), (weight2, state2) in pairs:
        assert_almost_equal(weight1, weight2, rtol, atol, ("first", "second"))
        if compare_states:
            _compare_states(state1, state2, rtol, atol)


def _compare_states(first, second, rtol, atol) -> None:
    if isinstance(first, list | tuple):
        for one, other in zip(first, second, strict=True):
            _compare_states(one, other, rtol, atol)
    elif isinstance(first, nd.NDArray):
        assert_almost_equal(first, second, rtol, atol, ("first state", "second state"))
