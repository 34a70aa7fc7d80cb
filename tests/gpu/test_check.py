"""``make gpu-check``: what it runs, what it reports, and what it says where there is no GPU. On the stand-in."""
import json
import os
import subprocess
import sys

import pytest

from . import check, conftest, report
from .report import Part, Report

MACHINE = {
    "device": "NVIDIA H100 80GB HBM3", "driver": "580.65.06", "cuda": "13.0", "cupy": "14.2.0", "cpu": "EPYC",
    "threads": 16, "system": "Linux x86_64", "python": "3.12.1", "numpy": "2.5.0", "gpus": 1, "memory": 80 << 30,
    "nccl": "22700", "features": ["CUDA", "CUDNN"],
}  # fmt: skip


def run(*arguments, **variables):
    """Run the command in a process of its own; return its status and what it said."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **variables}
    done = subprocess.run(
        [sys.executable, "-m", "tests.gpu.check", *arguments], cwd=check.ROOT, env=environment, capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


# -- the command -------------------------------------------------------------------------------------------------------
def test_tests_benchmarks_and_timings_end_up_in_one_report(tmp_path):
    status, said = run(
        "--standin", "--out", str(tmp_path), "--tests", "tests/gpu/test_timing.py", "--cases", "gpu-launch-exp",
        "--rounds", "1", "--record", "copies",
    )  # fmt: skip
    assert status == check.PASSED, said
    (page,), (data,) = tmp_path.glob("*.md"), tmp_path.glob("*.json")
    text, found = page.read_text(), json.loads(data.read_text())
    assert page.stem == data.stem == f"stand-in-gpu-{found['date']}"
    assert text.startswith("# The stand-in: no GPU was checked")
    assert found["parts"]["tests"]["details"]["passed"] >= 6 and not found["parts"]["tests"]["failed"]
    assert "`gpu-launch-exp`" in text and "1.2 x CuPy" in text
    [case] = found["parts"]["benchmarks"]["details"]["cases"]
    assert case["medians"]["mxlearn"] > 0
    assert "1 cases" in found["parts"]["timings"]["summary"]


def test_without_a_gpu_nothing_is_checked_and_the_status_says_so(tmp_path):
    program = (
        "import sys; from tests.gpu import report, check\n"
        "report.machine = lambda standin: 'gpu(0): no GPU can be used here: there is no NVIDIA driver.'\n"
        f"sys.exit(check.main(['--out', {str(tmp_path)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=check.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == check.NOTHING
    assert "nothing was checked" in done.stderr and "there is no NVIDIA driver" in done.stderr
    assert not list(tmp_path.glob("*.md"))


def test_the_machine_says_why_it_has_no_gpu(tmp_path, monkeypatch):
    (tmp_path / "cupy.py").write_text("raise ImportError('broken on purpose')\n")
    monkeypatch.setattr(report, "_PROGRAM", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{report._PROGRAM}")
    found = report.machine(False)
    assert isinstance(found, str) and "broken on purpose" in found


def test_a_failed_test_fails_the_check(tmp_path):
    bad = tmp_path / "test_bad.py"
    bad.write_text("def test_bad():\n    assert 1 == 2, 'one is not two'\n\ndef test_good():\n    pass\n")
    status, said = run("--standin", "--out", str(tmp_path), "--only", "tests", "--tests", str(bad))
    assert status == check.FAILED, said
    text = next(tmp_path.glob("*.md")).read_text()
    assert "1 passed, 1 failed, 0 skipped" in text and "test_bad`: AssertionError: one is not two" in text


def test_the_parts_fit_into_eight_minutes():
    assert sum(check.SECONDS.values()) <= 8 * 60
    assert set(check.SECONDS) == set(check.PARTS) == set(check._RUN)


def test_a_part_that_takes_too_long_is_stopped_and_told(tmp_path):
    slow = tmp_path / "test_slow.py"
    slow.write_text("import time\ndef test_slow():\n    time.sleep(60)\n")
    status, said = run(
        "--standin", "--out", str(tmp_path), "--only", "tests", "--tests", str(slow), "--patience", "0.025"
    )
    assert status == check.FAILED
    assert "the rest was not checked" in said and "stopped after 4 s" in said


def test_tests_that_the_time_leaves_out_are_counted_and_not_taken_for_passed(monkeypatch, tmp_path):
    results = tmp_path / "r.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/gpu/test_timing.py"]
    subprocess.run(
        [*command, f"--junitxml={results}"], cwd=check.ROOT, env={**os.environ, check.UNTIL: "1"}, check=True,
        capture_output=True,
    )  # fmt: skip
    part = report.of_tests(results, 0, "", 170.0)
    assert part.failed and "because the time was over" in part.summary and "passed" not in part.details


def broken():
    raise RuntimeError("cudaErrorIllegalAddress: an illegal memory access was encountered")


def test_a_gpu_that_refuses_the_process_ends_the_tests_in_it(monkeypatch):
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    conftest.leave_if_broken(lambda: None)
    with pytest.raises(pytest.exit.Exception, match="refuses this process from now on: cudaErrorIllegalAddress"):
        conftest.leave_if_broken(broken)


def test_a_worker_of_several_leaves_its_place_to_another(monkeypatch):
    ended = []
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    monkeypatch.setattr(os, "_exit", lambda status: ended.append(status))
    monkeypatch.setattr(pytest, "exit", lambda *_, **__: None)
    conftest.leave_if_broken(broken)
    assert ended == [1]


# -- the report --------------------------------------------------------------------------------------------------------
JUNIT = """<testsuites><testsuite>
<testcase classname="tests.gpu.test_memory" name="test_a"/>
<testcase classname="tests.gpu.test_memory" name="test_b"><failure message="AssertionError: 1 != 2&#10;more">x</failure></testcase>
<testcase classname="tests.gpu.test_memory" name="test_c"><error message="RuntimeError: no">x</error></testcase>
<testcase classname="tests.gpu.test_several" name="test_d"><skipped message="needs two GPUs: this machine has one"/></testcase>
</testsuite></testsuites>"""  # noqa: E501


def test_results_of_pytest_are_counted_and_reasons_are_kept(tmp_path):
    (tmp_path / "r.xml").write_text(JUNIT)
    part = report.of_tests(tmp_path / "r.xml", 1, "", 3.0)
    assert part.summary == "1 passed, 2 failed, 1 skipped" and part.failed
    assert "- failed: `test_memory::test_b`: AssertionError: 1 != 2\n" in part.text
    assert "- failed: `test_memory::test_c`: RuntimeError: no\n" in part.text
    assert "- skipped 1: needs two GPUs: this machine has one" in part.text


@pytest.mark.parametrize(("ratio", "verdict"), [(0.9, "1 met, 0 missed"), (1.4, "0 met, 1 missed"),
                                                (None, "0 met, 0 missed, 1 not measured")])  # fmt: skip
def test_goals_are_counted_and_a_missed_one_is_no_failure(tmp_path, ratio, verdict):
    goal = {"ours": "mxlearn eager", "theirs": "PyTorch eager", "most": 1.0, "ratio": ratio}
    (tmp_path / "b.json").write_text(json.dumps({"cases": [{"case": "gpu-lenet-100", "goals": [goal]}]}))
    part = report.of_benchmarks(tmp_path / "b.json", 0, "machine\n\n| case |\n|---|\n| x |\n", 3.0)
    assert part.summary == f"1 cases; of 1 goals {verdict}" and not part.failed
    assert part.text == "| case |\n|---|\n| x |"


def test_the_page_names_the_device_its_versions_and_each_part(tmp_path):
    parts = {"tests": Part("10 passed, 0 failed, 1 skipped", False, 200.0, {}, "- skipped 1: one GPU")}
    page, data = report.write(Report(MACHINE, "2026-11-30", False, parts), tmp_path)
    assert page.name == "nvidia-h100-80gb-hbm3-2026-11-30.md" and data.suffix == ".json"
    text = page.read_text()
    assert text.startswith("# NVIDIA H100 80GB HBM3, 2026-11-30\n")
    for piece in ("driver 580.65.06", "CUDA 13.0", "CuPy 14.2.0", "NCCL 22700", "in use: CUDA, CUDNN", "80 GiB each"):
        assert piece in text
    assert "## Tests: done (200 s)\n\n10 passed, 0 failed, 1 skipped\n\n- skipped 1: one GPU\n" in text
    assert json.loads(data.read_text())["machine"] == MACHINE
