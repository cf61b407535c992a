"""What may be attached, said before anything is chosen: kinds, sizes, and whether a model takes images."""

from __future__ import annotations

from parley.catalog.model import Model
from parley.limits import LIMITS, MEGABYTE

IMAGE_SUFFIXES = ("png", "jpg", "jpeg", "gif", "webp")
_DOCUMENTS = "txt md markdown rst tex pdf csv tsv log json jsonl ndjson yaml yml toml ini cfg conf env xml html htm svg"
_CODE = (
    "py pyi ipynb js mjs cjs jsx ts tsx vue svelte css scss less java kt kts scala groovy gradle c h cc cpp cxx hpp "
    "hh cs fs vb go rs swift m mm rb php pl pm lua r jl dart ex exs erl hs ml clj lisp el nim zig f90 pas asm s sql "
    "graphql proto sh bash zsh fish ps1 bat cmd awk dockerfile tf hcl nix cmake mk make diff patch srt vtt bib adoc org"
)
TEXT_SUFFIXES = tuple(f"{_DOCUMENTS} {_CODE}".split())


def accepted_types(takes_images: bool) -> list[str]:
    """Suffixes without a dot, for a file chooser. What a file is, its content decides all the same."""
    return [*(IMAGE_SUFFIXES if takes_images else ()), *TEXT_SUFFIXES]


def limits_in_words(takes_images: bool) -> str:
    """What can be attached and how much of it, as a sentence of plain text."""
    sizes = (
        f"up to {LIMITS.attachments} files with a message, "
        f"{LIMITS.attachment_bytes // MEGABYTE} MB each, a PDF of up to {LIMITS.pdf_pages:,} pages"
    )
    if not takes_images:
        return f"Text, code, CSV and the text of PDFs: {sizes}; this model takes no images."
    return (
        f"Images (PNG, JPEG, GIF, WebP), text, code, CSV and the text of PDFs: {sizes}. "
        f"Images wider or higher than {LIMITS.image_side_px:,} pixels are made smaller."
    )


def takes_images(model: Model | None) -> bool | None:
    """Whether a model can be sent images; `None` = nobody says. A yes anywhere outweighs a no."""
    if model is None:
        return None
    can_see, taken = model.value("vision"), model.value("input_modalities")
    if can_see is True or (taken and "image" in taken):
        return True
    return False if can_see is False or taken else None
