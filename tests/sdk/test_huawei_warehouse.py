"""The warehouse of applications, through Huawei Cloud's own client."""

import tempfile

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.formdata import FormFile
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, PROJECT, SECRET_KEY, EmulatorTest

NOT_FOUND, NO_BUCKET = "WKS.00131501", "WKS.00131502"


class Warehouse(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def create(self, name="Draft", **fields):
        body = w.CreateWarehouseAppReq(
            **{
                "app_category": "GRAPHIC_DESIGN",
                "os_type": "Windows",
                "version_id": "v1",
                "version_name": "1.0",
                "appfile_store_path": "apps/draft.exe",
                **fields,
            },
            app_name=name,
        )
        return self.client.create_warehouse_app(w.CreateWarehouseAppRequest(body=body))

    def listed(self, **filters):
        return self.client.list_warehouse_apps(w.ListWarehouseAppsRequest(**filters))

    def test_an_application_is_put_there_listed_changed_and_taken_out(self):
        made = self.create(app_description="Draws", app_file_size=7)
        self.assertEqual((made.app_name, made.app_file_size, made.verify_status), ("Draft", "7", "VERIFY_PASS"))
        (found,) = self.listed().items
        self.assertEqual((found.id, found.app_id, found.app_description), (made.id, made.app_id, "Draws"))

        body = w.UpdateWarehouseAppReq(app_name="Draft_2", version_id="v2", app_description="")
        self.client.update_warehouse_app(w.UpdateWarehouseAppRequest(id=made.id, body=body))
        (found,) = self.listed().items
        self.assertEqual((found.app_name, found.version_id, found.version_name), ("Draft_2", "v2", "1.0"))
        self.assertFalse(found.app_description)

        delete = w.DeleteWarehouseAppRequest(id=made.id)
        self.client.delete_warehouse_app(delete)
        self.assertEqual(self.listed().count, 0)
        self.assert_huawei_error(NOT_FOUND, 404, self.client.delete_warehouse_app, delete)

    def test_the_list_pages_and_filters(self):
        made = [self.create(f"many{number}") for number in range(3)]
        game = self.create("Chess", app_category="GAME")
        self.assertEqual((self.listed(limit=2).count, len(self.listed(limit=2).items)), (4, 2))
        for filters, ids in [
            ({"app_name": "many"}, {each.id for each in made}),
            ({"app_category": "GAME"}, {game.id}),
            ({"app_id": game.app_id}, {game.id}),
            ({"verify_status": "VERIFYING"}, set()),
        ]:
            self.assertEqual({each.id for each in self.listed(**filters).items}, ids, filters)
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assertEqual(other.list_warehouse_apps(w.ListWarehouseAppsRequest()).count, 0)

    def test_several_are_taken_out_at_once_and_who_is_gone_already_does_not_matter(self):
        one, other = self.create("one"), self.create("other")
        body = w.BatchDeleteWarehouseAppReq(ids=[one.id, "40000000-0000-4000-8000-00000000ffff"])
        self.client.batch_delete_warehouse_app(w.BatchDeleteWarehouseAppRequest(body=body))
        self.assertEqual([each.id for each in self.listed().items], [other.id])

    def test_what_makes_no_sense_is_refused(self):
        for fields in ({"app_category": "TOYS"}, {"name": "with space"}, {"app_file_size": 0}):
            with self.assertRaises(Exception) as caught:
                self.create(**fields)
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), ("WKS.00130001", 400), fields)
        body = w.UpdateWarehouseAppReq(app_name="any")
        update = w.UpdateWarehouseAppRequest(id="40000000-0000-4000-8000-00000000ffff", body=body)
        self.assert_huawei_error(NOT_FOUND, 404, self.client.update_warehouse_app, update)

    def test_the_warehouse_has_a_bucket(self):
        show = w.ShowAppWarehouseBucketRequest()
        self.assert_huawei_error(NO_BUCKET, 404, self.client.show_app_warehouse_bucket, show)
        self.client.create_bucket_or_acl(w.CreateBucketOrAclRequest())
        shown = self.client.show_app_warehouse_bucket(show)
        self.assertEqual((shown.bucket_name, shown.is_user_create_bucket), (f"wks-app-{PROJECT}", False))
        body = w.BucketNameReq(bucket_name="our-apps")
        self.client.bind_app_warehouse_bucket(w.BindAppWarehouseBucketRequest(body=body))
        self.client.create_bucket_or_acl(w.CreateBucketOrAclRequest())
        shown = self.client.show_app_warehouse_bucket(show)
        self.assertEqual((shown.bucket_name, shown.is_user_create_bucket), ("our-apps", True), "it is there already")
        self.client.bind_app_warehouse_bucket(w.BindAppWarehouseBucketRequest(body=w.BucketNameReq()))
        self.assertFalse(self.client.show_app_warehouse_bucket(show).is_user_create_bucket)

    def test_files_and_icons_can_be_uploaded(self):
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)
        authorize = w.AuthorizeObsRequest(body=w.AuthorizeObsReq(app_file_name="draft.exe"))
        keys = self.client.authorize_obs(authorize)
        self.assertEqual(keys.expires_at, "2026-03-02T10:15:00Z")
        self.assertIn("draft.exe", keys.policy.statement.resource[0])
        self.assertNotIn(keys.sk, str(self.emulator.calls()))
        authorize.body.app_file_name = "draft.txt"
        self.assert_huawei_error("WKS.00130001", 400, self.client.authorize_obs, authorize)
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            body = w.UploadWarehouseAppIconRequestBody(data=FormFile(file.name, "image/png"))
            icon = self.client.upload_warehouse_app_icon(w.UploadWarehouseAppIconRequest(body=body))
        made = self.create(app_icon=icon.appicon_store_path)
        self.assertEqual(made.app_icon, icon.appicon_store_path)
