"""All weights of a network updated at once: bit for bit what one after the other gives, and nothing by halves."""
import signal
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import gluon
from mxlearn import optimizer as opt
from mxlearn.base import ShapeError
from mxlearn.core.operator import find
from mxlearn.kernels import updates
from mxlearn.optimizer.elementwise import ElementwiseOptimizer

SHAPES = ((4, 3), (5,), (1,), (2, 3, 2), (0, 3))
NAMES = {0: "a_weight", 1: "a_bias", 2: "b_gamma", 3: "c_weight", 4: "d_weight"}
STEPS = 5

EVERY = {
    "sgd": ("sgd", {"learning_rate": 0.1}),
    "sgd with momentum": ("sgd", {"learning_rate": 0.1, "momentum": 0.9}),
    "sgd, not lazy": ("sgd", {"learning_rate": 0.1, "momentum": 0.9, "lazy_update": False}),
    "ccsgd": ("ccsgd", {"learning_rate": 0.1}),
    "nag": ("nag", {"learning_rate": 0.1, "momentum": 0.9}),
    "nag without momentum": ("nag", {"learning_rate": 0.1}),
    "signum": ("signum", {"learning_rate": 0.01, "wd_lh": 0.02}),
    "signsgd": ("signum", {"learning_rate": 0.01, "momentum": 0.0}),
    "dcasgd": ("dcasgd", {"learning_rate": 0.1}),
    "dcasgd with momentum": ("dcasgd", {"learning_rate": 0.1, "momentum": 0.9}),
    "adam": ("adam", {}),
    "adamax": ("adamax", {}),
    "nadam": ("nadam", {}),
    "ftml": ("ftml", {}),
    "adagrad": ("adagrad", {}),
    "rmsprop": ("rmsprop", {"clip_weights": 1.0}),
    "centered rmsprop": ("rmsprop", {"centered": True}),
    "adadelta": ("adadelta", {}),
    "ftrl": ("ftrl", {}),
    "lars": ("lars", {"learning_rate": 0.1, "momentum": 0.9}),
    "lbsgd": ("lbsgd", {"learning_rate": 0.1, "momentum": 0.9, "batch_scale": 2}),
    "lamb": ("lamb", {}),
    "test": ("test", {}),
}
SETTINGS = {
    "plain": {},
    "decay": {"wd": 0.01, "rescale_grad": 0.25},
    "clipped": {"wd": 0.01, "clip_gradient": 0.3, "rescale_grad": 0.5},
}


def gradients(step, dtype="float32", shapes=SHAPES):
    rng = np.random.default_rng(step)
    return [mx.nd.array(rng.normal(size=shape), dtype=dtype) for shape in shapes]


def train(name, options, at_once, dtype="float32", multipliers=None, shapes=SHAPES):
    """Return the weights and the states after some steps, and the optimizer."""
    optimizer = opt.create(name, param_idx2name=NAMES, **options)
    if multipliers:
        optimizer.set_lr_mult(multipliers)
        optimizer.set_wd_mult(multipliers)
    updater = opt.get_updater(optimizer)
    weights = gradients(99, dtype, shapes)
    for step in range(STEPS):
        grads = gradients(step, dtype, shapes)
        if at_once:
            updater(list(range(len(weights))), grads, weights)
        else:
            for index, (grad, weight) in enumerate(zip(grads, weights, strict=True)):
                updater(index, grad, weight)
    return weights, updater


def flat(state):
    if state is None:
        return []
    return [state] if isinstance(state, mx.nd.NDArray) else [leaf for each in state for leaf in flat(each)]


def assert_same(*arguments, **options):
    (singly, one), (together, all_) = (train(*arguments, at_once, **options) for at_once in (False, True))
    for expected, found in zip(singly, together, strict=True):
        np.testing.assert_array_equal(found.asnumpy(), expected.asnumpy())
    for index, state in one.states.items():
        for expected, found in zip(flat(state), flat(all_.states[index]), strict=True):
            np.testing.assert_array_equal(found.asnumpy(), expected.asnumpy())
    for name in one.optimizer.progress:
        if name != "cumgrads":
            assert getattr(one.optimizer, name) == getattr(all_.optimizer, name)


# -- the same numbers --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("case", EVERY)
def test_all_at_once_is_one_after_the_other(case, setting):
    name, options = EVERY[case]
    assert_same(name, {**options, **SETTINGS[setting]})


def test_every_optimizer_is_tried():
    tried = {name for name, _ in EVERY.values()} | {"sgld", "groupadagrad"}  # one draws noise, one takes matrices alone
    registered = opt.Optimizer.opt_registry.items()  # those of other tests and examples among them
    library = {name: module for name, module in sys.modules.items() if name.startswith("mxlearn.")}
    assert tried == {n for n, kind in registered if getattr(library.get(kind.__module__), kind.__name__, None) is kind}


def test_group_adagrad_takes_matrices():
    assert_same("groupadagrad", {}, shapes=((4, 3), (2, 5)))


