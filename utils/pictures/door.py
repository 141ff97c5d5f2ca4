"""Cleaning of an uploaded picture: its content decides the format, and it is saved again without metadata."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, ImageSequence

from utils.errors import Invalid, Unavailable
from utils.pictures import limits, parts

# The only metadata that is kept, because a picture would look wrong without it.
_KEPT_METADATA = ("icc_profile", "transparency")
_QUALITY = 90
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
_ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
# Decoded pictures take much memory, so a process decodes one at a time.
_decoder = threading.Lock()


class PictureRefused(Invalid):
    """Report that an uploaded picture can't be used; ``reason`` is a stable code that says why."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class PicturesBusy(Unavailable):
    code = "pictures_busy"
    message = "Other pictures are being processed right now. Try again in a moment."


def picture_clean(file: Any) -> ContentFile:
    """Return the picture in the open ``file`` as a new file, without metadata and turned upright.

    The content decides the format, never the file's name. Raise ``PictureRefused`` for a bad picture, or
    ``PicturesBusy`` when other pictures take too long.
    """
    if file.size > limits.MAX_BYTES:
        raise PictureRefused("too_large", "The picture is larger than 10 MB.")
    file.seek(0)
    data = file.read()
    kind = _kind(data)
    with _one_at_a_time():
        try:
            content = _cleaned(data, kind)
        except PictureRefused:
            raise
        except Exception as error:  # decoders raise all kinds of errors for a broken file
            raise PictureRefused("invalid_image", "The picture is broken or too complex to be read.") from error
    return ContentFile(content, name=f"picture.{_ENDINGS[kind]}")


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _decoder.acquire(timeout=limits.WAIT_SECONDS):
        raise PicturesBusy
    try:
        yield
    finally:
        _decoder.release()


def _kind(data: bytes) -> str:
    """Return the format of the picture in ``data``. Raise ``PictureRefused`` for any other content."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            return kind
    raise PictureRefused("format", "The picture must be PNG, JPEG, WebP or GIF.")


def _cleaned(data: bytes, kind: str) -> bytes:
    """Return the picture's bytes without metadata. ``kind`` is its format.

    A GIF keeps only the parts that it needs. A picture of any other format is drawn and saved again. Raise
    ``PictureRefused`` when the picture has too many pixels.
    """
    most_pixels = limits.MAX_PIXELS
    if kind == "PNG":
        data = parts.png_parts_needed(data)
    elif kind == "GIF":
        data = parts.gif_parts_needed(data)
    elif kind == "JPEG":
        data, scans = parts.jpeg_parts_needed(data)
        # A JPEG with several scans is decoded at full size before it can be made smaller.
        most_pixels = limits.MAX_JPEG_PIXELS if scans == 1 else limits.MAX_PIXELS
    with Image.open(BytesIO(data), formats=[kind]) as image:
        pixels = image.width * image.height * _frames(image)
        if pixels > most_pixels:
            raise PictureRefused("too_many_pixels", f"The picture has more than {most_pixels // 10**6} megapixels.")
        if pixels > limits.MAX_PIXELS:
            image.draft(None, (image.width // 2, image.height // 2))
        if kind == "GIF":
            image.load()
            return data
        return _redrawn(image)


def _frames(image: Image.Image) -> int:
    """Return how many frames of the picture are decoded and drawn: 1 for a GIF, whose frames stay as they are."""
    return 1 if image.format == "GIF" else getattr(image, "n_frames", 1)


def _redrawn(image: Image.Image) -> bytes:
    """Return the picture saved again, turned upright and with only the metadata that it needs."""
    options: dict[str, Any] = {"quality": _QUALITY}
    if _frames(image) == 1:
        frames = [ImageOps.exif_transpose(image)]
    else:
        frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
        durations = [frame.info.get("duration", 0) for frame in frames]
        options |= {"duration": durations, "loop": image.info.get("loop", 0)}
        options |= {"save_all": True, "append_images": frames[1:]}
    for frame in frames:
        frame.info = {name: frame.info[name] for name in _KEPT_METADATA if name in frame.info}
    content = BytesIO()
    frames[0].save(content, image.format, icc_profile=frames[0].info.get("icc_profile"), **options)
    return content.getvalue()
