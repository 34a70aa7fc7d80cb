"""Gradient descent and its close relatives: one learning rate for all weights of an array."""
from .. import ndarray as nd
from .elementwise import ElementwiseOptimizer, as_states
from .optimizer import Optimizer, is_half, register

__all__ = ["DCASGD", "NAG", "SGD", "SGLD", "Signum", "ccSGD"]


def zeros_for(weight, sparse=False):
    """Return the state of a weight before its first step, with ``sparse`` in the weight's storage type."""
    stype = weight.stype if sparse else None
    return nd.zeros(weight.shape, weight.context, dtype=weight.dtype, stype=stype)


class MomentumOptimizer(ElementwiseOptimizer):
    """Base of those whose state is a momentum; under multi-precision the state is (momentum or None, master copy)."""

    at_once = True

    def __init__(self, momentum=0.0, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum

    def create_state(self, index, weight):
        return zeros_for(weight) if self.momentum else None

    def create_state_multi_precision(self, index, weight):
        if self.multi_precision and is_half(weight):
            master = weight.astype("float32")
            return (self.create_state(index, master), master)
        self._warn_half(weight)
        return self.create_state(index, weight)

    def _parts(self, weight, state):
        if self.multi_precision and is_half(weight):
            state, weight = state
        return weight, as_states(state)

    def _attributes(self, t, lr, wd):
        options = {"lr": lr, "wd": wd, **self._options()}
        if self.momentum:
            options["momentum"] = self.momentum
        return options


@register
class SGD(MomentumOptimizer):
    """Stochastic gradient descent with momentum and weight decay.

    ``mom = momentum * mom - lr * (clip(rescale_grad * grad) + wd * weight)``, ``weight = weight + mom``.

    Parameters
    ----------
    momentum : decay of the momentum, 0 for none
    lazy_update : with a row-sparse gradient, step on its rows alone; weight decay and momentum of the others wait

    >>> import mxlearn as mx
    >>> sgd, w = mx.optimizer.SGD(learning_rate=0.5), mx.nd.array([1.0])
    >>> sgd.update(0, w, mx.nd.array([1.0]), sgd.create_state(0, w))
    >>> w.asscalar()
    np.float32(0.5)
    """

    _operator_names = ("sgd_update", "sgd_mom_update")

    def __init__(self, momentum=0.0, lazy_update=True, **kwargs):
        super().__init__(momentum, **kwargs)
        self.lazy_update = lazy_update

    def create_state(self, index, weight):
        return zeros_for(weight, self.lazy_update) if self.momentum else None

    def _attributes(self, t, lr, wd):
        options = super()._attributes(t, lr, wd)
        if not self.lazy_update:
            options["lazy_update"] = False
        return options


@register
class ccSGD(SGD):
    """SGD under the name that old programs use."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


@register
class NAG(MomentumOptimizer):
    """Nesterov's accelerated gradient: momentum that looks one step ahead. See the operator nag_mom_update."""

    _operator_names = ("sgd_update", "nag_mom_update")


@register
class Signum(ElementwiseOptimizer):
    """Steps of fixed length in the sign of the momentum (of the gradient, where ``momentum`` is 0).

    Parameters
    ----------
    momentum : decay of the momentum
    wd_lh : weight decay outside of gradient and momentum, as Loshchilov and Hutter propose

    References: Bernstein et al. 2018, signSGD.
    """

    _operator_names = ("signsgd_update", "signum_update")

    def __init__(self, learning_rate=0.01, momentum=0.9, wd_lh=0.0, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.wd_lh = wd_lh

    def create_state(self, index, weight):
        return zeros_for(weight, sparse=True) if self.momentum else None

    def _attributes(self, t, lr, wd):
        options = super()._attributes(t, lr, wd)
        if self.momentum:
            options["momentum"] = self.momentum
            if self.wd_lh:
                options["wd_lh"] = self.wd_lh
        return options


@register
class SGLD(Optimizer):
    """Stochastic gradient Langevin dynamics: half a gradient step plus noise of standard deviation sqrt(lr).

    The weights become samples of the posterior instead of one best estimate. The noise is drawn from the weight's
    context, so that mx.random.seed makes it repeatable.

    References: Welling and Teh 2011; Patterson and Teh 2013.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def update(self, index, weight, grad, state):
        _, lr, wd = self._begin(index, weight, grad)
        step = grad * self.rescale_grad
        if self.clip_gradient:
            step = nd.clip(step, -self.clip_gradient, self.clip_gradient)
        drift = (step + weight * wd) * (lr / 2)
        noise = nd.random.normal(0, lr**0.5, shape=weight.shape, dtype=weight.dtype, ctx=weight.context)
        weight[:] = weight - drift + noise


@register
class DCASGD(ElementwiseOptimizer):
    """Gradient descent that corrects for gradients of an older weight, as asynchronous workers deliver them.

    Parameters
    ----------
    momentum : decay of the momentum, 0 for none
    lamda : strength of the correction

    References: Zheng et al. 2017, Asynchronous Stochastic Gradient Descent with Delay Compensation.
    """

    _operator_names = (None, "_dcasgd_update", "_dcasgd_mom_update")

    def __init__(self, momentum=0.0, lamda=0.04, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.lamda = lamda

    def create_state(self, index, weight):
        """Return (momentum or None, the weight of the last step)."""
        mom = nd.zeros(weight.shape, weight.context, dtype=weight.dtype) if self.momentum else None
        return (mom, weight.copy())

    def _attributes(self, t, lr, wd):
        options = {"lamda": self.lamda, **super()._attributes(t, lr, wd)}
        if self.momentum:
            options["momentum"] = self.momentum
        return options
