"""fit, score, predict, iter_predict."""
import logging

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError
from mxlearn.module import Module

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [2, 2]], "float32")
Y = (X.sum(1) > 1).astype("float32")


def batches(size=4, **options):
    return mx.io.NDArrayIter(X, Y, batch_size=size, **options)


def classifier(width=2):
    hidden = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=width, name="fc")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


def fitted(**options):
    module = Module(classifier())
    options.setdefault("optimizer_params", {"learning_rate": 1.0})
    options.setdefault("num_epoch", 2)
    module.fit(batches(), **options)
    return module


def test_fit_learns():
    module = fitted(num_epoch=60)
    assert module.score(batches(), "acc") == [("accuracy", 1.0)]


def test_the_number_of_epochs_must_be_given():
    with pytest.raises(ArgumentError, match="num_epoch is missing"):
        Module(classifier()).fit(batches())


def test_progress_is_logged_as_mxnet_does(caplog):
    caplog.set_level(logging.INFO)
    fitted(eval_data=batches(), eval_metric=["acc", "ce"], num_epoch=1)
    texts = [message.rsplit("=", 1)[0] for message in caplog.messages]
    assert texts == [
        "Epoch[0] Train-accuracy", "Epoch[0] Train-cross-entropy", "Epoch[0] Time cost",
        "Epoch[0] Validation-accuracy", "Epoch[0] Validation-cross-entropy",
    ]  # fmt: skip


def test_callbacks_get_what_they_expect():
    seen = []
    fitted(
        begin_epoch=3,
        num_epoch=5,
        batch_end_callback=[lambda p: seen.append(("batch", p.epoch, p.nbatch, type(p.eval_metric).__name__))],
        epoch_end_callback=lambda epoch, symbol, arg, aux: seen.append(("epoch", epoch, symbol.name, sorted(arg), aux)),
        eval_data=batches(),
        eval_end_callback=lambda p: seen.append(("eval", p.epoch)),
        eval_batch_end_callback=lambda p: seen.append(("eval batch", p.nbatch)),
    )
    one = lambda epoch: [  # noqa: E731
        ("batch", epoch, 0, "Accuracy"), ("batch", epoch, 1, "Accuracy"),
        ("epoch", epoch, "softmax", ["fc_bias", "fc_weight"], {}),
        ("eval batch", 0), ("eval batch", 1), ("eval", epoch),
    ]  # fmt: skip
    assert seen == one(3) + one(4)


def test_fit_goes_on_from_given_parameters():
    start = {"fc_weight": mx.nd.ones((2, 2)), "fc_bias": mx.nd.zeros(2)}
    module = fitted(arg_params=start, aux_params={}, num_epoch=1, optimizer_params={"learning_rate": 0.0})
    assert module.get_params()[0]["fc_weight"].asnumpy().tolist() == [[1, 1], [1, 1]]


def test_a_second_fit_goes_on_where_the_first_ended(caplog):
    straight, twice = fitted(num_epoch=6, initializer=mx.init.One()), fitted(num_epoch=5, initializer=mx.init.One())
    with pytest.warns(UserWarning, match="Already bound|already initialized"):
        twice.fit(batches(), num_epoch=1)
    assert "optimizer already initialized, ignoring" in caplog.text      # with the options of the first
    for name, expected in straight.get_params()[0].items():
        assert np.array_equal(twice.get_params()[0][name].asnumpy(), expected.asnumpy())


def test_force_init_begins_again():
    module = fitted(num_epoch=5)
    module.init_optimizer(optimizer_params={"learning_rate": 0.0}, force_init=True)
    module.fit(batches(), num_epoch=1, force_rebind=True, force_init=True, initializer=mx.init.Zero())
    assert not module.get_params()[0]["fc_weight"].asnumpy().any()


@pytest.mark.filterwarnings("ignore:Already bound|Parameters already|optimizer already")
@pytest.mark.parametrize("moment", range(0, 24, 3))
def test_an_interrupted_fit_keeps_the_parameters_of_a_full_update(moment):
    """Interrupt at a node of forward, wherever it is: the parameters are those after some whole number of updates."""
    def train(module, stop=None):
        count, snapshots = [0], []

        def watch(*_):
            count[0] += 1
            if count[0] == stop:
                raise KeyboardInterrupt

        module.bind(batches().provide_data, batches().provide_label)
        module.init_params(mx.init.One())
        module._exec_group.execs[0].set_monitor_callback(watch)
        snapshots.append(weights(module))
        try:
            module.fit(batches(), num_epoch=3, optimizer_params={"learning_rate": 1.0},
                       batch_end_callback=lambda p: snapshots.append(weights(module)))  # fmt: skip
        except KeyboardInterrupt:
            assert stop is not None
        return snapshots

    def weights(module):
        module._params_dirty = module.optimizer_initialized
        return {name: p.asnumpy().tolist() for name, p in module.get_params()[0].items()}

    complete = train(Module(classifier()))
    module = Module(classifier())
    train(module, stop=moment + 1)
    assert weights(module) in complete


def test_score_takes_several_metrics_and_a_number_of_batches():
    module = fitted(num_epoch=60)
    (accuracy, one), (entropy, loss) = module.score(batches(), ["acc", "ce"])
    assert (accuracy, one, entropy) == ("accuracy", 1.0, "cross-entropy")
    assert 0 < loss < 0.5
    metric = mx.metric.create("acc")
    module.score(batches(), metric, num_batch=1)
    assert metric.num_inst == 4


def test_padding_is_not_scored_and_not_predicted():
    module = fitted()
    metric = mx.metric.create("acc")
    module.score(batches(), metric)
    assert module.predict(batches()).shape == (6, 2)
    assert [(out[0].shape, number) for out, number, _ in module.iter_predict(batches())] == [((4, 2), 0), ((2, 2), 1)]


def test_forms_of_predictions():
    module = fitted()
    merged = module.predict(batches())
    parts = module.predict(batches(), merge_batches=False)
    assert [[p.shape for p in part] for part in parts] == [[(4, 2)], [(2, 2)]]
    assert np.array_equal(np.concatenate([p[0].asnumpy() for p in parts]), merged.asnumpy())
    assert isinstance(module.predict(batches(), always_output_list=True), list)
    assert module.predict(batches(), num_batch=1).shape == (4, 2)
    assert np.array_equal(module.predict(X).asnumpy(), merged.asnumpy())
    assert np.array_equal(module.predict(mx.nd.array(X)).asnumpy(), merged.asnumpy())


def test_several_inputs_and_outputs():
    a, b = mx.sym.Variable("a"), mx.sym.Variable("b")
    total = mx.sym.LinearRegressionOutput(a + b, mx.sym.Variable("y"), name="sum")
    net = mx.sym.Group([total, mx.sym.BlockGrad(a * b)])
    module = Module(net, data_names=["a", "b"], label_names=["y"])
    data = mx.io.NDArrayIter({"a": X, "b": X + 1}, {"y": X}, batch_size=3)
    module.bind(data.provide_data, data.provide_label)
    module.init_params()
    plus, times = module.predict(data)
    assert np.array_equal(plus.asnumpy(), 2 * X + 1)
    assert np.array_equal(times.asnumpy(), X * (X + 1))
