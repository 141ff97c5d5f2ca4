"""Which mail server the environment asks for."""

import environ

# Document 003's .env names an account and its password only; these providers' servers are known.
_SERVERS = {
    "gmail.com": "smtp.gmail.com",
    "googlemail.com": "smtp.gmail.com",
    "hotmail.com": "smtp-mail.outlook.com",
    "icloud.com": "smtp.mail.me.com",
    "live.com": "smtp-mail.outlook.com",
    "outlook.com": "smtp-mail.outlook.com",
    "yahoo.com": "smtp.mail.yahoo.com",
}


def mail_host(env: environ.Env) -> str:
    """Return ``EMAIL_HOST``, else the server of the provider that ``EMAIL_HOST_USER`` is with, else an empty string."""
    named: str = env.str("EMAIL_HOST", default="")
    provider = env.str("EMAIL_HOST_USER", default="").rpartition("@")[2].lower()
    return named or _SERVERS.get(provider, "")
