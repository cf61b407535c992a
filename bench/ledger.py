"""A ledger of 1,000,000 calls on SQLite: what each question of the usage page takes, and adding it up before them.

The rows are written into a store of before the sums, so that they are made as a long-time user meets it.
`python -m bench ledger` measures this alone and writes nothing.
"""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from bench import rows
from bench.claim import Claim
from bench.measuring import Figures
from parley.conversation import LOCAL_OWNER, Kind
from parley.store import Store
from parley.store.migrating import SCRIPTS, migrate
from parley.store.sqlite import SqliteFile
from parley.wanted_calls import Dimension, Wanted

CALLS = 1_000_000
CALLS_EACH = 25
"""Of a conversation."""
PER_STATEMENT = 10_000
LIMIT_MS = 500.0
YEAR_MIN = 365 * 24 * 60
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
MODELS = tuple(f"org/Model-{number}-Instruct" for number in range(12))
RARE = "org/Seldom-asked"
ENDPOINTS = ("W&B Inference", "OpenAI", "This machine")
BEFORE = "0003"
"""The schema without sums."""
VIENNA, SAN_FRANCISCO = 60, -480
"""Minutes ahead of UTC, in winter."""

INTO_REQUESTS = """INSERT INTO requests (owner, attempt_id, reply_id, conversation_id, kind, endpoint, base_url, model,
    sent_at, context_window, composition, parameters)
    VALUES (?, ?, ?, ?, ?, ?, 'https://api.example.com/v1', ?, ?, 131072, ?, '{"temperature":0.7,"stream":true}')"""
INTO_OUTCOMES = """INSERT INTO outcomes (owner, attempt_id, ended_at, state, input_tokens, input_tokens_state,
    cached_tokens, cached_tokens_state, output_tokens, output_tokens_state, reasoning_tokens_state, cost_amount,
    cost_state, cost_lines, cost_source, cost_free, http_status, speed_source, timing_track)
    VALUES (?, ?, ?, ?, ?, 'reported', ?, 'reported', ?, ?, 'unknown', ?, ?, ?, 'bundled list', 0, 200, 'measured',
    '[[210,5],[400,80],[800,190],[1200,320]]')"""

Call = tuple[tuple[object, ...], tuple[object, ...] | None]
"""What goes into `requests`, and into `outcomes`."""


