"""Activation functions that the array modules do not have themselves: sigmoid and softplus."""

from .precision import work_dtype

# exp of more than this overflows; 1 / (1 + exp(limit)) is still a normal number, and denormals are slow.
_EXP_LIMIT = {"e": 87.0, "f": 87.0, "d": 708.0}


def sigmoid(xp, data):
    """Return 1 / (1 + exp(-x)), without overflow; values below exp(-87) in float32 are given as exp(-87)."""
    work = work_dtype(xp, data.dtype)
    out = xp.negative(data, dtype=work)
    xp.minimum(out, _EXP_LIMIT[work.char], out=out)
    xp.exp(out, out=out)
    out += 1
    xp.reciprocal(out, out=out)
    return out.astype(data.dtype, copy=False)


def softplus(xp, data):
    """Return log(1 + exp(x)) as max(x, 0) + log1p(exp(-|x|)), exact for large |x|."""
    work = work_dtype(xp, data.dtype)
    values = data.astype(work, copy=False)
    small = xp.log1p(xp.exp(xp.maximum(-xp.abs(values), -_EXP_LIMIT[work.char])))
    return (xp.maximum(values, 0) + small).astype(data.dtype, copy=False)
