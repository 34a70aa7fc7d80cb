"""The benchmark runs and reports a ratio; how fast anything is, no test says."""
import json

from . import bench


def test_the_import_case_compares_with_numpy_in_one_run(tmp_path, capsys):
    assert bench.main(["--only", "import", "--rounds", "1", "--json", str(tmp_path / "result.json")]) == 0
    result = json.loads((tmp_path / "result.json").read_text())[0]
    assert result["peer"] == "NumPy"
    assert result["ratio"] == result["mxlearn"] / result["peer_median"]
    assert "| import |" in capsys.readouterr().out


def test_a_peer_that_is_not_installed_is_named_and_leaves_no_ratio():
    missing = bench.measure(bench.IMPORT.format(package="no_such_package_at_all"), bench.sys.executable)
    assert missing is None
    assert "not installed" in bench.table([{"case": "eager", "unit": "us", "mxlearn": 1.0, "peer": "PyTorch"}])
