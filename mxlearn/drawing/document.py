"""An SVG document in the making: shapes by method, text always escaped, numbers printed alike everywhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape

from . import theme
from .theme import number as n

Attribute = str | float | int | None


class Document:
    """An SVG document.

    Every method takes further SVG attributes as keywords, ``_`` for ``-``: ``stroke_width=2``; None leaves one out.

    Parameters
    ----------
    width, height : in pixels
    title : name of the picture
    description : what it shows, for a reader who does not see it
    paper : color of the background, None for a transparent one

    Examples
    --------
    >>> document = Document(40, 20, "a dot", paper=None)
    >>> document.circle(20, 10, 4, fill="#000000")
    >>> document.to_svg().endswith('<circle cx="20" cy="10" r="4" fill="#000000"/></svg>')
    True
    """

    def __init__(
        self, width: float, height: float, title: str, description: str = "", *, paper: str | None = theme.PAPER
    ):
        self.width, self.height = width, height
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{n(width)}" height="{n(height)}" '
            f'viewBox="0 0 {n(width)} {n(height)}" role="img" font-family="{escape(theme.FONT)}">'
            f"<title>{escape(title)}</title>" + (f"<desc>{escape(description)}</desc>" if description else "")
        ]
        if paper is not None:
            self.rect(0.5, 0.5, width - 1, height - 1, rx=8, fill=paper, stroke="#D8DEE4")

    def to_svg(self) -> str:
        """Return the document as text."""
        return "".join(self._parts) + "</svg>"

    def element(self, tag: str, **attributes: Attribute) -> None:
        """Add an element without content."""
        self._parts.append(f"<{tag}{_attributes(attributes)}/>")

    def rect(self, x: float, y: float, width: float, height: float, **attributes: Attribute) -> None:
        """Add a rectangle by its left upper corner and its size."""
        self.element("rect", x=x, y=y, width=width, height=height, **attributes)

    def circle(self, x: float, y: float, radius: float, **attributes: Attribute) -> None:
        """Add a circle by its center."""
        self.element("circle", cx=x, cy=y, r=radius, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: Attribute) -> None:
        """Add a straight line."""
        attributes.setdefault("stroke", theme.LINE)
        self.element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)

    def path(self, d: str, **attributes: Attribute) -> None:
        """Add a path; ``d`` is SVG's path language."""
        self.element("path", d=d, **attributes)

    def polyline(self, points: Iterable[tuple[float, float]], **attributes: Attribute) -> None:
        """Add a line through points."""
        attributes.setdefault("fill", "none")
        self.path("".join(f"{'L' if k else 'M'}{n(x)} {n(y)}" for k, (x, y) in enumerate(points)), **attributes)

    def image(self, x: float, y: float, width: float, height: float, uri: str, **attributes: Attribute) -> None:
        """Add a raster by its data URI; its pixels stay sharp."""
        self.element("image", x=x, y=y, width=width, height=height, href=uri, preserveAspectRatio="none",
                     style="image-rendering:pixelated", **attributes)  # fmt: skip

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 11.0,
        color: str = theme.INK,
        bold: bool = False,
        anchor: str = "start",
        halo: str | None = None,
        **attributes: Attribute,
    ) -> None:
        """Add text with its baseline at (x, y).

        Parameters
        ----------
        size : of the font, in pixels
        anchor : "start", "middle" or "end"
        halo : color of an outline that keeps the text readable on top of other things
        """
        if bold:
            attributes["font_weight"] = "600"
        if anchor != "start":
            attributes["text_anchor"] = anchor
        if halo:
            attributes.update(stroke=halo, stroke_width=3, paint_order="stroke", stroke_linejoin="round")
        start = _attributes({"x": x, "y": y, "font_size": size, "fill": color, **attributes})
        self._parts.append(f"<text{start}>{escape(text)}</text>")

    @contextmanager
    def group(self, title: str = "", **attributes: Attribute) -> Iterator[None]:
        """Put what is added inside the ``with`` block into a group; ``title`` shows on hover."""
        self._parts.append(f"<g{_attributes(attributes)}>" + (f"<title>{escape(title)}</title>" if title else ""))
        yield
        self._parts.append("</g>")

    @contextmanager
    def marker(self, name: str, **attributes: Attribute) -> Iterator[None]:
        """Define what is added inside the ``with`` block, around (0, 0), as a sign for the points of paths.

        A path with ``style="marker:url(#NAME)"`` bears it at each of its points.
        """
        start = _attributes({"id": name, "markerUnits": "userSpaceOnUse", "overflow": "visible", **attributes})
        self._parts.append(f"<marker{start}>")
        yield
        self._parts.append("</marker>")


def _attributes(attributes: dict[str, Attribute]) -> str:
    parts = []
    for name, value in attributes.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else n(value)
        name = name if name in ("viewBox", "preserveAspectRatio", "markerUnits") else name.replace("_", "-")
        parts.append(f' {name}="{escape(text, quote=True)}"')
    return "".join(parts)
