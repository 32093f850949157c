"""What the kind codes of insurers mean: public knowledge, and what is left to ask. *Pure*."""

import re
from collections.abc import Sequence

from mappings.enums import InsuranceStatus

STANDARD_CODES = (("P", InsuranceStatus.PKV.value),)
_PRIVATE = re.compile(r"P|PKV|PRIV\w*")
_STATUTORY = re.compile(r"G|GKV|K|KASSEN?|GESETZL\w*|AOK|BKK|IKK|LKK|EKK?|VDEK|VDAK|KBS")
_SELF_PAYER = re.compile(r"SZ|SELBST\w*")
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
# The standard install numbers the statutory kinds up to 9; 1 to 3 alone are as likely a list of a practice's own.
_FIRST_STANDARD_ONLY = 4


def codes_from(profile_codes: Sequence[tuple[str, int]]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The codes that can be decided, code to status, and the codes nobody knows; both are trimmed and upper-case.

    Digits beside a private kind are the standard's statutory ones and in neither: what is not in the table is GKV.
    """
    seen = sorted({code for code in (code_key(text) for text, _count in profile_codes) if code})
    decided = dict(STANDARD_CODES)
    decided.update((code, status) for code in seen if (status := _status(code)) is not None)
    private = any(_PRIVATE.fullmatch(code) for code in seen)
    standard = private or any(code.isdecimal() and int(code) >= _FIRST_STANDARD_ONLY for code in seen)
    unknown = tuple(code for code in seen if code not in decided and not (standard and _is_standard(code)))
    return tuple(decided.items()), unknown


def code_key(text: str) -> str:
    """A code as it is compared: trimmed, in upper case, numbers without decimals ("2.00" is "2")."""
    key = text.strip().upper()
    match = _WHOLE_NUMBER.fullmatch(key)
    return match[1] if match else key


def _status(code: str) -> str | None:
    if _PRIVATE.fullmatch(code):
        return InsuranceStatus.PKV.value
    if _STATUTORY.fullmatch(code):
        return InsuranceStatus.GKV.value
    return InsuranceStatus.SELF_PAYER.value if _SELF_PAYER.fullmatch(code) else None


def _is_standard(code: str) -> bool:
    return code.isdecimal() and len(code) == 1 and code != "0"
