"""What a network and its trainer were when their training began, to begin again."""

import tempfile
from pathlib import Path
from typing import Any

from mxlearn.base import MXNetError


class Start:
    """Copies of parameters, and the trainer's states.

    Parameters
    ----------
    net : Block with initialized parameters
    trainer : gluon.Trainer of them
    """

    def __init__(self, net: Any, trainer: Any):
        self._values = [(parameter, parameter.data().copy()) for parameter in net.collect_params().values()]
        self._trainer = trainer
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "states"
            trainer.save_states(path)
            self._states = path.read_bytes()

    @classmethod
    def of(cls, net: Any, trainer: Any) -> "Start | None":
        """Return the start of a network, or None where its parameters are not known, as those of a function."""
        if not hasattr(net, "collect_params"):
            return None
        try:
            return cls(net, trainer)
        except MXNetError:  # the trainer has parameters of another network that are not there yet
            return None

    def restore(self) -> None:
        """Put everything back but a learning rate that was set since."""
        for parameter, value in self._values:
            parameter.set_data(value)
        rate = self._trainer.learning_rate
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "states"
            path.write_bytes(self._states)
            self._trainer.load_states(path)
        if getattr(self._trainer.optimizer, "lr_scheduler", None) is None:
            self._trainer.set_learning_rate(rate)
