"""Names that SQL Server takes between brackets and that break what is careless with names. *Pure*.

None is copied from an installation; `spelled` makes one of any word, so that a whole practice can be called so.
"""

import unicodedata
from collections.abc import Callable
from types import MappingProxyType

from centers.identifiers import MAX_LENGTH

Spelling = Callable[[str], str]

_CYRILLIC = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
# Words of T-SQL in place of the names, none of them twice.
_RESERVED = MappingProxyType(
    {
        "KARTEI": "TABLE",
        "LEISTUNG": "VIEW",
        "PATKASSE": "JOIN",
        "KASSEN": "INDEX",
        "PATIENT": "USER",
        "ID": "SELECT",
        "PATNR": "FROM",
        "PATIENTID": "WHERE",
        "DATUM": "ORDER",
        "BEMERKUNG": "NULL",
        "DELKZ": "CASE",
        "NAME": "AND",
        "ART": "END",
        "KASSENID": "ON",
        "P_NAME": "TOP",
        "P_VORNAME": "AS",
    }
)

SPELLINGS: dict[str, Spelling] = {
    "brackets": lambda word: f"[{word}]]x]",
    "quotes": lambda word: f"""'{word}'"x"''""",
    "dots": lambda word: f".{word}.x.",
    "blanks": lambda word: f"  {word}  ",
    "one_blank_behind": lambda word: f"{word} ",
    "tab": lambda word: f"\t{word}\t1",
    "lines": lambda word: f"{word}\r\nx\n",
    "reserved": lambda word: _RESERVED.get(word, f"{word} DESC"),
    "semicolon": lambda word: f"{word}; DROP TABLE x",
    "injection": lambda word: f"x]; DROP TABLE {word}; --",
    "comment": lambda word: f"/*{word}--",
    "percent": lambda word: f"%({word})s %s 100%",
    "braces": lambda word: f"{{0}} {{{word}}} {{{{7*7}}}} {{% debug %}}",
    "escape_of_odbc": lambda word: f"{{fn {word}}} {{d '2026-11-20'}}",
    "question_mark": lambda word: f"{word}? ?",
    "backslash": lambda word: f"\\{word}\\n\\u0041\\",
    "markup": lambda word: f'"><img src=x onerror=alert(1)>{word}',
    "script": lambda word: f"</option></select><script>alert('{word}')</script>",
    "entity": lambda word: f"&lt;{word}&amp;amp;&#x41;&nbsp",
    "address": lambda word: f"../{word}/?a=b&c=d#e",
    "formula": lambda word: f"=1+1|'{word}'!A1",
    "variable": lambda word: f"@{word}",
    # In front, # would make a temporary table of it, which no practice has.
    "signs": lambda word: f"{word}#$@",
    "number": lambda word: f"1{word}",
    "longest": lambda word: (word + "_").ljust(MAX_LENGTH, "W"),
    "look_alike": lambda word: word.translate(_CYRILLIC),
    "composed": lambda word: unicodedata.normalize("NFC", f"{word}Ä\u0301É"),
    "decomposed": lambda word: unicodedata.normalize("NFD", f"{word}Ä\u0301É"),
    "compatible": lambda word: f"{word}ﬁⅣ㎏",
    "emoji": lambda word: f"{word}🦷👩\u200d⚕️",
    "right_to_left": lambda word: f"\u202e{word}\u202cשן",
    "invisible": lambda word: f"\ufeff{word}\u200b\u00ad",
    "wide_blanks": lambda word: f"\u00a0{word}\u3000",
    "small": lambda word: f"{word.lower()}ßİı",
    "json": lambda word: f'["{word}", null]',
}
