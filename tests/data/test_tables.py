"""The tables of the course: columns, values that stand in the files, and the recovery of the true coefficients."""
from pathlib import Path

import numpy as np
import pytest

import mxlearn.data
from mxlearn.base import ArgumentError, FormatError, NotFoundError
from mxlearn.data import catalog, load, names, tables

SHAPES = {"house_prices": (1500, 5), "ad_clicks": (5000, 7), "diabetes": (442, 10), "breast_cancer": (569, 30)}


def test_the_names_are_those_of_the_tables():
    assert names() == tuple(SHAPES)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_and_dtypes(name):
    table = load(name)
    assert table.features.shape == SHAPES[name]
    assert table.target.shape == SHAPES[name][:1]
    assert len(table.columns) == SHAPES[name][1]
    assert table.features.dtype == table.target.dtype == np.float32
    assert np.isfinite(table.features).all() and np.isfinite(table.target).all()


def test_the_first_house_as_it_stands_in_the_file():
    houses = load("house_prices")
    line = Path(houses.source).read_text(encoding="utf-8").splitlines()[1]
    area, rooms, age, location, price = line.split(",")
    expected = [float(area), float(rooms), float(age), location == "center", location == "suburb"]
    np.testing.assert_array_equal(houses.features[0], np.float32(expected))
    assert houses.target[0] == np.float32(price)
    assert houses["location"][0] == location


def test_locations_become_ones_and_zeros_with_the_countryside_as_base():
    houses = load("house_prices")
    assert set(houses["location"]) == {"center", "suburb", "countryside"}
    np.testing.assert_array_equal(houses["center"] == 1, houses["location"] == "center")
    np.testing.assert_array_equal(houses["suburb"] == 1, houses["location"] == "suburb")


def test_least_squares_recovers_the_true_price_of_a_square_meter():
    houses = load("house_prices")
    design = np.column_stack([houses.features, np.ones(len(houses))]).astype(np.float64)
    found = dict(zip((*houses.columns, "bias"), np.linalg.lstsq(design, houses.target, rcond=None)[0], strict=True))
    assert found["area"] == pytest.approx(houses.truth["area"], rel=0.03)
    assert found["age"] == pytest.approx(houses.truth["age"], rel=0.1)
    assert found["center"] == pytest.approx(houses.truth["center"], rel=0.05)
    assert found["suburb"] == pytest.approx(houses.truth["suburb"], rel=0.1)
    assert found["rooms"] == pytest.approx(houses.truth["rooms"], abs=2.0)


def test_maximum_likelihood_recovers_who_clicks():
    clicks = load("ad_clicks")
    design = np.column_stack([clicks.features, np.ones(len(clicks))]).astype(np.float64)
    weights = np.zeros(design.shape[1])
    for _ in range(10):  # Newton's method
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = (design * (p * (1 - p))[:, None]).T @ design
        weights += np.linalg.solve(hessian, design.T @ (clicks.target - p))
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))
    truth = np.array([clicks.truth[name] for name in (*clicks.columns, "bias")])
    assert (np.abs(weights - truth) < 3 * errors).all()


def test_clicks_are_imbalanced_as_the_readme_says():
    assert load("ad_clicks").target.mean() == pytest.approx(0.309, abs=0.0005)


def test_malignant_is_one():
    cancer = load("breast_cancer")
    assert cancer.target_name == "malignant"
    assert cancer.target.sum() == 212
    assert cancer["mean_radius"][cancer.target == 1].mean() > cancer["mean_radius"][cancer.target == 0].mean()


def test_real_tables_state_no_truth():
    assert load("diabetes").truth == {} and load("breast_cancer").truth == {}


def test_an_unknown_column_is_named_with_the_nearest():
    with pytest.raises(NotFoundError, match="has no column 'arae'. Did you mean 'area'"):
        load("house_prices")["arae"]


def test_an_unknown_table_is_named_with_the_nearest():
    with pytest.raises(NotFoundError, match="there is no table 'house_price'. Did you mean 'house_prices'"):
        load("house_price")


def test_split_holds_back_a_fifth_and_loses_no_row():
    houses = load("house_prices")
    train, test = houses.split(0.2, seed=1)
    assert (len(train), len(test)) == (1200, 300)
    assert sorted([*train.target, *test.target]) == sorted(houses.target)
    assert len(test["location"]) == 300


def test_split_is_the_same_for_the_same_seed_only():
    houses = load("house_prices")
    np.testing.assert_array_equal(houses.split(seed=3)[1].target, houses.split(seed=3)[1].target)
    assert (houses.split(seed=3)[1].target != houses.split(seed=4)[1].target).any()


@pytest.mark.parametrize("test", [0, 1, -0.5, 2, float("nan")])
def test_split_refuses_an_impossible_fraction(test):
    with pytest.raises(ArgumentError, match="expected a fraction"):
        load("diabetes").split(test)


def test_rows_by_condition():
    houses = load("house_prices")
    old = houses.rows(houses["age"] > 50)
    assert (old["age"] > 50).all() and len(old) == (houses["age"] > 50).sum() == len(old["location"])


def test_repr_shows_the_first_rows():
    assert repr(load("house_prices").rows(slice(0, 2))) == (
        "house_prices: 2 rows, 5 features -> price\n"
        " area  rooms  age  center  suburb  price\n"
        "108.8      5    3       0       0    330\n"
        "  141      5   27       0       1  427.9"
    )


def test_repr_of_a_wide_table_leaves_columns_out():
    title, header, *rows, end = repr(load("breast_cancer")).splitlines()
    assert title == "breast_cancer: 569 rows, 30 features -> malignant"
    assert header.split()[-2:] == ["...", "malignant"] and len(rows) == 5 and end == "..."


@pytest.mark.parametrize(
    "content, message",
    [
        ("age,sex\n1\n", "its rows do not all have 2 values"),
        ("", "its rows do not all have"),
        ("age,progression\nold,3\n", "could not convert"),
    ],
)
def test_a_damaged_file_is_a_format_error(tmp_path, monkeypatch, content, message):
    (tmp_path / "diabetes").mkdir()
    (tmp_path / "diabetes" / "diabetes.csv").write_text(content)
    monkeypatch.setattr(catalog, "datasets_folder", lambda: tmp_path)
    with pytest.raises(FormatError, match=message):
        load("diabetes")


def test_a_word_that_is_not_known_is_a_format_error(tmp_path, monkeypatch):
    (tmp_path / "ad_clicks").mkdir()
    (tmp_path / "ad_clicks" / "ad_clicks.csv").write_text("age,gender,clicked\n3,robot,1\n")
    monkeypatch.setattr(catalog, "datasets_folder", lambda: tmp_path)
    with pytest.raises(FormatError, match="'robot' is not one of female, male"):
        load("ad_clicks")


def test_every_column_of_words_is_described():
    assert set(tables.WORDS) <= set(mxlearn.data.names())
