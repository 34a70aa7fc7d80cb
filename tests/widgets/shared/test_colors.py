"""The colors of the browser are those of the static form."""

import re
from pathlib import Path

import pytest

from mxlearn.drawing import DIVERGING, GRAYS, SEQUENTIAL, theme
from mxlearn.drawing.plot import SIGNS
from mxlearn.drawing.raster import NAN_COLOR, OVER_COLOR

SHARED = Path(__file__).parents[3] / "widgets" / "src" / "shared"


def constant(name: str) -> list[str]:
    """Return the colors that color.ts gives a name."""
    text = (SHARED / "color.ts").read_text(encoding="utf-8")
    found = re.search(rf"export const {name} = (\[[^\]]*\]|\"[^\"]*\")", text)
    assert found is not None, name
    return re.findall("#[0-9A-Fa-f]{6}", found[1])


@pytest.mark.parametrize(("name", "colors"), [
    ("SEQUENTIAL", SEQUENTIAL.stops), ("DIVERGING", DIVERGING.stops), ("GRAYS", GRAYS.stops),
    ("SERIES", theme.SERIES), ("NAN_COLOR", (NAN_COLOR,)), ("OVER_COLOR", (OVER_COLOR,)),
])  # fmt: skip
def test_colors_are_the_same_in_both_languages(name, colors):
    assert constant(name) == list(colors)


def test_signs_are_the_same_in_both_languages():
    text = (SHARED / "chart.ts").read_text(encoding="utf-8")
    line = re.search("export type Sign = ([^;]+);", text)
    assert line is not None
    assert tuple(re.findall('"([a-z]+)"', line[1])) == SIGNS
