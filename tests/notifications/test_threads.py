"""Support threads: a customer and the shop's staff talk."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.errors import TokenRefused
from accounts.models import AuditEntry, User
from accounts.privacy import personal_data
from accounts.services import user_erase
from notifications import receivers, services
from notifications.errors import ThreadDenied, ThreadNotFound
from notifications.models import Notification, Thread, ThreadMessage
from notifications.selectors import thread_staff
from tests.conftest import client_of
from tests.factories import make_staff, make_user
from tests.support.rows import all_rows, changed
from tests.support.world import client_with_token
from utils import events
from utils.models import OutboxEvent

pytestmark = pytest.mark.django_db

THREADS = "/api/v1/threads/"
QUESTION, ANSWER = {"body": "Where is my lamp?"}, {"body": "It left today."}


@pytest.fixture
def pushed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """Numbers of the messages that went to sockets, each with its listeners."""
    seen: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(receivers, "push_message", lambda message, users: seen.append((message.number, sorted(users))))
    return seen


@pytest.fixture
def thread(customer: User) -> Thread:
    return services.thread_open(user_id=customer.pk, opened_by=customer, subject="The lamp", body="Where is my lamp?")


def path_of(thread: Thread) -> str:
    return f"{THREADS}{thread.number}/"


def write(api: APIClient, thread: Thread, body: dict[str, Any]) -> Any:
    return api.post(f"{path_of(thread)}messages/", body)


def bodies(api: APIClient, thread: Thread, **query: Any) -> list[str]:
    return [row["body"] for row in api.get(f"{path_of(thread)}messages/", query).json()["results"]]


class TestTalking:
    def test_a_question_and_its_answer(self, customer_api: APIClient, staff_api: APIClient, customer: User) -> None:
        opened = customer_api.post(THREADS, {"subject": "The lamp", **QUESTION})
        assert opened.status_code == 201
        thread = Thread.objects.get()
        assert opened.json().items() >= {"id": thread.number, "user": customer.pk, "status": "open"}.items()
        answer = write(staff_api, thread, ANSWER)
        assert (answer.status_code, answer.json()["is_answer"]) == (201, True)
        rows = customer_api.get(f"{path_of(thread)}messages/").json()["results"]
        assert [(row["body"], row["is_answer"]) for row in rows] == [(ANSWER["body"], True), (QUESTION["body"], False)]
        assert bodies(customer_api, thread, since=rows[1]["id"]) == [ANSWER["body"]]

    def test_a_thread_may_begin_without_a_message(self, customer_api: APIClient) -> None:
        assert customer_api.post(THREADS, {}).status_code == 201
        assert Thread.objects.get().messages.count() == 0
        assert not OutboxEvent.objects.filter(name="notifications.message_posted").exists()

    def test_messages_come_in_pages(self, customer_api: APIClient, thread: Thread) -> None:
        for number in range(3):
            write(customer_api, thread, {"body": str(number)})
        page = customer_api.get(f"{path_of(thread)}messages/", {"page_size": 2, "page": 2}).json()
        assert (page["count"], [row["body"] for row in page["results"]]) == (4, ["0", QUESTION["body"]])

    def test_the_thread_last_written_in_comes_first(self, customer_api: APIClient, thread: Thread) -> None:
        later = customer_api.post(THREADS, {}).json()["id"]
        assert [row["id"] for row in customer_api.get(THREADS).json()["results"]] == [later, thread.number]
        write(customer_api, thread, QUESTION)
        assert [row["id"] for row in customer_api.get(THREADS).json()["results"]] == [thread.number, later]


class TestWhoSeesWhat:
    def test_staff_see_all_and_others_their_own(
        self, customer_api: APIClient, other_api: APIClient, staff_api: APIClient, thread: Thread
    ) -> None:
        own = other_api.post(THREADS, {}).json()["id"]
        assert [row["id"] for row in other_api.get(THREADS).json()["results"]] == [own]
        assert {row["id"] for row in staff_api.get(THREADS).json()["results"]} == {own, thread.number}
        assert staff_api.get(path_of(thread)).status_code == customer_api.get(path_of(thread)).status_code == 200

    def test_somebody_elses_is_not_there(self, other_api: APIClient, thread: Thread) -> None:
        before = all_rows()
        answers = [
            other_api.get(path_of(thread)),
            other_api.get(f"{path_of(thread)}messages/"),
            write(other_api, thread, QUESTION),
        ]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "thread_not_found")] * 3
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize(
        ("groups", "reads", "writes", "closes"),
        [((), 404, 404, 403), (("finance",), 404, 404, 403), (("orders",), 200, 201, 200)],
    )
    def test_staff_by_their_groups(
        self, thread: Thread, groups: tuple[str, ...], reads: int, writes: int, closes: int
    ) -> None:
        api = client_of(make_staff(groups=groups))
        before = all_rows()
        assert api.get(path_of(thread)).status_code == reads
        assert write(api, thread, ANSWER).status_code == writes
        assert api.post(f"{path_of(thread)}close/").status_code == closes
        assert bool(changed(before, all_rows())) == (writes == 201)


class TestOpeningForOthers:
    def test_staff_open_one_for_a_customer(
        self, staff_api: APIClient, customer_api: APIClient, customer: User, staff: User
    ) -> None:
        opened = staff_api.post(THREADS, {"user": customer.pk, **ANSWER}).json()
        assert opened["user"] == customer.pk
        assert [row["id"] for row in customer_api.get(THREADS).json()["results"]] == [opened["id"]]
        assert ThreadMessage.objects.get().author == staff

    def test_naming_oneself_is_the_same_as_naming_nobody(self, customer_api: APIClient, customer: User) -> None:
        assert customer_api.post(THREADS, {"user": customer.pk}).status_code == 201
        assert Thread.objects.get().user == customer

    def test_nobody_else_does_nor_learns_who_exists(self, other_api: APIClient, customer: User) -> None:
        stranger, clerk = make_user("stranger"), client_of(make_staff(groups=("finance",)))
        before = all_rows()
        answers = [api.post(THREADS, {"user": pk}) for api in (other_api, clerk) for pk in (customer.pk, 999_999)]
        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "thread_denied")] * 4
        with pytest.raises(ThreadDenied):
            services.thread_open(user_id=customer.pk, opened_by=stranger)
        assert changed(before, all_rows()) == []

    @pytest.mark.parametrize("is_erased", [True, False])
    def test_a_customer_who_is_not_there(self, staff_api: APIClient, customer: User, is_erased: bool) -> None:
        if is_erased:
            user_erase(user=customer)
        before = all_rows()
        answer = staff_api.post(THREADS, {"user": customer.pk if is_erased else 999_999})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/user")
        assert changed(before, all_rows()) == []


class TestClosing:
    def test_staff_write_in_no_closed_thread_and_customers_reopen_it(
        self, customer_api: APIClient, staff_api: APIClient, thread: Thread
    ) -> None:
        assert staff_api.post(f"{path_of(thread)}close/").json()["status"] == "closed"
        assert [row["id"] for row in staff_api.get(THREADS, {"status": "closed"}).json()["results"]] == [thread.number]
        before = all_rows()
        refused = write(staff_api, thread, ANSWER)
        assert (refused.status_code, refused.json()["code"]) == (409, "thread_closed")
        assert changed(before, all_rows()) == []
        assert write(customer_api, thread, QUESTION).status_code == 201
        assert staff_api.get(path_of(thread)).json()["status"] == "open"
        assert write(staff_api, thread, ANSWER).status_code == 201

    def test_closing_again_changes_nothing(self, staff_api: APIClient, thread: Thread) -> None:
        staff_api.post(f"{path_of(thread)}close/")
        before = Thread.objects.values().get()
        assert staff_api.post(f"{path_of(thread)}close/").status_code == 200
        assert Thread.objects.values().get() == before

    def test_customers_close_none(self, customer_api: APIClient, thread: Thread) -> None:
        before = all_rows()
        assert customer_api.post(f"{path_of(thread)}close/").status_code == 403
        assert changed(before, all_rows()) == []


class TestLimit:
    def test_a_customer_writes_thirty_times_in_ten_minutes(self, customer_api: APIClient, thread: Thread) -> None:
        for _ in range(28):
            assert write(customer_api, thread, QUESTION).status_code == 201
        assert customer_api.post(THREADS, {}).status_code == 201
        before = all_rows()
        answers = [write(customer_api, thread, QUESTION), customer_api.post(THREADS, QUESTION)]
        assert [answer.status_code for answer in answers] == [429, 429]
        assert 0 < int(answers[0].headers["Retry-After"]) <= 600
        assert changed(before, all_rows()) == []

    def test_staff_answer_without_one(self, staff: User, thread: Thread) -> None:
        for _ in range(31):
            services.message_post(thread=thread, author=staff, body="Yes")
        assert thread.messages.count() == 32


class TestWhoIsTold:
    def test_a_question_reaches_the_staff_who_may_see_it(
        self,
        customer_api: APIClient,
        customer: User,
        staff: User,
        pushed: list,
        django_capture_on_commit_callbacks: Callable,
    ) -> None:
        clerk = make_staff(groups=("orders",))
        make_staff(groups=("finance",))
        make_staff(groups=("orders",), is_active=False)
        demoted = make_staff(groups=("orders",))
        User.objects.filter(pk=demoted.pk).update(role="customer")
        with django_capture_on_commit_callbacks(execute=True):
            customer_api.post(THREADS, QUESTION)
        assert pushed == [(ThreadMessage.objects.get().number, sorted([staff.pk, clerk.pk]))]
        assert set(thread_staff()) == {staff, clerk}
        assert Notification.objects.count() == 0

    def test_an_answer_reaches_the_customer_and_stays_in_the_feed(
        self,
        customer_api: APIClient,
        other_api: APIClient,
        staff_api: APIClient,
        customer: User,
        thread: Thread,
        pushed: list,
        django_capture_on_commit_callbacks: Callable,
    ) -> None:
        OutboxEvent.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            answer = write(staff_api, thread, ANSWER).json()
        assert pushed == [(answer["id"], [customer.pk])]
        (told,) = customer_api.get("/api/v1/notifications/").json()["results"]
        assert (told["order"], told["thread"], told["status"]) == (None, thread.number, "answered")
        assert ANSWER["body"] not in str(told)
        assert other_api.get("/api/v1/notifications/").json()["count"] == 0

    def test_hearing_an_answer_twice_tells_it_once(self, staff: User, thread: Thread) -> None:
        services.message_post(thread=thread, author=staff, body="Yes")
        events.deliver_due()
        OutboxEvent.objects.update(delivered_at=None)
        assert events.deliver_due() == 2
        assert Notification.objects.count() == 1

    def test_staff_who_ask_for_themselves_do_not_hear_themselves(
        self, staff: User, pushed: list, django_capture_on_commit_callbacks: Callable
    ) -> None:
        clerk = make_staff(groups=("orders",))
        with django_capture_on_commit_callbacks(execute=True):
            services.thread_open(user_id=staff.pk, opened_by=staff, body="Where is mine?")
        assert [listeners for _, listeners in pushed] == [[clerk.pk]]

    def test_the_outbox_quotes_nobody(self, thread: Thread) -> None:
        payloads = list(OutboxEvent.objects.values_list("payload", flat=True))
        assert payloads == [{"message_id": thread.messages.get().pk}]

    def test_a_channel_layer_that_is_down_loses_nothing(
        self,
        staff_api: APIClient,
        thread: Thread,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: Callable,
    ) -> None:
        def broken(message: ThreadMessage, user_ids: list[int]) -> None:
            raise ConnectionError

        monkeypatch.setattr(receivers, "push_message", broken)
        with django_capture_on_commit_callbacks(execute=True):
            assert write(staff_api, thread, ANSWER).status_code == 201
        assert Notification.objects.count() == 1
        assert not OutboxEvent.objects.filter(delivered_at=None).exists()


class TestPrivacy:
    def test_the_audit_log_notes_what_staff_did_without_their_words(self, thread: Thread, staff: User) -> None:
        api = client_with_token(staff)
        write(api, thread, ANSWER)
        api.post(f"{path_of(thread)}close/")
        api.post(THREADS, {"user": thread.user_id, "subject": "Your lamp"})
        noted = str(list(AuditEntry.objects.values("object_type", "changes")))
        assert "notifications.threadmessage" in noted
        assert "(personal)" in noted
        assert {"status": ["open", "closed"]} in AuditEntry.objects.values_list("changes", flat=True)
        for words in (ANSWER["body"], "Your lamp"):
            assert words not in noted

    def test_the_export_holds_ones_own_threads_with_their_answers(
        self, customer: User, other_customer: User, staff: User, thread: Thread
    ) -> None:
        services.message_post(thread=thread, author=staff, body="It left today.")
        services.thread_open(user_id=other_customer.pk, opened_by=other_customer, body="Mine too?")
        (told,) = personal_data(customer)["threads"]
        assert (told["subject"], told["status"]) == ("The lamp", "open")
        assert [(row["is_answer"], row["body"]) for row in told["messages"]] == [
            (False, QUESTION["body"]),
            (True, ANSWER["body"]),
        ]

    def test_erasure_takes_ones_own_threads_and_no_others(
        self, customer: User, other_customer: User, staff: User, thread: Thread
    ) -> None:
        services.message_post(thread=thread, author=staff, body="It left today.")
        kept = services.thread_open(user_id=other_customer.pk, opened_by=other_customer, body="Mine too?")
        events.deliver_due()
        user_erase(user=customer)
        assert list(Thread.objects.all()) == [kept]
        assert ThreadMessage.objects.get().thread == kept
        assert Notification.objects.count() == 0

    def test_what_is_heard_after_the_erasure_is_of_nobody(self, customer: User, staff: User, thread: Thread) -> None:
        services.message_post(thread=thread, author=staff, body="It left today.")
        user_erase(user=customer)
        assert events.deliver_due() == 2
        assert Notification.objects.count() == 0

    @pytest.mark.parametrize("act", ["write", "answer", "close"])
    def test_nothing_is_written_to_somebody_who_was_erased_meanwhile(
        self, customer: User, staff: User, thread: Thread, act: str
    ) -> None:
        before = Thread.objects.select_related("user").get(pk=thread.pk)
        user_erase(user=customer)
        with pytest.raises((TokenRefused, ThreadNotFound)):
            if act == "close":
                services.thread_close(thread=before)
            else:
                services.message_post(thread=before, author=customer if act == "write" else staff, body="x")
        assert not ThreadMessage.objects.exists()
