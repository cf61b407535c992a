"""One realistic entry of every known kind of server, and the facts that it must give."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parley.catalog.parsing import parse_models
from parley.pricing.price import Price, Tier

LISTED = "the endpoint's own list"


def price(rate_in: str, rate_out: str, cached: str | None = None) -> Price:
    return Price(
        Decimal(rate_in),
        Decimal(rate_out),
        None if cached is None else Decimal(cached),
        source=LISTED,
    )


OPENAI = {"object": "list", "data": [
    {"id": "gpt-5", "object": "model", "created": 1754425777, "owned_by": "system", "shutdown_date": "2027-01-31"},
]}  # fmt: skip
WANDB = {"object": "list", "data": [
    {"id": "openai/gpt-oss-20b", "object": "model", "created": 0, "owned_by": "system", "root": "openai/gpt-oss-20b"},
]}  # fmt: skip
VLLM = {"object": "list", "data": [
    {"id": "sql-lora", "object": "model", "created": 1, "owned_by": "vllm", "root": "/adapters/sql",
     "parent": "meta-llama/Llama-3.1-8B", "max_model_len": 32768, "permission": [{"allow_sampling": True}]},
]}  # fmt: skip
SGLANG = {"object": "list", "data": [
    {"id": "Qwen/Qwen3-8B", "object": "model", "created": 1795500000, "owned_by": "sglang", "root": "Qwen/Qwen3-8B",
     "parent": None, "max_model_len": 40960},
]}  # fmt: skip
EMBEDDED = {
    "models": [{"name": "SmolLM2-135M-Instruct", "model": "SmolLM2-135M-Instruct", "modified_at": "", "size": "",
                "digest": "", "type": "model", "description": "", "tags": [""], "capabilities": ["completion"],
                "parameters": "", "details": {"parent_model": "", "format": "gguf", "family": "", "families": [""],
                                              "parameter_size": "", "quantization_level": ""}}],
    "object": "list",
    "data": [{"id": "SmolLM2-135M-Instruct", "aliases": ["SmolLM2-135M-Instruct"], "tags": [], "object": "model",
              "architecture": {"input_modalities": ["text"], "output_modalities": ["text"]}, "created": 1795527070,
              "owned_by": "llamacpp",
              "meta": {"vocab_type": 2, "n_vocab": 49152, "n_ctx": 4096, "n_ctx_train": 8192, "n_embd": 576,
                       "n_params": 134515008, "size": 96576768, "ftype": "Q4_1"}}],
}  # fmt: skip
"""Word for word what the server that comes with Parley answers."""
LLAMA_CPP = {
    "object": "list",
    "data": [{"id": "smollm", "object": "model", "aliases": [], "tags": [], "meta": {
        "vocab_type": 2, "n_vocab": 49152, "n_ctx": 8192, "n_ctx_train": 2048, "n_params": 134515008}}],
    "models": [{"name": "smollm", "model": "smollm", "type": "model", "description": "", "parameters": "",
                "capabilities": ["completion"], "details": {"quantization_level": "Q4_1"}}],
}  # fmt: skip
LLAMA_CPP_ROUTER = {"data": [
    {"id": "big", "status": {"value": "unloaded", "args": ["llama-server", "--ctx-size", "16384"]},
     "meta": {"n_ctx": 0, "n_ctx_train": 131072}},
]}  # fmt: skip
OLLAMA = {"object": "list", "data": [
    {"id": "qwen3:8b", "object": "model", "created": 1754425777, "owned_by": "library"},
]}  # fmt: skip
LM_STUDIO = {"models": [
    {"type": "llm", "publisher": "qwen", "key": "qwen/qwen3-8b", "display_name": "Qwen3 8B",
     "quantization": {"name": "Q4_K_M", "bits_per_weight": 4}, "size_bytes": 5e9, "params_string": "8B",
     "loaded_instances": [{"id": "x", "config": {"context_length": 4096}}], "max_context_length": 40960,
     "format": "gguf", "capabilities": {"vision": False, "trained_for_tool_use": True}, "description": None},
    {"type": "embedding", "key": "nomic", "max_context_length": 2048, "loaded_instances": []},
]}  # fmt: skip
OPENROUTER = {"data": [
    {"id": "qwen/qwen3-30b", "canonical_slug": "qwen/qwen3-30b", "name": "Qwen: Qwen3 30B", "created": 1754425777,
     "description": "A model.", "context_length": 262144, "hugging_face_id": "Qwen/Qwen3-30B",
     "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"], "tokenizer": "Qwen3"},
     "pricing": {"prompt": "0.0000002", "completion": "0.00000065", "input_cache_read": "0.00000003", "image": "0"},
     "top_provider": {"context_length": 131072, "max_completion_tokens": 8192, "is_moderated": False},
     "supported_parameters": ["tools", "response_format", "structured_outputs", "reasoning", "seed"],
     "expiration_date": "2026-12-31"},
    {"id": "qwen/qwen3-30b:free", "pricing": {"prompt": "0", "completion": "0"}},
    {"id": "openrouter/auto", "pricing": {"prompt": "-1", "completion": "-1"}},
]}  # fmt: skip
TOGETHER = [
    {"id": "meta/Llama", "object": "model", "created": 0, "type": "chat", "display_name": "Llama",
     "organization": "Meta", "license": "llama3", "context_length": 131072,
     "pricing": {"hourly": 0, "input": 0.88, "output": 0.9, "base": 0, "finetune": 0}},
    {"id": "BAAI/bge", "type": "embedding", "pricing": {"input": 0.02, "output": 0}},
]  # fmt: skip
HF_ROUTER = {"object": "list", "data": [
    {"id": "openai/gpt-oss-120b", "owned_by": "openai", "architecture": {"input_modalities": ["text"]}, "providers": [
        {"provider": "a", "status": "live", "context_length": 131072, "pricing": {"input": 0.1, "output": 0.5},
         "supports_tools": True, "supports_structured_output": False, "throughput": 212.5},
        {"provider": "b", "context_length": 65536, "pricing": {"input": 0.1, "output": 0.5}, "supports_tools": False},
        {"provider": "c", "status": "live"}]},
    {"id": "two-prices", "providers": [
        {"pricing": {"input": 0.1, "output": 0.5}}, {"pricing": {"input": 0.2, "output": 0.5}}]},
    {"id": "given-away", "providers": [{"pricing": {"input": 0, "output": 0}, "is_free": True}]},
]}  # fmt: skip
BASETEN = {"data": [
    {"id": "zai/GLM", "name": "GLM", "context_length": 200000, "max_completion_tokens": 100000,
     "pricing": {"prompt": 0.0000006, "completion": "0.0000022"},
     "supported_features": ["tools", "json_mode", "structured_outputs", "reasoning"]},
]}  # fmt: skip
CHUTES = {"data": [
    {"id": "chutes/x", "max_model_len": 40960, "max_output_length": 4096, "quantization": "fp8",
     "pricing": {"prompt": 0.0008, "completion": 0.0009, "input_cache_read": 0.0004}, "supported_features": ["tools"]},
]}  # fmt: skip
VERCEL = {"data": [
    {"id": "openai/gpt-5", "name": "GPT-5", "context_window": 400000, "max_tokens": 128000, "type": "language",
     "tags": ["tool-use", "reasoning", "vision", "implicit-caching"],
     "pricing": {"input": "0.00000125", "output": "0.00001", "input_cache_read": "0.000000125"}},
    {"id": "openai/gpt-5.6", "type": "language", "pricing": {
        "input": "0.000001", "output": "0.000006", "input_cache_read": "0.0000001",
        "input_tiers": [{"cost": "0.000001", "max": 272000}, {"cost": "0.000002", "min": 272000}],
        "input_cache_read_tiers": [{"cost": "0.0000001", "max": 272000}, {"cost": "0.0000002", "min": 272000}],
        "output_tiers": [{"cost": "0.000006", "max": 272000}, {"cost": "0.000009", "min": 272000}]}},
]}  # fmt: skip
VENICE = {"data": [
    {"id": "venice-uncensored", "type": "text", "model_spec": {
        "name": "Venice", "availableContextTokens": 32768, "maxCompletionTokens": 4096, "description": "Plain.",
        "pricing": {"input": {"usd": 0.2, "diem": 2}, "output": {"usd": 0.9, "diem": 9}},
        "capabilities": {"supportsVision": False, "supportsFunctionCalling": True, "supportsReasoning": False,
                         "supportsResponseSchema": True}}},
]}  # fmt: skip
GROQ = {"object": "list", "data": [
    {"id": "whisper-large-v3", "active": False, "context_window": 448, "max_completion_tokens": 448, "owned_by": "O"},
]}  # fmt: skip
MISTRAL = {"data": [
    {"id": "mistral-old", "name": "mistral-old", "description": "Old.", "max_context_length": 32768, "aliases": [],
     "deprecation": "2026-11-30T12:00:00Z", "deprecation_replacement_model": "mistral-new",
     "capabilities": {"completion_chat": True, "function_calling": True, "reasoning": False, "vision": False}},
]}  # fmt: skip
GEMINI = {"models": [
    {"name": "models/gemini-3", "displayName": "Gemini 3", "description": "Fast.", "inputTokenLimit": 1048576,
     "outputTokenLimit": 65536, "thinking": True, "supportedGenerationMethods": ["generateContent", "countTokens"]},
    {"name": "models/vectors-2", "inputTokenLimit": 2048,
     "supportedGenerationMethods": ["embedContent", "countTokens"]},
]}  # fmt: skip
XAI = {"models": [
    {"id": "grok-5", "max_prompt_length": 256000, "prompt_text_token_price": 30000, "aliases": ["grok"],
     "input_modalities": ["text", "image"], "output_modalities": ["text"]},
]}  # fmt: skip
OLLAMA_TAGS = {"models": [
    {"name": "qwen3:8b", "model": "qwen3:8b", "details": {"parameter_size": "8.2B", "quantization_level": "Q4_K_M"},
     "capabilities": ["completion", "tools", "thinking"]},
    {"name": "nomic-embed-text", "capabilities": ["embedding"]},
]}  # fmt: skip

CASES: list[tuple[str, str, Any, str, dict[str, Any]]] = [
    ("OpenAI", "api.openai.com", OPENAI, "gpt-5",
     {"created_on": date(2025, 8, 5), "owned_by": "system", "lifecycle": "deprecated",
      "retired_on": date(2027, 1, 31), "price": None, "context_window": None, "name": None}),
    ("W&B", "api.inference.wandb.ai", WANDB, "openai/gpt-oss-20b", {"created_on": None, "price": None}),
    ("vLLM", "127.0.0.1", VLLM, "sql-lora", {"context_window": 32768, "created_on": None, "owned_by": "vllm"}),
    ("SGLang", "127.0.0.1", SGLANG, "Qwen/Qwen3-8B",
     {"context_window": 40960, "created_on": date(2026, 11, 24), "owned_by": "sglang", "price": None}),
    ("the embedded server", "127.0.0.1", EMBEDDED, "SmolLM2-135M-Instruct",
     {"context_window": 4096, "params_total": "135M", "quantization": "Q4_1", "kind": "chat",
      "input_modalities": {"text"}, "output_modalities": {"text"}, "owned_by": "llamacpp", "price": None,
      "name": None}),
    ("llama.cpp", "127.0.0.1", LLAMA_CPP, "smollm",
     {"context_window": 8192, "params_total": "135M", "kind": "chat", "quantization": "Q4_1", "name": None}),
    ("llama.cpp router", "127.0.0.1", LLAMA_CPP_ROUTER, "big", {"context_window": 16384}),
    ("Ollama", "127.0.0.1", OLLAMA, "qwen3:8b", {"owned_by": "library", "context_window": None, "price": None}),
    ("Ollama tags", "127.0.0.1", OLLAMA_TAGS, "qwen3:8b",
     {"params_total": "8.2B", "quantization": "Q4_K_M", "tools": True, "reasoning": True, "kind": "chat"}),
    ("Ollama embedding", "127.0.0.1", OLLAMA_TAGS, "nomic-embed-text", {"kind": "embedding"}),
    ("LM Studio", "127.0.0.1", LM_STUDIO, "qwen/qwen3-8b",
     {"context_window": 4096, "name": "Qwen3 8B", "publisher": "qwen", "kind": "chat", "params_total": "8B",
      "quantization": "Q4_K_M", "tools": True, "vision": False}),
    ("LM Studio embedding", "127.0.0.1", LM_STUDIO, "nomic", {"kind": "embedding", "context_window": 2048}),
    ("OpenRouter", "openrouter.ai", OPENROUTER, "qwen/qwen3-30b",
     {"name": "Qwen: Qwen3 30B", "description": "A model.", "context_window": 262144, "max_output_tokens": 8192,
      "price": price("0.2", "0.65", "0.03"), "input_modalities": {"text", "image"}, "output_modalities": {"text"},
      "vision": True, "tools": True, "json_mode": True, "structured_output": True, "reasoning": True,
      "kind": "chat", "lifecycle": "deprecated", "retired_on": date(2026, 12, 31)}),
    ("OpenRouter router", "openrouter.ai", OPENROUTER, "openrouter/auto", {"price": None, "price_refused": None}),
    ("Together", "api.together.xyz", TOGETHER, "meta/Llama",
     {"name": "Llama", "publisher": "Meta", "license": "llama3", "price": price("0.88", "0.9"), "kind": "chat",
      "context_window": 131072}),
    ("Together embedding", "api.together.xyz", TOGETHER, "BAAI/bge",
     {"price": price("0.02", "0"), "kind": "embedding"}),
    ("Hugging Face", "router.huggingface.co", HF_ROUTER, "openai/gpt-oss-120b",
     {"context_window": 131072, "price": price("0.1", "0.5"), "tools": True, "structured_output": False}),
    ("Hugging Face, two prices", "router.huggingface.co", HF_ROUTER, "two-prices", {"price": None}),
    ("Baseten", "inference.baseten.co", BASETEN, "zai/GLM",
     {"price": price("0.6", "2.2"), "max_output_tokens": 100000, "tools": True, "reasoning": True}),
    ("Chutes", "llm.chutes.ai", CHUTES, "chutes/x",
     {"price": price("0.0008", "0.0009", "0.0004"), "context_window": 40960, "max_output_tokens": 4096,
      "quantization": "fp8"}),
    ("Vercel", "ai-gateway.vercel.sh", VERCEL, "openai/gpt-5",
     {"price": price("1.25", "10", "0.125"), "context_window": 400000, "max_output_tokens": 128000, "kind": "chat",
      "tools": True, "vision": True}),
    ("Vercel, dearer when long", "ai-gateway.vercel.sh", VERCEL, "openai/gpt-5.6",
     {"price": replace(price("1", "6", "0.1"), tiers=(
         Tier(272000, Decimal("2"), Decimal("9"), Decimal("0.2")),))}),
    ("Venice", "api.venice.ai", VENICE, "venice-uncensored",
     {"name": "Venice", "context_window": 32768, "max_output_tokens": 4096, "price": price("0.2", "0.9"),
      "tools": True, "vision": False, "structured_output": True, "kind": "chat", "description": "Plain."}),
    ("Groq", "api.groq.com", GROQ, "whisper-large-v3", {"lifecycle": "retired", "context_window": 448}),
    ("Mistral", "api.mistral.ai", MISTRAL, "mistral-old",
     {"name": None, "context_window": 32768, "lifecycle": "deprecated", "retired_on": date(2026, 11, 30),
      "replacement": "mistral-new", "tools": True, "reasoning": False}),
    ("Gemini", "generativelanguage.googleapis.com", GEMINI, "models/gemini-3",
     {"name": "Gemini 3", "context_window": 1048576, "max_output_tokens": 65536, "reasoning": True}),
    ("Gemini embedding", "generativelanguage.googleapis.com", GEMINI, "models/vectors-2",
     {"kind": "embedding", "context_window": 2048}),
    ("xAI", "api.x.ai", XAI, "grok-5", {"context_window": 256000, "price": None, "vision": True, "kind": "chat"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("host", "payload", "model_id", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_every_known_server_is_read(
    host: str, payload: Any, model_id: str, expected: dict[str, Any]
) -> None:
    listed = parse_models(payload, host=host)

    model = next(model for model in listed.models if model.id == model_id)
    assert {name: model.value(name) for name in expected} == expected
    assert {fact.source for fact in model.facts} <= {LISTED}
    assert listed.unreadable == listed.duplicates == 0


@pytest.mark.parametrize(
    ("host", "payload", "model_id"),
    [
        ("openrouter.ai", OPENROUTER, "qwen/qwen3-30b:free"),
        ("router.huggingface.co", HF_ROUTER, "given-away"),
    ],
)
def test_a_model_is_free_only_because_the_endpoint_says_so(
    host: str, payload: Any, model_id: str
) -> None:
    listed = parse_models(payload, host=host)

    found = next(model.price for model in listed.models if model.id == model_id)
    assert found is not None
    assert found.free


@pytest.mark.parametrize(
    ("tiers", "value", "refused"),
    [
        ([{"cost": "0.000002", "min": 200_000}], "1", False),
        ([{"cost": "0.000003"}, {"cost": "0.000002", "min": 200_000}], "3", False),
        ([{"cost": "2", "min": 200_000}], None, True),
        ([{"cost": "a lot", "min": 200_000}], None, False),
        ([{"min": 200_000}], "1", False),
        ([{"cost": "0.000002", "min": -1}, 7, {}], None, False),
        ([{"cost": "0.000002", "min": "many"}], None, False),
        ([{"cost": "0.000002"}, 7, {}], "2", False),
        ("dearer", "1", False),
    ],
)
def test_a_step_of_a_price_that_cannot_be_true_spoils_the_whole(
    tiers: object, value: str | None, refused: bool
) -> None:
    pricing = {"input": "0.000001", "output": "0.000006", "input_tiers": tiers}

    (model,) = parse_models([{"id": "m", "pricing": pricing}], host="ai-gateway.vercel.sh").models

    found = model.price
    assert (found and f"{found.input_per_mtok:f}") == value
    assert (model.fact("price_refused") is not None) is refused
