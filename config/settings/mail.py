"""The mail server that the environment names."""

import environ

# The .env of shop 003's published API has only an account and its password, so the servers are listed here.
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
    """Return ``EMAIL_HOST``, else the server of ``EMAIL_HOST_USER``'s mail provider, else an empty text."""
    named: str = env.str("EMAIL_HOST", default="")
    provider = env.str("EMAIL_HOST_USER", default="").rpartition("@")[2].lower()
    return named or _SERVERS.get(provider, "")
