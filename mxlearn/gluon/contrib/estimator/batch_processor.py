"""What is done with one batch: forward, loss and backward in training, forward and loss in evaluation."""
from .... import autograd
from ...utils import split_and_load

__all__ = ["BatchProcessor"]


class BatchProcessor:
    """Runs the network on one batch. Subclass it for batches of another form, or for a forward pass of your own.

    Examples
    --------
    >>> from mxlearn.gluon.contrib.estimator import BatchProcessor
    >>> class TwoInputs(BatchProcessor):
    ...     def fit_batch(self, estimator, train_batch, batch_axis=0):
    ...         left, right, label = train_batch
    ...         with mx.autograd.record():
    ...             pred = estimator.net(left, right)
    ...             loss = estimator.loss(pred, label)
    ...         loss.backward()
    ...         return [left], [label], [pred], [loss]
    """

    def _get_data_and_label(self, batch, ctx, batch_axis: int = 0) -> tuple[list, list]:
        """Return data and labels of a batch, one part for each context."""
        data = split_and_load(batch[0], ctx_list=ctx, batch_axis=batch_axis)
        label = split_and_load(batch[1], ctx_list=ctx, batch_axis=batch_axis)
        return data, label

    def evaluate_batch(self, estimator, val_batch, batch_axis: int = 0) -> tuple[list, list, list, list]:
        """Run the network and the loss on a batch of validation data.

        Parameters
        ----------
        estimator : Estimator
        val_batch : (data, label)
        batch_axis : int, the axis along which the batch is split over the contexts

        Returns
        -------
        (data, label, predictions, losses), each a list with one NDArray for each context
        """
        data, label = self._get_data_and_label(val_batch, estimator.context, batch_axis)
        pred = [estimator.val_net(x) for x in data]
        loss = [estimator.val_loss(y_hat, y) for y_hat, y in zip(pred, label, strict=True)]
        return data, label, pred, loss

    def fit_batch(self, estimator, train_batch, batch_axis: int = 0) -> tuple[list, list, list, list]:
        """Run the network and the loss on a batch of training data, and backward.

        The parameters are changed afterwards, by the GradientUpdateHandler.

        Parameters and results are those of evaluate_batch.
        """
        data, label = self._get_data_and_label(train_batch, estimator.context, batch_axis)
        with autograd.record():
            pred = [estimator.net(x) for x in data]
            loss = [estimator.loss(y_hat, y) for y_hat, y in zip(pred, label, strict=True)]
        for part in loss:
            part.backward()
        return data, label, pred, loss
