"""The two flags of each thread: whether operations are recorded, and whether operators behave as in training."""

from .core.state import STATE


def is_recording() -> bool:
    """Tell whether this thread records operations."""
    return STATE.recording


def is_training() -> bool:
    """Tell whether operators of this thread behave as in training (Dropout drops, BatchNorm uses the batch)."""
    return STATE.training


def set_recording(is_recording: bool) -> bool:
    """Set the recording flag of this thread and return the old one."""
    previous, STATE.recording = STATE.recording, bool(is_recording)
    return previous


def set_training(train_mode: bool) -> bool:
    """Set the training flag of this thread and return the old one."""
    previous, STATE.training = STATE.training, bool(train_mode)
    return previous


class _Mode:
    """Sets the flags inside a ``with`` block, and puts them back however the block ends. None leaves a flag alone."""

    __slots__ = ("_previous", "recording", "training")

    def __init__(self, recording: bool | None, training: bool | None):
        self.recording = recording
        self.training = training

    def __enter__(self) -> None:
        self._previous = (STATE.recording, STATE.training)
        if self.recording is not None:
            STATE.recording = self.recording
        if self.training is not None:
            STATE.training = self.training

    def __exit__(self, *_) -> None:
        STATE.recording, STATE.training = self._previous


def record(train_mode: bool = True) -> _Mode:
    """Record the operations of a ``with`` block.

    Parameters
    ----------
    train_mode : whether operators behave as in training

    Examples
    --------
    >>> x = mx.nd.array([3.0])
    >>> x.attach_grad()
    >>> with mx.autograd.record():
    ...     y = x * x
    >>> y.backward()
    >>> x.grad.item()
    6.0
    """
    return _Mode(True, train_mode)


def pause(train_mode: bool = False) -> _Mode:
    """Stop recording inside a ``with`` block."""
    return _Mode(False, train_mode)


def train_mode() -> _Mode:
    """Let operators behave as in training inside a ``with`` block; recording stays as it is."""
    return _Mode(None, True)


def predict_mode() -> _Mode:
    """Let operators behave as in prediction inside a ``with`` block; recording stays as it is."""
    return _Mode(None, False)
