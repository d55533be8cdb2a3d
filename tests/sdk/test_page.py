"""The page for people, in a real browser."""

import unittest
from urllib.parse import urlsplit

import browser
from alibabacloud_appstream_center20210901 import models as m
from support import PROJECT, EmulatorTest

GROUP = "aig-hangzhou-fixed"


class Page(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        program = browser.find()
        if not program:
            raise unittest.SkipTest("there is no Chromium on this machine")
        super().setUpClass()
        cls.addClassCleanup(cls.emulator.stop)
        cls.browser = browser.Browser(program)
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.emulator.clock(freeze=True)
        self.browser.problems.clear()
        self.browser.requested.clear()

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.browser.problems, [])
        hosts = {urlsplit(url).netloc for url in self.browser.requested if url.startswith("http")}
        self.assertLessEqual(hosts, {urlsplit(self.emulator.url).netloc}, "the page asks nobody else")

    def show(self, tab):
        self.browser.open("about:blank")
        self.browser.open(f"{self.emulator.url}/_emulator/#{tab}")
        self.browser.wait_for(f"document.querySelector('#{tab} tbody tr') && !document.querySelector('#{tab}').hidden")

    def rows(self, tab):
        return self.browser.evaluate(f"[...document.querySelectorAll('#{tab} tbody tr')].map((row) => row.innerText)")

    def row(self, tab, text):
        (row,) = [row for row in self.rows(tab) if text in row]
        return row

    def update_image(self):
        request = m.UpdateAppInstanceGroupImageRequest(
            app_instance_group_id=GROUP,
            app_center_image_id="img-office-2",
            biz_region_id="cn-hangzhou",
            product_type="CloudApp",
        )
        self.emulator.alibaba().update_app_instance_group_image(request)

    def test_orders_and_images_on_their_way_are_shown(self):
        client = self.emulator.alibaba()
        request = m.RenewAppInstanceGroupRequest(
            app_instance_group_id="aig-hangzhou-usage", product_type="CloudApp", period=1, period_unit="Year"
        )
        order = client.renew_app_instance_group(request).body.order_id
        request = m.StartTaskForDistributeImageRequest(image_id="img-office-3", destination_region_list=["cn-beijing"])
        client.start_task_for_distribute_image(request)
        self.show("orders")
        row = self.row("orders", order)
        self.assertIn("aig-hangzhou-usage", row)
        self.assertTrue(all(text in row for text in ("renewal", "CNY", "no")), row)
        self.show("images")
        self.assertIn("→ cn-beijing", self.row("images", "img-office-3"))

    def test_everything_of_the_world_is_shown(self):
        made = {"project_id": PROJECT, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        target = {"target_id": "alice", "target_name": "Alice", "target_type": "USER"}
        group = {**made, "name": "desk", "priority": 7, "targets": [target], "policies": {"audio": {}}}
        app = {"app_id": "a", "name": "Draft", "category": "GRAPHIC_DESIGN", "os_type": "Windows", "version_id": "1"}
        app = {**made, **app, "version_name": "1.0", "file_store_path": "apps/draft.exe"}
        template = {**made, "name": "quiet"}
        step = {"id": "1", "resource_id": "s", "resource_name": "drawing-2", "status": "SUCCESS"}
        job = {"project_id": PROJECT, "kind": "REINSTALL_OS", "status": "SUCCESS", "steps": [step]}
        job = {**job, "begin_time": "2026-01-06T00:00:00Z", "end_time": "2026-01-06T00:00:10Z"}
        tables = {"jobs": {"j-1": job}}
        self.emulator.patch({"huawei": tables})
        tables = {"policy_groups": {"p-1": group}, "policy_templates": {"t-1": template}, "warehouse_apps": {"w-1": app}}
        self.emulator.patch({"huawei": tables})
        for tab, texts in {
            "groups": [GROUP, "aig-singapore-usage", "PUBLISHED", "alice, bob"],
            "sessions": ["ai-hangzhou-fixed-1", "RUNNING"],
            "images": ["img-office-1", "Windows Server, marketplace"],
            "users": ["chen.wei", "Engineering"],
            "servers": ["office-standby", "cn-north-4", "SAS 80 GB"],
            "machines": ["drawing-1", "REGISTERED", "Drawing", "alice, bob"],
            "jobs": ["j-1", "REINSTALL_OS", "SUCCESS", "drawing-2"],
            "applications": ["Draughting", "drawing", "Draft"],
            "policies": ["p-1", "desk", "7", "Alice", "audio", "quiet", "a template"],
            "warehouse": ["w-1", "GRAPHIC_DESIGN", "apps/draft.exe"],
        }.items():
            self.show(tab)
            shown = "\n".join(self.rows(tab))
            for text in texts:
                self.assertIn(text, shown, tab)

    def test_calls_appear_as_they_arrive_with_what_they_changed(self):
        self.show("calls")
        self.assertEqual(self.rows("calls"), ["none"])
        self.update_image()
        self.browser.wait_for(
            "document.querySelector('#calls tbody').innerText.includes('UpdateAppInstanceGroupImage')"
        )
        row = self.row("calls", "UpdateAppInstanceGroupImage")
        for text in ("emulator-access-key", "200", "status: PUBLISHED → MAINTAINING"):
            self.assertIn(text, row)
        request = m.GetAppInstanceGroupRequest(app_instance_group_id="aig-missing", product_type="CloudApp")
        with self.assertRaises(Exception):
            self.emulator.alibaba().get_app_instance_group(request)
        self.browser.wait_for("document.querySelector('#calls tbody').innerText.includes('NotFound')")
        self.assertIn("GetAppInstanceGroup", self.rows("calls")[0], "the newest stands first")
        self.browser.evaluate("document.querySelector('#filter').value = 'notfound'; drawCalls()")
        self.assertEqual(len(self.rows("calls")), 1)

    def test_an_update_is_seen_to_its_end_by_moving_the_clock(self):
        self.show("groups")
        self.update_image()
        self.browser.wait_for(
            "document.querySelector('#groups tbody').innerText.includes('img-office-1 → img-office-2')"
        )
        self.assertIn("MAINTAINING", self.row("groups", GROUP))
        self.browser.click("[data-clock*='60']")
        self.browser.wait_for("!document.querySelector('#groups tbody').innerText.includes('MAINTAINING')")
        self.assertIn("img-office-2", self.row("groups", GROUP))

    def test_faults_are_put_in_force_and_lifted(self):
        self.show("faults")
        self.browser.wait_for("document.querySelectorAll('[name=operation] option').length > 40")
        self.browser.evaluate(
            "document.querySelector('[name=kind]').value = 'close_after';"
            "document.querySelector('[name=operation]').value = 'AuthorizeInstanceGroup';"
            "document.querySelector('[name=next]').value = 3"
        )
        self.browser.click("#fault button")
        self.browser.wait_for("document.querySelector('#faults tbody').innerText.includes('the next 3')")
        (fault,) = self.emulator.control("GET", "faults")
        self.assertEqual(fault["fault"], {"kind": "close_after", "operation": "AuthorizeInstanceGroup", "next": 3})
        self.browser.click("#faults tbody button")
        self.browser.wait_for("document.querySelector('#faults tbody').innerText.includes('none')")
        self.assertEqual(self.emulator.control("GET", "faults"), [])

    def test_names_are_never_taken_for_markup(self):
        name = "<img src=x onerror=document.title='struck'>"
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"name": name}}}})
        self.show("groups")
        self.assertIn(name, self.row("groups", GROUP))
        self.assertNotEqual(self.browser.evaluate("document.title"), "struck")

    def test_whoever_opens_the_address_alone_is_led_to_the_page(self):
        self.browser.open(self.emulator.url)
        self.browser.wait_for(
            "location.pathname === '/_emulator/' && document.querySelector('#calls tbody tr') !== null"
        )
        self.assertEqual(self.emulator.calls(), [])

    def test_starting_over(self):
        self.show("calls")
        self.update_image()
        self.browser.wait_for(
            "document.querySelector('#calls tbody').innerText.includes('UpdateAppInstanceGroupImage')"
        )
        self.browser.click("#reset")
        self.browser.wait_for("document.querySelector('#calls tbody').innerText.trim() === 'none'")
        self.assertEqual(self.group(GROUP)["status"], "PUBLISHED")
