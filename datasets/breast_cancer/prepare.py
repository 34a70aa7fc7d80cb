"""Make breast_cancer.csv from the table that scikit-learn carries.

    python prepare.py [FOLDER]      # default: the folder of this file; needs scikit-learn

The diagnosis stands in the last column as 1 = malignant, 0 = benign (scikit-learn has it the other way round).
"""
import sys
from pathlib import Path


def main(folder: Path) -> None:
    from sklearn.datasets import load_breast_cancer

    table = load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in table.feature_names]
    lines = [",".join((*names, "malignant"))]
    for features, benign in zip(table.data, table.target, strict=True):
        lines.append(",".join((*(repr(float(value)) for value in features), str(1 - int(benign)))))
    (folder / "breast_cancer.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
