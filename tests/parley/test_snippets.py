"""The code under a receipt makes the very call that was made, and no text in it can become anything else."""

from __future__ import annotations

import ast
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from parley.endpoint import PRESETS, ApiKey, Endpoint, Service
from parley.gateway import ChatCall
from parley.snippets import as_curl, as_python
from tests.upstream import Received, Upstream

HOSTILE = {
    "quotes": """it's "quoted" \\ and \\' more '''three''' \"\"\"three\"\"\" `ticks`""",
    "lines": "one\ntwo\r\nthree\u2028four\tfive",
    "shell": "$(touch /tmp/pwned) `id` $HOME ${PATH} ; rm -rf / | cat && ! !! ~ #",
    "end of a quote": "'; touch pwned; echo '",
    "python": '"}]); import os; os.system("id")  # {0} {x!r} %s',
    "backwards": "\u202eabc\u2066def\u2069 \u200b",
    "controls": "\x1b[31mred\x07\x7f\x85",
    "letters": "héé 🌍 日本語",
}
KEYED = Endpoint("Mine", "https://api.example.com/v1", key=ApiKey("sk-canary-1"))
QUESTION = [{"role": "user", "content": "Hello"}]
ASKED = ChatCall("test-model", (), {"temperature": 0.5, "stop": ["x", None], "my_own": True}).body()


def run(command: list[str], **variables: str) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        command, env={**kept, **variables}, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def received_from(upstream: Upstream) -> Received:
    (received,) = upstream.chats
    upstream.forget()
    return received


def test_the_python_code_makes_the_same_call_and_prints_the_reply(upstream: Upstream) -> None:
    messages = [{"role": "user", "content": text} for text in HOSTILE.values()]
    endpoint = replace(KEYED, base_url=upstream.base_url, project="team/it's")
    call = {**ASKED, "model": HOSTILE["end of a quote"]}

    code = as_python(endpoint, messages, call)
    printed = run(
        [sys.executable, "-c", code], API_KEY="sk-of-the-reader", OPENAI_API_KEY="sk-elsewhere"
    )

    received = received_from(upstream)
    assert received.body == {**call, "messages": messages}
    assert received.headers["authorization"] == "Bearer sk-of-the-reader"
    assert received.headers["openai-project"] == "team/it's"
    assert "You said: " in printed
    assert "CompletionUsage" in printed


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_command_makes_the_same_call(upstream: Upstream) -> None:
    messages = [{"role": "user", "content": text} for text in HOSTILE.values()]
    endpoint = replace(KEYED, base_url=upstream.base_url, project="team/it's")
    call = {**ASKED, "model": HOSTILE["end of a quote"]}

    printed = run(["sh", "-c", as_curl(endpoint, messages, call)], API_KEY="sk-of-the-reader")

    received = received_from(upstream)
    assert received.body == {**call, "messages": messages}
    assert received.headers["authorization"] == "Bearer sk-of-the-reader"
    assert received.headers["openai-project"] == "team/it's"
    assert "data: [DONE]" in printed


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_in_any_place_stays_a_string(text: str) -> None:
    endpoint = replace(KEYED, base_url=f"https://h.example/{text}", project=text)
    said: list[dict[str, Any]] = [{"role": "user", "content": text}]

    python = as_python(endpoint, said, {**ASKED, "model": text})
    curl = words_of(as_curl(endpoint, said, {**ASKED, "model": text}))

    strings = [node.value for node in ast.walk(ast.parse(python)) if isinstance(node, ast.Constant)]
    assert strings.count(text) == 3
    assert endpoint.base_url in strings
    assert curl[:3] == ["curl", "-N", f"{endpoint.base_url}/chat/completions"]
    assert f"OpenAI-Project: {text}" in curl
    assert len(curl) == 11


def words_of(command: str) -> list[str]:
    """As a shell reads them; Python's reader takes a continued line for a word of its own."""
    return [word for word in shlex.split(command) if word != "\n"]


def calls(code: str) -> list[str]:
    return [
        ast.unparse(node.func) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_adds_no_call_to_the_python_code(text: str) -> None:
    plain_code = as_python(KEYED, QUESTION, ASKED)

    code = as_python(KEYED, [{"role": "user", "content": text}], {**ASKED, "model": text})

    assert calls(code) == calls(plain_code)


def test_what_cannot_be_seen_is_written_as_an_escape_in_python() -> None:
    code = as_python(KEYED, [{"role": "user", "content": "\u202eabc\u2066\x1b"}], ASKED)

    assert r"\u202eabc\u2066\x1b" in code
    assert code.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("endpoint", "variable"),
    [
        *((preset, "OPENAI_API_KEY") for preset in PRESETS if preset.service is Service.OPENAI),
        *((preset, "WANDB_API_KEY") for preset in PRESETS if preset.service is Service.WANDB),
        *((p, "OPENROUTER_API_KEY") for p in PRESETS if p.service is Service.OPENROUTER),
        (KEYED, "API_KEY"),
        (replace(KEYED, service=Service.VLLM), "API_KEY"),
    ],
    ids=lambda value: value.name if isinstance(value, Endpoint) else "",
)
def test_the_key_is_named_by_its_variable_and_never_written(
    endpoint: Endpoint, variable: str
) -> None:
    keyed = endpoint.with_key(ApiKey("sk-canary-1"))

    python, curl = as_python(keyed, QUESTION, ASKED), as_curl(keyed, QUESTION, ASKED)

    assert f'os.environ["{variable}"]' in python.replace("'", '"')
    assert f'"Authorization: Bearer ${variable}"' in curl
    assert "canary" not in python + curl


def test_code_for_a_server_without_a_key_runs_as_it_stands_and_sends_none_of_the_reader(
    upstream: Upstream,
) -> None:
    here = Endpoint("Ollama", upstream.base_url, service=Service.OLLAMA)
    curl = as_curl(here, QUESTION, ASKED)

    run([sys.executable, "-c", as_python(here, QUESTION, ASKED)], OPENAI_API_KEY="sk-canary-1")

    received = received_from(upstream)
    assert received.body == {**ASKED, "messages": QUESTION}
    assert "canary" not in str(received.headers)
    assert "Authorization" not in curl
    assert "os" not in as_python(here, QUESTION, ASKED).split()


def test_nothing_that_was_not_sent_is_in_the_code() -> None:
    python = as_python(KEYED, QUESTION, {"model": "m"})

    assert "extra_body" not in python
    assert "project" not in python + as_curl(KEYED, QUESTION, {"model": "m"}).lower()
