"""What the C header files of cuDNN 9 say of the functions that are called here: arguments, structures, named numbers.

A test compares all of it with the header files where they are installed. Descriptors and handles are opaque, so every
one of them is an address, as is every array, in the memory of the GPU or, for the two factors ``alpha`` and ``beta``
of a result ``alpha * computed + beta * before``, in that of the host.
"""

from ctypes import POINTER, Structure, c_char_p, c_double, c_float, c_int, c_size_t, c_uint, c_void_p

ADDRESS, INT, DOUBLE, BYTES = c_void_p, c_int, c_double, c_size_t
INTS, NEW, SIZE = POINTER(c_int), POINTER(c_void_p), POINTER(c_size_t)  # an array; results through an address

# -- named numbers, as in the header files without their CUDNN_ --------------------------------------------------------
STATUS_SUCCESS, STATUS_NOT_SUPPORTED, STATUS_INTERNAL_ERROR = 0, 3000, 4000
STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED = 4004
DATA_FLOAT, DATA_DOUBLE, DATA_HALF = 0, 1, 2
TENSOR_NCHW, TENSOR_NHWC = 0, 1
CROSS_CORRELATION = 1
DEFAULT_MATH, TENSOR_OP_MATH, FMA_MATH = 0, 1, 3
DETERMINISTIC = 1
BATCHNORM_SPATIAL = 1
RNN_ALGO_STANDARD = 0
RNN_RELU, RNN_TANH, LSTM, GRU = 0, 1, 2, 3
RNN_DOUBLE_BIAS = 2
UNIDIRECTIONAL, BIDIRECTIONAL = 0, 1
LINEAR_INPUT = 0
RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED, RNN_PADDED_IO_DISABLED = 1, 0
FWD_MODE_TRAINING = 1
WGRAD_MODE_ADD = 0


class Performance(Structure):
    """What the library says of one algorithm of a convolution."""

    _fields_ = (
        ("algo", c_int),
        ("status", c_int),
        ("time", c_float),  # milliseconds
        ("memory", c_size_t),  # bytes of workspace
        ("determinism", c_int),
        ("mathType", c_int),
        ("reserved", c_int * 3),
    )


FOUND = POINTER(Performance)
_PAIR = (ADDRESS, ADDRESS)  # the description of an array, and the array

