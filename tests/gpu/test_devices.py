"""Where things are, what must not meet, and what the errors say."""
import subprocess
import sys
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import nd

GPU = mx.gpu(0)


# -- errors ------------------------------------------------------------------------------------------------------------
def test_gpu_that_does_not_exist_is_named_in_the_error():
    with pytest.raises(mx.base.ContextError, match=r"gpu\(7\): this machine has \d+ GPUs?: use gpu\(0\)"):
        nd.zeros((1,), ctx=mx.gpu(7))
    with pytest.raises(mx.base.ContextError, match=r"gpu\(7\)"):
        nd.zeros((1,)).as_in_context(mx.gpu(7))
    with pytest.raises(mx.base.ContextError, match=r"gpu\(7\)"):
        mx.context.gpu_memory_info(7)


@pytest.mark.parametrize(
    "combine",
    [
        lambda a, b: a + b,
        lambda a, b: nd.dot(a, b),
        lambda a, b: nd.concat(a, b, dim=0),
        lambda a, b: nd.broadcast_mul(a, b),
        lambda a, b: nd.maximum(a, b),
        lambda a, b: nd.FullyConnected(a, b, num_hidden=2, no_bias=True),
    ],
)
def test_arrays_of_two_contexts_do_not_meet(combine):
    a, b = nd.ones((2, 2)), nd.ones((2, 2), ctx=GPU)
    with pytest.raises(mx.base.ContextError, match=r"one context. Received: .*cpu\(0\), gpu\(0\)") as caught:
        combine(a, b)
    assert "as_in_context" in str(caught.value)


def test_error_of_an_operator_on_the_gpu_is_that_of_the_cpu():
    for ctx in (mx.cpu(), GPU):
        with pytest.raises(mx.base.ShapeError, match=r"dot: "):
            nd.dot(nd.ones((2, 3), ctx=ctx), nd.ones((2, 3), ctx=ctx))
        with pytest.raises(mx.base.DTypeError, match="one dtype"):
            nd.ones((2,), ctx=ctx) + nd.ones((2,), ctx=ctx, dtype="float64")


def test_matrix_that_cannot_be_solved_is_an_error_on_the_gpu_too():
    singular = nd.ones((2, 2), ctx=GPU)
    with pytest.raises(mx.MXNetError, match="inverse: Singular matrix"):
        nd.linalg.inverse(singular)
    with pytest.raises(mx.MXNetError, match="potrf: Matrix is not positive definite"):
        nd.linalg.potrf(singular - 2)


def test_array_of_another_device_cannot_be_bound():
    x = mx.sym.Variable("x")
    with pytest.raises(mx.base.ContextError, match=r"executor is on gpu\(0\), but the array of 'x' is on cpu\(0\)"):
        (x * 2).bind(GPU, {"x": nd.ones((2,))})


def test_head_gradient_of_another_device_is_an_error():
    x = nd.ones((2,), ctx=GPU)
    x.attach_grad()
    with mx.autograd.record():
        y = x * 2
    with pytest.raises(mx.base.ContextError, match=r"head is on gpu\(0\), its head gradient on cpu\(0\)"):
        y.backward(nd.ones((2,)))


def test_anomaly_on_the_gpu_is_named():
    x = nd.array([-1.0], ctx=GPU)
    x.attach_grad()
    with mx.autograd.detect_anomaly(), mx.autograd.record(), pytest.raises(mx.MXNetError, match="log"):
        nd.log(x)


