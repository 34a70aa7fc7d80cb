"""Optimizers with a learning rate of its own for each layer, for training with large batches."""
import math

from .. import ndarray as nd
from ..base import ArgumentError
from .elementwise import checked
from .optimizer import Optimizer, is_half, register
from .sgd import MomentumOptimizer

__all__ = ["LAMB", "LARS", "LBSGD"]


def _norm(array):
    return float(array.astype("float32").norm().asscalar())


def _descend(weight, grad, states, lr, wd, momentum, options):
    """Take one step of gradient descent, with momentum where there is a state."""
    if states:
        nd.sgd_mom_update(weight, grad, *states, out=weight, lr=lr, wd=wd, momentum=momentum, **options)
    else:
        nd.sgd_update(weight, grad, out=weight, lr=lr, wd=wd, **options)


@register
class LARS(MomentumOptimizer):
    """Momentum SGD whose step is scaled to the norm of each layer's weight.

    The learning rate of a weight is ``lr * eta * |w| / (|rescale_grad * g| + wd * |w| + eps)``, or ``lr`` where a norm
    is 0 and for weights whose name ends in gamma, beta or bias. Only weights named ``*_weight`` decay.

    Parameters
    ----------
    momentum : decay of the momentum
    eta : trust in a layer's own scale
    eps : added to the denominator
    momentum_correction : scale the momentum by (learning rate now) / (learning rate at the last update)

    MXNet 1.9.1 keeps one "last learning rate" for all weights, so that beyond the first group of weights the momentum
    is not corrected; here each weight has its own.

    References: You, Gitman and Ginsburg 2017; Goyal et al. 2017, section 2.1, for the momentum correction.
    """

    progress = (*Optimizer.progress, "last_lr", "cur_lr", "_learning_rates")

    def __init__(self, momentum=0.0, lazy_update=True, eta=0.001, eps=0, momentum_correction=True, **kwargs):
        super().__init__(momentum, **kwargs)
        self.momentum_correction = momentum_correction
        self.lazy_update = lazy_update
        self.eta = eta
        self.eps = eps
        self.skip = 0
        self.last_lr = None
        self.cur_lr = None
        self._learning_rates = {}

    @staticmethod
    def _decays(name):
        return name.endswith("_weight")

    def _update(self, index, weight, grad, states):
        _, lr, wd = self._begin(index, weight, grad)
        base = self.learning_rate
        last = self._learning_rates.get(index, base)
        self._learning_rates[index] = base
        self.last_lr, self.cur_lr = last, base
        momentum = self.momentum
        if self.momentum_correction and last:
            momentum *= base / last
        lr *= self._trust(index, weight, grad, wd)
        _descend(weight, grad, states, lr, wd, momentum, self._options())

    def _trust(self, index, weight, grad, wd):
        if str(self.idx2name.get(index, index)).endswith(("gamma", "beta", "bias")):
            return 1.0
        weight_norm = _norm(weight)
        grad_norm = _norm(grad) * self.rescale_grad
        if weight_norm <= 0 or grad_norm <= 0:
            return 1.0
        return self.eta * weight_norm / (grad_norm + wd * weight_norm + self.eps)


