"""The log likelihood of marked self-exciting Hawkes processes.

The intensity of events of kind k is mu_k + alpha_k beta_k times the sum over past ones of exp(-beta_k (t - t_i)): an
event makes others of its kind more likely for a while. The sum is carried along as a state, one number for each kind.

References: Hawkes 1971, "Spectra of some self-exciting and mutually exciting point processes"; MXNet 1.9.1 operator
_contrib_hawkesll.
"""
from typing import Any

from ..core.infer import unify
from ..core.operator import operator


def _hawkes_shape(lda, alpha, beta, state, lags, marks, valid_length, max_time):
    rates = unify(lda, state, "the shapes of lda and state")
    rates = unify(rates, (-1, -1), "the shape of lda and state, and (batch, kinds),") or (-1, -1)
    events = unify(lags, marks, "the shapes of lags and marks")
    events = unify(events, (-1, -1), "the shape of lags and marks, and (batch, events),") or (-1, -1)
    batch = (max(rates[0], events[0]),)
    for shape in (rates, events):
        unify(shape[:1], batch, "the batch of rates and that of events")
    alpha = beta = unify(unify(alpha, beta, "the shapes of alpha and beta"), rates[1:], "alpha and (kinds,)")
    text = "the shape of valid_length and max_time, and (batch,)"
    lengths = [unify(shape, batch, text) for shape in (valid_length, max_time)]
    return [rates, alpha, beta, rates, events, events, *lengths], [batch, rates]


def _hawkes_dtype(lda, alpha, beta, state, lags, marks, valid_length, max_time):
    return [lda, alpha, beta, state, lags, marks, valid_length, max_time], [lda, lda]


class _Steps:
    """The process run event by event, all sequences of a batch at once; each step is of one kind of event."""

    def __init__(self, xp, lda, alpha, beta, state, lags, marks, valid_length: Any, max_time):
        self.xp = xp
        self.lda, self.alpha, self.beta, self.state = lda, alpha, beta, state
        self.lags, self.marks, self.valid_length = lags, marks.astype("int64"), valid_length
        self.max_time = max_time

    def run(self, visit):
        """Call ``visit(elapsed, decay, chosen, event)`` for each event, and for the rest of the time.

        ``elapsed`` (batch, kinds) is the time since the last event of a kind and ``decay`` exp(-beta * elapsed);
        ``chosen`` (batch, kinds) tells which of them the step is for, all at the end, when ``event`` is False.
        """
        xp = self.xp
        batch, kinds = self.lda.shape
        kind = xp.arange(kinds)
        time = xp.zeros((batch, 1), self.lda.dtype)
        last = xp.zeros((batch, kinds), self.lda.dtype)
        for step in range(self.lags.shape[1]):
            valid = (step < self.valid_length)[:, None]
            time = time + xp.where(valid, self.lags[:, step, None], 0)
            chosen = (self.marks[:, step, None] == kind) & valid
            elapsed = xp.where(chosen, time - last, 0)
            visit(elapsed, xp.exp(-self.beta * elapsed), chosen, True)
            last = xp.where(chosen, time, last)
        elapsed = self.max_time[:, None] - last
        visit(elapsed, xp.exp(-self.beta * elapsed), xp.ones((batch, kinds), bool), False)


@operator(name="_contrib_hawkesll", outputs=("output0", "output1"), shape=_hawkes_shape, dtype=_hawkes_dtype)
def hawkesll(xp, lda, alpha, beta, state, lags, marks, valid_length, max_time):
    """Return the log likelihood of sequences of events, and the state of the process at the end.

    Parameters
    ----------
    lda : (batch, kinds), the background intensities mu
    alpha : (kinds,), how many events an event brings about
    beta : (kinds,), how fast its influence fades, per unit of time
    state : (batch, kinds), the sums of the past at time 0
    lags : (batch, events), time since the event before, of whatever kind
    marks : (batch, events), kind of each event
    valid_length : (batch,), how many events a sequence has
    max_time : (batch,), when the observation ends

    Returns
    -------
    log likelihoods (batch,), and states (batch, kinds)

    >>> one = mx.nd.ones((1,))
    >>> inputs = [mx.nd.ones((1, 1)), one / 2, one, mx.nd.zeros((1, 1)), mx.nd.ones((1, 1)), mx.nd.zeros((1, 1))]
    >>> mx.nd.contrib.hawkesll(*inputs, one, 2 * one)[0]
    [-2.3160603]
    <NDArray 1 @cpu(0)>

    References: MXNet 1.9.1 operator _contrib_hawkesll.
    """
    shapes = [x.shape for x in (lda, alpha, beta, state, lags, marks, valid_length, max_time)]
    _hawkes_shape(*shapes)
    likelihood = xp.zeros(lda.shape, lda.dtype)

    def visit(elapsed, decay, chosen, event):
        nonlocal likelihood, state
        expected = lda * elapsed + alpha * state * (1 - decay)        # events in the time that has elapsed
        gain = xp.log(lda + alpha * beta * state * decay) - expected if event else -expected
        likelihood = likelihood + xp.where(chosen, gain, 0)
        state = xp.where(chosen, state * decay + event, state)

    _Steps(xp, lda, alpha, beta, state, lags, marks, valid_length, max_time).run(visit)
    return likelihood.sum(axis=1).astype(lda.dtype, copy=False), state.astype(lda.dtype, copy=False)


