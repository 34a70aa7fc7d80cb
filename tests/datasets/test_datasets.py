"""The small data sets: each is documented, small, unchanged, and made by its prepare.py."""
import gzip
import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mxlearn.data.catalog import CATALOG
from mxlearn.data.download import verify
from mxlearn.resources import datasets_folder

EMBEDDED = [dataset for dataset in CATALOG.values() if not dataset.mirrors]
IDS = [dataset.name for dataset in EMBEDDED]


def prepare_of(name):
    """Import the prepare.py of a data set."""
    spec = importlib.util.spec_from_file_location(f"prepare_{name}", datasets_folder() / name / "prepare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_folder_is_in_the_catalog():
    folders = {path.name for path in datasets_folder().iterdir() if path.is_dir()}
    assert folders == set(IDS)


@pytest.mark.parametrize("dataset", EMBEDDED, ids=IDS)
def test_the_files_are_as_recorded(dataset):
    assert verify(dataset) == []


@pytest.mark.parametrize("dataset", EMBEDDED, ids=IDS)
def test_the_readme_states_source_licence_and_checksums(dataset):
    text = (dataset.folder / "README.md").read_text(encoding="utf-8")
    assert "**Source**" in text and "**Licence**" in text
    for file in dataset.files:
        assert f"| {file.name.removesuffix('.gz')} | `{file.content}` |" in text


def test_all_of_it_is_small():
    sizes = [path.stat().st_size for path in datasets_folder().rglob("*") if path.is_file()]
    assert max(sizes) < 1_000_000 and sum(sizes) < 1_500_000


@pytest.mark.parametrize("name", ["house_prices", "ad_clicks"])
def test_prepare_reproduces_the_files_byte_for_byte(name, tmp_path):
    prepare = datasets_folder() / name / "prepare.py"
    subprocess.run([sys.executable, "-I", str(prepare), str(tmp_path)], check=True, timeout=60)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {file.name: (prepare.parent / file.name).read_bytes() for file in CATALOG[name].files}


@pytest.mark.parametrize("name", ["digits", "diabetes", "breast_cancer"])
def test_prepare_makes_every_file_from_what_scikit_learn_would_give(name, tmp_path, monkeypatch):
    """With a stand-in for scikit-learn that gives back the table, prepare.py writes the very same content."""
    sklearn = type(sys)("sklearn")
    sklearn.datasets = type(sys)("sklearn.datasets")
    setattr(sklearn.datasets, f"load_{name}", lambda **_: STAND_INS[name]())
    monkeypatch.setitem(sys.modules, "sklearn", sklearn)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", sklearn.datasets)
    prepare_of(name).main(tmp_path)
    for file in CATALOG[name].files:
        assert content(tmp_path / file.name) == content(datasets_folder() / name / file.name)


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


class Bunch:
    def __init__(self, **values):
        self.__dict__.update(values)


def table_of(name):
    lines = (datasets_folder() / name / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return lines[0].split(","), np.array([[float(text) for text in line.split(",")] for line in lines[1:]])


def diabetes():
    _, values = table_of("diabetes")
    return Bunch(data=values[:, :-1], target=values[:, -1])


def breast_cancer():
    names, values = table_of("breast_cancer")
    readable = np.array([name.replace("_", " ") for name in names[:-1]])
    return Bunch(data=values[:, :-1], target=1 - values[:, -1].astype(int), feature_names=readable)


def digits():
    """Undo the enlargement: correct a first guess by what is still missing, until it makes the same images."""
    folder = datasets_folder() / "digits"
    images, labels = [], []
    for part in ("train", "t10k"):
        pixels = np.frombuffer(content(folder / f"{part}-images-idx3-ubyte.gz")[16:], np.uint8).reshape(-1, 28, 28)
        labels.append(np.frombuffer(content(folder / f"{part}-labels-idx1-ubyte.gz")[8:], np.uint8))
        images.append(pixels[:, 4:24, 4:24].astype(np.float64))
    large = np.concatenate(images)
    enlarge = prepare_of("digits").weights() / 2000 * np.sqrt(255 / 16)  # (20, 8)
    undo = np.linalg.pinv(enlarge)
    small = np.zeros((len(large), 8, 8))
    for _ in range(20):
        small = np.clip(small + undo @ (large - np.clip(enlarge @ small @ enlarge.T, 0, 255)) @ undo.T, 0, 16)
    small = np.round(small)
    return Bunch(images=small, target=np.concatenate(labels))


STAND_INS = {"digits": digits, "diabetes": diabetes, "breast_cancer": breast_cancer}


def test_enlarging_keeps_an_even_gray_even():
    even = prepare_of("digits").enlarge(np.full((1, 8, 8), 16))
    assert (even[0, 4:24, 4:24] == 255).all() and even.sum() == 255 * 400


def test_enlarging_one_pixel_keeps_its_place():
    """Small pixel 2 covers large pixels 5 to 7.5: the brightest of the row is 6, at (2 + 1/2) 5/2 - 1/2 = 5.75."""
    small = np.zeros((1, 8, 8))
    small[0, 2, 2] = 16
    large = prepare_of("digits").enlarge(small)[0]
    assert np.unravel_index(large.argmax(), large.shape) == (4 + 6, 4 + 6)
    assert (large == large.T).all()
