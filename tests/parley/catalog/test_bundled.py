"""The bundled list against the published table, row by row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from components.model_facts import fact_lines
from parley.catalog.bundled import bundled_models, embedded_facts
from parley.catalog.enrich import catalog_for, find_model
from parley.catalog.model import FACT_NAMES, Model
from parley.endpoint import PRESETS, Service
from parley.pricing.price import HIGHEST_PER_MTOK, LOWEST_PER_MTOK

WANDB = next(preset for preset in PRESETS if preset.service is Service.WANDB)
PRICES_OF_2026_09_22 = """
deepseek-ai/DeepSeek-V4.1-Flash              1048576 0.2  0.03  0.65
deepseek-ai/DeepSeek-V4-Flash-0731           262144  0.13 0.07  0.28
deepseek-ai/DeepSeek-V4-Pro-0813             1048576 1.31 0.044 3.96
deepseek-ai/DeepSeek-V3.1                    161000  0.55 -     1.65
google/gemma-4-31B-it                        262144  0.1  -     0.34
google/gemma-4-26B-A4B-it                    262144  0.1  0.05  0.3
ibm-granite/granite-4.2-8b                   131072  0.1  0.05  0.15
meta-llama/Llama-3.3-70B-Instruct            128000  0.71 -     0.71
meta-llama/Llama-3.1-8B-Instruct             131072  0.22 -     0.22
MiniMaxAI/MiniMax-M3                         262144  0.23 0.05  0.96
moonshotai/Kimi-K2.7-Code                    262144  0.71 0.15  3.5
moonshotai/Kimi-K2.6                         262144  0.65 0.15  3.41
nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B 262144  0.07 0.04  0.2
nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B     262144  0.5  0.1   2.15
openai/gpt-oss-120b                          131072  0.03 -     0.17
openai/gpt-oss-20b                           131072  0.03 -     0.13
Qwen/Qwen3.8-27B                             262144  0.4  0.15  3
Qwen/Qwen3.6-35B-A3B                         262144  0.25 -     1.25
zai-org/GLM-5.2                              1048576 0.76 0.14  2.42
zai-org/GLM-5.3-Flash                        1048576 0.15 0.05  0.5
"""
RETIRED = """
deepseek-ai/DeepSeek-V4-Flash             2026-10-05 deepseek-ai/DeepSeek-V4-Flash-0731
deepseek-ai/DeepSeek-V4-Pro               2026-10-05 deepseek-ai/DeepSeek-V4-Pro-0813
ibm-granite/granite-4.1-8b                2026-10-05 ibm-granite/granite-4.2-8b
JetBrains/Mellum2-12B-A2.5B-Instruct      2026-10-05 ibm-granite/granite-4.2-8b
meta-llama/Llama-3.1-70B-Instruct         2026-10-05 meta-llama/Llama-3.3-70B-Instruct
OpenPipe/Qwen3-14B-Instruct               2026-10-05 Qwen/Qwen3.8-27B
Qwen/Qwen3.6-27B                          2026-10-05 Qwen/Qwen3.8-27B
Qwen/Qwen3.5-35B-A3B                      2026-10-05 Qwen/Qwen3.6-35B-A3B
Qwen/Qwen3-30B-A3B-Instruct-2507          2026-10-05 Qwen/Qwen3.6-35B-A3B
meta-llama/Llama-4-Scout-17B-16E-Instruct 2026-04-21 Qwen/Qwen3.5-35B-A3B
deepseek-ai/DeepSeek-R1-0528              2026-03-04 -
deepseek-ai/DeepSeek-V3-0324              2026-03-04 -
moonshotai/Kimi-K2-Instruct               2026-03-04 moonshotai/Kimi-K2.5
moonshotai/Kimi-K2-Instruct-0905          2026-03-04 moonshotai/Kimi-K2.5
Qwen/Qwen2.5-14B-Instruct                 2026-03-04 OpenPipe/Qwen3-14B-Instruct
zai-org/GLM-4.5                           2026-03-04 zai-org/GLM-5-FP8
"""
PARAMETERS = """
deepseek-ai/DeepSeek-V4.1-Flash                552B 16B
deepseek-ai/DeepSeek-V4-Flash-0731             284B 13B
deepseek-ai/DeepSeek-V4-Pro-0813               1.6T 49B
deepseek-ai/DeepSeek-V3.1                      671B 37B
google/gemma-4-31B-it                          31B  -
google/gemma-4-26B-A4B-it                      26B  4B
ibm-granite/granite-4.2-8b                     8B   -
meta-llama/Llama-3.3-70B-Instruct              70B  -
meta-llama/Llama-3.1-8B-Instruct               8B   -
MiniMaxAI/MiniMax-M3                           -    -
moonshotai/Kimi-K2.7-Code                      1T   32B
moonshotai/Kimi-K2.6                           1T   32B
nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B   30B  3B
nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B       550B 55B
openai/gpt-oss-120b                            117B 5.1B
openai/gpt-oss-20b                             20B  3.6B
Qwen/Qwen3.8-27B                               27B  -
Qwen/Qwen3.6-35B-A3B                           35B  3B
zai-org/GLM-5.2                                744B 40B
zai-org/GLM-5.3-Flash                          -    -
nvidia/NVIDIA-Nemotron-3.5-Super-VL-120B-A12B  120B 12B
"""
"""Of every model that is generally available, as far as the published table has them."""
MODELS = tuple(bundled_models().values())


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", rows(PRICES_OF_2026_09_22), ids=lambda row: row[0])
def test_windows_and_prices_are_those_of_the_feed(row: list[str]) -> None:
    model_id, window, rate_in, cached, rate_out = row

    model = bundled_models()[model_id]

    price = model.price
    assert price is not None
    assert (price.input_per_mtok, price.output_per_mtok) == (Decimal(rate_in), Decimal(rate_out))
    assert price.cached_input_per_mtok == (None if cached == "-" else Decimal(cached))
    assert (price.source, price.as_of) == ("bundled list", date(2026, 9, 22))
    assert (model.context_window, model.lifecycle) == (int(window), "available")


@pytest.mark.parametrize("row", rows(RETIRED), ids=lambda row: row[0])
def test_retired_models_name_their_day_and_their_replacement(row: list[str]) -> None:
    model_id, retired_on, replacement = row

    model = bundled_models()[model_id]

    assert model.is_retired
    assert model.value("retired_on") == date.fromisoformat(retired_on)
    assert model.replacement == (None if replacement == "-" else replacement)


def test_every_row_of_the_source_is_there() -> None:
    stages = [model.lifecycle for model in MODELS]

    assert len(MODELS) == 47
    assert sum(model.price is not None for model in MODELS) == 30
    assert {stage: stages.count(stage) for stage in stages} == {
        "available": 21,
        "retired": 16,
        "delisted": 10,
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_fact_has_a_known_name_a_source_and_a_date(model: Model) -> None:
    assert {fact.name for fact in model.facts} <= set(FACT_NAMES)
    assert all(fact.source.startswith("bundled list: ") and fact.as_of for fact in model.facts)
    assert not model.listed


def test_the_bundled_prices_are_themselves_believable() -> None:
    rates = [model.price.input_per_mtok for model in MODELS if model.price]

    assert all(LOWEST_PER_MTOK <= rate <= HIGHEST_PER_MTOK for rate in rates)


@pytest.mark.parametrize("row", rows(PARAMETERS), ids=lambda row: row[0])
def test_what_is_generally_available_shows_price_window_modalities_and_parameters(
    row: list[str],
) -> None:
    model_id, total, active = row
    model = find_model(catalog_for(WANDB, None), model_id)

    shown = {line.label: line for line in fact_lines(model, None)}

    expected = {"Price", "Context window", "Takes"}
    expected |= {"Parameters"} if total != "-" else set()
    expected |= {"Active parameters"} if active != "-" else set()
    for label in expected:
        assert shown[label].value != "–"
        assert shown[label].source.startswith("bundled list: ")
        assert date.fromisoformat(shown[label].as_of) >= date(2026, 3, 1)
    assert [model.value("params_total"), model.value("params_active")] == [
        None if figure == "-" else figure for figure in (total, active)
    ]
    assert model.value("input_modalities") in ({"text"}, {"text", "image"})


def test_no_model_that_is_generally_available_is_left_out_of_that() -> None:
    available = {model.id for model in MODELS if model.lifecycle == "available"}

    assert available == {row[0] for row in rows(PARAMETERS)}


def test_odd_texts_of_the_source_are_kept_as_notes() -> None:
    added_later = bundled_models()["nvidia/NVIDIA-Nemotron-3.5-Super-VL-120B-A12B"]

    assert "unverified" in added_later.value("lifecycle_note")
    assert added_later.price is not None
    assert added_later.price.as_of == date(2026, 11, 1)
    assert (
        bundled_models()["openai/gpt-oss-120b"].value("lora_note")
        == "rank at most 64 (docs 2026-04)"
    )


def test_the_embedded_model_is_known_and_another_file_is_not() -> None:
    facts = {fact.name: fact.value for fact in embedded_facts("SmolLM2-135M-Instruct")}

    assert facts["license"] == "Apache-2.0"
    assert "very small" in facts["description"]
    assert embedded_facts("my-own-model") == ()
