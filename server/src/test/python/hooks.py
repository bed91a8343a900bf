"""What schemathesis needs to know of this server."""

import schemathesis


@schemathesis.serializer("application/jsonl", "text/csv", "text/tab-separated-values")
def text(ctx, value):
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


@schemathesis.check
def no_unexpected_server_error(ctx, response, case):
    """504 is the answer to a deadline of the client's own that has passed; nothing else may be 5xx."""
    asked = any(name.lower() == "x-request-timeout-ms" for name in (case.headers or {}))
    expected = response.status_code < 500 or (response.status_code == 504 and asked)
    assert expected, f"status {response.status_code}: {response.text[:300]}"
