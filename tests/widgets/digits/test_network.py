"""Networks of every form: what they take is found out, what their layers compute is seen, and nothing changes."""

import mxlearn_widgets as mxw
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.gluon import nn

from . import nets

LENET = ["conv0", "pool0", "conv1", "pool1", "flatten0", "dense0", "dense1"]


def made(net, **options):
    """Return the pad of a network with a drawing on it."""
    pad = mxw.digit_pad(net, **options)
    assert isinstance(pad, mxw.DigitPad), pad
    pad.draw(nets.seven())
    return pad


def softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


# -- what the network takes and says -----------------------------------------------------------------------------------
@pytest.mark.parametrize("hybridize", [False, True])
def test_a_convolution_network_gets_an_image_with_a_channel(hybridize):
    net = nets.lenet(hybridize=hybridize)
    pad = made(net)
    expected = net(nd.array(pad.image[None, None])).asnumpy()[0]
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(pad.probabilities, softmax(expected), rtol=1e-4, atol=1e-6)
    assert pad.prediction == expected.argmax() and pad.layers == LENET


@pytest.mark.parametrize("container", [nn.HybridSequential, nn.Sequential])
@pytest.mark.parametrize(("pixels", "size"), [(784, 28), (64, 8), (256, 16)])
def test_a_network_on_rows_of_pixels_tells_the_size_by_its_weights(container, pixels, size):
    net = nets.mlp(pixels, container)
    pad = made(net)
    assert pad.image.shape == (size, size)
    expected = net(nd.array(pad.image.reshape(1, -1))).asnumpy()[0]
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-4, atol=1e-5)


def test_a_function_of_rows_is_a_network_without_layers():
    w = nd.random.normal(scale=0.1, shape=(784, 10))
    w.attach_grad()
    pad = made(lambda x: nd.dot(x, w))
    assert pad.layers == []
    np.testing.assert_allclose(pad.scores, pad.image.ravel() @ w.asnumpy(), rtol=1e-3, atol=1e-5)


