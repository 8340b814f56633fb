"""What an Observation, or a component of one, says: its value, unit and upper limit, in whichever form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from myositis_tools.exchange.standards.stated_units import unit_of
from myositis_tools.frames import columns

_EQUAL = "="  # no comparator of FHIR, but one of the laboratories that write it
_WRITTEN = re.compile(r"(?P<comparator>[<>]=?|≤|≥|=)?\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-zµμ%\[{]\D*)?")


@dataclass(frozen=True)
class Value:
    """A value as it stands in a table, and why it is not as it stood in the file: a word for each reason."""

    value: Any = None
    unit: Any = None
    reasons: list[tuple[str, str]] = field(default_factory=list)


def value_of(part: Mapping[str, Any]) -> Value:
    """The value of an Observation or of a component."""
    quantity = part.get("valueQuantity") or {}
    if quantity.get("value") is not None:
        unit, reasons = unit_stated(quantity)
        number = quantity["value"]
        comparator = "" if quantity.get("comparator") in (None, _EQUAL) else str(quantity["comparator"])
        return Value(f"{comparator}{number}" if comparator else number, unit, reasons)
    for name in ("valueInteger", "valueDecimal"):
        if part.get(name) is not None:
            return Value(part[name], None, [("have a number without a unit", str(part[name]))])
    if part.get("valueString") is not None:
        return _from_text(str(part["valueString"]))
    other = next((name for name in part if name.startswith("value") and name != "valueQuantity"), None)
    if other:
        return Value(reasons=[("have a value that is no number, which is missing", other)])
    return Value(reasons=[("have no value", _why_absent(part))])


def upper_limit_of(part: Mapping[str, Any]) -> Value:
    """The upper end of what is normal; a range of another kind, such as a critical one, is not it."""
    ranges = [each for each in part.get("referenceRange") or () if _is_normal(each)]
    found = [each["high"] for each in ranges if each.get("high")]
    if not found:
        texts = [str(each["text"]) for each in ranges if each.get("text")]
        return Value(reasons=[("have an upper limit in words only, which is missing", texts[0])] if texts else [])
    if any(each != found[0] for each in found):
        stated = " or ".join(dict.fromkeys(str(each.get("value")) for each in found))
        return Value(reasons=[("have several upper limits, so that it is missing", stated)])
    if found[0].get("value") is None:
        return Value()
    unit, reasons = unit_stated(found[0])
    return Value(found[0]["value"], unit, reasons)


def unit_stated(quantity: Mapping[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    """The unit as coded where that is a word of ours, else as it is displayed; both, where they contradict."""
    code, shown = quantity.get("code"), quantity.get("unit")
    known = {text: _of_enzymes(text) for text in (code, shown) if text}
    meant = list(dict.fromkeys(unit for unit in known.values() if unit))
    if len(meant) > 1:
        both = f"{shown} (code {code})"
        return both, [("have a unit and a code of another unit", both)]
    return (meant[0] if meant else shown or code), []


def _of_enzymes(text: Any) -> str | None:
    found = unit_of(str(text))
    # the micro sign and the Greek letter are one unit with the u of keyboards
    return found.replace("µ", "u").replace("μ", "u") if found in columns("labs")["unit"].words else None


def _from_text(text: str) -> Value:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return Value(text, None, [("have a text that is no number, which stays a text", text)])
    number: Any = found["number"]
    beyond = found["comparator"] not in (None, _EQUAL)
    measured = f"{found['comparator']}{number}" if beyond else float(number)
    unit = (found["unit"] or "").strip() or None
    return Value(
        measured, (_of_enzymes(unit) or unit) if unit else None, [("have a text, from which the number is read", text)]
    )


def _why_absent(part: Mapping[str, Any]) -> str:
    reason = part.get("dataAbsentReason") or {}
    codes = [str(each.get("code") or each.get("display")) for each in reason.get("coding") or ()]
    return codes[0] if codes else str(reason.get("text") or "no reason")


def _is_normal(stated: Mapping[str, Any]) -> bool:
    kinds = [each.get("code") for each in (stated.get("type") or {}).get("coding") or ()]
    return not kinds or "normal" in kinds
