"""Metrics: updating, composite, custom, resetting, printing."""
import mxnet as mx
from mxnet import nd

labels = [nd.array([0, 1, 1, 2])]
preds = [nd.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]])]
for name in ("acc", "ce", "nll_loss", "perplexity"):
    options = {"ignore_label": None} if name == "perplexity" else {}
    metric = mx.metric.create(name, **options)
    metric.update(labels, preds)
    print(metric.get(), metric.get_name_value(), metric.num_inst)
top = mx.metric.TopKAccuracy(top_k=2)
top.update(labels, preds)
print(top.get(), top)
targets, outputs = [nd.array([1.0, 2.0, 3.0])], [nd.array([1.5, 1.5, 4.0])]
for metric in (mx.metric.MSE(), mx.metric.MAE(), mx.metric.RMSE(), mx.metric.PearsonCorrelation(), mx.metric.Loss()):
    if isinstance(metric, mx.metric.Loss):
        metric.update(None, outputs)
    else:
        metric.update(targets, outputs)
    print(metric.get())
binary = nd.array([0, 1, 1, 0, 1])
scores = nd.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7], [0.1, 0.9]])
for metric in (mx.metric.F1(), mx.metric.MCC(), mx.metric.Accuracy(axis=1)):
    metric.update([binary], [scores])
    metric.update([binary], [1 - scores])
    print(metric.get())
    metric.reset()
    print(metric.get())
composite = mx.metric.CompositeEvalMetric()
composite.add("acc")
composite.add(mx.metric.CrossEntropy())
composite.update(labels, preds)
print(composite.get(), composite.get_metric(0).name)


def wrong(label, pred):
    return float((pred.argmax(axis=1) != label).mean())


custom = mx.metric.np(wrong)
custom.update(labels, preds)
print(custom.get())
custom = mx.metric.CustomMetric(lambda label, pred: abs(label.sum() - pred.sum()), name="mine")
custom.update(targets, outputs)
print(custom.get())


class Sum(mx.metric.EvalMetric):
    def __init__(self):
        super(Sum, self).__init__("sum")

    def update(self, labels, preds):
        for pred in preds:
            self.sum_metric += float(pred.sum().asscalar())
            self.num_inst += 1


metric = Sum()
metric.update(None, outputs)
print(metric.get(), str(metric), metric.get_config())
local = mx.metric.Accuracy()
local.update_dict({"softmax_label": labels[0]}, {"softmax_output": preds[0]})
print(local.get())
