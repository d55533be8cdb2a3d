"""An emulator of one's own for each class of tests, and the vendors' clients that talk to it."""

import json
import os
import ssl
import subprocess
import unittest
import urllib.error
import urllib.request

from alibabacloud_appstream_center20210901.client import Client as AppStreamClient
from alibabacloud_tea_openapi import models as openapi
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkworkspaceapp.v1 import WorkspaceAppClient

ACCESS_KEY, SECRET_KEY = "emulator-access-key", "emulator-secret-key"
TEMPORARY = ("emulator-temporary-access-key", "emulator-temporary-secret-key", "emulator-security-token")
READ_ONLY = ("emulator-read-only-access-key", "emulator-read-only-secret-key")
PROJECT = "a0000000000000000000000000000004"
OTHER_PROJECT = "a0000000000000000000000000000003"

# Every operation that a vendor's client has called with success, over all tests.
SUCCEEDED = set()


class Emulator:
    """A running emulator; `ca` is the file with the certificate that its clients trust beside the system's."""

    def __init__(self, *arguments, listen="127.0.0.1:0", ca=None):
        command = [os.environ["APPSTREAMING_EMULATOR"], "--listen", listen, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        prefix = "appstreaming-emulator listening on "
        if not line.startswith(prefix):
            self.process.wait()
            raise AssertionError(f"the emulator did not start: {line}{self.process.stderr.read()}")
        self.url = line.removeprefix(prefix).strip()
        self.ca = ca
        self.context = ssl.create_default_context(cafile=ca) if ca else None

    def control(self, method, path, body=None):
        """Calls a control path; answers the decoded JSON."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data=data, method=method)
        with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
            return json.load(answer)

    def calls(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.control("GET", f"requests?{query}")

    def state(self):
        return self.control("GET", "state")

    def patch(self, change):
        self.control("PATCH", "state", change)

    def clock(self, **change):
        return self.control("POST", "clock", change)

    def fault(self, kind, **more):
        return self.control("POST", "faults", {"kind": kind, **more})

    def http(self, method, path, body=None, headers=()):
        """A request without a client: status, headers, body as text."""
        data = None if body is None else body.encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=dict(headers))
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def token(self):
        """The headers of whoever has a token, for requests without a client."""
        user = {"name": "emulator-user", "password": "emulator-password", "domain": {"name": "emulator-domain"}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
        _, headers, _ = self.http("POST", "/v3/auth/tokens", json.dumps(body))
        return {"X-Auth-Token": headers["X-Subject-Token"]}

    def stop(self):
        """Ends the process as a service manager does; answers its exit status and what it said."""
        if self.process.poll() is None:
            self.process.terminate()
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors

    # The vendors' clients.

    def alibaba(self, access_key=ACCESS_KEY, secret_key=SECRET_KEY, security_token=None, **more):
        config = openapi.Config(
            access_key_id=access_key,
            access_key_secret=secret_key,
            security_token=security_token,
            endpoint=self.url.partition("://")[2],
            protocol=self.url.partition("://")[0],
            ca=self.ca,
            region_id="cn-hangzhou",
            read_timeout=10_000,
            **more,
        )
        return AppStreamClient(config)

    def huawei(self, credentials=None):
        credentials = credentials or BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT)
        config = HttpConfig.get_default_config()
        config.timeout = (5, 10)
        config.retry_times = 0
        config.ssl_ca_cert = self.ca
        builder = WorkspaceAppClient.new_builder().with_http_config(config)
        return builder.with_credentials(credentials).with_endpoint(self.url).build()


class EmulatorTest(unittest.TestCase):
    """One emulator for the class, reset before each test."""

    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.emulator = Emulator(*cls.arguments)

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def setUp(self):
        self.emulator.control("POST", "reset")

    def tearDown(self):
        calls = self.emulator.calls()
        for call in calls:
            self.assertEqual(
                call["not_understood"], [], f"{call['operation']} was sent what the emulator does not know"
            )
            if call["status"] in (200, 201, 204) and call["code"] is None and call["fault"] is None:
                SUCCEEDED.add((call["cloud"], call["operation"]))

    def group(self, group_id):
        return self.emulator.state()["alibaba"]["delivery_groups"][group_id]

    def assert_alibaba_error(self, code, status, call, *arguments):
        """The call raises the client's exception with this code and status."""
        with self.assertRaises(Exception) as caught:
            call(*arguments)
        error = caught.exception
        self.assertEqual((getattr(error, "code", None), getattr(error, "status_code", None)), (code, status), error)
        return error

    def assert_in_band(self, code, answer):
        """The call answers 200 with this code in its body."""
        self.assertEqual((answer.status_code, answer.body.code), (200, code), answer.body.to_map())
        return answer.body.message

    def assert_huawei_error(self, code, status, call, *arguments):
        """The call raises the client's exception with this code and status."""
        from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

        with self.assertRaises(ServiceResponseException) as caught:
            call(*arguments)
        error = caught.exception
        self.assertEqual((error.error_code, error.status_code), (code, status), error)
        return error
