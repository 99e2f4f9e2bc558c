"""Suite GM: the standards' vectors against both halves, a second SM2, and deliveries, receipts and files under it."""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from tongsuopy.crypto import hashes as second_hashes
from tongsuopy.crypto.asymciphers import ec as second

from contract import gm
from contract.log_format import GM
from contract.wire import Receipt, Verdict
from kiosk.log_command import main as log_command
from secure import identity
from secure.keys import SealingKey, signed_by
from secure.photo import PhotoSeal
from secure.reading import keys as reading_keys
from secure.reading.delivery import Reason, Rejected, open_delivery
from secure.reading.gm import Sm2Private
from secure.reading.photo import open_photo
from secure.reading.suite import READING, opener, signer
from secure.suite import Gm, Sm2Key, sm2_seal, sm2_signed_by, suite_of
from tests.secure import sm2_reference
from tests.secure.bench import DEVICE, Bench, keep, write

VECTORS = json.loads((Path(__file__).parent / "vectors/gm.json").read_text("utf-8"))


def raw(name: str, field: str) -> bytes:
    return bytes.fromhex(VECTORS[name][field])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.of("GM", tmp_path)


def second_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    x, y = (int.from_bytes(public[at : at + 32], "big") for at in (0, 32))
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    key = second.EllipticCurvePublicNumbers(x, y, second.SM2()).public_key()
    try:
        key.verify(encode_dss_signature(r, s), message, second.ECDSA(second_hashes.SM3()))
    except Exception:
        return False
    return True


@pytest.mark.parametrize("suite", [Gm(), READING[GM]])
def test_sm3_and_its_mac(suite: Any) -> None:
    for case in VECTORS["sm3"]["cases"]:
        assert suite.hash(bytes.fromhex(case["message"])).hex() == case["digest"]
    assert suite.mac(b"key", b"message") == hmac.digest(b"key", b"message", "sm3")


def test_sm4_gcm() -> None:
    key, nonce, aad, plain = (raw("sm4_gcm", field) for field in ("key", "nonce", "aad", "plain"))
    sealed = raw("sm4_gcm", "cipher") + raw("sm4_gcm", "tag")
    assert Gm().encrypt(key, nonce, aad, plain) == sealed
    assert READING[GM].decrypt(key, nonce, sealed, aad) == plain
    for broken in (sealed[:-1] + b"\0", sealed[:10]):
        with pytest.raises(InvalidTag):
            READING[GM].decrypt(key, nonce, broken, aad)
    block = Cipher(SM4(raw("sm4", "key")), modes.ECB()).encryptor()  # noqa: S305 - the standard's own example
    assert block.update(raw("sm4", "plain")) == raw("sm4", "cipher")


def test_sm2_signatures_by_three_implementations() -> None:
    public, message, signature = (raw("sm2_sign", field) for field in ("public", "message", "signature"))
    device, platform = Sm2Key(raw("sm2_sign", "private") + public), Sm2Private.generate()
    made = [
        (public, signature),
        (public, device.sign(message)),
        (platform.public_key().public_bytes_raw(), platform.sign(message)),
    ]
    for key, one in made:
        assert sm2_signed_by(key, message, one)
        assert signed_by(key, message, one)
        signer(key).verify(one, message)
        assert sm2_reference.verify(key, message, one)
        assert second_verifies(key, message, one)
        for wrong in (one[:-1] + bytes((one[-1] ^ 1,)), bytes(64), b"\xff" * 64, one[:63], b""):
            assert not sm2_signed_by(key, message, wrong)
            with pytest.raises(InvalidSignature):
                signer(key).verify(wrong, message)
        assert not sm2_reference.verify(key, message + b"x", one)
        assert not second_verifies(key, message + b"x", one)
    assert device.sign(message) != device.sign(message), "the nonce is fresh"
    assert raw("sm2_sign", "private").hex() not in repr(device) + repr(platform)


def test_sm2_encryption_and_the_seal_by_the_text_of_the_standard() -> None:
    private, public = raw("sm2_sign", "private"), raw("sm2_sign", "public")
    assert sm2_reference.decrypt(private, raw("sm2_encrypt", "cipher")) == raw("sm2_encrypt", "plain")
    sealed = sm2_seal(public, b"plain", b"info")
    encapsulated, body = sealed[:128], sealed[128:]
    seed = sm2_reference.decrypt(private, encapsulated)
    extracted = hmac.digest(b"kgm1-seal", seed, "sm3")
    expanded = b"kgm1|key|" + sm2_reference.sm3(public) + sm2_reference.sm3(encapsulated) + b"info" + b"\x01"
    cipher = Cipher(SM4(hmac.digest(extracted, expanded, "sm3")[:16]), modes.GCM(bytes(12), body[-16:])).decryptor()
    assert cipher.update(body[:-16]) + cipher.finalize() == b"plain"
    key = opener(private + public)
    assert key.open(sealed, b"info") == b"plain"
    for wrong, info in ((sealed, b"other"), (sealed[:-1] + b"\0", b"info"), (bytes(len(sealed)), b"info"),
                        (sealed[:100], b"info"), (b"\0" + sealed[1:], b"info")):  # fmt: skip
        with pytest.raises((InvalidTag, ValueError)):
            key.open(wrong, info)
    with pytest.raises((InvalidTag, ValueError)):
        opener(Sm2Private.generate().private_bytes_raw()).open(sealed, b"info")
    assert gm.SIGNER_ID == b"1234567812345678"


