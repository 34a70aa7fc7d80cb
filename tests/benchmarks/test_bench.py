"""The benchmark runs and reports ratios; how fast anything is, no test says."""

import json
import os
import subprocess
import sys

import pytest

from . import bench, contest
from .contest import Case, Contestant, Goal

_TWO = (
    Contestant("ours", "mxlearn", "mx_operation", {"name": "add"}),
    Contestant("theirs", "numpy", "no_such_builder"),
)
EAGER = "tests.benchmarks.cases.eager"


def test_the_import_case_compares_with_numpy_in_one_run(tmp_path, capsys):
    assert bench.main(["--only", "import", "--rounds", "1", "--json", str(tmp_path / "result.json")]) == 0
    [case] = json.loads((tmp_path / "result.json").read_text())["cases"]
    [goal] = [g for g in case["goals"] if g["theirs"] == "NumPy"]
    assert goal["ratio"] == case["medians"]["mxlearn"] / case["medians"]["NumPy"] > 0
    assert "(`import`)" in capsys.readouterr().out


def test_the_steps_of_every_case_run():
    for case in bench.CASES.values():
        labels = {c.label for c in case.contestants}
        assert {g.ours for g in case.goals} | {g.theirs for g in case.goals} <= labels | {""}
        for contestant in case.contestants:
            assert hasattr(sys.modules[case.module], contestant.builder), (case.name, contestant.label)


def test_a_step_is_repeated_until_it_can_be_measured():
    case = Case("add", EAGER, "an addition", "us", (_TWO[0],))
    outcome = contest.hold(case, {}, rounds=2, threads=1)
    assert 0 < outcome.medians["ours"] < 1e5 and outcome.absent == {}


def test_a_contestant_that_cannot_run_is_named_and_leaves_no_ratio():
    missing = Contestant("nobody", "no_such_package_at_all", "mx_operation")
    case = Case("add", EAGER, "an addition", "us", (*_TWO, missing), (Goal("ours", "theirs", 1.0),))
    outcome = contest.hold(case, {}, rounds=1, threads=1)
    assert outcome.ratio("ours", "theirs") is None and contest.verdicts(outcome, "ours") == []
    text = contest.table([outcome])
    assert "no_such_builder" in text and "No module named 'no_such_package_at_all'" in text


def test_goals_are_met_or_missed():
    case = Case("c", "m", "t", "ms", _TWO, (Goal("ours", "theirs", 0.5),))
    [said] = contest.verdicts(contest.Outcome(case, 1, {"ours": 1.0, "theirs": 2.0}, {}), "ours")
    assert said == "<= 0.5 x theirs: met"
    [said] = contest.verdicts(contest.Outcome(case, 1, {"ours": 2.0, "theirs": 2.0}, {}), "ours")
    assert said == "<= 0.5 x theirs: missed (1.00)"


def test_a_goal_without_a_peer_is_a_number_of_the_unit():
    case = Case("c", "m", "t", "s", _TWO, (Goal("ours", "", 2.0),))
    assert contest.verdicts(contest.Outcome(case, 1, {"ours": 1.5}, {}), "ours") == ["<= 2 s: met"]
    assert contest.verdicts(contest.Outcome(case, 1, {"ours": 3.0}, {}), "ours") == ["<= 2 s: missed (3.00)"]


# -- on a GPU ----------------------------------------------------------------------------------------------------------
def test_without_a_device_named_no_case_needs_a_gpu():
    assert {case.device for case in bench.chosen(None)} == {"cpu"}
    assert [case.name for case in bench.chosen(None, "gpu")] == [n for n in bench.CASES if n.startswith("gpu-")]
    assert bench.chosen(["gpu-mnist-epoch"])[0].device == "gpu"


def test_without_a_gpu_its_cases_are_skipped_with_the_reason(monkeypatch, capsys):
    monkeypatch.setattr(bench, "no_gpu", lambda: "gpu(0): there is no NVIDIA driver.")
    assert bench.main(["--device", "gpu"]) == bench.NOTHING
    said = capsys.readouterr().err
    assert "not measured: gpu-launch-add, " in said and "there is no NVIDIA driver" in said


