"""The Updater and the file format of optimizer states."""
import json
import pickle

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import optimizer as opt
from mxlearn.base import ArgumentError, FormatError, ShapeError
from mxlearn.optimizer.states import decode, encode


def train(updater, weights, steps, start=0):
    for i in range(start, start + steps):
        for index, weight in weights.items():
            updater(index, mx.nd.array(np.cos(np.arange(weight.size) + i)), weight)


def fresh():
    return {0: mx.nd.ones((3,)), "b": mx.nd.ones((2,))}


def values(weights):
    return {key: weight.asnumpy().tolist() for key, weight in weights.items()}


def with_header(header, data=b""):
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


METADATA = {"format": "mxlearn-optimizer", "version": "1"}


def with_array(dtype, shape, offsets):
    entry = {"dtype": dtype, "shape": shape, "data_offsets": offsets}
    return with_header({"__metadata__": {**METADATA, "tree": "1"}, "a": entry}, b"1234")


# -- updating ----------------------------------------------------------------------------------------------------------
def test_updater_creates_a_state_for_each_weight():
    updater = opt.get_updater(opt.SGD(momentum=0.9))
    train(updater, fresh(), 1)
    assert {key: state.shape for key, state in updater.states.items()} == {0: (3,), "b": (2,)}


def test_updater_takes_lists_and_checks_all_before_the_first_change():
    updater = opt.get_updater(opt.SGD(learning_rate=1.0))
    weights = [mx.nd.ones((2,)), mx.nd.ones((3,))]
    updater([0, 1], [mx.nd.ones((2,)), mx.nd.ones((3,))], weights)
    assert [w.asnumpy().sum() for w in weights] == [0, 0]
    with pytest.raises(ShapeError, match="weight 1"):
        updater([0, 1], [mx.nd.ones((2,)), mx.nd.ones((2,))], weights)
    assert [w.asnumpy().sum() for w in weights] == [0, 0]


def test_error_names_the_weight():
    updater = opt.get_updater(opt.SGD(param_idx2name={0: "fc1_weight"}))
    with pytest.raises(ShapeError, match="fc1_weight"):
        updater(0, mx.nd.ones((3,)), mx.nd.ones((2,)))


# -- saving and loading ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sgd", {"momentum": 0.9}),
        ("adam", {}),
        ("nadam", {}),
        ("rmsprop", {"centered": True}),
        ("dcasgd", {"momentum": 0.5}),
        ("lbsgd", {"batch_scale": 2, "momentum": 0.9}),
        ("lars", {"momentum": 0.9}),
    ],
)
def test_training_goes_on_exactly_where_it_stopped(name, options):
    whole = opt.get_updater(opt.create(name, **options))
    expected = fresh()
    train(whole, expected, 7)

    first = opt.get_updater(opt.create(name, **options))
    weights = fresh()
    train(first, weights, 3)
    second = opt.get_updater(opt.create(name, **options))
    second.set_states(first.get_states())
    train(second, weights, 4, start=3)
    assert values(weights) == values(expected)


def test_optimizer_itself_is_stored_on_request():
    schedule = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.5)
    first = opt.get_updater(
        opt.SGD(momentum=0.9, wd=0.25, clip_gradient=3.0, param_idx2name={0: "a_bias"}, lr_scheduler=schedule)
    )
    weights = fresh()
    train(first, weights, 5)
    second = opt.get_updater(opt.Adam())
    second.set_states(first.get_states(dump_optimizer=True))
    stored, loaded = vars(first.optimizer), vars(second.optimizer)
    assert type(second.optimizer) is opt.SGD
    assert type(loaded["lr_scheduler"]) is mx.lr_scheduler.FactorScheduler
    assert vars(loaded["lr_scheduler"]) == vars(schedule)
    for name in ("momentum", "wd", "clip_gradient", "idx2name", "wd_mult", "num_update", "_all_index_update_counts"):
        assert loaded[name] == stored[name], name
    twin = {key: weight.copy() for key, weight in weights.items()}
    train(first, weights, 2, start=5)
    train(second, twin, 2, start=5)
    assert values(weights) == values(twin)


def test_states_move_to_the_context_of_their_weight():
    first = opt.get_updater(opt.SGD(momentum=0.9))
    train(first, {0: mx.nd.ones((3,))}, 1)
    second = opt.get_updater(opt.SGD(momentum=0.9))
    second.set_states(first.get_states())
    second(0, mx.nd.ones((3,), ctx=mx.cpu(1)), mx.nd.ones((3,), ctx=mx.cpu(1)))
    assert second.states[0].context == mx.cpu(1)


