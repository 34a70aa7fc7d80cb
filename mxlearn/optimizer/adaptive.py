"""Optimizers with a learning rate of its own for each weight, from the history of its gradients."""
import math

from .elementwise import ElementwiseOptimizer
from .optimizer import Optimizer, register
from .sgd import zeros_for

__all__ = ["FTML", "AdaDelta", "AdaGrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSProp"]


def _zeros(weight, count, sparse=False):
    return tuple(zeros_for(weight, sparse) for _ in range(count))


@register
class Adam(ElementwiseOptimizer):
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

    _operator_names = (None, None, "adam_update")

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, lazy_update=True, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lazy_update = lazy_update

    def create_state(self, index, weight):
        """Return (mean, variance)."""
        return _zeros(weight, 2, self.lazy_update)

    def _attributes(self, t, lr, wd):
        lr *= math.sqrt(1.0 - self.beta2**t) / (1.0 - self.beta1**t)
        options = super()._attributes(t, lr, wd)
        options.update(beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon)
        if not self.lazy_update:
            options["lazy_update"] = False
        return options


@register
class Adamax(ElementwiseOptimizer):
    """AdaMax: Adam with a decaying maximum in place of the average square.

    References: Kingma and Ba 2015, section 7.1.
    """

    _operator_names = (None, None, "_adamax_update")

    def __init__(self, learning_rate=0.002, beta1=0.9, beta2=0.999, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def create_state(self, index, weight):
        """Return (mean, decaying maximum)."""
        return _zeros(weight, 2)

    def _attributes(self, t, lr, wd):
        return {**super()._attributes(t, lr / (1.0 - self.beta1**t), wd), "beta1": self.beta1, "beta2": self.beta2}


@register
class Nadam(ElementwiseOptimizer):
    """Nadam: Adam with Nesterov's look-ahead and a momentum schedule.

    As in MXNet, one schedule product is shared by all weights of the optimizer and advances with each of them.

    Parameters
    ----------
    schedule_decay : how fast the momentum approaches ``beta1``

    References: Dozat 2016, Incorporating Nesterov Momentum into Adam.
    """

    progress = (*Optimizer.progress, "m_schedule")

    _operator_names = (None, None, "_nadam_update")
    shares_attributes = False  # the schedule advances with each weight

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

    def _attributes(self, t, lr, wd):
        now, ahead = self._momentum(t), self._momentum(t + 1)
        self.m_schedule *= now
        return {
            **super()._attributes(t, lr, wd),
            "grad_coefficient": (1.0 - now) / (1.0 - self.m_schedule),
            "mean_coefficient": ahead / (1.0 - self.m_schedule * ahead),
            "var_correction": 1.0 - self.beta2**t,
            "beta1": self.beta1,
            "beta2": self.beta2,
            "epsilon": self.epsilon,
        }

    def _momentum(self, t):
        return self.beta1 * (1.0 - 0.5 * 0.96 ** (t * self.schedule_decay))


@register
class FTML(ElementwiseOptimizer):
    """Follow the moving leader. See the operator ftml_update.

    References: Zheng and Kwok 2017.
    """

    _operator_names = (None, None, None, "ftml_update")

    def __init__(self, beta1=0.6, beta2=0.999, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return (d, v, z)."""
        return _zeros(weight, 3)

    def _attributes(self, t, lr, wd):
        options = super()._attributes(t, lr, wd)
        if "clip_gradient" in options:
            options["clip_grad"] = options.pop("clip_gradient")
        options.update(beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon, t=t)
        return options


@register
class AdaGrad(ElementwiseOptimizer):
    """AdaGrad: divides by the root of the sum of all squared gradients so far.

    Parameters
    ----------
    eps : keeps the division finite

    References: Duchi, Hazan and Singer 2011.
    """

    _operator_names = (None, "_sparse_adagrad_update")

    def __init__(self, eps=1e-7, **kwargs):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index, weight):
        """Return the sum of squares."""
        return zeros_for(weight, sparse=True)

    def _attributes(self, t, lr, wd):
        return {"epsilon": self.float_stable_eps, **super()._attributes(t, lr, wd)}


@register
class RMSProp(ElementwiseOptimizer):
    """RMSProp: divides by the root of the decaying average of squared gradients.

    Parameters
    ----------
    gamma1 : decay of the average of squared gradients
    gamma2 : decay of the momentum; used where ``centered`` is set
    centered : Graves's version, which subtracts the squared average gradient and adds momentum
    clip_weights : bound on each element of the weight, None for none

    References: Tieleman and Hinton 2012, lecture 6.5; Graves 2013, equations 38 to 45.
    """

    _operator_names = (None, "rmsprop_update", None, "rmspropalex_update")

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

    def _attributes(self, t, lr, wd):
        options = {"gamma1": self.gamma1, "epsilon": self.epsilon, **super()._attributes(t, lr, wd)}
        if self.clip_weights:
            options["clip_weights"] = self.clip_weights
        if self.centered:
            options["gamma2"] = self.gamma2
        return options


@register
class AdaDelta(ElementwiseOptimizer):
    """AdaDelta: the ratio of two averages takes the place of the learning rate.

    Parameters
    ----------
    rho : decay of both averages
    epsilon : keeps the ratio finite and lets the first steps start

    References: Zeiler 2012.
    """

    _operator_names = (None, None, "_adadelta_update")

    def __init__(self, rho=0.90, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return (average squared gradient, average squared step)."""
        return _zeros(weight, 2)

    def _attributes(self, t, lr, wd):
        return {"rho": self.rho, "epsilon": self.epsilon, "wd": wd, **self._options()}


@register
class Ftrl(ElementwiseOptimizer):
    """Follow the regularized leader: L1 regularization that really gives zeros. See the operator ftrl_update.

    Parameters
    ----------
    lamda1 : strength of the L1 regularization
    beta : keeps the first steps small

    References: McMahan et al. 2013, Ad Click Prediction: a View from the Trenches.
    """

    _operator_names = (None, None, "ftrl_update")

    def __init__(self, lamda1=0.01, learning_rate=0.1, beta=1, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.lamda1 = lamda1
        self.beta = beta

    def create_state(self, index, weight):
        """Return (z, n)."""
        return _zeros(weight, 2, sparse=True)

    def _attributes(self, t, lr, wd):
        return {"lamda1": self.lamda1, "beta": self.beta, **super()._attributes(t, lr, wd)}
