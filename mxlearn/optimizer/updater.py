"""The Updater: an optimizer together with the state of every weight."""
from ..base import FormatError
from ..safetensors import read_bytes
from .elementwise import ElementwiseOptimizer
from .optimizer import Optimizer, check_gradient
from .states import decode, encode, fill
from .together import Together

__all__ = ["Updater", "describe", "get_updater", "load_states", "rebuild"]

_NOT_STORED = ("param_dict", "_index_update_count", "sym_info")


class Updater:
    """Changes weights, creating and keeping their states.

    Attributes
    ----------
    optimizer : Optimizer
    states : dict from index to state
    states_synced : dict from index to whether the state is on the context of its weight

    >>> import mxlearn as mx
    >>> updater = mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=0.5))
    >>> w = mx.nd.array([1.0])
    >>> updater(0, mx.nd.array([1.0]), w)
    >>> w.asscalar()
    np.float32(0.5)
    """

    def __init__(self, optimizer):
        self.optimizer = optimizer
        self.states = {}
        self.states_synced = {}
        self.aggregate_updates = optimizer.aggregate_num > 0
        self._together = Together(self)

    def __call__(self, index, grad, weight):
        """Update one weight, or all of lists of weights. All shapes are checked before the first weight changes.

        Most optimizers update a list at once: what its weights share is computed once, and bit for bit the numbers are
        those of one update after the other. As in MXNet an optimizer of yours is called weight by weight, or, where it
        sets ``aggregate_num``, with lists of that many.

        Parameters
        ----------
        index : int or str, or a list of them
        grad, weight : NDArray, or a list of them
        """
        if not isinstance(index, (list, tuple)):
            check_gradient(index, weight, grad, self.optimizer.idx2name)
            if self.aggregate_updates:
                self._update_groups([index], [grad], [weight])
            else:
                self._update(index, grad, weight)
            return
        optimizer = self.optimizer
        if isinstance(optimizer, ElementwiseOptimizer) and optimizer.at_once:
            self._together(optimizer, index, grad, weight)
            return
        for i, g, w in zip(index, grad, weight, strict=True):
            check_gradient(i, w, g, optimizer.idx2name)
        if self.aggregate_updates:
            self._update_groups(index, grad, weight)
        else:
            for i, g, w in zip(index, grad, weight, strict=True):
                self._update(i, g, w)

    def _update(self, index, grad, weight):
        optimizer = self.optimizer
        optimizer._set_current_context(weight.context.device_id)
        optimizer.update_multi_precision(index, weight, grad, self._state(index, weight))

    def _state(self, index, weight):
        """Return the state of a weight, made where there is none, and on the context of the weight."""
        if index not in self.states:
            self.states[index] = self.optimizer.create_state_multi_precision(index, weight)
            self.states_synced[index] = True
        elif not self.states_synced[index]:
            self.states[index] = self.sync_state_context(self.states[index], weight.context)
            self.states_synced[index] = True
        return self.states[index]

    def _update_groups(self, indices, grads, weights):
        """Hand an optimizer that asks for it ``aggregate_num`` weights of one dtype and context at a time."""
        optimizer = self.optimizer
        kinds: dict = {}
        for each in zip(indices, weights, grads, strict=True):
            kinds.setdefault((each[1].context, each[1].dtype), []).append(each)
        for (context, _), alike in kinds.items():
            optimizer._set_current_context(context.device_id)
            for begin in range(0, len(alike), optimizer.aggregate_num):
                group = alike[begin : begin + optimizer.aggregate_num]
                i, w, g = (list(column) for column in zip(*group, strict=True))
                optimizer.update_multi_precision(i, w, g, [self._state(*each[:2]) for each in group])

    def sync_state_context(self, state, context):
        """Return the state on ``context``."""
        if hasattr(state, "as_in_context"):
            return state.as_in_context(context)
        if isinstance(state, (list, tuple)):
            return type(state)(self.sync_state_context(item, context) for item in state)
        return state

    def get_states(self, dump_optimizer=False):
        """Return the states as bytes; see mxlearn.optimizer.states for the format, which is not MXNet's pickle.

        The counts of updates are always stored, so that Adam's bias correction and a learning rate schedule go on
        where they stopped. (MXNet stores them only with ``dump_optimizer``.)

        Parameters
        ----------
        dump_optimizer : store the optimizer's class and hyperparameters too
        """
        return encode({"states": self.states, **describe(self.optimizer, dump_optimizer)})

    def set_states(self, states):
        """Take over what ``get_states`` returned. Nothing changes unless all of it can be read.

        Raises
        ------
        FormatError
            If the content is corrupt, a pickle, or of an optimizer that is not registered here.
        """
        content = decode(states)
        if not isinstance(content, dict) or not isinstance(content.get("states"), dict):
            raise FormatError("optimizer states: the file holds no states")
        self.adopt(rebuild(content, self.optimizer), content["states"])

    def adopt(self, optimizer: Optimizer, states: dict) -> None:
        """Go on with another optimizer and other states, which move to the contexts of their weights when used."""
        self.optimizer = optimizer
        self.aggregate_updates = optimizer.aggregate_num > 0
        self.states = states
        self.states_synced = dict.fromkeys(states, False)
        self._together = Together(self)


