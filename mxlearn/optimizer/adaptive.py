"""Optimizers with a learning rate of its own for each weight, from the history of its gradients."""
import math
from typing import Any

from .. import ndarray as nd
from .optimizer import Optimizer, register
from .sgd import zeros_for

__all__ = ["FTML", "AdaDelta", "AdaGrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSProp"]


def _zeros(weight, count, sparse=False):
    return tuple(zeros_for(weight, sparse) for _ in range(count))


@register
class Adam(Optimizer):
    """Adam: steps along the average gradient, divided by the root of the average squared gradient.

    With ``g = clip(rescale_grad * grad + wd * weight)`` at update t: ``mean = beta1 * mean + (1 - beta1) * g``,
    ``var = beta2 * var + (1 - beta2) * g**2``, and ``weight -= lr_t * mean / (sqrt(var) + epsilon)`` with
    ``lr_t = lr * sqrt(1 - beta2**t) / (1 - beta1**t)``.

    Parameters
    ----------
    beta1, beta2 : decay of the averages of the gradient and of its square
    epsilon : keeps the division finite
    lazy_update : with a row-sparse gradient, step on its rows alone; the averages of the others wait

    References: Kingma and Ba 2015, algorithm 1 with the reordering at the end of section 2.
    """

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, lazy_update=True, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lazy_update = lazy_update

    def create_state(self, index, weight):
        """Return (mean, variance)."""
        return _zeros(weight, 2, self.lazy_update)

    def update(self, index, weight, grad, state):
        t, lr, wd = self._begin(index, weight, grad)
        lr *= math.sqrt(1.0 - self.beta2**t) / (1.0 - self.beta1**t)
        options = {"beta1": self.beta1, "beta2": self.beta2, "epsilon": self.epsilon, **self._options()}
        if not self.lazy_update:
            options["lazy_update"] = False
        nd.adam_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)


@register
class Adamax(Optimizer):
    """AdaMax: Adam with a decaying maximum in place of the average square.

    References: Kingma and Ba 2015, section 7.1.
    """

    def __init__(self, learning_rate=0.002, beta1=0.9, beta2=0.999, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def create_state(self, index, weight):
        """Return (mean, decaying maximum)."""
        return _zeros(weight, 2)

    def update(self, index, weight, grad, state):
        t, lr, wd = self._begin(index, weight, grad)
        lr /= 1.0 - self.beta1**t
        options = {"beta1": self.beta1, "beta2": self.beta2, **self._options()}
        nd._internal._adamax_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)


@register
class Nadam(Optimizer):
    """Nadam: Adam with Nesterov's look-ahead and a momentum schedule.

    As in MXNet, one schedule product is shared by all weights of the optimizer and advances with each of them.

    Parameters
    ----------
    schedule_decay : how fast the momentum approaches ``beta1``

    References: Dozat 2016, Incorporating Nesterov Momentum into Adam.
    """

    progress = (*Optimizer.progress, "m_schedule")

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, schedule_decay=0.004, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.schedule_decay = schedule_decay
        self.m_schedule = 1.0

    def create_state(self, index, weight):
        """Return (mean, variance)."""
        return _zeros(weight, 2)

    def update(self, index, weight, grad, state):
        t, lr, wd = self._begin(index, weight, grad)
        now, ahead = self._momentum(t), self._momentum(t + 1)
        self.m_schedule *= now
        nd._internal._nadam_update(
            weight,
            grad,
            *state,
            out=weight,
            lr=lr,
            wd=wd,
            grad_coefficient=(1.0 - now) / (1.0 - self.m_schedule),
            mean_coefficient=ahead / (1.0 - self.m_schedule * ahead),
            var_correction=1.0 - self.beta2**t,
            beta1=self.beta1,
            beta2=self.beta2,
            epsilon=self.epsilon,
            **self._options(),
        )

    def _momentum(self, t):
        return self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))


