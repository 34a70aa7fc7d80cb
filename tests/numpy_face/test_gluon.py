"""Gluon in NumPy's manner: parameters, blocks in both styles, losses, data, training; written as a course writes it."""
import numpy
import pytest

import mxlearn as mx

np, npx, autograd, gluon, nn = mx.np, mx.npx, mx.autograd, mx.gluon, mx.gluon.nn


@pytest.fixture(autouse=True)
def numpy_manner():
    npx.set_np()
    mx.random.seed(1)
    yield
    npx.reset_np()


def line(count=200):
    x = np.random.normal(0, 1, (count, 2))
    y = np.dot(x, np.array([2, -3.4])) + 4.2 + np.random.normal(0, 0.01, (count,))
    return x, y.reshape(-1, 1)


def test_linear_regression_from_scratch_finds_the_line():
    features, labels = line()
    w, b = np.random.normal(0, 0.01, (2, 1)), np.zeros(1)
    w.attach_grad()
    b.attach_grad()
    for _ in range(5):
        for start in range(0, 200, 10):
            batch = np.arange(start, start + 10)
            with autograd.record():
                loss = (np.dot(features[batch], w) + b - labels[batch]) ** 2 / 2
            loss.backward()
            for parameter in (w, b):
                parameter[:] = parameter - 0.1 * parameter.grad / 10
    numpy.testing.assert_allclose(w.asnumpy().ravel(), [2, -3.4], atol=0.01)
    assert abs(float(b) - 4.2) < 0.01


def test_linear_regression_with_gluon_finds_the_line():
    features, labels = line()
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(mx.init.Normal(sigma=0.01))
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    criterion = gluon.loss.L2Loss()
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(features, labels), 10, shuffle=True)
    for _ in range(5):
        for x, y in loader:
            assert type(x) is type(y) is np.ndarray
            with autograd.record():
                loss = criterion(net(x), y)
            loss.backward()
            trainer.step(10)
    assert type(loss) is np.ndarray and float(loss.mean()) < 1e-3
    numpy.testing.assert_allclose(net[0].weight.data().asnumpy(), [[2, -3.4]], atol=0.02)


def test_softmax_regression_from_scratch_separates_classes():
    centers = np.array([[2, 0], [-2, 1], [0, -3]])
    y = np.random.randint(0, 3, (150,))
    x = centers[y] + np.random.normal(0, 0.5, (150, 2))
    w, b = np.zeros((2, 3)), np.zeros(3)
    w.attach_grad()
    b.attach_grad()

    def net(x):
        scores = np.exp(np.dot(x, w) + b)
        return scores / scores.sum(axis=1, keepdims=True)

    for _ in range(60):
        with autograd.record():
            loss = -np.log(net(x)[list(range(150)), y.astype("int32")]).mean()
        loss.backward()
        for parameter in (w, b):
            parameter[:] = parameter - 0.5 * parameter.grad
    hits = net(x).argmax(axis=1).astype(y.dtype) == y
    assert hits.dtype == bool and float(hits.astype("float32").mean()) > 0.97


