"""The reversals that the fake Daraja receives, and the results that Daraja posts later."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

INITIATOR, CREDENTIAL = "canary-initiator", "canary-security-credential-2b"


@dataclass
class Reversal:
    sent: dict[str, Any]
    serial: int

    @property
    def path(self) -> str:
        return urlsplit(self.sent["ResultURL"]).path

    @property
    def names(self) -> dict[str, str]:
        return {"OriginatorConversationID": f"71840-{self.serial}", "ConversationID": f"AG_20261121_{self.serial:06}"}

    def result(self, code: Any = 0, **values: Any) -> dict[str, Any]:
        """Build the result of this reversal. ``values`` replace its parameters."""
        result = {"ResultType": 0, "ResultCode": code, "ResultDesc": "Declined" if code else "Done", **self.names}
        result["TransactionID"] = f"OGK{self.serial:07}"
        if not code:
            said = {"Amount": float(self.sent["Amount"]), "OriginalTransactionID": self.sent["TransactionID"], **values}
            rows = [{"Key": name, "Value": value} for name, value in said.items()]
            result["ResultParameters"] = {"ResultParameter": [*rows, {"Key": "Charge"}]}
        return {"Result": result}


def reversal_flaws_of(sent: dict[str, Any], *, shortcode: str) -> list[str]:
    """List the fields of a reversal that break the rules of Daraja's portal."""
    addresses = sent["ResultURL"], sent["QueueTimeOutURL"]
    checks = {
        "Initiator": (sent["Initiator"], sent["SecurityCredential"]) == (INITIATOR, CREDENTIAL),
        "CommandID": sent["CommandID"] == "TransactionReversal",
        "Amount": type(sent["Amount"]) is int and sent["Amount"] >= 1,
        "ReceiverParty": (sent["ReceiverParty"], sent["RecieverIdentifierType"]) == (shortcode, "11"),
        "Remarks": 2 <= len(sent["Remarks"]) <= 100,
        "addresses": all(
            re.fullmatch(r"https://shop\.example\.com/api/v1/payments/cb/\S+/", each) for each in addresses
        ),
    }
    return [name for name, is_right in checks.items() if not is_right]
