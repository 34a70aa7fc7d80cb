"""What each thread knows while it runs operators: is it recording, is it training, inside which Blocks."""
import threading


class State(threading.local):
    """Thread-local flags; class attributes are the defaults of a new thread."""

    recording = False
    training = False
    scope: tuple[str, ...] = ()


STATE = State()
