"""The files of a message in the transcript: images as small pictures, texts as a line that opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from components.safe_text import plain, safe_label
from parley.attaching import estimated_tokens
from parley.attachment import AttachedFile, Attachment, AttachmentKind
from parley.pricing.wording import write_count

Load = Callable[[str], AttachedFile | None]
"""An attachment with its content, by id; `None` = it is not there any more."""

PICTURE_SIDE_PX = 240
LEAST_WIDTH_PX = 16
TEXT_HEIGHT_PX = 320
SHOWN_CHARS = 50_000
HIGHLIGHTED_CHARS = 20_000
"""A browser colours more than that too slowly."""
PNG = b"\x89PNG"
GONE = "The content of this file is not there any more."
NO_PICTURE = "This image cannot be shown."

_LANGUAGES = {
    "py": "python",
    "js": "javascript",
    "ts": "typescript",
    "rs": "rust",
    "rb": "ruby",
    "sh": "bash",
    "yml": "yaml",
    "htm": "html",
    "svg": "xml",
    "json": "json",
    "yaml": "yaml",
    "toml": "toml",
    "html": "html",
    "xml": "xml",
    "css": "css",
    "sql": "sql",
    "java": "java",
    "go": "go",
    "c": "c",
    "cpp": "cpp",
    "diff": "diff",
}


def show(attachments: Sequence[Attachment], load: Load) -> None:
    """Draw the files of a message. The content of a text is loaded only while it is open."""
    for known in attachments:
        if known.kind is AttachmentKind.IMAGE:
            _picture(known, load)
        else:
            _text(known, load)


def line(known: Attachment) -> str:
    """A file in one line of plain text: its name, its tokens, what was done to it."""
    parts = [known.name, f"{write_count(estimated_tokens(known))} tokens", known.note]
    return " · ".join(part for part in parts if part)


def _picture(known: Attachment, load: Load) -> None:
    file = load(known.id)
    if file is None:
        st.caption(safe_label(f"{known.name}: {GONE}"))
        return
    image_format: Literal["PNG", "JPEG"] = "PNG" if file.data.startswith(PNG) else "JPEG"
    # The image itself fills a small box, sharp and as it was sent: a width here would have it encoded anew each time.
    with st.container(width=_drawn_width(known)):
        try:
            st.image(file.data, output_format=image_format, width="stretch", alt=plain(known.name))
        except Exception:  # noqa: BLE001 - a picture from a damaged database must not take the page with it
            st.caption(NO_PICTURE)
    st.caption(safe_label(line(known), max_chars=400))


def _drawn_width(known: Attachment) -> int:
    """Pixels, so that neither side is longer than `PICTURE_SIDE_PX`."""
    width, height = known.width or PICTURE_SIDE_PX, known.height or PICTURE_SIDE_PX
    scale = min(1.0, PICTURE_SIDE_PX / max(width, height))
    return max(LEAST_WIDTH_PX, round(width * scale))


def _text(known: Attachment, load: Load) -> None:
    label = safe_label(line(known), max_chars=400)
    detail = st.expander(
        label,  # trusted: made safe in the line above
        key=f"attachment-{known.id}",
        icon=":material/description:",
        type="compact",
        on_change="rerun",
    )
    if detail.open:
        with detail:
            _content(known, load(known.id))


def _content(known: Attachment, file: AttachedFile | None) -> None:
    if file is None:
        st.caption(GONE)
        return
    if len(file.text) > SHOWN_CHARS:
        st.caption(
            f"The first {SHOWN_CHARS:,} of {len(file.text):,} characters; the model is sent all of them."
        )
    suffix = known.name.rpartition(".")[2].lower()
    language = _LANGUAGES.get(suffix) if len(file.text) <= HIGHLIGHTED_CHARS else None
    shown = plain(file.text[:SHOWN_CHARS])
    with st.container(height=TEXT_HEIGHT_PX if _is_long(shown) else "content", border=False):
        st.code(shown, language=language, wrap_lines=True)


def _is_long(text: str) -> bool:
    return text.count("\n") > 12 or len(text) > 1_000
