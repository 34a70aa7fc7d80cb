"""Names of MXNet 1.9.1 that mxlearn refuses on purpose: pairs (pattern of the full name, reason), first one first."""

_C_LIBRARY = "A helper for MXNet's C library, of which mxlearn has none."
_LEAK = (
    "A name that MXNet's module imports for itself, and that is no part of its interface: take it from its own module."
)
_QUANTIZATION = "Quantization to 8-bit integers serves deployment on special kernels, not learning."
_GRADIENT = "A gradient for MXNet's own use: mx.autograd differentiates the operator."
_RATES = "A node of a graph reads no rates from arrays: the multi_* updates take numbers, those of mx.nd take arrays."
_INDEXING = "A step of MXNet's own indexing; x[...] is the interface."
_GRAPHS = "Sampling of DGL's graphs works on sparse arrays of a library that MXNet serves here."

REFUSED = (
    (r"mx\.base\.(MXCallbackList|build_param_doc|add_fileline_to_docstring|c_\w+|ctypes2\w+|c2pyerror)", _C_LIBRARY),
    (r"mx\.base\.(get_last_ffi_error|register_error|error_types|mx_\w+|data_dir\w*)", _C_LIBRARY),
    (
        r"mx\.[\w.]*\.(check_call|c_str|c_str_array|c_array|c_array_buf|c_handle_array|MXCallbackList|mx_uint|py_str)",
        _C_LIBRARY,
    ),
    (r"mx\.[\w.]*\.(with_metaclass|classproperty|integer_types|numeric_types|string_types|tensor_types)", _LEAK),
    (r"mx\.[\w.]*\.\w*(quantize|calibrate|intgemm|requantize)\w*", _QUANTIZATION),
    (r"mx\.(nd\.random\.current_context|(autograd|viz)\.Symbol|gluon\.parameter\.Context)", _LEAK),
    (r"mx\.(optimizer\.NDabs|init\.(NDArray|is_np_array|load)|operator\.ctypes2numpy_shared)", _LEAK),
    (r"mx\.model\.BaseEstimator", "scikit-learn's, where that is installed beside MXNet."),
    (r"mx\.nd\.(get_indexing_dispatch_code|indexing_key_expand_implicit_axes)", _INDEXING),
    (r"mx\.nd\.contrib\.backward_\w+", _GRADIENT),
    (r"mx\.sym\.preloaded_multi_\w+", _RATES),
    (r"mx\.[\w.]*\.(dgl_\w+|edge_id|getnnz)", _GRAPHS),
)
