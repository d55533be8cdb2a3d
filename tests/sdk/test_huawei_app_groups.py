"""Application groups, what is published in them and for whom, through Huawei Cloud's own client."""

import tempfile

from huaweicloudsdkcore.http.formdata import FormFile
from huaweicloudsdkworkspaceapp import v1 as w
from support import PROJECT, EmulatorTest

OFFICE = "20000000-0000-4000-8000-000000000001"
DRAWING = "20000000-0000-4000-8000-000000000003"
DRAUGHTING = "40000000-0000-4000-8000-000000000001"
DRAFT = "50000000-0000-4000-8000-000000000001"


class AppGroupTest(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()

    def create(self, name="desk", **fields):
        body = w.CreateAppGroupReq(name=name, **fields)
        return self.client.create_app_group(w.CreateAppGroupRequest(body=body))

    def show(self, group):
        return self.client.show_app_group_detail(w.ShowAppGroupDetailRequest(app_group_id=group))

    def listed(self, **filters):
        return self.client.list_app_group(w.ListAppGroupRequest(**filters))


class AppGroups(AppGroupTest):
    def test_a_group_is_created_shown_changed_and_deleted(self):
        made = self.create(app_server_group_id=OFFICE, description="Desk work")
        shown = self.show(made.id)
        self.assertEqual((shown.name, shown.description, shown.app_server_group_name), ("desk", "Desk work", "office"))
        self.assertEqual((shown.app_type, shown.authorization_type, shown.app_count), ("COMMON_APP", "APP_GROUP", 0))
        body = w.UpdateAppGroupReq(name="desks", description="", app_server_group_id=DRAWING)
        self.client.update_app_group(w.UpdateAppGroupRequest(app_group_id=made.id, body=body))
        shown = self.show(made.id)
        self.assertEqual((shown.name, shown.description, shown.app_server_group_id), ("desks", "", DRAWING))
        self.assertEqual(shown.app_server_group_description, "Drawing office")
        self.client.delete_app_group(w.DeleteAppGroupRequest(app_group_id=made.id))
        request = w.ShowAppGroupDetailRequest(app_group_id=made.id)
        self.assert_huawei_error("WKS.00131301", 404, self.client.show_app_group_detail, request)

    def test_the_list_pages_and_filters(self):
        for number in range(12):
            self.create(f"many-{number:02}", app_server_group_id=OFFICE)
        self.assertEqual((len(self.listed().items), self.listed().count), (10, 13))
        self.assertEqual(len(self.listed(offset=10, limit=5).items), 3)
        for filters, count in [
            ({"name": "many-"}, 12),
            ({"app_server_group_id": DRAWING}, 1),
            ({"app_group_id": DRAUGHTING}, 1),
            ({"app_type": "SESSION_DESKTOP_APP"}, 0),
            ({"authorization_type": "APP"}, 0),
        ]:
            self.assertEqual(self.listed(**filters).count, count, filters)

    def test_what_makes_no_sense_is_refused(self):
        for fields, code, status in [
            ({"name": "Draughting"}, "WKS.00131302", 400),
            ({"name": "two words"}, "WKS.00130001", 400),
            ({"app_type": "OTHER"}, "WKS.00130001", 400),
            ({"app_server_group_id": "missing"}, "WKS.00131202", 404),
            ({"app_server_group_id": OFFICE, "app_type": "SESSION_DESKTOP_APP"}, "WKS.00130001", 400),
        ]:
            with self.subTest(fields=fields):
                request = w.CreateAppGroupRequest(body=w.CreateAppGroupReq(**{"name": "desk", **fields}))
                self.assert_huawei_error(code, status, self.client.create_app_group, request)
        for name, result, rule in [("free", True, None), ("Draughting", False, "duplicate"), ("a b", False, "naming")]:
            request = w.CheckAppGroupRequest(body=w.CheckAppGroupReq(name=name))
            answer = self.client.check_app_group(request)
            self.assertEqual((answer.result, answer.validate_rule), (result, rule))

    def test_a_server_group_counts_its_application_groups_and_is_kept_while_it_has_one(self):
        made = self.create(app_server_group_id=OFFICE)

        def count(group):
            return self.client.show_server_group(w.ShowServerGroupRequest(server_group_id=group)).app_group_count

        self.assertEqual((count(OFFICE), count(DRAWING)), (1, 1))
        request = w.DeleteServerGroupsRequest(server_group_id=OFFICE)
        error = self.assert_huawei_error("WKS.00131204", 400, self.client.delete_server_groups, request)
        self.assertIn("application groups", error.error_msg)
        self.client.disassociate_app_group(w.DisassociateAppGroupRequest(server_group_id=OFFICE))
        self.assertEqual((count(OFFICE), self.show(made.id).app_server_group_id), (0, None))
        body = w.DeleteAppGroupReq(ids=[made.id, "missing"])
        self.client.batch_delete_app_group(w.BatchDeleteAppGroupRequest(body=body))
        self.assertEqual(self.listed().count, 1)


class PublishedApps(AppGroupTest):
    def publish(self, *names, group=DRAUGHTING, **fields):
        items = [w.PublishApp(name=name, execute_path="C:\\app.exe", source_type=2, **fields) for name in names]
        return w.PublishAppRequest(app_group_id=group, body=w.PublishAppReq(items=items))

    def apps(self, **filters):
        answer = self.client.list_published_app(w.ListPublishedAppRequest(app_group_id=DRAUGHTING, **filters))
        return {app.name: app for app in answer.items}

    def test_applications_are_published_shown_changed_and_unpublished(self):
        made = self.client.publish_app(self.publish("Render", "View", command_param="-x", sandbox_enable=True))
        self.assertEqual((made.count, [app.name for app in made.items]), (2, ["Render", "View"]))
        self.assertEqual(self.show(DRAUGHTING).app_count, 3)
        render = made.items[0].id
        body = w.UpdateAppReq(name="Render 2", description="Faster", state="FORBIDDEN")
        self.client.update_app(w.UpdateAppRequest(app_group_id=DRAUGHTING, app_id=render, body=body))
        shown = self.client.show_app_detail(w.ShowAppDetailRequest(app_group_id=DRAUGHTING, app_id=render))
        self.assertEqual((shown.name, shown.description, shown.state), ("Render 2", "Faster", "FORBIDDEN"))
        self.assertEqual((shown.command_param, shown.sandbox_enable), ("-x", True))
        self.assertEqual(set(self.apps(state="FORBIDDEN")), {"Render 2"})
        self.assertEqual(set(self.apps(name="Ren")), {"Render 2"})
        body = w.UnpublishAppReq(ids=[render])
        self.client.unpublish_app(w.UnpublishAppRequest(app_group_id=DRAUGHTING, body=body))
        self.assertEqual(set(self.apps()), {"Draft", "View"})

    def test_a_name_is_published_once_and_all_or_nothing_is(self):
        request = self.publish("New", "Draft")
        self.assert_huawei_error("WKS.00131304", 400, self.client.publish_app, request)
        self.assertEqual(set(self.apps()), {"Draft"})
        for name, result, rule in [("Free", True, None), ("Draft", False, "duplicate"), (" ", False, "naming")]:
            body = w.CheckPublishAppReq(name=name)
            answer = self.client.check_publish_app(w.CheckPublishAppRequest(app_group_id=DRAUGHTING, body=body))
            self.assertEqual((answer.result, answer.validate_rule), (result, rule))

    def test_applications_are_disabled_enabled_and_started_ahead(self):
        body = w.BatchUpdateAppReq(ids=[DRAFT])
        self.client.batch_disable_app(w.BatchDisableAppRequest(app_group_id=DRAUGHTING, body=body))
        self.assertEqual(self.apps()["Draft"].state, "FORBIDDEN")
        body = w.BatchUpdateAppReq(ids=[DRAFT])
        self.client.batch_enable_app(w.BatchEnableAppRequest(app_group_id=DRAUGHTING, body=body))
        self.assertEqual(self.apps()["Draft"].state, "NORMAL")
        body = w.UpdatePreBootPolicyReq(ids=[DRAFT], is_pre_boot=True, pre_launch_policy=1)
        self.client.update_pre_boot_policy(w.UpdatePreBootPolicyRequest(app_group_id=DRAUGHTING, body=body))
        self.assertTrue(self.apps()["Draft"].is_pre_boot)
        request = w.BatchEnableAppRequest(app_group_id=DRAUGHTING, body=w.BatchUpdateAppReq(ids=["missing"]))
        self.assert_huawei_error("WKS.00131303", 404, self.client.batch_enable_app, request)

    def test_a_server_group_keeps_its_type_while_application_groups_of_it_use_it(self):
        change = w.UpdateServerGroupReq(app_type="SESSION_DESKTOP_APP")
        for group in (DRAWING, OFFICE):
            request = w.UpdateServerGroupRequest(server_group_id=group, body=change)
            if group == DRAWING:
                self.assert_huawei_error("WKS.00130001", 400, self.client.update_server_group, request)
            else:
                self.client.update_server_group(request)

    def test_an_icon_is_a_part_of_a_form(self):
        path = f"/v1/{PROJECT}/app-groups/{DRAUGHTING}/apps/{DRAFT}/icon"
        for headers, body, status in [
            ({"Content-Type": "text/plain"}, "garbage", 415),
            ({}, None, 415),
            ({"Content-Type": "multipart/form-data; boundary=b"}, '--b\r\nname="other"\r\n--b--', 400),
        ]:
            self.assertEqual(self.emulator.http("POST", path, body, {**self.emulator.token(), **headers})[0], status)

    def test_an_icon_comes_and_goes(self):
        body = w.UpdateRawIconReq(icon_content="aWNvbg==")
        request = w.UploadAppIconRawRequest(app_group_id=DRAUGHTING, app_id=DRAFT, body=body)
        self.assertIsNotNone(self.client.upload_app_icon_raw(request).icon_url)
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            body = w.UploadAppIconRequestBody(data=FormFile(file.name, "image/png"))
            request = w.UploadAppIconRequest(app_group_id=DRAUGHTING, app_id=DRAFT, body=body)
            self.assertIsNotNone(self.client.upload_app_icon(request).icon_url)
        request = w.DeleteAppIconRequest(app_group_id=DRAUGHTING, app_id=DRAFT)
        self.client.delete_app_icon(request)
        self.assertIsNone(self.apps()["Draft"].icon_url)

    def test_what_the_image_has_can_be_published(self):
        request = w.ShowPublishableAppRequest(app_group_id=DRAUGHTING)
        answer = self.client.show_publishable_app(request)
        self.assertEqual((answer.count, len(answer.group_images)), (3, 1))
        self.assertTrue(all(app.publishable for app in answer.items))
        self.client.publish_app(self.publish("Writer"))
        answer = self.client.show_publishable_app(request)
        self.assertEqual([app.name for app in answer.items if not app.publishable], ["Writer"])
        self.assertEqual({app.source_type for app in answer.items}, {2}, "they are the image's")


class Authorizations(AppGroupTest):
    def accounts(self, *names, kind="USER"):
        accounts = [w.AccountInfo(account=name, account_type=kind, email=f"{name}@example.com") for name in names]
        return w.AppGroupAuthorizeReq(accounts=accounts, app_group_ids=[DRAUGHTING])

    def authorized(self, **filters):
        request = w.ListAppGroupAuthorizationRequest(**filters)
        return {row.account for row in self.client.list_app_group_authorization(request).authorizations}

    def test_people_are_authorized_listed_and_told(self):
        add = w.AddAppGroupAuthorizationRequest(body=self.accounts("alice", "bob"))
        self.client.add_app_group_authorization(add)
        self.client.add_app_group_authorization(add)
        group = w.AddAppGroupAuthorizationRequest(body=self.accounts("design", kind="USER_GROUP"))
        self.client.add_app_group_authorization(group)
        self.assertEqual(self.authorized(app_group_id=DRAUGHTING), {"alice", "bob", "design"})
        self.assertEqual(self.authorized(account_type="USER_GROUP"), {"design"})
        self.assertEqual(self.authorized(account="ali"), {"alice"})
        body = w.AppGroupAuthorizeReq(
            accounts=[w.AccountInfo(account="bob", account_type="USER", email="bob@example.com")],
            app_group_ids=[DRAUGHTING],
        )
        self.client.batch_delete_app_group_authorization(w.BatchDeleteAppGroupAuthorizationRequest(body=body))
        self.assertEqual(self.authorized(), {"alice", "design"})
        mails = self.client.list_authorization_mail_record(
            w.ListAuthorizationMailRecordRequest(app_group_id=DRAUGHTING)
        )
        self.assertEqual(mails.count, 4)
        removed = w.ListAuthorizationMailRecordRequest(
            app_group_id=DRAUGHTING, mail_send_type="DEL_GROUP_AUTHORIZATION"
        )
        (mail,) = self.client.list_authorization_mail_record(removed).records
        self.assertEqual((mail.account, mail.account_auth_name), ("bob@example.com", "bob"))

    def test_a_message_is_sent_again_by_its_record_and_by_the_authorization(self):
        self.client.add_app_group_authorization(
            w.AddAppGroupAuthorizationRequest(body=self.accounts("alice", "bob"))
        )
        listed = w.ListAuthorizationMailRecordRequest(app_group_id=DRAUGHTING)
        first = self.client.list_authorization_mail_record(listed).records[0]
        body = w.ResendAuthorizationMailReq(records=[w.AuthorizationMail(id=first.id)])
        self.client.send_authorization_mail(w.SendAuthorizationMailRequest(body=body))
        request = w.ListAppGroupAuthorizationRequest(account="bob")
        (bob,) = self.client.list_app_group_authorization(request).authorizations
        by_authorization = w.SendAuthorizedMailRequest(body=w.ResendAuthorizedMailReq(records=[bob.id]))
        self.client.send_authorized_mail(by_authorization)
        mails = self.client.list_authorization_mail_record(listed).records
        names = [mail.account_auth_name for mail in mails]
        self.assertEqual(names, ["alice", "bob", first.account_auth_name, "bob"])
        self.assertEqual(len({mail.id for mail in mails}), 4)

        body = w.ResendAuthorizationMailReq(records=[w.AuthorizationMail(id="missing")])
        request = w.SendAuthorizationMailRequest(body=body)
        self.assert_huawei_error("WKS.00131305", 404, self.client.send_authorization_mail, request)
        by_authorization.body.records = [bob.id, "missing"]
        self.assert_huawei_error("WKS.00131305", 404, self.client.send_authorized_mail, by_authorization)
        self.assertEqual(self.client.list_authorization_mail_record(listed).count, 4, "all of it or nothing")

    def test_a_group_that_is_not_there_authorizes_nobody(self):
        body = self.accounts("alice")
        body.app_group_ids = [DRAUGHTING, "missing"]
        request = w.AddAppGroupAuthorizationRequest(body=body)
        self.assert_huawei_error("WKS.00131301", 404, self.client.add_app_group_authorization, request)
        self.assertEqual(self.authorized(), set())
