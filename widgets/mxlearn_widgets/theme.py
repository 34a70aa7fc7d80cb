"""Colors, signs and outlines that all widgets share, and how wide a text is.

Colors are those of Okabe and Ito (2008), which color-blind readers can tell apart; a kind of node also has its own
outline and sign, so that nothing depends on color alone.
"""

from dataclasses import dataclass

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE, GRAY = "#0072B2", "#D55E00", "#CC79A7", "#8A8F98"

PAPER, CARD, INK, MUTED, LINE = "#FFFFFF", "#FFFFFF", "#1F2328", "#59636E", "#7A838D"
GROUP_FILL, GROUP_LINE = "#F5F7FA", "#B6BEC8"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Verdana, sans-serif"


@dataclass(frozen=True)
class Kind:
    """How one kind of node looks."""

    label: str
    sign: str
    color: str
    ink: str  # color of the sign on ``color``
    shape: str  # "pill", "cut", "square", "round", "double" or "tag"


KINDS = {
    "variable": Kind("variable", "x", SKY, INK, "pill"),
    "parameter": Kind("parameter", "θ", ORANGE, INK, "cut"),
    "constant": Kind("constant", "c", "#B8BEC6", INK, "square"),
    "operator": Kind("operator", "ƒ", BLUE, "#FFFFFF", "round"),
    "output": Kind("output", "y", GREEN, INK, "double"),
    "loss": Kind("loss", "L", VERMILLION, INK, "double"),
    "gradient": Kind("gradient", "∂", PURPLE, INK, "tag"),
    "block": Kind("folded Block", "+", GRAY, INK, "stack"),
    "gradient-block": Kind("folded gradient", "+", PURPLE, INK, "stack"),
}

BAND = 24.0  # width of the colored band that holds the sign, pixels


def outlines(shape: str, width: float, height: float) -> tuple[str, str]:
    """Return the SVG paths of a node's outline and of its colored band, from (0, 0) to (width, height)."""
    n = number
    w, h, b = n(width), n(height), n(BAND)
    if shape == "pill":
        r, right = n(height / 2), n(width - height / 2)
        body = f"M{r} 0H{right}A{r} {r} 0 0 1 {right} {h}H{r}A{r} {r} 0 0 1 {r} 0Z"
        return body, f"M{b} 0H{r}A{r} {r} 0 0 0 {r} {h}H{b}Z"
    if shape == "cut":
        right, low = n(width - 8), n(height - 8)
        return f"M8 0H{right}L{w} 8V{low}L{right} {h}H8L0 {low}V8Z", f"M{b} 0H8L0 8V{low}L8 {h}H{b}Z"
    if shape == "square":
        return f"M0 0H{w}V{h}H0Z", f"M0 0H{b}V{h}H0Z"
    if shape == "tag":
        right, low, half = n(width - 6), n(height - 6), n(height / 2)
        body = f"M10 0H{right}Q{w} 0 {w} 6V{low}Q{w} {h} {right} {h}H10L0 {half}Z"
        return body, f"M10 0H{b}V{h}H10L0 {half}Z"
    right, low = n(width - 7), n(height - 7)
    body = f"M7 0H{right}Q{w} 0 {w} 7V{low}Q{w} {h} {right} {h}H7Q0 {h} 0 {low}V7Q0 0 7 0Z"
    return body, f"M7 0H{b}V{h}H7Q0 {h} 0 {low}V7Q0 0 7 0Z"


def second_outline(shape: str, width: float, height: float) -> str:
    """Return the further line of a double or stacked outline, or ""."""
    if shape == "double":
        return outlines("round", width + 7, height + 7)[0]
    if shape == "stack":
        n, right, low = number, number(width + 4), number(height + 4)
        corner = f"Q{right} {low} {right} {n(height - 3)}V10Q{right} 6 {n(width)} 6"
        return f"M6 {n(height)}Q6 {low} 10 {low}H{n(width - 2)}{corner}"
    return ""


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
