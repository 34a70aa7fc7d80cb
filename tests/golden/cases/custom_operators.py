"""Operators written in Python: CustomOp and CustomOpProp, on arrays, in graphs, executors and Blocks."""

import warnings

import numpy as np

from ..harness import Cases, normal

CASES = Cases()


def sigmoid(mx):
    class Sigmoid(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], 1 / (1 + mx.nd.exp(-in_data[0])))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            y = out_data[0]
            self.assign(in_grad[0], req[0], out_grad[0] * y * (1 - y))

    @mx.operator.register("golden_sigmoid")
    class SigmoidProp(mx.operator.CustomOpProp):
        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Sigmoid()


def scaled(mx):
    class Scaled(mx.operator.CustomOp):
        def __init__(self, scale):
            super().__init__()
            self.scale = scale

        def forward(self, is_train, req, in_data, out_data, aux):
            self.assign(out_data[0], req[0], in_data[0] * in_data[1].reshape((-1, 1)) * self.scale)
            self.assign(out_data[1], req[1], in_data[1] + self.scale)

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            column = in_data[1].reshape((-1, 1))
            self.assign(in_grad[0], req[0], out_grad[0] * column * self.scale)
            self.assign(in_grad[1], req[1], (out_grad[0] * in_data[0]).sum(axis=1) * self.scale + out_grad[1])

    @mx.operator.register("golden_scaled")
    class ScaledProp(mx.operator.CustomOpProp):
        def __init__(self, scale="1", **kwargs):
            super().__init__(need_top_grad=True)
            self.scale = float(scale)

        def list_arguments(self):
            return ["data", "factor"]

        def list_outputs(self):
            return ["product", "shifted"]

        def infer_shape(self, in_shape):
            return [in_shape[0], [in_shape[0][0]]], [in_shape[0], [in_shape[0][0]]], []

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Scaled(self.scale)


def counter(mx):
    class Counter(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            aux[0][:] = aux[0] + 1 + 10 * bool(is_train)
            self.assign(out_data[0], req[0], in_data[0] + aux[0])

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], in_data[0] * aux[0])

    @mx.operator.register("golden_counter")
    class CounterProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def list_auxiliary_states(self):
            return ["count"]

        def infer_shape(self, in_shape):
            return [in_shape[0]], [in_shape[0]], [[1]]

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Counter()


def softmax_loss(mx):
    class Loss(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            x = in_data[0].asnumpy()
            y = np.exp(x - x.max(axis=1, keepdims=True))
            self.assign(out_data[0], req[0], mx.nd.array(y / y.sum(axis=1, keepdims=True)))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            label = in_data[1].asnumpy().ravel().astype(int)
            y = out_data[0].asnumpy()
            y[np.arange(label.size), label] -= 1.0
            self.assign(in_grad[0], req[0], mx.nd.array(y))

    @mx.operator.register("golden_softmax")
    class LossProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=False)

        def list_arguments(self):
            return ["data", "label"]

        def infer_shape(self, in_shape):
            return [in_shape[0], (in_shape[0][0],)], [in_shape[0]], []

        def infer_type(self, in_type):
            return [in_type[0], in_type[0]], [in_type[0]], []

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Loss()


CASES.op("arrays/sigmoid", "", normal(3, 4),
         call=lambda mx, x: (sigmoid(mx), mx.nd.Custom(x, op_type="golden_sigmoid"))[1])
CASES.op("arrays/sigmoid_twice", "", normal(3, 4), call=lambda mx, x: (
    sigmoid(mx), mx.nd.Custom(2 * mx.nd.Custom(x, op_type="golden_sigmoid"), op_type="golden_sigmoid"))[1])
CASES.op("arrays/two_outputs", "", normal(3, 4), normal(3),
         call=lambda mx, x, f: (scaled(mx), mx.nd.Custom(x, f, op_type="golden_scaled", scale=2.5))[1])
CASES.op("arrays/option_as_text", "", normal(3, 4), normal(3), heads=(0,), call=lambda mx, x, f: (
    scaled(mx), mx.nd.Custom(x, f, scale="0.5", other=(1, 2), op_type="golden_scaled"))[1])
CASES.op("arrays/predict_mode", "", normal(2, 2), train=False,
         call=lambda mx, x: (sigmoid(mx), mx.nd.Custom(x, op_type="golden_sigmoid"))[1])


@CASES.case("arrays/auxiliary_state")
def auxiliary(mx):
    counter(mx)
    x, count = mx.nd.array([1, 2]), mx.nd.zeros(1)
    x.attach_grad()
    first = mx.nd.Custom(x, count, op_type="golden_counter")
    with mx.autograd.record():
        second = mx.nd.Custom(x, count, op_type="golden_counter")
    second.backward()
    return {"first": first.asnumpy(), "second": second.asnumpy(), "count": count.asnumpy(), "grad": x.grad.asnumpy()}


