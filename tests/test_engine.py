"""Execution that overlaps: the same numbers on one thread and on several, errors, interrupts, and mx.engine."""
import os
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

import mxlearn as mx
from mxlearn import threads
from mxlearn.base import ArgumentError, MXNetError
from mxlearn.core import parallel
from mxlearn.core.compile import Program


@pytest.fixture(autouse=True)
def three_threads(monkeypatch):
    """Overlap wherever it could pay, whatever machine this is, with products on one thread each."""
    monkeypatch.setenv("MXNET_ENGINE_TYPE", "ThreadedEngine")
    monkeypatch.setenv("MXNET_CPU_WORKER_NTHREADS", "3")
    monkeypatch.setattr(threads, "_count", 1)


def branches(count=3, size=160, depth=2):
    """Branches of dense layers between one input and one output."""
    x = mx.sym.Variable("x")
    ends = []
    for i in range(count):
        end = x
        for j in range(depth):
            end = mx.sym.tanh(mx.sym.FullyConnected(end, num_hidden=size, name=f"fc{i}_{j}"))
        ends.append(end)
    return mx.sym.concat(*ends, dim=1)


def bound(symbol, batch=160, size=160, **options):
    executor = symbol.simple_bind(mx.cpu(), x=(batch, size), **options)
    random = np.random.default_rng(0)
    for array in executor.arg_dict.values():
        array[:] = random.normal(size=array.shape) * 0.1
    return executor


def values_of(executor):
    return [array._data for array in (*executor.arg_arrays, *executor.aux_arrays)]


def planned(program: Program) -> parallel.Plan:
    found = program.plan()
    assert found is not None
    return found


def test_branches_run_side_by_side_and_give_the_same_bits():
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    plan = planned(program)
    assert len(plan.tasks) == 4  # three branches, and what joins them
    assert sorted(len(task.before) for task in plan.tasks) == [0, 0, 0, 3]
    expected = program(values)
    for _ in range(20):
        assert all((a == b).all() for a, b in zip(program.run(values), expected, strict=True))


def test_branches_are_really_computed_on_several_threads(monkeypatch):
    executor = bound(branches())
    plan = planned(executor.predict_program)
    meeting = threading.Barrier(2, timeout=30)  # passed only if two branches are computed at the same time
    met = []

    def run(task, slots, rng, original=parallel._run):
        if not task.before and len(met) < 2:
            met.append(threading.current_thread())
            meeting.wait()
        original(task, slots, rng)

    monkeypatch.setattr(parallel, "_run", run)
    plan.run(values_of(executor), None)
    assert len(set(met)) == 2


def test_training_gives_the_same_bits(monkeypatch):
    results = {}
    for engine in ("NaiveEngine", "ThreadedEnginePerDevice"):
        monkeypatch.setenv("MXNET_ENGINE_TYPE", engine)
        mx.random.seed(3)
        executor = bound(mx.sym.Dropout(branches(), p=0.5))
        executor.forward(is_train=True)
        executor.backward()
        assert (executor.training_graph.backward.plan() is None) == (engine == "NaiveEngine")
        results[engine] = [a.asnumpy() for a in (*executor.outputs, *executor.grad_arrays)]
    naive, threaded = results.values()
    assert all((a == b).all() for a, b in zip(naive, threaded, strict=True))


def test_random_numbers_keep_their_order():
    x = mx.sym.Variable("x")
    ends = [mx.sym.FullyConnected(mx.sym.Dropout(x, p=0.3), num_hidden=160, name=f"fc{i}") for i in range(6)]
    executor = bound(mx.sym.concat(*ends, dim=1))
    program = executor.training_graph.forward
    planned(program)
    values = values_of(executor)
    expected = program(values, np.random.default_rng(5))
    for _ in range(10):
        found = program.run(values, np.random.default_rng(5))
        assert all((a == b).all() for a, b in zip(found, expected, strict=True))


def test_states_are_updated_as_on_one_thread():
    def made():
        x = mx.sym.Variable("x")
        ends = [
            mx.sym.BatchNorm(mx.sym.FullyConnected(x, num_hidden=160, name=f"fc{i}"), name=f"norm{i}") for i in range(4)
        ]
        return bound(mx.sym.concat(*ends, dim=1))

    one, many = made(), made()
    planned(many.training_graph.forward)
    one.training_graph.forward._planned = True  # straight-line code
    for executor in (one, many):
        executor.forward(is_train=True)
    assert one.training_graph.forward.plan() is None
    for name, array in one.aux_dict.items():
        assert (array.asnumpy() == many.aux_dict[name].asnumpy()).all()


