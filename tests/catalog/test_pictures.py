"""Uploaded pictures, of products and of people: what is kept of them, and what is refused."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageSequence, PngImagePlugin
from rest_framework.test import APIClient

from tests.factories import make_product
from utils.api import fields

pytestmark = pytest.mark.django_db

PLACE = b"51 deg 28' 38'' N"
ORIENTATION, GPS = 0x0112, 0x8825


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def content(kind: str, size: tuple[int, int] = (6, 4), **options: Any) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def telling_the_place(kind: str) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # lies on its side
    exif.get_ifd(GPS)[1] = PLACE.decode()
    options: dict[str, Any] = {"exif": exif}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Location", PLACE.decode())
    else:
        options["xmp"] = b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"
    if kind == "JPEG":
        options["comment"] = PLACE
    return content(kind, **options)


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (6, 4), colour) for colour in ("red", "green", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:], duration=80, loop=0)
    return buffer.getvalue()


def as_product_picture(staff_api: APIClient, upload: bytes, name: str) -> Any:
    file = SimpleUploadedFile(name, upload)
    return staff_api.post(f"/api/v1/products/{make_product().pk}/images/", {"file": file}, format="multipart")


def as_avatar(staff_api: APIClient, upload: bytes, name: str) -> Any:
    return staff_api.patch("/api/v1/auth/me/", {"avatar": SimpleUploadedFile(name, upload)}, format="multipart")


@pytest.fixture(params=[as_product_picture, as_avatar])
def send(request: Any, staff_api: APIClient) -> Any:
    return lambda upload, name="a.png": request.param(staff_api, upload, name)


def the_file_in(media: Path) -> Path:
    (path,) = (path for path in media.rglob("*") if path.is_file())
    return path


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_place_is_not_kept_and_the_picture_stands_upright(send: Any, media: Path, kind: str) -> None:
    upload = telling_the_place(kind)
    assert PLACE in upload
    assert send(upload).status_code in (200, 201)
    kept = the_file_in(media)
    assert PLACE not in kept.read_bytes()
    with Image.open(kept) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (4, 6), {})


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("GIF", ".gif")])
def test_the_ending_is_that_of_the_content(send: Any, media: Path, kind: str, ending: str) -> None:
    assert send(content(kind), "picture.tiff").status_code in (200, 201)
    assert the_file_in(media).suffix == ending


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_moves_goes_on_moving(send: Any, media: Path, kind: str) -> None:
    upload = moving(kind)
    assert send(upload).status_code in (200, 201)
    kept = the_file_in(media)
    with Image.open(kept) as image:
        frames = [
            (frame.convert("RGB").getpixel((0, 0)), image.info["duration"]) for frame in ImageSequence.Iterator(image)
        ]
    strongest = [max(range(3), key=pixel.__getitem__) for pixel, _ in frames]
    assert (strongest, {duration for _, duration in frames}) == ([0, 1, 2], {80})
    assert kind != "GIF" or kept.read_bytes() == upload


def test_two_pictures_in_one_file_of_a_telephone_are_a_jpeg(send: Any, media: Path) -> None:
    buffer = BytesIO()
    main, preview = Image.new("RGB", (6, 4), "teal"), Image.new("RGB", (3, 2), "teal")
    main.save(buffer, "MPO", save_all=True, append_images=[preview])
    assert send(buffer.getvalue(), "a.jpg").status_code in (200, 201)
    with Image.open(the_file_in(media)) as image:
        assert (image.format, image.size) == ("JPEG", (6, 4))


def test_transparency_stays(send: Any, media: Path) -> None:
    buffer = BytesIO()
    Image.new("P", (2, 2), 0).save(buffer, "PNG", transparency=0)
    send(buffer.getvalue())
    with Image.open(the_file_in(media)) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("case", ["bytes", "pixels", "pixels of all frames", "another format", "cut off"])
def test_refused(send: Any, media: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    upload = {
        "pixels of all frames": moving("WEBP"),
        "another format": content("BMP"),
        "cut off": content("JPEG", (64, 64))[:-200],
    }.get(case, content("PNG"))
    monkeypatch.setattr(fields, "MAX_PICTURE_BYTES", 20 if case == "bytes" else 10**6)
    monkeypatch.setattr(fields, "MAX_PICTURE_PIXELS", {"pixels": 23, "pixels of all frames": 71}.get(case, 10**6))
    answer = send(upload)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) in [(400, "/file"), (400, "/avatar")]
    assert list(media.rglob("*.*")) == []


def test_a_bomb_is_refused_undecoded(send: Any, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    Image.new("1", (7100, 7100)).save(buffer, "PNG")  # 50.4 megapixels in a few kB

    def decoded(*args: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decoded)
    assert send(buffer.getvalue()).json()["errors"][0]["code"] == "too_many_pixels"
