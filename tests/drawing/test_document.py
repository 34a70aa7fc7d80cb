"""A document: sound SVG whatever text goes in, numbers printed alike, a picture that carries itself."""

import base64
import re
from xml.etree import ElementTree

import pytest

from mxlearn.drawing import Document, Picture, image, theme

SVG = "{http://www.w3.org/2000/svg}"
EVIL = """<script>alert('1')</script>"&]]>"""


def parsed(document: Document) -> ElementTree.Element:
    return ElementTree.fromstring(document.to_svg())


def test_text_title_description_and_attributes_are_escaped():
    document = Document(100, 50, EVIL, EVIL)
    document.text(1, 2, EVIL, **{"class": EVIL})
    with document.group(EVIL, id=EVIL):
        document.rect(0, 0, 1, 1, fill=EVIL)
    root = parsed(document)
    assert root.find(f"{SVG}title").text == EVIL
    assert root.find(f"{SVG}desc").text == EVIL
    assert root.find(f"{SVG}text").text == EVIL
    assert root.find(f"{SVG}text").get("class") == EVIL
    group = root.find(f"{SVG}g")
    assert (group.get("id"), group.find(f"{SVG}title").text) == (EVIL, EVIL)
    assert group.find(f"{SVG}rect").get("fill") == EVIL
    assert list(root.iter(f"{SVG}script")) == []


def test_the_frame_has_its_size_and_paper_unless_it_is_transparent():
    root = parsed(Document(100.04, 50, "t"))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("100", "50", "0 0 100 50")
    assert root.find(f"{SVG}rect").get("fill") == theme.PAPER
    assert parsed(Document(100, 50, "t", paper=None)).find(f"{SVG}rect") is None


def test_coordinates_have_one_decimal_and_an_absent_attribute_is_left_out():
    document = Document(10, 10, "t", paper=None)
    document.circle(1.04, 2.26, 1 / 3, stroke_width=None, stroke_dasharray="2 1")
    assert '<circle cx="1" cy="2.3" r="0.3" stroke-dasharray="2 1"/>' in document.to_svg()


@pytest.mark.parametrize(("value", "text"), [(0.04, "0"), (-0.04, "0"), (1.25, "1.2"), (-3.0, "-3"), (1e4, "10000")])
def test_numbers_are_printed_alike_everywhere(value, text):
    assert theme.number(value) == text


def test_a_polyline_goes_through_its_points():
    document = Document(10, 10, "t", paper=None)
    document.polyline([(0, 0), (1, 2), (3, 4.5)], stroke="#000000")
    path = parsed(document).find(f"{SVG}path")
    assert (path.get("d"), path.get("fill")) == ("M0 0L1 2L3 4.5", "none")


def test_text_can_be_bold_anchored_and_outlined():
    document = Document(10, 10, "t", paper=None)
    document.text(1, 2, "a", bold=True, anchor="end", halo="#FFFFFF")
    text = parsed(document).find(f"{SVG}text")
    assert (text.get("font-weight"), text.get("text-anchor")) == ("600", "end")
    assert (text.get("paint-order"), text.get("stroke")) == ("stroke", "#FFFFFF")


@pytest.mark.parametrize("limit", [5, 20, 60, 200, 1000])
def test_a_shortened_text_fits_and_keeps_its_ends(limit):
    short = theme.shorten("a rather long name of a layer", 11, limit)
    assert theme.text_width(short, 11) <= max(limit, theme.text_width("…", 11))
    if "…" in short[1:-1]:
        assert short[0] == "a" and short[-1] == "r"
    assert theme.shorten("a\n  b", 11, 1000) == "a b"


# -- pictures ----------------------------------------------------------------------------------------------------------
def test_an_image_carries_the_document_and_says_what_it_shows():
    html = image("<svg/>", 'a "b" <c>')
    assert html.startswith('<img alt="a &quot;b&quot; &lt;c&gt;" src="data:image/svg+xml;base64,')
    data = re.search(r'base64,([^"]+)"', html)
    assert base64.b64decode(data[1]) == b"<svg/>"


def test_a_marker_is_drawn_once_for_all_points_of_a_path():
    document = Document(40, 20, "dots", paper=None)
    with document.marker("dot", fill="#000000"):
        document.circle(0, 0, 2)
    document.polyline([(5, 5), (30, 10)], style="marker:url(#dot)")
    root = ElementTree.fromstring(document.to_svg())
    (marker,) = root.iter(f"{SVG}marker")
    assert marker.attrib == {"id": "dot", "markerUnits": "userSpaceOnUse", "overflow": "visible", "fill": "#000000"}
    assert [child.tag for child in marker] == [f"{SVG}circle"]


def test_a_picture_of_computed_numbers_is_marked_so_that_comparisons_can_leave_it_out():
    assert image("<svg/>", "a", computed=True).startswith('<img class="mxl-computed" ')
    assert "mxl-computed" in Picture("<svg/>", "t", "a", computed=True)._repr_mimebundle_()["text/html"]


def test_a_picture_has_a_form_for_every_reader():
    picture = Picture("<svg/>", "one line", "a thing")
    assert (picture.to_svg(), picture.to_text(), repr(picture)) == ("<svg/>", "one line", "<picture of a thing>")
    assert picture.freeze() is picture
    assert picture._repr_mimebundle_() == {"text/plain": "one line", "text/html": image("<svg/>", "a thing")}
