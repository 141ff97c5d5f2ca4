"""The embedded default: no configuration, no server to install. Not for the open internet."""

from config.settings import dotenv  # noqa: F401 - first: base reads the environment
from config.settings.base import *  # noqa: F403
from config.settings.base import SIMPLE_JWT, VAR_DIR, env
from utils.secretfile import secret_from_file

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_from_file(VAR_DIR / "secret_key")
SIMPLE_JWT = {**SIMPLE_JWT, "SIGNING_KEY": secret_from_file(VAR_DIR / "jwt_key")}
# Where a front end's development server usually runs.
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=["http://localhost:3000"])
# Static files are found where the apps keep them, so that nothing has to be collected first.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
