"""The small tables of the course, as NumPy arrays with names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mxlearn.base import ArgumentError, DataError, FormatError, NotFoundError, nearest
from mxlearn.data.catalog import CATALOG, find

__all__ = ["Table", "load", "names"]

# columns of words: which words become a column of ones and zeros; the word that is left out is the base
WORDS = {
    "house_prices": {"location": (("center", "suburb"), "countryside")},
    "ad_clicks": {"gender": (("female",), "male")},
}


@dataclass(frozen=True, repr=False)
class Table:
    """A table of numbers: what is known about each row, and what is to be predicted.

    name : of the data set
    columns : names of the features
    features : (rows, columns) float32
    target_name : what is to be predicted
    target : (rows,) float32
    truth : for generated data the true coefficients, by column and ``bias``; empty for real data
    words : the columns that hold words, as they stand in the file; ``features`` has them as ones and zeros
    source : the file

    >>> houses = load("house_prices")
    >>> houses.columns
    ('area', 'rooms', 'age', 'center', 'suburb')
    >>> houses.features.shape, houses.target.shape
    ((1500, 5), (1500,))
    >>> houses["area"].max()
    np.float32(320.0)
    >>> houses.truth["area"]                                # thousand euros per square meter
    2.1
    """

    name: str
    columns: tuple[str, ...]
    features: np.ndarray
    target_name: str
    target: np.ndarray
    truth: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, np.ndarray] = field(default_factory=dict)
    source: str = ""

    def __len__(self) -> int:
        return len(self.target)

    def __getitem__(self, column: str) -> np.ndarray:
        """Return one column, (rows,): a feature, the target, or a column of words."""
        if column in self.columns:
            return self.features[:, self.columns.index(column)]
        if column == self.target_name:
            return self.target
        if column in self.words:
            return self.words[column]
        known = (*self.columns, self.target_name, *self.words)
        raise NotFoundError(
            f"{self.name} has no column {column!r}.{nearest(str(column), known)}\n  It has: {', '.join(known)}."
        )

    def rows(self, index) -> "Table":
        """Return a table of some rows: ``index`` is a slice, whole numbers, or one True or False for each row."""
        words = {name: values[index] for name, values in self.words.items()}
        return replace(self, features=self.features[index], target=self.target[index], words=words)

    def split(self, test: float = 0.2, *, seed: int = 0) -> tuple["Table", "Table"]:
        """Return (training table, test table): the rows in random order, ``test`` of them held back.

        Parameters
        ----------
        test : fraction of the rows, above 0 and below 1; at least one row stays on either side
        seed : the same seed gives the same two tables
        """
        if not 0 < test < 1 or len(self) < 2:
            raise ArgumentError(
                f"split of {self.name} with {len(self)} rows: test is {test!r}, expected a fraction above 0 and "
                "below 1 of at least 2 rows.\n  test=0.2 holds back every fifth row."
            )
        held_back = min(max(round(len(self) * test), 1), len(self) - 1)
        order = np.random.default_rng(seed).permutation(len(self))
        return self.rows(order[held_back:]), self.rows(order[:held_back])

    def __repr__(self) -> str:
        """Show the first rows as they would be written on paper."""
        names = (*self.columns, self.target_name)
        shown = min(len(self), 5)
        lines = [[f"{value:.5g}" for value in (*self.features[row], self.target[row])] for row in range(shown)]
        if len(names) > 9:  # wide tables: the first columns and the target
            names = (*names[:7], "...", names[-1])
            lines = [[*line[:7], "...", line[-1]] for line in lines]
        widths = [max(len(text) for text in column) for column in zip(names, *lines, strict=True)]
        table = [
            "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in (names, *lines)
        ]
        title = f"{self.name}: {len(self):,} rows, {len(self.columns)} features -> {self.target_name}"
        return "\n".join([title, *table, *(["..."] if len(self) > shown else [])])


def names() -> tuple[str, ...]:
    """Return the names that ``load`` takes."""
    return tuple(name for name, dataset in CATALOG.items() if dataset.files[0].name.endswith(".csv"))


def load(name: str) -> Table:
    """Load one of the small tables that come with the course; no download, no network.

    Parameters
    ----------
    name : "house_prices", "ad_clicks", "diabetes" or "breast_cancer"

    Raises
    ------
    NotFoundError
        If there is no table of that name.
    FormatError
        If the file was damaged.

    >>> load("diabetes").target_name
    'progression'
    """
    if name not in names():
        raise NotFoundError(
            f"load: there is no table {name!r}.{nearest(str(name), names())}\n  There are: {', '.join(names())}; "
            "for handwritten digits call mxlearn.data.mnist()."
        )
    folder = find(name).folder
    path = folder / f"{name}.csv"
    columns, target_name, rows = _read_csv(path)
    words = {column: np.array([row[columns.index(column)] for row in rows]) for column in WORDS.get(name, {})}
    out: list[tuple[str, np.ndarray]] = []
    try:
        for index, column in enumerate(columns):
            if column in words:
                out += _ones_and_zeros(words[column], *WORDS[name][column])
            else:
                out.append((column, np.array([row[index] for row in rows], dtype=np.float32)))
        target = np.array([row[-1] for row in rows], dtype=np.float32)
    except ValueError as error:
        raise FormatError(f"{path}: {error}.\n  The file was changed; install mxlearn again.") from error
    features = np.column_stack([values for _, values in out])
    truth = _read_truth(folder / "truth.json") if (folder / "truth.json").exists() else {}
    return Table(name, tuple(column for column, _ in out), features, target_name, target, truth, words, str(path))


def _read_csv(path: Path) -> tuple[list[str], str, list[list[str]]]:
    """Return the feature names, the target name and the rows of a plain CSV file without quotes."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}.\n  Install mxlearn again.") from error
    header, *rows = [line.split(",") for line in lines] or [[]]
    if len(header) < 2 or not rows or any(len(row) != len(header) for row in rows):
        raise FormatError(f"{path}: its rows do not all have {len(header)} values.\n  Install mxlearn again.")
    return header[:-1], header[-1], rows


def _ones_and_zeros(values: np.ndarray, shown: tuple[str, ...], base: str) -> list[tuple[str, np.ndarray]]:
    """Turn a column of words into one column of ones and zeros for each word but the base."""
    unknown = set(values.tolist()) - {*shown, base}
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]!r} is not one of {', '.join((*shown, base))}")
    return [(word, (values == word).astype(np.float32)) for word in shown]


def _read_truth(path: Path) -> dict[str, float]:
    return json.loads(path.read_text(encoding="utf-8"))["coefficients"]
