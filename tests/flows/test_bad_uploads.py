"""Files that are no pictures, or not only pictures, are refused, and none is kept."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from PIL import Image

from tests.factories import make_product, sole_variant
from tests.support.form_bodies import MULTIPART, multipart
from tests.support.problems import flaw
from tests.support.rows import all_rows, changed
from tests.support.tries import Tries
from tests.support.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def picture(kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, kind)
    return content.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


BAD: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.png", b""),
    "text": ("a.png", b"not a picture"),
    "a web page": ("a.png", b"<html><script>alert(1)</script></html>"),
    "a drawing that can hold scripts": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "a cut-off picture": ("a.png", picture()[:20]),
    "a picture of 3.6 gigapixels": ("a.png", png_that_claims(60_000, 60_000)),
}


def send(world: World, who: str, path: str, parts: dict[str, Any], name: str) -> HttpResponse:
    """Send a form whose last part is a file with the name ``name``."""
    method = "PATCH" if path.endswith("/me/") else "POST"
    field = next(reversed(parts))
    body = multipart(list(parts.items()), file_names={field: name})
    return world.api[who].generic(method, path, body, content_type=MULTIPART)


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_is_refused(world: World, media: Path, case: str) -> None:
    name, content = BAD[case]
    before = all_rows()
    product = str(world.product.pk)
    answers = [
        send(world, "seller", f"/api/v1/products/{product}/images/", {"file": content}, name),
        send(world, "customer", "/api/v1/auth/me/", {"avatar": content}, name),
        send(world, "staff", "/api/products/upload-images/", {"product": product, "images": content}, name),
    ]
    assert [(flaw(answer), answer.status_code) for answer in answers] == [("", 400)] * 3
    assert files_in(media) == []
    assert changed(before, all_rows()) == []


@pytest.mark.parametrize("name", ["a.png", "../../../etc/passwd.png", "..%2F..%2Fa.png", "a b;c.png", "\u202egnp.png"])
def test_a_picture_is_kept_under_a_name_of_ours(world: World, media: Path, name: str) -> None:
    pictures = f"/api/v1/products/{world.product.pk}/images/"
    assert send(world, "seller", pictures, {"file": picture()}, name).status_code == 201
    assert send(world, "customer", "/api/v1/auth/me/", {"avatar": picture("JPEG")}, "me.jpg").status_code == 200
    kept = files_in(media)
    assert [Path(path).parent.name for path in kept] == ["avatars", "products"]
    assert not any("passwd" in path or ".." in path for path in kept)


def test_bad_fields_beside_a_good_picture(world: World, media: Path) -> None:
    tries = Tries(world.api["seller"], "POST", f"/api/v1/products/{world.product.pk}/images/")
    foreign = str(sole_variant(make_product()).pk)
    tries.before = all_rows()
    cases: dict[str, tuple[int, list[tuple[str, str | bytes]]]] = {
        "another product's variant": (404, [("variant", foreign)]),
        "an unknown variant": (404, [("variant", "999999")]),
        "a variant that is no id": (400, [("variant", "1.5")]),
        "too long a text": (400, [("alt", "a" * 513)]),
        "a NUL byte": (400, [("alt", "a\0b")]),
    }
    for case, (status, fields) in cases.items():
        body = multipart([("file", picture()), *fields], file_names={"file": "a.png"})
        tries.must_answer(case, status, body, MULTIPART)
    tries.must_answer("no file", 400, multipart([("alt", "a")]), MULTIPART)
    tries.must_answer("text instead of a file", 400, multipart([("file", picture())]), MULTIPART)
    tries.must_answer("JSON", 415, b'{"file": "a"}')
    tries.assert_flawless()
    assert files_in(media) == []


def test_a_picture_is_not_for_everybody_to_add(world: World, media: Path) -> None:
    pictures = f"/api/v1/products/{world.product.pk}/images/"
    before = all_rows()
    statuses = [
        send(world, who, pictures, {"file": picture()}, "a.png").status_code for who in ("anonymous", "customer")
    ]
    assert statuses == [401, 403]
    assert files_in(media) == []
    assert changed(before, all_rows()) == []
