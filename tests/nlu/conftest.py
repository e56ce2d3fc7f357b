"""The tests run Rasa as the system does: without the libraries that are not used."""

from bot.nlu.lean import leave_out_unused

leave_out_unused()
