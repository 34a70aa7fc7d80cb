"""Operators outside of the stable interface, and others of few uses: densities, attention, processes, old names."""

import numpy as np

from ..harness import Cases, integers, normal, simplex, uniform

CASES = Cases()
op = CASES.op
raises = CASES.raises

# -- densities ---------------------------------------------------------------------------------------------------------
DENSITIES = {
    "uniform": lambda *n: (uniform(-1, 1, 2, *n), uniform(-2, -1, 2), uniform(1, 2, 2)),
    "normal": lambda *n: (normal(2, *n), normal(2), uniform(0.5, 2, 2)),
    "gamma": lambda *n: (uniform(0.1, 3, 2, *n), uniform(0.5, 3, 2), uniform(0.5, 2, 2)),
    "exponential": lambda *n: (uniform(0, 3, 2, *n), uniform(0.5, 2, 2)),
    "poisson": lambda *n: (integers(0, 7, 2, *n), uniform(0.5, 4, 2)),
    "negative_binomial": lambda *n: (integers(0, 7, 2, *n), uniform(1, 4, 2), uniform(0.2, 0.8, 2)),
    "generalized_negative_binomial": lambda *n: (integers(0, 7, 2, *n), uniform(1, 4, 2), uniform(0.2, 0.8, 2)),
    "dirichlet": lambda *n: (simplex(2, *n, 3), uniform(0.5, 3, 2, 3)),
}
for _name, _inputs in DENSITIES.items():
    for _is_log in (False, True):
        _text = "log" if _is_log else "plain"
        op(f"random_pdf_{_name}/{_text}", f"random_pdf_{_name}", *_inputs(4), is_log=_is_log, scaled=1e-5)
        op(f"random_pdf_{_name}/{_text} 3d", f"random_pdf_{_name}", *_inputs(3, 2), is_log=_is_log, scaled=1e-5)
op("random_pdf_normal/two axes", "random_pdf_normal", normal(2, 3, 4), normal(2, 3), uniform(0.5, 2, 2, 3), scaled=1e-5)
_LINE = np.float32([[-3, 0, 3]])
op("random_pdf_uniform/outside", "random_pdf_uniform", _LINE, np.float32([-1]), np.float32([1]))
op("random_pdf_exponential/outside", "random_pdf_exponential", _LINE, np.float32([2]), scaled=1e-5)
raises("random_pdf_normal/trailing", lambda mx: mx.nd.random_pdf_normal(mx.nd.ones((2, 3)), *[mx.nd.ones(3)] * 2))
raises(
    "random_pdf_normal/unequal",
    lambda mx: mx.nd.random_pdf_normal(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)), mx.nd.ones(2)),
)