@hawkesll.gradient
def _(F, g, lda, alpha, beta, state, lags, marks, valid_length, max_time):
    inputs = lda, alpha, beta, state, lags, marks, valid_length, max_time
    return (*F._backward_hawkesll(*g, *inputs), None, None, None, None)


@operator(
    outputs=("lda_grad", "alpha_grad", "beta_grad", "state_grad"),
    shape=lambda likelihood_grad, out_state_grad, *inputs, **named: (
        [likelihood_grad, out_state_grad, *inputs, *named.values()],
        [*inputs, *named.values()][:4],
    ),
    dtype=lambda likelihood_grad, out_state_grad, *inputs, **named: (
        [likelihood_grad, out_state_grad, *inputs, *named.values()],
        [*inputs, *named.values()][:4],
    ),
)
def _backward_hawkesll(
    xp, likelihood_grad, out_state_grad, lda, alpha, beta, state, lags, marks, valid_length, max_time
):
    """Return the gradients of hawkesll with respect to lda, alpha, beta and state.

    The derivatives of the state by beta and by the initial state run along with it, kind by kind.

    >>> one, zero, column = mx.nd.ones((1,)), mx.nd.zeros((1,)), mx.nd.zeros((1, 1))
    >>> inputs = [column + 1, one, one, column, mx.nd.zeros((1, 0)), mx.nd.zeros((1, 0)), zero, 2 * one]
    >>> mx.nd._internal._backward_hawkesll(one, column, *inputs)[0]
    [[-2.]]
    <NDArray 1x1 @cpu(0)>
    """
    grads = [xp.zeros(lda.shape, lda.dtype) for _ in range(4)]
    by_beta, by_initial = xp.zeros(lda.shape, lda.dtype), xp.ones(lda.shape, lda.dtype)
    weight = likelihood_grad[:, None]

    def visit(elapsed, decay, chosen, event):
        nonlocal state, by_beta, by_initial
        past, past_by_beta = state * decay, (by_beta - state * elapsed) * decay
        slopes = [                                                          # of -expected, see hawkesll
            -elapsed,
            -state * (1 - decay),
            -alpha * (by_beta * (1 - decay) + state * elapsed * decay),
            -alpha * by_initial * (1 - decay),
        ]
        if event:
            rate = lda + alpha * beta * past
            slopes[0] = slopes[0] + 1 / rate
            slopes[1] = slopes[1] + beta * past / rate
            slopes[2] = slopes[2] + alpha * (past + beta * past_by_beta) / rate
            slopes[3] = slopes[3] + alpha * beta * by_initial * decay / rate
        for i, slope in enumerate(slopes):
            grads[i] = grads[i] + xp.where(chosen, slope, 0)
        state = xp.where(chosen, past + event, state)
        by_beta = xp.where(chosen, past_by_beta, by_beta)
        by_initial = xp.where(chosen, by_initial * decay, by_initial)

    _Steps(xp, lda, alpha, beta, state, lags, marks, valid_length, max_time).run(visit)
    to_lda, to_alpha, to_beta, to_state = (grad * weight for grad in grads)
    to_beta = to_beta + by_beta * out_state_grad
    to_state = to_state + by_initial * out_state_grad
    return to_lda, to_alpha.sum(axis=0), to_beta.sum(axis=0), to_state