class MLP(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(8, activation="relu")
        self.scale = gluon.Parameter("scale", shape=(1,), init=mx.init.One())
        self.out = nn.Dense(2)

    def forward(self, x):
        x = npx.relu(self.hidden(x))
        while np.abs(x).sum() > 100:
            x = x / 2
        return self.out(x) * self.scale.data()


def test_a_forward_style_block_trains():
    net = MLP()
    net.initialize(mx.init.Xavier())
    net.scale.initialize()
    x = np.random.uniform(size=(6, 4))
    with autograd.record():
        out = net(x)
        loss = (out**2).mean()
    loss.backward()
    assert out.shape == (6, 2) and loss.shape == ()
    assert type(net.hidden.weight.grad()) is np.ndarray and float(np.abs(net.scale.grad()).sum()) > 0


def test_a_convolutional_network_learns_a_batch():
    net = nn.Sequential()
    net.add(
        nn.Conv2D(4, 3, padding=1, activation="relu"), nn.BatchNorm(), nn.MaxPool2D(2, 2), nn.Dropout(0.1),
        nn.GlobalAvgPool2D(), nn.Flatten(), nn.Dense(8, activation="tanh"), nn.LayerNorm(), nn.Dense(3),
    )  # fmt: skip
    net.initialize(mx.init.Xavier())
    x, y = np.random.normal(size=(9, 1, 8, 8)), np.array([0, 1, 2] * 3)
    x += y.reshape(-1, 1, 1, 1)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
    criterion = gluon.loss.SoftmaxCrossEntropyLoss()
    losses = []
    for _ in range(40):
        with autograd.record():
            loss = criterion(net(x), y)
        loss.backward()
        trainer.step(9)
        losses.append(float(loss.mean()))
    assert losses[-1] < 0.5 * losses[0] and type(net(x)) is np.ndarray


class Mixed(gluon.HybridBlock):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        with self.name_scope():
            self.dense = nn.Dense(3)
            self.shift = self.params.get("shift", shape=(3,), init=mx.init.One())

    def hybrid_forward(self, F, x, shift):
        y = F.npx.relu(self.dense(x)) + shift  # (batch, 3) + (3,)
        z = F.np.where(y > 1, y * 2, y)
        joined = F.np.concatenate([F.np.exp(-y), F.np.stack([z, z], axis=1).mean(axis=1)], axis=1)
        parts = F.np.split(joined, 2, axis=1)
        return parts[0] - parts[1].T.reshape(-1, 3) * 0.1 + F.np.sum(y), joined[:, 1:3]


def test_a_hybrid_block_with_F_np_compiles_to_the_same_numbers():
    net, x = Mixed(), np.random.normal(size=(3, 4))
    net.initialize(mx.init.Normal(1))

    def run():
        with autograd.record():
            first, second = net(x)
            loss = first.sum() + (second**2).sum()
        loss.backward()
        return first, second, net.shift.grad().copy(), net.dense.weight.grad().copy()

    eager = run()
    net.hybridize()
    compiled = run()
    for e, c in zip(eager, compiled, strict=True):
        assert type(c) is np.ndarray and e.shape == c.shape
        numpy.testing.assert_allclose(c.asnumpy(), e.asnumpy(), rtol=1e-5, atol=1e-6)


def test_symbols_in_numpys_manner_broadcast_and_export():
    x, y = (mx.sym.var(name).as_np_ndarray() for name in "xy")
    z = mx.sym.np.sum(x + y, axis=1)
    assert type(z) is type(x) and repr(mx.sym.np.sin(x)).startswith("<_Symbol sin")
    _, (shape,), _ = z.infer_shape(x=(2, 3), y=(3,))
    assert shape == (2,)
    again = mx.sym.load_json(z.as_nd_ndarray().tojson())
    out = again.bind(mx.cpu(), {"x": mx.nd.ones((2, 3)), "y": mx.nd.arange(3)}).forward()[0]
    assert out.asnumpy().tolist() == [6, 6]


def test_an_initializer_of_ones_own_gets_np_ndarrays():
    class Sparse(mx.init.Initializer):
        def _init_weight(self, name, data):
            data[:] = np.random.uniform(-10, 10, data.shape)
            data *= np.abs(data) >= 5

    layer = nn.Dense(4, in_units=6)
    layer.initialize(Sparse())
    host = np.abs(layer.weight.data()).asnumpy()
    assert ((host == 0) | (host >= 5)).all()


def test_parameters_are_saved_and_loaded(tmp_path):
    net = nn.Dense(2, in_units=3)
    net.initialize()
    net.save_parameters(str(tmp_path / "net.params"))
    other = nn.Dense(2, in_units=3)
    other.load_parameters(str(tmp_path / "net.params"))
    assert type(other.weight.data()) is np.ndarray
    assert (other.weight.data() == net.weight.data()).all()


def test_arrays_are_saved_with_their_shapes(tmp_path):
    path = str(tmp_path / "arrays")
    npx.save(path, {"z": np.array(3.0), "e": np.zeros((0, 2)), "i": np.array([1], dtype="int32")})
    found = npx.load(path)
    assert found["z"].shape == () and found["e"].shape == (0, 2) and found["i"].dtype == numpy.int32
    npx.save(path, np.ones(2))
    assert npx.load(path)[0].tolist() == [1, 1]
    assert mx.nd.load(path)[0].asnumpy().tolist() == [1, 1]


def test_a_batch_is_split_over_contexts():
    parts = gluon.utils.split_and_load(np.arange(6).reshape(2, 3), [npx.cpu(0), npx.cpu(1)])
    assert [type(p) for p in parts] == [np.ndarray] * 2 and parts[1].ctx == mx.cpu(1)
    assert gluon.utils.clip_global_norm([np.array([3.0, 4.0])], 1.0) == pytest.approx(5)


def test_transforms_and_lambdas_give_np_ndarrays():
    image = np.zeros((4, 5, 3), dtype="uint8")
    assert type(gluon.data.vision.transforms.ToTensor()(image)) is np.ndarray
    assert nn.Lambda("tanh")(np.zeros(2)).tolist() == [0, 0]
    assert nn.Lambda("matmul")(np.ones((2, 2)), np.ones(2)).tolist() == [2, 2]
    assert nn.HybridLambda(lambda F, x: F.np.abs(x))(-np.ones(2)).tolist() == [1, 1]


def test_a_metric_reads_np_ndarrays():
    metric = mx.metric.Accuracy()
    metric.update([np.array([0, 1])], [np.array([[0.9, 0.1], [0.8, 0.2]])])
    assert metric.get() == ("accuracy", 0.5)


def test_a_function_of_ones_own_sees_np_ndarrays():
    class Cube(autograd.Function):
        def forward(self, x):
            self.save_for_backward(x)
            return x**3

        def backward(self, dy):
            (x,) = self.saved_tensors
            assert type(x) is type(dy) is np.ndarray
            return 3 * x**2 * dy

    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = Cube()(x).sum()
    y.backward()
    assert x.grad.tolist() == [3, 12]


def test_outside_of_numpys_manner_gluon_is_classic():
    npx.reset_np()
    net = nn.Dense(2, in_units=3)
    net.initialize()
    assert type(net.weight.data()) is mx.nd.NDArray and type(net(mx.nd.ones((1, 3)))) is mx.nd.NDArray
