"""The catalog of an endpoint: who is believed first, and what stands in when a list says little or nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from decimal import Decimal

import genai_prices
import pytest

from parley.catalog.enrich import catalog_for, find_model, nearest_id
from parley.catalog.model import Fact, Model
from parley.catalog.parsing import ModelList, parse_models
from parley.endpoint import PRESETS, THIS_MACHINE, Endpoint, Service
from parley.pricing.costing import cost_of
from parley.usage import State, Usage, reported

BY_SERVICE = {preset.service: preset for preset in PRESETS}
WANDB, OPENAI = BY_SERVICE[Service.WANDB], BY_SERVICE[Service.OPENAI]
OPENROUTER, OLLAMA = BY_SERVICE[Service.OPENROUTER], BY_SERVICE[Service.OLLAMA]
ELSEWHERE = Endpoint("Elsewhere", "https://llm.example.com/v1")


def catalog(endpoint: Endpoint, *entries: object) -> dict[str, Model]:
    listed = parse_models(list(entries), host="example.com")
    return {model.id: model for model in catalog_for(endpoint, listed)}


def sources(model: Model, name: str) -> list[str]:
    return [fact.source.split(":")[0].split(" 0.")[0] for fact in model.facts if fact.name == name]


def test_bare_ids_of_wandb_get_the_bundled_facts() -> None:
    model = catalog(WANDB, {"id": "openai/gpt-oss-20b"})["openai/gpt-oss-20b"]

    assert model.listed
    assert model.context_window == 131_072
    assert model.price is not None
    assert (model.price.output_per_mtok, model.price.source) == (Decimal("0.13"), "bundled list")


def test_the_endpoints_own_words_come_first_and_the_others_are_kept_beside_them() -> None:
    entry = {
        "id": "openai/gpt-oss-20b",
        "context_length": 65_536,
        "pricing": {"input": 0.05, "output": 0.2},
    }

    model = catalog(WANDB, entry)["openai/gpt-oss-20b"]

    assert model.context_window == 65_536
    assert model.price is not None
    assert model.price.input_per_mtok == Decimal("0.05")
    assert sources(model, "price") == ["the endpoint's own list", "bundled list"]


def test_retired_and_missing_models_of_wandb_are_there_but_not_listed() -> None:
    models = catalog(WANDB, {"id": "openai/gpt-oss-20b"}, {"id": "new/Model-9B"})

    retired, missing, new = (
        models["zai-org/GLM-4.5"],
        models["zai-org/GLM-5.2"],
        models["new/Model-9B"],
    )
    assert (retired.listed, retired.is_retired, retired.replacement) == (
        False,
        True,
        "zai-org/GLM-5-FP8",
    )
    assert (missing.listed, missing.lifecycle) == (False, "delisted")
    assert (new.listed, new.price, new.value("params_total")) == (True, None, "9B")
    assert len(models) == 48


def test_a_bundled_model_that_the_list_lacks_says_so_and_keeps_its_dated_facts() -> None:
    missing = catalog(WANDB, {"id": "openai/gpt-oss-20b"})["zai-org/GLM-5.2"]

    assert sources(missing, "lifecycle") == ["the endpoint's own list", "bundled list"]
    assert missing.value("lifecycle_note") == (
        "The list does not hold this model; its other facts come with Parley, the newest of 2026-10-07."
    )
    assert missing.price is not None


@pytest.mark.parametrize("entries", [(), ("unreadable", {"id": ""})])
def test_a_list_without_any_model_takes_nothing_from_the_bundled_ones(
    entries: tuple[object, ...],
) -> None:
    assert tuple(catalog(WANDB, *entries).values()) == catalog_for(WANDB, None)


def test_a_delisted_model_that_is_listed_again_is_not_called_delisted() -> None:
    models = catalog(WANDB, {"id": "moonshotai/Kimi-K2.5"}, {"id": "zai-org/GLM-4.5"})

    assert models["moonshotai/Kimi-K2.5"].lifecycle is None
    assert models["zai-org/GLM-5.1"].lifecycle == "delisted"
    assert models["zai-org/GLM-4.5"].is_retired


def test_c8_without_a_list_the_bundled_models_stand_in() -> None:
    models = catalog_for(WANDB, None)

    assert len(models) == 47
    assert not any(model.listed for model in models)
    assert catalog_for(OPENAI, None) == ()


def test_a_known_host_gets_prices_with_their_source() -> None:
    model = catalog(OPENAI, {"id": "gpt-5"}, {"id": "gpt-nobody-knows"})["gpt-5"]

    assert model.price is not None
    assert model.price.input_per_mtok == Decimal("1.25")
    assert model.price.source.startswith("genai-prices ")
    assert model.context_window == 400_000
    assert model.value("name") == "GPT-5"


def test_a_dated_or_patterned_id_is_known_too() -> None:
    models = catalog(OPENAI, {"id": "gpt-5-20250807"}, {"id": "gpt-4o-2024-08-06"}, {"id": "GPT-5"})

    assert all(model.price is not None for model in models.values())


TIERED = (
    ("https://generativelanguage.googleapis.com/v1beta/openai", "gemini-2.5-pro"),
    ("https://openrouter.ai/api/v1", "x-ai/grok-4-fast"),
    ("https://api.openai.com/v1", "gpt-5"),
)


@pytest.mark.parametrize(("base_url", "model_id"), TIERED)
@pytest.mark.parametrize("taken", [0, 1_000, 128_000, 128_001, 200_000, 200_001, 300_000])
def test_a_price_with_tiers_costs_what_its_source_says_at_every_length(
    base_url: str, model_id: str, taken: int
) -> None:
    price = catalog(Endpoint("Known", base_url), {"id": model_id})[model_id].price
    used = genai_prices.Usage(input_tokens=taken, cache_read_tokens=taken // 4, output_tokens=2_000)

    ours = cost_of(Usage(reported(taken), reported(taken // 4), reported(2_000)), price)

    theirs = genai_prices.calc_price(used, model_id, provider_api_url=base_url)
    assert (ours.amount, ours.state) == (theirs.total_price, State.REPORTED)


def test_a_long_prompt_of_gemini_costs_its_higher_tier() -> None:
    base_url, model_id = TIERED[0]
    price = catalog(Endpoint("Google", base_url), {"id": model_id})[model_id].price

    cost = cost_of(Usage(reported(300_000), output_tokens=reported(2_000)), price)

    assert cost.amount == Decimal("0.78")


@pytest.mark.parametrize(
    ("endpoint", "model_id"),
    [(ELSEWHERE, "gpt-5"), (OPENAI, "nobody-knows-me"), (OLLAMA, "gpt-oss:20b")],
)
def test_unknown_hosts_unknown_models_and_servers_here_have_no_price(
    endpoint: Endpoint, model_id: str
) -> None:
    assert catalog(endpoint, {"id": model_id})[model_id].price is None


def test_a_server_here_keeps_the_price_that_it_lists() -> None:
    model = catalog(OLLAMA, {"id": "a", "pricing": {"input": 1, "output": 2}})["a"]

    assert model.price is not None


def test_only_the_endpoint_itself_can_call_a_model_free() -> None:
    unpriced = "agentica-org/deepcoder-14b-preview:free"
    listed = {"id": "openrouter/free-one:free", "pricing": {"prompt": "0", "completion": "0"}}

    models = catalog(OPENROUTER, {"id": unpriced}, listed)

    free = models["openrouter/free-one:free"].price
    assert models[unpriced].price is None
    assert free is not None
    assert free.free


def test_what_runs_here_is_free_and_the_embedded_model_is_described() -> None:
    model = catalog(THIS_MACHINE, {"id": "SmolLM2-135M-Instruct"})["SmolLM2-135M-Instruct"]

    assert model.price is not None
    assert (model.price.free, model.price.source) == (True, "runs on this machine")
    assert model.value("publisher") == "Hugging Face"
    assert len(sources(model, "publisher")) == 1


def test_a_known_id_is_found_as_it_is() -> None:
    models = catalog_for(WANDB, None)

    assert find_model(models, "zai-org/GLM-5.2", WANDB) in models


@pytest.mark.parametrize("model_id", ["wandb-artifact:///team/project/name:v3", "![x](y)", ""])
def test_any_typed_id_makes_a_model(model_id: str) -> None:
    model = find_model((), model_id, WANDB)

    assert (model.id, model.listed, model.price) == (model_id, False, None)


def test_a_typed_id_gets_what_is_known_of_it_at_its_endpoint() -> None:
    typed = find_model((), "openai/gpt-oss-20b", WANDB)

    assert typed.context_window == 131_072
    assert find_model((), "openai/gpt-oss-20b").context_window is None


@pytest.mark.parametrize(
    ("wrong_id", "meant"),
    [
        ("Qwen/Qwen3.6-27B", "Qwen/Qwen3.8-27B"),
        ("meta-llama/Llama-4-Scout-17B-16E-Instruct", "Qwen/Qwen3.6-35B-A3B"),
        ("openai/GPT-OSS-20B", "openai/gpt-oss-20b"),
        ("gpt-oss-20b", "openai/gpt-oss-20b"),
        ("openai/gpt-oss-200b", "openai/gpt-oss-20b"),
        ("zzzzzz", None),
        ("", None),
    ],
)
def test_a_wrong_id_is_answered_with_the_one_that_was_meant(
    wrong_id: str, meant: str | None
) -> None:
    assert nearest_id(catalog_for(WANDB, None), wrong_id) == meant


def test_a_retired_or_delisted_model_is_never_suggested() -> None:
    models = catalog_for(WANDB, None)
    gone = {model.id for model in models if model.lifecycle in ("retired", "delisted")}

    suggested = {nearest_id(models, model.id) for model in models}

    assert not suggested & gone


def test_a_spelling_is_compared_with_listed_models_where_any_are_listed() -> None:
    models = tuple(catalog(WANDB, {"id": "openai/gpt-oss-120b"}).values())

    assert nearest_id(models, "openai/gpt-oss-2b") == "openai/gpt-oss-120b"
    assert nearest_id(models, "Qwen/Qwen3.8-27b") is None


def test_a_replacement_that_the_list_does_not_hold_is_not_suggested() -> None:
    retired, replacement = "Qwen/Qwen3.6-27B", "Qwen/Qwen3.8-27B"

    assert nearest_id(tuple(catalog(WANDB, {"id": replacement}).values()), retired) == replacement
    assert nearest_id(tuple(catalog(WANDB, {"id": "a/b"}).values()), retired) is None


def test_replacements_that_point_at_each_other_end() -> None:
    models = [
        Model(one, (Fact("lifecycle", "retired", "list"), Fact("replacement", other, "list")))
        for one, other in (("a", "b"), ("b", "a"))
    ]

    assert nearest_id(models, "a") is None


def test_no_list_at_all_gives_no_suggestion() -> None:
    assert nearest_id((), "gpt-5") is None


@pytest.mark.parametrize("endpoint", [WANDB, OPENROUTER], ids=lambda endpoint: endpoint.name)
def test_a_thousand_models_are_enriched_quickly(endpoint: Endpoint) -> None:
    listed = ModelList(tuple(Model(f"org/model-{number}-{number}b") for number in range(1000)))

    started = time.process_time()
    models = catalog_for(endpoint, listed)

    assert len(models) >= 1000
    assert time.process_time() - started < 2


def test_prices_of_other_hosts_are_loaded_only_when_such_a_host_is_met() -> None:
    program = (
        "import sys; from parley.catalog.enrich import catalog_for; from parley.endpoint import PRESETS;"
        "catalog_for(PRESETS[0], None); sys.exit('genai_prices' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
