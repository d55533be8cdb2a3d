"""Delivery groups through Alibaba Cloud's own client."""

import json

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"


def image_update(group=GROUP, image="img-office-2", region="cn-hangzhou", product="CloudApp"):
    return m.UpdateAppInstanceGroupImageRequest(
        app_instance_group_id=group, app_center_image_id=image, biz_region_id=region, product_type=product
    )


def new_group(**changes):
    fields = {
        "app_instance_group_name": "New group",
        "app_center_image_id": "img-office-1",
        "biz_region_id": "cn-hangzhou",
        "product_type": "CloudApp",
        "charge_type": "PostPaid",
        "charge_resource_mode": "Node",
        "period": 1,
        "period_unit": "Month",
        "session_timeout": 15,
        "node_pool": m.CreateAppInstanceGroupRequestNodePool(
            node_instance_type="appstreaming.general.4c8g", node_amount=1, node_capacity=2, strategy_type="NODE_FIXED"
        ),
        "users": ["alice"],
        "user_info": m.CreateAppInstanceGroupRequestUserInfo(type="simple"),
        "user_group_ids": ["ug-design"],
    }
    return m.CreateAppInstanceGroupRequest(**{**fields, **changes})


class Groups(EmulatorTest):
    arguments = ("--image-update-seconds", "60", "--deployment-seconds", "60", "--deletion-seconds", "60")

    def setUp(self):
        super().setUp()
        self.emulator.clock(freeze=True)
        self.client = self.emulator.alibaba()

    def get(self, group=GROUP):
        request = m.GetAppInstanceGroupRequest(app_instance_group_id=group, product_type="CloudApp")
        return self.client.get_app_instance_group(request).body.app_instance_group_models

    def test_a_group_is_told_in_full(self):
        group = self.get("aig-hangzhou-schedule")
        self.assertEqual(group.app_center_image_id, "img-office-1")
        self.assertEqual(
            (group.status, group.region_id, group.auth_mode), ("PUBLISHED", "cn-hangzhou", "AppInstanceGroup")
        )
        pool = group.node_pool[0]
        self.assertEqual(pool.strategy_type, "NODE_SCALING_BY_SCHEDULE")
        schedule = pool.recurrence_schedules[0]
        self.assertEqual(schedule.recurrence_values, [1, 2, 3, 4, 5])
        self.assertEqual(schedule.timer_periods[0].end_time, "20:00")
        self.assertEqual(group.session_timeout, "15")

    def test_an_unknown_group_is_refused(self):
        request = m.GetAppInstanceGroupRequest(app_instance_group_id="aig-missing", product_type="CloudApp")
        self.assert_alibaba_error("InvalidAppInstanceGroup.NotFound", 400, self.client.get_app_instance_group, request)

    def test_the_list_pages_and_filters(self):
        seen = []
        for page in range(1, 6):
            request = m.ListAppInstanceGroupRequest(product_type="CloudApp", page_number=page, page_size=2)
            body = self.client.list_app_instance_group(request).body
            self.assertEqual(body.total_count, 9)
            seen += [group.app_instance_group_id for group in body.app_instance_group_models]
        self.assertEqual(len(seen), 9)
        self.assertEqual(sorted(set(seen)), seen)
        for filters, expected in [
            ({"biz_region_id": "ap-southeast-1"}, ["aig-singapore-usage"]),
            ({"status": ["EXPIRED", "FAILED"]}, ["aig-hangzhou-expired"]),
            ({"app_center_image_id": "img-drawing-1"}, ["aig-hangzhou-app", "aig-hangzhou-usage"]),
            ({"app_instance_group_name": "Shanghai"}, ["aig-shanghai-fixed", "aig-shanghai-schedule"]),
            ({"app_instance_group_id": GROUP}, [GROUP]),
            ({"node_instance_type": "appstreaming.vgpu.8c16g.4g"}, ["aig-hangzhou-usage", "aig-singapore-usage"]),
        ]:
            request = m.ListAppInstanceGroupRequest(product_type="CloudApp", page_number=1, page_size=100, **filters)
            found = self.client.list_app_instance_group(request).body.app_instance_group_models
            self.assertEqual([group.app_instance_group_id for group in found], expected, filters)

    def test_the_list_carries_image_status_and_update_task(self):
        request = m.ListAppInstanceGroupRequest(product_type="CloudApp", app_instance_group_id=GROUP)
        (group,) = self.client.list_app_instance_group(request).body.app_instance_group_models
        self.assertEqual((group.app_center_image_id, group.status), ("img-office-1", "PUBLISHED"))
        self.assertEqual(group.ota_info.task_id, "ota-hangzhou-fixed-1")

    def test_a_page_outside_1_to_100_is_refused(self):
        for paging in [{"page_size": 101}, {"page_size": 0}]:
            request = m.ListAppInstanceGroupRequest(product_type="CloudApp", page_number=1, **paging)
            call = self.client.list_app_instance_group
            self.assert_alibaba_error("InvalidParameter.PageSize", 400, call, request)

    def test_an_image_update_takes_its_time_and_ends_the_sessions(self):
        answer = self.client.update_app_instance_group_image(image_update())
        self.assertEqual(answer.body.code, "success")
        self.assertEqual((self.get().status, self.get().app_center_image_id), ("MAINTAINING", "img-office-1"))
        instances = self.client.list_app_instances(m.ListAppInstancesRequest(app_instance_group_id=GROUP))
        self.assertEqual(instances.body.total_count, 0)
        self.emulator.clock(advance_seconds=59)
        self.assertEqual(self.get().status, "MAINTAINING")
        self.emulator.clock(advance_seconds=1)
        self.assertEqual((self.get().status, self.get().app_center_image_id), ("PUBLISHED", "img-office-2"))

    def test_an_image_that_fails_leaves_the_old_one(self):
        self.client.update_app_instance_group_image(image_update(image="img-broken"))
        self.emulator.clock(advance_seconds=60)
        self.assertEqual((self.get().status, self.get().app_center_image_id), ("MAINTAIN_FAILED", "img-office-1"))
        answer = self.client.update_app_instance_group_image(image_update())
        self.assertEqual(answer.body.code, "success", "a failed update can be followed by another")

    def test_an_image_update_answers_its_errors_with_status_200(self):
        for change, code in [
            ({"group": "aig-missing"}, "InvalidAppInstanceGroup.NotFound"),
            ({"group": "aig-shanghai-fixed"}, "InvalidAppInstanceGroup.NotFound"),
            ({"image": "img-missing"}, "InvalidImage.NotFound"),
            ({"image": "img-singapore-1"}, "InvalidImage.RegionNotSupported"),
            ({"image": "img-unfinished"}, "InvalidImage.StatusNotSupported"),
            ({"region": "mars-1"}, "InvalidParameter.BizRegionId"),
            ({"product": "Toaster"}, "InvalidParameter.ProductType"),
            ({"product": "CloudBrowser"}, "InvalidAppInstanceGroup.NotFound"),
            ({"group": "aig-hangzhou-expired"}, "InvalidAppInstanceGroup.StatusNotSupported"),
        ]:
            self.assert_in_band(code, self.client.update_app_instance_group_image(image_update(**change)))
        self.assertEqual(self.get().status, "PUBLISHED")

    def test_a_group_that_is_maintained_takes_no_second_update(self):
        self.client.update_app_instance_group_image(image_update())
        answer = self.client.update_app_instance_group_image(image_update(image="img-office-3"))
        message = self.assert_in_band("InvalidAppInstanceGroup.StatusNotSupported", answer)
        self.assertIn("MAINTAINING", message)

    def test_a_group_is_created_deployed_and_deleted(self):
        made = self.client.create_app_instance_group(new_group()).body.app_instance_group_model
        group = self.get(made.app_instance_group_id)
        self.assertEqual((group.status, group.app_instance_group_name), ("DEPLOYING", "New group"))
        self.assertEqual(group.node_pool[0].node_pool_id, made.node_pool_id)
        self.emulator.clock(advance_seconds=60)
        self.assertEqual(self.get(made.app_instance_group_id).status, "PUBLISHED")
        stored = self.group(made.app_instance_group_id)
        self.assertEqual(
            (list(stored["authorized_users"]), stored["authorized_user_groups"]), (["alice"], ["ug-design"])
        )
        request = m.DeleteAppInstanceGroupRequest(
            app_instance_group_id=made.app_instance_group_id, product_type="CloudApp"
        )
        self.client.delete_app_instance_group(request)
        self.assertEqual(self.get(made.app_instance_group_id).status, "DELETING")
        update = image_update(group=made.app_instance_group_id)
        self.assert_in_band(
            "InvalidAppInstanceGroup.StatusNotSupported", self.client.update_app_instance_group_image(update)
        )
        self.emulator.clock(advance_seconds=60)
        gone = m.GetAppInstanceGroupRequest(app_instance_group_id=made.app_instance_group_id, product_type="CloudApp")
        self.assert_alibaba_error("InvalidAppInstanceGroup.NotFound", 400, self.client.get_app_instance_group, gone)

    def test_a_group_that_makes_no_sense_is_not_created(self):
        pool = m.CreateAppInstanceGroupRequestNodePool
        by_schedule = pool(
            node_instance_type="appstreaming.general.4c8g", node_capacity=2, strategy_type="NODE_SCALING_BY_SCHEDULE"
        )
        small = {"node_instance_type": "appstreaming.general.4c8g", "strategy_type": "NODE_FIXED", "node_amount": 1}
        for changes, code in [
            ({"app_center_image_id": "img-singapore-1"}, "InvalidImage.RegionNotSupported"),
            ({"charge_type": "Barter"}, "InvalidParameter.ChargeType"),
            ({"charge_resource_mode": "Goats"}, "InvalidParameter.ChargeResourceMode"),
            ({"period": 2}, "InvalidParameter.Period"),
            ({"period_unit": "month"}, "InvalidParameter.PeriodUnit"),
            ({"session_timeout": 2}, "InvalidParameter.SessionTimeout"),
            ({"auth_mode": "Nobody"}, "InvalidParameter.AuthMode"),
            ({"users": ["nobody"]}, "InvalidUser.NotFound"),
            ({"user_info": None}, "MissingUserInfo"),
            ({"user_group_ids": ["ug-missing"]}, "InvalidUserGroup.NotFound"),
            ({"node_pool": None}, "MissingNodePool"),
            (
                {"node_pool": pool(**{**small, "node_instance_type": "huge"})},
                "InvalidParameter.NodePool.NodeInstanceType",
            ),
            ({"node_pool": pool(**{**small, "node_capacity": 3})}, "InvalidParameter.NodeCapacity"),
            ({"node_pool": pool(**{**small, "node_amount": 101})}, "InvalidParameter.NodePool.NodeAmount"),
            ({"node_pool": by_schedule}, "InvalidParameter.NodePool.StrategyEnableDate"),
            ({"biz_region_id": "mars-1"}, "InvalidParameter.BizRegionId"),
        ]:
            with self.subTest(code=code):
                self.assert_alibaba_error(code, 400, self.client.create_app_instance_group, new_group(**changes))
        self.assertEqual(len(self.emulator.state()["alibaba"]["delivery_groups"]), 9)

    def test_a_group_with_scheduled_scaling_is_created(self):
        self.emulator.clock(set="2026-03-02T02:00:00Z")
        period = m.CreateAppInstanceGroupRequestNodePoolRecurrenceSchedulesTimerPeriods(
            amount=2, start_time="08:00", end_time="18:00"
        )
        schedule = m.CreateAppInstanceGroupRequestNodePoolRecurrenceSchedules(
            recurrence_type="weekly", recurrence_values=[1, 3], timer_periods=[period]
        )
        pool = m.CreateAppInstanceGroupRequestNodePool(
            node_instance_type="appstreaming.general.4c8g",
            node_capacity=2,
            strategy_type="NODE_SCALING_BY_SCHEDULE",
            strategy_enable_date="2026-03-02",
            strategy_disable_date="2026-12-31",
            warm_up=True,
            recurrence_schedules=[schedule],
        )
        made = self.client.create_app_instance_group(new_group(node_pool=pool)).body.app_instance_group_model
        shown = self.get(made.app_instance_group_id).node_pool[0]
        self.assertEqual(shown.recurrence_schedules[0].timer_periods[0].start_time, "08:00")
        self.assertEqual(shown.strategy_disable_date, "2026-12-31")
        for start, end in (("18:00", "08:00"), ("08:00", "08:14")):
            period.start_time, period.end_time = start, end
            code, call = "InvalidParameter.NodePool.RecurrenceSchedules", self.client.create_app_instance_group
            self.assert_alibaba_error(code, 400, call, new_group(node_pool=pool))

    def test_attributes_are_modified(self):
        request = m.ModifyAppInstanceGroupAttributeRequest(
            app_instance_group_id=GROUP,
            product_type="CloudApp",
            app_instance_group_name="Renamed",
            session_timeout=30,
            node_pool=m.ModifyAppInstanceGroupAttributeRequestNodePool(
                node_capacity=1, node_pool_id="rg-hangzhou-fixed"
            ),
            security_policy=m.ModifyAppInstanceGroupAttributeRequestSecurityPolicy(skip_user_auth_check=True),
        )
        self.client.modify_app_instance_group_attribute(request)
        group = self.get()
        self.assertEqual((group.app_instance_group_name, group.session_timeout), ("Renamed", "30"))
        self.assertEqual((group.node_pool[0].node_capacity, group.skip_user_auth_check), (1, True))
        request.node_pool.node_pool_id = "rg-other"
        call = self.client.modify_app_instance_group_attribute
        self.assert_alibaba_error("InvalidParameter.NodePool.NodePoolId", 400, call, request)

    def test_a_maintained_group_is_not_modified(self):
        self.client.update_app_instance_group_image(image_update())
        request = m.ModifyAppInstanceGroupAttributeRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", session_timeout=30
        )
        call = self.client.modify_app_instance_group_attribute
        self.assert_alibaba_error("InvalidAppInstanceGroup.StatusNotSupported", 400, call, request)

    def test_a_pool_is_modified(self):
        strategy = m.ModifyNodePoolAttributeRequestNodePoolStrategy(
            strategy_type="NODE_SCALING_BY_USAGE",
            node_amount=1,
            max_scaling_amount=5,
            scaling_step=2,
            scaling_usage_threshold="80",
        )
        request = m.ModifyNodePoolAttributeRequest(
            biz_region_id="cn-hangzhou",
            pool_id="rg-hangzhou-fixed",
            product_type="CloudApp",
            node_capacity=1,
            node_pool_strategy=strategy,
        )
        self.client.modify_node_pool_attribute(request)
        pool = self.get().node_pool[0]
        self.assertEqual((pool.strategy_type, pool.scaling_step, pool.node_capacity), ("NODE_SCALING_BY_USAGE", 2, 1))
        call = self.client.modify_node_pool_attribute
        for minutes, is_taken in [(4, False), (5, True), (120, True), (121, False)]:
            strategy.scaling_down_after_idle_minutes = minutes
            if is_taken:
                call(request)
            else:
                code = "InvalidParameter.NodePoolStrategy.ScalingDownAfterIdleMinutes"
                self.assert_alibaba_error(code, 400, call, request)
        self.assertEqual(self.get().node_pool[0].scaling_down_after_idle_minutes, 120)
        strategy.scaling_down_after_idle_minutes = None
        strategy.scaling_step = 11
        self.assert_alibaba_error("InvalidParameter.NodePoolStrategy.ScalingStep", 400, call, request)
        request.pool_id = "rg-missing"
        self.assert_alibaba_error("InvalidParameter.PoolId", 400, call, request)

    def test_a_pool_forgets_what_its_new_strategy_does_not_have(self):
        pool = m.ModifyNodePoolAttributeRequestNodePoolStrategy
        for group, place in (("aig-singapore-usage", "ap-southeast-1"), ("aig-shanghai-schedule", "cn-shanghai")):
            request = m.ModifyNodePoolAttributeRequest(
                biz_region_id=place,
                pool_id=group.replace("aig", "rg"),
                product_type="CloudApp",
                node_pool_strategy=pool(strategy_type="NODE_FIXED", node_amount=1),
            )
            self.client.modify_node_pool_attribute(request)
            left = self.get(group).node_pool[0]
            self.assertEqual((left.strategy_type, left.node_amount), ("NODE_FIXED", 1))
            for name in ("max_scaling_amount", "scaling_step", "scaling_usage_threshold", "strategy_enable_date"):
                self.assertIsNone(getattr(left, name), f"{group}: {name}")
            self.assertEqual(left.recurrence_schedules or [], [])

    def test_a_running_subscription_is_not_deleted(self):
        request = m.DeleteAppInstanceGroupRequest(app_instance_group_id="aig-hangzhou-usage", product_type="CloudApp")
        call = self.client.delete_app_instance_group
        self.assert_alibaba_error("InvalidAppInstanceGroup.StatusNotSupported", 400, call, request)

    def test_the_record_tells_what_a_call_changed(self):
        self.client.update_app_instance_group_image(image_update())
        (call,) = self.emulator.calls(operation="UpdateAppInstanceGroupImage")
        self.assertEqual(call["parameters"]["AppCenterImageId"], "img-office-2")
        (change,) = [change for change in call["changes"] if change["table"] == "delivery_groups"]
        self.assertEqual(change["fields"]["status"], ["PUBLISHED", "MAINTAINING"])
        self.assertNotIn("secret", json.dumps(call))