def test_small_graphs_and_chains_stay_straight_line_code():
    assert bound(branches(size=8), batch=4, size=8).predict_program.plan() is None
    assert bound(branches(count=1, depth=6)).predict_program.plan() is None


def test_the_naive_engine_stays_on_the_calling_thread(monkeypatch):
    monkeypatch.setenv("MXNET_ENGINE_TYPE", "NaiveEngine")
    assert bound(branches()).predict_program.plan() is None


def test_an_unknown_engine_is_an_error(monkeypatch):
    monkeypatch.setenv("MXNET_ENGINE_TYPE", "NativeEngine")
    with pytest.raises(ArgumentError, match="no engine 'NativeEngine'. Did you mean 'NaiveEngine'"):
        bound(branches()).forward()


def test_values_are_freed_when_their_last_reader_has_ended():
    executor = bound(branches(count=3, depth=3))
    plan = planned(executor.predict_program)
    slots = [step for task in plan.tasks for step in task.steps]
    dropped = {slot for _, drops in slots for slot in drops} | set(plan._readers)
    made = {slot for step, _ in slots for slot in step.writes}
    assert made - dropped == set(executor.predict_program._writer.returned)


def test_an_error_names_its_node_and_leaves_the_pool_usable(monkeypatch):
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    planned(program)
    wrong = list(values)
    wrong[3] = wrong[3][:, :7]  # a weight of the first branch
    with pytest.raises(MXNetError, match="FullyConnected 'fc0_1'"):
        program.run(wrong)
    expected = program(values)
    assert all((a == b).all() for a, b in zip(program.run(values), expected, strict=True))


def test_of_several_errors_the_first_in_the_order_of_the_program_is_raised():
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    planned(program)
    for index in (3, 7, 11):
        values[index] = values[index][:, :7]
    for _ in range(10):
        with pytest.raises(MXNetError, match="FullyConnected 'fc0_1'"):
            program.run(values)


def test_what_watches_runs_in_order():
    executor = bound(branches())
    seen = []
    executor.set_monitor_callback(lambda name, array: seen.append(name))
    executor.forward()
    assert seen[:4] == ["fc0_0_output", "tanh0_output", "fc0_1_output", "tanh1_output"]


def test_devices_of_a_module_run_side_by_side(monkeypatch):
    names = []

    def run(self, *given, original=Program.run):
        names.append(threading.current_thread().name)
        return original(self, *given)

    monkeypatch.setattr(Program, "run", run)
    scores = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=500, name="fc")
    net = mx.sym.SoftmaxOutput(scores, name="softmax")
    results = []
    for engine in ("NaiveEngine", "ThreadedEngine"):
        monkeypatch.setenv("MXNET_ENGINE_TYPE", engine)
        names.clear()
        module = mx.mod.Module(net, context=[mx.cpu(0), mx.cpu(1), mx.cpu(2)])
        module.bind([("data", (600, 300))], [("softmax_label", (600,))])
        mx.random.seed(1)
        module.init_params()
        module.init_optimizer(optimizer_params={"learning_rate": 0.1})
        random = np.random.default_rng(2)
        data, label = mx.nd.array(random.normal(size=(600, 300))), mx.nd.array(random.integers(0, 500, 600))
        module.forward_backward(mx.io.DataBatch([data], [label]))
        module.update()
        results.append(module.get_params()[0]["fc_weight"].asnumpy())
        others = {name for name in names if name.startswith("mxlearn-")}
        assert bool(others) == (engine == "ThreadedEngine")
    assert (results[0] == results[1]).all()


def test_run_all_raises_the_first_error_after_all_have_ended():
    ended = []

    def call(number):
        ended.append(number)
        if number:
            raise ValueError(number)
        return number

    assert parallel.run_all([lambda: 1, lambda: 2]) == [1, 2]
    with pytest.raises(ValueError, match="1"):
        parallel.run_all([lambda n=n: call(n) for n in range(4)])
    assert sorted(ended) == [0, 1, 2, 3]


