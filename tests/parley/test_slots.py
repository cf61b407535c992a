"""How many requests an endpoint gets at once: never more than it takes, and nobody waits for a place that is free."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from parley.slots import Slots


async def hold(slots: Slots, until: asyncio.Event, began: list[str], name: str) -> None:
    async with slots.one():
        began.append(name)
        await until.wait()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def test_who_finds_no_place_waits_for_one() -> None:
    async def scenario() -> None:
        slots, over, began = Slots(2), asyncio.Event(), list[str]()
        tasks = [asyncio.create_task(hold(slots, over, began, name)) for name in "abc"]
        await settle()
        full = (list(began), slots.free)

        over.set()
        await asyncio.gather(*tasks)

        assert full == (["a", "b"], False)
        assert began == ["a", "b", "c"]
        assert slots.free

    asyncio.run(scenario())


def test_a_place_is_free_again_when_its_holder_is_stopped_or_fails() -> None:
    async def scenario() -> None:
        slots, over, began = Slots(1), asyncio.Event(), list[str]()
        held = asyncio.create_task(hold(slots, over, began, "a"))
        await settle()
        waiting = asyncio.create_task(hold(slots, over, began, "b"))
        await settle()

        await cancel(held)
        await settle()
        after_stop = list(began)
        over.set()
        await waiting
        with pytest.raises(KeyError):
            async with slots.one():
                raise KeyError

        assert after_stop == ["a", "b"]
        assert slots.free

    asyncio.run(scenario())


def test_who_is_stopped_while_waiting_takes_no_place() -> None:
    async def scenario() -> None:
        slots, over, began = Slots(1), asyncio.Event(), list[str]()
        held = asyncio.create_task(hold(slots, over, began, "a"))
        waiting = asyncio.create_task(hold(slots, over, began, "b"))
        await settle()

        await cancel(waiting)
        over.set()
        await held

        assert began == ["a"]
        assert slots.free

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("most", "running", "then"), [(8, 5, 5), (8, 7, 7), (8, 1, 1), (8, 0, 8), (1, 1, 1)]
)
def test_s14_an_endpoint_that_turns_a_call_away_gets_no_more_than_the_others_that_run(
    most: int, running: int, then: int
) -> None:
    async def places() -> int:
        slots, over, began = Slots(most), asyncio.Event(), list[str]()
        before = [asyncio.create_task(hold(slots, over, began, "")) for _ in range(running)]
        await settle()
        slots.lower()
        over.set()
        await asyncio.gather(*before)
        began.clear()
        over.clear()
        after = [asyncio.create_task(hold(slots, over, began, "")) for _ in range(10)]
        await settle()
        at_once = len(began)
        over.set()
        await asyncio.gather(*after)
        return at_once

    assert asyncio.run(places()) == then


def test_s14_every_answer_lets_one_more_be_tried_up_to_what_was_wanted() -> None:
    async def scenario() -> None:
        slots, over, began = Slots(2), asyncio.Event(), list[str]()
        held = asyncio.create_task(hold(slots, over, began, "a"))
        await settle()
        slots.lower()
        seen = [slots.free]

        slots.relax()
        seen.append(slots.free)
        slots.relax()

        second = asyncio.create_task(hold(slots, over, began, "b"))
        await settle()
        seen.append(slots.free)
        over.set()
        await asyncio.gather(held, second)
        assert seen == [False, True, False]

    asyncio.run(scenario())
