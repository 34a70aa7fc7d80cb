"""Which dtype to compute in."""


def work_dtype(xp, dtype):
    """Return the dtype to accumulate in: float32 for float16, whose sums need it, otherwise ``dtype`` itself."""
    return xp.dtype(xp.float32) if dtype == xp.float16 else xp.dtype(dtype)
