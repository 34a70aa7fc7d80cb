"""A disk that is full: the old file stays as it was, nothing half-written is left, and the error says why.

A limit of the operating system on the size of files stands in for the disk: a write beyond it fails in the kernel, in
the middle of the file, as it does with no space left.
"""
import errno
import json
import os
import subprocess
import sys

import pytest

LIMIT = 3000  # bytes

PROGRAM = """
import hashlib, json, os, resource, sys
import numpy as np
import mxlearn as mx
from mxlearn import autograd, gluon, nd
from mxlearn.base import DataError
from mxlearn.data import catalog, download, idx

folder, limit = sys.argv[1], int(sys.argv[2])

def limited(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def net_of(units):
    net = gluon.nn.HybridSequential(prefix="net_")
    for i in range(units // 100 + 1):
        net.add(gluon.nn.Dense(units, in_units=3 if i == 0 else units, prefix=f"net_dense{i}_"))
    net.initialize()
    net.hybridize()
    net(nd.ones((2, 3)))
    return net

def module_of(units):
    net = mx.sym.Variable("data")
    for i in range(units // 30 + 1):
        net = mx.sym.FullyConnected(net, num_hidden=units, name=f"fc{i}")
    module = mx.mod.Module(mx.sym.SoftmaxOutput(net, name="softmax"))
    module.bind([("data", (2, 3))], [("softmax_label", (2,))])
    module.init_params()
    module.init_optimizer(optimizer="adam")
    module.forward_backward(mx.io.DataBatch([nd.ones((2, 3))], [nd.ones((2,))]))
    module.update()
    return module

def trainer_of(units):
    net = net_of(units)
    trainer = gluon.Trainer(net.collect_params(), "adam")
    with autograd.record():
        loss = net(nd.ones((2, 3))).sum()
    loss.backward()
    trainer.step(2)
    return trainer

def fetch(path, units):
    content = bytes(units * units)
    mirror = os.path.join(folder, f"mirror{units}")
    os.environ["MXLEARN_HOME"] = os.path.dirname(path)
    file = catalog.File(os.path.basename(path), hashlib.sha256(content).hexdigest(), None, len(content))
    download.fetch(catalog.Dataset("sample", "", (file,), (mirror,)), force=True)

for units in (2, 300):
    os.mkdir(os.path.join(folder, f"mirror{units}"))
    with open(os.path.join(folder, f"mirror{units}", "file"), "wb") as file:
        file.write(bytes(units * units))

writers = {
    "data get": fetch,
    "nd.save": lambda path, units: nd.save(path, [nd.ones((units, units))]),
    "save_parameters": lambda path, units: net_of(units).save_parameters(path),
    "ParameterDict.save": lambda path, units: net_of(units).collect_params().save(path),
    "export": lambda path, units: net_of(units).export(path),
    "Trainer.save_states": lambda path, units: trainer_of(units).save_states(path),
    "Symbol.save": lambda path, units: module_of(units).symbol.save(path),
    "Module.save_params": lambda path, units: module_of(units).save_params(path),
    "save_checkpoint": lambda path, units: module_of(units).save_checkpoint(path, 1, save_optimizer_states=True),
    "save_optimizer_states": lambda path, units: module_of(units).save_optimizer_states(path),
    "safetensors": lambda path, units: mx.safetensors.save(path, {"a": nd.ones((units, units))}),
    "checkpoint": lambda path, units: mx.checkpoint.save(path, net=net_of(units)),
    "write_idx": lambda path, units: idx.write_idx(path, np.zeros((units, units), "uint8")),
}

def snapshot(where):
    found = {}
    for inner, _, names in os.walk(where):
        for name in names:
            with open(os.path.join(inner, name), "rb") as file:
                found[name] = file.read().hex()
    return found

report = {}
for name, write in writers.items():
    where = os.path.join(folder, name)
    os.mkdir(where)
    path = os.path.join(where, "file")
    write(path, 2)
    before = snapshot(where)
    limited(limit)
    try:
        write(path, 300)
        outcome = "no error"
    except DataError as error:
        outcome = str(error)
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"
    limited(resource.RLIM_INFINITY)
    after = snapshot(where)
    report[name] = [outcome, sorted(after), [file for file in before if after.get(file) != before[file]]]
print(json.dumps(report))
"""


@pytest.mark.skipif(os.name != "posix", reason="limits on files are POSIX")
def test_every_writer_leaves_the_old_file(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(tmp_path), str(LIMIT)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report) == 13
    outcome, files, changed = report.pop("data get")
    assert "cannot be stored: " + os.strerror(errno.EFBIG) in outcome and "MXLEARN_HOME" in outcome
    assert files == ["file"] and not changed
    for name, (outcome, files, changed) in report.items():
        assert "not written, and left as it was" in outcome, f"{name}: {outcome}"
        assert os.strerror(errno.EFBIG) in outcome and "disk full" in outcome, f"{name}: {outcome}"
        assert str(tmp_path / name / "file") in outcome, f"{name}: the file is not named: {outcome}"
        assert not changed, f"{name}: {changed} changed"
        assert not [file for file in files if file.endswith(".part")], f"{name}: {files}"
