"""Learning rate schedules: from the number of updates so far to the learning rate. API: MXNet 1.9.1's lr_scheduler.

    schedule = mx.lr_scheduler.FactorScheduler(step=1000, factor=0.5, base_lr=0.1)
    mx.optimizer.SGD(lr_scheduler=schedule)

Schedulers remember how far they are: call them with a number of updates that does not fall.
"""
import logging
from math import cos, pi

from .base import ArgumentError

__all__ = ["CosineScheduler", "FactorScheduler", "LRScheduler", "MultiFactorScheduler", "PolyScheduler"]


class LRScheduler:
    """Base of the schedules: the warm-up at their begin.

    Parameters
    ----------
    base_lr : learning rate after the warm-up
    warmup_steps : number of updates that the warm-up takes
    warmup_begin_lr : learning rate at update 0 of the warm-up
    warmup_mode : "linear" growth to ``base_lr``, or "constant" at ``warmup_begin_lr``
    """

    def __init__(self, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        if not isinstance(warmup_steps, int):
            raise ArgumentError(f"warmup_steps must be an integer. Received: {warmup_steps!r}")
        if warmup_begin_lr > base_lr:
            raise ArgumentError(f"Base lr has to be higher than warmup_begin_lr: {base_lr}, {warmup_begin_lr}")
        if warmup_steps < 0:
            raise ArgumentError(f"Warmup steps has to be positive or 0. Received: {warmup_steps}")
        if warmup_mode not in ("linear", "constant"):
            raise ArgumentError(f"Supports only linear and constant modes of warmup. Received: {warmup_mode!r}")
        self.base_lr = base_lr
        self.warmup_steps = warmup_steps
        self.warmup_final_lr = base_lr
        self.warmup_begin_lr = warmup_begin_lr
        self.warmup_mode = warmup_mode

    def get_warmup_lr(self, num_update):
        """Return the learning rate at an update inside of the warm-up."""
        if num_update >= self.warmup_steps:
            raise ArgumentError(f"the warm-up ends before update {self.warmup_steps}. Received: {num_update}")
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        return self.warmup_begin_lr + (self.warmup_final_lr - self.warmup_begin_lr) * num_update / self.warmup_steps

    def __call__(self, num_update):
        """Return the learning rate after ``num_update`` updates."""
        raise NotImplementedError("must override this")


class FactorScheduler(LRScheduler):
    """Multiply the learning rate by ``factor`` after every ``step`` updates.

    Parameters
    ----------
    step : number of updates between changes
    factor : at most 1
    stop_factor_lr : the learning rate does not fall below this

    >>> import mxlearn as mx
    >>> schedule = mx.lr_scheduler.FactorScheduler(step=2, factor=0.5, base_lr=1.0)
    >>> [schedule(n) for n in range(1, 7)]
    [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]
    """

    def __init__(
        self,
        step,
        factor=1,
        stop_factor_lr=1e-8,
        base_lr=0.01,
        warmup_steps=0,
        warmup_begin_lr=0,
        warmup_mode="linear",
    ):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if step < 1:
            raise ArgumentError(f"Schedule step must be greater or equal than 1 round. Received: {step}")
        _check_factor(factor)
        self.step = step
        self.factor = factor
        self.stop_factor_lr = stop_factor_lr
        self.count = 0

    def __call__(self, num_update):
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        # one pass of the loop for each change since the last call, as after resuming from a checkpoint
        while num_update > self.count + self.step:
            self.count += self.step
            self.base_lr *= self.factor
            if self.base_lr < self.stop_factor_lr:
                self.base_lr = self.stop_factor_lr
                logging.info(
                    "Update[%d]: now learning rate arrived at %0.5e, will not change in the future",
                    num_update,
                    self.base_lr,
                )
            else:
                logging.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class MultiFactorScheduler(LRScheduler):
    """Multiply the learning rate by ``factor`` after each of a list of numbers of updates.

    >>> import mxlearn as mx
    >>> schedule = mx.lr_scheduler.MultiFactorScheduler(step=[2, 3], factor=0.5, base_lr=1.0)
    >>> [schedule(n) for n in range(1, 6)]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """

    def __init__(self, step, factor=1, base_lr=0.01, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if not isinstance(step, list) or not step:
            raise ArgumentError(f"step must be a list of at least one number of updates. Received: {step!r}")
        if step[0] < 1:
            raise ArgumentError(f"Schedule step must be greater or equal than 1 round. Received: {step}")
        if any(later <= earlier for earlier, later in zip(step, step[1:], strict=False)):
            raise ArgumentError(f"Schedule step must be an increasing integer list. Received: {step}")
        _check_factor(factor)
        self.step = step
        self.cur_step_ind = 0
        self.factor = factor
        self.count = 0

    def __call__(self, num_update):
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while self.cur_step_ind < len(self.step) and num_update > self.step[self.cur_step_ind]:
            self.count = self.step[self.cur_step_ind]
            self.cur_step_ind += 1
            self.base_lr *= self.factor
            logging.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class _DecayScheduler(LRScheduler):
    """From ``base_lr`` to ``final_lr`` between the warm-up and ``max_update``; constant from there on."""

    def __init__(self, max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode):
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if not isinstance(max_update, int):
            raise ArgumentError(f"max_update must be an integer. Received: {max_update!r}")
        if max_update < 1:
            raise ArgumentError(f"maximum number of updates must be strictly positive. Received: {max_update}")
        self.base_lr_orig = base_lr
        self.max_update = max_update
        self.final_lr = final_lr
        self.max_steps = max_update - warmup_steps

    def __call__(self, num_update):
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        if num_update <= self.max_update:
            done = (num_update - self.warmup_steps) / self.max_steps if self.max_steps else 1.0
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * self._left(done)
        return self.base_lr

    def _left(self, done):
        raise NotImplementedError


class PolyScheduler(_DecayScheduler):
    """Polynomial decay: ``final_lr + (base_lr - final_lr) * (1 - done)**pwr``, where done goes from 0 to 1.

    Parameters
    ----------
    max_update : number of updates after which the learning rate is ``final_lr``
    pwr : power

    >>> import mxlearn as mx
    >>> schedule = mx.lr_scheduler.PolyScheduler(max_update=4, base_lr=1.0, pwr=2)
    >>> [schedule(n) for n in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    def __init__(
        self, max_update, base_lr=0.01, pwr=2, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.power = pwr

    def _left(self, done):
        return (1 - done) ** self.power


class CosineScheduler(_DecayScheduler):
    """Half a cosine wave: ``final_lr + (base_lr - final_lr) * (1 + cos(pi * done)) / 2``, where done goes from 0 to 1.

    Parameters
    ----------
    max_update : number of updates after which the learning rate is ``final_lr``

    References: Loshchilov and Hutter 2017, SGDR, equation 5.
    """

    def __init__(
        self, max_update, base_lr=0.01, final_lr=0, warmup_steps=0, warmup_begin_lr=0, warmup_mode="linear"
    ):
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)

    def _left(self, done):
        return (1 + cos(pi * done)) / 2


def _check_factor(factor):
    if factor > 1.0:
        raise ArgumentError(f"Factor must be no more than 1 to make lr reduce. Received: {factor}")
