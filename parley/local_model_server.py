"""The child process that is This machine: llama.cpp's own server with one model, started by `local_model.py`.

Reads its parameters as one JSON line from stdin and ends the moment stdin closes, so it never outlives the app.
It listens on 127.0.0.1 alone, wants its key on every call, and lets no web page read an answer.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, NoReturn

EXIT_NO_RUNTIME = 3
EXIT_NOT_LOADED = 4

SLOTS = 4
"""Replies that are written at the same time; further ones wait."""
WINDOW_TOKENS = 4096
"""Of each slot: llama.cpp divides `n_ctx` among the slots."""
HTTP_THREADS = 32
"""Every open stream holds one; with llama.cpp's default of eight, a ninth caller gets no answer at all."""
REPLY_TOKENS = 512
"""A model this small can ramble until its window is full; the finish reason then says `length`."""
TEMPERATURE, REPEAT_PENALTY = 0.0, 1.1
"""Always the likeliest token: so small a model guesses badly. The penalty keeps it from saying one line for ever.
A request that names its own wins."""
PACKAGED_MODEL = "SmolLM2-135M"
SYSTEM_PROMPT = "You are a helpful assistant. Answer in English."
"""In place of the one in the model's own template, after which it falls into French; a request's own wins."""
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if loop.first and message['role'] != 'system' %}"
    "<|im_start|>system\n" + SYSTEM_PROMPT + "<|im_end|>\n{% endif %}"
    "<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PROMPT_CACHE_MIB = 128
"""llama.cpp's default is 8 GiB."""


def main() -> None:
    announce_fd = _keep_stdout_to_ourselves()
    parameters = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    server = _serve(parameters)
    port = int(server.listening_address.rsplit(":", 1)[1])
    with os.fdopen(announce_fd, "w", encoding="utf-8") as announce:
        announce.write(json.dumps({"port": port}) + "\n")
    threading.Event().wait()


def _keep_stdout_to_ourselves() -> int:
    """llama.cpp writes to the real stdout; from here on that is stderr, and ours is the copy."""
    ours = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return ours


def _end_with_stdin() -> NoReturn:
    """Our parent holds the other end: however it ends, the kernel closes it."""
    sys.stdin.read()
    os._exit(0)


def _serve(parameters: dict[str, str]) -> Any:
    try:
        import xllamacpp
    except ImportError:
        sys.exit(EXIT_NO_RUNTIME)
    try:
        return xllamacpp.Server(_params(xllamacpp.CommonParams(), parameters))
    except RuntimeError:
        sys.exit(EXIT_NOT_LOADED)


def _params(params: Any, parameters: dict[str, str]) -> Any:
    params.model.path = parameters["model_path"]
    params.model_alias = {parameters["model_id"]}
    params.api_keys = [parameters["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = SLOTS
    params.n_ctx = SLOTS * WINDOW_TOKENS
    params.n_predict = REPLY_TOKENS
    if parameters["model_id"].startswith(PACKAGED_MODEL):
        params.chat_template = CHAT_TEMPLATE
    params.sampling.temp = TEMPERATURE
    params.sampling.penalty_repeat = REPEAT_PENALTY
    params.n_threads_http = HTTP_THREADS
    params.cache_ram_mib = PROMPT_CACHE_MIB
    _close_side_doors(params)
    return params


def _close_side_doors(params: Any) -> None:
    # llama.cpp always sends the CORS header; an empty one is the value that no origin equals.
    params.cors_origins = params.cors_methods = params.cors_headers = ""
    params.cors_credentials = False
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False


if __name__ == "__main__":
    main()