def test_multi_precision_states_are_stored():
    updater = opt.get_updater(opt.SGD(momentum=0.9, multi_precision=True))
    w = mx.nd.ones((2,), dtype="float16")
    updater(0, mx.nd.ones((2,), dtype="float16"), w)
    other = opt.get_updater(opt.SGD(momentum=0.9, multi_precision=True))
    other.set_states(updater.get_states())
    mom, master = other.states[0]
    assert (mom.dtype, master.dtype) == (np.float32, np.float32)


# -- the format --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(2, 3), (0, 4), (1,)])
def test_arrays_of_every_dtype_come_back(dtype, shape):
    array = (np.arange(np.prod(shape)).reshape(shape) % 2).astype(dtype)
    (back,) = decode(encode([array]))
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert (back == array).all()


def test_values_come_back_as_they_were():
    value = {"a": [1, 2.5, None, True, "x"], 3: (float("inf"), {"deep": ()}), "t": 10**20}
    assert decode(encode(value)) == value


def test_layout_is_that_of_safetensors():
    content = encode({"w": np.array([1.0, 2.0], "float32")})
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    assert length % 8 == 0
    assert header["w"] == {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    assert content[8 + length :] == np.array([1.0, 2.0], "<f4").tobytes()


def test_anything_else_is_refused_with_its_place():
    with pytest.raises(ArgumentError, match=r"state\['w'\]\[1\] is a object"):
        encode({"w": [1, object()]})
    with pytest.raises(ArgumentError, match="keys"):
        encode({1.5: 2})


def test_a_pickle_is_refused_unread():
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was loaded",))

    with pytest.raises(FormatError, match="pickle"):
        decode(pickle.dumps(Bomb()))


def test_a_header_of_640_bytes_is_not_taken_for_a_pickle():
    for extra in range(640):
        content = encode("x" * extra)
        if content[:1] == b"\x80":
            assert decode(content) == "x" * extra
            return
    pytest.fail("no such header was made")


GOOD = encode({"states": {0: np.arange(3.0)}, "progress": {"num_update": 1, "_all_index_update_counts": {0: {0: 1}}}})


@pytest.mark.parametrize("length", [0, 3, 8, 20, len(GOOD) - 1])
def test_truncated_content_is_an_error(length):
    with pytest.raises(FormatError):
        decode(GOOD[:length])


@pytest.mark.parametrize(
    "content",
    [
        GOOD + b"x",
        (2**63).to_bytes(8, "little") + GOOD[8:],
        with_header([1]),
        with_header({"__metadata__": {"format": "pt"}}),
        with_header({"__metadata__": {**METADATA, "version": "2", "tree": "1"}}),
        with_header({"__metadata__": METADATA}),
        with_header({"__metadata__": {**METADATA, "tree": "{"}}),
        with_header({"__metadata__": {**METADATA, "tree": '{"tensor": "7"}'}}),
        with_header({"__metadata__": {**METADATA, "tree": '{"eval": "1"}'}}),
        with_header({"__metadata__": {**METADATA, "tree": '{"scheduler": "Popen", "attributes": {"dict": []}}'}}),
        with_header({"__metadata__": {**METADATA, "tree": '{"list": ' * 200 + "[]" + "}" * 200}}),
        with_header({"__metadata__": {**METADATA, "tree": '{"list": [' * 200 + "1" + "]}" * 200}}),
        with_array("F32", [2], [0, 4]),
        with_array("F32", [-1], [0, 4]),
        with_array("X", [1], [0, 4]),
        with_array("F32", [2**62, 2**62, 0], [4, 4]),
        with_array("F32", [1.0], [0, 4]),
        with_array("F32", 1, [0, 4]),
    ],
)
def test_corrupt_content_is_an_error(content):
    with pytest.raises(FormatError):
        decode(content)


def tampered(**changes):
    content = {"states": {0: None}, "progress": {"num_update": 1, "_all_index_update_counts": {0: {0: 1}}}, **changes}
    return encode(content)


@pytest.mark.parametrize(
    "content",
    [
        encode(3),
        encode({"states": 3}),
        tampered(progress=None),
        tampered(progress={"num_update": "1", "_all_index_update_counts": {}}),
        tampered(progress={"num_update": 1, "_all_index_update_counts": {0: {0: "x"}}}),
        tampered(optimizer={"class": "popen", "attributes": {}}),
        tampered(optimizer={"class": "sgd", "attributes": {"update": 3}}),
        tampered(optimizer={"class": "sgd", "attributes": {"__class__": 3}}),
        tampered(optimizer=3),
    ],
)
def test_content_that_does_not_fit_leaves_the_updater_as_it_was(content):
    updater = opt.get_updater(opt.SGD(momentum=0.9))
    train(updater, fresh(), 2)
    before = updater.get_states(dump_optimizer=True)
    with pytest.raises(FormatError):
        updater.set_states(content)
    assert updater.get_states(dump_optimizer=True) == before
