"""Reading and writing parts of an array."""
import numpy as np
from mxnet import nd

x = nd.arange(24).reshape((2, 3, 4))
print(x[0], x[-1, 1], x[1, 2, 3])
print(x[:, 1:3].shape, x[..., -1], x[:, ::2, ::-1][0])
print(x[0, [0, 2]], x[[0, 1], [1, 2]], x[nd.array([1, 0])].shape)
x[0, 1, 2] = 100
x[1] = 7
x[:, 0, 1:3] = nd.array([[1, 2], [3, 4]])
print(x)
x[:, :, 0] = -1
x[0, 2] += 0.5
x[1:2, 1:, 3] = np.array([[8, 9]])
print(x)
print(x[None, 0].shape, x[0, :, None].shape)
rows = [row.sum().asscalar() for row in x]
print([float(r) for r in rows])
print(nd.take(x[0], nd.array([2, 0])), nd.pick(x[0], nd.array([0, 1, 2])))
print(x[0].slice(begin=(0, 1), end=(2, 3)), x.slice_axis(axis=2, begin=1, end=3).shape)
print(nd.where(x[0] > 0, x[0], nd.zeros_like(x[0])))
print(nd.one_hot(nd.array([1, 0, 2]), 3), nd.gather_nd(x, nd.array([[0, 1], [1, 1]])))
for wrong in (lambda: x[5], lambda: x[0, 0, 0, 0], lambda: x[0, 9]):
    try:
        print(wrong())
    except IndexError:
        print("IndexError")
y = x.copy()
y[:] = 0
print(x.sum().asscalar() != 0, y.sum().asscalar())
a, b = nd.split(nd.arange(6).reshape((2, 3)).T, 2, axis=1)
print(a, b, nd.arange(6).reshape((3, 2)).flip(axis=0))
