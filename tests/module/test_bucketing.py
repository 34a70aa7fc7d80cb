"""The BucketingModule: graphs of several lengths that share one set of parameters."""
import logging

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import ArgumentError, FormatError, MXNetError, ShapeError
from mxlearn.io import DataBatch, DataDesc, DataIter

RNG = np.random.default_rng(3)


def graph(length):
    """Classify a sequence by the mean of its words, whatever its length; with a BatchNorm, so that there are states."""
    words = mx.sym.Embedding(mx.sym.Variable("data"), input_dim=10, output_dim=4, name="words")
    mean = mx.sym.BatchNorm(mx.sym.mean(words, axis=1), name="norm")
    scores = mx.sym.FullyConnected(mean, num_hidden=2, name="scores")
    return mx.sym.SoftmaxOutput(scores, name="softmax"), ("data",), ("softmax_label",)


class Sentences(DataIter):
    """Batches of three sentences of one length each: 8, 5, 8, 3."""

    default_bucket_key = 8

    def __init__(self):
        super().__init__(batch_size=3)
        self.provide_data = [DataDesc("data", (3, 8))]
        self.provide_label = [DataDesc("softmax_label", (3,))]
        words = [RNG.integers(0, 10, (3, length)) for length in (8, 5, 8, 3)]
        self.batches = [batch(array, (array.mean(axis=1) > 4.5).astype("float32")) for array in words]
        self.position = 0

    def reset(self):
        self.position = 0

    def next(self):
        if self.position == len(self.batches):
            raise StopIteration
        self.position += 1
        return self.batches[self.position - 1]


def batch(words, labels):
    return DataBatch(
        [mx.nd.array(words)],
        [mx.nd.array(labels)],
        bucket_key=words.shape[1],
        provide_data=[DataDesc("data", words.shape)],
        provide_label=[DataDesc("softmax_label", (len(words),))],
        pad=0,
    )


def ready(**options):
    module = mx.mod.BucketingModule(graph, default_bucket_key=8, **options)
    module.bind([("data", (3, 8))], [("softmax_label", (3,))])
    module.init_params(mx.init.Xavier())
    module.init_optimizer(optimizer_params={"learning_rate": 0.5})
    return module


def test_an_update_in_one_bucket_is_seen_in_all():
    module = ready()
    long, short = batch(np.ones((3, 8)), np.ones(3)), batch(np.ones((3, 5)), np.ones(3))
    module.forward(long, is_train=False)
    before = module.get_outputs()[0].asnumpy()
    module.forward(short, is_train=True)
    assert module.data_shapes[0].shape == (3, 5)
    module.backward()
    module.update()
    module.forward(long, is_train=False)
    after = module.get_outputs()[0].asnumpy()
    assert (after[:, 1] > before[:, 1]).all()


def test_buckets_share_arrays_and_not_copies():
    module = ready()
    module.forward(batch(np.ones((3, 5)), np.ones(3)))
    first, second = (each._exec_group.execs[0] for each in module._buckets.values())
    for name in ("words_weight", "scores_weight", "scores_bias"):
        assert first.arg_dict[name] is second.arg_dict[name]
        assert first.grad_dict[name] is second.grad_dict[name]
    assert first.aux_dict["norm_moving_mean"] is second.aux_dict["norm_moving_mean"]
    assert first.arg_dict["data"] is not second.arg_dict["data"]


def test_moving_averages_belong_to_all_buckets():
    module = ready()
    module.forward(batch(np.ones((3, 5)), np.ones(3)), is_train=True)
    module.backward()
    module.update()
    states = module.get_params()[1]
    word = module._buckets[8]._exec_group.execs[0].arg_dict["words_weight"].asnumpy()[1]
    updated = 0.1 * word  # momentum 0.9 from 0; the forward saw the word before the update, which moves it little
    np.testing.assert_allclose(states["norm_moving_mean"].asnumpy(), updated, atol=0.05)
    assert np.abs(states["norm_moving_mean"].asnumpy()).max() > 0


def test_prepare_binds_the_next_bucket_and_stays_in_this_one():
    module = ready()
    module.forward(batch(np.ones((3, 8)), np.ones(3)))
    module.prepare(batch(np.ones((3, 5)), np.ones(3)))
    assert 5 in module._buckets
    assert module.data_shapes[0].shape == (3, 8)