def test_what_is_no_key() -> None:
    for make in (lambda: Sm2Key(bytes(95)), lambda: Sm2Key(bytes(96)), lambda: signer(bytes(64)),
                 lambda: SealingKey(bytes(64)), lambda: SealingKey(bytes(33)),
                 lambda: Sm2Private.from_private_bytes(b"x"),
                 lambda: Sm2Key(Sm2Key.generate()._private + Sm2Key.generate().public)):  # fmt: skip
        with pytest.raises(ValueError, match=r"key|curve"):
            make()


def test_a_delivery_and_its_receipt(bench: Bench) -> None:
    ledger = bench.open()
    kept = keep(ledger, b"body")
    row = ledger.row(kept.key)
    assert row is not None
    delivery = row.delivery()
    private, public = bench.platform.private_bytes_raw(), bench.device.public
    assert delivery.suite == "GM"
    assert open_delivery(delivery, DEVICE, private, public) == b"body"
    changed = {
        "suite": ("INTL", Reason.MALFORMED),
        "sealed": (delivery.sealed[:-1] + bytes((delivery.sealed[-1] ^ 1,)), Reason.BAD_SEAL),
        "signature": (Bench.of("GM", bench.folder).device.sign(b""), Reason.BAD_SIGNATURE),
        "type": ("other", Reason.BAD_SIGNATURE),
    }
    for field, (value, reason) in changed.items():
        assert open_delivery(msgspec.structs.replace(delivery, **{field: value}), DEVICE, private, public) == Rejected(
            reason
        )
    intl = Bench(bench.folder)
    with pytest.raises(ValueError, match="different suites"):
        open_delivery(delivery, DEVICE, intl.platform.private_bytes_raw(), public)
    plain = Receipt(device=DEVICE, key=kept.key, sha256=delivery.sha256, verdict=Verdict.REFUSED, reason="理由",
                    at="2026-11-23T09:30:00+00:00", suite="GM", signature=b"")  # fmt: skip
    receipt = msgspec.structs.replace(plain, signature=bench.platform.sign(plain.signed_bytes()))
    key = bench.platform.public_key().public_bytes_raw()
    assert plain.signed_bytes().startswith(b"receipt1-GM|")
    assert identity.verify_receipt(receipt, key)
    assert not identity.verify_receipt(msgspec.structs.replace(receipt, reason="别的"), key)
    assert not identity.verify_receipt(msgspec.structs.replace(receipt, suite="INTL"), key)
    ledger.close()


def test_a_photographed_page(bench: Bench) -> None:
    sealed = PhotoSeal(bench.platform.public_key().public_bytes_raw(), DEVICE).seal(b"jpeg")
    assert open_photo(sealed, DEVICE, bench.platform.private_bytes_raw()) == b"jpeg"
    assert open_photo(sealed[:50], DEVICE, bench.platform.private_bytes_raw()) == Rejected(Reason.MALFORMED)


def test_keys_of_two_suites_make_no_log(bench: Bench) -> None:
    bench.audit = Bench(bench.folder).audit
    with pytest.raises(ValueError, match="one suite"):
        bench.open()


def test_kiosk_log_verify_with_the_files_an_identity_has(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    made = identity.create(bench.folder / "identity", DEVICE, "GM")
    bench.device = made.device
    assert suite_of(made.device.public).id == GM
    ledger = bench.open()
    slip = write(ledger, 3)[-1].witness
    keep(ledger)
    ledger.close()
    audit = bench.folder / "audit.key"
    audit.write_text(bench.audit.private_bytes_raw().hex() + "\n", "ascii")
    common = ["verify", "--db", str(bench.db), "--device-key", str(made.log_public), "--slip", slip]
    assert log_command(common) == 0
    assert log_command([*common, "--audit-key", str(audit), "--json"]) == 0
    assert '"kind": "full"' in capsys.readouterr().out
    intl = Bench(bench.folder).audit
    audit.write_bytes(intl.private_bytes_raw())
    assert log_command([*common, "--audit-key", str(audit)]) == 1
    made.log_public.write_bytes(bytes(64))
    with pytest.raises(reading_keys.KeyFileError, match="curve"):
        reading_keys.device_public_key(made.log_public)


def test_the_bundle_names_its_suite(tmp_path: Path) -> None:
    public = Sm2Private.generate().public_key().public_bytes_raw().hex()
    bundle = {"url": "https://a", "hpke_key": public, "receipt_key": public, "audit_key": public, "suite": "GM"}
    (tmp_path / "platform.json").write_text(json.dumps(bundle))
    assert identity.load_platform(tmp_path).suite == "GM"
    for wrong in ({"suite": "INTL"}, {"suite": "X"}, {"audit_key": public[:64]}):
        (tmp_path / "platform.json").write_text(json.dumps(bundle | wrong))
        with pytest.raises(identity.IdentityError):
            identity.load_platform(tmp_path)
