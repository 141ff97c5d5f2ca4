"""Run what payments do every minute. Other jobs stand beside the services that enqueue them."""

from payments.services import reconcile
from utils.jobs import job


@job("payments.reconcile", every_minutes=1)
def reconcile_due() -> None:
    """Ask the gateways about open payments and refunds, and process the messages that are due."""
    reconcile()
