"""Image servers, what is installed on them, and the images that are made of them, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, SECRET_KEY, EmulatorTest

OFFICE = "20000000-0000-4000-8000-000000000001"
IMAGE = "10000000-0000-4000-8000-000000000001"
PRODUCT = "workspace.app.x86.4c8g"
NOT_FOUND, BUSY, STATE = "WKS.00131801", "WKS.00131602", "WKS.00131603"


class ImageServers(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def done(self):
        """What has begun ends."""
        self.emulator.clock(advance_seconds=10)

    def order(self, name="workbench", **fields):
        """Orders an image server; answers the job's id."""
        body = w.CreateImageServerReq(
            **{
                "root_volume": w.Volume(type="SAS", size=100),
                "image_ref": w.ImageRef(id=IMAGE, image_type="private"),
                "vpc_id": "vpc-office",
                "subnet_id": "subnet-office-1",
                "product_id": PRODUCT,
                "authorize_accounts": [w.ImageAccountInfo(account="alice", account_type="USER")],
                **fields,
            },
            name=name,
        )
        return self.client.create_image_server(w.CreateImageServerRequest(body=body)).job_id

    def job(self, number):
        return self.client.show_image_job(w.ShowImageJobRequest(job_id=number))

    def create(self, name="workbench", **fields):
        """An image server that is there; its id."""
        job = self.order(name, **fields)
        self.done()
        return self.job(job).sub_jobs[0].job_resource_info.resource_id

    def show(self, server):
        return self.client.show_image_server(w.ShowImageServerRequest(server_id=server))

    def listed(self, **filters):
        return self.client.list_image_servers(w.ListImageServersRequest(**filters))

    def make(self, server, name="Office tools 3"):
        body = w.CreateServerImageReq(name=name, execute_sysprep=True)
        return self.client.recreate_server_image(w.RecreateServerImageRequest(server_id=server, body=body)).job_id

    def delete(self, *servers):
        body = w.BatchDeleteImageServerReq(items=list(servers), recursive=True)
        return self.client.batch_delete_image_server(w.BatchDeleteImageServerRequest(body=body)).job_id

    def application(self, name="Draft"):
        body = w.CreateWarehouseAppReq(
            app_name=name,
            app_category="GRAPHIC_DESIGN",
            os_type="Windows",
            version_id="v1",
            version_name="1.0",
            appfile_store_path="apps/draft.exe",
        )
        return self.client.create_warehouse_app(w.CreateWarehouseAppRequest(body=body))

    def test_one_is_ordered_renamed_and_deleted(self):
        job = self.order(description="For the office")
        running = self.job(job)
        self.assertEqual((running.status, running.job_type, running.sub_jobs_total), ("RUNNING", "CREATE_SERVER", 1))
        server = running.sub_jobs[0].job_resource_info.resource_id
        self.assertEqual(self.show(server).status, "CREATING")
        self.done()
        self.assertEqual(self.job(job).status, "SUCCESS")
        shown = self.show(server)
        self.assertEqual((shown.status, shown.description, shown.image_ref.id), ("ACTIVE", "For the office", IMAGE))
        self.assertEqual((shown.authorize_accounts[0].account, shown.enterprise_project_id), ("alice", "0"))

        body = w.UpdateImageServerReq(name="bench", description="")
        self.client.update_image_server(w.UpdateImageServerRequest(server_id=server, body=body))
        for filters, count in [
            ({"server_name": "ben"}, 1),
            ({"server_name": "work"}, 0),
            ({"server_id": server}, 1),
            ({"enterprise_project_id": "7"}, 0),
        ]:
            self.assertEqual(self.listed(**filters).count, count, filters)
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assertEqual(other.list_image_servers(w.ListImageServersRequest()).count, 0)

        job = self.delete(server, "none")
        self.assertEqual((self.show(server).status, self.job(job).sub_jobs_total), ("DELETING", 1))
        self.done()
        request = w.ShowImageServerRequest(server_id=server)
        error = self.assert_huawei_error(NOT_FOUND, 404, self.client.show_image_server, request)
        self.assertIn(f"'{server}' is a non-existing", error.error_msg)
        self.assertIsNone(self.delete(server), "who is gone already needs no job")

    def test_an_image_is_made_and_a_server_group_takes_it(self):
        server = self.create()
        job = self.make(server)
        self.assertEqual(self.show(server).status, "BUILDING")
        for call in (self.make, self.delete):
            with self.assertRaises(Exception) as caught:
                call(server)
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), (BUSY, 409))
        self.done()
        self.assertEqual((self.job(job).job_type, self.job(job).status), ("CREATE_SERVER_IMAGE", "SUCCESS"))
        made = self.job(job).sub_jobs[0].job_resource_info
        self.assertEqual((made.resource_name, self.show(server).status), ("Office tools 3", "BUILT"))
        self.assertEqual(self.show(server).image_id, made.resource_id)
        image = self.emulator.state()["huawei"]["images"][made.resource_id]
        self.assertEqual((image["name"], image["image_type"], image["min_disk"]), ("Office tools 3", "private", 100))

        def update(size):
            body = w.UpdateServerGroupReq(image_id=made.resource_id, image_type="private", system_disk_size=size)
            return w.UpdateServerGroupRequest(server_group_id=OFFICE, body=body)

        self.assert_huawei_error("WKS.00131208", 400, self.client.update_server_group, update(80))
        self.client.update_server_group(update(100))
        self.delete(server)
        self.done()
        self.assertIn(made.resource_id, self.emulator.state()["huawei"]["images"], "the image outlasts its server")

    def test_a_list_is_of_an_enterprise_project_and_an_image_of_a_region(self):
        self.create("of-another", enterprise_project_id="7")
        server = self.create("of-the-default", enterprise_project_id="")
        for given, name in [(None, "of-the-default"), ("0", "of-the-default"), ("7", "of-another")]:
            self.assertEqual([row.name for row in self.listed(enterprise_project_id=given).items], [name])
        job = self.make(server)
        self.done()
        image = self.job(job).sub_jobs[0].job_resource_info.resource_id
        self.assertEqual(self.emulator.state()["huawei"]["images"][image]["regions"], ["cn-north-4"])

    def test_applications_of_the_warehouse_are_put_there(self):
        first, second = self.application(), self.application("Render")
        server = self.create(attach_apps=[first.id])

        def attached():
            request = w.ListLatestAttachedServerAppRequest(server_id=server)
            items = self.client.list_latest_attached_server_app(request).items
            return [(each.id, each.app_id) for each in items]

        def attach(*apps, to=server):
            body = w.AttachServerAppReq(items=list(apps))
            return self.client.attach_image_server_app(w.AttachImageServerAppRequest(server_id=to, body=body))

        self.assertEqual(attached(), [(first.id, first.app_id)])
        self.assertIn(server, attach(second.id).uri)
        self.assertEqual(attached(), [(second.id, second.app_id)], "the latest alone")
        for call, code in [(lambda: attach("none"), "WKS.00131501"), (lambda: attach(first.id, to="none"), NOT_FOUND)]:
            with self.assertRaises(Exception) as caught:
                call()
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), (code, 404))

    def test_what_there_is_not_is_refused_and_what_breaks_fails(self):
        for fields, code in [
            ({"image_ref": w.ImageRef(id="none", image_type="private")}, "WKS.00131205"),
            ({"image_ref": w.ImageRef(id=IMAGE, image_type="gold")}, "WKS.00130001"),
            ({"product_id": "none"}, "WKS.00131206"),
            ({"subnet_id": "none"}, "WKS.00131207"),
            ({"root_volume": w.Volume(type="SAS", size=40)}, "WKS.00131208"),
            ({"attach_apps": ["none"]}, "WKS.00131501"),
        ]:
            with self.assertRaises(Exception) as caught:
                self.order(**fields)
            self.assertEqual(caught.exception.error_code, code, fields)
        self.assertEqual(self.listed().count, 0)
        self.emulator.patch({"huawei": {"images": {IMAGE: {"fails_to_deploy": True}}}})
        server = self.create()
        self.assertEqual(self.show(server).status, "ERROR")
        with self.assertRaises(Exception) as caught:
            self.make(server)
        self.assertEqual(caught.exception.error_code, STATE)

    def test_an_image_server_takes_of_the_quotas(self):
        quota = w.CheckQuotaRequest(product_id=PRODUCT, subscription_num=1, disk_size=80, disk_num=1)
        before = {each.type: each.remainder for each in self.client.check_quota(quota).quota_remainder}
        self.create()
        after = {each.type: each.remainder for each in self.client.check_quota(quota).quota_remainder}
        self.assertEqual((before["CORES"] - after["CORES"], before["VOLUMES"] - after["VOLUMES"]), (4, 1))

    def test_jobs_and_sub_jobs_are_listed_apart_from_those_of_servers(self):
        server = self.create()
        self.emulator.clock(advance_seconds=1)
        job = self.make(server)

        def jobs(**filters):
            request = w.ListImageJobsRequest(**{"job_type": "", **filters})
            return [each.job_type for each in self.client.list_image_jobs(request).items]

        def steps(**filters):
            return self.client.list_image_sub_jobs(w.ListImageSubJobsRequest(**{"job_type": "", **filters})).items

        self.assertEqual(jobs(), ["CREATE_SERVER_IMAGE", "CREATE_SERVER"])
        self.assertEqual((jobs(status="RUNNING"), jobs(job_type="DELETE_SERVER")), (["CREATE_SERVER_IMAGE"], []))
        self.assertEqual([each.job_id for each in steps(status="RUNNING")], [job])
        self.assertEqual(self.client.count_image_sub_jobs(w.CountImageSubJobsRequest()).count, 2)
        self.assertEqual(self.client.list_sub_jobs(w.ListSubJobsRequest(job_type="")).count, 0)
        (ended,) = steps(job_type="CREATE_SERVER")
        body = w.BatchDeleteSubJobsReq(items=[ended.id])
        self.client.batch_delete_image_sub_jobs(w.BatchDeleteImageSubJobsRequest(body=body))
        self.assertEqual(self.client.count_image_sub_jobs(w.CountImageSubJobsRequest()).count, 1)
        self.assert_huawei_error("WKS.00131604", 404, self.client.show_image_job, w.ShowImageJobRequest(job_id="1"))
