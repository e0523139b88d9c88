"""Sets of subjects by their place in the register, in blocks, as the search index keeps and combines them.

A block holds the places from `block * BLOCK` on. A set within a block is an integer whose bits are the
places, so that "all of" and "any of" are one operation for 8192 subjects, however common a word is.

Pure.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.registry.terms import Alternatives

BLOCK = 8192
_FEW = 64  # up to so many places are kept one by one, more as a map of bits


def pack(bits: int) -> bytes:
    """A set as it is stored: a few places by name, or the whole block as bits."""
    if bits.bit_count() > _FEW:
        return bits.to_bytes(BLOCK // 8, "little")
    return array("H", _descending(bits)).tobytes()


def pack_places(places: Sequence[int]) -> bytes:
    """The same, from the places of a block."""
    if len(places) <= _FEW:
        return array("H", reversed(places)).tobytes()
    stored = bytearray(BLOCK // 8)
    for place in places:
        stored[place >> 3] |= 1 << (place & 7)
    return bytes(stored)


def unpack(stored: bytes) -> int:
    """A stored set."""
    if len(stored) == BLOCK // 8:
        return int.from_bytes(stored, "little")
    bits = bytearray(BLOCK // 8)
    for place in array("H", stored):
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def answer(question: Iterable[Alternatives], held: Mapping[str, int]) -> int:
    """The places of one block that meet every part of a question; `held` are its sets by word."""
    found = -1
    for alternatives in question:
        found &= _any(alternatives, held)
        if not found:
            return 0
    return found


def _any(alternatives: Alternatives, held: Mapping[str, int]) -> int:
    union = 0
    for words in alternatives:
        common = -1 if words else 0
        for word in words:
            common &= held.get(word, 0)
        union |= common
    return union


@dataclass(frozen=True)
class Found:
    """All subjects that answer a question, by block."""

    blocks: Mapping[int, int]

    def __len__(self) -> int:
        return sum(bits.bit_count() for bits in self.blocks.values())

    def below(self, place: int | None, limit: int) -> list[int]:
        """Up to so many places under one, or from the top; the highest first."""
        found: list[int] = []
        for block in sorted(self.blocks, reverse=True):
            bits = self.blocks[block]
            if place is not None:
                bits &= _mask_below(place - block * BLOCK)
            for one in _descending(bits):
                found.append(block * BLOCK + one)
                if len(found) == limit:
                    return found
        return found

    def above(self, place: int, limit: int) -> list[int]:
        """Up to so many places over one; the nearest first."""
        found: list[int] = []
        for block in sorted(self.blocks):
            bits = self.blocks[block] & ~_mask_below(place + 1 - block * BLOCK)
            while bits:
                lowest = bits & -bits
                found.append(block * BLOCK + lowest.bit_length() - 1)
                if len(found) == limit:
                    return found
                bits ^= lowest
        return found


def block_of(place: int) -> int:
    """The block a place lies in."""
    return place // BLOCK


def bit_of(place: int) -> int:
    """The place as a set of its block."""
    return 1 << (place % BLOCK)


def _mask_below(place: int) -> int:
    return (1 << min(max(place, 0), BLOCK)) - 1


def _descending(bits: int) -> Iterator[int]:
    """The set bits, the highest first: byte by byte, as taking them off a long integer costs its length."""
    packed = bits.to_bytes(BLOCK // 8, "little")
    for at in range(len(packed) - 1, -1, -1):
        byte = packed[at]
        while byte:
            highest = byte.bit_length() - 1
            yield at * 8 + highest
            byte ^= 1 << highest
