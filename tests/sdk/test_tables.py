"""The emulator's tables of operations against the vendors' own clients: names, methods, paths and parameters."""

import inspect
import re
import sys
import typing
import unittest

import huaweicloudsdkworkspaceapp.v1 as w
from alibabacloud_appstream_center20210901 import models as m
from huaweicloudsdkworkspaceapp.v1 import WorkspaceAppClient
from support import Emulator

# Operations that the client has and the published definition does not. Whoever emulates one adds it to the table.
ONLY_IN_THE_CLIENT = {
    "ResetUserProfile",
    "ShowAccessAgentLatestVersion",
    "ShowHdaUpgradeFlag",
    "ShowServerMetricData",
    "ShowSessionTypes",
    "TransferFile",
    "TransferFilePre",
}

# The client's policies are newer than the definition's: more of them, and more in each.
NEWER_IN_THE_CLIENT = {"policies"}


def fields_of(kind):
    """The fields of an object, a list of objects or JSON that holds them, by name."""
    ((name, inner),) = kind.items() if isinstance(kind, dict) else ((kind, None),)
    if name == "object":
        return {field["name"]: field["kind"] for field in inner}
    if name == "list":
        return fields_of(inner["item"])
    return fields_of(inner) if name == "json" else {}


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        emulator = Emulator()
        cls.addClassCleanup(emulator.stop)
        tables = emulator.control("GET", "tables")
        cls.alibaba = {operation["name"]: operation for operation in tables["alibaba"]}
        cls.huawei = {operation["name"]: operation for operation in tables["huawei"]}

    def test_workspace_takes_what_the_vendors_client_sends(self):
        client = {}
        for name, function in inspect.getmembers(WorkspaceAppClient, inspect.ismethod):
            if found := re.fullmatch("_(.+)_http_info", name):
                client["".join(part.capitalize() for part in found[1].split("_"))] = function
        self.assertGreater(len(client), 100)
        self.assertEqual(set(client) - set(self.huawei), ONLY_IN_THE_CLIENT)
        for name, function in sorted(client.items()):
            if name in ONLY_IN_THE_CLIENT:
                continue
            with self.subTest(operation=name):
                self.compare_workspace(self.huawei[name], function, getattr(w, f"{name}Request"))

    def compare_workspace(self, operation, http_info, request_type):
        request = request_type()
        for attribute in request_type.attribute_map:
            setattr(request, attribute, "x")
        sent = http_info(request)
        self.assertEqual((operation["method"], operation["path"]), (sent["method"], sent["resource_path"]))
        self.assertEqual({field["name"] for field in operation["query"]}, {name for name, _ in sent["query_params"]})
        # A body is JSON, or the parts of a form.
        fields = operation["form"] or operation.get("body")
        self.assertEqual(fields is not None, "body" in request_type.attribute_map or bool(sent["post_params"]))
        if "body" in request_type.openapi_types:
            self.compare_fields(fields, request_type.openapi_types["body"], operation["name"])

    def compare_fields(self, fields, type_name, where):
        kind = getattr(w, type_name, None)
        if kind is None:
            return
        known = {field["name"]: field["kind"] for field in fields}
        theirs = {kind.attribute_map[name]: inner for name, inner in kind.openapi_types.items()}
        self.assertLessEqual(set(theirs), set(known), where)
        for name, inner in theirs.items():
            if name in NEWER_IN_THE_CLIENT:
                continue
            inner = re.fullmatch(r"(?:list\[)?(\w+)\]?", inner)
            nested = fields_of(known[name])
            if inner and nested:
                listed = [{"name": field, "kind": value} for field, value in nested.items()]
                self.compare_fields(listed, inner[1], f"{where}.{name}")

    def test_app_streaming_takes_what_the_vendors_client_sends(self):
        for name, operation in sorted(self.alibaba.items()):
            with self.subTest(operation=name):
                request = getattr(m, f"{name}Request", None)
                if request is None:
                    # An operation without parameters has no model.
                    self.assertEqual(operation["query"] + operation["form"], [])
                    continue
                known = {field["name"]: field["kind"] for field in operation["query"] + operation["form"]}
                self.compare_model(known, request, name)

    def compare_model(self, known, model, where):
        # The hints are text, and what they mean stands in the file of each model.
        hints = typing.get_type_hints(model.__init__, vars(sys.modules[model.__module__]))
        # The names on the wire stand only in the code of to_map.
        names = re.findall(r"result\['([^']+)'\]", inspect.getsource(model.to_map))
        self.assertEqual(set(names), set(known), where)
        by_attribute = {name.replace("_", "").lower(): hint for name, hint in hints.items()}
        for name in set(names):
            hint = by_attribute.get(name.lower())
            hint = typing.get_args(hint)[0] if typing.get_origin(hint) is list else hint
            if inspect.isclass(hint) and hasattr(hint, "to_map") and fields_of(known[name]):
                self.compare_model(fields_of(known[name]), hint, f"{where}.{name}")
