"""Errors, atomic files and name suggestions: what every floor above may use."""
import _signal  # pyright: ignore[reportMissingImports] - `import signal` makes enumerations, as long as all of this takes
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:  # importing it takes a tenth of the time that this package may take
    from pathlib import Path

__all__ = [
    "ArgumentError",
    "ContextError",
    "DTypeError",
    "DataError",
    "FormatError",
    "GradientError",
    "MXNetError",
    "MissingAttributeError",
    "NotFoundError",
    "NotImplementedForSymbol",
    "NotSupportedForSparseNDArray",
    "OutOfMemoryError",
    "ShapeError",
    "atomic_write",
    "class_property",
    "missing",
    "nearest",
    "printable",
    "retold",
    "shortened",
    "type_name",
    "uninterrupted",
]


class MXNetError(RuntimeError):
    """Any error that mxlearn raises on purpose. The name is MXNet's, so that old ``except`` clauses work."""


class ShapeError(MXNetError, ValueError):
    """Shapes do not fit together."""


class DTypeError(MXNetError, TypeError):
    """A dtype is unknown, or two dtypes do not fit together."""


class ContextError(MXNetError, ValueError):
    """Arrays live on different contexts, or the context does not exist on this machine."""


class ArgumentError(MXNetError, TypeError, ValueError):
    """An argument is missing, unknown, or has a value outside of what is allowed."""


class NotFoundError(MXNetError, KeyError, ValueError):
    """A name was looked up and does not exist."""

    def __str__(self) -> str:  # KeyError would print the repr of its argument
        return str(self.args[0]) if self.args else ""


class MissingAttributeError(MXNetError, AttributeError):
    """A module or an object has no attribute of that name.

    Parameters
    ----------
    text : the message
    wanted, names : the name that was asked for, and a function that returns those that exist; the nearest is looked
        up only where the message is read, because hasattr() throws most of these errors away
    """

    def __init__(self, text: str, wanted: str = "", names: Callable[[], Iterable[str]] = tuple):
        super().__init__(text)
        self._wanted = wanted
        self._names = names

    def __str__(self) -> str:
        return f"{self.args[0]}{nearest(self._wanted, self._names())}"


_RATES_IN_ARRAYS = "A node of a graph reads no rates from arrays. Use multi_sgd_update with numbers, or mx.nd.{}."
_QUANTIZED = "It belongs to quantized networks, which are not here. Train and predict in float32 or float16."
_GRAPHS = "It belongs to MXNet's operators that sample graphs, which are not here. Use scipy.sparse."
_ABSENT_FAMILIES = {"dgl_": _GRAPHS, "quantize": _QUANTIZED}  # by the beginning of the name
_GRADIENT = "It is the gradient of another operator, for MXNet's own use. Differentiate with mx.autograd."
_ABSENT = {  # what MXNet 1.9.1 has under a name, and what to do without
    "backward_gradientmultiplier": _GRADIENT,
    "backward_hawkesll": _GRADIENT,
    "backward_index_copy": _GRADIENT,
    "backward_quadratic": _GRADIENT,
    "calibrate_entropy": _QUANTIZED,
    "dequantize": _QUANTIZED,
    "edge_id": _GRAPHS,
    "requantize": _QUANTIZED,
    **{
        name: _RATES_IN_ARRAYS.format(name)
        for name in (
            "preloaded_multi_mp_sgd_mom_update",
            "preloaded_multi_mp_sgd_update",
            "preloaded_multi_sgd_mom_update",
            "preloaded_multi_sgd_update",
        )
    },
    "reset_arrays": "A node of a graph changes no arrays. Use mx.nd.reset_arrays.",
}


def missing(module: str, name: str, names: Callable[[], Iterable[str]]) -> MissingAttributeError:
    """Return the error of a module that has no attribute ``name``: what MXNet has under it, or else the nearest one."""
    text = f"module {module!r} has no attribute {name!r}."
    if name in _ABSENT:
        return MissingAttributeError(f"{text} {_ABSENT[name]}")
    for beginning, reason in _ABSENT_FAMILIES.items():
        if name.startswith(beginning):
            return MissingAttributeError(f"{text} {reason}")
    return MissingAttributeError(text, name, names)


class OutOfMemoryError(MXNetError, MemoryError):
    """An array does not fit into the memory of its device."""


class GradientError(MXNetError):
    """A gradient was asked for where none can be computed."""


class FormatError(MXNetError, ValueError):
    """A file does not hold what its format promises: truncated, corrupt, or of another kind."""


class _OnlyForArrays(MXNetError):
    """A function that only dense arrays have was called on something else.

    Parameters
    ----------
    function : the function, or its name
    alias : what its users write, or None
    args : arguments of the call; their types are named
    """

    _what = ""

    def __init__(self, function, alias: str | None = None, *args):
        name = getattr(function, "__name__", function)
        called = f" (namely operator {alias!r})" if alias else ""
        kinds = f" with arguments ({', '.join(str(type(argument)) for argument in args)})" if args else ""
        super().__init__(f"Function {name}{called}{kinds} is {self._what} and only available in NDArray.")

    @classmethod
    def saying(cls, text: str) -> "_OnlyForArrays":
        """Return the error with a text that says what to do."""
        error = cls("")
        error.args = (text,)
        return error


