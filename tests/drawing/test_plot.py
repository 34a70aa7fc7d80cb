"""Plots: curves that are interrupted by NaN, bars, signs, and what stays inside the box."""

import math
import re
from xml.etree import ElementTree

import pytest

from mxlearn.drawing import Document, Plot, Scale
from mxlearn.drawing.plot import SIGNS, mark

SVG = "{http://www.w3.org/2000/svg}"


def plot(**options) -> tuple[Plot, Document]:
    document = Document(200, 150, "t", paper=None)
    return Plot(document, Scale(0, 10, 40, 190), Scale(0, 5, 120, 20), **options), document


def added(document: Document, tag: str, **attributes: str) -> list[ElementTree.Element]:
    found = ElementTree.fromstring(document.to_svg()).iter(SVG + tag)
    return [e for e in found if all(e.get(name) == value for name, value in attributes.items())]


def test_a_curve_is_interrupted_where_a_number_is_not_finite():
    box, document = plot()
    box.line([0, 1, 2, 3, 4, 5], [1, 2, math.nan, 3, 4, math.inf], color="#123456")
    paths = added(document, "path", stroke="#123456")
    assert [p.get("d").count("L") for p in paths] == [1, 1]


def test_a_number_alone_between_gaps_is_a_dot():
    box, document = plot()
    box.line([0, 1, 2], [math.nan, 2, math.nan], color="#123456")
    assert added(document, "path", stroke="#123456") == []
    assert [c.get("cx") for c in added(document, "circle", fill="#123456")] == ["55"]


def test_a_curve_of_nan_alone_draws_nothing():
    box, document = plot()
    before = document.to_svg()
    box.line([0, 1], [math.nan, math.nan], color="#123456")
    assert document.to_svg() == before


def test_a_curve_stays_inside_the_box():
    box, document = plot()
    box.line([0, 1, 2], [-1e9, 2, 1e9], color="#123456")
    (path,) = added(document, "path", stroke="#123456")
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path.get("d"))]
    assert min(heights) >= 18 and max(heights) <= 122


def test_points_without_a_place_are_left_out():
    box, document = plot()
    box.points([0, math.nan, 2], [1, 1, math.inf], color="#123456")
    assert len(added(document, "circle", fill="#123456")) == 1


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_is_drawn_and_differs_from_the_others(sign):
    def drawn(name: str) -> str:
        document = Document(20, 20, "t", paper=None)
        mark(document, name, 10, 10, 4, fill="#000000")
        ElementTree.fromstring(document.to_svg())
        return document.to_svg()

    assert sum(drawn(other) == drawn(sign) for other in SIGNS) == 1


def test_bars_stand_on_the_bottom_and_empty_ones_are_left_out():
    box, document = plot()
    box.bars([0, 2, 4, 6], [5, 0, 2.5], color="#123456")
    bars = added(document, "rect", fill="#123456")
    assert [(b.get("x"), b.get("y"), b.get("height")) for b in bars] == [("40", "20", "100"), ("100", "70", "50")]


def test_ticks_can_be_named_or_absent():
    _, document = plot(x_ticks={0.0: "zero", 10.0: "ten"}, y_ticks=0, x_label="x < y", title="a & b")
    assert [t.text for t in added(document, "text")] == ["a & b", "zero", "ten", "x < y"]


def test_a_legend_shows_line_dash_and_sign():
    box, document = plot()
    box.legend([("one", "#111111", "line"), ("two", "#222222", "dash"), ("three", "#333333", "square")])
    assert added(document, "line", stroke="#111111")[0].get("stroke-dasharray") is None
    assert added(document, "line", stroke="#222222")[0].get("stroke-dasharray") == "5 3"
    assert len(added(document, "rect", fill="#333333")) == 1
    assert [t.text for t in added(document, "text")][-3:] == ["one", "two", "three"]
