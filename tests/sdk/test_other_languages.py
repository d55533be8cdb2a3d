"""The vendors' clients for other languages: they sign in, read, change, page, and are refused with a wrong key."""

import json
import os
import subprocess

from support import EmulatorTest

DELIVERY_GROUP = "aig-hangzhou-fixed"
SERVER_GROUP = "20000000-0000-4000-8000-000000000003"
COMMANDS = json.loads(os.environ.get("APPSTREAMING_CLIENTS", "{}"))


class OtherLanguages(EmulatorTest):
    def outcome(self, language):
        """What the program in this language says came of its calls."""
        command = COMMANDS.get(language)
        if not command:
            self.skipTest(f"{language} is not on this machine")
        result = subprocess.run([*command, self.emulator.url], capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        # Before it may stand what a client logs.
        return json.loads(result.stdout.splitlines()[-1])

    def check(self, language):
        outcome = self.outcome(language)
        alibaba, huawei = outcome["alibaba"], outcome["huawei"]
        world = self.emulator.state()
        groups, servers = world["alibaba"]["delivery_groups"], world["huawei"]["server_groups"]
        self.assertEqual(alibaba["read"], groups[DELIVERY_GROUP]["name"])
        self.assertEqual(alibaba["paged"], list(groups))
        self.assertLessEqual({"carol", "li.na"}, set(groups[DELIVERY_GROUP]["authorized_users"]))
        self.assertEqual((alibaba["code"], alibaba["status"]), ("SignatureDoesNotMatch", 400))
        self.assertEqual(huawei["read"], servers[SERVER_GROUP]["name"])
        own = servers[SERVER_GROUP]["project_id"]
        self.assertEqual(huawei["paged"], [id for id, group in servers.items() if group["project_id"] == own])
        self.assertEqual(servers[SERVER_GROUP]["description"], "changed by a client")
        self.assertEqual((huawei["code"], huawei["status"]), ("APIGW.0301", 401))
        for operation in ("ListAppInstanceGroup", "ListServerGroups"):
            self.assertGreater(len(self.emulator.calls(operation=operation)), 2, operation)

    def test_go(self):
        self.check("Go")

    def test_java(self):
        self.check("Java")

    def test_node_js(self):
        self.check("Node.js")
