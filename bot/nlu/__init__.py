"""Language understanding: Rasa components and the commands that train, serve and evaluate them.

Runs in Rasa's environment (Python 3.10) and imports nothing else of `bot`; nothing of `bot` imports it.
"""
