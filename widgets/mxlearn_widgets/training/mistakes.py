"""The confusion matrix of a trained network, and the samples that it gets wrong."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import traitlets

from mxlearn.base import MXNetError, ShapeError, printable
from mxlearn.drawing import DIVERGING, GRAYS, Document, number_text, raster, theme
from mxlearn.drawing.theme import shorten, text_width

from ..shared.notice import Notice
from ..shared.widget import Widget
from . import pictures
from .predictions import Predictions, predict

PIXELS = 48_000  # bytes of all pictures that are sent
SAMPLES = 80  # mistakes that are sent
CLASSES = 30  # of a matrix
LIKELY = 3  # classes of a sample that are named
DRAWN = 15  # mistakes of the static form
WIDTH = 780.0


def evaluate(net, data, labels=None, images=None, classes: Sequence[str] | None = None) -> "Evaluation | Notice":
    """Return the confusion matrix and the mistakes of a network; see ``TrainMonitor.evaluate``."""
    try:
        found = predict(net, data, labels)
        shown = pictures.images_of(found.samples, images, len(found.truth))
        return Evaluation(found, shown, _names(classes, found.chances.shape[1]), getattr(net, "name", "") or "")
    except MXNetError as error:
        return Notice(str(error))
    except Exception as error:  # of the reader's own function, or arrays that do not fit together
        return Notice(f"evaluate: {type(error).__name__}: {error}")


def _names(classes, count: int) -> list[str]:
    if classes is None:
        return [str(k) for k in range(count)]
    names = [str(name) for name in classes]
    if len(names) != count:
        raise ShapeError(f"evaluate: {len(names)} names of classes, but the network answers for {count} classes.")
    return names


class Evaluation(Widget, bundle="training"):
    """What a network gets wrong. Made by ``monitor.evaluate``.

    Attributes
    ----------
    matrix : (classes, classes) int64, samples of each true class (row) with each prediction (column)
    wrong : (m,) int64, numbers of the samples that are wrong, the surest first
    cell : [true class, prediction] that the mistakes are filtered by, or []
    """

    kind = traitlets.Unicode("mistakes").tag(sync=True)
    table = traitlets.Dict().tag(sync=True)
    counts = traitlets.Bytes().tag(sync=True)
    mistakes = traitlets.List().tag(sync=True)
    pixels = traitlets.Bytes().tag(sync=True)
    cell = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, found: Predictions, images: np.ndarray | None, names: list[str], title: str):
        super().__init__()
        self._found, self._names, self._title = found, names, str(title)
        self.matrix, self.wrong = found.matrix, found.wrong
        self._classes = self._choose_classes()
        height, width, channels = pictures.size_of(images) if images is not None else (0, 0, 0)
        most = min(SAMPLES, PIXELS // max(height * width * channels, 1))
        self._chosen = self._choose(most)
        self._small = pictures.small(images[self._chosen]) if images is not None else None
        inner = self.matrix[np.ix_(self._classes, self._classes)]
        self.set_trait_many({
            "table": {
                "title": self._title, "classes": [names[k] for k in self._classes], "all": len(names),
                "total": len(found.truth), "wrong": len(self.wrong), "shown": len(self._chosen),
                "height": height, "width": width, "channels": channels, "summary": self.summary(),
            },
            "counts": inner.astype(np.float32).tobytes(),
            "mistakes": [self._mistake(k) for k in self._chosen.tolist()],
            "pixels": b"" if self._small is None else self._small.tobytes(),
        })  # fmt: skip

    def _choose_classes(self) -> np.ndarray:
        """Return the classes of the matrix: all, or those with the most mistakes."""
        count = len(self._names)
        if count <= CLASSES:
            return np.arange(count)
        errors = self.matrix.sum(axis=0) + self.matrix.sum(axis=1) - 2 * self.matrix.diagonal()
        return np.sort(np.argsort(-errors, kind="stable")[:CLASSES])

    def _choose(self, most: int) -> np.ndarray:
        """Return mistakes to be shown, the surest first: one of each cell of the matrix, and then the surest ones."""
        first, rest, seen = [], [], set()
        for k in self.wrong.tolist():
            cell = (int(self._found.truth[k]), int(self._found.guess[k]))
            (rest if cell in seen else first).append(k)
            seen.add(cell)
        chosen = set([*first, *rest][:most])
        return np.array([k for k in self.wrong.tolist() if k in chosen], np.int64)

    def _mistake(self, k: int) -> dict:
        chances = self._found.chances[k]
        order = np.argsort(-np.nan_to_num(chances, nan=-1.0), kind="stable")[:LIKELY]
        place = {int(c): i for i, c in enumerate(self._classes)}
        truth, guess = int(self._found.truth[k]), int(self._found.guess[k])
        return {
            "sample": k,
            "cell": [place.get(truth, -1), place.get(guess, -1)],
            "truth": self._names[truth],
            "guess": self._names[guess],
            "sure": percent(float(chances[guess])),
            "likely": [[self._names[c], percent(float(chances[c])), _share(chances[c])] for c in order.tolist()],
            "own": percent(float(chances[truth])),
            "row": "" if self.has_images else pictures.row_text(self._found.samples[k]),
        }

    @property
    def has_images(self) -> bool:
        """Whether the samples are shown as images."""
        return self._small is not None

    @property
    def accuracy(self) -> float:
        """The share of the samples that is right, 0 to 1."""
        return 1.0 - len(self.wrong) / len(self._found.truth)

    # -- forms -------------------------------------------------------------------------------------------------------
    def summary(self) -> str:
        """Return one line that counts the mistakes."""
        title = f" of {self._title}" if self._title else ""
        return f"mistakes{title}: {len(self.wrong)} of {len(self._found.truth)} samples, {percent(self.accuracy)} right"

    def to_text(self) -> str:
        """Return the share of right answers, and the confusions, the most frequent first."""
        total = len(self._found.truth)
        title = f"{printable(self._title)}: " if self._title else ""
        lines = [f"{title}{total - len(self.wrong)} of {total} samples right, {percent(self.accuracy)}"]
        confusions = defaultdict(int)
        for k in self.wrong.tolist():
            confusions[int(self._found.truth[k]), int(self._found.guess[k])] += 1
        for (truth, guess), count in sorted(confusions.items(), key=lambda item: (-item[1], item[0]))[:10]:
            lines.append(f"  {printable(self._names[truth])} taken for {printable(self._names[guess])}: {count}")
        if len(confusions) > 10:
            lines.append(f"  and {len(confusions) - 10} other confusions")
        return "\n".join(lines)

    def to_svg(self) -> str:
        """Return the confusion matrix and the surest mistakes, those of the chosen cell if there is one, as SVG."""
        places = range(len(self._chosen))
        if len(self.cell) == 2:
            places = [k for k in places if self.mistakes[k]["cell"] == list(self.cell)]
        places = list(places)[:DRAWN]
        rows = -(-len(places) // 5)
        matrix_side = 310.0
        document = Document(WIDTH, max(66 + matrix_side + 56, 92 + rows * 104), self.summary())
        document.text(24, 30, shorten(self._title or "Mistakes", 15, WIDTH - 48, bold=True), size=15, bold=True)
        document.text(24, 50, self.summary(), size=11.5, color=theme.MUTED)
        self._draw_matrix(document, 74, 96, matrix_side - 40)
        document.text(410, 84, "the surest mistakes", size=12.5, bold=True)
        if not places:
            document.text(410, 108, "none", size=11.5, color=theme.MUTED)
        for at, place in enumerate(places):
            self._draw_mistake(document, place, 410 + (at % 5) * 70, 96 + (at // 5) * 104)
        return document.to_svg()

    def _draw_matrix(self, document: Document, left: float, top: float, side: float) -> None:
        names = [self._names[k] for k in self._classes]
        counts = self.matrix[np.ix_(self._classes, self._classes)]
        step = side / len(names)
        document.text(left + side / 2, top - 22, "prediction", size=11, color=theme.MUTED, anchor="middle")
        document.text(0, 0, "truth", size=11, color=theme.MUTED, anchor="middle",
                      transform=f"translate({left - 44:.0f} {top + side / 2:.0f}) rotate(-90)")  # fmt: skip
        tints = tint(counts)
        for i, name in enumerate(names):
            if len(names) <= 16 or i % 2 == 0:
                document.text(left - 6, top + (i + 0.5) * step + 4, shorten(name, 10.5, 38), size=10.5, anchor="end")
                middle, short = left + (i + 0.5) * step, shorten(name, 10.5, max(step, 14))
                document.text(middle, top - 6, short, size=10.5, anchor="middle")
            for j in range(len(names)):
                x, y = left + j * step, top + i * step
                chosen = list(self.cell) == [i, j]
                document.rect(x, y, step - 1, step - 1, fill=DIVERGING.color((float(tints[i, j]) + 1) / 2),
                              stroke=theme.INK if chosen else "#E6E9ED", stroke_width=2 if chosen else 1)  # fmt: skip
                if counts[i, j] and step >= 14:
                    text = str(counts[i, j])
                    size = min(11.0, step * 0.42, 0.9 * step / text_width(text, 1.0))
                    color = "#FFFFFF" if abs(tints[i, j]) > 0.62 else theme.INK
                    low = y + step / 2 + size * 0.36
                    document.text(x + step / 2, low, text, size=size, color=color, anchor="middle")
        line = "row: true class, column: prediction; blue: right, orange: wrong"
        document.text(left, top + side + 20, line, size=10.5, color=theme.MUTED)

    def _draw_mistake(self, document: Document, place: int, x: float, y: float) -> None:
        mistake = self.mistakes[place]
        with document.group(f"sample {mistake['sample']}"):
            if self._small is not None:
                gray = self._small[place].mean(axis=2)
                document.image(x, y, 56, 56, raster(gray, GRAYS, 0, 255))
                document.rect(x, y, 56, 56, fill="none", stroke="#C4CBD3")
            else:
                for k, part in enumerate(mistake["row"].split(", ")[:5]):
                    document.text(x, y + 10 + 11 * k, part, size=9.5)
            document.text(x, y + 70, shorten(f"{mistake['truth']} → {mistake['guess']}", 11, 66), size=11, bold=True)
            document.text(x, y + 84, f"{mistake['sure']} sure", size=10, color=theme.MUTED)


def tint(counts: np.ndarray) -> np.ndarray:
    """Return a tint for each cell of a confusion matrix, -1 to 1: right ones negative, wrong ones positive.

    It grows with the share of the row; wrong ones by its square root, so that few are seen, too.
    """
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return np.where(np.eye(len(counts), dtype=bool), -0.85 * share, np.sqrt(share))


def percent(share: float) -> str:
    """Return a share as "97.3 %"; never 100 for less than all."""
    if share != share:
        return "NaN"
    rounded = 100.0 * share
    if share < 1.0:
        rounded = min(rounded, 99.9)
    return f"{number_text(round(rounded, 1), 3)} %"


def _share(chance) -> float:
    return float(chance) if chance == chance else 0.0