def described(register, **options):
    def run(mx):
        register(mx)
        symbol = mx.sym.Custom(data=mx.sym.var("d"), name="c", **options)
        lone = mx.sym.Custom(**options)
        return {
            "json": symbol.tojson(),
            "again": mx.sym.load_json(symbol.tojson()).tojson() == symbol.tojson(),
            "arguments": symbol.list_arguments(),
            "auxiliary": symbol.list_auxiliary_states(),
            "outputs": symbol.list_outputs(),
            "attributes": symbol.attr_dict(),
            "shapes": [list(map(str, group)) for group in symbol.infer_shape(d=(3, 2))],
            "types": [
                [t.__name__ for t in group]
                for group in symbol.infer_type(**dict.fromkeys(symbol.list_arguments(), "float64"))
            ],
            "alone": [lone.name, *lone.list_arguments()],
        }

    return run


CASES.add("graphs/sigmoid", described(sigmoid, op_type="golden_sigmoid"))
CASES.add("graphs/two_outputs", described(scaled, op_type="golden_scaled", scale=2))
CASES.add("graphs/auxiliary_state", described(counter, op_type="golden_counter"))


@CASES.case("graphs/executor_with_state")
def executor(mx):
    counter(mx)
    symbol = mx.sym.Custom(data=mx.sym.var("d") * 2, op_type="golden_counter", name="c")
    bound = symbol.simple_bind(mx.cpu(), d=(2,), grad_req="add")
    bound.arg_dict["d"][:] = mx.nd.array([1, 2])
    found = {}
    for k in range(2):
        bound.forward(is_train=True)
        bound.backward()
        found[f"out{k}"] = bound.outputs[0].asnumpy()
        found[f"grad{k}"] = bound.grad_dict["d"].asnumpy()
        found[f"count{k}"] = bound.aux_dict["c_count"].asnumpy()
    found["predicted"] = bound.forward(is_train=False)[0].asnumpy()
    return found


@CASES.case("graphs/softmax_in_a_network", scaled=1e-5)
def network(mx):
    softmax_loss(mx)
    random = np.random.RandomState(4)
    net = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=3, name="fc")
    net = mx.sym.Custom(data=net, name="softmax", op_type="golden_softmax")
    bound = net.simple_bind(mx.cpu(), data=(4, 5))
    for array in (bound.arg_dict["data"], bound.arg_dict["fc_weight"]):
        array[:] = mx.nd.array(random.normal(size=array.shape))
    bound.arg_dict["softmax_label"][:] = mx.nd.array([0, 2, 1, 1])
    bound.forward(is_train=True)
    bound.backward()
    gradients = {name: g.asnumpy() for name, g in bound.grad_dict.items() if name.startswith("fc")}
    return {"arguments": net.list_arguments(), "out": bound.outputs[0].asnumpy(), **gradients}


def in_block(active):
    @CASES.case(f"blocks/{'hybridized' if active else 'eager'}")
    def run(mx):
        sigmoid(mx)

        class Net(mx.gluon.HybridBlock):
            def hybrid_forward(self, F, x):
                return F.Custom(F.Custom(x, op_type="golden_sigmoid") * 3, op_type="golden_sigmoid")

        net = Net()
        net.hybridize(active)
        x = mx.nd.array([[-1, 0.5], [2, 0]])
        x.attach_grad()
        with mx.autograd.record():
            out = net(x) + net(2 * x)
        out.backward()
        return {"out": out.asnumpy(), "grad": x.grad.asnumpy()}


in_block(False)
in_block(True)


@CASES.case("description/defaults")
def defaults(mx):
    prop = mx.operator.CustomOpProp()
    return {
        "arguments": prop.list_arguments(),
        "outputs": prop.list_outputs(),
        "auxiliary": prop.list_auxiliary_states(),
        "shape": [list(map(str, group)) for group in prop.infer_shape([(1, 2)])],
        "type": [[t.__name__ for t in group] for group in prop.infer_type([np.float32])],
        "storage": [list(group) for group in prop.infer_storage_type(["default"])],
        "top": prop.need_top_grad_,
        "dependency": list(prop.declare_backward_dependency([1], [2], [3])),
        "operator": type(prop.create_operator(None, [], [])).__name__,
        "loss": list(mx.operator.CustomOpProp(need_top_grad=False).declare_backward_dependency([1], [2], [3])),
    }


@CASES.case("description/arguments_of_an_operator")
def arguments(mx):
    found = mx.operator.get_operator_arguments("FullyConnected")
    return {"number": found.narg, "names": found.names, "types": found.types}


@CASES.case("legacy/numpy_op")
def numpy_op(mx):
    class Triple(mx.operator.NumpyOp):
        def forward(self, in_data, out_data):
            out_data[0][:] = in_data[0] * 3

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = 3 * out_grad[0]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        symbol = Triple()(mx.sym.var("x"), name="triple")
    bound = symbol.simple_bind(mx.cpu(), x=(2,))
    out = bound.forward(is_train=True, x=mx.nd.array([1, 2]))[0].asnumpy()
    bound.backward(mx.nd.array([1, 10]))
    names = symbol.list_arguments() + symbol.list_outputs()
    return {"names": names, "out": out, "grad": bound.grad_dict["x"].asnumpy()}


CASES.raises("errors/unknown_type", lambda mx: mx.nd.Custom(mx.nd.ones(2), op_type="golden_nothing"))
CASES.raises("errors/no_type", lambda mx: mx.nd.Custom(mx.nd.ones(2)))
CASES.raises("errors/too_many_inputs", lambda mx: (
    sigmoid(mx), mx.nd.Custom(mx.nd.ones(2), mx.nd.ones(2), op_type="golden_sigmoid"))[1])
