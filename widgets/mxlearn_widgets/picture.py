"""The static form of a widget: a picture in a notebook that needs no kernel, trust, network or JavaScript."""

from html import escape

from . import theme
from .svg import image


class Picture:
    """A frozen widget. Notebooks show its image, terminals its text."""

    def __init__(self, svg: str, text: str, alt: str):
        self._svg, self._text, self._alt = svg, text, alt

    def to_svg(self) -> str:
        """Return the picture as an SVG document."""
        return self._svg

    def to_text(self) -> str:
        """Return the picture as text."""
        return self._text

    def freeze(self) -> "Picture":
        """Return the picture itself."""
        return self

    def __repr__(self) -> str:
        return f"<picture of {self._alt}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": self._text, "text/html": image(self._svg, self._alt)}


class Notice(Picture):
    """A message in the place of a widget that could not be made: the notebook goes on."""

    def __init__(self, message: str):
        super().__init__(_notice_svg(message), message, message)

    def __repr__(self) -> str:
        return f"<no widget: {self._text}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = escape(self._text).replace("\n", "<br>")
        html = (
            '<div role="alert" style="border-left:4px solid #D55E00;padding:8px 12px;margin:4px 0">'
            f"<strong>No graph to draw.</strong><br>{lines}</div>"
        )
        return {"text/plain": self._text, "text/html": html}


def _notice_svg(message: str) -> str:
    lines = ["No graph to draw.", *message.splitlines()]
    width = max(theme.text_width(line, 13.0) for line in lines) + 40.0
    height = 18.0 * len(lines) + 24.0
    texts = "".join(
        f'<text x="20" y="{26 + 18 * k}" font-size="13" fill="{theme.INK}"'
        f"{' font-weight=' + chr(34) + '600' + chr(34) if k == 0 else ''}>{escape(line)}</text>"
        for k, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{theme.number(width)}" height="{theme.number(height)}" '
        f'role="img" font-family="{escape(theme.FONT)}"><title>{escape(message)}</title>'
        f'<rect width="100%" height="100%" rx="6" fill="{theme.PAPER}"/>'
        f'<rect width="4" height="100%" fill="{theme.VERMILLION}"/>{texts}</svg>'
    )
