"""The operators of control flow, from what a symbol file says of them. Files may come from strangers."""
from collections.abc import Sequence

from ..base import ArgumentError, FormatError
from ..core.attributes import parse_int, parse_shape
from ..core.own import Subgraph
from ..ops.control_flow import ControlFlow
from ..ops.loops import Cond, ForEach, WhileLoop

MAX_ITERATIONS = 2**31 - 1

# operator: number of subgraphs, attributes that list inputs, attributes that are numbers
_FIELDS = {
    "_foreach": (1, ("in_data_locs", "in_state_locs", "remain_locs"), ("num_out_data",)),
    "_while_loop": (2, ("cond_input_locs", "func_input_locs", "func_var_locs"), ("max_iterations", "num_out_data")),
    "_cond": (3, ("cond_input_locs", "then_input_locs", "else_input_locs"), ()),
}


def from_file(
    name: str, attrs: dict[str, str], subgraphs: Sequence[Subgraph], num_inputs: int, where: str
) -> tuple[ControlFlow, dict[str, str]]:
    """Return the operator of a node, and those of its attributes that are the user's own.

    Raises
    ------
    FormatError
        If the file contradicts itself.
    """
    count, lists, numbers = _FIELDS[name]
    if len(subgraphs) != count:
        raise FormatError(f"{where}: {name} has {count} subgraphs. Received: {len(subgraphs)}.")
    values: dict = {}
    for key in (*lists, *numbers):
        if key not in attrs:
            raise FormatError(f"{where}: {name} needs the attribute {key}.")
        try:
            values[key] = parse_shape(attrs[key]) if key in lists else parse_int(attrs[key])
        except ArgumentError as error:
            raise FormatError(f"{where}: {key}: {error}") from None
    check = {"_foreach": _foreach, "_while_loop": _while_loop, "_cond": _cond}[name]
    op = check(subgraphs, values, num_inputs, where)
    known = {*lists, *numbers, "num_args", "num_outputs"}
    return op, {key: value for key, value in attrs.items() if key not in known}


def _foreach(subgraphs: Sequence[Subgraph], values: dict, num_inputs: int, where: str) -> ForEach:
    (body,) = subgraphs
    order = [*values["in_data_locs"], *values["in_state_locs"], *values["remain_locs"]]
    if sorted(order) != list(range(len(body.inputs))) or len(order) != num_inputs or not values["in_data_locs"]:
        raise FormatError(f"{where}: the locations must name each of the {len(body.inputs)} inputs of the body once.")
    _check_outputs(body, values["num_out_data"], len(values["in_state_locs"]), where)
    return ForEach(body, *(values[key] for key in ("in_data_locs", "in_state_locs", "remain_locs", "num_out_data")))


def _while_loop(subgraphs: Sequence[Subgraph], values: dict, num_inputs: int, where: str) -> WhileLoop:
    cond, func = subgraphs
    _check_locations(cond, values["cond_input_locs"], num_inputs, where)
    _check_locations(func, values["func_input_locs"], num_inputs, where)
    variables = values["func_var_locs"]
    where_to = [values["func_input_locs"][i] if 0 <= i < len(func.inputs) else -1 for i in variables]
    if where_to != list(range(len(variables))) or not variables:
        raise FormatError(f"{where}: func_var_locs must name the inputs of func that are the first inputs of the node.")
    if len(cond.heads) != 1 or not 0 <= values["max_iterations"] <= MAX_ITERATIONS:
        raise FormatError(f"{where}: the condition must have one output, and max_iterations must not be negative.")
    _check_outputs(func, values["num_out_data"], len(variables), where)
    _check_all_used([values["cond_input_locs"], values["func_input_locs"]], num_inputs, where)
    return WhileLoop(cond, func, *(values[key] for key in ("cond_input_locs", "func_input_locs", "func_var_locs",
                                                           "max_iterations", "num_out_data")))


def _cond(subgraphs: Sequence[Subgraph], values: dict, num_inputs: int, where: str) -> Cond:
    locations = [values[key] for key in ("cond_input_locs", "then_input_locs", "else_input_locs")]
    for graph, each in zip(subgraphs, locations, strict=True):
        _check_locations(graph, each, num_inputs, where)
    if len(subgraphs[0].heads) != 1 or len(subgraphs[1].heads) != len(subgraphs[2].heads):
        raise FormatError(f"{where}: the predicate must have one output, and both branches the same number of them.")
    _check_all_used(locations, num_inputs, where)
    return Cond(*subgraphs, *locations)


def _check_locations(graph: Subgraph, locations: Sequence[int], num_inputs: int, where: str) -> None:
    if len(locations) != len(graph.inputs) or not all(0 <= i < num_inputs for i in locations):
        raise FormatError(f"{where}: the locations of the {len(graph.inputs)} inputs of a subgraph are wrong.")


def _check_all_used(locations: Sequence[Sequence[int]], num_inputs: int, where: str) -> None:
    if {i for each in locations for i in each} != set(range(num_inputs)):
        raise FormatError(f"{where}: a subgraph must read each of the {num_inputs} inputs of the node.")


def _check_outputs(graph: Subgraph, num_out_data: int, num_states: int, where: str) -> None:
    if num_out_data < 0 or num_out_data + num_states != len(graph.heads):
        raise FormatError(
            f"{where}: the subgraph has {len(graph.heads)} outputs, but the node says {num_out_data} and {num_states}."
        )
