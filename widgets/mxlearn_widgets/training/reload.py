"""A page that is loaded again while a loop runs: its questions are answered beside the busy cell.

A front end that connects asks what kernel this is, which widgets it has, and what they show. It does not know yet that
the kernel has subshells, so it asks the thread of the cell, which would answer after the cell: until then the page
shows "Loading widget...". ipykernel 7 receives all messages on a thread of its own. There, as long as a monitored loop
runs, these questions and the clicks for its monitor are sent to a subshell; every other message goes its usual way.
"""

import threading
from typing import Any

from . import cells

QUESTIONS = ("kernel_info_request", "comm_info_request")
CONTROL = "jupyter.widget.control"
READS = ("request_state", "request_states")

_state: dict[str, Any] = {"door": None, "loops": 0}
_lock = threading.Lock()


def loop_begins(comm_id: str | None) -> None:
    """Have questions answered from now on, and messages for this comm delivered, while the cell runs."""
    kernel = getattr(cells.shell(), "kernel", None)
    if kernel is None or not _can(kernel):
        return
    with _lock:
        _state["loops"] += 1
        door = _state["door"]
        if door is None or door.kernel is not kernel:
            door = _state["door"] = Door(kernel)
            kernel.shell_channel_thread.io_loop.add_callback(door.open)
        door.comms.add(comm_id)


def loop_ends() -> None:
    """Leave all messages to the kernel again."""
    with _lock:
        _state["loops"] = max(_state["loops"] - 1, 0)


def _can(kernel) -> bool:
    """Return whether this kernel has what is needed; another version answers after the cell."""
    manager = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    needed = [(kernel, "shell_channel_thread_main"), (kernel, "shell_stream"), (manager, "_create_subshell")]
    return cells.is_reachable() and all(getattr(owner, name, None) is not None for owner, name in needed)


class Door:
    """Receives the messages of the shell channel, on its thread, and gives some of them the subshell as their address.

    Attributes
    ----------
    comms : comms of the monitors whose messages are for the subshell
    """

    def __init__(self, kernel):
        self.kernel = kernel
        self.comms: set[str | None] = set()
        self._subshell = ""

    def open(self) -> None:
        """Begin to receive."""
        self._subshell = self.kernel.shell_channel_thread.manager._create_subshell()
        self.kernel.shell_stream.on_recv(self.receive, copy=False)

    async def receive(self, frames) -> None:
        """Pass a message on."""
        if _state["loops"]:
            frames = self._addressed(frames)
        await self.kernel.shell_channel_thread_main(frames)

    def _addressed(self, frames):
        """Return a message with the subshell as its address, if it is urgent and has none."""
        session = self.kernel.session
        try:
            idents, parts = session.feed_identities(frames, copy=False)
            header, content = session.unpack(parts[1].bytes), session.unpack(parts[4].bytes)
            if header.get("subshell_id") or not self._is_urgent(header["msg_type"], content):
                return frames
            message = session.deserialize(parts, content=True, copy=False)  # checks the signature: once for a message
        except Exception:  # not for us to judge: the kernel logs what it cannot read
            return frames
        message["header"]["subshell_id"] = self._subshell
        import zmq

        return [*map(zmq.Frame, session.serialize(message, ident=idents)), *message["buffers"]]

    def _is_urgent(self, kind: str, content: dict) -> bool:
        if kind == "comm_open":
            return content.get("target_name") == CONTROL
        if kind == "comm_msg":
            data = content.get("data")
            return content.get("comm_id") in self.comms or (isinstance(data, dict) and data.get("method") in READS)
        return kind in QUESTIONS
