"""Scheduled tasks, when they are due and what becomes of them, through Huawei Cloud's own client."""

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspaceapp import v1 as w
from support import ACCESS_KEY, OTHER_PROJECT, SECRET_KEY, EmulatorTest

DRAWING = "20000000-0000-4000-8000-000000000003"
FIRST, SECOND = (f"30000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
NOT_FOUND, NO_EXECUTION = "WKS.00131901", "WKS.00131902"
NIGHTLY = {"scheduled_type": "DAY", "scheduled_time": "20:00:00", "day_interval": 1}


class ScheduledTasks(EmulatorTest):
    def setUp(self):
        super().setUp()
        self.client = self.emulator.huawei()
        # Noon of a Monday in China.
        self.emulator.clock(set="2026-03-02T04:00:00Z", freeze=True)

    def create(self, **fields):
        body = w.CreateScheduleTaskReq(**{**NIGHTLY, **fields})
        return self.client.create_schedule_task(w.CreateScheduleTaskRequest(body=body))

    def update(self, task, **fields):
        body = w.UpdateScheduleTaskReq(**fields)
        return self.client.update_schedule_task(w.UpdateScheduleTaskRequest(task_id=task, body=body))

    def nightly(self, name="nightly", task_type="STOP_SERVER", **fields):
        """A task for the drawing servers at eight in the evening; its id."""
        # This client creates a task without saying what it does.
        task = self.create().id
        target = w.TargetInfo(target_id=DRAWING, target_type="SERVER_GROUP")
        self.update(task, **{"task_name": name, "task_type": task_type, "target_infos": [target], **fields})
        return task

    def show(self, task):
        return self.client.show_schedule_task(w.ShowScheduleTaskRequest(task_id=task))

    def listed(self, **filters):
        return self.client.list_schedule_tasks(w.ListScheduleTasksRequest(**filters)).items

    def executions(self, task):
        return self.client.list_task_execute_history(w.ListTaskExecuteHistoryRequest(task_id=task)).items

    def details(self, execution):
        request = w.ListTaskExecuteDetailRequest(execute_history_id=execution)
        return {each.server_id: each for each in self.client.list_task_execute_detail(request).items}

    def status(self, server):
        return self.client.show_server(w.ShowServerRequest(server_id=server)).status

    def future(self, **fields):
        body = w.ListFutureExecutionsReq(**{"scheduled_time": "02:00:00", **fields})
        return self.client.list_future_executions(w.ListFutureExecutionsRequest(body=body))

    def test_a_task_is_made_changed_listed_and_deleted(self):
        task = self.nightly(description="Lights out")
        (found,) = self.listed(task_name="nightly")
        self.assertEqual((found.id, found.task_type, found.is_enable), (task, "STOP_SERVER", True))
        self.assertEqual((found.task_cron, found.time_zone), ("0 0 20 1/1 * ?", "Asia/Shanghai"))
        self.assertEqual(found.next_execution_time, "2026-03-02 20:00:00 GMT+08:00")
        self.assertEqual((self.listed(task_type="START_SERVER"), self.listed(task_name="night")), ([], []))
        shown = self.show(task)
        self.assertEqual((shown.description, shown.target_infos[0].target_id), ("Lights out", DRAWING))
        self.assertIsNone(shown.schedule_task_policy)

        policy = w.ScheduleTaskPolicy(enforcement_enable=True)
        self.update(task, scheduled_type="WEEK", week_list="1,7", description="", schedule_task_policy=policy)
        shown = self.show(task)
        self.assertEqual((shown.week_list, shown.day_interval, shown.description), ("1,7", None, ""))
        self.assertEqual((shown.task_name, shown.schedule_task_policy.enforcement_enable), ("nightly", True))
        self.assertEqual(self.listed()[0].next_execution_time, "2026-03-07 20:00:00 GMT+08:00")
        self.update(task, is_enable=False)
        self.assertIsNone(self.listed()[0].next_execution_time)

        other = self.emulator.huawei(BasicCredentials(ACCESS_KEY, SECRET_KEY, OTHER_PROJECT))
        self.assertEqual(other.list_schedule_tasks(w.ListScheduleTasksRequest()).count, 0)
        self.client.delete_schedule_task(w.DeleteScheduleTaskRequest(task_id=task))
        for call, request in [
            (self.client.show_schedule_task, w.ShowScheduleTaskRequest(task_id=task)),
            (self.client.delete_schedule_task, w.DeleteScheduleTaskRequest(task_id=task)),
            (self.client.list_task_execute_history, w.ListTaskExecuteHistoryRequest(task_id=task)),
        ]:
            self.assert_huawei_error(NOT_FOUND, 404, call, request)

    def test_a_task_does_what_it_says_when_its_time_has_come(self):
        self.emulator.patch({"huawei": {"sessions": None}})
        task = self.nightly()
        self.emulator.clock(set="2026-03-02T11:59:59Z")
        self.assertEqual(self.executions(task), [])
        self.emulator.clock(advance_seconds=1)
        (running,) = self.executions(task)
        self.assertEqual((running.status, running.total_count, running.excuting_count), ("RUNNING", 2, 2))
        self.assertEqual(self.listed()[0].last_status, "RUNNING")
        jobs = self.client.list_sub_jobs(w.ListSubJobsRequest(job_type="SCHEDULED_TASK")).items
        self.assertEqual({each.job_resource_info.resource_id for each in jobs}, {FIRST, SECOND})
        self.emulator.clock(advance_seconds=10)
        (ended,) = self.executions(task)
        self.assertEqual((ended.status, ended.success_count, ended.failed_count), ("SUCCESS", 2, 0))
        details = self.details(ended.id)
        self.assertEqual((details[FIRST].server_name, details[FIRST].status), ("drawing-1", "SUCCESS"))
        self.assertEqual((self.status(FIRST), self.status(SECOND)), ("STOPPED", "STOPPED"))
        self.assertEqual(self.listed()[0].next_execution_time, "2026-03-03 20:00:00 GMT+08:00")

    def test_who_works_is_left_alone_unless_it_is_enforced(self):
        task = self.nightly()
        self.emulator.clock(set="2026-03-02T12:00:10Z")
        (ended,) = self.executions(task)
        self.assertEqual((ended.status, ended.success_count, ended.failed_count), ("FAILED", 1, 1))
        refused = self.details(ended.id)[FIRST]
        self.assertEqual((refused.status, refused.result_code), ("FAILED", "1"))
        self.assertIn("sessions", refused.result_message)
        self.assertEqual((self.status(FIRST), self.status(SECOND)), ("REGISTERED", "STOPPED"))
        self.update(task, schedule_task_policy=w.ScheduleTaskPolicy(enforcement_enable=True))
        self.emulator.clock(set="2026-03-03T12:00:10Z")
        self.assertEqual([each.status for each in self.executions(task)], ["SUCCESS", "FAILED"], "the newest first")
        self.assertEqual(self.status(FIRST), "STOPPED")
        missing = w.ListTaskExecuteDetailRequest(execute_history_id="1")
        self.assert_huawei_error(NO_EXECUTION, 404, self.client.list_task_execute_detail, missing)

    def test_a_task_that_is_off_or_says_nothing_does_nothing(self):
        off = self.nightly(is_enable=False)
        silent = self.create().id
        self.emulator.clock(set="2026-03-09T12:00:10Z")
        self.assertEqual((self.executions(off), self.executions(silent)), ([], []))
        self.assertEqual(self.status(SECOND), "REGISTERED")

    def test_several_are_deleted_and_who_is_gone_does_not_matter(self):
        one, other = self.nightly("one"), self.nightly("other")
        body = w.BatchDeleteScheduleTaskReq(items=[one, "1"])
        self.client.batch_delete_schedule_task(w.BatchDeleteScheduleTaskRequest(body=body))
        self.assertEqual([each.id for each in self.listed()], [other])

    def test_the_future_is_foreseen(self):
        daily = self.future(scheduled_type="DAY", day_interval=1)
        self.assertEqual((len(daily.future_executions), daily.time_zone), (5, "Asia/Shanghai"))
        self.assertEqual(daily.future_executions[0], "2026-03-03 02:00:00 GMT+08:00")
        fixed = self.future(scheduled_type="FIXED_TIME", scheduled_date="2026-03-05")
        self.assertEqual(fixed.future_executions, ["2026-03-05 02:00:00 GMT+08:00"])
        world = self.future(scheduled_type="WEEK", week_list="1", time_zone="Coordinated Universal Time")
        self.assertEqual(world.future_executions[0], "2026-03-08 02:00:00 GMT")
        ends = self.future(scheduled_type="DAY", day_interval=1, expire_time="2026-03-04T02:00:00Z")
        self.assertEqual(len(ends.future_executions), 2)
        for fields in (
            {"scheduled_type": "WEEK", "week_list": "8"},
            {"scheduled_type": "MONTH", "month_list": "1"},
            {"scheduled_type": "DAY", "day_interval": 1, "time_zone": "Moon"},
        ):
            with self.assertRaises(Exception) as caught:
                self.future(**fields)
            self.assertEqual((caught.exception.error_code, caught.exception.status_code), ("WKS.00130001", 400), fields)
