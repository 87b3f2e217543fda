"""The service's end of a TPM's credential activation: what it sends so that only one chip can use a key.

The structures are those of the TPM 2.0 Library, part 1 (sections 23.3 and 24) and part 2; the order of the six of them
is that of activation blobs recorded from the service.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from secrets import token_bytes

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.kdf.kbkdf import KBKDFHMAC, CounterLocation, Mode

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # of an older cryptography
    from cryptography.hazmat.primitives.ciphers.modes import CFB

_RSA, _AES, _KEYED_HASH, _HMAC, _NULL, _CFB = 0x0001, 0x0006, 0x0008, 0x0005, 0x0010, 0x0043
_HASHES: dict[int, type[hashes.HashAlgorithm]] = {0x000B: hashes.SHA256, 0x000C: hashes.SHA384, 0x000D: hashes.SHA512}
_SHA256 = 0x000B
# sign, noDA, userWithAuth
_KEY_ATTRIBUTES = 0x00040440
# That of the inner wrapper, bytes.
_INNER = 16


@dataclass(frozen=True)
class StorageKey:
    """The public part of an RSA key that protects others: an endorsement key or a storage root key."""

    key: rsa.RSAPublicKey
    digest: hashes.HashAlgorithm
    name: bytes
    symmetric_bits: int

    def sealed(self, purpose: bytes) -> tuple[bytes, bytes]:
        """A fresh seed, and the same encrypted for the chip, by a purpose of the specification: IDENTITY, DUPLICATE."""
        seed = token_bytes(self.digest.digest_size)
        oaep = padding.OAEP(padding.MGF1(self.digest), self.digest, purpose + b"\0")
        return seed, self.key.encrypt(seed, oaep)

    def wrapped(self, seed: bytes, content: bytes, name: bytes) -> bytes:
        """The outer wrapper: encrypted, and with a checksum that covers the name of the object."""
        encrypted = cfb(kdfa(self.digest, seed, b"STORAGE", name, self.symmetric_bits), content)
        bits = self.digest.digest_size * 8
        checksum = hmac.HMAC(kdfa(self.digest, seed, b"INTEGRITY", b"", bits), self.digest)
        checksum.update(encrypted + name)
        return sized(checksum.finalize()) + encrypted


def storage_key(text: str) -> StorageKey:
    """Read the base64 of a TPM2B_PUBLIC. Raises ValueError for anything else than an RSA key that protects others."""
    try:
        content = _Reader(b64decode(text, validate=True))
    except Error as error:
        raise ValueError(str(error)) from None
    public = content.sized()
    content.end()
    area = _Reader(public)
    kind, name_algorithm = area.number(2), area.number(2)
    area.number(4)
    area.sized()
    cipher, symmetric_bits, mode, scheme = (area.number(2) for _ in range(4))
    bits, exponent, modulus = area.number(2), area.number(4), area.sized()
    area.end()
    if (kind, cipher, mode, scheme) != (_RSA, _AES, _CFB, _NULL) or symmetric_bits not in (128, 192, 256):
        raise ValueError("The key is none of RSA that protects others by AES in CFB mode.")
    if name_algorithm not in _HASHES or len(modulus) * 8 != bits:
        raise ValueError("The key has an unknown hash algorithm or another length than it says.")
    numbers = rsa.RSAPublicNumbers(exponent or 65537, int.from_bytes(modulus, "big"))
    digest = _HASHES[name_algorithm]()
    name = name_algorithm.to_bytes(2, "big") + _hash(digest, public)
    return StorageKey(numbers.public_key(), digest, name, symmetric_bits)


def activation(endorsement: StorageKey, storage: StorageKey, key: bytes, told: bytes) -> bytes:
    """What the chip of both keys turns into `key`, of 32 bytes, by which it signs with HMAC-SHA256; `told` goes along.

    The inner key of the duplicate is a credential: the chip of the endorsement key activates it if it has the storage
    root key too. Under that one it then imports the duplicate.
    """
    inner = token_bytes(_INNER)
    seed, secret = endorsement.sealed(b"IDENTITY")
    credential = endorsement.wrapped(seed, sized(inner), storage.name)
    public, private = _signing_key(key)
    name = _SHA256.to_bytes(2, "big") + _hash(hashes.SHA256(), public)
    checked = cfb(inner, sized(_hash(hashes.SHA256(), private + name)) + private)
    outer_seed, outer_secret = storage.sealed(b"DUPLICATE")
    duplicate = storage.wrapped(outer_seed, checked, name)
    return b"".join(map(sized, (credential, secret, duplicate, outer_secret, public, cfb(inner, told))))


def kdfa(digest: hashes.HashAlgorithm, key: bytes, label: bytes, context: bytes, bits: int) -> bytes:
    """The key derivation of TPM 2.0, KDFa: that of SP 800-108 with a counter. `context` is both of its contexts."""
    derivation = KBKDFHMAC(
        algorithm=digest,
        mode=Mode.CounterMode,
        length=bits // 8,
        rlen=4,
        llen=4,
        location=CounterLocation.BeforeFixed,
        label=label,
        context=context,
        fixed=None,
    )
    return derivation.derive(key)


def cfb(key: bytes, content: bytes) -> bytes:
    """AES in CFB mode from an initialization vector of zeros."""
    encryptor = Cipher(algorithms.AES(key), CFB(bytes(16))).encryptor()
    return encryptor.update(content) + encryptor.finalize()


def sized(content: bytes) -> bytes:
    """With its length before it, as in every TPM2B structure."""
    return len(content).to_bytes(2, "big") + content


def _signing_key(key: bytes) -> tuple[bytes, bytes]:
    """The public area of a key for HMAC-SHA256, and its sensitive area with a size."""
    obfuscation = token_bytes(hashes.SHA256.digest_size)
    unique = _hash(hashes.SHA256(), obfuscation + key)
    numbers = (_KEYED_HASH, 2), (_SHA256, 2), (_KEY_ATTRIBUTES, 4), (0, 2), (_HMAC, 2), (_SHA256, 2)
    public = b"".join(number.to_bytes(length, "big") for number, length in numbers) + sized(unique)
    sensitive = _KEYED_HASH.to_bytes(2, "big") + sized(b"") + sized(obfuscation) + sized(key)
    return public, sized(sensitive)


def _hash(digest: hashes.HashAlgorithm, content: bytes) -> bytes:
    hashing = hashes.Hash(digest)
    hashing.update(content)
    return hashing.finalize()


class _Reader:
    """Reads the fields of a structure one by one; ValueError where it is too short or too long."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def number(self, length: int) -> int:
        return int.from_bytes(self._take(length), "big")

    def sized(self) -> bytes:
        return self._take(self.number(2))

    def end(self) -> None:
        if self._content:
            raise ValueError("There is more than one structure.")

    def _take(self, length: int) -> bytes:
        if len(self._content) < length:
            raise ValueError("The structure is incomplete.")
        taken, self._content = self._content[:length], self._content[length:]
        return taken
