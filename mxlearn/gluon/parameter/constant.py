"""Constant: a parameter that training does not change."""
from ... import autograd
from ... import ndarray as nd
from ...context import Context, current_context
from ...ndarray import NDArray
from .single import Parameter


class Constant(Parameter):
    """A parameter that training does not change.

    Parameters
    ----------
    name : str
    value : NDArray, NumPy array or nested lists
    """

    def __init__(self, name: str, value):
        if not isinstance(value, NDArray):
            value = nd.array(value)
        self.value = value
        super().__init__(name, grad_req="null", shape=value.shape, dtype=value.dtype, init=None)

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit: bool = False) -> None:
        """Allocate the array and fill it with the constant's value, whatever initializer is given."""
        if self._data is not None and not force_reinit:
            return
        contexts = [ctx or current_context()] if ctx is None or isinstance(ctx, Context) else list(ctx)
        with autograd.pause():
            self._init_impl(self.value, contexts)

    def __repr__(self) -> str:
        return f"Constant {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self) -> str:
        """Always "null"."""
        return "null"

    @grad_req.setter
    def grad_req(self, request: str) -> None:
        if request != "null":
            import warnings

            warnings.warn(
                f'Constant parameter "{self.name}" does not support grad_req other than "null", '
                f'and new value "{request}" is ignored.',
                stacklevel=2,
            )
