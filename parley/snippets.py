"""The same call as code that a reader can paste: Python with the `openai` client, and curl. Never with a key."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from parley.endpoint import Endpoint, Service

KEY_VARIABLE = {
    Service.OPENAI: "OPENAI_API_KEY",
    Service.WANDB: "WANDB_API_KEY",
    Service.OPENROUTER: "OPENROUTER_API_KEY",
}
OTHER_KEY_VARIABLE = "API_KEY"
"""Belongs to nobody: a reader's key for one of the services above must not go to another address."""
SDK_ARGUMENTS = ("model", "stream", "stream_options")

KEYLESS = "not-needed"
"""What the client is given for an endpoint without a key, so that it takes none from the environment."""


def as_python(
    endpoint: Endpoint, messages: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> str:
    """A script that makes the call and prints the reply and its usage."""
    arguments = {name: parameters[name] for name in SDK_ARGUMENTS if name in parameters}
    extra = {name: value for name, value in parameters.items() if name not in SDK_ARGUMENTS}
    if extra:
        arguments["extra_body"] = extra
    lines = [f"    {name}={value!r}," for name, value in arguments.items()]
    project = f"    project={endpoint.project!r},\n" if endpoint.project else ""
    return (
        f"{_python_imports(endpoint)}\n\n"
        "client = OpenAI(\n"
        f"    base_url={endpoint.base_url!r},\n"
        f"    api_key={_python_key(endpoint)},\n{project})\n"
        "stream = client.chat.completions.create(\n"
        + "\n".join(lines)
        + f"\n    messages=[\n{_python_items(messages)}    ],\n)\n"
        "for chunk in stream:\n"
        "    if chunk.choices and chunk.choices[0].delta.content:\n"
        '        print(chunk.choices[0].delta.content, end="", flush=True)\n'
        "    if chunk.usage:\n"
        "        print(chunk.usage)\n"
    )


def as_curl(
    endpoint: Endpoint, messages: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> str:
    """A shell command that makes the call; `-N` shows the reply as it streams."""
    body = json.dumps({**parameters, "messages": list(messages)}, ensure_ascii=False, indent=2)
    project = (
        f"  -H {shlex.quote('OpenAI-Project: ' + endpoint.project)} \\\n"
        if endpoint.project
        else ""
    )
    key = (
        f'  -H "Authorization: Bearer ${_variable(endpoint)}" \\\n' if _wants_key(endpoint) else ""
    )
    return (
        f"curl -N {shlex.quote(endpoint.base_url + '/chat/completions')} \\\n"
        f"{key}  -H 'Content-Type: application/json' \\\n"
        f"{project}  -d {shlex.quote(body)}\n"
    )


def _python_imports(endpoint: Endpoint) -> str:
    return ("import os\n\n" if _wants_key(endpoint) else "") + "from openai import OpenAI"


def _python_items(messages: Sequence[Mapping[str, Any]]) -> str:
    """One message a line. `repr` escapes what cannot be seen, so the code says what it does."""
    return "".join(f"        {dict(message)!r},\n" for message in messages)


def _python_key(endpoint: Endpoint) -> str:
    return f"os.environ[{_variable(endpoint)!r}]" if _wants_key(endpoint) else repr(KEYLESS)


def _wants_key(endpoint: Endpoint) -> bool:
    return endpoint.needs_key or endpoint.key is not None


def _variable(endpoint: Endpoint) -> str:
    return KEY_VARIABLE.get(endpoint.service, OTHER_KEY_VARIABLE)
