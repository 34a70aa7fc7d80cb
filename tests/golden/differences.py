"""The deliberate differences from MXNet 1.9.1, by family/case id, each with its reason.

A test asserts that every case here still differs, so that the list cannot outlive its reasons.
"""

_MORE_SHAPES = (
    "MXNet's shape rule of a layer gives up while its data is unknown; mxlearn infers the dimensions that follow."
)
_ZERO_AXES = "MXNet's nd.array(3) has no axes, and every operator refuses it; mxlearn gives the usable shape (1,)."
_NAG_DECAY = "MXNet's momentum takes the weight decay of the weight that it has just overwritten."
_ALL_OF_THEM = "MXNet's IntervalSampler without rollover says the length of the dataset; mxlearn how many come."

DIFFERENCES = {
    "normalization/BatchNorm/moving averages after forward alone": (
        "MXNet on a CPU moves BatchNorm's averages in the backward pass. mxlearn moves them in the forward pass, as "
        "the layer's definition says."
    ),
    "errors/attribute/unknown": "MXNet ignores attributes given to an operator that has none; mxlearn reports them.",
    "errors/compare/None": "MXNet refuses x == None; mxlearn answers False, as Python does for any other object.",
    "errors/iterator/lengths": "MXNet accepts data and labels of different lengths; mxlearn reports them.",
    "layers/LeakyReLU/selu": "For negative inputs MXNet gives scale * (out + alpha); right is out + scale * alpha.",
    "layers/LeakyReLU/rrelu inference": (
        "MXNet shows a second output, the random slopes, which hold rubbish outside of training; mxlearn hides it."
    ),
    "layers/SoftmaxActivation/instance": (
        "MXNet's gradient of mode 'instance' is that of mode 'channel' where data has more than 2 axes."
    ),
    "heads/SoftmaxOutput/out_grad": "MXNet multiplies by the output where its text promises the head gradient.",
    "executors/autograd/second order of arcsinh": "MXNet's second derivative has the wrong sign.",
    "dtypes/int32 reduction/norm": "MXNet scales and adds in whole numbers: the norm of (3, 4) is 4.",
    "metrics/PearsonCorrelation/micro": "MXNet's global value of the micro average stays 0.",
    "printing/print_summary/no shape": "MXNet counts the biases alone where it knows no shapes; mxlearn prints a ?.",
    "training/iterator/NDArrayIter roll_over pads": (
        "MXNet's first batch of the second pass claims to be padded by the rows that it takes over; all are real data."
    ),
    "images/ImageIter/list, roll_over": (
        "MXNet's first batch of the next pass claims to be padded by what it takes over; all of it is real data."
    ),
    "dtypes/create/scalar": _ZERO_AXES,
    "printing/array/scalar": _ZERO_AXES,
    "symbols/infer_shape_partial/mlp nothing known": _MORE_SHAPES,
    "symbols/infer_shape_partial/mlp from label": _MORE_SHAPES,
    "symbols/infer_shape_partial/mlp from weight": _MORE_SHAPES,
    "symbols/infer_shape_partial/convnet from weight": _MORE_SHAPES,
    "vision/GridGenerator/one row": "MXNet divides by 0 where an axis has one pixel; mxlearn reads the middle.",
    "contrib/Pooling_v1/ties": "MXNet gives each of equal maxima the gradient; mxlearn the first, as Pooling does.",
    "updates/mp_nag_mom_update/wd": _NAG_DECAY,
    "updates/mp_nag_mom_update/everything": _NAG_DECAY,
    "optimizers/nag/wd clip rescale": _NAG_DECAY,
    "numpy_face/gradient/std": "MXNet's np.std has the gradient 0; mxlearn's is that of the formula.",
    "recurrent/RNN/clip": "MXNet clips the memory of an LSTM on a GPU alone; mxlearn clips it everywhere.",
    "recurrent/RNN/lengths": "MXNet's RNN reads lengths of sequences on a GPU alone; mxlearn reads them everywhere.",
    "rare/mp_lamb_update": "MXNet never writes the float32 master copy, and loses small steps; mxlearn keeps it true.",
    "modules/contexts/eager arrays of two contexts": (
        "MXNet computes with arrays of cpu(0) and cpu(1) as if they were in one place; mxlearn reports them as it does"
        " those of a CPU and a GPU."
    ),
    "modules/sequential/gradients of the data": (
        "MXNet's SequentialModule forgets that it was bound with inputs_need_grad and refuses; mxlearn gives them."
    ),
    "modules/engine/errors of calls whose results nobody reads": (
        "MXNet's kernels run later, and what fails in them is raised where a result is read; mxlearn raises at the"
        " call."
    ),
    "orders/sampler/interval 3 once": _ALL_OF_THEM,
    "orders/sampler/interval 7 once": _ALL_OF_THEM,
}
