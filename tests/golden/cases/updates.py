"""The update operators of the optimizers: the new weight and the new states, which they write in place."""

import numpy as np

from ..harness import Cases, source

CASES = Cases()
COMMON = {
    "plain": {"lr": 0.1},
    "wd": {"lr": 0.1, "wd": 0.01},
    "clip": {"lr": 0.1, "clip_gradient": 0.3, "rescale_grad": 0.5},
    "everything": {"lr": 0.05, "wd": 0.1, "clip_gradient": 0.5, "rescale_grad": 2.0},
}


def enter(case_id, name, states, positive=(), dtype="float32", scaled=None, **attrs):
    """Enter one update: ``states`` arrays beside weight and gradient, those in ``positive`` at least 0.1."""

    def run(mx):
        random = source(case_id)
        arrays = []
        for k in range(2 + states):
            value = random.normal(size=(4, 3))
            if k - 2 in positive:
                value = abs(value) + 0.1
            arrays.append(
                mx.nd.array(
                    value,
                    dtype="float32"
                    if dtype == "mp" and k == 1 + states
                    else "float16"
                    if dtype == "mp" and k < 2
                    else "float32"
                    if dtype == "mp"
                    else dtype,
                )
            )
        if dtype == "mp":
            arrays[-1] = arrays[0].astype("float32")
        out = mx.nd.zeros((4, 3), dtype=arrays[0].dtype)
        answer = getattr(mx.nd, name)(*arrays, out=out, **attrs)
        return {
            "same out": answer is out,
            "out": out.asnumpy(),
            "weight": arrays[0].asnumpy(),
            **{f"state{k}": a.asnumpy() for k, a in enumerate(arrays[2:])},
        }

    CASES.add(case_id, run, scaled=scaled)


for _text, _attrs in COMMON.items():
    enter(f"sgd_update/{_text}", "sgd_update", 0, **_attrs)
    enter(f"sgd_mom_update/{_text}", "sgd_mom_update", 1, momentum=0.9, **_attrs)
    enter(f"nag_mom_update/{_text}", "nag_mom_update", 1, momentum=0.9, **_attrs)
    enter(f"adam_update/{_text}", "adam_update", 2, positive=(1,), **_attrs)
    enter(f"rmsprop_update/{_text}", "rmsprop_update", 1, positive=(0,), gamma1=0.9, **_attrs)
    enter(f"ftrl_update/{_text}", "ftrl_update", 2, positive=(1,), lamda1=0.02, beta=1.5, **_attrs)
    enter(f"signsgd_update/{_text}", "signsgd_update", 0, **_attrs)
    enter(f"signum_update/{_text}", "signum_update", 1, momentum=0.8, wd_lh=0.01, **_attrs)
    enter(
        f"ftml_update/{_text}",
        "ftml_update",
        3,
        positive=(0, 1),
        t=3,
        **{("clip_grad" if k == "clip_gradient" else k): v for k, v in _attrs.items()},
    )
    enter(f"mp_sgd_update/{_text}", "mp_sgd_update", 1, dtype="mp", **_attrs)
    enter(f"mp_sgd_mom_update/{_text}", "mp_sgd_mom_update", 2, dtype="mp", momentum=0.9, **_attrs)
    enter(f"mp_nag_mom_update/{_text}", "mp_nag_mom_update", 2, dtype="mp", momentum=0.9, **_attrs)
enter("adam_update/betas", "adam_update", 2, positive=(1,), lr=0.01, beta1=0.5, beta2=0.9, epsilon=1e-3)
enter("rmsprop_update/clip_weights", "rmsprop_update", 1, positive=(0,), lr=0.1, clip_weights=0.5)
enter("signum_update/float64", "signum_update", 1, dtype="float64", scaled=1e-6, lr=0.1, momentum=0.8)
enter("sgd_update/float64", "sgd_update", 0, dtype="float64", scaled=1e-6, lr=0.1, wd=0.1)


@CASES.case("rmspropalex_update")
def _(mx):
    random = source("rmspropalex_update")
    weight, grad, g, delta = (mx.nd.array(random.normal(size=5)) for _ in range(4))
    n = g * g + 1.0
    out = mx.nd.rmspropalex_update(weight, grad, n, g, delta, lr=0.01, gamma1=0.95, gamma2=0.9, wd=0.01, out=weight)
    return {"out": out.asnumpy(), "n": n.asnumpy(), "g": g.asnumpy(), "delta": delta.asnumpy()}


@CASES.case("lamb phases")
def _(mx):
    random = source("lamb phases")
    weight, grad, mean = (mx.nd.array(random.normal(size=5)) for _ in range(3))
    var = mean * mean
    g = mx.nd.lamb_update_phase1(weight, grad, mean, var, t=2, wd=0.1)
    out = mx.nd.lamb_update_phase2(weight, g, weight.norm(), g.norm(), lr=0.1)
    bounded = mx.nd.lamb_update_phase2(weight, g, weight.norm(), g.norm(), lr=0.1, lower_bound=0.1, upper_bound=0.5)
    return {
        "g": g.asnumpy(),
        "out": out.asnumpy(),
        "bounded": bounded.asnumpy(),
        "mean": mean.asnumpy(),
        "var": var.asnumpy(),
    }


@CASES.case("multi_sgd_update")
def _(mx):
    random = source("multi_sgd_update")
    w, g, v, h = (mx.nd.array(random.normal(size=n)) for n in (3, 3, 4, 4))
    outs = mx.nd.multi_sgd_update(w, g, v, h, lrs=(0.1, 0.2), wds=(0.0, 0.01), num_weights=2, out=[w, v])
    return {"w": w.asnumpy(), "v": v.asnumpy(), "count": len(outs)}


@CASES.case("multi_sgd_mom_update")
def _(mx):
    random = source("multi_sgd_mom_update")
    arrays = [mx.nd.array(random.normal(size=n)) for n in (3, 3, 3, 4, 4, 4)]
    mx.nd.multi_sgd_mom_update(
        *arrays, lrs=(0.1, 0.2), wds=(0.0, 0.01), momentum=0.9, num_weights=2, out=[arrays[0], arrays[3]]
    )
    return {"arrays": [a.asnumpy() for a in arrays]}


@CASES.case("update without out returns a new array")
def _(mx):
    weight, grad = mx.nd.array([1, 2]), mx.nd.array([0.5, -1])
    new = mx.nd.sgd_update(weight, grad, lr=0.1)
    return {"new": new.asnumpy(), "weight": weight.asnumpy(), "dtype": np.dtype(new.dtype).name}
