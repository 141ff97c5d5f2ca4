"""Settings: ``local`` (the embedded default), ``production`` and ``test``, each built on ``base``."""
