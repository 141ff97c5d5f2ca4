"""The errors that notifications and support threads raise when they refuse a request."""

from utils.errors import Conflict, Denied, Invalid, NotFound


class NotificationUnknown(Invalid):
    code = "notification_unknown"
    message = "You have no such notification."


class ThreadNotFound(NotFound):
    code = "thread_not_found"
    message = "There is no such thread."


class ThreadClosed(Conflict):
    code = "thread_closed"
    message = "This thread is closed. Its customer can reopen it with a message."


class ThreadDenied(Denied):
    code = "thread_denied"
    message = "Only staff can open a thread for somebody else."


class CustomerUnknown(Invalid):
    code = "customer_unknown"
    message = "There is no such customer."
