"""Servers of server groups, what is done to them, and the jobs that do it, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, SECRET_KEY, EmulatorTest

OFFICE, DRAWING = (f"20000000-0000-4000-8000-00000000000{number}" for number in (1, 3))
FIRST, SECOND = (f"30000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
IMAGE = "10000000-0000-4000-8000-000000000002"
PRODUCT = "workspace.app.x86.4c8g"
NOT_FOUND, BUSY, STATE, JOB_NOT_FOUND, JOB_RUNS, QUOTA = (
    f"WKS.001316{number:02}" for number in (1, 2, 3, 4, 5, 7)
)
IN_USE = "WKS.00131204"


def order(group=OFFICE, count=1, **fields):
    body = w.CreateAppServerReq(
        **{
            "type": "createApps",
            "server_group_id": group,
            "subscription_num": count,
            "product_id": PRODUCT,
            "root_volume": w.Volume(type="SAS", size=80),
            "vpc_id": "vpc-office",
            "subnet_id": "subnet-office-1",
            **fields,
        }
    )
    return w.CreateAppServersRequest(body=body)


class ServerTest(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def done(self):
        """What has begun ends."""
        self.emulator.clock(advance_seconds=10)

    def listed(self, **filters):
        return self.client.list_servers(w.ListServersRequest(**filters))

    def show(self, server):
        return self.client.show_server(w.ShowServerRequest(server_id=server))

    def stored(self, server, group=OFFICE):
        return self.emulator.state()["huawei"]["server_groups"][group]["servers"][server]

    def status(self, server):
        shown = self.show(server)
        return shown.status, shown.vm_status, shown.task_status

    def job(self, number):
        return self.client.show_job_detail(w.ShowJobDetailRequest(job_id=number))

    def states(self, group):
        answer = self.client.show_server_group_state(w.ShowServerGroupStateRequest(server_group_id=group))
        return {state: count for state, count in answer.aps_status.items() if count}

    def stop(self, *servers):
        body = w.ServerHaltReq(items=list(servers), type="SOFT")
        self.client.batch_stop_server(w.BatchStopServerRequest(body=body))

    def start(self, *servers):
        self.client.batch_start_server(w.BatchStartServerRequest(body=w.BatchStartServerReq(items=list(servers))))

    def reboot(self, *servers):
        body = w.ServerHaltReq(items=list(servers), type="HARD")
        self.client.batch_reboot_server(w.BatchRebootServerRequest(body=body))

    def maintain(self, maintained, *servers):
        body = w.BatchChangeMaintainServerReq(items=list(servers), maintain_status=maintained)
        self.client.batch_change_server_maintain_mode(w.BatchChangeServerMaintainModeRequest(body=body))

    def reinstall(self, server):
        body = w.ReinstallServerReq(update_access_agent=False)
        return self.client.reinstall_server(w.ReinstallServerRequest(server_id=server, body=body)).job_id

    def delete(self, server):
        return self.client.delete_server(w.DeleteServerRequest(server_id=server)).job_id


class Orders(ServerTest):
    def test_servers_are_ordered_and_come_up(self):
        job = self.client.create_app_servers(order(count=2, ou_name="hall")).job_id
        self.assertRegex(job, r"^\d{18}$")
        running = self.job(job)
        self.assertEqual((running.status, running.job_type, running.sub_jobs_total), ("RUNNING", "CREATE_SERVER", 2))
        self.assertIsNone(running.end_time)
        first, second = (step.job_resource_info.resource_id for step in running.sub_jobs)
        self.assertEqual(self.status(first), ("UNREGISTER", "BUILD", "spawning"))
        self.assertEqual(self.states(OFFICE), {"UNREGISTER": 2})

        self.done()
        self.assertEqual([step.status for step in self.job(job).sub_jobs], ["SUCCESS", "SUCCESS"])
        self.assertEqual(self.job(job).end_time, "2026-03-02T10:00:10Z")
        self.assertEqual(self.status(second), ("REGISTERED", "ACTIVE", None))
        self.assertEqual(self.states(OFFICE), {"REGISTERED": 2})
        shown = self.show(first)
        self.assertEqual((shown.name, shown.server_group_name, shown.ou_name), ("office-0001", "office", "hall"))
        self.assertEqual((shown.availability_zone, shown.metadata), ("cn-north-4a", {"charging_mode": "0"}))
        self.assertEqual((shown.product_info.product_id, shown.product_info.system_disk_size), (PRODUCT, "80"))
        self.assertEqual((shown.job_id, shown.job_type, shown.job_status), (job, "CREATE_SERVER", "SUCCESS"))
        addresses = [each.host_address[0].addr for each in self.listed(server_group_id=OFFICE).items]
        self.assertEqual(len(set(addresses)), 2)
        self.assertEqual(self.listed(ip_addr=addresses[0]).count, 1)
        group = self.client.list_server_groups(w.ListServerGroupsRequest(server_group_id=OFFICE)).items[0]
        self.assertEqual(group.app_server_count, 2)

    def test_servers_of_another_product_are_seen_in_their_group(self):
        self.client.create_app_servers(order())
        self.client.create_app_servers(order(product_id="workspace.app.x86.8c16g"))
        group = self.client.show_server_group(w.ShowServerGroupRequest(server_group_id=OFFICE))
        self.assertEqual(group.app_server_flavor_count, 2)
        self.assertEqual([flavor.id for flavor in group.flavors], ["x1.4u.8g", "x1.8u.16g"])

    def test_a_server_comes_into_the_subnet_that_is_asked_for_and_no_network_interface_counts(self):
        nic = w.Nic(subnet_id="subnet-office-2", ip_address="192.168.9.9")
        self.client.create_app_servers(order(nics=[nic]))
        (server,) = self.listed(server_group_id=OFFICE).items
        stored = self.stored(server.id)
        self.assertEqual((stored["subnet_id"], stored["ip_address"]), ("subnet-office-1", "192.168.0.4"))

    def test_what_a_group_or_the_catalogue_does_not_have_is_refused(self):
        for request, code, status in [
            (order(group="20000000-0000-4000-8000-00000000ffff"), "WKS.00131202", 404),
            (order(product_id="workspace.app.none"), "WKS.00131206", 404),
            (order(subnet_id="subnet-lab-1"), "WKS.00131207", 404),
            (order(root_volume=w.Volume(type="SAS", size=40)), "WKS.00131208", 400),
            (order(count=101), "WKS.00130001", 400),
        ]:
            self.assert_huawei_error(code, status, self.client.create_app_servers, request)
        self.emulator.patch({"huawei": {"open_with_ad": False}})
        refused = order(ou_name="hall")
        self.assert_huawei_error("WKS.00131209", 400, self.client.create_app_servers, refused)
        self.assertEqual(self.listed(server_group_id=OFFICE).count, 0)

    def test_servers_take_of_the_quotas(self):
        quota = w.CheckQuotaRequest(product_id=PRODUCT, subscription_num=1, disk_size=80, disk_num=1)

        def left():
            return {each.type: each.remainder for each in self.client.check_quota(quota).quota_remainder}

        before = left()
        job = self.client.create_app_servers(order(count=3)).job_id
        after = left()
        took = {kind: before[kind] - after[kind] for kind in before}
        self.assertEqual((took["INSTANCES"], took["CORES"], took["VOLUME_GIGABYTES"]), (3, 12, 240))
        self.emulator.patch({"huawei": {"quotas": {"CORES": 15}}})
        self.assert_huawei_error(QUOTA, 400, self.client.create_app_servers, order())
        self.done()
        self.delete(self.job(job).sub_jobs[0].job_resource_info.resource_id)
        self.done()
        self.client.create_app_servers(order())

    def test_an_image_that_cannot_be_deployed_fails_the_job(self):
        self.emulator.patch({"huawei": {"images": {"10000000-0000-4000-8000-000000000001": {"fails_to_deploy": True}}}})
        job = self.client.create_app_servers(order()).job_id
        self.done()
        failed = self.job(job)
        (step,) = failed.sub_jobs
        self.assertEqual((failed.status, step.status, step.error_code), ("FAILED", "FAILED", "WKS.00131606"))
        self.assertIn("image", step.error_message)
        self.assertEqual(self.status(step.job_resource_info.resource_id), ("NONE", "BUILD_FAIL", None))

    def test_servers_by_the_month_come_with_an_order(self):
        extend = w.CreateServerExtendParam(charging_mode="prePaid", period_type=2, period_num=1)
        made = self.client.create_app_servers(order(create_server_extend_param=extend))
        self.assertTrue(made.order_id)
        self.done()
        self.assertEqual(self.listed(server_group_id=OFFICE).items[0].order_id, made.order_id)
        services = w.CreateServices(
            product_id=PRODUCT,
            server_group_id=OFFICE,
            root_volume=w.Volume(type="SAS", size=80),
            vpc_id="vpc-office",
            subnet_id="subnet-office-1",
        )
        resource = w.Resource(subscription_num=2, create_services=services, period_type=2, period_num=1)
        body = w.CreateOrderReq(type="createApps", resources=[resource])
        other = self.client.create_order(w.CreateOrderRequest(body=body)).order_id
        self.done()
        orders = [each.order_id for each in self.listed(server_group_id=OFFICE).items]
        self.assertEqual((len(orders), orders.count(other)), (3, 2))
        self.assertEqual(self.show(self.listed(server_group_id=OFFICE).items[0].id).metadata, {"charging_mode": "1"})


class Servers(ServerTest):
    def test_a_server_is_renamed_described_and_maintained(self):
        change = w.UpdateServerReq(name="desk", description="By the window", maintain_status=True)
        self.client.update_server(w.UpdateServerRequest(server_id=FIRST, body=change))
        shown = self.show(FIRST)
        self.assertEqual((shown.name, shown.description, shown.maintain_status), ("desk", "By the window", True))
        self.assertEqual([each.id for each in self.listed(maintain_status="true").items], [FIRST])
        taken = w.UpdateServerRequest(server_id=SECOND, body=w.UpdateServerReq(name="desk"))
        self.assert_huawei_error("WKS.00131203", 400, self.client.update_server, taken)
        self.maintain(False, FIRST, SECOND)
        self.assertEqual(self.listed(maintain_status="true").count, 0)

    def test_servers_stop_start_and_restart(self):
        self.stop(FIRST)
        self.assertEqual(self.status(FIRST), ("UNREGISTER", "ACTIVE", "powering-off"))
        self.done()
        self.assertEqual(self.status(FIRST), ("STOPPED", "SHUTOFF", None))
        self.assertEqual(self.states(DRAWING), {"REGISTERED": 1, "STOPPED": 1})
        with self.assertRaises(Exception) as caught:
            self.reboot(FIRST, SECOND)
        self.assertEqual(caught.exception.error_code, STATE)
        self.assertEqual(self.show(SECOND).task_status, None, "all or none")
        self.start(FIRST, SECOND)
        self.assertEqual(self.status(SECOND), ("REGISTERED", "ACTIVE", None), "who runs already is left alone")
        self.done()
        self.reboot(FIRST)
        self.assertEqual(self.status(FIRST)[1:], ("REBOOT", "rebooting"))
        self.done()
        self.assertEqual(self.status(FIRST), ("REGISTERED", "ACTIVE", None))

    def test_a_busy_server_takes_nothing_else(self):
        self.reinstall(FIRST)
        self.assertEqual(self.status(FIRST), ("UNREGISTER", "REBUILD", "rebuilding"))
        for call in (self.reinstall, self.delete, self.stop, self.reboot):
            with self.assertRaises(Exception) as caught:
                call(FIRST)
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), (BUSY, 409))

    def test_servers_are_given_an_image_one_or_many(self):
        image = {"image_id": IMAGE, "image_type": "private", "os_type": "Windows"}
        body = w.ChangeServerImageReq(**image, update_access_agent=True)
        request = w.ChangeServerImageRequest(server_id=FIRST, body=body)
        self.assert_huawei_error(
            "WKS.00131205",
            404,
            self.client.change_server_image,
            w.ChangeServerImageRequest(server_id=FIRST, body=w.ChangeServerImageReq(**{**image, "image_id": "none"})),
        )
        job = self.client.change_server_image(request).job_id
        self.assertNotEqual(self.show(FIRST).image_id, IMAGE)
        self.done()
        self.assertEqual((self.job(job).status, self.show(FIRST).image_id), ("SUCCESS", IMAGE))
        agents = self.client.list_server_hda_details(w.ListServerHdaDetailsRequest(server_name="drawing-1"))
        self.assertEqual(agents.items[0].current_version, "24.2.0.0", "the agent came with it")

        body = w.BatchChangeServerImageReq(**image, server_ids=[FIRST, SECOND])
        jobs = self.client.batch_change_server_image(w.BatchChangeServerImageRequest(body=body)).items
        self.assertEqual([each.server_id for each in jobs], [FIRST, SECOND])
        self.done()
        self.assertEqual(self.show(SECOND).image_id, IMAGE)
        body = w.BatchReinstallServerReq(server_ids=[FIRST, SECOND])
        jobs = self.client.batch_reinstall_server(w.BatchReinstallServerRequest(body=body)).items
        self.assertEqual({self.job(each.job_id).job_type for each in jobs}, {"REINSTALL_OS"})

    def test_servers_move_rejoin_and_get_addresses_for_each_session(self):
        body = w.BatchMigrateServerReq(server_ids=[FIRST], host_id="host-7")
        job = self.client.batch_migrate_hosts_server(w.BatchMigrateHostsServerRequest(body=body)).job_id
        self.assertEqual(self.job(job).job_type, "MIGRATE_SERVER")
        self.done()
        self.assertEqual(self.show(FIRST).host_id, "host-7")
        rejoin = w.BatchRejoinDomainRequest(body=w.BatchRejoinDomainReq(items=[FIRST, SECOND]))
        self.assertEqual(self.job(self.client.batch_rejoin_domain(rejoin).job_id).sub_jobs_total, 2)
        self.done()
        body = w.UpdateTsviReq(items=[w.UpdateTsvi(id=FIRST, enable=True)])
        job = self.client.batch_update_tsvi(w.BatchUpdateTsviRequest(body=body)).job_id
        self.assertEqual(self.job(job).job_type, "UPDATE_SERVER_TSVI")
        self.assertTrue(self.emulator.state()["huawei"]["server_groups"][DRAWING]["servers"][FIRST]["ip_virtual"])
        self.emulator.patch({"huawei": {"open_with_ad": False}})
        self.assert_huawei_error("WKS.00131209", 400, self.client.batch_rejoin_domain, rejoin)

    def test_servers_are_deleted_and_then_their_group_can_be(self):
        group = w.DeleteServerGroupsRequest(server_group_id=DRAWING)
        self.delete(FIRST)
        self.assertEqual(self.status(FIRST)[1:], ("DELETING", "deleting"))
        self.assertEqual(self.listed(server_group_id=DRAWING).count, 2)
        self.done()
        self.assert_huawei_error(NOT_FOUND, 404, self.client.show_server, w.ShowServerRequest(server_id=FIRST))
        self.assertIsNone(self.delete(FIRST), "who is gone already needs no job")
        self.assert_huawei_error(IN_USE, 400, self.client.delete_server_groups, group)
        body = w.BatchDeleteServerReq(items=[FIRST, SECOND])
        job = self.client.batch_delete_server(w.BatchDeleteServerRequest(body=body)).job_id
        self.assertEqual(self.job(job).sub_jobs_total, 1)
        self.done()
        self.assertEqual(self.states(DRAWING), {})
        leave = w.DisassociateAppGroupRequest(server_group_id=DRAWING)
        self.client.disassociate_app_group(leave)
        self.client.delete_server_groups(group)

    def test_servers_of_another_project_are_not_there(self):
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assert_huawei_error(NOT_FOUND, 404, other.show_server, w.ShowServerRequest(server_id=FIRST))
        job = self.reinstall(FIRST)
        self.assert_huawei_error(JOB_NOT_FOUND, 400, other.show_job_detail, w.ShowJobDetailRequest(job_id=job))
        self.assertEqual(other.list_sub_jobs(w.ListSubJobsRequest(job_type="")).count, 0)

    def test_metrics_follow_the_sessions_and_a_screen_is_of_a_server_that_runs(self):
        self.emulator.patch({"huawei": {"server_groups": {DRAWING: {"servers": {FIRST: {"session_count": 3}}}}}})
        request = w.ListServerMetricDataRequest(
            server_id=FIRST, namespace="SYS.ECS", metric_name="cpu_util", period=60, filter="average"
        )
        request._from, request.to = "1772445000000", "1772445600000"
        (metric,) = self.client.list_server_metric_data(request).server_metrics
        self.assertEqual((metric.dimension_value, len(metric.datapoints)), (FIRST, 11))
        self.assertEqual((metric.datapoints[0].average, metric.datapoints[0].unit), (26, "%"))
        screen = w.ShowServerVncRequest(server_id=FIRST)
        self.assertEqual(self.client.show_server_vnc(screen).protocol, "vnc")
        self.stop(FIRST)
        self.done()
        self.assert_huawei_error(STATE, 400, self.client.show_server_vnc, screen)
        (metric,) = self.client.list_server_metric_data(request).server_metrics
        self.assertEqual(metric.datapoints, [])


class Jobs(ServerTest):
    def sub_jobs(self, **filters):
        return self.client.list_sub_jobs(w.ListSubJobsRequest(**{"job_type": "", **filters}))

    def test_sub_jobs_are_listed_counted_and_deleted(self):
        job = self.reinstall(FIRST)
        self.done()
        self.reboot(FIRST)
        deletion = self.delete(SECOND)
        for filters, jobs in [
            ({}, [deletion, job]),
            ({"job_type": "REINSTALL_OS"}, [job]),
            ({"status": "RUNNING"}, [deletion]),
            ({"job_id": job}, [job]),
            ({"limit": 1, "offset": 1}, [job]),
        ]:
            self.assertEqual([each.job_id for each in self.sub_jobs(**filters).items], jobs, filters)
        for filters, count in [({}, 2), ({"job_type": "REINSTALL_OS,DELETE_SERVER"}, 2), ({"status": "FAILED"}, 0)]:
            self.assertEqual(self.client.count_sub_jobs(w.CountSubJobsRequest(**filters)).count, count, filters)

        (step,) = self.sub_jobs(job_id=job).items
        self.assertEqual((step.job_resource_info.resource_id, step.status), (FIRST, "SUCCESS"))
        (running,) = self.sub_jobs(job_id=deletion).items

        def remove(*steps):
            body = w.BatchDeleteSubJobsReq(items=[each.id for each in steps])
            return w.BatchDeleteAppSubJobsRequest(body=body)

        self.assert_huawei_error(JOB_RUNS, 409, self.client.batch_delete_app_sub_jobs, remove(step, running))
        self.client.batch_delete_app_sub_jobs(remove(step))
        self.assertEqual(self.sub_jobs().count, 1)

    def test_a_job_is_shown_in_numbers_too(self):
        job = self.reinstall(FIRST)
        request = w.ShowJobRequest(job_id=job)
        shown = self.client.show_job(request).job
        self.assertEqual((shown.job_status, shown.job_type, shown.sub_jobs[0].job_type), (2, 1, 2))
        self.assertEqual(shown.sub_jobs[0].entities[0].resource_id, FIRST)
        self.done()
        self.assertEqual(self.client.show_job(request).job.job_status, 1)
        self.assert_huawei_error(JOB_NOT_FOUND, 400, self.client.show_job, w.ShowJobRequest(job_id="1"))

    def test_access_agents_are_brought_up_to_date(self):
        latest = self.client.list_access_agent_latest_version(w.ListAccessAgentLatestVersionRequest()).items
        version = latest[0].latest_version
        self.assertEqual({each.hda_type for each in latest}, {"SBC", "OA_APP", "PT_APP"})
        details = w.ListServerHdaDetailsRequest(server_group_id=DRAWING)
        old = self.client.list_server_hda_details(details).items[0].current_version
        self.assertNotEqual(old, version)
        body = w.BatchUpgradeHdaVersionReq(items=[FIRST])
        self.client.batch_upgrade_hda_version(w.BatchUpgradeHdaVersionRequest(body=body))
        records = w.ListServerHdaUpgradeRecordsRequest()
        (record,) = self.client.list_server_hda_upgrade_records(records).items
        self.assertEqual((record.upgrade_status, record.current_version), ("RUNNING", old))
        self.done()
        (record,) = self.client.list_server_hda_upgrade_records(records).items
        self.assertEqual((record.upgrade_status, record.target_version), ("SUCCESS", version))
        versions = [each.current_version for each in self.client.list_server_hda_details(details).items]
        self.assertEqual(versions, [version, old])

    def test_a_job_that_was_running_goes_on_in_a_world_that_is_put_back(self):
        job = self.reinstall(FIRST)
        world = self.emulator.state()
        self.emulator.control("POST", "reset")
        self.emulator.clock(set="2026-03-02T10:00:09Z", freeze=True)
        self.emulator.control("PUT", "state", world)
        self.assertEqual(self.job(job).status, "RUNNING")
        self.emulator.clock(advance_seconds=1)
        self.assertEqual(self.job(job).status, "SUCCESS")


class SlowServers(ServerTest):
    arguments = ("--server-job-seconds", "60", "--consistency-seconds", "5")

    def test_the_work_takes_as_long_as_was_said_and_reads_lag_behind(self):
        self.stop(FIRST)
        self.assertIsNone(self.show(FIRST).task_status)
        self.emulator.clock(advance_seconds=6)
        self.assertEqual(self.show(FIRST).task_status, "powering-off")
        self.emulator.clock(advance_seconds=58)
        self.assertEqual(self.show(FIRST).task_status, "powering-off", "done, and not to be seen yet")
        self.emulator.clock(advance_seconds=6)
        self.assertEqual(self.show(FIRST).status, "STOPPED")
