"""Pools: in order, bounded, and never two callers at one engine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from assistant.engines import Pool
from assistant.errors import Busy


class Worker:
    """An engine that works until it is let go, and notices when it is used twice at once."""

    def __init__(self) -> None:
        self.working = threading.Lock()
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Semaphore(0)
        self.done: list[str] = []
        self.closed = threading.Event()

    def work(self, name: str) -> str:
        assert self.working.acquire(blocking=False), "two callers at one engine"
        self.begun.release()
        assert self.let_go.acquire(timeout=30)
        self.done.append(name)
        self.working.release()
        return name

    def count(self) -> Iterator[int]:
        try:
            for number in range(100):
                assert self.working.acquire(blocking=False), "two callers at one engine"
                self.working.release()
                yield number
        finally:
            self.closed.set()


def caller(pool: Pool[Worker], name: str) -> asyncio.Task[str]:
    return asyncio.create_task(pool.run(lambda worker: worker.work(name)))


async def begun(worker: Worker) -> None:
    assert await asyncio.to_thread(worker.begun.acquire, timeout=30)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_callers_are_served_in_order_of_arrival() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    callers = [caller(pool, name) for name in "abc"]
    worker.let_go.release(3)
    assert list(await asyncio.gather(*callers)) == ["a", "b", "c"]
    assert worker.done == ["a", "b", "c"]


async def test_a_latecomer_does_not_overtake_the_one_whose_turn_it_is() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    first, second = caller(pool, "first"), caller(pool, "second")
    await begun(worker)
    worker.let_go.release(3)
    await first
    latecomer = caller(pool, "latecomer")  # arrives while the engine changes hands
    await asyncio.gather(second, latecomer)
    assert worker.done == ["first", "second", "latecomer"]


async def test_a_full_house_is_told_at_once() -> None:
    worker = Worker()
    pool = Pool("workers", [worker], waiting=1)
    working, waiting = caller(pool, "working"), caller(pool, "waiting")
    await begun(worker)
    with pytest.raises(Busy, match="workers"):
        await caller(pool, "too many")
    worker.let_go.release(2)
    assert list(await asyncio.gather(working, waiting)) == ["working", "waiting"]
    assert pool.idle


async def test_a_cancelled_caller_keeps_the_engine_until_the_thread_is_done() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    working, waiting = caller(pool, "working"), caller(pool, "waiting")
    await begun(worker)
    working.cancel()
    await settle()
    working.cancel()  # impatient
    await settle()
    assert [working.done(), pool.idle] == [False, False]
    worker.let_go.release(2)
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await waiting == "waiting"
    assert pool.idle


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    worker = Worker()
    pool = Pool("workers", [worker], waiting=1)
    working, waiting = caller(pool, "working"), caller(pool, "waiting")
    await begun(worker)
    waiting.cancel()
    await settle()
    next_one = caller(pool, "next")  # there is room in the line again
    worker.let_go.release(2)
    assert list(await asyncio.gather(working, next_one)) == ["working", "next"]
    assert pool.idle


async def test_an_engine_passes_by_whoever_gave_up_in_the_same_moment() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    engine = await pool._take()
    gone, next_one = asyncio.create_task(pool._take()), asyncio.create_task(pool._take())
    await settle()
    gone.cancel()  # it had no time yet to leave the line
    pool._give(engine)
    assert await next_one is worker
    assert gone.cancelled()


async def test_an_engine_that_is_handed_to_a_cancelled_caller_is_not_lost() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    async with aclosing(pool.stream(lambda engine: engine.count())) as stream:
        assert await anext(stream) == 0
        waiting = caller(pool, "waiting")
        await settle()
    waiting.cancel()  # the engine has just been handed over
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert pool.idle


async def test_a_stream_that_is_closed_early_stops_the_work_and_frees_the_engine() -> None:
    worker = Worker()
    pool = Pool("workers", [worker])
    async with aclosing(pool.stream(lambda engine: engine.count())) as stream:
        assert [await anext(stream) for _ in range(3)] == [0, 1, 2]
        assert not pool.idle
    assert worker.closed.is_set()
    assert pool.idle


async def test_an_engine_that_fails_is_used_again() -> None:
    pool = Pool("workers", [Worker()])
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda worker: 1 // 0)
    assert await pool.run(lambda worker: 7) == 7
