"""Generate house_prices.csv and truth.json: sold houses whose prices follow a stated rule, plus realistic noise.

    python prepare.py [FOLDER]      # default: the folder of this file

Only the standard library is used. Its only source of chance is ``random.random()``, whose sequence Python guarantees:
the files come out the same, byte for byte, with every Python. Prices are in thousands of euros.
"""
import json
import math
import random
import sys
from pathlib import Path
from statistics import NormalDist

SEED = 20260
ROWS = 1500
TRUTH = {
    "bias": 45.0,  # thousand euros: the plot and everything that the columns do not tell
    "area": 2.1,  # per square meter
    "rooms": 7.5,  # per room
    "age": -0.9,  # per year since it was built or renovated
    "center": 120.0,  # more than the same house in the countryside
    "suburb": 40.0,  # likewise
}
LOCATIONS = (("center", 0.25), ("suburb", 0.45), ("countryside", 0.30))
NOISE = 0.06  # standard deviation as a fraction of the price that the rule gives: dear houses vary more
OUTLIERS = range(73, ROWS, 100)  # rows (from 0) sold within a family, far below their value
OUTLIER_FACTOR = 0.5


def normal(rng: random.Random) -> float:
    """Draw from the standard normal distribution by inverting its distribution function."""
    return NormalDist().inv_cdf(rng.random() or 0.5)  # 0 has no quantile


def draw_location(rng: random.Random) -> str:
    point = rng.random()
    for name, share in LOCATIONS:
        if point < share:
            return name
        point -= share
    return LOCATIONS[-1][0]


def value_of(area: float, rooms: int, age: int, location: str) -> float:
    """Return what the rule gives for a house, in thousands of euros."""
    value = TRUTH["bias"] + TRUTH["area"] * area + TRUTH["rooms"] * rooms + TRUTH["age"] * age
    return value + TRUTH.get(location, 0.0)  # the countryside is the base


def draw_house(rng: random.Random) -> tuple[float, int, int, str]:
    location = draw_location(rng)
    median_area = {"center": 75.0, "suburb": 110.0, "countryside": 130.0}[location]  # square meters
    area = round(min(max(median_area * math.exp(0.32 * normal(rng)), 28.0), 320.0), 1)
    rooms = min(max(round(area / 26.0 + 0.8 * normal(rng)), 1), 10)
    age = min(int(-22.0 * math.log(1.0 - rng.random())), 90)  # years, exponential: most houses are young
    return area, rooms, age, location


def main(folder: Path) -> None:
    rng = random.Random(SEED)
    lines = ["area,rooms,age,location,price"]
    for row in range(ROWS):
        area, rooms, age, location = draw_house(rng)
        price = value_of(area, rooms, age, location) * (1.0 + NOISE * normal(rng))
        if row in OUTLIERS:
            price *= OUTLIER_FACTOR
        lines.append(f"{area:.1f},{rooms},{age},{location},{price:.1f}")
    (folder / "house_prices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    truth = {"coefficients": TRUTH, "base": "countryside", "relative_noise": NOISE, "outliers": list(OUTLIERS)}
    (folder / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
