"""Make diabetes.csv from the table that scikit-learn carries, in the units in which it was measured.

    python prepare.py [FOLDER]      # default: the folder of this file; needs scikit-learn
"""
import sys
from pathlib import Path

COLUMNS = ("age", "sex", "bmi", "blood_pressure", "tc", "ldl", "hdl", "tch", "ltg", "glucose")


def main(folder: Path) -> None:
    from sklearn.datasets import load_diabetes

    table = load_diabetes(scaled=False)
    lines = [",".join((*COLUMNS, "progression"))]
    for features, target in zip(table.data, table.target, strict=True):
        lines.append(",".join(f"{value:g}" for value in (*features, target)))
    (folder / "diabetes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
