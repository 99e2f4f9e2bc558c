"""Suite GM: the standards' vectors against both halves, two other SM2, and what mixes suites or lies about its own."""

from __future__ import annotations

import hmac
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from contract import gm
from contract.log_format import GM, INTL, P256, FormatError, RecordHeader, SegmentHeader, record_suite, suite_name
from contract.wire import Receipt, Verdict
from secure import identity, keeper, pin, sm2
from secure.keeper import Keeping, Kept
from secure.keys import Algorithm, SealingKey, Sm2Key, SoftwareKey, from_pem, signed_by
from secure.ledger import WrongDeviceError
from secure.photo import PhotoSeal
from secure.reading import keys as reading_keys
from secure.reading.delivery import Reason, Rejected, open_delivery
from secure.reading.gm import Sm2Private
from secure.reading.intake import Refusal, follow, nothing_of, sound
from secure.reading.log import Verifier
from secure.reading.photo import open_photo
from secure.reading.report import Reason as Broken
from secure.reading.signing import device_verifier
from secure.reading.suite import READING, opener
from secure.suite import GM_SUITE
from tests.secure import pin_desk, sm2_reference
from tests.secure.bench import DEVICE, SUITES, Bench, keep
from tests.secure.cosigner import Cosigner
from tests.secure.test_attacks import tamper, three_segments
from tests.secure.test_attacks_signer import Forger

INTL_DER = keeper.as_der(Ed25519PrivateKey.generate())
VECTORS = json.loads((Path(__file__).parent / "vectors/gm.json").read_text("utf-8"))


def raw(name: str, field: str) -> bytes:
    return bytes.fromhex(VECTORS[name][field])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.of("GM", tmp_path)


