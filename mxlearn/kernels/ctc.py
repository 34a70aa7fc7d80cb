"""Connectionist temporal classification: the loss of a label sequence whose alignment with the data is unknown.

The label is widened with blanks, (blank, l1, blank, l2, ..., blank), and the probabilities of all alignments are summed
by dynamic programming forward (alpha) and backward (beta), in logarithms, for all sequences of a batch at once.

Reference: Graves, Fernández, Gomez, Schmidhuber 2006, "Connectionist temporal classification", sections 4.1, 4.2.
"""

from .precision import work_dtype
from .softmax import log_softmax

LOG_ZERO = -1e30  # a finite stand-in for log(0), so that no inf - inf arises


def ctc_loss(xp, data, label, data_lengths, label_lengths, *, blank):
    """Return the negative log likelihood of each label sequence, shape (batch,); inf where no alignment exists.

    Parameters
    ----------
    data : (time, batch, classes), floating, before softmax
    label : (batch, longest), class numbers; what lies beyond a label's length is not read
    data_lengths, label_lengths : (batch,) integers, in steps
    blank : int, the class number of the blank
    """
    logs = log_softmax(xp, data.astype(work_dtype(xp, data.dtype), copy=False))
    path = _widen(xp, label, label_lengths, blank)
    alphas = _alphas(xp, logs, path, blank)
    likelihood = _likelihood(xp, alphas, data_lengths, label_lengths)
    return xp.where(likelihood < LOG_ZERO / 2, xp.inf, -likelihood).astype(data.dtype, copy=False)


def ctc_gradient(xp, data, label, data_lengths, label_lengths, *, blank):
    """Return the gradient of `ctc_loss` with respect to ``data``: softmax minus each class's posterior at each step.

    It is zero beyond a sequence's length, and for a sequence without any alignment.
    """
    steps, batch, classes = data.shape
    logs = log_softmax(xp, data.astype(work_dtype(xp, data.dtype), copy=False))
    path = _widen(xp, label, label_lengths, blank)
    alphas = _alphas(xp, logs, path, blank)
    betas = _betas(xp, logs, path, data_lengths, label_lengths, blank)
    likelihood = _likelihood(xp, alphas, data_lengths, label_lengths)
    possible = likelihood > LOG_ZERO / 2
    rows = xp.arange(batch)
    emitted = logs[:, rows[:, None], path]  # (time, batch, positions)
    posterior = xp.exp(xp.minimum(alphas + betas - emitted - likelihood[None, :, None], 0))
    belongs = path[:, :, None] == xp.arange(classes)  # (batch, positions, classes)
    expected = xp.matmul(posterior.transpose(1, 0, 2), belongs.astype(logs.dtype))  # (batch, time, classes)
    grad = xp.exp(logs) - expected.transpose(1, 0, 2)
    inside = (xp.arange(steps)[:, None] < data_lengths) & possible
    return xp.where(inside[:, :, None], grad, 0).astype(data.dtype, copy=False)


def lengths_before(xp, label, padding):
    """Return for each row of ``label`` how many entries stand before the first ``padding``."""
    is_padding = label == padding
    if not label.shape[1]:
        return xp.zeros(label.shape[0], xp.int64)
    return xp.where(is_padding.any(axis=1), is_padding.argmax(axis=1), label.shape[1])


def _widen(xp, label, label_lengths, blank):
    """Return (batch, 2 longest + 1): blanks around every label."""
    batch, longest = label.shape
    path = xp.full((batch, 2 * longest + 1), blank, xp.int64)
    inside = xp.arange(longest) < label_lengths[:, None]
    path[:, 1::2] = xp.where(inside, label.astype(xp.int64), blank)
    return path


def _skips(xp, path, blank):
    """Tell for each position whether it can be reached from two positions before: a label unlike the last one."""
    allowed = xp.zeros(path.shape, bool)
    allowed[:, 2:] = (path[:, 2:] != blank) & (path[:, 2:] != path[:, :-2])
    return allowed


def _alphas(xp, logs, path, blank):
    """Return log of the summed probability of all beginnings that end at each position, (time, batch, positions)."""
    steps, batch, _ = logs.shape
    rows = xp.arange(batch)[:, None]
    allowed = _skips(xp, path, blank)
    alphas = xp.full((steps, *path.shape), LOG_ZERO, logs.dtype)
    if not steps:
        return alphas
    alphas[0, :, :2] = logs[0, rows, path[:, :2]]
    for t in range(1, steps):
        before = alphas[t - 1]
        total = before.copy()
        total[:, 1:] = xp.logaddexp(total[:, 1:], before[:, :-1])
        total[:, 2:] = xp.where(allowed[:, 2:], xp.logaddexp(total[:, 2:], before[:, :-2]), total[:, 2:])
        alphas[t] = xp.maximum(total + logs[t, rows, path], LOG_ZERO)
    return alphas


def _betas(xp, logs, path, data_lengths, label_lengths, blank):
    """Return log of the summed probability of all endings that begin at each position, (time, batch, positions)."""
    steps, batch, _ = logs.shape
    rows = xp.arange(batch)[:, None]
    allowed = _skips(xp, path, blank)
    betas = xp.full((steps, *path.shape), LOG_ZERO, logs.dtype)
    last = 2 * label_lengths[:, None]
    positions = xp.arange(path.shape[1])
    start = xp.where((positions == last) | (positions == last - 1), 0.0, LOG_ZERO).astype(logs.dtype)
    after = xp.full(path.shape, LOG_ZERO, logs.dtype)
    for t in reversed(range(steps)):
        total = after.copy()
        total[:, :-1] = xp.logaddexp(total[:, :-1], after[:, 1:])
        total[:, :-2] = xp.where(allowed[:, 2:], xp.logaddexp(total[:, :-2], after[:, 2:]), total[:, :-2])
        total = xp.where((data_lengths == t + 1)[:, None], start, total)
        after = xp.maximum(total + logs[t, rows, path], LOG_ZERO)
        betas[t] = after
    return betas


def _likelihood(xp, alphas, data_lengths, label_lengths):
    """Return log p(label), shape (batch,)."""
    steps, batch, positions = alphas.shape
    if not steps:
        return xp.full((batch,), LOG_ZERO)
    rows = xp.arange(batch)
    final = alphas[xp.clip(data_lengths - 1, 0, steps - 1), rows]  # (batch, positions)
    on_blank = final[rows, 2 * label_lengths]
    on_label = xp.where(label_lengths > 0, final[rows, xp.maximum(2 * label_lengths - 1, 0)], LOG_ZERO)
    return xp.maximum(xp.logaddexp(on_blank, on_label), LOG_ZERO)
