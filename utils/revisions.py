"""The revision of what guests see: a number that grows with every committed change of it.

A cache keeps an answer together with the revision that was read before the answer was made. The answer may be sent
again as long as the revision is the same, in every process and on every machine, because the number is read from the
database each time, and changes in the transaction that changes what is shown.

The number is the sum of a few rows. A writer adds 1 to a row that no other transaction holds, so writers never wait for
each other, and a reader never waits at all. A sum can't miss a writer that began first and commits last, as the highest
number of a sequence could.
"""

from django.db import connection
from django.db.models import Sum

from utils.models import Revision

_CHANGE = """
UPDATE utils_revision SET number = number + 1
WHERE id = (SELECT id FROM utils_revision ORDER BY id LIMIT 1 {lock})
"""


def revision_now() -> int:
    """Return the current revision."""
    return Revision.objects.aggregate(total=Sum("number", default=0))["total"]


def revision_change() -> None:
    """Make the revision grow when the current transaction commits. Call it inside of a transaction.

    It is cheap to call it twice in one transaction, because the same row is found again.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE.format(lock="FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""))
        if not cursor.rowcount:
            Revision.objects.create(number=1)
