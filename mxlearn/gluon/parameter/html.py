"""The form of a Parameter in a notebook: its values, and its gradient beside them."""
from ... import display
from ...base import MXNetError

UNKNOWN = "It has no values yet."


def html(parameter) -> str:
    """Return name, shape, dtype and grad_req, and a picture of values and gradient; or what has to be done first."""
    dtype = getattr(parameter.dtype, "__name__", str(parameter.dtype))
    head = f"Parameter {parameter.name} (shape={parameter.shape}, dtype={dtype}, grad_req={parameter.grad_req})"
    try:
        context = parameter.list_ctx()[0]
        data = parameter.data(context)
        arrays = [("values", data._data, str(context))]
        if data.grad is not None:
            arrays.append(("gradient", data.grad._data, str(context)))
        return display.pair_html(head, arrays)
    except (MXNetError, RuntimeError, MemoryError) as error:
        return display.message_html(head, f"{UNKNOWN} {error}" if parameter._data is None else str(error))
