"""People, the sign-ins they hold, codes that prove a mailbox, and what staff did."""

from accounts.models.audit import AuditAction, AuditEntry
from accounts.models.codes import CodePurpose, OneTimeCode
from accounts.models.sessions import UserSession
from accounts.models.users import (
    MAX_USERNAME_LENGTH,
    Gender,
    NameKeyField,
    Role,
    User,
    UserManager,
    avatar_path,
    name_key,
    normalize_email,
)

__all__ = [
    "MAX_USERNAME_LENGTH",
    "AuditAction",
    "AuditEntry",
    "CodePurpose",
    "Gender",
    "NameKeyField",
    "OneTimeCode",
    "Role",
    "User",
    "UserManager",
    "UserSession",
    "avatar_path",
    "name_key",
    "normalize_email",
]