class NotSupportedForSparseNDArray(_OnlyForArrays):
    """A function that only dense arrays have was called on a sparse one."""

    _what = "not supported for SparseNDArray"


class NotImplementedForSymbol(_OnlyForArrays):
    """A function that only arrays have was called on a Symbol, which has no values."""

    _what = "not implemented for Symbol"


class DataError(MXNetError, OSError):
    """Data could not be found, fetched or stored."""


def retold(error: MXNetError, text: str) -> MXNetError:
    """Return an error of the same type that says more, with the traceback and the cause of the first one."""
    told = type(error)(text).with_traceback(error.__traceback__)
    told.args = (text,)  # some kinds make their text themselves
    told.__cause__ = error.__cause__
    told.__suppress_context__ = True
    return told


def shortened(error: MXNetError) -> MXNetError:
    """Return the error with a traceback of the user's own lines: those of mxlearn are left out.

    The message says what is wrong; ten frames of the library between it and the line to change only hide that line.
    ``MXLEARN_FULL_TRACEBACK=1`` in the environment keeps them, for who works on mxlearn itself.
    """
    if os.environ.get("MXLEARN_FULL_TRACEBACK") == "1":
        return error
    here = os.path.dirname(os.path.abspath(__file__)) + os.sep
    kept, trace = [], error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith((here, "<mxlearn")):
            kept.append(trace)
        trace = trace.tb_next
    chain = None
    for part in reversed(kept):
        chain = TracebackType(chain, part.tb_frame, part.tb_lasti, part.tb_lineno)
    return error.with_traceback(chain)


class class_property:
    """A property of the class itself: ``NameManager.current``, as MXNet spells it."""

    def __init__(self, function: Callable[[Any], Any]):
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance, owner: type) -> Any:
        return self.function(owner)


class uninterrupted:
    """Hold Ctrl-C back until a ``with`` block ends, so that an update of parameters is done as a whole or not begun.

    Every training step of a small network passes here, so it is quick: it calls the functions of C that the module
    signal wraps, and takes the refusal of the second one, off the main thread, for the answer that there is nothing to
    do: Python delivers signals to the main thread alone. Its handler is installed for the block and no longer, because
    notebooks, event loops and debuggers have their own, and look whether they still have.
    """

    __slots__ = ("_handler", "_held")

    def __enter__(self) -> None:
        self._held: tuple | None = None
        self._handler: Any = _signal.getsignal(_signal.SIGINT)
        if not callable(self._handler):
            self._handler = None  # ignored, or left to the system
            return
        try:
            _signal.signal(_signal.SIGINT, self._hold)
        except ValueError:  # not the main thread
            self._handler = None

    def _hold(self, *arguments) -> None:
        self._held = arguments

    def __exit__(self, *_) -> None:
        if self._handler is None:
            return
        _signal.signal(_signal.SIGINT, self._handler)
        if self._held is not None:
            self._handler(*self._held)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the closest of ``names``, or "" where none is close."""
    import difflib  # only an error needs it

    matches = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f" Did you mean {matches[0]!r}?" if matches else ""


def printable(text: str) -> str:
    """Return a name of a stranger as it can be shown: what is invisible, or moves a terminal's cursor, as an escape.

    >>> printable("fc1" + chr(27))
    'fc1\\\\x1b'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def type_name(value: Any) -> str:
    """Return the type of a value as its users write it: "list", "NDArray", "numpy.ndarray", "pandas.DataFrame"."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    return kind.__name__ if package in ("builtins", "mxlearn", "__main__") else f"{package}.{kind.__name__}"


@contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "wb") -> Iterator[IO]:
    """Open a temporary file beside ``path`` and move it into place when the block ends without an error.

    A reader, or a machine that loses power, sees the old file or the new one, never a part of it.

    Parameters
    ----------
    path : str or path-like, the file to create or replace
    mode : "wb" or "w" (text is UTF-8 with "\\n" line ends)

    Raises
    ------
    DataError
        If the folder is missing or not writable, or the disk is full; ``path`` is left as it was.
    """
    import tempfile  # only a write needs them
    from pathlib import Path

    target = Path(path)
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "\n")
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent or ".")
    except OSError as error:
        raise DataError(
            f"{target}: cannot write here: {error.strerror or error}.\n"
            f"  Is the folder {str(target.parent)!r} there, and writable?"
        ) from error
    try:
        with os.fdopen(handle, mode, encoding=encoding, newline=newline) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _keep_permissions(temporary, target)
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        _remove(temporary)
        if isinstance(error, MXNetError):
            raise
        hint = "There is a folder of this name." if target.is_dir() else "Is the disk full?"
        raise DataError(f"{target}: not written, and left as it was: {error.strerror or error}.\n  {hint}") from error
    except BaseException:
        _remove(temporary)
        raise


def _keep_permissions(temporary: str, target: "Path") -> None:
    """Give the new file the mode bits of the one it replaces, or those that ``open`` would have given."""
    if target.exists():
        os.chmod(temporary, target.stat().st_mode & 0o7777)
        return
    mask = os.umask(0)
    os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)


def _sync_folder(folder: "Path") -> None:
    """Make the rename durable; a platform that cannot open folders needs no such step."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
