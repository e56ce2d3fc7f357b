"""Labels for goods that come back: a PDF with the return's number as a barcode, behind a signed link."""

import hashlib
import hmac
import io
import secrets
import textwrap
import time

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bot.services.runtime import Runtime
from bot.settings import Settings
from bot.shop.errors import NotFound
from bot.shop.return_status import CANCELLABLE, ReturnStatus
from bot.store.order_queries import find_order
from bot.store.returns import Return

LINK_DAYS = 60
DAY_SECONDS = 24 * 3600
# Where no secret is set (never in production) links hold for this process only; an empty key could be forged.
PROCESS_SECRET = secrets.token_bytes(32)

MARGIN = 8 * mm
WRAP = 34
FONT, BOLD = "Helvetica", "Helvetica-Bold"


def label_url(runtime: Runtime, number: str) -> str:
    """A link to a return's label for two months, on the files' own origin."""
    expires = (int(time.time()) // DAY_SECONDS + LINK_DAYS) * DAY_SECONDS
    sign = label_sign(runtime.settings, number, expires)
    return f"{runtime.settings.files_base_url}/labels/{number}?expires={expires}&sign={sign}"


def label_sign(settings: Settings, number: str, expires: int) -> str:
    """What a link to this label until then must carry."""
    key = settings.files_secret.get_secret_value().encode() or PROCESS_SECRET
    return hmac.new(key, f"label:{number}:{expires}".encode(), hashlib.sha256).hexdigest()


async def label_pdf(runtime: Runtime, number: str) -> bytes:
    """The label of a return on which nothing has come yet. Raises NotFound."""
    async with runtime.database.reading() as session:
        row = await session.get(Return, number)
        if row is None or ReturnStatus(row.status) not in CANCELLABLE:
            raise NotFound("there is no such return to send")
        order = await find_order(session, row.order_number)
        if order is None:
            raise NotFound("the order is gone")
        sender = order.ship_to
    shop = runtime.content.shop
    street = [sender.line1, sender.line2 or "", f"{sender.postcode} {sender.city}", sender.country]
    to = [part.strip() for part in shop.contact.address.en.split(",")]
    return draw_label(shop.name, to, [part for part in street if part], number, row.order_number)


def draw_label(shop: str, to: list[str], sender: list[str], number: str, order: str) -> bytes:
    """One page: from, to, the number to read and to scan."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=A6, invariant=1)
    page.setTitle(number)
    page.setAuthor(shop)
    height = A6[1] - MARGIN
    height = _lines(page, height, sender, 8)
    height = _lines(page, height - 6 * mm, [shop, *to], 13)
    _lines(page, height - 4 * mm, [order], 8)
    barcode = Code128(number, barHeight=22 * mm, barWidth=0.38 * mm, humanReadable=False)
    barcode.drawOn(page, (A6[0] - barcode.width) / 2, 18 * mm)
    page.setFont(BOLD, 14)
    page.drawCentredString(A6[0] / 2, 10 * mm, number)
    page.save()
    return out.getvalue()


def _lines(page: Canvas, top: float, texts: list[str], size: int) -> float:
    page.setFont(FONT, size)
    for text in texts:
        for line in textwrap.wrap(_drawable(text), WRAP * 13 // size) or [""]:
            top -= size * 1.3
            page.drawString(MARGIN, top, line)
    return top


def _drawable(text: str) -> str:
    """The text in the letters that the label's font has."""
    return text.encode("cp1252", "replace").decode("cp1252")
