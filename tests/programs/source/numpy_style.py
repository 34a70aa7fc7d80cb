"""mx.np and mx.npx: arrays in NumPy's manner, forward(), a regression and an MLP."""
import numpy as onp
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
x = np.arange(12)
print(x, x.shape, x.size, x.dtype, x.reshape(3, 4), np.zeros((2, 3, 4)).shape, np.ones((2, 2)))
X, Y = x.reshape(3, 4), np.array([[2, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
print(X + Y, X / Y, X ** 2, np.exp(Y / 4), X == Y, X.sum(), X.mean(axis=0), X.sum(axis=1, keepdims=True))
print(np.concatenate([X, Y], axis=0).shape, np.dot(X, Y.T), np.linalg.norm(np.array([3.0, -4.0])))
print(X[-1], X[1:3], X[0, 2].item(), X[X > 6], type(X.asnumpy()).__name__, float(np.array(3.5)), int(np.array(3)))
X[1, 2] = 9
X[0:2, :] = 12
print(X, np.array([]).shape, np.array(5).shape, np.arange(3).astype("int32"))
a = np.arange(4.0)
a.attach_grad()
with autograd.record():
    y = 2 * np.dot(a, a)
y.backward()
print(y, a.grad, a.grad == 4 * a)
onp.random.seed(15)
true_w, true_b = np.array([2, -3.4]), 4.2
features = np.array(onp.random.normal(size=(100, 2)), dtype="float32")
labels = np.dot(features, true_w) + true_b
w, b = np.zeros((2, 1)), np.zeros(1)
w.attach_grad()
b.attach_grad()
for epoch in range(3):
    for i in range(0, 100, 10):
        with autograd.record():
            l = (np.dot(features[i : i + 10], w) + b - labels[i : i + 10].reshape(-1, 1)) ** 2 / 2
        l.backward()
        for p in (w, b):
            p[:] = p - 0.1 * p.grad / 10
    print(f"epoch {epoch + 1}, loss {float(((np.dot(features, w) + b - labels.reshape(-1, 1)) ** 2 / 2).mean()):f}")
print(w.T, b)


class MLP(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(6)
        self.out = nn.Dense(2)

    def forward(self, X):
        return self.out(npx.relu(self.hidden(X)))


net = MLP()
net.initialize(init.Constant(0.1))
print(net(np.ones((2, 4))), net, net.hidden.weight.data().shape)
seq = nn.HybridSequential()
seq.add(nn.Dense(4, activation="relu"), nn.Dense(1))
seq.initialize(init.Constant(0.1))
seq.hybridize()
trainer = gluon.Trainer(seq.collect_params(), "sgd", {"learning_rate": 0.03})
loss = gluon.loss.L2Loss()
for batch, target in gluon.data.DataLoader(gluon.data.ArrayDataset(features, labels), 25):
    with autograd.record():
        l = loss(seq(batch), target)
    l.backward()
    trainer.step(25)
    print(type(l).__name__, l.shape, "%.4f" % l.mean())
print(npx.softmax(np.arange(3.0)), npx.one_hot(np.array([0, 2]), 3), npx.pick(np.ones((2, 3)), np.array([0, 1])))
npx.reset_np()
