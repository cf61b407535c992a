"""The files of a message: pictures are drawn, texts are loaded only when opened, names and contents do nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from components.attachments import GONE, NO_PICTURE, SHOWN_CHARS
from parley.attaching import read_file
from parley.attachment import AttachedFile, Attachment
from tests.parley.attaching import made

TRAP = "![x](https:||leak.example|a.png) :red[b].csv"


def script(attachments: object, contents: object, loaded: object) -> None:
    from typing import Any, cast

    from components.attachments import show

    def load(attachment_id: str) -> Any:
        cast(Any, loaded).append(attachment_id)
        return cast(Any, contents).get(attachment_id)

    show(cast(Any, attachments), load)


class Drawn:
    """The attachments as drawn, with a record of what was loaded for that."""

    def __init__(self, files: Sequence[AttachedFile], *, gone: bool = False) -> None:
        self.loaded: list[str] = []
        known: list[Attachment] = [file.attachment for file in files]
        contents = {} if gone else {file.attachment.id: file for file in files}
        self.app = AppTest.from_function(script, args=(known, contents, self.loaded))

    def run(self, *opened: AttachedFile) -> AppTest:
        for file in opened:
            self.app.session_state[f"attachment-{file.attachment.id}"] = True
        self.app.run()
        assert not self.app.exception
        return self.app


def captions(app: AppTest) -> str:
    return "\n".join(str(caption.value).replace("\\", "") for caption in app.caption)


def test_a_closed_text_is_one_line_and_nothing_is_loaded() -> None:
    file = read_file("notes.txt", b"Some words\n" * 8)
    drawn = Drawn([file])

    app = drawn.run()

    assert app.expander[0].label.replace("\\", "") == "notes.txt · ≈22 tokens"
    assert drawn.loaded == []
    assert not app.code


def test_an_open_text_shows_its_content() -> None:
    file = read_file("a.py", b"x = '![a](https://leak.example/a.png)'\n")
    drawn = Drawn([file])

    app = drawn.run(file)

    assert app.code[0].value == file.text.strip("\n") or app.code[0].value == file.text
    assert app.code[0].language == "python"
    assert drawn.loaded == [file.attachment.id]


def test_r5_a_long_text_is_shown_in_part_and_says_so() -> None:
    file = read_file("long.txt", b"word " * 20_000)

    app = Drawn([file]).run(file)

    assert len(str(app.code[0].value)) <= SHOWN_CHARS
    assert "The first 50,000 of 100,000 characters; the model is sent all of them." in captions(app)


@pytest.mark.parametrize("width", [30, 1_000])
def test_an_image_is_drawn_small_with_what_was_done_to_it(width: int) -> None:
    file = read_file("photo.png", made.image((width, 3_000)))
    drawn = Drawn([file])

    app = drawn.run()

    assert len(app.get("image")) == 1
    assert "photo.png · ≈" in captions(app)
    assert f"resized from {width:,} × 3,000" in captions(app)
    assert drawn.loaded == [file.attachment.id]


def test_r1_a_name_from_outside_is_only_text() -> None:
    text = read_file(TRAP, b"Words")
    image = read_file(TRAP, made.image())

    app = Drawn([text, image]).run()

    assert "![" not in app.expander[0].label
    assert all("![" not in str(caption.value) for caption in app.caption)
    assert app.expander[0].label.replace("\\", "").startswith("![x](https")


def test_files_that_are_gone_are_said_to_be_gone() -> None:
    text, image = read_file("a.txt", b"Words"), read_file("a.png", made.image())

    app = Drawn([text, image], gone=True).run(text)

    assert captions(app).count(GONE) == 2
    assert not app.code


def test_a_picture_damaged_in_the_database_takes_nothing_with_it() -> None:
    image = read_file("a.png", made.image())

    app = Drawn([AttachedFile(image.attachment, data=b"damaged")]).run()

    assert NO_PICTURE in captions(app)
    assert "a.png" in captions(app)
