"""A backward pass as plain text: for a terminal, a screen reader, a test."""

import numpy as np

from mxlearn.inspection import BackwardPass, Contribution, Step

from .grids import Grid, number, shape_text
from .pack import check_text, sum_text


def summary(passed: BackwardPass) -> str:
    """Return one line that says what is stepped through."""
    names = ", ".join(passed.wrt[:6]) + (f" and {len(passed.wrt) - 6} more" if len(passed.wrt) > 6 else "")
    count = f"{passed.total} steps" if passed.total != 1 else "1 step"
    if passed.total > len(passed.steps):
        count += f" ({len(passed.steps)} of them kept)"
    return f"{passed.title[0].lower()}{passed.title[1:]}: {count}, to {names}"


def heading(passed: BackwardPass, step: Step) -> str:
    """Return "step 3 of 9: ..." and what happens in the step."""
    start = f"step {step.number} of {passed.total}: "
    if step.kind == "start":
        return f"{start}start at {step.name}"
    if step.kind == "end":
        return f"{start}the gradient of {step.name} is complete"
    return f"{start}back through {step.name} = {step.forward}"


def arrival(step: Step) -> str:
    """Return what becomes of a complete gradient: where it came from, and what backward() does with it."""
    came = list(dict.fromkeys(step.sources))
    if not came:
        return ""
    if len(step.sources) == 1:
        text = f"one contribution, from step {came[0]}"
    else:
        shown = ", ".join(map(str, came[:8])) + (", …" if len(came) > 8 else "")
        text = f"the sum of {len(step.sources)} contributions, from step{'s' * (len(came) > 1)} {shown}"
    then = {"write": "; backward() writes it into", "add": "; backward() adds it to"}.get(step.grad_req)
    return f"{text}{then} {step.name}.grad" if then else text


def step(passed: BackwardPass, position: int) -> str:
    """Return one step, with its equation."""
    here = passed.steps[position]
    lines = [heading(passed, here)]
    if here.kind == "node":
        for k, each in enumerate(here.upstream if isinstance(here.upstream, tuple) else (here.upstream,)):
            which = f" {k}" if isinstance(here.upstream, tuple) else ""
            lines.append(f"  upstream gradient{which} {array_text(each)}")
        for one in here.contributions:
            lines += _contribution(one)
    else:
        lines.append(f"  gradient {array_text(here.upstream)}")
        if here.kind == "end":
            lines.append(f"  {arrival(here)}")
        if here.held is not None:
            lines.append(f"  {array_text(here.held)} is in .grad already, so it becomes {array_text(here.accumulated)}")
        if here.check is not None:
            lines.append(f"  {check_text(here)}")
    if here.note:
        lines.append(f"  {here.note}")
    return "\n".join(lines)


def _contribution(one: Contribution) -> list[str]:
    rows, columns = one.jacobian.shape
    lines = [f"  to {one.target}:"]
    lines += [f"    {text}" for text in (one.derivative, _sends(one)) if text]
    if one.jacobian.dense is not None:
        cells = "; ".join(" ".join(map(number, row)) for row in one.jacobian.dense)
        lines.append(f"    local Jacobian {rows}x{columns} [{cells}]")
    else:
        lines.append(f"    local Jacobian {rows}x{columns}, {one.jacobian.structure}")
    lines.append(f"    upstream x Jacobian = contribution {array_text(one.value)}")
    if one.reduction is not None:
        lines.append(f"    {sum_text(one)}")
    if one.before is not None:
        lines.append(f"    {array_text(one.before)} was there: accumulated {array_text(one.accumulated)}")
    if one.check is not None:
        lines.append(f"    {check_text(one)}")
    return lines


def _sends(one: Contribution) -> str:
    return f"contribution = {one.formula}, g is the upstream gradient" if one.formula else ""


def array_text(array: np.ndarray) -> str:
    """Return shape and numbers of a small array, shape, range and mean of a large one."""
    grid = Grid.of(array)
    if array.size <= 12 and grid.full and array.size:
        return f"{shape_text(grid.shape)} [{'; '.join(' '.join(map(number, row)) for row in grid.values)}]"
    return f"{shape_text(grid.shape)} {', '.join(grid.lines())}"


def table(passed: BackwardPass) -> str:
    """Return all steps, one contribution a line."""
    rows: list[tuple[str, ...]] = [("step", "what", "upstream", "to", "contribution", "check")]
    for each in passed.steps:
        up = each.upstream if isinstance(each.upstream, np.ndarray) else each.upstream[0]
        what = {"start": "start", "end": "complete", "node": each.forward}[each.kind]
        first = (str(each.number), _short(what), shape_text(up.shape))
        if each.kind != "node":
            rows.append((*first, each.name, array_text(each.upstream), _mark(each)))
        for k, one in enumerate(each.contributions):
            left = first if k == 0 else ("", "", "")
            total = f" accumulated {array_text(one.accumulated)}" if one.before is not None else ""
            rows.append((*left, one.target, array_text(one.value) + total, _mark(one)))
    widths = [max(len(row[k]) for row in rows) for k in range(5)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[5]]).rstrip() for row in rows]
    return "\n".join([summary(passed), *lines])


def _short(text: str) -> str:
    return text if len(text) <= 44 else f"{text[:43]}…"


def _mark(record: Step | Contribution) -> str:
    check = record.check
    return "" if check is None else {"agrees": "✓", "differs": "✗", "kink": "≈"}.get(check.verdict, "–")
