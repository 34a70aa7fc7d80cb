"""All that a picture of a race shows, as plain lists: computed once, drawn by the front end, the SVG and the text."""

import math
import sys
from array import array
from typing import Any

from . import words
from .medians import Pair, compare, median
from .samples import Results

Board = dict[str, Any]


def pairs_of(results: Results) -> list[Pair]:
    """Compare each other entrant with the first one."""
    found = [compare(results, 0, other) for other in range(1, len(results.entrants))]
    return [pair for pair in found if pair.ratios]


def board(results: Results, pairs: list[Pair], *, replay: bool = False) -> Board:
    """Return what a panel shows.

    Parameters
    ----------
    replay : whether the results were recorded elsewhere: the panel then carries a badge with device, driver and date

    Returns
    -------
    dict of JSON values; a number that is not known is None. ``cells`` has rows of (number of the entrant, number of the
    size, calls a sample, samples, median, low, high, launch median, event median, cold sample), times in seconds
    """
    return {
        "title": results.title,
        "unit": results.unit,
        "badge": "REPLAY" if replay else "",
        "origin": words.device_text(results.machine, results.date) if replay else "",
        "machine": words.machine_text(results.machine),
        "sizes": list(results.sizes),
        "entrants": [{"name": e.name, "device": e.device, "transfer": e.transfer} for e in results.entrants],
        "cells": [_cell(results, k, s) for k in range(len(results.entrants)) for s in results.measured(k)],
        "pairs": [_pair(pair, results) for pair in pairs],
        "verdict": words.verdict(pairs, results),
        "roof": _roof(results),
        "failures": [
            f"{results.entrants[number].name} stopped at n = {size}: {message}"
            for number, (size, message) in results.failures.items()
        ],
    }


def _cell(results: Results, entrant: int, size: int) -> list[Any]:
    point = results.points[entrant, size]
    times = median(results.steady(entrant, size))
    launch = median([reading.launched for reading in point.steady]).value
    event = median([reading.event for reading in point.steady if reading.event is not None]).value
    cold = point.cold[0].synchronized if point.cold else math.nan
    numbers = [times.value, times.low, times.high, launch, event, cold]
    return [entrant, size, point.inner, len(point.steady), *map(known, numbers)]


def known(value: float) -> float | None:
    """Return a number as JSON can hold it: None where it is not finite."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _pair(pair: Pair, results: Results) -> dict[str, Any]:
    found = pair.crossing
    return {
        "reference": pair.reference,
        "other": pair.other,
        "ratios": [[ratio.size, *map(known, ratio.speed)] for ratio in pair.ratios],
        "crossing": {"kind": found.kind, "size": known(found.size), "low": known(found.low), "high": known(found.high)},
        "text": words.crossover(pair, results),
    }


def _roof(results: Results) -> dict[str, Any]:
    """Return ceilings and points (entrant, size, FLOP a byte, FLOP a second); points need both works of a call."""
    ceilings = [
        {"device": device, "flops": known(c.flops), "bandwidth": known(c.bandwidth),
         "text": f"{words.rate(c.flops, 'FLOP')} · {words.rate(c.bandwidth, 'B')}"}
        for device, c in results.ceilings.items()
        if any(entrant.device == device for entrant in results.entrants)
    ]  # fmt: skip
    points = [
        [number, k, known(results.flops[k] / results.bytes[k]),
         known(results.flops[k] / median(results.steady(number, k)).value)]
        for number in range(len(results.entrants))
        for k in results.measured(number)
        if results.flops and results.bytes
    ]  # fmt: skip
    return {"ceilings": ceilings, "points": points}


def packed(results: Results) -> tuple[list[list[int]], bytes]:
    """Return all samples in 32-bit floats, little endian, and what they are.

    Returns
    -------
    rows : (entrant, size, cold, warm-up and steady samples), as numbers
    samples : for each sample of each row (launched, synchronized, event) in seconds; NaN where there is no event
    """
    rows: list[list[int]] = []
    numbers = array("f")
    for (entrant, size), point in sorted(results.points.items()):
        phases = [readings for _, readings in point.phases()]
        rows.append([entrant, size, *map(len, phases)])
        for readings in phases:
            for launched, synchronized, event in readings:
                numbers.extend((launched, synchronized, math.nan if event is None else event))
    if sys.byteorder == "big":
        numbers.byteswap()
    return rows, numbers.tobytes()