def test_without_a_gpu_the_error_says_why_and_what_to_do():
    """In a process of its own, in which CuPy cannot be imported."""
    code = (
        "import sys; sys.modules['cupy'] = None\n"
        "import mxlearn as mx\n"
        "assert mx.num_gpus() == 0\n"
        "try: mx.nd.zeros((1,), ctx=mx.gpu())\n"
        "except mx.base.ContextError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "gpu(0): no GPU can be used here: CuPy is not installed" in done.stdout
    assert "Use mx.cpu()" in done.stdout
    assert "mxlearn[cuda12]" in done.stdout


# -- the device itself -------------------------------------------------------------------------------------------------
def test_memory_info_and_cache():
    free, total = mx.context.gpu_memory_info(0)
    assert 0 < free <= total
    GPU.empty_cache()
    mx.cpu().empty_cache()


@pytest.mark.gpu
def test_empty_cache_gives_memory_back_to_the_driver():
    before, _ = mx.context.gpu_memory_info(0)
    x = nd.zeros((64, 1024, 1024), ctx=GPU)
    x.wait_to_read()
    del x
    GPU.empty_cache()
    after, _ = mx.context.gpu_memory_info(0)
    assert after >= before - (64 << 20)


def test_waiting():
    x = nd.ones((2,), ctx=GPU) * 2
    x.wait_to_read()
    nd.waitall()
    assert x.asnumpy().tolist() == [2, 2]


def test_thread_of_its_own_computes_on_the_gpu():
    results = []

    def work():
        with GPU:
            results.append((nd.ones((3,)) * 2).sum().asscalar())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == [6]


# -- a tape that crosses devices ---------------------------------------------------------------------------------------
def test_recorded_copy_sends_its_gradient_back():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = nd.exp((x * 3).as_in_context(GPU))  # multiplied on the CPU, exp on the GPU
        z = (y.as_in_context(mx.cpu()) * x).sum()  # and x is used on the CPU again
    z.backward()
    host = np.array([1.0, 2.0], "float32")
    np.testing.assert_allclose(x.grad.asnumpy(), np.exp(3 * host) * (1 + 3 * host), rtol=1e-5)
    assert x.grad.context == mx.cpu()


def test_parameters_on_both_devices_get_their_gradients():
    a, b = nd.array([2.0]), nd.array([5.0], ctx=GPU)
    for p in (a, b):
        p.attach_grad()
    with mx.autograd.record():
        first = a * a
        loss = first.as_in_context(GPU) * b + first.as_in_context(GPU)
    loss.backward()
    assert (a.grad.asscalar(), a.grad.context) == (24.0, mx.cpu())  # 2a (b + 1)
    assert (b.grad.asscalar(), b.grad.context) == (4.0, GPU)


def test_heads_on_two_devices_are_differentiated_at_once():
    x = nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        heads = [x * x, nd.exp(x.as_in_context(GPU))]
    mx.autograd.backward(heads)
    np.testing.assert_allclose(x.grad.asnumpy(), [2 + np.e, 4 + np.e**2], rtol=1e-5)


def test_unused_output_behind_a_copy_gets_zeros_on_its_own_device():
    x = nd.array([[1.0, 2.0, 3.0, 4.0]])
    x.attach_grad()
    with mx.autograd.record():
        left, _ = nd.split(x * 2, num_outputs=2, axis=1)
        y = left.as_in_context(GPU).sum()
    y.backward()
    assert x.grad.asnumpy().tolist() == [[2, 2, 0, 0]]
    w = nd.array([[1.0, 2.0, 3.0, 4.0]], ctx=GPU)
    w.attach_grad()
    with mx.autograd.record():
        _, right = nd.split(w * 2, num_outputs=2, axis=1)
        y = right.as_in_context(mx.cpu()).sum()
    y.backward()
    assert w.grad.asnumpy().tolist() == [[0, 0, 2, 2]]


@pytest.mark.parametrize("there", [GPU, mx.cpu(1)], ids=str)
def test_gradient_of_a_gradient_crosses_devices(there):
    x = nd.array([2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x.as_in_context(there)
        z = (y * y * y).as_in_context(mx.cpu()) * x  # x^4
        (slope,) = mx.autograd.grad(z, x, create_graph=True, retain_graph=True)
    assert slope.asscalar() == 32
    slope.backward()
    assert x.grad.asscalar() == 48
    assert x.grad.context == mx.cpu()


def test_copyto_is_recorded_too():
    x = nd.array([3.0])
    x.attach_grad()
    target = nd.zeros((1,), ctx=GPU)
    with mx.autograd.record():
        (x * x).copyto(target)
        y = target * 2
    y.backward()
    assert x.grad.asscalar() == 12


def test_hybridized_block_behind_a_copy():
    net = mx.gluon.nn.Dense(1, use_bias=False)
    net.initialize(mx.init.One(), ctx=GPU)
    net.hybridize()
    x = nd.array([[1.0, 2.0]])
    x.attach_grad()
    with mx.autograd.record():
        y = net((x * x).as_in_context(GPU)).as_in_context(mx.cpu()) * 2
    y.backward()
    assert x.grad.asnumpy().tolist() == [[4, 8]]


def test_custom_function_on_the_gpu_behind_a_copy():
    class Cube(mx.autograd.Function):
        def forward(self, x):
            self.save_for_backward(x)
            return x * x * x

        def backward(self, dy):
            (x,) = self.saved_tensors
            return 3 * x * x * dy

    x = nd.array([2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = Cube()(x.as_in_context(GPU)).as_in_context(mx.cpu())
    y.backward()
    assert x.grad.asscalar() == 12


def test_symbol_of_a_tape_that_crosses_devices_runs_on_one():
    x = nd.array([2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = (x * x).as_in_context(GPU) + 1
    symbol = mx.autograd.get_symbol(y)
    for ctx in (mx.cpu(), GPU):
        executor = symbol.bind(ctx, {symbol.list_inputs()[0]: nd.array([3.0], ctx=ctx)})
        result = executor.forward()[0]
        assert (result.asscalar(), result.context) == (10, ctx)


# -- two GPUs ----------------------------------------------------------------------------------------------------------
def test_each_gpu_computes_its_own(second_gpu):
    for ctx in (second_gpu, GPU, second_gpu):
        x = nd.array(np.arange(6).reshape(2, 3), ctx=ctx)
        x.attach_grad()
        x[0] += 1
        x[:, 1] = np.array([7, 8])
        with mx.autograd.record():
            y = nd.tanh(nd.dot(x, x.T) + x[:, 1:2] * 2 - 3.0) * 0
            z = nd.relu(x) + y.sum()
        z.backward()
        assert z.context is x.grad.context is ctx
        assert x.grad.asnumpy().tolist() == [[1, 1, 1], [1, 1, 1]]
        assert x.copy().context is ctx
        assert x.asnumpy()[1, 1] == 8


def test_tape_over_two_gpus(second_gpu):
    x = nd.array([1.0, 2.0], ctx=GPU)
    w = nd.array([3.0, 4.0], ctx=second_gpu)
    for p in (x, w):
        p.attach_grad()
    with mx.autograd.record():
        y = (x * x).as_in_context(second_gpu) * w
        z = y.as_in_context(GPU) + x
    z.backward()
    assert x.grad.asnumpy().tolist() == [7, 17]  # 2 x w + 1
    assert w.grad.asnumpy().tolist() == [1, 4]
    assert w.grad.context is second_gpu


def test_copies_between_gpus(second_gpu):
    x = nd.array([1.0, 2.0], ctx=GPU)
    y = nd.zeros((2,), ctx=second_gpu)
    x.copyto(y)
    y += 1
    x[:] = y
    assert x.asnumpy().tolist() == [2, 3]
    assert y.as_in_context(GPU).context is GPU
    assert x[nd.array([1], ctx=second_gpu, dtype="int32")].asnumpy().tolist() == [3]
    with pytest.raises(mx.base.ContextError, match=r"gpu\(0\), gpu\(1\)"):
        x + y


def test_random_streams_of_two_gpus_are_their_own(second_gpu):
    mx.random.seed(3)
    a, b = nd.random.normal(shape=(4,), ctx=GPU), nd.random.normal(shape=(4,), ctx=second_gpu)
    assert (a.asnumpy() != b.asnumpy()).any()
    mx.random.seed(3, ctx=second_gpu)
    c = nd.random.normal(shape=(4,), ctx=second_gpu)
    assert c.context is second_gpu
