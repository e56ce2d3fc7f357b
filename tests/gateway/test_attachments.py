"""Files from customers: judged by content, stripped, shown to their conversation, from another origin."""

import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientResponse, FormData
from PIL import ExifTags, Image, PngImagePlugin
from reportlab.pdfgen.canvas import Canvas

from tests.gateway.fake_rasa import FakeRasa
from tests.gateway.visit import Client, Event, Visit, refused

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PLACE = "Kotikatu 1, Helsinki"


def picture(kind: str, size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, "teal")
    image.putpixel((0, 0), (255, 0, 0))
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg_that_tells() -> bytes:
    """A photograph with its place, its camera, a comment and an orientation."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = PLACE
    exif[ExifTags.Base.GPSInfo] = {1: "N", 2: (60.0, 10.0, 0.0)}
    return picture("JPEG", exif=exif, comment=PLACE.encode(), xmp=f"<x>{PLACE}</x>".encode())


def png_that_tells() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Location", PLACE)
    told.add_itxt("XML:com.adobe.xmp", PLACE)
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = PLACE
    return picture("PNG", pnginfo=told, exif=exif)


async def uploaded(visit: Visit, data: bytes, name: str = "photo.jpg") -> str:
    response = await visit.upload(data, name)
    assert response.status == 201, await response.text()
    file_id: str = (await response.json())["id"]
    assert re.fullmatch("[0-9a-f]{32}", file_id)
    return file_id


async def shown(visit: Visit, *ids: str, **more: Any) -> list[Event]:
    """Send a message with these files; gives them as its event shows them."""
    seq = await visit.send(attachment_ids=list(ids), **more)
    event = next(event for event in await visit.until_done(seq) if event["seq"] == seq)
    files: list[Event] = event["attachments"]
    return files


async def fetched(files_client: Client, file: Event) -> ClientResponse:
    address = urlsplit(file["url"])
    return await files_client.get(f"{address.path}?{address.query}")


@pytest.mark.parametrize("make", [jpeg_that_tells, png_that_tells])
async def test_a_picture_tells_nothing_but_itself(visit: Visit, files_client: Client, make: Any) -> None:
    assert PLACE.encode() in make()
    (file,) = await shown(visit, await uploaded(visit, make()))
    response = await fetched(files_client, file)
    data = await response.read()
    assert PLACE.encode() not in data
    kept = Image.open(io.BytesIO(data))
    assert not kept.getexif()
    assert not {"exif", "xmp", "comment", "Location", "XML:com.adobe.xmp"} & set(kept.info)
    assert kept.size == ((20, 40) if make is jpeg_that_tells else (40, 20))


async def test_a_file_is_served_where_it_can_do_nothing(visit: Visit, files_client: Client) -> None:
    for data, name, kind in (
        (picture("PNG"), "a.png", "image/png"),
        (picture("JPEG"), "b.exe", "image/jpeg"),
        (PDF, "c.pdf", "application/pdf"),
    ):
        (file,) = await shown(visit, await uploaded(visit, data, name), text="look")
        assert (file["name"], file["content_type"]) == (name, kind)
        response = await fetched(files_client, file)
        assert response.status == 200
        assert response.content_type == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["Cache-Control"].startswith("private")
        assert int(response.headers["Content-Length"]) == file["size"]
        assert urlsplit(file["url"]).netloc != urlsplit(str(visit.client.make_url("/"))).netloc


async def test_a_link_holds_for_this_file_and_until_its_time(
    visit: Visit, files_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = await shown(visit, await uploaded(visit, PDF), await uploaded(visit, picture("PNG")))
    query = urlsplit(one["url"]).query
    expires = int(re.findall("expires=([0-9]+)", query)[0])
    wrong = [
        f"/files/{two['id']}?{query}",
        f"/files/{'0' * 32}?{query}",
        f"/files/{one['id']}",
        f"/files/{one['id']}?expires={expires}",
        f"/files/{one['id']}?{query.replace(str(expires), str(expires + 1))}",
        f"/files/{one['id']}?{query[:-1]}",
        f"/files/{one['id']}?expires={expires}&sign=%C3%A9",
        f"/files/{one['id']}?expires={'9' * 5000}&sign=0",
        f"/files/{one['id']}?expires=-1&sign=0",
        f"/files/{one['id']}?expires=%D9%A3&sign=0",
        "/files/../aftercare.db",
        "/files/..%2f..%2faftercare.db",
        "/files/",
        "/api/chat/events",
    ]
    for address in wrong:
        await refused(await files_client.get(address), 404, "not-found")
    monkeypatch.setattr("bot.gateway.attachments.time.time", lambda: float(expires))
    await refused(await fetched(files_client, one), 404, "not-found")


async def test_a_file_goes_with_one_message_of_its_own_conversation(visit: Visit) -> None:
    file_id = await uploaded(visit, PDF)
    other = await Visit.open(visit.client)
    response = await other.post_message("mine?", attachment_ids=[file_id])
    await refused(response, 422, "unknown-attachment")
    response = await visit.post_message("what?", attachment_ids=["0" * 32])
    await refused(response, 422, "unknown-attachment")
    assert len(await shown(visit, file_id, file_id)) == 1
    await refused(await visit.post_message("again", attachment_ids=[file_id]), 422, "unknown-attachment")


async def test_a_file_without_words_is_answered_and_can_be_passed_on(visit: Visit) -> None:
    (said,) = await visit.ask(attachment_ids=[await uploaded(visit, PDF, "receipt.pdf")])
    assert said["text"].startswith("I have your file")
    (done,) = await visit.ask(choice=said["choices"][0]["id"])
    assert done["text"].startswith("Done")


def letter(*lines: str) -> bytes:
    """A PDF as mail programs print one."""
    out = io.BytesIO()
    page = Canvas(out)
    for number, line in enumerate(lines):
        page.drawString(72, 760 - 20 * number, line)
    page.save()
    return out.getvalue()


async def test_an_order_mail_sent_as_a_pdf_is_read_as_if_it_were_typed(visit: Visit, rasa: FakeRasa) -> None:
    mail = letter("Thank you for your order 10482", "sent to aino.laaksonen@posti.example")
    await visit.ask("here is the mail", attachment_ids=[await uploaded(visit, mail, "order.pdf")])
    (heard,) = rasa.texts
    assert heard.startswith("here is the mail")
    assert "order 10482" in heard
    assert "aino.laaksonen@posti.example" in heard


async def test_what_a_pdf_says_is_never_a_command(visit: Visit, rasa: FakeRasa) -> None:
    await visit.ask(attachment_ids=[await uploaded(visit, letter("/restart"), "order.pdf")])
    assert rasa.texts == ["restart"]


async def test_other_kinds_and_broken_files_are_refused(visit: Visit) -> None:
    bomb = picture("PNG", (10, 10)).replace(b"\x00\x00\x00\x0a\x00\x00\x00\x0a", b"\x00\x00\xff\xff" * 2, 1)
    refusable = [
        b"",
        b"hello",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        picture("GIF"),
        picture("BMP"),
        picture("WEBP"),
        b"MZ" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b" " + PDF,
        b"<html>" + PDF,
        picture("JPEG")[:100],
        picture("PNG")[:40],
        b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 20,
        b"\x89PNG\r\n\x1a\n" + b"<script>alert(1)</script>" * 20,
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        bomb,
    ]
    for data in refusable:
        response = await visit.upload(data)
        await refused(response, 415, "attachment-not-accepted")


async def test_what_hides_behind_a_picture_is_left_out(visit: Visit, files_client: Client) -> None:
    hidden = b"<script>alert(document.domain)</script>PK\x03\x04"
    for data in (picture("JPEG") + hidden, picture("PNG") + hidden, picture("JPEG", comment=hidden)):
        (file,) = await shown(visit, await uploaded(visit, data))
        assert b"script" not in await (await fetched(files_client, file)).read()


async def test_a_picture_with_broken_metadata_is_a_picture_or_refused(visit: Visit) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    block = exif.tobytes()
    for cut in range(6, len(block), 3):
        for filler in (b"", b"\xff" * 8, b"\0" * 8):
            response = await visit.upload(picture("JPEG", exif=block[:cut] + filler))
            assert response.status in {201, 415}, await response.text()


async def test_ten_megabytes_are_taken_and_more_is_not(visit: Visit) -> None:
    limit = 10 * 1024 * 1024
    await uploaded(visit, PDF + b"%" * (limit - len(PDF)))
    await refused(await visit.upload(PDF + b"%" * (limit - len(PDF) + 1)), 413, "attachment-too-large")
    await refused(await visit.upload(b"x" * 3 * limit), 413, "attachment-too-large")


async def test_an_upload_of_the_wrong_shape_is_refused(visit: Visit) -> None:
    no_file = FormData()
    no_file.add_field("file", "a text, not a file")
    no_file.add_field("other", "x" * 100_000)
    no_boundary = {"Content-Type": "multipart/form-data"}
    broken = {"Content-Type": "multipart/form-data; boundary=b"}
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n'
    bodies: list[tuple[Any, dict[str, str]]] = [
        (no_file, {}),
        (b"{}", {"Content-Type": "application/json"}),
        (b"", {}),
        (b"x", no_boundary),
        (b"nothing", broken),
        (b"--b\r\n\r\n", broken),
        (b"--b--\r\n", broken),
        (b"--b\r\nbroken header\r\n\r\nx\r\n--b--\r\n", broken),
        (head + b"\r\n" + PDF, broken),
        (head + b"Content-Transfer-Encoding: odd\r\n\r\n" + PDF + b"\r\n--b--\r\n", broken),
        (
            head + b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
            broken,
        ),
        (head + b"Content-Length: five\r\n\r\nx\r\n--b--\r\n", broken),
        (head + b"X: " + b"y" * 100_000 + b"\r\n\r\nx\r\n--b--\r\n", broken),
    ]
    for data, headers in bodies:
        response = await visit.client.post(
            "/api/chat/attachments", data=data, headers={**visit.headers, **headers}
        )
        assert response.status in {201, 413, 415, 422}, (data, await response.text())
        if response.status != 201:
            assert response.content_type == "application/problem+json"


async def test_the_name_of_a_file_is_only_a_label(visit: Visit) -> None:
    names = [
        "../../etc/passwd",
        "C:\\secret\\a.png",
        "<b>x</b>.png",
        "x" * 500,
        "\u202egnp.exe",
        " ",
    ]
    for name in names:
        response = await visit.upload(picture("PNG"), name)
        assert response.status == 201
        (file,) = await shown(visit, (await response.json())["id"])
        assert "/etc/" not in file["name"]
        assert 0 < len(file["name"]) <= 200
