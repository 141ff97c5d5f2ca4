"""Limits on how often passwords, codes and mail may be tried. ``THROTTLE_RATE_SCALE`` never changes them.

A try is counted before it is evaluated, so that even many tries at once can't exceed the limit. Tries are counted the
same for known and unknown names and mailboxes.
"""

from utils.limits import Limit

_MINUTE, _HOUR = 60, 3600
DAY = 24 * _HOUR

# A right password resets the first two. The third, by IP address alone, catches one guess at each of many accounts.
SIGN_IN = Limit("sign-in", count=5, seconds=5 * _MINUTE, guards_secrets=True)
SIGN_IN_OF_ACCOUNT = Limit("sign-in-account", count=20, seconds=15 * _MINUTE, guards_secrets=True)
SIGN_IN_FROM_ADDRESS = Limit("sign-in-address", count=100, seconds=5 * _MINUTE, guards_secrets=True)

# For signed-in users who enter the current password in order to change something.
PASSWORD_CHECK = Limit("password-check", count=5, seconds=5 * _MINUTE, guards_secrets=True)

REGISTRATION = Limit("registration", count=30, seconds=_HOUR, guards_secrets=True)

# Mail to one mailbox, and mail caused from one IP address. Links have a limit of their own: a wrong guess can't use up
# a link, so the owner of a mailbox always has one that works, whoever asked for it.
CODE_TO = Limit("code-to", count=5, seconds=_HOUR, guards_secrets=True)
LINK_TO = Limit("link-to", count=5, seconds=_HOUR, guards_secrets=True)
MAIL_FROM_ADDRESS = Limit("mail-from-address", count=30, seconds=_HOUR, guards_secrets=True)

# In addition to the five tries of each code: asking for new codes must not give unlimited new tries.
CODE_OF_ACCOUNT = Limit("code-account", count=10, seconds=10 * _MINUTE, guards_secrets=True)
CODE_FROM_ADDRESS = Limit("code-address", count=30, seconds=10 * _MINUTE, guards_secrets=True)

# All mail to a mailbox that nobody has verified, and all mail that one account causes to such mailboxes.
UNPROVEN_MAIL_TO = Limit("unproven-mail-to", count=10, seconds=DAY, guards_secrets=True)
UNPROVEN_MAIL_BY = Limit("unproven-mail-by", count=20, seconds=DAY, guards_secrets=True)

# All mail that guests cause from one network. Thousands of customers of a mobile network share one.
GUEST_MAIL_FROM = Limit("guest-mail-from", count=60, seconds=_HOUR, guards_secrets=True)
