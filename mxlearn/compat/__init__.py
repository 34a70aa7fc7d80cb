"""Old programs unchanged: after ``install()``, ``import mxnet`` gives mxlearn.

    import mxlearn.compat
    mxlearn.compat.install()

    import mxnet as mx
    from mxnet import gluon
    from mxnet.gluon import nn

From the shell, ``python -m mxlearn.compat script.py`` does it for a whole program.
"""
import importlib
import importlib.abc
import importlib.machinery
import sys

from ..base import MXNetError

__all__ = ["install", "is_installed", "uninstall"]

_OLD, _NEW = "mxnet", "mxlearn"


class _Loader(importlib.abc.Loader):
    """Puts mxlearn's own module under MXNet's name, so that both names mean one object."""

    def __init__(self, target: str):
        self.target = target

    def create_module(self, spec):
        return None

    def exec_module(self, module) -> None:
        sys.modules[module.__name__] = resolve(self.target)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname != _OLD and not fullname.startswith(_OLD + "."):
            return None
        name = _NEW + fullname[len(_OLD) :]
        try:
            resolve(name)
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                f"No module named {fullname!r}: mxlearn has no module {name!r}.", name=fullname
            ) from None
        return importlib.machinery.ModuleSpec(fullname, _Loader(name), is_package=True)


def resolve(name: str):
    """Return the module ``name`` of mxlearn; names such as mxlearn.nd and mxlearn.mod are attributes of the package."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        parent, _, last = name.rpartition(".")
        if not parent:
            raise
        found = getattr(resolve(parent), last, None)
        if not isinstance(found, type(sys)):
            raise
        return found


_finder = _Finder()


def install() -> None:
    """Let ``import mxnet`` and its submodules mean mxlearn in this process. Calling it twice does no harm.

    Raises
    ------
    MXNetError
        If the real MXNet has been imported already.
    """
    loaded = sys.modules.get(_OLD)
    if loaded is not None and loaded is not importlib.import_module(_NEW):
        raise MXNetError(
            "compat.install: the real mxnet has been imported already.\n"
            "  Call mxlearn.compat.install() before the first `import mxnet`, in a fresh kernel."
        )
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def uninstall() -> None:
    """Undo ``install``; modules that were imported stay what they are."""
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    for name in [key for key in sys.modules if key == _OLD or key.startswith(_OLD + ".")]:
        del sys.modules[name]


def is_installed() -> bool:
    """Tell whether ``import mxnet`` means mxlearn."""
    return _finder in sys.meta_path
