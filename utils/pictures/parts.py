"""Removal of all parts of picture files that are not needed to draw the picture, without decoding it.

So the decoder never sees comments, additional profiles or trailing data.
"""

from collections.abc import Iterator

from utils.pictures.limits import MAX_FRAMES, MAX_GIF_BLOCKS, MAX_JPEG_SCANS, MAX_PARTS

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_ONCE = {b"iCCP", b"eXIf", b"gAMA", b"sRGB", b"cHRM"}
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", *_PNG_ONCE}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
# Markers without a length after them: TEM and the restarts.
_JPEG_BARE = {0x01, *range(0xD0, 0xD8)}
_GIF_KEPT_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


class Unreadable(Exception):
    """Report that a file ends too early, or has more parts than are allowed."""


def png_parts_needed(data: bytes) -> bytes:
    """Return a copy of a PNG with only the chunks needed to draw its picture."""
    kept, seen = [_PNG_SIGNATURE], set()
    for kind, chunk in _png_chunks(data):
        if kind in _PNG_KEPT and not (kind in _PNG_ONCE and kind in seen):
            kept.append(chunk)
        seen.add(kind)
    return b"".join(kept)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        kind = data[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(data[at : at + 4])
        if len(kind) < 4 or end > len(data):
            raise Unreadable
        yield kind, data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise Unreadable


def jpeg_parts_needed(data: bytes) -> tuple[bytes, int]:
    """Return a copy of a JPEG with only the segments needed to draw its picture, and the number of its scans.

    ``data`` is the content of the file. The first Exif segment is kept too. Further pictures in the file, such as the
    previews that phones add, are left out. Raise ``Unreadable`` when the file ends too early or exceeds ``MAX_PARTS``
    or ``MAX_JPEG_SCANS``.
    """
    kept, scans, has_exif = [data[:2]], 0, False
    for marker, segment in _jpeg_segments(data):
        is_exif = marker == 0xE1 and segment[4:10] == b"Exif\0\0"
        if _is_drawn_from(marker, segment) or (is_exif and not has_exif):
            kept.append(segment)
        has_exif |= is_exif
        scans += marker == _START_OF_SCAN
        if scans > MAX_JPEG_SCANS:
            raise Unreadable
    return b"".join(kept), scans


def _is_drawn_from(marker: int, segment: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        return segment[4:].startswith((b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"))
    return True


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each segment up to the end of the first picture; a scan comes together with its data."""
    at = 2
    for _ in range(MAX_PARTS):
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if data[at : at + 1] != b"\xff" or at + 1 >= len(data):
            raise Unreadable
        marker = data[at + 1]
        end = at + 2
        if marker not in _JPEG_BARE and marker != _END_OF_IMAGE:
            end += int.from_bytes(data[end : end + 2])
        if marker == _START_OF_SCAN:
            end = _scan_end(data, end)
        if end > len(data):
            raise Unreadable
        yield marker, data[at:end]
        if marker == _END_OF_IMAGE:
            return
        at = end
    raise Unreadable


def _scan_end(data: bytes, at: int) -> int:
    """Return the position of the marker that ends a scan's data. Within the data, FF is followed by 00 or a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] not in (0x00, 0xFF) and data[at + 1] not in _JPEG_BARE:
            return at
        at += 1
    raise Unreadable


def gif_parts_needed(data: bytes) -> bytes:
    """Return a copy of a GIF without comments and application data; its repeat count and colour profile stay."""
    start = 13 + _gif_colours(data[10:11])
    kept, frames = [data[:start]], 0
    for kind, block in _gif_blocks(data, start):
        if kind == b"\x21\xf9" or kind[:1] in (b",", b";") or block[3:14] in _GIF_KEPT_APPLICATIONS:
            kept.append(block)
        frames += kind == b","
        if frames > MAX_FRAMES:
            raise Unreadable
    return b"".join(kept)


def _gif_blocks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    left = MAX_GIF_BLOCKS
    for _ in range(MAX_PARTS):
        introducer = data[at : at + 1]
        if introducer == b";":
            yield introducer, introducer
            return
        if introducer == b"!":
            kind, end = data[at : at + 2], at + 2
        elif introducer == b",":
            kind, end = introducer, at + 11 + _gif_colours(data[at + 9 : at + 10])
        else:
            raise Unreadable
        while left and end < len(data) and data[end]:
            end, left = end + 1 + data[end], left - 1
        if not left or end >= len(data):
            raise Unreadable
        yield kind, data[at : end + 1]
        at = end + 1
    raise Unreadable


def _gif_colours(flags: bytes) -> int:
    """Return the length in bytes of the colour table that ``flags`` describe. Raise ``Unreadable`` without flags."""
    if not flags:
        raise Unreadable
    return 3 << ((flags[0] & 7) + 1) if flags[0] & 0x80 else 0
