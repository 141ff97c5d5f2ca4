"""Services that write accounts, their sign-ins, passwords and e-mail addresses."""

from accounts.models import CodePurpose
from accounts.services.erasure import user_erase
from accounts.services.recovery import (
    code_request,
    email_change_confirm,
    email_change_request,
    email_verify,
    password_change,
    password_reset_by_code,
    password_reset_by_link,
    reset_link_request,
)
from accounts.services.sessions import (
    credentials_check,
    password_check,
    session_end,
    session_open,
    session_revoke,
    session_rotate,
    sign_in,
    sign_ins_end,
    sign_out,
)
from accounts.services.users import (
    PROFILE_FIELDS,
    account_lock,
    profile_tag,
    profile_update,
    seller_approve,
    seller_become,
    user_register,
)

__all__ = [
    "PROFILE_FIELDS",
    "CodePurpose",
    "account_lock",
    "code_request",
    "credentials_check",
    "email_change_confirm",
    "email_change_request",
    "email_verify",
    "password_change",
    "password_check",
    "password_reset_by_code",
    "password_reset_by_link",
    "profile_tag",
    "profile_update",
    "reset_link_request",
    "seller_approve",
    "seller_become",
    "session_end",
    "session_open",
    "session_revoke",
    "session_rotate",
    "sign_in",
    "sign_ins_end",
    "sign_out",
    "user_erase",
    "user_register",
]
