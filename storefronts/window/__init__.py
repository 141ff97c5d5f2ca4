"""The shop window: what a browser sees at ``/``, and the page behind a mailed link for a new password."""
