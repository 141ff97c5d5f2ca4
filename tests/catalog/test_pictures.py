"""Uploaded pictures, of products and of people: what is kept of them, and what is refused."""

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from PIL import Image, ImageSequence, PngImagePlugin
from rest_framework.test import APIClient

from accounts.models import Role
from tests.admin.shown_forms import shown_form
from tests.factories import make_product, make_user
from utils.admin import PictureFormField
from utils.pictures import door, limits, parts

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
    monkeypatch.setattr(limits, "MAX_BYTES", 20 if case == "bytes" else 10**6)
    monkeypatch.setattr(limits, "MAX_PIXELS", {"pixels": 23, "pixels of all frames": 71}.get(case, 10**6))
    answer = send(upload)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) in [(400, "/file"), (400, "/avatar")]
    assert list(media.rglob("*.*")) == []


def test_a_bomb_is_refused_undecoded(send: Any, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    Image.new("1", (5100, 5100)).save(buffer, "PNG")  # 26 megapixels in a few kB

    def decoded(*args: Any) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decoded)
    assert send(buffer.getvalue()).json()["errors"][0]["code"] == "too_many_pixels"


@pytest.mark.parametrize("name", ["blob", "a.html", "a.php", "picture", "a.png.exe"])
def test_the_name_says_nothing(send: Any, media: Path, name: str) -> None:
    assert send(content("JPEG"), name).status_code in (200, 201)
    assert the_file_in(media).suffix == ".jpg"


@pytest.mark.parametrize("size", [(4000, 3000), (8064, 6048), (8160, 6144)])
def test_what_telephones_take_is_kept_at_a_size_that_can_be_shown(send: Any, media: Path, size: tuple) -> None:
    assert send(content("JPEG", size)).status_code in (200, 201)
    with Image.open(the_file_in(media)) as image:
        assert image.width * image.height <= limits.MAX_PIXELS
        assert image.width / image.height == pytest.approx(4 / 3, rel=0.01)


def with_comments(kind: str, count: int) -> bytes:
    """Make a picture of few pixels with ``count`` parts that no picture is drawn from."""
    picture = content(kind)
    if kind == "PNG":
        chunk = b"tEXt" + b"k\0" + PLACE
        made = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return picture[:33] + made * count + picture[33:]
    if kind == "JPEG":
        return picture[:2] + (b"\xff\xfe" + struct.pack(">H", 2 + len(PLACE)) + PLACE) * count + picture[2:]
    block = b"\x21\xfe" + bytes([len(PLACE)]) + PLACE + b"\0"
    return picture[:-1] + block * count + b";"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_parts_that_no_picture_is_drawn_from_are_left_out(send: Any, media: Path, kind: str) -> None:
    assert send(with_comments(kind, 3) + PLACE).status_code in (200, 201)
    assert PLACE not in the_file_in(media).read_bytes()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_file_of_nothing_but_parts_is_refused_at_once(send: Any, media: Path, kind: str) -> None:
    started = time.perf_counter()
    answer = send(with_comments(kind, 250_000))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_image")
    assert time.perf_counter() - started < 2
    assert list(media.rglob("*.*")) == []


@pytest.mark.parametrize("kind", ["GIF", "JPEG"])
def test_frames_and_scans_are_bounded(send: Any, media: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(parts, "MAX_FRAMES", 2)
    monkeypatch.setattr(parts, "MAX_JPEG_SCANS", 5)
    upload = moving("GIF") if kind == "GIF" else content("JPEG", progressive=True)
    assert send(upload).json()["errors"][0]["code"] == "invalid_image"
    assert list(media.rglob("*.*")) == []


def test_a_progressive_picture_is_bounded_as_if_it_were_decoded_whole(send: Any, media: Path) -> None:
    assert send(content("JPEG", (5100, 5100), progressive=True)).json()["errors"][0]["code"] == "too_many_pixels"
    assert list(media.rglob("*.*")) == []


def test_one_picture_is_decoded_at_a_time(send: Any, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.01)
    with door._decoder:
        answer = send(content("PNG"))
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "pictures_busy", "5")
    assert list(media.rglob("*.*")) == []
    assert send(content("PNG")).status_code in (200, 201)


class TestAdmin:
    """The admin's forms take pictures through the same door."""

    @pytest.fixture
    def page(self, client: Client) -> Any:
        staff = make_user("root", role=Role.STAFF, is_superuser=True)
        client.force_login(staff)
        user = make_user("someone")
        path = f"/admin/accounts/user/{user.pk}/change/"

        def upload(file: bytes, name: str = "a.png") -> Any:
            form = shown_form(client, path)
            return client.post(path, form | {"avatar": SimpleUploadedFile(name, file)})

        return upload

    def test_the_place_is_not_kept(self, page: Any, media: Path) -> None:
        assert page(telling_the_place("JPEG"), "blob").status_code == 302
        kept = the_file_in(media)
        assert (PLACE in kept.read_bytes(), kept.suffix) == (False, ".jpg")
        with Image.open(kept) as image:
            assert (image.size, dict(image.getexif())) == ((4, 6), {})

    @pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO"])
    def test_other_formats_are_refused(self, page: Any, media: Path, kind: str) -> None:
        answer = page(content(kind, (16, 16)))
        assert "PNG, JPEG, WebP or GIF" in answer.content.decode()
        assert list(media.rglob("*.*")) == []

    def test_108_megapixels_are_refused(self, page: Any, media: Path) -> None:
        flat = BytesIO()
        Image.new("1", (12_000, 9_000)).save(flat, "PNG")
        assert "megapixels" in page(flat.getvalue()).content.decode()
        assert list(media.rglob("*.*")) == []

    def test_the_place_of_a_products_picture_is_not_kept(self, page: Any, client: Client, media: Path) -> None:
        path = f"/admin/catalog/product/{make_product().pk}/change/"
        row = {"images-TOTAL_FORMS": 1, "images-0-position": 0}
        row["images-0-file"] = SimpleUploadedFile("a.jpg", telling_the_place("JPEG"))
        assert client.post(path, shown_form(client, path) | row).status_code == 302
        assert PLACE not in the_file_in(media).read_bytes()


def test_every_picture_of_the_admin_comes_through_the_door(rf: Any) -> None:
    request = rf.get("/admin/")
    request.user = make_user("root", role=Role.STAFF, is_superuser=True)
    pictures = {}
    for model, page in admin.site._registry.items():
        for edited in [page, *(inline(model, admin.site) for inline in page.inlines)]:
            for field in edited.model._meta.concrete_fields:
                if isinstance(field, models.FileField):
                    form = edited.get_formset(request).form if edited is not page else page.get_form(request, model())
                    pictures[field.name] = type(form.base_fields[field.name])
    assert pictures == {"avatar": PictureFormField, "file": PictureFormField}
