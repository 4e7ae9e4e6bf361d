"""A list brought into North by one call, and a certificate."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Hospital
from integrations.domain import importing
from integrations.models import ImportBatch
from tests.integrations.test_resume import ROWS, queued


@pytest.fixture
def bring(north: Hospital, tmp_path: Path) -> Any:
    """Import rows into North; answers the list."""

    def import_rows(rows: Any = ROWS) -> ImportBatch:
        batch = queued(north, tmp_path, rows)
        assert importing.run(north, batch.pk)
        batch.refresh_from_db()
        return batch

    return import_rows


@pytest.fixture
def certificate(tmp_path: Path) -> Callable[[], tuple[Path, Path]]:
    """A certificate that signs itself."""
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def make() -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        begin = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        built = built.serial_number(1).not_valid_before(begin).not_valid_after(begin + dt.timedelta(days=3))
        chain = tmp_path / "chain.pem"
        chain.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        private = tmp_path / "key.pem"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return chain, private

    return make
