"""What can be told from a model id alone: publisher, size, quantization, kind. Rules of spelling, no table of models.

Unsure means absent: a chat model that is hidden by a wrong guess is worse than an image model that is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parley.catalog.model import Fact

DERIVED_SOURCE = "derived from the id"

_ORGANIZATION = re.compile(r"^(?!models/|accounts/)([\w.~-]+)/[^/]+$")

_PUBLISHERS = (
    (r"gpt-|chatgpt-|o[134](-|$)|text-embedding-|dall-e|whisper-|tts-1", "OpenAI"),
    (r"claude-", "Anthropic"),
    (r"gemini-|gemma", "Google"),
    (r"llama-?\d|meta-llama", "Meta"),
    (r"(mistral|ministral|mixtral|codestral|magistral|devstral|pixtral|voxtral)", "Mistral AI"),
    (r"(qwen|qwq)", "Qwen"),
    (r"deepseek", "DeepSeek"),
    (r"grok-", "xAI"),
    (r"phi-?\d", "Microsoft"),
    (r"command-", "Cohere"),
    (r"kimi-", "Moonshot AI"),
    (r"glm-", "Z.AI"),
    (r"granite", "IBM"),
    (r"smollm", "Hugging Face"),
)

_EDGE = r"(?:^|[-_./:@])"
_KINDS = (
    ("rerank", r"rerank"),
    ("moderation", rf"moderation|{_EDGE}(?:llama-?)?guard(?:[-_\d]|$)"),
    ("embedding", rf"embed|{_EDGE}(?:bge|e5|gte)-|minilm"),
    ("audio", rf"whisper|transcribe|parakeet|{_EDGE}(?:tts|audio|realtime|speech)(?:[-_\d]|$)"),
    ("image", rf"dall-e|stable-diffusion|sdxl|imagen-|{_EDGE}flux|{_EDGE}image(?:[-_\d]|$)"),
    ("video", rf"{_EDGE}(?:sora|veo)-"),
    (
        "completion",
        r"^(?:text-)?(?:ada|babbage|curie|davinci)(?:-|$)|^gpt-3\.5-turbo-instruct(?:-|$)",
    ),
)

_SIZE = re.compile(
    r"(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,2})?)(b|t|(?<=\d\d)m)(?![a-z0-9])", re.IGNORECASE
)
_ACTIVE = re.compile(r"(?<![a-z0-9])a(\d{1,4}(?:\.\d{1,2})?)b(?![a-z0-9])", re.IGNORECASE)
_PER_EXPERT = re.compile(
    r"(?<![a-z0-9.])(\d{1,4}(?:\.\d{1,2})?)b-\d{1,3}e(?![a-z0-9])", re.IGNORECASE
)
_QUANTIZATION = re.compile(
    rf"{_EDGE}((?:nv|mx)?fp[48]|bf16|fp16|f16|int[48]|awq|gptq|w\d{{1,2}}a\d{{1,2}}|[48]-?bit"
    r"|i?q\d(?:_(?:k|xs|xxs|s|m|nl|\d)(?:_(?:s|m|l|xl))?)?)(?=$|[-_.:/])",
    re.IGNORECASE,
)


def derived_facts(model_id: str) -> tuple[Fact, ...]:
    """Facts that the spelling of the id gives away.

    >>> [(fact.name, fact.value) for fact in derived_facts("Qwen/Qwen3.6-35B-A3B")]
    [('publisher', 'Qwen'), ('params_total', '35B'), ('params_active', '3B')]
    """
    return tuple(
        Fact(name, value, DERIVED_SOURCE)
        for name, value in _statements(model_id)
        if value is not None
    )


def _statements(model_id: str) -> Iterator[tuple[str, str | bool | None]]:
    name = model_id.rstrip("/").rsplit("/", 1)[-1]
    yield "publisher", _publisher(model_id, name)
    yield from _sizes(name)
    quantization = _QUANTIZATION.search(name)
    yield "quantization", quantization[1] if quantization else None
    yield "kind", _kind(name)
    yield "lora", True if model_id.startswith("wandb-artifact:") else None


def _publisher(model_id: str, name: str) -> str | None:
    organization = _ORGANIZATION.match(model_id)
    if organization:
        return organization[1]
    return next((who for prefix, who in _PUBLISHERS if re.match(prefix, name, re.IGNORECASE)), None)


def _sizes(name: str) -> Iterator[tuple[str, str | None]]:
    """`35B-A3B` is total and active; the number before `-16E` is the active part of 16 experts."""
    per_expert = _PER_EXPERT.search(name)
    if per_expert:
        yield "params_active", f"{per_expert[1]}B"
        return
    total, active = _SIZE.search(name), _ACTIVE.search(name)
    yield "params_total", f"{total[1]}{total[2].upper()}" if total else None
    yield "params_active", f"{active[1]}B" if active else None


def _kind(name: str) -> str | None:
    return next((kind for kind, sign in _KINDS if re.search(sign, name, re.IGNORECASE)), None)
