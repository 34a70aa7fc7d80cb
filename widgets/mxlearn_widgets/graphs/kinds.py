"""How the kinds of nodes of a graph look: a color, a sign and an outline of their own, so that no color is needed."""

from dataclasses import dataclass

from mxlearn.drawing.theme import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, SKY, VERMILLION, number


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
