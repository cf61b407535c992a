"""The rules of the house, applied to every file, and each tried on a snippet that breaks it.

A rule that has no such snippet might hold because it looks at nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.banned_rules import banned
from tests.house_rules import (
    PRODUCT,
    ROOT,
    Source,
    annotated,
    docstrings,
    doors,
    function_lines,
    functions,
    layers,
    revealed_keys,
    sizes,
    sources,
)
from tests.sink_rules import outside_text

Rule = Callable[[Source], Iterator[str]]

EVERYTHING = (*PRODUCT, "bench", "tests")
YARDSTICK = ("bench/tutorial.py", "bench/yardstick.py")
"""The plain Streamlit page that we measure ourselves against is written as Streamlit's tutorial has it."""

RULES: list[tuple[Rule, tuple[str, ...]]] = [
    (layers, PRODUCT),
    (doors, PRODUCT),
    (revealed_keys, (*PRODUCT, "bench")),
    (banned, (*PRODUCT, "bench")),
    (outside_text, ("pages", "components")),
    (docstrings, EVERYTHING),
    (annotated, (*PRODUCT, "bench")),
    (sizes, EVERYTHING),
]


@pytest.mark.parametrize(("rule", "places"), RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_every_file_keeps_the_rule(rule: Rule, places: tuple[str, ...]) -> None:
    judged = [source for source in sources(*places) if not source.within(*YARDSTICK)]

    breaches = [breach for source in judged for breach in rule(source)]

    assert not breaches, "\n".join(breaches)


def test_half_of_all_functions_have_fewer_than_ten_lines() -> None:
    lengths = [function_lines(f) for source in sources(*PRODUCT) for f in functions(source)]

    assert statistics.median(lengths) < 10


IMPORT_EACH = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("parley").rglob("*.py")):
    if "migrations" in path.parts or path.name == "__main__.py":
        continue
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if name != "parley.frames":
        importlib.import_module(name)
        loaded = {"streamlit", "pandas"} & set(sys.modules)
        assert not loaded, f"{name} loads {loaded}"
