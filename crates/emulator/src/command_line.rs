//! The command line of the program `appstreaming-emulator`.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    ops::RangeInclusive,
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, builder::RangedI64ValueParser};
use tokio::runtime::Runtime;

use crate::{
    emulator::Emulator,
    environment,
    options::{self, Durations, Options, Tls, VisitOptions},
};

const AFTER_HELP: &str = "\
The built-in world:
  Alibaba Cloud   region cn-hangzhou, delivery group aig-hangzhou-fixed,
                  images img-office-1, img-office-2, users alice, bob, carol, ...
  Huawei Cloud    region cn-north-4, project a0000000000000000000000000000004,
                  server group 20000000-0000-4000-8000-000000000001

Further credentials:
  temporary       emulator-temporary-access-key / emulator-temporary-secret-key,
                  with the security token emulator-security-token
  read-only       emulator-read-only-access-key / emulator-read-only-secret-key
  IAM user        emulator-user / emulator-password in the domain emulator-domain
  agency          emulator-agency in the same domain

Look inside and steer, without credentials:
  GET  /_emulator/requests?since=N      the API calls so far
  GET, PUT, PATCH /_emulator/state      the world; PATCH takes a JSON merge patch
  GET, POST /_emulator/clock            {\"advance_seconds\": 60}, {\"set\": TIME}, {\"freeze\": true}
  GET, POST, DELETE /_emulator/faults   {\"kind\": \"close_after\", \"operation\": NAME, \"next\": 1}
  GET, PUT, DELETE /_emulator/visits    {\"arrivals_per_hour\": 60, \"stay_minutes\": 20}
  PUT, POST /_emulator/snapshots/NAME   keep the world, go back to it
  GET  /_emulator/policy                the least permissions for the calls so far
  GET  /_emulator/health                whether it answers
  POST /_emulator/reset                 start over";

/// Emulates Alibaba Cloud App Streaming and Huawei Cloud Workspace application streaming, both on one port: requests
/// are authenticated, checked and answered as the services do it, and what they change is kept in memory.
#[derive(Debug, Parser)]
#[command(name = "appstreaming-emulator", version, after_help = AFTER_HELP, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    /// Address to listen on; port 0 takes any free port
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// Certificate to speak TLS with (PEM, with those that lead to its authority)
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls_self_signed")]
    tls_cert: Option<PathBuf>,

    /// Key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,

    /// Speak TLS with a certificate that is made at the start, and write its authority's to this file
    #[arg(long, value_name = "FILE")]
    tls_self_signed: Option<PathBuf>,

    /// Further name of the emulator in that certificate, `*.example.test` for instance; can be repeated
    #[arg(long, value_name = "NAME", requires = "tls_self_signed")]
    tls_name: Vec<String>,

    /// Access key id that signs requests to both services
    #[arg(long, value_name = "ID", default_value = options::ACCESS_KEY)]
    access_key: String,

    /// Secret of the access key
    #[arg(long, value_name = "SECRET", default_value = options::SECRET_KEY)]
    secret_key: String,

    /// Seconds that an image update keeps a delivery group MAINTAINING
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    image_update_seconds: u64,

    /// Seconds that an over-the-air update takes
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    ota_update_seconds: u64,

    /// Seconds until a new image, or one that is copied to another region, is AVAILABLE
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    image_seconds: u64,

    /// Seconds until an application has started for somebody who connects
    #[arg(long, value_name = "SECONDS", default_value_t = 1)]
    connection_seconds: u64,

    /// Seconds until sessions end of which all in a delivery group are logged off
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    log_off_seconds: u64,

    /// Seconds until a new delivery group is PUBLISHED
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    deployment_seconds: u64,

    /// Seconds that a delivery group is DELETING
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    deletion_seconds: u64,

    /// Seconds that any work on a server of a server group takes
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    server_job_seconds: u64,

    /// Seconds that tokens and temporary keys hold at most
    #[arg(long, value_name = "SECONDS", default_value_t = 24 * 60 * 60)]
    credential_seconds: u64,

    /// Seconds that a write stays invisible to reads
    #[arg(long, value_name = "SECONDS", default_value_t = 0.0)]
    consistency_seconds: f64,

    /// Let each read see a moment of its own within that time: an older answer may come after a newer one
    #[arg(long)]
    consistency_varies: bool,

    /// Milliseconds by which every answer is delayed
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    latency: u64,

    /// Calls per second of one operation beyond which they are throttled
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,

    /// World to start from instead of the built-in one (JSON, see crates/emulator/world.schema.json)
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,

    /// File that keeps the world across restarts; wins over --seed once it exists
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Further users to add: user00001, user00002, ...
    #[arg(long, value_name = "N", default_value_t = 0)]
    users: usize,

    /// Further delivery groups to add: aig-load-00001, ...
    #[arg(long, value_name = "N", default_value_t = 0)]
    delivery_groups: usize,

    /// Further server groups to add: load-00001, ...
    #[arg(long, value_name = "N", default_value_t = 0)]
    server_groups: usize,

    #[command(flatten)]
    visits: VisitArguments,
}

/// How people come and go by themselves. What is left out is as in the body of `PUT /_emulator/visits`.
#[derive(Debug, clap::Args)]
struct VisitArguments {
    /// Let so many people an hour come to each delivery group and leave it, by themselves
    #[arg(long, value_name = "N", value_parser = within(VisitOptions::ARRIVALS_PER_HOUR))]
    arrivals_per_hour: Option<u32>,

    /// Minutes that they stay, each half as long to one and a half times as long [default: 20]
    #[arg(
        long,
        value_name = "MINUTES",
        requires = "arrivals_per_hour",
        value_parser = within(VisitOptions::STAY_MINUTES)
    )]
    stay_minutes: Option<u32>,

    /// How likely who goes only disconnects and comes back to the session, in percent [default: 0]
    #[arg(
        long,
        value_name = "PERCENT",
        requires = "arrivals_per_hour",
        value_parser = within(VisitOptions::RETURNING_PERCENT)
    )]
    returning_percent: Option<u32>,

    /// Delivery group that they come to, instead of every one that is PUBLISHED; can be repeated
    #[arg(long, value_name = "ID", requires = "arrivals_per_hour")]
    visited_group: Vec<String>,

    /// What decides who comes, when, and for how long [default: 1]
    #[arg(long, value_name = "N", requires = "arrivals_per_hour")]
    visits_seed: Option<u64>,
}

