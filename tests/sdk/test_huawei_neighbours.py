"""What lies around application streaming, as the vendor's Terraform provider asks for it. Huawei Cloud's client of
application streaming does not know these operations, and sends them all the same."""

import json
from types import SimpleNamespace

from huaweicloudsdkworkspaceapp import v1 as w
from support import OTHER_PROJECT, PROJECT, EmulatorTest
from test_huawei_credentials import ACCESS_KEY, SECRET_KEY, BasicCredentials

PEOPLE, CENTER = "/v2/{project_id}", "/v1/{project_id}/app-center"
NOT_FOUND, TAKEN = "WKS.00132101", "WKS.00132102"
DRAUGHTING = "40000000-0000-4000-8000-000000000001"
GOLD = "10000000-0000-4000-8000-000000000004"


class NeighbourTest(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def ask(self, method, path, body=None, client=None, **query):
        """The decoded answer."""
        answer = (client or self.client).do_http_request(
            method,
            path,
            query_params=list(query.items()),
            header_params={"Content-Type": "application/json"},
            body=body,
            response_type="ListTenantProfileResponse",
        )
        return json.loads(answer.raw_content or "null", object_hook=lambda fields: SimpleNamespace(**fields))

    def assert_refused(self, code, status, *arguments, **query):
        self.assert_huawei_error(code, status, lambda: self.ask(*arguments, **query))


class People(NeighbourTest):
    def user(self, name, **fields):
        return self.ask("POST", f"{PEOPLE}/users", {"user_name": name, "user_email": "a@example.test", **fields}).id

    def test_users_are_made_changed_and_deleted(self):
        number = self.user("dora", password="Pass-word-1", account_expires="0")
        self.assertNotIn("Pass-word-1", json.dumps(self.emulator.state()))
        shown = self.ask("GET", f"{PEOPLE}/users/{number}").user_detail
        self.assertEqual((shown.user_name, shown.active_type, shown.account_expires), ("dora", "USER_ACTIVATE", 0))
        self.ask("PUT", f"{PEOPLE}/users/{number}", {"description": "Draws", "disabled": True})
        shown = self.ask("GET", f"{PEOPLE}/users/{number}").user_detail
        self.assertEqual((shown.user_name, shown.description, shown.disabled), ("dora", "Draws", True))
        self.assert_refused(TAKEN, 400, "POST", f"{PEOPLE}/users", {"user_name": "dora"})
        self.assertEqual(self.ask("GET", f"{PEOPLE}/users", user_name="do").total_count, 1)
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assertEqual(self.ask("GET", f"{PEOPLE}/users", client=other).total_count, 0)
        self.ask("DELETE", f"{PEOPLE}/users/{number}")
        self.assert_refused(NOT_FOUND, 404, "GET", f"{PEOPLE}/users/{number}")

    def test_whom_workspace_does_not_know_is_not_authorized_where_it_knows_anybody(self):
        def authorize(*names, kind="USER", **more):
            accounts = [w.AccountInfo(account=name, account_type=kind, **more) for name in names]
            body = w.AppGroupAuthorizeReq(app_group_ids=[DRAUGHTING], accounts=accounts)
            self.client.add_app_group_authorization(w.AddAppGroupAuthorizationRequest(body=body))

        authorize("early")
        dora = self.user("dora")
        authorize("dora", "nobody")
        authorize("of-a-directory", platform_type="AD")
        authorize("of-a-domain", domain="example.test")
        authorize("with-an-id", id="7")
        authorize("design", kind="USER_GROUP")
        rows = self.client.list_app_group_authorization(w.ListAppGroupAuthorizationRequest()).authorizations
        self.assertEqual(
            {row.account: row.account_id for row in rows},
            {
                "early": None,
                "dora": dora,
                "of-a-directory": None,
                "of-a-domain": None,
                "with-an-id": "7",
                "design": None,
            },
        )

    def test_a_user_with_an_address_is_told_of_an_authorization(self):
        self.user("dora")
        accounts = [w.AccountInfo(account=name, account_type="USER") for name in ("dora", "stranger")]
        body = w.AppGroupAuthorizeReq(app_group_ids=[DRAUGHTING], accounts=accounts)
        self.client.add_app_group_authorization(w.AddAppGroupAuthorizationRequest(body=body))
        (mail,) = self.client.list_authorization_mail_record(
            w.ListAuthorizationMailRecordRequest(app_group_id=DRAUGHTING)
        ).records
        self.assertEqual((mail.account_auth_name, mail.account), ("dora", "a@example.test"))

    def test_groups_have_members(self):
        dora, emil = self.user("dora"), self.user("emil")
        self.ask("POST", f"{PEOPLE}/groups", {"group_name": "drawing", "platform_type": "LOCAL"})
        (group,) = self.ask("GET", f"{PEOPLE}/groups", keyword="draw").user_groups
        path = f"{PEOPLE}/groups/{group.id}"
        self.ask("POST", f"{path}/actions", {"user_ids": [dora, emil], "op_type": "ADD"})
        self.ask("POST", f"{path}/actions", {"user_ids": [dora], "op_type": "DELETE"})
        self.assert_refused(NOT_FOUND, 404, "POST", f"{path}/actions", {"user_ids": ["1"], "op_type": "ADD"})
        self.assertEqual([each.user_name for each in self.ask("GET", f"{path}/users").users], ["emil"])
        self.ask("PUT", path, {"description": "Who draws"})
        (group,) = self.ask("GET", f"{PEOPLE}/groups").user_groups
        self.assertEqual((group.name, group.description, group.user_quantity), ("drawing", "Who draws", 1))
        self.ask("DELETE", path)
        self.assertEqual(self.ask("GET", f"{PEOPLE}/groups").total_count, 0)

    def test_a_further_factor_is_asked_of_some(self):
        path = f"{PEOPLE}/assist-auth-config/apply-objects"
        dora, emil = ({"object_type": "USER", "object_id": name, "object_name": name} for name in ("dora", "emil"))
        self.ask("POST", path, {"add": [dora, emil]})
        for filters, names in [({"object_name": "do"}, ["dora"]), ({"object_type": "USER_GROUP"}, [])]:
            self.assertEqual([each.object_name for each in self.ask("GET", path, **filters).objects], names)
        self.ask("POST", path, {"add": [emil], "delete": [dora]})
        self.assertEqual([each.object_id for each in self.ask("GET", path).objects], ["emil"])


class AppCenter(NeighbourTest):
    def app(self, name):
        store = {"store_type": "LINK", "file_link": "https://files.example.test/draft.msi"}
        body = {"name": name, "version": "1.0", "catalog_id": "1", "app_file_store": store}
        return self.ask("POST", f"{CENTER}/apps", body).id

    def apps(self, **filters):
        return {each.name: each for each in self.ask("GET", f"{CENTER}/apps", **filters).items}

    def test_applications_are_made_changed_hidden_and_deleted(self):
        (first, *_) = self.ask("GET", f"{CENTER}/app-catalogs").items
        draft, render = self.app("Draft"), self.app("Render")
        self.assertEqual((self.apps()["Draft"].catalog, self.apps()["Draft"].status), (first.catalog_en, "NORMAL"))
        self.ask("PATCH", f"{CENTER}/apps/{draft}", {"name": "Draft", "version": "2.0"})
        found = self.apps(name="raf")["Draft"]
        self.assertEqual((found.version, found.app_file_store.store_type), ("2.0", "LINK"))
        self.ask("POST", f"{CENTER}/apps/actions/batch-disable", {"items": [draft, render]})
        self.ask("POST", f"{CENTER}/apps/actions/batch-enable", {"items": [render]})
        states = {name: app.status for name, app in self.apps().items()}
        self.assertEqual(states, {"Draft": "FORBIDDEN", "Render": "NORMAL"})
        self.assert_refused(NOT_FOUND, 404, "POST", f"{CENTER}/apps/actions/batch-disable", {"items": [render, "1"]})
        self.assertEqual(self.apps()["Render"].status, "NORMAL", "all or none")
        self.ask("POST", f"{CENTER}/apps/actions/batch-auto-install", {"app_ids": [draft], "assign_scope": "ALL_USER"})
        self.ask("DELETE", f"{CENTER}/apps/{draft}", reserve_obs_file="true")
        self.assertEqual(set(self.apps()), {"Render"})

    def test_applications_are_for_some_or_for_everybody(self):
        draft = self.app("Draft")

        def authorize(kind, **fields):
            body = {"app_ids": [draft], "authorization_type": kind, **fields}
            self.ask("POST", f"{CENTER}/apps/actions/batch-assign-authorization", body)

        def accounts(**filters):
            items = self.ask("GET", f"{CENTER}/apps/{draft}/authorizations", **filters).items
            return [each.account for each in items]

        alice, bob = ({"account": name, "account_type": "SIMPLE"} for name in ("alice", "bob"))
        authorize("ASSIGN_USER", users=[alice, bob])
        self.assertEqual((accounts(), accounts(name="ali")), (["alice", "bob"], ["alice"]))
        self.assertEqual(accounts(target_type="USER_GROUP"), [])
        authorize("ASSIGN_USER", del_users=[alice])
        self.assertEqual(accounts(), ["bob"])
        authorize("ALL_USER")
        self.assertEqual(accounts(), [])

    def test_rules_restrict_applications(self):
        rule = {"scope": "PATH", "path_rule": {"path": "C:/games"}}
        number = self.ask("POST", f"{CENTER}/app-rules", {"name": "games", "rule": rule}).id
        self.ask("PATCH", f"{CENTER}/app-rules/{number}", {"description": "No games"})
        (found,) = self.ask("GET", f"{CENTER}/app-rules", name="game").items
        self.assertEqual((found.description, found.rule.path_rule.path), ("No games", "C:/games"))
        restricted = f"{CENTER}/app-restricted-rules"
        self.ask("POST", restricted, {"items": [number]})
        self.assertEqual([each.id for each in self.ask("GET", restricted).items], [number])
        self.ask("POST", f"{restricted}/actions/batch-delete", {"items": [number]})
        self.assertEqual(self.ask("GET", restricted).items, [])
        self.ask("DELETE", f"{CENTER}/app-rules/{number}")
        self.assertEqual(self.ask("GET", f"{CENTER}/app-rules").items, [])

        actions = f"{CENTER}/app-rules/actions"
        self.ask("POST", f"{actions}/set-rule-restriction", {"app_control_mode": 1, "app_periodic_switch": True})
        for switch, is_on in (("enable", True), ("disable", False)):
            self.ask("POST", f"{actions}/{switch}-rule-restriction")
            setting = self.ask("GET", f"{actions}/get-rule-restriction")
            self.assertEqual((setting.app_restrict_rule_switch, setting.app_control_mode), (is_on, 1))


class Machines(NeighbourTest):
    def test_networks_and_zones_are_those_of_workspace(self):
        subnets = self.ask("GET", "/v1/{project_id}/subnets", vpc_id="vpc-office").subnets
        self.assertEqual([each.id for each in subnets], ["subnet-office-1", "subnet-office-2"])
        zones = self.ask("GET", f"/v2.1/{PROJECT}/os-availability-zone").availabilityZoneInfo
        self.assertEqual([each.zoneName for each in zones], ["cn-north-4a", "cn-north-4b"])

    def test_images_are_listed_page_by_page_and_ones_own_deleted(self):
        def images(**filters):
            return [each.id[-1] for each in self.ask("GET", "/v2/cloudimages", **filters).images]

        self.assertEqual(images(), ["1", "2", "3", "4", "5"])
        self.assertEqual((images(limit=2), images(marker=GOLD)), (["1", "2"], ["5"]))
        self.assertEqual(images(__imagetype="market", __platform="Windows"), ["4"])
        self.assertEqual(images(__imagetype="gold"), ["5"], "gold is what is public there")
        own = GOLD[:-1] + "3"
        self.ask("DELETE", f"/v2/images/{own}")
        self.assertEqual(images(id=own), [])
        self.assert_refused("APIGW.0305", 403, "DELETE", f"/v2/images/{GOLD}")
        self.assert_refused("WKS.00131205", 404, "DELETE", f"/v2/images/{own}")
