"""Receivers of Django's model signals that write the audit log."""

from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField, Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save

from accounts.audit import record, staff_trail
from accounts.models import AuditAction
from accounts.snapshots import stored

# Apps and models that are not audited. All others are, so that nobody can forget to list a new model.
NOT_AUDITED = frozenset(
    {
        # The frameworks' own rows; the admin's history is read below instead.
        "admin",
        "contenttypes",
        "procrastinate",
        "sessions",
        # The shop writes these rows along with every request: outbox, jobs, idempotency keys, counts.
        "utils",
        # A cart belongs to the person who fills it. A receiver would also make each deletion read the rows first.
        "cart",
        # The shop writes these for one person, who can only mark them as read.
        "notifications.notification",
        # Sign-ins, codes and the log itself. The admin's history says who ended whose sign-ins.
        "accounts.auditentry",
        "accounts.onetimecode",
        "accounts.usersession",
        # Computed from the prices whenever one of them changes.
        "catalog.pricerange",
    }
)
# The columns that name a linked row in the log. Rows of other models are named by their primary key.
_NAMES: dict[type[Model], tuple[str, ...]] = {
    Group: ("name",),
    Permission: ("content_type__app_label", "codename"),
}


def connect() -> None:
    """Connect the signals of every audited model to the log. A second call changes nothing."""
    for model in apps.get_models():
        if NOT_AUDITED.isdisjoint({model._meta.app_label, model._meta.label_lower}):
            _connect(model)
    post_save.connect(_admin_logged, sender=LogEntry, dispatch_uid="audit.admin")


def _connect(model: type[Model]) -> None:
    uid = f"audit.{model._meta.label_lower}"
    pre_save.connect(_keep_before, sender=model, dispatch_uid=uid)
    post_save.connect(_saved, sender=model, dispatch_uid=uid)
    pre_delete.connect(_deleted, sender=model, dispatch_uid=uid)
    for field in model._meta.local_many_to_many:
        links_changed = partial(_links_changed, field=field)
        m2m_changed.connect(
            links_changed, sender=field.remote_field.through, weak=False, dispatch_uid=f"{uid}.{field.name}"
        )


def _keep_before(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Remember the stored values of a row that is about to be saved."""
    if (trail := staff_trail()) is not None:
        trail.before[sender, instance.pk] = stored(instance)


def _saved(sender: type[Model], instance: Model, created: bool, **kwargs: Any) -> None:
    """Record a row that was created or changed."""
    if (trail := staff_trail()) is None:
        return
    before = trail.before.pop((sender, instance.pk), None)
    action = AuditAction.CREATED if created else AuditAction.CHANGED
    record(action, sender, instance.pk, before, stored(instance))


def _deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Record a deletion just before it happens; if its transaction fails, the entry is rolled back too."""
    if staff_trail() is not None:
        record(AuditAction.DELETED, sender, instance.pk, stored(instance))


def _links_changed(
    sender: type[Model], instance: Model, action: str, reverse: bool, field: ManyToManyField, **kwargs: Any
) -> None:
    """Record a change of a many-to-many relation, whichever side it was made on."""
    if (trail := staff_trail()) is None:
        return
    name = field.remote_field.get_accessor_name() if reverse else field.name
    linked, key = _linked(instance, name), (sender, instance.pk)
    if action.startswith("pre_"):
        trail.before[key] = linked
    elif (before := trail.before.pop(key, None)) != linked:
        label = type(instance)._meta.label_lower
        trail.write(
            AuditAction.CHANGED, object_type=label, object_id=instance.pk, changes={str(name): [before, linked]}
        )


def _linked(instance: Model, name: Any) -> list[Any]:
    """Return the names, or else the primary keys, of the rows that ``instance`` is linked to."""
    links = getattr(instance, name)
    columns = _NAMES.get(links.model, ("pk",))
    rows = links.order_by("pk").values_list(*columns)
    return [row[0] if len(row) == 1 else ".".join(row) for row in rows]


def _admin_logged(sender: type[LogEntry], instance: LogEntry, **kwargs: Any) -> None:
    """Record an action that the admin wrote to its history although no audited row changed.

    Deletions are left out: ``_deleted`` records them, after the admin has written its history.
    """
    trail, kind = staff_trail(), instance.content_type
    if trail is None or kind is None or instance.action_flag == DELETION:
        return
    if not trail.entries_since_logged:
        label = f"{kind.app_label}.{kind.model}"
        trail.write(AuditAction.ACTED, object_type=label, object_id=instance.object_id, changes={})
    trail.entries_since_logged = 0
