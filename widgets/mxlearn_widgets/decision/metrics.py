"""What a threshold makes of probabilities: confusion matrix, ROC curve and the area below it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Counts:
    """Rows by what is true and what was said, for one class against the rest.

    Attributes
    ----------
    found, missed : of the class, said to be (at least the threshold), and not
    alarmed, calm : of the rest, said to be of the class, and not
    """

    found: int
    missed: int
    alarmed: int
    calm: int

    @property
    def accuracy(self) -> float:
        """Share of all rows that are right; NaN without any."""
        return _share(self.found + self.calm, self.found + self.missed + self.alarmed + self.calm)

    @property
    def precision(self) -> float:
        """Share of those said to be of the class that are; NaN where none was said to be."""
        return _share(self.found, self.found + self.alarmed)

    @property
    def recall(self) -> float:
        """Share of the class that was found: the true positive rate; NaN where there is none of it."""
        return _share(self.found, self.found + self.missed)

    @property
    def false_alarms(self) -> float:
        """Share of the rest that was said to be of the class: the false positive rate; NaN without a rest."""
        return _share(self.alarmed, self.alarmed + self.calm)


def counts(probability: np.ndarray, of_class: np.ndarray, threshold: float) -> Counts:
    """Count right and wrong decisions; a NaN probability counts as below any threshold.

    Parameters
    ----------
    probability : of the class, (n,)
    of_class : whether it is true, (n,) bool
    threshold : from which on a row is said to be of the class
    """
    said = probability >= threshold
    return Counts(
        int((said & of_class).sum()),
        int((~said & of_class).sum()),
        int((said & ~of_class).sum()),
        int((~said & ~of_class).sum()),
    )


def roc(probability: np.ndarray, of_class: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ROC curve: shares of false alarms and of the class found, from (0, 0) to (1, 1).

    The threshold falls along it. Rows with equal probabilities change sides together. Both are empty where one of the
    two sides has no row.

    References: Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27, algorithm 1.
    """
    known = np.isfinite(probability)
    probability, of_class = probability[known], of_class[known]
    if not of_class.any() or of_class.all():
        return np.zeros(0), np.zeros(0)
    order = np.argsort(-probability, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(probability[order])), len(order) - 1)
    right = np.cumsum(of_class[order])[ends]
    wrong = ends + 1 - right
    return np.append(0.0, wrong / wrong[-1]), np.append(0.0, right / right[-1])


def area(false_alarms: np.ndarray, found: np.ndarray) -> float:
    """Return the area below a ROC curve, NaN for an empty one."""
    return float(np.trapezoid(found, false_alarms)) if len(found) else float("nan")


def percent(share: float) -> str:
    """Return a share for a reader: 0 % and 100 % only where they are exact, "-" for NaN."""
    if share != share:
        return "-"
    return f"{100 * share:.0f} %" if share in (0, 1) else f"{min(max(int(100 * share + 0.5), 1), 99)} %"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
