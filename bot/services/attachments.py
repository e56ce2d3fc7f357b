"""Files from customers: judged by what they hold, stripped of what they tell, kept in the data directory."""

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from bot.channels.website import clean_text
from bot.services.runtime import Runtime
from bot.shop.errors import InvalidInput, NotFound
from bot.store.base import new_id
from bot.store.conversations import Attachment

MAX_FILE = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG"}
PDF = "application/pdf"
# A forwarded mail is short; what is longer is not read.
MAX_LETTER = 2 * 1024 * 1024
PAGES_READ = 2
MAX_WORDS = 2000
# What pypdf raises for files that are broken, encrypted or made to break readers.
UNREADABLE = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    OSError,
)


class NotAccepted(InvalidInput):
    """The file is none of the kinds we take, or is broken."""


class TooLarge(InvalidInput):
    """The file is larger than 10 MB."""


@dataclass(frozen=True)
class StoredFile:
    """A kept file and what it is."""

    content_type: str
    data: bytes


def path_of(runtime: Runtime, file_id: str) -> Path:
    """Where a kept file lies."""
    return runtime.settings.data_dir / "uploads" / file_id[:2] / file_id


async def keep_file(runtime: Runtime, conversation_id: str, name: str, data: bytes) -> str:
    """Check, strip and keep a file; gives its id. Raises NotAccepted and TooLarge."""
    if len(data) > MAX_FILE:
        raise TooLarge("more than 10 MB")
    content_type, clean = await asyncio.to_thread(_stripped, data)
    words = await asyncio.to_thread(words_of, clean) if content_type == PDF else ""
    file_id = new_id()
    await asyncio.to_thread(_write, path_of(runtime, file_id), clean)
    async with runtime.database.transaction() as session:
        session.add(
            Attachment(
                id=file_id,
                conversation_id=conversation_id,
                name=clean_text(Path(name).name).replace("\n", " ")[:200] or "file",
                content_type=content_type,
                size=len(clean),
                words=words,
                at=runtime.clock(),
            )
        )
    return file_id


def _stripped(data: bytes) -> tuple[str, bytes]:
    """The kind by content, and the file without EXIF and other metadata of pictures."""
    try:
        kinds = {match.mime_type for match in puremagic.magic_string(data)}
    except (puremagic.PureError, ValueError) as error:
        raise NotAccepted("unknown kind of file") from error
    for content_type, kind in IMAGES.items():
        if content_type in kinds:
            return content_type, _repainted(data, kind)
    if PDF in kinds and data.startswith(b"%PDF-"):
        return PDF, data
    raise NotAccepted("neither JPEG, PNG nor PDF")


def words_of(data: bytes) -> str:
    """What the first pages of a PDF say; nothing when it cannot be read or is too large to be a letter."""
    if len(data) > MAX_LETTER:
        return ""
    try:
        pages = PdfReader(io.BytesIO(data)).pages
        found = [pages[number].extract_text() for number in range(min(len(pages), PAGES_READ))]
    except UNREADABLE:
        return ""
    return clean_text("\n".join(found))[:MAX_WORDS]


def _repainted(data: bytes, kind: str) -> bytes:
    """The pixels only, upright."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise NotAccepted("too many pixels")
            upright = ImageOps.exif_transpose(image)
            upright.info.clear()
            out = io.BytesIO()
            upright.save(out, kind, quality=88)
            return out.getvalue()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAccepted("broken picture") from error


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_bytes(data)
    partial.replace(path)


async def stored_file(runtime: Runtime, file_id: str) -> StoredFile:
    """A kept file. Raises NotFound."""
    async with runtime.database.reading() as session:
        row = await session.get(Attachment, file_id)
    if row is None:
        raise NotFound("no such file")
    try:
        data = await asyncio.to_thread(path_of(runtime, file_id).read_bytes)
    except FileNotFoundError as error:
        raise NotFound("the file is gone") from error
    return StoredFile(row.content_type, data)
