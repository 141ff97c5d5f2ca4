"""The shop window: the page that a browser sees at ``/``, and the page that a mailed link for a new password opens."""
