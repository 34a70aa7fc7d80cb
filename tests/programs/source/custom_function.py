"""A function with its own derivative, and an operator in Python with its properties."""
import mxnet as mx
import numpy as np
from mxnet import autograd, nd


class Sigmoid(autograd.Function):
    def forward(self, x):
        y = 1 / (1 + nd.exp(-x))
        self.save_for_backward(y)
        return y

    def backward(self, dy):
        (y,) = self.saved_tensors
        return dy * y * (1 - y)


class AddMul(autograd.Function):
    def forward(self, a, b):
        self.save_for_backward(a, b)
        return a + b, a * b

    def backward(self, d_sum, d_product):
        a, b = self.saved_tensors
        return d_sum + d_product * b, d_sum + d_product * a


x = nd.array([-1.0, 0.0, 2.0])
x.attach_grad()
with autograd.record():
    y = Sigmoid()(x) * 2
y.backward()
print(y, x.grad)
a, b = nd.array([1.0, 2.0]), nd.array([3.0, 4.0])
a.attach_grad()
b.attach_grad()
with autograd.record():
    s, p = AddMul()(a, b)
    out = s + 10 * p
out.backward()
print(s, p, a.grad, b.grad)


class Softmax(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        x = in_data[0].asnumpy()
        y = np.exp(x - x.max(axis=1).reshape((x.shape[0], 1)))
        y /= y.sum(axis=1).reshape((x.shape[0], 1))
        self.assign(out_data[0], req[0], mx.nd.array(y))

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        label = in_data[1].asnumpy().ravel().astype("int64")
        y = out_data[0].asnumpy().copy()
        y[np.arange(label.shape[0]), label] -= 1.0
        self.assign(in_grad[0], req[0], mx.nd.array(y))


@mx.operator.register("book_softmax")
class SoftmaxProp(mx.operator.CustomOpProp):
    def __init__(self):
        super(SoftmaxProp, self).__init__(need_top_grad=False)

    def list_arguments(self):
        return ["data", "label"]

    def list_outputs(self):
        return ["output"]

    def infer_shape(self, in_shape):
        return [in_shape[0], (in_shape[0][0],)], [in_shape[0]], []

    def create_operator(self, ctx, shapes, dtypes):
        return Softmax()


data = nd.array([[1, 2, 3], [1, 1, 1]])
label = nd.array([0, 2])
data.attach_grad()
with autograd.record():
    z = nd.Custom(data, label, op_type="book_softmax")
z.backward()
print(z, data.grad)
symbol = mx.sym.Custom(mx.sym.Variable("data"), name="sm", op_type="book_softmax")
print(symbol.list_arguments(), symbol.infer_shape(data=(4, 3))[:2])
ex = symbol.simple_bind(mx.cpu(), data=(2, 3), sm_label=(2,))
ex.forward(is_train=True, data=data, sm_label=label)
ex.backward()
print(ex.outputs[0], ex.grad_dict["data"])
