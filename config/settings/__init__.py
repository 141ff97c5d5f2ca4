"""Settings: ``local`` (the embedded default), ``production`` and ``test`` each build on ``base``."""