"""


def test_no_module_of_parley_loads_streamlit_and_only_frames_loads_pandas() -> None:
    fresh = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert fresh.returncode == 0, fresh.stderr


BROKEN: list[tuple[Rule, str, str]] = [
    (layers, "parley/reply.py", "import streamlit as st"),
    (layers, "parley/reply.py", "from components import state"),
    (layers, "components/state.py", "import pages.chat"),
    (layers, "pages/chat.py", "from pages import models"),
    (doors, "parley/engine.py", "import openai"),
    (doors, "components/picker.py", "from openai import OpenAI"),
    (doors, "parley/usage.py", "from sqlalchemy import select"),
    (doors, "parley/egress.py", "import os\nos.environ['A']"),
    (doors, "parley/egress.py", "from os import environ"),
    (doors, "parley/egress.py", "import os\nos.getenv('A')"),
    (doors, "pages/chat.py", "import streamlit as st\nst.session_state['a'] = 1"),
    (doors, "components/picker.py", "from streamlit import query_params"),
    (doors, "components/picker.py", "import streamlit as st\n@st.cache_data\ndef f(): ..."),
    (doors, "components/state.py", "import streamlit as st\nst.secrets['a']"),
    (doors, "parley/usage.py", "import pandas as pd"),
    (doors, "parley/usage.py", "import pyarrow"),
    (doors, "parley/gateway.py", "import httpx2\nhttpx2.AsyncClient()"),
    (revealed_keys, "parley/gateway.py", "key.reveal()"),
    (banned, "components/a.py", "st.markdown('a', unsafe_allow_html=True)"),
    (banned, "components/a.py", "st.html('a', unsafe_allow_javascript=True)"),
    (banned, "parley/a.py", "import pickle"),
    (banned, "parley/a.py", "from pickle import loads"),
    (banned, "parley/a.py", "eval('1')"),
    (banned, "parley/a.py", "exec('1')"),
    (banned, "parley/a.py", "print('1')"),
    (banned, "parley/frames.py", "frame.query(typed)"),
    (banned, "parley/frames.py", "frame.eval(typed)"),
    (banned, "components/a.py", "st.write_stream(chunks)"),
    (banned, "parley/a.py", "try: f()\nexcept: pass"),
    (banned, "parley/a.py", "try: f()\nexcept Exception:\n    pass"),
    (banned, "parley/a.py", "try: f()\nexcept Exception:  # noqa: BLE001\n    pass"),
    (banned, "parley/a.py", "try: f()\nexcept (OSError, BaseException):\n    pass"),
    (banned, "components/a.py", "try: f()\nexcept OSError as error:\n    show(str(error))"),
    (banned, "components/a.py", "try: f()\nexcept OSError as error:\n    show(f'No: {error}')"),
    (outside_text, "components/a.py", "st.markdown(reply.text)"),
    (outside_text, "components/a.py", "st.caption(f'By {model.id}')"),
    (outside_text, "components/a.py", "column.error(notice.title)"),
    (outside_text, "components/a.py", "st.button('Go', help=model.id)"),
    (outside_text, "components/a.py", "st.expander(label=title)"),
    (outside_text, "components/a.py", "st.metric('Model', model.id)"),
    (outside_text, "components/a.py", "st.markdown('a' + text)"),
    (outside_text, "components/a.py", "st.markdown(' '.join(names))"),
    (outside_text, "components/a.py", "st.pills('Publisher', publishers)"),
    (outside_text, "components/a.py", "st.radio('Model', ids, format_func=name_of)"),
    (outside_text, "components/a.py", "st.radio('Model', ids, format_func=lambda i: i)"),
    (outside_text, "components/a.py", "st.caption(f'{name:>10}')"),
    (outside_text, "components/a.py", "st.success(words)  # trusted:"),
    (docstrings, "parley/a.py", "import os"),
    (docstrings, "parley/a.py", '"""' + "line\n" * 7 + '"""'),
    (annotated, "parley/a.py", "def shown(text) -> None: ..."),
    (annotated, "parley/a.py", "def shown(text: str): ..."),
    (annotated, "parley/a.py", "def shown(*texts) -> None: ..."),
    (sizes, "parley/a.py", "\n" * 301),
    (sizes, "tests/a.py", "def long() -> None:\n" + "    x = 1\n" * 50),
]


@pytest.mark.parametrize(("rule", "path", "code"), BROKEN)
def test_a_snippet_that_breaks_the_rule_is_caught(rule: Rule, path: str, code: str) -> None:
    breaches = list(rule(Source.of(path, code)))

    assert breaches
    assert all(breach.startswith(f"{path}:") for breach in breaches)


KEPT: list[tuple[Rule, str, str]] = [
    (layers, "components/a.py", "import streamlit as st\nfrom parley.usage import Usage"),
    (doors, "parley/gateway.py", "from openai import AsyncOpenAI"),
    (doors, "parley/store/tables.py", "import sqlalchemy as sa"),
    (doors, "parley/endpoint.py", "import httpx2\nhttpx2.URL('a')"),
    (doors, "components/state.py", "import streamlit as st\nst.session_state['a'] = 1"),
    (revealed_keys, "parley/transport.py", "key.reveal()"),
    (banned, "parley/a.py", "try: f()\nexcept Exception:  # the thread must go on\n    pass"),
    (banned, "parley/a.py", "try: f()\nexcept Exception:  # noqa: BLE001 a hostile body\n    pass"),
    (banned, "components/a.py", "try: f()\nexcept StoreError as error:\n    show(str(error))"),
    (outside_text, "components/a.py", "st.markdown('Ours')"),
    (outside_text, "components/a.py", "st.markdown(safe_markdown(reply.text))"),
    (
        outside_text,
        "components/a.py",
        "st.caption(f'By {safe_text.plain(model.id)}, {n:,} tokens')",
    ),
    (outside_text, "components/a.py", "st.caption(' · '.join(plain(n) for n in names))"),
    (outside_text, "components/a.py", "st.error('Two {}'.format(plain(a)) if a else WELCOME)"),
    (outside_text, "components/a.py", "st.toast(trusted(sentence))"),
    (outside_text, "components/a.py", "st.success(words)  # trusted: two safe labels"),
    (outside_text, "components/a.py", "st.text(reply.text); st.code(reply.text)"),
    (outside_text, "components/a.py", "log.error(sentence)"),
    (outside_text, "components/a.py", "name.title()"),
    (outside_text, "components/a.py", "st.radio('Model', ids, format_func=safe_label)"),
    (outside_text, "components/a.py", "st.pills('Sort', ['Name', 'Price'])"),
    (outside_text, "components/a.py", "st.selectbox('Model', ids)"),
    (docstrings, "parley/store/__init__.py", ""),
    (annotated, "parley/a.py", "class A:\n    def b(self, c: int) -> None: ..."),
]


@pytest.mark.parametrize(("rule", "path", "code"), KEPT)
def test_a_snippet_that_keeps_the_rule_passes(rule: Rule, path: str, code: str) -> None:
    assert list(rule(Source.of(path, code))) == []
