"""Images are sent upright, bounded and without metadata, and say what was done to them; hostile ones are refused."""

from __future__ import annotations

import random
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from parley.attaching import read_file
from parley.attachment import AttachmentKind
from parley.errors import AttachmentRefused
from parley.limits import LIMITS
from tests.parley.attaching import made

KINDS = [
    ("PNG", "image/png", "PNG"),
    ("GIF", "image/gif", "PNG"),
    ("JPEG", "image/jpeg", "JPEG"),
    ("WEBP", "image/webp", "JPEG"),
]


@pytest.mark.parametrize(("given", "media_type", "sent_as"), KINDS)
@pytest.mark.parametrize("name", ["photo.png", "photo.txt", "photo"])
def test_i6_an_image_is_known_by_its_first_bytes_whatever_its_name(
    given: str, media_type: str, sent_as: str, name: str
) -> None:
    file = read_file(name, made.image((40, 30), given))

    known = file.attachment
    assert (known.kind, known.media_type) == (AttachmentKind.IMAGE, media_type)
    assert (known.width, known.height, known.note) == (40, 30, "")
    assert made.opened(file.data).format == sent_as
    assert (file.text, known.chars) == ("", 0)


def test_a_large_image_is_made_smaller_and_says_from_what() -> None:
    file = read_file("phone.jpg", made.image((4032, 3024), "JPEG"))

    assert (file.attachment.width, file.attachment.height) == (2000, 1500)
    assert file.attachment.note == "resized from 4,032 × 3,024"
    assert made.opened(file.data).size == (2000, 1500)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_an_image_is_turned_as_it_is_to_be_looked_at(image_format: str) -> None:
    lying = Image.new("RGB", (4032, 3024))
    exif = Image.Exif()
    exif[0x0112] = 6

    file = read_file("portrait", made.saved(lying, image_format, exif=exif))

    assert (file.attachment.width, file.attachment.height) == (1500, 2000)
    assert file.attachment.note == "resized from 3,024 × 4,032"


def exif_with_a_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "CANARY camera"
    return exif


def png_with_words() -> PngImagePlugin.PngInfo:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "CANARY")
    return words


WITH_METADATA: list[tuple[str, dict[str, Any]]] = [
    ("JPEG", {"exif": exif_with_a_place()}),
    ("JPEG", {"comment": b"CANARY"}),
    ("JPEG", {"icc_profile": b"CANARY profile"}),
    ("PNG", {"exif": exif_with_a_place()}),
    ("PNG", {"pnginfo": png_with_words()}),
    ("WEBP", {"exif": exif_with_a_place()}),
    ("GIF", {"comment": b"CANARY"}),
]


@pytest.mark.parametrize(("image_format", "options"), WITH_METADATA)
def test_what_a_camera_wrote_beside_the_image_is_not_sent(
    image_format: str, options: dict[str, Any]
) -> None:
    data = made.image((40, 30), image_format, **options)
    assert b"CANARY" in data

    file = read_file("photo", data)

    assert b"CANARY" not in file.data


def test_what_hangs_behind_the_end_of_a_jpeg_is_not_sent() -> None:
    file = read_file("photo", made.image((40, 30), "JPEG") + b"CANARY\xff\xd9")

    assert b"CANARY" not in file.data


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "GIF", "WEBP"])
def test_an_image_that_was_read_once_is_taken_as_it_is_the_next_time(image_format: str) -> None:
    first = read_file("a", made.noise((60, 50), image_format))

    second = read_file("b", first.data)

    assert second.data == first.data
    assert second.attachment.note == ""


@pytest.mark.parametrize("image_format", ["GIF", "PNG", "WEBP"])
def test_of_an_animated_image_the_first_frame_is_sent_and_that_is_said(image_format: str) -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    data = made.saved(frames[0], image_format, save_all=True, append_images=frames[1:])

    file = read_file("cat", data)

    assert file.attachment.note == "animated: its first frame is sent"
    red, _, blue = made.opened(file.data).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > 50 > blue


