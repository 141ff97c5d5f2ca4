"""What is deployed, read as files: the services, the image, the proxy. That they run is for a machine with Docker."""

import re
from typing import Any

import pytest
import yaml
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.management import get_commands
from django.utils.module_loading import import_string

from accounts.models import User
from tests.config.test_settings import ROOT
from tests.support.server import daphne

COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "web", "websocket", "worker")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = (ROOT / "deploy" / "nginx.conf").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def instruction(name: str) -> str:
    """Return the last instruction of its kind in the Dockerfile, which is the one that counts."""
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)[-1]


def location(path: str) -> str:
    return re.findall(rf"^    location {path} \{{\n(.*?)^    \}}$", NGINX, re.DOTALL | re.MULTILINE)[0]


class TestServices:
    def test_all_are_there(self) -> None:
        assert set(SERVICES) == {*OURS, "postgres", "redis", "nginx", "mailbox"}

    @pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
    def test_each_is_watched_and_started_again(self, name: str) -> None:
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"

    def test_migrations_run_once_and_before_the_others(self) -> None:
        assert SERVICES["migrate"]["restart"] == "no"
        assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
        for name in ("web", "websocket", "worker"):
            assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        for name in ("web", "websocket"):
            assert SERVICES["nginx"]["depends_on"][name] == {"condition": "service_healthy"}

    def test_commands_name_what_exists(self) -> None:
        web = yaml.safe_load(instruction("CMD"))
        assert (web[0], web[-1]) == ("granian", "config.wsgi:application")
        assert SERVICES["websocket"]["command"][0] == "daphne"
        for application in (web[-1], SERVICES["websocket"]["command"][-1]):
            assert callable(import_string(application.replace(":", ".")))
        assert SERVICES["worker"]["command"] == ["python", "manage.py", "worker"]
        asked = re.findall(r"manage\.py (\w+)", COMPOSE_TEXT.replace('", "', " ") + SERVICES["migrate"]["command"][-1])
        assert {"migrate", "collectstatic"} <= set(asked) <= set(get_commands()) | {"worker"}

    @pytest.mark.parametrize("name", OURS)
    def test_ours_share_the_data_and_the_addresses(self, name: str) -> None:
        service = SERVICES[name]
        assert (service["build"], service["env_file"]) == (".", ".env")
        assert service["environment"]["DATABASE_URL"].endswith("@postgres:5432/shop")
        assert service["environment"]["REDIS_URL"] == "redis://redis:6379/0"

    def test_data_outlives_the_containers(self) -> None:
        assert COMPOSE["name"] == "shop"
        assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql/data"]
        assert {"media", "postgres"} <= set(COMPOSE["volumes"])

    def test_only_the_proxy_is_reached_from_outside(self) -> None:
        published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
        assert published.pop("nginx") == ["${HTTP_PORT:-80}:80", "${HTTPS_PORT:-443}:443"]
        assert published == {"mailbox": ["127.0.0.1:8025:8025"]}
        assert SERVICES["mailbox"]["profiles"] == ["mailbox"]

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_each_may_use_so_much_memory(self, name: str) -> None:
        assert re.fullmatch(r"[0-9]+[mg]", SERVICES[name]["mem_limit"])

    def test_the_cache_forgets_instead_of_growing(self) -> None:
        command = SERVICES["redis"]["command"]
        assert command[command.index("--maxmemory-policy") + 1] == "allkeys-lru"

    def test_no_secret_is_written_down(self) -> None:
        for text in (COMPOSE_TEXT, DOCKERFILE, NGINX):
            for line in re.sub(r"\$\{[^}]*\}", "$", text).splitlines():
                found = re.search(r"\w*(PASSWORD|SECRET|_KEY|TOKEN)\w*\s*[:=]\s*(?P<value>\S.*)", line)
                assert not found or found["value"].startswith("$"), line
        assert re.findall(r"://\w+:(?!\$\{)\w+@", COMPOSE_TEXT) == []

    def test_names_are_explained(self) -> None:
        names = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT)) | set(SERVICES["web"]["environment"])
        assert [name for name in sorted(names) if not re.search(rf"^# {name}=", EXAMPLE, re.MULTILINE)] == []


