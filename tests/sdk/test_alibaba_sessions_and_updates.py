"""Sessions, over-the-air updates and tags, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"
SCHEDULED = "aig-hangzhou-schedule"


class Sessions(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def instances(self, group, **filters):
        request = m.ListAppInstancesRequest(app_instance_group_id=group, **filters)
        return [
            instance.app_instance_id
            for instance in self.client.list_app_instances(request).body.app_instance_models or []
        ]

    def log_off(self, group=SCHEDULED, product="CloudApp"):
        request = m.LogOffAllSessionsInAppInstanceGroupRequest(app_instance_group_id=group, product_type=product)
        return self.client.log_off_all_sessions_in_app_instance_group(request)

    def test_instances_are_listed_and_filtered(self):
        everything = ["ai-hangzhou-fixed-1", "ai-hangzhou-fixed-2"]
        self.assertEqual(self.instances(GROUP), everything)
        self.assertEqual(self.instances(GROUP, user_id_list=["bob"]), everything[1:])
        self.assertEqual(self.instances(GROUP, app_instance_id_list=everything[:1]), everything[:1])
        self.assertEqual(self.instances(GROUP, status=["INIT"]), [])
        self.assertEqual(self.instances(GROUP, page_number=2, page_size=1), everything[1:])
        request = m.ListAppInstancesRequest(app_instance_group_id=GROUP, app_instance_id="ai-hangzhou-fixed-1")
        (instance,) = self.client.list_app_instances(request).body.app_instance_models
        self.assertEqual((instance.bind_info.end_user_id, instance.session_status), ("alice", "connect"))

    def test_each_instance_has_an_address_and_is_used_since_its_user_got_it(self):
        request = m.ListAppInstancesRequest(app_instance_group_id=GROUP)

        def shown():
            return self.client.list_app_instances(request).body.app_instance_models

        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)
        before = shown()
        self.assertEqual(len({row.network_interface_ip for row in before}), 2)
        self.emulator.clock(advance_seconds=90)
        spent = [after.bind_info.usage_duration - row.bind_info.usage_duration for row, after in zip(before, shown())]
        self.assertEqual(spent, [90, 90])

    def test_a_pool_follows_its_schedule(self):
        group = {"app_instance_group_id": SCHEDULED, "product_type": "CloudApp"}
        nodes = m.ListNodesRequest(page_number=1, page_size=10, **group)
        get = m.GetAppInstanceGroupRequest(**group)

        def shown():
            pool = self.client.get_app_instance_group(get).body.app_instance_group_models.node_pool[0]
            return self.client.list_nodes(nodes).body.count, pool.node_amount, pool.node_used, pool.scaling_node_amount

        # Two sessions are on one of the nodes.
        for time, expected in [("10:00:00", (4, 4, 1, 0)), ("21:00:00", (1, 0, 0, 1))]:
            self.emulator.clock(set=f"2026-03-09T{time}+08:00", freeze=True)
            self.assertEqual(shown(), expected)
        self.log_off()
        self.assertEqual(shown(), (0, 0, 0, 0))

    def test_who_is_billed_by_the_session_hears_of_no_nodes(self):
        request = m.ListAppInstancesRequest(app_instance_group_id=GROUP)
        shown = self.client.list_app_instances(request).body.app_instance_models[0]
        self.assertEqual((shown.node_id, shown.charge_type), ("nd-hangzhou-fixed-1", "PostPaid"))
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"charge_resource_mode": "AppInstance"}}}})
        shown = self.client.list_app_instances(request).body.app_instance_models[0]
        self.assertEqual((shown.node_id, shown.charge_type), (None, None))

    def test_everybody_is_logged_off_outside_the_scheduled_periods(self):
        # A Sunday, in China.
        self.emulator.clock(set="2026-03-08T12:00:00+08:00", freeze=True)
        self.assertEqual(len(self.instances(SCHEDULED)), 2)
        self.assertEqual(self.log_off().body.code, "success")
        self.assertEqual(self.instances(SCHEDULED), [])
        gone = self.instances(SCHEDULED, include_deleted=True, app_instance_id_list=["ai-hangzhou-schedule-1"])
        self.assertEqual(gone, ["ai-hangzhou-schedule-1"])

    def test_nobody_is_logged_off_within_them(self):
        for time in ["2026-03-09T08:00:00+08:00", "2026-03-13T19:59:59+08:00"]:
            self.emulator.clock(set=time, freeze=True)
            self.assert_in_band("InvalidAppInstanceGroup.InScheduledPeriod", self.log_off())
        self.assertEqual(len(self.instances(SCHEDULED)), 2)
        self.emulator.clock(set="2026-03-09T07:59:59+08:00")
        self.assertEqual(self.log_off().body.code, "success")

    def test_only_pay_as_you_go_groups_with_a_schedule_log_off(self):
        self.emulator.clock(set="2026-03-08T12:00:00+08:00", freeze=True)
        for group in (GROUP, "aig-hangzhou-usage"):
            self.assert_in_band("InvalidAppInstanceGroup.StrategyNotSupported", self.log_off(group))
        self.assert_in_band("InvalidAppInstanceGroup.NotFound", self.log_off("aig-missing"))
        self.assert_in_band("InvalidParameter.ProductType", self.log_off(product="Toaster"))


class Updates(EmulatorTest):
    arguments = ("--ota-update-seconds", "120")

    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def tasks(self):
        request = m.ListOtaTaskRequest(app_instance_group_id=GROUP, ota_type="Fota", page_number=1, page_size=10)
        return self.client.list_ota_task(request).body.task_list

    def approve(self, task, start="2026-03-02T20:00:00+08:00", group=GROUP, **changes):
        fields = {"biz_region_id": "cn-hangzhou", "ota_type": "Fota", **changes}
        request = m.ApproveOtaTaskRequest(app_instance_group_id=group, task_id=task, start_time=start, **fields)
        return self.client.approve_ota_task(request)

    def status(self):
        request = m.GetAppInstanceGroupRequest(app_instance_group_id=GROUP, product_type="CloudApp")
        group = self.client.get_app_instance_group(request).body.app_instance_group_models
        return group.status, group.ota_info.ota_version, group.ota_info.task_id

    def test_an_approved_update_runs_at_its_time(self):
        (task,) = self.tasks()
        self.assertEqual((task.task_id, task.task_display_status), ("ota-hangzhou-fixed-1", "Pending"))
        self.assertEqual(self.approve(task.task_id).body.code, "success")
        (approved,) = self.tasks()
        self.assertNotEqual(approved.task_id, task.task_id, "an approval changes the task's id")
        self.assertEqual((approved.task_display_status, approved.task_start_time), ("Approved", "2026-03-02T12:00Z"))
        shown = self.client.get_ota_task_by_task_id(m.GetOtaTaskByTaskIdRequest(task_id=approved.task_id)).body
        self.assertEqual((shown.ota_version, shown.task_start_time), ("1.5.0-R-20260301.1", "2026-03-02T12:00Z"))
        self.emulator.clock(set="2026-03-02T11:59:59Z")
        self.assertEqual(self.status()[0], "PUBLISHED")
        self.emulator.clock(set="2026-03-02T12:00:00Z")
        self.assertEqual(self.status()[0], "MAINTAINING")
        message = self.assert_in_band("OtaTask.Running", self.approve(approved.task_id))
        self.assertEqual(message, "The task is running and cannot be sumitted.")
        self.emulator.clock(set="2026-03-02T12:02:00Z")
        self.assertEqual(self.status(), ("PUBLISHED", "1.5.0-R-20260301.1", None))

    def test_a_stale_task_id_is_refused(self):
        self.approve("ota-hangzhou-fixed-1")
        self.assert_in_band("OtaTask.NotFound", self.approve("ota-hangzhou-fixed-1"))
        call = self.client.get_ota_task_by_task_id
        request = m.GetOtaTaskByTaskIdRequest(task_id="ota-hangzhou-fixed-1")
        self.assert_alibaba_error("OtaTask.NotFound", 400, call, request)

    def test_an_approval_can_be_moved_with_the_new_id(self):
        self.approve("ota-hangzhou-fixed-1")
        (approved,) = self.tasks()
        self.assertEqual(self.approve(approved.task_id, start="2026-03-03T00:30:00Z").body.code, "success")
        self.assertEqual(self.tasks()[0].task_start_time, "2026-03-03T00:30Z")

    def test_what_makes_no_sense_is_refused(self):
        for code, answer in [
            ("InvalidParameter.StartTime", self.approve("ota-hangzhou-fixed-1", start="tomorrow")),
            ("InvalidParameter.OtaType", self.approve("ota-hangzhou-fixed-1", ota_type="Sota")),
            ("OtaTask.NotFound", self.approve("ota-hangzhou-fixed-1", group="aig-hangzhou-usage")),
            ("InvalidAppInstanceGroup.NotFound", self.approve("ota-hangzhou-fixed-1", biz_region_id="cn-shanghai")),
        ]:
            self.assert_in_band(code, answer)


class Tags(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def request(self, tags, groups=(GROUP,), region="cn-hangzhou", kind="APPINSTANCEGROUP"):
        tags = [m.TagResourcesRequestTag(key=key, value=value) for key, value in tags]
        return m.TagResourcesRequest(region_id=region, resource_id=list(groups), resource_type=kind, tag=tags)

    def tagged(self, **filters):
        request = m.ListTagResourcesRequest(region_id="cn-hangzhou", resource_type="AppInstanceGroup", **filters)
        return self.client.list_tag_resources(request).body

    def test_tags_are_set_listed_and_removed(self):
        self.client.tag_resources(self.request([("team", "design"), ("stage", "test")], (GROUP, SCHEDULED)))
        self.client.tag_resources(self.request([("stage", "live")]))
        body = self.tagged(resource_id=[GROUP])
        self.assertEqual(
            [(row.tag_key, row.tag_value) for row in body.tag_resources], [("stage", "live"), ("team", "design")]
        )
        found = self.tagged(tag=[m.ListTagResourcesRequestTag(key="stage", value="live")])
        self.assertEqual({row.resource_id for row in found.tag_resources}, {GROUP})
        request = m.ListAppInstanceGroupRequest(
            product_type="CloudApp", tag=[m.ListAppInstanceGroupRequestTag(key="team")]
        )
        self.assertEqual(self.client.list_app_instance_group(request).body.total_count, 2)
        untag = m.UntagResourcesRequest(region_id="cn-hangzhou", resource_id=[GROUP], resource_type="APPINSTANCEGROUP")
        self.assert_alibaba_error("InvalidParameter.TagKeyListOrAll", 400, self.client.untag_resources, untag)
        untag.tag_key = ["team", "never-set"]
        self.client.untag_resources(untag)
        self.assertEqual(self.tagged(resource_id=[GROUP]).total_count, 1)
        untag.tag_key, untag.all = None, True
        self.client.untag_resources(untag)
        self.assertEqual(self.tagged(resource_id=[GROUP]).total_count, 0)

    def test_more_tags_than_a_page_come_with_a_token(self):
        groups = [GROUP, SCHEDULED, "aig-hangzhou-usage"]
        self.client.tag_resources(self.request([(f"key-{number:02}", "x") for number in range(20)], groups))
        first = self.tagged(resource_id=groups)
        self.assertEqual((first.total_count, len(first.tag_resources)), (60, 50))
        rest = self.tagged(resource_id=groups, next_token=first.next_token)
        self.assertEqual((len(rest.tag_resources), rest.next_token), (10, None))

    def test_what_makes_no_sense_changes_nothing(self):
        many = [(f"key-{number:02}", "x") for number in range(20)]
        self.client.tag_resources(self.request(many))
        call = self.client.tag_resources
        for request, code in [
            (self.request([("one-more", "x")]), "ResourceTag.CustomTagCountExceed"),
            (self.request([("a", "1"), ("a", "2")], [SCHEDULED]), "InvalidTag.Duplicated"),
            (self.request([("System/Other", "true")], [SCHEDULED]), "InvalidTag.SystemTagKeyInvalid"),
            (self.request([("a", "1")], [SCHEDULED, "aig-missing"]), "InvalidAppInstanceGroup.NotFound"),
            (self.request([("a", "1")], ["aig-shanghai-fixed"]), "InvalidAppInstanceGroup.NotFound"),
            (self.request([("a", "1")], kind="TOASTER"), "InvalidResourceType.Invalid"),
        ]:
            with self.subTest(code=code):
                self.assert_alibaba_error(code, 400, call, request)
        self.assertEqual(self.group(SCHEDULED)["tags"], {})
