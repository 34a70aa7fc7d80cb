"""mx.checkpoint: what it holds, what it refuses, and that nothing is half loaded."""
import random
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import ArgumentError, DataError, FormatError, MXNetError
from mxlearn.gluon import nn
from mxlearn.optimizer.states import encode


def network(units=4, ctx=None):
    net = nn.HybridSequential()
    net.add(nn.Dense(units, activation="relu"), nn.BatchNorm(), nn.Dense(2))
    net.initialize(mx.init.Xavier(), ctx=ctx)
    return net


def one_step(net, trainer, x=None):
    x = mx.nd.random.normal(shape=(4, 3)) if x is None else x
    with autograd.record():
        loss = (net(x) ** 2).sum()
    loss.backward()
    trainer.step(4)


def bits(net):
    return {name: [a.asnumpy().tobytes() for a in p.list_data()] for name, p in net._structured_params().items()}


def run_on(make, tmp_path, before=3, after=4):
    """Return the bits after ``before`` and ``after`` steps: at once, and with a checkpoint between."""
    net, trainer = make()
    for _ in range(before):
        one_step(net, trainer)
    mx.checkpoint.save(tmp_path / "run", net=net, trainer=trainer, step=before)
    for _ in range(after):
        one_step(net, trainer)
    expected, numbers = bits(net), (mx.nd.random.uniform(shape=3).asnumpy().tolist(), np.random.rand(), random.random())
    mx.random.seed(99)
    net, trainer = make()
    assert mx.checkpoint.load(tmp_path / "run", net=net, trainer=trainer).step == before
    for _ in range(after):
        one_step(net, trainer)
    assert (mx.nd.random.uniform(shape=3).asnumpy().tolist(), np.random.rand(), random.random()) == numbers
    return expected, bits(net)