def test_fit_learns_over_all_buckets(caplog):
    caplog.set_level(logging.INFO)
    module = mx.mod.BucketingModule(graph, default_bucket_key=8)
    data = Sentences()
    options = {"optimizer": "adam", "optimizer_params": {"learning_rate": 0.1}, "initializer": mx.init.Xavier()}
    module.fit(data, num_epoch=40, **options)
    assert sorted(module._buckets) == [3, 5, 8]
    found = [line for line in caplog.messages if "Train-accuracy" in line]
    assert len(found) == 40
    assert found[-1] == "Epoch[39] Train-accuracy=1.000000"


def test_score_and_predict_switch_buckets():
    module = ready()
    data = Sentences()
    assert module.score(data, "acc")[0][0] == "accuracy"
    outputs = module.predict(data)
    assert outputs.shape == (12, 2)
    assert [number for _, number, _ in module.iter_predict(data)] == [0, 1, 2, 3]


def test_a_parameter_that_only_one_bucket_has_is_an_error():
    def odd(length):
        data = mx.sym.Variable("data")
        scores = mx.sym.FullyConnected(data, num_hidden=2, name="scores")  # the weight's shape is (2, length)
        return mx.sym.SoftmaxOutput(scores, name="softmax"), ("data",), ("softmax_label",)

    module = mx.mod.BucketingModule(odd, default_bucket_key=8)
    module.bind([("data", (3, 8))], [("softmax_label", (3,))])
    module.init_params()
    with pytest.raises(ShapeError, match=r"bucket 5 has the parameter 'scores_weight' with shape \(2, 5\)"):
        module.switch_bucket(5, [("data", (3, 5))], [("softmax_label", (3,))])
    assert module.data_shapes[0].shape == (3, 8)


def test_a_checkpoint_comes_back(tmp_path):
    module = ready()
    module.forward(batch(np.ones((3, 5)), np.ones(3)), is_train=True)
    module.backward()
    module.update()
    prefix = str(tmp_path / "words")
    module.save_checkpoint(prefix, 7)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "words-0007.params",
        "words-5-symbol.json",
        "words-8-symbol.json",
        "words.buckets",
    ]
    again = mx.mod.BucketingModule.load(prefix, 7, sym_gen=graph, default_bucket_key=8)
    assert again.params_initialized and not again.binded
    again.bind([("data", (3, 8))], [("softmax_label", (3,))])
    for old, new in zip(module.get_params(), again.get_params(), strict=True):
        assert {k: v.asnumpy().tolist() for k, v in old.items()} == {k: v.asnumpy().tolist() for k, v in new.items()}


def test_a_file_of_keys_that_is_none_is_a_format_error(tmp_path):
    prefix = str(tmp_path / "words")
    mx.nd.save(f"{prefix}.buckets", {"keys": mx.nd.ones(2)})
    with pytest.raises(FormatError, match="this is no list of bucket keys"):
        mx.mod.BucketingModule.load(prefix, 0, sym_gen=graph)


def test_keys_that_are_no_integers_cannot_be_saved(tmp_path):
    module = mx.mod.BucketingModule(lambda key: graph(key[0]), default_bucket_key=(8, 1))
    module.bind([("data", (3, 8))], [("softmax_label", (3,))])
    module.init_params()
    with pytest.raises(ArgumentError, match="bucket keys must be integers"):
        module.save_checkpoint(str(tmp_path / "words"), 0)
    assert list(tmp_path.iterdir()) == []


def test_parameters_from_memory():
    params = ready().get_params()
    again = mx.mod.BucketingModule.load_dict({8: graph(8)[0]}, graph, None, *params)
    again.bind([("data", (3, 8))], [("softmax_label", (3,))])
    assert (again.get_params()[0]["scores_weight"].asnumpy() == params[0]["scores_weight"].asnumpy()).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mx.mod.BucketingModule(graph), "default_bucket_key is missing"),
        (lambda: mx.mod.BucketingModule(lambda key: graph(key)[0], 8), "must return"),
        (lambda: mx.mod.BucketingModule(graph, 8).forward(None), "Call bind"),
        (lambda: ready().forward(DataBatch([mx.nd.ones((3, 8))])), "does not say its shapes"),
        (lambda: mx.mod.BucketingModule.load("x", 1), "sym_gen is required"),
    ],
)
def test_what_is_missing_is_said(call, message):
    with pytest.raises(MXNetError, match=message):
        call()


def test_two_contexts_give_what_one_gives():
    one, two = ready(), ready(context=[mx.cpu(0), mx.cpu(1)], work_load_list=[1, 2])
    two.set_params(*one.get_params())
    for length in (8, 5):
        for module in (one, two):
            module.forward(batch(np.full((3, length), 2), np.ones(3)), is_train=False)
        np.testing.assert_allclose(one.get_outputs()[0].asnumpy(), two.get_outputs()[0].asnumpy(), rtol=1e-6)
