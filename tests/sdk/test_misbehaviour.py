"""Faults, throttling, delay and lag, as the vendors' clients meet them."""

import http.client
import json
import socket
import time
import unittest

from alibabacloud_appstream_center20210901 import models as m
from darabonba.runtime import RuntimeOptions
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from huaweicloudsdkworkspaceapp import v1 as w
from requests.exceptions import ChunkedEncodingError
from support import PROJECT, Emulator, EmulatorTest

GROUP = "aig-hangzhou-fixed"
OFFICE = "20000000-0000-4000-8000-000000000001"
GET = m.GetAppInstanceGroupRequest(app_instance_group_id=GROUP, product_type="CloudApp")
SHOW = w.ShowServerGroupRequest(server_group_id=OFFICE)
ONCE = RuntimeOptions(max_attempts=1)
BRIEFLY = RuntimeOptions(max_attempts=1, read_timeout=1500)


def authorize(*names):
    return m.AuthorizeInstanceGroupRequest(
        app_instance_group_id=GROUP, product_type="CloudApp", authorize_user_ids=list(names)
    )


class Faults(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.huawei = self.emulator.huawei()

    def authorized(self):
        return list(self.group(GROUP)["authorized_users"])

    def test_an_error_on_command(self):
        self.emulator.fault(
            "error", operation="GetAppInstanceGroup", status=503, code="ServiceUnavailable", message="Later."
        )
        call = self.client.get_app_instance_group_with_options
        error = self.assert_alibaba_error("ServiceUnavailable", 503, call, GET, ONCE)
        self.assertIn("Later.", str(error))
        call(GET, ONCE)
        self.emulator.fault("error", cloud="huawei", status=500)
        self.assert_huawei_error("WKS.00000500", 500, self.huawei.show_server_group, SHOW)
        self.huawei.show_server_group(SHOW)

    def test_throttling_on_command_as_each_gateway_does_it(self):
        self.emulator.fault("throttle", next=2)
        call = self.client.get_app_instance_group_with_options
        error = self.assert_alibaba_error("Throttling.User", 429, call, GET, ONCE)
        self.assertEqual(error.retry_after, 1000)
        # The client gives 429 a code of its own, so the service's is taken from the record.
        self.assert_huawei_error("429", 429, self.huawei.show_server_group, SHOW)
        self.assertEqual([call["code"] for call in self.emulator.calls(cloud="huawei")], ["APIGW.0308"])

    def test_an_answer_can_be_lost_before_and_after_the_act(self):
        call = self.client.authorize_instance_group_with_options
        self.emulator.fault("close_before", operation="AuthorizeInstanceGroup")
        with self.assertRaises(Exception):
            call(authorize("carol"), ONCE)
        self.assertNotIn("carol", self.authorized())
        self.emulator.fault("close_after", operation="AuthorizeInstanceGroup")
        with self.assertRaises(Exception):
            call(authorize("carol"), ONCE)
        self.assertIn("carol", self.authorized())
        before, after = self.emulator.calls(operation="AuthorizeInstanceGroup")
        self.assertEqual((before["status"], before["changes"], before["fault"]), (None, [], "close_before"))
        self.assertEqual((after["status"], after["fault"]), (None, "close_after"))
        self.assertEqual(after["changes"][0]["id"], GROUP)

    def test_an_answer_that_never_comes(self):
        self.emulator.fault("hang", operation="AuthorizeInstanceGroup")
        with self.assertRaises(Exception):
            self.client.authorize_instance_group_with_options(authorize("carol"), BRIEFLY)
        self.assertNotIn("carol", self.authorized())

    def test_a_slow_answer(self):
        self.emulator.fault("slow", seconds=0.3)
        begun = time.monotonic()
        self.client.get_app_instance_group(GET)
        self.assertGreaterEqual(time.monotonic() - begun, 0.3)

    def test_half_an_answer_arrives_whatever_its_size(self):
        template = self.emulator.state()["huawei"]["server_groups"][OFFICE]
        many = {f"g-{number}": {**template, "name": f"g-{number}"} for number in range(100)}
        self.emulator.patch({"huawei": {"server_groups": many}})
        groups = f"/v1/{PROJECT}/app-server-groups?limit=100"
        token = self.emulator.token()
        for path, least in (("/v1/none/app-server-groups", 20), (groups, 40_000)):
            self.emulator.fault("half_answer")
            with self.subTest(path=path), self.assertRaises(http.client.IncompleteRead) as caught:
                self.emulator.http("GET", path, headers=token)
            broken = caught.exception
            self.assertGreater(len(broken.partial), least)
            self.assertLessEqual(abs(len(broken.partial) - broken.expected), 1)

    def test_half_an_answer_no_json_and_a_page_of_html(self):
        for kind in ("half_answer", "not_json", "html"):
            self.emulator.fault(kind, next=2)
            with self.subTest(kind=kind):
                with self.assertRaises(Exception):
                    self.client.get_app_instance_group_with_options(GET, ONCE)
                if kind == "not_json":
                    # This client takes what it cannot read for an empty answer.
                    self.assertIsNone(self.huawei.show_server_group(SHOW).id)
                    continue
                # This client passes on what the transport says of a body that breaks off.
                with self.assertRaises(ChunkedEncodingError if kind == "half_answer" else SdkException):
                    self.huawei.show_server_group(SHOW)
        status, headers, body = self.emulator_html()
        self.assertEqual((status, headers["Content-Type"]), (504, "text/html"))
        self.assertIn("<h1>504", body)

    def emulator_html(self):
        self.emulator.fault("html", status=504)
        return self.emulator.http("POST", "/", "", {"x-acs-action": "ListRegions"})

    def test_a_body_that_is_too_large_is_refused_in_the_form_of_its_service(self):
        for path, names, code in [
            ("/", {"RequestId", "Message", "Code", "HostId"}, "RequestEntityTooLarge"),
            (f"/v1/{PROJECT}/app-server-groups", {"error_code", "error_msg", "request_id"}, "APIGW.0201"),
        ]:
            status, _, body = self.emulator.http("POST", path, "x" * (12 * 1024 * 1024 + 1))
            answer = json.loads(body)
            self.assertEqual((status, answer.keys() & names), (413, names))
            self.assertIn(code, answer.values())

    def test_a_body_that_breaks_off_is_not_called_too_large(self):
        host, _, port = self.emulator.url.removeprefix("http://").rpartition(":")
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head + b"no number\r\n")
            self.assertIn(b" 400 ", connection.recv(100))

    def test_a_stale_read(self):
        self.client.authorize_instance_group(authorize("carol"))
        self.emulator.fault("stale_read", operation="ListAuthorizedUsers")
        request = m.ListAuthorizedUsersRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", page_number=1, page_size=100
        )
        counts = [self.client.list_authorized_users(request).body.total_count for _ in range(2)]
        self.assertEqual(counts, [2, 3])

    def test_how_often_a_fault_strikes(self):
        self.emulator.fault("error", operation="ListRegions", every=2)
        results = []
        for _ in range(4):
            try:
                self.client.list_regions_with_options(m.ListRegionsRequest(), ONCE)
                results.append(True)
            except Exception:
                results.append(False)
        self.assertEqual(results, [True, False, True, False])
        (fault,) = self.emulator.control("GET", "faults")
        self.assertEqual((fault["seen"], fault["struck"]), (4, 2))
        self.emulator.control("DELETE", f"faults/{fault['id']}")
        self.client.list_regions(m.ListRegionsRequest())

    def test_faults_that_make_no_sense_are_refused(self):
        for fault in [
            {"kind": "explode"},
            {"kind": "error", "operation": "MakeTea"},
            {"kind": "error", "next": 1, "every": 2},
            {"kind": "error", "probability": 2},
        ]:
            with self.assertRaises(Exception) as caught:
                self.emulator.control("POST", "faults", fault)
            self.assertEqual(caught.exception.code, 400, fault)
        self.emulator.fault("hang")
        self.emulator.control("DELETE", "faults")
        self.client.list_regions(m.ListRegionsRequest())


