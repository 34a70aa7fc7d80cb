"""What teaching rarely names: comparisons that broadcast, precisions, updates of many arrays at once."""

import numpy as np

from ..harness import Cases, integers, normal, source

CASES = Cases()

for _name in ("equal", "not_equal", "greater", "greater_equal", "lesser", "lesser_equal"):
    for _text, _shapes in {"rows": ((2, 3), (1, 3)), "outer": ((2, 1), (1, 3)), "deep": ((2, 1, 2), (1, 3, 1))}.items():
        CASES.op(f"broadcast_{_name}/{_text}", f"broadcast_{_name}", *(integers(0, 3, *s) for s in _shapes))
for _name in ("and", "or", "xor"):
    CASES.op(f"broadcast_logical_{_name}", f"broadcast_logical_{_name}", integers(0, 2, 2, 3), integers(0, 2, 1, 3))
CASES.op("broadcast_hypot", "broadcast_hypot", normal(2, 1), normal(1, 3))
CASES.op("broadcast_sub", "broadcast_sub", normal(2, 1, 3), normal(4, 1))


@CASES.case("amp_cast")
def _(mx):
    x = mx.nd.array([1.5, 70000.0], dtype="float32")
    i = mx.nd.array([1, 2], dtype="int32")
    return {"half": mx.nd.amp_cast(x, dtype="float16").asnumpy(), "whole": mx.nd.amp_cast(i, dtype="float16").asnumpy()}


@CASES.case("amp_multicast")
def _(mx):
    arrays = [mx.nd.array([1.5], dtype=dtype) for dtype in ("float16", "float32")]
    return {
        "wide": [a.asnumpy() for a in mx.nd.amp_multicast(*arrays, num_outputs=2)],
        "narrow": [a.asnumpy() for a in mx.nd.amp_multicast(*arrays, num_outputs=2, cast_narrow=True)],
    }


@CASES.case("multi_all_finite")
def _(mx):
    good, bad = mx.nd.ones((2,)), mx.nd.array([1, np.inf])
    return {
        "good": mx.nd.multi_all_finite(good, good, num_arrays=2).asnumpy(),
        "bad": mx.nd.multi_all_finite(good, bad, num_arrays=2).asnumpy(),
    }


@CASES.case("multi_lars")
def _(mx):
    rates, decays = mx.nd.array([0.1, 0.2]), mx.nd.array([0.01, 0.0])
    weights, grads = mx.nd.array([4.0, 9.0]), mx.nd.array([1.0, 0.25])
    out = mx.nd.multi_lars(rates, weights, grads, decays, eta=0.01, eps=1e-6, rescale_grad=0.5)
    return {"rates": out.asnumpy()}


@CASES.case("mp_lamb_update")
def _(mx):
    random = source("mp_lamb")
    weight = mx.nd.array(random.normal(size=(3, 2)), dtype="float16")
    grad = mx.nd.array(random.normal(size=(3, 2)), dtype="float16")
    mean, var, master = mx.nd.zeros((3, 2)), mx.nd.zeros((3, 2)), weight.astype("float32")
    g = mx.nd.mp_lamb_update_phase1(weight, grad, mean, var, master, t=1, wd=0.1, rescale_grad=0.5)
    r1, r2 = master.norm(), g.norm()
    out = mx.nd.mp_lamb_update_phase2(weight, g, r1, r2, master, lr=0.1, out=weight)
    return {"g": g.asnumpy(), "weight": out.asnumpy(), "master": master.asnumpy(), "mean": mean.asnumpy()}


@CASES.case("metric/composite")
def _(mx):
    metric = mx.metric.CompositeEvalMetric(["acc", "ce"])
    labels, scores = [mx.nd.array([0, 1, 1])], [mx.nd.array([[0.7, 0.3], [0.4, 0.6], [0.8, 0.2]])]
    metric.update(labels, scores)
    first = [list(metric.get()[0]), [float(v) for v in metric.get()[1]]]
    metric.reset()
    return {"get": first, "name": metric.name, "after": [bool(np.isnan(v)) for v in metric.get()[1]]}


@CASES.case("optimizer/sgld drift and noise", scaled=0.05)
def _(mx):
    weight = mx.nd.zeros((200, 200))
    update = mx.optimizer.get_updater(mx.optimizer.create("sgld", learning_rate=0.04, wd=0.0))
    update(0, mx.nd.ones((200, 200)) * 10, weight)
    host = weight.asnumpy()
    return {"mean": np.float64(host.mean()).reshape(1), "deviation": np.float64(host.std()).reshape(1)}


@CASES.case("autograd/grad of one variable is a list")
def _(mx):
    x = mx.nd.array([1.0, 2.0, 3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = (x * x).sum()
    found = mx.autograd.grad(y, x)
    return {"type": type(found).__name__, "values": [g.asnumpy() for g in found]}


for _text, _function in {
    "comparison": lambda mx, x: (x > 1) * 1,
    "sign": lambda mx, x: mx.nd.sign(x),
    "argmax": lambda mx, x: x.argmax(axis=0),
    "floor": lambda mx, x: mx.nd.floor(x),
    "zeros_like": lambda mx, x: mx.nd.zeros_like(x),
    "BlockGrad": lambda mx, x: mx.nd.BlockGrad(x),
    "topk": lambda mx, x: x.topk(k=1),
}.items():

    def _run(mx, function=_function):
        x = mx.nd.array([1.0, 2.5, 3.0])
        x.attach_grad()
        x.grad[:] = 7
        with mx.autograd.record():
            y = function(mx, x)
        y.backward()
        return {"grad": x.grad.asnumpy()}

    CASES.add(f"autograd/zeros behind {_text}", _run)


@CASES.case("symbol/dtypes flow back")
def _(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    arguments, outputs, _ = (2 * a + b**2 - 1).infer_type(a="float64")
    return {"arguments": [d.__name__ for d in arguments], "outputs": [d.__name__ for d in outputs]}


@CASES.case("gluon/unknown dimensions in NumPy's manner")
def _(mx):
    with mx.util.np_shape(True):
        layers = [mx.gluon.nn.Dense(3), mx.gluon.nn.LayerNorm(), mx.gluon.nn.BatchNorm()]
        return {"text": [repr(layer) for layer in layers], "shape": list(layers[0].weight.shape)}
