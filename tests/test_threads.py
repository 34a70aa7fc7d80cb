"""The number of threads: where it comes from, what it governs, and that it changes no result."""

import os
import subprocess
import sys

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import threads
from mxlearn.base import ArgumentError


@pytest.fixture(autouse=True)
def the_number_comes_back():
    before = mx.num_threads()
    yield
    mx.set_num_threads(before)


@pytest.fixture
def machine(monkeypatch):
    """A machine of eight cores without a quota, and nothing in the environment; returns what changes it."""
    for name in ("MXLEARN_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)

    def set_to(cores=8, quota=float("inf")):
        monkeypatch.setattr(threads, "_cores", lambda: cores)
        monkeypatch.setattr(threads, "_quota", lambda: quota)

    set_to()
    return set_to


# -- the default -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("cores", [1, 2, 4, 16])
def test_each_core_has_a_thread(machine, cores):
    machine(cores)
    assert threads._default() == cores


@pytest.mark.parametrize(("quota", "expected"), [(0.5, 1), (1.0, 1), (2.5, 2), (4.0, 4), (32.0, 8)])
def test_a_quota_takes_threads_away(machine, quota, expected):
    machine(quota=quota)
    assert threads._default() == expected


def test_the_environment_comes_before_the_machine(machine, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")  # the second number is for nested regions
    assert threads._default() == 3
    monkeypatch.setenv("MXLEARN_NUM_THREADS", "5")
    assert threads._default() == 5


@pytest.mark.parametrize("text", ["", "0", "many", "-2"])
def test_a_number_for_openmp_that_is_none_is_passed_over(machine, monkeypatch, text):
    monkeypatch.setenv("OMP_NUM_THREADS", text)
    assert threads._default() == 8


@pytest.mark.parametrize("text", ["0", "many", "-2", "1.5"])
def test_our_own_variable_must_be_a_number(machine, monkeypatch, text):
    monkeypatch.setenv("MXLEARN_NUM_THREADS", text)
    with pytest.raises(ArgumentError, match=f"integer of at least 1. Received: '{text}'"):
        threads._default()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs CPU affinity")
def test_cores_that_the_process_may_not_use_do_not_count():
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); import mxlearn; "
    environment = {k: v for k, v in os.environ.items() if k not in ("MXLEARN_NUM_THREADS", "OMP_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", program + "print(mxlearn.num_threads())"],
        capture_output=True, text=True, env=environment, check=True,
    )  # fmt: skip
    assert done.stdout == "1\n"


def test_two_threads_of_one_core_count_once(monkeypatch):
    siblings = {0: "0,4", 4: "0,4", 1: "1,5", 2: ""}  # of CPU 2 nothing is known
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(siblings), raising=False)
    monkeypatch.setattr(threads, "_read", lambda path: siblings[int(path.split("/cpu")[2].split("/")[0])])
    assert threads._cores() == 3


# -- control groups ----------------------------------------------------------------------------------------------------
def system(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text + "\n")
    return str(root)


