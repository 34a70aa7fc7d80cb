"""A training loop, live: curves, layers, Pause and Step and Stop, runs compared, and the mistakes at the end."""

from .hooks import TrainingStopped
from .mistakes import Evaluation
from .run import Run
from .widget import TrainMonitor, monitor

__all__ = ["Evaluation", "Run", "TrainMonitor", "TrainingStopped", "monitor"]
