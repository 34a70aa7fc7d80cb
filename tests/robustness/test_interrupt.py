"""Ctrl-C at any moment leaves parameters whole and the tape clean, and training can go on in the same process.

Python runs a signal handler where a Python function begins and where a function written in C has returned.
``run_until`` raises KeyboardInterrupt at such a place of mxlearn, counted from the start of a training step, so that
the moments are the same in every run. One place is left out: the beginning of an ``__exit__``, where CPython itself
cannot protect a ``with`` block of the student.
"""
import inspect
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.core.state import STATE
from mxlearn.gluon import nn
from mxlearn.gluon.block.base import _naming

LIBRARY = str(Path(mx.__file__).parent)
MOMENTS = 200  # spread evenly over a step; there are some thousand
DATA = np.arange(24, dtype="float32").reshape(4, 6) / 24
LABEL = np.array([0, 1, 2, 1], "float32")


# -- the machinery -----------------------------------------------------------------------------------------------------
class _Interrupter:
    """A profile function that counts the places where a signal is handled, and interrupts at one of them."""

    def __init__(self, moment: int | None):
        self.moment = moment
        self.count = 0

    def __call__(self, frame, event, argument):
        if event not in ("call", "c_return") or not frame.f_code.co_filename.startswith((LIBRARY, "<mxlearn")):
            return
        code = frame.f_code
        if code.co_name == "__del__":  # what is raised there is only reported
            return
        if event == "call" and (code.co_name == "__exit__" or code.co_flags & inspect.CO_GENERATOR):
            return                                               # (a generator that is thrown away is "called" too)
        if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
            return                                               # held back: it would come later
        if self.count == self.moment:
            sys.setprofile(None)
            raise KeyboardInterrupt
        self.count += 1


def run_until(moment: int | None, program) -> int:
    """Run ``program``, interrupted at ``moment`` (None: to its end); return the number of moments that it has."""
    interrupter = _Interrupter(moment)
    sys.setprofile(interrupter)
    try:
        program()
    except KeyboardInterrupt:
        assert moment is not None, "an interrupt that nobody sent"
    finally:
        sys.setprofile(None)
    return interrupter.count


def assert_clean():
    """Assert that no flag, scope or stack of this thread is left as an interrupted call had it."""
    assert not autograd.is_recording() and not autograd.is_training()
    assert STATE.scope == () and _naming.current is None
    assert mx.current_context() is mx.cpu(0)
    assert type(mx.name.NameManager.current) is mx.name.NameManager
    assert mx.AttrScope.current.get() == {}
    assert not mx.sym.Variable("x").relu().name.startswith("net_")


def check(program, parameters, restore):
    """Interrupt ``program`` at MOMENTS moments: each parameter is what it was before or after an update.

    Parameters
    ----------
    program : runs one update
    parameters : returns the parameters by name, as NumPy arrays
    restore : gives the parameters back the values that it is called with, and forgets everything else of an update
    """
    start = parameters()
    restore(start)
    program()                                                    # what compiles and allocates is done: not counted
    updated = parameters()
    restore(start)
    total = run_until(None, program)
    assert total >= MOMENTS
    differing = [name for name in start if not np.array_equal(start[name], updated[name])]
    assert differing, "the program updates nothing"
    for moment in np.linspace(0, total - 1, MOMENTS).astype(int):
        restore(start)
        run_until(int(moment), program)
        assert_clean()
        for name, found in parameters().items():
            whole = np.array_equal(found, start[name]) or np.array_equal(found, updated[name])
            assert whole, f"{name} is half written after an interrupt at moment {moment} of {total}"
    restore(start)
    program()                                                     # training goes on as if nothing had been
    for name, found in parameters().items():
        np.testing.assert_array_equal(found, updated[name])


