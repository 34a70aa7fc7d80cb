"""Every metric: values after one and two updates, local and global, after reset, names and text."""

import numpy as np

from ..harness import Cases, source

CASES = Cases()


def enter(case_id, make, batches, *, scaled=None):
    """Enter a metric: ``batches(random)`` gives (labels, predictions) lists of NumPy arrays."""

    def run(mx):
        metric = make(mx)
        answer = {"fresh": plain(metric.get())}
        for k, (labels, predictions) in enumerate(batches(source(case_id))):
            metric.update(
                [mx.nd.array(x, dtype=x.dtype) for x in labels], [mx.nd.array(x, dtype=x.dtype) for x in predictions]
            )
            answer[f"after {k + 1}"] = plain(metric.get())
        answer["pairs"] = plain(metric.get_name_value())
        answer["global"] = plain(metric.get_global())
        answer["text"] = str(metric) if "fresh" in case_id else type(metric).__name__
        metric.reset_local()
        answer["after reset_local"] = [plain(metric.get()), plain(metric.get_global())]
        metric.reset()
        answer["after reset"] = plain(metric.get())
        return answer

    CASES.add(case_id, run, scaled=scaled)


def plain(value):
    """The value with every number a Python float, every tuple a list."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, str) else float(value)


def classes(count, classes_, batches=2, batch=6):
    """Class labels against probabilities of ``classes_`` classes."""

    def draw(random):
        for _ in range(batches):
            p = random.uniform(0.05, 1, size=(batch, classes_)).astype("float32")
            yield (
                [random.randint(0, classes_, size=batch).astype("float32")] * count,
                [p / p.sum(1, keepdims=True)] * count,
            )

    return draw


def regression(*shape):
    def draw(random):
        for _ in range(2):
            yield [random.normal(size=shape).astype("float32")], [random.normal(size=shape).astype("float32")]

    return draw


def indices(random):
    for _ in range(2):
        yield [random.randint(0, 3, size=5).astype("float32")], [random.randint(0, 3, size=5).astype("float32")]


def images(random):
    for _ in range(2):
        yield [random.randint(0, 3, size=(2, 4)).astype("float32")], [random.uniform(size=(2, 3, 4)).astype("float32")]


def losses(random):
    for n in (3, 4):
        yield [], [random.normal(size=n).astype("float32")]


enter("Accuracy/probabilities", lambda mx: mx.metric.Accuracy(), classes(1, 4))
enter("Accuracy/class indices", lambda mx: mx.metric.Accuracy(), indices)
enter("Accuracy/axis", lambda mx: mx.metric.Accuracy(axis=1), images)
enter("Accuracy/name", lambda mx: mx.metric.Accuracy(name="acc2"), classes(1, 3))
enter("Accuracy/two outputs", lambda mx: mx.metric.Accuracy(), classes(2, 3))
enter(
    "Accuracy/one column",
    lambda mx: mx.metric.Accuracy(),
    lambda r: [([np.array([0, 1], "float32")], [np.array([[0.3], [0.9]], "float32")])],
)
enter("Accuracy/fresh", lambda mx: mx.metric.Accuracy(), lambda r: [])
enter("TopKAccuracy/2", lambda mx: mx.metric.TopKAccuracy(top_k=2), classes(1, 5))
enter("TopKAccuracy/3", lambda mx: mx.metric.create("top_k_accuracy", top_k=3), classes(1, 6, batch=10))
enter("F1/macro", lambda mx: mx.metric.F1(), classes(1, 2))
enter("F1/micro", lambda mx: mx.metric.F1(average="micro"), classes(1, 2))
enter("MCC/macro", lambda mx: mx.metric.MCC(), classes(1, 2))
enter("MCC/micro", lambda mx: mx.metric.MCC(average="micro"), classes(1, 2))
enter("PCC/three classes", lambda mx: mx.metric.PCC(), classes(1, 3, batch=12))
enter("PCC/two classes", lambda mx: mx.metric.PCC(), classes(1, 2, batch=12))
enter("Perplexity/none", lambda mx: mx.metric.Perplexity(None), classes(1, 4))
enter("Perplexity/ignore_label", lambda mx: mx.metric.Perplexity(ignore_label=0), classes(1, 4, batch=10))
enter("MAE/vector", lambda mx: mx.metric.MAE(), regression(6))
enter("MAE/matrix", lambda mx: mx.metric.MAE(), regression(6, 2))
enter("MSE/vector", lambda mx: mx.metric.MSE(), regression(6))
enter("MSE/matrix", lambda mx: mx.metric.MSE(), regression(6, 2))
enter("RMSE/vector", lambda mx: mx.metric.RMSE(), regression(6))
enter(
    "RMSE/uneven batches",
    lambda mx: mx.metric.RMSE(),
    lambda r: [
        ([np.zeros(2, "float32")], [np.ones(2, "float32")]),
        ([np.zeros(6, "float32")], [np.full(6, 3, "float32")]),
    ],
)
enter("CrossEntropy/default", lambda mx: mx.metric.CrossEntropy(), classes(1, 4))
enter("CrossEntropy/eps", lambda mx: mx.metric.CrossEntropy(eps=0.1), classes(1, 4))
enter("NegativeLogLikelihood", lambda mx: mx.metric.NegativeLogLikelihood(), classes(1, 4))
enter("PearsonCorrelation/macro", lambda mx: mx.metric.PearsonCorrelation(), regression(8))
enter("PearsonCorrelation/micro", lambda mx: mx.metric.PearsonCorrelation(average="micro"), regression(8))
enter("Loss", lambda mx: mx.metric.Loss(), losses)
enter("Torch", lambda mx: mx.metric.Torch(), losses)
enter("Caffe", lambda mx: mx.metric.Caffe(), losses)
enter(
    "CustomMetric",
    lambda mx: mx.metric.CustomMetric(lambda label, pred: float(np.abs(label - pred).max()), name="worst"),
    regression(5),
)
enter(
    "CustomMetric/sum and count",
    lambda mx: mx.metric.CustomMetric(lambda label, pred: (float((label - pred).sum()), 10)),
    regression(5),
)
enter("np", lambda mx: mx.metric.np(_largest), regression(5))
enter(
    "Composite", lambda mx: mx.metric.CompositeEvalMetric([mx.metric.Accuracy(), mx.metric.create("ce")]), classes(1, 3)
)
enter("create list", lambda mx: mx.metric.create(["acc", "ce", "nll_loss"]), classes(1, 3))
enter("create function", lambda mx: mx.metric.create(_largest), regression(4))


def _largest(label, pred):
    return float(np.abs(label - pred).max())


@CASES.case("names")
def _(mx):
    names = (
        "acc",
        "accuracy",
        "ce",
        "cross-entropy",
        "f1",
        "mae",
        "mse",
        "rmse",
        "top_k_accuracy",
        "top_k_acc",
        "nll_loss",
        "nll-loss",
        "pearsonr",
        "loss",
        "mcc",
        "pcc",
        "perplexity",
        "torch",
        "caffe",
        "composite",
    )
    found = {}
    for name in names:
        options = {"top_k": 2} if "top" in name else {"ignore_label": None} if name == "perplexity" else {}
        try:
            found[name] = type(mx.metric.create(name, **options)).__name__
        except Exception:
            found[name] = "none"
    return found


@CASES.case("update_dict")
def _(mx):
    metric = mx.metric.Accuracy(output_names=["softmax_output"], label_names=["softmax_label"])
    label = {"softmax_label": mx.nd.array([1, 0]), "other": mx.nd.array([0, 0])}
    metric.update_dict(
        label, {"softmax_output": mx.nd.array([[0.1, 0.9], [0.2, 0.8]]), "junk_output": mx.nd.zeros((2, 2))}
    )
    return {"value": plain(metric.get()), "config": {k: str(v) for k, v in sorted(metric.get_config().items())}}


@CASES.case("texts")
def _(mx):
    accuracy = mx.metric.Accuracy()
    fresh = str(accuracy)
    accuracy.update([mx.nd.array([1, 0])], [mx.nd.array([[0.1, 0.9], [0.2, 0.8]])])
    return {
        "fresh": fresh,
        "after": str(accuracy),
        "top": mx.metric.TopKAccuracy(top_k=3).name,
        "custom": mx.metric.CustomMetric(_largest).name,
        "np": mx.metric.np(_largest).name,
        "composite": str(mx.metric.create(["acc", "mse"])),
    }
