"""Refusals of this app."""

from utils.errors import Conflict, Denied, Invalid, NotFound, Unauthenticated, Unavailable


class WrongCredentials(Unauthenticated):
    code = "wrong_credentials"
    message = "No active account has this name and password."


class WrongPassword(Denied):
    code = "wrong_password"
    message = "The present password is wrong."


class EmailNotVerified(Denied):
    code = "email_not_verified"
    message = "Prove your e-mail address first, with the code that was mailed to it."


class SellingBarred(Denied):
    code = "selling_barred"
    message = "This account may not sell here. Ask the shop."


class SellersClosed(Denied):
    code = "sellers_closed"
    message = "This shop takes no new sellers by itself. Ask it."


class TokenRefused(Unauthenticated):
    code = "token_not_valid"
    message = "This token is not valid, has ended or was used before."


class CodeRefused(Invalid):
    """One answer for a wrong, old, used and exhausted code, and for an unknown address."""

    code = "code_refused"
    message = "This code is wrong or no longer valid. Ask for a new one."


class ResetLinkRefused(Invalid):
    code = "reset_link_refused"
    message = "This link is not valid or was used before. Ask for a new one."


class BadUsername(Invalid):
    code = "bad_username"
    message = "A username has no @: it would be taken for an e-mail address."


class BadName(Invalid):
    """Names stand in mail that the shop signs."""

    code = "bad_name"
    message = "A name is one line, without the address of a page."


class UsernameTaken(Conflict):
    code = "username_taken"
    message = "This username is taken."
    field = "username"


class EmailTaken(Conflict):
    code = "email_taken"
    message = "This e-mail address is taken."
    field = "email"


class WeakPassword(Invalid):
    code = "weak_password"


class TooManyPasswords(Unavailable):
    code = "too_many_passwords"
    message = "Too many passwords are being checked at this moment. Try again in a few seconds."


class SessionNotFound(NotFound):
    code = "session_not_found"
    message = "You have no such sign-in."


class StaffNotErased(Conflict):
    code = "staff_not_erased"
    message = "A staff account is not erased before an administrator has taken its rights."
