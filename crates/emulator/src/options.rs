//! How an emulator is started: who may call it, how long things take, and which world it begins with.

use std::{collections::BTreeSet, net::SocketAddr, ops::RangeInclusive, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::clock::Wall;

/// The access key id that is accepted when none is chosen.
pub const ACCESS_KEY: &str = "emulator-access-key";
/// Its secret.
pub const SECRET_KEY: &str = "emulator-secret-key";
/// The id of a temporary access key, which is accepted together with its token alone.
pub const TEMPORARY_ACCESS_KEY: &str = "emulator-temporary-access-key";
/// Its secret.
pub const TEMPORARY_SECRET_KEY: &str = "emulator-temporary-secret-key";
/// Its security token.
pub const TEMPORARY_SECURITY_TOKEN: &str = "emulator-security-token";
/// The id of an access key whose owner may look and not touch.
pub const READ_ONLY_ACCESS_KEY: &str = "emulator-read-only-access-key";
/// Its secret.
pub const READ_ONLY_SECRET_KEY: &str = "emulator-read-only-secret-key";
/// The IAM user who can ask for a Huawei Cloud token.
pub const USER_NAME: &str = "emulator-user";
/// The user's password.
pub const PASSWORD: &str = "emulator-password";
/// The account (domain) of the user.
pub const DOMAIN_NAME: &str = "emulator-domain";
/// An agency of that account.
pub const AGENCY_NAME: &str = "emulator-agency";

/// How long tokens and temporary keys hold at most when nothing is said: a day, as the service's tokens do.
pub(crate) const CREDENTIAL_SECONDS: u64 = 24 * 60 * 60;

/// How an emulator is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen; port 0 takes any free port.
    pub listen: SocketAddr,
    /// Whether to speak TLS there, and with which certificate.
    pub tls: Option<Tls>,
    /// The access key id that signs requests.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
    /// How long things take.
    pub durations: Durations,
    /// The longest that tokens and temporary keys hold, in seconds on the emulator's clock.
    pub credential_seconds: u64,
    /// How long a write stays invisible to reads.
    pub consistency_delay: Duration,
    /// Whether each read sees the world of a moment of its own within that time, so that an older answer may come
    /// after a newer one, as from two copies of a database.
    pub consistency_varies: bool,
    /// By how much every answer is delayed.
    pub latency: Duration,
    /// Calls a second of one operation beyond which they are refused.
    pub rate_limit: Option<u32>,
    /// A world to start from instead of the built-in one.
    pub seed: Option<PathBuf>,
    /// Where the world is kept across restarts; wins over `seed` where it exists.
    pub state: Option<PathBuf>,
    /// So many further users, `user00001` and on.
    pub users: usize,
    /// So many further delivery groups, `aig-load-00001` and on.
    pub delivery_groups: usize,
    /// So many further server groups, `load-00001` and on.
    pub server_groups: usize,
    /// Whether people come to delivery groups and leave them by themselves, from the start and from each reset on.
    pub visits: Option<VisitOptions>,
}

/// How people come to delivery groups of App Streaming and leave them by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VisitOptions {
    /// The groups that they come to, by id; every one that is `PUBLISHED` when it starts where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery_group_ids: Option<Vec<String>>,
    /// How many come to each group in an hour, from 0 to 3,600. The time from one to the next is up to twice what
    /// follows from that.
    pub arrivals_per_hour: u32,
    /// For how long they are connected, from 1 to 1,440 minutes. Each stays between half as long and one and a half
    /// times as long.
    pub stay_minutes: u32,
    /// How likely somebody who goes only disconnects and comes back to the session, in percent.
    pub returning_percent: u32,
    /// What decides who comes, when, and for how long.
    pub seed: u64,
}

/// Why people cannot come and go as it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum VisitsError {
    /// A number is too small or too large.
    #[error("{name} is from {} to {}", range.start(), range.end())]
    OutOfRange {
        /// Which one.
        name: &'static str,
        /// What it can be.
        range: RangeInclusive<u32>,
    },
    /// The list of groups is empty.
    #[error("delivery_group_ids names no delivery group; without it, every published one is meant")]
    NoGroup,
    /// A group is named twice.
    #[error("delivery_group_ids names {id:?} twice")]
    Twice {
        /// The group.
        id: String,
    },
    /// There is no such group.
    #[error("no delivery group has the id {id:?}")]
    UnknownGroup {
        /// What was taken for one.
        id: String,
    },
}

