"""Names of MXNet 1.9.1 that mxlearn refuses on purpose: pairs (pattern of the full name, reason), first one first."""

_C_LIBRARY = "A helper for MXNet's C library, of which mxlearn has none."
_LEAK = (
    "A name that MXNet's module imports for itself, and that is no part of its interface: take it from its own module."
)
_QUANTIZATION = "Quantization to 8-bit integers serves deployment on special kernels, not learning."
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
    (r"mx\.[\w.]*\.(dgl_\w+|edge_id|getnnz)", _GRAPHS),
)
