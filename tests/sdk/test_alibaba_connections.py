"""Who is connected to what: tickets, bindings, persistent sessions and the tag that stops new users, through Alibaba
Cloud's own client."""

import base64

from alibabacloud_appstream_center20210901 import models as m
from support import EmulatorTest

GROUP = "aig-shanghai-fixed"
SESSIONS = "aig-hangzhou-session"
STOP = "System/Scheduler/STOP_NEW_USER_CONNECTION"


class Connections(EmulatorTest):
    arguments = ("--connection-seconds", "5")

    def setUp(self):
        super().setUp()
        self.client = self.emulator.alibaba()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def connect(self, user="alice", app="ca-writer", groups=(GROUP,), **more):
        request = m.GetConnectionTicketRequest(
            app_id=app,
            end_user_id=user,
            product_type="CloudApp",
            app_instance_group_id_list=list(groups) or None,
            **more,
        )
        return self.client.get_connection_ticket(request).body

    def ask(self, task, user="alice"):
        request = m.GetConnectionTicketRequest(task_id=task, end_user_id=user, product_type="CloudApp")
        return self.client.get_connection_ticket(request).body

    def unbind(self, user="alice", group=GROUP, **more):
        request = m.UnbindRequest(app_instance_group_id=group, product_type="CloudApp", end_user_id=user, **more)
        return self.client.unbind(request)

    def bound(self, **filters):
        models = self.client.list_bind_info(m.ListBindInfoRequest(**filters)).body.bind_info_models
        return [(model.app_instance_group_id, model.user_id) for model in models or []]

    def authorize(self, user, session):
        request = m.AuthorizeInstanceGroupRequest(
            app_instance_group_id=SESSIONS,
            product_type="CloudApp",
            authorize_user_ids=[user],
            app_instance_persistent_id=session,
        )
        self.client.authorize_instance_group(request)

    def refused(self, code, *arguments, **more):
        self.assert_alibaba_error(code, 400, lambda: self.connect(*arguments, **more))


class Tickets(Connections):
    def session(self, instance):
        return self.emulator.state()["alibaba"]["app_instances"][instance]["session_status"]

    def test_the_first_call_starts_and_a_later_one_gets_the_ticket(self):
        first = self.connect()
        self.assertEqual((first.task_status, first.ticket, first.biz_region_id), ("Running", None, "cn-shanghai"))
        self.assertEqual(self.session(first.app_instance_id), "disconnect")
        self.assertEqual(self.ask(first.task_id).task_status, "Running")
        self.emulator.clock(advance_seconds=5)
        later = self.ask(first.task_id)
        self.assertEqual((later.task_status, later.app_instance_id), ("Finished", first.app_instance_id))
        self.assertIn(first.app_instance_id, base64.b64decode(later.ticket).decode())
        self.assertEqual(self.session(first.app_instance_id), "connect")
        self.assertEqual(sorted(self.bound(app_instance_group_id_list=[GROUP])), [(GROUP, "alice"), (GROUP, "bob")])

    def test_who_has_a_session_gets_it_again(self):
        self.assertEqual(self.connect("bob").app_instance_id, "ai-shanghai-fixed-1")
        again = self.connect("bob", app_instance_id="ai-shanghai-fixed-1")
        self.assertEqual(again.app_instance_id, "ai-shanghai-fixed-1")
        self.assertEqual(self.session(again.app_instance_id), "connect")

    def test_a_ticket_is_for_who_asked_for_it_and_fails_with_its_session(self):
        task = self.connect().task_id
        self.assert_alibaba_error("InvalidTask.NotFound", 400, self.ask, task, "bob")
        self.assert_alibaba_error("InvalidTask.NotFound", 400, self.ask, "none")
        self.unbind()
        self.emulator.clock(advance_seconds=5)
        self.assertEqual(self.ask(task).task_status, "Failed")

    def test_nobody_connects_without_authorization_or_to_what_is_not_there(self):
        self.refused("InvalidUser.NotAuthorized", "carol")
        self.refused("InvalidUser.NotFound", "nobody")
        self.refused("InvalidApp.NotFound", app="ca-draft")
        self.refused("InvalidAppInstanceGroup.NotFound", groups=["aig-missing"])
        self.refused("InvalidAppInstance.NotFound", app_instance_id="ai-missing")
        self.refused("InvalidAppInstance.InUse", app_instance_id="ai-shanghai-fixed-1")
        self.refused("MissingAppInstanceGroupIdList", groups=[], app_instance_id="ai-shanghai-fixed-1")
        two = [GROUP, "aig-hangzhou-fixed"]
        self.refused("InvalidParameter.AppInstanceGroupIdList", groups=two, app_instance_id="ai-shanghai-fixed-1")
        self.refused("InvalidParameter.AppVersion", app_version="2.0")
        self.refused("InvalidApp.NotFound", biz_region_id="cn-hangzhou")
        self.refused("InvalidAppInstanceGroup.StatusNotSupported", groups=["aig-hangzhou-expired"])
        self.assertEqual(self.emulator.state()["alibaba"]["connections"], {})

    def test_members_of_an_authorized_user_group_and_of_a_set_connect(self):
        groups = {GROUP: {"authorized_users": {"alice": None, "bob": None}, "authorized_user_groups": ["ug-finance"]}}
        self.emulator.patch({"alibaba": {"delivery_groups": groups}})
        self.connect("carol")
        self.refused("InvalidUser.NotAuthorized", "alice")
        sets = {"ags-hangzhou-office": {"authorized_users": {"carol": []}}}
        self.emulator.patch({"alibaba": {"delivery_group_sets": sets}})
        self.assertEqual(
            self.connect("carol", groups=[], app_instance_group_set_id="ags-hangzhou-office").app_instance_group_id,
            "aig-hangzhou-fixed",
        )

    def test_a_group_that_asks_nobody_takes_everybody(self):
        policy = {"SecurityPolicy": {"SkipUserAuthCheck": True}}
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"settings": policy}}}})
        self.connect("carol")

    def test_an_application_that_is_authorized_by_itself_opens_alone(self):
        self.connect("alice", "ca-draft", ["aig-hangzhou-app"])
        self.refused("InvalidUser.NotAuthorized", "alice", "ca-render", ["aig-hangzhou-app"])

    def test_a_group_of_one_application_a_session_opens_a_session_for_each(self):
        writer = self.connect("bob").app_instance_id
        self.assertEqual(self.connect("bob", "ca-sheets").app_instance_id, writer)
        request = m.ModifyAppInstanceGroupAttributeRequest(
            app_instance_group_id=GROUP, product_type="CloudApp", per_session_per_app=True
        )
        self.client.modify_app_instance_group_attribute(request)
        again = self.connect("bob").app_instance_id
        self.assertNotEqual(again, writer)
        self.assertEqual(self.connect("bob", "ca-sheets").app_instance_id, writer)
        self.assertEqual(self.connect("bob").app_instance_id, again)

    def test_a_full_group_takes_nobody(self):
        pool = {"node_amount": 1, "node_capacity": 1}
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"node_pool": pool}}}})
        self.refused("InvalidAppInstance.NotEnough")

    def test_the_tag_that_stops_new_users_leaves_those_who_have_a_session(self):
        request = m.TagCloudResourcesRequest(
            resource_type="AppInstanceGroupId",
            resource_ids=[GROUP],
            tags=[m.TagCloudResourcesRequestTags(key=STOP, value="true")],
        )
        self.assertEqual(self.client.tag_cloud_resources(request).body.failed_resources or [], [])
        self.refused("InvalidAppInstanceGroup.NewUserConnectionStopped")
        self.connect("bob")
        self.unbind("bob")
        self.refused("InvalidAppInstanceGroup.NewUserConnectionStopped", "bob")
        request = m.UntagResourcesRequest(
            region_id="cn-shanghai", resource_id=[GROUP], resource_type="APPINSTANCEGROUP", tag_key=[STOP]
        )
        self.client.untag_resources(request)
        self.connect()


