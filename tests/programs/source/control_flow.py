"""foreach, while_loop and cond, for arrays and in hybrid blocks."""
from mxnet import autograd, gluon, nd

step = lambda data, states: (data + states[0], [states[0] * 2])
data = nd.arange(6).reshape((3, 2))
outs, states = nd.contrib.foreach(step, data, [nd.ones(2)])
print(outs, states)
outputs, final = nd.contrib.while_loop(
    cond=lambda i, s: i <= 5, func=lambda i, s: ([i + s], [i + 1, s + i]), loop_vars=(nd.array([0]), nd.array([1])), max_iterations=10
)
print(outputs[0][:6], final)
a, b = nd.array([1.0]), nd.array([2.0])
print(nd.contrib.cond(a * b < 5, lambda: (a + 5) * (b + 5), lambda: (a - 5) * (b - 5)))


class Cumulative(gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        out, _ = F.contrib.foreach(lambda row, s: (row + s, row + s), x, F.zeros_like(F.slice_axis(x, axis=0, begin=0, end=1).reshape((-1,))))
        return out


net = Cumulative()
x = nd.arange(8).reshape((4, 2))
x.attach_grad()
with autograd.record():
    y = net(x)
y.backward()
print(y, x.grad)
net.hybridize()
with autograd.record():
    y = net(x)
y.backward()
print(y, x.grad)
print(nd.contrib.boolean_mask(x, nd.array([1, 0, 1, 0])), nd.contrib.arange_like(x, axis=0))
print(nd.contrib.index_copy(nd.zeros((3, 2)), nd.array([0, 2], dtype="int32"), nd.ones((2, 2))))
