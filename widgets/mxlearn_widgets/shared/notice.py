"""A message in the place of a widget that could not be made: the notebook goes on."""

from html import escape

from mxlearn.drawing import Document, Picture, theme

HEADING = "Nothing to show."


class Notice(Picture):
    """A message in the place of a widget: what is missing, and what to do.

    Parameters
    ----------
    message : lines of text; names in it may be anything, they are escaped
    """

    def __init__(self, message: str):
        super().__init__(_svg(message), message, message)

    def __repr__(self) -> str:
        return f"<no widget: {self._text}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        lines = escape(self._text).replace("\n", "<br>")
        html = (
            f'<div role="alert" style="border-left:4px solid {theme.VERMILLION};padding:8px 12px;margin:4px 0">'
            f"<strong>{HEADING}</strong><br>{lines}</div>"
        )
        return {"text/plain": self._text, "text/html": html}


def _svg(message: str) -> str:
    lines = [HEADING, *message.splitlines()]
    width = max(theme.text_width(line, 13.0) for line in lines) + 40.0
    document = Document(width, 18.0 * len(lines) + 24.0, message)
    document.rect(0, 0, 4, document.height, fill=theme.VERMILLION)
    for k, line in enumerate(lines):
        document.text(20, 26 + 18 * k, line, size=13, bold=k == 0)
    return document.to_svg()
