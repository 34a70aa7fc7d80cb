"""Linear algebra: single matrices and batches, forward and backward."""

import numpy as np

from ..harness import Cases, definite, normal, triangle

CASES = Cases()
op = CASES.op

for _text, _lead in {"matrix": (), "batch": (2,)}.items():
    op(
        f"gemm/{_text}",
        "linalg.gemm",
        normal(*_lead, 3, 4),
        normal(*_lead, 4, 2),
        normal(*_lead, 3, 2),
        alpha=2.0,
        beta=0.5,
    )
    op(f"gemm2/{_text}", "linalg.gemm2", normal(*_lead, 3, 4), normal(*_lead, 4, 2), alpha=-1.5)
    op(f"potrf/{_text}", "linalg.potrf", definite(*_lead, 3, 3))
    op(f"potri/{_text}", "linalg.potri", triangle(*_lead, 3, 3), scaled=1e-5)
    op(f"trsm/{_text}", "linalg.trsm", triangle(*_lead, 3, 3), normal(*_lead, 3, 2), scaled=1e-5)
    op(f"trmm/{_text}", "linalg.trmm", triangle(*_lead, 3, 3), normal(*_lead, 3, 2))
    op(f"syrk/{_text}", "linalg.syrk", normal(*_lead, 3, 4), alpha=2.0)
    op(f"syrk/{_text} transpose", "linalg.syrk", normal(*_lead, 3, 4), transpose=True)
    op(f"sumlogdiag/{_text}", "linalg.sumlogdiag", definite(*_lead, 3, 3))
    op(f"det/{_text}", "linalg.det", definite(*_lead, 3, 3), scaled=1e-5)
    op(f"slogdet/{_text}", "linalg.slogdet", definite(*_lead, 3, 3), heads=(1,), scaled=1e-5)
    op(f"inverse/{_text}", "linalg.inverse", definite(*_lead, 3, 3), scaled=1e-5)
    op(f"extractdiag/{_text}", "linalg.extractdiag", normal(*_lead, 3, 3))
    op(f"extractdiag/{_text} offset", "linalg.extractdiag", normal(*_lead, 4, 4), offset=1)
    op(f"makediag/{_text}", "linalg.makediag", normal(*_lead, 3))
    op(f"makediag/{_text} offset", "linalg.makediag", normal(*_lead, 3), offset=-1)
    op(f"extracttrian/{_text}", "linalg.extracttrian", normal(*_lead, 3, 3))
    op(f"extracttrian/{_text} upper", "linalg.extracttrian", normal(*_lead, 3, 3), lower=False)
    op(f"maketrian/{_text}", "linalg.maketrian", normal(*_lead, 6))
    op(f"maketrian/{_text} offset", "linalg.maketrian", normal(*_lead, 6), offset=1, lower=False)

op("gemm/transposes", "linalg.gemm", normal(4, 3), normal(2, 4), normal(3, 2), transpose_a=True, transpose_b=True)
op("gemm/axis", "linalg.gemm", normal(3, 2, 4), normal(4, 2, 5), normal(3, 2, 5), axis=-3)
op("gemm2/transpose_b", "linalg.gemm2", normal(3, 4), normal(2, 4), transpose_b=True)
op("gemm2/transpose_a", "linalg.gemm2", normal(4, 3), normal(4, 2), transpose_a=True)
for _right in (False, True):
    for _transpose in (False, True):
        _shape = (2, 3) if _right else (3, 2)
        _text = f"{'right' if _right else 'left'}{' transposed' if _transpose else ''}"
        op(
            f"trsm/{_text} alpha",
            "linalg.trsm",
            triangle(3, 3),
            normal(*_shape),
            rightside=_right,
            transpose=_transpose,
            alpha=1.5,
            scaled=1e-5,
        )
        op(
            f"trmm/{_text} alpha",
            "linalg.trmm",
            triangle(3, 3),
            normal(*_shape),
            rightside=_right,
            transpose=_transpose,
            alpha=1.5,
        )
_upper = np.triu(np.arange(1, 10).reshape(3, 3)).astype("float32")
op("trsm/upper", "linalg.trsm", _upper, normal(3, 2), lower=False, scaled=1e-5)
op("trmm/upper", "linalg.trmm", _upper, normal(3, 2), lower=False)
op("slogdet/negative", "linalg.slogdet", np.array([[0, 1], [2, 0]], dtype="float32"), heads=(1,))
op("det/negative", "linalg.det", np.array([[0, 1], [2, 0]], dtype="float32"))
op("det/float64", "linalg.det", definite(4, 4, dtype="float64"))
op("inverse/float64", "linalg.inverse", definite(2, 3, 3, dtype="float64"))


@CASES.case("gelqf/rebuilds and is orthogonal", scaled=1e-5)
def _(mx):
    a = mx.nd.array(np.random.RandomState(3).normal(size=(2, 3)))
    q, lower = mx.nd.linalg.gelqf(a)
    return {
        "shapes": [list(q.shape), list(lower.shape)],
        "product": mx.nd.dot(lower, q).asnumpy(),
        "magnitudes": abs(lower).asnumpy(),
        "identity": mx.nd.dot(q, q, transpose_b=True).asnumpy(),
    }


@CASES.case("gelqf/gradient", scaled=1e-5)
def _(mx):
    a = mx.nd.array(np.random.RandomState(4).normal(size=(2, 3)))
    a.attach_grad()
    with mx.autograd.record():
        q, lower = mx.nd.linalg.gelqf(a)
        y = (lower * lower).sum() + (q * q * mx.nd.array([[1, 2, 3], [4, 5, 6]])).sum()
    y.backward()
    return {"gradient": a.grad.asnumpy()}


@CASES.case("syevd/rebuilds", scaled=1e-5)
def _(mx):
    a = np.random.RandomState(5).normal(size=(2, 4, 4))
    a = mx.nd.array(a + a.transpose(0, 2, 1))
    u, lam = mx.nd.linalg.syevd(a)
    scaled = mx.nd.broadcast_mul(u, lam.expand_dims(-1))
    return {
        "shapes": [list(u.shape), list(lam.shape)],
        "eigenvalues": lam.asnumpy(),
        "product": mx.nd.linalg.gemm2(u, scaled, transpose_a=True).asnumpy(),
        "magnitudes": abs(u).asnumpy(),
    }


@CASES.case("syevd/gradient", scaled=1e-5)
def _(mx):
    a = np.random.RandomState(6).normal(size=(3, 3))
    a = mx.nd.array(a + a.T)
    a.attach_grad()
    with mx.autograd.record():
        u, lam = mx.nd.linalg.syevd(a)
        y = (lam * mx.nd.array([1, 2, 3])).sum() + (u * u * mx.nd.arange(9).reshape((3, 3))).sum()
    y.backward()
    return {"gradient": a.grad.asnumpy()}


@CASES.case("aliases")
def _(mx):
    a = mx.nd.array([[4, 1], [1, 3]])
    return {
        "potrf": mx.nd.linalg_potrf(a).asnumpy(),
        "gemm2": mx.nd.linalg_gemm2(a, a).asnumpy(),
        "syrk": mx.nd.linalg_syrk(a).asnumpy(),
        "sumlogdiag": mx.nd.linalg_sumlogdiag(a).asnumpy(),
    }
