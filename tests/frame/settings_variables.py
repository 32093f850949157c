"""The environment variables that settings.py reads, as its source has them."""

import re
from pathlib import Path

SETTINGS = Path(__file__).resolve().parents[2] / "dentalhub" / "settings.py"


def settings_variables() -> set[str]:
    """Every name, without NAME_FILE forms."""
    text = SETTINGS.read_text(encoding="utf-8")
    names = set(re.findall(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"', text))
    # The settings know some files themselves, to read them anew when they change.
    return {name for name in names if name.removesuffix("_FILE") == name or name.removesuffix("_FILE") not in names}
