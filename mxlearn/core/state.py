"""What each thread knows while it runs operators: is it recording, is it training, inside which Blocks."""
import os
import threading


class State(threading.local):
    """Thread-local flags; class attributes are the defaults of a new thread.

    Attributes
    ----------
    recording, training : the flags of autograd
    anomaly : whether computations stop at the first NaN or infinity; see autograd.detect_anomaly
    scope : the path of Blocks inside which operators run
    """

    recording = False
    training = False
    anomaly = os.environ.get("MXLEARN_DETECT_ANOMALY") == "1"
    scope: tuple[str, ...] = ()


STATE = State()
