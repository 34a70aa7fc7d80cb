"""CheckpointHandler: parameters and optimizer states in files, from which training goes on."""
import os
import re
from pathlib import Path

from ....base import ArgumentError
from ....metric import EvalMetric
from ...block import HybridBlock
from .event_handler import BatchEnd, EpochEnd, TrainBegin, comparison, monitored

__all__ = ["CheckpointHandler"]


class CheckpointHandler(TrainBegin, BatchEnd, EpochEnd):
    """Writes the network and the trainer's states to files every so many epochs or batches.

    The files are ``PREFIX-epochEbatchB.params`` and ``.states``, ``PREFIX-best.*`` of the best so far, and once
    ``PREFIX-symbol.json``, where the network is hybridized. Each is complete or not there, whenever training is killed.

    Parameters
    ----------
    model_dir : folder, made where it does not exist
    model_prefix : str
    monitor : EvalMetric that tells which checkpoint is the best; needed for ``save_best``
    verbose : int, 0 logs no saving
    save_best : keep the best one too
    mode : "min", "max", or "auto": larger is better, with a warning, as in MXNet
    epoch_period, batch_period : int, or None for never
    max_checkpoints : int, older ones are removed
    resume_from_checkpoint : go on from the newest checkpoint in the folder, and train the epochs (or batches) of
        ``fit`` less those that are done; the DataLoader starts anew
    """

    def __init__(
        self,
        model_dir: str | os.PathLike,
        model_prefix: str = "model",
        monitor: EvalMetric | None = None,
        verbose: int = 0,
        save_best: bool = False,
        mode: str = "auto",
        epoch_period: int | None = 1,
        batch_period: int | None = None,
        max_checkpoints: int = 5,
        resume_from_checkpoint: bool = False,
    ):
        self.monitor = monitor
        self.verbose = verbose
        self.model_dir = os.fspath(model_dir)
        self.model_prefix = model_prefix
        self.save_best = save_best
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.max_checkpoints = max_checkpoints
        self.resume_from_checkpoint = resume_from_checkpoint
        self.saved_checkpoints: list[str] = []
        self.trained_epoch = self.trained_batch = -1  # the last ones of the checkpoint that training resumed from
        if save_best:
            if not isinstance(monitor, EvalMetric):
                raise ArgumentError(
                    "To save best model only, please provide one of the metric objects from estimator.train_metrics"
                    f" and estimator.val_metrics as monitor. Received: {monitor!r}"
                )
            self.monitor_op, self._worst = comparison(monitor, mode, "CheckpointHandler")

    def _path(self, ending: str) -> str:
        return os.path.join(self.model_dir, f"{self.model_prefix}-{ending}")

    def train_begin(self, estimator, *args, **kwargs):
        self.current_batch = self.current_epoch = 0
        self.trained_epoch = self.trained_batch = -1
        if self.save_best:
            self.best = self._worst
        os.makedirs(self.model_dir, exist_ok=True)
        if self.resume_from_checkpoint:
            self._resume(estimator)

    def batch_end(self, estimator, *args, **kwargs):
        if self.current_batch == 0:  # the first forward pass has traced the network
            self._save_symbol(estimator)
        if self.batch_period and (self.current_batch + 1) % self.batch_period == 0:
            self._save(estimator)
        self.current_batch += 1

    def epoch_end(self, estimator, *args, **kwargs):
        if self.epoch_period and (self.current_epoch + 1) % self.epoch_period == 0:
            self._save(estimator)
        self.current_epoch += 1

    # -- writing -----------------------------------------------------------------------------------------------------
    def _save(self, estimator) -> None:
        epoch, batch = self.current_epoch, self.current_batch
        if self.resume_from_checkpoint:  # numbers go on where those of the checkpoint end
            epoch += self.trained_epoch + 1
            batch += self.trained_batch + (0 if estimator.max_epoch else 1)
        name = f"{self.model_prefix}-epoch{epoch}batch{batch}"
        if self.verbose > 0:
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: trained total %d batches, saving model at %s with prefix: %s",
                self.current_epoch,
                self.current_batch + 1,
                self.model_dir,
                name,
            )
        self._save_files(estimator, name)
        self.saved_checkpoints.append(name)
        while len(self.saved_checkpoints) > self.max_checkpoints:
            self._remove(self.saved_checkpoints.pop(0))
        if self.save_best:
            self._save_best(estimator)

    def _save_best(self, estimator) -> None:
        assert self.monitor is not None
        value = monitored(self.monitor, "Skipping save best because ")
        if value is None:
            return
        before, metric = self.best, self.monitor.get()[0]
        if self.monitor_op(value, before):
            name = f"{self.model_prefix}-best"
            self._save_files(estimator, name)
            self.best = value
            line = f"improved from {before:.5f} to {value:.5f}, updating best model at {self.model_dir}"
            line += f" with prefix: {name}"
        else:
            line = f"did not improve from {before:.5f}, skipping updating best model"
        if self.verbose > 0:
            estimator.logger.info("[Epoch %d] CheckpointHandler: %s %s", self.current_epoch, metric, line)

    def _save_files(self, estimator, name: str) -> None:
        """Write parameters and states; the states come last, so that whoever finds them finds both."""
        path = os.path.join(self.model_dir, name)
        estimator.net.save_parameters(f"{path}.params")
        estimator.trainer.save_states(f"{path}.states")

    def _save_symbol(self, estimator) -> None:
        net, path = estimator.net, self._path("symbol.json")
        if isinstance(net, HybridBlock) and net._cached_ops:
            next(reversed(net._cached_ops.values()))[0].symbol.save(path)
            return
        estimator.logger.info(
            "Model architecture(symbol file) is not saved, please use HybridBlock to construct your model, and call"
            " net.hybridize() before passing to Estimator in order to save model architecture as %s.",
            path,
        )

    def _remove(self, name: str) -> None:
        for ending in (".params", ".states"):
            Path(self.model_dir, name + ending).unlink(missing_ok=True)

    # -- going on ----------------------------------------------------------------------------------------------------
    def _resume(self, estimator) -> None:
        """Read the newest checkpoint, and take what is done off the work of the estimator."""
        unit = "epoch" if estimator.max_epoch else "batches"
        period, other = self.epoch_period, self.batch_period
        if not estimator.max_epoch:
            period, other = other, period
        if not period or other:
            raise ArgumentError(
                "To use resume from checkpoint, you must only specify the same type of period you used for training.\n"
                "  If you train for a number of epochs, save by epochs only, with batch_period=None; if for a number of"
                " batches, give batch_period and epoch_period=None."
            )
        found = self._newest()
        if found is None:
            estimator.logger.info(
                "CheckpointHandler: No checkpoint found, training from scratch for %d %s",
                estimator.max_epoch or estimator.max_batch,
                "epochs" if estimator.max_epoch else "batches",
            )
            return
        self.trained_epoch, self.trained_batch = found
        done = (self.trained_epoch if estimator.max_epoch else self.trained_batch) + 1
        left = (estimator.max_epoch or estimator.max_batch) - done
        if left <= 0:
            raise ArgumentError(
                f"Found checkpoint with maximum number of {unit} {done} reached, please specify"
                " resume_from_checkpoint=False (default value) if you want to train from scratch."
            )
        path = self._path(f"epoch{self.trained_epoch}batch{self.trained_batch}")
        estimator.net.load_parameters(f"{path}.params", ctx=estimator.context)
        estimator.trainer.load_states(f"{path}.states")
        if estimator.max_epoch:
            estimator.max_epoch = left
        else:
            estimator.max_batch = left
        estimator.logger.warning(
            "CheckpointHandler: Checkpoint resumed from epoch %d batch %d, continue to train for %d %s ",
            self.trained_epoch,
            self.trained_batch,
            left,
            "epochs" if estimator.max_epoch else "batches",
        )

    def _newest(self) -> tuple[int, int] | None:
        """Return epoch and batch of the newest checkpoint whose two files are there."""
        pattern = re.compile(re.escape(self.model_prefix) + r"-epoch(\d+)batch(\d+)\.states")
        names = set(os.listdir(self.model_dir))
        matches = [match for match in map(pattern.fullmatch, names) if match]
        complete = [m for m in matches if f"{m[0].removesuffix('.states')}.params" in names]
        return max(((int(m[1]), int(m[2])) for m in complete), default=None)
