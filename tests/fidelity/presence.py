"""Which public names of MXNet 1.9.1 mxlearn has: ``python -m tests.fidelity.presence [--write docs/fidelity.md]``.

names.txt lists the public names of the real MXNet 1.9.1 by module, as Python found them. refused.py says which of them
mxlearn refuses on purpose, and why. What is neither there nor refused is missing.
"""

import argparse
import functools
import importlib
import inspect
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from .refused import REFUSED

HERE = Path(__file__).parent
NAMES = HERE / "names.txt"
TABLE = HERE.parents[1] / "docs" / "fidelity.md"
_ABSENT = object()  # np.newaxis is None
STATES = ("present", "refused", "missing")


@dataclass(frozen=True)
class Name:
    """One public name of MXNet.

    Attributes
    ----------
    module : such as "mx.gluon.nn"
    name : inside the module
    attributes : of a class, its public ones
    """

    module: str
    name: str
    attributes: tuple[str, ...] = ()


def stored_names() -> list[Name]:
    """Return the names of names.txt."""
    found, module = [], ""
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"== (mx[\w.]*) \(", line)
        if heading:
            module = heading[1]
            continue
        entry = re.match(r"([A-Za-z_]\w*)(.*)", line)
        if not module or entry is None:
            continue
        kind, _, attributes = entry[2].partition("): ")
        own = tuple(a for a in attributes.split() if a.isidentifier()) if kind.startswith(" class") else ()
        found.append(Name(module, entry[1], own))
    return found


def home(module: str):
    """Return the module or namespace of mxlearn that stands for one of MXNet, or None."""
    import mxlearn

    place = mxlearn
    for part in module.split(".")[1:]:
        try:
            place = getattr(place, part)
        except (AttributeError, ImportError):
            try:
                return importlib.import_module("mxlearn." + module.removeprefix("mx."))
            except ImportError:
                return None
    return place


def refusal(name: Name) -> str | None:
    """Return why a name is refused on purpose, or None."""
    full = f"{name.module}.{name.name}"
    return next((reason for pattern, reason in REFUSED if re.fullmatch(pattern, full)), None)


def state(name: Name) -> str:
    """Return one of STATES. A name that mxlearn has is present, also where it is on the list of refusals."""
    place = home(name.module)
    if place is not None and getattr(place, name.name, _ABSENT) is not _ABSENT:
        return "present"
    return "refused" if refusal(name) else "missing"


def missing_attributes(name: Name) -> list[str]:
    """Return the public attributes of a class that mxlearn's class lacks."""
    found = getattr(home(name.module), name.name, None)
    if not inspect.isclass(found):
        return []
    return [a for a in name.attributes if not hasattr(found, a) and f"self.{a} =" not in _source(found)]


@functools.cache
def _source(cls: type) -> str:
    """Return the text of a class and its bases, where attributes that ``__init__`` sets are found."""
    texts = []
    for each in cls.__mro__[:-1]:
        try:
            texts.append(inspect.getsource(each))
        except (OSError, TypeError):
            continue
    return "\n".join(texts)


def table() -> str:
    """Return the table as Markdown."""
    names = stored_names()
    states = {name: state(name) for name in names}
    counts = [sum(s == wanted for s in states.values()) for wanted in STATES]
    lines = [
        "# The names of MXNet 1.9.1",
        "",
        f"MXNet 1.9.1 has {len(names)} public names in the modules below, counted wherever one can be reached.",
        f"mxlearn has {counts[0]} of them ({counts[0] / len(names):.1%}), refuses {counts[1]} on purpose, and lacks",
        f"{counts[2]}.",
        "Made by `python -m tests.fidelity.presence --write`; a test keeps it current.",
        "",
        "| module | names | present | refused | missing |",
        "|---|---|---|---|---|",
    ]
    for module in dict.fromkeys(name.module for name in names):
        inside = [states[name] for name in names if name.module == module]
        lines.append(f"| {module} | {len(inside)} | " + " | ".join(str(inside.count(s)) for s in STATES) + " |")
    lines += ["", "## Refused on purpose", ""]
    by_reason: dict[str, list[str]] = {}
    for name in names:
        if states[name] == "refused":
            by_reason.setdefault(str(refusal(name)), []).append(f"{name.module}.{name.name}")
    for reason, refused in by_reason.items():
        lines += [f"**{reason}**", "", _wrapped(refused), ""]
    lines += ["## Missing", ""]
    absent = [f"{name.module}.{name.name}" for name in names if states[name] == "missing"]
    lines.append(_wrapped(absent) if absent else "None.")
    lacking = [(name, missing_attributes(name)) for name in names if states[name] == "present" and name.attributes]
    lacking = [(name, attributes) for name, attributes in lacking if attributes]
    lines += ["", "## Attributes that classes lack", ""]
    lines += [f"- {name.module}.{name.name}: {', '.join(attributes)}" for name, attributes in lacking] or ["None."]
    return "\n".join(lines) + "\n"


def _wrapped(names: list[str]) -> str:
    lines, line = [], ""
    for name in names:
        part = f"`{name}`"
        if line and len(line) + len(part) + 2 > 116:
            lines.append(line + ",")
            line = part
        else:
            line = f"{line}, {part}" if line else part
    return "\n".join([*lines, line])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fidelity.presence", description=__doc__)
    parser.add_argument("--write", nargs="?", type=Path, const=TABLE, metavar="FILE", help="default: docs/fidelity.md")
    options = parser.parse_args()
    text = table()
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
