"""The server is killed in mid-reply, at moments that nobody chose, and started again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from parley.conversation import LOCAL_OWNER, MessageState
from parley.limits import LIMITS
from parley.store import Store
from tests.browser.app import ROOT, environment_of
from tests.parley.store.postgres_server import a_database
from tests.upstream import Upstream, role, tokens

MOMENTS = 20
AT_ONCE = 2
SLACK_S = 0.8
"""What a loaded machine may add to a second: a checkpoint waits for the disk."""


def killed_at(moment_s: float, folder: Path, upstream: Upstream, url: str | None) -> int:
    """Have a reply written and kill its process so long after the first word.

    Returns how many characters it had a second (and the slack) before that.
    """
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.parley.writing_child"),
            *(str(folder), upstream.base_url),
            *([url] if url else []),
        ],
        cwd=ROOT,
        env=environment_of(folder, ""),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    seen: list[tuple[float, int]] = []
    first: float | None = None
    for line in child.stdout:
        now = time.monotonic()
        seen.append((now, int(line)))
        if first is None and int(line):
            first = now
        if first is not None and now - first >= moment_s:
            break
    child.kill()
    killed = time.monotonic()
    child.wait()
    child.stdout.close()
    safe = [chars for at, chars in seen if at <= killed - LIMITS.checkpoint_s - SLACK_S]
    return safe[-1] if safe else 0


@contextmanager
def a_new_place(database: str, folder: Path) -> Iterator[tuple[Path, str | None]]:
    """A folder and the URL of an empty database, for each kill."""
    if database == "sqlite":
        yield folder, None
        return
    with a_database() as url:
        yield folder, url


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_d7_a_killed_server_loses_at_most_a_second_of_a_reply(
    database: str, tmp_path: Path
) -> None:
    """D-7: the moments are random, and told when it fails."""
    # Once before there are threads: it starts the server, which is not made for being started twice at once.
    with a_new_place(database, tmp_path / "first"):
        pass
    chance = random.Random()
    moments = [chance.uniform(0.0, 2.6) for _ in range(MOMENTS)]

    def kill(number: int) -> None:
        with a_new_place(database, tmp_path / str(number)) as (folder, url):
            with Upstream() as upstream:
                upstream.script(role(), tokens(2_000, 200))
                safe_chars = killed_at(moments[number], folder, upstream, url)
            look_into(folder, url, safe_chars, f"killed after {moments[number]:.3f} s")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(kill, range(MOMENTS)))


def look_into(folder: Path, url: str | None, safe_chars: int, where: str) -> None:
    """Start again: the question is there, the reply a second old at most and marked, its call without an outcome."""
    store = Store.open(folder, url)
    (conversation,) = store.conversations(LOCAL_OWNER)
    asked, reply = store.messages(LOCAL_OWNER, conversation.id)
    calls = store.ledger(LOCAL_OWNER, conversation_id=conversation.id)
    assert store.recovered is None, where
    store.close()
    assert asked.text == "Count", where
    assert reply.state is MessageState.INTERRUPTED, where
    assert len(reply.text) >= safe_chars, where
    assert [call.outcome for call in calls] == [None], where
