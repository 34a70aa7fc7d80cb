"""``mxlearn data``: what it prints, and its exit status."""
import re

import pytest

from mxlearn.cli import main
from mxlearn.data import mnist, write_idx
from mxlearn.data.catalog import CATALOG


def test_list_names_every_data_set_and_whether_it_is_here(capsys):
    assert main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CATALOG)
    assert re.match(r"digits +embedded", lines[4]) and re.match(r"mnist +not here", lines[5])


def test_path_prints_the_folder_alone(capsys, own_home):
    assert main(["data", "path", "mnist"]) == 0
    assert capsys.readouterr().out == f"{own_home / 'datasets' / 'mnist'}\n"


def test_verify_embedded(capsys):
    assert main(["data", "verify", "digits"]) == 0
    assert capsys.readouterr().out == "digits: 4 files are as recorded\n"


def test_verify_what_is_missing(capsys):
    assert main(["data", "verify", "mnist"]) == 1
    out = capsys.readouterr().out
    assert out.count(": missing") == 4 and "mxlearn data get mnist" in out


def test_get_from_a_folder_that_has_other_files(capsys, tmp_path, monkeypatch, own_home):
    digits = mnist("digits")
    write_idx(tmp_path / "train-images-idx3-ubyte.gz", digits.train_images)
    monkeypatch.setenv("MXLEARN_DATA_MIRROR", str(tmp_path))
    assert main(["data", "get", "mnist"]) == 1
    assert "mxlearn: train-images-idx3-ubyte.gz: could not be fetched." in capsys.readouterr().err
    assert list((own_home / "datasets" / "mnist").iterdir()) == []


def test_get_of_an_embedded_set_prints_its_folder(capsys):
    assert main(["data", "get", "digits", "--quiet"]) == 0
    assert capsys.readouterr().out.strip() == str(CATALOG["digits"].folder)


def test_an_unknown_name(capsys):
    assert main(["data", "get", "mnits"]) == 1
    assert "data set 'mnits' is not known. Did you mean 'mnist'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [[], ["data"], ["doctor"], ["lab"], ["data", "list"], ["data", "get"], ["data", "verify"]]
)
def test_every_command_explains_itself(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: mxlearn")


@pytest.mark.parametrize("command", [[], ["data"]])
def test_without_a_subcommand_the_help_is_shown(capsys, command):
    assert main(command) == 0
    assert "usage: mxlearn" in capsys.readouterr().out


def test_version(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "mxlearn 0.1.0\n"


def test_wrong_usage_has_status_2(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["lab", "--port", "70000"])
    assert ended.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_an_interrupt_ends_quietly(capsys, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("mxlearn.data.download.fetch", interrupted)
    assert main(["data", "get", "mnist"]) == 130
    assert capsys.readouterr().err == "\nmxlearn: interrupted\n"
