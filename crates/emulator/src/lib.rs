//! Both services in memory, behind their own signatures: App Streaming at `POST /`, Workspace at `/v1/{project_id}/`,
//! IAM at `/v3/`, and paths to look inside and to steer at `/_emulator/`.
//!
//! It shares no code with the clients of this project, so that a mistake in one is not repeated in the other.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use appstreaming_emulator::{Emulator, Options};
//!
//! let running = Emulator::start(Options::default()).await?;
//! println!("{}", running.url());
//! # Ok(())
//! # }
//! ```

mod alibaba;
mod answering;
mod call;
mod clock;
pub mod command_line;
mod control;
mod emulator;
mod environment;
mod error;
mod faults;
mod huawei;
mod in_process;
mod keys;
mod options;
mod policy;
mod random;
mod record;
mod server;
mod shape;
mod signature;
mod state;
mod storage;
mod throttle;
mod tls;
mod visits;
mod world;

pub use answering::Lost;
pub use emulator::{Emulator, Running};
pub use error::StartError;
pub use in_process::InProcess;
pub use options::{
    ACCESS_KEY, AGENCY_NAME, DOMAIN_NAME, Durations, Options, PASSWORD, READ_ONLY_ACCESS_KEY, READ_ONLY_SECRET_KEY,
    SECRET_KEY, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, TEMPORARY_SECURITY_TOKEN, Tls, USER_NAME, VisitOptions,
    VisitsError,
};
pub use tls::TlsError;
