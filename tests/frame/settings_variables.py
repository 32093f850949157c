"""The environment variables that settings.py reads, as its source has them."""

import re
from pathlib import Path

SETTINGS = Path(__file__).resolve().parents[2] / "dentalhub" / "settings.py"


def settings_variables() -> set[str]:
    """Every name, without NAME_FILE forms."""
    text = SETTINGS.read_text(encoding="utf-8")
    return set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', text))
