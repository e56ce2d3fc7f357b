"""What mails on returns are filled with."""

from bot.services.order_facts import OrderCase
from bot.services.runtime import Runtime
from bot.shop.content.base import Language, Money
from bot.shop.content.messages import EmailName
from bot.shop.purchase_terms import returns_terms
from bot.shop.returns import ReturnKind
from bot.shop.wording import Writer
from bot.store.returns import Return


def mail_name(row: Return) -> EmailName:
    """The mail that confirms a return: money, store credit or another variant."""
    if row.kind == ReturnKind.EXCHANGE:
        return "exchange_requested"
    return "return_as_credit" if row.refund_to == "store_credit" else "return_requested"


def mail_values(
    runtime: Runtime,
    language: Language,
    case: OrderCase,
    row: Return,
    label: str | None,
    exchange_name: str | None = None,
) -> dict[str, str]:
    """Number, order, goods, money, way and day, in the customer's language."""
    writer = Writer(runtime.content, language)
    policy = returns_terms(runtime.content, case.facts)
    method = next((way.name for way in policy.methods if way.id == row.method), None)
    items = (f"{line['quantity']} × {case.name_of(line['line_id'], language)}" for line in row.lines)
    return {
        "number": row.number,
        "order": row.order_number,
        "items": "\n".join(items),
        "amount": writer.write(Money(amount=row.amount, currency=row.currency)),
        "wanted": exchange_name or "",
        "method": method.in_language(language) if method else row.method,
        "where": label or runtime.content.shop.contact.address.in_language(language),
        "send_by": writer.write(row.send_by) if row.send_by else "–",
    }
