"""Messages to sockets: each by itself, or many in one go."""

from typing import Any

import pytest

from utils import sockets


class Layer:
    """Note what is sent. Sending to the group ``broken`` fails."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    async def group_send(self, group: str, message: Any) -> None:
        if group == "broken":
            raise ConnectionError
        self.sent.append((group, message))


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> Layer:
    made = Layer()
    monkeypatch.setattr(sockets, "get_channel_layer", lambda: made)
    return made


def test_what_is_sent_together_leaves_at_the_end_of_the_block(layer: Layer) -> None:
    with sockets.sent_together():
        sockets.group_send(["a", "b"], {"number": 1})
        sockets.group_send(["c"], {"number": 2})
        assert layer.sent == []
    sockets.group_send(["d"], {"number": 3})
    assert layer.sent == [("a", {"number": 1}), ("b", {"number": 1}), ("c", {"number": 2}), ("d", {"number": 3})]


def test_a_layer_that_fails_is_told_at_the_end_of_the_block(layer: Layer) -> None:
    with pytest.raises(ConnectionError), sockets.sent_together():
        sockets.group_send(["broken"], {"number": 1})
        sockets.group_send(["a"], {"number": 2})
    assert layer.sent == [("a", {"number": 2})]


def test_a_layer_that_hangs_costs_one_second_for_all(layer: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(group: str, message: Any) -> None:
        await sockets.asyncio.sleep(60)

    monkeypatch.setattr(layer, "group_send", hang)
    monkeypatch.setattr(sockets, "_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(TimeoutError), sockets.sent_together():
        for number in range(100):
            sockets.group_send([f"user.{number}"], {})