class Gluon:
    """One step of a Gluon loop on a network with BatchNorm."""

    def __init__(self, hybridize: bool, loader=None):
        self.net = nn.HybridSequential(prefix="net_")
        with self.net.name_scope():
            self.net.add(nn.Dense(5, activation="relu"), nn.BatchNorm(), nn.Dense(3))
        self.net.initialize(mx.init.Xavier())
        if hybridize:
            self.net.hybridize()
        self.loss = gluon.loss.SoftmaxCrossEntropyLoss()
        self.loader = loader or [(nd.array(DATA), nd.array(LABEL))]
        self.net(nd.array(DATA))
        self.trainer = None

    def step(self):
        for data, label in self.loader:
            with autograd.record():
                loss = self.loss(self.net(data), label)
            loss.backward()
            self.trainer.step(len(data))

    def parameters(self):
        return {name: p.data().asnumpy() for name, p in self.net.collect_params().items()}

    def restore(self, values):
        for name, parameter in self.net.collect_params().items():
            parameter.set_data(nd.array(values[name]))
        options = {"learning_rate": 0.5, "momentum": 0.9}
        self.trainer = gluon.Trainer(self.net.collect_params(), "sgd", options)


# -- training loops ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("hybridize", [False, True], ids=["eager", "hybridized"])
def test_a_gluon_loop_is_interrupted(hybridize):
    program = Gluon(hybridize)
    check(program.step, program.parameters, program.restore)


def test_a_gluon_loop_over_a_loader_is_interrupted():
    program = Gluon(True, gluon.data.DataLoader(gluon.data.ArrayDataset(DATA, LABEL), 4))
    check(program.step, program.parameters, program.restore)


@pytest.mark.filterwarnings("ignore:Already bound", "ignore:Parameters already initialized")
def test_module_fit_is_interrupted():
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=5, name="fc1")
    hidden = mx.sym.BatchNorm(mx.sym.Activation(hidden, act_type="tanh"), name="bn", fix_gamma=False)
    scores = mx.sym.FullyConnected(hidden, num_hidden=3, name="fc2")
    module = mx.mod.Module(mx.sym.SoftmaxOutput(scores, name="softmax"))
    batches = mx.io.NDArrayIter(DATA, LABEL, batch_size=4)
    module.bind(batches.provide_data, batches.provide_label)
    module.init_params(mx.init.Xavier())

    start = [{name: value.copy() for name, value in group.items()} for group in module.get_params()]

    def train():
        module.fit(batches, num_epoch=1, optimizer_params={"learning_rate": 0.5, "momentum": 0.9})

    def restore(values):
        batches.reset()
        module.optimizer_initialized = False
        module.set_params(*({name: nd.array(values[name]) for name in group} for group in start))

    def parameters():
        executor = module._exec_group.execs[0]
        arrays = {**executor.arg_dict, **executor.aux_dict}
        return {name: arrays[name].asnumpy() for group in start for name in group}

    check(train, parameters, restore)


def test_a_deferred_initialization_is_interrupted_and_done_again():
    def fresh():
        net = nn.HybridSequential(prefix="net_")
        with net.name_scope():
            net.add(nn.Dense(5, activation="relu"), nn.Dense(3))
        net.initialize()
        return net

    total = run_until(None, lambda: fresh()(nd.array(DATA)))
    for moment in np.linspace(0, total - 1, MOMENTS).astype(int):
        net = fresh()
        run_until(int(moment), lambda net=net: net(nd.array(DATA)))
        assert_clean()
        with autograd.record():
            loss = net(nd.array(DATA)).sum()
        loss.backward()
        assert all(p.grad().shape == p.shape for p in net.collect_params().values())


def test_making_a_network_is_interrupted():
    def make():
        net = nn.HybridSequential(prefix="net_")
        with net.name_scope(), mx.AttrScope(ctx_group="a"), mx.cpu(1):
            net.add(nn.Dense(5, activation="relu"), nn.BatchNorm())

    total = run_until(None, make)
    for moment in np.linspace(0, total - 1, MOMENTS).astype(int):
        run_until(int(moment), make)
        assert_clean()


