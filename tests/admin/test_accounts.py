"""Users in the admin: who may do what to whom, and when sign-ins end."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User, UserSession
from tests.admin.shown_forms import act, press, shown_form, told
from tests.factories import PASSWORD, make_staff, make_user
from tests.support.tokens import open_session

NEW_PASSWORD = "another horse battery 8"
USER_RIGHTS = ("accounts.view_user", "accounts.add_user", "accounts.change_user", "accounts.delete_user")


def change_url(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def save_user(client: Client, user: User, **changes: object) -> str:
    answer = client.post(change_url(user), {**shown_form(client, change_url(user)), **changes}, follow=True)
    user.refresh_from_db()
    return answer.content.decode()


def open_sessions(user: User) -> int:
    return UserSession.objects.filter(user=user, revoked_at=None).count()


@pytest.fixture
def clerk(staff_with: Callable[..., Client]) -> Client:
    """Staff who look after accounts, without being superusers."""
    return staff_with(*USER_RIGHTS, "auth.change_group", "auth.view_group", "auth.add_group")


def test_a_user_is_made_with_a_password(root: Client) -> None:
    url = reverse("admin:accounts_user_add")
    names = {"username": "new.one", "email": " New@Example.com", "role": "seller"}
    root.post(url, {**shown_form(root, url), **names, "password1": PASSWORD, "password2": PASSWORD})
    user = User.objects.get(username="new.one")
    assert (user.email, user.role, user.check_password(PASSWORD)) == ("new@example.com", "seller", True)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"username": "CARLA"}, "This username is taken."),
        ({"email": "Carla@Example.COM"}, "This e-mail address is taken."),
        ({"password1": "123", "password2": "123"}, "too short"),
    ],
)
def test_a_bad_account_is_refused(root: Client, customer: User, typed: dict[str, str], error: str) -> None:
    url = reverse("admin:accounts_user_add")
    good = {"username": "new.one", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    answer = root.post(url, {**shown_form(root, url), **good, **typed})
    assert error in answer.content.decode()
    assert User.objects.count() == 2


def test_several_accounts_may_have_no_address(root: Client, customer: User, other_customer: User) -> None:
    for user in (customer, other_customer):
        save_user(root, user, email="")
        assert user.email is None


def test_names_of_others_are_refused_whatever_the_letters(root: Client, customer: User, other_customer: User) -> None:
    assert "This username is taken." in save_user(root, customer, username="OSKAR")
    assert "This e-mail address is taken." in save_user(root, customer, email="OSKAR@example.com")
    assert (customer.username, customer.email) == ("carla", "carla@example.com")


def test_the_profile_is_saved_and_sessions_go_on(root: Client, customer: User) -> None:
    open_session(customer)
    save_user(root, customer, city="Dar es Salaam", role="seller")
    assert (customer.city, customer.role, open_sessions(customer)) == ("Dar es Salaam", "seller", 1)


def test_a_new_password_ends_all_sessions(root: Client, customer: User) -> None:
    open_session(customer)
    url = reverse("admin:auth_user_password_change", args=[customer.pk])
    root.post(url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"})
    customer.refresh_from_db()
    assert customer.check_password(NEW_PASSWORD)
    assert open_sessions(customer) == 0


def test_switching_an_account_off_ends_all_sessions(root: Client, customer: User) -> None:
    open_session(customer)
    form = shown_form(root, change_url(customer))
    del form["is_active"]
    root.post(change_url(customer), form)
    customer.refresh_from_db()
    assert (customer.is_active, open_sessions(customer)) == (False, 0)


def test_sessions_are_ended_by_button_and_action(root: Client, customer: User, other_customer: User) -> None:
    for user in (customer, other_customer):
        open_session(user)
    press(root, "accounts_user", customer.pk, "sessions", "end")
    assert (open_sessions(customer), open_sessions(other_customer)) == (0, 1)
    act(root, "accounts_user", "end_sessions", [customer.pk, other_customer.pk])
    assert open_sessions(other_customer) == 0


def test_one_session_is_revoked_alone(root: Client, customer: User) -> None:
    open_session(customer)
    open_session(customer)
    session = UserSession.objects.first()
    press(root, "accounts_usersession", session.pk, "revoke", "revoke")
    session.refresh_from_db()
    assert session.revoked_at is not None
    assert open_sessions(customer) == 1
    act(root, "accounts_usersession", "revoke", [str(row.pk) for row in UserSession.objects.all()])
    assert open_sessions(customer) == 0


def test_a_superuser_hands_out_rights(root: Client, customer: User) -> None:
    right = Permission.objects.get(codename="view_order")
    save_user(root, customer, role="staff", user_permissions=[right.pk])
    assert (customer.role, customer.has_perm("orders.view_order")) == ("staff", True)
    assert "A superuser must have the role staff." in save_user(root, customer, role="customer", is_superuser="on")
    assert customer.is_superuser is False


@pytest.mark.parametrize("lost", ["is_active", "is_superuser"])
def test_the_last_active_superuser_stays_one(root: Client, superuser: User, lost: str) -> None:
    User.objects.create_superuser("former", password=PASSWORD)
    User.objects.filter(username="former").update(is_active=False)
    form = shown_form(root, change_url(superuser))
    del form[lost]
    demotion = {"role": "customer"} if lost == "is_superuser" else {}
    answer = root.post(change_url(superuser), form | demotion)
    assert "At least one active superuser must remain." in answer.content.decode()
    superuser.refresh_from_db()
    assert (superuser.is_active, superuser.is_superuser, superuser.role) == (True, True, "staff")


@pytest.mark.parametrize("lost", ["is_active", "is_superuser"])
def test_a_superuser_beside_another_may_go(root: Client, superuser: User, lost: str) -> None:
    other = User.objects.create_superuser("second", password=PASSWORD)
    form = shown_form(root, change_url(other))
    del form[lost]
    root.post(change_url(other), form)
    other.refresh_from_db()
    assert getattr(other, lost) is False
    assert superuser in User.objects.filter(is_superuser=True, is_active=True)


def test_staff_do_not_raise_a_customer(clerk: Client, customer: User) -> None:
    right, group = Permission.objects.get(codename="view_order"), Group.objects.create(name="Managers")
    raised = {"is_superuser": "on", "groups": [group.pk], "user_permissions": [right.pk], "city": "Mwanza"}
    save_user(clerk, customer, **raised)
    assert (customer.city, customer.is_superuser) == ("Mwanza", False)
    assert not customer.groups.exists()
    assert not customer.user_permissions.exists()
    assert "Select a valid choice" in save_user(clerk, customer, role="staff")
    assert customer.role == "customer"


def test_staff_bar_a_seller(clerk: Client, customer: User) -> None:
    """The list can show barred sellers only, and the audit log records the change."""
    save_user(clerk, customer, role="seller", city="Mwanza")
    form = shown_form(clerk, change_url(customer))
    del form["may_sell"]
    clerk.post(change_url(customer), {**form, "role": "customer"})
    customer.refresh_from_db()
    assert (customer.role, customer.may_sell) == ("customer", False)
    barred = clerk.get(reverse("admin:accounts_user_changelist"), {"may_sell__exact": "0"}).context["cl"].queryset
    assert list(barred) == [customer]
    entry = AuditEntry.objects.filter(object_type="accounts.user", object_id=str(customer.pk)).latest("pk")
    assert entry.changes == {"role": ["seller", "customer"], "may_sell": [True, False]}


def test_staff_do_not_raise_themselves(clerk: Client) -> None:
    me = User.objects.get(pk=clerk.session["_auth_user_id"])
    before = User.objects.values().get(pk=me.pk)
    group = Group.objects.get(name="finance")
    raised = {"username": me.username, "role": "staff", "is_superuser": "on", "groups": [group.pk]}
    assert clerk.post(change_url(me), raised).status_code == 403
    assert User.objects.values().get(pk=me.pk) == before
    assert not me.groups.exists()


@pytest.mark.parametrize("kind", ["superuser", "colleague", "themselves"])
def test_staff_do_not_touch_staff_accounts(clerk: Client, superuser: User, kind: str) -> None:
    me = User.objects.get(pk=clerk.session["_auth_user_id"])
    user = {"superuser": superuser, "colleague": make_staff(), "themselves": me}[kind]
    open_session(user)
    before = User.objects.values().get(pk=user.pk)
    password_url = reverse("admin:auth_user_password_change", args=[user.pk])
    assert clerk.get(change_url(user)).status_code == 200
    assert clerk.post(change_url(user), {"username": user.username, "role": "customer"}).status_code == 403
    assert clerk.post(password_url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 403
    assert press(clerk, "accounts_user", user.pk, "sessions", "end").status_code == 403
    answer = act(clerk, "accounts_user", "end_sessions", [user.pk])
    assert told(answer) == [f"{user.username}: Only a superuser may do this to a staff account."]
    assert User.objects.values().get(pk=user.pk) == before
    assert open_sessions(user) == 1


def test_staff_make_customers_but_no_staff(clerk: Client) -> None:
    url = reverse("admin:accounts_user_add")
    typed = {"username": "new.one", "password1": PASSWORD, "password2": PASSWORD, "is_superuser": "on"}
    refused = clerk.post(url, {**shown_form(clerk, url), **typed, "role": "staff"})
    assert "Select a valid choice" in refused.content.decode()
    clerk.post(url, {**shown_form(clerk, url), **typed, "role": "seller"})
    user = User.objects.get(username="new.one")
    assert (user.role, user.is_superuser) == ("seller", False)


def test_groups_are_for_superusers(clerk: Client) -> None:
    before = Group.objects.count()
    group = Group.objects.create(name="Managers")
    right = Permission.objects.get(codename="change_user")
    change = reverse("admin:auth_group_change", args=[group.pk])
    assert clerk.post(change, {"name": "Managers", "permissions": [right.pk]}).status_code == 403
    assert clerk.post(reverse("admin:auth_group_add"), {"name": "Others"}).status_code == 403
    assert list(group.permissions.all()) == []
    assert Group.objects.count() == before + 1


def test_accounts_are_not_deleted(root: Client, customer: User) -> None:
    url = reverse("admin:accounts_user_delete", args=[customer.pk])
    assert root.post(url, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=customer.pk).exists()


def test_password_hashes_are_not_shown(clerk: Client, superuser: User) -> None:
    assert superuser.password not in clerk.get(change_url(superuser)).content.decode()


def test_sign_in_takes_the_address_too(superuser: User) -> None:
    client = Client()
    make_user("carla")
    url = reverse("admin:login")
    assert client.post(url, {"username": "carla", "password": PASSWORD}).status_code == 200
    assert client.post(url, {"username": "Root@Example.com", "password": PASSWORD}).status_code == 302


def test_whoever_stops_being_staff_keeps_no_group(root: Client, staff: User) -> None:
    assert staff.groups.exists()
    save_user(root, staff, role="customer")
    assert staff.role == "customer"
    assert not staff.groups.exists()


class TestPersonalData:
    def test_export_is_a_file_and_is_noted(self, root: Client, customer: User) -> None:
        answer = press(root, "accounts_user", customer.pk, "privacy", "export")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="user-{customer.pk}.json"'
        assert answer.json()["account"]["email"] == customer.email  # type: ignore[attr-defined]
        assert AuditEntry.objects.get(object_type="accounts.user", action="acted").object_id == str(customer.pk)

    def test_erasing_asks_first(self, root: Client, customer: User) -> None:
        asked = press(root, "accounts_user", customer.pk, "privacy", "erase")
        customer.refresh_from_db()
        assert customer.is_active
        assert "for good" in asked.content.decode()
        press(root, "accounts_user", customer.pk, "privacy", "erase", confirmed=True)
        customer.refresh_from_db()
        assert (customer.is_active, customer.email) == (False, None)

    def test_the_history_of_an_erased_person_names_nobody_and_nobody_comes_back(
        self, root: Client, customer: User
    ) -> None:
        name = customer.username
        save_user(root, customer, city="Oslo")
        press(root, "accounts_user", customer.pk, "privacy", "erase", confirmed=True)
        customer.refresh_from_db()
        told_of = set(LogEntry.objects.filter(object_id=str(customer.pk)).values_list("object_repr", flat=True))
        assert told_of == {customer.username}
        assert name not in customer.username
        assert root.post(change_url(customer), {"username": "back", "is_active": "on"}).status_code == 403
        customer.refresh_from_db()
        assert not customer.is_active

    def test_staff_are_not_erased(self, root: Client, staff: User) -> None:
        answer = press(root, "accounts_user", staff.pk, "privacy", "erase", confirmed=True)
        assert "can't be erased" in told(answer)[0]
        staff.refresh_from_db()
        assert staff.is_active

    def test_another_address_by_staff_is_not_proven(self, root: Client, customer: User) -> None:
        User.objects.filter(pk=customer.pk).update(email_verified_at=timezone.now())
        save_user(root, customer, email="new@example.com")
        assert (customer.email, customer.email_verified_at) == ("new@example.com", None)
