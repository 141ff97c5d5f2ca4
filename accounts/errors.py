"""Errors of this app."""

from utils.errors import Conflict, Denied, Invalid, NotFound, Unauthenticated, Unavailable


class WrongCredentials(Unauthenticated):
    code = "wrong_credentials"
    message = "No active account has this name and password."


class WrongPassword(Denied):
    code = "wrong_password"
    message = "The current password is wrong."


class EmailNotVerified(Denied):
    code = "email_not_verified"
    message = "Verify your e-mail address first, with the code that we mailed to it."


class SellingBarred(Denied):
    code = "selling_barred"
    message = "This account may not sell here. Please contact the shop."


class SellersClosed(Denied):
    code = "sellers_closed"
    message = "This shop is not open to new sellers. Please contact the shop."


class TokenRefused(Unauthenticated):
    code = "token_not_valid"
    message = "This token is not valid, has expired or was used before."


class CodeRefused(Invalid):
    """Report that a one-time code is not valid.

    The answer is the same for a wrong, expired, used or exhausted code and for an unknown e-mail address, so that it
    doesn't tell which accounts exist.
    """

    code = "code_refused"
    message = "This code is wrong or no longer valid. Ask for a new one."


class ResetLinkRefused(Invalid):
    code = "reset_link_refused"
    message = "This link is not valid or was used before. Ask for a new one."


class BadUsername(Invalid):
    code = "bad_username"
    message = "A username can't contain @: it would be taken for an e-mail address."


class BadName(Invalid):
    """Report that a name has a line break or a URL in it. The shop's mails greet people by name and would repeat it."""

    code = "bad_name"
    message = "A name must be one line without a web address."


class UsernameTaken(Conflict):
    code = "username_taken"
    message = "This username is taken."
    field = "username"


class EmailTaken(Conflict):
    code = "email_taken"
    message = "This e-mail address is taken."
    field = "email"


class WeakPassword(Invalid):
    """Report that a password is too weak; the message comes from Django's password validators."""

    code = "weak_password"


class TooManyPasswords(Unavailable):
    code = "too_many_passwords"
    message = "Too many passwords are being checked right now. Try again in a few seconds."


class SessionNotFound(NotFound):
    code = "session_not_found"
    message = "You have no such sign-in."


class CustomerGroupNotFound(NotFound):
    code = "customer_group_not_found"
    message = "There is no such customer group."


class StaffNotErased(Conflict):
    code = "staff_not_erased"
    message = "A staff account can't be erased until an administrator has removed its rights."
