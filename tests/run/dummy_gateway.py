"""Answers 503 once, then 200 to `GET /readyz`: dummy_gateway.py PORT."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked.append(self.path)
        self.send_response(200 if len(asked) > 1 and self.path == "/readyz" else 503)
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
