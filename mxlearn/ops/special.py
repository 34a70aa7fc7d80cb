"""Special functions as operators: erf, erfinv, gamma, gammaln and digamma. Their kernels are in kernels/special.py."""
import math

from ..kernels import special
from .elementwise import unary


@unary("erf", special.erf, "Return 2/sqrt(pi) int_0^x exp(-t**2) dt.", ("[0, 1]", "[0.        0.8427008]"))
def _(F, g, data):
    return F._mul_scalar(F.elemwise_mul(g, F.exp(F.negative(F.square(data)))), scalar=2 / math.sqrt(math.pi))


@unary("erfinv", special.erfinv, "Return the x whose erf is given.", ("[0, 0.5]", "[0.         0.47693628]"))
def _(F, g, out):
    return F._mul_scalar(F.elemwise_mul(g, F.exp(F.square(out))), scalar=math.sqrt(math.pi) / 2)


@unary("gamma", special.gamma, "Return the gamma function; gamma(n + 1) is n!.", ("[1, 0.5]", "[1.        1.7724539]"))
def _(F, g, data, out):
    return F.elemwise_mul(g, F.elemwise_mul(out, F.digamma(data)))


@unary("gammaln", special.gammaln, "Return log |gamma(x)|.", ("[5, 0.5]", "[3.1780539  0.57236496]"))
def _(F, g, data):
    return F.elemwise_mul(g, F.digamma(data))


@unary("digamma", special.digamma, "Return the derivative of gammaln.", ("[1, 2]", "[-0.57721567  0.42278433]"))
def _(F, g, data):
    return F.elemwise_mul(g, F.trigamma(data))


# no rule: a third derivative of gammaln raises an error that names trigamma
unary("trigamma", special.trigamma, "Return the derivative of digamma.", ("[1, 2]", "[1.6449341 0.6449341]"))(None)
