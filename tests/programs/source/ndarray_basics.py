"""Arrays: making them, looking at them, computing with them."""
import numpy as np
from mxnet import nd

x = nd.arange(12)
print(x)
print(x.shape, x.size, x.dtype, x.context, x.ndim)
m = x.reshape((3, 4))
print(m)
print(m.reshape((-1, 2)).shape, m.reshape((0, -1)).shape, m.T.shape)
print(nd.zeros((2, 3)), nd.ones((2, 3), dtype="int32"), nd.full((2, 2), 7))
y = nd.array([[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
print(m + y, m * y, m / y, m - 1, 2 ** y, -y)
print(nd.exp(y / 4).round(), y.sqrt(), y.sum(), y.mean(axis=0), y.max(axis=1), y.norm())
print(nd.dot(m, y.T))
print(nd.concat(m, y, dim=0).shape, nd.concat(m, y, dim=1).shape, nd.stack(m, y).shape)
print(m == y, m > y, (m < 5).sum().asscalar())
a = nd.arange(3).reshape((3, 1))
b = nd.arange(2).reshape((1, 2))
print(a + b)
print(m.asnumpy().tolist(), type(m.asnumpy()).__name__, np.allclose(m.asnumpy(), np.arange(12).reshape(3, 4)))
before = id(y)
y = y + m
print(id(y) == before)
z = y.zeros_like()
before = id(z)
z[:] = m + y
print(id(z) == before)
nd.elemwise_add(m, y, out=z)
z += 1
print(id(z) == before, z)
print(float(z[0, 0].asscalar()), m.astype("int32").dtype, len(m), m.tile((1, 2)).shape, m.expand_dims(0).shape)
print(nd.array([1, 2, 3]).dtype, nd.array(np.arange(3)).dtype, nd.array([1.5], dtype="float64").dtype)
