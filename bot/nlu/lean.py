"""Lets Rasa start without the libraries that it imports and this shop never uses.

Rasa imports TensorFlow, clients of databases and of chat services, and more, whatever config.yml says: most
of its start. Here such a library is a stand-in: importing it and naming its parts costs nothing, and Rasa's
classes may derive from its classes; to call anything of it is an error that says so.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

UNUSED = frozenset(
    {
        # The learners of Rasa's own components.
        *("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"),
        *("transformers", "sklearn_crfsuite", "pydot", "matplotlib"),
        # Where Rasa could keep trackers, events and models.
        *("boto3", "botocore", "pymongo", "kafka", "confluent_kafka", "pika", "aio_pika"),
        # Chat services; Messenger is the gateway's.
        *("slack_sdk", "twilio", "telebot", "aiogram", "fbmessenger", "mattermostwrapper"),
        *("rocketchat_API", "webexteamssdk"),
        # What Rasa would tell its makers.
        "sentry_sdk",
    }
)


class UnusedLibrary(RuntimeError):
    """Something called a library that was taken for unused."""


class _Part(type):
    """The class of everything a stand-in holds: each name is a class that cannot be called."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _part(cls, f"{cls.__module__}.{cls.__qualname__}", name)

    def __call__(cls, *arguments: Any, **named: Any) -> NoReturn:
        """Refuse: the library is not there."""
        raise UnusedLibrary(
            f"{cls.__module__}.{cls.__qualname__} is called, but its library is left out: see {__name__}."
        )


def _part(owner: object, path: str, name: str) -> _Part:
    # Kept, so that the same name is the same class every time.
    found = _Part(name, (), {"__module__": path})
    setattr(owner, name, found)
    return found


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _part(self, self.__name__, name)


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for the unused libraries and all their modules."""
        unused = fullname.partition(".")[0] in UNUSED
        return ModuleSpec(fullname, self, is_package=True) if unused else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module whose every name is a stand-in."""
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def leave_out_unused() -> None:
    """Put the stand-ins in place; before Rasa is imported, and a second call changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
