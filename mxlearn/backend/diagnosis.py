"""Why no GPU can be used, or what broke on one, in words; and what to do about each.

CuPy and CUDA say what happened in the terms of their own interfaces ("cudaErrorInsufficientDriver"), and one of their
answers has many causes. Here each cause is told apart with what else can be found out: the driver's version, the
distributions of CuPy that are installed, the variables that hide GPUs, the processes that hold them.
"""
import os
import re
from typing import Any, NamedTuple

from ..base import MXNetError
from . import driver

# The first driver branch that runs programs of each major version of CUDA, newest first.
# NVIDIA, CUDA Compatibility: "Minimum Required Driver Versions".
FIRST_DRIVER = {13: 580, 12: 525}
_EXTRAS = "'mxlearn[cuda12]' (or [cuda13])"
_CPU = "Use mx.cpu()"

# Numbers of cudaError_t, CUDA Runtime API, section 6.37.
_OUT_OF_MEMORY, _INITIALIZATION, _INSUFFICIENT_DRIVER, _UNAVAILABLE, _NO_DEVICE = 2, 3, 35, 46, 100
_COMPILER, _NO_IMAGE, _FOREIGN_CODE = 221, 209, 222
_MISMATCH, _NO_FORWARD_COMPATIBILITY = 803, 804
_BREAKING = {
    214: "its memory has an error that it could not correct (ECC)",
    700: "a kernel read or wrote memory that is not its own",
    702: "a kernel ran longer than the display's watchdog allows",
    710: "a kernel stopped at an assertion",
    714: "a kernel met a hardware error in its stack",
    715: "a kernel met an instruction that the GPU does not have",
    716: "a kernel read or wrote an address that is not aligned",
    719: "a kernel failed",
}


class Reason(NamedTuple):
    """Why, as the end of a sentence without its full stop; and what to do, as sentences."""

    why: str
    remedy: str


# -- before a GPU is found ---------------------------------------------------------------------------------------------
def no_cupy() -> Reason:
    """Tell which CuPy to install, as far as the driver shows it."""
    version = driver.version()
    extra = extra_for(version)
    if extra:
        remedy = f"The NVIDIA driver is {version}: pip install 'mxlearn[{extra}]'."
    elif version:
        remedy = f"{_too_old(version)} Then: pip install {_EXTRAS}."
    else:
        remedy = f"{_CPU}, or on a machine with an NVIDIA GPU: pip install {_EXTRAS}."
    return Reason("CuPy is not installed", remedy)


def broken_cupy(error: Exception) -> Reason:
    """Tell why importing CuPy failed: two distributions in one place, a NumPy that does not fit, a missing library."""
    installed = distributions()
    if len(installed) > 1:
        return two_distributions(installed)
    words = " ".join(_own_words(str(error)).split())
    words = words if words.startswith(type(error).__name__) else f"{type(error).__name__}: {words}"
    why = f"CuPy is installed but cannot be imported ({words})"
    return Reason(why, f"{_CPU}, or install it again: {_replace(_wanted(), installed)}.")


def two_distributions(installed: list[str]) -> Reason:
    """Tell which distributions of CuPy overwrite one another's files."""
    return Reason(
        f"{len(installed)} distributions of CuPy are installed, and overwrite one another ({', '.join(installed)})",
        f"Keep one: {_replace(_wanted(), installed)}.",
    )


def no_device(cupy: Any, error: Exception | None) -> Reason:
    """Tell why CuPy finds no GPU; ``error`` is what CUDA answered, None where it counted none."""
    installed = distributions()
    if len(installed) > 1:
        return two_distributions(installed)
    status = _status(error)
    if status == _INSUFFICIENT_DRIVER:
        return _no_driver(cupy)
    if status in (_NO_DEVICE, None) and "CUDA_VISIBLE_DEVICES" in os.environ:
        hidden = os.environ["CUDA_VISIBLE_DEVICES"]
        return Reason(
            f"CUDA_VISIBLE_DEVICES={hidden} hides every GPU from CuPy",
            f"{_CPU}, or unset CUDA_VISIBLE_DEVICES and start Python again.",
        )
    if status in (_NO_DEVICE, None):
        why = "CuPy is installed but finds no GPU"
        why += f" ({_own_words(str(error))})" if error is not None and status is None else ""
        return Reason(why, f"{_CPU}. Does nvidia-smi list one? A container needs --gpus all.")
    return _start_failed(status, error)


def _no_driver(cupy: Any) -> Reason:
    """Tell an absent driver from one that is too old: CUDA answers both with one number."""
    runtime = cupy.cuda.runtime
    try:
        highest, needed = int(runtime.driverGetVersion()), int(runtime.runtimeGetVersion())
    except Exception:  # a CuPy whose own libraries are missing
        highest = needed = 0
    version = driver.version()
    if not highest and not version:
        return Reason(
            "there is no NVIDIA driver",
            f"{_CPU}. On a machine with an NVIDIA GPU install its driver; a container needs --gpus all.",
        )
    if not highest:
        return Reason(
            f"the NVIDIA driver {version} is there, but its library libcuda is not to be found",
            f"{_CPU}. A container needs --gpus all and NVIDIA's container toolkit; elsewhere install the driver again.",
        )
    why = f"the NVIDIA driver {version}".rstrip()
    why += f" runs programs of CUDA up to {_dotted(highest)}, and CuPy is made for CUDA {_dotted(needed)}"
    extra = extra_for(version) or ("cuda12" if 12000 <= highest < 13000 else "")
    if extra and needed // 1000 != int(extra[4:]):
        commands = _replace(f"'mxlearn[{extra}]'", distributions())
        return Reason(why, f"Install the CuPy for this driver: {commands}.")
    return Reason(why, f"{_CPU}, or install a newer driver: {FIRST_DRIVER.get(needed // 1000, 580)} or later.")


