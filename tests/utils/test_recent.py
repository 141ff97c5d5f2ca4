"""The memory of a process is bounded, and keeps what was used last."""

from concurrent.futures import ThreadPoolExecutor

from utils.recent import Recent


def test_it_keeps_what_was_used_last_within_its_size() -> None:
    recent: Recent[int, str] = Recent(most=640)
    for number in range(200):
        recent.put(number, "x", size=10)
        assert recent.get(0) == "x"
    assert (len(recent), recent.size) == (64, 640)
    assert recent.get(1) is None
    assert recent.get(199) == "x"


def test_a_new_value_takes_the_place_of_the_old_one() -> None:
    recent: Recent[int, str] = Recent(most=640)
    for size in (10, 3):
        recent.put(1, f"of {size}", size=size)
    assert (recent.get(1), len(recent), recent.size) == ("of 3", 1, 3)


def test_what_is_too_large_is_not_kept() -> None:
    recent: Recent[int, str] = Recent(most=640)
    recent.put(1, "small", size=10)
    recent.put(2, "large", size=11)
    assert (recent.get(1), recent.get(2), recent.size) == ("small", None, 10)


def test_it_can_be_emptied() -> None:
    recent: Recent[int, str] = Recent(most=640)
    recent.put(1, "x", size=10)
    recent.clear()
    assert (recent.get(1), len(recent), recent.size) == (None, 0, 0)


def test_threads_may_share_it() -> None:
    recent: Recent[int, int] = Recent(most=64)

    def use(start: int) -> None:
        for number in range(start, start + 2_000):
            recent.put(number % 100, number, size=1)
            found = recent.get(number % 90)
            assert found is None or found % 100 == number % 90

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(use, range(0, 800, 100)))
    assert len(recent) == recent.size == 64
