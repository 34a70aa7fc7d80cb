"""Executors and autograd: bind, forward, backward, grad_req, shared states, higher order."""

import numpy as np

from ..harness import Cases, source

CASES = Cases()


def dense(mx):
    x = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc1")
    x = mx.sym.Activation(x, act_type="tanh", name="act")
    return mx.sym.FullyConnected(x, num_hidden=2, name="fc2")


def values(mx, random, shapes):
    return {k: mx.nd.array(random.normal(size=s)) for k, s in shapes.items()}


SHAPES = {"data": (4, 5), "fc1_weight": (3, 5), "fc1_bias": (3,), "fc2_weight": (2, 3), "fc2_bias": (2,)}

for _request in ("write", "add", "null"):

    def _run(mx, request=_request):
        random = source(f"bind {request}")
        args = values(mx, random, SHAPES)
        grads = {k: mx.nd.ones(s) for k, s in SHAPES.items()}
        executor = dense(mx).bind(mx.cpu(), args, args_grad=grads, grad_req=request)
        for _ in range(2):
            outputs = executor.forward(is_train=True)
            if request != "null":
                executor.backward([mx.nd.array(random.normal(size=(4, 2)))])
        return {"out": outputs[0].asnumpy(), "grads": {k: grads[k].asnumpy() for k in sorted(grads)}}

    CASES.add(f"bind/grad_req {_request}", _run)


@CASES.case("bind/lists and mixed grad_req")
def _(mx):
    random = source("bind lists")
    net = dense(mx)
    args = [mx.nd.array(random.normal(size=SHAPES[k])) for k in net.list_arguments()]
    grads = [mx.nd.zeros(SHAPES[k]) for k in net.list_arguments()]
    executor = net.bind(mx.cpu(), args, args_grad=grads, grad_req=["null", "write", "add", "write", "null"])
    for _ in range(2):
        executor.forward(is_train=True)
        executor.backward(mx.nd.ones((4, 2)))
    return {
        "grads": [g.asnumpy() for g in grads],
        "dict": sorted(executor.arg_dict),
        "outputs": sorted(executor.output_dict),
    }


@CASES.case("simple_bind")
def _(mx):
    random = source("simple_bind")
    executor = dense(mx).simple_bind(mx.cpu(), data=(4, 5), grad_req={"fc1_weight": "write", "fc2_weight": "write"})
    for v in executor.arg_dict.values():
        v[:] = mx.nd.array(random.normal(size=v.shape))
    out = executor.forward(is_train=True)
    executor.backward(mx.nd.ones((4, 2)))
    with_data = executor.forward(is_train=False, data=mx.nd.ones((4, 5)))
    return {
        "out": out[0].asnumpy(),
        "second": with_data[0].asnumpy(),
        "shapes": {k: list(v.shape) for k, v in executor.arg_dict.items()},
        "grads": {k: None if v is None else v.asnumpy() for k, v in sorted(executor.grad_dict.items())},
    }


@CASES.case("simple_bind/BatchNorm states", scaled=1e-5)
def _(mx):
    random = source("bn")
    net = mx.sym.BatchNorm(mx.sym.var("data"), fix_gamma=False, momentum=0.8, name="bn")
    executor = net.simple_bind(mx.cpu(), data=(4, 3, 2))
    executor.arg_dict["data"][:] = mx.nd.array(random.normal(size=(4, 3, 2)))
    executor.arg_dict["bn_gamma"][:] = mx.nd.array([1, 2, 3])
    executor.aux_dict["bn_moving_var"][:] = 1
    executor.forward(is_train=True)
    executor.backward(mx.nd.array(random.normal(size=(4, 3, 2))))
    inference = executor.forward(is_train=False)[0].asnumpy()
    return {
        "grads": {k: v.asnumpy() for k, v in sorted(executor.grad_dict.items())},
        "inference": inference,
        "aux": {k: v.asnumpy() for k, v in sorted(executor.aux_dict.items())},
    }


@CASES.case("several outputs")
def _(mx):
    random = source("several outputs")
    x, y = mx.sym.var("x"), mx.sym.var("y")
    net = mx.sym.Group([x * y, mx.sym.exp(x), mx.sym.BlockGrad(y * 2)])
    executor = net.bind(
        mx.cpu(),
        values(mx, random, {"x": (2, 3), "y": (2, 3)}),
        args_grad={"x": mx.nd.zeros((2, 3)), "y": mx.nd.zeros((2, 3))},
    )
    outputs = executor.forward(is_train=True)
    executor.backward([mx.nd.array(random.normal(size=(2, 3))) for _ in range(3)])
    return {
        "outputs": [o.asnumpy() for o in outputs],
        "grads": {k: v.asnumpy() for k, v in sorted(executor.grad_dict.items())},
    }


