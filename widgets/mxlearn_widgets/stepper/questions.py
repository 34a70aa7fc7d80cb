"""What the student is asked before a step shows its result, and what a right answer is."""

from typing import Any

import numpy as np

from mxlearn.inspection import Contribution, Step

from .grids import CELLS, index_text, shape_text

TOLERANCE = 0.02  # relative, so that two right digits are enough


def question(step: Step) -> dict[str, Any] | None:
    """Return what to ask at a step, None where there is nothing to predict.

    Returns
    -------
    dict with ``kind`` ("value", "shape" or "sign"), ``prompt``, ``answer``, and for a value the ``part`` (number of
    the contribution), the flat ``index`` of the entry, for the others ``options``
    """
    if step.kind == "start":
        prompt = f"What is ∂{step.name}/∂{step.name}, the gradient that the pass starts with?"
        return {"kind": "value", "part": -1, "index": 0, "prompt": prompt, "answer": 1.0}
    if step.kind != "node" or not step.contributions:
        return None
    part = _most_telling(step)
    one = step.contributions[part]
    if one.value.size == 0:
        return None
    if one.value.size <= CELLS and one.jacobian.dense is not None:
        found = _value(one)
        if found is not None:
            return {**found, "part": part}
    options = _shapes(step, one)
    if len(options) > 1:
        prompt = f"Which shape has the contribution to {one.target}?"
        answer = shape_text(one.value.shape)
        return {"kind": "shape", "part": part, "prompt": prompt, "options": options, "answer": answer}
    return {**_sign(one), "part": part}


def is_right(asked: dict[str, Any], answer: str) -> bool:
    """Tell whether an answer is right; a number may be off by 2 percent."""
    if asked["kind"] != "value":
        return answer == asked["answer"]
    try:
        given = float(answer.replace(",", ".").replace("−", "-"))
    except ValueError:
        return False
    return abs(given - asked["answer"]) <= TOLERANCE * abs(asked["answer"]) + 1e-9


def _most_telling(step: Step) -> int:
    """Return the contribution to ask for: one to a parameter's side rather than the data's, where several are there."""
    for position, one in enumerate(step.contributions):
        if one.reduction is not None or one.jacobian.structure.startswith("matrix product"):
            return len(step.contributions) - 1 if one.reduction is None else position
    return len(step.contributions) - 1


def _value(one: Contribution) -> dict[str, Any] | None:
    values = one.value.astype(np.float64).ravel()
    finite = np.isfinite(values)
    if not finite.any():
        return None
    index = int(np.argmax(np.where(finite, np.abs(values), -1.0)))
    where = tuple(int(i) for i in np.unravel_index(index, one.value.shape))
    place = f"the entry {index_text(where)} of " if one.value.size > 1 else ""
    prompt = f"What is {place}the contribution to {one.target}?"
    return {"kind": "value", "index": index, "prompt": prompt, "answer": float(values[index])}


def _shapes(step: Step, one: Contribution) -> list[str]:
    shapes = [one.value.shape]
    upstream = step.upstream if isinstance(step.upstream, np.ndarray) else step.upstream[0]
    shapes += [upstream.shape, one.value.shape[::-1], one.jacobian.shape]
    return sorted(dict.fromkeys(map(shape_text, shapes)))[:4]


def _sign(one: Contribution) -> dict[str, Any]:
    flat = one.value.astype(np.float64).ravel()
    index = int(np.argmax(np.nan_to_num(np.abs(flat))))
    where = tuple(int(i) for i in np.unravel_index(index, one.value.shape))
    value = flat[index]
    answer = "positive" if value > 0 else "negative" if value < 0 else "zero"
    if not np.isfinite(value):
        answer = "not finite"
    prompt = f"Which sign has the entry {index_text(where)} of the contribution to {one.target}?"
    options = ["positive", "negative", "zero"] + (["not finite"] if answer == "not finite" else [])
    return {"kind": "sign", "prompt": prompt, "options": options, "answer": answer}
