"""``import mxnet`` means mxlearn: after ``install()``, and in a whole program under ``python -m mxlearn.compat``."""
import importlib
import importlib.util
import os
import re
import struct
import subprocess
import sys
import types
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

import mxlearn
from mxlearn import compat
from mxlearn.base import MXNetError

ROOT = Path(__file__).resolve().parent.parent.parent

# fmt: off
MODULES = [
    "nd", "ndarray", "sym", "symbol", "autograd", "random", "base", "context", "io", "metric", "init",
    "initializer", "optimizer", "lr_scheduler", "callback", "kv", "kvstore", "mod", "module", "model", "monitor",
    "viz", "visualization", "test_utils", "attribute", "name", "gluon", "gluon.nn", "gluon.loss", "gluon.data",
    "gluon.data.vision", "gluon.data.vision.transforms", "gluon.utils", "gluon.parameter", "gluon.block",
    "gluon.trainer",
]
# fmt: on


@pytest.fixture
def installed():
    """Install, and leave the process as it was."""
    compat.install()
    yield
    compat.uninstall()


# -- in a session ------------------------------------------------------------------------------------------------------
def is_answered() -> bool:
    """Tell whether an import of mxnet would be answered by mxlearn; the real one may be installed or not."""
    spec = importlib.util.find_spec("mxnet")
    return spec is not None and type(spec.loader).__module__ == "mxlearn.compat"


def test_importing_mxlearn_does_not_take_the_name():
    assert not compat.is_installed()
    assert not is_answered()


def test_the_usual_imports_give_mxlearn(installed):
    import mxnet as mx
    import mxnet.ndarray as nd
    from mxnet import autograd, gluon
    from mxnet.gluon import nn
    from mxnet.gluon.data import DataLoader

    assert compat.is_installed()
    assert mx is mxlearn
    assert nd is mxlearn.nd
    assert autograd is mxlearn.autograd
    assert gluon is mxlearn.gluon
    assert nn is mxlearn.gluon.nn
    assert DataLoader is mxlearn.gluon.data.DataLoader


@pytest.mark.parametrize("name", MODULES)
def test_each_module_is_the_object_that_mxlearn_has(installed, name):
    found = importlib.import_module(f"mxnet.{name}")
    assert found is reduce(getattr, name.split("."), mxlearn)
    assert sys.modules[f"mxnet.{name}"] is found


def test_modules_keep_their_own_name_and_origin(installed):
    import mxnet.gluon.nn

    assert mxnet.__name__ == "mxlearn"
    assert mxnet.gluon.nn.__name__ == mxnet.gluon.nn.__spec__.name == "mxlearn.gluon.nn"
    assert importlib.import_module("mxlearn.gluon.nn") is mxnet.gluon.nn


def test_a_program_of_both_names_computes_with_one_type(installed):
    import mxnet as mx

    x = mx.nd.array([1.0, 2.0])
    assert isinstance(x, mxlearn.nd.NDArray)
    assert (x + mxlearn.nd.array([10.0, 20.0])).asnumpy().tolist() == [11.0, 22.0]
    with pytest.raises(mxlearn.MXNetError):
        mx.nd.dot(x, mxlearn.nd.ones((3, 3)))


@pytest.mark.parametrize("name", ["mxnet.no_such_module", "mxnet.gluon.no_such_module", "mxnet.nd.no_such_module"])
def test_a_module_that_mxlearn_lacks_is_named_as_the_program_named_it(installed, name):
    message = rf"No module named '{re.escape(name)}': mxlearn has no module"
    with pytest.raises(ModuleNotFoundError, match=message) as info:
        importlib.import_module(name)
    assert info.value.name == name
    assert name not in sys.modules


def test_a_name_that_a_module_lacks_is_an_import_error(installed):
    with pytest.raises(ImportError, match="no_such_layer"):
        from mxnet.gluon.nn import no_such_layer  # noqa: F401


def test_a_function_is_no_module(installed):
    with pytest.raises(ModuleNotFoundError, match="mxnet.cpu"):
        importlib.import_module("mxnet.cpu")


def test_names_that_only_begin_alike_are_left_alone(installed):
    with pytest.raises(ModuleNotFoundError, match="No module named 'mxnet_model_server'$"):
        importlib.import_module("mxnet_model_server")


def test_installing_twice_is_installing_once(installed):
    before = list(sys.meta_path)
    compat.install()
    assert sys.meta_path == before
    assert is_answered()
    import mxnet

    compat.install()  # also after the import
    assert importlib.import_module("mxnet") is mxnet


def test_uninstall_takes_the_name_away_and_leaves_what_was_imported(installed):
    import mxnet as mx
    import mxnet.gluon.nn  # noqa: F401

    compat.uninstall()
    assert not compat.is_installed()
    assert [name for name in sys.modules if name.partition(".")[0] == "mxnet"] == []
    assert not is_answered()
    assert mx.nd.ones(2).asnumpy().tolist() == [1.0, 1.0]
    assert importlib.import_module("mxlearn.gluon.nn") is mxlearn.gluon.nn
    compat.uninstall()  # again does no harm


