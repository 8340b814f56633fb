"""What a verdict does to a patient, and how it is said: an inclusion met lets her pass, an exclusion met does not."""

from __future__ import annotations

from myositis_tools import verdict
from myositis_tools.figures.parts.theme import KEEPS_OUT, PASSES, UNDECIDED


def effect_of(kind: str, word: str) -> str:
    """Say what the verdict of an inclusion or an exclusion does."""
    if word == verdict.UNKNOWN:
        return UNDECIDED
    return PASSES if (word == verdict.MET) == (kind == "inclusion") else KEEPS_OUT


def stated(kind: str, word: str) -> str:
    """Say the verdict; an exclusion is *excluded* or *not excluded*, since a *met* one would be taken for good news."""
    if kind == "exclusion" and word != verdict.UNKNOWN:
        return "excluded" if word == verdict.MET else "not excluded"
    return word
