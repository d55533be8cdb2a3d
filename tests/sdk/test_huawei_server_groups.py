"""Server groups through Huawei Cloud's own client."""

from huaweicloudsdkworkspaceapp import v1 as w
from support import PROJECT, EmulatorTest

OFFICE = "20000000-0000-4000-8000-000000000001"
STANDBY = "20000000-0000-4000-8000-000000000002"
DRAWING = "20000000-0000-4000-8000-000000000003"
IMAGE = "10000000-0000-4000-8000-00000000000{}"


def new_group(**changes):
    fields = {
        "name": "new-group",
        "image_id": IMAGE.format(1),
        "image_type": "private",
        "os_type": "Windows",
        "product_id": "workspace.app.x86.4c8g",
        "vpc_id": "vpc-office",
        "subnet_id": "subnet-office-1",
        "system_disk_type": "SAS",
        "system_disk_size": 80,
        "is_vdi": False,
    }
    fields.update(changes)
    return w.CreateServerGroupRequest(body=w.CreateServerGroupReq(**{k: v for k, v in fields.items() if v is not None}))


class ServerGroups(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def show(self, group=OFFICE):
        return self.client.show_server_group(w.ShowServerGroupRequest(server_group_id=group))

    def update(self, group=OFFICE, **changes):
        return self.client.update_server_group(
            w.UpdateServerGroupRequest(server_group_id=group, body=w.UpdateServerGroupReq(**changes))
        )

    def stored(self, group=OFFICE):
        return self.emulator.state()["huawei"]["server_groups"].get(group)

    def test_a_group_is_created_shown_changed_and_deleted(self):
        request = new_group(
            description="第一组",
            route_policy=w.RoutePolicy(max_session=5, cpu_threshold=70, mem_threshold=60),
            tags=[w.TmsTag(key="team", value="design")],
            ip_virtual=w.IpVirtual(enable=True),
            ou_name="Office",
            availability_zone="cn-north-4a",
            extra_session_type="CPU",
            extra_session_size=3,
        )
        made = self.client.create_server_group(request)
        shown = self.show(made.id)
        self.assertEqual((shown.name, shown.description, shown.ou_name), ("new-group", "第一组", "Office"))
        self.assertEqual((shown.route_policy.max_session, shown.route_policy.mem_threshold), (5, 60))
        self.assertEqual((shown.extra_session_type, shown.extra_session_size), ("CPU", 3))
        self.assertEqual((shown.ip_virtual.enable, shown.image_type, shown.app_type), (True, "private", "COMMON_APP"))
        self.assertEqual(shown.product_info.flavor_id, "x1.4u.8g")
        self.assertEqual([(tag.key, tag.value) for tag in shown.tags], [("team", "design")])
        self.assertEqual(shown.server_group_status, True)
        self.update(
            made.id, name="renamed", system_disk_size=100, server_group_status=False, storage_mount_policy="USER"
        )
        shown = self.show(made.id)
        self.assertEqual((shown.name, shown.system_disk_size, shown.storage_mount_policy), ("renamed", 100, "USER"))
        self.assertEqual((shown.server_group_status, shown.description), (False, "第一组"))
        self.client.delete_server_groups(w.DeleteServerGroupsRequest(server_group_id=made.id))
        gone = w.ShowServerGroupRequest(server_group_id=made.id)
        self.assert_huawei_error("WKS.00131202", 404, self.client.show_server_group, gone)
        self.client.delete_server_groups(w.DeleteServerGroupsRequest(server_group_id=made.id))

    def test_the_list_leaves_out_what_only_the_single_query_shows(self):
        listed = self.client.list_server_groups(w.ListServerGroupsRequest(server_group_id=OFFICE)).to_dict()["items"][0]
        for field in ("route_policy", "image_type", "image_product_id", "ip_virtual"):
            self.assertNotIn(field, listed)
        self.assertEqual(listed["secondary_server_group_ids"], [STANDBY])

    def test_the_list_pages_and_filters(self):
        for number in range(12):
            self.client.create_server_group(new_group(name=f"many-{number:02}"))
        self.assertEqual(len(self.client.list_server_groups(w.ListServerGroupsRequest()).items), 10)
        seen = []
        for offset in range(0, 20, 4):
            page = self.client.list_server_groups(w.ListServerGroupsRequest(offset=offset, limit=4))
            self.assertEqual(page.count, 15)
            seen += [group.id for group in page.items]
        self.assertEqual((len(seen), len(set(seen))), (15, 15))
        for filters, count in [
            ({"server_group_name": "many-"}, 12),
            ({"is_secondary_server_group": "true"}, 1),
            ({"is_secondary_server_group": "false"}, 14),
            ({"app_type": "SESSION_DESKTOP_APP"}, 0),
            ({"enterprise_project_id": "0"}, 15),
        ]:
            self.assertEqual(self.client.list_server_groups(w.ListServerGroupsRequest(**filters)).count, count, filters)
        self.assert_huawei_error(
            "WKS.00130001", 400, self.client.list_server_groups, w.ListServerGroupsRequest(limit=101)
        )
        other = self.client.create_server_group(new_group(name="elsewhere", enterprise_project_id="ep-1")).id
        for filters, count in [({}, 15), ({"enterprise_project_id": "ep-1"}, 1), ({"server_group_id": other}, 0)]:
            self.assertEqual(self.client.list_server_groups(w.ListServerGroupsRequest(**filters)).count, count, filters)
        (shown,) = self.client.list_server_groups(w.ListServerGroupsRequest(server_group_id=OFFICE)).items
        self.assertEqual((shown.id, shown.server_group_status), (OFFICE, True))
        brief = self.client.list_tenant_server_groups(w.ListTenantServerGroupsRequest(sever_group_name="draw"))
        self.assertEqual([group.name for group in brief.items], ["drawing"])

    def test_a_group_that_makes_no_sense_is_not_created(self):
        gold = {"image_id": IMAGE.format(4), "image_type": "gold"}
        for changes, code, status in [
            ({"name": "two words"}, "WKS.00130001", 400),
            ({"name": "n" * 65}, "WKS.00130001", 400),
            ({"name": "office"}, "WKS.00131203", 400),
            ({"name": None}, "WKS.00130001", 400),
            ({"image_id": IMAGE.format(9)}, "WKS.00131205", 404),
            ({"image_id": IMAGE.format(6)}, "WKS.00131205", 404),
            ({"image_type": "public"}, "WKS.00130001", 400),
            (gold, "WKS.00130001", 400),
            ({**gold, "image_product_id": "other"}, "WKS.00130001", 400),
            ({"image_id": IMAGE.format(3)}, "WKS.00131208", 400),
            ({"os_type": "Linux"}, "WKS.00130001", 400),
            ({"product_id": "huge"}, "WKS.00131206", 404),
            ({"vpc_id": "vpc-missing"}, "WKS.00131207", 404),
            ({"subnet_id": "subnet-lab-1"}, "WKS.00131207", 404),
            ({"system_disk_type": "SATA", "availability_zone": "cn-north-4b"}, "WKS.00130001", 400),
            ({"availability_zone": "cn-east-3a"}, "WKS.00130001", 400),
            ({"extra_session_type": "CPU"}, "WKS.00130001", 400),
            ({"extra_session_size": 2}, "WKS.00130001", 400),
            ({"extra_session_type": "GPU", "extra_session_size": 2}, "WKS.00130001", 400),
            ({"extra_session_type": "CPU", "extra_session_size": 2, "is_vdi": True}, "WKS.00130001", 400),
            ({"route_policy": w.RoutePolicy(max_session=2), "is_vdi": True}, "WKS.00130001", 400),
            ({"route_policy": w.RoutePolicy(cpu_threshold=101)}, "WKS.00130001", 400),
            ({"system_disk_size": 32_769}, "WKS.00130001", 400),
            ({"primary_server_group_id": STANDBY}, "WKS.00130001", 400),
            ({"primary_server_group_id": OFFICE, "app_type": "SESSION_DESKTOP_APP"}, "WKS.00131210", 400),
            ({"primary_server_group_id": "missing"}, "WKS.00131202", 404),
            ({"tags": [w.TmsTag(key=f"k{n}", value="v") for n in range(21)]}, "WKS.00130001", 400),
            ({"tags": [w.TmsTag(key="_sys_k", value="v")]}, "WKS.00130001", 400),
            ({"tags": [w.TmsTag(key="k", value="v"), w.TmsTag(key="k", value="w")]}, "WKS.00131211", 400),
        ]:
            with self.subTest(changes=changes):
                self.assert_huawei_error(code, status, self.client.create_server_group, new_group(**changes))
        self.assertEqual(len(self.emulator.state()["huawei"]["server_groups"]), 3)

    def test_more_sessions_are_taken_when_a_group_is_made_than_when_it_is_changed(self):
        for most in (201, 1024):
            made = self.client.create_server_group(
                new_group(name=f"crowd-{most}", route_policy=w.RoutePolicy(max_session=most))
            )
            self.assertEqual(self.show(made.id).route_policy.max_session, most)
        self.update(made.id, route_policy=w.RoutePolicy(max_session=100))
        for call, request in [
            (self.client.create_server_group, new_group(route_policy=w.RoutePolicy(max_session=1025))),
            (
                self.client.update_server_group,
                w.UpdateServerGroupRequest(
                    server_group_id=made.id, body=w.UpdateServerGroupReq(route_policy=w.RoutePolicy(max_session=101))
                ),
            ),
        ]:
            self.assert_huawei_error("WKS.00130001", 400, call, request)

    def test_an_id_in_the_path_has_its_bounds_too(self):
        for length, code, status in [(128, "WKS.00131202", 404), (129, "WKS.00130001", 400)]:
            request = w.UpdateServerGroupRequest(server_group_id="x" * length, body=w.UpdateServerGroupReq(name="x"))
            self.assert_huawei_error(code, status, self.client.update_server_group, request)

    def test_marketplace_images_come_with_their_product(self):
        request = new_group(image_id=IMAGE.format(4), image_type="gold", image_product_id="gold-windows-server")
        made = self.client.create_server_group(request)
        self.assertEqual(self.show(made.id).image_product_id, "gold-windows-server")

    def test_without_a_domain_only_single_session_servers_exist(self):
        self.emulator.patch({"huawei": {"open_with_ad": False}})
        self.assert_huawei_error("WKS.00131209", 400, self.client.create_server_group, new_group())
        self.client.create_server_group(new_group(is_vdi=True))

    def test_a_change_keeps_the_rules(self):
        for changes, code, status in [
            ({"name": "drawing"}, "WKS.00131203", 400),
            ({"name": ""}, "WKS.00130001", 400),
            ({"image_id": IMAGE.format(3)}, "WKS.00131208", 400),
            ({"image_id": IMAGE.format(4), "image_type": "gold"}, "WKS.00130001", 400),
            ({"system_disk_size": 79}, "WKS.00131208", 400),
            ({"description": "d" * 256}, "WKS.00130001", 400),
            ({"route_policy": w.RoutePolicy(max_session=0)}, "WKS.00130001", 400),
        ]:
            with self.subTest(changes=changes):
                before = self.stored()
                with self.assertRaises(Exception) as caught:
                    self.update(**changes)
                self.assertEqual((caught.exception.error_code, caught.exception.status_code), (code, status))
                self.assertEqual(self.stored(), before)
        self.update(name="office")

    def test_a_standby_group_follows_its_primary(self):
        self.update(OFFICE, app_type="SESSION_DESKTOP_APP")
        self.assertEqual(self.show(STANDBY).app_type, "SESSION_DESKTOP_APP")
        self.assertEqual(self.show(STANDBY).primary_server_group_ids, [OFFICE])
        request = w.UpdateServerGroupRequest(
            server_group_id=STANDBY, body=w.UpdateServerGroupReq(app_type="COMMON_APP")
        )
        self.assert_huawei_error("WKS.00131210", 400, self.client.update_server_group, request)

    def test_what_hangs_on_a_group_is_listed(self):
        servers = self.client.list_servers(w.ListServersRequest(server_group_id=DRAWING))
        self.assertEqual([server.name for server in servers.items], ["drawing-1", "drawing-2"])
        self.assertEqual((servers.count, servers.items[0].status), (2, "REGISTERED"))
        self.assertEqual(servers.items[0].server_group_name, "drawing")
        for filters, count in [
            ({"server_name": "ing-2"}, 1),
            ({"machine_name": "DRAWING1"}, 1),
            ({"server_id": servers.items[1].id}, 1),
            ({"maintain_status": "true"}, 0),
            ({"server_group_id": OFFICE}, 0),
        ]:
            self.assertEqual(self.client.list_servers(w.ListServersRequest(**filters)).count, count, filters)
        self.assertEqual(len(self.client.list_servers(w.ListServersRequest(limit=1, offset=1)).items), 1)
        groups = self.client.list_app_group(w.ListAppGroupRequest(app_server_group_id=DRAWING))
        self.assertEqual([(group.name, group.app_server_group_id) for group in groups.items], [("Draughting", DRAWING)])
        self.assertEqual(self.client.list_app_group(w.ListAppGroupRequest(app_server_group_id=OFFICE)).count, 0)
        self.assertEqual(self.client.list_app_group(w.ListAppGroupRequest(name="none")).count, 0)

    def test_a_group_in_use_is_not_deleted(self):
        for group in (DRAWING, OFFICE):
            request = w.DeleteServerGroupsRequest(server_group_id=group)
            self.assert_huawei_error("WKS.00131204", 400, self.client.delete_server_groups, request)
        for group in (STANDBY, OFFICE):
            self.client.delete_server_groups(w.DeleteServerGroupsRequest(server_group_id=group))
        self.emulator.patch({"huawei": {"server_groups": {DRAWING: {"app_server_count": 0, "servers": None}}}})
        request = w.DeleteServerGroupsRequest(server_group_id=DRAWING)
        error = self.assert_huawei_error("WKS.00131204", 400, self.client.delete_server_groups, request)
        self.assertIn("application groups", error.error_msg)

    def test_states_limits_and_names(self):
        state = self.client.show_server_group_state(w.ShowServerGroupStateRequest(server_group_id=DRAWING))
        self.assertEqual((state.aps_status["REGISTERED"], sum(state.aps_status.values())), (2, 2))
        state = self.client.show_server_group_state(w.ShowServerGroupStateRequest(server_group_id=OFFICE))
        self.assertEqual((state.aps_status["REGISTERED"], len(state.aps_status)), (0, 6))
        self.assertEqual(self.client.show_server_group_restrict(w.ShowServerGroupRestrictRequest()).max_session, 1024)
        for name, result, rule in [("free", True, None), ("office", False, "duplicate"), ("no good", False, "naming")]:
            answer = self.client.validate_server_group(
                w.ValidateServerGroupRequest(body=w.ValidateSeverGroupReq(name=name))
            )
            self.assertEqual((answer.result, answer.validate_rule), (result, rule))

    def test_the_number_of_groups_is_limited(self):
        self.emulator.patch({"huawei": {"max_server_groups": 3}})
        self.assert_huawei_error("WKS.00131201", 400, self.client.create_server_group, new_group())

    def test_the_record_tells_what_was_sent(self):
        self.update(OFFICE, description="new")
        (call,) = self.emulator.calls(operation="UpdateServerGroup")
        self.assertEqual(call["parameters"], {"server_group_id": OFFICE, "description": "new"})
        self.assertEqual((call["method"], call["path"]), ("PATCH", f"/v1/{PROJECT}/app-server-groups/{OFFICE}"))
        self.assertEqual(call["changes"][0]["fields"]["description"], ["", "new"])


class Tags(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def tags(self, group=OFFICE):
        answer = self.client.show_server_group_tag(w.ShowServerGroupTagRequest(server_group_id=group))
        return {tag.key: tag.value for tag in answer.tags}

    def create(self, group=OFFICE, **tags):
        body = w.CreateResourceTagReq(tags=[w.TmsTag(key=key, value=value) for key, value in tags.items()])
        return self.client.create_server_group_tags(w.CreateServerGroupTagsRequest(server_group_id=group, body=body))

    def test_tags_of_one_group(self):
        self.create(team="design", stage="test")
        self.create(stage="live")
        self.assertEqual(self.tags(), {"team": "design", "stage": "live"})
        calls = self.emulator.calls(operation="CreateServerGroupTags")
        self.assertEqual([call["status"] for call in calls], [204, 204])
        body = w.DeleteResourceTagReq(tags=[w.TmsTag(key="team", value="design")])
        self.client.delete_server_group_tags(w.DeleteServerGroupTagsRequest(server_group_id=OFFICE, body=body))
        self.assertEqual(self.tags(), {"stage": "live"})
        request = w.ListServerGroupsRequest(tags="live")
        self.assertEqual(self.client.list_server_groups(request).count, 1)

    def test_tags_of_many_groups_and_of_all(self):
        tag = w.TmsTag(key="team", value="design")
        items = [w.ServerGroupTagsInfo(server_group_id=group, tags=[tag]) for group in (OFFICE, DRAWING)]
        body = w.BatchCreateServerGroupTagsReq(items=items)
        self.client.batch_create_server_group_tags(w.BatchCreateServerGroupTagsRequest(body=body))
        self.create(team="office")
        answer = self.client.list_server_group_tag(w.ListServerGroupTagRequest())
        self.assertEqual([(tag.key, tag.values) for tag in answer.tags], [("team", ["design", "office"])])
        body = w.BatchDeleteServerGroupTagsReq(items=items)
        self.client.batch_delete_server_group_tags(w.BatchDeleteServerGroupTagsRequest(body=body))
        self.assertEqual((self.tags(), self.tags(DRAWING)), ({}, {}))

    def test_a_batch_with_an_unknown_group_changes_nothing(self):
        tag = w.TmsTag(key="team", value="design")
        items = [w.ServerGroupTagsInfo(server_group_id=group, tags=[tag]) for group in (OFFICE, "missing")]
        request = w.BatchCreateServerGroupTagsRequest(body=w.BatchCreateServerGroupTagsReq(items=items))
        self.assert_huawei_error("WKS.00131202", 404, self.client.batch_create_server_group_tags, request)
        self.assertEqual(self.tags(), {})

    def test_twenty_tags_are_the_most(self):
        self.create(**{f"key{number}": "x" for number in range(20)})
        with self.assertRaises(Exception) as caught:
            self.create(one_more="x")
        self.assertEqual(caught.exception.error_code, "WKS.00131211")
        self.assertEqual(len(self.tags()), 20)


class Surroundings(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def test_scaling_policies(self):
        request = w.ShowScalingPolicyRequest(server_group_id=OFFICE)
        self.assertEqual(self.client.show_scaling_policy(request).enable, False)
        policy = w.CreateOrUpdateScalingPolicyReq(
            server_group_id=OFFICE,
            enable=True,
            max_scaling_amount=10,
            single_expansion_count=2,
            scaling_policy_by_session=w.ScalingPolicyBySession(
                session_usage_threshold=80, shrink_after_session_idle_minutes=30
            ),
        )
        put = w.CreateOrUpdateScalingPolicyRequest(body=policy)
        self.client.create_or_update_scaling_policy(put)
        shown = self.client.show_scaling_policy(request)
        self.assertEqual((shown.max_scaling_amount, shown.scaling_policy_by_session.session_usage_threshold), (10, 80))
        group = self.client.show_server_group(w.ShowServerGroupRequest(server_group_id=OFFICE))
        self.assertEqual(group.scaling_policy.single_expansion_count, 2)
        policy.single_expansion_count = 11
        self.assert_huawei_error("WKS.00130001", 400, self.client.create_or_update_scaling_policy, put)
        self.client.delete_scaling_policy(w.DeleteScalingPolicyRequest(server_group_id=OFFICE))
        self.assertEqual(self.client.show_scaling_policy(request).enable, False)
        missing = w.ShowScalingPolicyRequest(server_group_id="missing")
        self.assert_huawei_error("WKS.00131202", 404, self.client.show_scaling_policy, missing)

    def test_a_policy_that_is_made_without_a_threshold_is_shown_with_one(self):
        policy = w.CreateOrUpdateScalingPolicyReq(
            server_group_id=OFFICE,
            max_scaling_amount=10,
            single_expansion_count=2,
            scaling_policy_by_session=w.ScalingPolicyBySession(shrink_after_session_idle_minutes=30),
        )
        self.client.create_or_update_scaling_policy(w.CreateOrUpdateScalingPolicyRequest(body=policy))
        (group,) = self.client.list_server_groups(w.ListServerGroupsRequest(server_group_id=OFFICE)).items
        self.assertEqual(group.scaling_policy.scaling_policy_by_session.session_usage_threshold, 100)

    def test_a_group_grows_and_shrinks_by_its_policy(self):
        drawing, first = "20000000-0000-4000-8000-000000000003", "30000000-0000-4000-8000-000000000001"
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)
        policy = w.CreateOrUpdateScalingPolicyReq(
            server_group_id=drawing,
            max_scaling_amount=10,
            single_expansion_count=2,
            scaling_policy_by_session=w.ScalingPolicyBySession(
                session_usage_threshold=60, shrink_after_session_idle_minutes=5
            ),
        )
        self.client.create_or_update_scaling_policy(w.CreateOrUpdateScalingPolicyRequest(body=policy))
        template = self.emulator.state()["huawei"]["sessions"]["60000000-0000-4000-8000-000000000001"]
        sessions = {f"s-{number}": {**template, "user_name": f"u{number}"} for number in range(10)}
        servers = {first: {"session_count": 0}}
        self.emulator.patch({"huawei": {"sessions": sessions, "server_groups": {drawing: {"servers": servers}}}})

        def made():
            return self.client.list_servers(w.ListServersRequest(scaling_auto_create="true")).items

        self.assertEqual([server.status for server in made()], ["UNREGISTER"] * 2, "12 of 20 seats are taken")
        (job,) = {server.job_id for server in made()}
        shown = self.client.show_job_detail(w.ShowJobDetailRequest(job_id=job))
        self.assertEqual((shown.job_type, len(shown.sub_jobs)), ("CREATE_SERVER", 2))
        self.emulator.clock(advance_seconds=10)
        self.assertEqual([server.status for server in made()], ["REGISTERED"] * 2)
        self.assertTrue(all(server.scaling_auto_create for server in made()))
        self.assertEqual(self.client.list_servers(w.ListServersRequest(scaling_auto_create="false")).count, 2)
        off = w.LogoffUserSessionReq(session_ids=list(sessions), message_type=0, delay_time=0)
        self.client.logoff_user_session(w.LogoffUserSessionRequest(body=off))
        self.emulator.clock(advance_seconds=310)
        self.assertEqual(made(), [])

    def test_products(self):
        self.assertEqual(len(self.client.list_product(w.ListProductRequest()).products), 3)
        answer = self.client.list_product(w.ListProductRequest(product_id="workspace.app.x86.gpu.8c32g"))
        self.assertEqual((answer.products[0].is_gpu, answer.products[0].cpu), (True, "8"))
        self.assertEqual(self.client.list_product(w.ListProductRequest(os_type="Linux")).products, [])

    def test_availability_zones(self):
        answer = self.client.list_availability_zone(w.ListAvailabilityZoneRequest())
        self.assertEqual([zone.availability_zone for zone in answer.availability_zones], ["cn-north-4a", "cn-north-4b"])
        summary = self.client.list_az(w.ListAzRequest())
        self.assertEqual((summary.default_type, len(summary.azs["CENTER"])), ("CENTER", 2))

    def test_disk_types(self):
        types = self.client.list_volume_type(w.ListVolumeTypeRequest()).volume_types
        self.assertEqual([kind.volume_type for kind in types], ["ESSD", "SSD", "GPSSD", "SAS", "SATA"])
        self.assertEqual(types[-1].volume_type_extra_specs.sold_out_availability_zone, "cn-north-4b")

    def test_quota(self):
        def quota(**request):
            answer = self.client.check_quota(w.CheckQuotaRequest(**request))
            return answer.is_enough, {row.type: row.need for row in answer.quota_remainder}

        enough, needs = quota(product_id="workspace.app.x86.4c8g", subscription_num=3, disk_size=80, disk_num=1)
        self.assertEqual((enough, needs["CORES"], needs["VOLUME_GIGABYTES"]), (True, 12, 240))
        gpu = {"product_id": "workspace.app.x86.gpu.8c32g", "flavor_id": "g6.8u.32g", "disk_size": 80, "disk_num": 1}
        self.assertFalse(quota(**gpu, subscription_num=5)[0])
        self.assert_huawei_error("WKS.00130001", 400, self.client.check_quota, w.CheckQuotaRequest(**gpu))

    def test_tenant(self):
        profile = self.client.list_tenant_profile(w.ListTenantProfileRequest())
        self.assertEqual(
            (profile.project_id, profile.project_name, profile.open_with_ad), (PROJECT, "cn-north-4", True)
        )
