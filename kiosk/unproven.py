"""Asking a server of which nothing is known and on which nothing rests: enrolment, and a certificate that expired."""

from __future__ import annotations

import ssl

import httpx

from contract import limits


async def post(url: str, content: bytes) -> tuple[int, bytes]:
    """Status and body, no more of it than limits.ENROL_ANSWER_BYTES and one piece. Raises httpx's errors."""
    timeout = httpx.Timeout(limits.PLATFORM_ANSWER, connect=limits.PLATFORM_CONNECT)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    body = bytearray()
    async with (
        httpx.AsyncClient(verify=unproven(), timeout=timeout, trust_env=False) as client,
        client.stream("POST", url, content=content, headers=headers) as response,
    ):
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > limits.ENROL_ANSWER_BYTES:
                break
        return response.status_code, bytes(body)


def unproven() -> ssl.SSLContext:
    """TLS with whoever answers: encrypted on the way, and nothing rests on who it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
