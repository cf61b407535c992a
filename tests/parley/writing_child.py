"""A process that has a reply written, to be killed: it tells, line by line, how many characters the reply has.

Run as `python -m tests.parley.writing_child <data folder> <base URL> [<database URL>]`.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from parley.catalog.model import Model
from parley.conversation import LOCAL_OWNER
from parley.endpoint import Endpoint
from parley.engine import Engine
from parley.store import Store
from parley.turns import Target, next_turn


def main(data_dir: str, base_url: str, database_url: str | None = None) -> None:
    store = Store.open(Path(data_dir), database_url)
    engine = Engine(store)
    target = Target(Endpoint("Upstream", base_url), Model("test-model"))
    reply = engine.begin(next_turn(LOCAL_OWNER, None, [], "Count", target))
    while not reply.ended:
        text, _ = reply.written()
        sys.stdout.write(f"{len(text)}\n")
        sys.stdout.flush()
        time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
