"""What an entry of a model list says the model can do: capabilities, modalities and kind.

Servers say it in lists of words, in objects of booleans or in a `type`. What is not said is left out, never "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from parley.catalog.values import dig, mappings, words

CAPABILITIES: Mapping[str, frozenset[str]] = {
    "tools": frozenset(
        {
            "tools",
            "tooluse",
            "toolcall",
            "toolcalling",
            "functioncalling",
            "supportstools",
            "supportsfunctioncalling",
            "trainedfortooluse",
        }
    ),
    "structured_output": frozenset(
        {
            "structuredoutput",
            "structuredoutputs",
            "supportsstructuredoutput",
            "supportsresponseschema",
        }
    ),
    "json_mode": frozenset({"jsonmode", "responseformat"}),
    "vision": frozenset({"vision", "supportsvision", "imageinput"}),
    "reasoning": frozenset({"reasoning", "thinking", "includereasoning", "supportsreasoning"}),
}
"""Fact name → the words that servers use for it, without case and punctuation."""

INPUT_MODALITIES = frozenset({"text", "image", "audio", "video", "file"})
OUTPUT_MODALITIES = frozenset({"text", "image", "audio", "video", "embeddings"})

_MODALITY_SYNONYMS = {
    "vision": "image",
    "pdf": "file",
    "embedding": "embeddings",
    "speech": "audio",
}
_KIND_OF_TYPE = {
    **dict.fromkeys(("chat", "language", "llm", "vlm", "code", "text", "completion"), "chat"),
    **dict.fromkeys(("embedding", "embeddings"), "embedding"),
    **dict.fromkeys(("rerank", "reranker"), "rerank"),
    **dict.fromkeys(("audio", "transcribe", "transcription", "tts", "asr", "speech"), "audio"),
    "image": "image",
    "video": "video",
    "moderation": "moderation",
}
_KIND_OF_FLAG = {"ocr": "ocr", "moderation": "moderation", "audio_transcription": "audio"}
_KIND_OF_OUTPUT = {"embeddings": "embedding", "image": "image", "video": "video", "audio": "audio"}


def capabilities_in(entry: Mapping[str, object]) -> dict[str, bool]:
    """Fact name → yes or no, as far as the entry says. A yes anywhere outweighs a no."""
    said: dict[str, bool] = {}
    for word, answer in _statements(entry):
        name = _CAPABILITY_OF_WORD.get(word)
        if name:
            said[name] = said.get(name, False) or answer
    return said


def _statements(entry: Mapping[str, object]) -> Iterator[tuple[str, bool]]:
    lists = ("supported_parameters", "supported_features", "tags", "capabilities")
    for key in lists:
        yield from ((_plain(word), True) for word in words(entry.get(key)))
    objects = [entry, dig(entry, "capabilities"), dig(entry, "model_spec", "capabilities")]
    for holder in [*objects, *mappings(entry.get("providers"))]:
        if isinstance(holder, dict):
            yield from ((_plain(key), yes) for key, yes in holder.items() if isinstance(yes, bool))


def _plain(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())


_CAPABILITY_OF_WORD = {word: name for name, known in CAPABILITIES.items() for word in known}


def modalities_in(entry: Mapping[str, object], direction: str) -> frozenset[str]:
    """Modalities of `input` or `output`; empty when the entry does not say."""
    key = f"{direction}_modalities"
    places = (dig(entry, "architecture", key), entry.get(key), dig(entry, "modalities", direction))
    allowed = INPUT_MODALITIES if direction == "input" else OUTPUT_MODALITIES
    return next(
        (found for found in (_modalities(place) & allowed for place in places) if found),
        frozenset(),
    )


def _modalities(value: object) -> frozenset[str]:
    named = (word.strip().lower() for word in words(value))
    return frozenset(_MODALITY_SYNONYMS.get(name, name) for name in named)


def kind_in(entry: Mapping[str, object]) -> str | None:
    """The kind that the entry itself states, by type, by task or by what comes out."""
    if dig(entry, "capabilities", "completion_chat") is False:
        return _kind_of_flags(entry)
    stated = entry.get("type")
    if isinstance(stated, str) and stated.lower() in _KIND_OF_TYPE:
        return _KIND_OF_TYPE[stated.lower()]
    methods = words(entry.get("supportedGenerationMethods"))
    if "embedContent" in methods and "generateContent" not in methods:
        return "embedding"
    tasks = {_KIND_OF_TYPE.get(word.lower()) for word in words(entry.get("capabilities"))}
    if tasks & {"embedding", "chat"}:
        return "chat" if "chat" in tasks else "embedding"
    return _kind_of_output(modalities_in(entry, "output"), modalities_in(entry, "input"))


def _kind_of_flags(entry: Mapping[str, object]) -> str:
    """Mistral's list says what a model does; where it only says that it does not chat, no more is known."""
    does = (
        kind for flag, kind in _KIND_OF_FLAG.items() if dig(entry, "capabilities", flag) is True
    )
    return next(does, "other")


def _kind_of_output(output: Iterable[str], taken: frozenset[str]) -> str | None:
    if "text" in output:
        return "audio" if taken == {"audio"} else "chat"
    return next((kind for name, kind in _KIND_OF_OUTPUT.items() if name in output), None)
