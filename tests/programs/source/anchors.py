"""Object detection: anchor boxes, overlaps, targets, and keeping the best."""
from mxnet import nd

X = nd.zeros((1, 3, 4, 6))
Y = nd.contrib.MultiBoxPrior(X, sizes=[0.75, 0.5, 0.25], ratios=[1, 2, 0.5])
print(Y.shape)
boxes = Y.reshape((4, 6, 5, 4))
print(boxes[2, 2, 0, :], boxes[0, 0])
ground_truth = nd.array([[0, 0.1, 0.08, 0.52, 0.92], [1, 0.55, 0.2, 0.9, 0.88]])
anchors = nd.array(
    [[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98], [0.66, 0.45, 0.8, 0.8], [0.57, 0.3, 0.92, 0.9]]
)
print(nd.contrib.box_iou(anchors, ground_truth[:, 1:]))
labels = nd.contrib.MultiBoxTarget(anchors.expand_dims(axis=0), ground_truth.expand_dims(axis=0), nd.zeros((1, 3, 5)))
print(labels[2], labels[1], labels[0])
anchors = nd.array([[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.15, 0.3, 0.62, 0.91], [0.55, 0.2, 0.9, 0.88]])
offset_preds = nd.array([0] * anchors.size)
cls_probs = nd.array([[0] * 4, [0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.3, 0.9]])
output = nd.contrib.MultiBoxDetection(
    cls_probs.expand_dims(axis=0), offset_preds.expand_dims(axis=0), anchors.expand_dims(axis=0), nms_threshold=0.5
)
print(output)
for row in output[0].asnumpy():
    if row[0] == -1:
        continue
    print(("dog=", "cat=")[int(row[0])] + "%.2f" % row[1], [round(float(v), 3) for v in row[2:]])
nms = nd.contrib.box_nms(
    nd.array([[0, 0.5, 0.1, 0.1, 0.2, 0.2], [1, 0.4, 0.1, 0.1, 0.2, 0.2], [0, 0.3, 0.1, 0.1, 0.14, 0.14], [2, 0.6, 0.5, 0.5, 0.7, 0.8]]),
    overlap_thresh=0.1, coord_start=2, score_index=1, id_index=0, force_suppress=True,
)
print(nms)
feature = nd.arange(16).reshape((1, 1, 4, 4))
rois = nd.array([[0, 0, 0, 20, 20], [0, 0, 10, 30, 30]])
print(nd.ROIPooling(feature, rois, pooled_size=(2, 2), spatial_scale=0.1))
