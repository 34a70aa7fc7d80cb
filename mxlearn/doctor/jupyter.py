"""JupyterLab, the kernel that a lesson starts, the folders that both need, and the front end of the widgets."""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .checks import check
from .finding import Finding, ok, problem, warning
from .folders import unwritable
from .installed import clone, command, install, normal, pip, setting, version

SUBJECT = "Jupyter"
KERNEL = "python3"  # that the lessons ask for
PYTHON = re.compile(r"python(\d+(\.\d+)?)?w?(\.exe)?")

EXTENSIONS = {"anywidget": "anywidget", "@jupyter-widgets/jupyterlab-manager": "jupyterlab_widgets"}  # by package


@check(SUBJECT, "JupyterLab")
def front_ends() -> Iterator[Finding]:
    """JupyterLab is there, which opens the course."""
    lab, notebook = version("jupyterlab"), version("notebook")
    if not lab:
        seen = f"not installed in {sys.prefix}: `mxlearn lab` cannot start"
        yield problem(seen, install("lab"), jupyterlab="", notebook=notebook)
        return
    also = f"; Notebook {notebook}" if notebook else "; Notebook is not installed, and not needed"
    yield ok(f"{lab}{also}", jupyterlab=lab, notebook=notebook)


@check(SUBJECT, "kernel")
def kernel() -> Iterator[Finding]:
    """A lesson starts the Python of this environment, and not another one that has no mxlearn."""
    if not version("ipykernel"):
        yield problem("ipykernel is not installed: a lesson cannot start", pip("install", "ipykernel"))
        return
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        yield problem("jupyter_client is not installed: a lesson cannot start", pip("install", "jupyter_client"))
        return
    here = command(sys.executable, "-m", "ipykernel", "install", "--sys-prefix")
    try:
        found = KernelSpecManager().get_kernel_spec(KERNEL)
    except NoSuchKernel:
        yield problem(f"there is no kernel {KERNEL!r}, which the lessons ask for", here)
        return
    folder = Path(found.resource_dir)
    program = found.argv[0] if found.argv else ""
    facts = {"name": KERNEL, "folder": str(folder), "argv": list(found.argv)}
    if _is_ours(program):
        yield ok(f"{KERNEL!r} starts {sys.executable}", **facts)
    elif not PYTHON.fullmatch(Path(program).name):
        yield warning(f"{KERNEL!r} in {folder} starts {program}, which may lead to another Python", **facts)
    elif shutil.which(program) is None:
        yield problem(f"{KERNEL!r} in {folder} starts {program}, which is not there", _own(folder, here), **facts)
    else:
        seen = f"{KERNEL!r} in {folder} starts {program}, another Python than {sys.executable} of this environment"
        yield problem(seen, _own(folder, here), **facts)


def _is_ours(program: str) -> bool:
    """Tell whether a kernel's program is the Python of this environment.

    Folders are compared, not files: the Pythons of two environments may be links to one file.
    """
    path = Path(program)
    if path.name == program:  # "python": Jupyter puts its own in the place of it
        return PYTHON.fullmatch(program) is not None
    ours = Path(sys.executable)
    return PYTHON.fullmatch(path.name) is not None and path.exists() and path.parent.resolve() == ours.parent.resolve()


def _own(folder: Path, here: str) -> str:
    """Return the command that makes the kernel found in a folder the one of this environment."""
    from jupyter_core.paths import jupyter_data_dir

    folder = folder.resolve()
    if folder.is_relative_to(Path(jupyter_data_dir()).resolve()):  # it goes before the others: replace it
        return command(sys.executable, "-m", "ipykernel", "install", "--user")
    for named in filter(None, os.environ.get("JUPYTER_PATH", "").split(os.pathsep)):
        if folder.is_relative_to(Path(named).resolve()):
            return setting("JUPYTER_PATH", "")
    return here


