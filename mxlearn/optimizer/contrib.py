"""Optimizers outside of the main set."""
from .. import ndarray as nd
from ..base import ArgumentError, ShapeError
from .elementwise import ElementwiseOptimizer
from .optimizer import register

__all__ = ["GroupAdaGrad"]


@register
class GroupAdaGrad(ElementwiseOptimizer):
    """AdaGrad with one learning rate for each row of a matrix, as for the rows of an embedding.

    ``history += mean(g**2 over the row)``, ``weight -= lr * g / sqrt(history + eps)`` with
    ``g = clip(rescale_grad * grad)``. Weight decay is not supported.

    Parameters
    ----------
    eps : keeps the division finite
    """

    _operator_names = (None, "_contrib_group_adagrad_update")

    def __init__(self, eps=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index, weight):
        """Return the history of a (rows, columns) weight: (rows, 1)."""
        if len(weight.shape) != 2:
            raise ShapeError(
                f"GroupAdaGrad: expected a weight of shape (rows, columns). Received: {weight.shape}.\n"
                "  Use AdaGrad for arrays of other shapes."
            )
        return nd.zeros((weight.shape[0], 1), weight.context, dtype=weight.dtype, stype=weight.stype)

    def _attributes(self, t, lr, wd):
        if wd:
            raise ArgumentError("GroupAdaGrad: weight decay is not supported.\n  Pass wd=0.")
        return {"lr": lr, "epsilon": self.float_stable_eps, **self._options()}
