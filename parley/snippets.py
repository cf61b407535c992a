"""The same call as code that a reader can paste: Python with the `openai` client, and curl. Never with a key."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from parley.endpoint import Endpoint, Service

KEY_VARIABLE = {Service.WANDB: "WANDB_API_KEY", Service.OPENROUTER: "OPENROUTER_API_KEY"}
SDK_ARGUMENTS = ("model", "stream", "stream_options")


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
        "import os\n\nfrom openai import OpenAI\n\n"
        "client = OpenAI(\n"
        f"    base_url={endpoint.base_url!r},\n"
        f"    api_key=os.environ[{_variable(endpoint)!r}],\n{project})\n"
        "stream = client.chat.completions.create(\n"
        + "\n".join(lines)
        + f"\n    messages={json.dumps(list(messages), indent=4, ensure_ascii=False)},\n)\n"
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
    return (
        f"curl -N {shlex.quote(endpoint.base_url + '/chat/completions')} \\\n"
        f'  -H "Authorization: Bearer ${_variable(endpoint)}" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"{project}  -d {shlex.quote(body)}\n"
    )


def _variable(endpoint: Endpoint) -> str:
    return KEY_VARIABLE.get(endpoint.service, "OPENAI_API_KEY")
