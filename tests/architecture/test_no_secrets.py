"""Nothing in the repository or its history looks like a real key or password."""

import re
import shutil
import subprocess

import pytest

from tests.architecture.source import ROOT

KEYS = {
    "an AWS key": r"(AKIA|ASIA)[0-9A-Z]{16}",
    "a Stripe key": r"[rs]k_(live|test)_[0-9A-Za-z]{16}",
    "a Stripe webhook secret": r"whsec_[0-9A-Za-z]{24}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a GitHub token": r"gh[pousr]_[0-9A-Za-z]{30}",
    "a Slack token": r"xox[abprs]-[0-9A-Za-z-]{10}",
    "a Google key": r"AIza[0-9A-Za-z_-]{35}",
    "a SendGrid key": r"SG\.[0-9A-Za-z_-]{20}\.[0-9A-Za-z_-]{20}",
    "a signed token": r"eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{20}",
    "a password in an address": r"(postgres(ql)?|redis|mysql|amqp|smtp)://[^:@/ ]*:[^@/$<{\\ ]*[0-9][^@/$<{\\ ]*@",
}
EVERY_KEY = "|".join(f"({pattern})" for pattern in KEYS.values())
NEVER_TRACKED = re.compile(r"(^|/)(\.env|id_[a-z0-9]+|[^/]+\.(pem|key|p12|pfx|sqlite3|dump|kdbx))$")

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="needs the repository"
)


def git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_no_tracked_file_holds_a_key() -> None:
    found = {}
    for name in git("ls-files"):
        path = ROOT / name
        if path.is_file() and (hit := re.search(EVERY_KEY, path.read_bytes().decode("utf-8", "replace"))):
            found[name] = hit[0][:12]
    assert found == {}


def test_no_file_that_holds_secrets_by_nature_is_or_was_tracked() -> None:
    ever = {*git("ls-files"), *git("log", "--all", "--format=", "--name-only")}
    assert [name for name in ever if NEVER_TRACKED.search(name)] == []


def test_no_commit_ever_held_a_key() -> None:
    assert git("log", "--all", "--format=%h %s", "--extended-regexp", f"-G{EVERY_KEY}") == []


@pytest.mark.parametrize(
    ("kind", "sample"),
    [
        ("an AWS key", "AKIA" + "Z" * 16),
        ("a Stripe key", "sk_" + "live_" + "4" * 24),
        ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
        ("a signed token", "eyJ" + "h" * 20 + ".eyJ" + "c" * 20 + "." + "s" * 43),
        ("a password in an address", "postgresql://shop:" + "hunter22" + "@db/shop"),
    ],
)
def test_the_patterns_find_what_they_are_for(kind: str, sample: str) -> None:
    assert re.search(KEYS[kind], sample)
