"""FeedForward, the trainer before Module: its numbers are Module's, its manners MXNet's."""
import logging
import warnings

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, MXNetError, NotFoundError

RNG = np.random.default_rng(4)
X = RNG.normal(size=(40, 5)).astype("float32")
Y = (X[:, 0] > 0).astype("float32") + (X[:, 1] > 0)


def classifier():
    return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc"), name="softmax")


def feed(*args, **options):
    with pytest.warns(DeprecationWarning, match="FeedForward has been deprecated"):
        return mx.model.FeedForward(*(args or (classifier(),)), **options)


def batches(size=8):
    return mx.io.NDArrayIter(X, Y, batch_size=size)


def test_it_trains_as_module_does():
    options = {"learning_rate": 0.2, "momentum": 0.9}
    model = feed(num_epoch=3, initializer=mx.init.One(), **options)
    model.fit(batches())
    module = mx.mod.Module(classifier())
    module.fit(batches(), num_epoch=3, initializer=mx.init.One(), optimizer_params=options)
    for name, array in module.get_params()[0].items():
        assert (array.asnumpy() == model.arg_params[name].asnumpy()).all()
    assert (module.predict(batches()).asnumpy() == model.predict(batches())).all()


def test_batches_count_from_one_and_evaluation_from_zero(caplog):
    caplog.set_level(logging.INFO)
    train, evaluate, ends = [], [], []
    model = feed(num_epoch=2, learning_rate=0.1)
    model.fit(
        batches(20),
        eval_data=batches(20),
        batch_end_callback=lambda p: train.append((p.epoch, p.nbatch)),
        eval_batch_end_callback=lambda p: evaluate.append((p.epoch, p.nbatch)),
        eval_end_callback=lambda p: ends.append((p.epoch, p.nbatch)),
    )
    assert train == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert evaluate == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert ends == [(0, 2), (1, 2)]
    assert caplog.messages[0] == "Start training with [cpu(0)]"
    assert caplog.messages.count("Epoch[1] Resetting Data Iterator") == 1


def test_the_last_outputs_are_logged_as_validation(caplog):
    caplog.set_level(logging.INFO)
    feed(num_epoch=1).fit(X, Y, eval_data=(X, Y))
    assert any(line.startswith("Epoch[0] Validation-accuracy=") for line in caplog.messages)


def test_arrays_are_batched_and_shuffled():
    mx.random.seed(0)
    seen = []
    model = feed(num_epoch=1, numpy_batch_size=16)
    model.fit(X, Y, batch_end_callback=lambda p: seen.append(p.locals["data_batch"].data[0].asnumpy()))
    assert [batch.shape for batch in seen] == [(16, 5), (16, 5)]  # 8 rows are left for the next epoch
    assert (seen[0] != X[:16]).any()


def test_predict_gives_numpy_arrays_without_padding():
    model = feed(num_epoch=1, numpy_batch_size=16)
    model.fit(X, Y)
    outputs, data, label = model.predict(X, return_data=True)
    assert isinstance(outputs, np.ndarray) and outputs.shape == (40, 3)
    assert (data == X).all() and label.shape == (40,)
    assert (model.predict(X[:3]) == outputs[:3]).all()
    assert model.predict(batches(), num_batch=2).shape == (16, 3)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-6)


def test_score_is_the_metric_of_the_labels():
    model = feed(num_epoch=60, learning_rate=2.0)
    model.fit(batches())
    expected = (model.predict(X).argmax(axis=1) == Y).mean()
    assert model.score(batches()) == pytest.approx(expected)
    assert expected > 0.6  # better than the most frequent class


def test_several_outputs_come_as_a_list():
    net = mx.sym.Group([classifier(), mx.sym.Variable("extra") * 2])
    data = mx.io.NDArrayIter({"data": X, "extra": X}, Y, batch_size=8)
    model = feed(net, arg_params={"fc_weight": mx.nd.ones((3, 5)), "fc_bias": mx.nd.zeros(3)})
    assert [array.shape for array in model.predict(data)] == [(40, 3), (40, 5)]


def test_a_saved_model_goes_on(tmp_path):
    prefix = str(tmp_path / "net")
    model = feed(num_epoch=2, learning_rate=0.1)
    model.fit(batches())
    model.save(prefix)
    with warnings.catch_warnings(action="ignore"):
        again = mx.model.FeedForward.load(prefix, 2, learning_rate=0.1)
    assert again.begin_epoch == 2
    assert (again.predict(X) == model.predict(X)).all()
    again.num_epoch = 3
    epochs = []
    again.fit(batches(), epoch_end_callback=lambda epoch, symbol, args, aux: epochs.append(epoch))
    assert epochs == [2]


def test_create_trains_at_once():
    with warnings.catch_warnings(action="ignore"):
        model = mx.model.FeedForward.create(classifier(), X, Y, num_epoch=1, learning_rate=0.5)
    assert sorted(model.arg_params) == ["fc_bias", "fc_weight"]


