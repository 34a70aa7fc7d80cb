"""Generate ad_clicks.csv and truth.json: who clicks on an advertisement for running shoes, from a stated rule.

    python prepare.py [FOLDER]      # default: the folder of this file

Only the standard library is used. Its only source of chance is ``random.random()``, whose sequence Python guarantees:
the files come out the same, byte for byte, with every Python. The rule is a logistic model: the odds of a click are
the exponential of a weighted sum, and each visitor then clicks or not by chance.
"""
import json
import math
import random
import sys
from pathlib import Path
from statistics import NormalDist

SEED = 31337
ROWS = 5000
TRUTH = {
    "bias": -0.2,
    "age": -0.06,  # per year: the young click more
    "female": 0.4,
    "sports": 2.2,
    "travel": 0.6,
    "fashion": 1.0,
    "technology": 0.0,  # has no influence, and a good model finds that
    "cooking": -0.9,
}
# share of visitors with the interest: base, and what being female and being under 30 add to it
INTERESTS = {
    "sports": (0.35, -0.05, 0.15),
    "travel": (0.45, 0.05, 0.05),
    "fashion": (0.20, 0.25, 0.10),
    "technology": (0.45, -0.15, 0.10),
    "cooking": (0.35, 0.10, -0.10),
}


def normal(rng: random.Random) -> float:
    """Draw from the standard normal distribution by inverting its distribution function."""
    return NormalDist().inv_cdf(rng.random() or 0.5)  # 0 has no quantile


def click_probability(age: int, female: bool, interests: dict[str, bool]) -> float:
    """Return the probability that the rule gives for a visitor."""
    score = TRUTH["bias"] + TRUTH["age"] * age + TRUTH["female"] * female
    score += sum(TRUTH[name] for name, present in interests.items() if present)
    return 1.0 / (1.0 + math.exp(-score))


def draw_visitor(rng: random.Random) -> tuple[int, bool, dict[str, bool]]:
    age = min(max(round(38.0 + 13.0 * normal(rng)), 16), 80)
    female = rng.random() < 0.5
    interests = {}
    for name, (base, if_female, if_young) in INTERESTS.items():
        interests[name] = rng.random() < base + if_female * female + if_young * (age < 30)
    return age, female, interests


def main(folder: Path) -> None:
    rng = random.Random(SEED)
    lines = ["age,gender," + ",".join(INTERESTS) + ",clicked"]
    for _ in range(ROWS):
        age, female, interests = draw_visitor(rng)
        clicked = rng.random() < click_probability(age, female, interests)
        flags = ",".join(str(int(interests[name])) for name in INTERESTS)
        lines.append(f"{age},{'female' if female else 'male'},{flags},{int(clicked)}")
    (folder / "ad_clicks.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    truth = {"coefficients": TRUTH, "base": "male"}
    (folder / "truth.json").write_text(json.dumps(truth, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
