"""Activation layers.

References: MXNet 1.9.1 module mxnet.gluon.nn.activations.
"""
from ... import initializer
from ..block import HybridBlock

__all__ = ["ELU", "GELU", "SELU", "Activation", "LeakyReLU", "PReLU", "Swish"]


class Activation(HybridBlock):
    """Apply an activation function to each element.

    Parameters
    ----------
    activation : "relu", "sigmoid", "tanh", "softrelu" or "softsign"
    """

    def __init__(self, activation: str, **kwargs):
        self._act_type = activation
        super().__init__(**kwargs)

    def _alias(self) -> str:
        return self._act_type

    def hybrid_forward(self, F, x):
        return F.Activation(x, act_type=self._act_type, name="fwd")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._act_type})"


class LeakyReLU(HybridBlock):
    """x where it is positive, alpha x elsewhere.

    Parameters
    ----------
    alpha : float, slope at the left, at least 0
    """

    def __init__(self, alpha: float, **kwargs):
        from ...base import ArgumentError

        if alpha < 0:
            raise ArgumentError(f"LeakyReLU: alpha must be at least 0. Received: {alpha}")
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        return F.LeakyReLU(x, act_type="leaky", slope=self._alpha, name="fwd")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._alpha})"


class PReLU(HybridBlock):
    """x where it is positive, alpha x elsewhere, with a learned alpha for each channel.

    Parameters
    ----------
    alpha_initializer : Initializer of alpha
    in_channels : int, 1 for one alpha for all channels

    References: He et al. 2015, Delving Deep into Rectifiers.
    """

    def __init__(self, alpha_initializer=None, in_channels: int = 1, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            init = initializer.Constant(0.25) if alpha_initializer is None else alpha_initializer
            self.alpha = self.params.get("alpha", shape=(in_channels,), init=init)

    def hybrid_forward(self, F, x, alpha):
        return F.LeakyReLU(x, gamma=alpha, act_type="prelu", name="fwd")


class ELU(HybridBlock):
    """x where it is positive, alpha (exp(x) - 1) elsewhere.

    References: Clevert et al. 2016, Exponential Linear Units.
    """

    def __init__(self, alpha: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self._alpha = alpha

    def hybrid_forward(self, F, x):
        return F.LeakyReLU(x, act_type="elu", slope=self._alpha)


class SELU(HybridBlock):
    """The scaled exponential linear unit. References: Klambauer et al. 2017, Self-Normalizing Neural Networks."""

    def hybrid_forward(self, F, x):
        return F.LeakyReLU(x, act_type="selu", name="fwd")


class GELU(HybridBlock):
    """x times the normal distribution function of x. References: Hendrycks and Gimpel 2016, GELUs."""

    def hybrid_forward(self, F, x):
        return F.LeakyReLU(x, act_type="gelu", name="fwd")


class Swish(HybridBlock):
    """x sigmoid(beta x). References: Ramachandran et al. 2017, Searching for Activation Functions."""

    def __init__(self, beta: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self._beta = beta

    def hybrid_forward(self, F, x):
        return x * F.sigmoid(self._beta * x, name="fwd")
