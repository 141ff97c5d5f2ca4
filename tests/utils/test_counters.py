"""Test that counts in memory stay bounded, however many keys are counted."""

import pytest

from utils.counters import _Memory


def test_those_that_end_first_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Memory, "_MOST", 10)
    memory = _Memory()
    for number in range(12):
        memory.count(f"key {number}", seconds=100 + number)
    assert len(memory._windows) <= 10
    assert memory.count("key 11", seconds=111).tries == 2
    assert memory.count("key 0", seconds=100).tries == 1
