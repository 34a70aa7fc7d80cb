"""What data there is: the names, files and checksums of every set, embedded or to be downloaded."""
import os
from dataclasses import dataclass
from pathlib import Path

from mxlearn.base import NotFoundError, nearest
from mxlearn.resources import datasets_folder

__all__ = ["CATALOG", "Dataset", "File", "find", "home"]


@dataclass(frozen=True)
class File:
    """One file of a data set.

    content : SHA-256 of the content; for a ``.gz`` of what is inside, so that a re-compressed file is as good
    compressed : SHA-256 of the ``.gz`` as its publisher has it, or None
    size : bytes of the file as published; None where it was not recorded
    """

    name: str
    content: str
    compressed: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Dataset:
    """A data set: where its files are, and from where they can be fetched (``mirrors`` empty: it is embedded)."""

    name: str
    summary: str
    files: tuple[File, ...]
    mirrors: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """The folder of its files, whether they are there or not."""
        return home() / "datasets" / self.name if self.mirrors else datasets_folder() / self.name

    def missing(self) -> list[str]:
        """Return the names of its files that are not in its folder."""
        return [file.name for file in self.files if not (self.folder / file.name).is_file()]


def home() -> Path:
    """Return the folder for downloaded data: ``MXLEARN_HOME``, or ``.mxlearn`` in the user's home folder."""
    named = os.environ.get("MXLEARN_HOME")
    return Path(named).expanduser() if named else Path.home() / ".mxlearn"


def find(name: str) -> Dataset:
    """Return the data set of that name, or raise NotFoundError."""
    try:
        return CATALOG[name]
    except KeyError:
        raise NotFoundError(
            f"data set {name!r} is not known.{nearest(name, CATALOG)}\n  Known are: {', '.join(CATALOG)}."
        ) from None


CATALOG = {
    entry.name: entry
    for entry in (
        Dataset(
            "house_prices",
            "1,500 houses: price from area, rooms, age and location; generated, the true coefficients are known",
            (
                File("house_prices.csv", "06593397b23f9e45b7e821a718b88819f13c9fce5348d538820cc2312ee2808a"),
                File("truth.json", "c31ecd6012810f0bb1636186a485dabc6125b9e9f321fb6ebe83a14b15cfdcf0"),
            ),
        ),
        Dataset(
            "ad_clicks",
            "5,000 visitors: click or not from age, gender and interests; generated, the true coefficients are known",
            (
                File("ad_clicks.csv", "131ce3178d3486cdbe057648e3ff03cff82b4a8b34ee3b4b8e8fb174a44e8062"),
                File("truth.json", "f07c15baf0c165a94784280a8c34a70429e26f2901b4c8b768a5ba71fd75755b"),
            ),
        ),
        Dataset(
            "diabetes",
            "442 patients: disease progression after a year from ten measurements (Efron et al. 2004)",
            (File("diabetes.csv", "904a703f6e39a0e70d20c346032bf1b5ec1c4bb71ce3cd10d27316296db22c30"),),
        ),
        Dataset(
            "breast_cancer",
            "569 tumors: malignant or benign from thirty measurements of cell nuclei (UCI, CC BY 4.0)",
            (File("breast_cancer.csv", "4a3c7b25bbe23b3746f1be7136452435d2d3eb921124d31aa194c2c19d69f376"),),
        ),
        Dataset(
            "digits",
            "1,797 handwritten digits, 28x28 (UCI, CC BY 4.0): the embedded stand-in for MNIST",
            (
                File(
                    "train-images-idx3-ubyte.gz", "a05b1de9ca5f46c4a9e1c309a31940d0bb9b214bcd4b5451aa99afcd520cb09d"
                ),
                File(
                    "train-labels-idx1-ubyte.gz", "bd3edaa3a988280a3961d7c68a1df9acde2a3f3b377241ca8fcebd995127d8e8"
                ),
                File("t10k-images-idx3-ubyte.gz", "55c0f43eb71c62e30d0e1d894652dba28fa65ff90b82ebe1ec5b3fd420de4005"),
                File("t10k-labels-idx1-ubyte.gz", "e6698ad083c2c36b514003f58a4da1112904c486bc4ed10f9f6ac2b47ee729c7"),
            ),
        ),
        Dataset(
            "mnist",
            "70,000 handwritten digits, 28x28 (LeCun, Cortes, Burges); 12 MB to download",
            (
                File(
                    "train-images-idx3-ubyte.gz",
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                    9_912_422,
                ),
                File(
                    "train-labels-idx1-ubyte.gz",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                    28_881,
                ),
                File(
                    "t10k-images-idx3-ubyte.gz",
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                    1_648_877,
                ),
                File(
                    "t10k-labels-idx1-ubyte.gz",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
                    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                    4_542,
                ),
            ),
            mirrors=(
                "https://storage.googleapis.com/cvdf-datasets/mnist/",
                "https://ossci-datasets.s3.amazonaws.com/mnist/",
            ),
        ),
    )
}