PROTOTYPES: dict[str, tuple[type, ...]] = {
    "cudnnCreate": (NEW,),
    "cudnnSetStream": (ADDRESS, ADDRESS),
    "cudnnCreateTensorDescriptor": (NEW,),
    "cudnnDestroyTensorDescriptor": (ADDRESS,),
    "cudnnSetTensorNdDescriptor": (ADDRESS, INT, INT, INTS, INTS),
    "cudnnGetTensorNdDescriptor": (ADDRESS, INT, INTS, INTS, INTS, INTS),
    "cudnnCreateFilterDescriptor": (NEW,),
    "cudnnDestroyFilterDescriptor": (ADDRESS,),
    "cudnnSetFilterNdDescriptor": (ADDRESS, INT, INT, INT, INTS),
    "cudnnAddTensor": (ADDRESS, ADDRESS, *_PAIR, ADDRESS, *_PAIR),
    # convolutions
    "cudnnCreateConvolutionDescriptor": (NEW,),
    "cudnnDestroyConvolutionDescriptor": (ADDRESS,),
    "cudnnSetConvolutionNdDescriptor": (ADDRESS, INT, INTS, INTS, INTS, INT, INT),
    "cudnnSetConvolutionMathType": (ADDRESS, INT),
    "cudnnSetConvolutionGroupCount": (ADDRESS, INT),
    # batch normalization
    "cudnnBatchNormalizationForwardTraining": (
        *(ADDRESS, INT, ADDRESS, ADDRESS, *_PAIR, *_PAIR, ADDRESS, ADDRESS, ADDRESS),
        *(DOUBLE, ADDRESS, ADDRESS, DOUBLE, ADDRESS, ADDRESS),
    ),
    "cudnnBatchNormalizationForwardInference": (
        *(ADDRESS, INT, ADDRESS, ADDRESS, *_PAIR, *_PAIR, ADDRESS, ADDRESS, ADDRESS),
        *(ADDRESS, ADDRESS, DOUBLE),
    ),
    "cudnnBatchNormalizationBackward": (
        *(ADDRESS, INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, *_PAIR, *_PAIR, *_PAIR),
        *(ADDRESS, ADDRESS, ADDRESS, ADDRESS, DOUBLE, ADDRESS, ADDRESS),
    ),
    # recurrent layers
    "cudnnCreateDropoutDescriptor": (NEW,),
    "cudnnDestroyDropoutDescriptor": (ADDRESS,),
    "cudnnSetDropoutDescriptor": (ADDRESS, ADDRESS, c_float, ADDRESS, BYTES, c_size_t),
    "cudnnCreateRNNDescriptor": (NEW,),
    "cudnnDestroyRNNDescriptor": (ADDRESS,),
    "cudnnSetRNNDescriptor_v8": (ADDRESS, *(INT,) * 12, ADDRESS, c_uint),
    "cudnnCreateRNNDataDescriptor": (NEW,),
    "cudnnDestroyRNNDataDescriptor": (ADDRESS,),
    "cudnnSetRNNDataDescriptor": (ADDRESS, INT, INT, INT, INT, INT, INTS, ADDRESS),
    "cudnnGetRNNWeightSpaceSize": (ADDRESS, ADDRESS, SIZE),
    "cudnnGetRNNWeightParams": (ADDRESS, ADDRESS, INT, BYTES, ADDRESS, INT, ADDRESS, NEW, ADDRESS, NEW),
    "cudnnGetRNNTempSpaceSizes": (ADDRESS, ADDRESS, INT, ADDRESS, SIZE, SIZE),
    "cudnnRNNForward": (
        *(ADDRESS, ADDRESS, INT, ADDRESS, *_PAIR, *_PAIR, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
        *(BYTES, ADDRESS, BYTES, ADDRESS, BYTES, ADDRESS),
    ),
    "cudnnRNNBackwardData_v8": (
        *(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
        *(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
        *(BYTES, ADDRESS, BYTES, ADDRESS, BYTES, ADDRESS),
    ),
    "cudnnRNNBackwardWeights_v8": (
        *(ADDRESS, ADDRESS, INT, ADDRESS, *_PAIR, *_PAIR, *_PAIR),
        *(BYTES, ADDRESS, BYTES, ADDRESS, BYTES, ADDRESS),
    ),
}
# The three convolutions have the same form: two arrays that are read, and one that is written.
for _name in ("Forward", "BackwardData", "BackwardFilter"):
    _three = (ADDRESS,) * 4  # descriptions: what is read, the convolution, what is written
    PROTOTYPES |= {
        f"cudnnGetConvolution{_name}Algorithm_v7": (ADDRESS, *_three, INT, INTS, FOUND),
        f"cudnnFindConvolution{_name}AlgorithmEx": (
            *(ADDRESS, *_PAIR, *_PAIR, ADDRESS, *_PAIR, INT, INTS, FOUND, ADDRESS, BYTES),
        ),
        f"cudnnGetConvolution{_name}WorkspaceSize": (ADDRESS, *_three, INT, SIZE),
        f"cudnnConvolution{_name}": (
            *(ADDRESS, ADDRESS, *_PAIR, *_PAIR, ADDRESS, INT, ADDRESS, BYTES, ADDRESS, *_PAIR),
        ),
    }

# These return no status
GET_VERSION, GET_ERROR_STRING, GET_LAST_ERROR = "cudnnGetVersion", "cudnnGetErrorString", "cudnnGetLastErrorString"
QUERIES: dict[str, tuple[type | None, tuple[type, ...]]] = {
    GET_VERSION: (c_size_t, ()),
    GET_ERROR_STRING: (c_char_p, (INT,)),
    GET_LAST_ERROR: (None, (c_char_p, BYTES)),
}