def main(say: Callable[[str], None], runs: int) -> int:
    """Exit status: 1 when a promise does not hold."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        figures = measure(Path(folder) / "ledger", runs, say)
    judged = list(claims(figures))
    say("\n".join([*table(figures), "", *map(str, judged)]))
    return int(rows.failed(judged))


def measure(scratch: Path, runs: int, progress: Callable[[str], None]) -> rows.Runs:
    """Figures of each run, in milliseconds; filling and migrating are done once."""
    path = scratch / "parley.db"
    _fill(scratch, path)
    progress(f"{CALLS:,} calls written")
    began = time.perf_counter()
    store = Store.open(scratch)
    migration = {"ledger migration": time.perf_counter() - began}
    try:
        _ask_all(store)
        figures = [{**migration, **_ask_all(store)} for _ in range(runs)]
    finally:
        store.close()
    progress(f"{CALLS:,} calls done")
    return figures


def _fill(scratch: Path, path: Path) -> None:
    scratch.mkdir(parents=True)
    scripts = scratch / "scripts"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("r000[4-9]*", "__*"))
    opened = SqliteFile.open(path, 5.0)
    migrate(opened, scripts=scripts, newest=BEFORE)
    calls = _calls(random.Random(7))
    while chunk := list(islice(calls, PER_STATEMENT)):
        with opened.engine.begin() as connection:
            connection.exec_driver_sql(INTO_REQUESTS, [sent for sent, _ in chunk])
            ended = [outcome for _, outcome in chunk if outcome is not None]
            connection.exec_driver_sql(INTO_OUTCOMES, ended)
    opened.close()


def _calls(chance: random.Random) -> Iterator[Call]:
    """Conversations of an hour or so, one model each; a probe now and then; one call in 10,000 to the rare model."""
    for number in range(CALLS // CALLS_EACH):
        at = BEGAN + timedelta(minutes=YEAR_MIN * number / (CALLS / CALLS_EACH))
        model = chance.randrange(len(MODELS))
        for turn in range(CALLS_EACH):
            at += timedelta(seconds=30 + 150 * chance.random())
            yield _call(chance, f"c{number:031}", number * CALLS_EACH + turn, turn, model, at)


def _call(
    chance: random.Random, thread: str, number: int, turn: int, model: int, at: datetime
) -> Call:
    attempt = f"a{number:031}"
    kind = Kind.PROBE if chance.random() < 0.01 else Kind.CHAT
    name = RARE if chance.random() < 0.0001 else MODELS[model]
    parts = {"system": 400, "history": 1500 * turn, "attachments": 0, "new": chance.randrange(900)}
    place = "" if kind is Kind.PROBE else thread
    sent = (attempt, attempt, place, kind, ENDPOINTS[model % 3], name, _written(at))
    request = (LOCAL_OWNER, *sent, json.dumps(parts, separators=(",", ":")))
    return request, _outcome(chance, attempt, sum(parts.values()) // 4, at)


def _outcome(
    chance: random.Random, attempt: str, tokens: int, at: datetime
) -> tuple[object, ...] | None:
    """Of 100 calls one has none, and five were stopped; half of them came out of a cache in part."""
    how = chance.random()
    if how < 0.01:
        return None
    state, certain = ("stopped", "partial") if how < 0.06 else ("complete", "reported")
    cached = tokens * 3 // 4 if chance.random() < 0.5 else 0
    output = chance.randrange(1, 900)
    millionths = (tokens - cached) * 20 + cached * 5 + output * 65
    lines = [["Input", tokens - cached, "0.20", "0"], ["Cached input", cached, "0.05", "0"]]
    return (
        *(LOCAL_OWNER, attempt, _written(at + timedelta(seconds=9)), state, tokens, cached, output),
        *(certain, f"0.{millionths:08}", certain, json.dumps(lines)),
    )


def _written(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}"


SPRING = Wanted(date(2026, 3, 1), date(2026, 5, 31), VIENNA)
ALL_YEAR = Wanted(utc_offset_min=VIENNA)
ONE_MODEL = Wanted(utc_offset_min=VIENNA, models=MODELS[:1], kinds=(Kind.CHAT,))

QUESTIONS: dict[str, Callable[[Store], object]] = {
    "everything together": lambda store: store.spent(LOCAL_OWNER, ALL_YEAR),
    "three months together": lambda store: store.spent(LOCAL_OWNER, SPRING),
    **{
        f"by {dimension}": partial(
            Store.spent_by, owner=LOCAL_OWNER, dimension=dimension, wanted=ALL_YEAR
        )
        for dimension in Dimension
    },
    "by day, in San Francisco": lambda store: store.spent_by(
        LOCAL_OWNER, Dimension.DAY, Wanted(utc_offset_min=SAN_FRANCISCO)
    ),
    "by day, three months": lambda store: store.spent_by(LOCAL_OWNER, Dimension.DAY, SPRING),
    "by conversation, three months": lambda store: store.spent_by(
        LOCAL_OWNER, Dimension.CONVERSATION, SPRING
    ),
    "by day, one model": lambda store: store.spent_by(LOCAL_OWNER, Dimension.DAY, ONE_MODEL),
    "where tokens went": lambda store: store.where_tokens_went(LOCAL_OWNER, ALL_YEAR),
    "what caches saved": lambda store: store.cache_use(LOCAL_OWNER, ALL_YEAR),
    "averages": lambda store: store.averages(LOCAL_OWNER, ALL_YEAR),
    "newest 50 calls": lambda store: store.calls_page(LOCAL_OWNER, ALL_YEAR),
    "50 calls in the middle": lambda store: store.calls_page(
        LOCAL_OWNER, ALL_YEAR, after=(datetime(2026, 7, 1, tzinfo=UTC), 0)
    ),
    "50 calls of a rare model": lambda store: store.calls_page(LOCAL_OWNER, Wanted(models=(RARE,))),
    "50 calls of a conversation": lambda store: store.calls_page(
        LOCAL_OWNER, Wanted(conversation_id=f"c{20_000:031}")
    ),
}


def _ask_all(store: Store) -> Figures:
    return {f"ledger {words}": _took_ms(partial(ask, store)) for words, ask in QUESTIONS.items()}


def _took_ms(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def table(figures: rows.Runs) -> Iterator[str]:
    """In Markdown, line by line."""
    yield f"| {CALLS:,} calls in the ledger, SQLite | median [min..max] |"
    yield "|---|---|"
    for words in QUESTIONS:
        row = rows.Row(f"ledger {words}", f"{words}, ms")
        yield f"| {row.words} | {rows.cell(row, rows.summary(figures, row.figure))} |"
    row = rows.Row("ledger migration", "once: opening a ledger of before the sums, s")
    yield f"| {row.words} | {rows.cell(row, rows.summary(figures, row.figure))} |"


def claims(figures: rows.Runs) -> Iterator[Claim]:
    """The slowest run of every question counts."""
    worst = {words: max(each[f"ledger {words}"] for each in figures) for words in QUESTIONS}
    slowest = max(worst, key=lambda words: worst[words])
    yield Claim(
        f"With {CALLS:,} calls every question of the usage page takes under {LIMIT_MS:.0f} ms "
        f"(worst {worst[slowest]:.0f}: {slowest})",
        max(worst.values()) < LIMIT_MS,
    )
