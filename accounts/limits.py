"""How often passwords, codes and mail may be tried. ``THROTTLE_RATE_SCALE`` never touches these.

A try is counted before it is evaluated, so that of many at once no more than the limit are. What is counted by name or
mailbox is the same for known and unknown ones.
"""

from utils.limits import Limit

_MINUTE, _HOUR = 60, 3600
DAY = 24 * _HOUR

# A right password forgives the first two; the one by address alone catches one guess at each of many accounts.
SIGN_IN = Limit("sign-in", count=5, seconds=5 * _MINUTE, guards_secrets=True)
SIGN_IN_OF_ACCOUNT = Limit("sign-in-account", count=20, seconds=15 * _MINUTE, guards_secrets=True)
SIGN_IN_FROM_ADDRESS = Limit("sign-in-address", count=100, seconds=5 * _MINUTE, guards_secrets=True)

# Whoever is signed in and gives the present password to change something.
PASSWORD_CHECK = Limit("password-check", count=5, seconds=5 * _MINUTE, guards_secrets=True)

REGISTRATION = Limit("registration", count=30, seconds=_HOUR, guards_secrets=True)

# Mail to one mailbox, and mail caused from one address. Links have a budget of their own: no guess can burn a link, so
# the owner of a mailbox always holds one that works, whoever asked for it.
CODE_TO = Limit("code-to", count=5, seconds=_HOUR, guards_secrets=True)
LINK_TO = Limit("link-to", count=5, seconds=_HOUR, guards_secrets=True)
MAIL_FROM_ADDRESS = Limit("mail-from-address", count=30, seconds=_HOUR, guards_secrets=True)

# On top of the five tries of each code: a fresh code does not bring unlimited fresh tries.
CODE_OF_ACCOUNT = Limit("code-account", count=10, seconds=10 * _MINUTE, guards_secrets=True)
CODE_FROM_ADDRESS = Limit("code-address", count=30, seconds=10 * _MINUTE, guards_secrets=True)

# Mail to a mailbox that nobody has proven to read, whatever it is about, and mail that one account causes to such.
UNPROVEN_MAIL_TO = Limit("unproven-mail-to", count=10, seconds=DAY, guards_secrets=True)
UNPROVEN_MAIL_BY = Limit("unproven-mail-by", count=20, seconds=DAY, guards_secrets=True)
