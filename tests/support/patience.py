"""How long the shop waits for a gateway's stand-in, in tests."""

# Seconds to connect and to read. Production waits ten; a healthy stand-in on a busy machine was seen to need 0.5.
TIMEOUT = (1.5, 1.5)
# How long a stand-in keeps an answer back that is to come too late.
STALL_SECONDS = 2