class Bindings(Connections):
    def test_bindings_are_listed_over_all_groups(self):
        self.assertEqual(len(self.bound()), 5)
        self.assertEqual(self.bound(user_id_list=["bob"], app_instance_group_id_list=[GROUP]), [(GROUP, "bob")])
        self.assertEqual(self.bound(app_id_list=["ca-draft"]), [])
        (model,) = self.client.list_bind_info(
            m.ListBindInfoRequest(app_instance_id_list=["ai-shanghai-fixed-1"])
        ).body.bind_info_models
        shown = (model.product_type, model.region_id, model.account_type)
        self.assertEqual(shown, ("CloudApp", "cn-shanghai", "simple"))
        self.assertEqual(len(self.bound(wy_id_list=[model.wy_id])), 3)

    def test_an_instance_that_is_left_waits_for_the_next_user(self):
        self.unbind("bob")
        row = self.emulator.state()["alibaba"]["app_instances"]["ai-shanghai-fixed-1"]
        self.assertEqual((row["status"], row.get("user")), ("IDLE", None))
        self.assertEqual(self.connect("alice").app_instance_id, "ai-shanghai-fixed-1")
        self.assert_alibaba_error("InvalidAppInstance.NotFound", 400, self.unbind, "bob")

    def test_a_group_that_resets_what_is_left_keeps_nothing(self):
        policy = {"SecurityPolicy": {"ResetAfterUnbind": True}}
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"settings": policy}}}})
        self.unbind("bob", app_instance_id="ai-shanghai-fixed-1")
        row = self.emulator.state()["alibaba"]["app_instances"]["ai-shanghai-fixed-1"]
        self.assertEqual(row["status"], "DELETED")

    def test_instances_that_nobody_uses_are_deleted_and_the_others_told(self):
        elsewhere = {"ai-hangzhou-fixed-1": {"status": "IDLE"}}
        self.emulator.patch({"alibaba": {"app_instances": elsewhere}})
        self.unbind("bob")
        used = self.connect("alice").app_instance_id
        self.unbind("alice")
        request = m.DeleteAppInstancesRequest(
            app_instance_group_id=GROUP,
            product_type="CloudApp",
            app_instance_ids=[used, "ai-missing", "ai-hangzhou-fixed-1"],
        )
        models = self.client.delete_app_instances(request).body.delete_app_instance_models
        self.assertEqual([model.success for model in models], [True, False, False])
        self.assertEqual([model.code for model in models[1:]], ["InvalidAppInstance.NotFound"] * 2)
        self.connect("bob")
        bound = self.instance("bob")
        request.app_instance_ids = [bound]
        (model,) = self.client.delete_app_instances(request).body.delete_app_instance_models
        self.assertEqual((model.success, model.code), (False, "InvalidAppInstance.StatusNotSupported"))

    def instance(self, user):
        request = m.ListAppInstancesRequest(app_instance_group_id=GROUP, user_id_list=[user])
        (instance,) = self.client.list_app_instances(request).body.app_instance_models
        return instance.app_instance_id

    def test_a_group_has_one_instance_to_look_into_its_image(self):
        request = m.GetDebugAppInstanceRequest(app_instance_group_id="aig-hangzhou-fixed", product_type="CloudApp")
        first, second = (self.client.get_debug_app_instance(request).body for _ in range(2))
        self.assertEqual(first.app_instance_id, second.app_instance_id)
        self.assertNotEqual(first.auth_code, second.auth_code)
        self.assertEqual(len(self.bound()), 5)
        call = self.client.get_debug_app_instance
        for group, code in [("aig-hangzhou-expired", "StatusNotSupported"), (GROUP, "DebugModeNotSupported")]:
            request.app_instance_group_id = group
            self.assert_alibaba_error(f"InvalidAppInstanceGroup.{code}", 400, call, request)


