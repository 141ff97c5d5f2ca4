"""Hostile values, and which of them each kind of field accepts.

``VALUES`` holds JSON text instead of Python values, because a JSON encoder can't write half of them. A kind of field is
the set of the names in ``VALUES`` that the field accepts. It must refuse all others.
"""

from decimal import Decimal

Accepted = frozenset[str]

_LONG_DIGITS = "9" * 100_000
# One character that becomes eighteen in Unicode's compatibility forms.
EXPANDING = "\ufdfa"

_NUMBERS = {
    "minus one": "-1",
    "zero": "0",
    "one and a half": "1.5",
    "an exponent": "1e3",
    "two to the 31": str(2**31),
    "two to the 63": str(2**63),
    "ten to the 30": str(10**30),
}
_TEXTS = {
    "an exponent as text": "1e3",
    "NaN as text": "NaN",
    "infinity as text": "Infinity",
    "text that grows": EXPANDING * 18,
}
_NEVER = {
    "NaN": "NaN",
    "infinity": "Infinity",
    "minus infinity": "-Infinity",
    "beyond any float": "1e400",
    "a hundred thousand digits": _LONG_DIGITS,
    "a hundred thousand digits as text": f'"{_LONG_DIGITS}"',
    "a million characters": f'"{"a" * 1_000_000}"',
    "a NUL byte": '"a\\u0000b"',
    "a lone surrogate": '"\\ud800"',
    "a surrogate pair the wrong way round": '"\\udc00\\ud800"',
}
VALUES: dict[str, str] = {
    **_NUMBERS,
    **{name: f'"{text}"' for name, text in _TEXTS.items()},
    **_NEVER,
    "nothing": '""',
    "blanks": '"  "',
    "true": "true",
    "false": "false",
    "null": "null",
    "a list": "[1]",
    "an object": "{}",
}

NOTHING: Accepted = frozenset()
NULL: Accepted = frozenset({"null"})
FLAG: Accepted = frozenset({"true", "false", "zero"})
EMPTY: Accepted = frozenset({"nothing"})


def text(longest: int, *, blank: bool = False) -> Accepted:
    """Return what a text field of up to ``longest`` characters accepts. It takes a number as its digits."""
    written = {**_NUMBERS, **_TEXTS, "an exponent": "1000.0"}
    taken = {name for name, value in written.items() if len(value) <= longest}
    return frozenset(taken | {"nothing", "blanks"} if blank else taken)


def whole(low: int, high: int) -> Accepted:
    """Return what a field for whole numbers from ``low`` to ``high`` accepts; 1e3 is a whole number."""
    values = {name: Decimal(value) for name, value in _NUMBERS.items()}
    return frozenset(name for name, value in values.items() if value == int(value) and low <= value <= high)


# An amount may have twelve digits before the point, and as many decimals as the shop's currency: 1.5 is fine.
AMOUNT: Accepted = frozenset(
    {"zero", "one and a half", "an exponent", "an exponent as text", "two to the 31"}
)  # fmt: skip
# This is the only value with as many digits as a telephone number.
PHONE: Accepted = frozenset({"two to the 31"})
PHONE_OR_NONE: Accepted = PHONE | {"nothing", "blanks"}

DEEP = 100_000
BODIES: dict[str, bytes] = {
    "an array": b"[]",
    "an array of an object": b"[{}]",
    "a string": b'"text"',
    "a number": b"7",
    "true": b"true",
    "null": b"null",
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "a lone surrogate as key": b'{"\\ud800": 1}',
    "a NUL byte as key": b'{"\\u0000": 1}',
    "arrays in arrays": b"[" * DEEP + b"]" * DEEP,
    "objects in objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a cut-off object": b'{"a": 1',
    "two objects": b"{}{}",
    "a single quote": b"{'a': 1}",
    "a trailing comma": b'{"a": 1,}',
    "invalid UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "only blanks": b"   ",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}
TOO_LARGE = b'{"a": "' + b"a" * (2 * 1024 * 1024) + b'"}'
