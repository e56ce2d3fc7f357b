"""What clients may send, as checked models."""

import json
from typing import Annotated, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.gateway.problems import Refused, refuse

MAX_BODY = 64 * 1024


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


class GiveFeedback(Body):
    """POST /api/chat/feedback."""

    score: int = Field(ge=1, le=5)
    words: str | None = Field(default=None, max_length=2000)


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
