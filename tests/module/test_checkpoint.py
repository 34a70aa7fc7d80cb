"""Checkpoints: what is written, read back, and refused."""
import errno
import os

import numpy as np
import pytest

import mxlearn as mx
from mxlearn.base import DataError, FormatError
from mxlearn.module import Module


def network():
    hidden = mx.sym.BatchNorm(mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2, name="fc"), name="bn")
    return mx.sym.SoftmaxOutput(hidden, name="softmax")


@pytest.fixture
def module():
    module = Module(network())
    module.bind([("data", (4, 3))], [("softmax_label", (4,))])
    module.init_params(mx.init.Uniform(1))
    module.init_optimizer(optimizer="adam")
    for _ in range(3):
        module.forward_backward(mx.io.DataBatch([mx.nd.random.uniform(shape=(4, 3))], [mx.nd.zeros(4)]))
        module.update()
    return module


def arrays(module):
    arguments, auxiliary = module.get_params()
    return {name: a.asnumpy().tolist() for name, a in {**arguments, **auxiliary}.items()}


def test_a_checkpoint_has_three_files(module, tmp_path):
    module.save_checkpoint(str(tmp_path / "net"), 7, save_optimizer_states=True)
    assert sorted(os.listdir(tmp_path)) == ["net-0007.params", "net-0007.states", "net-symbol.json"]
    assert sorted(mx.nd.load(str(tmp_path / "net-0007.params"))) == [
        "arg:bn_beta", "arg:bn_gamma", "arg:fc_bias", "arg:fc_weight", "aux:bn_moving_mean", "aux:bn_moving_var"
    ]  # fmt: skip


def test_a_module_comes_back(module, tmp_path):
    module.save_checkpoint(str(tmp_path / "net"), 0, save_optimizer_states=True)
    other = Module.load(str(tmp_path / "net"), 0, load_optimizer_states=True)
    other.bind([("data", (4, 3))], [("softmax_label", (4,))])
    other.init_optimizer(optimizer="adam")
    assert arrays(other) == arrays(module)
    batch = mx.io.DataBatch([mx.nd.ones((4, 3))], [mx.nd.zeros(4)])
    for m in (module, other):
        m.forward_backward(batch)
        m.update()
    assert arrays(other) == arrays(module)                               # the optimizer went on where it was


def test_the_functions_of_model_read_and_write_the_same_files(module, tmp_path):
    prefix = str(tmp_path / "net")
    mx.model.save_checkpoint(prefix, 3, module.symbol, *module.get_params())
    symbol, arguments, auxiliary = mx.model.load_checkpoint(prefix, 3)
    assert symbol.tojson() == module.symbol.tojson()
    assert {n: a.asnumpy().tolist() for n, a in {**arguments, **auxiliary}.items()} == arrays(module)
    assert mx.model.load_params(prefix, 3)[0].keys() == arguments.keys()
    mx.model.save_checkpoint(prefix + "2", 0, None, *module.get_params())
    assert not os.path.exists(prefix + "2-symbol.json")


def test_parameters_alone(module, tmp_path):
    module.save_params(tmp_path / "x.params")
    before = arrays(module)
    module.init_params(mx.init.Zero(), force_init=True)
    module.load_params(tmp_path / "x.params")
    assert arrays(module) == before


def test_the_callback_of_fit_writes_checkpoints(tmp_path):
    data = mx.io.NDArrayIter(np.ones((4, 3)), np.zeros(4), batch_size=4)
    checkpoint = mx.callback.do_checkpoint(str(tmp_path / "net"), period=2)
    Module(network()).fit(data, num_epoch=4, epoch_end_callback=checkpoint)
    assert sorted(os.listdir(tmp_path)) == ["net-0002.params", "net-0004.params", "net-symbol.json"]


def test_what_cannot_be_read_is_named(module, tmp_path):
    with pytest.raises(DataError, match="net-symbol.json: cannot be read"):
        Module.load(str(tmp_path / "net"), 0)
    mx.nd.save(tmp_path / "x", {"fc_weight": mx.nd.ones(1)})
    with pytest.raises(FormatError, match="'fc_weight' does not begin with 'arg:' or 'aux:'"):
        module.load_params(tmp_path / "x")
    mx.nd.save(tmp_path / "x", [mx.nd.ones(1)])
    with pytest.raises(FormatError, match="no names"):
        module.load_params(tmp_path / "x")


def test_a_truncated_file_changes_nothing(module, tmp_path):
    module.save_params(tmp_path / "x")
    content = (tmp_path / "x").read_bytes()
    (tmp_path / "x").write_bytes(content[:-20])
    before = arrays(module)
    with pytest.raises(FormatError, match="truncated"):
        module.load_params(tmp_path / "x")
    assert arrays(module) == before


def test_a_full_disk_leaves_the_old_checkpoint(module, tmp_path, monkeypatch):
    prefix = str(tmp_path / "net")
    module.save_checkpoint(prefix, 0, save_optimizer_states=True)
    old = {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)}

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="not written, and left as it was"):
        module.save_checkpoint(prefix, 0, save_optimizer_states=True)
    assert {name: (tmp_path / name).read_bytes() for name in os.listdir(tmp_path)} == old
