"""Daraja's confirmations of what was paid to the pay bill number, after a prompt or by hand."""

from typing import Any

from tests.support.fake_daraja import SHORTCODE, Attempt

TOKEN = "canary-pay-bill-token-4f1d-0a7be39c"
CONFIRMATION, VALIDATION = (f"/api/v1/payments/c2b/{TOKEN}/{name}/" for name in ("confirmation", "validation"))
NAMES = ("Wanjiku", "Kamau")


def confirmation(attempt: Attempt, **values: Any) -> dict[str, Any]:
    """Build the confirmation of an attempt. ``values`` replace its fields."""
    return {
        "TransactionType": "Pay Bill",
        "TransID": attempt.receipt,
        "TransTime": "20261120212433",
        "TransAmount": f"{attempt.sent['Amount']}.00",
        "BusinessShortCode": SHORTCODE,
        "BillRefNumber": attempt.sent["AccountReference"],
        "InvoiceNumber": "",
        "OrgAccountBalance": "49197.00",
        "ThirdPartyTransID": "",
        "MSISDN": "2547 ***** 149",
        "FirstName": NAMES[0],
        "MiddleName": "",
        "LastName": NAMES[1],
        **values,
    }
