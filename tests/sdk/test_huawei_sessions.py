"""Sessions of people on servers, and the records of how they came there, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, PROJECT, SECRET_KEY, EmulatorTest

DRAWING, OFFICE = (f"20000000-0000-4000-8000-00000000000{number}" for number in (3, 1))
FIRST, SECOND = (f"30000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
ALICES, BOBS = (f"60000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
NOT_FOUND, NO_CONFIG, CONFIG_TAKEN = (f"WKS.0013170{number}" for number in (1, 2, 3))


def desktop(user, state="Active", **fields):
    """A session of a shared desktop on the second server."""
    return {
        "project_id": PROJECT,
        "server_id": SECOND,
        "server_group_id": DRAWING,
        "user_name": user,
        "state": state,
        "started_at": "2026-03-02T09:00:00Z",
        **fields,
    }


class SessionTest(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()
        self.emulator.clock(set="2026-03-02T10:00:00Z", freeze=True)

    def listed(self, **filters):
        span = {"query_begin_time": "2026-01-01T00:00:00.000Z", "query_end_time": "2026-12-31T00:00:00.000Z"}
        return self.client.list_sessions(w.ListSessionsRequest(**{**span, **filters}))

    def states(self):
        return {each.login_user: each.session_state for each in self.listed().items}

    def log_off(self, *sessions, delay=0):
        body = w.LogoffUserSessionReq(session_ids=list(sessions), message_type=0, delay_time=delay)
        self.client.logoff_user_session(w.LogoffUserSessionRequest(body=body))

    def on_server(self, server):
        return self.client.show_server(w.ShowServerRequest(server_id=server)).session_count


class Sessions(SessionTest):
    def test_the_list_says_who_is_where_and_narrows(self):
        self.emulator.patch({"huawei": {"sessions": {"s-3": desktop("carol")}}})
        self.assertEqual([each.id for each in self.listed().items], ["s-3", ALICES, BOBS], "the newest first")
        first = self.listed().items[1]
        self.assertEqual((first.app_name, first.session_type, first.machine_name), ("Draft", "2", "DRAWING1"))
        self.assertEqual((first.app_server_group_name, first.client_name), ("drawing", "alice-laptop"))
        for filters, users in [
            ({"user_name": "bob"}, ["bob"]),
            ({"session_state": "Active"}, ["carol", "alice"]),
            ({"session_state": "Disconnected,InitFail"}, ["bob"]),
            ({"app_server_group_id": OFFICE}, []),
            ({"machine_name": "DRAWING2"}, ["carol"]),
            ({"public_ip": "203.0.113.7", "limit": 1}, ["alice"]),
            ({"is_success": "false"}, []),
            ({"query_begin_time": "2026-03-01T00:00:00.000Z"}, ["carol"]),
        ]:
            self.assertEqual([each.login_user for each in self.listed(**filters).items], users, filters)
        self.assertEqual((self.on_server(FIRST), self.on_server(SECOND)), (2, 1))
        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        span = {"query_begin_time": "2026-01-01T00:00:00Z", "query_end_time": "2026-12-31T00:00:00Z"}
        self.assertEqual(other.list_sessions(w.ListSessionsRequest(**span)).count, 0)
        wrong = w.ListSessionsRequest(query_begin_time="yesterday", query_end_time="today")
        self.assert_huawei_error("WKS.00130001", 400, self.client.list_sessions, wrong)

    def test_people_are_logged_off_at_once_or_later(self):
        self.log_off(ALICES)
        self.assertEqual(self.states(), {"alice": "SignedOut", "bob": "Disconnected"})
        self.log_off(ALICES, BOBS, delay=30)
        self.emulator.clock(advance_seconds=29)
        self.assertEqual(self.states()["bob"], "Disconnected")
        self.assertEqual(self.on_server(FIRST), 1)
        self.emulator.clock(advance_seconds=1)
        self.assertEqual(self.states()["bob"], "SignedOut")
        self.assertEqual(self.on_server(FIRST), 0)
        ended = {each.login_user: each.end_time for each in self.listed().items}
        self.assertEqual(ended, {"alice": "2026-03-02T10:00:00Z", "bob": "2026-03-02T10:00:30Z"})
        with self.assertRaises(Exception) as caught:
            self.log_off(BOBS, "none")
        self.assertEqual((caught.exception.error_code, caught.exception.status_code), (NOT_FOUND, 404))

    def test_nobody_stays_on_a_server_that_stops(self):
        self.emulator.patch({"huawei": {"sessions": {"s-3": desktop("carol")}}})
        body = w.ServerHaltReq(items=[FIRST], type="SOFT")
        self.client.batch_stop_server(w.BatchStopServerRequest(body=body))
        self.assertEqual(self.states(), {"alice": "SignedOut", "bob": "SignedOut", "carol": "Active"})

    def test_what_somebody_has_now(self):
        def own(user):
            request = w.ListSessionByUserNameRequest(user_name=user)
            return [each.id for each in self.client.list_session_by_user_name(request).session_info_list]

        self.assertEqual((own("alice"), own("carol")), ([ALICES], []))
        self.log_off(ALICES)
        self.assertEqual(own("alice"), [])

    def test_lists_are_exported(self):
        for export, request, body in [
            (self.client.export_sessions, w.ExportSessionsRequest, w.ExportSessionsReq()),
            (self.client.export_app_connection, w.ExportAppConnectionRequest, w.ListAppConnectionReq()),
            (self.client.export_user_connection, w.ExportUserConnectionRequest, w.ListUserConnectionReq()),
        ]:
            self.assertTrue(export(request(body=body)).task_id)
        wrong = w.ExportSessionsRequest(body=w.ExportSessionsReq(query_begin_time="yesterday"))
        self.assert_huawei_error("WKS.00130001", 400, self.client.export_sessions, wrong)

    def test_session_types(self):
        types = self.client.list_session_type(w.ListSessionTypeRequest()).session_types
        self.assertEqual({each.session_type for each in types}, {"CPU", "GPU"})


class Connections(SessionTest):
    def apps(self, **fields):
        request = w.ListAppConnectionRequest(body=w.ListAppConnectionReq(**fields))
        return [each.user_name for each in self.client.list_app_connection(request).items]

    def users(self, **fields):
        request = w.ListUserConnectionRequest(body=w.ListUserConnectionReq(**fields))
        return [each.user_name for each in self.client.list_user_connection(request).items]

    def test_sessions_leave_records(self):
        failed = desktop("dora", "InitFail", failed_reason="No server is free.")
        self.emulator.patch({"huawei": {"sessions": {"s-3": desktop("carol"), "s-4": failed}}})
        self.assertEqual(self.users(), ["carol", "dora", "alice", "bob"])
        self.assertEqual(self.apps(), ["alice", "bob"], "a desktop is no application")
        for fields, users in [
            ({"user_name": "ali"}, ["alice"]),
            ({"connect_type": "1"}, ["carol", "dora"]),
            ({"failed_reason": "free"}, ["dora"]),
            ({"machine_name": "DRAWING1"}, ["alice", "bob"]),
            ({"login_start_time": "2026-03-01T00:00:00Z"}, ["carol", "dora"]),
        ]:
            self.assertEqual(self.users(**fields), users, fields)
        for fields, users in [
            ({"app_name": "Draft", "client_name": "bob"}, ["bob"]),
            ({"app_group_name": "Other"}, []),
            ({"brokering_end_time": "2026-01-01T00:00:00Z"}, []),
        ]:
            self.assertEqual(self.apps(**fields), users, fields)
        request = w.ListAppConnectionRequest(limit=1, body=w.ListAppConnectionReq())
        page = self.client.list_app_connection(request)
        self.assertEqual((page.count, len(page.items), page.items[0].aps_instance_name), (2, 1, "drawing-1"))


class Hotspots(SessionTest):
    def create(self, **fields):
        fields = {"hotspot_session_migration_enable": True, "hotspot_exit_session_num": 5, **fields}
        body = w.CreateHotspotSessionConfigReq(**fields)
        return self.client.create_hotspot_session_config(w.CreateHotspotSessionConfigRequest(body=body))

    def listed(self):
        return self.client.list_hotspot_session_config(w.ListHotspotSessionConfigRequest()).items

    def test_a_project_has_one_configuration(self):
        users = [w.UserInfo(user_id="u-1", user_name="alice"), w.UserInfo(user_id="u-2", user_name="bob")]
        made = self.create(non_migrate_users=users)
        (found,) = self.listed()
        self.assertEqual((found.id, found.hotspot_exit_session_num), (made.id, 5))
        with self.assertRaises(Exception) as caught:
            self.create()
        self.assertEqual((caught.exception.error_code, caught.exception.status_code), (CONFIG_TAKEN, 400))

        body = w.UpdateHotspotSessionConfigReq(hotspot_session_migration_enable=False)
        request = w.UpdateHotspotSessionConfigRequest(config_id=made.id, body=body)
        self.client.update_hotspot_session_config(request)
        (found,) = self.listed()
        self.assertEqual((found.hotspot_session_migration_enable, found.hotspot_exit_session_num), (False, 5))
        request.config_id = "none"
        self.assert_huawei_error(NO_CONFIG, 404, self.client.update_hotspot_session_config, request)

        def names(**filters):
            request = w.ListNonMigrationUsersRequest(config_id=made.id, **filters)
            return [each.user_name for each in self.client.list_non_migration_users(request).non_migrate_users]

        def change(kind, number, name):
            users = [w.UserInfo(user_id=number, user_name=name)]
            body = w.UpdateNonMigrationUsersReq(update_type=kind, non_migrate_users=users)
            request = w.UpdateNonMigrationUsersRequest(config_id=made.id, body=body)
            self.client.update_non_migration_users(request)

        self.assertEqual(names(user_name="ali"), ["alice"])
        change("ADD", "u-3", "carol")
        change("ADD", "u-3", "carol")
        change("DELETE", "u-1", "alice")
        self.assertEqual(names(), ["bob", "carol"])

    def test_what_nobody_said_of_a_user_is_not_answered(self):
        made = self.create(non_migrate_users=[w.UserInfo(user_name="alice"), w.UserInfo(user_id="u-2")])
        told = [user.to_dict() for user in made.non_migrate_users]
        self.assertEqual([(user["user_id"], user["user_name"]) for user in told], [(None, "alice"), ("u-2", None)])
        body = w.UpdateNonMigrationUsersReq(update_type="ADD", non_migrate_users=[w.UserInfo(user_name="bob")])
        self.client.update_non_migration_users(w.UpdateNonMigrationUsersRequest(config_id=made.id, body=body))
        users = self.client.list_non_migration_users(w.ListNonMigrationUsersRequest(config_id=made.id))
        self.assertEqual([user.user_name for user in users.non_migrate_users], ["alice", None, "bob"])
