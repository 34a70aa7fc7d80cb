"""The Trainer: steps, stale gradients, several contexts, learning rates, states."""
import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon
from mxlearn.base import ArgumentError, DataError, MXNetError

TWO = [mx.cpu(0), mx.cpu(1)]


def line(ctx=None):
    """Return y = w x + b with w = b = 1."""
    net = gluon.nn.Dense(1, in_units=1, bias_initializer="ones")
    net.initialize(mx.init.One(), ctx=ctx)
    return net


def numbers(net, ctx=None):
    return net.weight.data(ctx).asscalar(), net.bias.data(ctx).asscalar()


def backward(net, *values, ctx=None):
    with autograd.record():
        loss = net(mx.nd.array(values, ctx=ctx).reshape((-1, 1))).sum()
    loss.backward()


def test_a_step_of_gradient_descent():
    net = line()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    backward(net, 1, 3)                                                  # dw = 4, db = 2
    trainer.step(batch_size=2)
    assert numbers(net) == (1 - 0.5 * 4 / 2, 1 - 0.5 * 2 / 2)


def test_rescale_grad_is_kept_beside_the_batch_size():
    net = line()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1, "rescale_grad": 0.1})
    backward(net, 1)
    trainer.step(2)
    assert np.allclose(numbers(net), (0.95, 0.95))


def test_parameters_may_be_a_list_or_a_dict():
    net = line()
    for params in (net.collect_params(), dict(net.collect_params()), list(net.collect_params().values())):
        backward(net, 1)
        gluon.Trainer(params, "sgd", {"learning_rate": 0.0}).step(1)


@pytest.mark.parametrize("params", [3, [1], None, "abc"])
def test_anything_else_is_refused(params):
    with pytest.raises(ArgumentError, match="^Trainer: "):
        gluon.Trainer(params, "sgd")


def test_an_optimizer_object_takes_no_options():
    net = line()
    sgd = mx.optimizer.SGD(learning_rate=0.25)
    assert gluon.Trainer(net.collect_params(), sgd).optimizer is sgd
    with pytest.raises(ArgumentError, match="optimizer_params must be None"):
        gluon.Trainer(net.collect_params(), sgd, {"learning_rate": 1})
    with pytest.raises(ArgumentError, match="Cannot find optimizer foo"):
        gluon.Trainer(net.collect_params(), "foo")


def test_uninitialized_parameters_are_named():
    net = gluon.nn.Dense(1, in_units=1, prefix="fc_")
    with pytest.raises(MXNetError, match="'fc_(weight|bias)'.*has not been initialized"):
        gluon.Trainer(net.collect_params(), "sgd").step(1)


# -- stale gradients ---------------------------------------------------------------------------------------------------
def test_a_gradient_is_used_once():
    net = line()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    backward(net, 1)
    trainer.step(1)
    before = numbers(net)
    with pytest.raises(UserWarning, match="has not been updated by backward since last `step`"):
        trainer.step(1)
    assert numbers(net) == before


def test_parameters_without_a_new_gradient_are_skipped_on_request():
    used, unused = line(), line()
    trainer = gluon.Trainer([*used.collect_params().values(), *unused.collect_params().values()], "sgd", {"wd": 0.1})
    backward(used, 1)
    with pytest.raises(UserWarning):
        trainer.step(1)
    assert numbers(used) == (1, 1)                                       # nothing was updated
    trainer.step(1, ignore_stale_grad=True)
    assert numbers(used) != (1, 1)
    assert numbers(unused) == (1, 1)


def test_parameters_without_gradient_are_left_alone():
    net = line()
    net.bias.grad_req = "null"
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1})
    backward(net, 2)
    trainer.step(1)
    assert numbers(net) == (-1, 1)


# -- several contexts --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nag", "rmsprop", "ftrl"])
@pytest.mark.parametrize("kvstore", ["device", "local"])
def test_two_contexts_train_as_one(optimizer, kvstore):
    single, double = line(), line(TWO)
    options = {"learning_rate": 0.1, "wd": 0.01}
    trainers = [
        gluon.Trainer(single.collect_params(), optimizer, options),
        gluon.Trainer(double.collect_params(), optimizer, options, kvstore=kvstore),
    ]
    rng = np.random.default_rng(0)
    for _ in range(5):
        batch = rng.normal(size=(8, 1))
        target = mx.nd.array(3 * batch + 2)
        with autograd.record():
            loss = ((single(mx.nd.array(batch)) - target) ** 2).sum()
        loss.backward()
        parts = gluon.utils.split_and_load(mx.nd.array(batch), TWO)
        targets = gluon.utils.split_and_load(target, TWO)
        with autograd.record():
            losses = [((double(x) - y) ** 2).sum() for x, y in zip(parts, targets, strict=True)]
        autograd.backward(losses)
        for trainer in trainers:
            trainer.step(8)
    for ctx in TWO:
        assert np.allclose(numbers(double, ctx), numbers(single), rtol=1e-5)


