"""Settings of the cache and the channel layer: Redis if the environment names one, else this process's memory."""

import environ

env = environ.Env()

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    # A Redis that hangs may cost half a second, not five, because the shop works without it.
    REDIS_TIMEOUT = 0.5
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {
                "SOCKET_CONNECT_TIMEOUT": REDIS_TIMEOUT,
                "SOCKET_TIMEOUT": REDIS_TIMEOUT,
                "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
                "IGNORE_EXCEPTIONS": True,
            },
        }
    }
    DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
    # The channel layer reads with a blocking command of five seconds. The client's default timeout is as long, so an
    # idle socket would fail when nothing is sent for that time.
    REDIS_HOST = {"address": REDIS_URL, "socket_connect_timeout": REDIS_TIMEOUT, "socket_timeout": 15}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS_HOST], "prefix": "shop"},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 4000}}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
