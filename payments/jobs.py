"""What payments do while nobody waits."""

from payments import selectors
from payments.services import event_process, reconcile, refund_send
from utils.jobs import job

_MINUTE = 60


@job("payments.process_event")
def process_event(*, event_id: int) -> None:
    event_process(event_id=event_id)
    # The reconciler comes by once a minute: what is to be tried again before that is no matter for it.
    if (seconds := selectors.seconds_until_retry(event_id=event_id)) is not None and seconds < _MINUTE:
        process_event.enqueue_in(seconds, event_id=event_id)


@job("payments.send_refund")
def send_refund(*, refund_id: int) -> None:
    refund_send(refund_id=refund_id)


@job("payments.reconcile", every_minutes=1)
def reconcile_due() -> None:
    reconcile()
