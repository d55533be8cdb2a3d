"""After all others (by its name): every operation has answered a vendor's client."""

import unittest

from support import SUCCEEDED, Emulator


class Coverage(unittest.TestCase):
    def test_every_operation_has_answered_a_vendors_client(self):
        if not SUCCEEDED:
            self.skipTest("the other tests did not run")
        emulator = Emulator()
        self.addCleanup(emulator.stop)
        operations = emulator.control("GET", "operations")
        wanted = {(cloud, name) for cloud, names in operations.items() for name in names}
        self.assertEqual(len(wanted), 264)
        self.assertEqual(wanted - SUCCEEDED, set())
