"""What may be attached is said before, and what it costs is an estimate that says so."""

from __future__ import annotations

import pytest

from parley.attaching import accepted_types, estimated_tokens, limits_in_words, takes_images
from parley.attachment import Attachment, AttachmentKind
from parley.catalog.model import Fact, Model
from parley.usage import UNKNOWN, Count, State


def pictured(width: int | None, height: int | None) -> Attachment:
    return Attachment("id", "a.png", AttachmentKind.IMAGE, "image/png", width=width, height=height)


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ((1024, 1024), 765),
        ((2048, 4096), 1105),
        ((512, 512), 255),
        ((513, 512), 425),
        ((2000, 1500), 765),
        ((1, 1), 255),
        ((2000, 1), 765),
        ((100_000, 1), 765),
    ],
)
def test_the_tokens_of_an_image_are_estimated_as_openai_documents_it(
    size: tuple[int, int], tokens: int
) -> None:
    assert estimated_tokens(pictured(*size)) == Count(tokens, State.ESTIMATED)


def test_the_tokens_of_an_image_of_unknown_size_are_unknown_and_not_none() -> None:
    assert estimated_tokens(pictured(None, None)) == UNKNOWN


def test_the_tokens_of_a_text_are_estimated_by_its_length() -> None:
    text = Attachment("id", "a.csv", AttachmentKind.TEXT, "text/csv", chars=4_001)

    assert estimated_tokens(text) == Count(1_001, State.ESTIMATED)


def test_images_are_offered_only_to_a_model_that_takes_them() -> None:
    assert {"png", "jpg", "webp", "csv", "pdf", "py"} <= set(accepted_types(takes_images=True))
    assert not {"png", "jpg", "jpeg", "gif", "webp"} & set(accepted_types(takes_images=False))
    assert "csv" in accepted_types(takes_images=False)


def test_a_file_chooser_gets_each_suffix_once_and_plain() -> None:
    suffixes = accepted_types(takes_images=True)

    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix.isalnum() and suffix.islower() for suffix in suffixes)


def test_the_limits_are_said_in_words() -> None:
    assert limits_in_words(takes_images=False) == (
        "Text, code, CSV and the text of PDFs: up to 10 files with a message, 5 MB each, "
        "a PDF of up to 1,000 pages; this model takes no images."
    )
    assert limits_in_words(takes_images=True) == (
        "Images (PNG, JPEG, GIF, WebP), text, code, CSV and the text of PDFs: up to 10 files with a message, "
        "5 MB each, a PDF of up to 1,000 pages. Images wider or higher than 2,000 pixels are made smaller."
    )


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, None),
        ({"vision": True}, True),
        ({"vision": False}, False),
        ({"input_modalities": frozenset({"text", "image"})}, True),
        ({"input_modalities": frozenset({"text"})}, False),
        ({"input_modalities": frozenset({"text"}), "vision": True}, True),
        ({"input_modalities": frozenset({"image"}), "vision": False}, True),
        ({"tools": True}, None),
    ],
)
def test_whether_a_model_takes_images_is_yes_no_or_unknown(
    facts: dict[str, object], answer: bool | None
) -> None:
    model = Model("m", tuple(Fact(name, value, "test") for name, value in facts.items()))

    assert takes_images(model) is answer


def test_of_no_model_nobody_says_whether_it_takes_images() -> None:
    assert takes_images(None) is None