def test_two_contexts_give_what_one_gives():
    models = [feed(ctx=ctx, num_epoch=2, initializer=mx.init.One(), learning_rate=0.3) for ctx in (
        mx.cpu(), [mx.cpu(0), mx.cpu(1)])]
    for model in models:
        model.fit(batches())
    for name in ("fc_weight", "fc_bias"):
        np.testing.assert_allclose(*(m.arg_params[name].asnumpy() for m in models), rtol=1e-5, atol=1e-7)


def test_an_epoch_may_have_a_size():
    seen = []
    model = feed(num_epoch=2, epoch_size=7)
    model.fit(batches(), batch_end_callback=lambda p: seen.append((p.epoch, p.nbatch)))
    assert seen == [(epoch, number) for epoch in range(2) for number in range(1, 8)]


def test_graphs_may_depend_on_a_bucket_key():
    def graph(length):
        mean = mx.sym.mean(mx.sym.Embedding(mx.sym.Variable("data"), input_dim=9, output_dim=4, name="e"), axis=1)
        return mx.sym.SoftmaxOutput(mx.sym.FullyConnected(mean, num_hidden=2, name="fc"), name="softmax")

    class Words(mx.io.DataIter):
        default_bucket_key = 6
        provide_data = [mx.io.DataDesc("data", (2, 6))]
        provide_label = [mx.io.DataDesc("softmax_label", (2,))]
        left = 0

        def reset(self):
            self.left = 4

        def next(self):
            if not self.left:
                raise StopIteration
            self.left -= 1
            length = 6 if self.left % 2 else 3
            data, label = mx.nd.ones((2, length)), mx.nd.ones(2)
            shapes = [mx.io.DataDesc("data", (2, length))], self.provide_label
            return mx.io.DataBatch([data], [label], 0, None, length, *shapes)

    model = feed(graph, num_epoch=5, learning_rate=0.5)
    accuracies = []
    model.fit(Words(batch_size=2), batch_end_callback=lambda p: accuracies.append(p.eval_metric.get()[1]))
    assert accuracies[-1] == 1.0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: feed(num_epoch=1).fit(X), ArgumentError, "y must be specified"),
        (lambda: feed(num_epoch=1).fit(X.tolist(), Y), ArgumentError, "X must be DataIter"),
        (lambda: feed(num_epoch=1).fit(X, Y[:3]), ArgumentError, "not equal. Received: 40 and 3"),
        (lambda: feed(num_epoch=1).fit(X, np.ones((40, 2))), ArgumentError, "Label must be 1D"),
        (lambda: feed(num_epoch=1).fit(X, Y, eval_data=3), ArgumentError, "Eval data must be"),
        (lambda: feed().fit(X, Y), ArgumentError, "num_epoch is missing"),
        (lambda: feed().predict(X), MXNetError, "there are no parameters"),
        (lambda: feed().save("x"), MXNetError, "nothing to save"),
        (lambda: feed(arg_params={"foo": mx.nd.ones(1)}).predict(X), NotFoundError, '"foo"'),
        (lambda: feed(mx.sym.Variable("a") + mx.sym.Variable("a")), ArgumentError, 'duplicated argument name "a"'),
        (lambda: feed(3), ArgumentError, "must be a Symbol"),
        (lambda: feed(num_epoch=1, lerning_rate=1).fit(X, Y), ArgumentError, "learning_rate"),
    ],
)
def test_misuse_is_said(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_parameters_of_another_net_are_dropped_if_that_is_allowed():
    params = {"fc_weight": mx.nd.ones((3, 5)), "fc_bias": mx.nd.zeros(3), "foo": mx.nd.ones(1)}
    model = feed(arg_params=params, aux_params={}, allow_extra_params=True)
    assert sorted(model.arg_params) == ["fc_bias", "fc_weight"]
    assert model.predict(X).shape == (40, 3)


def test_the_manager_divides_a_batch():
    data = batches()
    manager = mx.model.DataParallelExecutorManager(
        classifier(), [mx.cpu(0), mx.cpu(1)], data, classifier().list_arguments(), ["fc_weight", "fc_bias"], []
    )
    manager.set_params({"fc_weight": mx.nd.ones((3, 5)), "fc_bias": mx.nd.zeros(3)}, {})
    batch = next(data)
    manager.load_data_batch(batch)
    manager.forward(is_train=True)
    manager.backward()
    assert [[str(copy.context) for copy in copies] for copies in manager.param_arrays] == [["cpu(0)", "cpu(1)"]] * 2
    x, y = X[:8], np.eye(3)[Y[:8].astype(int)]
    expected = (1 / 3 - y).T @ x  # equal weights give equal probabilities
    total = sum(grad.asnumpy() for grad in manager.grad_arrays[0])
    np.testing.assert_allclose(total, expected, rtol=1e-4, atol=1e-5)
    target = {"fc_weight": mx.nd.zeros((3, 5)), "fc_bias": mx.nd.ones(3)}
    manager.copy_to(target, {})
    assert (target["fc_weight"].asnumpy() == 1).all() and not target["fc_bias"].asnumpy().any()
    metric = mx.metric.create("acc")
    manager.update_metric(metric, batch.label)
    assert metric.get()[1] == (Y[:8] == 0).mean()
    assert manager.aux_arrays == []
