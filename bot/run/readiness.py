"""Whether a real message gets a real answer."""

from http.client import HTTPConnection, HTTPException


def answers(ops_port: int, timeout_seconds: float = 10) -> tuple[bool, str]:
    """Whether the gateway calls itself ready, and what it says."""
    connection = HTTPConnection("127.0.0.1", ops_port, timeout=timeout_seconds)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status == 200, response.read(500).decode("utf-8", errors="replace")
    except (OSError, HTTPException) as error:
        return False, str(error)
    finally:
        connection.close()
