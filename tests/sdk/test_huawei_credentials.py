"""How Huawei Cloud's clients authenticate, and what the gateway refuses."""

import json

from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, PROJECT, READ_ONLY, SECRET_KEY, TEMPORARY, EmulatorTest

OFFICE = "20000000-0000-4000-8000-000000000001"
SHOW = w.ShowServerGroupRequest(server_group_id=OFFICE)
DOMAIN = "d0000000000000000000000000000001"


def token_credentials(token, project=PROJECT):
    """Credentials that send a token instead of a signature. The client accepts them by the name of their class."""

    class TokenCredentials(BasicCredentials):
        def sign_request(self, request):
            request.header_params["X-Auth-Token"] = token
            Signer.process_request_uri(request)
            return request

    TokenCredentials.__name__ = "BasicCredentials"
    return TokenCredentials("unused", "unused", project)


class Credentials(EmulatorTest):
    def iam(self):
        credentials = GlobalCredentials(ACCESS_KEY, SECRET_KEY, DOMAIN)
        return iam.IamClient.new_builder().with_credentials(credentials).with_endpoint(self.emulator.url).build()

    def password(self, password="emulator-password", project="cn-north-4"):
        user = iam.PwdPasswordUser(
            domain=iam.PwdPasswordUserDomain(name="emulator-domain"), name="emulator-user", password=password
        )
        identity = iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=user))
        scope = iam.AuthScope(project=iam.AuthScopeProject(name=project))
        body = iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=iam.PwdAuth(identity=identity, scope=scope))
        return iam.KeystoneCreateUserTokenByPasswordRequest(body=body)

    def test_a_signature_holds_with_permanent_and_temporary_keys(self):
        self.emulator.huawei().show_server_group(SHOW)
        temporary = BasicCredentials(TEMPORARY[0], TEMPORARY[1], PROJECT).with_security_token(TEMPORARY[2])
        client = self.emulator.huawei(temporary)
        client.show_server_group(SHOW)
        awkward = w.ListServerGroupsRequest(server_group_name="a b+c/d~e*f&g=h%i?j'k\"你好")
        self.assertEqual(client.list_server_groups(awkward).count, 0)
        self.assertEqual([call["caller"] for call in self.emulator.calls()], [ACCESS_KEY, TEMPORARY[0], TEMPORARY[0]])

    def test_a_wrong_secret_or_an_unknown_key_is_refused(self):
        for credentials in [
            BasicCredentials(ACCESS_KEY, "wrong", PROJECT),
            BasicCredentials("nobody", SECRET_KEY, PROJECT),
            BasicCredentials(TEMPORARY[0], TEMPORARY[1], PROJECT),
            BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT).with_security_token("made-up"),
        ]:
            client = self.emulator.huawei(credentials)
            error = self.assert_huawei_error("APIGW.0301", 401, client.show_server_group, SHOW)
            self.assertNotIn(SECRET_KEY, error.error_msg)
            self.assertTrue(error.request_id)

    def test_a_token_by_password_opens_the_project(self):
        answer = self.iam().keystone_create_user_token_by_password(self.password())
        self.assertEqual((answer.token.user.name, answer.token.project.id), ("emulator-user", PROJECT))
        client = self.emulator.huawei(token_credentials(answer.x_subject_token))
        self.assertEqual(client.show_server_group(SHOW).name, "office")
        other = self.emulator.huawei(token_credentials(answer.x_subject_token, OTHER_PROJECT))
        self.assert_huawei_error("APIGW.0305", 403, other.list_server_groups, w.ListServerGroupsRequest())
        self.assertEqual(self.emulator.calls(operation="ShowServerGroup")[0]["caller"], "emulator-user")
        recorded = json.dumps(self.emulator.calls())
        self.assertNotIn("emulator-password", recorded)
        self.assertNotIn(answer.x_subject_token, recorded)

    def test_the_account_and_its_workspace(self):
        (domain,) = self.iam().keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
        self.assertEqual((domain.id, domain.name), ("d0000000000000000000000000000001", "emulator-domain"))
        # The vendor's Terraform provider asks Workspace itself, which this client does not know, where servers go.
        path, answer = "/v2/{project_id}/workspaces", "ListTenantProfileResponse"
        answer = self.emulator.huawei().do_http_request("GET", path, response_type=answer)
        found = json.loads(answer.raw_content)
        self.assertEqual((found["status"], found["ad_domains"]["domain_type"]), ("SUBSCRIBED", "LOCAL_AD"))
        subnets = self.emulator.state()["huawei"]["vpcs"][found["vpc_id"]]
        self.assertEqual([subnet["subnet_id"] for subnet in found["subnet_ids"]], list(subnets))

    def test_a_token_by_token(self):
        first = self.iam().keystone_create_user_token_by_password(self.password()).x_subject_token
        identity = {"methods": ["token"], "token": {"id": first}}
        body = {"auth": {"identity": identity, "scope": {"project": {"id": PROJECT}}}}
        status, headers, _ = self.emulator.http("POST", "/v3/auth/tokens", json.dumps(body))
        self.assertEqual(status, 201)
        self.emulator.huawei(token_credentials(headers["X-Subject-Token"])).show_server_group(SHOW)

    def test_a_wrong_password_or_project_gives_no_token(self):
        for request in (self.password(password="wrong"), self.password(project="mars-1")):
            call = self.iam().keystone_create_user_token_by_password
            with self.assertRaises(Exception) as caught:
                call(request)
            self.assertEqual(caught.exception.status_code, 401)

    def test_a_token_ends_with_its_day_by_the_emulators_clock(self):
        token = self.iam().keystone_create_user_token_by_password(self.password()).x_subject_token
        client = self.emulator.huawei(token_credentials(token))
        client.show_server_group(SHOW)
        self.emulator.clock(advance_seconds=24 * 60 * 60 + 1)
        self.assert_huawei_error("APIGW.0301", 401, client.show_server_group, SHOW)
        self.emulator.huawei().show_server_group(SHOW)

    def agency(self, name="emulator-agency", domain="emulator-domain", seconds=None):
        role = iam.IdentityAssumerole(agency_name=name, domain_name=domain, duration_seconds=seconds)
        identity = iam.AgencyAuthIdentity(methods=["assume_role"], assume_role=role)
        body = iam.CreateTemporaryAccessKeyByAgencyRequestBody(auth=iam.AgencyAuth(identity=identity))
        return iam.CreateTemporaryAccessKeyByAgencyRequest(body=body)

    def test_an_agency_gives_temporary_keys_until_they_end_by_the_emulators_clock(self):
        issued = self.iam().create_temporary_access_key_by_agency(self.agency(seconds=900)).credential
        keys = BasicCredentials(issued.access, issued.secret, PROJECT)
        self.assert_huawei_error("APIGW.0301", 401, self.emulator.huawei(keys).show_server_group, SHOW)
        client = self.emulator.huawei(keys.with_security_token(issued.securitytoken))
        self.assertEqual(client.show_server_group(SHOW).name, "office")
        self.emulator.clock(advance_seconds=901)
        self.assert_huawei_error("APIGW.0301", 401, client.show_server_group, SHOW)
        recorded = json.dumps(self.emulator.calls())
        self.assertNotIn(issued.secret, recorded)
        self.assertNotIn(issued.securitytoken, recorded)

    def test_an_agency_that_is_none_or_too_long_a_time_gives_no_keys(self):
        call = self.iam().create_temporary_access_key_by_agency
        for request, status in [
            (self.agency(name="nobody"), 403),
            (self.agency(domain="elsewhere"), 403),
            (self.agency(seconds=60), 400),
        ]:
            with self.assertRaises(Exception) as caught:
                call(request)
            self.assertEqual(caught.exception.status_code, status)

    def test_a_project_is_found_by_its_region(self):
        projects = self.iam().keystone_list_projects(iam.KeystoneListProjectsRequest(name="cn-north-4")).projects
        self.assertEqual([project.id for project in projects], [PROJECT])
        credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY).with_iam_endpoint(self.emulator.url)
        region = Region("cn-east-3", self.emulator.url)
        builder = w.WorkspaceAppClient.new_builder().with_credentials(credentials).with_region(region)
        self.assertEqual(builder.build().list_server_groups(w.ListServerGroupsRequest()).count, 0)
        self.assertEqual(credentials.project_id, OTHER_PROJECT)

    def test_a_read_only_key_may_look_and_not_touch(self):
        client = self.emulator.huawei(BasicCredentials(*READ_ONLY, PROJECT))
        client.show_server_group(SHOW)
        request = w.UpdateServerGroupRequest(server_group_id=OFFICE, body=w.UpdateServerGroupReq(description="x"))
        self.assert_huawei_error("APIGW.0305", 403, client.update_server_group, request)

    def test_an_unknown_project_is_refused(self):
        client = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, "nobodys"))
        self.assert_huawei_error("APIGW.0309", 403, client.show_server_group, SHOW)

    def test_an_unknown_path_and_method_are_refused(self):
        for method, path, status in [
            ("GET", f"/v1/{PROJECT}/toasters", 404),
            ("PATCH", f"/v1/{PROJECT}/app-server-groups", 405),
            ("POST", f"/v1/{PROJECT}/app-server-groups/{OFFICE}", 405),
        ]:
            answered, _, body = self.emulator.http(method, path, "{}")
            self.assertEqual((answered, json.loads(body)["error_code"]), (status, "APIGW.0101"), path)
            self.assertEqual(set(json.loads(body)), {"error_code", "error_msg", "request_id"})

    def test_a_request_without_signature_is_refused(self):
        status, _, body = self.emulator.http("PATCH", f"/v1/{PROJECT}/app-server-groups/{OFFICE}", "{}")
        self.assertEqual((status, json.loads(body)["error_code"]), (401, "APIGW.0301"))