def _start_failed(status: int | None, error: Exception | None) -> Reason:
    """Tell why CUDA itself does not start."""
    words = _own_words(str(error))
    if status == _INITIALIZATION:
        return Reason(
            f"CUDA cannot start in this process ({words})",
            "A process that was forked after CUDA was used cannot use it: start workers with the method 'spawn',"
            " and keep GPUs out of them.",
        )
    if status in (_MISMATCH, _NO_FORWARD_COMPATIBILITY):
        return Reason(
            f"the driver's parts are of different versions ({words})",
            f"{_CPU}. Start the machine again after the driver was updated; in a container, the host's driver counts.",
        )
    return Reason(f"CuPy is installed but no GPU can be used ({words})", f"{_CPU}. Does nvidia-smi list the GPU?")


# -- a GPU that is there -----------------------------------------------------------------------------------------------
def not_opened(device_id: int, error: Exception) -> Reason:
    """Tell why a GPU that CUDA counts does not let this process in."""
    status = _status(error)
    others = driver.processes(device_id)
    held = "; ".join(map(str, others[:3]))
    if status == _UNAVAILABLE:
        mode = driver.compute_mode(device_id)
        if mode == "Prohibited":
            return Reason(
                "its compute mode is Prohibited: nobody may use it",
                f"{_CPU}, or let the machine's keeper run: nvidia-smi -i {device_id} -c DEFAULT",
            )
        who = f": {held}" if held else ""
        return Reason(
            f"another process has taken it ({mode or 'exclusive'} mode){who}",
            f"{_CPU} or another GPU, end that process, or let the machine's keeper share it:"
            f" nvidia-smi -i {device_id} -c DEFAULT",
        )
    if status == _OUT_OF_MEMORY or isinstance(error, MemoryError):
        who = f" ({held})" if held else ""
        return Reason(
            "it has not even the memory left to start CUDA, some 300 to 500 MB",
            f"{_CPU} or another GPU, or end who holds it{who}: nvidia-smi shows all.",
        )
    if isinstance(error, (ImportError, OSError)) or type(error).__name__ == "DynamicLibNotFoundError":
        return Reason(
            f"a library of CUDA is missing ({_own_words(str(error))})",
            f"CuPy was installed without CUDA's libraries. Install them: pip install {_wanted()}.",
        )
    return _start_failed(status, error)


def broken_device(error: BaseException, doing: str) -> MXNetError | None:
    """Return a readable error for one of CUDA's, or None for an error that is not.

    Parameters
    ----------
    doing : what was going on, as the beginning of the message: "asnumpy", "waitall"
    """
    status = _status(error)
    if status is None:
        return None
    words = _own_words(str(error))
    if status in _BREAKING:
        text = (
            f"{doing}: a computation on the GPU that was started earlier has failed: {_BREAKING[status]} ({words}).\n"
            "  The GPU refuses this process from now on: restart the kernel. CUDA_LAUNCH_BLOCKING=1, set before Python"
            " starts, makes the operator raise that fails."
        )
    elif status in (_NO_IMAGE, _FOREIGN_CODE, _COMPILER):
        text = (
            f"{doing}: CuPy has no code for this GPU ({words}).\n"
            f"  The GPU is newer or older than this CuPy: install one that knows it: pip install -U {_wanted()}."
        )
    else:
        text = f"{doing}: CUDA answered {words}.\n  Restart the kernel if it repeats; mxlearn doctor examines the GPU."
    return MXNetError(text)


# -- words -------------------------------------------------------------------------------------------------------------
def distributions() -> list[str]:
    """Return the installed distributions of CuPy, by name: one, or CuPy does not work."""
    from importlib import metadata  # only an error needs it

    names = {(each.metadata["Name"] or "").lower() for each in metadata.distributions()}
    return sorted(name for name in names if re.fullmatch(r"cupy(-(cuda|rocm)[\w-]+)?", name))


def _status(error: BaseException | None) -> int | None:
    """Return the number of one of CUDA's errors, of its runtime or its driver interface; None for any other."""
    status = getattr(error, "status", None)
    return status if isinstance(status, int) and type(error).__name__.startswith("CUDA") else None


def extra_for(version: str) -> str:
    """Return the extra of mxlearn that fits a driver, "" for one that is unknown or too old."""
    branch = int(version.partition(".")[0] or 0)
    return next((f"cuda{major}" for major, least in FIRST_DRIVER.items() if branch >= least), "")


def _wanted() -> str:
    """Return what to install, as one types it."""
    extra = extra_for(driver.version())
    return f"'mxlearn[{extra}]'" if extra else _EXTRAS


def _replace(wanted: str, installed: list[str]) -> str:
    """Return the commands that put one distribution of CuPy into the place of those that are installed."""
    return f"pip uninstall -y {' '.join(installed) or 'cupy'}; pip install {wanted}"


def _too_old(version: str) -> str:
    return f"{_CPU}, or install a newer driver than {version}: {min(FIRST_DRIVER.values())} or later."


def _own_words(text: str) -> str:
    """Return what an error says itself; CuPy's import error is a page with the reason at its end."""
    found = re.search(r"Original error:\s*(.+)", text)
    text = found.group(1) if found else next((line for line in text.splitlines() if line.strip(" =-")), text)
    return text.strip().rstrip(".")


def _dotted(number: int) -> str:
    """Return CUDA's number of a version as one writes it: 12090 is 12.9."""
    return f"{number // 1000}.{number % 1000 // 10}"


__all__ = [
    "FIRST_DRIVER", "Reason", "broken_cupy", "broken_device", "distributions", "extra_for", "no_cupy", "no_device",
    "not_opened", "two_distributions",
]  # fmt: skip
