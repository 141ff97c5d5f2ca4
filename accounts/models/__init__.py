"""Models of users, their sign-ins, one-time codes and the audit log."""

from accounts.models.audit import AuditAction, AuditEntry
from accounts.models.codes import CodePurpose, OneTimeCode
from accounts.models.groups import CustomerGroup
from accounts.models.sessions import UserSession
from accounts.models.users import (
    Gender,
    NameKeyField,
    NameLookField,
    Role,
    User,
    UserManager,
    avatar_path,
)

__all__ = [
    "AuditAction",
    "AuditEntry",
    "CodePurpose",
    "CustomerGroup",
    "Gender",
    "NameKeyField",
    "NameLookField",
    "OneTimeCode",
    "Role",
    "User",
    "UserManager",
    "UserSession",
    "avatar_path",
]
