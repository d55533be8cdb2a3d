"""Tags of all that takes tags, zones, policies and the account's settings, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"


class CloudTags(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def tag(self, kind, ids, **tags):
        tags = [m.TagCloudResourcesRequestTags(key=key.replace("__", "/"), value=value) for key, value in tags.items()]
        request = m.TagCloudResourcesRequest(resource_type=kind, resource_ids=ids, tags=tags)
        return self.client.tag_cloud_resources(request).body.failed_resources or []

    def untag(self, kind, ids, *keys):
        request = m.UntagCloudResourcesRequest(resource_type=kind, resource_ids=ids, tag_keys=list(keys))
        return self.client.untag_cloud_resources(request).body.failed_resources or []

    def tags(self, kind, ids=None, **more):
        request = m.ListTagCloudResourcesRequest(resource_type=kind, resource_ids=ids, **more)
        body = self.client.list_tag_cloud_resources(request).body
        rows = body.resource_tags or []
        return {row.resource_id: {tag.key: tag.value for tag in row.tags} for row in rows}, body.next_token

    def test_everything_that_takes_tags_keeps_its_own(self):
        for kind, id in [
            ("AppInstanceGroupId", GROUP),
            ("CenterImageId", "img-office-1"),
            ("AppId", "ca-writer"),
            ("WyId", "wy-alice"),
        ]:
            self.assertEqual(self.tag(kind, [id], team=kind), [])
            self.assertEqual(self.tags(kind, [id])[0], {id: {"team": kind}})
            self.assertEqual(self.untag(kind, [id], "team", "other"), [])
            self.assertEqual(self.tags(kind)[0], {})
        self.tag("AliUid", None, owner="desktop")
        ((tenant, tags),) = self.tags("AliUid")[0].items()
        self.assertEqual(tags, {"owner": "desktop"})
        self.assertEqual(self.untag("AliUid", [tenant], "owner"), [])

    def test_a_delivery_group_has_one_set_of_tags_whoever_sets_them(self):
        self.tag("AppInstanceGroupId", [GROUP], team="design", System__Scheduler__GRAYSCALE="true")
        request = m.ListTagResourcesRequest(
            region_id="cn-hangzhou", resource_type="APPINSTANCEGROUP", resource_id=[GROUP]
        )
        keys = {row.tag_key for row in self.client.list_tag_resources(request).body.tag_resources}
        self.assertEqual(keys, {"team", "System/Scheduler/GRAYSCALE"})
        self.assertEqual(self.tags("AppInstanceGroupId", [GROUP], scope="Custom")[0], {GROUP: {"team": "design"}})
        system = self.tags("AppInstanceGroupId", [GROUP], scope="System")[0]
        self.assertEqual(system, {GROUP: {"System/Scheduler/GRAYSCALE": "true"}})

    def test_those_that_cannot_be_tagged_are_told_and_the_others_are(self):
        (failed,) = self.tag("AppInstanceGroupId", [GROUP, "aig-missing"], team="design")
        self.assertEqual(failed.code, "InvalidResource.AppInstanceGroupId.NotFound")
        self.assertEqual((failed.resource_id, failed.tags[0].key), ("aig-missing", "team"))
        self.assertEqual(self.group(GROUP)["tags"], {"team": "design"})
        many = {f"k{n}": "v" for n in range(20)}
        (failed,) = self.tag("AppInstanceGroupId", [GROUP], **many)
        self.assertEqual(failed.code, "ResourceTag.CustomTagCountExceed")
        self.assertEqual(self.group(GROUP)["tags"], {"team": "design"})
        (failed,) = self.untag("AppId", ["ca-missing"], "team")
        self.assertEqual(failed.code, "InvalidResource.AppId.NotFound")

    def test_what_is_no_tag_or_no_resource_is_refused(self):
        refused = self.assert_alibaba_error
        refused("InvalidResourceType.Invalid", 400, lambda: self.tag("Toaster", ["t"], team="design"))
        refused("MissingResourceIds", 400, lambda: self.tag("AppId", None, team="design"))
        refused("InvalidTag.SystemTagKeyInvalid", 400, lambda: self.tag("AppId", ["ca-writer"], System__Other="x"))
        refused("InvalidTagPolicy.KeyInvalid", 400, lambda: self.untag("AppId", ["ca-writer"], "System/Other"))
        refused("InvalidParameter.MaxResults", 400, lambda: self.tags("AppId", max_results=1001))
        refused("InvalidParameter.Tags", 400, lambda: self.tag("AppId", ["ca-writer"], team=None))
        tag = m.TagResourcesRequest(
            region_id="cn-hangzhou",
            resource_id=[GROUP],
            resource_type="AppInstanceGroup",
            tag=[m.TagResourcesRequestTag(key="team")],
        )
        refused("InvalidParameter.Tag", 400, lambda: self.client.tag_resources(tag))

    def test_a_long_list_goes_on_from_its_token(self):
        images = ["img-office-1", "img-office-2", "img-office-3"]
        self.tag("CenterImageId", images, team="design")
        first, token = self.tags("CenterImageId", max_results=2)
        second, end = self.tags("CenterImageId", max_results=2, next_token=token)
        self.assertEqual(([*first, *second], end), (images, None))


class Account(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def test_the_account_is_reminded_of_what_ends_when_it_asks_to_be(self):
        before = self.client.list_tenant_config().body.tenant_config_model
        self.client.modify_tenant_config(m.ModifyTenantConfigRequest(app_instance_group_expire_remind=True))
        after = self.client.list_tenant_config().body.tenant_config_model
        reminds = [config.app_instance_group_expire_remind for config in (before, after)]
        self.assertEqual(reminds, [False, True])
        (call,) = self.emulator.calls(operation="ModifyTenantConfig")
        self.assertEqual([(change["table"], change["kind"]) for change in call["changes"]], [("tenants", "created")])

    def test_who_may_only_look_changes_nothing(self):
        client = self.emulator.alibaba("emulator-read-only-access-key", "emulator-read-only-secret-key")
        self.assertIsNotNone(client.list_tenant_config().body.tenant_config_model)
        request = m.ModifyTenantConfigRequest(app_instance_group_expire_remind=True)
        self.assert_alibaba_error("Forbidden.RAM", 403, client.modify_tenant_config, request)

    def test_zones(self):
        request = m.ListZonesRequest(biz_region_id="cn-hangzhou", os_type="windows", product_type="CloudApp")
        zones = self.client.list_zones(request).body.list_zones_model.zones
        self.assertEqual(zones, ["cn-hangzhou-i", "cn-hangzhou-j"])
        request.os_type = "Android"
        self.assertEqual(self.client.list_zones(request).body.list_zones_model.zones or [], [])
        request.biz_region_id = "mars-1"
        self.assert_alibaba_error("InvalidParameter.ValueInvalid", 400, self.client.list_zones, request)

    def test_the_policy_of_a_group_is_changed_by_its_id(self):
        request = m.GetAppInstanceGroupRequest(app_instance_group_id=GROUP, product_type="CloudApp")
        policy = self.client.get_app_instance_group(request).body.app_instance_group_models.app_policy_id
        video = m.ModifyAppPolicyRequestVideoPolicy(frame_rate=30, streaming_mode="video", webrtc=True)
        request = m.ModifyAppPolicyRequest(app_policy_id=policy, product_type="CloudApp", video_policy=video)
        self.client.modify_app_policy(request)
        request.video_policy = m.ModifyAppPolicyRequestVideoPolicy(frame_rate=60)
        self.client.modify_app_policy(request)
        kept = self.group(GROUP)["settings"]["VideoPolicy"]
        self.assertEqual(kept, {"FrameRate": 60, "StreamingMode": "video", "Webrtc": True})
        request.video_policy = m.ModifyAppPolicyRequestVideoPolicy(streaming_mode="mix")
        call = self.client.modify_app_policy
        self.assert_alibaba_error("InvalidParameter.VideoPolicy.StreamingMode", 400, call, request)
        request.app_policy_id = "pg-missing"
        self.assert_alibaba_error("InvalidAppPolicy.NotFound", 400, call, request)
