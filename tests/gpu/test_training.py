"""Training on a GPU: Gluon, Module, Executor, optimizers, several devices. Results are held against the CPU's."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

GPU = mx.gpu(0)


def blobs(count=96, classes=3, features=6):
    """Return points around one center for each class, and their labels."""
    rng = np.random.default_rng(5)
    centers = rng.normal(size=(classes, features)) * 3
    labels = rng.integers(0, classes, count)
    return (centers[labels] + rng.normal(size=(count, features))).astype("float32"), labels.astype("float32")


def pictures(count=48):
    """Return 12x12 pictures with a bright upper or lower half, and which half it is."""
    rng = np.random.default_rng(6)
    labels = rng.integers(0, 2, count)
    images = rng.normal(size=(count, 1, 12, 12)) * 0.3
    for image, label in zip(images, labels, strict=True):
        image[0, 6 * label : 6 * label + 6] += 1
    return images.astype("float32"), labels.astype("float32")


def mlp():
    net = nn.HybridSequential()
    net.add(nn.Dense(16, activation="relu"), nn.Dense(3))
    return net


def lenet():
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(4, kernel_size=3, activation="tanh"),
        nn.MaxPool2D(2, 2),
        nn.Conv2D(6, kernel_size=3, activation="relu"),
        nn.BatchNorm(),
        nn.AvgPool2D(2, 2),
        nn.Flatten(),
        nn.Dense(8, activation="sigmoid"),
        nn.Dense(2),
    )
    return net


def train(make, data, ctx, *, hybrid=False, epochs=3, optimizer="sgd", **arguments):
    """Return the loss of each step, the network, and its parameters as NumPy arrays."""
    mx.random.seed(1)
    net = make()
    net.initialize(mx.init.Xavier(), ctx=mx.cpu())
    net(nd.array(data[0][:2]))  # deferred initialization on the CPU, so that all contexts start from the same numbers
    net.reset_ctx(ctx)
    if hybrid:
        net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), optimizer, arguments or {"learning_rate": 0.1})
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    loader = gluon.data.DataLoader(gluon.data.ArrayDataset(*data), batch_size=16)
    losses = []
    for _ in range(epochs):
        for x, y in loader:
            x, y = x.as_in_context(ctx), y.as_in_context(ctx)
            with autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(len(x))
            losses.append(loss.mean().asscalar())
    return losses, net, [p.data(ctx).asnumpy() for p in net.collect_params().values()]


@pytest.mark.parametrize("hybrid", [False, True], ids=["eager", "hybridized"])
@pytest.mark.parametrize("make, data", [(mlp, blobs()), (lenet, pictures())], ids=["mlp", "lenet"])
def test_network_learns_on_the_gpu_what_it_learns_on_the_cpu(make, data, hybrid):
    expected, _, parameters = train(make, data, mx.cpu(), hybrid=hybrid)
    losses, net, found = train(make, data, GPU, hybrid=hybrid)
    np.testing.assert_allclose(losses, expected, rtol=2e-3, atol=1e-4)
    assert losses[-1] < 0.6 * losses[0]
    for a, b in zip(found, parameters, strict=True):
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-3)
    accuracy = mx.metric.Accuracy()
    x, y = (nd.array(part, ctx=GPU) for part in data)
    accuracy.update(y, net(x))
    assert accuracy.get()[1] > 0.9


def test_dropout_drops_on_the_gpu_in_training_alone():
    layer = nn.Dropout(0.5)
    x = nd.ones((40, 50), ctx=GPU)
    assert (layer(x).asnumpy() == 1).all()
    x.attach_grad()
    with autograd.record():
        y = layer(x)
    y.backward()
    kept = y.asnumpy() == 2
    assert 0.4 < kept.mean() < 0.6
    np.testing.assert_array_equal(x.grad.asnumpy(), kept * 2.0)


LAYERS = {
    "Embedding": (lambda: nn.Embedding(5, 3), (2, 3)),
    "LayerNorm": (lambda: nn.LayerNorm(), (2, 3)),
    "InstanceNorm": (lambda: nn.InstanceNorm(), (2, 3, 4)),
    "GroupNorm": (lambda: nn.GroupNorm(2), (2, 4, 3)),
    "Conv2DTranspose": (lambda: nn.Conv2DTranspose(2, 3), (1, 2, 4, 4)),
    "PReLU": (lambda: nn.PReLU(), (2, 3)),
    "GELU": (lambda: nn.GELU(), (2, 3)),
    "GlobalAvgPool2D": (lambda: nn.GlobalAvgPool2D(), (2, 2, 3, 3)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layer_and_its_gradients_agree_with_the_cpu(name):
    make, shape = LAYERS[name]
    host = np.random.default_rng(2).integers(0, 5, shape) if name == "Embedding" else np.random.randn(*shape)
    results = []
    for ctx in (mx.cpu(), GPU):
        layer = make()
        layer.initialize(mx.init.Constant(0.3), ctx=ctx)
        x = nd.array(host, ctx=ctx)
        x.attach_grad()
        with autograd.record():
            y = layer(x)
        y.backward()
        results.append([y, x.grad, *[p.grad(ctx) for p in layer.collect_params().values() if p.grad_req != "null"]])
    for a, b in zip(*results, strict=True):
        assert b.context is GPU
        np.testing.assert_allclose(b.asnumpy(), a.asnumpy(), rtol=1e-4, atol=1e-5)


def test_parameters_are_saved_from_the_gpu_and_loaded_onto_it(tmp_path):
    data = blobs()
    _, net, _ = train(mlp, data, GPU, epochs=1)
    path = str(tmp_path / "net.params")
    net.save_parameters(path)
    other = mlp()
    other.load_parameters(path, ctx=GPU)
    x = nd.array(data[0], ctx=GPU)
    np.testing.assert_array_equal(other(x).asnumpy(), net(x).asnumpy())
    on_cpu = mlp()
    on_cpu.load_parameters(path, ctx=mx.cpu())
    np.testing.assert_allclose(on_cpu(nd.array(data[0])).asnumpy(), net(x).asnumpy(), rtol=1e-4, atol=1e-5)


def test_exported_network_runs_on_the_gpu(tmp_path):
    data = blobs()
    _, net, _ = train(mlp, data, GPU, hybrid=True, epochs=1)
    x = nd.array(data[0][:4], ctx=GPU)
    expected = net(x).asnumpy()
    net.export(str(tmp_path / "net"))
    symbol_file, parameter_file = str(tmp_path / "net-symbol.json"), str(tmp_path / "net-0000.params")
    imported = gluon.SymbolBlock.imports(symbol_file, ["data"], parameter_file, ctx=GPU)
    np.testing.assert_allclose(imported(x).asnumpy(), expected, rtol=1e-5)


# -- optimizers --------------------------------------------------------------------------------------------------------
REGISTRY = mx.optimizer.Optimizer.opt_registry
OWN = [name for name, kind in REGISTRY.items() if kind.__module__.startswith("mxlearn.")]  # none of another test
OPTIMIZERS = sorted(set(OWN) - {"test"})


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_steps_on_the_gpu_as_on_the_cpu(name, dtype):
    rng = np.random.default_rng(4)
    weight, gradients = rng.normal(size=(4, 3)), rng.normal(size=(3, 4, 3))
    results = []
    for ctx in (mx.cpu(), GPU):
        mx.random.seed(0)
        arguments = {"learning_rate": 0.0} if name == "sgld" else {}  # its noise is of another stream on the GPU
        optimizer = mx.optimizer.create(name, multi_precision=dtype == "float16", **arguments)
        updater = mx.optimizer.get_updater(optimizer)
        w = nd.array(weight, ctx=ctx, dtype=dtype)
        for g in gradients:
            updater(0, nd.array(g, ctx=ctx, dtype=dtype), w)
        assert w.context is ctx
        results.append(w.asnumpy())
    tolerance = 1e-5 if dtype == "float32" else 1e-2
    np.testing.assert_allclose(results[1], results[0], rtol=tolerance, atol=tolerance)


def test_optimizer_states_are_saved_and_restored():
    updater = mx.optimizer.get_updater(mx.optimizer.Adam())
    w = nd.ones((3,), ctx=GPU)
    updater(0, nd.ones((3,), ctx=GPU), w)
    states = updater.get_states()
    other = mx.optimizer.get_updater(mx.optimizer.Adam())
    other.set_states(states)
    v = w.copy()
    updater(0, nd.ones((3,), ctx=GPU), w)
    other(0, nd.ones((3,), ctx=GPU), v)
    assert v.context is GPU
    np.testing.assert_allclose(v.asnumpy(), w.asnumpy(), rtol=1e-3)


# -- Symbol, Executor, Module ------------------------------------------------------------------------------------------
def symbol():
    data = mx.sym.Variable("data")
    hidden = mx.sym.Activation(mx.sym.FullyConnected(data, num_hidden=16, name="fc1"), act_type="relu")
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(hidden, num_hidden=3, name="fc2"), name="softmax")


def test_executor_computes_on_the_gpu():
    results = []
    data, labels = blobs(8)
    for ctx in (mx.cpu(), GPU):
        executor = symbol().simple_bind(ctx, data=(8, 6), softmax_label=(8,))
        rng = np.random.default_rng(0)
        for name, array in executor.arg_dict.items():
            if name not in ("data", "softmax_label"):
                array[:] = rng.normal(size=array.shape)
        outputs = executor.forward(is_train=True, data=data, softmax_label=nd.array(labels))
        executor.backward()
        assert outputs[0].context is executor.grad_dict["fc1_weight"].context is ctx
        results.append([outputs[0].asnumpy(), executor.grad_dict["fc1_weight"].asnumpy()])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("request_", ["add", "write"])
def test_executor_adds_or_writes_gradients_on_the_gpu(request_):
    x = mx.sym.Variable("x")
    executor = (x * x).bind(
        GPU, {"x": nd.array([3.0], ctx=GPU)}, args_grad={"x": nd.ones((1,), ctx=GPU)}, grad_req=request_
    )
    executor.forward(is_train=True)
    executor.backward(nd.ones((1,)))  # a head gradient of the CPU is copied over
    assert executor.grad_dict["x"].asscalar() == {"add": 7, "write": 6}[request_]


def test_monitor_sees_arrays_of_the_gpu():
    executor = symbol().simple_bind(GPU, data=(2, 6), softmax_label=(2,))
    seen = {}
    executor.set_monitor_callback(lambda name, array: seen.update({name: array.context}))
    executor.forward(is_train=True)
    assert seen["fc1_output"] is GPU


@pytest.mark.parametrize("count", [1, 2])
def test_module_fits_on_gpus(count, tmp_path, request):
    contexts = [GPU] if count == 1 else [GPU, request.getfixturevalue("second_gpu")]
    data, labels = blobs()
    module = mx.mod.Module(symbol(), context=contexts)
    mx.random.seed(2)
    iterator = mx.io.NDArrayIter(data, labels, batch_size=16)
    module.fit(
        iterator,
        num_epoch=6,
        initializer=mx.init.Xavier(),
        optimizer="sgd",
        optimizer_params={"learning_rate": 0.5},
        eval_metric="acc",
    )
    assert module.score(iterator, "acc")[0][1] > 0.9
    prefix = str(tmp_path / "module")
    module.save_checkpoint(prefix, 1)
    again = mx.mod.Module.load(prefix, 1, context=GPU)
    again.bind(iterator.provide_data, iterator.provide_label, for_training=False)
    assert again.score(iterator, "acc")[0][1] > 0.9
    assert module.predict(iterator).shape == (96, 3)


def test_data_iterator_batches_go_to_the_gpu():
    with GPU:
        for batch in mx.io.NDArrayIter(np.zeros((4, 2)), np.zeros(4), batch_size=2):
            assert batch.data[0].as_in_context(GPU).context is GPU


# -- several devices ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kvstore", ["local", "device", None])
def test_data_parallel_training_on_two_gpus(second_gpu, kvstore):
    data = blobs()
    results = []
    for contexts in ([mx.cpu(0), mx.cpu(1)], [GPU, second_gpu]):
        mx.random.seed(1)
        net = mlp()
        net.initialize(mx.init.Xavier(), ctx=mx.cpu())
        net(nd.array(data[0][:2]))
        net.reset_ctx(contexts)
        net.hybridize()
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01}, kvstore=kvstore)
        loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
        for _ in range(4):
            parts = [gluon.utils.split_and_load(nd.array(part), contexts) for part in data]
            with autograd.record():
                losses = [loss_of(net(x), y) for x, y in zip(*parts, strict=True)]
            autograd.backward(losses)
            trainer.step(len(data[0]))
        for parameter in net.collect_params().values():
            copies = [array.asnumpy() for array in parameter.list_data()]
            assert [array.context for array in parameter.list_data()] == contexts
            if kvstore:
                np.testing.assert_array_equal(*copies)
            results.append(copies[1])
    half = len(results) // 2
    for a, b in zip(results[:half], results[half:], strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["local", "device"])
def test_kvstore_sums_over_gpus(second_gpu, kind):
    contexts = [GPU, second_gpu]
    store = mx.kv.create(kind)
    store.init("w", nd.zeros((2,), ctx=GPU))
    store.push("w", [nd.ones((2,), ctx=c) * (i + 1) for i, c in enumerate(contexts)])
    targets = [nd.zeros((2,), ctx=c) for c in contexts]
    store.pull("w", out=targets)
    assert [t.asnumpy().tolist() for t in targets] == [[3, 3], [3, 3]]
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.5))
    store.push("w", [nd.ones((2,), ctx=c) for c in contexts])
    store.pull("w", out=targets)
    assert [t.asnumpy().tolist() for t in targets] == [[2, 2], [2, 2]]


def test_norm_of_gradients_is_clipped_over_gpus(second_gpu):
    arrays = [nd.ones((4,), ctx=GPU) * 3, nd.ones((4,), ctx=second_gpu) * 4]
    assert gluon.utils.clip_global_norm(arrays, 1.0) == pytest.approx(10)
    np.testing.assert_allclose(arrays[1].asnumpy(), [0.4] * 4, rtol=1e-4)


# -- random numbers ----------------------------------------------------------------------------------------------------
DRAWS = {
    "uniform": lambda **to: nd.random.uniform(-1, 1, **to),
    "normal": lambda **to: nd.random.normal(2, 3, **to),
    "randn": lambda **to: nd.random.randn(*to.pop("shape"), **to),
    "exponential": lambda **to: nd.random.exponential(2, **to),
    "gamma": lambda **to: nd.random.gamma(2, 3, **to),
    "poisson": lambda **to: nd.random.poisson(4, **to),
    "negative_binomial": lambda **to: nd.random.negative_binomial(3, 0.5, **to),
    "generalized_negative_binomial": lambda **to: nd.random.generalized_negative_binomial(2, 0.3, **to),
    "randint": lambda **to: nd.random.randint(0, 9, **to),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_repeat_with_the_seed_and_have_the_mean_of_the_cpu(name):
    mx.random.seed(7)
    a, b = (DRAWS[name](shape=(100, 100), ctx=GPU) for _ in range(2))
    assert a.context is GPU
    assert (a.asnumpy() != b.asnumpy()).any()
    mx.random.seed(7)
    np.testing.assert_array_equal(DRAWS[name](shape=(100, 100), ctx=GPU).asnumpy(), a.asnumpy())
    expected = DRAWS[name](shape=(100, 100)).asnumpy()
    spread = float(expected.std()) / 100  # of the mean of 10,000 draws
    assert float(a.asnumpy().mean()) == pytest.approx(float(expected.mean()), abs=6 * spread)
    assert a.dtype == DRAWS[name](shape=(1, 1)).dtype


def test_sampling_with_parameters_of_the_gpu():
    means = nd.array([0.0, 100.0], ctx=GPU)
    draws = nd.random.normal(means, nd.array([1.0, 1.0], ctx=GPU), shape=(50,))
    assert draws.context is GPU
    assert (abs(draws.asnumpy().mean(axis=1) - [0, 100]) < 1).all()
    chosen = nd.random.multinomial(nd.array([[0.0, 1.0, 0.0]], ctx=GPU), shape=5)
    assert chosen.asnumpy().tolist() == [[1] * 5]
    shuffled = nd.random.shuffle(nd.arange(20, ctx=GPU))
    assert sorted(shuffled.asnumpy().tolist()) == list(range(20))


def test_state_of_the_streams_is_restored():
    from mxlearn import streams

    nd.random.uniform(shape=(3,), ctx=GPU)
    state = streams.get_state()
    first = nd.random.uniform(shape=(3,), ctx=GPU).asnumpy()
    streams.set_state(state)
    np.testing.assert_array_equal(nd.random.uniform(shape=(3,), ctx=GPU).asnumpy(), first)
