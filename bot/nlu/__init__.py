"""Language understanding: Rasa components and the commands that train, serve and evaluate them.

Runs in Rasa's environment (Python 3.10) and imports nothing else of `bot`; nothing of `bot` imports it.
"""

from bot.nlu.lean import leave_out_unused

# Whatever imports Rasa comes through here first.
leave_out_unused()
