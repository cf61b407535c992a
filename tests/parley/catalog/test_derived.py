"""What the spelling of an id gives away, and what it does not."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.catalog import derived, values
from parley.catalog.derived import brands, derived_facts, meanings, numbers, parts
from parley.catalog.model import FACT_NAMES


def told(model_id: str) -> dict[str, object]:
    return {fact.name: fact.value for fact in derived_facts(model_id)}


@pytest.mark.parametrize("module", [derived, brands, meanings, numbers, parts, values])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type]

    assert outcome.failed == 0
    assert outcome.attempted


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("Qwen/Qwen3.6-35B-A3B",
         {"publisher": "Qwen", "family": "Qwen3.6", "params_total": "35B", "params_active": "3B", "kind": "chat"}),
        ("JetBrains/Mellum2-12B-A2.5B-Instruct",
         {"publisher": "JetBrains", "family": "Mellum2", "params_total": "12B", "params_active": "2.5B",
          "kind": "chat", "variants": frozenset({"instruct"})}),
        ("SmolLM2-135M-Instruct.Q4_1.gguf",
         {"publisher": "Hugging Face", "family": "SmolLM2", "params_total": "135M", "quantization": "Q4_1",
          "kind": "chat", "variants": frozenset({"instruct"})}),
        ("Qwen/Qwen3-VL-235B-A22B-Thinking-2507",
         {"publisher": "Qwen", "family": "Qwen3", "params_total": "235B", "params_active": "22B",
          "version_date": date(2025, 7, 1), "kind": "chat", "variants": frozenset({"thinking", "vision"})}),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0",
         {"publisher": "Anthropic", "family": "Claude 4.1", "version_date": date(2025, 8, 5), "kind": "chat"}),
        ("/srv/weights/model.gguf", {}),
        ("my-model-1M", {}),
        ("default", {}),
        ("wandb-artifact:///team/project/name:v3", {"lora": True}),
    ],
)  # fmt: skip
def test_facts_that_the_id_gives_away(model_id: str, expected: dict[str, object]) -> None:
    assert told(model_id) == expected


@pytest.mark.parametrize(
    ("model_id", "publisher"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", "Meta"),
        ("zai-org/GLM-5-FP8", "Z.AI"),
        ("gpt-5.2", "OpenAI"),
        ("o3", "OpenAI"),
        ("models/gemini-3-pro", "Google"),
        ("publishers/google/models/gemini-3-pro", "Google"),
        ("accounts/fireworks/models/glm-5p2", "Z.AI"),
        ("openrouter/anthropic/claude-sonnet-5", "Anthropic"),
        ("@cf/qwen/qwq-32b", "Qwen"),
        ("~x-ai/grok-latest", "xAI"),
        ("mistral.ministral-3-8b-instruct", "Mistral AI"),
        ("databricks-llama-4-maverick", "Meta"),
        ("perplexity/kimi-k3", "Moonshot AI"),
        ("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", "Qwen"),
        ("nousresearch/hermes-3-llama-3.1-405b", "Nous Research"),
        ("deepseek-r1-distill-llama-70b", "DeepSeek"),
        ("sao10k/l3.3-euryale-70b", "Sao10K"),
        ("somebody/new-thing-7b", "somebody"),
    ],
)
def test_the_publisher_is_who_made_the_model_not_who_serves_it(
    model_id: str, publisher: str
) -> None:
    assert told(model_id)["publisher"] == publisher


@pytest.mark.parametrize(
    "model_id",
    [
        "llama-3.1-lumimaid-70b",
        "qwen3.8-27b-decentered",
        "OpenPipe/Qwen3-14B-Instruct",
        "amd/Llama-3.1-8B-Instruct-FP8-KV",
        "together/house-model",
        "@cf/house-model",
        "projects/p/locations/us/endpoints/123",
        "gpt4all-j",
        "a b/c",
    ],
)
def test_a_publisher_that_is_unsure_is_absent(model_id: str) -> None:
    assert "publisher" not in told(model_id)


@pytest.mark.parametrize(
    ("model_id", "family"),
    [
        ("llama3-70b-8192", "Llama 3"),
        ("Meta-Llama-3_3-70B-Instruct", "Llama 3.3"),
        ("llama-v3p1-8b-instruct", "Llama 3.1"),
        ("mistral-7b-instruct-v0.3", "Mistral"),
        ("mistral-small-2603", "Mistral Small"),
        ("claude-3-5-haiku", "Claude 3.5"),
        ("claude-haiku-latest", "Claude"),
        ("gpt-4o-mini", "GPT-4o"),
        ("gpt-35-turbo", "GPT-3.5"),
        ("deepseek-chat-v3.1", "DeepSeek V3.1"),
        ("kimi-k2-0905-preview", "Kimi K2"),
        ("minimax-m2p7", "MiniMax-M2.7"),
        ("grok-4-0709", "Grok 4"),
        ("glm-4.6v", "GLM-4.6V"),
        ("command-a-03-2025", "Command A"),
        ("llama-3.3-nemotron-super-49b-v1.5", "Nemotron"),
        ("databricks-qwen35-122b-a10b", "Qwen"),
    ],
)
def test_the_family_is_a_brand_with_the_generation_that_stands_behind_it(
    model_id: str, family: str
) -> None:
    assert told(model_id)["family"] == family


@pytest.mark.parametrize("model_id", ["neversleep/llama-3-lumimaid-70b", "rocinante-12b", "auto"])
def test_a_model_made_from_another_is_not_put_into_its_family(model_id: str) -> None:
    assert "family" not in told(model_id)


@pytest.mark.parametrize(
    ("model_id", "sizes"),
    [
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", (None, "17B")),
        ("meta.llama4-maverick-17b-instruct-v1:0", (None, "17B")),
        ("llama-4-maverick", (None, None)),
        ("tencent/hunyuan-a13b-instruct", (None, "13B")),
        ("Qwen3.8-2.4T-A95B", ("2.4T", "95B")),
        ("mixtral-8x7b", (None, None)),
        ("gemma-3n-e4b-it", (None, None)),
        ("llama-3-70b-1b-draft", (None, None)),
        ("databricks-qwen3-embedding-0-6b", (None, None)),
        ("minimax-m1-80k", (None, None)),
        ("Qwen2.5-14B-Instruct-1M", ("14B", None)),
        ("granite-embedding:30m", ("30M", None)),
    ],
)
def test_a_size_is_read_where_it_can_mean_one_thing_only(
    model_id: str, sizes: tuple[str | None, str | None]
) -> None:
    facts = told(model_id)

    assert (facts.get("params_total"), facts.get("params_active")) == sizes


@pytest.mark.parametrize(
    ("model_id", "quantization"),
    [
        ("qwen2.5:7b-instruct-q4_K_M", "Q4_K_M"),
        ("Llama-3.2-3B-GGUF:IQ4_XS", "IQ4_XS"),
        ("mlx-community/Qwen3-30B-A3B-4bit", "4-bit"),
        ("Qwen/Qwen2-VL-7B-Instruct-GPTQ-Int4", "GPTQ"),
        ("RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8", "W8A8"),
        ("model-f16.gguf", "FP16"),
        ("nemotron-3-ultra-nvfp4", "NVFP4"),
        ("qwen3-8b", None),
        ("report-q3-2025", None),
    ],
)
def test_a_quantization_is_written_in_one_way(model_id: str, quantization: str | None) -> None:
    assert told(model_id).get("quantization") == quantization


@pytest.mark.parametrize(
    ("model_id", "day"),
    [
        ("gpt-4o-2024-05-13", date(2024, 5, 13)),
        ("claude-3-5-sonnet@20241022", date(2024, 10, 22)),
        ("command-r-plus-08-2024", date(2024, 8, 1)),
        ("something-2025-03", date(2025, 3, 1)),
        ("doubao-seed-1-6-250615", date(2025, 6, 15)),
        ("codestral-2508", date(2025, 8, 1)),
        ("deepseek-r1-0528", None),
        ("deepseek-v4.1-flash-1017", None),
        ("grok-2-1212", None),
        ("llama3-70b-8192", None),
        ("gemini-2.5-pro-exp-03-25", None),
        ("nightly-2025-02-30", None),
        ("thing-250230", None),
    ],
)
def test_a_date_is_read_where_its_year_is_written(model_id: str, day: date | None) -> None:
    assert told(model_id).get("version_date") == day


@pytest.mark.parametrize(
    ("model_id", "kind"),
    [
        ("text-embedding-3-large", "embedding"),
        ("BAAI/bge-large-en", "embedding"),
        ("voyage-3", "embedding"),
        ("e5-mistral-7b-instruct", "embedding"),
        ("BAAI/bge-reranker-v2", "rerank"),
        ("omni-moderation-latest", "moderation"),
        ("meta-llama/Llama-Guard-4-12B", "moderation"),
        ("whisper-large-v3", "audio"),
        ("gpt-4o-mini-tts", "audio"),
        ("gpt-4o-transcribe", "audio"),
        ("tts-1-hd", "audio"),
        ("dall-e-3", "image"),
        ("black-forest-labs/FLUX.1-dev", "image"),
        ("gpt-image-1", "image"),
        ("sora-2", "video"),
        ("mistral-ocr-latest", "ocr"),
        ("davinci-002", "completion"),
        ("babbage-002", "completion"),
        ("text-davinci-003", "completion"),
        ("gpt-3.5-turbo-instruct", "completion"),
        ("gpt-3.5-turbo-instruct-0914", "completion"),
        ("gpt-3.5-turbo", "chat"),
        ("meta-llama/Llama-3.1-8B-Instruct", "chat"),
        ("Qwen/Qwen3.8-27B", "chat"),
        ("deepseek-r1-distill-qwen-14b", "chat"),
        ("deepseek-ai/DeepSeek-V3-Base", None),
        ("Qwen/Qwen2.5-7B", None),
        ("mistralai/Mistral-7B-v0.1", None),
        ("nvidia/Llama-3.1-Nemotron-70B-Reward", None),
        ("gemini-omni-flash-preview", None),
        ("gpt-live-1", None),
        ("adapter-7b", None),
        ("gpt-oss-safeguard-20b", None),
        ("influxdb-expert-7b", None),
    ],
)
def test_the_kind_is_told_only_where_the_pattern_is_plain(model_id: str, kind: str | None) -> None:
    assert told(model_id).get("kind") == kind


@pytest.mark.parametrize(
    ("model_id", "variants"),
    [
        ("gemma-3-12b-it", {"instruct"}),
        ("llamantino-it", set()),
        ("grok-4-fast-non-reasoning", set()),
        ("gemini-2.5-flash-preview:thinking", {"preview", "thinking"}),
        ("qwen2.5vl:7b", {"vision"}),
        ("z-ai/glm-4.5v", {"vision"}),
        ("olympiccoder-32b", {"coder"}),
        ("cross-encoder", set()),
        ("Qwen2.5-Math-72B-Instruct", {"instruct", "math"}),
        ("bge-base-en-v1.5", set()),
        ("deepseek-v3-base", {"base"}),
        ("gpt-oss-safeguard-20b", {"guard"}),
    ],
)
def test_the_variants_are_those_that_the_words_name(model_id: str, variants: set[str]) -> None:
    assert told(model_id).get("variants", frozenset()) == variants


@given(st.text(max_size=256) | st.from_regex(r"[a-zA-Z0-9.:@/_-]{1,80}", fullmatch=True))
def test_c6_any_text_may_be_an_id(model_id: str) -> None:
    facts = derived_facts(model_id)

    assert {fact.name for fact in facts} <= set(FACT_NAMES)
    assert {fact.source for fact in facts} <= {"derived from the id"}
    assert len({fact.name for fact in facts}) == len(facts)
