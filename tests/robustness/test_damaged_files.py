"""Damaged files, read as programs read them: a FormatError or DataError, little memory, and nothing changed.

Each file is cut off at many lengths and damaged at many bytes. What still can be read (a changed pixel, another name of
a node) may load; anything else must say which file it is. Memory is bounded by the size of the file: a length in a
header is never believed.
"""
import gzip
import random
import struct
import tracemalloc

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import DataError, FormatError, MXNetError
from mxlearn.gluon import nn

CUTS, FLIPS = 25, 120
FREE = 4 << 20  # bytes: what reading a small file may cost beside the file (buffers, JSON, tracebacks)


def network():
    net = nn.HybridSequential(prefix="net_")
    with net.name_scope():
        net.add(nn.Dense(4, activation="relu", in_units=3), nn.BatchNorm(in_channels=4), nn.Dense(2, in_units=4))
    net.initialize(mx.init.One())
    return net


def trainer_of(net):
    trainer = gluon.Trainer(net.collect_params(), "adam")
    with autograd.record():
        loss = net(nd.ones((2, 3))).sum()
    loss.backward()
    trainer.step(2)
    return trainer


def module():
    scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=2)
    made = mx.mod.Module(mx.sym.SoftmaxOutput(scores, name="softmax"))
    made.bind([("data", (2, 3))], [("softmax_label", (2,))])
    made.init_params(mx.init.One())
    made.init_optimizer(optimizer="adam")
    return made


def damaged(content: bytes):
    """Yield (description, content) of a file that was cut off, or has one wrong byte, or eight."""
    chance = random.Random(0)
    for length in sorted({round(i * len(content) / CUTS) for i in range(CUTS)}):
        yield f"cut off after {length} bytes", content[:length]
    for _ in range(FLIPS):
        at, width = chance.randrange(len(content)), chance.choice([1, 1, 1, 8])
        wrong = bytes(chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)]) for _ in range(width))
        yield f"{wrong.hex()} at byte {at}", content[:at] + wrong + content[at + width :]
    yield "nothing but zeros", bytes(len(content))
    yield "a text", b"<html><body>404 Not Found</body></html>\n" * 3
    yield "too long", content + content


def check(path, read, unchanged=lambda: None):
    """Damage the file at ``path`` in every way and let ``read()`` read it.

    Parameters
    ----------
    read : a program that reads the file
    unchanged : returns what may not change when the file cannot be read
    """
    content = path.read_bytes()
    read()
    refused = 0
    for description, wrong in damaged(content):
        path.write_bytes(wrong)
        before = unchanged()
        tracemalloc.start()
        try:
            read()
        except (FormatError, DataError) as error:
            refused += 1
            assert path.name in str(error), f"{description}: the file is not named: {error}"
            assert unchanged() == before, f"{description}: something was changed"
        except MXNetError as error:  # a whole file of other parameters or another graph than the program has
            assert "cut off" not in description, f"{description}: {type(error).__name__}: {error}"
            assert unchanged() == before, f"{description}: something was changed"
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < FREE + 8 * len(wrong), f"{description}: {peak:,} bytes for a file of {len(wrong):,}"
    assert refused >= CUTS, "hardly any damage was noticed"


def values_of(net):
    return {name: p.data().asnumpy().tobytes() for name, p in net.collect_params().items()}


# -- parameters, graphs and states -------------------------------------------------------------------------------------
def test_parameters_of_a_network(tmp_path):
    net, path = network(), tmp_path / "net.params"
    net.save_parameters(path)
    check(path, lambda: net.load_parameters(path), lambda: values_of(net))


def test_states_of_a_trainer(tmp_path):
    net = network()
    trainer, path = trainer_of(net), tmp_path / "adam.states"
    trainer.save_states(path)
    check(path, lambda: trainer.load_states(path), lambda: values_of(net))


def test_states_of_a_module(tmp_path):
    made, path = module(), tmp_path / "adam.states"
    made.forward_backward(mx.io.DataBatch([nd.ones((2, 3))], [nd.ones((2,))]))
    made.update()
    made.save_optimizer_states(path)
    check(path, lambda: made.load_optimizer_states(path))