def test_it_does_not_replace_the_real_mxnet_that_is_in_use(monkeypatch):
    real = types.ModuleType("mxnet")
    monkeypatch.setitem(sys.modules, "mxnet", real)
    finders = list(sys.meta_path)
    with pytest.raises(MXNetError, match="real mxnet has been imported already.\n  Call mxlearn.compat.install"):
        compat.install()
    assert sys.meta_path == finders
    assert sys.modules["mxnet"] is real


# -- a whole program ---------------------------------------------------------------------------------------------------
# In the style of the programs of the literature: nothing in it knows of mxlearn.
PROGRAM = """\
import mxnet as mx

data = mx.sym.Variable('data')
conv1 = mx.sym.Convolution(data=data, kernel=(3,3), num_filter=6)
act1 = mx.sym.Activation(data=conv1, act_type="tanh")
pool1 = mx.sym.Pooling(data=act1, pool_type="max", kernel=(2,2), stride=(2,2))
fc1 = mx.sym.FullyConnected(data=mx.sym.Flatten(data=pool1), num_hidden=4)
net = mx.sym.SoftmaxOutput(data=fc1, name='softmax')

train = mx.io.MNISTIter(image="train-images", label="train-labels", data_shape=(1, 8, 8), batch_size=20, shuffle=True)
test = mx.io.MNISTIter(image="test-images", label="test-labels", data_shape=(1, 8, 8), batch_size=20)

mx.random.seed(7)
model = mx.mod.Module(symbol=net, context=mx.cpu())
model.fit(train, eval_data=test, optimizer='sgd', optimizer_params={'learning_rate': 0.5},
          eval_metric='acc', num_epoch=4)

prediction = model.predict(test)
accuracy = mx.metric.Accuracy()
accuracy.update(test.label, prediction)
print('Accuracy: %f' % accuracy.get()[1])
"""


def write_quadrants(folder, part, count, seed):
    """Write gray images of 8x8 pixels in IDX form; the label says which quadrant is bright."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 4, count).astype(np.uint8)
    images = rng.integers(0, 60, (count, 8, 8)).astype(np.uint8)
    for image, label in zip(images, labels, strict=True):
        row, column = 4 * (label // 2), 4 * (label % 2)
        image[row : row + 4, column : column + 4] += 150
    (folder / f"{part}-images").write_bytes(struct.pack(">iiii", 2051, count, 8, 8) + images.tobytes())
    (folder / f"{part}-labels").write_bytes(struct.pack(">ii", 2049, count) + labels.tobytes())


def run(folder, *arguments):
    """Run ``python -m mxlearn.compat`` in a folder that does not hold mxlearn."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", "-m", "mxlearn.compat", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def classic(tmp_path):
    write_quadrants(tmp_path, "train", 400, seed=1)
    write_quadrants(tmp_path, "test", 100, seed=2)
    (tmp_path / "classic.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def test_a_classic_program_trains_logs_and_predicts_unchanged(classic):
    done = run(classic, "classic.py")
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"Accuracy: [01]\.\d{6}\n", done.stdout)
    assert 0.95 <= float(done.stdout.split()[1]) <= 1
    validation = [float(value) for value in re.findall(r"Epoch\[\d\] Validation-accuracy=([\d.]+)", done.stderr)]
    assert len(validation) == 4
    assert validation[-1] == pytest.approx(float(done.stdout.split()[1]), abs=1e-6)  # the test set fills its batches
    assert re.findall(r"Epoch\[(\d)\] Train-accuracy=", done.stderr) == ["0", "1", "2", "3"]


def test_quiet_leaves_logging_to_the_program(classic):
    done = run(classic, "--quiet", "classic.py")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Accuracy: ")
    assert done.stderr == ""


def test_a_program_gets_its_arguments_its_folder_and_its_name(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "layers.py").write_text("from mxnet.gluon.nn import Dense\n", encoding="utf-8")
    (folder / "program.py").write_text(
        "import sys\n"
        "from layers import Dense\n"
        "if __name__ == '__main__':\n"
        "    print(sys.argv[1:], Dense.__module__.split('.')[0], __file__.endswith('program.py'))\n",
        encoding="utf-8",
    )
    done = run(tmp_path, "project/program.py", "--epochs", "3")
    assert (done.stdout, done.returncode) == ("['--epochs', '3'] mxlearn True\n", 0), done.stderr


def test_an_error_of_the_program_is_shown_with_its_line(tmp_path):
    (tmp_path / "wrong.py").write_text("import mxnet as mx\nmx.nd.ones(2) + mx.nd.ones(3)\n", encoding="utf-8")
    done = run(tmp_path, "wrong.py")
    assert done.returncode == 1
    assert 'wrong.py", line 2' in done.stderr
    assert "(2,)" in done.stderr and "(3,)" in done.stderr


def test_the_exit_status_of_the_program_is_passed_on(tmp_path):
    (tmp_path / "leaves.py").write_text("import mxnet, sys\nsys.exit(5)\n", encoding="utf-8")
    assert run(tmp_path, "leaves.py").returncode == 5


def test_a_program_that_is_not_there_is_a_usage_error(tmp_path):
    done = run(tmp_path, "missing.py")
    assert done.returncode == 2
    assert "there is no file missing.py" in done.stderr
