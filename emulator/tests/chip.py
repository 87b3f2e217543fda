"""A TPM's end of the exchange: its keys, ActivateCredential and Import. Written apart from the service's end."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# The public areas up to the modulus, as Microsoft's clients make these keys: every recorded endorsement key begins so.
ENDORSEMENT = "0001000b000300b20020837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"
STORAGE = "0001000b000304720000"
RSA_2048 = "00060080004300100800000000000100"
# That of a key for HMAC-SHA256 up to its digest, in every recorded challenge.
SIGNING = "0008000b0004044000000005000b0020"


class Chip:
    def __init__(self) -> None:
        self._endorsement, self._storage = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self.endorsement_key = public(ENDORSEMENT, self._endorsement)
        self.storage_root_key = public(STORAGE, self._storage)

    @property
    def keys(self) -> dict[str, str]:
        return {"endorsementKey": self.endorsement_key, "storageRootKey": self.storage_root_key}

    def activated(self, blob: str) -> str:
        """The key, base64, that a blob from the service brings; AssertionError where the chip would refuse it."""
        credential, secret, duplicate, outer_secret, area, told = structures(b64decode(blob))
        name = b"\x00\x0b" + sha256(b64decode(self.storage_root_key)[2:]).digest()
        inner = opened(self._endorsement, b"IDENTITY\0", secret, credential, name)[2:]
        assert (area[:-32], len(inner), bool(told)) == (bytes.fromhex(SIGNING), 16, True)
        name = b"\x00\x0b" + sha256(area).digest()
        content = decrypted(inner, opened(self._storage, b"DUPLICATE\0", outer_secret, duplicate, name))
        checksum, sensitive = structures(content)
        assert checksum == sha256(content[34:] + name).digest()
        assert sensitive[:2] == b"\x00\x08"
        authorization, obfuscation, key = structures(sensitive[2:])
        assert authorization == b""
        assert area[-32:] == sha256(obfuscation + key).digest()
        return b64encode(key).decode()


def public(area: str, key: rsa.RSAPrivateKey) -> str:
    """A TPM2B_PUBLIC, base64."""
    modulus = key.public_key().public_numbers().n.to_bytes(256, "big")
    content = bytes.fromhex(area + RSA_2048) + modulus
    return b64encode(len(content).to_bytes(2, "big") + content).decode()


def structures(content: bytes) -> list[bytes]:
    """The contents of sized structures in a row."""
    found = []
    while content:
        end = 2 + int.from_bytes(content[:2], "big")
        assert len(content) >= end
        found.append(content[2:end])
        content = content[end:]
    return found


def opened(key: rsa.RSAPrivateKey, label: bytes, secret: bytes, wrapped: bytes, name: bytes) -> bytes:
    """What is in an outer wrapper, whose checksum holds."""
    seed = key.decrypt(secret, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label))
    checksum, encrypted = wrapped[2:34], wrapped[34:]
    assert checksum == hmac.new(derived(seed, b"INTEGRITY", b"", 32), encrypted + name, sha256).digest()
    return decrypted(derived(seed, b"STORAGE", name, 16), encrypted)


def derived(seed: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """KDFa for up to one block."""
    text = b"\0\0\0\1" + label + b"\0" + context + (size * 8).to_bytes(4, "big")
    return hmac.new(seed, text, sha256).digest()[:size]


def decrypted(key: bytes, content: bytes) -> bytes:
    """AES in CFB mode, block by block."""
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    before, plain = bytes(16), b""
    for start in range(0, len(content), 16):
        block = content[start : start + 16]
        plain += bytes(one ^ other for one, other in zip(encryptor.update(before), block))
        before = block
    return plain
