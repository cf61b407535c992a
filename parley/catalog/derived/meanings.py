"""What the words of a name mean: what kind of model it is, which variant, and which words say nothing of its maker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_EDGE, _END = r"(?:^|[-_./:@])", r"(?:[-_.:\d]|$)"
_KINDS = tuple(
    (kind, re.compile(sign))
    for kind, sign in (
        ("rerank", r"rerank"),
        (
            "moderation",
            rf"moderation|content-safety|{_EDGE}(?:llama-?)?guard(?:ian)?{_END}|shieldgemma|wildguard",
        ),
        ("embedding", rf"embed(?!ded)|{_EDGE}(?:bge|e5|gte)-|minilm"),
        (
            "audio",
            rf"whisper|transcribe|parakeet|{_EDGE}(?:tts|audio|realtime|speech|voice|asr){_END}",
        ),
        ("ocr", rf"{_EDGE}[a-z]*ocr{_END}"),
        (
            "image",
            rf"dall-e|stable-diffusion|sdxl|imagen-|nano-banana|seedream|{_EDGE}flux(?:[-.\d]|$)"
            rf"|{_EDGE}image{_END}",
        ),
        ("video", rf"{_EDGE}(?:sora|veo|seedance|kling)-|{_EDGE}wan-?2\.\d"),
        (
            "completion",
            r"^(?:text-)?(?:ada|babbage|curie|davinci)(?:-|$)|^gpt-3\.5-turbo-instruct(?:-|$)",
        ),
    )
)

_VARIANTS = tuple(
    (variant, re.compile(sign))
    for variant, sign in (
        ("instruct", r"instruct"),
        ("chat", r"chat"),
        ("thinking", r"think(?:ing|er)?"),
        ("reasoning", r"reason(?:ing|er)"),
        (
            "coder",
            r"(?:(?!.*(?:en|de|trans)coder).*coder\d?|code|codex|codestral|code(?:llama|gemma|qwen))",
        ),
        ("vision", r"vision|(?:.*\d|intern)?vl[\d.]*|pixtral|llava"),
        ("omni", r"omni"),
        ("base", r"base"),
        ("math", r"math|mathstral|wizardmath"),
        ("guard", r"guard|guardian|safeguard|shieldgemma|wildguard"),
        ("distill", r"distill?(?:ed)?"),
        ("preview", r"preview"),
        ("experimental", r"exp|experimental"),
    )
)
_NOT = frozenset({"non", "no", "not"})
_SIZE_WORD = re.compile(r"[ae]?\d+(?:\.\d+)?b")

_TALKS = frozenset({"instruct", "chat", "thinking", "reasoning"})
_NO_CHAT = frozenset({"base", "guard"})
_MAY_MAKE_OTHER_THINGS = frozenset({"omni"})
_NO_CHAT_WORDS = frozenset({"reward", "retriever", "classifier", "draft", "translate"})

_SAYS_NOTHING = re.compile(
    r"v?\d{1,8}(?:\.\d{1,4})*|v?\d+p\d+|\d+(?:\.\d+)?[bkmtv]|[ae]\d+(?:\.\d+)?b|\d+e|\d+x\d+b"
)
_PLAIN_WORDS = """
instruct it chat thinking thinker think reasoning reasoner non vision vl omni coder code codex math base guard
safeguard moderation distill preview exp experimental latest beta free batch dev us eu online maas
mini nano micro tiny small medium large xl xs lite flash flashx pro plus max ultra super lightning premier basic prime
turbo fast ultrafast ultraspeed highspeed instant versatile air airx next x hd schnell kontext
text multimodal multilingual en zh m3 ada ocr image embed embedding reranker generate canvas reel
audio realtime transcribe tts voice sonic search assistant tool use
hf gguf awq gptq qat bnb mlx kv cache quantized dynamic specdec dpo sft rl mamba expanse
scout maverick terminus rumination sonnet haiku opus fable mythos sol luna terra astra
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_OTHER_BRANDS = re.compile(r"(?:qwen|llama|mistral|mixtral|gemma)[\d.]*")


def kind(name: str) -> str | None:
    """What a model is for, where the name says so in a word of its own.

    >>> kind("gpt-4o-mini-tts"), kind("influxdb-expert-7b")
    ('audio', None)
    """
    text = name.lower()
    return next((kind for kind, sign in _KINDS if sign.search(text)), None)


def talks(words: Iterable[str], variants: frozenset[str]) -> bool:
    """Whether these words and variants are those of a chat model alone."""
    return bool(variants & _TALKS) and _could_talk(words, variants)


def may_talk(words: Iterable[str], variants: frozenset[str]) -> bool:
    """Whether nothing says that a model of a chat brand does something else."""
    return not variants & _MAY_MAKE_OTHER_THINGS and _could_talk(words, variants)


def _could_talk(words: Iterable[str], variants: frozenset[str]) -> bool:
    return not variants & _NO_CHAT and _NO_CHAT_WORDS.isdisjoint(words)


def variants(words: Sequence[str]) -> frozenset[str]:
    """The variants that the words name. "it" is an instruct model behind a size alone: elsewhere it may be Italian.

    >>> sorted(variants(("qwen3", "vl", "8b", "thinking"))), variants(("grok", "4", "non", "reasoning"))
    (['thinking', 'vision'], frozenset())
    """
    pairs = tuple(zip(("", *words), words, strict=False))
    named = {_variant(word) for before, word in pairs if before not in _NOT}
    if any(word == "it" and _SIZE_WORD.fullmatch(before) for before, word in pairs):
        named.add("instruct")
    return frozenset(variant for variant in named if variant)


@lru_cache(maxsize=4096)
def _variant(word: str) -> str | None:
    return next((variant for variant, sign in _VARIANTS if sign.fullmatch(word)), None)


def says_nothing(words: Iterable[str], *, other_brands: bool = False) -> bool:
    """Whether no word is unknown, so that nobody else can be the maker; `other_brands` are then known words too."""
    return all(
        word in _PLAIN
        or _SAYS_NOTHING.fullmatch(word)
        or (other_brands and _OTHER_BRANDS.fullmatch(word))
        for word in words
    )
