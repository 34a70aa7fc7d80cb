"""How a mistake is written down: a whole small program that fails, the type of its error, and what the message says.

    @mistake(ShapeError, "FullyConnected", "(4, 7)", "in_units")
    def a_dense_layer_gets_rows_of_another_length(): ...

``run`` executes it as a student would and checks what a reader of the error needs, for every mistake alike: a type
that mxlearn raises on purpose, a message that names things and is short enough to be read, and a traceback that ends
in few frames of the library.
"""
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import mxlearn as mx
from mxlearn.base import MXNetError

LIBRARY = str(Path(mx.__file__).parent)
MOST_LINES, MOST_CHARACTERS = 9, 900  # of a message: what fits under one glance
MOST_FRAMES = 6  # of the library, between the line of the student and the error


@dataclass(frozen=True)
class Mistake:
    """One program that must fail.

    Attributes
    ----------
    error : the type that is expected; an MXNetError, or where ``python`` is set the type that Python users expect
    words : texts that the message must contain
    """

    program: Callable
    error: type[Exception]
    words: tuple[str, ...]
    python: bool

    @property
    def name(self) -> str:
        return self.program.__name__


def collector() -> tuple[Callable, list]:
    """Return the decorator ``mistake`` and the list that it fills."""
    found: list = []

    def mistake(error: type[Exception], *words: str, python: bool = False) -> Callable:
        def add(program: Callable) -> Callable:
            found.append(pytest.param(Mistake(program, error, words, python), id=program.__name__))
            return program

        return add

    return mistake, found


def run(mistake: Mistake, folder) -> None:
    """Make the mistake in ``folder``, and read its error."""
    takes_folder = mistake.program.__code__.co_argcount == 1
    with warnings.catch_warnings(), pytest.raises(mistake.error) as caught:
        warnings.simplefilter("error" if issubclass(mistake.error, Warning) else "ignore")  # warnings are no errors
        mistake.program(folder) if takes_folder else mistake.program()
    error, text = caught.value, str(caught.value)
    assert mistake.python or isinstance(error, MXNetError), f"{type(error).__name__} is no MXNetError: {text}"
    missing = [word for word in mistake.words if word not in text]
    assert not missing, f"the message does not mention {missing}:\n{text}"
    assert len(text) <= MOST_CHARACTERS and text.count("\n") < MOST_LINES, f"too long to be read:\n{text}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(LIBRARY)]
    assert len(frames) <= MOST_FRAMES, "too many frames:\n" + "".join(traceback.format_list(frames))
    assert not mx.autograd.is_recording() and not mx.autograd.is_training(), "the mistake left the tape running"
