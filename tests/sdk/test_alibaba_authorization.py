"""Who may use a delivery group, through Alibaba Cloud's own client."""

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"


def change(group=GROUP, **fields):
    return m.AuthorizeInstanceGroupRequest(app_instance_group_id=group, product_type="CloudApp", **fields)


class Authorization(EmulatorTest):
    arguments = ("--users", "300")

    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()

    def users(self, group=GROUP, page=1, size=100, **filters):
        request = m.ListAuthorizedUsersRequest(
            app_instance_group_id=group, product_type="CloudApp", page_number=page, page_size=size, **filters
        )
        return self.client.list_authorized_users(request).body

    def names(self, group=GROUP, **more):
        return [user.end_user_id for user in self.users(group, **more).users]

    def test_users_are_added_and_removed_in_one_call(self):
        self.client.authorize_instance_group(
            change(authorize_user_ids=["carol", "chen.wei"], un_authorize_user_ids=["alice", "tom"])
        )
        self.assertEqual(self.names(), ["bob", "carol", "chen.wei"])
        user = self.users(end_user_id="carol").users[0]
        self.assertEqual(
            (user.account_type, user.email, user.auth_mode), ("simple", "carol@example.com", "AppInstanceGroup")
        )
        self.assertEqual(self.names(user_id_fuzzy="wei"), ["chen.wei"])

    def test_a_repeated_authorization_changes_nothing(self):
        self.client.authorize_instance_group(change(authorize_user_ids=["alice"]))
        self.assertEqual(self.names(), ["alice", "bob"])
        self.assertEqual(self.emulator.calls(operation="AuthorizeInstanceGroup")[0]["changes"], [])

    def test_user_groups_are_added_and_removed(self):
        call = self.client.list_authorized_user_groups
        request = m.ListAuthorizedUserGroupsRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", page_number=1, page_size=10
        )
        self.client.authorize_instance_group(change(authorize_user_group_ids=["ug-design", "ug-finance"]))
        body = call(request).body
        self.assertEqual(body.total_count, 2)
        self.assertEqual([(group.group_id, group.group_name) for group in body.user_groups][0], ("ug-design", "Design"))
        request.group_name = "Fin"
        self.assertEqual([group.group_id for group in call(request).body.user_groups], ["ug-finance"])
        self.client.authorize_instance_group(change(un_authorize_user_group_ids=["ug-design", "ug-finance"]))
        self.assertEqual(call(request).body.total_count, 0)

    def test_a_set_of_delivery_groups_has_authorizations_of_its_own(self):
        place = {"app_instance_group_set_id": "ags-hangzhou-office"}
        self.client.authorize_instance_group(
            change(
                None,
                **place,
                authorize_user_ids=["carol"],
                un_authorize_user_ids=["bob"],
                authorize_user_group_ids=["ug-design"],
            )
        )
        body = self.users(None, **place)
        self.assertEqual(([user.end_user_id for user in body.users], body.total_count), (["alice", "carol"], 2))
        user = body.users[0]
        self.assertEqual((user.app_instance_group_set_id, user.app_instance_group_id), ("ags-hangzhou-office", None))
        request = m.ListAuthorizedUserGroupsRequest(**place, product_type="CloudApp", page_number=1, page_size=10)
        (group,) = self.client.list_authorized_user_groups(request).body.user_groups
        self.assertEqual((group.group_id, group.app_instance_group_set_id), ("ug-design", "ags-hangzhou-office"))
        self.assertEqual(self.names(), ["alice", "bob"])

        both = change(**place, authorize_user_ids=["carol"])
        self.assert_alibaba_error(
            "InvalidParameter.AppInstanceGroupSetId", 400, self.client.authorize_instance_group, both
        )
        missing = change(None, app_instance_group_set_id="ags-missing", authorize_user_ids=["carol"])
        self.assert_alibaba_error(
            "InvalidAppInstanceGroupSet.NotFound", 400, self.client.authorize_instance_group, missing
        )

    def test_a_hundred_names_are_the_most(self):
        names = [f"user{number:05}" for number in range(1, 102)]
        self.client.authorize_instance_group(change(authorize_user_ids=names[:100]))
        self.assertEqual(self.users().total_count, 102)
        call = self.client.authorize_instance_group
        for field in ("authorize_user_ids", "un_authorize_user_ids"):
            parameter = "AuthorizeUserIds" if field == "authorize_user_ids" else "UnAuthorizeUserIds"
            error = self.assert_alibaba_error(f"InvalidParameter.{parameter}", 400, call, change(**{field: names}))
            self.assertIn("100", str(error))

    def test_more_users_than_a_page_are_listed_in_pages(self):
        for start in (1, 101, 201):
            names = [f"user{number:05}" for number in range(start, start + 100)]
            self.client.authorize_instance_group(change(authorize_user_ids=names))
        seen = [user.end_user_id for page in range(1, 5) for user in self.users(page=page).users]
        self.assertEqual(len(seen), 302)
        self.assertEqual(len(set(seen)), 302)
        request = m.PageListAppInstanceGroupUserRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", page_number=4, page_size=100
        )
        self.assertEqual(self.client.page_list_app_instance_group_user(request).body.users, ["user00299", "user00300"])

    def test_what_makes_no_sense_changes_nothing(self):
        before = self.group(GROUP)
        call = self.client.authorize_instance_group
        for request, code in [
            (change(authorize_user_ids=["carol", "nobody"]), "InvalidUser.NotFound"),
            (change(authorize_user_group_ids=["ug-missing"]), "InvalidUserGroup.NotFound"),
            (change(group="aig-missing", authorize_user_ids=["carol"]), "InvalidAppInstanceGroup.NotFound"),
            (
                change(group="aig-hangzhou-expired", authorize_user_ids=["carol"]),
                "InvalidAppInstanceGroup.StatusNotSupported",
            ),
            (
                change(authorize_user_ids=["carol"], un_authorize_user_ids=["carol"]),
                "InvalidParameter.UnAuthorizeUserIds",
            ),
            (
                change(app_instance_group_set_id="aigs-1", authorize_user_ids=["carol"]),
                "InvalidParameter.AppInstanceGroupSetId",
            ),
            (
                change(authorize_user_ids=["carol"], user_meta=m.AuthorizeInstanceGroupRequestUserMeta(type="ad")),
                "InvalidParameter.UserMeta",
            ),
            (m.AuthorizeInstanceGroupRequest(product_type="CloudApp"), "MissingAppInstanceGroupId"),
        ]:
            with self.subTest(code=code):
                self.assert_alibaba_error(code, 400, call, request)
        self.assertEqual(self.group(GROUP), before)

    def test_users_and_user_groups_do_not_mix_everywhere(self):
        request = change(group="aig-shanghai-fixed", authorize_user_group_ids=["ug-design"])
        call = self.client.authorize_instance_group
        self.assert_alibaba_error("AuthAppInstanceGroup.MixNotSupported", 400, call, request)
        self.assertEqual(self.names("aig-shanghai-fixed"), ["alice", "bob"])
        self.client.authorize_instance_group(
            change(
                group="aig-shanghai-fixed",
                un_authorize_user_ids=["alice", "bob"],
                authorize_user_group_ids=["ug-design"],
            )
        )
        self.assertEqual(self.names("aig-shanghai-fixed"), [])

    def test_a_group_with_applications_authorized_counts_records(self):
        self.client.authorize_instance_group(change(group="aig-hangzhou-app", authorize_user_ids=["bob"]))
        body = self.users("aig-hangzhou-app")
        self.assertEqual(body.total_count, 4, "one record of alice, three of bob")
        self.assertEqual([user.end_user_id for user in body.users], ["alice", "bob"])
        self.assertEqual(
            len(self.users("aig-hangzhou-app", page=1, size=3).users), 2, "a page holds fewer users than records"
        )
        self.assertEqual(self.names("aig-hangzhou-app", app_id="ca-render"), ["bob"])

    def test_session_authorization_needs_a_persistent_session(self):
        group = "aig-hangzhou-session"
        call = self.client.authorize_instance_group
        request = change(group=group, authorize_user_ids=["alice"])
        self.assert_alibaba_error("MissingAppInstancePersistentId", 400, call, request)
        request.app_instance_persistent_id = "p-missing"
        self.assert_alibaba_error("InvalidParameter.AppInstancePersistentId", 400, call, request)
        for session in ("p-personal-1", "p-personal-2"):
            request.app_instance_persistent_id = session
            call(request)
        body = self.users(group)
        self.assertEqual(body.total_count, 1)
        self.assertEqual(body.users[0].app_instance_persistent_ids, ["p-personal-1", "p-personal-2"])
        call(change(group=group, un_authorize_user_ids=["alice"], app_instance_persistent_id="p-personal-1"))
        self.assertEqual(self.users(group).users[0].app_instance_persistent_ids, ["p-personal-2"])
        self.assertEqual(self.names(group, app_instance_persistent_id="p-personal-1"), [])

    def test_a_group_in_a_domain_takes_the_domains_users(self):
        self.emulator.patch(
            {
                "alibaba": {
                    "users": {"dora": {"account_type": "ad"}},
                    "delivery_groups": {
                        GROUP: {"ad_domain": "example.com", "authorized_users": {"alice": None, "bob": None}}
                    },
                }
            }
        )
        meta = m.AuthorizeInstanceGroupRequestUserMeta(type="ad", ad_domain="example.com")
        self.client.authorize_instance_group(change(authorize_user_ids=["dora"], user_meta=meta))
        self.assertEqual(self.names(), ["dora"])
        meta.ad_domain = "example.org"
        request = change(un_authorize_user_ids=["dora"], user_meta=meta)
        self.assert_alibaba_error("InvalidParameter.UserMeta", 400, self.client.authorize_instance_group, request)
