"""What is said of a model that is gone: only a source names a replacement, a likeness of spelling does not."""

from __future__ import annotations

import pytest

from components.model_detail import better_id, gone_words
from parley.catalog.enrich import catalog_for, find_model
from parley.catalog.model import Model
from parley.catalog.parsing import ModelList
from parley.endpoint import PRESETS, Service

WANDB = next(preset for preset in PRESETS if preset.service is Service.WANDB)
KIMI, CODE = "moonshotai/Kimi-K2-Instruct", "moonshotai/Kimi-K2.7-Code"


@pytest.mark.parametrize(
    ("model_id", "listed", "end", "better"),
    [
        (
            "Qwen/Qwen2.5-14B-Instruct",
            None,
            "Its replacement is OpenPipe/Qwen3-14B-Instruct, by now Qwen/Qwen3.8-27B.",
            "Qwen/Qwen3.8-27B",
        ),
        ("Qwen/Qwen3.6-27B", None, "Its replacement is Qwen/Qwen3.8-27B.", "Qwen/Qwen3.8-27B"),
        (
            KIMI,
            ModelList((Model(CODE), Model("a/b"))),
            "Its replacement is moonshotai/Kimi-K2.5. "
            f"The nearest id that the endpoint lists is {CODE}.",
            CODE,
        ),
        (
            "Qwen/Qwen3.6-27B",
            ModelList((Model("a/b"),)),
            "Its replacement is Qwen/Qwen3.8-27B.",
            None,
        ),
    ],
)
def test_by_now_is_said_of_stated_replacements_alone(
    model_id: str, listed: ModelList | None, end: str, better: str | None
) -> None:
    models = catalog_for(WANDB, listed)
    model = find_model(models, model_id)

    assert gone_words(model, models).partition("refuse it. ")[2] == end
    assert better_id(model, models) == better


def test_without_a_list_the_nearest_id_is_not_called_listed() -> None:
    models = catalog_for(WANDB, None)

    words = gone_words(find_model(models, KIMI), models)

    assert "by now" not in words
    assert "The nearest id that is known is moonshotai/Kimi-K2." in words