impl VisitArguments {
    /// `None` where nobody shall come or go.
    fn options(self) -> Option<VisitOptions> {
        let otherwise = VisitOptions::default();
        self.arrivals_per_hour.map(|arrivals_per_hour| VisitOptions {
            delivery_group_ids: Some(self.visited_group).filter(|ids| !ids.is_empty()),
            arrivals_per_hour,
            stay_minutes: self.stay_minutes.unwrap_or(otherwise.stay_minutes),
            returning_percent: self.returning_percent.unwrap_or(otherwise.returning_percent),
            seed: self.visits_seed.unwrap_or(otherwise.seed),
        })
    }
}

fn within(range: RangeInclusive<u32>) -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(*range.start())..=i64::from(*range.end()))
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print what points Terraform at an emulator: environment variables, or a provider_override.tf
    Env(environment::Arguments),
    /// Ask an emulator whether it answers, and end with 0 if it does; for a container's health check
    Health {
        /// Where it listens, as HOST:PORT; it must speak without TLS
        #[arg(default_value = "127.0.0.1:8787")]
        address: String,
    },
}

/// Runs the program `appstreaming-emulator` until somebody stops it.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Env(arguments)) => {
            print!("{}", environment::print(&arguments));
            return ExitCode::SUCCESS;
        }
        Some(Command::Health { address }) => return ended(health(&address).map_err(Into::into)),
        None => {}
    }
    if !arguments.listen.ip().is_loopback() {
        eprintln!(
            "appstreaming-emulator: warning: {} is not a loopback address; whoever reaches it can read and change \
             everything through /_emulator/, which asks for no credentials",
            arguments.listen
        );
    }
    ended(Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(serve(arguments))))
}

