"""What the gateway says by itself, and the words that give a language away."""

from collections.abc import Container
from datetime import date
from string import Formatter
from typing import Literal, Self, TypeVar, get_args

from pydantic import Field, field_validator, model_validator

from bot.shop.content.base import LANGUAGES, ContentModel, Language, LocalText, Text

PLACEHOLDERS = {"shop", "promised"}

MessageName = Literal["greeting", "apology", "passed_on", "file_received", "no_words"]
EmailName = Literal[
    "claim_opened",
    "claim_cancelled",
    "claim_moved",
    "claim_reminder",
    "claim_charged",
    "claim_provider_late",
    "provider_claim",
    "provider_claim_cancelled",
    "provider_claim_moved",
    "code",
    "return_requested",
    "return_as_credit",
    "exchange_requested",
    "return_cancelled",
    "withdrawal_received",
]
ProblemName = Literal[
    "invalid-request",
    "empty-message",
    "message-too-long",
    "unknown-choice",
    "unknown-attachment",
    "attachment-too-large",
    "attachment-not-accepted",
    "not-signed-in",
    "identity-refused",
    "other-customer",
    "nothing-to-rate",
    "not-found",
    "method-not-allowed",
    "wrong-origin",
    "too-many-requests",
    "signature-refused",
    "coupon-refused",
    "key-reused",
    "internal-error",
]


AnyModel = TypeVar("AnyModel", bound=ContentModel)


def _complete(model: AnyModel, given: Container[str], names: tuple[str, ...]) -> AnyModel:
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(f"missing: {', '.join(missing)}")
    return model


class OfferedChoice(ContentModel):
    """A button: what it says, and what it means to Rasa (or, `aftercare:`, to the gateway)."""

    title: Text
    payload: str = Field(pattern=r"^(/|aftercare:)[a-z_]+")


class GatewayMessage(ContentModel):
    """A message with its buttons; `{shop}` and `{promised}` are filled in."""

    text: Text
    choices: tuple[OfferedChoice, ...] = ()

    @field_validator("text")
    @classmethod
    def _known_placeholders(cls, text: LocalText) -> LocalText:
        for language in LANGUAGES:
            named = {
                name for _, name, _, _ in Formatter().parse(text.in_language(language)) if name is not None
            }
            if named - PLACEHOLDERS:
                raise ValueError(
                    f"only {{shop}} and {{promised}} are filled in, not {sorted(named - PLACEHOLDERS)}"
                )
        return text


class GatewayMessages(ContentModel):
    """messages/conversation.yaml."""

    version: int
    effective_from: date
    messages: dict[MessageName, GatewayMessage]

    @model_validator(mode="after")
    def _all_there(self) -> Self:
        return _complete(self, self.messages, get_args(MessageName))


class Problem(ContentModel):
    """Why a request was refused, in words a person can act on."""

    title: Text
    detail: Text


class Problems(ContentModel):
    """messages/problems.yaml."""

    version: int
    effective_from: date
    problems: dict[ProblemName, Problem]

    @model_validator(mode="after")
    def _all_there(self) -> Self:
        return _complete(self, self.problems, get_args(ProblemName))


class EmailWords(ContentModel):
    """Subject and body of one kind of e-mail."""

    subject: Text
    body: Text


class Emails(ContentModel):
    """messages/emails.yaml."""

    version: int
    effective_from: date
    emails: dict[EmailName, EmailWords]

    @model_validator(mode="after")
    def _all_there(self) -> Self:
        return _complete(self, self.emails, get_args(EmailName))


class Telltale(ContentModel):
    """messages/telltale.yaml: short words that only one of the languages has."""

    version: int
    effective_from: date
    telltale: dict[Language, tuple[str, ...]]
