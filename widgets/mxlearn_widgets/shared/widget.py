"""The base of every widget: live in a notebook, and a picture and a text everywhere else."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import traitlets

from mxlearn.base import MXNetError
from mxlearn.drawing import Picture

from . import desk

try:
    import anywidget
except ImportError as error:
    raise ImportError("mxlearn_widgets needs anywidget.\n  Install it with: pip install 'mxlearn[lab]'") from error

STATIC = Path(__file__).parent.parent / "static"
UPDATES = 30.0  # a second that a front end can follow: the kernel's writes never merge on their way


class Widget(anywidget.AnyWidget):
    """A widget whose front end is static/BUNDLE.js and .css: ``class Lens(Widget, bundle="arrays")``.

    The style sheet of all widgets, theme.css, goes before its own.

    A subclass defines ``to_svg()``, ``to_text()`` and ``summary()``, all from its own state, without the front end.

    Attributes
    ----------
    notice : a sentence for the reader, shown below the widget: what went wrong, what to do; "" for none
    computed : whether the picture shows computed numbers, see mxlearn.drawing.image
    """

    computed = True
    notice = traitlets.Unicode("").tag(sync=True)

    def __init_subclass__(cls, *, bundle: str = "", **keywords: Any):
        if bundle:
            cls._esm = STATIC / f"{bundle}.js"
            styles = (STATIC / f"{name}.css" for name in ("theme", bundle))
            cls._css = "".join(style.read_text(encoding="utf-8") for style in styles)
        super().__init_subclass__(**keywords)

    def __init__(self, **traits: Any):
        super().__init__(**traits)
        self._latest: dict[str, Any] = {}
        self._sent = 0.0
        self._commands: deque[dict[str, Any]] = deque()
        self._arrived = threading.Event()
        self._hand_over()
        desk.watch()
        self.on_msg(self._hear)

    # -- forms -------------------------------------------------------------------------------------------------------
    def to_svg(self) -> str:
        """Return the widget, as it is now, as an SVG document."""
        raise NotImplementedError

    def to_text(self) -> str:
        """Return the widget, as it is now, as text."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return one line that says what the widget shows."""
        raise NotImplementedError

    def freeze(self) -> Picture:
        """Return a picture of the widget as it is now, which needs no kernel to be seen."""
        return Picture(self.to_svg(), self.to_text(), self.summary(), computed=self.computed)

    def __repr__(self) -> str:
        return f"<{self.summary()}>"

    def _repr_mimebundle_(self, include=None, exclude=None, **_):
        bundle: dict[str, object] = dict(self.freeze()._repr_mimebundle_())
        bundle["application/vnd.jupyter.widget-view+json"] = {
            "version_major": 2,
            "version_minor": 0,
            "model_id": self.model_id,
        }
        return bundle

    # -- from the kernel to the front end ----------------------------------------------------------------------------
    def stream(self, **traits: Any) -> None:
        """Set traits, at most UPDATES times a second: what comes in between waits, and the latest value wins.

        Call ``flush`` when the stream ends.
        """
        self._latest.update(traits)
        if time.monotonic() - self._sent >= 1.0 / UPDATES:
            self.flush()

    def flush(self) -> None:
        """Send what ``stream`` still holds."""
        latest, self._latest = self._latest, {}
        if latest:
            with self.hold_sync():
                self.set_trait_many(latest)
            self._sent = time.monotonic()

    def set_trait_many(self, values: dict[str, Any]) -> None:
        """Set several traits, those that only the kernel writes, too."""
        for name, value in values.items():
            self.set_trait(name, value)

    # -- from the front end to the kernel ----------------------------------------------------------------------------
    def commands(self) -> list[dict[str, Any]]:
        """Return the commands that came since the last call, oldest first: for a loop in a cell that polls.

        A command is a message ``{"command": NAME, ...}`` from the front end. It comes in on another thread while the
        cell runs; nothing else happens on that thread.
        """
        self._arrived.clear()
        found = []
        while self._commands:
            found.append(self._commands.popleft())
        return found

    def wait_for_command(self, seconds: float) -> bool:
        """Wait until a command has come, at most so long; return whether one has."""
        return self._arrived.wait(seconds)

    def when_free(self, key: str, work: Callable[[], None], *, later: bool = False) -> None:
        """Do work that needs arrays: now where no cell runs, else after it; ``notice`` says so, and what went wrong.

        Of several works with one key that wait, the latest is done. With ``later``, work that the running cell itself
        asks for waits for its end, too.
        """

        def careful() -> None:
            self.notice = ""
            try:
                work()
            except MXNetError as error:
                self.notice = str(error)
            except Exception as error:  # of the reader's own model: shown where the reader looks
                self.notice = f"{type(error).__name__}: {error}"

        if not desk.submit((id(self), key), careful, later=later) and not later:
            self.notice = "A cell is running: this follows when it is done."

    def _hear(self, _, content, buffers) -> None:
        if not isinstance(content, dict):
            return
        if content.get("hello"):
            self.send({"hello": True})
        elif "command" in content:
            self._commands.append(content)
            self._arrived.set()

    def _send(self, msg, buffers=None) -> None:
        super()._send(msg, buffers)
        self._hand_over()

    def _hand_over(self) -> None:
        """Let messages of the front end come in beside a busy cell, also while that cell writes to it.

        ipykernel 7.4 delivers them on the thread that wrote last: the thread of the busy cell. Here they go where the
        front end says, as in other versions. It is the comm that is asked, on a third thread, at any time: what it
        remembers could not be taken back in time.
        """
        route = "_reply_subshell_for"
        if hasattr(self.comm, route) and route not in vars(self.comm):
            setattr(self.comm, route, lambda data, default: default)
