"""The checker's process stays for the next question, is replaced when it ends, and outlives nobody."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from parley.checker_process import Answer, CheckerProcess
from tests.processes import exists, wait_until

BOMB = {"type": "string", "pattern": "^(a+)+$"}
FOREVER = '"' + "a" * 60 + '!"'
A_WHILE_S = 20.0


@pytest.fixture
def checker() -> Iterator[CheckerProcess]:
    process = CheckerProcess()
    yield process
    process.end()


def process_id(checker: CheckerProcess) -> int:
    assert checker._child is not None
    return checker._child._process.pid


def test_one_process_answers_question_after_question(checker: CheckerProcess) -> None:
    assert checker.ask({"type": "object"}, None, A_WHILE_S) == Answer()
    first = process_id(checker)
    assert checker.ask({"type": 1}, None, A_WHILE_S).fault.startswith("$.type")
    assert checker.ask({"type": "object"}, "[]", A_WHILE_S).fault == "$: [] is not of type 'object'"
    assert checker.ask({"$ref": "#"}, "{}", A_WHILE_S).untold

    assert process_id(checker) == first


def test_i8_a_question_that_takes_too_long_is_ended_and_the_next_is_answered(
    checker: CheckerProcess,
) -> None:
    checker.ask({}, None, A_WHILE_S)
    hung = process_id(checker)

    answer = checker.ask(BOMB, FOREVER, 0.3)

    assert answer == Answer(untold="", late=True)
    assert not exists(hung)
    assert checker.ask(BOMB, '"aaa"', A_WHILE_S) == Answer()


def test_a_process_that_somebody_ended_is_replaced(checker: CheckerProcess) -> None:
    checker.ask({}, None, A_WHILE_S)
    ended = process_id(checker)

    os.kill(ended, signal.SIGKILL)
    os.waitid(os.P_PID, ended, os.WEXITED | os.WNOWAIT)

    assert checker.ask({}, "{}", A_WHILE_S) == Answer()
    assert process_id(checker) != ended


@pytest.mark.parametrize(
    "command",
    [
        ("/nowhere/python",),
        (sys.executable, "-c", "raise SystemExit(3)"),
        (sys.executable, "-c", "import os; os.write(1, b'{}\\n'); os.read(0, 1); os._exit(4)"),
    ],
    ids=["not there", "ends at once", "ends when asked"],
)
def test_a_process_that_gives_no_answer_is_said_to_have_told_nothing(
    command: tuple[str, ...],
) -> None:
    checker = CheckerProcess(command)

    assert checker.ask({"title": "x" * 100_000}, None, A_WHILE_S) == Answer(untold="")
    assert checker._child is None


def test_many_threads_get_their_own_answers(checker: CheckerProcess) -> None:
    said: dict[int, str] = {}

    def ask(number: int) -> None:
        said[number] = checker.ask({"const": "none"}, str(number), A_WHILE_S).fault

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said == dict.fromkeys(range(8), "$: 'none' was expected")


def test_the_process_is_gone_when_it_was_ended(checker: CheckerProcess) -> None:
    checker.ask({}, None, A_WHILE_S)
    running = process_id(checker)

    checker.end()

    wait_until(lambda: not exists(running))


def test_the_process_sees_none_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "a-key")
    telling = "import os, json; print(json.dumps({})); input(); print(json.dumps({'fault': ' '.join(os.environ)}))"
    checker = CheckerProcess((sys.executable, "-u", "-c", telling))

    answer = checker.ask({}, None, A_WHILE_S)
    checker.end()

    assert "WANDB_API_KEY" not in answer.fault
    assert "PYTHONUTF8" in answer.fault
