"""The tests run Rasa as the system does, without the libraries that are not used."""

import bot.nlu  # noqa: F401  - before anything imports Rasa
