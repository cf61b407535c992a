"""The organizations that write ids, under the one name that a reader knows them by."""

from __future__ import annotations

from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "01-ai": "01.AI",
    "ai21": "AI21",
    "ai21labs": "AI21",
    "alibaba": "Qwen",
    "allenai": "Ai2",
    "amazon": "Amazon",
    "anthropic": "Anthropic",
    "arcee": "Arcee AI",
    "arcee-ai": "Arcee AI",
    "baai": "BAAI",
    "baidu": "Baidu",
    "bigcode": "BigCode",
    "black-forest-labs": "Black Forest Labs",
    "bytedance": "ByteDance",
    "bytedance-research": "ByteDance",
    "bytedance-seed": "ByteDance",
    "cloudflare": "Cloudflare",
    "codellama": "Meta",
    "cohere": "Cohere",
    "cohereforai": "Cohere",
    "coherelabs": "Cohere",
    "databricks": "Databricks",
    "deepseek": "DeepSeek",
    "deepseek-ai": "DeepSeek",
    "eleutherai": "EleutherAI",
    "elevenlabs": "ElevenLabs",
    "essentialai": "Essential AI",
    "facebook": "Meta",
    "google": "Google",
    "gryphe": "Gryphe",
    "huggingfacetb": "Hugging Face",
    "ibm": "IBM",
    "ibm-granite": "IBM",
    "inception": "Inception",
    "inclusionai": "inclusionAI",
    "inflection": "Inflection AI",
    "internlm": "Shanghai AI Laboratory",
    "jetbrains": "JetBrains",
    "jinaai": "Jina AI",
    "lgai-exaone": "LG AI Research",
    "liquid": "Liquid AI",
    "liquidai": "Liquid AI",
    "lmsys": "LMSYS",
    "meta": "Meta",
    "meta-llama": "Meta",
    "meta-models": "Meta",
    "microsoft": "Microsoft",
    "minimax": "MiniMax",
    "minimaxai": "MiniMax",
    "mistral": "Mistral AI",
    "mistralai": "Mistral AI",
    "mixedbread-ai": "Mixedbread",
    "moonshot": "Moonshot AI",
    "moonshotai": "Moonshot AI",
    "neversleep": "NeverSleep",
    "nomic-ai": "Nomic AI",
    "nousresearch": "Nous Research",
    "nvidia": "NVIDIA",
    "openai": "OpenAI",
    "opengvlab": "Shanghai AI Laboratory",
    "perplexity": "Perplexity",
    "perplexity-ai": "Perplexity",
    "qwen": "Qwen",
    "reflection": "Reflection AI",
    "rekaai": "Reka AI",
    "sakana": "Sakana AI",
    "sao10k": "Sao10K",
    "servicenow-ai": "ServiceNow",
    "stability": "Stability AI",
    "stabilityai": "Stability AI",
    "stepfun": "StepFun",
    "stepfun-ai": "StepFun",
    "swiss-ai": "Swiss AI",
    "tencent": "Tencent",
    "thedrummer": "TheDrummer",
    "thinkingmachines": "Thinking Machines",
    "thudm": "Z.AI",
    "tiiuae": "TII",
    "togethercomputer": "Together",
    "undi95": "Undi95",
    "upstage": "Upstage",
    "voyageai": "Voyage AI",
    "writer": "Writer",
    "x-ai": "xAI",
    "xai": "xAI",
    "xai-org": "xAI",
    "xiaomi": "Xiaomi",
    "xiaomimimo": "Xiaomi",
    "z-ai": "Z.AI",
    "zai": "Z.AI",
    "zai-org": "Z.AI",
    "zero-one-ai": "01.AI",
    "zhipuai": "Z.AI",
}

_HOSTS_AND_COPIES = """
azure azure_ai baseten bedrock cerebras databricks deepinfra fireworks fireworks-ai fireworks_ai github github-copilot
groq huggingface hyperbolic litellm_proxy modal nebius novita ollama openrouter ovhcloud perplexity perplexity-ai
replicate sambanova stealth together together_ai vertex_ai
bartowski ggml-org lmstudio-community maziyarpanahi mlx-community neuralmagic quantfactory redhatai second-state
thebloke unsloth
"""
_OTHERS_MODELS = frozenset(_HOSTS_AND_COPIES.split())
"""They host or repackage what others made, and write their own name before it."""


def maker(organization: str) -> str:
    """The maker's name; an organization that is not known keeps its own spelling."""
    return _NAMES.get(organization.lower(), organization)


def shows_others_models(organization: str) -> bool:
    """Whether this organization puts its name before models that others made."""
    return organization.lower() in _OTHERS_MODELS
