"""Python, mxlearn itself, the versions of the packages, and the lock file of a clone."""

import json
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from mxlearn.resources import PACKAGE

from .checks import check
from .finding import Finding, ok, problem, warning
from .installed import clone, command, fits, install, installed, normal, pip, requirements, version

SUBJECT = "Environment"
LOCK = "requirements.lock"


@check(SUBJECT, "Python")
def python() -> Iterator[Finding]:
    """The interpreter is one of those that mxlearn is made for."""
    found = platform.python_version()
    facts = {"version": found, "executable": sys.executable, "prefix": sys.prefix, "platform": platform.platform()}
    try:
        wanted = metadata.metadata("mxlearn")["Requires-Python"] or ""
    except metadata.PackageNotFoundError:
        wanted = ""
    if not fits(found, wanted):
        choose = "make lab PYTHON=python3.12" if clone() else "python3.12 -m venv mxlearn-env"
        yield problem(f"Python {found}, and mxlearn needs {wanted}", choose, **facts)
        return
    kind = "" if sys.prefix != sys.base_prefix else ", no virtual environment"
    yield ok(f"{found} in {sys.prefix}{kind}, on {platform.platform()}", **facts)


@check(SUBJECT, "mxlearn")
def itself() -> Iterator[Finding]:
    """What is imported is what was installed, once."""
    from mxlearn import __version__

    found = installed("mxlearn")
    facts = {"version": __version__, "folder": str(PACKAGE), "installed": [each._asdict() for each in found]}
    folder = clone()
    again = pip("install", "-e", str(folder)) if folder else pip("install", "--force-reinstall", "--no-deps", "mxlearn")
    if not found:
        yield warning(f"{__version__} runs from {PACKAGE} without being installed", again, **facts)
    elif len(found) > 1:
        places = ", ".join(f"{each.version} in {each.folder}" for each in found)
        seen = f"installed {len(found)} times: {places}. The first one is imported"
        yield problem(seen, f"{pip('uninstall', '-y', 'mxlearn')} && {again}", **facts)
    elif found[0].version != __version__:
        yield problem(f"{__version__} is imported from {PACKAGE}, and {found[0].version} is installed", again, **facts)
    elif not _is_from(Path(found[0].folder)):
        yield warning(f"imported from {PACKAGE}, and installed in {found[0].folder}", again, **facts)
    else:
        yield ok(f"{__version__} in {PACKAGE}", **facts)


def _is_from(site: Path) -> bool:
    """Tell whether the imported package is the one of a site-packages folder, or the clone which that points at."""
    if (site / "mxlearn").resolve() == PACKAGE:
        return True
    origin = metadata.distribution("mxlearn").read_text("direct_url.json")
    if not origin:
        return False
    from urllib.parse import unquote, urlsplit
    from urllib.request import url2pathname

    content = json.loads(origin)
    place = Path(url2pathname(unquote(urlsplit(content.get("url", "")).path)))
    return bool(content.get("dir_info", {}).get("editable")) and place.resolve() == PACKAGE.parent


@check(SUBJECT, "packages")
def packages() -> Iterator[Finding]:
    """The packages that mxlearn needs are there, in versions that it works with."""
    found: dict[str, str] = {}
    missing = []
    for wanted in requirements("", "lab"):
        here = version(wanted.name)
        if here:
            found[wanted.name] = here
        text = f"{wanted.name}{wanted.versions}"
        if not here and not wanted.extra:
            yield problem(f"{wanted.name} is not installed", pip("install", text))
        elif not here:
            missing.append(wanted.name)
        elif not fits(here, wanted.versions):
            yield problem(f"{wanted.name} is {here}, and mxlearn needs {wanted.versions}", pip("install", text))
    if missing:
        names, one = ", ".join(missing), len(missing) == 1
        seen = (
            f"{names} {'is' if one else 'are'} not installed; the course in JupyterLab uses {'it' if one else 'them'}"
        )
        yield warning(seen, install("lab"), missing=missing)
    if found:
        yield ok(", ".join(f"{name} {here}" for name, here in found.items()), versions=found)


@check(SUBJECT, "lock")
def lock() -> Iterator[Finding]:
    """In a clone, the packages are those of its lock file."""
    folder = clone()
    if folder is None or not (folder / LOCK).is_file():
        return
    wanted = _locked((folder / LOCK).read_text(encoding="utf-8"))
    here = {name: version(name) for name in wanted}
    drift = {name: here[name] for name, versions in wanted.items() if here[name] and here[name] not in versions}
    same = sum(here[name] in versions for name, versions in wanted.items())
    facts = {"file": str(folder / LOCK), "same": same, "different": drift}
    if not drift:
        yield ok(f"{same} packages are as {LOCK} has them", **facts)
        return
    shown = [f"{name} {here} (lock: {' or '.join(sorted(wanted[name]))})" for name, here in list(drift.items())[:4]]
    more = f" and {len(drift) - 4} more" if len(drift) > 4 else ""
    ready = folder / ".venv" / ".ready"
    remedy = pip("install", "--require-hashes", "-r", str(folder / LOCK))
    if Path(sys.prefix).resolve() == ready.parent.resolve():
        remedy = f"{command('rm', '-f', ready)} && {command('make', '-C', folder, 'install')}"
    seen = f"{len(drift)} of {len(drift) + same} packages differ from {LOCK}: {', '.join(shown)}{more}"
    yield warning(seen, remedy, **facts)


def _locked(text: str) -> dict[str, set[str]]:
    """Return the versions of a lock file by name; a package has two where they depend on the platform."""
    found: dict[str, set[str]] = {}
    for match in re.finditer(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(normal(match[1]), set()).add(match[2])
    return found
