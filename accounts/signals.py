"""What other parts may hear about accounts.

Payloads name users by id, so that no mailbox stays in the outbox. ``user_id`` is ``None`` where somebody asked on
behalf of a mailbox that no account has: that a row is written in either case keeps the answer's time from telling the
two apart.
"""

from utils.events import Event

user_registered = Event("accounts.user_registered")
"""A customer registered.

Payload: ``user_id``. Not sent for accounts that staff make or the command line.
"""

seller_approved = Event("accounts.seller_approved")
"""Staff let a seller put products on sale without being asked each time.

Payload: ``user_id``. Not sent for sellers who never waited.
"""

code_requested = Event("accounts.code_requested")
"""A one-time code is to be mailed.

Payload: ``user_id`` or ``None``, ``purpose`` (a ``CodePurpose``). Not sent at registration: see ``user_registered``.
"""

reset_link_requested = Event("accounts.reset_link_requested")
"""A link for a new password is to be mailed.

Payload: ``user_id`` or ``None``, ``page`` (where the link leads, see ``accounts.resets.link``). Not sent for requests
beyond the limits.
"""

email_proven = Event("accounts.email_proven")
"""A customer has shown to read the account's mailbox.

Payload: ``user_id``. Sent again with each later proof; not sent when staff make an account.
"""

password_changed = Event("accounts.password_changed")
"""A password was changed or reset by its owner, and every sign-in has ended.

Payload: ``user_id``. Not sent when staff set one in the admin.
"""

email_changed = Event("accounts.email_changed")
"""An account has another address, which its owner has proven; the old mailbox should hear of it.

Payload: ``user_id``; the old address is the account's ``previous_email``. Not sent before the proof, nor for changes
by staff.
"""
