"""Reading `content/`: every wrong field of every file is told at once, with file, line and reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.shop.content import Content
from bot.shop.content.base import LANGUAGES, ContentModel, Language, Versioned
from bot.shop.content.catalogue import Catalogue
from bot.shop.content.facts import CountryGroups, ShopFacts
from bot.shop.content.messages import Emails, GatewayMessages, Problems, Telltale
from bot.shop.content.plans import OfferList, PlanCatalogue
from bot.shop.content.returns import ReturnsPolicy
from bot.shop.content.rewards import RewardsProgramme
from bot.shop.content.sales import SalesPolicy
from bot.shop.content.shipping import ShippingPolicy
from bot.shop.content.vocabulary import Vocabulary
from bot.shop.content.warranty import WarrantyPolicy
from bot.shop.errors import ShopError
from bot.store.content_links import broken_links
from bot.store.yaml_nodes import Document, NodeError, parse

__all__ = ["Content", "ContentError", "WrongContent", "check", "load"]

AnyModel = TypeVar("AnyModel", bound=ContentModel)
AnyVersion = TypeVar("AnyVersion", bound=Versioned)


@dataclass(frozen=True, order=True)
class ContentError:
    """One thing that is wrong in one file."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class WrongContent(ShopError):
    """The content cannot be used; `errors` says all that is wrong with it."""

    def __init__(self, errors: Sequence[ContentError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


def check(content_dir: Path) -> list[ContentError]:
    """All that is wrong with the content in that folder; an empty list if it can be used."""
    return sorted(_Reader(content_dir).read()[1])


def load(content_dir: Path) -> Content:
    """The content of that folder, or WrongContent."""
    content, errors = _Reader(content_dir).read()
    if content is None or errors:
        raise WrongContent(sorted(errors))
    return content


class _Reader:
    """Reads the files one by one and keeps what was wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[ContentError] = []
        self.documents: dict[Path, Document] = {}
        self.models: dict[str, ContentModel] = {}
        self.groups: dict[str, tuple[str, ...]] = {}

    def read(self) -> tuple[Content | None, list[ContentError]]:
        countries = self._file("countries.yaml", CountryGroups)
        self.groups = countries.groups if countries else {}
        parts: dict[str, Any] = {
            "countries": countries,
            "shop": self._file("shop.yaml", ShopFacts),
            "catalogue": self._file("catalogue.yaml", Catalogue),
            "shipping": self._versions("shipping", ShippingPolicy),
            "returns": self._versions("returns", ReturnsPolicy),
            "warranty": self._versions("warranty", WarrantyPolicy),
            "sales": self._versions("sales", SalesPolicy),
            "plans": self._file("plans.yaml", PlanCatalogue),
            "offers": self._file("offers.yaml", OfferList),
            "rewards": self._file("rewards.yaml", RewardsProgramme),
            "vocabulary": self._vocabulary(),
            "messages": self._file("messages/conversation.yaml", GatewayMessages),
            "problems": self._file("messages/problems.yaml", Problems),
            "telltale": self._file("messages/telltale.yaml", Telltale),
            "emails": self._file("messages/emails.yaml", Emails),
        }
        self._refuse_strangers()
        self._check_links()
        if self.errors:
            return None, self.errors
        return Content.model_construct(**parts), []

    def _file(self, name: str, model: type[AnyModel]) -> AnyModel | None:
        path = self.folder / name
        document = self._document(path)
        if document is None:
            return None
        try:
            read = model.model_validate(document.data, context={"groups": self.groups})
        except ValidationError as error:
            self.errors.extend(_explained(path, document, error))
            return None
        self.models[name] = read
        return read

    def _document(self, path: Path) -> Document | None:
        try:
            document = parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.errors.append(ContentError(path, 1, "the file is missing"))
        except (OSError, UnicodeDecodeError) as error:
            self.errors.append(ContentError(path, 1, f"cannot be read: {error}"))
        except NodeError as error:
            self.errors.append(ContentError(path, error.line, error.reason))
        else:
            self.documents[path] = document
            return document
        return None

    def _versions(self, topic: str, model: type[AnyVersion]) -> tuple[AnyVersion, ...]:
        folder = Path("policies") / topic
        found: dict[Path, AnyVersion] = {}
        names = sorted(path.name for path in (self.folder / folder).glob("*.yaml"))
        if not names:
            self.errors.append(ContentError(self.folder / folder, 1, "the folder holds no policy"))
        for name in names:
            policy = self._file(str(folder / name), model)
            if policy is not None:
                self._refuse_same_version(policy, found, self.folder / folder / name)
                found[self.folder / folder / name] = policy
        return tuple(sorted(found.values(), key=lambda policy: policy.effective_from))

    def _refuse_same_version(self, policy: Versioned, others: dict[Path, AnyVersion], path: Path) -> None:
        for other_path, other in others.items():
            for field in ("version", "effective_from"):
                if getattr(policy, field) == getattr(other, field):
                    self._say(path, (field,), f"{field} is the same as in {other_path.name}")

    def _vocabulary(self) -> dict[Language, Vocabulary]:
        read = {name: self._file(f"vocabulary/{name}.yaml", Vocabulary) for name in LANGUAGES}
        return {language: words for language, words in read.items() if words is not None}

    def _refuse_strangers(self) -> None:
        """A file in the wrong place would otherwise never be read, and nobody would know."""
        for path in sorted(self.folder.rglob("*")):
            known = path in self.documents or any(item.file == path for item in self.errors)
            if path.is_file() and not known and not path.name.startswith("."):
                self.errors.append(ContentError(path, 1, "no such file is known here"))

    def _check_links(self) -> None:
        for name, location, reason in broken_links(self.models):
            self._say(self.folder / name, location, reason)

    def _say(self, path: Path, location: Sequence[str | int], reason: str) -> None:
        line = self.documents[path].line(location)
        self.errors.append(ContentError(path, line, reason))


def _explained(path: Path, document: Document, error: ValidationError) -> list[ContentError]:
    return [
        ContentError(path, document.line(item["loc"]), _reason(item["loc"], item["msg"], item["type"]))
        for item in error.errors()
    ]


def _reason(location: Sequence[str | int], message: str, kind: str) -> str:
    field = ".".join(str(step) for step in location)
    if kind == "extra_forbidden":
        return f"{field}: no such field is known"
    if kind == "missing":
        return f"{field}: is missing"
    text = message.removeprefix("Value error, ")
    return f"{field}: {text}" if field else text
