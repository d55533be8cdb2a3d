"""Seeds, kept state, and the control paths that show and change the world."""

import json
import tempfile
import unittest
import urllib.error
from pathlib import Path

from alibabacloud_appstream_center20210901 import models as m
from support import Emulator, EmulatorTest

GROUP = "aig-hangzhou-fixed"
SCHEMA = Path(__file__).resolve().parents[2] / "crates/emulator" / "world.schema.json"


def add(name):
    return m.AuthorizeInstanceGroupRequest(
        app_instance_group_id=GROUP, product_type="CloudApp", authorize_user_ids=[name]
    )


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *arguments):
        emulator = Emulator(*map(str, arguments))
        self.addCleanup(emulator.stop)
        return emulator

    def test_a_seed_is_the_world_to_start_from(self):
        seed = self.folder / "seed.json"
        group = {"name": "Mine", "region_id": "cn-hangzhou", "image_id": "img-1", "node_pool": {}}
        seed.write_text(
            json.dumps({"alibaba": {"regions": [{"id": "cn-hangzhou"}], "delivery_groups": {"aig-mine": group}}})
        )
        emulator = self.start("--seed", seed)
        request = m.ListAppInstanceGroupRequest(product_type="CloudApp")
        (found,) = emulator.alibaba().list_app_instance_group(request).body.app_instance_group_models
        self.assertEqual((found.app_instance_group_id, found.status), ("aig-mine", "PUBLISHED"))

    def test_a_seed_that_is_none_is_refused_with_the_place(self):
        seed = self.folder / "seed.json"
        seed.write_text('{"alibaba": {"delivery_group": {}}}')
        with self.assertRaises(AssertionError) as caught:
            Emulator("--seed", str(seed))
        self.assertIn("delivery_group", str(caught.exception))
        self.assertIn("seed.json", str(caught.exception))

    def test_the_state_outlives_the_process(self):
        state = self.folder / "state.json"
        emulator = self.start("--state", state)
        emulator.alibaba().authorize_instance_group(add("carol"))
        self.assertEqual(emulator.stop()[0], 0)
        self.assertEqual([file.name for file in self.folder.iterdir()], ["state.json"], "nothing half-written is left")
        emulator = self.start("--state", state)
        self.assertIn("carol", emulator.state()["alibaba"]["delivery_groups"][GROUP]["authorized_users"])
        emulator.control("POST", "reset")
        self.assertNotIn("carol", emulator.state()["alibaba"]["delivery_groups"][GROUP]["authorized_users"])

    def test_what_was_ordered_and_set_outlives_the_process(self):
        state = self.folder / "state.json"
        emulator = self.start("--state", state)
        client = emulator.alibaba()
        client.modify_tenant_config(m.ModifyTenantConfigRequest(app_instance_group_expire_remind=True))
        client.renew_app_instance_group(
            m.RenewAppInstanceGroupRequest(
                app_instance_group_id="aig-hangzhou-usage", product_type="CloudApp", period=1, period_unit="Month"
            )
        )
        before = emulator.state()
        self.assertEqual(len(before["alibaba"]["orders"]), 1)
        emulator.stop()
        self.assertEqual(self.start("--state", state).state(), before)


class Control(EmulatorTest):
    def test_the_whole_world_can_be_put_back(self):
        before = self.emulator.state()
        self.emulator.alibaba().authorize_instance_group(add("carol"))
        self.assertNotEqual(self.emulator.state(), before)
        self.emulator.control("PUT", "state", before)
        self.assertEqual(self.emulator.state(), before)

    def test_a_list_is_no_world(self):
        before = self.emulator.state()
        for world in ([], {"huawei": []}):
            with self.assertRaises(urllib.error.HTTPError) as caught:
                self.emulator.control("PUT", "state", world)
            self.assertEqual(caught.exception.code, 400)
            self.assertIn("list", caught.exception.read().decode())
        self.assertEqual(self.emulator.state(), before)

    def test_a_world_with_an_unknown_field_is_refused_by_name(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.emulator.patch({"alibaba": {"delivery_groups": {GROUP: {"colour": "red"}}}})
        self.assertEqual(caught.exception.code, 400)
        self.assertIn("colour", caught.exception.read().decode())

    def test_the_record_is_filtered(self):
        client = self.emulator.alibaba()
        client.list_regions(m.ListRegionsRequest())
        client.authorize_instance_group(add("carol"))
        first, second = self.emulator.calls()
        self.assertEqual(self.emulator.calls(since=first["sequence"]), [second])
        self.assertEqual(self.emulator.calls(operation="ListRegions"), [first])
        self.assertEqual(self.emulator.calls(cloud="huawei"), [])
        self.assertEqual(self.emulator.calls(limit=1), [second])
        self.assertEqual(self.emulator.calls(since=second["time"]), [second])

    def test_the_clock_can_be_set_stopped_and_reset(self):
        self.emulator.clock(set="2030-01-01T00:00:00Z", freeze=True)
        self.assertEqual(self.emulator.control("GET", "clock"), {"now": "2030-01-01T00:00:00Z", "frozen": True})
        self.emulator.clock(advance_seconds=90)
        self.assertEqual(self.emulator.control("GET", "clock")["now"], "2030-01-01T00:01:30Z")
        self.assertFalse(self.emulator.clock(reset=True)["frozen"])

    def test_the_schema_describes_the_built_in_world(self):
        schema = json.loads(SCHEMA.read_text())
        problems = list(mismatches(self.emulator.state(), schema, schema, "$"))
        self.assertEqual(problems, [])
        wrong = self.emulator.state()
        wrong["alibaba"]["delivery_groups"][GROUP]["colour"] = "red"
        wrong["huawei"]["max_session"] = "many"
        problems = list(mismatches(wrong, schema, schema, "$"))
        self.assertEqual(len(problems), 2, problems)


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


def mismatches(value, schema, root, path):
    """What in `value` does not fit `schema`: as much of JSON Schema as world.schema.json uses."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    expected = schema.get("type")
    if expected and (not isinstance(value, TYPES[expected]) or (expected != "boolean" and isinstance(value, bool))):
        yield f"{path} is not of type {expected}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path} is {value!r}"
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{path}.{name} is missing"
        for name, item in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            if inner is False:
                yield f"{path}.{name} is not known"
            elif isinstance(inner, dict):
                yield from mismatches(item, inner, root, f"{path}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from mismatches(item, schema["items"], root, f"{path}[{index}]")
    if "oneOf" in schema:
        fitting = [choice for choice in schema["oneOf"] if not list(mismatches(value, choice, root, path))]
        if len(fitting) != 1:
            yield f"{path} fits {len(fitting)} of the choices"
