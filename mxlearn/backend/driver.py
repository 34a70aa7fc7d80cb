"""What the NVIDIA driver says of itself and of its GPUs, without CUDA and without CuPy.

CUDA tells neither the driver's version nor who else uses a GPU. Linux shows the version as a file, and the driver's own
tool, nvidia-smi, asks its management library (NVML) for the rest. Each answer is empty where nobody can give it: no
driver, no tool, a container that hides both.
"""
import re
from typing import NamedTuple

_VERSION_FILE = "/proc/driver/nvidia/version"
_PATIENCE = 20  # seconds: nvidia-smi wakes a GPU that sleeps


class Process(NamedTuple):
    """A process that has memory on a GPU: its number, its program, and how much in bytes (-1 where it is hidden)."""

    pid: int
    name: str
    used: int

    def __str__(self) -> str:
        held = f" holds {self.used / 2**30:.1f} GiB" if self.used >= 0 else ""
        return f"process {self.pid} ({self.name}){held}"


def version() -> str:
    """Return the version of the NVIDIA driver, such as "580.65.06"; "" where there is none to be found."""
    try:
        with open(_VERSION_FILE, encoding="utf-8", errors="replace") as file:
            found = re.search(r"\b\d{3,4}\.\d+(\.\d+)?\b", file.readline())
    except OSError:  # Windows, or a container that hides the file
        found = None
    if found is not None:
        return found.group()
    lines = _ask("--query-gpu=driver_version")
    return lines[0] if lines else ""


def processes(device_id: int) -> list[Process]:
    """Return the processes that compute on a GPU, those with the most memory first.

    The number is nvidia-smi's, which counts all GPUs of the machine: where CUDA_VISIBLE_DEVICES hides some, it may be
    another one.
    """
    found = []
    for line in _ask("--query-compute-apps=pid,process_name,used_memory", f"--id={device_id}"):
        pid, _, rest = line.partition(", ")
        name, _, used = rest.rpartition(", ")
        if pid.isdigit():
            found.append(Process(int(pid), name, int(used) << 20 if used.isdigit() else -1))
    return sorted(found, key=lambda process: -process.used)


def compute_mode(device_id: int) -> str:
    """Return who may use a GPU: "Default", "Exclusive_Process" (one at a time), "Prohibited"; "" if unknown."""
    lines = _ask("--query-gpu=compute_mode", f"--id={device_id}")
    return lines[0] if lines else ""


def _ask(*query: str) -> list[str]:
    """Return the lines that nvidia-smi answers."""
    import subprocess  # only a description or an error needs it

    command = ["nvidia-smi", *query, "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
