"""Drawing classes by Zipf's law, for losses that sample a few of many classes."""
import math


def rand_zipfian(uniform, true_classes, num_sampled, range_max):
    """Draw classes whose probabilities fall with their numbers: log((c + 2) / (c + 1)) / log(range_max + 1).

    Parameters
    ----------
    uniform : draws float64 numbers: ``random.uniform`` of mx.nd or mx.sym
    true_classes : array or symbol, classes whose expected counts are asked for
    num_sampled : int, how many classes are drawn, with replacement
    range_max : int, number of classes

    Returns
    -------
    the classes drawn (num_sampled,), int64; how often each of ``true_classes`` is expected among them, and how often
    each of those that were drawn, float64

    >>> classes, expected, _ = mx.nd.contrib.rand_zipfian(mx.nd.array([0]), 4, 3)
    >>> classes.shape, expected.asnumpy().tolist()
    ((4,), [2.0])

    References: MXNet 1.9.1 function contrib.rand_zipfian.
    """
    whole = math.log(range_max + 1)
    draws = uniform(0, whole, shape=(num_sampled,), dtype="float64")
    classes = (draws.exp() - 1).astype("int64") % range_max
    true, drawn = true_classes.astype("float64"), classes.astype("float64")
    return classes, *[((c + 2.0) / (c + 1.0)).log() / whole * num_sampled for c in (true, drawn)]
