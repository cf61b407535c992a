"""`.streamlit/config.toml`: hardened, made of options that exist, and readable in both themes."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tomllib
from typing import Any

import pytest
from streamlit import config

from components.code_theme import TOKEN_COLORS
from tests.house_rules import ROOT

CONFIG: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
CAPTION_OPACITY = 0.6
AA_TEXT = 4.5
AA_GRAPHICS = 3.0


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(color: str, background: str) -> float:
    dark, light = sorted((luminance(color), luminance(background)))
    return (light + 0.05) / (dark + 0.05)


def faded(color: str, background: str, opacity: float) -> str:
    pairs = [(int(color[i : i + 2], 16), int(background[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(c * opacity + b * (1 - opacity)):02x}" for c, b in pairs)


def pairs(theme: str) -> list[tuple[str, str, str]]:
    """What stands on what: name, text colour, background."""
    colors = CONFIG["theme"][theme]
    primary, text, page = colors["primaryColor"], colors["textColor"], colors["backgroundColor"]
    sidebar = colors["sidebar"]["backgroundColor"]
    code = [
        (f"code: {family}", (light, dark)[theme == "dark"], colors["codeBackgroundColor"])
        for family, (light, dark, _) in TOKEN_COLORS.items()
    ]
    return [
        ("primary button", "#ffffff", primary),
        ("slider value", primary, page),
        ("slider value in the sidebar", primary, sidebar),
        ("text", text, page),
        ("text in a field", text, colors["secondaryBackgroundColor"]),
        ("caption", faded(text, page, CAPTION_OPACITY), page),
        ("caption in the sidebar", faded(text, sidebar, CAPTION_OPACITY), sidebar),
        ("link", colors["linkColor"], page),
        ("grey text", colors["grayTextColor"], page),
        ("code", colors["codeTextColor"], colors["codeBackgroundColor"]),
        *code,
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_on_its_background(theme: str) -> None:
    weak = [
        (name, round(contrast(color, background), 2))
        for name, color, background in pairs(theme)
        if contrast(color, background) < AA_TEXT
    ]

    assert weak == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_chart_colour_stands_out_from_the_page(theme: str) -> None:
    colors = CONFIG["theme"][theme]

    weak = [
        color
        for color in colors["chartCategoricalColors"]
        if contrast(color, colors["backgroundColor"]) < AA_GRAPHICS
    ]

    assert weak == []


HARDENED = [
    ("client", "showErrorDetails", "none"),
    ("client", "showErrorLinks", False),
    ("client", "toolbarMode", "viewer"),
    ("client", "disableDataExport", True),
    ("runner", "magicEnabled", False),
    ("server", "address", "127.0.0.1"),
    ("server", "enableStaticServing", False),
    ("server", "enableCORS", True),
    ("server", "enableXsrfProtection", True),
    ("server", "enableAgentApi", False),
    ("server", "enableWebsocketCompression", True),
    ("browser", "gatherUsageStats", False),
]


@pytest.mark.parametrize(("section", "option", "value"), HARDENED)
def test_s11_s13_x2_the_app_starts_hardened(section: str, option: str, value: object) -> None:
    assert CONFIG[section][option] == value


def test_streamlit_knows_every_option() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = shown.stdout.splitlines()

    shown_sections = [section for name, section in CONFIG.items() if name != "ui"]
    options = [f"{name} = " for section in shown_sections for name in _leaves(section)]
    unset = [name for name in options if not any(line.startswith(name) for line in lines)]

    assert unset == []
    assert "not a valid config" not in shown.stdout + shown.stderr


def test_streamlit_still_has_the_option_that_hides_its_own_stop() -> None:
    """`config show` leaves it out, so an upgrade could drop it unseen."""
    assert CONFIG["ui"] == {"hideTopBar": True}
    assert config.get_options_for_section("ui").keys() >= {"hideTopBar"}


def _leaves(section: dict[str, Any]) -> list[str]:
    nested = [_leaves(value) for value in section.values() if isinstance(value, dict)]
    here = [name for name, value in section.items() if not isinstance(value, dict)]
    return [*here, *(name for names in nested for name in names)]


def test_every_line_of_the_configuration_says_why() -> None:
    sections = (ROOT / ".streamlit" / "config.toml").read_text("utf-8").split("[theme]")[0]
    lines = sections.splitlines()

    bare = [
        line
        for above, line in itertools.pairwise(lines)
        if "=" in line and not line.startswith("#") and not above.startswith(("#", "enableCORS"))
    ]

    assert bare == []
