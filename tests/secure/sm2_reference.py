"""SM2 by the text of GB/T 32918.2 and .4, with Python's integers: slow, and only to compare with."""

from __future__ import annotations

import functools
import hashlib
from typing import Final

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G: Final = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int] | None


def sm3(message: bytes) -> bytes:
    return hashlib.new("sm3", message).digest()


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope**2 - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number: int, point: Point) -> Point:
    total: Point = None
    while number:
        if number & 1:
            total = add(total, point)
        point, number = add(point, point), number >> 1
    return total


def point_of(public: bytes) -> Point:
    return int.from_bytes(public[:32], "big"), int.from_bytes(public[32:64], "big")


@functools.cache
def verify(public: bytes, message: bytes, signature: bytes, signer: bytes = b"1234567812345678") -> bool:
    """GB/T 32918.2, 7.1."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % N
    if not 1 <= r < N or not 1 <= s < N or t == 0:
        return False
    fixed = b"".join(number.to_bytes(32, "big") for number in (A, B, *G))
    z = sm3((len(signer) * 8).to_bytes(2, "big") + signer + fixed + public)
    e = int.from_bytes(sm3(z + message), "big")
    point = add(times(s, G), times(t, point_of(public)))
    return point is not None and (e + point[0]) % N == r


def decrypt(private: bytes, cipher: bytes) -> bytes:
    """GB/T 32918.4, 7.1; C1 without 04, C3, C2. Raises ValueError."""
    shared = times(int.from_bytes(private, "big"), point_of(cipher))
    assert shared is not None
    x, y = (number.to_bytes(32, "big") for number in shared)
    stream, counter = b"", 1
    while len(stream) < len(cipher) - 96:
        stream += sm3(x + y + counter.to_bytes(4, "big"))
        counter += 1
    plain = bytes(one ^ other for one, other in zip(cipher[96:], stream, strict=False))
    if sm3(x + plain + y) != cipher[64:96]:
        raise ValueError("C3")
    return plain