@register
class FTML(Optimizer):
    """Follow the moving leader. See the operator ftml_update.

    References: Zheng and Kwok 2017.
    """

    def __init__(self, beta1=0.6, beta2=0.999, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return (d, v, z)."""
        return _zeros(weight, 3)

    def update(self, index, weight, grad, state):
        t, lr, wd = self._begin(index, weight, grad)
        options = self._options()
        if "clip_gradient" in options:
            options["clip_grad"] = options.pop("clip_gradient")
        options.update(beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon, t=t)
        nd.ftml_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)


@register
class AdaGrad(Optimizer):
    """AdaGrad: divides by the root of the sum of all squared gradients so far.

    Parameters
    ----------
    eps : keeps the division finite

    References: Duchi, Hazan and Singer 2011.
    """

    def __init__(self, eps=1e-7, **kwargs):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index, weight):
        """Return the sum of squares."""
        return zeros_for(weight, sparse=True)

    def update(self, index, weight, grad, state):
        _, lr, wd = self._begin(index, weight, grad)
        options: dict[str, Any] = {"epsilon": self.float_stable_eps, **self._options()}
        nd._internal._sparse_adagrad_update(weight, grad, state, out=weight, lr=lr, wd=wd, **options)


@register
class RMSProp(Optimizer):
    """RMSProp: divides by the root of the decaying average of squared gradients.

    Parameters
    ----------
    gamma1 : decay of the average of squared gradients
    gamma2 : decay of the momentum; used where ``centered`` is set
    centered : Graves's version, which subtracts the squared average gradient and adds momentum
    clip_weights : bound on each element of the weight, None for none

    References: Tieleman and Hinton 2012, lecture 6.5; Graves 2013, equations 38 to 45.
    """

    def __init__(
        self, learning_rate=0.001, gamma1=0.9, gamma2=0.9, epsilon=1e-8, centered=False, clip_weights=None, **kwargs
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.gamma1 = gamma1
        self.gamma2 = gamma2
        self.centered = centered
        self.epsilon = epsilon
        self.clip_weights = clip_weights

    def create_state(self, index, weight):
        """Return (n,), or (n, g, delta) where ``centered`` is set."""
        return _zeros(weight, 3 if self.centered else 1, sparse=True)

    def update(self, index, weight, grad, state):
        _, lr, wd = self._begin(index, weight, grad)
        options = {"gamma1": self.gamma1, "epsilon": self.epsilon, **self._options()}
        if self.clip_weights:
            options["clip_weights"] = self.clip_weights
        if self.centered:
            options["gamma2"] = self.gamma2
            nd.rmspropalex_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)
        else:
            nd.rmsprop_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)


@register
class AdaDelta(Optimizer):
    """AdaDelta: the ratio of two averages takes the place of the learning rate.

    Parameters
    ----------
    rho : decay of both averages
    epsilon : keeps the ratio finite and lets the first steps start

    References: Zeiler 2012.
    """

    def __init__(self, rho=0.90, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return (average squared gradient, average squared step)."""
        return _zeros(weight, 2)

    def update(self, index, weight, grad, state):
        _, _, wd = self._begin(index, weight, grad)
        options = {"rho": self.rho, "epsilon": self.epsilon, **self._options()}
        nd._internal._adadelta_update(weight, grad, *state, out=weight, wd=wd, **options)


@register
class Ftrl(Optimizer):
    """Follow the regularized leader: L1 regularization that really gives zeros. See the operator ftrl_update.

    Parameters
    ----------
    lamda1 : strength of the L1 regularization
    beta : keeps the first steps small

    References: McMahan et al. 2013, Ad Click Prediction: a View from the Trenches.
    """

    def __init__(self, lamda1=0.01, learning_rate=0.1, beta=1, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.lamda1 = lamda1
        self.beta = beta

    def create_state(self, index, weight):
        """Return (z, n)."""
        return _zeros(weight, 2, sparse=True)

    def update(self, index, weight, grad, state):
        _, lr, wd = self._begin(index, weight, grad)
        options = {"lamda1": self.lamda1, "beta": self.beta, **self._options()}
        nd.ftrl_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)
