"""Write the type stubs that tell editors and type checkers about the functions that mxlearn makes at run time.

The index of mxlearn.ops too, which says what file declares which operators: a file is imported when it is needed.

    python tests/make_stubs.py            write them all
    python tests/make_stubs.py --check    only say which differ from what is stored; exit with 1 if one does

Operators, and the methods of NDArray and Symbol that are operators, come from the operator registry; names that are
written by hand come from the modules that hold them. Nothing is listed here.
"""
import argparse
import ast
import importlib
import inspect
import re
import sys
import textwrap
import types
import typing
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import mxlearn
from mxlearn.core import attributes
from mxlearn.core.frontend import LazyMethod, _Null
from mxlearn.core.operator import REGISTRY, REQUIRED, Attribute, Operator

PACKAGE = Path(mxlearn.__file__).parent
WIDTH = 120
HEADER = "# Written by tests/make_stubs.py from the operator registry; do not edit.\n"

# attribute annotations as a caller may satisfy them; a string is accepted for each, but that is for JSON files
TYPES: dict[object, str] = {
    attributes.Shape: "int | Sequence[int]",
    attributes.Axes: "int | Sequence[int] | None",
    attributes.Floats: "float | Sequence[float]",
    attributes.OptionalInts: "int | Sequence[int | None] | None",
    attributes.Scalar: "float",
    attributes.DType: "DTypeLike",
}

# where the names come from that annotations in stubs use
IMPORTS = {
    "Any": "from typing import Any",
    "Callable": "from collections.abc import Callable",
    "Context": "from mxlearn.context import Context",
    "DTypeLike": "from numpy.typing import DTypeLike",
    "Literal": "from typing import Literal",
    "NDArray": "from mxlearn.ndarray.array import NDArray",
    "Operator": "from mxlearn.core.operator import Operator",
    "Sequence": "from collections.abc import Sequence",
    "Symbol": "from mxlearn.symbol.symbol import Symbol",
    "np": "import numpy as np",
}


class Tensor:
    """One of the two kinds of values that operators are functions of: NDArray in mx.nd, Symbol in mx.sym."""

    def __init__(self, package: str, name: str):
        self.package = package
        self.name = name
        self.eager = name == "NDArray"

    def result(self, op: Operator) -> str:
        """Return the type of an operator's result; ``| Any`` where the number of arrays depends on the attributes."""
        if not self.eager:
            return self.name
        if op.visible is None and isinstance(op.outputs, tuple):
            return self.name if len(op.outputs) == 1 else f"list[{self.name}]"
        if isinstance(op.visible, int):
            return self.name if op.visible == 1 else f"list[{self.name}]"
        return f"{self.name} | Any"

    def option(self, key: str) -> str:
        """Return the type of a keyword that every function takes."""
        out = f"{self.name} | Sequence[{self.name}] | None"
        return {"out": out, "name": "str | None", "attr": "dict[str, str] | None", "ctx": "Context | str | None"}[key]


