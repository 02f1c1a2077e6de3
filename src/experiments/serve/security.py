"""HTTP headers of every answer: nothing can be loaded from elsewhere, and nothing is stored by the browser."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'self'; script-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

HEADERS_WITHOUT_POLICY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""For a file that states its own policy."""

HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, **HEADERS_WITHOUT_POLICY}