class Throttling(EmulatorTest):
    arguments = ("--rate-limit", "3")

    def test_calls_beyond_the_rate_are_refused_per_operation(self):
        client, huawei = self.emulator.alibaba(), self.emulator.huawei()
        throttled = 0
        for _ in range(20):
            try:
                client.list_regions_with_options(m.ListRegionsRequest(), ONCE)
            except Exception as error:
                self.assertEqual((error.code, error.status_code, error.retry_after), ("Throttling.User", 429, 1000))
                throttled += 1
        self.assertGreater(throttled, 0)
        client.get_app_instance_group(GET)
        refused = []
        for _ in range(20):
            try:
                huawei.show_server_group(SHOW)
            except Exception as error:
                refused.append(error)
        self.assertEqual({error.status_code for error in refused}, {429})
        codes = {call["code"] for call in self.emulator.calls(cloud="huawei", status=429)}
        self.assertEqual(codes, {"APIGW.0308"})


class Delay(EmulatorTest):
    arguments = ("--latency", "150", "--consistency-seconds", "60")

    def test_every_answer_is_delayed(self):
        client = self.emulator.alibaba()
        begun = time.monotonic()
        for _ in range(3):
            client.list_regions(m.ListRegionsRequest())
        self.assertGreaterEqual(time.monotonic() - begun, 0.45)
        self.assertTrue(all(call["duration_ms"] >= 150 for call in self.emulator.calls()))

    def test_reads_lag_behind_writes(self):
        self.emulator.clock(freeze=True)
        client = self.emulator.huawei()
        request = w.UpdateServerGroupRequest(server_group_id=OFFICE, body=w.UpdateServerGroupReq(description="new"))
        client.update_server_group(request)
        self.assertEqual(client.show_server_group(SHOW).description, "")
        self.emulator.clock(advance_seconds=61)
        self.assertEqual(client.show_server_group(SHOW).description, "new")


class VaryingDelay(EmulatorTest):
    arguments = ("--consistency-seconds", "60", "--consistency-varies")

    def test_an_older_answer_may_come_after_a_newer_one_until_all_is_shown(self):
        self.emulator.clock(freeze=True)
        client = self.emulator.huawei()
        request = w.UpdateServerGroupRequest(server_group_id=OFFICE, body=w.UpdateServerGroupReq(description="new"))
        client.update_server_group(request)
        self.emulator.clock(advance_seconds=30)
        # Half of the moments that a read may see are before the write.
        seen = [client.show_server_group(SHOW).description for _ in range(80)]
        self.assertEqual(set(seen), {"", "new"})
        self.assertIn("", seen[seen.index("new"):], "an older answer after a newer one")
        self.emulator.clock(advance_seconds=31)
        self.assertEqual({client.show_server_group(SHOW).description for _ in range(20)}, {"new"})


class Program(unittest.TestCase):
    def test_beyond_loopback_it_warns(self):
        emulator = Emulator(listen="0.0.0.0:0")
        _, errors = emulator.stop()
        self.assertIn("/_emulator/", errors)
        emulator = Emulator()
        status, errors = emulator.stop()
        self.assertEqual((status, errors), (0, ""))
