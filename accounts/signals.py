"""Events of this app.

Payloads name users by id, so that no e-mail address stays in the outbox. ``user_id`` is ``None`` when somebody asked
for mail to an address that no account has. The event is written in that case too, so that the answer takes the same
time and doesn't reveal which addresses have accounts.
"""

from utils.events import Event

user_registered = Event("accounts.user_registered")
"""A customer registered.

Payload: ``user_id``. Not sent for accounts that staff or the command line create.
"""

seller_approved = Event("accounts.seller_approved")
"""Staff approved a seller. The seller's products now go on sale without waiting for staff.

Payload: ``user_id``. Not sent for sellers who never waited.
"""

code_requested = Event("accounts.code_requested")
"""A one-time code is to be mailed.

Payload: ``user_id`` or ``None``, ``purpose`` (a ``CodePurpose``). Not sent at registration: see ``user_registered``.
"""

reset_link_requested = Event("accounts.reset_link_requested")
"""A link for a new password is to be mailed.

Payload: ``user_id`` or ``None``, ``page`` (the page that the link opens, see ``accounts.resets.link``). Not sent for
requests beyond the limits.
"""

email_proven = Event("accounts.email_proven")
"""A customer has verified the account's mailbox.

Payload: ``user_id``. Sent again each time it is verified later; not sent when staff create an account.
"""

password_changed = Event("accounts.password_changed")
"""The owner of an account changed or reset its password, which ended every sign-in.

Payload: ``user_id``. Not sent when staff set one in the admin.
"""

email_changed = Event("accounts.email_changed")
"""An account has a new e-mail address, which its owner has verified; the old mailbox should be told.

Payload: ``user_id``; the old address is the account's ``previous_email``. Not sent before the owner has verified
the address, nor when staff change it.
"""
