"""What the gateway counts, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("aftercare_requests", "Requests by route and status", ["route", "status"])
MESSAGES = Counter("aftercare_messages_accepted", "Customer messages kept", ["channel"])
TURNS = Counter("aftercare_turns", "Turns of the bot by outcome", ["outcome"])
TURN_SECONDS = Histogram("aftercare_turn_seconds", "Time Rasa took for a turn")
LISTENERS = Gauge("aftercare_listeners", "Readers waiting for events", ["kind"])
