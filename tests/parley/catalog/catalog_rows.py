"""Answers of W&B's public catalog for tests, in the documented shape."""

from __future__ import annotations

import json
from typing import Any

from tests.upstream import RawAnswer

PATH = "/inference/catalog/models"

FLASH = "deepseek-ai/DeepSeek-V4.1-Flash"
NEW = "newcomer/New-9B-Instruct"
OLD = "zai-org/GLM-4.5"

ROW: dict[str, Any] = {
    "provider": "coreweave",
    "id": "cw_deepseek-ai_DeepSeek-V4.1-Flash",
    "idPlayground": FLASH,
    "idHuggingFace": FLASH,
    "label": "DeepSeek V4.1-Flash",
    "labelOpenRouter": "DeepSeek V4.1-Flash",
    "status": "hosted",
    "lifecycleStage": "general-availability",
    "availableIn": ["us"],
    "launchedQuarter": "2026Q3",
    "descriptionShort": "For coding and long contexts.",
    "descriptionMedium": "For coding, and at more length for long contexts.",
    "launchDate": "2026-09-21T09:00:00Z",
    "featureReasoning": True,
    "featureJsonMode": True,
    "featureStructuredOutput": True,
    "featureToolCalling": True,
    "featureLoRA": False,
    "featureTrainableServerlessRL": False,
    "reasoningSupport": "default-on",
    "parameterCountTotal": 552_000_000_000,
    "parameterCountActive": 16_000_000_000,
    "contextWindow": 1_048_576,
    "quantization": "fp8",
    "priceCentsPerBillionTokensInput": 20_000,
    "priceCentsPerBillionTokensCached": 3_000,
    "priceCentsPerBillionTokensOutput": 65_000,
    "isAvailableOpenRouter": True,
    "apiStyle": "chat",
    "modalities": ["Text", "Vision"],
    "modalitiesInput": ["text", "image"],
    "modalitiesOutput": ["text"],
    "tags": [],
    "likesHuggingFace": 1,
    "downloadsHuggingFace": 2,
    "license": "mit",
}


def row(model_id: object = FLASH, **other: Any) -> dict[str, Any]:
    return {**ROW, "idPlayground": model_id, **other}


def body(*rows: object) -> bytes:
    return json.dumps({"models": rows}).encode()


def answer(*rows: object, status: int = 200) -> RawAnswer:
    return status, {"Content-Type": "application/json"}, body(*rows)
