"""Where the course and the small data sets are: in an installed package, or in a source checkout."""
from pathlib import Path

from mxlearn.base import DataError

__all__ = ["course_folder", "datasets_folder"]

PACKAGE = Path(__file__).resolve().parent


def course_folder() -> Path:
    """Return the folder that holds the lessons as delivered."""
    return _find("_course", "notebooks")


def datasets_folder() -> Path:
    """Return the folder that holds one folder for each small data set."""
    return _find("_datasets", "datasets")


def _find(packaged: str, in_checkout: str) -> Path:
    inside = PACKAGE / packaged
    if inside.is_dir():
        return inside
    beside = PACKAGE.parent / in_checkout
    if beside.is_dir() and (PACKAGE.parent / "pyproject.toml").is_file():
        return beside
    raise DataError(
        f"mxlearn: its folder {in_checkout!r} was expected at {inside} or {beside}, and neither is there.\n"
        "  The installation is incomplete: install mxlearn again."
    )