fn ended(result: Result<(), Box<dyn std::error::Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("appstreaming-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether an emulator answers there.
fn health(address: &str) -> io::Result<()> {
    let patience = Duration::from_secs(5);
    let mut last = io::Error::other(format!("{address} has no address"));
    // A name can have several, of which it need not listen on the first.
    let reached = address.to_socket_addrs()?.find_map(|socket| match TcpStream::connect_timeout(&socket, patience) {
        Ok(stream) => Some(stream),
        Err(error) => {
            last = error;
            None
        }
    });
    let Some(mut stream) = reached else { return Err(last) };
    stream.set_read_timeout(Some(patience))?;
    write!(stream, "GET /_emulator/health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let first = answer.lines().next().unwrap_or("nothing");
    Err(io::Error::other(format!("{address} is no emulator that is well: it answered {first:?}")))
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let consistency_delay = Duration::try_from_secs_f64(arguments.consistency_seconds)?;
    let files = arguments.tls_cert.zip(arguments.tls_key);
    let tls = files.map(|(certificate, key)| Tls::Files { certificate, key });
    let tls = tls.or(arguments.tls_self_signed.map(|ca| Tls::SelfSigned { ca, names: arguments.tls_name }));
    let running = Emulator::start(Options {
        listen: arguments.listen,
        tls,
        access_key: arguments.access_key,
        secret_key: arguments.secret_key,
        durations: Durations {
            image_update_seconds: arguments.image_update_seconds,
            ota_update_seconds: arguments.ota_update_seconds,
            image_seconds: arguments.image_seconds,
            connection_seconds: arguments.connection_seconds,
            log_off_seconds: arguments.log_off_seconds,
            deployment_seconds: arguments.deployment_seconds,
            deletion_seconds: arguments.deletion_seconds,
            server_job_seconds: arguments.server_job_seconds,
        },
        credential_seconds: arguments.credential_seconds,
        consistency_delay,
        consistency_varies: arguments.consistency_varies,
        latency: Duration::from_millis(arguments.latency),
        rate_limit: arguments.rate_limit,
        seed: arguments.seed,
        state: arguments.state,
        users: arguments.users,
        delivery_groups: arguments.delivery_groups,
        server_groups: arguments.server_groups,
        visits: arguments.visits.options(),
    })
    .await?;
    // Before the line is out: whoever reads it may ask us to stop at once.
    let stop = StopRequest::listen()?;
    println!("appstreaming-emulator listening on {}", running.url());
    stop.arrived().await?;
    running.stop().await?;
    Ok(())
}

/// Somebody's wish that this process stop.
struct StopRequest {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl StopRequest {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(unix)]
    async fn arrived(mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn arrived(self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn visits(arguments: &[&str]) -> Result<Option<VisitOptions>, String> {
        let arguments = Arguments::try_parse_from([&["appstreaming-emulator"], arguments].concat());
        arguments.map(|arguments| arguments.visits.options()).map_err(|error| error.to_string())
    }

    #[test]
    fn people_come_and_go_where_that_is_asked_for() {
        assert_eq!(visits(&[]), Ok(None));
        let otherwise = VisitOptions::default();
        let expected = VisitOptions { arrivals_per_hour: 7, ..otherwise.clone() };
        assert_eq!(visits(&["--arrivals-per-hour", "7"]), Ok(Some(expected)));
        let all = "--arrivals-per-hour 7 --stay-minutes 8 --returning-percent 9 --visits-seed 10 --visited-group aig-1";
        let expected = VisitOptions {
            delivery_group_ids: Some(vec!["aig-1".to_owned()]),
            arrivals_per_hour: 7,
            stay_minutes: 8,
            returning_percent: 9,
            seed: 10,
        };
        assert_eq!(visits(&all.split(' ').collect::<Vec<_>>()), Ok(Some(expected)));
        assert!(visits(&["--stay-minutes", "8"]).unwrap_err().contains("--arrivals-per-hour"));
        assert!(visits(&["--arrivals-per-hour", "3601"]).unwrap_err().contains("0..=3600"));
    }

    #[test]
    fn the_help_says_what_holds_otherwise() {
        let otherwise = VisitOptions::default();
        let help = Arguments::command().render_long_help().to_string();
        for (option, default) in [
            ("--stay-minutes", u64::from(otherwise.stay_minutes)),
            ("--returning-percent", u64::from(otherwise.returning_percent)),
            ("--visits-seed", otherwise.seed),
        ] {
            let (_, about) = help.split_once(option).unwrap();
            let (about, _) = about.split_once("\n\n").unwrap();
            let about: Vec<_> = about.split_whitespace().collect();
            assert!(about.join(" ").contains(&format!("[default: {default}]")), "{about:?}");
        }
    }
}
