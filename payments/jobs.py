"""What payments do every minute. Other jobs stand beside the services that enqueue them."""

from payments.services import reconcile
from utils.jobs import job


@job("payments.reconcile", every_minutes=1)
def reconcile_due() -> None:
    """Ask the gateways what became of open payments, refunds and messages."""
    reconcile()
