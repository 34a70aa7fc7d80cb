"""CuPy, the NVIDIA driver, the GPUs with their memory and who holds it, cuDNN and NCCL."""

import os
import re
import shutil
import sys
from collections.abc import Iterator

from mxlearn import backend
from mxlearn.backend import driver as drivers
from mxlearn.backend.diagnosis import FIRST_DRIVER, extra_for
from mxlearn.base import ContextError
from mxlearn.kernels import cudnn
from mxlearn.kernels.cuda import launch

from . import nvidia
from .checks import check
from .finding import Finding, ok, problem, warning
from .folders import size_text
from .installed import command, fits, install, named_like, pip, requirements, setting

SUBJECT = "GPU"
CUPY = r"cupy|cupy-cuda\w+|cupy-rocm\S+"  # distributions that all bring the one package `cupy`
LITTLE = 1 << 30  # bytes of free memory, below which LeNet on large batches runs out


@check(SUBJECT, "driver")
def driver() -> Iterator[Finding]:
    """The NVIDIA driver answers."""
    path = nvidia.program()
    if path is None:
        yield ok("no NVIDIA driver here: everything runs on the CPU", driver="")
        return
    try:
        found = nvidia.devices()
    except nvidia.NoAnswer as error:
        yield problem(f"the NVIDIA driver does not work: {error}", _repair(str(error)), driver="", program=path)
        return
    if not found:
        yield warning("an NVIDIA driver is installed, and sees no GPU", command("nvidia-smi", "-L"), driver="")
        return
    version = found[0].driver
    cuda = _newest(version)
    if not cuda:
        seen = f"driver {version} is too old for mxlearn: CUDA 12 needs {FIRST_DRIVER[12]}, CUDA 13 {FIRST_DRIVER[13]}"
        yield problem(seen, _update(), driver=version)
    else:
        yield ok(f"{version}, for CUDA up to {cuda}", driver=version, cuda=cuda)


def _newest(driver_version: str) -> int:
    """Return the newest CUDA that a driver runs, of those that mxlearn can use; 0 for none."""
    return int(extra_for(driver_version).removeprefix("cuda") or 0)


def _repair(said: str) -> str:
    if "mismatch" in said.lower():  # the driver was updated, and the old one is still loaded
        return "sudo reboot" if sys.platform == "linux" else "shutdown /r"
    return "sudo dmesg | grep -i nvrm | tail" if sys.platform == "linux" else "nvidia-smi"


def _update() -> str:
    if shutil.which("ubuntu-drivers"):
        return command("sudo", "ubuntu-drivers", "install")
    return command(sys.executable, "-m", "webbrowser", "https://www.nvidia.com/drivers")


@check(SUBJECT, "CuPy")
def cupy() -> Iterator[Finding]:
    """CuPy is installed once, for a CUDA that the driver runs, and finds a GPU."""
    found = named_like(CUPY)
    facts = {"installed": [each._asdict() for each in found]}
    path = nvidia.program()
    try:
        version = next((device.driver for device in nvidia.devices()), "")
    except nvidia.NoAnswer:
        version = ""  # `driver` has said it
    best = _newest(version)
    if not found:
        if best:
            seen = "a GPU is here, and CuPy, which computes on it, is not installed"
            yield warning(seen, install(f"cuda{best}"), **facts)
        else:
            yield ok("not installed, and not needed: everything runs on the CPU", **facts)
        return
    names = sorted({each.name for each in found})
    if len(found) > 1:
        listed = ", ".join(f"{each.name} {each.version}" for each in found)
        seen = f"CuPy is installed {len(found)} times, and one overwrites the other: {listed}"
        yield problem(seen, _instead(names, best), **facts)
        return
    [only] = found
    cuda = _made_for(only.name)
    text = f"{only.name} {only.version}"
    if cuda and version and best < cuda:
        needed = FIRST_DRIVER.get(cuda, "of a newer series")
        seen = f"{text} needs driver {needed} or later, and this one is {version}"
        yield problem(seen, _instead(names, best) if best else _update(), **facts)
        return
    wanted = next((each.versions for each in requirements(f"cuda{cuda}") if each.name == only.name), "")
    if not fits(only.version, wanted):
        seen = f"{text} is installed, and mxlearn needs {wanted}"
        yield problem(seen, install(f"cuda{cuda}"), **facts)
        return
    reason = _reason()
    if not reason:
        yield ok(f"{text} finds {_count(backend.num_gpus())}", **facts, gpus=backend.num_gpus())
    elif path is None:
        seen = f"{text} is installed, and there is no NVIDIA driver: everything runs on the CPU"
        yield warning(seen, pip("uninstall", "-y", *names), **facts, reason=reason)
    else:
        remedy = command("nvidia-smi")
        if "CUDA_VISIBLE_DEVICES" in reason:
            remedy = setting("CUDA_VISIBLE_DEVICES", "")
        elif re.search(r"cannot be imported|is missing|made for CUDA", reason):
            remedy = _instead(names, best)
        yield problem(f"{text} cannot use the GPU: {reason}", remedy, **facts)


