"""The course as a whole: it has chapters, in an order that their names tell."""
import re
from pathlib import Path

LESSONS = sorted((Path(__file__).resolve().parent.parent.parent / "notebooks").rglob("*.ipynb"))


def test_there_are_at_least_four_chapters():
    assert len(LESSONS) >= 4


def test_the_list_of_chapters_names_each():
    listed = re.findall(r"\]\((\d+\w*\.ipynb)\)", (LESSONS[0].parent / "README.md").read_text(encoding="utf-8"))
    assert listed == [path.name for path in LESSONS]


def test_each_name_begins_with_its_place_and_no_place_is_taken_twice():
    places = [re.match(r"\d+", path.name) for path in LESSONS]
    assert all(places)
    assert len({place[0] for place in places}) == len(LESSONS)