class Catalogue(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def test_regions(self):
        models = self.client.list_regions(m.ListRegionsRequest(product_type="CloudApp")).body.region_models
        self.assertEqual(
            [model.region_id for model in models], ["cn-hangzhou", "cn-shanghai", "cn-beijing", "ap-southeast-1"]
        )

    def test_images_by_region_and_name(self):
        request = m.ListImageRequest(
            product_type="CloudApp", biz_region_id_list=["ap-southeast-1"], page_number=1, page_size=10
        )
        body = self.client.list_image(request).body
        self.assertEqual([image.image_id for image in body.data], ["img-singapore-1", "img-singapore-2"])
        self.assertEqual(body.data[0].image_region_list, ["ap-southeast-1"])
        request = m.ListImageRequest(image_name="February", status="AVAILABLE")
        self.assertEqual(self.client.list_image(request).body.count, 2)
        self.assertEqual(
            self.client.list_image(m.ListImageRequest(image_id="img-broken")).body.data[0].image_id, "img-broken"
        )

    def test_specifications(self):
        request = m.ListNodeInstanceTypeRequest(
            product_type="CloudApp", biz_region_id="cn-hangzhou", page_number=1, page_size=2, cpu=8.0, order_by="Cpu"
        )
        body = self.client.list_node_instance_type(request).body
        self.assertEqual(body.total_count, 3)
        self.assertEqual(len(body.node_instance_type_models), 2)
        self.assertEqual(body.node_instance_type_models[0].node_instance_type, "appstreaming.general.8c16g")