@register
class LBSGD(MomentumOptimizer):
    """Momentum SGD that collects ``batch_scale`` minibatches into one large batch and warms its learning rate up.

    Parameters
    ----------
    momentum : decay of the momentum
    warmup_strategy : "linear", "power2" or "sqrt": how the learning rate grows to ``batch_scale`` times its value;
        "lars": scale it to the norm of each layer instead
    warmup_epochs, updates_per_epoch : length of the warm-up
    batch_scale : number of minibatches whose gradients are averaged before each step
    begin_epoch : epoch from which counting starts
    num_epochs : accepted for MXNet's sake
    """

    progress = (*Optimizer.progress, "cumgrads")

    def __init__(
        self,
        momentum=0.0,
        multi_precision=False,
        warmup_strategy="linear",
        warmup_epochs=5,
        batch_scale=1,
        updates_per_epoch=32,
        begin_epoch=0,
        num_epochs=60,
        **kwargs,
    ):
        super().__init__(momentum, multi_precision=multi_precision, **kwargs)
        if batch_scale < 1:
            raise ArgumentError(f"LBSGD: batch_scale must be at least 1. Received: {batch_scale}")
        self.warmup_strategy = warmup_strategy
        self.warmup_epochs = warmup_epochs
        self.batch_scale = batch_scale
        self.updates_per_epoch = updates_per_epoch
        self.init_updates = begin_epoch * updates_per_epoch
        self.num_epochs = num_epochs
        self.lbmult = 1
        self.cumgrads = {}
        self.adaptive = False
        self.admult = 1

    def _update(self, index, weight, grad, states):
        _, lr, wd = self._begin(index, weight, grad)
        seen = self.cumgrads.get(index, {"cum_grad": 0, "num_cums": self.init_updates})
        total = grad.copy() if isinstance(seen["cum_grad"], int) else seen["cum_grad"] + grad  # 0: none collected yet
        count = seen["num_cums"] + 1
        if count % self.batch_scale:
            self.cumgrads[index] = {"cum_grad": total, "num_cums": count}
            return
        mean = total / self.batch_scale
        lr *= self._get_lars(weight, mean, wd) if self.warmup_strategy == "lars" else self._get_lbmult(count)
        _descend(weight, mean, states, lr, wd, self.momentum, self._options())
        self.cumgrads[index] = {"cum_grad": 0, "num_cums": count}

    def _get_lbmult(self, nup):
        """Return the factor on the learning rate after ``nup`` minibatches."""
        warmup = self.warmup_epochs * self.updates_per_epoch
        if nup >= warmup:
            return float(self.batch_scale)
        done = nup / warmup
        growth = {"linear": done, "power2": done * done, "sqrt": math.sqrt(done)}.get(self.warmup_strategy, 0.0)
        return 1.0 + (self.batch_scale - 1) * growth

    @staticmethod
    def _get_lars(weight, grad, wd):
        """Return the layer's own factor, between 0.01 and 100."""
        weight_square, grad_square = _norm(weight) ** 2, _norm(grad) ** 2
        return min(max(math.sqrt(weight_square / (grad_square + wd * weight_square + 1e-18)), 0.01), 100.0)


@register
class LAMB(Optimizer):
    """Adam whose step is scaled to the norm of each layer's weight.

    Parameters
    ----------
    beta1, beta2, epsilon : as in Adam
    lower_bound, upper_bound : bounds on the norm of the weight, None for none
    bias_correction : divide the averages by ``1 - beta**t``

    References: You et al. 2020, Large Batch Optimization for Deep Learning, algorithm 2.
    """

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-6,
        lower_bound=None,
        upper_bound=None,
        bias_correction=True,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.bias_correction = bias_correction

    def create_state(self, index, weight):
        """Return (mean, variance)."""
        return tuple(nd.zeros(weight.shape, weight.context, dtype=weight.dtype) for _ in range(2))

    def update(self, index, weight, grad, state):
        for each in checked(index, weight, grad, state):
            self._update(*each, multi_precision=False)

    def update_multi_precision(self, index, weight, grad, state):
        for each in checked(index, weight, grad, state):
            self._update(*each, multi_precision=self.multi_precision and is_half(each[1]))

    def _update(self, index, weight, grad, state, multi_precision):
        t, lr, wd = self._begin(index, weight, grad)
        direction = {
            "beta1": self.beta1,
            "beta2": self.beta2,
            "epsilon": self.epsilon,
            "bias_correction": self.bias_correction,
            "t": t,
            "wd": wd,
            **self._options(),
        }
        bounds = {"lower_bound": self.lower_bound, "upper_bound": self.upper_bound}
        bounds = {key: bound for key, bound in bounds.items() if bound}
        if multi_precision:
            master, (mean, var) = state
            g = nd.mp_lamb_update_phase1(weight, grad, mean, var, master, **direction)
            nd.mp_lamb_update_phase2(weight, g, master.norm(), g.norm(), master, out=weight, lr=lr, **bounds)
        else:
            g = nd.lamb_update_phase1(weight, grad, *state, **direction)
            nd.lamb_update_phase2(weight, g, weight.norm(), g.norm(), out=weight, lr=lr, **bounds)