def describe(optimizer: Optimizer, whole: bool) -> dict:
    """Return what ``encode`` can store of an optimizer: its counts of updates, and all of it where ``whole``."""
    content: dict = {"progress": {name: getattr(optimizer, name) for name in optimizer.progress}}
    if whole:
        attributes = {key: value for key, value in vars(optimizer).items() if key not in _NOT_STORED}
        content["optimizer"] = {"class": type(optimizer).__name__.lower(), "attributes": attributes}
    return content


def rebuild(content: dict, current: Optimizer) -> Optimizer:
    """Return the optimizer that ``describe`` described: a new one, or ``current`` where only its counts are stored."""
    stored = content.get("optimizer")
    optimizer = current if stored is None else _rebuild(stored, current)
    fill(optimizer, _progress_for(optimizer, content.get("progress")))
    optimizer._set_current_context(0)
    return optimizer


def _progress_for(optimizer: Optimizer, progress) -> dict:
    """Return what of the stored counts ``optimizer`` has; Nadam's schedule, for one, means nothing to SGD."""
    sound = (
        isinstance(progress, dict)
        and type(progress.get("num_update")) is int
        and isinstance(counts := progress.get("_all_index_update_counts"), dict)
        and all(isinstance(of_device, dict) for of_device in counts.values())
        and all(type(count) is int for of_device in counts.values() for count in of_device.values())
    )
    if not sound:
        raise FormatError("optimizer states: the update counts are badly formed")
    return {name: value for name, value in progress.items() if name in optimizer.progress}


def _rebuild(stored, current: Optimizer) -> Optimizer:
    """Return the optimizer that was stored; Parameters and Symbol attributes are those of the current one."""
    if not isinstance(stored, dict) or not isinstance(stored.get("attributes"), dict):
        raise FormatError("optimizer states: the optimizer is badly described")
    klass = Optimizer.opt_registry.get(str(stored.get("class")))
    if klass is None:
        raise FormatError(
            f"optimizer states: the optimizer {stored.get('class')!r} is not registered here.\n"
            "  Define its class, with @mx.optimizer.register above it, before loading."
        )
    optimizer = klass.__new__(klass)
    fill(optimizer, stored["attributes"])
    optimizer.param_dict = current.param_dict
    optimizer.sym_info = current.sym_info
    return optimizer


def get_updater(optimizer):
    """Return an Updater, the closure that a KVStore wants: ``updater(index, grad, weight)``."""
    return Updater(optimizer)


def load_states(updaters, fname) -> None:
    """Let every updater take over the states of a file; nothing changes unless all of it can be read.

    Raises
    ------
    DataError, FormatError
        If the file cannot be read, or holds something else; the message names it.
    """
    content = read_bytes(fname)
    try:
        for updater in updaters:
            updater.set_states(content)
    except FormatError as error:
        raise FormatError(f"{fname}: {error}") from error
