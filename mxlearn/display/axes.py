"""Names of the axes of an array."""

from collections.abc import Sequence

from ..base import ArgumentError

LETTERS = {
    "N": "batch",
    "B": "batch",
    "C": "channel",
    "D": "depth",
    "H": "height",
    "W": "width",
    "T": "time",
    "O": "output",
    "I": "input",
    "F": "feature",
}
GUESSES: dict[int, tuple[str, ...]] = {
    0: (),
    1: ("index",),
    2: ("row", "column"),
    3: ("channel", "height", "width"),
    4: ("batch", "channel", "height", "width"),
    5: ("batch", "channel", "depth", "height", "width"),
}
WEIGHT: dict[int, tuple[str, ...]] = {  # of a Dense and of convolutions
    2: ("output", "input"),
    3: ("output", "input", "width"),
    4: ("output", "input", "height", "width"),
    5: ("output", "input", "depth", "height", "width"),
}


def axis_names(axes: str | Sequence[str] | None, ndim: int) -> tuple[str, ...]:
    """Return one name for each axis.

    Parameters
    ----------
    axes : letters such as "NCHW", which LETTERS spells out, or a sequence of names. None guesses by the number of
        axes: (row, column); (channel, height, width); (batch, channel, height, width); with a depth before the height
        for five; numbers for more

    Raises
    ------
    ArgumentError
        If there are more or fewer names than axes, or two are equal.
    """
    if axes is None:
        return GUESSES.get(ndim) or tuple(f"axis {k}" for k in range(ndim))
    if isinstance(axes, str):
        names = tuple(LETTERS.get(letter, letter) for letter in axes)
    else:
        names = tuple(str(name) for name in axes)
    if len(names) != ndim:
        raise ArgumentError(
            f"axes: the array has {ndim} axes, but {len(names)} names were given: {', '.join(names)}.\n"
            "  Give one letter or name for each axis, such as axes='NCHW' or axes=('batch', 'feature')."
        )
    if len(set(names)) != len(names):
        raise ArgumentError(f"axes: each axis needs a name of its own. Received: {', '.join(names)}")
    return names
