"""Ways around a refusal fail: other spellings of a path, other methods, filters that reach into other tables."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from tests.architecture.routes import ROUTES, Callers, path_of, word_of
from tests.flows.test_bad_addresses import LISTS, good_body
from tests.flows.test_refusals import ONES_OWN, UNKNOWN
from tests.support.rows import all_rows, changed
from tests.support.tries import JSON, Tries, taken_back
from tests.support.world import World

pytestmark = pytest.mark.django_db

READ = [(pattern, methods["GET"]) for pattern, methods in ROUTES.items() if "GET" in methods]
GUARDED = [(pattern, who) for pattern, who in READ if who.refusal_of("anonymous")]
# A server passes paths on decoded, so these hold a dot for %2e and a slash for %2F.
SPELLINGS = {
    "two slashes first": lambda path: f"/{path}",
    "two slashes inside": lambda path: path.replace("/", "//", 2)[1:],
    "two slashes last": lambda path: f"{path}/",
    "no slash": lambda path: path.rstrip("/"),
    "capitals": str.upper,
    "a capital": lambda path: path[:1] + path[1:2].upper() + path[2:],
    "a dot": lambda path: f"/.{path}",
    "dots inside": lambda path: f"/api/v1/products/..{path}",
    "dots last": lambda path: f"{path}../",
    "a parameter": lambda path: path.rstrip("/") + ";a=b/",
    "an ending": lambda path: path.rstrip("/") + ".json",
    "a blank": lambda path: f"{path} ",
    "a NUL byte": lambda path: f"{path}\x00",
    "a backslash": lambda path: path.replace("/", "\\"),
    "another host": lambda path: f"//evil.example{path}",
}
OVERRIDES = {
    "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
    "HTTP_X_HTTP_METHOD": "DELETE",
    "HTTP_X_METHOD_OVERRIDE": "DELETE",
}
REACHING = [
    "user__password__startswith=a",
    "owner__email__startswith=a",
    "order__user__email__contains=a",
    "ordering=user__password",
    "ordering=-seller__email",
    "order_by=password",
    "fields=password",
    "user=1",
    "owner=1",
    "id__in=1,2",
    "pk=1",
]


@pytest.fixture
def words(world: World) -> dict[str, Any]:
    return world.words()


class TestSpellings:
    @pytest.mark.battery
    @pytest.mark.parametrize(("pattern", "who"), GUARDED)
    def test_opens_nothing(self, world: World, words: dict[str, Any], pattern: str, who: Callers) -> None:
        """Accept three answers: the path's own refusal, 404, or a redirect to the path on this host."""
        path = path_of(pattern, words)
        found = {}
        for case, spell in SPELLINGS.items():
            for caller in ("anonymous", "another customer"):
                refusal = who.refusal_of(caller)
                answer = world.api[caller].get("/", PATH_INFO=spell(path))
                if refusal and answer.status_code not in {refusal, 301, 404}:
                    found[case, caller] = answer.status_code
                if answer.status_code == 301 and answer.headers["Location"] != path:
                    found[case, caller] = answer.headers["Location"]
        assert found == {}

    def test_a_path_that_looks_like_a_host_is_not_sent_there(self, world: World) -> None:
        answer = world.api["anonymous"].get("/", PATH_INFO="//evil.example/api/v1/products")
        assert (answer.status_code, answer.headers.get("Location")) == (404, None)


class TestMethods:
    @pytest.mark.battery
    @pytest.mark.parametrize("pattern", [pattern for pattern in ROUTES if pattern.startswith("api/")])
    def test_one_named_in_a_header_or_a_field_is_not_heard(
        self, world: World, words: dict[str, Any], pattern: str
    ) -> None:
        def decided(method: str, body: bytes = b"", **extra: str) -> tuple[int, list[str]]:
            before = all_rows()
            with taken_back():
                answer = world.carla.api.generic(method, path_of(pattern, words), body, JSON, **extra)
                return answer.status_code, changed(before, all_rows())

        assert decided("GET", **OVERRIDES) == decided("GET")
        if "POST" not in ROUTES[pattern]:
            assert decided("POST", b'{"_method": "DELETE"}', **OVERRIDES) == decided("POST")

    @pytest.mark.battery
    @pytest.mark.parametrize("pattern", [*ROUTES, "", "admin/login/"])
    def test_trace_gives_nothing_back(self, world: World, words: dict[str, Any], pattern: str) -> None:
        for caller in ("customer", "superuser"):
            answer = world.api[caller].trace(path_of(pattern, words), HTTP_X_SECRET="canary")
            assert answer.status_code in {403, 404, 405}
            assert b"canary" not in answer.content
            assert b"Bearer ey" not in answer.content


class TestFilters:
    @pytest.mark.battery
    @pytest.mark.parametrize(("path", "who"), [*LISTS.items(), ("/api/v1/audit/", "superuser")])
    def test_reach_no_other_table(self, world: World, words: dict[str, Any], path: str, who: str) -> None:
        tries = Tries(world.api[who], "GET", path.format(**words))
        for query in REACHING:
            tries.must_answer(query, 400, query=query)
        tries.assert_flawless()


@pytest.mark.battery
@pytest.mark.parametrize(("pattern", "method"), [*ONES_OWN, ("api/v1/auth/sessions/<uuid:session_id>/", "DELETE")])
def test_somebody_elses_and_nobodys_are_answered_alike_to_the_byte(
    world: World, words: dict[str, Any], pattern: str, method: str
) -> None:
    """Compare the headers, too, except for the request's id and the count of requests."""
    word = word_of(pattern)
    theirs = (
        str(world.oskar.user.sessions.earliest("created_at").pk) if word == "session" else getattr(world.oskar, word)
    )
    none = str(uuid4()) if word == "session" else UNKNOWN
    body = good_body(method, path_of(pattern, words), words)

    def ask(pk: Any) -> tuple[int, bytes, dict[str, str]]:
        answer: HttpResponse = world.carla.api.generic(
            method, path_of(pattern, {word: pk}), body, JSON, HTTP_X_REQUEST_ID="of-both-1"
        )
        return answer.status_code, answer.content, {**answer.headers, "RateLimit": ""}

    assert ask(theirs)[0] == 404
    assert ask(theirs) == ask(none)