def test_sgld_draws_one_noise_after_the_other():
    results = []
    for at_once in (False, True):
        mx.random.seed(3)
        results.append([w.asnumpy() for w in train("sgld", {"wd": 0.1}, at_once)[0]])
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("case", ["sgd with momentum", "adam", "nadam", "ftrl"])
@pytest.mark.parametrize("dtype", ["float64", "float16"])
@pytest.mark.filterwarnings("ignore:Accumulating with float16")
def test_precision_is_that_of_the_weight(case, dtype):
    name, options = EVERY[case]
    assert_same(name, options, dtype=dtype)


@pytest.mark.parametrize("case", ["sgd", "sgd with momentum", "nag", "adam", "dcasgd", "lbsgd", "lamb"])
def test_multi_precision_steps_on_the_master_copies(case):
    name, options = EVERY[case]
    assert_same(name, {**options, "multi_precision": True}, dtype="float16")


@pytest.mark.parametrize("case", ["sgd with momentum", "adam", "nadam"])
def test_multipliers_differ_between_weights(case):
    name, options = EVERY[case]
    assert_same(name, {**options, "wd": 0.1}, multipliers={0: 0.5, "c_weight": 0.0, 1: 2.0})


def test_a_scheduler_is_asked_as_one_after_the_other():
    class Noted(mx.lr_scheduler.FactorScheduler):
        def __call__(self, num_update):
            asked.append(num_update)
            return super().__call__(num_update)

    histories = []
    for at_once in (False, True):
        asked: list = []
        train("sgd", {"lr_scheduler": Noted(2, 0.5, base_lr=0.5)}, at_once)
        histories.append(sorted(set(asked)))
    assert histories[0] == histories[1] == [1, 2, 3, 4, 5]

    def adam(at_once):
        schedule = mx.lr_scheduler.PolyScheduler(4, base_lr=0.5)
        return [w.asnumpy() for w in train("adam", {"learning_rate": 0.5, "lr_scheduler": schedule}, at_once)[0]]

    for one, other in zip(adam(False), adam(True), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("case", [case for case in EVERY if EVERY[case][0] not in ("lars", "lbsgd", "lamb", "test")])
def test_a_weight_without_dimensions_is_a_weight_of_one_element(case):
    name, options = EVERY[case]
    results = []
    for shape, at_once in (((1,), False), ((), False), ((), True)):
        updater = opt.get_updater(opt.create(name, wd=0.1, clip_gradient=0.4, **options))
        weight = mx.np.full(shape, 2.0)
        for step in range(3):
            grad = mx.np.full(shape, 0.5 - step)
            updater([0], [grad], [weight]) if at_once else updater(0, grad, weight)
        assert weight.shape == shape
        results.append(weight.item())
    assert results[0] != 2 and results[0] == results[1] == results[2]


@pytest.mark.parametrize("name", ["sgd", "adam", "rmsprop", "signum"])
def test_large_weights_are_updated_in_blocks(name, monkeypatch):
    monkeypatch.setattr(updates, "BLOCK", 7)
    assert_same(name, {"momentum": 0.9} if name in ("sgd", "signum") else {}, shapes=((5, 4), (7,), (50,)))


def test_a_weight_that_is_no_block_of_memory_is_updated_as_a_whole(monkeypatch):
    monkeypatch.setattr(updates, "BLOCK", 7)
    base, expected = np.ones((6, 8), "float32"), np.ones((6, 8), "float32")
    expected[:, 2:4] = 0
    updates.update_all(np, find("sgd_update"), [base[:, 2:4]], [np.ones((6, 2), "float32")], [()], {"lr": 1.0})
    np.testing.assert_array_equal(base, expected)


# -- weights that cannot join ------------------------------------------------------------------------------------------
def test_a_sparse_gradient_is_applied_beside_dense_ones():
    updater = opt.get_updater(opt.SGD(learning_rate=1.0))
    rows = mx.nd.sparse.row_sparse_array(([[1.0, 1.0]], [2]), shape=(3, 2))
    weights = [mx.nd.ones((2,)), mx.nd.ones((3, 2)), mx.nd.ones((1,))]
    updater([0, 1, 2], [mx.nd.ones((2,)), rows, mx.nd.ones((1,))], weights)
    assert [w.asnumpy().ravel().tolist() for w in weights] == [[0, 0], [1, 1, 1, 1, 0, 0], [0]]
    assert updater.optimizer._index_update_count == {0: 1, 1: 1, 2: 1}


def test_weights_of_two_contexts_are_updated_each_on_its_own():
    updater = opt.get_updater(opt.SGD(learning_rate=1.0, momentum=0.5))
    contexts = [mx.cpu(0), mx.cpu(1)]
    weights = [mx.nd.ones((2,), ctx=c) for c in contexts]
    updater([0, 1], [mx.nd.ones((2,), ctx=c) for c in contexts], weights)
    assert [w.asnumpy().tolist() for w in weights] == [[0, 0], [0, 0]]
    assert updater.optimizer._all_index_update_counts == {0: {0: 1}, 1: {1: 1}}


def test_a_new_array_and_a_new_state_take_the_place_of_old_ones():
    updater = opt.get_updater(opt.SGD(learning_rate=1.0, momentum=1.0))
    one = mx.nd.ones((2,))
    updater([0], [one], [mx.nd.zeros((2,))])
    fresh = mx.nd.zeros((2,))
    updater([0], [one], [fresh])
    assert fresh.asnumpy().tolist() == [-2, -2]
    updater.states[0] = mx.nd.zeros((2,))
    updater([0], [one], [fresh])
    assert fresh.asnumpy().tolist() == [-3, -3]


# -- optimizers of others ----------------------------------------------------------------------------------------------
def test_a_class_that_changes_the_update_of_one_weight_is_asked_for_each():
    class Halved(opt.SGD):
        def _get_lr(self, index):
            return super()._get_lr(index) / 2

    class Doubled(opt.Adam):
        def update(self, index, weight, grad, state):
            super().update(index, weight, grad * 2, state)

    assert opt.SGD.at_once and not Halved.at_once and not Doubled.at_once
    weights = [mx.nd.ones((2,)), mx.nd.ones((1,))]
    opt.get_updater(Halved(learning_rate=1.0))([0, 1], [mx.nd.ones((2,)), mx.nd.ones((1,))], weights)
    assert [w.asnumpy().tolist() for w in weights] == [[0.5, 0.5], [0.5]]


def test_aggregate_num_is_the_length_of_the_lists_that_an_optimizer_gets():
    class InPairs(opt.Optimizer):
        def __init__(self, **options):
            super().__init__(**options)
            self.aggregate_num = 2

        def create_state(self, index, weight):
            return None

        def update(self, index, weight, grad, state):
            seen.append((index, [w.dtype.__name__ for w in weight]))

    seen: list = []
    updater = opt.get_updater(InPairs())
    arrays = [mx.nd.ones((1,), dtype=dtype) for dtype in ("float32", "float64", "float32", "float32")]
    updater([0, 1, 2, 3], arrays, arrays)
    assert seen == [([0, 2], ["float32", "float32"]), ([3], ["float32"]), ([1], ["float64"])]
    seen.clear()
    updater(7, arrays[0], arrays[0])
    assert seen == [([7], ["float32"])]


def test_no_weights_are_no_update():
    opt.get_updater(opt.SGD())([], [], [])


# -- nothing by halves -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(set(name for name, _ in EVERY.values())))
def test_a_gradient_of_another_shape_changes_nothing(name):
    updater = opt.get_updater(opt.create(name, param_idx2name=NAMES))
    weights = [mx.nd.ones((2, 3)), mx.nd.ones((3,))]
    for _ in range(2):
        with pytest.raises(ShapeError, match="a_bias"):
            updater([0, 1], [mx.nd.ones((2, 3)), mx.nd.ones((2,))], weights)
        assert [w.asnumpy().tolist() for w in weights] == [[[1, 1, 1]] * 2, [1, 1, 1]]
        assert updater.optimizer.num_update == 0


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_ctrl_c_between_two_weights_comes_after_the_last(optimizer, monkeypatch):
    """Also between two blocks of one weight, which is then written in part."""

    def fresh():
        net = gluon.nn.HybridSequential(prefix="net_")
        with net.name_scope():
            net.add(gluon.nn.Dense(5, in_units=6), gluon.nn.Dense(3, in_units=5))
        net.initialize(mx.init.Constant(0.5))
        trainer = gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": 0.1})
        with mx.autograd.record():
            loss = net(mx.nd.arange(24).reshape((4, 6))).sum()
        loss.backward()
        return net, trainer

    def values(net):
        return {name: p.data().asnumpy() for name, p in net.collect_params().items()}

    monkeypatch.setattr(updates, "BLOCK", 7)
    net, trainer = fresh()
    before = values(net)
    trainer.step(4)
    whole = values(net)
    assert all((whole[name] != before[name]).any() for name in whole)

    operator = find("adam_update" if optimizer == "adam" else "sgd_update")
    plain, calls = operator.step, []

    def pressed(*arguments, **attrs):
        plain(*arguments, **attrs)
        calls.append(len(calls))
        if len(calls) == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(operator, "step", pressed)
    net, trainer = fresh()
    with pytest.raises(KeyboardInterrupt):
        trainer.step(4)
    assert len(calls) > 4  # some weight took several blocks
    for name, found in values(net).items():
        np.testing.assert_array_equal(found, whole[name])
    with pytest.raises(UserWarning, match="has not been updated"):  # the gradients were used
        trainer.step(4)


def test_what_is_at_once_is_by_operator():
    for kind in opt.Optimizer.opt_registry.values():
        if kind.__module__.startswith("mxlearn") and issubclass(kind, ElementwiseOptimizer) and kind.at_once:
            names = [name for name in kind._operator_names if name is not None]
            assert names and all(hasattr(find(name), "step") for name in names)