def test_a_file_of_safetensors(tmp_path):
    path = tmp_path / "net.safetensors"
    mx.safetensors.save(path, {name: p.data() for name, p in network().collect_params().items()})
    check(path, lambda: mx.safetensors.load(path))


def test_a_checkpoint_of_a_run(tmp_path):
    net = network()
    trainer, path = trainer_of(net), tmp_path / "run.safetensors"
    loader = gluon.data.DataLoader(list(range(8)), 2, shuffle=True)
    next(iter(loader))
    mx.checkpoint.save(path, net=net, trainer=trainer, data=loader)
    check(
        path,
        lambda: mx.checkpoint.load(path, net=net, trainer=trainer, data=loader),
        lambda: (values_of(net), mx.random.get_state(), np.random.get_state()[1].tolist(), random.getstate()),
    )


@pytest.mark.parametrize("ending", ["symbol.json", "0001.params"])
def test_a_checkpoint(tmp_path, ending):
    module().save_checkpoint(str(tmp_path / "lenet"), 1)
    check(tmp_path / f"lenet-{ending}", lambda: mx.model.load_checkpoint(str(tmp_path / "lenet"), 1))


@pytest.mark.parametrize("ending", ["symbol.json", "0000.params"])
def test_an_exported_network(tmp_path, ending):
    net = network()
    net.hybridize()
    net(nd.ones((2, 3)))
    symbol, parameters = net.export(str(tmp_path / "net"))
    check(tmp_path / f"net-{ending}", lambda: gluon.SymbolBlock.imports(symbol, ["data"], parameters))


# -- data --------------------------------------------------------------------------------------------------------------
IMAGES = struct.pack(">iiii", 2051, 6, 4, 4) + bytes(range(96))
LABELS = struct.pack(">ii", 2049, 6) + bytes([0, 1, 2, 3, 4, 5])


@pytest.mark.parametrize("damage", ["images", "labels"])
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_the_files_of_mnist(tmp_path, damage, compressed):
    for name, content in (("images", IMAGES), ("labels", LABELS)):
        (tmp_path / name).write_bytes(gzip.compress(content, mtime=0) if compressed else content)
    arguments = {"image": str(tmp_path / "images"), "label": str(tmp_path / "labels"), "batch_size": 2, "silent": True}
    check(tmp_path / damage, lambda: list(mx.io.MNISTIter(**arguments)))


def test_a_table(tmp_path):
    path = tmp_path / "houses.csv"
    np.savetxt(path, np.arange(60).reshape(20, 3), fmt="%.3f", delimiter=",")

    def read():
        return list(mx.io.CSVIter(data_csv=str(path), data_shape=(3,), batch_size=1))

    content = path.read_bytes()
    read()
    for description, wrong in damaged(content):
        path.write_bytes(wrong)
        try:
            read()
        except MXNetError as error:  # a table of fewer rows is whole: only what is no table is an error
            assert "houses.csv" in str(error), f"{description}: the file is not named: {error}"


def test_lengths_that_lie_cost_no_memory(tmp_path):
    huge = struct.pack("<Q", 2**62)
    files = {
        "many arrays": struct.pack("<QQ", 0x112, 0) + huge,
        "a long name": struct.pack("<QQQQ", 0x112, 0, 0, 1) + huge,
        "a large shape": struct.pack("<QQQIiiqq", 0x112, 0, 1, 0xF993FAC9, 0, 2, 2**31, 2**31) + bytes(12),
    }
    for name, content in files.items():
        path = tmp_path / "lie.params"
        path.write_bytes(content)
        tracemalloc.start()
        with pytest.raises(FormatError, match="lie.params"):
            nd.load(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < FREE, name
    path = tmp_path / "lie.states"
    path.write_bytes(huge + b"{}")
    with pytest.raises(FormatError, match="lie.states"):
        trainer_of(network()).load_states(path)
