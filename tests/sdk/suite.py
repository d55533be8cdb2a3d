"""Runs the tests of this folder and says at the end how many passed, failed and were skipped."""

import logging
import sys
import unittest
from pathlib import Path


class Result(unittest.TextTestResult):
    """Counts what passed, and names each test as it is done."""

    passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    # The clients log what they send and every error that a test expects.
    logging.disable(logging.CRITICAL)
    here = Path(__file__).resolve().parent
    sys.path.insert(0, str(here))
    loader = unittest.TestLoader()
    names = sys.argv[1:]
    tests = loader.loadTestsFromNames(names) if names else loader.discover(str(here), top_level_dir=str(here))
    result = unittest.TextTestRunner(resultclass=Result, verbosity=2, warnings="ignore").run(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"tests/sdk: {result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    for test, reason in result.skipped:
        print(f"  skipped: {test.id()}: {reason}")
    sys.exit(1 if failed or not result.passed else 0)


if __name__ == "__main__":
    main()
