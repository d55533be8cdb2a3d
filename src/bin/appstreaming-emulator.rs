//! `appstreaming-emulator`: Alibaba Cloud App Streaming and Huawei Cloud Workspace on a laptop.

use std::process::ExitCode;

fn main() -> ExitCode {
    emulator::command_line::run()
}
