"""How each service wants to be told to reason or not, and how hard: the same wish in five dialects. Pure.

What nobody documents is sent in OpenAI's way, which most servers know; any other dialect fits into the extra body.
"""

from __future__ import annotations

from typing import Any

from parley.endpoint import Endpoint, Service, origin_of

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""From least to most. Which of them a model takes is for its endpoint to say."""

DEEPSEEK = "https://api.deepseek.com:443"

_CHAT_TEMPLATE = (Service.WANDB, Service.VLLM, Service.LOCAL)
_PLAIN_ON = "medium"
"""OpenAI, Ollama and LM Studio have no switch but the effort; this one is what they call the default."""


def reasoning_parameters(
    endpoint: Endpoint, reasoning: bool | None, effort: str | None
) -> dict[str, Any]:
    """The body parameters that ask for it; empty when neither was set."""
    if endpoint.service in _CHAT_TEMPLATE:
        return _for_chat_templates(endpoint.service, reasoning, effort)
    if endpoint.service is Service.OPENROUTER:
        asked = {"enabled": reasoning, "effort": effort}
        return _nested("reasoning", asked)
    if endpoint.base_url and origin_of(endpoint.base_url) == DEEPSEEK:
        kind = {True: "enabled", False: "disabled", None: None}[reasoning]
        return {**_nested("thinking", {"type": kind}), **_effort(effort)}
    switched = {True: _PLAIN_ON, False: "none", None: None}[reasoning]
    return _effort(effort or switched)


def _for_chat_templates(
    service: Service, reasoning: bool | None, effort: str | None
) -> dict[str, Any]:
    """vLLM knows the effort itself; for llama.cpp it is one more value for the model's template."""
    if service is Service.LOCAL:
        return _nested(
            "chat_template_kwargs", {"enable_thinking": reasoning, "reasoning_effort": effort}
        )
    return {**_nested("chat_template_kwargs", {"enable_thinking": reasoning}), **_effort(effort)}


def _effort(effort: str | None) -> dict[str, Any]:
    return {"reasoning_effort": effort} if effort else {}


def _nested(name: str, values: dict[str, Any]) -> dict[str, Any]:
    asked = {key: value for key, value in values.items() if value is not None}
    return {name: asked} if asked else {}
