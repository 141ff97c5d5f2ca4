"""Mail through a real SMTP conversation."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from accounts.models import User
from tests.support.jobs import run_jobs
from tests.support.mailserver import Mailbox, mail_server
from utils.events import deliver_due
from utils.models import QueuedJob

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as (found, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield found


def test_what_arrives_is_a_message_of_two_parts_with_the_same_code(mailbox: Mailbox) -> None:
    body = {"username": "nora", "email": "nora@example.com", "password": "securepass123", "first_name": "<b>Nora</b>"}
    assert APIClient().post(f"{AUTH}/register/", body).status_code == 201
    deliver_due()
    run_jobs()

    (message,) = mailbox.messages
    assert (message["To"], message["From"]) == ("nora@example.com", django_settings.DEFAULT_FROM_EMAIL)
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (message.get_body(kind) for kind in (("plain",), ("html",)))
    assert plain is not None
    assert html is not None
    found = re.findall(r"\b\d{6}\b", plain.get_content())
    assert len(found) == 1
    assert found[0] in html.get_content()
    assert "Nora" not in html.get_content()
    code = {"email": "nora@example.com", "code": found[0]}
    assert APIClient().post(f"{AUTH}/email/verify/", code).status_code == 204


@pytest.mark.parametrize("name", ["Eve\r\nBcc: victim@example.com", "Eve\nBcc: victim@example.com"])
def test_a_name_adds_no_header(mailbox: Mailbox, customer: User, name: str) -> None:
    User.objects.filter(pk=customer.pk).update(first_name=name)
    APIClient().post(f"{AUTH}/email/resend/", {"email": customer.email})
    deliver_due()
    run_jobs()
    (message,) = mailbox.messages
    assert message["Bcc"] is None


@pytest.mark.skipif(django_settings.JOBS_BACKEND != "database", reason="looks at the embedded queue")
def test_a_server_that_refuses_costs_the_caller_nothing_and_is_tried_again(
    mailbox: Mailbox, customer: User, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refusal = "451 Not now"
    assert APIClient().post(f"{AUTH}/email/resend/", {"email": customer.email}).status_code == 202
    deliver_due()
    run_jobs()
    assert mailbox.messages == []
    waiting = QueuedJob.objects.get()
    assert waiting.attempts == 1

    mailbox.refusal = ""
    QueuedJob.objects.update(due_at=waiting.created_at)
    run_jobs()
    assert len(mailbox.messages) == 1
    assert not QueuedJob.objects.exists()
