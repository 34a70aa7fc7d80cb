"""The registry of operators: every name, and the families of operators that are imported when one is asked for.

Some sixty files declare the operators, and a program uses a few of them. So ``import mxlearn`` reads an index, which
says what file declares which names, and a file is imported with the first of its operators. Nobody needs to know: the
registry is a dict. A name that is not in the index, and everything that goes through all names, imports all files; so
the index can be out of date and nothing is missed but time. A test keeps it up to date.
"""
import importlib
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from ..base import MXNetError

if TYPE_CHECKING:
    from .operator import Operator


class Registry(MutableMapping[str, "Operator"]):
    """Operators by name, aliases included."""

    def __init__(self):
        self._known: dict[str, Operator] = {}
        self._package: Any = None
        self._family_of: dict[str, str] = {}  # the index
        self._complete = True

    def declare(self, op: "Operator") -> "Operator":
        """Enter an operator under its name and its aliases.

        Raises
        ------
        MXNetError
            If one of them is taken.
        """
        for name in (op.name, *op.aliases):
            if name in self._known:
                modules = f"{self._known[name].__module__}, {op.__module__}"
                raise MXNetError(f"operator {name!r} is declared twice: {modules}")
            self._known[name] = op
        return op

    # -- families ----------------------------------------------------------------------------------------------------
    def shelve(self, package: str, index: Mapping[str, str]) -> None:
        """Import the modules of a package when they are needed.

        Parameters
        ----------
        index : for each module the names that it declares, separated by spaces
        """
        self._package = package
        self._complete = False
        for family, names in index.items():
            self._family_of.update(dict.fromkeys(names.split(), family))

    def load(self) -> None:
        """Import all families."""
        if self._complete:
            return
        import pkgutil

        for found in pkgutil.iter_modules(sys.modules[self._package].__path__):
            self._import(found.name)
        self._complete = True

    def _import(self, family: str) -> None:
        try:
            importlib.import_module(f"{self._package}.{family}")
        except BaseException:  # Ctrl-C, for one: a module that was imported in part will be imported anew
            for name in [name for name, op in self._known.items() if op.__module__ not in sys.modules]:
                del self._known[name]
            raise

    # -- a dict --------------------------------------------------------------------------------------------------------
    def __getitem__(self, name: str) -> "Operator":
        found = self._known.get(name)
        if found is not None:
            return found
        family = self._family_of.get(name)
        if family is not None:
            self._import(family)
        if name not in self._known and not name.endswith("__"):  # Python asks every module for __path__
            self.load()
        return self._known[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return the operator of that name, or ``default``; the quick way, which ``find`` takes."""
        found = self._known.get(name)
        if found is not None:
            return found
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        if name in self._known or name in self._family_of:
            return True
        self.load()
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        self.load()
        return iter(self._known)

    def __len__(self) -> int:
        self.load()
        return len(self._known)

    def __setitem__(self, name: str, op: "Operator") -> None:
        self._known[name] = op

    def __delitem__(self, name: str) -> None:
        del self._known[name]
