"""How Alibaba Cloud's clients authenticate, and what the gateway refuses."""

import datetime
import json

from alibabacloud_appstream_center20210901 import models as m
from alibabacloud_tea_openapi import utils_models as open_api
from darabonba.runtime import RuntimeOptions
from support import READ_ONLY, SECRET_KEY, TEMPORARY, EmulatorTest

GROUP = "aig-hangzhou-fixed"
GET = m.GetAppInstanceGroupRequest(app_instance_group_id=GROUP, product_type="CloudApp")
# Characters on which canonical encodings differ.
AWKWARD = "a b+c/d~e*f&g=h%i?j'k\"你好"


class Credentials(EmulatorTest):
    def clients(self):
        """A client for each signature, with permanent and with temporary keys."""
        for signature in ({}, {"signature_algorithm": "v2"}):
            yield self.emulator.alibaba(**signature)
            yield self.emulator.alibaba(*TEMPORARY, **signature)

    def test_both_signatures_hold_with_permanent_and_temporary_keys(self):
        for client in self.clients():
            client.get_app_instance_group(GET)
            request = m.ListAppInstanceGroupRequest(
                product_type="CloudApp", app_instance_group_name=AWKWARD, status=["FAILED"]
            )
            self.assertEqual(client.list_app_instance_group(request).body.total_count, 0)
            name = m.ModifyAppInstanceGroupAttributeRequest(
                app_instance_group_id=GROUP, product_type="CloudApp", app_instance_group_name=AWKWARD
            )
            client.modify_app_instance_group_attribute(name)
            self.assertEqual(self.group(GROUP)["name"], AWKWARD)
        callers = [call["caller"] for call in self.emulator.calls(operation="GetAppInstanceGroup")]
        self.assertEqual(callers, ["emulator-access-key", TEMPORARY[0]] * 2)

    def test_a_wrong_secret_or_an_unknown_key_is_refused(self):
        for signature in ({}, {"signature_algorithm": "v2"}):
            for keys, code, status in [
                ({"secret_key": "wrong"}, "SignatureDoesNotMatch", 400),
                ({"access_key": "nobody"}, "InvalidAccessKeyId.NotFound", 404),
                ({"access_key": TEMPORARY[0], "secret_key": TEMPORARY[1]}, "MissingSecurityToken", 400),
                ({"security_token": "made-up"}, "InvalidSecurityToken.MismatchWithAccessKey", 400),
            ]:
                client = self.emulator.alibaba(**keys, **signature)
                error = self.assert_alibaba_error(code, status, client.get_app_instance_group, GET)
                self.assertNotIn(SECRET_KEY, str(error))

    def test_a_read_only_key_may_look_and_not_touch(self):
        client = self.emulator.alibaba(*READ_ONLY)
        client.get_app_instance_group(GET)
        request = m.AuthorizeInstanceGroupRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", authorize_user_ids=["carol"]
        )
        self.assert_alibaba_error("Forbidden.RAM", 403, client.authorize_instance_group, request)
        self.assertNotIn("carol", self.group(GROUP)["authorized_users"])

    def call(self, action, version="2021-09-01", query=None, method="POST"):
        """A call that the client does not offer, through its own machinery."""
        params = open_api.Params(
            action=action,
            version=version,
            protocol="HTTP",
            pathname="/",
            method=method,
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        request = open_api.OpenApiRequest(query=query or {})
        return self.emulator.alibaba().call_api(params, request, RuntimeOptions())

    def test_an_unknown_operation_or_version_is_refused(self):
        self.assert_alibaba_error("InvalidAction.NotFound", 404, self.call, "MakeTea")
        self.assert_alibaba_error("InvalidVersion", 400, self.call, "ListRegions", "1999-01-01")

    def test_get_serves_as_well_as_post(self):
        self.assertEqual(len(self.call("ListRegions", method="GET")["body"]["RegionModels"]), 4)

    def test_a_missing_parameter_is_named(self):
        self.assert_alibaba_error("MissingAppInstanceGroupId", 400, self.call, "GetAppInstanceGroup")

    def test_an_unknown_parameter_is_ignored_and_recorded(self):
        self.call("ListRegions", query={"Colour": "red"})
        (call,) = self.emulator.calls()
        self.assertEqual(call["not_understood"], ["Colour"])
        self.emulator.control("POST", "reset")

    def test_a_request_without_signature_is_refused(self):
        headers = {"x-acs-action": "ListRegions", "x-acs-version": "2021-09-01"}
        status, _, body = self.emulator.http("POST", "/", "", headers)
        self.assertEqual((status, json.loads(body)["Code"]), (400, "MissingAccessKeyId"))
        self.assertEqual(set(json.loads(body)), {"RequestId", "HostId", "Code", "Message", "Recommend"})

    def test_an_old_request_and_a_repeated_nonce_are_refused(self):
        client = self.emulator.alibaba()
        old = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=16)).strftime(
            "%Y-%m-%dT%H:%M:%SZ"
        )
        runtime = RuntimeOptions(max_attempts=1)
        headers = open_api.GlobalParameters(headers={"x-acs-date": old})
        client._global_parameters = headers
        call = client.get_app_instance_group_with_options
        self.assert_alibaba_error("InvalidTimeStamp.Expired", 400, call, GET, runtime)
        client._global_parameters = open_api.GlobalParameters(headers={"x-acs-signature-nonce": "once"})
        call(GET, runtime)
        self.assert_alibaba_error("SignatureNonceUsed", 400, call, GET, runtime)
        self.assertEqual(len(self.emulator.calls()), 3)

    def test_nothing_that_authenticates_is_recorded(self):
        for client in self.clients():
            client.get_app_instance_group(GET)
        recorded = json.dumps(self.emulator.calls())
        for secret in (SECRET_KEY, TEMPORARY[1], TEMPORARY[2], "Signature"):
            self.assertNotIn(secret, recorded)
