"""The shop window: the HTML pages for browsers, one at ``/`` and one where a person chooses a new password."""
