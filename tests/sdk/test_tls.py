"""TLS: the vendors' clients reach the emulator over https, and nobody who does not trust it does."""

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from alibabacloud_appstream_center20210901 import models as m
from huaweicloudsdkworkspaceapp import v1 as w
from support import Emulator

GET = m.GetAppInstanceGroupRequest(app_instance_group_id="aig-hangzhou-fixed", product_type="CloudApp")
SHOW = w.ShowServerGroupRequest(server_group_id="20000000-0000-4000-8000-000000000001")


class Tls(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *arguments, ca):
        emulator = Emulator(*map(str, arguments), ca=str(ca))
        self.addCleanup(emulator.stop)
        return emulator

    def refused(self, *arguments):
        with self.assertRaises(AssertionError) as caught:
            Emulator(*map(str, arguments))
        return str(caught.exception)

    def test_both_clients_reach_it_over_https(self):
        ca = self.folder / "ca.pem"
        emulator = self.start("--tls-self-signed", ca, ca=ca)
        self.assertTrue(emulator.url.startswith("https://127.0.0.1:"), emulator.url)
        group = emulator.alibaba().get_app_instance_group(GET).body.app_instance_group_models
        self.assertEqual(group.app_instance_group_id, "aig-hangzhou-fixed")
        self.assertEqual(emulator.huawei().show_server_group(SHOW).name, "office")
        self.assertEqual([call["status"] for call in emulator.calls()], [200, 200])

    def test_who_does_not_trust_its_authority_gets_nothing(self):
        ca = self.folder / "ca.pem"
        emulator = self.start("--tls-self-signed", ca, ca=ca)
        with self.assertRaises(urllib.error.URLError) as caught:
            urllib.request.urlopen(f"{emulator.url}/_emulator/health", timeout=30)
        self.assertIsInstance(caught.exception.reason, ssl.SSLCertVerificationError)
        # Neither does who speaks no TLS; and the emulator goes on.
        with self.assertRaises((urllib.error.URLError, ConnectionError, http.client.HTTPException)):
            urllib.request.urlopen(emulator.url.replace("https", "http") + "/_emulator/health", timeout=30)
        self.assertEqual(emulator.control("GET", "health")["status"], "ok")

    def test_its_health_is_asked_for_by_a_name_too(self):
        emulator = self.start(ca="")
        port = emulator.url.rpartition(":")[2]
        free = socket.socket()
        self.addCleanup(free.close)
        free.bind(("127.0.0.1", 0))
        for place, status in [
            (f"localhost:{port}", 0),
            (f"127.0.0.1:{port}", 0),
            (f"localhost:{free.getsockname()[1]}", 1),
            ("nowhere.invalid:1", 1),
        ]:
            command = [os.environ["APPSTREAMING_EMULATOR"], "health", place]
            ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            self.assertEqual(ended.returncode, status, place)

    def test_names_of_ones_own_stand_in_the_certificate(self):
        ca = self.folder / "ca.pem"
        names = ("--tls-name", "*.cn-north-4.example.test", "--tls-name", "10.9.8.7")
        emulator = self.start("--tls-self-signed", ca, *names, ca=ca)
        host, _, port = emulator.url.removeprefix("https://").rpartition(":")
        for name, holds in [
            ("iam.cn-north-4.example.test", True),
            ("10.9.8.7", True),
            ("localhost", True),
            ("iam.cn-east-3.example.test", False),
        ]:
            with self.subTest(name):
                with socket.create_connection((host, int(port)), timeout=30) as connection:
                    if holds:
                        emulator.context.wrap_socket(connection, server_hostname=name).close()
                    else:
                        with self.assertRaises(ssl.SSLCertVerificationError):
                            emulator.context.wrap_socket(connection, server_hostname=name)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not on PATH")
    def test_a_certificate_of_ones_own(self):
        certificate, key = self.folder / "certificate.pem", self.folder / "key.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=own"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        emulator = self.start("--tls-cert", certificate, "--tls-key", key, ca=certificate)
        self.assertEqual(emulator.huawei().show_server_group(SHOW).name, "office")
        said = self.refused("--tls-cert", key, "--tls-key", key)
        self.assertIn(f"cannot read {key}", said)

    def test_what_cannot_be_read_or_written_is_named(self):
        missing = self.folder / "missing.pem"
        self.assertIn(f"cannot read {missing}", self.refused("--tls-cert", missing, "--tls-key", missing))
        nowhere = self.folder / "nowhere" / "ca.pem"
        self.assertIn(f"cannot write {nowhere}", self.refused("--tls-self-signed", nowhere))
        self.assertIn("--tls-key", self.refused("--tls-cert", missing))
