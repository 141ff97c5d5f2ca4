"""Test that a secret file is made once, and never half written."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from utils.secretfile import secret_from_file


def test_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = secret_from_file(path)
    assert len(secret) >= 50
    assert secret_from_file(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_an_empty_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.touch()
    secret = secret_from_file(path)
    assert len(secret) >= 50
    assert path.read_text() == secret


def test_a_crash_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_length: int) -> str:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("utils.secretfile.secrets.token_urlsafe", crash)
        with pytest.raises(OSError, match="No space"):
            secret_from_file(tmp_path / "secret_key")
    assert list(tmp_path.iterdir()) == []


def test_of_many_at_once_the_first_wins(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(secret_from_file, [tmp_path / "secret_key"] * 16))) == 1