class TestLogs:
    """That the shop's own lines hold no secret: tests/flows/test_secrets_in_logs.py."""

    @pytest.mark.parametrize(
        "command",
        [
            (ROOT / "scripts" / "run").read_text().splitlines()[-1],
            " ".join(SERVICES["websocket"]["command"]),
            " ".join(daphne(8000)),
        ],
    )
    def test_daphne_writes_no_addresses(self, command: str) -> None:
        assert re.search(r"(-v|--verbosity) 0 ", command)
        assert "--access-log" not in command

    def test_nor_does_granian(self) -> None:
        assert "access-log" not in instruction("CMD")
        assert "GRANIAN" not in DOCKERFILE + COMPOSE_TEXT + EXAMPLE

    def test_nor_does_the_proxy(self) -> None:
        (format_,) = re.findall(r"^log_format (\w+) (.*?);$", NGINX, re.DOTALL | re.MULTILINE)
        assert re.findall("^ *access_log (.+);", NGINX, re.MULTILINE) == [f"/dev/stdout {format_[0]}"]
        assert re.findall("^ *error_log (.+);", NGINX, re.MULTILINE) == ["/dev/stderr crit"]
        assert "$path_logged" in format_[1]
        assert not re.search(r"\$\{?(request|request_uri|uri|args|query_string|http_referer)\b", format_[1])

    def test_the_proxy_masks_what_is_long_enough_to_be_a_secret(self) -> None:
        (pattern,) = re.findall(r'"~(.+)" "\$\{before\}\.\.\.";', NGINX)
        token = PasswordResetTokenGenerator().make_token(User(pk=1))
        for secret in (token, "a" * 32):  # as config.settings.production asks for; those of payments are longer
            found = re.match(pattern.replace("(?<", "(?P<"), f"/safwebhook/\n/{secret}/validation/")
            assert found, secret
            assert found["before"] == "/safwebhook/\n/"


class TestImage:
    def test_it_has_two_stages_and_no_root(self) -> None:
        assert DOCKERFILE.count("\nFROM ") + DOCKERFILE.startswith("FROM ") == 2
        assert int(instruction("USER")) > 0
        assert not re.search("^(COPY|RUN)", DOCKERFILE.rpartition("\nUSER ")[2], re.MULTILINE)
        assert "config.settings.production" in instruction("ENV")

    @pytest.mark.parametrize("name", [".git", ".env*", "var"])
    def test_what_is_private_stays_outside(self, name: str) -> None:
        assert name in (ROOT / ".dockerignore").read_text().split()


class TestProxy:
    def test_each_address_goes_to_its_service(self) -> None:
        assert "web:8000;" in location("/")
        assert "websocket:8001;" in location("/ws/")
        assert "8001" in SERVICES["websocket"]["command"]
        assert yaml.safe_load(instruction("CMD"))[-2] == "8000"

    @pytest.mark.parametrize("name", ["Host", "X-Forwarded-For", "X-Forwarded-Proto", "Upgrade", "Connection"])
    def test_it_says_who_asked(self, name: str) -> None:
        outside, _, inside = NGINX.partition("location ")
        assert re.findall(rf"^    proxy_set_header {name} \$\w+;$", outside, re.MULTILINE)
        # One in a location would take away all of those above.
        assert "proxy_set_header" not in inside

    def test_bodies_are_limited(self) -> None:
        assert re.search(r"^    client_max_body_size 12m;", NGINX, re.MULTILINE)

    def test_a_socket_does_not_travel_in_the_clear(self) -> None:
        assert "if ($scheme_seen != https) { return 403; }" in location("/ws/")

    def test_what_it_serves_is_mounted(self) -> None:
        mounted = {volume.split(":")[1] for volume in SERVICES["nginx"]["volumes"]}
        for folder in ("/srv/static", "/srv/media", "/srv/acme", "/etc/nginx/tls"):
            assert folder in mounted
            assert folder in NGINX
        assert "/etc/nginx/templates/default.conf.template" in mounted
