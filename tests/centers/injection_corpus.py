"""A thousand strings that break what puts texts together carelessly; the same ones every time."""

import json
import random
from pathlib import Path

from tests.hostile_names import SPELLINGS

SIZE = 1000
LONGEST = 128
# Known tricks, and what mixtures are made of.
KNOWN = json.loads((Path(__file__).parents[1] / "data" / "injections.json").read_text(encoding="utf-8"))


def corpus() -> list[str]:
    """SIZE different strings of at most LONGEST characters: the known tricks first, then seeded mixtures."""
    spelled = [spell("KARTEI")[:LONGEST] for spell in SPELLINGS.values()]
    longest = [character * LONGEST for character in "x]}'"]
    found = dict.fromkeys([*KNOWN["nasty"], *longest, *spelled])
    mixing = random.Random(1433)
    while len(found) < SIZE:
        found.setdefault("".join(mixing.choices(KNOWN["pieces"], k=mixing.randint(1, 7)))[:LONGEST])
    return list(found)[:SIZE]


def sample(count: int) -> list[str]:
    """Every so many-th of them."""
    return corpus()[:: SIZE // count]
