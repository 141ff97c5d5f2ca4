"""Limits of pictures, against small files that would cost much time or memory."""

MAX_BYTES = 10 * 1024 * 1024
# Pixels of all frames together. A decoded pixel takes four bytes, in two or three copies at a time.
MAX_PIXELS = 25_000_000
# Phones take pictures of 12, 48, 50 and 64 megapixels. A JPEG of more than MAX_PIXELS is decoded at half its width and
# height.
MAX_JPEG_PIXELS = 65_000_000
# A GIF is not drawn again, so its frames cost time only when somebody looks at it.
MAX_FRAMES = 500
# Progressive pictures have about ten; each is a pass over the whole picture.
MAX_JPEG_SCANS = 50
# Chunks, segments and blocks, which are read one by one. A PNG of 10 MB in the usual chunks of 8 kB has 1,300.
MAX_PARTS = 20_000
# A GIF splits its data into blocks of 255 bytes at most.
MAX_GIF_BLOCKS = 200_000
# How long an upload waits while other uploads are decoded.
WAIT_SECONDS = 10

LIMITS_TOLD = "PNG, JPEG, WebP or GIF, 10 MB and 25 megapixels at most (65 for a JPEG that is not progressive)"