def test_a_block_that_is_no_graph_of_operators_is_run_as_it_is():
    net = nets.branching()
    pad = made(net)
    assert pad.layers == ["conv0", "lambda0", "dense0"]
    np.testing.assert_allclose(pad.scores, net(nd.array(pad.image[None, None])).asnumpy()[0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(pad.activations("lambda0"), 2 * pad.activations("conv0"))
    terms = pad.arithmetic("dense0", 4)
    assert np.tanh(terms.total) == pytest.approx(pad.scores[4], abs=1e-5)
    assert pad.arithmetic("conv0", 1, 0, 0).inside.sum() == 4  # padding 1: a corner of the kernel sees 2 x 2 pixels


def test_a_module_needs_no_minibatch_of_the_bound_size():
    module = nets.module()
    pad = made(module)
    assert pad.layers == ["conv1", "relu1", "pool1", "flat", "fc1", "softmax"]
    batch = mx.io.DataBatch([nd.array(np.repeat(pad.image[None, None], 50, axis=0))], [nd.zeros((50,))])
    module.forward(batch, is_train=False)
    np.testing.assert_allclose(pad.probabilities, module.get_outputs()[0].asnumpy()[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(pad.activations("softmax"), pad.probabilities, rtol=1e-4)


def test_a_module_on_rows_of_pixels():
    data = mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=10, name="fc")
    module = mx.mod.Module(mx.sym.SoftmaxOutput(data, name="softmax"))
    module.bind([("data", (5, 64))], [("softmax_label", (5,))])
    module.init_params()
    assert made(module).image.shape == (8, 8)


@pytest.mark.parametrize(
    ("tail", "output"),
    [(None, "scores"), ("softmax", "probabilities"), ("log_softmax", "logarithms")],
)
@pytest.mark.parametrize("plain", [False, True])
def test_what_the_network_returns_is_found_out(tail, output, plain):
    inner = nets.mlp()
    if plain:
        net = inner if tail is None else lambda x: getattr(nd, tail)(inner(x))
    else:
        net = nn.HybridSequential(prefix="net_")
        net.add(inner)
        if tail is not None:
            net.add(nn.HybridLambda(tail))
    pad = made(net)
    assert pad.about["output"] == output
    scores = inner(nd.array(pad.image.reshape(1, -1))).asnumpy()[0]
    np.testing.assert_allclose(pad.probabilities, softmax(scores), rtol=1e-3, atol=1e-6)
    if not plain:
        np.testing.assert_allclose(pad.scores, scores, rtol=1e-3, atol=1e-5)


def test_a_transform_prepares_the_image():
    net = nets.lenet()
    pad = made(net, transform=lambda x: (x - 0.13) / 0.31)
    expected = net((nd.array(pad.image[None, None]) - 0.13) / 0.31).asnumpy()[0]
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-4, atol=1e-4)


def test_another_context_and_another_dtype_are_kept():
    net = nets.mlp()
    net.reset_ctx(mx.cpu(1))
    net.cast("float64")
    pad = made(net)
    expected = net(nd.array(pad.image.reshape(1, -1), ctx=mx.cpu(1), dtype="float64")).asnumpy()[0]
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-5)
    assert pad.saliency().shape == (28, 28)


# -- layers ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("hybridize", [False, True])
def test_activations_are_those_of_the_layers_run_one_by_one(hybridize):
    net = nets.lenet(hybridize=hybridize)
    pad = made(net)
    x = nd.array(pad.image[None, None])
    for name, layer in zip(LENET, net, strict=True):
        x = layer(x)
        np.testing.assert_allclose(pad.activations(name), x.asnumpy()[0], rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(pad.activations(layer), pad.activations(name))


def test_layers_are_chosen_by_block_or_by_name():
    net = nets.lenet()
    assert made(net, layers=[net[0], "dense1"]).layers == ["conv0", "dense1"]
    assert made(net, layers=["lenet_pool1"]).layers == ["pool1"]
    assert made(nets.module(), layers=["relu1", "fc1_output"]).layers == ["relu1", "fc1"]


def test_an_inner_block_can_be_a_layer():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        stage = nn.HybridSequential(prefix="stage_")
        stage.add(nn.Conv2D(2, kernel_size=3, in_channels=1), nn.MaxPool2D(2))
        net.add(stage, nn.Dense(3, in_units=2 * 13 * 13))
    net.initialize()
    pad = made(net, layers=["stage"])
    assert pad.layers == ["stage"] and pad.activations("stage").shape == (2, 13, 13)


def test_a_layer_that_is_used_twice_is_shown_twice():
    class Twice(gluon.HybridBlock):
        def __init__(self, **options):
            super().__init__(**options)
            with self.name_scope():
                self.conv = nn.Conv2D(1, kernel_size=3, padding=1, in_channels=1)
                self.dense = nn.Dense(4, in_units=784)

        def hybrid_forward(self, F, x):
            return self.dense(self.conv(F.relu(self.conv(x))))

    net = Twice(prefix="twice_")
    net.initialize(mx.init.Xavier())
    pad = made(net)
    assert pad.layers == ["conv0", "conv0 (2)", "dense0"]
    first = np.maximum(pad.activations("conv0"), 0)
    np.testing.assert_allclose(net.conv(nd.array(first[None])).asnumpy()[0], pad.activations(1), rtol=1e-4, atol=1e-5)


def test_a_block_without_children_shows_its_operators():
    data = mx.sym.var("data")
    block = gluon.SymbolBlock(nets.symbol(data).get_internals()["fc1_output"], data)
    block.initialize(mx.init.Normal(0.1))
    block(nd.zeros((1, 1, 28, 28)))
    assert made(block).layers == ["conv1", "relu1", "pool1", "flat", "fc1"]


# -- looking changes nothing -------------------------------------------------------------------------------------------
def everything_of(net):
    """Return all that looking at a network could change."""
    state = {}
    for name, parameter in net.collect_params().items():
        state[name] = parameter.data().asnumpy().copy()
        state[name, "request"] = parameter.grad_req
        if parameter.grad_req != "null":
            state[name, "gradient"] = parameter.grad().asnumpy().copy()
            state[name, "fresh"] = parameter.data()._entry[0].fresh
        state[name, "array"] = parameter.data()

    def visit(block):
        state[id(block), "hooks"] = (block._forward_hooks, dict(block._forward_hooks))
        state[id(block), "before"] = (block._forward_pre_hooks, dict(block._forward_pre_hooks))
        state[id(block), "children"] = list(block._children.values())
        if isinstance(block, gluon.HybridBlock):
            state[id(block), "active"] = block._active
            state[id(block), "programs"] = dict(block._cached_ops)

    net.apply(visit)
    state["flags"] = (autograd.is_recording(), autograd.is_training())
    return state


def assert_same(before, after):
    assert before.keys() == after.keys()
    for key, value in before.items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(value, after[key], err_msg=str(key))
        elif isinstance(value, nd.NDArray):
            assert value is after[key], key
        elif isinstance(key, tuple) and key[1] in ("hooks", "before"):
            assert value[0] is after[key][0] and value[1] == after[key][1], key
        else:
            assert value == after[key], key


def with_states(net_class=nn.HybridSequential):
    net = net_class(prefix="net_")
    with net.name_scope():
        net.add(
            nn.Conv2D(2, kernel_size=3, in_channels=1),
            nn.BatchNorm(in_channels=2),
            nn.Dropout(0.5),
            nn.Dense(10, in_units=2 * 26 * 26),
        )
    net.initialize(mx.init.Xavier())
    return net


@pytest.mark.parametrize("kind", ["eager", "hybridized", "plain", "python"])
@pytest.mark.parametrize("inside", ["nothing", "record"])
def test_looking_changes_nothing_of_the_network(kind, inside):
    container = nn.Sequential if kind == "plain" else nn.HybridSequential
    net = nets.branching() if kind == "python" else with_states(container)
    if kind == "hybridized":
        net.hybridize()
    x = nd.array(np.stack([nets.image(seed=k)[None] for k in range(3)]))
    with autograd.record():  # moving averages, gradients and programs are there before
        loss = net(x).square().sum()
    loss.backward()
    calls = []
    net.register_forward_hook(lambda *_: calls.append("after"))
    net.register_forward_pre_hook(lambda *_: calls.append("before"))
    before = everything_of(net)

    def look():
        pad = made(net, samples=(np.stack([nets.image(seed=k) for k in range(5)]), np.arange(5)))
        pad.load(2)
        pad.saliency(3)
        pad.occlusion(3)
        pad.next_misread()
        pad.overlay = "gradient"
        pad.draw(nets.seven())
        pad.to_svg()
        return pad

    if inside == "record":
        with autograd.record():
            flags = (autograd.is_recording(), autograd.is_training())
            look()
            assert (autograd.is_recording(), autograd.is_training()) == flags
    else:
        look()
    assert_same(before, everything_of(net))
    assert calls == []


def test_dropout_and_batch_normalization_predict():
    net = with_states()
    pad = made(net)
    expected = net(nd.array(pad.image[None, None])).asnumpy()[0]
    with autograd.record():  # training mode outside
        pad.refresh()
    np.testing.assert_allclose(pad.scores, expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(pad.activations("dropout0"), pad.activations("batchnorm0"))


def test_a_module_goes_on_training_as_before():
    first, second = nets.module((4, 1, 28, 28)), nets.module((4, 1, 28, 28))
    second.set_params(*first.get_params())
    images = np.stack([nets.image(seed=k)[None] for k in range(4)])
    batch = mx.io.DataBatch([nd.array(images)], [nd.array([1, 2, 3, 4])])
    for module in (first, second):
        module.init_optimizer(optimizer_params={"learning_rate": 0.1})
    for _ in range(2):
        for module in (first, second):
            module.forward_backward(batch)
            if module is first:
                made(module).saliency()
            module.update()
    for name, array in first.get_params()[0].items():
        np.testing.assert_array_equal(array.asnumpy(), second.get_params()[0][name].asnumpy(), err_msg=name)


def test_after_more_training_refresh_asks_again():
    net = nets.mlp()
    pad = made(net)
    before = pad.scores
    net[1].bias.set_data(net[1].bias.data() + 1)
    np.testing.assert_array_equal(pad.scores, before)
    pad.refresh()
    np.testing.assert_allclose(pad.scores, before + 1, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(pad.arithmetic("dense1", 3).bias, 1)
