"""Groups of cloud browsers, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest


class Browsers(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def create(self, ready=True, **changes):
        fields = {
            "biz_region_id": "cn-hangzhou",
            "cloud_browser_name": "Research",
            "os_type": "Windows",
            "sub_pay_type": "mau",
            "max_amount": 5,
            "user_info": m.CreateBrowserInstanceGroupRequestUserInfo(type="simple"),
            "users": [m.CreateBrowserInstanceGroupRequestUsers(end_user_id="alice")],
            **changes,
        }
        model = self.client.create_browser_instance_group(m.CreateBrowserInstanceGroupRequest(**fields)).body
        if ready:
            self.emulator.clock(advance_seconds=10)
        return model.browser_instance_group_model.browser_instance_group_id

    def get(self, group):
        request = m.GetBrowserInstanceGroupRequest(browser_instance_group_id=group)
        return self.client.get_browser_instance_group(request).body.browser_instance_group_model

    def modify(self, group, **changes):
        request = m.ModifyBrowserInstanceGroupRequest(browser_instance_group_id=group, **changes)
        self.client.modify_browser_instance_group(request)

    def listed(self, **filters):
        body = self.client.list_browser_instance_group(m.ListBrowserInstanceGroupRequest(**filters)).body
        return [model.browser_instance_group_id for model in body.browser_instance_group_models or []]

    def test_a_group_is_deployed_and_shown_as_it_was_made(self):
        config = m.CreateBrowserInstanceGroupRequestBrowserConfig(
            homepage="https://example.com/",
            cookies_sync=True,
            bookmarks=[
                m.CreateBrowserInstanceGroupRequestBrowserConfigBookmarks(
                    bookmark_name="Wiki", bookmark_url="https://wiki.example.com/", bookmark_folder="Work"
                )
            ],
        )
        rule = m.CreateBrowserInstanceGroupRequestPolicyAuthorizeAccessPolicyRules(cidr_ip="10.0.0.0/8")
        policy = m.CreateBrowserInstanceGroupRequestPolicy(file_manager="on", authorize_access_policy_rules=[rule])
        group = self.create(ready=False, browser_config=config, policy=policy)
        self.assertEqual(self.get(group).status, "DEPLOYING")
        self.emulator.clock(advance_seconds=10)
        shown = self.get(group)
        self.assertEqual((shown.status, shown.tier, shown.expired_time), ("PUBLISHED", "Pro", None))
        self.assertEqual((shown.image_id, shown.user_group_auth_mode), ("img-browser-1", "User"))
        self.assertEqual((shown.browser_config.homepage, shown.browser_config.cookies_sync), (config.homepage, "true"))
        (bookmark,) = shown.browser_config.bookmarks
        self.assertEqual((bookmark.bookmark_name, bookmark.bookmark_folder), ("Wiki", "Work"))
        self.assertEqual(shown.policy.authorize_access_policy_rules[0].policy, "allow")
        self.assertEqual((shown.policy.file_manager, shown.policy.policy_version), ("on", "DEFAULT"))

    def test_what_cannot_be_made_is_refused(self):
        user = m.CreateBrowserInstanceGroupRequestUsers(end_user_id="nobody")
        site = m.CreateBrowserInstanceGroupRequestBrowserConfig(homepage="no address")
        for code, changes in [
            ("InvalidParameter.OsType", {"os_type": "Linux"}),
            ("InvalidImage.NotFound", {"biz_region_id": "ap-southeast-1"}),
            ("InvalidParameter.ImageId", {"image_id": "img-office-1"}),
            ("AuthAppInstanceGroup.MixNotSupported", {"user_group_ids": ["ug-design"]}),
            ("InvalidUser.NotFound", {"users": [user]}),
            ("InvalidParameter.BrowserConfig.Homepage", {"browser_config": site}),
            ("InvalidParameter.MaxAmount", {"max_amount": 0}),
        ]:
            self.assert_alibaba_error(code, 400, lambda changes=changes: self.create(**changes))
        self.assertEqual(self.listed(), [])

    def test_a_change_leaves_what_it_does_not_name(self):
        group = self.create(ready=False)
        call = lambda: self.modify(group, max_amount=8)  # noqa: E731
        self.assert_alibaba_error("InvalidAppInstanceGroup.StatusNotSupported", 400, call)
        self.emulator.clock(advance_seconds=10)
        url = m.ModifyBrowserInstanceGroupRequestNetworkRestrictedURLs(url="https://example.com/")
        network = m.ModifyBrowserInstanceGroupRequestNetwork(access_restriction="ALLOW_LIST", restricted_urls=[url])
        timer = m.ModifyBrowserInstanceGroupRequestTimers(timer_type="SESSION_TIMEOUT", interval=30)
        self.modify(group, network=network, timers=[timer], max_amount=8, cloud_browser_name="Library")
        shown = self.get(group)
        self.assertEqual((shown.browser_instance_group_name, shown.max_amount), ("Library", 8))
        kept = self.group(group)
        self.assertEqual((kept["node_pool"]["node_capacity"], kept["session_timeout"]), (8, 30))
        self.assertEqual((shown.network.access_restriction, shown.timers[0].interval), ("ALLOW_LIST", 30))
        id = shown.network.restricted_urls[0].restricted_urlid
        network = m.ModifyBrowserInstanceGroupRequestNetwork(remove_restricted_urlids=[id])
        self.modify(group, network=network)
        shown = self.get(group)
        self.assertEqual((shown.network.restricted_urls or [], shown.network.access_restriction), ([], "ALLOW_LIST"))
        call = lambda: self.modify(group, network=network)  # noqa: E731
        self.assert_alibaba_error("InvalidParameter.Network.RemoveRestrictedURLIds", 400, call)
        call = lambda: self.modify("aig-hangzhou-fixed", max_amount=1)  # noqa: E731
        self.assert_alibaba_error("InvalidBrowserInstanceGroup.NotFound", 400, call)

    def test_a_group_with_nodes_shows_them_and_ends_when_its_time_is_over(self):
        pool = m.CreateBrowserInstanceGroupRequestNodePool(
            node_amount=2, node_instance_type="appstreaming.general.4c8g", strategy_type="NODE_FIXED"
        )
        paid = {"charge_type": "PrePaid", "period": 1, "period_unit": "Week", "sub_pay_type": None}
        group = self.create(charge_resource_mode="Node", node_pool=pool, **paid)
        ticket = m.GetConnectionTicketRequest(end_user_id="alice", product_type="CloudBrowser", app_id="ca-browser")
        self.client.get_connection_ticket(ticket)
        shown = self.get(group)
        self.assertEqual((shown.node_pool[0].node_amount, shown.node_pool[0].node_used), ("2", "1"))
        self.assertEqual((shown.node_instance_type.cpu, shown.tier), ("4", "Basic"))
        self.assertEqual(shown.expired_time, "2026-03-09T10:00:00.000+00:00")
        self.emulator.clock(advance_seconds=7 * 24 * 3600)
        self.assertEqual(self.get(group).status, "EXPIRED")

    def test_groups_are_found_by_what_they_are(self):
        first = self.create(biz_region_id="cn-hangzhou")
        second = self.create(biz_region_id="cn-shanghai", sub_pay_type=None, cloud_browser_name="Kiosk", users=None)
        self.assertEqual(sorted(self.listed()), sorted([first, second]))
        self.assertEqual(self.listed(tier="Basic"), [second])
        self.assertEqual(self.listed(biz_region_id="cn-hangzhou", status=["PUBLISHED"]), [first])
        self.assertEqual(self.listed(cloud_browser_name="iosk"), [second])
        self.assertEqual(self.listed(cloud_browser_name=first), [first])
        self.assertEqual(len(self.listed(page_number=2, page_size=1)), 1)
        call = lambda: self.listed(status=["PUBLISHED", "FAILED"])  # noqa: E731
        self.assert_alibaba_error("InvalidParameter.Status", 400, call)

    def test_a_group_of_browsers_is_authorized_opened_and_deleted_as_a_delivery_group(self):
        group = self.create()
        self.client.authorize_instance_group(
            m.AuthorizeInstanceGroupRequest(
                app_instance_group_id=group, product_type="CloudBrowser", authorize_user_ids=["carol"]
            )
        )
        self.assertEqual(self.get(group).authorized_user_info.total_count, 2)
        ticket = m.GetConnectionTicketRequest(end_user_id="carol", product_type="CloudBrowser", app_id="ca-browser")
        self.assertEqual(self.client.get_connection_ticket(ticket).body.app_instance_group_id, group)
        self.client.delete_app_instance_group(
            m.DeleteAppInstanceGroupRequest(app_instance_group_id=group, product_type="CloudBrowser")
        )
        self.assertEqual(self.get(group).status, "DELETING")
        self.emulator.clock(advance_seconds=10)
        call = lambda: self.get(group)  # noqa: E731
        self.assert_alibaba_error("InvalidBrowserInstanceGroup.NotFound", 400, call)
