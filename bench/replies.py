"""What the scripted upstream answers in the bench: Markdown as models write it, at a steady rate."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from tests.exchange import Exchange
from tests.upstream import Step, done, finish, role, text, usage, wait

LAST_WORD = "theend"
"""The last token of `essay`; no other holds it."""

SENTENCE = "The sea is a slow machine that turns wind into salt and light into weather every day"
WORDS = SENTENCE.split()


def short(words: str, delay_s: float) -> tuple[Step, ...]:
    """A few words in one piece, after the time that a model takes to think of them."""
    return (wait(delay_s), role(), text(words), finish(), usage(8, 3), done())


def essay(tokens: int, per_second: float) -> tuple[Step, ...]:
    """Headings, paragraphs, lists and code; `tokens` pieces, the last of them `LAST_WORD`."""
    pieces = [*itertools.islice(_markdown(), tokens - 2), "\n\n", LAST_WORD]
    return (role(), _paced(pieces, per_second), finish(), usage(8, tokens), done())


def endless(per_second: float, seconds: float) -> tuple[Step, ...]:
    """Numbered words in one paragraph, for so long that nobody waits for the end."""
    pieces = [f"word{number} " for number in range(int(per_second * seconds))]
    return (role(), _paced(pieces, per_second), finish(), usage(8, len(pieces)), done())


def _paced(pieces: list[str], per_second: float) -> Step:
    """A late piece is followed sooner by the next."""

    def play(to: Exchange) -> None:
        began = time.monotonic()
        for number, piece in enumerate(pieces):
            to.pause(began + number / per_second - time.monotonic())
            to.token({"content": piece})

    return play


def _markdown() -> Iterator[str]:
    """Tokens without end, about 4.5 characters each; a section has about 190."""
    words = itertools.cycle(WORDS)
    for section in itertools.count(1):
        yield from ("##", f" Part {section}", "\n\n")
        for _ in range(2):
            yield from (f" {next(words)}" for _ in range(60))
            yield from (".", "\n\n")
        for _ in range(4):
            yield from ("-", *(f" {next(words)}" for _ in range(8)), "\n")
        yield from ("\n", "```", "python\n")
        yield from (f"{next(words)} = {number}\n" for number in range(12))
        yield from ("```", "\n\n")