/// Which certificate the emulator shows.
#[derive(Debug, Clone)]
pub enum Tls {
    /// One's own.
    Files {
        /// PEM: the certificate, then those that lead to its authority.
        certificate: PathBuf,
        /// PEM: the certificate's key.
        key: PathBuf,
    },
    /// One from an authority that is made at the start.
    SelfSigned {
        /// Where the authority's certificate is written, as PEM.
        ca: PathBuf,
        /// Names and addresses of the emulator, beside `localhost` and the address that it listens on. `*.` stands for
        /// one label.
        names: Vec<String>,
    },
}

/// How long things take, in seconds on the emulator's clock.
#[derive(Debug, Clone, Copy)]
pub struct Durations {
    /// A delivery group's move to another image.
    pub image_update_seconds: u64,
    /// An over-the-air update.
    pub ota_update_seconds: u64,
    /// The making of an image, and its way to another region.
    pub image_seconds: u64,
    /// The start of an application for somebody who connects.
    pub connection_seconds: u64,
    /// What a log-off of everybody in a delivery group takes to end their sessions.
    pub log_off_seconds: u64,
    /// The deployment of a new delivery group.
    pub deployment_seconds: u64,
    /// The deletion of a delivery group.
    pub deletion_seconds: u64,
    /// Any work on a server of a server group: making it, restarting it, putting another image onto it.
    pub server_job_seconds: u64,
}

/// What the running emulator needs of its options.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub access_key: String,
    pub secret_key: String,
    pub durations: Durations,
    pub credential_seconds: u64,
    pub consistency_delay: Duration,
    pub consistency_varies: bool,
    pub latency: Duration,
    pub rate_limit: Option<u32>,
    pub visits: Option<VisitOptions>,
    /// What tells the time of this machine.
    pub wall: Wall,
}

impl Settings {
    pub(crate) fn of(options: &Options, wall: Wall) -> Self {
        Self {
            access_key: options.access_key.clone(),
            secret_key: options.secret_key.clone(),
            durations: options.durations,
            credential_seconds: options.credential_seconds,
            consistency_delay: options.consistency_delay,
            consistency_varies: options.consistency_varies,
            latency: options.latency,
            rate_limit: options.rate_limit,
            visits: options.visits.clone(),
            wall,
        }
    }
}

impl VisitOptions {
    /// What [`VisitOptions::arrivals_per_hour`] can be.
    pub(crate) const ARRIVALS_PER_HOUR: RangeInclusive<u32> = 0..=3600;
    /// What [`VisitOptions::stay_minutes`] can be.
    pub(crate) const STAY_MINUTES: RangeInclusive<u32> = 1..=24 * 60;
    /// What [`VisitOptions::returning_percent`] can be.
    pub(crate) const RETURNING_PERCENT: RangeInclusive<u32> = 0..=100;

    /// Whether it makes sense in a world that has the groups for which `is_known` says so.
    pub(crate) fn check(&self, is_known: impl Fn(&str) -> bool) -> Result<(), VisitsError> {
        for (name, number, range) in [
            ("arrivals_per_hour", self.arrivals_per_hour, Self::ARRIVALS_PER_HOUR),
            ("stay_minutes", self.stay_minutes, Self::STAY_MINUTES),
            ("returning_percent", self.returning_percent, Self::RETURNING_PERCENT),
        ] {
            if !range.contains(&number) {
                return Err(VisitsError::OutOfRange { name, range });
            }
        }
        let Some(ids) = &self.delivery_group_ids else { return Ok(()) };
        if ids.is_empty() {
            return Err(VisitsError::NoGroup);
        }
        let mut named = BTreeSet::new();
        for id in ids {
            if !is_known(id) {
                return Err(VisitsError::UnknownGroup { id: id.clone() });
            }
            if !named.insert(id) {
                return Err(VisitsError::Twice { id: id.clone() });
            }
        }
        Ok(())
    }
}

impl Default for VisitOptions {
    /// One a minute to each published group, who stays 20 minutes or so and does not come back.
    fn default() -> Self {
        Self { delivery_group_ids: None, arrivals_per_hour: 60, stay_minutes: 20, returning_percent: 0, seed: 1 }
    }
}

impl Default for Durations {
    fn default() -> Self {
        Self {
            image_update_seconds: 10,
            ota_update_seconds: 10,
            image_seconds: 10,
            connection_seconds: 1,
            log_off_seconds: 0,
            deployment_seconds: 10,
            deletion_seconds: 10,
            server_job_seconds: 10,
        }
    }
}

impl Default for Options {
    /// Any free port on loopback, the built-in world and keys, durations of ten seconds at most.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: None,
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            durations: Durations::default(),
            credential_seconds: CREDENTIAL_SECONDS,
            consistency_delay: Duration::ZERO,
            consistency_varies: false,
            latency: Duration::ZERO,
            rate_limit: None,
            seed: None,
            state: None,
            users: 0,
            delivery_groups: 0,
            server_groups: 0,
            visits: None,
        }
    }
}
