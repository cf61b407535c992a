"""Colours of highlighted code that can be read in both themes.

Streamlit fixes them, and most fall below 4.5:1 on our code background. This is the one style element of the app;
it colours code tokens and nothing else, and holds no text from outside.
"""

from __future__ import annotations

import streamlit as st

TOKEN_COLORS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "quiet": ("#566365", "#97a5a8", ("comment", "prolog", "doctype", "cdata", "punctuation")),
    "name": ("#0b5a78", "#7fd0ee", ("property", "variable", "constant", "symbol", "parameter")),
    "text": ("#116329", "#7ddc9b", ("string", "char", "inserted", "inserted-sign")),
    "value": ("#7a3e00", "#f2b27a", ("number", "boolean", "regex", "operator", "entity", "atrule")),
    "word": (
        "#1a56b0",
        "#7db4ff",
        ("keyword", "function", "class-name", "tag", "selector", "attr-name", "attr-value"),
    ),
    "address": ("#6d3fc0", "#c5a6ff", ("url", "namespace")),
    "warning": ("#a8201a", "#ff9c94", ("important", "title", "deleted", "deleted-sign")),
}
"""Family → colour in the light theme, in the dark theme, and the highlighter's classes it is for."""


def apply() -> None:
    """Put the colours onto the page; call it once per run, in the navigation."""
    st.html(f"<style>{''.join(_rules())}</style>")


def _rules() -> list[str]:
    return [
        # Streamlit's own rule is more specific, and its class name changes with every release.
        f":is({','.join(f'.token.{kind}' for kind in kinds)})"
        f"{{color:light-dark({light},{dark})!important}}"
        for light, dark, kinds in TOKEN_COLORS.values()
    ]