OPTIMIZERS = ["adadelta", "adagrad", "adam", "adamax", "dcasgd", "ftml", "ftrl", "lamb", "lars", "lbsgd"]
OPTIMIZERS += ["groupadagrad", "nadam", "nag", "rmsprop", "sgd", "sgld", "signum"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_on_to_the_last_bit(tmp_path, name):
    def make():
        net, options = network(), {"learning_rate": 0.01, "wd": 0.1}
        if name == "groupadagrad":                             # for matrices only, without weight decay
            net, options = nn.Dense(2, use_bias=False), {"learning_rate": 0.01}
            net.initialize(mx.init.Xavier())
        return net, gluon.Trainer(net.collect_params(), name, options)

    expected, received = run_on(make, tmp_path)
    assert received == expected


def test_no_optimizer_is_left_out():
    registered = mx.optimizer.Optimizer.opt_registry.items()  # those of other tests and examples among them
    library = {name: module for name, module in sys.modules.items() if name.startswith("mxlearn.")}
    own = {n for n, kind in registered if getattr(library.get(kind.__module__), kind.__name__, None) is kind}
    assert own - {"test", "ccsgd"} == set(OPTIMIZERS)


@pytest.mark.parametrize("schedule", ["Factor", "MultiFactor", "Poly", "Cosine"])
def test_schedules_go_on_where_they_were(tmp_path, schedule):
    options = {"Factor": {"step": 2, "factor": 0.5}, "MultiFactor": {"step": [2, 5], "factor": 0.5}}.get(schedule)
    kind = getattr(mx.lr_scheduler, f"{schedule}Scheduler")

    def make():
        net = network()
        made = kind(base_lr=0.1, warmup_steps=2, **(options or {"max_update": 10}))
        return net, gluon.Trainer(net.collect_params(), "sgd", {"lr_scheduler": made, "momentum": 0.9})

    expected, received = run_on(make, tmp_path)
    assert received == expected


def test_each_device_keeps_its_own_moving_averages(tmp_path):
    contexts = [mx.cpu(0), mx.cpu(1)]

    def trained(net, trainer, steps):
        for _ in range(steps):
            parts = [nd.random.normal(i, 1, shape=(4, 3), ctx=ctx) for i, ctx in enumerate(contexts)]
            with autograd.record():
                losses = [(net(part) ** 2).sum() for part in parts]
            autograd.backward(losses)
            trainer.step(8)

    def make():
        net = network(ctx=contexts)
        return net, gluon.Trainer(net.collect_params(), "adam")

    net, trainer = make()
    trained(net, trainer, 3)
    mx.checkpoint.save(tmp_path / "run", net=net, trainer=trainer)
    trained(net, trainer, 3)
    other, its_trainer = make()
    mx.checkpoint.load(tmp_path / "run", net=other, trainer=its_trainer)
    trained(other, its_trainer, 3)
    assert bits(other) == bits(net)
    assert len(set(bits(net)["1.running_mean"])) == 2

    single = network()
    mx.checkpoint.load(tmp_path / "run", net=single)  # on another number of devices: that of the first
    stored = mx.safetensors.load(tmp_path / "run")["net/parameters/1.running_mean/0"]
    assert (single[1].running_mean.data() == stored).asnumpy().all()


def test_gradients_that_are_added_up_are_kept(tmp_path):
    def make():
        net = nn.Dense(1, in_units=2)
        net.initialize(mx.init.One())
        net.collect_params().setattr("grad_req", "add")
        return net

    net = make()
    with autograd.record():
        net(nd.array([[1, 2]])).backward()
    mx.checkpoint.save(tmp_path / "run", net=net)
    other = make()
    mx.checkpoint.load(tmp_path / "run", net=other)
    assert other.weight.grad().asnumpy().tolist() == [[1, 2]]


def test_networks_in_numpys_manner(tmp_path):
    @mx.util.use_np
    def trained(steps, resume=False):
        net = mx.gluon.nn.Dense(2)
        net.initialize(mx.init.Xavier())
        trainer = gluon.Trainer(net.collect_params(), "adam")
        if resume:
            mx.checkpoint.load(tmp_path / "run", net=net, trainer=trainer)
        for _ in range(steps):
            with autograd.record():
                loss = (net(mx.np.random.normal(size=(4, 3))) ** 2).sum()
            loss.backward()
            trainer.step(4)
        if not resume and steps == 3:
            mx.checkpoint.save(tmp_path / "run", net=net, trainer=trainer)
        return net, trainer

    mx.random.seed(5)
    trained(3)
    resumed = bits(trained(2, resume=True)[0])
    mx.random.seed(5)
    assert bits(trained(5)[0]) == resumed


# -- Module ------------------------------------------------------------------------------------------------------------
def test_module_goes_on_in_the_middle_of_a_pass(tmp_path):
    def make():
        data = np.random.RandomState(0).rand(20, 3)
        batches = mx.io.NDArrayIter(data, np.arange(20) % 2, 4, shuffle=True, last_batch_handle="roll_over")
        out = mx.sym.BatchNorm(mx.sym.FullyConnected(mx.sym.var("data"), num_hidden=4, name="fc"), name="bn")
        module = mx.mod.Module(mx.sym.SoftmaxOutput(mx.sym.Dropout(out), name="softmax"))
        module.bind(batches.provide_data, batches.provide_label)
        module.init_params(mx.init.Xavier())
        module.init_optimizer(optimizer="adam")
        return module, batches

    def trained(module, batches, steps):
        for _ in range(steps):
            try:
                batch = batches.next()
            except StopIteration:
                batches.reset()
                batch = batches.next()
            module.forward_backward(batch)
            module.update()

    def values(module):
        return [{name: a.asnumpy().tobytes() for name, a in of.items()} for of in module.get_params()]

    module, batches = make()
    trained(module, batches, 3)
    mx.checkpoint.save(tmp_path / "run", net=module, data=batches, step=3)
    trained(module, batches, 9)
    expected = values(module)
    module, batches = make()
    mx.checkpoint.load(tmp_path / "run", net=module, data=batches)
    trained(module, batches, 9)
    assert values(module) == expected


# -- the position in the data ------------------------------------------------------------------------------------------
class Noisy(gluon.data.Dataset):
    """Examples whose reading draws from numpy.random and random."""

    def __len__(self):
        return 23

    def __getitem__(self, i):
        return np.float64(i + np.random.rand() / 4 + random.random() / 4)


@pytest.mark.parametrize("options", [{}, {"last_batch": "rollover"}, {"num_workers": 1}])
@pytest.mark.parametrize("given", [0, 1, 3, 5, 8, 12])
def test_a_loader_gives_what_was_still_to_come(tmp_path, options, given):
    def make():
        return gluon.data.DataLoader(Noisy(), 5, shuffle=True, **options)

    def batches(loader):
        for _ in range(4):
            for batch in loader:
                yield batch.asnumpy().tolist()

    np.random.seed(3)
    loader = make()
    whole, source = [], batches(loader)
    for _ in range(given):
        next(source)
    mx.checkpoint.save(tmp_path / "run", data=loader)
    whole = [next(source) for _ in range(6)]
    np.random.seed(77)
    loader = make()
    mx.checkpoint.load(tmp_path / "run", data=loader)
    source = batches(loader)
    assert [next(source) for _ in range(6)] == whole


def test_a_pass_that_was_left_is_not_gone_on_with(tmp_path):
    loader = gluon.data.DataLoader(Noisy(), 5)
    for _ in loader:
        break
    mx.checkpoint.save(tmp_path / "run", data=loader)
    mx.checkpoint.load(tmp_path / "run", data=loader)
    assert len(list(loader)) == 5


@pytest.mark.parametrize("handle", ["pad", "discard", "roll_over"])
@pytest.mark.parametrize("given", [0, 2, 5, 7])
def test_an_iterator_gives_what_was_still_to_come(tmp_path, handle, given):
    def make():
        return mx.io.NDArrayIter(np.arange(13), batch_size=3, shuffle=True, last_batch_handle=handle)

    def batches(source, count):
        taken = []
        while len(taken) < count:
            try:
                taken.append(source.next().data[0].asnumpy().tolist())
            except StopIteration:
                source.reset()
        return taken

    source = make()
    batches(source, given)
    mx.checkpoint.save(tmp_path / "run", data=source)
    expected = batches(source, 8)
    source = make()
    mx.checkpoint.load(tmp_path / "run", data=source)
    assert batches(source, 8) == expected


def test_other_iterators_are_refused(tmp_path):
    with pytest.raises(ArgumentError, match="generator cannot tell its position"):
        mx.checkpoint.save(tmp_path / "run", data=(i for i in range(3)))
    with pytest.raises(ArgumentError, match="ResizeIter cannot tell its position"):
        mx.checkpoint.save(tmp_path / "run", data=mx.io.ResizeIter(mx.io.NDArrayIter(np.ones(3)), 2))


# -- what is refused ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"net": 3}, "net must be a Block or a Module. Received: int"),
        ({"trainer": 3}, "trainer must be a gluon.Trainer"),
        ({"extra": {"f": len}}, r"state\['extra'\]\['f'\] is a builtin_function_or_method"),
        ({"net": nn.Dense(1)}, "initialize"),
    ],
)
def test_what_cannot_be_saved_is_said(tmp_path, arguments, message):
    with pytest.raises(MXNetError, match=message):
        mx.checkpoint.save(tmp_path / "run", **arguments)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_of_something_else_changes_nothing(tmp_path):
    net = network()
    trainer = gluon.Trainer(net.collect_params(), "adam")
    loader = gluon.data.DataLoader(Noisy(), 5, shuffle=True)
    one_step(net, trainer)
    before = (bits(net), mx.random.get_state())

    wide = network(units=5)
    its_trainer = gluon.Trainer(wide.collect_params(), "adam")
    one_step(wide, its_trainer)
    its_numbers = mx.random.get_state()
    mx.checkpoint.save(tmp_path / "wide", net=wide, trainer=its_trainer)
    mx.checkpoint.save(tmp_path / "nothing", step=3)
    sgd = gluon.Trainer(network().collect_params(), "sgd")
    net_of_sgd = network()
    one_step(net_of_sgd, sgd := gluon.Trainer(net_of_sgd.collect_params(), "sgd"))
    mx.checkpoint.save(tmp_path / "sgd", net=net_of_sgd, trainer=sgd)
    net.save_parameters(tmp_path / "params")
    mx.safetensors.save(tmp_path / "arrays", {"w": nd.ones(3)})
    (tmp_path / "numbers").write_bytes(encode({"step": 1, "random": {}}, kind="mxlearn-checkpoint"))
    (tmp_path / "tree").write_bytes(encode([1], kind="mxlearn-checkpoint"))
    mx.random.set_state(before[1])
    assert its_numbers != before[1]
    for name, error, message in [
        ("wide", MXNetError, "wide: .*shape"),
        ("nothing", FormatError, "nothing: the checkpoint holds no optimizer"),
        ("sgd", ArgumentError, "one of the optimizer 'sgd', but the run uses 'adam'"),
        ("params", FormatError, "params"),
        ("arrays", FormatError, "not one of mxlearn-checkpoint"),
        ("numbers", FormatError, "no state of mx.random"),
        ("tree", FormatError, "badly formed"),
        ("missing", DataError, "cannot be read"),
    ]:
        with pytest.raises(error, match=message):
            mx.checkpoint.load(tmp_path / name, net=net, trainer=trainer)
        assert (bits(net), mx.random.get_state()) == before, name
    with pytest.raises(FormatError, match="0 data sources, 1 are given"):
        mx.checkpoint.load(tmp_path / "wide", data=loader)


