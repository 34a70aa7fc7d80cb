"""Mistakes that students and instructors make: each ends in an error that says what to do."""
import pytest

from . import mistakes_arrays, mistakes_data, mistakes_gluon, mistakes_mxnet, mistakes_symbols
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


@pytest.mark.parametrize("mistake", mistakes_mxnet.MISTAKES)
def test_what_mxlearn_does_not_have_is_said(mistake, tmp_path):
    run(mistake, tmp_path)


def test_every_mistake_has_a_name_of_its_own():
    families = (mistakes_arrays, mistakes_data, mistakes_gluon, mistakes_mxnet, mistakes_symbols)
    names = [parameter.values[0].name for family in families for parameter in family.MISTAKES]
    assert len(names) == len(set(names)) >= 200