V2, V1 = "sys/fs/cgroup", "sys/fs/cgroup/cpu,cpuacct"
CONTAINERS = {
    "version 2": ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "150000 100000"}, 1.5),
    "version 2, around us": ({"proc/self/cgroup": "0::/a/b", f"{V2}/a/cpu.max": "200000 100000"}, 2.0),
    "version 2, the smallest": (
        {"proc/self/cgroup": "0::/a/b", f"{V2}/a/cpu.max": "300000 100000", f"{V2}/a/b/cpu.max": "100000 50000"},
        2.0,
    ),
    "version 2, no limit": ({"proc/self/cgroup": "0::/", f"{V2}/cpu.max": "max 100000"}, float("inf")),
    "version 1": (
        {
            "proc/self/cgroup": "5:memory:/m\n4:cpu,cpuacct:/docker/x",
            f"{V1}/docker/x/cpu.cfs_quota_us": "250000",
            f"{V1}/docker/x/cpu.cfs_period_us": "100000",
        },
        2.5,
    ),
    "version 1, the path is the host's": (
        {
            "proc/self/cgroup": "4:cpu:/docker/x",
            f"{V2}/cpu/cpu.cfs_quota_us": "300000",
            f"{V2}/cpu/cpu.cfs_period_us": "100000",
        },
        3.0,
    ),
    "version 1, no limit": (
        {"proc/self/cgroup": "4:cpu:/", f"{V2}/cpu/cpu.cfs_quota_us": "-1", f"{V2}/cpu/cpu.cfs_period_us": "100000"},
        float("inf"),
    ),
    "no control groups": ({"proc/version": "other"}, float("inf")),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_the_quota_of_a_container(tmp_path, name):
    files, quota = CONTAINERS[name]
    assert threads._quota(system(tmp_path, files)) == quota


# -- setting it --------------------------------------------------------------------------------------------------------
def test_it_can_be_set_and_read():
    mx.set_num_threads(3)
    assert mx.num_threads() == 3


@pytest.mark.parametrize("count", [0, -1, 1.0, "2", True, None])
def test_only_positive_integers_are_numbers_of_threads(count):
    with pytest.raises(ArgumentError, match="an integer of at least 1"):
        mx.set_num_threads(count)


def test_numpy_has_all_threads_until_another_pool_computes(monkeypatch):
    set_to = []
    monkeypatch.setattr(threads, "_blas", lambda: set_to.append)
    monkeypatch.setattr(threads, "_held", False)
    mx.set_num_threads(3)
    assert threads.blas_threads() == 3
    threads.hold_blas()
    assert threads.blas_threads() == 1
    mx.set_num_threads(2)
    assert set_to == [3, 1, 1]


@pytest.mark.parametrize(("variable", "expected"), [(None, [6]), ("OPENBLAS_NUM_THREADS", []), ("MKL_NUM_THREADS", [])])
def test_what_the_user_told_numpy_stays_until_a_number_is_set(machine, monkeypatch, variable, expected):
    set_to = []
    machine(cores=6)
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "2")
    monkeypatch.setattr(threads, "_blas", lambda: set_to.append)
    monkeypatch.setattr(threads, "_held", False)
    monkeypatch.setattr(threads, "_count", None)
    assert mx.num_threads() == 6 and set_to == expected
    mx.set_num_threads(3)
    assert set_to == [*expected, 3]


def test_an_unknown_library_behind_numpy_is_left_alone(monkeypatch):
    monkeypatch.setattr(threads, "_BLAS_SETTERS", ("no_such_function",))
    mx.set_num_threads(2)
    assert mx.num_threads() == 2


# -- results -----------------------------------------------------------------------------------------------------------
def trained(count, seed=0):
    """Train a small convolutional network for three steps on so many threads; return its parameters."""
    mx.set_num_threads(count)
    mx.random.seed(seed)
    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Conv2D(8, 5), mx.gluon.nn.MaxPool2D(), mx.gluon.nn.Dense(300, "relu"), mx.gluon.nn.Dense(10))
    net.initialize(mx.init.Xavier())
    trainer = mx.gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    x, y = mx.nd.random.normal(shape=(64, 1, 20, 20)), mx.nd.arange(64) % 10
    for _ in range(3):
        with mx.autograd.record():
            value = loss(net(x), y)
        value.backward()
        trainer.step(64)
    return [parameter.data().asnumpy() for parameter in net.collect_params().values()]


def test_threads_change_no_result_beyond_rounding():
    one, four = trained(1), trained(4)
    for a, b in zip(one, four, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * abs(a).max())


def test_on_one_thread_the_same_seed_gives_the_same_bits():
    assert all((a == b).all() for a, b in zip(trained(1, seed=5), trained(1, seed=5), strict=True))