def openssl_verifies(folder: Path, public: bytes, message: bytes, signature: bytes) -> bool:
    """OpenSSL's own SM2 (EVP_PKEY-SM2(7))."""
    r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
    spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004") + public
    files = {"key": spki, "message": message, "signature": encode_dss_signature(r, s)}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-keyform", "DER"]
    command += ["-pkeyopt", "distid:1234567812345678", "-inkey", "key", "-in", "message", "-sigfile", "signature"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("suite", [GM_SUITE, READING[GM]])
def test_sm3_and_its_mac(suite: Any) -> None:
    for case in VECTORS["sm3"]["cases"]:
        assert suite.hash(bytes.fromhex(case["message"])).hex() == case["digest"]
    assert suite.mac(b"key", b"message") == hmac.digest(b"key", b"message", "sm3")


def test_sm4_gcm() -> None:
    key, nonce, aad, plain = (raw("sm4_gcm", field) for field in ("key", "nonce", "aad", "plain"))
    sealed = raw("sm4_gcm", "cipher") + raw("sm4_gcm", "tag")
    assert GM_SUITE.encrypt(key, nonce, aad, plain) == sealed
    assert READING[GM].decrypt(key, nonce, sealed, aad) == plain
    for broken in (sealed[:-1] + b"\0", sealed[:10]):
        with pytest.raises(InvalidTag):
            READING[GM].decrypt(key, nonce, broken, aad)
    block = Cipher(SM4(raw("sm4", "key")), modes.ECB()).encryptor()  # noqa: S305 - the standard's own example
    assert block.update(raw("sm4", "plain")) == raw("sm4", "cipher")


def test_sm2_signatures_by_three_implementations(tmp_path: Path) -> None:
    public, message, signature = (raw("sm2_sign", field) for field in ("public", "message", "signature"))
    device, platform = Sm2Key(raw("sm2_sign", "private") + public), Sm2Private.generate()
    made = [
        (public, signature),
        (public, device.sign(message)),
        (platform.public_key().public_bytes_raw(), platform.sign(message)),
    ]
    for key, one in made:
        assert sm2.signed_by(key, message, one)
        assert signed_by(key, message, one)
        device_verifier(key).verify(one, message)
        assert sm2_reference.verify(key, message, one)
        assert openssl_verifies(tmp_path, key, message, one)
        for wrong in (one[:-1] + bytes((one[-1] ^ 1,)), bytes(64), b"\xff" * 64, one[:63], b""):
            assert not sm2.signed_by(key, message, wrong)
            with pytest.raises(InvalidSignature):
                device_verifier(key).verify(wrong, message)
        assert not sm2_reference.verify(key, message + b"x", one)
        assert not openssl_verifies(tmp_path, key, message + b"x", one)
    assert device.sign(message) != device.sign(message), "the nonce is fresh"
    assert raw("sm2_sign", "private").hex() not in repr(device) + repr(platform)


def test_sm2_encryption_and_the_seal_by_the_text_of_the_standard() -> None:
    private, public = raw("sm2_sign", "private"), raw("sm2_sign", "public")
    assert sm2_reference.decrypt(private, raw("sm2_encrypt", "cipher")) == raw("sm2_encrypt", "plain")
    sealed = sm2.seal(public, b"plain", b"info")
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
    mixed = sm2.generate()[:32] + sm2.generate()[32:]
    for make in (lambda: Sm2Key(bytes(95)), lambda: Sm2Key(bytes(96)), lambda: device_verifier(bytes(64)),
                 lambda: SealingKey(bytes(64)), lambda: SealingKey(bytes(33)),
                 lambda: Sm2Private.from_private_bytes(b"x"), lambda: Sm2Private.from_private_bytes(mixed),
                 lambda: Sm2Key(mixed)):  # fmt: skip
        with pytest.raises(ValueError, match=r"key|curve"):
            make()


def test_a_delivery_and_its_receipt(bench: Bench) -> None:
    ledger = bench.open()
    kept = keep(ledger, b"body")
    row = ledger.row(kept.key)
    ledger.close()
    assert row is not None
    delivery = row.delivery()
    private, public = bench.platform.private_bytes_raw(), bench.device.public
    assert (delivery.suite, delivery.sha256) == ("GM", sm2_reference.sm3(b"body").hex())
    assert open_delivery(delivery, DEVICE, private, public) == b"body"
    changed: dict[str, tuple[Any, Reason]] = {
        "suite": ("INTL", Reason.MALFORMED),
        "sealed": (delivery.sealed[:-1] + bytes((delivery.sealed[-1] ^ 1,)), Reason.BAD_SEAL),
        "signature": (bench.other_device().sign(b""), Reason.BAD_SIGNATURE),
        "type": ("other", Reason.BAD_SIGNATURE),
    }
    for field, (value, reason) in changed.items():
        other = msgspec.structs.replace(delivery, **{field: value})
        assert open_delivery(other, DEVICE, private, public) == Rejected(reason)
    with pytest.raises(ValueError, match="different suites"):
        open_delivery(delivery, DEVICE, Bench(bench.folder).platform.private_bytes_raw(), public)
    plain = Receipt(device=DEVICE, key=kept.key, sha256=delivery.sha256, verdict=Verdict.REFUSED, reason="理由",
                    at="2026-11-23T09:30:00+00:00", suite="GM", signature=b"")  # fmt: skip
    mine = Cosigner(bench)
    receipt = msgspec.structs.replace(plain, signature=mine.key.sign(plain.signed_bytes()))
    assert plain.signed_bytes() == b"|".join(
        (b"receipt1-GM", DEVICE.encode(), kept.key.encode(), delivery.sha256.encode(), b"refused", b"",
         b"2026-11-23T09:30:00+00:00", sm2_reference.sm3("理由".encode()).hex().encode())
    )  # fmt: skip
    assert identity.verify_receipt(receipt, mine.public)
    for wrong in ({"reason": "别的"}, {"signature": bytes(64)}, {"signature": b""}, {"suite": "INTL"}):
        assert not identity.verify_receipt(msgspec.structs.replace(receipt, **wrong), mine.public)


@pytest.mark.parametrize("platform", SUITES)
@pytest.mark.parametrize("says", ["INTL", "GM", "SM9", ""])
def test_30_a_receipt_of_another_suite_than_the_platforms_key_is_none(tmp_path: Path, platform: str, says: str) -> None:
    """Rightly signed by the platform's own key, and still no receipt: it would hold under rules nobody agreed on."""
    mine = Cosigner(Bench.of(platform, tmp_path))
    plain = Receipt(device=DEVICE, key="k", sha256="00", verdict=Verdict.ACCEPTED, at="2026", suite=says, signature=b"")
    receipt = msgspec.structs.replace(plain, signature=mine.key.sign(plain.signed_bytes()))
    assert identity.verify_receipt(receipt, mine.public) is (says == platform)
    stranger = Cosigner(Bench.of(platform, tmp_path))
    assert not identity.verify_receipt(receipt, stranger.public)


def test_a_photographed_page(bench: Bench) -> None:
    sealed = PhotoSeal(bench.platform.public_key().public_bytes_raw(), DEVICE).seal(b"jpeg")
    private = bench.platform.private_bytes_raw()
    assert open_photo(sealed, DEVICE, private) == b"jpeg"
    assert open_photo(sealed, "XZ-0008", private) == Rejected(Reason.BAD_SEAL)
    assert open_photo(sealed[:50], DEVICE, private) == Rejected(Reason.MALFORMED)
    assert open_photo(sealed, DEVICE, bench.other_private().private_bytes_raw()) == Rejected(Reason.BAD_SEAL)


def test_the_staff_pins_pepper_is_hmac_sm3_on_both_sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform makes the line, the terminal's desk checks it, each with its own half's MAC."""
    monkeypatch.setattr("secure.pin.Argon2id", pin_desk.Quick)
    monkeypatch.setattr("secure.reading.staff.Argon2id", pin_desk.Quick)
    roster = pin_desk.roster(suite=GM)
    desk = pin_desk.Desk(tmp_path, roster=roster, mac=lambda message: GM_SUITE.mac(pin_desk.PEPPER, message))
    assert desk.attempt(pin_desk.WRONG) == pin.Wrong(9, 0.0)
    assert desk.attempt(pin_desk.RIGHT) == pin.Accepted(pin_desk.WORKER, pin.By.CODE, None)
    shown = desk.desk.card_shown(pin_desk.CARD)
    assert desk.desk.check(shown, pin_desk.RIGHT) == pin.Accepted(pin_desk.WORKER, pin.By.OWN_CARD, (25,))
    desk.mac = pin_desk.pepper  # HMAC-SHA-256, under a roster of GM
    desk.open()
    assert isinstance(desk.attempt(pin_desk.RIGHT), pin.Wrong)


# -- what mixes suites, or lies about its own --------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["device", "audit", "platform"])
@pytest.mark.parametrize("suite", SUITES)
def test_keys_of_two_suites_make_no_log(tmp_path: Path, suite: str, which: str) -> None:
    bench = Bench.of(suite, tmp_path)
    other = Bench.of("INTL" if suite == "GM" else "GM", tmp_path)
    setattr(bench, which, getattr(other, which))
    with pytest.raises(ValueError, match="one suite"):
        bench.open()
    assert not bench.db.exists()


@pytest.mark.parametrize("suite", SUITES)
def test_a_log_is_not_gone_on_with_under_another_suite(tmp_path: Path, suite: str) -> None:
    bench = Bench.of(suite, tmp_path)
    three_segments(bench)
    other = Bench.of("INTL" if suite == "GM" else "GM", tmp_path)
    with pytest.raises(WrongDeviceError):
        other.open()
    assert bench.verify().sound
    crossed = [
        Verifier(bench.device.public, other.audit.private_bytes_raw()),
        Verifier(other.device.public, bench.audit.private_bytes_raw()),
    ]
    assert [one.verify(bench.db).reason for one in crossed] == [Broken.WRONG_KEY, Broken.BAD_SEGMENT_SIG]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("says", [INTL, P256, GM])
def test_a_segment_header_that_lies_about_its_suite(tmp_path: Path, suite: str, says: bytes) -> None:
    """Signed by the device, which has the key of one suite only: neither the verifier nor the platform takes it."""
    bench = Bench.of(suite, tmp_path)
    if suite_name(says) == suite and says != P256:
        return
    three_segments(bench)
    forger = Forger(bench)
    tamper(bench.db, "DELETE FROM record WHERE seq >= 4", "DELETE FROM segment WHERE number = 2")
    true = forger.segment(1, 4, forger.head(3))
    length = 176 if says == GM else 80
    forged = forger.again(true, suite=says, sealed_secret=bytes(length))
    forger.put(forged)
    assert [bench.verify(full=full).reason for full in (True, False)] == [Broken.BAD_SEGMENT_SIG] * 2
    ledger = bench.open()
    opening = ledger.upkeep.checkpoint()
    ledger.close()
    assert opening is not None
    assert opening.header == forged.header
    assert sound(opening, DEVICE, bench.device.public) is Refusal.MALFORMED


@pytest.mark.parametrize("suite", SUITES)
def test_a_record_header_that_lies_about_its_suite(tmp_path: Path, suite: str) -> None:
    bench = Bench.of(suite, tmp_path)
    three_segments(bench)
    with closing(sqlite3.connect(bench.db, isolation_level=None)) as connection:
        (raw,) = connection.execute("SELECT header FROM record WHERE seq = 6").fetchone()
        other = replace(RecordHeader.unpack(raw), suite=INTL if suite == "GM" else GM).pack()
        connection.execute("UPDATE record SET header = ? WHERE seq = 6", (other,))
    reports = [bench.verify(full=full) for full in (True, False)]
    assert [(report.reason, report.bad_seq) for report in reports] == [(Broken.UNSEALED, 6)] * 2
    ledger = bench.open()
    parts = [ledger.upkeep.part((0, 0)), ledger.upkeep.part((1, 4))]
    ledger.close()
    device, first, second = bench.device.public, parts[0], parts[1]
    assert first is not None
    assert second is not None
    places = follow(first, nothing_of(DEVICE, device), DEVICE, device, opened=b"")
    assert isinstance(places, list)
    assert follow(second, places[-1], DEVICE, device, opened=first.header) is Refusal.MALFORMED
    # … and as the holder of the device's key writes it, with every link right
    true, hashing = second.records[0], READING[device_verifier(device).suite].hash
    head = hashing(second.header + second.signature)
    lying = replace(RecordHeader.unpack(true.header), suite=INTL if suite == "GM" else GM).pack()
    for header, taken in ((true.header, True), (lying, False)):
        linked = hashing(header + head + true.nonce + true.ciphertext)
        record = msgspec.structs.replace(true, header=header, head=linked)
        part = msgspec.structs.replace(second, records=(record,))
        assert isinstance(follow(part, places[-1], DEVICE, device, opened=first.header), list) is taken


def test_the_format_of_headers_under_gm() -> None:
    header = SegmentHeader(DEVICE, 3, 7, 5, bytes(32), bytes(32), bytes(176), GM)
    assert len(header.pack()) == 300
    assert SegmentHeader.unpack(header.pack()) == header
    for wrong in (header.pack()[:204], header.pack() + b"x", b"KLS1GMGM" + header.pack()[8:]):
        with pytest.raises(FormatError):
            SegmentHeader.unpack(wrong)
    assert [record_suite(suite) for suite in (INTL, P256, GM)] == [INTL, INTL, GM]


# -- keys in files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passphrase", [None, "of the machine"])
def test_a_log_key_in_a_file_is_pkcs8_that_openssl_reads(tmp_path: Path, passphrase: str | None) -> None:
    public, signature, der = keeper.new_log_key(Keeping(kept=Kept.FILE, suite="GM"), b"bound")
    assert der is not None
    pem = keeper.as_pem(der, passphrase).decode("ascii")
    read = from_pem(pem, passphrase)
    assert (read.public, read.algorithm) == (public, Algorithm.SM2)
    assert signed_by(public, b"bound", signature)
    (tmp_path / "log.key").write_text(pem)
    command = ["openssl", "pkey", "-in", str(tmp_path / "log.key"), "-noout", "-text"]
    said = subprocess.run([*command, "-passin", f"pass:{passphrase}"], capture_output=True, text=True, check=True)
    assert "SM2" in said.stdout
    assert public[:15].hex(":") in said.stdout.replace("\n    ", "")
    if passphrase is not None:
        with pytest.raises(ValueError, match=r".*"):
            from_pem(pem, "of another")
    assert isinstance(from_pem(keeper.as_pem(INTL_DER, passphrase).decode("ascii"), passphrase), SoftwareKey)


def test_every_form_of_an_sm2_key_is_the_same_key(tmp_path: Path) -> None:
    """A raw SM2 key is as long as an Ed25519 key in hexadecimal: neither is taken for the other."""
    key, ed25519 = Sm2Private.generate(), SoftwareKey.generate().public
    public, private, file = key.public_key().public_bytes_raw(), key.private_bytes_raw(), tmp_path / "key"
    forms = ((public, public), (public.hex().encode() + b"\n", public), (ed25519.hex().encode(), ed25519))
    for content, wanted in forms:
        file.write_bytes(content)
        assert reading_keys.device_public_key(file) == reading_keys.platform_key(file) == wanted
    for content in (private, private.hex().upper().encode()):
        file.write_bytes(content)
        assert reading_keys.audit_private_key(file) == private
    file.write_text(json.dumps({"receipt_key": public.hex()}))
    assert reading_keys.platform_key(file) == public
    wrong: list[tuple[Callable[[Path], bytes], bytes]] = [
        (reading_keys.device_public_key, bytes(64)),
        (reading_keys.audit_private_key, bytes(96)),
        (reading_keys.platform_key, json.dumps({"receipt_key": "00" * 64}).encode()),
    ]
    for read, content in wrong:
        file.write_bytes(content)
        with pytest.raises(reading_keys.KeyFileError, match=r"curve|public half"):
            read(file)


def test_the_bundle_names_its_suite(tmp_path: Path) -> None:
    public = Sm2Private.generate().public_key().public_bytes_raw().hex()
    bundle = {"url": "https://a", "hpke_key": public, "receipt_key": public, "audit_key": public, "suite": "GM"}
    (tmp_path / "platform.json").write_text(json.dumps(bundle))
    platform = identity.load_platform(tmp_path)
    assert platform.suite == "GM"
    for wrong in ({"suite": "INTL"}, {"suite": "X"}, {"audit_key": public[:64]}):
        (tmp_path / "platform.json").write_text(json.dumps(bundle | wrong))
        with pytest.raises(identity.IdentityError):
            identity.load_platform(tmp_path)
    for suite in SUITES:
        identity.create(tmp_path / suite, DEVICE, suite)
        (tmp_path / suite / "platform.json").write_text(json.dumps(bundle))
    assert identity.admitted(tmp_path / "GM")[1] == platform
    with pytest.raises(identity.IdentityError, match="INTL"):
        identity.admitted(tmp_path / "INTL")


def test_without_gmssl_there_is_intl_and_gm_says_so(tmp_path: Path) -> None:
    """On machines that its authors do not build it for."""
    program = (
        "import sys; sys.modules['gmssl_pyx'] = None\n"
        "from pathlib import Path\n"
        "from secure import identity\n"
        "from secure.reading import keys\n"
        "import secure.ledger\n"
        "from secure.gmssl import MissingError\n"
        "mine = identity.create(Path('intl'), 'XZ-0007')\n"
        "assert keys.device_public_key(mine.log_public) == mine.device.public\n"
        "try: identity.create(Path('gm'), 'XZ-0007', 'GM')\n"
        "except MissingError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert "gmssl_pyx" in said
