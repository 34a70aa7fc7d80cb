"""What the local Jacobian of an operator looks like, in words: which input moves which output."""

from ..core.graph import Node
from ..core.infer import broadcast_shape

ELEMENTWISE = "diagonal: each output depends on the input element at its own place"
BROADCAST = "diagonal with repeats: each output depends on one input element, a repeated element moves several outputs"
SUMS = "rows of ones: each output is the sum of inputs, so each of them gets the upstream number of its sum"
MEANS = "rows of 1/count: each output is the mean of inputs, so each of them gets an equal share"
PRODUCT = "matrix product: a whole column of outputs depends on one input, so the contribution is a matrix product, too"
BIAS = "zeros and ones: each bias is added to many outputs, so it gets the sum of their upstream numbers"
MOVES = "zeros and ones: elements change their places, so their gradients travel back to where they came from"
CHOOSES = "zeros and ones: only the chosen elements move the output; the others get 0"
ROWS = "one full block for each row: every output of a row depends on every input of the row"
WINDOWS = "mostly zeros: each output depends on one window of the input, and all windows share the kernel"
NORMALIZES = "full blocks: mean and variance make each output depend on all inputs of its group"
OWN = "written by you: the backward() of this Function"
COMPILED = "one compiled program for the whole Block"
LOSS = "none: the operator defines its gradient itself and does not ask what comes from above"
GENERAL = "see the formula"

_OF = {
    SUMS: ("sum", "nansum", "_sum_like", "add_n", "cumsum"),
    MEANS: ("mean",),
    PRODUCT: ("dot", "batch_dot", "FullyConnected", "_linalg_gemm", "_linalg_gemm2", "_linalg_syrk", "khatri_rao"),
    MOVES: (
        "Reshape", "Flatten", "expand_dims", "squeeze", "transpose", "SwapAxis", "reverse", "Concat", "stack",
        "SliceChannel", "_split_v2", "slice", "slice_axis", "slice_like", "_basic_slice", "reshape_like", "repeat",
        "tile", "Pad", "Crop", "depth_to_space", "space_to_depth", "sort", "diag", "broadcast_to", "broadcast_axis",
        "broadcast_like", "_stretch_like", "SequenceReverse", "SequenceLast", "_shuffle", "im2col",
    ),
    CHOOSES: (
        "max", "min", "pick", "take", "gather_nd", "_advanced_index", "batch_take", "Embedding", "where", "topk",
        "_contrib_boolean_mask", "SequenceMask",
    ),
    ROWS: ("softmax", "log_softmax", "softmin", "SoftmaxActivation", "L2Normalization", "norm"),
    WINDOWS: ("Convolution", "Deconvolution", "Pooling", "LRN", "_contrib_AdaptiveAvgPooling2D", "UpSampling"),
    NORMALIZES: ("BatchNorm", "LayerNorm", "InstanceNorm", "GroupNorm", "moments"),
    LOSS: (
        "SoftmaxOutput", "LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput", "SVMOutput",
        "MakeLoss", "make_loss",
    ),
    OWN: ("Function",),
    COMPILED: ("CachedOp",),
}  # fmt: skip
_KIND = {name: kind for kind, names in _OF.items() for name in names}
ON_PURPOSE = {  # why a rule is not compared with differences: it is another one than the derivative, as documented
    **dict.fromkeys(
        ("_contrib_gradientmultiplier", "_contrib_round_ste", "_contrib_sign_ste", *_OF[LOSS]),
        "defines its gradient itself: there is nothing to compare it with",
    ),
    "_linalg_syevd": "reads one triangle of a symmetric matrix: no entry can be changed alone",
}


def is_elementwise(node: Node) -> bool:
    """Tell whether output element i depends on element i alone of each input, all of the output's shape."""
    return bool(getattr(node.op, "elementwise", False))


def is_broadcast(node: Node) -> bool:
    """Tell whether the node is elementwise but for the stretching of its two inputs."""
    return getattr(node.op, "shape_rule", None) is broadcast_shape


def structure(node: Node, position: int = 0) -> str:
    """Return in words which outputs of a node its input at ``position`` moves."""
    if position == 2 and node.op.name in ("FullyConnected", "Convolution", "Deconvolution"):
        return BIAS
    kind = _KIND.get(node.op.name)
    if kind is not None:
        return kind
    if is_elementwise(node) or node.op.name in ("Activation", "LeakyReLU", "Dropout", "Cast"):
        return ELEMENTWISE
    return BROADCAST if is_broadcast(node) else GENERAL
