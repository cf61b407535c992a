"""One entry of a model list → facts. Knows where each kind of server keeps what; takes any JSON and never raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from parley.catalog.capabilities import capabilities_in, kind_in, modalities_in
from parley.catalog.listed_price import listed_price
from parley.catalog.model import Fact
from parley.catalog.values import (
    DESCRIPTION_MAX_CHARS,
    day,
    dig,
    first_text,
    first_tokens,
    mappings,
    text,
    tokens,
    words,
)
from parley.pricing.price import RefusedPrice

LISTED_SOURCE = "the endpoint's own list"

_CONTEXT_PATHS: tuple[tuple[str, ...], ...] = (
    ("context_length",),
    ("context_window",),
    ("max_model_len",),
    ("max_context_length",),
    ("meta", "n_ctx"),
    ("top_provider", "context_length"),
    ("limit", "context"),
    ("model_spec", "availableContextTokens"),
    ("max_input_tokens",),
    ("inputTokenLimit",),
    ("max_prompt_length",),
)
_MAX_OUTPUT_PATHS: tuple[tuple[str, ...], ...] = (
    ("top_provider", "max_completion_tokens"),
    ("max_completion_tokens",),
    ("max_output_length",),
    ("max_output_tokens",),
    ("max_tokens",),
    ("model_spec", "maxCompletionTokens"),
    ("outputTokenLimit",),
)
_SHUTDOWN_KEYS = ("shutdown_date", "expiration_date", "deprecation", "deprecation_date")
_STAGE_OF_STATUS = {
    "deprecated": "deprecated",
    "retired": "retired",
    "alpha": "experimental",
    "beta": "experimental",
    "preview": "experimental",
    "experimental": "experimental",
}


def facts_in(entry: Mapping[str, object], model_id: str, *, host: str) -> tuple[Fact, ...]:
    """Everything that the entry says about the model, in the words of `FACT_NAMES`."""
    return tuple(
        Fact(name, value, LISTED_SOURCE)
        for name, value in _statements(entry, model_id, host)
        if value is not None
    )


def _statements(
    entry: Mapping[str, object], model_id: str, host: str
) -> Iterator[tuple[str, object]]:
    yield from _descriptions(entry, model_id)
    yield "context_window", context_window_in(entry)
    yield "max_output_tokens", first_tokens(dig(entry, *path) for path in _MAX_OUTPUT_PATHS)
    kind = kind_in(entry)
    yield "kind", kind
    yield from _price(entry, model_id, host, has_output=kind in (None, "chat"))
    yield from _abilities(entry)
    yield from _lifecycle(entry)
    yield from _build(entry)


def _descriptions(entry: Mapping[str, object], model_id: str) -> Iterator[tuple[str, object]]:
    name = first_text(
        entry.get("display_name"),
        entry.get("displayName"),
        entry.get("name"),
        dig(entry, "model_spec", "name"),
    )
    yield "name", name if name != model_id else None
    description = entry.get("description") or dig(entry, "model_spec", "description")
    yield "description", text(description, DESCRIPTION_MAX_CHARS)
    yield "publisher", first_text(entry.get("publisher"), entry.get("organization"))
    yield "owned_by", text(entry.get("owned_by"))
    yield "license", text(entry.get("license"))
    yield "created_on", day(entry.get("created"))
    yield "released_on", day(entry.get("release_date"))


def context_window_in(entry: Mapping[str, object]) -> int | None:
    """The window in tokens: what is loaded now, else what is stated, else what was trained, else the best provider."""
    loaded = (
        dig(instance, "config", "context_length")
        for instance in mappings(entry.get("loaded_instances"))
    )
    stated = (dig(entry, *path) for path in _CONTEXT_PATHS)
    trained = (_context_argument(entry), dig(entry, "meta", "n_ctx_train"))
    return first_tokens([*loaded, *stated, *trained]) or _widest_provider(entry)


def _context_argument(entry: Mapping[str, object]) -> int | None:
    """`--ctx-size` of a model that llama.cpp's router has not loaded yet."""
    arguments = words(dig(entry, "status", "args"))
    if "--ctx-size" not in arguments[:-1]:
        return None
    value = arguments[arguments.index("--ctx-size") + 1]
    return tokens(int(value)) if value.isascii() and value.isdigit() and len(value) < 12 else None


def _widest_provider(entry: Mapping[str, object]) -> int | None:
    windows = (
        tokens(provider.get("context_length")) for provider in mappings(entry.get("providers"))
    )
    return max((window for window in windows if window), default=None)


def _price(
    entry: Mapping[str, object], model_id: str, host: str, *, has_output: bool
) -> Iterator[tuple[str, object]]:
    price = listed_price(entry, model_id, host=host, source=LISTED_SOURCE, has_output=has_output)
    yield "price_refused" if isinstance(price, RefusedPrice) else "price", price


def _abilities(entry: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    taken = modalities_in(entry, "input")
    said = capabilities_in(entry)
    if "image" in taken:
        said.setdefault("vision", True)
    yield "input_modalities", taken or None
    yield "output_modalities", modalities_in(entry, "output") or None
    yield from said.items()


def _lifecycle(entry: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    ends_on = next(
        (found for found in (day(entry.get(key)) for key in _SHUTDOWN_KEYS) if found), None
    )
    yield "lifecycle", _stage(entry) or ("deprecated" if ends_on else None)
    yield "retired_on", ends_on
    yield (
        "replacement",
        first_text(entry.get("deprecation_replacement_model"), entry.get("replacement")),
    )


def _stage(entry: Mapping[str, object]) -> str | None:
    if entry.get("active") is False:
        return "retired"
    if entry.get("deprecated") is True:
        return "deprecated"
    status = entry.get("status")
    return _STAGE_OF_STATUS.get(status.lower()) if isinstance(status, str) else None


def _build(entry: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    quantization = entry.get("quantization")
    yield (
        "quantization",
        first_text(
            quantization,
            dig(quantization, "name"),
            dig(entry, "details", "quantization_level"),
            dig(entry, "meta", "ftype"),
        ),
    )
    stated = first_text(entry.get("params_string"), dig(entry, "details", "parameter_size"))
    yield "params_total", stated or written_size(dig(entry, "meta", "n_params"))


def written_size(parameters: object) -> str | None:
    """A number of parameters in three digits; `None` for what can be no such number.

    >>> written_size(134_515_008), written_size(999_999_999), written_size(7)
    ('135M', '1B', None)
    """
    if isinstance(parameters, bool) or not isinstance(parameters, int | float):
        return None
    for unit, scale in (("T", 10**12), ("B", 10**9), ("M", 10**6)):
        # What rounds to a thousand of a unit is one of the next.
        if 0.9995 * scale <= parameters < 999.5 * scale:
            return f"{parameters / scale:.3g}{unit}"
    return None