@pytest.mark.parametrize(("side_by_side", "straight"), [(2.0, 1.0), (1.0, 2.0)])
def test_the_first_runs_find_out_whether_a_plan_pays(monkeypatch, side_by_side, straight):
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    plan, expected = planned(program), program(values)
    times = [t for _ in range(parallel.TRIALS // 2) for t in (0.0, side_by_side, 0.0, straight)]
    monkeypatch.setattr(parallel, "perf_counter", iter(times).__next__)
    ways = []
    monkeypatch.setattr(plan, "run", lambda *given, run=plan.run: ways.append("plan") or run(*given))
    for _ in range(parallel.TRIALS):
        assert plan.pays
        assert all((a == b).all() for a, b in zip(program.run(values), expected, strict=True))
    assert len(ways) == parallel.TRIALS // 2
    ways.clear()
    program.run(values)
    assert plan.pays == bool(ways) == (side_by_side < straight)


def test_a_program_inside_the_pool_waits_for_nobody():
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    planned(program)
    expected = program(values)
    for found in parallel.run_all([lambda: program.run(values)] * 6):
        assert (found[0] == expected[0]).all()


def test_user_threads_share_the_pool():
    executor = bound(branches())
    program, values = executor.predict_program, values_of(executor)
    planned(program)
    expected = program(values)[0]
    wrong = []

    def work():
        for _ in range(10):
            if (program.run(values)[0] != expected).any():
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads) and not wrong


def python(text, **options):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "MXLEARN_NUM_THREADS": "1"}  # as three_threads does
    return subprocess.Popen(
        [sys.executable, "-c", text], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


PREPARE = """
import sys
import numpy as np
import mxlearn as mx
sys.path.insert(0, {folder!r})
from test_engine import bound, branches, planned, values_of
executor = bound(branches(size=400, depth=4), size=400, batch=400)
program, values = executor.predict_program, values_of(executor)
planned(program)
program.run(values)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and fork are POSIX's")
def test_an_interrupt_stops_at_once_and_leaves_everything_usable():
    text = PREPARE.format(folder=os.path.dirname(__file__)) + """
try:
    print("ready", flush=True)
    while True:
        program.run(values)
except KeyboardInterrupt:
    pass
print((program.run(values)[0] == program(values)[0]).all(), flush=True)
"""
    process = python(text)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "True\n"), err


@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals and fork are POSIX's")
def test_a_forked_process_has_a_pool_of_its_own():
    text = PREPARE.format(folder=os.path.dirname(__file__)) + """
import os, warnings
warnings.simplefilter("ignore")
expected = program(values)[0]
child = os.fork()
if child == 0:
    os._exit(0 if (program.run(values)[0] == expected).all() else 1)
print(os.waitpid(child, 0)[1], flush=True)
"""
    out, err = python(text).communicate(timeout=60)
    assert out == "0\n", err


# -- mx.engine ---------------------------------------------------------------------------------------------------------
def test_bulk_sizes_are_kept_and_put_back():
    before = mx.engine.set_bulk_size(20)
    assert mx.engine.set_bulk_size(3) == 20
    with mx.engine.bulk(10):
        assert mx.engine.set_bulk_size(7) == 10
    assert mx.engine.set_bulk_size(before) == 3


def test_bulk_changes_no_result():
    with mx.engine.bulk(10):
        x = mx.nd.ones(3)
        for _ in range(20):
            x += 1
    assert x.asnumpy().tolist() == [21, 21, 21]


@pytest.mark.parametrize("size", ["a", 1.5, None, True, -1])
def test_a_bulk_size_is_a_whole_number(size):
    with pytest.raises(ArgumentError, match="size must"):
        mx.engine.set_bulk_size(size)


def test_the_engine_in_use_has_a_name(monkeypatch):
    assert mx.engine.engine_type() == "ThreadedEngine"
    monkeypatch.delenv("MXNET_ENGINE_TYPE")
    assert mx.engine.engine_type() == "ThreadedEnginePerDevice"


# -- operators that the user wrote -------------------------------------------------------------------------------------
def test_custom_operators_keep_their_order_and_the_calling_thread():
    calls = []

    class Twice(mx.operator.CustomOp):
        def __init__(self, key):
            super().__init__()
            self.key = key

        def forward(self, is_train, req, in_data, out_data, aux):
            calls.append((self.key, threading.current_thread()))
            self.assign(out_data[0], req[0], in_data[0] * 2)

    @mx.operator.register("test_engine_twice")
    class _(mx.operator.CustomOpProp):
        def __init__(self, key):
            super().__init__(need_top_grad=True)
            self.key = key

        def create_operator(self, ctx, in_shapes, in_dtypes):
            return Twice(self.key)

    x = mx.sym.Variable("x")
    ends = []
    for i in range(4):
        hidden = mx.sym.tanh(mx.sym.FullyConnected(x, num_hidden=300, name=f"a{i}"))
        hidden = mx.sym.Custom(hidden, op_type="test_engine_twice", key=str(i))
        ends.append(mx.sym.FullyConnected(hidden, num_hidden=300, name=f"b{i}"))
    executor = bound(mx.sym.concat(*ends, dim=1), batch=300, size=300)
    planned(executor.predict_program)
    for _ in range(5):
        calls.clear()
        executor.forward()
        assert calls == [(str(i), threading.current_thread()) for i in range(4)]
