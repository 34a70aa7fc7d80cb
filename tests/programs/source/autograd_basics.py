"""Derivatives: recording, head gradients, control flow, stopping the flow."""
import mxnet as mx
from mxnet import autograd, nd

x = nd.arange(4).reshape((4, 1))
x.attach_grad()
print(x.grad)
with autograd.record():
    y = 2 * nd.dot(x.T, x)
y.backward()
print(x.grad, y)
print((x.grad - 4 * x).norm().asscalar() == 0)
with autograd.record():
    y = x * 2
    z = y * x
z.backward(nd.array([[10], [1], [0.1], [0.01]]))
print(x.grad)


def f(a):
    b = a * 2
    while b.norm().asscalar() < 1000:
        b = b * 2
    return b if b.sum().asscalar() > 0 else 100 * b


a = nd.array([0.7])
a.attach_grad()
with autograd.record():
    c = f(a)
c.backward()
print(a.grad == c / a, a.grad)
print(autograd.is_training(), autograd.is_recording())
with autograd.record(train_mode=False):
    print(autograd.is_training(), autograd.is_recording())
with autograd.record():
    with autograd.pause():
        print(autograd.is_training(), autograd.is_recording())
        held = x * 3
    y = (x * held.detach() + nd.BlockGrad(x * x)).sum()
y.backward()
print(x.grad.T)
w = nd.array([1, 2, 3])
w.attach_grad(grad_req="add")
for _ in range(3):
    with autograd.record():
        (w * w).sum().backward()
print(w.grad)
w.grad[:] = 0
with autograd.record():
    s = nd.sigmoid(w)
    g = autograd.grad(s, w, create_graph=True, retain_graph=True)[0]
    total = (g * g).sum()
total.backward()
print(g, w.grad)
u, v = nd.array([1.0]), nd.array([2.0])
autograd.mark_variables([u, v], [nd.zeros(1), nd.zeros(1)])
with autograd.record():
    p, q = u * v, u + v
autograd.backward([p, q], [nd.array([2.0]), nd.array([1.0])])
print(u.grad, v.grad)
try:
    (x * 2).backward()
except mx.base.MXNetError:
    print("nothing was recorded")
