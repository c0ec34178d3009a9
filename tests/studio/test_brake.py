"""A password cannot be guessed quickly, by one address or by many."""

from __future__ import annotations

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message, Receive, Scope, Send

from jazzgen.studio.brake import FREE, LONGEST, MEMORY, Brake
from jazzgen.studio.guard import Guard
from jazzgen.studio.serve import pass_for

HERE, THERE = "192.168.1.5", "192.168.1.6"


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def guess(brake: Brake, address: str, number: int) -> None:
    for _ in range(number):
        brake.wrong(address)


def test_each_wrong_password_doubles_the_wait_up_to_a_limit(clock: Clock) -> None:
    brake = Brake(clock)
    guess(brake, HERE, FREE - 1)
    assert brake.wait(HERE) == 0
    waits = []
    for _ in range(12):
        brake.wrong(HERE)
        waits.append(brake.wait(HERE))
        clock.now += waits[-1]
        assert brake.wait(HERE) == 0
    assert waits == [min(2.0**step, LONGEST) for step in range(12)]
    assert brake.wait(THERE) == 0


def test_the_right_password_and_time_let_forget(clock: Clock) -> None:
    brake = Brake(clock)
    for forget in (lambda: brake.right(HERE), lambda: setattr(clock, "now", clock() + MEMORY + 1)):
        guess(brake, HERE, FREE + 3)
        assert brake.wait(HERE) > 0
        forget()
        brake.wrong(HERE)
        assert brake.wait(HERE) == 0


def test_what_is_remembered_is_bounded_and_more_addresses_are_no_way_round(clock: Clock) -> None:
    brake = Brake(clock, most=10)
    guess(brake, HERE, FREE)
    for number in range(1000):
        brake.wrong(f"10.0.{number // 250}.{number % 250}")
    assert len(brake) <= 11
    assert brake.wait(HERE) > 0
    assert brake.wait("10.9.9.9") > 0  # one of too many


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one customer has this many
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.168.1.5", "192.168.1.5", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.168.1.5", "192.168.1.6", False),
    ],
)
def test_who_is_at_one_place_is_counted_together(
    one: str, other: str, same: bool, clock: Clock
) -> None:
    brake = Brake(clock)
    guess(brake, one, FREE)
    assert (brake.wait(other) > 0) == same


async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer every request that comes through."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"music"})


def test_while_it_waits_not_even_the_right_password_passes(clock: Clock) -> None:
    guard = Guard(answers, pass_for("0.0.0.0", 8777, "long enough", "token"), brake=Brake(clock))

    def told(word: str | None, address: str = HERE) -> tuple[int, bytes | None]:
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            messages.append(message)

        headers = [(b"host", b"192.168.1.2:8777")]
        if word is not None:
            headers.append((b"authorization", b"Basic " + base64.b64encode(b"me:" + word.encode())))
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
        task = guard({**scope, "client": (address, 5)}, receive, send)
        with ThreadPoolExecutor(1) as thread:  # that of the tests may have Playwright's loop
            thread.submit(asyncio.run, task).result()
        return messages[0]["status"], dict(messages[0]["headers"]).get(b"retry-after")

    assert [told(None)[0] for _ in range(FREE + 1)] == [401] * (FREE + 1)  # no guess at all
    assert [told("guess")[0] for _ in range(FREE)] == [401] * FREE
    assert told("another") == told("long enough") == (429, b"1")
    assert told(None)[0] == 401
    assert told("long enough", THERE)[0] == 200
    clock.now += 1
    assert told("another")[0] == 401
    assert told("long enough") == (429, b"2")
    clock.now += 2
    assert told("long enough")[0] == 200
    assert told("mistyped")[0] == told("long enough")[0] + 201
