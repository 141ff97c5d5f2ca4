"""Test ``scripts/live_server_deploy.sh`` in a copy of the repository, with a fake Docker that logs its commands."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.config.test_settings import GOOD, ROOT, value

# Answers each command with success, unless it has the words of $FAILS in it.
DOCKER = """#!/bin/bash
echo "$*" >>"$CALLS"
case "$*" in *"$FAILS"*) exit 1 ;; esac
"""
TOOLS = ["bash", "cat", "cut", "dirname", "head", "mkdir", "openssl", "sed", "tail", "tr"]
NO_VOLUME = "volume inspect"
UP = "compose up --detach --remove-orphans --wait --wait-timeout 300"


class Server:
    """Play a machine that has nothing but the checkout, ``TOOLS`` and the pretended Docker."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.bin, self.log = folder / "shop", folder / "bin", folder / "calls"
        for package in ("config", "utils"):
            shutil.copytree(ROOT / package, self.checkout / package, ignore=shutil.ignore_patterns("__pycache__"))
        (self.checkout / "scripts").mkdir()
        shutil.copy(ROOT / "scripts" / "live_server_deploy.sh", self.checkout / "scripts")
        self.bin.mkdir()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"{tool} is not installed"
            (self.bin / tool).symlink_to(found)
        (self.bin / "docker").write_text(DOCKER)
        (self.bin / "docker").chmod(0o755)

    @property
    def env(self) -> Path:
        return self.checkout / ".env"

    @property
    def calls(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def deploy(self, *arguments: str, fails: str = NO_VOLUME, **environment: str) -> subprocess.CompletedProcess[str]:
        self.log.unlink(missing_ok=True)
        return subprocess.run(
            [self.bin / "bash", "scripts/live_server_deploy.sh", *arguments],
            cwd=self.checkout,
            env={"PATH": str(self.bin), "CALLS": str(self.log), "FAILS": fails, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def settings(self) -> dict[str, str]:
        lines = (line for line in self.env.read_text().splitlines() if not line.startswith("#"))
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


class TestTheFirstTime:
    def test_as_published(self, server: Server) -> None:
        result = server.deploy()
        assert result.returncode == 0, result.stderr
        assert server.settings()["SITE_URL"] == "https://localhost"
        assert "https://localhost/admin/" in result.stdout
        assert "wss://localhost/ws/orders/notifications/" in result.stdout
        assert "http://127.0.0.1:8025/" in result.stdout

    def test_what_docker_is_asked(self, server: Server) -> None:
        server.deploy()
        build = "compose build --pull"
        pull = "compose pull --quiet --ignore-buildable"
        assert server.calls == ["compose version", "info", "volume inspect shop_postgres", pull, build, UP]

    @pytest.mark.parametrize(
        ("arguments", "environment"), [(["shop.example"], {}), ([], {"DOMAIN": "shop.example"})], ids=["word", "name"]
    )
    def test_with_a_domain(self, server: Server, arguments: list[str], environment: dict[str, str]) -> None:
        assert server.deploy(*arguments, **environment).returncode == 0
        found = server.settings()
        assert (found["SITE_URL"], found["ALLOWED_HOSTS"]) == ("https://shop.example", "shop.example")

    def test_secrets_are_random_and_the_owners_alone(self, server: Server, tmp_path: Path) -> None:
        other = Server(tmp_path / "other")
        server.deploy()
        other.deploy()
        for name, length in (("SECRET_KEY", 64), ("POSTGRES_PASSWORD", 40)):
            first, second = server.settings()[name], other.settings()[name]
            assert first != second
            assert (len(first), first.isalnum()) == (length, True)
        for path in (server.env, server.checkout / "var" / "tls" / "privkey.pem"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_production_starts_with_it(self, server: Server) -> None:
        server.deploy("shop.example")
        addresses = {name: GOOD[name] for name in ("DATABASE_URL", "REDIS_URL")}
        expression = "[s.SITE_URL, s.ALLOWED_HOSTS, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS]"
        assert value(server.checkout, "production", expression, **addresses) == [
            *("https://shop.example", ["shop.example"], "mailbox", 1025, False)
        ]

    @pytest.mark.parametrize(
        ("domain", "name"), [("shop.example", "DNS:shop.example"), ("192.0.2.7", "IP Address:192.0.2.7")]
    )
    def test_a_certificate_for_a_start(self, server: Server, domain: str, name: str) -> None:
        result = server.deploy(domain)
        assert "self-signed" in result.stdout
        certificate = server.checkout / "var" / "tls" / "fullchain.pem"
        shown = subprocess.run(
            ["openssl", "x509", "-in", certificate, "-noout", "-ext", "subjectAltName"], capture_output=True, text=True
        )
        assert name in shown.stdout


class TestAgain:
    def test_nothing_is_made_anew(self, server: Server) -> None:
        server.deploy("shop.example")
        files = [server.env, *sorted((server.checkout / "var" / "tls").iterdir())]
        before = [path.read_bytes() for path in files]
        for arguments in ([], ["shop.example"]):
            assert server.deploy(*arguments, fails="nothing").returncode == 0
            assert [path.read_bytes() for path in files] == before
        assert server.calls[-2:] == ["compose build --pull", UP]
        assert not [call for call in server.calls if "down" in call or "rm" in call.split()]

    def test_an_env_of_ones_own_is_kept(self, server: Server) -> None:
        own = "\n".join(f"{name}='{GOOD[name]}'" for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_HOST"))
        server.env.write_text(f"{own}\nexport POSTGRES_PASSWORD=x\n")
        before = server.env.read_bytes()
        result = server.deploy()
        assert result.returncode == 0, result.stderr
        assert server.env.read_bytes() == before
        assert "8025" not in result.stdout


class TestRefusals:
    @pytest.mark.parametrize("tool", ["docker", "openssl"])
    def test_a_tool_is_missing(self, server: Server, tool: str) -> None:
        (server.bin / tool).unlink()
        result = server.deploy()
        assert (result.returncode, UP in server.calls) == (1, False)
        assert f"{tool} is needed" in result.stderr.lower()
        assert server.env.exists() is (tool == "openssl")

    @pytest.mark.parametrize(
        ("fails", "reason"),
        [
            ("compose version", "Docker Compose 2.20 or newer is needed"),
            ("info", "Docker does not answer"),
            ("nothing", "no .env"),
        ],
        ids=["no compose", "no engine", "database without .env"],
    )
    def test_docker_is_not_ready(self, server: Server, fails: str, reason: str) -> None:
        result = server.deploy(fails=fails)
        assert (result.returncode, UP in server.calls, server.env.exists()) == (1, False, False)
        assert reason in result.stderr

    @pytest.mark.parametrize("domain", ["https://shop.example", "shop.example/", "a b", "$(id)", "a,b", "*"])
    def test_not_a_domain(self, server: Server, domain: str) -> None:
        result = server.deploy(domain)
        assert (result.returncode, UP in server.calls, server.env.exists()) == (1, False, False)
        assert "DOMAIN is a bare name" in result.stderr

    def test_another_domain_than_before(self, server: Server) -> None:
        server.deploy("shop.example")
        before = server.env.read_bytes()
        result = server.deploy("other.example")
        assert (result.returncode, UP in server.calls, server.env.read_bytes()) == (1, False, before)
        assert "ALLOWED_HOSTS and SITE_URL" in result.stderr

    @pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_HOST", "POSTGRES_PASSWORD"])
    def test_a_setting_is_missing(self, server: Server, name: str) -> None:
        server.deploy()
        settings = server.settings() | {name: ""}
        server.env.write_text("".join(f"{key}={found}\n" for key, found in settings.items()))
        result = server.deploy()
        assert (result.returncode, UP in server.calls) == (1, False)
        assert f".env does not set: {name}\n" in result.stderr

    def test_a_service_that_does_not_start_is_shown(self, server: Server) -> None:
        server.deploy()
        result = server.deploy(fails="compose up")
        assert result.returncode == 1
        assert "The shop did not start" in result.stderr
        assert server.calls[-2:] == ["compose ps --all", "compose logs --tail 40 migrate web websocket worker nginx"]
        assert "/admin/" not in result.stdout


def test_it_can_be_started_by_name() -> None:
    assert os.access(ROOT / "scripts" / "live_server_deploy.sh", os.X_OK)