def _made_for(name: str) -> int:
    """Return the CUDA that a distribution of CuPy is made for; 0 where its name does not tell."""
    match = re.match(r"cupy-cuda(\d\d)x", name)
    return int(match[1]) if match else 0


def _count(number: int) -> str:
    return f"{number} GPU{'s' * (number != 1)}"


def _instead(names: list[str], cuda: int) -> str:
    """Return the command that removes CuPy, and installs the one for a CUDA, if that is not 0."""
    remove = pip("uninstall", "-y", *names)
    return f"{remove} && {install(f'cuda{cuda}')}" if cuda else remove


def _reason() -> str:
    """Return why mxlearn cannot use gpu(0) and what its message advises, "" where it can."""
    try:
        backend.array_module("gpu", 0)
    except ContextError as error:
        return " ".join(str(error).removeprefix("gpu(0): ").removeprefix("no GPU can be used here: ").split()).rstrip(
            "."
        )
    return ""


@check(SUBJECT, "memory")
def memory() -> Iterator[Finding]:
    """Each GPU, by the driver's number, has free memory, and if not, who has it."""
    try:
        found = nvidia.devices()
    except nvidia.NoAnswer:
        return  # `driver` has said it
    for device in found:
        holders, mode = drivers.processes(device.number), drivers.compute_mode(device.number)
        facts = {**device._asdict(), "mode": mode, "holders": [holder._asdict() for holder in holders]}
        text = f"GPU {device.number}, {device.name}: {size_text(device.free)} of {size_text(device.total)} are free"
        if holders:
            text += "; " + ", ".join(map(str, holders))
        elif device.used > LITTLE:
            text += f"; {size_text(device.used)} are held by processes that cannot be seen from here"
        share = command("sudo", "nvidia-smi", "-i", str(device.number), "-c", "DEFAULT")
        if mode == "Prohibited":
            yield problem(f"{text}; computing on it is prohibited", share, **facts)
        elif mode.startswith("Exclusive") and holders:
            yield problem(f"{text}; only one process may compute on it", share, **facts)
        elif device.free < LITTLE and device.total:
            yield warning(text, _ask(holders), **facts)
        else:
            yield ok(text, **facts)


def _ask(holders: list[drivers.Process]) -> str:
    """Return the command that ends our own process with the most memory, or that tells whose the others are."""
    ours = [holder for holder in holders if nvidia.owned_by_us(holder.pid)]
    if ours:
        return command("kill", str(ours[0].pid))  # they come with the largest first
    if holders and sys.platform == "linux":
        return command("ps", "-o", "user,pid,lstart,args", "-p", ",".join(str(holder.pid) for holder in holders))
    return "nvidia-smi"


@check(SUBJECT, "cuDNN")
def fast_kernels() -> Iterator[Finding]:
    """Convolution, batch normalization and recurrent layers have their fast kernels."""
    found = named_like(CUPY)
    if not found or _reason():
        return  # no GPU to use it on: `CuPy` has said so
    state = cudnn.state()
    facts = {"version": state.version, "reason": state.reason}
    if state.version is not None:
        yield ok(f"{state.version} is in use", **facts)
    elif os.environ.get("MXLEARN_CUDNN") == "0":
        seen = "switched off by MXLEARN_CUDNN=0: mxlearn's own kernels do its work, more slowly"
        yield warning(seen, setting("MXLEARN_CUDNN", ""), **facts)
    else:
        seen = f"not in use, mxlearn's own kernels do its work, more slowly: {state.reason}"
        yield warning(seen, pip("install", f"nvidia-cudnn-cu{_made_for(found[0].name) or 12}"), **facts)


@check(SUBJECT, "own kernels")
def own_kernels() -> Iterator[Finding]:
    """What cuDNN does not do is done by mxlearn's own kernels, in one launch each."""
    if not named_like(CUPY) or _reason():
        return
    if launch.enabled:
        yield ok("in use")
    else:
        seen = "switched off by MXLEARN_CUDA_KERNELS=0: each takes several launches of CuPy's, more slowly"
        yield warning(seen, setting("MXLEARN_CUDA_KERNELS", ""))


@check(SUBJECT, "NCCL")
def sums() -> Iterator[Finding]:
    """Where there are several GPUs, they sum their gradients among each other."""
    found = named_like(CUPY)
    count = backend.num_gpus() if found else 0
    if count == 1:
        yield ok("not needed with one GPU", in_use=False)
    if count < 2:
        return
    answer = backend.communicator(tuple(range(count)))
    if isinstance(answer, str):
        seen = f"not in use, gradients are summed on one GPU, more slowly: {answer}"
        yield warning(seen, pip("install", f"nvidia-nccl-cu{_made_for(found[0].name) or 12}"), in_use=False)
    else:
        yield ok(f"in use by {count} GPUs", in_use=True)
