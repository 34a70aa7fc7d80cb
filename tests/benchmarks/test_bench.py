"""The benchmark runs and reports ratios; how fast anything is, no test says."""

import json
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
        assert {g.ours for g in case.goals} | {g.theirs for g in case.goals} <= {c.label for c in case.contestants}
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