# -- types and defaults as source ------------------------------------------------------------------------------------
def type_source(annotation: object) -> str:
    """Return the annotation of an attribute as source."""
    if annotation in TYPES:
        return TYPES[annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        parts = [type_source(inner) for inner in typing.get_args(annotation)]
        flat = dict.fromkeys(part for source in parts for part in _split_union(source))
        return " | ".join(flat)
    if typing.get_origin(annotation) is typing.Literal:
        return f"Literal[{', '.join(map(quoted, typing.get_args(annotation)))}]"
    if annotation is type(None):
        return "None"
    assert isinstance(annotation, type), annotation
    return annotation.__name__


def _split_union(source: str) -> list[str]:
    return re.split(r" \| (?![^\[]*\])", source)


def quoted(value: object) -> str:
    """Return a value as source, strings in double quotes."""
    return f'"{value}"' if isinstance(value, str) and '"' not in value and "\\" not in value else repr(value)


def default_source(value: object) -> str:
    """Return a default as source, ``...`` for what has no plain form."""
    if value is None or isinstance(value, (bool, int, str)):
        return quoted(value)
    if isinstance(value, float) and np.isfinite(value):
        return repr(value)
    if isinstance(value, tuple) and all(type(item) in (int, float) for item in value):
        return repr(tuple(value))
    return "..."


def annotation_source(annotation: object) -> str:
    """Return the annotation of a hand-written function as source; Any where it has none."""
    if annotation is inspect.Parameter.empty:
        return "Any"
    if isinstance(annotation, str):
        return annotation
    if annotation is None or annotation is type(None):
        return "None"
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    return re.sub(r"\b(?:typing|collections\.abc|mxlearn(?:\.\w+)+)\.", "", str(annotation))


# -- functions -------------------------------------------------------------------------------------------------------
def definition(name: str, parameters: list[str], result: str, doc: str, indent: str = "") -> str:
    """Return one function of a stub, its parameters on lines of their own where one line is too short."""
    line = f"{indent}def {name}({', '.join(parameters)}) -> {result}:"
    if len(line) > WIDTH:
        inner = "".join(f"{indent}    {parameter},\n" for parameter in parameters)
        line = f"{indent}def {name}(\n{inner}{indent}) -> {result}:"
    first = doc.strip().partition("\n")[0].replace("\\", "\\\\").replace('"""', "'''")
    if not first:
        return f"{line} ...\n"
    if len(first) > WIDTH - 6 - len(indent) - 4:
        first = first[: WIDTH - 13 - len(indent)].rpartition(" ")[0] + " ..."
    return f'{line}\n{indent}    """{first}"""\n'


def operator_definition(tensor: Tensor, op: Operator, name: str, options: Iterable[str], method: bool = False) -> str:
    """Return an operator as a function, or as a method whose first input is self."""
    value = tensor.name
    parameters: list[str] = []
    defaulted = False
    if op.variadic:
        parameters.append(f"*{op.inputs[0]}: {value} | Sequence[{value}]")
    else:
        for i, key in enumerate(op.inputs):
            if method and i == 0:
                parameters.append("self")
            elif tensor.eager and key not in op.optional:
                parameters.append(f"{key}: {value}")
            else:
                parameters.append(f"{key}: {value} | None = None")
                defaulted = True
    for key, attribute in op.attributes.items():
        parameters.append(_attribute(key, attribute, defaulted and not op.variadic))
        defaulted = defaulted or attribute.default is not REQUIRED
    options = list(options)
    if options and not op.variadic:
        parameters.append("*")
    parameters += [f"{key}: {tensor.option(key)} = None" for key in options]
    return definition(name, parameters, tensor.result(op), op.__doc__ or "", "    " if method else "")


def _attribute(key: str, attribute: Attribute, defaulted: bool) -> str:
    source = f"{key}: {type_source(attribute.annotation)}"
    if attribute.default is REQUIRED:  # behind an optional parameter Python wants a default; the call checks
        return f"{source} = ..." if defaulted else source
    return f"{source} = {default_source(attribute.default)}"


def function_definition(function: object, name: str, result: str, indent: str = "") -> str:
    """Return a function that is no operator, from its signature; ``result`` is what it gives if it does not say."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    parameters: list[str] = []
    star = False
    for parameter in signature.parameters.values():
        prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        star = star or prefix == "*"
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parameters.append("*")
            star = True
        if parameter.name == "self":
            parameters.append("self")
            continue
        source = f"{prefix}{parameter.name}: {annotation_source(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            source += f" = {'...' if parameter.default is _Null else default_source(parameter.default)}"
        parameters.append(source)
    if signature.return_annotation is not signature.empty and signature.return_annotation is not typing.Any:
        result = annotation_source(signature.return_annotation)
    return definition(name, parameters, result, inspect.getdoc(function) or "", indent)


def options_of(function: object) -> list[str]:
    """Return the keywords that a generated function takes beside inputs and attributes, in their order."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    op = function.operator  # type: ignore[attr-defined]
    return [key for key, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY and key not in op.attributes]


# -- files -----------------------------------------------------------------------------------------------------------
def stub(doc: str | None, imports: Iterable[str], body: list[str]) -> str:
    """Return the text of a stub: header, docstring, the imports that its body needs, body."""
    text = "\n".join(body)
    code = re.sub(r'"""(?:.|\n)*?"""|"[^"\n]*"', "", text)
    local = list(imports)
    had = {line.rpartition(" ")[2] for line in local}
    needed: dict[str, list[str]] = {}
    for name, line in IMPORTS.items():
        if name not in had and re.search(rf"\b{name}\b", code):
            needed.setdefault(line.rpartition(" ")[0], []).append(name)
    groups: dict[int, list[str]] = {}
    for line in [*(f"{start} {', '.join(names)}" for start, names in needed.items()), *local]:
        groups.setdefault(_section(line), []).append(line)
    blocks = ["\n".join(sorted(groups[key], key=_import_order)) for key in sorted(groups)]
    first = f'"""{doc.strip().partition(chr(10))[0]}"""\n' if doc else ""
    head = HEADER + first + ("\n\n".join(blocks) + "\n" if blocks else "")
    return head + ("\n" + text if text else "")


def _section(line: str) -> int:
    """Return the group of an import as ruff sorts them: standard library, others, this package, relative."""
    module = line.split()[1]
    if module.startswith("."):
        return 3
    return {"numpy": 1, "mxlearn": 2}.get(module.partition(".")[0], 0)


def _import_order(line: str) -> tuple:
    """Return the sort key of an import: ``import x`` first, then by module, packages further away first."""
    module = line.split()[1]
    dots = len(module) - len(module.lstrip("."))
    star = line.split()[3]
    return (line.startswith("from"), -dots, module.lower(), _member_order(star))


def _member_order(name: str) -> tuple:
    """Return the sort key of an imported name: constants, classes, functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (kind, name)


def names_in_source(module: types.ModuleType) -> set[str]:
    """Return the names that a module's own text defines at its top level."""
    found: set[str] = set()
    for node in ast.parse(Path(str(module.__file__)).read_text()).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                found |= {part.id for part in parts if isinstance(part, ast.Name)}
    return found


def relative(module: str, package: str) -> str:
    """Return the name of a module as ``package`` imports it."""
    inner = module.removeprefix(f"{package}.")
    return f".{inner}" if inner != module else module


def operators_stub(module: types.ModuleType, tensor: Tensor, keys: dict[str, str]) -> list[str]:
    """Return the functions of a module that offers operators: by name in the module, the name in the registry."""
    body: list[str] = []
    first: dict[Operator, str] = {}
    for name, key in sorted(keys.items()):
        op = REGISTRY[key]
        if op in first and first[op].startswith("_") == name.startswith("_"):
            body.append(f"{name} = {first[op]}\n")
            continue
        first[op] = name
        body.append(operator_definition(tensor, op, name, options_of(getattr(module, name))))
    return body


def tensor_stubs(tensor: Tensor) -> dict[str, str]:
    """Return the stubs of mxlearn.ndarray or mxlearn.symbol: path to text."""
    folder = tensor.package.replace(".", "/").removeprefix("mxlearn/")
    package = importlib.import_module(tensor.package)
    files: dict[str, str] = {}

    def add(name: str, imports: list[str], body: list[str]) -> None:
        module = package if name == "__init__" else importlib.import_module(f"{tensor.package}.{name}")
        files[f"{folder}/{name}.pyi"] = stub(module.__doc__, imports, body)

    internal = importlib.import_module(f"{tensor.package}._internal")
    hidden = {key: key for key in REGISTRY if key.startswith("_")}
    body = operators_stub(internal, tensor, hidden)
    everything = "".join(f'    "{key}",\n' for key in sorted(hidden))
    add("_internal", [], [*body, f"__all__ = [\n{everything}]\n"])
    op = importlib.import_module(f"{tensor.package}.op")
    star = "from ._internal import *  # noqa: F403"
    add("op", [star], operators_stub(op, tensor, {key: key for key in REGISTRY if not key.startswith("_")}))
    for name in ("contrib", "image", "linalg", "random"):
        module = importlib.import_module(f"{tensor.package}.{name}")
        written = getattr(module, "__all__", [])
        body = [function_definition(getattr(module, key), key, tensor.name) for key in sorted(written)]
        prefix = f"_{name}_"
        keys = {key.removeprefix(prefix): key for key in REGISTRY if key.startswith(prefix)}
        add(name, [], body + operators_stub(module, tensor, {k: v for k, v in keys.items() if k not in written}))
    imports, body = written_by_hand(package, tensor.name)
    add("__init__", ["from . import _internal as _internal", "from .op import *  # noqa: F403", *imports], body)
    files[f"{folder}/generated.pyi"] = methods_stub(tensor, package)
    return files


def written_by_hand(package: types.ModuleType, result: str) -> tuple[list[str], list[str]]:
    """Return (imports, functions) for the names of ``__all__`` that are no operators of the registry."""
    imports: list[str] = []
    body: list[str] = []
    for name in sorted(package.__all__):
        value = getattr(package, name)
        if isinstance(value, types.ModuleType):
            parent, _, last = value.__name__.rpartition(".")
            imports.append(f"from {relative(parent + '.', package.__name__)} import {last} as {name}")
            continue
        origin = sys.modules[value.__module__]
        if name in names_in_source(origin):
            imports.append(f"from {relative(origin.__name__, package.__name__)} import {name} as {name}")
        else:
            body.append(function_definition(value, name, result))
    return imports, body


def methods_stub(tensor: Tensor, package: types.ModuleType) -> str:
    """Return the base class of NDArray or Symbol that declares the methods it is given at run time."""
    cls = getattr(package, tensor.name)
    source = Path(inspect.getfile(cls)).read_text()
    class_body = next(n for n in ast.parse(source).body if isinstance(n, ast.ClassDef) and n.name == tensor.name).body
    written = {n.name for n in class_body if isinstance(n, ast.FunctionDef)}
    written |= {t.id for n in class_body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    body = []
    for name, value in sorted(vars(cls).items()):
        if name in written or not isinstance(value, (types.FunctionType, LazyMethod)):
            continue
        method = getattr(cls, name)
        if hasattr(method, "operator"):
            body.append(operator_definition(tensor, method.operator, name, options_of(method), method=True))
        else:
            body.append(function_definition(method, name, tensor.name, "    "))
    body.append("    def __hash__(self) -> int: ...\n")  # by identity, although == is an operator
    doc = f"The methods of {tensor.name} that are made at run time."
    return stub(doc, [], [f"class {tensor.name}Methods:\n" + "\n".join(body)])


def top_level_stub() -> str:
    """Return the stub of mxlearn itself, with the modules that are imported when they are first used."""
    imports, body = written_by_hand(mxlearn, "Any")
    lazy = {name: module for name, module in mxlearn._LAZY.items() if _exists(module)}
    imports += [f"from . import {module} as {name}" for name, module in lazy.items()]
    there = {line.rpartition(" ")[2] for line in imports}
    lazy_names = {name: module for name, module in mxlearn._LAZY_NAMES.items() if name not in there}
    imports += [f"from .{module} import {name} as {name}" for name, module in lazy_names.items()]
    names = sorted({*mxlearn.__all__, *lazy, *mxlearn._LAZY_NAMES})
    everything = "".join(f'    "{name}",\n' for name in names)
    return stub(mxlearn.__doc__, dict.fromkeys(imports), ["__version__: str\n", *body, f"__all__ = [\n{everything}]\n"])


def _exists(module: str) -> bool:
    return (PACKAGE / f"{module}.py").exists() or (PACKAGE / module / "__init__.py").exists()


def stubs() -> dict[Path, str]:
    """Return every stub: path to text."""
    files = {"__init__.pyi": top_level_stub()}
    for package, name in (("mxlearn.ndarray", "NDArray"), ("mxlearn.symbol", "Symbol")):
        files |= tensor_stubs(Tensor(package, name))
    return {PACKAGE / path: text for path, text in sorted(files.items())}


def index() -> tuple[Path, str]:
    """Return the path and the text of the index of operators."""
    families: dict[str, list[str]] = {}
    for name, op in sorted(REGISTRY.items()):
        families.setdefault(op.__module__.removeprefix("mxlearn.ops."), []).append(name)
    lines = []
    for family, names in sorted(families.items()):
        parts = textwrap.wrap(" ".join(names), WIDTH - 12)
        body = "\n".join(f'        "{part} "' for part in parts[:-1]) + f'\n        "{parts[-1]}"'
        lines.append(f'    "{family}": (\n{body.lstrip(chr(10))}\n    ),\n')
    doc = '"""Which file of this folder declares which operators, aliases included; read by core/registry.py."""\n'
    return PACKAGE / "ops" / "index.py", f"{HEADER}{doc}INDEX = {{\n{''.join(lines)}}}\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the stubs; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a stub is out of date")
    options = parser.parse_args(arguments)
    stale = 0
    for path, text in [*stubs().items(), index()]:
        if path.exists() and path.read_text() == text:
            continue
        stale += 1
        print(f"{'out of date' if options.check else 'wrote'}: {path.relative_to(PACKAGE.parent)}")
        if not options.check:
            path.write_text(text)
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
