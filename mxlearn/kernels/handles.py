"""The handles of NVIDIA's libraries: each thread has one of its own on each device, set to the stream in use."""

import threading
from collections.abc import Callable
from typing import Any


class Handles:
    """The handles of one library.

    Parameters
    ----------
    create : called with the array module for a thread's first use of a device; returns what is to be kept for it
    set_stream : called with what was kept and the address of a stream, where the current stream is another one than at
        the last use
    """

    def __init__(self, create: Callable[[Any], Any], set_stream: Callable[[Any, int], None]):
        self._create = create
        self._set_stream = set_stream
        self._local = threading.local()

    def current(self, xp: Any) -> Any:
        """Return what is kept for this thread on the current device, set to the current stream."""
        device, stream = xp.cuda.get_device_id(), xp.cuda.get_current_stream().ptr
        try:
            known = self._local.known
        except AttributeError:  # the first call in this thread
            known = self._local.known = {}
        found = known.get(device)
        if found is None:
            found = known[device] = [self._create(xp), None]
        if found[1] != stream:
            self._set_stream(found[0], stream)
            found[1] = stream
        return found[0]