def test_extra_values_come_back_as_they_were(tmp_path):
    extra = {"losses": [0.5, float("inf")], "best": (3, None), 7: np.arange(3, dtype="int16"), "w": nd.array([1, 2])}
    mx.checkpoint.save(tmp_path / "run", step=12, extra=extra)
    saved = mx.checkpoint.load(tmp_path / "run")
    assert (saved.step, saved.extra["losses"], saved.extra["best"]) == (12, extra["losses"], (3, None))
    assert (saved.extra[7].dtype, saved.extra[7].tolist()) == (np.int16, [0, 1, 2])
    assert isinstance(saved.extra["w"], nd.NDArray)


@pytest.mark.parametrize("name", ["sgd", "adam", "adagrad"])
@pytest.mark.parametrize("sparse", ["gradient", "weight"])
def test_rows_of_sparse_embeddings_go_on(tmp_path, name, sparse):
    def make():
        embedding = nn.Embedding(6, 3, sparse_grad=True)
        if sparse == "weight":
            embedding = gluon.contrib.nn.SparseEmbedding(6, 3)
        net = nn.Sequential()
        net.add(embedding, nn.Dense(2))
        net.initialize(mx.init.Xavier())
        options = {"learning_rate": 0.1, "momentum": 0.9} if name == "sgd" else {"learning_rate": 0.1}
        return net, gluon.Trainer(net.collect_params(), name, options)

    def trained(net, trainer, first):
        for i in range(4):
            one_step(net, trainer, nd.array([i % 6, (i + first) % 6, first]))

    def values(net):
        parameters = net._structured_params().values()
        return [a.asnumpy().tobytes() for p in parameters for a in p._arrays()]

    net, trainer = make()
    trained(net, trainer, 1)
    mx.checkpoint.save(tmp_path / "run", net=net, trainer=trainer)
    trained(net, trainer, 2)
    other, its_trainer = make()
    mx.checkpoint.load(tmp_path / "run", net=other, trainer=its_trainer)
    trained(other, its_trainer, 2)
    assert values(other) == values(net)
