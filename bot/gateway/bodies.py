"""What clients may send, as checked models."""

import json
from typing import Annotated, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from bot.channels.website import clean_text
from bot.gateway.problems import Refused, refuse

# 8000 characters as JSON at their longest: each an emoji, escaped as two surrogates of six bytes.
MAX_BODY = 128 * 1024


class Body(BaseModel):
    """A JSON object; unknown fields are refused, so that a mistyped one is not silently lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Token = Annotated[str, Field(min_length=1, max_length=4096)]


class OpenSession(Body):
    """POST /api/chat/sessions."""

    identity_token: Token | None = None
    locale: str | None = Field(default=None, max_length=35)


class Identify(Body):
    """POST /api/chat/identity."""

    identity_token: Token


class SendMessage(Body):
    """POST /api/chat/messages: a text or a choice; files may come with a text or alone."""

    client_id: Annotated[UUID, Field(strict=False)]
    text: str | None = None
    choice: Annotated[str, Field(max_length=64)] | None = None
    attachment_ids: list[Id] = Field(default_factory=list, max_length=5)

    @model_validator(mode="after")
    def _one_of(self) -> "SendMessage":
        if self.choice is not None and (self.text is not None or self.attachment_ids):
            raise ValueError("a choice comes without a text and without files")
        if self.choice is None and self.text is None and not self.attachment_ids:
            raise ValueError("a text, a choice or a file is needed")
        return self


def _cleaned(value: object) -> object:
    """Half an emoji, left by a limit somewhere, is dropped and not refused."""
    return clean_text(value) if isinstance(value, str) else value


class GiveFeedback(Body):
    """POST /api/chat/feedback."""

    score: int = Field(ge=1, le=5)
    words: Annotated[str, BeforeValidator(_cleaned), Field(max_length=2000)] | None = None


AnyBody = TypeVar("AnyBody", bound=Body)


async def read_body(request: web.Request, model: type[AnyBody]) -> AnyBody:
    """The request's body as a checked model. Raises Refused."""
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        refuse("message-too-long")
    try:
        return model.model_validate(json.loads(raw) if raw else {})
    except ValidationError as error:
        fields = [".".join(map(str, item["loc"])) or "body" for item in error.errors()]
        raise Refused("invalid-request", fields=fields) from error
    except (ValueError, RecursionError) as error:
        raise Refused("invalid-request", fields=["body"]) from error
