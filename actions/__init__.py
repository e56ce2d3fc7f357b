"""What the bot does once Rasa has decided: a module for each topic."""
