"""Pools: one loaded model, many sessions, a fair queue and an honest "busy".

Blocking engines run in threads. Each engine works on one call at a time; callers wait in order of arrival; when too
many wait, the next is told so at once. A caller that is cancelled gives its engine back only when the thread is done
with it, so that no engine ever works for two.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Generic, TypeVar, cast

from assistant.errors import Busy

E = TypeVar("E")
R = TypeVar("R")


class Pool(Generic[E]):
    """A fixed number of engines of one kind, used from one event loop."""

    def __init__(self, name: str, engines: Sequence[E], waiting: int = 16) -> None:
        self.name = name
        self.engines = tuple(engines)
        self._waiting = waiting
        self._free = deque(self.engines)
        self._queue: deque[asyncio.Future[E]] = deque()
        self._threads = ThreadPoolExecutor(len(self.engines), thread_name_prefix=name)

    @property
    def idle(self) -> bool:
        """Whether an engine is free right now."""
        return bool(self._free)

    async def run(self, call: Callable[[E], R]) -> R:
        """Runs `call` with a free engine in a thread. Raises Busy when too many wait."""
        async with self._engine() as engine:
            return await self._in_thread(call, engine)

    async def stream(self, call: Callable[[E], Iterator[R]]) -> AsyncGenerator[R, None]:
        """Like `run`, for an engine that yields. The engine is held until the stream ends or is closed.

        Close it with `contextlib.aclosing`: an abandoned stream holds its engine until it is collected.
        """
        async with self._engine() as engine:
            items = await self._in_thread(call, engine)
            done = object()
            try:
                while True:
                    item = await self._in_thread(next, items, done)
                    if item is done:
                        return
                    yield cast(R, item)
            finally:
                close = getattr(items, "close", None)
                if close is not None:
                    await self._in_thread(close)

    def close(self) -> None:
        """Lets the threads end; calls that run are finished first, calls that wait are dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def _engine(self) -> AsyncIterator[E]:
        engine = await self._take()
        try:
            yield engine
        finally:
            self._give(engine)

    async def _take(self) -> E:
        if self._free:
            return self._free.popleft()
        if len(self._queue) >= self._waiting:
            raise Busy(f"{self.name}: {len(self._queue)} are waiting already")
        turn: asyncio.Future[E] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the engine came in the moment of the cancellation
                self._give(turn.result())
            elif turn in self._queue:
                self._queue.remove(turn)
            raise

    def _give(self, engine: E) -> None:
        """Hands the engine to the one who waits longest."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(engine)
                return
        self._free.append(engine)

    async def _in_thread(self, call: Callable[..., R], *args: object) -> R:
        """Runs `call`; a cancellation waits for the thread, however often it comes, and is then raised."""
        work = asyncio.get_running_loop().run_in_executor(self._threads, call, *args)
        cancelled: asyncio.CancelledError | None = None
        while not work.done():
            try:
                await asyncio.wait([work])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            if not work.cancelled():
                work.exception()  # seen, so that asyncio does not complain of it
            raise cancelled
        return work.result()
