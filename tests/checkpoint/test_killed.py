"""A training run that is killed again and again ends with the parameters of a run that never was."""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import mxlearn as mx

PROGRAM = Path(__file__).with_name("program.py")
KILLS = 4


def start(folder, **options) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(PROGRAM), str(folder / "run.safetensors"), str(folder / "result.safetensors")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **options)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_killed_run_ends_as_one_that_was_not(tmp_path):
    chance = random.Random(0)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    steps = start(whole).communicate()[0].split()

    done, kills = ["0"], 0
    for _ in range(KILLS):
        run = start(killed)
        for _ in range(chance.randint(1, 3)):                  # some steps on, at any moment of the next ones
            done += run.stdout.readline().split()
        time.sleep(chance.uniform(0, 0.01))
        run.send_signal(signal.SIGKILL)
        done += run.communicate()[0].split()
        assert mx.checkpoint.load(killed / "run.safetensors").step >= int(done[-1])
        kills += run.returncode == -signal.SIGKILL             # a quick run may have ended before
    assert kills
    last = start(killed)
    last.communicate()
    assert last.returncode == 0

    assert mx.checkpoint.load(killed / "run.safetensors").step == len(steps)
    expected = mx.safetensors.load(whole / "result.safetensors")
    received = mx.safetensors.load(killed / "result.safetensors")
    assert list(received) == list(expected)
    for name, array in expected.items():
        assert received[name].asnumpy().tobytes() == array.asnumpy().tobytes(), name