# -- updates are done as a whole ---------------------------------------------------------------------------------------
@mx.optimizer.register
class InterruptedSGD(mx.optimizer.SGD):
    """Presses Ctrl-C in the middle of each update."""

    def update_multi_precision(self, index, weight, grad, state):
        signal.raise_signal(signal.SIGINT)
        super().update_multi_precision(index, weight, grad, state)


def test_ctrl_c_during_a_trainer_step_comes_after_the_last_parameter():
    program = Gluon(False)
    start = program.parameters()
    program.restore(start)
    program.step()
    updated = program.parameters()
    program.restore(start)
    options = {"learning_rate": 0.5, "momentum": 0.9}
    program.trainer = gluon.Trainer(program.net.collect_params(), "interruptedsgd", options)
    with pytest.raises(KeyboardInterrupt):
        program.step()
    for name, found in program.parameters().items():
        np.testing.assert_array_equal(found, updated[name])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_during_an_update_of_a_module_comes_after_the_last_parameter():
    net = mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")
    batches = mx.io.NDArrayIter(DATA, LABEL, batch_size=4)
    start = {"fc_weight": nd.ones((3, 6)), "fc_bias": nd.zeros((3,))}
    results = {}
    for optimizer in ("sgd", "interruptedsgd"):
        batches.reset()
        module = mx.mod.Module(net)
        expected = pytest.raises(KeyboardInterrupt) if optimizer == "interruptedsgd" else nullcontext()
        with expected:
            module.fit(batches, optimizer=optimizer, arg_params=start, num_epoch=1)
        results[optimizer] = {name: v.asnumpy() for name, v in module.get_params()[0].items()}
    for name, found in results["interruptedsgd"].items():
        assert not np.array_equal(found, start[name].asnumpy())
        np.testing.assert_array_equal(found, results["sgd"][name])


# -- real signals ------------------------------------------------------------------------------------------------------
PROGRAM = """
import os, signal, sys, time
import numpy as np
import mxlearn as mx
from mxlearn import autograd, gluon

kind = sys.argv[1]
data, label = np.random.rand(512, 200).astype("float32"), np.random.randint(0, 10, 512).astype("float32")

class Slow(gluon.data.Dataset):
    def __len__(self):
        return 512
    def __getitem__(self, index):
        return data[index], label[index]

def train_gluon(net, batches):
    loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    while True:
        for x, y in batches:
            with autograd.record():
                loss = loss_of(net(x), y)
            loss.backward()
            trainer.step(len(x))

net = gluon.nn.HybridSequential()
net.add(gluon.nn.Dense(400, activation="relu", in_units=200), gluon.nn.Dense(10, in_units=400))  # known from the start
net.initialize()
net.hybridize(kind == "hybridized")
workers = 2 if kind == "workers" else 0
loader = gluon.data.DataLoader(Slow(), 64, num_workers=workers)
scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=10)
module = mx.mod.Module(mx.sym.SoftmaxOutput(scores, name="softmax"))
batches = mx.io.NDArrayIter(data, label, 64)

for round in range(3):
    print("ready", flush=True)
    try:
        if kind == "module":
            batches.reset()
            module.fit(batches, num_epoch=10**9)
        else:
            train_gluon(net, loader)
    except KeyboardInterrupt:
        pass
    assert not autograd.is_recording() and not autograd.is_training()
    found = module.get_params()[0] if kind == "module" else {k: v.data() for k, v in net.collect_params().items()}
    assert all(np.isfinite(v.asnumpy()).all() for v in found.values())
print("done", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")
@pytest.mark.parametrize("kind", ["module", "eager", "hybridized", "workers"])
def test_a_terminal_sends_ctrl_c_to_the_whole_group(kind, tmp_path):
    script = tmp_path / "train.py"
    script.write_text(PROGRAM)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(script), kind],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        for wait in (0.4, 0.15, 0.27):
            assert process.stdout.readline() == "ready\n"
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    assert out == "done\n" and process.returncode == 0, errors
    assert "Traceback" not in errors, errors