def test_on_the_stand_in_the_cases_of_a_gpu_run_and_meet_or_miss_their_goals(tmp_path):
    file = tmp_path / "result.json"
    command = [sys.executable, "-m", "tests.benchmarks.bench", "--only", "gpu-launch-add", "--rounds", "1"]
    done = subprocess.run(
        [*command, "--threads", "1", "--json", str(file)], capture_output=True, text=True, check=True,
        cwd=contest.REPOSITORY, env={**os.environ, "MXLEARN_GPU_STANDIN": "1"},
    )  # fmt: skip
    [case] = json.loads(file.read_text())["cases"]
    assert case["absent"] == {} and case["goals"][0]["ratio"] > 0
    assert "<= 1.2 x CuPy: m" in done.stdout


@pytest.mark.parametrize("name", ["gpu-mlp-100", "gpu-lenet-100"])
def test_the_steps_of_a_gpu_train(name, monkeypatch):
    """A few steps in this process, on the stand-in: the loss falls, and eager and hybridized agree."""
    from tests.gpu import standin

    from .cases import gpu

    with standin.installed():
        import mxlearn as mx

        losses = []
        for hybridized in (False, True):
            mx.random.seed(0)
            parts = gpu._mx_parts(mx, bench.CASES[name].contestants[0].options["kind"], 8, hybridized)
            monkeypatch.setattr(gpu, "_mx_parts", lambda *_, parts=parts: parts)
            step = gpu.mx_training(mx, "mlp", 8, hybridized)
            net, loss_of, _, x, y = parts
            before = float(loss_of(net(x), y).mean().asscalar())
            for _ in range(3):
                step()
            step.finish()
            losses.append((before, float(loss_of(net(x), y).mean().asscalar())))
            monkeypatch.undo()
    assert losses[0][1] < losses[0][0]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_a_budget_that_is_over_leaves_the_rest(capsys):
    assert bench.main(["--only", "import", "--only", "op-add", "--rounds", "1", "--budget", "-1"]) == 0
    assert "are over; not measured: import, op-add" in capsys.readouterr().err


FAILING = """
import os
def work(package, at, how):
    count = []
    def step():
        count.append(1)
        if len(count) >= at:
            os._exit(7) if how == 'exit' else package.zeros(3).reshape(2)
    return step
def fine(package):
    return lambda: None
"""


@pytest.mark.parametrize("at", [1, 2, 5000])
@pytest.mark.parametrize(("how", "reason"), [("raise", "ValueError: cannot reshape"), ("exit", "status 7")])
def test_a_contestant_that_stops_on_the_way_is_named_and_the_others_go_on(tmp_path, at, how, reason):
    (tmp_path / "failing.py").write_text(FAILING)
    path = {"PYTHONPATH": f"{tmp_path}:{contest.REPOSITORY}"}
    bad = Contestant("bad", "numpy", "work", {"at": at, "how": how}, environment=path)
    good = Contestant("good", "numpy", "fine", environment=path)
    outcome = contest.hold(Case("c", "failing", "t", "us", (bad, good)), {}, rounds=2, threads=1)
    assert reason in outcome.absent["bad"] and "good" in outcome.medians


def test_a_step_that_only_queues_is_waited_for(tmp_path):
    (tmp_path / "queueing.py").write_text(
        "import time\n"
        "def work(package):\n"
        "    def step(): queue.append(0.02)\n"
        "    def finish():\n"
        "        time.sleep(sum(queue)); queue.clear()\n"
        "    queue = []\n"
        "    step.finish = finish\n"
        "    return step\n"
    )
    here = Contestant("ours", "numpy", "work", environment={"PYTHONPATH": f"{tmp_path}:{contest.REPOSITORY}"})
    outcome = contest.hold(Case("c", "queueing", "t", "s", (here,)), {}, rounds=1, threads=1)
    assert outcome.medians["ours"] >= 0.02


def test_the_short_table_takes_eager_pytorch_and_the_fastest_mxnet():
    labels = [("mxlearn eager", "mxlearn"), ("PyTorch eager", "torch"), ("PyTorch compiled", "torch")]
    labels += [("MXNet eager", "mxnet"), ("MXNet Module", "mxnet")]
    case = Case("c", "m", "a step", "ms", tuple(Contestant(label, package, "b") for label, package in labels))
    medians = dict(zip([label for label, _ in labels], (1.0, 2.0, 1.0, 10.0, 4.0), strict=True))
    assert (
        contest.summary([contest.Outcome(case, 1, medians, {})]).splitlines()[2]
        == "| a step | eager | 1 ms | 0.50 | 0.25 |"
    )


def test_cases_are_chosen_by_patterns():
    assert [c.name for c in bench.chosen(["op-a*", "import", "import"])] == ["op-add", "import"]
    with pytest.raises(SystemExit, match="no case 'imprt'"):
        bench.chosen(["imprt"])
