"""Mistakes that students and instructors make: each ends in an error that says what to do."""
import pytest

from . import mistakes_arrays, mistakes_data, mistakes_gluon, mistakes_symbols
from .mistakes import run


@pytest.mark.parametrize("mistake", mistakes_arrays.MISTAKES)
def test_a_mistake_with_arrays_or_the_tape_is_explained(mistake, tmp_path):
    run(mistake, tmp_path)


@pytest.mark.parametrize("mistake", mistakes_gluon.MISTAKES)
def test_a_mistake_with_a_network_or_its_training_is_explained(mistake, tmp_path):
    run(mistake, tmp_path)


@pytest.mark.parametrize("mistake", mistakes_symbols.MISTAKES)
def test_a_mistake_with_a_symbol_or_a_module_is_explained(mistake, tmp_path):
    run(mistake, tmp_path)


@pytest.mark.parametrize("mistake", mistakes_data.MISTAKES)
def test_a_mistake_with_data_or_files_is_explained(mistake, tmp_path):
    run(mistake, tmp_path)
