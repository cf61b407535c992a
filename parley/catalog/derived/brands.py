"""How the lines of models are spelled, and who makes them. A brand is a way of spelling, never one model.

`open` brands are also the stem of other people's models ("llama-3-lumimaid-70b"), so they say who made a model, and of
which family it is, only where no unknown word follows. Nobody but the maker writes a name that begins with the others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Brand:
    """A beginning of names, and what it says."""

    spelling: str
    """A regular expression over lower-case text."""
    label: str
    """What a reader calls it; the generation is put behind it as it stands, "Qwen" and "3", "Llama " and "3.1"."""
    maker: str
    open: bool = True
    letters: str = ""
    """The letters before a generation that belong to it, as in K2 or R1. A "v" that is not one of them is dropped."""
    kind: str | None = None
    """What every model of the brand is, where that is no chat model."""
    chat: bool = False
    """Every model of the brand with no unknown word in its name is a chat model."""
    trains_others: bool = False
    """Its maker trains other brands further and names them too, as in deepseek-r1-distill-qwen-14b."""


def _closed(spelling: str, label: str, maker: str, letters: str = "") -> Brand:
    return Brand(spelling, label, maker, open=False, letters=letters, chat=True)


def _special(spelling: str, label: str, maker: str, kind: str) -> Brand:
    return Brand(spelling, label, maker, kind=kind)


BRANDS = (
    # OpenAI
    Brand(r"gpt-oss-safeguard", "gpt-oss-safeguard", "OpenAI"),
    Brand(r"gpt-oss", "gpt-oss", "OpenAI", chat=True),
    Brand(r"gpt-j(?=-)", "GPT-J", "EleutherAI"),
    Brand(r"gpt-neox?(?=-)", "GPT-Neo", "EleutherAI"),
    Brand(r"gpt-jt(?=-)", "GPT-JT", "Together"),
    Brand(r"(?:chat)?gpt-image", "GPT Image ", "OpenAI", open=False, kind="image"),
    Brand(r"gpt-audio", "GPT Audio ", "OpenAI", open=False),
    Brand(r"gpt-realtime", "GPT Realtime ", "OpenAI", open=False),
    Brand(r"gpt-live", "GPT Live ", "OpenAI", open=False),
    _closed(r"gpt-35(?=-|$)", "GPT-3.5", "OpenAI"),
    _closed(r"chatgpt(?=-\d)", "GPT-", "OpenAI"),
    _closed(
        r"gpt(?=-?\d(?:\.\d+|o)?(?:[-:@]|$)|-(?:chat|latest|luna|terra|sol)(?:-|$))",
        "GPT-",
        "OpenAI",
    ),
    _closed(r"o(?=[134](?:-|$|:))", "o", "OpenAI"),
    _special(r"text-embedding(?=-3-|-ada)", "text-embedding-", "OpenAI", "embedding"),
    _special(r"dall-e", "DALL·E ", "OpenAI", "image"),
    _special(r"whisper", "Whisper ", "OpenAI", "audio"),
    _special(r"tts(?=-1)", "tts-", "OpenAI", "audio"),
    _special(r"sora(?=-|$)", "Sora ", "OpenAI", "video"),
    Brand(r"(?:text-)?davinci(?=-|$)", "davinci", "OpenAI", open=False),
    Brand(r"(?:text-)?babbage(?=-|$)", "babbage", "OpenAI", open=False),
    # Anthropic, Google
    _closed(r"claude-instant", "Claude Instant ", "Anthropic"),
    _closed(r"claude(?:-[a-uw-z][a-z]+)?(?=-|$|:|@)", "Claude ", "Anthropic"),
    _special(r"gemini-embedding", "Gemini Embedding ", "Google", "embedding"),
    _closed(r"gemini(?:-(?:flash|pro|ultra)(?=-\d))?", "Gemini ", "Google"),
    _special(r"imagen(?=-)", "Imagen ", "Google", "image"),
    _special(r"veo(?=-)", "Veo ", "Google", "video"),
    _closed(r"palm(?=-2)", "PaLM ", "Google"),
    _special(r"shieldgemma", "ShieldGemma", "Google", "moderation"),
    Brand(r"codegemma", "CodeGemma ", "Google"),
    Brand(r"embeddinggemma", "EmbeddingGemma", "Google", kind="embedding"),
    Brand(r"gemma", "Gemma ", "Google"),
    # Meta
    Brand(r"(?:meta-)?codellama|code-llama", "Code Llama ", "Meta"),
    _special(r"(?:meta-)?llama-guard", "Llama Guard ", "Meta", "moderation"),
    _special(r"(?:meta-)?llama-prompt-guard", "Llama Prompt Guard ", "Meta", "moderation"),
    Brand(r"(?:nvidia-)?(?:llama-?\d(?:[._]\d)?-)?nemotron", "Nemotron ", "NVIDIA", chat=True),
    Brand(r"llama-?3-groq", "Llama 3 Groq", "Groq"),
    Brand(r"(?:llama-\d(?:\.\d)?-)?sonar(?=-|$|:)", "Sonar", "Perplexity", open=False, chat=True),
    Brand(r"(?:meta-)?llama", "Llama ", "Meta"),
    Brand(r"muse-spark", "Muse Spark ", "Meta", open=False),
    Brand(r"muse-glimmer", "Muse Glimmer ", "Meta"),
    # Mistral AI
    Brand(r"(?:open-)?mistral-nemo", "Mistral Nemo ", "Mistral AI", chat=True),
    _closed(r"mistral-(?:small)", "Mistral Small ", "Mistral AI"),
    _closed(r"mistral-(?:medium)", "Mistral Medium ", "Mistral AI"),
    _closed(r"mistral-(?:large)", "Mistral Large ", "Mistral AI"),
    _special(r"mistral-ocr", "Mistral OCR ", "Mistral AI", "ocr"),
    _special(r"mistral-embed", "Mistral Embed", "Mistral AI", "embedding"),
    Brand(r"mistral-saba", "Mistral Saba ", "Mistral AI", chat=True),
    Brand(r"(?:open-)?mistral", "Mistral ", "Mistral AI"),
    Brand(r"ministral", "Ministral ", "Mistral AI", chat=True),
    Brand(r"(?:open-)?mixtral", "Mixtral ", "Mistral AI"),
    Brand(r"codestral", "Codestral ", "Mistral AI"),
    Brand(r"magistral", "Magistral ", "Mistral AI", chat=True),
    Brand(r"devstral", "Devstral ", "Mistral AI", chat=True),
    Brand(r"mathstral", "Mathstral ", "Mistral AI"),
    Brand(r"pixtral", "Pixtral ", "Mistral AI", chat=True),
    Brand(r"voxtral", "Voxtral ", "Mistral AI"),
    # China
    Brand(r"codeqwen", "CodeQwen", "Qwen"),
    Brand(r"qwen(?=-?[3-9]|-(?:max|plus|turbo|flash|long))", "Qwen", "Qwen", chat=True),
    Brand(r"qwen", "Qwen", "Qwen"),
    Brand(r"qwq(?=-|$|:)", "QwQ", "Qwen", chat=True),
    Brand(r"qvq(?=-|$|:)", "QVQ", "Qwen"),
    Brand(r"deepseek-coder", "DeepSeek Coder ", "DeepSeek", letters="v"),
    Brand(r"deepseek-ocr", "DeepSeek OCR ", "DeepSeek", kind="ocr"),
    Brand(r"deepseek(?=-?v[12])", "DeepSeek ", "DeepSeek", letters="v"),
    Brand(r"deepseek-llm", "DeepSeek LLM", "DeepSeek"),
    Brand(
        r"deepseek(?:-chat|-ai)?",
        "DeepSeek ",
        "DeepSeek",
        letters="vr",
        trains_others=True,
        chat=True,
    ),
    Brand(r"kimi", "Kimi ", "Moonshot AI", letters="k", chat=True),
    Brand(r"moonlight", "Moonlight ", "Moonshot AI"),
    _closed(r"moonshot(?=-)", "Moonshot ", "Moonshot AI", letters="v"),
    Brand(
        r"glm(?=-(?:4[.p]\d|4-(?:plus|air|long|flash|assistant)|[5-9]|latest|flash|turbo))",
        "GLM-",
        "Z.AI",
        chat=True,
    ),
    Brand(r"(?:chat)?glm(?=-?\d|-z\d)", "GLM-", "Z.AI", letters="z"),
    Brand(r"minimax-01", "MiniMax-01", "MiniMax", chat=True),
    Brand(r"minimax", "MiniMax-", "MiniMax", letters="m", chat=True),
    Brand(r"step(?=-\d)", "Step ", "StepFun", chat=True),
    Brand(r"yi(?=-|$|:)", "Yi ", "01.AI"),
    Brand(r"ernie", "ERNIE ", "Baidu", chat=True),
    Brand(r"hunyuan", "Hunyuan ", "Tencent"),
    Brand(r"hy(?=\d(?:-|$|:))", "Hy", "Tencent", chat=True),
    Brand(r"mimo(?=-v\d)", "MiMo-", "Xiaomi", letters="v", chat=True),
    Brand(r"internlm", "InternLM", "Shanghai AI Laboratory"),
    Brand(r"internvl", "InternVL", "Shanghai AI Laboratory"),
    Brand(r"(?:doubao-)?seed(?=-\d)", "Seed ", "ByteDance", chat=True),
    Brand(r"seed-oss", "Seed-OSS", "ByteDance"),
    Brand(r"ui-tars", "UI-TARS ", "ByteDance"),
    Brand(r"ling(?=-\d)", "Ling ", "inclusionAI", chat=True),
    Brand(r"ring(?=-\d)", "Ring ", "inclusionAI", chat=True),
    Brand(r"bge(?=-)", "BGE", "BAAI", kind="embedding", trains_others=True),
    # The rest of the world
    Brand(r"(?:c4ai-)?aya", "Aya ", "Cohere"),
    _closed(r"(?:c4ai-)?command-?r(?=7b|-|$|:)", "Command R ", "Cohere"),
    _closed(r"(?:c4ai-)?command-a(?=-|$)", "Command A ", "Cohere"),
    Brand(r"command(?=$|-light|-nightly|-text)", "Command ", "Cohere"),
    _closed(r"grok", "Grok ", "xAI"),
    Brand(r"phi(?=-?[3-9])", "Phi-", "Microsoft", chat=True),
    Brand(r"phi(?=-?\d)", "Phi-", "Microsoft"),
    Brand(r"wizardlm", "WizardLM-", "Microsoft"),
    Brand(r"mai(?=-(?:\d|code|ds|voice|image))", "MAI ", "Microsoft"),
    Brand(r"granite-guardian", "Granite Guardian ", "IBM", kind="moderation"),
    Brand(r"granite", "Granite ", "IBM"),
    Brand(r"smollm", "SmolLM", "Hugging Face"),
    Brand(r"olmo(?=-?\d|e)", "OLMo ", "Ai2"),
    Brand(r"molmo", "Molmo ", "Ai2"),
    Brand(r"tulu", "Tülu ", "Ai2"),
    Brand(r"lfm", "LFM", "Liquid AI", chat=True),
    Brand(r"jamba(?=-(?:1[-.]\d|large|mini))", "Jamba ", "AI21", chat=True),
    Brand(r"jamba", "Jamba ", "AI21"),
    Brand(r"dbrx", "DBRX ", "Databricks"),
    Brand(r"falcon(?=-?[\dhe])", "Falcon", "TII"),
    Brand(r"exaone", "EXAONE ", "LG AI Research"),
    Brand(r"solar-pro", "Solar Pro ", "Upstage", chat=True),
    Brand(r"solar-mini", "Solar Mini ", "Upstage", chat=True),
    Brand(r"palmyra", "Palmyra ", "Writer", letters="x", chat=True),
    Brand(r"pplx-embed", "pplx-embed ", "Perplexity", open=False, kind="embedding"),
    Brand(r"pplx-decider", "pplx-decider ", "Perplexity", open=False),
    Brand(r"nova(?=-(?:\d-)?(?:lite|micro|pro|premier))", "Nova ", "Amazon", chat=True),
    _special(r"nova(?=-(?:\d-)?sonic)", "Nova ", "Amazon", "audio"),
    _special(r"nova(?=-(?:\d-)?canvas)", "Nova ", "Amazon", "image"),
    _special(r"nova(?=-(?:\d-)?reel)", "Nova ", "Amazon", "video"),
    Brand(r"titan-embed", "Titan Embeddings", "Amazon", kind="embedding"),
    Brand(r"titan(?=-)", "Titan ", "Amazon"),
    Brand(r"(?:nous-)?hermes(?=-\d)", "Hermes ", "Nous Research", trains_others=True, chat=True),
    Brand(r"deephermes(?=-\d)", "DeepHermes ", "Nous Research", trains_others=True, chat=True),
    Brand(r"nous-capybara", "Capybara ", "Nous Research"),
    Brand(r"reka-flash", "Reka Flash ", "Reka AI", chat=True),
    Brand(r"reka-core", "Reka Core ", "Reka AI", chat=True),
    Brand(r"reka-edge", "Reka Edge ", "Reka AI", chat=True),
    Brand(r"mercury(?=-|$)", "Mercury ", "Inception", chat=True),
    Brand(r"(?:thinkingmachines-)?inkling", "Inkling ", "Thinking Machines", chat=True),
    Brand(r"mellum", "Mellum", "JetBrains"),
    Brand(r"apertus", "Apertus ", "Swiss AI"),
    Brand(r"starcoder", "StarCoder", "BigCode"),
    Brand(r"stablelm", "StableLM ", "Stability AI"),
    _special(r"stable-diffusion|sdxl", "Stable Diffusion ", "Stability AI", "image"),
    _special(r"flux(?:[-.](?=\d)|(?=-|$))", "FLUX.", "Black Forest Labs", "image"),
    Brand(r"voyage(?=-)", "Voyage ", "Voyage AI", open=False, kind="embedding"),
    _special(r"jina-embeddings?", "Jina Embeddings ", "Jina AI", "embedding"),
    _special(r"nomic-embed", "Nomic Embed ", "Nomic AI", "embedding"),
    _special(r"mxbai-embed", "mxbai-embed", "Mixedbread", "embedding"),
    _special(r"eleven(?=_)", "ElevenLabs ", "ElevenLabs", "audio"),
)
"""The first that fits counts, so the longer spelling of two stands before the shorter."""

_BEFORE = r"(?:(?:databricks|zai|nvidia|labs|google|amazon)[-.])?"
_ANY = re.compile(
    _BEFORE
    + "(?:"
    + "|".join(f"(?P<b{at}>{brand.spelling})" for at, brand in enumerate(BRANDS))
    + ")"
)

_GENERATION = re.compile(
    r"[-_ ]?([a-z]?)([1-9])(?:(?:[._p]|-(?=\d(?!\d)))(\d{1,2}))?(o|n|v)?(?=$|[-_:@/]|\.[a-z]|vl)"
)


@dataclass(frozen=True)
class Branded:
    """A name that begins with a brand."""

    brand: Brand
    generation: str
    """As a reader writes it, such as 3.1 or K2; empty where the id does not write it behind the brand."""
    rest: str
    """What stands behind both, in lower case."""

    @property
    def family(self) -> str:
        if not self.generation:
            return self.brand.label.rstrip(" -.")
        return f"{self.brand.label}{self.generation}"

    @property
    def variants(self) -> frozenset[str]:
        """The V behind a generation is how GLM says vision."""
        return frozenset({"vision"} if self.generation.endswith("V") else ())


def branded(name: str) -> Branded | None:
    """The brand at the head of a name without its organization; `None` where none is known.

    >>> branded("kimi-k2-0905").family, branded("meta-llama-3_1-8b").family, branded("yi-34b").family
    ('Kimi K2', 'Llama 3.1', 'Yi')
    """
    text = name.lower()
    found = _ANY.match(text)
    if found is None or found.lastgroup is None:
        return None
    brand = BRANDS[int(found.lastgroup[1:])]
    generation = _GENERATION.match(text, found.end())
    if generation is None or generation[1] not in ("", "v", *brand.letters):
        return Branded(brand, "", text[found.end() :])
    return Branded(brand, _spelled(brand, generation), text[generation.end() :])


def _spelled(brand: Brand, generation: re.Match[str]) -> str:
    letter, major, minor, suffix = generation.groups(default="")
    kept = letter.upper() if letter in brand.letters else ""
    ending = suffix.upper() if suffix == "v" else suffix
    return f"{kept}{major}{'.' if minor else ''}{minor}{ending}"
