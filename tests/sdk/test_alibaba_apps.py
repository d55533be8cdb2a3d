"""Applications and who may use them, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

BY_APP = "aig-hangzhou-app"
PAGE = {"page_number": 1, "page_size": 100, "product_type": "CloudApp"}


class Apps(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def authorize(self, group=BY_APP, app="ca-render", add=None, remove=None):
        request = m.AuthorizeUsersForAppRequest(
            app_id=app,
            app_instance_group_id=group,
            authorize_user_ids=add,
            product_type="CloudApp",
            un_authorize_user_ids=remove,
        )
        return self.client.authorize_users_for_app(request)

    def of_user(self, user="alice", **filters):
        request = m.ListAuthorizedAppsByUserRequest(end_user_id=user, **PAGE, **filters)
        return [app.app_id for app in self.client.list_authorized_apps_by_user(request).body.apps or []]

    def published(self, **filters):
        body = self.client.list_published_apps(m.ListPublishedAppsRequest(**{**PAGE, **filters})).body
        return [(app.app_instance_group_id, app.app_id) for app in body.apps or []]

    def test_the_product_is_named_in_any_case(self):
        self.assertEqual(self.published(product_type="cloudapp"), self.published())
        self.assertNotEqual(self.published(), [])

    def groups(self, **filters):
        request = m.ListPublishedAppInstanceGroupRequest(**{**PAGE, **filters})
        body = self.client.list_published_app_instance_group(request).body
        return [group.app_instance_group_id for group in body.app_instance_group_models or []]

    def test_users_are_authorized_for_one_application_at_a_time(self):
        self.authorize(add=["alice", "carol"])
        self.assertEqual(self.of_user(), ["ca-draft", "ca-render"])
        self.authorize(remove=["alice"])
        self.assertEqual((self.of_user(), self.of_user("carol")), (["ca-draft"], ["ca-render"]))
        self.authorize(remove=["carol"])
        self.assertNotIn("carol", self.group(BY_APP)["authorized_users"])

    def test_what_cannot_be_authorized_is_refused(self):
        self.emulator.patch({"alibaba": {"delivery_groups": {"aig-hangzhou-expired": {"auth_mode": "App"}}}})
        for code, arguments in [
            ("InvalidAppInstanceGroup.StatusNotSupported", {"group": "aig-hangzhou-expired", "add": ["carol"]}),
            ("InvalidAppInstanceGroup.AuthModeNotSupported", {"group": "aig-hangzhou-usage", "add": ["carol"]}),
            ("InvalidApp.NotFound", {"app": "ca-writer", "add": ["carol"]}),
            ("InvalidUser.NotFound", {"add": ["nobody"]}),
            ("InvalidParameter.AuthorizeUserIds", {}),
            ("InvalidParameter.UnAuthorizeUserIds", {"add": ["carol"], "remove": ["carol"]}),
        ]:
            self.assert_alibaba_error(code, 400, lambda arguments=arguments: self.authorize(**arguments))

    def test_the_applications_of_a_group_tell_who_may_use_each(self):
        self.authorize(add=["bob", "carol"])
        request = m.ListAppsByAppInstanceGroupIdRequest(app_instance_group_id=BY_APP, **PAGE)
        body = self.client.list_apps_by_app_instance_group_id(request).body
        counts = {app.app_id: app.authorized_user_count for app in body.apps}
        self.assertEqual((counts, body.total_count), ({"ca-draft": 1, "ca-render": 2, "ca-viewer": 0}, 3))
        request.app_instance_group_id = None
        call = self.client.list_apps_by_app_instance_group_id
        self.assert_alibaba_error("InvalidParameter.AppInstanceGroupId", 400, call, request)

    def test_published_applications_are_found_by_parts_of_names(self):
        found = self.published(app_name="raft")
        self.assertEqual(sorted(found), [(BY_APP, "ca-draft"), ("aig-hangzhou-usage", "ca-draft")])
        self.assertEqual(self.published(app_name="raft", app_id="render"), [])
        self.assertEqual(self.published(app_id="draft", exclude_user_id="alice"), [("aig-hangzhou-usage", "ca-draft")])
        self.assertEqual(self.published(app_instance_group_id="hangzhou-expired"), [])
        self.assertEqual(len(self.published(page_size=3, page_number=2)), 3)

    def test_published_groups_are_shown_with_all_their_applications(self):
        request = m.ListPublishedAppInstanceGroupRequest(**PAGE, app_id="render", app_instance_group_name="Drawing")
        (group,) = self.client.list_published_app_instance_group(request).body.app_instance_group_models
        self.assertEqual([app.app_id for app in group.apps], ["ca-draft", "ca-render", "ca-viewer"])
        self.assertTrue(group.gmt_create.endswith("+00:00"))
        self.assertNotIn("aig-hangzhou-expired", self.groups())
        self.assertEqual(self.groups(exclude_user_id="alice"), [BY_APP, "aig-hangzhou-session"])
        newest = {"aig-singapore-usage": {"created_at": "2026-02-01T00:00:00Z"}}
        self.emulator.patch({"alibaba": {"delivery_groups": newest}})
        self.assertEqual(self.groups()[0], "aig-singapore-usage")

    def test_the_groups_of_a_user_are_those_that_are_authorized_as_a_whole(self):
        request = m.ListAuthorizedAppInstanceGroupByUserRequest(
            end_user_id="alice", **PAGE, app_instance_group_id="hangzhou"
        )
        body = self.client.list_authorized_app_instance_group_by_user(request).body
        ids = [group.app_instance_group_id for group in body.app_instance_group_models]
        self.assertNotIn(BY_APP, ids)
        self.assertIn("aig-hangzhou-expired", ids)
        request.end_user_id = "carol"
        body = self.client.list_authorized_app_instance_group_by_user(request).body
        self.assertEqual((body.app_instance_group_models or [], body.total_count), ([], 0))
        request.end_user_id = None
        call = self.client.list_authorized_app_instance_group_by_user
        self.assert_alibaba_error("InvalidParameter.UserId", 400, call, request)
