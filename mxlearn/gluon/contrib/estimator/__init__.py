"""A training loop that is written already, and handlers of its events: ``mx.gluon.contrib.estimator``.

References: MXNet 1.9.1 module mxnet.gluon.contrib.estimator.
"""
from . import batch_processor, checkpoint, estimator, event_handler
from .batch_processor import *  # noqa: F403
from .checkpoint import *  # noqa: F403
from .estimator import *  # noqa: F403
from .event_handler import *  # noqa: F403

__all__ = batch_processor.__all__ + checkpoint.__all__ + estimator.__all__ + event_handler.__all__
__all__.remove("EventHandler")

event_handler.CheckpointHandler = checkpoint.CheckpointHandler  # where MXNet has it
