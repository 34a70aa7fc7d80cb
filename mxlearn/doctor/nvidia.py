"""The GPUs of this machine as their driver sees them, or what the driver says instead.

``nvidia-smi``, which comes with every driver, reads its management library (NVML) without starting CUDA: a GPU whose
memory is taken to the last byte can still be asked. The package nvidia-ml-py would give the same numbers, for a
dependency more. Who holds the memory, and how a GPU is shared, is asked in ``backend.driver``.
"""

import csv
import os
import shutil
import subprocess
import sys
from typing import NamedTuple

__all__ = ["Device", "NoAnswer", "devices", "owned_by_us", "program"]

SECONDS = 15  # a machine with eight GPUs whose driver keeps nothing loaded takes about 10
MEBI = 1 << 20  # nvidia-smi counts memory in MiB


class NoAnswer(Exception):
    """nvidia-smi is there and does not answer; the text says what it printed instead."""


class Device(NamedTuple):
    """A GPU, as its driver sees it. Memory in bytes."""

    number: int
    uuid: str
    name: str
    driver: str
    total: int
    used: int
    free: int


def program() -> str | None:
    """Return the path of nvidia-smi; None where there is no NVIDIA driver."""
    found = shutil.which("nvidia-smi")
    if found is None and sys.platform == "linux" and os.path.isfile("/usr/lib/wsl/lib/nvidia-smi"):
        return "/usr/lib/wsl/lib/nvidia-smi"  # Windows' own, which is not always on the PATH
    return found


def devices() -> list[Device]:
    """Return the GPUs of this machine, in the driver's order; none where there is no driver.

    Raises
    ------
    NoAnswer
        If the driver is installed and does not work.
    """
    path = program()
    if path is None:
        return []
    fields = "index,uuid,name,driver_version,memory.total,memory.used,memory.free"
    command = [path, f"--query-gpu={fields}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"nvidia-smi did not answer within {SECONDS} seconds") from None
    except OSError as error:
        raise NoAnswer(f"{path} cannot be run: {error.strerror or error}") from None
    if done.returncode:
        said = " ".join((done.stdout + done.stderr).split())
        raise NoAnswer(said or f"nvidia-smi ended with status {done.returncode}")
    rows = [[cell.strip() for cell in row] for row in csv.reader(done.stdout.splitlines())]
    return [
        Device(int(row[0]), row[1], row[2], row[3], *map(_bytes, row[4:]))
        for row in rows
        if len(row) == 7 and row[0].isdecimal()
    ]


def _bytes(text: str) -> int:
    return int(text) * MEBI if text.isdecimal() else 0  # "[N/A]" where the driver does not tell


def owned_by_us(process: int) -> bool:
    """Tell whether a process belongs to the user who asks."""
    try:
        return os.stat(f"/proc/{process}").st_uid == os.getuid()
    except (OSError, AttributeError):  # gone, or no Linux
        return False
