"""`motcua enrol sign`, from outside: a stick goes there and back."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from devices.contract.config import parse_toml
from provisioning.controller.config import ControllerConfig
from provisioning.controller.registry.command import opened
from provisioning.controller.registry.records import Expected
from provisioning.pki.certificates import number_of
from provisioning.stick import StickRequest, read_answer, written
from tests.provisioning.controller.registry.somewhere import CLAIM, SERIAL, csr, new_key

KEY = new_key()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "controller.toml"
    path.write_text(
        f'state_dir = "{tmp_path / "state"}"\n'
        'gate = {port = 8443, names = ["tinh.example.vn"]}\nbroker = {tls_port = 8884}\n'
    )
    return path


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "motcua"
    folder.mkdir()
    return folder


def asked(stick: Path, claim: str = CLAIM) -> Path:
    request = x509.load_der_x509_csr(csr(key=KEY)).public_bytes(serialization.Encoding.PEM)
    path = stick / "request.json"
    path.write_bytes(written(StickRequest(serial=SERIAL, claim=claim, csr=request.decode())))
    return path


def run(config: Path, request: Path, stick: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ("enrol", "sign", "--config", str(config), "--csr", str(request), "--out", str(stick))
    command = (sys.executable, "-m", "provisioning.cli", *words, *more)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_box_nobody_expected_is_accepted_and_answered(config: Path, stick: Path) -> None:
    request = asked(stick)
    told = run(config, request, stick)
    assert told.returncode == 1
    assert "its words are" in told.stderr
    assert not (stick / "answer.json").exists()
    done = run(config, request, stick, "--box", "gio-linh-1", "--site", "gio-linh")
    assert done.returncode == 0, done.stderr
    answer = read_answer((stick / "answer.json").read_bytes())
    got = x509.load_pem_x509_certificate(answer.certificate.encode())
    got.verify_directly_issued_by(x509.load_pem_x509_certificate(answer.ca.encode()))
    assert got.public_key() == KEY.public_key()
    assert (answer.box, answer.site) == ("gio-linh-1", "gio-linh")
    assert answer.gate == "https://tinh.example.vn:8443"
    assert (answer.broker_host, answer.broker_port) == ("tinh.example.vn", 8884)
    with opened(parse_toml(config.read_text(), ControllerConfig)) as room:
        assert room.registry.owner(number_of(got)).box == "gio-linh-1"


def test_an_expected_box_is_answered_for_its_claim_and_not_for_another(
    config: Path, stick: Path
) -> None:
    with opened(parse_toml(config.read_text(), ControllerConfig)) as room:
        (claimed,) = room.registry.preauthorise([Expected(serial=SERIAL, box="a-1")], "x")
    assert run(config, asked(stick), stick).returncode == 1
    done = run(config, asked(stick, claimed.claim), stick)
    assert done.returncode == 0, done.stderr
    assert read_answer((stick / "answer.json").read_bytes()).box == "a-1"


def test_the_list_of_the_controller_beside_it_is_left_alone(config: Path, stick: Path) -> None:
    of_the_controller = stick.parent / "state" / "pki" / "crl.pem"
    of_the_controller.parent.mkdir(parents=True)
    of_the_controller.write_text("newer than what another process knows")
    assert run(config, asked(stick), stick, "--box", "a-1").returncode == 0
    assert of_the_controller.read_text() == "newer than what another process knows"


def test_a_broken_stick_is_told_so(config: Path, stick: Path) -> None:
    path = stick / "request.json"
    path.write_bytes(b"[" * 70_000)
    told = run(config, path, stick)
    assert told.returncode == 1
    assert "request.json" in told.stderr
    assert "Traceback" not in told.stderr
