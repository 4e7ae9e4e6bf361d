"""Texts that are kept in several languages in one value: `{"zh-hans": "…", "zh-hant": "…", "en": "…"}`."""

from collections.abc import Mapping

from django.utils.translation import get_language


def localized(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in simplified Chinese, else in English. Empty where none is there."""
    return texts.get(get_language() or "") or texts.get("zh-hans") or texts.get("en") or ""
