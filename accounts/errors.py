"""Refusals of this app."""

from utils.errors import Conflict, Invalid, Unauthenticated


class WrongCredentials(Unauthenticated):
    code = "wrong_credentials"
    message = "No active account has this name and password."


class TokenRefused(Unauthenticated):
    code = "token_not_valid"
    message = "This token is not valid, has ended or was used before."


class BadUsername(Invalid):
    code = "bad_username"
    message = "A username has no @: it would be taken for an e-mail address."


class UsernameTaken(Conflict):
    code = "username_taken"
    message = "This username is taken."


class EmailTaken(Conflict):
    code = "email_taken"
    message = "This e-mail address is taken."


class WeakPassword(Invalid):
    code = "weak_password"
