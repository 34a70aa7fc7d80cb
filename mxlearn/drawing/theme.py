"""The colors and the font of every picture, and how wide a text is.

Colors are those of Okabe and Ito (2008), which color-blind readers can tell apart. Nothing depends on color alone.
"""

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GRAY = "#0072B2", "#D55E00", "#CC79A7", "#8A8F98"

PAPER, CARD, INK, MUTED, LINE = "#FFFFFF", "#FFFFFF", "#1F2328", "#59636E", "#7A838D"
SERIES = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)  # of the curves of a plot, in this order
GROUP_FILL, GROUP_LINE = "#F5F7FA", "#B6BEC8"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Verdana, sans-serif"


def number(value: float) -> str:
    """Return a coordinate with at most one decimal, as every drawing prints it."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


_NARROW, _WIDE = set("iIjl.,:;'|! ()[]tfr/"), set("mwMWQO@%<>=+~ƒ→←")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper estimate of the width of ``text`` in pixels, at a font size in pixels.

    The reader's font is not known here; the estimate follows DejaVu Sans, which is wider than most.
    """
    units = 0.0
    for letter in text:
        if letter in _NARROW:
            units += 0.38
        elif letter in _WIDE or ord(letter) > 0x2E7F:
            units += 1.0
        else:
            units += 0.70 if letter.isupper() else 0.62
    return units * size * (1.06 if bold else 1.0)


def shorten(text: str, size: float, limit: float, *, bold: bool = False) -> str:
    """Return ``text``, or its beginning and end around an ellipsis where it is wider than ``limit`` pixels."""
    text = " ".join(text.split())
    if text_width(text, size, bold=bold) <= limit:
        return text
    keep = len(text)
    while keep > 2:
        keep -= 1
        head = (keep + 1) // 2
        short = f"{text[:head]}…{text[len(text) - (keep - head) :]}"
        if text_width(short, size, bold=bold) <= limit:
            return short
    return "…"