def test_gradients_may_be_changed_between_summing_and_updating():
    net = line(TWO)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 1}, update_on_kvstore=False)
    for ctx, value in zip(TWO, (1, 2), strict=True):
        backward(net, value, ctx=ctx)
    trainer.allreduce_grads()
    assert [g.asscalar() for g in net.weight.list_grad()] == [3, 3]
    for grad in net.weight.list_grad():
        grad[:] = 0.5
    trainer.update(1)
    assert net.weight.data(mx.cpu(1)).asscalar() == 0.5


def test_parameters_must_share_their_contexts():
    one, two = line(), line(TWO)
    trainer = gluon.Trainer([*one.collect_params().values(), *two.collect_params().values()], "sgd")
    with pytest.raises(MXNetError, match=r"same contexts.*\n.*reset_ctx"):
        trainer.step(1)


# -- learning rates ----------------------------------------------------------------------------------------------------
def test_the_learning_rate_can_be_read_and_set():
    trainer = gluon.Trainer(line().collect_params(), "sgd", {"learning_rate": 0.1})
    assert trainer.learning_rate == 0.1
    trainer.set_learning_rate(0.5)
    assert trainer.learning_rate == 0.5


def test_a_scheduler_sets_the_learning_rate():
    net = line()
    halve = mx.lr_scheduler.FactorScheduler(step=1, factor=0.5, base_lr=1)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": halve, "learning_rate": 1})
    rates = []
    for _ in range(4):
        backward(net, 1)
        trainer.step(1)
        rates.append(trainer.learning_rate)
    assert rates == [1, 0.5, 0.25, 0.125]                                # from MXNet 1.9.1
    with pytest.raises(UserWarning, match="LRScheduler of the optimizer has already been defined"):
        trainer.set_learning_rate(1)


def test_multipliers_of_a_parameter_count():
    net = line()
    net.weight.lr_mult, net.bias.lr_mult = 0, 2
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    backward(net, 1)
    trainer.step(1)
    assert numbers(net) == (1, 0)


# -- states ------------------------------------------------------------------------------------------------------------
def test_training_goes_on_from_saved_states(tmp_path):
    def train(steps, resume=False):
        net = line()
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
        for step in range(steps):
            if resume and step == 3:
                trainer.save_states(tmp_path / "states")
                net.save_parameters(str(tmp_path / "params"))
                net = line()
                net.load_parameters(str(tmp_path / "params"))
                trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
                trainer.load_states(tmp_path / "states")
            backward(net, step + 1)
            trainer.step(1)
        return numbers(net)

    assert train(6) == train(6, resume=True)


def test_a_file_of_states_that_is_missing_or_broken(tmp_path):
    trainer = gluon.Trainer(line().collect_params(), "adam")
    with pytest.raises(DataError, match="cannot be read"):
        trainer.load_states(tmp_path / "nothing")
    (tmp_path / "broken").write_bytes(b"\x80\x04nonsense")
    with pytest.raises(MXNetError):
        trainer.load_states(tmp_path / "broken")


# -- interruptions -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("moment", ["forward", "backward", "between", "update"])
def test_an_interrupted_training_loop_leaves_parameters_whole(moment, monkeypatch):
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(4, in_units=2, activation="relu"), gluon.nn.Dense(1, in_units=4))
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "momentum": 0.9})
    armed = []

    class Stop(autograd.Function):
        def forward(self, x):
            if "forward" in armed:
                raise KeyboardInterrupt
            return x * 1

        def backward(self, dy):
            if "backward" in armed:
                raise KeyboardInterrupt
            return dy

    def step():
        with autograd.record():
            loss = Stop()(net(mx.nd.ones((3, 2)))).sum()
            if "between" in armed:
                raise KeyboardInterrupt
        loss.backward()
        trainer.step(3)

    step()
    before = {name: p.data().asnumpy() for name, p in net.collect_params().items()}
    armed.append(moment)
    if moment == "update":
        monkeypatch.setattr(trainer._optimizer, "_attributes", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        step()
    assert (autograd.is_recording(), autograd.is_training()) == (False, False)
    for name, p in net.collect_params().items():
        assert np.array_equal(p.data().asnumpy(), before[name])
    armed.clear()
    monkeypatch.undo()
    step()                                                               # and training goes on
    assert all(np.isfinite(p.data().asnumpy()).all() for p in net.collect_params().values())
