"""Worlds that are kept by name, and the least permissions for what was called."""

import unittest
import urllib.error

from alibabacloud_appstream_center20210901 import models as m
from huaweicloudsdkworkspaceapp import v1 as w
from support import EmulatorTest

GROUP = "aig-hangzhou-fixed"
GET = m.GetAppInstanceGroupRequest(app_instance_group_id=GROUP, product_type="CloudApp")
PAGE = {"biz_region_id": "cn-hangzhou", "product_type": "CloudApp", "page_number": 1, "page_size": 10}
OFFICE = "20000000-0000-4000-8000-000000000001"


class Snapshots(EmulatorTest):
    def image(self):
        return self.group(GROUP)["image_id"]

    def change(self, image):
        self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"image_id": image}}}})

    def tearDown(self):
        super().tearDown()
        for name in self.emulator.control("GET", "snapshots"):
            self.emulator.control("DELETE", f"snapshots/{name}")

    def test_a_world_that_is_kept_can_be_gone_back_to_as_often_as_one_likes(self):
        self.change("img-office-2")
        self.emulator.control("PUT", "snapshots/second")
        for _ in range(2):
            self.change("img-office-3")
            self.emulator.control("POST", "snapshots/second")
            self.assertEqual(self.image(), "img-office-2")
        client = self.emulator.alibaba()
        group = client.get_app_instance_group(GET).body.app_instance_group_models
        self.assertEqual(group.app_center_image_id, "img-office-2")

    def test_snapshots_are_listed_shown_replaced_and_removed(self):
        self.emulator.control("PUT", "snapshots/a")
        self.emulator.control("PUT", "snapshots/b")
        self.assertEqual(self.emulator.control("GET", "snapshots"), ["a", "b"])
        self.change("img-office-3")
        self.emulator.control("PUT", "snapshots/a")
        shown = self.emulator.control("GET", "snapshots/a")
        self.assertEqual(shown["alibaba"]["delivery_groups"][GROUP]["image_id"], "img-office-3")
        self.emulator.control("DELETE", "snapshots/a")
        self.assertEqual(self.emulator.control("GET", "snapshots"), ["b"])
        for method in ("GET", "POST", "DELETE"):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.emulator.control(method, "snapshots/a")
            self.assertEqual(caught.exception.code, 404)
            self.assertIn("no snapshot is named", caught.exception.read().decode())

    def test_they_outlast_a_reset(self):
        self.change("img-office-2")
        self.emulator.control("PUT", "snapshots/second")
        self.emulator.control("POST", "reset")
        self.assertEqual(self.image(), "img-office-1")
        self.emulator.control("POST", "snapshots/second")
        self.assertEqual(self.image(), "img-office-2")


class Policy(EmulatorTest):
    def test_the_least_permissions_for_what_was_called(self):
        self.assertEqual(self.emulator.control("GET", "policy"), {"ram": None, "iam": None, "not_known": []})
        alibaba, huawei = self.emulator.alibaba(), self.emulator.huawei()
        alibaba.get_app_instance_group(GET)
        alibaba.get_app_instance_group(GET)
        alibaba.list_regions(m.ListRegionsRequest())
        huawei.show_server_group(w.ShowServerGroupRequest(server_group_id=OFFICE))
        policy = self.emulator.control("GET", "policy")
        self.assertEqual(
            policy["ram"],
            {
                "Version": "1",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["appstreaming:GetAppInstanceGroup", "appstreaming:ListRegions"],
                        "Resource": "*",
                    }
                ],
            },
        )
        self.assertEqual(
            policy["iam"],
            {"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": ["workspace:serverGroup:get"]}]},
        )
        only = self.emulator.control("GET", "policy?operation=ListRegions")
        self.assertEqual(only["ram"]["Statement"][0]["Action"], ["appstreaming:ListRegions"])
        self.assertIsNone(only["iam"])

    def test_an_operation_of_which_no_permission_is_known_is_named(self):
        self.emulator.alibaba().list_node_instance_type(m.ListNodeInstanceTypeRequest(**PAGE))
        self.assertEqual(self.emulator.control("GET", "policy")["not_known"], ["ListNodeInstanceType"])