@CASES.case("variable used twice")
def _(mx):
    x = mx.sym.var("x")
    executor = (x * x + x + 1).bind(mx.cpu(), {"x": mx.nd.array([1, 2])}, args_grad={"x": mx.nd.zeros(2)})
    executor.forward(is_train=True)
    executor.backward(mx.nd.array([1, 10]))
    return {"out": executor.outputs[0].asnumpy(), "grad": executor.grad_arrays[0].asnumpy()}


@CASES.case("eval")
def _(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    out = ((a + b) * 2).eval(ctx=mx.cpu(), a=mx.nd.array([1, 2]), b=mx.nd.array([3, 4]))
    return {"count": len(out), "out": out[0].asnumpy()}


@CASES.case("copy_params_from and reshape")
def _(mx):
    executor = dense(mx).simple_bind(mx.cpu(), data=(4, 5))
    random = source("copy_params")
    executor.copy_params_from(values(mx, random, {k: s for k, s in SHAPES.items() if k != "data"}))
    smaller = executor.reshape(data=(2, 5))
    out = smaller.forward(data=mx.nd.ones((2, 5)))
    return {
        "out": out[0].asnumpy(),
        "shared": bool((smaller.arg_dict["fc1_weight"].asnumpy() == executor.arg_dict["fc1_weight"].asnumpy()).all()),
    }


@CASES.case("loss head needs no head gradient")
def _(mx):
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc"), name="softmax")
    random = source("loss head")
    executor = net.simple_bind(mx.cpu(), data=(4, 2))
    executor.arg_dict["data"][:] = mx.nd.array(random.normal(size=(4, 2)))
    executor.arg_dict["fc_weight"][:] = mx.nd.array(random.normal(size=(3, 2)))
    executor.arg_dict["softmax_label"][:] = mx.nd.array([0, 1, 2, 1])
    out = executor.forward(is_train=True)
    executor.backward()
    return {"out": out[0].asnumpy(), "grads": {k: v.asnumpy() for k, v in sorted(executor.grad_dict.items())}}


@CASES.case("monitor callback names")
def _(mx):
    seen = []
    executor = dense(mx).simple_bind(mx.cpu(), data=(1, 5))
    executor.set_monitor_callback(lambda name, array: seen.append(name.decode() if isinstance(name, bytes) else name))
    executor.forward(is_train=False)
    executor.outputs[0].wait_to_read()
    return {"seen": seen}


# -- autograd --------------------------------------------------------------------------------------------------------


@CASES.case("autograd/grad_req add over three passes")
def _(mx):
    x = mx.nd.array([1, 2, 3])
    x.attach_grad(grad_req="add")
    for k in range(3):
        with mx.autograd.record():
            y = x * x * (k + 1)
        y.backward()
    return {"grad": x.grad.asnumpy()}


@CASES.case("autograd/head gradients and several heads")
def _(mx):
    x, w = mx.nd.array([1, 2]), mx.nd.array([3, 4])
    for v in (x, w):
        v.attach_grad()
    with mx.autograd.record():
        y = x * w
        z = mx.nd.exp(x)
    mx.autograd.backward([y, z], [mx.nd.array([1, 10]), None])
    return {"x": x.grad.asnumpy(), "w": w.grad.asnumpy()}


@CASES.case("autograd/retain_graph")
def _(mx):
    x = mx.nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    y.backward(retain_graph=True)
    first = x.grad.asnumpy()
    y.backward(mx.nd.array([2, 3]))
    return {"first": first, "second": x.grad.asnumpy()}


@CASES.case("autograd/grad function")
def _(mx):
    x, y = mx.nd.array([1, 2]), mx.nd.array([3, 5])
    for v in (x, y):
        v.attach_grad()
    with mx.autograd.record():
        z = x * y + x
    grads = mx.autograd.grad(z, [x, y])
    return {"x": grads[0].asnumpy(), "y": grads[1].asnumpy(), "untouched": x.grad.asnumpy()}


SECOND = {
    "square": lambda mx, x: mx.nd.square(x),
    "exp": lambda mx, x: mx.nd.exp(x),
    "log": lambda mx, x: mx.nd.log(x),
    "sin": lambda mx, x: mx.nd.sin(x),
    "sigmoid": lambda mx, x: mx.nd.sigmoid(x),
    "tanh": lambda mx, x: mx.nd.tanh(x),
    "power": lambda mx, x: mx.nd.sqrt(x),
    "relu of sin": lambda mx, x: mx.nd.relu(mx.nd.sin(x) - 0.8),
    "reciprocal": lambda mx, x: mx.nd.reciprocal(x),
    "cosh": lambda mx, x: mx.nd.cosh(x),
    "arctan": lambda mx, x: mx.nd.arctan(x),
    "cbrt": lambda mx, x: mx.nd.cbrt(x),
    "log1p": lambda mx, x: mx.nd.log1p(x),
    "abs": lambda mx, x: mx.nd.abs(mx.nd.exp(x)),
    "sum of two": lambda mx, x: mx.nd.elemwise_add(mx.nd.exp(x), mx.nd.sin(x)),
    "arcsinh": lambda mx, x: mx.nd.arcsinh(x),
    "rsqrt": lambda mx, x: mx.nd.rsqrt(x),
    "expm1": lambda mx, x: mx.nd.expm1(x),
}
for _text, _function in SECOND.items():

    def _run(mx, function=_function):
        x = mx.nd.array([0.7, 1.1, 2.3])
        x.attach_grad()
        with mx.autograd.record():
            y = function(mx, x)
            (first,) = mx.autograd.grad(y, [x], create_graph=True, retain_graph=True)
            z = (first * mx.nd.array([1, 2, 3])).sum()
        z.backward()
        return {"first": first.asnumpy(), "second": x.grad.asnumpy()}

    CASES.add(f"autograd/second order of {_text}", _run)


@CASES.case("autograd/pause and detach")
def _(mx):
    x = mx.nd.array([1, 2])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        with mx.autograd.pause():
            factor = y * 2
            states = [mx.autograd.is_recording(), mx.autograd.is_training()]
        z = y * factor + y.detach() * x
    z.backward()
    return {"grad": x.grad.asnumpy(), "states": states}


@CASES.case("autograd/modes")
def _(mx):
    a = mx.autograd
    states = [[a.is_recording(), a.is_training()]]
    for scope in (
        a.record(),
        a.record(train_mode=False),
        a.pause(),
        a.pause(train_mode=True),
        a.train_mode(),
        a.predict_mode(),
    ):
        with scope:
            states.append([a.is_recording(), a.is_training()])
    previous = a.set_recording(True)
    states.append([previous, a.is_recording(), a.set_recording(False)])
    return {"states": states}


@CASES.case("autograd/mark_variables")
def _(mx):
    x, grad = mx.nd.array([1, 2]), mx.nd.zeros(2)
    mx.autograd.mark_variables([x], [grad])
    with mx.autograd.record():
        y = mx.nd.exp(x)
    y.backward()
    return {"grad": grad.asnumpy(), "same": x.grad.asnumpy()}


@CASES.case("autograd/Function")
def _(mx):
    class Scale(mx.autograd.Function):
        def forward(self, x, y):
            self.save_for_backward(x, y)
            return x * y, x + y

        def backward(self, dz, ds):
            x, y = self.saved_tensors
            return dz * y * 10 + ds, dz * x + ds * 100

    x, y = mx.nd.array([1, 2]), mx.nd.array([3, 4])
    for v in (x, y):
        v.attach_grad()
    with mx.autograd.record():
        product, total = Scale()(x * 2, y)
        z = product.sum() + total.sum()
    z.backward()
    return {"product": product.asnumpy(), "x": x.grad.asnumpy(), "y": y.grad.asnumpy()}


@CASES.case("autograd/control flow")
def _(mx):
    x = mx.nd.array([[0.3, -0.4], [0.5, 0.6]])
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
        while float(y.norm().asscalar()) < 50:
            y = y * 2
        z = y if float(y.sum().asscalar()) > 0 else 100 * y
    z.backward()
    return {"grad": x.grad.asnumpy(), "z": z.asnumpy()}


@CASES.case("autograd/gradient of views and casts")
def _(mx):
    x = mx.nd.arange(6).reshape((2, 3))
    x.attach_grad()
    with mx.autograd.record():
        y = x.reshape((3, 2)).T.astype("float64") * 2
        z = mx.nd.concat(y[0].astype("float32"), x[1], dim=0)
    z.backward(mx.nd.array(np.arange(1, 7)))
    return {"grad": x.grad.asnumpy()}