@check(SUBJECT, "folders")
def paths() -> Iterator[Finding]:
    """Jupyter can write where it keeps what runs, and its settings."""
    try:
        from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
    except ImportError:  # the kernel has said it
        return
    places = {
        "JUPYTER_CONFIG_DIR": jupyter_config_dir(),
        "JUPYTER_DATA_DIR": jupyter_data_dir(),
        "JUPYTER_RUNTIME_DIR": jupyter_runtime_dir(),
    }
    reasons = {variable: unwritable(Path(folder)) for variable, folder in places.items()}
    for variable, reason in reasons.items():
        if reason:
            seen = f"{places[variable]} cannot be written: {reason}"
            yield problem(seen, setting(variable, "/path/of/another/folder"), variable=variable)
    if not any(reasons.values()):
        yield ok(f"settings in {places['JUPYTER_CONFIG_DIR']}, data in {places['JUPYTER_DATA_DIR']}", **places)


@check(SUBJECT, "widgets")
def bundles() -> Iterator[Finding]:
    """Each widget has its front end, and both speak of the same traits."""
    spec = find_spec("mxlearn_widgets")
    if spec is None or spec.origin is None:
        yield problem("the package mxlearn_widgets is missing", _rebuilt())
        return
    package = Path(spec.origin).parent
    shared = _traits(package / "shared" / "widget.py")
    faults, names = [], []
    for source in sorted(package.glob("*/*.py")):
        for name in re.findall(r'^class .*\bbundle="(\w+)"', source.read_text(encoding="utf-8"), re.MULTILINE):
            names.append(name)
            faults += _faults(package / "static", name, {*shared, *_traits(source)})
    names = sorted(set(names))
    if not (package / "static" / "theme.css").is_file():
        faults.append("theme.css is missing")
    if faults:
        yield problem(f"the front end of the widgets is not theirs: {'; '.join(faults)}", _rebuilt(), faults=faults)
    else:
        yield ok(f"{len(names)} front ends fit: {', '.join(names)}", bundles=names)


def _traits(source: Path) -> list[str]:
    """Return the names of the traits that the widgets of a file share with their front end."""
    return re.findall(r"^    (\w+)(?:: [^=\n]+)? = traitlets\.", source.read_text(encoding="utf-8"), re.MULTILINE)


def _faults(folder: Path, name: str, traits: set[str]) -> list[str]:
    missing = [f"{name}.{kind}" for kind in ("js", "css") if not (folder / f"{name}.{kind}").is_file()]
    if missing:
        return [f"{file} is missing" for file in missing]
    program = (folder / f"{name}.js").read_text(encoding="utf-8")
    unknown = sorted(trait for trait in traits if not re.search(rf"\b{trait}\b", program))
    return [f"{name}.js does not know {', '.join(unknown)}: it is of another version"] if unknown else []


def _rebuilt() -> str:
    """Return the command that brings the built front ends back, which are kept beside their sources."""
    folder = clone()
    if folder is not None:
        return command("git", "-C", folder, "checkout", "--", "widgets/mxlearn_widgets")
    return pip("install", "--force-reinstall", "--no-deps", "mxlearn")


@check(SUBJECT, "extensions")
def extensions() -> Iterator[Finding]:
    """JupyterLab loads the extensions that draw widgets, and those of this environment."""
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return
    found = {}
    for name, package in EXTENSIONS.items():
        if not version(package):
            yield problem(f"{package} is not installed: widgets show nothing", install("lab"))
            continue
        places = [Path(folder) / name for folder in jupyter_path("labextensions")]
        versions = [(place, _version(place)) for place in places if (place / "package.json").is_file()]
        if not versions:
            again = pip("install", "--force-reinstall", "--no-deps", normal(package))
            yield problem(f"JupyterLab does not find the extension {name}: widgets show nothing", again, extension=name)
            continue
        loaded, here = versions[0]
        found[name] = here
        ours = next((number for place, number in versions if place.is_relative_to(sys.prefix)), here)
        if here != ours:
            seen = f"JupyterLab loads {name} {here} from {loaded}, and not {ours} of this environment"
            yield problem(seen, setting("JUPYTER_PREFER_ENV_PATH", "1"), extension=name, loaded=here, ours=ours)
    if len(found) == len(EXTENSIONS):
        yield ok(", ".join(f"{name} {here}" for name, here in found.items()), versions=found)


def _version(extension: Path) -> str:
    return str(json.loads((extension / "package.json").read_text(encoding="utf-8")).get("version", ""))