def test_a_screenshot_too_large_for_png_is_sent_as_jpeg_and_says_so() -> None:
    file = read_file("screen.png", made.noise((1000, 900), "PNG"))

    assert made.opened(file.data).format == "JPEG"
    assert len(file.data) <= LIMITS.image_sent_bytes
    assert file.attachment.note == "sent as JPEG, because it is large"


def test_an_image_that_nothing_compresses_is_made_smaller_until_it_fits() -> None:
    tile = Image.frombytes("L", (500, 500), random.Random(2).randbytes(250_000))
    wall = Image.new("L", (2000, 2000))
    for number in range(16):
        wall.paste(tile, (500 * (number % 4), 500 * (number // 4)))

    file = read_file("noise", made.saved(wall.convert("RGB"), "JPEG", quality=95))

    assert len(file.data) <= LIMITS.image_sent_bytes
    assert file.attachment.width == made.opened(file.data).width


def test_transparency_is_kept_where_it_fits_and_white_where_it_does_not() -> None:
    small = read_file("logo.png", made.image((20, 20), "PNG", "RGBA", color=(9, 9, 9, 0)))
    large = read_file("logo.png", made.noise((800, 800), "PNG", "RGBA"))

    assert made.opened(small.data).mode == "RGBA"
    assert made.opened(large.data).mode == "RGB"
    assert "transparent parts sent as white" in large.attachment.note


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_becomes_one_that_all_endpoints_read(mode: str) -> None:
    file = read_file("pixels.png", made.image((30, 20), "PNG", mode))

    assert made.opened(file.data).mode in ("L", "RGB", "RGBA")


def test_an_image_of_sixteen_bits_keeps_its_shades() -> None:
    grey = Image.new("I;16", (4, 4), 128 * 256)

    file = read_file("scan.png", made.saved(grey, "PNG"))

    assert made.opened(file.data).getpixel((0, 0)) == 128


@pytest.mark.parametrize(("mode", "seen_through"), [("L", 0), ("RGB", (0, 0, 0)), ("P", 0)])
def test_a_colour_that_stands_for_transparent_stays_so(mode: str, seen_through: object) -> None:
    file = read_file("logo.png", made.image((4, 4), "PNG", mode, transparency=seen_through))

    assert made.opened(file.data).getpixel((0, 0)) == (0, 0, 0, 0)


def test_an_opaque_image_with_an_alpha_channel_needs_none() -> None:
    file = read_file("screen.png", made.image((4, 4), "PNG", "RGBA", color=(1, 2, 3, 255)))

    assert made.opened(file.data).mode == "RGB"


def test_a_cmyk_photograph_is_sent_in_colours_of_a_screen() -> None:
    file = read_file("print.jpg", made.image((20, 20), "JPEG", "CMYK"))

    assert made.opened(file.data).mode == "RGB"


BOMBS = [(20_000, 20_000), (10_000, 10_000), (7_100, 7_100), (2**31 - 1, 2**31 - 1)]


@pytest.mark.parametrize("size", BOMBS, ids=lambda size: f"i6-{size[0]}")
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(AttachmentRefused, match=r"“bomb\.png” has more than 50,000,000 pixels"):
        read_file("bomb.png", made.png_bomb(*size))


BROKEN = {
    "truncated png": made.noise((200, 200), "PNG")[:5_000],
    "truncated jpeg": made.noise((200, 200), "JPEG")[:3_000],
    "truncated gif": made.noise((200, 200), "GIF")[:5_000],
    "truncated webp": made.noise((200, 200), "WEBP")[:3_000],
    "a png of nothing": b"\x89PNG\r\n\x1a\n",
    "a jpeg of nothing": b"\xff\xd8\xff",
    "a gif of one pixel that is not there": b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00",
    "a webp of zeros": b"RIFF\x00\x00\x00\x00WEBP" + b"\x00" * 40,
    "a png with no side": made.png_bomb(0, 0),
    "a png with too few rows": made.png_bomb(900, 900),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=[f"i6-{name}" for name in BROKEN])
def test_a_damaged_image_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(AttachmentRefused, match=r"^“photo\.png” is a damaged image\.$"):
        read_file("photo.png", data)
