"""Files for the tests, made here: images of any size and mode, PDFs with or without text."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from PIL import Image
from pypdf import PdfWriter


def image(
    size: tuple[int, int] = (40, 30), image_format: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    return saved(Image.new(mode, size, options.pop("color", 0)), image_format, **options)


def noise(size: tuple[int, int], image_format: str, mode: str = "RGB", **options: Any) -> bytes:
    """An image that nothing can compress."""
    count = size[0] * size[1] * len(mode)
    pixels = random.Random(1).randbytes(count)
    return saved(Image.frombytes(mode, size, pixels), image_format, **options)


def saved(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, image_format, **options)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    picture: Image.Image = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that claim to be a huge image."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows)


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))


def pdf(pages: Sequence[str]) -> bytes:
    """A PDF with one line of text per page; an empty line makes a page without text."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, line in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 720 Td ({line}) Tj ET".encode() if line else b""
        objects.append(_page(5 + 2 * number))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    return _numbered(objects)


def _page(content: int) -> bytes:
    return (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
        b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % content
    )


def _numbered(objects: Sequence[bytes]) -> bytes:
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    )


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf(["Secret"])))
    writer.encrypt(password, "owner", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def ciphered_pdf() -> bytes:
    """Encrypted with AES, for which pypdf needs a library that Parley does without."""
    cipher = (
        b"/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O <%b> /U <%b> /OE <%b> /UE <%b> /Perms <%b> "
        b"/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF >> "
        b"/ID [<00> <00>]"
    ) % tuple(b"00" * count for count in (48, 48, 32, 32, 16))
    return pdf(["Secret"]).replace(b"/Root 1 0 R", b"/Root 1 0 R " + cipher)