class PersistentSessions(Connections):
    def sessions(self, group=SESSIONS, **filters):
        request = m.ListPersistentAppInstancesRequest(app_instance_group_id=group, product_type="CloudApp", **filters)
        models = self.client.list_persistent_app_instances(request).body.persistent_app_instance_models
        return {model.app_instance_persistent_id: model for model in models or []}

    def test_a_persistent_session_runs_while_its_user_is_in_it_and_stays(self):
        self.authorize("alice", "p-personal-1")
        model = self.sessions()["p-personal-1"]
        self.assertEqual((model.authorized_users, model.app_instance_persistent_status), (["alice"], "STOPPED"))
        got = self.connect(groups=[SESSIONS])
        self.assertEqual(got.app_instance_persistent_id, "p-personal-1")
        model = self.sessions(app_instance_persistent_ids=["p-personal-1"])["p-personal-1"]
        self.assertEqual(
            (model.app_instance_persistent_status, model.app_instance_id), ("RUNNING", got.app_instance_id)
        )
        self.unbind(group=SESSIONS, app_instance_persistent_id="p-personal-1")
        model = self.sessions()["p-personal-1"]
        self.assertEqual((model.app_instance_persistent_status, model.app_instance_id), ("STOPPED", None))

    def test_a_persistent_session_has_one_user_at_a_time(self):
        for user in ("alice", "bob"):
            self.authorize(user, "p-personal-1")
        first = self.connect("alice", groups=[SESSIONS])
        self.assertEqual(self.connect("alice", groups=[SESSIONS]).app_instance_id, first.app_instance_id)
        self.refused("InvalidAppInstance.InUse", "bob", groups=[SESSIONS])
        self.authorize("bob", "p-personal-2")
        self.assertEqual(self.connect("bob", groups=[SESSIONS]).app_instance_persistent_id, "p-personal-2")
        more = {"app_instance_persistent_id": "p-personal-2"}
        self.refused("InvalidUser.NotAuthorized", "alice", groups=[SESSIONS], **more)

    def test_a_new_group_has_a_persistent_session_for_each_place(self):
        pool = m.CreateAppInstanceGroupRequestNodePool(
            node_instance_type="appstreaming.general.4c8g", node_amount=2, node_capacity=2, strategy_type="NODE_FIXED"
        )
        request = m.CreateAppInstanceGroupRequest(
            app_center_image_id="img-office-1",
            auth_mode="Session",
            biz_region_id="cn-hangzhou",
            charge_resource_mode="Node",
            charge_type="PrePaid",
            node_pool=pool,
            period=1,
            period_unit="Month",
            product_type="CloudApp",
            session_timeout=15,
        )
        model = self.client.create_app_instance_group(request).body.app_instance_group_model
        group = model.app_instance_group_id
        self.assertEqual({row.app_instance_persistent_status for row in self.sessions(group).values()}, {"PENDING"})
        self.assertEqual(len(self.sessions(group)), 4)
        self.assertEqual(self.emulator.state()["alibaba"]["orders"][model.order_id]["kind"], "purchase")
        self.emulator.clock(advance_seconds=10)
        pool = m.ModifyNodePoolAmountRequestNodePool(node_amount=3)
        self.client.modify_node_pool_amount(
            m.ModifyNodePoolAmountRequest(app_instance_group_id=group, product_type="CloudApp", node_pool=pool)
        )
        self.assertEqual({row.app_instance_persistent_status for row in self.sessions(group).values()}, {"STOPPED"})
        self.assertEqual(len(self.sessions(group)), 6)
