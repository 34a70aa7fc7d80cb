"""A finished picture: readable in a notebook without kernel, trust, network or JavaScript."""

import base64
from html import escape


def image(document: str, alt: str, *, computed: bool = False) -> str:
    """Return an ``<img>`` that carries an SVG document in itself.

    Parameters
    ----------
    document : SVG text
    alt : what the picture shows, in words; escaped here
    computed : whether the picture shows computed numbers, whose last digits differ between machines. It then bears the
        class "mxl-computed", by which a comparison of notebooks can tell it from a picture that has to be equal
    """
    data = base64.b64encode(document.encode()).decode("ascii")
    mark = 'class="mxl-computed" ' if computed else ""
    text = escape(alt, quote=True)
    return f'<img {mark}alt="{text}" src="data:image/svg+xml;base64,{data}" style="max-width:100%">'


class Picture:
    """A picture. Notebooks show its image, terminals its text.

    Parameters
    ----------
    svg : SVG document
    text : the same as plain text
    alt : one line that says what is seen
    computed : see ``image``
    """

    def __init__(self, svg: str, text: str, alt: str, *, computed: bool = False):
        self._svg, self._text, self._alt, self._computed = svg, text, alt, computed

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
        return {"text/plain": self._text, "text/html": image(self._svg, self._alt, computed=self._computed)}
