"""The deliberate differences from MXNet 1.9.1, by family/case id, each with its reason.

A test asserts that every case here still differs, so that the list cannot outlive its reasons.
"""

DIFFERENCES = {
    "normalization/BatchNorm/moving averages after forward alone": (
        "MXNet on a CPU moves BatchNorm's averages in the backward pass. mxlearn moves them in the forward pass, as "
        "the layer's definition says."
    ),
    "errors/attribute/unknown": "MXNet ignores an unknown attribute of an operator without attributes; mxlearn reports it.",
    "errors/iterator/lengths": "MXNet accepts data and labels of different lengths; mxlearn reports them.",
}
