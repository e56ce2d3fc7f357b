"""What rules and services refuse, as one tree: each entrypoint translates it once."""


class ShopError(Exception):
    """Something was refused; the message is for logs and staff, customers read a response."""


class InvalidInput(ShopError):
    """What came in cannot be used; nothing was changed."""


class NotFound(ShopError):
    """There is no such thing, or it is not this customer's: nobody learns which."""


class UnknownDialogue(NotFound):
    """Rasa named a dialogue that belongs to no conversation."""


class NotAllowed(ShopError):
    """The customer is not identified well enough for this."""


class Conflict(ShopError):
    """Something changed meanwhile; look again and decide anew."""
